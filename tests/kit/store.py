"""Stores for tests: an engine for the whole run, and an empty database on it for each test that asks."""

from __future__ import annotations

import asyncio
import itertools
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import pytest
import pytest_asyncio
import redis

from tablee.errors import StoreAway
from tablee.store.engine import embedded_engine, find_engine
from tablee.store.redis import LogEntry, ReadBatch, Store, open_store

T = TypeVar("T")

_databases = itertools.cycle(range(1, 16))


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The `unix://` address of an engine that belongs to this run. Its database 0 is shared."""
    with embedded_engine(tmp_path_factory.mktemp("engine")) as url:
        yield url


@pytest.fixture
def store_url(redis_server: str) -> str:
    """The address of an empty database that no other running test uses."""
    url = f"{redis_server}?db={next(_databases)}"
    with redis.Redis.from_url(url) as client:
        client.flushdb()
    return url


@pytest_asyncio.fixture
async def store(store_url: str) -> AsyncIterator[Store]:
    """An empty store."""
    async with open_store(store_url) as opened:
        yield opened


def plain(entries: Iterable[LogEntry]) -> list[tuple[int, bytes]]:
    """Entries of a log without their place in its chain."""
    return [(entry.n, entry.payload) for entry in entries]


def delivered(batch: ReadBatch) -> list[tuple[str, int, bytes]]:
    return [(room, entry.n, entry.payload) for room, entry in batch.entries]


def system_engine() -> Path | None:
    """A Redis or Valkey that this machine has besides ours."""
    found = shutil.which("redis-server") or shutil.which("valkey-server")
    return None if found is None else Path(found)


def kill_engine(data_dir: Path, signal_number: int = signal.SIGKILL) -> int:
    """Send a signal to the engine of this directory; return its process id."""
    pid = int((data_dir / "engine.pid").read_text())
    os.kill(pid, signal_number)
    return pid


async def until_back(call: Callable[[], Awaitable[T]], wait_s: float = 15.0) -> T:
    """Repeat a call until the store is there again."""
    async with asyncio.timeout(wait_s):
        while True:
            try:
                return await call()
            except StoreAway:
                await asyncio.sleep(0.02)


@contextmanager
def plain_engine(folder: Path, binary: Path | None = None, **options: str) -> Iterator[str]:
    """An engine that nobody looks after, with options of its own (`appendfsync="everysec"`)."""
    folder.mkdir(parents=True, exist_ok=True)
    socket_path = folder / "plain.sock"
    settings = {"port": "0", "unixsocket": str(socket_path), "dir": str(folder), "save": ""}
    settings |= {name.replace("_", "-"): value for name, value in options.items()}
    words = [word for name, value in settings.items() for word in (f"--{name}", value)]
    process = subprocess.Popen(
        [binary or find_engine(), *words], stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT
    )
    try:
        deadline = time.monotonic() + 10
        while not _answers(socket_path):
            assert process.poll() is None, "the engine ended"
            assert time.monotonic() < deadline, "the engine does not answer"
            time.sleep(0.01)
        yield f"unix://{socket_path}"
    finally:
        process.kill()
        process.wait()


def _answers(socket_path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as connection:
        try:
            connection.connect(str(socket_path))
            connection.sendall(b"PING\r\n")
            return connection.recv(64).startswith((b"+PONG", b"-NOAUTH"))
        except OSError:
            return False


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
