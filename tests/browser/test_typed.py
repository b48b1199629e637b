"""Typed notes: filled in a small dialog, seen by others, changed and taken back without a loss."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, expect
from tests.kit.browser import DESKTOP, Person
from tests.kit.server import Server

Visitor = Callable[..., Person]
AXE = (Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")


def on_recto(person: Person) -> Person:
    """To one's own recto of sheet 2."""
    person.open("sheet2.verso")
    person.page.keyboard.press("r")
    expect(person.zone("brings")).to_be_visible()
    return person


def add(person: Person, zone: str, text: str) -> None:
    person.zone(zone).focus()
    expect(person.zone(zone)).to_be_focused()
    person.page.keyboard.press("n")
    person.page.locator("textarea.notefield").wait_for()
    person.page.keyboard.type(text)
    person.page.keyboard.press("Escape")
    expect(person.note(text)).to_be_focused()


def details(person: Person, text: str) -> Locator:
    """Open « Type de note… » of a note."""
    person.note(text).click()
    person.page.get_by_role("button", name="Type de note…").click()
    return person.page.get_by_role("dialog", name="Type de note")


def mark(person: Person, text: str) -> Locator:
    return person.note(text).locator(".kindmark [aria-hidden]").last


def close(person: Person) -> None:
    person.page.keyboard.press("Escape")
    expect(person.page.get_by_role("dialog")).to_have_count(0)


def test_a_contribution_is_filled_by_keyboard_and_others_see_what_it_says(
    server: Server, visitor: Visitor
) -> None:
    workshop = server.create()
    nadia = on_recto(visitor().join(workshop, "Nadia", "CC du Haut-Orme"))
    board = nadia.page.url.partition("board=")[2].partition("&")[0]
    joris = visitor().join(workshop, "Joris", board=board)
    keys = nadia.page.keyboard
    add(nadia, "brings", "Une chargée de mission")
    keys.press("Shift+F10")
    nadia.page.get_by_role("button", name="Type de note…").focus()
    keys.press("Enter")
    dialog = nadia.page.get_by_role("dialog", name="Type de note")
    expect(dialog.get_by_label("Sens")).to_be_focused()
    expect(dialog.get_by_label("Sens")).to_have_value("brings")
    for _ in range(3):
        keys.press("Tab")
    expect(dialog.get_by_label("Quantité")).to_be_focused()
    keys.type("0,2")
    keys.press("Tab")
    keys.type("ETP")
    keys.press("Tab")
    keys.type("Par an")
    expect(mark(joris, "Une chargée")).to_have_text(re.compile("^Apporte 0,2.ETP par an$"))
    close(nadia)
    expect(nadia.page.get_by_role("button", name="Type de note…")).to_be_focused()
    label = re.compile("Apport ou contrepartie.: Apporte 0,2.ETP par an")
    expect(joris.note("Une chargée")).to_have_attribute("aria-label", label)


def test_a_kind_changes_and_comes_back_and_nothing_is_lost(server: Server, visitor: Visitor) -> None:
    workshop = server.create()
    nadia = visitor().join(workshop, "Nadia", board="sheet2.verso")
    joris = visitor().join(workshop, "Joris", board="sheet2.verso")
    add(nadia, "contributions", "Des serveurs")
    dialog = details(nadia, "Des serveurs")
    dialog.get_by_label("Nature de l’apport").select_option(label="Infrastructure")
    expect(mark(joris, "Des serveurs")).to_have_text(re.compile("^Apporte.: infrastructure$"))
    kind = dialog.get_by_role("combobox", name="Type", exact=True)
    kind.select_option(label="Charge")
    dialog.get_by_label("Euros").fill("1200")
    dialog.get_by_label("Mutualisation").select_option(label="À mutualiser")
    expect(mark(joris, "Des serveurs")).to_have_text(re.compile("^1.200.€, à mutualiser$"))
    dialog.get_by_role("button", name="Revenir à une note simple").press("Enter")
    expect(kind).to_be_focused()
    expect(joris.note("Des serveurs").locator(".kindmark")).to_have_count(0)
    expect(dialog).to_contain_text("Ce qui était rempli est gardé")
    kind.select_option(label="Apport ou contrepartie")
    expect(dialog.get_by_label("Nature de l’apport")).to_have_value("infrastructure")
    expect(mark(joris, "Des serveurs")).to_have_text(re.compile("^Apporte.: infrastructure$"))
    kind.select_option(label="Charge")
    expect(dialog.get_by_label("Euros")).to_have_value("1200")
    close(nadia)
    nadia.saved().page.reload()
    expect(mark(nadia, "Des serveurs")).to_have_text(re.compile("^1.200.€, à mutualiser$"))


def test_undo_takes_back_one_field_at_a_time(server: Server, visitor: Visitor) -> None:
    nadia = visitor().join(server.create(), "Nadia", board="sheet2.verso")
    add(nadia, "rules", "Une réunion par mois")
    dialog = details(nadia, "Une réunion")
    dialog.get_by_label("Statut").select_option(label="En vigueur")
    dialog.get_by_label("Mode de décision").select_option(label="Par consentement")
    expect(mark(nadia, "Une réunion")).to_have_text("En vigueur, par consentement")
    nadia.page.keyboard.press("Control+z")
    expect(dialog.get_by_label("Mode de décision")).to_have_value("")
    expect(dialog.get_by_label("Statut")).to_have_value("in_force")
    nadia.page.keyboard.press("Control+y")
    expect(dialog.get_by_label("Mode de décision")).to_have_value("consent")
    dialog.get_by_role("combobox", name="Type", exact=True).select_option(label="Comité")
    dialog.get_by_label("Fréquence").press_sequentially("chaque mois")
    expect(mark(nadia, "Une réunion")).to_have_text("Chaque mois")
    dialog.get_by_label("Fréquence").press_sequentially(" pair")
    expect(mark(nadia, "Une réunion")).to_have_text("Chaque mois pair")
    close(nadia)
    undo = nadia.page.get_by_role("button", name="Annuler")
    undo.click()
    expect(mark(nadia, "Une réunion")).to_have_text("Comité")
    undo.click()
    expect(mark(nadia, "Une réunion")).to_have_text("En vigueur, par consentement")


def test_two_people_fill_two_fields_of_one_note_and_both_stay(server: Server, visitor: Visitor) -> None:
    workshop = server.create()
    nadia = visitor().join(workshop, "Nadia", board="sheet3.verso")
    joris = visitor().join(workshop, "Joris", board="sheet3.verso")
    add(nadia, "actions", "Publier le code")
    expect(joris.note("Publier le code")).to_be_visible()
    hers, his = details(nadia, "Publier le code"), details(joris, "Publier le code")
    hers.get_by_label("Responsable").select_option(label="Joris")
    his.get_by_label("Échéance").fill("2031-03-01")
    for one in (nadia, joris):
        expect(mark(one, "Publier le code")).to_have_text(re.compile("^Joris, avant le 1er mars 2031$"))
    expect(hers.get_by_label("Échéance")).to_have_value("2031-03-01")
    expect(his.get_by_label("Responsable")).not_to_have_value("")


def test_words_of_another_arrive_in_an_open_field_and_the_caret_stays(
    server: Server, visitor: Visitor
) -> None:
    workshop = server.create()
    nadia = visitor().join(workshop, "Nadia", board="sheet2.verso")
    joris = visitor().join(workshop, "Joris", board="sheet2.verso")
    add(nadia, "bodies", "Comité de suivi")
    expect(joris.note("Comité de suivi")).to_be_visible()
    hers, his = details(nadia, "Comité de suivi"), details(joris, "Comité de suivi")
    hers.get_by_label("Mission").fill("suivre")
    hers.get_by_label("Fréquence").focus()
    expect(his.get_by_label("Mission")).to_have_value("suivre")
    his.get_by_label("Mission").focus()
    joris.page.keyboard.press("Home")
    hers.get_by_label("Mission").fill("suivre et dire")
    expect(his.get_by_label("Mission")).to_have_value("suivre et dire")
    joris.page.keyboard.type("Bien ")
    expect(hers.get_by_label("Mission")).to_have_value("Bien suivre et dire")


def test_what_another_puts_where_one_is_typing_is_said_and_takes_nothing_away(
    server: Server, visitor: Visitor
) -> None:
    workshop = server.create()
    nadia = visitor().join(workshop, "Nadia", board="sheet2.verso")
    joris = visitor().join(workshop, "Joris", board="sheet2.verso")
    add(nadia, "costs", "Héberger")
    expect(joris.note("Héberger")).to_be_visible()
    his = details(joris, "Héberger").get_by_label("Euros")
    his.focus()
    joris.page.keyboard.type("12 e")  # not yet a number: nothing is saved
    details(nadia, "Héberger").get_by_label("Euros").fill("1200")
    expect(his).to_have_accessible_description(re.compile("^Entre-temps, quelqu’un a mis.: «.1200.»\\.$"))
    expect(his).to_have_value("12 e")
    his.fill("12")
    expect(mark(nadia, "Héberger")).to_have_text(re.compile("^12.€$"))


def test_what_is_no_number_stays_in_its_field_with_the_reason(server: Server, visitor: Visitor) -> None:
    nadia = visitor().join(server.create(), "Nadia", board="sheet2.verso")
    add(nadia, "costs", "Héberger")
    dialog = details(nadia, "Héberger")
    euros = dialog.get_by_label("Euros")
    euros.fill("mille")
    nadia.page.keyboard.press("Escape")
    expect(dialog).to_be_visible()
    expect(euros).to_be_focused()
    expect(euros).to_have_attribute("aria-invalid", "true")
    expect(euros).to_have_accessible_description("Un nombre est attendu ici, par exemple 12.")
    euros.fill("1 000")
    nadia.page.keyboard.press("Escape")
    expect(nadia.page.get_by_role("dialog")).to_have_count(0)
    expect(mark(nadia, "Héberger")).to_have_text(re.compile("^1.000.€$"))


def test_who_may_not_change_a_note_reads_what_it_says(server: Server, visitor: Visitor) -> None:
    workshop = server.create()
    nadia = visitor().join(workshop, "Nadia", board="sheet2.verso")
    joris = visitor().join(workshop, "Joris", board="sheet2.verso")
    add(nadia, "rules", "Réunion")
    details(nadia, "Réunion").get_by_label("Statut").select_option(label="Proposée")
    close(nadia)
    nadia.page.get_by_role("button", name="Autres actions").click()
    nadia.page.get_by_role("menuitem", name="Verrouiller").click()
    expect(joris.page.locator("li.note.locked")).to_have_count(1)
    dialog = details(joris, "Réunion")
    expect(dialog).to_contain_text("Note verrouillée")
    expect(dialog.get_by_role("definition")).to_have_text(["Règle", "Proposée"])
    expect(dialog.locator("input, select, textarea, .toplain")).to_have_count(0)
    expect(dialog.get_by_role("button", name="Fermer")).to_be_focused()


def test_a_note_deleted_meanwhile_closes_its_dialog(server: Server, visitor: Visitor) -> None:
    workshop = server.create()
    nadia = visitor().join(workshop, "Nadia", board="sheet2.verso")
    joris = visitor().join(workshop, "Joris", board="sheet2.verso")
    add(nadia, "rules", "Provisoire")
    expect(joris.note("Provisoire")).to_be_visible()
    dialog = details(joris, "Provisoire")
    expect(dialog).to_be_visible()
    nadia.note("Provisoire").focus()
    nadia.page.keyboard.press("Delete")
    expect(joris.page.get_by_role("dialog")).to_have_count(0)


KINDS = {
    "Besoin": ["Utile", "Faisable", "Micro-défis"],
    "Partie prenante": ["Nom de la structure", "Secteur", "Modèle d’affaires"],
    "Ressource": ["Nature de la ressource", "Licence", "Titulaire des droits"],
    "Apport ou contrepartie": ["Sens", "Quantité", "Jusqu’au"],
    "Charge": ["Tâche", "ETP", "Euros"],
    "Point de carte": ["Niveau de contribution", "Dimension", "Rôles"],
    "Règle": ["Domaine", "Statut", "À revoir le"],
    "Comité": ["Mission", "Membres", "Mandat, en mois"],
    "Structure juridique": ["Forme juridique", "Pourquoi", "Limites"],
    "Scénario": ["Horizon", "Variante", "Dimension"],
    "Action": ["Responsable", "Échéance", "Priorité"],
    "Indicateur": ["Valeur de départ", "Valeur visée", "Ce qui est compté"],
    "Jauge": ["Ce qui est évalué", "Niveau"],
}


@pytest.mark.parametrize("width", [390, 320])
def test_every_kind_fits_a_phone_and_names_its_fields(server: Server, visitor: Visitor, width: int) -> None:
    yann = visitor(phone=True).join(server.create(), "Yann").open("sheet2.verso")
    yann.page.set_viewport_size({"width": width, "height": 700})
    yann.page.get_by_label("Nouvelle note dans Ce que nous mettons en commun").fill("Des données")
    yann.page.get_by_label("Nouvelle note dans Ce que nous mettons en commun").press("Enter")
    yann.page.get_by_role("button", name="Actions sur « Des données »").tap()
    yann.page.get_by_text("Type de note…", exact=True).tap()
    dialog = yann.page.get_by_role("dialog", name="Type de note")
    for kind, labels in KINDS.items():
        dialog.get_by_role("combobox", name="Type", exact=True).select_option(label=kind)
        for label in labels:
            expect(
                dialog.get_by_label(label).or_(dialog.get_by_role("group", name=label)).first
            ).to_be_visible()
        summary = dialog.locator("summary")
        if summary.count() and dialog.locator("details:not([open])").count():
            summary.tap()
        sizes: dict[str, Any] = dialog.evaluate(
            """(dialog) => {
                const seen = [...dialog.querySelectorAll("input, select, textarea, button, summary")];
                const target = (one) => one.closest("label.field") ? one : one.closest("label") ?? one;
                const boxes = seen.map((one) => target(one).getBoundingClientRect())
                    .filter((box) => box.width > 0);
                return {
                    sideways: dialog.scrollWidth - dialog.clientWidth,
                    right: Math.max(...boxes.map((box) => box.right)),
                    lowest: Math.min(...boxes.map((box) => box.height)),
                    bottom: dialog.getBoundingClientRect().bottom,
                };
            }"""
        )
        assert sizes["sideways"] <= 0 and sizes["right"] <= width, (kind, sizes)
        assert sizes["lowest"] >= 44, (kind, sizes)
        assert sizes["bottom"] == 700, (kind, sizes)
    expect(dialog.get_by_role("button", name="Revenir à une note simple")).to_be_visible()


def test_a_gauge_and_the_places_of_a_point_are_chosen_by_name(server: Server, visitor: Visitor) -> None:
    nadia = visitor().join(server.create(), "Nadia", board="sheet1.verso")
    add(nadia, "maturity", "Notre communauté")
    dialog = details(nadia, "Notre communauté")
    dialog.get_by_label("3", exact=True).check()
    expect(mark(nadia, "Notre communauté")).to_have_text(re.compile("^3 sur 4$"))
    dialog.get_by_label("Ce qui est évalué").select_option(label="Maturité de la communauté")
    expect(dialog.get_by_label("3 · En place")).to_be_checked()
    expect(mark(nadia, "Notre communauté")).to_have_text("3 sur 4, en place")
    dialog.get_by_label("Sans réponse").check()
    expect(nadia.note("Notre communauté").locator(".kindmark")).to_have_count(0)
    dialog.get_by_role("combobox", name="Type", exact=True).select_option(label="Point de carte")
    dialog.locator("select[name=x]").select_option(label="Maintient")
    dialog.locator("select[name=y]").select_option(label="Structure")
    dialog.get_by_label("Garant ou garante").check()
    dialog.get_by_text("Plus de détails").click()
    wish = dialog.get_by_role("group", name="Où aller")
    wish.get_by_label("Horizon").select_option(label="À 2 ans")
    expect(wish.get_by_label("Niveau de contribution")).to_have_value("0.75")
    wish.get_by_label("Niveau de contribution").select_option(label="Coordonne ou garantit")
    close(nadia)
    nadia.saved().page.reload()
    expect(mark(nadia, "Notre communauté")).to_have_text("Garant·e")
    wish = details(nadia, "Notre communauté").get_by_role("group", name="Où aller")
    expect(wish.get_by_label("Niveau de contribution")).to_have_value("1")
    expect(wish.get_by_label("Dimension")).to_have_value("0.3333")
    expect(wish.get_by_label("Horizon")).to_have_value("2y")


def test_axe_finds_nothing_in_the_dialog_of_any_kind(server: Server, chromium: Browser) -> None:
    context = chromium.new_context(bypass_csp=True, locale="fr-FR", viewport=DESKTOP, reduced_motion="reduce")
    nadia = Person(context.new_page(), server).join(server.create(), "Nadia", board="sheet2.verso")
    add(nadia, "costs", "Héberger")
    dialog = details(nadia, "Héberger")
    nadia.page.evaluate(AXE)
    found = {}
    for kind in [*KINDS, "Note simple"]:
        dialog.get_by_role("combobox", name="Type", exact=True).select_option(label=kind)
        for theme in ("light", "dark"):
            nadia.page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)
            found[kind, theme] = nadia.page.evaluate(
                """async () => (await axe.run("dialog[open]")).violations
                    .map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 200)}`)"""
            )
    assert {where: faults for where, faults in found.items() if faults} == {}
    assert nadia.complaints == []
    context.close()
