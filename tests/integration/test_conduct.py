"""A workshop that runs: steps, time, groups, ways in, over HTTP and sockets, two processes on one store."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from tests.kit.client import participant
from tests.kit.server import Answer, Seat, Server, running

from tablee.model.commands import COMMANDS

Two = tuple[Server, Server]
NOTE = {"board": "sheet2.verso", "zone": "rules", "text": "Réunion"}


@pytest.fixture(scope="module")
def two(redis_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    folder = tmp_path_factory.mktemp("conduct")
    with (
        running(folder, "--store-url", redis_server) as one,
        running(folder, "--store-url", redis_server) as other,
    ):
        yield one, other


def ask(server: Server, made: dict[str, Any], token: str | None, **fields: Any) -> Answer:
    return server.call("POST", f"/api/workshops/{made['id']}/commands", fields, token=token)


def done(server: Server, made: dict[str, Any], token: str | None = None, **fields: Any) -> dict[str, Any]:
    answer = ask(server, made, token or made["token"], **fields)
    assert answer.status == 200, answer.body
    said: dict[str, Any] = answer.json
    return said


def state(server: Server, made: dict[str, Any], token: str | None = None) -> dict[str, Any]:
    found: dict[str, Any] = server.call(
        "GET", f"/api/workshops/{made['id']}", token=token or made["token"]
    ).json
    return found


def me(server: Server, token: str) -> dict[str, Any]:
    found: dict[str, Any] = server.call("GET", "/api/me", token=token).json
    return found


def join(server: Server, **how: Any) -> Answer:
    return server.call("POST", "/api/join", {"name": "Nadia", **how})


def first_room(made: dict[str, Any]) -> str:
    room: str = made["groups"][0]["rooms"]["exploration"]
    return room


def leader(made: dict[str, Any]) -> Seat:
    return Seat(made["token"], {"id": ""}, first_room(made), made["id"])


# -- the same by either way, told everywhere ---------------------------------------------------------

SCRIPT: list[dict[str, Any]] = [
    {"type": "step.next", "timer": True},
    {"type": "timer.extend", "seconds": 60},
    {"type": "timer.start", "minutes": 5, "group": "g2"},
    {"type": "timer.start", "minutes": 5},
    {"type": "timer.start", "minutes": 0},
    {"type": "timer.start", "minutes": 10_000},
    {"type": "timer.pause"},
    {"type": "timer.resume", "group": "g9"},
    {"type": "step.go", "step": "gov"},
    {"type": "step.go", "step": "lunch"},
    {"type": "agenda.edit", "agenda": "short_150"},
    {"type": "agenda.edit", "steps": []},
    {"type": "agenda.edit", "steps": [{"phase": "intro", "title": "x", "minutes": 0, "mode": "group"}]},
    {"type": "agenda.catch_up"},
    {"type": "group.create", "name": "Roulotte"},
    {"type": "group.rename", "group": "g1", "name": "roulotte"},
    {"type": "group.sheet", "group": "g1", "sheet": "sheet2"},
    {"type": "group.delete", "group": "g3"},
    {"type": "groups.balance"},
    {"type": "workshop.edit", "slot_minutes": 180, "modules": ["sheet1", "sheet2", "governance"]},
    {"type": "workshop.edit", "voices": "no"},
    {"type": "workshop.close"},
    {"type": "step.next"},
    {"type": "workshop.close"},
    {"type": "workshop.reopen"},
]


async def test_commands_do_the_same_over_http_and_the_socket(two: Two) -> None:
    by_http, by_socket = two[0].create(groups=2), two[0].create(groups=2)
    answers, events = [], []
    for fields in SCRIPT:
        answer = await asyncio.to_thread(ask, two[0], by_http, by_http["token"], **fields)
        answers.append(answer.json.get("key") if answer.status != 200 else sorted(answer.json))
    async with participant(two[0], leader(by_socket)) as one:
        for number, fields in enumerate(SCRIPT):
            one.event(type="command", id=number, command=fields)
        await one.until(lambda: len(one.heard("done") + one.heard("no")) == len(SCRIPT), "all answers")
    said = {event["id"]: event for event in one.heard("done") + one.heard("no")}
    for number in range(len(SCRIPT)):
        event = said[number]
        events.append(event["key"] if event["type"] == "no" else sorted(event.keys() - {"type", "id"}))
    assert answers == events
    assert answers[3:6] == ["timer.running", "minutes.range", "minutes.range"]
    assert answers[-4:] == [["revision"], "workshop.closed", ["revision"], ["revision"]]
    seen = [state(two[1], made) for made in (by_http, by_socket)]
    for one_seen in seen:
        assert len(one_seen["runs"]) == 2 and one_seen["agenda"]["steps"][-1]["board"] is None
        assert [g["name"] for g in one_seen["groups"]] == ["Hêtre", "Saule"]
    parts = ("step", "status", "modules", "slot_minutes", "boards", "timer", "waiting_room", "agenda")
    assert {name: seen[0][name] for name in parts} == {name: seen[1][name] for name in parts}


async def test_a_command_on_one_process_is_told_on_the_other(two: Two) -> None:
    made = two[0].create()
    guest = await asyncio.to_thread(two[1].join, made)
    async with participant(two[1], guest) as far:
        said = await asyncio.to_thread(done, two[0], made, type="step.next", timer=True)
        await far.until(lambda: far.heard("state") and far.heard("state")[-1]["revision"] >= said["revision"])
        told = far.heard("state")[-1]["workshop"]
        assert told["step"] == "welcome" and told["timer"]["running"]
        assert told == {**state(two[1], made, guest.token), "people": told["people"]}


# -- who may not, and when ---------------------------------------------------------------------------


async def test_a_participant_has_none_of_the_commands_of_those_who_lead(two: Two) -> None:
    made = two[0].create()
    before = state(two[0], made)
    theirs = [kind for kind, rule in COMMANDS.items() if "participant" not in rule.who]
    assert len(theirs) > 30
    for at in range(0, len(theirs), 15):  # each has their budget of commands
        guest = await asyncio.to_thread(two[0].join, made, f"Nadia {at}")
        async with participant(two[0], guest) as one:
            for kind in theirs[at : at + 15]:
                answer = await asyncio.to_thread(ask, two[0], made, guest.token, type=kind)
                assert (answer.status, answer.json["key"]) == (403, "command.role"), kind
                one.event(type="command", id=kind, command=kind)
            await one.until(lambda: len(one.heard("no")) == len(theirs[at : at + 15]))  # noqa: B023
            assert {event["key"] for event in one.heard("no")} == {"command.role"}
    after = state(two[0], made)
    assert {**after, "people": [], "revision": 0} == {**before, "people": [], "revision": 0}


def test_a_command_that_is_late_or_for_another_workshop_is_refused(two: Two) -> None:
    made, other = two[0].create(), two[0].create()
    revision = state(two[0], made)["revision"]
    done(two[0], made, type="step.next", revision=revision, id="once-and-only-1")
    late = ask(two[1], made, made["token"], type="step.next", revision=revision)
    assert (late.status, late.json["key"]) == (409, "revision.stale")
    again = done(two[1], made, type="step.next", revision=revision, id="once-and-only-1")
    assert again == {"revision": revision + 1} and state(two[0], made)["step"] == "welcome"
    foreign = ask(two[0], made, other["token"], type="step.next")
    assert (foreign.status, foreign.json["key"]) == (403, "workshop.not_yours")
    for minutes in (0, 10_000):
        answer = ask(two[0], made, made["token"], type="timer.start", minutes=minutes)
        assert (answer.status, answer.json["key"], answer.json["field"]) == (422, "minutes.range", "minutes")


async def test_of_commands_decided_on_the_same_moment_one_is_done(two: Two) -> None:
    made = two[0].create()
    revision = state(two[0], made)["revision"]
    fields = {"type": "step.next", "revision": revision}
    asking = [asyncio.to_thread(ask, two[n % 2], made, made["token"], **fields) for n in range(10)]
    answers = await asyncio.gather(*asking)
    assert sorted(answer.status for answer in answers) == [200] + [409] * 9
    assert {answer.json["key"] for answer in answers if answer.status == 409} == {"revision.stale"}
    seen = state(two[1], made)
    assert seen["revision"] == revision + 1 and [run["step"] for run in seen["runs"]] == ["welcome"]


async def test_a_link_that_is_renewed_while_it_is_used_ends_there_and_then(two: Two) -> None:
    made = two[0].create()
    link = made["invitations"]["facilitator"]
    seated = await asyncio.to_thread(lambda: two[0].join(made, "Marc", invitation=link))
    async with participant(two[1], seated) as marc:
        renewing = asyncio.to_thread(done, two[0], made, type="invitation.renew", role="facilitator")
        trying = [asyncio.to_thread(ask, two[1], made, seated.token, type="step.next") for _ in range(6)]
        said, *answers = await asyncio.gather(renewing, *trying)
        assert await marc.closed() == 4401
    assert {answer.status for answer in answers} <= {200, 401}
    step = state(two[0], made)["step"]
    assert ask(two[0], made, seated.token, type="step.next").status == 401
    assert join(two[1], invitation=link).json["key"] == "invitation.unknown"
    assert state(two[0], made)["step"] == step
    new = two[1].join(made, "Zoé", invitation=said["invitation"])
    assert (
        new.person["role"] == "facilitator" and ask(two[0], made, new.token, type="step.next").status == 200
    )


async def test_facilitation_is_handed_over_and_the_last_organiser_stays(two: Two) -> None:
    made = two[0].create()
    guest = await asyncio.to_thread(two[0].join, made)
    organiser = state(two[0], made)["people"][0]["id"]
    assert (
        ask(
            two[0], made, guest.token, type="person.role", person=guest.person["id"], role="facilitator"
        ).status
        == 403
    )
    async with participant(two[1], guest) as one:
        await asyncio.to_thread(
            done, two[0], made, type="person.role", person=guest.person["id"], role="facilitator"
        )
        assert await one.closed() == 1012, "they come back with their new rights"
    assert ask(two[1], made, guest.token, type="step.next").status == 200
    for fields in (
        {"type": "person.remove", "person": organiser},
        {"type": "person.role", "person": organiser, "role": "participant"},
        {"type": "workshop.edit", "title": "À moi"},
    ):
        assert ask(two[0], made, guest.token, **fields).status == 403
    alone = ask(two[0], made, made["token"], type="person.role", person=organiser, role="participant")
    assert (alone.status, alone.json["key"]) == (409, "organiser.last")


# -- prepared, waiting, open, over -------------------------------------------------------------------


async def test_people_join_a_draft_and_wait_until_it_opens(two: Two) -> None:
    made = two[0].create(draft=True, starts_at=1_900_000_000_000)
    joined = join(two[0], code=made["code"]).json
    assert joined["room"] is None and joined["person"]["group"] == "g1"
    waiting = me(two[1], joined["token"])
    assert (waiting["room"], waiting["status"], waiting["starts_at"]) == (None, "draft", 1_900_000_000_000)
    seat = Seat(joined["token"], joined["person"], first_room(made), made["id"])
    async with participant(two[1], seat, sync=False) as one:
        assert await one.closed() == 4403
    assert two[0].call("GET", f"/api/rooms/{seat.room}/notes", token=seat.token).status == 403
    assert ask(two[0], made, made["token"], type="step.next").json["key"] == "workshop.draft"
    done(two[0], made, type="workshop.open")
    assert me(two[1], seat.token)["room"] == seat.room and me(two[1], seat.token)["status"] == "open"
    async with participant(two[1], seat) as one:
        assert one.synced


async def test_in_the_waiting_room_nobody_enters_anything_until_they_have_a_group(two: Two) -> None:
    made = two[0].create(waiting_room=True, groups=2, people_may_choose_group=True)
    joined = join(two[0], code=made["code"], group="g2").json
    assert (joined["room"], joined["person"]["group"]) == (None, None)
    token, person = joined["token"], joined["person"]["id"]
    for room in (first_room(made), made["plenary"]):
        async with participant(two[1], Seat(token, {}, room, made["id"]), sync=False) as one:
            assert await one.closed() == 4403
        assert two[1].call("GET", f"/api/rooms/{room}/notes", token=token).json["key"] == "room.not_yours"
        assert two[1].call("POST", f"/api/rooms/{room}/notes", NOTE, token=token).status == 403
    done(two[0], made, type="person.move", person=person, group="g2")
    room = me(two[1], token)["room"]
    assert me(two[1], token)["group"] == "g2" and room == made["groups"][1]["rooms"]["exploration"]
    async with participant(two[1], Seat(token, {}, room, made["id"])) as one:
        await asyncio.to_thread(done, two[0], made, type="person.move", person=person, group=None)
        assert await one.closed() == 4403
    assert me(two[0], token)["room"] is None


async def test_in_a_workshop_that_is_over_notes_stay_as_they_are(two: Two) -> None:
    made = two[0].create()
    guest = two[0].join(made)
    notes = f"/api/rooms/{guest.room}/notes"
    note = two[0].call("POST", notes, NOTE, token=guest.token).json["id"]
    done(two[1], made, type="workshop.close")
    for token in (guest.token, made["token"]):
        assert two[0].call("POST", notes, NOTE, token=token).status == 403
        assert two[0].call("PATCH", f"{notes}/{note}", {"text": "x"}, token=token).status == 403
        assert two[0].call("DELETE", f"{notes}/{note}", token=token).status == 403
        assert two[0].call("GET", notes, token=token).json["notes"][0]["text"] == "Réunion"
    async with participant(two[1], guest) as one:
        one.add("late", "Trop tard")
        await one.until(lambda: one.heard("refused"), "it is refused")
    late = join(two[0], code=made["code"])
    assert (late.status, late.json["key"]) == (409, "workshop.closed")
    assert (
        ask(two[0], made, made["token"], type="person.move", person="x", group="g1").json["key"]
        == "workshop.closed"
    )
    done(two[1], made, type="workshop.reopen")
    assert two[1].call("PATCH", f"{notes}/{note}", {"text": "Réunions"}, token=guest.token).status == 200


def test_a_passphrase_is_asked_for_at_the_door_and_not_of_the_invited(two: Two) -> None:
    made = two[0].create(passphrase="Le Hêtre bleu")
    for phrase, key in ((None, "missing"), ("", "missing"), ("le hêtre vert", "wrong")):
        answer = join(two[0], code=made["code"], passphrase=phrase)
        assert (answer.status, answer.json["key"], answer.json["field"]) == (
            403,
            f"passphrase.{key}",
            "passphrase",
        )
    assert join(two[1], code=made["code"], passphrase=" le hetre BLEU").status == 201
    assert join(two[1], invitation=made["invitations"]["observer"]).status == 201
    assert join(two[0], code=made["code"], passphrase=5).status == 422
    assert state(two[0], made)["passphrase"] is True
    patched = two[0].call(
        "PATCH", f"/api/workshops/{made['id']}", {"passphrase": "orme"}, token=made["token"]
    )
    assert patched.status == 200 and "orme" not in patched.body.decode()
    assert join(two[1], code=made["code"], passphrase="Orme").status == 201
    done(two[0], made, type="workshop.edit", passphrase="")
    assert join(two[1], code=made["code"]).status == 201 and state(two[0], made)["passphrase"] is False


def test_wrong_passphrases_are_counted_like_wrong_codes(two: Two) -> None:
    with running(two[0].data_dir / "door") as server:  # its own store: an address is shut out there
        made = server.create(passphrase="orme")
        assert {join(server, code="2222-2222").status for _ in range(58)} == {404}
        assert join(server, code=made["code"], passphrase="orme").status == 201, "right ones are not counted"
        with ThreadPoolExecutor(8) as crowd:
            tried = crowd.map(lambda n: join(server, code=made["code"], passphrase=f"saule {n}"), range(8))
            statuses = sorted(answer.status for answer in tried)
        assert statuses == [403] * 2 + [429] * 6, "also when they come at once"
        assert join(server, code=made["code"], passphrase="orme").status == 429


# -- settings, clones, groups ------------------------------------------------------------------------


def test_settings_are_patched_by_the_organiser(two: Two) -> None:
    made = two[0].create()
    path = f"/api/workshops/{made['id']}"
    answer = two[0].call("PATCH", path, {"title": "Communs", "slot_minutes": 200}, token=made["token"])
    assert (answer.status, answer.json["title"], answer.json["slot_minutes"]) == (200, "Communs", 200)
    assert answer.json["revision"] == state(two[1], made)["revision"]
    for body, status, field in (
        ({"title": ""}, 422, "title"),
        ({"slot_minutes": 0}, 422, "slot_minutes"),
        ({"people": []}, 422, "people"),
        ({"type": "step.next"}, 422, "type"),
    ):
        refusal = two[0].call("PATCH", path, body, token=made["token"])
        assert (refusal.status, refusal.json["field"]) == (status, field)
    guest = two[0].join(made)
    assert two[0].call("PATCH", path, {"title": "À moi"}, token=guest.token).status == 403


def test_a_board_outside_the_modules_takes_no_new_note_and_shows_those_it_has(two: Two) -> None:
    made = two[0].create()
    guest = two[0].join(made)
    notes = f"/api/rooms/{guest.room}/notes"
    note = two[0].call("POST", notes, NOTE, token=guest.token).json["id"]
    two[1].call("PATCH", f"/api/workshops/{made['id']}", {"modules": ["sheet1"]}, token=made["token"])
    refusal = two[0].call("POST", notes, NOTE, token=guest.token)
    assert (refusal.status, refusal.json["key"]) == (422, "board.unknown")
    assert two[0].call("GET", f"{notes}?board=sheet2.verso", token=guest.token).json["notes"][0]["id"] == note
    assert all(
        step["board"] in (None, "sheet1.recto", "sheet1.verso")
        for step in state(two[0], made)["agenda"]["steps"]
    )


def test_a_set_up_is_cloned_by_its_organiser_without_people_notes_and_secrets(two: Two) -> None:
    steps = [
        {"phase": "exploration", "title": "Marche", "minutes": 33, "mode": "group", "board": "sheet1.verso"}
    ]
    made = two[0].create(
        groups=["Roulotte", "Tandem"],
        steps=steps,
        modules=["sheet1", "governance"],
        waiting_room=True,
        passphrase="orme",
        slot_minutes=95,
        commons="Un outil",
        content_licence="chatham-house",
    )
    two[0].call("POST", "/api/join", {"code": made["code"], "name": "Nadia", "passphrase": "orme"})
    body = {"title": "La suite", "clone": made["id"], "draft": True}
    answer = two[1].call("POST", "/api/workshops", body, token=made["token"])
    assert answer.status == 201
    clone = answer.json
    before, after = state(two[0], made), state(two[0], clone)
    same = ("commons", "licence", "slot_minutes", "waiting_room", "modules", "agenda", "language")
    assert {name: before[name] for name in same} == {name: after[name] for name in same}
    assert [g["name"] for g in after["groups"]] == ["Roulotte", "Tandem"]
    assert after["agenda"]["steps"][0]["minutes"] == 33 and after["status"] == "draft"
    assert after["passphrase"] is False and len(after["people"]) == 1
    assert clone["code"] != made["code"] and not set(clone["invitations"].values()) & set(
        made["invitations"].values()
    )
    stranger = two[0].create()
    for token, status in ((None, 401), (stranger["token"], 403)):
        assert two[0].call("POST", "/api/workshops", body, token=token).status == status
    marc = two[0].join(made, "Marc", invitation=made["invitations"]["facilitator"])
    assert two[0].call("POST", "/api/workshops", body, token=marc.token).json["key"] == "clone.not_yours"


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"steps": []}, "steps"),
        (
            {"steps": [{"phase": "intro", "title": "A", "minutes": 10_000, "mode": "group"}]},
            "steps.0.minutes",
        ),
        ({"modules": []}, "modules"),
        ({"modules": ["sheet9"]}, "modules"),
        ({"slot_minutes": 1}, "slot_minutes"),
        ({"starts_at": "demain"}, "starts_at"),
        ({"passphrase": "x" * 200}, "passphrase"),
        ({"agenda": "none"}, "agenda"),
        ({"waiting_room": "yes"}, "waiting_room"),
    ],
)
def test_a_workshop_that_cannot_be_is_not_made(two: Two, more: dict[str, Any], field: str) -> None:
    answer = two[0].call("POST", "/api/workshops", {"title": "Communs", **more})
    assert (answer.status, answer.json["field"]) == (422, field)


async def test_a_group_is_dissolved_unless_its_rooms_hold_notes(two: Two) -> None:
    made = two[0].create(groups=2, people_may_choose_group=True)
    guest = await asyncio.to_thread(lambda: two[0].join(made, group="g2"))
    note = two[0].call("POST", f"/api/rooms/{guest.room}/notes", NOTE, token=guest.token).json["id"]
    refusal = ask(two[1], made, made["token"], type="group.delete", group="g2")
    assert (refusal.status, refusal.json["key"]) == (409, "group.not_empty")
    assert two[1].call("DELETE", f"/api/rooms/{guest.room}/notes/{note}", token=guest.token).status == 204
    answer = {"type": "answer.set", "key": "ostrom/1", "group": "g2"}
    ask(two[0], made, made["token"], **answer, value={"answer": "no"})
    refusal = ask(two[1], made, made["token"], type="group.delete", group="g2")
    assert (refusal.status, refusal.json["key"]) == (409, "group.not_empty"), (
        "it said something without notes"
    )
    ask(two[0], made, made["token"], **answer, value=None)
    async with participant(two[0], guest) as one:
        said = await asyncio.to_thread(done, two[1], made, type="group.delete", group="g2", id="dissolve-1")
        assert await one.closed() == 4403
    assert done(two[0], made, type="group.delete", group="g2", id="dissolve-1") == said
    assert me(two[0], guest.token)["group"] == "g1"
    assert two[0].call("GET", f"/api/rooms/{guest.room}/notes", token=made["token"]).status == 404
    assert done(two[0], made, type="group.create")["group"] == "g3"
    assert ask(two[0], made, made["token"], type="group.delete", group="g9").json["key"] == "group.unknown"
    done(two[0], made, type="group.delete", group="g3")
    assert ask(two[0], made, made["token"], type="group.delete", group="g1").json["key"] == "group.last"
    receipt = two[0].call("DELETE", f"/api/workshops/{made['id']}", token=made["token"]).json
    assert receipt["erased"]["rooms"] == 7, "also those of the groups that are gone"


# -- what happens by itself --------------------------------------------------------------------------


async def test_the_board_of_a_step_locks_when_its_time_is_over_in_every_process(two: Two) -> None:
    steps = [
        {
            "phase": "exploration",
            "title": "A",
            "minutes": 1,
            "mode": "group",
            "board": "sheet2.verso",
            "lock_at_end": True,
        }
    ]
    made = two[0].create(steps=steps)
    guest = await asyncio.to_thread(two[1].join, made)
    async with participant(two[1], guest) as far:
        await asyncio.to_thread(done, two[0], made, type="step.next", timer=True)
        await asyncio.to_thread(done, two[0], made, type="timer.extend", seconds=-59)

        def locked() -> Any:
            told = [event["workshop"] for event in far.heard("state")]
            return told and told[-1]["boards"].get("sheet2.verso", {}).get("locked") and told[-1]

        await far.until(locked, "the board is locked")
        seen = locked()
        assert seen["boards"]["sheet2.verso"]["locked_by"] is None and seen["timer"]["running"]
        refusal = two[0].call("POST", f"/api/rooms/{guest.room}/notes", NOTE, token=guest.token)
        assert (refusal.status, refusal.json["key"]) == (403, "board.locked")
        assert two[1].call("POST", f"/api/rooms/{guest.room}/notes", NOTE, token=made["token"]).status == 201
    revision = state(two[0], made)["revision"]
    assert state(two[1], made)["revision"] == revision == seen["revision"], "done once"
