"""`/api/rooms/{room}/…`: notes as plain JSON through the same road as the socket, and tickets."""

from __future__ import annotations

import secrets
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from tablee.api.problems import json_response, read_body
from tablee.errors import Forbidden, Invalid, NotFound
from tablee.live.hub import Hub
from tablee.live.open_room import OpenRoom
from tablee.live.session import who
from tablee.model.identity import new_id
from tablee.model.notes import NOTES_PER_ROOM, Places, checked_changes
from tablee.model.workshop import Person, Workshop, may_enter, may_write, read_room, stakeholder_ids
from tablee.sync.document import change_note, delete_note, insert_note


async def _enter(request: Request, *, to_write: bool = False) -> tuple[OpenRoom, Workshop, Person]:
    room_id = request.path_params["room"]
    name = read_room(room_id)
    tablee = request.app.state.tablee
    if name is None or await tablee.workshops.by_id(name.workshop) is None:
        raise NotFound("room.unknown", "Cette salle n'existe pas.")
    _, workshop, person = await who(request, name.workshop)
    if room_id not in workshop.rooms:
        raise NotFound("room.unknown", "Cette salle n'existe pas.")
    if not may_enter(workshop, person, room_id):
        raise Forbidden("room.not_yours", "Cette salle n'est pas la vôtre.")
    if to_write and not may_write(person):
        raise Forbidden("role.read_only", "Vous êtes ici pour observer : vous ne pouvez pas écrire.")
    hub: Hub = tablee.hub
    return await hub.open(room_id), workshop, person


def _places(request: Request, workshop: Workshop) -> Places:
    return Places(request.app.state.tablee.catalogue, stakeholder_ids(workshop))


def note_as_json(note_id: str, note: dict[str, Any]) -> dict[str, Any]:
    return {"id": note_id, **note}


def in_reading_order(notes: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    ordered = sorted(notes.items(), key=lambda item: (str(item[1].get("order", "")), item[0]))
    return [note_as_json(note_id, note) for note_id, note in ordered]


async def notes_of(room: OpenRoom, board: str | None = None, zone: str | None = None) -> list[dict[str, Any]]:
    notes = (await room.settled()).notes()
    return in_reading_order({
        note_id: note for note_id, note in notes.items()
        if (board is None or note.get("board") == board) and (zone is None or note.get("zone") == zone)})


async def list_notes(request: Request) -> Response:
    room, workshop, _ = await _enter(request)
    board, zone = request.query_params.get("board"), request.query_params.get("zone")
    if board is not None and not _places(request, workshop).holds_board(board):
        raise NotFound("board.unknown", "Ce support n'existe pas dans cet atelier.")
    if board is not None and zone is not None and not _places(request, workshop).holds(board, zone):
        raise NotFound("zone.unknown", "Cette zone n'existe pas sur ce support.")
    return json_response({"notes": await notes_of(room, board, zone)})


async def add_note(request: Request) -> Response:
    room, workshop, person = await _enter(request, to_write=True)
    places = _places(request, workshop)
    fields = checked_changes(await read_body(request), places, None)
    board = str(fields["board"])
    template = places.catalogue.templates[board.partition("/")[0]]
    zone = template.zone(str(fields["zone"]))
    existing = (await room.settled()).notes()
    if len(existing) >= NOTES_PER_ROOM:
        raise Invalid("room.full", "Cette salle contient déjà dix mille notes.")
    note_id = new_id(secrets.randbelow, "n", 12)
    fields = {
        "kind": zone.kinds[0] if zone else "note", "place": [0.05, 0.05],
        "order": _last_order(existing, board, str(fields["zone"])), "colour": person.colour, **fields,
        "by": person.id, "at": request.app.state.tablee.hub.now(),
    }
    await room.change(person.id, insert_note(note_id, fields))
    return json_response(await _one(room, note_id), 201, {"location": f"/api/rooms/{room.id}/notes/{note_id}"})


async def change(request: Request) -> Response:
    room, workshop, person = await _enter(request, to_write=True)
    note_id = request.path_params["note"]
    before = await _one(room, note_id)
    fields = checked_changes(await read_body(request), _places(request, workshop), before)
    await room.change(person.id, change_note(note_id, fields))
    return json_response(await _one(room, note_id))


async def delete(request: Request) -> Response:
    room, _, person = await _enter(request, to_write=True)
    await room.change(person.id, delete_note(request.path_params["note"]))
    return Response(status_code=204)


async def ticket(request: Request) -> Response:
    room_id = request.path_params["room"]
    name = read_room(room_id)
    if name is None:
        raise NotFound("room.unknown", "Cette salle n'existe pas.")
    session, workshop, person = await who(request, name.workshop)
    if not may_enter(workshop, person, room_id):
        raise NotFound("room.unknown", "Cette salle n'existe pas.")
    return json_response({"ticket": await request.app.state.tablee.workshops.ticket(session, room_id)}, 201)


async def _one(room: OpenRoom, note_id: str) -> dict[str, Any]:
    note = (await room.settled()).notes().get(note_id)
    if note is None:
        raise NotFound("note.unknown", "Cette note n'existe pas, ou plus.")
    return note_as_json(note_id, note)


def _last_order(notes: dict[str, dict[str, Any]], board: str, zone: str) -> str:
    """A key after every other of the zone: the largest, one step further, or longer."""
    keys = [str(note.get("order", "")) for note in notes.values()
            if note.get("board") == board and note.get("zone") == zone]
    last = max(keys, default="")
    if not last:
        return "a0"
    if last[-1] < "z" and len(last) <= 64:
        return last[:-1] + chr(ord(last[-1]) + 1)
    return (last + "1")[:64]
