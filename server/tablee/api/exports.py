"""`/api/workshops/{workshop}/export…`: the files that leaders take home, one, several or all in a zip."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from typing import Any, cast
from urllib.parse import quote

import msgspec
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from tablee.api.problems import read_body
from tablee.errors import Forbidden, Invalid, NotFound, Refused
from tablee.exports.archive import Entry, about_of, archived
from tablee.exports.items import (
    FORMATS,
    ITEMS,
    LAYOUTS,
    SETS,
    WHOLE_ROOMS,
    Boards,
    Layout,
    Made,
    Want,
    file_name,
    folder_of,
    part_name,
    slug,
)
from tablee.live.export_messages import Telling
from tablee.live.exporting import Exporting, Snapshot
from tablee.live.session import who
from tablee.model.board import NAMES, Names
from tablee.model.notes import Places
from tablee.model.pack import names_for, room_path
from tablee.model.state import LEADERS
from tablee.model.workshop import LANGUAGES, LICENCES, Workshop
from tablee.words import Language, Words

NDJSON = "application/x-ndjson"
FREEDOM = ("chatham-house", "internal", "cc-by-sa-4.0")
"""Licences, from the one that allows least."""
QUERY = ("room", "board", "names", "language", "layout", "set")


async def export(request: Request) -> Response:
    """`GET …/export.{format}`: one file, or a zip of one of each board, room or photo."""
    workshop = await _leader(request)
    wanted = request.path_params["format"]
    if wanted not in FORMATS:
        raise NotFound("export.format", "Ce format n'existe pas.", field="format")
    query = _query(request, QUERY)
    telling = _telling(request, workshop, query)
    exporting: Exporting = request.app.state.tablee.exporting
    room, board = _room(workshop, query), _board(request, workshop, query)
    if board is not None and wanted in WHOLE_ROOMS:
        raise Invalid(
            "export.parameter",
            "Ce format ne se limite pas à un support : demandez une salle, ou un autre format.",
            field="board",
        )
    if wanted == "zip":
        with exporting.admitted(workshop.id):
            snapshot = await exporting.snapshot(workshop, telling)
            found = _entries(exporting, snapshot, ITEMS, room)
            entries = [entry async for _, some in found for entry in some]
            data = await _zipped(request, snapshot, entries)
        named = "" if room is None else "-" + room.replace("/", "-")
        return _file(f"{slug(snapshot.title)}{named}.zip", "zip", data)
    want = Want(
        wanted,
        cast("Boards", _one_of(query, "set", SETS, "all")),
        board,
        room,
        cast("Layout", _one_of(query, "layout", LAYOUTS, "filled")),
    )
    with exporting.admitted(workshop.id):
        snapshot = await exporting.snapshot(workshop, telling)
        files = await exporting.files(snapshot, want)
        await exporting.check(snapshot)
        if not files:
            raise NotFound("export.nothing", "Il n'y a rien de tel dans cet atelier.", field="board")
        if len(files) == 1:
            return _file(file_name(snapshot.title, files[0]), wanted, files[0].data)
        entries = [Entry(file_name(snapshot.title, one), one.data) for one in files]
        data = await _zipped(request, snapshot, entries)
    return _file(f"{slug(snapshot.title)}-{part_name(wanted, telling.language)}.zip", "zip", data)


async def catalogue(request: Request) -> Response:
    """`GET …/exports`: what each file is called and how large it is, as soon as it is made."""
    workshop = await _leader(request)
    telling = _telling(request, workshop, _query(request, ("names", "language")))
    exporting: Exporting = request.app.state.tablee.exporting
    say = Words(telling.language).say

    async def lines() -> AsyncIterator[bytes]:
        try:
            with exporting.admitted(workshop.id):
                snapshot = await exporting.snapshot(workshop, telling)
                async for item, want, files in exporting.items(snapshot):
                    told: dict[str, Any] = {"id": item, "format": want.format}
                    yield _line({**told, **_told(snapshot.title, files, telling.language, want)})
                yield _line(
                    {"done": True, "state_at": snapshot.held.sources.state_at, "names": telling.names}
                )
        except Refused as refused:
            yield _line({"error": refused.key, "detail": say(refused.sentence)})

    def _told(title: str, files: tuple[Made, ...] | Refused, language: str, want: Want) -> dict[str, Any]:
        if isinstance(files, Refused):
            return {"error": files.key, "detail": say(files.sentence)}
        size = sum(len(one.data) for one in files)
        if len(files) == 1:
            pages = {} if files[0].pages is None else {"pages": files[0].pages}
            return {"name": file_name(title, files[0]), "bytes": size, "files": 1, **pages}
        if not files:  # a workshop without sheets has none to print
            return {"bytes": 0, "files": 0}
        name = f"{slug(title)}-{part_name(want.format, language)}.zip"
        return {"name": name, "bytes": size, "files": len(files)}

    return StreamingResponse(lines(), media_type=NDJSON)


async def archive(request: Request) -> Response:
    """`POST …/export.zip`: the ticked items; with progress where the client takes lines of JSON."""
    workshop = await _leader(request)
    body = await read_body(request)
    unknown = next((name for name in body if name not in ("items", "names", "language", "licence")), None)
    if unknown is not None:
        raise Invalid("body.field", "Ce champ n'est pas attendu.", field=unknown)
    items = body.get("items", list(ITEMS))
    if not isinstance(items, list) or not items or not all(item in ITEMS for item in _texts(items)):
        raise Invalid("export.items", "Choisissez au moins un élément.", field="items")
    workshop = _licensed(workshop, body.get("licence"))
    chosen = [item for item in ITEMS if item in items]
    telling = _telling(request, workshop, body)
    exporting: Exporting = request.app.state.tablee.exporting
    if NDJSON not in request.headers.get("accept", ""):
        with exporting.admitted(workshop.id):
            snapshot = await exporting.snapshot(workshop, telling)
            entries = [entry async for _, some in _entries(exporting, snapshot, chosen) for entry in some]
            data = await _zipped(request, snapshot, entries)
        return _file(f"{slug(snapshot.title)}.zip", "zip", data)
    say = Words(telling.language).say

    async def lines() -> AsyncIterator[bytes]:
        try:
            with exporting.admitted(workshop.id):
                snapshot = await exporting.snapshot(workshop, telling)
                entries: list[Entry] = []
                done = 0
                async for item, some in _entries(exporting, snapshot, chosen):
                    entries += some
                    done += 1
                    yield _line({"done": done, "of": len(chosen), "item": item})
                data = await _zipped(request, snapshot, entries)
        except Refused as refused:
            yield _line({"error": refused.key, "detail": say(refused.sentence)})
            return
        yield _line({"file": f"{slug(snapshot.title)}.zip", "bytes": len(data)})
        yield data

    return StreamingResponse(lines(), media_type=NDJSON)


# -- asking ------------------------------------------------------------------------------------------------


async def _leader(request: Request) -> Workshop:
    workshops = request.app.state.tablee.workshops
    if await workshops.by_id(request.path_params["workshop"]) is None:
        raise NotFound("workshop.unknown", "Cet atelier n'existe pas.")
    _, workshop, person = await who(request, request.path_params["workshop"])
    if person.role not in LEADERS:
        raise Forbidden(
            "export.leaders_only", "Seules l'organisation et l'animation téléchargent les fichiers."
        )
    request.app.state.tablee.commands.spend(person.id)
    # what the organisation has prepared is not for facilitators, and not in what they download either
    return workshop if person.role == "organiser" else replace(workshop, preparation={})


def _licensed(workshop: Workshop, licence: object) -> Workshop:
    """Under the licence that was asked for, which may allow less than the workshop's, never more."""
    if licence is None:
        return workshop
    if licence not in LICENCES:
        raise Invalid("licence.unknown", "Cette licence n'est pas proposée.", field="licence")
    if FREEDOM.index(str(licence)) > FREEDOM.index(workshop.licence):
        raise Invalid(
            "export.licence",
            "Un dossier ne peut pas permettre plus que la licence de l'atelier. Changez d'abord celle-ci.",
            field="licence",
        )
    return replace(workshop, licence=str(licence))


def _query(request: Request, known: Iterable[str]) -> dict[str, Any]:
    query = dict(request.query_params)
    unknown = next((name for name in query if name not in known), None)
    if unknown is not None:
        raise Invalid("export.parameter", "Ce paramètre n'existe pas.", field=unknown)
    return query


def _telling(request: Request, workshop: Workshop, asked: dict[str, Any]) -> Telling:
    names = cast("Names", _one_of(asked, "names", NAMES, "names"))
    own = workshop.language if workshop.language in LANGUAGES else "fr"
    language = cast("Language", _one_of(asked, "language", LANGUAGES, own))
    settings = request.app.state.tablee.settings
    base = settings.public_url or f"{request.url.scheme}://{request.url.netloc}"
    names = names_for(workshop, names)
    return Telling(names, language, base, shared_url(workshop, names, base))


def shared_url(workshop: Workshop, names: Names, base: str) -> str | None:
    """The page to read, to be printed; not in a file that names less than that page does."""
    shared = workshop.shared
    if shared is None or NAMES.index(names_for(workshop, shared.names)) < NAMES.index(names):
        return None
    return f"{base}/lecture/{shared.token}"


def _one_of(asked: dict[str, Any], name: str, words: Iterable[str], default: str) -> str:
    value = asked.get(name)
    if value is None:
        return default
    if not isinstance(value, str) or value not in words:
        raise Invalid("export.value", "Cette valeur n'est pas de celles que l'on peut choisir.", field=name)
    return value


def _room(workshop: Workshop, query: dict[str, Any]) -> str | None:
    """As in a pack, from the id of a room or from that."""
    asked = query.get("room")
    if asked is None:
        return None
    for room in workshop.rooms:
        if asked in (room, room_path(room)):
            return room_path(room)
    raise Invalid("room.unknown", "Cette salle n'existe pas.", field="room")


def _board(request: Request, workshop: Workshop, query: dict[str, Any]) -> str | None:
    asked = query.get("board")
    if asked is None:
        return None
    places: Places = request.app.state.tablee.workshops.places_of(workshop)
    if asked in places.catalogue.templates or places.holds_board(asked):
        return str(asked)
    raise Invalid("board.unknown", "Ce support n'existe pas dans cet atelier.", field="board")


def _texts(items: list[Any]) -> list[str]:
    return [item if isinstance(item, str) else "" for item in items]


# -- answering ---------------------------------------------------------------------------------------------


async def _entries(
    exporting: Exporting, snapshot: Snapshot, items: Iterable[str], room: str | None = None
) -> AsyncIterator[tuple[str, list[Entry]]]:
    """The files of each item, in its folder; of one room, where one is given."""
    title, language = snapshot.title, snapshot.held.telling.language
    for item in items:
        some: list[Entry] = []
        for want in ITEMS[item]:
            made = await exporting.files(snapshot, replace(want, room=room))
            some += [Entry(f"{folder_of(item, language)}/{file_name(title, one)}", one.data) for one in made]
        yield item, some


async def _zipped(request: Request, snapshot: Snapshot, entries: list[Entry]) -> bytes:
    held = snapshot.held
    telling = held.telling
    words = Words(telling.language)
    state_at = held.sources.state_at
    shown = replace(snapshot.workshop, title=snapshot.title)
    about = about_of(shown, held.catalogue, state_at, telling.names, telling.language)
    data = await asyncio.to_thread(archived, entries, about, words)
    await request.app.state.tablee.exporting.check(snapshot)
    return data


def _file(name: str, ending: str, data: bytes) -> Response:
    headers = {
        "content-disposition": f"attachment; filename=\"{name}\"; filename*=UTF-8''{quote(name)}",
        "content-type": FORMATS[ending],
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
    }
    return Response(data, headers=headers)


def _line(told: dict[str, Any]) -> bytes:
    return msgspec.json.encode(told) + b"\n"
