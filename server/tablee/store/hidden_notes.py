"""Notes that facilitation took out of a room's document, beside it: nobody else is ever sent them.

What is in one is decided in `live/moderation.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tablee.store import keys, scripts
from tablee.store.client import Client
from tablee.store.frame import unpack_snapshot
from tablee.store.rooms import LogEntry, Rooms, read_entry_of


@dataclass(frozen=True, slots=True)
class Base:
    """A state of a room that its log can be read again from. `data` is None at the very beginning."""

    n: int
    data: bytes | None


class HiddenNotes(Rooms):
    """The part of `Store` that keeps hidden notes, and looks back at what a room was."""

    _commands: Client

    async def put_hidden_note(self, room: str, note: str, data: bytes, most: int) -> bool:
        """Keep it; False when the room is gone, or has as many already."""
        hidden = [keys.meta(room), keys.hidden_notes(room)]
        return bool(await self._commands.run(scripts.PUT_HIDDEN_NOTE, hidden, note, data, most))

    async def drop_hidden_note(self, room: str, note: str) -> None:
        await self._commands.call("HDEL", keys.hidden_notes(room), note)

    async def hidden_note(self, room: str, note: str) -> bytes | None:
        found: bytes | None = await self._commands.call("HGET", keys.hidden_notes(room), note)
        return found

    async def hidden_notes(self, room: str) -> dict[str, bytes]:
        found = await self._commands.call("HGETALL", keys.hidden_notes(room))
        return {note.decode(): data for note, data in found.items()}

    async def hidden_note_ids(self, rooms: Sequence[str]) -> dict[str, frozenset[str]]:
        found = await self._commands.calls([("HKEYS", keys.hidden_notes(room)) for room in rooms])
        return {
            room: frozenset(one.decode() for one in some) for room, some in zip(rooms, found, strict=True)
        }

    async def last_entry(self, room: str) -> LogEntry | None:
        found = await self._commands.call("XREVRANGE", keys.log(room), "+", "-", "COUNT", 1)
        return read_entry_of(found[0]) if found else None

    async def bases(self, room: str, lineage: str) -> list[Base]:
        """The states it can be read again from, the latest first."""
        out = []
        for key in (keys.snapshot(room), keys.previous_snapshot(room)):
            found = unpack_snapshot(await self._commands.call("GET", key) or b"", lineage)
            if found is not None:
                out.append(Base(found.n, found.data))
        return [*out, Base(0, None)]
