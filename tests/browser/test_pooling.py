"""Three groups and one plenary: each reports while the others read its sheet, and sums up in a text."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect
from tests.browser.test_conduct import Workshop, button
from tests.browser.test_console import sit
from tests.kit.browser import Person
from tests.kit.server import Seat, Server

Visitor = Callable[..., Person]
AGENDA = "one_sheet_per_group_150"


def together(server: Server) -> Workshop:
    return Workshop(
        server,
        groups=["Hêtre", "Saule", "Aulne"],
        agenda=AGENDA,
        organiser="Claire",
        people_may_choose_group=True,
    )


def seat(workshop: Workshop, visitor: Visitor, name: str, group: str, **how: Any) -> Person:
    taken = workshop.server.join(workshop.made, name, group=group)
    return sit(visitor, taken, workshop.made, **how).saved()


def carry_note(workshop: Workshop, name: str, group: str, text: str) -> None:
    """Somebody of a group who wrote and is not here any more."""
    taken = workshop.server.join(workshop.made, name, group=group)
    body = {"board": "sheet1.verso", "zone": "need", "text": text}
    room = f"/api/rooms/{taken.room}/notes"
    assert workshop.server.call("POST", room, body, token=taken.token).status == 201


def test_a_report_is_read_by_all_and_leaves_everybody_where_they_were(
    server: Server, visitor: Visitor
) -> None:
    workshop = together(server)
    carry_note(workshop, "Ana", "g1", "Se déplacer sans voiture")
    workshop.do("step.go", step="nous")
    claire = sit(visitor, organiser(workshop), workshop.made, "animation")
    joris = seat(workshop, visitor, "Joris", "g2")
    soazig = seat(workshop, visitor, "Soazig", "g3", phone=True)
    joris.write("rules", "une règle à garder")
    soazig.page.locator(".cmp input[name=text]").fill("une idée en route")

    workshop.do("step.go", step="report")
    page = claire.page
    expect(page.locator(".reports .tnum")).to_have_text("0 sur 3")
    button(page, "Restitution : Hêtre, 6 min").click()
    expect(page.locator(".reports li.here")).to_contain_text("Hêtre")
    for one in (joris, soazig):
        band = one.page.locator(".band.visit")
        expect(band).to_contain_text("Le groupe Hêtre restitue sa fiche 1.")
        expect(band).to_contain_text("6 min")
    button(joris.page, "Suivre").click()
    button(soazig.page, "Suivre").click()
    expect(joris.note("Se déplacer sans voiture")).to_be_visible()
    expect(soazig.page.locator("li.ln", has_text="Se déplacer sans voiture")).to_have_count(1)
    expect(joris.page.locator("body.readonly")).to_have_count(1)
    expect(joris.page.locator("#notice")).to_be_hidden()

    # one goes back by themselves, the other when the next group begins
    button(joris.page, "Revenir à ma table").click()
    expect(joris.note("une règle à garder")).to_be_visible()
    expect(joris.page.locator("body.readonly")).to_have_count(0)
    button(page, "Restitution : Saule, 6 min").click()
    expect(page.locator(".reports .tnum")).to_have_text("2 sur 3")
    expect(soazig.page.locator(".band.visit")).to_contain_text("Le groupe Saule restitue sa fiche 2.")
    expect(soazig.page.locator(".cmp input[name=text]")).to_have_value("une idée en route")
    expect(soazig.page.locator("li.ln", has_text="Se déplacer sans voiture")).to_have_count(0)
    expect(joris.page.locator(".band.visit")).to_contain_text("Votre groupe restitue")

    # nobody is held: « Rester ici » stays, and a report that ends brings nobody anywhere else
    button(soazig.page, "Rester ici").click()
    workshop.do("timer.stop")
    expect(soazig.page.locator(".band.visit")).to_have_count(0)
    expect(soazig.page.locator("#notice")).to_be_hidden()


def organiser(workshop: Workshop) -> Seat:
    made = workshop.made
    person = next(p for p in workshop.state["people"] if p["role"] == "organiser")
    return Seat(made["token"], person, "", made["id"])


def test_who_chose_nothing_goes_along_and_comes_home(server: Server, visitor: Visitor) -> None:
    workshop = together(server)
    carry_note(workshop, "Ana", "g1", "Se déplacer sans voiture")
    workshop.do("step.go", step="report")
    joris = seat(workshop, visitor, "Joris", "g2").open("sheet2.verso")
    joris.zone("rules").focus()
    joris.page.keyboard.press("n")
    joris.page.locator("textarea.notefield").wait_for()
    joris.page.keyboard.type("une règle à moit")
    expect(joris.page.locator("html[data-deck=ready]")).to_have_count(1)
    workshop.do("timer.start", minutes=6, reporting="g1")
    expect(joris.note("Se déplacer sans voiture")).to_be_visible(timeout=10_000)
    expect(joris.page.locator("#main")).to_be_focused()
    workshop.do("report.show", group="g1")  # goes on without a time
    workshop.do("timer.stop")
    expect(joris.note("Se déplacer sans voiture")).to_be_visible()
    workshop.do("report.show")
    expect(joris.page.locator("textarea.notefield")).to_have_value("une règle à moit")


def test_a_group_sums_up_together_and_the_others_read_it_at_its_report(
    server: Server, visitor: Visitor
) -> None:
    workshop = together(server)
    nadia = seat(workshop, visitor, "Nadia", "g1")
    yann = seat(workshop, visitor, "Yann", "g1", phone=True)
    joris = seat(workshop, visitor, "Joris", "g2")
    for one in (nadia, yann, joris):
        one.page.locator(".menu > summary").click()
        button(one.page, "Résumés des groupes").click()
    hers, his = (one.page.get_by_label("Résumé du groupe Hêtre") for one in (nadia, yann))
    for field in (hers, his):
        expect(field).to_be_editable()
    hers.press_sequentially("Partager ")
    his.press_sequentially("les trajets ")
    for field in (hers, his):
        expect(field).to_have_value(re.compile(r"(?=[\s\S]*Partager)(?=[\s\S]*les trajets)"))
    expect(joris.page.locator("dialog.summaries")).to_contain_text("Se lira quand ce groupe restituera.")
    nadia.saved()
    claire = sit(visitor, organiser(workshop), workshop.made)
    claire.page.locator(".menu > summary").click()
    button(claire.page, "Résumés des groupes").click()
    told = claire.page.locator("dialog.summaries")
    expect(told.locator(".told section")).to_have_count(3)
    expect(told.locator("textarea")).to_be_hidden()
    told.get_by_label("Écrire avec un groupe").select_option(label="Hêtre")
    expect(told.get_by_label("Résumé du groupe Hêtre")).to_have_value(re.compile("Partager"))
    expect(told.locator(".told section")).to_have_count(2)
    expect(told.locator(".alert:visible")).to_have_count(0)
    claire.page.keyboard.press("Escape")
    expect(claire.page.locator(".menu > summary")).to_be_focused()
    workshop.do("timer.start", minutes=6, reporting="g1")
    expect(joris.page.locator("dialog.summaries .words")).to_contain_text("Partager")
    joris.page.get_by_role("button", name="Lire ses fiches").click()
    expect(joris.page.locator(".band.visit")).to_contain_text("En lecture")


def test_canvases_of_groups_are_pooled_and_everybody_chooses_which_to_see(
    server: Server, visitor: Visitor
) -> None:
    workshop = Workshop(server, groups=["Hêtre", "Saule"], organiser="Claire", people_may_choose_group=True)
    room = f"{workshop.made['id']}-g1-convergence"
    ana = server.join(workshop.made, "Ana", group="g1")
    body = {"board": "governance", "zone": "rules", "text": "On décide à deux tiers"}
    assert server.call("POST", f"/api/rooms/{room}/notes", body, token=ana.token).status == 201
    workshop.do("step.go", step="gov")
    joris = seat(workshop, visitor, "Joris", "g2").open("governance")
    claire = sit(visitor, organiser(workshop), workshop.made, "animation")
    pool = button(claire.page, "Mettre en commun les canevas des groupes")
    pool.click()
    expect(claire.page.locator("#pool-about")).to_have_text("1 note est venue des groupes.")
    pool.click()
    expect(claire.page.locator("#pool-about")).to_contain_text("Rien de nouveau")
    button(joris.page, "Voir celui de tous les groupes").click()
    expect(joris.page.locator("#board")).to_contain_text("On décide à deux tiers")
    joris.page.get_by_role("group", name="De qui est ce canevas").get_by_role(
        "button", name="Notre groupe"
    ).click()
    expect(joris.page.locator("#board")).not_to_contain_text("On décide à deux tiers")
