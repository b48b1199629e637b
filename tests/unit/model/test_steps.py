"""Steps and the agenda: what a change of step changes, how an agenda is edited, how a delay is spread."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.kit.transitions import CATALOGUE, MINUTE, WORKSHOP, at_step, do, refused

from tablee.model import plan
from tablee.model.agendas import Step
from tablee.model.conduct import ALL, ReadyCheck, Spotlight, StepRun, Summons, Timer
from tablee.model.state import as_seen_by
from tablee.model.workshop import BoardState, Workshop, first_room, group_rooms, plenary_room


def with_step(step_id: str, workshop: Workshop = WORKSHOP, **changes: Any) -> Workshop:
    steps = tuple(replace(s, **changes) if s.id == step_id else s for s in workshop.steps)
    return replace(workshop, steps=steps)


# -- going from step to step -------------------------------------------------------------------------


def test_each_step_that_is_begun_is_noted_with_its_moment() -> None:
    here = do("marc", "step.next", now=5)
    here = do("inès", "step.go", here, 9, step="s1_nous")
    here = do("marc", "step.previous", here, 12)
    assert here.runs == (StepRun("welcome", 5, "marc"), StepRun("s1_nous", 9), StepRun("s1_je", 12))
    assert do("marc", "step.go", here, 20, step="s1_je") is here, "twice is once"
    assert refused("marc", "step.go", here, step="lunch").key == "step.unknown"
    state = as_seen_by(here, "participant", "fr")
    assert state["step"] == "s1_je" and state["runs"][-1] == {"step": "s1_je", "at": 12}


def test_the_next_step_asked_for_twice_is_one_press() -> None:
    first = do("marc", "step.next", now=5)
    assert do("marc", "step.next", first, 1_500) is first
    assert do("inès", "step.next", first, 1_500).step == "immersion", "somebody else means it"
    assert do("marc", "step.next", first, 1_500, revision=first.revision).step == "immersion"
    assert do("marc", "step.next", first, 2_100).step == "immersion"


def test_the_time_of_the_step_it_is_at_can_be_started() -> None:
    here = at_step("s1_nous")
    timed = do("marc", "step.go", here, 1_000, step="s1_nous", timer=True)
    assert timed.timers == {ALL: Timer(21 * MINUTE, ends_at=1_000 + 21 * MINUTE)} and timed.runs == here.runs
    assert do("marc", "step.go", timed, 2_000, step="s1_nous", timer=True) is timed, "it runs"


def test_a_step_that_runs_becomes_silent_at_once() -> None:
    here = at_step("s1_nous")
    steps = [
        {
            "id": s.id,
            "phase": s.phase,
            "title": s.titles["fr"],
            "minutes": s.minutes,
            "mode": s.mode,
            **({"board": s.board} if s.board else {}),
            **({"writing": "silent"} if s.id == "s1_nous" else {}),
        }
        for s in here.steps
    ]
    silent = do("marc", "agenda.edit", here, steps=steps)
    assert silent.running is not None and silent.running.writing == "silent"
    assert silent.board("sheet1.verso").silent


def test_what_belonged_to_the_step_before_is_over() -> None:
    busy = replace(
        at_step("s1_je"),
        ready=("nadia",),
        ready_check=ReadyCheck("q1", "marc", 1),
        spotlight=Spotlight("l1", "marc", "governance", 1),
        summons=Summons("c1", "marc", "governance", 1),
        timers={ALL: Timer(MINUTE, ends_at=MINUTE), "g1": Timer(MINUTE, remaining_ms=5)},
        hands={"nadia": 1},
        boards={"sheet1.recto": BoardState(open=True), "governance": BoardState(True, open=True)},
    )
    after = do("marc", "step.next", busy)
    assert (after.ready, after.ready_check, after.spotlight, after.summons) == ((), None, None, None)
    assert after.timers == {} and after.hands == {"nadia": 1}
    assert after.boards == {"governance": BoardState(True)}, "a lock stays, an opening does not"


def test_the_minutes_of_the_step_start_when_that_is_asked_for() -> None:
    after = at_step("s1_nous", replace(WORKSHOP, timers={"g1": Timer(1, 1)}), 1_000, timer=True)
    assert after.timers == {ALL: Timer(21 * MINUTE, ends_at=1_000 + 21 * MINUTE)}
    assert at_step("s1_nous", timer=False).timers == {}
    refusal = refused("marc", "step.next", timer="yes")
    assert (refusal.key, refusal.field) == ("command.flag", "timer")


@pytest.mark.parametrize("writing", ["silent", "anonymous"])
def test_a_step_that_begins_in_silence_hides_its_board_and_the_next_one_reveals_nothing(writing: str) -> None:
    quiet = with_step("s1_nous", writing=writing)
    here = at_step("s1_nous", quiet)
    assert getattr(here.board("sheet1.verso"), writing)
    assert not getattr(here.board("sheet2.verso"), writing)
    if writing == "silent":
        for command in ("step.next", "step.previous"):
            assert do("marc", command, here).board("sheet1.verso").silent


def test_where_each_group_has_its_sheet_the_faces_of_those_sheets_are_hidden() -> None:
    steps = tuple(replace(s, writing="silent") for s in CATALOGUE.agendas["one_sheet_per_group_150"].steps)
    groups = (replace(WORKSHOP.groups[0], sheet="sheet3"), replace(WORKSHOP.groups[1], sheet="sheet1"))
    here = at_step("je", replace(WORKSHOP, steps=steps, groups=groups))
    assert {name for name, state in here.boards.items() if state.silent} == {"sheet3.recto", "sheet1.recto"}


def test_nothing_begins_before_the_workshop_is_open_nor_after_it_is_over() -> None:
    draft, closed = replace(WORKSHOP, status="draft"), replace(WORKSHOP, status="closed")
    assert refused("marc", "step.next", draft).key == "workshop.draft"
    assert refused("marc", "step.next", closed).key == "workshop.closed"


def test_people_go_where_the_step_works() -> None:
    nadia, paul = WORKSHOP.people[3], WORKSHOP.people[5]
    own, together = group_rooms("w1", "g1"), plenary_room("w1")
    assert first_room(WORKSHOP, nadia) == first_room(WORKSHOP, paul) == own["exploration"]
    assert first_room(at_step("gov"), nadia) == own["convergence"]
    pooled = with_step("gov", mode="plenary")
    assert first_room(at_step("gov", pooled), nadia) == together
    assert first_room(at_step("s1_je", pooled), nadia) == own["exploration"]
    for waits in (replace(WORKSHOP, status="draft"), WORKSHOP):
        someone = nadia if waits.status == "draft" else replace(nadia, group=None)
        assert first_room(waits, someone) is None


# -- editing the agenda ------------------------------------------------------------------------------


def as_typed(step: Step, **changes: Any) -> dict[str, Any]:
    """A step as a page sends it back."""
    typed = {
        "id": step.id,
        "phase": step.phase,
        "title": step.titles["en"],
        "minutes": step.minutes,
        "mode": step.mode,
        "board": step.board,
    }
    return {name: value for name, value in {**typed, **changes}.items() if value != ...}


WRAP = WORKSHOP.steps[-1]
NEW: dict[str, Any] = {"phase": "exploration", "title": "Marche", "minutes": 20, "mode": "group"}


def test_an_agenda_is_edited_step_by_step_and_titles_that_stay_are_in_both_languages() -> None:
    typed = [as_typed(WRAP), {**NEW, "board": "sheet1.verso", "rights": "own", "lock_at_end": True}]
    typed.append(as_typed(WORKSHOP.steps[0], title="Accueil à la mairie", minutes=5))
    after = do("marc", "agenda.edit", steps=typed)
    wrap, walk, welcome = after.steps
    assert wrap == WRAP and set(wrap.titles) == {"fr", "en"}
    assert (welcome.id, welcome.titles, welcome.minutes) == ("welcome", {"fr": "Accueil à la mairie"}, 5)
    assert walk.id not in {s.id for s in WORKSHOP.steps} and walk.lock_at_end and walk.rights == "own"
    assert do("marc", "agenda.edit", steps=typed) == after, "tried again, it makes the same ids"
    again = [as_typed(wrap), {**NEW, "id": walk.id, "rights": "own", "lock_at_end": True}]
    assert do("marc", "agenda.edit", after, steps=again).steps[1].id == walk.id
    same = [as_typed(s) for s in WORKSHOP.steps]
    assert do("marc", "agenda.edit", steps=same) is WORKSHOP


def test_an_agenda_is_taken_from_a_template() -> None:
    after = do("inès", "agenda.edit", agenda="one_sheet_per_group_150")
    assert after.agenda == "one_sheet_per_group_150" and after.steps[2].board == "assigned.recto"
    assert [g.sheet for g in after.groups] == ["sheet1", "sheet2"], "each group gets a sheet"
    few = replace(WORKSHOP, modules=("sheet2", "governance"))
    boards = {s.board for s in do("inès", "agenda.edit", few, agenda="short_150").steps}
    assert boards == {None, "sheet2.recto", "sheet2.verso", "governance"}


@pytest.mark.parametrize(
    ("changes", "key", "field"),
    [
        ({"minutes": 0}, "minutes.range", "minutes"),
        ({"minutes": 10_000}, "minutes.range", "minutes"),
        ({"minutes": 601}, "minutes.range", "minutes"),
        ({"minutes": "20"}, "minutes.range", "minutes"),
        ({"minutes": True}, "minutes.range", "minutes"),
        ({"minutes": ...}, "minutes.range", "minutes"),
        ({"phase": "lunch"}, "step.phase", "phase"),
        ({"mode": "alone"}, "step.mode", "mode"),
        ({"mode": ["group"]}, "step.mode", "mode"),
        ({"board": "sheet9.verso"}, "step.board", "board"),
        ({"board": "economic"}, "step.board_left_out", "board"),
        ({"board": "assigned.recto"}, "step.assigned", "board"),
        ({"mode": "each"}, "step.each", "board"),
        ({"rights": "all"}, "step.rights", "rights"),
        ({"writing": "loud"}, "step.writing", "writing"),
        ({"title": ""}, "step.title", "title"),
        ({"title": "é" * 121}, "step.title", "title"),
        ({"title": {"de": "Marsch"}}, "step.title", "title"),
        ({"title": {}}, "step.title", "title"),
        ({"instruction": "x" * 2001}, "step.instruction", "instruction"),
        ({"instruction": None}, "step.instruction", "instruction"),
        ({"lock_at_end": 1}, "command.flag", "lock_at_end"),
        ({"reveal_at_end": "no"}, "command.flag", "reveal_at_end"),
        ({"id": "mine"}, "step.unknown", "id"),
        ({"id": 5}, "step.unknown", "id"),
        ({"id": "wrap"}, "step.twice", "id"),
        ({"colour": "red"}, "command.field", "colour"),
    ],
)
def test_a_step_that_cannot_be_is_refused_by_its_place(changes: dict[str, Any], key: str, field: str) -> None:
    few = replace(WORKSHOP, modules=("sheet1", "sheet2", "sheet3", "governance"))
    typed = {name: value for name, value in {**NEW, **changes}.items() if value != ...}
    refusal = refused("marc", "agenda.edit", few, steps=[as_typed(WRAP), typed])
    assert (refusal.key, refusal.field) == (key, f"steps.1.{field}")


@pytest.mark.parametrize("steps", [[], [NEW] * 61, {}, "all", None])
def test_an_agenda_has_one_to_sixty_steps(steps: object) -> None:
    assert refused("marc", "agenda.edit", steps=steps).field == "steps"
    assert len(do("marc", "agenda.edit", steps=[NEW] * 60).steps) == 60
    assert len({s.id for s in do("marc", "agenda.edit", steps=[NEW] * 60).steps}) == 60


def test_the_step_it_is_at_may_not_vanish() -> None:
    here = at_step("immersion")
    assert refused("marc", "agenda.edit", here, steps=[NEW]).key == "step.current"
    assert refused("marc", "agenda.edit", here, agenda="short_150").key == "step.current"
    kept = do("marc", "agenda.edit", here, steps=[as_typed(WORKSHOP.steps[1], minutes=40), NEW])
    assert kept.step == "immersion" and kept.steps[0].minutes == 40
    assert kept.slot_minutes == 210, "the end that was announced stays"
    assert refused("marc", "agenda.edit", here, agenda="short_150", steps=[NEW]).key == "steps.missing"
    assert refused("marc", "agenda.edit", here, agenda="short").key == "agenda.unknown"


# -- time: planned, real, caught up ------------------------------------------------------------------


def minutes_of(workshop: Workshop) -> dict[str, int]:
    return {step.id: step.minutes for step in workshop.steps}


def drift(workshop: Workshop, now: int) -> float:
    late = plan.drift_ms(workshop, now)
    assert late is not None
    return late / MINUTE


def test_planned_and_real_times_are_counted_from_the_beginning() -> None:
    here = at_step("welcome", now=100 * MINUTE)
    here = at_step("immersion", here, 113 * MINUTE)
    first, second, third, *_ = plan.timetable(here)
    assert (first.planned_at, first.real_at) == (100 * MINUTE, 100 * MINUTE)
    assert (second.planned_at, second.real_at) == (110 * MINUTE, 113 * MINUTE)
    assert (third.planned_at, third.real_at) == (135 * MINUTE, None)
    assert drift(here, 113 * MINUTE) == drift(here, 138 * MINUTE) == 3
    assert drift(here, 140 * MINUTE) == 5, "what the step takes over its minutes counts too"
    longer = do("marc", "timer.start", here, 113 * MINUTE, minutes=40)
    assert drift(longer, 114 * MINUTE) == 18
    announced = replace(here, starts_at=95 * MINUTE)
    assert drift(announced, 113 * MINUTE) == 8
    assert drift(replace(here, starts_at=9_000 * MINUTE), 113 * MINUTE) == 3, "another day"
    assert plan.drift_ms(WORKSHOP, 5) is None and plan.timetable(WORKSHOP) == ()


def late_by(minutes: int, step: str = "s1_je", workshop: Workshop = WORKSHOP) -> Workshop:
    """The workshop at a step that began so many minutes after its time."""
    here = at_step(workshop.steps[0].id, workshop, 0)
    planned = next(row.planned_at for row in plan.timetable(here) if row.step == step)
    return at_step(step, here, planned + minutes * MINUTE)


def caught_up(workshop: Workshop) -> tuple[Workshop, dict[str, int]]:
    """After catching up at the beginning of its step, and what each step gave."""
    now = workshop.runs[-1].at
    after = do("marc", "agenda.catch_up", workshop, now)
    before, then = minutes_of(workshop), minutes_of(after)
    return after, {step: before[step] - then[step] for step in before if before[step] != then[step]}


def test_a_delay_is_taken_from_the_break_then_the_wrap_up_then_the_others_in_proportion() -> None:
    assert caught_up(late_by(4))[1] == {"break": 4}
    assert caught_up(late_by(12))[1] == {"break": 9, "wrap": 3}
    after, given = caught_up(late_by(20))
    assert given.pop("break") == 9 and given.pop("wrap") == 6 and sum(given.values()) == 5
    assert given.keys() <= {"s1_nous", "s2_je", "s2_nous", "s3_je", "s3_nous", "gov", "eco"}
    now = after.runs[-1].at
    assert drift(after, now) == 0 and after.slot_minutes == 210
    refusal = refused("marc", "agenda.catch_up", after, now)
    assert refusal.key == "agenda.on_time"


def test_no_step_is_cut_under_what_the_kit_asks_for_and_what_cannot_be_caught_up_stays() -> None:
    after, _ = caught_up(late_by(90))
    for step in after.steps[4:]:
        assert step.minutes >= plan.least_minutes(step)
        assert step.phase == "break" or step.minutes == plan.least_minutes(step)
    left = drift(after, after.runs[-1].at)
    assert left == 90 - (210 - sum(s.minutes for s in after.steps))
    assert refused("marc", "agenda.catch_up", after, after.runs[-1].at).key == "agenda.tight"


def test_steps_that_are_over_or_under_way_keep_their_minutes() -> None:
    after, given = caught_up(late_by(30, "s3_nous"))
    assert given.keys() <= {"gov", "eco", "wrap"} and minutes_of(after)["break"] == 10
    assert refused("marc", "agenda.catch_up", late_by(5, "wrap"), 205 * MINUTE).key == "agenda.tight"


def test_who_is_in_time_has_nothing_to_catch_up() -> None:
    assert refused("marc", "agenda.catch_up").key == "agenda.on_time"
    assert refused("marc", "agenda.catch_up", late_by(0), 45 * MINUTE).key == "agenda.on_time"
    assert refused("marc", "agenda.catch_up", late_by(-7), 38 * MINUTE).key == "agenda.on_time"


@pytest.mark.parametrize("agenda", sorted(CATALOGUE.agendas))
def test_whatever_the_delay_the_announced_end_is_kept_as_far_as_it_can_be(agenda: str) -> None:
    workshop = replace(WORKSHOP, steps=CATALOGUE.agendas[agenda].steps)
    for step in workshop.steps[1:-1]:
        for minutes in (1, 2, 7, 19, 44):
            late = late_by(minutes, step.id, workshop)
            if not any(s.minutes > plan.least_minutes(s) for s in _after(late)):
                continue
            after, given = caught_up(late)
            left = drift(after, after.runs[-1].at)
            assert left == minutes - sum(given.values()) >= 0
            assert left == 0 or all(s.minutes <= plan.least_minutes(s) for s in _after(after))


def _after(workshop: Workshop) -> tuple[Step, ...]:
    at = next(n for n, step in enumerate(workshop.steps) if step.id == workshop.step)
    return workshop.steps[at + 1 :]
