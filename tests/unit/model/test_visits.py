"""Who may read another group's sheets, and that reading is all they may do there."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import pytest

from tablee.model.agendas import Step
from tablee.model.conduct import ALL, Timer
from tablee.model.workshop import (
    Group,
    Person,
    Role,
    Workshop,
    may_enter,
    may_harvest,
    may_visit,
    may_write_in,
    reporting,
)

WORKSHOP = Workshop(
    id="w",
    code="C",
    title="",
    commons="",
    language="fr",
    licence="internal",
    agenda="",
    steps=(),
    step=None,
    groups=(Group("g1", "Hêtre"), Group("g2", "Saule")),
    people=(),
    stakeholders=(),
    people_may_choose_group=False,
    created_at=0,
    expires_at=0,
)
SHEETS, CANVASES = "w-g1-exploration", "w-g1-convergence"


def somebody(role: Role = "participant", group: str | None = "g2") -> Person:
    return Person("p", "Joris", role, "ciel", group, "p", 0)


def test_nobody_visits_a_group_that_does_not_report() -> None:
    assert not may_visit(WORKSHOP, SHEETS) and not may_enter(WORKSHOP, somebody(), SHEETS)
    assert may_enter(WORKSHOP, somebody(group="g1"), SHEETS)


@pytest.mark.parametrize(
    "open_",
    [
        replace(WORKSHOP, timers={ALL: Timer(1, ends_at=1, reporting="g1")}),
        replace(WORKSHOP, timers={ALL: Timer(1, remaining_ms=1, reporting="g1")}),
        replace(WORKSHOP, shown="g1"),
        replace(WORKSHOP, pooled=("governance",)),
    ],
)
def test_the_sheets_are_open_to_read_and_the_canvases_are_not(open_: Workshop) -> None:
    joris = somebody()
    assert may_enter(open_, joris, SHEETS) and not may_write_in(open_, joris, SHEETS)
    assert not may_enter(open_, joris, CANVASES)
    assert may_write_in(open_, joris, "w-g2-exploration") and may_write_in(open_, joris, "w-plenary")


def test_who_waits_or_comes_before_the_opening_visits_nothing() -> None:
    shown = replace(WORKSHOP, shown="g1")
    assert not may_enter(shown, somebody(group=None), SHEETS)
    assert not may_enter(replace(shown, status="draft"), somebody(), SHEETS)


def test_those_who_run_it_write_everywhere_and_observers_nowhere() -> None:
    for room in (SHEETS, CANVASES, "w-plenary"):
        assert may_write_in(WORKSHOP, somebody("facilitator", None), room)
        assert not may_write_in(WORKSHOP, somebody("observer", None), room)


def test_a_group_that_was_dissolved_is_visited_no_more() -> None:
    shown = replace(WORKSHOP, shown="g9")
    assert reporting(shown) == {"g9"}
    assert not may_enter(shown, somebody(), "w-g9-exploration")


def test_at_the_plenary_s_canvases_a_group_s_notes_are_its_own_until_the_workshop_comes_to_them() -> None:
    plenary, own = "w-plenary", somebody(group="g1")
    assert may_harvest(WORKSHOP, own, plenary, SHEETS) and may_harvest(WORKSHOP, own, plenary, plenary)
    for role, seen in (("participant", False), ("observer", False), ("facilitator", True)):
        other = somebody(cast(Role, role))
        assert may_harvest(WORKSHOP, other, plenary, SHEETS) == seen
        assert may_harvest(WORKSHOP, other, CANVASES, SHEETS), (
            "who is at the group's canvases sees its sheets"
        )
        assert may_harvest(replace(WORKSHOP, shown="g1"), other, plenary, SHEETS)
    phases = ("exploration", "break", "convergence", "break", "synthesis")
    steps = tuple(Step(f"s{n}", phase, 5, "plenary", None, {}) for n, phase in enumerate(phases))
    seen_at = [
        may_harvest(replace(WORKSHOP, steps=steps, step=step.id), somebody(), plenary, SHEETS)
        for step in steps
    ]
    assert seen_at == [False, False, True, True, True]
