"""Pages for those who prepare and facilitate: `/organisation/{id}` and `/animation/{id}`, first versions."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from tablee.errors import Forbidden
from tablee.live.session import forget_session, who
from tablee.model.identity import show_code
from tablee.pages.doors import public_url, qr
from tablee.pages.render import render


async def organisation(request: Request) -> Response:
    """Code, links and groups; a POST with the workshop's title erases it."""
    _, workshop, person = await who(request, request.path_params["workshop"])
    if person.role != "organiser":
        raise Forbidden("role.organiser_only", "Cette page est pour la personne qui organise.")
    door = public_url(request, f"/a/{show_code(workshop.code)}")
    if request.method == "POST":
        form = await request.form()
        if str(form.get("title", "")).strip() == workshop.title:
            receipt = await request.app.state.tablee.workshops.erase(workshop)
            response = render(request, "erased.html", receipt=receipt)
            forget_session(response, request, workshop.id)
            return response
    return render(
        request,
        "organisation.html",
        workshop=workshop,
        code=show_code(workshop.code),
        door=door,
        qr=qr(door),
        invitations={},
        typed_wrong=request.method == "POST",
    )


async def animation(request: Request) -> Response:
    _, workshop, person = await who(request, request.path_params["workshop"])
    if person.role not in ("organiser", "facilitator"):
        raise Forbidden("role.facilitators_only", "Cette page est pour l'animation.")
    return render(
        request,
        "animation.html",
        workshop=workshop,
        code=show_code(workshop.code),
        online=request.app.state.tablee.hub.online(workshop.id),
    )
