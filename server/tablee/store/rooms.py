"""Rooms in the store: their log, snapshots and clients. The log is the truth, dense from 1.

What entries mean, and when to take a snapshot, is decided in `live` and `sync`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from tablee.store import keys, scripts
from tablee.store.client import Client
from tablee.store.frame import Snapshot, pack_snapshot, unpack_snapshot
from tablee.store.line import Line

MIN_KEEP = 500
"""Entries of a log that trimming always leaves, so that a process that lags can catch up from it."""


class LogEntry(NamedTuple):
    """Entry `n` of a log. `batch` names it; `before` is the batch of entry n - 1 (b"" for the first)."""

    n: int
    payload: bytes
    batch: bytes
    before: bytes


class AppendRefused(StrEnum):
    """Why an entry was not added. Nobody has seen it."""

    LINEAGE = "lineage"
    ERASED = "erased"
    FROZEN = "frozen"
    EPOCH = "epoch"
    """Rights changed since the entry was judged."""
    OWNER = "owner"
    """A client id in it belongs to somebody else."""
    BEHIND = "behind"
    """The log does not hold what the caller had from it: it went back in time."""


@dataclass(frozen=True, slots=True)
class Append:
    """One entry to add.

    `retry` asks whether an earlier try with this `batch_id` went through. `after` and `after_batch` are
    the last entry the caller has (0: it has none). `clients` are bound to their person with the entry.
    """

    room: str
    lineage: str
    epoch: int
    batch_id: bytes
    payload: bytes
    retry: bool = False
    after: int = 0
    after_batch: bytes = b""
    clients: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class RoomMeta:
    """`lineage` is empty when there is no such room, or it was erased. `last` is the batch of entry `seq`."""

    lineage: str
    seq: int
    snapseq: int
    epoch: int
    last: bytes
    erased: bool


@dataclass(frozen=True, slots=True)
class LoadedRoom:
    """A snapshot (or none) and the entries after it, without gap.

    `whole`: they lead to the last entry; else they are what can still be read.
    """

    meta: RoomMeta
    snapshot: bytes | None
    snapshot_n: int
    entries: list[LogEntry]
    whole: bool = True


class Rooms:
    """The part of `Store` that keeps rooms."""

    _commands: Client
    _scripts: Line

    async def open_room(self, room: str, lineage: str) -> RoomMeta:
        """Create the room with this lineage unless it is there, or was erased; return what is there."""
        return _meta(await self._commands.run(scripts.OPEN_ROOM, [keys.meta(room)], lineage))

    async def was_erased(self, room: str) -> bool:
        """Whether the room existed and was erased."""
        return await self._commands.call("HGET", keys.meta(room), "erased") is not None

    async def load_room(self, room: str) -> LoadedRoom:
        """Read a room as of one moment.

        A snapshot that does not check out is passed over for the one before, and that one for the
        whole log. When none of them leads to the last entry, what can be read is not `whole`.
        """
        found = await self._commands.run(
            scripts.LOAD_ROOM, [keys.meta(room), keys.log(room), keys.snapshot(room)]
        )
        meta = _meta(found[0])
        if not meta.lineage:
            return LoadedRoom(meta, None, 0, [])
        if meta.snapseq == 0:
            return _loaded(meta, None, _entries(found[2]))
        snapshot = unpack_snapshot(found[1] or b"", meta.lineage)
        if snapshot is not None and snapshot.n == meta.snapseq:
            return _loaded(meta, snapshot, _entries(found[2]))
        blob = await self._commands.call("GET", keys.previous_snapshot(room))
        earlier = unpack_snapshot(blob or b"", meta.lineage)
        start = earlier.n if earlier is not None else 0
        return _loaded(meta, earlier, await self.entries(room, start, meta.seq))

    async def append(self, batch: Sequence[Append]) -> list[int | AppendRefused]:
        """Add the entries, all rooms in one round trip; each gets its number or a refusal.

        After `StoreAway` any of them may have been added: try again with the same `batch_id` and
        `retry`, which finds it among the last 1 000 entries.
        """
        replies = await self._scripts.run_all(
            [
                (
                    scripts.APPEND,
                    (keys.meta(it.room), keys.log(it.room), keys.clients(it.room)),
                    (
                        *(it.lineage, it.epoch, it.batch_id, it.payload, int(it.retry)),
                        *(it.after, it.after_batch),
                        *(word for binding in it.clients for word in binding),
                    ),
                )
                for it in batch
            ]
        )
        return [reply if isinstance(reply, int) else AppendRefused(reply.decode()) for reply in replies]

    async def entries(self, room: str, after: int, upto: int) -> list[LogEntry]:
        """The entries after < n ≤ upto that the log still has."""
        if upto <= after:
            return []
        found = await self._commands.call("XRANGE", keys.log(room), f"{after + 1}-0", f"{upto}-0")
        return [read_entry_of(one) for one in found]

    async def swap_snapshot(
        self, room: str, lineage: str, n: int, data: bytes, keep: int = 20_000, batch: bytes = b""
    ) -> bool:
        """Make `data`, the room at entry n, its snapshot, unless a newer one is there.

        `batch` is entry n as the caller knows it: when the log holds another one there, nothing is done.

        The one before stays as `snap:prev`. The log keeps at least `keep` entries, never fewer than
        500, and everything after `snap:prev`.
        """
        blob = pack_snapshot(lineage, n, data)
        room_keys = [keys.meta(room), keys.snapshot(room), keys.previous_snapshot(room), keys.log(room)]
        swapped = await self._commands.run(
            scripts.SWAP_SNAPSHOT, room_keys, lineage, n, blob, max(MIN_KEEP, keep), batch
        )
        return bool(swapped)

    async def raise_epoch(self, room: str) -> int:
        """Make every update that was judged until now be judged again; return the new epoch."""
        return int(await self._commands.run(scripts.RAISE_EPOCH, [keys.meta(room)]))

    async def raise_epochs(self, rooms: Sequence[str]) -> None:
        """The same for several rooms in one round trip."""
        await self._scripts.run_all([(scripts.RAISE_EPOCH, (keys.meta(room),), ()) for room in rooms])

    async def freeze_room(self, room: str, frozen: bool) -> None:
        """Refuse every append to the room, or accept them again."""
        await self._commands.run(scripts.FREEZE_ROOM, [keys.meta(room)], int(frozen))

    async def bind_client(self, room: str, client_id: int, person: str) -> str:
        """Bind a client id to a person for ever; return whom it is bound to ("" in no living room)."""
        room_keys = [keys.meta(room), keys.clients(room)]
        bound = await self._commands.run(scripts.BIND_CLIENT, room_keys, client_id, person)
        return str(bound.decode())

    async def clients(self, room: str) -> dict[int, str]:
        """Every client id of the room and the person it belongs to."""
        found = await self._commands.call("HGETALL", keys.clients(room))
        return {int(client_id): person.decode() for client_id, person in found.items()}

    async def whole_log(self, room: str) -> list[LogEntry]:
        """Every entry that the log still has."""
        return [read_entry_of(one) for one in await self._commands.call("XRANGE", keys.log(room), "-", "+")]

    async def erase_room(self, room: str) -> None:
        """Delete everything of the room but a mark that it was there: it cannot be opened again."""
        await erase_rooms(self._scripts, [room])


async def erase_rooms(scripts_line: Line, rooms: Sequence[str]) -> tuple[int, int, int]:
    """Erase rooms; return how many entries, snapshots and people with drafts they had."""
    counts = await scripts_line.run_all([(scripts.ERASE_ROOM, _room_keys(room), ()) for room in rooms])
    return sum(count[0] for count in counts), sum(count[1] for count in counts), sum(c[2] for c in counts)


def _room_keys(room: str) -> list[str]:
    return [
        keys.meta(room),
        keys.log(room),
        keys.snapshot(room),
        keys.previous_snapshot(room),
        keys.private(room),
        keys.tallies(room),
        keys.revealed(room),
        keys.revealing(room),
        keys.turn(room),
        keys.hidden_notes(room),
        keys.versions(room),
        keys.version_states(room),
        keys.photos(room),
        keys.clients(room),
        keys.holders(room),
    ]


def _meta(found: list[bytes | None]) -> RoomMeta:
    lineage, *numbers, last, erased = found
    seq, snapseq, epoch = (int(number or 0) for number in numbers)
    return RoomMeta((lineage or b"").decode(), seq, snapseq, epoch, last or b"", bool(erased))


def _entries(found: list[tuple[bytes, list[bytes]]]) -> list[LogEntry]:
    return [read_fields(entry_number(entry_id), fields) for entry_id, fields in found]


def read_fields(n: int, fields: list[bytes]) -> LogEntry:
    """An entry from its flat fields `b <batch> u <payload> p <batch before>`."""
    return LogEntry(n, fields[3], fields[1], fields[5] if len(fields) > 5 else b"")


def read_entry_of(found: tuple[bytes, dict[bytes, bytes]]) -> LogEntry:
    """An entry as the commands for streams give it."""
    entry_id, fields = found
    return LogEntry(entry_number(entry_id), fields[b"u"], fields[b"b"], fields.get(b"p", b""))


def entry_number(entry_id: bytes) -> int:
    """The n of an id `n-0`."""
    return int(entry_id[:-2])


def _loaded(meta: RoomMeta, snapshot: Snapshot | None, entries: list[LogEntry]) -> LoadedRoom:
    start = snapshot.n if snapshot is not None else 0
    data = snapshot.data if snapshot is not None else None
    numbers = range(start + 1, meta.seq + 1)
    if [entry.n for entry in entries] == list(numbers):
        return LoadedRoom(meta, data, start, entries)
    readable = [entry for entry, n in zip(entries, numbers, strict=False) if entry.n == n]
    return LoadedRoom(meta, data, start, readable[: _length_without_gap(readable, start)], whole=False)


def _length_without_gap(entries: list[LogEntry], start: int) -> int:
    return next((i for i, entry in enumerate(entries) if entry.n != start + 1 + i), len(entries))
