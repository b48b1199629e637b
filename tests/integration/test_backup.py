"""Backup and restore beside a running server: all of it, whole, equal, and nothing that was erased since."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from redis import Redis
from tests.kit.client import participant
from tests.kit.filled import filled
from tests.kit.server import Seat, Server, running
from tests.kit.store import plain_engine
from tests.kit.traces import engine_of

from tablee import cli
from tablee.errors import BadBackup, TableeError
from tablee.store.backup import back_up, patient_client, restore, was_cut
from tablee.store.backup_file import Backup, writing
from tablee.store.redis import Store
from tablee.store.rooms import Append, AppendRefused

WRITERS = 10
PASSING = ("tablee:rate:", "tablee:ticket:", "tablee:marker", "tablee:past")
MOMENTARY = (":holders", ":turn", ":revealing")


def tablee(*words: str, fails: bool = False) -> str:
    """The command, here; the sentence with which it failed."""
    said = ""
    try:
        cli.command.main(list(words), standalone_mode=False)
    except TableeError as error:
        said = str(error)
    assert bool(said) is fails, said
    return said


async def told(*words: str, fails: bool = False) -> str:
    return await asyncio.to_thread(lambda: tablee(*words, fails=fails))


def everything(redis: Any) -> dict[str, Any]:
    """Every key that lasts: its value, and when it ends."""
    out: dict[str, Any] = {}
    for key in redis.scan_iter(count=1000):
        name = key.decode()
        if name.startswith(PASSING) or name.endswith(MOMENTARY):
            continue
        value = {
            b"string": redis.get,
            b"hash": redis.hgetall,
            b"set": redis.smembers,
            b"zset": lambda one: redis.zrange(one, 0, -1, withscores=True),
            b"stream": redis.xrange,
        }[redis.type(key)](key)
        out[name] = (value, redis.pexpiretime(key))
    return out


def open_to(server: Server, seat: Seat) -> list[str]:
    notes = server.call("GET", f"/api/rooms/{seat.room}/notes", token=seat.token).json["notes"]
    return sorted(note["text"] for note in notes)


async def test_a_restored_instance_is_equal_and_people_go_on(tmp_path: Path) -> None:
    file = tmp_path / "all.backup"
    with running(tmp_path / "one") as one:
        house = await filled(one, "mot")
        reentry = one.call("POST", "/api/join", {"code": house.made["code"], "name": "Inès"}).json
        await told("backup", str(file), "--data-dir", str(one.data_dir))
        before, texts = everything(engine_of(one)), open_to(one, house.joris)
        state = house.state()
    await told("restore", str(file), "--data-dir", str(tmp_path / "two"))
    with running(tmp_path / "two") as two:
        assert everything(engine_of(two)) == before and len(before) > 20
        house.server = two
        assert open_to(two, house.joris) == texts and house.state() == state
        again = {"code": house.made["code"], "reentry": reentry["reentry"]}
        assert two.call("POST", "/api/join", again).json["person"]["id"] == reentry["person"]["id"]
        async with participant(two, house.joris) as joris:
            joris.write("n4", " et la suite")
            await joris.all_saved()


async def test_what_was_saved_before_a_backup_is_in_it_while_ten_people_write(tmp_path: Path) -> None:
    file = tmp_path / "busy.backup"
    with running(tmp_path / "one") as one:
        made = one.create()
        seats = [one.join(made, f"P{number}") for number in range(WRITERS)]
        stop, saved = asyncio.Event(), dict.fromkeys(range(WRITERS), 0)

        async def write(number: int) -> None:
            async with participant(one, seats[number]) as person:
                count = 0
                while not stop.is_set():
                    person.add(f"n{number}x{count}", f"{number} {count}")
                    await person.all_saved()
                    count += 1
                    saved[number] = count

        writers = [asyncio.create_task(write(number)) for number in range(WRITERS)]
        while min(saved.values()) < 5:  # noqa: ASYNC110 (a state to wait for)
            await asyncio.sleep(0.01)
        promised = dict(saved)
        await told("backup", str(file), "--data-dir", str(one.data_dir))
        assert sum(saved.values()) > sum(promised.values()), "they wrote meanwhile"
        stop.set()
        await asyncio.gather(*writers)
    await told("restore", str(file), "--data-dir", str(tmp_path / "two"))
    with running(tmp_path / "two") as two:
        notes = two.call("GET", f"/api/rooms/{seats[0].room}/notes", token=made["token"]).json["notes"]
        found = {note["id"] for note in notes}
        assert {f"n{number}x{count}" for number in promised for count in range(promised[number])} <= found
        async with participant(two, seats[3]) as person:
            assert set(person.content()) == found
            person.add("nlast", "encore")
            await person.all_saved()


async def test_kits_of_a_store_without_workshops_are_not_replaced_either(tmp_path: Path) -> None:
    file, here = tmp_path / "a.backup", str(tmp_path / "one")
    with running(tmp_path / "one") as one:
        made = one.create()
        await told("backup", str(file), "--data-dir", here)
        one.call("DELETE", f"/api/workshops/{made['id']}", token=made["token"])
        kit = one.call("POST", "/api/kits", {"from": "kit-cmc"}).json
        said = await told("restore", str(file), "--data-dir", here, fails=True)
        assert "--replace" in said
        mine = {"headers": {"Authorization": f"Bearer {kit['secret']}"}}
        assert one.call("GET", f"/api/kits/{kit['id']}", **mine).status == 200
        await told("restore", str(file), "--data-dir", here, "--replace")
        assert one.call("GET", f"/api/kits/{kit['id']}", **mine).status == 404


async def test_nothing_is_replaced_unless_asked_and_the_erased_stay_erased(tmp_path: Path) -> None:
    file, broken, here = tmp_path / "a.backup", tmp_path / "b.backup", str(tmp_path / "one")
    with running(tmp_path / "one") as one:
        kept, erased = one.create(title="Gardé"), one.create(title="Effacé depuis")
        nadia = one.join(kept, "Nadia")
        async with participant(one, nadia) as person:
            person.add("n1", "avant")
            await person.all_saved()
        await told("backup", str(file), "--data-dir", here)
        later = one.create(title="Plus tard")
        one.call("DELETE", f"/api/workshops/{erased['id']}", token=erased["token"])
        one.call("PATCH", f"/api/workshops/{kept['id']}", {"title": "Changé"}, token=kept["token"])
        before = everything(engine_of(one))
        said = await told("restore", str(file), "--data-dir", here, fails=True)
        assert "--replace" in said and len(said.splitlines()) == 1
        broken.write_bytes(file.read_bytes()[:-7])
        assert "cut short" in await told("restore", str(broken), "--data-dir", here, "--replace", fails=True)
        assert everything(engine_of(one)) == before, "nothing was changed"
        async with participant(one, nadia) as person:
            person.add("n2", "après la sauvegarde")
            await person.all_saved()
            await told("restore", str(file), "--data-dir", here, "--replace")
            # the room went back in time under people who have more: they bring it back
            assert await person.closed() == 1012
        async with participant(one, nadia, doc=None) as person:
            await person.until(lambda: {"n1", "n2"} <= set(person.content()), "what was lost came back")
        state = one.call("GET", f"/api/workshops/{kept['id']}", token=kept["token"]).json
        assert state["title"] == "Gardé" and state["revision"] > 2, "processes that knew more see it"
        assert one.call("GET", "/api/me", token=erased["token"]).status in (401, 404)
        assert one.call("GET", "/api/me", token=later["token"]).status == 401
        titles = list(engine_of(one).zrange("tablee:workshops", 0, -1))
        assert titles == [kept["id"].encode()]
        engine_of(one).hset("tablee:erasing", f"{erased['id']} ", "1")  # it was cut
        await told("restore", str(file), "--data-dir", here, "--replace", "--bring-back-erased")
        assert one.call("GET", "/api/me", token=erased["token"]).status == 200
        assert not engine_of(one).hexists("tablee:erasing", f"{erased['id']} ")


async def test_an_external_store_is_backed_up_by_its_address(tmp_path: Path) -> None:
    file = tmp_path / "ext.backup"
    with (
        plain_engine(tmp_path / "engine", appendonly="yes") as url,
        running(tmp_path, "--store-url", url) as one,
    ):
        made = one.create(title="Ailleurs")
        await told("backup", str(file), "--store-url", url)
        receipt = one.call("DELETE", f"/api/workshops/{made['id']}", token=made["token"]).json
        assert receipt["files"] == "written"
    await told("restore", str(file), "--data-dir", str(tmp_path / "two"))
    with running(tmp_path / "two") as two:
        assert (
            two.call("GET", f"/api/workshops/{made['id']}", token=made["token"]).json["title"] == "Ailleurs"
        )


# -- by the store alone ----------------------------------------------------------------------------------


LATER_MS = 4_000_000_000_000


async def made(store: Store, *workshops: str) -> None:
    for name in workshops:
        assert await store.create_workshop(name, f"code{name}", b"{}", {f"i{name}": "organiser"}, LATER_MS)


async def kept(url: str, file: Path) -> Backup:
    async with patient_client(url) as client:
        await back_up(client, file)
    return Backup(file)


async def test_keys_of_other_programs_are_neither_taken_nor_put_back_nor_deleted(
    store: Store, store_url: str, tmp_path: Path
) -> None:
    await made(store, "w1")
    redis = Redis.from_url(store_url)
    redis.set("{user1}:cart", "old")
    redis.rpush("{q}:jobs", "a")
    redis.set("{user2}:record", "text")
    redis.hset("{user3}:meta", "colour", "red")
    redis.set(b"{\xff\xfe}:x", "1")
    redis.set(b"tablee:\xff", "1")
    backup = await kept(store_url, tmp_path / "a.backup")
    assert [part.workshop for part in backup.parts() if part.workshop] == ["w1"]
    redis.set("{user1}:cart", "new")
    redis.delete("{user3}:meta")
    async with patient_client(store_url) as client:
        await restore(client, backup, replace=True)
    assert redis.get("{user1}:cart") == b"new" and redis.lrange("{q}:jobs", 0, -1) == [b"a"]
    assert redis.get("{user2}:record") == b"text" and redis.get(b"{\xff\xfe}:x") == b"1"
    assert not redis.exists("{user3}:meta")


async def test_what_was_judged_before_a_restore_is_refused_after_it(
    store: Store, store_url: str, tmp_path: Path
) -> None:
    await made(store, "w1")
    room = "w1-g1-exploration"
    meta = await store.open_room(room, "lineage")
    assert await store.append([Append(room, meta.lineage, meta.epoch, b"1", b"before")]) == [1]
    backup = await kept(store_url, tmp_path / "a.backup")
    await store.raise_epochs([room])
    epoch = (await store.open_room(room, "lineage")).epoch
    async with patient_client(store_url) as client:
        await restore(client, backup, replace=True)
    for judged in range(epoch + 1):
        late = Append(room, meta.lineage, judged, f"late{judged}".encode(), b"late")
        assert await store.append([late]) == [AppendRefused.EPOCH]


async def test_what_was_erased_while_a_backup_was_written_is_not_restored(
    store: Store, store_url: str, tmp_path: Path
) -> None:
    await made(store, "w1", "w2")
    before = await kept(store_url, tmp_path / "a.backup")
    with writing(tmp_path / "b.backup") as file:
        file.header(before.header)
        for part in before.parts():
            file.part(part)
        file.end(["w1"])
    redis = Redis.from_url(store_url)
    redis.flushdb()
    async with patient_client(store_url) as client:
        done = await restore(client, Backup(tmp_path / "b.backup"))
    assert (done.workshops, done.skipped) == (1, ["w1"])
    assert await store.workshops() == ["w2"] and await store.workshop("w1") is None
    assert await store.workshop_of_code("codew1") is None and await store.invitation("iw1") is None


async def test_of_what_is_being_erased_only_that_of_its_workshops_is_kept(
    store: Store, store_url: str, tmp_path: Path
) -> None:
    await made(store, "w1")
    redis = Redis.from_url(store_url)
    redis.hset("tablee:erasing", mapping={"files": "a", "w1 p1": "keep x", "gone p2": "keep x", "gone ": "5"})
    backup = await kept(store_url, tmp_path / "a.backup")
    held = [one.value for part in backup.parts() for one in part.keys if one.name == "tablee:erasing"]
    assert held == [[[b"w1 p1", b"keep x"]]]


async def test_a_restore_that_is_cut_is_told_and_done_again(
    store: Store, store_url: str, tmp_path: Path
) -> None:
    """Its workshops are on the list by then, so that they end when they should."""
    await made(store, "w1", "w2", "w3")
    backup = await kept(store_url, tmp_path / "a.backup")
    Redis.from_url(store_url).flushdb()

    def stop(done: int, of: int) -> None:
        assert of == 3
        if done == 2:
            raise InterruptedError

    async with patient_client(store_url) as client:
        with pytest.raises(InterruptedError):
            await restore(client, backup, progress=stop)
        assert await was_cut(client) and await store.workshops() == ["w1", "w2"]
        with pytest.raises(BadBackup, match=r"interrupted.*--replace"):
            await restore(client, backup)
        ill = await asyncio.to_thread(CliRunner().invoke, cli.command, ["doctor", "--store-url", store_url])
        assert ill.exit_code == 1 and "a restore was interrupted" in ill.output
        await restore(client, backup, replace=True)
        assert not await was_cut(client) and await store.workshops() == ["w1", "w2", "w3"]
        assert await store.workshop_of_code("codew3") == "w3"


async def test_an_empty_backup_replaces_nothing(store: Store, store_url: str, tmp_path: Path) -> None:
    empty = await kept(store_url, tmp_path / "a.backup")
    await made(store, "w1")
    before = everything(Redis.from_url(store_url))
    async with patient_client(store_url) as client:
        with pytest.raises(BadBackup, match="holds no workshop"):
            await restore(client, empty, replace=True)
    assert everything(Redis.from_url(store_url)) == before


def test_a_backup_says_how_much_it_holds_and_a_restore_what_is_open_again(
    store_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Redis.from_url(store_url).flushdb()
    tablee("workshop", "create", "--title", "Communs", "--store-url", store_url)
    tablee("backup", str(tmp_path / "a.backup"), "--store-url", store_url)
    assert "a.backup  1 workshops, 0.0 MB" in capsys.readouterr().out
    tablee("restore", str(tmp_path / "a.backup"), "--store-url", store_url, "--replace")
    said = capsys.readouterr().out
    assert said.startswith("1 workshops of ") and "banned" in said and "links that were renewed" in said


def test_a_folder_without_a_store_is_said_and_stays_as_it_is(tmp_path: Path) -> None:
    file, typo = tmp_path / "a.backup", tmp_path / "typo"
    for words in (
        *(["backup", str(file)], ["workshop", "list"], ["workshop", "delete", "w1"], ["kit", "list"]),
        ["export", "w1", "--format", "csv", "--out", str(tmp_path / "out")],
    ):
        said = tablee(*words, "--data-dir", str(typo), fails=True)
        assert said.startswith(f"There is no store in {typo}") and "--data-dir" in said
    done = CliRunner().invoke(cli.command, ["doctor", "--data-dir", str(typo)])
    assert f"There is no store in {typo} yet" in done.output
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_said(store_url: str, tmp_path: Path) -> None:
    words = ["backup", str(tmp_path / "nowhere" / "a.backup"), "--store-url", store_url]
    done = subprocess.run(
        [sys.executable, "-m", "tablee", *words], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1 and len(done.stderr.splitlines()) == 1 and "nowhere" in done.stderr


SLOW = """
import asyncio, sys
from tablee import cli
from tablee.store.whole_file import whole_file

async def slow(client, path, progress):
    with whole_file(path, 0o600) as file:
        file.write(b"half")
        print("writing", flush=True)
        await asyncio.sleep(60)

cli.store.back_up = slow
sys.argv[0] = "tablee"
cli.main()
"""


def test_a_backup_that_is_told_to_stop_leaves_nothing_beside(store_url: str, tmp_path: Path) -> None:
    words = [sys.executable, "-c", SLOW, "backup", str(tmp_path / "a.backup"), "--store-url", store_url]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stderr is not None
        assert process.stdout.readline() == "writing\n" and len(list(tmp_path.iterdir())) == 1
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 128 + signal.SIGTERM and process.stderr.read() == ""
    assert list(tmp_path.iterdir()) == []
