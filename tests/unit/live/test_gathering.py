"""What files are made of is read whole, or not at all."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any, cast

import pytest
from tests.kit.packs import a_workshop, filled

from tablee.errors import Conflict
from tablee.live.gathering import gather
from tablee.model.board import Roots
from tablee.model.pack import room_path
from tablee.model.workshop import Workshop
from tablee.store.rooms import LoadedRoom, LogEntry, RoomMeta
from tablee.sync.document import document_of


class Halved:
    """A store in which a part of each room's log is missing, or its last entry is not one."""

    def __init__(self, last: bytes | None, whole: bool) -> None:
        self.last, self.whole = last, whole

    async def load_room(self, room: str) -> LoadedRoom:
        return LoadedRoom(RoomMeta("line", 9, 0, 0, b"", erased=False), None, 0, [], whole=self.whole)

    async def last_entry(self, room: str) -> LogEntry | None:
        return None if self.last is None else LogEntry(9, self.last, b"", b"")


class Reading:
    def __init__(self, store: Halved) -> None:
        self.store = store

    async def ask(self, asked: Awaitable[Any]) -> Any:
        return await asked


@pytest.mark.parametrize(("last", "whole"), [(None, False), (b"nonsense", True)])
async def test_a_room_with_a_gap_makes_no_file_with_a_part_of_its_notes(
    last: bytes | None, whole: bool
) -> None:
    reading: Any = Reading(Halved(last, whole))
    workshop = a_workshop()
    with pytest.raises(Conflict, match="incomplets") as refused:
        await gather(reading, workshop)
    assert refused.value.key == "room.damaged" and refused.value.more == {"room": workshop.rooms[0]}


class Hiding(Reading):
    """A store in which notes lie in a room that were hidden while it was read."""

    def __init__(self, path: str, roots: Roots, hidden: frozenset[str]) -> None:
        super().__init__(cast("Any", self))
        self.path, self.state, self.hidden = path, document_of(roots).state(), hidden
        self.catalogues = self

    async def document(self, workshop: Workshop) -> None:
        return None

    async def load_room(self, room: str) -> LoadedRoom:
        there = room_path(room) == self.path
        meta = RoomMeta("line", int(there), 0, 0, b"", erased=False)
        return LoadedRoom(meta, self.state if there else None, 0, [])

    async def last_entry(self, room: str) -> None:
        return None

    async def hidden_note_ids(self, rooms: list[str]) -> dict[str, frozenset[str]]:
        return {room: self.hidden if room_path(room) == self.path else frozenset() for room in rooms}

    async def photos(self, rooms: list[str]) -> dict[str, list[Any]]:
        return {room: [] for room in rooms}


async def test_a_note_that_is_hidden_while_it_is_read_is_left_out() -> None:
    workshop, rooms = filled(a_workshop(), 60, 4)
    path, roots = next(iter(rooms.items()))
    one = next(key.partition(".")[0] for key in roots["comments"])
    reading: Any = Hiding(path, roots, frozenset([one]))
    told = (await gather(reading, workshop)).rooms[path]
    assert told["notes"].keys() == roots["notes"].keys() - {one}
    assert {key for key in roots["comments"] if not key.startswith(one)} == told["comments"].keys()
    assert told["answers"].keys() == roots["answers"].keys()
