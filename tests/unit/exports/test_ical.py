"""The calendar, read by a parser: an event per action with a date, with an id that stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from icalendar import Calendar
from tests.kit.packs import a_pack

from tablee.exports.ical import due_of, write_ical
from tablee.exports.items import Want
from tablee.exports.listing import actions_in
from tablee.exports.making import made
from tablee.model.board import Pack


def events(pack: Pack) -> list[dict[str, object]]:
    return [dict(one) for one in Calendar.from_ical(write_ical(pack)).walk("VEVENT")]


def test_an_event_for_each_action_with_a_date() -> None:
    pack = a_pack(800, seed=8)
    wanted = [
        place for place in actions_in(pack) if due_of(place) and place.note.fields.get("state") != "dropped"
    ]
    assert len(wanted) > 10
    found = events(pack)
    assert [str(one["UID"]) for one in found] == [f"{place.note.id}@wpack.tablee" for place in wanted]
    for event, place in zip(found, wanted, strict=True):
        assert str(event["SUMMARY"])[:20] == " ".join(place.note.text.split())[:20]


def test_a_date_is_a_whole_day_without_a_zone() -> None:
    for event in Calendar.from_ical(write_ical(a_pack(400))).walk("VEVENT"):
        start, end = event.decoded("DTSTART"), event.decoded("DTEND")
        assert type(start) is date
        assert end - start == timedelta(days=1)
        assert event.decoded("DTSTAMP").utcoffset() == timedelta(0)


def test_ids_stay_and_the_owner_is_told_only_where_people_are_named() -> None:
    named, nameless = events(a_pack(400)), events(a_pack(400, names="none"))
    assert [one["UID"] for one in named] == [one["UID"] for one in nameless]
    assert any("Nadia Benali" in str(one["DESCRIPTION"]) for one in named)
    assert not any("Nadia" in str(one) or "Haut-Orme" in str(one) for one in nameless)


def test_lines_are_folded_and_texts_escaped() -> None:
    written = write_ical(a_pack(800, seed=8))
    assert max(map(len, written.split(b"\r\n"))) <= 75
    assert b"\nBEGIN:VALARM" not in written


def test_without_a_date_there_is_no_calendar() -> None:
    """One without anything in it is none (RFC 5545, 3.6): it is not offered, nor in the zip."""
    assert made(a_pack(0), Want("ics")) == ()
    [file] = made(a_pack(400), Want("ics"))
    assert events(a_pack(400)) and file.data.startswith(b"BEGIN:VCALENDAR")


def test_no_text_brings_a_line_of_its_own_or_a_control_character() -> None:
    """Also for readers that end lines where Unicode does."""
    hostile = "a\x01\x0bb\x85ATTENDEE:y\u2028BEGIN:VEVENT\u2029c\x7f\x9fd"
    pack = a_pack(400, change=lambda workshop: replace(workshop, title=f"Bilan {hostile}"))
    place = next(one for one in actions_in(pack) if due_of(one) and one.note.fields.get("state") != "dropped")
    assert isinstance(place.note.fields, dict)
    place.note.fields.update(owner_id=None, owner_text=hostile)
    said = write_ical(pack).decode()
    unfolded = said.replace("\r\n ", "")
    assert unfolded.count("ATTENDEE:y BEGIN:VEVENT c d") >= 2, "what can be read stays"
    assert "\n".join(said.splitlines()) == said.replace("\r\n", "\n").rstrip("\n")
    assert [one for one in said if (one < " " and one not in "\r\n") or "\x7f" <= one <= "\x9f"] == []
