"""The gate: no byte of a client reaches the CRDT library before it has passed here.

Pure, iterative and bounded. `read_update` judges the bytes by themselves: structure, sizes, the kinds of
content and of types. What an update means in this room (causality, types of what it joins, ownership) is
`index.py`; what its person may do is `model/rights.py`.

Why each rule is there (observed on pycrdt 0.14 / yrs 0.28 and yjs 13.6):
- JSON, binary, embed, format, sub-document and XML contents are refused: none is in our layout, a
  27-byte JSON content makes later snapshots unreadable, an 18-byte unknown type bricks browsers;
- nesting is bounded: a 52 kB update of nested lists overflows the stack of the process;
- numbers are canonical and counts are compared with the bytes left: eight bytes can ask for gigabytes;
- a BigInt cannot be written as JSON by a browser, so one would break whatever saves or shows the note;
- clocks stay below 2^31 and nothing follows the last byte: peers disagree on what they do with either.
"""

from __future__ import annotations

import math
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tablee.errors import BadFrame
from tablee.sync.encoding import read_bytes, read_string, read_varint

MAX_CLIENTS = 64
MAX_ITEMS = 2_000
MAX_RANGES = 20_000
MAX_CLOCK = 2**31
MAX_ANY_DEPTH = 5
MAX_ANY_NODES = 512
MAX_KEY_CHARS = 64
ROOTS = frozenset({"notes", "stakeholders", "clusters", "comments", "reactions", "answers"})

_HAS_ORIGIN, _HAS_RIGHT_ORIGIN, _HAS_KEY = 0x80, 0x40, 0x20
COLLECTED, DELETED, STRING, TYPE, ANY = 0, 1, 4, 7, 8
ARRAY, MAP, TEXT = 0, 1, 2

Id = tuple[int, int]
"""(client, clock)."""


class Item:
    """One struct of an update, as it came.

    `content` is one of the constants above. `value`: the string, the list of values, or the kind of type.
    `parent` is the name of a root or the id of a type; None when it follows from an origin. `halves`:
    offsets of second halves of surrogate pairs, which nothing may begin at.
    """

    __slots__ = ("clock", "content", "halves", "key", "length", "origin", "parent", "right", "value")

    def __init__(self, clock: int, content: int) -> None:
        self.clock = clock
        self.content = content
        self.length = 1
        self.origin: Id | None = None
        self.right: Id | None = None
        self.parent: str | Id | None = None
        self.key: str | None = None
        self.value: Any = None
        self.halves: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Update:
    """`sections`: client → its items, without gap. `deletions`: (client, first clock, clock after)."""

    sections: dict[int, list[Item]]
    deletions: list[tuple[int, int, int]]

    @property
    def is_empty(self) -> bool:
        return not self.sections and not self.deletions

    def ends(self) -> Iterator[tuple[int, int]]:
        """For each client of a section, the clock after its last item."""
        for client, items in self.sections.items():
            yield client, items[-1].clock + items[-1].length


def read_update(data: bytes, *, trusted: bool = False) -> Update:
    """Read an update (Yjs encoding, version 1). Raises `BadFrame` when no honest client would send it.

    `trusted`: from our own log or snapshot, where any number of clients and items may be.
    """
    clients, at = read_varint(data, 0)
    if clients > MAX_CLIENTS and not trusted:
        raise BadFrame("an update has too many clients")
    budget = len(data) if trusted else MAX_ITEMS
    # values of neighbouring items are one item in a snapshot
    most_nodes = len(data) if trusted else MAX_ANY_NODES
    sections: dict[int, list[Item]] = {}
    for _ in range(clients):
        count, at = read_varint(data, at)
        client, at = read_varint(data, at)
        clock, at = read_varint(data, at)
        budget -= count
        if budget < 0 or count == 0:
            raise BadFrame("an update has too many items, or a section without any")
        if client in sections:
            raise BadFrame("a client has two sections")
        items = sections[client] = []
        for _ in range(count):
            item, at = _read_item(data, at, clock, most_nodes)
            items.append(item)
            clock += item.length
            if clock >= MAX_CLOCK:
                raise BadFrame("a clock is too large")
    deletions, at = _read_deletions(data, at, len(data) if trusted else MAX_RANGES)
    if at != len(data):
        raise BadFrame("bytes follow an update")
    return Update(sections, deletions)


def deleted_in(update: bytes) -> dict[int, list[tuple[int, int]]]:
    """What an update of our own deletes: client → stretches of clocks, in order and apart."""
    out: dict[int, list[tuple[int, int]]] = {}
    for client, start, end in sorted(read_update(update, trusted=True).deletions):
        ranges = out.setdefault(client, [])
        if ranges and start <= ranges[-1][1]:
            ranges[-1] = (ranges[-1][0], max(end, ranges[-1][1]))
        else:
            ranges.append((start, end))
    return out


def _read_id(data: bytes, at: int) -> tuple[Id, int]:
    client, at = read_varint(data, at)
    clock, at = read_varint(data, at)
    if clock >= MAX_CLOCK:
        raise BadFrame("a clock is too large")
    return (client, clock), at


def _read_item(data: bytes, at: int, clock: int, most_nodes: int) -> tuple[Item, int]:
    try:
        info = data[at]
    except IndexError:
        raise BadFrame("the bytes end before an item") from None
    at += 1
    content = info & 0x1F
    item = Item(clock, content)
    if content == COLLECTED:
        if info:
            raise BadFrame("a collected block has flags")
        item.length, at = read_varint(data, at)
        if item.length == 0:
            raise BadFrame("a collected block is empty")
        return item, at
    if info & _HAS_ORIGIN:
        item.origin, at = _read_id(data, at)
    if info & _HAS_RIGHT_ORIGIN:
        item.right, at = _read_id(data, at)
    if not info & (_HAS_ORIGIN | _HAS_RIGHT_ORIGIN):
        by_name, at = read_varint(data, at)
        if by_name == 1:
            item.parent, at = read_string(data, at)
            if item.parent not in ROOTS:
                raise BadFrame("an item is outside the document's layout")
        elif by_name == 0:
            item.parent, at = _read_id(data, at)
        else:
            raise BadFrame("a parent is neither a name nor an item")
        if info & _HAS_KEY:
            item.key, at = read_string(data, at)
            if not 0 < len(item.key) <= MAX_KEY_CHARS or item.key == "__proto__":
                raise BadFrame("a key is empty, too long, or means something else")
            item.key = sys.intern(item.key)  # the same few on every note
    if content == ANY:
        item.value, at = _read_anys(data, at, most_nodes)
        item.length = len(item.value)
    elif content == STRING:
        at = _read_text(data, at, item)
    elif content == TYPE:
        item.value, at = read_varint(data, at)
        if item.value not in (ARRAY, MAP, TEXT):
            raise BadFrame("this type is not in the document's layout")
    elif content == DELETED:
        item.length, at = read_varint(data, at)
        if item.length == 0:
            raise BadFrame("a deleted block is empty")
    else:
        raise BadFrame("this kind of content is not in the document's layout")
    return item, at


def _read_text(data: bytes, at: int, item: Item) -> int:
    """A run of text. Its length counts UTF-16 units, as JavaScript does."""
    raw, at = read_bytes(data, at)
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        raise BadFrame("a text is not valid UTF-8") from None
    item.value = text
    item.length = len(text)
    if not text:
        raise BadFrame("a text is empty")
    if len(raw) >= len(text) + 3 and max(text) > "\uffff":
        halves, unit = [], 0
        for character in text:
            unit += 1
            if character > "\uffff":
                halves.append(unit)
                unit += 1
        item.length, item.halves = unit, tuple(halves)
    return at


def _read_anys(data: bytes, at: int, nodes: int) -> tuple[list[Any], int]:
    """A list of JSON-like values. The stack is explicit, so that depth cannot hurt."""
    count, at = read_varint(data, at)
    if count == 0 or count > len(data) - at:
        raise BadFrame("a list of values claims more than it has bytes")
    out: list[Any] = []
    # each level: what it fills, and how many values are left to read for it
    stack: list[tuple[Any, int]] = [(out, count)]
    while stack:
        into, left = stack.pop()
        if left == 0:
            continue
        stack.append((into, left - 1))
        nodes -= 1
        if nodes < 0:
            raise BadFrame("a value has too many parts")
        key = None
        if type(into) is dict:
            key, at = read_string(data, at)
            if key in into or key == "__proto__":
                raise BadFrame("a value has a key twice, or one that means something else")
        try:
            tag = data[at]
        except IndexError:
            raise BadFrame("the bytes end before a value") from None
        at += 1
        value: Any
        if tag == 119:
            value, at = read_string(data, at)
        elif tag == 125:
            value, at = _read_signed(data, at)
        elif tag in (123, 124):
            size, form = (4, ">f") if tag == 124 else (8, ">d")
            if at + size > len(data):
                raise BadFrame("the bytes end inside a number")
            value = struct.unpack_from(form, data, at)[0]
            if not math.isfinite(value):
                raise BadFrame("a number is not finite")
            at += size
        elif tag in (117, 118):
            inside, at = read_varint(data, at)
            if inside > len(data) - at:
                raise BadFrame("a list of values claims more than it has bytes")
            if len(stack) > MAX_ANY_DEPTH:
                raise BadFrame("a value is nested too deeply")
            value = [] if tag == 117 else {}
            stack.append((value, inside))
        elif tag in (120, 121):
            value = tag == 120
        elif tag in (126, 127):
            value = None
        else:
            raise BadFrame("this kind of value is not in the document's layout")
        if key is None:
            into.append(value)
        else:
            into[key] = value
    return out, at


def _read_signed(data: bytes, at: int) -> tuple[int, int]:
    """lib0's signed integer: a sign and six bits first, then seven by seven."""
    start, end = at, min(len(data), at + 8)
    while at < end:
        if data[at] < 0x80:
            break
        at += 1
    else:
        raise BadFrame("the bytes end inside a number, or it is too long")
    number = data[start] & 0x3F
    shift = 6
    for byte in data[start + 1 : at + 1]:
        number |= (byte & 0x7F) << shift
        shift += 7
    if number > 2**53 - 1:
        raise BadFrame("a number is too large")
    return -number if data[start] & 0x40 else number, at + 1


def _read_deletions(data: bytes, at: int, budget: int) -> tuple[list[tuple[int, int, int]], int]:
    clients, at = read_varint(data, at)
    if clients * 3 > len(data) - at:
        raise BadFrame("a set of deletions claims more than it has bytes")
    out: list[tuple[int, int, int]] = []
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
            if length == 0 or clock + length > MAX_CLOCK:
                raise BadFrame("a deletion is empty, or beyond every clock")
            out.append((client, clock, clock + length))
    return out, at
