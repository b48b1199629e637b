"""Pages for those who prepare: `/creer`, `/organisation/…` and the sheet to join with, on paper."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from tablee.errors import Forbidden, Invalid, NotFound, Refused
from tablee.live.receipts import erase_with_receipt, lines_of, sentences_of, text_of_receipt
from tablee.live.session import (
    address_of,
    cookie_name,
    forget_session,
    is_secure,
    renew_session,
    set_session,
    source_of,
    who,
)
from tablee.live.workshops import Created, NewWorkshop
from tablee.model.agendas import Agenda, Step
from tablee.model.canvases import Catalogue
from tablee.model.identity import show_code
from tablee.model.workshop import LEADERS, MODULES, Person, Workshop
from tablee.pages.doors import forget_reentry, keep_reentry, moment, public_url, qr, qr_file, workshops_of
from tablee.pages.errors import error_page
from tablee.pages.i18n import Language, language_of, messages, translator
from tablee.pages.kits import kit_to_use, offered_kits
from tablee.pages.render import render

MOST_KNOWN = 30
"""Workshops to start again from: the latest of those this browser organises."""


async def create(request: Request) -> Response:
    language = language_of(request)
    form = {} if request.method == "GET" else await request.form()
    named = str(form.get("kit", request.query_params.get("kit", "")))[:32]
    context, agendas = await creating(request, named)
    if request.method == "GET":
        return render(request, "create.html", **context)
    values = {name: str(form.get(name, ""))[:600].strip() for name in context["values"]}
    clone = values["clone"]
    try:
        source = await _source(request, clone)
        kit = await kit_to_use(request, named)
        # the list in the form may be that of another kit: then the first of this one
        agenda = agendas.get(values["agenda"]) or (next(iter(agendas.values())) if named else None)
        created = await workshops_of(request).create(
            NewWorkshop(
                title=values["title"],
                # what the form leaves empty is as in the workshop that is cloned
                commons=values["commons"] or (None if clone else ""),
                language=language,
                agenda=None if clone else values["agenda"] if agenda is None else agenda.id,
                groups=None if clone else int(values["groups"]) if values["groups"].isdecimal() else 0,
                slot_minutes=None if clone or agenda is None else agenda.minutes,
                organiser=values["organiser"],
                draft=True,
                clone=clone or None,
                kit=named or None,
            ),
            address_of(request),
            source,
            kit,
        )
    except Refused as refusal:
        say = translator(language).gettext
        return render(
            request,
            "create.html",
            refusal.status,
            **{**context, "values": values, "failure": say(refusal.sentence), "field": refusal.field},
        )
    return await created_page(request, created)


async def created_page(
    request: Request, created: Created, brought: Mapping[str, int] | None = None
) -> Response:
    """The desk of a workshop that was made just now, with its links. `brought`: what of a file came back."""
    # the secrets of the invitations are known now and never again: this answer is the place to keep them
    links = {role: public_url(request, f"/i#{token}") for role, token in created.invitations.items()}
    organiser = next(person for person in created.workshop.people if person.role == "organiser")
    context = await preparing(request, created.workshop, organiser)
    response = render(
        request, "organisation.html", 201, **{**context, "invitations": links, "brought": brought}
    )
    set_session(response, request, created.workshop, created.token)
    keep_reentry(response, request, created.workshop, created.reentry)
    return response


async def creating(request: Request, named: str = "") -> tuple[dict[str, Any], Mapping[str, Agenda]]:
    """What the page for a new workshop shows, and the agendas that it offers. `named`: the kit."""
    language = language_of(request)
    asked = request.query_params.get("clone", "")[:32]
    offered = await offered_kits(request, named, language)
    agendas = offered.agendas
    context: dict[str, Any] = {
        "kits": offered.kits,
        "agendas": [(agenda_id, agenda.titles[language]) for agenda_id, agenda in agendas.items()],
        "known": await known_workshops(request),
        "values": {
            "title": "",
            "commons": "",
            "agenda": "half_day_210",
            "kit": named,
            "groups": "1",
            "organiser": "",
            "clone": asked,
        },
        "failure": offered.failure,
        "field": "kit" if offered.failure else None,
        "retention": request.app.state.tablee.settings.retention_days,
        "import_mb": request.app.state.tablee.settings.import_mb,
        "bring_failure": None,
        "bring_place": None,
    }
    return context, agendas


async def rehearse(request: Request) -> Response:
    """Make a workshop with simulated people, and go to its console."""
    rehearsals = request.app.state.tablee.rehearsals
    try:
        created: Created = await rehearsals.make(address_of(request))
    except Refused as refusal:
        return error_page(request, refusal.status, refusal.sentence)
    response = RedirectResponse(f"/animation/{created.workshop.id}", 303)
    set_session(response, request, created.workshop, created.token)
    keep_reentry(response, request, created.workshop, created.reentry)
    return response


async def _source(request: Request, clone: str) -> Workshop | None:
    """The workshop to start again from. Raises `Refused` about its field."""
    try:
        return await source_of(request, clone)
    except Refused as refusal:
        raise Invalid(
            refusal.key, "Vous n'organisez pas cet atelier dans ce navigateur.", field="clone"
        ) from None


async def organisation(request: Request) -> Response:
    """Everything to prepare; a POST with the workshop's title erases it."""
    _, workshop, person = await who(request, request.path_params["workshop"])
    if person.role != "organiser":
        raise Forbidden("role.organiser_only", "Cette page est pour la personne qui organise.")
    if request.method == "POST":
        form = await request.form()
        if str(form.get("title", "")).strip() == workshop.title:
            receipt = await erase_with_receipt(request.app.state.tablee.workshops, workshop)
            language = language_of(request)
            files = {
                "txt": text_of_receipt(receipt, language).encode(),
                "json": msgspec.json.format(msgspec.json.encode(receipt), indent=2),
            }
            response = render(
                request,
                "erased.html",
                headers={"cache-control": "no-store"},
                title=receipt["title"],
                lines=lines_of(receipt, language),
                sentences=sentences_of(receipt, language),
                # nothing of it stays here to be downloaded later: the page itself holds the files
                files={kind: b64encode(data).decode() for kind, data in files.items()},
                name=f"tablee-{receipt['workshop']}",
            )
            forget_session(response, request, workshop.id)
            forget_reentry(response, request, workshop)
            return response
    context = await preparing(request, workshop, person, typed_wrong=request.method == "POST")
    response = render(request, "organisation.html", **context)
    renew_session(response, request, workshop)
    return response


async def join_sheet(request: Request) -> Response:
    """One page of paper that brings people in."""
    _, workshop, person = await who(request, request.path_params["workshop"])
    if person.role not in LEADERS:
        raise Forbidden("role.facilitators_only", "Cette page est pour l'animation.")
    address = public_url(request, f"/a/{show_code(workshop.code)}")
    return render(
        request,
        "join-sheet.html",
        workshop=workshop,
        organises=person.role == "organiser",
        code=show_code(workshop.code),
        home=public_url(request, "/").partition("//")[2].rstrip("/"),
        door=address,
        qr=qr(address),
        moment=moment(workshop, language_of(request)),
    )


async def shared_code(request: Request) -> Response:
    """The QR code of the page on which the boards are read, as a drawing."""
    _, workshop, person = await who(request, request.path_params["workshop"])
    if person.role != "organiser":
        raise Forbidden("role.organiser_only", "Cette page est pour la personne qui organise.")
    if workshop.shared is None:
        raise NotFound("share.none", "Les tableaux de cet atelier ne sont pas partagés.")
    drawing = qr_file(public_url(request, f"/lecture/{workshop.shared.token}"))
    return Response(drawing, media_type="image/svg+xml", headers={"cache-control": "no-store"})


@dataclass(frozen=True, slots=True)
class Known:
    id: str
    title: str


async def known_workshops(request: Request) -> list[Known]:
    """Workshops that this browser has an organiser's session for, the latest first."""
    prefix = cookie_name(is_secure(request)) + "-"
    workshops = workshops_of(request)
    found: list[Workshop] = []
    for name in request.cookies:
        workshop_id = name.removeprefix(prefix)
        if not name.startswith(prefix) or not workshop_id.isalnum() or len(found) == MOST_KNOWN:
            continue
        session = await workshops.session(request.cookies[name])
        workshop = await workshops.by_id(workshop_id) if session else None
        person = session.person_in(workshop) if session and workshop else None
        if workshop is not None and person is not None and person.role == "organiser":
            found.append(workshop)
    return [Known(w.id, w.title) for w in sorted(found, key=lambda w: -w.created_at)]


async def preparing(
    request: Request, workshop: Workshop, person: Person, *, typed_wrong: bool = False
) -> dict[str, Any]:
    """What the organiser's page shows, and what its script takes over."""
    tablee = request.app.state.tablee
    language = language_of(request)
    context = desk_context(request, workshop)
    data = {
        "language": language,
        "messages": messages(language),
        "workshop": tablee.workshops.state_for(workshop, person.role, language),
        "me": person.id,
        "code": context["code"],
        "door": context["door"],
        "supports": _supports(tablee.workshops.catalogue_of(workshop), language),
        "agendas": [
            {"id": agenda.id, "title": agenda.titles[language], "minutes": agenda.minutes}
            for agenda in tablee.workshops.catalogue_of(workshop).agendas.values()
        ],
        "known": [{"id": one.id, "title": one.title} for one in await known_workshops(request)],
        "most_groups": tablee.settings.max_groups,
        "most_days": tablee.workshops.most_days,
        "typed_wrong": typed_wrong,
    }
    return {**context, "typed_wrong": typed_wrong, "data": data}


def _supports(catalogue: Catalogue, language: Language) -> list[dict[str, Any]]:
    """The boards a step may be about."""
    templates = catalogue.templates.values()
    return [
        {"id": t.id, "title": t.titles[language], "sheet": t.sheet, "side": t.side}
        for t in sorted(templates, key=lambda t: (t.sheet or 9, t.side or "", t.id))
        if t.id.partition(".")[0] in MODULES
    ]


def desk_context(request: Request, workshop: Workshop) -> dict[str, Any]:
    """What pages of those who lead show of a workshop."""
    address = public_url(request, f"/a/{show_code(workshop.code)}")
    language = language_of(request)
    total = sum(step.minutes for step in workshop.steps)
    at = 0
    steps: list[dict[str, Any]] = []
    for step in workshop.steps:
        steps.append(
            {
                "title": step.titles.get(language) or next(iter(step.titles.values()), ""),
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
        "moment": moment(workshop, language),
        "steps": steps,
        "total": total,
        "hosts": [person for person in workshop.people if person.role != "participant"],
        "structures": {person.id: names.get(person.stakeholder) for person in workshop.people},
        "online": request.app.state.tablee.hub.online(workshop.id),
        "invitations": {},
        "brought": None,
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
