"""`tablee serve`, and what a host asks of a store: settings, doctor, backup, restore."""

from __future__ import annotations

import asyncio
import shutil
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click

from tablee import assets
from tablee.cli.base import (
    command,
    no_store,
    progress,
    say,
    settings_of,
    store_url_of,
    with_settings,
    with_store,
)
from tablee.errors import TableeError
from tablee.model.canvases import load_catalogue
from tablee.settings import SETTINGS, Settings
from tablee.store.backup import back_up, patient_client, restore, was_cut
from tablee.store.backup_file import Backup
from tablee.store.engine import find_engine, holds_store
from tablee.store.redis import open_store


@command.command()
@with_settings()
def serve(**flags: Any) -> None:
    """Run the server. Without --store-url an embedded store is started in the data directory."""
    from tablee.serving import run_server

    run_server(settings_of(flags))


@command.command("settings")
@with_settings()
def show_settings(**flags: Any) -> None:
    """Every setting: name, value in force, where it comes from, help."""
    settings = settings_of(flags)
    for setting in SETTINGS:
        value = getattr(settings, setting.name)
        shown = ",".join(value) if isinstance(value, tuple) else "" if value is None else value
        print(f"{setting.name:16} {shown!s:32} {settings.sources[setting.name]:12} {setting.help}")


@command.command()
@with_settings()
def doctor(**flags: Any) -> None:
    """Check store, disk, clock, web bundle and fonts; one sentence per problem."""
    settings = settings_of(flags)
    problems: list[str] = []

    def check(name: str, look: Callable[[], str]) -> None:
        try:
            print(f"{name:10} {look()}")
        except (TableeError, OSError) as error:
            problems.append(f"{name}: {error}")

    check("bundle", lambda: f"{len(assets.manifest())} files")
    check("fonts", lambda: _fonts())
    check("canvases", lambda: f"{len(load_catalogue(assets.canvases_folder()).templates)} templates")
    check("disk", lambda: _disk(settings.data_dir))
    check("clock", lambda: _clock())
    check("store", lambda: _store(settings))
    for sentence in problems:
        print(f"tablee: {sentence}", file=sys.stderr)
    sys.exit(1 if problems else 0)


def _fonts() -> str:
    fonts = list(assets.static_folder().glob("*.woff2"))
    if not fonts:
        raise TableeError("the web bundle holds no font")
    return f"{len(fonts)} fonts"


def _disk(folder: Path) -> str:
    there = folder
    while not there.exists():
        there = there.parent
    free = shutil.disk_usage(there).free
    if free < 200 * 2**20:
        raise TableeError(f"only {free // 2**20} MB are free for {folder}")
    return f"{free // 2**30} GB free"


def _clock() -> str:
    if time.time() < 1_767_225_600:
        raise TableeError("the clock of this machine is years late")
    return time.strftime("%Y-%m-%d %H:%M:%S %Z")


def _store(settings: Settings) -> str:
    async def look(url: str) -> str:
        async with open_store(url) as store, patient_client(url) as client:
            await store.ping()
            if await store.owes_files():
                raise TableeError("its files still hold what was erased: a running server has them rewritten")
            if await was_cut(client):
                raise TableeError("a restore was interrupted or is under way: see that it is done to its end")
            return f"reachable and writable, durability {store.durability}"

    if settings.store_url is None and not holds_store(settings.data_dir):
        find_engine()
        return f"{no_store(settings)} yet: the first start makes it"
    with ExitStack() as stack:
        return asyncio.run(look(store_url_of(settings, stack)))


@command.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@with_settings("data_dir", "store_url")
def backup_store(file: Path, **flags: Any) -> None:
    """Write everything to a file, also while people work."""
    workshops = 0

    async def work(url: str) -> None:
        nonlocal workshops
        async with patient_client(url) as client:
            workshops = await back_up(client, file, progress("keeping"))

    with_store(settings_of(flags), work)
    say(f"{file}  {workshops} workshops, {file.stat().st_size / 2**20:.1f} MB")


@command.command("restore")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--replace", is_flag=True, help="workshops that are there give way to the file's")
@click.option("--bring-back-erased", is_flag=True, help="also workshops that were erased here since")
@with_settings("data_dir", "store_url")
def restore_store(file: Path, replace: bool, bring_back_erased: bool, **flags: Any) -> None:
    """Make what is in a backup what is in the store."""
    found = Backup(file.absolute())

    async def work(url: str) -> None:
        async with open_store(url) as store, patient_client(url) as client:
            done = await restore(
                client,
                found,
                replace=replace,
                bring_back=bring_back_erased,
                progress=progress("restoring"),
            )
            if replace:
                await store.rewrite_files()
        made = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(found.header.at / 1000))
        say(f"{done.workshops} workshops of {made} are restored.")
        if done.skipped:
            say(f"{len(done.skipped)} were erased since and stay so: see --bring-back-erased.")
        if done.workshops:
            say(
                "What was ended since then is open again: places of people who were removed or banned, "
                "links that were renewed, sessions, shared pages. End it again, as docs/operations.md says."
            )

    with_store(settings_of(flags), work, makes=True)
