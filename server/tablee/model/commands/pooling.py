"""Between the groups: whose sheets all look at, a group's summary, the card that is projected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tablee.errors import Invalid, NotFound
from tablee.model.commands.base import AT_THE_TABLE, LEADERS, ORGANISERS, Command, Fields, World, group_of
from tablee.model.conduct import Projected
from tablee.model.identity import clean_text
from tablee.model.immersion import HEADS
from tablee.model.workshop import Person, Workshop

PREPARATION_CHARS = 1_000


def _show(workshop: Workshop, person: Person, fields: Fields, world: World) -> Workshop:
    """Let everybody read the sheets of a group, without a time; without a group, no more."""
    group = group_of(workshop, fields)
    return workshop if group == workshop.shown else replace(workshop, shown=group)


def _project(workshop: Workshop, person: Person, fields: Fields, world: World) -> Workshop:
    """Show a card of the immersion to all, and the heading that is read now; no card: no more."""
    wanted, heading = fields.get("card"), fields.get("heading")
    if wanted is None:
        return workshop if workshop.projected is None else replace(workshop, projected=None)
    cards = {card.id for card in world.places.catalogue.cards}
    if not isinstance(wanted, str) or wanted not in cards:
        raise NotFound("card.unknown", "Cet exemple n'existe pas.", field="card")
    if heading is not None and heading not in HEADS:
        raise Invalid("heading.unknown", "Cette rubrique n'existe pas.", field="heading")
    shown = workshop.projected
    if shown is not None and (shown.card, shown.heading) == (wanted, heading):
        return workshop
    return replace(workshop, projected=Projected(wanted, person.id, world.now, heading))


def _prepare(workshop: Workshop, person: Person, fields: Fields, world: World) -> Workshop:
    """Note something beforehand: a point of the checklist that is done, or an answer on a card."""
    key, text = fields.get("key"), fields.get("text", "")
    guide = world.places.catalogue.guide
    known = {f"done/{point.id}" for point in guide.prepare}
    known |= {f"{card.id}/{question.id}" for card in guide.cards for question in card.questions}
    if not isinstance(key, str) or key not in known:
        raise NotFound("preparation.unknown", "Ce point n'est pas dans le guide.", field="key")
    if not isinstance(text, str):
        raise Invalid("text.missing", "Indiquez le texte.", field="text")
    cleaned = clean_text(text).strip()
    if len(cleaned) > PREPARATION_CHARS:
        raise Invalid("preparation.too_long", "Cette réponse est trop longue : mille caractères au plus.")
    if workshop.preparation.get(key, "") == cleaned:
        return workshop
    others = {one: said for one, said in workshop.preparation.items() if one != key}
    return replace(workshop, preparation={**others, key: cleaned} if cleaned else others)


def summed_up(workshop: Workshop, person: Person, fields: Fields) -> str:
    """The group whose summary is to be written: one's own, and for facilitation the one it names."""
    group = group_of(workshop, fields) or person.group
    if group is None:
        raise Invalid("group.missing", "Indiquez le groupe.", field="group")
    if person.role not in LEADERS and group != person.group:
        raise NotFound("group.unknown", "Ce groupe n'existe pas dans cet atelier.", field="group")
    return group


COMMANDS: Mapping[str, Command] = {
    "preparation.set": Command(ORGANISERS, ("key", "text"), _prepare),
    "report.show": Command(LEADERS, ("group",), _show, in_draft=False),
    "card.show": Command(LEADERS, ("card", "heading"), _project, in_draft=False),
    "summary.begin": Command(AT_THE_TABLE, ("group",), None, in_draft=False),
}
