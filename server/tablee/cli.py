"""The command `tablee`. Exit status: 0 done, 1 failed with one sentence on stderr, 2 wrong arguments."""

from __future__ import annotations

import asyncio
import os
import shutil
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
from tablee.errors import BadSetting, Refused, TableeError
from tablee.live.hub import Hub
from tablee.live.policies import Policies
from tablee.live.workshops import NewWorkshop, Workshops
from tablee.model.canvases import load_catalogue
from tablee.model.checks import check_report
from tablee.model.identity import show_code
from tablee.model.workshop import Workshop, group_rooms, plenary_room
from tablee.settings import SETTINGS, Settings, read_settings
from tablee.store.engine import embedded_engine
from tablee.store.redis import open_store


def main() -> None:
    try:
        command(standalone_mode=True)
    except TableeError as error:
        print(f"tablee: {error}", file=sys.stderr)
        sys.exit(1)
    except OSError as error:
        print(f"tablee: {error.strerror or error}", file=sys.stderr)
        sys.exit(1)


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
        return read_settings(flags)
    except BadSetting as error:
        raise click.UsageError(str(error)) from None


@command.command()
@with_settings()
def serve(**flags: Any) -> None:
    """Run the server. Without --store-url an embedded store is started in the data directory."""
    from tablee.serving import run_server

    run_server(settings_of(flags))


@command.group()
def workshop() -> None:
    """Workshops, without a browser. The server may be running or not."""


STORE_FLAGS = ("data_dir", "store_url", "public_url", "retention_days")


@workshop.command("create")
@click.option("--title", required=True)
@click.option("--commons", default="")
@click.option("--agenda", default="half_day_210")
@click.option("--groups", type=int, default=1)
@click.option("--language", type=click.Choice(["fr", "en"]), default="fr")
@click.option("--json", "as_json", is_flag=True)
@with_settings(*STORE_FLAGS)
def create_workshop(
    title: str, commons: str, agenda: str, groups: int, language: str, as_json: bool, **flags: Any
) -> None:
    """Create a workshop and print its code and links."""

    async def work(workshops: Workshops, settings: Settings) -> None:
        created = await workshops.create(NewWorkshop(title, commons, language, agenda, groups))
        made = created.workshop
        if as_json:
            _print_json(
                {
                    "id": made.id,
                    "code": show_code(made.code),
                    "invitations": dict(created.invitations),
                    "groups": [
                        {"id": g.id, "name": g.name, "rooms": group_rooms(made.id, g.id)} for g in made.groups
                    ],
                    "plenary": plenary_room(made.id),
                    "token": created.token,
                }
            )
            return
        for line in links(
            settings.public_url or f"http://{settings.host}:{settings.port}", made, created.invitations
        ):
            print(line)

    _with_workshops(settings_of(flags), work)


@workshop.command("list")
@click.option("--json", "as_json", is_flag=True)
@with_settings(*STORE_FLAGS)
def list_workshops(as_json: bool, **flags: Any) -> None:
    """List workshops, oldest first."""

    async def work(workshops: Workshops, settings: Settings) -> None:
        found = await workshops.all()
        if as_json:
            _print_json(
                [
                    {"id": w.id, "code": show_code(w.code), "title": w.title, "people": len(w.people)}
                    for w in found
                ]
            )
        for w in [] if as_json else found:
            print(f"{w.id}  {show_code(w.code)}  {len(w.people):4d}  {w.title}")

    _with_workshops(settings_of(flags), work)


@workshop.command("show")
@click.argument("workshop_id")
@with_settings(*STORE_FLAGS)
def show_workshop(workshop_id: str, **flags: Any) -> None:
    """Print a workshop's state as JSON."""

    async def work(workshops: Workshops, settings: Settings) -> None:
        found = await _found(workshops, workshop_id)
        _print_json(workshops.state_for(found, "organiser", found.language))

    _with_workshops(settings_of(flags), work)


@workshop.command("delete")
@click.argument("workshop_id")
@with_settings(*STORE_FLAGS)
def delete_workshop(workshop_id: str, **flags: Any) -> None:
    """Erase a workshop and print the receipt."""

    async def work(workshops: Workshops, settings: Settings) -> None:
        _print_json(await workshops.erase(await _found(workshops, workshop_id)))

    _with_workshops(settings_of(flags), work)


async def _found(workshops: Workshops, wanted: str) -> Workshop:
    found = await workshops.by_id(wanted) or await workshops.by_code(wanted)
    if found is None:
        raise TableeError(f"there is no workshop {wanted!r}")
    return found


@command.group()
def canvas() -> None:
    """The templates as data."""


@canvas.command("check")
@click.argument("path", required=False, type=click.Path(path_type=Path))
def check_canvases(path: Path | None) -> None:
    """Check the templates, agendas and cards; name the file, the place and the mistake."""
    status, report = check_report(path if path is not None else assets.canvases_folder())
    print(report, file=sys.stderr if status else sys.stdout)
    sys.exit(status)


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
    import time

    if time.time() < 1_767_225_600:
        raise TableeError("the clock of this machine is years late")
    return time.strftime("%Y-%m-%d %H:%M:%S %Z")


def _store(settings: Settings) -> str:
    async def look(url: str) -> str:
        async with open_store(url) as store:
            await store.ping()
            return f"reachable and writable, durability {store.durability}"

    with ExitStack() as stack:
        return asyncio.run(look(store_url_of(settings, stack)))


# -- plumbing ---------------------------------------------------------------------------------------


def store_url_of(settings: Settings, stack: ExitStack) -> str:
    """The store's address: the one given, a running server's own engine, or a fresh embedded engine."""
    if settings.store_url is not None:
        return settings.store_url
    running = running_engine(settings.data_dir)
    if running is not None:
        return running
    return stack.enter_context(embedded_engine(settings.data_dir))


def running_engine(data_dir: Path) -> str | None:
    """The address of the engine that a running server holds on this directory; None when there is none."""
    try:
        _, _, path = (data_dir / "engine.lock").read_text().partition(" ")
        with socket.socket(socket.AF_UNIX) as probe:
            probe.connect(path)
    except OSError:
        return None
    return "unix://" + quote(path)


def _with_workshops(settings: Settings, work: Callable[[Workshops, Settings], Awaitable[None]]) -> None:
    async def run(url: str) -> None:
        async with open_store(url) as store:
            catalogue = load_catalogue(assets.canvases_folder())
            hub = Hub(store, Policies(store, catalogue))
            await work(Workshops(store, hub, catalogue, settings), settings)

    with ExitStack() as stack:
        url = store_url_of(settings, stack)
        try:
            asyncio.run(run(url))
        except Refused as refusal:
            raise TableeError(refusal.sentence) from None


def links(base: str, made: Workshop, invitations: Any) -> list[str]:
    lines = [f"« {made.title} »", f"  participants  {base}/a/{show_code(made.code)}"]
    lines += [f"  {role:13} {base}/i#{token}" for role, token in invitations.items()]
    return lines


def _print_json(value: Any) -> None:
    sys.stdout.write(msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + os.linesep)
