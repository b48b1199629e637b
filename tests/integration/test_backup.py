"""Backup and restore beside a running server: all of it, whole, equal, and nothing that was erased since."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.kit.client import participant
from tests.kit.filled import filled
from tests.kit.server import Seat, Server, running
from tests.kit.store import plain_engine
from tests.kit.traces import engine_of

from tablee import cli
from tablee.errors import TableeError

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
        await told("backup", str(file), "--data-dir", here)
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
        await told("restore", str(file), "--data-dir", here, "--replace", "--bring-back-erased")
        assert one.call("GET", "/api/me", token=erased["token"]).status == 200


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


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    words = ["backup", str(tmp_path / "nowhere" / "a.backup"), "--data-dir", str(tmp_path / "data")]
    done = subprocess.run(
        [sys.executable, "-m", "tablee", *words], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1 and len(done.stderr.splitlines()) == 1 and "nowhere" in done.stderr
