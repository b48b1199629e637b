"""One connection in the hands of many: replies stay with their callers, errors in their place."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from redis.exceptions import ResponseError
from tests.kit.store import plain_engine

from tablee.errors import StoreAway
from tablee.store.address import parse_address
from tablee.store.line import Line


@pytest_asyncio.fixture
async def line(store_url: str) -> AsyncIterator[Line]:
    opened = Line(parse_address(store_url), 2.0)
    yield opened
    await opened.close()


async def test_replies_find_their_caller_by_order(line: Line) -> None:
    echoed = await asyncio.gather(*[line.calls([("ECHO", f"{i}"), ("ECHO", "x")]) for i in range(50)])
    assert echoed == [[b"%d" % i, b"x"] for i in range(50)]


async def test_an_error_leaves_the_connection_in_step(line: Line) -> None:
    with pytest.raises(ResponseError, match="unknown command"):
        await line.calls([("NONSENSE",), ("ECHO", "unread")])
    assert await line.calls([("ECHO", "next")]) == [b"next"]


async def test_a_caller_that_left_does_not_shift_the_replies_of_others(line: Line) -> None:
    gone = asyncio.ensure_future(line.calls([("ECHO", "gone")]))
    stays = asyncio.ensure_future(line.calls([("ECHO", "stays")]))
    await asyncio.sleep(0)
    gone.cancel()
    assert await stays == [b"stays"]


async def test_a_store_that_was_asked_to_wait_may_wait(line: Line, store_url: str) -> None:
    hasty = Line(parse_address(store_url), 0.1)
    assert await hasty.calls([("BLPOP", "nothing", "0.3")], wait_s=0.3) == [None]
    with pytest.raises(StoreAway, match="in time"):
        await hasty.calls([("BLPOP", "nothing", "1")])
    assert await hasty.calls([("ECHO", "next")]) == [b"next"]
    await hasty.close()


async def test_a_connection_that_the_store_ended_is_not_used_again(tmp_path: Path) -> None:
    with plain_engine(tmp_path) as url:
        ended, other = Line(parse_address(url), 2.0), Line(parse_address(url), 2.0)
        [number] = await ended.calls([("CLIENT", "ID")])
        await other.calls([("CLIENT", "KILL", "ID", number)])
        await asyncio.sleep(0.05)
        assert await ended.calls([("ECHO", "next")]) == [b"next"]
        await ended.close()
        await other.close()


async def test_what_is_no_store_does_not_answer() -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        line = Line(parse_address(f"redis://127.0.0.1:{port}"), 2.0)
        with pytest.raises(StoreAway):
            await line.calls([("PING",)])
        await line.close()
