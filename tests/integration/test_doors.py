"""The doors under a crowd and under somebody who guesses: right codes always open, wrong ones are counted."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.kit.server import Answer, Server, running

from tablee.live.workshops import WRONG_PER_MINUTE

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Server]:
    """A server of one's own: what is counted is counted for the address of all tests."""
    with running(tmp_path / "data") as one:
        yield one


def guess(server: Server, way: str, code: str) -> Answer:
    match way:
        case "home":
            return server.call("POST", "/", f"code={code}".encode(), headers=FORM)
        case "door":
            return server.call("GET", f"/a/{code}")
        case "seat":
            return server.call("POST", f"/a/{code}", b"name=Nadia", headers=FORM)
        case _:
            return server.call("POST", "/api/join", {"code": code, "name": "Nadia"})


def test_sixty_people_behind_one_address_join_at_once(door: Server) -> None:
    made = door.create(groups=8)
    with ThreadPoolExecutor(12) as crowd:
        bodies = [{"code": made["code"], "name": f"Personne {n}"} for n in range(60)]
        answers = list(crowd.map(lambda body: door.call("POST", "/api/join", body), bodies))
    assert {answer.status for answer in answers} == {201}
    for _ in range(WRONG_PER_MINUTE):  # and everybody looks at the door before and after
        assert guess(door, "door", made["code"]).status == 200
        assert guess(door, "home", made["code"]).status == 303
    people = door.call("GET", f"/api/workshops/{made['id']}", token=made["token"]).json["people"]
    assert len({person["id"] for person in people}) == 61


@pytest.mark.parametrize("way", ["home", "door", "seat", "api"])
def test_who_guesses_codes_is_stopped_at_every_door(door: Server, way: str) -> None:
    made = door.create()
    for _ in range(WRONG_PER_MINUTE):
        assert guess(door, way, "2222-2222").status == 404
    stopped = guess(door, way, "2222-2222")
    assert stopped.status == 429 and "Trop de demandes" in stopped.body.decode()
    # else the right one would be told from the wrong ones, and guessing could go on
    for other in ("home", "door", "seat", "api"):
        assert guess(door, other, made["code"]).status == 429
    assert door.call("GET", "/api/me", token=made["token"]).status == 200, "who is in is not concerned"
    invited = {"invitation": made["invitations"]["observer"], "name": "Paul"}
    assert door.call("POST", "/api/join", invited).status == 201, "nor is who has a link"


def test_guessing_reentry_codes_is_stopped_too(door: Server) -> None:
    made = door.create()
    body = {"code": made["code"], "reentry": "2222-2222-2222"}
    statuses = [door.call("POST", "/api/join", body).status for _ in range(WRONG_PER_MINUTE + 2)]
    assert statuses == [404] * WRONG_PER_MINUTE + [429] * 2
