"""Stores for tests: an engine for the whole run, and an empty database on it for each test that asks."""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
import pytest_asyncio

from tablee.errors import StoreAway
from tablee.store.redis import Store, open_store
from tablee.store.engine import embedded_engine

T = TypeVar("T")

_databases = itertools.cycle(range(1, 16))


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The `unix://` address of an engine that belongs to this run. Its database 0 is shared."""
    with embedded_engine(tmp_path_factory.mktemp("engine")) as url:
        yield url


@pytest.fixture
def store_url(redis_server: str) -> str:
    """The address of a database that no other running test uses."""
    return f"{redis_server}?db={next(_databases)}"


@pytest_asyncio.fixture
async def store(store_url: str) -> AsyncIterator[Store]:
    """An empty store."""
    async with open_store(store_url) as opened:
        await opened._commands.call("FLUSHDB")
        yield opened


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
