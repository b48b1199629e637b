"""Yjs updates (version 1) as lists that a test can change: read, tamper, write again.

For tests only. It knows more than the gate lets through (every content and type reference), trusts
what it reads, and writes whatever it is told to.

    update   number of sections, sections; then the delete set
    section  number of items, client, first clock, items
    item     one byte: content reference and which of origin, right origin and key there are
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tablee.sync.encoding import read_bytes, read_varint, varint

COLLECTED, DELETED, JSON, BINARY, STRING, EMBED, FORMAT, TYPE, ANY, DOC, SKIP = range(11)
ARRAY, MAP, TEXT, XML_ELEMENT, XML_FRAGMENT, XML_HOOK, XML_TEXT = range(7)
ORIGIN, RIGHT, KEY = 0x80, 0x40, 0x20

Id = tuple[int, int]
"""Client and clock."""


@dataclass(slots=True)
class Item:
    """One struct. `parent` and `key` are written only without origins, as the encoding has it.

    `keyed`: the flag that says there is a key, also set by honest peers on items with origins.
    """

    ref: int
    origin: Id | None = None
    right: Id | None = None
    parent: str | Id | None = None
    key: str | None = None
    keyed: bool = False
    length: int = 1
    """Of collected, deleted and skipped blocks; others count their content."""
    text: bytes = b""
    values: list[bytes] = field(default_factory=list)
    type_ref: int = 0
    raw: bytes = b""
    """The content's bytes, for references this module does not look into."""

    def copy(self) -> Item:
        return Item(
            self.ref,
            self.origin,
            self.right,
            self.parent,
            self.key,
            self.keyed,
            self.length,
            self.text,
            list(self.values),
            self.type_ref,
            self.raw,
        )

    @property
    def ticks(self) -> int:
        """How many clocks it takes."""
        if self.ref in (COLLECTED, DELETED, SKIP):
            return self.length
        if self.ref == STRING:
            return len(self.text.decode(errors="replace").encode("utf-16-le", "surrogatepass")) // 2
        if self.ref == ANY:
            return len(self.values)
        return 1


@dataclass(slots=True)
class Section:
    client: int
    clock: int
    items: list[Item]

    def copy(self) -> Section:
        return Section(self.client, self.clock, [item.copy() for item in self.items])

    def placed(self) -> Iterator[tuple[Id, Item]]:
        """Its items with their ids."""
        clock = self.clock
        for item in self.items:
            yield (self.client, clock), item
            clock += item.ticks


@dataclass(slots=True)
class Update:
    sections: list[Section] = field(default_factory=list)
    deletions: list[tuple[int, list[tuple[int, int]]]] = field(default_factory=list)
    """Client and its ranges: first clock, length."""

    def copy(self) -> Update:
        return Update([s.copy() for s in self.sections], [(c, list(r)) for c, r in self.deletions])

    def items(self) -> Iterator[tuple[Id, Item]]:
        for section in self.sections:
            yield from section.placed()


def read(data: bytes) -> Update:
    """Read what an honest peer wrote."""
    count, at = read_varint(data, 0)
    sections = []
    for _ in range(count):
        items, at = read_varint(data, at)
        client, at = read_varint(data, at)
        clock, at = read_varint(data, at)
        section = Section(client, clock, [])
        for _ in range(items):
            item, at = _read_item(data, at)
            section.items.append(item)
        sections.append(section)
    deletions = []
    count, at = read_varint(data, at)
    for _ in range(count):
        client, at = read_varint(data, at)
        length, at = read_varint(data, at)
        ranges = []
        for _ in range(length):
            clock, at = read_varint(data, at)
            size, at = read_varint(data, at)
            ranges.append((clock, size))
        deletions.append((client, ranges))
    assert at == len(data), "bytes follow the update"
    return Update(sections, deletions)


def _read_id(data: bytes, at: int) -> tuple[Id, int]:
    client, at = read_varint(data, at)
    clock, at = read_varint(data, at)
    return (client, clock), at


def _read_text(data: bytes, at: int) -> tuple[str, int]:
    raw, at = read_bytes(data, at)
    return raw.decode(), at


def _read_item(data: bytes, at: int) -> tuple[Item, int]:
    info, at = data[at], at + 1
    item = Item(info & 0x1F, keyed=bool(info & KEY))
    if item.ref in (COLLECTED, SKIP):
        item.length, at = read_varint(data, at)
        return item, at
    if info & ORIGIN:
        item.origin, at = _read_id(data, at)
    if info & RIGHT:
        item.right, at = _read_id(data, at)
    if item.origin is None and item.right is None:
        by_name, at = read_varint(data, at)
        item.parent, at = _read_text(data, at) if by_name else _read_id(data, at)
        if item.keyed:
            item.key, at = _read_text(data, at)
    if item.ref == DELETED:
        item.length, at = read_varint(data, at)
    elif item.ref == STRING:
        item.text, at = read_bytes(data, at)
    elif item.ref == TYPE:
        item.type_ref, at = read_varint(data, at)
        assert item.type_ref in (ARRAY, MAP, TEXT), "honest peers of ours use no other type"
    elif item.ref == ANY:
        count, at = read_varint(data, at)
        for _ in range(count):
            end = _after_value(data, at)
            item.values.append(data[at:end])
            at = end
    else:
        raise AssertionError(f"honest peers of ours have no content {item.ref}")
    return item, at


def _after_value(data: bytes, at: int) -> int:
    """Where the value at `at` ends. As deep as honest values are."""
    tag, at = data[at], at + 1
    if tag in (116, 119):
        _, at = read_bytes(data, at)
    elif tag == 125:
        while data[at] & 0x80:
            at += 1
        at += 1
    elif tag in (122, 123):
        at += 8
    elif tag == 124:
        at += 4
    elif tag in (117, 118):
        count, at = read_varint(data, at)
        for _ in range(count):
            if tag == 118:
                _, at = read_bytes(data, at)
            at = _after_value(data, at)
    return at


class _Writer:
    def __init__(self, twists: Mapping[int, bytes]) -> None:
        self.out = bytearray()
        self.numbers = 0
        self._twists = twists

    def number(self, value: int) -> None:
        self.out += self._twists.get(self.numbers, varint(value))
        self.numbers += 1

    def bytes_(self, data: bytes) -> None:
        self.number(len(data))
        self.out += data


def write(update: Update, twists: Mapping[int, bytes] | None = None) -> bytes:
    """Its bytes. `twists`: other bytes for the n-th number (a length or a count is a number too)."""
    return bytes(_write(update, twists or {}).out)


def numbers_in(update: Update) -> int:
    """How many numbers there are to twist."""
    return _write(update, {}).numbers


def _write(update: Update, twists: Mapping[int, bytes]) -> _Writer:
    w = _Writer(twists)
    w.number(len(update.sections))
    for section in update.sections:
        w.number(len(section.items))
        w.number(section.client)
        w.number(section.clock)
        for item in section.items:
            _write_item(w, item)
    w.number(len(update.deletions))
    for client, ranges in update.deletions:
        w.number(client)
        w.number(len(ranges))
        for clock, length in ranges:
            w.number(clock)
            w.number(length)
    return w


def _write_item(w: _Writer, item: Item) -> None:
    if item.ref in (COLLECTED, SKIP):
        w.out.append(item.ref)
        w.number(item.length)
        return
    free = item.origin is None and item.right is None
    keyed = item.key is not None if free else item.keyed
    w.out.append(
        (item.ref & 0x1F)
        | (ORIGIN if item.origin is not None else 0)
        | (RIGHT if item.right is not None else 0)
        | (KEY if keyed else 0)
    )
    for one in (item.origin, item.right):
        if one is not None:
            w.number(one[0])
            w.number(one[1])
    if free:
        if isinstance(item.parent, tuple):
            w.number(0)
            w.number(item.parent[0])
            w.number(item.parent[1])
        else:
            w.number(1)
            w.bytes_((item.parent or "").encode())
        if item.key is not None:
            w.bytes_(item.key.encode())
    if item.ref == DELETED:
        w.number(item.length)
    elif item.ref == STRING:
        w.bytes_(item.text)
    elif item.ref == TYPE:
        w.number(item.type_ref)
        if item.type_ref in (XML_ELEMENT, XML_HOOK):
            w.bytes_(b"p")
    elif item.ref == ANY:
        w.number(len(item.values))
        for value in item.values:
            w.out += value
    else:
        w.out += item.raw


def deleted_ranges(update: Update) -> dict[int, list[tuple[int, int]]]:
    """The delete set in one form: per client, sorted and joined (first clock, clock after the last)."""
    out: dict[int, list[tuple[int, int]]] = {}
    for client, ranges in sorted(update.deletions):
        joined: list[tuple[int, int]] = []
        for clock, length in sorted(ranges):
            if joined and clock <= joined[-1][1]:
                joined[-1] = (joined[-1][0], max(joined[-1][1], clock + length))
            else:
                joined.append((clock, clock + length))
        if joined:
            out[client] = joined
    return out
