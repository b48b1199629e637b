"""Who may stay in a room: looked at in every process after each change of a workshop.

Nobody stays longer than it takes the control message to come: removed, moved, signed out, or with a
session that a renewed invitation ended.
"""

from __future__ import annotations

from typing import Any

from tablee.errors import NOT_ALLOWED, RESTART, SESSION_ENDED, VISIT_OVER
from tablee.live.hub import Hub
from tablee.live.open_room import OpenRoom, Seat
from tablee.live.records import Session
from tablee.model.identity import mark_of
from tablee.model.workshop import Person, Workshop, may_enter, may_write_in, read_room, session_holds

SWEPT_KEPT = 1_000


class Standing:
    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.sessions: dict[int, Session] = {}
        """The session behind each connection of this process."""
        self._swept: dict[str, int] = {}
        """The latest revision of each workshop by which connections were looked at."""

    def enter(self, connection: int, session: Session, workshop: Workshop) -> bool:
        """Note who is behind a connection that has just been seated.

        True when its workshop changed after it was judged and before it was seated: look again.
        """
        self.sessions[connection] = session
        return self._swept.get(workshop.id, 0) > workshop.revision

    def leave(self, connection: int) -> None:
        self.sessions.pop(connection, None)

    def sweep(self, workshop: Workshop) -> bool:
        """Close the connections of those who may not stay; bring the names of the others up to date.

        False, and nothing done, when a later state of the workshop was there before.
        """
        if workshop.revision < self._swept.get(workshop.id, 0):
            return False
        self._swept[workshop.id] = workshop.revision
        if len(self._swept) > SWEPT_KEPT:
            open_here = {name.workshop for name in map(read_room, self.hub.rooms) if name is not None}
            self._swept = {w: revision for w, revision in self._swept.items() if w in open_here}
        people = {person.id: person for person in workshop.people}
        self.hub.expel(
            workshop.id,
            lambda room, seat: self._verdict(workshop, people.get(seat.member.person), room, seat),
        )
        for room in self.hub.rooms_of(workshop.id):
            for seat in room.seats.values():
                person = people[seat.member.person]
                seat.group = person.group
                identity = identity_of(person)
                if seat.member.identity != identity:
                    seat.member.identity = identity
        return True

    def _verdict(
        self, workshop: Workshop, person: Person | None, room: OpenRoom, seat: Seat
    ) -> tuple[int, str] | None:
        if person is None:
            return NOT_ALLOWED, "removed from the workshop"
        session = self.sessions.get(seat.member.session)
        if session is not None and not session_holds(workshop, person, session.mark, session.made):
            return SESSION_ENDED, "the session has ended"
        if not may_enter(workshop, person, room.id):
            visited = person.role == "participant" and not seat.member.may_write
            if visited and person.group is not None:
                return VISIT_OVER, "this group has ended its report"
            return NOT_ALLOWED, "this room is no longer open to you"
        if seat.role != person.role:
            return RESTART, "your role has changed"  # they come back and are greeted with the new rights
        if seat.member.may_write != may_write_in(workshop, person, room.id):
            return RESTART, "this is your group now, or no longer"
        return None


def identity_of(person: Person) -> dict[str, Any]:
    return {"id": person.id, "name": person.name, "colour": person.colour, "mark": mark_of(person.colour)}
