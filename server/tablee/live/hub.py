"""All open rooms of this process, and the few tasks that move bytes between them and the store.

`run()` is the life of the hub: an appender (one pipelined round trip for all rooms), a reader (one
XREAD over all open rooms), the presence feed between processes, and housekeeping.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import structlog

from tablee.errors import GONE, OVERLOADED, RESTART, STORE_AWAY, BadFrame, NotFound, StoreAway, Unavailable
from tablee.live import observe
from tablee.live.open_room import OpenRoom, Seat
from tablee.model.workshop import read_room
from tablee.store.redis import Append, AppendRefused, Store
from tablee.sync.document import Document
from tablee.sync.effects import Bound, Saved
from tablee.sync.encoding import event_message, read_vector
from tablee.sync.room import Room

log = structlog.get_logger()

READ_BLOCK_MS = 100
"""A room opened while a read blocks is in the next one: so this bounds how long it may lag."""
READ_PAUSE_S = 0.02
"""After a read that brought only what this process wrote itself, the next may wait a little."""
COMPACT_ENTRIES = 200
COMPACT_BYTES = 256 * 1024
IDLE_S = 60.0
HOLD_S = 15

OnControl = Callable[[str], Any]
OnEvent = Callable[[OpenRoom, Seat, dict[str, Any]], None]


class Hub:
    def __init__(self, store: Store, process: bytes | None = None) -> None:
        self.store = store
        self.process = process or secrets.token_bytes(8)
        self.rooms: dict[str, OpenRoom] = {}
        self.loop: asyncio.AbstractEventLoop = None  # type: ignore[assignment]  # set by run()
        self.encode = msgspec.json.Encoder().encode
        self.on_control: Callable[[str], Any] = lambda workshop: None
        self.on_event: OnEvent = lambda room, seat, event: None
        self._opening: dict[str, asyncio.Future[OpenRoom]] = {}
        self._sessions = 0
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
        self._every_minute: Callable[[], Awaitable[None]] | None = None
        self.stopping = False

    # -- life ---------------------------------------------------------------------------------------

    @asynccontextmanager
    async def run(self, every_minute: Callable[[], Awaitable[None]] | None = None) -> AsyncIterator[Hub]:
        """The hub is usable inside. Leaving closes every room with 1012 once its turn is in the log.

        `every_minute` is called now and then for what is due by date.
        """
        self._every_minute = every_minute
        self.loop = asyncio.get_running_loop()
        async with asyncio.TaskGroup() as errands:
            self._errands = errands
            tasks = [
                errands.create_task(work())
                for work in (
                    self._append_forever,
                    self._confirm_forever,
                    self._read_forever,
                    self._listen_forever,
                    self._keep_house,
                )
            ]
            try:
                yield self
            finally:
                await self._close_all()
                for task in tasks:
                    task.cancel()

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
        room = self.rooms.get(room_id)
        if room is not None:
            return room
        if self.stopping:
            raise Unavailable("server.stopping", "Le serveur redémarre.")
        opening = self._opening.get(room_id)
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

    async def catch_up(self, room: OpenRoom) -> None:
        """Bring the room to the end of its log as it is now.

        Somebody who comes from another process has seen all of it; if this one lagged behind, they
        would seem to bring items that belong to others.
        """
        try:
            meta = await self.store.open_room(room.id, room.lineage)
            entries = await self.store.entries(room.id, room.room.n, meta.seq)
        except StoreAway:
            raise Unavailable("store.away", "L'enregistrement ne répond pas. Réessayez.") from None
        for n, payload in entries:
            self._deliver(room, n, payload)
        if meta.lineage != room.lineage or room.room.n < meta.seq:
            room.shut(RESTART, "the room is loaded again")

    async def _load(self, room_id: str) -> OpenRoom:
        try:
            meta = await self.store.open_room(room_id, secrets.token_hex(8))
            if meta.erased:
                raise NotFound("room.erased", "Cet atelier a été effacé.")
            loaded = await self.store.load_room(room_id)
            owners = await self.store.clients(room_id)
        except StoreAway:
            raise Unavailable("store.away", "L'enregistrement ne répond pas. Réessayez.") from None
        core = Room(
            self.process, snapshot=loaded.snapshot, n=loaded.snapshot_n, entries=loaded.entries, owners=owners
        )
        room = OpenRoom(self, room_id, loaded.meta.lineage, loaded.meta.epoch, core)
        room.entries_since_snapshot = len(loaded.entries)
        self.rooms[room_id] = room
        name = read_room(room_id)
        if name is not None:
            self._control_after.setdefault(name.workshop, "0-0")
        self._rooms_event.set()
        # listen first, then say that the room is held here, then look who else holds it: of two
        # processes that open it at the same moment, at least one sees the other and tells it
        await self._feed.subscribe(room_id)
        try:
            others = await self.store.hold_room(room_id, self.process.hex(), HOLD_S)
        except StoreAway:
            room.shut(STORE_AWAY, "the store does not answer")
            raise Unavailable("store.away", "L'enregistrement ne répond pas. Réessayez.") from None
        others.discard(self.process.hex())
        if others:
            room.shared = True
            self.errand(self.store.publish(room_id, self.process + b"q"))
        observe.rooms_open.set(len(self.rooms))
        log.info("room.loaded", entries=len(loaded.entries), n=core.n)
        return room

    def forget(self, room: OpenRoom) -> None:
        if self.rooms.get(room.id) is room:
            del self.rooms[room.id]
            observe.rooms_open.set(len(self.rooms))
            self.errand(self._release(room.id))
            name = read_room(room.id)
            if name is not None and not any(r.startswith(name.workshop + "-") for r in self.rooms):
                self._control_after.pop(name.workshop, None)

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

    def append(self, room: OpenRoom, append: Append) -> None:
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
                    if not self._deliver(room, result, append.payload):
                        room.shared = True  # somebody else wrote before it: the reader brings both
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
            for room_id, n, payload in batch.entries:
                room = self.rooms.get(room_id)
                if room is None or n <= room.room.n:
                    continue
                news = True
                if not self._deliver(room, n, payload):
                    log.warning("room.gap", had=room.room.n, got=n)
                    room.shut(RESTART, "the room is loaded again")
            changed = set()
            for workshop, message_id, _ in batch.control:
                if workshop in self._control_after:
                    self._control_after[workshop] = message_id
                    changed.add(workshop)
            for workshop in changed:
                self.on_control(workshop)
            if not news and batch.entries and not changed:
                await asyncio.sleep(READ_PAUSE_S)

    @staticmethod
    def _deliver(room: OpenRoom, n: int, payload: bytes) -> bool:
        """One room that fails must not stop the others: it is closed and loaded again by the next to come."""
        try:
            return room.deliver(n, payload)
        except Exception:
            log.exception("room.failed")
            room.shut(OVERLOADED, "the room is loaded again")
            return True

    # -- saved ------------------------------------------------------------------------------------------

    def saved(self, room: OpenRoom, effect: Saved) -> None:
        event = {"type": "saved", "count": effect.count}
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
        except msgspec.DecodeError:
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

    def bound(self, room_id: str, effect: Bound) -> None:
        self.errand(self._bind(room_id, effect))

    async def _bind(self, room_id: str, effect: Bound) -> None:
        held_by = await self.store.bind_client(room_id, effect.client, effect.person)
        room = self.rooms.get(room_id)
        if room is not None:
            room.room.owners[effect.client] = held_by

    def reload_epoch(self, room: OpenRoom) -> None:
        self.errand(self._reload_epoch(room))

    async def _reload_epoch(self, room: OpenRoom) -> None:
        room.epoch = (await self.store.open_room(room.id, room.lineage)).epoch

    def tell(self, workshop: str, event_for: Callable[[Seat], dict[str, Any]]) -> None:
        """Send an event to every session of a workshop; it is built once per role and language."""
        built: dict[tuple[str, str], bytes] = {}
        for room in self.rooms_of(workshop):
            for seat in room.seats.values():
                if not seat.member.events:
                    continue
                kind = (seat.role, seat.language)
                if kind not in built:
                    built[kind] = event_message(self.encode(event_for(seat)))
                room._send(seat, built[kind])

    # -- presence between processes -----------------------------------------------------------------------

    def share_presence(self, room_id: str, body: bytes) -> None:
        self.errand(self.store.publish(room_id, self.process + b"m" + body))

    async def _listen_forever(self) -> None:
        async for room_id, message in self._feed:
            room = self.rooms.get(room_id)
            sender, kind, body = message[:8], message[8:9], message[9:]
            if room is None or sender == self.process:
                continue
            if kind == b"q":
                room.shared = True
                local = room.room.presence.local()
                if local != b"\x00":
                    self.share_presence(room_id, local)
            elif kind == b"m":
                room.room.presence.receive_elsewhere(body)
                room.presence_changed()

    # -- housekeeping ---------------------------------------------------------------------------------------

    async def _keep_house(self) -> None:
        beat = 0
        while True:
            await asyncio.sleep(0.5)
            beat += 1
            now = time.monotonic()
            for room in list(self.rooms.values()):
                room.check(now)
                if room.closed:
                    continue
                if room.entries_since_snapshot >= COMPACT_ENTRIES or (
                    room.entries_since_snapshot and room.room.since_base > COMPACT_BYTES
                ):
                    await self._compact(room)
                if not room.seats and now - room.idle_since > IDLE_S and not room.room.is_underway:
                    if room.entries_since_snapshot:
                        await self._compact(room)
                    room.shut(RESTART, "idle")
            if beat % 10 == 0:
                await self._refresh_holds()
            if beat % 120 == 1 and self._every_minute is not None:
                self.errand(self._every_minute())

    async def _refresh_holds(self) -> None:
        for room in list(self.rooms.values()):
            try:
                others = await self.store.hold_room(room.id, self.process.hex(), HOLD_S)
            except StoreAway:
                return
            others.discard(self.process.hex())
            if room.shared and not others and room.room.presence.forget_elsewhere():
                room.presence_changed()
            room.shared = bool(others)

    async def _compact(self, room: OpenRoom) -> None:
        """Snapshot at exactly entry n, verified in a fresh document before it replaces the older one."""
        snapshot = room.room.snapshot()
        if snapshot is None:
            return
        n, document = room.room.n, room.room.document
        try:
            again = Document(snapshot)
            if read_vector(again.vector()) != read_vector(document.vector()):
                raise ValueError("state vectors differ")
            if again.content() != document.content():
                raise ValueError("contents differ")
        except (BadFrame, ValueError) as error:
            log.error("room.snapshot_refused", why=str(error))
            room.entries_since_snapshot = 0
            return
        try:
            if await self.store.swap_snapshot(room.id, room.lineage, n, snapshot):
                observe.snapshots.inc()
        except StoreAway:
            return
        room.entries_since_snapshot = room.room.n - n
        room.room.rebase(snapshot, n)

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
        self._errands.create_task(self._quietly(work))

    @staticmethod
    async def _quietly(work: Any) -> None:
        try:
            await work
        except (StoreAway, Unavailable):
            observe.store_failures.inc()


def as_retry(append: Append) -> Append:
    """The same append, said to be a retry: the log looks whether it has it already."""
    return Append(append.room, append.lineage, append.epoch, append.batch_id, append.payload, True)
