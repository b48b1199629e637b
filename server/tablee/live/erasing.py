"""Erasing one person from a workshop, and finishing what an erasure could not: the rest is `workshops.py`.

The record forgets the person first, then each room is written anew without them, under another lineage: its
log, its snapshots and its instants named them in every entry. Whoever has the room open comes back to the
new one; words that had not been saved are handed over to their author as text.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
import structlog

from tablee.errors import Conflict, NotFound, RoomDamaged, Unavailable
from tablee.live import photos
from tablee.live.commands import Commands, Done
from tablee.live.moderation import TOPIC as HIDDEN_NOTES
from tablee.live.moderation import Hidden
from tablee.live.records import Session, read_session
from tablee.live.workshops import Workshops
from tablee.model.commands.base import text_of
from tablee.model.forgetting import (
    Leaving,
    checked_notes,
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
from tablee.store.rooms import LoadedRoom
from tablee.store.versions import Version
from tablee.sync.document import Document, document_of
from tablee.sync.entries import read_entry

log = structlog.get_logger()

TRIES = 20

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

    def serve(self, commands: Commands) -> None:
        commands.acts["person.erase"] = self.person

    async def every_minute(self) -> None:
        """Erase what is due, and finish what was interrupted, here or in a process that ended."""
        await self.workshops.erase_expired()
        for workshop_id, person, how in await self.store.erasing():
            workshop = await self.workshops.by_id(workshop_id)
            if workshop is None:
                await self.store.end_erasing(workshop_id, person)
            else:
                await self._erase(workshop_id, _leaving(person, how), "")
                log.info("person.erased", workshop=workshop_id)

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
        counts, files = await self._erase(workshop.id, _leaving(target, how), found.name if found else "")
        after = await self.workshops.by_id(workshop.id)
        revision = after.revision if after is not None else workshop.revision
        return Done(revision, None, {"erased": counts.as_json(), "files": files})

    # -- all of it, in an order that leaves nothing when it is done again --------------------------------

    async def _erase(self, workshop_id: str, leaving: Leaving, name: str) -> tuple[Counts, Written]:
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
            left = msgspec.structs.replace(
                hidden,
                note=note,
                comments=talk_without(hidden.comments, leaving),
                reactions=talk_without(hidden.reactions, leaving),
                returned=None if returned is not None and returned.to == leaving.person else returned,
            )
            data = _write(leaving.renamed(msgspec.to_builtins(left)))
            await self.workshops.ask(
                self.store.put_hidden_note(room, leaving.renamed(note_id), data, len(found))
            )
        if changed:
            self.hub.spread_news(room, HIDDEN_NOTES)

    async def _photos(self, room: str, leaving: Leaving, counts: Counts) -> None:
        if leaving.notes == "delete":
            counts.photos += await self.workshops.ask(photos.drop_photos_of(self.hub, [room], leaving.person))
        for held in (await self.workshops.ask(self.store.photos([room])))[room]:
            said, board = _read_said(held.said), leaving.renamed(held.board)
            if said.by == leaving.person:
                said, counts.photos = msgspec.structs.replace(said, by=leaving.stand_in), counts.photos + 1
            elif board == held.board:
                continue
            photo = HeldPhoto(held.id, board, _write_said(said))
            await self.workshops.ask(self.store.set_photo(room, photo))

    # -- one room ----------------------------------------------------------------------------------------

    async def _room(self, room: str, leaving: Leaving, counts: Counts, name: str) -> str:
        """Write the room anew where it names the person; return what is in it then, as JSON."""
        instants: list[tuple[Version, bytes]] = []
        for _ in range(TRIES):
            loaded: LoadedRoom = await self.workshops.ask(self.store.load_room(room))
            if not loaded.meta.lineage or loaded.meta.seq == 0:
                return ""
            content = _document(loaded).content()
            if not instants:
                instants = await self._instants(room, loaded.meta.lineage)
            if not await self._names(room, loaded, leaving.person, instants):
                _count_mentions(content, name, counts)
                return _write(content).decode()
            left = forgotten_in(content, leaving)
            client_id = self.hub.new_client_id()
            lineage = secrets.token_hex(8)
            fresh = document_of(left, client_id)
            # instants go before the room changes: one that stayed behind would be found by nobody
            await self.workshops.ask(self.store.drop_all_versions(room))
            replaced = await self.workshops.ask(
                self.store.replace_room(room, loaded.meta, lineage, fresh.state(), client_id)
            )
            if replaced:
                await self._keep_instants(room, lineage, instants, leaving)
                open_here = self.hub.rooms.get(room)
                if open_here is not None:
                    open_here.replaced()
                _count(content, leaving.person, counts)
                counts.instants += len(instants)
                counts.rooms += 1
                _count_mentions(left, name, counts)
                return _write(left).decode()
        raise Unavailable("room.busy", "La salle est occupée. Réessayez dans un instant.")

    async def _names(
        self, room: str, loaded: LoadedRoom, person: str, instants: Iterable[tuple[Version, bytes]]
    ) -> bool:
        """Whether the person is named anywhere in what is kept of the room."""
        name = person.encode()
        if any(name in state or one.by == person for one, state in instants):
            return True
        if person in (await self.workshops.ask(self.store.clients(room))).values():
            return True
        entries = await self.workshops.ask(self.store.whole_log(room))
        bases = await self.workshops.ask(self.store.bases(room, loaded.meta.lineage))
        return any(name in entry.payload for entry in entries) or any(name in (b.data or b"") for b in bases)

    async def _instants(self, room: str, lineage: str) -> list[tuple[Version, bytes]]:
        found = []
        for version in await self.workshops.ask(self.store.versions(room, lineage)):
            state = await self.workshops.ask(self.store.version_state(room, version.id))
            if state is not None and version.kind != "base":  # bases are read again from the log, which goes
                found.append((version, state))
        return found

    async def _keep_instants(
        self, room: str, lineage: str, instants: Iterable[tuple[Version, bytes]], leaving: Leaving
    ) -> None:
        for version, state in instants:
            left = forgotten_in(Document(state).content(), leaving)
            by = leaving.stand_in if version.by == leaving.person else version.by
            again = msgspec.structs.replace(version, lineage=lineage, by=by)
            await self.workshops.ask(self.store.put_version(room, again, document_of(left).state()))


def _leaving(person: str, how: str) -> Leaving:
    notes, _, stand_in = how.partition(" ")
    return Leaving(person, checked_notes(notes), stand_in)


def _document(loaded: LoadedRoom) -> Document:
    """The room as the store has it. Raises `RoomDamaged` when a part of it is missing: that would be lost."""
    if not loaded.whole:
        raise Conflict(
            "room.damaged", "Cette salle est abîmée : restaurez une sauvegarde, puis recommencez."
        ) from RoomDamaged()
    document = Document(loaded.snapshot)
    for entry in loaded.entries:
        for _, update in read_entry(entry.payload).updates:
            document.apply(update)
    return document


def _count(content: Mapping[str, Any], person: str, counts: Counts) -> None:
    counts.notes += sum(note.get("by") == person for note in content["notes"].values())
    counts.comments += sum(key.split(".")[1:2] == [person] for key in content["comments"])
    counts.reactions += sum(key.split(".")[1:2] == [person] for key in content["reactions"])


def _count_mentions(content: Mapping[str, Any], name: str, counts: Counts) -> None:
    word = name.casefold()
    counts.mentions += sum(
        bool(word) and word in _write(note).decode().casefold() for note in content["notes"].values()
    )
