"""The feed of presence messages: redis-py's pub/sub, opened again whenever its connection broke."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from typing import Any, Self

from redis.exceptions import RedisError

from tablee.store import keys
from tablee.store.address import Address
from tablee.store.client import redis_client

BACKLOG = 4096
"""Messages that wait for a slow taker; what comes on top is lost, as presence may be."""

BACK = ""
"""In the place of a room: the feed has just connected, and may have missed anything before."""

BROKEN = (RedisError, OSError, EOFError, RuntimeError)
"""What a connection that breaks raises: redis-py's errors, asyncio's, and uvloop's RuntimeError."""

PING_S = 5.0
"""A feed that heard nothing for so long asks; twice that, and the connection is given up."""


class PresenceFeed:
    """An endless iterator of (room, message) over the rooms subscribed to, and (`BACK`, b"").

    It opens its connection when it is first iterated and again, with back-off, whenever it broke.
    """

    def __init__(self, address: Address, timeout_s: float) -> None:
        self._redis = redis_client(address, timeout_s)
        self._timeout_s = timeout_s
        self._rooms: set[str] = set()
        self._messages: deque[tuple[str, bytes]] = deque()
        self._arrived = asyncio.Event()
        self._confirmed: dict[str, asyncio.Event] = {}
        self._pubsub: Any = None  # half of redis-py's methods have no annotations
        self._listening: asyncio.Task[None] | None = None
        self._closed = False

    async def subscribe(self, room: str) -> None:
        """Receive the room's messages from now on; while the store is away, from its return."""
        self._rooms.add(room)
        if self._pubsub is None:
            return
        confirmed = self._confirmed[room] = asyncio.Event()
        with suppress(*BROKEN):
            await self._pubsub.ssubscribe(keys.presence_channel(room))
            async with asyncio.timeout(self._timeout_s):
                await confirmed.wait()
        self._confirmed.pop(room, None)

    async def unsubscribe(self, room: str) -> None:
        """Receive the room's messages no more."""
        self._rooms.discard(room)
        if self._pubsub is not None:
            with suppress(*BROKEN):
                await self._pubsub.sunsubscribe(keys.presence_channel(room))

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> tuple[str, bytes]:
        if self._listening is None and not self._closed:
            self._listening = asyncio.create_task(self._listen())
            self._listening.add_done_callback(lambda _: self._arrived.set())
        while not self._closed:
            if self._listening is not None and self._listening.done():
                self._listening.result()
            if self._messages:
                return self._messages.popleft()
            self._arrived.clear()
            await self._arrived.wait()
        raise StopAsyncIteration

    async def close(self) -> None:
        self._closed = True
        self._arrived.set()
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.wait([self._listening])
        with suppress(*BROKEN):
            await self._redis.aclose()

    async def _listen(self) -> None:
        delay_s = 0.05
        while True:
            pubsub: Any = self._redis.pubsub()
            try:
                await pubsub.connect()
                delay_s = 0.05
                self._pubsub = pubsub
                await self._receive(pubsub)
            except BROKEN:
                pass  # below, and again
            finally:
                self._pubsub = None
                with suppress(*BROKEN):
                    await pubsub.aclose()
            await asyncio.sleep(delay_s)
            delay_s = min(2 * delay_s, 2.0)

    async def _receive(self, pubsub: Any) -> None:
        """Take messages until the connection breaks, or nothing is heard on it any more."""
        if self._rooms:
            await pubsub.ssubscribe(*map(keys.presence_channel, self._rooms))
            self._messages.append((BACK, b""))
            self._arrived.set()
        silent = 0
        while silent < 2:
            message = await pubsub.get_message(timeout=PING_S)
            if message is None:
                silent += 1
                await pubsub.ping()
                continue
            silent = 0
            if message["type"] == "smessage" and len(self._messages) < BACKLOG:
                self._messages.append((keys.tagged(message["channel"]), message["data"]))
                self._arrived.set()
            elif message["type"] == "ssubscribe":
                confirmed = self._confirmed.get(keys.tagged(message["channel"]))
                if confirmed is not None:
                    confirmed.set()
