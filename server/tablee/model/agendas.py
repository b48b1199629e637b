"""Agendas: the steps a workshop goes through, with their minutes, as typed values and as read from TOML."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from typing import Any

import msgspec

from tablee.model.reading import Mistake, Reading

PHASES = ("intro", "immersion", "exploration", "break", "convergence", "synthesis")
MODES = ("plenary", "each", "group", "rooms")
"""Together in the plenary, each on their own recto, the group, or groups in parallel."""
STEP_RIGHTS = ("write", "own", "read")
"""Write and change all notes, only one's own, or read."""
WRITING = ("open", "silent", "anonymous")
STEP_ID = re.compile(r"[a-z][a-z0-9_]*")
ASSIGNED = ("assigned.recto", "assigned.verso")
"""Stand for the faces of the sheet that was given to the group, in mode `rooms`."""


@dataclass(frozen=True, slots=True)
class Step:
    """`board` is a template id, or one of `ASSIGNED`, or None.

    `rights`: what participants may do with notes. `writing`: how it begins. `lock_at_end` and
    `reveal_at_end` are done when the timer of the step ends; nothing is, unless it was chosen.
    """

    id: str
    phase: str
    minutes: int
    mode: str
    board: str | None
    titles: Mapping[str, str]
    instruction: str = ""
    rights: str = "write"
    writing: str = "open"
    lock_at_end: bool = False
    reveal_at_end: bool = False


@dataclass(frozen=True, slots=True)
class Agenda:
    """`minutes` is the announced total; `people` says for how many it is meant, from and to."""

    id: str
    titles: Mapping[str, str]
    minutes: int
    people: tuple[int, int]
    groups: int
    steps: tuple[Step, ...]


class StepShape(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    id: str
    title: dict[str, str]
    phase: str
    minutes: int
    mode: str
    board: str | None = None


class AgendaShape(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    id: str
    title: dict[str, str]
    minutes: int
    people: tuple[int, int]
    groups: int
    steps: list[Any]


def read_agenda(reading: Reading, file: str) -> Agenda | None:
    """The agenda of one file, or None after noting what keeps it from being read."""
    data = reading.toml(file)
    agenda = None if data is None else reading.convert(file, "", data, AgendaShape)
    if agenda is None:
        return None
    steps = [reading.convert(file, f"steps[{n}]", step, StepShape) for n, step in enumerate(agenda.steps, 1)]
    return (
        None
        if None in steps
        else Agenda(
            agenda.id,
            agenda.title,
            agenda.minutes,
            agenda.people,
            agenda.groups,
            tuple(Step(s.id, s.phase, s.minutes, s.mode, s.board, s.title) for s in steps if s),
        )
    )


def agenda_mistakes(agenda: Agenda, file: str, templates: Set[str]) -> Iterator[Mistake]:
    """What is wrong with an agenda that could be read, titles left aside."""
    total = sum(step.minutes for step in agenda.steps)
    if total != agenda.minutes:
        yield Mistake(file, "minutes", f"The steps take {total} minutes, not {agenda.minutes}.")
    least, most = agenda.people
    if not 1 <= least <= most:
        yield Mistake(file, "people", f"From {least} to {most} people is not a range.")
    if agenda.groups < 1:
        yield Mistake(file, "groups", "An agenda is for one group or more.")
    if not agenda.steps:
        yield Mistake(file, "steps", "An agenda has at least one step.")
    seen: set[str] = set()
    for n, step in enumerate(agenda.steps, 1):
        if not STEP_ID.fullmatch(step.id):
            yield Mistake(
                file, f"steps[{n}].id", f"“{step.id}” cannot be an id: small letters, digits and _ only."
            )
        if step.id in seen:
            yield Mistake(file, f"steps[{n}].id", f"Two steps are called “{step.id}”.")
        seen.add(step.id)
        for key, sentence in _step_mistakes(step, templates):
            yield Mistake(file, f"steps[{n}].{key}", f"Step “{step.id}”: {sentence}")


def _step_mistakes(step: Step, templates: Set[str]) -> Iterator[tuple[str, str]]:
    if step.minutes < 1:
        yield "minutes", f"{step.minutes} minutes is not a duration."
    if step.phase not in PHASES:
        yield "phase", f"“{step.phase}” is not a known phase; it must be one of {', '.join(PHASES)}."
    if step.mode not in MODES:
        yield "mode", f"“{step.mode}” is not a known mode; it must be one of {', '.join(MODES)}."
    if step.board in ASSIGNED:
        if step.mode != "rooms":
            yield "board", f"“{step.board}” only makes sense in mode “rooms”."
    elif step.board is not None and step.board not in templates:
        yield "board", f"There is no template “{step.board}”."
    if step.mode == "each" and not (step.board or "").endswith(".recto"):
        yield "mode", "Mode “each” needs the recto of a sheet as board."
