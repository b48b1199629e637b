"""Actions on the canvases: an action that nobody owns, or that has no date, is not decided yet."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

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

    Of canvases that were brought together, an action that was copied is asked for once, where it went; one
    that was carried to both canvases is asked for once as well, and lacks what it lacks on both.
    """
    people = {person.id for person in workshop.people}
    found = []
    for same in actions_of(workshop, rooms):
        going = [one for one in same if one.fields.get("state") != "dropped"]
        each = [lacks_of(one.fields, people) for one in going]
        lacks = tuple(lack for lack in each[0] if all(lack in one for one in each)) if each else ()
        if lacks:
            room, group, note_id, note = going[0]
            text = " ".join(str(note.get("text", "")).split())[:SHOWN_CHARS]
            found.append(
                Incomplete(room, group, str(note["board"]), str(note.get("zone")), note_id, text, lacks)
            )
    return found


class Action(NamedTuple):
    """An action where it lies. `group` is None in the plenary."""

    room: str
    group: str | None
    id: str
    note: Mapping[str, Any]

    @property
    def fields(self) -> Mapping[str, Any]:
        return self.note.get("fields") or {}


def copied_to_plenary(workshop: Workshop, rooms: Mapping[str, Notes]) -> frozenset[tuple[Any, Any]]:
    """Group and note, of notes on canvases that were brought together: they are read where they went."""
    plenary = rooms.get(plenary_room(workshop.id), {})
    return frozenset(
        (origin.get("group"), origin.get("note"))
        for note in plenary.values()
        if note.get("board") in workshop.pooled
        for origin in note.get("origin") or ()
    )


def actions_of(workshop: Workshop, rooms: Mapping[str, Notes]) -> list[list[Action]]:
    """Every action once, with the notes that say it: of canvases that were brought together, the one that
    went there; of those that were carried to both canvases, both."""
    copied = copied_to_plenary(workshop, rooms)
    actions: list[Action] = []
    for room, boards in rooms_of_canvases(workshop).items():
        name = read_room(room)
        group = name.group if name is not None else None
        for note_id, note in sorted(rooms.get(room, {}).items(), key=_reading_order):
            if note.get("kind") != "action" or note.get("board") not in boards:
                continue
            if group is not None and (group, note_id) in copied:
                continue
            actions.append(Action(room, group, note_id, note))
    return _twins(actions)


def _twins(actions: Iterable[Action]) -> list[list[Action]]:
    """Actions of the same sources, one of each canvas, in the order of the first of them."""
    out: list[list[Action]] = []
    known: dict[frozenset[Any], list[list[Action]]] = {}
    for action in actions:
        origins = action.note.get("origin") or ()
        some = known.setdefault(frozenset((o.get("group"), o.get("note")) for o in origins), [])
        board = action.note.get("board")
        there = next((one for one in some if all(two.note.get("board") != board for two in one)), None)
        if origins and there is not None:
            there.append(action)
            continue
        out.append([action])
        some.append(out[-1])
    return out
