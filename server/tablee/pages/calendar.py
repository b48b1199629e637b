"""A workshop as an entry of people's own calendars."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from icalendar import Calendar, Event
from starlette.requests import Request
from starlette.responses import Response

from tablee.errors import NotFound
from tablee.live.session import address_of
from tablee.model.identity import show_code
from tablee.model.workshop import Workshop
from tablee.pages.doors import public_url, workshops_of
from tablee.pages.i18n import language_of, translator


async def calendar(request: Request) -> Response:
    """`/a/{code}/agenda.ics`, for whoever has the code."""
    workshop = await workshops_of(request).at_the_door(request.path_params["code"], address_of(request))
    if workshop is None or workshop.starts_at is None:
        raise NotFound("workshop.no_date", "Cet atelier n'a pas de date.")
    say = translator(language_of(request)).gettext
    door = public_url(request, f"/a/{show_code(workshop.code)}")
    entry = event(workshop, workshop.starts_at, door, say("Entrez par cette adresse, sans compte :"))
    name = quote(f"{workshop.title}.ics")
    return Response(
        entry,
        media_type="text/calendar",
        headers={"content-disposition": f"attachment; filename=\"tablee.ics\"; filename*=UTF-8''{name}"},
    )


def event(workshop: Workshop, starts_at: int, door: str, invitation: str) -> bytes:
    """The calendar file. Its times are in UTC: each calendar shows its own."""
    start = datetime.fromtimestamp(starts_at / 1000, UTC)
    minutes = workshop.slot_minutes or sum(step.minutes for step in workshop.steps)
    entry = Event()
    # the same workshop sent again replaces what a calendar has of it
    entry.add("uid", f"{workshop.id}@tablee")
    entry.add("sequence", workshop.revision)
    entry.add("dtstamp", datetime.fromtimestamp(workshop.created_at / 1000, UTC))
    entry.add("dtstart", start)
    entry.add("dtend", start + timedelta(minutes=minutes))
    entry.add("summary", workshop.title)
    entry.add("description", "\n".join(filter(None, (workshop.commons, f"{invitation} {door}"))))
    entry.add("location", door)
    entry.add("url", door)
    calendar = Calendar()
    calendar.add("prodid", "-//Tablée//FR")
    calendar.add("version", "2.0")
    calendar.add_component(entry)
    written: bytes = calendar.to_ical()
    return written
