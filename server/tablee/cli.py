"""The command `tablee`. Exit status: 0 done, 1 failed with one sentence on stderr, 2 wrong arguments."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import sys
import tomllib
from collections.abc import Awaitable, Callable, Mapping
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import click
import msgspec

from tablee import __version__, assets
from tablee.errors import BadSetting, Refused, TableeError
from tablee.live.closing import said_actions
from tablee.live.commands import Commands
from tablee.live.hub import Hub
from tablee.live.policies import Policies
from tablee.live.workshops import NewWorkshop, Workshops
from tablee.model.canvases import load_catalogue
from tablee.model.checks import check_report
from tablee.model.identity import show_code
from tablee.model.workshop import (
    INVITED_ROLES,
    LANGUAGES,
    LICENCES,
    MODULES,
    Workshop,
    group_rooms,
    plenary_room,
)
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


def with_set_up(function: Callable[..., Any]) -> Callable[..., Any]:
    """What a workshop is created with and what can be changed later. Left out: the default, or as it is."""
    for option in (
        click.option("--people-may-choose-group/--people-may-not-choose-group", default=None),
        click.option(
            "--end-sound/--no-end-sound", default=None, help="participants hear the end of the time"
        ),
        click.option(
            "--voices/--no-voices", default=None, help="facilitation sees how much each person writes"
        ),
        click.option("--licence", "content_licence", help="of what is written: " + ", ".join(LICENCES)),
        click.option("--passphrase", help="asked for besides the code; empty: none"),
        click.option("--waiting-room/--no-waiting-room", default=None, help="newcomers wait for a group"),
        click.option("--modules", help="sheets and canvases, comma separated: " + ",".join(MODULES)),
        click.option("--agenda", help="a template's id, or a TOML file with steps as in canvases/agendas"),
        click.option(
            "--slot", "slot_minutes", type=int, metavar="MINUTES", help="how long it lasts, announced"
        ),
        click.option("--date", metavar="ISO", help="when it starts: 2026-12-01T14:00, +01:00 for elsewhere"),
        click.option("--language", type=click.Choice(LANGUAGES)),
        click.option("--commons"),
    ):
        function = option(function)
    return function


def set_up_of(
    date: str | None, modules: str | None, agenda: str | None, **plain: Any
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The settings that were given, and the agenda: by its `agenda`, or as `steps`."""
    settings = {name: value for name, value in plain.items() if value is not None}
    if date is not None:
        try:
            settings["starts_at"] = int(datetime.fromisoformat(date).timestamp() * 1000)
        except ValueError:
            raise click.UsageError(f"--date is {date!r}: a date as 2026-12-01T14:00 is accepted.") from None
    if modules is not None:
        settings["modules"] = [name.strip() for name in modules.split(",") if name.strip()]
    if agenda is None:
        return settings, {}
    return settings, {"steps": _steps_of(agenda)} if agenda.endswith(".toml") else {"agenda": agenda}


def _steps_of(file: str) -> list[dict[str, Any]]:
    """The steps of an agenda of one's own. Its ids are for its reader: a workshop gives its own."""
    try:
        steps = tomllib.loads(Path(file).read_text("utf-8")).get("steps")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise TableeError(f"{file} is not a TOML file: {error}") from None
    except OSError as error:
        raise TableeError(f"{file} cannot be read: {error.strerror}") from None
    if not isinstance(steps, list) or not all(isinstance(step, dict) for step in steps):
        raise TableeError(f"{file} has no steps: [[steps]] with phase, title, minutes and mode are needed")
    return [{name: value for name, value in step.items() if name != "id"} for step in steps]


@workshop.command("create")
@click.option("--title", required=True)
@click.option("--groups", help="how many, or their names, comma separated")
@click.option("--draft", is_flag=True, help="participants wait until it is opened")
@click.option("--clone", metavar="WORKSHOP", help="take its agenda, groups and settings")
@with_set_up
@click.option("--json", "as_json", is_flag=True)
@with_settings(*STORE_FLAGS)
def create_workshop(
    title: str, groups: str | None, draft: bool, clone: str | None, as_json: bool, **more: Any
) -> None:
    """Create a workshop and print its code and links."""
    flags = {name: more.pop(name) for name in STORE_FLAGS}
    settings, agenda = set_up_of(**more)
    if groups is not None:
        settings["groups"] = (
            int(groups) if groups.strip().isdecimal() else [name.strip() for name in groups.split(",")]
        )

    async def work(workshops: Workshops, settings_now: Settings) -> None:
        source = None if clone is None else await _found(workshops, clone)
        new = NewWorkshop(
            title, draft=draft, clone=None if source is None else source.id, **settings, **agenda
        )
        created = await workshops.create(new, source=source)
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
        for line in links(_base(settings_now), made, created.invitations):
            print(line)

    _with_workshops(settings_of(flags), work)


@workshop.command("edit")
@click.argument("workshop_id")
@click.option("--title")
@with_set_up
@with_settings(*STORE_FLAGS)
def edit_workshop(workshop_id: str, title: str | None, **more: Any) -> None:
    """Change settings or the agenda of a workshop, also while it runs."""
    flags = {name: more.pop(name) for name in STORE_FLAGS}
    settings, agenda = set_up_of(title=title, **more)
    changes = [{"type": "workshop.edit", **settings}] if settings else []
    if agenda:
        # what is refused more often goes first, so that nothing is half done; but steps need their modules
        at = len(changes) if "modules" in settings else 0
        changes.insert(at, {"type": "agenda.edit", **agenda})
    if not changes:
        raise click.UsageError("Say what to change; tablee workshop edit --help lists what can be.")
    _command(settings_of(flags), workshop_id, *changes)


@workshop.command("open")
@click.argument("workshop_id")
@with_settings(*STORE_FLAGS)
def open_workshop(workshop_id: str, **flags: Any) -> None:
    """Let people into the rooms of a workshop that was being prepared."""
    _command(settings_of(flags), workshop_id, {"type": "workshop.open"})


@workshop.command("close")
@click.argument("workshop_id")
@with_settings(*STORE_FLAGS)
def close_workshop(workshop_id: str, **flags: Any) -> None:
    """End a workshop: it can be read, and nobody changes anything any more."""
    _command(settings_of(flags), workshop_id, {"type": "workshop.close"})


@workshop.command("reopen")
@click.argument("workshop_id")
@with_settings(*STORE_FLAGS)
def reopen_workshop(workshop_id: str, **flags: Any) -> None:
    """Let people change things again in a workshop that was closed."""
    _command(settings_of(flags), workshop_id, {"type": "workshop.reopen"})


@workshop.command("renew")
@click.argument("workshop_id")
@click.argument("role", type=click.Choice(INVITED_ROLES))
@with_settings(*STORE_FLAGS)
def renew_invitation(workshop_id: str, role: str, **flags: Any) -> None:
    """Make a new invitation link and print it; the old one and its sessions stop working."""
    _command(settings_of(flags), workshop_id, {"type": "invitation.renew", "role": role})


@workshop.command("command")
@click.argument("workshop_id")
@click.argument("command_json", metavar="JSON")
@with_settings(*STORE_FLAGS)
def run_command(workshop_id: str, command_json: str, **flags: Any) -> None:
    """Do a facilitation command (docs/protocol.md) and print the answer as JSON.

    For example {"type": "group.create", "name": "Hêtre"}. What needs the server that holds the rooms is not
    done here: group.delete, vote.cast, vote.close, consent.answer, consent.close, person.undo, person.redo,
    note.hide, note.show, note.return, note.settle, note.carry, note.merge, note.park, note.raise, rooms.pool,
    poll.answer, poll.close, answer.set, verdict.set, summary.begin, rehearsal.start, rehearsal.stop.
    """
    try:
        wanted = msgspec.json.decode(command_json)
    except msgspec.DecodeError as error:
        raise click.UsageError(f"The command is not JSON: {error}") from None
    _command(settings_of(flags), workshop_id, wanted, answer=True)


def _command(settings: Settings, workshop_id: str, *changes: Mapping[str, Any], answer: bool = False) -> None:
    """Do commands as who hosts Tablée; a new link is told, since nobody can read it again."""

    async def work(workshops: Workshops, settings: Settings) -> None:
        commands = Commands(workshops)
        found = await _found(workshops, workshop_id)
        for change in changes:
            done = await commands.run_as_host(found.id, change)
            if answer:
                _print_json(done.as_json())
            elif done.invitation is not None:
                print(f"{_base(settings)}/i#{done.invitation}")

    _with_workshops(settings, work)


def _base(settings: Settings) -> str:
    return settings.public_url or f"http://{settings.host}:{settings.port}"


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
                    {
                        "id": w.id,
                        "code": show_code(w.code),
                        "title": w.title,
                        "people": len(w.people),
                        "status": w.status,
                        "starts_at": w.starts_at,
                    }
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
            where = f" ({refusal.field})" if "." in (refusal.field or "") else ""
            named = [f"\n  {line}" for line in said_actions(refusal)]
            raise TableeError(refusal.sentence + where + "".join(named)) from None


def links(base: str, made: Workshop, invitations: Any) -> list[str]:
    lines = [f"« {made.title} »", f"  participants  {base}/a/{show_code(made.code)}"]
    lines += [f"  {role:13} {base}/i#{token}" for role, token in invitations.items()]
    return lines


def _print_json(value: Any) -> None:
    sys.stdout.write(msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + os.linesep)
