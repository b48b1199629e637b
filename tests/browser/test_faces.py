"""Who speaks for whom, the two faces of a sheet, what « Je » gives to « Nous », and zones that are locked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, expect
from tests.kit.browser import Person
from tests.kit.server import Seat, Server

Visitor = Callable[..., Person]


def command(server: Server, made: dict[str, Any], **fields: Any) -> None:
    answer = server.call("POST", f"/api/workshops/{made['id']}/commands", fields, token=made["token"])
    assert answer.status == 200, answer.body


def note(server: Server, seat: Seat, text: str, zone: str = "brings", sheet: int = 2) -> str:
    """A note on somebody's own recto, as their page would write it."""
    board = f"sheet{sheet}.recto/{seat.person['stakeholder']}"
    body = {"board": board, "zone": zone, "text": text}
    answer = server.call("POST", f"/api/rooms/{seat.room}/notes", body, token=seat.token)
    assert answer.status == 201, answer.body
    return str(answer.json["id"])


def tabs(person: Person) -> Locator:
    return person.page.locator(".tabs > .tab:not(.plus)")


def show_je(person: Person) -> None:
    person.page.get_by_role("switch", name="Voir les Je").click()


def ghost(person: Person, text: str) -> Locator:
    return person.page.locator("li.ghost", has_text=text)


def raise_ghost(person: Person, text: str) -> None:
    ghost(person, text).hover()
    ghost(person, text).get_by_role("button", name="Faire remonter").click()


def choose_structure(person: Person, name: str) -> None:
    person.page.get_by_role("button", name="Ma structure…").first.click()
    person.page.get_by_role("dialog").get_by_role("radio", name=name).check()
    person.page.get_by_role("button", name="Choisir", exact=True).last.click()


# -- who speaks for whom -----------------------------------------------------------------------------


def test_a_structure_is_made_or_joined_at_the_door_whatever_its_case_and_accents(
    server: Server, visitor: Visitor
) -> None:
    workshop = server.create()
    visitor().join(workshop, "Yann", "Vélo & Villages")
    door = visitor()
    door.page.goto(f"{server.base}/a/{workshop['code']}")
    assert "Vélo & Villages" in [
        option.get_attribute("value") for option in door.page.locator("#structures option").all()
    ]
    nadia = visitor().join(workshop, "Nadia", "VELO & villages", board="sheet2.verso")
    nadia.page.keyboard.press("r")
    expect(tabs(nadia)).to_have_count(1)
    expect(tabs(nadia)).to_have_text("Vélo & Villages(vous)")
    expect(tabs(nadia).locator(".av")).to_have_count(2)
    alone = visitor().join(workshop, "Ana", board="sheet2.verso")
    alone.page.keyboard.press("r")
    expect(tabs(alone)).to_have_text(["Ana(vous)", "Vélo & Villages"])


def test_the_structure_changes_later_and_what_was_written_stays_within_reach(
    server: Server, visitor: Visitor
) -> None:
    workshop = server.create()
    joris = visitor().join(workshop, "Joris", "Roulibre", board="sheet2.verso")
    nadia = visitor().join(workshop, "Nadia", board="sheet2.verso")
    joris.page.keyboard.press("r")
    nadia.page.keyboard.press("r")
    nadia.write("brings", "Dit en mon nom")
    nadia.saved()
    choose_structure(nadia, "Roulibre")
    expect(tabs(nadia)).to_have_text(["Roulibre(vous)", "Nadia"])
    expect(tabs(joris)).to_have_text(["Roulibre(vous)", "Nadia"])
    tabs(nadia).first.click()
    expect(nadia.note("Dit en mon nom")).to_have_count(0)
    joris.page.get_by_role("button", name="Nadia", exact=True).click()
    expect(joris.note("Dit en mon nom")).to_be_visible()

    nadia.page.get_by_role("button", name="Ma structure…").first.click()
    nadia.page.get_by_label("Nom d’une autre structure").fill("Labo Mobilités")
    nadia.page.get_by_role("button", name="Choisir", exact=True).last.click()
    expect(tabs(joris)).to_have_text(["Roulibre(vous)", "Labo Mobilités", "Nadia"])
    nadia.page.get_by_label("Menu").first.click()
    nadia.page.locator("#open-structure").click()
    nadia.page.get_by_role("dialog").get_by_role("radio", name="Je parle en mon nom").check()
    nadia.page.get_by_role("button", name="Choisir", exact=True).last.click()
    expect(tabs(joris)).to_have_text(["Roulibre(vous)", "Nadia"])


def test_facilitation_says_who_speaks_for_whom(server: Server, visitor: Visitor) -> None:
    workshop = server.create()
    nadia = visitor().join(workshop, "Nadia", board="sheet2.verso")
    nadia.page.keyboard.press("r")
    visitor().join(workshop, "Yann", "Roulibre")
    marc = visitor()
    marc.page.goto(f"{server.base}/i#{workshop['invitations']['facilitator']}")
    marc.page.get_by_label("Votre prénom").fill("Marc")
    marc.page.get_by_role("button", name="Prendre place").click()
    marc.page.wait_for_url("**/animation/**")
    marc.page.goto(nadia.page.url)
    marc.saved()
    marc.page.get_by_role("button", name="Qui parle pour quelle structure…").first.click()
    marc.page.get_by_label("Pour qui").select_option(label="Nadia")
    marc.page.get_by_role("dialog").get_by_role("radio", name="Roulibre").check()
    marc.page.get_by_role("button", name="Choisir", exact=True).last.click()
    expect(tabs(nadia)).to_have_text(["Roulibre(vous)", "Nadia"])


@pytest.mark.parametrize("width", [1440, 1024])
def test_twelve_structures_have_tabs_and_a_menu(server: Server, visitor: Visitor, width: int) -> None:
    workshop = server.create()
    names = [f"Communauté de communes {number}" for number in range(1, 12)]
    for name in names:
        server.join(workshop, name[-2:].strip(), stakeholder=name)
    nadia = visitor().join(workshop, "Nadia", "Haut-Orme")
    nadia.page.set_viewport_size({"width": width, "height": 760})
    nadia.open("sheet2.verso").page.keyboard.press("r")
    expect(tabs(nadia).first).to_have_text("Haut-Orme(vous)")
    more = nadia.page.locator(".moretabs summary")
    seen = tabs(nadia).count()
    assert more.text_content() == f"+ {12 - seen}" and seen >= 4
    nadia.flat()
    sheet, last = nadia.page.locator(".sheet").bounding_box(), nadia.page.locator(".tab.plus").bounding_box()
    assert sheet and last and last["x"] + last["width"] <= sheet["x"] + sheet["width"] + 1
    more.click()
    menu, page = nadia.page.locator(".tablist").bounding_box(), nadia.page.viewport_size
    assert menu and page and menu["x"] >= 0 and menu["x"] + menu["width"] <= page["width"]
    in_sight = """one => {
      const box = one.getBoundingClientRect();
      return one.contains(document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2));
    }"""
    assert all(one.evaluate(in_sight) for one in nadia.page.locator(".tablist .tab").all())
    nadia.page.locator(".tablist .tab", has_text=names[-1]).click()
    expect(nadia.page.locator(".tab.on")).to_contain_text(names[-1])
    nadia.page.locator(".tab.on").focus()
    nadia.page.keyboard.press("Home")
    expect(tabs(nadia).first).to_be_focused()
    nadia.page.keyboard.press("ArrowRight")
    nadia.page.keyboard.press("Enter")
    expect(nadia.page.locator(".tab.on")).to_contain_text(names[0])


def test_others_rectos_are_for_reading_while_everybody_writes_for_themselves(
    server: Server, visitor: Visitor
) -> None:
    workshop = server.create()
    yann = server.join(workshop, "Yann", stakeholder="Roulibre")
    note(server, yann, "Covoiturage")
    nadia = visitor().join(workshop, "Nadia", "Haut-Orme", board="sheet2.verso")
    command(server, workshop, type="step.go", step="s2_je")
    expect(nadia.zone("brings")).to_be_visible()  # the step has led everybody to their recto
    nadia.write("brings", "Chez moi, oui")
    nadia.page.get_by_role("button", name="Roulibre").click()
    expect(nadia.page.locator(".readonly")).to_have_text("Lecture seule : chacun écrit sur sa propre fiche")
    expect(nadia.note("Covoiturage")).to_be_visible()
    expect(nadia.page.locator("section.zone .add:visible")).to_have_count(0)
    nadia.zone("means").focus()
    nadia.page.keyboard.press("n")
    expect(nadia.page.locator("#notice")).to_contain_text("chacun écrit sur sa propre fiche")
    expect(nadia.page.locator("li.note")).to_have_count(1)
    command(server, workshop, type="step.go", step=None or first_step(server, workshop))
    expect(nadia.page.locator(".readonly")).to_have_count(0)


def first_step(server: Server, made: dict[str, Any]) -> str:
    state = server.call("GET", f"/api/workshops/{made['id']}", token=made["token"]).json
    return str(state["agenda"]["steps"][0]["id"])


# -- two faces ---------------------------------------------------------------------------------------


def test_a_sheet_turns_by_key_corner_and_switch_and_the_zone_behind_has_the_focus(
    server: Server, visitor: Visitor
) -> None:
    nadia = visitor().join(server.create(), "Nadia", "Haut-Orme", board="sheet2.verso")
    nadia.zone("returns").focus()
    nadia.page.keyboard.press("r")
    expect(nadia.page.locator(".sheet.face-je")).to_be_visible()
    expect(nadia.zone("expects")).to_be_focused()
    expect(nadia.page.locator("#polite")).to_contain_text("Je")
    nadia.page.keyboard.press("r")
    expect(nadia.zone("returns")).to_be_focused()
    nadia.page.get_by_role("button", name="Retourner la fiche").click()
    expect(nadia.page.locator(".sheet.face-je")).to_be_visible()
    expect(nadia.page.locator(".corner")).to_be_focused()
    nadia.page.get_by_role("button", name="Nous · verso").click()
    expect(nadia.page.locator(".sheet.face-nous")).to_be_visible()
    expect(nadia.page.get_by_role("button", name="Nous · verso")).to_be_focused()


def test_counts_in_the_rail_follow_what_others_write(server: Server, visitor: Visitor) -> None:
    workshop = server.create()
    joris = visitor().join(workshop, "Joris", board="sheet1.verso")
    nadia = visitor().join(workshop, "Nadia", board="sheet2.verso")
    face = joris.page.get_by_role("button", name="Fiche 2, Nous")
    expect(face).to_contain_text("0/6")
    nadia.write("rules", "Compte rendu public")
    expect(face).to_contain_text("1/6")
    expect(face).to_have_attribute("aria-label", "Fiche 2, Nous 1/6 zones remplies")
    canvas = joris.page.locator(".canvaslink").first
    expect(canvas).to_contain_text("Prévu à la convergence")
    expect(canvas.locator("use[href$='#lock']")).to_have_count(0)
    command(server, workshop, type="board.lock", board="governance")
    expect(canvas).to_contain_text("Support verrouillé par Organisation")
    expect(canvas.locator("use[href$='#lock']")).to_have_count(1)


# -- « Voir les Je » and « Faire remonter » -----------------------------------------------------------


def test_je_of_everybody_shows_behind_nous_and_comes_as_it_is_written(
    server: Server, visitor: Visitor
) -> None:
    workshop = server.create()
    yann = server.join(workshop, "Yann", stakeholder="Roulibre")
    note(server, yann, "Connecteur covoiturage")
    nadia = visitor().join(workshop, "Nadia", "Haut-Orme", board="sheet2.verso")
    joris = visitor().join(workshop, "Joris", "Labo Mobilités", board="sheet2.verso")
    expect(nadia.page.locator("li.ghost")).to_have_count(0)
    nadia.page.keyboard.press("j")
    expect(nadia.page.get_by_role("switch", name="Voir les Je")).to_have_attribute("aria-checked", "true")
    expect(nadia.zone("contributions").locator("li.ghost")).to_have_count(1)
    expect(ghost(nadia, "Connecteur covoiturage").locator(".from")).to_have_text("Roulibre · Yann")
    joris.page.keyboard.press("r")
    joris.write("decisions", "Méthode libre")
    expect(nadia.zone("rules").locator("li.ghost")).to_contain_text("Méthode libre")
    assert nadia.page.locator("li.note").count() == 0, "a ghost is no note"
    nadia.page.reload()
    expect(ghost(nadia, "Méthode libre")).to_be_visible()
    nadia.page.keyboard.press("j")
    expect(nadia.page.locator("li.ghost")).to_have_count(0)


def test_ghosts_never_lie_over_notes_and_the_rest_is_behind_a_chip(server: Server, visitor: Visitor) -> None:
    workshop = server.create()
    yann = server.join(workshop, "Yann", stakeholder="Roulibre")
    for number in range(9):
        note(server, yann, f"Apport {number}")
    nadia = visitor().join(workshop, "Nadia", board="sheet2.verso")
    nadia.write("contributions", "Déjà commun")
    show_je(nadia)
    expect(nadia.page.locator("li.ghost").first).to_be_visible()
    shown = nadia.page.locator("li.ghost").count()
    chip = nadia.zone("contributions").locator(".ghostchip")
    expect(chip).to_have_text(f"+ {9 - shown} Je")
    boxes = [one.bounding_box() for one in nadia.page.locator("li.ghost, li.note").all()]
    for at, one in enumerate(boxes):
        for other in boxes[:at]:
            assert one and other
            beside = one["x"] >= other["x"] + other["width"] or other["x"] >= one["x"] + one["width"]
            above = one["y"] >= other["y"] + other["height"] or other["y"] >= one["y"] + one["height"]
            assert beside or above
    chip.click()
    expect(nadia.page.get_by_role("dialog").get_by_role("checkbox")).to_have_count(9)
    nadia.page.keyboard.press("Escape")
    expect(chip).to_be_focused()


def test_one_je_is_raised_undone_and_leads_back(server: Server, visitor: Visitor) -> None:
    workshop = server.create()
    yann = server.join(workshop, "Yann", stakeholder="Roulibre")
    note(server, yann, "Connecteur covoiturage")
    nadia = visitor().join(workshop, "Nadia", "Haut-Orme", board="sheet2.verso")
    joris = visitor().join(workshop, "Joris", board="sheet2.verso")
    show_je(nadia)
    raise_ghost(nadia, "Connecteur")
    raised = nadia.zone("contributions").locator("li.note")
    expect(raised).to_have_count(1)
    expect(raised.locator(".who")).to_have_text("Vous")
    expect(raised.locator(".trace")).to_have_text("1 Je")
    expect(ghost(nadia, "Connecteur").locator(".raise")).to_have_text("Remontée")
    expect(joris.note("Connecteur covoiturage")).to_be_visible()
    nadia.saved()
    made = server.call("GET", f"/api/rooms/{yann.room}/notes", token=yann.token).json["notes"]
    up = next(one for one in made if one["board"] == "sheet2.verso")
    source = next(one for one in made if one["board"] != "sheet2.verso")
    assert up["origin"] == [
        {
            "board": source["board"],
            "zone": "brings",
            "note": source["id"],
            "at": source["at"],
            "by": source["by"],
        }
    ]
    assert up["colour"] == source["colour"]

    nadia.page.locator("#undo").click()
    expect(nadia.page.locator("li.note")).to_have_count(0)
    expect(ghost(nadia, "Connecteur").locator(".raise")).to_have_text("Faire remonter")
    nadia.page.locator("#redo").click()
    expect(raised).to_have_count(1)

    raised.locator(".trace").click()
    nadia.page.get_by_role("dialog").get_by_role("button", name="Fiche 2, Je, Roulibre").click()
    expect(nadia.page.locator(".sheet.face-je")).to_be_visible()
    expect(nadia.note("Connecteur covoiturage")).to_be_focused()


def test_several_je_become_one_note_by_keyboard_and_a_source_may_go(server: Server, visitor: Visitor) -> None:
    workshop = server.create()
    yann = server.join(workshop, "Yann", stakeholder="Roulibre")
    gone = note(server, yann, "Temps d'accès à vélo")
    nadia = visitor().join(workshop, "Nadia", "Haut-Orme", board="sheet2.verso")
    nadia.page.keyboard.press("r")
    nadia.write("brings", "Relire avec les mairies")
    nadia.page.keyboard.press("r")
    nadia.page.keyboard.press("j")
    nadia.zone("contributions").locator(".ghostchip").focus()
    nadia.page.keyboard.press("Enter")
    dialog = nadia.page.get_by_role("dialog")
    expect(dialog.get_by_role("group", name="Roulibre")).to_be_visible()
    dialog.get_by_role("checkbox", name="Relire").focus()
    nadia.page.keyboard.press("Space")
    dialog.get_by_role("checkbox", name="Temps d'accès").focus()
    nadia.page.keyboard.press("Space")
    expect(dialog.get_by_role("status")).to_contain_text("2 Je deviendront une seule note")
    nadia.page.keyboard.press("Enter")
    raised = nadia.zone("contributions").locator("li.note")
    expect(raised).to_be_focused()
    expect(raised.locator("p")).to_have_text("Relire avec les mairies\nTemps d'accès à vélo")
    expect(raised.locator(".trace")).to_have_text("2 Je")
    server.call("DELETE", f"/api/rooms/{yann.room}/notes/{gone}", token=yann.token)
    expect(ghost(nadia, "Temps d'accès")).to_have_count(0)
    raised.locator(".trace").click()
    expect(dialog.locator(".gone")).to_have_text("Fiche 2, Je, Roulibresource retirée")
    dialog.get_by_role("button", name="Fiche 2, Je, Haut-Orme").click()
    expect(nadia.note("Relire avec les mairies")).to_be_focused()


def test_je_are_raised_in_the_list_too(server: Server, visitor: Visitor) -> None:
    workshop = server.create()
    yann = server.join(workshop, "Yann", stakeholder="Roulibre")
    note(server, yann, "Connecteur covoiturage")
    nadia = visitor().join(workshop, "Nadia", board="sheet2.verso")
    nadia.page.keyboard.press("l")
    nadia.page.keyboard.press("j")
    row = nadia.page.locator(".ghostrow", has_text="Connecteur")
    expect(row).to_be_visible()
    row.get_by_role("button", name="Faire remonter").click()
    expect(nadia.page.locator("li.ln", has_text="Connecteur covoiturage")).to_be_visible()
    expect(row.get_by_role("button")).to_have_text("Remontée")


def test_je_are_seen_and_raised_on_a_phone(server: Server, visitor: Visitor) -> None:
    workshop = server.create()
    yann = server.join(workshop, "Yann", stakeholder="Roulibre")
    note(server, yann, "Connecteur covoiturage")
    nadia = visitor(phone=True).join(workshop, "Nadia", board="sheet2.verso")
    nadia.page.get_by_role("button", name="Voir 1 Je").click()
    nadia.page.get_by_role("button", name="Faire remonter. Je de Roulibre").click()
    expect(nadia.page.locator("li.ln", has_text="Connecteur covoiturage").first).to_be_visible()
    expect(nadia.page.locator(".ghostrow .raise")).to_have_text("Remontée")
    nadia.page.get_by_role("button", name="Masquer les Je").first.click()
    expect(nadia.page.locator(".ghostrow")).to_have_count(0)
    nadia.page.locator("[data-tab=sheets]").click()
    expect(nadia.page.get_by_role("button", name="Fiche 2, Nous")).to_contain_text("1/6")


def test_a_locked_zone_takes_nothing_that_is_raised(server: Server, visitor: Visitor) -> None:
    workshop = server.create()
    yann = server.join(workshop, "Yann", stakeholder="Roulibre")
    note(server, yann, "Connecteur covoiturage")
    nadia = visitor().join(workshop, "Nadia", board="sheet2.verso")
    show_je(nadia)
    expect(ghost(nadia, "Connecteur").locator(".raise")).to_have_count(1)
    command(server, workshop, type="board.lock", board="sheet2.verso", zone="contributions")
    expect(ghost(nadia, "Connecteur")).to_be_visible()
    expect(ghost(nadia, "Connecteur").locator(".raise")).to_have_count(0)


# -- locked zones ------------------------------------------------------------------------------------


def test_a_locked_zone_is_said_in_the_list_and_takes_no_note_there(server: Server, visitor: Visitor) -> None:
    workshop = server.create()
    command(server, workshop, type="board.lock", board="sheet2.verso")
    nadia = visitor().join(workshop, "Nadia", board="sheet2.verso")
    nadia.page.keyboard.press("l")
    expect(nadia.page.locator("#list")).to_contain_text("Support verrouillé par Organisation")
    expect(nadia.page.locator("#list input[name=text], #list textarea")).to_have_count(0)
    nadia.page.locator("#list h1").focus()
    nadia.page.keyboard.press("n")
    expect(nadia.page.locator("#notice")).to_contain_text("Support verrouillé par Organisation")


def test_a_locked_zone_says_so_to_both_and_refuses_at_once(server: Server, visitor: Visitor) -> None:
    workshop = server.create()
    nadia = visitor().join(workshop, "Nadia", board="sheet2.verso")
    joris = visitor().join(workshop, "Joris", board="sheet2.verso")
    nadia.write("rules", "Écrite avant")
    nadia.zone("rules").focus()
    command(server, workshop, type="board.lock", board="sheet2.verso", zone="rules")
    for one in (nadia, joris):
        expect(one.zone("rules").locator(".lockline")).to_have_text("Verrouillée par Organisation")
        expect(one.zone("costs").locator(".lockline")).to_have_count(0)
    expect(nadia.page.locator("#assertive")).to_contain_text("Verrouillée par Organisation")
    nadia.page.keyboard.press("n")
    expect(nadia.page.locator("#notice")).to_contain_text("Verrouillée par Organisation")
    expect(nadia.zone("rules").locator("li.note")).to_have_count(1)
    nadia.note("Écrite avant").focus()
    nadia.page.keyboard.press("Delete")
    expect(nadia.note("Écrite avant")).to_be_visible()
    nadia.write("costs", "Ailleurs, oui")
    lying = nadia.note("Ailleurs, oui").evaluate("one => one.style.left")
    nadia.drag("Ailleurs, oui", "rules")
    expect(nadia.zone("costs").locator("li.note")).to_have_css("left", lying)
    nadia.note("Écrite avant").focus()
    nadia.page.keyboard.press("d")
    expect(nadia.page.locator("li.note")).to_have_count(2)
    nadia.saved()
    show_je(nadia)
    command(server, workshop, type="board.unlock", board="sheet2.verso", zone="rules")
    expect(joris.zone("rules").locator(".lockline")).to_have_count(0)
    joris.write("rules", "Rouverte")
    expect(nadia.note("Rouverte")).to_be_visible()


def test_facilitation_writes_in_a_locked_zone(server: Server, visitor: Visitor) -> None:
    workshop = server.create()
    command(server, workshop, type="board.lock", board="sheet2.verso")
    marc = visitor()
    marc.page.goto(f"{server.base}/i#{workshop['invitations']['facilitator']}")
    marc.page.get_by_label("Votre prénom").fill("Marc")
    marc.page.get_by_role("button", name="Prendre place").click()
    marc.page.wait_for_url("**/animation/**")
    marc.page.goto(f"{server.base}/atelier/{workshop['id']}?board=sheet2.verso")
    marc.saved()
    expect(marc.zone("rules").locator(".lockline")).to_have_text("Support verrouillé par Organisation")
    marc.write("rules", "Rappel de l'animation")
    marc.saved()
