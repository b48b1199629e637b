"""The workshops in which this browser has a place, for pages that say what is kept of whoever reads them."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request

from tablee.live.session import cookie_name, is_secure
from tablee.model.workshop import Person, Workshop

MOST = 30


@dataclass(frozen=True, slots=True)
class Seat:
    workshop: Workshop
    person: Person

    @property
    def organisers(self) -> list[str]:
        return [one.name for one in self.workshop.people if one.role == "organiser"]


async def seats_of(request: Request) -> list[Seat]:
    """The first to be erased first."""
    prefix = cookie_name(is_secure(request)) + "-"
    workshops = request.app.state.tablee.workshops
    found: list[Seat] = []
    for name in request.cookies:
        workshop_id = name.removeprefix(prefix)
        if not name.startswith(prefix) or not workshop_id.isalnum() or len(found) == MOST:
            continue
        session = await workshops.session(request.cookies[name])
        workshop = await workshops.by_id(workshop_id) if session else None
        person = session.person_in(workshop) if session and workshop else None
        if workshop is not None and person is not None:
            found.append(Seat(workshop, person))
    return sorted(found, key=lambda seat: seat.workshop.expires_at)
