"""Erasing one person from a workshop, and finishing what an erasure could not: the rest is `workshops.py`.

The record forgets the person first, then each room is told again without them, under another lineage: its
log, its snapshots and its instants, entry by entry, all put in place in one step. Whoever has the room open
comes back to the new one; words that had not been saved are handed over to their author as text.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import msgspec
import structlog

from tablee.errors import Conflict, NotFound, Refused, RoomDamaged, StoreAway, Unavailable
from tablee.live import photos
from tablee.live.commands import Commands, Done
from tablee.live.history import Resting
from tablee.live.hub import LINEAGE
from tablee.live.moderation import TOPIC as HIDDEN_NOTES
from tablee.live.moderation import Hidden
from tablee.live.records import Session, read_session
from tablee.live.workshops import Workshops, now_ms
from tablee.model.commands.base import text_of
from tablee.model.forgetting import (
    Leaving,
    checked_notes,
    entry_without,
    forgotten,
    forgotten_in,
    note_without,
    talk_without,
    without_structure,
)
from tablee.model.identity import new_id
from tablee.model.workshop import Person, Workshop
from tablee.store.files import Written
from tablee.store.photos import HeldPhoto
from tablee.store.rooms import LoadedRoom, LogEntry
from tablee.store.versions import Retold, Version, pack_state
from tablee.sync.document import Document, document_of
from tablee.sync.entries import read_entry
from tablee.sync.retelling import Retelling

log = structlog.get_logger()

TRIES = 60
"""Swaps of a room in which people write."""
BEGINNINGS = 3
SOMEONE = "-"
"""In whose name entries of the log are that were the person's."""

_write = msgspec.json.Encoder().encode
_read_hidden = msgspec.json.Decoder(Hidden).decode
_read_said = msgspec.msgpack.Decoder(photos.Said).decode
_write_said = msgspec.msgpack.Encoder().encode


@dataclass(slots=True)
class Counts:
    """What of a person was there."""

    sessions: int = 0
    reentry_codes: int = 0
    ballots: int = 0
    drafts: int = 0
    notes: int = 0
    comments: int = 0
    reactions: int = 0
    hidden_notes: int = 0
    photos: int = 0
    instants: int = 0
    rooms: int = 0
    mentions: int = 0
    """Notes of others that still say their name: what people wrote is not changed."""

    def as_json(self) -> dict[str, int]:
        return {name: getattr(self, name) for name in Counts.__slots__}


class Erasing:
    def __init__(self, workshops: Workshops) -> None:
        self.workshops, self.store, self.hub = workshops, workshops.store, workshops.hub
        self._under_way: set[tuple[str, str]] = set()

    def serve(self, commands: Commands) -> None:
        commands.acts["person.erase"] = self.person

    async def every_minute(self) -> None:
        """Erase what is due, and finish what was interrupted, here or in a process that ended."""
        await self.workshops.erase_expired()
        for workshop_id, person, how in await self.store.erasing():
            if (workshop_id, person) in self._under_way:
                continue
            try:
                if await self.workshops.by_id(workshop_id) is None:
                    await self.store.end_erasing(workshop_id, person)
                else:
                    await self._erase(workshop_id, _leaving(person, how), "")
                    log.info("person.erased", workshop=workshop_id)
            except (StoreAway, Unavailable):
                raise
            except Exception:  # the next one may be done; this one is tried again in a minute
                log.exception("person.not_erased", workshop=workshop_id)

    async def person(
        self, session: Session, workshop: Workshop, person: Person, command: Mapping[str, Any]
    ) -> Done:
        """`person.erase`: also of somebody who was removed before, and again when it was interrupted."""
        notes, target = checked_notes(command.get("notes")), text_of(command.get("person"))
        found = workshop.person(target)
        begun = [one for one in await self.store.erasing() if one[:2] == (workshop.id, target)]
        if found is None and target not in workshop.former and not begun:
            raise NotFound("person.unknown", "Cette personne n'est pas dans cet atelier.", field="person")
        if found is not None and [p.id for p in workshop.people if p.role == "organiser"] == [target]:
            raise Conflict("organiser.last", "Un atelier garde au moins une personne qui l'organise.")
        how = f"{notes} {new_id(secrets.randbelow, 'p')}"
        how = await self.workshops.ask(self.store.begin_erasing(workshop.id, target, how))
        leaving = _leaving(target, how)
        counts, files = await self._erase(workshop.id, leaving, found.name if found else "")
        after = await self.workshops.by_id(workshop.id)
        revision = after.revision if after is not None else workshop.revision
        return Done(revision, None, {"erased": counts.as_json(), "notes": leaving.notes, "files": files})

    # -- all of it, in an order that leaves nothing when it is done again --------------------------------

    async def _erase(self, workshop_id: str, leaving: Leaving, name: str) -> tuple[Counts, Written]:
        this = (workshop_id, leaving.person)
        self._under_way.add(this)
        try:
            return await self._erase_all(workshop_id, leaving, name)
        finally:
            self._under_way.discard(this)

    async def _erase_all(self, workshop_id: str, leaving: Leaving, name: str) -> tuple[Counts, Written]:
        ask, counts = self.workshops.ask, Counts()
        before: Workshop | None = None

        async def forget(workshop: Workshop) -> Workshop:
            nonlocal before
            before = workshop
            return forgotten(workshop, leaving)

        await ask(self.store.promise_files())
        workshop = await self.workshops.change(workshop_id, forget, b"person.erase")
        await ask(self.store.raise_epochs(workshop.all_rooms))
        counts.sessions = await ask(
            self.store.drop_sessions(
                workshop_id, lambda data: read_session("", data).person == leaving.person
            )
        )
        counts.reentry_codes = await ask(self.store.drop_reentry(workshop_id, leaving.person))
        counts.ballots = await ask(self.store.drop_ballots(workshop_id, leaving.person))
        known = before.person(leaving.person) if before is not None else None
        structure = known.stakeholder if known is not None and leaving.notes == "delete" else ""
        for room in workshop.all_rooms:
            counts.drafts += await ask(self.store.drop_drafts(room, leaving.person))
            await self._hidden_notes(room, leaving, counts)
            await self._photos(room, leaving, counts)
            if structure in await self._room(room, leaving, counts, name):
                structure = ""
        if structure:
            await self._structure(workshop_id, structure)
        for drop in self.workshops.on_erased:
            drop(workshop_id)
        await ask(self.store.drop_rates(leaving.person))
        # this note of it names the person, too; that the files are owed is noted besides
        await ask(self.store.end_erasing(workshop_id, leaving.person))
        return counts, await self.store.rewrite_files()

    async def _structure(self, workshop_id: str, structure: str) -> None:
        async def leave_out(workshop: Workshop) -> Workshop:
            return without_structure(workshop, structure)

        await self.workshops.change(workshop_id, leave_out, b"person.erase")

    async def _hidden_notes(self, room: str, leaving: Leaving, counts: Counts) -> None:
        changed = False
        found = await self.workshops.ask(self.store.hidden_notes(room))
        for note_id, data in found.items():
            if leaving.person.encode() not in data:
                continue
            hidden, changed = _read_hidden(data), True
            note = note_without(hidden.note, leaving)
            counts.hidden_notes += hidden.note.get("by") == leaving.person
            await self.workshops.ask(self.store.drop_hidden_note(room, note_id))
            if note is None:
                continue
            returned = hidden.returned
            told = leaving.renaming
            left = msgspec.structs.replace(
                hidden,
                note=told.values(note),
                comments=dict(
                    told.entry("comments", *one) for one in talk_without(hidden.comments, leaving).items()
                ),
                reactions=dict(
                    told.entry("reactions", *one) for one in talk_without(hidden.reactions, leaving).items()
                ),
                by=told.person(hidden.by),
                returned=None if returned is not None and returned.to == leaving.person else returned,
            )
            await self.workshops.ask(
                self.store.put_hidden_note(room, told.note(note_id), _write(left), len(found))
            )
        if changed:
            self.hub.spread_news(room, HIDDEN_NOTES)

    async def _photos(self, room: str, leaving: Leaving, counts: Counts) -> None:
        if leaving.notes == "delete":
            counts.photos += await self.workshops.ask(photos.drop_photos_of(self.hub, [room], leaving.person))
        for held in (await self.workshops.ask(self.store.photos([room])))[room]:
            said, board = _read_said(held.said), leaving.renaming.board(held.board)
            if said.by == leaving.person:
                said, counts.photos = msgspec.structs.replace(said, by=leaving.stand_in), counts.photos + 1
            elif board == held.board:
                continue
            photo = HeldPhoto(held.id, board, _write_said(said))
            await self.workshops.ask(self.store.set_photo(room, photo))

    # -- one room ----------------------------------------------------------------------------------------

    async def _room(self, room: str, leaving: Leaving, counts: Counts, name: str) -> str:
        """Tell the room again where it names the person; return what is in it then, as JSON."""
        for _ in range(BEGINNINGS):
            held = await self._held(room)
            if held is None:
                return ""
            if not await asyncio.to_thread(held.names, leaving.person):
                content = await asyncio.to_thread(held.content)
                return await asyncio.to_thread(_counted, content, counts, "", name)
            retold = await self._retold(held, leaving)
            if retold is not None:
                open_here = self.hub.rooms.get(room)
                if open_here is not None:
                    open_here.replaced()
                self.hub.spread_news(room, LINEAGE)
                counts.rooms += 1
                counts.instants += sum(version.kind != "base" for version, _ in held.versions)
                await asyncio.to_thread(_counted, retold.source, counts, leaving.person, "")
                return await asyncio.to_thread(_counted, retold.left, counts, "", name)
        raise Unavailable("room.busy", "La salle est occupée. Réessayez dans un instant.")

    async def _held(self, room: str) -> Held | None:
        """All that is kept of a room; None when nobody wrote there."""
        ask = self.workshops.ask
        loaded: LoadedRoom = await ask(self.store.load_room(room))
        meta = loaded.meta
        if not meta.lineage or meta.seq == 0:
            return None
        if not loaded.whole:
            raise Conflict(
                "room.damaged", "Cette salle est abîmée : restaurez une sauvegarde, puis recommencez."
            ) from RoomDamaged()
        log: list[LogEntry] = await ask(self.store.whole_log(room))
        bases = [(base.n, base.data) for base in await ask(self.store.bases(room, meta.lineage))]
        clients = await ask(self.store.clients(room))
        held = Held(room, loaded, [entry for entry in log if entry.n <= meta.seq], bases, clients)
        await self._look_at_versions(held)
        return held

    async def _look_at_versions(self, held: Held) -> None:
        """Instants that are there now and were not yet read; those that are gone are forgotten."""
        ask, room = self.workshops.ask, held.room
        held.known = await ask(self.store.version_ids(room))
        versions = await ask(self.store.versions(room, held.loaded.meta.lineage))
        states = {version.id: state for version, state in held.versions}
        held.versions = []
        for version in versions:
            state = states.get(version.id) or await ask(self.store.version_state(room, version.id))
            if state is not None:
                held.versions.append((version, state))

    async def _retold(self, held: Held, leaving: Leaving) -> Told | None:
        """Put the room, told again, in the place of what it was. None: begin again, it is another one now.

        While people write, what they write is told after the rest, until a swap finds nothing new.
        """
        ask, room, meta = self.workshops.ask, held.room, held.loaded.meta
        lineage, client_id = secrets.token_hex(8), self.hub.new_client_id()
        teller, entries, written = await asyncio.to_thread(held.teller, client_id, leaving), held.log, 0
        held.keep_base(teller)
        put: dict[str, Version] = {}
        try:
            for _ in range(TRIES):
                numbers = [entry.n for entry in entries if entry.n > teller.n]
                if numbers != [*range(teller.n + 1, meta.seq + 1)]:
                    return None
                await asyncio.to_thread(
                    teller.take, [(e.n, e.payload) for e in entries if e.n > teller.n], Resting()
                )
                await ask(
                    self.store.add_retold(
                        room, lineage, teller.begun + written + 1, teller.payloads[written:]
                    )
                )
                written = len(teller.payloads)
                for version, state in [*held.versions, *([held.base] if held.base else [])]:
                    if version.id not in put:
                        packed = await asyncio.to_thread(_instant, teller, version, state, leaving)
                        await ask(self.store.add_retold_state(room, lineage, version.id, packed))
                        by = leaving.stand_in if version.by == leaving.person else version.by
                        put[version.id] = msgspec.structs.replace(
                            version, lineage=lineage, by=by, size=len(packed)
                        )
                state = await asyncio.to_thread(teller.state)
                retold = Retold(lineage, client_id, state, written, [*put.values()], held.known)
                if await ask(self.store.replace_room(room, meta, retold)):
                    return Told(
                        await asyncio.to_thread(teller.source), await asyncio.to_thread(teller.content)
                    )
                now = await ask(self.store.room_meta(room))
                if now.lineage != meta.lineage or now.seq < meta.seq:
                    return None
                await self._look_at_versions(held)
                if (
                    put.keys()
                    - {version.id for version, _ in held.versions}
                    - {held.base and held.base[0].id}
                ):
                    return None
                entries = await ask(self.store.entries(room, teller.n, now.seq))
                meta = now
            return None
        finally:
            teller.end()
            with suppress(Refused):
                await ask(self.store.drop_retold(room, lineage))


@dataclass(slots=True)
class Held:
    """All that the store has of a room. `known`: ids of all its versions, of any lineage."""

    room: str
    loaded: LoadedRoom
    log: list[LogEntry]
    bases: list[tuple[int, bytes | None]]
    clients: Mapping[int, str]
    versions: list[tuple[Version, bytes]] = field(default_factory=list)
    known: frozenset[str] = frozenset()
    base: tuple[Version, bytes] | None = None

    def names(self, person: str) -> bool:
        """Whether the person is named anywhere in it."""
        name = person.encode()
        return (
            person in self.clients.values()
            or any(name in state or version.by == person for version, state in self.versions)
            or any(name in entry.payload for entry in self.log)
            or any(name in (data or b"") for _, data in self.bases)
        )

    def content(self) -> dict[str, Any]:
        document = Document(self.loaded.snapshot)
        for entry in self.loaded.entries:
            for _, update in read_entry(entry.payload).updates:
                document.apply(update)
        return document.content()

    def teller(self, client_id: int, leaving: Leaving) -> Retelling:
        """What tells it again, from as far back as the log can be read."""
        teller = Retelling(
            client_id,
            partial(entry_without, leaving=leaving),
            lambda by: SOMEONE if by == leaving.person else by,
        )
        readable = self.loaded.meta.seq
        for entry in reversed(self.log):
            if entry.n != readable:
                break
            readable -= 1
        states = [*self.bases, *((version.n, state) for version, state in self.versions)]
        n, state = min((one for one in states if one[0] >= readable), key=lambda one: one[0])
        teller.begin(n, state)
        teller.marks = {version.n for version, _ in self.versions}
        return teller

    def keep_base(self, teller: Retelling) -> None:
        """Where the log begins later than the room: what it begins from, which snapshots will not hold."""
        n = teller.begun
        if n and not any(version.n == n for version, _ in self.versions):
            first = next((read_entry(entry.payload).at_ms for entry in self.log if entry.n > n), now_ms())
            self.base = (Version(f"b{n}", "base", n, first, self.loaded.meta.lineage), b"")


@dataclass(frozen=True, slots=True)
class Told:
    """What was in a room, and what is left."""

    source: Mapping[str, Any]
    left: Mapping[str, Any]


def _instant(teller: Retelling, version: Version, state: bytes, leaving: Leaving) -> bytes:
    """The state of an instant without the person, compressed: of the room that is told, where it is of it."""
    if teller.begun <= version.n <= teller.n:
        return pack_state(teller.state_after(version.n))
    return pack_state(document_of(forgotten_in(Document(state).content(), leaving)).state())


def _leaving(person: str, how: str) -> Leaving:
    notes, _, stand_in = how.partition(" ")
    return Leaving(person, checked_notes(notes), stand_in)


def _counted(content: Mapping[str, Any], counts: Counts, person: str, name: str) -> str:
    """Count what is a person's, and where their name is still said; the content as JSON."""
    notes, word = content["notes"], name.casefold()
    if person:
        counts.notes += sum(note.get("by") == person for note in notes.values())
        counts.comments += sum(key.split(".")[1:2] == [person] for key in content["comments"])
        counts.reactions += sum(key.split(".")[1:2] == [person] for key in content["reactions"])
    if word:
        counts.mentions += sum(word in _write(note).decode().casefold() for note in notes.values())
    return _write(content).decode()
