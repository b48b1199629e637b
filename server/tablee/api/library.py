"""`/api/library`: what may be read beside the boards, in one piece, to be kept for reading offline."""

from __future__ import annotations

import hashlib

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from tablee.model.canvases import Catalogue

FRESH_S = 3_600


async def show(request: Request) -> Response:
    catalogue: Catalogue = request.app.state.tablee.catalogue
    language = request.query_params.get("lang", "")
    if language not in catalogue.languages:
        language = catalogue.languages[0]
    body = _written(catalogue, language)
    tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
    headers = {"etag": tag, "cache-control": f"private, max-age={FRESH_S}", "content-language": language}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)


def _written(catalogue: Catalogue, language: str) -> bytes:
    cards = [
        {
            "id": card.id,
            "name": card.name,
            "year": card.year,
            "heads": {head: texts[language] for head, texts in card.heads.items()},
        }
        for card in catalogue.cards
    ]
    licences = catalogue.licences.for_browser()
    library = {
        "language": language,
        "cards": cards,
        "licences": licences,
        "aids": catalogue.aids.for_browser(language),
        **catalogue.guide.for_browser(language),
    }
    return msgspec.json.encode(library)
