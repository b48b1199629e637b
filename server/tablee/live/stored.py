"""Notes of a room as the store has them, without opening the room: for the command line, and to read many."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

from tablee.errors import BadFrame
from tablee.live.workshops import Workshops
from tablee.store.rooms import LoadedRoom
from tablee.sync.document import Document
from tablee.sync.entries import read_entry


async def stored_notes(workshops: Workshops, room: str) -> dict[str, dict[str, Any]]:
    notes: dict[str, dict[str, Any]] = (await stored_content(workshops, room)).get("notes", {})
    return notes


async def stored_content(workshops: Workshops, room: str) -> dict[str, Any]:
    """All roots of a room; nothing of one in which nobody wrote."""
    loaded: LoadedRoom = await workshops.ask(workshops.store.load_room(room))
    return await asyncio.to_thread(_content_of, loaded) if loaded.meta.seq else {}


def _content_of(loaded: LoadedRoom) -> dict[str, Any]:
    document = Document(loaded.snapshot)
    with suppress(BadFrame):  # of a damaged room, what can be read
        for entry in loaded.entries:
            for _, update in read_entry(entry.payload).updates:
                document.apply(update)
    return document.content()
