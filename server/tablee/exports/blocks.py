"""A report as plain values, before it is a file of any format: headings, paragraphs, lists, tables.

Texts are literal: what participants wrote is never a mark-up of the file it comes into.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Tone = Literal["plain", "quiet", "strong"]

LISTED = 2
"""Levels of headings in the table of contents."""
LISTED_A_PAGE = 34
"""Of them, below the facts of the title page."""
HEAD_LETTER_CM, LETTER_CM, CELL_SIDES_CM = 0.2, 0.175, 0.27
"""Of a table: what a letter takes at the most in words of some length, and the two sides of a cell."""
LONG_WORD = 14
"""Longer words of people may be broken; heads never are."""
LONG_CELL = 600
NOTHING_CM = 0.001

_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_PICTURES = 0x2400
"""Where Unicode has a sign for each control character."""


def legible(text: str) -> str:
    """Characters that no XML file can hold, as the signs that stand for them; line ends as one sign."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return _UNWRITABLE.sub(_sign, lines)


def _sign(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code < 0x20:
        return chr(_PICTURES + code)
    return "\u2421" if code == 0x7F else "\ufffd"


@dataclass(frozen=True, slots=True)
class Heading:
    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """`leads`: on the same page as what follows."""

    text: str
    tone: Tone = "plain"
    leads: bool = False


@dataclass(frozen=True, slots=True)
class Bullets:
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Noted:
    """A note: its text, then what is to be said of it, and what was said to it."""

    text: str
    about: str = ""
    comments: tuple[str, ...] = ()
    number: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """`shares`: how wide the columns are to each other."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    shares: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A JPEG; its size in pixels. `file`: what it is called; `path`: where it is beside the report."""

    data: bytes
    width: int
    height: int
    caption: str
    file: str
    path: str


Block = Heading | Paragraph | Bullets | Noted | Table | Picture


@dataclass(frozen=True, slots=True)
class Report:
    """`facts`: what the title page says, name and words. `footer`: the lines of every page."""

    title: str
    kind: str
    subtitle: str
    facts: tuple[tuple[str, str], ...]
    blocks: tuple[Block, ...]
    footer: tuple[str, ...]
    colon: str
    """What stands between the name of a fact and the fact."""
    page: str
    """« Page {n} sur {of} »"""
    author: str
    language: str
    at_ms: int
    empty: str
    """What stands for a note without words."""
    contents: str
    """« Sommaire »"""

    def listed(self) -> tuple[Heading, ...]:
        """The headings of the table of contents."""
        return tuple(one for one in self.blocks if isinstance(one, Heading) and one.level <= LISTED)

    @property
    def fills_first_page(self) -> bool:
        """A title page that its table of contents does not overflow: the report begins on the next."""
        return len(self.listed()) <= LISTED_A_PAGE


def without_gaps(table: Table) -> Table:
    """The same without the columns in which no row says anything: the others have their room."""
    kept = [n for n, head in enumerate(table.head) if n == 0 or any(row[n].strip() for row in table.rows)]
    return Table(
        tuple(table.head[n] for n in kept),
        tuple(tuple(row[n] for n in kept) for row in table.rows),
        tuple(table.shares[n] for n in kept),
    )


# -- columns -----------------------------------------------------------------------------------------------


def widths(table: Table, whole_cm: float) -> list[float]:
    """How wide each column is, in centimetres: its share, but what its longest word takes at the least, and
    where others have more to say, its longest line at the most."""
    columns = [*zip(table.head, *table.rows, strict=True)]
    least = [_least(cells) for cells in columns]
    most = [
        max(_longest(cells) * LETTER_CM + CELL_SIDES_CM, one)
        for cells, one in zip(columns, least, strict=True)
    ]
    if sum(least) >= whole_cm:
        return [whole_cm * one / sum(least) for one in least]
    if sum(most) <= whole_cm:
        most = [whole_cm] * len(most)
    fixed: dict[int, float] = {}
    while True:
        left = {at: share for at, share in enumerate(table.shares) if at not in fixed}
        room = whole_cm - sum(fixed.values())
        wanted = {at: room * share / sum(left.values()) for at, share in left.items()}
        held = {at: min(max(one, least[at]), most[at]) for at, one in wanted.items()}
        over = sum(held.values()) - room
        if not left or abs(over) < NOTHING_CM:
            return [fixed[at] if at in fixed else held[at] for at in range(len(columns))]
        # those that need more than their share first, or those that need less: the rest is shared again
        fixed |= {at: one for at, one in held.items() if (one > wanted[at] if over > 0 else one < wanted[at])}


def _least(cells: tuple[str, ...]) -> float:
    head, *others = (max((len(word) for word in re.split("[ \t\n-]", cell)), default=0) for cell in cells)
    longest = max((min(one, LONG_WORD) for one in others), default=0)
    return max(head * HEAD_LETTER_CM, longest * LETTER_CM) + CELL_SIDES_CM


def _longest(cells: tuple[str, ...]) -> int:
    return max(len(line) for cell in cells for line in cell.split("\n"))


def is_long(row: tuple[str, ...]) -> bool:
    """Kept on one page, it might leave another one empty."""
    return max(map(len, row)) > LONG_CELL
