"""What every command needs: settings as flags, the store they name, and how things are said."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import quote

import click
import msgspec

from tablee import __version__, assets
from tablee.errors import BadSetting, Refused, StoreAway, TableeError
from tablee.live.closing import said_actions
from tablee.live.hub import Hub
from tablee.live.policies import Policies
from tablee.live.workshops import Workshops
from tablee.model.canvases import load_catalogue
from tablee.model.identity import show_code
from tablee.model.workshop import Workshop
from tablee.settings import SETTINGS, Settings, live_in, read_settings
from tablee.store.engine import embedded_engine, holds_store
from tablee.store.redis import open_store
from tablee.store.whole_file import whole_file


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="tablee")
def command() -> None:
    """Tablée: collaborative boards for workshops on digital commons."""


def with_settings(*names: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give a command the flags of these settings (all of them when none is named)."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        for setting in reversed(SETTINGS):
            if names and setting.name not in names:
                continue
            flag = "--" + setting.name.replace("_", "-")
            if isinstance(setting.default, bool):
                function = click.option(flag, setting.name, is_flag=True, default=None, help=setting.help)(
                    function
                )
            else:
                shown = f"{setting.help} [default: {setting.default}]" if setting.default else setting.help
                function = click.option(flag, setting.name, default=None, help=shown)(function)
        return function

    return decorate


def settings_of(flags: dict[str, Any]) -> Settings:
    try:
        settings = read_settings(flags)
    except BadSetting as error:
        raise click.UsageError(str(error)) from None
    live_in(settings)
    return settings


STORE_FLAGS = ("data_dir", "store_url", "public_url", "time_zone", "retention_days")


# -- what is said ------------------------------------------------------------------------------------


_shown = False
"""Whether the terminal's line is taken by how far something is."""


def progress(what: str) -> Callable[[int, int], None]:
    """Says on a terminal how far it is; the line is free again at the end."""

    def tell(done: int, of: int) -> None:
        global _shown
        if sys.stderr.isatty():
            clear()
            print(f"{what}  {done} of {of}", end="", file=sys.stderr, flush=True)
            _shown = True
            if done >= of:
                clear()

    return tell


def clear() -> None:
    """Free the terminal's line."""
    global _shown
    if _shown:
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)
        _shown = False


def say(line: str) -> None:
    clear()
    print(line)


def write_file(path: Path, data: bytes) -> None:
    """Whole or not at all, in a folder that is made when it is not there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(path) as file:
        file.write(data)


def print_json(value: Any) -> None:
    clear()
    sys.stdout.write(msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + os.linesep)


# -- the store ---------------------------------------------------------------------------------------


def store_url_of(settings: Settings, stack: ExitStack, *, makes: bool = False) -> str:
    """The store's address: the one given, a running server's own engine, or an embedded engine started here.

    Raises `TableeError` where a folder holds no store, unless this command `makes` one.
    """
    if settings.store_url is not None:
        return settings.store_url
    running = running_engine(settings.data_dir)
    if running is not None:
        return running
    if not makes and not holds_store(settings.data_dir):
        raise TableeError(f"{no_store(settings)}: give the server's --data-dir or --store-url.")
    return stack.enter_context(embedded_engine(settings.data_dir))


def no_store(settings: Settings) -> str:
    return f"There is no store in {settings.data_dir}"


def running_engine(data_dir: Path) -> str | None:
    """The address of the engine that a running server holds on this directory; None when there is none."""
    try:
        _, _, path = (data_dir / "engine.lock").read_text().partition(" ")
        with socket.socket(socket.AF_UNIX) as probe:
            probe.connect(path)
    except OSError:
        return None
    return "unix://" + quote(path)


def with_store(settings: Settings, work: Callable[[str], Awaitable[None]], *, makes: bool = False) -> None:
    async def run(url: str) -> None:
        try:
            await work(url)
        except StoreAway as away:
            raise TableeError(f"The store does not answer: {away}. Try again.") from None

    with ExitStack() as stack:
        asyncio.run(run(store_url_of(settings, stack, makes=makes)))


def with_workshops(
    settings: Settings, work: Callable[[Workshops, Settings], Awaitable[None]], *, makes: bool = False
) -> None:
    async def run(url: str) -> None:
        async with open_store(url) as store:
            catalogue = load_catalogue(assets.canvases_folder())
            hub = Hub(store, Policies(store, catalogue))
            await work(Workshops(store, hub, catalogue, settings), settings)

    with ExitStack() as stack:
        url = store_url_of(settings, stack, makes=makes)
        try:
            asyncio.run(run(url))
        except Refused as refusal:
            place = refusal.more.get("place") or refusal.field or ""
            where = f" ({place})" if place and ("place" in refusal.more or "." in place) else ""
            named = [f"\n  {line}" for line in said_actions(refusal)]
            raise TableeError(refusal.sentence + where + "".join(named)) from None


def links(base: str, made: Workshop, invitations: Any) -> list[str]:
    lines = [f"« {made.title} »", f"  participants  {base}/a/{show_code(made.code)}"]
    lines += [f"  {role:13} {base}/i#{token}" for role, token in invitations.items()]
    return lines


def base_of(settings: Settings) -> str:
    return settings.public_url or f"http://{settings.host}:{settings.port}"


async def found_workshop(workshops: Workshops, wanted: str) -> Workshop:
    found = await workshops.by_id(wanted) or await workshops.by_code(wanted)
    if found is None:
        raise TableeError(f"there is no workshop {wanted!r}")
    return found
