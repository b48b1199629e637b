"""`tablee export` and `tablee import`: files of a workshop, and the way back."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from tablee.api.exports import shared_url
from tablee.cli.base import (
    STORE_FLAGS,
    base_of,
    clear,
    command,
    found_workshop,
    links,
    print_json,
    progress,
    say,
    settings_of,
    with_settings,
    with_workshops,
    write_file,
)
from tablee.errors import TableeError
from tablee.exports.archive import Entry, about_of, archived
from tablee.exports.items import FORMATS, ITEMS, Made, Want, file_name, folder_of
from tablee.live.export_messages import Held, Telling
from tablee.live.gathering import gather
from tablee.live.import_reading import Asked
from tablee.live.importing import Importing
from tablee.live.uploads import claimed_by
from tablee.live.workshops import Workshops
from tablee.model.board import NAMES, Names
from tablee.model.identity import show_code
from tablee.model.pack import names_for
from tablee.model.workshop import LANGUAGES
from tablee.settings import Settings
from tablee.words import Language, Words

if TYPE_CHECKING:
    from tablee.live.export_process import Maker

TABLES = (".csv", ".tsv", ".txt", ".json")
"""How the name of a table ends; any text could be one."""


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
    from tablee.live.export_process import Maker  # no server waits for what draws and writes files

    wanted = list(dict.fromkeys(name.strip().lower() for name in formats.split(",") if name.strip()))
    unknown = [name for name in wanted if name not in FORMATS]
    if unknown or not wanted:
        raise click.UsageError(f"There is no format {', '.join(unknown) or formats!r}.")
    tell = progress("writing")

    async def work(workshops: Workshops, settings: Settings) -> None:
        found = await found_workshop(workshops, workshop_id)
        own = cast("Language", language or found.language)
        sources = await gather(workshops, found)
        base, shown = base_of(settings), names_for(found, names)
        telling = Telling(shown, own, base, shared_url(found, shown, base))
        maker = Maker(Held(sources, workshops.catalogue_of(found), telling))
        for n, name in enumerate(wanted):
            tell(n, len(wanted))
            made = [_whole(maker)] if name == "zip" else maker.files(Want(name))
            if not made:
                clear()
                print(f"{name}: this workshop has nothing for it", file=sys.stderr)
            for file in made:
                path = out / file_name(maker.pack.workshop.title, file)
                write_file(path, file.data)
                say(str(path))
        tell(len(wanted), len(wanted))

    with_workshops(settings_of(flags), work)


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
    tell = progress("reading")

    async def work(workshops: Workshops, settings: Settings) -> None:
        importing = Importing(workshops)
        if len(data) > importing.most_bytes:
            raise TableeError(f"The file has more than {settings.import_mb} MB: see --import-mb.")
        tell(0, 2)
        try:
            claimed = claimed_by(file.name)
            claimed = "" if claimed == "other" else claimed  # of a table it is asked below
            asked = Asked(title=title, language=settings.language, claimed=claimed)
            found = await importing.read(data, asked)
        finally:
            await importing.end()
        if found.rows and not title and file.suffix.lower() not in TABLES:
            raise TableeError(
                f"{file} is no pack, and its name is none of a table (.csv, .tsv, .txt): "
                "say --title to make a workshop of its lines."
            )
        tell(1, 2)
        made = await importing.create(found)
        tell(2, 2)
        if as_json:
            told = {"id": made.workshop.id, "counts": found.counts, "hash": found.sha256}
            links_of = {role: f"{base_of(settings)}/i#{token}" for role, token in made.invitations.items()}
            print_json({**told, "code": show_code(made.workshop.code), "links": links_of})
            return
        counts = found.counts
        for line in links(base_of(settings), made.workshop, made.invitations):
            print(line)
        print(f"  {counts['notes']} notes, {counts['groups']} groups, {counts['people']} people")

    with_workshops(settings_of(flags), work, makes=True)
