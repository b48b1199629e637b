"""Carrying in any order, on two servers at once: repeatable, independent of the order, nothing lost.

Two hubs over one real store, as two processes would be. What comes out is compared with a plain model.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import pytest
from pycrdt import Map, Text

from tablee import assets
from tablee.errors import Invalid, NotFound, Unavailable
from tablee.live import statuses
from tablee.live.carrying import Carrying
from tablee.live.commands import Commands
from tablee.live.hub import Hub
from tablee.live.policies import Policies
from tablee.live.records import Session
from tablee.live.workshops import NewWorkshop, Workshops
from tablee.model.canvases import load_catalogue
from tablee.model.carry import Decided, decided_in
from tablee.model.workshop import Person, Workshop, group_rooms, plenary_room
from tablee.settings import read_settings
from tablee.store.redis import Store
from tablee.sync.document import delete_note

CATALOGUE = load_catalogue(assets.canvases_folder())
GROUPS = ("g1", "g2", "g3")
ZONES = ("governance.rules", "governance.watch", "governance.map")


@dataclass
class Server:
    hub: Hub
    workshops: Workshops
    carrying: Carrying
    commands: Commands


@asynccontextmanager
async def server(store: Store) -> AsyncIterator[Server]:
    hub = Hub(store, Policies(store, CATALOGUE))
    workshops = Workshops(store, hub, CATALOGUE, read_settings({}, {}))
    carrying, commands = Carrying(workshops), Commands(workshops)
    carrying.serve(commands)
    async with hub.run():
        yield Server(hub, workshops, carrying, commands)


class House:
    """A workshop of three groups whose canvases are in the plenary, on two servers."""

    def __init__(self, servers: list[Server], workshop: Workshop, person: Person) -> None:
        self.servers, self.workshop, self.person = servers, workshop, person
        self.target = plenary_room(workshop.id)
        self.session = Session("", workshop.id, person.id, workshop.revision)

    async def do(self, at: int, kind: str, **fields: Any) -> dict[str, Any]:
        one = self.servers[at]
        now = await one.workshops.by_id(self.workshop.id)
        assert now is not None
        done = await one.commands.acts[kind](self.session, now, self.person, {"type": kind, **fields})
        return dict(done.more)

    async def write(self, at: int, key: str, text: str, zone: str = "rules") -> None:
        group, _, note_id = key.partition("/")
        room = await self.servers[at].hub.open(group_rooms(self.workshop.id, group)["exploration"])
        await self.servers[at].hub.catch_up(room)

        def edit(roots: Any) -> None:
            if note_id in roots["notes"]:
                roots["notes"][note_id]["text"].insert(0, text)
                return
            values = {"board": "sheet2.verso", "zone": zone, "kind": "note", "order": "a0", "at": 1}
            roots["notes"][note_id] = Map({**values, "text": Text(text), "fields": Map({})})

        await room.edit(None, edit)

    async def notes(self, at: int, room_id: str) -> dict[str, Any]:
        room = await self.servers[at].hub.open(room_id)
        await self.servers[at].hub.catch_up(room)
        return (await room.settled()).notes()

    async def decided(self, at: int) -> Decided:
        room = await self.servers[at].hub.open(self.target)
        await self.servers[at].hub.catch_up(room)
        document = await room.settled()
        return decided_in(document.notes(), document.answers(), "-")

    async def statuses(self) -> dict[str, str]:
        out: dict[str, str] = {}
        for group in GROUPS:
            found = await self.notes(0, group_rooms(self.workshop.id, group)["exploration"])
            out |= {f"{group}/{key}": note.get("status", "open") for key, note in found.items()}
        return out

    async def until_said(self) -> None:
        """Wait until the sheets say what the canvas does."""
        async with asyncio.timeout(10):
            while True:
                decided = await self.decided(0)
                said = await self.statuses()
                if all(status == decided.status(key) for key, status in said.items()):
                    return
                await asyncio.sleep(0.02)


@asynccontextmanager
async def house(store: Store) -> AsyncIterator[House]:
    async with server(store) as one, server(store) as other:
        made = await one.workshops.create(
            NewWorkshop("Trajets", groups=len(GROUPS), agenda="one_sheet_per_group_150")
        )
        workshop = await one.workshops.by_id(made.workshop.id)
        assert workshop is not None
        yield House([one, other], workshop, workshop.people[0])


def named(house: House, *keys: str) -> list[dict[str, str]]:
    rooms = {group: group_rooms(house.workshop.id, group)["exploration"] for group in GROUPS}
    return [{"from": rooms[key.partition("/")[0]], "note": key.partition("/")[2]} for key in keys]


@pytest.mark.parametrize("seed", range(3))
async def test_any_history_ends_with_each_source_decided_as_it_was(store: Store, seed: int) -> None:
    chance = random.Random(seed)
    async with house(store) as there:
        keys: list[str] = []
        for number in range(12):
            key = f"{chance.choice(GROUPS)}/n{number}"
            keys.append(key)
            await there.write(chance.randrange(2), key, f"texte {number}")

        async def anything() -> None:
            at, some = chance.randrange(2), chance.sample(keys, chance.randint(1, 4))
            what = chance.choice(("carry", "carry", "merge", "park", "unpark", "edit", "delete", "again"))
            zone = chance.choice(ZONES)
            if what == "carry":
                await there.do(at, "note.carry", notes=named(there, *some), zone=zone)
            elif what == "again":
                await there.do(at, "note.carry", notes=named(there, some[0]), zone=zone, again=True)
            elif what == "merge":
                with suppress(Invalid):
                    await there.do(at, "note.merge", notes=named(there, *some), zone=zone)
            elif what in ("park", "unpark"):
                await there.do(
                    at, "note.park", notes=named(there, *some), canvas="governance", parked=what == "park"
                )
            elif what == "edit":
                await there.write(at, some[0], "avant ")
            else:
                room = await there.servers[at].hub.open(there.target)
                ids = sorted((await room.settled()).note_ids())
                if ids:
                    with suppress(NotFound):  # somebody else was faster
                        await room.change(there.person.id, delete_note(chance.choice(ids)))

        for _ in range(10):
            await asyncio.gather(*(anything() for _ in range(3)))

        # everything left is carried by both servers at once, and again: exactly once each
        before = await there.decided(0)
        for _ in range(2):
            answers = await asyncio.gather(
                *(there.do(at, "note.carry", notes=named(there, *keys), canvas="governance") for at in (0, 1))
            )
            assert answers[0]["notes"].keys() == set(keys)
        decided = await there.decided(1)
        assert (await there.decided(0)) == decided
        for key in keys:
            made = decided.notes["governance"][key]
            assert made == before.notes.get("governance", {}).get(key, made), "what was there stays"
            if key not in before.notes.get("governance", {}):
                assert len(made) == 1
        assert not decided.parked.get("governance")
        canvas = await there.notes(0, there.target)
        for key in keys:
            texts = " ".join(canvas[note]["text"] for note in decided.notes["governance"][key])
            assert f"texte {key.partition('/n')[2]}" in texts, "no words are lost"
        await there.until_said()


async def test_two_servers_carry_one_note_to_two_zones_and_it_is_in_one(store: Store) -> None:
    async with house(store) as there:
        await there.write(0, "g1/n1", "Une voix par structure")
        first, second = await asyncio.gather(
            there.do(0, "note.carry", notes=named(there, "g1/n1"), zone="governance.rules"),
            there.do(1, "note.carry", notes=named(there, "g1/n1"), zone="governance.watch"),
        )
        assert first == second
        assert len(await there.notes(0, there.target)) == 1


async def test_a_merge_and_a_carry_at_once_leave_one_note(store: Store) -> None:
    async with house(store) as there:
        for number in range(3):
            await there.write(0, f"g1/n{number}", f"Règle {number}")
        await asyncio.gather(
            there.do(0, "note.merge", notes=named(there, "g1/n0", "g1/n1", "g1/n2"), zone="governance.rules"),
            there.do(1, "note.carry", notes=named(there, "g1/n1", "g1/n2"), zone="governance.rules"),
        )
        notes = await there.notes(1, there.target)
        origins = [origin["note"] for note in notes.values() for origin in note["origin"]]
        assert sorted(origins) == ["n0", "n1", "n2"]
        assert len(notes) == 1, "carried before, they are joined; after, they are there already"
        words = " ".join(note["text"] for note in notes.values())
        assert all(f"Règle {number}" in words for number in range(3))
        await there.until_said()


async def test_a_merge_twice_is_one_and_more_of_them_join_it(store: Store) -> None:
    async with house(store) as there:
        for number in range(3):
            await there.write(0, f"g2/n{number}", f"Règle {number}")
        two = named(there, "g2/n0", "g2/n1")
        made = await asyncio.gather(
            *(there.do(at, "note.merge", notes=two, zone="governance.rules") for at in (0, 1))
        )
        assert made[0] == made[1]
        more = await there.do(1, "note.merge", notes=named(there, "g2/n2", "g2/n0"), zone="governance.rules")
        assert more == made[0]
        (note,) = (await there.notes(0, there.target)).values()
        assert sorted(note["text"].split("\n")) == ["Règle 0", "Règle 1", "Règle 2"]
        assert {origin["note"] for origin in note["origin"]} == {"n0", "n1", "n2"}


async def test_merges_that_share_a_source_on_two_servers_leave_it_in_one_note(store: Store) -> None:
    async with house(store) as there:
        for turn in range(8):
            keys = [f"g1/n{turn}{letter}" for letter in "abc"]
            for key in keys:
                await there.write(0, key, f"Règle {key}")
            await asyncio.gather(
                there.do(0, "note.merge", notes=named(there, *keys[:2]), zone="governance.rules"),
                there.do(1, "note.merge", notes=named(there, *keys[1:]), zone="governance.rules"),
            )
            made = (await there.decided(0)).notes["governance"]
            assert len({note for key in keys for note in made[key]}) == 1, turn


async def test_notes_that_are_on_the_canvas_become_one_with_what_was_written_since(store: Store) -> None:
    async with house(store) as there:
        for number in range(2):
            await there.write(0, f"g1/n{number}", f"Règle {number}")
        both = named(there, "g1/n0", "g1/n1")
        await there.do(0, "note.park", notes=both, canvas="governance")
        carried = (await there.do(0, "note.carry", notes=both, canvas="governance"))["notes"]
        canvas = await there.servers[0].hub.open(there.target)
        assert not (await canvas.settled()).answers(), "what is carried is no longer aside"

        def more(notes: Any) -> None:
            notes[carried["g1/n1"]]["text"].insert(0, "Plus précise. ")

        await canvas.change(there.person.id, more)
        await there.do(1, "note.merge", notes=both, zone="governance.watch")
        notes = await there.notes(0, there.target)
        assert list(notes) == [carried["g1/n0"]]
        (note,) = notes.values()
        assert (note["zone"], note["text"]) == ("watch", "Règle 0\nPlus précise. Règle 1")
        await there.do(1, "note.merge", notes=both, zone="governance.watch", text="En un mot")
        assert (await there.notes(0, there.target))[carried["g1/n0"]]["text"] == "En un mot"
        await canvas.change(there.person.id, delete_note(carried["g1/n0"]))
        await there.until_said()
        assert set((await there.statuses()).values()) == {"open"}


async def test_what_a_process_left_unsaid_is_said_when_the_room_is_loaded(store: Store) -> None:
    async with server(store) as one:
        made = await one.workshops.create(NewWorkshop("Trajets", groups=3, agenda="one_sheet_per_group_150"))
        workshop = made.workshop
        first = House([one], workshop, workshop.people[0])
        for number in (1, 2):
            await first.write(0, f"g1/n{number}", "Une règle")
        await first.do(0, "note.carry", notes=named(first, "g1/n1"), canvas="governance")
        one.carrying.statuses._followed.clear()  # it ends before it says so
        exploration = await one.hub.open(group_rooms(workshop.id, "g1")["exploration"])

        def wrong(roots: Any) -> None:
            roots["notes"]["n2"]["status"] = "carried"  # said by an earlier one, and the note deleted since

        await exploration.edit(None, wrong)
    async with server(store) as other:
        after = House([other], workshop, workshop.people[0])
        await other.hub.open(after.target)
        await other.hub.open(group_rooms(workshop.id, "g1")["exploration"])
        await after.until_said()
        assert await after.statuses() == {"g1/n1": "carried", "g1/n2": "open"}


async def test_what_could_not_be_said_while_the_store_was_away_is_said_afterwards(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statuses, "AGAIN_S", 0.05)
    async with house(store) as there:
        await there.write(0, "g1/n1", "Une règle")
        sheet = await there.servers[0].hub.open(group_rooms(there.workshop.id, "g1")["exploration"])
        tried = asyncio.Event()

        async def away(*_: Any) -> int:
            tried.set()
            raise Unavailable("store.away", "")

        with monkeypatch.context() as now:
            now.setattr(sheet, "edit", away)
            await there.do(0, "note.carry", notes=named(there, "g1/n1"), canvas="governance")
            async with asyncio.timeout(10):
                await tried.wait()
        await there.until_said()
        assert await there.statuses() == {"g1/n1": "carried"}
