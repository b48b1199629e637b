"""How long carrying takes: notes of many groups on their way to the plenary's canvases.

    python -m tests.bench.carry                  45 notes by three people; trays of 420 and of 2 000 rows
    python -m tests.bench.carry --two            the three people on two servers

For each tray: until it is there whole, until an edit shows in it, how large that is, and how long the server
keeps somebody else waiting meanwhile.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

from tests.bench.conduct import heard_more, servers
from tests.kit.client import Participant, participant
from tests.kit.server import Seat, Server

TOGETHER = "one_sheet_per_group_150"
WORDS = (
    *(
        "voix",
        "structure",
        "personne",
        "partage",
        "décision",
        "argent",
        "réunion",
        "mois",
        "charte",
        "accueil",
    ),
    *("membre", "règle", "code", "licence", "données", "territoire", "voiture", "trajet", "temps", "rôle"),
    *("mandat", "élection", "comité", "public", "contribution", "entretien", "tour", "une"),
)
ZONES = (("sheet2.verso", "rules"), ("sheet2.verso", "community"), ("sheet1.verso", "need"))


class Tray:
    """The harvest as a page keeps it, with when it came and how large it was."""

    def __init__(self, one: Participant) -> None:
        self.one, self.seen, self.chars = one, 0, 0
        self.rows: dict[str, Any] = {}
        self.alike = 0
        one.event(type="harvest")

    def look(self) -> dict[str, Any]:
        for event in self.one.heard("harvest")[self.seen :]:
            self.seen += 1
            self.chars += len(str(event))
            self.alike = len(event.get("alike", ())) or self.alike
            for key, row in event["rows"].items():
                self.rows[key] = row
        return self.rows

    def ends(self, key: str, words: str) -> bool:
        return str(self.look()[key]["text"]).endswith(words)


async def fill(server: Server, seats: list[Seat], each: int) -> None:
    for seat in seats:
        async with participant(server, seat) as sheet:
            for number in range(each):
                board, zone = ZONES[number % len(ZONES)]
                text = " ".join(random.choices(WORDS, k=random.randint(4, 14)))
                sheet.add(f"n{number}", text, board=board, zone=zone)
            await sheet.all_saved()


async def table(server: Server, groups: int, each: int) -> list[Seat]:
    made = server.create(groups=groups, agenda=TOGETHER, people_may_choose_group=True)
    step = {"type": "step.go", "step": "gov"}  # from here on each group sees what the others wrote
    server.call("POST", f"/api/workshops/{made['id']}/commands", step, token=made["token"])
    seats = [await asyncio.to_thread(server.join, made, f"P{n}", group=f"g{n + 1}") for n in range(groups)]
    await fill(server, seats, each)
    return seats


def plenary(seat: Seat) -> str:
    return f"{seat.workshop}-plenary"


async def command(one: Participant, number: str, fields: dict[str, Any]) -> dict[str, Any]:
    one.event(type="command", id=number, command=fields)
    found: list[dict[str, Any]] = []

    def answered() -> bool:
        found[:] = [e for e in one.events if e.get("id") == number]
        return bool(found)

    await one.until(answered)
    return found[0]


async def three_people(all_servers: list[Server]) -> bool:
    """Each carries all 45, one by one, in an order of their own."""
    seats = await table(all_servers[0], 3, 15)
    room = plenary(seats[0])
    sources = [{"from": seat.room, "note": f"n{n}"} for seat in seats for n in range(15)]
    people = []
    waits: list[float] = []
    async with asyncio.TaskGroup() as tasks:
        stop = asyncio.Event()

        async def person(n: int, seat: Seat) -> None:
            server = all_servers[n % len(all_servers)]
            async with participant(server, seat, room=room) as one:
                people.append(one)
                own = sources[15 * n :] + sources[: 15 * n]
                for number, source in enumerate(own):
                    begun = time.monotonic()
                    fields = {"type": "note.carry", **source, "zone": "governance.watch", "room": room}
                    answer = await command(one, f"b{n}-{number}", fields)
                    waits.append(1000 * (time.monotonic() - begun))
                    if answer["type"] == "no":
                        await asyncio.sleep(0.2)  # ten commands a second are a hand's
                await one.until(lambda: len(one.content()) == 45)
                if n == 0:
                    stop.set()
                await stop.wait()

        begun = time.monotonic()
        for n, seat in enumerate(seats):
            tasks.create_task(person(n, seat))
    waits.sort()
    once = all(len(one.content()) == 45 for one in people)
    print(
        f"45 notes by three people on {len(all_servers)} server(s): {time.monotonic() - begun:.2f} s, "
        f"one answer half {waits[len(waits) // 2]:.0f} ms, 95 % "
        f"{waits[int(len(waits) * 0.95)]:.0f} ms; once each: {once}"
    )
    seats = await table(all_servers[0], 3, 15)
    sources = [{"from": seat.room, "note": f"n{n}"} for seat in seats for n in range(15)]
    async with participant(all_servers[0], seats[0], room=plenary(seats[0])) as one:
        begun = time.monotonic()
        fields = {"type": "note.carry", "notes": sources, "zone": "governance.watch"}
        await command(one, "all", fields)
        print(f"45 notes with one press: {1000 * (time.monotonic() - begun):.0f} ms")
    return once


async def tray(server: Server, groups: int, each: int) -> None:
    seats = await table(server, groups, each)
    async with (
        participant(server, seats[0], room=plenary(seats[0])) as one,
        participant(server, seats[1]) as other,
    ):
        slowest = 0.0

        async def ping_forever() -> None:
            nonlocal slowest
            while True:
                before, begun = len(other.heard("pong")), time.monotonic()
                other.event(type="ping", t=0)
                await other.until(heard_more(other, before, "pong"))
                slowest = max(slowest, time.monotonic() - begun)
                await asyncio.sleep(0.01)

        pinging = asyncio.create_task(ping_forever())
        begun, shown = time.monotonic(), Tray(one)
        await one.until(lambda: len(shown.look()) == groups * each)
        whole, size = time.monotonic() - begun, shown.chars
        await asyncio.sleep(1)
        shown.look()
        first, late, sizes = slowest, [], []
        for number in range(10):
            shown.chars, begun = 0, time.monotonic()
            other.write("n0", f" {number}")
            await one.until(partial(shown.ends, "g2/n0", f" {number}"))
            late.append(1000 * (time.monotonic() - begun))
            sizes.append(shown.chars)
        pinging.cancel()
        print(
            f"{groups * each} rows of {groups} groups: whole after {1000 * whole:.0f} ms "
            f"({size // 1000} kB), "
            f"an edit after {sorted(late)[5]:.0f} ms ({max(sizes)} B); alike: {shown.alike} groups; "
            f"somebody else waits {1000 * first:.0f} ms at most at first, then {1000 * slowest:.0f} ms"
        )


async def measure(args: argparse.Namespace, folder: Path) -> int:
    async with servers(args.two, folder) as all_servers:
        once = await three_people(all_servers)
        await tray(all_servers[0], 60, 7)
        await tray(all_servers[0], 10, 200)
    return 0 if once else 1


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--two", action="store_true", help="two servers on one store")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        sys.exit(asyncio.run(measure(args, Path(folder))))


if __name__ == "__main__":
    main()
