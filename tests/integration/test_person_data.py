"""What is kept of one person: shown to them, and taken out of everything when they ask."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.integration.test_erase import back_up
from tests.kit.client import participant
from tests.kit.filled import Filled, filled
from tests.kit.server import Server, running
from tests.kit.traces import engine_of, in_backup, in_files, in_store, in_words

from tablee import assets
from tablee.live.erasing import Erasing
from tablee.live.housekeeping import Housekeeping
from tablee.live.hub import Hub
from tablee.live.policies import Policies
from tablee.live.workshops import NewWorkshop, Workshops
from tablee.model.canvases import load_catalogue
from tablee.settings import read_settings
from tablee.store.redis import open_store
from tablee.sync.document import insert_note

WORD, OTHER = "zwqk-nadia", "vbxj-joris"


@pytest.fixture(scope="module")
def house_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("person") / "data") as one:
        yield one


def data_of(house: Filled, person: str, token: str) -> tuple[int, str]:
    answer = house.server.call(
        "GET", f"/api/workshops/{house.made['id']}/people/{person}/data?download", token=token
    )
    return answer.status, answer.body.decode()


async def test_a_person_sees_all_that_is_kept_of_them_and_the_organiser_what_they_may(
    house_server: Server,
) -> None:
    house = await filled(house_server, WORD, OTHER)
    nadia = house.nadia.person["id"]
    status, own = data_of(house, nadia, house.nadia.token)
    assert status == 200
    told = json.loads(own)
    for said in ("nadia", "structure", "note", "masquée", "recto", "commentaire", "message", "légende"):
        assert f"{WORD} {said}" in own, said
    [room] = [one for one in told["rooms"] if one["room"] == house.room]
    assert room["drafts"][0]["text"] == f"{WORD} brouillon"
    assert [list(ballot.values()) for ballot in told["open_ballots"].values()]
    assert told["sessions"] == 1 and told["reentry_codes"] == 1 and OTHER not in own
    # who organises reads what is for facilitation, and not what is the person's alone
    status, led = data_of(house, nadia, house.made["token"])
    assert status == 200 and f"{WORD} note" in led and f"{WORD} masquée" in led
    for own_alone in (f"{WORD} brouillon", f"{WORD} message", f"{WORD} raison", "open_ballots"):
        assert own_alone in own and own_alone not in led, own_alone
    # and nobody else
    assert data_of(house, nadia, house.joris.token)[0] == 403
    assert data_of(house, "p-nobody", house.made["token"])[0] == 404
    assert data_of(house, "p-nobody", house.joris.token)[0] == 403


def everywhere(house: Filled, folder: Path, word: str) -> dict[str, list[str]]:
    server = house.server
    file = back_up(server, folder / "after.backup")
    found = {
        "store": in_store(engine_of(server), word),
        "files": in_files(server.data_dir, word),
        "backup": in_backup(file, word),
        "log": in_words([*server.lines, *server.errors], word),
    }
    return {where: what for where, what in found.items() if what}


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Server]:
    with running(tmp_path / "data") as one:
        yield one


async def test_a_person_and_their_words_are_taken_out_of_everything(
    own_server: Server, tmp_path: Path
) -> None:
    house = await filled(own_server, WORD, OTHER)
    made, nadia, joris = house.made, house.nadia.person["id"], house.joris
    # what the organiser wrote with the same word is theirs: said otherwise, to find hers alone
    house.done("workshop.edit", title="Trajets", commons="")
    vote, consent = house.state()["votes"][0]["id"], house.state()["consents"][0]["id"]
    house.done("vote.drop", vote=vote)
    house.done("consent.close", consent=consent)
    for instant in own_server.call("GET", f"/api/rooms/{house.room}/history", token=made["token"]).json[
        "instants"
    ]:
        if WORD in instant["name"]:
            house.done("instant.drop", room=house.room, instant=instant["id"])
    house.done("instant.keep", name="Avant", room=house.room)
    async with participant(own_server, joris) as two, participant(own_server, house.nadia) as one:
        lineage = two.heard("hello")[0]["lineage"]
        said = await asyncio.to_thread(
            lambda: house.done("person.erase", person=nadia, notes="delete", id="erase-nadia-1")
        )
        assert await one.closed() == 4403
        assert await two.closed() == 1012
    counts = said["erased"]
    assert counts["notes"] == 2 and counts["hidden_notes"] == 1 and counts["comments"] == 1
    assert counts["drafts"] == 1 and counts["photos"] == 1 and counts["instants"] == 1
    # the same again is answered the same
    assert house.done("person.erase", person=nadia, notes="delete", id="erase-nadia-1")["erased"] == counts
    assert await asyncio.to_thread(everywhere, house, tmp_path, nadia) == {}, "her id is nowhere"
    found = await asyncio.to_thread(everywhere, house, tmp_path, f"{WORD} n")
    assert found == {}, "neither her name nor her notes"
    for words in (
        "structure",
        "supprimée",
        "masquée",
        "recto",
        "commentaire",
        "message",
        "brouillon",
        "raison",
        "légende",
    ):
        assert in_store(engine_of(own_server), f"{WORD} {words}") == [], words
        assert in_files(own_server.data_dir, f"{WORD} {words}") == [], words
    # the others go on where they were
    assert [note["text"] for note in house.notes()] == [f"{OTHER} note"]
    assert own_server.call("GET", "/api/me", token=house.nadia.token).status == 401
    async with participant(own_server, joris) as two:
        assert two.heard("hello")[0]["lineage"] != lineage
        two.write("n4", " et la suite")
        await two.all_saved()
    history = own_server.call("GET", f"/api/rooms/{house.room}/history", token=made["token"]).json
    [kept] = [one for one in history["instants"] if one["name"] == "Avant"]
    then = own_server.call("GET", f"/api/rooms/{house.room}/history/{kept['id']}", token=made["token"]).json
    assert [note["text"] for note in then["notes"]] == [f"{OTHER} note"]


async def test_notes_may_stay_without_their_author(house_server: Server, tmp_path: Path) -> None:
    house = await filled(house_server, "kept-word", OTHER)
    nadia = house.nadia.person["id"]
    house.done("person.erase", person=nadia, notes="keep")
    notes = {note["text"]: note for note in house.notes()}
    assert set(notes) == {"kept-word note", "kept-word recto", f"{OTHER} note"}
    assert "by" not in notes["kept-word note"] and notes["kept-word note"]["colour"] == "craie"
    assert notes[f"{OTHER} note"]["by"] == house.joris.person["id"]
    assert in_store(engine_of(house_server), nadia) == in_files(house_server.data_dir, nadia) == []
    assert in_store(engine_of(house_server), "kept-word nadia") == []
    assert in_store(engine_of(house_server), "kept-word message") == []
    # her recto is a board still, of nobody
    recto = notes["kept-word recto"]["board"]
    page = f"/atelier/{house.made['id']}?board={recto}&group=g1"
    assert house_server.call("GET", page, token=house.made["token"]).status == 200
    house.done("note.show", room=house.room, note="n3")
    assert "by" not in {note["id"]: note for note in house.notes()}["n3"]


async def test_who_may_not_be_erased_and_by_whom(house_server: Server) -> None:
    house = await filled(house_server, "refus", OTHER)
    nadia, made = house.nadia.person["id"], house.made
    organiser = next(p["id"] for p in house.state()["people"] if p["role"] == "organiser")
    for token, fields, status, key in (
        (house.nadia.token, {"person": nadia, "notes": "keep"}, 403, "command.role"),
        (made["token"], {"person": nadia}, 422, "notes.choice"),
        (made["token"], {"person": nadia, "notes": "some"}, 422, "notes.choice"),
        (made["token"], {"person": "p-nobody", "notes": "keep"}, 404, "person.unknown"),
        (made["token"], {"person": organiser, "notes": "keep"}, 409, "organiser.last"),
    ):
        answer = house.ask("person.erase", token, **fields)
        assert (answer.status, answer.json["key"]) == (status, key)
    # somebody who was removed before may ask for it, too, also when the workshop is closed
    house.done("person.remove", person=nadia)
    house.done("workshop.close")
    house.done("person.erase", person=nadia, notes="delete")
    assert in_store(engine_of(house_server), nadia) == []


async def test_an_erasure_that_was_interrupted_is_finished(house_server: Server) -> None:
    """The server ended after the record forgot them, before the rooms did."""
    house = await filled(house_server, "reprise", OTHER)
    nadia = house.nadia.person["id"]
    redis = engine_of(house_server)
    redis.hset("tablee:erasing", f"{house.made['id']} {nadia}", "delete pstandin1234")
    house.done("person.remove", person=nadia)
    # whoever asks again is heard, whatever the record knows, and what was asked first is done
    assert house.done("person.erase", person=nadia, notes="keep")["notes"] == "delete"
    assert in_store(redis, nadia) == [] and not redis.exists("tablee:erasing")
    assert [note["text"] for note in house.notes()] == [f"{OTHER} note"]
    # but notes that were to be kept and are to be deleted by now are
    house = await filled(house_server, "reprise-deux", OTHER)
    nadia = house.nadia.person["id"]
    redis.hset("tablee:erasing", f"{house.made['id']} {nadia}", "keep pstandin1234")
    assert house.done("person.erase", person=nadia, notes="delete")["notes"] == "delete"
    assert [note["text"] for note in house.notes()] == [f"{OTHER} note"]


async def test_rooms_that_another_process_has_open_are_replaced_there_too(
    redis_server: str, tmp_path: Path
) -> None:
    store = ("--store-url", redis_server)
    with running(tmp_path / "one", *store) as one, running(tmp_path / "two", *store) as two:
        house = await filled(one, "ici", OTHER)
        nadia, joris = house.nadia.person["id"], house.joris
        async with participant(two, joris) as there, participant(two, joris, events=False) as plain:
            there.write("n4", " et la suite")
            await there.all_saved()
            await asyncio.to_thread(lambda: house.done("person.erase", person=nadia, notes="delete"))
            # whoever hears of the lineage comes back; a plain client would bring the old words along
            assert await there.closed() == 1012 and await plain.closed() == 4410
        async with participant(two, joris) as there:
            there.write("n4", ", puis la fin")
            await there.all_saved()
        assert [note["text"] for note in house.notes()] == [f"{OTHER} note et la suite, puis la fin"]


async def test_another_process_hears_that_a_room_was_written_anew(
    store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At once: it does not wait until it looks after its rooms."""
    monkeypatch.setattr(Housekeeping, "_compare", lambda *seen: None)
    catalogue = load_catalogue(assets.canvases_folder())
    async with open_store(store_url) as store, open_store(store_url) as another:
        hubs = [Hub(one, Policies(one, catalogue)) for one in (store, another)]
        workshops = Workshops(store, hubs[0], catalogue, read_settings({}, {}))
        async with hubs[0].run(), hubs[1].run():
            made = (await workshops.create(NewWorkshop("Deux"))).workshop
            room_id, person = made.rooms[0], made.people[0].id
            room = await hubs[0].open(room_id)
            note = {"board": "sheet1.verso", "zone": "need", "text": "un", "by": person}
            await room.change(person, insert_note("n1", note))
            there = await hubs[1].open(room_id)
            await store.begin_erasing(made.id, person, "delete standin12345")
            await Erasing(workshops).every_minute()
            async with asyncio.timeout(20):
                while not there.closed:  # noqa: ASYNC110 (a state to wait for)
                    await asyncio.sleep(0.01)
            assert (await hubs[1].open(room_id)).lineage != there.lineage


async def test_the_past_is_told_again_without_them_while_others_write(house_server: Server) -> None:
    """Every entry stays in its place, instants too; nobody has to stop."""
    house = await filled(house_server, "relue", OTHER)
    made, room, nadia = house.made, house.room, house.nadia.person["id"]

    def ask(path: str) -> dict[str, Any]:
        answer = house_server.call("GET", f"/api/rooms/{room}/history{path}", token=made["token"])
        assert answer.status == 200, answer.body
        told: dict[str, Any] = answer.json
        return told

    house.done("instant.keep", name="Avant la pause", room=room)
    before, track = ask(""), ask("/track")
    done, saved = asyncio.Event(), asyncio.Event()

    async def write() -> str:
        """Joris goes on writing, coming back when the room is another one; what was saved."""
        said = ""
        while not done.is_set():
            async with participant(house_server, house.joris) as joris:
                while not done.is_set() and joris.close_code is None:
                    joris.write("n4", "x")
                    try:
                        await joris.all_saved()
                    except AssertionError:
                        break
                    said += "x"
                    saved.set()
        return said

    writing = asyncio.create_task(write())
    async with asyncio.timeout(20):
        await saved.wait()
        await asyncio.to_thread(lambda: house.done("person.erase", person=nadia, notes="keep"))
        saved.clear()  # in the room as it is now, too
        await saved.wait()
        done.set()
        said = await writing
    after = ask("")
    assert [one["id"] for one in after["instants"]] == [one["id"] for one in before["instants"]]
    assert after["n"] >= before["n"] + len(said) - 1 and sum(after["bars"]["counts"]) == after["n"]
    again = ask(f"/track?to={before['to']}")
    assert again["at"] == track["at"]
    others = {(frame["n"], frame["at"], who) for frame in track["frames"] for who in frame["who"]}
    told = {(frame["n"], frame["at"], who) for frame in again["frames"] for who in frame["who"]}
    # of a note that is nobody's now, nobody is named
    assert told and told <= {one for one in others if one[2] != nadia}
    assert {frame["at"] for frame in again["frames"]} == {frame["at"] for frame in track["frames"]}
    assert "relue note" in json.dumps(ask(f"/n{before['n']}"), ensure_ascii=False)
    texts = [note["text"] for note in house.notes() if note["text"].startswith(f"{OTHER} note")]
    assert len(texts) == 1 and texts[0].count("x", len(OTHER)) >= len(said) - 1
    assert engine_of(house_server).keys("*retold*") == []


async def test_two_at_once_erase_one_person_and_lose_no_instant(house_server: Server) -> None:
    house = await filled(house_server, "ensemble", OTHER)
    nadia = house.nadia.person["id"]
    house.done("instant.keep", name="À garder", room=house.room)
    answers = await asyncio.gather(
        *(
            asyncio.to_thread(house.ask, "person.erase", house.made["token"], person=nadia, notes="keep")
            for _ in range(3)
        )
    )
    assert {200} <= {answer.status for answer in answers} <= {200, 404}
    path = f"/api/rooms/{house.room}/history"
    told = house_server.call("GET", path, token=house.made["token"]).json["instants"]
    assert "À garder" in [one["name"] for one in told]
    assert in_store(engine_of(house_server), nadia) == []
