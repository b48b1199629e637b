"""The wrap-up as people live it: at a desk, on a phone, by keyboard, for who leads and who watches."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, expect
from tests.browser.test_access import AXE, RUN
from tests.browser.test_vote import command, leads
from tests.kit.browser import Person
from tests.kit.server import Server

Visitor = Callable[..., Person]
CHARTER, HOSTING = "Publier la charte", "Trouver un hébergement"


def put(server: Server, made: dict[str, Any], zone: str, text: str, kind: str, **fields: Any) -> None:
    room = made["groups"][0]["rooms"]["convergence"]
    note = {"board": "governance", "zone": zone, "text": text, "kind": kind, "fields": fields}
    answer = server.call("POST", f"/api/rooms/{room}/notes", note, token=made["token"])
    assert answer.status == 201, answer.body


def prepared(server: Server) -> dict[str, Any]:
    made = server.create(title="Trajets communs")
    put(server, made, "actions", CHARTER, "action", due="2027-03-01")
    put(server, made, "actions", HOSTING, "action")
    put(server, made, "needs", "Comment se déplacer le soir ?", "question")
    put(server, made, "legal", "Simple à lancer", "legal_structure", form="association", standing="chosen")
    put(server, made, "h2y", "Une SCIC", "scenario", variant="b")
    return made


def panel(one: Person) -> Locator:
    return one.page.locator("#wrap")


def item(one: Person, text: str) -> Locator:
    return panel(one).locator("li.wcard", has_text=text)


def close(one: Person, made: dict[str, Any]) -> None:
    """From the page of who organises."""
    one.page.goto(f"{one.server.base}/organisation/{made['id']}")
    one.page.get_by_role("button", name="Clore l’atelier").click()
    one.page.get_by_role("dialog").get_by_role("button", name="Clore l’atelier").click()


def test_a_wrap_up_from_what_is_missing_to_the_end(server: Server, visitor: Visitor) -> None:
    made = prepared(server)
    ines, nadia = visitor(), visitor(phone=True).join(made, "Nadia", board="governance")
    leads(ines, made)

    # closing is refused, and the refusal leads to what is missing
    close(ines, made)
    dialog = ines.page.get_by_role("dialog", name="Des actions restent à compléter")
    expect(dialog.locator("li")).to_have_text(
        [f"{CHARTER} sans responsable, Groupe Hêtre", f"{HOSTING} sans responsable ni échéance, Groupe Hêtre"]
    )
    ines.page.keyboard.press("Escape")
    ines.page.goto(f"{server.base}/animation/{made['id']}")
    ines.page.get_by_role("button", name="Autres actions", exact=True).click()
    ines.page.get_by_role("menuitem", name="Clore l’atelier…").click()
    ines.page.get_by_role("dialog", name="Clore l’atelier ?").get_by_role("button", name="Clore").click()
    dialog.get_by_role("button", name="Ouvrir le bilan").click()
    expect(panel(ines).get_by_role("heading", name="Actions")).to_be_focused()
    expect(panel(ines).locator("[data-lacking]")).to_contain_text(
        "1 action sans responsable ni échéance, 1 action sans responsable."
    )

    # the step of the synthesis brings it to everybody; what is filled in reaches all
    command(server, made, type="step.go", step="wrap")
    expect(nadia.page.locator("[data-tab=wrap].live .livedot")).to_be_visible()
    nadia.page.get_by_role("button", name="Ouvrir le bilan").click()
    expect(nadia.page.locator("[data-tab=wrap].live")).to_have_count(0)
    item(nadia, CHARTER).get_by_label("Responsable").select_option(label="Nadia")
    expect(item(ines, CHARTER)).to_have_attribute("data-state", "whole")
    item(ines, HOSTING).get_by_label("Responsable").select_option(label="Une autre personne…")
    name = item(ines, HOSTING).get_by_label("Nom de la personne")
    expect(name).to_be_focused()
    name.fill("Paul, de la région")
    item(ines, HOSTING).get_by_label("Échéance").fill("2027-02-01")
    for one in (ines, nadia):
        expect(panel(one).get_by_text("Chaque action a un responsable et une échéance.")).to_be_visible()
    expect(item(nadia, HOSTING).get_by_label("Nom de la personne")).to_have_value("Paul, de la région")

    # a principle that does not hold becomes an action in one press, which keeps the workshop open
    first = panel(nadia).locator(".wostrom li").first
    first.get_by_label("Non").check()
    first.get_by_role("button", name="En faire une action").click()
    made_of = item(nadia, "Définir qui fait partie du commun")
    expect(made_of.get_by_label("Responsable")).to_be_focused()
    expect(panel(ines).locator(".wostrom li").first.get_by_label("Non")).to_be_checked()
    made_of.get_by_label("Statut").select_option(label="Abandonné")
    expect(item(ines, "Définir qui fait partie du commun")).to_have_attribute("data-state", "dropped")

    # one more is added, and goes with undo
    panel(ines).get_by_label("Nouvelle action").fill("Inviter des usagers")
    panel(ines).get_by_label("Nouvelle action").press("Enter")
    expect(item(nadia, "Inviter des usagers")).to_contain_text("sans responsable ni échéance")
    ines.page.keyboard.press("Escape")
    expect(panel(ines)).to_be_hidden()
    ines.page.locator("#undo").click()
    expect(item(nadia, "Inviter des usagers")).to_have_count(0)

    close(ines, made)
    expect(ines.page.get_by_role("heading", name="Atelier clos")).to_be_visible()
    expect(panel(nadia).get_by_label("Nouvelle action")).to_have_count(0)
    expect(item(nadia, CHARTER).locator("select, input")).to_have_count(0)


def test_what_the_workshop_was_worth_is_answered_privately_and_shown_together(
    server: Server, visitor: Visitor
) -> None:
    made = prepared(server)
    command(server, made, type="step.go", step="wrap")
    ines, nadia = leads(visitor(), made), visitor(phone=True).join(made, "Nadia").saved()
    paul = visitor().join(made, "Paul").saved()
    for one in (ines, nadia, paul):
        one.page.locator("#open-wrap").evaluate("one => one.click()")
    panel(ines).get_by_role("button", name="Ouvrir la question").click()
    panel(nadia).get_by_label("Plus que le temps passé", exact=False).first.check()
    panel(paul).get_by_label("Du temps perdu").check()
    expect(panel(ines).get_by_text("2 personnes sur 2 ont répondu.")).to_be_visible()
    panel(paul).get_by_label("Bien plus que le temps passé").check()
    expect(panel(ines).locator(".whist")).to_have_count(0)
    panel(ines).get_by_role("button", name="Clore et montrer").click()
    for one in (ines, nadia):
        expect(panel(one).locator(".wmedian")).to_contain_text("Médiane : 4 sur 5, plus que le temps passé.")
        rows = panel(one).locator(".whist tbody tr")
        expect(rows.locator("td")).to_have_text(["0", "0", "0", "1", "1"])


def test_the_card_and_the_checklist_are_made_together_and_copied(server: Server, visitor: Visitor) -> None:
    made = prepared(server)
    command(server, made, type="step.go", step="wrap")
    ines, nadia = leads(visitor(), made), visitor(phone=True).join(made, "Nadia").saved()
    observer = visitor()
    watching = server.join(made, "Léa", invitation=made["invitations"]["observer"])
    observer.page.context.add_cookies([{"name": "tablee", "value": watching.token, "url": server.base}])
    observer.page.goto(f"{server.base}/atelier/{made['id']}?board=governance#bilan")
    ines.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    for one in (ines, nadia):
        one.page.locator("#open-wrap").evaluate("one => one.click()")
    card = panel(ines).locator(".commons")
    expect(card.locator("[data-head=need] li")).to_have_text(["Comment se déplacer le soir ?"])
    expect(card.locator("[data-head=host] li")).to_have_text(["Association loi 1901 : Simple à lancer"])
    put(server, made, "watch", "Peu d'usagers", "note")
    expect(card.locator("[data-head=obstacles] li")).to_have_text(["Peu d'usagers"])
    panel(ines).get_by_role("button", name="Copier le texte").click()
    copied = "navigator.clipboard.readText()"
    assert ines.page.evaluate(copied).startswith(
        "Trajets communs\n\nBesoin\n- Comment se déplacer le soir ?\n"
    )

    panel(nadia).get_by_label("Les règles de gouvernance sont publiées").check()
    expect(panel(ines).locator(".wcheck", has_text="Les règles de gouvernance")).to_contain_text("Nadia")
    panel(ines).get_by_role("button", name="Copier la liste").click()
    ticked = "☑ Les règles de gouvernance sont publiées\n☐ Le tableau des charges est partagé"
    ines.page.wait_for_function(f"async words => (await {copied}).includes(words)", arg=ticked)
    expect(panel(ines).get_by_role("row", name="Scénario B")).to_contain_text("Une SCIC")

    # an indicator from what others count
    panel(nadia).get_by_text("Partir d’un exemple").click()
    panel(nadia).get_by_role("button", name="territoires couverts").click()
    indicator = item(nadia, "Territoires couverts")
    expect(indicator).to_contain_text("sans valeur de départ ni cible")
    indicator.get_by_label("Valeur de départ").fill("3")
    indicator.get_by_label("Valeur visée").fill("douze")
    indicator.get_by_label("Valeur visée").press("Tab")
    expect(indicator.get_by_label("Valeur visée")).to_have_attribute("aria-invalid", "true")
    indicator.get_by_label("Valeur visée").fill("12,5")
    indicator.get_by_label("Valeur visée").press("Tab")
    expect(item(ines, "Territoires couverts")).to_have_attribute("data-state", "whole")

    # who watches reads all of it and changes nothing
    expect(panel(observer).locator(".wcheck input").first).to_be_disabled()
    expect(item(observer, CHARTER)).to_contain_text("1er mars 2027")
    expect(panel(observer).locator(".wcard :is(select, input), .wadd, .wostrom input:enabled")).to_have_count(
        0
    )

    for one in (ines, nadia):
        one.page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        one.page.evaluate(AXE)
        assert one.page.evaluate(RUN) == []
