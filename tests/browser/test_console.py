"""The page of those who facilitate: every group at a glance, one press for what is done often."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.kit.browser import Person
from tests.kit.server import Seat, Server

Visitor = Callable[..., Person]


def agenda() -> list[dict[str, Any]]:
    """Two steps on a sheet and a pause, of ten minutes in all."""
    board = {"phase": "exploration", "mode": "group", "board": "sheet2.verso"}
    return [
        {**board, "title": "Fiche 2 · Nous", "minutes": 4, "writing": "silent"},
        {**board, "title": "Fiche 2 · Mise en commun", "minutes": 4},
        {"phase": "break", "mode": "plenary", "title": "Pause", "minutes": 2},
    ]


COVERED = """() => {
    const cards = [...document.querySelectorAll(".gc")];
    const boxes = cards.map((card) => card.getBoundingClientRect());
    return cards.flatMap((card, at) => [
        ...(card.scrollHeight > card.clientHeight ? [`${card.innerText} is cut`] : []),
        ...boxes.slice(at + 1).filter((other) => {
            const here = boxes[at];
            return other.left < here.right && here.left < other.right
                && other.top < here.bottom - 1 && here.top < other.bottom - 1;
        }).map(() => `${card.innerText} is covered`),
    ]);
}"""


@pytest.fixture
def made(server: Server) -> dict[str, Any]:
    made = server.create(groups=2, organiser="Inès", people_may_choose_group=True)
    command(server, made, "agenda.edit", steps=agenda())
    return made


def command(server: Server, made: dict[str, Any], kind: str, **fields: Any) -> None:
    path = f"/api/workshops/{made['id']}/commands"
    answer = server.call("POST", path, {"type": kind, **fields}, token=made["token"])
    assert answer.status == 200, answer.body


def sit(visitor: Visitor, seat: Seat, made: dict[str, Any], page: str = "atelier", **how: Any) -> Person:
    """Somebody in their browser, with the seat they took over HTTP."""
    one = visitor(**how)
    one.page.context.add_cookies([{"name": "tablee", "value": seat.token, "url": one.server.base}])
    one.page.goto(f"{one.server.base}/{page}/{made['id']}")
    return one


def facilitator(visitor: Visitor, server: Server, made: dict[str, Any], **how: Any) -> Person:
    seat = server.join(made, "Bruno", invitation=made["invitations"]["facilitator"])
    one = sit(visitor, seat, made, "animation", **how)
    expect(one.page.locator("#status")).to_have_attribute("data-state", "saved")
    return one


def card(page: Page, group: str) -> Any:
    return page.get_by_role("region", name=re.compile(f"^{group}"))


def test_one_press_for_what_is_done_often(server: Server, visitor: Visitor, made: dict[str, Any]) -> None:
    """H21 and H22: groups at a glance; step, time, a minute more, message, reveal, each by one press."""
    first, second = (group["id"] for group in made["groups"])
    nadia = sit(visitor, server.join(made, "Nadia", group=first), made).saved()
    frames: list[str | bytes] = []
    nadia.page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: frames.append(frame)))
    nadia.page.reload()
    nadia.saved()
    malik = server.join(made, "Malik", group=second)
    page = facilitator(visitor, server, made).page

    expect(page.get_by_role("heading", name="2 groupes, 2 personnes")).to_be_visible()
    expect(card(page, "Hêtre")).to_contain_text("1 sur 1")
    expect(card(page, "Saule")).to_contain_text("0 sur 1")
    page.locator("#moment[data-do=first]").wait_for()
    page.get_by_label("avec son temps").uncheck()
    page.get_by_role("button", name="Première étape").click()
    expect(page.locator(".st.now")).to_contain_text("écriture silencieuse")
    expect(page.get_by_role("timer")).to_have_text("00:00")
    page.locator("#timer-start").click()
    expect(page.locator(".of")).to_contain_text("sur 04:00")
    page.get_by_role("button", name=re.compile(r"\+ 1\smin")).click()
    expect(page.locator(".of")).to_contain_text("sur 05:00")

    nadia.open("sheet2.verso").write("rules", "Un mot caché")
    expect(card(page, "Hêtre")).to_contain_text("1 sur 1 a écrit")
    expect(card(page, "Hêtre").get_by_role("button", name=re.compile("^Nadia ?, 1 note"))).to_be_visible()
    page.locator("#moment[data-do=reveal]").click()
    expect(card(page, "Hêtre").get_by_role("img")).to_have_accessible_name(re.compile("1 note, 1 zone sur 6"))
    expect(page.get_by_text("1 note", exact=True).first).to_be_visible()

    page.get_by_label("Message à tous les groupes", exact=True).fill("Encore deux minutes")
    page.get_by_role("button", name="Envoyer à tous les groupes").click()
    expect(nadia.page.get_by_text("Encore deux minutes").first).to_be_visible()
    expect(page.get_by_label("Message à tous les groupes", exact=True)).to_have_value("")

    server.call("POST", f"/api/workshops/{made['id']}/commands", {"type": "hand.raise"}, token=malik.token)
    line = page.locator("#feed li").first
    expect(line).to_contain_text("Malik demande de l’aide")
    expect(line.get_by_role("link", name="Rejoindre")).to_have_attribute(
        "href", f"/atelier/{made['id']}?group={second}"
    )
    expect(page.locator("#polite")).to_contain_text("Malik lève la main, groupe Saule.")
    line.get_by_role("button", name="Baisser la main de Malik").click()
    expect(page.locator("#feed li")).to_have_count(0)
    expect(page.locator("#feed-title")).to_be_focused()

    page.keyboard.press("Control+Alt+ArrowRight")
    expect(page.locator(".st.now .sub .now")).to_contain_text("Mise en commun")
    expect(page.locator("#next .what")).to_contain_text("Pause")
    # what facilitation counts never comes to a table
    told = "".join(one if isinstance(one, str) else one.decode("utf-8", "replace") for one in frames)
    assert len(frames) > 5
    assert all(word not in told for word in ('"voices"', "last_at", '"counts"'))


def test_people_are_moved_by_drag_by_menu_and_by_taking_them(
    server: Server, visitor: Visitor, made: dict[str, Any]
) -> None:
    first = made["groups"][0]["id"]
    for name in ("Nadia", "Joris"):
        server.join(made, name, group=first)
    odile = server.join(made, "Odile", group=first)
    command(server, made, "person.move", person=odile.person["id"], group=None)
    page = facilitator(visitor, server, made).page
    waiting = page.get_by_role("region", name=re.compile("^Salle d’attente"))
    expect(waiting).to_contain_text("1 personne")

    waiting.get_by_role("button", name="Odile").click()
    menu = page.get_by_role("menu", name="Actions pour Odile")
    expect(menu.get_by_role("menuitem").first).to_have_text("Saule (0 personne, conseillé)")
    menu.get_by_role("menuitem").first.press("Enter")
    expect(card(page, "Saule").get_by_role("button", name="Odile")).to_be_visible()
    expect(waiting).to_contain_text("Personne n’attend")

    card(page, "Hêtre").get_by_role("button", name="Nadia").hover()
    page.mouse.down()
    card(page, "Saule").get_by_role("heading").hover()
    expect(card(page, "Saule")).to_have_class(re.compile("dropping"))
    page.keyboard.press("Escape")
    expect(page.locator(".dragged")).to_have_count(0)
    page.mouse.up()
    expect(card(page, "Hêtre").get_by_role("button", name="Nadia")).to_be_visible()
    card(page, "Hêtre").get_by_role("button", name="Nadia").hover()
    page.mouse.down()
    card(page, "Saule").get_by_role("heading").hover()
    page.mouse.up()
    expect(card(page, "Saule").get_by_role("button", name="Nadia")).to_be_visible()

    # after a drag the keyboard opens menus as before
    card(page, "Hêtre").get_by_role("button", name="Joris").press("Enter")
    page.get_by_role("menuitem", name="Prendre, puis choisir un groupe").click()
    card(page, "Saule").get_by_role("button", name="Placer Joris ici").click()
    expect(card(page, "Saule")).to_contain_text("0 sur 3")

    page.get_by_role("button", name="Liste", exact=True).click()
    row = page.get_by_role("row", name=re.compile("^Saule"))
    row.get_by_role("button", name="Joris").click()
    page.get_by_role("menuitem", name="Retirer de l’atelier…").click()
    page.get_by_role("button", name="Retirer", exact=True).click()
    expect(row.get_by_role("button", name="Joris")).to_have_count(0)


def test_the_end_of_the_time_and_a_refusal_are_said(
    server: Server, visitor: Visitor, made: dict[str, Any]
) -> None:
    page = facilitator(visitor, server, made).page
    command(server, made, "step.next")
    command(server, made, "timer.start", minutes=1)
    command(server, made, "timer.extend", seconds=-58)
    expect(page.locator("#assertive")).to_contain_text("Le temps est écoulé.")
    page.locator("#step-next").click()
    expect(page.locator("#next")).to_contain_text("Pause")  # a press before that would be the same press
    page.locator("#step-next").click()
    expect(page.locator("#next")).to_contain_text("C’est la dernière étape.")
    # somebody else closed the workshop: what is pressed now is refused, with the reason
    page.route("**/commands", lambda route: route.fulfill(status=403, json={"key": "command.role"}))
    page.get_by_role("button", name="Précédente").click()
    expect(page.locator("#notice")).to_contain_text("Votre rôle ne permet pas cette commande.")
    page.locator("#notice button").click()
    expect(page.locator("#notice")).to_be_hidden()
    page.context.set_offline(True)
    expect(page.locator("#status")).to_have_attribute("data-state", "offline")
    page.context.set_offline(False)
    expect(page.locator("#status")).to_have_attribute("data-state", "saved")


def test_a_step_is_not_skipped_and_a_workshop_that_is_closed_opens_again(
    server: Server, visitor: Visitor, made: dict[str, Any]
) -> None:
    page = facilitator(visitor, server, made).page
    page.locator("#step-next").dblclick()
    expect(page.locator(".st.now .sub .now")).to_contain_text("Nous")
    expect(page.locator("#step-next")).to_be_enabled()
    for _ in range(3):
        page.keyboard.down("Enter")
    page.keyboard.up("Enter")
    expect(page.locator(".st.now .sub .now")).to_contain_text("Mise en commun")
    expect(page.locator("#step-next")).to_be_enabled()
    expect(page.locator(".st.now .sub .now")).to_contain_text("Mise en commun")

    command(server, made, "workshop.close")
    expect(page.locator("#acts .btn")).to_have_text(["Rouvrir l’atelier"])
    for gone in ("#words", "#step-next", ".drift", ".tacts", ".waitacts"):
        expect(page.locator(gone)).to_have_count(0)
    expect(card(page, "Hêtre").get_by_role("link", name="Entrer")).to_be_visible()
    page.locator("#reopen").click()
    expect(page.locator("#step-next")).to_be_visible()


def test_cards_have_the_room_that_they_need(server: Server, visitor: Visitor) -> None:
    made = server.create(groups=6, organiser="Inès", people_may_choose_group=True)
    for group in made["groups"]:
        for name in ("Nadia", "Joris", "Maximilien-Alexandre", "W" * 40):
            server.join(made, name, group=group["id"])
    page = facilitator(visitor, server, made).page
    page.set_viewport_size({"width": 1280, "height": 720})
    expect(page.locator(".gc")).to_have_count(7)
    assert page.evaluate(COVERED) == []
    for _ in range(2):
        command(server, made, "group.create")
    page.set_viewport_size({"width": 1440, "height": 900})
    expect(page.locator(".gc")).to_have_count(9)
    assert page.evaluate(COVERED) == []


def test_long_names_stay_within_a_phone(server: Server, visitor: Visitor, made: dict[str, Any]) -> None:
    command(server, made, "group.rename", group=made["groups"][0]["id"], name="G" * 60)
    seat = server.join(made, "X" * 60, group=made["groups"][0]["id"])
    server.call("POST", f"/api/workshops/{made['id']}/commands", {"type": "hand.raise"}, token=seat.token)
    command(server, made, "announce", text="A" * 200)
    page = facilitator(visitor, server, made, phone=True).page
    wide = "document.documentElement.scrollWidth"
    expect(page.locator("#feed li")).to_be_visible()
    assert page.evaluate(wide) == 390
    page.get_by_role("button", name="Liste", exact=True).tap()
    expect(page.locator(".twin")).to_be_visible()
    assert page.evaluate(wide) == 390


def test_on_a_phone_the_timer_the_next_step_the_message_and_hands_come_first(
    server: Server, visitor: Visitor, made: dict[str, Any]
) -> None:
    nadia = server.join(made, "Nadia", group=made["groups"][0]["id"])
    server.call("POST", f"/api/workshops/{made['id']}/commands", {"type": "hand.raise"}, token=nadia.token)
    page = facilitator(visitor, server, made, phone=True).page
    tops = [
        (page.locator(what).first.bounding_box() or {"y": -1})["y"]
        for what in ("#timer", "#step-next", "#words", "#feed li", "#groups .gc", "#agenda")
    ]
    assert tops == sorted(tops) and tops[0] > 0
    page.locator("#step-next").tap()
    expect(page.locator(".st.now")).to_contain_text("Fiche 2")
    expect(page.get_by_role("timer")).not_to_have_text("00:00")
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide == 390


def test_without_script_the_groups_can_be_read_and_entered(
    server: Server, visitor: Visitor, made: dict[str, Any]
) -> None:
    server.join(made, "Nadia", group=made["groups"][0]["id"])
    seat = server.join(made, "Bruno", invitation=made["invitations"]["facilitator"])
    page = sit(visitor, seat, made, "animation", script=False).page
    expect(page.get_by_role("region", name="Hêtre")).to_contain_text("Nadia")
    expect(page.get_by_role("link", name="Entrer Hêtre")).to_be_visible()
    expect(page.locator("#agenda")).to_contain_text("Fiche 2 · Nous")
