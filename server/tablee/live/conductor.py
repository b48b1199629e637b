"""Does what is due when its time comes: locks that open, the end of a step, votes that close.

Every process looks after the workshops it hears of, and each may be first: a change that another has made
already changes nothing.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import structlog

from tablee.errors import Refused
from tablee.live.workshops import Workshops, now_ms
from tablee.model.due import due, next_due
from tablee.model.workshop import Workshop

log = structlog.get_logger()

AGAIN_MS = 500
"""What could not be done (the store is away) is tried again after this, then after longer and longer."""
LONGEST_MS = 10_000
HEARD_KEPT = 1_000

OnDue = Callable[[Workshop, int], Awaitable[None]]


@dataclass(slots=True)
class Failed:
    """What could not be done of a workshop: the reasons, and when to try again."""

    keys: set[str] = field(default_factory=set)
    until: int = 0
    pause_ms: int = field(default_factory=lambda: AGAIN_MS)


class Conductor:
    def __init__(self, workshops: Workshops) -> None:
        self.workshops = workshops
        self.on_due: list[OnDue] = []
        """Asked for when something of a workshop is due, before its record says that it is done: for what is
        more than a change of the record. Must be harmless when it is asked for again, and when another
        process did it; what it raises keeps nothing else waiting, and is tried again."""
        self._when: dict[str, int] = {}
        self._heard: dict[str, int] = {}
        """Workshop → the latest revision that was heard of: an older one says nothing any more."""
        self._failed: dict[str, Failed] = {}
        self._sooner = asyncio.Event()
        workshops.hub.policies.heard.append(self.hear)

    def hear(self, workshop: Workshop) -> None:
        """This process has read a state of a workshop, not always the latest."""
        revision = self._heard.pop(workshop.id, -1)
        self._heard[workshop.id] = max(revision, workshop.revision)  # the latest at the end
        if len(self._heard) > HEARD_KEPT:
            del self._heard[next(iter(self._heard))]
        if workshop.revision < revision:
            return
        when = next_due(workshop)
        if when is None:
            self._when.pop(workshop.id, None)
            self._failed.pop(workshop.id, None)
            return
        failed = self._failed.get(workshop.id)
        if failed is not None and when < failed.until <= now_ms() + LONGEST_MS:
            when = failed.until
        if self._when.get(workshop.id) != when:
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
            async with asyncio.timeout(pause):
                await self._sooner.wait()
        except TimeoutError:
            return

    async def _look_at(self, workshop_id: str) -> None:
        if self._when.pop(workshop_id, None) is None:
            return  # while another was looked at, nothing of this one was due any more
        try:
            workshop = await self.workshops.by_id(workshop_id)
        except Exception as error:  # noqa: BLE001 (logged there, once)
            self._again(workshop_id, error)
            return
        if workshop is None:
            self._failed.pop(workshop_id, None)
            return
        errors = await self._do(workshop, now_ms())
        if errors:
            for one in errors:
                self._again(workshop_id, one)
        elif self._when.get(workshop_id, now_ms() + 1) <= now_ms():  # nobody serves it yet
            self._when[workshop_id] = now_ms() + AGAIN_MS
        else:
            self._failed.pop(workshop_id, None)

    async def _do(self, workshop: Workshop, now: int) -> list[Exception]:
        """All that is due, one beside the other: what fails keeps the rest neither waiting nor undone."""
        errors: list[Exception] = []
        when = next_due(workshop)
        for serve in self.on_due if when is not None and when <= now else ():
            try:
                await serve(workshop, now)
            except Exception as error:  # noqa: BLE001 (given back)
                errors.append(error)
        try:
            await self._change(workshop, now)
        except Exception as error:  # noqa: BLE001 (given back)
            errors.append(error)
        return errors

    async def _change(self, workshop: Workshop, now: int) -> None:
        async def transition(latest: Workshop) -> Workshop:
            return due(latest, now, self.workshops.places_of(latest))

        stored = await self.workshops.change(workshop.id, transition, b"due")
        if stored.revision > workshop.revision:
            await self.workshops.ask(self.workshops.store.raise_epochs(stored.rooms))
        self.hear(stored)

    def _again(self, workshop_id: str, error: Exception) -> None:
        """Try again later, each time after longer. Each reason is logged once, until all went well."""
        failed = self._failed.setdefault(workshop_id, Failed())
        key = error.key if isinstance(error, Refused) else type(error).__name__
        if key not in failed.keys:
            failed.keys.add(key)
            trace = None if isinstance(error, Refused) else error
            log.warning("conductor.failed", workshop=workshop_id, key=key, exc_info=trace)
        now = now_ms()
        if failed.until <= now:
            failed.until = now + failed.pause_ms
            failed.pause_ms = min(2 * failed.pause_ms, LONGEST_MS)
        self._when[workshop_id] = failed.until
