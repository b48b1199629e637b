"""`tablee`, broken: each snapshot is stored as of an entry that is not in it.

python -m tests.faults.broken.stale_snapshot serve …
"""

from __future__ import annotations

from typing import Any

from tests.faults import hasty

from tablee.store.redis import Store

_swap = Store.swap_snapshot
_before: dict[str, bytes] = {}


async def swap_snapshot(self: Store, room: str, lineage: str, n: int, data: bytes, **more: Any) -> bool:
    older, _before[room] = _before.get(room, data), data
    return await _swap(self, room, lineage, n, older, **more)


hasty.DIES = 0.0
Store.swap_snapshot = swap_snapshot  # type: ignore[method-assign]

if __name__ == "__main__":
    hasty.main()
