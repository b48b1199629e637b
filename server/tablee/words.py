"""Sentences in a language, with its typography, dates and numbers: for pages, answers and exports alike.

French is the source language: the key of a sentence is the French sentence. Catalogues are read
directly from their .po files; nothing has to be compiled.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from gettext import NullTranslations
from typing import Literal

from babel.dates import format_date
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from tablee import assets

Language = Literal["fr", "en"]
LANGUAGES: tuple[Language, ...] = ("fr", "en")

_SPACES = (
    (re.compile(r" ([;!?])"), "\u202f\\1"),
    (re.compile(r" ([:»])"), "\u00a0\\1"),
    (re.compile("« "), "«\u00a0"),
    (re.compile(r"(?<=\d) (?=\d{3}(?!\d))"), "\u202f"),
    (re.compile(r"(?<=\d) (?=(?:h|min|mm|mois|ans|€|%)(?!\w))"), "\u00a0"),
    (re.compile(r"(?<=\)s) (?=(?:h|min)(?!\w))"), "\u00a0"),
    (re.compile(r"(?<=\d\u00a0h) (?=\d)"), "\u00a0"),
)
"""No-break spaces: before high punctuation, inside « », in thousands, before units, numbers to come too."""


def typo(text: str, language: str = "fr") -> str:
    """French typography at render: typographic apostrophes and no-break spaces. English is left as it is."""
    if language != "fr":
        return text
    text = text.replace("'", "’")
    for pattern, replacement in _SPACES:
        text = pattern.sub(replacement, text)
    return text


class Translator(NullTranslations):
    """Sentences of one language, with its typography."""

    def __init__(self, language: Language) -> None:
        super().__init__()
        self.language = language
        self._sentences = _catalogue(language)

    def gettext(self, message: str) -> str:
        found = self._sentences.get(message, message)
        return typo(found if isinstance(found, str) else found[0], self.language)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        found = self._sentences.get(msgid1)
        one, many = found if isinstance(found, tuple) else (msgid1, msgid2)
        single = n < 2 if self.language == "fr" else n == 1
        return typo(one if single else many, self.language)


@cache
def translator(language: Language) -> Translator:
    return Translator(language)


class Words:
    """How a file speaks: `say` and `ngettext` take French sentences as everywhere else.

    Days and times are those of the server's time zone, as on its pages.
    """

    def __init__(self, language: Language) -> None:
        self.language = language
        self.say = translator(language).gettext
        self.ngettext = translator(language).ngettext

    def typo(self, text: str) -> str:
        """The typography of this language for a text of ours; what people wrote is never changed."""
        return typo(text, self.language)

    def day(self, ms: int) -> str:
        """`12 mars 2026`, `1er avril 2026`"""
        return _day(_local(ms), self.language)

    def date(self, written: str) -> str:
        """A date of a note, `2026-03-12`, in words; as it is where it is none."""
        try:
            return _day(date.fromisoformat(written), self.language)
        except ValueError:
            return written

    def time(self, ms: int) -> str:
        """`17 h 58`; `17:58` in English."""
        at = _local(ms)
        return f"{at:%H:%M}" if self.language != "fr" else typo(f"{at.hour} h {at:%M}")

    def clock(self, ms: int) -> str:
        """`17 h 58 (CET)`: a time for whoever reads it elsewhere."""
        zone = _local(ms).tzname() or "UTC"
        return f"{self.time(ms)} ({f'UTC{zone}' if zone[0] in '+-' else zone})"

    def number(self, value: float) -> str:
        """`8 000`, `0,5`: at most two decimals."""
        return str(format_decimal(value, format="#,##0.##", locale=self.language))


def _day(at: date, language: Language) -> str:
    first = language == "fr" and at.day == 1
    return format_date(at, "d'er' MMMM y" if first else "d MMMM y", locale=language)


def _local(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000).astimezone()


@cache
def _catalogue(language: Language) -> dict[str, str | tuple[str, str]]:
    return {sentence: said for sentence, said, _ in located(language)}


def located(language: Language) -> Iterator[tuple[str, str | tuple[str, str], list[str]]]:
    """Every sentence that is translated: in French, in this language, and the files it is in."""
    if language == "fr":
        return
    with (assets.locales_folder() / language / "LC_MESSAGES" / "tablee.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    for message in catalogue:
        files = [name for name, _ in message.locations]  # without line numbers: see scripts/sentences.py
        match message.id, message.string:
            case ("", _) | (_, ""):
                continue  # the header; what nobody has translated yet
            case str(sentence), str(said):
                yield sentence, said, files
            case (str(sentence), _), (str(one), str(many)) if one and many:
                yield sentence, (one, many), files
