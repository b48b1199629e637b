"""The reader: one blocking XREAD over the logs and control streams of everything a process has open.

What becomes of the entries, and when a room is read from the start, is decided in `live`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from tablee.store import keys
from tablee.store.line import Line
from tablee.store.rooms import entry_number
from tablee.store.wire import Wire, unwrap

COUNT = 500
"""Entries of one log in one read: a process that was away must not receive everything at once."""

REMEMBERED = 20_000
"""Names and ids whose encoding is kept; more than all rooms of a process have at once."""

K = TypeVar("K", str, int)


@dataclass(frozen=True, slots=True)
class ReadBatch:
    """What the reader delivered: (room, n, payload) and (workshop, id, message)."""

    entries: list[tuple[str, int, bytes]]
    control: list[tuple[str, str, bytes]]


class Reader:
    """The part of `Store` that waits for what was appended, by whatever process."""

    _reader: Line

    def __init__(self) -> None:
        self._reading: tuple[Wire | None, asyncio.Future[list[Any]]] | None = None
        self._wakes = 0
        self._logs = _Bulks[str](lambda room: keys.log(room).encode())
        self._controls = _Bulks[str](lambda workshop: keys.control(workshop).encode())
        self._numbers = _Bulks[int](lambda n: b"%d-0" % n)
        self._ids = _Bulks[str](str.encode)

    async def read(
        self, after: Mapping[str, int], control_after: Mapping[str, str], block_ms: int
    ) -> ReadBatch:
        """Wait for entries after these numbers and control messages after these ids (`"0"`: all).

        Returns empty after `block_ms`, or at once after `wake_reader`. One call at a time; may be
        cancelled.
        """
        wakes = self._wakes
        wire = await self._reader.wire() if after or control_after else None
        if wakes != self._wakes:
            return ReadBatch([], [])
        if wire is None:
            reply: asyncio.Future[list[Any]] = asyncio.get_running_loop().create_future()
        else:
            reply = wire.send_packed(self._xread(after, control_after, block_ms), 1, block_ms / 1000)
        self._reading = wire, reply
        try:
            async with asyncio.timeout(None if wire is not None else block_ms / 1000):
                return _delivered(unwrap((await reply)[0]))
        except TimeoutError:
            return ReadBatch([], [])
        except asyncio.CancelledError:
            if wire is not None:
                wire.abort()  # the answer would come to whoever reads next
            raise
        finally:
            self._reading = None

    def wake_reader(self) -> None:
        """Make a waiting `read` return at once, so that it can be called with other rooms."""
        self._wakes += 1
        if self._reading is None:
            return
        wire, reply = self._reading
        if not reply.done():
            reply.set_result([None])
            if wire is not None:
                wire.abort()

    def _xread(self, after: Mapping[str, int], control_after: Mapping[str, str], block_ms: int) -> bytes:
        # With a thousand rooms open, building this anew each time would cost four times as much.
        head = (b"XREAD", b"COUNT", b"%d" % COUNT, b"BLOCK", b"%d" % max(1, block_ms), b"STREAMS")
        words = len(head) + 2 * (len(after) + len(control_after))
        return b"".join(
            (
                b"*%d\r\n" % words,
                *map(_bulk, head),
                self._logs.join(after),
                self._controls.join(control_after),
                self._numbers.join(after.values()),
                self._ids.join(control_after.values()),
            )
        )


class _Bulks(dict[K, bytes], Generic[K]):
    """Words of commands as they go over the wire, encoded once."""

    def __init__(self, encode: Callable[[K], bytes]) -> None:
        super().__init__()
        self._encode: Callable[[K], bytes] = encode

    def __missing__(self, word: K) -> bytes:
        if len(self) >= REMEMBERED:
            self.clear()
        bulk = self[word] = _bulk(self._encode(word))
        return bulk

    def join(self, words: Any) -> bytes:
        return b"".join(map(self.__getitem__, words))


def _bulk(word: bytes) -> bytes:
    return b"$%d\r\n%b\r\n" % (len(word), word)


def _delivered(found: Any) -> ReadBatch:
    entries: list[tuple[str, int, bytes]] = []
    control: list[tuple[str, str, bytes]] = []
    for key, items in found or ():
        name = keys.tagged(key)
        if key.endswith(keys.LOG_SUFFIX):
            entries.extend((name, entry_number(entry_id), fields[3]) for entry_id, fields in items)
        else:
            control.extend((name, entry_id.decode(), fields[1]) for entry_id, fields in items)
    return ReadBatch(entries, control)
