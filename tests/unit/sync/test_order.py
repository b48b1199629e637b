"""The order of a text: the same as the library's, however people wrote at the same place at once."""

from __future__ import annotations

import random
from typing import Any

import pytest
from pycrdt import Doc, Map, Text
from tests.kit.peers import Peer, Table

from tablee.model.changes import Changes
from tablee.sync.gate import STRING, read_update
from tablee.sync.index import Index
from tablee.sync.room import Room
from tablee.sync.runs import Container


def type_together(seed: int, peers: int = 3, steps: int = 300) -> Table:
    """Everybody types and deletes in the same note."""
    table = Table(seed, peers)
    rng = random.Random(seed)
    table.peers[0].act(rng)
    table.settle()

    def act(peer: Peer, dice: random.Random) -> None:
        text: Text = peer.notes[next(iter(peer.notes))]["text"]
        content = str(text)
        at = dice.randrange(len(content) + 1)
        start = len(content[:at].encode())
        if content and dice.random() < 0.5 and at < len(content):
            del text[start : start + len(content[at].encode())]
        else:
            text.insert(start, dice.choice(["a", "b", "é", "😀", "xy"]))

    for peer in table.peers:
        peer.act = act.__get__(peer)  # type: ignore[method-assign]
    for _ in range(steps):
        table.step()
    table.settle()
    return table


def text_of(room: Room) -> Container:
    return next(
        container
        for runs in room._index.clients.values()
        for container in runs.types.values()
        if container.path[-1] == "text"
    )


def spelled(room: Room, order: Any) -> str:
    """What the order says, read off the items of the document's own state."""
    units: dict[tuple[int, int], bytes] = {}
    for client, items in read_update(room.document.state(), trusted=True).sections.items():
        for item in items:
            if item.content == STRING:
                raw = item.value.encode("utf-16-le")
                for n in range(item.length):
                    units[client, item.clock + n] = raw[2 * n : 2 * n + 2]
    out = b""
    for piece in order.pieces:
        for clock in range(piece.clock, piece.clock + piece.length):
            runs = room._index.clients[piece.client]
            if not runs.is_gone(clock):
                out += units[piece.client, clock]
    return out.decode("utf-16-le")


@pytest.mark.parametrize("seed", range(30))
def test_made_at_once_or_kept_in_step_it_spells_the_text(seed: int) -> None:
    table = type_together(seed)
    room = table.processes[0].room
    text = next(iter(room.document.notes().values()))["text"]
    made = room._index.order_of(text_of(room))
    assert spelled(room, made) == text
    for _ in range(150):
        table.step()
    table.settle()
    text = next(iter(room.document.notes().values()))["text"]
    assert room._index.order_of(text_of(room)) is made, "kept in step, not made again"
    assert spelled(room, made) == text


@pytest.mark.parametrize("seed", range(30))
def test_people_who_type_and_delete_in_one_text_are_never_refused(seed: int) -> None:
    """`Table` fails when the room closes or refuses an honest peer; here it is asked for every update."""
    table = type_together(seed, peers=2 + seed % 4)
    index = Index()
    from tablee.sync.entries import read_entry

    for payload in table.log:
        for _, update in read_entry(payload).updates:
            index.add(index.place(read_update(update)))
    assert all(peer.saved == peer.sent for peer in table.peers)


def test_a_thousand_rivals_for_one_key_are_too_many() -> None:
    """Each of them costs the library the way past all the others."""
    room = Room(b"process1")
    from tablee.sync import encoding as enc
    from tablee.sync.room import Member

    room.join(Member(1, "p1", {"id": "p1", "name": "P"}, True, True))
    base: Doc[Any] = Doc(client_id=7)
    base.get("notes", type=Map)["n"] = Map({"text": Text("")})
    room.receive(1, enc.update_message(base.get_update()))
    refused = 0
    for rival in range(100, 1200):
        doc: Doc[Any] = Doc(client_id=rival)
        doc.apply_update(base.get_update())
        before = doc.get_state()
        doc.get("notes", type=Map)["n"]["zone"] = "z"
        effects = room.receive(1, enc.update_message(doc.get_update(before)))
        refused += any(b"note.contested" in getattr(effect, "message", b"") for effect in effects)
    assert 0 < refused < 200


def test_changes_are_told_of_what_goes_on_after_what_is_known() -> None:
    """A client that says a run again, longer than it was, adds the rest of it."""
    doc: Doc[Any] = Doc(client_id=7)
    note = Map({"text": Text("ab")})
    doc.get("notes", type=Map)["n"] = note
    index = Index()
    index.add(index.place(read_update(doc.get_update())))
    note["text"].insert(2, "cd")
    placed = index.place(read_update(doc.get_update()))
    changes: Changes = placed.changes
    assert changes["notes", "n"].typed == 2 and placed.repeats
    index.add(placed)
    container = next(c for c in index.clients[7].types.values() if c.path[-1] == "text")
    assert sum(piece.length for piece in index.order_of(container).pieces) == 4
