"""Votes and consent rounds as people live them: on a phone, at a desk, for who leads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Browser, Locator, expect
from tests.browser.test_access import AXE, RUN
from tests.kit.browser import PHONE, Person
from tests.kit.server import Server

Visitor = Callable[..., Person]
FORMS = (
    "Association loi 1901\nSimple à lancer, ouverte à toutes les structures.",
    "SCIC\nQuand il y aura des salarié·es et des recettes.",
    "Consortium\nUn contrat entre structures, sans personne morale.",
    "Groupement d'intérêt public\nSolide, mais long à monter.",
)


def leads(one: Person, made: dict[str, Any]) -> Person:
    """The organiser, who has a session from creating the workshop."""
    one.page.context.add_cookies([{"name": "tablee", "value": made["token"], "url": one.server.base}])
    one.page.goto(f"{one.server.base}/atelier/{made['id']}")
    return one.saved()


def prepared(server: Server) -> dict[str, Any]:
    made = server.create(title="Trajets communs")
    room = made["groups"][0]["rooms"]["exploration"]
    for text in FORMS:
        body = {"board": "sheet2.verso", "zone": "rules", "text": text}
        answer = server.call("POST", f"/api/rooms/{room}/notes", body, token=made["token"])
        assert answer.status == 201, answer.body
    return made


def command(server: Server, made: dict[str, Any], **body: Any) -> dict[str, Any]:
    answer = server.call("POST", f"/api/workshops/{made['id']}/commands", body, token=made["token"])
    assert answer.status == 200, answer.body
    told: dict[str, Any] = answer.json
    return told


def panel(one: Person) -> Locator:
    return one.page.locator("#vote")


def card(one: Person, words: str) -> Locator:
    return panel(one).locator(".vo", has_text=words)


def give(one: Person, words: str, times: int = 1) -> None:
    for _ in range(times):
        card(one, words).get_by_role("button", name="Ajouter un point").click()


def test_a_vote_from_its_opening_to_its_result(server: Server, visitor: Visitor) -> None:
    made = prepared(server)
    ines = leads(visitor(), made).open("sheet2.verso")
    nadia = visitor().join(made, "Nadia", board="sheet2.verso")
    yann = visitor(phone=True).join(made, "Yann", board="sheet2.verso")

    # it is opened from the menu of a zone
    zone = ines.zone("rules")
    zone.locator("h2").click(button="right")
    ines.page.get_by_role("menuitem", name="Voter sur cette zone").click()
    dialog = ines.page.get_by_role("dialog")
    dialog.get_by_label("Question").fill("Quelle structure juridique pour commencer ?")
    dialog.get_by_label("Minutes").fill("10")
    dialog.get_by_role("button", name="Ouvrir le vote").click()
    expect(panel(ines)).to_contain_text("0 personne sur 2 a voté")

    # at a desk: the panel beside the board, by keyboard alone
    nadia.page.locator("#notice").get_by_role("button", name="Voter").click()
    expect(panel(nadia).get_by_role("heading")).to_be_focused()
    expect(panel(nadia)).to_contain_text("Il vous reste 5 points sur 5")
    board, beside = nadia.page.locator("#main").bounding_box(), panel(nadia).bounding_box()
    assert board and beside and board["x"] + board["width"] <= beside["x"] + 1
    plus = card(nadia, "SCIC").get_by_role("button", name="Ajouter un point")
    plus.focus()
    for _ in range(4):
        nadia.page.keyboard.press("Enter")
    expect(card(nadia, "SCIC").get_by_role("group")).to_have_accessible_name("SCIC : 3 points")
    expect(plus).to_be_focused()
    expect(plus).to_have_attribute("aria-disabled", "true")
    expect(nadia.page.locator("#polite")).to_contain_text("Une note reçoit 3 points au plus.")

    # nothing is sent yet, and nothing is lost with the page
    nadia.page.reload()
    nadia.saved().page.locator("#tool-vote").click()
    expect(panel(nadia)).to_contain_text("Il vous reste 2 points sur 5")
    expect(panel(ines)).to_contain_text("0 personne sur 2 a voté")
    panel(nadia).get_by_role("button", name="Envoyer mon vote").click()
    expect(panel(nadia)).to_contain_text("Vote envoyé")
    expect(panel(ines)).to_contain_text("Vote secret, 1 personne sur 2 a voté")

    # on a phone: a tab of its own
    yann.page.get_by_role("button", name="Vote", exact=True).tap()
    give(yann, "Association loi 1901", 2)
    give(yann, "SCIC")
    panel(yann).get_by_role("button", name="Envoyer mon vote").tap()
    expect(panel(ines)).to_contain_text("2 personnes sur 2 ont voté")
    give(yann, "Consortium", 2)
    card(yann, "Consortium").get_by_role("button", name="Retirer un point").tap()
    panel(yann).get_by_role("button", name="Envoyer mon vote").tap()
    expect(panel(yann)).to_contain_text("Vote envoyé")
    give(yann, "Groupement")

    # facilitation closes it; points are at the foot of notes
    panel(ines).get_by_role("button", name="Clore le vote").click()
    ines.page.get_by_role("dialog").get_by_role("button", name="Clore le vote").click()
    expect(panel(ines).locator(".results li").first).to_contain_text("4 points")
    expect(panel(nadia).locator(".results li b").first).to_have_text("SCIC")
    expect(panel(nadia)).to_contain_text("2 personnes sur 2 ont voté")
    expect(nadia.note("SCIC").locator(".points")).to_contain_text("4")
    expect(panel(yann)).to_contain_text("n’était pas envoyé")
    yann.page.get_by_role("button", name="Zones", exact=True).tap()
    expect(yann.page.locator("li.ln", has_text="Association").locator(".points")).to_contain_text("2")


def test_the_list_votes_too_and_offline_nothing_is_lost(server: Server, visitor: Visitor) -> None:
    made = prepared(server)
    nadia = visitor().join(made, "Nadia", board="sheet2.verso")
    command(server, made, type="vote.open", board="sheet2.verso", dots=2)
    nadia.page.keyboard.press("l")
    line = nadia.page.locator("li.ln", has_text="Consortium")
    line.get_by_role("button", name="Ajouter un point").click()
    expect(line.get_by_role("group", name="1 point")).to_be_visible()
    nadia.page.locator(".listhead").get_by_role("button", name="Voter").click()
    expect(panel(nadia)).to_contain_text("Il vous reste 1 point sur 2")

    nadia.page.context.set_offline(True)
    expect(panel(nadia)).to_contain_text("Hors ligne. Ce que vous avez choisi est gardé ici")
    send = panel(nadia).get_by_role("button", name="Envoyer mon vote")
    expect(send).to_have_attribute("aria-disabled", "true")
    nadia.page.context.set_offline(False)
    expect(panel(nadia)).not_to_contain_text("Hors ligne")
    expect(panel(nadia)).to_contain_text("Il vous reste 1 point sur 2")
    send.click()
    expect(panel(nadia)).to_contain_text("Vote envoyé")


def test_a_proposal_is_answered_on_a_phone_and_its_objection_is_read(
    server: Server, visitor: Visitor
) -> None:
    made = prepared(server)
    ines = leads(visitor(), made).open("sheet2.verso")
    yann = visitor(phone=True).join(made, "Yann", board="sheet2.verso")
    ines.note("SCIC").click(button="right")
    ines.page.get_by_role("menuitem", name="Demander un consentement").click()
    ines.page.get_by_label("Proposition").fill("Une SCIC en 2027")
    ines.page.get_by_role("dialog").get_by_role("button", name="Demander").click()
    expect(panel(ines)).to_contain_text("Une SCIC en 2027")

    yann.page.locator("#notice").get_by_role("button", name="Répondre").tap()
    send = panel(yann).get_by_role("button", name="Envoyer ma réponse")
    panel(yann).get_by_label("J’objecte").check()
    expect(send).to_have_attribute("aria-disabled", "true")
    panel(yann).get_by_role("textbox", name="Pourquoi").fill("Il manque un budget")
    send.tap()
    expect(panel(yann)).to_contain_text("Réponse envoyée")
    expect(panel(ines)).to_contain_text("1 personne sur 1 a répondu")
    expect(panel(ines)).not_to_contain_text("Il manque un budget")

    panel(ines).get_by_role("button", name="Clore la proposition").click()
    ines.page.get_by_role("dialog").get_by_role("button", name="Clore la proposition").click()
    for one in (ines, yann):
        expect(panel(one)).to_contain_text("Il manque un budget")
        expect(panel(one)).to_contain_text("1 objection")


def test_axe_finds_nothing_in_a_vote_and_its_result(server: Server, chromium: Browser) -> None:
    made = prepared(server)
    context = chromium.new_context(bypass_csp=True, locale="en-GB", viewport=PHONE, color_scheme="dark")
    yann = Person(context.new_page(), server)
    yann.page.context.add_cookies(
        [{"name": "tablee", "value": server.join(made, "Yann").token, "url": server.base}]
    )
    command(server, made, type="vote.open", board="sheet2.verso", dots=5, minutes=5, secret=False)
    yann.page.goto(f"{server.base}/atelier/{made['id']}")
    yann.saved().page.locator("[data-tab=vote]").click()
    panel(yann).locator(".stepper button").nth(1).click()
    panel(yann).locator(".votefoot button").click()
    expect(panel(yann).locator(".why.good")).to_be_visible()
    yann.page.add_script_tag(content=AXE)
    assert yann.page.evaluate(RUN, None) == []
    command(server, made, type="vote.close")
    expect(panel(yann).locator(".results li")).to_have_count(1)
    assert yann.page.evaluate(RUN, None) == []
    context.close()
    assert yann.complaints == []
