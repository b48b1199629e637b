"""The text of a summary: begun by two servers at once it is one."""

from __future__ import annotations

from typing import Any

import pytest
from pycrdt import Doc, Map, Text

from tablee.sync import encoding as enc
from tablee.sync.document import Document, begin_text
from tablee.sync.effects import Send
from tablee.sync.room import FIRST_WRITER, Member, Room


def begin(room: Room) -> None:
    """As `OpenRoom` does it: on a copy, then the road of every update."""
    copy = Document(room.document.state(), client_id=FIRST_WRITER)
    update = copy.edit(begin_text("answers", "summary"))
    if update is not None:
        room.change(None, update, on_refused=pytest.fail)


def commit(room: Room) -> bytes:
    payload = room.commit(0)
    assert payload is not None
    return payload


def words_of(room: Room) -> str:
    summary = room.document.entry("answers", "summary")
    assert summary is not None
    return str(summary["text"])


def test_words_typed_into_either_of_two_beginnings_are_kept() -> None:
    one, other = Room(b"one-----"), Room(b"other---")
    begin(one)
    first = commit(one)
    begin(other)  # has not heard of the first
    second = commit(other)
    one.deliver(1, first)
    client: Doc[Any] = Doc(client_id=7_000_000_001)
    client.apply_update(one.document.state())
    before = client.get_state()
    text: Text = client.get("answers", type=Map)["summary"]["text"]
    text.insert(0, "Partager les trajets")
    one.join(Member(1, "nadia", {}, True, True))
    one.receive(1, enc.update_message(client.get_update(before)))
    third = commit(one)

    other.deliver(1, first)
    other.deliver(2, second)
    one.deliver(2, second)
    other.deliver(3, third)
    one.deliver(3, third)
    assert words_of(one) == words_of(other) == "Partager les trajets"
    begin(one)
    assert one.commit(0) is None, "there is nothing to begin any more"


def test_nobody_writes_under_the_client_id_of_beginnings() -> None:
    room = Room(b"one-----")
    room.join(Member(1, "mallory", {}, True, True))
    theirs = Document(client_id=FIRST_WRITER).edit(begin_text("answers", "summary"))
    assert theirs is not None
    effects = room.receive(1, enc.update_message(theirs))
    assert any(isinstance(effect, Send) and b"update.not_yours" in effect.message for effect in effects)
