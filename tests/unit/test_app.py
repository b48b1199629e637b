"""What follows in a process when it hears that a workshop changed, and how commands arrive in events."""

from __future__ import annotations

from collections.abc import Coroutine
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tablee import app
from tablee.app import Tablee, command_of, push_state
from tablee.errors import Unavailable


class Fake:
    """A process with one room, whose store is away for the first `fails` questions."""

    def __init__(self, fails: int, rooms: int = 1) -> None:
        self.fails, self.rooms = fails, rooms
        self.swept: list[int] = []
        self.told: list[str] = []
        self.errands: list[Coroutine[Any, Any, None]] = []
        self.hub = SimpleNamespace(
            rooms_of=lambda workshop: ["room"] * self.rooms,
            errand=self.errands.append,
            policies=SimpleNamespace(learn=lambda workshop: None),
        )
        self.pushing = SimpleNamespace(push=lambda workshop: self.told.append(workshop.id))
        self.workshops = SimpleNamespace(by_id=self.by_id)
        self.standing = SimpleNamespace(sweep=self.sweep)

    async def by_id(self, workshop_id: str) -> Any:
        if self.fails:
            self.fails -= 1
            raise Unavailable("store.away", "…")
        return SimpleNamespace(id=workshop_id, revision=5)

    def sweep(self, workshop: Any) -> bool:
        self.swept.append(workshop.revision)
        return True

    async def run(self) -> None:
        await push_state(cast(Tablee, self), "w1")
        while self.errands:
            await self.errands.pop()


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    async def at_once(seconds: float) -> None:
        """Nothing to wait for: the fake store answers at once."""

    monkeypatch.setattr(app.asyncio, "sleep", at_once)


async def test_a_change_heard_while_the_store_is_away_is_not_forgotten() -> None:
    """Its message comes once; somebody who was removed must not stay because of that."""
    fake = Fake(fails=3)
    await fake.run()
    assert fake.swept == [5] and fake.told == ["w1"]


async def test_nobody_waits_for_the_store_when_no_room_is_left() -> None:
    fake = Fake(fails=1_000, rooms=0)
    await fake.run()
    assert fake.fails == 999 and fake.swept == []


@pytest.mark.parametrize(
    "event",
    [
        {"type": "command", "id": 4, "command": {"type": "step.go", "step": "need"}},
        {"type": "command", "id": 4, "command": "step.go", "step": "need"},
    ],
)
def test_a_command_comes_as_an_object_or_with_its_fields_beside_it(event: dict[str, Any]) -> None:
    assert command_of(event) == {"type": "step.go", "id": 4, "step": "need"}


def test_the_id_inside_the_command_counts_when_there_is_one() -> None:
    assert (
        command_of({"type": "command", "id": 4, "command": {"type": "x", "id": "inside"}})["id"] == "inside"
    )
