"""`/api/workshops/{workshop}/people/…`: what is kept of one person."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from tablee.api.problems import json_response
from tablee.errors import Forbidden, NotFound
from tablee.live.person_data import PersonData
from tablee.live.session import who


async def data(request: Request) -> Response:
    """For the person themselves, and for who organises; `?download` names it as a file."""
    tablee = request.app.state.tablee
    workshop_id = request.path_params["workshop"]
    if await tablee.workshops.by_id(workshop_id) is None:
        raise NotFound("workshop.unknown", "Cet atelier n'existe pas.")
    _, workshop, asking = await who(request, workshop_id)
    person = workshop.person(request.path_params["person"])
    if asking.role != "organiser" and (person is None or person.id != asking.id):
        raise Forbidden("person.not_yours", "Vous ne pouvez demander que vos propres données.")
    if person is None:
        raise NotFound("person.unknown", "Cette personne n'est pas dans cet atelier.")
    tablee.commands.spend(asking.id)  # it reads every room
    found = await PersonData(tablee.workshops, tablee.private).of(workshop, person, asking)
    headers = {"cache-control": "no-store"}
    if "download" in request.query_params:
        headers["content-disposition"] = f'attachment; filename="tablee-{workshop.id}-{person.id}.json"'
    return json_response(found, headers=headers)
