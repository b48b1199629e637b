"""Moderation: what one person did is taken back, notes go out of sight and come back, or go to their author.

A hidden note is kept beside the room's document, which alone is sent to everybody. It is stored there before
it leaves the document, and leaves the store after it is back: whatever stops in between is finished when the
room is loaded, and nothing is lost.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from typing import Any

import msgspec

from tablee.errors import Conflict, Invalid, NotFound, Refused, TooMany, Unavailable
from tablee.live.commands import Commands, Done
from tablee.live.hub import Hub
from tablee.live.open_room import OpenRoom, Seat
from tablee.live.records import Session
from tablee.live.workshops import Workshops, now_ms
from tablee.model.commands.base import LEADERS
from tablee.model.commands.moderation import (
    entries_of,
    may_settle,
    note_of,
    reason_of,
    room_of,
    since_of,
    whose_of,
)
from tablee.model.workshop import Person, Workshop
from tablee.store.redis import LogEntry
from tablee.sync.document import Document, Roots, insert_entry
from tablee.sync.entries import read_entry
from tablee.sync.undo import Plan, Replay

TOPIC = "hidden_notes"
HIDDEN_PER_ROOM = 1_000
READ_AT_ONCE = 500
"""Entries of a log that are asked for at once."""
SLICE_S = 0.005
"""A log is read again in pieces of this length, so that the rooms of others go on meanwhile."""
WAITING = 4
"""One undo is worked on at a time, and so many more may wait."""
TRIES = 5

Talk = dict[str, dict[str, Any]]


class Returned(msgspec.Struct, frozen=True):
    """A hidden note that was given back to its author, with a word."""

    to: str
    text: str
    at: int
    settled: bool = False
    """They have taken notice of it."""


class Hidden(msgspec.Struct, frozen=True):
    """A note out of the document, with what was said of it. `showing`: it is on its way back."""

    note: dict[str, Any]
    comments: Talk
    reactions: Talk
    by: str
    at: int
    returned: Returned | None = None
    showing: bool = False


_write = msgspec.json.Encoder().encode
_read = msgspec.json.Decoder(Hidden).decode


class Moved(Conflict):
    """The note is no longer what was read."""

    def __init__(self) -> None:
        super().__init__("note.busy", "Quelqu'un écrit dans cette note. Réessayez dans un instant.")


class Moderation:
    def __init__(self, workshops: Workshops) -> None:
        self.workshops, self.store = workshops, workshops.store
        self.hub: Hub = workshops.hub
        self._undoing = asyncio.Lock()
        self._waiting = 0

    def serve(self, commands: Commands) -> None:
        commands.acts["person.undo"] = self.undo
        commands.acts["person.redo"] = self.redo
        commands.acts["note.hide"] = self.hide
        commands.acts["note.show"] = self.show
        commands.acts["note.return"] = self.give_back
        commands.acts["note.settle"] = self.settle
        self.hub.on_loaded.append(self.loaded)
        self.hub.on_news[TOPIC] = self.look

    # -- what one person did ------------------------------------------------------------------------

    async def undo(
        self, session: Session, workshop: Workshop, person: Person, command: Mapping[str, Any]
    ) -> Done:
        """`person.undo`: in one room or in all, what somebody did since a moment."""
        whose, since = whose_of(workshop, person, command), since_of(command, now_ms())
        preview = command.get("preview", False)
        if not isinstance(preview, bool):
            raise Invalid("command.flag", "Ce champ est vrai ou faux.", field="preview")
        rooms = workshop.rooms if command.get("room") is None else (room_of(workshop, command),)
        notes: set[tuple[str, str]] = set()
        left: set[tuple[str, str]] = set()
        entries: dict[str, list[int]] = {}
        failed: list[str] = []
        async with _Turn(self):
            for room_id in rooms:
                try:
                    if not await self._is_live(room_id, since):
                        continue
                    room = await self._open(room_id)
                    plan = await self._plan(room, whose, since)
                    if preview:
                        notes |= {(room_id, note) for note in plan.notes}
                        continue
                    for _ in range(TRIES):
                        done, refused = await self._apply_what_may(room, person, plan, entries)
                        notes |= {(room_id, note) for note in done}
                        left |= {(room_id, note) for note in refused}
                        if done | refused == plan.notes:
                            break
                        # somebody wrote while the log was read
                        again = await self._plan(room, whose, since)
                        plan = Plan(tuple(step for step in again.steps if step.note not in refused))
                except Refused:
                    if not entries:
                        raise
                    failed.append(room_id)  # what was done in the rooms before can be taken back
        more = {"undone": len(notes), "entries": entries, "left": len(left - notes), "rooms_left": failed}
        return Done(workshop.revision, None, more)

    async def redo(
        self, session: Session, workshop: Workshop, person: Person, command: Mapping[str, Any]
    ) -> Done:
        """`person.redo`: take back an undo of one's own, by the entries it answered with."""
        notes: set[tuple[str, str]] = set()
        async with _Turn(self):
            for room_id, numbers in entries_of(workshop, command).items():
                room = await self._open(room_id)
                plan = await self._plan(room, person.id, None, numbers)
                done, _ = await self._apply(room, person, plan)
                notes |= {(room_id, note) for note in done}
        return Done(workshop.revision, None, {"redone": len(notes)})

    async def _is_live(self, room_id: str, since: int) -> bool:
        """Whether anything was written in this room since then."""
        last = await self.workshops.ask(self.store.last_entry(room_id))
        return last is not None and read_entry(last.payload).at_ms >= since

    async def _open(self, room_id: str) -> OpenRoom:
        room = await self.hub.open(room_id)
        await self.hub.catch_up(room)
        if room.closed or room.damaged:
            raise Unavailable("room.reloading", "La salle se recharge. Réessayez dans un instant.")
        return room

    async def _plan(self, room: OpenRoom, whose: str, since: int | None, of: list[int] | None = None) -> Plan:
        """Read the log again, from a state before the moment (or before the entries `of`)."""
        await room.settled()
        end, owners = room.room.n, dict(room.room.owners)
        if of is not None and max(of) > end:
            raise NotFound("entries.unknown", "Cette annulation n'est pas dans cette salle.", field="entries")
        base = None
        for candidate in await self.workshops.ask(self.store.bases(room.id, room.lineage)):
            if await self._is_before(room.id, candidate.n, end, since, of):
                base = candidate
                break
        if base is None:
            raise Conflict(
                "since.too_old",
                "Ce moment est trop ancien : cette salle n'en garde plus le détail.",
                field="since",
            )
        replay = Replay(base.data, whose, of)
        try:
            await self._read(room.id, replay, base.n, end, since, min(of or [0]), owners)
            return replay.plan()
        finally:
            replay.end()

    async def _read(
        self,
        room_id: str,
        replay: Replay,
        after: int,
        end: int,
        since: int | None,
        first: int,
        owners: Mapping[int, str],
    ) -> None:
        """The log after an entry up to `end`. What is looked at begins at a moment, or with entry `first`."""
        begun = False
        pause = time.monotonic() + SLICE_S
        for start in range(after, end, READ_AT_ONCE):
            upto = min(end, start + READ_AT_ONCE)
            for found in await self._entries(room_id, start, upto):
                entry = read_entry(found.payload)
                begun = begun or (found.n >= first if since is None else entry.at_ms >= since)
                if begun:
                    replay.take(found.n, entry, owners)
                else:
                    replay.pass_by(entry)
                if time.monotonic() > pause:
                    await asyncio.sleep(0)
                    pause = time.monotonic() + SLICE_S

    async def _is_before(
        self, room_id: str, n: int, end: int, since: int | None, of: list[int] | None
    ) -> bool:
        """Whether the state at entry n is from before the moment, and what follows it is there."""
        if of is not None and n >= min(of):
            return False
        after = await self._entries(room_id, max(0, n - 1), n + 1)
        if not after:
            return n == end == 0
        if n == 0 or of is not None:
            return after[-1].n == n + 1
        return since is not None and read_entry(after[0].payload).at_ms < since

    async def _entries(self, room_id: str, after: int, upto: int) -> list[LogEntry]:
        found: list[LogEntry] = await self.workshops.ask(self.store.entries(room_id, after, upto))
        return found

    async def _apply(self, room: OpenRoom, person: Person, plan: Plan) -> tuple[frozenset[str], int]:
        """Which notes were changed by it, and the entry that holds it."""
        done: frozenset[str] = frozenset()

        def edit(roots: Roots) -> None:
            nonlocal done
            done = plan.apply(roots)

        if not plan.steps:
            return done, 0
        n = await room.edit(person.id, edit, plan.authors)
        return done, n

    async def _apply_what_may(
        self, room: OpenRoom, person: Person, plan: Plan, entries: dict[str, list[int]]
    ) -> tuple[frozenset[str], frozenset[str]]:
        """Notes that were changed, and those whose way back is refused now. `entries` gets what holds it."""
        try:
            done, n = await self._apply(room, person, plan)
            if done:
                entries.setdefault(room.id, []).append(n)
            return done, frozenset()
        except Unavailable:
            raise
        except Refused:
            if len(plan.notes) <= 1:
                return frozenset(), plan.notes
        notes = sorted(plan.notes)
        done, refused = frozenset[str](), frozenset[str]()
        for half in (notes[: len(notes) // 2], notes[len(notes) // 2 :]):
            steps = tuple(step for step in plan.steps if step.note in half)
            some, others = await self._apply_what_may(room, person, Plan(steps), entries)
            done, refused = done | some, refused | others
        return done, refused

    # -- notes out of sight ---------------------------------------------------------------------------

    async def hide(
        self, session: Session, workshop: Workshop, person: Person, command: Mapping[str, Any]
    ) -> Done:
        """`note.hide`: the note leaves the document for everybody, with its comments and likes."""
        room, note = await self._open(room_of(workshop, command)), note_of(command)
        await self._take_out(room, workshop, person, note)
        return Done(workshop.revision)

    async def give_back(
        self, session: Session, workshop: Workshop, person: Person, command: Mapping[str, Any]
    ) -> Done:
        """`note.return`: out of sight too, and its author finds it with a word about why."""
        room, note, text = await self._open(room_of(workshop, command)), note_of(command), reason_of(command)
        await self._take_out(room, workshop, person, note, text)
        return Done(workshop.revision)

    async def _take_out(
        self, room: OpenRoom, workshop: Workshop, person: Person, note_id: str, text: str | None = None
    ) -> None:
        for _ in range(TRIES):
            hidden = _hidden_of(await room.settled(), note_id, person)
            in_document = hidden is not None
            if hidden is None:
                hidden = await self._hidden(room.id, note_id)
            before = hidden.returned
            if text is not None and not in_document and before is not None and before.text == text:
                return  # the same again, after its answer was lost
            if text is not None:
                hidden = msgspec.structs.replace(hidden, returned=_returned(hidden, workshop, text))
            elif not in_document:
                return
            await self._put(room.id, note_id, hidden)
            if not in_document:
                break
            try:
                await room.edit(person.id, partial(_leave, note_id, hidden))
                break
            except Moved:
                continue
            except NotFound:
                break  # somebody deleted it meanwhile: it is out, and kept
            except Unavailable:
                raise  # it is taken out when the room is loaded, or when it is hidden again
            except Refused:
                await self.workshops.ask(self.store.drop_hidden_note(room.id, note_id))
                raise
        else:
            await self.workshops.ask(self.store.drop_hidden_note(room.id, note_id))
            raise Moved
        room.room.hidden |= {note_id}
        self.hub.spread_news(room.id, TOPIC)

    async def show(
        self, session: Session, workshop: Workshop, person: Person, command: Mapping[str, Any]
    ) -> Done:
        """`note.show`: the note comes back as it was, where it was, in its author's name."""
        room, note_id = await self._open(room_of(workshop, command)), note_of(command)
        try:
            hidden = await self._hidden(room.id, note_id)
        except NotFound:
            if (await room.settled()).note(note_id) is None:
                raise
            return Done(workshop.revision)  # the same again, after its answer was lost
        await self._put(room.id, note_id, msgspec.structs.replace(hidden, showing=True))
        back = partial(_come_back, note_id, hidden)
        try:
            try:
                await room.edit(person.id, back, _authors(note_id, hidden))
            except Refused as refusal:
                if refusal.key != "writing.silent":
                    raise
                await room.edit(None, back)  # it was seen there before writing became private
        except Unavailable:
            raise
        except Refused:
            await self._put(room.id, note_id, hidden)
            raise
        await self.workshops.ask(self.store.drop_hidden_note(room.id, note_id))
        room.room.hidden -= {note_id}
        self.hub.spread_news(room.id, TOPIC)
        return Done(workshop.revision)

    async def settle(
        self, session: Session, workshop: Workshop, person: Person, command: Mapping[str, Any]
    ) -> Done:
        """`note.settle`: its author has taken notice of a note that was given back."""
        room_id, note_id = room_of(workshop, command), note_of(command)
        hidden = await self._hidden(room_id, note_id)
        may_settle(person, hidden.returned.to if hidden.returned is not None else None)
        assert hidden.returned is not None
        returned = msgspec.structs.replace(hidden.returned, settled=True)
        await self._put(room_id, note_id, msgspec.structs.replace(hidden, returned=returned))
        self.hub.spread_news(room_id, TOPIC)
        return Done(workshop.revision)

    async def _hidden(self, room_id: str, note_id: str) -> Hidden:
        found = await self.workshops.ask(self.store.hidden_note(room_id, note_id))
        if found is None:
            raise NotFound("note.unknown", "Cette note n'existe pas, ou plus.", field="note")
        return _read(found)

    async def _put(self, room_id: str, note_id: str, hidden: Hidden) -> None:
        put = self.store.put_hidden_note(room_id, note_id, _write(hidden), HIDDEN_PER_ROOM)
        if not await self.workshops.ask(put):
            raise Conflict("note.too_many_hidden", "Cette salle a déjà mille notes masquées.")
        if not self.store.durable_at_once:
            await self.workshops.ask(self.store.durable())

    # -- who is told ----------------------------------------------------------------------------------

    async def loaded(self, room: OpenRoom) -> None:
        """Finish what a crash left: notes that were being hidden leave, those that are back are dropped."""
        kept = {note: _read(data) for note, data in (await self.store.hidden_notes(room.id)).items()}
        there = (await room.settled()).notes() if kept else {}
        for note, hidden in kept.items():
            if note in there and hidden.showing:
                await self.store.drop_hidden_note(room.id, note)
            elif note in there:
                again = _hidden_of(room.room.document, note, None, hidden)
                if again is not None:
                    await self.store.put_hidden_note(room.id, note, _write(again), HIDDEN_PER_ROOM)
                    with suppress(NotFound):  # another process that loads it was faster
                        await room.edit(None, partial(_leave, note, None))
        room.room.hidden = frozenset(n for n, h in kept.items() if not (h.showing and n in there))

    def look(self, room: OpenRoom) -> None:
        self.hub.errand(self._tell(room, list(room.seats)))

    async def entered(self, room: OpenRoom, seat: Seat, workshop: Workshop) -> None:
        if room.room.hidden:
            await self._tell(room, [seat.member.session])

    async def _tell(self, room: OpenRoom, sessions: list[int]) -> None:
        found = await self.store.hidden_notes(room.id)
        hidden = {note: _read(data) for note, data in found.items()}
        room.room.hidden = frozenset(hidden)
        for session in sessions:
            seat = room.seats.get(session)
            if seat is not None:
                room.send_event(
                    session, hidden_event(room.id, hidden, seat.member.person, seat.role in LEADERS)
                )


class _Turn:
    """One undo at a time in this process, and few that wait."""

    def __init__(self, moderation: Moderation) -> None:
        self._moderation = moderation

    async def __aenter__(self) -> None:
        if self._moderation._waiting > WAITING:
            raise TooMany("undo.too_many", "D'autres annulations sont en cours. Réessayez dans un instant.")
        self._moderation._waiting += 1
        try:
            await self._moderation._undoing.acquire()
        except BaseException:
            self._moderation._waiting -= 1
            raise

    async def __aexit__(self, *exc: object) -> None:
        self._moderation._waiting -= 1
        self._moderation._undoing.release()


def hidden_event(room: str, hidden: Mapping[str, Hidden], person: str, leads: bool) -> dict[str, Any]:
    """What one person is told: which notes are hidden by whom, those given back to them; leaders all."""
    told: dict[str, Any] = {
        "type": "hidden_notes",
        "room": room,
        "ids": {note: one.by for note, one in hidden.items()},
        "returned": [
            {"id": note, "note": one.note, "text": one.returned.text, "by": one.by, "at": one.returned.at}
            for note, one in hidden.items()
            if one.returned is not None and one.returned.to == person and not one.returned.settled
        ],
    }
    if leads:
        told["notes"] = [
            {
                "id": note,
                "note": one.note,
                "by": one.by,
                "at": one.at,
                "returned": one.returned is not None,
                "settled": one.returned is not None and one.returned.settled,
            }
            for note, one in hidden.items()
        ]
    return told


def _hidden_of(
    document: Document, note_id: str, person: Person | None, before: Hidden | None = None
) -> Hidden | None:
    """The note as it lies in the document, with what was said of it; None when it is not there."""
    note = document.note(note_id)
    if note is None:
        return None
    content = document.content()
    comments, reactions = _talk(content["comments"], note_id), _talk(content["reactions"], note_id)
    if before is not None:
        return msgspec.structs.replace(before, note=note, comments=comments, reactions=reactions)
    return Hidden(note, comments, reactions, person.id if person else "", now_ms())


def _talk(entries: Mapping[str, Any], note_id: str) -> Talk:
    return {key: value for key, value in entries.items() if key.partition(".")[0] == note_id}


def _leave(note_id: str, hidden: Hidden | None, roots: Roots) -> None:
    """Take the note out of the document. Raises `Moved` unless it is still what is kept."""
    notes = roots["notes"]
    if note_id not in notes:
        raise NotFound("note.unknown", "Cette note n'existe pas, ou plus.")
    talk = {root: [*_talk(dict(roots[root].items()), note_id)] for root in _TALK}
    if hidden is not None:
        now = {root: {key: _plain(roots[root][key]) for key in keys} for root, keys in talk.items()}
        if _plain(notes[note_id]) != hidden.note or now != {
            "comments": hidden.comments,
            "reactions": hidden.reactions,
        }:
            raise Moved
    del notes[note_id]
    for root, keys in talk.items():
        for key in keys:
            del roots[root][key]


_TALK = ("comments", "reactions")


def _plain(entry: Any) -> Any:
    return msgspec.json.decode(str(entry))


def _come_back(note_id: str, hidden: Hidden, roots: Roots) -> None:
    if note_id in roots["notes"]:
        return
    insert_entry(roots, "notes", note_id, hidden.note)
    said: dict[str, Talk] = {"comments": hidden.comments, "reactions": hidden.reactions}
    for root, talk in said.items():
        for key, values in talk.items():
            if key not in roots[root]:
                insert_entry(roots, root, key, values)


def _authors(note_id: str, hidden: Hidden) -> dict[str, str]:
    by = hidden.note.get("by")
    signed = {key: key.split(".")[1] for key in (*hidden.comments, *hidden.reactions)}
    return {**signed, note_id: by if isinstance(by, str) else ""}


def _returned(hidden: Hidden, workshop: Workshop, text: str) -> Returned:
    by = hidden.note.get("by")
    if not isinstance(by, str):
        raise Conflict("note.anonymous", "Cette note est anonyme : on ne peut que la masquer.", field="note")
    if workshop.person(by) is None:
        raise Conflict("note.author_gone", "La personne qui l'a écrite n'est plus dans l'atelier.")
    return Returned(by, text, now_ms())
