"""Reading a kit from a file that anybody may have written. Nothing of it is believed but what is checked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sized
from typing import Any

import msgspec

from tablee.errors import Invalid
from tablee.model.kits.differences import SORTS
from tablee.model.kits.document import (
    BOARDS,
    FORMAT,
    KIT_ID,
    LANGUAGES,
    LICENCE,
    MOST_AGENDAS,
    MOST_AUTHORS,
    MOST_BYTES,
    MOST_CREDITS,
    MOST_STEPS,
    MOST_TICKS,
    MOST_ZONES,
    ROOT,
    TEXT_CHARS,
    AxisPart,
    Credit,
    KitDocument,
    whole,
)
from tablee.model.rules import SEMVER
from tablee.model.templates import AXES
from tablee.model.workshop import NAME_CHARS, TITLE_CHARS

PLACE = re.compile(r"(\w+)(?:\[(\d+)\])?")
HALF = re.compile("[\ud800-\udfff]")
"""Half a character, which cannot be written anywhere."""


def read_kit(raw: bytes) -> KitDocument:
    """The document of a file. Raises `Invalid` with the place of what is wrong, under `more`."""
    if len(raw) > MOST_BYTES:
        raise Invalid("kit.large", "Ce fichier est trop grand : 400 ko au plus.")
    try:
        value = msgspec.json.decode(raw)
    except (msgspec.DecodeError, ValueError, RecursionError):
        raise Invalid("kit.not_json", "Ce fichier n'est pas du JSON.") from None
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        raise Invalid("kit.not_a_kit", "Ce fichier n'est pas un jeu de gabarits de Tablée.", field="format")
    return shaped(value)


def shaped(value: object) -> KitDocument:
    """A JSON value as a document within its limits. Raises `Invalid`."""
    try:
        kit = msgspec.convert(value, KitDocument, strict=True)
    except msgspec.ValidationError as error:
        _, _, path = str(error).rpartition("`$.")
        path = path.rstrip("`") if "`$" in str(error) else ""
        raise _refusal(path, value, str(error).partition(" - at")[0]) from None
    for path, most, found in _sizes(kit):
        if len(found) > most:
            raise _refusal(path, value, f"at most {most} fit")
    for path, text in _strings(msgspec.to_builtins(kit), ""):
        if len(text) > TEXT_CHARS or HALF.search(text):
            raise _refusal(path, value, f"a text has at most {TEXT_CHARS} characters")
    for path, fine in (
        ("id", KIT_ID.fullmatch(kit.id)),
        ("authors", _are_names(kit.authors)),
        ("attribution", all(_is_credit(credit) for credit in kit.attribution)),
        ("version", SEMVER.fullmatch(kit.version) and len(kit.version) < 40),
        ("license", kit.license == LICENCE),
        ("counts", _are_counts(kit.counts)),
        ("created", kit.created is None or 0 <= kit.created < 8_640_000_000_000_000),
    ):
        if not fine:
            raise _refusal(path, value, "")
    return whole(kit)


def checked_origin(kit: KitDocument, root: KitDocument) -> None:
    """Raises `Invalid` unless a kit of a file says where it comes from."""
    if kit.attribution[:1] != root.attribution[:1]:
        raise Invalid(
            "kit.attribution",
            "Ce jeu de gabarits ne crédite pas l'œuvre dont il vient.",
            field="attribution",
        )
    if kit.id != ROOT and (kit.derived_from is None or len(kit.attribution) < 2):
        raise Invalid("kit.lineage", "Ce jeu de gabarits ne dit pas d'où il vient.", field="derived_from")


def _sizes(kit: KitDocument) -> Iterator[tuple[str, int, Sized]]:
    """Everything of which there may be many, and how many: what is checked is multiplied by each other."""
    yield "lang", len(LANGUAGES), kit.lang
    yield "titles", len(LANGUAGES), kit.titles
    yield "changes", len(LANGUAGES), kit.changes
    yield "templates", len(BOARDS), kit.templates
    yield "agendas", MOST_AGENDAS, kit.agendas
    yield "attribution", MOST_CREDITS, kit.attribution
    yield "authors", MOST_AUTHORS, kit.authors
    for n, board in enumerate(kit.templates):
        at = f"templates[{n}]"
        yield f"{at}.titles", len(LANGUAGES), board.titles
        yield f"{at}.zones", MOST_ZONES, board.zones
        for z, zone in enumerate(board.zones):
            there = f"{at}.zones[{z}]"
            yield f"{there}.titles", len(LANGUAGES), zone.titles
            yield f"{there}.prompts", len(LANGUAGES), zone.prompts
            yield f"{there}.to", MOST_ZONES, zone.to
            yield f"{there}.kinds", MOST_ZONES, zone.kinds
            yield f"{there}.axes", len(AXES), zone.axes or ()
            for name, axis in (zone.axes or {}).items():
                yield from _axis_sizes(axis, f"{there}.axes.{name}")
    for n, agenda in enumerate(kit.agendas):
        at = f"agendas[{n}]"
        yield f"{at}.titles", len(LANGUAGES), agenda.titles
        yield f"{at}.steps", MOST_STEPS, agenda.steps
        for s, step in enumerate(agenda.steps):
            yield f"{at}.steps[{s}].titles", len(LANGUAGES), step.titles


def _axis_sizes(axis: AxisPart, at: str) -> Iterator[tuple[str, int, Sized]]:
    yield f"{at}.ticks", MOST_TICKS, axis.ticks
    yield f"{at}.titles", len(LANGUAGES), axis.titles
    yield f"{at}.words", len(LANGUAGES), axis.words
    for language, words in axis.words.items():
        yield f"{at}.words.{language}", MOST_TICKS, words


def _strings(value: Any, path: str) -> Any:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield path, key
            yield from _strings(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list | tuple):
        for n, inner in enumerate(value):
            yield from _strings(inner, f"{path}[{n}]")


def _are_names(names: tuple[str, ...]) -> bool:
    return len(names) <= MOST_AUTHORS and all(0 < len(name) <= NAME_CHARS for name in names)


def _is_credit(credit: Credit) -> bool:
    short = len(credit.title) <= TITLE_CHARS and len(credit.version) < 40 and len(credit.id) < 40
    return (
        short
        and credit.license == LICENCE
        and 1900 <= credit.year < 10_000
        and _are_names(credit.authors)
        and _are_counts(credit.counts)
    )


def _are_counts(counts: dict[str, int]) -> bool:
    return all(sort in SORTS and 0 <= n < 10_000 for sort, n in counts.items())


def _refusal(path: str, value: object, why: str) -> Invalid:
    """`field` is the path; `more` names board, zone and agenda, as far as the file lets one know them."""
    place: dict[str, str] = {}
    at: Any = value
    for name, index in PLACE.findall(path):
        at = at.get(name) if isinstance(at, dict) else None
        if index and isinstance(at, list) and int(index) < len(at):
            at = at[int(index)]
            known = at.get("id") if isinstance(at, dict) else None
            level = {"templates": "board", "zones": "zone", "agendas": "agenda"}.get(name)
            if level and isinstance(known, str):
                place[level] = known[:60]
    return Invalid(
        "kit.shape",
        "Ce fichier n'a pas la forme d'un jeu de gabarits.",
        field=path or None,
        more={"place": place, "why": why},
    )
