"""A rehearsal on a real server: simulated people come, write, answer and leave, as others do."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.kit.client import PATIENCE_S, participant
from tests.kit.server import Answer, Server, running

from tablee import assets
from tablee.model.canvases import load_catalogue
from tablee.rehearsal.story import load_story

STORY = load_story(assets.canvases_folder(), load_catalogue(assets.canvases_folder()))
NAMES = {actor.name for actor in STORY.people}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("rehearsal")) as one:
        yield one


def made(server: Server, **more: Any) -> dict[str, Any]:
    return server.create(rehearsal=True, agenda=STORY.agenda, groups=list(STORY.groups), **more)


def ask(server: Server, workshop: dict[str, Any], **fields: Any) -> Answer:
    address = f"/api/workshops/{workshop['id']}/commands"
    return server.call("POST", address, fields, token=workshop["token"])


def state(server: Server, workshop: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = server.call(
        "GET", f"/api/workshops/{workshop['id']}", token=workshop["token"]
    ).json
    return found


def notes(server: Server, workshop: dict[str, Any], room: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = server.call(
        "GET", f"/api/rooms/{room}/notes", token=workshop["token"]
    ).json["notes"]
    return found


async def until(seen: Callable[[], object]) -> None:
    """Wait for a state that is asked for over HTTP."""
    async with asyncio.timeout(PATIENCE_S):
        while not await asyncio.to_thread(seen):  # noqa: ASYNC110
            await asyncio.sleep(0.05)


def present(server: Server, workshop: dict[str, Any]) -> set[str]:
    return {p["name"] for p in state(server, workshop)["people"] if p["online"] and p["name"] in NAMES}


async def test_people_of_the_story_write_what_the_step_asks_and_answer_what_is_asked(server: Server) -> None:
    workshop = made(server)
    rooms = [group["rooms"]["exploration"] for group in workshop["groups"]]
    facilitator = server.join(workshop, "Inès", invitation=workshop["invitations"]["facilitator"])
    async with participant(server, facilitator, room=rooms[0]) as one:
        assert ask(server, workshop, type="rehearsal.start", pace=0.05).status == 200
        await until(lambda: present(server, workshop) == NAMES)
        assert ask(server, workshop, type="ready.ask").status == 200
        await until(lambda: {p["name"] for p in state(server, workshop)["people"] if p["ready"]} == NAMES)
        assert not any(notes(server, workshop, room) for room in rooms), "nobody writes before the first step"
        assert ask(server, workshop, type="step.go", step="je").status == 200
        expected = {w.text for w in STORY.writings if w.board == "sheet1.recto"}
        await until(lambda: expected <= {n["text"] for n in notes(server, workshop, rooms[0])})
        by = {p["id"]: p["name"] for p in state(server, workshop)["people"]}
        for note in notes(server, workshop, rooms[0]):
            assert by[note["by"]] in NAMES

        assert ask(server, workshop, type="step.go", step="nous").status == 200
        verso = {w.text for w in STORY.writings if w.board == "sheet2.verso"}
        await until(lambda: verso <= {n["text"] for n in notes(server, workshop, rooms[1])})
        opened = ask(server, workshop, type="vote.open", board="sheet2.verso", group="g2", dots=3)
        assert opened.status == 200, opened.body
        asked = ask(server, workshop, type="consent.open", proposal="Tous les quinze jours", group="g2")
        assert asked.status == 200, asked.body

        for kind in ("vote", "consent"):
            await one.until(lambda kind=kind: any(e["turnout"] for e in one.heard("turnout") if kind in e))
            assert ask(server, workshop, type=f"{kind}.close").status == 200
        found = state(server, workshop)
        assert sum(found["votes"][0]["totals"].values()) > 0
        assert {answer["answer"] for answer in found["consents"][0]["answers"]} <= {"consent", "reservation"}

        assert ask(server, workshop, type="rehearsal.stop").status == 200
        await until(lambda: not present(server, workshop))


async def test_silent_writing_stays_silent(server: Server) -> None:
    workshop = made(server)
    room = workshop["groups"][1]["rooms"]["exploration"]
    facilitator = server.join(workshop, "Inès", invitation=workshop["invitations"]["facilitator"])
    async with participant(server, facilitator, room=room) as one:
        assert ask(server, workshop, type="step.go", step="nous").status == 200
        assert ask(server, workshop, type="writing.silent", board="sheet2.verso").status == 200
        assert ask(server, workshop, type="rehearsal.start", pace=0.05).status == 200
        verso = {w.text for w in STORY.writings if w.board == "sheet2.verso"}

        def hidden() -> int:
            counts = (p.get("counts", {}) for p in state(server, workshop)["people"])
            return sum(count.get("hidden", 0) for count in counts)

        await until(lambda: hidden() >= len(verso))
        assert not any(text.encode() in frame for text in verso for frame in one.frames)
        assert ask(server, workshop, type="writing.reveal").status == 200
        await until(lambda: verso <= {n["text"] for n in notes(server, workshop, room)})


async def test_nobody_is_simulated_in_a_real_workshop_nor_at_a_pace_out_of_bounds(server: Server) -> None:
    real = server.create(agenda=STORY.agenda, groups=list(STORY.groups))
    refused = ask(server, real, type="rehearsal.start")
    assert (refused.status, refused.json["key"]) == (409, "rehearsal.real")
    assert len(state(server, real)["people"]) == 1
    workshop = made(server)
    for pace in (0, -1, 601, "vite", True, None):
        refused = ask(server, workshop, type="rehearsal.start", pace=pace)
        assert (refused.status, refused.json["key"]) == (422, "pace.range"), pace


async def test_a_rehearsal_called_twice_has_each_of_its_people_once(server: Server) -> None:
    workshop = made(server)
    real = server.join(workshop, STORY.people[0].name)
    for _ in range(2):
        assert ask(server, workshop, type="rehearsal.start", pace=600).status == 200
    await until(lambda: len(state(server, workshop)["people"]) == 2 + len(NAMES))
    assert ask(server, workshop, type="rehearsal.stop").status == 200
    assert ask(server, workshop, type="rehearsal.start", pace=600).status == 200
    names = [p["name"] for p in state(server, workshop)["people"] if p["id"] != real.person["id"]]
    assert sorted(names) == sorted({*names} | NAMES), "somebody real of the same name is nobody's part"


async def test_a_server_may_start_with_a_rehearsal_and_prints_its_ways_in(tmp_path: Path) -> None:
    with running(tmp_path, "--rehearsal") as one:
        await until(lambda: "Stop with Ctrl+C." in one.lines)
        printed = "\n".join(one.lines)
        [secret] = re.findall(r"facilitator\s+\S+/i#(\S+)", printed)
        [code] = re.findall(r"code (\S{4}-\S{4})", printed)
        facilitator = one.call("POST", "/api/join", {"invitation": secret, "name": "Bruno"}).json
        workshop = {"id": facilitator["workshop"], "token": facilitator["token"], "code": code}
        room = state(one, workshop)["groups"][0]["rooms"]["exploration"]
        seat = one.join(workshop, "Camille")
        async with participant(one, seat):
            await until(lambda: present(one, workshop) == NAMES)
            assert ask(one, workshop, type="step.go", step="je").status == 200
            await until(lambda: notes(one, workshop, room))
