"""`kill -9` of the server, of its engine, of both, while people write: what was called saved is there."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path
from typing import Any

import pytest
from tests.kit.client import Participant, participant
from tests.kit.server import Seat, Server, running

NOTES = 25


def notes_of(server: Server, seat: Seat) -> dict[str, Any]:
    """What a room holds, over HTTP, by the note's id."""
    answer = server.call("GET", f"/api/rooms/{seat.room}/notes", token=seat.token)
    assert answer.status == 200, answer.body
    return {note["id"]: note for note in answer.json["notes"]}


async def write_saved(person: Participant, name: str, count: int = NOTES) -> set[str]:
    """Write notes as fast as they come; return their ids once all were reported saved."""
    ids = {f"{name}{number}" for number in range(count)}
    for note_id in sorted(ids):
        person.add(note_id, f"idée {note_id} 🌱")
    await person.all_saved()
    return ids


async def kill_engine_again(server: Server) -> None:
    """Kill the engine and return when another one has taken its place."""
    killed = server.engine_pid()
    os.kill(killed, signal.SIGKILL)
    async with asyncio.timeout(20):
        while True:
            if current_engine(server) not in (None, killed):
                return
            await asyncio.sleep(0.01)


def current_engine(server: Server) -> int | None:
    try:
        return server.engine_pid()
    except (FileNotFoundError, ValueError):  # between two engines
        return None


async def test_what_was_saved_survives_kill_9_of_the_server(tmp_path: Path) -> None:
    with running(tmp_path / "data") as server:
        made = server.create()
        seats = [server.join(made, name) for name in ("Nadia", "Joris")]
        async with participant(server, seats[0]) as nadia, participant(server, seats[1]) as joris:
            saved = await write_saved(nadia, "n") | await write_saved(joris, "j")
            nadia.notes.pop("n0")
            nadia.write("n1", " (suite)")
            await nadia.all_saved()
            for number in range(NOTES):  # these are under way when it happens: they may be lost, not damaged
                joris.add(f"late{number}", "à temps ?")
            server.kill()
            assert await nadia.closed() and await joris.closed()
    with running(tmp_path / "data") as server:
        notes = notes_of(server, seats[0])  # the sessions survived too
        assert saved - {"n0"} <= notes.keys() <= saved | {f"late{number}" for number in range(NOTES)}
        assert "n0" not in notes, "a deletion that was saved is undone"
        assert notes["n1"]["text"] == "idée n1 🌱 (suite)" and notes["j3"]["text"] == "idée j3 🌱"


async def test_people_stay_connected_when_the_engine_is_killed(fresh_server: Server) -> None:
    made = fresh_server.create()
    seats = [fresh_server.join(made, name) for name in ("Nadia", "Joris")]
    async with participant(fresh_server, seats[0]) as nadia, participant(fresh_server, seats[1]) as joris:
        expected = set()
        for life in range(3):
            for number in range(NOTES):
                nadia.add(f"n{life}-{number}", "pendant la panne")
                joris.add(f"j{life}-{number}", "pendant la panne")
            expected |= set(nadia.content()) | set(joris.content())
            await kill_engine_again(fresh_server)
            await asyncio.gather(nadia.all_saved(), joris.all_saved())
        for one in (nadia, joris):
            await one.until(lambda one=one: one.content().keys() == expected, "everything of both")
        assert nadia.content() == joris.content() and len(expected) == 3 * 2 * NOTES
        assert {key: note["text"] for key, note in notes_of(fresh_server, seats[0]).items()} == {
            key: note["text"] for key, note in nadia.content().items()
        }
    assert fresh_server.call("GET", "/readyz").json["ready"] is True


async def test_an_engine_that_hangs_holds_notes_back_and_loses_none(fresh_server: Server) -> None:
    """SIGSTOP: no connection breaks, no answer comes. Nothing is called saved meanwhile, nobody sees it."""
    made = fresh_server.create()
    seats = [fresh_server.join(made, name) for name in ("Nadia", "Joris")]
    async with participant(fresh_server, seats[0]) as nadia, participant(fresh_server, seats[1]) as joris:
        await write_saved(nadia, "n")
        await joris.until(lambda: len(joris.content()) == NOTES)
        engine = fresh_server.engine_pid()
        os.kill(engine, signal.SIGSTOP)
        try:
            nadia.add("held", "retenue")
            ready = await asyncio.to_thread(fresh_server.call, "GET", "/readyz")
            assert ready.status == 503 and ready.json["ready"] is False
            assert nadia.saved == NOTES and "held" not in joris.content()
        finally:
            os.kill(engine, signal.SIGCONT)
        await nadia.all_saved()
        await joris.until(lambda: "held" in joris.content())
        assert nadia.close_code is None and fresh_server.engine_pid() == engine
    assert notes_of(fresh_server, seats[0]).keys() == {f"n{i}" for i in range(NOTES)} | {"held"}


@pytest.mark.parametrize("engine_first", [True, False])
async def test_after_a_kill_of_both_everybody_comes_back_with_what_they_had(
    tmp_path: Path, engine_first: bool
) -> None:
    with running(tmp_path / "data") as server:
        made = server.create()
        seats = [server.join(made, name) for name in ("Nadia", "Joris")]
        async with participant(server, seats[0]) as nadia, participant(server, seats[1]) as joris:
            saved = await write_saved(nadia, "n") | await write_saved(joris, "j")
            for number in range(NOTES):
                nadia.add(f"late{number}", "pas encore enregistrée")
                joris.write("j1", "!")
            await nadia.until(lambda: nadia.saved > NOTES, "some of it is in the log")
            engine = server.engine_pid()
            if engine_first:
                os.kill(engine, signal.SIGKILL)
                server.kill()
            else:
                server.process.send_signal(signal.SIGKILL)
                os.kill(engine, signal.SIGKILL)
                server.process.wait(10)
            await asyncio.gather(nadia.closed(), joris.closed())
            kept = nadia.doc, joris.doc
    with running(tmp_path / "data") as server:
        assert saved <= notes_of(server, seats[0]).keys()
        async with (
            participant(server, seats[0], doc=kept[0]) as nadia,
            participant(server, seats[1], doc=kept[1]) as joris,
        ):
            everything = saved | {f"late{number}" for number in range(NOTES)}
            for one in (nadia, joris):
                await one.until(
                    lambda one=one: (
                        one.content().keys() == everything and one.text("j1") == "idée j1 🌱" + "!" * NOTES
                    ),
                    "what either had",
                )
                await one.all_saved()
            assert nadia.content() == joris.content()
            nadia.add("after", "la séance continue")
            await joris.until(lambda: "after" in joris.content())
        assert notes_of(server, seats[1]).keys() == everything | {"after"}
