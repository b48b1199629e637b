"""A log that is told again without one person: every moment of it is what that moment was, without them."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from tests.unit.live.test_history import Recorded, content_after, full, recorded

from tablee.model.forgetting import Leaving, Notes, entry_without, forgotten_in
from tablee.sync.document import Document, begin_text, insert_entry
from tablee.sync.entries import read_entry
from tablee.sync.past import Past, by_root
from tablee.sync.retelling import Retelling

LOST = "ines"


def leaving(notes: Notes) -> Leaving:
    return Leaving(LOST, notes, "standin12345")


def told(room: Recorded, notes: Notes, begun: int = 0) -> Retelling:
    teller = Retelling(
        77, partial(entry_without, leaving=leaving(notes)), lambda by: "-" if by == LOST else by
    )
    teller.begin(begun, state_after(room, begun) if begun else None)
    teller.marks = {len(room.log) // 2}
    teller.take((n, payload) for n, payload, _ in room.log[begun:])
    return teller


def state_after(room: Recorded, n: int) -> bytes:
    document = Document()
    for _, payload, _ in room.log[:n]:
        for _, update in read_entry(payload).updates:
            document.apply(update)
    return document.state()


def past_of(teller: Retelling, base: bytes | None = None) -> Past:
    past = Past()
    if teller.begun:
        past.begin(teller.begun, 1, base)
    past.read((n, payload, b"") for n, payload in enumerate(teller.payloads, teller.begun + 1))
    return past


def expected(content: dict[str, Any], notes: Notes) -> dict[str, Any]:
    """Without talk of notes that are not there, which comes back with them where the past goes on."""
    left = forgotten_in(content, leaving(notes))
    return {root: {key: _bare(one) for key, one in entries.items()} for root, entries in left.items()}


def shown(content: dict[str, Any]) -> dict[str, Any]:
    content = {root: dict(entries) for root, entries in content.items()}
    for root in ("comments", "reactions"):
        there = content["notes"]
        content[root] = {key: one for key, one in content[root].items() if key.partition(".")[0] in there}
    return {root: {key: _bare(one) for key, one in entries.items()} for root, entries in content.items()}


def _bare(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name != "fields" or value}


@pytest.mark.parametrize("notes", ["keep", "delete"])
@pytest.mark.parametrize("begun", [0, 150])
def test_every_moment_is_what_it_was_without_them(notes: Notes, begun: int) -> None:
    room = recorded(5, 400)
    room.do("marc", begin_text("answers", "summary"))
    room.do(LOST, lambda roots: roots["answers"]["summary"]["text"].insert(0, "notre synthèse"))
    room.do("", lambda roots: insert_entry(roots, "reactions", f"n1.{LOST}", {"kind": "like"}))
    teller = told(room, notes, begun)
    base = teller.state_after(begun)
    past = past_of(teller, base)
    assert past.n == len(room.log)
    for n in range(max(begun, 1), len(room.log) + 1, 7):
        content = by_root(past.content(past.upto_n(n)))
        assert shown(content) == expected(content_after(room.log, n), notes), n
    assert shown(teller.content()) == expected(content_after(room.log, len(room.log)), notes)
    assert full(Document(teller.state()).content()) == full(teller.content())
    half = len(room.log) // 2
    assert shown(Document(teller.state_after(half)).content()) == expected(
        content_after(room.log, half), notes
    )
    # what follows an earlier state leads to the last one: a log goes on from any of its instants
    document = Document(teller.state_after(half + 1))
    for payload in teller.payloads[half + 1 - begun :]:
        for _, update in read_entry(payload).updates:
            document.apply(update)
    assert full(document.content()) == full(teller.content())


@pytest.mark.parametrize("notes", ["keep", "delete"])
def test_their_name_is_nowhere_and_the_times_and_names_of_others_stay(notes: Notes) -> None:
    room = recorded(6, 300)
    teller = told(room, notes)
    assert not any(LOST.encode() in payload for payload in teller.payloads)
    assert LOST.encode() not in teller.state()
    before = [read_entry(payload) for _, payload, _ in room.log]
    after = [read_entry(payload) for payload in teller.payloads]
    assert [entry.at_ms for entry in after] == [entry.at_ms for entry in before]
    for was, now in zip(before, after, strict=True):
        assert set(now.people) <= {("-" if by == LOST else by) for by in was.people}
    people = {by for entry in after for by in entry.people}
    assert {"marc", "nadia"} <= people and ("-" in people)


def test_an_entry_carries_only_what_it_changes() -> None:
    """However much was deleted before: a long log does not grow with its length squared."""
    room = recorded(7, 600)
    teller = told(room, "keep")
    sizes = [len(payload) for payload in teller.payloads]
    assert max(sizes[-100:]) < 3 * max(sizes[:100])


def test_talk_of_a_note_that_goes_does_not_come_back_with_others() -> None:
    room = Recorded()
    room.add(LOST, "n1", "à elle")
    room.comment("marc", "n1.marc.1", "d'accord avec elle")
    room.add("marc", "n2", "à lui")
    room.comment(LOST, f"n2.{LOST}.1", "je doute")
    teller = told(room, "delete")
    assert set(teller.content()["notes"]) == {"n2"} and not teller.content()["comments"]
    assert b"doute" not in b"".join(teller.payloads) and b"avec elle" not in b"".join(teller.payloads)
    kept = told(room, "keep").content()
    assert "by" not in kept["notes"]["n1"] and set(kept["comments"]) == {"n1.marc.1", "n2.standin12345.1"}


def test_talk_of_a_note_that_was_gone_before_the_log_begins_is_left_out() -> None:
    room = Recorded()
    room.add(LOST, "n1", "à elle")
    room.comment("marc", "n1.marc.1", "d'accord avec elle")
    room.delete(LOST, "n1")
    room.add("marc", "n2", "à lui")
    assert content_after(room.log, 3)["comments"], "it is in the state that the log begins from"
    teller = told(room, "keep", begun=3)
    assert not teller.content()["comments"] and b"avec elle" not in teller.state_after(3)
