"""While a group reports, the others read its sheets: who comes in, what they are told, and how it ends."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from pycrdt import Map, Text
from tests.kit.client import Participant, participant
from tests.kit.server import Seat, Server, running

Two = tuple[Server, Server]


@pytest.fixture(scope="module")
def two(redis_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    """Two processes on one store: the one who reports is on the other than those who listen."""
    folder = tmp_path_factory.mktemp("visits")
    with (
        running(folder, "--store-url", redis_server) as one,
        running(folder, "--store-url", redis_server) as other,
    ):
        yield one, other


class Table:
    """Two groups: Nadia in the first, Joris in the second."""

    def __init__(self, one: Server, other: Server | None = None) -> None:
        self.server = one
        self.made = one.create(groups=2, people_may_choose_group=True)
        self.nadia = (other or one).join(self.made, "Nadia", group="g1")
        self.joris = one.join(self.made, "Joris", group="g2")

    def room(self, group: str, kind: str = "exploration") -> str:
        return f"{self.made['id']}-{group}-{kind}"

    def do(self, **fields: Any) -> Any:
        answer = self.ask(self.made["token"], **fields)
        assert answer.status == 200, answer.body
        return answer.json

    def ask(self, token: str, **fields: Any) -> Any:
        return self.server.call("POST", f"/api/workshops/{self.made['id']}/commands", fields, token=token)

    def reads(self, seat: Seat, room: str) -> int:
        return self.server.call("GET", f"/api/rooms/{room}/notes", token=seat.token).status


async def closed_with(server: Server, seat: Seat, room: str) -> int:
    async with participant(server, seat, room=room, sync=False) as one:
        return await one.closed()


def test_only_the_sheets_of_the_group_that_reports_are_open_to_others(server: Server) -> None:
    table = Table(server)
    assert table.reads(table.joris, table.room("g1")) == 403
    table.do(type="timer.start", minutes=6, reporting="g1")
    assert table.reads(table.joris, table.room("g1")) == 200
    assert table.reads(table.joris, table.room("g1", "convergence")) == 403
    assert table.reads(table.nadia, table.room("g2")) == 403
    table.do(type="timer.start", minutes=6, reporting="g2")
    assert table.reads(table.joris, table.room("g1")) == 403
    assert table.reads(table.nadia, table.room("g2")) == 200
    table.do(type="timer.stop")
    assert table.reads(table.nadia, table.room("g2")) == 403
    table.do(type="report.show", group="g1")
    assert table.reads(table.joris, table.room("g1")) == 200
    table.do(type="step.go", step="welcome")
    assert table.reads(table.joris, table.room("g1")) == 403
    state = server.call("GET", f"/api/workshops/{table.made['id']}", token=table.joris.token).json
    assert (state["reported"], state["shown"]) == (["g1", "g2"], None)


def test_once_canvases_are_pooled_all_sheets_may_be_read(server: Server) -> None:
    table = Table(server)
    assert "copied" in table.do(type="rooms.pool")
    assert table.reads(table.joris, table.room("g1")) == 200
    assert table.reads(table.joris, table.room("g1", "convergence")) == 403


async def test_visitors_change_nothing_and_are_sent_home(two: Two) -> None:
    table = Table(two[0], two[1])
    async with participant(two[1], table.nadia) as nadia:
        nadia.add("n1", "Le portage")
        await nadia.all_saved()
        assert await closed_with(two[0], table.joris, table.room("g1")) == 4403
        table.do(type="timer.start", minutes=6, reporting="g1")
        async with participant(two[0], table.joris, room=table.room("g1")) as joris:
            assert joris.text("n1") == "Le portage"
            assert joris.heard("hello")[0]["rights"] == {"write": False}
            joris.add("n2", "par-dessus")
            await joris.until(lambda: joris.heard("refused"), "the refusal")
            assert joris.heard("refused")[0]["key"] == "role.read_only"
            note = {"board": "sheet2.verso", "zone": "rules", "text": "par HTTP"}
            room = f"/api/rooms/{table.room('g1')}/notes"
            assert two[0].call("POST", room, note, token=table.joris.token).status == 403
            assert two[0].call("DELETE", f"{room}/n1", token=table.joris.token).status == 403
            table.do(type="timer.stop")
            assert await joris.closed() == 4412
        assert nadia.content().keys() == {"n1"}


async def test_what_is_hidden_reaches_no_visitor(two: Two) -> None:
    table = Table(two[0], two[1])
    table.do(type="writing.silent", board="sheet2.verso", zone="rules")
    async with participant(two[1], table.nadia) as nadia:
        draft = {"id": "n1", "board": "sheet2.verso", "zone": "rules", "text": "tout bas BROUILLON"}
        nadia.event(type="private", id=1, notes=[draft])
        nadia.add("n2", "à retirer MASQUEE", zone="costs")
        await nadia.all_saved()
        await nadia.until(lambda: nadia.heard("done"), "the draft is kept")
        table.do(type="note.hide", room=table.room("g1"), note="n2")
        await nadia.until(lambda: "n2" not in nadia.content(), "the note is taken out")
        table.do(type="timer.start", minutes=6, reporting="g1")
        async with participant(two[0], table.joris, room=table.room("g1")) as joris:
            nadia.add("n3", "à la fin", zone="costs")
            await joris.until(lambda: "n3" in joris.content(), "what is open")
            joris.event(type="private", id=2, notes=[{**draft, "id": "n4"}])
            await joris.until(lambda: joris.heard("no"), "no drafts in another group's room")
            told = b"".join(joris.frames)
            assert b"BROUILLON" not in told and b"MASQUEE" not in told


async def test_who_is_moved_to_another_group_while_theirs_reports_only_reads_there(server: Server) -> None:
    table = Table(server)
    table.do(type="timer.start", minutes=6, reporting="g1")
    async with participant(server, table.nadia) as nadia:
        table.do(type="person.move", person=table.nadia.person["id"], group="g2")
        assert await nadia.closed() == 1012
    async with participant(server, table.nadia, room=table.room("g1")) as back:
        assert back.heard("hello")[0]["rights"] == {"write": False}


# -- the summary ------------------------------------------------------------------------------------------


def words(one: Participant) -> Text:
    text: Text = one.doc.get("answers", type=Map)["summary"]["text"]
    return text


def has_begun(one: Participant) -> bool:
    return "summary" in one.doc.get("answers", type=Map)


def is_whole(one: Participant) -> bool:
    return len(str(words(one))) == len("Partager les trajets. Garder la confiance. ")


async def test_two_who_begin_and_write_a_summary_at_once_keep_every_word(two: Two) -> None:
    table = Table(two[0], two[1])
    yann = two[0].join(table.made, "Yann", group="g1")
    async with participant(two[1], table.nadia) as nadia, participant(two[0], yann) as other:
        for one in (nadia, other):
            one.event(type="command", id=7, command="summary.begin")
        for one in (nadia, other):
            await one.until(partial(has_begun, one), "it has begun")
        words(nadia).insert(0, "Partager les trajets. ")
        words(other).insert(0, "Garder la confiance. ")
        for one in (nadia, other):
            await one.all_saved()
            await one.until(partial(is_whole, one), "both sentences")
        assert str(words(nadia)) == str(words(other))
        assert not nadia.heard("refused") and not other.heard("refused")


async def test_a_summary_is_a_text_and_nothing_else(server: Server) -> None:
    table = Table(server)
    async with participant(server, table.nadia) as nadia:
        nadia.event(type="command", id=7, command="summary.begin")
        await nadia.until(lambda: "summary" in nadia.doc.get("answers", type=Map), "it has begun")
        words(nadia).insert(0, "x" * 2000)
        await nadia.all_saved()
        words(nadia).insert(0, "y")
        await nadia.until(lambda: nadia.heard("refused"), "the refusal")
        assert nadia.heard("refused")[0]["key"] == "note.too_long"
    async with participant(server, table.nadia) as nadia:
        nadia.doc.get("answers", type=Map)["summary"]["by"] = "moi"
        await nadia.until(lambda: nadia.heard("refused"), "the refusal")
        assert nadia.heard("refused")[0]["key"] == "entry.root"
    async with participant(server, table.nadia) as nadia:
        del nadia.doc.get("answers", type=Map)["summary"]
        await nadia.until(lambda: nadia.heard("refused"), "the refusal")
        assert nadia.heard("refused")[0]["key"] == "entry.root"
    assert table.ask(table.joris.token, type="summary.begin", group="g1").status == 404


async def test_a_summary_is_told_once_its_group_reports(server: Server) -> None:
    table = Table(server)
    told = f"/api/workshops/{table.made['id']}/summaries"
    async with participant(server, table.nadia) as nadia:
        nadia.event(type="command", id=7, command="summary.begin")
        await nadia.until(lambda: "summary" in nadia.doc.get("answers", type=Map), "it has begun")
        words(nadia).insert(0, "Partager les trajets")
        await nadia.all_saved()
    summary = {"group": "g1", "text": "Partager les trajets"}
    assert summary not in server.call("GET", told, token=table.joris.token).json["summaries"]
    assert summary in server.call("GET", told, token=table.nadia.token).json["summaries"]
    assert summary in server.call("GET", told, token=table.made["token"]).json["summaries"]
    table.do(type="timer.start", minutes=6, reporting="g1")
    table.do(type="timer.stop")
    assert summary in server.call("GET", told, token=table.joris.token).json["summaries"]


# -- the library and the card ------------------------------------------------------------------------------


def test_what_may_be_read_comes_in_one_piece_and_may_be_kept(server: Server) -> None:
    answer = server.call("GET", "/api/library?lang=en")
    library = answer.json
    assert len(library["cards"]) == 7 and all(len(card["heads"]) == 7 for card in library["cards"])
    assert {"need", "partners"} == {sheet["id"] for sheet in library["sheets"]}
    assert "max-age" in answer.headers["cache-control"]
    tag = answer.headers["etag"]
    assert server.call("GET", "/api/library?lang=en", headers={"If-None-Match": tag}).status == 304
    assert server.call("GET", "/api/library?lang=xx").json["language"] == "fr"


def test_a_card_is_shown_to_all_heading_by_heading(server: Server) -> None:
    table = Table(server)
    table.do(type="card.show", card="terristory", heading="need")

    def projected() -> Any:
        path = f"/api/workshops/{table.made['id']}"
        return server.call("GET", path, token=table.joris.token).json["projected"]

    assert (projected()["card"], projected()["heading"]) == ("terristory", "need")
    at = projected()["at"]
    table.do(type="card.show", card="terristory", heading="need")
    assert projected()["at"] == at
    refused = table.ask(table.made["token"], type="card.show", card="terristory", heading="price")
    assert (refused.status, refused.json["key"]) == (422, "heading.unknown")
    assert table.ask(table.made["token"], type="card.show", card="nothing").json["key"] == "card.unknown"
    table.do(type="card.show", card=None)
    assert projected() is None
