"""Carries notes from the sheets to the canvases, joins them, puts them aside, brings canvases together.

What is decided lies in the document of the canvas alone, in one update: whatever stops, a source is decided
or it is not. What its own note says of that is written after it, by nobody, and again wherever it is wrong.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any
from weakref import WeakValueDictionary

from tablee.errors import Invalid, NotFound, Unavailable
from tablee.live.commands import Commands, Done
from tablee.live.hub import Hub
from tablee.live.laying import Laying, Merging, pooled, raised, today, unpark, vouch
from tablee.live.open_room import OpenRoom
from tablee.live.records import Session
from tablee.live.statuses import Statuses
from tablee.live.verdicts import PREFIX, brought
from tablee.live.workshops import Workshops, now_ms
from tablee.model.carry import (
    KEY_CHARS,
    Source,
    address_of,
    carried,
    carried_id,
    decided_in,
    group_of,
    park_key,
    pool_key,
    pooled_id,
    routes_of,
    suggested_zone,
)
from tablee.model.commands import fingerprint_of
from tablee.model.commands.base import flag_of
from tablee.model.commands.convergence import (
    MERGED_AT_ONCE,
    NOTES_AT_ONCE,
    Named,
    canvas_of,
    canvases_to_pool,
    check_canvas,
    check_shown,
    check_zone,
    merged_text,
    named_notes,
    raised_ids,
    room_to_raise_in,
    target_of_sources,
)
from tablee.model.commands.verdicts import BOARD as VERDICTS_ON
from tablee.model.commands.verdicts import Entry
from tablee.model.notes import VERDICT, Places, checked_place
from tablee.model.reasons import refusal_of
from tablee.model.rights import policy_of
from tablee.model.templates import Template, Zone
from tablee.model.workshop import Person, Workshop, group_rooms, plenary_room, stakeholder_ids
from tablee.store.turns import TURN_MS
from tablee.sync.document import (
    Edit,
    Roots,
    insert_entry,
)

WAIT_S = 10.0
"""How long a carry waits for others to the same room."""
POLL_S = 0.01
COPIES = 6
"""Of one source on a canvas, however often somebody wants it again."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A room in which nobody else decides until a moment of this process's clock."""

    room: OpenRoom
    until: float

    def in_time(self, edit: Edit) -> Edit:
        """Not when it took so long that another process may have had its turn."""

        def checked(roots: Roots) -> object:
            if time.monotonic() > self.until:
                raise Unavailable("room.busy", "La salle est occupée. Réessayez dans un instant.")
            return edit(roots)

        return checked


class Carrying:
    def __init__(self, workshops: Workshops) -> None:
        self.workshops, self.store = workshops, workshops.store
        self.hub: Hub = workshops.hub
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self.statuses = Statuses(workshops)

    def serve(self, commands: Commands) -> None:
        commands.acts["note.carry"] = self.carry
        commands.acts["note.merge"] = self.merge
        commands.acts["note.park"] = self.park
        commands.acts["note.raise"] = self.raise_up
        commands.acts["rooms.pool"] = self.pool
        self.statuses.serve()

    # -- carrying -------------------------------------------------------------------------------------

    async def carry(
        self, session: Session, workshop: Workshop, person: Person, command: Mapping[str, Any]
    ) -> Done:
        """`note.carry`: a copy of each source in a zone of a canvas, unless it has one there."""
        named = named_notes(command, NOTES_AT_ONCE)
        place = None if command.get("zone") is None else self._zone(workshop, command["zone"])
        canvas = canvas_of(command) if place is None else place[0].id
        again = _again(person, command) if flag_of(command, "again", False) else ""
        spot = None if command.get("place") is None else checked_place(command["place"])
        places = self._places(workshop)
        target = target_of_sources(workshop, person, places, named, canvas, command)
        sources, missing = await self._sources(workshop, named)
        catalogue = places.catalogue
        made: list[tuple[Source, Template, Zone]] = []
        for source in sources:
            there = place or address_of(catalogue, suggested_zone(catalogue, source.note, canvas))
            if there is None:
                raise Invalid("carry.route", "Indiquez une zone : aucune n'est prévue.", field="zone")
            made.append((source, *there))
        policy = policy_of(workshop, places)
        for zone in {zone.id for _, _, zone in made}:
            check_zone(workshop, person, policy, canvas, zone)
        notes: dict[str, str] = {}
        authors: dict[str, str] = {}

        hidden: frozenset[str] = frozenset()

        def edit(roots: Roots) -> None:
            laying, where = Laying(roots["notes"]), spot
            decided = decided_in(laying.there, {}, group_of(target))
            for source, template, zone in made:
                known = decided.notes.get(canvas, {}).get(source.key)
                if known and (not again or len(known) >= COPIES):
                    notes[source.key] = known[0]
                    continue
                note_id = carried_id(canvas, source.key, again)
                if note_id in hidden:
                    continue
                notes[source.key] = note_id
                values = carried(
                    source,
                    zone,
                    f"{template.id}.{zone.id}",
                    language=workshop.language,
                    today=today(),
                    now=now_ms(),
                )
                if where is not None:
                    values["place"], where = where, None
                laying.put(note_id, values)
                vouch(authors, note_id, values, person)
            if not notes:
                raise refusal_of("note.hidden")

        keys = [source.key for source in sources]
        async with self._turn(target) as turn:
            hidden = turn.room.room.hidden
            await self._write(turn, person, edit, authors, lambda roots: unpark(roots, canvas, keys, notes))
        missing += [key for key in keys if key not in notes]
        more: dict[str, Any] = {"notes": notes}
        return Done(workshop.revision, more={**more, "missing": missing} if missing else more)

    async def merge(
        self, session: Session, workshop: Workshop, person: Person, command: Mapping[str, Any]
    ) -> Done:
        """`note.merge`: one note of several. Those that have a note on the canvas already bring it in as it
        is there now, so that nothing that was written since is lost."""
        named, text = named_notes(command, MERGED_AT_ONCE), merged_text(command)
        template, zone = self._zone(workshop, command.get("zone"))
        canvas, places = template.id, self._places(workshop)
        target = target_of_sources(workshop, person, places, named, canvas, command)
        sources, missing = await self._sources(workshop, named)
        if missing:
            raise NotFound("note.unknown", "Cette note n'existe pas, ou plus.", field="notes")
        check_zone(workshop, person, policy_of(workshop, places), canvas, zone.id)
        merging = Merging(workshop, person, sources, zone, canvas, text, group_of(target))
        keys = [source.key for source in sources]
        async with self._turn(target) as turn:
            merging.hidden = turn.room.room.hidden
            await self._write(
                turn,
                person,
                merging.edit,
                merging.authors,
                lambda roots: unpark(roots, canvas, keys, dict.fromkeys(keys, merging.note_id)),
            )
        return Done(workshop.revision, more={"note": merging.note_id})

    async def park(
        self, session: Session, workshop: Workshop, person: Person, command: Mapping[str, Any]
    ) -> Done:
        """`note.park`: put sources aside for a canvas, or take them back among those to be carried."""
        named, canvas = named_notes(command, NOTES_AT_ONCE), canvas_of(command)
        parked, places = flag_of(command, "parked", True), self._places(workshop)
        target = target_of_sources(workshop, person, places, named, canvas, command)
        sources, missing = await self._sources(workshop, named)
        check_canvas(person, policy_of(workshop, places), canvas)
        keys = {park_key(canvas, source.key): source.key for source in sources}
        if any(len(key) > KEY_CHARS for key in keys):
            raise Invalid("note.id", "Une valeur de cette note n'est pas acceptée.", field="notes")

        def edit(roots: Roots) -> None:
            answers = roots["answers"]
            for key in keys:
                if parked and key not in answers:
                    insert_entry(roots, "answers", key, {"by": person.id, "at": now_ms()})
                elif not parked and key in answers:
                    del answers[key]

        async with self._turn(target) as turn:
            await turn.room.edit(None, turn.in_time(edit))
        return Done(workshop.revision, more={"parked": parked, **({"missing": missing} if missing else {})})

    async def raise_up(
        self, session: Session, workshop: Workshop, person: Person, command: Mapping[str, Any]
    ) -> Done:
        """`note.raise`: one note for « Nous » of one or several « Je » notes, in the same room."""
        room_id, ids = room_to_raise_in(workshop, person, command), raised_ids(command)
        sources, _ = await self._sources(workshop, [(room_id, note) for note in ids], every=True)
        board, zone = self._mirror(workshop, sources, command.get("zone"))
        note_id = carried_id(board, room_id, _again(person, command))

        def edit(roots: Roots) -> None:
            laying = Laying(roots["notes"])
            if note_id not in laying.there:
                laying.put(note_id, raised(sources, board, zone, person))

        room = await self.hub.open(room_id)
        await room.edit(person.id, edit)
        return Done(workshop.revision, more={"note": note_id})

    # -- bringing canvases together ----------------------------------------------------------------------

    async def pool(
        self, session: Session, workshop: Workshop, person: Person, command: Mapping[str, Any]
    ) -> Done:
        """`rooms.pool`: what groups have on their own canvases is copied into the plenary's, each note once.

        What somebody deletes there does not come back; what groups write later comes with the next time.
        """
        canvases = canvases_to_pool(workshop, command)
        found: list[Source] = []
        said: dict[str, list[Entry]] = {}
        for group in workshop.groups:
            room = await self._open(group_rooms(workshop.id, group.id)["convergence"])
            document = await room.settled()
            notes = document.notes()
            if VERDICTS_ON in canvases:
                self._verdicts(workshop, group.id, document.answers(), said)
            found += [
                Source(group.id, note_id, note)
                for note_id, note in sorted(notes.items(), key=lambda one: str(one[1].get("order", "")))
                if note.get("board") in canvases and not note_id.startswith(VERDICT)
            ]
        policy = policy_of(workshop, self._places(workshop))
        for board, zone in {(str(source.note["board"]), str(source.note["zone"])) for source in found}:
            check_shown(policy, board, zone)
        target, copied = plenary_room(workshop.id), [0]
        for start in range(0, len(found), NOTES_AT_ONCE):
            await self._pool_some(target, person, found[start : start + NOTES_AT_ONCE], copied)
        if said:
            async with self._turn(target) as turn:
                hidden = turn.room.room.hidden
                await turn.room.edit(None, turn.in_time(lambda roots: brought(roots, workshop, said, hidden)))

        async def transition(now: Workshop) -> Workshop:
            pooled = tuple(dict.fromkeys((*now.pooled, *canvases)))
            return now if pooled == now.pooled else replace(now, pooled=pooled)

        changed = await self.workshops.change(workshop.id, transition, b"rooms.pool")
        return Done(changed.revision, more={"copied": copied[0]})

    @staticmethod
    def _verdicts(
        workshop: Workshop, group: str, answers: Mapping[str, Entry], said: dict[str, list[Entry]]
    ) -> None:
        """What stakeholders answered on a group's canvas, by how they are called on everybody's."""
        known = stakeholder_ids(workshop)
        for key, entry in answers.items():
            if key.startswith(PREFIX):
                whose = key.removeprefix(PREFIX)
                if whose not in known:  # somebody who is not there: the copy of their note
                    whose = pooled_id(VERDICTS_ON, f"{group}/{whose}")
                said.setdefault(whose, []).append(entry)

    async def _pool_some(
        self, target: str, person: Person, sources: Sequence[Source], copied: list[int]
    ) -> None:
        authors: dict[str, str] = {}
        marks: dict[str, str] = {}

        def edit(roots: Roots) -> None:
            laying, answers = Laying(roots["notes"]), roots["answers"]
            for source in sources:
                canvas = str(source.note["board"])
                note_id, mark = pooled_id(canvas, source.key), pool_key(canvas, source.key)
                if mark in answers or note_id in laying.there:
                    continue
                values = pooled(source)
                laying.put(note_id, values)
                vouch(authors, note_id, values, person)
                if len(mark) <= KEY_CHARS:
                    marks[mark] = note_id
                copied[0] += 1

        def mark(roots: Roots) -> None:
            for key, note_id in marks.items():
                if note_id in roots["notes"] and key not in roots["answers"]:
                    insert_entry(roots, "answers", key, {"by": person.id, "at": now_ms()})

        async with self._turn(target) as turn:
            await self._write(turn, person, edit, authors, mark)

    # -- plumbing -----------------------------------------------------------------------------------------

    async def _sources(
        self, workshop: Workshop, named: Sequence[Named], *, every: bool = False
    ) -> tuple[list[Source], list[str]]:
        """The sources as they are now, and the keys of those that are gone. Raises when all are."""
        found: dict[Named, Source] = {}
        catalogue = self.workshops.catalogue_of(workshop)
        for room_id in dict.fromkeys(room for room, _ in named):
            wanted = [note for room, note in named if room == room_id]
            room = await self.hub.open(room_id)
            document = await room.settled()
            notes = {note: document.note(note) for note in wanted}
            if None in notes.values():  # written on another server a moment ago
                await self.hub.catch_up(room)
                document = await room.settled()
                notes = {note: document.note(note) for note in wanted}
            for note_id, note in notes.items():
                if note is not None and routes_of(catalogue, note):
                    found[room_id, note_id] = Source(group_of(room_id), note_id, note)
        missing = [f"{group_of(room)}/{note}" for room, note in named if (room, note) not in found]
        if not found or (every and missing):
            raise NotFound("note.unknown", "Cette note n'existe pas, ou plus.", field="notes")
        return [found[one] for one in named if one in found], missing

    def _zone(self, workshop: Workshop, address: object) -> tuple[Template, Zone]:
        there = address_of(self.workshops.catalogue_of(workshop), address)
        if there is None:
            raise NotFound("zone.unknown", "Cette zone n'existe pas sur ce canevas.", field="zone")
        return there

    def _mirror(self, workshop: Workshop, sources: Sequence[Source], address: object) -> tuple[str, Zone]:
        """The zone of « Nous » that answers the one of the sources, or the one that is asked for."""
        boards = {str(source.note["board"]).partition("/")[0] for source in sources}
        templates = self.workshops.catalogue_of(workshop).templates
        template = templates.get(boards.pop()) if len(boards) == 1 else None
        other = templates.get(template.other_face or "") if template is not None else None
        if template is None or other is None or template.side != "je":
            raise Invalid(
                "raise.source", "Seules des notes « Je » d'une même fiche remontent.", field="notes"
            )
        if isinstance(address, str):
            zone = other.zone(address.rpartition(".")[2])
        else:
            first = template.zone(str(sources[0].note["zone"]))
            zone = other.zone(first.mirror) if first is not None and first.mirror is not None else None
        if zone is None:
            raise NotFound("zone.unknown", "Cette zone n'existe pas sur ce support.", field="zone")
        return other.id, zone

    def _places(self, workshop: Workshop) -> Places:
        return self.workshops.places_of(workshop)

    async def _open(self, room_id: str) -> OpenRoom:
        room = await self.hub.open(room_id)
        await self.hub.catch_up(room)
        if room.closed or room.damaged:
            raise Unavailable("room.reloading", "La salle se recharge. Réessayez dans un instant.")
        return room

    @asynccontextmanager
    async def _turn(self, room_id: str) -> AsyncIterator[Turn]:
        """Alone with the decisions of a room, among all servers, and knowing all that was decided before."""
        lock = self._turns.setdefault(room_id, asyncio.Lock())
        async with lock:
            holder = secrets.token_hex(8)
            end = time.monotonic() + WAIT_S
            while True:
                begun = time.monotonic()  # before it is asked for: the store counts from later on
                if await self.workshops.ask(self.store.begin_turn(room_id, holder)):
                    break
                if time.monotonic() > end:
                    raise Unavailable("room.busy", "La salle est occupée. Réessayez dans un instant.")
                await asyncio.sleep(POLL_S)
            try:
                yield Turn(await self._open(room_id), begun + TURN_MS / 1000)
            finally:
                self.statuses.sync_soon(room_id)
                with suppress(Unavailable):
                    await self.workshops.ask(self.store.end_turn(room_id, holder))

    @staticmethod
    async def _write(
        turn: Turn, person: Person, edit: Edit, authors: Mapping[str, str], besides: Edit
    ) -> None:
        """A change in somebody's name, and what only the server may write with it, in one entry."""
        done = await asyncio.gather(
            turn.room.edit(person.id, turn.in_time(edit), authors),
            turn.room.edit(None, turn.in_time(besides)),
            return_exceptions=True,
        )
        for one in done:
            if isinstance(one, BaseException):
                raise one


def _again(person: Person, command: Mapping[str, Any]) -> str:
    """What tells one more copy from the others: the same when the very command comes again."""
    return fingerprint_of(person, command) or secrets.token_hex(8)
