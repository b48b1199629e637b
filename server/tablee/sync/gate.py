"""The gate: no byte of a client reaches the CRDT library before it has passed here.

Pure, iterative and bounded. `read_update` checks structure; `missing` checks causality against what
the room knows. Types, ownership of client ids and rights are judged after this, on what it returns.

Why each rule is there (observed on pycrdt 0.14 / yrs 0.28 and yjs 13.6):
- JSON, binary, embed, format, sub-document and XML contents are refused: none is in our layout, a
  27-byte JSON content makes later snapshots unreadable, an 18-byte unknown type bricks browsers;
- nesting is bounded: a 52 kB update of nested lists overflows the stack of the process;
- numbers are canonical and counts are compared with the bytes left: eight bytes can ask for gigabytes;
- a gap in a client's clocks, an origin, a parent or a deletion beyond what is known is not causal:
  yrs would keep it pending, drop it from snapshots, and a deleted note could come back; a deletion
  or a collected block ahead of a client's clock makes that person's next edits vanish.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass

from tablee.errors import BadFrame
from tablee.sync.encoding import read_bytes, read_string, read_varint

MAX_CLIENTS = 64
MAX_ITEMS = 2_000
MAX_RANGES = 20_000
MAX_CLOCK = 2**31
MAX_ANY_DEPTH = 5
MAX_ANY_NODES = 512
ROOTS = frozenset({"notes", "stakeholders", "clusters", "comments", "reactions"})

_HAS_ORIGIN, _HAS_RIGHT_ORIGIN, _HAS_KEY = 0x80, 0x40, 0x20
_COLLECTED, _DELETED, _STRING, _TYPE, _ANY = 0, 1, 4, 7, 8
_ALLOWED_TYPES = (0, 1, 2)  # array, map, text


@dataclass(frozen=True, slots=True)
class Update:
    """What an update says, as far as the gate looks.

    `sections`: client → (first clock, clock after the last). `needs`: client → clock after the last
    item referred to by origins, parents and deletions.
    """

    sections: dict[int, tuple[int, int]]
    needs: dict[int, int]

    @property
    def is_empty(self) -> bool:
        return not self.sections and not self.needs


def read_update(data: bytes) -> Update:
    """Read an update (Yjs encoding, version 1). Raises `BadFrame` when no honest client would send it."""
    sections: dict[int, tuple[int, int]] = {}
    needs: dict[int, int] = {}
    clients, at = read_varint(data, 0)
    if clients > MAX_CLIENTS:
        raise BadFrame("an update has too many clients")
    budget = MAX_ITEMS
    for _ in range(clients):
        items, at = read_varint(data, at)
        client, at = read_varint(data, at)
        first, at = read_varint(data, at)
        budget -= items
        if budget < 0 or items == 0:
            raise BadFrame("an update has too many items, or a section without any")
        if client in sections:
            raise BadFrame("a client has two sections")
        clock = first
        for _ in range(items):
            length, at = _read_item(data, at, needs)
            clock += length
            if clock >= MAX_CLOCK:
                raise BadFrame("a clock is too large")
        sections[client] = (first, clock)
    at = _read_deletions(data, at, needs)
    if at != len(data):
        raise BadFrame("bytes follow an update")
    return Update(sections, needs)


def missing(update: Update, known: Mapping[int, int]) -> str | None:
    """Why this update cannot follow what is known (client → next clock); None when it can."""
    for client, (first, _) in update.sections.items():
        if first > known.get(client, 0):
            return "gap"
    for client, clock in update.needs.items():
        if clock > known.get(client, 0):
            section = update.sections.get(client)
            if section is None or clock > section[1]:
                return "reference"
    return None


def foreign(update: Update, known: Mapping[int, int], owners: Mapping[int, str], person: str) -> bool:
    """Whether it brings new items under a client id that belongs to somebody else."""
    return any(
        end > known.get(client, 0) and owners.get(client, person) != person
        for client, (_, end) in update.sections.items()
    )


def brings_items(update: Update, known: Mapping[int, int]) -> bool:
    """Whether any item in it is new. Deletions are not looked at."""
    return any(end > known.get(client, 0) for client, (_, end) in update.sections.items())


def _need(needs: dict[int, int], client: int, clock: int) -> None:
    if clock > MAX_CLOCK:
        raise BadFrame("a clock is too large")
    if needs.get(client, 0) < clock:
        needs[client] = clock


def _read_item(data: bytes, at: int, needs: dict[int, int]) -> tuple[int, int]:
    """One struct: how many clock ticks it takes, and where it ends."""
    try:
        info = data[at]
    except IndexError:
        raise BadFrame("the bytes end before an item") from None
    at += 1
    content = info & 0x1F
    if content == _COLLECTED:
        if info:
            raise BadFrame("a collected block has flags")
        length, at = read_varint(data, at)
        if length == 0:
            raise BadFrame("a collected block is empty")
        return length, at
    if info & _HAS_ORIGIN:
        client, at = read_varint(data, at)
        clock, at = read_varint(data, at)
        _need(needs, client, clock + 1)
    if info & _HAS_RIGHT_ORIGIN:
        client, at = read_varint(data, at)
        clock, at = read_varint(data, at)
        _need(needs, client, clock + 1)
    if not info & (_HAS_ORIGIN | _HAS_RIGHT_ORIGIN):
        by_name, at = read_varint(data, at)
        if by_name == 1:
            root, at = read_string(data, at)
            if root not in ROOTS:
                raise BadFrame("an item is outside the document's layout")
        elif by_name == 0:
            client, at = read_varint(data, at)
            clock, at = read_varint(data, at)
            _need(needs, client, clock + 1)
        else:
            raise BadFrame("a parent is neither a name nor an item")
        if info & _HAS_KEY:
            _, at = read_string(data, at)
    if content == _ANY:
        return _read_anys(data, at)
    if content == _STRING:
        return _read_text(data, at)
    if content == _TYPE:
        kind, at = read_varint(data, at)
        if kind not in _ALLOWED_TYPES:
            raise BadFrame("this type is not in the document's layout")
        return 1, at
    if content == _DELETED:
        length, at = read_varint(data, at)
        if length == 0:
            raise BadFrame("a deleted block is empty")
        return length, at
    raise BadFrame("this kind of content is not in the document's layout")


def _read_text(data: bytes, at: int) -> tuple[int, int]:
    """A run of text. Its length counts UTF-16 units, as JavaScript does."""
    raw, at = read_bytes(data, at)
    if raw.isascii():
        length = len(raw)
    else:
        try:
            length = len(raw.decode().encode("utf-16-le")) // 2
        except UnicodeDecodeError:
            raise BadFrame("a text is not valid UTF-8") from None
    if length == 0:
        raise BadFrame("a text is empty")
    return length, at


def _read_anys(data: bytes, at: int) -> tuple[int, int]:
    count, at = read_varint(data, at)
    if count == 0 or count > len(data) - at:
        raise BadFrame("a list of values claims more than it has bytes")
    nodes = MAX_ANY_NODES
    stack = [count]  # how many values are left at each level; explicit, so that depth cannot hurt
    keyed = [False]
    while stack:
        if stack[-1] == 0:
            stack.pop()
            keyed.pop()
            continue
        stack[-1] -= 1
        nodes -= 1
        if nodes < 0:
            raise BadFrame("a value has too many parts")
        if keyed[-1]:
            _, at = read_string(data, at)
        try:
            tag = data[at]
        except IndexError:
            raise BadFrame("the bytes end before a value") from None
        at += 1
        if tag == 119:
            _, at = read_string(data, at)
        elif tag == 125:
            at = _skip_signed(data, at)
        elif tag == 123 or tag == 122 or tag == 124:
            size = 4 if tag == 124 else 8
            if at + size > len(data):
                raise BadFrame("the bytes end inside a number")
            if tag != 122 and not math.isfinite(
                struct.unpack_from(">f" if tag == 124 else ">d", data, at)[0]
            ):
                raise BadFrame("a number is not finite")
            at += size
        elif tag == 117 or tag == 118:
            inside, at = read_varint(data, at)
            if inside > len(data) - at:
                raise BadFrame("a list of values claims more than it has bytes")
            if len(stack) > MAX_ANY_DEPTH:
                raise BadFrame("a value is nested too deeply")
            stack.append(inside)
            keyed.append(tag == 118)
        elif tag not in (120, 121, 126, 127):
            raise BadFrame("this kind of value is not in the document's layout")
    return count, at


def _skip_signed(data: bytes, at: int) -> int:
    """Pass over lib0's signed integer: six bits and a sign first, then seven by seven."""
    end = min(len(data), at + 8)
    while at < end:
        if data[at] < 0x80:
            return at + 1
        at += 1
    raise BadFrame("the bytes end inside a number, or it is too long")


def _read_deletions(data: bytes, at: int, needs: dict[int, int]) -> int:
    clients, at = read_varint(data, at)
    if clients * 3 > len(data) - at:
        raise BadFrame("a set of deletions claims more than it has bytes")
    budget = MAX_RANGES
    seen: set[int] = set()
    for _ in range(clients):
        client, at = read_varint(data, at)
        ranges, at = read_varint(data, at)
        budget -= ranges
        if client in seen or budget < 0 or ranges * 2 > len(data) - at:
            raise BadFrame("a set of deletions is not plausible")
        seen.add(client)
        for _ in range(ranges):
            clock, at = read_varint(data, at)
            length, at = read_varint(data, at)
            if length == 0:
                raise BadFrame("a deletion is empty")
            _need(needs, client, clock + length)
    return at
