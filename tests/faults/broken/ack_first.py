"""`tablee`, broken: it says `saved` when it sends a turn to the log, not when the log has it.

python -m tests.faults.broken.ack_first serve …
"""

from __future__ import annotations

from tablee.cli import main
from tablee.live.hub import Hub
from tablee.live.open_room import OpenRoom

_append = Hub.append


def append(self: Hub, room: OpenRoom, payload: bytes) -> None:
    room.run(room.room._saved())
    _append(self, room, payload)


Hub.append = append  # type: ignore[method-assign]

if __name__ == "__main__":
    main()
