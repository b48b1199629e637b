"""Whatever a room takes is the same to genuine Yjs: content, clocks, deletions, and nothing pending."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from tests.kit import updates
from tests.kit.mutations import EVENTS, Spoiler, history
from tests.kit.oracle import Oracle, yjs
from tests.kit.target import Target
from tests.kit.updates import STRING, Item, Section, Update
from tests.kit.vectors import NO_ROOM, ROOM, VECTORS, Vector

from tablee.sync.document import Document


@pytest.fixture(scope="module")
def oracle() -> Iterator[Oracle]:
    with yjs() as judge:
        yield judge


def differences(oracle: Oracle, target: Target) -> list[str]:
    target.check()
    return oracle.differences(target.room.document, target.updates)


@pytest.mark.parametrize("block", range(10))
def test_rooms_under_attack_are_the_same_to_yjs(oracle: Oracle, block: int) -> None:
    """Twenty short attacks a block; the seed in the message repeats one."""
    for seed in range(block * 20, block * 20 + 20):
        past = history(seed % 50)
        target, spoiler = Target(past), Spoiler(random.Random(seed), past)
        for _ in range(25):
            _, frame = spoiler.frame()
            for session, body in target.send(frame)[1]:
                spoiler.took(session, body)
        found = differences(oracle, target)
        assert not found, f"seed {seed}: {found}"


@pytest.mark.parametrize("vector", VECTORS, ids=str)
def test_a_room_is_the_same_to_yjs_after_a_vector(oracle: Oracle, vector: Vector) -> None:
    for past in (NO_ROOM, ROOM):
        for session in (1, 2, EVENTS):
            target = Target(past)
            target.send((session, vector.frame))
            assert differences(oracle, target) == [], f"sent by {session}"


def test_honest_rooms_are_the_same_to_yjs(oracle: Oracle) -> None:
    for seed in range(50):
        past = history(seed)
        assert oracle.differences(Document(past.state), past.bodies) == [], f"seed {seed}"


def test_the_oracle_sees_what_pycrdt_and_yjs_take_differently(oracle: Oracle) -> None:
    """Updates as they would be without a gate: each must be noticed."""
    split = updates.write(
        Update([Section(7, 3, [Item(STRING, origin=(8, 0), text=b"b")])], [(7, [(2, 1)])])
    )  # a known item behind half an emoji: Yjs parts the emoji
    waiting = updates.write(
        Update([Section(7, 3, [Item(STRING, origin=(99, 0), text=b"b")])], [(7, [(2, 1)])])
    )
    half = updates.write(Update([], [(8, [(0, 1)])]))
    for what, update in (("split", split), ("waiting", waiting), ("half", half)):
        document = Document()
        each = [*ROOM.bodies, update]
        for one in each:
            document.apply(one)
        assert oracle.differences(document, each), what
