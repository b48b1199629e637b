"""A report as plain values, before it is a file of any format: headings, paragraphs, lists, tables.

Texts are literal: what participants wrote is never a mark-up of the file it comes into.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Tone = Literal["plain", "quiet", "strong"]

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
    text: str
    tone: Tone = "plain"


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
    """A JPEG; its size in pixels."""

    data: bytes
    width: int
    height: int
    caption: str


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
