"""The governance canvas: the board at a glance, rules and their committees, legal forms, crash tests."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, expect
from tests.browser.test_access import AXE, RUN
from tests.kit.browser import PHONE, Person
from tests.kit.server import Server

Visitor = Callable[..., Person]
Made = dict[str, Any]


def prepared(server: Server, *notes: Made) -> Made:
    """A workshop at the step of the governance canvas, with notes of its facilitator; `ids` by text."""
    made = server.create(
        title="Trajets communs", commons="Comprendre les mobilités des territoires peu denses"
    )
    steps = server.call("GET", f"/api/workshops/{made['id']}", token=made["token"]).json["agenda"]["steps"]
    step = next(step["id"] for step in steps if step["board"] == "governance")
    command(server, made, type="step.go", step=step)
    room = made["groups"][0]["rooms"]["convergence"]
    made["ids"] = {}
    for note in notes:
        answer = server.call(
            "POST", f"/api/rooms/{room}/notes", {"board": "governance", **note}, token=made["token"]
        )
        assert answer.status == 201, answer.body
        made["ids"][note["text"]] = answer.json["id"]
    return made


def command(server: Server, made: Made, **body: Any) -> Made:
    answer = server.call("POST", f"/api/workshops/{made['id']}/commands", body, token=made["token"])
    assert answer.status == 200, answer.body
    told: Made = answer.json
    return told


def rule(text: str, **fields: Any) -> Made:
    return {"zone": "rules", "kind": "rule", "text": text, "fields": fields}


def committee(text: str, **fields: Any) -> Made:
    return {"zone": "committees", "kind": "committee", "text": text, "fields": fields}


def form(text: str, **fields: Any) -> Made:
    return {"zone": "legal", "kind": "legal_structure", "text": text, "fields": fields}


def leads(one: Person, made: Made) -> Person:
    one.page.context.add_cookies([{"name": "tablee", "value": made["token"], "url": one.server.base}])
    one.page.goto(f"{one.server.base}/atelier/{made['id']}?board=governance")
    return ready(one.saved())


def comes(one: Person, made: Made, name: str = "Nadia") -> Person:
    return ready(one.join(made, name, board="governance"))


def ready(one: Person) -> Person:
    """Canvases are loaded when they are needed."""
    expect(one.page.locator("link[href*=canvas]")).to_have_count(1)
    expect(one.page.locator(":is([data-zone=rules] .zaid, .zonelead)").first).to_be_attached()
    return one


def chosen_act(one: Person, at: Locator, name: str) -> None:
    """From the menu of a note, or of a zone at its title."""
    at.click(button="right", position={"x": 10, "y": 6})
    one.page.get_by_role("menuitem", name=name).click()


def dialog(one: Person, name: str) -> Locator:
    return one.page.get_by_role("dialog", name=name)


SMALL = """() => {
    const scale = document.querySelector('.sheet').getBoundingClientRect().width
        / document.querySelector('.sheet').offsetWidth;
    const out = [];
    for (const one of document.querySelectorAll('.sheet *')) {
        const said = [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== '');
        const box = one.getBoundingClientRect();
        const style = getComputedStyle(one);
        const gone = !one.checkVisibility({ visibilityProperty: true, opacityProperty: true })
            || one.closest('.sr') || box.width < 3 || style.fontSize === '0px';
        if (said && !gone && parseFloat(style.fontSize) * scale < 11.9)
            out.push(`${one.className || one.tagName} ${parseFloat(style.fontSize) * scale}`);
    }
    return out;
}"""
OVERLAP = """() => {
    const out = [];
    const sheet = document.querySelector('.sheet').getBoundingClientRect();
    const room = document.getElementById('board').getBoundingClientRect();
    if (sheet.left < room.left || sheet.right > room.right || sheet.bottom > room.bottom) out.push('board');
    for (const zone of document.querySelectorAll('section.zone')) {
        const home = zone.getBoundingClientRect();
        const boxes = [...zone.querySelectorAll('li.note')].map((note) => note.getBoundingClientRect());
        for (const [at, box] of boxes.entries()) {
            if (box.bottom > home.bottom || box.right > home.right) out.push(`${zone.dataset.zone} leaves`);
            if (boxes.slice(at + 1).some((other) => other.top < box.bottom - 1 && other.bottom > box.top + 1
                && other.left < box.right - 1 && other.right > box.left + 1)) out.push(zone.dataset.zone);
        }
    }
    return out;
}"""
RING = ("mission", "needs", "resources", "watch", "actions", "indicators")
WIDE = ("contributions", "participation", "h6m", "h2y", "h5y")


def test_the_whole_board_is_read_on_three_screens(server: Server, visitor: Visitor) -> None:
    many = [
        {"zone": zone, "text": f"Une idée qui tient en deux lignes, {zone} {n}"}
        for zone in (*RING, *WIDE)
        for n in range(3)
    ]
    forms = [form(text) for text in ("Association", "SCIC", "Consortium", "GIP")]
    made = prepared(server, *many, rule("Une structure, une voix", state="in_force"), *forms)
    nadia = comes(visitor(), made)
    page = nadia.page
    expect(nadia.zone("legal").locator("li.note")).to_have_count(3)
    expect(nadia.zone("legal").get_by_role("button", name="1 autre note")).to_be_visible()
    expect(nadia.zone("mission").locator("li.note")).to_have_count(2)
    chips = [
        nadia.zone(zone).locator("header .fs").inner_text() for zone in ("mission", "rules", "legal", "h6m")
    ]
    assert chips == ["1", "2", "3", "3"]
    for tray in ("open", "edge"):
        expect(page.locator("body")).to_have_attribute("data-tray", tray)
        for width, height in ((1440, 900), (1280, 720), (1920, 1080)):
            page.set_viewport_size({"width": width, "height": height})
            page.wait_for_function(f"() => ({OVERLAP})().length === 0")
            assert page.evaluate(SMALL) == [], (tray, width, height)
        if tray == "open":
            page.locator(".trayfold").click()


def test_rules_have_numbers_and_their_committees_say_them(server: Server, visitor: Visitor) -> None:
    made = prepared(
        server,
        rule("Une structure, une voix", state="in_force", domain="decision"),
        rule("Réunion tous les quinze jours"),
        committee(
            "Pilotage", frequency="Bimestriel", members=["Nadia", "Roulibre"], term_months=24, max_terms=2
        ),
        committee("Technique"),
        {"zone": "rules", "kind": "note", "text": "Décider à l’écrit"},
    )
    nadia, joris = comes(visitor(), made), comes(visitor(), made, "Joris")
    first = nadia.note("Une structure")
    # a plain note has its number, too, and one press makes it a rule
    plain = nadia.note("Décider à l’écrit")
    nadia.zone("rules").focus()
    nadia.page.keyboard.press("Enter")
    expect(plain).to_have_attribute("data-number", "R3")
    plain.get_by_role("button", name="En faire une règle").click()
    expect(plain).to_have_attribute("data-kind", "rule")
    nadia.page.keyboard.press("Escape")
    nadia.page.keyboard.press("Escape")
    expect(nadia.page.locator(".sheet.onezone")).to_have_count(0)
    expect(first).to_have_attribute("data-number", "R1")
    expect(first).to_have_attribute("aria-label", re.compile(r"\. R1$"))
    expect(first.locator(".schip")).to_have_text("en vigueur")
    steering = joris.note("Pilotage")
    expect(steering).to_have_attribute("aria-label", re.compile("mandat de 24.mois, 2 de suite au plus"))
    expect(steering).to_have_attribute(
        "aria-label", re.compile("Il manque.: usagers, société civile, économie sociale")
    )

    # a committee is chosen for a rule: both ends say it, and one step takes both back
    chosen_act(nadia, first, "Type de note")
    kinds = dialog(nadia, "Type de note")
    kinds.locator("select[name=committee_id]").select_option(label="Pilotage")
    expect(steering.locator(".rid")).to_have_text("R1")
    nadia.page.keyboard.press("Control+z")
    expect(steering.locator(".rid")).to_have_count(0)
    nadia.page.keyboard.press("Control+y")
    expect(steering.locator(".rid")).to_have_text("R1")
    nadia.page.keyboard.press("Escape")

    # the committee takes the other one, and the first goes elsewhere
    chosen_act(joris, steering, "Type de note")
    kinds = dialog(joris, "Type de note")
    kinds.get_by_label("Réunion tous les quinze jours").check()
    kinds.get_by_label("Usagers").check()
    joris.page.keyboard.press("Escape")
    expect(nadia.note("Réunion")).to_have_attribute("aria-label", re.compile("R2, comité Pilotage$"))
    expect(nadia.note("Pilotage")).to_have_attribute(
        "aria-label", re.compile("manque.: société civile, économie")
    )

    # order of reading is the order of numbers
    nadia.note("Réunion").focus()
    nadia.page.keyboard.press("Control+ArrowUp")
    expect(joris.note("Réunion")).to_have_attribute("data-number", "R1")
    expect(first).to_have_attribute("data-number", "R2")

    # by domain, and in the list
    nadia.page.keyboard.press("l")
    zone = nadia.page.locator("section.zoneitem[data-zone=rules]")
    expect(zone.locator("li.ln .rid")).to_have_text(["R1", "R2", "R3"])
    expect(zone.locator(".zonelead")).to_contain_text("12 domaines sur 13 sans règle")
    zone.get_by_role("button", name="Par domaine").click()
    domains = dialog(nadia, "Règles par domaine")
    expect(domains.get_by_role("heading", name="Décision")).to_be_visible()
    expect(domains).to_contain_text(re.compile("Domaines sans règle.:.*Argent"))
    expect(domains).not_to_contain_text(re.compile("Domaines sans règle.:.*Décision"))


def test_minimal_governance_is_proposed_at_once_and_taken_back_at_once(
    server: Server, visitor: Visitor
) -> None:
    nadia = comes(visitor(), prepared(server))
    rules = nadia.zone("rules")
    rules.get_by_role("button", name="Gouvernance minimale").click()
    expect(rules.locator("li.note").first).to_contain_text("Charte de conduite")
    expect(rules.locator(".schip").first).to_have_text("proposée")
    expect(rules).to_have_attribute("aria-label", "Règles, 4 notes")
    expect(rules.get_by_role("button", name="Gouvernance minimale")).to_have_count(0)
    nadia.page.get_by_role("button", name="Annuler").click()
    expect(rules).to_have_attribute("aria-label", re.compile("^Règles, 0"))


def test_legal_forms_are_compared_voted_and_chosen(server: Server, visitor: Visitor) -> None:
    made = prepared(
        server, form("Association 1901", form="association"), form("SCIC", form="scic", horizon="2y")
    )
    ines, nadia = leads(visitor(), made), comes(visitor(), made)
    chosen_act(nadia, nadia.zone("legal").locator("h2"), "Comparer les formes juridiques")
    panel = dialog(nadia, "Comparer les formes juridiques")
    expect(panel.locator("tbody tr")).to_have_count(8)
    expect(panel.get_by_role("row", name="GIP")).to_contain_text("Personnes morales seulement")
    expect(panel).to_contain_text("pas un conseil juridique")
    panel.get_by_role("button", name=re.compile("Ajouter au canevas.: Consortium")).click()
    expect(ines.note("Consortium par contrat")).to_be_visible()
    panel.get_by_label("Décision pour Consortium").select_option(label="Écartée")
    expect(ines.note("Consortium").locator(".lwords")).to_have_text("écartée")
    expect(panel.get_by_role("button", name="Ouvrir un vote")).to_have_count(0)
    nadia.page.keyboard.press("Escape")

    # facilitation opens a vote from here; its result is on the options
    chosen_act(ines, ines.zone("legal").locator("h2"), "Ouvrir un vote sur les formes")
    asked = ines.page.get_by_role("dialog")
    asked.get_by_role("button", name="Ouvrir le vote").click()
    nadia.page.locator("#notice").get_by_role("button", name="Voter").click()
    ballot = nadia.page.locator("#vote")
    for _ in range(2):
        ballot.locator(".vo", has_text="SCIC").get_by_role("button", name="Ajouter un point").click()
    ballot.get_by_role("button", name="Envoyer mon vote").click()
    expect(ines.page.locator("#vote")).to_contain_text("1 personne sur 1 a voté")
    votes = server.call("GET", f"/api/workshops/{made['id']}", token=made["token"]).json["votes"]
    command(server, made, type="vote.close", vote=votes[0]["id"])
    expect(ines.note("SCIC").locator(".lpoints")).to_have_text("2")
    expect(ines.note("SCIC").locator(".lwords")).to_have_text("dans 2 ans")
    chosen_act(ines, ines.note("Association"), "Retenir cette forme")
    expect(nadia.note("Association")).to_have_attribute("data-standing", "chosen")
    expect(nadia.note("Association")).to_have_attribute("aria-label", re.compile("retenue"))


def test_crash_tests_are_answered_and_what_is_open_becomes_rules(server: Server, visitor: Visitor) -> None:
    made = prepared(server, rule("Une structure, une voix"), committee("Pilotage"), committee("Technique"))
    nadia, joris = comes(visitor(), made), comes(visitor(), made, "Joris")
    chosen_act(nadia, nadia.zone("rules").locator("h2"), "Éprouver nos règles")
    mine = dialog(nadia, "Éprouver nos règles")
    expect(mine.get_by_role("status")).to_have_text("0 sur 8 répondues")
    rest = mine.get_by_role("button", name=re.compile("En faire . règles proposées"))
    expect(rest).to_have_count(0)
    mine.get_by_role("button", name="Répondre").click()
    expect(mine.get_by_label("Règle qui s’applique").first).to_be_focused()
    test = mine.get_by_role("group", name="Deux personnes fondatrices")
    test.get_by_label("Règle qui s’applique").select_option(label="R1 Une structure, une voix")
    expect(mine.get_by_role("status")).to_have_text("1 sur 8 répondues")
    test.get_by_label("Comité qui décide").select_option(label="Pilotage")
    test.get_by_label("En combien de jours").fill("10")
    test.get_by_label("En combien de jours").press("Tab")

    joris.page.keyboard.press("l")
    zone = joris.page.locator("section.zoneitem[data-zone=rules]")
    expect(zone.locator(".zonelead")).to_contain_text("7 épreuves sur 8 sans réponse")
    zone.get_by_role("button", name="Éprouver nos règles").click()
    his = dialog(joris, "Éprouver nos règles").get_by_role("group", name="Deux personnes fondatrices")
    expect(his.get_by_label("Comité qui décide")).to_have_value(made["ids"]["Pilotage"])
    expect(his.get_by_label("En combien de jours")).to_have_value("10")
    # what somebody else chooses is seen, also when it is what one had chosen oneself
    for name in ("Technique", "Pilotage"):
        his.get_by_label("Comité qui décide").select_option(made["ids"][name])
        expect(test.get_by_label("Comité qui décide")).to_have_value(made["ids"][name])

    mine.get_by_role("button", name=re.compile("En faire une règle proposée.: Le financeur")).click()
    expect(mine.get_by_role("status")).to_have_text("2 sur 8 répondues")
    rest.click()
    expect(mine.get_by_role("status")).to_have_text("Les 8 épreuves ont une réponse")
    nadia.page.keyboard.press("Escape")
    expect(nadia.zone("rules")).to_have_attribute("aria-label", "Règles, 8 notes")
    expect(nadia.note("À décider").first).to_contain_text("Le financeur principal se retire")


def test_a_note_becomes_an_action_anywhere_and_its_foot_says_who_and_when(
    server: Server, visitor: Visitor
) -> None:
    nadia = comes(visitor(), prepared(server, {"zone": "watch", "text": "Une seule personne sait déployer"}))
    note = nadia.note("Une seule personne")
    chosen_act(nadia, note, "En faire une action")
    kinds = dialog(nadia, "Type de note")
    kinds.get_by_label("Responsable").select_option(label="Nadia")
    kinds.get_by_label("Échéance").fill("2031-04-30")
    kinds.get_by_role("button", name="Fermer").click()
    expect(note.locator(".tfoot")).to_have_text("Nadia, 30 avril 2031")
    expect(note).to_have_attribute("aria-label", re.compile("Action.: Nadia, avant le 30.avril 2031"))
    chosen_act(nadia, note, "En faire un indicateur")
    kinds.get_by_label("Valeur visée").fill("3")
    kinds.get_by_role("button", name="Fermer").click()
    expect(note.locator(".tfoot")).to_have_text(re.compile("^cible 3$"))


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_what_is_opened_can_be_used_by_everybody(server: Server, visitor: Visitor, phone: bool) -> None:
    made = prepared(server, rule("Une structure, une voix"), form("SCIC", form="scic"), committee("Pilotage"))
    yann = comes(visitor(phone=phone), made, "Yann")
    page = yann.page
    if not phone:
        page.evaluate(AXE)
        assert page.evaluate(RUN) == []
        page.emulate_media(color_scheme="dark")
        assert page.evaluate(RUN) == []
        page.keyboard.press("l")
    page.evaluate(AXE)
    for zone, button, name in (
        ("rules", "Éprouver nos règles", "Éprouver nos règles"),
        ("legal", "Comparer les formes", "Comparer les formes juridiques"),
    ):
        if phone:
            while not page.locator(f"section.zoneitem[data-zone={zone}]").is_visible():
                page.get_by_role("button", name="Zone suivante").locator("visible=true").tap()
        page.locator(f"section.zoneitem[data-zone={zone}]").get_by_role("button", name=button).click()
        opened = dialog(yann, name)
        expect(opened.get_by_role("heading", name=name)).to_be_focused()
        assert page.evaluate(RUN) == []
        wide = page.evaluate("() => document.querySelector('dialog[open]').scrollWidth")
        assert wide <= (PHONE["width"] if phone else 1040)
        page.keyboard.press("Escape")
        expect(opened).to_have_count(0)
