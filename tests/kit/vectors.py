"""The regression vectors of tests/vectors: read, and the room they are sent to."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.kit.mutations import History

from tablee.sync import encoding as enc
from tablee.sync.document import Document

_read: dict[str, Any] = tomllib.loads((Path(__file__).parents[1] / "vectors/updates.toml").read_text())


@dataclass(frozen=True)
class Vector:
    name: str
    frame: bytes
    may_be_taken: bool = False
    """Some of it may be honest: then only the room must be whole afterwards."""

    def __str__(self) -> str:
        return self.name


def _room() -> History:
    found = [(one["by"], bytes.fromhex(one["hex"])) for one in _read["room"]]
    document = Document()
    for _, update in found:
        document.apply(update)
    return History(found, document.state(), people=2)


ROOM = _room()
NO_ROOM = History([], b"\x00\x00", people=2)
DEEP = b"\x01\x01\x09\x00\x28\x01\x05notes\x01k\x01" + b"\x75\x01" * 26_200 + b"\x7e\x00"
"""52 kB of nested lists: reading them with recursion overflows the stack of the process."""

VECTORS = [
    Vector("nested without end", enc.update_message(DEEP)),
    *(
        Vector(one["name"], enc.update_message(bytes.fromhex(one["hex"])), one.get("may_be_taken", False))
        for one in _read["update"]
    ),
    *(Vector(one["name"], bytes.fromhex(one["hex"])) for one in _read["frame"]),
]
