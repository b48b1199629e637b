"""Reads a whole folder of canvases and says everything that is wrong with it.

`survey` is what loading and checking share; `check_report` is what `tablee canvas check` prints.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from tablee.model.agendas import Agenda, agenda_mistakes, read_agenda
from tablee.model.aids import FILE as AIDS
from tablee.model.aids import TEXT_CHARS as AID_CHARS
from tablee.model.aids import Aids, aids_mistakes, read_aids
from tablee.model.guide import GUIDE_CHARS, Guide, guide_mistakes, guide_texts, read_guide
from tablee.model.immersion import Card, card_mistakes, read_card
from tablee.model.licences import Licences, licences_mistakes, read_licences
from tablee.model.reading import Folder, Mistake, Reading
from tablee.model.rules import set_mistakes, template_mistakes, text_mistakes
from tablee.model.templates import CANVASES, Template, read_template
from tablee.model.wrapup import FILE as WRAP_UP
from tablee.model.wrapup import TEXT_CHARS as WRAP_UP_CHARS
from tablee.model.wrapup import WrapUp, read_wrap_up, wrap_up_mistakes, wrap_up_texts

LANGUAGE = re.compile(r"[a-z]{2,3}")
REQUIRED_LANGUAGES = ("fr", "en")
HEAD = "catalogue.toml"
UNDECLARED = "“{}” is not among the languages of catalogue.toml."
AGENDA_TITLE_CHARS = 80
CARD_CHARS = 160
NOT_TEMPLATES = ("agendas", "immersion", "rehearsal", "schema")


ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")


class Kit(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The work everything here is based on, as its licence asks to name it."""

    title: str
    version: str
    year: int
    author: str
    team: tuple[str, ...]
    licence: str
    source: str
    contact: str = ""
    """Where its authors wish to be told of adaptations; nowhere in particular when empty."""


class CatalogueShape(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    languages: tuple[str, ...]
    attribution: dict[str, str]
    kit: Kit


@dataclass(frozen=True, slots=True)
class Survey:
    """What a folder holds, in the order people meet it, and its mistakes in the order of files."""

    languages: tuple[str, ...]
    attribution: Mapping[str, str]
    kit: Kit | None
    templates: Mapping[str, Template]
    agendas: Mapping[str, Agenda]
    cards: tuple[Card, ...]
    wrap_up: WrapUp | None
    aids: Aids | None
    guide: Guide | None
    licences: Licences | None
    mistakes: tuple[Mistake, ...]


def check_catalogue(folder: Folder) -> list[Mistake]:
    """Everything that is wrong with a whole folder. Empty when it can be used."""
    return list(survey(folder).mistakes)


def check_report(folder: Path | str) -> tuple[int, str]:
    """The exit status and the text of a check of the whole folder, or of one canvas among the others."""
    path = Path(folder)
    if not path.is_dir():
        return 1, f"{folder}: There is no such folder."
    if (path / HEAD).is_file():
        found = survey(path)
        if found.mistakes:
            return 1, _told(found.mistakes, path)
        return 0, f"{folder}: {_counted(found)} No mistake."
    if not (path / "canvas.toml").is_file():
        return 1, f"{folder}: This is not a folder of canvases: it holds neither {HEAD} nor canvas.toml."
    whole, name = path.resolve().parent, path.resolve().name
    if not (whole / HEAD).is_file():
        return 1, f"{folder}: {HEAD} is missing beside it, so its routes and mirrors cannot be checked."
    # A change in one canvas can break its neighbours: their mistakes are told too, after its own.
    mistakes = sorted(survey(whole).mistakes, key=lambda m: not m.file.startswith(f"{name}/"))
    if mistakes:
        return 1, _told(mistakes, whole)
    return 0, f"{folder}: No mistake, nor in what surrounds it."


def _told(mistakes: Sequence[Mistake], folder: Path) -> str:
    count = f"{len(mistakes)} mistake{'s' if len(mistakes) > 1 else ''} in {folder}."
    return "\n".join([*map(str, mistakes), count])


def _counted(found: Survey) -> str:
    zones = [zone for template in found.templates.values() for zone in template.zones]
    routes = sum(len(zone.to) for zone in zones)
    return (
        f"{len(found.templates)} templates ({len(zones)} zones, {routes} routes), "
        f"{len(found.agendas)} agendas, {len(found.cards)} cards, in {', '.join(found.languages)}."
    )


def survey(folder: Folder) -> Survey:
    """Read everything. Rules are applied only to what could be read, so that one slip is said once."""
    reading = Reading(folder)
    head = _read_head(reading)
    languages = head.languages if head else REQUIRED_LANGUAGES
    entries = folder.iterdir() if folder.is_dir() else ()
    names = sorted(entry.name for entry in entries if entry.is_dir())
    folders = [name for name in names if name not in NOT_TEMPLATES and not name.startswith((".", "__"))]
    templates = {name: read_template(reading, name, languages) for name in sorted(folders, key=_rank)}
    agendas = {file: read_agenda(reading, file) for file in _toml_files(folder, "agendas")}
    cards = {file: read_card(reading, file) for file in _toml_files(folder, "immersion")}
    wrap_up = read_wrap_up(reading)
    aids = read_aids(reading)
    guide = read_guide(reading)
    licences = read_licences(reading)
    for name in folders:
        _note_other_languages(reading, name, languages)

    read = {name: template for name, template in templates.items() if template}
    for name, template in read.items():
        reading.mistakes += template_mistakes(template, name)
    if len(read) == len(templates):
        reading.mistakes += set_mistakes(read)
    for file, agenda in agendas.items():
        if agenda:
            reading.mistakes += _named(file, agenda.id)
            reading.mistakes += agenda_mistakes(agenda, file, frozenset(templates))
            texts = {"title": agenda.titles}
            texts |= {f"steps[{n}].title": step.titles for n, step in enumerate(agenda.steps, 1)}
            reading.mistakes += _translated(file, texts, languages, AGENDA_TITLE_CHARS)
    for file, card in cards.items():
        if card:
            reading.mistakes += _named(file, card.id)
            reading.mistakes += card_mistakes(card, file)
            reading.mistakes += _translated(file, card.heads, languages, CARD_CHARS)
    if wrap_up is not None:
        reading.mistakes += wrap_up_mistakes(wrap_up)
        reading.mistakes += _translated(WRAP_UP, wrap_up_texts(wrap_up), languages, WRAP_UP_CHARS)
    if aids is not None:
        reading.mistakes += aids_mistakes(aids)
        reading.mistakes += _translated(AIDS, dict(aids.texts()), languages, AID_CHARS)
    if guide is not None:
        reading.mistakes += guide_mistakes(guide)
        for file, told in guide_texts(guide).items():
            reading.mistakes += _translated(file, told, languages, GUIDE_CHARS)
    if licences is not None:
        reading.mistakes += licences_mistakes(licences)
    return Survey(
        languages,
        head.attribution if head else {},
        head.kit if head else None,
        read,
        {agenda.id: agenda for agenda in sorted(filter(None, agendas.values()), key=_size)},
        tuple(filter(None, cards.values())),
        wrap_up,
        aids,
        guide,
        licences,
        tuple(reading.located()),
    )


def _read_head(reading: Reading) -> CatalogueShape | None:
    data = reading.toml(HEAD)
    head = None if data is None else reading.convert(HEAD, "", data, CatalogueShape)
    if head is None:
        return None
    for language in head.languages:
        if not LANGUAGE.fullmatch(language):
            reading.note(HEAD, "languages", f"“{language}” is not a language code such as fr.")
    for language in REQUIRED_LANGUAGES:
        if language not in head.languages:
            reading.note(HEAD, "languages", f"“{language}” is missing: every text exists in it.")
    reading.mistakes += _translated(HEAD, {"attribution": head.attribution}, head.languages)
    for language, line in head.attribution.items():
        for name in (head.kit.title, head.kit.author, "CC BY-SA 4.0"):
            if name not in line:
                reading.note(HEAD, f"attribution.{language}", f"The line must name “{name}”.")
    if head.kit.licence != "CC-BY-SA-4.0":
        reading.note(HEAD, "kit.licence", "What derives from the kit stays under CC-BY-SA-4.0.")
    if head.kit.contact and not ADDRESS.fullmatch(head.kit.contact):
        reading.note(HEAD, "kit.contact", f"“{head.kit.contact}” is not an e-mail address.")
    return head


def _rank(name: str) -> tuple[int, str]:
    """Sheets first, then the canvases in their order: as a workshop uses them."""
    return (1 + CANVASES.index(name) if name in CANVASES else 0), name


def _size(agenda: Agenda) -> tuple[int, int, str]:
    """Agendas are offered from the smallest to the largest."""
    return agenda.groups, agenda.minutes, agenda.id


def _toml_files(folder: Folder, name: str) -> list[str]:
    directory = folder / name
    if not directory.is_dir():
        return []
    return sorted(f"{name}/{entry.name}" for entry in directory.iterdir() if entry.name.endswith(".toml"))


def _note_other_languages(reading: Reading, name: str, languages: Sequence[str]) -> None:
    for entry in (reading.folder / name).iterdir():
        first, _, language = entry.name.removesuffix(".toml").partition(".")
        if first == "texts" and entry.name.endswith(".toml") and language not in languages:
            reading.note(f"{name}/{entry.name}", "", UNDECLARED.format(language))


def _named(file: str, found: str) -> Iterator[Mistake]:
    name = file.rpartition("/")[2].removesuffix(".toml")
    if found != name:
        yield Mistake(file, "id", f"The id “{found}” is not the name of the file, “{name}”.")


def _translated(
    file: str, texts: Mapping[str, Mapping[str, str]], languages: Sequence[str], most: int | None = None
) -> Iterator[Mistake]:
    """Each text exists in every language, in no other, and is well written."""
    for place, versions in texts.items():
        for language in languages:
            if language not in versions:
                yield Mistake(file, f"{place}.{language}", f"The text in “{language}” is missing.")
        for language, text in versions.items():
            if language not in languages:
                yield Mistake(file, f"{place}.{language}", UNDECLARED.format(language))
            for sentence in text_mistakes(text, most):
                yield Mistake(file, f"{place}.{language}", sentence)
