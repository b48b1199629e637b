"""The sums of the economic canvas, and what is kept of what stakeholders say of their balance."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tablee.errors import Refused
from tablee.model.commands.verdicts import (
    HISTORY,
    after,
    rooms_of_poll,
    stakeholder_of,
    verdict_of,
    verdicts_of_poll,
)
from tablee.model.conduct import Poll
from tablee.model.economy import economy_of, weight_of
from tablee.model.workshop import Person

CASES = json.loads((Path(__file__).parents[2] / "vectors" / "economy.json").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_known_canvases_have_known_sums(case: dict[str, Any]) -> None:
    assert economy_of(case["notes"], case["lanes"], case["verdicts"]) == case["sums"]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_totals_are_those_of_the_notes(case: dict[str, Any]) -> None:
    sums = economy_of(case["notes"], case["lanes"], case["verdicts"])
    for side in ("brings", "receives"):
        there = [note for note in case["notes"] if note["zone"] == side]
        each = [*sums["lanes"], sums["loose"]]
        assert sums["totals"][side]["points"] == sum(weight_of(note) for note in there)
        assert sum(lane[side]["notes"] for lane in each) == len(there)
        assert sum(lane[side]["points"] for lane in each) == sums["totals"][side]["points"]
    for what in ("fte", "euros"):
        cover = sums["coverage"][what]
        assert 0 <= cover["covered"] <= cover["needed"] + 1e-9


def test_mock_up_04_says_26_in_24_out_and_that_community_work_is_missing() -> None:
    sums = CASES[0]["sums"]
    assert sums["totals"]["brings"]["points"] == 26
    assert sums["totals"]["receives"]["points"] == 24
    assert sums["gaps"] == ["community", "support", "product"]
    assert (sums["agree"], sums["of"], sums["balanced"]) == (4, 5, False)
    assert sums["maintenance_uncovered"] is True


def test_periods_and_units_come_to_posts_and_euros_a_year() -> None:
    lane = next(case for case in CASES if case["name"].startswith("periods"))["sums"]["lanes"][0]
    assert lane["brings"] == {"points": 4, "notes": 4, "fte": 2.0, "euros": 1300.0}
    assert lane["receives"]["euros"] == 600.0


# -- verdicts ----------------------------------------------------------------------------------------


def somebody(role: Any = "participant", stakeholder: str = "sorme") -> Person:
    return Person(
        id="p1", name="Nadia", role=role, colour="ciel", group="g1", stakeholder=stakeholder, joined_at=0
    )


def test_each_answers_for_its_own_and_facilitation_in_a_name() -> None:
    assert stakeholder_of(somebody(), {"stakeholder": "sorme"}) == "sorme"
    with pytest.raises(Refused) as refused:
        stakeholder_of(somebody(), {"stakeholder": "sroulibre"})
    assert refused.value.key == "verdict.not_yours"
    lead = somebody("facilitator", "p1")
    assert stakeholder_of(lead, {"stakeholder": "sroulibre"}) == "sroulibre"
    said = {"verdict": "renegotiate", "value": -1, "reason": " financer le support "}
    assert verdict_of(lead, "sroulibre", said, 5) == {
        "verdict": "renegotiate",
        "value": -1,
        "by": "p1",
        "at": 5,
        "reason": "financer le support",
        "named": True,
    }


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({"verdict": "fine"}, "verdict.unknown"),
        ({"verdict": "mixed"}, "verdict.unknown"),
        ({"verdict": "acceptable", "value": 3}, "verdict.value"),
        ({"verdict": "acceptable", "value": True}, "verdict.value"),
        ({"verdict": "acceptable", "reason": "x" * 301}, "reason.too_long"),
        ({"verdict": "acceptable", "reason": 4}, "reason.too_long"),
    ],
)
def test_other_verdicts_are_refused(fields: dict[str, Any], key: str) -> None:
    with pytest.raises(Refused) as refused:
        verdict_of(somebody(), "sorme", fields, 0)
    assert refused.value.key == key


def test_the_latest_stands_and_the_earlier_ones_are_kept_in_order() -> None:
    entry: dict[str, Any] | None = None
    for at, verdict in enumerate(["renegotiate", "renegotiate", "acceptable"]):
        entry = after(entry, {"verdict": verdict, "value": None, "by": "p1", "at": at})
    assert entry is not None
    assert entry["verdict"] == "acceptable"
    assert [one["verdict"] for one in entry["history"]] == ["renegotiate"]  # the same again is said once
    for at in range(50):
        word = "acceptable" if at % 2 else "unacceptable"
        entry = after(entry, {"verdict": word, "value": None, "by": "p1", "at": 10 + at})
    assert len(entry["history"]) == HISTORY


def poll(**results: tuple[Any, ...]) -> Poll:
    return Poll(
        "q1", "verdict", "p9", "economic", None, "g1", 1, closed_at=9, turnout=3, of=3, results=results
    )


def test_answers_that_differ_are_shared_opinions_never_an_average() -> None:
    yes, no = (
        {"verdict": "acceptable", "value": 1},
        {"verdict": "renegotiate", "value": -1, "reason": "le support"},
    )
    given = verdicts_of_poll(poll(sorme=(yes, no), slabo=(yes, yes), svelo=(no,)))
    assert given["sorme"]["verdict"] == "mixed"
    assert given["sorme"]["value"] is None
    assert given["sorme"]["spread"] == [yes, no]
    assert (given["slabo"]["verdict"], given["slabo"]["value"]) == ("acceptable", 1)
    assert given["svelo"]["reason"] == "le support"
    assert all(one["by"] is None for one in given.values())


def test_a_poll_is_taken_once_and_does_not_undo_what_was_said_since() -> None:
    given = verdicts_of_poll(poll(sorme=({"verdict": "renegotiate", "value": 0},)))["sorme"]
    later = after(None, {"verdict": "acceptable", "value": 1, "by": "p1", "at": 20})
    both = after(later, given)
    assert both["verdict"] == "acceptable"
    assert [one["verdict"] for one in both["history"]] == ["renegotiate"]
    assert after(both, given) == both


def test_a_poll_of_one_group_is_written_in_its_room() -> None:
    from tablee.model.workshop import Group

    class Room:
        id, pooled, steps = "w1", (), ()
        modules = ("economic",)
        groups = (Group("g1", "Hêtre"), Group("g2", "Orme"))
        people = (somebody(), replace(somebody(), id="p2", group="g2", stakeholder="slabo"))

    everywhere = replace(poll(sorme=({},), slabo=({},)), group=None)
    workshop: Any = Room()
    assert rooms_of_poll(workshop, poll(sorme=({},))) == {"w1-g1-convergence": ("sorme",)}
    assert rooms_of_poll(workshop, everywhere) == {
        "w1-g1-convergence": ("sorme",),
        "w1-g2-convergence": ("slabo",),
    }
