"""`/phrases/…`: what the page where people work says in another language than French, as files of their own.

They hold nothing of anybody: they are compressed and kept for ever, which pages are not.
"""

from __future__ import annotations

from typing import get_args

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from tablee.errors import NotFound
from tablee.pages.i18n import Language, phrases

ADDRESS = "/phrases"


def phrases_for(language: Language) -> dict[str, str] | None:
    """The addresses of both files of a language; None in French, which needs none."""
    if language == "fr":
        return None
    return {part: f"{ADDRESS}/{phrases(language, part == 'later')[0]}" for part in ("first", "later")}


async def _file(request: Request) -> Response:
    wanted = request.path_params["file"]
    for language in get_args(Language):
        for later in (False, True):
            name, content = phrases(language, later)
            if name == wanted:
                return Response(
                    content,
                    media_type="application/json",
                    headers={"cache-control": "public, max-age=31536000, immutable"},
                )
    raise NotFound("phrases.unknown", "Cette page n'existe pas.")


phrases_routes: list[BaseRoute] = [Route("/{file}", _file)]
