"""Cards of real commons: projected to all, read by anybody, with and without a network."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect
from tests.browser.test_conduct import Workshop, button
from tests.kit.browser import Person
from tests.kit.server import Server

Visitor = Callable[..., Person]


def open_cards(person: Person) -> None:
    person.page.locator(".menu > summary").click()
    button(person.page, "Exemples et ressources").click()


def test_a_card_is_projected_heading_by_heading_and_nobody_is_held(server: Server, visitor: Visitor) -> None:
    workshop = Workshop(server)
    nadia = visitor().join(workshop.made, "Nadia")
    joris = visitor(phone=True).join(workshop.made, "Joris")
    ines = workshop.enter(visitor(), workshop.ines)
    nadia.write("need", "Je viens en car")
    nadia.note("Je viens en car").click()
    workshop.do("step.go", step="immersion")
    expect(button(joris.page, "Voir les exemples")).to_be_visible()
    button(ines.page, "Voir les exemples").click()
    ines.page.get_by_label("Exemple", exact=True).select_option(label="TerriSTORY")
    button(ines.page, "Montrer à tous").click()
    for one in (nadia, joris):
        deck = one.page.locator(".deck")
        expect(deck.get_by_role("heading", name="TerriSTORY")).to_be_visible()
        expect(deck).to_contain_text("Faits et chiffres de 2023")
        expect(deck.locator(".head")).to_have_count(7)
        expect(deck).to_contain_text("Que reprendrions-nous")
    expect(nadia.page.locator("#deck-title")).to_be_focused()
    for key in ("Delete", "n"):  # what lies under the cards takes no keys
        nadia.page.keyboard.press(key)
    nadia.page.locator("#main").focus()
    nadia.page.keyboard.press("n")
    expect(nadia.page.locator("textarea.notefield")).to_have_count(0)
    button(ines.page, "Maturité").click()
    for one in (nadia, joris):
        expect(one.page.locator(".head.here")).to_contain_text("600 intercommunalités")

    button(nadia.page, "Rester sur mon support").click()
    expect(nadia.page.locator(".deck")).to_have_count(0)
    expect(nadia.page.locator(".deckband")).to_contain_text("Inès montre l’exemple TerriSTORY")
    button(ines.page, "Exemple précédent").click()
    expect(joris.page.locator(".deckcard h3")).not_to_have_text("TerriSTORY")
    expect(nadia.page.locator(".deckband")).not_to_contain_text("TerriSTORY")
    expect(nadia.page.locator(".deck")).to_have_count(0)
    button(nadia.page, "Suivre").click()
    expect(nadia.page.locator(".deckcard h3")).not_to_have_text("TerriSTORY")
    button(nadia.page, "Rester sur mon support").click()
    button(ines.page, "Ne plus montrer").click()
    expect(joris.page.locator(".deck")).to_have_count(0)
    expect(nadia.page.locator(".deckband")).to_have_count(0)
    expect(nadia.note("Je viens en car")).to_be_visible()
    expect(nadia.page.locator("#board[inert]")).to_have_count(0)


def test_cards_are_read_by_keyboard_and_without_a_network(server: Server, visitor: Visitor) -> None:
    workshop = Workshop(server)
    nadia = visitor().join(workshop.made, "Nadia")
    page = nadia.page
    expect(page.locator("html[data-deck=ready]")).to_have_count(1)
    page.context.set_offline(True)
    open_cards(nadia)
    expect(page.locator("#deck-title")).to_be_focused()
    title = page.locator(".deckcard h3")
    first = title.inner_text()
    page.keyboard.press("ArrowRight")
    expect(title).not_to_have_text(first)
    page.keyboard.press("ArrowLeft")
    expect(title).to_have_text(first)
    button(page, "Comme une fiche").click()
    expect(page.locator(".deckcard")).to_contain_text("et non par un atelier")
    expect(page.locator(".decknote")).to_have_count(7)
    page.get_by_role("button", name="Ressources", exact=True).click()
    link = page.get_by_role("link", name="OpenStreetMap France")
    expect(link).to_have_attribute("target", "_blank")
    page.keyboard.press("Escape")
    expect(page.locator(".deck")).to_have_count(0)
    expect(page.locator("summary.btn")).to_be_visible()


def test_the_guide_stands_in_the_agenda_and_in_the_card_of_a_step(server: Server, visitor: Visitor) -> None:
    workshop = Workshop(server)
    nadia = visitor().join(workshop.made, "Nadia")
    expect(nadia.page.locator("html[data-deck=ready]")).to_have_count(1)
    workshop.do("step.go", step="s2_je")
    expect(nadia.page.locator(".stepcard .aim")).to_contain_text("avant d’avoir lu les autres")
    ines = workshop.enter(visitor(), workshop.ines)
    ines.page.goto(f"{server.base}/animation/{workshop.made['id']}")
    expect(ines.page.locator(".advice")).to_contain_text("une idée par note")
    expect(ines.page.locator(".advice")).to_contain_text("12 à 25 min")
    workshop.do("step.go", step="immersion")
    ines.page.get_by_role("link", name="Montrer un exemple").click()
    expect(ines.page.locator("#deck-title")).to_be_focused()


def test_who_prepares_ticks_and_writes_and_finds_it_again(server: Server, visitor: Visitor) -> None:
    made = server.create(organiser="Claire")
    claire = visitor()
    claire.page.context.add_cookies([{"name": "tablee", "value": made["token"], "url": server.base}])
    claire.page.goto(f"{server.base}/organisation/{made['id']}#avant")
    page = claire.page
    expect(page.get_by_role("heading", name="Préparatifs")).to_be_visible()
    expect(page.get_by_role("link", name="code.gouv.fr")).to_be_visible()
    page.get_by_label("Les fiches en A4").check()
    page.get_by_label("Qui y répond déjà").fill("BlaBlaCar, et le car du conseil régional")
    page.get_by_label("Quels objectifs partagés").fill("Moins de voitures seules")
    page.get_by_label("Quels objectifs partagés").blur()
    expect(page.locator("#saved")).to_have_text("Enregistré")
    page.reload()
    expect(page.get_by_label("Les fiches en A4")).to_be_checked()
    expect(page.get_by_label("Qui y répond déjà")).to_have_value("BlaBlaCar, et le car du conseil régional")
    expect(page.get_by_label("Quels objectifs partagés")).to_have_value("Moins de voitures seules")
