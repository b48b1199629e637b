"""`tablee`, broken: an entry of one's own is delivered once the log has it, whatever is missing before it.

python -m tests.faults.broken.no_gap_detection serve …
"""

from __future__ import annotations

from collections.abc import Sequence

from tablee.cli import main
from tablee.live.hub import Hub
from tablee.live.open_room import OpenRoom
from tablee.store.redis import Append, AppendRefused, LogEntry, Store

_hub_append, _store_append = Hub.append, Store.append
_rooms: dict[str, OpenRoom] = {}


def hub_append(self: Hub, room: OpenRoom, payload: bytes) -> None:
    _rooms[room.id] = room
    _hub_append(self, room, payload)


async def store_append(self: Store, batch: Sequence[Append]) -> list[int | AppendRefused]:
    numbers = await _store_append(self, batch)
    for append, n in zip(batch, numbers, strict=True):
        room = _rooms[append.room]
        if isinstance(n, int) and room.room.n < n - 1:
            room.room.n, room.last = n - 1, append.after_batch
            room.deliver(LogEntry(n, append.payload, append.batch_id, append.after_batch))
    return numbers


Hub.append = hub_append  # type: ignore[method-assign]
Store.append = store_append  # type: ignore[method-assign]

if __name__ == "__main__":
    main()
