"""Everything of a workshop as the store has it, for exports: documents as plain values, and photos.

Hidden notes and drafts lie beside the documents, so they are not in it: not even those that are hidden while
it is read.
The rest is taken away by `model/redact.py`.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

import msgspec

from tablee.errors import BadFrame, Conflict, RoomDamaged
from tablee.live.packing import Sources
from tablee.live.photos import photos_of
from tablee.live.workshops import Workshops
from tablee.model.board import Photo, Roots
from tablee.model.pack import room_path
from tablee.model.workshop import Workshop
from tablee.store.rooms import LoadedRoom
from tablee.sync.document import Document
from tablee.sync.entries import read_entry


async def gather(workshops: Workshops, workshop: Workshop) -> Sources:
    """Read every room of the workshop at its last entry.

    Raises `Unavailable` when the store is away, and `Conflict` where not all of a room can be read: a file
    with a part of the notes would be taken for all of them.
    """
    rooms: dict[str, Roots] = {}
    latest = [workshop.created_at, *(run.at for run in workshop.runs)]
    latest += [
        one.closed_at or 0 for some in (workshop.votes, workshop.consents, workshop.polls) for one in some
    ]
    for room in workshop.rooms:
        loaded: LoadedRoom = await workshops.ask(workshops.store.load_room(room))
        if not loaded.meta.seq:
            continue
        last = await workshops.ask(workshops.store.last_entry(room))
        try:
            if last is not None:
                latest.append(read_entry(last.payload).at_ms)
            rooms[room_path(room)] = await asyncio.to_thread(_read, loaded)
        except (BadFrame, RoomDamaged):
            raise Conflict(
                "room.damaged",
                "Une salle de cet atelier est abîmée : les fichiers seraient incomplets. "
                "Prévenez qui héberge Tablée.",
                field="room",
                more={"room": room},
            ) from None
    # last, so that what was hidden meanwhile is left out
    for room, hidden in (await hidden_in(workshops, workshop)).items():
        if hidden and (there := rooms.get(room)) is not None:
            rooms[room] = _without(there, hidden)
    photos = {room_path(room): await _photos(workshops, room) for room in workshop.rooms}
    kit = await workshops.ask(workshops.catalogues.document(workshop))
    return Sources(
        workshop,
        rooms,
        max(latest),
        {path: some for path, some in photos.items() if some},
        None if kit is None else msgspec.to_builtins(kit),
    )


async def hidden_in(workshops: Workshops, workshop: Workshop) -> dict[str, frozenset[str]]:
    """The path of each room → the ids of notes that are hidden there. Raises `Unavailable`."""
    found = await workshops.ask(workshops.store.hidden_note_ids(workshop.rooms))
    return {room_path(room): some for room, some in found.items()}


def _without(roots: Roots, hidden: frozenset[str]) -> Roots:
    """Also without what was said of them, whose keys begin with theirs."""
    return {
        root: {key: one for key, one in entries.items() if key.partition(".")[0] not in hidden}
        for root, entries in roots.items()
    }


async def notes_in(workshops: Workshops, workshop: Workshop) -> int:
    """How many notes lie in its rooms, as far as these can be read. Raises `Unavailable`."""
    count = 0
    for room in workshop.rooms:
        loaded: LoadedRoom = await workshops.ask(workshops.store.load_room(room))
        with suppress(BadFrame, RoomDamaged):
            count += len((await asyncio.to_thread(_read, loaded))["notes"])
    return count


async def _photos(workshops: Workshops, room: str) -> tuple[Photo, ...]:
    return tuple(
        Photo(one.id, one.board, one.caption, one.by, one.at, one.width, one.height, one.data)
        for one in await workshops.ask(photos_of(workshops.store, room))
    )


def _read(loaded: LoadedRoom) -> Roots:
    """Raises `BadFrame` or `RoomDamaged` where something is missing."""
    if not loaded.whole:
        raise RoomDamaged("entries of the log are missing")
    document = Document(loaded.snapshot)
    for entry in loaded.entries:
        for _, update in read_entry(entry.payload).updates:
            document.apply(update)
    return document.content()
