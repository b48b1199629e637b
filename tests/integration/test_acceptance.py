"""The acceptance list of the method that is about convergence, on a real server, one test per line.

What is said of exports and of the Chatham House rule is in test_same_everywhere.py, of remixing in
test_kits.py; the warning of the agenda's editor is in web/test/desk.test.ts.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.kit.client import participant
from tests.kit.server import Answer, Seat, Server, running

from tablee import assets
from tablee.model.canvases import load_catalogue

SEVEN = ("Haut-Orme", "Roulibre", "Vélo & Villages", "Agence", "Labo", "Région", "Mairie de Roc")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("acceptance")) as one:
        yield one


def ask(server: Server, made: dict[str, Any], token: str, **fields: Any) -> Answer:
    return server.call("POST", f"/api/workshops/{made['id']}/commands", fields, token=token)


def write(server: Server, seat: Seat, board: str, zone: str, text: str, **more: Any) -> Answer:
    room = seat.room
    if board in ("governance", "economic"):
        room = room.replace("exploration", "convergence")
    body = {"board": board, "zone": zone, "text": text, **more}
    return server.call("POST", f"/api/rooms/{room}/notes", body, token=seat.token)


def test_the_eight_templates_load_and_languages_change_words_but_no_id() -> None:
    catalogue = load_catalogue(assets.canvases_folder())
    assert len(catalogue.templates) == 8
    french, english = catalogue.for_browser("fr"), catalogue.for_browser("en")
    for one, other in zip(french, english, strict=True):
        assert one["id"] == other["id"] and one["title"] != other["title"]
        for zone, same in zip(one["zones"], other["zones"], strict=True):
            assert (zone["id"], zone["box"], zone["to"]) == (same["id"], same["box"], same["to"])
            assert zone["prompt"] != same["prompt"]


async def test_a_note_of_the_rules_reaches_the_tray_is_carried_and_knows_where_it_came_from(
    server: Server,
) -> None:
    made = server.create(groups=1)
    nadia = server.join(made)
    written = write(server, nadia, "sheet2.verso", "rules", "Compte rendu public").json
    room = made["groups"][0]["rooms"]["convergence"]
    async with participant(server, nadia, room=room) as one:
        one.event(type="harvest")
        await one.until(lambda: one.heard("harvest"))
        [row] = one.heard("harvest")[0]["rows"].values()
        assert row["note"] == written["id"] and "governance.rules" in row["to"]
        carried = ask(
            server,
            made,
            nadia.token,
            type="note.carry",
            notes=[{"from": nadia.room, "note": written["id"]}],
            zone="governance.rules",
        )
        assert carried.status == 200, carried.body
        [made_id] = carried.json["notes"].values()
        await one.until(lambda: made_id in one.notes)
        note = one.content()[made_id]
    assert (note["zone"], str(note["text"])) == ("rules", "Compte rendu public")
    [origin] = note["origin"]
    assert (origin["board"], origin["zone"], origin["note"]) == ("sheet2.verso", "rules", written["id"])


def test_a_group_of_seven_stakeholders_has_26_boards(server: Server) -> None:
    made = server.create(groups=1)
    seats = [server.join(made, f"P{n}", stakeholder=name) for n, name in enumerate(SEVEN)]
    zones = {t.id: t.zones[0].id for t in load_catalogue(assets.canvases_folder()).templates.values()}
    boards = [board for board in zones if not board.endswith("recto")]
    boards += [f"sheet{n}.recto/{seat.person['stakeholder']}" for seat in seats for n in (1, 2, 3)]
    assert len(boards) == 26
    for board in boards:
        answer = write(server, seats[0], board, zones[board.partition("/")[0]], "x")
        assert answer.status == 201, (board, answer.body)
    nobody = write(server, seats[0], "sheet1.recto/pnobody", "mission", "x")
    assert nobody.status == 422, nobody.body


def test_the_wrap_up_refuses_an_action_without_owner_or_date(server: Server) -> None:
    made = server.create(groups=1)
    nadia = server.join(made)
    action = write(server, nadia, "governance", "actions", "Ouvrir le dépôt", kind="action").json
    room = made["groups"][0]["rooms"]["convergence"]
    for fields in ({}, {"owner_text": "Yann"}, {"owner_text": None, "due": "2027-04-30"}):
        changed = server.call(
            "PATCH", f"/api/rooms/{room}/notes/{action['id']}", {"fields": fields}, token=nadia.token
        )
        assert changed.status == 200, changed.body
        refused = ask(server, made, made["token"], type="workshop.close")
        assert (refused.status, refused.json["key"]) == (409, "actions.incomplete"), fields
    server.call(
        "PATCH",
        f"/api/rooms/{room}/notes/{action['id']}",
        {"fields": {"owner_text": "Yann"}},
        token=nadia.token,
    )
    assert ask(server, made, made["token"], type="workshop.close").status == 200
