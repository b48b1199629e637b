"""Does what is due when its time comes: locks that open, the end of a step, votes that close.

Every process looks after the workshops it hears of, and each may be first: a change that another has made
already changes nothing.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

import structlog

from tablee.errors import Refused
from tablee.live.workshops import Workshops, now_ms
from tablee.model.due import due, next_due
from tablee.model.workshop import Workshop

log = structlog.get_logger()

AGAIN_MS = 500
"""What could not be done (the store is away) is tried again after this."""

OnDue = Callable[[Workshop, int], Awaitable[None]]


class Conductor:
    def __init__(self, workshops: Workshops) -> None:
        self.workshops = workshops
        self.on_due: list[OnDue] = []
        """Asked for when something of a workshop is due, before its record says that it is done: for what is
        more than a change of the record. Must be harmless when it is asked for again, and when another
        process did it; what it raises is tried again."""
        self._when: dict[str, int] = {}
        self._sooner = asyncio.Event()
        workshops.hub.policies.heard.append(self.hear)

    def hear(self, workshop: Workshop) -> None:
        """This process knows a later state of a workshop."""
        when = next_due(workshop)
        if when is None:
            self._when.pop(workshop.id, None)
        elif self._when.get(workshop.id) != when:
            self._when[workshop.id] = when
            self._sooner.set()

    async def run(self) -> None:
        while True:
            self._sooner.clear()
            now = now_ms()
            ripe = [workshop for workshop, when in self._when.items() if when <= now]
            for workshop_id in ripe:
                await self._look_at(workshop_id)
            if not ripe:
                await self._rest(min(self._when.values(), default=None))

    async def _rest(self, until: int | None) -> None:
        # never for long: the clock of the machine may be set meanwhile
        pause = 30.0 if until is None else min(30.0, max(0.0, until / 1000 - time.time()) + 0.005)
        try:
            await asyncio.wait_for(self._sooner.wait(), pause)
        except TimeoutError:
            return

    async def _look_at(self, workshop_id: str) -> None:
        del self._when[workshop_id]
        try:
            workshop = await self.workshops.by_id(workshop_id)
            if workshop is None:
                return
            await self._do(workshop, now_ms())
        except Exception as error:  # nobody's workshop may keep the others waiting
            if not isinstance(error, Refused):
                log.exception("conductor.failed", workshop=workshop_id)
            self._when[workshop_id] = now_ms() + AGAIN_MS

    async def _do(self, workshop: Workshop, now: int) -> None:
        when = next_due(workshop)
        if when is not None and when <= now:
            for serve in self.on_due:
                await serve(workshop, now)

        async def transition(latest: Workshop) -> Workshop:
            return due(latest, now)

        stored = await self.workshops.change(workshop.id, transition, b"due")
        if stored.revision > workshop.revision:
            await self.workshops.ask(self.workshops.store.raise_epochs(stored.rooms))
        self.hear(stored)
        if self._when.get(workshop.id, now + 1) <= now:  # nobody serves it yet
            self._when[workshop.id] = now_ms() + AGAIN_MS
