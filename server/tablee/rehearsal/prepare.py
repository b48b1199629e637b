"""A rehearsal that is there when the server starts, and the lines that say how to come in."""

from __future__ import annotations

from tablee.model.identity import show_code
from tablee.rehearsal.making import make_rehearsal
from tablee.rehearsal.play import Rehearsals


async def prepare_rehearsal(rehearsals: Rehearsals, base: str, pace: float) -> list[str]:
    """Make the workshop and let its people come; -> lines to print, with its links."""
    created = await make_rehearsal(rehearsals.workshops, rehearsals.story)
    made = created.workshop
    await rehearsals.begin(made, pace)
    return [
        "",
        f"A rehearsal workshop is ready: « {made.title} », code {show_code(made.code)}",
        f"  take part      {base}/a/{show_code(made.code)}",
        *(f"  {role:13}  {base}/i#{token}" for role, token in created.invitations.items()),
        f"{len(rehearsals.story.people)} simulated people come as soon as somebody is there.",
        "Stop with Ctrl+C.",
    ]
