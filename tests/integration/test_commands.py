"""Facilitation commands and the end of sessions: over HTTP and sockets, two processes on one store."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.kit.client import Participant, participant
from tests.kit.server import Answer, Seat, Server, running

from tablee.model.identity import digest
from tablee.store.redis import open_store

Two = tuple[Server, Server]
NOTE = {"board": "sheet2.verso", "zone": "rules", "text": "Réunion"}


@pytest.fixture(scope="module")
def two(redis_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    folder = tmp_path_factory.mktemp("commands")
    with (
        running(folder, "--store-url", redis_server) as one,
        running(folder, "--store-url", redis_server) as other,
    ):
        yield one, other


def command(server: Server, made: dict[str, Any], token: str | None, **fields: Any) -> Answer:
    return server.call("POST", f"/api/workshops/{made['id']}/commands", fields, token=token)


def done(server: Server, made: dict[str, Any], token: str, **fields: Any) -> dict[str, Any]:
    answer = command(server, made, token, **fields)
    assert answer.status == 200, answer.body
    said: dict[str, Any] = answer.json
    return said


def state(server: Server, made: dict[str, Any], token: str | None = None) -> dict[str, Any]:
    found: dict[str, Any] = server.call(
        "GET", f"/api/workshops/{made['id']}", token=token or made["token"]
    ).json
    return found


def joined(server: Server, **how: Any) -> dict[str, Any]:
    answer = server.call("POST", "/api/join", how)
    assert answer.status == 201, answer.body
    made: dict[str, Any] = answer.json
    return made


def seat_of(joined: dict[str, Any]) -> Seat:
    return Seat(joined["token"], joined["person"], joined["room"], joined["workshop"])


def people(one: Participant) -> set[str]:
    """Names in the latest state this participant was told."""
    return {p["name"] for p in one.heard("state")[-1]["workshop"]["people"]} if one.heard("state") else set()


# -- over HTTP ---------------------------------------------------------------------------------------


def test_a_command_answers_with_the_revision_it_made(two: Two) -> None:
    made = two[0].create()
    before = state(two[0], made)["revision"]
    assert done(two[0], made, made["token"], type="board.lock", board="governance") == {
        "revision": before + 1
    }
    seen = state(two[1], made)
    lock = seen["boards"]["governance"]
    assert lock["locked"] and lock["locked_zones"] == [] and lock["locked_by"] == seen["people"][0]["id"]
    assert seen["revision"] == before + 1 and seen["frozen"] is False
    assert done(two[1], made, made["token"], type="board.lock", board="governance") == {
        "revision": before + 1
    }


def test_refusals_say_why(two: Two) -> None:
    made, other = two[0].create(), two[0].create()
    guest = two[0].join(made)
    for token, fields, status, key in (
        (None, {"type": "step.next"}, 401, "session.unknown"),
        (other["token"], {"type": "step.next"}, 403, "workshop.not_yours"),
        (guest.token, {"type": "step.next"}, 403, "command.role"),
        (guest.token, {"type": "person.role", "person": guest.person["id"], "role": "organiser"}, 403, None),
        (made["token"], {"type": "person.remove", "person": "nobody"}, 404, "person.unknown"),
        (made["token"], {"type": "step.previous"}, 409, "step.first"),
        (made["token"], {"type": "step.next", "revision": 1}, 409, "revision.stale"),
        (made["token"], {"type": "timer.begin"}, 422, "command.unknown"),
        (made["token"], {}, 422, "command.invalid"),
        (made["token"], {"type": "step.next", "colour": 1}, 422, "command.field"),
    ):
        answer = command(two[0], made, token, **fields)
        assert answer.status == status and answer.headers["content-type"] == "application/problem+json", (
            fields
        )
        assert answer.json["detail"] and key in (None, answer.json["key"])
    nowhere = two[0].call("POST", "/api/workshops/nowhere/commands", {"type": "x"}, token=made["token"])
    assert nowhere.status == 404
    assert state(two[0], made)["step"] is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b'{"type": "\xff"}',
        b'{"type": "\xed\xa0\x80"}',
        b"[" * 5000,
        b"7",
        b'{"type": 1e999}',
    ],
)
def test_a_body_that_is_no_command_is_refused(two: Two, body: bytes) -> None:
    made = two[0].create()
    answer = two[0].call("POST", f"/api/workshops/{made['id']}/commands", body, token=made["token"])
    assert answer.status == 422 and answer.headers["content-type"] == "application/problem+json"


def test_the_same_id_does_it_once(two: Two) -> None:
    made = two[0].create()
    first = done(two[0], made, made["token"], type="step.next", id="4c5e1c3a-77")
    again = done(two[1], made, made["token"], type="step.next", id="4c5e1c3a-77")
    assert first == again
    seen = state(two[0], made)
    assert seen["step"] == seen["agenda"]["steps"][0]["id"] and seen["revision"] == first["revision"]
    for _ in range(2):
        revision = state(two[0], made)["revision"]
        done(two[0], made, made["token"], type="step.next", id=1, revision=revision)
    assert state(two[0], made)["step"] == seen["agenda"]["steps"][2]["id"], "a short id is only echoed"


async def test_what_was_judged_before_a_lock_is_judged_again(two: Two, redis_server: str) -> None:
    made = two[0].create()
    guest = two[0].join(made)
    assert two[0].call("POST", f"/api/rooms/{guest.room}/notes", NOTE, token=guest.token).status == 201
    async with open_store(redis_server) as store:
        before = (await store.open_room(guest.room, "x")).epoch
        done(two[0], made, made["token"], type="board.lock", board="sheet2.verso")
        assert (await store.open_room(guest.room, "x")).epoch > before
    for server in two:  # the other process has not even opened the room yet, or has not heard of the lock
        answer = server.call("POST", f"/api/rooms/{guest.room}/notes", NOTE, token=guest.token)
        assert answer.status == 403 and answer.json["key"] == "board.locked"


def test_somebody_changes_who_they_speak_for_and_what_they_wrote_stays(two: Two) -> None:
    made = two[0].create()
    guest = two[0].join(made, "Nadia")
    other = two[0].join(made, "Yann", stakeholder="Roulibre")
    mine = f"sheet1.recto/{guest.person['id']}"
    note = {"board": mine, "zone": "need", "text": "Écrite en mon nom"}
    notes = f"/api/rooms/{guest.room}/notes"
    assert two[0].call("POST", notes, note, token=guest.token).status == 201
    steps = state(two[0], made)["agenda"]["steps"]
    each = next(step["id"] for step in steps if step["mode"] == "each")
    done(two[0], made, made["token"], type="step.go", step=each)

    theirs = {**note, "board": f"sheet1.recto/{other.person['stakeholder']}"}
    answer = two[1].call("POST", notes, theirs, token=guest.token)
    assert answer.status == 403 and answer.json["key"] == "recto.not_yours"
    done(two[0], made, guest.token, type="person.represent", name="ROULIBRE")
    seen = {one["id"]: one for one in state(two[1], made)["people"]}
    assert seen[guest.person["id"]]["stakeholder"] == other.person["stakeholder"]
    assert two[0].call("POST", notes, theirs, token=guest.token).status == 201, "rights follow at once"
    answer = two[0].call("POST", notes, note, token=guest.token)
    assert answer.status == 403 and answer.json["key"] == "recto.not_yours"
    left = two[0].call("GET", notes, token=guest.token).json
    assert [one["text"] for one in left["notes"] if one["board"] == mine] == ["Écrite en mon nom"]
    cookie = {"Cookie": f"tablee={guest.token}"}
    assert two[0].call("GET", f"/atelier/{made['id']}?board={mine}", headers=cookie).status == 200


def test_who_somebody_speaks_for_is_refused_over_http_with_a_reason(two: Two) -> None:
    made = two[0].create()
    guest, other = two[0].join(made, "Nadia"), two[0].join(made, "Yann")
    watching = two[0].join(made, "Paul", invitation=made["invitations"]["observer"])
    for token, fields, status, key in (
        (guest.token, {"stakeholder": "nothing"}, 404, "stakeholder.unknown"),
        (guest.token, {"stakeholder": other.person["id"]}, 404, "stakeholder.unknown"),
        (guest.token, {"name": "x" * 121}, 422, "stakeholder.too_long"),
        (guest.token, {"name": "\x00\u202e"}, 422, "stakeholder.empty"),
        (guest.token, {"name": {"a": 1}}, 422, "stakeholder.invalid"),
        (guest.token, {}, 422, "stakeholder.missing"),
        (guest.token, {"person": other.person["id"], "name": "Roulibre"}, 403, "person.not_yours"),
        (watching.token, {"name": "Roulibre"}, 403, "command.role"),
        (None, {"name": "Roulibre"}, 401, "session.unknown"),
    ):
        answer = command(two[0], made, token, type="person.represent", **fields)
        assert (answer.status, answer.json["key"]) == (status, key), fields
    assert state(two[0], made)["stakeholders"] == []
    once = done(two[0], made, guest.token, type="person.represent", name="Roulibre", id="represent-1")
    assert done(two[1], made, guest.token, type="person.represent", name="Roulibre", id="represent-1") == once
    assert len(state(two[0], made)["stakeholders"]) == 1
    assert two[0].call("DELETE", f"/api/workshops/{made['id']}", token=made["token"]).status == 200
    assert command(two[1], made, guest.token, type="person.represent", name="Roulibre").status in (401, 404)


async def test_who_somebody_speaks_for_is_told_to_everybody_over_the_socket(two: Two) -> None:
    made = two[0].create()
    nadia, joris = two[0].join(made, "Nadia"), two[1].join(made, "Joris")
    steps = state(two[0], made)["agenda"]["steps"]
    each = next(step["id"] for step in steps if step["mode"] == "each")
    done(two[0], made, made["token"], type="step.go", step=each)
    async with participant(two[0], nadia) as one, participant(two[1], joris) as other:
        one.event(type="command", id=1, command="person.represent", name="Roulibre")
        one.event(type="command", id=2, command="person.represent", name="Roulibre", stakeholder="x")
        await one.until(lambda: one.heard("done") and one.heard("no"), "both answers")
        assert one.heard("no")[0]["key"] == "stakeholder.missing" and one.heard("no")[0]["field"]
        revision = one.heard("done")[0]["revision"]
        await other.until(lambda: other.heard("state") and other.heard("state")[-1]["revision"] >= revision)
        told = other.heard("state")[-1]["workshop"]
        (structure,) = told["stakeholders"]
        assert structure["name"] == "Roulibre"
        speaks = {person["name"]: person["stakeholder"] for person in told["people"]}
        assert speaks["Nadia"] == structure["id"] and speaks["Joris"] == joris.person["id"]
        note = {"board": f"sheet1.recto/{structure['id']}", "zone": "need", "text": "Pour Roulibre"}
        for server in two:  # a process that tells the state judges by it
            path = f"/api/rooms/{nadia.room}/notes"
            assert server.call("POST", path, note, token=nadia.token).status == 201


def test_a_flood_of_commands_is_slowed(two: Two) -> None:
    made = two[0].create()
    statuses = {command(two[0], made, made["token"], type="board.unlock").status for _ in range(150)}
    assert statuses == {200, 429}


# -- over sockets ------------------------------------------------------------------------------------


async def test_a_command_over_the_socket_is_answered_and_told_to_everybody(two: Two) -> None:
    made = two[0].create()
    marc = two[0].join(made, "Marc", invitation=made["invitations"]["facilitator"])
    async with (
        participant(two[0], marc) as leader,
        participant(two[1], two[1].join(made), room=marc.room) as guest,
    ):
        leader.event(type="command", id="a", command={"type": "board.lock", "board": "governance"})
        leader.event(type="command", id=2, command="board.lock", board="economic")
        await leader.until(lambda: len(leader.heard("done")) == 2, "both answers")
        assert [answer["id"] for answer in leader.heard("done")] == ["a", 2]
        revision = leader.heard("done")[1]["revision"]
        await guest.until(lambda: guest.heard("state") and guest.heard("state")[-1]["revision"] >= revision)
        assert set(guest.heard("state")[-1]["workshop"]["boards"]) == {"governance", "economic"}
        guest.event(type="command", id=7, command={"type": "board.unlock", "board": "governance"})
        leader.event(type="command", id=8, command={"type": "dance"})
        leader.event(type="command", id=9)
        leader.event(type="command", id=10, command={"type": "step.previous"})
        await leader.until(lambda: len(leader.heard("no")) == 3, "the refusals")
        assert [(no["id"], no["key"]) for no in leader.heard("no")] == [
            (8, "command.unknown"),
            (9, "command.invalid"),
            (10, "step.first"),
        ]
        for strange in ({"x": 1}, [[1]], None, "x" * 3000, 9**50, -1.5):
            leader.event(type="command", id=strange, command={"type": "dance"})
        await leader.until(lambda: len(leader.heard("no")) == 9, "an answer to each")
        assert [no["id"] for no in leader.heard("no")[3:]] == [None, None, None, "x" * 3000, 9**50, -1.5]
        await guest.until(lambda: guest.heard("no"))
        assert guest.heard("no")[0]["key"] == "command.role" and guest.heard("no")[0]["id"] == 7
        assert "rôle" in guest.heard("no")[0]["sentence"]


# -- removed -----------------------------------------------------------------------------------------


async def test_who_is_removed_is_out_on_every_process_and_their_notes_stay(two: Two) -> None:
    made = two[0].create()
    nadia, joris = joined(two[0], code=made["code"], name="Nadia"), two[0].join(made, "Joris")
    here, there = seat_of(nadia), seat_of(joined(two[1], code=made["code"], reentry=nadia["reentry"]))
    async with (
        participant(two[0], here) as one,
        participant(two[1], there) as other,
        participant(two[1], joris) as witness,
    ):
        one.add("n1", "écrite avant")
        await one.all_saved()
        await other.until(lambda: "n1" in other.content())
        done(two[0], made, made["token"], type="person.remove", person=nadia["person"]["id"])
        assert await one.closed() == await other.closed() == 4403
        await witness.until(lambda: people(witness) == {"Organisation", "Joris"}, "Nadia is gone")
        assert witness.text("n1") == "écrite avant"
    for server in two:
        assert server.call("GET", "/api/me", token=here.token).status == 401
        notes = server.call("GET", f"/api/rooms/{joris.room}/notes", token=joris.token).json["notes"]
        assert [note["id"] for note in notes] == ["n1"]
        async with participant(server, there, sync=False) as gone:
            assert await gone.closed() in (4401, 4403)
    again = two[1].call("POST", "/api/join", {"code": made["code"], "reentry": nadia["reentry"]})
    assert again.status == 404 and again.json["key"] == "reentry.unknown"
    assert (
        command(two[0], made, made["token"], type="person.remove", person=nadia["person"]["id"]).status == 404
    )
    assert joined(two[0], code=made["code"], name="Nadia")["person"]["id"] != nadia["person"]["id"]


async def test_who_is_banned_does_not_come_back(two: Two) -> None:
    made = two[0].create()
    nadia = joined(two[0], code=made["code"], name="Nadia")
    async with participant(two[1], seat_of(nadia)) as one:
        done(two[0], made, made["token"], type="person.remove", person=nadia["person"]["id"], ban=True)
        assert await one.closed() == 4403
    again = two[1].call("POST", "/api/join", {"code": made["code"], "reentry": nadia["reentry"]})
    assert again.status == 403 and again.json["key"] == "person.banned"
    kept = {"Cookie": f"tablee-{made['id']}-return={nadia['reentry']}", "Origin": two[0].base}
    body = {"code": made["code"], "name": "Quelqu'un d'autre"}
    answer = two[0].call("POST", "/api/join", body, headers=kept)
    assert answer.status == 403 and answer.json["key"] == "person.banned"
    form = {**kept, "Content-Type": "application/x-www-form-urlencoded"}
    assert two[0].call("POST", f"/a/{made['code']}", b"name=Autre", headers=form).status == 403
    assert two[0].call("GET", "/api/me", token=nadia["token"]).status == 401


async def test_nobody_writes_after_being_removed(two: Two) -> None:
    """Not even with what was on its way: the session is judged where the note would be added."""
    made = two[0].create()
    nadia = two[0].join(made)
    path = f"/api/rooms/{nadia.room}/notes"
    assert two[1].call("POST", path, NOTE, token=nadia.token).status == 201
    done(two[0], made, made["token"], type="person.remove", person=nadia.person["id"])
    for server in two:
        assert server.call("POST", path, NOTE, token=nadia.token).status == 401


# -- renewed -----------------------------------------------------------------------------------------


async def test_a_renewed_invitation_ends_what_the_old_one_opened(two: Two) -> None:
    made = two[0].create()
    old = made["invitations"]["facilitator"]
    marc, guest = joined(two[0], invitation=old, name="Marc"), two[0].join(made, "Nadia")
    promoted = two[0].join(made, "Zoé")
    done(two[0], made, made["token"], type="person.role", person=promoted.person["id"], role="facilitator")
    async with (
        participant(two[1], seat_of(marc)) as leader,
        participant(two[1], guest) as nadia,
        participant(two[0], promoted) as zoé,
    ):
        said = done(two[0], made, made["token"], type="invitation.renew", role="facilitator", id="renew-it-1")
        assert await leader.closed() == 4401
        for one in (nadia, zoé):
            await one.until(
                lambda one=one: one.heard("state") and one.heard("state")[-1]["revision"] >= said["revision"]
            )
            assert one.close_code is None
    for server in two:
        assert server.call("GET", "/api/me", token=marc["token"]).status == 401
        assert server.call("POST", "/api/join", {"invitation": old, "name": "M"}).status == 404
    assert two[0].call("GET", "/api/me", token=made["token"]).status == 200
    assert two[1].call("GET", "/api/me", token=promoted.token).json["person"]["role"] == "facilitator"
    again = done(two[1], made, made["token"], type="invitation.renew", role="facilitator", id="renew-it-1")
    assert again == {"revision": said["revision"]}, "the secret is told once"

    back = two[0].call("POST", "/api/join", {"code": made["code"], "reentry": marc["reentry"]})
    assert back.status == 403 and back.json["key"] == "invitation.renewed"
    new = said["invitation"]
    assert len(new) >= 43 and new != old
    same = joined(two[1], invitation=new, reentry=marc["reentry"])
    assert same["person"] == marc["person"]
    assert two[0].call("GET", "/api/me", token=same["token"]).status == 200
    fresh = joined(two[0], invitation=new, name="Léa")
    assert fresh["person"]["role"] == "facilitator"
    assert two[1].call("GET", "/api/me", token=fresh["token"]).status == 200
    assert joined(two[0], code=made["code"], reentry=fresh["reentry"])["person"] == fresh["person"]


def test_the_organiser_who_renews_their_own_link_stays(two: Two) -> None:
    made = two[0].create()
    second = joined(two[0], invitation=made["invitations"]["organiser"], name="Aïcha")
    done(two[0], made, made["token"], type="invitation.renew", role="organiser")
    assert two[0].call("GET", "/api/me", token=made["token"]).status == 200
    assert two[0].call("GET", "/api/me", token=second["token"]).status == 401
    other = two[0].join(made, "Marc", invitation=made["invitations"]["facilitator"])
    assert command(two[0], made, other.token, type="invitation.renew", role="facilitator").status == 403


# -- signed out --------------------------------------------------------------------------------------


async def test_signing_out_closes_the_sockets_of_this_session_only(two: Two) -> None:
    made = two[0].create()
    nadia = joined(two[0], code=made["code"], name="Nadia")
    phone = joined(two[0], code=made["code"], reentry=nadia["reentry"])
    async with (
        participant(two[0], seat_of(nadia)) as tab,
        participant(two[1], seat_of(nadia)) as other_tab,
        participant(two[1], seat_of(phone)) as on_the_phone,
    ):
        assert two[0].call("DELETE", "/api/me", token=nadia["token"]).status == 204
        assert await tab.closed() == await other_tab.closed() == 4401
        on_the_phone.add("n1", "toujours là")
        await on_the_phone.all_saved()
    assert two[1].call("GET", "/api/me", token=nadia["token"]).status == 401
    assert two[1].call("GET", "/api/me", token=phone["token"]).json["person"] == nadia["person"]


@pytest.mark.parametrize("how", ["signed out", "removed", "moved", "renewed"])
async def test_a_ticket_is_worth_no_more_than_its_session(two: Two, how: str) -> None:
    made = two[0].create(groups=2)
    if how == "renewed":
        seat = two[0].join(made, invitation=made["invitations"]["observer"])
    else:
        seat = two[0].join(made)
    ticket = two[0].call("POST", f"/api/rooms/{seat.room}/ticket", token=seat.token).json["ticket"]
    if how == "signed out":
        two[0].call("DELETE", "/api/me", token=seat.token)
    elif how == "removed":
        done(two[0], made, made["token"], type="person.remove", person=seat.person["id"])
    elif how == "renewed":
        done(two[0], made, made["token"], type="invitation.renew", role="observer")
    else:
        other = "g2" if seat.person["group"] == "g1" else "g1"
        done(two[0], made, made["token"], type="person.move", person=seat.person["id"], group=other)
    async with participant(two[1], seat, query=f"?ticket={ticket}", sync=False) as late:
        assert await late.closed() == (4403 if how == "moved" else 4401)


@pytest.mark.parametrize("how", ["signed out", "removed", "renewed"])
async def test_the_record_ends_sessions_that_the_store_still_holds(
    two: Two, redis_server: str, how: str
) -> None:
    """Deleting them comes after, and a server may die in between."""
    made = two[0].create()
    seat = two[0].join(made, invitation=made["invitations"]["observer"])
    async with open_store(redis_server) as store:
        name = digest(seat.token)
        data = await store.session(name)
        assert data is not None
        if how == "signed out":
            two[0].call("DELETE", "/api/me", token=seat.token)
        elif how == "removed":
            done(two[0], made, made["token"], type="person.remove", person=seat.person["id"])
        else:
            done(two[0], made, made["token"], type="invitation.renew", role="observer")
        assert await store.session(name) is None
        await store.put_session(name, made["id"], data, 60)
    for server in two:
        answer = server.call("GET", "/api/me", token=seat.token)
        assert answer.status == 401 and answer.json["key"] == "session.ended"
        async with participant(server, seat, sync=False) as late:
            assert await late.closed() == (4403 if how == "removed" else 4401)


# -- moved, promoted, renamed ------------------------------------------------------------------------


async def test_who_is_moved_leaves_the_rooms_of_the_old_group(two: Two) -> None:
    made = two[0].create(groups=2, people_may_choose_group=True)
    nadia, joris = two[0].join(made, "Nadia", group="g1"), two[0].join(made, "Joris", group="g1")
    rooms = {group["id"]: group["rooms"]["exploration"] for group in made["groups"]}
    async with (
        participant(two[1], nadia, room=rooms["g1"]) as at_the_table,
        participant(two[0], nadia, room=made["plenary"]) as in_the_plenary,
        participant(two[1], joris, room=rooms["g1"]) as neighbour,
    ):
        moved = done(two[0], made, made["token"], type="person.move", person=nadia.person["id"], group="g2")
        assert await at_the_table.closed() == 4403
        for one in (in_the_plenary, neighbour):
            await one.until(
                lambda one=one: one.heard("state") and one.heard("state")[-1]["revision"] >= moved["revision"]
            )
    async with participant(two[1], nadia, room=rooms["g2"]) as new:
        assert new.heard("hello")[0]["person"]["group"] == "g2"


async def test_who_has_another_role_comes_back_with_its_rights(two: Two) -> None:
    made = two[0].create()
    nadia = two[0].join(made, "Nadia")
    async with participant(two[1], nadia) as one:
        done(two[0], made, made["token"], type="person.role", person=nadia.person["id"], role="observer")
        assert await one.closed() == 1012
    async with participant(two[1], nadia) as one:
        hello = one.heard("hello")[0]
        assert hello["person"]["role"] == "observer" and hello["rights"]["write"] is False


async def test_who_is_renamed_points_under_the_new_name(two: Two) -> None:
    made = two[0].create()
    nadia, joris = two[0].join(made, "Nadja"), two[0].join(made, "Joris")
    async with participant(two[0], nadia) as one, participant(two[1], joris) as other:
        one.show(user={"name": "?"})
        await other.until(lambda: {s["user"]["name"] for s in other.presence.values()} == {"Nadja"})
        done(two[1], made, made["token"], type="person.rename", person=nadia.person["id"], name="Nadia")
        await one.until(lambda: "Nadia" in people(one), "the new name")
        one.show(user={"name": "?"})
        await other.until(lambda: {s["user"]["name"] for s in other.presence.values()} == {"Nadia"})
