"""Moderation through real sockets and two processes: taken back, hidden, given back, and after a crash."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from pycrdt import Map
from tests.kit.client import Participant, participant
from tests.kit.server import Answer, Seat, Server, running

from tablee.store.redis import open_store

Two = tuple[Server, Server]
WORDS = "mots-que-personne-ne-doit-voir"


@pytest.fixture(scope="module")
def two(redis_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    folder = tmp_path_factory.mktemp("moderation")
    with (
        running(folder, "--store-url", redis_server) as one,
        running(folder, "--store-url", redis_server) as other,
    ):
        yield one, other


def ask(server: Server, made: dict[str, Any], token: str | None = None, **command: Any) -> Answer:
    path = f"/api/workshops/{made['id']}/commands"
    return server.call("POST", path, command, token=token or made["token"])


def done(server: Server, made: dict[str, Any], token: str | None = None, **command: Any) -> dict[str, Any]:
    answer = ask(server, made, token, **command)
    assert answer.status == 200, answer.body
    said: dict[str, Any] = answer.json
    return said


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def like(one: Participant, note: str) -> None:
    one.doc.get("reactions", type=Map)[f"{note}.{one.seat.person['id']}"] = Map({"at": 5})


def likes(one: Participant) -> list[str]:
    return sorted(one.doc.get("reactions", type=Map).keys())


def texts(one: Participant) -> dict[str, str]:
    return {note: values["text"] for note, values in one.content().items()}


def told(one: Participant) -> dict[str, Any]:
    """What the latest word on hidden notes says."""
    return one.heard("hidden_notes")[-1] if one.heard("hidden_notes") else {"ids": {}, "returned": []}


# -- what one person did -------------------------------------------------------------------------------


async def test_what_one_person_did_is_taken_back_and_can_be_done_again(two: Two) -> None:
    made = two[0].create()
    nadia_seat, joris_seat = two[0].join(made, "Nadia"), two[1].join(made, "Joris")
    async with participant(two[0], nadia_seat) as nadia, participant(two[1], joris_seat) as joris:
        joris.add("j1", "charte")
        joris.add("j2", "budget")
        nadia.add("n0", "avant")
        await nadia.until(lambda: len(nadia.content()) == 3)
        await joris.until(lambda: len(joris.content()) == 3)
        since = now_ms() + 1
        await nadia.until(lambda: now_ms() > since)
        del nadia.notes["j1"]
        nadia.write("j2", " faux")
        nadia.notes["j2"]["colour"] = "citron"
        nadia.add("n1", "intrus")
        like(nadia, "j2")
        await joris.until(lambda: "n1" in joris.content() and likes(joris) != [])
        joris.write("j2", " 2026")
        joris.notes["j2"]["zone"] = "costs"
        await nadia.until(lambda: "2026" in nadia.text("j2"))
        await joris.all_saved()
        spoilt = joris.content()
        undo = {"type": "person.undo", "person": nadia_seat.person["id"], "since": since}
        assert done(two[1], made, **undo, preview=True)["undone"] == 3
        assert joris.content() == spoilt
        answer = done(two[1], made, **undo)
        assert answer["undone"] == 3
        wanted = {"j1": "charte", "j2": "budget 2026", "n0": "avant"}
        for one in (nadia, joris):
            await one.until(lambda one=one: texts(one) == wanted and likes(one) == [])
            assert one.content()["j1"]["by"] == joris_seat.person["id"]
            assert one.content()["j2"]["colour"] == "ciel" and one.content()["j2"]["zone"] == "costs"
        assert done(two[0], made, **undo)["undone"] == 0, "nothing is left"
        assert done(two[0], made, type="person.redo", entries=answer["entries"])["redone"] == 3
        for one in (nadia, joris):
            await one.until(lambda one=one: one.content() == spoilt and len(likes(one)) == 1)


async def test_what_cannot_come_back_now_is_left_and_the_rest_is_taken_back(two: Two) -> None:
    made = two[0].create()
    seat = two[0].join(made, "Nadia")
    async with participant(two[0], seat) as nadia:
        nadia.add("n1", "règle")
        await nadia.all_saved()
        since = now_ms() + 1
        await nadia.until(lambda: now_ms() > since)
        del nadia.notes["n1"]
        nadia.add("n2", "intruse", board="sheet1.verso", zone="values")
        await nadia.all_saved()
        done(two[0], made, type="workshop.edit", modules=["sheet1"])
        undo = {"type": "person.undo", "person": seat.person["id"], "since": since, "id": "undo-only-once"}
        answer = done(two[0], made, **undo)
        assert (answer["undone"], answer["left"], answer["rooms_left"]) == (1, 1, [])
        await nadia.until(lambda: nadia.content() == {})
        assert done(two[0], made, **undo) == answer, "the same id again is answered what was done"


async def test_an_undo_is_refused_with_the_reason(two: Two) -> None:
    made = two[0].create()
    nadia, joris = two[0].join(made, "Nadia"), two[0].join(made, "Joris")
    marc = two[0].join(made, "Marc", invitation=made["invitations"]["facilitator"])
    organiser = two[0].call("GET", "/api/me", token=made["token"]).json["person"]["id"]
    undo = {"type": "person.undo", "person": joris.person["id"], "since": 1}
    for fields, token, key in (
        (undo, nadia.token, "command.role"),
        ({**undo, "person": organiser}, marc.token, "person.above"),
        ({**undo, "person": "nobody"}, marc.token, "person.unknown"),
        ({**undo, "since": now_ms() + 3_600_000}, marc.token, "since.invalid"),
        ({**undo, "since": "hier"}, marc.token, "since.invalid"),
        ({**undo, "room": "elsewhere-plenary"}, marc.token, "room.unknown"),
        ({"type": "person.redo", "entries": {joris.room: [99]}}, marc.token, "entries.unknown"),
        ({"type": "person.redo", "entries": {joris.room: "all"}}, marc.token, "entries.invalid"),
    ):
        assert ask(two[0], made, token, **fields).json["key"] == key
    done(two[0], made, type="person.remove", person=joris.person["id"], ban=True)
    assert done(two[0], made, marc.token, **undo)["undone"] == 0, "also of somebody who was removed"


# -- out of sight ----------------------------------------------------------------------------------------


async def test_a_hidden_note_is_in_nothing_that_participants_are_sent(two: Two) -> None:
    made = two[0].create()
    nadia_seat = two[0].join(made, "Nadia")
    marc_seat = two[0].join(made, "Marc", invitation=made["invitations"]["facilitator"])
    room = nadia_seat.room
    async with (
        participant(two[0], nadia_seat) as nadia,
        participant(two[1], marc_seat, room=room) as marc,
    ):
        nadia.add("n1", f"une note avec des {WORDS}")
        nadia.add("n2", "une autre")
        await marc.until(lambda: len(marc.content()) == 2)
        like(marc, "n1")
        marc.doc.get("comments", type=Map)[f"n1.{marc_seat.person['id']}.x"] = Map({"text": WORDS, "at": 5})
        await nadia.until(lambda: likes(nadia) != [])
        await marc.all_saved()
        before = marc.content()["n1"]
        done(two[1], made, marc_seat.token, type="note.hide", room=room, note="n1")
        for one in (nadia, marc):
            await one.until(lambda one=one: texts(one) == {"n2": "une autre"} and likes(one) == [])
            await one.until(lambda one=one: told(one)["ids"] == {"n1": marc_seat.person["id"]})
        assert "notes" not in told(nadia) and told(marc)["notes"][0]["note"] == before
        async with participant(two[0], two[0].join(made, "Joris")) as joris:
            await joris.until(lambda: told(joris)["ids"])
            assert not any(WORDS.encode() in frame for frame in joris.frames)
            for path in (
                f"/api/rooms/{room}/notes",
                f"/atelier/{made['id']}",
                f"/api/workshops/{made['id']}",
            ):
                assert WORDS.encode() not in two[0].call("GET", path, token=joris.seat.token).body
            joris.add("n1", "la même")
            await joris.until(lambda: joris.heard("refused"))
            assert joris.heard("refused")[0]["key"] == "note.hidden"
        assert done(two[0], made, type="note.hide", room=room, note="n1"), "twice is once"
        done(two[0], made, type="note.show", room=room, note="n1")
        for one in (nadia, marc):
            await one.until(lambda one=one: one.content().get("n1") == before and likes(one) != [])
            await one.until(lambda one=one: told(one)["ids"] == {})
        done(two[0], made, type="note.show", room=room, note="n1")  # twice is once
        assert ask(two[0], made, type="note.show", room=room, note="n7").json["key"] == "note.unknown"


async def test_a_note_is_given_back_to_its_author_alone(two: Two) -> None:
    made = two[0].create()
    nadia_seat, joris_seat = two[0].join(made, "Nadia"), two[1].join(made, "Joris")
    room = nadia_seat.room
    async with participant(two[0], nadia_seat) as nadia, participant(two[1], joris_seat) as joris:
        nadia.add("n1", "un nom propre")
        await joris.until(lambda: joris.content())
        await nadia.all_saved()
        text = "Sans les noms, s'il vous plaît."
        done(two[1], made, type="note.return", room=room, note="n1", text=text)
        await nadia.until(lambda: told(nadia)["returned"])
        [returned] = told(nadia)["returned"]
        assert (returned["text"], returned["note"]["text"]) == (text, "un nom propre")
        await joris.until(lambda: told(joris)["ids"] and joris.content() == {})
        assert told(joris)["returned"] == []
        assert not any(text.encode() in frame for frame in joris.frames)
        settle = {"type": "note.settle", "room": room, "note": "n1"}
        assert ask(two[0], made, joris_seat.token, **settle).json["key"] == "note.not_returned"
        done(two[0], made, nadia_seat.token, **settle)
        await nadia.until(lambda: told(nadia)["returned"] == [])
    async with participant(two[1], nadia_seat) as nadia:
        await nadia.until(lambda: told(nadia)["ids"])
        assert told(nadia)["returned"] == []


async def test_an_anonymous_note_is_hidden_only(two: Two) -> None:
    made = two[0].create()
    nadia_seat = two[0].join(made, "Nadia")
    async with participant(two[0], nadia_seat) as nadia:
        nadia.add("n1", "sans nom")
        await nadia.all_saved()
    organiser = Seat(made["token"], {"id": ""}, nadia_seat.room, made["id"])
    async with participant(two[0], nadia_seat) as nadia:
        values = {key: value for key, value in nadia.content()["n1"].items() if key not in ("by", "text")}
        nadia.notes["n2"] = Map(
            {**values, "fields": Map({}), "text": nadia.notes["n1"]["text"].__class__("x")}
        )
        await nadia.all_saved()
    command = {"room": organiser.room, "note": "n2"}
    assert ask(two[0], made, type="note.return", **command).json["key"] == "note.anonymous"
    done(two[0], made, type="note.hide", **command)
    assert ask(two[0], made, type="note.return", **command).json["key"] == "note.anonymous"
    assert ask(two[0], made, type="note.hide", room=organiser.room, note="none").json["key"] == "note.unknown"


# -- a crash between store and document -------------------------------------------------------------------


async def test_what_a_crash_left_undone_is_finished_when_the_room_is_loaded(
    redis_server: str, tmp_path: Path
) -> None:
    with running(tmp_path, "--store-url", redis_server) as server:
        made = server.create()
        seat = server.join(made, "Nadia")
        async with participant(server, seat) as nadia:
            for note in ("n1", "n2", "n3"):
                nadia.add(note, note)
            await nadia.all_saved()
            content = nadia.content()
        done(server, made, type="note.hide", room=seat.room, note="n3")
        server.kill()
    # as after a kill between the two writes: n1 was stored and never left, n2 is back and never forgotten
    async with open_store(redis_server) as store:
        kept = {"comments": {}, "reactions": {}, "by": "p", "at": 1, "returned": None}
        for note, showing in (("n1", False), ("n2", True)):
            data = {**kept, "note": content[note], "showing": showing}
            assert await store.put_hidden_note(seat.room, note, msgspec.json.encode(data), 1000)
    with running(tmp_path, "--store-url", redis_server) as server:
        async with participant(server, seat) as nadia:
            assert list(nadia.content()) == ["n2"], "not even in the first answer"
            await nadia.until(lambda: told(nadia)["ids"].keys() == {"n1", "n3"})
            done(server, made, type="note.show", room=seat.room, note="n1")
            await nadia.until(lambda: nadia.content().get("n1") == content["n1"])
        assert server.call("DELETE", f"/api/workshops/{made['id']}", token=made["token"]).status == 200
    async with open_store(redis_server) as store:
        assert await store.hidden_notes(seat.room) == {}


# -- locks with an end, and people who were sent away -------------------------------------------------------


def test_the_receipt_of_an_erasure_counts_hidden_notes(two: Two) -> None:
    made = two[0].create()
    seat = two[0].join(made, "Nadia")
    body = {"board": "sheet2.verso", "zone": "rules", "text": "un nom propre"}
    note = two[0].call("POST", f"/api/rooms/{seat.room}/notes", body, token=seat.token).json["id"]
    done(two[0], made, type="note.hide", room=seat.room, note=note)
    receipt = two[0].call("DELETE", f"/api/workshops/{made['id']}", token=made["token"]).json
    assert receipt["erased"]["hidden_notes"] == 1


async def test_a_lock_with_an_end_says_until_when(two: Two) -> None:
    made = two[0].create()
    zone = {"board": "sheet2.verso", "zone": "rules"}
    before = now_ms()
    done(two[0], made, type="board.lock", **zone, minutes=12)
    done(two[0], made, type="board.lock", minutes=1)
    state = two[1].call("GET", f"/api/workshops/{made['id']}", token=made["token"]).json
    until = state["boards"]["sheet2.verso"]["zones_locked_until"]["rules"]
    assert 0 <= until - before - 12 * 60_000 <= now_ms() - before
    assert state["frozen"] and state["frozen_until"] > before
    for minutes in (0, 601, 1.5, "12", True):
        assert ask(two[0], made, type="board.lock", **zone, minutes=minutes).json["key"] == "minutes.range"


async def test_who_is_banned_from_the_waiting_room_does_not_come_back_under_another_name(two: Two) -> None:
    made = two[0].create(waiting_room=True)
    answer = two[0].call("POST", "/api/join", {"code": made["code"], "name": "Nadia"})
    person = answer.json["person"]["id"]
    assert answer.json["room"] is None
    done(two[1], made, type="person.remove", person=person, ban=True)
    assert two[0].call("GET", "/api/me", token=answer.json["token"]).status in (401, 403)
    kept = {"Cookie": f"tablee-{made['id']}-return={answer.json['reentry']}", "Origin": two[1].base}
    again = two[1].call("POST", "/api/join", {"code": made["code"], "name": "Zoé"}, headers=kept)
    assert again.status == 403 and again.json["key"] == "person.banned"
