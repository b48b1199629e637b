"""Moderation at the table: a facilitator and two people, with locks, hidden notes and what is taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect
from tests.kit.browser import Person
from tests.kit.server import Server

Visitor = Callable[..., Person]
BOARD = "sheet2.verso"


def lead(person: Person, workshop: dict[str, Any], name: str = "Inès") -> Person:
    """In through the facilitator's link, to the first group's table."""
    person.page.goto(f"{person.server.base}/i#{workshop['invitations']['facilitator']}")
    person.page.get_by_label("Votre prénom").fill(name)
    person.page.get_by_role("button", name="Prendre place").click()
    person.page.wait_for_url("**/animation/**")
    person.page.goto(f"{person.server.base}/atelier/{workshop['id']}?board={BOARD}")
    return person.saved()


def item(person: Person, name: str) -> None:
    person.page.get_by_role("menuitem", name=name, exact=True).click()


def menu_of(person: Person, text: str) -> None:
    person.note(text).click(button="right")


def zone_menu(person: Person, zone: str) -> None:
    box = person.zone(zone).bounding_box()
    assert box is not None
    person.page.mouse.click(box["x"] + box["width"] * 0.7, box["y"] + box["height"] * 0.75, button="right")


def test_locks_say_by_whom_and_until_when_and_all_is_frozen_at_once(server: Server, visitor: Visitor) -> None:
    workshop = server.create()
    nadia = visitor().join(workshop, "Nadia", board=BOARD)
    ines = lead(visitor(), workshop)
    zone_menu(ines, "rules")
    item(ines, "Verrouiller cette zone un moment…")
    ines.page.get_by_role("button", name="15 minutes").click()
    ines.page.get_by_role("button", name="Verrouiller", exact=True).click()
    line = "Verrouillée par Inès, rouvre dans 15\u00a0min"
    expect(nadia.zone("rules").locator(".lockline")).to_have_text(line)
    expect(nadia.zone("rules")).to_have_accessible_description(line)
    expect(ines.zone("rules").locator(".lockline")).to_contain_text("par vous, rouvre dans 15\u00a0min")
    phone = visitor(phone=True).join(workshop, "Joris", board=BOARD)
    expect(phone.page.locator("#list")).to_contain_text(line)
    zone_menu(ines, "rules")
    item(ines, "Rouvrir cette zone")
    expect(nadia.zone("rules").locator(".lockline")).to_have_count(0)

    board = ines.page.locator("#board").get_by_role("button", name="Animer ce support")
    board.click()
    item(ines, "Verrouiller ce support")
    expect(nadia.page.locator(".chip.readonly")).to_have_text("Support verrouillé par Inès")
    board.click()
    item(ines, "Rouvrir ce support")
    expect(nadia.page.locator(".chip.readonly")).to_have_count(0)
    board.click()
    item(ines, "Tout figer")
    expect(nadia.page.locator("#notice")).to_contain_text("Inès a tout figé. On peut lire, pas écrire.")
    expect(nadia.page.locator(".chip.readonly")).to_have_text("Tout est verrouillé par Inès")
    expect(ines.page.locator("#notice")).to_contain_text("Vous avez tout figé")  # its page knows it, too
    board.click()
    item(ines, "Tout rouvrir")
    expect(nadia.page.locator("#notice")).not_to_contain_text("figé")
    nadia.write("rules", "De nouveau ouverte")
    zone_menu(nadia, "costs")
    item(nadia, "Cette zone est terminée")
    for one in (nadia, ines):
        expect(one.zone("costs")).to_have_accessible_description("Terminée")
    costs = phone.page.locator("#list .zoneitem[data-zone=costs]")
    expect(costs).to_contain_text("Terminée")
    nadia.write("costs", "Encore une")


def test_a_note_is_hidden_shown_again_and_given_back(server: Server, visitor: Visitor) -> None:
    workshop = server.create()
    nadia = visitor().join(workshop, "Nadia", board=BOARD)
    joris = visitor().join(workshop, "Joris", board=BOARD)
    ines = lead(visitor(), workshop)
    nadia.write("rules", "Un nom propre")
    nadia.write("costs", "Une autre")
    expect(ines.note("Une autre")).to_be_visible()
    menu_of(ines, "Un nom propre")
    item(ines, "Masquer la note")
    for one in (nadia, joris, ines):
        expect(one.note("Un nom propre")).to_have_count(0)
    expect(nadia.page.locator("#notice")).to_contain_text("Inès a masqué cette note.")
    expect(nadia.page.locator("#notice")).to_contain_text("Un nom propre")
    expect(nadia.page.locator("#notice").get_by_role("button", name="Rétablir")).to_have_count(0)
    expect(joris.page.locator("#notice")).to_be_hidden()
    ines.page.get_by_role("button", name="Notes masquées…").click()
    hidden = ines.page.get_by_role("dialog", name="Notes masquées")
    expect(hidden.get_by_role("listitem")).to_contain_text("Un nom propre")
    expect(hidden.get_by_role("listitem")).to_contain_text("Masquée par vous")
    hidden.get_by_role("button", name="Montrer de nouveau", exact=True).click()
    expect(hidden).to_contain_text("Aucune note masquée.")
    hidden.get_by_role("button", name="Fermer").click()
    for one in (nadia, joris):
        expect(one.note("Un nom propre")).to_contain_text("Nadia" if one is joris else "Vous")

    menu_of(ines, "Un nom propre")
    item(ines, "Rendre à la personne qui l'a écrite…".replace("'", "’"))
    ines.page.get_by_label("Pourquoi (facultatif)").fill("Sans les noms.")
    ines.page.get_by_role("button", name="Rendre la note").click()
    notice = nadia.page.locator("#notice .one", has_text="Inès vous rend une note.")
    expect(notice).to_contain_text("Sans les noms.")
    expect(notice).to_contain_text("Un nom propre")
    expect(joris.note("Un nom propre")).to_have_count(0)
    expect(joris.page.locator("#notice")).to_be_hidden()
    notice.get_by_role("button", name="Remettre en nouvelle note").click()
    expect(joris.note("Un nom propre")).to_be_visible()
    expect(notice).to_have_count(0)


def test_what_somebody_did_is_taken_back_and_put_back(server: Server, visitor: Visitor) -> None:
    workshop = server.create()
    nadia = visitor().by_the_door(workshop, "Nadia").open(BOARD)
    joris = visitor().join(workshop, "Joris", board=BOARD)
    ines = lead(visitor(), workshop)
    joris.write("rules", "Une règle")
    joris.write("costs", "Un coût")
    nadia.write("bodies", "Intruse")
    nadia.note("Un coût").focus()
    nadia.page.keyboard.press("Delete")
    expect(joris.note("Un coût")).to_have_count(0)
    expect(ines.note("Intruse")).to_be_visible()
    ines.page.locator("#open-around").click()
    seat = ines.page.locator("#people li", has_text="Nadia")
    seat.get_by_role("button", name="Actions sur Nadia").click()
    item(ines, "Annuler ce que Nadia a fait…")
    dialog = ines.page.get_by_role("dialog")
    expect(dialog.get_by_role("status")).to_have_text("2 notes seront touchées.")
    dialog.get_by_role("button", name="Annuler ces changements").click()
    for one in (nadia, joris):
        expect(one.note("Intruse")).to_have_count(0)
        expect(one.note("Un coût")).to_be_visible()
        expect(one.note("Une règle")).to_be_visible()
    expect(ines.page.locator("#notice")).to_contain_text("2 notes touchées")
    ines.page.get_by_role("button", name="Tout remettre").click()
    expect(joris.note("Intruse")).to_be_visible()
    expect(joris.note("Un coût")).to_have_count(0)
    seat.get_by_role("button", name="Actions sur Nadia").click()
    item(ines, "Retirer Nadia…")
    ines.page.get_by_label("Empêcher son retour").check()
    ines.page.get_by_role("button", name="Retirer", exact=True).click()
    expect(seat).to_have_count(0)
    expect(nadia.page.locator("#notice")).to_contain_text("Vous n’avez plus accès à cette salle")
    nadia.page.goto(f"{server.base}/a/{workshop['code']}")
    nadia.page.get_by_label("Votre prénom").fill("Zoé")
    nadia.page.get_by_role("button", name="Prendre place").click()
    expect(nadia.page.locator("body")).to_contain_text("Votre place dans cet atelier a été retirée.")
