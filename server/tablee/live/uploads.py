"""A file that somebody sends: the body of a request, or a part of a form. Never on a disk, never too much."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from tablee.errors import Invalid

FORM_BYTES = 64 * 1024
"""What a form has around its file."""


async def sent(request: Request, most: int) -> tuple[bytes, dict[str, str]]:
    """The file of a request, its body or a part of a form, and the form's other fields. Never more than
    `most` bytes are held. Raises `Invalid`."""
    form = request.headers.get("content-type", "").lower().startswith("multipart/form-data")
    room = most + (FORM_BYTES if form else 0)
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > room:
        raise too_large(most)
    raw = bytearray()
    async for part in request.stream():
        raw += part
        if len(raw) > room:
            raise too_large(most)
    data, fields = await _file_of(request, bytes(raw)) if form else (bytes(raw), {})
    if len(data) > most:
        raise too_large(most)
    if not data:
        raise Invalid("import.missing_file", "Choisissez un fichier.", field="file")
    return data, fields


def too_large(most: int) -> Invalid:
    return Invalid(
        "import.too_large",
        "Ce fichier est plus lourd que n'en accepte ce serveur.",
        field="file",
        more={"most_bytes": most},
    )


async def _file_of(request: Request, raw: bytes) -> tuple[bytes, dict[str, str]]:
    async def stream() -> AsyncGenerator[bytes, None]:
        yield raw

    parser = MultiPartParser(request.headers, stream(), max_files=1, max_fields=12)
    parser.spool_max_size = len(raw) + 1  # never on a disk
    try:
        form = await parser.parse()
    except (MultiPartException, KeyError):
        raise Invalid("import.form", "Ce formulaire n'est pas lisible.", field="file") from None
    try:
        files = [part for part in form.values() if isinstance(part, UploadFile)]
        fields = {name: value for name, value in form.items() if isinstance(value, str)}
        return (await files[0].read() if files else b""), fields
    finally:
        await form.close()
