"""`/lecture/{token}`: the boards of a workshop to read, for whoever has the address. No script is needed."""

from __future__ import annotations

import asyncio
import secrets
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from tablee.errors import NotFound
from tablee.live.gathering import gather, packed
from tablee.live.workshops import Workshops
from tablee.model.board import Pack
from tablee.model.conduct import Shared
from tablee.model.workshop import Workshop
from tablee.pages.doors import public_url, workshops_of
from tablee.pages.i18n import Language, language_of
from tablee.pages.render import render

KEPT = 8
"""What many open at once is made once; one after the other, so that readers cannot slow down who writes."""
PRIVATE = {
    "cache-control": "no-store",
    "x-robots-tag": "noindex, nofollow, noarchive",
}

_one_at_a_time = asyncio.Lock()
_packs: dict[tuple[str, int, Language, tuple[bytes, ...]], Pack] = {}
"""Token, revision, language and the end of each log → the pack that was made of them."""


async def reading(request: Request) -> Response:
    workshops = workshops_of(request)
    token = str(request.path_params["token"])
    workshop = await workshops.by_id(token.partition(".")[0])
    shared = workshop.shared if workshop is not None else None
    known = shared is not None and secrets.compare_digest(shared.token.encode(), token.encode())
    if workshop is None or shared is None or not known:
        # one answer for an address that never was and one that was taken back
        raise NotFound("share.unknown", "Cette page n'est plus partagée, ou ne l'a jamais été.")
    pack = await _pack(request, workshops, workshop, shared, language_of(request))
    return await asyncio.to_thread(_page, request, pack, shared)


def _page(request: Request, pack: Pack, shared: Shared) -> Response:
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


async def _pack(
    request: Request, workshops: Workshops, workshop: Workshop, shared: Shared, language: Language
) -> Pack:
    async with _one_at_a_time:
        ends = [await workshops.ask(workshops.store.last_entry(room)) for room in workshop.rooms]
        # a note that was hidden is an entry too: it is not read a moment longer
        key = (shared.token, workshop.revision, language, tuple(one.batch for one in ends if one is not None))
        pack = _packs.get(key)
        if pack is None:
            pack = await _made(request, workshops, workshop, shared, language)
            forget(workshop.id)
            _packs[key] = pack
            while len(_packs) > KEPT:
                del _packs[next(iter(_packs))]
    return pack


def forget(workshop_id: str) -> None:
    """Drop what was made of a workshop."""
    for key in [key for key in _packs if key[0].partition(".")[0] == workshop_id]:
        del _packs[key]


async def _made(
    request: Request, workshops: Workshops, workshop: Workshop, shared: Shared, language: Language
) -> Pack:
    sources = await gather(workshops, workshop)
    # of a large workshop it takes longer than others may wait for
    return await asyncio.to_thread(
        partial(
            packed,
            sources,
            workshops.catalogue_of(workshop),
            names=shared.names,
            language=language,
            address=lambda path: public_url(request, path),
        )
    )


def _chapters(pack: Pack) -> list[dict[str, Any]]:
    """What there is to read: the canvases first, which sum up, then the sheets of each group."""
    canvases = [board for board in pack.boards if board.template.sheet is None and board.count]
    sheets = [board for board in pack.boards if board.template.sheet is not None and board.count]
    groups = dict.fromkeys(board.group for board in sheets)
    out: list[dict[str, Any]] = [{"group": None, "boards": canvases}] if canvases else []
    out += [{"group": group, "boards": [b for b in sheets if b.group == group]} for group in groups]
    return out
