"""`/api/rooms/{room}/history…`: the past of a room, for those who lead the workshop, and what draws it."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from tablee.api.problems import json_response, read_body
from tablee.errors import Forbidden, Invalid, NotFound
from tablee.live.history import History
from tablee.live.records import Session
from tablee.live.session import who
from tablee.model.workshop import LEADERS, Workshop, read_room
from tablee.words import LANGUAGES, Language, Words

NO_STORE = {"cache-control": "no-store"}


async def _led(request: Request) -> tuple[str, Session, Workshop, Words]:
    """The room that is named, and who asks. Raises `Refused` for those who do not lead the workshop."""
    room_id = request.path_params["room"]
    name = read_room(room_id)
    workshops = request.app.state.tablee.workshops
    if name is None or await workshops.by_id(name.workshop) is None:
        raise NotFound("room.unknown", "Cette salle n'existe pas.")
    session, workshop, person = await who(request, name.workshop)
    if person.role not in LEADERS:
        raise Forbidden("history.leaders", "Seule l'animation peut relire une salle.")
    if room_id not in workshop.rooms:
        raise NotFound("room.unknown", "Cette salle n'existe pas.")
    request.app.state.tablee.commands.spend(person.id)
    wanted = request.query_params.get("lang", workshop.language)
    language: Language = wanted if wanted in LANGUAGES else "fr"
    return room_id, session, workshop, Words(language)


def _history(request: Request) -> History:
    history: History = request.app.state.tablee.history
    return history


async def timeline(request: Request) -> Response:
    room, _, workshop, words = await _led(request)
    return json_response(await _history(request).timeline(workshop, room, words), headers=NO_STORE)


async def track(request: Request) -> Response:
    room, _, workshop, words = await _led(request)
    begin, end = _time(request, "from"), _time(request, "to")
    found = await _history(request).track(workshop, room, begin, end, words)
    return json_response(found, headers=NO_STORE)


async def moment(request: Request) -> Response:
    room, _, _, _ = await _led(request)
    found = await _history(request).moment(room, request.path_params["instant"])
    return json_response(found, headers=NO_STORE)


async def keep(request: Request) -> Response:
    room, session, _, _ = await _led(request)
    command = {**await read_body(request), "type": "instant.keep", "room": room}
    done = await request.app.state.tablee.commands.run(session, command)
    return json_response(done.as_json(), 201)


async def restore(request: Request) -> Response:
    room, session, _, _ = await _led(request)
    instant = request.path_params["instant"]
    command = {**await read_body(request), "type": "instant.restore", "room": room, "instant": instant}
    done = await request.app.state.tablee.commands.run(session, command)
    return json_response(done.as_json(), headers=NO_STORE)


async def templates(request: Request) -> Response:
    """The boards of a workshop as they are drawn: boxes, titles and prompts of their zones."""
    _, workshop, _ = await who(request, request.path_params["workshop"])
    catalogue = request.app.state.tablee.workshops.catalogue_of(workshop)
    wanted = request.query_params.get("lang", workshop.language)
    language = wanted if wanted in catalogue.languages else catalogue.languages[0]
    return json_response({"templates": catalogue.for_browser(language)}, headers=NO_STORE)


def _time(request: Request, name: str) -> int | None:
    given = request.query_params.get(name)
    if given is None:
        return None
    if not given.isdecimal() or len(given) > 16:
        raise Invalid("at.invalid", "Indiquez un moment, en millisecondes.", field=name)
    return int(given)
