"""Somebody comes in at the very moment they are shut out: whichever is first, they are out afterwards."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
import pytest_asyncio

from tablee import assets
from tablee.errors import Refused
from tablee.live.commands import Commands
from tablee.live.hub import Hub
from tablee.live.policies import Policies
from tablee.live.workshops import Joined, NewWorkshop, Workshops
from tablee.model.canvases import load_catalogue
from tablee.settings import read_settings
from tablee.store.redis import open_store

CATALOGUE = load_catalogue(assets.canvases_folder())
Both = tuple[Workshops, Workshops]


@pytest_asyncio.fixture
async def both(store_url: str) -> AsyncIterator[Both]:
    """Two servers' worth of workshops on one store, without sockets."""
    async with AsyncExitStack() as stack:
        made = []
        for _ in range(2):
            store = await stack.enter_async_context(open_store(store_url))
            hub = Hub(store, Policies(store, CATALOGUE))
            made.append(Workshops(store, hub, CATALOGUE, read_settings({}, {})))
        yield made[0], made[1]


async def later(chance: random.Random, work: Any) -> Any:
    for _ in range(chance.randrange(40)):
        await asyncio.sleep(0)
    await asyncio.sleep(chance.random() / 200)
    try:
        return await work
    except Refused as refusal:
        return refusal


async def is_good(workshops: Workshops, joined: Joined) -> bool:
    session = await workshops.session(joined.token)
    workshop = await workshops.by_id(joined.workshop.id)
    return session is not None and workshop is not None and session.person_in(workshop) is not None


@pytest.mark.parametrize("seed", range(12))
async def test_nobody_comes_in_with_a_link_while_it_is_renewed(both: Both, seed: int) -> None:
    chance = random.Random(seed)
    here, there = both
    made = await here.create(NewWorkshop("Course"))
    organiser = await here.session(made.token)
    assert organiser is not None
    old = made.invitations["observer"]
    first = await there.join(invitation=old, name="Avant")
    renewal = Commands(here).run(organiser, {"type": "invitation.renew", "role": "observer"})
    joins: list[Any] = []
    for n in range(12):
        workshops = both[n % 2]
        joins.append(workshops.join(invitation=old, name=f"P{n}"))
        joins.append(workshops.join(invitation=old, reentry=first.reentry))
        joins.append(workshops.join(code=made.workshop.code, reentry=first.reentry))
    told, *came = await asyncio.gather(*(later(chance, work) for work in (renewal, *joins)))
    assert told.invitation
    joined = [one for one in (first, *came) if isinstance(one, Joined)]
    assert [one.person.name for one in joined if await is_good(there, one)] == []
    assert await is_good(there, await there.join(invitation=told.invitation, reentry=first.reentry))


@pytest.mark.parametrize("reentry", [False, True])
async def test_a_link_renewed_while_it_is_being_read_opens_nothing(
    both: Both, reentry: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The whole renewal falls between looking up the invitation and reading the workshop."""
    here, there = both
    made = await here.create(NewWorkshop("Course"))
    organiser = await here.session(made.token)
    assert organiser is not None
    old = made.invitations["observer"]
    first = await there.join(invitation=old, name="Avant")
    read, renewed = there.by_id, []

    async def renew_then_read(workshop_id: str) -> Any:
        if not renewed:
            command = {"type": "invitation.renew", "role": "observer"}
            renewed.append(await Commands(here).run(organiser, command))
        return await read(workshop_id)

    monkeypatch.setattr(there, "by_id", renew_then_read)
    with pytest.raises(Refused) as caught:
        await there.join(invitation=old, name="Paul", reentry=first.reentry if reentry else None)
    assert caught.value.key == "invitation.unknown" and renewed


@pytest.mark.parametrize("ban", [False, True])
@pytest.mark.parametrize("seed", range(6))
async def test_nobody_comes_back_while_they_are_removed(both: Both, seed: int, ban: bool) -> None:
    chance = random.Random(seed)
    here, there = both
    made = await here.create(NewWorkshop("Course"))
    organiser = await here.session(made.token)
    assert organiser is not None
    guest = await there.join(code=made.workshop.code, name="Nadia")
    removal = {"type": "person.remove", "person": guest.person.id, "ban": ban}
    returns = [both[n % 2].join(code=made.workshop.code, reentry=guest.reentry) for n in range(20)]
    _, *came = await asyncio.gather(
        *(later(chance, work) for work in (Commands(here).run(organiser, removal), *returns))
    )
    joined = [one for one in (guest, *came) if isinstance(one, Joined)]
    assert [one.person.name for one in joined if await is_good(there, one)] == []
    with pytest.raises(Refused) as caught:
        await there.join(code=made.workshop.code, reentry=guest.reentry)
    assert caught.value.key == ("person.banned" if ban else "reentry.unknown")


async def test_commands_of_two_servers_at_once_are_all_done(both: Both) -> None:
    made = await both[0].create(NewWorkshop("Course"))
    session = await both[0].session(made.token)
    assert session is not None
    runs = [Commands(workshops) for workshops in both]
    template = CATALOGUE.templates["sheet2.verso"]
    places = [("sheet2.verso", zone.id) for zone in template.zones] + [("governance", None), (None, None)]
    work = [{"type": "board.lock", "board": board, "zone": zone} for board, zone in places]
    await asyncio.gather(*(runs[n % 2].run(session, command) for n, command in enumerate(work)))
    workshop = await both[1].by_id(made.workshop.id)
    assert workshop is not None and workshop.revision == 1 + len(work)
    assert set(workshop.board("sheet2.verso").locked_zones) == {zone.id for zone in template.zones}
    assert workshop.board("governance").locked and workshop.frozen


async def test_the_same_command_sent_twice_at_once_is_done_once(both: Both) -> None:
    made = await both[0].create(NewWorkshop("Course"))
    session = await both[0].session(made.token)
    assert session is not None
    command = {"type": "step.next", "id": "deux-fois-le-même"}
    runs = [Commands(workshops) for workshops in both]
    told = await asyncio.gather(*(runs[n % 2].run(session, command) for n in range(10)))
    workshop = await both[1].by_id(made.workshop.id)
    assert workshop is not None
    assert {one.revision for one in told} == {2} and workshop.step == workshop.steps[0].id
