"""The timer: for all or for a group, in server time, and every reason why it is refused."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest
from tests.kit.transitions import MINUTE, WORKSHOP, do, refused

from tablee.model.conduct import ALL, Timer
from tablee.model.state import as_seen_by
from tablee.model.workshop import Workshop


def shown(workshop: Workshop, group: str | None) -> dict[str, Any]:
    timer: dict[str, Any] = as_seen_by(workshop, "participant", "fr", group=group)["timer"]
    return timer


RUNS = do("marc", "timer.start", minutes=10)


def test_a_timer_runs_in_server_time_is_paused_and_goes_on() -> None:
    assert shown(RUNS, "g1") == {"running": True, "total_ms": 10 * MINUTE, "ends_at": 10 * MINUTE}
    paused = do("marc", "timer.pause", RUNS, 4 * MINUTE)
    assert shown(paused, "g2") == {"running": False, "total_ms": 10 * MINUTE, "remaining_ms": 6 * MINUTE}
    assert do("marc", "timer.pause", paused, 5 * MINUTE) is paused
    on = do("inès", "timer.resume", paused, 30 * MINUTE)
    assert shown(on, None) == {"running": True, "total_ms": 10 * MINUTE, "ends_at": 36 * MINUTE}
    assert do("inès", "timer.resume", on, 31 * MINUTE) is on
    assert do("inès", "timer.stop", on).timers == {}


def test_a_timer_that_ended_stays_until_somebody_does_something() -> None:
    late = 11 * MINUTE
    assert shown(RUNS, "g1")["ends_at"] < late
    assert refused("marc", "timer.pause", RUNS, late).key == "timer.over"
    assert refused("marc", "timer.resume", RUNS, late).key == "timer.over"
    longer = do("marc", "timer.extend", RUNS, late, seconds=60)
    assert longer.timers[ALL] == Timer(11 * MINUTE, ends_at=late + MINUTE)
    assert do("marc", "timer.start", RUNS, late, minutes=5).timers[ALL].ends_at == late + 5 * MINUTE


def test_a_timer_that_runs_is_not_started_over() -> None:
    assert refused("zoé", "timer.start", RUNS, MINUTE, minutes=5).key == "timer.running"
    paused = do("marc", "timer.pause", RUNS, MINUTE)
    assert do("zoé", "timer.start", paused, MINUTE, minutes=5).timers == {
        ALL: Timer(5 * MINUTE, ends_at=6 * MINUTE)
    }


@pytest.mark.parametrize(
    ("seconds", "left"), [(60, 7), (-60, 5), (300, 11), (-360, 0), (-3600, 0), (3600, 66)]
)
def test_a_timer_is_made_longer_or_shorter_never_less_than_nothing(seconds: int, left: int) -> None:
    now = 4 * MINUTE
    running = do("marc", "timer.extend", RUNS, now, seconds=seconds).timers[ALL]
    assert running.ends_at == now + left * MINUTE and running.total_ms == (10 + left - 6) * MINUTE
    paused = do("marc", "timer.extend", do("marc", "timer.pause", RUNS, now), 999, seconds=seconds)
    assert paused.timers[ALL].remaining_ms == left * MINUTE and paused.timers[ALL].ends_at is None
    assert shown(paused, "g1")["running"] is False


def test_a_group_has_a_timer_of_its_own_beside_the_one_of_all() -> None:
    both = do("marc", "timer.start", RUNS, MINUTE, minutes=3, group="g1")
    assert shown(both, "g1")["ends_at"] == 4 * MINUTE and shown(both, "g2")["ends_at"] == 10 * MINUTE
    paused = do("marc", "timer.pause", both, 2 * MINUTE, group="g1")
    assert shown(paused, "g1")["remaining_ms"] == 2 * MINUTE and shown(paused, "g2")["running"]
    stopped = do("marc", "timer.stop", paused, group="g1")
    assert stopped.timers == RUNS.timers
    assert refused("marc", "timer.stop", stopped, group="g1").key == "timer.none"
    for_all = do("marc", "timer.start", do("marc", "timer.stop", both), minutes=7)
    assert for_all.timers.keys() == {ALL}
    assert do(
        "marc", "timer.start", replace(both, timers={"g1": both.timers["g1"]}), minutes=7
    ).timers.keys() == {ALL}, "one for all replaces those of groups"


def test_a_group_that_goes_by_the_timer_of_all_gets_its_own_when_it_is_given_more_time() -> None:
    more = do("marc", "timer.extend", RUNS, MINUTE, seconds=300, group="g2")
    assert shown(more, "g2")["ends_at"] == 15 * MINUTE and shown(more, "g1")["ends_at"] == 10 * MINUTE
    held = do("marc", "timer.pause", more, 2 * MINUTE)
    assert {key: t.remaining_ms for key, t in held.timers.items()} == {ALL: 8 * MINUTE, "g2": 13 * MINUTE}
    assert do("marc", "timer.resume", RUNS, MINUTE, group="g2") is RUNS


def test_groups_report_in_turn() -> None:
    one = do("marc", "timer.start", minutes=6, reporting="g1")
    assert shown(one, "g2")["reporting"] == "g1"
    two = do("marc", "timer.start", one, MINUTE, minutes=6, reporting="g2")
    assert shown(two, "g1") == {
        "running": True,
        "total_ms": 6 * MINUTE,
        "ends_at": 7 * MINUTE,
        "reporting": "g2",
    }
    assert refused("marc", "timer.start", two, 2 * MINUTE, minutes=6, reporting="g2").key == "timer.running"
    assert refused("marc", "timer.start", minutes=6, reporting="g9").field == "reporting"


@pytest.mark.parametrize("minutes", [0, 10_000, 601, -1, 1.5, "10", True, None])
def test_minutes_are_from_one_to_six_hundred(minutes: object) -> None:
    refusal = refused("marc", "timer.start", minutes=minutes)
    assert (refusal.key, refusal.field, refusal.status) == ("minutes.range", "minutes", 422)


@pytest.mark.parametrize("seconds", [0, 3601, -3601, 0.5, "60", None])
def test_seconds_are_at_most_an_hour(seconds: object) -> None:
    assert refused("marc", "timer.extend", RUNS, seconds=seconds).key == "seconds.range"


def test_without_a_timer_there_is_nothing_to_change() -> None:
    for kind, fields in (("pause", {}), ("resume", {}), ("stop", {}), ("extend", {"seconds": 60})):
        assert refused("marc", f"timer.{kind}", **fields).key == "timer.none"
        assert refused("marc", f"timer.{kind}", RUNS, group="g9", **fields).key == "group.unknown"
    six_hundred = do("marc", "timer.start", minutes=600)
    assert refused("marc", "timer.extend", six_hundred, seconds=1).key == "timer.longest"


def test_time_does_not_run_in_a_workshop_that_is_prepared_or_over() -> None:
    draft, closed = replace(WORKSHOP, status="draft"), replace(WORKSHOP, status="closed")
    assert refused("marc", "timer.start", draft, minutes=5).key == "workshop.draft"
    assert refused("marc", "timer.start", closed, minutes=5).key == "workshop.closed"


def test_whatever_is_done_the_time_left_is_what_was_given_less_what_went_by() -> None:
    """Against a clock that counts by itself: one timer, a thousand histories."""
    for seed in range(1_000):
        luck, now, at = random.Random(seed), 0, WORKSHOP
        left, runs = 0, False
        for _ in range(12):
            gone = luck.randrange(0, 4 * MINUTE)
            now, left = now + gone, max(0, left - gone) if runs else left
            kind = luck.choice(("start", "pause", "resume", "extend", "stop"))
            there = ALL in at.timers
            if kind == "start" and not (there and runs and left):
                minutes = luck.randrange(1, 9)
                at = do("marc", "timer.start", at, now, minutes=minutes)
                left, runs = minutes * MINUTE, True
            elif kind == "extend" and there:
                seconds = luck.choice((-90, -1, 30, 600))
                at = do("marc", "timer.extend", at, now, seconds=seconds)
                left = max(0, left + seconds * 1000)
            elif kind in ("pause", "resume") and there and left:
                at = do("marc", f"timer.{kind}", at, now)
                runs = kind == "resume"
            elif kind == "stop" and there:
                at, left, runs = do("marc", "timer.stop", at, now), 0, False
            if ALL in at.timers:
                timer = at.timers[ALL]
                assert timer.left(now) == left, seed
                assert timer.left(now) <= timer.total_ms, seed
                assert (timer.ends_at is not None) == runs, seed
