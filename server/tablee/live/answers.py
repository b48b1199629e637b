"""Writes the answers of a table into the document of its canvases, where everybody there sees them.

Only this writes them: clients are refused the whole root, so an answer has the shape it is documented with
and the name of who gave it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tablee.errors import Unavailable
from tablee.live.commands import Commands, Done
from tablee.live.hub import Hub
from tablee.live.records import Session
from tablee.live.workshops import Workshops, now_ms
from tablee.model.commands.answers import Value, key_of, room_to_answer_in, value_of
from tablee.model.workshop import Person, Workshop
from tablee.sync.document import Roots, insert_entry

SIGNATURE = ("by", "at")


class Answers:
    def __init__(self, workshops: Workshops) -> None:
        self.workshops = workshops
        self.hub: Hub = workshops.hub

    def serve(self, commands: Commands) -> None:
        commands.acts["answer.set"] = self.set

    async def set(
        self, session: Session, workshop: Workshop, person: Person, command: Mapping[str, Any]
    ) -> Done:
        """`answer.set`: one answer, or none any more."""
        key = key_of(command)
        value = value_of(key, command)
        places = self.workshops.places_of(workshop)
        room_id = room_to_answer_in(workshop, person, key, command, places)
        room = await self.hub.open(room_id)
        await self.hub.catch_up(room)
        if room.closed or room.damaged:
            raise Unavailable("room.reloading", "La salle se recharge. Réessayez dans un instant.")

        def edit(roots: Roots) -> None:
            _write(roots, key, value, person.id)

        await room.edit(None, edit)
        return Done(workshop.revision)


def _write(roots: Roots, key: str, value: Value | None, by: str) -> None:
    """The same answer again stays whoever's it was."""
    answers = roots["answers"]
    before = answers[key].to_py() if key in answers else None
    if value is None:
        if key in answers:
            del answers[key]
    elif before is None or {name: said for name, said in before.items() if name not in SIGNATURE} != value:
        insert_entry(roots, "answers", key, {**value, "by": by, "at": now_ms()})
