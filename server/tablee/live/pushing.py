"""The state of a workshop, told to everybody who is in it: at most so often, and then the latest.

It is told whole. When thirty hands go up in the same second, thirty states would say little more than four.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from tablee.model.workshop import Workshop

SPACING_S = 0.15
KNOWN_KEPT = 1_000


class Pushing:
    """One per process. `tell` is given states of growing revisions."""

    def __init__(self, tell: Callable[[Workshop], None]) -> None:
        self._tell = tell
        self._last: dict[str, float] = {}
        """Workshop → when its state was told last."""
        self._waiting: dict[str, Workshop] = {}

    def push(self, workshop: Workshop) -> None:
        """Tell it now, or soon; a later one takes the place of one that waits."""
        waiting = self._waiting.get(workshop.id)
        if waiting is not None:
            if waiting.revision <= workshop.revision:
                self._waiting[workshop.id] = workshop
            return
        loop = asyncio.get_running_loop()
        pause = self._last.get(workshop.id, -SPACING_S) + SPACING_S - loop.time()
        if pause > 0:
            self._waiting[workshop.id] = workshop
            loop.call_later(pause, self._flush, workshop.id)
        else:
            self._now(workshop, loop.time())

    def _flush(self, workshop_id: str) -> None:
        self._now(self._waiting.pop(workshop_id), asyncio.get_running_loop().time())

    def _now(self, workshop: Workshop, now: float) -> None:
        self._last.pop(workshop.id, None)
        self._last[workshop.id] = now  # the latest at the end
        if len(self._last) > KNOWN_KEPT:
            del self._last[next(iter(self._last))]
        self._tell(workshop)
