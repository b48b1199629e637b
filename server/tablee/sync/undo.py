"""What one person did in a room since a moment, and how to take it back: a plan of new edits.

The log is read again. Beside the document as it was, every entry that the person touched is kept as it would
be without them: what others did to it since is done there too. Where the two differ at the end, the plan
leads from what is to what would be. So values go back only where nobody else changed them since, and of a
text only the person's own letters go, and those they deleted come back.

A note of theirs in which others wrote stays, with the others' words.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from tablee.errors import BadFrame
from tablee.model.notes import VERDICT
from tablee.sync.document import Delta, Document, Roots, Seen, add_fields, insert_entry, splice_text, stored
from tablee.sync.entries import Entry
from tablee.sync.gate import read_update

Values = dict[str, Any]
Key = tuple[str, str]
"""(root, id)"""

PLACE = ("board", "zone", "place", "order")
"""Where something lies is one value: a zone of one board is none of another."""
FIELD = "fields."


@dataclass(slots=True)
class Letter:
    """`kept`: it would be there without the person. `there`: it is."""

    letter: str
    kept: bool
    there: bool


@dataclass(slots=True)
class Track:
    """One entry that the person touched. `without`: its values without them; None if it would not be."""

    without: Values | None
    text: list[Letter]
    added: Values = field(default_factory=dict)
    """Of an entry that would not be: the fields that others filled in."""


@dataclass(frozen=True, slots=True)
class Step:
    """From `now` to `wanted`, both as plain values; `pieces` lead through the text of a note that stays."""

    root: str
    entry: str
    now: Values | None
    wanted: Values | None
    pieces: tuple[tuple[str, str], ...] = ()

    @property
    def note(self) -> str:
        """What it is about: the note itself, the one a comment or a like belongs to, or a group of notes."""
        return self.entry.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Plan:
    steps: tuple[Step, ...]

    @property
    def notes(self) -> frozenset[str]:
        return frozenset(step.note for step in self.steps)

    @property
    def authors(self) -> dict[str, str]:
        """Who had made what comes back: it is given back in their name."""
        out: dict[str, str] = {}
        for step in self.steps:
            if step.now is None and step.wanted is not None:
                by = step.wanted.get("by") if step.root == "notes" else _signed(step.entry)
                if isinstance(by, str) and by:
                    out[step.entry] = by
        return out

    def apply(self, roots: Roots) -> frozenset[str]:
        """Do what still fits: where somebody wrote since the plan was made, nothing is done. What it did."""
        done = set()
        for step in self.steps:
            entries = roots[step.root]
            if step.now != (json.loads(str(entries[step.entry])) if step.entry in entries else None):
                continue
            done.add(step.note)
            if step.wanted is None:
                del entries[step.entry]
            elif step.now is None:
                insert_entry(roots, step.root, step.entry, step.wanted)
            else:
                _set(entries[step.entry], _flat(step.now, step.root), _flat(step.wanted, step.root))
                if step.pieces:
                    splice_text(entries[step.entry], step.pieces)
        return frozenset(done)


class Replay:
    """The log of a room, read once more from a state of it."""

    def __init__(self, base: bytes | None, person: str, of: Collection[int] | None = None) -> None:
        """`base`: the document before the first entry. `of`: only what they did in these entries."""
        self._person, self._of = person, of
        self._document = Document(base)
        self._seen = Seen(self._document)
        self._now: dict[Key, Values] | None = None
        self._tracks: dict[Key, Track] = {}

    def pass_by(self, entry: Entry) -> None:
        """An entry from before the moment."""
        for _, update in entry.updates:
            self._document.apply(update)

    def take(self, n: int, entry: Entry, owners: Mapping[int, str]) -> None:
        """An entry from after it. `owners` of clients tell of old entries whose they are."""
        for at, (_, update) in enumerate(entry.updates):
            known = at < len(entry.people)
            by = entry.people[at] if known else _author(update, owners)
            self._take(update, by if self._of is None or n in self._of else None)

    def _take(self, update: bytes, by: str | None) -> None:
        now = self._content()
        self._document.apply(update)
        for key, deltas in self._seen.take().items():
            if key[0] == "answers":
                continue  # a group's own text, where all write in each other's sentences
            before, after = now.get(key), self._document.entry(*key)
            # what the server reveals is nobody's doing, but the note is theirs; not so a verdict's
            revealed = by == "" and before is None and after is not None and after.get("by") == self._person
            revealed = revealed and not key[1].startswith(VERDICT)
            if by == self._person or revealed:
                self._theirs(key, before, after, deltas)
            elif key in self._tracks:
                _others(self._tracks[key], key[0], before, after, deltas)
            if after is None:
                now.pop(key, None)
            else:
                now[key] = after

    def _content(self) -> dict[Key, Values]:
        if self._now is None:
            self._seen.take()
            roots = self._document.content().items()
            self._now = {(root, one): values for root, all_ in roots for one, values in all_.items()}
        return self._now

    def _theirs(
        self, key: Key, before: Values | None, after: Values | None, deltas: list[Delta] | None
    ) -> None:
        if before is None and after is None:
            return
        track = self._tracks.get(key)
        if track is None:
            without = None if before is None else _flat(before, key[0])
            track = self._tracks[key] = Track(without, _letters(before, key[0]))
        _write(track, before, after, deltas, key[0], kept=False)

    def end(self) -> None:
        """Nothing is taken any more: let go of the document."""
        self._seen.end()

    def plan(self) -> Plan:
        """What leads back from the document as it is now."""
        now = self._content()
        steps = [_step(key, track, now.get(key)) for key, track in sorted(self._tracks.items())]
        return Plan(tuple(step for step in steps if step is not None))


def _author(update: bytes, owners: Mapping[int, str]) -> str:
    """Whose an update is, by what it brings; of one that only deletes it cannot be told."""
    try:
        people = {owners.get(client, "") for client in read_update(update, trusted=True).sections}
    except BadFrame:
        return ""
    return people.pop() if len(people) == 1 else ""


# -- without the person -------------------------------------------------------------------------------


def _others(
    track: Track, root: str, before: Values | None, after: Values | None, deltas: list[Delta] | None
) -> None:
    """Do to the entry without the person what somebody else did to it."""
    if after is None:
        if before is not None:
            track.without, track.added = None, {}
    elif before is None:
        track.without = _flat(after, root)
    else:
        was, values = _flat(before, root), _flat(after, root)
        changed = {key for key in was.keys() | values.keys() if was.get(key) != values.get(key)}
        if changed & set(PLACE):
            changed |= set(PLACE)
        into = track.added if track.without is None else track.without
        for key in changed:
            if track.without is None and not key.startswith(FIELD):
                continue
            if key in values:
                into[key] = values[key]
            else:
                into.pop(key, None)
    _write(track, before, after, deltas, root, kept=True)


def _write(
    track: Track,
    before: Values | None,
    after: Values | None,
    deltas: list[Delta] | None,
    root: str,
    *,
    kept: bool,
) -> None:
    """Follow what was done to the text. `kept`: by somebody else, so that it holds without the person too."""
    if root != "notes":
        return
    if before is not None and after is not None and deltas is not None:
        for delta in deltas:
            _follow(track.text, delta, kept)
        return
    if before is not None:
        for one in track.text:
            one.there = False
            one.kept = one.kept and not kept
    if after is not None:
        if kept:
            track.text = []
        track.text += [Letter(letter, kept, True) for letter in str(after.get("text", ""))]


def _follow(text: list[Letter], delta: Delta, kept: bool) -> None:
    at = 0
    for part in delta:
        if "insert" in part:
            letters = str(part["insert"])
            back = _given_back(text, at, letters) if kept else []
            if back:
                for one in back:
                    one.there = True
                while text[at] is not back[-1]:
                    at += 1
                at += 1
            else:
                text[at:at] = [Letter(letter, kept, True) for letter in letters]
                at += len(letters)
            continue
        left = part.get("retain", 0) or part.get("delete", 0)
        while left > 0 and at < len(text):
            if text[at].there:
                left -= len(text[at].letter.encode())
                if "delete" in part:
                    text[at].there = False
                    text[at].kept = text[at].kept and not kept
            at += 1


def _given_back(text: list[Letter], at: int, letters: str) -> list[Letter]:
    """Letters that the person had deleted here, when somebody writes just these again."""
    gone = []
    for one in text[at:]:
        if one.there:
            break
        if one.kept:
            gone.append(one)
    found = "".join(one.letter for one in gone).find(letters)
    return gone[found : found + len(letters)] if found >= 0 else []


def _step(key: Key, track: Track, now: Values | None) -> Step | None:
    root, entry = key
    text = "".join(one.letter for one in track.text if one.kept)
    flat = track.without
    if flat is None and now is not None and (text.strip() or track.added):
        own = {name: value for name, value in _flat(now, root).items() if not name.startswith(FIELD)}
        flat = {**own, **track.added}
    if flat is None or now is None:
        if flat is None and now is None:
            return None
        return Step(root, entry, now, flat and _whole(flat, root, text))
    differs = root == "notes" and now["text"] != text
    if flat == _flat(now, root) and not differs:
        return None
    return Step(root, entry, now, _whole(flat, root, text), _pieces(track.text) if differs else ())


def _pieces(text: list[Letter]) -> tuple[tuple[str, str], ...]:
    out: list[tuple[str, str]] = []
    for one in text:
        if not one.kept and not one.there:
            continue
        what = "keep" if one.kept and one.there else "put" if one.kept else "take"
        if out and out[-1][0] == what:
            out[-1] = (what, out[-1][1] + one.letter)
        else:
            out.append((what, one.letter))
    return tuple(out)


# -- values ----------------------------------------------------------------------------------------------


def _signed(entry: str) -> str:
    """Whose a comment or a like is, by its key."""
    parts = entry.split(".")
    return parts[1] if len(parts) > 1 else ""


def _letters(values: Values | None, root: str) -> list[Letter]:
    if values is None or root != "notes":
        return []
    return [Letter(letter, True, True) for letter in str(values.get("text", ""))]


def _flat(values: Values, root: str) -> Values:
    """Fields of its kind beside the note's own values; its text apart."""
    if root != "notes":
        return dict(values)
    out = {name: value for name, value in values.items() if name not in ("text", "fields")}
    fields = values.get("fields")
    return {**out, **{FIELD + name: value for name, value in (fields or {}).items()}}


def _whole(flat: Values, root: str, text: str) -> Values:
    if root != "notes":
        return dict(flat)
    out = {name: value for name, value in flat.items() if not name.startswith(FIELD)}
    fields = {name.removeprefix(FIELD): v for name, v in flat.items() if name.startswith(FIELD)}
    return {**out, "text": text, "fields": fields}


def _set(entry: Any, now: Values, wanted: Values) -> None:
    for name in now.keys() | wanted.keys():
        if now.get(name) == wanted.get(name):
            continue
        if name.startswith(FIELD) and "fields" not in entry:
            add_fields(entry)
        holder = entry["fields"] if name.startswith(FIELD) else entry
        name_there = name.removeprefix(FIELD)
        if name in wanted:
            holder[name_there] = stored(name, wanted[name])
        else:
            del holder[name_there]
