"""Silent and anonymous writing through real sockets: what is hidden leaves the server for nobody else."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis
from tests.kit.client import Participant, participant
from tests.kit.server import Seat, Server, running

from tablee.live.records import read_workshop, write_workshop
from tablee.model.workshop import BoardState, Workshop
from tablee.store import keys

RULES = {"board": "sheet2.verso", "zone": "rules"}


def draft(note_id: str, text: str, **more: Any) -> dict[str, Any]:
    return {"id": note_id, **RULES, "kind": "note", "place": [0.5, 0.5], "order": "a0", "text": text, **more}


def command(server: Server, made: dict[str, Any], kind: str, **fields: Any) -> Any:
    path = f"/api/workshops/{made['id']}/commands"
    answer = server.call("POST", path, {"type": kind, **fields}, token=made["token"])
    assert answer.status == 200, answer.body
    return answer.json


async def ask(person: Participant, **message: Any) -> dict[str, Any]:
    """Send drafts; the answer."""
    number = f"q{len(person.frames)}"
    person.event(type="private", id=number, **message)
    answers: list[dict[str, Any]] = []

    def answered() -> bool:
        answers[:] = [one for one in person.events if one.get("id") == number]
        return bool(answers)

    await person.until(answered, "the answer")
    return answers[0]


def drafts_of(person: Participant) -> dict[str, str]:
    told = person.heard("private")
    return {note["id"]: note["text"] for note in told[-1]["notes"]} if told else {}


def numbers_of(person: Participant) -> dict[str, Any]:
    told = person.heard("hidden")
    zones: dict[str, Any] = told[-1]["zones"] if told else {}
    return zones


def told_to(person: Participant, word: str) -> bool:
    return any(word.encode() in frame for frame in person.frames)


def texts(person: Participant) -> list[str]:
    return sorted(str(note["text"]) for note in person.content().values())


class Table:
    """A room with somebody of every role, and a plain Yjs client."""

    def __init__(self, server: Server, **settings: Any) -> None:
        self.server, self.made = server, server.create(**settings)
        invitations = self.made["invitations"]
        self.seats = {
            "nadia": server.join(self.made, "Nadia"),
            "joris": server.join(self.made, "Joris"),
            "plain": server.join(self.made, "Yann"),
            "ines": server.join(self.made, "Inès", invitation=invitations["facilitator"]),
            "odile": server.join(self.made, "Odile", invitation=invitations["observer"]),
        }
        self.room = self.seats["nadia"].room
        self.people: dict[str, Participant] = {}
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Table:
        for name, seat in self.seats.items():
            entering = participant(self.server, seat, room=self.room, events=name != "plain")
            self.people[name] = await self._stack.enter_async_context(entering)
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._stack.aclose()

    async def command(self, kind: str, **fields: Any) -> None:
        await asyncio.to_thread(command, self.server, self.made, kind, **fields)

    def notes(self, seat: Seat) -> list[dict[str, Any]]:
        answer = self.server.call("GET", f"/api/rooms/{self.room}/notes", token=seat.token)
        notes: list[dict[str, Any]] = answer.json["notes"]
        return notes

    def reads(self, seat: Seat) -> bytes:
        """All that this person is answered over HTTP: notes, state, pages."""
        workshop = self.made["id"]
        paths = [f"/api/rooms/{self.room}/notes", f"/api/workshops/{workshop}", "/api/me"]
        paths += [f"/atelier/{workshop}?board=sheet2.verso", f"/animation/{workshop}", "/metrics"]
        bearer = {"Authorization": f"Bearer {seat.token}"}
        return b"".join(self.server.call("GET", path, headers=bearer).body for path in paths)


async def test_silent_notes_reach_nobody_before_the_reveal_and_everybody_after(server: Server) -> None:
    async with Table(server) as table:
        nadia, joris, ines = (table.people[name] for name in ("nadia", "joris", "ines"))
        await table.command("writing.silent", **RULES)
        mine = draft("nmine", "MARQUEUR-NADIA é🌱", fields={"state": "proposed"}, kind="rule")
        assert (await ask(nadia, notes=[mine]))["type"] == "done"
        await ask(joris, notes=[draft("nhis", "MARQUEUR-JORIS"), draft("ntwo", "MARQUEUR-DEUX")])
        await ask(joris, notes=[draft("ntwo", "MARQUEUR-DEUX changé")], deleted=["nothing"])
        posted = await asyncio.to_thread(
            server.call,
            "POST",
            f"/api/rooms/{table.room}/notes",
            {**RULES, "text": "MARQUEUR-HTTP"},
            token=table.seats["nadia"].token,
        )
        assert posted.status == 201 and posted.json["hidden"] is True
        await nadia.until(lambda: len(drafts_of(nadia)) == 2)
        place = "sheet2.verso rules"
        for one in (nadia, joris, ines, table.people["odile"]):
            await one.until(lambda one=one: numbers_of(one).get(place) == {"notes": 4, "people": 2, "of": 3})
        assert not any("people" in told for told in joris.heard("hidden"))
        counts = {table.seats["nadia"].person["id"]: 2, table.seats["joris"].person["id"]: 2}
        await ines.until(lambda: ines.heard("hidden")[-1]["people"] == counts)
        # all bytes of all frames, answers and pages of everybody but the author
        own = {"MARQUEUR-NADIA": "nadia", "MARQUEUR-HTTP": "nadia", "MARQUEUR-JORIS": "joris"}
        for name, seat in table.seats.items():
            pages = await asyncio.to_thread(table.reads, seat)
            for marker, author in own.items():
                seen = told_to(table.people[name], marker) or marker.encode() in pages
                assert seen == (name == author), (name, marker)
        mine_now = [n for n in table.notes(table.seats["nadia"]) if n.get("hidden")]
        assert sorted(n["text"] for n in mine_now) == ["MARQUEUR-HTTP", "MARQUEUR-NADIA é🌱"]
        assert texts(joris) == []

        await table.command("writing.reveal", **RULES)
        for one in table.people.values():
            await one.until(lambda one=one: len(one.content()) == 4, "the notes")
        assert texts(nadia)[-2:] == ["MARQUEUR-JORIS", "MARQUEUR-NADIA é🌱"]
        notes = joris.content()
        assert notes["nmine"]["by"] == table.seats["nadia"].person["id"]
        assert notes["nmine"]["fields"] == {"state": "proposed"} and notes["nmine"]["kind"] == "rule"
        assert len({tuple(note["place"]) for note in notes.values()}) == 4, "nobody lies on another"
        await nadia.until(lambda: not drafts_of(nadia) and numbers_of(nadia) == {})
        late = await ask(nadia, notes=[draft("nmine", "encore")], deleted=["nhis"])
        assert late["type"] == "done" and late["revealed"] == ["nhis", "nmine"]
        assert len(nadia.content()) == 4


async def test_the_document_takes_no_note_in_a_hidden_place_from_anybody(server: Server) -> None:
    async with Table(server) as table:
        nadia, plain, ines = (table.people[name] for name in ("nadia", "plain", "ines"))
        nadia.add("nfirst", "avant")
        nadia.add("nother", "ailleurs", zone="costs")
        await nadia.all_saved()
        await table.command("writing.silent", board="sheet2.verso", zone="rules")
        ines.add("nfac", "en direct")
        await ines.until(lambda: ines.heard("refused"))
        assert ines.heard("refused")[0]["key"] == "writing.silent"
        nadia.notes["nother"]["zone"] = "rules"
        await nadia.until(lambda: nadia.heard("refused"))
        plain.add("nplain", "en direct")
        assert await plain.closed() == 4400
        # what was visible stays as it is
        joris = table.people["joris"]
        joris.write("nfirst", " et encore")
        await joris.all_saved()
        assert not joris.heard("refused")


async def test_bad_drafts_are_refused_with_a_reason(server: Server) -> None:
    async with Table(server) as table:
        nadia, odile = table.people["nadia"], table.people["odile"]
        await table.command("writing.silent", board="sheet2.verso")
        nadia.add("nthere", "ailleurs", board="sheet1.verso", zone="values")
        await nadia.all_saved()
        wrong: list[tuple[dict[str, Any], str]] = [
            ({"notes": "all"}, "private.invalid"),
            ({"notes": [draft("a b", "x")]}, "note.id"),
            ({"notes": [draft("n1", "x"), draft("n1", "y")]}, "private.twice"),
            ({"notes": [draft("n1", "x" * 2001)]}, "note.too_long"),
            ({"notes": [draft("n1", "x", zone="nowhere")]}, "zone.unknown"),
            ({"notes": [draft("n1", "x", board="sheet9.verso")]}, "board.unknown"),
            ({"notes": [draft("n1", "x", place=[0, 7])]}, "note.place"),
            ({"notes": [draft("n1", "x", fields={"state": "wild"})]}, "field.value"),
            ({"notes": [draft("n1", "x", secret=1)]}, "note.field"),
            ({"notes": [draft("nthere", "x")]}, "note.exists"),
            ({"deleted": [f"n{n}" for n in range(501)]}, "private.invalid"),
        ]
        for message, key in wrong:
            assert (await ask(nadia, **message)).get("key") == key
        assert (await ask(odile, notes=[draft("n1", "x")]))["key"] == "role.read_only"
        assert (await ask(nadia, notes=[draft("n1", "dedans")]))["type"] == "done"
        out = {**draft("n1", "dehors"), "board": "sheet1.verso", "zone": "values"}
        assert (await ask(nadia, notes=[out]))["key"] == "writing.leaves"
        await table.command("board.lock", board="sheet2.verso")
        assert (await ask(nadia, notes=[draft("n1", "fermé")]))["key"] == "board.locked"
        assert (await ask(nadia, deleted=["n1"]))["key"] == "board.locked"
        assert drafts_of(nadia) == {"n1": "dedans"}


async def test_two_devices_of_a_person_and_a_reload_see_the_same_drafts(server: Server) -> None:
    made = server.create()
    command(server, made, "writing.silent")
    seat = server.join(made, "Nadia")
    async with participant(server, seat) as one, participant(server, seat) as two:
        await ask(one, notes=[draft("n1", "ici")])
        await two.until(lambda: drafts_of(two) == {"n1": "ici"})
        await ask(two, notes=[draft("n2", "là")], deleted=["n1"])
        await one.until(lambda: drafts_of(one) == {"n2": "là"})
    async with participant(server, seat) as again:
        await again.until(lambda: drafts_of(again) == {"n2": "là"})


async def test_anonymous_notes_are_linked_to_nobody(redis_server: str, tmp_path: Path) -> None:
    with running(tmp_path, "--store-url", redis_server) as server:
        async with Table(server) as table:
            nadia, joris, ines = (table.people[name] for name in ("nadia", "joris", "ines"))
            await table.command("writing.anonymous", board="sheet2.verso")
            # private while it is being written, a note when its author leaves it
            await ask(nadia, notes=[draft("nsecret", "MARQUEUR-SANS-NOM", colour="ciel", stakeholder="s1")])
            assert texts(joris) == [] and not told_to(joris, "MARQUEUR")
            await ines.until(lambda: numbers_of(ines))
            assert ines.heard("hidden")[-1]["people"] == {}
            await ask(nadia, publish=["nsecret"])
            for one in table.people.values():
                await one.until(lambda one=one: len(one.content()) == 1)
            # silent on top of it: revealed by facilitation, as anonymous as before
            await table.command("writing.silent", board="sheet2.verso")
            await ask(nadia, notes=[draft("nsecond", "MARQUEUR-DEUX", colour="ciel")])
            await ask(nadia, publish=["nsecond"])
            assert len(joris.content()) == 1
            await table.command("writing.reveal")
            await joris.until(lambda: len(joris.content()) == 2)
            person, group = nadia.seat.person["id"], table.room
            for note_id, note in joris.content().items():
                assert note_id not in ("nsecret", "nsecond")
                assert "by" not in note and "stakeholder" not in note and note["colour"] == "craie"
            # where a note stands, nothing names her: frames of others, log, snapshots, client ids
            for name, one in table.people.items():
                for frame in one.frames:
                    assert not (b"MARQUEUR" in frame and person.encode() in frame) or name == "nadia"
        redis: Any = Redis.from_url(redis_server)
        entries = await redis.xrange(keys.log(group))
        assert any(b"MARQUEUR-SANS-NOM" in fields[b"u"] for _, fields in entries)
        for _, fields in entries:
            assert not (b"MARQUEUR" in fields[b"u"] and person.encode() in fields[b"u"])
        held = await redis.keys(f"{{{group}}}*")
        assert keys.private(group).encode() not in held and keys.tallies(group).encode() not in held
        revealed = await redis.smembers(keys.revealed(group))
        assert revealed == {b"nsecret", b"nsecond"}
        answer = server.call("DELETE", f"/api/workshops/{table.made['id']}", token=table.made["token"])
        assert answer.json["remains"] == 0
        assert await redis.keys(f"{{{group}}}*") == [keys.meta(group).encode()]
        await redis.aclose()


async def test_the_end_of_a_step_reveals_only_where_that_was_chosen(server: Server) -> None:
    made = server.create()
    quiet = {"phase": "exploration", "minutes": 5, "mode": "group", "writing": "silent"}
    steps = [
        {**quiet, "title": "Seul", "board": "sheet2.verso", "reveal_at_end": True},
        {**quiet, "title": "Encore", "board": "sheet1.verso"},
    ]
    command(server, made, "agenda.edit", steps=steps)
    state = server.call("GET", f"/api/workshops/{made['id']}", token=made["token"]).json
    first, second = (step["id"] for step in state["agenda"]["steps"])
    async with (
        participant(server, server.join(made, "Nadia")) as nadia,
        participant(server, server.join(made, "Joris")) as joris,
    ):
        command(server, made, "step.go", step=first, timer=True)
        await ask(nadia, notes=[draft("n1", "montrée")])
        command(server, made, "timer.extend", seconds=-3600)
        await joris.until(lambda: texts(joris) == ["montrée"])
        command(server, made, "step.go", step=second, timer=True)
        hidden = {**draft("n2", "gardée"), "board": "sheet1.verso", "zone": "values"}
        await ask(nadia, notes=[hidden])
        command(server, made, "timer.extend", seconds=-3600)
        command(server, made, "step.go", step=first)
        await nadia.until(lambda: drafts_of(nadia) == {"n2": "gardée"})
        assert texts(joris) == ["montrée"]
        command(server, made, "writing.reveal")
        await joris.until(lambda: texts(joris) == ["gardée", "montrée"])


@pytest.fixture(scope="module")
def two(redis_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Server]]:
    folder = tmp_path_factory.mktemp("two")
    with (
        running(folder, "--store-url", redis_server) as one,
        running(folder, "--store-url", redis_server) as other,
    ):
        yield one, other


async def test_drafts_and_their_reveal_cross_processes(two: tuple[Server, Server]) -> None:
    made = two[0].create()
    command(two[0], made, "writing.silent", board="sheet2.verso")
    nadias = two[0].join(made, "Nadia")
    async with (
        participant(two[0], nadias) as nadia,
        participant(two[1], nadias) as nadia_again,
        participant(two[1], two[1].join(made, "Joris")) as joris,
    ):
        await ask(nadia, notes=[draft("n1", "MARQUEUR-N")])
        await nadia_again.until(lambda: drafts_of(nadia_again) == {"n1": "MARQUEUR-N"})
        await ask(joris, notes=[draft("j1", "MARQUEUR-J")])
        await nadia.until(lambda: numbers_of(nadia)["sheet2.verso rules"]["notes"] == 2)
        assert not told_to(joris, "MARQUEUR-N") and not told_to(nadia, "MARQUEUR-J")
        # two processes reveal at the same moment
        reveal = [asyncio.to_thread(command, one, made, "writing.reveal") for one in two]
        await asyncio.gather(*reveal)
        for one in (nadia, nadia_again, joris):
            await one.until(lambda one=one: texts(one) == ["MARQUEUR-J", "MARQUEUR-N"])
            await one.until(lambda one=one: drafts_of(one) == {})


async def stored(redis: Any, workshop: str) -> Workshop:
    revision, data = await redis.hmget(keys.record(workshop), "revision", "data")
    return read_workshop(int(revision), data)


async def test_a_server_killed_between_the_record_and_the_notes_loses_and_doubles_nothing(
    redis_server: str, tmp_path: Path
) -> None:
    """Killed before the notes are made: whoever enters next makes them. Killed while it makes them: once."""
    redis: Any = Redis.from_url(redis_server)
    with running(tmp_path, "--store-url", redis_server) as server:
        made = server.create()
        command(server, made, "writing.silent", board="sheet2.verso")
        seats = [server.join(made, name) for name in ("Nadia", "Joris")]
        async with participant(server, seats[0]) as nadia, participant(server, seats[1]) as joris:
            await ask(nadia, notes=[draft(f"n{n}", f"idée {n}") for n in range(8)])
            await ask(joris, notes=[draft(f"j{n}", f"réponse {n}") for n in range(8)])
        server.kill()
    workshop = await stored(redis, made["id"])
    open_now = Workshop(**{f: getattr(workshop, f) for f in workshop.__slots__} | {"boards": {}})
    assert workshop.boards == {"sheet2.verso": BoardState(silent=True)}
    await redis.hset(keys.record(made["id"]), "data", write_workshop(open_now))
    wanted = sorted([f"idée {n}" for n in range(8)] + [f"réponse {n}" for n in range(8)])
    with running(tmp_path, "--store-url", redis_server) as server:
        async with participant(server, seats[1]) as joris:
            await joris.until(lambda: texts(joris) == wanted)
            command(server, made, "writing.silent", board="sheet2.verso")
            await ask(joris, notes=[draft(f"k{n}", f"suite {n}") for n in range(8)])
            body = json.dumps({"type": "writing.reveal"}).encode()
            reveal = asyncio.create_task(
                asyncio.to_thread(
                    _ask_and_forget, server, f"/api/workshops/{made['id']}/commands", body, made
                )
            )
            while (await stored(redis, made["id"])).boards:  # noqa: ASYNC110 (a state of the store)
                await asyncio.sleep(0)
            server.kill()
            await reveal
    with running(tmp_path, "--store-url", redis_server) as server:
        async with participant(server, seats[0]) as nadia:
            await nadia.until(lambda: len(nadia.content()) >= 24)
            await nadia.until(lambda: drafts_of(nadia) == {})
            assert texts(nadia) == sorted(wanted + [f"suite {n}" for n in range(8)])
    assert await redis.exists(keys.private(seats[0].room)) == 0
    await redis.aclose()


def _ask_and_forget(server: Server, path: str, body: bytes, made: dict[str, Any]) -> None:
    try:
        server.call("POST", path, body, token=made["token"])
    except OSError:
        return  # it was killed
