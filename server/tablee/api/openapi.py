"""`/api/openapi.json`: the JSON interface described. A test compares it with the routes."""

from __future__ import annotations

from typing import Any, get_args

from starlette.requests import Request
from starlette.responses import Response

from tablee import __version__
from tablee.api.exports import QUERY as EXPORT_QUERY
from tablee.api.problems import json_response
from tablee.exports.items import ITEMS
from tablee.model.agendas import MODES, PHASES, STEP_RIGHTS, WRITING
from tablee.model.board import NAMES
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


_KIT_TEXTS = {"type": "object", "additionalProperties": _TEXT, "description": "by language"}
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
        "kit": {**_TEXT, "description": "a kit of the gallery, or one's own; the shipped one when left out"},
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
            "type": ["array", "string"],
            "description": "sources, `{from, note}`; for `note.raise` ids of one room; "
            "for `person.erase` `keep` or `delete`",
        },
        "expires_at": {"type": "integer", "description": "milliseconds since 1970"},
        "canvas": {"enum": sorted(CANVASES)},
        "again": _FLAG,
        "place": {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2},
        "parked": _FLAG,
        "verdict": {"enum": [*VERDICTS, None]},
        "card": _TEXT_OR_NULL,
        "heading": _TEXT_OR_NULL,
        "instant": {**_TEXT, "description": "the id of an instant, `n<entry>` or `@<milliseconds>`"},
        "at": {"type": "integer", "description": "a moment of the past, milliseconds since 1970"},
        "confirm": {**_TEXT, "description": "of the preview of a restore"},
        "pace": {"type": "number", "description": "seconds between two things that a simulated person does"},
        "names": {"type": "string", "enum": list(NAMES), "description": "how a shared page names people"},
        "public": {**_FLAG, "description": "what is shared may go round"},
        "credited": {**_FLAG, "description": "one is named among those who contributed"},
        "kit": {**_TEXT, "description": "the kit to work with"},
        "version": {**_TEXT, "description": "the version of the kit that is meant"},
    },
    ("type",),
)

_EXPORT = _object(
    {
        "items": {"type": "array", "items": {"enum": list(ITEMS)}, "minItems": 1},
        "names": {"enum": list(NAMES)},
        "language": {"enum": list(LANGUAGES)},
        "licence": {"enum": list(LICENCES)},
    }
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
    "/api/workshops/{workshop}/people/{person}/data": {
        "get": _call("Everything that is kept of a person", 200, parameters=("download",))
    },
    "/api/workshops/{workshop}/summaries": {
        "get": _call("What groups summed up: one's own, and those that have reported", 200)
    },
    "/api/workshops/{workshop}/outcome": {
        "get": _call("Figures, actions, and what closed rounds came to", 200, parameters=("lang",))
    },
    "/api/workshops/{workshop}/wrap-up": {
        "get": _call(
            "The card of the commons, the checklist and the principles", 200, parameters=("lang", "group")
        )
    },
    "/api/workshops/{workshop}/exports": {
        "get": _call(
            "Every file with its size, a line of JSON as soon as it is made",
            200,
            parameters=("names", "language"),
        )
    },
    "/api/workshops/{workshop}/export.zip": {
        "post": _call(
            "The chosen items in a zip; with progress for `application/x-ndjson`", 200, body=_EXPORT
        )
    },
    "/api/workshops/{workshop}/export.{format}": {
        "get": _call("One file, or a zip of several", 200, parameters=EXPORT_QUERY)
    },
    "/api/import": {
        "post": _call(
            "Bring back a pack (JSON or zip), or a table (CSV, a scrumlr.io board): as a new workshop, or "
            "its notes `into` one",
            201,
            parameters=("into", "group", "board", "zone", "zones", "title", "language", "preview"),
            open_to_all=True,
        )
    },
    "/api/pack.schema.json": {"get": _call("JSON Schema of a pack", 200, open_to_all=True)},
    "/api/kits": {
        "get": _call("The gallery of kits: the shipped one first", 200, open_to_all=True),
        "post": _call(
            "Duplicate a kit; answered with the secret that opens the copy for changes",
            201,
            body=_object({"from": _TEXT, "titles": _KIT_TEXTS}),
            open_to_all=True,
        ),
    },
    "/api/kits/import": {
        "post": _call("Bring in a kit from its file", 201, body={"type": "object"}, open_to_all=True)
    },
    "/api/kits/{kit}": {
        "get": _call("A kit that is published, or one's own", 200, parameters=("lang",), open_to_all=True),
        "put": _call(
            "Change one's own kit; what `kit` leaves out stays",
            200,
            body=_object({"revision": {"type": "integer"}, "kit": {"type": "object"}}, ("revision", "kit")),
            parameters=("lang",),
        ),
        "delete": _call("Delete one's own kit; workshops keep their copy", 204),
    },
    "/api/kits/{kit}/check": {
        "post": _call(
            "What is wrong with a kit, and what was changed in it",
            200,
            body=_object({"kit": {"type": "object"}}),
            parameters=("lang",),
            open_to_all=True,
        )
    },
    "/api/kits/{kit}/publish": {
        "post": _call(
            "Let everybody read, use and adapt it",
            200,
            body=_object(
                {
                    "revision": {"type": "integer"},
                    "changes": _KIT_TEXTS,
                    "authors": {"type": "array", "items": _TEXT},
                }
            ),
            parameters=("lang",),
        )
    },
    "/api/kits/{kit}/unpublish": {"post": _call("Take it back from the gallery", 200)},
    "/api/kits/{kit}/enter": {"post": _call("Keep the secret, given as a bearer, in a cookie", 204)},
    "/api/kits/{kit}/board.svg": {
        "get": _call("A board as it is printed", 200, parameters=("board", "lang"), open_to_all=True)
    },
    "/api/kits/{kit}/kit.json": {"get": _call("The kit as one file", 200, open_to_all=True)},
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
    "/api/rooms/{room}/photos": {
        "get": _call("What is said of the photos of a room", 200, parameters=("board",)),
        "post": _call(
            "Add a photo: a JPEG, PNG or WebP image, or a form with one", 201, parameters=("board",)
        ),
    },
    "/api/rooms/{room}/photos/{photo}": {
        "get": _call("A photo as JPEG, or its preview", 200, parameters=("size",)),
        "patch": _call("Change what stands below a photo", 200, body=_object({"caption": _TEXT})),
        "delete": _call("Delete a photo", 204),
    },
    "/api/rooms/{room}/ticket": {"post": _call("A single-use key to the room's socket, valid 60 s", 201)},
    "/api/workshops/{workshop}/templates": {
        "get": _call("The templates of its boards, in one language", 200, parameters=("lang",))
    },
    "/api/rooms/{room}/history": {
        "get": _call("The timeline: activity, steps, instants", 200, parameters=("lang",)),
        "post": _call(
            "Keep an instant by name",
            201,
            body=_object({"name": _TEXT, "at": {"type": "integer"}}, ("name",)),
        ),
    },
    "/api/rooms/{room}/history/track": {
        "get": _call(
            "The state at a time, and what happened after it", 200, parameters=("from", "to", "lang")
        )
    },
    "/api/rooms/{room}/history/{instant}": {"get": _call("Notes as they were", 200)},
    "/api/rooms/{room}/history/{instant}/restore": {
        "post": _call(
            "Make a zone, a board or the room as it was, or show what that would change",
            200,
            body=_object({"board": _TEXT_OR_NULL, "zone": _TEXT_OR_NULL, "preview": _FLAG, "confirm": _TEXT}),
        )
    },
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
