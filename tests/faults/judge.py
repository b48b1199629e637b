"""The verdict: what people did and were told, against what is there at the end. Plain values, no network."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from pycrdt import Doc, Map
from tests.kit.history import History, Operation

from tablee.store.frame import unpack_snapshot
from tablee.sync import encoding as enc
from tablee.sync.document import ROOT_NAMES
from tablee.sync.entries import read_entry

Wrong = Literal["lost", "resurrected", "invented", "diverged", "log", "turned away"]


@dataclass(frozen=True)
class Violation:
    """What is wrong, in one sentence, and the note it is about (none when it is about everything)."""

    wrong: Wrong
    sentence: str
    note: str = ""


@dataclass(frozen=True)
class View:
    """What somebody holds at the end. `vector` and `deletions` are None where only the notes can be seen."""

    who: str
    notes: Mapping[str, Mapping[str, Any]]
    vector: dict[int, int] | None = None
    deletions: dict[int, list[tuple[int, int]]] | None = None


@dataclass(frozen=True)
class Stored:
    """What the store holds of a room, read without any server."""

    lineage: str
    seq: int
    entries: list[tuple[int, bytes]]
    snapshots: list[bytes] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Whether every entry is there, so that the log alone makes the room."""
        return [n for n, _ in self.entries] == list(range(1, self.seq + 1))


def view_of(who: str, doc: Doc[Any]) -> View:
    vector = bytes(doc.get_state())
    notes: dict[str, Any] = doc.get("notes", type=Map).to_py() or {}
    return View(who, notes, enc.read_vector(vector), deletions_of(bytes(doc.get_update(vector))))


def deletions_of(update: bytes) -> dict[int, list[tuple[int, int]]]:
    """Deleted clocks by client as [start, end) ranges, neighbours joined, of an update without items."""
    sections, at = enc.read_varint(update, 0)
    assert sections == 0
    out: dict[int, list[tuple[int, int]]] = {}
    clients, at = enc.read_varint(update, at)
    for _ in range(clients):
        client, at = enc.read_varint(update, at)
        count, at = enc.read_varint(update, at)
        ranges = []
        for _ in range(count):
            clock, at = enc.read_varint(update, at)
            length, at = enc.read_varint(update, at)
            ranges.append((clock, clock + length))
        out[client] = _joined(ranges)
    return out


def _joined(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    out: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return out


def judge(history: History, views: Sequence[View], stored: Stored | None) -> list[Violation]:
    """Everything that is not as the invariants I1 to I6 say. `views` are judged one by one, then compared."""
    found: dict[tuple[Wrong, str, str], list[str]] = {}
    for view in views:
        for violation in against_history(history, view.notes):
            key = (violation.wrong, violation.sentence, violation.note)
            found.setdefault(key, []).append(view.who)
    out = [
        Violation(wrong, f"{sentence} ({_who(whose, len(views))})", note)
        for (wrong, sentence, note), whose in found.items()
    ]
    out += equality(views)
    if stored is not None:
        out += log_is_whole(stored)
    for event in history.turned_away:
        out.append(Violation("turned away", f"{event.who}, {event.at:.3f} s: {event.what}"))
    return out


def _who(whose: list[str], all_of_them: int) -> str:
    return "everywhere" if len(whose) == all_of_them else "as " + ", ".join(whose) + " has it"


# -- I1, I2, I3 --------------------------------------------------------------------------------------


def against_history(history: History, notes: Mapping[str, Mapping[str, Any]]) -> list[Violation]:
    by_note: dict[str, list[Operation]] = {}
    for op in history.operations:
        by_note.setdefault(op.note, []).append(op)
    out: list[Violation] = []
    for note, operations in by_note.items():
        out += _one_note(note, operations, notes.get(note))
    out += [
        Violation("invented", f"nobody wrote the note {note}", note) for note in notes.keys() - by_note.keys()
    ]
    return out


def _one_note(note: str, operations: list[Operation], there: Mapping[str, Any] | None) -> list[Violation]:
    added = next((op for op in operations if op.kind == "add"), None)
    deletes = [op for op in operations if op.kind == "delete" and op.fate != "refused"]
    if there is None:
        saved = [op for op in operations if op.fate == "saved"]
        if saved and not deletes:
            said = f"{saved[0].kind} {note} by {saved[0].who} was saved and the note is not there"
            return [Violation("lost", said, note)]
        return []
    if any(op.fate == "saved" for op in deletes):
        return [
            Violation("resurrected", f"the note {note} was deleted, that was saved, and it is there", note)
        ]
    if added is None or added.fate == "refused":
        return [Violation("invented", f"the note {note} is there, and was refused or never added", note)]
    return _text(note, operations, str(there.get("text", ""))) + _place(note, operations, there.get("place"))


def _text(note: str, operations: list[Operation], text: str) -> list[Violation]:
    out: list[Violation] = []
    found = Counter(text)
    typed: set[str] = set()
    erased: set[str] = set()
    for op in operations:
        if op.kind == "erase" and op.fate != "refused":
            erased.update(op.chars)
            back = [c for c in op.chars if op.fate == "saved" and found[c]]
            if back:
                said = f"{''.join(back)!r} was erased by {op.who}, that was saved, and it is there"
                out.append(Violation("resurrected", f"{note}: {said}", note))
    for op in operations:
        if op.kind not in ("add", "type"):
            continue
        typed.update(op.chars)
        gone = [c for c in op.chars if op.fate == "saved" and c not in erased and not found[c]]
        if gone:
            said = f"{''.join(gone)!r} typed by {op.who} was saved and is not there"
            out.append(Violation("lost", f"{note}: {said}", note))
        if op.fate == "refused" and any(found[c] for c in op.chars):
            out.append(Violation("invented", f"{note}: {op.chars!r} was refused and is there", note))
    twice = "".join(c for c, count in found.items() if count > 1)
    strange = "".join(c for c in found if c not in typed)
    if twice:
        out.append(Violation("invented", f"{note}: {twice!r} was typed once and is there more often", note))
    if strange:
        out.append(Violation("invented", f"{note}: nobody typed {strange!r} here", note))
    return out


def _place(note: str, operations: list[Operation], place: Any) -> list[Violation]:
    """A place that somebody chose. When one person alone moved the note, it is their last or a later one."""
    now = tuple(place) if isinstance(place, (list, tuple)) else None
    moves = [op for op in operations if op.kind == "move"]
    chosen = [op for op in operations if op.kind in ("add", "move")]
    if now not in [op.place for op in chosen if op.fate != "refused"]:
        return [Violation("invented", f"{note}: nobody moved it to {now}", note)]
    if len({(op.who, op.life) for op in moves}) == 1:
        last_saved = max((i for i, op in enumerate(moves) if op.fate == "saved"), default=None)
        if last_saved is not None and now not in [op.place for op in moves[last_saved:]]:
            said = f"moved by {moves[0].who} to {moves[last_saved].place}, that was saved, and it is at {now}"
            return [Violation("lost", f"{note}: {said}", note)]
    return []


# -- I4 ----------------------------------------------------------------------------------------------


def equality(views: Sequence[View], most: int = 5) -> list[Violation]:
    """Everybody holds the same: notes, state vector, deletions."""
    out: list[Violation] = []
    if not views:
        return out
    first = views[0]
    whole = next((view for view in views if view.vector is not None), None)
    for view in views[1:]:
        different = sorted(
            note
            for note in first.notes.keys() | view.notes.keys()
            if first.notes.get(note) != view.notes.get(note)
        )
        for note in different[:most]:
            has = (
                f"{first.who} has {_short(first.notes.get(note))}, {view.who} {_short(view.notes.get(note))}"
            )
            out.append(Violation("diverged", f"{note}: {has}", note))
        if len(different) > most:
            said = f"{first.who} and {view.who} differ in {len(different) - most} more notes"
            out.append(Violation("diverged", said))
    for view in views:
        if whole is None or view.vector is None:
            continue
        if view.vector != whole.vector:
            said = f"state vectors of {whole.who} and {view.who}: {_apart(whole.vector or {}, view.vector)}"
            out.append(Violation("diverged", said))
        elif view.deletions != whole.deletions:
            apart = _apart(whole.deletions or {}, view.deletions or {})
            said = f"deletions of {whole.who} and {view.who}: {apart}"
            out.append(Violation("diverged", said))
    return out


def _short(note: Mapping[str, Any] | None) -> str:
    return "nothing" if note is None else repr({key: note.get(key) for key in ("text", "place")})


def _apart(one: Mapping[int, Any], other: Mapping[int, Any]) -> str:
    apart = [c for c in one.keys() | other.keys() if one.get(c) != other.get(c)]
    return ", ".join(f"client {c}: {one.get(c)} and {other.get(c)}" for c in apart[:3])


# -- I5, I6 ------------------------------------------------------------------------------------------


def log_is_whole(stored: Stored) -> list[Violation]:
    """Entries without gap up to the last that was counted; a snapshot and what follows is all there was."""
    numbers = [n for n, _ in stored.entries]
    if numbers != list(range(stored.seq - len(numbers) + 1, stored.seq + 1)):
        gaps = [a for a, b in itertools.pairwise([*numbers, stored.seq + 1]) if b != a + 1]
        return [Violation("log", f"the log counts {stored.seq} entries and has gaps after {gaps[:5]}")]
    out: list[Violation] = []
    if not stored.is_whole:
        return out  # it was trimmed: what came before is in snapshots only
    everything = replay(None, stored.entries)
    for blob in stored.snapshots:
        snapshot = unpack_snapshot(blob, stored.lineage)
        if snapshot is None:
            out.append(Violation("log", "a snapshot cannot be read"))
            continue
        rest = [(n, payload) for n, payload in stored.entries if n > snapshot.n]
        short = replay(snapshot.data, rest, f"snapshot {snapshot.n} and what follows")
        out += [
            Violation("log", violation.sentence, violation.note)
            for violation in equality([everything, short])
        ]
    return out


def replay(snapshot: bytes | None, entries: list[tuple[int, bytes]], who: str = "the log") -> View:
    """The document that these entries make."""
    doc: Doc[Any] = Doc()
    for root in ROOT_NAMES:
        doc.get(root, type=Map)
    if snapshot:
        doc.apply_update(snapshot)
    for _, payload in entries:
        for _, update in read_entry(payload).updates:
            doc.apply_update(update)
    return view_of(who, doc)
