"""The page for what did not work: what happened, what is safe, where to go."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from tablee.pages.i18n import language_of, translator
from tablee.pages.render import render


def error_page(request: Request, status: int, sentence: str) -> Response:
    """`sentence` is a French sentence of the catalogue."""
    said = translator(language_of(request)).gettext(sentence)
    return render(request, "error.html", status, code=status, sentence=said)
