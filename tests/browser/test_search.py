"""Finding notes: by words and by filters, on every board, while others go on writing."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, expect
from tests.kit.browser import Person
from tests.kit.server import Server

Visitor = Callable[..., Person]


def jot(one: Person, zone: str, texts: list[str]) -> None:
    one.page.locator(f"#board section[data-zone={zone}]").focus()
    one.page.keyboard.press("n")
    for text in texts:
        one.page.locator("textarea.notefield").wait_for()
        one.page.keyboard.type(text)
        one.page.keyboard.press("Escape" if text == texts[-1] else "Control+Enter")
        expect(one.note(text)).to_be_visible()


def panel(one: Person) -> Locator:
    return one.page.get_by_role("complementary", name="Rechercher")


def look_for(one: Person, words: str) -> None:
    panel(one).get_by_label("Chercher dans toutes les notes").fill(words)


def table(server: Server, visitor: Visitor) -> tuple[dict[str, Any], Person, Person]:
    """Two people: notes of both on a sheet, one on a canvas."""
    made = server.create()
    nadia = visitor().join(made, "Nadia", board="governance")
    jot(nadia, "rules", ["Règle du canevas"])
    nadia.saved().open("sheet2.verso")
    joris = visitor().join(made, "Joris", board="sheet2.verso")
    jot(nadia, "rules", ["Décider à l’unanimité", "Des RÈGLES simples"])
    jot(joris, "costs", ["Le cœur du serveur"])
    expect(nadia.note("Le cœur du serveur")).to_be_visible()
    expect(joris.note("Des RÈGLES simples")).to_be_visible()
    return made, nadia, joris


def test_words_are_found_on_every_board_whatever_their_accents_and_shown_where_they_stand(
    server: Server, visitor: Visitor
) -> None:
    _, nadia, joris = table(server, visitor)
    nadia.page.locator("#board section[data-zone=costs]").focus()
    nadia.page.keyboard.press("/")
    field = panel(nadia).get_by_label("Chercher dans toutes les notes")
    expect(field).to_be_focused()
    nadia.page.keyboard.type("regles simples")
    expect(panel(nadia).locator(".hit")).to_have_count(1)
    expect(panel(nadia).locator(".hit mark")).to_have_text(["RÈGLES", "simples"])
    expect(panel(nadia).get_by_role("heading", level=3)).to_have_text(["Fiche 2, Nous 1"])
    expect(panel(nadia).get_by_role("heading", level=4)).to_have_text(["Nos règles 1"])
    look_for(nadia, "regle")
    # the zone's title counts too
    expect(panel(nadia).locator(".tally p")).to_have_text("3 notes sur 2 supports.")
    expect(nadia.page.locator("#polite")).to_have_text("3 notes sur 2 supports.")
    expect(nadia.note("Le cœur du serveur")).to_have_class(re.compile("dimmed"))
    expect(nadia.note("Des RÈGLES simples")).not_to_have_class(re.compile("dimmed"))
    expect(joris.note("Le cœur du serveur")).not_to_have_class(re.compile("dimmed"))
    look_for(nadia, "COEUR joris")
    expect(panel(nadia).locator(".hit .words")).to_have_text(["Le cœur du serveur"])
    look_for(nadia, "introuvable")
    expect(panel(nadia)).to_contain_text("Aucune note trouvée.")
    panel(nadia).get_by_role("button", name="Tout montrer").click()
    expect(nadia.page.locator(".dimmed")).to_have_count(0)
    expect(nadia.page.locator(".strip")).to_be_hidden()


def test_enter_goes_to_the_note_on_its_board_and_the_next(server: Server, visitor: Visitor) -> None:
    _, nadia, _ = table(server, visitor)
    nadia.page.get_by_role("button", name="Rechercher").click()
    nadia.page.keyboard.type("règle")
    expect(panel(nadia).locator(".hit")).to_have_count(3)
    nadia.page.keyboard.press("Enter")
    expect(nadia.note("Décider à l’unanimité")).to_be_focused()
    panel(nadia).get_by_role("button", name="Note trouvée suivante").click()
    expect(nadia.note("Des RÈGLES simples")).to_have_class(re.compile("sel"))
    panel(nadia).get_by_role("button", name="Note trouvée suivante").click()
    expect(nadia.page).to_have_url(re.compile("governance"))
    expect(nadia.note("Règle du canevas")).to_have_class(re.compile("sel"))
    expect(panel(nadia).get_by_role("button", name="Note trouvée suivante")).to_be_focused()
    panel(nadia).locator(".hit", has_text="Décider").click()
    expect(nadia.page).to_have_url(re.compile("sheet2.verso"))
    expect(nadia.note("Décider à l’unanimité")).to_be_focused()
    nadia.page.keyboard.press("/")
    nadia.page.keyboard.press("ArrowDown")
    nadia.page.keyboard.press("ArrowDown")
    expect(panel(nadia).locator(".hit", has_text="RÈGLES")).to_be_focused()
    nadia.page.keyboard.press("Enter")
    expect(nadia.note("Des RÈGLES simples")).to_be_focused()
    nadia.page.keyboard.press("/")
    nadia.page.keyboard.press("Escape")
    expect(panel(nadia)).to_have_count(0)
    expect(nadia.page.locator(".strip")).to_be_visible()


def test_filters_stand_as_chips_and_the_list_leaves_out_what_does_not_match(
    server: Server, visitor: Visitor
) -> None:
    _, nadia, joris = table(server, visitor)
    joris.note("Décider").click()
    joris.page.keyboard.press("+")
    joris.page.get_by_role("button", name="Rechercher").click()
    panel(joris).get_by_text("Filtrer").click()
    panel(joris).get_by_label("Seulement mes notes").check()
    strip = joris.page.locator(".strip")
    expect(strip).to_contain_text("1 note sur 3")
    expect(joris.note("Décider")).to_have_class(re.compile("dimmed"))
    panel(joris).get_by_label("Seulement mes notes").uncheck()
    panel(joris).get_by_label("Que j’aime").check()
    expect(panel(joris).locator(".hit .words")).to_have_text(["Décider à l’unanimité"])
    panel(joris).get_by_role("button", name=re.compile("^Nadia")).click()
    expect(strip.get_by_role("button", name="Retirer « Nadia »")).to_be_visible()
    strip.get_by_role("button", name="Retirer « Que j’aime »").click()
    expect(strip).to_contain_text("2 notes sur 3")
    panel(joris).get_by_label("Zone").select_option(label="Nos charges à partager")
    expect(strip).to_contain_text("0 note sur 3")
    panel(joris).get_by_label("Zone").select_option(label="Toutes les zones")

    panel(joris).get_by_role("button", name="Fermer la recherche").click()
    joris.page.get_by_role("button", name="Liste").click()
    expect(joris.page.locator("#list li.ln .tx")).to_have_text(
        ["Décider à l’unanimité", "Des RÈGLES simples"]
    )
    # others go on: what matches comes, what does not stays out
    jot(nadia, "rules", ["Encore une de Nadia"])
    expect(joris.page.locator("#list li.ln")).to_have_count(3)
    expect(strip).to_contain_text("3 notes sur 4")
    # one's own new note does not vanish under one's hands
    field = joris.page.locator("#list .cmp input[name=text]").first
    field.fill("La mienne")
    field.press("Enter")
    expect(joris.page.locator("#list li.ln", has_text="La mienne")).to_be_visible()
    strip.get_by_role("button", name="Tout montrer").click()
    expect(joris.page.locator("#list li.ln")).to_have_count(6 - 1)
    expect(joris.page.locator("#polite")).to_have_text("Toutes les notes sont montrées.")


def test_a_search_lives_through_what_others_do(server: Server, visitor: Visitor) -> None:
    _, nadia, joris = table(server, visitor)
    nadia.page.get_by_role("button", name="Rechercher").click()
    nadia.page.keyboard.type("serveur")
    hit = panel(nadia).locator(".hit")
    expect(hit).to_have_count(1)
    nadia.page.keyboard.press("ArrowDown")
    expect(hit).to_be_focused()
    jot(joris, "community", ["Un second serveur"])
    expect(hit).to_have_count(2)
    expect(panel(nadia).locator(".hit", has_text="Le cœur")).to_be_focused()
    joris.note("Le cœur du serveur").click()
    joris.page.keyboard.press("Delete")
    expect(hit.locator(".words")).to_have_text(["Un second serveur"])
    joris.page.keyboard.press("Control+z")
    expect(hit).to_have_count(2)


def test_on_a_phone_the_panel_fills_the_page_and_a_note_found_is_shown_in_the_list(
    server: Server, visitor: Visitor
) -> None:
    made, _, _ = table(server, visitor)
    yann = visitor(phone=True).join(made, "Yann", board="sheet1.verso")
    yann.page.locator("details.menu summary").click()
    yann.page.get_by_role("button", name="Rechercher").click()
    look_for(yann, "coeur")
    panel(yann).locator(".hit").click()
    expect(panel(yann)).to_have_count(0)
    expect(yann.page).to_have_url(re.compile("sheet2.verso"))
    expect(yann.page.locator("#list li.ln", has_text="Le cœur du serveur")).to_be_focused()
    expect(yann.page.locator(".strip")).to_contain_text("1 note sur 3")
    yann.page.locator(".strip").get_by_role("button", name="Tout montrer").click()
    expect(yann.page.locator(".strip")).to_be_hidden()
    assert yann.page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
