"""What files are made of is read whole, or not at all."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

import pytest
from tests.kit.packs import a_workshop

from tablee.errors import Conflict
from tablee.live.gathering import gather
from tablee.store.rooms import LoadedRoom, LogEntry, RoomMeta


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
