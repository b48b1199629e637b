"""Rights that change while updates are under way: the later word wins, whoever was faster to the server."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from pycrdt import Doc, Map, Text

from tablee import assets
from tablee.errors import Forbidden
from tablee.live.budget import Budget
from tablee.live.housekeeping import Housekeeping
from tablee.live.hub import Hub
from tablee.live.open_room import OpenRoom, Seat
from tablee.live.policies import Policies
from tablee.live.records import read_workshop, write_workshop
from tablee.live.workshops import NewWorkshop, Workshops
from tablee.model.canvases import load_catalogue
from tablee.model.workshop import BoardState, Person, Workshop
from tablee.settings import read_settings
from tablee.store.redis import Store
from tablee.sync import encoding as enc
from tablee.sync.document import insert_note
from tablee.sync.room import Member

CATALOGUE = load_catalogue(assets.canvases_folder())


class Screen:
    """A connection that keeps what it is sent."""

    def __init__(self) -> None:
        self.frames: list[bytes] = []
        self.code: int | None = None

    def write(self, frames: bytes) -> None:
        self.frames.append(frames)

    def buffered(self) -> int:
        return 0

    def close(self, code: int, reason: str) -> None:
        self.code = code

    def pause(self, seconds: float) -> None:
        raise AssertionError("nobody is that fast here")

    def heard(self, word: bytes) -> bool:
        return any(word in frame for frame in self.frames)


class SlowHub(Hub):
    """Keeps appends back while `held`, as a busy store would."""

    held = False
    waiting: list[tuple[OpenRoom, bytes]]

    def append(self, room: OpenRoom, payload: bytes) -> None:
        if self.held:
            self.waiting.append((room, payload))
        else:
            super().append(room, payload)

    def let_go(self) -> None:
        self.held = False
        for room, _ in self.waiting:
            # what was judged before is sent as it was judged then
            super().append(room, _)
        self.waiting = []


class Workplace:
    def __init__(self, store: Store, hub: SlowHub, workshops: Workshops, workshop: Workshop) -> None:
        self.store, self.hub, self.workshops, self.workshop = store, hub, workshops, workshop
        self.room: OpenRoom

    async def seat(self, name: str) -> tuple[Person, Screen, int]:
        joined = await self.workshops.join(code=self.workshop.code, name=name)
        self.hub.policies.learn(joined.workshop)
        screen = Screen()
        member = Member(self.hub.new_session(), joined.person.id, {"id": joined.person.id}, True, True)
        now = time.monotonic()
        seat = Seat(member, screen, "participant", "fr", Budget(99, 99, now), Budget(99, 99, now))
        self.room.enter(seat, {"type": "hello"})
        return joined.person, screen, member.session

    async def lock(self, board: str) -> None:
        """As the command does it: the record first, then the epochs."""
        found = await self.store.workshop(self.workshop.id)
        assert found is not None
        workshop = read_workshop(*found)
        locked = replace(workshop, boards={board: BoardState(locked=True)})
        assert await self.store.put_workshop(
            workshop.id, workshop.revision, write_workshop(locked), b"locked"
        )
        await self.store.raise_epochs(workshop.rooms)

    def notes(self) -> set[str]:
        return set(self.room.room.document.notes())


@asynccontextmanager
async def workplace(store: Store) -> AsyncIterator[Workplace]:
    hub = SlowHub(store, Policies(store, CATALOGUE))
    hub.waiting = []
    workshops = Workshops(store, hub, CATALOGUE, read_settings({}, {}))
    async with hub.run():
        made = await workshops.create(NewWorkshop("Verrous"))
        place = Workplace(store, hub, workshops, made.workshop)
        place.room = await hub.open(made.workshop.rooms[0])
        yield place


def a_note(person: Person, note: str, board: str = "sheet2.verso", zone: str = "rules") -> bytes:
    doc: Doc[Any] = Doc()
    fields = {"board": board, "zone": zone, "kind": "note", "by": person.id, "text": Text("règle")}
    doc.get("notes", type=Map)[note] = Map(fields)
    return enc.update_message(doc.get_update())


async def until(seen: Any) -> None:
    async with asyncio.timeout(10):
        while not seen():  # noqa: ASYNC110
            await asyncio.sleep(0.005)


async def test_a_lock_that_falls_while_an_update_is_under_way_wins(store: Store) -> None:
    async with workplace(store) as place:
        person, screen, session = await place.seat("Nadia")
        place.hub.held = True
        place.room.receive(session, a_note(person, "n1"))
        place.room.receive(session, a_note(person, "n2", board="sheet3.verso", zone="actions"))
        await until(lambda: place.hub.waiting)
        await place.lock("sheet2.verso")
        place.hub.let_go()
        await until(lambda: screen.heard(b'"saved"') and screen.heard(b"board.locked"))
        assert place.notes() == {"n2"}, "what the lock does not touch is kept"
        assert place.room.epoch == 1
        cold = await store.load_room(place.room.id)
        assert cold.entries and not any(b"n1" in entry.payload for entry in cold.entries)


async def test_the_same_over_http_is_answered_with_the_reason(store: Store) -> None:
    async with workplace(store) as place:
        person, _, _ = await place.seat("Nadia")
        place.hub.held = True
        fields = {"board": "sheet2.verso", "zone": "rules", "kind": "note", "by": person.id, "text": "non"}
        asking = asyncio.create_task(place.room.change(person.id, insert_note("n1", fields)))
        await until(lambda: place.hub.waiting)
        await place.lock("sheet2.verso")
        place.hub.let_go()
        with pytest.raises(Forbidden) as refused:
            await asking
        assert refused.value.key == "board.locked" and place.notes() == set()


async def test_who_left_meanwhile_is_judged_by_the_new_policy_too(store: Store) -> None:
    async with workplace(store) as place:
        person, _, session = await place.seat("Nadia")
        other, other_screen, other_session = await place.seat("Joris")
        place.hub.held = True
        place.room.receive(session, a_note(person, "n1"))
        place.room.receive(other_session, a_note(other, "n2"))
        await until(lambda: place.hub.waiting)
        place.room.exit(session)
        await place.lock("sheet2.verso")
        place.hub.let_go()
        await until(lambda: other_screen.heard(b"board.locked"))
        assert place.notes() == set()


async def test_a_frozen_room_refuses_and_goes_on_when_it_thaws(store: Store) -> None:
    async with workplace(store) as place:
        person, screen, session = await place.seat("Nadia")
        await store.freeze_room(place.room.id, True)
        place.room.receive(session, a_note(person, "n1"))
        await until(lambda: screen.heard(b"room.frozen"))
        await store.freeze_room(place.room.id, False)
        place.room.receive(session, a_note(person, "n2"))
        await until(lambda: place.notes() == {"n2"} and not place.room.room.is_underway)


async def test_a_client_id_claimed_through_two_processes_belongs_to_the_first(store: Store) -> None:
    async with workplace(store) as place:
        person, screen, session = await place.seat("Joris")
        await store.bind_client(place.room.id, 4242, "somebody-else")
        doc: Doc[Any] = Doc(client_id=4242)
        fields = {"board": "sheet2.verso", "zone": "rules", "by": person.id, "text": Text("")}
        doc.get("notes", type=Map)["n1"] = Map(fields)
        place.room.receive(session, enc.update_message(doc.get_update()))
        await until(lambda: screen.heard(b"update.not_yours"))
        assert place.notes() == set() and place.room.room.owners[4242] == "somebody-else"


async def test_a_log_that_went_back_in_time_is_given_back_what_it_lost(store: Store) -> None:
    """The end of the log disappears under an open room, as after a failover."""
    async with workplace(store) as place:
        person, screen, session = await place.seat("Nadia")
        room_id = place.room.id
        keys = [f"{{{room_id}}}:{name}" for name in ("meta", "log", "clients")]
        earlier: list[bytes] = []
        for n in range(6):
            place.room.receive(session, a_note(person, f"n{n}"))
            await until(lambda n=n: place.room.room.n == n + 1)
            if n == 2:
                earlier = [await store._commands.call("DUMP", key) for key in keys]
        for key, value in zip(keys, earlier, strict=True):
            await store._commands.call("RESTORE", key, 0, value, "REPLACE")
        place.room.receive(session, a_note(person, "n6"))
        await until(lambda: screen.code == 1012)
        again = await place.hub.open(room_id)
        await until(lambda: not again.room.is_underway and again.room.n == 4)
        assert {f"n{n}" for n in range(6)} <= set(again.room.document.notes())
        cold = await store.load_room(room_id)
        assert [entry.n for entry in cold.entries] == [1, 2, 3, 4]
        assert set(await store.clients(room_id)) >= set(again.room.owners)


async def test_a_room_that_is_not_whole_is_read_and_takes_nothing(store: Store) -> None:
    async with workplace(store) as place:
        person, _, session = await place.seat("Nadia")
        room_id = place.room.id
        for n in range(4):
            place.room.receive(session, a_note(person, f"n{n}"))
            await until(lambda n=n: place.room.room.n == n + 1)
        place.room.shut(1012, "for the test")
        await store._commands.call("XDEL", f"{{{room_id}}}:log", "3-0")
        place.room = await place.hub.open(room_id)
        assert place.room.damaged and place.notes() == {"n0", "n1"}
        person, screen, session = await place.seat("Joris")
        place.room.receive(session, a_note(person, "n9"))
        await until(lambda: screen.heard(b"room.damaged"))
        await place.hub.catch_up(place.room)
        await Housekeeping(place.hub).refresh_holds()
        assert not place.room.closed and place.notes() == {"n0", "n1"}
        assert (await store.open_room(room_id, "")).seq == 4, "nothing was added, nothing taken away"


async def test_a_store_that_stays_away_sends_everybody_home_with_what_they_have(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a while the server stops taking in more; people come back, and nothing is there twice."""
    monkeypatch.setattr("tablee.live.open_room.STORE_PATIENCE_S", 0.3)
    async with workplace(store) as place:
        person, screen, session = await place.seat("Nadia")
        _, other_screen, _ = await place.seat("Joris")
        place.hub.held = True
        frame = a_note(person, "n1")
        place.room.receive(session, frame)
        await until(lambda: screen.code is not None)
        assert (screen.code, other_screen.code) == (1013, 1013) and place.room.closed
        assert not other_screen.heard(b"n1"), "nothing is shown that is not in the log"
        place.hub.held = False
        place.hub.waiting = []
        place.room = await place.hub.open(place.room.id)
        _, again, session = await place.seat("Nadia, de retour")
        place.room.room.members[session].person = person.id
        place.room.receive(session, frame)
        await until(lambda: again.heard(b'"saved"'))
        assert place.notes() == {"n1"} and len((await store.load_room(place.room.id)).entries) == 1


async def test_a_large_room_is_looked_through_beside_the_loop_and_is_the_same(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside: list[int] = []
    to_thread = asyncio.to_thread

    async def seen(work: Any) -> Any:
        beside.append(1)
        return await to_thread(work)

    async with workplace(store) as place:
        person, _, session = await place.seat("Nadia")
        for n in range(40):
            doc: Doc[Any] = Doc()
            fields = {"board": "sheet2.verso", "zone": "rules", "by": person.id, "text": Text("règle " * 300)}
            doc.get("notes", type=Map)[f"n{n}"] = Map(fields)
            place.room.receive(session, enc.update_message(doc.get_update()))
            await until(lambda n=n: len(place.notes()) == n + 1 and not place.room.room.is_underway)
        before = place.room.room
        place.room.shut(1012, "for the test")
        monkeypatch.setattr(asyncio, "to_thread", seen)
        place.room = await place.hub.open(place.room.id)
        assert beside == [1]
        assert place.room.room._index.ends() == before._index.ends()
        person, screen, session = await place.seat("Joris")
        place.room.receive(session, a_note(person, "after"))
        await until(lambda: screen.heard(b'"saved"'))
        assert len(place.notes()) == 41
