"""Steps of the agenda: which one the workshop is at, which ones there are, and what becomes of a delay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tablee.errors import Conflict, Invalid, NotFound
from tablee.model import plan
from tablee.model.agendas import Step
from tablee.model.commands.base import LEADERS, Command, Fields, World, flag_of, made_id
from tablee.model.commands.writing import step_begun
from tablee.model.conduct import ALL, StepRun, Timer
from tablee.model.workshop import OPEN, BoardState, Person, Workshop

RUNS_KEPT = 500


def _next(workshop: Workshop, person: Person, fields: Fields, world: World) -> Workshop:
    timed, at = flag_of(fields, "timer", False), _step_number(workshop)
    if at + 1 >= len(workshop.steps):
        raise Conflict("step.last", "C'est déjà la dernière étape.")
    return _begun(workshop, workshop.steps[at + 1], timed, world)


def _previous(workshop: Workshop, person: Person, fields: Fields, world: World) -> Workshop:
    timed, at = flag_of(fields, "timer", False), _step_number(workshop)
    if at <= 0:
        raise Conflict("step.first", "Il n'y a pas d'étape avant celle-ci.")
    return _begun(workshop, workshop.steps[at - 1], timed, world)


def _go(workshop: Workshop, person: Person, fields: Fields, world: World) -> Workshop:
    timed, wanted = flag_of(fields, "timer", False), fields.get("step")
    if not isinstance(wanted, str):
        raise Invalid("step.missing", "Indiquez l'étape.", field="step")
    step = next((s for s in workshop.steps if s.id == wanted), None)
    if step is None:
        raise NotFound("step.unknown", "Cette étape n'est pas dans le déroulé.", field="step")
    return _begun(workshop, step, timed, world)


def _begun(workshop: Workshop, step: Step, timed: bool, world: World) -> Workshop:
    """The workshop at a step. What belonged to the one before is over; what was hidden stays hidden."""
    must_be_open(workshop)
    if workshop.step == step.id:
        return workshop
    total = step.minutes * 60_000
    return replace(
        step_begun(replace(workshop, boards=_as_the_step_says(workshop)), step),
        step=step.id,
        runs=(*workshop.runs, StepRun(step.id, world.now))[-RUNS_KEPT:],
        timers={ALL: Timer(total, world.now + total)} if timed else {},
        ready=(),
        ready_check=None,
        summons=None,
        spotlight=None,
    )


def _as_the_step_says(workshop: Workshop) -> dict[str, BoardState]:
    """Boards that facilitation had opened where the step before let people read only."""
    boards = {name: replace(state, open=False) for name, state in workshop.boards.items()}
    return {name: state for name, state in boards.items() if state != OPEN}


def must_be_open(workshop: Workshop) -> None:
    """Time runs once the workshop is open. Raises `Conflict`."""
    if workshop.status == "draft":
        raise Conflict("workshop.draft", "Ouvrez d'abord l'atelier : il est encore en préparation.")


def _step_number(workshop: Workshop) -> int:
    """−1 before the first step."""
    return next((n for n, step in enumerate(workshop.steps) if step.id == workshop.step), -1)


# -- the agenda itself -------------------------------------------------------------------------------


def _edit(workshop: Workshop, person: Person, fields: Fields, world: World) -> Workshop:
    """Other steps: all of them as they shall be, or those of a template of agenda."""
    template, typed = fields.get("agenda"), fields.get("steps")
    if (template is None) == (typed is None):
        raise Invalid("steps.missing", "Indiquez les étapes, ou un gabarit de déroulé.", field="steps")
    catalogue = world.places.catalogue
    agenda = workshop.agenda
    if typed is None:
        if not isinstance(template, str) or template not in catalogue.agendas:
            raise NotFound("agenda.unknown", "Ce déroulé n'existe pas.", field="agenda")
        agenda = template
        steps = plan.within(catalogue.agendas[template].steps, workshop.modules)
    else:
        steps = plan.checked_steps(
            typed,
            workshop.steps,
            modules=workshop.modules,
            templates=catalogue.templates.keys(),
            language=workshop.language,
            make=lambda what: made_id(workshop, "s", what),
        )
    return plan.with_steps(workshop, agenda, steps)


def _catch_up(workshop: Workshop, person: Person, fields: Fields, world: World) -> Workshop:
    return plan.caught_up(workshop, world.now)


COMMANDS: Mapping[str, Command] = {
    "step.next": Command(LEADERS, ("timer",), _next, rights=True),
    "step.previous": Command(LEADERS, ("timer",), _previous, rights=True),
    "step.go": Command(LEADERS, ("step", "timer"), _go, rights=True),
    "agenda.edit": Command(LEADERS, ("steps", "agenda"), _edit, rights=True),
    "agenda.catch_up": Command(LEADERS, (), _catch_up),
}
