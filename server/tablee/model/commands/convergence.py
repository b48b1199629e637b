"""Carrying notes from the sheets to the canvases. Done in `live/carrying.py`: it is about documents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tablee.errors import Conflict, Forbidden, Invalid, NotFound
from tablee.model.carry import canvases_in, group_of, source_rooms
from tablee.model.commands.base import AT_THE_TABLE, LEADERS, Command, Fields
from tablee.model.notes import Places, checked_text
from tablee.model.reasons import refusal_of
from tablee.model.rights import Actor, Policy, draft_fault, may
from tablee.model.templates import CANVASES
from tablee.model.workshop import (
    Person,
    Workshop,
    group_rooms,
    may_enter,
    may_harvest,
    may_write_in,
    plenary_room,
    read_room,
    room_kind,
)

NOTES_AT_ONCE = 300
MERGED_AT_ONCE = 12

COMMANDS: Mapping[str, Command] = {
    "note.carry": Command(
        AT_THE_TABLE,
        ("from", "note", "notes", "zone", "canvas", "again", "place", "room"),
        None,
        in_draft=False,
    ),
    "note.merge": Command(AT_THE_TABLE, ("notes", "zone", "text", "room"), None, in_draft=False),
    "note.park": Command(
        AT_THE_TABLE, ("from", "note", "notes", "canvas", "parked", "room"), None, in_draft=False
    ),
    "note.raise": Command(AT_THE_TABLE, ("from", "notes", "zone"), None, in_draft=False),
    "rooms.pool": Command(LEADERS, ("canvas",), None, in_draft=False),
}

Named = tuple[str, str]
"""Room and note."""


def named_notes(fields: Fields, most: int) -> list[Named]:
    """The sources that a command names, each once: `{from, note}`, or a list of them."""
    listed = fields.get("notes")
    if listed is None:
        listed = [{"from": fields.get("from"), "note": fields.get("note")}]
    elif "from" in fields or "note" in fields:
        raise Invalid("notes.invalid", "Indiquez une note ou une liste, pas les deux.", field="notes")
    if not isinstance(listed, list) or not 0 < len(listed) <= most:
        raise Invalid("notes.count", "Indiquez des notes, et pas trop à la fois.", field="notes")
    out: dict[Named, None] = {}
    for one in listed:
        if not isinstance(one, Mapping) or not one.keys() <= {"from", "note"}:
            raise Invalid("notes.invalid", "Chaque note s'indique par sa salle et son nom.", field="notes")
        out[_word(one.get("from")), _word(one.get("note"))] = None
    return list(out)


def _word(value: object) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= 64:
        raise NotFound("note.unknown", "Cette note n'existe pas, ou plus.", field="notes")
    return value


def target_of_sources(
    workshop: Workshop, person: Person, places: Places, sources: list[Named], canvas: str, fields: Fields
) -> str:
    """The room in which these sources come to this canvas. Raises `Refused` unless this person is in it and
    its canvases are fed by the rooms of the sources."""
    if canvas not in workshop.modules:
        raise Invalid("board.unknown", "Ce support n'existe pas dans cet atelier.", field="zone")
    wanted = fields.get("room")
    if wanted is None:
        groups = {group_of(room) for room, _ in sources}
        kind = room_kind(workshop, canvas)
        if kind == "plenary":
            wanted = plenary_room(workshop.id)
        elif len(groups) == 1 and workshop.group(group := groups.pop()) is not None:
            wanted = group_rooms(workshop.id, group)["convergence"]
        else:
            raise Invalid("room.missing", "Indiquez la salle de ce canevas.", field="room")
    if not isinstance(wanted, str) or not may_enter(workshop, person, wanted):
        raise NotFound("room.unknown", "Cette salle n'est pas dans cet atelier.", field="room")
    if not may_write_in(workshop, person, wanted):
        raise refusal_of("role.read_only")
    if canvas not in canvases_in(workshop, wanted):
        raise Conflict("canvas.elsewhere", "Ce canevas n'est pas dans cette salle.", field="room")
    open_rooms = source_rooms(workshop, places.catalogue, wanted)
    for room, _ in sources:
        if room not in open_rooms or not may_harvest(workshop, person, wanted, room):
            raise NotFound("note.unknown", "Cette note n'existe pas, ou plus.", field="notes")
    return wanted


def canvas_of(fields: Fields) -> str:
    canvas = fields.get("canvas")
    if canvas not in CANVASES:
        raise NotFound("board.unknown", "Ce canevas n'existe pas dans cet atelier.", field="canvas")
    return str(canvas)


def merged_text(fields: Fields) -> str | None:
    return None if fields.get("text") is None else checked_text(fields["text"])


def check_zone(workshop: Workshop, person: Person, policy: Policy, board: str, zone: str) -> None:
    """Raise unless this person may write in this zone now, where all see it at once."""
    fault = draft_fault(board, zone, Actor(person.id, person.role, person.stakeholder), policy)
    if fault is not None:
        raise refusal_of(fault)
    check_shown(policy, board, zone)


def check_shown(policy: Policy, board: str, zone: str) -> None:
    """Raise while people write for themselves in this zone."""
    if policy.is_hidden(board, zone):
        raise Forbidden(
            "carry.hidden",
            "Ici, chacun écrit pour soi jusqu'à la révélation : reportez-y des notes ensuite.",
            field="zone",
        )


def check_canvas(person: Person, policy: Policy, canvas: str) -> None:
    """The same for a canvas as a whole, where something is put aside."""
    if not may(person.role, "note.add", policy.moment_on(canvas)):
        raise refusal_of("role.read_only")
    locked = policy.frozen or canvas in policy.locked
    if locked and not may(person.role, "board.change_locked", policy.moment_on(canvas)):
        raise refusal_of("board.locked")


def canvases_to_pool(workshop: Workshop, fields: Fields) -> tuple[str, ...]:
    """Canvases that groups fill for themselves: the one that is named, or all. Raises when there is none."""
    named = None if fields.get("canvas") is None else canvas_of(fields)
    found = tuple(
        canvas
        for canvas in CANVASES
        if canvas in workshop.modules
        and named in (None, canvas)
        and room_kind(workshop, canvas) == "convergence"
    )
    if not found:
        raise Conflict(
            "pool.together", "Ce canevas est déjà commun à tous les groupes : il n'y a rien à réunir."
        )
    return found


def room_to_raise_in(workshop: Workshop, person: Person, fields: Fields) -> str:
    room = fields.get("from")
    name = read_room(room) if isinstance(room, str) else None
    if name is None or not isinstance(room, str) or room not in workshop.rooms:
        raise NotFound("room.unknown", "Cette salle n'est pas dans cet atelier.", field="from")
    if not may_enter(workshop, person, room):
        raise NotFound("room.unknown", "Cette salle n'est pas dans cet atelier.", field="from")
    if not may_write_in(workshop, person, room):
        raise refusal_of("role.read_only")
    return room


def raised_ids(fields: Fields) -> list[str]:
    listed: Any = fields.get("notes")
    if not isinstance(listed, list) or not 0 < len(listed) <= MERGED_AT_ONCE:
        raise Invalid("notes.count", "Indiquez des notes, et pas trop à la fois.", field="notes")
    return list(dict.fromkeys(_word(one) for one in listed))
