"""Steps of the agenda: which one the workshop is at, which ones there are, and what becomes of a delay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tablee.errors import Conflict, Invalid, NotFound
from tablee.model import plan
from tablee.model.agendas import Step
from tablee.model.commands.base import LEADERS, Command, Fields, World, flag_of, made_id
from tablee.model.commands.writing import made_anonymous, silenced, step_begun
from tablee.model.conduct import ALL, StepRun, Timer
from tablee.model.workshop import OPEN, BoardState, Person, Workshop, boards_of_step

RUNS_KEPT = 500
TWICE_MS = 2_000
"""The next step, asked for by the same person within this time, is one press that came twice, unless it says
of which revision it is."""


def _next(workshop: Workshop, person: Person, fields: Fields, world: World) -> Workshop:
    timed, at = flag_of(fields, "timer", False), _step_number(workshop)
    begun = workshop.runs[-1] if workshop.runs else None
    again = begun is not None and begun.by == person.id and 0 <= world.now - begun.at < TWICE_MS
    if again and fields.get("revision") is None:
        return workshop
    if at + 1 >= len(workshop.steps):
        raise Conflict("step.last", "C'est déjà la dernière étape.")
    return _begun(workshop, workshop.steps[at + 1], timed, world, by=person.id)


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


def _begun(workshop: Workshop, step: Step, timed: bool, world: World, by: str | None = None) -> Workshop:
    """The workshop at a step. What belonged to the one before is over; what was hidden stays hidden.

    Of the step that it is at already, the time begins unless it runs.
    """
    must_be_open(workshop)
    total = step.minutes * 60_000
    if workshop.step == step.id:
        there = workshop.timers.get(ALL)
        if not timed or (there is not None and there.left(world.now) > 0):
            return workshop
        return replace(workshop, timers={**workshop.timers, ALL: Timer(total, world.now + total)})
    return replace(
        step_begun(replace(workshop, boards=_as_the_step_says(workshop)), step),
        step=step.id,
        runs=(*workshop.runs, StepRun(step.id, world.now, by))[-RUNS_KEPT:],
        timers={ALL: Timer(total, world.now + total)} if timed else {},
        ready=(),
        ready_check=None,
        summons=None,
        spotlight=None,
        shown=None,
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
    before, after = workshop.running, plan.with_steps(workshop, agenda, steps)
    now = after.running
    if now is None or before is None or (now.writing, now.board) == (before.writing, before.board):
        return after
    return writing_begun(after, now)  # what is more private begins at once; what was hidden stays so


def writing_begun(workshop: Workshop, step: Step) -> Workshop:
    """The mode of a step begins on its boards, while it runs."""
    if step.writing != "open":
        begin = silenced if step.writing == "silent" else made_anonymous
        for board in (None,) if step.board is None else boards_of_step(workshop, step):
            workshop = begin(workshop, board)
    return workshop


def _catch_up(workshop: Workshop, person: Person, fields: Fields, world: World) -> Workshop:
    return plan.caught_up(workshop, world.now)


COMMANDS: Mapping[str, Command] = {
    "step.next": Command(LEADERS, ("timer",), _next, rights=True),
    "step.previous": Command(LEADERS, ("timer",), _previous, rights=True),
    "step.go": Command(LEADERS, ("step", "timer"), _go, rights=True),
    "agenda.edit": Command(LEADERS, ("steps", "agenda"), _edit, rights=True),
    "agenda.catch_up": Command(LEADERS, (), _catch_up),
}
