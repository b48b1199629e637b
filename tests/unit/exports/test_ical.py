"""The calendar, read by a parser: an event per action with a date, with an id that stays."""

from __future__ import annotations

from datetime import date, timedelta

from icalendar import Calendar
from tests.kit.packs import a_pack

from tablee.exports.ical import due_of, write_ical
from tablee.exports.listing import actions_in
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


def test_a_workshop_without_actions_is_a_calendar_all_the_same() -> None:
    assert events(a_pack(0)) == []
