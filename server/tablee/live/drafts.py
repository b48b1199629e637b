"""Drafts on their way: from their author to the store, back to their author alone, and at the reveal to all.

What others are told is numbers. A reveal is one update of the document per room. It may be interrupted
anywhere: the ids of notes follow from the drafts, and whoever enters the room, or writes in it, looks again.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
import structlog

from tablee.errors import Conflict, NotFound, Unavailable
from tablee.live.hub import Hub
from tablee.live.notes import one_note
from tablee.live.open_room import OpenRoom, Seat
from tablee.live.records import Session
from tablee.live.session import person_of
from tablee.live.workshops import Workshops
from tablee.model.canvases import Catalogue
from tablee.model.commands.writing import step_revealed
from tablee.model.drafts import (
    Asked,
    Draft,
    Due,
    Tally,
    asked,
    due,
    has_due,
    hidden_zones,
    is_due,
    named_counts,
    notes_of,
    tally,
    written,
)
from tablee.model.due import step_over
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
from tablee.model.state import LEADERS
from tablee.model.workshop import Person, Workshop, may_enter, read_room, stakeholder_ids
from tablee.store.drafts import HeldDrafts
from tablee.store.redis import Store
from tablee.sync.document import insert_notes

log = structlog.get_logger()

TOPIC = "drafts"
TRIES = 20
TURN_S = 0.05
WAIT_S = 15.0
"""How long a reveal waits for another one of the same room."""
REWRITE_EVERY_S = 600.0
"""How often the store is asked to write its file anew after anonymous notes were revealed."""

_read_drafts = msgspec.json.Decoder(list[Draft])
_read_tally = msgspec.json.Decoder(Tally)
_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Written:
    """`drafts` as they are now. `revealed`: those asked about that are notes, for good; `notes`: draft → note
    of those that became one by this very call."""

    drafts: Mapping[str, Draft]
    revealed: Sequence[str] = ()
    notes: Mapping[str, str] = field(default_factory=dict)


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


class PrivateNotes:
    def __init__(self, hub: Hub, workshops: Workshops, catalogue: Catalogue) -> None:
        self.on_look: Callable[[str], None] = lambda room: None
        self.hub, self.workshops, self.catalogue = hub, workshops, catalogue
        self.store: Store = workshops.store
        self._known: dict[str, Known] = {}
        self._rewritten = -REWRITE_EVERY_S
        self._rewriting = False
        hub.on_news[TOPIC] = lambda room: hub.errand(self.look(room))

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
        if room.damaged:
            raise Conflict("room.damaged", "Cette salle est abîmée : on peut la lire, plus y écrire.")
        policy = self._policy(workshop)
        revealed = await self.workshops.ask(self.store.were_revealed(room.id, sorted(what.ids)))
        document = (await room.settled()) if what.notes else None
        for note in what.notes:
            if note["id"] not in revealed and document is not None and document.note(note["id"]) is not None:
                raise Conflict("note.exists", "Cette note existe déjà.")
        what = Asked(
            [note for note in what.notes if note["id"] not in revealed],
            [one for one in what.deleted if one not in revealed],
            [one for one in what.publish if one not in revealed],
        )
        if document is not None and what.notes and document.count("notes") >= NOTES_PER_ROOM:
            raise Conflict("room.full", "Cette salle contient déjà le maximum de notes.")
        actor = Actor(person.id, person.role, person.stakeholder)
        drafts = await self._put(room.id, actor, policy, what)
        await self._durable()
        notes: dict[str, str] = {}
        # the place may have been revealed while the draft was on its way: look after it is stored
        now = await self._workshop(room.id)
        if any(is_due(draft, self._policy(now)) and not draft.is_blank for draft in drafts.values()):
            notes = await self.reveal(room.id)
            drafts = await self.of(room.id, person.id)
        self.hub.spread_news(room.id, TOPIC)
        return Written(drafts, sorted(revealed), notes)

    async def _put(self, room: str, actor: Actor, policy: Policy, what: Asked) -> Mapping[str, Draft]:
        for _ in range(TRIES):
            held = await self.workshops.ask(self.store.drafts(room, actor.person))
            before = _drafts(held.data)
            after = written(before, what, actor, policy, self.hub.now(), _new_note)
            if after == before:
                return after
            if await self._replace(room, actor.person, held.version, after, policy, self.hub.now()):
                return after
        raise Unavailable("private.crowded", "Trop de changements à la fois. Réessayez dans un instant.")

    async def _replace(
        self,
        room: str,
        person: str,
        version: str,
        drafts: Mapping[str, Draft],
        policy: Policy,
        at: int | None,
        revealed: Sequence[str] = (),
    ) -> bool:
        """Whether nobody was faster. `at`: when something was written in them."""
        data = _encode(list(drafts.values())) if drafts else b""
        put = await self.workshops.ask(
            self.store.put_drafts(room, person, version, data, _encode(tally(drafts, policy, at)), revealed)
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

    async def holds(self, room: str, person: Person, note_id: str) -> bool:
        return note_id in await self.of(room, person.id)

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
        return await self._written_as(room, workshop, person, note)

    async def edit(
        self, room: OpenRoom, workshop: Workshop, person: Person, note_id: str, body: object
    ) -> dict[str, Any]:
        before = (await self.of(room.id, person.id))[note_id].as_json(person.id)
        fields = checked_changes(body, self._places(workshop), before)
        kept = {name: value for name, value in before.items() if name not in ("by", "at", "hidden")}
        changed = {**before["fields"], **fields.pop("fields", {})}
        return await self._written_as(room, workshop, person, {**kept, **fields, "fields": changed})

    async def _written_as(
        self, room: OpenRoom, workshop: Workshop, person: Person, note: dict[str, Any]
    ) -> dict[str, Any]:
        what = asked({"notes": [note], "publish": [note["id"]]}, self._places(workshop))
        done = await self.write(room, workshop, person, what)
        if note["id"] in done.drafts:
            return done.drafts[note["id"]].as_json(person.id)
        return await one_note(room, done.notes.get(note["id"], note["id"]))

    async def settle(self, room_id: str, workshop: Workshop) -> None:
        """Do what a reveal that was interrupted has left."""
        tallies = await self._tallies(room_id)
        if has_due(tallies.values(), self._policy(workshop)):
            await self.reveal(room_id)

    # -- the reveal -----------------------------------------------------------------------------------

    async def after_reveal(self, workshop: Workshop, command: Mapping[str, Any]) -> None:
        """The record says what is open now: take what was written there to the boards."""
        rooms = await self.workshops.ask(self.store.rooms_with_drafts(workshop.rooms))
        done = await asyncio.gather(*(self.reveal(room) for room in rooms), return_exceptions=True)
        for one in done:
            if isinstance(one, BaseException):  # the other rooms are shown all the same
                raise one

    async def on_due(self, workshop: Workshop, now: int) -> None:
        """The time of a step is over: reveal what was written in it, if that was chosen."""
        step = step_over(workshop, now)
        if step is None or not step.reveal_at_end:
            return

        async def transition(latest: Workshop) -> Workshop:
            same = latest.running is not None and latest.running.id == step.id
            return step_revealed(latest, step, self._places(latest)) if same else latest

        stored = await self.workshops.change(workshop.id, transition, b"revealed")
        await self.workshops.ask(self.store.raise_epochs(stored.rooms))
        await self.after_reveal(stored, {})

    async def changed(self, workshop: Workshop) -> None:
        """Places may have opened otherwise: with a step, or at the end of the time."""
        policy = self._policy(workshop)
        for room in self.hub.rooms_of(workshop.id):
            known = self._known.get(room.id)
            if known is None:
                continue
            if known.workshop is None or known.workshop.revision < workshop.revision:
                known.workshop = workshop
            if has_due(known.tallies.values(), policy):
                await self.reveal(room.id)
            self._tell_numbers(room, workshop, known)

    async def reveal(self, room_id: str) -> dict[str, str]:
        """Make notes of all drafts of a room that are to be shown now; gives draft → note.

        One process at a time. The record is read before the drafts: who writes one reads it after.
        """
        holder = secrets.token_hex(8)
        for _ in range(int(WAIT_S / TURN_S)):
            if await self.workshops.ask(self.store.begin_revealing(room_id, holder)):
                break
            await asyncio.sleep(TURN_S)
        else:
            raise Unavailable("room.busy", "La salle est occupée. Réessayez dans un instant.")
        try:
            return await self._reveal(room_id)
        finally:
            await self.workshops.ask(self.store.end_revealing(room_id, holder))

    async def _reveal(self, room_id: str) -> dict[str, str]:
        workshop = await self._workshop(room_id)
        policy = self._policy(workshop)
        held = await self.workshops.ask(self.store.all_drafts(room_id))
        everybodys = {person: _drafts(one.data) for person, one in held.items()}
        those = due(everybodys, policy)
        secrets.SystemRandom().shuffle(those)
        if those:
            room = await self.hub.open(room_id)
            await self.hub.catch_up(room)
            if room.damaged or room.closed:
                raise Unavailable("room.reloading", "La salle se recharge. Réessayez dans un instant.")
            notes = notes_of(those, (await room.settled()).notes(), self.hub.now())
            await room.change(None, insert_notes(notes))
        for person, one in held.items():
            await self._take_away(room_id, person, one, those, policy)
        await self._durable()
        if those:
            log.info("drafts.revealed", notes=len(those))
            if any(one.anonymous for one in those):
                await self._forget_past()
            self.hub.spread_news(room_id, TOPIC)
        return {one.draft.id: one.note_id for one in those}

    async def _take_away(
        self, room: str, person: str, held: HeldDrafts, those: Sequence[Due], policy: Policy
    ) -> None:
        """Take from a person's drafts what is a note now. What they wrote in the others meanwhile stays."""
        mine = [one.draft.id for one in those if one.person == person]
        for _ in range(TRIES):
            before = _drafts(held.data)
            kept = {
                key: draft
                for key, draft in before.items()
                if key not in mine and not (draft.is_blank and not policy.is_hidden(draft.board, draft.zone))
            }
            if len(kept) == len(before):
                return
            if await self._replace(room, person, held.version, kept, policy, None, mine):
                return
            held = await self.workshops.ask(self.store.drafts(room, person))

    async def _forget_past(self) -> None:
        """The store's file still names who wrote what belongs to nobody now: have it written anew, soon."""
        wait = self._rewritten + REWRITE_EVERY_S - time.monotonic()
        if wait > 0:
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
        await self.settle(room.id, workshop)
        known = self._known_of(room)
        if known.workshop is None or known.workshop.revision < workshop.revision:
            known.workshop = workshop
        await self.look(room, seat.member.session)

    async def look(self, room: OpenRoom, session: int | None = None) -> None:
        """Something changed: tell people in this process their own drafts where these did, and the numbers.

        `session`: somebody new, who has been told nothing.
        """
        known = self._known_of(room)
        if session is not None and session in room.seats:
            await self._tell_drafts(room, room.seats[session].member.person, session)
        if known.looking:
            known.again = True
        else:
            known.looking = True
            try:
                while True:
                    known.again = False
                    await self._look(room, known)
                    if not known.again:
                        break
            finally:
                known.looking = False
        if session is not None:
            self._tell_numbers(room, known.workshop or await self._workshop(room.id), known, session)

    async def _look(self, room: OpenRoom, known: Known) -> None:
        held = await self.workshops.ask(self.store.tallies(room.id))
        known.tallies = {person: _read_tally.decode(one.data) for person, one in held.items()}
        self.on_look(room.id)
        versions = {person: one.version for person, one in held.items()}
        before, known.versions = known.versions, versions
        for person in {seat.member.person for seat in room.seats.values()}:
            if before.get(person) != versions.get(person):
                await self._tell_drafts(room, person)
        self._tell_numbers(room, known.workshop or await self._workshop(room.id), known)

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
        return Places(self.catalogue, stakeholder_ids(workshop))

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


def _new_note() -> str:
    return new_id(secrets.randbelow, "n", 12)
