"""Turns at work that is done one piece at a time: who has had much of it lets the others go first."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass


@dataclass(eq=False, slots=True)
class _Waiting:
    whose: str
    size: int
    turn: asyncio.Future[None]


class Turns:
    """Of those who wait, the one goes first on whose behalf the least time was spent, and of these the
    smallest. Whoever comes anew begins where the others are, so that nobody has saved up turns: a crowd of
    large workshops holds up a small one for no more than the piece that is being done."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self.now = now
        self._busy = False
        self._waiting: list[_Waiting] = []
        self._spent: dict[str, float] = {}
        self._at = 0.0
        """What had been spent for the last one who came to a turn."""

    @asynccontextmanager
    async def of(self, whose: str, size: int = 0) -> AsyncIterator[None]:
        """While it is their turn. `size` orders those who have had as much, in any unit."""
        self._spent[whose] = max(self._spent.get(whose, 0.0), self._at)
        if self._busy:
            await self._come_to_it(_Waiting(whose, size, asyncio.get_running_loop().create_future()))
        self._busy, self._at, begun = True, self._spent[whose], self.now()
        try:
            yield
        finally:
            self._spent[whose] += self.now() - begun
            self._pass_on()

    async def _come_to_it(self, one: _Waiting) -> None:
        self._waiting.append(one)
        try:
            await one.turn
        except asyncio.CancelledError:
            if one in self._waiting:
                self._waiting.remove(one)
            else:  # it had just been given to who leaves
                self._pass_on()
            raise

    def _pass_on(self) -> None:
        if not self._waiting:
            self._busy, self._at = False, 0.0
            self._spent.clear()
            return
        first = min(self._waiting, key=lambda one: (self._spent[one.whose], one.size))
        self._waiting.remove(first)
        first.turn.set_result(None)
