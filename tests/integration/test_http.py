"""The JSON interface, through a real server and a real store."""

from __future__ import annotations

import re

import pytest
from tests.kit.client import participant
from tests.kit.server import Server, call

VERSO = {"board": "sheet2.verso", "zone": "rules"}


def test_creating_a_workshop_gives_code_links_rooms_and_a_session(server: Server) -> None:
    answer = server.call("POST", "/api/workshops", {"title": "Trajets communs", "groups": ["Hêtre", "Saule"]})
    assert answer.status == 201
    made = answer.json
    assert re.fullmatch(r"[2-9A-HJKMNP-TV-Z]{4}-[2-9A-HJKMNP-TV-Z]{4}", made["code"])
    assert set(made["invitations"]) == {"organiser", "facilitator", "observer"}
    assert all(len(secret) >= 43 for secret in made["invitations"].values())
    assert [group["name"] for group in made["groups"]] == ["Hêtre", "Saule"]
    assert set(made["groups"][0]["rooms"]) == {"exploration", "convergence"}
    cookies = answer.headers["set-cookie"]
    assert "HttpOnly" in cookies and "SameSite=lax" in cookies
    me = server.call("GET", "/api/me", token=made["token"]).json
    assert me["person"]["role"] == "organiser" and me["workshop"] == made["id"]


def test_joining_by_code_in_any_case_and_shape(server: Server) -> None:
    made = server.create()
    for shape in (
        made["code"],
        made["code"].lower(),
        made["code"].replace("-", " "),
        made["code"].replace("-", ""),
    ):
        answer = server.call("POST", "/api/join", {"code": shape, "name": "  Nadia   Benali "})
        assert answer.status == 201 and answer.json["person"]["name"] == "Nadia Benali"


@pytest.mark.parametrize(
    "body", [{"code": "AAAA-AAAA"}, {"code": "O0I1-LLLL"}, {"code": ""}, {"code": 5}, {}]
)
def test_a_wrong_code_is_said_and_changes_nothing(server: Server, body: dict[str, object]) -> None:
    answer = server.call("POST", "/api/join", {"name": "Nadia", **body})
    assert answer.status == 404 and answer.headers["content-type"] == "application/problem+json"
    problem = answer.json
    assert problem["key"] == "code.unknown" and problem["status"] == 404 and problem["field"] == "code"
    assert "Ce code ne mène à aucun atelier" in problem["detail"]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("x" * 500, "name.too_long"),
        ("   ", "name.empty"),
        ("\u200b\u202e", "name.empty"),
        (7, "name.missing"),
        ("", "name.empty"),
    ],
)
def test_a_name_that_is_none_is_refused(server: Server, name: object, key: str) -> None:
    made = server.create()
    answer = server.call("POST", "/api/join", {"code": made["code"], "name": name})
    assert answer.status == 422 and answer.json["key"] == key and answer.json["field"] == "name"
    state = server.call("GET", f"/api/workshops/{made['id']}", token=made["token"]).json
    assert len(state["people"]) == 1


def test_each_person_of_a_group_gets_a_colour_of_their_own(server: Server) -> None:
    made = server.create()
    people = [server.join(made, f"P{n}", colour="ciel").person for n in range(8)]
    assert len({person["colour"] for person in people}) == 8
    assert people[0]["colour"] == "ciel" and people[0]["mark"] == "hexagon"


def test_people_are_spread_over_groups_unless_they_may_choose(server: Server) -> None:
    made = server.create(groups=3)
    assert {server.join(made, f"P{n}").person["group"] for n in range(3)} == {"g1", "g2", "g3"}
    assert server.call("POST", "/api/join", {"code": made["code"], "name": "N", "group": "g1"}).status == 403
    chosen = server.create(groups=3, people_may_choose_group=True)
    assert server.join(chosen, "N", group="g3").person["group"] == "g3"
    assert (
        server.call("POST", "/api/join", {"code": chosen["code"], "name": "N", "group": "g9"}).status == 404
    )


def test_two_people_of_one_structure_share_a_stakeholder(server: Server) -> None:
    made = server.create()
    nadia = server.join(made, "Nadia", stakeholder="CC du Haut-Orme")
    joris = server.join(made, "Joris", stakeholder=" cc du haut-orme ")
    yann = server.join(made, "Yann")
    assert nadia.person["stakeholder"] == joris.person["stakeholder"] != yann.person["stakeholder"]
    assert yann.person["stakeholder"] == yann.person["id"]


def test_an_invitation_gives_its_role(server: Server) -> None:
    made = server.create()
    for role, secret in made["invitations"].items():
        assert server.join(made, "Inès", invitation=secret).person["role"] == role
    assert (
        server.call("POST", "/api/join", {"invitation": "x" * 43, "name": "M"}).json["key"]
        == "invitation.unknown"
    )


def test_a_reentry_code_gives_the_same_identity_back(server: Server) -> None:
    made = server.create()
    joined = server.call("POST", "/api/join", {"code": made["code"], "name": "Nadia"}).json
    back = server.call("POST", "/api/join", {"code": made["code"], "reentry": joined["reentry"].lower()}).json
    assert back["person"] == joined["person"] and back["token"] != joined["token"]
    assert server.call("POST", "/api/join", {"code": made["code"], "reentry": "WRONG"}).status == 404


def test_the_state_is_for_people_of_the_workshop(server: Server) -> None:
    made, other = server.create(), server.create()
    path = f"/api/workshops/{made['id']}"
    assert server.call("GET", path).status == 401
    assert server.call("GET", path, token=other["token"]).status in (401, 403)
    assert server.call("GET", "/api/workshops/nowhere", token=made["token"]).status == 404
    state = server.call("GET", path, token=made["token"]).json
    assert state["title"] == "Trajets communs" and state["agenda"]["steps"]
    assert state["agenda"]["steps"][0]["title"] == "Accueil, cadre et objectifs"


def test_notes_over_http_are_the_notes_of_the_room(server: Server) -> None:
    made = server.create()
    seat = server.join(made)
    path = f"/api/rooms/{seat.room}/notes"
    added = server.call("POST", path, {**VERSO, "text": "Règle « é » 😀"}, token=seat.token)
    assert added.status == 201
    note = added.json
    assert note["text"] == "Règle « é » 😀" and note["by"] == seat.person["id"] and note["kind"] == "rule"
    assert note["colour"] == seat.person["colour"]
    changed = server.call(
        "PATCH", f"{path}/{note['id']}", {"text": "Règle « ê » 😀!", "zone": "bodies"}, token=seat.token
    )
    assert changed.json["text"] == "Règle « ê » 😀!" and changed.json["zone"] == "bodies"
    second = server.call(
        "POST", path, {"board": "sheet1.verso", "zone": "need", "text": "b"}, token=seat.token
    ).json
    assert [n["id"] for n in server.call("GET", path, token=seat.token).json["notes"]]
    only = server.call("GET", path + "?board=sheet1.verso&zone=need", token=seat.token).json["notes"]
    assert [n["id"] for n in only] == [second["id"]]
    assert server.call("DELETE", f"{path}/{note['id']}", token=seat.token).status == 204
    assert server.call("PATCH", f"{path}/{note['id']}", {"text": "x"}, token=seat.token).status == 404


async def test_a_note_over_http_reaches_people_in_the_room(server: Server) -> None:
    made = server.create()
    seat = server.join(made)
    async with participant(server, seat) as nadia:
        note = server.call(
            "POST", f"/api/rooms/{seat.room}/notes", {**VERSO, "text": "par script"}, token=seat.token
        )
        await nadia.until(lambda: note.json["id"] in nadia.content())
        assert nadia.text(note.json["id"]) == "par script"


@pytest.mark.parametrize(
    ("body", "key"),
    [
        ({"board": "sheet9.verso", "zone": "rules"}, "board.unknown"),
        ({"board": "sheet2.verso", "zone": "nowhere"}, "zone.unknown"),
        ({"board": "sheet2.recto", "zone": "brings"}, "board.unknown"),
        ({"board": "sheet2.recto/somebody", "zone": "brings"}, "board.unknown"),
        ({"board": "sheet2.verso/x", "zone": "rules"}, "board.unknown"),
        ({**VERSO, "place": [2, 0]}, "note.place"),
        ({**VERSO, "place": [float("nan"), 0]}, "body.not_json"),
        ({**VERSO, "order": "é"}, "note.order"),
        ({**VERSO, "text": "x" * 2001}, "note.too_long"),
        ({**VERSO, "colour": "red"}, "colour.unknown"),
        ({**VERSO, "kind": "poem"}, "note.kind"),
        ({**VERSO, "by": "p1"}, "note.field"),
        ([], "body"),
        (b"{", "body.not_json"),
        (b"x" * 70_000, "body.too_large"),
    ],
)
def test_a_note_that_is_none_is_refused_and_changes_nothing(server: Server, body: object, key: str) -> None:
    made = server.create()
    seat = server.join(made)
    answer = server.call("POST", f"/api/rooms/{seat.room}/notes", body, token=seat.token)
    assert answer.status == 422 and answer.json["key"] == key
    assert server.call("GET", f"/api/rooms/{seat.room}/notes", token=seat.token).json["notes"] == []


def test_observers_read_notes_and_write_none(server: Server) -> None:
    made = server.create()
    room = made["groups"][0]["rooms"]["exploration"]
    witness = server.join(made, "T", invitation=made["invitations"]["observer"])
    assert server.call("GET", f"/api/rooms/{room}/notes", token=witness.token).status == 200
    refused = server.call("POST", f"/api/rooms/{room}/notes", VERSO, token=witness.token)
    assert refused.status == 403 and refused.json["key"] == "role.read_only"


@pytest.mark.parametrize(("room", "status"), [("nowhere", 404), ("aaaaaaaaaa-plenary", 404)])
def test_unknown_rooms_are_said_to_be_unknown(server: Server, room: str, status: int) -> None:
    seat = server.join(server.create())
    assert server.call("GET", f"/api/rooms/{room}/notes", token=seat.token).status == status


def test_a_change_with_a_cookie_from_a_foreign_page_is_refused(server: Server) -> None:
    seat = server.join(server.create())
    path, cookie = f"/api/rooms/{seat.room}/notes", {"Cookie": f"tablee={seat.token}"}
    for headers, status in (
        ({**cookie, "Origin": "https://evil.example"}, 403),
        (cookie, 403),
        ({**cookie, "Origin": "null"}, 403),
        ({**cookie, "Sec-Fetch-Site": "cross-site"}, 403),
        ({**cookie, "Origin": server.base}, 201),
        ({**cookie, "Sec-Fetch-Site": "same-origin"}, 201),
    ):
        assert server.call("POST", path, VERSO, headers=headers).status == status, headers


def test_every_answer_carries_the_security_headers(server: Server) -> None:
    for path in ("/healthz", "/api/me", "/nowhere", "/"):
        headers = server.call("GET", path).headers
        page = headers["content-type"].startswith("text/html")
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == ("same-origin" if page else "no-referrer")
        assert "default-src 'none'" in headers["content-security-policy"]
        assert headers["cross-origin-opener-policy"] == "same-origin"


def test_readiness_says_how_durable_saved_is(server: Server) -> None:
    assert server.call("GET", "/healthz").body == b"ok\n"
    assert server.call("GET", "/readyz").json == {"ready": True, "durability": "disk"}
    assert b"tablee_rooms_open" in server.call("GET", "/metrics").body


def test_the_description_matches_the_routes(server: Server) -> None:
    from tablee.api.openapi import PATHS
    from tablee.api.routes import routes
    from tablee.model.commands import COMMANDS

    served = {
        (route.path, method.lower())
        for route in routes
        for method in (route.methods or ())
        if method != "HEAD"
    }  # type: ignore[attr-defined]
    assert served == {(path, method) for path, calls in PATHS.items() for method in calls}
    described = call(server.base, "GET", "/api/openapi.json").json
    assert described["openapi"] == "3.1.0"
    post = described["paths"]["/api/workshops/{workshop}/commands"]["post"]
    fields = post["requestBody"]["content"]["application/json"]["schema"]["properties"]
    assert {name for rule in COMMANDS.values() for name in rule.fields} <= fields.keys()


def test_internals_never_leave_with_an_error(server: Server) -> None:
    answer = server.call("POST", "/api/workshops", {"title": {"a": 1}})
    assert answer.status == 422 and b"Traceback" not in answer.body and b"tablee/" not in answer.body


def test_erasing_is_for_organisers_and_leaves_a_receipt(server: Server) -> None:
    made = server.create()
    seat = server.join(made)
    server.call("POST", f"/api/rooms/{seat.room}/notes", {**VERSO, "text": "à effacer"}, token=seat.token)
    assert server.call("DELETE", f"/api/workshops/{made['id']}", token=seat.token).status == 403
    receipt = server.call("DELETE", f"/api/workshops/{made['id']}", token=made["token"])
    assert receipt.status == 200 and receipt.json["erased"] and receipt.json["title"] == "Trajets communs"
    assert server.call("POST", "/api/join", {"code": made["code"], "name": "N"}).status == 404
    assert server.call("GET", "/api/me", token=seat.token).status in (401, 404)


def test_the_bundle_is_compressed_and_kept_by_browsers(server: Server) -> None:
    page = server.call("GET", "/").body.decode()
    script = re.search(r"/static/pages-\w+\.js", page)
    assert script is not None
    answer = server.call("GET", script[0], headers={"Accept-Encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip" and "immutable" in answer.headers["cache-control"]
    assert "content-encoding" not in server.call("GET", "/", headers={"Accept-Encoding": "gzip"}).headers


@pytest.mark.parametrize("field", ["invitation", "reentry", "colour", "group", "stakeholder"])
@pytest.mark.parametrize("value", [5, ["x"], {"a": 1}, True])
def test_a_field_of_another_type_is_refused_by_name(server: Server, field: str, value: object) -> None:
    made = server.create()
    answer = server.call("POST", "/api/join", {"code": made["code"], "name": "N", field: value})
    assert answer.status == 422 and answer.json["field"] == field
