"""Instants of several rooms are kept together; pasts that nobody asks for are let go."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tablee.errors import Conflict, Refused, StoreAway, Unavailable
from tablee.live import history
from tablee.live.history import History, Known
from tablee.live.instants import Instants
from tablee.live.workshops import Workshops
from tablee.store.rooms import RoomMeta
from tablee.store.versions import Version
from tablee.sync.past import Past

ROOMS = ("w1-g1-exploration", "w1-g2-exploration", "w1-plenary")
WORKSHOP: Any = SimpleNamespace(rooms=ROOMS, revision=3)
PERSON: Any = SimpleNamespace(id="ines")


class Shelf:
    """Keeps instants of all rooms but one, which answers otherwise."""

    def __init__(self, other: str, answer: bool | Exception) -> None:
        self.kept: dict[str, str] = {}
        self._other, self._answer = other, answer

    async def put_version(self, room: str, version: Version, state: bytes) -> bool:
        if room == self._other:
            if isinstance(self._answer, Exception):
                raise self._answer
            return self._answer
        self.kept[room] = version.id
        return True

    async def drop_versions(self, room: str, versions: list[str]) -> int:
        return int(self.kept.get(room) in versions and bool(self.kept.pop(room)))


def workshops_with(store: object) -> Workshops:
    hub = SimpleNamespace(on_replaced=[])
    return cast("Workshops", SimpleNamespace(store=store, hub=hub, ask=Workshops.ask))


@pytest.mark.parametrize(
    ("answer", "error"), [(False, Conflict), (StoreAway("away"), Unavailable), (True, None)]
)
async def test_an_instant_is_kept_of_all_rooms_or_of_none(
    answer: bool | Exception, error: type[Refused] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever is refused asks again, and would keep it twice."""
    shelf = Shelf(ROOMS[-1], answer)
    workshops = workshops_with(shelf)
    keeping = Instants(workshops, History(workshops))

    async def now(room: str, even_empty: bool = False) -> tuple[str, int, bytes]:
        return "line", 1, b"state"

    monkeypatch.setattr(keeping, "now", now)
    kept = keeping.keep(cast("Any", None), WORKSHOP, PERSON, {"name": "La fin"})
    if error is None:
        assert (await kept).more["rooms"] == list(ROOMS)
        return
    with pytest.raises(error):
        await kept
    assert shelf.kept == {}


async def test_a_past_is_let_go_when_its_room_is_written_anew_or_nobody_asks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It may be of somebody who was erased, by another process."""
    workshops = workshops_with(None)
    past, now = History(workshops), asyncio.get_running_loop().time()
    past._known["w1-plenary"] = Known("line", Past(), now)
    [replaced] = workshops.hub.on_replaced
    replaced("w1-plenary")
    assert not past._known
    monkeypatch.setattr(history, "KEPT_S", 0.02)
    past._known["old"] = Known("line", Past(), now - 1)
    past._known["late"] = Known("line", Past(), now)
    past._tidy()
    assert [*past._known] == ["late"]
    async with asyncio.timeout(5):
        while past._known:  # noqa: ASYNC110 (nobody is told of it)
            await asyncio.sleep(0.01)
    assert past._tidying is None


async def test_a_log_of_the_same_length_that_is_another_is_read_anew() -> None:
    """A store that came back from a backup may have as many entries, and others."""
    past = History(workshops_with(None))
    read = Past(n=3, batch=b"one")
    for seq, last, follows in ((3, b"one", True), (3, b"other", False), (2, b"one", False)):
        meta = RoomMeta("line", seq, 0, 1, last, False)
        assert await past._follows("w1-plenary", read, meta) is follows
