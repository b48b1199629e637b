"""What a store must be to be opened, and what it is then said to promise."""

import asyncio
from pathlib import Path

import pytest
from tests.kit.store import delivered, free_port, plain_engine, system_engine

from tablee.errors import StoreAway, StoreUnusable
from tablee.store import redis
from tablee.store.redis import Append, Store, open_store

ROOM = "abcdefghjk-g1-exploration"


async def append(store: Store, payload: bytes = b"note") -> None:
    await store.open_room(ROOM, "cafe")
    [n] = await store.append([Append(ROOM, "cafe", 0, payload, payload)])
    assert isinstance(n, int)


async def configure(store: Store, name: str, value: str) -> None:
    await store._commands.call("CONFIG", "SET", name, value)


async def refusal(url: str) -> str:
    with pytest.raises(StoreUnusable) as raised:
        async with open_store(url):
            pass
    return str(raised.value)


# --- refused


async def test_a_store_that_evicts_keys_is_refused(tmp_path: Path) -> None:
    with plain_engine(tmp_path) as url:
        async with open_store(url) as store:
            await configure(store, "maxmemory", "100mb")
            await configure(store, "maxmemory-policy", "allkeys-lru")
        assert await refusal(url) == (
            f"The store at {url} deletes data when its memory is full (maxmemory-policy allkeys-lru); "
            "set maxmemory-policy to noeviction, or maxmemory to 0."
        )


async def test_a_replica_is_refused(tmp_path: Path) -> None:
    with plain_engine(tmp_path, replicaof=f"127.0.0.1 {free_port()}") as url:
        assert "is a replica" in await refusal(url)


async def test_a_cluster_is_refused(tmp_path: Path) -> None:
    port, bus = str(free_port()), str(free_port())
    with plain_engine(tmp_path, port=port, cluster_enabled="yes", cluster_port=bus) as url:
        assert "is a cluster" in await refusal(url)


async def test_where_nothing_answers_the_sentence_says_so(tmp_path: Path) -> None:
    url = f"unix://{tmp_path}/nothing.sock"
    assert await refusal(url) == (
        f"The store at {url} cannot be used: {url} does not answer: No such file or directory."
    )


async def test_a_port_without_a_store_is_refused() -> None:
    url = f"redis://127.0.0.1:{free_port()}"
    assert (await refusal(url)).startswith(f"The store at {url} cannot be used: {url} does not answer")


async def test_something_that_is_no_store_is_refused() -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        assert "does not speak the Redis protocol" in await refusal(f"redis://127.0.0.1:{port}")


@pytest.mark.parametrize("login", ["", ":wrong@", "somebody:else@"])
async def test_a_store_that_lets_nobody_in_without_its_password_is_refused(
    tmp_path: Path, login: str
) -> None:
    port = free_port()
    with plain_engine(tmp_path, port=str(port), requirepass="right"):
        said = await refusal(f"redis://{login}127.0.0.1:{port}")
        assert said.startswith(f"The store at redis://127.0.0.1:{port} does not let Tablée in: ")
        assert "wrong" not in said
        async with open_store(f"redis://:right@127.0.0.1:{port}/3") as store:
            await append(store)


# --- another Redis


@pytest.mark.skipif(system_engine() is None, reason="this machine has no Redis or Valkey of its own")
async def test_a_redis_of_the_system_serves_as_well(tmp_path: Path) -> None:
    options = {"appendonly": "yes", "appendfsync": "always"}
    with plain_engine(tmp_path, system_engine(), **options) as url:
        async with open_store(url) as store:
            assert store.durability == "disk"
            await append(store)
            assert delivered(await store.read({ROOM: 0}, {}, 1000)) == [(ROOM, 1, b"note")]
            assert await store.swap_snapshot(ROOM, "cafe", 1, b"as of 1")
            assert (await store.load_room(ROOM)).snapshot == b"as of 1"


# --- durability


async def test_the_embedded_engine_has_it_on_disk_at_once(store: Store) -> None:
    assert (store.durability, store.durable_at_once) == ("disk", True)
    assert store.server.startswith("Valkey 9.")
    await store.durable()


async def test_with_fsync_every_second_durable_waits_for_the_disk(tmp_path: Path) -> None:
    with plain_engine(tmp_path, appendonly="yes", appendfsync="everysec") as url:
        async with open_store(url) as store:
            assert (store.durability, store.durable_at_once) == ("disk", False)
            await append(store)
            await store.durable()
            info = await store._commands.call("INFO", "persistence")
            assert info["aof_pending_bio_fsync"] == 0


async def test_many_who_wait_for_the_disk_share_the_waiting(tmp_path: Path) -> None:
    with plain_engine(tmp_path, appendonly="yes", appendfsync="everysec") as url:
        async with open_store(url) as store:
            await append(store)
            async with asyncio.timeout(5):
                await asyncio.gather(*[store.durable() for _ in range(200)])
            stats = await store._commands.call("INFO", "commandstats")
            assert stats["cmdstat_waitaof"]["calls"] <= 2


async def test_without_a_file_nothing_is_promised(tmp_path: Path) -> None:
    with plain_engine(tmp_path) as url:
        async with open_store(url) as store:
            assert (store.durability, store.durable_at_once) == ("memory", True)


async def test_where_the_settings_are_secret_nothing_is_promised(tmp_path: Path) -> None:
    port = free_port()
    with plain_engine(tmp_path, port=str(port), appendonly="yes", appendfsync="always") as url:
        async with open_store(url) as store:
            await store._commands.call(
                "ACL", "SETUSER", "tenant", "on", ">pw", "~*", "&*", "+@all", "-config"
            )
        async with open_store(f"redis://tenant:pw@127.0.0.1:{port}") as store:
            assert store.durability == "memory"
            await append(store)


async def test_with_a_replica_saved_means_that_it_has_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port()
    with plain_engine(tmp_path / "primary", port=str(port), repl_diskless_sync_delay="0") as url:
        with plain_engine(tmp_path / "replica", replicaof=f"127.0.0.1 {port}"):
            async with asyncio.timeout(20):
                while True:
                    async with open_store(url) as store:
                        if store.durability == "replica":
                            await append(store)
                            await store.durable()
                            break
                    await asyncio.sleep(0.05)
        monkeypatch.setattr(redis, "FSYNC_S", 0.2)
        async with open_store(url) as store:
            store._confirmation = "wait"
            with pytest.raises(StoreAway, match="did not confirm"):
                await store.durable()


# --- writable


async def test_a_store_that_takes_no_writes_is_away(tmp_path: Path) -> None:
    with plain_engine(tmp_path) as url:
        async with open_store(url) as store:
            await store.ping()
            await append(store)
            await configure(store, "min-replicas-to-write", "1")
            for call in (store.ping(), append(store)):
                with pytest.raises(StoreAway, match="NOREPLICAS"):
                    await call
            await configure(store, "min-replicas-to-write", "0")
            await append(store)


async def test_a_full_store_refuses_the_entry_and_counts_none(tmp_path: Path) -> None:
    with plain_engine(tmp_path) as url:
        async with open_store(url) as store:
            await append(store)
            await configure(store, "maxmemory", "1")
            with pytest.raises(StoreAway, match="OOM"):
                await store.append([Append(ROOM, "cafe", 0, b"2", b"too much")])
            await configure(store, "maxmemory", "0")
            assert await store.append([Append(ROOM, "cafe", 0, b"2", b"again", retry=True)]) == [2]
