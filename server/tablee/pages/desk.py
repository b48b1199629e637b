"""Pages for those who prepare and facilitate, first version: `/creer`, `/organisation/…`, `/animation/…`."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from tablee.errors import Forbidden, Refused
from tablee.live.session import address_of, forget_session, set_session, who
from tablee.live.workshops import NewWorkshop
from tablee.model.agendas import Step
from tablee.model.identity import show_code
from tablee.model.workshop import Workshop
from tablee.pages.doors import forget_reentry, keep_reentry, public_url, qr, workshops_of
from tablee.pages.i18n import language_of, translator
from tablee.pages.render import render


async def create(request: Request) -> Response:
    agendas = request.app.state.tablee.catalogue.agendas
    language = language_of(request)
    context: dict[str, Any] = {
        "agendas": [(agenda_id, agenda.titles[language]) for agenda_id, agenda in agendas.items()],
        "values": {"title": "", "commons": "", "agenda": "half_day_210", "groups": "1", "organiser": ""},
        "failure": None,
        "field": None,
    }
    if request.method == "GET":
        return render(request, "create.html", **context)
    form = await request.form()
    values = {name: str(form.get(name, ""))[:600] for name in context["values"]}
    try:
        created = await workshops_of(request).create(
            NewWorkshop(
                title=values["title"],
                commons=values["commons"],
                language=language,
                agenda=values["agenda"],
                groups=int(values["groups"]) if values["groups"].isdecimal() else 0,
                people_may_choose_group=form.get("choose") == "yes",
                organiser=values["organiser"],
            ),
            address_of(request),
        )
    except Refused as refusal:
        say = translator(language).gettext
        return render(
            request,
            "create.html",
            refusal.status,
            **{**context, "values": values, "failure": say(refusal.sentence), "field": refusal.field},
        )
    # the secrets of the invitations are known now and never again: this answer is the place to keep them
    links = {role: public_url(request, f"/i#{token}") for role, token in created.invitations.items()}
    context = desk_context(request, created.workshop)
    response = render(request, "organisation.html", 201, **{**context, "invitations": links})
    set_session(response, request, created.workshop, created.token)
    keep_reentry(response, request, created.workshop, created.reentry)
    return response


async def organisation(request: Request) -> Response:
    """Code, links and groups; a POST with the workshop's title erases it."""
    _, workshop, person = await who(request, request.path_params["workshop"])
    if person.role != "organiser":
        raise Forbidden("role.organiser_only", "Cette page est pour la personne qui organise.")
    if request.method == "POST":
        form = await request.form()
        if str(form.get("title", "")).strip() == workshop.title:
            receipt = await request.app.state.tablee.workshops.erase(workshop)
            response = render(request, "erased.html", receipt=receipt)
            forget_session(response, request, workshop.id)
            forget_reentry(response, request, workshop)
            return response
    context = desk_context(request, workshop)
    context["typed_wrong"] = request.method == "POST"
    return render(request, "organisation.html", **context)


async def animation(request: Request) -> Response:
    _, workshop, person = await who(request, request.path_params["workshop"])
    if person.role not in ("organiser", "facilitator"):
        raise Forbidden("role.facilitators_only", "Cette page est pour l'animation.")
    return render(request, "animation.html", **desk_context(request, workshop))


def desk_context(request: Request, workshop: Workshop) -> dict[str, Any]:
    """What the organiser's page shows of a workshop."""
    address = public_url(request, f"/a/{show_code(workshop.code)}")
    language = language_of(request)
    total = sum(step.minutes for step in workshop.steps)
    at = 0
    steps: list[dict[str, Any]] = []
    for step in workshop.steps:
        steps.append(
            {
                "title": step.titles.get(language) or step.titles["fr"],
                "minutes": step.minutes,
                "phase": step.phase,
                "drawing": _drawing(step),
                "left": f"{100 * at / total:.2f}%",
                "width": f"{100 * step.minutes / total:.2f}%",
                "middle": f"{100 * (at + step.minutes / 2) / total:.2f}%",
            }
        )
        at += step.minutes
    names = {stakeholder.id: stakeholder.name for stakeholder in workshop.stakeholders}
    return {
        "workshop": workshop,
        "code": show_code(workshop.code),
        "door": address,
        "qr": qr(address),
        "steps": steps,
        "total": total,
        "hosts": [person for person in workshop.people if person.role != "participant"],
        "structures": {person.id: names.get(person.stakeholder) for person in workshop.people},
        "online": request.app.state.tablee.hub.online(workshop.id),
        "invitations": {},
        "typed_wrong": False,
    }


def _drawing(step: Step) -> str:
    """The pictogram of a step: the canvas or the face it works on, else its phase."""
    board = step.board or ""
    if board in ("governance", "economic"):
        return "gouv" if board == "governance" else "eco"
    if board:
        return "je" if board.endswith("recto") else "nous"
    return {"intro": "door-open", "immersion": "presentation", "break": "coffee", "synthesis": "flag"}.get(
        step.phase, "users"
    )
