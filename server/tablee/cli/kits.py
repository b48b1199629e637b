"""`tablee canvas …` and `tablee kit …`: templates, the shipped ones and those that people adapted."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from tablee import assets
from tablee.cli.base import (
    STORE_FLAGS,
    base_of,
    command,
    print_json,
    settings_of,
    with_settings,
    with_workshops,
    write_file,
)
from tablee.errors import TableeError
from tablee.exports.items import Layout
from tablee.live.kits import Kits
from tablee.live.workshops import Workshops
from tablee.model.canvases import load_catalogue
from tablee.model.checks import check_report
from tablee.model.kits.document import as_file
from tablee.model.workshop import LANGUAGES
from tablee.settings import Settings
from tablee.words import Language, Words


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
    write_file(out, data)
    print(f"{out}: {len(data)} bytes")


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
            print_json(
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

    with_workshops(settings_of(flags), work)


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

    with_workshops(settings_of(flags), work)
    write_file(file, written)


@kit.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_settings(*STORE_FLAGS)
def import_kit(file: Path, **flags: Any) -> None:
    """Bring in a kit from a file, and print the link that opens it for changes."""
    given = file.read_bytes()

    async def work(workshops: Workshops, settings: Settings) -> None:
        held, secret = await Kits(workshops).bring_in(given, "")
        print(f"{base_of(settings)}/gabarits/{held.id}#{secret}")

    with_workshops(settings_of(flags), work, makes=True)


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

    with_workshops(settings_of(flags), work)
