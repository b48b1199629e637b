"""What simulated people write: the stories of canvases/rehearsal, checked against the templates."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import msgspec

from tablee.model.canvases import Catalogue, CatalogueError
from tablee.model.fields import KIND_FIELDS
from tablee.model.identity import COLOURS
from tablee.model.reading import Folder, Mistake, Reading
from tablee.model.workshop import PROFILES

STORY = "trajets-communs"
_DAYS = re.compile(r"\+(\d{1,3})")


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody of the story: their name, whom they speak for, and where they sit."""

    name: str
    structure: str
    colour: str
    group: str
    profile: str

    @property
    def first_name(self) -> str:
        return self.name.partition(" ")[0]


@dataclass(frozen=True, slots=True)
class Writing:
    """One note of the story. `board` is a template's id; a due date may be « +45 », in days from today."""

    number: int
    board: str
    zone: str
    who: str
    text: str
    kind: str
    fields: Mapping[str, Any]

    def fields_on(self, today: date) -> dict[str, Any]:
        out = dict(self.fields)
        days = _DAYS.fullmatch(str(out.get("due", "")))
        if days:
            out["due"] = (today + timedelta(days=int(days[1]))).isoformat()
        return out


@dataclass(frozen=True, slots=True)
class Story:
    title: str
    commons: str
    facilitator: str
    agenda: str
    groups: tuple[str, ...]
    people: tuple[Actor, ...]
    writings: tuple[Writing, ...]


class _Actor(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    name: str
    structure: str
    colour: str
    group: str
    profile: str


class _Note(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    who: str
    text: str
    fields: dict[str, Any] = {}


class _Story(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    title: str
    commons: str
    facilitator: str
    agenda: str
    groups: list[str]
    people: list[_Actor]
    notes: dict[str, dict[str, list[_Note]]]


def load_story(folder: Folder, catalogue: Catalogue, name: str = STORY) -> Story:
    """Read and check one story. Raises `CatalogueError` if anything in it is wrong."""
    file = f"rehearsal/{name}.toml"
    reading = Reading(folder)
    data = reading.toml(file)
    shape = None if data is None else reading.convert(file, "", data, _Story)
    if shape is None:
        raise CatalogueError(tuple(reading.located()))
    reading.mistakes += _mistakes(shape, file, catalogue)
    if reading.mistakes:
        raise CatalogueError(tuple(reading.located()))
    return Story(
        shape.title,
        shape.commons,
        shape.facilitator,
        shape.agenda,
        tuple(shape.groups),
        tuple(Actor(p.name, p.structure, p.colour, p.group, p.profile) for p in shape.people),
        tuple(_writings(shape, catalogue)),
    )


def _mistakes(story: _Story, file: str, catalogue: Catalogue) -> Iterator[Mistake]:
    first_names = [person.name.partition(" ")[0] for person in story.people]
    if len(set(first_names)) != len(first_names):
        yield Mistake(file, "people", "Two people have the same first name.")
    if story.agenda not in catalogue.agendas:
        yield Mistake(file, "agenda", f"There is no agenda “{story.agenda}”.")
    for person in story.people:
        if person.group not in story.groups:
            yield Mistake(file, "people", f"{person.name} is in no group.")
        if person.colour not in COLOURS or person.profile not in PROFILES:
            yield Mistake(file, "people", f"{person.name} has an unknown colour or profile.")
    for board, zones in story.notes.items():
        template = catalogue.templates.get(board)
        for zone_id, notes in zones.items():
            place = f"notes.{board}.{zone_id}"
            zone = None if template is None else template.zone(zone_id)
            if zone is None:
                yield Mistake(file, place, "There is no such zone.")
                continue
            for note in notes:
                if note.who not in first_names:
                    yield Mistake(file, place, f"Nobody is called “{note.who}”.")
                kind = _kind_of(zone.kinds, note.fields)
                if kind is None:
                    yield Mistake(file, place, f"No kind of this zone has the fields of “{note.text}”.")
                    continue
                for name, value in note.fields.items():
                    is_later = name == "due" and _DAYS.fullmatch(str(value))
                    if not is_later and not KIND_FIELDS[kind][name].allows(value):
                        yield Mistake(file, place, f"“{value}” is not a value of {name}.")


def _kind_of(kinds: tuple[str, ...], fields: Mapping[str, Any]) -> str | None:
    """The kind a note with these fields has in a zone of these kinds."""
    if not fields:
        return "note"
    return next((kind for kind in kinds if fields.keys() <= KIND_FIELDS.get(kind, {}).keys()), None)


def _writings(story: _Story, catalogue: Catalogue) -> Iterator[Writing]:
    number = 0
    for board, zones in story.notes.items():
        template = catalogue.templates[board]
        for zone_id, notes in zones.items():
            zone = template.zone(zone_id)
            for note in notes:
                kind = _kind_of(zone.kinds if zone is not None else (), note.fields) or "note"
                yield Writing(number, board, zone_id, note.who, note.text, kind, note.fields)
                number += 1
