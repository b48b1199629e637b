"""What the hub does now and then: say which rooms are held, snapshots, closing what nobody uses."""

from __future__ import annotations

import asyncio
import ctypes
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import structlog

from tablee.errors import GONE, RESTART, BadFrame, StoreAway
from tablee.live import observe
from tablee.live.open_room import OpenRoom
from tablee.store.redis import Held
from tablee.store.versions import Version
from tablee.sync.document import Document
from tablee.sync.encoding import read_vector
from tablee.sync.gate import deleted_in

if TYPE_CHECKING:
    from tablee.live.hub import Hub

log = structlog.get_logger()

COMPACT_ENTRIES = 200
COMPACT_BYTES = 256 * 1024
BASE_EVERY = 5_000
"""Entries between two states that are kept of the past of a room."""
IDLE_S = 60.0
HOLDS_AT_ONCE = 100
HOLD_S = 6
"""A process that does not say every 2 s that it holds a room is taken for dead after this."""


class Housekeeping:
    """The chores of one hub."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub

    async def run(self) -> None:
        beat = shut = 0
        while True:
            await asyncio.sleep(0.5)
            beat += 1
            now = time.monotonic()
            for room in list(self.hub.rooms.values()):
                room.check(now)
                if room.closed:
                    continue
                if room.entries_since_snapshot >= COMPACT_ENTRIES or (
                    room.entries_since_snapshot and room.room.since_base > COMPACT_BYTES
                ):
                    await self.compact(room)
                if not room.seats and now - room.idle_since > IDLE_S and not room.room.is_underway:
                    if room.entries_since_snapshot:
                        await self.compact(room)
                    room.shut(RESTART, "idle")
                    shut += 1
            if beat % 4 == 0:
                await self.refresh_holds()
            if beat % 120 == 1 and self.hub.every_minute is not None:
                self.hub.errand(self.hub.every_minute())
            if shut and beat % 20 == 0:
                shut = 0
                give_memory_back()

    async def refresh_holds(self) -> None:
        """Say which rooms are held here, see who else holds them and where their logs end."""
        rooms = list(self.hub.rooms.values())
        for at in range(0, len(rooms), HOLDS_AT_ONCE):
            some = [room for room in rooms[at : at + HOLDS_AT_ONCE] if not room.closed]
            known = [(room.room.n, room.last) for room in some]
            try:
                found = await self.hub.store.hold_rooms(
                    [room.id for room in some], self.hub.process.hex(), HOLD_S
                )
            except StoreAway:
                return
            for room, before, held in zip(some, known, found, strict=True):
                if not room.closed:
                    self._compare(room, before, held)

    def _compare(self, room: OpenRoom, known: tuple[int, bytes], held: Held) -> None:
        if room.damaged:
            return
        if not held.lineage:
            room.shut(GONE, "the room is no longer the one you joined")
        elif held.lineage != room.lineage:
            room.replaced()
        elif not self.hub.follows(known, (held.seq, held.last)):
            self.hub.reload(room, "the log went back in time")
        else:
            others = {bytes.fromhex(name) for name in held.by} - {self.hub.process}
            if room.room.presence.forget_elsewhere(others):
                room.presence_changed()
            room.shared = bool(others)

    async def compact(self, room: OpenRoom) -> None:
        """Snapshot at exactly entry n, verified in a fresh document before it replaces the older one."""
        snapshot = room.room.snapshot()
        if snapshot is None or room.damaged:
            return
        n, last, document = room.room.n, room.last, room.room.document
        try:
            again = Document(snapshot)
            if read_vector(again.vector()) != read_vector(document.vector()):
                raise ValueError("state vectors differ")
            if deleted_in(again.deletions()) != deleted_in(document.deletions()):
                raise ValueError("deletions differ")
            if again.content() != document.content():
                raise ValueError("contents differ")
        except (BadFrame, ValueError) as error:
            log.error("room.snapshot_refused", why=str(error))
            room.entries_since_snapshot = 0
            return
        try:
            if await self.hub.store.swap_snapshot(room.id, room.lineage, n, snapshot, batch=last):
                observe.snapshots.inc()
            await self._keep_base(room, n, snapshot)
        except StoreAway:
            return
        room.entries_since_snapshot = room.room.n - n
        room.room.rebase(snapshot, n)

    async def _keep_base(self, room: OpenRoom, n: int, snapshot: bytes) -> None:
        """Now and then a state that the past can be read again from, once the log is trimmed behind it."""
        if n // BASE_EVERY > (n - room.entries_since_snapshot) // BASE_EVERY:
            version = Version(f"b{n}", "base", n, self.hub.now(), room.lineage)
            await self.hub.store.put_version(room.id, version, snapshot)


def give_memory_back() -> None:
    """Ask the C library for what closed rooms used: glibc keeps it, in pieces, for what may come."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
