"""The lines of the wrap-up: what to see to after the workshop, and eight principles to read it again by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from tablee.model.fields import KIND_FIELDS
from tablee.model.immersion import HEADS
from tablee.model.reading import Mistake, Reading

FILE = "wrapup.toml"
STEPS = ("prefigure", "take_part", "anticipate")
CHECKS = (
    "existing",
    "partners",
    "resources",
    "welcome",
    "rules",
    "costs",
    "host",
    "terms",
    "documentation",
)
"""Ids of the checklist, which answers are kept under."""
GAUGES = ("resource", "community", "governance")
"""What maturity is said of, from 0 to 4."""
LEVELS = ("0", "1", "2", "3", "4")
LINES = 8
"""Principles of Ostrom's. Answers are kept under their number."""
TEXT_CHARS = 120


class Step(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    id: str
    title: dict[str, str]


class Check(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    id: str
    step: str
    text: dict[str, str]


class Principle(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`action` is proposed where it does not hold."""

    title: dict[str, str]
    question: dict[str, str]
    action: dict[str, str]


Words = dict[str, dict[str, str]]


class CardWords(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What the card of the commons says besides the notes. `spread` has places for three levels."""

    heads: Words
    gauges: Words
    levels: Words
    spread: dict[str, str]
    forms: Words


class Shape(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    steps: tuple[Step, ...]
    checks: tuple[Check, ...]
    principles: tuple[Principle, ...]
    card: CardWords


@dataclass(frozen=True, slots=True)
class WrapUp:
    steps: tuple[Step, ...]
    checks: tuple[Check, ...]
    principles: tuple[Principle, ...]
    card: CardWords

    def for_browser(self, language: str) -> dict[str, Any]:
        """The lines as plain JSON values, in one of the catalogue's languages."""
        return {
            "checklist": [
                {
                    "id": step.id,
                    "title": step.title[language],
                    "checks": [
                        {"id": check.id, "text": check.text[language]}
                        for check in self.checks
                        if check.step == step.id
                    ],
                }
                for step in self.steps
            ],
            "principles": [
                {
                    "title": one.title[language],
                    "question": one.question[language],
                    "action": one.action[language],
                }
                for one in self.principles
            ],
        }


def read_wrap_up(reading: Reading) -> WrapUp | None:
    """The lines of the file, or None after noting what keeps it from being read."""
    data = reading.toml(FILE)
    read = None if data is None else reading.convert(FILE, "", data, Shape)
    return None if read is None else WrapUp(read.steps, read.checks, read.principles, read.card)


def wrap_up_mistakes(wrap_up: WrapUp) -> Iterator[Mistake]:
    """What is wrong with lines that could be read, their texts left aside."""
    for name, found, ids in (
        ("steps", [step.id for step in wrap_up.steps], [*STEPS]),
        ("checks", [check.id for check in wrap_up.checks], [*CHECKS]),
    ):
        if found != ids:
            yield Mistake(FILE, name, f"The ids must be {', '.join(ids)}, in this order.")
    for n, check in enumerate(wrap_up.checks, 1):
        if check.step not in STEPS:
            yield Mistake(FILE, f"checks[{n}].step", f"“{check.step}” is not a step of the checklist.")
    for name, words, wanted in (
        ("heads", wrap_up.card.heads, HEADS),
        ("gauges", wrap_up.card.gauges, GAUGES),
        ("levels", wrap_up.card.levels, LEVELS),
        ("forms", wrap_up.card.forms, KIND_FIELDS["legal_structure"]["form"].words),
    ):
        if words.keys() != {*wanted}:
            yield Mistake(FILE, f"card.{name}", f"There must be a text for each of {', '.join(wanted)}.")
    for language, pattern in wrap_up.card.spread.items():
        if any(f"{{{place}}}" not in pattern for place in ("median", "low", "high")):
            yield Mistake(
                FILE, f"card.spread.{language}", "The text must have {median}, {low} and {high} in it."
            )
    if len(wrap_up.principles) != LINES:
        yield Mistake(FILE, "principles", f"There must be {LINES} principles.")


def wrap_up_texts(wrap_up: WrapUp) -> dict[str, Mapping[str, str]]:
    """Place of a text in the file → the text in each language."""
    texts: dict[str, Mapping[str, str]] = {}
    for n, step in enumerate(wrap_up.steps, 1):
        texts[f"steps[{n}].title"] = step.title
    for n, check in enumerate(wrap_up.checks, 1):
        texts[f"checks[{n}].text"] = check.text
    for n, one in enumerate(wrap_up.principles, 1):
        texts[f"principles[{n}].title"] = one.title
        texts[f"principles[{n}].question"] = one.question
        texts[f"principles[{n}].action"] = one.action
    for name in ("heads", "gauges", "levels", "forms"):
        words: Words = getattr(wrap_up.card, name)
        texts |= {f"card.{name}.{key}": text for key, text in words.items()}
    texts["card.spread"] = wrap_up.card.spread
    return texts
