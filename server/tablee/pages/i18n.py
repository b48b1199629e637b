"""Languages of pages: which one a reader wants, and what the browser is sent of its sentences."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from typing import cast

from starlette.requests import Request

from tablee.words import LANGUAGES as LANGUAGES
from tablee.words import Language as Language
from tablee.words import located
from tablee.words import translator as translator
from tablee.words import typo as typo

COOKIE = "tablee-lang"


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


@cache
def messages(language: Language) -> dict[str, str | list[str]]:
    """Translations for the browser; empty in French, where the key is the sentence."""
    return {
        key: list(value) if isinstance(value, tuple) else value for key, value in _browser(language).items()
    }


LATER = ("canvas", "deck", "paper", "rows", "tray", "wrap")
"""Folders of web/src that the page where people work loads when they are needed (web/src/board/later.ts)."""
ELSEWHERE = ("console", "desk", "kits")
"""Folders that it never loads."""


@cache
def phrases(language: Language, later: bool) -> tuple[str, bytes]:
    """Name and content of the file with what that page says in a language: at once, or in its later parts.

    French needs none. The name says what is in it, so that it may be kept for ever.
    """
    found: dict[str, str | list[str]] = {}
    for sentence, said, files in located(language):
        folders = {name.split("/")[2] for name in files if name.startswith("web/src/")}
        if folders and (folders <= set(LATER) | set(ELSEWHERE)) is later and not folders <= set(ELSEWHERE):
            found[sentence] = list(said) if isinstance(said, tuple) else said
    content = json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()
    part = "later" if later else "first"
    return f"{language}-{part}-{hashlib.sha256(content).hexdigest()[:12]}.json", content


def _browser(language: Language) -> dict[str, str | tuple[str, str]]:
    return {
        sentence: said
        for sentence, said, files in located(language)
        if any(name.startswith("web/src/") for name in files)
    }
