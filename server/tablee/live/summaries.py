"""The text in which a group sums up its sheets: a shared text that begins once, then belongs to its writers.

It lies in the document of the group's sheets (docs/data.md), so that two who write at once keep all their
words, as in a note. Only its beginning is the server's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tablee.errors import Unavailable
from tablee.live.commands import Commands, Done
from tablee.live.records import Session
from tablee.live.workshops import Workshops
from tablee.model.commands.pooling import summed_up
from tablee.model.notes import SUMMARY
from tablee.model.workshop import LEADERS, Person, Workshop, group_rooms, may_visit
from tablee.sync.document import begin_text
from tablee.sync.room import FIRST_WRITER


class Summaries:
    def __init__(self, workshops: Workshops) -> None:
        self.workshops, self.hub = workshops, workshops.hub

    def serve(self, commands: Commands) -> None:
        commands.acts["summary.begin"] = self.begin

    async def begin(
        self, session: Session, workshop: Workshop, person: Person, command: Mapping[str, Any]
    ) -> Done:
        """`summary.begin`: there is a text to write in, whoever asks and however often."""
        group = summed_up(workshop, person, command)
        room = await self.hub.open(group_rooms(workshop.id, group)["exploration"])
        await self.hub.catch_up(room)
        if room.closed or room.damaged:
            raise Unavailable("room.reloading", "La salle se recharge. Réessayez dans un instant.")
        await room.edit(None, begin_text("answers", SUMMARY), client_id=FIRST_WRITER)
        return Done(workshop.revision)

    async def told(self, workshop: Workshop, person: Person) -> list[dict[str, Any]]:
        """The summaries this person may read: of their group, and of those that have reported."""
        out = []
        for group in workshop.groups:
            room_id = group_rooms(workshop.id, group.id)["exploration"]
            heard = group.id in workshop.reported or may_visit(workshop, room_id)
            if person.role in LEADERS or person.group == group.id or heard:
                room = await self.hub.open(room_id)
                if room.shared:
                    await self.hub.catch_up(room)
                summary = (await room.settled()).entry("answers", SUMMARY) or {}
                out.append({"group": group.id, "text": str(summary.get("text", ""))})
        return out
