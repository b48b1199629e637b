"""How much each person writes, for facilitation only: notes, drafts, and when they last wrote.

Counted per room, in every process in which somebody of the facilitation is in that room, and told to their
sessions there at most once a second. Who participates, and who observes, is never told.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from tablee.live.hub import Hub
from tablee.live.open_room import OpenRoom, Seat
from tablee.model.carry import is_copy
from tablee.model.state import LEADERS
from tablee.model.workshop import Workshop, read_room
from tablee.store.redis import LogEntry
from tablee.sync.document import Document
from tablee.sync.entries import read_entry

SPACING_S = 1.0
SOME = 20
KNOWN_KEPT = 1_000

Counts = dict[str, dict[str, int]]
"""Person → `notes`, `hidden`, `last_at`; what is nought is left out."""
Drafts = Callable[[str], Awaitable[Mapping[str, tuple[int, int | None]]]]
"""Room → person → how many signed drafts they have there that nobody else sees, and when they wrote."""


@dataclass(slots=True)
class Watched:
    """A room that facilitation looks at."""

    room: OpenRoom
    authors: dict[str, str] = field(default_factory=dict)
    """Note → who wrote it."""
    counted: Document | None = None
    """The document of which `authors` is known; a room that starts over has another one."""
    last_at: dict[str, int] = field(default_factory=dict)
    due: bool = False
    told: Counts | None = None


class Voices:
    def __init__(self, hub: Hub, drafts: Drafts) -> None:
        self.hub, self.drafts = hub, drafts
        self._watched: dict[str, Watched] = {}
        self._on: dict[str, bool] = {}
        self._anonymous: set[str] = set()
        """Workshops with places for anonymous notes: when somebody wrote would say which are theirs."""
        hub.on_delivered = self.delivered

    # -- what happens ---------------------------------------------------------------------------------

    async def entered(self, room: OpenRoom, seat: Seat, workshop: Workshop) -> None:
        """A session has come into a room; facilitation is told at once."""
        if seat.role not in LEADERS:
            return
        self._learn(workshop)
        watched = self._watch(room)
        if workshop.voices:
            self._tell(watched, await self._count(watched), [seat])

    async def changed(self, workshop: Workshop) -> None:
        """The workshop is another: whether voices are counted may have changed."""
        was = self._on.get(workshop.id)
        self._learn(workshop)
        if was is not workshop.voices:
            for room in self.hub.rooms_of(workshop.id):
                watched = self._watched.get(room.id)
                if watched is not None:
                    watched.told = None
                    self._soon(watched)

    def _learn(self, workshop: Workshop) -> None:
        self._on.pop(workshop.id, None)
        self._on[workshop.id] = workshop.voices  # the latest at the end
        if len(self._on) > KNOWN_KEPT:
            gone = next(iter(self._on))
            del self._on[gone]
            self._anonymous.discard(gone)
        if workshop.anonymous or any(b.anonymous or b.anonymous_zones for b in workshop.boards.values()):
            self._anonymous.add(workshop.id)
        else:
            self._anonymous.discard(workshop.id)

    def delivered(self, room: OpenRoom, entry: LogEntry) -> None:
        """An entry of the log is in the document of a room."""
        watched = self._watched.get(room.id)
        if watched is None or watched.room is not room:
            return
        if room.id.partition("-")[0] not in self._anonymous:
            said = read_entry(entry.payload)
            for person in filter(None, said.people):
                watched.last_at[person] = said.at_ms
        self._soon(watched)

    def drafts_changed(self, room_id: str) -> None:
        watched = self._watched.get(room_id)
        if watched is not None:
            self._soon(watched)

    # -- counting -------------------------------------------------------------------------------------

    def _watch(self, room: OpenRoom) -> Watched:
        watched = self._watched.get(room.id)
        if watched is None or watched.room is not room:
            for gone in [key for key, one in self._watched.items() if one.room.closed]:
                del self._watched[gone]
            watched = self._watched[room.id] = Watched(room)
        return watched

    async def _count(self, watched: Watched) -> Counts:
        drafts = await self.drafts(watched.room.id)
        document = watched.room.room.document
        before = watched.authors if watched.counted is document else {}
        ids, now = document.note_ids(), self.hub.now()
        fresh = [note_id for note_id in ids if note_id not in before]
        # all at once is much faster for many, and one by one for few
        notes = document.notes() if len(fresh) > SOME else {n: document.note(n) or {} for n in fresh}
        watched.counted, watched.authors = document, {n: before[n] for n in ids if n in before}
        for note_id in fresh:
            note = notes.get(note_id, {})
            # a copy that somebody carried here was written elsewhere, and counted there
            by, at = None if is_copy(note) else note.get("by"), note.get("at")
            watched.authors[note_id] = by if isinstance(by, str) else ""
            if isinstance(by, str) and isinstance(at, int | float):
                watched.last_at[by] = max(watched.last_at.get(by, 0), min(int(at), now))
        counts: Counts = {person: {"last_at": at} for person, at in watched.last_at.items()}
        for by in watched.authors.values():
            if by:
                one = counts.setdefault(by, {})
                one["notes"] = one.get("notes", 0) + 1
        for person, (hidden, last_at) in drafts.items():
            if hidden:
                counts.setdefault(person, {})["hidden"] = hidden
            if last_at is not None and watched.room.id.partition("-")[0] not in self._anonymous:
                one = counts.setdefault(person, {})
                one["last_at"] = max(one.get("last_at", 0), last_at)
        return counts

    # -- telling --------------------------------------------------------------------------------------

    def _soon(self, watched: Watched) -> None:
        if not watched.due:
            watched.due = True
            self.hub.loop.call_later(SPACING_S, lambda: self.hub.errand(self._flush(watched)))

    async def _flush(self, watched: Watched) -> None:
        watched.due = False
        name = read_room(watched.room.id)
        if watched.room.closed or name is None or not self._on.get(name.workshop, False):
            return
        seats = [seat for seat in watched.room.seats.values() if seat.role in LEADERS]
        if not seats:
            del self._watched[watched.room.id]  # counted anew when they come back
            return
        counts = await self._count(watched)
        if counts != watched.told:
            self._tell(watched, counts, seats)

    def _tell(self, watched: Watched, counts: Counts, seats: list[Seat]) -> None:
        watched.told = counts
        for seat in seats:
            watched.room.send_event(seat.member.session, {"type": "voices", "people": counts})

    async def counts(self, workshop: Workshop) -> Counts:
        """Of the rooms of a workshop that are open here, for a page of the facilitation that asks once."""
        total: Counts = {}
        if not workshop.voices:
            return total
        self._learn(workshop)
        for room in self.hub.rooms_of(workshop.id):
            room_id = room.id
            if room_id not in workshop.rooms:
                continue
            for person, counts in (await self._count(self._watched.get(room_id) or Watched(room))).items():
                one = total.setdefault(person, {})
                for key, value in counts.items():
                    one[key] = max(one.get(key, 0), value) if key == "last_at" else one.get(key, 0) + value
        return total
