"""A room driven without sockets and store: what readers may see, and when."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, cast

import pytest

from tablee.errors import Unavailable
from tablee.live.hub import Hub
from tablee.live.open_room import Delivery, OpenRoom
from tablee.store.redis import LogEntry
from tablee.sync.document import Roots, insert_note
from tablee.sync.room import Room


class SlowStore:
    """In the place of the hub: keeps appends, and what waits for the disk, until told."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.process = b"process1"
        self.appended: asyncio.Queue[bytes] = asyncio.Queue()
        self.unsure: list[Callable[[], Any]] = []

    def append(self, room: OpenRoom, payload: bytes) -> None:
        self.appended.put_nowait(payload)

    def when_durable(self, then: Callable[[], Any]) -> None:
        self.unsure.append(then)

    def on_delivered(self, room: OpenRoom, entry: LogEntry) -> None:
        """Nobody counts what people write."""

    def now(self) -> int:
        return 1

    @staticmethod
    def new_client_id() -> int:
        return Hub.new_client_id()


async def test_a_reader_sees_nothing_that_is_not_in_the_log() -> None:
    """Not even when the disk is slow to confirm and others go on writing."""
    store = SlowStore()
    room = OpenRoom(cast(Hub, store), "room", "lineage", 0, Room(store.process))

    async def read() -> set[str]:
        return set((await room.settled()).notes())

    async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
        tasks.create_task(room.change("nadia", insert_note("a", {"text": "un"})))
        entry = await store.appended.get()
        tasks.create_task(room.change("joris", insert_note("b", {"text": "deux"})))
        reading = tasks.create_task(read())
        await asyncio.sleep(0)
        assert not reading.done()
        assert room.deliver(LogEntry(1, entry, b"one", b"")) is Delivery.TAKEN
        entry = await store.appended.get()
        assert reading.result() == {"a"}
        assert room.deliver(LogEntry(2, entry, b"two", b"one")) is Delivery.TAKEN
        for then in store.unsure:
            then()
    assert await read() == {"a", "b"}


async def test_an_edit_that_fails_is_refused_and_the_room_goes_on() -> None:
    store = SlowStore()
    room = OpenRoom(cast(Hub, store), "room", "lineage", 0, Room(store.process))

    def wrong(roots: Roots) -> None:
        raise KeyError("kind")

    async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
        with pytest.raises(Unavailable):
            await room.edit("nadia", wrong)
        assert not room.closed
        tasks.create_task(room.change("joris", insert_note("b", {"text": "deux"})))
        entry = await store.appended.get()
        assert room.deliver(LogEntry(1, entry, b"one", b"")) is Delivery.TAKEN
        for then in store.unsure:
            then()
