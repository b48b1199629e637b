"""`/lecture/{token}`: the boards of a workshop to read, for whoever has the address. No script is needed."""

from __future__ import annotations

import secrets
import time
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from tablee.errors import NotFound
from tablee.live.gathering import gather, packed
from tablee.live.workshops import Workshops
from tablee.model.board import Pack
from tablee.model.workshop import Workshop
from tablee.pages.doors import public_url, workshops_of
from tablee.pages.i18n import Language, language_of
from tablee.pages.render import render

KEPT_S = 10.0
"""A page that many open at once is made once."""
KEPT = 20
PRIVATE = {
    "cache-control": "no-store",
    "x-robots-tag": "noindex, nofollow, noarchive",
}

_packs: dict[tuple[str, int, Language], tuple[float, Pack]] = {}
"""Token, revision and language → when the pack was made, and the pack."""


async def reading(request: Request) -> Response:
    workshops = workshops_of(request)
    token = str(request.path_params["token"])
    workshop = await workshops.by_id(token.partition(".")[0])
    shared = workshop.shared if workshop is not None else None
    if workshop is None or shared is None or not secrets.compare_digest(shared.token, token):
        # one answer for an address that never was and one that was taken back
        raise NotFound("share.unknown", "Cette page n'est plus partagée, ou ne l'a jamais été.")
    pack = await _pack(request, workshops, workshop, language_of(request))
    chapters = _chapters(pack)
    return render(
        request,
        "lecture.html",
        headers=PRIVATE,
        pack=pack,
        shared=shared,
        boards=[board for chapter in chapters for board in chapter["boards"]],
        chapters=chapters,
    )


async def _pack(request: Request, workshops: Workshops, workshop: Workshop, language: Language) -> Pack:
    shared = workshop.shared
    assert shared is not None
    key, now = (shared.token, workshop.revision, language), time.monotonic()
    made = _packs.get(key)
    if made is not None and now - made[0] < KEPT_S:
        return made[1]
    sources = await gather(workshops, workshop)
    pack = packed(
        sources,
        workshops.catalogue_of(workshop),
        names=shared.names,
        language=language,
        address=lambda path: public_url(request, path),
    )
    for old in [one for one, (at, _) in _packs.items() if now - at >= KEPT_S]:
        del _packs[old]
    if len(_packs) < KEPT:
        _packs[key] = (now, pack)
    return pack


def _chapters(pack: Pack) -> list[dict[str, Any]]:
    """What there is to read: the canvases first, which sum up, then the sheets of each group."""
    canvases = [board for board in pack.boards if board.template.sheet is None and board.count]
    sheets = [board for board in pack.boards if board.template.sheet is not None and board.count]
    groups = dict.fromkeys(board.group for board in sheets)
    out: list[dict[str, Any]] = [{"group": None, "boards": canvases}] if canvases else []
    out += [{"group": group, "boards": [b for b in sheets if b.group == group]} for group in groups]
    return out
