"""`/api/openapi.json`: the JSON interface described. A test compares it with the routes."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from tablee import __version__
from tablee.api.problems import json_response
from tablee.model.commands import COMMANDS
from tablee.model.fields import FIELDS
from tablee.model.identity import COLOURS
from tablee.model.notes import KINDS, TEXT_CHARS
from tablee.model.workshop import LANGUAGES, LICENCES, ROLES

_TEXT = {"type": "string"}
_NOTE_FIELDS: dict[str, Any] = {
    "board": _TEXT,
    "zone": _TEXT,
    "kind": {"enum": list(KINDS)},
    "colour": {"enum": list(COLOURS)},
    "place": {
        "type": "array",
        "items": {"type": "number", "minimum": 0, "maximum": 1},
        "minItems": 2,
        "maxItems": 2,
    },
    "order": {"type": "string", "minLength": 1, "maxLength": 64},
    "text": {"type": "string", "maxLength": TEXT_CHARS},
    "fields": {"type": "object", "properties": {name: {} for name in FIELDS}, "additionalProperties": False},
}


def _object(properties: dict[str, Any], required: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(required)}


def _call(
    summary: str,
    status: int,
    *,
    body: dict[str, Any] | None = None,
    open_to_all: bool = False,
    parameters: tuple[str, ...] = (),
) -> dict[str, Any]:
    call: dict[str, Any] = {
        "summary": summary,
        "responses": {
            str(status): {"description": summary},
            "4XX": {
                "description": "Refused",
                "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
            },
        },
    }
    if body is not None:
        call["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    if open_to_all:
        call["security"] = []
    if parameters:
        call["parameters"] = [{"name": name, "in": "query", "schema": _TEXT} for name in parameters]
    return call


_NEW_WORKSHOP = _object(
    {
        "title": _TEXT,
        "commons": _TEXT,
        "language": {"enum": list(LANGUAGES)},
        "agenda": _TEXT,
        "groups": {"oneOf": [{"type": "integer", "minimum": 1}, {"type": "array", "items": _TEXT}]},
        "people_may_choose_group": {"type": "boolean"},
        "content_licence": {"enum": list(LICENCES)},
        "organiser": _TEXT,
    },
    ("title",),
)
_JOIN = _object(
    {
        "code": _TEXT,
        "invitation": _TEXT,
        "reentry": _TEXT,
        "name": _TEXT,
        "colour": {"enum": list(COLOURS)},
        "group": _TEXT,
        "stakeholder": _TEXT,
    }
)
_COMMAND = _object(
    {
        "type": {"enum": list(COMMANDS)},
        "id": {"type": ["string", "integer"]},
        "revision": {"type": "integer"},
        "board": {"type": ["string", "null"]},
        "zone": {"type": ["string", "null"]},
        "step": _TEXT,
        "person": _TEXT,
        "ban": {"type": "boolean"},
        "name": _TEXT,
        "group": _TEXT,
        "role": {"enum": list(ROLES)},
    },
    ("type",),
)

PATHS: dict[str, dict[str, Any]] = {
    "/healthz": {"get": _call("The process is up", 200, open_to_all=True)},
    "/readyz": {"get": _call("The store is reachable and writable", 200, open_to_all=True)},
    "/metrics": {"get": _call("Counters in Prometheus' text format", 200, open_to_all=True)},
    "/api/openapi.json": {"get": _call("This document", 200, open_to_all=True)},
    "/api/workshops": {"post": _call("Create a workshop", 201, body=_NEW_WORKSHOP, open_to_all=True)},
    "/api/workshops/{workshop}": {
        "get": _call("The workshop's state as this session may see it", 200, parameters=("lang",)),
        "delete": _call("Erase the workshop; the answer is a receipt", 200),
    },
    "/api/workshops/{workshop}/commands": {
        "post": _call(
            "Do a facilitation command: the revision, and the secret of a renewed invitation",
            200,
            body=_COMMAND,
        )
    },
    "/api/join": {
        "post": _call(
            "Take a seat with a code, an invitation or a re-entry code", 201, body=_JOIN, open_to_all=True
        )
    },
    "/api/me": {"get": _call("Who this session is", 200), "delete": _call("End this session", 204)},
    "/api/rooms/{room}/notes": {
        "get": _call("Notes of a room in reading order", 200, parameters=("board", "zone")),
        "post": _call("Add a note", 201, body=_object(_NOTE_FIELDS, ("board", "zone"))),
    },
    "/api/rooms/{room}/notes/{note}": {
        "patch": _call("Change a note", 200, body=_object(_NOTE_FIELDS)),
        "delete": _call("Delete a note", 204),
    },
    "/api/rooms/{room}/ticket": {"post": _call("A single-use key to the room's socket, valid 60 s", 201)},
}


def description() -> dict[str, Any]:
    paths = {}
    for path, calls in PATHS.items():
        names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
        shared = [{"name": name, "in": "path", "required": True, "schema": _TEXT} for name in names]
        paths[path] = {**({"parameters": shared} if shared else {}), **calls}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Tablée",
            "version": __version__,
            "license": {"name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later"},
        },
        "security": [{"session": []}, {"bearer": []}],
        "components": {
            "securitySchemes": {
                "session": {"type": "apiKey", "in": "cookie", "name": "tablee"},
                "bearer": {"type": "http", "scheme": "bearer"},
            },
            "schemas": {
                "Problem": _object(
                    {
                        "type": _TEXT,
                        "title": _TEXT,
                        "status": {"type": "integer"},
                        "detail": _TEXT,
                        "key": _TEXT,
                        "field": _TEXT,
                    },
                    ("type", "title", "status", "detail", "key"),
                )
            },
        },
        "paths": paths,
    }


async def document(request: Request) -> Response:
    return json_response(description())
