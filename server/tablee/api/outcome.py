"""`/api/workshops/{workshop}/outcome`: figures, actions and closed rounds, for those who led the workshop."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from tablee.api.problems import json_response
from tablee.errors import Forbidden
from tablee.live.session import who
from tablee.live.stored import stored_notes
from tablee.live.workshops import Workshops
from tablee.model.outcome import outcome_of
from tablee.model.workshop import LEADERS


async def show(request: Request) -> Response:
    _, workshop, person = await who(request, request.path_params["workshop"])
    if person.role not in LEADERS:
        raise Forbidden("role.facilitators_only", "Cette page est pour l'animation.")
    request.app.state.tablee.commands.spend(person.id)  # it reads the rooms of all groups
    workshops: Workshops = request.app.state.tablee.workshops
    catalogue = workshops.catalogue_of(workshop)
    language = request.query_params.get("lang", workshop.language)
    if language not in catalogue.languages:
        language = workshop.language
    rooms = {room: await stored_notes(workshops, room) for room in workshop.rooms}
    return json_response(
        outcome_of(workshop, rooms, catalogue, language), headers={"cache-control": "no-store"}
    )
