"""Who may stay, without sockets: what is looked at again, and what a seat is closed for."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tablee.live.hub import Hub
from tablee.live.open_room import Seat
from tablee.live.records import Session
from tablee.live.standing import SWEPT_KEPT, Standing, identity_of
from tablee.model.workshop import Group, Person, Workshop, end_session

NADIA = Person("p1", "Nadia", "participant", "ciel", "g1", "p1", 1)
MARC = Person("p2", "Marc", "facilitator", "lagon", None, "p2", 1, "facilitator", 2)
WORKSHOP = Workshop(
    id="w1",
    code="ABCDEFGH",
    title="t",
    commons="",
    language="fr",
    licence="internal",
    agenda="a",
    steps=(),
    step=None,
    groups=(Group("g1", "Hêtre"), Group("g2", "Saule")),
    people=(NADIA, MARC),
    stakeholders=(),
    people_may_choose_group=False,
    created_at=1,
    expires_at=2,
    revision=5,
)


class FakeHub:
    """One room with the seats of two people; closing is written down."""

    def __init__(self) -> None:
        self.closed: dict[str, tuple[int, str]] = {}
        self.room = SimpleNamespace(id="w1-g1-exploration", seats={})
        self.rooms = {self.room.id: self.room}
        for number, person in ((1, NADIA), (2, MARC)):
            member = SimpleNamespace(
                session=number, person=person.id, identity=identity_of(person), may_write=True
            )
            self.room.seats[number] = cast(Seat, SimpleNamespace(member=member, role=person.role))

    def rooms_of(self, workshop: str) -> list[Any]:
        return [self.room] if workshop == "w1" else []

    def expel(self, workshop: str, why: Any) -> None:
        for number, seat in list(self.room.seats.items()):
            verdict = why(self.room, seat)
            if verdict is not None:
                self.closed[seat.member.person] = verdict
                del self.room.seats[number]


@pytest.fixture
def hub() -> FakeHub:
    return FakeHub()


@pytest.fixture
def standing(hub: FakeHub) -> Standing:
    made = Standing(cast(Hub, hub))
    made.enter(1, Session("a" * 64, "w1", "p1", 3), WORKSHOP)
    made.enter(2, Session("b" * 64, "w1", "p2", 3), WORKSHOP)
    return made


def changed(**how: Any) -> Workshop:
    return replace(WORKSHOP, revision=6, **how)


@pytest.mark.parametrize(
    ("workshop", "code"),
    [
        (changed(people=(MARC,), former=("p1",)), 4403),
        (end_session(changed(), "a" * 16), 4401),
        (changed(people=(replace(NADIA, group="g2"), MARC)), 4403),
        (changed(people=(replace(NADIA, role="observer", group=None), MARC)), 1012),
    ],
    ids=["removed", "signed out", "moved", "another role"],
)
def test_who_may_not_stay_is_closed_and_nobody_else(
    standing: Standing, hub: FakeHub, workshop: Workshop, code: int
) -> None:
    assert standing.sweep(WORKSHOP) and hub.closed == {}
    assert standing.sweep(workshop)
    assert {person: verdict[0] for person, verdict in hub.closed.items()} == {"p1": code}


def test_a_renewed_invitation_closes_those_it_let_in(standing: Standing, hub: FakeHub) -> None:
    standing.sweep(changed(sessions_since={"facilitator": 6}))
    assert hub.closed.keys() == {"p2"} and hub.closed["p2"][0] == 4401


def test_a_new_name_is_the_name_others_see(standing: Standing, hub: FakeHub) -> None:
    standing.sweep(changed(people=(replace(NADIA, name="Nadia B."), MARC)))
    assert hub.room.seats[1].member.identity["name"] == "Nadia B." and hub.closed == {}


def test_an_earlier_state_does_not_undo_a_later_one(standing: Standing, hub: FakeHub) -> None:
    assert standing.sweep(changed(people=(replace(NADIA, name="Nadia B."), MARC)))
    assert not standing.sweep(WORKSHOP)
    assert hub.room.seats[1].member.identity["name"] == "Nadia B."


def test_who_was_judged_before_a_change_and_seated_after_it_is_looked_at_again(
    standing: Standing, hub: FakeHub
) -> None:
    """Between the two lie calls to the store: a removal in the middle must not be missed."""
    session = Session("c" * 64, "w1", "p1", 3)
    assert not standing.enter(3, session, WORKSHOP)
    standing.sweep(changed(people=(MARC,), former=("p1",)))
    assert standing.enter(4, session, WORKSHOP), "judged by revision 5 while 6 was swept"
    assert not standing.enter(5, session, changed())


def test_workshops_that_are_no_longer_open_here_are_forgotten(standing: Standing) -> None:
    for number in range(3 * SWEPT_KEPT):
        standing.sweep(replace(WORKSHOP, id=f"old{number}"))
    standing.sweep(WORKSHOP)
    assert len(standing._swept) <= SWEPT_KEPT + 1
    assert standing.enter(9, Session("d" * 64, "w1", "p1", 3), replace(WORKSHOP, revision=4))
