"""How fast everybody is back after a restart: people in rooms, the server stopped and started under them.

    python -m tests.bench.comeback --people 300 --rooms 40          one server, restarted
    python -m tests.bench.comeback --people 300 --rooms 40 --two    two on one store, one after the other

People come back by the rule of the browser (`web/src/sync/close.ts`) and go on writing meanwhile. Somebody is
back when the room has answered, and everything they wrote is saved. In the end every board is read
afresh: nothing anybody wrote may be missing.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import random
import resource
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pycrdt import Doc
from tests.kit.client import Participant, participant
from tests.kit.server import Seat, Server, running
from tests.kit.store import free_port
from websockets.exceptions import WebSocketException

from tablee.store.engine import embedded_engine

LIMITS = {"TABLEE_MAX_PEOPLE": "5000", "TABLEE_MAX_GROUPS": "200"}


def retry_delay_s(attempt: int) -> float:
    """The same as `retryDelayMs` of the browser."""
    short = attempt < 12
    most = min(1_000, 300 * 2**attempt) if short else min(10_000, 1_000 * 2 ** min(attempt - 11, 8))
    return most * (0.5 + random.random() / 2) / 1000


@dataclass
class Person:
    """Somebody at a table: comes, writes, comes back."""

    seat: Seat
    written: set[str] = field(default_factory=set)
    doc: Doc[Any] | None = None
    now: Participant | None = None
    pen: Participant | None = None
    """The latest connection, to write with while there is none."""
    back_at: float | None = None
    """When everything was well again after the last break."""
    attempts: int = 0
    refused: list[str] = field(default_factory=list)

    async def live(self, servers: list[Server]) -> None:
        attempt, turn = 0, random.randrange(len(servers))
        while True:
            self.attempts += 1
            try:
                async with asyncio.timeout(15):
                    opening = participant(servers[turn % len(servers)], self.seat, doc=self.doc)
                    one = await opening.__aenter__()
            except (OSError, TimeoutError, AssertionError, WebSocketException):
                one = None
            if one is not None:
                self.doc, self.now, self.pen = one.doc, one, one
                with contextlib.suppress(AssertionError, TimeoutError):
                    await one.all_saved()
                    self.back_at, attempt = time.monotonic(), 0
                    await one.socket.wait_closed()  # not by looking: 300 people would keep a core busy
                self.refused += [event["key"] for event in one.heard("refused")]
                self.now = None
                await opening.__aexit__(None, None, None)
            self.back_at = None
            turn += 1
            await asyncio.sleep(retry_delay_s(attempt))
            attempt += 1

    def write(self) -> None:
        """Write a note, with or without a server."""
        if self.pen is not None:
            note = f"{self.seat.person['id']}-{len(self.written)}"
            self.written.add(note)
            self.pen.add(note, "une idée de plus")


def cpu_s(pid: int) -> float:
    """Processor time a process has used, in seconds; 0 where the system does not tell."""
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():
        return 0.0
    user, system = stat.read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


async def until_all_back(people: list[Person], since: float, wait_s: float = 60) -> list[float]:
    """Seconds after `since` at which each was back."""
    while time.monotonic() - since < wait_s:
        if all(one.back_at is not None and one.back_at > since for one in people):
            break
        await asyncio.sleep(0.02)
    return sorted(one.back_at - since for one in people if one.back_at is not None and one.back_at > since)


async def write_forever(people: list[Person], per_s: float) -> None:
    while True:
        random.choice(people).write()
        await asyncio.sleep(1 / per_s)


@contextlib.asynccontextmanager
async def at_tables(
    server: Server, servers: list[Server], people: int, rooms: int
) -> AsyncIterator[list[Person]]:
    """People spread over the rooms of one workshop, all of them in, writing."""
    made = server.create(groups=rooms, people_may_choose_group=True)
    seats = [
        await asyncio.to_thread(server.join, made, f"P{number}", group=f"g{number % rooms + 1}")
        for number in range(people)
    ]
    crowd = [Person(seat) for seat in seats]
    async with asyncio.TaskGroup() as tasks:
        began = time.monotonic()
        living = [tasks.create_task(one.live(servers)) for one in crowd]
        came = await until_all_back(crowd, began)
        say("first arrival", came, people)
        living.append(tasks.create_task(write_forever(crowd, people / 4)))
        yield crowd
        for task in living:
            task.cancel()


def say(what: str, seconds: list[float], people: int) -> None:
    if len(seconds) < people:
        print(f"{what}: only {len(seconds)} of {people} came")
    if seconds:
        middle, late = seconds[len(seconds) // 2], seconds[int(len(seconds) * 0.95)]
        print(f"{what}: half {middle:.2f} s, 95 % {late:.2f} s, all {seconds[-1]:.2f} s", flush=True)


@contextlib.contextmanager
def stopped(server: Server) -> Iterator[float]:
    """Stop it as a supervisor does; the moment it was told."""
    since = time.monotonic()
    server.process.send_signal(signal.SIGTERM)
    status = server.process.wait(30)
    print(f"  stopped with status {status} after {time.monotonic() - since:.2f} s", flush=True)
    yield since
    print(f"  the next accepts people after {time.monotonic() - since:.2f} s", flush=True)


async def check(server: Server, people: list[Person]) -> int:
    """Read every board afresh; how many notes are missing."""
    rooms: dict[str, tuple[Seat, set[str]]] = {}
    for one in people:
        rooms.setdefault(one.seat.room, (one.seat, set()))[1].update(one.written)
    missing = 0
    for seat, notes in rooms.values():
        async with participant(server, seat) as fresh:
            missing += len(notes - fresh.content().keys())
    refused = [key for one in people for key in one.refused]
    attempts = sum(one.attempts for one in people)
    total = sum(len(one.written) for one in people)
    print(f"notes written {total}, missing {missing}, refused {len(refused)}, attempts {attempts}")
    return missing + len(refused)


async def restart_one(args: argparse.Namespace, folder: Path) -> int:
    flags = (folder / "data", "--port", str(free_port()))
    with contextlib.ExitStack() as stack:
        server = await asyncio.to_thread(stack.enter_context, running(*flags, **LIMITS))
        async with at_tables(server, [server], args.people, args.rooms) as people:
            late = 0.0
            for _ in range(args.times):
                await asyncio.sleep(args.calm)
                with contextlib.ExitStack() as timing:
                    since = await asyncio.to_thread(timing.enter_context, stopped(server))
                    await asyncio.sleep(args.away)
                    again = await asyncio.to_thread(stack.enter_context, running(*flags, **LIMITS))
                server.process = again.process
                began, own = cpu_s(again.process.pid), time.process_time()
                back = await until_all_back(people, since)
                say("back after a restart", back, args.people)
                busy = cpu_s(again.process.pid) - began
                own = time.process_time() - own
                print(f"  processor time: the server {busy:.2f} s, all people together {own:.2f} s")
                late = max(late, back[-1] if len(back) == args.people else 99)
            await asyncio.sleep(1)
            bad = await settle(server, people)
    return 1 if bad or late > args.goal else 0


async def restart_two(args: argparse.Namespace, folder: Path) -> int:
    with embedded_engine(folder / "engine") as url, contextlib.ExitStack() as stack:
        ports = [free_port(), free_port()]
        flags = [(folder, "--store-url", url, "--port", str(port)) for port in ports]
        both = [await asyncio.to_thread(stack.enter_context, running(*each, **LIMITS)) for each in flags]
        async with at_tables(both[0], both, args.people, args.rooms) as people:
            late = 0.0
            for number in (0, 1):
                await asyncio.sleep(args.calm)
                there = [one for one in people if one.now is not None and _port(one) == ports[number]]
                print(f"server {number + 1} goes, with {len(there)} people")
                with contextlib.ExitStack() as timing:
                    since = await asyncio.to_thread(timing.enter_context, stopped(both[number]))
                    back = await until_all_back(there, since)
                    say("back at the other", back, len(there))
                    again = await asyncio.to_thread(stack.enter_context, running(*flags[number], **LIMITS))
                both[number].process = again.process
                late = max(late, back[-1] if len(back) == len(there) else 99)
            bad = await settle(both[0], people)
    return 1 if bad or late > args.goal else 0


def _port(one: Person) -> int:
    assert one.now is not None
    return int(one.now.socket.remote_address[1])


async def settle(server: Server, people: list[Person]) -> int:
    """Wait until all that was written is saved, then look."""
    for one in people:
        one.write = lambda: None  # type: ignore[method-assign]
    for one in people:
        while one.now is None or one.now.close_code is not None:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        await one.now.all_saved()
    return await check(server, people)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, default=300)
    parser.add_argument("--rooms", type=int, default=40)
    parser.add_argument("--times", type=int, default=1, help="restarts of the one server")
    parser.add_argument("--calm", type=float, default=2.0, help="seconds of writing before each restart")
    parser.add_argument("--away", type=float, default=0.0, help="further seconds without a server")
    parser.add_argument("--goal", type=float, default=5.0, help="seconds within which all must be back")
    parser.add_argument("--two", action="store_true", help="two servers on one store, restarted in turn")
    args = parser.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8192), hard))
    with tempfile.TemporaryDirectory() as folder:
        work = restart_two if args.two else restart_one
        sys.exit(asyncio.run(work(args, Path(folder))))


if __name__ == "__main__":
    main()
