"""The community map as people use it: by hand, by keyboard, as a table, each for themselves, on a phone."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, WebSocket, expect
from tests.browser.test_access import AXE, RUN
from tests.kit.browser import Person
from tests.kit.server import Server

Visitor = Callable[..., Person]
PATIENCE_S = 10


def point(server: Server, made: dict[str, Any], text: str, **fields: Any) -> str:
    """A point of the map, over HTTP."""
    room = made["groups"][0]["rooms"]["convergence"]
    body = {"board": "governance", "zone": "map", "kind": "point", "text": text, "fields": fields}
    answer = server.call("POST", f"/api/rooms/{room}/notes", body, token=made["token"])
    assert answer.status == 201, answer.body
    return str(answer.json["id"])


def fields(server: Server, made: dict[str, Any], note: str) -> dict[str, Any]:
    room = made["groups"][0]["rooms"]["convergence"]
    notes = server.call("GET", f"/api/rooms/{room}/notes?board=governance", token=made["token"]).json["notes"]
    return next(one.get("fields") or {} for one in notes if one["id"] == note)


def becomes(server: Server, made: dict[str, Any], note: str, key: str, value: object) -> None:
    """Wait until the server has it: « Enregistré » stays for a moment after a change, not to flicker."""
    end = time.monotonic() + PATIENCE_S
    while fields(server, made, note).get(key) != value:
        assert time.monotonic() < end, fields(server, made, note)
        time.sleep(0.02)


def command(server: Server, made: dict[str, Any], **body: Any) -> dict[str, Any]:
    answer = server.call("POST", f"/api/workshops/{made['id']}/commands", body, token=made["token"])
    assert answer.status == 200, answer.body
    told: dict[str, Any] = answer.json
    return told


def at_map(person: Person, made: dict[str, Any], name: str) -> Person:
    person.page.emulate_media(reduced_motion="reduce")  # points are at once where they go
    person.join(made, name, board="governance")
    expect(person.zone("map").locator(".map")).to_be_visible()
    person.page.wait_for_load_state("networkidle")  # parts that come later draw the board again
    return person


def dot(person: Person, label: str) -> Locator:
    return person.zone("map").locator(".points > .mp", has_text=label).locator("> button")


def says(label: str, place: str) -> str:
    return f"{label}, {place}"


def plot(person: Person, x: float, y: float) -> tuple[float, float]:
    """A place of the plot on the screen, by parts of its sides from the lower left."""
    box = person.zone("map").locator(".plot").bounding_box()
    assert box is not None
    return box["x"] + x * box["width"], box["y"] + (1 - y) * box["height"]


def take(person: Person, label: str) -> None:
    box = dot(person, label).bounding_box()
    assert box is not None
    person.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    person.page.mouse.down()


def alone(person: Person) -> Locator:
    """The map as large as the page."""
    person.zone("map").press("Enter")
    large = person.zone("map").locator(".map.solo")
    expect(large).to_be_visible()
    return large


def asked(person: Person) -> Locator:
    """The band that says what is asked."""
    return person.page.locator(".band.pollband")


def test_two_people_drag_two_points_at_once_and_each_takes_back_their_own(
    server: Server, visitor: Visitor
) -> None:
    made = server.create()
    point(server, made, "Roulibre", x=0, y=0)
    point(server, made, "Agence", x=1, y=1)
    nadia, joris = (at_map(visitor(), made, name) for name in ("Nadia", "Joris"))
    take(nadia, "Roulibre")
    take(joris, "Agence")
    nadia.page.mouse.move(*plot(nadia, 0.5, 0.375), steps=5)
    expect(nadia.zone("map").locator(".arrival")).to_have_text("contribue, structure")  # before it is let go
    joris.page.mouse.move(*plot(joris, 0.3, 0.625), steps=5)
    # the other hand is seen moving
    expect(dot(joris, "Roulibre")).not_to_have_attribute("title", "Roulibre · utilise, personne")
    nadia.page.mouse.up()
    joris.page.mouse.up()
    for person in (nadia, joris):
        expect(dot(person, "Roulibre")).to_have_attribute(
            "aria-label", says("Roulibre", "contribue, structure")
        )
        expect(dot(person, "Agence")).to_have_attribute(
            "aria-label", says("Agence", "fait des retours, réseau ou territoire")
        )
    nadia.page.keyboard.press("Control+z")
    expect(dot(joris, "Roulibre")).to_have_attribute("aria-label", says("Roulibre", "utilise, personne"))
    expect(dot(nadia, "Agence")).to_have_attribute(
        "aria-label", says("Agence", "fait des retours, réseau ou territoire")
    )
    # Escape puts back, and a press that hardly moves moves nothing
    take(nadia, "Roulibre")
    nadia.page.mouse.move(*plot(nadia, 0.9, 0.9), steps=3)
    nadia.page.keyboard.press("Escape")
    nadia.page.mouse.up()
    expect(dot(nadia, "Roulibre")).to_have_attribute("title", "Roulibre · utilise, personne")


def test_a_point_is_made_placed_and_sent_on_its_way_without_a_mouse(server: Server, visitor: Visitor) -> None:
    made = server.create()
    nadia = at_map(visitor(), made, "Nadia")
    keys = nadia.page.keyboard
    nadia.zone("map").press("n")
    dialog = nadia.page.get_by_role("dialog", name="Nouveau point")
    expect(dialog.get_by_label("Nom sur la carte")).to_be_focused()
    keys.type("CC du Haut-Orme")
    dialog.get_by_label("Niveau de contribution").first.select_option(label="Contribue")
    dialog.get_by_label("Dimension").first.select_option(label="Structure")
    dialog.get_by_label("Garant ou garante").check()
    dialog.get_by_label("Sponsor").check()
    keys.press("Enter")
    expect(dot(nadia, "CC du Haut-Orme")).to_be_focused()
    expect(dot(nadia, "CC du Haut-Orme")).to_have_attribute(
        "aria-label", "CC du Haut-Orme, contribue, structure, garant ou garante, sponsor"
    )
    for _ in range(3):
        keys.press("Control+ArrowRight")
    keys.press("Control+Shift+ArrowUp")
    expect(dot(nadia, "CC du Haut-Orme")).to_have_attribute(
        "title", "CC du Haut-Orme · maintient, réseau ou territoire"
    )
    keys.press("Control+z")  # steps that follow each other are one
    expect(dot(nadia, "CC du Haut-Orme")).to_have_attribute("title", "CC du Haut-Orme · contribue, structure")
    dot(nadia, "CC du Haut-Orme").focus()
    keys.press("Enter")
    dialog = nadia.page.get_by_role("dialog", name="Point de carte")
    dialog.get_by_label("Horizon").select_option(label="À 2 ans")
    dialog.get_by_role("group", name="Où aller").get_by_label("Niveau de contribution").select_option(
        label="Coordonne ou garantit"
    )
    keys.press("Escape")  # leaves it as it is
    expect(nadia.zone("map").locator(".goal")).to_have_count(0)
    dot(nadia, "CC du Haut-Orme").focus()
    keys.press("Enter")
    dialog.get_by_label("Horizon").select_option(label="À 2 ans")
    dialog.get_by_role("group", name="Où aller").get_by_label("Niveau de contribution").select_option(
        label="Coordonne ou garantit"
    )
    dialog.get_by_role("button", name="Enregistrer").click()
    expect(nadia.zone("map").locator(".goal")).to_have_count(1)
    # today, 6 months, 2 years: it goes where it wishes to be
    stages = nadia.zone("map").get_by_role("radiogroup", name="Places visées, au fil du temps")
    stages.get_by_role("radio", name="Aujourd’hui").focus()
    keys.press("ArrowRight")
    expect(dot(nadia, "CC du Haut-Orme")).to_have_attribute("title", "CC du Haut-Orme · contribue, structure")
    keys.press("ArrowRight")
    expect(stages.get_by_role("radio", name="2 ans")).to_be_focused()
    expect(dot(nadia, "CC du Haut-Orme")).to_have_attribute(
        "title", "CC du Haut-Orme · coordonne ou garantit, structure"
    )


def test_a_point_is_picked_with_one_press_and_put_with_another(server: Server, visitor: Visitor) -> None:
    made = server.create()
    note = point(server, made, "Région", x=0, y=0)
    waits = point(server, made, "Réseau national")
    nadia = at_map(visitor(), made, "Nadia")
    zone = nadia.zone("map")
    expect(zone.get_by_text("À placer : 1")).to_be_visible()
    dot(nadia, "Région").click()
    zone.get_by_role("button", name="Déplacer", exact=True).click()
    nadia.page.keyboard.press("Escape")  # stays where it is
    nadia.page.mouse.click(*plot(nadia, 0.5, 0.9))
    assert fields(server, made, note) == {"x": 0, "y": 0}
    dot(nadia, "Région").click()
    zone.get_by_role("button", name="Déplacer", exact=True).click()
    nadia.page.mouse.click(*plot(nadia, 0.7, 0.6))
    expect(dot(nadia, "Région")).to_have_attribute("title", "Région · maintient, réseau ou territoire")
    dot(nadia, "Région").click()
    zone.get_by_role("button", name="Où aller").click()
    nadia.page.mouse.click(*plot(nadia, 0.9, 0.6))
    expect(zone.locator(".goal")).to_have_count(1)
    # who waits is dragged in
    box = zone.locator(".unplaced .mp", has_text="Réseau national").bounding_box()
    assert box is not None
    nadia.page.mouse.move(box["x"] + 10, box["y"] + 10)
    nadia.page.mouse.down()
    nadia.page.mouse.move(*plot(nadia, 0.1, 0.9), steps=4)
    nadia.page.mouse.up()
    expect(dot(nadia, "Réseau national")).to_have_attribute("title", "Réseau national · utilise, écosystème")
    becomes(server, made, waits, "y", pytest.approx(1, abs=0.1))


def test_the_table_is_the_map_and_is_edited_by_keyboard(server: Server, visitor: Visitor) -> None:
    made = server.create()
    note = point(server, made, "Roulibre", x=0, y=0)
    point(server, made, "Habitant·es", x=0.25, y=0, roles=["beneficiary"])
    nadia, joris = (at_map(visitor(), made, name) for name in ("Nadia", "Joris"))
    nadia.page.keyboard.press("l")
    table = nadia.page.get_by_role("table", name="Carte de la communauté, un acteur par ligne")
    heads = [*table.get_by_role("columnheader").all_inner_texts()]
    assert heads[:3] == ["Nom sur la carte", "Partie prenante", "Rôles"]
    row = table.get_by_role("row").filter(has=nadia.page.get_by_role("rowheader", name="Roulibre"))
    row.get_by_role("combobox", name="Niveau de contribution, Roulibre").focus()
    nadia.page.keyboard.press("ArrowDown")
    nadia.page.keyboard.press("ArrowDown")
    row.get_by_role("combobox", name="Dimension, Roulibre").select_option(label="Écosystème")
    row.get_by_role("combobox", name="Présence, Roulibre").select_option(label="À inviter")
    row.locator("summary").press("Enter")
    row.get_by_role("checkbox", name="Garant ou garante").press("Space")
    row.get_by_role("combobox", name="Où aller, Horizon, Roulibre").select_option(label="À 5 ans")
    expect(dot(joris, "Roulibre")).to_have_attribute(
        "aria-label",
        re.compile(
            "^Roulibre, contribue, écosystème, garant ou garante, à inviter, place visée à 5.ans.: contribue"
        ),
    )
    name = row.get_by_role("textbox", name="Nom sur la carte, Roulibre")
    name.fill("Roulibre SCIC")
    name.press("Tab")
    expect(dot(joris, "Roulibre SCIC")).to_be_visible()
    assert fields(server, made, note)["roles"] == ["guarantor"]
    # the same table on the board
    large = alone(joris)
    large.get_by_role("button", name="Acteurs en tableau").click()
    cell = large.get_by_role("combobox", name="Combien de personnes, Roulibre SCIC")
    cell.select_option(label="2 à 10 personnes")
    nadia.page.get_by_role("button", name="Modifier Roulibre SCIC").click()
    dialog = nadia.page.get_by_role("dialog", name="Point de carte")
    expect(dialog.get_by_label("Combien de personnes")).to_have_value("2-10")


def test_the_legend_says_which_roles_nobody_holds_and_the_rings_show_the_same_points(
    server: Server, visitor: Visitor
) -> None:
    made = server.create()
    point(server, made, "Habitant·es", x=0, y=0, roles=["beneficiary", "contributor", "sponsor"])
    point(server, made, "Roulibre", x=1, y=0.3333, roles=["operator", "coordinator"], presence="to_invite")
    nadia = at_map(visitor(), made, "Nadia")
    expect(nadia.zone("map").locator(".lacking")).to_contain_text(
        "3 rôles sans personne"
    )  # one is only invited
    large = alone(nadia)
    side = large.get_by_role("complementary", name="Légende")
    expect(side.get_by_text("Personne n’est garant·e")).to_be_visible()
    expect(side.get_by_text("Personne n’est garant ou garante")).to_be_attached()
    # arrows and Tab get to every point
    keys = nadia.page.keyboard
    nadia.zone("map").focus()
    for name in ("Habitant", "Roulibre"):
        keys.press("ArrowRight")
        expect(dot(nadia, name)).to_be_focused()
    keys.press("ArrowLeft")
    expect(dot(nadia, "Habitant")).to_be_focused()
    keys.press("Tab")
    expect(dot(nadia, "Roulibre")).to_be_focused()
    large.get_by_role("button", name="Cercles").click()
    expect(large.locator(".points > .mp")).to_have_count(2)
    middle, edge = dot(nadia, "Roulibre").bounding_box(), dot(nadia, "Habitant").bounding_box()
    ring = large.locator("circle.r0").bounding_box()
    assert middle and edge and ring
    away = [abs(box["x"] + box["width"] / 2 - ring["x"] - ring["width"] / 2) for box in (middle, edge)]
    assert away[0] < ring["width"] / 6 < away[1]
    nadia.page.evaluate(AXE)
    assert nadia.page.evaluate(RUN) == []


def test_each_places_alone_first_and_then_all_see_the_spread(server: Server, visitor: Visitor) -> None:
    made = server.create()
    note = point(server, made, "Roulibre", x=0, y=0)
    nadia, joris = visitor(), visitor()
    heard: list[str] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: heard.append(str(frame)))

    joris.page.on("websocket", listen)
    joris.page.on("response", lambda answer: heard.append(answer.url))
    at_map(nadia, made, "Nadia")
    at_map(joris, made, "Joris")
    opened = command(
        server,
        made,
        type="poll.open",
        kind="place",
        board="governance",
        zone="map",
        group=made["groups"][0]["id"],
    )
    for person in (nadia, joris):
        expect(asked(person)).to_contain_text("Chacun place d’abord pour soi sur la carte de la communauté.")
        expect(person.zone("map").get_by_text("À placer : 1")).to_be_visible()  # nobody is led by others
    asked(nadia).get_by_role("button", name="Placer").click()
    large = nadia.zone("map").locator(".map.solo")
    expect(large).to_be_visible()
    expect(asked(nadia)).to_have_count(0)  # it is said there
    waits = large.locator(".unplaced .mp", has_text="Roulibre")
    waits.hover(position={"x": 12, "y": 12})
    expect(joris.page.locator(".cursors > *")).to_have_count(0)
    heard.clear()
    waits.hover(position={"x": 12, "y": 12})  # wherever it is by now
    nadia.page.mouse.down()
    nadia.page.mouse.move(*plot(nadia, 0.9, 0.125), steps=6)
    nadia.page.mouse.up()
    expect(dot(nadia, "Roulibre")).to_have_attribute("title", "Roulibre · coordonne ou garantit, personne")
    expect(joris.zone("map").get_by_text("1 sur 2 ont placé")).to_be_visible()
    expect(joris.zone("map").locator(".points > .mp")).to_have_count(0)
    assert not any('"ballot"' in frame or '"drag":{' in frame or '"cursor":{' in frame for frame in heard)
    # Joris by the table
    joris.page.keyboard.press("l")
    joris.page.get_by_role("combobox", name="Niveau de contribution, Roulibre").select_option(label="Utilise")
    expect(nadia.zone("map").get_by_text("2 sur 2 ont placé")).to_be_visible()
    expect(asked(joris)).to_have_count(0)
    assert fields(server, made, note) == {"x": 0, "y": 0}  # nothing of it is in the document
    command(server, made, type="poll.close", poll=opened["poll"])
    expect(nadia.zone("map").get_by_text("Écart large : Roulibre")).to_be_visible()
    expect(large.locator(".spread circle:not(.middle)")).to_have_count(2)
    expect(joris.page.get_by_role("table").get_by_text("écart large")).to_be_visible()
    large.get_by_role("button", name="Placer Roulibre au milieu").click()
    expect(dot(nadia, "Roulibre")).to_have_attribute("title", "Roulibre · contribue, personne")
    becomes(server, made, note, "x", pytest.approx(0.5, abs=0.01))
    nadia.page.keyboard.press("Control+z")
    expect(dot(nadia, "Roulibre")).to_have_attribute("title", "Roulibre · utilise, personne")


def test_a_plain_note_waits_until_somebody_makes_a_point_of_it(server: Server, visitor: Visitor) -> None:
    made = server.create()
    room = made["groups"][0]["rooms"]["convergence"]
    body = {"board": "governance", "zone": "map", "kind": "note", "text": "Les écoles"}
    assert server.call("POST", f"/api/rooms/{room}/notes", body, token=made["token"]).status == 201
    nadia = at_map(visitor(), made, "Nadia")
    nadia.zone("map").get_by_role("button", name="Les écoles").click()
    nadia.page.get_by_role("menuitem", name="En faire un point").click()
    expect(nadia.zone("map").locator(".unplaced .mp")).to_have_text("Les écoles")


def test_on_a_phone_the_map_is_cards_to_fill_and_a_picture_to_read(server: Server, visitor: Visitor) -> None:
    made = server.create()
    note = point(server, made, "Roulibre", x=0, y=0)
    nadia = visitor(phone=True).join(made, "Nadia", board="governance")
    phone: Page = nadia.page
    table = phone.locator(".maplist")
    for _ in range(5):
        phone.get_by_role("button", name="Zone suivante").click()
    expect(table).to_be_visible()
    expect(table.locator("svg.ground text")).to_have_text("Roulibre")
    level = table.get_by_role("combobox", name="Niveau de contribution, Roulibre")
    level.select_option(label="Maintient")
    becomes(server, made, note, "x", 0.75)
    box = level.bounding_box()
    assert box is not None and box["height"] >= 48
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    # a question finds somebody who is elsewhere, who leads follows it, and it goes when it is answered
    phone.get_by_role("button", name="Zone précédente").click()
    leads = visitor()
    seat = server.join(made, "Bruno", invitation=made["invitations"]["facilitator"])
    leads.page.context.add_cookies([{"name": "tablee", "value": seat.token, "url": server.base}])
    leads.page.goto(f"{server.base}/atelier/{made['id']}?board=sheet1.verso")
    places = {"board": "governance", "zone": "map", "group": made["groups"][0]["id"]}
    command(server, made, type="poll.open", kind="place", **places)
    expect(asked(leads)).to_contain_text("0 personne sur 1 a répondu")
    asked(nadia).get_by_role("button", name="Placer").click()
    expect(table.get_by_text("Chacun place d’abord pour soi")).to_be_visible()
    level.select_option(label="Contribue")
    expect(asked(leads)).to_contain_text("1 personne sur 1 a répondu")
    phone.get_by_role("button", name="Zone précédente").click()
    expect(asked(nadia)).to_have_count(0)
    asked(leads).get_by_role("button", name="Clore").click()
    expect(asked(leads)).to_have_count(0)
    expect(phone.get_by_role("button", name="Voir les réponses")).to_be_visible()
    # nothing is kept of one that nobody answered
    told = command(server, made, type="poll.open", kind="place", **places)
    expect(asked(nadia)).to_be_visible()
    command(server, made, type="poll.close", poll=told["poll"])
    expect(phone.locator("#notice")).to_contain_text("Personne n’a répondu.")
    expect(asked(nadia)).to_have_count(0)
