"""Languages of pages: which one a reader wants, sentences in it, and French typography.

French is the source language: the key of a sentence is the French sentence. Catalogues are read
directly from their .po files; nothing has to be compiled.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from functools import cache
from gettext import NullTranslations
from typing import Literal, cast

from babel.messages.pofile import read_po
from starlette.requests import Request

from tablee import assets

Language = Literal["fr", "en"]
LANGUAGES: tuple[Language, ...] = ("fr", "en")
COOKIE = "tablee-lang"

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


def language_of(request: Request) -> Language:
    """`?lang=`, else the remembered choice, else the browser's wish, else the server's."""
    for wanted in (request.query_params.get("lang"), request.cookies.get(COOKIE)):
        if wanted in LANGUAGES:
            return wanted
    wish = preferred(request.headers.get("accept-language", ""))
    return wish or cast(Language, request.app.state.tablee.settings.language)


def preferred(accepted: str) -> Language | None:
    """The language of ours an `Accept-Language` header likes best; None when it likes none of them."""
    best: Language | None = None
    most = 0.0
    for part in accepted[:1000].split(","):
        tag, _, parameter = part.partition(";")
        language = tag.strip().lower().partition("-")[0]
        try:
            liking = float(parameter.strip().removeprefix("q=")) if parameter.strip() else 1.0
        except ValueError:
            continue
        if language in LANGUAGES and liking > most:
            best, most = language, liking
    return best


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


@cache
def messages(language: Language) -> dict[str, str | list[str]]:
    """Translations for the browser; empty in French, where the key is the sentence."""
    return {
        key: list(value) if isinstance(value, tuple) else value for key, value in _browser(language).items()
    }


LATER = ("canvas", "deck", "rows", "tray", "wrap")
"""Folders of web/src that the page where people work loads when they are needed (web/src/board/later.ts)."""
ELSEWHERE = ("console", "desk")
"""Folders that it never loads."""


@cache
def phrases(language: Language, later: bool) -> tuple[str, bytes]:
    """Name and content of the file with what that page says in a language: at once, or in its later parts.

    French needs none. The name says what is in it, so that it may be kept for ever.
    """
    found: dict[str, str | list[str]] = {}
    for sentence, said, files in _located(language):
        folders = {name.split("/")[2] for name in files if name.startswith("web/src/")}
        if folders and (folders <= set(LATER) | set(ELSEWHERE)) is later and not folders <= set(ELSEWHERE):
            found[sentence] = list(said) if isinstance(said, tuple) else said
    content = json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()
    part = "later" if later else "first"
    return f"{language}-{part}-{hashlib.sha256(content).hexdigest()[:12]}.json", content


@cache
def _catalogue(language: Language) -> dict[str, str | tuple[str, str]]:
    return _read(language, browser_only=False)


def _browser(language: Language) -> dict[str, str | tuple[str, str]]:
    return _read(language, browser_only=True)


def _read(language: Language, *, browser_only: bool) -> dict[str, str | tuple[str, str]]:
    return {
        sentence: said
        for sentence, said, files in _located(language)
        if not browser_only or any(name.startswith("web/src/") for name in files)
    }


def _located(language: Language) -> Iterator[tuple[str, str | tuple[str, str], list[str]]]:
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
