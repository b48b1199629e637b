"""Attention over real sockets, on two processes: private words reach two people, the rest its group."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from tests.kit.client import Participant, participant
from tests.kit.server import Answer, Seat, Server, running

Two = tuple[Server, Server]


class Listener(Participant):
    """Keeps every byte it was sent."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.wire = b""

    def _take(self, frame: bytes) -> None:
        self.wire += frame
        super()._take(frame)


@pytest.fixture(scope="module")
def two(redis_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    folder = tmp_path_factory.mktemp("attention")
    with (
        running(folder, "--store-url", redis_server) as one,
        running(folder, "--store-url", redis_server) as other,
    ):
        yield one, other


def ask(server: Server, made: dict[str, Any], token: str, **fields: Any) -> Answer:
    return server.call("POST", f"/api/workshops/{made['id']}/commands", fields, token=token)


def done(server: Server, made: dict[str, Any], token: str, **fields: Any) -> dict[str, Any]:
    answer = ask(server, made, token, **fields)
    assert answer.status == 200, answer.body
    said: dict[str, Any] = answer.json
    return said


def state(one: Participant) -> dict[str, Any]:
    """The latest state they were told."""
    told = one.heard("state")
    return dict(told[-1]["workshop"]) if told else {}


def texts(one: Participant) -> list[str]:
    return (
        [message["text"] for message in one.heard("messages")[-1]["messages"]]
        if one.heard("messages")
        else []
    )


def leader(server: Server, made: dict[str, Any]) -> Seat:
    return server.join(made, "Inès", invitation=made["invitations"]["facilitator"])


# -- private words -----------------------------------------------------------------------------------


async def test_a_private_word_reaches_the_two_people_on_every_server_and_nobody_else(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.kit.client.Participant", Listener)
    made = two[0].create(groups=1)
    ines = leader(two[0], made)
    seats = {name: two[n % 2].join(made, name) for n, name in enumerate(("Nadia", "Joris", "Soazig"))}
    other = two[1].join(made, "Marc", invitation=made["invitations"]["facilitator"])
    watcher = two[0].join(made, "Paul", invitation=made["invitations"]["observer"])
    async with (
        participant(two[0], ines, room=seats["Nadia"].room) as leads,
        participant(two[0], seats["Nadia"]) as nadia,
        participant(two[1], seats["Nadia"]) as elsewhere,  # the same person on another device
        participant(two[1], seats["Joris"]) as joris,
        participant(two[1], other, room=seats["Nadia"].room) as marc,
        participant(two[0], watcher, room=seats["Nadia"].room) as paul,
    ):
        done(
            two[1],
            made,
            ines.token,
            type="message",
            person=seats["Nadia"].person["id"],
            text="MARQUEUR à vous",
        )
        for one in (leads, nadia, elsewhere):
            await one.until(lambda one=one: texts(one) == ["MARQUEUR à vous"], "the word")
        nadia.event(
            type="command", id=1, command={"type": "message", "person": ines.person["id"], "text": "MERCI"}
        )
        for one in (leads, nadia, elsewhere):
            await one.until(lambda one=one: texts(one) == ["MARQUEUR à vous", "MERCI"], "the answer")
        last = done(two[0], made, ines.token, type="hand.raise")["revision"]
        for one in (joris, marc, paul):
            await one.until(lambda one=one: state(one).get("revision", 0) >= last, "all that went before")
            assert isinstance(one, Listener) and not one.heard("messages")
            assert b"MARQUEUR" not in one.wire and b"MERCI" not in one.wire
    async with (
        participant(two[1], seats["Nadia"]) as back,
        participant(two[0], seats["Soazig"]) as soazig,
        participant(two[1], ines, room=seats["Nadia"].room) as again,
    ):
        for one in (back, again):
            await one.until(lambda one=one: texts(one) == ["MARQUEUR à vous", "MERCI"], "who comes back")
        done(two[0], made, ines.token, type="hand.lower")
        await soazig.until(lambda: soazig.heard("state"))
        assert isinstance(soazig, Listener) and b"MARQUEUR" not in soazig.wire
    for seat in (seats["Joris"], other, watcher):
        for path in (
            f"/api/workshops/{made['id']}",
            f"/atelier/{made['id']}",
            f"/api/me?workshop={made['id']}",
        ):
            assert b"MARQUEUR" not in two[0].call("GET", path, token=seat.token).body


async def test_who_was_not_told_while_away_finds_the_words_on_return(two: Two) -> None:
    made = two[0].create()
    ines, nadia = leader(two[0], made), two[0].join(made, "Nadia")
    for text in ("Un", "Deux"):
        done(two[1], made, ines.token, type="message", person=nadia.person["id"], text=text)
    async with participant(two[0], nadia) as one:
        await one.until(lambda: texts(one) == ["Un", "Deux"], "both")
        assert all({"id", "by", "to", "text", "at"} == set(m) for m in one.heard("messages")[-1]["messages"])


# -- for a group, for all ----------------------------------------------------------------------------


async def test_an_announcement_reaches_its_group_and_a_hand_is_seen_by_everybody(two: Two) -> None:
    made = two[0].create(groups=["Hêtre", "Saule"], people_may_choose_group=True)
    ines = leader(two[0], made)
    first, second = (two[n].join(made, name, group=f"g{n + 1}") for n, name in enumerate(("Nadia", "Joris")))
    watcher = two[1].join(made, "Paul", invitation=made["invitations"]["observer"])
    async with participant(two[1], first) as nadia, participant(two[0], second) as joris:
        done(two[0], made, ines.token, type="announce", text="À l'accueil.", group="g1")
        done(two[0], made, watcher.token, type="hand.raise")
        for one in (nadia, joris):
            await one.until(
                lambda one=one: any(p["hand"] and p["name"] == "Paul" for p in state(one).get("people", ())),
                "the hand of an observer",
            )
        assert state(nadia)["announcement"]["text"] == "À l'accueil."
        assert state(joris)["announcement"] is None
        assert ask(two[1], made, first.token, type="hand.lower", person=watcher.person["id"]).json["key"] == (
            "hand.not_yours"
        )
        done(two[1], made, ines.token, type="hand.lower", person=watcher.person["id"])
        done(two[1], made, ines.token, type="summon", board="governance", may_stay=False)
        done(two[0], made, ines.token, type="ready.ask")
        done(two[0], made, first.token, type="ready.set", ready=True)
        for one in (nadia, joris):
            await one.until(
                lambda one=one: [p["name"] for p in state(one)["people"] if p["ready"]] == ["Nadia"]
            )
            summons = state(one)["summons"]
            assert (summons["board"], summons["may_stay"]) == ("governance", False)
            assert not any(person["hand"] for person in state(one)["people"])


# -- where one goes ----------------------------------------------------------------------------------


def test_the_page_opens_on_the_board_of_the_step(two: Two) -> None:
    made = two[0].create()
    seat, ines = two[0].join(made, "Nadia"), leader(two[0], made)

    def board_of(query: str = "") -> str:
        return opens_on(two[1], made, seat, query)

    assert board_of() == "sheet1.verso"
    done(two[0], made, ines.token, type="step.go", step="s2_je")
    assert board_of() == f"sheet2.recto/{seat.person['stakeholder']}"
    assert board_of("?board=economic") == "economic"
    done(two[0], made, ines.token, type="step.go", step="s3_nous")
    assert board_of() == "sheet3.verso"


def opens_on(server: Server, made: dict[str, Any], seat: Seat, query: str = "") -> str:
    page = server.call("GET", f"/atelier/{made['id']}{query}", token=seat.token).body.decode()
    data = re.search(r'id="page-data">(.*?)</script>', page, re.S)
    assert data is not None
    return str(json.loads(data[1])["board"])


def test_who_waits_is_shown_a_page_that_waits(two: Two) -> None:
    made = two[0].create()
    seat, ines = two[0].join(made, "Nadia"), leader(two[0], made)
    done(two[0], made, ines.token, type="person.move", person=seat.person["id"], group=None)
    page = two[1].call("GET", f"/atelier/{made['id']}", token=seat.token)
    assert page.status == 200 and f'data-waiting="{made["id"]}"'.encode() in page.body
    assert b"page-data" not in page.body
    done(two[0], made, ines.token, type="person.move", person=seat.person["id"], group="g1")
    assert b"page-data" in two[1].call("GET", f"/atelier/{made['id']}", token=seat.token).body
