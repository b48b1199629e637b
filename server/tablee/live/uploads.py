"""A file that somebody sends: the body of a request, or a part of a form. Never on a disk, never too much."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
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


@dataclass(frozen=True, slots=True)
class Refusals:
    """How a file that cannot be taken is spoken of."""

    missing: Callable[[], Invalid]
    form: Callable[[], Invalid]
    cut: Callable[[], Invalid]
    """It stopped coming, or took too long."""
    too_large: Callable[[int], Invalid]


def claimed_by(name: str, media_type: str = "") -> str:
    ending = name.lower().rpartition(".")[2]
    if ending in ("zip", "json"):
        return ending
    return CLAIMS.get(media_type.partition(";")[0].strip().lower(), "")


async def sent(
    request: Request, most: int, refusals: Refusals | None = None, whole_s: float = WHOLE_S
) -> Sent:
    """The file of a request, its body or a part of a form, and the form's other fields. Never more than
    `most` bytes are held, nor waited for longer than `whole_s`. Raises `Invalid`."""
    refusals = refusals or OF_AN_IMPORT
    form = request.headers.get("content-type", "").lower().startswith("multipart/form-data")
    room = most + (FORM_BYTES if form else 0)
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > room:
        raise refusals.too_large(most)
    try:
        async with asyncio.timeout(whole_s):
            raw = await _received(request, room)
    except (TimeoutError, ClientDisconnect):
        raise refusals.cut() from None
    if len(raw) > room:
        raise refusals.too_large(most)
    if form:
        found = await _file_of(request, raw, refusals)
    else:
        found = Sent(bytes(raw), {}, claimed_by("", request.headers.get("content-type", "")))
    if len(found.data) > most:
        raise refusals.too_large(most)
    if not found.data:
        raise refusals.missing()
    return found


def missing() -> Invalid:
    return Invalid("import.missing_file", "Choisissez un fichier.", field="file")


def no_form() -> Invalid:
    return Invalid("import.form", "Ce formulaire n'est pas lisible.", field="file")


def cut() -> Invalid:
    return Invalid("import.cut", "L'envoi de ce fichier s'est arrêté en chemin. Réessayez.", field="file")


def too_large(most: int) -> Invalid:
    return Invalid(
        "import.too_large",
        "Ce fichier est plus lourd que n'en accepte ce serveur.",
        field="file",
        more={"most_bytes": most},
    )


OF_AN_IMPORT = Refusals(missing, no_form, cut, too_large)


async def _received(request: Request, room: int) -> bytearray:
    """The body of a request that goes on coming, no further than just over `room` bytes.

    Raises `TimeoutError`, `ClientDisconnect`: what never ends holds memory.
    """
    raw, parts = bytearray(), request.stream()
    while len(raw) <= room:
        async with asyncio.timeout(PAUSE_S):
            part = await anext(parts, None)
        if part is None:
            break
        raw += part
    return raw


async def _file_of(request: Request, raw: bytearray, refusals: Refusals) -> Sent:
    async def stream() -> AsyncGenerator[bytes, None]:
        while raw:  # what is parsed is not held twice
            yield bytes(raw[:CHUNK])
            del raw[:CHUNK]

    parser = MultiPartParser(request.headers, stream(), max_files=1, max_fields=12)
    parser.spool_max_size = len(raw) + 1  # never on a disk
    try:
        form = await parser.parse()
    except (MultiPartException, KeyError):
        raise refusals.form() from None
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
