"""Actions with a date as whole days of a calendar: an event each, which every calendar shows.

To-dos would say it better, but calendars that people use on the web pass over them without a word.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar, Event

from tablee.exports.about import owner_of
from tablee.exports.kinds import field_words
from tablee.exports.listing import Place, actions_in, group_title, support_title, zone_title
from tablee.exports.report import versions
from tablee.model.board import Pack
from tablee.words import Words

SUMMARY_CHARS = 200
BREAKS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]+")
"""Control characters, which no calendar may hold, and what some readers take for the end of a line."""


def write_ical(pack: Pack) -> bytes:
    """The same action sent again replaces what a calendar has of it: its id stays."""
    words = Words("en" if pack.language == "en" else "fr")
    calendar = Calendar()
    calendar.add("prodid", "-//Tablée//FR")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", _plain(pack.workshop.title))
    calendar.add("x-wr-caldesc", _plain(" · ".join((versions(pack, words), words.typo(pack.attribution)))))
    for place, due in dated(pack):
        calendar.add_component(_event(words, pack, place, due))
    written: bytes = calendar.to_ical()
    return written


def dated(pack: Pack) -> list[tuple[Place, date]]:
    """The actions that are still to be done on a day."""
    return [
        (place, due)
        for place in actions_in(pack)
        if (due := due_of(place)) is not None and place.note.fields.get("state") != "dropped"
    ]


def due_of(place: Place) -> date | None:
    value = place.note.fields.get("due")
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _event(words: Words, pack: Pack, place: Place, due: date) -> Event:
    event = Event()
    text = " ".join(_plain(place.note.text).split()) or words.say("Action")
    # no address: a date without a time is the same day everywhere
    event.add("uid", f"{place.note.id}@{pack.workshop.id}.tablee")
    event.add("dtstamp", datetime.fromtimestamp(pack.state_at / 1000, UTC))
    event.add("dtstart", due)
    event.add("dtend", due + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    event.add("summary", text if len(text) <= SUMMARY_CHARS else text[: SUMMARY_CHARS - 1] + "…")
    owner = owner_of(place.note, pack)
    state = field_words(words, place.note, "state", place.note.fields.get("state"), pack)
    where = ", ".join(
        (group_title(words, place.board), support_title(words, place.board), zone_title(words, place))
    )
    lines = [text if len(text) > SUMMARY_CHARS else ""]
    for label, value in ((words.say("Responsable"), owner), (words.say("Statut"), state)):
        if value:
            lines.append(words.say("{kind} : {words}").format(kind=label, words=value))
    lines += [where, pack.workshop.title]
    event.add("description", _plain("\n".join(line for line in lines if line)))
    if place.board.link is not None:
        event.add("url", place.board.link)
    return event


def _plain(text: str) -> str:
    return BREAKS.sub(" ", text)
