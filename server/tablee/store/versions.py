"""States of a room that are kept besides its log: instants with a name, those of each step, and bases.

The log is trimmed one day; from a state that was kept, what follows it can be read again.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import msgspec

from tablee.store import keys, scripts
from tablee.store.client import Client
from tablee.store.frame import pack_snapshot
from tablee.store.line import Word
from tablee.store.rooms import LogEntry, RoomMeta, Rooms, read_entry_of

Kind = Literal["kept", "step", "restored", "base"]
MOST = 200
"""Versions of one room, all together."""
MOST_BYTES = 16 * 1024 * 1024
BASES = 6
LEVEL = 6
RETOLD_AT_ONCE = 500
RETOLD_S = 600
"""What was put beside a room and did not become it is gone by itself after this time."""


class Version(msgspec.Struct, frozen=True):
    """The room at entry `n`. `step`: the step that began then. `of`: what was about to be restored."""

    id: str
    kind: Kind
    n: int
    at: int
    lineage: str
    name: str = ""
    by: str = ""
    step: str = ""
    of: int = 0
    size: int = 0


@dataclass(frozen=True, slots=True)
class Retold:
    """What a room becomes: its state and instants, and how many entries lie beside it.

    `known`: every version that was there when it was read.
    """

    lineage: str
    client_id: int
    state: bytes
    entries: int
    versions: Sequence[Version]
    known: Collection[str]


def retold_batch(lineage: str, n: int) -> bytes:
    """The batch of entry n of a log that was told again: no process ever took it for its own."""
    return f"{lineage}-{n}".encode() if n else b""


def pack_state(state: bytes) -> bytes:
    return zlib.compress(state, LEVEL)


def unpack_state(packed: bytes) -> bytes:
    return zlib.decompress(packed)


class Versions(Rooms):
    """The part of `Store` that keeps them: what they are in one hash, the states in another."""

    _commands: Client

    async def room_meta(self, room: str) -> RoomMeta:
        found = await self._commands.call(
            "HMGET", keys.meta(room), "lineage", "seq", "snapseq", "epoch", "last", "erased"
        )
        lineage, seq, snapseq, epoch, last, erased = found
        seq, snapseq, epoch = (int(one or 0) for one in (seq, snapseq, epoch))
        return RoomMeta((lineage or b"").decode(), seq, snapseq, epoch, last or b"", bool(erased))

    async def first_entry(self, room: str) -> LogEntry | None:
        found = await self._commands.call("XRANGE", keys.log(room), "-", "+", "COUNT", 1)
        return read_entry_of(found[0]) if found else None

    async def versions(self, room: str, lineage: str) -> list[Version]:
        """Those of this lineage, the earliest first."""
        found = await self._commands.call("HGETALL", keys.versions(room))
        every = [msgspec.json.decode(data, type=Version) for data in found.values()]
        return sorted(
            (one for one in every if one.lineage == lineage), key=lambda one: (one.n, one.at, one.id)
        )

    async def has_version(self, room: str, version: str) -> bool:
        return bool(await self._commands.call("HEXISTS", keys.versions(room), version))

    async def version_state(self, room: str, version: str) -> bytes | None:
        """The document as one Yjs update."""
        found = await self._commands.call("HGET", keys.version_states(room), version)
        return None if found is None else await asyncio.to_thread(unpack_state, found)

    async def put_version(self, room: str, version: Version, state: bytes) -> bool:
        """Keep it, unless it is there already; False when there is no room left for it.

        The earliest of those that nobody asked for make way.
        """
        packed = await asyncio.to_thread(pack_state, state)
        version = msgspec.structs.replace(version, size=len(packed))
        there = await self.versions(room, version.lineage)
        going = making_way(there, version)
        if going is None:
            return False
        room_keys = [keys.meta(room), keys.versions(room), keys.version_states(room)]
        names = [one.id for one in going]
        header = msgspec.json.encode(version)
        await self._commands.run(scripts.PUT_VERSION, room_keys, version.id, header, packed, *names)
        return True

    async def drop_versions(self, room: str, versions: Iterable[str]) -> int:
        names = list(versions)
        if not names:
            return 0
        await self._commands.call("HDEL", keys.version_states(room), *names)
        return int(await self._commands.call("HDEL", keys.versions(room), *names))

    # -- a room that is told again ------------------------------------------------------------------------

    async def version_ids(self, room: str) -> frozenset[str]:
        """Of every lineage."""
        return frozenset(found.decode() for found in await self._commands.call("HKEYS", keys.versions(room)))

    async def add_retold(self, room: str, lineage: str, n: int, payloads: Sequence[bytes]) -> None:
        """Put entry n and those after it beside the room, until `replace_room` makes them its log."""
        for start in range(0, len(payloads), RETOLD_AT_ONCE):
            words: list[Word] = []
            for at, payload in enumerate(payloads[start : start + RETOLD_AT_ONCE], n + start):
                words += [at, retold_batch(lineage, at), payload, retold_batch(lineage, at - 1)]
            await self._commands.run(scripts.ADD_RETOLD, [keys.retold_log(room, lineage)], RETOLD_S, *words)

    async def add_retold_state(self, room: str, lineage: str, version: str, packed: bytes) -> None:
        """The same for the state of an instant, as `pack_state` gives it."""
        key = keys.retold_states(room, lineage)
        await self._commands.call("HSET", key, version, packed)
        await self._commands.call("EXPIRE", key, RETOLD_S)

    async def replace_room(self, room: str, meta: RoomMeta, retold: Retold) -> bool:
        """Make what was told again all there is of the room, under another lineage.

        False, and nothing is changed, when something was written or kept after `meta` and `retold.known`.
        """
        lineage = retold.lineage
        names = [keys.meta(room), keys.log(room), keys.snapshot(room), keys.previous_snapshot(room)]
        names += [keys.clients(room), keys.versions(room), keys.version_states(room)]
        names += [keys.retold_log(room, lineage), keys.retold_states(room, lineage)]
        headers: list[Word] = []
        for version in retold.versions:
            headers += [version.id, msgspec.json.encode(version)]
        return bool(
            await self._commands.run(
                scripts.REPLACE_ROOM,
                names,
                *(meta.lineage, meta.seq, meta.last),
                *(lineage, retold_batch(lineage, meta.seq)),
                pack_snapshot(lineage, meta.seq, retold.state),
                *(retold.client_id, retold.entries, len(retold.versions)),
                len(retold.known),
                *retold.known,
                *headers,
            )
        )

    async def drop_retold(self, room: str, lineage: str) -> None:
        """What was put beside the room and did not become it."""
        await self._commands.call("DEL", keys.retold_log(room, lineage), keys.retold_states(room, lineage))


def making_way(there: list[Version], new: Version) -> list[Version] | None:
    """What goes so that one more may come; None when it may not."""
    if any(one.id == new.id for one in there):
        return []
    bases = [one for one in there if one.kind == "base"]
    going = bases[: max(0, len(bases) + 1 - BASES)] if new.kind == "base" else []
    left = [one for one in there if one not in going]
    size = sum(one.size for one in left) + new.size
    automatic = [one for one in left if one.kind in ("base", "step")] + [
        one for one in left if one.kind == "restored"
    ]
    while len(left) >= MOST or size > MOST_BYTES:
        if not automatic:
            return None
        one = automatic.pop(0)
        left.remove(one)
        going.append(one)
        size -= one.size
    return going
