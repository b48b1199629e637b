"""Addresses on paper: the board and zone they name are there when somebody comes, and behind every door."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote

import pytest
from tests.kit.server import Answer, Seat, Server

PLACE = "?board=sheet1.recto&zone=mission"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def visit(server: Server, seat: Seat | dict[str, Any], asked: str) -> Answer:
    workshop, token = (seat.workshop, seat.token) if isinstance(seat, Seat) else (seat["id"], seat["token"])
    return server.call("GET", f"/atelier/{workshop}{asked}", token=token)


def page(answer: Answer) -> dict[str, Any]:
    assert answer.status == 200, answer.body[:300]
    found = re.search(rb'id="page-data">(.*?)</script>', answer.body, re.S)
    assert found is not None
    data: dict[str, Any] = json.loads(found[1])
    return data


def test_a_place_is_kept_through_the_door(server: Server) -> None:
    made = server.create()
    to_door = server.call("GET", f"/atelier/{made['id']}{PLACE}")
    assert to_door.status == 303
    door = to_door.headers["location"]
    assert door.startswith("/a/") and door.endswith(PLACE)
    shown = server.call("GET", door).body.decode()
    assert f'action="{door.replace("&", "&amp;")}"' in shown
    mistaken = server.call("POST", door, b"name=", headers=FORM)
    assert f'action="{door.replace("&", "&amp;")}"' in mistaken.body.decode(), "a mistake loses nothing"
    answer = server.call("POST", door, b"name=Nadia", headers=FORM)
    assert (answer.status, answer.headers["location"]) == (303, f"/atelier/{made['id']}{PLACE}")


def test_a_place_is_kept_while_one_waits(server: Server) -> None:
    made = server.create(waiting_room=True, groups=2)
    seat = server.join(made, "Nadia")
    waits = visit(server, seat, PLACE)
    assert waits.status == 200 and b"data-waiting" in waits.body  # it loads itself again, at this address
    path = f"/api/workshops/{made['id']}/commands"
    move = {"type": "person.move", "person": seat.person["id"], "group": "g2"}
    assert server.call("POST", path, move, token=made["token"]).status == 200
    data = page(visit(server, seat, PLACE))
    assert (data["group"], data["zone"]) == ("g2", "mission")


def test_a_recto_of_nobody_is_ones_own_and_for_who_leads_the_first_of_the_group(server: Server) -> None:
    made = server.create()
    nadia, joris = server.join(made, "Nadia"), server.join(made, "Joris", stakeholder="Vélo")
    for seat in (nadia, joris):
        assert page(visit(server, seat, PLACE))["board"] == f"sheet1.recto/{seat.person['stakeholder']}"
    assert page(visit(server, made, PLACE))["board"] == f"sheet1.recto/{nadia.person['stakeholder']}"
    assert page(visit(server, nadia, "?board=sheet2.verso"))["zone"] is None


@pytest.mark.parametrize("board", ["sheet7.recto", "sheet1.recto/nobody", "<script>", "x" * 500])
def test_a_board_that_is_not_there_has_a_page_that_leads_on(server: Server, board: str) -> None:
    seat = server.join(server.create())
    answer = visit(server, seat, f"?board={quote(board)}")
    assert answer.status == 404
    said = answer.body.decode()
    assert f'href="/atelier/{seat.workshop}"' in said and "<script>" not in said


def test_only_a_place_is_kept(server: Server) -> None:
    made = server.create()
    asked = f"?board={quote('a&b=/..//evil')}&next=//evil.test&zone={'z' * 300}"
    door = server.call("GET", f"/atelier/{made['id']}{asked}").headers["location"]
    assert "next" not in door and door.startswith("/a/") and len(door) < 300
    assert "board=a%26b%3D%2F..%2F%2Fevil" in door
