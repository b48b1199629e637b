"""The doors: `/` and `/a/{code}` to take a seat, `/i` for invitations, `/creer` to set a table."""

from __future__ import annotations

from typing import Any

import segno
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from tablee.errors import Refused
from tablee.live.session import address_of, find_session, set_session
from tablee.live.workshops import NewWorkshop, Workshops
from tablee.model.identity import COLOURS, MARKS, show_code
from tablee.model.workshop import Workshop
from tablee.pages.i18n import language_of, translator
from tablee.pages.render import render

COLOUR_NAMES = dict(
    zip(COLOURS, ("Citron", "Abricot", "Pivoine", "Lavande", "Ciel", "Lagon", "Mousse", "Craie"), strict=True)
)


def _workshops(request: Request) -> Workshops:
    return request.app.state.tablee.workshops  # type: ignore[no-any-return]


def public_url(request: Request, path: str) -> str:
    """The address people type, on another device too."""
    base = request.app.state.tablee.settings.public_url or f"{request.url.scheme}://{request.url.netloc}"
    return f"{base}{path}"


def qr(address: str) -> Markup:
    """The address as an inline drawing, without inline style."""
    return Markup(  # noqa: S704 (our own drawing, no text of anybody)
        segno.make(address, error="m").svg_inline(
            scale=4, border=2, svgclass="qr", lineclass=None, omitsize=True
        )
    )


async def home(request: Request) -> Response:
    if request.method == "GET":
        return render(request, "home.html", typed="", failure=None)
    form = await request.form()
    typed = str(form.get("code", ""))[:40]
    workshop = await _workshops(request).by_code(typed)
    if workshop is not None:
        return RedirectResponse(f"/a/{show_code(workshop.code)}", 303)
    return render(request, "home.html", 404, typed=typed, failure=_wrong_code(request))


def _wrong_code(request: Request) -> str:
    say = translator(language_of(request)).gettext
    return say("Ce code ne mène à aucun atelier. Vérifiez les huit caractères, sans O ni I.")


async def door(request: Request) -> Response:
    """The join form of one workshop; a POST takes the seat."""
    typed = request.path_params["code"]
    workshop = await _workshops(request).by_code(typed)
    if workshop is None:
        return render(request, "home.html", 404, typed=typed[:40], failure=_wrong_code(request))
    if request.method == "GET":
        return await _show_door(
            request, workshop, dict.fromkeys(("name", "stakeholder", "colour", "group"), "")
        )
    form = await request.form()
    values = {name: str(form.get(name, ""))[:600] for name in ("name", "stakeholder", "colour", "group")}
    try:
        joined = await _workshops(request).join(
            code=workshop.code,
            name=values["name"],
            stakeholder=values["stakeholder"] or None,
            colour=values["colour"] or None,
            group=values["group"] or None,
            address=address_of(request),
        )
    except Refused as refusal:
        return await _show_door(request, workshop, values, refusal)
    response = RedirectResponse(f"/atelier/{joined.workshop.id}", 303)
    set_session(response, request, joined.workshop, joined.token)
    return response


async def _show_door(
    request: Request, workshop: Workshop, values: dict[str, str], refusal: Refused | None = None
) -> Response:
    group = workshop.smallest_group().id
    taken = {} if workshop.people_may_choose_group else workshop.taken_colours(group)
    session = await find_session(request, workshop.id)
    say = translator(language_of(request)).gettext
    address = public_url(request, f"/a/{show_code(workshop.code)}")
    hosts = [p.name for p in workshop.people if p.role in ("organiser", "facilitator")]
    context: dict[str, Any] = {
        "workshop": workshop,
        "code": show_code(workshop.code),
        "values": values,
        "taken": taken,
        "free": workshop.free_colour(group),
        "colours": list(zip(COLOURS, MARKS, strict=True)),
        "colour_names": {colour: say(name) for colour, name in COLOUR_NAMES.items()},
        "hosts": hosts,
        "structures": sorted({s.name for s in workshop.stakeholders}),
        "seated": session is not None,
        "qr": qr(address),
        "failure": say(refusal.sentence) if refusal else None,
        "field": refusal.field if refusal else None,
    }
    return render(request, "door.html", refusal.status if refusal else 200, **context)


async def invitation(request: Request) -> Response:
    return render(request, "invitation.html")


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
        created = await _workshops(request).create(
            NewWorkshop(
                title=values["title"],
                commons=values["commons"],
                language=language,
                agenda=values["agenda"],
                groups=int(values["groups"]) if values["groups"].isdigit() else 0,
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
    made = created.workshop
    # the secrets of the invitations are known now and never again: this answer is the place to keep them
    response = render(
        request,
        "organisation.html",
        201,
        workshop=made,
        code=show_code(made.code),
        door=public_url(request, f"/a/{show_code(made.code)}"),
        qr=qr(public_url(request, f"/a/{show_code(made.code)}")),
        invitations={role: public_url(request, f"/i#{token}") for role, token in created.invitations.items()},
    )
    set_session(response, request, made, created.token)
    return response
