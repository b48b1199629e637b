"""Makes a workshop to rehearse in."""

from __future__ import annotations

from tablee.live.workshops import Created, NewWorkshop, Workshops
from tablee.rehearsal.story import Story


async def make_rehearsal(workshops: Workshops, story: Story, address: str = "") -> Created:
    """A workshop of the story, open, without anybody but who organises it. Raises `Refused`."""
    return await workshops.create(
        NewWorkshop(
            story.title,
            story.commons,
            "fr",
            story.agenda,
            story.groups,
            people_may_choose_group=True,
            organiser=story.facilitator,
            rehearsal=True,
        ),
        address,
    )
