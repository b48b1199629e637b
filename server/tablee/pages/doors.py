"""The doors: `/` and `/a/{code}` to take a seat, `/i` for invitations."""

from __future__ import annotations

import io
import time
from typing import Any
from urllib.parse import urlencode

import segno
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from tablee.errors import Refused, TooMany
from tablee.live.session import (
    address_of,
    find_session,
    is_secure,
    reentry_cookie,
    remembered_by,
    set_session,
)
from tablee.live.workshops import Workshops
from tablee.model.identity import COLOURS, MARKS, name_key, show_code
from tablee.model.workshop import PROFILES, Workshop
from tablee.pages.i18n import Language, language_of, translator
from tablee.pages.render import render
from tablee.pages.seats import seats_of
from tablee.pages.when import spoken_day, spoken_time, zone_name

COLOUR_NAMES = dict(
    zip(COLOURS, ("Citron", "Abricot", "Pivoine", "Lavande", "Ciel", "Lagon", "Mousse", "Craie"), strict=True)
)


FIELDS = ("name", "stakeholder", "colour", "group", "profile", "passphrase", "reentry")


def workshops_of(request: Request) -> Workshops:
    workshops: Workshops = request.app.state.tablee.workshops
    return workshops


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


PLACE = ("board", "zone", "group")


def place_of(request: Request) -> str:
    """What an address on paper says of the place it leads to, kept through the door; empty when nothing."""
    asked = {name: request.query_params.get(name, "")[:100] for name in PLACE}
    said = {name: value for name, value in asked.items() if value}
    return f"?{urlencode(said)}" if said else ""


def qr_file(address: str) -> bytes:
    """The address as a drawing of its own."""
    out = io.BytesIO()
    segno.make(address, error="m").save(out, kind="svg", scale=4, border=2, light="white", omitsize=True)
    return out.getvalue()


async def home(request: Request) -> Response:
    if request.method == "GET":
        return render(request, "home.html", typed="", failure=None, seats=await seats_of(request))
    form = await request.form()
    typed = str(form.get("code", ""))[:40]
    try:
        workshop = await workshops_of(request).at_the_door(typed, address_of(request))
    except TooMany as refusal:
        return _too_many(request, typed, refusal)
    if workshop is not None:
        return RedirectResponse(f"/a/{show_code(workshop.code)}", 303)
    return render(request, "home.html", 404, typed=typed, failure=_wrong_code(request), seats=())


def _too_many(request: Request, typed: str, refusal: Refused) -> Response:
    say = translator(language_of(request)).gettext
    failure = say(refusal.sentence)
    return render(request, "home.html", refusal.status, typed=typed[:40], failure=failure, seats=())


def _wrong_code(request: Request) -> str:
    say = translator(language_of(request)).gettext
    return say("Ce code ne mène à aucun atelier. Vérifiez les huit caractères, sans O ni I.")


async def door(request: Request) -> Response:
    """The join form of one workshop; a POST takes the seat."""
    typed = request.path_params["code"]
    try:
        workshop = await workshops_of(request).at_the_door(typed, address_of(request))
    except TooMany as refusal:
        return _too_many(request, typed, refusal)
    if workshop is None:
        return render(request, "home.html", 404, typed=typed[:40], failure=_wrong_code(request), seats=())
    if request.method != "POST":
        return await _show_door(request, workshop, dict.fromkeys(FIELDS, ""))
    form = await request.form()
    values = {name: str(form.get(name, ""))[:600] for name in FIELDS}
    try:
        joined = await workshops_of(request).join(
            code=workshop.code,
            reentry=values["reentry"] or None,
            name=values["name"],
            stakeholder=values["stakeholder"] or None,
            profile=values["profile"] or None,
            passphrase=values["passphrase"] or None,
            colour=values["colour"] or None,
            group=values["group"] or None,
            address=address_of(request),
            remembered=remembered_by(request),
        )
    except Refused as refusal:
        return await _show_door(request, workshop, values, refusal)
    response = RedirectResponse(f"/atelier/{joined.workshop.id}{place_of(request)}", 303)
    set_session(response, request, joined.workshop, joined.token)
    keep_reentry(response, request, joined.workshop, joined.reentry)
    return response


def _reentry_cookie(request: Request, workshop: Workshop) -> str:
    return reentry_cookie(is_secure(request), workshop.id)


def keep_reentry(response: Response, request: Request, workshop: Workshop, code: str) -> None:
    """Only its digest is stored here: the person's browser keeps the code and shows it at the door."""
    response.set_cookie(
        _reentry_cookie(request, workshop),
        code,
        max_age=max(60, workshop.expires_at // 1000 - int(time.time())),
        path="/",
        httponly=True,
        samesite="lax",
        secure=is_secure(request),
    )


def forget_reentry(response: Response, request: Request, workshop: Workshop) -> None:
    response.delete_cookie(
        _reentry_cookie(request, workshop), path="/", httponly=True, samesite="lax", secure=is_secure(request)
    )


def moment(workshop: Workshop, language: Language) -> dict[str, Any] | None:
    """When it begins and ends: instants for the reader's browser, and words until it has said them."""
    if workshop.starts_at is None:
        return None
    end = workshop.starts_at + workshop.slot_minutes * 60_000 if workshop.slot_minutes else None
    return {
        "start": workshop.starts_at,
        "end": end,
        "day": spoken_day(workshop.starts_at, language),
        "from": spoken_time(workshop.starts_at, language),
        "to": None if end is None else spoken_time(end, language),
        "zone": zone_name(workshop.starts_at),
    }


async def _show_door(
    request: Request, workshop: Workshop, values: dict[str, str], refusal: Refused | None = None
) -> Response:
    group = workshop.smallest_group().id
    choice = workshop.people_may_choose_group and len(workshop.groups) > 1
    preview = "apercu" in request.query_params
    session = None if preview else await find_session(request, workshop.id)
    # who is there is for those who know the passphrase: a colour that is taken gives way to a free one
    told = workshop.passphrase is None or session is not None
    # with a choice of groups, which colours are taken is known once one is chosen: the script says so
    taken = workshop.taken_colours(group) if told and not choice else {}
    held = {g.id: workshop.taken_colours(g.id) for g in workshop.groups} if told and choice else {}
    say = translator(language_of(request)).gettext
    place = place_of(request)
    address = public_url(request, f"/a/{show_code(workshop.code)}{place}")
    hosts = list(dict.fromkeys(p.name for p in workshop.people if p.role in ("organiser", "facilitator")))
    context: dict[str, Any] = {
        "workshop": workshop,
        "code": show_code(workshop.code),
        "values": values,
        "choice": choice,
        "taken": taken,
        "held": {"": held.get(group, {}), **held} if held else None,
        "free": workshop.free_colour(group),
        "colours": list(zip(COLOURS, MARKS, strict=True)),
        "colour_names": {colour: say(name) for colour, name in COLOUR_NAMES.items()},
        "hosts": hosts,
        "structures": sorted((s.name for s in workshop.stakeholders), key=name_key) if told else [],
        "seated": session is not None,
        "preview": preview,
        "place": place,
        "moment": moment(workshop, language_of(request)),
        "profiles": PROFILES,
        "reentry": show_code(request.cookies.get(_reentry_cookie(request, workshop), "")[:24]),
        "qr": qr(address),
        "failure": say(refusal.sentence) if refusal else None,
        "field": refusal.field if refusal else None,
    }
    # who waits in front of it asks for this alone, and reads the page again when it changes
    return render(
        request,
        "door.html",
        refusal.status if refusal else 200,
        {"tablee-status": workshop.status},
        **context,
    )


async def invitation(request: Request) -> Response:
    return render(request, "invitation.html")
