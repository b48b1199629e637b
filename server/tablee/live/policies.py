"""Who may do what in each workshop, as this process knows it; `model/rights.py` judges.

A policy is read again whenever the workshop changes. What was judged by an older one while the workshop
changed does not get into the log: its epoch was raised meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from tablee.live.catalogues import Catalogues
from tablee.model.canvases import Catalogue
from tablee.model.changes import Changes
from tablee.model.notes import Places
from tablee.model.rights import Actor, Notes, Policy, judge, policy_of
from tablee.model.workshop import Person, Workshop, may_write_in, stakeholder_ids
from tablee.store.redis import Store


class Judging:
    """The judge of one workshop's rooms. Asked with a person, what they change, and how the room is."""

    def __init__(self, catalogues: Catalogues, workshop: Workshop) -> None:
        self._catalogues = catalogues
        self.revision = -1
        self._policy: Policy
        self._workshop: Workshop
        self._people: dict[str, Person]
        self.learn(workshop)

    def learn(self, workshop: Workshop) -> None:
        """Take the workshop as it is now, unless something later is known."""
        if workshop.revision <= self.revision:
            return
        self.revision = workshop.revision
        self._policy = policy_of(workshop, Places(self._catalogues.of(workshop), stakeholder_ids(workshop)))
        self._workshop = workshop
        self._people = {p.id: p for p in workshop.people}

    def of(self, room: str) -> Callable[[str, Changes, Notes], str | None]:
        """The judge of one of its rooms, by what is known of the workshop whenever it is asked."""
        return partial(self._judge, room)

    def _judge(self, room: str, person_id: str, changes: Changes, notes: Notes) -> str | None:
        person = self._people.get(person_id)
        if person is None:
            return "session.ended"
        if not may_write_in(self._workshop, person, room):
            return (
                "role.read_only"  # also of somebody who was moved to another group while this was under way
            )
        actor = Actor(person.id, person.role, person.stakeholder)
        return judge(changes, actor, self._policy, notes)


class Policies:
    """One judge per workshop that has an open room here."""

    def __init__(self, store: Store, catalogue: Catalogue) -> None:
        self._store, self.catalogues = store, Catalogues(store, catalogue)
        self._known: dict[str, Judging] = {}
        self.heard: list[Callable[[Workshop], None]] = []
        """Told of every state of a workshop that this process comes to know."""

    def learn(self, workshop: Workshop) -> None:
        """Whoever read a workshop for another reason says so: newcomers are known at once."""
        judging = self._known.get(workshop.id)
        if judging is not None:
            judging.learn(workshop)
        for hear in self.heard:
            hear(workshop)

    async def read(self, workshop_id: str) -> Judging | None:
        """Read the workshop's record again. None when there is none (any more). Raises `StoreAway`."""
        workshop = await self.catalogues.read(workshop_id)
        if workshop is None:
            return None
        self.learn(workshop)
        return self._known.setdefault(workshop_id, Judging(self.catalogues, workshop))

    def drop(self, workshop_id: str) -> None:
        """No room of this workshop is open here any more."""
        self._known.pop(workshop_id, None)
