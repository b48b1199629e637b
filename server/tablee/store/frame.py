"""How a snapshot lies in the store: one header line of JSON, then the bytes it describes.

The header makes a snapshot that is damaged, cut short or of another lineage recognisable.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256

CODEC = "yjs-update-v1"
"""What the bytes of a snapshot are: one Yjs update in encoding v1, not compressed."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    n: int
    data: bytes


def pack_snapshot(lineage: str, n: int, data: bytes) -> bytes:
    return json.dumps(_header(lineage, n, data), separators=(",", ":")).encode() + b"\n" + data


def unpack_snapshot(blob: bytes, lineage: str) -> Snapshot | None:
    """Return the snapshot, or None when these bytes are not a whole one of this lineage."""
    line, found, data = blob.partition(b"\n")
    try:
        header = json.loads(line) if found else None
    except ValueError:
        return None
    if not isinstance(header, dict) or not isinstance(n := header.get("n"), int):
        return None
    return Snapshot(n, data) if header == _header(lineage, n, data) else None


def _header(lineage: str, n: int, data: bytes) -> dict[str, str | int]:
    # The digest covers the header too: a wrong n would apply entries twice or not at all.
    digest = sha256(f"{lineage} {n} {CODEC}\n".encode())
    digest.update(data)
    return {"lineage": lineage, "n": n, "sha256": digest.hexdigest(), "codec": CODEC}
