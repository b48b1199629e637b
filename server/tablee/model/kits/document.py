"""A kit as one JSON document: its shape, its digest, and the catalogue that a workshop makes of it.

Zones stand in the order of their numbers, which are written when a document is made whole. What the
server alone says (`id`, `version`, `license`, `attribution`, `derived_from`, `created`, `counts`) is
never taken from who edits: see `lineage`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import msgspec

from tablee.model.agendas import Agenda, Step
from tablee.model.canvases import Catalogue
from tablee.model.plan import module_of, within
from tablee.model.templates import Axis, Box, Screen, Template, Zone
from tablee.model.workshop import MODULES

Text = TypeVar("Text")

FORMAT = "tablee-kit/1"
LICENCE = "CC-BY-SA-4.0"
ROOT = "kit-cmc"
"""The kit that Tablée comes with."""
LANGUAGES = ("fr", "en")
MOST_BYTES = 400_000
BOARDS = (
    "sheet1.recto",
    "sheet1.verso",
    "sheet2.recto",
    "sheet2.verso",
    "sheet3.recto",
    "sheet3.verso",
    "governance",
    "economic",
)
KIT_ID = re.compile(r"kit-cmc|k[a-z0-9]{4,20}")

MOST_ZONES, MOST_AGENDAS, MOST_STEPS, MOST_CREDITS, MOST_AUTHORS = 40, 12, 60, 60, 12
MOST_TICKS = 20
TEXT_CHARS = 600
"""Of any text of a document; what fits on the page is checked apart."""


class Shape(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The base of everything below."""


class AxisPart(Shape, frozen=True):
    ticks: tuple[float, ...]
    titles: dict[str, str]
    words: dict[str, tuple[str, ...]]


class ZonePart(Shape, frozen=True):
    id: str
    n: int
    box: Box
    kinds: tuple[str, ...]
    titles: dict[str, str]
    prompts: dict[str, str]
    to: tuple[str, ...] = ()
    mirror: str | None = None
    type: str = "plain"
    ring: str | None = None
    axes: dict[str, AxisPart] | None = None
    why: str = ""
    basis: str = "I-remix"


class BoardPart(Shape, frozen=True):
    id: str
    titles: dict[str, str]
    zones: tuple[ZonePart, ...]

    @property
    def page(self) -> str:
        return "A4L" if self.id.startswith("sheet") else "A3L"

    @property
    def side(self) -> str | None:
        return {"recto": "je", "verso": "nous"}.get(self.id.partition(".")[2])

    @property
    def other(self) -> str | None:
        """The face that answers this one."""
        sheet, _, face = self.id.partition(".")
        return f"{sheet}.{'verso' if face == 'recto' else 'recto'}" if face else None

    def zone(self, zone_id: str | None) -> ZonePart | None:
        return next((zone for zone in self.zones if zone.id == zone_id), None)


class StepPart(Shape, frozen=True):
    id: str
    phase: str
    minutes: int
    mode: str
    titles: dict[str, str]
    board: str | None = None


class AgendaPart(Shape, frozen=True):
    id: str
    titles: dict[str, str]
    people: tuple[int, int]
    groups: int
    steps: tuple[StepPart, ...]
    minutes: int = 0


class Credit(Shape, frozen=True):
    """Somebody's work that this one rests on. `id`: of a kit. `counts`: what was changed in it."""

    title: str
    version: str
    year: int
    authors: tuple[str, ...]
    license: str = LICENCE
    source: str = ""
    id: str = ""
    counts: dict[str, int] = {}


class Lineage(Shape, frozen=True):
    id: str
    version: str
    digest: str


class KitDocument(Shape, frozen=True):
    id: str
    version: str
    lang: tuple[str, ...]
    license: str
    attribution: tuple[Credit, ...]
    derived_from: Lineage | None
    changes: dict[str, str]
    authors: tuple[str, ...]
    created: int | None
    titles: dict[str, str]
    templates: tuple[BoardPart, ...]
    agendas: tuple[AgendaPart, ...]
    counts: dict[str, int] = {}
    """How much was changed in what it derives from, by kind of change."""
    format: str = FORMAT

    def board(self, board: str | None) -> BoardPart | None:
        return next((one for one in self.templates if one.id == board), None)

    @property
    def modules(self) -> tuple[str, ...]:
        """The sheets and canvases it has."""
        held = {module_of(board.id) for board in self.templates}
        return tuple(module for module in MODULES if module in held)


_encode = msgspec.json.Encoder(order="deterministic").encode


def as_file(document: KitDocument) -> bytes:
    """What is downloaded: readable, and the same bytes for the same document."""
    return msgspec.json.format(_encode(document), indent=2) + b"\n"


def digest_of(document: KitDocument) -> str:
    return hashlib.sha256(_encode(document)).hexdigest()


def whole(document: KitDocument) -> KitDocument:
    """With what follows from the rest: numbers of zones, minutes of agendas, boards in their order."""
    boards = sorted(
        document.templates, key=lambda board: BOARDS.index(board.id) if board.id in BOARDS else 99
    )
    return msgspec.structs.replace(
        document,
        templates=tuple(
            msgspec.structs.replace(
                board,
                titles=_plain(board.titles),
                zones=tuple(_whole_zone(zone, n) for n, zone in enumerate(board.zones, 1)),
            )
            for board in boards
        ),
        agendas=tuple(
            msgspec.structs.replace(
                agenda,
                titles=_plain(agenda.titles),
                minutes=sum(step.minutes for step in agenda.steps),
                steps=tuple(
                    msgspec.structs.replace(step, titles=_plain(step.titles)) for step in agenda.steps
                ),
            )
            for agenda in document.agendas
        ),
        titles=_plain(document.titles),
        changes=_plain(document.changes),
        authors=tuple(filter(None, (plain(author) for author in document.authors))),
    )


def _whole_zone(zone: ZonePart, n: int) -> ZonePart:
    x, y, width, height = (round(value, 2) for value in zone.box)
    return msgspec.structs.replace(
        zone,
        n=n,
        box=(x, y, width, height),
        titles=_plain(zone.titles),
        prompts=_plain(zone.prompts),
        axes=zone.axes
        and {
            name: msgspec.structs.replace(
                axis,
                titles=_plain(axis.titles),
                words={
                    language: tuple(plain(word) for word in words) for language, words in axis.words.items()
                },
            )
            for name, axis in zone.axes.items()
        },
    )


def plain(text: str) -> str:
    """One line of plain characters: typography is applied to what is shown."""
    text = text.replace("\u2019", "'")
    if not text.isprintable():
        text = "".join(c for c in text if c.isprintable() or c.isspace())
    return " ".join(text.split())


def _plain(texts: Mapping[str, str]) -> dict[str, str]:
    return {language: plain(text) for language, text in texts.items()}


# -- a catalogue as a document, a document as a catalogue --------------------------------------------------


def document_of(catalogue: Catalogue, **said: Any) -> KitDocument:
    """The templates and agendas of a folder of canvases, as a document."""
    return whole(
        KitDocument(
            templates=tuple(_board(template) for template in catalogue.templates.values()),
            agendas=tuple(_agenda(agenda) for agenda in catalogue.agendas.values()),
            **said,
        )
    )


def _board(template: Template) -> BoardPart:
    return BoardPart(
        template.id,
        dict(template.titles),
        tuple(
            ZonePart(
                id=zone.id,
                n=zone.n,
                box=zone.box,
                kinds=zone.kinds,
                titles=dict(zone.titles),
                prompts=dict(zone.prompts),
                to=zone.to,
                mirror=zone.mirror,
                type=zone.type,
                ring=zone.ring,
                axes=None
                if zone.axes is None
                else {
                    name: AxisPart(axis.ticks, dict(axis.titles), dict(axis.words))
                    for name, axis in zone.axes.items()
                },
                why=zone.why,
                basis=zone.basis,
            )
            for zone in template.zones
        ),
    )


def _agenda(agenda: Agenda) -> AgendaPart:
    steps = (StepPart(s.id, s.phase, s.minutes, s.mode, dict(s.titles), s.board) for s in agenda.steps)
    return AgendaPart(
        agenda.id, dict(agenda.titles), agenda.people, agenda.groups, tuple(steps), agenda.minutes
    )


def catalogue_of(document: KitDocument, shipped: Catalogue, attribution: Mapping[str, str]) -> Catalogue:
    """What a workshop of this kit works with; all but templates and agendas is as shipped.

    A language that was declared missing is filled from the one there is.
    """
    languages, have = shipped.languages, document.lang
    templates = {
        board.id: _template(board, document.version, languages, have, shipped) for board in document.templates
    }
    agendas = {
        agenda.id: _as_agenda(agenda, document.modules, languages, have) for agenda in document.agendas
    }
    return replace(
        shipped,
        templates=templates,
        agendas={key: agenda for key, agenda in agendas.items() if agenda.steps},
        attribution=dict(attribution),
    )


def _template(
    board: BoardPart, version: str, languages: Sequence[str], have: Sequence[str], shipped: Catalogue
) -> Template:
    model = shipped.templates.get(board.id)
    return Template(
        id=board.id,
        version=version,
        page=board.page,
        side=board.side,
        titles=_filled(board.titles, languages, have),
        zones=tuple(
            Zone(
                id=zone.id,
                n=zone.n,
                box=zone.box,
                kinds=zone.kinds,
                to=zone.to,
                mirror=zone.mirror,
                type=zone.type,
                ring=zone.ring,
                why=zone.why,
                basis=zone.basis,
                titles=_filled(zone.titles, languages, have),
                prompts=_filled(zone.prompts, languages, have),
                axes=None
                if zone.axes is None
                else {
                    name: Axis(
                        axis.ticks,
                        _filled(axis.titles, languages, have),
                        _filled(axis.words, languages, have),
                    )
                    for name, axis in zone.axes.items()
                },
            )
            for zone in board.zones
        ),
        screen=None if model is None or model.screen is None else screen_of(board, model.screen),
    )


def _as_agenda(
    agenda: AgendaPart, modules: Iterable[str], languages: Sequence[str], have: Sequence[str]
) -> Agenda:
    steps = within(
        (
            Step(s.id, s.phase, s.minutes, s.mode, s.board, _filled(s.titles, languages, have))
            for s in agenda.steps
        ),
        tuple(modules),
    )
    return Agenda(
        agenda.id,
        _filled(agenda.titles, languages, have),
        sum(step.minutes for step in steps),
        agenda.people,
        agenda.groups,
        steps,
    )


def _filled(texts: Mapping[str, Text], languages: Sequence[str], have: Sequence[str]) -> dict[str, Text]:
    return {language: texts[language if language in have else have[0]] for language in languages}


GAP_PX = 8


def screen_of(board: BoardPart, model: Screen) -> Screen:
    """The lay-out for wide screens: as shipped, its last row shared out again among the zones of now."""
    ids = [zone.id for zone in board.zones]
    if set(ids) == set(model.zones):
        return model
    bottom = max(box[1] for box in model.zones.values())
    height = next(box[3] for box in model.zones.values() if box[1] == bottom)
    left = min(box[0] for box in model.zones.values())
    right = max(box[0] + box[2] for box in model.zones.values())
    kept = {key: box for key, box in model.zones.items() if key in ids and box[1] != bottom}
    last = [key for key in ids if key not in kept]
    width = (right - left - GAP_PX * (len(last) - 1)) / max(1, len(last))
    for at, key in enumerate(last):
        kept[key] = (round(left + at * (width + GAP_PX), 2), bottom, round(width, 2), height)
    return Screen(model.width, model.height, kept)
