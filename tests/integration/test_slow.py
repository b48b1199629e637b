"""Somebody who does not read, or is suddenly not there, harms nobody and does not stay."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.kit.client import Participant, participant
from tests.kit.raw import brute, masked
from tests.kit.server import Seat, Server, running

from tablee.sync import encoding as enc

FAST = {"TABLEE_UPDATES_PER_S": "10000", "TABLEE_UPDATES_BURST": "100000"}
PAGE = "un mot " * 280


def names_online(server: Server, seat: Seat) -> set[str]:
    people = server.call("GET", f"/api/workshops/{seat.workshop}", token=seat.token).json["people"]
    return {person["name"] for person in people if person["online"]}


async def write_pages(people: list[Participant], pages: int) -> None:
    """Everybody writes, and waits until everybody has everything."""
    before = len(people[0].content())
    for number in range(pages):
        for one in people:
            one.add(f"{one.seat.person['id']}-{before}-{number}", PAGE)
    for one in people:
        await one.all_saved()
        await one.until(lambda one=one: len(one.notes) >= before + pages * len(people))


async def test_who_does_not_read_is_left_behind_and_others_get_everything(tmp_path: Path) -> None:
    with running(tmp_path / "data", **FAST) as server:
        made = server.create()
        seats = [server.join(made, name) for name in ("Nadia", "Joris", "Yann")]
        async with participant(server, seats[0]) as nadia, participant(server, seats[1]) as joris:
            with brute(server, seats[2], buffer=4096) as deaf:
                # far more than the kernel's buffers and the server's hold for one connection
                for _ in range(10):
                    await write_pages([nadia, joris], 60)
                assert not nadia.heard("refused") and nadia.content() == joris.content()
                # asking for the board again and again, without ever reading the answers
                await deaf.flood(masked(enc.step1(enc.EMPTY_VECTOR)), 600)
                await deaf.until_gone()
                await nadia.until(lambda: "Yann" not in names_online(server, seats[0]), "Yann is gone")
                await write_pages([nadia, joris], 1)


async def test_a_server_stops_well_while_somebody_does_not_read(tmp_path: Path) -> None:
    with running(tmp_path / "data", **FAST) as server:
        made = server.create()
        seats = [server.join(made, name) for name in ("Nadia", "Yann")]
        async with participant(server, seats[0]) as nadia:
            with brute(server, seats[1], buffer=4096):
                for _ in range(8):
                    await write_pages([nadia], 120)
                server.process.send_signal(signal.SIGTERM)
                assert await asyncio.to_thread(server.process.wait, 30) == 0
                assert await nadia.closed() in (1012, 1006)


async def test_who_comes_back_from_a_pause_has_the_whole_board(server: Server) -> None:
    """Slow, but not too slow: what could not be sent meanwhile follows as one."""
    made = server.create()
    async with (
        participant(server, server.join(made, "Nadia")) as nadia,
        participant(server, server.join(made, "Joris")) as joris,
    ):
        joris.socket.transport.pause_reading()
        for number in range(100):
            nadia.add(f"n{number}", PAGE)
        await nadia.all_saved()
        joris.socket.transport.resume_reading()
        await joris.until(lambda: len(joris.notes) == 100, "all that was written meanwhile")


LOITERER = """
import asyncio, json, sys
from tests.kit.client import participant
from tests.kit.server import Seat, Server

async def main():
    base, seat = json.loads(sys.argv[1])
    async with participant(Server(base, None, None), Seat(**seat)) as one:
        one.show(user={"name": "?"}, cursor={"x": 0.5})
        print("here", flush=True)
        await asyncio.sleep(3600)

asyncio.run(main())
"""


async def test_who_is_suddenly_not_there_does_not_stay_as_a_ghost(server: Server) -> None:
    """A process that is stopped keeps its connection open and says nothing, like a cable that is cut."""
    made = server.create()
    yann = server.join(made, "Yann")
    seat = {"token": yann.token, "person": yann.person, "room": yann.room, "workshop": yann.workshop}
    async with participant(server, server.join(made, "Nadia")) as nadia:
        frozen = subprocess.Popen(  # noqa: ASYNC220 (it only starts it)
            [sys.executable, "-c", LOITERER, json.dumps([server.base, seat])],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        try:
            await nadia.until(lambda: nadia.presence, "Yann's cursor")
            frozen.send_signal(signal.SIGSTOP)
            await nadia.until(lambda: not nadia.presence, "Yann's cursor is gone")
            assert names_online(server, nadia.seat) == {"Nadia"}
        finally:
            frozen.kill()
            frozen.wait(10)


async def test_one_person_with_two_tabs_is_one_person(server: Server) -> None:
    made = server.create()
    nadia = server.join(made, "Nadia")
    async with participant(server, server.join(made, "Joris")) as joris:
        async with participant(server, nadia) as first:
            async with participant(server, nadia) as second:
                first.add("n1", "du premier onglet")
                second.add("n2", "du second")
                for tab, x in ((first, 0.1), (second, 0.2)):
                    tab.show(user={"name": "?"}, cursor={"x": x})
                for one in (first, second, joris):
                    await one.until(lambda one=one: one.content().keys() == {"n1", "n2"})
                await joris.until(lambda: len(joris.presence) == 2, "both cursors")
                assert {state["user"]["id"] for state in joris.presence.values()} == {nadia.person["id"]}
                assert names_online(server, nadia) == {"Nadia", "Joris"}
            await joris.until(lambda: len(joris.presence) == 1, "one cursor less")
            assert names_online(server, nadia) == {"Nadia", "Joris"}
            first.write("n1", ", toujours là")
            await joris.until(lambda: joris.text("n1") == "du premier onglet, toujours là")
        await joris.until(lambda: not joris.presence, "nobody else")
        assert names_online(server, joris.seat) == {"Joris"}
