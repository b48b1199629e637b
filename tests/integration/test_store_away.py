"""A store that is away for a while: what callers see, and that nothing is done twice or lost."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import uvloop
from tests.kit.store import delivered, kill_engine, plain, until_back

from tablee.errors import StoreAway
from tablee.store import redis
from tablee.store.engine import embedded_engine
from tablee.store.feed import BACK
from tablee.store.redis import Append, Store, open_store

ROOM = "abcdefghjk-g1-exploration"


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest_asyncio.fixture
async def fragile(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Store]:
    """A store on an engine of its own, less patient than usual, with an open room."""
    monkeypatch.setattr(redis, "TIMEOUT_S", 0.5)
    with embedded_engine(data_dir) as url:
        async with open_store(url) as store:
            await store.open_room(ROOM, "cafe")
            await store.append([])  # connects, so that what comes next is on its way
            yield store


@contextmanager
def stopped(data_dir: Path) -> Iterator[None]:
    pid = kill_engine(data_dir, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def entry(payload: bytes, *, retry: bool = False) -> Append:
    return Append(ROOM, "cafe", 0, b"batch " + payload, payload, retry)


async def test_an_engine_that_does_not_answer_is_away_when_its_time_is_over(
    fragile: Store, data_dir: Path
) -> None:
    began = time.monotonic()
    with stopped(data_dir), pytest.raises(StoreAway):
        await fragile.append([entry(b"a")])
    assert 0.5 < time.monotonic() - began < 1.5


async def test_an_entry_whose_reply_was_lost_is_found_and_not_added_twice(
    fragile: Store, data_dir: Path
) -> None:
    with stopped(data_dir), pytest.raises(StoreAway):
        await fragile.append([entry(b"a"), entry(b"b")])
    again = [entry(b"a", retry=True), entry(b"b", retry=True)]
    assert await until_back(lambda: fragile.append(again)) == [1, 2]
    assert plain((await fragile.load_room(ROOM)).entries) == [(1, b"a"), (2, b"b")]


async def test_nothing_is_sent_again_by_itself(fragile: Store, data_dir: Path) -> None:
    with stopped(data_dir), pytest.raises(StoreAway):
        await fragile.append([entry(b"a")])
    await until_back(fragile.ping)
    assert plain(await until_back(lambda: fragile.entries(ROOM, 0, 10))) == [(1, b"a")]


async def test_everybody_who_waits_for_a_killed_engine_is_told(fragile: Store, data_dir: Path) -> None:
    reading = asyncio.ensure_future(fragile.read({ROOM: 0}, {}, 60_000))
    await asyncio.sleep(0.05)
    with stopped(data_dir):
        appending = asyncio.gather(
            *[fragile.append([entry(b"%d" % i)]) for i in range(20)], return_exceptions=True
        )
        await asyncio.sleep(0.05)
        kill_engine(data_dir)
        async with asyncio.timeout(1):
            results = await appending
            with pytest.raises(StoreAway):
                await reading
    assert {type(result) for result in results} == {StoreAway}


async def test_a_call_while_the_engine_is_gone_is_refused_at_once(fragile: Store, data_dir: Path) -> None:
    kill_engine(data_dir)
    began = time.monotonic()
    for call in (fragile.ping, lambda: fragile.load_room(ROOM), lambda: fragile.read({ROOM: 0}, {}, 1000)):
        with pytest.raises(StoreAway):
            await call()
    assert time.monotonic() - began < 1


async def test_the_reader_goes_on_when_the_engine_is_back(fragile: Store, data_dir: Path) -> None:
    await fragile.append([entry(b"a")])
    assert delivered(await fragile.read({ROOM: 0}, {}, 1000)) == [(ROOM, 1, b"a")]
    kill_engine(data_dir)
    await until_back(lambda: fragile.append([entry(b"b", retry=True)]))
    batch = await until_back(lambda: fragile.read({ROOM: 1}, {}, 1000))
    assert delivered(batch) == [(ROOM, 2, b"b")]


async def test_presence_goes_on_when_the_engine_is_back(fragile: Store, data_dir: Path) -> None:
    feed = fragile.presence()
    await feed.subscribe(ROOM)
    assert await anext(feed) == (BACK, b""), "connected"
    hearing = asyncio.ensure_future(anext(feed))
    kill_engine(data_dir)
    async with asyncio.timeout(15):
        while not hearing.done() or not feed._messages:
            await until_back(lambda: fragile.publish(ROOM, b"cursor"))
            await asyncio.sleep(0.02)
        assert hearing.result() == (BACK, b""), "connected again, and something may have been missed"
        assert await anext(feed) == (ROOM, b"cursor")


@pytest.mark.parametrize("run", [asyncio.run, uvloop.run])
def test_a_loop_that_was_held_up_does_not_take_its_store_for_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Callable[[Coroutine[Any, Any, None]], None]
) -> None:
    async def append_and_hold_up(url: str) -> None:
        async with open_store(url) as store:
            await store.open_room(ROOM, "cafe")
            await store.append([])
            appending = asyncio.ensure_future(store.append([entry(b"a")]))
            await asyncio.sleep(0)
            time.sleep(0.5)  # noqa: ASYNC251 (the reply is there long before anybody looks)
            assert await appending == [1]

    monkeypatch.setattr(redis, "TIMEOUT_S", 0.2)
    with embedded_engine(tmp_path) as url:
        run(append_and_hold_up(url))
