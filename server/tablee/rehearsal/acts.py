"""What a simulated person does next: an answer that is asked for, a note of the story, or a small thing."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import Any

from tablee.live.commands import Commands
from tablee.model.canvases import Catalogue
from tablee.model.commands.deciding import may_answer, open_rounds
from tablee.model.conduct import Consent, Poll, Vote
from tablee.model.notes import Places, next_place
from tablee.model.rights import policy_of
from tablee.model.workshop import (
    CANVASES,
    Group,
    Workshop,
    may_enter,
    room_of_board,
    stakeholder_ids,
)
from tablee.rehearsal.person import SimulatedPerson
from tablee.rehearsal.story import Story, Writing
from tablee.sync.document import change_note, insert_note

DAY_MS = 86_400_000
PARKED = 0.06
"""Of the notes that somebody takes from the tray, the share they put aside."""
AT_HAND = 6
"""Of the notes in the tray, how many somebody looks at before they take one."""
RESERVATIONS = (
    "D'accord si nous en reparlons dans six mois.",
    "D'accord, à condition que ce soit écrit.",
    "Je préférerais un délai plus long, sans m'y opposer.",
)


@dataclass(frozen=True, slots=True)
class Place:
    """The board somebody works on now, and the room it is in."""

    board: str
    room: str
    group: Group

    @property
    def template(self) -> str:
        return self.board.partition("/")[0]


class Acts:
    """Everything simulated people do in one workshop. `now` gives milliseconds since 1970."""

    def __init__(
        self,
        story: Story,
        catalogue: Catalogue,
        commands: Commands,
        rng: Random,
        now: Callable[[], int],
        typing: Callable[[], Awaitable[None]],
    ) -> None:
        self.story, self.catalogue, self.commands = story, catalogue, commands
        self.rng, self.now, self.typing = rng, now, typing

    async def next(self, person: SimulatedPerson, workshop: Workshop) -> bool:
        """Do one thing; whether there was anything to do. Raises `Refused` when it was not taken."""
        place = place_of(workshop, person)
        if place is None or not await person.enter(place.room):
            return False
        if await self._answer(person, workshop):
            return True
        step = workshop.running
        if step is None:
            return False  # they have taken their seats, and wait
        if step.phase == "synthesis":
            return self._take_an_action(person)
        if step.board is None:
            return await self._fidget(person, workshop)
        if await self._write(person, workshop, place):
            return True
        if place.template in CANVASES and await self._carry(person, place):
            return True
        return self._potter(person, place)

    # -- what is asked of them ------------------------------------------------------------------------

    async def _answer(self, person: SimulatedPerson, workshop: Workshop) -> bool:
        seat = workshop.person(person.person.id)
        if seat is None:
            return False
        for one in open_rounds(workshop):
            if one.id in person.answered or not may_answer(seat, one):
                continue
            person.answered.add(one.id)
            for command in self._answers_to(person, workshop, one):
                await self._command(person, command)
            return True
        check = workshop.ready_check
        if check is not None and check.id not in person.answered:
            person.answered.add(check.id)
            await self._command(person, {"type": "ready.set", "ready": True})
            return True
        return False

    def _answers_to(
        self, person: SimulatedPerson, workshop: Workshop, one: Vote | Consent | Poll
    ) -> list[dict[str, Any]]:
        match one:
            case Vote():
                return self._ballot(person, one)
            case Consent():
                answer = self.rng.choices(("consent", "reservation"), (4, 1))[0]
                reason = self.rng.choice(RESERVATIONS) if answer == "reservation" else ""
                return [{"type": "consent.answer", "consent": one.id, "answer": answer, "reason": reason}]
            case _:
                return [
                    {"type": "poll.answer", "poll": one.id, "subject": subject, "value": value}
                    for subject, value in self._poll_values(person, workshop, one)
                ]

    def _ballot(self, person: SimulatedPerson, vote: Vote) -> list[dict[str, Any]]:
        here = [
            key
            for key, note in person.notes().items()
            if note["board"] == vote.board and vote.zone in (None, note["zone"])
        ]
        points: dict[str, int] = {}
        for _ in range(vote.dots if here else 0):
            note = self.rng.choice(here)
            if points.get(note, 0) < vote.per_note:
                points[note] = points.get(note, 0) + 1
        return [{"type": "vote.cast", "vote": vote.id, "ballot": points}] if points else []

    def _poll_values(
        self, person: SimulatedPerson, workshop: Workshop, poll: Poll
    ) -> list[tuple[str, dict[str, Any] | int]]:
        rng, notes = self.rng, person.notes()
        if poll.kind == "return":
            return [("return", rng.choices((3, 4, 5), (1, 3, 3))[0])]
        if poll.kind == "gauge":
            return [(key, rng.choice((1, 2, 2, 3))) for key in ("resource", "community", "governance")]
        if poll.kind == "verdict":
            stakeholder = next(p.stakeholder for p in workshop.people if p.id == person.person.id)
            verdict = rng.choices(("acceptable", "renegotiate"), (3, 1))[0]
            value = rng.choice((0, 1)) if verdict == "acceptable" else -1
            return [(stakeholder, {"verdict": verdict, "value": value})]
        kind = "point" if poll.kind == "place" else "question"
        there = [
            (key, note.get("fields", {}))
            for key, note in notes.items()
            if note.get("kind", "note") == kind
            and poll.board in (None, note["board"])
            and poll.zone in (None, note["zone"])
        ]
        if poll.kind == "need":
            return [(key, {"useful": rng.randint(2, 5), "feasible": rng.randint(1, 5)}) for key, _ in there]

        def near(middle: object) -> float:
            known = float(middle) if isinstance(middle, int | float) else 0.5
            return round(min(1.0, max(0.0, rng.gauss(known, 0.1))), 3)

        return [(key, {"x": near(fields.get("x")), "y": near(fields.get("y"))}) for key, fields in there]

    # -- writing ----------------------------------------------------------------------------------------

    async def _write(self, person: SimulatedPerson, workshop: Workshop, place: Place) -> bool:
        """Write the next note of the story that is theirs on this board."""
        there = person.notes()
        policy = policy_of(workshop, Places(self.catalogue, stakeholder_ids(workshop)))
        for writing in self.story.writings:
            if writing.board != place.template or writing.who != person.actor.first_name:
                continue
            note_id = _note_id(workshop.id, place.group.id, writing.number)
            if note_id in there or note_id in person.answered:
                continue
            person.answered.add(note_id)
            if "verdict" in writing.fields:  # what a stakeholder says of itself is no note of anybody
                await self._command(
                    person,
                    {
                        "type": "verdict.set",
                        "verdict": writing.fields["verdict"],
                        "value": writing.fields["value"],
                        "reason": writing.text,
                    },
                )
                return True
            count = sum(
                1 for note in there.values() if (note["board"], note["zone"]) == (place.board, writing.zone)
            )
            values = self._values(person, workshop, place, writing, count)
            if policy.is_hidden(place.board, writing.zone):
                person.draft(
                    note_id, {key: value for key, value in values.items() if key not in ("by", "at")}
                )
            else:
                await self._type(person, note_id, values)
            return True
        return False

    def _values(
        self, person: SimulatedPerson, workshop: Workshop, place: Place, writing: Writing, count: int
    ) -> dict[str, Any]:
        seat = workshop.person(person.person.id) or person.person
        fields = writing.fields_on(datetime.fromtimestamp(self.now() / 1000, UTC).date())
        values: dict[str, Any] = {
            "board": place.board,
            "zone": writing.zone,
            "kind": writing.kind,
            "place": next_place(count),
            "order": f"a{writing.number:04d}",
            "colour": seat.colour,
            "text": writing.text,
            "by": seat.id,
            "at": self.now(),
            "fields": fields,
        }
        if writing.kind == "contribution":
            fields.setdefault("stakeholder_id", seat.stakeholder)
        if place.template in CANVASES:
            values["stakeholder"] = seat.stakeholder
        return values

    async def _type(self, person: SimulatedPerson, note_id: str, values: Mapping[str, Any]) -> None:
        """As people write: a note that is empty, then half of it, then all."""
        text = str(values["text"])
        half = text.find(" ", len(text) // 2)
        person.change(insert_note(note_id, {**values, "text": ""}))
        for part in (text[:half] if half > 0 else "", text):
            person.show(board=values["board"], cursor=None, editing=note_id)
            await self.typing()
            if note_id not in person.notes():
                return  # somebody deleted it meanwhile
            person.change(change_note(note_id, {"text": part}))
        person.show(board=values["board"], cursor=None, editing=None)

    # -- the canvases -------------------------------------------------------------------------------------

    async def _carry(self, person: SimulatedPerson, place: Place) -> bool:
        canvas = place.template
        decided = {
            f"{origin.get('group', '-')}/{origin['note']}"
            for note in person.notes().values()
            if note["board"] == canvas
            for origin in note.get("origin", ())
        }
        parked = {key.removeprefix(f"park/{canvas}/") for key in person.answers() if key.startswith("park/")}
        waiting = [
            (key, row)
            for key, row in person.rows.items()
            if key not in decided | parked and any(to.startswith(canvas + ".") for to in row["to"])
        ]
        if not waiting:
            return False
        filled = Counter(
            f"{canvas}.{note['zone']}" for note in person.notes().values() if note["board"] == canvas
        )

        def turn(one: tuple[str, Mapping[str, Any]]) -> tuple[int, str, str]:
            """The emptiest zone first, and there in the order of the story."""
            key, row = one
            return filled[_zone_of(row, canvas)], row["order"], key

        # not all of them the same one
        key, row = self.rng.choice(sorted(waiting, key=turn)[:AT_HAND])
        source = {"from": row["room"], "note": row["note"]}
        if self.rng.random() < PARKED:
            await self._command(
                person, {"type": "note.park", "notes": [source], "canvas": canvas, "parked": True}
            )
            return True
        zone = _zone_of(row, canvas)
        person.show(board=canvas, cursor=None, editing=None, carrying={"keys": [key], "zone": zone})
        await self.typing()
        try:
            await self._command(person, {"type": "note.carry", "notes": [source], "zone": zone})
        finally:
            person.show(board=canvas, cursor=None, editing=None, carrying=None)
        return True

    def _take_an_action(self, person: SimulatedPerson) -> bool:
        """At the end, actions that nobody answers for find somebody."""
        for key, note in person.notes().items():
            fields = note.get("fields", {})
            if note.get("kind") != "action" or note["board"] not in CANVASES:
                continue
            missing: dict[str, Any] = {}
            if "owner_id" not in fields and "owner_text" not in fields:
                missing["owner_id"] = person.person.id
            if "due" not in fields:
                due = self.now() + self.rng.randint(20, 120) * DAY_MS
                missing["due"] = datetime.fromtimestamp(due / 1000, UTC).date().isoformat()
            if missing:
                person.change(change_note(key, {"fields": missing}))
                return True
        return False

    # -- small things ------------------------------------------------------------------------------------

    async def _fidget(self, person: SimulatedPerson, workshop: Workshop) -> bool:
        """While somebody speaks: now and then a hand goes up, and down again."""
        if person.person.id in workshop.hands:
            await self._command(person, {"type": "hand.lower"})
        elif self.rng.random() < 0.05:
            await self._command(person, {"type": "hand.raise"})
        return False

    def _potter(self, person: SimulatedPerson, place: Place) -> bool:
        """When all is said: like what somebody else wrote, put one's own notes a little elsewhere."""
        here = {key: note for key, note in person.notes().items() if note["board"] == place.board}
        if not here or self.rng.random() < 0.5:
            return False
        mine = [key for key, note in here.items() if note.get("by") == person.person.id]
        others = [key for key in here if key not in mine]
        if mine and self.rng.random() < 0.3 and place.template not in CANVASES:
            where = [round(self.rng.random(), 4), round(self.rng.random(), 4)]
            person.change(change_note(self.rng.choice(mine), {"place": where}))
        elif others:
            note = self.rng.choice(others)
            if f"like {note}" not in person.answered:
                person.answered.add(f"like {note}")
                person.like(note, self.now())
        return False

    async def _command(self, person: SimulatedPerson, command: Mapping[str, Any]) -> None:
        await self.commands.run(person.session, command)


def place_of(workshop: Workshop, person: SimulatedPerson) -> Place | None:
    """Where somebody works at this step: their own recto, their group's verso, a canvas; else their sheet."""
    seat = workshop.person(person.person.id)
    group = workshop.group(seat.group) if seat is not None and seat.group is not None else None
    if seat is None or group is None:
        return None
    step = workshop.running
    wanted = None if step is None else step.board
    if wanted is not None and wanted.startswith("assigned."):
        wanted = f"{group.sheet or 'sheet1'}.{wanted.partition('.')[2]}"
    if step is not None and step.phase == "synthesis":
        wanted = "governance"  # the actions of both canvases are in its room
    if wanted is None:
        wanted = f"{group.sheet or 'sheet1'}.verso"
    board = f"{wanted}/{seat.stakeholder}" if wanted.endswith(".recto") else wanted
    room = room_of_board(workshop, group.id, board)
    return Place(board, room, group) if may_enter(workshop, seat, room) else None


def _zone_of(row: Mapping[str, Any], canvas: str) -> str:
    """Where on a canvas a note of the tray goes."""
    return str(next(to for to in row["to"] if to.startswith(canvas + ".")))


def _note_id(workshop: str, group: str, number: int) -> str:
    """The same for the same note of the story, so that a rehearsal that goes on does not write it twice."""
    return "n" + hashlib.sha256(f"{workshop}/{group}/{number}".encode()).hexdigest()[:14]
