"""The store, put together: opened and checked here, its parts in `rooms`, `reader`, `records` and `presence`.

The only way for bytes to outlive the process. Any Redis or Valkey ≥ 7 serves; `engine.py` starts one
for those who bring none.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import hiredis

from tablee.errors import StoreAway, StoreUnusable
from tablee.store import keys, scripts
from tablee.store.address import Address, parse_address
from tablee.store.checks import Durability, Verdict, judge, parse_info
from tablee.store.line import Line
from tablee.store.presence import Presence, PresenceFeed
from tablee.store.reader import ReadBatch, Reader
from tablee.store.records import Records
from tablee.store.rooms import Append, AppendRefused, LoadedRoom, RoomMeta, Rooms
from tablee.store.wire import connect, unwrap

__all__ = [
    "Append",
    "AppendRefused",
    "LoadedRoom",
    "PresenceFeed",
    "ReadBatch",
    "RoomMeta",
    "Store",
    "examine",
    "open_store",
]

TIMEOUT_S = 2.0
"""A store that did not answer for so long is away."""

FSYNC_S = 5.0
"""What a disk may take to write, on top of the second that `appendfsync everysec` waits anyway."""


class Store(Rooms, Reader, Records, Presence):
    """Everything that is kept, behind one flat interface. Made by `open_store`.

    Every method raises `StoreAway` when the store does not answer; the next call connects again.
    Nothing is repeated by itself, because a write whose answer was lost may have been done.
    """

    def __init__(self, address: Address, verdict: Verdict) -> None:
        super().__init__()
        self.server = verdict.server
        self.durability: Durability = verdict.durability
        self._confirmation = verdict.confirmation
        # connections: XREAD and WAITAOF block theirs
        self._commands = Line(address, TIMEOUT_S, scripts.ALL)
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
        wire = await self._confirmer.wire()
        replies = await wire.send([("SET", keys.marker(), "saved", "EX", 60), wait], wait_s=FSYNC_S)
        _, found = [unwrap(reply) for reply in replies]
        if (found[0] if aof else found) < 1:
            raise StoreAway(f"the store did not confirm a write within {FSYNC_S:g} s")

    def _close(self) -> None:
        for line in (self._commands, self._reader, self._confirmer):
            line.close()
        self._feed.close()


@asynccontextmanager
async def open_store(url: str) -> AsyncIterator[Store]:
    """Open the store at this address; raise `StoreUnusable` when it is not one to rely on."""
    address = parse_address(url)
    verdict = await examine(address)
    if verdict.refusal is not None:
        raise StoreUnusable(f"The store at {address.shown} {verdict.refusal}.")
    store = Store(address, verdict)
    try:
        yield store
    finally:
        store._close()
        await asyncio.sleep(0)  # lets the sockets close before the loop may


async def examine(address: Address) -> Verdict:
    """Ask a store about itself. Raises `StoreUnusable` when it does not answer or lets nobody in."""
    try:
        wire = await connect(address, TIMEOUT_S)
        try:
            info, config = await wire.send([("INFO",), ("CONFIG", "GET", "appendfsync")])
            return judge(parse_info(unwrap(info).decode()), _pairs(config))
        finally:
            wire.abort()
    except StoreAway as error:
        raise StoreUnusable(f"The store at {address.shown} cannot be used: {error}.") from error
    except hiredis.ReplyError as error:
        raise StoreUnusable(f"The store at {address.shown} does not let Tablée in: {error}.") from error


def _pairs(config: Any) -> dict[str, str] | None:
    if isinstance(config, hiredis.ReplyError):  # managed services forbid CONFIG
        return None
    return {name.decode(): value.decode() for name, value in zip(config[::2], config[1::2], strict=True)}
