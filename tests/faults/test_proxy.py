"""The proxy does what its faults are named for; without that, the checker would prove nothing."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest
from tests.kit.proxy import Proxy, proxy_to

Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Echo:
    """A server that answers with what it gets, and remembers in which pieces it came."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []
        self.ended = asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError), contextlib.closing(writer):
            while data := await reader.read(1024):
                self.pieces.append(data)
                writer.write(data)
                await writer.drain()
            self.ended.set()
            await asyncio.sleep(3600)


@contextlib.asynccontextmanager
async def between() -> AsyncIterator[tuple[Proxy, Echo, Ends]]:
    echo = Echo()
    tasks: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.add(asyncio.create_task(echo.serve(reader, writer)))

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    async with proxy_to(server.sockets[0].getsockname()[1]) as proxy:
        ends = await asyncio.open_connection("127.0.0.1", proxy.port)
        try:
            async with asyncio.timeout(10):
                ends[1].write(b"hello")
                assert await ends[0].readexactly(5) == b"hello"
                yield proxy, echo, ends
        finally:
            ends[1].close()
            server.close()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def test_calm_forwards_both_ways_and_many_at_once() -> None:
    async with between() as (proxy, echo, (reader, writer)):
        writer.write(b"x" * 300_000)
        assert await reader.readexactly(300_000) == b"x" * 300_000
        assert proxy.connections == 1 and not echo.ended.is_set()


async def test_reset_is_a_reset_on_both_sides() -> None:
    async with between() as (proxy, _, (reader, _)):
        assert proxy.reset() == 1
        with pytest.raises(ConnectionResetError):
            await reader.readexactly(1)
        while proxy.connections:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_a_black_hole_takes_everything_and_what_lost_bytes_is_reset_afterwards() -> None:
    async with between() as (proxy, echo, (reader, writer)):
        proxy.swallows = {"down"}
        writer.write(b"question")
        while b"question" not in echo.pieces:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        proxy.swallows = {"up", "down"}
        writer.write(b"lost")
        await writer.drain()
        proxy.calm()
        with pytest.raises(ConnectionResetError):
            await reader.readexactly(1)
        assert b"lost" not in echo.pieces


async def test_every_byte_alone() -> None:
    async with between() as (proxy, echo, (reader, writer)):
        proxy.piece = 1
        writer.write(b"ab" * 50)
        assert await reader.readexactly(100) == b"ab" * 50
        assert b"".join(echo.pieces) == b"hello" + b"ab" * 50 and len(echo.pieces) > 2


async def test_half_closed_upwards_the_other_end_hears_the_end_and_answers_still_come() -> None:
    async with between() as (proxy, echo, (reader, writer)):
        proxy.half_close("up")
        await echo.ended.wait()
        writer.write(b"unheard")
        await writer.drain()
        assert proxy.connections == 1
    async with between() as (proxy, _, (reader, _)):
        proxy.half_close("down")
        assert await reader.read() == b""


async def test_who_is_refused_is_reset_at_once() -> None:
    async with between() as (proxy, _, _):
        proxy.refuses = True
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        with pytest.raises(ConnectionResetError):
            await reader.readexactly(1)
        writer.close()
