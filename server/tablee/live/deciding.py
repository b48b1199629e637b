"""Votes and consent rounds while they are open: ballots come in, turnout goes out, then they are closed.

Nothing of what people answered leaves here before the end but their own ballot, to themselves. The same
holds for polls, whose answers come in by `polls.py`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from tablee.errors import Conflict, Invalid, NotFound
from tablee.live.commands import Commands, Done
from tablee.live.hub import Hub
from tablee.live.open_room import OpenRoom, Seat
from tablee.live.records import Session
from tablee.live.workshops import Workshops, now_ms
from tablee.model.commands.deciding import (
    Round,
    answer_of,
    ballot_of,
    closed,
    consent_to_answer,
    counted,
    is_asked_about,
    may_answer,
    name_of,
    open_rounds,
    over_limit,
    points_of,
    round_to_close,
    rounds_due,
    rounds_of,
    vote_to_cast,
    with_consent_closed,
    with_vote_closed,
)
from tablee.model.commands.polls import with_poll_closed
from tablee.model.conduct import Answer, Consent, Poll, Vote
from tablee.model.workshop import (
    LEADERS,
    Person,
    Workshop,
    group_rooms,
    may_enter,
    plenary_room,
    read_room,
    room_kind,
)
from tablee.store.votes import OverLimit, RoundOver

TOPIC = "turnout"
SPACING_S = 0.15
"""Turnout is told at most this often: a table votes in the same second."""

_points = msgspec.json.Decoder(dict[str, int])
_answer = msgspec.json.Decoder(Answer)
_values = msgspec.json.Decoder(dict[str, Any])
_encode = msgspec.json.Encoder().encode


@dataclass(slots=True)
class Told:
    """What the people of a workshop in this process were told last of one round."""

    turnout: tuple[int, int]
    ballots: Mapping[str, bytes]


@dataclass(slots=True)
class Watch:
    """What this process knows of the open rounds of a workshop."""

    told: dict[str, Told] = field(default_factory=dict)
    cast: set[tuple[str, str]] = field(default_factory=set)
    """Round and person of ballots that came in while the store was asked: what it said of them is old."""
    looking: bool = False
    again: bool = False
    spreading: bool = False


class Deciding:
    def __init__(self, workshops: Workshops) -> None:
        self.workshops, self.store = workshops, workshops.store
        self.hub: Hub = workshops.hub
        self._watches: dict[str, Watch] = {}

    def serve(self, commands: Commands) -> None:
        commands.acts["vote.cast"] = self.cast
        commands.acts["vote.close"] = self.close_vote
        commands.acts["consent.answer"] = self.answer
        commands.acts["consent.close"] = self.close_consent
        commands.afterwards["vote.drop"] = commands.afterwards["consent.drop"] = self.dropped
        commands.afterwards["workshop.close"] = self.ended

    # -- ballots ----------------------------------------------------------------------------------

    async def cast(
        self, session: Session, workshop: Workshop, person: Person, command: Mapping[str, Any]
    ) -> Done:
        """`vote.cast`: the points of one note, or a whole ballot."""
        vote = vote_to_cast(workshop, person, command, now_ms())
        await self.check_once(workshop, person, vote)
        if ("ballot" in command) == ("note" in command):
            raise Invalid("vote.ballot", "Indiquez une note et ses points, ou un bulletin.", field="ballot")
        try:
            if "ballot" in command:
                ballot = ballot_of(vote, command["ballot"])
                for note in ballot:
                    await self._check_note(workshop, person, vote, note)
                kept = _encode(ballot)
                await self.ask(
                    self.store.put_ballot(workshop.id, vote.id, person.id, kept if ballot else b"")
                )
            else:
                note, points = command["note"], points_of(vote, command.get("dots"))
                if points > 0 or not isinstance(note, str):  # taken back even when the note is gone
                    await self._check_note(workshop, person, vote, note)
                kept = await self.ask(
                    self.store.cast_points(workshop.id, vote.id, person.id, note, points, vote.dots)
                )
        except OverLimit:
            raise over_limit() from None
        except RoundOver:
            raise closed("vote") from None
        await self.kept(workshop, vote, person)
        return Done(workshop.revision, more={"vote": vote.id, "ballot": _points.decode(kept)})

    async def answer(
        self, session: Session, workshop: Workshop, person: Person, command: Mapping[str, Any]
    ) -> Done:
        """`consent.answer`."""
        consent = consent_to_answer(workshop, person, command, now_ms())
        await self.check_once(workshop, person, consent)
        answer = answer_of(command)
        try:
            await self.ask(self.store.put_ballot(workshop.id, consent.id, person.id, _encode(answer)))
        except RoundOver:
            raise closed("consent") from None
        await self.kept(workshop, consent, person)
        return Done(workshop.revision, more={"consent": consent.id, "ballot": _said(answer)})

    async def check_once(self, workshop: Workshop, person: Person, one: Round) -> None:
        """What was answered counts as it was then: who is moved to another group does not answer again."""
        if person.role in LEADERS:
            return  # they sit at any table
        for other in open_rounds(workshop):
            if _sort(other) != _sort(one) or other.id == one.id:
                continue
            if person.id in await self.ask(self.store.ballots(workshop.id, other.id)):
                raise Conflict("round.elsewhere", "Vous avez déjà répondu avec un autre groupe.")

    async def kept(self, workshop: Workshop, one: Round, person: Person) -> None:
        """Said to be kept once it is: a ballot is as dear as a note."""
        watch = self._watches.setdefault(workshop.id, Watch())
        watch.cast.add((one.id, person.id))
        self._spread_soon(workshop, watch)
        await self.ask(self.store.durable())

    async def _check_note(self, workshop: Workshop, person: Person, vote: Vote, note: object) -> None:
        """Raise unless the note is one of those that the vote is about."""
        if not (isinstance(note, str) and await self.is_there(workshop, person, vote, note)):
            raise NotFound("note.unknown", "Cette note n'est pas parmi celles du vote.", field="note")

    async def is_there(self, workshop: Workshop, person: Person, one: Vote | Poll, note: str) -> bool:
        """Whether the note lies where it is asked about, in a room this person may enter."""
        rooms = [room for room in self._rooms(workshop, person, one) if may_enter(workshop, person, room)]
        for room_id in rooms:
            document = await (await self.hub.open(room_id)).settled()
            if is_asked_about(one, document.note(note)):
                return True
        return False

    def _rooms(self, workshop: Workshop, person: Person, one: Vote | Poll) -> list[str]:
        """Where the notes it is about are for somebody; what this process holds already comes first."""
        board = str(one.board)
        kind = room_kind(workshop, board)
        if kind == "plenary":
            return [plenary_room(workshop.id)]
        group = one.group or person.group
        groups = [g.id for g in workshop.groups if group in (None, g.id)]
        rooms = [group_rooms(workshop.id, name)[kind] for name in groups]
        if one.group is None and board in workshop.pooled:
            rooms.append(plenary_room(workshop.id))
        return sorted(rooms, key=lambda room: room not in self.hub.rooms)

    # -- closing and dropping -----------------------------------------------------------------------

    async def close_vote(
        self, session: Session, workshop: Workshop, person: Person, command: Mapping[str, Any]
    ) -> Done:
        return await self._closed(workshop, "vote", command)

    async def close_consent(
        self, session: Session, workshop: Workshop, person: Person, command: Mapping[str, Any]
    ) -> Done:
        return await self._closed(workshop, "consent", command)

    async def _closed(self, workshop: Workshop, kind: str, command: Mapping[str, Any]) -> Done:
        done = await self.close(workshop.id, round_to_close(workshop, kind, command.get(kind)))
        return Done(done.revision)

    async def close(self, workshop_id: str, one: Round) -> Workshop:
        """Take no more ballots, count, and store the result. May be asked again, at any moment between."""
        found = await self.ask(self.store.close_round(workshop_id, one.id))

        async def count(workshop: Workshop) -> Workshop:
            if isinstance(one, Vote):
                ballots = {person: _points.decode(ballot) for person, ballot in found.items()}
                return with_vote_closed(workshop, one.id, ballots, now_ms())
            if isinstance(one, Poll):
                values = {person: _values.decode(ballot) for person, ballot in found.items()}
                return with_poll_closed(workshop, one.id, values, now_ms())
            answers = {person: _answer.decode(ballot) for person, ballot in found.items()}
            return with_consent_closed(workshop, one.id, answers, now_ms())

        kind = f"{name_of(one)}.close".encode()
        workshop = await self.workshops.change(workshop_id, count, kind)
        await self._seal(workshop_id)
        return workshop

    async def close_due(self, workshop: Workshop, now: int) -> None:
        """Close the rounds whose time is over."""
        for one in rounds_due(workshop, now):
            await self.close(workshop.id, one)

    async def ended(self, workshop: Workshop, command: Mapping[str, Any]) -> None:
        """A workshop that is closed takes no more ballots: what was still open is counted."""
        for one in open_rounds(workshop):
            await self.close(workshop.id, one)

    async def dropped(self, workshop: Workshop, command: Mapping[str, Any]) -> None:
        """Also of a round without a ballot yet: one that is on its way is not to be kept."""
        name = command.get("vote", command.get("consent", command.get("poll")))
        if all(one.id != name for one in rounds_of(workshop)):
            await self.ask(self.store.seal_round(workshop.id, str(name)))
        await self._seal(workshop.id)

    async def _seal(self, workshop_id: str) -> None:
        """Delete the ballots of all rounds that are over, also of those that an earlier try left behind."""
        names = await self.ask(self.store.rounds(workshop_id))
        if not names:
            return
        workshop = await self.workshops.by_id(workshop_id)  # after the names: each was in a record before
        running = {one.id for one in open_rounds(workshop)} if workshop is not None else set(names)
        for name in names:
            if name not in running:
                await self.ask(self.store.seal_round(workshop_id, name))

    # -- turnout, and one's own ballot ------------------------------------------------------------------

    async def entered(self, room: OpenRoom, seat: Seat, workshop: Workshop) -> None:
        """Somebody has come in: the turnout of what is open, and their own ballots."""
        for one in open_rounds(workshop):
            ballots = await self.ask(self.store.ballots(workshop.id, one.id))
            room.send_event(seat.member.session, _turnout(one, counted(workshop, one, ballots)))
            person = workshop.person(seat.member.person)
            if person is not None and may_answer(person, one):
                room.send_event(seat.member.session, _ballot(one, ballots.get(person.id)))

    async def changed(self, workshop: Workshop) -> None:
        """Who is asked may have changed, and rounds begin and end."""
        if open_rounds(workshop):
            self._look_soon(workshop.id)
        else:
            self._watches.pop(workshop.id, None)

    def look(self, room: OpenRoom) -> None:
        name = read_room(room.id)
        if name is not None:
            self._look_soon(name.workshop)

    def _spread_soon(self, workshop: Workshop, watch: Watch) -> None:
        if watch.spreading:
            return
        watch.spreading = True

        def spread() -> None:
            watch.spreading = False
            self._look_soon(workshop.id)
            for room in workshop.rooms:
                self.hub.spread_news(room, TOPIC)

        self.hub.loop.call_later(SPACING_S, spread)

    def _look_soon(self, workshop_id: str) -> None:
        watch = self._watches.setdefault(workshop_id, Watch())
        if watch.looking:
            watch.again = True
        else:
            watch.looking = True
            self.hub.errand(self._look(workshop_id, watch))

    async def _look(self, workshop_id: str, watch: Watch) -> None:
        """Tell turnout and own ballots where they are not what was told last."""
        try:
            while True:
                await asyncio.sleep(SPACING_S)  # what comes in the same moment is told together
                watch.again = False
                watch.cast.clear()
                if not await self._tell(workshop_id, watch):
                    self._watches.pop(workshop_id, None)
                    return
                if not watch.again:
                    return
        finally:
            watch.looking = False

    async def _tell(self, workshop_id: str, watch: Watch) -> bool:
        """Whether there is still somebody to tell."""
        here = {seat.member.person for room in self.hub.rooms_of(workshop_id) for seat in room.seats.values()}
        workshop = await self.workshops.by_id(workshop_id) if here else None
        if workshop is None:
            return False
        rounds = open_rounds(workshop)
        watch.told = {one.id: watch.told[one.id] for one in rounds if one.id in watch.told}
        for one in rounds:
            ballots = await self.ask(self.store.ballots(workshop_id, one.id))
            before, now = watch.told.get(one.id), counted(workshop, one, ballots)
            if before is None or before.turnout != now:
                event = _turnout(one, now)
                self.hub.tell(workshop_id, _always(event))
            known = before.ballots if before is not None else {}
            later = {person for name, person in watch.cast if name == one.id}
            for person in here - later:
                if known.get(person) != ballots.get(person):
                    self.hub.tell_person(workshop_id, person, _ballot(one, ballots.get(person)))
            kept = {person: known[person] for person in later if person in known}
            rest = {person: ballot for person, ballot in ballots.items() if person not in later}
            watch.told[one.id] = Told(now, {**rest, **kept})
        return bool(rounds)

    async def ask(self, call: Any) -> Any:
        return await self.workshops.ask(call)


def _always(event: dict[str, Any]) -> Callable[[Seat], dict[str, Any]]:
    return lambda seat: event


def _turnout(one: Round, counts: tuple[int, int]) -> dict[str, Any]:
    return {"type": "turnout", name_of(one): one.id, "turnout": counts[0], "of": counts[1]}


def _ballot(one: Round, kept: bytes | None) -> dict[str, Any]:
    if isinstance(one, Consent):
        said: Any = _said(_answer.decode(kept)) if kept is not None else None
    else:
        said = _values.decode(kept) if kept is not None else {}
    return {"type": "ballot", name_of(one): one.id, "ballot": said}


def _sort(one: Round) -> tuple[str, str]:
    """Nobody answers two rounds of the same sort that are open in two groups."""
    return name_of(one), one.kind if isinstance(one, Poll) else ""


def _said(answer: Answer) -> dict[str, str]:
    return {"answer": answer.answer, "reason": answer.reason}
