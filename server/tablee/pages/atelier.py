"""`/atelier/{workshop}`: the page where people work. Prepares what the script takes over."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from tablee import assets
from tablee.errors import Forbidden, NotFound, Unauthenticated
from tablee.live.notes import clusters_of, notes_of
from tablee.live.session import renew_session, who
from tablee.model.agendas import ASSIGNED
from tablee.model.identity import show_code
from tablee.model.workshop import (
    CANVASES,
    Group,
    Person,
    Workshop,
    first_room,
    group_rooms,
    may_enter,
    plenary_room,
    room_kind,
)
from tablee.pages.doors import moment, place_of
from tablee.pages.i18n import language_of
from tablee.pages.phrases import phrases_for
from tablee.pages.render import render


async def atelier(request: Request) -> Response:
    workshop_id = request.path_params["workshop"]
    tablee = request.app.state.tablee
    found = await tablee.workshops.by_id(workshop_id)
    if found is None:
        raise NotFound("workshop.unknown", "Cet atelier n'existe pas, ou a été effacé.")
    try:
        _, workshop, person = await who(request, workshop_id)
    except (Unauthenticated, Forbidden):
        # no seat yet: the door, with the code already written
        return RedirectResponse(f"/a/{show_code(found.code)}{place_of(request)}", 303)
    language = language_of(request)
    if first_room(workshop, person) is None:
        return _waiting(request, workshop, person)
    group = person.group or request.query_params.get("group") or workshop.groups[0].id
    seat = workshop.group(group)
    if seat is None:
        raise NotFound("group.unknown", "Ce groupe n'existe pas dans cet atelier.")
    rooms = {**group_rooms(workshop.id, group), "plenary": plenary_room(workshop.id)}
    if not may_enter(workshop, person, rooms["exploration"]):
        raise Forbidden("room.not_yours", "Cette salle n'est pas la vôtre.")
    asked = request.query_params.get("board")
    board = owned(asked, workshop, seat, person) if asked else opening_board(workshop, seat, person)
    catalogue = tablee.workshops.catalogue_of(workshop)
    template = catalogue.template_of_board(board)
    if template is None or not tablee.workshops.places_of(workshop).holds_board(board):
        return render(request, "no-board.html", 404, workshop=workshop)
    room = await tablee.hub.open(rooms[room_kind(workshop, board)])
    notes = await notes_of(room, board)
    templates = catalogue.for_browser(language)
    data: dict[str, Any] = {
        "language": language,
        "phrases": phrases_for(language),
        "workshop": tablee.workshops.state_for(workshop, person.role, language, group),
        "person": person.as_json(),
        "group": group,
        "rooms": rooms,
        "board": board,
        "zone": request.query_params.get("zone", "")[:100] or None,
        "templates": templates,
        "attribution": catalogue.attribution[language],
        "durability": tablee.store.durability,
        "bundle": assets.bundle(),
        "later": {"canvas": assets.asset_url("canvas.css")},
        "notes": notes,
        "clusters": await clusters_of(room, board),
        "base": "",
    }
    response = render(
        request,
        "atelier.html",
        data=data,
        workshop=workshop,
        person=person,
        board=board,
        template=next(t for t in templates if t["id"] == template.id),
        notes=notes,
        group_name=seat.name,
    )
    renew_session(response, request, workshop)
    return response


def opening_board(workshop: Workshop, group: Group, person: Person) -> str:
    """Where the page opens: the board of the step, as this group and this person have it.

    A step without one, a break or a report, leaves people where the last one had them.
    """
    first = group.sheet or workshop.modules[0]
    wanted = None
    for step in workshop.steps[: workshop.steps.index(workshop.running) + 1] if workshop.running else ():
        board = step.board
        if board in ASSIGNED:
            board = f"{first}.{board.partition('.')[2]}"
        if board is not None and board.partition(".")[0] in workshop.modules:
            wanted = board
    if wanted is None:
        wanted = first if first in CANVASES else f"{first}.verso"
    return owned(wanted, workshop, group, person)


def owned(wanted: str, workshop: Workshop, group: Group, person: Person) -> str:
    """A recto that is nobody's, as on paper, is one's own; for who sits elsewhere, the first of the group."""
    if not wanted.endswith(".recto"):
        return wanted
    seated = [p.stakeholder for p in workshop.in_group(group.id)]
    whose = person.stakeholder if person.group == group.id or not seated else seated[0]
    return f"{wanted}/{whose}"


def _waiting(request: Request, workshop: Workshop, person: Person) -> Response:
    """For who has no room yet. A script of the page asks now and then, and goes in by itself."""
    return render(
        request,
        "waiting.html",
        workshop=workshop,
        person=person,
        moment=moment(workshop, language_of(request)),
        draft=workshop.status == "draft",
    )


atelier_routes: list[BaseRoute] = [Route("/atelier/{workshop}", atelier)]
