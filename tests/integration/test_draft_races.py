"""Drafts and their reveal at the same moment: nothing is lost, doubled, signed or shown that should not be.

A real store, a room and the commands; what comes in between comes at a chosen call to the store.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tablee import assets
from tablee.errors import Conflict, NotFound, Unavailable
from tablee.live import drafts as module
from tablee.live.commands import Commands
from tablee.live.drafts import PrivateNotes, Written
from tablee.live.hub import Hub
from tablee.live.notes import remove_note
from tablee.live.open_room import OpenRoom
from tablee.live.policies import Policies
from tablee.live.workshops import NewWorkshop, Workshops
from tablee.model.canvases import load_catalogue
from tablee.model.drafts import asked
from tablee.model.notes import Places
from tablee.model.workshop import Person, Workshop, stakeholder_ids
from tablee.settings import read_settings
from tablee.store import keys
from tablee.store.redis import Store

CATALOGUE = load_catalogue(assets.canvases_folder())
RULES = {"board": "sheet2.verso", "zone": "rules"}
Work = Callable[[], Awaitable[Any]]


class Table:
    """One room of a workshop, and Nadia and Joris in its group."""

    def __init__(self, store: Store, workshops: Workshops, workshop: Workshop) -> None:
        self.store, self.workshops, self.id = store, workshops, workshop.id
        self.private = self.process()
        self.commands = Commands(workshops)
        self.private.serve(self.commands)
        self.room: OpenRoom
        self.nadia: Person
        self.joris: Person

    def process(self) -> PrivateNotes:
        """What one process does, and nothing by itself: it hears no news."""
        made = PrivateNotes(self.workshops.hub, self.workshops)
        self.workshops.hub.on_news.clear()
        return made

    async def workshop(self) -> Workshop:
        found = await self.workshops.by_id(self.id)
        assert found is not None
        return found

    async def command(self, kind: str, **fields: Any) -> None:
        await self.commands.run_as_host(self.id, {"type": kind, **fields})

    async def write(self, note_id: str, text: str, who: Person | None = None, **more: Any) -> Written:
        workshop = await self.workshop()
        note = {"id": note_id, **RULES, "text": text, **more}
        what = asked({"notes": [note]}, Places(CATALOGUE, stakeholder_ids(workshop)))
        return await self.private.write(self.room, workshop, who or self.nadia, what)

    async def drafts(self) -> dict[str, str]:
        own = await self.private.of(self.room.id, self.nadia.id)
        return {draft.id: draft.text for draft in own.values()}

    async def notes(self) -> list[dict[str, Any]]:
        return list((await self.room.settled()).notes().values())

    async def texts(self) -> list[str]:
        return sorted(str(note["text"]) for note in await self.notes())

    def once(
        self, monkeypatch: Any, name: str, *, before: Work | None = None, after: Work | None = None
    ) -> None:
        """Do this when the store is called by this name for the first time."""
        real = getattr(self.store, name)

        async def called(*args: Any, **more: Any) -> Any:
            monkeypatch.setattr(self.store, name, real)
            if before is not None:
                await before()
            out = await real(*args, **more)
            if after is not None:
                await after()
            return out

        monkeypatch.setattr(self.store, name, called)


@asynccontextmanager
async def table(store: Store) -> AsyncIterator[Table]:
    hub = Hub(store, Policies(store, CATALOGUE))
    workshops = Workshops(store, hub, CATALOGUE, read_settings({}, {}))
    async with hub.run():
        made = await workshops.create(NewWorkshop("Courses", groups=1))
        out = Table(store, workshops, made.workshop)
        nadia = await workshops.join(code=made.workshop.code, name="Nadia")
        joris = await workshops.join(code=made.workshop.code, name="Joris")
        assert nadia.room is not None and nadia.room == joris.room
        out.nadia, out.joris, out.room = nadia.person, joris.person, await hub.open(nadia.room)
        yield out


async def test_a_message_that_waited_while_its_draft_was_revealed_makes_no_second_note(
    store: Store, monkeypatch: Any
) -> None:
    async with table(store) as there:
        await there.command("writing.silent", **RULES)
        await there.command("writing.anonymous", **RULES)
        await there.write("n1", "abc")
        there.once(monkeypatch, "put_drafts", before=lambda: there.command("writing.reveal", **RULES))
        late = await there.write("n1", "abcdef")
        assert late.revealed == ["n1"] and late.drafts == {}
        assert await there.texts() == ["abc"]


@pytest.mark.parametrize("moment", ["read", "made"])
@pytest.mark.parametrize("anonymous", [False, True])
async def test_the_last_words_before_a_draft_is_taken_away_are_in_the_note(
    store: Store, monkeypatch: Any, moment: str, anonymous: bool
) -> None:
    async with table(store) as there:
        await there.command("writing.silent", **RULES)
        if anonymous:
            await there.command("writing.anonymous", **RULES)
        await there.write("n1", "abc", fields={"state": "proposed"})
        typing: list[asyncio.Task[Written]] = []

        async def type_on() -> None:
            version = (await store.drafts(there.room.id, there.nadia.id)).version
            typing.append(asyncio.create_task(there.write("n1", "abcdef", fields={"state": "disputed"})))
            while (await store.drafts(there.room.id, there.nadia.id)).version == version:
                assert not typing[0].done()
                await asyncio.sleep(0)

        # once the drafts are read, or once the notes are made and before the drafts are taken away
        if moment == "read":
            there.once(monkeypatch, "all_drafts", after=type_on)
        else:
            there.once(monkeypatch, "put_drafts", before=type_on)
        await there.command("writing.reveal", **RULES)
        assert (await typing[0]).revealed == []
        [note] = await there.notes()
        assert note["text"] == "abcdef" and note["fields"] == {"state": "disputed"}
        assert ("by" in note) == (not anonymous)
        assert await there.drafts() == {}


async def test_of_a_silence_that_begins_while_drafts_are_read_nothing_is_shown(
    store: Store, monkeypatch: Any
) -> None:
    async with table(store) as there:

        async def silence() -> None:
            await there.command("writing.silent", **RULES)
            await there.write("n1", "caché")

        there.once(monkeypatch, "all_drafts", before=silence)
        await there.private.reveal(there.room.id)
        assert await there.texts() == [] and await there.drafts() == {"n1": "caché"}


async def test_what_is_written_on_in_a_new_silence_is_not_put_into_the_note(
    store: Store, monkeypatch: Any
) -> None:
    async with table(store) as there:
        await there.command("writing.silent", **RULES)
        await there.write("n1", "montré")

        async def silence() -> None:
            await there.command("writing.silent", **RULES)
            await there.write("n1", "montré, puis caché")

        there.once(monkeypatch, "put_drafts", before=silence)
        await there.command("writing.reveal", **RULES)
        assert await there.texts() == ["montré"]
        assert list((await there.drafts()).values()) == ["montré, puis caché"]
        await there.command("writing.reveal", **RULES)
        assert await there.texts() == ["montré", "montré, puis caché"]


async def test_a_place_that_becomes_anonymous_during_a_reveal_makes_no_second_note(
    store: Store, monkeypatch: Any
) -> None:
    async with table(store) as there:
        await there.command("writing.silent", **RULES)
        await there.write("n1", "une fois")
        there.once(monkeypatch, "put_drafts", before=lambda: there.command("writing.anonymous", **RULES))
        await there.command("writing.reveal", **RULES)
        assert await there.texts() == ["une fois"] and await there.drafts() == {}


async def test_who_took_too_long_to_reveal_brings_nothing_back(store: Store, monkeypatch: Any) -> None:
    async with table(store) as there:
        await there.command("writing.silent", **RULES)
        await there.write("n1", "supprimée depuis")
        other = there.process()

        async def another_reveals() -> None:
            await store._commands.call("DEL", keys.revealing(there.room.id))  # it ran out
            await other.reveal(there.room.id)
            await remove_note(there.room, there.nadia, "n1")

        there.once(monkeypatch, "all_drafts", after=another_reveals)
        with pytest.raises(Unavailable):
            await there.command("writing.reveal", **RULES)
        assert await there.texts() == [] and await there.drafts() == {}


async def test_a_crowd_comes_in_parts_and_whole(store: Store, monkeypatch: Any) -> None:
    async with table(store) as there:
        await there.command("writing.silent", **RULES)
        for n in range(5):
            await there.write(f"n{n}", f"idée {n}")
        monkeypatch.setattr(module, "AT_ONCE", 2)
        before = there.room.room.n
        await there.command("writing.reveal", **RULES)
        notes = await there.notes()
        assert await there.texts() == [f"idée {n}" for n in range(5)] and await there.drafts() == {}
        assert len({note["order"] for note in notes}) == len({tuple(note["place"]) for note in notes}) == 5
        assert there.room.room.n == before + 3


async def test_nothing_is_made_once_the_time_for_it_is_over(store: Store, monkeypatch: Any) -> None:
    async with table(store) as there:
        await there.command("writing.silent", **RULES)
        await there.write("n1", "plus tard")
        with monkeypatch.context() as patch:
            patch.setattr(module, "REVEAL_MS", -1)
            with pytest.raises(Unavailable):
                await there.command("writing.reveal", **RULES)
        assert await there.texts() == [] and await there.drafts() == {"n1": "plus tard"}
        await there.private.settle(there.room.id, await there.workshop())
        assert await there.texts() == ["plus tard"]


async def test_a_damaged_room_keeps_its_drafts_and_holds_nobody_up(store: Store) -> None:
    async with table(store) as there:
        await there.command("writing.silent", **RULES)
        await there.write("n1", "attend")
        there.room.damaged = True
        await there.command("writing.reveal", **RULES)
        assert await there.texts() == [] and await there.drafts() == {"n1": "attend"}


async def test_what_was_there_when_a_place_became_anonymous_is_never_signed(store: Store) -> None:
    async with table(store) as there:
        await there.command("writing.silent", **RULES)
        await there.write("n1", "avant la promesse")
        await there.command("writing.anonymous", board="sheet2.verso")
        await there.command("step.next")
        await there.command("writing.reveal", **RULES)
        [note] = await there.notes()
        assert "by" not in note


async def test_a_draft_on_its_way_while_its_place_becomes_anonymous_is_never_signed(
    store: Store, monkeypatch: Any
) -> None:
    async with table(store) as there:
        await there.command("writing.silent", **RULES)
        there.once(monkeypatch, "put_drafts", before=lambda: there.command("writing.anonymous", **RULES))
        done = await there.write("n1", "en même temps")
        assert done.drafts["n1"].anonymous
        await there.command("step.next")
        await there.command("writing.reveal", **RULES)
        [note] = await there.notes()
        assert "by" not in note


async def test_a_promise_that_a_stopped_process_did_not_keep_is_kept_by_the_next(store: Store) -> None:
    async with table(store) as there:
        await there.command("writing.silent", **RULES)
        await there.write("n1", "avant la promesse")
        there.commands.afterwards = {}
        await there.command("writing.anonymous", board="sheet2.verso")
        await there.private.settle(there.room.id, await there.workshop())
        there.private.serve(there.commands)
        await there.command("step.next")
        await there.command("writing.reveal", **RULES)
        [note] = await there.notes()
        assert "by" not in note


async def test_what_was_written_without_a_name_and_comes_late_is_not_signed(store: Store) -> None:
    async with table(store) as there:
        await there.write("n1", "en retard", anonymous=True)
        [note] = await there.notes()
        assert "by" not in note and note["text"] == "en retard"


async def test_an_empty_draft_stays_nobodys_when_others_are_revealed(store: Store) -> None:
    async with table(store) as there:
        await there.command("writing.silent", **RULES)
        await there.write("nsigned", " ")
        await there.command("writing.anonymous", **RULES)
        await there.write("n1", " ")
        await there.write("n2", "de Joris", there.joris)
        await there.command("step.next")
        await there.command("writing.reveal", **RULES)
        assert await there.drafts() == {"n1": " "}
        await there.write("n1", "enfin")
        assert await there.texts() == ["de Joris", "enfin"]
        assert not any("by" in note for note in await there.notes())


@pytest.mark.parametrize("anonymous", [False, True])
async def test_over_http_a_draft_that_becomes_a_note_in_this_moment_is_changed_all_the_same(
    store: Store, monkeypatch: Any, anonymous: bool
) -> None:
    async with table(store) as there:
        await there.command("writing.silent", **RULES)
        if anonymous:
            await there.command("writing.anonymous", **RULES)
        await there.write("n1", "un")
        await there.write("n2", "deux")
        workshop, arguments = await there.workshop(), (there.room,)
        there.once(monkeypatch, "put_drafts", before=lambda: there.command("writing.reveal", **RULES))
        edited = await there.private.edit(*arguments, workshop, there.nadia, "n1", {"text": "un, corrigé"})
        assert edited["text"] == "un, corrigé" and "hidden" not in edited
        assert (edited["id"] == "n1") == (not anonymous)
        assert await there.texts() == ["deux", "un, corrigé"]
        await there.command("writing.silent", **RULES)
        await there.write("n3", "trois")
        workshop = await there.workshop()
        there.once(monkeypatch, "were_revealed", before=lambda: there.command("writing.reveal", **RULES))
        await there.private.remove(there.room, workshop, there.nadia, "n3")
        assert await there.texts() == ["deux", "un, corrigé"]
        with pytest.raises(NotFound):
            await there.private.edit(there.room, workshop, there.nadia, "n3", {"text": "rien"})


async def test_a_draft_takes_no_id_of_a_hidden_note_and_no_place_that_is_not_there(
    store: Store, monkeypatch: Any
) -> None:
    async with table(store) as there:
        await there.command("writing.silent", **RULES)
        await store.put_hidden_note(there.room.id, "nhidden", b"{}", 10)
        with pytest.raises(Conflict) as refused:
            await there.write("nhidden", "à sa place")
        assert refused.value.key == "note.exists"
        monkeypatch.setattr(module, "NOTES_PER_ROOM", 2)
        await there.write("n1", "une")
        await there.write("n2", "deux", there.joris)
        with pytest.raises(Conflict) as refused:
            await there.write("n3", "trois")
        assert refused.value.key == "room.full"
        await there.write("n1", "une, changée")


async def test_the_next_process_has_the_file_written_anew_that_one_left(
    store: Store, monkeypatch: Any
) -> None:
    async with table(store) as there:
        asked_for = 0
        real = store.forget_past

        async def forget() -> None:
            nonlocal asked_for
            asked_for += 1
            await real()

        monkeypatch.setattr(store, "forget_past", forget)
        await there.write("n1", "une", anonymous=True)
        assert asked_for == 1 and not await store.has_past()
        await there.write("n2", "deux", anonymous=True)
        assert asked_for == 1 and await store.has_past(), "not yet"
        after = there.process()
        await after.settle(there.room.id, await there.workshop())
        assert asked_for == 2 and not await store.has_past()
