"""`/api/rooms/{room}/…`: notes as plain JSON through the same road as the socket, and tickets."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from tablee.api.problems import json_response, read_body
from tablee.errors import Forbidden, NotFound
from tablee.live import notes
from tablee.live.drafts import PrivateNotes
from tablee.live.hub import Hub
from tablee.live.open_room import OpenRoom
from tablee.live.session import who
from tablee.model.notes import Places
from tablee.model.workshop import Person, Workshop, may_enter, may_write_in, read_room


async def seat_of(request: Request) -> tuple[str, Workshop, Person]:
    """The room that is named and who asks. Raises `Refused`."""
    room_id = request.path_params["room"]
    name = read_room(room_id)
    workshops = request.app.state.tablee.workshops
    if name is None or await workshops.by_id(name.workshop) is None:
        raise NotFound("room.unknown", "Cette salle n'existe pas.")
    _, workshop, person = await who(request, name.workshop)
    if room_id not in workshop.rooms:
        raise NotFound("room.unknown", "Cette salle n'existe pas.")
    if not may_enter(workshop, person, room_id):
        raise Forbidden("room.not_yours", "Cette salle n'est pas la vôtre.")
    return room_id, workshop, person


async def _enter(
    request: Request, *, to_write: bool = False
) -> tuple[OpenRoom, Workshop, Places, Person, PrivateNotes]:
    room_id, workshop, person = await seat_of(request)
    if to_write and not may_write_in(workshop, person, room_id):
        raise Forbidden("role.read_only", "Vous êtes ici pour lire : vous ne pouvez pas écrire.")
    hub: Hub = request.app.state.tablee.hub
    places = request.app.state.tablee.workshops.places_of(workshop)
    room = await hub.open(room_id)
    if room.shared:  # what somebody wrote through another process is read here too
        await hub.catch_up(room)
    private: PrivateNotes = request.app.state.tablee.private
    await private.settle(room_id, workshop)
    return room, workshop, places, person, private


async def list_notes(request: Request) -> Response:
    room, _, places, person, private = await _enter(request)
    board, zone = request.query_params.get("board"), request.query_params.get("zone")
    if board is not None and not places.holds_board(board):
        raise NotFound("board.unknown", "Ce support n'existe pas dans cet atelier.")
    if board is not None and zone is not None and not places.holds(board, zone):
        raise NotFound("zone.unknown", "Cette zone n'existe pas sur ce support.")
    found = await notes.notes_of(room, board, zone)
    return json_response({"notes": await private.with_own(found, room.id, person, board, zone)})


async def add_note(request: Request) -> Response:
    room, workshop, places, person, private = await _enter(request, to_write=True)
    body = await read_body(request)
    if private.hides(workshop, body.get("board"), body.get("zone")):
        note = await private.add(room, workshop, person, body)
    else:
        note = await notes.add_note(room, person, places, body, request.app.state.tablee.hub.now())
    return json_response(note, 201, {"location": f"/api/rooms/{room.id}/notes/{note['id']}"})


async def edit_note(request: Request) -> Response:
    room, workshop, _, person, private = await _enter(request, to_write=True)
    note_id, body = request.path_params["note"], await read_body(request)
    return json_response(await private.edit(room, workshop, person, note_id, body))


async def remove_note(request: Request) -> Response:
    room, workshop, _, person, private = await _enter(request, to_write=True)
    await private.remove(room, workshop, person, request.path_params["note"])
    return Response(status_code=204)


async def ticket(request: Request) -> Response:
    room_id, workshop, _ = await seat_of(request)
    session, _, _ = await who(request, workshop.id)
    return json_response({"ticket": await request.app.state.tablee.workshops.ticket(session, room_id)}, 201)
