"""What keeps a workshop from being closed: actions on its canvases that nobody owns, or without a date."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tablee.errors import Conflict, Refused
from tablee.live.stored import stored_notes
from tablee.live.workshops import Workshops
from tablee.model.actions import Incomplete, incomplete_actions, rooms_of_canvases
from tablee.model.workshop import Workshop

NAMED = 50
"""Actions that a refusal names; it also says how many there are."""


class Closing:
    """Reads the rooms as the store has them, so that the command line asks the same as the pages."""

    def __init__(self, workshops: Workshops) -> None:
        self.workshops = workshops

    async def check(self, workshop: Workshop) -> None:
        """Raises `Conflict` that names the actions."""
        if workshop.status == "closed":
            return
        rooms = {room: await stored_notes(self.workshops, room) for room in rooms_of_canvases(workshop)}
        found = incomplete_actions(workshop, rooms)
        if found:
            raise Conflict(
                "actions.incomplete",
                "Des actions n'ont pas de responsable ou d'échéance. Complétez-les, ou abandonnez-les.",
                more=_named(found),
            )


def _named(found: Sequence[Incomplete]) -> dict[str, Any]:
    return {"actions": [one.as_json() for one in found[:NAMED]], "count": len(found)}


def said_actions(refusal: Refused) -> list[str]:
    """The actions that a refusal names, for the command line: what, where, and what it lacks."""
    actions = refusal.more.get("actions", ())
    lines = [
        f"{one['text'] or one['note']} ({one['group'] or 'plenary'}, {one['board']}.{one['zone']}): "
        f"no {' and no '.join('due date' if lack == 'due' else lack for lack in one['lacks'])}"
        for one in actions
    ]
    left = refusal.more.get("count", 0) - len(lines)
    return [*lines, f"and {left} more"] if left > 0 else lines
