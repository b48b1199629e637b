"""The harvest: what the sheets have for the canvases of a room, told to who looks at it.

Whole at first, then what changed. The rooms it comes from are kept open while somebody looks.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tablee.errors import NotFound, Unavailable
from tablee.live.connection import NO_UPDATES_BYTES
from tablee.live.hub import Hub
from tablee.live.open_room import OpenRoom, Seat
from tablee.live.statuses import both
from tablee.live.workshops import Workshops
from tablee.model.alike import Alike
from tablee.model.carry import (
    Note,
    canvases_in,
    group_of,
    hash_of,
    routes_of,
    source_rooms,
    stakeholder_of,
)
from tablee.model.pack import points_of
from tablee.model.workshop import Workshop, may_harvest, read_room
from tablee.store.redis import LogEntry
from tablee.sync.document import Document
from tablee.sync.encoding import event_message

SPACING_S = 0.15
KEEP_S = 10.0
"""How often rooms are looked at that nobody may be in, so that they stay open."""
AGAIN_S = 1.0
ROWS_AT_ONCE = 400
"""Rows of one event: a whole harvest comes in several."""
ASIDE = 4_000
"""From so many pairs of texts on, they are compared beside the loop."""
OPENED_AT_ONCE = 8
ROOMS_A_LOOK = 4
"""So many rooms that changed are read without waiting longer for the next look."""

Row = dict[str, Any]


@dataclass(slots=True)
class Watch:
    """A room whose harvest somebody looks at, in this process."""

    room: OpenRoom
    workshop: Workshop
    sessions: set[int] = field(default_factory=set)
    told: dict[int, frozenset[str]] = field(default_factory=dict)
    """Session → the rooms whose rows it was told of."""
    behind: set[int] = field(default_factory=set)
    """Those who did not read fast enough: all is told to them anew."""
    sources: dict[str, OpenRoom] = field(default_factory=dict)
    rows: dict[str, dict[str, Row]] = field(default_factory=dict)
    """Room → key → row."""
    hashes: dict[str, dict[str, tuple[Note, str]]] = field(default_factory=dict)
    """Room → note id → the note as it was read last, and its hash."""
    dirty: set[str] = field(default_factory=set)
    spacing: float = SPACING_S
    """Longer where many rooms change at once: reading them takes its time."""
    alike: Alike = field(default_factory=Alike)
    groups: list[list[str]] = field(default_factory=list)
    due: bool = False
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    """What is told later was read later."""


class Harvest:
    def __init__(self, workshops: Workshops) -> None:
        self.workshops = workshops
        self.hub: Hub = workshops.hub
        self._watches: dict[str, Watch] = {}
        self._asked: set[int] = set()
        """Sessions that are about to be told all."""

    def serve(self) -> None:
        self.hub.on_loaded.append(self.loaded)
        self.hub.on_delivered = both(self.hub.on_delivered, self.delivered)

    # -- who looks --------------------------------------------------------------------------------------

    def take(self, room: OpenRoom, seat: Seat, event: Mapping[str, Any]) -> None:
        """`harvest`: somebody wants to see it, or (`stop`) no longer."""
        session = seat.member.session
        if event.get("stop") is True:
            watch = self._watches.get(room.id)
            if watch is not None:
                watch.sessions.discard(session)
                watch.told.pop(session, None)
            return
        name = read_room(room.id)
        if name is None or name.kind == "exploration":
            room.send_event(session, {"type": "no", "id": event.get("id"), "key": "harvest.room"})
            return
        if session not in self._asked:
            self._asked.add(session)
            self.hub.errand(self._begin(room, session, name.workshop))

    async def _begin(self, room: OpenRoom, session: int, workshop_id: str) -> None:
        try:
            while session in room.seats:
                try:
                    await self._show(room, session, workshop_id)
                    return
                except Unavailable:
                    await asyncio.sleep(AGAIN_S)
        finally:
            self._asked.discard(session)

    async def _show(self, room: OpenRoom, session: int, workshop_id: str) -> None:
        workshop = await self.workshops.by_id(workshop_id)
        if workshop is None:
            return
        await self.changed(workshop)  # who has just come in is known
        watch = self._watches.get(room.id)
        if watch is None or watch.room is not room:
            watch = self._watches[room.id] = Watch(room, workshop)
            self.hub.loop.call_later(KEEP_S, self._keep, watch)
        async with watch.lock:
            changed = await self._read(watch)
            self._tell(watch, changed)
            self._tell_whole(watch, session)
            watch.sessions.add(session)
            await self._compare(watch, changed)
        if watch.dirty:
            self._soon(watch)

    def _keep(self, watch: Watch) -> None:
        """Now and then: forget who left, and do not let the rooms close as if nobody looked."""
        watch.sessions &= watch.room.seats.keys()
        if watch.room.closed or not watch.sessions:
            if self._watches.get(watch.room.id) is watch:
                del self._watches[watch.room.id]
            return
        for room_id, source in watch.sources.items():
            source.idle_since = time.monotonic()
            if source.closed:
                watch.dirty.add(room_id)
        if watch.dirty or watch.behind:
            self._soon(watch)
        self.hub.loop.call_later(KEEP_S, self._keep, watch)

    # -- what changes -------------------------------------------------------------------------------------

    async def loaded(self, room: OpenRoom) -> None:
        """A room that was closed is there again."""
        self._moved(room.id)

    def delivered(self, room: OpenRoom, entry: LogEntry) -> None:
        self._moved(room.id)

    def _moved(self, room_id: str) -> None:
        for watch in self._watches.values():
            if room_id in watch.sources:
                watch.dirty.add(room_id)
                self._soon(watch)

    async def changed(self, workshop: Workshop) -> None:
        """Groups, votes that were counted, canvases that were brought together."""
        for watch in self._watches.values():
            before = watch.workshop
            if before.id == workshop.id and before.revision < workshop.revision:
                watch.workshop = workshop
                if _shape(before) != _shape(workshop):
                    watch.dirty |= watch.sources.keys() | {watch.room.id}
                    self._soon(watch)
                elif any(self._shown(watch, one) != rooms for one, rooms in watch.told.items()):
                    self._soon(watch)

    def _soon(self, watch: Watch, after: float | None = None) -> None:
        if not watch.due:
            watch.due = True
            wait = watch.spacing if after is None else after
            self.hub.loop.call_later(wait, lambda: self.hub.errand(self._flush(watch)))

    async def _flush(self, watch: Watch) -> None:
        watch.due = False
        watch.sessions &= watch.room.seats.keys()
        if watch.room.closed or not watch.sessions:
            return
        async with watch.lock:
            try:
                changed = await self._read(watch)
                self._tell(watch, changed)
                await self._compare(watch, changed)
            finally:
                if watch.dirty:
                    self._soon(watch, AGAIN_S)

    # -- rows -----------------------------------------------------------------------------------------------

    async def _read(self, watch: Watch) -> dict[str, Row | None]:
        """Read again what changed, and which rows are others now."""
        wanted = (
            source_rooms(watch.workshop, self.workshops.catalogue_of(watch.workshop), watch.room.id)
            if canvases_in(watch.workshop, watch.room.id)
            else ()
        )
        gone = [room for room in watch.rows if room not in wanted]
        changed: dict[str, Row | None] = {}
        for room in gone:
            changed |= dict.fromkeys(watch.rows.pop(room))
            watch.sources.pop(room, None)
            watch.hashes.pop(room, None)
        dirty, watch.dirty = watch.dirty, set()
        some = [room for room in wanted if room in dirty or room not in watch.rows]
        watch.spacing = SPACING_S * max(1, len(some) / ROOMS_A_LOOK)
        for at in range(0, len(some), OPENED_AT_ONCE):
            rooms = some[at : at + OPENED_AT_ONCE]
            try:
                read = await asyncio.gather(*(self._rows_of(watch, room) for room in rooms))
            except BaseException:
                watch.dirty |= dirty
                raise
            for room, rows in zip(rooms, read, strict=True):
                if rows is None:
                    watch.dirty.add(room)  # the store is away: with the next look
                    continue
                before = watch.rows.get(room, {})
                changed |= {key: row for key, row in rows.items() if before.get(key) != row}
                changed |= {key: None for key in before if key not in rows}
                watch.rows[room] = rows
        return changed

    async def _rows_of(self, watch: Watch, room_id: str) -> dict[str, Row] | None:
        try:
            room = await self.hub.open(room_id)
            watch.sources[room_id] = room
            document = await room.settled()
        except NotFound:
            return {}
        except Unavailable:
            return None
        hashes = watch.hashes.setdefault(room_id, {})
        catalogue = self.workshops.catalogue_of(watch.workshop)
        return rows_of(catalogue, watch.workshop, watch.room.id, room_id, document, hashes)

    async def _compare(self, watch: Watch, changed: Mapping[str, Row | None]) -> None:
        """Say anew which rows are alike, when that is not what was said."""
        before = watch.groups
        texts = {key: None if row is None else (row["text"], row["to"]) for key, row in changed.items()}
        if len(texts) * sum(map(len, watch.rows.values())) > ASIDE:
            await asyncio.to_thread(watch.alike.take, texts)
        else:
            watch.alike.take(texts)
        watch.groups = watch.alike.groups()
        if watch.groups == before:
            return
        for rooms, sessions in self._by_view(watch).items():
            alike = _alike_among(watch.groups, rooms)
            if alike != _alike_among(before, rooms):
                event = {"type": "harvest", "whole": False, "rows": {}, "alike": alike}
                self._send(watch, sessions, event)

    # -- telling --------------------------------------------------------------------------------------------

    def _shown(self, watch: Watch, session: int) -> frozenset[str]:
        """The rooms whose rows this session may see now."""
        seat = watch.room.seats.get(session)
        person = None if seat is None else watch.workshop.person(seat.member.person)
        if person is None:
            return frozenset()
        target = watch.room.id
        return frozenset(room for room in watch.rows if may_harvest(watch.workshop, person, target, room))

    def _by_view(self, watch: Watch) -> dict[frozenset[str], list[int]]:
        """Sessions that were told of the same rooms, together."""
        out: dict[frozenset[str], list[int]] = {}
        for session in watch.sessions:
            out.setdefault(watch.told.get(session, frozenset()), []).append(session)
        return out

    def _tell(self, watch: Watch, changed: Mapping[str, Row | None]) -> None:
        watch.told = {one: rooms for one, rooms in watch.told.items() if one in watch.sessions}
        for session in [one for one in watch.behind if one in watch.sessions]:
            if not self._is_slow(watch, session):
                watch.behind.discard(session)
                self._tell_whole(watch, session)
        for session, rooms in list(watch.told.items()):
            if self._shown(watch, session) != rooms:  # a group reports, the canvases begin, somebody moved
                self._tell_whole(watch, session)
        for rooms, sessions in self._by_view(watch).items():
            groups = {group_of(room) for room in rooms}
            seen = [one for one in changed.items() if one[0].partition("/")[0] in groups]
            for some in _parts(seen):
                self._send(watch, sessions, {"type": "harvest", "whole": False, "rows": dict(some)})

    def _tell_whole(self, watch: Watch, session: int) -> None:
        shown = watch.told[session] = self._shown(watch, session)
        everything = [row for room, rows in watch.rows.items() if room in shown for row in rows.items()]
        parts = _parts(everything) or [[]]
        for number, some in enumerate(parts):
            event: dict[str, Any] = {"type": "harvest", "whole": number == 0, "rows": dict(some)}
            if number == len(parts) - 1:
                event["alike"] = _alike_among(watch.groups, shown)
            self._send(watch, [session], event)

    def _send(self, watch: Watch, sessions: Iterable[int], event: Mapping[str, Any]) -> None:
        message = event_message(self.hub.encode(event))
        for session in list(sessions):
            seat = watch.room.seats.get(session)
            if seat is None or not seat.member.events:
                watch.sessions.discard(session)
            elif session in watch.behind or self._is_slow(watch, session):
                watch.behind.add(session)
            else:
                watch.room.send_message(seat, message)

    @staticmethod
    def _is_slow(watch: Watch, session: int) -> bool:
        seat = watch.room.seats.get(session)
        return seat is not None and seat.connection.buffered() > NO_UPDATES_BYTES


def rows_of(
    catalogue: Any,
    workshop: Workshop,
    target: str,
    room_id: str,
    document: Document,
    hashes: dict[str, tuple[Note, str]],
) -> dict[str, Row]:
    """What the sheets of one room have for the canvases of another. `hashes`: those that are known."""
    canvases, group = canvases_in(workshop, target), group_of(room_id)
    likes: dict[str, int] = {}
    for entry in document.ids("reactions"):
        note_id = entry.partition(".")[0]
        likes[note_id] = likes.get(note_id, 0) + 1
    votes = points_of(workshop, group)
    out: dict[str, Row] = {}
    for note_id, note in document.notes().items():
        to = routes_of(catalogue, note)
        if not any(address.partition(".")[0] in canvases for address in to):
            continue
        known = hashes.get(note_id)
        if known is None or known[0] != note:
            known = hashes[note_id] = note, hash_of(note)
        by = note.get("by")
        row: Row = {
            "group": group,
            "room": room_id,
            "note": note_id,
            "board": note["board"],
            "zone": note["zone"],
            "to": list(to),
            "kind": note.get("kind", "note"),
            "text": note.get("text", ""),
            "colour": note.get("colour", "craie"),
            "by": by if isinstance(by, str) and by else None,
            "at": note.get("at", 0),
            "order": note.get("order", "a0"),
            "votes": votes.get((str(note["board"]).partition("/")[0], note_id), 0),
            "likes": likes.get(note_id, 0),
            "hash": known[1],
        }
        stakeholder = stakeholder_of(note)
        if stakeholder is not None:
            row["stakeholder"] = stakeholder
        if note.get("fields"):
            row["fields"] = note["fields"]
        out[f"{group}/{note_id}"] = row
    for gone in hashes.keys() - {row["note"] for row in out.values()}:
        del hashes[gone]
    return out


def _shape(workshop: Workshop) -> Any:
    """What of a workshop the harvest is made of."""
    counted = [(vote.id, vote.group) for vote in workshop.votes if vote.closed_at is not None]
    modes = [(step.board, step.mode) for step in workshop.steps]
    return counted, [group.id for group in workshop.groups], modes, workshop.modules, workshop.pooled


def _alike_among(groups: list[list[str]], rooms: Collection[str]) -> list[list[str]]:
    """What is alike in these rooms."""
    there = {group_of(room) for room in rooms}
    seen = ([key for key in one if key.partition("/")[0] in there] for one in groups)
    return [one for one in seen if len(one) > 1]


def _parts(rows: list[Any]) -> list[list[Any]]:
    return [rows[at : at + ROWS_AT_ONCE] for at in range(0, len(rows), ROWS_AT_ONCE)]
