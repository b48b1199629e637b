"""What came of a workshop, for those who led it: how much, which actions, and what was decided together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tablee.model.actions import (
    Action,
    Notes,
    actions_of,
    copied_to_plenary,
    lacks_of,
    rooms_of_canvases,
)
from tablee.model.canvases import Catalogue
from tablee.model.state import consent_as_json, poll_as_json, vote_as_json
from tablee.model.workshop import CANVASES, Workshop, read_room

TEXT_CHARS = 1_000
VOTED_CHARS = 280


def outcome_of(
    workshop: Workshop, rooms: Mapping[str, Notes], catalogue: Catalogue, language: str
) -> dict[str, Any]:
    """`rooms`: the notes of every room as the store has them, so nothing that is hidden or still a draft."""
    closed = {
        "votes": [vote_as_json(one) for one in workshop.votes if one.closed_at is not None],
        "consents": [consent_as_json(one) for one in workshop.consents if one.closed_at is not None],
        "polls": [poll_as_json(one) for one in workshop.polls if one.closed_at is not None],
    }
    actions = [_action_as_json(workshop, same) for same in actions_of(workshop, rooms)]
    mentioned = {
        *(note for vote in closed["votes"] for note in vote["totals"]),
        *(subject for poll in closed["polls"] for subject in poll["results"]),
        *(consent["note"] for consent in closed["consents"] if consent["note"]),
    }
    return {
        "counts": _counts(workshop, rooms),
        "actions": actions,
        **closed,
        "notes": {
            note_id: {"text": _line(note, VOTED_CHARS), "board": note.get("board"), "zone": note.get("zone")}
            for notes in rooms.values()
            for note_id, note in notes.items()
            if note_id in mentioned
        },
        "zones": _zones(catalogue, language),
    }


def _counts(workshop: Workshop, rooms: Mapping[str, Notes]) -> dict[str, int]:
    """Each note once: a copy on the canvas of all, and not the one of the group that it was made from."""
    there = rooms_of_canvases(workshop)
    copied = copied_to_plenary(workshop, rooms)
    sheets = canvases = 0
    for room, notes in rooms.items():
        name = read_room(room)
        for note_id, note in notes.items():
            if note.get("board") not in CANVASES:
                sheets += 1
            elif note.get("board") in there.get(room, ()):
                canvases += name is None or name.group is None or (name.group, note_id) not in copied
    return {"people": len(workshop.people), "notes": sheets + canvases, "canvases": canvases}


def _action_as_json(workshop: Workshop, same: Iterable[Action]) -> dict[str, Any]:
    """One action; where it was carried to both canvases, with what either of them says."""
    places = list(same)
    fields: dict[str, Any] = {}
    for one in reversed(places):
        fields |= {name: value for name, value in one.fields.items() if value not in (None, "")}
    people = {person.id: person.name for person in workshop.people}
    return {
        "text": _line(places[0].note, TEXT_CHARS),
        "owner": people.get(str(fields.get("owner_id"))) or fields.get("owner_text"),
        "due": fields.get("due"),
        "state": fields.get("state", "todo"),
        "lacks": list(lacks_of(fields, people)),
        "places": [
            {
                "room": one.room,
                "group": one.group,
                "board": one.note.get("board"),
                "zone": one.note.get("zone"),
                "note": one.id,
            }
            for one in places
        ],
    }


def _line(note: Mapping[str, Any], most: int) -> str:
    return " ".join(str(note.get("text", "")).split())[:most]


def _zones(catalogue: Catalogue, language: str) -> dict[str, dict[str, str]]:
    """Board → zone → its title."""
    return {
        template.id: {zone.id: zone.titles[language] for zone in template.zones}
        for template in catalogue.templates.values()
    }
