"""« À reporter »: from the sheets to the canvases by press, key, drag and dialog; traces lead back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Browser, Locator, expect
from tests.browser.test_access import AXE, RUN
from tests.kit.browser import DESKTOP, PHONE, Person
from tests.kit.server import Seat, Server

Visitor = Callable[..., Person]
RULES = (
    "Réunion tous les quinze jours, compte rendu public",
    "Toute évolution passe par une demande écrite",
    "Qui ne répond pas en dix jours laisse faire",
)


class Table:
    """A workshop of several groups whose canvases are in the plenary, with notes on the sheets."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.made = server.create(
            groups=2, organiser="Inès", people_may_choose_group=True, agenda="one_sheet_per_group_150"
        )
        first, second = self.made["groups"]
        self.command(type="group.rename", group=first["id"], name="Hêtre")
        self.command(type="group.rename", group=second["id"], name="Saule")
        self.nadia = self.join("Nadia", "Haut-Orme", first["id"])
        self.yann = self.join("Yann", "Roulibre", second["id"])
        for seat, text in zip((self.nadia, self.nadia, self.yann), RULES, strict=True):
            self.note(seat, text)
        self.command(type="step.go", step="gov")  # from here on each sees the notes of all

    def join(self, name: str, structure: str, group: str) -> Seat:
        return self.server.join(self.made, name, stakeholder=structure, group=group)

    def command(self, **fields: Any) -> None:
        path = f"/api/workshops/{self.made['id']}/commands"
        answer = self.server.call("POST", path, fields, token=self.made["token"])
        assert answer.status == 200, answer.body

    def note(self, seat: Seat, text: str, zone: str = "rules", board: str = "sheet2.verso") -> str:
        if board.endswith("recto"):
            board = f"{board}/{seat.person['stakeholder']}"
        body = {"board": board, "zone": zone, "text": text}
        answer = self.server.call("POST", f"/api/rooms/{seat.room}/notes", body, token=seat.token)
        assert answer.status == 201, answer.body
        return str(answer.json["id"])

    def at(self, one: Person, token: str, board: str = "governance") -> Person:
        one.page.context.add_cookies([{"name": "tablee", "value": token, "url": self.server.base}])
        one.page.goto(f"{self.server.base}/atelier/{self.made['id']}?board={board}")
        return one.saved()


def row(one: Person, words: str) -> Locator:
    return one.page.locator("#tray li.trow", has_text=words)


def counts(one: Person, words: str) -> None:
    expect(one.page.locator(".traycount")).to_have_text(words)


def said(one: Person, words: str) -> None:
    expect(one.page.locator("#polite")).to_contain_text(words)


def hold(one: Person, words: str, zone: str) -> None:
    """Take a note of the tray with the mouse and bring it over a zone."""
    start, end = row(one, words).locator(".tnote p").bounding_box(), one.zone(zone).bounding_box()
    assert start is not None and end is not None
    one.page.mouse.move(start["x"] + 20, start["y"] + 8)
    one.page.mouse.down()
    one.page.mouse.move(end["x"] + end["width"] / 2, end["y"] + end["height"] / 2, steps=6)


def test_one_press_carries_a_note_for_all_and_its_trace_leads_there_and_back(
    server: Server, visitor: Visitor
) -> None:
    table = Table(server)
    ines = table.at(visitor(), table.made["token"])
    nadia = table.at(visitor(), table.nadia.token)
    for one in (ines, nadia):
        counts(one, "0 sur 3 traitées")
        expect(one.page.locator(".who2")).to_contain_text("Plénière, 2 groupes")

    row(ines, RULES[0]).get_by_role("button", name="Reporter dans Règles").click()
    for one in (ines, nadia):
        counts(one, "1 sur 3 traitées")
        expect(one.zone("rules").locator("li.note")).to_contain_text("F2 Nous · Hêtre")
    said(ines, "Note reportée dans Règles.")
    # the next row has the focus, and shows where the keyboard goes on
    expect(row(ines, RULES[1])).to_be_focused()

    # what is told leaves the tools in sight
    told, tools = ines.page.locator("#notice").bounding_box(), ines.page.locator(".dock").bounding_box()
    assert told and tools and told["y"] + told["height"] <= tools["y"]

    # taken back, it is to be decided again, for all
    ines.page.locator("#board section.zone").first.press("Control+z")
    for one in (ines, nadia):
        counts(one, "0 sur 3 traitées")
    row(nadia, RULES[0]).get_by_role("button", name="Reporter dans Règles").click()
    counts(ines, "1 sur 3 traitées")

    # from the canvas to the sheet
    nadia.zone("rules").locator("li.note .trace").click()
    dialog = nadia.page.get_by_role("dialog")
    expect(dialog).to_contain_text("Fiche 2, Nous, groupe Hêtre")
    dialog.get_by_role("button", name="Fiche 2, Nous").click()
    source = nadia.note(RULES[0])
    expect(source).to_be_focused()
    # and back
    source.get_by_role("button", name="Reportée dans Règles").click()
    expect(nadia.page.locator("h1")).to_contain_text("gouvernance")
    expect(nadia.note(RULES[0])).to_be_focused()

    # facilitation gets to the table of any group
    ines.zone("rules").locator("li.note .trace").click()
    expect(ines.page.get_by_role("dialog")).to_contain_text("Nadia")
    ines.page.keyboard.press("Escape")
    row(ines, RULES[2]).get_by_role("button", name="Reporter dans Règles").click()
    ines.note(RULES[2]).locator(".trace").click()
    ines.page.get_by_role("dialog").get_by_role("button", name="groupe Saule").click()
    expect(ines.note(RULES[2])).to_be_focused()
    expect(ines.page.locator(".who2")).to_contain_text("Saule")

    # to others that sheet is shown when its group reports
    nadia.note(RULES[2]).locator(".trace").click()
    expect(dialog).to_contain_text("Visible quand ce groupe restitue.")
    nadia.page.keyboard.press("Escape")

    # carried to several zones, a note still has one mark, which leads to each of them
    nadia.open("sheet2.verso")
    where = {"type": "note.carry", "from": table.nadia.room, "zone": "economic.costs"}
    note = nadia.note(RULES[0]).get_attribute("data-id")
    table.command(**where, note=note)
    nadia.note(RULES[0]).get_by_text("2 zones").click()
    nadia.page.get_by_role("menuitem", name="Reportée dans Charges du commun").click()
    expect(nadia.page.locator("h1")).to_contain_text("économique")


def test_several_are_carried_merged_and_put_aside(server: Server, visitor: Visitor) -> None:
    table = Table(server)
    table.note(table.yann, "Toute évolution passe par une demande écrite.")
    ines = table.at(visitor(), table.made["token"])
    tray = ines.page.locator("#tray")
    counts(ines, "0 sur 4 traitées")

    # notes that say the same are proposed, not merged
    tray.get_by_role("button", name="2 notes se ressemblent : comparer et fusionner").click()
    dialog = ines.page.get_by_role("dialog")
    expect(dialog.get_by_role("checkbox")).to_have_count(2)
    expect(dialog.get_by_label("Texte de la note réunie")).to_have_value(f"{RULES[1]}.")
    dialog.get_by_label("Texte de la note réunie").fill("Toute évolution se demande par écrit")
    dialog.get_by_role("button", name="Fusionner").click()
    counts(ines, "2 sur 4 traitées")
    expect(ines.note("se demande par écrit").locator(".trace")).to_have_text("2 sources")

    # several: P asks for the zone, Enter takes the one that is proposed
    row(ines, RULES[0]).get_by_role("checkbox").check()
    expect(ines.page.locator("section.zone.routed")).to_have_count(1)
    expect(ines.zone("rules")).to_have_class("zone routed")
    row(ines, RULES[2]).get_by_role("checkbox").check()
    ines.page.keyboard.press("p")
    expect(dialog.get_by_role("radio", name="Règles")).to_be_focused()
    ines.page.keyboard.press("Escape")
    tray.get_by_role("button", name="Mettre de côté").click()
    counts(ines, "4 sur 4 traitées")
    expect(tray).to_contain_text("Tout est traité. Bravo au groupe")

    # what was put aside comes back; so does what was merged, with all its sources
    tray.get_by_role("button", name="Mises de côté").click()
    for text in (RULES[0], RULES[2]):
        tray.get_by_role("button", name=f"Remettre à traiter : {text[:30]}").click()
    counts(ines, "2 sur 4 traitées")
    tray.get_by_role("button", name="Reportées").click()
    tray.locator(".done.carried").get_by_role("button", name="Remettre à traiter").first.click()
    expect(dialog).to_contain_text("Les 2 notes de fiches")
    dialog.get_by_role("button", name="Remettre à traiter").click()
    counts(ines, "0 sur 4 traitées")

    # filter and search leave what is asked for
    tray.get_by_role("button", name="Groupes montrés").click()
    ines.page.get_by_role("menuitem", name="Saule").click()
    expect(tray.locator("li.trow")).to_have_count(2)
    tray.get_by_role("button", name="Chercher").click()
    ines.page.keyboard.type("repond")
    expect(tray.locator("li.trow")).to_have_count(1)


def test_dragging_and_tapping_show_where_a_note_goes_and_others_see_it(
    server: Server, visitor: Visitor
) -> None:
    table = Table(server)
    ines = table.at(visitor(), table.made["token"])
    nadia = table.at(visitor(), table.nadia.token)
    counts(nadia, "0 sur 3 traitées")

    hold(ines, RULES[0], "committees")
    expect(ines.zone("committees")).to_have_class("zone drop")
    expect(ines.zone("committees").locator(".landing")).to_be_visible()
    expect(row(nadia, "Inès la reporte dans « Comités »")).to_be_visible()
    ines.page.keyboard.press("Escape")
    expect(ines.page.locator(".landing")).to_have_count(0)
    ines.page.mouse.up()
    expect(row(nadia, RULES[0])).to_be_visible()
    counts(ines, "0 sur 3 traitées")

    hold(ines, RULES[0], "committees")
    ines.page.mouse.up()
    for one in (ines, nadia):
        counts(one, "1 sur 3 traitées")
        expect(one.zone("committees")).to_contain_text("Réunion tous les quinze jours")

    # a press takes it, another puts it; Escape leaves it
    row(ines, RULES[1]).locator(".tnote p").click()
    expect(row(nadia, "Inès la reporte…")).to_be_visible()
    ines.page.keyboard.press("Escape")
    said(ines, "Rien n’a bougé.")
    expect(row(nadia, RULES[1])).to_be_visible()
    row(ines, RULES[1]).locator(".tnote p").click()
    ines.zone("participation").click()
    counts(nadia, "2 sur 3 traitées")
    expect(ines.note(RULES[1])).to_be_visible()

    # a note that comes late flows in, and the other canvas has its own count
    table.note(table.yann, "Le nom de l'outil n'appartient à personne", "costs")
    ines.page.locator("#tray").get_by_role("button", name="Économie 1 note à traiter").click()
    expect(ines.page.locator("h1")).to_contain_text("économique")
    expect(row(ines, "Le nom de l'outil")).to_contain_text("2 zones")
    row(ines, "Le nom de l'outil").get_by_role("button", name="Reporter dans une des 2 zones").click()
    ines.page.get_by_role("menuitem", name="Mutualisation").click()
    counts(ines, "1 sur 1 traitée")
    # the menu of the page lies over it
    ines.page.locator(".menu summary").click()
    ines.page.get_by_role("button", name="Raccourcis clavier").click()
    expect(ines.page.get_by_role("dialog")).to_contain_text("Reporter dans un canevas")
    ines.page.keyboard.press("Escape")
    ines.page.locator(".menu summary").click()
    # put away, the tab at the edge keeps the count
    ines.page.get_by_role("button", name="Ranger « À reporter »").click()
    ines.page.reload()
    ines.saved().page.get_by_role("button", name="À reporter").click()
    counts(ines, "1 sur 1 traitée")


def test_by_keyboard_alone_on_the_board_and_in_the_list(server: Server, visitor: Visitor) -> None:
    table = Table(server)
    ines = table.at(visitor(), table.made["token"])
    counts(ines, "0 sur 3 traitées")
    keys = ines.page.keyboard
    ines.page.locator(".skip[href='#tray']").focus()
    keys.press("Enter")
    expect(ines.page.locator("#tray h2")).to_be_focused()
    keys.press("F6")
    for _ in range(8):
        keys.press("F6")
        if ines.page.locator("#tray :focus").count() > 0:
            break
    keys.press("ArrowDown")
    expect(row(ines, RULES[0])).to_be_focused()
    keys.press("ArrowDown")
    expect(row(ines, RULES[1])).to_be_focused()
    keys.press("Space")
    said(ines, "1 note choisie.")
    keys.press("p")
    keys.press("Enter")
    counts(ines, "1 sur 3 traitées")
    expect(ines.page.locator("#tray li.trow:focus")).to_have_count(1)
    # undo takes back what one did last, here to carry
    said(ines, "Note reportée dans Règles.")
    keys.press("Control+z")
    counts(ines, "0 sur 3 traitées")
    ines.page.locator("#tray li.trow").nth(1).focus()
    keys.press("Enter")
    counts(ines, "1 sur 3 traitées")
    keys.press("Enter")
    counts(ines, "2 sur 3 traitées")
    # in the list the tray is beside it
    keys.press("l")
    expect(ines.page.locator("#list")).to_be_visible()
    expect(ines.page.locator("#list section[data-zone=rules] li.ln")).to_have_count(2)
    # away from the server nothing is carried, and the list says so
    ines.page.context.set_offline(True)
    expect(ines.page.locator("#tray")).to_contain_text("Hors ligne")
    ines.page.locator("#tray li.trow").focus()
    keys.press("Enter")
    counts(ines, "2 sur 3 traitées")
    ines.page.context.set_offline(False)
    expect(ines.page.locator("#tray")).not_to_contain_text("Hors ligne")
    keys.press("Enter")
    counts(ines, "3 sur 3 traitées")
    expect(ines.page.locator("#list section[data-zone=rules] li.ln")).to_have_count(3)
    expect(ines.page.locator("#tray h2")).to_be_focused()


def test_a_source_that_changed_or_went_is_said_and_not_followed(server: Server, visitor: Visitor) -> None:
    table = Table(server)
    nadia = table.at(visitor(), table.nadia.token, "sheet2.verso")
    # P on a note of a sheet: from anywhere, in two presses
    nadia.note(RULES[0]).click()
    nadia.page.keyboard.press("p")
    dialog = nadia.page.get_by_role("dialog")
    expect(dialog.get_by_role("radio", name="Règles")).to_be_focused()
    nadia.page.keyboard.press("Enter")
    expect(nadia.note(RULES[0]).get_by_role("button", name="Reportée dans Règles")).to_be_visible()
    nadia.note(RULES[1]).click(button="right")
    nadia.page.get_by_role("menuitem", name="Reporter dans…").click()
    dialog.get_by_role("button", name="Reporter", exact=True).click()
    expect(nadia.note(RULES[1]).get_by_role("button", name="Reportée dans Règles")).to_be_visible()

    # the first one says something else, the second one goes
    nadia.note(RULES[0]).dblclick()
    nadia.page.locator("textarea.notefield").fill("Réunion chaque mois")
    nadia.page.keyboard.press("Escape")
    nadia.note(RULES[1]).focus()
    nadia.page.keyboard.press("Delete")
    nadia.saved().open("governance")
    counts(nadia, "1 sur 2 traitées")
    expect(nadia.zone("rules").locator("li.note")).to_have_count(2)
    nadia.note(RULES[1]).locator(".trace").click()
    expect(dialog).to_contain_text("source retirée")
    nadia.page.keyboard.press("Escape")
    nadia.note(RULES[0]).locator(".trace").click()
    expect(dialog).to_contain_text("La source a changé depuis.")
    expect(dialog.locator("dd")).to_have_text([RULES[0], "Réunion chaque mois"])
    dialog.get_by_role("button", name="Reprendre le nouveau texte").click()
    nadia.note("Réunion chaque mois").locator(".trace").click()
    expect(dialog).to_contain_text("Fiche 2, Nous")
    expect(dialog).not_to_contain_text("a changé depuis")
    nadia.page.keyboard.press("Escape")

    # over, the list is read at its full width, and nothing offers to write
    table.command(type="workshop.close")
    said(nadia, "Atelier clos")
    left = row(nadia, RULES[2])
    expect(left.get_by_role("checkbox")).to_have_count(0)
    box = left.locator(".tnote").bounding_box()
    assert box is not None and box["width"] > 200
    expect(nadia.page.locator(".dock")).to_be_hidden()


def test_nothing_is_carried_where_there_is_no_canvas(server: Server, visitor: Visitor) -> None:
    made = server.create(modules=["sheet1"])
    nadia = visitor().join(made, "Nadia", board="sheet1.verso")
    nadia.write("commons", "Un outil libre")
    note = nadia.note("Un outil libre")
    note.click(button="right")
    expect(nadia.page.get_by_role("menuitem", name="Dupliquer")).to_be_visible()
    expect(nadia.page.get_by_role("menuitem", name="Reporter dans…")).to_have_count(0)
    nadia.page.keyboard.press("Escape")
    note.focus()
    nadia.page.keyboard.press("p")
    said(nadia, "Cette note ne se reporte pas.")
    expect(nadia.page.get_by_role("dialog")).to_have_count(0)


def test_on_a_phone_the_tray_is_a_tab_and_axe_finds_nothing(
    server: Server, visitor: Visitor, chromium: Browser
) -> None:
    table = Table(server)
    table.note(table.yann, "Toute évolution passe par une demande écrite.")
    table.note(table.nadia, "Aucune trace individuelle", "decisions", "sheet2.recto")
    yann = table.at(visitor(phone=True), table.yann.token)
    yann.page.get_by_role("button", name="À reporter", exact=True).tap()
    counts(yann, "0 sur 5 traitées")
    panel = yann.page.locator("#tray").bounding_box()
    assert panel is not None and panel["width"] == PHONE["width"]
    for target in yann.page.locator("#tray :is(button, input):visible").all():
        box = target.bounding_box()
        assert box is not None and (box["height"] >= 24 or box["width"] >= 24)
    button = row(yann, RULES[0]).get_by_role("button", name="Reporter dans Règles")
    box = button.bounding_box()
    assert box is not None and box["height"] >= 48
    button.tap()
    counts(yann, "1 sur 5 traitées")
    # a press on a note offers the rest
    row(yann, "Aucune trace").locator(".tnote p").tap()
    yann.page.get_by_role("menuitem", name="Mettre de côté").tap()
    counts(yann, "2 sur 5 traitées")

    for n in range(12):
        table.note(table.yann, f"Note {n}")
    for device in ("desktop", "phone"):
        small = device == "phone"
        window = PHONE if small else DESKTOP
        context = chromium.new_context(
            bypass_csp=True,
            locale="fr-FR",
            reduced_motion="reduce",
            is_mobile=small,
            has_touch=small,
            viewport=window,
        )
        ines = table.at(Person(context.new_page(), server), table.made["token"])
        if small:
            ines.page.get_by_role("button", name="À reporter", exact=True).tap()
        counts(ines, "2 sur 17 traitées")
        # a list that is longer than the window scrolls, the page does not
        ines.page.set_viewport_size({"width": window["width"], "height": 520})
        ines.page.wait_for_function("document.documentElement.scrollHeight <= innerHeight")
        ines.page.set_viewport_size(window)
        row(ines, RULES[2]).get_by_role("checkbox").check()
        ines.page.locator("#tray").get_by_role("button", name="Mises de côté").click()
        ines.page.evaluate(AXE)
        found = ines.page.evaluate(RUN)
        ines.page.evaluate("() => { document.documentElement.dataset.theme = 'dark'; }")
        found += ines.page.evaluate(RUN, ["color-contrast"])
        context.close()
        assert found == []
