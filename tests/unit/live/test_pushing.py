"""States that are pushed: the first at once, the others together, the latest wins."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from tests.kit.transitions import WORKSHOP

from tablee.live.pushing import Pushing
from tablee.model.workshop import Workshop


async def test_the_first_state_is_told_at_once_and_of_many_that_follow_the_latest() -> None:
    told: list[tuple[str, int]] = []
    last = asyncio.Event()

    def tell(workshop: Workshop) -> None:
        told.append((workshop.id, workshop.revision))
        if len(told) == 3:
            last.set()

    pushing = Pushing(tell)
    pushing.push(WORKSHOP)
    assert told == [("w1", 7)]
    for revision in (8, 20, 19):
        pushing.push(replace(WORKSHOP, revision=revision))
    pushing.push(replace(WORKSHOP, id="w2"))
    assert told == [("w1", 7), ("w2", 7)], "each workshop has its own pace"
    async with asyncio.timeout(10):
        await last.wait()
    assert told[2] == ("w1", 20)
