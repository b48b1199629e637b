"""The past of a room read from its log: any moment of it, what happened in between, the way back."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tablee.live.history import SILENCE_MS, TYPING_MS, Looked, line_of, track_of
from tablee.live.recounting import Recounting
from tablee.model.canvases import load_catalogue
from tablee.model.notes import VERDICT
from tablee.store.versions import BASES, MOST, Version, making_way
from tablee.sync.back import steps_back
from tablee.sync.document import Document, change_note, delete_note, insert_entry, insert_note
from tablee.sync.entries import Entry, read_entry, write_entry
from tablee.sync.past import Past, by_root, content_of, state_at
from tablee.sync.undo import Plan
from tablee.words import Words

CATALOGUE = load_catalogue(Path(__file__).parents[3] / "canvases")
NAMES = {"ines": "Inès", "marc": "Marc", "nadia": "Nadia"}
ZONES = (("sheet2.verso", "rules"), ("sheet2.verso", "decisions"), ("governance", "rules"))
BEGUN = 1_800_000_000_000
FRENCH = Recounting(Words("fr"), CATALOGUE, NAMES)

Log = list[tuple[int, bytes, bytes]]
Content = dict[str, dict[str, dict[str, Any]]]


class Recorded:
    """A room in which people write, and its log."""

    def __init__(self) -> None:
        self.document = Document()
        self.log: Log = []
        self.at = BEGUN
        self._updates: list[bytes] = []
        self._pages: dict[str, tuple[Document, int]] = {}
        """What each person has, and how many of the updates it has taken."""

    def do(self, by: str, *edits: Callable[[Any], Any], after: int = 5_000) -> int:
        """One entry of the log with one update per edit."""
        updates: list[tuple[int, bytes]] = []
        page, taken = self._pages.get(by) or (Document(client_id=10 + len(self._pages)), 0)
        for update in self._updates[taken:]:
            page.apply(update)
        for edit in edits:
            made = page.edit(edit)
            if made is not None:
                self.document.apply(made)
                updates.append((1, made))
        self._updates += [update for _, update in updates]
        self._pages[by] = page, len(self._updates)
        if updates:
            self.at += after
            entry = Entry(b"process1", self.at, updates, [by] * len(updates))
            n = len(self.log) + 1
            self.log.append((n, write_entry(entry), b"b%d" % n))
        return len(self.log)

    def add(self, by: str, note: str, text: str = "", zone: int = 0, after: int = 5_000, **more: Any) -> int:
        board, name = ZONES[zone]
        fields = {"board": board, "zone": name, "kind": "note", "text": text, "at": self.at, "order": "a0"}
        signed = {"by": by} if by else {}
        return self.do(by, on_notes(insert_note(note, {**fields, **signed, **more})), after=after)

    def change(self, by: str, note: str, after: int = 5_000, **fields: Any) -> int:
        return self.do(by, on_notes(change_note(note, fields)), after=after)

    def delete(self, by: str, note: str) -> int:
        return self.do(by, on_notes(delete_note(note)))

    def comment(self, by: str, key: str, text: str) -> int:
        values = {"at": self.at, "text": text}
        return self.do(by, lambda roots: insert_entry(roots, "comments", key, values))

    def past(self) -> Past:
        past = Past()
        past.read(self.log)
        return past

    def looked(self, *hidden: str) -> Looked:
        return Looked(self.past(), [], frozenset(hidden), "line")


def on_notes(change: Callable[[Any], None]) -> Callable[[Any], None]:
    return lambda roots: change(roots["notes"])


def recorded(seed: int, entries: int, carried: bool = False) -> Recorded:
    """A room in which something happened, with notes that come, change, move and go.

    `carried`: now and then the server says what became of a note, soon or long after.
    """
    chance, room = random.Random(seed), Recorded()
    while len(room.log) < entries:
        there = sorted(room.document.notes())
        by, what = chance.choice(sorted(NAMES)), chance.random()
        if carried and there and chance.random() < 0.3:
            mark = on_notes(change_note(chance.choice(there), {"status": f"carried {len(room.log)}"}))
            room.do("", mark, after=chance.choice((0, 300, 60_000)))
            continue
        if what < 0.3 or not there:
            zone = chance.randrange(len(ZONES))
            room.add(by if chance.random() < 0.8 else "", f"n{len(room.log)}", "début", zone)
        elif what < 0.6:
            note = chance.choice(there)
            for _ in range(chance.randrange(1, 6)):
                text = room.document.notes()[note]["text"] + chance.choice("aé🌻 ")
                room.change(by, note, after=chance.choice((100, 400)), text=text)
        elif what < 0.75:
            board, zone_id = chance.choice(ZONES)
            room.change(by, chance.choice(there), board=board, zone=zone_id)
        elif what < 0.85:
            note = chance.choice(there)
            room.comment(by, f"{note}.{by}.{len(room.log)}", "d'accord")
        else:
            room.delete(by, chance.choice(there))
    return room


def content_after(log: Log, n: int) -> dict[str, Any]:
    document = Document()
    for _, payload, _ in log[:n]:
        for _, update in read_entry(payload).updates:
            document.apply(update)
    return document.content()


def applied(track: dict[str, Any]) -> list[dict[str, dict[str, Any]]]:
    """The state of a track, and what each of its frames makes of it, as a page reads them."""
    told = msgspec.json.decode(msgspec.json.encode(track))
    state: dict[str, dict[str, Any]] = told["state"]
    states = [{root: dict(entries) for root, entries in state.items()}]
    for frame in told["frames"]:
        for root, entries in frame["changes"].items():
            for key, value in entries.items():
                if value is None:
                    state.setdefault(root, {}).pop(key, None)
                else:
                    state.setdefault(root, {})[key] = value
        states.append({root: dict(entries) for root, entries in state.items()})
    return states


def full(state: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {root: entries for root, entries in state.items() if entries}


# -- any moment ---------------------------------------------------------------------------------------


def test_a_thousand_moments_are_what_the_log_says() -> None:
    room = recorded(11, 1_600)
    past, chance = room.past(), random.Random(11)
    asked = sorted(chance.randrange(len(room.log) + 1) for _ in range(1_000))
    document, done = Document(), 0
    for n in asked:
        for _, payload, _ in room.log[done:n]:
            for _, update in read_entry(payload).updates:
                document.apply(update)
        done = n
        assert by_root(past.content(past.upto_n(n))) == document.content(), n
    for n in chance.sample(asked, 10):
        at = past.moments[n - 1].at if n else BEGUN - 1
        assert by_root(past.content(past.upto(at))) == content_after(room.log, n)


def test_the_log_read_in_pieces_or_from_a_state_is_the_same_past() -> None:
    room = recorded(5, 300)
    whole, pieces, later = room.past(), Past(), Past()
    for start in range(0, 300, 70):
        pieces.read(room.log[start : start + 70])
    base = state_at(None, [payload for _, payload, _ in room.log[:120]])
    later.begin(120, BEGUN, base)
    later.read(room.log[120:])
    for n in (0, 1, 120, 133, 250, len(room.log)):
        assert pieces.content(pieces.upto_n(n)) == whole.content(whole.upto_n(n))
        assert n < 120 or later.content(later.upto_n(n)) == whole.content(whole.upto_n(n))
    assert later.moments[0].coarse and content_of(Document(whole.state)) == whole.content(len(whole.moments))


def test_times_never_go_back_though_clocks_of_servers_differ() -> None:
    room = Recorded()
    room.add("ines", "n1", "un")
    room.add("ines", "n2", "deux", zone=1)
    room.do("marc", on_notes(delete_note("n1")), after=-60_000)
    assert room.past().ats == sorted(room.past().ats)


# -- the line of time -------------------------------------------------------------------------------------


def test_silences_take_little_of_the_line() -> None:
    """An edit on the next day, or a restore a week later, leaves the afternoon where it can be read."""
    room = Recorded()
    for number in range(240):
        room.add("ines", f"n{number}", after=60_000)
    room.add("ines", "lunch", after=3_600_000)
    room.add("ines", "restored", after=7 * 86_400_000)
    line = line_of(room.past(), [])
    bars, worked = line["bars"], 239 * 60_000
    assert [fold["to"] - fold["from"] for fold in line["folds"]] == [3_600_000, 7 * 86_400_000]
    assert all(0 < fold["as_ms"] <= worked // 30 for fold in line["folds"])
    assert sum(bars["counts"]) == 242 and len(bars["counts"]) <= 120
    assert sum(1 for count in bars["counts"] if count) > 100, "the afternoon is most of it"
    assert bars["counts"][-1] == 1, "what came a week later is its end"
    assert (line["from"], line["to"]) == (room.past().ats[0], room.at)
    assert bars["width_ms"] * len(bars["counts"]) >= worked + sum(fold["as_ms"] for fold in line["folds"])


def test_a_line_has_its_steps_and_folds_no_pause() -> None:
    room = Recorded()
    room.add("ines", "n1")
    room.add("ines", "n2", after=SILENCE_MS)
    line = line_of(room.past(), [BEGUN, room.at + SILENCE_MS])
    assert line["folds"] == [] and (line["from"], line["to"]) == (BEGUN, room.at + SILENCE_MS)
    assert sum(line["bars"]["counts"]) == 2
    assert line_of(Past(), [BEGUN])["bars"]["counts"] == []


def test_what_is_not_known_in_detail_is_in_no_bar() -> None:
    room, past = recorded(5, 60), Past()
    past.begin(40, room.past().ats[39], state_at(None, [payload for _, payload, _ in room.log[:40]]))
    past.read(room.log[40:])
    assert sum(line_of(past, [])["bars"]["counts"]) == len(room.log) - 40


# -- what happened ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
def test_frames_lead_from_the_first_state_to_every_later_one(seed: int) -> None:
    room, chance = recorded(seed, 400), random.Random(seed)
    looked = room.looked()
    for _ in range(10):
        begin, end = sorted(chance.randrange(BEGUN, room.at + 1) for _ in range(2))
        track = track_of(looked, begin, end, FRENCH)
        states = applied(track)
        assert full(states[0]) == full(by_root(looked.content(looked.past.upto(begin))))
        assert full(states[-1]) == full(by_root(looked.content(looked.past.upto(end))))
        last = {frame["n"]: state for frame, state in zip(track["frames"], states[1:], strict=True)}
        for n, state in last.items():
            assert full(state) == full(by_root(looked.content(looked.past.upto_n(n)))), n


@pytest.mark.parametrize("seed", range(3))
def test_a_track_shows_at_any_time_what_was_there_then(seed: int) -> None:
    """Also where the server says long after what became of a note; typing lags by a second at most."""
    chance, room = random.Random(seed), recorded(seed, 250, carried=True)
    looked = room.looked()
    told = msgspec.json.decode(msgspec.json.encode(track_of(looked, None, None, FRENCH)))
    states, frames = applied(told), told["frames"]
    exact = 0
    for _ in range(150):
        at = chance.randrange(BEGUN, room.at + 5_000)
        shown = full(states[sum(frame["at"] <= at for frame in frames)])
        first, last = looked.past.upto(at - TYPING_MS), looked.past.upto(at)
        exact += first == last
        assert shown in [full(by_root(looked.content(n))) for n in range(first, last + 1)], at
    assert exact > 50


def test_what_the_server_says_later_tells_nothing_and_moves_nobody_s_act() -> None:
    room = Recorded()
    room.add("ines", "n1", "un")
    room.add("marc", "n2", "deux")
    then = room.at
    room.do("", on_notes(change_note("n2", {"status": "carried"})), after=3_600_000)
    *_, act, kept_up = track_of(room.looked(), None, None, FRENCH)["frames"]
    assert (act["at"], act["who"], act["said"]) == (then, ["marc"], "Marc ajoute une note dans Nos règles")
    assert (kept_up["at"], kept_up["who"], kept_up["said"]) == (room.at, [], "")


def test_what_is_typed_within_a_second_is_one_frame() -> None:
    room = Recorded()
    room.add("ines", "n1", "")
    for length in range(1, 31):
        room.change("ines", "n1", after=100, text="une règle pour tout le monde ici"[:length])
    room.change("marc", "n1", after=10, text="autre chose")
    frames = track_of(room.looked(), None, None, FRENCH)["frames"]
    assert len(frames) == 4 and frames[-1]["who"] == ["marc"]
    assert frames[0]["said"] == "Inès ajoute une note dans Nos règles"


def test_a_long_track_says_where_the_next_one_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tablee.live.history.FRAMES", 20)
    looked, at = recorded(3, 200).looked(), BEGUN - 1
    seen = 0
    while at < looked.past.ats[-1]:
        track = track_of(looked, at, None, FRENCH)
        assert 0 < len(track["frames"]) <= 25 and track["end"] > at
        assert full(applied(track)[-1]) == full(by_root(looked.content(looked.past.upto(track["end"]))))
        at, seen = track["end"], seen + 1
    assert seen > 3


@pytest.mark.parametrize(
    ("act", "sentence"),
    [
        (lambda room: room.add("ines", "n2", "deux"), "Inès ajoute une note dans Nos règles"),
        (
            lambda room: room.add("ines", "n2", "deux", 2, origin=[{"board": "sheet2.verso"}]),
            "Inès reporte une note dans Règles",
        ),
        (lambda room: room.change("marc", "n1", text="autre"), "Marc écrit dans une note de « Nos règles »"),
        (lambda room: room.change("marc", "n1", order="b"), "Marc déplace une note dans Nos règles"),
        (
            lambda room: room.change("marc", "n1", fields={"state": "proposed"}),
            "Marc complète une note de « Nos règles »",
        ),
        (lambda room: room.delete("nadia", "n1"), "Nadia supprime une note de « Nos règles »"),
        (lambda room: room.delete("gone", "n1"), "Quelqu’un supprime une note de « Nos règles »"),
        (lambda room: room.add("", "n2", "deux"), "Une note apparaît dans Nos règles"),
    ],
)
def test_a_frame_says_who_did_what_where(act: Callable[[Recorded], int], sentence: str) -> None:
    room = Recorded()
    room.add("ines", "n1", "un")
    act(room)
    assert track_of(room.looked(), None, None, FRENCH)["frames"][-1]["said"] == sentence


def test_nobody_is_named_for_what_happens_to_a_note_of_nobody() -> None:
    room = Recorded()
    room.add("", "n1", "sans nom")
    room.add("marc", "n2", "signée")
    room.change("ines", "n1", text="sans nom, reprise")
    room.do("ines", on_notes(change_note("n2", {"text": "x"})), on_notes(change_note("n1", {"text": "y"})))
    room.delete("ines", "n1")
    frames = track_of(room.looked(), None, None, FRENCH)["frames"]
    assert [frame["who"] for frame in frames] == [[], ["marc"], [], [], []]
    assert "Inès" not in msgspec.json.encode(frames).decode() and "ines" not in str(frames)


def test_a_hidden_note_is_in_no_state_no_frame_and_no_sentence() -> None:
    room = Recorded()
    room.add("ines", "n1", "visible")
    room.add("marc", "nh", "caché-secret")
    room.comment("nadia", "nh.nadia.1", "caché-aussi")
    room.delete("ines", "nh")
    looked = room.looked("nh")
    track = msgspec.json.encode(track_of(looked, None, None, FRENCH)).decode()
    assert "cach" not in track and "nh" not in track and "Marc" not in track
    for n in range(len(room.log) + 1):
        assert "cach" not in str(looked.content(n))
    assert "caché-secret" in str(by_root(room.looked().content(3)))


# -- the way back -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(6))
def test_a_zone_becomes_what_it_was_and_nothing_else_is_lost(seed: int) -> None:
    room, chance = recorded(seed, 200), random.Random(seed)
    then = by_root(room.past().content(chance.randrange(20, 180)))
    now = room.document.content()
    board, zone = chance.choice(ZONES)
    steps, left = steps_back(now, then, board, zone, lambda key, values: True)
    assert len({(step.root, step.entry) for step in steps}) == len(steps)
    document = Document(room.document.state(), client_id=5)
    document.edit(Plan(tuple(steps)).apply)
    after = document.content()

    def inside(notes: dict[str, Any]) -> dict[str, Any]:
        return {key: note for key, note in notes.items() if (note["board"], note["zone"]) == (board, zone)}

    assert left == 0 and inside(after["notes"]) == inside(then["notes"])
    gone = now["notes"].keys() - after["notes"].keys()
    assert all(key not in then["notes"] and key in inside(now["notes"]) for key in gone)
    for key, note in now["notes"].items():
        if key not in inside(now["notes"]) and key not in inside(then["notes"]):
            assert after["notes"][key] == note
    assert after["comments"] == now["comments"]


def test_a_whole_room_goes_back_and_forth() -> None:
    room = recorded(9, 150)
    then, now = by_root(room.past().content(60)), room.document.content()
    document = Document(room.document.state(), client_id=5)
    steps, _ = steps_back(now, then, None, None, lambda key, values: True)
    document.edit(Plan(tuple(steps)).apply)
    assert document.content()["notes"] == then["notes"]
    again, _ = steps_back(document.content(), now, None, None, lambda key, values: True)
    forth = Document(document.state(), client_id=6)
    forth.edit(Plan(tuple(again)).apply)
    assert forth.content()["notes"] == now["notes"]


def test_what_the_canvases_say_of_a_note_does_not_go_back() -> None:
    then = {"notes": {"n1": {"board": "b", "zone": "z", "text": "un", "status": "open"}}, "clusters": {}}
    now = {"notes": {"n1": {"board": "b", "zone": "z", "text": "un", "status": "carried"}}, "clusters": {}}
    assert steps_back(now, then, "b", "z", lambda key, values: True) == ([], 0)


def test_a_note_is_signed_once_and_a_verdict_is_no_note() -> None:
    note: dict[str, Any] = {"board": "b", "zone": "z", "text": "un", "by": "ines", "at": 1}
    verdict = {"board": "b", "zone": "z", "text": "", "by": "marc"}
    then: Content = {"notes": {"n1": note, f"{VERDICT}s1": verdict}, "clusters": {}}
    now: Content = {
        "notes": {"n1": {**note, "text": "deux", "by": "marc", "at": 2}, f"{VERDICT}s2": verdict},
        "clusters": {},
    }
    [step], left = steps_back(now, then, None, None, lambda key, values: True)
    assert (step.entry, left) == ("n1", 0)
    assert step.wanted == {**note, "by": "marc", "at": 2}


def test_a_note_that_is_gone_was_last_what_it_was_before_it_went() -> None:
    room = Recorded()
    room.add("ines", "n1", "un")
    room.do("", on_notes(change_note("n1", {"status": "carried"})))
    room.delete("ines", "n1")
    assert json.loads(room.past().last_values(1)["notes", "n1"])["status"] == "carried"


def test_what_may_not_come_back_is_counted() -> None:
    then = {"notes": {"n1": {"board": "gone", "zone": "z", "text": "un"}}, "clusters": {}}
    now: dict[str, dict[str, Any]] = {"notes": {}, "clusters": {}}
    assert steps_back(now, then, None, None, lambda key, values: False) == ([], 1)


# -- what is kept -----------------------------------------------------------------------------------------


def version(name: str, kind: Any, size: int = 10, n: int = 1) -> Version:
    return Version(name, kind, n, n, "line", size=size)


def test_automatic_versions_make_way_and_named_ones_do_not() -> None:
    named = [version(f"k{i}", "kept") for i in range(MOST - 2)]
    there = [version("s1", "step"), version("r1", "restored"), *named]
    assert making_way(there, version("new", "kept")) == [there[0]]
    assert making_way([version(f"k{i}", "kept") for i in range(MOST)], version("new", "kept")) is None
    assert making_way(there, version("s1", "step")) == []
    bases = [version(f"b{i}", "base", n=i) for i in range(BASES)]
    assert making_way(bases, version("b9", "base", n=9)) == [bases[0]]
    heavy = [version("s1", "step", 9_000_000), version("s2", "step", 9_000_000)]
    assert making_way(heavy, version("new", "kept", 1_000)) == [heavy[0]]
