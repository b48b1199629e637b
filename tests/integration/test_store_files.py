"""The store's own files after an erasure, whatever a store keeps in files and lets one ask for."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from tests.kit.store import plain_engine
from tests.kit.traces import in_files

from tablee.store.redis import Store, open_store

WORD = "zwqk-fichier"
FILES = {
    "a log": ({"appendonly": "yes"}, "written"),
    "dumps": ({"save": "3600 1"}, "written"),
    "a log and dumps": ({"appendonly": "yes", "save": "3600 1"}, "written"),
    "nothing": ({}, "none"),
}


async def written_and_deleted(store: Store) -> None:
    await store._commands.call("SET", "tablee:kit:word", WORD)
    with_dumps = await store._dumps()
    if with_dumps:
        await store._commands.call("SAVE")
    await store._commands.call("DEL", "tablee:kit:word")


@pytest.mark.parametrize("kept", FILES)
async def test_what_a_store_keeps_in_files_is_written_anew(tmp_path: Path, kept: str) -> None:
    options, said = FILES[kept]
    with plain_engine(tmp_path / "engine", **options) as url:
        async with open_store(url) as store:
            await store.promise_files()
            await written_and_deleted(store)
            assert bool(in_files(tmp_path, WORD)) is bool(options)
            assert await store.rewrite_files() == said
            assert in_files(tmp_path, WORD) == [] and not await store.owes_files()


async def test_a_store_that_lets_nobody_ask_is_said_and_not_asked_for_ever(tmp_path: Path) -> None:
    with plain_engine(tmp_path / "engine", appendonly="yes") as url:
        async with open_store(url) as store:
            await store._commands.call("ACL", "SETUSER", "default", "-bgrewriteaof", "-bgsave", "-config")
            await store.promise_files()
            assert await store.rewrite_files() == "refused" and not await store.owes_files()


async def test_many_erasures_at_once_share_a_rewrite(store: Store) -> None:
    async def rewrites() -> int:
        info: dict[str, Any] = await store._commands.call("INFO", "persistence")
        return int(info["aof_rewrites"])

    before = await rewrites()
    await store.promise_files()
    said = await asyncio.gather(*[store.rewrite_files() for _ in range(20)])
    assert set(said) == {"written"} and 1 <= await rewrites() - before <= 3


async def test_a_rewrite_that_began_before_is_not_taken_for_it(tmp_path: Path) -> None:
    """Somebody else asked a moment ago: what was deleted after that is still in what they get."""
    with plain_engine(tmp_path / "engine", appendonly="yes") as url:
        async with open_store(url) as store, open_store(url) as other:
            for number in range(20):
                await store._commands.call("SET", f"tablee:kit:{number}", "x")
            await store._commands.call("SET", "tablee:kit:word", WORD)
            await store._commands.call("CONFIG", "SET", "rdb-key-save-delay", 20_000)  # µs a key
            asked = asyncio.create_task(other.rewrite_files())
            while not (await store._persistence())["aof_rewrite_in_progress"]:
                assert not asked.done(), "it was over before it was seen"
            await store._commands.call("DEL", "tablee:kit:word")
            await store._commands.call("CONFIG", "SET", "rdb-key-save-delay", 0)
            assert await store.rewrite_files() == "written"
            assert in_files(tmp_path, WORD) == []
            await asked


async def test_a_promise_made_during_a_rewrite_is_kept_by_the_next(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    await store.promise_files()
    real = store._write_anew

    async def meanwhile(deadline: float) -> Any:
        said = await real(deadline)
        await store.promise_files()
        return said

    monkeypatch.setattr(store, "_write_anew", meanwhile)
    assert await store.rewrite_files() == "written" and await store.owes_files()
    monkeypatch.undo()
    assert await store.rewrite_files() == "written" and not await store.owes_files()
