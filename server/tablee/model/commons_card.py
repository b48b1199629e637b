"""The card of our own commons, under the seven heads of the immersion cards, made from the canvases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tablee.model.canvases import Catalogue
from tablee.model.immersion import HEADS
from tablee.model.wrapup import GAUGES

Note = Mapping[str, Any]

SOURCES: Mapping[str, tuple[str, ...]] = {
    "need": ("governance.needs", "economic.needs"),
    "host": ("governance.legal", "governance.map"),
    "description": ("governance.mission", "economic.value"),
    "governance": ("governance.rules", "governance.committees", "economic.income"),
    "maturity": (),
    "obstacles": ("governance.watch",),
    "resources": ("governance.resources", "economic.commons"),
}
"""Head → zones whose notes stand under it. Maturity is said by the gauges."""
NOT_TOLD = frozenset({"action", "indicator", "scale"})
"""Kinds that have a place of their own in the wrap-up, in whatever zone they lie."""
RULES = ("in_force", "adopted_today", "proposed", None)
"""Rules in this order; one that is disputed is none yet."""


@dataclass(frozen=True, slots=True)
class Line:
    """`label` says what the text is about, where the text alone does not."""

    text: str
    label: str | None = None

    def as_json(self) -> dict[str, str]:
        return {"text": self.text} if self.label is None else {"label": self.label, "text": self.text}


@dataclass(frozen=True, slots=True)
class Part:
    """What one zone says; `title` is the zone's, where a head has several."""

    title: str | None
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Head:
    id: str
    title: str
    parts: tuple[Part, ...]

    def as_json(self) -> dict[str, Any]:
        parts = [
            {"title": part.title, "lines": [line.as_json() for line in part.lines]} for part in self.parts
        ]
        return {"id": self.id, "title": self.title, "parts": parts}


def commons_card(
    catalogue: Catalogue,
    language: str,
    commons: str,
    notes: Iterable[Note],
    gauges: Mapping[str, Sequence[int]],
) -> tuple[Head, ...]:
    """All seven heads, in order; one that the canvases say nothing of has no parts.

    `commons`: what the workshop says of the commons. `gauges`: answers from 0 to 4 by what they are about.
    """
    words = catalogue.wrap_up.card
    by_zone: dict[str, list[Note]] = {}
    for note in sorted(notes, key=lambda note: str(note.get("order"))):
        if note.get("kind") not in NOT_TOLD:
            by_zone.setdefault(f"{note.get('board')}.{note.get('zone')}", []).append(note)
    heads = []
    for head in HEADS:
        said: set[str] = set()
        parts = [Part(None, (Line(commons),))] if head == "description" and commons else []
        for zone in SOURCES[head]:
            lines = tuple(_new(_told(zone, by_zone.get(zone, ()), catalogue, language), said))
            if lines:
                parts.append(Part(_title(zone, catalogue, language), lines))
        if head == "maturity" and (levels := _levels(gauges, catalogue, language)):
            parts.append(Part(None, levels))
        heads.append(Head(head, words.heads[head][language], tuple(parts)))
    return tuple(heads)


def _title(address: str, catalogue: Catalogue, language: str) -> str:
    board, _, zone = address.partition(".")
    template = catalogue.templates.get(board)
    found = None if template is None else template.zone(zone)
    return found.titles[language] if found is not None else address


def _new(lines: Iterable[Line], said: set[str]) -> Iterator[Line]:
    """What was not said under this head already: both canvases are fed by the same notes."""
    for line in lines:
        key = " ".join(line.text.casefold().split())
        if key not in said:
            said.add(key)
            yield line


# -- what one note says --------------------------------------------------------------------------------


def _told(zone: str, notes: Sequence[Note], catalogue: Catalogue, language: str) -> Iterator[Line]:
    match zone:
        case "governance.legal":
            notes = [note for note in notes if _field(note, "standing") != "set_aside"]
            notes = sorted(notes, key=lambda note: _field(note, "standing") != "chosen")
        case "governance.map":
            notes = [note for note in notes if _field(note, "presence") != "to_invite"]
        case "governance.rules":
            notes = [note for note in notes if _field(note, "state") in RULES]
            notes = sorted(notes, key=lambda note: RULES.index(_field(note, "state")))
    for note in notes:
        line = _line(zone, note, catalogue, language)
        if line is not None:
            yield line


def _line(zone: str, note: Note, catalogue: Catalogue, language: str) -> Line | None:
    text = " ".join(str(note.get("text", "")).split())
    label = None
    match zone:
        case "governance.legal":
            form = catalogue.wrap_up.card.forms.get(str(_field(note, "form")))
            label = None if form is None else form[language]
            if label is not None and text.casefold() in ("", label.casefold()):
                text, label = label, None
        case "governance.map":
            text = _words(note, "label") or text
            count = _field(note, "count")
            if text and isinstance(count, str):
                thousand = "1\u202f000" if language == "fr" else "1,000"
                shown = f"> {thousand}" if count == "over_1000" else count.replace("-", "–")
                text = f"{text} ({shown.replace('1000', thousand)})"
        case "governance.committees":
            mission = _words(note, "mission")
            if text and mission:
                text, label = mission, text
        case "economic.income":
            amount = _field(note, "amount")
            if text and _field(note, "unit") == "euros" and isinstance(amount, int | float):
                text = f"{text} ({_euros(amount, language)})"
        case "governance.resources" | "economic.commons":
            licence = _words(note, "licence")
            if text and licence:
                text = f"{text} ({licence})"
    return Line(text, label) if text else None


def _field(note: Note, name: str) -> Any:
    fields = note.get("fields")
    return fields.get(name) if isinstance(fields, Mapping) else None


def _words(note: Note, name: str) -> str:
    value = _field(note, name)
    return " ".join(value.split()) if isinstance(value, str) else ""


def _euros(amount: float, language: str) -> str:
    written = f"{amount:,.2f}".removesuffix(".00")
    if language == "fr":
        return f"{written.replace(',', ' ').replace('.', ',')} €"
    return f"€{written}"


# -- maturity ------------------------------------------------------------------------------------------


def _levels(gauges: Mapping[str, Sequence[int]], catalogue: Catalogue, language: str) -> tuple[Line, ...]:
    words = catalogue.wrap_up.card
    lines = []
    for gauge in GAUGES:
        values = sorted(value for value in gauges.get(gauge, ()) if 0 <= value <= 4)
        if not values:
            continue
        low, median, high = (
            words.levels[str(value)][language]
            for value in (values[0], values[(len(values) - 1) // 2], values[-1])
        )
        text = median
        if low != high:
            spread = words.spread[language]
            text = spread.replace("{median}", median).replace("{low}", low).replace("{high}", high)
        lines.append(Line(text, words.gauges[gauge][language]))
    return tuple(lines)


def gauges_of(notes: Iterable[Note]) -> dict[str, list[int]]:
    """What notes of the kind `scale` say of maturity."""
    found: dict[str, list[int]] = {}
    for note in notes:
        key, value = _field(note, "key"), _field(note, "value")
        if (
            note.get("kind") == "scale"
            and key in GAUGES
            and isinstance(value, int | float)
            and value == int(value)
        ):
            found.setdefault(str(key), []).append(int(value))
    return found
