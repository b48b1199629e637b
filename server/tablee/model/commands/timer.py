"""The timer, in server time: a total, and either when it ends or what is left.

One for all groups, and one for a group that has its own. A command without a group is about all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tablee.errors import Conflict, Invalid, NotFound
from tablee.model.commands.base import LEADERS, Command, Fields, World, group_of, number_of
from tablee.model.commands.steps import must_be_open
from tablee.model.conduct import ALL, Timer
from tablee.model.workshop import Person, Workshop

MINUTES = (1, 600)
SECONDS = 3600
MOST_MS = MINUTES[1] * 60_000


def _start(workshop: Workshop, person: Person, fields: Fields, world: World) -> Workshop:
    group = group_of(workshop, fields)
    total = number_of(fields, "minutes", *MINUTES) * 60_000
    reporting = fields.get("reporting")
    if reporting is not None and (not isinstance(reporting, str) or workshop.group(reporting) is None):
        raise NotFound("group.unknown", "Ce groupe n'existe pas dans cet atelier.", field="reporting")
    must_be_open(workshop)
    there = workshop.timers.get(group or ALL)
    # the next group to report takes over from the one before
    relieved = there is not None and reporting is not None and reporting != there.reporting
    if there is not None and there.ends_at is not None and there.left(world.now) > 0 and not relieved:
        raise Conflict("timer.running", "Le minuteur tourne déjà. Prolongez-le, ou arrêtez-le d'abord.")
    timer = Timer(total, world.now + total, reporting=reporting)
    timed = replace(workshop, timers={**(workshop.timers if group else {}), group or ALL: timer})
    return timed if reporting is None else with_report(timed, reporting)


def with_report(workshop: Workshop, group: str) -> Workshop:
    """The workshop that knows that this group has had its turn. What was shown without a time is over."""
    reported = workshop.reported if group in workshop.reported else (*workshop.reported, group)
    return replace(workshop, reported=reported, shown=None)


def _pause(workshop: Workshop, person: Person, fields: Fields, world: World) -> Workshop:
    timers = _those(workshop, fields)
    left = {key: timer for key, timer in timers.items() if timer.left(world.now) > 0}
    if not left:
        raise _over()
    paused = {
        key: timer
        if timer.ends_at is None
        else replace(timer, ends_at=None, remaining_ms=timer.left(world.now))
        for key, timer in left.items()
    }
    return _with(workshop, paused)


def _resume(workshop: Workshop, person: Person, fields: Fields, world: World) -> Workshop:
    timers = _those(workshop, fields)
    left = {key: timer for key, timer in timers.items() if timer.left(world.now) > 0}
    if not left:
        raise _over()
    must_be_open(workshop)
    running = {
        key: timer
        if timer.ends_at is not None
        else replace(timer, ends_at=world.now + timer.remaining_ms, remaining_ms=0)
        for key, timer in left.items()
    }
    return _with(workshop, running)


def _extend(workshop: Workshop, person: Person, fields: Fields, world: World) -> Workshop:
    """More time or less. A timer that has ended goes on from now; less than nothing is never left."""
    seconds = number_of(fields, "seconds", -SECONDS, SECONDS)
    if seconds == 0:
        raise Invalid("seconds.range", "Ce nombre n'est pas dans les limites permises.", field="seconds")
    longer: dict[str, Timer] = {}
    for key, timer in _those(workshop, fields).items():
        before = timer.left(world.now)
        left = max(0, before + seconds * 1000)
        if left > MOST_MS:
            raise Conflict("timer.longest", "Un minuteur dure au plus six cents minutes.", field="seconds")
        if left == before:
            longer[key] = timer
            continue
        total = max(left, timer.total_ms + left - before)
        if timer.ends_at is None:
            longer[key] = replace(timer, total_ms=total, remaining_ms=left, done=False)
        else:
            longer[key] = replace(timer, total_ms=total, ends_at=world.now + left, done=False)
    return _with(workshop, longer)


def _stop(workshop: Workshop, person: Person, fields: Fields, world: World) -> Workshop:
    group = group_of(workshop, fields)
    if not workshop.timers or (group is not None and group not in workshop.timers):
        raise _none()
    if group is None:
        return replace(workshop, timers={})
    return replace(workshop, timers={key: t for key, t in workshop.timers.items() if key != group})


def _those(workshop: Workshop, fields: Fields) -> dict[str, Timer]:
    """The timers a command is about. A group that goes by the timer of all gets its own by it."""
    group = group_of(workshop, fields)
    if group is None:
        found = dict(workshop.timers)
    else:
        its = workshop.timers.get(group) or workshop.timers.get(ALL)
        found = {} if its is None else {group: its}
    if not found:
        raise _none()
    return found


def _with(workshop: Workshop, timers: Mapping[str, Timer]) -> Workshop:
    seen = {key: workshop.timers.get(key) or workshop.timers.get(ALL) for key in timers}
    if seen == timers:
        return workshop
    return replace(workshop, timers={**workshop.timers, **timers})


def _none() -> Conflict:
    return Conflict("timer.none", "Aucun minuteur n'est lancé.")


def _over() -> Conflict:
    return Conflict("timer.over", "Le temps est écoulé. Prolongez-le, ou lancez-en un autre.")


COMMANDS: Mapping[str, Command] = {
    "timer.start": Command(LEADERS, ("minutes", "group", "reporting"), _start),
    "timer.pause": Command(LEADERS, ("group",), _pause),
    "timer.resume": Command(LEADERS, ("group",), _resume),
    "timer.extend": Command(LEADERS, ("seconds", "group"), _extend),
    "timer.stop": Command(LEADERS, ("group",), _stop),
}
