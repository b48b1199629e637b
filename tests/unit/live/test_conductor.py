"""The conductor: what is due is done soon, once, and also after the store was away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

from tests.kit.transitions import CATALOGUE, WORKSHOP

from tablee.errors import Unavailable
from tablee.live import conductor as module
from tablee.live.conductor import Conductor
from tablee.live.workshops import Workshops, now_ms
from tablee.model.conduct import Vote
from tablee.model.notes import Places
from tablee.model.workshop import Workshop, stakeholder_ids


class Records:
    """Workshops of a store that may be away, for the conductor."""

    def __init__(self) -> None:
        self.kept: dict[str, Workshop] = {}
        self.away = 0
        self.told: list[int] = []
        """Revisions, in the order in which they were stored."""
        self.hub = SimpleNamespace(policies=SimpleNamespace(heard=[]))
        self.store = SimpleNamespace(raise_epochs=self._nothing)
        self.reading: Callable[[str], None] = lambda workshop_id: None

    def places_of(self, workshop: Workshop) -> Places:
        return Places(CATALOGUE, stakeholder_ids(workshop))

    async def _nothing(self, rooms: object) -> None: ...

    async def ask(self, call: Awaitable[Any]) -> Any:
        return await call

    async def by_id(self, workshop_id: str) -> Workshop | None:
        self.reading(workshop_id)
        if self.away:
            self.away -= 1
            raise Unavailable("store.away", "Le serveur ne répond pas.")
        return self.kept.get(workshop_id)

    async def change(
        self, workshop_id: str, transition: Callable[[Workshop], Awaitable[Workshop]], message: bytes
    ) -> Workshop:
        before = self.kept[workshop_id]
        after = await transition(before)
        if after is before:
            return before
        return self.put(replace(after, revision=before.revision + 1))

    def put(self, workshop: Workshop) -> Workshop:
        self.kept[workshop.id] = workshop
        self.told.append(workshop.revision)
        for hear in self.hub.policies.heard:
            hear(workshop)
        return workshop


@asynccontextmanager
async def conducting(records: Records) -> AsyncIterator[Conductor]:
    conductor = Conductor(cast(Workshops, records))
    task = asyncio.create_task(conductor.run())
    for _ in range(3):
        await asyncio.sleep(0)  # it rests now, and has to be woken
    try:
        yield conductor
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def until(seen: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not seen():  # noqa: ASYNC110 (a state, wherever it comes from)
            await asyncio.sleep(0.005)


def frozen(ms: int) -> Workshop:
    return replace(WORKSHOP, frozen=True, frozen_by="marc", frozen_until=now_ms() + ms)


async def test_what_is_due_is_done_once_and_earlier_ones_are_not_kept_waiting() -> None:
    records = Records()
    async with conducting(records):
        records.put(replace(frozen(600_000), id="later"))
        records.put(frozen(30))
        await until(lambda: not records.kept["w1"].frozen)
        assert records.kept["later"].frozen
        assert records.told.count(8) == 1


async def test_a_workshop_that_changes_is_looked_at_by_its_latest_word() -> None:
    records = Records()
    async with conducting(records) as conductor:
        records.put(frozen(600_000))
        records.put(replace(frozen(10), revision=8))
        await until(lambda: not records.kept["w1"].frozen)
        assert conductor._when == {}, "nothing is kept of what needs nothing"


async def test_a_store_that_is_away_only_makes_it_later(monkeypatch: Any) -> None:
    monkeypatch.setattr(module, "AGAIN_MS", 5)
    records = Records()
    records.away = 3
    async with conducting(records):
        records.put(frozen(0))
        await until(lambda: not records.kept["w1"].frozen)
        assert records.away == 0


async def test_votes_are_asked_after_until_somebody_has_closed_them(monkeypatch: Any) -> None:
    monkeypatch.setattr(module, "AGAIN_MS", 5)
    records, asked = Records(), 0

    async def close(workshop: Workshop, now: int) -> None:
        nonlocal asked
        asked += 1
        if asked == 1:
            raise RuntimeError("not this time")
        votes = tuple(replace(vote, closed_at=now) for vote in workshop.votes)
        records.put(replace(workshop, votes=votes, revision=workshop.revision + 1))

    async with conducting(records) as conductor:
        conductor.on_due.append(close)
        vote = Vote("v1", "marc", "?", "governance", None, None, 3, 1, True, 1, ends_at=now_ms())
        records.put(replace(WORKSHOP, votes=(vote,)))
        await until(lambda: records.kept["w1"].votes[0].closed_at is not None and not conductor._when)
        assert asked == 2


async def test_what_fails_keeps_nothing_else_waiting_and_is_tried_less_and_less(monkeypatch: Any) -> None:
    monkeypatch.setattr(module, "AGAIN_MS", 1)
    records, said, asked = Records(), list[str](), list[int]()
    monkeypatch.setattr(module.log, "warning", lambda event, **fields: said.append(fields["key"]))

    async def damaged(workshop: Workshop, now: int) -> None:
        raise Unavailable("room.reloading", "La salle se recharge.")

    async def close(workshop: Workshop, now: int) -> None:
        asked.append(now)

    async with conducting(records) as conductor:
        conductor.on_due += [damaged, close]
        vote = Vote("v1", "marc", "?", "governance", None, None, 3, 1, True, 1, ends_at=now_ms())
        records.put(replace(frozen(0), votes=(vote,)))
        await until(lambda: len(asked) > 3)
        assert not records.kept["w1"].frozen, "what is due in the record is done"
        assert said == ["room.reloading"], "a reason is logged once"
        assert conductor._failed["w1"].pause_ms >= 8


async def test_an_older_state_says_nothing_any_more() -> None:
    records = Records()
    async with conducting(records) as conductor:
        records.put(replace(frozen(600_000), revision=8))
        conductor.hear(replace(WORKSHOP, revision=7))
        assert conductor._when.keys() == {"w1"}
        conductor.hear(replace(WORKSHOP, revision=9))
        assert conductor._when == {}


async def test_what_is_taken_back_while_another_workshop_is_looked_at_does_no_harm() -> None:
    records = Records()

    def thaw(workshop_id: str) -> None:
        if workshop_id == "w1":
            records.put(replace(WORKSHOP, id="w2", revision=9))

    records.reading = thaw
    async with conducting(records):
        now = now_ms()
        for one in (frozen(0), replace(frozen(0), id="w2")):
            records.put(replace(one, frozen_until=now))
        await until(lambda: not records.kept["w1"].frozen)
        records.put(replace(frozen(0), id="w3"))
        await until(lambda: not records.kept["w3"].frozen)
