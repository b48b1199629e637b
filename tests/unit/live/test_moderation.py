"""From which state a room's log is read again, and what says that it no longer goes back far enough."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest
from pycrdt import Map, Text

from tablee.errors import Conflict, NotFound
from tablee.live.moderation import Moderation
from tablee.live.open_room import OpenRoom
from tablee.live.workshops import Workshops
from tablee.store.hidden_notes import Base
from tablee.store.redis import LogEntry
from tablee.sync.document import Document
from tablee.sync.entries import Entry, write_entry

ENTRIES = 10


class Store:
    """A log of ten entries, one note and one second each, of which only those after `trimmed` are left."""

    def __init__(self, trimmed: int, snapshots: tuple[int, ...]) -> None:
        document = Document(client_id=5)
        self.log: dict[int, bytes] = {}
        states = {}
        for n in range(1, ENTRIES + 1):
            update = document.edit(
                lambda roots, n=n: roots["notes"].update({f"n{n}": Map({"text": Text("x")})})
            )
            assert update is not None
            states[n] = document.state()
            if n > trimmed:
                self.log[n] = write_entry(Entry(b"p" * 8, n * 1000, [(1, update)], ["p1"]))
        self._bases = [*(Base(n, states[n]) for n in snapshots), Base(0, None)]
        self.read: list[int] = []

    async def bases(self, room: str, lineage: str) -> list[Base]:
        return self._bases

    async def entries(self, room: str, after: int, upto: int) -> list[LogEntry]:
        found = [n for n in self.log if after < n <= upto]
        self.read += found
        return [LogEntry(n, self.log[n], b"", b"") for n in found]


async def plan(store: Store, since: int | None, of: list[int] | None = None) -> frozenset[str]:
    async def settled() -> None: ...

    async def ask(call: Any) -> Any:
        return await call

    workshops = SimpleNamespace(store=store, hub=None, ask=ask)
    room = SimpleNamespace(id="r", lineage="l", settled=settled, room=SimpleNamespace(n=ENTRIES, owners={}))
    moderation = Moderation(cast(Workshops, workshops))
    return (await moderation._plan(cast(OpenRoom, room), "p1", since, of)).notes


def notes(first: int, last: int = ENTRIES) -> frozenset[str]:
    return frozenset(f"n{n}" for n in range(first, last + 1))


@pytest.mark.parametrize(("trimmed", "snapshots"), [(0, ()), (0, (8, 6)), (6, (8, 6)), (5, (8, 6))])
async def test_the_latest_state_before_the_moment_is_enough(trimmed: int, snapshots: tuple[int, ...]) -> None:
    store = Store(trimmed, snapshots)
    assert await plan(store, 8500) == notes(9)
    assert not snapshots or min(store.read) >= 7, "no more is read than is needed"
    assert await plan(store, 7001) == notes(8)
    assert await plan(store, 10_001) == frozenset()
    assert await plan(store, None, [9]) == notes(9, 9)


@pytest.mark.parametrize("trimmed", [0, 6])
async def test_a_log_that_does_not_go_back_far_enough_says_so(trimmed: int) -> None:
    store = Store(trimmed, (8, 6))
    if trimmed == 0:
        assert await plan(store, 1) == notes(1)
        return
    for since, of in ((1, None), (6500, None), (None, [3])):
        with pytest.raises(Conflict) as caught:
            await plan(store, since, of)
        assert caught.value.key == "since.too_old"


async def test_an_entry_that_is_not_there_is_not_taken_back() -> None:
    with pytest.raises(NotFound):
        await plan(Store(0, ()), None, [11])
