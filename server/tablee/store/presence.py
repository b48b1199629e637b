"""Presence between processes: messages that are worth something now or never, and who holds a room open.

Pub/sub loses messages across a reconnect without a word; nothing that must arrive goes this way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tablee.store import keys, scripts
from tablee.store.client import Client
from tablee.store.feed import PresenceFeed
from tablee.store.line import Line


@dataclass(frozen=True, slots=True)
class Held:
    """Which processes hold a room, and the end of its log as the store has it."""

    by: set[str]
    lineage: str
    seq: int
    last: bytes


class Presence:
    """The part of `Store` that is about now."""

    _commands: Client
    _scripts: Line
    _publisher: Line
    _feed: PresenceFeed

    def presence(self) -> PresenceFeed:
        """The feed of this process; always the same one."""
        return self._feed

    async def publish(self, room: str, message: bytes) -> None:
        """Give the message to every feed that subscribed to the room, this process's own included."""
        await self._publisher.calls([("SPUBLISH", keys.presence_channel(room), message)])

    async def hold_rooms(self, rooms: Sequence[str], process: str, ttl_s: int) -> list[Held]:
        """Say that this process has these rooms open; return for each what is true of it."""
        found = await self._scripts.run_all(
            [
                (scripts.HOLD_ROOM, (keys.holders(room), keys.meta(room)), (process, ttl_s * 1000))
                for room in rooms
            ]
        )
        return [
            Held({name.decode() for name in alive}, (lineage or b"").decode(), int(seq or 0), last or b"")
            for alive, (lineage, seq, last) in found
        ]

    async def release_room(self, room: str, process: str) -> None:
        """Say that this process no longer has the room open."""
        await self._commands.call("ZREM", keys.holders(room), process)
