"""The pack as JSON: all that a workshop needs to come back, here or on another instance (docs/pack.md)."""

from __future__ import annotations

import base64
import hashlib
import json
from functools import cache
from importlib.resources import files
from typing import Any

from tablee import __version__
from tablee.model.board import Pack
from tablee.model.importing.content import FORMAT, content_of, content_sha256


def write_json(pack: Pack) -> bytes:
    content = pack_content(pack)
    whole = {
        "format": FORMAT,
        "content_sha256": content_sha256(content),
        "made": {
            "by": f"Tablée {__version__}",
            "names": pack.names,
            "state_at": pack.state_at,
            "masked": pack.masked,
        },
        "licence": pack.workshop.licence,
        "attribution": dict(pack.catalogue.attribution),
        "templates": {template.id: template.version for template in pack.catalogue.templates.values()},
        "content": content,
    }
    return json.dumps(whole, ensure_ascii=False, indent=1, allow_nan=False).encode()


def pack_content(pack: Pack) -> dict[str, Any]:
    """What travels, with the photos inside."""
    unplaced = [f"{board.room}/{note.id}" for board in pack.boards for note in board.unplaced]
    content = content_of(pack.workshop, pack.rooms, unplaced)
    photos = [
        {
            "id": photo.id,
            "room": board.room,
            "board": photo.board,
            "caption": photo.caption,
            "by": photo.author_id,
            "at": photo.at,
            "width": photo.width,
            "height": photo.height,
            "sha256": hashlib.sha256(photo.data).hexdigest(),
            "data": base64.b64encode(photo.data).decode(),
        }
        for board in pack.boards
        for photo in board.photos
    ]
    if photos:
        content["photos"] = sorted(photos, key=lambda photo: (photo["room"], photo["id"]))
    if pack.kit is not None:
        content["kit"] = dict(pack.kit)
    return content


@cache
def schema_text() -> bytes:
    """The JSON Schema of a pack, as it is published at `/api/pack.schema.json`."""
    return files("tablee.exports").joinpath("schema/pack.schema.json").read_bytes()


@cache
def schema() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(schema_text())
    return read
