"""Drafts: notes that only their author sees, while writing is silent or anonymous, until they are revealed.

Pure values. Drafts never enter the document of a room, where every client has the bytes of everything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tablee.errors import Conflict, Invalid
from tablee.model.fields import checked_fields
from tablee.model.notes import Places, checked_text, next_place, order_after, value_fault
from tablee.model.reasons import SENTENCES, refusal_of
from tablee.model.rights import Actor, Policy, draft_fault

DRAFTS_PER_PERSON = 100
"""In one room."""
CHARS_PER_PERSON = 100_000
"""In all of them: each change of one writes them all."""
EVENT_NOTES = 500
"""Drafts that one message may write or delete."""
NOBODYS_COLOUR = "craie"
NEAR = 0.12
"""Notes whose places differ by less than this in both directions would lie on each other."""
_ROWS = (0.0, 0.5, 1.0, 0.25, 0.75, 0.125, 0.375, 0.625, 0.875)
_CELLS = [(x, y) for columns in ((0.0, 1.0), (0.5,)) for y in _ROWS for x in columns]
"""Where a note goes whose place is taken: the first of these that is free."""
_LOOKED_AT = 8
"""Of the notes that lie in one corner, so many are looked at: a crowd that chose one place costs no more."""

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_VALUES = ("kind", "place", "order", "colour", "tags", "stakeholder")
_NAMES = frozenset({"id", "board", "zone", "text", "fields", "by", "at", "hidden", "anonymous", *_VALUES})


@dataclass(frozen=True, slots=True)
class Draft:
    """`becomes` is the id of the note that is made of it when it belongs to nobody: no other person can tell
    it from the draft's id. `silent`: written while the place was; `anonymous`: and this never ends.
    `left`: its author is done with it."""

    id: str
    becomes: str
    board: str
    zone: str
    at: int
    text: str = ""
    kind: str = "note"
    place: tuple[float, float] = (0.0, 0.0)
    order: str = "a0"
    colour: str = NOBODYS_COLOUR
    tags: tuple[str, ...] = ()
    stakeholder: str | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)
    silent: bool = False
    anonymous: bool = False
    left: bool = False

    @property
    def is_blank(self) -> bool:
        return not self.text.strip() and not self.fields

    def as_json(self, person: str) -> dict[str, Any]:
        """As its author sees it: a note that says that it is hidden."""
        return {
            "id": self.id,
            "board": self.board,
            "zone": self.zone,
            "kind": self.kind,
            "place": list(self.place),
            "order": self.order,
            "colour": self.colour,
            "text": self.text,
            "by": person,
            "at": self.at,
            "fields": dict(self.fields),
            "hidden": True,
            **({"tags": list(self.tags)} if self.tags else {}),
            **({"stakeholder": self.stakeholder} if self.stakeholder else {}),
        }


Drafts = Mapping[str, Draft]
"""Of one person in one room, by id."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What one message asks for, checked as far as that goes without the drafts there are."""

    notes: Sequence[Mapping[str, Any]] = ()
    deleted: Sequence[str] = ()
    publish: Sequence[str] = ()

    @property
    def ids(self) -> set[str]:
        return {*(note["id"] for note in self.notes), *self.deleted, *self.publish}

    def without(self, ids: Collection[str]) -> Asked:
        return Asked(
            [note for note in self.notes if note["id"] not in ids],
            [one for one in self.deleted if one not in ids],
            [one for one in self.publish if one not in ids],
        )


def asked(message: Mapping[str, Any], places: Places) -> Asked:
    """Read the message of a client. Raises `Invalid`."""
    notes = [_checked(note, places) for note in _list(message, "notes")]
    deleted = [_checked_id(one, "deleted") for one in _list(message, "deleted")]
    publish = [_checked_id(one, "publish") for one in _list(message, "publish")]
    if len({note["id"] for note in notes}) != len(notes):
        raise Invalid("private.twice", "Une note y est deux fois.", field="notes")
    return Asked(notes, deleted, publish)


def _list(message: Mapping[str, Any], name: str) -> list[Any]:
    value = message.get(name, [])
    if not isinstance(value, list) or len(value) > EVENT_NOTES:
        raise Invalid("private.invalid", "Ce message n'a pas la forme attendue.", field=name)
    return value


def _checked_id(value: object, name: str) -> str:
    if not isinstance(value, str) or _ID.fullmatch(value) is None:
        raise Invalid("note.id", "L'id d'une note a de 1 à 64 lettres et chiffres.", field=name)
    return value


def _checked(note: object, places: Places) -> dict[str, Any]:
    if not isinstance(note, dict):
        raise Invalid("private.invalid", "Ce message n'a pas la forme attendue.", field="notes")
    unknown = sorted(str(name) for name in note if name not in _NAMES)
    if unknown:
        raise Invalid("note.field", "Ce champ n'existe pas sur une note.", field=unknown[0])
    out: dict[str, Any] = {"id": _checked_id(note.get("id"), "id")}
    board, zone = note.get("board"), note.get("zone")
    if not places.holds(board, zone):
        key = "zone.unknown" if places.holds_board(board) else "board.unknown"
        raise Invalid(key, SENTENCES[key], field=key.partition(".")[0])
    out |= {"board": board, "zone": zone, "text": checked_text(note.get("text", ""))}
    for name in _VALUES:
        value = note.get(name)
        if value is None:
            continue
        fault = value_fault(name, value)
        if fault is not None:
            raise Invalid(fault, "Une valeur de cette note n'est pas acceptée.", field=name)
        out[name] = tuple(value) if name in ("place", "tags") else value
    given = checked_fields(note.get("fields") or {})
    out["fields"] = {name: value for name, value in given.items() if value is not None}
    out["anonymous"] = note.get("anonymous", False)
    if not isinstance(out["anonymous"], bool):
        raise Invalid("private.invalid", "Ce message n'a pas la forme attendue.", field="anonymous")
    return out


def written(
    drafts: Drafts, what: Asked, actor: Actor, policy: Policy, now: int, new_id: Callable[[], str]
) -> dict[str, Draft]:
    """The drafts of a person after what they ask for. Raises `Refused`; nothing is done then.

    The same twice gives the same. A place that is not hidden (any more) is taken too: the draft was on its
    way when it was revealed, and becomes a note at once; without a name if its author says that it was
    written without.
    """
    after = dict(drafts)
    for draft_id in what.deleted:
        there = after.get(draft_id)
        if there is None:
            continue
        fault = draft_fault(there.board, there.zone, actor, policy)
        if fault not in (None, "board.unknown", "zone.unknown"):  # one's own goes from anywhere
            raise refusal_of(fault)
        del after[draft_id]
    for note in what.notes:
        there = after.get(note["id"])
        _allow(note["board"], note["zone"], actor, policy)
        if there is not None and (there.board, there.zone) != (note["board"], note["zone"]):
            _allow(there.board, there.zone, actor, policy)
            if policy.is_silent(there.board, there.zone) and not policy.is_silent(
                note["board"], note["zone"]
            ):
                raise refusal_of("writing.leaves")
        made = there or Draft(note["id"], new_id(), note["board"], note["zone"], now)
        after[note["id"]] = replace(
            Draft(**{**note, "becomes": made.becomes, "at": made.at}),
            silent=made.silent or policy.is_silent(note["board"], note["zone"]),
            anonymous=made.anonymous or note["anonymous"] or policy.is_anonymous(note["board"], note["zone"]),
            left=made.left,
        )
    for draft_id in what.publish:
        if draft_id in after:
            _allow(after[draft_id].board, after[draft_id].zone, actor, policy)
            after[draft_id] = replace(after[draft_id], left=True)
    if len(after) > max(DRAFTS_PER_PERSON, len(drafts)) or _chars(after) > max(
        CHARS_PER_PERSON, _chars(drafts)
    ):
        raise Conflict("private.full", "Vous avez déjà trop de notes qui attendent d'être révélées.")
    return after


def _chars(drafts: Drafts) -> int:
    return sum(
        len(draft.text) + sum(len(str(one)) for one in draft.fields.values()) for draft in drafts.values()
    )


def nameless(drafts: Drafts, policy: Policy) -> dict[str, Draft]:
    """The same drafts; those in a place that is anonymous now stay so, whatever becomes of the place."""
    return {
        key: replace(draft, anonymous=draft.anonymous or policy.is_anonymous(draft.board, draft.zone))
        for key, draft in drafts.items()
    }


def _allow(board: str, zone: str, actor: Actor, policy: Policy) -> None:
    fault = draft_fault(board, zone, actor, policy)
    if fault is not None:
        raise refusal_of(fault)


# -- the reveal ----------------------------------------------------------------------------------------


def is_due(draft: Draft, policy: Policy) -> bool:
    """Whether it is to be a note now: its place is open, or only anonymous and its author is done with it."""
    if policy.is_silent(draft.board, draft.zone):
        return False
    return draft.silent or draft.left or not policy.is_anonymous(draft.board, draft.zone)


@dataclass(frozen=True, slots=True)
class Due:
    person: str
    draft: Draft
    anonymous: bool

    @property
    def note_id(self) -> str:
        """Made of the draft alone, so that a reveal that is done again makes nothing twice."""
        return self.draft.becomes if self.anonymous else self.draft.id


def due(drafts: Mapping[str, Drafts], *policies: Policy) -> list[Due]:
    """Drafts of all people, person by person, that are to be notes now. Those without a word are not.

    Of several policies (before the drafts were read and after) the most private counts.
    """
    return [
        Due(person, draft, draft.anonymous or any(p.is_anonymous(draft.board, draft.zone) for p in policies))
        for person, theirs in drafts.items()
        for draft in theirs.values()
        if all(is_due(draft, policy) for policy in policies) and not draft.is_blank
    ]


def left_behind(drafts: Drafts, policy: Policy) -> dict[str, Draft]:
    """Without those that hold no word where nothing is hidden any more. One that was anonymous stays: what
    its author writes in it next must not be signed."""
    return {
        key: draft
        for key, draft in drafts.items()
        if draft.anonymous or not draft.is_blank or policy.is_hidden(draft.board, draft.zone)
    }


def says_other(now: Draft | None, read: Draft) -> bool:
    """Whether its author has written on in a draft that was read."""
    return now is not None and (now.text, now.fields) != (read.text, read.fields)


def later_words(read: Draft, now: Draft, note: Mapping[str, Any]) -> dict[str, Any]:
    """What to set in the note made of a draft as it was read, now that its author has written on in it. What
    somebody has changed in the note since is theirs."""
    out: dict[str, Any] = {}
    if now.text != read.text and note.get("text") == read.text:
        out["text"] = now.text
    there = note.get("fields") or {}
    names = [name for name in {**read.fields, **now.fields} if read.fields.get(name) != now.fields.get(name)]
    fields = {name: now.fields.get(name) for name in names if there.get(name) == read.fields.get(name)}
    return {**out, "fields": fields} if fields else out


def notes_of(
    revealed: Iterable[Due], existing: Mapping[str, Mapping[str, Any]], now: int
) -> dict[str, dict[str, Any]]:
    """The notes they become, in the order in which they are given. What is there already is left out.

    Authors did not see each other: where two chose the same place, the later moves to a free one.
    """
    taken: dict[tuple[str, str], _Taken] = {}
    orders: dict[tuple[str, str], list[str]] = {}
    for note in existing.values():
        there = (str(note.get("board")), str(note.get("zone")))
        place = note.get("place")
        if isinstance(place, list) and len(place) == 2:
            taken.setdefault(there, _Taken()).add((float(place[0]), float(place[1])))
        orders.setdefault(there, []).append(str(note.get("order", "")))
    out: dict[str, dict[str, Any]] = {}
    for one in revealed:
        draft = one.draft
        if one.note_id in existing or one.note_id in out:
            continue
        there = (draft.board, draft.zone)
        place = taken.setdefault(there, _Taken()).free(draft.place)
        order = order_after(orders.setdefault(there, []))
        orders[there] = [order]
        out[one.note_id] = {
            "board": draft.board,
            "zone": draft.zone,
            "kind": draft.kind,
            "place": list(place),
            "order": order,
            "colour": NOBODYS_COLOUR if one.anonymous else draft.colour,
            "text": draft.text,
            "at": now,
            "fields": dict(draft.fields),
            **({"tags": list(draft.tags)} if draft.tags else {}),
        }
        if not one.anonymous:
            out[one.note_id]["by"] = one.person
            if draft.stakeholder:
                out[one.note_id]["stakeholder"] = draft.stakeholder
    return out


class _Taken:
    """The places that are taken in one zone, in squares of `NEAR`: two in one square lie on each other."""

    def __init__(self) -> None:
        self._squares: dict[tuple[int, int], list[tuple[float, float]]] = {}
        self._cells = iter(_CELLS)
        self._others = 0

    def add(self, place: tuple[float, float]) -> None:
        there = self._squares.setdefault(_square(place), [])
        if len(there) < _LOOKED_AT:
            there.append(place)

    def free(self, wanted: tuple[float, float]) -> tuple[float, float]:
        """This place, or another that is free as long as there is one; taken now."""
        place = wanted if self._is_free(wanted) else next(filter(self._is_free, self._cells), None)
        if place is None:  # all is full: over the others, row by row
            x, y = next_place(self._others)
            self._others += 1
            place = (x, y)
        self.add(place)
        return place

    def _is_free(self, place: tuple[float, float]) -> bool:
        x, y = _square(place)
        if (x, y) in self._squares:
            return False
        around = [self._squares.get((x + dx, y + dy), ()) for dx in (-1, 0, 1) for dy in (-1, 0, 1)]
        return not any(
            abs(place[0] - other[0]) < NEAR and abs(place[1] - other[1]) < NEAR
            for others in around
            for other in others
        )


def _square(place: tuple[float, float]) -> tuple[int, int]:
    return int(place[0] / NEAR), int(place[1] / NEAR)


# -- what may be told of drafts --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tally:
    """Of one person in one room. `places`: `board zone` → how many drafts with words; `named`: those of them
    that will be signed; `due`: those that are notes as soon as the place is not silent. `last_at`: when a
    named one was written last."""

    places: Mapping[str, tuple[int, int, int]] = field(default_factory=dict)
    last_at: int | None = None


def tally(drafts: Drafts, policy: Policy, last_at: int | None) -> Tally:
    places: dict[str, tuple[int, int, int]] = {}
    for draft in drafts.values():
        if draft.is_blank:
            continue
        there = f"{draft.board} {draft.zone}"
        count, named, ready = places.get(there, (0, 0, 0))
        is_named = not draft.anonymous and not policy.is_anonymous(draft.board, draft.zone)
        places[there] = (count + 1, named + is_named, ready + (draft.silent or draft.left))
    return Tally(places, last_at if any(named for _, named, _ in places.values()) else None)


def has_due(tallies: Iterable[Tally], policy: Policy) -> bool:
    """Whether any draft is to be a note now."""
    for one in tallies:
        for there, (count, _, ready) in one.places.items():
            board, _, zone = there.partition(" ")
            if policy.is_silent(board, zone):
                continue
            if ready or (count and not policy.is_anonymous(board, zone)):
                return True
    return False


def has_named(tallies: Iterable[Tally], policy: Policy) -> bool:
    """Whether a draft that would be signed lies where notes belong to nobody now."""
    return any(
        named and policy.is_anonymous(*there.split(" ", 1))
        for one in tallies
        for there, (_, named, _) in one.places.items()
    )


def count_of(tallies: Iterable[Tally]) -> int:
    return sum(count for one in tallies for count, _, _ in one.places.values())


def hidden_zones(tallies: Mapping[str, Tally], seated: frozenset[str]) -> dict[str, dict[str, int]]:
    """What everybody in the room is told: how many notes wait in each place, and how many people wrote.

    `seated`: those who sit in the room, whether they have written or not.
    """
    notes: dict[str, int] = {}
    people: dict[str, set[str]] = {}
    for person, one in tallies.items():
        for there, (count, _, _) in one.places.items():
            notes[there] = notes.get(there, 0) + count
            people.setdefault(there, set()).add(person)
    return {
        there: {"notes": count, "people": len(people[there]), "of": len(seated | people[there])}
        for there, count in sorted(notes.items())
    }


def named_counts(tallies: Mapping[str, Tally]) -> dict[str, int]:
    """What facilitation is told besides: how many signed notes each person has waiting."""
    counts = {person: sum(named for _, named, _ in one.places.values()) for person, one in tallies.items()}
    return {person: count for person, count in counts.items() if count}
