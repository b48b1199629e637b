"""Dissolving a group: more than a change of the record, since notes in its rooms keep it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tablee.errors import Conflict
from tablee.live.commands import Commands, Done
from tablee.live.hub import Hub
from tablee.live.records import Session
from tablee.live.session import person_of
from tablee.model.commands import allowed, recalled, remembered
from tablee.model.commands.deciding import open_rounds
from tablee.model.commands.groups import dissolved, group_named
from tablee.model.notes import SUMMARY
from tablee.model.workshop import Person, Workshop, group_rooms


class Dissolving:
    def __init__(self, commands: Commands, hub: Hub) -> None:
        self.commands, self.hub = commands, hub

    async def __call__(
        self, session: Session, workshop: Workshop, person: Person, command: Mapping[str, Any]
    ) -> Done:
        async def transition(now: Workshop) -> Workshop:
            asking = person_of(session, now)
            if recalled(now, asking, command) is not None:
                return now
            allowed(now, asking, command)
            group = group_named(now, command)
            changed = dissolved(now, group.id)
            for room in group_rooms(now.id, group.id).values():
                if await self._holds_notes(room):
                    raise Conflict(
                        "group.not_empty",
                        "Les salles de ce groupe contiennent des notes : il ne se supprime plus.",
                        field="group",
                    )
            return remembered(changed, asking, command)

        workshops = self.commands.workshops
        stored = await workshops.change(workshop.id, transition, b"group.delete")
        await workshops.ask(workshops.store.raise_epochs(stored.all_rooms))
        left = {one.id for one in open_rounds(stored)}
        for gone in open_rounds(workshop):
            if gone.group == command.get("group") and gone.id not in left:
                await workshops.ask(workshops.store.seal_round(stored.id, gone.id))
        return Done(stored.revision)

    async def _holds_notes(self, room_id: str) -> bool:
        """Also notes that wait to be revealed or were taken out of sight, and what is said without notes."""
        room = await self.hub.open(room_id)
        await self.hub.catch_up(room)
        workshops = self.commands.workshops
        document = await room.settled()
        return bool(
            document.notes()
            or _says_something(document.answers())
            or await workshops.ask(workshops.store.tallies(room_id))
            or await workshops.ask(workshops.store.hidden_notes(room_id))
        )


def _says_something(answers: Mapping[str, Mapping[str, Any]]) -> bool:
    """Marks on notes say nothing by themselves, nor does a summary that was only begun."""
    return any(
        str(answer.get("text", "")).strip() if key == SUMMARY else not key.startswith(("park/", "pool/"))
        for key, answer in answers.items()
    )
