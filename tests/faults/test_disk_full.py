"""The disk is full while people write: nothing called saved is lost, and with room again it goes on."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.kit.client import Participant, participant
from tests.kit.crashes import read_back
from tests.kit.server import Server, running


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 16 MB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = shutil.which("mount")
    done = mount and subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=16m", "tmpfs", disk], capture_output=True, check=False
    )
    if not done or done.returncode != 0:
        pytest.skip("a small file system can only be mounted by root on Linux")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "--lazy", disk], check=True)


async def until(seen: Callable[[], bool], wait_s: float = 60) -> None:
    async with asyncio.timeout(wait_s):
        while not await asyncio.to_thread(seen):  # noqa: ASYNC110 (another process)
            await asyncio.sleep(0.05)


def ready(server: Server) -> bool:
    return server.call("GET", "/readyz").status == 200


async def write_until_full(person: Participant, server: Server) -> dict[str, str]:
    """Write until the server says that it is not ready; give what was called saved."""
    written: list[tuple[int, str, str]] = []
    number = 0
    full = asyncio.create_task(until(lambda: not ready(server)))
    while not full.done() and person.close_code is None:
        note, text = f"n{number}", f"{number} " + "règle " * 150
        person.add(note, text)
        written.append((person.sent, note, text))
        number += 1
        await asyncio.sleep(0.002)
    await full
    return {note: text for sent, note, text in written if sent <= person.saved}


async def test_a_full_disk_stops_saving_and_nothing_saved_is_lost(small_disk: Path) -> None:
    data = small_disk / "data"
    limits = ("--updates-per-s", "10000", "--updates-burst", "100000")
    with running(data, *limits) as server:
        made = server.create()
        seat = server.join(made)
        ballast = small_disk / "ballast"
        free = shutil.disk_usage(small_disk).free
        ballast.write_bytes(b"\0" * (free - 150_000))
        async with participant(server, seat) as person:
            saved = await write_until_full(person, server)
            doc = person.doc
        assert saved, "some were saved before it was full"
        ballast.unlink()
        await until(lambda: ready(server))
        async with participant(server, seat, doc=doc) as person:
            await person.until(lambda: person.synced)
            person.add("after", "la suite")
            await person.all_saved()
        found = read_back(server, seat)
        assert saved.items() <= found.items() and found["after"] == "la suite"
    with running(data, *limits) as again:
        assert saved.items() <= read_back(again, seat).items()
