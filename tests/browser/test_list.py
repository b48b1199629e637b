"""The list by zone: everything a participant does, by keyboard only and on a phone, seen by others."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.kit.browser import Person
from tests.kit.server import Seat, Server

Visitor = Callable[..., Person]
BOARD = "sheet2.verso"


def zone(person: Person, name: str) -> Locator:
    return person.page.locator(f"#list section[data-zone={name}]")


def line(person: Person, text: str) -> Locator:
    return person.page.locator("#list li.ln", has=person.page.locator(".tx p", has_text=text))


def texts(person: Person, name: str) -> Locator:
    return zone(person, name).locator("li.ln .tx p")


def composer(person: Person) -> Locator:
    return person.page.get_by_role("textbox", name=re.compile("^Nouvelle note dans"))


def said(person: Person, words: str | re.Pattern[str]) -> None:
    expect(person.page.locator("#polite")).to_contain_text(words)


def post(server: Server, seat: Seat, text: str, where: str = "rules", board: str = BOARD) -> str:
    answer = server.call(
        "POST",
        f"/api/rooms/{seat.room}/notes",
        {"board": board, "zone": where, "text": text},
        token=seat.token,
    )
    assert answer.status == 201, answer.body
    return str(answer.json["id"])


def in_list(person: Person, board: str = BOARD) -> Person:
    """Open a board and go to the list with the keyboard."""
    person.open(board)
    person.page.keyboard.press("l")
    expect(person.page.locator("#list")).to_be_visible()
    return person


def tab_to(page: Page, target: Locator, most: int = 60) -> None:
    for _ in range(most):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("the Tab key does not come there")


def test_the_whole_journey_by_keyboard_only(server: Server, visitor: Visitor) -> None:
    workshop = server.create()
    nadia = in_list(visitor().join(workshop, "Nadia", "CC du Haut-Orme"))
    joris = visitor().join(workshop, "Joris", board=BOARD)
    page, keys = nadia.page, nadia.page.keyboard

    # five notes in a row, from the zone's own button
    tab_to(page, page.get_by_role("button", name="Ajouter une note dans Nos règles"))
    keys.press("Enter")
    expect(composer(nadia)).to_be_focused()
    for number in range(5):
        keys.type(f"idée {number}")
        keys.press("Enter")
        expect(texts(nadia, "rules")).to_have_count(number + 1)
    expect(joris.zone("rules").locator("li.note")).to_have_count(5)
    keys.press("Escape")
    expect(line(nadia, "idée 4")).to_be_focused()

    # write
    keys.press("Enter")
    page.locator("textarea.notefield").wait_for()
    keys.type(" plus longue")
    expect(joris.note("idée 4 plus longue")).to_be_visible()
    keys.press("Escape")
    expect(line(nadia, "idée 4 plus longue")).to_be_focused()

    # up and down in reading order, the focus stays on the note
    keys.press("Control+ArrowUp")
    expect(texts(nadia, "rules")).to_have_text(["idée 0", "idée 1", "idée 2", "idée 4 plus longue", "idée 3"])
    expect(line(nadia, "idée 4 plus longue")).to_be_focused()
    expect(joris.zone("rules").locator("li.note p")).to_have_text(
        ["idée 0", "idée 1", "idée 2", "idée 4 plus longue", "idée 3"]
    )
    keys.press("Control+ArrowDown")
    expect(texts(nadia, "rules").last).to_have_text("idée 4 plus longue")

    # move by the dialog
    keys.press("m")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.get_by_role("dialog").get_by_label("Zone").select_option(label="Nos instances")
    tab_to(page, page.get_by_role("button", name="Déplacer", exact=True))
    keys.press("Enter")
    expect(joris.zone("bodies").locator("li.note")).to_have_count(1)
    expect(texts(nadia, "bodies")).to_have_text(["idée 4 plus longue"])

    # like and comment
    line(nadia, "idée 0").focus()
    keys.press("+")
    said(nadia, "Vous aimez cette note")
    expect(line(nadia, "idée 0").locator(".meta")).to_contain_text("1 J’aime")
    expect(joris.note("idée 0")).to_have_attribute("aria-label", re.compile("1 j’aime"))
    keys.press("c")
    page.get_by_role("dialog").wait_for()
    keys.type("À préciser")
    keys.press("Control+Enter")
    expect(page.get_by_role("dialog")).to_contain_text("À préciser")
    keys.press("Escape")
    expect(line(nadia, "idée 0")).to_be_focused()
    expect(joris.note("idée 0")).to_have_attribute("aria-label", re.compile("1 commentaire"))

    # choose several, group them under a title, take the group apart
    keys.press("Shift+ArrowDown")
    keys.press("Shift+ArrowDown")
    expect(page.locator("#list li.ln.picked")).to_have_count(3)
    keys.press("Shift+ArrowUp")
    expect(page.locator("#list li.ln.picked")).to_have_count(2)
    keys.press("g")
    page.get_by_role("dialog").wait_for()
    keys.type("Rythme")
    keys.press("Enter")
    expect(page.get_by_role("heading", level=3, name="Rythme")).to_be_visible()
    expect(joris.note("idée 1")).to_have_attribute("aria-label", re.compile("groupe Rythme"))
    tab_to(page, page.get_by_role("button", name="Dégrouper Rythme"))
    keys.press("Enter")
    expect(page.get_by_role("heading", level=3, name="Rythme")).to_have_count(0)

    # lock from the menu of the note: the other may not change it any more
    line(nadia, "idée 2").focus()
    keys.press("Escape")  # nothing is chosen any more
    keys.press("Shift+F10")
    menu = page.get_by_role("menu", name="Actions sur cette note")
    expect(menu).to_be_visible()
    for _ in range(30):
        if "Verrouiller" in menu.locator(":focus").inner_text():
            break
        keys.press("ArrowDown")
    keys.press("Enter")
    expect(line(nadia, "idée 2")).to_contain_text("Verrouillée")
    expect(joris.note("idée 2")).to_have_class(re.compile(r"\blocked\b"))

    # delete, and take it back and again
    line(nadia, "idée 3").focus()
    keys.press("Delete")
    expect(joris.note("idée 3")).to_have_count(0)
    expect(line(nadia, "idée 2")).to_be_focused()
    keys.press("Control+z")
    expect(joris.note("idée 3")).to_have_count(1)
    keys.press("Control+y")
    expect(joris.note("idée 3")).to_have_count(0)
    keys.press("Control+z")
    expect(line(nadia, "idée 3")).to_be_visible()

    # turn the sheet over and back, and go to the other view: the note one was on has the focus there
    keys.press("r")
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Convergence des actions"))
    expect(page.locator("#list .listhead")).to_contain_text("Je, recto de CC du Haut-Orme")
    keys.press("r")
    expect(page.locator("#list .listhead")).to_contain_text("Nous, verso partagé")
    line(nadia, "idée 1").focus()
    keys.press("l")
    expect(nadia.note("idée 1")).to_be_focused()
    keys.press("l")
    expect(line(nadia, "idée 1")).to_be_focused()
    nadia.saved()
    page.reload()
    expect(page.locator("#list")).to_be_visible()  # the choice is remembered


def test_a_line_that_goes_away_leaves_the_focus_to_the_next_and_it_is_said(
    server: Server, visitor: Visitor
) -> None:
    workshop = server.create()
    seat = server.join(workshop, "Joris")
    ids = [post(server, seat, text) for text in ("première", "deuxième", "troisième")]
    nadia = in_list(visitor().join(workshop, "Nadia"))
    joris = visitor().join(workshop, "Karim", board=BOARD)
    line(nadia, "deuxième").focus()
    expect(line(nadia, "deuxième")).to_have_class(re.compile(r"\bcur\b"))
    joris.note("deuxième").focus()
    joris.page.keyboard.press("Delete")
    expect(line(nadia, "troisième")).to_be_focused()
    said(nadia, "La note où vous étiez a été supprimée.")
    joris.note("troisième").focus()
    joris.page.keyboard.press("Delete")
    expect(line(nadia, "première")).to_be_focused()
    joris.note("première").focus()
    joris.page.keyboard.press("Delete")
    expect(nadia.page.get_by_role("heading", level=2, name="Nos règles")).to_be_focused()
    assert len(ids) == 3


def test_what_others_do_leaves_focus_and_writing_alone(server: Server, visitor: Visitor) -> None:
    workshop = server.create()
    seat = server.join(workshop, "Joris")
    post(server, seat, "à écrire")
    nadia = in_list(visitor().join(workshop, "Nadia"))
    karim = visitor().join(workshop, "Karim", board=BOARD)
    line(nadia, "à écrire").dblclick()
    nadia.page.locator("textarea.notefield").wait_for()
    expect(karim.note("à écrire")).to_have_attribute("data-writer", "Nadia écrit…")
    karim.write("costs", "ailleurs")
    post(server, seat, "autour")
    expect(line(nadia, "ailleurs")).to_be_visible()
    expect(line(nadia, "autour")).to_be_visible()
    nadia.page.keyboard.type(" encore")
    expect(karim.note("à écrire encore")).to_be_visible()
    expect(nadia.page.locator("textarea.notefield")).to_be_focused()
    nadia.page.keyboard.press("Escape")
    # who writes is named in the line
    karim.note("à écrire encore").focus()
    karim.page.keyboard.press("Enter")
    expect(line(nadia, "à écrire encore").locator(".meta")).to_contain_text("Karim écrit…")


def test_everything_of_the_menu_is_done_to_the_note(server: Server, visitor: Visitor) -> None:
    workshop = server.create()
    nadia = in_list(visitor().join(workshop, "Nadia"))
    joris = visitor().join(workshop, "Joris", board=BOARD)
    page = nadia.page
    page.get_by_role("button", name="Ajouter une note dans Nos règles").click()
    page.keyboard.type("Une idée. Et une autre")
    page.keyboard.press("Enter")

    def do(text: str, act: str) -> None:
        line(nadia, text).get_by_role("button", name=re.compile("^Actions sur")).click()
        page.get_by_role("menuitem", name=re.compile(f"^{act}")).click()

    do("Une idée", "Couleur")
    page.get_by_role("menuitem", name="Lagon").click()
    expect(joris.page.locator("li.note.t-lagon")).to_have_count(1)
    do("Une idée", "Étiquettes")
    page.get_by_role("dialog").get_by_role("textbox").first.fill("urgent")
    page.keyboard.press("Enter")
    expect(joris.note("Une idée")).to_have_attribute("aria-label", re.compile("urgent"))
    if page.get_by_role("dialog").count():
        page.keyboard.press("Escape")
    do("Une idée", "Dupliquer")
    expect(joris.zone("rules").locator("li.note")).to_have_count(2)
    line(nadia, "Une idée").last.focus()
    page.keyboard.press("Delete")
    expect(joris.zone("rules").locator("li.note")).to_have_count(1)
    do("Une idée", "Couper en deux")
    expect(joris.zone("rules").locator("li.note p")).to_have_text(["Une idée.", "Et une autre"])
    do("Et une autre", "Verrouiller")
    expect(line(nadia, "Et une autre")).to_contain_text("Verrouillée")
    # who may not change it is told so, and is offered what remains
    joris.page.keyboard.press("l")
    line(joris, "Et une autre").click()
    expect(line(joris, "Et une autre")).to_contain_text("la personne qui l’a écrite et l’animation")
    expect(line(joris, "Et une autre").get_by_role("button", name="Supprimer")).to_have_count(0)
    expect(line(joris, "Et une autre").get_by_role("button", name="Commenter")).to_be_visible()


def test_several_notes_are_chosen_with_boxes_and_moved_together(server: Server, visitor: Visitor) -> None:
    workshop = server.create()
    seat = server.join(workshop, "Joris")
    for number in range(4):
        post(server, seat, f"note {number}")
    nadia = in_list(visitor().join(workshop, "Nadia"))
    page = nadia.page
    line(nadia, "note 0").locator(".b").click()
    expect(page.get_by_role("group", name="Notes choisies")).to_contain_text("1 note choisie")
    line(nadia, "note 2").get_by_role("checkbox").click()
    expect(page.get_by_role("group", name="Notes choisies")).to_contain_text("2 notes choisies")
    line(nadia, "note 3").click(modifiers=["Control"])
    line(nadia, "note 3").click(modifiers=["Control"])
    expect(page.get_by_role("group", name="Notes choisies")).to_contain_text("2 notes choisies")
    page.get_by_role("group", name="Notes choisies").get_by_role("button", name="Déplacer vers…").click()
    page.get_by_role("dialog").get_by_label("Zone").select_option(label="Nos instances")
    page.get_by_role("button", name="Déplacer", exact=True).click()
    expect(texts(nadia, "bodies")).to_have_text(["note 0", "note 2"])
    expect(texts(nadia, "rules")).to_have_text(["note 1", "note 3"])
    page.get_by_role("button", name="Ne plus choisir").click()
    expect(page.locator("#list li.ln.picked")).to_have_count(0)
    # one step of undo
    page.locator("#list .listhead").get_by_role("button", name="Annuler").click()
    expect(texts(nadia, "rules")).to_have_count(4)


def test_long_zones_and_long_notes_unfold(server: Server, visitor: Visitor) -> None:
    workshop = server.create()
    seat = server.join(workshop, "Joris")
    post(server, seat, "Long. " * 60)
    for number in range(10):
        post(server, seat, f"note {number}")
    nadia = in_list(visitor().join(workshop, "Nadia"))
    expect(zone(nadia, "rules").locator("h2 + .count")).to_contain_text("11")
    expect(texts(nadia, "rules")).to_have_count(8)
    long = line(nadia, "Long.")
    folded = long.bounding_box()
    long.get_by_role("button", name="Lire la suite").click()
    expect(long.get_by_role("button", name="Replier")).to_be_visible()
    whole = long.bounding_box()
    assert folded and whole and whole["height"] > folded["height"]
    zone(nadia, "rules").get_by_role("button", name="Afficher les 3 autres notes").click()
    expect(texts(nadia, "rules")).to_have_count(11)
    expect(line(nadia, "note 7")).to_be_focused()


def test_a_pasted_list_becomes_notes_after_a_preview(server: Server, visitor: Visitor) -> None:
    workshop = server.create()
    nadia = in_list(visitor().join(workshop, "Nadia"))
    joris = visitor().join(workshop, "Joris", board=BOARD)
    nadia.page.get_by_role("button", name="Ajouter une note dans Nos règles").click()
    composer(nadia).evaluate(
        """field => {
          const data = new DataTransfer();
          data.setData("text/plain", "un\\ndeux\\n\\ntrois");
          const how = { clipboardData: data, bubbles: true, cancelable: true };
          field.dispatchEvent(new ClipboardEvent("paste", how));
        }"""
    )
    nadia.page.get_by_role("button", name="Ajouter les notes").click()
    expect(joris.zone("rules").locator("li.note p")).to_have_text(["un", "deux", "trois"])
    expect(texts(nadia, "rules")).to_have_text(["un", "deux", "trois"])


def test_a_locked_zone_says_so_in_words_and_takes_no_note(server: Server, visitor: Visitor) -> None:
    made = server.create()
    nadia = in_list(visitor().join(made, "Nadia"))
    nadia.page.get_by_role("button", name="Ajouter une note dans Nos règles").click()
    expect(composer(nadia)).to_be_focused()
    lock = {"type": "board.lock", "board": BOARD, "zone": "rules"}
    assert (
        server.call("POST", f"/api/workshops/{made['id']}/commands", lock, token=made["token"]).status == 200
    )
    expect(zone(nadia, "rules")).to_contain_text("Verrouillée par")
    expect(nadia.page.get_by_role("button", name="Ajouter une note dans Nos règles")).to_have_count(0)
    expect(composer(nadia)).to_have_count(0)
    nadia.page.get_by_role("button", name="Ajouter une note dans Nos instances").click()
    nadia.page.keyboard.type("ici")
    nadia.page.keyboard.press("Enter")
    expect(texts(nadia, "bodies")).to_have_text(["ici"])


def test_on_a_phone_one_zone_at_a_time_and_what_is_new_is_one_touch_away(
    server: Server, visitor: Visitor
) -> None:
    workshop = server.create()
    seat = server.join(workshop, "Joris")
    for number in range(7):
        post(server, seat, f"note {number}")
    yann = visitor(phone=True).join(workshop, "Yann", board=BOARD)
    page = yann.page
    expect(page.locator("#where")).to_have_text(re.compile(r"Fiche 2\s+Nous"))
    for _ in range(4):
        page.locator("#list section[data-current]").get_by_role("button", name="Zone suivante").click()
    current = page.locator("#list section[data-current]")
    expect(current.get_by_role("heading", level=2)).to_have_text("Nos règles")
    expect(current).to_contain_text("Zone 5 sur 6, sept notes")
    expect(current.get_by_role("heading", level=2)).to_be_focused()
    post(server, seat, "toute nouvelle")
    page.get_by_role("button", name="1 nouvelle note").click()
    expect(line(yann, "toute nouvelle")).to_be_focused()
    expect(line(yann, "toute nouvelle")).to_be_in_viewport()
    expect(page.get_by_role("button", name="1 nouvelle note")).to_have_count(0)
    # the menu of a note: every target is large enough for a finger
    line(yann, "note 6").get_by_role("button", name=re.compile("^Actions sur")).tap()
    page.get_by_role("menuitem", name=re.compile("^Aimer")).tap()
    expect(line(yann, "note 6").locator(".meta")).to_contain_text("1 J’aime")
    small = page.evaluate(
        """() => [...document.querySelectorAll('#list button, .tabb button, .top button, .top summary')]
          .filter((one) => one.getClientRects().length > 0 && !one.matches('.chip'))
          .filter((one) => one.offsetWidth < 48 || one.offsetHeight < 48)
          .map((one) => `${one.className} ${one.offsetWidth}x${one.offsetHeight}`)"""
    )
    assert small == []
    # what one writes stands above the bar of tabs
    composer(yann).fill("du téléphone")
    composer(yann).press("Enter")
    expect(line(yann, "du téléphone")).to_be_in_viewport()
    page.get_by_role("button", name="Annuler").tap()
    expect(line(yann, "du téléphone")).to_have_count(0)


@pytest.mark.parametrize("size", [(320, 640), (360, 225), (390, 844), (760, 800), (1000, 700)])
def test_nothing_is_lost_nor_scrolls_two_ways_at_any_width(
    server: Server, visitor: Visitor, size: tuple[int, int]
) -> None:
    workshop = server.create()
    seat = server.join(workshop, "Joris")
    post(server, seat, "Une-idée-sans-espace-" * 12)
    nadia = visitor().join(workshop, "Nadia")
    nadia.page.set_viewport_size({"width": size[0], "height": size[1]})
    in_list(nadia) if size[0] > 700 else nadia.open(BOARD)
    page = nadia.page
    expect(page.locator("#list")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    wide = page.evaluate(
        """() => [...document.querySelectorAll('#list *')]
          .filter((one) => one.getClientRects().length > 0 && !one.closest('.listhead'))
          .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
          .map((one) => one.className)"""
    )
    assert wide == []
    composer(nadia).fill("aussi ici")
    composer(nadia).press("Enter")
    expect(composer(nadia)).to_be_in_viewport()
    expect(nadia.page.locator("#list li.ln", has_text="aussi ici")).to_have_count(1)


def test_a_board_zoomed_until_it_is_narrow_becomes_the_list(server: Server, visitor: Visitor) -> None:
    nadia = visitor().join(server.create(), "Nadia", board=BOARD)
    expect(nadia.page.locator("#board")).to_be_visible()
    nadia.page.set_viewport_size({"width": 360, "height": 400})
    expect(nadia.page.locator("#list")).to_be_visible()
    expect(nadia.page.locator("#board")).to_be_hidden()
    nadia.page.set_viewport_size({"width": 1440, "height": 900})
    expect(nadia.page.locator("#board")).to_be_visible()


def test_the_second_link_of_the_page_goes_to_the_list(server: Server, visitor: Visitor) -> None:
    nadia = visitor().join(server.create(), "Nadia", board=BOARD)
    nadia.page.get_by_role("link", name="Aller à la liste").focus()
    nadia.page.keyboard.press("Enter")
    expect(nadia.page.locator("#list h1")).to_be_focused()
