"""`/lecture/{token}`: the boards of a workshop to read, for whoever has the address. No script is needed."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

from starlette.requests import Request
from starlette.responses import Response

from tablee.errors import NotFound, TooMany
from tablee.live.gathering import gather
from tablee.live.packing import packed
from tablee.live.turns import Turns
from tablee.live.workshops import Workshops
from tablee.model.board import Pack
from tablee.model.conduct import Shared
from tablee.model.workshop import Workshop
from tablee.pages.doors import public_url, workshops_of
from tablee.pages.i18n import Language, language_of
from tablee.pages.render import render

KEPT = 8
KEPT_S = 600
TRIES = 3
WAITING = 24
"""Pages that are to be made at once, of all workshops; more readers of these wait with them."""
SMALL = 500
"""Notes that are told in no time."""
PRIVATE = {
    "cache-control": "no-store",
    "x-robots-tag": "noindex, nofollow, noarchive",
}

Key = tuple[str, int, Language, tuple[bytes, ...]]
"""Token, revision, language and the end of each log: what a pack is made of."""


@dataclass(slots=True)
class Making:
    """What is being made. One after the other, so that readers cannot slow down who writes; workshops take
    turns, so that readers of one do not keep those of another waiting."""

    turns: Turns = field(default_factory=Turns)
    waiting: dict[tuple[str, Language], asyncio.Task[Pack]] = field(default_factory=dict)
    """Token and language → what has not begun to be read: whoever comes now reads nothing older with it."""


_packs: dict[Key, Pack] = {}
_makings: WeakKeyDictionary[asyncio.AbstractEventLoop, Making] = WeakKeyDictionary()


async def reading(request: Request) -> Response:
    workshops = workshops_of(request)
    token = str(request.path_params["token"])
    workshop = await workshops.by_id(token.partition(".")[0])
    shared = workshop.shared if workshop is not None else None
    known = shared is not None and secrets.compare_digest(shared.token.encode(), token.encode())
    if workshop is None or shared is None or not known:
        raise _unknown()
    pack = await _pack(request, workshops, workshop, shared, language_of(request))
    if sum(board.count for board in pack.boards) <= SMALL:
        return await asyncio.to_thread(_page, request, pack, shared)
    async with _making().turns.of(workshop.id):
        return await asyncio.to_thread(_page, request, pack, shared)


def _unknown() -> NotFound:
    """One answer for an address that never was and one that was taken back."""
    return NotFound("share.unknown", "Cette page n'est plus partagée, ou ne l'a jamais été.")


def _busy() -> TooMany:
    return TooMany("share.busy", "Beaucoup de pages se préparent à la fois. Réessayez dans un instant.")


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
    """As it is now. Raises `Refused`."""
    pack = _packs.get(await _key(workshops, workshop, shared, language))
    if pack is not None:
        return pack
    making, asked = _making(), (shared.token, language)
    task = making.waiting.get(asked)
    if task is None:
        if len(making.waiting) >= WAITING:
            raise _busy()
        task = making.waiting[asked] = asyncio.create_task(
            _in_turn(making, request, workshops, workshop.id, shared, language)
        )
        task.add_done_callback(lambda done: done.cancelled() or done.exception())  # seen, also by nobody
    # whoever leaves does not end it for the others
    return await asyncio.shield(task)


async def _in_turn(
    making: Making,
    request: Request,
    workshops: Workshops,
    workshop_id: str,
    shared: Shared,
    language: Language,
) -> Pack:
    asked = (shared.token, language)
    try:
        async with making.turns.of(workshop_id):
            del making.waiting[asked]
            for _ in range(TRIES):
                now = await workshops.by_id(workshop_id)
                if now is None or now.shared is None or now.shared.token != shared.token:
                    raise _unknown()
                key = await _key(workshops, now, now.shared, language)
                pack = _packs.get(key)
                if pack is None:
                    pack = await _made(request, workshops, now, now.shared, language)
                if await _keep(workshops, now, key, pack):
                    return pack
            raise _busy()
    finally:
        if making.waiting.get(asked) is asyncio.current_task():
            del making.waiting[asked]


async def _keep(workshops: Workshops, workshop: Workshop, key: Key, pack: Pack) -> bool:
    """False when somebody was taken out of the workshop meanwhile, here or by another process: nobody reads
    that any more. Raises `NotFound` when all of it was erased."""
    now = await workshops.by_id(workshop.id)
    if now is None:
        raise _unknown()
    if not {person.id for person in workshop.people} <= {person.id for person in now.people}:
        return False
    forget(workshop.id)
    _packs[key] = pack
    while len(_packs) > KEPT:
        del _packs[next(iter(_packs))]
    asyncio.get_running_loop().call_later(KEPT_S, _packs.pop, key, None)
    return True


def _making() -> Making:
    return _makings.setdefault(asyncio.get_running_loop(), Making())


async def _key(workshops: Workshops, workshop: Workshop, shared: Shared, language: Language) -> Key:
    ends = [await workshops.ask(workshops.store.last_entry(room)) for room in workshop.rooms]
    # a note that was hidden is an entry too: it is not read a moment longer
    return (shared.token, workshop.revision, language, tuple(one.batch for one in ends if one is not None))


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
