"""What a room leaves behind: memory of the server before and after many rooms were opened and closed.

    python -m tests.bench.rooms --rooms 1000

The server is the real one in a process of its own, but rooms close two seconds after the last person left
instead of a minute. In each room somebody writes a few notes and goes. Compared is the memory in use after
the first hundred rooms (caches are warm by then) with that after all of them; `--objects` also
counts what kinds of Python objects there are more of.
"""

from __future__ import annotations

import argparse
import asyncio
import collections
import gc
import json
import re
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from tests.kit.client import participant
from tests.kit.server import READY, Seat, Server

AT_ONCE = 20
GROUPS = 50
WARM = 100


def serve(arguments: list[str]) -> None:
    """The server itself, impatient with empty rooms; tells its objects when asked by a signal."""
    from tablee.cli import main as tablee
    from tablee.live import housekeeping

    housekeeping.IDLE_S = 2.0

    def count(number: int, frame: object) -> None:
        gc.collect()
        kinds = collections.Counter(type(one).__qualname__ for one in gc.get_objects())
        print("objects " + json.dumps(kinds), flush=True)

    signal.signal(signal.SIGUSR1, count)
    sys.argv = ["tablee", "serve", *arguments]
    tablee()


def memory_mb(pid: int) -> float:
    """Memory of a process that is really there."""
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert found
    return int(found[1]) / 1024


def rooms_open(server: Server) -> int:
    metrics = server.call("GET", "/metrics").body.decode()
    found = re.search(r"^tablee_rooms_open(?:\{[^}]*\})? ([\d.]+)", metrics, re.MULTILINE)
    assert found, metrics
    return int(float(found[1]))


async def until_empty(server: Server) -> None:
    while await asyncio.to_thread(rooms_open, server):  # noqa: ASYNC110
        await asyncio.sleep(0.2)


async def visit(server: Server, seat: Seat, room: str, notes: int) -> None:
    async with participant(server, seat, room=room) as one:
        for number in range(notes):
            one.add(f"n{number}", "une idée " * 10)
        one.show(user={"name": "?"}, cursor={"x": 1, "y": 1})
        await one.all_saved()


async def open_and_close(server: Server, rooms: int, notes: int) -> None:
    """So many rooms, in workshops of `GROUPS` groups, `AT_ONCE` at a time."""
    left = rooms
    while left:
        made = await asyncio.to_thread(lambda: server.create(groups=GROUPS))
        person = server.call("GET", "/api/me", token=made["token"]).json["person"]
        organiser = Seat(made["token"], person, "", made["id"])
        names = [room for group in made["groups"] for room in group["rooms"].values()][:left]
        for at in range(0, len(names), AT_ONCE):
            some = names[at : at + AT_ONCE]
            await asyncio.gather(*(visit(server, organiser, room, notes) for room in some))
        left -= len(names)
        # never more open at once than when it was warmed up: else the peak is measured, not what remains
        await until_empty(server)


class Told:
    """Lines the server prints."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def line(self, start: str) -> str:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.startswith(start):
                return line[len(start) :].strip()
        raise RuntimeError("the server ended")

    def objects(self) -> collections.Counter[str]:
        self.process.send_signal(signal.SIGUSR1)
        counts: dict[str, Any] = json.loads(self.line("objects "))
        return collections.Counter(counts)


async def measure(args: argparse.Namespace, folder: Path) -> int:
    command = [sys.executable, "-m", "tests.bench.rooms", "--serve", "--port", "0", "--data-dir", str(folder)]
    async with AsyncExitStack() as stack:
        process = subprocess.Popen(  # noqa: ASYNC220 (it only starts it)
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        stack.callback(process.wait, 20)
        stack.callback(process.terminate)
        told = Told(process)
        server = Server(told.line(READY), folder, process)
        fresh = memory_mb(process.pid)
        await open_and_close(server, WARM, args.notes)
        before, engine = memory_mb(process.pid), memory_mb(server.engine_pid())
        objects = told.objects() if args.objects else collections.Counter()
        began = time.monotonic()
        await open_and_close(server, args.rooms, args.notes)
        took = time.monotonic() - began
        after, engine_after = memory_mb(process.pid), memory_mb(server.engine_pid())
        if args.objects:
            more = told.objects()
            more.subtract(objects)
            for kind, count in more.most_common(12):
                if count >= args.rooms / 20:
                    print(f"  {count:+d} {kind}")
        grown = 100 * (after / before - 1)
        print(f"fresh {fresh:.1f} MB, after {WARM} rooms {before:.1f} MB")
        print(f"after {args.rooms} more rooms {after:.1f} MB: {grown:+.1f} %, in {took:.0f} s")
        print(f"the store, which keeps their notes: {engine:.1f} MB, then {engine_after:.1f} MB")
        return 0 if grown <= args.goal else 1


def main() -> None:
    if "--serve" in sys.argv:
        serve(sys.argv[sys.argv.index("--serve") + 1 :])
        return
    as_it_is = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=as_it_is)
    parser.add_argument("--rooms", type=int, default=1000)
    parser.add_argument("--notes", type=int, default=5, help="notes in each room")
    parser.add_argument("--objects", action="store_true", help="count Python objects by kind")
    parser.add_argument("--goal", type=float, default=10.0, help="per cent of growth that are accepted")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        sys.exit(asyncio.run(measure(args, Path(folder))))


if __name__ == "__main__":
    main()
