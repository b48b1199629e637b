"""Verdicts on a balance over HTTP and real sockets: each stakeholder's own, whoever else tries."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pycrdt import Map
from tests.kit.client import Participant, participant
from tests.kit.server import Answer, Seat, Server

STRUCTURES = ("CC du Haut-Orme", "Roulibre")


def ask(server: Server, seat: Seat, **fields: Any) -> Answer:
    return server.call("POST", f"/api/workshops/{seat.workshop}/commands", fields, token=seat.token)


def at_the_canvas(seat: Seat) -> Seat:
    return replace(seat, room=seat.room.replace("-exploration", "-convergence"))


def seats(server: Server, made: dict[str, Any]) -> tuple[Seat, Seat, Seat]:
    """Nadia of the one, Yann of the other, and whoever leads."""
    lead = server.join(made, "Inès", invitation=made["invitations"]["facilitator"])
    nadia, yann = (
        server.join(made, name, stakeholder=whose)
        for name, whose in zip(("Nadia", "Yann"), STRUCTURES, strict=True)
    )
    return nadia, yann, lead


def answers(person: Participant) -> dict[str, Any]:
    return person.doc.get("answers", type=Map).to_py() or {}


async def test_nobody_says_it_for_another_but_facilitation_in_its_name(server: Server) -> None:
    made = server.create()
    nadia, yann, lead = seats(server, made)
    own, group = nadia.person["stakeholder"], nadia.person["group"]
    async with participant(server, at_the_canvas(yann)) as there:
        refused = ask(server, yann, type="verdict.set", stakeholder=own, verdict="acceptable")
        assert (refused.status, refused.json["key"]) == (403, "verdict.not_yours")
        said = ask(server, nadia, type="verdict.set", verdict="renegotiate", value=-1, reason="le support")
        assert said.status == 200, said.body
        await there.until(lambda: answers(there).get(f"verdict/{own}"))
        entry = answers(there)[f"verdict/{own}"]
        assert (entry["verdict"], entry["reason"], entry["by"]) == (
            "renegotiate",
            "le support",
            nadia.person["id"],
        )
        assert "named" not in entry
        note = there.content()[f"verdict-{own}"]
        assert (note["kind"], note["stakeholder"], note["locked"]) == ("scale", own, True)
        assert note["fields"] == {"key": "viability", "verdict": "renegotiate", "value": -1}

        named = ask(server, lead, type="verdict.set", stakeholder=own, verdict="acceptable", group=group)
        assert named.status == 200, named.body
        await there.until(lambda: answers(there)[f"verdict/{own}"]["verdict"] == "acceptable")
        entry = answers(there)[f"verdict/{own}"]
        assert (entry["named"], entry["by"]) == (True, lead.person["id"])
        assert [one["verdict"] for one in entry["history"]] == ["renegotiate"]

        unknown = ask(
            server, lead, type="verdict.set", stakeholder="nobody", verdict="acceptable", group=group
        )
        assert (unknown.status, unknown.json["key"]) == (404, "stakeholder.unknown")


async def test_a_client_that_writes_it_into_the_document_changes_nothing(server: Server) -> None:
    made = server.create()
    nadia, yann, _ = seats(server, made)
    own = nadia.person["stakeholder"]
    assert ask(server, nadia, type="verdict.set", verdict="unacceptable").status == 200
    async with participant(server, at_the_canvas(nadia)) as watching:
        await watching.until(lambda: answers(watching).get(f"verdict/{own}"))
        async with participant(server, at_the_canvas(yann)) as hostile:
            await hostile.until(lambda: answers(hostile).get(f"verdict/{own}"))
            hostile.doc.get("answers", type=Map)[f"verdict/{own}"] = Map({"verdict": "acceptable"})
            await hostile.until(lambda: hostile.heard("refused"))
            assert hostile.heard("refused")[0]["key"] == "entry.root"
        async with participant(server, at_the_canvas(yann)) as hostile:
            await hostile.until(lambda: hostile.content().get(f"verdict-{own}"))
            hostile.notes[f"verdict-{own}"]["fields"]["verdict"] = "acceptable"
            await hostile.until(lambda: hostile.heard("refused"))
            assert hostile.heard("refused")[0]["key"] == "note.locked"
        assert answers(watching)[f"verdict/{own}"]["verdict"] == "unacceptable"
        assert watching.content()[f"verdict-{own}"]["fields"]["verdict"] == "unacceptable"


async def test_private_answers_stand_on_the_canvas_once_the_poll_is_closed(server: Server) -> None:
    made = server.create()
    nadia, yann, lead = seats(server, made)
    joris = server.join(made, "Joris", stakeholder=STRUCTURES[0])
    group = nadia.person["group"]
    poll = ask(server, lead, type="poll.open", kind="verdict", board="economic", group=group).json["poll"]
    async with participant(server, at_the_canvas(yann)) as there:
        for seat, verdict, value in (
            (nadia, "acceptable", 1),
            (joris, "renegotiate", -1),
            (yann, "acceptable", 0),
        ):
            given = {"verdict": verdict, "value": value}
            subject = seat.person["stakeholder"]
            answer = ask(server, seat, type="poll.answer", poll=poll, subject=subject, value=given)
            assert answer.status == 200, answer.body
        assert not any(key.startswith("verdict/") for key in answers(there))
        assert ask(server, lead, type="poll.close", poll=poll).status == 200
        mixed, agreed = (f"verdict/{one.person['stakeholder']}" for one in (nadia, yann))
        await there.until(lambda: {mixed, agreed} <= answers(there).keys())
        said = answers(there)
        assert (said[agreed]["verdict"], said[agreed]["by"]) == ("acceptable", None)
        assert said[mixed]["verdict"] == "mixed"
        assert sorted(one["verdict"] for one in said[mixed]["spread"]) == ["acceptable", "renegotiate"]
        assert ask(server, nadia, type="verdict.set", verdict="acceptable").status == 200
        await there.until(lambda: answers(there)[mixed]["verdict"] == "acceptable")
        assert [one["verdict"] for one in answers(there)[mixed]["history"]] == ["mixed"]


async def test_the_note_of_a_verdict_is_not_undone_and_comes_back_when_it_is_said_again(
    server: Server,
) -> None:
    made = server.create()
    nadia, yann, lead = seats(server, made)
    note = f"verdict-{nadia.person['stakeholder']}"
    said = {"type": "verdict.set", "verdict": "renegotiate", "value": -1}
    async with participant(server, at_the_canvas(yann)) as there:
        assert ask(server, nadia, **said).status == 200
        await there.until(lambda: note in there.content())
        undone = ask(server, lead, type="person.undo", person=nadia.person["id"], since=0)
        assert (undone.status, undone.json["undone"]) == (200, 0)
        assert note in there.content()
        room = at_the_canvas(yann).room
        assert server.call("DELETE", f"/api/rooms/{room}/notes/{note}", token=lead.token).status == 204
        await there.until(lambda: note not in there.content())
        assert ask(server, nadia, **said).status == 200
        await there.until(lambda: note in there.content())
        assert ask(server, lead, type="note.hide", room=room, note=note).status == 200
        await there.until(lambda: note not in there.content())
        assert ask(server, nadia, **said).status == 200
        assert ask(server, yann, type="verdict.set", verdict="acceptable").status == 200
        await there.until(lambda: f"verdict-{yann.person['stakeholder']}" in there.content())
        assert note not in there.content(), "facilitation took it out of sight"


async def test_who_waits_for_a_group_answers_nowhere(server: Server) -> None:
    made = server.create(agenda="one_sheet_per_group_150", people_may_choose_group=True)
    nadia, _, lead = seats(server, made)
    assert ask(server, lead, type="person.move", person=nadia.person["id"], group=None).status == 200
    for command in (
        {"type": "verdict.set", "verdict": "acceptable", "value": 1},
        {"type": "answer.set", "key": "ostrom/1", "value": {"answer": "yes"}},
    ):
        refused = ask(server, nadia, **command)
        assert (refused.status, refused.json["key"]) == (404, "room.unknown")


async def test_what_was_said_in_groups_stands_on_the_canvas_of_all_once_they_are_pooled(
    server: Server,
) -> None:
    made = server.create(groups=2, people_may_choose_group=True)
    lead = server.join(made, "Inès", invitation=made["invitations"]["facilitator"])
    nadia, joris = (
        server.join(made, name, group=group, stakeholder=STRUCTURES[0])
        for name, group in (("Nadia", "g1"), ("Joris", "g2"))
    )
    whose = nadia.person["stakeholder"]
    assert ask(server, nadia, type="verdict.set", verdict="unacceptable", reason="dit").status == 200
    assert ask(server, joris, type="verdict.set", verdict="acceptable").status == 200
    async with participant(server, replace(lead, room=made["plenary"])) as there:
        for _ in range(2):  # repeatable
            assert ask(server, lead, type="rooms.pool").status == 200
        await there.until(lambda: f"verdict/{whose}" in answers(there))
        entry = answers(there)[f"verdict/{whose}"]
        assert entry["verdict"] == "acceptable"
        assert [one["verdict"] for one in entry["history"]] == ["unacceptable"]
        (note,) = (note for note in there.content().values() if note["zone"] == "viability")
        assert note["locked"] and note["stakeholder"] == whose
