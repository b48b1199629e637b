"""Immersion cards: commons close to the group's own, told under seven heads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import msgspec

from tablee.model.reading import Mistake, Reading

HEADS = ("need", "host", "description", "governance", "maturity", "obstacles", "resources")


@dataclass(frozen=True, slots=True)
class Card:
    """`year` dates the facts and is shown with them; `heads` maps each of `HEADS`, in order, to its texts."""

    id: str
    name: str
    year: int
    source: str
    heads: Mapping[str, Mapping[str, str]]


class CardShape(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    id: str
    name: str
    year: int
    source: str
    need: dict[str, str]
    host: dict[str, str]
    description: dict[str, str]
    governance: dict[str, str]
    maturity: dict[str, str]
    obstacles: dict[str, str]
    resources: dict[str, str]


def read_card(reading: Reading, file: str) -> Card | None:
    """The card of one file, or None after noting what keeps it from being read."""
    data = reading.toml(file)
    card = None if data is None else reading.convert(file, "", data, CardShape)
    if card is None:
        return None
    return Card(card.id, card.name, card.year, card.source, {head: getattr(card, head) for head in HEADS})


def card_mistakes(card: Card, file: str) -> Iterator[Mistake]:
    """What is wrong with a card that could be read, its texts left aside."""
    for key, value in (("name", card.name), ("source", card.source)):
        if not value.strip():
            yield Mistake(file, key, f"“{key}” is empty.")
    if not 1990 <= card.year <= 2100:
        yield Mistake(file, "year", f"{card.year} is not a year that dates these facts.")
