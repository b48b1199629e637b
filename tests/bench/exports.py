"""How long files of a workshop of a thousand notes take, how large they are, and whether others wait.

python -m tests.bench.exports                each file of a made-up workshop, in this process
python -m tests.bench.exports --served       over HTTP from a server, with somebody who asks it the time
                                             all the time
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from pycrdt import Map, Text
from tests.kit.client import Participant, participant
from tests.kit.packs import a_pack, a_workshop, catalogue, filled
from tests.kit.server import Server, running

from tablee.exports.items import ITEMS
from tablee.exports.making import made
from tablee.live.packing import as_yjs

GOAL_S = 5.0
PINGS_S = 0.12
"""Slow enough for the limit that holds for each session."""


def made_here(notes: int) -> float:
    """The longest that one file took."""
    began = time.perf_counter()
    pack = a_pack(notes, 1)
    print(f"pack of {sum(board.count for board in pack.boards)} notes  {time.perf_counter() - began:6.2f} s")
    worst = 0.0
    for item, wants in ITEMS.items():
        for want in wants:
            began = time.perf_counter()
            if want.format == "yjs":
                sizes = [len(as_yjs(roots)) for roots in pack.rooms.values()]
            else:
                sizes = [len(one.data) for one in made(pack, want)]
            took = time.perf_counter() - began
            worst = max(worst, took)
            print(f"{item:10}{want.format:6}{took:6.2f} s {sum(sizes):12,} bytes in {len(sizes)} files")
    return worst


# -- from a server -----------------------------------------------------------------------------------------


async def fill(server: Server, notes: int) -> dict[str, Any]:
    """A workshop with as many notes as the made-up one, on the same boards."""
    created = server.create(groups=2, title="Mille notes")
    token = created["token"]
    people = [server.join(created, f"Personne {n}", stakeholder=f"Structure {n}") for n in range(6)]
    _, rooms = filled(a_workshop(), notes, 1)
    rectos = [person.person["stakeholder"] for person in people]
    for path, roots in rooms.items():
        group, _, kind = path.partition("/")
        room = next(g for g in created["groups"] if g["id"] == group)["rooms"][kind]
        seat = next(one for one in people if one.person["group"] == group)
        async with participant(server, seat, room=room, token=token) as one:
            for at in range(0, len(entries := list(roots["notes"].items())), 50):
                with one.doc.transaction():
                    for n, (note_id, note) in enumerate(entries[at : at + 50]):
                        board = str(note["board"]).partition("/")[0]
                        if board.endswith("recto"):
                            board = f"{board}/{rectos[n % len(rectos)]}"
                        known = {"zone", "kind", "place", "order", "colour", "at"}
                        plain = {key: value for key, value in note.items() if key in known}
                        one.notes[note_id] = Map(
                            {
                                **plain,
                                "board": board,
                                "by": created_by(server, created),
                                "text": Text(note["text"]),
                                "fields": Map({}),
                            }
                        )
            await one.all_saved()
    return created


def created_by(server: Server, created: dict[str, Any]) -> str:
    me: str = server.call("GET", "/api/me", token=created["token"]).json["person"]["id"]
    return me


async def asked_meanwhile(one: Participant, work: asyncio.Future[Any]) -> list[float]:
    """Round trips of an event that the server answers by itself, in milliseconds."""
    waits: list[float] = []
    while not work.done():
        seen, began = len(one.heard("pong")), time.perf_counter()
        one.event(type="ping", t=began)
        while len(one.heard("pong")) == seen:  # noqa: ASYNC110 (the shortest way to see it)
            await asyncio.sleep(0)
        waits.append((time.perf_counter() - began) * 1000)
        one.events.clear()
        await asyncio.sleep(PINGS_S)
    return waits


def told(name: str, waits: list[float]) -> None:
    ordered = sorted(waits)
    print(
        f"{name:22}median {ordered[len(ordered) // 2]:6.1f} ms,"
        f" 99 % {ordered[len(ordered) * 99 // 100]:6.1f} ms, longest {ordered[-1]:6.1f} ms of {len(ordered)}"
    )


async def served(notes: int) -> float:
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as server:
        created = await fill(server, notes)
        watcher = server.join(created, "Témoin")
        path = f"/api/workshops/{created['id']}"
        async with participant(server, watcher) as one:
            told("nobody exports", await asked_meanwhile(one, asyncio.ensure_future(asyncio.sleep(3))))
            began, lines = time.perf_counter(), list[str]()

            def listed() -> None:
                answer = server.call("GET", f"{path}/exports", token=created["token"])
                lines.extend(answer.body.decode().splitlines())

            told("all files are made", await asked_meanwhile(one, in_thread(listed)))
            print("\n".join(lines), f"\nall in {time.perf_counter() - began:.1f} s")
            worst = 0.0

            def fresh(kind: str) -> float:
                """Named in another way than before, so that nothing is kept."""
                began = time.perf_counter()
                answer = server.call("GET", f"{path}/export.{kind}?names=structures", token=created["token"])
                assert answer.status == 200, answer.body
                return time.perf_counter() - began

            for kind in ("pdf", "png", "svg", "docx", "odt", "md", "xlsx", "csv", "json", "yjs"):
                took = await asyncio.to_thread(fresh, kind)
                worst = max(worst, took)
                print(f"{kind:10}{took:6.2f} s until it is here")
            return worst


def in_thread(work: Any) -> asyncio.Future[Any]:
    return asyncio.ensure_future(asyncio.to_thread(work))


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--notes", type=int, default=1000)
    parser.add_argument("--served", action="store_true")
    asked = parser.parse_args()
    catalogue()
    worst = asyncio.run(served(asked.notes)) if asked.served else made_here(asked.notes)
    print(f"the longest took {worst:.2f} s; each is to take at most {GOAL_S:.0f} s")
    return int(worst > GOAL_S)


if __name__ == "__main__":
    sys.exit(main())
