"""`tablee workshop …`: what the organiser's page does, without a browser."""

from __future__ import annotations

import time
import tomllib
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import msgspec

from tablee.cli.base import (
    STORE_FLAGS,
    base_of,
    command,
    found_workshop,
    links,
    print_json,
    settings_of,
    with_settings,
    with_workshops,
)
from tablee.errors import TableeError
from tablee.live.commands import Commands
from tablee.live.receipts import erase_with_receipt
from tablee.live.workshops import NewWorkshop, Workshops
from tablee.model.commands import COMMANDS, rule_of
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
from tablee.settings import Settings


@command.group()
def workshop() -> None:
    """Workshops, without a browser. The server may be running or not."""


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
    given = settings_of({name: more.pop(name) for name in STORE_FLAGS})
    settings, agenda = set_up_of(**more)
    if groups is not None:
        settings["groups"] = (
            int(groups) if groups.strip().isdecimal() else [name.strip() for name in groups.split(",")]
        )

    async def work(workshops: Workshops, settings_now: Settings) -> None:
        source = None if clone is None else await found_workshop(workshops, clone)
        new = NewWorkshop(
            title, draft=draft, clone=None if source is None else source.id, **settings, **agenda
        )
        created = await workshops.create(new, source=source)
        made = created.workshop
        if as_json:
            print_json(
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
        for line in links(base_of(settings_now), made, created.invitations):
            print(line)

    with_workshops(given, work, makes=True)


@workshop.command("edit")
@click.argument("workshop_id")
@click.option("--title")
@with_set_up
@with_settings(*STORE_FLAGS)
def edit_workshop(workshop_id: str, title: str | None, **more: Any) -> None:
    """Change settings or the agenda of a workshop, also while it runs."""
    given = settings_of({name: more.pop(name) for name in STORE_FLAGS})
    settings, agenda = set_up_of(title=title, **more)
    changes = [{"type": "workshop.edit", **settings}] if settings else []
    if agenda:
        # what is refused more often goes first, so that nothing is half done; but steps need their modules
        at = len(changes) if "modules" in settings else 0
        changes.insert(at, {"type": "agenda.edit", **agenda})
    if not changes:
        raise click.UsageError("Say what to change; tablee workshop edit --help lists what can be.")
    _command(given, workshop_id, *changes)


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


NEED_ROOMS = tuple(name for name, rule in COMMANDS.items() if rule.change is None)
"""More than a change of the record: the server that holds the rooms does these."""


@workshop.command(
    "command",
    help=f"""Do a facilitation command (docs/protocol.md) and print the answer as JSON.

    For example {{"type": "group.create", "name": "Hêtre"}}. What needs the server that holds the rooms is not
    done here: {", ".join(NEED_ROOMS)}.
    """,
)
@click.argument("workshop_id")
@click.argument("command_json", metavar="JSON")
@with_settings(*STORE_FLAGS)
def run_command(workshop_id: str, command_json: str, **flags: Any) -> None:
    try:
        wanted = msgspec.json.decode(command_json)
    except msgspec.DecodeError as error:
        raise click.UsageError(f"The command is not JSON: {error}") from None
    _command(settings_of(flags), workshop_id, wanted, answer=True)


def _command(settings: Settings, workshop_id: str, *changes: Mapping[str, Any], answer: bool = False) -> None:
    """Do commands as who hosts Tablée; a new link is told, since nobody can read it again."""

    async def work(workshops: Workshops, settings: Settings) -> None:
        commands = Commands(workshops)
        found = await found_workshop(workshops, workshop_id)
        for change in changes:
            if rule_of(change).change is None:
                raise TableeError(
                    f"{change['type']} needs the server that holds the rooms: ask it on the page, or by POST "
                    f"{base_of(settings)}/api/workshops/{found.id}/commands (docs/protocol.md)."
                )
            done = await commands.run_as_host(found.id, change)
            if answer:
                print_json(done.as_json())
            elif done.invitation is not None:
                print(f"{base_of(settings)}/i#{done.invitation}")

    with_workshops(settings, work)


@workshop.command("list")
@click.option("--json", "as_json", is_flag=True)
@with_settings(*STORE_FLAGS)
def list_workshops(as_json: bool, **flags: Any) -> None:
    """List workshops, oldest first."""

    async def work(workshops: Workshops, settings: Settings) -> None:
        found = await workshops.all()
        if as_json:
            print_json(
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

    with_workshops(settings_of(flags), work)


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
        found = await found_workshop(workshops, workshop_id)
        print_json(workshops.state_for(found, "organiser", found.language))

    with_workshops(settings_of(flags), work)


@workshop.command("delete")
@click.argument("workshop_id")
@with_settings(*STORE_FLAGS)
def delete_workshop(workshop_id: str, **flags: Any) -> None:
    """Erase a workshop and print the receipt."""

    async def work(workshops: Workshops, settings: Settings) -> None:
        print_json(await erase_with_receipt(workshops, await found_workshop(workshops, workshop_id)))

    with_workshops(settings_of(flags), work)
