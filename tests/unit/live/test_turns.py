"""Turns are shared fairly, and none is lost."""

from __future__ import annotations

import asyncio

from tablee.live.turns import Turns


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


async def in_turn(asked: list[tuple[str, int, float]]) -> list[str]:
    """Who comes when, of those who ask at once: whose, how large, how long it takes them."""
    clock, order = Clock(), []
    turns = Turns(clock)

    async def ask(whose: str, size: int, takes: float) -> None:
        async with turns.of(whose, size):
            order.append(whose)
            await asyncio.sleep(0)
            clock.now += takes

    await asyncio.gather(*(ask(*one) for one in asked))
    return order


async def test_one_who_asks_for_much_holds_up_nobody_else_for_more_than_a_piece() -> None:
    asked = [("much", 9, 30.0)] * 4 + [("little", 1, 1.0)] * 4 + [("other", 5, 2.0)] * 2
    assert (
        await in_turn(asked)
        == ["much", "little", "other", "little", "little", "other", "little"] + ["much"] * 3
    )


async def test_nobody_saves_up_turns() -> None:
    """Who comes late begins where the others are."""
    clock, order = Clock(), []
    turns = Turns(clock)

    async def ask(whose: str, times: int) -> None:
        for _ in range(times):
            async with turns.of(whose):
                order.append(whose)
                await asyncio.sleep(0)
                clock.now += 10

    early = [asyncio.create_task(ask(name, 6)) for name in ("a", "b")]
    while len(order) < 6:  # noqa: ASYNC110 (a state to wait for)
        await asyncio.sleep(0)
    late = asyncio.create_task(ask("c", 6))
    await asyncio.gather(*early, late)
    told = "".join(order)
    assert told.count("ccc") == 1 and told.endswith("ccc"), told
    assert sorted(order[6:15]) == sorted("abc" * 3)


async def test_who_leaves_hands_on_their_turn() -> None:
    turns = Turns()
    entered = asyncio.Event()

    async def ask() -> None:
        async with turns.of("w"):
            entered.set()

    async with turns.of("first"):
        waiting, leaving, last = (asyncio.create_task(ask()) for _ in range(3))
        await asyncio.sleep(0)
        leaving.cancel()
        await asyncio.sleep(0)
    waiting.cancel()  # it was given the turn in this very moment
    await asyncio.wait_for(last, 5)
    assert waiting.cancelled() and leaving.cancelled() and entered.is_set()
    async with asyncio.timeout(5), turns.of("again"):
        pass
