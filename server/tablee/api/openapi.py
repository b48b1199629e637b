"""`/api/openapi.json`: the JSON interface described. A test compares it with the routes."""

from __future__ import annotations

from typing import Any, get_args

from starlette.requests import Request
from starlette.responses import Response

from tablee import __version__
from tablee.api.problems import json_response
from tablee.model.agendas import MODES, PHASES, STEP_RIGHTS, WRITING
from tablee.model.commands import COMMANDS
from tablee.model.commands.groups import SIZES
from tablee.model.commands.setup import SLOT
from tablee.model.commands.timer import SECONDS
from tablee.model.conduct import PollKind
from tablee.model.economy import VERDICTS
from tablee.model.fields import FIELDS
from tablee.model.identity import COLOURS
from tablee.model.notes import KINDS, TEXT_CHARS
from tablee.model.plan import INSTRUCTION_CHARS, MINUTES
from tablee.model.workshop import CANVASES, COMMONS_KINDS, LANGUAGES, LICENCES, MODULES, PROFILES, ROLES

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


_TEXT_OR_NULL = {"type": ["string", "null"]}
_FLAG = {"type": "boolean"}


def _whole(least: int, most: int, *, null: bool = False) -> dict[str, Any]:
    return {"type": ["integer", "null"] if null else "integer", "minimum": least, "maximum": most}


_STEP = _object(
    {
        "id": {**_TEXT, "description": "of a step that is there; the server gives new ones their id"},
        "phase": {"enum": list(PHASES)},
        "title": {"oneOf": [_TEXT, {"type": "object", "additionalProperties": _TEXT}]},
        "instruction": {**_TEXT, "maxLength": INSTRUCTION_CHARS},
        "minutes": _whole(*MINUTES),
        "mode": {"enum": list(MODES)},
        "board": _TEXT_OR_NULL,
        "rights": {"enum": list(STEP_RIGHTS)},
        "writing": {"enum": list(WRITING)},
        "lock_at_end": _FLAG,
        "reveal_at_end": _FLAG,
    },
    ("phase", "title", "minutes", "mode"),
)
_STEPS = {"type": "array", "items": _STEP, "minItems": 1, "maxItems": 60}
_SETTINGS: dict[str, Any] = {
    "title": _TEXT,
    "commons": _TEXT,
    "language": {"enum": list(LANGUAGES)},
    "content_licence": {"enum": list(LICENCES)},
    "starts_at": {"type": ["integer", "null"], "description": "milliseconds since 1970"},
    "slot_minutes": _whole(*SLOT, null=True),
    "waiting_room": _FLAG,
    "passphrase": {**_TEXT, "description": "empty: none"},
    "people_may_choose_group": _FLAG,
    "modules": {"type": "array", "items": {"enum": list(MODULES)}, "minItems": 1},
    "voices": _FLAG,
    "end_sound": _FLAG,
    "public_body": _FLAG,
    "commons_kind": {"enum": [*COMMONS_KINDS, None]},
}
_NEW_WORKSHOP = _object(
    {
        **_SETTINGS,
        "agenda": _TEXT,
        "steps": _STEPS,
        "groups": {"oneOf": [{"type": "integer", "minimum": 1}, {"type": "array", "items": _TEXT}]},
        "organiser": _TEXT,
        "draft": _FLAG,
        "rehearsal": {**_FLAG, "description": "simulated people may take part"},
        "clone": {**_TEXT, "description": "a workshop that this session organises"},
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
        "profile": {"enum": list(PROFILES)},
        "passphrase": _TEXT,
    }
)
_COMMAND = _object(
    {
        "type": {"enum": list(COMMANDS)},
        "id": {"type": ["string", "integer"]},
        "revision": {"type": "integer"},
        **_SETTINGS,
        "board": _TEXT_OR_NULL,
        "zone": _TEXT_OR_NULL,
        "minutes": _whole(*MINUTES),
        "seconds": _whole(-SECONDS, SECONDS),
        "timer": _FLAG,
        "step": _TEXT,
        "steps": _STEPS,
        "agenda": _TEXT,
        "group": _TEXT_OR_NULL,
        "reporting": _TEXT,
        "person": _TEXT,
        "ban": _FLAG,
        "name": _TEXT,
        "stakeholder": _TEXT,
        "profile": {"enum": [*PROFILES, None]},
        "role": {"enum": list(ROLES)},
        "sheet": _TEXT_OR_NULL,
        "size": _whole(*SIZES),
        "text": _TEXT,
        "may_stay": _FLAG,
        "note": _TEXT,
        "room": _TEXT,
        "since": {"type": "integer", "description": "milliseconds since 1970"},
        "preview": _FLAG,
        "entries": {
            "type": "object",
            "description": "room → entries, as the answer to `person.undo` has them",
        },
        "done": _FLAG,
        "ready": _FLAG,
        "hidden": _FLAG,
        "question": _TEXT,
        "dots": {"type": "integer"},
        "per_note": {"type": "integer"},
        "secret": _FLAG,
        "vote": _TEXT,
        "ballot": {"type": "object", "additionalProperties": {"type": "integer"}},
        "proposal": _TEXT,
        "consent": _TEXT,
        "answer": {"enum": ["consent", "reservation", "objection"]},
        "reason": _TEXT,
        "key": {**_TEXT, "description": "`crash/<1-8>`, `ostrom/<1-8>` or `check/<id>`"},
        "kind": {"enum": list(get_args(PollKind))},
        "poll": _TEXT,
        "subject": {**_TEXT, "description": "a note, a stakeholder, a gauge, or `return`"},
        "value": {"description": "an answer as its kind of poll has it, see docs/protocol.md; null: none"},
        "from": {**_TEXT, "description": "the room of a source"},
        "notes": {
            "type": "array",
            "description": "sources, `{from, note}`; for `note.raise` ids of one room",
        },
        "canvas": {"enum": sorted(CANVASES)},
        "again": _FLAG,
        "place": {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2},
        "parked": _FLAG,
        "verdict": {"enum": [*VERDICTS, None]},
        "card": _TEXT_OR_NULL,
        "heading": _TEXT_OR_NULL,
        "pace": {"type": "number", "description": "seconds between two things that a simulated person does"},
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
        "patch": _call("Change settings: the workshop as it is then", 200, body=_object(_SETTINGS)),
        "delete": _call("Erase the workshop; the answer is a receipt", 200),
    },
    "/api/workshops/{workshop}/commands": {
        "post": _call(
            "Do a facilitation command: the revision, and the secret of a renewed invitation",
            200,
            body=_COMMAND,
        )
    },
    "/api/workshops/{workshop}/summaries": {
        "get": _call("What groups summed up: one's own, and those that have reported", 200)
    },
    "/api/workshops/{workshop}/wrap-up": {
        "get": _call(
            "The card of the commons, the checklist and the principles", 200, parameters=("lang", "group")
        )
    },
    "/api/library": {
        "get": _call(
            "Cards of the immersion, guide and shelf, in one language",
            200,
            parameters=("lang",),
            open_to_all=True,
        )
    },
    "/api/join": {
        "post": _call(
            "Take a seat with a code, an invitation or a re-entry code", 201, body=_JOIN, open_to_all=True
        )
    },
    "/api/me": {
        "get": _call("Who this session is, and where to go now", 200, parameters=("workshop",)),
        "delete": _call("End this session", 204),
    },
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
