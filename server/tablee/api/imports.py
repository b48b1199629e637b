"""`POST /api/import`: a pack as a new workshop, or the notes of a table for a board that there is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from tablee.api.problems import json_response
from tablee.api.workshops import created_as_json
from tablee.errors import Invalid, NotFound
from tablee.exports.pack_json import schema_text
from tablee.live.import_reading import Asked, cut_in, shown
from tablee.live.importing import Importing
from tablee.live.session import address_of, set_session, who
from tablee.live.uploads import Sent, sent
from tablee.model.importing.strict import at, read_json

ASKED = frozenset({"into", "group", "board", "zone", "zones", "title", "language", "preview", "lang"})


def importing_of(request: Request) -> Importing:
    importing: Importing = request.app.state.tablee.importing
    return importing


async def pack_schema(request: Request) -> Response:
    return Response(schema_text(), media_type="application/schema+json")


async def bring_in(request: Request) -> Response:
    importing = importing_of(request)
    into = request.query_params.get("into", "")
    address = address_of(request)
    # before any of the file is read
    await importing.check_pace(address)
    if into:
        await _leader(request, into)
    with importing.arriving(address) as take:
        found = await sent(request, importing.most_bytes, take=take)
        with importing.admitted(address):
            return await _taken(request, importing, found)


async def _taken(request: Request, importing: Importing, found: Sent) -> Response:
    asked = {**found.fields, **request.query_params}
    unknown = sorted(asked.keys() - ASKED)
    if unknown:
        raise Invalid("body.field", "Ce champ n'est pas attendu.", field=unknown[0])
    preview = asked.get("preview", "false")
    if preview not in ("true", "false"):
        raise Invalid("import.preview", "L'aperçu est « true » ou « false ».", field="preview")
    wanted = replace(_asked(asked), claimed=found.claimed)
    if asked.get("into"):
        return await _into(request, importing, asked["into"], found.data, wanted, preview == "true")
    return await _anew(request, importing, found.data, wanted, preview == "true")


async def _anew(
    request: Request, importing: Importing, data: bytes, wanted: Asked, preview: bool
) -> Response:
    found = await importing.read(data, wanted)
    if preview:
        return json_response(found.preview())
    created = await importing.create(found, address_of(request), request.is_disconnected)
    body = {**created_as_json(created), "counts": found.counts, "hash": found.sha256}
    response = json_response(body, 201, {"location": f"/api/workshops/{created.workshop.id}"})
    set_session(response, request, created.workshop, created.token)
    return response


async def _into(
    request: Request, importing: Importing, into: str, data: bytes, wanted: Asked, preview: bool
) -> Response:
    workshop, person = await _leader(request, into)
    added = await importing.rows_for(workshop, person, data, wanted)
    if preview:
        return json_response({**added.as_json(), "rows": shown(added.rows), "cut": cut_in(added.rows)})
    return json_response((await importing.add(workshop, person, added)).as_json(), 201)


async def _leader(request: Request, into: str) -> tuple[Any, Any]:
    if await request.app.state.tablee.workshops.by_id(into) is None:
        raise NotFound("workshop.unknown", "Cet atelier n'existe pas.")
    _, workshop, person = await who(request, into)
    Importing.check_leads(person)
    return workshop, person


def _asked(asked: Mapping[str, str]) -> Asked:
    zones: Any = read_json(asked["zones"].encode()) if asked.get("zones") else {}
    if not isinstance(zones, dict) or not all(isinstance(one, str) for one in zones.values()):
        raise Invalid(
            "import.zones", "« zones » est un objet JSON : colonne, zone.", field="zones", more=at("zones")
        )
    language = asked.get("language", "fr")
    if language not in ("fr", "en"):
        raise Invalid("language.unknown", "Cette langue n'est pas proposée.", field="language")
    return Asked(
        title=asked.get("title", "")[:120],
        language=language,
        group=asked.get("group", "")[:64],
        board=asked.get("board", "")[:128],
        zone=asked.get("zone", "")[:64],
        zones=zones,
    )
