"""The index: kept in step it says the same as one made from the document, and what lies cannot be placed."""

from __future__ import annotations

import random

import pytest
from tests.kit.peers import Table

from tablee.errors import BadFrame
from tablee.model.changes import Changes
from tablee.sync.document import Document, change_note, delete_note, insert_note
from tablee.sync.effects import Send
from tablee.sync.encoding import step2, update_message
from tablee.sync.entries import read_entry
from tablee.sync.gate import read_update
from tablee.sync.index import Index, NotTaken
from tablee.sync.room import Member, Room

Found = dict[tuple[int, int], tuple[tuple[str, ...], str | None] | None]


def everything(index: Index) -> Found:
    """Where each clock that is not deleted lies."""
    out: Found = {}
    for client, runs in index.clients.items():
        for clock in range(runs.end):
            spot = runs.spot(clock)
            if not runs.is_gone(clock) and not (spot is not None and index.is_in_gone(spot[0])):
                out[client, clock] = None if spot is None else (spot[0].path, spot[1])
    return out


@pytest.mark.parametrize("seed", range(40))
def test_kept_in_step_it_says_what_one_made_from_the_document_says(seed: int) -> None:
    table = Table(seed, peers=2 + seed % 4, processes=1 + seed % 2)
    for _ in range(250):
        table.step()
    table.settle()
    for process in table.processes:
        room = process.room
        # deletions that a document concludes by itself are learned when they matter
        room._index.learn_deletions(read_update(room.document.deletions(), trusted=True))
        again = Index()
        again.add(again.place(read_update(room.document.state(), trusted=True), trusted=True))
        assert everything(room._index) == everything(again)
        assert room._index.ends() == again.ends()
        for client, runs in again.clients.items():
            live = room._index.clients[client]
            assert runs.gone_from == live.gone_from and runs.gone_to == live.gone_to
            assert {h for h in live.halves if not live.is_gone(h)} == {
                h for h in runs.halves if not runs.is_gone(h)
            }


class Writer:
    """A document whose changes are placed one by one."""

    def __init__(self) -> None:
        self.document = Document(client_id=7)
        self.index = Index()

    def change(self, change: object) -> Changes:
        update = self.document.change(change)  # type: ignore[arg-type]
        assert update is not None
        placed = self.index.place(read_update(update))
        self.index.add(placed)
        return placed.changes


def test_it_says_in_plain_values_what_an_update_does() -> None:
    writer = Writer()
    changes = writer.change(insert_note("n1", {"board": "b", "zone": "z", "text": "été 😀"}))
    note = changes["notes", "n1"]
    assert note.made and note.values["board"] == ["b"] and note.values["text"] == [""] and note.typed == 6
    changes = writer.change(change_note("n1", {"zone": "y", "text": "été"}))
    assert changes["notes", "n1"].values == {"zone": ["y"]} and changes["notes", "n1"].erased == 3
    assert not changes["notes", "n1"].cleared, "a value put in the place of another takes nothing away"
    changes = writer.change(lambda notes: notes["n1"]["fields"].__setitem__("why", "parce que"))
    assert changes["notes", "n1"].fields == {"why": ["parce que"]}
    changes = writer.change(lambda notes: notes["n1"].__delitem__("zone"))
    assert changes["notes", "n1"].cleared == {"zone"}
    changes = writer.change(delete_note("n1"))
    assert changes["notes", "n1"].deleted and not changes["notes", "n1"].erased
    assert list(changes) == [("notes", "n1")]


def test_a_loser_of_two_values_set_at_once_takes_nothing_away_when_it_is_deleted() -> None:
    """Its deletion is in no update; the document has concluded it by itself, and says so later."""
    table = Table(1, peers=2)
    table.settle()
    first, second = table.peers
    first.act(random.Random(0))
    table.settle()
    note = next(iter(first.notes.keys()))
    first.notes[note]["zone"] = "rules"
    second.notes[note]["zone"] = "bodies"
    table.settle()
    process = table.processes[0]

    def judge(person: str, changes: Changes, notes: object) -> str | None:
        return "note.incomplete" if any(change.cleared for change in changes.values()) else None

    process.room.judge = judge
    for peer in (first, second):
        table.go(peer)
        table.come(peer, process)
        effects = process.room.receive(peer.number, step2(bytes(peer.doc.get_update())))
        assert not [effect for effect in effects if b"refused" in getattr(effect, "message", b"")]


def base() -> tuple[Index, Document]:
    """Client 7 has made a note `n` with a text « ab » and a zone."""
    document = Document(client_id=7)
    index = Index()
    update = document.change(insert_note("n", {"text": "ab", "zone": "z"}))
    assert update is not None
    index.add(index.place(read_update(update)))
    return index, document


def spot_of(index: Index, path: tuple[str, ...], key: str | None) -> int:
    """A clock of client 7 that lies there."""
    runs = index.clients[7]
    for clock in range(runs.end):
        spot = runs.spot(clock)
        if spot is not None and spot[0].path == path and spot[1] == key:
            return clock
    raise AssertionError(f"nothing lies in {path} {key}")


def one_item(info: int, rest: bytes, client: int = 9) -> bytes:
    return bytes((1, 1, client, 0, info)) + rest + b"\x00"


def lies() -> dict[str, bytes]:
    index, _ = base()
    text = spot_of(index, ("notes", "n", "text"), None)
    zone = spot_of(index, ("notes", "n"), "zone")
    text_type = spot_of(index, ("notes", "n"), "text")
    note = spot_of(index, ("notes",), "n")
    return {
        "a word beside a value": one_item(0x84, bytes((7, zone)) + b"\x01x"),
        "a value beside a word": one_item(0x88, bytes((7, text)) + b"\x01\x7e"),
        "between a word and a value": one_item(0xC4, bytes((7, text, 7, zone)) + b"\x01x"),
        "between two words the wrong way round": one_item(0xC4, bytes((7, text + 1, 7, text)) + b"\x01x"),
        "a word in a map": one_item(0x24, b"\x00" + bytes((7, note)) + b"\x01k\x01x"),
        "a value in a text": one_item(0x08, b"\x00" + bytes((7, text_type)) + b"\x01\x7e"),
        "a parent that is no type": one_item(0x04, b"\x00" + bytes((7, text)) + b"\x01x"),
        "a type in a note that notes have not": one_item(0x27, b"\x00" + bytes((7, note)) + b"\x01k\x01"),
        "a text as fields": one_item(0x27, b"\x00" + bytes((7, note)) + b"\x06fields\x02"),
        "two values at once": one_item(0x28, b"\x00" + bytes((7, note)) + b"\x01k\x02\x7e\x7e"),
        "a root without a key": one_item(0x07, b"\x01\x05notes\x01"),
        "a plain value for a note": one_item(0x28, b"\x01\x05notes\x01k\x01\x7e"),
        "a value before another": one_item(0x68, bytes((7, zone)) + b"\x01\x7e"),
        "beside itself": one_item(0x84, b"\x09\x00\x01x"),
        "beside what comes later": one_item(0x84, b"\x07\x7f\x01x"),
        "a deletion of what is not there": b"\x00\x01\x07\x01\x7e\x01",
    }


@pytest.mark.parametrize("what", lies())
def test_what_lies_is_not_placed_and_changes_nothing(what: str) -> None:
    index, _ = base()
    before = everything(index)
    with pytest.raises((BadFrame, NotTaken)):
        index.place(read_update(lies()[what]))
    assert everything(index) == before


def test_references_in_a_circle_are_refused() -> None:
    index, _ = base()
    first = b"\x01\x08\x00\x84\x09\x00\x01x"
    second = b"\x01\x09\x00\x84\x08\x00\x01y"
    with pytest.raises(NotTaken):
        index.place(read_update(b"\x02" + first + second + b"\x00"))


@pytest.mark.parametrize(
    "body",
    [
        b"\x00\x01\x08\x01\x00\x01",  # delete the first half
        b"\x00\x01\x08\x01\x01\x01",  # delete the second half
        one_item(0x84, b"\x08\x00\x01x"),  # go between, by the origin
        one_item(0x44, b"\x08\x01\x01x"),  # go between, by the right neighbour
    ],
)
def test_a_character_is_never_parted(body: bytes) -> None:
    index, _ = base()
    text = spot_of(index, ("notes", "n", "text"), None)
    smile = b"\x01\x01\x08\x00\x84" + bytes((7, text + 1)) + b"\x04" + "😀".encode() + b"\x00"
    index.add(index.place(read_update(smile)))
    with pytest.raises(BadFrame):
        index.place(read_update(body))


def test_the_log_of_a_busy_table_is_placed_again_entry_by_entry() -> None:
    table = Table(5, peers=4, processes=2)
    for _ in range(600):
        table.step()
    table.settle()
    index, document = Index(), Document()
    for payload in table.log:
        for _, update in read_entry(payload).updates:
            placed = index.place(read_update(update))
            index.add(placed)
            document.apply(update)
    assert index.ends() == table.processes[0].room._index.ends()


def test_a_value_that_does_not_count_does_not_make_up_for_one_that_is_taken_away() -> None:
    """Beside deleting the value, another is put before it: the key would have none."""
    document = Document(client_id=7)
    made = document.change(insert_note("n", {"board": "b", "text": "ab", "zone": "z"}))
    assert made is not None
    index = Index()
    index.add(index.place(read_update(made)))
    note, zone = spot_of(index, ("notes",), "n"), spot_of(index, ("notes", "n"), "zone")
    rival = b"\x01\x01\x05\x00\x28\x00" + bytes((7, note)) + b"\x04zone\x01\x77\x01y"
    update = rival + b"\x01\x07\x01" + bytes((zone, 1))
    assert index.place(read_update(update)).doubtful == {("notes", "n")}
    room = Room(b"process1")
    room.join(Member(1, "p1", {"id": "p1", "name": "P"}, True, True))
    room.receive(1, update_message(made))
    (refused,) = room.receive(1, update_message(update))
    assert isinstance(refused, Send) and b"note.incomplete" in refused.message
    assert room.document.notes()["n"]["zone"] == "z"


@pytest.mark.parametrize("order", [(5, 9), (9, 5)])
def test_setting_a_value_again_after_two_people_set_it_at_once_is_fine(order: tuple[int, int]) -> None:
    room = Room(b"process1")
    room.join(Member(1, "p1", {"id": "p1", "name": "P"}, True, True))
    first = Document(client_id=7)
    first.change(insert_note("n", {"board": "b", "text": "", "zone": "z"}))
    room.receive(1, update_message(first.state()))
    for client in order:
        rival = Document(first.state(), client_id=client)
        change = rival.change(change_note("n", {"zone": f"z{client}"}))
        assert change is not None
        assert room.receive(1, update_message(change)) == []
    both = Document(room.document.state(), client_id=11)
    again = both.change(change_note("n", {"zone": "last"}))
    assert again is not None
    assert room.receive(1, update_message(again)) == []
    assert room.document.notes()["n"]["zone"] == "last"
