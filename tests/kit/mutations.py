"""Hostile frames from a seed: genuine histories, and ways to spoil them.

A `History` is what honest peers wrote in a room. A `Spoiler` knows it as any member of the room would,
and makes frames: bytes changed blindly, updates read and written again with one thing wrong, and fresh
changes that fit the room except where they do not. What the room takes is told back with `took`, so that
later frames build on it.
"""

from __future__ import annotations

import functools
import json
import random
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pycrdt import Doc, Map
from tests.kit import updates
from tests.kit.peers import WORDS, ZONES, Peer, Process, Table
from tests.kit.updates import (
    ANY,
    BINARY,
    COLLECTED,
    DELETED,
    DOC,
    EMBED,
    FORMAT,
    JSON,
    SKIP,
    STRING,
    TYPE,
    Id,
    Item,
    Section,
    Update,
)

from tablee.sync import encoding as enc
from tablee.sync.document import ROOT_NAMES
from tablee.sync.entries import read_entry

Parent = str | Id
Frame = tuple[int, bytes]
"""The session that sends it, and its bytes."""

EVENTS, PLAIN, READER = 90, 91, 92
"""Sessions of hostile people: speaking `tablee.1`, an ordinary Yjs client, somebody who may only read."""
CLIENTS = {EVENTS: 90_000_001, PLAIN: 91, READER: 92_000}
STRANGER = 2**52 + 7
"""A client id nobody has."""

EDGES = (0, 1, 2, 3, 63, 64, 127, 128, 255, 2**14, 2**21, 2**31 - 2, 2**31 - 1, 2**31, 2**32 - 1, 2**53 - 1)
TEXTS = (*WORDS, "👩‍👩‍👧", "a", "e\u0301", "\u202e", "\x00", "\ufeff", "\U0010ffff", "x" * 300, "😀" * 40)
NAMES = ("board", "zone", "kind", "place", "order", "colour", "text", "by", "at", "fields")
STRANGE_NAMES = ("", "__proto__", "constructor", "toString", "length", "n\x00", "é" * 40, "x" * 5_000, "0")


def number_value(value: float) -> bytes:
    return b"\x7b" + struct.pack(">d", value)


def text_value(text: str) -> bytes:
    return b"\x77" + enc.var_bytes(text.encode())


def list_value(*values: bytes) -> bytes:
    return b"\x75" + enc.varint(len(values)) + b"".join(values)


def map_value(**values: bytes) -> bytes:
    parts = (enc.var_bytes(key.encode()) + value for key, value in values.items())
    return b"\x76" + enc.varint(len(values)) + b"".join(parts)


STRANGE_VALUES = (
    b"\x7f",  # undefined
    b"\x7e",  # null
    b"\x78",
    b"\x79",
    b"\x7a" + struct.pack(">q", -(2**63)),  # a big integer
    b"\x7a" + struct.pack(">q", 2**53 + 1),
    number_value(float("nan")),
    number_value(float("inf")),
    number_value(-0.0),
    number_value(5e-324),
    number_value(2.0**53),
    b"\x7c" + struct.pack(">f", 0.1),
    b"\x7d\x40",  # minus zero as an integer
    b"\x7d\xbf\xff\xff\xff\x7f",
    b"\x7d\x80\x00",  # zero, written too long
    b"\x74\x02ab",  # bytes
    b"\x73",  # a tag nobody uses
    text_value(""),
    text_value("é😀" * 20),
    b"\x77\x02\xc3\x28",  # not UTF-8
    b"\x77\x03\xed\xa0\x80",  # a surrogate half
    list_value(),
    list_value(number_value(0.5), number_value(-3.0)),
    map_value(__proto__=b"\x7e"),
    map_value(toJSON=b"\x7e", x=list_value(b"\x7f")),
    b"\x76\x02\x01k\x7e\x01k\x78",  # one key twice
    b"\x75\xff\xff\xff\xff\x0f",
    b"\x75\x01" * 5 + b"\x7e",
    b"\x75\x01" * 6 + b"\x7e",
    b"\x75\x01" * 2_000 + b"\x7e",
    b"\x76\x01\x01a" * 200 + b"\x7e",
    b"\x75\x80\x04" + b"\x7e" * 512,
)


@dataclass(slots=True)
class History:
    """What honest peers wrote, in the order of the log. Session n belongs to the peer of person `p<n>`."""

    updates: list[Frame]
    state: bytes
    people: int

    @property
    def bodies(self) -> list[bytes]:
        return [body for _, body in self.updates]


class _SamePeer(Peer):
    """A peer with the same client id on every run: which of two simultaneous changes wins hangs on it."""

    def __init__(self, number: int, person: str, client: int) -> None:
        super().__init__(number, person)
        self.doc = Doc(client_id=client)
        for root in ROOT_NAMES:
            self.doc.get(root, type=Map)
        self.doc.observe(self._changed)


class _SameTable(Table):
    def sit(self, number: int, process: Process) -> Peer:
        peer = _SamePeer(number, f"p{number}", self.rng.randrange(1_000, 2**53))
        self.peers.append(peer)
        self.come(peer, process)
        return peer


@functools.lru_cache(maxsize=256)
def history(seed: int, steps: int = 120) -> History:
    """One room's history: notes, edits, moves, deletions, some at the same time, some repeated on return."""
    table = _SameTable(seed, peers=2 + seed % 3)
    for step in range(steps):
        table.step()
        if step % 50 == 49:
            peer = table.peers[step % len(table.peers)]
            table.go(peer)
            for _ in range(5):  # away, they go on
                peer.act(table.rng)
            table.come(peer, table.processes[0])
    table.settle()
    found = [one for payload in table.log for one in read_entry(payload).updates]
    return History(found, table.processes[0].room.document.state(), len(table.peers))


@dataclass(slots=True)
class Known:
    """What a member of a room knows of its document: where each item lies, and the clocks."""

    places: dict[Id, tuple[Parent, str | None]] = field(default_factory=dict)
    inside: dict[tuple[Parent, str | None], list[Id]] = field(default_factory=dict)
    maps: list[Id] = field(default_factory=list)
    """Items that are a map under a key of `notes`: the notes."""
    texts: list[Id] = field(default_factory=list)
    ids: list[Id] = field(default_factory=list)
    clocks: dict[int, int] = field(default_factory=dict)

    def learn(self, update: Update) -> None:
        """Take in an update that follows what is known."""
        todo = list(update.items())
        while todo:
            later = [one for one in todo if not self._place(*one)]
            if len(later) == len(todo):
                break  # beside an item that is not known any more: only its collected block is
            todo = later
        for section in update.sections:
            end = section.clock + sum(item.ticks for item in section.items)
            self.clocks[section.client] = max(end, self.clocks.get(section.client, 0))

    def _place(self, at: Id, item: Item) -> bool:
        if item.ref in (COLLECTED, SKIP) or at in self.places:
            return True
        where: tuple[Parent, str | None] | None
        if item.origin is None and item.right is None:
            assert item.parent is not None
            where = (item.parent, item.key)
        else:
            where = self.places.get(item.origin or item.right or at)
        if where is None:
            return False
        for tick in range(min(item.ticks, 400)):
            one = (at[0], at[1] + tick)
            self.places[one] = where
            self.inside.setdefault(where, []).append(one)
            self.ids.append(one)
        if item.ref == TYPE:
            if item.type_ref == updates.MAP and where[0] == "notes":
                self.maps.append(at)
            elif item.type_ref == updates.TEXT:
                self.texts.append(at)
        return True


class Spoiler:
    """Makes hostile frames for one room, from one random generator."""

    def __init__(self, rng: random.Random, past: History) -> None:
        self.rng = rng
        self.past = past
        self.known = Known()
        self.made: list[tuple[int, Update]] = []
        """Updates the room took from here: they can be repeated and spoiled like the honest ones."""
        self._notes = 0
        for _, body in past.updates:
            self.known.learn(updates.read(body))

    # -- frames --------------------------------------------------------------------------------------

    def frame(self) -> tuple[str, Frame]:
        """The name of what was done, and the frame."""
        rng = self.rng
        dice = rng.random()
        if dice < 0.45:
            return self._fresh()
        if dice < 0.70:
            return self._spoiled()
        if dice < 0.90:
            return self._blind()
        return self._other()

    def took(self, session: int, body: bytes) -> None:
        """The room took this update: build on it from now on."""
        update = updates.read(body)
        self.known.learn(update)
        if len(self.made) < 200:
            self.made.append((session, update))

    def _fresh(self) -> tuple[str, Frame]:
        """A change nobody made yet, by a hostile person, mostly right."""
        rng = self.rng
        session = rng.choice((EVENTS, EVENTS, EVENTS, PLAIN, READER))
        name = rng.choice(tuple(FRESH))
        update = FRESH[name](self, CLIENTS[session])
        for _ in range(rng.choice((0, 0, 1, 1, 1, 2, 3))):
            spoil = rng.choice(tuple(SPOILS))
            SPOILS[spoil](self, update)
            name = f"{name}, {spoil}"
        return f"fresh: {name}", (session, self._sent(self._written(update)))

    def _spoiled(self) -> tuple[str, Frame]:
        """An update the room has, or the whole room, with one thing wrong."""
        rng = self.rng
        if self.made and rng.random() < 0.4:
            session, update = rng.choice(self.made)
        elif rng.random() < 0.15:
            session, update = rng.randrange(1, self.past.people + 1), updates.read(self.past.state)
        else:
            session, body = rng.choice(self.past.updates)
            update = updates.read(body)
        update = update.copy()
        names = []
        for _ in range(rng.choice((1, 1, 2, 4))):
            names.append(rng.choice(tuple(SPOILS)))
            SPOILS[names[-1]](self, update)
        if rng.random() < 0.3:
            session = rng.choice(tuple(CLIENTS))
        return f"spoiled: {', '.join(names)}", (session, self._sent(self._written(update)))

    def _written(self, update: Update) -> bytes:
        rng = self.rng
        if rng.random() > 0.08:
            return updates.write(update)
        twist = rng.choice(
            (
                enc.varint(rng.choice(EDGES)),
                enc.varint(rng.randrange(300)),
                b"\x80\x00",
                b"\xff" * 7 + b"\x7f",
                b"\x80" * 12,
                b"\xff" * 9 + b"\x01",
            )
        )
        return updates.write(update, {rng.randrange(updates.numbers_in(update)): twist})

    def _sent(self, body: bytes) -> bytes:
        return enc.step2(body) if self.rng.random() < 0.2 else enc.update_message(body)

    def _blind(self) -> tuple[str, Frame]:
        """A genuine frame with bytes changed by somebody who does not know what they mean."""
        rng = self.rng
        session, body = rng.choice(self.past.updates)
        if rng.random() < 0.5:  # new to the room, so that it is not only repetition
            session = rng.choice((EVENTS, PLAIN))
            body = updates.write(FRESH[rng.choice(tuple(FRESH))](self, CLIENTS[session]))
        whole = rng.random() < 0.2
        data = bytearray(self._sent(body) if whole else body)
        names = []
        for _ in range(rng.choice((1, 1, 2, 5))):
            names.append(rng.choice(tuple(BLIND)))
            data = BLIND[names[-1]](self, data)
        frame = bytes(data) if whole else self._sent(bytes(data))
        return f"blind: {', '.join(names)}", (session, frame)

    def _other(self) -> tuple[str, Frame]:
        """Frames that carry no update: state vectors, presence, events, nonsense."""
        rng = self.rng
        session = rng.choice((EVENTS, PLAIN, READER, 1))
        name = rng.choice(tuple(OTHERS))
        frame = bytearray(OTHERS[name](self))
        for _ in range(rng.choice((0, 1, 1, 2))):
            frame = BLIND[rng.choice(tuple(BLIND))](self, frame)
        return f"other: {name}", (session, bytes(frame))

    # -- parts ---------------------------------------------------------------------------------------

    def some_id(self) -> Id:
        """Mostly one that exists, sometimes one just beyond, or nowhere."""
        rng = self.rng
        if self.known.ids and rng.random() < 0.85:
            return rng.choice(self.known.ids)
        client = rng.choice((*self.known.clocks, *CLIENTS.values(), STRANGER, 0))
        return client, max(0, self.known.clocks.get(client, 0) + rng.randrange(-2, 3))

    def beside(self, where: tuple[Parent, str | None]) -> Id | None:
        found = self.known.inside.get(where)
        return self.rng.choice(found[-40:]) if found else None

    def clock(self, client: int) -> int:
        return self.known.clocks.get(client, 0)

    def new_name(self) -> str:
        self._notes += 1
        return f"h{self._notes}"

    def value(self) -> bytes:
        rng = self.rng
        if rng.random() < 0.5:
            return rng.choice(STRANGE_VALUES)
        return rng.choice((text_value("rules"), number_value(0.5), b"\x7e", text_value(rng.choice(TEXTS))))

    def item(self) -> Item:
        """An item of any kind, anywhere."""
        rng = self.rng
        item = Item(rng.choice((COLLECTED, DELETED, STRING, STRING, TYPE, TYPE, ANY, ANY)))
        self.put(item)
        self.fill(item)
        return item

    def put(self, item: Item) -> None:
        """Give it a place: origins that exist, in the same place or not, or a parent."""
        rng = self.rng
        item.origin = item.right = item.parent = item.key = None
        dice = rng.random()
        if dice < 0.35 and self.known.places:
            where = self.known.places[rng.choice(self.known.ids)]
            item.keyed = where[1] is not None
            item.origin = self.beside(where)
            item.right = self.beside(where) if rng.random() < 0.4 else None
        elif dice < 0.5:
            item.origin = self.some_id() if rng.random() < 0.8 else None
            item.right = self.some_id()
        else:
            item.parent = rng.choice(("notes", "notes", "comments", "clusters", "other", self.some_id()))
            if self.known.maps and rng.random() < 0.4:
                item.parent = rng.choice(self.known.maps + self.known.texts)
            item.key = rng.choice((None, None, *NAMES, "k", *STRANGE_NAMES, self.new_name()))

    def fill(self, item: Item) -> None:
        """Give it a content after its reference."""
        rng = self.rng
        if item.ref in (COLLECTED, DELETED, SKIP):
            item.length = rng.choice((1, 1, 2, 3, *EDGES))
        elif item.ref == STRING:
            item.text = rng.choice((*TEXTS, "")).encode()
        elif item.ref == TYPE:
            item.type_ref = rng.choice((0, 1, 2, 1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 2**31))
        elif item.ref == ANY:
            item.values = [self.value() for _ in range(rng.choice((1, 1, 1, 2, 5, 0)))]
        else:
            item.raw = RAW.get(item.ref, b"\x01a")


RAW = {
    JSON: b"\x01\x01\x31",
    BINARY: b"\x01a",
    EMBED: b"\x02{}",
    FORMAT: b"\x04bold\x04true",
    DOC: b"\x01a\x76\x00",
}


# -- changes that fit the room ------------------------------------------------------------------------


def _new_note(s: Spoiler, client: int) -> Update:
    rng = s.rng
    clock = s.clock(client)
    note = (client, clock)
    values: dict[str, bytes] = {
        "board": text_value("sheet2.verso"),
        "zone": text_value(rng.choice(ZONES)),
        "kind": text_value("note"),
        "place": list_value(number_value(0.25), number_value(rng.random())),
        "order": text_value(f"a{rng.randrange(1000)}"),
        "colour": text_value("ciel"),
        "by": text_value(f"p{client_person(client)}"),
        "at": number_value(1.0),
    }
    items = [Item(TYPE, parent="notes", key=s.new_name(), type_ref=updates.MAP)]
    for key, value in values.items():
        items.append(Item(ANY, parent=note, key=key, values=[value]))
    text = (client, clock + len(items))
    items.append(Item(TYPE, parent=note, key="text", type_ref=updates.TEXT))
    items.append(Item(STRING, parent=text, text=rng.choice(TEXTS).encode()))
    items.append(Item(TYPE, parent=note, key="fields", type_ref=updates.MAP))
    return Update([Section(client, clock, items)])


def client_person(client: int) -> int:
    """The number in the person id of whoever holds this hostile client id."""
    return next((session for session, own in CLIENTS.items() if own == client), 0)


def _typing(s: Spoiler, client: int) -> Update:
    rng = s.rng
    if not s.known.texts:
        return _new_note(s, client)
    text = rng.choice(s.known.texts)
    item = Item(STRING, text=rng.choice(TEXTS).encode())
    item.origin = s.beside((text, None)) if rng.random() < 0.8 else None
    item.right = s.beside((text, None)) if rng.random() < 0.3 else None
    if item.origin is None and item.right is None:
        item.parent = text
    return Update([Section(client, s.clock(client), [item])])


def _setting(s: Spoiler, client: int) -> Update:
    rng = s.rng
    if not s.known.maps:
        return _new_note(s, client)
    note = rng.choice(s.known.maps)
    name, value = rng.choice(
        (
            ("place", list_value(number_value(rng.random()), number_value(rng.random()))),
            ("colour", text_value("mousse")),
            ("zone", text_value(rng.choice(ZONES))),
            ("order", text_value("b1")),
        )
    )
    before = s.beside((note, name))
    item = Item(ANY, origin=before, keyed=before is not None, values=[value])
    if before is None:
        item.parent, item.key = note, name
    deletions = [(before[0], [(before[1], 1)])] if before is not None and rng.random() < 0.7 else []
    return Update([Section(client, s.clock(client), [item])], deletions)


def _deleting(s: Spoiler, client: int) -> Update:
    """A note, or words of one; now and then half of an emoji."""
    rng = s.rng
    pool = s.known.maps if rng.random() < 0.3 and s.known.maps else s.known.ids
    at = rng.choice(pool) if pool else (client, 0)
    return Update([], [(at[0], [(at[1], rng.choice((1, 1, 1, 2, 3)))])])


def _anything(s: Spoiler, client: int) -> Update:
    return Update([Section(client, s.clock(client), [s.item() for _ in range(s.rng.choice((1, 1, 2, 6)))])])


def _many_on_one_key(s: Spoiler, client: int) -> Update:
    """Hundreds of values that all claim to follow the same one: the slowest thing to integrate."""
    rng = s.rng
    note: Parent = rng.choice(s.known.maps) if s.known.maps else "notes"
    clock = s.clock(client)
    items = [
        Item(ANY, parent=note, key="place", values=[number_value(float(n))])
        for n in range(rng.choice((20, 100, 400)))
    ]
    return Update([Section(client, clock, items)])


def _many_clients(s: Spoiler, client: int) -> Update:
    rng = s.rng
    count = rng.choice((3, 20, 64, 65))
    return Update(
        [Section(STRANGER + 10 + rng.randrange(10**6) * 70 + n, 0, [s.item()]) for n in range(count)]
    )


FRESH: dict[str, Callable[[Spoiler, int], Update]] = {
    "a note": _new_note,
    "typing": _typing,
    "a value": _setting,
    "a deletion": _deleting,
    "anything": _anything,
    "one key": _many_on_one_key,
    "many clients": _many_clients,
}


# -- one thing wrong in an update ---------------------------------------------------------------------


def _section(s: Spoiler, u: Update) -> Section:
    if not u.sections:
        u.sections.append(Section(CLIENTS[EVENTS], s.clock(CLIENTS[EVENTS]), [s.item()]))
    return s.rng.choice(u.sections)


def _item(s: Spoiler, u: Update) -> Item:
    section = _section(s, u)
    if not section.items:
        section.items.append(s.item())
    return s.rng.choice(section.items)


def _other_origin(s: Spoiler, u: Update) -> None:
    item = _item(s, u)
    item.origin = s.some_id() if s.rng.random() < 0.8 else None


def _other_right(s: Spoiler, u: Update) -> None:
    item = _item(s, u)
    item.right = s.some_id() if s.rng.random() < 0.8 else None


def _nearby_origin(s: Spoiler, u: Update) -> None:
    """One clock off: inside a word, between the halves of an emoji, in the item itself."""
    item = _item(s, u)
    by = s.rng.choice((-1, 1))
    if item.origin is not None:
        item.origin = (item.origin[0], max(0, item.origin[1] + by))
    if item.right is not None:
        item.right = (item.right[0], max(0, item.right[1] + by))


def _swapped_origins(s: Spoiler, u: Update) -> None:
    item = _item(s, u)
    item.origin, item.right = item.right, item.origin


def _own_origin(s: Spoiler, u: Update) -> None:
    section = _section(s, u)
    for at, item in section.placed():
        if s.rng.random() < 0.5:
            item.origin = item.right = at


def _other_parent(s: Spoiler, u: Update) -> None:
    item = _item(s, u)
    item.origin = item.right = None
    item.parent = s.rng.choice(
        ("notes", "comments", "reactions", "ailleurs", "", s.some_id(), *s.known.maps[:3], *s.known.texts[:3])
    )


def _own_parent(s: Spoiler, u: Update) -> None:
    """A type inside itself, or inside one that comes later in the same update."""
    section = _section(s, u)
    placed = list(section.placed())
    if placed:
        _, item = s.rng.choice(placed)
        item.origin = item.right = None
        item.parent = s.rng.choice(placed)[0]


def _other_key(s: Spoiler, u: Update) -> None:
    item = _item(s, u)
    item.key = s.rng.choice((None, "text", "place", "by", *STRANGE_NAMES))
    item.keyed = s.rng.random() < 0.5


def _anew(s: Spoiler, u: Update) -> None:
    s.put(_item(s, u))


def _other_content(s: Spoiler, u: Update) -> None:
    item = _item(s, u)
    item.ref = s.rng.choice((0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 4, 7, 8, 1, 31))
    s.fill(item)


def _other_type(s: Spoiler, u: Update) -> None:
    for item in _section(s, u).items:
        if item.ref == TYPE:
            item.type_ref = s.rng.choice((0, 1, 2, 0, 1, 2, 3, 6, 7, 9, 15))


def _swapped_contents(s: Spoiler, u: Update) -> None:
    a, b = _item(s, u), _item(s, u)
    a.ref, b.ref = b.ref, a.ref
    a.text, b.text = b.text, a.text
    a.values, b.values = b.values, a.values
    a.type_ref, b.type_ref = b.type_ref, a.type_ref
    a.length, b.length = b.length, a.length


def _other_values(s: Spoiler, u: Update) -> None:
    item = _item(s, u)
    if item.ref == ANY and item.values:
        at = s.rng.randrange(len(item.values))
        item.values[at] = s.rng.choice((s.value(), list_value(item.values[at]), map_value(a=item.values[at])))
    elif item.ref == STRING:
        item.text = s.rng.choice((b"", b"\xff", b"\xed\xa0\xbd", b"\xc0\x80", *(t.encode() for t in TEXTS)))


def _more_values(s: Spoiler, u: Update) -> None:
    item = _item(s, u)
    if item.ref == ANY:
        item.values += [s.value() for _ in range(s.rng.choice((1, 2, 30)))]


def _other_length(s: Spoiler, u: Update) -> None:
    _item(s, u).length = s.rng.choice(EDGES)


def _other_clock(s: Spoiler, u: Update) -> None:
    section = _section(s, u)
    section.clock = max(0, s.rng.choice((section.clock + 1, section.clock - 1, section.clock - 3, *EDGES)))


def _other_client(s: Spoiler, u: Update) -> None:
    section = _section(s, u)
    section.client = s.rng.choice((*s.known.clocks, *CLIENTS.values(), STRANGER, 0, 2**32, 2**53 - 1))
    if s.rng.random() < 0.7:
        section.clock = s.clock(section.client)


def _twice(s: Spoiler, u: Update) -> None:
    section = _section(s, u)
    u.sections.append(section.copy())
    if s.rng.random() < 0.5:
        u.sections[-1].client = s.rng.choice((STRANGER, CLIENTS[EVENTS]))


def _one_more(s: Spoiler, u: Update) -> None:
    section = _section(s, u)
    section.items.insert(s.rng.randrange(len(section.items) + 1), s.item())


def _item_again(s: Spoiler, u: Update) -> None:
    section = _section(s, u)
    if section.items:
        section.items.append(s.rng.choice(section.items).copy())


def _one_less(s: Spoiler, u: Update) -> None:
    section = _section(s, u)
    if section.items:
        section.items.pop(s.rng.randrange(len(section.items)))


def _shuffled(s: Spoiler, u: Update) -> None:
    s.rng.shuffle(_section(s, u).items)
    s.rng.shuffle(u.sections)


def _spliced(s: Spoiler, u: Update) -> None:
    """Sections and deletions of another update beside its own."""
    other = updates.read(s.rng.choice(s.past.updates)[1])
    u.sections += other.sections
    u.deletions += other.deletions


def _other_deletions(s: Spoiler, u: Update) -> None:
    at = s.some_id()
    u.deletions.append((at[0], [(at[1], s.rng.choice((1, 1, 2, 0, *EDGES)))]))


def _spoiled_deletions(s: Spoiler, u: Update) -> None:
    if not u.deletions:
        _other_deletions(s, u)
    at = s.rng.randrange(len(u.deletions))
    client, ranges = u.deletions[at]
    ranges = list(ranges)
    for _ in range(s.rng.choice((1, 2, 50))):
        clock, length = s.rng.choice(ranges) if ranges else (0, 1)
        ranges.append((max(0, clock + s.rng.randrange(-2, 3)), max(0, length + s.rng.randrange(-1, 3))))
    u.deletions[at] = (s.rng.choice((client, STRANGER)), ranges)


def _deletes_itself(s: Spoiler, u: Update) -> None:
    section = _section(s, u)
    placed = list(section.placed())
    if placed:
        (client, clock), item = s.rng.choice(placed)
        u.deletions.append((client, [(clock, max(1, item.ticks - s.rng.randrange(2)))]))


def _no_deletions(_s: Spoiler, u: Update) -> None:
    u.deletions.clear()


def _collected(s: Spoiler, u: Update) -> None:
    """What lies there becomes a collected or deleted block of the same length."""
    item = _item(s, u)
    length = item.ticks
    item.ref, item.length = s.rng.choice((COLLECTED, DELETED)), max(1, length)


SPOILS: dict[str, Callable[[Spoiler, Update], None]] = {
    "another origin": _other_origin,
    "another right origin": _other_right,
    "an origin nearby": _nearby_origin,
    "origins swapped": _swapped_origins,
    "its own origin": _own_origin,
    "another parent": _other_parent,
    "its own parent": _own_parent,
    "another key": _other_key,
    "another place": _anew,
    "another content": _other_content,
    "another type": _other_type,
    "contents swapped": _swapped_contents,
    "other values": _other_values,
    "more values": _more_values,
    "another length": _other_length,
    "another clock": _other_clock,
    "another client": _other_client,
    "a section twice": _twice,
    "an item more": _one_more,
    "an item again": _item_again,
    "an item less": _one_less,
    "shuffled": _shuffled,
    "spliced": _spliced,
    "other deletions": _other_deletions,
    "deletions spoiled": _spoiled_deletions,
    "deletes itself": _deletes_itself,
    "no deletions": _no_deletions,
    "collected": _collected,
}


# -- bytes --------------------------------------------------------------------------------------------


def _at(s: Spoiler, data: bytearray) -> int:
    return s.rng.randrange(len(data)) if data else 0


def _flip(s: Spoiler, data: bytearray) -> bytearray:
    if data:
        data[_at(s, data)] ^= 1 << s.rng.randrange(8)
    return data


def _byte(s: Spoiler, data: bytearray) -> bytearray:
    if data:
        data[_at(s, data)] = s.rng.choice((0, 1, 127, 128, 255, s.rng.randrange(256)))
    return data


def _insert(s: Spoiler, data: bytearray) -> bytearray:
    at = s.rng.randrange(len(data) + 1)
    data[at:at] = s.rng.randbytes(s.rng.choice((1, 1, 2, 8)))
    return data


def _cut(s: Spoiler, data: bytearray) -> bytearray:
    at = _at(s, data)
    del data[at : at + s.rng.choice((1, 1, 2, 8))]
    return data


def _huge(s: Spoiler, data: bytearray) -> bytearray:
    at = _at(s, data)
    data[at : at + 1] = s.rng.choice(
        (b"\x80\x80\x80\x80\x01", b"\xff\xff\xff\xff\x0f", b"\xff" * 7 + b"\x0f")
    )
    return data


def _longer_form(s: Spoiler, data: bytearray) -> bytearray:
    at = _at(s, data)
    if data and data[at] < 0x80:
        data[at : at + 1] = bytes((data[at] | 0x80, 0))
    return data


def _truncate(s: Spoiler, data: bytearray) -> bytearray:
    return data[: _at(s, data)]


def _repeat(s: Spoiler, data: bytearray) -> bytearray:
    at = _at(s, data)
    part = data[at : at + s.rng.choice((1, 3, 20, 200))]
    data[at:at] = part * s.rng.choice((1, 2, 50))
    return data


def _spliced_bytes(s: Spoiler, data: bytearray) -> bytearray:
    _, other = s.rng.choice(s.past.updates)
    start = s.rng.randrange(len(other))
    return data[: _at(s, data)] + other[start:]


BLIND: dict[str, Callable[[Spoiler, bytearray], bytearray]] = {
    "a bit": _flip,
    "a byte": _byte,
    "bytes in": _insert,
    "bytes out": _cut,
    "a huge number": _huge,
    "a longer form": _longer_form,
    "truncated": _truncate,
    "a part repeated": _repeat,
    "bytes spliced": _spliced_bytes,
}


# -- other messages -----------------------------------------------------------------------------------


def _vector(s: Spoiler) -> bytes:
    rng = s.rng
    clocks = dict(rng.sample(sorted(s.known.clocks.items()), rng.randrange(len(s.known.clocks) + 1)))
    for client in clocks:
        clocks[client] = max(0, clocks[client] + rng.choice((0, 0, -1, 1, -5, 2**31)))
    if rng.random() < 0.2:
        clocks[STRANGER] = rng.choice(EDGES)
    return enc.step1(enc.write_vector(clocks))


def _presence(s: Spoiler) -> bytes:
    rng = s.rng
    states: list[Any] = [
        {"user": {"id": "p90", "name": "P"}, "cursor": {"x": 0.5}},
        {"user": {"name": rng.choice(TEXTS)}},
        {"user": []},
        {"user": {"id": {"a": 1}, "name": ["P"]}},
        {},
        None,
        [],
        "texte",
        1e308,
        {"x": "é" * rng.choice((1, 5_000))},
    ]
    body = b""
    count = rng.choice((1, 1, 2, 5))
    for _ in range(count):
        state = json.dumps(rng.choice(states), ensure_ascii=rng.random() < 0.5).encode()
        if rng.random() < 0.1:
            state = rng.choice((b"[" * 3_000, b'{"a":' * 1_500, b"NaN", b'"\\ud800"', b'{"user":1e999}', b""))
        client = rng.choice((*CLIENTS.values(), STRANGER, *s.known.clocks))
        body += enc.varint(client) + enc.varint(rng.choice((0, 1, 2, *EDGES))) + enc.var_bytes(state)
    return enc.awareness_message(enc.varint(count) + body)


def _event(s: Spoiler) -> bytes:
    return enc.event_message(
        s.rng.choice((b'{"type":"ping","t":1}', b"{}", b"[]", b"", b"\xff", b"{" * 5_000))
    )


def _nonsense(s: Spoiler) -> bytes:
    return s.rng.randbytes(s.rng.choice((0, 1, 2, 7, 40, 400)))


def _large(s: Spoiler) -> bytes:
    """Just under and just over the size a frame may have."""
    return enc.update_message(s.rng.choice((b"\x00", b"\x75\x01", b"\xff")) * s.rng.choice((32_000, 65_530)))


OTHERS: dict[str, Callable[[Spoiler], bytes]] = {
    "a state vector": _vector,
    "presence": _presence,
    "an event": _event,
    "who is here": lambda _: b"\x03",
    "nonsense": _nonsense,
    "large": _large,
}
