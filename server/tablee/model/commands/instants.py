"""Instants: kept by name, dropped, restored in place. Done in `live/instants.py` and `live/restoring.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tablee.errors import Invalid, NotFound
from tablee.model.commands.base import LEADERS, Command, Fields, board_and_zone, flag_of
from tablee.model.commands.moderation import room_of
from tablee.model.notes import LATEST_MS, Places
from tablee.model.plan import module_of
from tablee.model.workshop import Workshop, read_room, room_kind

NAME_CHARS = 80
ID_CHARS = 40

COMMANDS: Mapping[str, Command] = {
    "instant.keep": Command(LEADERS, ("name", "room", "at"), None, when_closed=True),
    "instant.drop": Command(LEADERS, ("room", "instant"), None, when_closed=True),
    "instant.restore": Command(LEADERS, ("room", "instant", "board", "zone", "confirm", "preview"), None),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What shall be as it was. `confirm`: what was shown before, by its token."""

    room: str
    instant: str
    board: str | None
    zone: str | None
    confirm: str | None
    preview: bool


def kept_name(fields: Fields) -> str:
    name = fields.get("name")
    if not isinstance(name, str) or not name.strip():
        raise Invalid("name.missing", "Donnez un nom à cet instant.", field="name")
    clean = " ".join(name.split())
    if len(clean) > NAME_CHARS:
        raise Invalid(
            "name.too_long", "Ce nom est trop long : quatre-vingts caractères au plus.", field="name"
        )
    return clean


def rooms_of(workshop: Workshop, fields: Fields) -> tuple[str, ...]:
    """The room that is named; all of them when none is."""
    return workshop.rooms if fields.get("room") is None else (room_of(workshop, fields),)


def moment_of(fields: Fields) -> int | None:
    """When it was, in milliseconds since 1970; None: now."""
    at = fields.get("at")
    if at is None:
        return None
    if isinstance(at, bool) or not isinstance(at, int) or not 0 <= at <= LATEST_MS:
        raise Invalid("at.invalid", "Indiquez un moment, en millisecondes.", field="at")
    return at


def instant_of(fields: Fields) -> str:
    instant = fields.get("instant")
    if not isinstance(instant, str) or not 0 < len(instant) <= ID_CHARS:
        raise NotFound("instant.unknown", "Cet instant n'existe pas, ou plus.", field="instant")
    return instant


def wanted_of(workshop: Workshop, fields: Fields, places: Places) -> Wanted:
    """Raises `Refused`. A zone says enough where only one board of the room has it."""
    room = room_of(workshop, fields)
    if fields.get("board") is None and isinstance(fields.get("zone"), str):
        found = boards_with(workshop, room, str(fields["zone"]), places)
        fields = {**fields, "board": found[0]} if len(found) == 1 else fields
    board, zone = board_and_zone(fields, places)
    if board is not None and not places.holds_board(board):
        raise NotFound("board.unknown", "Ce support n'existe pas dans cet atelier.", field="board")
    confirm = fields.get("confirm")
    if confirm is not None and not isinstance(confirm, str):
        raise Invalid("confirm.invalid", "Cette confirmation n'est pas un texte.", field="confirm")
    return Wanted(room, instant_of(fields), board, zone, confirm, flag_of(fields, "preview", False))


def boards_with(workshop: Workshop, room: str, zone: str, places: Places) -> list[str]:
    """The boards of a room on which there is a zone of this id."""
    name = read_room(room)
    out = []
    for template in places.catalogue.templates.values():
        if template.zone(zone) is None or name is None or room_kind(workshop, template.id) != name.kind:
            continue
        if module_of(template.id) not in (None, *workshop.modules):
            continue
        if template.side == "je":
            out += [f"{template.id}/{one}" for one in sorted(places.stakeholders)]
        else:
            out.append(template.id)
    return out
