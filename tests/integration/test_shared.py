"""The page on which a workshop is read: who opens it, what it says, and that it ends."""

from __future__ import annotations

from typing import Any

from tests.kit.server import Server

SHARE = {"type": "share.start", "names": "structures"}


def told(server: Server, made: dict[str, Any], body: dict[str, Any], token: str | None = None) -> Any:
    path = f"/api/workshops/{made['id']}/commands"
    return server.call("POST", path, body, token=token or made["token"])


def address(server: Server, made: dict[str, Any]) -> str:
    state = server.call("GET", f"/api/workshops/{made['id']}", token=made["token"]).json
    path: str = state["shared"]["path"]
    return path


def a_workshop(server: Server, **settings: Any) -> dict[str, Any]:
    made = server.create(content_licence="cc-by-sa-4.0", **settings)
    nadia = server.join(made, "Nadia", stakeholder="Haut-Orme")
    for text in ("Une règle simple", "Nadia s'en charge"):
        note = {"board": "sheet2.verso", "zone": "rules", "text": text}
        assert server.call("POST", f"/api/rooms/{nadia.room}/notes", note, token=nadia.token).status == 201
    return made


def test_the_page_is_read_without_a_session_until_sharing_ends(server: Server) -> None:
    made = a_workshop(server)
    assert told(server, made, SHARE).status == 200
    path = address(server, made)
    page = server.call("GET", path)
    text = page.body.decode()
    assert page.status == 200
    assert "Une règle simple" in text
    assert "Haut-Orme s&#39;en charge" in text
    assert "Nadia" not in text
    assert page.headers["cache-control"] == "no-store"
    assert "noindex" in page.headers["x-robots-tag"]
    assert told(server, made, {"type": "share.stop"}).status == 200
    assert server.call("GET", path).status == 404
    assert told(server, made, SHARE).status == 200
    assert address(server, made) != path
    assert server.call("GET", path).status == 404


def test_changing_how_it_is_shared_keeps_the_address(server: Server) -> None:
    made = a_workshop(server)
    told(server, made, SHARE)
    path = address(server, made)
    assert told(server, made, {"type": "share.start", "names": "none", "public": True}).status == 200
    assert address(server, made) == path
    text = server.call("GET", path).body.decode()
    assert "[…] s&#39;en charge" in text
    assert "Haut-Orme" not in text


def test_a_wrong_address_says_no_more_than_one_that_was_taken_back(server: Server) -> None:
    made = a_workshop(server)
    told(server, made, SHARE)
    path = address(server, made)
    told(server, made, {"type": "share.stop"})
    wrong = [f"/lecture/{made['id']}.x", "/lecture/x", path, f"{path}x", "/lecture/%00", f"{path}%C3%A9"]
    for one in wrong:
        answer = server.call("GET", one)
        assert answer.status == 404
        assert "n’est plus partagée" in answer.body.decode()


def test_what_is_internal_is_not_made_public(server: Server) -> None:
    made = a_workshop(server)
    assert told(server, made, {**SHARE, "public": True}).status == 200
    told(server, made, {"type": "workshop.edit", "content_licence": "internal"})
    state = server.call("GET", f"/api/workshops/{made['id']}", token=made["token"]).json
    assert state["shared"]["public"] is False
    refused = told(server, made, {**SHARE, "public": True})
    assert (refused.status, refused.json["key"]) == (422, "share.internal")


def test_only_who_organises_knows_the_address(server: Server) -> None:
    made = a_workshop(server)
    told(server, made, SHARE)
    secret = address(server, made).rpartition("/")[2]
    joris = server.join(made, "Joris")
    marc = server.join(made, "Marc", invitation=made["invitations"]["facilitator"])
    for seat in (joris, marc):
        assert told(server, made, SHARE, seat.token).status == 403
        state = server.call("GET", f"/api/workshops/{made['id']}", token=seat.token)
        assert secret not in state.body.decode()


def test_under_the_chatham_house_rule_nobody_is_named_whatever_is_asked(server: Server) -> None:
    made = a_workshop(server)
    told(server, made, {**SHARE, "names": "names"})
    told(server, made, {"type": "workshop.edit", "content_licence": "chatham-house"})
    text = server.call("GET", address(server, made)).body.decode()
    assert "Une règle simple" in text
    assert "Nadia" not in text and "Haut-Orme" not in text


def test_a_note_that_is_hidden_is_not_read_a_moment_longer(server: Server) -> None:
    made = a_workshop(server)
    told(server, made, SHARE)
    path, room = address(server, made), made["groups"][0]["rooms"]["exploration"]
    assert "Une règle simple" in server.call("GET", path).body.decode()
    notes = server.call("GET", f"/api/rooms/{room}/notes", token=made["token"]).json["notes"]
    note = next(one["id"] for one in notes if one["text"] == "Une règle simple")
    assert told(server, made, {"type": "note.hide", "room": room, "note": note}).status == 200
    assert "Une règle simple" not in server.call("GET", path).body.decode()


def test_it_is_gone_with_the_workshop(server: Server) -> None:
    made = a_workshop(server)
    told(server, made, SHARE)
    path = address(server, made)
    assert server.call("GET", path).status == 200
    assert server.call("DELETE", f"/api/workshops/{made['id']}", token=made["token"]).status == 200
    assert server.call("GET", path).status == 404
