"""Templates of boards as typed values: pages, zones, routes and mirrors, in every language.

Also the shape of `canvas.toml` and of its `texts.*.toml`. Whether they make sense is for `rules`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import msgspec

from tablee.model.reading import Reading

Box = tuple[float, float, float, float]

NOTE_KINDS = (
    "note",
    "question",
    "stakeholder",
    "resource",
    "contribution",
    "cost",
    "point",
    "rule",
    "committee",
    "legal_structure",
    "scenario",
    "action",
    "indicator",
    "scale",
)
AXES = ("x", "y")
CANVASES = ("governance", "economic")
"""The two canvases, in the order of their pictograms."""


@dataclass(frozen=True, slots=True)
class Page:
    """A paper size in millimetres: its header band ends at `top`, its footer band starts at `bottom`."""

    width: float
    height: float
    top: float
    bottom: float
    work: Box


PAGES: Mapping[str, Page] = {
    "A4L": Page(297, 210, top=24, bottom=200, work=(8, 27, 281, 170)),
    "A3L": Page(420, 297, top=27, bottom=287, work=(10, 30, 400, 250)),
}


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis of a map: its ticks lie from 0 to 1, and each has a word in every language."""

    ticks: tuple[float, ...]
    titles: Mapping[str, str]
    words: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Zone:
    """A place for notes. `to` holds addresses like `governance.rules`, `mirror` an id on the other face."""

    id: str
    n: int
    box: Box
    kinds: tuple[str, ...]
    to: tuple[str, ...]
    mirror: str | None
    type: str
    ring: str | None
    why: str
    basis: str
    titles: Mapping[str, str]
    prompts: Mapping[str, str]
    axes: Mapping[str, Axis] | None = None
    """`x` and `y` of a map."""


@dataclass(frozen=True, slots=True)
class Screen:
    """Another lay-out of the same zones for wide screens, in CSS pixels of a board of that size."""

    width: float
    height: float
    zones: Mapping[str, Box]


@dataclass(frozen=True, slots=True)
class Template:
    """The definition of a board: `sheet1.recto` … `sheet3.verso`, `governance`, `economic`.

    `zones` are in the order of their numbers, which is the order of filling.
    """

    id: str
    version: str
    page: str
    side: str | None
    titles: Mapping[str, str]
    zones: tuple[Zone, ...]
    screen: Screen | None = None

    @property
    def width_mm(self) -> float:
        return PAGES[self.page].width

    @property
    def height_mm(self) -> float:
        return PAGES[self.page].height

    @property
    def sheet(self) -> int | None:
        """1 to 3 for a face of a sheet, None for a canvas."""
        return int(self.id[5]) if self.id.startswith("sheet") else None

    @property
    def other_face(self) -> str | None:
        """The id of the face that answers this one."""
        if self.sheet is None:
            return None
        return f"sheet{self.sheet}.{'verso' if self.side == 'je' else 'recto'}"

    def zone(self, zone_id: str) -> Zone | None:
        return next((zone for zone in self.zones if zone.id == zone_id), None)

    def pictograms(self, zone: Zone) -> tuple[str, ...]:
        """The canvases a zone feeds."""
        fed = {address.partition(".")[0] for address in zone.to}
        return tuple(canvas for canvas in CANVASES if canvas in fed)


class AxesShape(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    x: tuple[float, ...]
    y: tuple[float, ...]


class ZoneShape(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    n: int
    box: Box
    kinds: tuple[str, ...]
    why: str
    basis: str
    to: tuple[str, ...] = ()
    mirror: str | None = None
    type: str = "plain"
    ring: str | None = None
    axes: AxesShape | None = None


class ScreenShape(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    width: float
    height: float
    zones: dict[str, Any]


class CanvasShape(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    id: str
    version: str
    page: str
    zones: dict[str, Any]
    side: str | None = None
    screen: ScreenShape | None = None


class AxisTextsShape(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    title: str
    ticks: tuple[str, ...]


class AxesTextsShape(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    x: AxisTextsShape
    y: AxisTextsShape


class ZoneTextsShape(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    title: str
    prompt: str
    axes: AxesTextsShape | None = None


class TextsShape(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    title: str
    zones: dict[str, Any]


def read_template(reading: Reading, folder: str, languages: Sequence[str]) -> Template | None:
    """The template of one folder, or None after noting what keeps its files from being read."""
    before = len(reading.mistakes)
    canvas = _read_canvas(reading, file := f"{folder}/canvas.toml")
    ids = list(canvas.zones) if canvas else None
    texts = {language: _read_texts(reading, f"{folder}/texts.{language}.toml", ids) for language in languages}
    if canvas is None:
        return None
    zones = reading.convert_each(file, "zones", canvas.zones, ZoneShape)
    _compare_axes(reading, folder, zones, texts)
    screen = (
        None
        if canvas.screen is None
        else Screen(
            canvas.screen.width,
            canvas.screen.height,
            reading.convert_each(file, "screen.zones", canvas.screen.zones, cast("type[Box]", Box)),
        )
    )
    if len(reading.mistakes) > before:
        return None
    return Template(
        id=canvas.id,
        version=canvas.version,
        page=canvas.page,
        side=canvas.side,
        titles={language: texts[language].title for language in texts},
        zones=tuple(sorted((_zone(key, zones[key], texts) for key in zones), key=lambda zone: zone.n)),
        screen=screen,
    )


def _zone(zone_id: str, zone: ZoneShape, texts: Mapping[str, Texts]) -> Zone:
    return Zone(
        zone_id,
        **msgspec.structs.asdict(zone)
        | {"axes": zone.axes and {name: _axis(zone_id, name, zone.axes, texts) for name in AXES}},
        titles={language: texts[language].zones[zone_id].title for language in texts},
        prompts={language: texts[language].zones[zone_id].prompt for language in texts},
    )


def _axis(zone_id: str, name: str, axes: AxesShape, texts: Mapping[str, Texts]) -> Axis:
    said = {language: getattr(texts[language].zones[zone_id].axes, name) for language in texts}
    return Axis(
        getattr(axes, name),
        titles={language: axis.title for language, axis in said.items()},
        words={language: axis.ticks for language, axis in said.items()},
    )


def _compare_axes(
    reading: Reading, folder: str, zones: Mapping[str, ZoneShape], texts: Mapping[str, Texts]
) -> None:
    """Note every language that does not have exactly one word for each tick."""
    for zone_id, zone in zones.items():
        for language, said in texts.items():
            file, written = f"{folder}/texts.{language}.toml", said.zones.get(zone_id)
            if written is None:
                continue
            for name in AXES:
                place = f"zones.{zone_id}.axes.{name}"
                ticks = len(getattr(zone.axes, name)) if zone.axes else 0
                words = len(getattr(written.axes, name).ticks) if written.axes else 0
                if words != ticks:
                    reading.note(file, place, f"The axis has {ticks} ticks and {words} words for them.")


def _read_canvas(reading: Reading, file: str) -> CanvasShape | None:
    data = reading.toml(file)
    canvas = None if data is None else reading.convert(file, "", data, CanvasShape)
    if canvas and canvas.page not in PAGES:
        reading.note(file, "page", f"“{canvas.page}” is not a known page; it must be {' or '.join(PAGES)}.")
    return canvas


@dataclass(frozen=True, slots=True)
class Texts:
    title: str
    zones: Mapping[str, ZoneTextsShape]


def _read_texts(reading: Reading, file: str, ids: Sequence[str] | None) -> Texts:
    """The texts of one language. `ids` are the zones that must have one, None when nobody knows them."""
    data = reading.toml(file)
    shape = None if data is None else reading.convert(file, "", data, TextsShape)
    if shape is None:
        return Texts("", {})
    for zone_id in ids or ():
        if zone_id not in shape.zones:
            reading.note(file, f"zones.{zone_id}", f"The texts of zone “{zone_id}” are missing.")
    for zone_id in shape.zones:
        if ids is not None and zone_id not in ids:
            reading.note(file, f"zones.{zone_id}", f"canvas.toml has no zone “{zone_id}”.")
    return Texts(shape.title, reading.convert_each(file, "zones", shape.zones, ZoneTextsShape))
