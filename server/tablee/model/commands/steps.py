"""Steps of the agenda: on to the next, back, or straight to one of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tablee.errors import Conflict, Invalid, NotFound
from tablee.model.commands.base import LEADERS, Command, Fields, World
from tablee.model.workshop import Person, Workshop


def _next(workshop: Workshop, person: Person, fields: Fields, world: World) -> Workshop:
    at = _step_number(workshop)
    if at + 1 >= len(workshop.steps):
        raise Conflict("step.last", "C'est déjà la dernière étape.")
    return replace(workshop, step=workshop.steps[at + 1].id)


def _previous(workshop: Workshop, person: Person, fields: Fields, world: World) -> Workshop:
    at = _step_number(workshop)
    if at <= 0:
        raise Conflict("step.first", "Il n'y a pas d'étape avant celle-ci.")
    return replace(workshop, step=workshop.steps[at - 1].id)


def _go(workshop: Workshop, person: Person, fields: Fields, world: World) -> Workshop:
    step = fields.get("step")
    if not isinstance(step, str):
        raise Invalid("step.missing", "Indiquez l'étape.", field="step")
    if all(s.id != step for s in workshop.steps):
        raise NotFound("step.unknown", "Cette étape n'est pas dans le déroulé.", field="step")
    return workshop if workshop.step == step else replace(workshop, step=step)


def _step_number(workshop: Workshop) -> int:
    """−1 before the first step."""
    return next((n for n, step in enumerate(workshop.steps) if step.id == workshop.step), -1)


COMMANDS: Mapping[str, Command] = {
    "step.next": Command(LEADERS, (), _next, rights=True),
    "step.previous": Command(LEADERS, (), _previous, rights=True),
    "step.go": Command(LEADERS, ("step",), _go, rights=True),
}
