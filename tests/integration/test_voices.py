"""How much each person writes is for facilitation only: on the socket, over HTTP, and off when off."""

from __future__ import annotations

from typing import Any

from tests.kit.client import Participant, participant
from tests.kit.server import Seat, Server


def command(server: Server, token: str, workshop: str, kind: str, **fields: object) -> None:
    answer = server.call("POST", f"/api/workshops/{workshop}/commands", {"type": kind, **fields}, token=token)
    assert answer.status == 200, answer.body


def counts(one: Participant) -> dict[str, dict[str, int]]:
    heard = one.heard("voices")
    return dict(heard[-1]["people"]) if heard else {}


def people(server: Server, workshop: dict[str, Any], token: str) -> dict[str, dict[str, Any]]:
    state = server.call("GET", f"/api/workshops/{workshop['id']}", token=token).json
    return {one["id"]: one for one in state["people"]}


def table(server: Server) -> tuple[dict[str, Any], Seat, Seat, Seat, Seat]:
    made = server.create(groups=1)
    secrets = made["invitations"]
    return (
        made,
        server.join(made, "Nadia"),
        server.join(made, "Joris"),
        server.join(made, "Bruno", invitation=secrets["facilitator"]),
        server.join(made, "Odile", invitation=secrets["observer"]),
    )


async def test_facilitation_is_told_and_nobody_else(server: Server) -> None:
    made, hers, his, bruno, odile = table(server)
    room = hers.room
    async with (
        participant(server, hers) as nadia,
        participant(server, his) as joris,
        participant(server, bruno, room=room) as leads,
        participant(server, odile, room=room) as looks,
    ):
        nadia.add("n1", "une règle")
        nadia.add("n2", "une autre")
        joris.add("n3", "la sienne")
        me, him = hers.person["id"], his.person["id"]

        def notes(who: str) -> int | None:
            return counts(leads).get(who, {}).get("notes")

        await leads.until(lambda: notes(me) == 2 and notes(him) == 1, "the counts")
        before = counts(leads)[me]["last_at"]
        joris.write("n1", " relue")  # his words in her note: he has written, she has not
        await leads.until(lambda: counts(leads)[him]["last_at"] > before, "when Joris wrote")
        assert counts(leads)[me]["last_at"] == before
        del nadia.notes["n2"]
        await leads.until(lambda: notes(me) == 1, "one note less")

        seen = people(server, made, bruno.token)
        assert (seen[me]["counts"]["notes"], seen[him]["counts"]["notes"]) == (1, 1)
        for seat, one in ((hers, nadia), (his, joris), (odile, looks)):
            assert one.heard("voices") == []
            assert not any(b"last_at" in frame or b'"counts"' in frame for frame in one.frames)
            assert all("counts" not in person for person in people(server, made, seat.token).values())


async def test_drafts_are_counted_before_they_are_notes(server: Server) -> None:
    made, hers, _, bruno, _ = table(server)
    command(server, bruno.token, made["id"], "writing.silent", board="sheet2.verso")
    async with (
        participant(server, hers) as nadia,
        participant(server, bruno, room=hers.room) as leads,
    ):
        draft = {"id": "n1", "board": "sheet2.verso", "zone": "rules", "text": "en silence"}
        nadia.event(type="private", id=1, notes=[{**draft, "kind": "note", "place": [0, 0], "order": "a0"}])
        me = hers.person["id"]
        await leads.until(lambda: counts(leads).get(me, {}).get("hidden") == 1, "her draft")
        assert "en silence" not in str(leads.events)


async def test_nothing_is_counted_where_it_is_off(server: Server) -> None:
    made, hers, _, bruno, _ = table(server)
    _, theirs, _, other, _ = table(server)
    async with (
        participant(server, hers) as nadia,
        participant(server, bruno, room=hers.room) as leads,
        participant(server, theirs) as elsewhere,
        participant(server, other, room=theirs.room) as clock,
    ):
        nadia.add("n1", "une règle")
        await leads.until(lambda: counts(leads), "the counts")
        command(server, made["token"], made["id"], "workshop.edit", voices=False)
        await leads.until(lambda: leads.heard("state") and not leads.heard("state")[-1]["workshop"]["voices"])
        told = len(leads.heard("voices"))
        nadia.add("n2", "une autre")
        await leads.until(lambda: "n2" in leads.content(), "the note")
        elsewhere.add("n3", "ailleurs")  # counted later than what was written here
        await clock.until(lambda: counts(clock), "the counts of another workshop")
        assert len(leads.heard("voices")) == told
        assert all("counts" not in one for one in people(server, made, bruno.token).values())
        command(server, made["token"], made["id"], "workshop.edit", voices=True)
        me = hers.person["id"]
        await leads.until(lambda: counts(leads)[me].get("notes") == 2, "the counts again")


async def test_asking_once_opens_no_room(server: Server) -> None:
    def rooms_open() -> float:
        lines = server.call("GET", "/metrics").body.decode().splitlines()
        return next(float(line.split()[1]) for line in lines if line.startswith("tablee_rooms_open "))

    made, before = server.create(groups=3), rooms_open()
    people(server, made, made["token"])
    assert rooms_open() <= before
