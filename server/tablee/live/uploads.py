"""A file that somebody sends: the body of a request, or a part of a form. Never on a disk, never too much."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request

from tablee.errors import Invalid

FORM_BYTES = 64 * 1024
"""What a form has around its file."""


CHUNK = 1 << 20
PAUSE_S, WHOLE_S = 15, 300
"""Seconds without a byte, and for all of a file."""
CLAIMS: Mapping[str, str] = {
    "application/zip": "zip",
    "application/x-zip-compressed": "zip",
    "application/json": "json",
}


@dataclass(frozen=True, slots=True)
class Sent:
    """`claimed`: what its name or its type says it is, `zip` or `json`; "" where they say something else."""

    data: bytes
    fields: Mapping[str, str]
    claimed: str = ""


def claimed_by(name: str, media_type: str = "") -> str:
    ending = name.lower().rpartition(".")[2]
    if ending in ("zip", "json"):
        return ending
    return CLAIMS.get(media_type.partition(";")[0].strip().lower(), "")


async def sent(request: Request, most: int) -> Sent:
    """The file of a request, its body or a part of a form, and the form's other fields. Never more than
    `most` bytes are held. Raises `Invalid`."""
    form = request.headers.get("content-type", "").lower().startswith("multipart/form-data")
    room = most + (FORM_BYTES if form else 0)
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > room:
        raise too_large(most)
    raw = await _received(request, room, most)
    if form:
        found = await _file_of(request, raw)
    else:
        found = Sent(bytes(raw), {}, claimed_by("", request.headers.get("content-type", "")))
    if len(found.data) > most:
        raise too_large(most)
    if not found.data:
        raise Invalid("import.missing_file", "Choisissez un fichier.", field="file")
    return found


def cut() -> Invalid:
    return Invalid("import.cut", "L'envoi de ce fichier s'est arrêté en chemin. Réessayez.", field="file")


def too_large(most: int) -> Invalid:
    return Invalid(
        "import.too_large",
        "Ce fichier est plus lourd que n'en accepte ce serveur.",
        field="file",
        more={"most_bytes": most},
    )


async def _received(request: Request, room: int, most: int) -> bytearray:
    """The body of a request that goes on coming. Raises `Invalid`: what never ends holds memory."""
    raw, parts = bytearray(), request.stream()
    try:
        async with asyncio.timeout(WHOLE_S):
            while True:
                async with asyncio.timeout(PAUSE_S):
                    part = await anext(parts, None)
                if part is None:
                    return raw
                raw += part
                if len(raw) > room:
                    raise too_large(most)
    except (TimeoutError, ClientDisconnect):
        raise cut() from None


async def _file_of(request: Request, raw: bytearray) -> Sent:
    async def stream() -> AsyncGenerator[bytes, None]:
        while raw:  # what is parsed is not held twice
            yield bytes(raw[:CHUNK])
            del raw[:CHUNK]

    parser = MultiPartParser(request.headers, stream(), max_files=1, max_fields=12)
    parser.spool_max_size = len(raw) + 1  # never on a disk
    try:
        form = await parser.parse()
    except (MultiPartException, KeyError):
        raise Invalid("import.form", "Ce formulaire n'est pas lisible.", field="file") from None
    try:
        files = [part for part in form.values() if isinstance(part, UploadFile)]
        fields = {name: value for name, value in form.items() if isinstance(value, str)}
        if not files:
            return Sent(b"", fields)
        file = files[0]
        claimed = claimed_by(file.filename or "", file.content_type or "")
        return Sent(await file.read(), fields, claimed)
    finally:
        await form.close()
