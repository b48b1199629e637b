"""The guide (what facilitation is told at each step, what to see to beforehand) and the shelf of links."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from tablee.model.agendas import PHASES
from tablee.model.reading import Mistake, Reading

GUIDE, SHELF = "guide.toml", "shelf.toml"
GUIDE_CHARS = 160
STEPS = ("welcome", "immersion", "round", "je", "nous", "report", "break", "gov", "eco", "wrap")
ABOUT = ("people", "place", "prints", "material")
SHELVES = ("testimony", "catalogue", "toolbox", "licence")

Texts = dict[str, str]


class GuideStep(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`minutes`: a usual length, from and to."""

    id: str
    phase: str
    minutes: tuple[int, int]
    purpose: Texts
    hint: Texts


class Question(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    id: str
    text: Texts


class Point(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Something to see to before the workshop."""

    id: str
    about: str
    text: Texts


class Sheet(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A card that the organiser fills in beforehand."""

    id: str
    title: Texts
    why: Texts
    questions: tuple[Question, ...]


class Link(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    about: str
    title: str
    url: str
    text: Texts


class GuideShape(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    steps: tuple[GuideStep, ...]
    questions: tuple[Question, ...]
    prepare: tuple[Point, ...]
    cards: tuple[Sheet, ...]


class ShelfShape(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Guide:
    """`questions` stand beside each card of the immersion."""

    steps: Mapping[str, GuideStep]
    questions: tuple[Question, ...]
    prepare: tuple[Point, ...]
    cards: tuple[Sheet, ...]
    links: tuple[Link, ...]

    def for_browser(self, language: str) -> dict[str, Any]:
        def asked(questions: tuple[Question, ...]) -> list[dict[str, str]]:
            return [{"id": one.id, "text": one.text[language]} for one in questions]

        return {
            "steps": [
                {
                    "id": one.id,
                    "phase": one.phase,
                    "minutes": list(one.minutes),
                    "purpose": one.purpose[language],
                    "hint": one.hint[language],
                }
                for one in self.steps.values()
            ],
            "questions": asked(self.questions),
            "prepare": [
                {"id": one.id, "about": one.about, "text": one.text[language]} for one in self.prepare
            ],
            "sheets": [
                {
                    "id": one.id,
                    "title": one.title[language],
                    "why": one.why[language],
                    "questions": asked(one.questions),
                }
                for one in self.cards
            ],
            "links": [
                {"about": one.about, "title": one.title, "url": one.url, "text": one.text[language]}
                for one in self.links
            ],
        }


def read_guide(reading: Reading) -> Guide | None:
    """The guide and the shelf, or None after noting what keeps one of them from being read."""
    told, kept = reading.toml(GUIDE), reading.toml(SHELF)
    guide = None if told is None else reading.convert(GUIDE, "", told, GuideShape)
    shelf = None if kept is None else reading.convert(SHELF, "", kept, ShelfShape)
    if guide is None or shelf is None:
        return None
    steps = {step.id: step for step in guide.steps}
    return Guide(steps, guide.questions, guide.prepare, guide.cards, shelf.links)


def guide_mistakes(guide: Guide) -> Iterator[Mistake]:
    """What is wrong with a guide that could be read, its texts left aside."""
    for n, step in enumerate(guide.steps.values(), 1):
        if step.id not in STEPS:
            yield Mistake(GUIDE, f"steps[{n}].id", f"“{step.id}” is not a step that the guide can tell of.")
        if step.phase not in PHASES:
            yield Mistake(GUIDE, f"steps[{n}].phase", f"“{step.phase}” is not a known phase.")
        least, most = step.minutes
        if not 1 <= least <= most:
            yield Mistake(GUIDE, f"steps[{n}].minutes", f"From {least} to {most} minutes is not a range.")
    for missing in STEPS:
        if missing not in guide.steps:
            yield Mistake(GUIDE, "steps", f"The step “{missing}” is missing.")
    yield from _twice("prepare", [point.id for point in guide.prepare])
    yield from _twice("questions", [question.id for question in guide.questions])
    for n, point in enumerate(guide.prepare, 1):
        if point.about not in ABOUT:
            yield Mistake(GUIDE, f"prepare[{n}].about", f"“{point.about}” is not one of {', '.join(ABOUT)}.")
    for n, card in enumerate(guide.cards, 1):
        yield from _twice(f"cards[{n}].questions", [question.id for question in card.questions])
    for n, link in enumerate(guide.links, 1):
        if link.about not in SHELVES:
            yield Mistake(SHELF, f"links[{n}].about", f"“{link.about}” is not one of {', '.join(SHELVES)}.")
        if not link.url.startswith("https://") or any(letter.isspace() for letter in link.url):
            yield Mistake(
                SHELF, f"links[{n}].url", f"“{link.url}” is not an address that begins with https://."
            )
        if not link.title.strip():
            yield Mistake(SHELF, f"links[{n}].title", "“title” is empty.")


def _twice(place: str, ids: list[str]) -> Iterator[Mistake]:
    for n, one in enumerate(ids, 1):
        if one in ids[: n - 1]:
            yield Mistake(GUIDE, f"{place}[{n}].id", f"Two of these are called “{one}”.")


def guide_texts(guide: Guide) -> dict[str, Mapping[str, Mapping[str, str]]]:
    """Every text by its file and place."""
    told: dict[str, Texts] = {}
    for n, step in enumerate(guide.steps.values(), 1):
        told |= {f"steps[{n}].purpose": step.purpose, f"steps[{n}].hint": step.hint}
    told |= {f"questions[{n}].text": one.text for n, one in enumerate(guide.questions, 1)}
    told |= {f"prepare[{n}].text": one.text for n, one in enumerate(guide.prepare, 1)}
    for n, card in enumerate(guide.cards, 1):
        told |= {f"cards[{n}].title": card.title, f"cards[{n}].why": card.why}
        told |= {f"cards[{n}].questions[{m}].text": q.text for m, q in enumerate(card.questions, 1)}
    return {
        GUIDE: told,
        SHELF: {f"links[{n}].text": one.text for n, one in enumerate(guide.links, 1)},
    }
