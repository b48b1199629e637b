"""The verdict on histories written by hand: each way to be wrong is named, and what is right is not."""

from __future__ import annotations

from typing import Any

import pytest
from pycrdt import Doc, Map, Text
from tests.faults.judge import (
    Stored,
    View,
    against_history,
    deletions_of,
    equality,
    judge,
    log_is_whole,
    view_of,
)
from tests.kit.history import Fate, History, Kind, Operation, marks

from tablee.store.frame import pack_snapshot
from tablee.sync.entries import Entry, write_entry

A, B = (0.25, 0.5), (0.75, 0.5)


def told(*operations: tuple[str, Kind, str, Fate], who: str = "Nadia") -> History:
    """A history of (note, kind, characters, fate); what is added or moved goes to place A, then B."""
    history = History()
    for note, kind, chars, fate in operations:
        place = A if kind == "add" else B if kind == "move" else None
        history.did(Operation(history.now(), who, 1, kind, note, chars, place, fate))
    return history


def note(text: str, place: tuple[float, float] = A) -> dict[str, Any]:
    return {"text": text, "place": list(place)}


def wrongs(history: History, **notes: dict[str, Any]) -> list[str]:
    return [violation.wrong for violation in against_history(history, notes)]


def test_what_is_as_it_was_told_is_right() -> None:
    history = told(("n", "add", "ab", "saved"), ("n", "type", "c", "saved"), ("n", "erase", "a", "saved"))
    assert wrongs(history, n=note("cb")) == []
    history = told(("n", "add", "ab", "saved"), ("n", "delete", "", "dropped"))
    assert wrongs(history) == wrongs(history, n=note("ab")) == []  # nobody knows whether the deletion arrived


@pytest.mark.parametrize(
    ("last", "notes"),
    [
        (("n", "type", "c", "saved"), {}),
        (("n", "type", "c", "saved"), {"n": note("ab")}),
        (("n", "move", "", "saved"), {"n": note("ab", A)}),
        (("n", "delete", "", "refused"), {}),
    ],
)
def test_what_was_saved_and_is_gone_is_lost(
    last: tuple[str, Kind, str, Fate], notes: dict[str, dict[str, Any]]
) -> None:
    assert wrongs(told(("n", "add", "ab", "saved"), last), **notes) == ["lost"]


def test_what_was_deleted_and_is_there_is_resurrected() -> None:
    assert wrongs(told(("n", "add", "ab", "saved"), ("n", "delete", "", "saved")), n=note("ab")) == [
        "resurrected"
    ]
    assert wrongs(told(("n", "add", "ab", "saved"), ("n", "erase", "a", "saved")), n=note("ab")) == [
        "resurrected"
    ]
    assert wrongs(told(("n", "add", "ab", "saved"), ("n", "erase", "a", "dropped")), n=note("ab")) == []


def test_what_nobody_wrote_is_invented() -> None:
    history = told(("n", "add", "ab", "saved"), ("n", "type", "c", "refused"))
    assert wrongs(history, n=note("ab"), m=note("x")) == ["invented"]
    assert wrongs(history, n=note("aab")) == ["invented"]  # twice
    assert wrongs(history, n=note("abx")) == ["invented"]
    assert wrongs(history, n=note("abc")) == ["invented"]  # refused, and there
    assert wrongs(history, n=note("ab", B)) == ["invented"]  # nobody moved it


def test_a_move_that_another_move_followed_is_not_lost() -> None:
    history = told(("n", "add", "a", "saved"), ("n", "move", "", "saved"))
    history.did(Operation(1.0, "Joris", 1, "move", "n", place=(0.0, 0.0), fate="saved"))
    assert wrongs(history, n=note("a", B)) == wrongs(history, n=note("a", (0.0, 0.0))) == []
    assert wrongs(history, n=note("a", A)) == []  # with two movers the first place is not judged


def document(*texts: str, client: int = 7) -> Doc[Any]:
    doc: Doc[Any] = Doc(client_id=client)
    notes = doc.get("notes", type=Map)
    for number, text in enumerate(texts):
        notes[f"n{number}"] = Map({"text": Text(text), "place": list(A)})
    return doc


def test_copies_that_differ_are_noticed() -> None:
    one = document("ab", "cd")
    other: Doc[Any] = Doc()
    other.get("notes", type=Map)
    other.apply_update(one.get_update())
    assert equality([view_of("one", one), view_of("other", other)]) == []
    del other.get("notes", type=Map)["n1"]
    only_deleted = equality([view_of("one", one), view_of("other", other)])
    assert {v.wrong for v in only_deleted} == {"diverged"}
    assert any("deletions" in v.sentence for v in only_deleted) and any(v.note == "n1" for v in only_deleted)
    assert equality([View("one", {"n": note("a")}), View("two", {})])[0].note == "n"
    unlike = equality([view_of("one", one), view_of("other", document("ab", "cd", client=8))])
    assert any("state vectors" in v.sentence for v in unlike)


def test_deletions_are_read_as_ranges_whatever_their_order() -> None:
    assert deletions_of(bytes([0, 1, 9, 3, 4, 2, 0, 1, 6, 1])) == {9: [(0, 1), (4, 7)]}


def test_a_log_with_a_gap_or_a_snapshot_that_lacks_something_is_noticed() -> None:
    doc = document()
    updates: list[bytes] = []
    doc.observe(lambda event: updates.append(bytes(event.update)))
    notes = doc.get("notes", type=Map)
    for number in range(3):
        notes[f"n{number}"] = Map({"text": Text("a"), "place": list(A)})
    entries = [(n, write_entry(Entry(b"p" * 8, 0, [(1, u)]))) for n, u in enumerate(updates, start=1)]
    first_two: Doc[Any] = Doc()
    for update in updates[:2]:
        first_two.apply_update(update)
    data = bytes(first_two.get_update())
    assert log_is_whole(Stored("l", 3, entries, [pack_snapshot("l", 2, data)])) == []
    assert log_is_whole(Stored("l", 3, entries[1:])) == []  # trimmed
    assert [v.wrong for v in log_is_whole(Stored("l", 3, [entries[0], entries[2]]))] == ["log"]
    assert [v.wrong for v in log_is_whole(Stored("l", 4, entries))] == ["log"]
    assert {v.wrong for v in log_is_whole(Stored("l", 3, entries, [pack_snapshot("l", 3, data)]))} == {"log"}


def test_a_person_turned_away_is_part_of_the_verdict_and_the_story_names_the_fault() -> None:
    history = told(("n", "add", "ab", "saved"))
    history.fault("kill -9 engine")
    history.sent_away("Nadia", "refused: update.gap (message 3)")
    violations = judge(history, [View("page", {"n": note("ab")})], None)
    assert [v.wrong for v in violations] == ["turned away"]
    story = "\n".join(history.about("n"))
    assert "add n 'ab': never answered" in story and "kill -9 engine" in story and "update.gap" in story


def test_marks_are_never_used_twice() -> None:
    seen = list(marks())
    assert len(seen) == len(set(seen)) > 60_000
