"""What broke a room, a library or browsers once does nothing any more."""

from __future__ import annotations

import pytest
from tests.kit.mutations import EVENTS, PLAIN, READER, History
from tests.kit.target import ACCEPTED, Target
from tests.kit.vectors import NO_ROOM, ROOM, VECTORS, Vector

from tablee.sync import encoding as enc
from tablee.sync.document import Document


def test_the_room_they_are_sent_to_has_a_note_and_an_emoji() -> None:
    target = Target(ROOM)
    target.check()
    assert target.room.document.notes() == {"n": {"text": "ab😀"}}


@pytest.mark.parametrize("past", [NO_ROOM, ROOM], ids=["an empty room", "a room with a note"])
@pytest.mark.parametrize("vector", VECTORS, ids=str)
def test_a_vector_is_refused_and_changes_nothing(vector: Vector, past: History) -> None:
    for session in (EVENTS, PLAIN, READER, 1, 2):
        target = Target(past)
        before = target.check()
        content = target.room.document.content()
        outcome, _ = target.send((session, vector.frame))
        target.check()
        if outcome == ACCEPTED:
            assert vector.may_be_taken, f"taken from session {session}"
            continue
        assert target.room.document.content() == content
        assert Document(before).vector() == Document(target.room.document.state()).vector()


@pytest.mark.parametrize("vector", VECTORS, ids=str)
def test_people_go_on_writing_after_a_vector(vector: Vector) -> None:
    target = Target(ROOM)
    target.send((EVENTS, vector.frame))
    honest = Document(target.room.document.state(), client_id=5_000)
    update = honest.change(lambda notes: notes["n"]["text"].insert(0, "été "))
    assert update is not None
    outcome, _ = target.send((1, enc.update_message(update)))
    assert outcome == ACCEPTED
    target.check()
    assert target.room.document.notes()["n"]["text"].startswith("été ")
