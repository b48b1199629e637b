"""A room under hostile bytes: nothing escapes it, and what it refuses changes nothing."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kit import updates
from tests.kit.mutations import EVENTS, PLAIN, READER, Frame, History, Spoiler, history
from tests.kit.peers import Peer, Table
from tests.kit.target import ACCEPTED, Broken, Target, owners
from tests.kit.vectors import ROOM

from tablee.sync import encoding as enc
from tablee.sync.document import Document

SESSIONS = st.sampled_from((1, 2, EVENTS, PLAIN, READER))


def send_and_look(target: Target, frame: Frame) -> str:
    """Send a frame; when it is not taken, the document must be what it was."""
    room = target.room
    before = room.document.content(), room.document.vector(), len(target.log)
    outcome, _ = target.send(frame)
    if outcome != ACCEPTED:
        assert (room.document.content(), room.document.vector(), len(target.log)) == before
    return outcome


@settings(max_examples=300, deadline=None)
@given(SESSIONS, st.binary(max_size=200))
def test_any_bytes_are_a_frame_to_the_room(session: int, data: bytes) -> None:
    target = Target(ROOM)
    send_and_look(target, (session, data))
    target.check()


@settings(max_examples=300, deadline=None)
@given(
    SESSIONS,
    st.sampled_from((b"\x00\x00", b"\x00\x01", b"\x00\x02", b"\x01", b"\x40")),
    st.binary(max_size=200),
)
def test_any_bytes_are_a_body_to_the_room(session: int, kind: bytes, body: bytes) -> None:
    target = Target(ROOM)
    send_and_look(target, (session, kind + enc.var_bytes(body)))
    target.check()


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32))
def test_spoiled_frames_change_only_what_the_room_takes(seed: int) -> None:
    rng = random.Random(seed)
    past = history(seed % 30)
    target, spoiler = Target(past), Spoiler(rng, past)
    for _ in range(15):
        _, frame = spoiler.frame()
        send_and_look(target, frame)
    target.check()


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_a_note_that_nobody_may_change_stays_what_it_is(seed: int) -> None:
    """What the index says of an update is all that it does: no road leads around the judge."""
    rng = random.Random(seed)
    past = history(seed % 30)
    notes = sorted(Document(past.state).notes())
    guarded = frozenset(rng.sample(notes, (len(notes) + 1) // 2))
    target, spoiler = Target(past, guarded), Spoiler(rng, past)
    for _ in range(60):
        _, frame = spoiler.frame()
        _, taken = target.send(frame)
        for session, body in taken:
            spoiler.took(session, body)
    target.check()


@pytest.mark.parametrize("seed", range(30))
def test_what_an_update_is_said_to_change_is_what_it_changes(seed: int) -> None:
    past = history(seed)
    target, spoiler = Target(past), Spoiler(random.Random(seed), past)
    for _ in range(120):
        before = target.room.document.content()
        target.told = {}
        name, frame = spoiler.frame()
        _, taken = target.send(frame)
        for session, body in taken:
            spoiler.took(session, body)
        for root, entries in target.room.document.content().items():
            for key in entries.keys() | before[root].keys():
                was, now = before[root].get(key), entries.get(key)
                if was != now:
                    told = target.told.get((root, key))
                    assert told is not None, f"{name}: {root} {key} was {was}, is {now}, and nobody said so"
                    if root == "notes" and isinstance(was, dict) and isinstance(now, dict):
                        changed = {k for k in was.keys() | now.keys() if was.get(k) != now.get(k)}
                        said = told.values.keys() | told.cleared
                        said |= {"text"} if told.typed or told.erased else set()
                        said |= {"fields"} if told.fields or told.fields_cleared else set()
                        assert told.made or told.deleted or changed <= said, f"{name}: {was} → {now}: {told}"
    target.check()


@pytest.mark.parametrize("seed", range(20))
def test_the_index_believes_nothing_deleted_that_is_there(seed: int) -> None:
    """What the judge takes for deleted, anybody could change. (It may believe less: peers conclude some.)"""
    past = history(seed)
    target, spoiler = Target(past), Spoiler(random.Random(seed), past)
    for _ in range(150):
        name, frame = spoiler.frame()
        taken = target.send(frame)[1]
        for session, body in taken:
            spoiler.took(session, body)
        if taken:
            room = target.room
            gone = updates.deleted_ranges(updates.read(room.document.state()))
            for client, runs in room._index.clients.items():
                for start, end in zip(runs.gone_from, runs.gone_to, strict=True):
                    really = any(first <= start and end <= after for first, after in gone.get(client, ()))
                    assert really, f"{name}: {client} {start} to {end} is not deleted"


@pytest.mark.parametrize("seed", range(10))
def test_a_cold_start_from_the_log_of_an_attacked_room_is_the_room(seed: int) -> None:
    past = history(seed)
    target, spoiler = Target(past), Spoiler(random.Random(seed), past)
    for _ in range(200):
        _, frame = spoiler.frame()
        for session, body in target.send(frame)[1]:
            spoiler.took(session, body)
    target.check()
    cold = target.replayed()
    assert cold.document.content() == target.room.document.content()
    assert enc.read_vector(cold.document.vector()) == enc.read_vector(target.room.document.vector())


class Typist(Peer):
    """Somebody who only types and deletes, in the first note."""

    def act(self, rng: random.Random) -> None:
        text = self.notes[min(self.notes.keys())]["text"]
        content = str(text)
        at = rng.randrange(len(content) + 1)
        start = len(content[:at].encode())
        if at < len(content) and rng.random() < 0.5:
            del text[start : start + len(content[at].encode())]
        else:
            text.insert(start, rng.choice(("a", "b", "é", "😀", "xy")))


@pytest.mark.parametrize("seed", range(25))
def test_people_who_type_and_delete_in_one_text_are_never_refused(seed: int) -> None:
    """What honest people do at the same time may look odd to the gate; none of it may be lost."""
    table = Table(seed, peers=3)
    table.peers[0].act(random.Random(seed))
    table.settle()
    for peer in table.peers:
        peer.__class__ = Typist
    for _ in range(400):
        table.step()
        for peer in table.peers:
            for message in peer.incoming:
                assert b'"refused"' not in message, message
    table.settle()
    wanted = table.replayed().document.content()["notes"]
    assert Document(table.processes[0].room.document.state()).content()["notes"] == wanted
    for peer in table.peers:
        assert {note: fields["text"] for note, fields in peer.content()["notes"].items()} == {
            note: fields["text"] for note, fields in wanted.items()
        }


# -- the tools themselves ------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(15))
def test_updates_that_are_read_and_written_are_the_same_bytes(seed: int) -> None:
    past = history(seed)
    for body in (*past.bodies, past.state):
        assert updates.write(updates.read(body)) == body


def test_the_same_seed_makes_the_same_frames() -> None:
    def frames() -> list[tuple[str, Frame]]:
        spoiler = Spoiler(random.Random(5), history(3))
        return [spoiler.frame() for _ in range(200)]

    first = frames()
    history.cache_clear()
    assert frames() == first


@pytest.mark.parametrize("seed", range(10))
def test_honest_histories_pass(seed: int) -> None:
    past = history(seed)
    target = Target(History([], b"\x00\x00", past.people))
    for session, body in past.updates:
        outcome, _ = target.send((session, enc.update_message(body)))
        assert outcome == ACCEPTED
    target.check()
    assert target.room.owners == owners(past)


def test_hostile_frames_get_to_every_part_of_the_room() -> None:
    """Mutations that are all refused at the first byte would show nothing."""
    past = history(1)
    target, spoiler = Target(past), Spoiler(random.Random(1), past)
    outcomes: dict[str, int] = {}
    for _ in range(400):
        _, frame = spoiler.frame()
        outcome, taken = target.send(frame)
        outcomes[outcome] = outcomes.get(outcome, 0) + 1
        for session, body in taken:
            spoiler.took(session, body)
    assert all(count > 20 for count in outcomes.values()) and len(outcomes) == 4, outcomes


def test_a_room_that_lets_characters_be_parted_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """One rule less, and the checks of these tests see it."""
    from tablee.sync import placing

    monkeypatch.setattr(placing.Placing, "_parts_character", lambda *_: False)

    def attack() -> None:
        for seed in range(60):
            past = history(seed)
            target, spoiler = Target(past), Spoiler(random.Random(seed), past)
            for _ in range(120):
                _, frame = spoiler.frame()
                for session, body in target.send(frame)[1]:
                    spoiler.took(session, body)
            target.check()

    with pytest.raises(Broken):
        attack()
