"""Templates that people adapt: gallery, editor with pointer and keyboard, publishing, a workshop of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Browser, Locator, Page, expect
from tests.browser.test_access import complaints
from tests.kit.browser import DESKTOP, Person
from tests.kit.server import Server

Visitor = Callable[..., Person]


def stored(server: Server, page: Page) -> dict[str, Any]:
    """The kit of the page as the server has it."""
    kit, _, secret = page.url.rpartition("/")[2].partition("#")
    found: dict[str, Any] = server.call("GET", f"/api/kits/{kit}", token=secret).json
    return found


def box(server: Server, page: Page, board: str, zone: str) -> list[float]:
    boards = stored(server, page)["kit"]["templates"]
    zones = next(one for one in boards if one["id"] == board)["zones"]
    found: list[float] = next(one for one in zones if one["id"] == zone)["box"]
    return found


def saved(page: Page) -> None:
    expect(page.locator("#saved")).to_have_attribute("data-state", "saved")


def drag(page: Page, what: Locator, dx: float, dy: float) -> None:
    at = what.bounding_box()
    assert at is not None
    x, y = at["x"] + at["width"] / 2, at["y"] + at["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + dx / 2, y + dy / 2)
    page.mouse.move(x + dx, y + dy)
    page.mouse.up()


def test_a_kit_is_adapted_published_and_used(server: Server, visitor: Visitor) -> None:
    lea = visitor()
    page = lea.page
    page.goto(f"{server.base}/gabarits")
    page.get_by_role("button", name="Adapter le jeu fourni").click()
    page.wait_for_url("**/gabarits/k*#*")
    expect(page.locator(".kpage")).to_have_count(1)
    expect(page.locator("[data-link] input")).to_have_value(page.url)
    expect(page.locator("[data-link]").get_by_role("button", name="Copier")).to_be_visible()
    page.locator(".kchapters").get_by_role("button", name="Fiche 2, verso").click()

    # words, in both languages side by side
    page.locator(".kzone[data-zone=rules]").click()
    page.locator("[data-part='title.fr']").nth(1).fill("Nos usages")
    page.locator("[data-part='title.en']").nth(1).fill("Our customs")
    expect(page.locator(".kzone[data-zone=rules]")).to_contain_text("Nos usages")
    saved(page)

    # with the pointer: smaller by the handle of its lower edge, then back up with undo
    before = box(server, page, "sheet2.verso", "rules")
    sheet = page.locator(".kpage").bounding_box()
    assert sheet is not None
    mm = sheet["width"] / 297
    drag(page, page.locator(".khandle[data-edge=s]"), 0, -20 * mm)
    saved(page)
    x, y, width, height = box(server, page, "sheet2.verso", "rules")
    assert [x, y, width] == before[:3] and abs(before[3] - 20 - height) <= 1
    assert box(server, page, "sheet2.recto", "decisions") == [x, y, width, height]  # its mirror keeps step
    drag(page, page.locator(".kzone[data-zone=rules]"), 0, 10 * mm)
    saved(page)
    assert abs(box(server, page, "sheet2.verso", "rules")[1] - y - 10) <= 1
    page.get_by_role("button", name="Annuler").click()
    saved(page)
    assert box(server, page, "sheet2.verso", "rules") == [x, y, width, height]

    # with the keyboard: moved by a millimetre, made larger, said, and wrong once it leaves the page
    page.locator(".kzone[data-zone=rules]").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+ArrowDown")
    expect(page.locator("[role=status].sr").first).to_contain_text("mm du bord gauche")
    saved(page)
    assert box(server, page, "sheet2.verso", "rules") == [x, y + 1, width, height + 1]
    page.keyboard.press("ArrowLeft")
    for _ in range(8):
        page.keyboard.press("ArrowLeft")
    expect(page.locator(".kchecks [data-fault='box.overlap']").first).to_be_visible()
    expect(page.get_by_role("button", name="Publier")).to_be_disabled()
    for _ in range(9):
        page.keyboard.press("ArrowRight")
    expect(page.locator(".kchecks [data-level=error]")).to_have_count(0)

    # a zone more, on both faces: what is said of the other one leads there
    page.locator(".kpanel").get_by_role("button", name="Ajouter une zone").click()
    expect(page.locator(".keditor > [role=status].sr")).to_contain_text("miroir est ajoutée aussi")
    page.locator("[data-panel] [data-part='title.fr']").fill("Nos engagements")
    page.locator("[data-panel] [data-part='title.en']").fill("Our pledges")
    saved(page)
    assert stored(server, page)["kit"]["counts"] == {"added": 2, "moved": 2, "retitled": 1}
    unnamed = page.locator(".kchecks [data-fault='zone.unnamed']")
    expect(unnamed).to_have_count(6)
    unnamed.filter(has_text="Fiche 2, recto").filter(has_text="titre").first.locator("button").click()
    first = page.locator("[data-panel] [data-part='title.fr']")
    expect(page.locator(".kpage")).to_have_attribute("data-board", "sheet2.recto")
    expect(first).to_be_focused()
    expect(first).to_have_value("Nouvelle zone")
    first.fill("Mes engagements")
    saved(page)
    expect(unnamed).to_have_count(5)
    page.get_by_role("button", name="Aller à cette zone").click()
    expect(page.locator("[data-panel] [data-part='title.fr']")).to_be_focused()
    expect(page.locator("[data-panel] [data-part='title.fr']")).to_have_value("Nos engagements")

    page.get_by_role("button", name="Publier").click()
    dialog = page.get_by_role("dialog")
    assert "2 zones ajoutées" in dialog.locator("[data-changes=fr]").input_value()
    dialog.locator("[data-authors]").fill("Léa Martin")
    dialog.get_by_role("button", name="Publier", exact=True).last.click()
    expect(page.get_by_text("Ce jeu est dans la galerie")).to_be_visible()
    kit = stored(server, page)["id"]

    # anybody finds it, and makes a workshop of it
    marc = visitor().page
    marc.goto(f"{server.base}/gabarits")
    card = marc.locator(f"[data-kit={kit}]")
    expect(card).to_contain_text("Léa Martin")
    card.get_by_role("link", name="Utiliser pour un atelier").click()
    expect(marc.locator("[name=kit]")).to_have_value(kit)
    marc.get_by_label("Titre de l’atelier").fill("Trajets communs")
    marc.get_by_role("button", name="Créer l’atelier").click()
    marc.wait_for_url("**/organisation/**")
    marc.goto(f"{marc.url.replace('/organisation/', '/atelier/').partition('#')[0]}?board=sheet2.verso")
    expect(marc.locator("section[data-zone=rules]")).to_contain_text("Nos usages")
    expect(marc.locator("body")).to_contain_text("Adapté par Léa Martin")
    assert lea.complaints == []


def test_who_holds_the_link_edits_on_a_phone_and_nobody_else_does(server: Server, visitor: Visitor) -> None:
    made = server.call("POST", "/api/kits", {"from": "kit-cmc"}).json
    stranger = visitor().page
    answer = stranger.goto(f"{server.base}/gabarits/{made['id']}")
    assert answer is not None and answer.status == 404

    person = visitor(phone=True)
    page = person.page
    page.goto(f"{server.base}/gabarits/{made['id']}#{made['secret']}")
    expect(page.locator("#saved")).to_have_attribute("data-state", "saved")
    page.locator(".kzone").first.tap()
    page.locator("[data-panel] [data-part='prompt.fr']").fill("Qui sommes-nous ?")
    saved(page)
    assert stored(server, page)["kit"]["counts"] == {"reworded": 1}
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert wide is False
    page.reload()
    expect(page.locator(".kzone").first).to_be_visible()
    assert person.complaints == []


def tabbed_to(page: Page, what: Locator, key: str = "Tab", most: int = 60) -> None:
    for _ in range(most):
        page.keyboard.press(key)
        if what.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError(f"{key} does not lead there")


def test_every_zone_is_edited_by_keyboard_alone(server: Server, visitor: Visitor) -> None:
    made = server.call("POST", "/api/kits", {"from": "kit-cmc"}).json
    page = visitor().page
    page.goto(f"{server.base}/gabarits/{made['id']}#{made['secret']}")
    first, second = page.locator(".kzone").nth(0), page.locator(".kzone").nth(1)
    tabbed_to(page, first)
    page.keyboard.press("Enter")
    title = page.locator("[data-panel] [data-part='title.fr']")
    expect(title).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("Nos besoins")
    expect(first).to_contain_text("Nos besoins")
    # in a longer text too, the browser undoes what was typed where it was typed
    tabbed_to(page, page.locator("[data-panel] [data-part='prompt.fr']"))
    prompt = page.locator("[data-panel] [data-part='prompt.fr']")
    before = prompt.input_value()
    page.keyboard.press("End")
    page.keyboard.type("Z")
    expect(prompt).not_to_have_value(before)
    page.keyboard.press("Control+z")
    expect(prompt).to_have_value(before)
    expect(first).to_contain_text("Nos besoins")
    page.keyboard.press("Escape")
    expect(first).to_be_focused()
    page.keyboard.press("Tab")
    expect(second).to_be_focused()
    page.keyboard.press("F2")
    expect(title).to_be_focused()
    saved(page)
    zones = stored(server, page)["kit"]["templates"][0]["zones"]
    assert zones[0]["titles"]["fr"] == "Nos besoins"
    assert zones[0]["prompts"]["fr"] == made["kit"]["templates"][0]["zones"][0]["prompts"]["fr"]


def test_two_who_edit_a_kit_at_once_lose_nothing_and_publish_what_both_read(
    server: Server, visitor: Visitor
) -> None:
    made = server.call("POST", "/api/kits", {"from": "kit-cmc"}).json
    ana, bob = visitor(), visitor()
    for person in (ana, bob):
        person.page.goto(f"{server.base}/gabarits/{made['id']}#{made['secret']}")
        person.page.locator(".kchapters").get_by_role("button", name="Fiche 2, verso").click()
    ana.page.locator(".kzone[data-zone=rules]").click()
    ana.page.locator("[data-panel] [data-part='title.fr']").fill("Nos usages")
    saved(ana.page)
    bob.page.locator(".kzone").first.click()
    bob.page.locator("[data-panel] [data-part='title.fr']").fill("Ce que nous partageons")
    saved(bob.page)
    expect(bob.page.locator(".kzone[data-zone=rules]")).to_contain_text("Nos usages")
    expect(bob.page.get_by_text("a été changé ailleurs aussi")).to_be_visible()

    # Ana has not read what Bob made of it: nothing is published yet
    ana.page.get_by_role("button", name="Publier").click()
    ana.page.get_by_role("dialog").get_by_role("button", name="Publier", exact=True).last.click()
    expect(ana.page.get_by_text("relisez-le, puis publiez-le")).to_be_visible()
    expect(ana.page.locator(".kzone").first).to_contain_text("Ce que nous partageons")
    assert stored(server, ana.page)["published"] is False
    ana.page.locator("[data-panel] [data-part='title.en']").fill("Our customs")
    saved(ana.page)
    zones = next(one for one in stored(server, ana.page)["kit"]["templates"] if one["id"] == "sheet2.verso")
    titles = {zone["id"]: zone["titles"] for zone in zones["zones"]}
    assert titles["rules"] == {"fr": "Nos usages", "en": "Our customs"}
    assert "Ce que nous partageons" in [one["fr"] for one in titles.values()]

    # what cannot be deleted is said
    ana.page.context.set_offline(True)
    ana.page.locator(".kchapters button").first.click()
    ana.page.get_by_role("button", name="Supprimer ce jeu").click()
    ana.page.get_by_role("button", name="Supprimer le jeu").click()
    expect(ana.page.get_by_text("Le serveur ne répond pas")).to_be_visible()
    assert bob.complaints == []


def test_notes_of_a_zone_that_is_gone_are_listed_first(server: Server, visitor: Visitor) -> None:
    """The organiser sees what changes, goes on with the shipped templates, and nothing is lost."""
    made = server.call("POST", "/api/kits", {"from": "kit-cmc"}).json
    boards = made["kit"]["templates"]
    for name, key, own, mirror in (
        ("sheet2.verso", "rules", "promises", "pledges"),
        ("sheet2.recto", "decisions", "pledges", "promises"),
    ):
        zones = next(one for one in boards if one["id"] == name)["zones"]
        there = next(one for one in zones if one["id"] == key)
        x, y, width, height = there["box"]
        there["box"] = [x, y, width, 40]
        zones.append({**there, "id": own, "mirror": mirror, "box": [x, y + 44, width, height - 44]})
    body = {"revision": 1, "kit": {"templates": boards}}
    assert server.call("PUT", f"/api/kits/{made['id']}", body, token=made["secret"]).status == 200
    asked = {"title": "Trajets communs", "kit": made["id"]}
    workshop = server.call("POST", "/api/workshops", asked, token=made["secret"]).json
    seat = server.join(workshop, "Nadia")
    note = {"board": "sheet2.verso", "zone": "promises", "text": "Une réunion par mois"}
    assert server.call("POST", f"/api/rooms/{seat.room}/notes", note, token=seat.token).status == 201

    page = visitor().page
    page.context.add_cookies([{"name": "tablee", "value": workshop["token"], "url": server.base}])
    page.goto(f"{server.base}/organisation/{workshop['id']}#cadre")
    page.get_by_role("button", name="Changer de gabarits").click()
    page.locator("[data-kit-choice]").select_option("kit-cmc")
    page.get_by_role("button", name="Voir ce qui change").click()
    expect(page.get_by_role("dialog")).to_contain_text("2 zones retirées")
    expect(page.get_by_role("dialog")).to_contain_text("1 note n’aura plus de zone")
    page.get_by_role("button", name="Passer à ces gabarits").click()
    expect(page.locator("[data-kit-card]")).to_contain_text("Les gabarits sont changés")
    expect(page.locator("[data-kit-card]")).to_contain_text("Kit Commons Model Canvas")
    expect(page.locator("[data-kit-card] h2")).to_be_focused()

    page = visitor().page
    page.context.add_cookies([{"name": "tablee", "value": seat.token, "url": server.base}])
    page.goto(f"{server.base}/atelier/{workshop['id']}?board=sheet2.verso")
    expect(page.get_by_role("button", name="Fiche 2, nous 0/6 zones remplies")).to_be_visible()
    page.locator("[data-strays]").click()
    first = page.locator("section.zoneitem").first
    expect(first).to_contain_text("Sans zone")
    expect(first).to_contain_text("Une réunion par mois")


def test_axe_finds_nothing_in_the_gallery_and_the_editor(server: Server, chromium: Browser) -> None:
    made = server.call("POST", "/api/kits", {"from": "kit-cmc"}).json
    context = chromium.new_context(bypass_csp=True, viewport=DESKTOP, locale="fr-FR")
    page = context.new_page()
    found: dict[str, list[str]] = {}
    page.goto(f"{server.base}/gabarits/kit-cmc")
    found["to read"] = complaints(page)
    page.goto(f"{server.base}/gabarits/{made['id']}#{made['secret']}")
    page.locator(".kzone").first.click()
    for summary in page.locator(".kpart:not([open]) > summary").all():
        summary.click()
    found["a zone"] = complaints(page)
    page.locator(".kchapters button").first.click()
    found["the kit"] = complaints(page)
    page.locator(".kchapters button").last.click()
    page.locator(".ksteps").wait_for()
    found["an agenda"] = complaints(page)
    page.get_by_role("button", name="Publier").click()
    page.get_by_role("dialog").wait_for()
    found["publishing"] = complaints(page)
    context.close()
    assert {where: said for where, said in found.items() if said} == {}
