"""Notes as pages and the JSON interface ask for them: plain values in and out of a room.

A change takes the road of every update: applied by the room, appended to the log, then shown.
"""

from __future__ import annotations

import secrets
from typing import Any

from tablee.errors import Invalid, NotFound
from tablee.live.open_room import OpenRoom
from tablee.model.identity import new_id
from tablee.model.notes import (
    NOTES_PER_ROOM,
    Places,
    checked_changes,
    in_reading_order,
    next_place,
    order_after,
)
from tablee.model.workshop import Person
from tablee.sync.document import change_note, delete_note, insert_note


async def notes_of(room: OpenRoom, board: str | None = None, zone: str | None = None) -> list[dict[str, Any]]:
    """Notes of a room, of a board or of a zone, in reading order."""
    notes = (await room.settled()).notes()
    return in_reading_order(
        {
            note_id: note
            for note_id, note in notes.items()
            if (board is None or note.get("board") == board) and (zone is None or note.get("zone") == zone)
        }
    )


async def clusters_of(room: OpenRoom, board: str) -> list[dict[str, Any]]:
    """Titles of groups of notes of a board."""
    clusters = (await room.settled()).clusters()
    return [{"id": key, **cluster} for key, cluster in clusters.items() if cluster.get("board") == board]


async def one_note(room: OpenRoom, note_id: str) -> dict[str, Any]:
    note = (await room.settled()).notes().get(note_id)
    if note is None:
        raise NotFound("note.unknown", "Cette note n'existe pas, ou plus.")
    return {"id": note_id, **note}


async def add_note(room: OpenRoom, person: Person, places: Places, body: object, now: int) -> dict[str, Any]:
    fields = checked_changes(body, places, None)
    board, zone = str(fields["board"]), str(fields["zone"])
    existing = (await room.settled()).notes()
    if len(existing) >= NOTES_PER_ROOM:
        raise Invalid("room.full", "Cette salle contient déjà dix mille notes.")
    there = [
        str(note.get("order", ""))
        for note in existing.values()
        if note.get("board") == board and note.get("zone") == zone
    ]
    note_id = new_id(secrets.randbelow, "n", 12)
    await room.change(
        person.id,
        insert_note(
            note_id,
            {
                "kind": places.first_kind(board, zone),
                "place": next_place(len(there)),
                "order": order_after(there),
                "colour": person.colour,
                **fields,
                "by": person.id,
                "at": now,
            },
        ),
    )
    return await one_note(room, note_id)


async def edit_note(
    room: OpenRoom, person: Person, places: Places, note_id: str, body: object
) -> dict[str, Any]:
    fields = checked_changes(body, places, await one_note(room, note_id))
    await room.change(person.id, change_note(note_id, fields))
    return await one_note(room, note_id)


async def remove_note(room: OpenRoom, person: Person, note_id: str) -> None:
    await room.change(person.id, delete_note(note_id))
