"""The command `tablee`. Exit status: 0 done, 1 failed with one sentence on stderr, 2 wrong arguments."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import sys
import time
import tomllib
from collections.abc import Awaitable, Callable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

import click
import msgspec

from tablee import __version__, assets
from tablee.errors import BadSetting, Refused, StoreAway, TableeError
from tablee.exports.archive import Entry, about_of, archived
from tablee.exports.items import FORMATS, ITEMS, Layout, Made, Want, file_name, folder_of
from tablee.live.closing import said_actions
from tablee.live.commands import Commands
from tablee.live.export_messages import Held, Telling
from tablee.live.export_process import Maker
from tablee.live.gathering import gather
from tablee.live.hub import Hub
from tablee.live.import_reading import Asked
from tablee.live.importing import Importing
from tablee.live.kits import Kits
from tablee.live.policies import Policies
from tablee.live.receipts import erase_workshop
from tablee.live.uploads import claimed_by
from tablee.live.workshops import NewWorkshop, Workshops
from tablee.model.board import NAMES, Names
from tablee.model.canvases import load_catalogue
from tablee.model.checks import check_report
from tablee.model.identity import show_code
from tablee.model.kits.document import as_file
from tablee.model.workshop import (
    INVITED_ROLES,
    LANGUAGES,
    LICENCES,
    MODULES,
    Workshop,
    group_rooms,
    plenary_room,
)
from tablee.settings import SETTINGS, Settings, live_in, read_settings
from tablee.store.backup import back_up, patient_client, restore
from tablee.store.backup_file import Backup
from tablee.store.engine import embedded_engine
from tablee.store.redis import open_store
from tablee.words import Language, Words


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
        settings = read_settings(flags)
    except BadSetting as error:
        raise click.UsageError(str(error)) from None
    live_in(settings)
    return settings


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
    poll.answer, poll.close, answer.set, person.erase, verdict.set, summary.begin, rehearsal.start,
    rehearsal.stop.
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
                        "expires_at": w.expires_at,
                    }
                    for w in found
                ]
            )
        for w in [] if as_json else found:
            print(f"{w.id}  {show_code(w.code)}  {len(w.people):4d}  {_left(w)}  {w.title}")

    _with_workshops(settings_of(flags), work)


REMINDED_DAYS = 14


def _left(made: Workshop) -> str:
    """When a workshop is erased; what is near is said in days, so that nobody is surprised by it."""
    days = int((made.expires_at / 1000 - time.time()) // 86_400)
    when = time.strftime("%Y-%m-%d", time.localtime(made.expires_at / 1000))
    near = f"in {max(0, days)} d" if days < REMINDED_DAYS else ""
    return f"{made.status:6}  erased {when} {near:7}"


@workshop.command("keep")
@click.argument("workshop_id")
@click.option("--days", type=int, required=True, help="from now on")
@with_settings(*STORE_FLAGS, "max_retention_days")
def keep_workshop(workshop_id: str, days: int, **flags: Any) -> None:
    """Move the day on which a workshop is erased."""
    expires_at = (int(time.time()) + days * 86_400) * 1000
    _command(settings_of(flags), workshop_id, {"type": "workshop.keep", "expires_at": expires_at})


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
        _print_json(await erase_workshop(workshops, await _found(workshops, workshop_id)))

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


@canvas.command("preview")
@click.argument("template")
@click.option(
    "--out", required=True, type=click.Path(path_type=Path), metavar="FILE", help="a .pdf, .svg or .png"
)
@click.option(
    "--layout",
    type=click.Choice(("blank", "annotated", "guide", "slide")),
    default="annotated",
    show_default=True,
)
@click.option("--language", type=click.Choice(LANGUAGES), default="fr", show_default=True)
@click.option("--path", type=click.Path(path_type=Path), help="another folder of canvases")
def preview_canvas(template: str, out: Path, layout: Layout, language: Language, path: Path | None) -> None:
    """Draw one template as it is printed before a workshop."""
    from tablee.exports.pdf import preview
    from tablee.exports.typst import ENDINGS

    catalogue = load_catalogue(path if path is not None else assets.canvases_folder())
    found = catalogue.templates.get(template)
    if found is None:
        raise click.UsageError(f"no template {template!r}: there are {', '.join(catalogue.templates)}.")
    ending = out.suffix.removeprefix(".")
    if ending not in ENDINGS:
        raise click.UsageError(f"--out is {out.name!r}: a name that ends in .pdf, .svg or .png is accepted.")
    data = preview(found, ending=ENDINGS[ending], catalogue=catalogue, layout=layout, words=Words(language))
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(data)
    print(f"{out}: {len(data)} bytes")


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
        async with open_store(url) as store:
            await store.ping()
            if await store.owes_files():
                raise TableeError("its files still hold what was erased: a running server has them rewritten")
            return f"reachable and writable, durability {store.durability}"

    with ExitStack() as stack:
        return asyncio.run(look(store_url_of(settings, stack)))


@command.group()
def kit() -> None:
    """Kits of templates that people adapted on this server."""


@kit.command("list")
@click.option("--json", "as_json", is_flag=True)
@with_settings(*STORE_FLAGS)
def list_kits(as_json: bool, **flags: Any) -> None:
    """List kits, oldest first; those that are not published, too."""

    async def work(workshops: Workshops, settings: Settings) -> None:
        found = await Kits(workshops).all()
        if as_json:
            _print_json(
                [
                    {
                        "id": one.id,
                        "version": one.record.kit.version,
                        "published": one.record.published is not None,
                        "titles": one.record.kit.titles,
                        "authors": one.record.kit.authors,
                        "derived_from": one.record.kit.derived_from,
                    }
                    for one in found
                ]
            )
        for one in [] if as_json else found:
            state = "published" if one.record.published is not None else "private"
            title = next(iter(one.record.kit.titles.values()), "")
            print(f"{one.id}  {one.record.kit.version:7}  {state:9}  {title}")

    _with_workshops(settings_of(flags), work)


@kit.command("export")
@click.argument("kit_id")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_settings(*STORE_FLAGS)
def export_kit(kit_id: str, file: Path, **flags: Any) -> None:
    """Write a kit to a file, as it is now."""

    written = b""

    async def work(workshops: Workshops, settings: Settings) -> None:
        nonlocal written
        kits = Kits(workshops)
        found = {one.id: one.record.kit for one in await kits.all()} | {kits.root.id: kits.root}
        if kit_id not in found:
            raise TableeError(f"There is no kit “{kit_id}”.")
        written = as_file(found[kit_id])

    _with_workshops(settings_of(flags), work)
    file.write_bytes(written)


@kit.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_settings(*STORE_FLAGS)
def import_kit(file: Path, **flags: Any) -> None:
    """Bring in a kit from a file, and print the link that opens it for changes."""
    given = file.read_bytes()

    async def work(workshops: Workshops, settings: Settings) -> None:
        held, secret = await Kits(workshops).bring_in(given, "")
        print(f"{_base(settings)}/gabarits/{held.id}#{secret}")

    _with_workshops(settings_of(flags), work)


@kit.command("delete")
@click.argument("kit_id")
@click.option("--yes", is_flag=True, help="do not ask")
@with_settings(*STORE_FLAGS)
def delete_kit(kit_id: str, yes: bool, **flags: Any) -> None:
    """Delete a kit. Workshops that use it keep their copy."""
    if not yes:
        click.confirm(f"Delete the kit {kit_id}?", abort=True)

    async def work(workshops: Workshops, settings: Settings) -> None:
        if not await Kits(workshops).drop(kit_id):
            raise TableeError(f"There is no kit “{kit_id}”.")

    _with_workshops(settings_of(flags), work)


@command.command("export")
@click.argument("workshop_id")
@click.option("--format", "formats", required=True, metavar="F[,F…]", help="of " + ", ".join(FORMATS))
@click.option("--out", required=True, type=click.Path(path_type=Path, file_okay=False), metavar="DIR")
@click.option("--names", type=click.Choice(NAMES), default="names", help="how people are named")
@click.option("--language", type=click.Choice(LANGUAGES), help="the workshop's, if left out")
@with_settings(*STORE_FLAGS)
def export_workshop(
    workshop_id: str, formats: str, out: Path, names: Names, language: Language | None, **flags: Any
) -> None:
    """Write files of a workshop to a folder, as on the web: one of each format, or one per board or room."""
    wanted = list(dict.fromkeys(name.strip().lower() for name in formats.split(",") if name.strip()))
    unknown = [name for name in wanted if name not in FORMATS]
    if unknown or not wanted:
        raise click.UsageError(f"There is no format {', '.join(unknown) or formats!r}.")
    tell = _progress("writing")

    async def work(workshops: Workshops, settings: Settings) -> None:
        found = await _found(workshops, workshop_id)
        own = cast("Language", language or found.language)
        sources = await gather(workshops, found)
        maker = Maker(Held(sources, workshops.catalogue_of(found), Telling(names, own, _base(settings))))
        for n, name in enumerate(wanted):
            tell(n, len(wanted))
            for file in [_whole(maker)] if name == "zip" else maker.files(Want(name)):
                _write(out / file_name(maker.pack.workshop.title, file), file.data)
        tell(len(wanted), len(wanted))

    _with_workshops(settings_of(flags), work)


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    print(path)


def _whole(maker: Maker) -> Made:
    """Every item in one zip, as on the web."""
    held = maker.held
    workshop = replace(held.sources.workshop, title=maker.pack.workshop.title)
    telling = held.telling
    entries = [
        Entry(f"{folder_of(item, telling.language)}/{file_name(workshop.title, file)}", file.data)
        for item, wants in ITEMS.items()
        for want in wants
        for file in maker.files(want)
    ]
    about = about_of(workshop, held.catalogue, held.sources.state_at, maker.pack.names, telling.language)
    return Made("", "zip", archived(entries, about, Words(telling.language)))


@command.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--title", default="", help="of a workshop that is made of a table")
@click.option("--json", "as_json", is_flag=True)
@with_settings(*STORE_FLAGS, "import_mb")
def import_workshop(file: Path, title: str, as_json: bool, **flags: Any) -> None:
    """Bring back a workshop from its JSON or zip pack, or make one of a CSV, and print its links."""
    data = file.read_bytes()
    tell = _progress("reading")

    async def work(workshops: Workshops, settings: Settings) -> None:
        importing = Importing(workshops)
        if len(data) > importing.most_bytes:
            raise TableeError(f"The file has more than {settings.import_mb} MB: see --import-mb.")
        tell(0, 2)
        try:
            asked = Asked(title=title, language=settings.language, claimed=claimed_by(file.name))
            found = await importing.read(data, asked)
        finally:
            await importing.end()
        tell(1, 2)
        made = await importing.create(found)
        tell(2, 2)
        if as_json:
            told = {"id": made.workshop.id, "counts": found.counts, "hash": found.sha256}
            links_of = {role: f"{_base(settings)}/i#{token}" for role, token in made.invitations.items()}
            _print_json({**told, "code": show_code(made.workshop.code), "links": links_of})
            return
        counts = found.counts
        for line in links(_base(settings), made.workshop, made.invitations):
            print(line)
        print(f"  {counts['notes']} notes, {counts['groups']} groups, {counts['people']} people")

    _with_workshops(settings_of(flags), work)


@command.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@with_settings("data_dir", "store_url")
def backup_store(file: Path, **flags: Any) -> None:
    """Write everything to a file, also while people work."""
    there = file.absolute()

    async def work(url: str) -> None:
        async with patient_client(url) as client:
            await back_up(client, there, _progress("keeping"))

    _with_store(settings_of(flags), work)
    print(f"{file}  {file.stat().st_size / 2**20:.1f} MB")


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
                progress=_progress("restoring"),
            )
            if replace:
                await store.rewrite_files()
        made = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(found.header.at / 1000))
        print(f"{done.workshops} workshops of {made} are restored.")
        if done.skipped:
            print(f"{len(done.skipped)} were erased since and stay so: see --bring-back-erased.")

    _with_store(settings_of(flags), work)


def _progress(what: str) -> Callable[[int, int], None]:
    """Says on a terminal how far it is."""

    def tell(done: int, of: int) -> None:
        if sys.stderr.isatty():
            end = "\n" if done >= of else ""
            print(f"\r{what}  {done} of {of}", end=end, file=sys.stderr, flush=True)

    return tell


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


def _with_store(settings: Settings, work: Callable[[str], Awaitable[None]]) -> None:
    async def run(url: str) -> None:
        try:
            await work(url)
        except StoreAway as away:
            raise TableeError(f"The store does not answer: {away}. Try again.") from None

    with ExitStack() as stack:
        asyncio.run(run(store_url_of(settings, stack)))


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
            place = refusal.more.get("place") or refusal.field or ""
            where = f" ({place})" if "place" in refusal.more or "." in place else ""
            named = [f"\n  {line}" for line in said_actions(refusal)]
            raise TableeError(refusal.sentence + where + "".join(named)) from None


def links(base: str, made: Workshop, invitations: Any) -> list[str]:
    lines = [f"« {made.title} »", f"  participants  {base}/a/{show_code(made.code)}"]
    lines += [f"  {role:13} {base}/i#{token}" for role, token in invitations.items()]
    return lines


def _print_json(value: Any) -> None:
    sys.stdout.write(msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + os.linesep)
