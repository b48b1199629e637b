"""Fields of a note's kind over a real socket and over HTTP: what no field may hold changes nothing."""

from __future__ import annotations

from typing import Any

import pytest
from pycrdt import Map, Text
from tests.kit.client import Participant, participant
from tests.kit.server import Server

VERSO = {"board": "sheet2.verso", "zone": "rules"}


def fields(person: Participant, note: str) -> Any:
    return person.notes[note]["fields"]


async def test_fields_reach_others_and_stay_when_the_kind_changes(server: Server) -> None:
    made = server.create()
    async with (
        participant(server, server.join(made, "Nadia")) as nadia,
        participant(server, server.join(made, "Joris")) as joris,
    ):
        nadia.add("n1", "Héberger")
        fields(nadia, "n1")["euros"] = 1200
        fields(nadia, "n1")["shared_with"] = ["pabc", "pdef"]
        await joris.until(lambda: joris.content().get("n1", {}).get("fields", {}).get("shared_with"))
        joris.notes["n1"]["kind"] = "action"
        fields(joris, "n1")["state"] = "todo"
        await nadia.until(lambda: nadia.content()["n1"]["fields"].get("state"))
        assert nadia.content()["n1"]["fields"] == {
            "euros": 1200,
            "shared_with": ["pabc", "pdef"],
            "state": "todo",
        }


@pytest.mark.parametrize(
    ("name", "value", "key"),
    [
        ("useful", 9, "field.value"),
        ("due", "demain", "field.value"),
        ("state", {"x": 0}, "field.value"),
        ("members", ["x" * 201], "field.value"),
        ("why", "x" * 2001, "field.too_large"),
        ("evil", 1, "note.field"),
    ],
)
async def test_a_value_no_field_may_hold_is_refused_and_changes_nothing(
    server: Server, name: str, value: object, key: str
) -> None:
    made = server.create()
    seat = server.join(made, "Nadia")
    note = server.call(
        "POST", f"/api/rooms/{seat.room}/notes", {**VERSO, "fields": {"useful": 3}}, token=seat.token
    ).json
    async with participant(server, seat) as nadia:
        await nadia.until(lambda: note["id"] in nadia.content())
        fields(nadia, note["id"])[name] = value
        await nadia.until(lambda: nadia.heard("refused"))
        assert nadia.heard("refused")[0]["key"] == key
    async with participant(server, server.join(made, "Joris")) as joris:
        await joris.until(lambda: note["id"] in joris.content())
        assert joris.content()[note["id"]]["fields"] == {"useful": 3}


async def test_a_new_note_with_a_bad_field_is_refused_as_a_whole(server: Server) -> None:
    made = server.create()
    async with participant(server, server.join(made, "Nadia")) as nadia:
        nadia.notes["n1"] = Map({**VERSO, "text": Text(""), "fields": Map({"useful": 9})})
        await nadia.until(lambda: nadia.heard("refused"))
        assert nadia.heard("refused")[0]["key"] == "field.value"


def test_fields_over_http_are_set_one_by_one_and_taken_away(server: Server) -> None:
    made = server.create()
    seat = server.join(made, "Nadia")
    path = f"/api/rooms/{seat.room}/notes"
    body = {**VERSO, "kind": "rule", "fields": {"state": "proposed", "review_on": None}}
    note = server.call("POST", path, body, token=seat.token).json
    assert note["fields"] == {"state": "proposed"}
    change = {"fields": {"state": "in_force", "decision_mode": "consent"}}
    note = server.call("PATCH", f"{path}/{note['id']}", change, token=seat.token).json
    assert note["fields"] == {"state": "in_force", "decision_mode": "consent"}
    change = {"fields": {"state": None, "domain": "money"}, "kind": "note"}
    note = server.call("PATCH", f"{path}/{note['id']}", change, token=seat.token).json
    assert note["kind"] == "note" and note["fields"] == {"decision_mode": "consent", "domain": "money"}


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ({"state": "happy"}, "fields.state"),
        ({"evil": 1}, "fields.evil"),
        ([], "fields"),
        ({"amount": 10**400}, "fields.amount"),
    ],
)
def test_a_request_with_a_bad_field_changes_nothing(server: Server, value: object, field: str) -> None:
    made = server.create()
    seat = server.join(made, "Nadia")
    path = f"/api/rooms/{seat.room}/notes"
    note = server.call("POST", path, {**VERSO, "fields": {"state": "todo"}}, token=seat.token).json
    answer = server.call("PATCH", f"{path}/{note['id']}", {"fields": value, "text": "x"}, token=seat.token)
    assert answer.status == 422 and answer.json["field"] == field
    listed = server.call("GET", f"{path}?board=sheet2.verso", token=seat.token).json["notes"]
    assert [(one["text"], one["fields"]) for one in listed] == [("", {"state": "todo"})]


def test_a_place_that_is_a_very_long_number_is_refused(server: Server) -> None:
    seat = server.join(server.create(), "Nadia")
    body = {**VERSO, "place": [10**400, 0]}
    answer = server.call("POST", f"/api/rooms/{seat.room}/notes", body, token=seat.token)
    assert answer.status == 422 and answer.json["field"] == "place"
