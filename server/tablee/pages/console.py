"""`/animation/{workshop}`: all groups at a glance for those who facilitate. The script takes it over."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from tablee.errors import Forbidden
from tablee.live.session import renew_session, who
from tablee.model.identity import show_code
from tablee.model.state import LEADERS, step_as_json
from tablee.model.workshop import Workshop
from tablee.pages.doors import public_url, qr
from tablee.pages.i18n import language_of, messages
from tablee.pages.render import render


async def animation(request: Request) -> Response:
    tablee = request.app.state.tablee
    _, workshop, person = await who(request, request.path_params["workshop"])
    if person.role not in LEADERS:
        raise Forbidden("role.facilitators_only", "Cette page est pour l'animation.")
    language = language_of(request)
    state = tablee.workshops.state_for(workshop, person.role, language)
    code = show_code(workshop.code)
    data: dict[str, Any] = {
        "language": language,
        "messages": messages(language),
        "workshop": state,
        "person": person.as_json(),
        "templates": tablee.workshops.catalogue_of(workshop).for_browser(language),
        "code": code,
        "door": public_url(request, f"/a/{code}"),
        "base": "",
    }
    response = render(
        request,
        "animation.html",
        qr=qr(data["door"]),
        data=data,
        workshop=workshop,
        code=code,
        steps=steps_of(workshop, language),
        hosts=[one for one in workshop.people if one.role in LEADERS],
        waiting=[one for one in workshop.people if one.role == "participant" and one.group is None],
        seated=[one for one in workshop.people if one.role == "participant" and one.group is not None],
        online=tablee.hub.online(workshop.id),
    )
    renew_session(response, request, workshop)
    return response


def steps_of(workshop: Workshop, language: str) -> list[dict[str, Any]]:
    """The steps of the agenda, each with where it stands: done, now or next."""
    ids = [step.id for step in workshop.steps]
    here = ids.index(workshop.step) if workshop.step in ids else -1
    return [
        {**step_as_json(step, language), "state": "done" if n < here else "now" if n == here else "next"}
        for n, step in enumerate(workshop.steps)
    ]
