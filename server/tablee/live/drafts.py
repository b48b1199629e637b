"""Drafts on their way: from their author to the store, back to their author alone, and at the reveal to all.

What others are told is numbers. A reveal changes the document of each room once. It may be interrupted
anywhere: the ids of notes follow from the drafts, and whoever enters the room, or writes in it, looks again.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec
import structlog

from tablee.errors import Conflict, Forbidden, NotFound, Unavailable
from tablee.live.commands import Commands
from tablee.live.hub import Hub
from tablee.live.notes import edit_note, one_note, remove_note
from tablee.live.open_room import OpenRoom, Seat
from tablee.live.records import Session
from tablee.live.session import person_of
from tablee.live.workshops import Workshops
from tablee.model.drafts import (
    Asked,
    Draft,
    Due,
    Tally,
    asked,
    count_of,
    due,
    has_due,
    has_named,
    hidden_zones,
    is_due,
    later_words,
    left_behind,
    named_counts,
    nameless,
    notes_of,
    says_other,
    tally,
    written,
)
from tablee.model.identity import new_id
from tablee.model.notes import (
    NOTES_PER_ROOM,
    Places,
    checked_changes,
    in_reading_order,
    next_place,
    order_after,
)
from tablee.model.rights import Actor, Policy, policy_of
from tablee.model.workshop import (
    LEADERS,
    Person,
    Workshop,
    may_enter,
    may_write_in,
    read_room,
)
from tablee.store.drafts import REVEAL_MS, HeldDrafts
from tablee.store.redis import Store
from tablee.sync.document import NotesMap, change_note, insert_notes, plain

log = structlog.get_logger()

TOPIC = "drafts"
TRIES = 20
TURN_S = 0.05
WAIT_S = 15.0
"""How long a reveal waits for another one of the same room."""
SPACING_S = 0.15
"""The numbers are looked at this often at most: a room writes at the same time."""
AGAIN_S = 1.0
"""When a reveal that could not be done is tried again."""
AT_ONCE = 300
"""So many notes are made in one update."""
REWRITE_EVERY_S = 600.0
"""How often the store is asked to write its file anew after anonymous notes were revealed."""

_read_drafts = msgspec.json.Decoder(list[Draft])
_read_tally = msgspec.json.Decoder(Tally)
_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Written:
    """`drafts` as they are now, `stored` as they were before they were looked at for what is to be a note.
    `revealed`: those asked about that were notes already, for good."""

    drafts: Mapping[str, Draft]
    stored: Mapping[str, Draft]
    revealed: Sequence[str]


@dataclass(slots=True)
class Known:
    """What this process has told the sessions of a room."""

    tallies: Mapping[str, Tally] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    workshop: Workshop | None = None
    """As it is now: every process hears of each change."""
    told: Any = None
    looking: bool = False
    again: bool = False
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Who read the numbers later tells them later."""


class PrivateNotes:
    def __init__(self, hub: Hub, workshops: Workshops) -> None:
        self.on_look: Callable[[str], None] = lambda room: None
        self.hub, self.workshops = hub, workshops
        self.store: Store = workshops.store
        self._known: dict[str, Known] = {}
        self._rewritten = -REWRITE_EVERY_S
        self._rewriting = False
        self._began = False
        hub.on_news[TOPIC] = lambda room: hub.errand(self.look(room))

    def serve(self, commands: Commands) -> None:
        """What follows from commands once they are stored."""
        commands.afterwards["writing.reveal"] = self.after_reveal
        for kind in ("writing.anonymous", "step.next", "step.previous", "step.go", "agenda.edit"):
            commands.afterwards[kind] = self.after_hiding

    # -- from their author ---------------------------------------------------------------------------

    async def take(self, room: OpenRoom, session: Session, message: Mapping[str, Any]) -> Sequence[str]:
        """Do what a session asks for; returns once it is durable, with those drafts that are notes already.

        Raises `Refused` with the reason; nothing is done then.
        """
        workshop = await self._workshop(room.id)
        person = person_of(session, workshop)
        what = asked(message, self._places(workshop))
        done = await self.write(room, workshop, person, what)
        return done.revealed

    async def write(self, room: OpenRoom, workshop: Workshop, person: Person, what: Asked) -> Written:
        """Change the drafts of a person, and reveal at once what is not (any more) to be hidden."""
        if not may_enter(workshop, person, room.id):
            raise NotFound("room.unknown", "Cette salle n'existe pas.")
        if not may_write_in(workshop, person, room.id):
            raise Forbidden("role.read_only", "Vous êtes ici pour lire : vous ne pouvez pas écrire.")
        if room.damaged:
            raise Conflict("room.damaged", "Cette salle est abîmée : on peut la lire, plus y écrire.")
        if what.notes:
            await self._room_for(room, person, what)
        actor = Actor(person.id, person.role, person.stakeholder)
        stored, revealed = await self._put(room.id, actor, self._policy(workshop), what)
        drafts = stored
        await self._durable()
        # the place may have become anonymous, or open, meanwhile: look after the draft is stored
        policy = self._policy(await self._workshop(room.id))
        if nameless(drafts, policy) != drafts:
            await self._make_nameless(room.id, policy)
            drafts = await self.of(room.id, person.id)
        if any(is_due(draft, policy) and not draft.is_blank for draft in drafts.values()):
            await self.reveal(room.id)
            drafts = await self.of(room.id, person.id)
        self.hub.spread_news(room.id, TOPIC)
        return Written(drafts, stored, sorted(revealed))

    async def _room_for(self, room: OpenRoom, person: Person, what: Asked) -> None:
        """Raises `Conflict` when a draft would be another note that is there, or one too many."""
        document = await room.settled()
        own = await self.of(room.id, person.id)
        # in this order: a reveal first makes the note, then takes the draft away and names it
        revealed = await self.workshops.ask(self.store.were_revealed(room.id, sorted(what.ids)))
        fresh = [note["id"] for note in what.notes if note["id"] not in own and note["id"] not in revealed]
        if not fresh:
            return
        hidden = await self.workshops.ask(self.store.hidden_notes(room.id))
        if any(one in hidden or document.note(one) is not None for one in fresh):
            raise Conflict("note.exists", "Cette note existe déjà.")
        waiting = count_of((await self._tallies(room.id)).values())
        if document.count("notes") + waiting + len(fresh) > NOTES_PER_ROOM:
            raise Conflict("room.full", "Cette salle contient déjà le maximum de notes.")

    async def _put(
        self, room: str, actor: Actor, policy: Policy, what: Asked
    ) -> tuple[Mapping[str, Draft], set[str]]:
        """The drafts after what is asked for, and which of those asked about had become notes before."""
        for _ in range(TRIES):
            revealed = await self.workshops.ask(self.store.were_revealed(room, sorted(what.ids)))
            wanted = what.without(revealed)
            held = await self.workshops.ask(self.store.drafts(room, actor.person))
            before = _drafts(held.data)
            after = written(before, wanted, actor, policy, self.hub.now(), _new_note)
            if after == before:
                return after, revealed
            now, ids = self.hub.now(), [note["id"] for note in wanted.notes]
            if await self._replace(room, actor.person, held.version, after, policy, now, written=ids):
                return after, revealed
        raise Unavailable("private.crowded", "Trop de changements à la fois. Réessayez dans un instant.")

    async def _replace(
        self,
        room: str,
        person: str,
        version: str,
        drafts: Mapping[str, Draft],
        policy: Policy,
        at: int | None,
        revealed: Collection[str] = (),
        written: Collection[str] = (),
    ) -> bool:
        """Whether nobody was faster, a reveal of those that are `written` either. `at`: when something was
        written in them."""
        data = _encode(list(drafts.values())) if drafts else b""
        numbers = _encode(tally(drafts, policy, at))
        put = await self.workshops.ask(
            self.store.put_drafts(room, person, version, data, numbers, revealed, written)
        )
        if put is None:
            raise NotFound("room.erased", "Cet atelier a été effacé.")
        return bool(put)

    async def of(self, room: str, person: str) -> Mapping[str, Draft]:
        """The drafts of a person in a room."""
        return _drafts((await self.workshops.ask(self.store.drafts(room, person))).data)

    # -- the same as plain values, for HTTP ------------------------------------------------------------

    def hides(self, workshop: Workshop, board: object, zone: object) -> bool:
        return (
            isinstance(board, str) and isinstance(zone, str) and self._policy(workshop).is_hidden(board, zone)
        )

    async def with_own(
        self, notes: list[dict[str, Any]], room: str, person: Person, board: str | None, zone: str | None
    ) -> list[dict[str, Any]]:
        """Notes in reading order, and among them what this person has written for themselves so far."""
        drafts = (await self.of(room, person.id)).values()
        own = [d.as_json(person.id) for d in drafts if board in (None, d.board) and zone in (None, d.zone)]
        return in_reading_order({note["id"]: note for note in [*notes, *own]}) if own else notes

    async def add(self, room: OpenRoom, workshop: Workshop, person: Person, body: object) -> dict[str, Any]:
        """A draft; where notes are only anonymous, a note at once."""
        places = self._places(workshop)
        fields = checked_changes(body, places, None)
        board, zone = str(fields["board"]), str(fields["zone"])
        shared = (await room.settled()).notes().values()
        own = await self.of(room.id, person.id)
        there = [str(n.get("order", "")) for n in shared if n.get("board") == board and n.get("zone") == zone]
        there += [draft.order for draft in own.values() if (draft.board, draft.zone) == (board, zone)]
        note = {
            "id": _new_note(),
            "kind": places.first_kind(board, zone),
            "place": next_place(len(there)),
            "order": order_after(there),
            "colour": person.colour,
            **fields,
        }
        made = await self._written_as(room, workshop, person, note)
        assert made is not None  # nobody else knows this id
        return made

    async def edit(
        self, room: OpenRoom, workshop: Workshop, person: Person, note_id: str, body: object
    ) -> dict[str, Any]:
        """A draft, or a note: also when it becomes one in this moment."""
        places, draft = self._places(workshop), (await self.of(room.id, person.id)).get(note_id)
        if draft is not None:
            before = draft.as_json(person.id)
            fields = checked_changes(body, places, before)
            kept = {name: value for name, value in before.items() if name not in ("by", "at", "hidden")}
            changed = {**before["fields"], **fields.pop("fields", {})}
            note = {**kept, **fields, "fields": changed}
            done = await self._written_as(room, workshop, person, note)
            if done is not None:
                return done
            note_id = await self._made_of(room, draft.id, draft.becomes)
        return await edit_note(room, person, places, note_id, body)

    async def remove(self, room: OpenRoom, workshop: Workshop, person: Person, note_id: str) -> None:
        """The same, to delete it."""
        draft = (await self.of(room.id, person.id)).get(note_id)
        if draft is not None:
            done = await self.write(room, workshop, person, Asked(deleted=[note_id]))
            if note_id not in done.revealed:
                return
            note_id = await self._made_of(room, draft.id, draft.becomes)
        await remove_note(room, person, note_id)

    async def _written_as(
        self,
        room: OpenRoom,
        workshop: Workshop,
        person: Person,
        note: dict[str, Any],
    ) -> dict[str, Any] | None:
        """As it is after that, a draft or a note; None when it had become a note before."""
        what = asked({"notes": [note], "publish": [note["id"]]}, self._places(workshop))
        done = await self.write(room, workshop, person, what)
        if note["id"] in done.revealed:
            return None
        if note["id"] in done.drafts:
            return done.drafts[note["id"]].as_json(person.id)
        stored = done.stored[note["id"]]
        return await one_note(room, await self._made_of(room, stored.id, stored.becomes))

    async def _made_of(self, room: OpenRoom, draft_id: str, becomes: str) -> str:
        """The id of the note that was made of a draft, maybe by another process."""
        await self.hub.catch_up(room)
        document = await room.settled()
        return becomes if document.note(becomes) is not None else draft_id

    async def settle(self, room_id: str, workshop: Workshop) -> None:
        """Do what a reveal that was interrupted has left."""
        if not self._began:
            self._began = True
            await self._forget_left()
        await self._follow(room_id, await self._tallies(room_id), workshop)

    async def _follow(self, room_id: str, tallies: Mapping[str, Tally], workshop: Workshop) -> None:
        """Do with the drafts of a room what this state of the workshop asks for."""
        policy = self._policy(workshop)
        if has_named(tallies.values(), policy):
            await self._make_nameless(room_id, policy)
        if has_due(tallies.values(), policy):
            await self.reveal(room_id)

    # -- the reveal -----------------------------------------------------------------------------------

    async def after_reveal(self, workshop: Workshop, command: Mapping[str, Any]) -> None:
        """The record says what is open now: take what was written there to the boards."""
        rooms = await self.workshops.ask(self.store.rooms_with_drafts(workshop.rooms))
        done = await asyncio.gather(*(self.reveal(room) for room in rooms), return_exceptions=True)
        for one in done:
            if isinstance(one, BaseException):  # the other rooms are shown all the same
                raise one

    async def after_hiding(self, workshop: Workshop, command: Mapping[str, Any]) -> None:
        """The record says where notes belong to nobody now: so do the drafts that are there already, before
        another step ends that. Also asked for at each step, since one may begin so."""
        policy = self._policy(workshop)
        for room in await self.workshops.ask(self.store.rooms_with_drafts(workshop.rooms)):
            if has_named((await self._tallies(room)).values(), policy):
                await self._make_nameless(room, policy)

    async def _make_nameless(self, room: str, policy: Policy) -> None:
        for person, one in (await self._tallies(room)).items():
            if not has_named([one], policy):
                continue
            for _ in range(TRIES):
                held = await self.workshops.ask(self.store.drafts(room, person))
                before = _drafts(held.data)
                after = nameless(before, policy)
                if after == before:
                    break
                if await self._replace(room, person, held.version, after, policy, one.last_at):
                    break
            else:
                raise Unavailable(
                    "private.crowded", "Trop de changements à la fois. Réessayez dans un instant."
                )

    async def changed(self, workshop: Workshop) -> None:
        """Places may have opened otherwise: with a step, or at the end of the time."""
        for room in self.hub.rooms_of(workshop.id):
            known = self._known.get(room.id)
            if known is None:
                continue
            if known.workshop is None or known.workshop.revision < workshop.revision:
                known.workshop = workshop
            self._tell_numbers(room, workshop, known)
            await self._follow_up(room, known)

    async def _follow_up(self, room: OpenRoom, known: Known) -> None:
        """Of a room that is open here; what cannot be done now is looked at again."""
        workshop = known.workshop or await self._workshop(room.id)
        try:
            await self._follow(room.id, known.tallies, workshop)
        except Unavailable:
            if not room.closed:
                self.hub.loop.call_later(AGAIN_S, lambda: self.hub.errand(self.look(room)))

    async def reveal(self, room_id: str) -> None:
        """Make notes of all drafts of a room that are to be shown now. One process at a time."""
        holder = secrets.token_hex(8)
        for _ in range(int(WAIT_S / TURN_S)):
            if await self.workshops.ask(self.store.begin_revealing(room_id, holder)):
                break
            await asyncio.sleep(TURN_S)
        else:
            raise Unavailable("room.busy", "La salle est occupée. Réessayez dans un instant.")
        try:
            await self._reveal(room_id, holder)
        finally:
            await self.workshops.ask(self.store.end_revealing(room_id, holder))

    async def _reveal(self, room_id: str, holder: str) -> None:
        """The record is read before the drafts, since who writes one reads it after, and once more then: of a
        silence that began meanwhile nothing is shown."""
        before = self._policy(await self._workshop(room_id))
        held = await self.workshops.ask(self.store.all_drafts(room_id))
        after = self._policy(await self._workshop(room_id))
        those = due({person: _drafts(one.data) for person, one in held.items()}, before, after)
        secrets.SystemRandom().shuffle(those)
        room = await self.hub.open(room_id) if those else None
        if room is not None:
            if room.damaged:
                log.warning("drafts.damaged", room=room_id, notes=len(those))
                return
            await self.hub.catch_up(room)
            await self._insert(room, those, holder)
        for person, one in held.items():
            mine = {each.draft.id: each for each in those if each.person == person}
            await self._take_away(room_id, room, person, one, mine, after)
        await self._durable()
        if those:
            log.info("drafts.revealed", notes=len(those))
            self.hub.spread_news(room_id, TOPIC)
            if any(one.anonymous for one in those):
                await self._forget_past()

    async def _insert(self, room: OpenRoom, those: Sequence[Due], holder: str) -> None:
        """Make the notes, unless it took so long that another process may have made them, and people may have
        changed or deleted them since. A crowd's come in parts: in between others have their turn."""
        for start in range(0, len(those), AT_ONCE):
            await self._insert_some(room, those[start : start + AT_ONCE], holder)

    async def _insert_some(self, room: OpenRoom, those: Sequence[Due], holder: str) -> None:
        await room.settled()
        until = time.monotonic() + REVEAL_MS / 1000
        may = await self.workshops.ask(self.store.hold_revealing(room.id, holder))

        def make(notes: NotesMap) -> None:
            if not may or time.monotonic() > until:
                raise Unavailable("room.busy", "La salle est occupée. Réessayez dans un instant.")
            insert_notes(notes_of(those, plain(notes), self.hub.now()))(notes)

        await room.change(None, make)

    async def _take_away(
        self,
        room_id: str,
        room: OpenRoom | None,
        person: str,
        held: HeldDrafts,
        mine: dict[str, Due],
        policy: Policy,
    ) -> None:
        """Take from a person's drafts what is a note now. What they wrote in the others meanwhile stays, and
        what they wrote in these goes into the notes."""
        for _ in range(TRIES):
            before = _drafts(held.data)
            kept = {key: draft for key, draft in left_behind(before, policy).items() if key not in mine}
            changed = {key: one for key, one in mine.items() if says_other(before.get(key), one.draft)}
            if room is not None and changed:
                latest = self._policy(await self._workshop(room_id))
                here = {seat.member.person for seat in room.seats.values()}
                here |= room.room.presence.people_elsewhere()
                for key, one in changed.items():
                    now = before[key]
                    if latest.is_silent(now.board, now.zone) or (now.anonymous and not one.anonymous):
                        # written in another silence already, or without a name: a note of its own, later
                        apart = replace(now, id=_new_note(), becomes=_new_note())
                        kept[apart.id] = apart
                    elif one.anonymous or person not in here:
                        # else their page has the words, and puts them into the note: never both
                        await room.change(None, _add_words(one, now))
                        mine[key] = replace(one, draft=now)
            if not mine and len(kept) == len(before):
                return
            if await self._replace(room_id, person, held.version, kept, policy, None, mine):
                return
            held = await self.workshops.ask(self.store.drafts(room_id, person))

    async def _forget_left(self) -> None:
        """What a process that ended could not have forgotten any more."""
        if await self.workshops.ask(self.store.has_past()):
            await self._forget_past()

    async def _forget_past(self) -> None:
        """The store's file still names who wrote what belongs to nobody now: have it written anew, soon."""
        wait = self._rewritten + REWRITE_EVERY_S - time.monotonic()
        if wait > 0:
            await self.workshops.ask(self.store.keep_in_mind())
            if not self._rewriting:
                self._rewriting = True
                self.hub.loop.call_later(wait, lambda: self.hub.errand(self._forget_past()))
            return
        self._rewriting = False
        self._rewritten = time.monotonic()
        await self.workshops.ask(self.store.forget_past())

    # -- to their author, and numbers to the others -------------------------------------------------------

    async def entered(self, room: OpenRoom, seat: Seat, workshop: Workshop) -> None:
        """Somebody came in: their drafts, and how many others wait. First what a reveal may have left."""
        with suppress(Unavailable):  # it is tried again; their own drafts they get all the same
            await self.settle(room.id, workshop)
        known = self._known_of(room)
        if known.workshop is None or known.workshop.revision < workshop.revision:
            known.workshop = workshop
        session = seat.member.session
        await self._tell_drafts(room, seat.member.person, session)
        await self._look(room, known)
        self._tell_numbers(room, known.workshop, known, session)

    async def look(self, room: OpenRoom) -> None:
        """Something changed: tell people here their own drafts where these did, and the numbers."""
        known = self._known_of(room)
        if known.looking:
            known.again = True
            return
        known.looking = True
        try:
            while True:
                known.again = False
                await self._look(room, known)
                await asyncio.sleep(SPACING_S)
                if not known.again:
                    return
        finally:
            known.looking = False

    async def _look(self, room: OpenRoom, known: Known) -> None:
        async with known.lock:
            held = await self.workshops.ask(self.store.tallies(room.id))
            known.tallies = {person: _read_tally.decode(one.data) for person, one in held.items()}
            self.on_look(room.id)
            versions = {person: one.version for person, one in held.items()}
            before, known.versions = known.versions, versions
            for person in {seat.member.person for seat in room.seats.values()}:
                if before.get(person) != versions.get(person):
                    await self._tell_drafts(room, person)
            self._tell_numbers(room, known.workshop or await self._workshop(room.id), known)
        await self._follow_up(room, known)

    async def _tell_drafts(self, room: OpenRoom, person: str, session: int | None = None) -> None:
        drafts = await self.of(room.id, person)
        event = {"type": "private", "notes": [draft.as_json(person) for draft in drafts.values()]}
        for one, seat in list(room.seats.items()):
            if seat.member.person == person and session in (None, one):
                room.send_event(one, event)

    def _tell_numbers(
        self, room: OpenRoom, workshop: Workshop, known: Known, session: int | None = None
    ) -> None:
        name = read_room(room.id)
        group = name.group if name is not None else None
        seated = frozenset(
            p.id for p in workshop.people if p.role == "participant" and group in (None, p.group)
        )
        numbers: dict[str, Any] = {"type": "hidden", "zones": hidden_zones(known.tallies, seated)}
        people = named_counts(known.tallies) if workshop.voices else {}
        if session is None and known.told == (numbers, people):
            return
        known.told = (numbers, people)
        for one, seat in list(room.seats.items()):
            if session in (None, one):
                leads = seat.role in LEADERS
                room.send_event(one, {**numbers, "people": people} if leads else numbers)

    async def voices(self, room_id: str) -> dict[str, tuple[int, int | None]]:
        """Of each person with signed drafts in a room: how many, and when they wrote; for facilitation."""
        tallies = await self._tallies(room_id)
        counts = named_counts(tallies)
        return {person: (count, tallies[person].last_at) for person, count in counts.items()}

    # -- plumbing ---------------------------------------------------------------------------------------

    async def _tallies(self, room: str) -> dict[str, Tally]:
        held = await self.workshops.ask(self.store.tallies(room))
        return {person: _read_tally.decode(one.data) for person, one in held.items()}

    async def _workshop(self, room: str) -> Workshop:
        name = read_room(room)
        workshop = await self.workshops.by_id(name.workshop) if name is not None else None
        if workshop is None:
            raise NotFound("workshop.gone", "Cet atelier a été effacé.")
        return workshop

    def _places(self, workshop: Workshop) -> Places:
        return self.workshops.places_of(workshop)

    def _policy(self, workshop: Workshop) -> Policy:
        return policy_of(workshop, self._places(workshop))

    def _known_of(self, room: OpenRoom) -> Known:
        if len(self._known) > 2 * len(self.hub.rooms) + 100:
            self._known = {key: one for key, one in self._known.items() if key in self.hub.rooms}
        return self._known.setdefault(room.id, Known())

    async def _durable(self) -> None:
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.hub.when_durable(lambda: None if done.done() else done.set_result(None))
        await done


def _drafts(data: bytes) -> dict[str, Draft]:
    return {draft.id: draft for draft in _read_drafts.decode(data)} if data else {}


def _add_words(one: Due, now: Draft) -> Callable[[NotesMap], None]:
    """What an author wrote in a draft while a note was made of it."""

    def change(notes: NotesMap) -> None:
        note = plain(notes).get(one.note_id)
        fields = later_words(one.draft, now, note) if note is not None else {}
        if fields:
            change_note(one.note_id, fields)(notes)

    return change


def _new_note() -> str:
    return new_id(secrets.randbelow, "n", 12)
