"""Rehearsals of a server: how many, how fast, and for whom. Nobody is played here."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest
from tests.kit.transitions import WORKSHOP

from tablee.errors import Conflict, Invalid
from tablee.live.open_room import OpenRoom, Seat
from tablee.model.workshop import Workshop
from tablee.rehearsal import play
from tablee.rehearsal.play import AT_ONCE, PACE_S, Rehearsals, pace_of

NOBODY = cast(OpenRoom, None), cast(Seat, None)
WHO: Any = None


class Records:
    """Workshops of a store, for several servers."""

    def __init__(self) -> None:
        self.stored: dict[str, Workshop] = {}
        self.made, self.catalogue = 0, None

    async def by_id(self, workshop: str) -> Workshop | None:
        return self.stored.get(workshop)

    async def change(
        self, workshop: str, transition: Callable[[Workshop], Awaitable[Workshop]], message: bytes
    ) -> Workshop:
        before = self.stored[workshop]
        changed = await transition(before)
        self.stored[workshop] = replace(changed, revision=before.revision + 1)
        return self.stored[workshop]

    async def create(self, new: Any, address: str) -> Any:
        self.made += 1
        workshop = replace(WORKSHOP, id=f"w{self.made}", rehearsal=True, status="open")
        self.stored[workshop.id] = workshop
        return SimpleNamespace(workshop=workshop)


def server_on(records: Records, online: set[str]) -> Rehearsals:
    hub = SimpleNamespace(online=lambda workshop: frozenset(online))
    made = Rehearsals(WHO, cast(Any, records), cast(Any, hub), WHO)
    story = {"people": (), "title": "T", "commons": "", "agenda": "", "groups": (), "facilitator": "F"}
    made._story = cast(Any, SimpleNamespace(**story))
    return made


@pytest.fixture
async def two() -> AsyncIterator[tuple[Records, set[str], Rehearsals, Rehearsals]]:
    """One store, who is online, and two servers."""
    records, online = Records(), set[str]()
    servers = server_on(records, online), server_on(records, online)
    yield records, online, *servers
    for one in servers:
        await one.end()


async def over(one: Rehearsals) -> None:
    async with asyncio.timeout(10):
        await asyncio.gather(*one._running)


Two = tuple[Records, set[str], Rehearsals, Rehearsals]


def test_facilitation_may_not_ask_for_a_pace_that_takes_the_server_from_others() -> None:
    assert pace_of({}, 1) == PACE_S and pace_of({"pace": 1}, 1) == 1
    with pytest.raises(Invalid):
        pace_of({"pace": 0.05}, 1)
    assert Rehearsals(WHO, WHO, WHO, WHO).fastest == 1
    assert Rehearsals(WHO, WHO, WHO, WHO, 0.05).fastest == 0.05


async def test_a_full_server_makes_no_workshop_that_nobody_could_use(two: Two) -> None:
    records, _, one, _ = two
    for _ in range(AT_ONCE):
        await one.make()
    with pytest.raises(Conflict):
        await one.make()
    assert records.made == AT_ONCE


async def test_a_play_ends_without_anybody_and_goes_on_when_somebody_comes(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(play, "LONELY_S", 0)
    monkeypatch.setattr(play, "LOOK_S", 0.001)
    records, online, one, other = two
    made = (await one.make()).workshop
    await over(one)
    assert not one._plays
    await other.stop(WHO, records.stored[made.id], WHO, {})
    await one.entered(*NOBODY, records.stored[made.id])
    assert not one._plays, "sent away on another server meanwhile"

    again = (await one.make()).workshop
    await over(one)
    online.add("nadia")
    await one.entered(*NOBODY, records.stored[again.id])
    assert one._plays.keys() == {again.id}


async def test_they_are_sent_away_wherever_they_are_and_play_in_one_place(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(play, "LOOK_S", 0.001)
    records, online, one, other = two
    online.add("nadia")
    made = (await one.make()).workshop
    await other.begin(records.stored[made.id], 4)
    await over(one)
    assert not one._plays and other._plays.keys() == {made.id}, "the last one who was asked plays"
    await one.stop(WHO, records.stored[made.id], WHO, {})
    await over(other)
    assert not other._plays
    await other.entered(*NOBODY, records.stored[made.id])
    assert not other._plays, "they were sent away"
