"""Turns a template and values into a page, in the reader's language and display settings."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import Any
from urllib.parse import urlencode

import msgspec
from babel.dates import format_date
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from tablee import assets
from tablee.pages.i18n import COOKIE, LANGUAGES, Language, language_of, translator, typo

DISPLAY_COOKIE = "tablee-display"
DISPLAY = {"theme": ("light", "dark"), "contrast": ("more",), "motion": ("reduce",)}
"""What « Affichage » can set; anything else follows the system."""
YEAR_S = 31_536_000


def render(
    request: Request, name: str, /, status: int = 200, headers: dict[str, str] | None = None, **context: Any
) -> Response:
    language = language_of(request)
    words = translator(language)
    display = _display(request)
    page = (
        _environment(language)
        .get_template(name)
        .render(
            request=request,
            language=language,
            languages=LANGUAGES,
            csp_nonce=request.state.csp_nonce,
            chosen=display,
            display=_as_attributes(display),
            path=request.url.path,
            in_language={one: _in(request, one) for one in LANGUAGES},
            **context,
        )
    )
    response = HTMLResponse(page, status, headers)
    response.headers["content-language"] = words.language
    if request.query_params.get("lang") in LANGUAGES:
        response.set_cookie(COOKIE, language, max_age=YEAR_S, path="/", samesite="lax")
    if _display_asked(request):
        kept = ".".join(f"{setting}:{value}" for setting, value in display.items())
        response.set_cookie(DISPLAY_COOKIE, kept, max_age=YEAR_S, path="/", samesite="lax")
    return response


@cache
def _environment(language: Language) -> Environment:
    words = translator(language)
    environment = Environment(
        loader=FileSystemLoader(assets.templates_folder()),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        words.gettext, words.ngettext, newstyle=True
    )
    environment.globals["asset"] = assets.asset_url
    environment.globals["parts_of"] = assets.parts_of
    environment.filters["typo"] = lambda text: typo(text, language)
    environment.filters["page_json"] = _page_json
    environment.filters["day"] = lambda ms: _day(ms, language)
    environment.filters["sentence"] = lambda text: text[:1].upper() + text[1:]
    environment.filters["instant"] = lambda ms: datetime.fromtimestamp(ms / 1000, UTC).isoformat()
    return environment


def _in(request: Request, language: str) -> str:
    """This page in a language, with what else its address says."""
    said = {n: v for n, v in request.query_params.items() if n not in ("lang", "display", *DISPLAY)}
    return f"{request.url.path}?{urlencode({'lang': language, **said})}"


def _display_asked(request: Request) -> bool:
    """Whether the « Affichage » form was sent, which only happens without script."""
    return request.query_params.get("display") == "set"


def _display(request: Request) -> dict[str, str]:
    """What the reader chose in « Affichage »: just now, or before and kept in a cookie."""
    if _display_asked(request):
        said = dict(request.query_params)
    else:
        parts = request.cookies.get(DISPLAY_COOKIE, "").split(".")
        said = dict(part.split(":", 1) for part in parts if ":" in part)
    return {name: said[name] for name, values in DISPLAY.items() if said.get(name) in values}


def _as_attributes(display: dict[str, str]) -> Markup:
    """`data-theme`, `data-contrast`, `data-motion` for the root element."""
    return Markup("").join(Markup(' data-{}="{}"').format(name, value) for name, value in display.items())


def _page_json(value: Any) -> Markup:
    """JSON that is safe inside a script element: no `<` can end it."""
    return Markup(msgspec.json.encode(value).decode().replace("<", "\\u003c").replace("&", "\\u0026"))  # noqa: S704 (escaped just here)


def _day(ms: int, language: str) -> str:
    return format_date(datetime.fromtimestamp(ms / 1000, UTC), "d MMMM y", locale=language)
