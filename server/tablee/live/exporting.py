"""Makes the files that leaders take home, in processes beside this one, and keeps them for a few minutes.

The event loop reads the store and passes bytes on; everything that computes is elsewhere. The same file is
made once for all who ask for it at the same time, and goes on when whoever asked has left. Workshops take
turns; what takes long has a process of its own, so that nobody waits for it who asked for something else.
"""

from __future__ import annotations

import asyncio
import hashlib
import pickle
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any
from weakref import WeakValueDictionary

import msgspec
import structlog

from tablee.errors import NotFound, TooMany, Unavailable
from tablee.exports.items import ITEMS, PIECEWISE, Made, Want
from tablee.live.aside import Aside, Gone, TooLong
from tablee.live.export_messages import SLOW, Failed, Held, Ready, Telling
from tablee.live.gathering import gather, hidden_in
from tablee.live.packing import Sources
from tablee.live.records import write_workshop
from tablee.live.turns import Turns
from tablee.live.workshops import Workshops
from tablee.model.redact import redacted
from tablee.model.workshop import Workshop
from tablee.words import Words

log = structlog.get_logger()

LIMIT_S = 30.0
"""The longest that one file may take."""
QUICK_S = 8.0
"""What takes longer is made again where the slow ones are: a thousand notes take less."""
LARGE_BYTES = 600_000
"""A workshop with more written in it goes there at once: some two thousand notes."""
SLOW_IDLE_S = 60
REFUSED_S = 120
"""A file that took too long is not tried again for so long, unless something changed."""
KEPT_S = 600
KEPT_BYTES = 64 * 1024 * 1024
AT_ONCE = 4
"""Requests of one workshop that may wait for files at the same time; one stream of several is one."""
AT_ONCE_HERE = 24
"""Of all workshops; half of it for those that have a request here already, the rest for who has none."""
MODULE = "tablee.live.export_process"

Files = tuple[Made, ...]


@dataclass(eq=False, slots=True, weakref_slot=True)
class Life:
    """Ends when its workshop is erased, or loses one of these people: so does all that was read before."""

    people: frozenset[str] = frozenset()
    over: bool = False


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A workshop at a moment, and how it is to be told. `digest` names both."""

    held: Held
    digest: str
    title: str
    """As far as names are told."""
    life: Life = field(default_factory=Life)
    size: int = 0
    """Bytes of what is written in its rooms."""

    @property
    def workshop(self) -> Workshop:
        return self.held.sources.workshop


@dataclass(frozen=True, slots=True)
class Kept:
    files: Files
    until: float
    life: Life

    @property
    def size(self) -> int:
        return sum(len(one.data) for one in self.files)


Key = tuple[str, str, Want]


@dataclass(frozen=True, slots=True)
class Holds:
    """What a process beside holds."""

    generation: int
    workshop: str
    digest: str
    life: Life


NOTHING = Holds(0, "", "", Life())


class Lane:
    """A process beside, and who has it now."""

    def __init__(self, aside: Aside, limit_s: float) -> None:
        self.aside, self.limit_s = aside, limit_s
        self.turns = Turns()
        self.holds = NOTHING
        self.of = ""
        """The workshop that it works for."""

    def forget(self, workshop_id: str) -> None:
        """End it, if anything of this workshop is in it."""
        if workshop_id in (self.holds.workshop, self.of):
            self.holds = NOTHING
            self.aside.drop()

    async def make(self, snapshot: Snapshot, want: Want) -> Files:
        """Raises `Unavailable`, `Gone` or `TooLong`."""
        async with self.turns.of(snapshot.workshop.id, snapshot.size):
            self.of = snapshot.workshop.id
            try:
                return await self._made(snapshot, want)
            finally:
                self.of = ""

    async def _made(self, snapshot: Snapshot, want: Want) -> Files:
        holds, there = self.holds, await self.aside.start()
        if (there, snapshot.workshop.id, snapshot.digest) != (holds.generation, holds.workshop, holds.digest):
            self.holds = NOTHING
            if snapshot.life.over:
                raise _failed()
            told = await self._ask(snapshot.held, want)
            assert isinstance(told, Ready)
            self.holds = Holds(self.aside.generation, snapshot.workshop.id, snapshot.digest, snapshot.life)
        files: Files = await self._ask(want, want)
        return files

    async def _ask(self, question: Held | Want, want: Want) -> Any:
        body = await asyncio.to_thread(pickle.dumps, question, pickle.HIGHEST_PROTOCOL)
        answer = await self.aside.ask(body, self.limit_s)
        told = await asyncio.to_thread(pickle.loads, answer)  # of our own process
        if isinstance(told, Failed):
            log.error("export.failed", format=want.format, error=told.error, where=told.where)
            raise _failed()
        return told


class Exporting:
    def __init__(
        self,
        workshops: Workshops,
        aside: Aside | None = None,
        slow: Aside | None = None,
        limit_s: float = LIMIT_S,
    ) -> None:
        self.workshops = workshops
        self.now = time.monotonic
        self._quick = Lane(aside or Aside(MODULE), min(QUICK_S, limit_s))
        self._slow = Lane(slow or Aside(MODULE, SLOW_IDLE_S, (SLOW,)), limit_s)
        self._reading = Turns()
        self._kept: OrderedDict[Key, Kept] = OrderedDict()
        self._doing: dict[Key, asyncio.Task[Files]] = {}
        self._asking: dict[str, int] = {}
        self._slowly: dict[tuple[str, Want], float] = {}
        """What the quick ones did not make in time, of any state of a workshop; until when that is known."""
        self._hopeless: dict[Key, float] = {}
        """What was not made in time at all."""
        self._lives: WeakValueDictionary[str, Life] = WeakValueDictionary()
        """Of each workshop that somebody has read something of that is still here."""

    # -- asking ---------------------------------------------------------------------------------------

    @contextmanager
    def admitted(self, workshop_id: str) -> Iterator[None]:
        """One of the requests for files that are worked on. Raises `TooMany`."""
        waiting = self._asking.get(workshop_id, 0)
        most = AT_ONCE_HERE // 2 if waiting else AT_ONCE_HERE
        if waiting >= AT_ONCE or sum(self._asking.values()) >= most:
            raise TooMany("export.busy", "Des fichiers se préparent déjà. Réessayez dans un instant.")
        self._asking[workshop_id] = waiting + 1
        try:
            yield
        finally:
            left = self._asking[workshop_id] - 1
            if left:
                self._asking[workshop_id] = left
            else:
                del self._asking[workshop_id]

    async def snapshot(self, workshop: Workshop, telling: Telling) -> Snapshot:
        """The workshop as the store has it now. Raises `Conflict` where a room cannot be read whole."""
        life = self.life_of(workshop)
        async with self._reading.of(workshop.id):
            sources = await gather(self.workshops, workshop)
            held = Held(sources, self.workshops.catalogue_of(workshop), telling)
            digest, size = await asyncio.to_thread(_digest, sources, telling)
            title = await asyncio.to_thread(_title, workshop, telling)
        snapshot = Snapshot(held, digest, title, life, size)
        await self.check(snapshot)
        return snapshot

    def life_of(self, workshop: Workshop) -> Life:
        """To be taken before the store is read."""
        life = self._lives.setdefault(workshop.id, Life())
        life.people |= {person.id for person in workshop.people}
        return life

    async def check(self, snapshot: Snapshot) -> None:
        """That nothing of it was erased or hidden since, here or by another process: nobody is given that any
        more.

        Raises `NotFound` or `Unavailable`.
        """
        workshop = await self.workshops.by_id(snapshot.workshop.id)
        if workshop is None:
            self.forget(snapshot.workshop.id)
            raise NotFound("workshop.unknown", "Cet atelier n'existe pas.")
        await self.changed(workshop)
        rooms = snapshot.held.sources.rooms
        hidden = await hidden_in(self.workshops, workshop)
        if snapshot.life.over or any(
            not some.isdisjoint(rooms[room].get("notes", {}))
            for room, some in hidden.items()
            if room in rooms
        ):
            raise _failed()

    async def files(self, snapshot: Snapshot, want: Want) -> Files:
        """Raises `Unavailable` when it takes too long or fails, `NotFound` when the workshop is erased."""
        if want.format not in PIECEWISE:
            return await self._file(snapshot, want)
        files: list[Made] = []
        while some := await self._file(snapshot, replace(want, after=len(files))):
            files += some
        return tuple(files)

    async def _file(self, snapshot: Snapshot, want: Want) -> Files:
        await self.check(snapshot)
        key = (snapshot.workshop.id, snapshot.digest, want)
        self._forget_old()
        kept = self._kept.get(key)
        if kept is not None:
            return kept.files
        task = self._doing.get(key)
        if task is None:
            task = self._doing[key] = asyncio.create_task(self._make(snapshot, want, key))
            task.add_done_callback(lambda done: self._done(key, done))
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            if task.cancelled():  # the workshop was erased, or the server stops
                raise _failed() from None
            raise

    async def items(self, snapshot: Snapshot) -> AsyncIterator[tuple[str, Want, Files | Unavailable]]:
        """Every item's files as soon as they are made; where some could not be, why.

        Raises `NotFound` or `Unavailable` when nobody may have any more of them.
        """
        for name, wants in ITEMS.items():
            for want in wants:
                try:
                    yield name, want, await self.files(snapshot, want)
                except Unavailable as refused:
                    if snapshot.life.over:
                        raise
                    yield name, want, refused

    # -- making ---------------------------------------------------------------------------------------

    async def _make(self, snapshot: Snapshot, want: Want, key: Key) -> Files:
        if key in self._hopeless:
            raise _too_long()
        try:
            files = await self._made(snapshot, want)
        except TooLong:
            log.warning("export.too_long", format=want.format)
            self._hopeless[key] = self.now() + REFUSED_S
            raise _too_long() from None
        except Gone:
            log.warning("export.process_ended", format=want.format)
            raise _failed() from None
        if any(one.plain for one in files):
            log.warning("export.plain", format=want.format)
        if snapshot.life.over:
            raise _failed()
        self._keep(key, Kept(files, self.now() + KEPT_S, snapshot.life))
        return files

    async def _made(self, snapshot: Snapshot, want: Want) -> Files:
        kind = (snapshot.workshop.id, replace(want, after=None))
        if snapshot.size <= LARGE_BYTES and kind not in self._slowly:
            try:
                return await self._quick.make(snapshot, want)
            except TooLong:
                self._slowly[kind] = self.now() + KEPT_S
        return await self._slow.make(snapshot, want)

    def _done(self, key: Key, task: asyncio.Task[Files]) -> None:
        self._doing.pop(key, None)
        if not task.cancelled():
            task.exception()  # seen, also when nobody waits any more

    # -- keeping --------------------------------------------------------------------------------------

    def _keep(self, key: Key, kept: Kept) -> None:
        self._kept[key] = kept
        size = sum(one.size for one in self._kept.values())
        while size > KEPT_BYTES:
            _, oldest = self._kept.popitem(last=False)
            size -= oldest.size
        asyncio.get_running_loop().call_later(KEPT_S + 1, self._forget_old)

    def _forget_old(self) -> None:
        now = self.now()
        while self._kept:
            key, oldest = next(iter(self._kept.items()))
            if oldest.until > now:
                break
            del self._kept[key]
        self._slowly = {one: until for one, until in self._slowly.items() if until > now}
        self._hopeless = {one: until for one, until in self._hopeless.items() if until > now}

    @property
    def kept(self) -> frozenset[str]:
        """The workshops of which files are kept."""
        return frozenset(workshop for workshop, _, _ in self._kept)

    def forget(self, workshop_id: str) -> None:
        """Of a workshop that was erased, or lost somebody: files, also those that are being made or asked
        for with what was read before."""
        life = self._lives.pop(workshop_id, None)
        if life is not None:
            life.over = True
        for key in [key for key in self._kept if key[0] == workshop_id]:
            del self._kept[key]
        for lane in (self._quick, self._slow):
            lane.forget(workshop_id)
        for task in [task for key, task in self._doing.items() if key[0] == workshop_id]:
            task.cancel()

    async def changed(self, workshop: Workshop) -> None:
        """After a change of the record: nobody who has left it is in a file that is kept, or made."""
        life = self._lives.get(workshop.id)
        if life is not None and not life.people <= {person.id for person in workshop.people}:
            self.forget(workshop.id)

    async def end(self) -> None:
        for task in list(self._doing.values()):
            task.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await task
        for lane in (self._quick, self._slow):
            await lane.aside.end()


def _too_long() -> Unavailable:
    return Unavailable("export.too_long", "Ce fichier prend trop de temps à préparer. Réessayez plus tard.")


def _failed() -> Unavailable:
    return Unavailable("export.failed", "Ce fichier n'a pas pu être préparé. Réessayez dans un instant.")


def _title(workshop: Workshop, telling: Telling) -> str:
    return redacted(workshop, {}, telling.names, Words(telling.language).say).workshop.title


def _digest(sources: Sources, telling: Telling) -> tuple[str, int]:
    """What names this state and how it is told, and how much is written in the rooms."""
    size = 0
    seen = hashlib.sha256(write_workshop(sources.workshop))
    seen.update(repr(telling).encode())
    for path, roots in sorted(sources.rooms.items()):
        seen.update(f"\n{path}\n".encode())
        written = msgspec.json.encode(roots, order="sorted")
        size += len(written)
        seen.update(written)
    for path, photos in sorted(sources.photos.items()):
        for photo in photos:
            seen.update(f"\n{path} {photo.id} {photo.board} {photo.caption}\n".encode())
    return seen.hexdigest(), size
