"""A room with its peers: everybody ends with the same notes, and so does a replay of the log."""

from __future__ import annotations

import random

import pytest
from tests.kit.peers import Peer, Table

from tablee.sync import encoding as enc
from tablee.sync.document import Document, change_note, delete_note, insert_note
from tablee.sync.effects import Close, Saved, Send, Spread
from tablee.sync.entries import read_entry
from tablee.sync.room import Member, Room


def deletions(update: bytes) -> dict[int, list[tuple[int, int]]]:
    """The delete set of a state, whatever order it is written in."""
    doc = Document(update)
    return {"": sorted(enc.read_vector(doc.vector()).items())}  # type: ignore[dict-item]


@pytest.mark.parametrize("seed", range(60))
def test_every_peer_equals_the_room_and_the_replay_of_its_log(seed: int) -> None:
    table = Table(seed, peers=2 + seed % 5, processes=1 + seed % 3)
    for _ in range(300):
        table.step()
        if table.rng.random() < 0.01:  # somebody's connection breaks, and they come back elsewhere
            peer = table.rng.choice(table.peers)
            if peer.number in table.home:
                table.go(peer)
                table.come(peer, table.rng.choice(table.processes))
    table.settle()
    cold = table.replayed()
    wanted = cold.document.content()
    assert wanted["notes"] or not any(peer.ids for peer in table.peers)
    for process in table.processes:
        assert process.room.document.content() == wanted
        assert enc.read_vector(process.room.document.vector()) == enc.read_vector(cold.document.vector())
    for peer in table.peers:
        assert peer.content()["notes"] == {
            note: {**fields, "at": float(fields["at"])} for note, fields in wanted["notes"].items()
        }
        assert peer.saved == peer.sent


@pytest.mark.parametrize("seed", range(20))
def test_snapshot_and_later_entries_equal_the_replay_of_all(seed: int) -> None:
    table = Table(seed, peers=3)
    snapshot, at = None, 0
    for _ in range(400):
        table.step()
        room = table.processes[0].room
        if snapshot is None and room.n > 3:
            snapshot, at = room.snapshot(), room.n
    table.settle()
    assert snapshot is not None
    later = list(enumerate(table.log, start=1))[at:]
    warm = Room(b"warm----", snapshot=snapshot, n=at, entries=later)
    assert warm.document.content() == table.replayed().document.content()
    assert warm.n == len(table.log)


def update_of(person_notes: dict[str, str], client: int = 7) -> bytes:
    doc = Document(client_id=client)
    for note, text in person_notes.items():
        doc.change(insert_note(note, {"board": "sheet2.verso", "zone": "rules", "text": text}))
    return doc.state()


def seated(*, may_write: bool = True, events: bool = True) -> Room:
    room = Room(b"process1")
    for number in (1, 2):
        room.join(Member(number, f"p{number}", {"id": f"p{number}", "name": "P"}, may_write, events))
    return room


def test_nothing_is_shown_before_it_is_in_the_log() -> None:
    room = seated()
    assert room.receive(1, enc.update_message(update_of({"n1": "règle"}))) != [Spread(())]
    assert not [e for e in room.receive(2, enc.step1(b"\x00")) if isinstance(e, Send)]
    payload = room.commit(now=5)
    assert payload is not None and room.snapshot() is None
    effects = room.deliver(1, payload)
    assert effects is not None
    assert [e for e in effects if isinstance(e, Saved)] == [Saved(1, 1)]
    shown = [e for e in effects if isinstance(e, Send) and e.to == 2]
    assert shown and "règle".encode() in shown[-1].message


def test_a_sender_does_not_get_its_own_update_back() -> None:
    table = Table(1, peers=2)
    table.settle()
    first, second = table.peers
    first.act(random.Random(0))
    table.deliver_to_room(first)
    process = table.processes[0]
    table.commit(process)
    table.append(process)
    table.read(process)
    assert second.incoming and not first.incoming


def test_an_entry_out_of_order_asks_for_a_reload_and_changes_nothing() -> None:
    writer = seated()
    writer.receive(1, enc.update_message(update_of({"n1": "un"})))
    first = writer.commit(now=0)
    assert first is not None
    reader = seated()
    assert reader.deliver(2, first) is None
    assert reader.n == 0 and reader.document.notes() == {}
    assert reader.deliver(1, first) and reader.deliver(1, first) == []


def test_an_observer_is_refused_and_nobody_sees_it() -> None:
    room = seated(may_write=False)
    (effect,) = room.receive(1, enc.update_message(update_of({"n1": "non"})))
    assert isinstance(effect, Send) and b'"refused"' in effect.message and b"role.read_only" in effect.message
    assert room.commit(now=0) is None and room.document.notes() == {}


def test_a_plain_yjs_client_that_is_refused_is_closed_for_good() -> None:
    room = seated(may_write=False, events=False)
    (effect,) = room.receive(1, enc.update_message(update_of({"n1": "non"})))
    assert isinstance(effect, Close) and effect.code == 4400


def test_a_client_id_belongs_to_the_first_who_used_it() -> None:
    room = seated()
    room.receive(1, enc.update_message(update_of({"n1": "à moi"}, client=4242)))
    doc = Document(update_of({"n1": "à moi"}, client=4242), client_id=4242)
    doc.change(insert_note("n2", {"text": "pas à moi"}))
    (effect,) = room.receive(2, enc.update_message(doc.state()))
    assert isinstance(effect, Send) and b"update.not_yours" in effect.message
    assert set(room.document.notes()) == {"n1"}


def test_a_step_two_that_brings_nothing_new_adds_nothing_to_the_log() -> None:
    room = seated()
    state = update_of({"n1": "a", "n2": "b"})
    doc = Document(state, client_id=8)
    doc.change(delete_note("n2"))
    room.receive(1, enc.step2(doc.state()))
    payload = room.commit(now=0)
    assert payload is not None and room.deliver(1, payload)
    room.receive(1, enc.step2(doc.state()))
    assert room.commit(now=0) is None
    assert room.acknowledge_idle() == [Saved(1, 2)]


def test_a_turn_the_log_did_not_take_is_judged_again() -> None:
    room = seated()
    room.receive(1, enc.update_message(update_of({"n1": "gardée"})))
    payload = room.commit(now=0)
    assert payload is not None and room.deliver(1, payload)
    room.receive(1, enc.update_message(update_of({"n3": "gardée aussi"}, client=8)))
    room.receive(2, enc.update_message(update_of({"n2": "perdue"}, client=9)))
    late = room.commit(now=0)
    assert late is not None and room.claimed == {8: "p1", 9: "p2"}
    room.judge = lambda person, changes, notes: "board.locked" if person == "p2" else None
    (refused,) = room.judge_again()
    assert isinstance(refused, Send) and refused.to == 2 and b"board.locked" in refused.message
    assert set(room.document.notes()) == {"n1", "n3"} and room.claimed == {8: "p1"}
    # the append had gone through after all: its entry comes, and is taken like anybody's
    room.deliver(2, late)
    assert set(room.document.notes()) == {"n1", "n2", "n3"}
    assert read_entry(late).process == b"process1"


def test_what_builds_on_a_refused_change_is_refused_with_it() -> None:
    room = seated()
    doc = Document(client_id=7)
    doc.change(insert_note("n1", {"text": "un"}))
    first = doc.state()
    second = doc.change(change_note("n1", {"text": "un deux"}))
    assert second is not None
    room.receive(1, enc.update_message(first))
    room.receive(1, enc.update_message(second))
    assert room.commit(now=0) is not None
    room.judge = lambda person, changes, notes: "board.locked" if ("notes", "n1") in changes else None
    refused = room.judge_again()
    assert len(refused) == 2 and room.document.notes() == {} and room.commit(now=0) is None


def test_what_a_log_lost_is_given_back_once() -> None:
    """The log went back in time under a room; what this process still has goes in again."""
    before = seated()
    before.receive(1, enc.update_message(update_of({"n1": "gardée"})))
    first = before.commit(now=0)
    assert first is not None and before.deliver(1, first)
    doc = Document(before.document.state(), client_id=8)
    doc.change(delete_note("n1"))
    doc.change(insert_note("n2", {"text": "perdue"}))
    before.receive(2, enc.step2(doc.state()))
    second = before.commit(now=0)
    assert second is not None and before.deliver(2, second)
    before.receive(1, enc.update_message(update_of({"n3": "pas encore dans le journal"}, client=9)))
    kept, owners = before.stored(), before.owners

    again = Room(b"process1", entries=[(1, first)])
    assert set(again.document.notes()) == {"n1"}
    assert again.give_back(kept, owners) and set(again.document.notes()) == {"n2"}
    assert again.claimed[8] == "p2"
    payload = again.commit(now=0)
    assert payload is not None and again.deliver(2, payload)
    assert not Room(b"process2", entries=[(1, first), (2, payload)]).give_back(kept, owners)


@pytest.mark.parametrize("gives_back", [True, False])
def test_only_who_runs_the_workshop_gives_back_what_others_wrote(gives_back: bool) -> None:
    room = Room(b"process1", owners={7: "p1", 9: "p2"})
    room.join(Member(2, "p2", {"id": "p2", "name": "P"}, True, True, gives_back=gives_back))
    room.receive(2, enc.step2(update_of({"n1": "de Nadia"}, client=7)))
    assert set(room.document.notes()) == ({"n1"} if gives_back else set())
    assert room.owners[7] == "p1" and room.claimed == {}, "it stays hers"


def test_who_may_give_back_is_judged_by_their_rights_for_what_is_their_own() -> None:
    room = Room(b"process1", owners={9: "p2"}, judge=lambda person, changes, notes: "note.kind")
    room.join(Member(2, "p2", {"id": "p2", "name": "P"}, True, True, gives_back=True))
    (refused,) = room.receive(2, enc.step2(update_of({"n1": "à moi"}, client=9)))
    assert isinstance(refused, Send) and b"note.kind" in refused.message
    assert room.document.notes() == {}
    (refused,) = room.receive(2, enc.update_message(update_of({"n2": "à moi"}, client=9)))
    assert isinstance(refused, Send), "an update is no gift"


def test_text_of_another_peer_survives_typing_at_both_ends() -> None:
    table = Table(3, peers=2)
    table.settle()
    a, b = table.peers
    a.act(random.Random(4))
    table.settle()
    note = next(iter(a.content()["notes"]))
    for peer, word in ((a, "début "), (b, " fin")):
        text = peer.notes[note]["text"]
        text.insert(0 if peer is a else len(str(text).encode()), word)
    table.settle()
    final = table.replayed().document.notes()[note]["text"]
    assert final.startswith("début ") and final.endswith(" fin")
    assert all(str(peer.notes[note]["text"]) == final for peer in (a, b))


__all__ = ["Peer"]
