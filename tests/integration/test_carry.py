"""Carrying notes over real sockets: every source once, whoever asks, on whichever server."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pycrdt import Array, Map
from tests.kit.client import Participant, participant
from tests.kit.server import Seat, Server, running

from tablee.live.carrying import COPIES

TOGETHER = "one_sheet_per_group_150"
"""An agenda whose canvases are all groups' together."""
_numbers = itertools.count()


async def ask(one: Participant, kind: str, **fields: Any) -> dict[str, Any]:
    """Send a command; its answer."""
    number = f"{kind}-{next(_numbers):08}"
    one.event(type="command", id=number, command={"type": kind, **fields})
    found: list[dict[str, Any]] = []

    def answered() -> bool:
        found[:] = [e for e in one.events if e["type"] in ("done", "no") and e.get("id") == number]
        return bool(found)

    await one.until(answered, f"{kind} was answered")
    return found[0]


class Harvest:
    """What somebody was told of the sheets, as a page keeps it."""

    def __init__(self, one: Participant) -> None:
        self.one = one
        self.rows: dict[str, Any] = {}
        self.alike: list[list[str]] = []
        self.seen = 0
        one.event(type="harvest")

    async def until(self, seen: Any, what: str = "") -> None:
        def look() -> bool:
            for event in self.one.heard("harvest")[self.seen :]:
                self.seen += 1
                if event["whole"]:
                    self.rows = {}
                for key, row in event["rows"].items():
                    if row is None:
                        self.rows.pop(key, None)
                    else:
                        self.rows[key] = row
                self.alike = event.get("alike", self.alike)
            return self.seen > 0 and bool(seen(self))

        await self.one.until(look, what)


@pytest.fixture(scope="module")
def two(redis_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Server]]:
    """Two processes on one store."""
    folder = tmp_path_factory.mktemp("carry")
    with (
        running(folder, "--store-url", redis_server) as one,
        running(folder, "--store-url", redis_server) as other,
    ):
        yield one, other


def rooms(seat: Seat) -> tuple[str, str]:
    """The group's canvases, and the plenary."""
    return seat.room.replace("exploration", "convergence"), f"{seat.workshop}-plenary"


def named(seat: Seat, *notes: str) -> list[dict[str, str]]:
    return [{"from": seat.room, "note": note} for note in notes]


async def until_there(one: Participant, count: int) -> None:
    await one.until(lambda: len(one.content()) == count, f"{count} notes")


async def test_a_note_is_carried_and_leads_back_to_where_it_was(server: Server) -> None:
    """Acceptance (c) of the method: `sheet2.verso.rules` comes to `governance.rules`."""
    seat = server.join(server.create(), "Nadia")
    canvas, _ = rooms(seat)
    async with participant(server, seat) as sheet, participant(server, seat, room=canvas) as there:
        harvest = Harvest(there)
        sheet.add("n1", "Une voix par structure")
        await harvest.until(lambda h: "g1/n1" in h.rows, "a note written while one looks")
        row = harvest.rows["g1/n1"]
        assert (row["to"], row["text"], row["by"]) == (
            ["governance.rules"],
            "Une voix par structure",
            seat.person["id"],
        )
        done = await ask(
            there, "note.carry", notes=[{"from": row["room"], "note": row["note"]}], canvas="governance"
        )
        note_id = done["notes"]["g1/n1"]
        await there.until(lambda: note_id in there.content(), "it is on the canvas")
        note = there.content()[note_id]
        assert (note["board"], note["zone"], note["text"]) == (
            "governance",
            "rules",
            "Une voix par structure",
        )
        (origin,) = note["origin"]
        assert (origin["group"], origin["board"], origin["zone"], origin["note"]) == (
            "g1",
            "sheet2.verso",
            "rules",
            "n1",
        )
        assert origin["hash"] == row["hash"]
        await sheet.until(lambda: sheet.content()["n1"].get("status") == "carried", "the sheet says so")
        assert sheet.text("n1") == "Une voix par structure"  # a copy: the sheet keeps its note

        sheet.write("n1", " et une par personne")
        await harvest.until(lambda h: h.rows["g1/n1"]["hash"] != origin["hash"], "an edit afterwards is told")
        assert there.content()[note_id]["text"] == "Une voix par structure"  # and not followed
        del there.notes[note_id]
        await sheet.until(lambda: sheet.content()["n1"].get("status") == "open", "taken back")
        del sheet.notes["n1"]
        await harvest.until(lambda h: not h.rows, "a note that was deleted is gone")


async def test_45_notes_carried_by_three_people_at_once_are_there_once_each(
    two: tuple[Server, Server],
) -> None:
    one, other = two
    made = one.create(groups=3, agenda=TOGETHER, people_may_choose_group=True)
    seats = [one.join(made, name, group=f"g{n}") for n, name in enumerate(("Nadia", "Joris", "Léa"), 1)]
    plenary = rooms(seats[0])[1]
    sources: list[dict[str, str]] = []
    for seat in seats:
        async with participant(one, seat) as sheet:
            for number in range(15):
                sheet.add(f"n{number}", f"Règle {number}")
            await sheet.all_saved()
        sources += named(seat, *(f"n{number}" for number in range(15)))
    async with (
        participant(one, seats[0], room=plenary) as nadia,
        participant(other, seats[1], room=plenary) as joris,
        participant(other, seats[2], room=plenary) as lea,
    ):
        people = (nadia, joris, lea)
        step = {"type": "step.go", "step": "gov"}
        assert (
            one.call("POST", f"/api/workshops/{made['id']}/commands", step, token=made["token"]).status == 200
        )
        harvests = [Harvest(person) for person in people]
        for harvest in harvests:
            await harvest.until(lambda h: len(h.rows) == 45, "the notes of all groups")

        async def carry_all(person: Participant, shift: int) -> None:
            """Some one by one, some together, each in another order."""
            turned = sources[shift:] + sources[:shift]
            for source in turned[:10]:
                done = await ask(person, "note.carry", **source, canvas="governance", room=plenary)
                assert done["type"] == "done", done
            done = await ask(person, "note.carry", notes=turned[10:], canvas="governance", room=plenary)
            assert len(done["notes"]) == 35

        await asyncio.gather(*(carry_all(person, 15 * n) for n, person in enumerate(people)))
        for person in people:
            await until_there(person, 45)
        origins = [(o["group"], o["note"]) for note in nadia.content().values() for o in note["origin"]]
        assert len(origins) == len(set(origins)) == 45
        assert nadia.content() == joris.content() == lea.content()
        async with participant(one, seats[2]) as sheet:
            await sheet.until(
                lambda: all(note.get("status") == "carried" for note in sheet.content().values()), "sheets"
            )


async def test_a_server_that_is_killed_leaves_nothing_half_carried(tmp_path: Path) -> None:
    with running(tmp_path / "data") as server:
        seat = server.join(server.create(), "Nadia")
        canvas, _ = rooms(seat)
        async with participant(server, seat) as sheet, participant(server, seat, room=canvas) as there:
            for number in range(60):
                sheet.add(f"n{number}", f"Règle {number}")
            await sheet.all_saved()
            for number in range(0, 60, 2):
                two_notes = named(seat, f"n{number}", f"n{number + 1}")
                kind = ("note.carry", "note.merge", "note.park")[number % 3]
                where = {"canvas": "governance"} if kind == "note.park" else {"zone": "governance.rules"}
                there.event(type="command", id=number, command={"type": kind, "notes": two_notes, **where})
            await there.until(lambda: len(there.heard("done")) > 3, "some are answered")
            answered = [event for event in there.events if event["type"] == "done"]
            server.kill()
    with running(tmp_path / "data") as server:
        async with participant(server, seat, room=canvas) as there, participant(server, seat) as sheet:
            answers = there.doc.get("answers", type=Map)
            made: dict[str, list[int]] = {}
            for note in there.content().values():
                for origin in note["origin"]:
                    made.setdefault(origin["note"], []).append(len(note["origin"]))
            assert all(len(some) == 1 for some in made.values()), "once or not at all"
            for event in answered:
                key = f"n{event['id']}"
                parked = f"park/governance/g1/{key}" in answers
                assert parked if event["id"] % 3 == 2 else key in made, "what was answered is there"

            def said(key: str) -> str:
                if key in made:
                    return "merged" if made[key][0] > 1 else "carried"
                return "parked" if f"park/governance/g1/{key}" in answers else "open"

            await sheet.until(
                lambda: all(n.get("status", "open") == said(key) for key, n in sheet.content().items()),
                "the sheets say what became of each",
            )


async def test_the_harvest_says_nothing_that_somebody_may_not_see(server: Server) -> None:
    made = server.create(groups=2, people_may_choose_group=True)
    a, b = server.join(made, "Nadia", group="g1"), server.join(made, "Joris", group="g2")
    marc = server.join(made, "Marc", invitation=made["invitations"]["facilitator"])
    canvas, plenary = rooms(a)
    async with (
        participant(server, a) as sheet,
        participant(server, b) as other,
        participant(server, a, room=canvas) as there,
        participant(server, b, room=plenary) as together,
        participant(server, marc, room=canvas) as marcs,
    ):
        sheet.add("n1", "Une règle")
        sheet.add("n2", "À masquer")
        other.add("n3", "D'un autre groupe")
        await sheet.all_saved()
        await other.all_saved()
        harvest, nothing = Harvest(there), Harvest(together)
        await harvest.until(lambda h: len(h.rows) == 2)
        await nothing.until(lambda h: not h.rows, "canvases of groups are not the plenary's")
        sheet.event(type="harvest")
        await sheet.until(lambda: any(e.get("key") == "harvest.room" for e in sheet.events), "refused")
        done = await ask(marcs, "note.hide", room=a.room, note="n2")
        assert done["type"] == "done"
        await harvest.until(lambda h: list(h.rows) == ["g1/n1"], "hidden")
        await ask(marcs, "writing.silent", board="sheet2.verso", zone="bodies")
        draft = {"id": "n4", "board": "sheet2.verso", "zone": "bodies", "text": "Pas encore montré"}
        sheet.event(type="private", id=1, notes=[draft])
        await sheet.until(lambda: any(e["type"] == "done" for e in sheet.events))
        sheet.write("n1", "Encore ")
        await harvest.until(lambda h: h.rows["g1/n1"]["text"].endswith("Encore "))
        for who in (sheet, other, together):
            assert not [e for e in who.heard("harvest") if e["rows"]]
        seen = b"".join(there.frames)
        assert b"autre groupe" not in seen and "Pas encore montré".encode() not in seen
        vote = await ask(marcs, "vote.open", board="sheet2.verso", zone="rules", dots=3, secret=True)
        await ask(sheet, "vote.cast", vote=vote["vote"], note="n1", dots=1)
        sheet.write("n1", "fois ")
        await harvest.until(lambda h: h.rows["g1/n1"]["text"].endswith("fois "))
        assert harvest.rows["g1/n1"]["votes"] == 0, "of a vote that is open nothing is known"
        await ask(marcs, "vote.close", vote=vote["vote"])
        await harvest.until(lambda h: h.rows["g1/n1"]["votes"] == 1, "it was counted")


async def test_who_may_not_write_there_does_not_carry_there(server: Server) -> None:
    made = server.create(groups=2, people_may_choose_group=True)
    a, b = server.join(made, "Nadia", group="g1"), server.join(made, "Joris", group="g2")
    canvas, _ = rooms(a)
    async with (
        participant(server, a) as sheet,
        participant(server, a, room=canvas) as there,
        participant(server, b) as joris,
        participant(server, Seat(made["token"], {"id": ""}, a.room, made["id"]), room=canvas) as lead,
    ):
        sheet.add("n1", "Une règle")
        joris.add("n1", "D'un autre groupe")
        await sheet.all_saved()
        await joris.all_saved()
        (source,) = named(a, "n1")
        rules = {"zone": "governance.rules"}

        async def refused(who: Participant, kind: str = "note.carry", **fields: Any) -> str:
            return str((await ask(who, kind, **fields)).get("key"))

        assert await refused(joris, **source, **rules) == "room.unknown"
        assert await refused(there, **{**source, "note": "n9"}, **rules) == "note.unknown"
        assert await refused(there, **{**source, "from": b.room}, **rules) == "room.unknown"
        assert await refused(there, **{**source, "from": b.room}, **rules, room=canvas) == "note.unknown"
        assert await refused(there, **source, zone="governance.nothing") == "zone.unknown"
        assert await refused(there, **source, canvas="economic") == "carry.route"
        assert await refused(there, notes=[source] * 301, **rules) == "notes.count"
        assert await refused(there, "rooms.pool") == "command.role"
        await ask(lead, "board.lock", board="governance", zone="rules")
        assert await refused(there, **source, **rules) == "board.locked"
        made_note = (await ask(lead, "note.carry", **source, **rules))["notes"]["g1/n1"]
        await ask(lead, "note.hide", room=canvas, note=made_note)
        assert await refused(lead, **source, **rules) == "note.hidden"
        await ask(lead, "note.show", room=canvas, note=made_note)
        await ask(lead, "board.unlock", board="governance", zone="rules")
        for kind in ("writing.silent", "writing.anonymous"):
            await ask(lead, kind, board="governance", zone="watch")
            assert await refused(there, **source, zone="governance.watch", again=True) == "carry.hidden"
        await ask(lead, "board.lock", board="governance")
        assert await refused(there, "note.park", **source, canvas="governance") == "board.locked"
        await ask(lead, "workshop.close")
        assert await refused(there, **source, **rules) == "workshop.closed"
        await there.until(lambda: len(there.content()) == 1, "only what was allowed came")


async def test_undoing_somebody_takes_back_what_they_carried_and_not_what_they_wrote(server: Server) -> None:
    made = server.create()
    a = server.join(made, "Nadia")
    canvas, _ = rooms(a)
    lead = Seat(made["token"], {"id": ""}, a.room, made["id"])
    b = server.join(made, "Joris")
    async with (
        participant(server, a) as sheet,
        participant(server, b, room=canvas) as joris,
        participant(server, lead, room=canvas) as organiser,
    ):
        sheet.add("n1", "Une règle")
        await sheet.all_saved()
        await ask(joris, "note.carry", notes=named(a, "n1"), canvas="governance")
        await sheet.until(lambda: sheet.content()["n1"].get("status") == "carried")
        done = await ask(organiser, "person.undo", person=a.person["id"], since=0, room=canvas)
        assert done["undone"] == 0, "the words are Nadia's, carrying them was Joris's doing"
        done = await ask(organiser, "person.undo", person=b.person["id"], since=0)
        assert done["undone"] == 1
        await sheet.until(lambda: sheet.content()["n1"].get("status") == "open", "taken back")
        assert sheet.text("n1") == "Une règle"

        sheet.add("n2", "Une autre")
        await sheet.all_saved()
        done = await ask(organiser, "note.carry", notes=named(a, "n1"), canvas="governance")
        note = done["notes"]["g1/n1"]
        await ask(joris, "note.merge", notes=named(a, "n1", "n2"), zone="governance.rules")
        await sheet.until(lambda: sheet.content()["n2"].get("status") == "merged")
        await ask(organiser, "person.undo", person=b.person["id"], since=0, room=canvas)
        await organiser.until(lambda: organiser.text(note) == "Une règle", "what was carried stays")
        assert isinstance(organiser.notes[note]["origin"], Array)
        assert [origin["note"] for origin in organiser.content()[note]["origin"]] == ["n1"]
        await sheet.until(lambda: sheet.content()["n2"].get("status") == "open")


async def test_canvases_of_groups_come_together_once_and_what_is_late_with_the_next_time(
    server: Server,
) -> None:
    made = server.create(groups=2, people_may_choose_group=True)
    seats = [server.join(made, f"Nadia {n}", group=f"g{n}") for n in (1, 2)]
    plenary = rooms(seats[0])[1]
    lead = Seat(made["token"], {"id": ""}, seats[0].room, made["id"])
    async with (
        participant(server, seats[0]) as sheet,
        participant(server, seats[0], room=rooms(seats[0])[0]) as first,
        participant(server, seats[1], room=rooms(seats[1])[0]) as second,
        participant(server, lead, room=plenary) as together,
    ):
        sheet.add("n1", "Une règle")
        sheet.add("n2", "Une autre")
        await sheet.all_saved()
        await ask(first, "note.carry", notes=named(seats[0], "n1"), canvas="governance")
        second.add("n3", "Écrite sur le canevas", board="governance", zone="watch")
        await second.all_saved()
        harvest = Harvest(together)
        done = await ask(together, "rooms.pool", canvas="governance")
        assert done["copied"] == 2
        await together.until(lambda: len(together.content()) == 2)
        texts = {note["text"]: note for note in together.content().values()}
        assert [o["group"] for o in texts["Écrite sur le canevas"]["origin"]] == ["g2"]
        assert texts["Une règle"]["origin"][0]["note"] == "n1"
        await harvest.until(lambda h: h.rows.keys() == {"g1/n1", "g1/n2"}, "sheets feed the plenary now")
        done = await ask(
            together, "note.carry", notes=named(seats[0], "n1", "n2"), canvas="governance", room=plenary
        )
        assert done["notes"]["g1/n1"] in together.content(), "it came with the group's canvas"
        gone = next(
            key for key, note in together.content().items() if note["text"] == "Écrite sur le canevas"
        )
        del together.notes[gone]
        await together.all_saved()
        second.add("n4", "Plus tard", board="governance", zone="watch")
        await second.all_saved()
        done = await ask(together, "rooms.pool")
        assert done["copied"] == 1
        await together.until(lambda: len(together.content()) == 3)
        await ask(together, "writing.silent", board="governance", zone="watch")
        assert (await ask(together, "rooms.pool"))["key"] == "carry.hidden", (
            "people write for themselves there"
        )
        assert gone not in together.content(), "what was deleted there does not come back"
        refused = await ask(
            first, "note.carry", notes=named(seats[0], "n2"), canvas="governance", room=plenary
        )
        assert refused["type"] == "done", "everybody in the plenary carries to its canvases"
    other = server.create(groups=2, agenda=TOGETHER)
    lead = Seat(other["token"], {"id": ""}, "", other["id"])
    async with participant(server, lead, room=f"{other['id']}-plenary") as alone:
        assert (await ask(alone, "rooms.pool"))["key"] == "pool.together"


async def test_what_other_groups_wrote_is_shown_at_the_plenary_s_canvases_when_it_is_time(
    server: Server,
) -> None:
    made = server.create(groups=2, agenda=TOGETHER, people_may_choose_group=True)
    a, b = (server.join(made, name, group=group) for name, group in (("Nadia", "g1"), ("Joris", "g2")))
    lead = Seat(made["token"], {"id": ""}, "", made["id"])
    plenary = made["plenary"]
    async with (
        participant(server, a) as sheet,
        participant(server, a, room=plenary) as nadia,
        participant(server, b, room=plenary) as joris,
        participant(server, lead, room=plenary) as organiser,
    ):
        own, other, all_ = Harvest(nadia), Harvest(joris), Harvest(organiser)
        for number in range(2):
            sheet.add(f"n{number}", "Entre nous pour le moment")
        await own.until(lambda h: len(h.rows) == 2 and h.alike)
        await all_.until(lambda h: len(h.rows) == 2 and h.alike)
        sources = named(a, "n0", "n1")
        for kind, fields in (
            ("note.carry", {"canvas": "governance"}),
            ("note.park", {"canvas": "governance"}),
            ("note.merge", {"zone": "governance.rules"}),
        ):
            refused = await ask(joris, kind, notes=sources, room=plenary, **fields)
            assert refused.get("key") == "note.unknown", kind
        await other.until(lambda h: not h.rows)
        assert not any(b"Entre nous" in frame for frame in joris.frames)
        await ask(organiser, "step.go", step="gov")
        await other.until(lambda h: len(h.rows) == 2 and h.alike, "the workshop has come to the canvas")
        done = await ask(joris, "note.carry", notes=sources, canvas="governance", room=plenary)
        assert len(done["notes"]) == 2
        await ask(organiser, "step.go", step="nous")
        await other.until(lambda h: not h.rows, "back at the sheets")
        await ask(organiser, "person.move", person=b.person["id"], group="g1")
        await other.until(lambda h: len(h.rows) == 2, "they are Joris's own now")


async def test_a_merged_note_that_was_hidden_stays_so_when_it_is_merged_again(server: Server) -> None:
    made = server.create()
    seat = server.join(made, "Nadia")
    other = server.join(made, "Joris")
    lead = Seat(made["token"], {"id": ""}, "", made["id"])
    canvas, _ = rooms(seat)
    async with (
        participant(server, seat) as sheet,
        participant(server, other, room=canvas) as there,
        participant(server, lead, room=canvas) as organiser,
    ):
        sheet.add("n1", "un")
        sheet.add("n2", "deux")
        await sheet.all_saved()
        merging = {"notes": named(seat, "n1", "n2"), "zone": "governance.rules"}
        note = (await ask(there, "note.merge", **merging))["note"]
        await ask(organiser, "note.hide", room=canvas, note=note)
        await there.until(lambda: not there.content())
        assert (await ask(there, "note.merge", **merging)).get("key") == "note.hidden"
        await ask(there, "note.carry", notes=named(seat, "n1"), canvas="governance")
        await until_there(there, 1)
        assert note not in there.content()


async def test_a_source_is_copied_again_a_few_times_only(server: Server) -> None:
    seat = server.join(server.create(), "Nadia")
    canvas, _ = rooms(seat)
    async with participant(server, seat) as sheet, participant(server, seat, room=canvas) as there:
        sheet.add("n1", "un")
        await sheet.all_saved()
        for _ in range(COPIES + 2):
            done = await ask(there, "note.carry", notes=named(seat, "n1"), canvas="governance", again=True)
            assert done["type"] == "done"
        await until_there(there, COPIES)


async def test_je_notes_rise_with_where_they_come_from(server: Server) -> None:
    seat = server.join(server.create(), "Nadia")
    board = f"sheet2.recto/{seat.person['stakeholder']}"
    async with participant(server, seat) as sheet:
        sheet.add("n1", "Une règle", board=board, zone="decisions")
        sheet.add("n2", "Une autre", board=board, zone="decisions")
        await sheet.all_saved()
        done = await ask(sheet, "note.raise", **{"from": seat.room, "notes": ["n1", "n2"]})
        await sheet.until(lambda: done["note"] in sheet.content())
        note = sheet.content()[done["note"]]
        assert (note["board"], note["zone"], note["text"]) == (
            "sheet2.verso",
            "rules",
            "Une règle\nUne autre",
        )
        assert [origin["note"] for origin in note["origin"]] == ["n1", "n2"]
        refused = await ask(sheet, "note.raise", **{"from": seat.room, "notes": [done["note"]]})
        assert refused["key"] == "raise.source"


async def test_what_is_written_on_another_server_flows_in(two: tuple[Server, Server]) -> None:
    one, other = two
    seat = one.join(one.create(), "Nadia")
    canvas, _ = rooms(seat)
    async with participant(one, seat) as sheet, participant(other, seat, room=canvas) as there:
        harvest = Harvest(there)
        await harvest.until(lambda h: not h.rows)
        sheet.add("n1", "On décide à l'unanimité")
        sheet.add("n2", "On décide à l’unanimité des membres")
        await harvest.until(lambda h: h.alike == [["g1/n1", "g1/n2"]], "both, and that they are alike")
        del sheet.notes["n2"]
        await harvest.until(lambda h: list(h.rows) == ["g1/n1"] and not h.alike, "one is gone")
        there.event(type="harvest", stop=True)
        await ask(there, "note.carry", notes=named(seat, "n1"), canvas="governance")
        await sheet.until(lambda: sheet.content()["n1"].get("status") == "carried")
