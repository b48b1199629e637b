"""A backup as a file: a line that says what it is, frames, and a digest of all of it.

    tablee-backup 1\n   then frames: length (4 bytes), zlib of MessagePack   then SHA-256 (32 bytes)

The first frame is a header, the last says how many there were. A file is checked from end to end before
anything of it is used.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from tablee.errors import BadBackup
from tablee.store.whole_file import whole_file

NAME = b"tablee-backup "
FORMAT = 1
MAGIC = NAME + str(FORMAT).encode() + b"\n"
DIGEST = 32
PIECE = 1 << 20
LEVEL = 6


class Header(msgspec.Struct, frozen=True):
    """`at`: when it was begun, ms since 1970. `tablee`: the version that wrote it."""

    at: int
    tablee: str
    server: str = ""


class Kept(msgspec.Struct, frozen=True, array_like=True):
    """One key: `expires_at` in ms since 1970, 0 for never."""

    name: str
    type: str
    expires_at: int
    value: Any


class Part(msgspec.Struct, frozen=True):
    """Keys that were read at one moment: all those of a workshop, or some that belong to none."""

    workshop: str
    keys: list[Kept]


class End(msgspec.Struct, frozen=True):
    """`erased`: workshops of this file that were erased while it was written."""

    parts: int
    workshops: int
    keys: int
    erased: list[str] = []


_pack = msgspec.msgpack.Encoder().encode


class Writer:
    def __init__(self, file: BinaryIO) -> None:
        self._file, self._digest = file, sha256()
        self.parts = self.workshops = self.keys = 0
        self._write(MAGIC)

    def header(self, header: Header) -> None:
        self._frame(_pack(header))

    def part(self, part: Part) -> None:
        self._frame(_pack(part))
        self.parts += 1
        self.workshops += bool(part.workshop)
        self.keys += len(part.keys)

    def end(self, erased: list[str]) -> None:
        self._frame(_pack(End(self.parts, self.workshops, self.keys, erased)))
        self._file.write(self._digest.digest())

    def _frame(self, data: bytes) -> None:
        packed = zlib.compress(data, LEVEL)
        self._write(len(packed).to_bytes(4, "big") + packed)

    def _write(self, data: bytes) -> None:
        self._digest.update(data)
        self._file.write(data)


@contextmanager
def writing(path: Path) -> Iterator[Writer]:
    """What stands there is always whole, and only its owner may read it. Raises `Unwritable`."""
    with whole_file(path, 0o600) as file:
        yield Writer(file)


class Backup:
    """A file that was found whole. Raises `BadBackup` when it is not."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._check()
        frames = self._frames()
        self.header = _read(next(frames, b""), Header, path)
        last = b""
        for frame in frames:
            last = frame
        self.end = _read(last, End, path)
        if sum(1 for _ in self.parts()) != self.end.parts:
            raise BadBackup(f"{path} is damaged: parts of it are missing.")

    def parts(self) -> Iterator[Part]:
        frames = self._frames()
        next(frames, None)
        before: bytes | None = None
        for frame in frames:
            if before is not None:
                yield _read(before, Part, self.path)
            before = frame

    def _check(self) -> None:
        """Compare the digest, so that nothing that is damaged or cut short is even looked at."""
        with self.path.open("rb") as file:
            start = file.read(len(MAGIC))
            if not start.startswith(NAME):
                raise BadBackup(f"{self.path} is not a backup of Tablée.")
            if start != MAGIC:
                raise BadBackup(f"{self.path} was written by a later Tablée: restore it with that one.")
            size = os.fstat(file.fileno()).st_size
            left, digest = size - len(MAGIC) - DIGEST, sha256(start)
            while left > 0:
                piece = file.read(min(PIECE, left))
                if not piece:
                    break
                digest.update(piece)
                left -= len(piece)
            if left != 0 or file.read() != digest.digest():
                raise BadBackup(f"{self.path} is damaged or cut short: its checksum does not match.")

    def _frames(self) -> Iterator[bytes]:
        with self.path.open("rb") as file:
            end = os.fstat(file.fileno()).st_size - DIGEST
            file.seek(len(MAGIC))
            while file.tell() < end:
                length = int.from_bytes(file.read(4), "big")
                if file.tell() + length > end:
                    raise BadBackup(f"{self.path} is damaged: a part of it is longer than the file.")
                try:
                    yield zlib.decompress(file.read(length))
                except zlib.error:
                    raise BadBackup(f"{self.path} is damaged: a part of it cannot be read.") from None


def _read(frame: bytes, kind: Any, path: Path) -> Any:
    try:
        return msgspec.msgpack.decode(frame, type=kind)
    except msgspec.DecodeError:
        raise BadBackup(f"{path} is damaged: a part of it cannot be read.") from None
