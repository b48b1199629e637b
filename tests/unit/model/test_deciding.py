"""Votes and consent rounds as values: who may, what is refused, how it is counted, what is told."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from tablee import assets
from tablee.errors import Refused
from tablee.model.canvases import load_catalogue
from tablee.model.commands import apply_command
from tablee.model.commands.deciding import (
    MOST_DOTS,
    answer_of,
    ballot_of,
    consent_to_answer,
    counted,
    is_asked_about,
    points_of,
    round_to_close,
    rounds_due,
    vote_to_cast,
    with_consent_closed,
    with_vote_closed,
)
from tablee.model.conduct import Answer, Poll
from tablee.model.notes import Places
from tablee.model.state import as_seen_by
from tablee.model.workshop import ROLES, Group, Person, Role, Workshop

CATALOGUE = load_catalogue(assets.canvases_folder())
PLACES = Places(CATALOGUE, frozenset())
NOW = 1_000_000


def person(name: str, role: Role = "participant", group: str | None = "g1") -> Person:
    return Person(name, name.title(), role, "ciel", group if role == "participant" else None, name, 1)


WORKSHOP = Workshop(
    id="w1",
    code="ABCDEFGH",
    title="Trajets communs",
    commons="",
    language="fr",
    licence="internal",
    agenda="half_day_210",
    steps=CATALOGUE.agendas["half_day_210"].steps,
    step=None,
    groups=(Group("g1", "Hêtre"), Group("g2", "Saule")),
    people=(
        person("inès", "organiser"),
        person("nadia"),
        person("joris"),
        person("yann", group="g2"),
        person("lise", group=None),
        person("paul", "observer"),
    ),
    stakeholders=(),
    people_may_choose_group=False,
    created_at=1,
    expires_at=2,
    revision=7,
)


def after(workshop: Workshop, kind: str, **fields: Any) -> Workshop:
    inès = workshop.people[0]
    changed = apply_command(workshop, inès, {"type": kind, **fields}, places=PLACES, now=NOW)
    return replace(changed, revision=workshop.revision + 1)


def voting(**fields: Any) -> Workshop:
    return after(WORKSHOP, "vote.open", **{"board": "governance", "dots": 5, **fields})


def refusal(ask: Callable[[], Any]) -> str:
    with pytest.raises(Refused) as refused:
        ask()
    return refused.value.key


def somebody(workshop: Workshop, name: str) -> Person:
    found = workshop.person(name)
    assert found is not None
    return found


# -- opening -------------------------------------------------------------------------------------------


def test_a_vote_is_secret_and_takes_three_points_a_note_unless_said_otherwise() -> None:
    (vote,) = voting().votes
    assert (vote.dots, vote.per_note, vote.secret, vote.ends_at, vote.zone) == (5, 3, True, None, None)
    (small,) = voting(dots=2, minutes=3, secret=False).votes
    assert (small.per_note, small.secret, small.ends_at) == (2, False, NOW + 180_000)


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({"board": None}, "board.missing"),
        ({"board": "nowhere"}, "board.unknown"),
        ({"zone": "nowhere"}, "zone.unknown"),
        ({"group": "g9"}, "group.unknown"),
        ({"dots": 0}, "dots.range"),
        ({"dots": MOST_DOTS + 1}, "dots.range"),
        ({"dots": True}, "dots.range"),
        ({"dots": None}, "dots.range"),
        ({"per_note": 6}, "per_note.range"),
        ({"per_note": 0}, "per_note.range"),
        ({"minutes": 0}, "minutes.range"),
        ({"minutes": 10_000}, "minutes.range"),
        ({"minutes": 1.5}, "minutes.range"),
        ({"secret": "yes"}, "command.flag"),
        ({"question": 5}, "question.invalid"),
        ({"question": "x" * 201}, "question.too_long"),
    ],
)
def test_a_vote_that_cannot_be_is_refused(fields: dict[str, Any], key: str) -> None:
    assert refusal(lambda: voting(**fields)) == key


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({}, "proposal.empty"),
        ({"proposal": " \u200b"}, "proposal.empty"),
        ({"proposal": "x" * 1001}, "proposal.too_long"),
        ({"proposal": "Oui", "note": 5}, "note.unknown"),
        ({"proposal": "Oui", "group": "g9"}, "group.unknown"),
    ],
)
def test_a_proposal_that_cannot_be_is_refused(fields: dict[str, Any], key: str) -> None:
    assert refusal(lambda: after(WORKSHOP, "consent.open", **fields)) == key


def test_each_group_has_one_vote_at_a_time() -> None:
    one = voting(group="g1")
    assert refusal(lambda: after(one, "vote.open", board="governance", dots=3)) == "vote.running"
    two = after(one, "vote.open", board="governance", dots=3, group="g2")
    assert [vote.group for vote in two.votes] == ["g1", "g2"]
    ended = with_vote_closed(two, two.votes[0].id, {}, NOW)
    assert len(after(ended, "vote.open", board="economic", dots=1, group="g1").votes) == 3


def test_twenty_rounds_are_kept_until_one_is_dropped() -> None:
    workshop = WORKSHOP
    for _ in range(20):
        workshop = after(workshop, "vote.open", board="governance", dots=1)
        workshop = with_vote_closed(workshop, workshop.votes[-1].id, {}, NOW)
    assert len({vote.id for vote in workshop.votes}) == 20
    assert refusal(lambda: after(workshop, "vote.open", board="governance", dots=1)) == "vote.too_many"
    freed = after(workshop, "vote.drop", vote=workshop.votes[3].id)
    assert len(after(freed, "vote.open", board="governance", dots=1).votes) == 20
    assert refusal(lambda: after(freed, "vote.drop", vote=workshop.votes[3].id)) == "vote.unknown"


# -- answering -----------------------------------------------------------------------------------------


def test_people_of_the_group_and_facilitation_vote() -> None:
    workshop = voting(group="g1")
    key = {"vote": workshop.votes[0].id}
    for name in ("nadia", "joris", "inès"):
        assert vote_to_cast(workshop, somebody(workshop, name), key, NOW) is workshop.votes[0]
    for name in ("yann", "lise", "paul"):
        assert refusal(lambda name=name: vote_to_cast(workshop, somebody(workshop, name), key, NOW)) == (
            "vote.not_yours"
        )
    assert vote_to_cast(workshop, somebody(workshop, "nadia"), {}, NOW) is workshop.votes[0]
    assert refusal(lambda: vote_to_cast(workshop, somebody(workshop, "yann"), {}, NOW)) == "vote.missing"
    assert refusal(lambda: vote_to_cast(workshop, somebody(workshop, "nadia"), {"vote": 5}, NOW)) == (
        "vote.unknown"
    )


def test_nobody_votes_when_the_time_is_over() -> None:
    workshop = voting(minutes=1)
    nadia, vote = somebody(workshop, "nadia"), workshop.votes[0]
    assert vote_to_cast(workshop, nadia, {"vote": vote.id}, NOW + 59_999) is vote
    assert refusal(lambda: vote_to_cast(workshop, nadia, {"vote": vote.id}, NOW + 60_000)) == "vote.closed"
    assert rounds_due(workshop, NOW + 59_999) == [] and rounds_due(workshop, NOW + 60_000) == [vote]
    over = with_vote_closed(workshop, vote.id, {}, NOW + 60_000)
    assert rounds_due(over, NOW + 60_000) == []
    assert refusal(lambda: vote_to_cast(over, nadia, {"vote": vote.id}, NOW)) == "vote.closed"


def test_a_ballot_stays_within_its_limits() -> None:
    vote = voting().votes[0]
    assert ballot_of(vote, {"a": 3, "b": 2, "c": 0}) == {"a": 3, "b": 2}
    assert ballot_of(vote, {}) == {}
    assert refusal(lambda: ballot_of(vote, {"a": 3, "b": 3})) == "vote.limit"
    for bad in ({"a": 4}, {"a": -1}, {"a": True}, {"a": 1.0}, {"a": "1"}):
        assert refusal(lambda bad=bad: ballot_of(vote, bad)) == "vote.per_note"
    for none in (None, [], "a", {"": 1}, {"x" * 65: 1}, {str(n): 0 for n in range(100)}):
        assert refusal(lambda none=none: ballot_of(vote, none)) == "vote.ballot"
    assert refusal(lambda: points_of(vote, None)) == "vote.per_note"


def test_notes_of_the_board_and_zone_are_voted_on() -> None:
    everywhere, zone = voting().votes[0], voting(zone="rules").votes[0]
    recto = voting(board="sheet2.recto").votes[0]
    assert is_asked_about(everywhere, {"board": "governance", "zone": "mission"})
    assert is_asked_about(zone, {"board": "governance", "zone": "rules"})
    assert not is_asked_about(zone, {"board": "governance", "zone": "mission"})
    assert not is_asked_about(everywhere, {"board": "economic", "zone": "mission"})
    assert not is_asked_about(everywhere, None)
    assert is_asked_about(recto, {"board": "sheet2.recto/nadia", "zone": "rules"})


def test_an_objection_says_why() -> None:
    assert answer_of({"answer": "consent", "reason": "parce que"}) == Answer("consent")
    assert answer_of({"answer": "reservation"}) == Answer("reservation")
    assert answer_of({"answer": "objection", "reason": " Trop tôt "}) == Answer("objection", "Trop tôt")
    assert refusal(lambda: answer_of({"answer": "objection", "reason": " "})) == "reason.missing"
    assert refusal(lambda: answer_of({"answer": "objection", "reason": "x" * 501})) == "reason.too_long"
    assert refusal(lambda: answer_of({"answer": "veto"})) == "consent.answer"


# -- counting ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(20))
def test_totals_are_the_sum_of_the_ballots_of_those_who_are_still_there(seed: int) -> None:
    chance = random.Random(seed)
    people = [person(f"p{n}", group=chance.choice(["g1", "g2"])) for n in range(12)]
    workshop = replace(voting(secret=seed % 2 == 0), people=(*WORKSHOP.people, *people))
    vote = workshop.votes[0]
    ballots: dict[str, dict[str, int]] = {}
    for one in chance.sample(people, 8):
        spread = [f"n{chance.randrange(6)}" for _ in range(chance.randint(1, vote.dots))]
        ballots[one.id] = ballot_of(vote, {note: min(spread.count(note), vote.per_note) for note in spread})
    gone = chance.choice(sorted(ballots))
    workshop = replace(workshop, people=tuple(p for p in workshop.people if p.id != gone))
    over = with_vote_closed(workshop, vote.id, ballots, NOW).votes[0]
    valid = {who: ballot for who, ballot in ballots.items() if who != gone}
    notes = {note for ballot in valid.values() for note in ballot}
    assert over.totals == {n: sum(b.get(n, 0) for b in valid.values()) for n in notes}
    assert list(over.totals.values()) == sorted(over.totals.values(), reverse=True)
    assert (over.turnout, over.of) == (7, len([p for p in workshop.people if p.group is not None]))
    assert over.ballots == ({} if vote.secret else valid)


def test_facilitation_is_counted_once_it_has_voted() -> None:
    workshop = voting(group="g1")
    vote = workshop.votes[0]
    assert counted(workshop, vote, []) == (0, 2)
    assert counted(workshop, vote, ["nadia", "inès", "somebody who left"]) == (2, 3)


@pytest.mark.parametrize(
    ("role", "group", "seen"),
    [
        ("participant", "g1", 1),
        ("participant", "g2", 0),
        ("participant", None, 0),
        ("observer", None, 0),
        ("facilitator", None, 1),
    ],
)
def test_rounds_of_another_group_are_told_to_facilitation_only(
    role: Role, group: str | None, seen: int
) -> None:
    workshop = after(voting(group="g1"), "consent.open", proposal="Une SCIC", group="g1")
    told = as_seen_by(workshop, role, "fr", group=group)
    assert (len(told["votes"]), len(told["consents"])) == (seen, seen)


@pytest.mark.parametrize(
    ("role", "group", "seen"),
    [("participant", "g2", 0), ("observer", "g2", 0), ("observer", None, 1), ("facilitator", None, 1)],
)
def test_who_watches_any_group_is_told_of_its_polls(role: Role, group: str | None, seen: int) -> None:
    workshop = replace(WORKSHOP, polls=(Poll("p1", "gauge", "inès", None, None, "g1", NOW),))
    assert len(as_seen_by(workshop, role, "fr", group=group)["polls"]) == seen


def test_of_rounds_before_the_last_ten_the_state_tells_only_numbers() -> None:
    workshop = WORKSHOP
    for _ in range(12):
        workshop = after(workshop, "vote.open", board="governance", dots=3, secret=False)
        workshop = with_vote_closed(workshop, workshop.votes[-1].id, {"nadia": {"n1": 2}}, NOW)
    told = as_seen_by(workshop, "organiser", "fr")["votes"]
    assert [v["id"] for v in told] == [v.id for v in workshop.votes]
    assert [v.get("shortened", False) for v in told] == [True] * 2 + [False] * 10
    assert all("ballots" in v for v in as_seen_by(workshop, "organiser", "fr", whole=True)["votes"])
    assert "ballots" not in told[0] and told[0]["totals"] == {"n1": 2} and told[-1]["ballots"]
    many = {f"note{n:05}": 1 for n in range(4_000)}
    heavy = replace(workshop, votes=tuple(replace(v, ballots={"nadia": many}) for v in workshop.votes))
    told = as_seen_by(heavy, "organiser", "fr")["votes"]
    assert [v["id"] for v in told if "ballots" in v] == [heavy.votes[-1].id], "the latest is told whole"


def test_closing_twice_changes_nothing() -> None:
    workshop = voting()
    once = with_vote_closed(workshop, workshop.votes[0].id, {"nadia": {"n1": 2}}, NOW)
    assert with_vote_closed(once, workshop.votes[0].id, {}, NOW + 5) is once
    assert refusal(lambda: with_vote_closed(workshop, "v0", {}, NOW)) == "vote.unknown"
    assert round_to_close(workshop, "vote", None) is workshop.votes[0]
    assert refusal(lambda: round_to_close(once, "vote", None)) == "vote.missing"


@pytest.mark.parametrize("secret", [True, False])
def test_a_consent_round_tells_at_the_end_what_was_said(secret: bool) -> None:
    workshop = after(WORKSHOP, "consent.open", proposal="Une SCIC\nen 2027", secret=secret)
    consent = workshop.consents[0]
    assert consent_to_answer(workshop, somebody(workshop, "nadia"), {}, NOW) is consent
    answers = {
        "nadia": Answer("consent"),
        "joris": Answer("objection", "Trop tôt"),
        "yann": Answer("reservation", "À revoir"),
        "somebody who left": Answer("objection", "Non"),
    }
    over = with_consent_closed(workshop, consent.id, answers, NOW).consents[0]
    assert [(a.answer, a.reason) for a in over.answers] == [
        ("objection", "Trop tôt"),
        ("reservation", "À revoir"),
        ("consent", ""),
    ]
    assert [a.by for a in over.answers] == ([None] * 3 if secret else ["joris", "yann", "nadia"])
    assert (over.turnout, over.of) == (3, 3)


@pytest.mark.parametrize("secret", [True, False])
def test_an_open_vote_tells_nothing_and_a_secret_one_never_who(secret: bool) -> None:
    workshop = voting(secret=secret)
    vote = workshop.votes[0]
    for role in ROLES:
        told = as_seen_by(workshop, role, "fr")["votes"][0]
        assert told["open"] and not {"totals", "turnout", "ballots", "of"} & told.keys()
    over = with_vote_closed(workshop, vote.id, {"nadia": {"n1": 2}}, NOW)
    told = as_seen_by(over, "organiser", "fr")["votes"][0]
    assert told["totals"] == {"n1": 2} and (told["turnout"], told["of"]) == (1, 3)
    assert ("ballots" in told) is not secret
    assert (b'"nadia":{"n1":2}' in msgspec.json.encode(over.votes)) is not secret
