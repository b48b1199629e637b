"""Writes what stakeholders say of their balance into the document of the canvas.

The answer, with those before it, lies in the root `answers`, which clients are refused; a note in the zone
« Équilibre de chacun » repeats it for lists, paper and exports, locked, so that nobody else may change it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tablee.errors import NotFound, Unavailable
from tablee.live.commands import Commands, Done
from tablee.live.hub import Hub
from tablee.live.open_room import OpenRoom, Seat
from tablee.live.records import Session
from tablee.live.workshops import Workshops, now_ms
from tablee.model.commands.verdicts import (
    BOARD,
    MIXED,
    ZONE,
    Entry,
    after,
    room_to_judge_in,
    stakeholder_of,
    together,
    verdict_of,
    verdicts_of_poll,
)
from tablee.model.notes import VERDICT
from tablee.model.workshop import Person, Workshop, stakeholder_ids
from tablee.sync.document import Roots, insert_entry

PREFIX = "verdict/"
_WORDS: Mapping[str, Mapping[str, str]] = {
    "fr": {
        "acceptable": "Acceptable",
        "renegotiate": "À renégocier",
        "unacceptable": "Inacceptable",
        MIXED: "Avis partagés",
    },
    "en": {
        "acceptable": "Acceptable",
        "renegotiate": "To renegotiate",
        "unacceptable": "Not acceptable",
        MIXED: "Opinions differ",
    },
}
_TAKEN_KEPT = 1_000


class Verdicts:
    def __init__(self, workshops: Workshops) -> None:
        self.workshops = workshops
        self.hub: Hub = workshops.hub
        self._taken: dict[str, None] = {}
        """Closed polls of which this process knows that they are written."""

    def serve(self, commands: Commands) -> None:
        commands.acts["verdict.set"] = self.set

    async def set(
        self, session: Session, workshop: Workshop, person: Person, command: Mapping[str, Any]
    ) -> Done:
        """`verdict.set`: what a stakeholder answers, by its own people or by facilitation in its name."""
        stakeholder = stakeholder_of(person, command)
        entry = verdict_of(person, stakeholder, command, now_ms())
        places = self.workshops.places_of(workshop)
        room = await self._open(room_to_judge_in(workshop, person, command, places))
        known = stakeholder_ids(workshop)

        def edit(roots: Roots) -> None:
            if stakeholder not in known and not _is_actor(roots, stakeholder):
                raise NotFound(
                    "stakeholder.unknown", "Cette structure n'est pas dans cet atelier.", field="stakeholder"
                )
            _write(roots, workshop, stakeholder, entry, person.colour)
            _repair(roots, workshop, stakeholder, room.room.hidden)

        await room.edit(None, edit)
        return Done(workshop.revision)

    # -- answers that came first in private -----------------------------------------------------------

    async def changed(self, workshop: Workshop) -> None:
        """A poll may have been closed: what was answered stands on the canvas from then on. Repeatable."""
        polls = [p for p in workshop.polls if p.kind == "verdict" and p.closed_at and p.id not in self._taken]
        if not polls or not self.hub.rooms_of(workshop.id):
            return
        for poll in polls:
            given = verdicts_of_poll(poll)
            for room_id, whose in poll.rooms.items():
                if room_id not in workshop.rooms:
                    continue  # of a group that was dissolved since
                room = await self._open(room_id)

                def edit(
                    roots: Roots, whose: tuple[str, ...] = whose, given: Mapping[str, Entry] = given
                ) -> None:
                    for stakeholder in whose:
                        _write(roots, workshop, stakeholder, given[stakeholder], None)

                await room.edit(None, edit)
            self._taken[poll.id] = None
            if len(self._taken) > _TAKEN_KEPT:
                del self._taken[next(iter(self._taken))]

    async def entered(self, room: OpenRoom, seat: Seat, workshop: Workshop) -> None:
        await self.changed(workshop)

    async def _open(self, room_id: str) -> OpenRoom:
        room = await self.hub.open(room_id)
        await self.hub.catch_up(room)
        if room.closed or room.damaged:
            raise Unavailable("room.reloading", "La salle se recharge. Réessayez dans un instant.")
        return room


def _is_actor(roots: Roots, note_id: str) -> bool:
    """Somebody who is not in the room has a lane by a note."""
    notes = roots["notes"]
    if note_id not in notes:
        return False
    note = notes[note_id]
    return bool(note["board"] == BOARD and note["zone"] == "stakeholders")


def _write(roots: Roots, workshop: Workshop, stakeholder: str, entry: Entry, colour: str | None) -> None:
    answers, key = roots["answers"], PREFIX + stakeholder
    before = answers[key].to_py() if key in answers else None
    now = after(before, entry)
    if now == before:
        return
    insert_entry(roots, "answers", key, now)
    _say(roots, workshop, stakeholder, now, colour)


def brought(
    roots: Roots, workshop: Workshop, given: Mapping[str, Sequence[Entry]], hidden: frozenset[str]
) -> None:
    """What stakeholders said on the canvases of groups stands on the one of all. Repeatable."""
    answers = roots["answers"]
    for stakeholder, entries in sorted(given.items()):
        key = PREFIX + stakeholder
        before = answers[key].to_py() if key in answers else None
        now = together(before, entries)
        if now != before:
            insert_entry(roots, "answers", key, now)
            if VERDICT + stakeholder not in hidden:
                _say(roots, workshop, stakeholder, now, None)


def _repair(roots: Roots, workshop: Workshop, stakeholder: str, hidden: frozenset[str]) -> None:
    """Whoever answers finds the note, also when it says the same again after somebody deleted it."""
    note_id = VERDICT + stakeholder
    entry = roots["answers"][PREFIX + stakeholder].to_py()
    if note_id not in roots["notes"] and note_id not in hidden:
        _say(roots, workshop, stakeholder, entry, None)


def _say(roots: Roots, workshop: Workshop, stakeholder: str, now: Entry, colour: str | None) -> None:
    """The note that repeats the answer which stands."""
    notes, note_id = roots["notes"], VERDICT + stakeholder
    if note_id in notes:
        del notes[note_id]
    if now["verdict"] is None:
        return
    words = _WORDS.get(workshop.language, _WORDS["fr"])
    said = {"verdict": now["verdict"], "value": now["value"]}
    note: dict[str, Any] = {
        "board": BOARD,
        "zone": ZONE,
        "kind": "scale",
        "place": [0.5, 0.5],
        "order": "a0",
        "colour": colour or _colour(workshop, stakeholder),
        "text": now.get("reason") or words[now["verdict"]],
        "at": now["at"],
        "stakeholder": stakeholder,
        "locked": True,
        "fields": {
            "key": ZONE,
            **{name: value for name, value in said.items() if value not in (None, MIXED)},
        },
    }
    if now["by"] is not None:
        note["by"] = now["by"]
    insert_entry(roots, "notes", note_id, note)


def _colour(workshop: Workshop, stakeholder: str) -> str:
    return next((p.colour for p in workshop.people if p.stakeholder == stakeholder), "craie")
