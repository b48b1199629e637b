"""Everything of a workshop as the store has it, for exports: documents as plain values, and photos.

Hidden notes and drafts lie beside the documents, so they are not in it.
The rest is taken away by `model/redact.py`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from tablee.errors import BadFrame, Conflict, RoomDamaged
from tablee.live.photos import photos_of
from tablee.live.workshops import Workshops
from tablee.model.board import Names, Pack, Photo, Roots
from tablee.model.canvases import Catalogue
from tablee.model.identity import show_code
from tablee.model.pack import pack_of, room_path
from tablee.model.workshop import Workshop
from tablee.store.rooms import LoadedRoom
from tablee.sync.document import Document, document_of
from tablee.sync.entries import read_entry
from tablee.words import Language, Words

COPIER = 1
"""The client id of a document that is given away: the same notes make the same bytes."""


@dataclass(frozen=True, slots=True)
class Sources:
    """`rooms` and `photos` are by the room's path in a pack."""

    workshop: Workshop
    rooms: Mapping[str, Roots]
    state_at: int
    photos: Mapping[str, tuple[Photo, ...]] = field(default_factory=dict)
    kit: Mapping[str, Any] | None = None
    """The document of the workshop's own templates; None: those that Tablée comes with."""


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
    photos = {room_path(room): await _photos(workshops, room) for room in workshop.rooms}
    kit = await workshops.ask(workshops.catalogues.document(workshop))
    return Sources(
        workshop,
        rooms,
        max(latest),
        {path: some for path, some in photos.items() if some},
        None if kit is None else msgspec.to_builtins(kit),
    )


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


def as_yjs(roots: Roots) -> bytes:
    """A room of a pack as one Yjs update (encoding v1): what is there now, and nothing of who made it how."""
    in_order = msgspec.json.decode(msgspec.json.encode(roots, order="sorted"))
    return document_of(in_order, COPIER).state()


def packed(
    sources: Sources,
    catalogue: Catalogue,
    *,
    names: Names,
    language: Language,
    address: Callable[[str], str],
    shared_url: str | None = None,
) -> Pack:
    """The pack of what was gathered. `address` makes a public one of a path."""
    workshop = sources.workshop
    pack = pack_of(
        workshop,
        sources.rooms,
        catalogue,
        names=names,
        language=language,
        state_at=sources.state_at,
        door=address(f"/a/{show_code(workshop.code)}"),
        link=lambda board: address(f"/atelier/{workshop.id}?board={board}"),
        say=Words(language).say,
        photos=sources.photos,
        shared_url=shared_url,
    )
    return replace(pack, kit=sources.kit)
