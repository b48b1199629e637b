"""Edits by which notes come into the document of a canvas: laid at the end of a zone, or joined."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from tablee.errors import Invalid
from tablee.live.workshops import now_ms
from tablee.model.carry import (
    MOST_ORIGINS,
    Note,
    Source,
    carried,
    decided_in,
    hash_of,
    joined,
    merged,
    merged_id,
    park_key,
)
from tablee.model.notes import TAGS, TEXT_CHARS, next_place, order_after
from tablee.model.reasons import refusal_of
from tablee.model.templates import Zone
from tablee.model.workshop import Person, Workshop
from tablee.sync.document import NotesMap, Roots, change_note, insert_note, plain, stored


class Laying:
    """Puts notes into a document, each after those that are in its zone."""

    def __init__(self, notes: NotesMap) -> None:
        self._notes = notes
        self.there = plain(notes)
        self._orders: dict[tuple[str, str], list[str]] = {}

    def put(self, note_id: str, values: Mapping[str, Any]) -> None:
        if note_id in self.there:
            return
        place, order = self.end_of(str(values["board"]), str(values["zone"]))
        note = {"place": place, "order": order, **values}
        insert_note(note_id, note)(self._notes)
        self.there[note_id] = dict(note)
        self._orders[note["board"], note["zone"]].append(note["order"])

    def end_of(self, board: str, zone: str) -> tuple[list[float], str]:
        """Place and order of another note there."""
        orders = self._orders.get((board, zone))
        if orders is None:
            orders = self._orders[board, zone] = [
                str(note.get("order", ""))
                for note in self.there.values()
                if note.get("board") == board and note.get("zone") == zone
            ]
        return next_place(len(orders)), order_after(orders)


@dataclass(slots=True)
class Merging:
    """One `note.merge` in the document of the canvas. `edit` may be tried on another copy of it."""

    workshop: Workshop
    person: Person
    sources: Sequence[Source]
    zone: Zone
    canvas: str
    text: str | None
    home: str
    hidden: frozenset[str] = frozenset()
    """Notes that facilitation took out of sight there."""
    note_id: str = ""
    authors: dict[str, str] = field(default_factory=dict)

    def edit(self, roots: Roots) -> None:
        laying = Laying(roots["notes"])
        known = decided_in(laying.there, {}, self.home).notes.get(self.canvas, {})
        parts: list[dict[str, Any]] = []
        there: dict[str, None] = {}
        for source in self.sources:
            made = known.get(source.key, ())
            if not made:
                parts.append(self._part(source))
            elif made[0] not in there:
                there[made[0]] = None
                parts.append(dict(laying.there[made[0]]))
        origins = merged(parts, self.zone, "", self.workshop.language)["origin"]
        if len(origins) > MOST_ORIGINS:
            raise Invalid("merge.too_many", "Une note réunit douze sources au plus.", field="notes")
        whole = self._whole(parts)
        if there:
            self.note_id = next(iter(there))
            self._join(roots["notes"], laying, parts, list(there)[1:], whole)
        else:
            self.note_id = merged_id(self.canvas, (source.key for source in self.sources))
            if self.note_id in self.hidden:
                raise refusal_of("note.hidden")
            laying.put(self.note_id, whole)
            vouch(self.authors, self.note_id, whole, self.person)

    def _part(self, source: Source) -> dict[str, Any]:
        address = f"{self.canvas}.{self.zone.id}"
        language = self.workshop.language
        return carried(source, self.zone, address, language=language, today=today(), now=now_ms())

    def _whole(self, parts: Sequence[Note]) -> dict[str, Any]:
        whole = merged(parts, self.zone, self.person.id, self.workshop.language)
        text = joined(parts, self.workshop.language) if self.text is None else self.text
        if len(text) > TEXT_CHARS:
            raise Invalid(
                "note.too_long", "Cette note est trop longue : deux mille caractères au plus.", field="text"
            )
        return {**whole, "board": self.canvas, "zone": self.zone.id, "text": text}

    def _join(
        self, notes: NotesMap, laying: Laying, parts: Sequence[Note], gone: Sequence[str], whole: Note
    ) -> None:
        """Into the first note that is there already; it keeps its author, place and kind."""
        base = laying.there[self.note_id]
        if len(parts) == 1 and self.text is None and base.get("zone") == self.zone.id:
            return
        fields = {**(whole.get("fields") or {}), **(base.get("fields") or {})}
        missing = {name: one for name, one in fields.items() if name not in (base.get("fields") or {})}
        changes: dict[str, Any] = {"text": whole["text"], "fields": missing}
        if base.get("zone") != self.zone.id:
            place, order = laying.end_of(self.canvas, self.zone.id)
            changes |= {"zone": self.zone.id, "place": place, "order": order}
            if base.get("kind") not in self.zone.kinds:
                changes["kind"] = whole["kind"]
        change_note(self.note_id, changes)(notes)
        if whole["origin"] != base.get("origin"):
            notes[self.note_id]["origin"] = stored("origin", whole["origin"])
        for note_id in gone:
            del notes[note_id]


def unpark(roots: Roots, canvas: str, keys: Iterable[str], made: Mapping[str, str]) -> None:
    """What was put aside and has a note now is no longer aside, also if that note is deleted one day."""
    for key in keys:
        mark = park_key(canvas, key)
        if made.get(key, "") in roots["notes"] and mark in roots["answers"]:
            del roots["answers"][mark]


def vouch(authors: dict[str, str], note_id: str, values: Note, person: Person) -> None:
    """The server says whose the words are: a copy is signed by who wrote them, not by who carries them."""
    by = values.get("by")
    if isinstance(by, str) and by != person.id:
        authors[note_id] = by


def pooled(source: Source) -> dict[str, Any]:
    """A group's canvas note for the plenary: as it is, with where it was."""
    note = source.note
    kept = (
        "board",
        "zone",
        "kind",
        "place",
        "order",
        "colour",
        "text",
        "by",
        "at",
        "fields",
        "tags",
        "stakeholder",
    )
    own = {
        "group": source.group,
        "board": note["board"],
        "zone": note["zone"],
        "note": source.note_id,
        "at": now_ms(),
        "by": source.author,
        "hash": hash_of(note),
    }
    earlier = [{"group": source.group, **origin} for origin in note.get("origin") or ()]
    out = {name: note[name] for name in kept if name in note}
    return {**out, "origin": [*earlier, own][-MOST_ORIGINS - 1 :]}


def raised(sources: Sequence[Source], board: str, zone: Zone, person: Person) -> dict[str, Any]:
    """As `web/src/model/raise.ts` makes it."""
    notes = [source.note for source in sources]
    kinds = {str(note.get("kind", "note")) for note in notes}
    kind = kinds.pop() if len(kinds) == 1 else "note"
    colours = {str(note.get("colour", person.colour)) for note in notes}
    text = "\n".join(str(note.get("text", "")).strip() for note in notes)
    if len(text) > TEXT_CHARS:
        raise Invalid(
            "note.too_long", "Cette note est trop longue : deux mille caractères au plus.", field="notes"
        )
    fields: dict[str, Any] = {}
    for note in reversed(notes):
        fields |= note.get("fields") or {}
    earlier = [origin for note in notes for origin in note.get("origin") or ()]
    own = [
        {
            "board": str(source.note["board"]),
            "zone": str(source.note["zone"]),
            "note": source.note_id,
            "at": source.note.get("at", 0),
            "by": source.author,
        }
        for source in sources
    ]
    out = {
        "board": board,
        "zone": zone.id,
        "kind": kind if kind in zone.kinds else "note",
        "colour": colours.pop() if len(colours) == 1 else person.colour,
        "text": text,
        "fields": fields,
        "origin": [*earlier, *own][-MOST_ORIGINS:],
        "by": person.id,
        "at": now_ms(),
    }
    tags = list(dict.fromkeys(tag for note in notes for tag in note.get("tags") or ()))[:TAGS]
    return {**out, "tags": tags} if tags else out


def today() -> date:
    return datetime.now(UTC).date()
