"""The wrap-up over sockets and HTTP: answers that only the server writes, and what keeps a workshop open."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from click.testing import CliRunner
from pycrdt import Map, Text
from tests.kit.client import Participant, participant
from tests.kit.server import Answer, Seat, Server, running

from tablee import cli
from tablee.errors import TableeError

KINDS: list[dict[str, Any]] = [
    {"key": "crash/1", "value": {"rule": "n1", "committee": "n2", "days": 3, "text": "Le bureau tranche."}},
    {"key": "crash/8", "value": {"text": "Rien de prévu"}},
    {"key": "ostrom/3", "value": {"answer": "partly", "text": "En partie."}},
    {"key": "check/terms", "value": {"done": True}},
]
NO_CHECKS: list[Any] = [True, "yes", [], {}, {"done": 1}, {"done": True, "by": "x"}, {"done": None}, 0]
HOSTILE: list[tuple[dict[str, Any], str]] = [
    *(
        ({"key": key, "value": {"done": True}}, "answer.key")
        for key in (None, 5, "", "check", "check/", "check/other", "ostrom/9", "ostrom/0", "ostrom/01")
    ),
    *(
        ({"key": key, "value": {"done": True}}, "answer.key")
        for key in ("crash/9", "crash/1/2", "park/governance/g1/n1", "__proto__/x", "check/terms\n", ["x"])
    ),
    *(({"key": "check/terms", "value": value}, "answer.value") for value in NO_CHECKS),
    *(
        ({"key": "ostrom/1", "value": value}, "answer.value")
        for value in ({"answer": "maybe"}, {"text": "x"}, {"answer": ["yes"]}, {"answer": "no", "text": 5})
    ),
    ({"key": "ostrom/1", "value": {"answer": "no", "text": "x" * 1001}}, "answer.too_long"),
    *(
        ({"key": "crash/1", "value": value}, "answer.value")
        for value in (
            {},
            {"text": "  "},
            {"days": -1},
            {"days": 1.5},
            {"days": True},
            {"days": 10**9},
            {"rule": ""},
            {"rule": "n" * 65},
            {"rule": "a.b"},
            {"rule": {"id": "n1"}},
            {"committee": 5},
            {"at": 5},
        )
    ),
    ({"key": "check/terms"}, "answer.value"),
    ({"key": "check/terms", "value": {"done": True}, "group": "g9"}, "group.unknown"),
    ({"key": "check/terms", "value": {"done": True}, "group": 5}, "group.unknown"),
]


@pytest.fixture(scope="module")
def server(redis_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """On a store of its own process, which the command line opens too."""
    with running(tmp_path_factory.mktemp("wrap"), "--store-url", redis_server) as one:
        yield one


def ask(server: Server, made: dict[str, Any], token: str, **command: Any) -> Answer:
    return server.call("POST", f"/api/workshops/{made['id']}/commands", command, token=token)


def done(server: Server, made: dict[str, Any], token: str, **command: Any) -> None:
    answer = ask(server, made, token, **command)
    assert answer.status == 200, answer.body


def key_of(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.json.get("key", "")


def answers(one: Participant) -> dict[str, Any]:
    found: dict[str, Any] = one.doc.get("answers", type=Map).to_py() or {}
    return found


def room_of(made: dict[str, Any], group: int = 0) -> str:
    return str(made["groups"][group]["rooms"]["convergence"])


def leader(server: Server, made: dict[str, Any], name: str = "Marc") -> Seat:
    return server.join(made, name, invitation=made["invitations"]["facilitator"])


# -- answers ---------------------------------------------------------------------------------------------


async def test_an_answer_reaches_everybody_at_the_canvases_with_who_gave_it(server: Server) -> None:
    made = server.create(groups=2, people_may_choose_group=True)
    nadia, joris = server.join(made, "Nadia", group="g1"), server.join(made, "Joris", group="g1")
    room = room_of(made)
    async with participant(server, joris, room=room) as one:
        for said in KINDS:
            done(server, made, nadia.token, type="answer.set", **said)
        await one.until(lambda: len(answers(one)) == len(KINDS))
        for said in KINDS:
            kept = answers(one)[said["key"]]
            assert kept.pop("at") > 0 and kept.pop("by") == nadia.person["id"]
            assert kept == said["value"]
        # the same again stays whose it was; another answer is of who gives it
        done(server, made, joris.token, type="answer.set", **KINDS[3])
        done(
            server, made, joris.token, type="answer.set", key="ostrom/3", value={"answer": "no", "text": " "}
        )
        await one.until(lambda: answers(one)["ostrom/3"]["answer"] == "no")
        assert answers(one)["ostrom/3"]["by"] == joris.person["id"]
        assert "text" not in answers(one)["ostrom/3"]
        assert answers(one)["check/terms"]["by"] == nadia.person["id"]
        done(server, made, nadia.token, type="answer.set", key="crash/1", value=None)
        done(server, made, nadia.token, type="answer.set", key="crash/1", value=None)
        await one.until(lambda: "crash/1" not in answers(one))


def test_what_is_not_an_answer_is_refused_and_changes_nothing(server: Server) -> None:
    made = server.create()
    nadia = server.join(made, "Nadia")
    for number, (fields, key) in enumerate(HOSTILE):
        refused = ask(server, made, nadia.token, type="answer.set", **fields)
        assert refused.json["key"] == key, (fields, refused.body)
        assert refused.status in (404, 422)
        if number % 30 == 29:  # forty commands at once, ten a second
            nadia = server.join(made, f"Nadia {number}")


async def test_nobody_writes_answers_but_the_server(server: Server) -> None:
    made = server.create()
    nadia = server.join(made, "Nadia")
    async with participant(server, nadia, room=room_of(made)) as one:
        one.doc.get("answers", type=Map)["check/terms"] = Map({"done": True, "by": "somebody", "at": 1})
        await one.until(lambda: one.heard("refused"))
        assert one.heard("refused")[0]["key"] == "entry.root"
    async with participant(server, nadia, room=room_of(made)) as again:
        await again.until(lambda: again.synced)
        assert answers(again) == {}


def test_who_may_answer_and_where(server: Server) -> None:
    made = server.create(groups=2, people_may_choose_group=True)
    nadia, marc = server.join(made, "Nadia", group="g1"), leader(server, made)
    paul = server.join(made, "Paul", invitation=made["invitations"]["observer"])
    said = {"type": "answer.set", "key": "check/terms", "value": {"done": True}}
    assert key_of(ask(server, made, paul.token, **said)) == (403, "command.role")
    assert key_of(ask(server, made, nadia.token, **said, group="g2")) == (403, "group.not_yours")
    assert key_of(ask(server, made, marc.token, **said)) == (422, "group.missing")
    done(server, made, marc.token, **said, group="g2")
    done(server, made, marc.token, type="board.lock", board="governance")
    assert key_of(ask(server, made, nadia.token, **said)) == (409, "board.locked")
    done(server, made, marc.token, **said, group="g1")
    done(server, made, marc.token, type="board.unlock", board="governance")
    done(server, made, marc.token, type="board.lock")
    assert key_of(ask(server, made, nadia.token, **said)) == (409, "board.locked")
    done(server, made, marc.token, type="board.unlock")
    steps = [
        {"phase": "convergence", "title": "Lecture", "minutes": 5, "mode": "group", "rights": "read"},
        {"phase": "synthesis", "title": "Bilan", "minutes": 5, "mode": "group"},
    ]
    done(server, made, marc.token, type="agenda.edit", steps=steps)
    done(server, made, marc.token, type="step.next")
    assert key_of(ask(server, made, nadia.token, **said)) == (403, "role.read_only")
    done(server, made, marc.token, type="board.open", board="governance")
    done(server, made, nadia.token, **said)
    done(server, made, marc.token, type="workshop.close")
    assert key_of(ask(server, made, nadia.token, **said)) == (409, "workshop.closed")


async def test_answers_go_to_the_plenary_where_the_canvases_are_there(server: Server) -> None:
    made = server.create(groups=3, agenda="one_sheet_per_group_150", people_may_choose_group=True)
    nadia = server.join(made, "Nadia", group="g2")
    async with participant(server, nadia, room=made["plenary"]) as one:
        done(server, made, nadia.token, type="answer.set", key="check/costs", value={"done": False})
        await one.until(lambda: answers(one))
        assert answers(one)["check/costs"]["done"] is False
        done(server, made, made["token"], type="answer.set", key="check/costs", value={"done": True})
        await one.until(lambda: answers(one)["check/costs"]["done"] is True)


# -- the end of the workshop -----------------------------------------------------------------------------


def action(one: Participant, note: str, text: str, *, zone: str = "actions", **fields: Any) -> None:
    one.notes[note] = Map(
        {
            "board": "governance",
            "zone": zone,
            "kind": "action",
            "place": [0.1, 0.1],
            "order": "a0",
            "colour": "ciel",
            "by": one.seat.person["id"],
            "at": 1,
            "text": Text(text),
            "fields": Map(fields),
        }
    )


async def test_a_workshop_closes_once_each_action_has_an_owner_and_a_date(
    server: Server, redis_server: str
) -> None:
    made = server.create(groups=2, people_may_choose_group=True)
    nadia, marc = server.join(made, "Nadia", group="g2"), leader(server, made)
    close = {"type": "workshop.close"}
    async with participant(server, nadia, room=room_of(made, 1)) as one:
        action(one, "n1", "Publier la charte", owner_text="Nadia", due="2026-12-01")
        action(one, "n2", "Trouver un hébergement", owner_text="   ")
        action(one, "n3", "Écrire au conseil", zone="rules", due="2026-12-01")
        action(one, "n4", "Abandonnée", state="dropped")
        one.add("n5", "Une idée sans suite", board="governance", zone="actions")
        await one.all_saved()
        refused = ask(server, made, marc.token, **close)
        assert key_of(refused) == (409, "actions.incomplete")
        assert refused.json["count"] == 2
        assert refused.json["actions"] == [
            {
                "room": room_of(made, 1),
                "group": "g2",
                "board": "governance",
                "note": note,
                "zone": zone,
                "text": text,
                "lacks": lacks,
            }
            for note, zone, text, lacks in (
                ("n2", "actions", "Trouver un hébergement", ["owner", "due"]),
                ("n3", "rules", "Écrire au conseil", ["owner"]),
            )
        ]
        assert key_of(ask(server, made, nadia.token, **close)) == (403, "command.role")
        async with participant(server, marc, room=room_of(made, 1)) as facilitator:
            facilitator.event(type="command", id=7, command=close)
            await facilitator.until(lambda: facilitator.heard("no"))
            told = facilitator.heard("no")[0]
            assert told["key"] == "actions.incomplete" and len(told["actions"]) == 2
        told_again = await asyncio.to_thread(on_command_line, redis_server, made)
        assert "Trouver un hébergement (g2, governance.actions): no owner and no due date" in told_again
        one.notes["n2"]["fields"]["owner_id"] = nadia.person["id"]
        one.notes["n2"]["fields"]["due"] = "2027-01-15"
        one.notes["n3"]["fields"]["state"] = "dropped"
        await one.all_saved()
    assert await asyncio.to_thread(on_command_line, redis_server, made) == ""
    done(server, made, marc.token, **close)  # it is closed: nothing more is asked
    done(server, made, marc.token, type="workshop.reopen")
    # who has left the workshop does not own an action any more
    done(server, made, marc.token, type="person.remove", person=nadia.person["id"])
    refused = ask(server, made, marc.token, **close)
    assert [one["note"] for one in refused.json["actions"]] == ["n2"]


def on_command_line(store_url: str, made: dict[str, Any]) -> str:
    """What `tablee workshop close` says when it refuses; nothing when it is done."""
    ran = CliRunner().invoke(cli.command, ["workshop", "close", made["id"], "--store-url", store_url])
    if ran.exit_code == 0:
        return ""
    assert isinstance(ran.exception, TableeError), ran.output
    return str(ran.exception)


# -- what the server makes of it -------------------------------------------------------------------------


async def test_the_card_is_of_ones_own_canvases_in_the_language_one_asks_for(server: Server) -> None:
    made = server.create(groups=2, people_may_choose_group=True, commons="Un outil libre")
    nadia, marc = server.join(made, "Nadia", group="g1"), leader(server, made)
    path = f"/api/workshops/{made['id']}/wrap-up"

    def heads(token: str, query: str) -> dict[str, Any]:
        answer = server.call("GET", f"{path}?{query}", token=token)
        assert answer.status == 200, answer.body
        return {head["id"]: head for head in answer.json["card"]["heads"]}

    async with participant(server, nadia, room=room_of(made)) as one:
        one.add("n1", "Partager les trajets", board="governance", zone="mission")
        one.add("n2", "Une fiche n'en est pas", board="sheet2.verso", zone="rules")
        await one.all_saved()
    told = heads(nadia.token, "lang=en")
    assert [head["title"] for head in told.values()][:2] == ["Need", "Host and community"]
    assert told["description"]["parts"] == [
        {"title": None, "lines": [{"text": "Un outil libre"}]},
        {"title": "Mission and values", "lines": [{"text": "Partager les trajets"}]},
    ]
    assert told["governance"]["parts"] == told["maturity"]["parts"] == []
    assert heads(marc.token, "group=g1&lang=en") == told
    assert len(heads(marc.token, "group=g2")["description"]["parts"]) == 1
    assert key_of(server.call("GET", f"{path}?group=g2", token=nadia.token)) == (403, "room.not_yours")
    assert key_of(server.call("GET", f"{path}?group=g9", token=nadia.token)) == (404, "group.unknown")

    # maturity is what the sheet's gauges say, until the group has answered for itself
    sheet = made["groups"][0]["rooms"]["exploration"]
    gauge = {
        "board": "sheet1.verso",
        "zone": "maturity",
        "kind": "scale",
        "fields": {"key": "resource", "value": 1},
    }
    assert server.call("POST", f"/api/rooms/{sheet}/notes", gauge, token=nadia.token).status == 201
    assert heads(nadia.token, "lang=fr")["maturity"]["parts"] == [
        {"title": None, "lines": [{"label": "Ressource", "text": "idée"}]}
    ]
    opened = ask(server, made, marc.token, type="poll.open", kind="gauge", group="g1").json["poll"]
    done(server, made, nadia.token, type="poll.answer", poll=opened, subject="resource", value=3)
    done(server, made, marc.token, type="poll.close", poll=opened)
    assert heads(nadia.token, "lang=fr")["maturity"]["parts"][0]["lines"] == [
        {"label": "Ressource", "text": "en place"}
    ]


def test_without_canvases_the_gauges_of_other_groups_are_not_told_either(server: Server) -> None:
    made = server.create(groups=2, modules=["sheet1", "sheet2"], people_may_choose_group=True)
    nadia = server.join(made, "Nadia", group="g1")
    path = f"/api/workshops/{made['id']}/wrap-up"
    assert server.call("GET", path, token=nadia.token).status == 200
    joris = server.join(made, "Joris")
    asked = (server.call("GET", path, token=joris.token).status for _ in range(1000))
    assert 429 in asked, "it reads many rooms: not as often as somebody likes"
    assert key_of(server.call("GET", f"{path}?group=g2", token=nadia.token)) == (403, "room.not_yours")


async def test_the_wrap_up_tells_what_is_needed_and_what_was_promised(server: Server) -> None:
    made = server.create()
    nadia = server.join(made, "Nadia")
    notes = (
        {"zone": "costs", "kind": "cost", "fields": {"euros": 1000, "task": "support"}},
        {
            "zone": "income",
            "kind": "contribution",
            "fields": {"amount": 250, "unit": "euros", "task": "support"},
        },
    )
    for note in notes:
        body = {"board": "economic", "text": "x", **note}
        sent = server.call("POST", f"/api/rooms/{room_of(made)}/notes", body, token=nadia.token)
        assert sent.status == 201, sent.body
    told = server.call("GET", f"/api/workshops/{made['id']}/wrap-up", token=nadia.token).json["economy"]
    assert told["coverage"]["euros"] == {"needed": 1000, "covered": 250, "share": 0.25}
    assert told["gaps"] == ["support"]
