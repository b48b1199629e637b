"""What the sheets say of their notes: carried, merged, put aside, or open again.

It follows from the canvases alone, so it is written after them, by nobody, and again wherever it is wrong.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from tablee.errors import NotFound, Refused, Unavailable
from tablee.live.hub import Hub
from tablee.live.open_room import OpenRoom
from tablee.live.workshops import Workshops
from tablee.model.carry import PLENARY, Decided, decided_in, group_of, routes_of, target_rooms
from tablee.model.workshop import Workshop, group_rooms, plenary_room, read_room
from tablee.store.redis import LogEntry
from tablee.sync.document import Roots

SYNC_S = 0.1
"""What is decided in the same moment is said on the sheets together."""
OTHERS_S = 0.6
"""What another process decided it says itself; it is looked at whether it has."""
AGAIN_S = 1.0
TELLING = (b"sheet", b"governance", b"economic")
"""Words of which one is in every update that decides something, unless it takes something away."""


@dataclass(slots=True)
class Followed:
    """What this process knows of the decisions of a room."""

    room: OpenRoom
    statuses: dict[str, str] = field(default_factory=dict)
    """What the sheets were last made to say; those not here are open."""
    counts: tuple[int, int] = (-1, -1)
    """Notes and answers in its document."""
    due: asyncio.TimerHandle | None = None
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Statuses:
    def __init__(self, workshops: Workshops) -> None:
        self.workshops = workshops
        self.hub: Hub = workshops.hub
        self._followed: dict[str, Followed] = {}

    def serve(self) -> None:
        self.hub.on_loaded.append(self.loaded)
        self.hub.on_delivered = both(self.hub.on_delivered, self.delivered)

    async def loaded(self, room: OpenRoom) -> None:
        """A room is in memory: say what may have been left unsaid when a process ended."""
        name = read_room(room.id)
        if name is None:
            return
        if name.kind != "exploration":
            self._follow(room)
            self.sync_soon(room.id)
        if name.kind != "convergence":
            self.hub.errand(self._mend(room))

    def delivered(self, room: OpenRoom, entry: LogEntry) -> None:
        """An entry is in the document: say on the sheets what it decides."""
        name = read_room(room.id)
        if name is None or name.kind == "exploration":
            return
        followed = self._follow(room)
        document = room.room.document
        counts = document.count("notes"), document.count("answers")
        moved = counts != followed.counts or any(word in entry.payload for word in TELLING)
        followed.counts = counts
        if moved:
            self.sync_soon(room.id, SYNC_S if entry.batch.startswith(self.hub.process) else OTHERS_S)

    def _follow(self, room: OpenRoom) -> Followed:
        followed = self._followed.get(room.id)
        if followed is None or followed.room is not room:
            for gone in [key for key, one in self._followed.items() if one.room.closed]:
                del self._followed[gone]
            followed = self._followed[room.id] = Followed(room)
        return followed

    def sync_soon(self, room_id: str, after: float = SYNC_S) -> None:
        followed = self._followed.get(room_id)
        if followed is None:
            return
        when = self.hub.loop.time() + after
        if followed.due is not None:
            if followed.due.when() <= when:
                return
            followed.due.cancel()
        followed.due = self.hub.loop.call_at(when, lambda: self.hub.errand(self._sync(followed)))

    async def _sync(self, followed: Followed) -> None:
        """Write on the sheets what changed since they were written last."""
        followed.due = None
        async with followed.lock:
            await self._sync_now(followed)

    async def _sync_now(self, followed: Followed) -> None:
        room = followed.room
        name = read_room(room.id)
        if room.closed or name is None:
            return
        try:
            workshop = await self.workshops.by_id(name.workshop)
            if workshop is None:
                return
            decided = await self._decided(room)
            statuses = {key: decided.status(key) for key in decided.keys}
            before = followed.statuses
            moved = {key for key in before.keys() | statuses.keys() if before.get(key) != statuses.get(key)}
            await self._say(workshop, moved)
            followed.statuses = statuses
        except Unavailable:
            if not room.closed:
                self.sync_soon(room.id, AGAIN_S)
        except NotFound:
            return  # erased meanwhile

    async def _say(self, workshop: Workshop, keys: Iterable[str]) -> None:
        """Write the status of these sources, by all canvases on which something is decided about them."""
        by_group: dict[str, set[str]] = {}
        for key in keys:
            group, _, note_id = key.partition("/")
            by_group.setdefault(group, set()).add(note_id)
        for group, notes in by_group.items():
            room_id = _room_of_sources(workshop, group)
            if room_id is None:
                continue
            found = [await self._decided(await self.hub.open(t)) for t in target_rooms(workshop, group)]
            wanted = {note: _strongest(found, f"{group}/{note}") for note in notes}
            await self._set_statuses(await self.hub.open(room_id), wanted)

    async def _mend(self, room: OpenRoom) -> None:
        """Of a room with sheets: what its notes say of decisions that are gone."""
        try:
            await self._mend_now(room)
        except Unavailable:
            if not room.closed:
                self.hub.loop.call_later(AGAIN_S, lambda: self.hub.errand(self._mend(room)))

    async def _mend_now(self, room: OpenRoom) -> None:
        with suppress(NotFound):
            notes = (await room.settled()).notes()
            said = [key for key, note in notes.items() if note.get("status", "open") != "open"]
            name = read_room(room.id)
            workshop = await self.workshops.by_id(name.workshop) if said and name is not None else None
            if workshop is not None:
                group = group_of(room.id)
                catalogue = self.workshops.catalogue_of(workshop)
                await self._say(
                    workshop, {f"{group}/{key}" for key in said if routes_of(catalogue, notes[key])}
                )

    async def _set_statuses(self, room: OpenRoom, wanted: Mapping[str, str]) -> None:
        document = await room.settled()
        wrong = {
            note_id: status
            for note_id, status in wanted.items()
            if (note := document.note(note_id)) is not None and note.get("status", "open") != status
        }
        if not wrong or room.damaged:
            return

        def edit(roots: Roots) -> None:
            notes = roots["notes"]
            for note_id, status in wrong.items():
                if note_id in notes and notes[note_id].get("status", "open") != status:
                    notes[note_id]["status"] = status

        try:
            await room.edit(None, edit)
        except Unavailable:
            raise  # said again in a moment
        except Refused:
            return  # a room that is frozen: when it is loaded again

    async def _decided(self, room: OpenRoom) -> Decided:
        content = await room.settled()
        return decided_in(content.notes(), content.answers(), group_of(room.id))


def _room_of_sources(workshop: Workshop, group: str) -> str | None:
    if group == PLENARY:
        return plenary_room(workshop.id)
    return None if workshop.group(group) is None else group_rooms(workshop.id, group)["exploration"]


def _strongest(found: Sequence[Decided], key: str) -> str:
    said = {decided.status(key) for decided in found}
    return next((status for status in ("merged", "carried", "parked") if status in said), "open")


def both(
    one: Callable[[OpenRoom, LogEntry], None], other: Callable[[OpenRoom, LogEntry], None]
) -> Callable[[OpenRoom, LogEntry], None]:
    def call(room: OpenRoom, entry: LogEntry) -> None:
        one(room, entry)
        other(room, entry)

    return call
