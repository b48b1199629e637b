"""Many at once: through one door, into one new room, from one address; and when they leave, they are gone."""

from __future__ import annotations

import asyncio
import signal
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from tests.kit.client import Participant, participant
from tests.kit.server import Seat, Server, running


async def everybody(stack: AsyncExitStack, server: Server, seats: list[Seat]) -> list[Participant]:
    """All of them come in at the same moment."""
    return list(
        await asyncio.gather(*(stack.enter_async_context(participant(server, seat)) for seat in seats))
    )


async def test_sixty_people_behind_one_address_join_at_once_and_see_each_other(server: Server) -> None:
    made = server.create()
    names = [f"Personne {number}" for number in range(60)]
    seats = await asyncio.gather(*(asyncio.to_thread(server.join, made, name) for name in names))
    assert len({seat.person["id"] for seat in seats}) == 60
    async with AsyncExitStack() as stack:
        people = await everybody(stack, server, seats)
        for number, one in enumerate(people):
            one.add(f"n{number}", "bonjour")
            one.show(user={"name": "?"})
        for one in people:
            await one.until(lambda one=one: len(one.content()) == 60, "a note of everybody")
            await one.until(lambda one=one: len(one.presence) >= 59, "everybody's cursor")
        state = server.call("GET", f"/api/workshops/{made['id']}", token=made["token"]).json
        assert {p["name"] for p in state["people"] if p["online"]} == set(names)


@pytest.mark.parametrize("workers", [1, 3])
async def test_ten_people_open_a_fresh_room_at_once_in_every_kind_of_server(
    tmp_path: Path, workers: int
) -> None:
    """Who opens a room while somebody else is opening it must neither wait for ever nor get another one."""
    with running(tmp_path / "data", "--workers", str(workers)) as server:
        made = server.create(groups=3, people_may_choose_group=True)
        for group in ("g1", "g2", "g3"):
            seats = [server.join(made, f"P{number}", group=group) for number in range(10)]
            async with AsyncExitStack() as stack:
                people = await everybody(stack, server, seats)
                assert len({one.heard("hello")[0]["lineage"] for one in people}) == 1
                for number, one in enumerate(people):
                    one.add(f"n{number}", "là")
                for one in people:
                    await one.until(lambda one=one: len(one.content()) == 10, "all ten notes")
        server.process.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(server.process.wait, 30) == 0


async def test_people_who_open_pages_and_sockets_at_once_all_get_an_answer(server: Server) -> None:
    """The page reads the board before the socket does: both roads open the same fresh room."""
    made = server.create()
    seats = [server.join(made, f"P{number}") for number in range(10)]
    path = f"/api/rooms/{seats[0].room}/notes"
    async with AsyncExitStack() as stack:
        reading = [asyncio.to_thread(server.call, "GET", path, token=seat.token) for seat in seats]
        writing = [
            asyncio.to_thread(
                server.call,
                "POST",
                path,
                {"board": "sheet2.verso", "zone": "rules", "text": "par la page"},
                token=seat.token,
            )
            for seat in seats
        ]
        people, *answers = await asyncio.gather(everybody(stack, server, seats), *reading, *writing)
        assert sorted(answer.status for answer in answers) == [200] * 10 + [201] * 10
        for one in people:
            await one.until(lambda one=one: len(one.content()) == 10, "what all wrote")


async def test_a_connection_is_forgotten_however_it_ends(tmp_path: Path) -> None:
    """After comings and goings of every kind nobody is left, and no socket either."""
    with running(tmp_path / "data") as server:
        made = server.create()
        seats = [server.join(made, f"P{number}") for number in range(10)]

        def nobody_is_left() -> bool:
            state = server.call("GET", f"/api/workshops/{made['id']}", token=made["token"]).json
            return not any(person["online"] for person in state["people"])

        open_files: list[int] = []
        for turn in range(10):
            async with AsyncExitStack() as stack:
                people = await everybody(stack, server, seats)
                for one in people[::2]:
                    one.socket.transport.abort()
            if turn in (4, 9):  # by the fifth turn the connections to the store are all there
                async with asyncio.timeout(20):
                    while not nobody_is_left() or (open_files and count_files(server) > open_files[0]):  # noqa: ASYNC110
                        await asyncio.sleep(0.05)
                open_files.append(count_files(server))


def count_files(server: Server) -> int:
    """Files and sockets the server has open; nothing where the system does not tell."""
    folder = Path(f"/proc/{server.process.pid}/fd")
    return len(list(folder.iterdir())) if folder.is_dir() else 0
