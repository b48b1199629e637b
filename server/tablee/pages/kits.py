"""`/gabarits` and `/gabarits/{kit}`: templates to read, and to adapt for whoever holds a kit's secret."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from tablee.errors import Invalid, NotFound, Refused
from tablee.live.kit_words import attribution_of, counted_words, refuse_faulty, starters, titled
from tablee.live.kits import Kits, Shown
from tablee.live.session import kit_secret
from tablee.model.agendas import Agenda
from tablee.model.kits.document import ROOT, KitDocument, catalogue_of
from tablee.pages.i18n import Language, language_of, messages, translator
from tablee.pages.render import render
from tablee.words import Words


@dataclass(slots=True)
class Card:
    """A kit in the family tree, with those that derive from it."""

    id: str
    title: str
    version: str
    authors: str
    changes: str
    counted: str
    year: int | None
    zones: int
    children: list[Card] = field(default_factory=list)


def kits_of(request: Request) -> Kits:
    kits: Kits = request.app.state.tablee.kits
    return kits


def _contact(request: Request) -> str:
    """Where the authors of the shipped kit wish to be told of adaptations; "" when nobody said."""
    contact: str = request.app.state.tablee.catalogue.kit.contact
    return contact


async def gallery(request: Request) -> Response:
    language = language_of(request)
    shown = await kits_of(request).gallery()
    tree = family(shown, language)
    return render(
        request,
        "gabarits.html",
        tree=tree,
        remixes=len(shown) - 1,
        mail=_contact(request),
        data={"language": language, "messages": messages(language)},
    )


def family(shown: list[Shown], language: Language) -> Card:
    """The tree of what is published. What derives from a kit that is not here hangs on the root."""
    cards = {one.document.id: _card(one, language) for one in shown}
    for one in shown:
        if one.document.id != ROOT:
            parent = one.document.derived_from
            there = cards.get(parent.id) if parent is not None else None
            (there or cards[ROOT]).children.append(cards[one.document.id])
    return cards[ROOT]


def _card(one: Shown, language: Language) -> Card:
    kit = one.document
    return Card(
        kit.id,
        titled(kit.titles, language),
        kit.version,
        ", ".join(kit.authors),
        titled({language: kit.changes.get(language, ""), **kit.changes}, language),
        counted_words(kit.counts, Words(language)),
        one.published_at,
        sum(len(board.zones) for board in kit.templates),
    )


async def kit(request: Request) -> Response:
    """Its boards, drawn; the editor takes the page over for who holds the secret."""
    language = language_of(request)
    kits = kits_of(request)
    kit_id = request.path_params["kit"]
    data: dict[str, Any] = {"language": language, "messages": messages(language), "mail": _contact(request)}
    try:
        held = await kits.find(kit_id, kit_secret(request, kit_id))
    except NotFound as missing:
        return render(request, "kit-closed.html", missing.status, id=kit_id[:32], data=data)
    document = held.document
    shown = await kits.as_json(held, language)
    if held.mine:
        days = request.app.state.tablee.settings.retention_days
        data |= shown | {"base": held.record.base, "starters": starters(), "days": days}
    shipped = request.app.state.tablee.catalogue
    return render(
        request,
        "kit.html",
        kit=document,
        id=kit_id,
        mine=held.mine,
        published=held.record.published is not None,
        title=titled(document.titles, language),
        changes=titled(document.changes, language),
        parent=document.derived_from,
        parent_title=document.attribution[-1].title,
        templates=await kits.compute(_drawn, document, shipped, language),
        agendas=[
            (titled(agenda.titles, language), agenda.minutes, len(agenda.steps))
            for agenda in document.agendas
        ],
        attribution=attribution_of(document)[language],
        data=data,
    )


def _drawn(document: KitDocument, shipped: Any, language: Language) -> list[dict[str, Any]]:
    """Its boards as a page draws them; none as long as a text is missing."""
    if not document.lang:
        return []
    try:
        refuse_faulty(document)
    except Invalid:
        return []
    return catalogue_of(document, shipped, {}).for_browser(language)


async def kit_to_use(request: Request, kit_id: str) -> KitDocument | None:
    """The kit that a new workshop shall work with; None for the shipped one. Raises `Refused`."""
    if not kit_id:
        return None
    return await kits_of(request).for_workshop(kit_id, kit_secret(request, kit_id))


@dataclass(frozen=True, slots=True)
class Offered:
    """What a new workshop may be made of: the kits by id and title, and the agendas of the one that is asked
    for. `failure`: why that one is not to be had."""

    agendas: Mapping[str, Agenda]
    kits: list[tuple[str, str]]
    failure: str | None = None


async def offered_kits(request: Request, asked: str, language: Language) -> Offered:
    shipped = request.app.state.tablee.catalogue
    kits = {one.document.id: one.document for one in await kits_of(request).gallery()}
    document, failure = None, None
    try:
        document = await kit_to_use(request, asked)
    except Refused as refused:
        say = translator(language).gettext
        failure = say(refused.sentence)
        if refused.key == "kit.unknown":
            failure += " " + say("S'il est à vous, ouvrez d'abord son lien de modification.")
    if document is not None:
        kits[document.id] = document
    catalogue = shipped if document is None else catalogue_of(document, shipped, {})
    named = [("" if key == ROOT else key, titled(kit.titles, language)) for key, kit in kits.items()]
    return Offered(catalogue.agendas, named, failure)
