"""All open rooms of this process, and the few tasks that move bytes between them and the store.

`run()` is the life of the hub: an appender (one pipelined round trip for all rooms), a reader (one
XREAD over all open rooms), the presence feed between processes, and housekeeping.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any

import msgspec
import structlog

from tablee.errors import (
    GONE,
    OVERLOADED,
    RESTART,
    STORE_AWAY,
    BadFrame,
    NotFound,
    RoomDamaged,
    StoreAway,
    Unavailable,
)
from tablee.live import observe
from tablee.live.housekeeping import HOLD_S, Housekeeping
from tablee.live.open_room import Delivery, OpenRoom, Seat
from tablee.live.policies import Policies
from tablee.model.changes import Changes
from tablee.model.rights import Notes
from tablee.model.workshop import read_room
from tablee.store.redis import BACK, Append, AppendRefused, LoadedRoom, LogEntry, Store
from tablee.sync.effects import Saved
from tablee.sync.encoding import event_message
from tablee.sync.entries import read_entry
from tablee.sync.index import Index, index_of
from tablee.sync.room import Judge, Room

log = structlog.get_logger()

LINEAGE = "lineage"
"""The topic of news that a room was written anew."""
READ_BLOCK_MS = 100
"""A room opened while a read blocks is in the next one: so this bounds how long it may lag."""
LARGE_BYTES = 64 * 1024
"""Rooms from this size on take long enough to look through that others would notice."""
READ_PAUSE_S = 0.02
"""After a read that brought only what this process wrote itself, the next may wait a little."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What this process had from a log that went back in time: to be given back to it."""

    lineage: str
    state: bytes
    owners: dict[int, str]


OnControl = Callable[[str], Any]
OnEvent = Callable[[OpenRoom, Seat, dict[str, Any]], None]


class Hub:
    def __init__(self, store: Store, policies: Policies, process: bytes | None = None) -> None:
        self.store, self.policies = store, policies
        self.process = process or secrets.token_bytes(8)
        self.rooms: dict[str, OpenRoom] = {}
        self.loop: asyncio.AbstractEventLoop = None  # type: ignore[assignment]  # set by run()
        self.encode = msgspec.json.Encoder().encode
        self.on_control: Callable[[str], Any] = lambda workshop: None
        self.on_event: OnEvent = lambda room, seat, event: None
        self.on_delivered: Callable[[OpenRoom, LogEntry], None] = lambda room, entry: None
        self.on_loaded: list[Callable[[OpenRoom], Awaitable[None]]] = []
        """Asked for before anybody comes into a room that was loaded: what it has beside its document."""
        self.on_news: dict[str, Callable[[OpenRoom], None]] = {
            LINEAGE: lambda room: self.errand(self._leave_the_past(room))
        }
        """Topic → what looks again at what a room has beside its document."""
        self._opening: dict[str, asyncio.Future[OpenRoom]] = {}
        self._kept: dict[str, Kept] = {}
        self._sessions = 0
        self._batches = 0
        # appender
        self._due: list[tuple[OpenRoom, Append]] = []
        self._due_event = asyncio.Event()
        # durability
        self._unsure: list[Callable[[], Any]] = []
        self._unsure_event = asyncio.Event()
        # reader
        self._control_after: dict[str, str] = {}
        self._rooms_event = asyncio.Event()
        self._errands: asyncio.TaskGroup | None = None
        self._feed = store.presence()
        self.every_minute: Callable[[], Awaitable[None]] | None = None
        self.on_replaced: list[Callable[[str], object]] = []
        """Told of each room that was open here and is written anew."""
        self.stopping = False

    # -- life ---------------------------------------------------------------------------------------

    @asynccontextmanager
    async def run(
        self,
        every_minute: Callable[[], Awaitable[None]] | None = None,
        *besides: Callable[[], Awaitable[None]],
    ) -> AsyncIterator[Hub]:
        """The hub is usable inside. Leaving closes every room with 1012 once its turn is in the log.

        `every_minute` is called now and then for what is due by date; `besides` run as long as the hub.
        """
        self.every_minute = every_minute
        self.loop = asyncio.get_running_loop()
        async with asyncio.TaskGroup() as errands:
            self._errands = errands
            tasks = [
                errands.create_task(self._for_ever(work))
                for work in (
                    self._append_forever,
                    self._confirm_forever,
                    self._read_forever,
                    self._listen_forever,
                    Housekeeping(self).run,
                )
            ]
            tasks += [errands.create_task(self._for_ever(work, shuts=False)) for work in besides]
            try:
                yield self
            finally:
                await self._close_all()
                for task in tasks:
                    task.cancel()

    async def _for_ever(self, work: Callable[[], Awaitable[None]], shuts: bool = True) -> None:
        """One of the hub's tasks. If it fails it starts over; every room does too, if it `shuts` them."""
        while True:
            try:
                await work()
                return
            except Exception:
                log.exception("hub.failed")
            for room in list(self.rooms.values()) if shuts else ():
                room.shut(OVERLOADED, "the room is loaded again")
            await asyncio.sleep(0.2)

    async def _close_all(self) -> None:
        self.stopping = True
        end = time.monotonic() + 2
        # turns end by plain calls from the appender, in any room: looking again is simpler than being told
        while time.monotonic() < end and any(r.room.is_underway for r in self.rooms.values()):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        for room in list(self.rooms.values()):
            room.shut(RESTART, "the server restarts")

    def now(self) -> int:
        """Milliseconds since 1970, for entries and events."""
        return time.time_ns() // 1_000_000

    def new_session(self) -> int:
        self._sessions += 1
        return self._sessions

    @staticmethod
    def new_client_id() -> int:
        """A CRDT client id nobody holds: 53 random bits, as many as JavaScript can count."""
        return secrets.randbelow(2**53 - 2**32) + 2**32

    # -- rooms --------------------------------------------------------------------------------------

    async def open(self, room_id: str) -> OpenRoom:
        """The room, loaded if this process does not hold it yet. Concurrent callers share one load."""
        opening = self._opening.get(room_id)
        room = self.rooms.get(room_id)
        if room is not None and opening is None:
            return room
        if self.stopping:
            raise Unavailable("server.stopping", "Le serveur redémarre.")
        if opening is None:
            opening = self._opening[room_id] = self.loop.create_future()
            try:
                opening.set_result(await self._load(room_id))
            except BaseException as error:
                opening.set_exception(error)
                opening.exception()  # seen, even when nobody else waits
                raise
            finally:
                del self._opening[room_id]
        return await asyncio.shield(opening)

    async def _leave_the_past(self, room: OpenRoom) -> None:
        """Where a room was written anew by another process, nobody reads the old one any more."""
        meta = await self.store.room_meta(room.id)
        if meta.lineage and meta.lineage != room.lineage and not room.closed:
            room.replaced()

    async def catch_up(self, room: OpenRoom) -> None:
        """Bring the room to the end of its log as it is now.

        Somebody who comes from another process has seen all of it; if this one lagged behind, they
        would seem to bring items that belong to others.
        """
        if room.damaged:
            return
        known = room.room.n, room.last
        try:
            meta = await self.store.open_room(room.id, room.lineage)
            entries = await self.store.entries(room.id, room.room.n, meta.seq)
        except StoreAway:
            raise Unavailable("store.away", "L'enregistrement ne répond pas. Réessayez.") from None
        if not meta.lineage:
            room.shut(GONE, "the room is no longer the one you joined")
            return
        if meta.lineage != room.lineage:
            room.replaced()
            return
        if not self.follows(known, (meta.seq, meta.last)):
            self.reload(room, "the log went back in time")
            return
        for entry in entries:
            if not self._take(room, entry):
                return
        if room.room.n < meta.seq:
            self.reload(room, "the end of the log is missing")

    @staticmethod
    def follows(known: tuple[int, bytes], stored: tuple[int, bytes]) -> bool:
        """Whether the end of the log, as the store says it, can follow what was known when it was asked."""
        return stored[0] > known[0] or stored == known

    async def _load(self, room_id: str) -> OpenRoom:
        try:
            meta = await self.store.open_room(room_id, secrets.token_hex(8))
            if meta.erased:
                raise NotFound("room.erased", "Cet atelier a été effacé.")
            loaded = await self.store.load_room(room_id)
            owners = await self.store.clients(room_id)
            # after the room's epoch: a policy that is newer than it is right, an older one is not
            name = read_room(room_id)
            workshop = name.workshop if name is not None else ""
            judging = await self.policies.read(workshop)
        except StoreAway:
            raise Unavailable("store.away", "L'enregistrement ne répond pas. Réessayez.") from None
        judge = None if judging is None else judging.of(room_id)
        core, whole = self._made(loaded, owners, judge, await _index_beside(loaded))
        room = OpenRoom(self, room_id, loaded.meta.lineage, loaded.meta.epoch, core, loaded.meta.last)
        if not whole:
            room.damaged = True
            log.error("room.damaged", room=room_id, n=core.n, of=loaded.meta.seq)
        room.entries_since_snapshot = len(loaded.entries)
        self.rooms[room_id] = room
        if workshop:
            self._control_after.setdefault(workshop, "0-0")
        self._rooms_event.set()
        # listen first, then say that the room is held here, then look who else holds it: of two
        # processes that open it at the same moment, at least one sees the other and tells it
        await self._feed.subscribe(room_id)
        try:
            [held] = await self.store.hold_rooms([room_id], self.process.hex(), HOLD_S)
        except StoreAway:
            room.shut(STORE_AWAY, "the store does not answer")
            raise Unavailable("store.away", "L'enregistrement ne répond pas. Réessayez.") from None
        if held.by - {self.process.hex()} and whole:
            room.shared = True
            self._greet_others(room)
        kept = self._kept.pop(room_id, None)
        if kept is not None and kept.lineage == room.lineage and whole:
            log.warning("room.healed", n=core.n, lost=room.give_back(kept.state, kept.owners))
        try:
            for look in self.on_loaded if whole else ():
                await look(room)
        except StoreAway:
            room.shut(STORE_AWAY, "the store does not answer")
            raise Unavailable("store.away", "L'enregistrement ne répond pas. Réessayez.") from None
        observe.rooms_open.set(len(self.rooms))
        log.info("room.loaded", entries=len(loaded.entries), n=core.n)
        return room

    def reload(self, room: OpenRoom, why: str) -> None:
        """Load the room again and give back what its log has lost: people come back to all they had."""
        log.warning("room.reloaded", why=why, n=room.room.n)
        if room.closed:
            return
        self._kept[room.id] = Kept(room.lineage, room.room.stored(), dict(room.room.owners))
        room.shut(RESTART, "the room is loaded again")
        self.errand(self._open_kept(room.id))

    async def _open_kept(self, room_id: str) -> None:
        """Do not wait for somebody to come: what is kept here is nowhere else."""
        while room_id in self._kept and not self.stopping:
            try:
                await self.open(room_id)
            except Unavailable:
                await asyncio.sleep(0.2)
            except (NotFound, RoomDamaged):
                del self._kept[room_id]

    def _made(
        self, loaded: LoadedRoom, owners: dict[int, str], judge: Judge | None, index: Index | None
    ) -> tuple[Room, bool]:
        """The room of what was loaded, and whether it is whole.

        One that is not can be read as far as it goes and takes nothing any more: what would be added now
        would stand on something else than what was there.
        """
        entries = [(entry.n, entry.payload) for entry in loaded.entries]
        if loaded.whole:
            try:
                room = Room(
                    self.process,
                    snapshot=loaded.snapshot,
                    n=loaded.snapshot_n,
                    entries=entries,
                    owners=owners,
                    judge=judge,
                    index=index,
                )
                return room, True
            except (RoomDamaged, BadFrame):
                log.exception("room.unreadable")
        for snapshot, n, some in ((loaded.snapshot, loaded.snapshot_n, entries), (loaded.snapshot, 0, [])):
            with suppress(RoomDamaged, BadFrame):
                return Room(
                    self.process, snapshot=snapshot, n=n, entries=some, owners=owners, judge=_refuse_all
                ), False
        return Room(self.process, judge=_refuse_all), False

    def forget(self, room: OpenRoom) -> None:
        if self.rooms.get(room.id) is room:
            del self.rooms[room.id]
            observe.rooms_open.set(len(self.rooms))
            self.errand(self._release(room.id))
            name = read_room(room.id)
            if name is not None and not any(r.startswith(name.workshop + "-") for r in self.rooms):
                self._control_after.pop(name.workshop, None)
                self.policies.drop(name.workshop)

    async def _release(self, room_id: str) -> None:
        await self._feed.unsubscribe(room_id)
        await self.store.release_room(room_id, self.process.hex())

    def rooms_of(self, workshop: str) -> list[OpenRoom]:
        return [room for room_id, room in self.rooms.items() if room_id.startswith(workshop + "-")]

    def online(self, workshop: str) -> frozenset[str]:
        """People of a workshop with a connection, here or in another process."""
        out: set[str] = set()
        for room in self.rooms_of(workshop):
            out.update(seat.member.person for seat in room.seats.values())
            if room.shared:
                out |= room.room.presence.people_elsewhere()
        return frozenset(out)

    # -- the log --------------------------------------------------------------------------------------

    def append(self, room: OpenRoom, payload: bytes) -> None:
        self._batches += 1
        append = Append(
            room.id,
            room.lineage,
            room.epoch,
            self.process + self._batches.to_bytes(6, "big"),
            payload,
            after=room.room.n,
            after_batch=room.last,
            clients=tuple(room.room.claimed.items()),
        )
        self._due.append((room, append))
        self._due_event.set()

    async def _append_forever(self) -> None:
        """One round trip at a time; what falls due meanwhile makes the next one."""
        while True:
            await self._due_event.wait()
            self._due_event.clear()
            due = [(room, append) for room, append in self._due if not room.closed]
            self._due = []
            if not due:
                continue
            try:
                results = await self.store.append([append for _, append in due])
            except StoreAway:
                observe.store_failures.inc()
                self._due = [(room, as_retry(append)) for room, append in due] + self._due
                self._due_event.set()
                await asyncio.sleep(0.1)
                continue
            for (room, append), result in zip(due, results, strict=True):
                if room.closed:
                    continue
                if isinstance(result, AppendRefused):
                    room.refused_by_log(result)
                else:
                    # the log said n: if nothing is missing before it, this is its delivery
                    entry = LogEntry(result, append.payload, append.batch_id, append.after_batch)
                    if result != append.after + 1:
                        room.shared = True  # somebody else wrote before it: the reader brings both
                    else:
                        self._take(room, entry)
                    observe.entries_appended.inc()

    async def _read_forever(self) -> None:
        """Bring what other processes wrote; one's own appends are delivered by their replies.

        Rooms that no other process holds are not read at all. That somebody else opened one is
        known from their word on the presence feed, from the holders' list, and at the latest from
        an append whose number is not the next.
        """
        while True:
            if not self.rooms:
                self._rooms_event.clear()
                await self._rooms_event.wait()
            try:
                batch = await self.store.read(
                    {room_id: room.room.n for room_id, room in self.rooms.items() if room.shared},
                    self._control_after,
                    READ_BLOCK_MS,
                )
            except StoreAway:
                await asyncio.sleep(0.2)
                continue
            news = False
            for room_id, entry in batch.entries:
                room = self.rooms.get(room_id)
                if room is not None and entry.n > room.room.n:
                    news = True
                    self._take(room, entry)
            changed = set()
            for workshop, message_id, _ in batch.control:
                if workshop in self._control_after:
                    self._control_after[workshop] = message_id
                    changed.add(workshop)
            for workshop in changed:
                self.on_control(workshop)
            if not news and batch.entries and not changed:
                await asyncio.sleep(READ_PAUSE_S)

    def _take(self, room: OpenRoom, entry: LogEntry) -> bool:
        """Deliver an entry of the log to its room. Whether the room goes on.

        One room that fails must not stop the others: it is closed and loaded again by the next to come.
        """
        try:
            delivery = room.deliver(entry)
        except Exception:
            log.exception("room.failed")
            room.shut(OVERLOADED, "the room is loaded again")
            return False
        if delivery is Delivery.GAP:
            self.reload(room, f"entries before {entry.n} are missing")
        elif delivery is Delivery.FORK:
            self.reload(room, "the log went back in time")
        return delivery is Delivery.TAKEN

    # -- saved ------------------------------------------------------------------------------------------

    def saved(self, room: OpenRoom, effect: Saved) -> None:
        event = {"type": "saved", "count": effect.count, "entry": room.room.n}
        self.when_durable(lambda: room.send_event(effect.to, event))

    def when_durable(self, then: Callable[[], Any]) -> None:
        """Run `then` once everything appended so far is on disk."""
        if self.store.durable_at_once:
            then()
            return
        self._unsure.append(then)
        self._unsure_event.set()

    async def _confirm_forever(self) -> None:
        while True:
            await self._unsure_event.wait()
            self._unsure_event.clear()
            waiting, self._unsure = self._unsure, []
            try:
                await self.store.durable()
            except StoreAway:
                self._unsure = waiting + self._unsure
                self._unsure_event.set()
                await asyncio.sleep(0.2)
                continue
            for then in waiting:
                then()

    # -- events and bindings -----------------------------------------------------------------------------

    def event(self, room: OpenRoom, seat: Seat, json: bytes) -> None:
        try:
            event = msgspec.json.decode(json)
        except (msgspec.DecodeError, ValueError, RecursionError):  # ValueError: not UTF-8
            event = None
        if not isinstance(event, dict) or not isinstance(event.get("type"), str):
            seat.connection.close(4400, "an event is not a JSON object with a type")
            room.exit(seat.member.session)
            return
        if event["type"] == "ping":
            room.send_event(
                seat.member.session, {"type": "pong", "t": event.get("t"), "server_time": self.now()}
            )
        else:
            self.on_event(room, seat, event)

    def judge_again(self, room: OpenRoom, reason: AppendRefused) -> None:
        self.errand(self._judge_again(room, reason))

    async def _judge_again(self, room: OpenRoom, reason: AppendRefused) -> None:
        """The log refused a turn: read what changed, and let the room judge it again."""
        while not room.closed:
            index = await _index_of_logged(room.room.logged())
            try:
                meta = await self.store.open_room(room.id, room.lineage)
                owners = await self.store.clients(room.id)
                # after the epoch, so that it is at least as new
                name = read_room(room.id)
                judging = await self.policies.read(name.workshop) if name is not None else None
            except StoreAway:
                await asyncio.sleep(0.2)
                continue
            room.epoch = meta.epoch
            room.room.owners.update(owners)
            if judging is not None:
                room.room.judge = judging.of(room.id)
            room.judge_again("room.frozen" if reason is AppendRefused.FROZEN else None, index)
            return

    def tell(self, workshop: str, event_for: Callable[[Seat], dict[str, Any]]) -> None:
        """Send an event to every session of a workshop; it is built once per role, language and group."""
        built: dict[tuple[str, str, str | None], bytes] = {}
        for room in self.rooms_of(workshop):
            for seat in room.seats.values():
                if not seat.member.events:
                    continue
                kind = (seat.role, seat.language, seat.group)
                if kind not in built:
                    built[kind] = event_message(self.encode(event_for(seat)))
                room._send(seat, built[kind])

    def tell_person(self, workshop: str, person: str, event: dict[str, Any]) -> None:
        """Send an event to the sessions of one person in this process, and to nobody else."""
        for room in self.rooms_of(workshop):
            for session, seat in list(room.seats.items()):
                if seat.member.person == person:
                    room.send_event(session, event)

    # -- news of a room beside its document ---------------------------------------------------------------

    def spread_news(self, room_id: str, topic: str) -> None:
        """What is kept in the store beside a room's document has changed: every process looks again.

        It may be lost while the store is away; on return all of it is looked at.
        """
        self._news(room_id, topic)
        self.errand(self.store.publish(room_id, self.process + b"n" + topic.encode()))

    def _news(self, room_id: str, topic: str) -> None:
        room = self.rooms.get(room_id)
        look = self.on_news.get(topic)
        if room is not None and look is not None:
            look(room)

    # -- presence between processes -----------------------------------------------------------------------

    def share_presence(self, room_id: str, body: bytes) -> None:
        self.errand(self.store.publish(room_id, self.process + b"m" + body))

    def _greet_others(self, room: OpenRoom) -> None:
        """Ask other processes who is in the room there, and tell them who is here."""
        self.errand(self.store.publish(room.id, self.process + b"q"))
        local = room.room.presence.local()
        if local != b"\x00":
            self.share_presence(room.id, local)

    async def _listen_forever(self) -> None:
        async for room_id, message in self._feed:
            if room_id == BACK:
                for one in list(self.rooms.values()):
                    for topic in self.on_news:
                        self._news(one.id, topic)
                    if one.shared:
                        self._greet_others(one)
                continue
            room = self.rooms.get(room_id)
            sender, kind, body = message[:8], message[8:9], message[9:]
            if room is None or sender == self.process:
                continue
            if kind == b"q":
                room.shared = True
                local = room.room.presence.local()
                if local != b"\x00":
                    self.share_presence(room_id, local)
            elif kind == b"n":
                self._news(room_id, body.decode("ascii", "replace"))
            elif kind == b"m":
                room.room.presence.receive_elsewhere(sender, body)
                room.presence_changed()

    # -- sending people away ---------------------------------------------------------------------------

    async def erase(self, workshop: str) -> None:
        """Close every session of a workshop for good."""
        for room in self.rooms_of(workshop):
            room.shut(GONE, "the workshop was erased")

    def expel(self, workshop: str, why: Callable[[OpenRoom, Seat], tuple[int, str] | None]) -> None:
        """Close the sessions of a workshop for which `why` gives a close code and a reason."""
        for room in self.rooms_of(workshop):
            for session, seat in list(room.seats.items()):
                verdict = why(room, seat)
                if verdict is not None:
                    seat.connection.close(*verdict)
                    room.exit(session)

    # -- errands ------------------------------------------------------------------------------------

    def errand(self, work: Any) -> None:
        """Short work for the store that nobody waits for; owned by the hub's task group."""
        if self._errands is None:
            work.close()
            return
        errand = self._quietly(work)
        try:
            self._errands.create_task(errand)
        except RuntimeError:  # the hub is ending
            errand.close()
            work.close()

    @staticmethod
    async def _quietly(work: Any) -> None:
        try:
            await work
        except (StoreAway, Unavailable):
            observe.store_failures.inc()
        except Exception:  # one errand that fails must not end the others
            log.exception("errand.failed")


async def _index_beside(loaded: LoadedRoom) -> Index | None:
    """The index of a large room, made beside the loop, which others need meanwhile; None for a small one."""
    if len(loaded.snapshot or b"") + sum(len(entry.payload) for entry in loaded.entries) < LARGE_BYTES:
        return None

    def make() -> Index | None:
        with suppress(RoomDamaged, BadFrame):  # said when the document is made
            updates = [update for entry in loaded.entries for _, update in read_entry(entry.payload).updates]
            return index_of([loaded.snapshot, *updates] if loaded.snapshot else updates)
        return None

    return await asyncio.to_thread(make)


async def _index_of_logged(logged: tuple[bytes, ...]) -> tuple[tuple[bytes, ...], Index] | None:
    """The same of a room that is open, and what it was made of."""
    if sum(map(len, logged)) < LARGE_BYTES:
        return None
    with suppress(RoomDamaged, BadFrame):
        return logged, await asyncio.to_thread(index_of, logged)
    return None


def _refuse_all(person: str, changes: Changes, notes: Notes) -> str:
    return "room.damaged"


def as_retry(append: Append) -> Append:
    """The same append, said to be a retry: the log looks whether it has it already."""
    return replace(append, retry=True)
