"""`/api/workshops`, `/api/join`, `/api/me`: making a workshop, taking a seat, knowing who one is."""

from __future__ import annotations

from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from tablee.api.problems import json_response, read_body
from tablee.errors import Forbidden, Invalid, NotFound
from tablee.live.receipts import erase_with_receipt, text_of_receipt
from tablee.live.records import Session
from tablee.live.session import (
    address_of,
    forget_session,
    kit_secret,
    remembered_by,
    set_session,
    source_of,
    who,
)
from tablee.live.summaries import Summaries
from tablee.live.workshops import Created, NewWorkshop, Workshops
from tablee.model.identity import show_code
from tablee.model.state import LEADERS
from tablee.model.workshop import Person, Workshop, first_room, group_rooms, plenary_room
from tablee.words import Language


def _workshops(request: Request) -> Workshops:
    workshops: Workshops = request.app.state.tablee.workshops
    return workshops


def groups_as_json(workshop: Workshop) -> list[dict[str, Any]]:
    return [{"id": g.id, "name": g.name, "rooms": group_rooms(workshop.id, g.id)} for g in workshop.groups]


def created_as_json(created: Created) -> dict[str, Any]:
    """What whoever made a workshop is told, once."""
    workshop = created.workshop
    return {
        "id": workshop.id,
        "code": show_code(workshop.code),
        "invitations": dict(created.invitations),
        "groups": groups_as_json(workshop),
        "plenary": plenary_room(workshop.id),
        "token": created.token,
        "reentry": created.reentry,
        "expires_at": workshop.expires_at,
    }


async def create(request: Request) -> Response:
    body = await read_body(request)
    try:
        new = msgspec.convert(body, NewWorkshop)
    except msgspec.ValidationError as error:
        _, _, path = str(error).rpartition("`$.")
        raise Invalid(
            "body.invalid", "La demande n'a pas la forme attendue.", field=path.rstrip("`") or None
        ) from None
    source = await source_of(request, new.clone)
    kit = None
    if new.kit:
        kit = await request.app.state.tablee.kits.for_workshop(new.kit, kit_secret(request, new.kit))
    created = await _workshops(request).create(new, address_of(request), source, kit)
    workshop = created.workshop
    response = json_response(created_as_json(created), 201, {"location": f"/api/workshops/{workshop.id}"})
    set_session(response, request, workshop, created.token)
    return response


async def join(request: Request) -> Response:
    body = await read_body(request)
    allowed = (
        "code",
        "invitation",
        "reentry",
        "name",
        "colour",
        "group",
        "stakeholder",
        "profile",
        "passphrase",
    )
    unknown = [name for name in body if name not in allowed]
    if unknown:
        raise Invalid("body.field", "Ce champ n'est pas attendu.", field=unknown[0])
    joined = await _workshops(request).join(
        **body, address=address_of(request), remembered=remembered_by(request)
    )
    response = json_response(
        {
            "token": joined.token,
            "reentry": joined.reentry,
            "person": joined.person.as_json(),
            "workshop": joined.workshop.id,
            "room": joined.room,
        },
        201,
    )
    set_session(response, request, joined.workshop, joined.token)
    return response


async def me(request: Request) -> Response:
    """`?workshop=` asks for the session of that workshop, where a browser has several."""
    _, workshop, person = await who(request, request.query_params.get("workshop"))
    return json_response(
        {
            "person": person.as_json(),
            "workshop": workshop.id,
            "title": workshop.title,
            "status": workshop.status,
            "starts_at": workshop.starts_at,
            "group": person.group,
            "room": first_room(workshop, person),
        }
    )


async def leave(request: Request) -> Response:
    """End this session here and on every open socket, and forget it in this browser."""
    session, workshop, _ = await who(request)
    await _workshops(request).sign_out(session)
    response = Response(status_code=204)
    forget_session(response, request, workshop.id)
    return response


async def _asking(request: Request) -> tuple[Session, Workshop, Person]:
    """Who asks, in the workshop that is named. Raises `Refused`."""
    workshop_id = request.path_params["workshop"]
    if await _workshops(request).by_id(workshop_id) is None:
        raise NotFound("workshop.unknown", "Cet atelier n'existe pas.")
    return await who(request, workshop_id)


async def show(request: Request) -> Response:
    _, workshop, person = await _asking(request)
    language = request.query_params.get("lang", workshop.language)
    counts = None
    if person.role in LEADERS and workshop.voices:
        counts = await request.app.state.tablee.voices.counts(workshop)
    state = _workshops(request).state_for(
        workshop, person.role, language, person.group, counts, whole="whole" in request.query_params
    )
    return json_response(state)


async def summaries(request: Request) -> Response:
    _, workshop, person = await _asking(request)
    request.app.state.tablee.commands.spend(person.id)  # it reads the rooms of all groups
    told = await Summaries(_workshops(request)).told(workshop, person)
    return json_response({"summaries": told})


async def edit(request: Request) -> Response:
    """The command `workshop.edit`, answered with the workshop as it is then."""
    session, _, _ = await _asking(request)
    body = await read_body(request)
    if "type" in body:
        raise Invalid("command.field", "Ce champ n'est pas attendu.", field="type")
    await request.app.state.tablee.commands.run(session, {**body, "type": "workshop.edit"})
    return await show(request)


async def command(request: Request) -> Response:
    session, _, _ = await _asking(request)
    done = await request.app.state.tablee.commands.run(session, await read_body(request))
    return json_response(done.as_json())


async def erase(request: Request) -> Response:
    _, workshop, person = await who(request, request.path_params["workshop"])
    if person.role != "organiser":
        raise Forbidden("role.organiser_only", "Seule la personne qui organise peut effacer l'atelier.")
    receipt = await erase_with_receipt(_workshops(request), workshop)
    wanted = request.headers.get("accept", "").partition(",")[0].partition(";")[0].strip()
    response = json_response(receipt)
    if wanted == "text/plain":
        language: Language = "en" if request.query_params.get("lang") == "en" else "fr"
        response = PlainTextResponse(text_of_receipt(receipt, language))
    response.headers["cache-control"] = "no-store"
    forget_session(response, request, workshop.id)
    return response
