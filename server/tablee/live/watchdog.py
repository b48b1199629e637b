"""Ends a process whose event loop is stuck in a computation: dead and started again, it serves people better.

Counts processor time, not the clock's: a process that was stopped, or a laptop that slept, is not stuck.
Works while a library holds the interpreter's lock, since the kernel sends the signal and its handler is C;
the trace of every thread goes to standard error.
"""

from __future__ import annotations

import asyncio
import contextlib
import faulthandler
import signal
from collections.abc import AsyncIterator

LIMIT_S = 5.0


@contextlib.asynccontextmanager
async def watched_loop(limit_s: float = LIMIT_S) -> AsyncIterator[None]:
    """While inside, the process dies by SIGPROF when its loop computes for so long without a pause.

    Where the system has no such timer (Windows), nothing is watched.
    """
    if not hasattr(signal, "setitimer"):
        yield
        return
    faulthandler.register(signal.SIGPROF, chain=True)
    signal.setitimer(signal.ITIMER_PROF, limit_s)
    winding = asyncio.create_task(_wind(limit_s))
    try:
        yield
    finally:
        winding.cancel()
        signal.setitimer(signal.ITIMER_PROF, 0)
        faulthandler.unregister(signal.SIGPROF)


async def _wind(limit_s: float) -> None:
    while True:
        signal.setitimer(signal.ITIMER_PROF, limit_s)
        await asyncio.sleep(limit_s / 5)
