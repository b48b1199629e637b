"""What single zones have besides notes: gauges, needs, the table of resources, natures of obstacles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, expect
from tests.browser.test_access import AXE, RUN
from tests.kit.browser import Person
from tests.kit.server import Seat, Server

Visitor = Callable[..., Person]


def prepared(server: Server, **more: Any) -> dict[str, Any]:
    made = server.create(title="Trajets communs")
    if more:
        done(server, made, "workshop.edit", **more)
    return made


def done(server: Server, made: dict[str, Any], kind: str, seat: Seat | None = None, **fields: Any) -> Any:
    path, token = f"/api/workshops/{made['id']}/commands", made["token"] if seat is None else seat.token
    answer = server.call("POST", path, {"type": kind, **fields}, token=token)
    assert answer.status == 200, answer.body
    return answer.json


def note(server: Server, made: dict[str, Any], zone: str, text: str, **more: Any) -> str:
    board, _, name = zone.rpartition(".")
    room = made["groups"][0]["rooms"]["exploration"]
    body = {"board": board, "zone": name, "text": text, **more}
    answer = server.call("POST", f"/api/rooms/{room}/notes", body, token=made["token"])
    assert answer.status == 201, answer.body
    return str(answer.json["id"])


def leads(one: Person, made: dict[str, Any]) -> Person:
    """The organiser, who has a session from creating the workshop."""
    one.page.context.add_cookies([{"name": "tablee", "value": made["token"], "url": one.server.base}])
    one.page.goto(f"{one.server.base}/atelier/{made['id']}")
    return one.saved()


def panel(one: Person, zone: str, name: str) -> Locator:
    """The dialog behind a button in a zone of the board."""
    one.zone(zone).locator(".rowsbtn", has_text=name).click()
    return one.page.locator("dialog.rowsdialog")


def test_gauges_are_answered_in_private_then_the_median_is_shown(server: Server, visitor: Visitor) -> None:
    made = prepared(server)
    others = [server.join(made, name) for name in ("Joris", "Yann")]
    ines = leads(visitor(), made).open("sheet1.verso")
    nadia = visitor(phone=True).join(made, "Nadia", board="sheet1.verso")

    asking = panel(ines, "maturity", "Jauges")
    asking.get_by_role("button", name="Demander à chaque personne").click()
    expect(asking).to_contain_text("0 personne sur 3 a répondu")
    expect(ines.zone("maturity").locator(".rowsbtn.asks")).to_have_css("position", "static")

    # on a phone in the list, in the zone itself
    for _ in range(4):
        nadia.page.locator("#list").get_by_role("button", name="Zone suivante").first.click()
    inside = nadia.page.locator("#list section[data-zone=maturity] .rowspanel", has_text="Jauges")
    answer = inside.get_by_role("group", name="Maturité de la ressource")
    answer.get_by_text("Essai").click()
    expect(answer.get_by_role("radio", name="Essai")).to_be_checked()
    expect(asking).to_contain_text("1 personne sur 3 a répondu")
    for seat, level in zip(others, (1, 3), strict=True):
        done(server, made, "poll.answer", seat, subject="resource", value=level)
    expect(asking).to_contain_text("3 personnes sur 3 ont répondu")
    expect(asking.locator(".gaugeresult")).to_have_count(0)

    asking.get_by_role("button", name="Montrer les réponses").click()
    result = "Maturité de la ressource : médiane 2 sur 4 (essai), de 1 à 3"
    expect(asking).to_contain_text(result)
    expect(inside).to_contain_text(result)
    asking.get_by_role("button", name="Écrire le résultat dans la zone").click()
    asking.get_by_role("button", name="Fermer").click()
    expect(ines.zone("maturity").locator("li.note", has_text=result)).to_have_count(1)


def test_needs_are_marked_useful_and_feasible_and_cut_into_challenges(
    server: Server, visitor: Visitor
) -> None:
    made = prepared(server)
    first = note(server, made, "sheet1.verso.need", "Comment partager nos trajets ?")
    second = note(server, made, "sheet1.verso.need", "Une application de covoiturage")
    joris = server.join(made, "Joris")
    ines = leads(visitor(), made).open("sheet1.verso")

    # a need that hides its answer says so, and is put as a question from its menu
    hidden = ines.note("Une application de covoiturage")
    expect(hidden).to_contain_text("une solution ?")
    hidden.click(button="right")
    ines.page.get_by_role("menuitem", name="Écrire en « Comment… ? »").click()
    expect(ines.note("Comment une application de covoiturage ?")).to_be_visible()

    asking = panel(ines, "need", "Utiles, faisables")
    asking.get_by_role("button", name="Demander à chaque personne").click()
    mine = asking.locator(".needmarks", has_text="Comment partager nos trajets ?")
    mine.get_by_role("group", name="Utile, de 0 à 5").get_by_text("5", exact=True).click()
    mine.get_by_role("group", name="Faisable, de 0 à 5").get_by_text("3", exact=True).click()
    expect(asking).to_contain_text("1 personne sur 2 a répondu")
    for subject, value in ((first, {"useful": 4, "feasible": 4}), (second, {"useful": 4, "feasible": 1})):
        done(server, made, "poll.answer", joris, subject=subject, value=value)
    asking.get_by_role("button", name="Montrer les réponses").click()
    expect(asking.locator(".is-start")).to_contain_text("utile 4,5 sur 5, faisable 3,5 sur 5")
    expect(asking.locator(".is-prepare")).to_contain_text("Comment une application")

    asking.locator(".rowchallenges > li", has_text="partager nos trajets").get_by_role(
        "button", name="Découper"
    ).click()
    ines.page.get_by_label("Un micro-défi par ligne").fill("Trouver dix conductrices\nOuvrir trois arrêts")
    ines.page.get_by_role("dialog").last.get_by_role("button", name="Découper", exact=True).click()
    challenge = asking.locator(".rowchallenges ul > li", has_text="dix conductrices")
    expect(challenge).to_contain_text("0 personne nommée sur 15 à 20")
    challenge.get_by_role("textbox").fill("Awa")
    challenge.get_by_role("textbox").press("Enter")
    expect(challenge).to_contain_text("1 personne nommée sur 15 à 20")
    expect(challenge).to_contain_text("Awa")


def test_the_table_of_resources_refuses_licences_that_do_not_fit(server: Server, visitor: Visitor) -> None:
    made = prepared(server, public_body=True)
    note(server, made, "sheet1.verso.resources", "Moteur d'itinéraires", fields={"rtype": "source_code"})
    ines = leads(visitor(), made).open("sheet1.verso")
    table = panel(ines, "resources", "Tableau : 1 ressource")
    expect(table).to_contain_text("Organisme public")
    licence = table.get_by_role("combobox", name="Licence · Moteur d'itinéraires")
    licence.fill("CC-BY-SA-4.0")
    licence.press("Tab")
    expect(table.locator(".fault")).to_contain_text("Pas enregistré. Les licences Creative Commons")
    licence.fill("EUPL-1.2")
    licence.press("Tab")
    expect(table.locator(".fault")).to_have_count(0)
    table.get_by_role("textbox", name="Titulaire des droits · Moteur d'itinéraires").fill("Covoit'Ouest")
    table.get_by_role("combobox", name="Contributions assurées par").select_option("dco")
    table.get_by_role("button", name="Ajouter une ressource : Base de données").click()
    data = table.get_by_role("combobox", name="Licence · Base de données")
    data.fill("MIT")
    data.press("Tab")
    expect(table.locator(".fault")).to_contain_text("Une licence de logiciel ne dit rien")
    ines.page.evaluate(AXE)
    assert ines.page.evaluate(RUN) == []
    table.get_by_role("button", name="Fermer").click()
    expect(ines.note("Moteur d'itinéraires")).to_contain_text("EUPL-1.2")

    # the same in the dialog of one note: what suits is chosen, what does not is not saved
    ines.note("Moteur d'itinéraires").click(button="right")
    ines.page.get_by_role("menuitem", name="Type de note…").click()
    editor = ines.page.locator("dialog.kinds")
    editor.get_by_label("Licences qui conviennent").select_option("MIT")
    expect(editor.get_by_label("Licence", exact=True)).to_have_value("MIT")
    editor.get_by_label("Licence", exact=True).fill("CC0-1.0")
    editor.get_by_label("Titulaire des droits").click()
    expect(editor.locator(".fault")).to_contain_text("ne conviennent pas au logiciel")


def test_obstacles_say_their_nature_with_one_press_and_a_face_opens_with_its_question(
    server: Server, visitor: Visitor
) -> None:
    made = prepared(server)
    note(server, made, "sheet3.verso.improvements", "Pas de juriste")
    steps = server.call("GET", f"/api/workshops/{made['id']}", token=made["token"]).json["agenda"]["steps"]
    done(server, made, "step.go", step=next(s["id"] for s in steps if s["board"] == "sheet1.verso"))
    ines = leads(visitor(), made).open("sheet1.verso")
    opening = ines.page.get_by_role("complementary", name="Question de départ")
    expect(opening).to_contain_text("qu’avons-nous intérêt à faire ensemble")
    opening.get_by_role("button", name="Commencer").click()
    expect(opening).to_be_hidden()

    ines.open("sheet3.verso")
    asking = panel(ines, "improvements", "1 frein à préciser")
    asking.get_by_role("button", name="juridique").click()
    expect(asking.locator(".rownatures li", has_text="juridique")).to_contain_text("1")
    asking.get_by_role("button", name="Fermer").click()
    expect(ines.zone("improvements").locator(".rowsbtn")).to_contain_text("Nature des freins")
    expect(ines.note("Pas de juriste")).to_contain_text("juridique")

    ines.open("sheet2.verso")
    terms = panel(ines, "rules", "Termes du partenariat")
    terms.get_by_role("button", name="En faire cinq notes à compléter").click()
    terms.get_by_role("button", name="Fermer").click()
    expect(ines.note("La licence, choisie dès maintenant")).to_contain_text("Proposée")


def test_the_frame_says_what_kind_of_commons_it_is(server: Server, visitor: Visitor) -> None:
    made = prepared(server)
    ines = leads(visitor(), made)
    ines.page.goto(f"{server.base}/organisation/{made['id']}#cadre")
    ines.page.get_by_label("Type de commun").select_option(label="Commun de données")
    public = ines.page.get_by_role("switch", name="Porté par un organisme public")
    public.click()
    expect(public).to_have_attribute("aria-checked", "true")
    expect(ines.page.locator("#saved")).to_have_text("Enregistré")
    ines.page.reload()
    expect(ines.page.get_by_label("Type de commun")).to_have_value("data_commons")
    state = server.call("GET", f"/api/workshops/{made['id']}", token=made["token"]).json
    assert (state["commons_kind"], state["public_body"]) == ("data_commons", True)
