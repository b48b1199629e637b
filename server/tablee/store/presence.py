"""Presence between processes: messages that are worth something now or never, and who holds a room open.

Pub/sub loses messages across a reconnect without a word; nothing that must arrive goes this way.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any, Self

from tablee.errors import StoreAway, StoreUnusable
from tablee.store import keys, scripts
from tablee.store.address import Address
from tablee.store.line import Line
from tablee.store.wire import Wire, connect

BACKLOG = 4096
"""Messages that wait for a slow taker; what comes on top is lost, as presence may be."""

PING_S = 5.0
"""A feed that heard nothing for so long asks; twice that, and the connection is given up."""


class PresenceFeed:
    """An endless iterator of (room, message) over the rooms subscribed to.

    It opens its connection when it is first iterated and again, with back-off, whenever it broke.
    """

    def __init__(self, address: Address, timeout_s: float) -> None:
        self._address = address
        self._timeout_s = timeout_s
        self._rooms: set[str] = set()
        self._messages: deque[tuple[str, bytes]] = deque()
        self._arrived = asyncio.Event()
        self._wire: Wire | None = None
        self._confirmed: dict[str, asyncio.Future[None]] = {}
        self._heard_s = 0.0
        self._closed = False

    async def subscribe(self, room: str) -> None:
        """Receive the room's messages from now on; while the store is away, from its return."""
        self._rooms.add(room)
        if self._wire is None or not self._wire.open:
            return
        confirmed = self._confirmed[room] = asyncio.get_running_loop().create_future()
        self._wire.push([("SSUBSCRIBE", keys.presence_channel(room))])
        await asyncio.wait([confirmed], timeout=self._timeout_s)
        self._confirmed.pop(room, None)

    async def unsubscribe(self, room: str) -> None:
        """Receive the room's messages no more."""
        self._rooms.discard(room)
        if self._wire is not None:
            self._wire.push([("SUNSUBSCRIBE", keys.presence_channel(room))])

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> tuple[str, bytes]:
        while not self._closed:
            self._arrived.clear()
            if self._messages:
                return self._messages.popleft()
            wire = await self._connected()
            try:
                async with asyncio.timeout(PING_S):
                    await self._arrived.wait()
            except TimeoutError:
                if asyncio.get_running_loop().time() - self._heard_s > 2 * PING_S:
                    wire.abort()
                wire.push([("PING",)])
        raise StopAsyncIteration

    def close(self) -> None:
        self._closed = True
        self._arrived.set()
        if self._wire is not None:
            self._wire.abort()

    async def _connected(self) -> Wire:
        delay_s = 0.05
        while self._wire is None or not self._wire.open:
            try:
                self._wire = await connect(self._address, self._timeout_s)
            except (StoreAway, StoreUnusable):
                await asyncio.sleep(delay_s)
                delay_s = min(2 * delay_s, 2.0)
                continue
            self._wire.receiver = self._receive
            self._heard_s = asyncio.get_running_loop().time()
            # One command per room: in a cluster a channel belongs to the node of its hash tag.
            channels = [keys.presence_channel(room) for room in self._rooms]
            self._wire.push([("SSUBSCRIBE", channel) for channel in channels])
        return self._wire

    def _receive(self, reply: Any) -> None:
        self._heard_s = asyncio.get_running_loop().time()
        match reply:
            case [b"smessage", channel, message]:
                if len(self._messages) < BACKLOG:
                    self._messages.append((keys.tagged(channel), message))
                    self._arrived.set()
            case None:  # the connection broke
                self._arrived.set()
            case [b"ssubscribe", channel, _]:
                confirmed = self._confirmed.pop(keys.tagged(channel), None)
                if confirmed is not None and not confirmed.done():
                    confirmed.set_result(None)


class Presence:
    """The part of `Store` that is about now."""

    _commands: Line
    _feed: PresenceFeed

    def presence(self) -> PresenceFeed:
        """The feed of this process; always the same one."""
        return self._feed

    async def publish(self, room: str, message: bytes) -> None:
        """Give the message to every feed that subscribed to the room, this process's own included."""
        await self._commands.call("SPUBLISH", keys.presence_channel(room), message)

    async def hold_room(self, room: str, process: str, ttl_s: int) -> set[str]:
        """Say that this process has the room open; return every process of which that is true."""
        alive = await self._commands.run(scripts.HOLD_ROOM, [keys.holders(room)], process, ttl_s * 1000)
        return {name.decode() for name in alive}

    async def release_room(self, room: str, process: str) -> None:
        """Say that this process no longer has the room open."""
        await self._commands.call("ZREM", keys.holders(room), process)
