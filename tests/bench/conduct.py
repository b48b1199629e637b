"""How soon everybody sees what facilitation does: rooms full of people who write, steps that change.

    python -m tests.bench.conduct                       6 rooms of 7, one server
    python -m tests.bench.conduct --two                 the same people on two servers, one store
    python -m tests.bench.conduct --rooms 60            420 people

The facilitator sends a command from the plenary; for each person it is measured when the `state` with that
revision has come. Everybody also measures the server's clock as pages do (ping, pong, the shortest round
trip of five) with a clock of their own that is up to five minutes wrong: how far apart two timers may be.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import random
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

from tests.kit.client import Participant, participant
from tests.kit.server import Server, running

from tablee.store.engine import embedded_engine

LIMITS = {"TABLEE_MAX_PEOPLE": "5000", "TABLEE_MAX_GROUPS": "200"}
COMMANDS: tuple[dict[str, Any], ...] = (
    {"type": "step.go", "step": "s1_nous", "timer": True},
    {"type": "timer.extend", "seconds": 60},
    {"type": "board.lock", "board": "sheet2.verso"},
    {"type": "step.go", "step": "s2_nous", "timer": True},
    {"type": "board.unlock", "board": "sheet2.verso"},
    {"type": "step.go", "step": "round"},
)


class Watcher:
    """Notes when each revision of the workshop reached somebody."""

    def __init__(self, one: Participant) -> None:
        self.came: dict[int, float] = {}
        one.on_event = self._note

    def _note(self, event: dict[str, Any]) -> None:
        if event["type"] == "state":
            self.came.setdefault(event["revision"], time.monotonic())

    def at(self, revision: int) -> float | None:
        return min((at for known, at in self.came.items() if known >= revision), default=None)


@contextlib.asynccontextmanager
async def servers(two: bool, folder: Path) -> AsyncIterator[list[Server]]:
    with contextlib.ExitStack() as stack:
        if not two:
            yield [await asyncio.to_thread(stack.enter_context, running(folder / "data", **LIMITS))]
            return
        url = stack.enter_context(embedded_engine(folder / "engine"))
        one = [await asyncio.to_thread(stack.enter_context, running(folder, "--store-url", url, **LIMITS))]
        one.append(
            await asyncio.to_thread(stack.enter_context, running(folder, "--store-url", url, **LIMITS))
        )
        yield one


async def write_forever(people: list[Participant], per_s: float) -> None:
    number = 0
    while True:
        one = random.choice(people)
        number += 1
        one.add(f"{one.seat.person['id']}n{number}", "une idée", board="sheet3.verso", zone="model")
        await asyncio.sleep(1 / per_s)


def heard_more(one: Participant, than: int, *kinds: str) -> Callable[[], bool]:
    """Whether more than so many events of these kinds have come."""
    return lambda: sum(len(one.heard(kind)) for kind in kinds) > than


async def clock_error_ms(one: Participant) -> float:
    """How wrong the time of the server is here, by a clock that is minutes off, after five pings."""
    skew = random.uniform(-300_000, 300_000)

    def here() -> float:
        return time.time() * 1000 + skew

    best = (float("inf"), 0.0)
    for _ in range(5):
        before = len(one.heard("pong"))
        sent = here()
        one.event(type="ping", t=sent)
        await one.until(heard_more(one, before, "pong"))
        now = here()
        pong = one.heard("pong")[-1]
        best = min(best, (now - sent, pong["server_time"] - (sent + now) / 2))
    return abs(best[1] + skew)


async def measure(args: argparse.Namespace, folder: Path) -> int:
    async with servers(args.two, folder) as all_servers, contextlib.AsyncExitStack() as stack:
        server = all_servers[0]
        made = await asyncio.to_thread(
            lambda: server.create(groups=args.rooms, people_may_choose_group=True, agenda="half_day_210")
        )
        seats = [
            await asyncio.to_thread(server.join, made, f"P{n}", group=f"g{n % args.rooms + 1}")
            for n in range(args.rooms * args.people)
        ]
        leads = await asyncio.to_thread(
            server.join, made, "Inès", invitation=made["invitations"]["facilitator"]
        )
        people = [
            await stack.enter_async_context(participant(all_servers[n % len(all_servers)], seat))
            for n, seat in enumerate(seats)
        ]
        watchers = [Watcher(one) for one in people]
        ines = await stack.enter_async_context(participant(server, leads, room=made["plenary"]))
        writing = asyncio.create_task(write_forever(people, args.writes * len(people)))
        late: list[float] = []
        missing = 0
        for number in range(args.times):
            await asyncio.sleep(0.5)
            command = COMMANDS[number % len(COMMANDS)]
            sent = time.monotonic()
            ines.event(**{**command, "type": "command", "command": command["type"], "id": f"bench-{number}"})
            await ines.until(heard_more(ines, number, "done", "no"))
            if ines.heard("no"):
                print("refused:", ines.heard("no")[-1])
                return 1
            revision = ines.heard("done")[-1]["revision"]
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(10):
                    while any(one.at(revision) is None for one in watchers):  # noqa: ASYNC110
                        await asyncio.sleep(0.01)
            came = [one.at(revision) for one in watchers]
            missing += sum(at is None for at in came)
            late += [1000 * (at - sent) for at in came if at is not None]
        errors = sorted([await clock_error_ms(one) for one in people[:: max(1, len(people) // 40)]])
        writing.cancel()
        late.sort()
        p95 = late[int(len(late) * 0.95)]
        print(
            f"{len(people)} people in {args.rooms} rooms on {len(all_servers)} server(s), "
            f"{args.writes * len(people):.0f} notes a second, {args.times} commands"
        )
        print(
            f"seen after: half {late[len(late) // 2]:.0f} ms, 95 % {p95:.0f} ms, 99 % "
            f"{late[int(len(late) * 0.99)]:.0f} ms, all {late[-1]:.0f} ms; missing {missing}"
        )
        print(
            f"timers: each at most {errors[-1]:.1f} ms from the server's time, "
            f"so two at most {2 * errors[-1]:.1f} ms apart"
        )
        return 1 if missing or p95 > args.goal else 0


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rooms", type=int, default=6)
    parser.add_argument("--people", type=int, default=7, help="people in each room")
    parser.add_argument("--times", type=int, default=30, help="commands")
    parser.add_argument("--writes", type=float, default=1.0, help="notes a person writes in a second")
    parser.add_argument(
        "--goal", type=float, default=500.0, help="milliseconds within which 95 % must have seen it"
    )
    parser.add_argument("--two", action="store_true", help="two servers on one store")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        sys.exit(asyncio.run(measure(args, Path(folder))))


if __name__ == "__main__":
    main()
