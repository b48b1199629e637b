"""A time limit that does not take a loop that was held up for a store that does not answer."""

from __future__ import annotations

import asyncio
from types import TracebackType

SECOND_LOOK_S = 0.02
"""When the time is over, how long the loop gets to read what has come while it was busy."""


class Patience:
    """`asyncio.timeout`, but what arrived in time counts, though nobody looked in time."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._limit = asyncio.timeout(None)
        self._loop = asyncio.get_running_loop()

    async def __aenter__(self) -> None:
        await self._limit.__aenter__()
        self._timer = self._loop.call_later(self._seconds, self._look_again)

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._timer.cancel()
        await self._limit.__aexit__(kind, error, traceback)

    def _look_again(self) -> None:
        self._timer = self._loop.call_later(SECOND_LOOK_S, self._give_up)

    def _give_up(self) -> None:
        self._limit.reschedule(self._loop.time())
