"""States of a room that are kept besides its log: instants with a name, those of each step, and bases.

The log is trimmed one day; from a state that was kept, what follows it can be read again.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from typing import Literal

import msgspec

from tablee.store import keys, scripts
from tablee.store.client import Client
from tablee.store.rooms import LogEntry, RoomMeta, Rooms, read_entry_of

Kind = Literal["kept", "step", "restored", "base"]
MOST = 200
"""Versions of one room, all together."""
MOST_BYTES = 16 * 1024 * 1024
BASES = 6
LEVEL = 6


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
        return None if found is None else zlib.decompress(found)

    async def put_version(self, room: str, version: Version, state: bytes) -> bool:
        """Keep it, unless it is there already; False when there is no room left for it.

        The earliest of those that nobody asked for make way.
        """
        packed = zlib.compress(state, LEVEL)
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

    async def drop_all_versions(self, room: str) -> None:
        """For what must be in no state of the past any more."""
        await self._commands.call("DEL", keys.versions(room), keys.version_states(room))


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
