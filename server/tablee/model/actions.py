"""Actions on the canvases: an action that nobody owns, or that has no date, is not decided yet."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from tablee.model.workshop import (
    CANVASES,
    Workshop,
    group_rooms,
    plenary_room,
    read_room,
    room_kind,
)

Lack = Literal["owner", "due"]
Notes = Mapping[str, Mapping[str, Any]]
SHOWN_CHARS = 120


@dataclass(frozen=True, slots=True)
class Incomplete:
    """An action and what it lacks. `group` is None in the plenary."""

    room: str
    group: str | None
    board: str
    zone: str
    note: str
    text: str
    lacks: tuple[Lack, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "room": self.room,
            "group": self.group,
            "board": self.board,
            "zone": self.zone,
            "note": self.note,
            "text": self.text,
            "lacks": list(self.lacks),
        }


def lacks_of(fields: Mapping[str, Any], people: Container[object]) -> tuple[Lack, ...]:
    """What an action with these fields lacks. Whoever has left the workshop does not own it any more."""
    if fields.get("state") == "dropped":
        return ()
    owned = fields.get("owner_id") in people or _is_given(fields, "owner_text")
    missing: tuple[Lack, ...] = () if owned else ("owner",)
    return missing if _is_given(fields, "due") else (*missing, "due")


def _is_given(fields: Mapping[str, Any], name: str) -> bool:
    value = fields.get(name)
    return isinstance(value, str) and bool(value.strip())


def rooms_of_canvases(workshop: Workshop) -> dict[str, tuple[str, ...]]:
    """Room → the canvases that are worked on there."""
    rooms: dict[str, list[str]] = {}
    for board in sorted(CANVASES & {*workshop.modules}, reverse=True):
        plenary = room_kind(workshop, board) == "plenary"
        groups = [] if plenary else [group_rooms(workshop.id, g.id)["convergence"] for g in workshop.groups]
        together = [plenary_room(workshop.id)] if plenary or board in workshop.pooled else []
        for room in (*groups, *together):
            rooms.setdefault(room, []).append(board)
    return {room: tuple(boards) for room, boards in rooms.items()}


def _reading_order(entry: tuple[str, Mapping[str, Any]]) -> tuple[str, str, str, str]:
    note_id, note = entry
    return str(note.get("board")), str(note.get("zone")), str(note.get("order")), note_id


def incomplete_actions(workshop: Workshop, rooms: Mapping[str, Notes]) -> list[Incomplete]:
    """Actions without owner or date, in the notes of the rooms of the canvases.

    Of canvases that were brought together, an action that was copied is asked for once, where it went.
    """
    people = {person.id for person in workshop.people}
    plenary = rooms.get(plenary_room(workshop.id), {})
    copied = {
        (origin.get("group"), origin.get("note"))
        for note in plenary.values()
        if note.get("board") in workshop.pooled
        for origin in note.get("origin") or ()
    }
    found = []
    for room, boards in rooms_of_canvases(workshop).items():
        name = read_room(room)
        group = name.group if name is not None else None
        for note_id, note in sorted(rooms.get(room, {}).items(), key=_reading_order):
            if note.get("kind") != "action" or note.get("board") not in boards:
                continue
            if group is not None and (group, note_id) in copied:
                continue
            lacks = lacks_of(note.get("fields") or {}, people)
            if lacks:
                text = " ".join(str(note.get("text", "")).split())[:SHOWN_CHARS]
                found.append(
                    Incomplete(room, group, str(note["board"]), str(note.get("zone")), note_id, text, lacks)
                )
    return found
