"""A file that somebody sends: the body of a request, or a part of a form. Never on a disk, never too much."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request

from tablee.errors import Invalid, Refused

Take = Callable[[int], None]
FORM_BYTES = 64 * 1024
"""What a form has around its file."""


CHUNK = 1 << 20
PAUSE_S, WHOLE_S = 15, 300
"""Seconds for a part of a file, and for all of it."""
PART = 64 * 1024
"""Bytes that come in such a time, if it is not the end: a byte now and then would hold a place for long."""
LET_BY = 4
"""How many times what is accepted, of a file that is not."""
TABLES = ("csv", "tsv", "txt")
CLAIMS: Mapping[str, str] = {
    "application/zip": "zip",
    "application/x-zip-compressed": "zip",
    "application/json": "json",
}


@dataclass(frozen=True, slots=True)
class Sent:
    """`claimed`: what its name or its type says it is, `zip`, `json` or `other`; "" where that may be a
    table, or nothing is said."""

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
    ending = name.lower().rpartition(".")[2] if "." in name else ""
    if ending in ("zip", "json"):
        return ending
    unsaid = "" if ending in ("", *TABLES) else "other"
    return CLAIMS.get(media_type.partition(";")[0].strip().lower(), unsaid)


class Arriving:
    """Files that are on their way to this process or worked on in it, each held in memory as a whole: how
    many, of one address and in all, and how large together."""

    def __init__(self, files: int, of_one: int, busy: Callable[[], Refused]) -> None:
        self.files, self.of_one, self.busy = files, of_one, busy
        self._bytes = 0
        self._here: Counter[str] = Counter()

    @contextmanager
    def one(self, address: str, most_bytes: int) -> Iterator[Take]:
        """One more of them, until it is done with. What it gives is called with each part that has come, and
        raises when all together would be more than `most_bytes`, as this does when there are too many."""
        if self._here.total() >= self.files or self._here[address] >= self.of_one:
            raise self.busy()
        held = 0

        def take(size: int) -> None:
            nonlocal held
            if self._bytes + size > most_bytes:
                raise self.busy()
            self._bytes, held = self._bytes + size, held + size

        self._here[address] += 1
        try:
            yield take
        finally:
            self._bytes -= held
            self._here[address] -= 1
            self._here += Counter()  # addresses with none are forgotten


async def sent(
    request: Request,
    most: int,
    refusals: Refusals | None = None,
    whole_s: float = WHOLE_S,
    take: Take = lambda size: None,
) -> Sent:
    """The file of a request, its body or a part of a form, and the form's other fields. Never more than
    `most` bytes are held, nor waited for longer than `whole_s`; `take` hears of each part that comes.
    Raises `Invalid`, and what `take` raises."""
    refusals = refusals or OF_AN_IMPORT
    form = request.headers.get("content-type", "").lower().startswith("multipart/form-data")
    room = most + (FORM_BYTES if form else 0)
    length, parts = request.headers.get("content-length", ""), request.stream()
    if length.isdecimal() and int(length) > room:
        await _let_by(parts, room)
        raise refusals.too_large(most)
    try:
        async with asyncio.timeout(whole_s):
            raw = await _received(parts, room, take)
    except (TimeoutError, ClientDisconnect):
        raise refusals.cut() from None
    if len(raw) > room:
        del raw
        await _let_by(parts, room)
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


async def _received(parts: AsyncGenerator[bytes, None], room: int, take: Take) -> bytearray:
    """The body of a request that goes on coming, no further than just over `room` bytes.

    Raises `TimeoutError`, `ClientDisconnect`: what never ends holds memory.
    """
    raw = bytearray()
    while len(raw) <= room:
        wanted = min(len(raw) + PART, room + 1)
        async with asyncio.timeout(PAUSE_S):
            while len(raw) < wanted:
                part = await anext(parts, None)
                if part is None:
                    return raw
                take(len(part))
                raw += part
    return raw


async def _let_by(parts: AsyncGenerator[bytes, None], room: int) -> None:
    """Nothing of what is too large is held, but it may come for a moment: many clients hear why it is refused
    only when they have sent it all."""
    left = LET_BY * room
    with suppress(TimeoutError, ClientDisconnect):
        async with asyncio.timeout(PAUSE_S):
            async for part in parts:
                left -= len(part)
                if left < 0:
                    break


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
