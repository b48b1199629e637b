"""People around one table, in real browsers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect
from tests.kit.browser import Person
from tests.kit.server import Server

Visitor = Callable[..., Person]


def test_two_people_and_a_phone_work_on_the_same_verso(server: Server, visitor: Visitor) -> None:
    workshop = server.create()
    nadia = visitor().join(workshop, "Nadia", "CC du Haut-Orme", board="sheet2.verso")
    joris = visitor().join(workshop, "Joris", board="sheet2.verso")
    yann = visitor(phone=True).join(workshop, "Yann", board="sheet2.verso")

    nadia.write("rules", "Réunion tous les quinze jours")
    expect(joris.note("Réunion tous les quinze jours")).to_be_visible()

    yann.page.get_by_role("button", name="Zone suivante").first.click()
    yann.page.get_by_label("Nouvelle note dans Ce que le commun rend").fill("Une carte à jour")
    yann.page.get_by_label("Nouvelle note dans Ce que le commun rend").press("Enter")
    expect(nadia.note("Une carte à jour")).to_be_visible()
    expect(nadia.zone("returns").locator("li.note .who")).to_have_text("Yann")
    for one in (nadia, joris, yann):
        one.saved()


def test_typing_inside_somebody_elses_note_keeps_both_texts(server: Server, visitor: Visitor) -> None:
    workshop = server.create()
    nadia = visitor().join(workshop, "Nadia", board="sheet2.verso")
    joris = visitor().join(workshop, "Joris", board="sheet2.verso")
    nadia.write("rules", "Compte rendu")
    nadia.note("Compte rendu").dblclick()
    joris.note("Compte rendu").dblclick()
    expect(joris.page.locator("li.note[data-writer]")).to_have_attribute("data-writer", "Nadia écrit…")
    nadia.page.keyboard.press("Home")
    nadia.page.keyboard.type("Un ")
    joris.page.keyboard.press("End")
    joris.page.keyboard.type(" public 😀")
    for one in (nadia, joris):
        expect(one.page.locator("textarea.notefield")).to_have_value("Un Compte rendu public 😀")
        one.page.keyboard.press("Escape")
    nadia.page.reload()
    expect(nadia.note("Un Compte rendu public 😀")).to_be_visible()


def test_two_people_on_two_boards_see_only_their_own(server: Server, visitor: Visitor) -> None:
    workshop = server.create()
    nadia = visitor().join(workshop, "Nadia", board="sheet1.verso")
    joris = visitor().join(workshop, "Joris", board="governance")
    nadia.write("need", "Comment partager les comptages ?")
    joris.write("mission", "Servir les trajets du quotidien")
    nadia.saved()
    joris.saved()
    expect(joris.note("Comment partager")).to_have_count(0)
    joris.open("sheet1.verso")
    expect(joris.note("Comment partager les comptages ?")).to_be_visible()


def test_a_note_moves_by_drag_and_by_dialog_and_undo_takes_it_back(server: Server, visitor: Visitor) -> None:
    workshop = server.create()
    nadia = visitor().join(workshop, "Nadia", board="sheet2.verso")
    joris = visitor().join(workshop, "Joris", board="sheet2.verso")
    nadia.write("rules", "À ranger")
    nadia.drag("À ranger", "costs")
    expect(nadia.zone("costs").locator("li.note")).to_have_count(1)
    expect(joris.zone("costs").locator("li.note")).to_have_count(1)
    nadia.page.get_by_role("button", name="Annuler").click()
    expect(joris.zone("rules").locator("li.note")).to_have_count(1)
    nadia.page.get_by_role("button", name="Rétablir").click()
    expect(joris.zone("costs").locator("li.note")).to_have_count(1)
    nadia.note("À ranger").focus()
    nadia.page.keyboard.press("m")
    nadia.page.locator("dialog #move-to").select_option(label="Nos instances")
    nadia.page.get_by_role("dialog").get_by_role("button", name="Déplacer", exact=True).click()
    expect(joris.zone("bodies").locator("li.note")).to_have_count(1)


def test_escape_puts_a_dragged_note_back(server: Server, visitor: Visitor) -> None:
    nadia = visitor().join(server.create(), "Nadia", board="sheet2.verso")
    nadia.write("rules", "Reste ici")
    start, end = nadia.note("Reste ici").bounding_box(), nadia.zone("costs").bounding_box()
    assert start is not None and end is not None
    nadia.page.mouse.move(start["x"] + 20, start["y"] + 20)
    nadia.page.mouse.down()
    nadia.page.mouse.move(end["x"] + 60, end["y"] + 90, steps=6)
    expect(nadia.zone("costs")).to_have_class("zone drop")
    nadia.page.keyboard.press("Escape")
    nadia.page.mouse.up()
    expect(nadia.zone("rules").locator("li.note")).to_have_count(1)
    expect(nadia.zone("costs").locator("li.note")).to_have_count(0)


def test_delete_and_colour_reach_others_and_undo_restores(server: Server, visitor: Visitor) -> None:
    workshop = server.create()
    nadia = visitor().join(workshop, "Nadia", board="sheet2.verso")
    joris = visitor().join(workshop, "Joris", board="sheet2.verso")
    nadia.write("rules", "Provisoire")
    nadia.note("Provisoire").click()
    nadia.page.get_by_role("button", name="Couleur").click()
    nadia.page.get_by_role("button", name="Lagon").click()
    expect(joris.page.locator("li.note.t-lagon")).to_have_count(1)
    nadia.note("Provisoire").focus()
    nadia.page.keyboard.press("Delete")
    expect(joris.note("Provisoire")).to_have_count(0)
    nadia.page.keyboard.press("Control+z")
    expect(joris.note("Provisoire")).to_be_visible()


def test_undo_takes_back_ones_own_acts_only(server: Server, visitor: Visitor) -> None:
    workshop = server.create()
    nadia = visitor().join(workshop, "Nadia", board="sheet2.verso")
    joris = visitor().join(workshop, "Joris", board="sheet2.verso")
    nadia.write("rules", "De Nadia")
    joris.write("costs", "De Joris")
    expect(nadia.note("De Joris")).to_be_visible()
    while nadia.page.locator("#undo").is_enabled():
        nadia.page.locator("#undo").click()
    expect(joris.note("De Nadia")).to_have_count(0)
    expect(joris.note("De Joris")).to_be_visible()


def test_five_notes_in_a_row_without_leaving_the_keyboard(server: Server, visitor: Visitor) -> None:
    nadia = visitor().join(server.create(), "Nadia", board="sheet2.verso")
    nadia.zone("rules").focus()
    nadia.page.keyboard.press("n")
    for number in range(5):
        nadia.page.locator("textarea.notefield").wait_for()
        nadia.page.keyboard.type(f"idée {number}")
        nadia.page.keyboard.press("Control+Enter" if number < 4 else "Escape")
        expect(nadia.note(f"idée {number}")).to_be_visible()
    expect(nadia.zone("rules").locator("li.note")).to_have_count(5)


def test_the_sheet_turns_over_and_each_stakeholder_has_a_recto(server: Server, visitor: Visitor) -> None:
    workshop = server.create()
    visitor().join(workshop, "Yann", "Roulibre")
    nadia = visitor().join(workshop, "Nadia", "CC du Haut-Orme", board="sheet2.verso")
    nadia.page.keyboard.press("r")
    expect(nadia.page.locator(".tab.on")).to_contain_text("CC du Haut-Orme")
    nadia.write("brings", "Comptages de 14 lignes")
    nadia.page.get_by_role("button", name="Roulibre").click()
    expect(nadia.note("Comptages")).to_have_count(0)
    nadia.page.get_by_role("button", name="Nous · verso").click()
    expect(nadia.page.locator(".sheet h1")).to_have_text("Convergence des actions")
    expect(nadia.page.locator(".sheet.face-nous")).to_be_visible()


@pytest.mark.parametrize("board", ["sheet1.verso", "sheet2.verso", "sheet3.verso", "governance", "economic"])
def test_every_board_opens_whole_in_the_window(server: Server, visitor: Visitor, board: str) -> None:
    nadia = visitor().join(server.create(), "Nadia", board=board)
    sheet, window = nadia.page.locator(".sheet").bounding_box(), nadia.page.viewport_size
    assert sheet is not None and window is not None
    assert sheet["x"] >= 0 and sheet["y"] >= 0
    assert sheet["x"] + sheet["width"] <= window["width"] and sheet["y"] + sheet["height"] <= window["height"]


def test_a_code_with_a_mistake_is_said_and_kept(server: Server, visitor: Visitor) -> None:
    nadia = visitor()
    nadia.page.goto(server.base)
    nadia.page.get_by_label("Code de l’atelier").fill("aaaa-bbbb")
    nadia.page.get_by_role("button", name="Continuer").click()
    expect(nadia.page.get_by_role("alert")).to_contain_text("Ce code ne mène à aucun atelier")
    expect(nadia.page.get_by_label("Code de l’atelier")).to_have_value("AAAA-BBBB")
    expect(nadia.page.get_by_label("Code de l’atelier")).to_be_focused()


def test_the_doors_work_without_script_up_to_the_board(server: Server, visitor: Visitor) -> None:
    workshop = server.create()
    seat = server.join(workshop, "Joris")
    server.call(
        "POST",
        f"/api/rooms/{seat.room}/notes",
        {"board": "sheet1.verso", "zone": "need", "text": "Lisible sans script"},
        token=seat.token,
    )
    nadia = visitor(script=False)
    nadia.page.goto(server.base)
    nadia.page.get_by_label("Code de l’atelier").fill(workshop["code"])
    nadia.page.get_by_role("button", name="Continuer").click()
    nadia.page.get_by_label("Votre prénom").fill("Nadia")
    nadia.page.get_by_role("button", name="Prendre place").click()
    nadia.page.wait_for_url("**/atelier/**")
    expect(nadia.page.get_by_text("Lisible sans script")).to_be_visible()


def test_an_organiser_sets_a_table_and_invites(server: Server, visitor: Visitor) -> None:
    ines = visitor()
    ines.page.goto(f"{server.base}/creer")
    ines.page.get_by_label("Titre de l’atelier").fill("Jardin partagé")
    ines.page.get_by_role("button", name="Créer l’atelier").click()
    link = ines.page.get_by_label("Animation", exact=True).input_value()
    bruno = visitor()
    bruno.page.goto(link)
    bruno.page.get_by_label("Votre prénom").fill("Bruno")
    expect(bruno.page).to_have_url(f"{server.base}/i")
    bruno.page.get_by_role("button", name="Prendre place").click()
    bruno.page.wait_for_url("**/animation/**")
    expect(bruno.page.locator(".top").get_by_text("Jardin partagé")).to_be_visible()


def test_offline_is_said_and_what_was_written_arrives_on_return(server: Server, visitor: Visitor) -> None:
    workshop = server.create()
    nadia = visitor().join(workshop, "Nadia", board="sheet2.verso")
    joris = visitor().join(workshop, "Joris", board="sheet2.verso")
    server.call("POST", "/api/join", {"code": workshop["code"], "name": "Témoin"})
    nadia.page.context.set_offline(True)
    nadia.write("rules", "Écrite hors ligne")
    nadia.page.context.set_offline(False)
    expect(joris.note("Écrite hors ligne")).to_be_visible()
    nadia.saved()


def test_people_join_over_plain_http_on_a_local_network(server: Server, visitor: Visitor) -> None:
    workshop = server.create()
    nadia = visitor()
    nadia.page.goto(f"http://tablee.test:{server.port}/a/{workshop['code']}")
    nadia.page.get_by_label("Votre prénom").fill("Nadia")
    nadia.page.get_by_role("button", name="Prendre place").click()
    nadia.page.wait_for_url("**/atelier/**")
    nadia.saved().write("need", "Sans https, dans la salle")
    nadia.saved()
