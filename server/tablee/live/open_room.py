"""Drives one room: frames in, turns to the log, entries of the log back, frames out.

Runs inside the event loop by plain calls; nothing here waits. One turn is under way at a time: what
arrives meanwhile waits in the inbox, which is what gathers the commits of a busy room.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import partial
from typing import TYPE_CHECKING, Any

import structlog

from tablee.errors import (
    GONE,
    OVERLOADED,
    RESTART,
    STORE_AWAY,
    TOO_FAST,
    TOO_SLOW,
    BadFrame,
    Refused,
    Unavailable,
)
from tablee.live.budget import Budget
from tablee.live.connection import (
    CLOSE_AFTER_S,
    CLOSE_BYTES,
    DRAINED_BYTES,
    NO_PRESENCE_BYTES,
    NO_UPDATES_BYTES,
    Connection,
    ws_frame,
)
from tablee.model.reasons import refusal_of
from tablee.model.workshop import Role
from tablee.store.redis import AppendRefused, LogEntry
from tablee.sync.document import Change, Document, Edit
from tablee.sync.effects import Close, Effect, Event, PresenceMoved, Saved, Send, Spread
from tablee.sync.encoding import AWARENESS, STEP1, SYNC, event_message
from tablee.sync.index import Index, NotTaken
from tablee.sync.room import Member, Room

if TYPE_CHECKING:
    from tablee.live.hub import Hub

log = structlog.get_logger()

TURN_SPACING_S = 0.02
"""In a busy room a turn starts at most every 20 ms; in a calm one, at once."""
PRESENCE_SPACING_S = 0.05
CROWD = 8
"""From this many people on, cursors go out together; in smaller rooms waiting costs more than it saves."""
SEAT_SLOW_BYTES = 256 * 1024
SEAT_MOST_BYTES = 1024 * 1024
"""What one session may have waiting for a turn: beyond the first it is read more slowly, beyond the second
closed. It must not be able to use up what the room has for everybody."""
INBOX_BYTES = 16 * 1024 * 1024
DOCUMENT_TOKENS = 10
"""What asking for the document costs of the budget for updates: it is the largest thing one can ask for."""
ASKS_PER_S, ASKS_BURST, ASKS_DEBT = 10, 40, 400
"""Events and questions about presence, each answered."""
STORE_PATIENCE_S = 10.0
DEBT = 2_000
"""Updates a session may be ahead of its budget before it is closed; until then it is read more slowly."""


@dataclass(slots=True)
class Seat:
    """A session's place in a room: its connection and what it may still send."""

    member: Member
    connection: Connection
    role: Role
    language: str
    updates: Budget
    presence: Budget
    token_hash: str = ""
    """The session's key in the store, to tell whether it was revoked."""
    group: str | None = None
    asks: Budget = field(default_factory=lambda: Budget(ASKS_PER_S, ASKS_BURST, time.monotonic()))
    waiting_bytes: int = 0
    """Of its updates, how much waits for the next turn."""
    stale: bool = False
    """It could not be sent some updates; the whole document follows when it has drained."""
    slow_since: float | None = None


class Delivery(Enum):
    """What became of an entry of the log. GAP: one before it is missing. FORK: another one is before it."""

    TAKEN = auto()
    GAP = auto()
    FORK = auto()


@dataclass(slots=True)
class Job:
    """A change asked for over HTTP, or by the server itself (no person), done in the next turn."""

    person: str | None
    edit: Edit
    done: asyncio.Future[int]
    authors: Mapping[str, str] = field(default_factory=dict)
    client_id: int | None = None
    """The client id to do it under, where two processes that do the same must make the same."""


class OpenRoom:
    def __init__(
        self, hub: Hub, room_id: str, lineage: str, epoch: int, room: Room, last: bytes = b""
    ) -> None:
        self.hub, self.id, self.lineage, self.epoch = hub, room_id, lineage, epoch
        self.room = room
        self.last = last
        """The batch of entry `room.n`: by it a log that went back in time is told from the one we know."""
        self.seats: dict[int, Seat] = {}
        self.shared = False
        """Whether another process holds this room too, so that presence must be published."""
        self.idle_since = time.monotonic()
        self.closed = False
        self.damaged = False
        """Its store holds only a part of it: it can be read, and takes nothing."""
        self.entries_since_snapshot = 0
        # the turn
        self._inbox: list[tuple[int, bytes]] = []
        self._inbox_bytes = 0
        self._leaving: list[int] = []
        self._jobs: list[Job] = []
        self._waiting: list[asyncio.Future[int]] = []
        self._readers: list[asyncio.Future[None]] = []
        self._turn_timer: asyncio.Handle | None = None
        self._last_turn = 0.0
        self._underway_since: float | None = None
        # presence
        self._presence_timer: asyncio.Handle | None = None
        self._last_presence = 0.0

    # -- sessions -------------------------------------------------------------------------------

    def enter(self, seat: Seat, greeting: dict[str, Any] | None) -> None:
        """A session comes in; `greeting` is its `hello`, for those that speak events."""
        session = seat.member.session
        self.seats[session] = seat
        self.idle_since = time.monotonic()
        if greeting is not None:
            self._send(seat, event_message(self.hub.encode(greeting)))
        self.run(self.room.join(seat.member))

    def exit(self, session: int) -> None:
        """A session is gone. What it sent before it left still counts."""
        if self.seats.pop(session, None) is None:
            return
        self.idle_since = time.monotonic()
        if any(by == session for by, _ in self._inbox):
            self._leaving.append(session)
            if self.room.presence.leave(session):
                self._schedule_presence()
        else:
            self.run(self.room.leave(session))

    def receive(self, session: int, frame: bytes) -> None:
        """One frame from a session; called by its connection."""
        seat = self.seats.get(session)
        if seat is None or not frame:
            if seat is not None:
                self.run([Close(session, why="an empty frame")])
            return
        now = time.monotonic()
        kind = frame[0]
        if kind == SYNC and len(frame) > 1:
            tokens = seat.updates.spend(now, DOCUMENT_TOKENS if frame[1] == STEP1 else 1)
            if tokens < 0:
                if tokens < -DEBT:
                    self.run([Close(session, TOO_FAST, "too many updates")])
                    return
                seat.connection.pause(min(2.0, -tokens / seat.updates.rate))
            self._take_in(seat, frame, now)
            return
        if kind == AWARENESS:
            if not seat.presence.allows(now):
                return
        else:
            tokens = seat.asks.spend(now)
            if tokens < 0:
                if tokens < -ASKS_DEBT:
                    self.run([Close(session, TOO_FAST, "too many questions")])
                    return
                seat.connection.pause(min(2.0, -tokens / seat.asks.rate))
        self.run(self.room.receive(session, frame))

    def _take_in(self, seat: Seat, frame: bytes, now: float) -> None:
        """Keep a sync message for the next turn."""
        seat.waiting_bytes += len(frame)
        if seat.waiting_bytes > SEAT_SLOW_BYTES:
            if seat.waiting_bytes > SEAT_MOST_BYTES:
                self.run([Close(seat.member.session, TOO_FAST, "too much at once")])
                return
            seat.connection.pause(0.1)
        self._inbox.append((seat.member.session, frame))
        self._inbox_bytes += len(frame)
        if self._inbox_bytes > INBOX_BYTES and self.room.is_underway:
            self.give_up("the store does not keep up")
        elif self._turn_timer is None and not self.room.is_underway:
            self._schedule_turn(now)

    # -- changes over HTTP ------------------------------------------------------------------------

    async def change(self, person: str | None, change: Change) -> None:
        """Do a change of the notes for a person, or nobody; returns once it is durable. Raises `Refused`."""
        await self.edit(person, lambda roots: change(roots["notes"]))

    async def edit(
        self,
        person: str | None,
        edit: Edit,
        authors: Mapping[str, str] | None = None,
        client_id: int | None = None,
    ) -> int:
        """The same for all roots; gives the entry of the log that holds it.

        `authors`: who had made what it gives back, and in whose name it may.
        """
        if self.closed:  # shut between being opened and being used: the next try loads it again
            raise Unavailable("room.reloading", "La salle se recharge. Réessayez dans un instant.")
        self.idle_since = time.monotonic()
        authors = {} if authors is None else authors  # `edit` may still fill it in
        job = Job(person, edit, asyncio.get_running_loop().create_future(), authors, client_id)
        self._jobs.append(job)
        if self._turn_timer is None and not self.room.is_underway:
            self._schedule_turn(time.monotonic())
        return await job.done

    async def settled(self) -> Document:
        """The document at a moment when it holds nothing that is not in the log."""
        while self.room.is_underway:
            if self.closed:
                raise Unavailable("room.reloading", "La salle se recharge. Réessayez dans un instant.")
            delivered = asyncio.get_running_loop().create_future()
            self._readers.append(delivered)
            await delivered  # goes on before the next turn, which is scheduled after it
        return self.room.document

    # -- turns --------------------------------------------------------------------------------------

    def _schedule_turn(self, now: float) -> None:
        wait = self._last_turn + TURN_SPACING_S - now
        loop = self.hub.loop
        self._turn_timer = loop.call_later(wait, self._turn) if wait > 0 else loop.call_soon(self._turn)

    def _turn(self) -> None:
        self._turn_timer = None
        if self.closed or self.room.is_underway:
            return
        try:
            self._take_turn()
        except Exception:
            log.exception("room.failed")
            self.shut(OVERLOADED, "the room is loaded again")

    def _take_turn(self) -> None:
        self._last_turn = time.monotonic()
        inbox, self._inbox, self._inbox_bytes = self._inbox, [], 0
        for session, frame in inbox:
            seat = self.seats.get(session)
            if seat is not None:
                seat.waiting_bytes = 0
            self.run(self.room.receive(session, frame))
        leaving, self._leaving = self._leaving, []
        for session in leaving:
            self.run(self.room.leave(session))
        jobs, self._jobs = self._jobs, []
        for job in jobs:
            self._do(job)
        payload = self.room.commit(self.hub.now())
        if payload is None:
            self.run(self.room.acknowledge_idle())
            self._settle_waiting()
            return
        self._underway_since = self._last_turn
        self.hub.append(self, payload)

    def _do(self, job: Job) -> None:
        """Make the change on a copy under a client id of its own, then take the road of every update."""
        if job.done.done():
            return
        try:
            copy = Document(self.room.document.state(), client_id=job.client_id or self.hub.new_client_id())
            update = self._edited(copy, job.edit)
            if update is not None:
                on_refused = partial(_refuse, job.done)
                self.room.change(job.person, update, on_refused, job.authors)
        except Refused as refusal:
            job.done.set_exception(refusal)
        except NotTaken as refusal:
            job.done.set_exception(refusal_of(refusal.key))
        except BadFrame:
            job.done.set_exception(Unavailable("room.busy", "Ce changement n'a pas pu être appliqué."))
        else:
            self._waiting.append(job.done)

    @staticmethod
    def _edited(copy: Document, edit: Edit) -> bytes | None:
        """What an edit makes of a copy. One that fails harms nobody but who asked for it."""
        try:
            return copy.edit(edit)
        except (Refused, BadFrame):
            raise
        except Exception:
            log.exception("room.edit_failed")
            raise Unavailable("room.busy", "Ce changement n'a pas pu être appliqué.") from None

    def deliver(self, entry: LogEntry) -> Delivery:
        """An entry of the log has come."""
        if entry.n <= self.room.n:
            return Delivery.TAKEN
        if entry.n > self.room.n + 1:
            return Delivery.GAP
        if entry.before != self.last:
            return Delivery.FORK
        was_underway = self.room.is_underway
        effects = self.room.deliver(entry.n, entry.payload) or []
        self.last = entry.batch
        self.entries_since_snapshot += 1
        self.run(effects)
        self.hub.on_delivered(self, entry)
        if was_underway and not self.room.is_underway:
            self._underway_since = None
            self._settle_waiting()
            if self._inbox or self._jobs:
                self._schedule_turn(time.monotonic())
        return Delivery.TAKEN

    def refused_by_log(self, reason: AppendRefused) -> None:
        """The log did not take the turn."""
        if reason is AppendRefused.ERASED:
            self.shut(GONE, "the room is no longer the one you joined")
        elif reason is AppendRefused.LINEAGE:
            self.replaced()
        elif reason is AppendRefused.BEHIND:
            self.hub.reload(self, "the log went back in time")
        else:
            self.hub.judge_again(self, reason)

    def judge_again(
        self, refuse_all: str | None, index: tuple[tuple[bytes, ...], Index] | None = None
    ) -> None:
        """What changed is known here now: keep of the turn what is still allowed, and take it to the log."""
        self._underway_since = None
        self.run(self.room.judge_again(refuse_all, index))
        self._schedule_turn(time.monotonic())

    def give_back(self, state: bytes, owners: dict[int, str]) -> bool:
        """Put back what the log lost of an earlier state of this room. Whether something was missing."""
        missing = self.room.give_back(state, owners)
        if missing:
            self._schedule_turn(time.monotonic())
        return missing

    def give_up(self, why: str) -> None:
        """The store has been away for too long: everybody comes back later with what they have."""
        self.shut(STORE_AWAY, why)

    def shut(self, code: int, why: str) -> None:
        """Close everybody and leave the process's memory; the next to come loads the room again."""
        if self.closed:
            return
        self.closed = True
        for seat in self.seats.values():
            seat.connection.close(code, why)
        self._fail_waiting()
        self.hub.forget(self)

    def replaced(self) -> None:
        """The room was written anew. Who learns of it from `hello` comes back and leaves the old document
        behind; a plain Yjs client would bring it along."""
        for session, seat in list(self.seats.items()):
            if not seat.member.events:
                seat.connection.close(GONE, "the room is no longer the one you joined")
                self.exit(session)
        self.shut(RESTART, "the room was written anew")
        for tell in self.hub.on_replaced:
            tell(self.id)

    def check(self, now: float) -> None:
        """Twice a second: a store that stays away, readers that stay slow."""
        if self._underway_since is not None and now - self._underway_since > STORE_PATIENCE_S:
            self.give_up("the store does not answer")
            return
        for seat in list(self.seats.values()):
            waiting = seat.connection.buffered()
            if seat.stale and waiting < DRAINED_BYTES:
                seat.stale, seat.slow_since = False, None
                self.run(self.room.send_all_again(seat.member.session))
            elif waiting > NO_PRESENCE_BYTES:
                if seat.slow_since is None:
                    seat.slow_since = now
                elif now - seat.slow_since > CLOSE_AFTER_S or waiting > CLOSE_BYTES:
                    self.run([Close(seat.member.session, TOO_SLOW, "too slow to read")])
            else:
                seat.slow_since = None

    # -- effects ------------------------------------------------------------------------------------

    def run(self, effects: list[Effect]) -> None:
        for effect in effects:
            if isinstance(effect, Spread):
                self._spread(effect)
            elif isinstance(effect, Send):
                seat = self.seats.get(effect.to)
                if seat is None:
                    continue
                if effect.message[0] == SYNC and seat.connection.buffered() > NO_UPDATES_BYTES:
                    seat.stale = True  # the whole document follows once it has drained
                else:
                    self._send(seat, effect.message)
            elif isinstance(effect, Saved):
                self.hub.saved(self, effect)
            elif isinstance(effect, PresenceMoved):
                self._schedule_presence()
            elif isinstance(effect, Event):
                self.hub.event(self, self.seats[effect.by], effect.json)
            else:
                seat = self.seats.get(effect.to)
                if seat is not None:
                    seat.connection.close(effect.code, effect.why)
                    self.exit(effect.to)

    def _send(self, seat: Seat, message: bytes) -> None:
        seat.connection.write(ws_frame(message))

    def send_message(self, seat: Seat, message: bytes) -> None:
        """A message that was built for several."""
        self._send(seat, message)

    def send_event(self, session: int, event: dict[str, Any]) -> None:
        seat = self.seats.get(session)
        if seat is not None and seat.member.events:
            self._send(seat, event_message(self.hub.encode(event)))

    def _spread(self, spread: Spread) -> None:
        """One frame per update, one write per connection."""
        frames = [(by, ws_frame(message)) for by, message in spread.messages]
        everything = b"".join(frame for _, frame in frames) if len(frames) > 1 else frames[0][1]
        authors = {by for by, _ in frames if by is not None}
        for session, seat in self.seats.items():
            if seat.stale:
                continue
            if seat.connection.buffered() > NO_UPDATES_BYTES:
                seat.stale = True
            elif session not in authors:
                seat.connection.write(everything)
            elif len(frames) > 1:
                others = b"".join(frame for by, frame in frames if by != session)
                if others:
                    seat.connection.write(others)

    # -- presence -----------------------------------------------------------------------------------

    def _schedule_presence(self) -> None:
        if self._presence_timer is not None or self.closed:
            return
        wait = 0.0
        if len(self.seats) >= CROWD:
            wait = self._last_presence + PRESENCE_SPACING_S - time.monotonic()
        if wait > 0:
            self._presence_timer = self.hub.loop.call_later(wait, self._send_presence)
        else:
            self._send_presence()

    def _send_presence(self) -> None:
        self._presence_timer = None
        self._last_presence = time.monotonic()
        moved = self.room.presence.take_moved()
        if moved is None:
            return
        message, local, only = moved
        frame = ws_frame(message)
        for session, seat in self.seats.items():
            # a plain Yjs client takes a server that says nothing for 30 s for dead: it hears its own cursor
            if (session != only or not seat.member.events) and seat.connection.buffered() < NO_PRESENCE_BYTES:
                seat.connection.write(frame)
        if self.shared and local:
            self.hub.share_presence(self.id, local)

    def presence_changed(self) -> None:
        self._schedule_presence()

    # -- those who wait -------------------------------------------------------------------------------

    def _settle_waiting(self) -> None:
        waiting, self._waiting = self._waiting, []
        readers, self._readers = self._readers, []
        n = self.room.n
        for reader in readers:
            if not reader.done():
                reader.set_result(None)

        def tell() -> None:
            for future in waiting:
                if not future.done():
                    future.set_result(n)

        if waiting:
            self.hub.when_durable(tell)

    def _fail_waiting(self) -> None:
        waiting: list[asyncio.Future[int] | asyncio.Future[None]] = [*self._waiting, *self._readers]
        waiting += [job.done for job in self._jobs]
        self._waiting, self._readers, self._jobs = [], [], []
        for future in waiting:
            if not future.done():
                future.set_exception(Unavailable("store.away", "L'enregistrement ne répond pas. Réessayez."))


def _refuse(future: asyncio.Future[int], key: str) -> None:
    if not future.done():
        future.set_exception(refusal_of(key))
