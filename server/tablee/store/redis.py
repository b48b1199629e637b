"""The store, put together: opened and checked here, its parts in `rooms`, `reader`, `records` and `presence`.

The only way for bytes to outlive the process. Any Redis or Valkey ≥ 7 serves; `engine.py` starts one
for those who bring none.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from redis.exceptions import AuthenticationError, InvalidResponse, RedisError, ResponseError
from redis.exceptions import TimeoutError as NoAnswer

from tablee.errors import StoreAway, StoreUnusable
from tablee.store import keys, scripts
from tablee.store.address import Address, parse_address
from tablee.store.away import is_away, origin, said
from tablee.store.checks import Durability, Verdict, judge
from tablee.store.client import Client, redis_client
from tablee.store.drafts import PrivateDrafts
from tablee.store.feed import BACK, PresenceFeed
from tablee.store.files import Files
from tablee.store.hidden_notes import HiddenNotes
from tablee.store.kits import Kits
from tablee.store.line import Line
from tablee.store.photos import Photos
from tablee.store.presence import Held, Presence
from tablee.store.reader import ReadBatch, Reader
from tablee.store.records import Records
from tablee.store.rooms import Append, AppendRefused, LoadedRoom, LogEntry, RoomMeta, Rooms
from tablee.store.turns import Turns
from tablee.store.versions import Versions

__all__ = [
    "BACK",
    "Append",
    "AppendRefused",
    "Held",
    "LoadedRoom",
    "LogEntry",
    "ReadBatch",
    "RoomMeta",
    "Store",
    "open_store",
]

TIMEOUT_S = 2.0
"""A store that did not answer for so long is away."""

FSYNC_S = 5.0
"""What a disk may take to write, on top of the second that `appendfsync everysec` waits anyway."""


class Store(
    HiddenNotes, Kits, Versions, Rooms, Reader, Records, Presence, PrivateDrafts, Turns, Photos, Files
):
    """Everything that is kept, behind one flat interface. Made by `open_store`.

    Every method raises `StoreAway` when the store does not answer; the next call connects again.
    Nothing is repeated by itself, because a write whose answer was lost may have been done.
    """

    def __init__(self, address: Address, verdict: Verdict) -> None:
        super().__init__()
        self.server = verdict.server
        self.durability: Durability = verdict.durability
        self._confirmation = verdict.confirmation
        self._commands = Client(address, TIMEOUT_S)
        # connections of their own: these two are busy, XREAD and WAITAOF block theirs
        self._scripts = Line(
            address,
            TIMEOUT_S,
            (scripts.APPEND, scripts.ERASE_ROOM, scripts.RAISE_EPOCH, scripts.HOLD_ROOM, scripts.LIST_PHOTOS),
        )
        self._publisher = Line(address, TIMEOUT_S)
        self._reader = Line(address, TIMEOUT_S)
        self._confirmer = Line(address, TIMEOUT_S)
        self._feed = PresenceFeed(address, TIMEOUT_S)
        # group confirmation
        self._confirming = asyncio.Lock()
        self._asked = 0
        self._confirmed = 0

    @property
    def durable_at_once(self) -> bool:
        """Whether `durable` has nothing to wait for: the reply to an append says all there is to say."""
        return self._confirmation in ("reply", "none")

    async def durable(self) -> None:
        """Return once everything this process appended so far survives what `durability` names.

        Any number of calls share a confirmation. Raises `StoreAway` when it did not come in time.
        """
        if self.durable_at_once:
            return
        self._asked += 1
        ticket = self._asked
        async with self._confirming:
            if self._confirmed < ticket:
                covered = self._asked
                await self._confirm()
                self._confirmed = covered

    async def ping(self) -> None:
        """Raise `StoreAway` unless the store answers and can be written to."""
        await self._commands.call("SET", keys.marker(), "ping", "EX", 60)

    async def _confirm(self) -> None:
        # Both commands wait for what their own connection wrote last; the marker makes that everything.
        limit_ms = int(FSYNC_S * 1000)
        aof = self._confirmation == "waitaof"
        wait = ("WAITAOF", 1, 0, limit_ms) if aof else ("WAIT", 1, limit_ms)
        marker = ("SET", keys.marker(), "saved", "EX", 60)
        _, found = await self._confirmer.calls([marker, wait], wait_s=FSYNC_S)
        if (found[0] if aof else found) < 1:
            raise StoreAway(f"the store did not confirm a write within {FSYNC_S:g} s")

    async def _close(self) -> None:
        for line in (self._scripts, self._publisher, self._reader, self._confirmer):
            await line.close()
        await self._feed.close()
        await self._commands.close()


@asynccontextmanager
async def open_store(url: str) -> AsyncIterator[Store]:
    """Open the store at this address; raise `StoreUnusable` when it is not one to rely on."""
    address = parse_address(url)
    verdict = await _examine(address)
    if verdict.refusal is not None:
        raise StoreUnusable(f"The store at {address.shown} {verdict.refusal}.")
    store = Store(address, verdict)
    try:
        yield store
    finally:
        await store._close()
        await asyncio.sleep(0)  # lets the sockets close before the loop may


async def _examine(address: Address) -> Verdict:
    """Ask a store about itself. Raises `StoreUnusable` when it does not answer or lets nobody in."""
    redis: Any = redis_client(address, TIMEOUT_S)
    try:
        info = await redis.info()
        try:
            config = await redis.config_get("appendfsync")
        except ResponseError:  # managed services forbid CONFIG
            config = None
        return judge({name: str(value) for name, value in info.items()}, config)
    except RedisError as error:
        raise StoreUnusable(f"The store at {address.shown} {_refusal(address, origin(error))}.") from error
    finally:
        await redis.aclose()


def _refusal(address: Address, error: RedisError) -> str:
    if isinstance(error, AuthenticationError) or (isinstance(error, ResponseError) and not is_away(error)):
        return f"does not let Tablée in: {said(error)}"
    if isinstance(error, InvalidResponse):
        return "cannot be used: what answers does not speak the Redis protocol"
    if isinstance(error, NoAnswer):
        return f"cannot be used: {address.shown} did not answer within {TIMEOUT_S:g} s"
    if isinstance(reason := error.__context__, OSError):
        return f"cannot be used: {address.shown} does not answer: {reason.strerror or reason}"
    return f"cannot be used: {said(error)}"
