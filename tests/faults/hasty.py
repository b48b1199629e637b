"""`tablee`, taking a snapshot whenever it can, and dying before or after storing one now and then.

    python -m tests.faults.hasty serve …

`HASTY_KEEP` is how many entries the log keeps (so that trimming happens), `HASTY_DIES` how likely each
snapshot ends the process, until a file `HASTY_PEACE` is there.
"""

from __future__ import annotations

import os
import random
import signal
from pathlib import Path
from typing import Any

from tablee.cli import main
from tablee.live import housekeeping
from tablee.store import rooms
from tablee.store.redis import Store

KEEP = int(os.environ.get("HASTY_KEEP", "20000"))
DIES = float(os.environ.get("HASTY_DIES", "0.1"))
PEACE = Path(os.environ.get("HASTY_PEACE", "peace"))

_swap = Store.swap_snapshot


def is_time_to_die() -> bool:
    return random.random() < DIES and not PEACE.exists()


async def swap_and_die(self: Store, room: str, lineage: str, n: int, data: bytes, **more: Any) -> bool:
    step = random.choice(("before", "after")) if is_time_to_die() else "never"
    if step == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    done: Any = await _swap(self, room, lineage, n, data, **(more | {"keep": KEEP}))
    if step == "after":
        os.kill(os.getpid(), signal.SIGKILL)
    return bool(done)


housekeeping.COMPACT_ENTRIES = 1
rooms.MIN_KEEP = min(rooms.MIN_KEEP, KEEP)
Store.swap_snapshot = swap_and_die  # type: ignore[method-assign]

if __name__ == "__main__":
    main()
