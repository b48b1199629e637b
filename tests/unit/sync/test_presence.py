"""Presence: opaque states with an identity that cannot be lied about."""

from __future__ import annotations

import json

import pytest

from tablee.errors import BadFrame
from tablee.sync import encoding as enc
from tablee.sync.presence import Presence

NADIA = {"id": "p1", "name": "Nadia", "colour": "ciel", "mark": "hexagon"}
JORIS = {"id": "p2", "name": "Joris", "colour": "mousse", "mark": "square"}


def body(client: int, clock: int, state: object) -> bytes:
    raw = state if isinstance(state, bytes) else json.dumps(state).encode()
    return b"\x01" + enc.varint(client) + enc.varint(clock) + enc.var_bytes(raw)


def states(message: bytes) -> dict[int, object]:
    content, _ = enc.read_bytes(message, 1)
    count, at = enc.read_varint(content, 0)
    out = {}
    for _ in range(count):
        client, at = enc.read_varint(content, at)
        _, at = enc.read_varint(content, at)
        raw, at = enc.read_bytes(content, at)
        out[client] = json.loads(raw)
    return out


def test_an_honest_state_passes_as_the_bytes_it_came_as() -> None:
    presence = Presence()
    raw = b'{"cursor": {"x": 1},   "user":{"name":"Nadia"}}'
    assert presence.receive(1, NADIA, body(7, 1, raw))
    message = presence.everybody()
    assert message is not None and raw in message


def test_a_false_identity_is_replaced() -> None:
    presence = Presence()
    presence.receive(1, NADIA, body(7, 1, {"user": {"name": "Inès", "id": "p9"}, "cursor": 1}))
    assert states(presence.everybody() or b"")[7] == {"user": NADIA, "cursor": 1}


def test_a_session_cannot_move_the_cursor_of_another() -> None:
    presence = Presence()
    presence.receive(1, NADIA, body(7, 1, {"user": {"name": "Nadia"}}))
    presence.take_moved()
    assert not presence.receive(2, {**NADIA, "id": "p2"}, body(7, 9, b"null"))
    assert presence.take_moved() is None


def test_only_the_latest_state_of_a_client_goes_out() -> None:
    presence = Presence()
    for clock in range(1, 6):
        presence.receive(1, NADIA, body(7, clock, {"user": {"name": "Nadia"}, "x": clock}))
    moved = presence.take_moved()
    assert moved is not None and states(moved[0])[7]["x"] == 5  # type: ignore[index]
    assert moved[2] == 1, "the one who moved need not hear it"


def test_leaving_is_told_once_and_then_forgotten() -> None:
    presence = Presence()
    presence.receive(1, NADIA, body(7, 1, {"user": {"name": "Nadia"}}))
    presence.take_moved()
    assert presence.leave(1)
    moved = presence.take_moved()
    assert moved is not None and states(moved[0]) == {7: None}
    assert len(presence) == 0 and presence.everybody() is None


@pytest.mark.parametrize(
    "bad",
    [
        b"\xff",
        b"\x01",
        b"\x05\x01\x01\x01",
        body(1, 1, b"[]"),
        body(1, 1, b"{"),
        body(1, 1, b"x" * 9000),
        body(1, 1, {}) + b"\x00",
    ],
)
def test_malformed_presence_is_refused(bad: bytes) -> None:
    with pytest.raises(BadFrame):
        Presence().receive(1, NADIA, bad)


def test_a_person_takes_over_their_own_state_from_a_connection_that_is_not_known_to_be_dead() -> None:
    presence = Presence()
    assert presence.receive(1, NADIA, body(7, 3, b'{"cursor":{"x":1},"user":{"name":"Nadia"}}'))
    assert presence.receive(2, NADIA, body(7, 4, b'{"cursor":{"x":2},"user":{"name":"Nadia"}}'))
    assert not presence.leave(1), "the dead connection holds nothing any more"
    assert not presence.receive(3, JORIS, body(7, 5, b'{"cursor":{"x":3},"user":{"name":"Joris"}}'))
    assert presence.leave(2)


def test_people_of_a_dead_process_go_while_those_of_others_stay() -> None:
    presence = Presence()
    for number, process in ((7, b"process2"), (8, b"process3")):
        state = b'{"user":{"name":"P","id":"p%d"}}' % number
        presence.receive_elsewhere(process, body(number, 1, state))
    assert presence.people_elsewhere() == {"p7", "p8"}
    assert presence.forget_elsewhere({b"process3"})
    assert presence.people_elsewhere() == {"p8"}


def test_a_state_that_is_not_utf_8_closes_its_session_only() -> None:
    presence = Presence()
    with pytest.raises(BadFrame):
        presence.receive(1, NADIA, body(7, 1, b'{"user":{"name":"\x80"}}'))


def test_a_colour_that_is_not_theirs_is_put_right() -> None:
    presence = Presence()
    presence.receive(1, NADIA, body(7, 1, b'{"user":{"name":"Nadia","colour":"pivoine"}}'))
    message = presence.everybody()
    assert message is not None and b"pivoine" not in message and b"ciel" in message
