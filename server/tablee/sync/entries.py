"""One entry of a room's log: what a process appended in one turn.

Entry: MessagePack of `[process, at_ms, [[session, update], …], [person, …]]`. `process` and `session` are
only meaningful to the process that wrote it (who must not get their own update back); `at_ms` is for replay.
`people` says in whose name each update was taken, "" for nobody's: what one person did can be taken back by
it, deletions too, of which an update alone does not say whose they are.
"""

from __future__ import annotations

import msgspec

from tablee.errors import RoomDamaged


class Entry(msgspec.Struct, array_like=True, frozen=True):
    process: bytes
    at_ms: int
    updates: list[tuple[int, bytes]]
    people: list[str] = []
    """As many as `updates`; none in entries of a time when it was not said."""


_decoder = msgspec.msgpack.Decoder(Entry)
_encoder = msgspec.msgpack.Encoder()


def write_entry(entry: Entry) -> bytes:
    return _encoder.encode(entry)


def read_entry(payload: bytes) -> Entry:
    try:
        return _decoder.decode(payload)
    except msgspec.DecodeError as error:
        raise RoomDamaged("an entry of the log cannot be read") from error
