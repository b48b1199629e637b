"""The past of a room through real sockets and two processes: told, kept, and restored in place."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from tests.kit.client import PATIENCE_S, participant
from tests.kit.server import Answer, Seat, Server, running

from tablee import assets
from tablee.errors import StoreAway
from tablee.live import instants
from tablee.live.history import History
from tablee.live.hub import Hub
from tablee.live.policies import Policies
from tablee.live.workshops import NewWorkshop, Workshops, now_ms
from tablee.model.canvases import load_catalogue
from tablee.model.conduct import StepRun
from tablee.settings import read_settings
from tablee.store import rooms as store_rooms
from tablee.store.engine import embedded_engine
from tablee.store.redis import LogEntry, open_store
from tablee.sync.document import insert_note
from tablee.sync.past import state_at

Two = tuple[Server, Server]
HIDDEN = "mots-que-la-relecture-ne-montre-pas"
PLACE = {"board": "sheet2.verso", "zone": "rules"}


@pytest.fixture(scope="module")
def two(redis_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    folder = tmp_path_factory.mktemp("history")
    with (
        running(folder, "--store-url", redis_server) as one,
        running(folder, "--store-url", redis_server) as other,
    ):
        yield one, other


class Room:
    """A workshop's first room, as its leaders ask for it."""

    def __init__(self, server: Server, **settings: Any) -> None:
        self.server, self.made = server, server.create(**settings)
        self.id = self.made["groups"][0]["rooms"]["exploration"]
        self.token: str = self.made["token"]
        self.me = server.call("GET", "/api/me", token=self.token).json["person"]["id"]

    def seat(self, name: str) -> Seat:
        return self.server.join(self.made, name)

    def ask(self, path: str = "", token: str | None = None) -> Answer:
        return self.server.call("GET", f"/api/rooms/{self.id}/history{path}", token=token or self.token)

    def timeline(self) -> dict[str, Any]:
        answer = self.ask()
        assert answer.status == 200, answer.body
        told: dict[str, Any] = answer.json
        return told

    def post(self, path: str, **body: Any) -> Answer:
        return self.server.call("POST", f"/api/rooms/{self.id}/history{path}", body, token=self.token)

    def command(self, kind: str, **fields: Any) -> Answer:
        path = f"/api/workshops/{self.made['id']}/commands"
        return self.server.call("POST", path, {"type": kind, **fields}, token=self.token)

    def do(self, kind: str, **fields: Any) -> dict[str, Any]:
        answer = self.command(kind, **fields)
        assert answer.status == 200, answer.body
        told: dict[str, Any] = answer.json
        return told

    def note(self, text: str, token: str | None = None, **more: Any) -> str:
        body = {**PLACE, "text": text, **more}
        answer = self.server.call("POST", f"/api/rooms/{self.id}/notes", body, token=token or self.token)
        assert answer.status == 201, answer.body
        return str(answer.json["id"])

    def write(self, note: str, token: str | None = None, **fields: Any) -> None:
        path = f"/api/rooms/{self.id}/notes/{note}"
        answer = self.server.call("PATCH", path, fields, token=token or self.token)
        assert answer.status == 200, answer.body

    def delete(self, note: str, token: str | None = None) -> None:
        path = f"/api/rooms/{self.id}/notes/{note}"
        assert self.server.call("DELETE", path, token=token or self.token).status == 204

    def texts(self) -> list[str]:
        answer = self.server.call("GET", f"/api/rooms/{self.id}/notes", token=self.token)
        return sorted(note["text"] for note in answer.json["notes"])

    async def has_instants(self, count: int) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while len(self.timeline()["instants"]) < count:  # noqa: ASYNC110 (nobody is told of them)
                await asyncio.sleep(0.2)

    def everything(self) -> str:
        """All that can be asked of the past, as text."""
        told = self.timeline()
        paths = ["", "/track", "/track?lang=en", f"/@{told['to']}"]
        paths += [f"/n{n}" for n in range(told["n"] + 1)] + [f"/{one['id']}" for one in told["instants"]]
        answers = [self.ask(path) for path in paths]
        assert {answer.status for answer in answers} == {200}
        return " ".join(answer.body.decode() for answer in answers)


def test_a_room_is_told_from_its_first_entry_to_its_last(two: Two) -> None:
    room = Room(two[0])
    nadia = room.seat("Nadia")
    first = room.note("une règle", nadia.token)
    room.write(first, nadia.token, text="une règle claire")
    before = room.timeline()
    room.note("une autre")
    told = room.timeline()
    assert (before["n"], told["n"]) == (2, 3) and sum(told["bars"]["counts"]) == 3
    assert told["from"] == told["bars"]["start"] and len(told["bars"]["counts"]) <= 120
    assert told["from"] <= before["to"] <= told["to"] and told["instants"] == []
    then = room.ask("/n1").json
    assert [note["text"] for note in then["notes"]] == ["une règle"] and then["n"] == 1
    assert [n["text"] for n in room.ask(f"/@{before['to']}").json["notes"]] == ["une règle claire"]
    track = room.ask(f"/track?from={told['from'] - 1}&to={told['to']}").json
    said = [frame["said"] for frame in track["frames"]]
    assert said[0] == "Nadia ajoute une note dans Nos règles" and said[-1].endswith(
        "ajoute une note dans Nos règles"
    )
    assert (
        track["state"] == {}
        and track["end"] == told["to"]
        and track["frames"][0]["who"] == [nadia.person["id"]]
    )
    english = room.ask("/track?lang=en").json
    assert english["frames"][-1]["n"] == 3
    # a second process tells the same
    assert two[1].call("GET", f"/api/rooms/{room.id}/history", token=room.token).json == told


def test_instants_are_kept_by_name_now_or_at_a_moment_and_dropped(two: Two) -> None:
    room = Room(two[0])
    note = room.note("avant")
    then = room.timeline()["to"]
    room.write(note, text="après")
    now = room.post("", name="  Avant  la pause ")
    assert now.status == 201 and now.json["rooms"] == [room.id]
    past = room.do("instant.keep", name="Le début", at=then)
    instants = {one["name"]: one for one in room.timeline()["instants"]}
    assert instants.keys() == {"Avant la pause", "Le début"} and past["rooms"] == [room.id]
    kept = instants["Le début"]
    assert (kept["kind"], kept["n"], kept["at"], kept["by"]) == ("kept", 1, then, room.me)
    assert room.ask(f"/{kept['id']}").json["notes"][0]["text"] == "avant"
    assert room.ask(f"/{now.json['instant']}").json["notes"][0]["text"] == "après"
    room.do("instant.drop", room=room.id, instant=kept["id"])
    assert [one["name"] for one in room.timeline()["instants"]] == ["Avant la pause"]
    assert room.ask(f"/{kept['id']}").json["key"] == "instant.unknown"
    assert room.command("instant.drop", room=room.id, instant=kept["id"]).status == 404


@pytest.mark.parametrize(
    ("kind", "fields", "key"),
    [
        ("instant.keep", {"name": " "}, "name.missing"),
        ("instant.keep", {"name": "x" * 81}, "name.too_long"),
        ("instant.keep", {"name": "rien"}, "instant.empty"),
        ("instant.keep", {"name": "rien", "at": True}, "at.invalid"),
        ("instant.keep", {"name": "rien", "room": "w1-plenary"}, "room.unknown"),
        ("instant.restore", {"instant": "n99"}, "instant.unknown"),
        ("instant.restore", {"instant": "@x"}, "instant.unknown"),
        ("instant.restore", {"instant": "n0", "board": "sheet9"}, "board.unknown"),
        ("instant.restore", {"instant": "n0", "board": "sheet2.recto"}, "board.unknown"),
        ("instant.restore", {"instant": "n0", "zone": "mission"}, "board.missing"),
        ("instant.restore", {"instant": "n0", "confirm": 5}, "confirm.invalid"),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason(
    two: Two, kind: str, fields: dict[str, Any], key: str
) -> None:
    room = Room(two[0])
    more = {"room": room.id} if kind == "instant.restore" else {}
    assert room.command(kind, **more, **fields).json["key"] == key
    assert room.ask("/track?from=x").json["key"] == "at.invalid"


def test_participants_and_observers_are_told_nothing_of_it(two: Two) -> None:
    room = Room(two[0])
    room.note("une règle")
    observer = room.server.join(room.made, "Paul", invitation=room.made["invitations"]["observer"])
    for seat in (room.seat("Nadia"), observer):
        for path in ("", "/track", "/n1"):
            answer = room.ask(path, seat.token)
            assert (answer.status, answer.json["key"]) == (403, "history.leaders")


async def test_a_step_has_one_instant_per_room_whichever_process_comes_first(two: Two) -> None:
    room = Room(two[0], groups=2, people_may_choose_group=True)
    nadia, joris = (
        one.join(room.made, name, group="g1") for one, name in zip(two, ("Nadia", "Joris"), strict=True)
    )
    async with (
        participant(two[0], nadia, room=room.id) as here,
        participant(two[1], joris, room=room.id) as there,
    ):
        here.add("n1", "une règle")
        await there.until(lambda: "n1" in there.content())
        room.do("step.next")
        await room.has_instants(1)
        room.write("n1", text="une autre")
        state = room.server.call("GET", f"/api/workshops/{room.made['id']}", token=room.token).json
        room.do("step.go", step=state["agenda"]["steps"][2]["id"])
        await room.has_instants(2)
        await there.until(lambda: there.heard("state") and there.heard("state")[-1]["workshop"]["runs"][1:])
    told = room.timeline()
    assert [(one["kind"], one["at"]) for one in told["instants"]] == [
        ("step", run["at"]) for run in told["steps"]
    ]
    assert [one["name"] for one in told["instants"]] == [step["title"] for step in told["steps"]]
    assert [room.ask(f"/{one['id']}").json["notes"][0]["text"] for one in told["instants"]] == [
        "une règle",
        "une autre",
    ]
    # nothing is kept of a room that holds nothing
    other = room.made["groups"][1]["rooms"]["exploration"]
    assert room.server.call("GET", f"/api/rooms/{other}/history", token=room.token).json["instants"] == []


def test_a_hidden_note_is_nowhere_in_the_past_and_does_not_come_back(two: Two) -> None:
    room = Room(two[0])
    nadia = room.seat("Nadia")
    room.note("visible")
    hidden = room.note(HIDDEN, nadia.token)
    room.post("", name="Avec les deux")
    room.do("note.hide", room=room.id, note=hidden)
    told = room.everything()
    assert HIDDEN not in told and hidden not in told and "visible" in told
    shown = room.post("/n2/restore", preview=True)
    assert HIDDEN not in shown.body.decode() and shown.json["counts"]["added"] == 0
    assert room.post("/n2/restore").status == 200 and room.texts() == ["visible"]
    room.do("note.show", room=room.id, note=hidden)
    assert HIDDEN in room.everything()


def test_who_wrote_an_anonymous_note_is_nowhere_in_the_past(two: Two) -> None:
    room = Room(two[0])
    nadia = room.seat("Nadia")
    room.do("writing.anonymous", board="sheet2.verso")
    room.note("sans nom", nadia.token)
    room.do("writing.reveal")
    [note] = room.ask(f"/@{room.timeline()['to']}").json["notes"]
    room.write(note["id"], nadia.token, text="sans nom, mais la sienne")
    told = room.everything()
    assert "mais la sienne" in told and nadia.person["id"] not in told and "Nadia" not in told


# -- restoring ------------------------------------------------------------------------------------------


def test_a_zone_is_restored_in_place_and_that_can_be_taken_back(two: Two) -> None:
    room = Room(two[0])
    kept, gone = room.note("gardée"), room.note("supprimée")
    elsewhere = room.note("ailleurs", zone="bodies")
    instant = room.post("", name="Ici").json["instant"]
    room.write(kept, text="réécrite")
    room.delete(gone)
    room.note("ajoutée")
    room.write(elsewhere, text="ailleurs, changée")
    since = time.time_ns() // 1_000_000
    shown = room.post(f"/{instant}/restore", **PLACE, preview=True).json
    assert {kind: [note["text"] for note in shown[kind]] for kind in ("added", "changed", "removed")} == {
        "added": ["supprimée"],
        "changed": ["réécrite"],
        "removed": ["ajoutée"],
    }
    assert shown["changed"][0]["wanted"]["text"] == "gardée" and shown["later"] == []
    done = room.post(f"/{instant}/restore", **PLACE)
    assert done.status == 200, done.body
    assert room.texts() == ["ailleurs, changée", "gardée", "supprimée"]
    before = next(one for one in room.timeline()["instants"] if one["id"] == done.json["instant"])
    assert (before["kind"], before["name"]) == ("restored", "Avant une restauration")
    texts = [note["text"] for note in room.ask(f"/{before['id']}").json["notes"]]
    assert sorted(texts) == ["ailleurs, changée", "ajoutée", "réécrite"]
    # the same again finds nothing to do
    assert room.post(f"/{instant}/restore", **PLACE).json["instant"] is None
    room.do("person.undo", person=room.me, since=since, room=room.id)
    assert room.texts() == ["ailleurs, changée", "ajoutée", "réécrite"]


def test_later_work_of_others_is_shown_and_must_be_confirmed(two: Two) -> None:
    room = Room(two[0])
    nadia = room.seat("Nadia")
    mine = room.note("la règle")
    begun = room.timeline()["n"]
    room.write(mine, nadia.token, text="la règle de Nadia")
    added = room.note("une idée de Nadia", nadia.token)
    refused = room.post(f"/n{begun}/restore")
    assert (refused.status, refused.json["key"]) == (409, "restore.later_work")
    later = {one["id"]: one for one in refused.json["preview"]["later"]}
    assert later.keys() == {mine, added}
    assert later[mine]["wanted"]["text"] == "la règle" and "wanted" not in later[added]
    assert (later[mine]["text"], later[mine]["by"]) == ("la règle de Nadia", nadia.person["id"])
    assert later[added]["at"] <= room.timeline()["to"]
    assert room.texts() == ["la règle de Nadia", "une idée de Nadia"]
    token = refused.json["preview"]["confirm"]
    room.write(added, nadia.token, text="une idée de Nadia, mieux dite")
    stale = room.post(f"/n{begun}/restore", confirm=token)
    assert (stale.status, stale.json["key"]) == (409, "restore.later_work")
    assert stale.json["preview"]["confirm"] != token
    assert room.post(f"/n{begun}/restore", confirm=stale.json["preview"]["confirm"]).status == 200
    assert room.texts() == ["la règle"]


def test_who_wrote_an_anonymous_note_is_not_said_by_a_preview(two: Two) -> None:
    room = Room(two[0])
    nadia = room.seat("Nadia")
    room.note("la règle")
    room.do("writing.anonymous", board="sheet2.verso")
    room.note("sans nom", nadia.token)
    room.do("writing.reveal")
    notes = room.ask(f"/@{room.timeline()['to']}").json["notes"]
    room.write(
        next(note["id"] for note in notes if "by" not in note), nadia.token, text="sans nom, la sienne"
    )
    shown = room.post("/n1/restore", preview=True)
    assert [one["text"] for one in shown.json["later"]] == ["sans nom, la sienne"]
    assert nadia.person["id"] not in shown.body.decode()


def test_nothing_is_restored_in_a_workshop_that_is_over_but_instants_can_be_kept(two: Two) -> None:
    room = Room(two[0])
    room.note("une règle")
    room.do("workshop.close")
    answer = room.post("/n0/restore", preview=True)
    assert (answer.status, answer.json["key"]) == (409, "workshop.closed")
    assert room.post("", name="La fin").status == 201
    room.do("workshop.reopen")
    room.do("board.lock", board="sheet2.verso")
    assert room.post("/n0/restore", preview=True).json["locked"] is True
    assert room.post("/n0/restore").status == 200 and room.texts() == []


def test_a_note_of_nobody_comes_back_where_writing_is_private(two: Two) -> None:
    room = Room(two[0])
    nadia = room.seat("Nadia")
    room.do("writing.anonymous", board="sheet2.verso")
    room.note("sans nom", nadia.token)
    room.do("writing.reveal")
    n, [note] = (
        room.timeline()["n"],
        [one["id"] for one in room.ask(f"/@{room.timeline()['to']}").json["notes"]],
    )
    room.delete(note)
    assert room.texts() == []
    assert room.post(f"/n{n}/restore").status == 200
    assert room.texts() == ["sans nom"]


# -- a log that lost its beginning, a room that is erased --------------------------------------------------


async def test_an_instant_is_a_base_where_the_log_was_trimmed(
    two: Two, redis_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_rooms, "MIN_KEEP", 1)
    room = Room(two[0])
    note = room.note("un")
    instant = room.post("", name="Le début").json["instant"]
    for text in ("deux", "trois", "quatre"):
        room.write(note, text=text)
    whole = [room.ask(f"/n{n}").json for n in range(1, 5)]
    async with open_store(redis_server) as store:
        loaded = await store.load_room(room.id)
        for n in (3, 4):
            state = state_upto(loaded.entries, n)
            assert await store.swap_snapshot(room.id, loaded.meta.lineage, n, state, keep=1)
        first = await store.first_entry(room.id)
        assert first is not None and first.n > 2
    other = two[1]  # it has read nothing of this log yet
    path = f"/api/rooms/{room.id}/history"
    assert other.call("GET", f"{path}/{instant}", token=room.token).json["notes"] == whole[0]["notes"]
    assert other.call("GET", f"{path}/n4", token=room.token).json == whole[3]
    track = other.call("GET", f"{path}/track", token=room.token).json
    assert track["state"]["notes"][note]["text"] == "un"
    assert track["frames"][-1]["changes"]["notes"][note]["text"] == "quatre"
    refused = other.call("GET", f"{path}/n0", token=room.token)
    assert (refused.status, refused.json["key"]) == (409, "instant.too_old")


async def test_a_trimmed_past_can_be_read_to_its_first_state_after_somebody_was_erased(
    two: Two, redis_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Snapshots are of the room that was: what the log begins from is kept with the one told again."""
    monkeypatch.setattr(store_rooms, "MIN_KEEP", 1)
    room = Room(two[0])
    nadia = room.seat("Nadia")
    note = room.note("un", nadia.token)
    for text in ("deux", "trois", "quatre"):
        room.write(note, nadia.token, text=text)
    async with open_store(redis_server) as store:
        loaded = await store.load_room(room.id)
        for n in (3, 4):
            state = state_upto(loaded.entries, n)
            assert await store.swap_snapshot(room.id, loaded.meta.lineage, n, state, keep=1)
        first = await store.first_entry(room.id)
        assert first is not None and first.n > 2
        base = first.n - 1
        assert room.ask(f"/n{base}").status == 200
        before = (await store.room_meta(room.id)).epoch
        room.do("person.erase", person=nadia.person["id"], notes="keep")
        # what was judged while they were here is judged again
        assert (await store.room_meta(room.id)).epoch > before
    assert [one["text"] for one in room.ask(f"/n{base}").json["notes"]] == ["trois"]
    assert [one["text"] for one in room.ask("/n4").json["notes"]] == ["quatre"]
    assert nadia.person["id"] not in str(room.ask("/track").json)


def state_upto(entries: list[LogEntry], n: int) -> bytes:
    return state_at(None, [entry.payload for entry in entries if entry.n <= n])


async def test_instants_are_erased_with_their_room(two: Two, redis_server: str) -> None:
    room = Room(two[0])
    room.note("une règle")
    room.post("", name="Le début")
    async with open_store(redis_server) as store:
        keys = [f"{{{room.id}}}:versions", f"{{{room.id}}}:versions:states"]
        assert await store._commands.call("EXISTS", *keys) == 2
        answer = room.server.call("DELETE", f"/api/workshops/{room.made['id']}", token=room.token)
        assert answer.status == 200
        assert await store._commands.call("EXISTS", *keys) == 0


async def test_many_notes_come_back_in_pieces_once_they_were_seen(two: Two) -> None:
    """The token of a preview is that of a preview of the same, whatever order the notes come in."""
    room = Room(two[0])
    marc = room.seat("Marc")
    begun = room.timeline()["n"]
    async with participant(two[0], marc) as one:
        with one.doc.transaction():
            for number in range(70):
                one.add(f"n{number:05}abcd", f"note {number}", **PLACE)
        await one.all_saved()
    full = room.timeline()["n"]
    shown = [room.post(f"/n{begun}/restore", preview=True).json for _ in range(3)]
    assert shown[0]["counts"]["removed"] == shown[0]["counts"]["later"] == 70
    assert shown[0] == shown[1] == shown[2]
    assert room.post(f"/n{begun}/restore", confirm=shown[0]["confirm"]).status == 200
    assert room.texts() == []
    assert room.timeline()["n"] - full >= 3, "in pieces, so that others are not kept waiting"
    assert room.post(f"/n{full}/restore").status == 200
    assert len(room.texts()) == 70
    assert {note["by"] for note in room.ask(f"/n{room.timeline()['n']}").json["notes"]} == {marc.person["id"]}


@pytest.mark.parametrize("instant", ["n" + "9" * 5_000, "@" + "9" * 5_000, "n٣", "@٣"])
def test_a_number_that_is_none_is_unknown(two: Two, instant: str) -> None:
    answer = Room(two[0]).ask("/" + quote(instant))
    assert (answer.status, answer.json["key"]) == (404, "instant.unknown")


async def test_the_instant_of_a_step_is_kept_when_the_store_is_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogue = load_catalogue(assets.canvases_folder())
    monkeypatch.setattr(instants, "AGAIN_AFTER_S", (0, 0))
    with embedded_engine(tmp_path / "data") as url:
        async with open_store(url) as store:
            hub = Hub(store, Policies(store, catalogue))
            workshops = Workshops(store, hub, catalogue, read_settings({}, {}))
            keeping = instants.Instants(workshops, History(workshops))
            async with hub.run():
                made = (await workshops.create(NewWorkshop(HIDDEN))).workshop
                room = await hub.open(made.rooms[0])
                note = {"board": "sheet1.verso", "zone": "need", "text": HIDDEN}
                await room.change(made.people[0].id, insert_note("n1", note))
                has, away = store.has_version, [True]

                async def away_once(room_id: str, version: str) -> bool:
                    if room_id == room.id and away and away.pop():
                        raise StoreAway("away")
                    return await has(room_id, version)

                monkeypatch.setattr(store, "has_version", away_once)
                await keeping.begun(made, StepRun(step=made.steps[0].id, at=now_ms()))
                assert [one.kind for one in await store.versions(room.id, room.lineage)] == ["step"]
