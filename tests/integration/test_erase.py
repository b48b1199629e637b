"""After an erasure nothing is left: not in the store, nor in its files, nor in a log, nor in a backup."""

from __future__ import annotations

import asyncio
import json
import re
from base64 import b64decode
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.kit.filled import Filled, filled
from tests.kit.server import Server, running
from tests.kit.traces import engine_of, in_backup, in_files, in_store, in_words

from tablee import assets, cli
from tablee.errors import StoreAway, Unavailable
from tablee.live import workshops as module
from tablee.live.erasing import Erasing
from tablee.live.hub import Hub
from tablee.live.policies import Policies
from tablee.live.workshops import DAY_MS, NewWorkshop, Workshops
from tablee.model.canvases import load_catalogue
from tablee.settings import read_settings
from tablee.store import keys
from tablee.store.engine import embedded_engine
from tablee.store.redis import Store, open_store
from tablee.sync.document import insert_note

WORD, PAGE, COMMAND = "zwqk-marque", "zwqk-page", "zwqk-commande"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def house_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("erase") / "data") as one:
        yield one


def back_up(server: Server, file: Path) -> Path:
    done = CliRunner().invoke(cli.command, ["backup", str(file), "--data-dir", str(server.data_dir)])
    assert done.exit_code == 0, done.output
    return file


def traces(house: Filled, folder: Path, word: str = WORD) -> dict[str, list[str]]:
    """Where the word is found; only what is found."""
    server = house.server
    after = back_up(server, folder / "after.backup")
    found = {
        "store": in_store(engine_of(server), word),
        "files": in_files(server.data_dir, word),
        "log": in_words([*server.lines, *server.errors], word),
        "backup": in_backup(after, word),
    }
    return {where: what for where, what in found.items() if what}


async def test_nothing_of_an_erased_workshop_is_found_anywhere(house_server: Server, tmp_path: Path) -> None:
    house = await filled(house_server, WORD)
    made = house.made
    before = await asyncio.to_thread(traces, house, tmp_path)
    assert before.keys() == {"store", "files", "backup"}, "the word was everywhere but in the log"
    kinds = {name.partition("}")[2] or name for name in before["store"]}
    assert kinds >= {
        ":record",
        ":log",
        ":private",
        ":hidden_notes",
        ":photos",
        ":versions",
        ":versions:states",
    }
    receipt = house_server.call("DELETE", f"/api/workshops/{made['id']}", token=made["token"]).json
    assert (receipt["remains"], receipt["files"]) == (0, "written")
    erased = receipt["erased"]
    assert erased["notes"] == 3 and erased["photos"] == erased["drafts"] == 1 and erased["hidden_notes"] == 2
    assert erased["ballots"] == 2 and erased["sessions"] == 3 and erased["instants"] >= 1
    assert await asyncio.to_thread(traces, house, tmp_path) == {}
    left = in_store(engine_of(house_server), made["id"])
    rooms = {*made["groups"][0]["rooms"].values(), made["plenary"]}
    marks = {f"{{{made['id']}}}:record", f"{{{made['id']}}}:control", *(f"{{{room}}}:meta" for room in rooms)}
    assert {name for name in left if not name.startswith("tablee:rate:")} == marks
    for mark in marks - {f"{{{made['id']}}}:control"}:
        assert engine_of(house_server).hgetall(mark) == {b"erased": b"1"}
    # and nobody brings it back
    assert house_server.call("GET", "/api/me", token=house.nadia.token).status == 401
    assert house_server.call("POST", "/api/join", {"code": made["code"], "name": "Nadia"}).status == 404


def test_the_page_erases_and_gives_a_receipt_to_keep(house_server: Server) -> None:
    made = house_server.create(title=f"{PAGE} page")
    path = f"/organisation/{made['id']}"
    wrong = house_server.call("POST", path, b"title=autre", token=made["token"], headers=FORM)
    assert wrong.status == 200 and house_server.call("GET", "/api/me", token=made["token"]).status == 200
    body = f"title={PAGE}+page".encode()
    page = house_server.call("POST", path, body, token=made["token"], headers=FORM)
    text = page.body.decode()
    files = dict(re.findall(r'download="[^"]+\.(txt|json)" href="data:[^,]+,([^"]+)"', text))
    receipt = json.loads(b64decode(files["json"]))
    assert receipt["title"] == f"{PAGE} page" and receipt["remains"] == 0
    # people first, and nothing of which there was none
    assert receipt["erased"]["people"] == 1 and "<dt>Personnes</dt><dd>1</dd>" in text
    assert receipt["erased"]["ballots"] == 0 and "Bulletins" not in text
    assert f"{PAGE} page" in b64decode(files["txt"]).decode() and "Effacé le" in text
    assert in_store(engine_of(house_server), PAGE) == in_files(house_server.data_dir, PAGE) == []


def test_the_command_erases_beside_a_running_server(house_server: Server) -> None:
    made = house_server.create(title=f"{COMMAND} commande")
    assert in_files(house_server.data_dir, COMMAND)
    flags = ["--data-dir", str(house_server.data_dir)]
    done = CliRunner().invoke(cli.command, ["workshop", "delete", made["id"], *flags])
    assert done.exit_code == 0 and json.loads(done.output)["files"] == "written"
    assert in_store(engine_of(house_server), COMMAND) == in_files(house_server.data_dir, COMMAND) == []


def test_a_receipt_is_told_as_text_too(house_server: Server) -> None:
    made = house_server.create(title="Trajets")
    told = house_server.call(
        "DELETE",
        f"/api/workshops/{made['id']}?lang=en",
        token=made["token"],
        headers={"Accept": "text/plain"},
    )
    assert told.headers["content-type"].startswith("text/plain") and "Trajets" in told.body.decode()


async def test_what_expires_leaves_nothing_either(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    catalogue = load_catalogue(assets.canvases_folder())
    data = tmp_path / "data"
    with embedded_engine(data) as url:
        async with open_store(url) as store:
            hub = Hub(store, Policies(store, catalogue))
            workshops = Workshops(store, hub, catalogue, read_settings({}, {}))
            async with hub.run():
                for number in range(3):
                    made = (await workshops.create(NewWorkshop(f"{WORD} {number}"))).workshop
                    room = await hub.open(made.rooms[0])
                    note = {"board": "sheet1.verso", "zone": "need", "text": WORD}
                    await room.change(made.people[0].id, insert_note("n1", note))
                assert in_files(data, WORD)
                later = module.now_ms() + 91 * DAY_MS
                monkeypatch.setattr(module, "now_ms", lambda: later)
                await workshops.erase_expired()
                assert in_files(data, WORD) == [] and await store.workshops() == []
                assert not await store.owes_files()


async def test_a_rewrite_that_did_not_come_is_made_up_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server ends, or the store is too slow, between the erasure and the files."""
    catalogue = load_catalogue(assets.canvases_folder())
    data = tmp_path / "data"
    with embedded_engine(data) as url:
        async with open_store(url) as store:
            hub = Hub(store, Policies(store, catalogue))
            workshops = Workshops(store, hub, catalogue, read_settings({}, {}))
            made = (await workshops.create(NewWorkshop(WORD))).workshop

            async def too_late(deadline: float) -> str:
                return "later"

            with monkeypatch.context() as slow:
                slow.setattr(store, "_write_anew", too_late)
                receipt = await workshops.erase(made)
            assert receipt["files"] == "later" and in_files(data, WORD) and await store.owes_files()
            await workshops.erase_expired()
            assert in_files(data, WORD) == [] and not await store.owes_files()


async def test_somebody_who_comes_in_while_it_is_erased_leaves_nothing(tmp_path: Path) -> None:
    catalogue = load_catalogue(assets.canvases_folder())
    with embedded_engine(tmp_path / "data") as url:
        async with open_store(url) as store:
            hub = Hub(store, Policies(store, catalogue))
            workshops = Workshops(store, hub, catalogue, read_settings({}, {}))
            made = (await workshops.create(NewWorkshop(WORD))).workshop
            await workshops.erase(made)
            await workshops._admit(made, made.people[0])
            assert await store.remains(made.id) == []
            assert await store._commands.call("KEYS", "tablee:session:*") == []


class Cut:
    """A store of which one call does not come through, and none after it until it is back."""

    def __init__(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        self.left = 10**6
        for owner, names in (
            (store._commands, ("call", "calls", "run")),
            (store._scripts, ("run_all",)),
        ):
            for name in names:
                monkeypatch.setattr(owner, name, self._counted(getattr(owner, name)))

    def _counted(self, asked: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def counted(*args: Any, **named: Any) -> Any:
            self.left -= 1
            if self.left < 0:
                raise StoreAway("cut")
            return await asked(*args, **named)

        return counted


async def test_an_erasure_that_is_cut_anywhere_is_finished_by_whoever_looks_after_the_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By then nobody may be left who could ask for it again: their sessions and links are gone."""
    catalogue = load_catalogue(assets.canvases_folder())
    monkeypatch.setattr(module, "CUT_MS", 0)
    with embedded_engine(tmp_path / "data") as url:
        async with open_store(url) as store, open_store(url) as another:
            hub = Hub(store, Policies(store, catalogue))
            workshops = Workshops(store, hub, catalogue, read_settings({}, {}))
            elsewhere = Hub(another, Policies(another, catalogue))
            keeper = Erasing(Workshops(another, elsewhere, catalogue, read_settings({}, {})))
            cut, at, whole = Cut(store, monkeypatch), 0, False
            while not whole:
                made = (await workshops.create(NewWorkshop(WORD))).workshop
                await store.begin_erasing(made.id, made.people[0].id, "keep standin12345")
                there = set(await store._commands.call("KEYS", "*"))
                cut.left, at = at, at + 1
                try:
                    await workshops._erase(made)
                    whole = True
                except Unavailable:
                    # where nothing was done yet, who asked still may: they were told that it did not work
                    cut.left = 10**6
                    if not await another.erasing_whole():
                        assert there <= set(await store._commands.call("KEYS", "*")), at
                        await workshops._erase(made)
                await keeper.every_minute()
                assert await another.remains(made.id) == [], at
                assert await another.workshops() == [] and await another.erasing() == []
                assert await another.erasing_whole() == []
            assert at > 10


async def test_an_erasure_that_is_under_way_is_left_to_who_began_it(store: Store) -> None:
    catalogue = load_catalogue(assets.canvases_folder())
    workshops = Workshops(store, Hub(store, Policies(store, catalogue)), catalogue, read_settings({}, {}))
    made = (await workshops.create(NewWorkshop(WORD))).workshop
    await store._commands.call("HSET", keys.erasing(), f"{made.id} ", module.now_ms())
    await workshops.erase_expired()
    assert await workshops.by_id(made.id) is not None


async def test_an_erasure_that_cannot_be_done_does_not_hold_up_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A room with a hole, a record that cannot be read: what comes after is erased all the same."""
    catalogue = load_catalogue(assets.canvases_folder())
    with embedded_engine(tmp_path / "data") as url:
        async with open_store(url) as store:
            hub = Hub(store, Policies(store, catalogue))
            workshops = Workshops(store, hub, catalogue, read_settings({}, {}))
            erasing = Erasing(workshops)
            async with hub.run():
                made = []
                for number in range(3):
                    one = (await workshops.create(NewWorkshop(f"{WORD} {number}"))).workshop
                    room = await hub.open(one.rooms[0])
                    for name in ("n1", "n2", "n3"):
                        note = {"board": "sheet1.verso", "zone": "need", "text": WORD}
                        await room.change(one.people[0].id, insert_note(name, note))
                    made.append(one)
                hole = made[0].rooms[0]
                await store._commands.call("XDEL", keys.log(hole), "2-0")
                for one in made[:2]:
                    await store.begin_erasing(one.id, one.people[0].id, "keep standin12345")
                await erasing.every_minute()
                assert [workshop for workshop, _, _ in await store.erasing()] == [made[0].id]
                await store._commands.call("HSET", keys.record(made[0].id), "data", "{")
                later = module.now_ms() + 91 * DAY_MS
                monkeypatch.setattr(module, "now_ms", lambda: later)
                await workshops.erase_expired()
                assert await store.workshops() == [made[0].id]
