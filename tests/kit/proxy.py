"""A TCP proxy that misbehaves on command: between people and a server, or a server and its store."""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
import struct
from collections.abc import AsyncIterator
from typing import Literal

Direction = Literal["up", "down"]
"""`up`: from who connected towards the target. `down`: the answers."""

PIECE = 64 * 1024


class Proxy:
    """Forwards every connection to one port until told otherwise. Made by `proxy_to`.

    What is set here holds for all connections, those that are there and those to come, until `calm`.
    """

    def __init__(self, target: int) -> None:
        self.target = target
        self.port = 0
        self.delay_s = 0.0
        """How long each piece waits before it goes on."""
        self.piece = PIECE
        """Most bytes that go on at once; 1 makes every byte a segment of its own."""
        self.swallows: set[Direction] = set()
        """A black hole: these directions are read and forwarded never."""
        self.refuses = False
        """New connections are reset at once."""
        self._pipes: set[_Pipe] = set()

    @property
    def connections(self) -> int:
        return len(self._pipes)

    def reset(self, share: float = 1.0, rng: random.Random | None = None) -> int:
        """Break connections with RST, all of them or a random share; return how many."""
        chosen = [p for p in self._pipes if rng is None or rng.random() < share]
        for pipe in chosen:
            pipe.reset()
        return len(chosen)

    def half_close(self, direction: Direction) -> None:
        """Tell those at the end of this direction that nothing more comes; the other direction goes on."""
        for pipe in self._pipes:
            pipe.end(direction)

    def calm(self) -> None:
        """Forward as before. A connection that has lost bytes is reset: a stream with a hole is none."""
        self.delay_s, self.piece, self.refuses = 0.0, PIECE, False
        self.swallows = set()
        for pipe in [p for p in self._pipes if p.lossy]:
            pipe.reset()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.refuses:
            _reset(writer)
            return
        try:
            there = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            _reset(writer)
            return
        pipe = _Pipe(self, (reader, writer), there)
        self._pipes.add(pipe)
        try:
            await pipe.run()
        finally:
            self._pipes.discard(pipe)

    async def _stop(self) -> None:
        self.reset()
        while self._pipes:  # noqa: ASYNC110 (they end by themselves, each in its own task)
            await asyncio.sleep(0.005)


Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class _Pipe:
    """One connection through the proxy: two pumps."""

    def __init__(self, proxy: Proxy, here: Ends, there: Ends) -> None:
        self._proxy = proxy
        self._here, self._there = here, there
        self._ended: set[Direction] = set()
        self.lossy = False

    async def run(self) -> None:
        pumps = [
            asyncio.create_task(self._pump("up", self._here[0], self._there[1])),
            asyncio.create_task(self._pump("down", self._there[0], self._here[1])),
        ]
        try:
            await asyncio.gather(*pumps)
        except OSError:
            self.reset()
        finally:
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
            for _, writer in (self._here, self._there):
                writer.close()

    async def _pump(self, way: Direction, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(PIECE):
            at = 0
            while at < len(data):
                if self._proxy.delay_s:
                    await asyncio.sleep(self._proxy.delay_s)
                if way in self._proxy.swallows or way in self._ended:
                    self.lossy = True
                    break
                piece = data[at : at + self._proxy.piece]
                at += len(piece)
                writer.write(piece)
                await writer.drain()
        if way not in self._ended and way not in self._proxy.swallows and writer.can_write_eof():
            writer.write_eof()

    def end(self, way: Direction) -> None:
        if way in self._ended:
            return
        self._ended.add(way)
        self.lossy = True
        writer = self._there[1] if way == "up" else self._here[1]
        with contextlib.suppress(OSError, RuntimeError):
            writer.write_eof()

    def reset(self) -> None:
        for _, writer in (self._here, self._there):
            _reset(writer)


def _reset(writer: asyncio.StreamWriter) -> None:
    """RST instead of FIN: what was not delivered yet is lost, as when a cable is pulled."""
    sock: socket.socket | None = writer.get_extra_info("socket")
    if sock is not None:
        with contextlib.suppress(OSError):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


@contextlib.asynccontextmanager
async def proxy_to(target: int) -> AsyncIterator[Proxy]:
    proxy = Proxy(target)
    listening = await asyncio.start_server(proxy._accept, "127.0.0.1", 0, limit=PIECE)
    proxy.port = listening.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        listening.close()
        await proxy._stop()
