"""Silent and anonymous writing as transitions: more private at any time, less by the reveal and the step."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest

from tablee import assets
from tablee.errors import Conflict, Forbidden, NotFound
from tablee.model.canvases import load_catalogue
from tablee.model.commands import apply_command
from tablee.model.commands.writing import step_begun, step_revealed
from tablee.model.notes import Places
from tablee.model.rights import Policy, policy_of
from tablee.model.workshop import BoardState, Group, Person, Workshop, stakeholder_ids

CATALOGUE = load_catalogue(assets.canvases_folder())
ANN = Person("pann", "Ann", "participant", "ciel", "g1", "pann", 0)
INES = Person("pines", "Inès", "facilitator", "mousse", None, "pines", 0)
WORKSHOP = Workshop(
    id="w1",
    code="ABCDEFGH",
    title="Trajets",
    commons="",
    language="fr",
    licence="internal",
    agenda="half_day_210",
    steps=tuple(CATALOGUE.agendas["half_day_210"].steps),
    step=None,
    groups=(Group("g1", "Hêtre", "sheet2"),),
    people=(ANN, INES),
    stakeholders=(),
    people_may_choose_group=False,
    created_at=0,
    expires_at=10**13,
    revision=1,
)
PLACES = Places(CATALOGUE, stakeholder_ids(WORKSHOP))
BOARDS = ("sheet2.verso", "sheet1.recto", "governance")


def do(workshop: Workshop, kind: str, who: Person = INES, **fields: Any) -> Workshop:
    return apply_command(workshop, who, {"type": f"writing.{kind}", **fields}, places=PLACES)


def policy(workshop: Workshop) -> Policy:
    return policy_of(workshop, PLACES)


def silent(workshop: Workshop, board: str, zone: str) -> bool:
    return policy(workshop).is_silent(board, zone)


def test_a_zone_a_board_and_everything_become_silent_and_are_revealed() -> None:
    zone = do(WORKSHOP, "silent", board="sheet2.verso", zone="rules")
    assert silent(zone, "sheet2.verso", "rules") and not silent(zone, "sheet2.verso", "costs")
    board = do(zone, "silent", board="sheet2.verso")
    assert silent(board, "sheet2.verso", "costs") and not silent(board, "sheet1.verso", "values")
    everything = do(board, "silent")
    assert silent(everything, "sheet1.recto/pann", "dreams")
    assert do(everything, "reveal").boards == {} and not do(everything, "reveal").silent
    assert do(board, "reveal", board="sheet2.verso").boards == {}


def test_of_a_wider_silence_what_is_beside_stays_silent() -> None:
    some = do(do(WORKSHOP, "silent"), "reveal", board="sheet2.verso", zone="rules")
    assert not silent(some, "sheet2.verso", "rules")
    assert silent(some, "sheet2.verso", "costs") and silent(some, "governance", "map")
    rectos = do(WORKSHOP, "silent", board="sheet1.recto")
    with pytest.raises(Conflict, match="tous les rectos"):
        do(rectos, "reveal", board="sheet1.recto/pann")
    own = do(rectos, "silent", board="sheet1.recto/pann", zone="structure")
    assert do(own, "reveal", board="sheet1.recto").boards == {}


def test_what_is_so_already_changes_nothing_and_strangers_may_not_ask() -> None:
    zone = do(WORKSHOP, "silent", board="sheet2.verso", zone="rules")
    assert do(zone, "silent", board="sheet2.verso", zone="rules") is zone
    assert do(WORKSHOP, "reveal") is WORKSHOP
    with pytest.raises(Forbidden):
        do(WORKSHOP, "reveal", ANN)
    with pytest.raises(NotFound):
        do(WORKSHOP, "silent", board="sheet2.verso", zone="nowhere")
    closed = replace(zone, status="closed")
    assert do(closed, "reveal").boards == {}, "what waits can be shown after the end"
    with pytest.raises(Conflict):
        do(closed, "silent")


def test_the_step_ends_anonymity_and_never_silence() -> None:
    before = do(do(WORKSHOP, "anonymous", board="sheet2.verso"), "silent", board="sheet2.verso")
    step = replace(WORKSHOP.steps[0], id="quiet", board="sheet1.recto", writing="anonymous")
    after = step_begun(before, step)
    assert after.boards == {
        "sheet2.verso": BoardState(silent=True),
        "sheet1.recto": BoardState(anonymous=True),
    }
    assigned = step_begun(WORKSHOP, replace(step, board="assigned.verso", writing="silent"))
    assert assigned.boards == {"sheet2.verso": BoardState(silent=True)}
    assert step_revealed(assigned, replace(step, board="assigned.verso"), PLACES).boards == {}
    everything = step_begun(WORKSHOP, replace(step, board=None, writing="silent"))
    assert everything.silent and not step_revealed(everything, replace(step, board=None), PLACES).silent


@pytest.mark.parametrize("seed", range(40))
def test_no_command_makes_a_place_less_private_but_its_reveal(seed: int) -> None:
    chance = random.Random(seed)
    places = [(name, zone.id) for name in BOARDS for zone in CATALOGUE.templates[name].zones]
    workshop = WORKSHOP
    for _ in range(30):
        kind = chance.choice(["silent", "anonymous", "reveal"])
        board, zone = chance.choice(places)
        fields = chance.choice([{}, {"board": board}, {"board": board, "zone": zone}])
        after = do(workshop, kind, INES, **fields)
        was, now = policy(workshop), policy(after)
        for one in places:
            named = not fields or (one[0] == fields["board"] and fields.get("zone") in (None, one[1]))
            assert now.is_anonymous(*one) == (was.is_anonymous(*one) or (kind == "anonymous" and named))
            wanted = was.is_silent(*one)
            if named and kind != "anonymous":
                wanted = kind == "silent"
            assert now.is_silent(*one) == wanted
        workshop = after
