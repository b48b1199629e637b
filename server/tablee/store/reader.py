"""The reader: one blocking XREAD over the logs and control streams of everything a process has open.

What becomes of the entries, and when a room is read from the start, is decided in `live`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tablee.store import keys
from tablee.store.line import Command, Line
from tablee.store.rooms import LogEntry, entry_number, read_fields

COUNT = 500
"""Entries of one log in one read: a process that was away must not receive everything at once."""


@dataclass(frozen=True, slots=True)
class ReadBatch:
    """What the reader delivered: (room, entry) and (workshop, id, message)."""

    entries: list[tuple[str, LogEntry]]
    control: list[tuple[str, str, bytes]]


class Reader:
    """The part of `Store` that waits for what was appended, by whatever process."""

    _reader: Line

    async def read(
        self, after: Mapping[str, int], control_after: Mapping[str, str], block_ms: int
    ) -> ReadBatch:
        """Wait for entries after these numbers and control messages after these ids (`"0"`: all).

        Returns empty after `block_ms`. One call at a time; one that is cancelled gives up its connection.
        """
        if not after and not control_after:
            await asyncio.sleep(block_ms / 1000)
            return ReadBatch([], [])
        names = [*map(keys.log, after), *map(keys.control, control_after)]
        ids = [*(f"{n}-0" for n in after.values()), *control_after.values()]
        command: Command = ("XREAD", "COUNT", COUNT, "BLOCK", max(1, block_ms), "STREAMS", *names, *ids)
        return _delivered((await self._reader.calls([command], wait_s=block_ms / 1000))[0])


def _delivered(found: Any) -> ReadBatch:
    entries: list[tuple[str, LogEntry]] = []
    control: list[tuple[str, str, bytes]] = []
    for key, items in found or ():
        name = keys.tagged(key)
        if key.endswith(keys.LOG_SUFFIX):
            entries.extend((name, read_fields(entry_number(entry_id), fields)) for entry_id, fields in items)
        else:
            control.extend((name, entry_id.decode(), fields[1]) for entry_id, fields in items)
    return ReadBatch(entries, control)
