"""Moderation: what somebody did taken back, notes hidden or given back. Done in `live/moderation.py`."""

from __future__ import annotations

from collections.abc import Mapping

from tablee.errors import Forbidden, Invalid, NotFound
from tablee.model.commands.base import AT_THE_TABLE, LEADERS, Command, Fields, target_of, text_of
from tablee.model.workshop import Person, Workshop

REASON_CHARS = 500
LATE_MS = 60_000
"""How far ahead the clock of whoever asks may be."""

COMMANDS: Mapping[str, Command] = {
    "person.undo": Command(LEADERS, ("person", "since", "room", "preview"), None),
    "person.redo": Command(LEADERS, ("entries",), None),
    "note.hide": Command(LEADERS, ("room", "note"), None),
    "note.show": Command(LEADERS, ("room", "note"), None),
    "note.return": Command(LEADERS, ("room", "note", "text"), None),
    "note.settle": Command(AT_THE_TABLE, ("room", "note"), None),
}


def whose_of(workshop: Workshop, person: Person, fields: Fields) -> str:
    """Whose doing is taken back: somebody of the workshop, also after they were removed."""
    wanted = text_of(fields.get("person"))
    return wanted if wanted in workshop.former else target_of(workshop, person, fields).id


def since_of(fields: Fields, now: int) -> int:
    since = fields.get("since")
    if isinstance(since, bool) or not isinstance(since, int) or not 0 <= since <= now + LATE_MS:
        raise Invalid("since.invalid", "Indiquez depuis quel moment, en millisecondes.", field="since")
    return since


def room_of(workshop: Workshop, fields: Fields) -> str:
    room = fields.get("room")
    if not isinstance(room, str) or room not in workshop.rooms:
        raise NotFound("room.unknown", "Cette salle n'est pas dans cet atelier.", field="room")
    return room


def note_of(fields: Fields) -> str:
    note = fields.get("note")
    if not isinstance(note, str) or not 0 < len(note) <= 64:
        raise NotFound("note.unknown", "Cette note n'existe pas, ou plus.", field="note")
    return note


def reason_of(fields: Fields) -> str:
    text = fields.get("text", "")
    if not isinstance(text, str) or len(text) > REASON_CHARS:
        raise Invalid("text.too_long", "Ce mot est trop long : cinq cents caractères au plus.", field="text")
    return text.strip()


def entries_of(workshop: Workshop, fields: Fields) -> Mapping[str, list[int]]:
    """Room → entries of its log, as the answer to `person.undo` has them."""
    entries = fields.get("entries")
    if not isinstance(entries, Mapping) or not 0 < len(entries) <= 200:
        raise Invalid("entries.invalid", "Indiquez ce que l'annulation a répondu.", field="entries")
    out: dict[str, list[int]] = {}
    for room, numbers in entries.items():
        whole = isinstance(numbers, list) and all(type(n) is int and n > 0 for n in numbers)
        if not whole or not 0 < len(numbers) <= 10:
            raise Invalid("entries.invalid", "Indiquez ce que l'annulation a répondu.", field="entries")
        out[room_of(workshop, {"room": room})] = numbers
    return out


def may_settle(person: Person, returned_to: str | None) -> None:
    if returned_to != person.id:
        raise Forbidden("note.not_returned", "Cette note ne vous a pas été rendue.", field="note")
