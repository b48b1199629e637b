"""What happens by itself when its time comes: locks that open, and what was chosen for the end of a step."""

from __future__ import annotations

from dataclasses import replace

from tablee.model.agendas import Step
from tablee.model.commands.deciding import open_rounds
from tablee.model.commands.writing import step_revealed
from tablee.model.conduct import ALL
from tablee.model.notes import Places
from tablee.model.workshop import OPEN, BoardState, Workshop, boards_of_step


def due(workshop: Workshop, now: int, places: Places) -> Workshop:
    """The workshop with all that is due done; the same value when nothing is.

    Votes and rounds that close are more than a change of the record: who serves them looks at `rounds_due`.
    """
    if workshop.status == "closed":
        return workshop
    return _step_ended(_opened(workshop, now), now, places)


def next_due(workshop: Workshop) -> int | None:
    """When something is due next; None when nothing will be."""
    if workshop.status == "closed":  # what is still open is counted
        return min((one.at for one in open_rounds(workshop)), default=None)
    times = [workshop.frozen_until if workshop.frozen else None, _step_ends(workshop)]
    for state in workshop.boards.values():
        times.append(state.locked_until if state.locked else None)
        times += [until for zone, until in state.zones_locked_until.items() if zone in state.locked_zones]
    times += [one.ends_at for one in open_rounds(workshop)]
    return min((time for time in times if time is not None), default=None)


def step_over(workshop: Workshop, now: int) -> Step | None:
    """The step whose time is over, while what was chosen for its end is not done."""
    ends = _step_ends(workshop)
    return workshop.running if ends is not None and ends <= now else None


def _step_ends(workshop: Workshop) -> int | None:
    """When the time of the step ends for everybody, if something was chosen for then.

    The timer of all counts, and a group that has more time of its own keeps the step from ending; the turns
    of groups that report are no end of a step.
    """
    step, timer = workshop.running, workshop.timers.get(ALL)
    if step is None or not (step.lock_at_end or step.reveal_at_end):
        return None
    if timer is None or timer.done or timer.reporting is not None:
        return None
    ends = [None if one.remaining_ms else one.ends_at or 0 for one in workshop.timers.values()]
    return None if None in ends else max(end for end in ends if end is not None)


def _step_ended(workshop: Workshop, now: int, places: Places) -> Workshop:
    """All that was chosen for the end, at once: a silence that is begun after it is another."""
    step = step_over(workshop, now)
    if step is None:
        return workshop
    if step.reveal_at_end:
        workshop = step_revealed(workshop, step, places)
    boards = dict(workshop.boards)
    if step.lock_at_end:
        for name in boards_of_step(workshop, step):
            state = workshop.board(name)
            if not state.locked:
                boards[name] = replace(state, locked=True, locked_by=None, locked_until=None)
    timers = {**workshop.timers, ALL: replace(workshop.timers[ALL], done=True)}
    return replace(workshop, boards=boards, timers=timers)


def _opened(workshop: Workshop, now: int) -> Workshop:
    if workshop.frozen and workshop.frozen_until is not None and workshop.frozen_until <= now:
        workshop = replace(workshop, frozen=False, frozen_by=None, frozen_until=None)
    boards = {name: _board_opened(state, now) for name, state in workshop.boards.items()}
    if boards == workshop.boards:
        return workshop
    return replace(workshop, boards={name: state for name, state in boards.items() if state != OPEN})


def _board_opened(state: BoardState, now: int) -> BoardState:
    if state.locked and state.locked_until is not None and state.locked_until <= now:
        state = replace(state, locked=False, locked_by=None, locked_until=None)
    over = {zone for zone, until in state.zones_locked_until.items() if until <= now}
    if not over:
        return state
    return replace(
        state,
        locked_zones=tuple(zone for zone in state.locked_zones if zone not in over),
        zones_locked_by={zone: by for zone, by in state.zones_locked_by.items() if zone not in over},
        zones_locked_until={zone: at for zone, at in state.zones_locked_until.items() if zone not in over},
    )
