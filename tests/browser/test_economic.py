"""The economic canvas: lanes, weights, scales, verdicts of stakeholders, costs, what is left to negotiate."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, expect
from tests.kit.browser import Person
from tests.kit.server import Answer, Seat, Server

Visitor = Callable[..., Person]
AXE = (Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")

FIVE = {
    "CC du Haut-Orme": ("Nadia", "local", "public"),
    "Roulibre": ("Yann", "cooperative", "private"),
    "Vélo & Villages": ("Soazig", "association", "population"),
    "Agence d’urbanisme": ("Hélène", "association", "public"),
    "Labo Mobilités": ("Karim", "research", "public"),
}
BRINGS: list[tuple[str, str, int, dict[str, Any]]] = [
    ("CC du Haut-Orme", "Trois villages pilotes", 3, {}),
    ("CC du Haut-Orme", "Comptages 2019 à 2025", 2, {}),
    ("CC du Haut-Orme", "8 000 € par an", 2, {"amount": 8000, "unit": "euros", "period": "year"}),
    ("Roulibre", "Code du calcul, AGPL", 3, {"nature": "code"}),
    ("Roulibre", "0,3 ETP pour le code", 3, {"amount": 0.3, "unit": "fte", "task": "product"}),
    ("Vélo & Villages", "Relevés de terrain bénévoles", 3, {}),
    ("Vélo & Villages", "Réseau de 40 relais", 2, {}),
    ("Agence d’urbanisme", "0,2 ETP de géomatique", 2, {"amount": 0.2, "unit": "fte", "task": "product"}),
    ("Agence d’urbanisme", "Méthode d’enquête", 2, {}),
    ("Labo Mobilités", "Indicateurs d’accès aux services", 2, {}),
    ("Labo Mobilités", "Stage de six mois par an", 2, {"amount": 0.1, "unit": "fte", "task": "community"}),
]
RECEIVES = [
    ("CC du Haut-Orme", "Diagnostic à jour, sans appel d’offres", 3),
    ("CC du Haut-Orme", "Se comparer aux voisins", 2),
    ("Roulibre", "Données de demande ouvertes", 2),
    ("Roulibre", "Être vue des collectivités", 1),
    ("Vélo & Villages", "Une carte pour convaincre", 3),
    ("Vélo & Villages", "Formation à la donnée", 2),
    ("Agence d’urbanisme", "Un socle pour douze études", 3),
    ("Agence d’urbanisme", "Moins de ressaisie", 2),
    ("Labo Mobilités", "Terrain et données citables", 3),
    ("Labo Mobilités", "Publications communes", 3),
]
OTHERS: list[tuple[str, str, str, dict[str, Any]]] = [
    ("value", "note", "Un diagnostic que personne ne paierait deux fois", {}),
    ("value", "note", "Des trajets comparables d’un territoire à l’autre", {}),
    ("needs", "question", "Comment les élus arbitrent-ils entre route, car et vélo ?", {}),
    ("needs", "note", "Bureaux d’études : profitent sans contribuer ?", {}),
    ("commons", "resource", "Code, AGPL", {}),
    ("commons", "resource", "Données, Licence Ouverte", {}),
    ("commons", "resource", "Méthode, CC BY-SA", {}),
    ("commons", "resource", "Nom et logo", {}),
    ("costs", "cost", "Développement", {"task": "product", "fte": 0.6, "purpose": "build"}),
    ("costs", "cost", "Animation", {"task": "community", "fte": 0.4}),
    ("costs", "cost", "Support", {"task": "support", "fte": 0.3, "pooling": "yes"}),
    ("costs", "cost", "Projet", {"task": "project", "fte": 0.2}),
    ("pooling", "note", "L’hébergement, au prorata des habitant·es", {}),
    ("income", "contribution", "Adhésion : 300 à 3 000 € selon la taille", {"nature": "money"}),
    ("income", "contribution", "Support mutualisé", {"amount": 0.1, "unit": "fte", "task": "support"}),
    (
        "income",
        "contribution",
        "Un chef de projet détaché",
        {"amount": 0.2, "unit": "fte", "task": "project"},
    ),
    ("actions", "action", "Budget animation", {"owner_text": "Hélène", "due": "2027-05-15"}),
    ("indicators", "indicator", "Entretien financé : 65 %", {"target": 100}),
]
VERDICTS = {
    "CC du Haut-Orme": ("acceptable", ""),
    "Roulibre": ("renegotiate", "financer le support"),
    "Vélo & Villages": ("acceptable", ""),
    "Agence d’urbanisme": ("acceptable", ""),
    "Labo Mobilités": ("acceptable", "si les données sont citables"),
}


def note(server: Server, seat: Seat, zone: str, kind: str, text: str, fields: dict[str, Any]) -> str:
    room = seat.room.replace("-exploration", "-convergence")
    body = {"board": "economic", "zone": zone, "kind": kind, "text": text, "fields": fields}
    answer = server.call("POST", f"/api/rooms/{room}/notes", body, token=seat.token)
    assert answer.status == 201, answer.body
    return str(answer.json["id"])


def command(server: Server, token: str, workshop: str, **fields: Any) -> Answer:
    return server.call("POST", f"/api/workshops/{workshop}/commands", fields, token=token)


def say(server: Server, seat: Seat, verdict: str, reason: str = "", **more: Any) -> None:
    answer = command(
        server, seat.token, seat.workshop, type="verdict.set", verdict=verdict, reason=reason, **more
    )
    assert answer.status == 200, answer.body


def canvas(server: Server) -> tuple[dict[str, Any], dict[str, Seat]]:
    """A workshop whose group has filled its canvas, as in mock-up 04."""
    made = server.create(commons="Trajets communs")
    seats = {
        structure: server.join(made, name, stakeholder=structure) for structure, (name, *_) in FIVE.items()
    }
    whose = {structure: seat.person["stakeholder"] for structure, seat in seats.items()}
    for structure, (_, form, sector) in FIVE.items():
        seat = seats[structure]
        fields = {"type": form, "sector": sector, "stakeholder_id": whose[structure]}
        note(server, seat, "stakeholders", "stakeholder", structure, fields)
    for structure, text, weight, fields in BRINGS:
        said = {"weight": weight, "stakeholder_id": whose[structure], **fields}
        note(server, seats[structure], "brings", "contribution", text, said)
    for structure, text, weight in RECEIVES:
        said = {"weight": weight, "stakeholder_id": whose[structure]}
        note(server, seats[structure], "receives", "contribution", text, said)
    for (zone, kind, text, fields), seat in zip(OTHERS, list(seats.values()) * 4, strict=False):
        note(server, seat, zone, kind, text, fields)
    for structure, (verdict, reason) in VERDICTS.items():
        say(server, seats[structure], verdict, reason)
    return made, seats


def sit(server: Server, visitor: Visitor, made: dict[str, Any], structure: str) -> Person:
    """One more of a structure, at the canvas."""
    person = visitor().join(made, "Inès", structure, board="economic")
    expect(person.page.locator("body[data-tray=edge]")).to_have_count(1)
    expect(person.page.locator(".vi")).to_have_count(5)
    return person


def lane(person: Person, text: str) -> str:
    """Whose a note is, as those who listen are told."""
    label = person.note(text).get_attribute("aria-label") or ""
    return next((one for one in [*FIVE, "sans partie prenante"] if f"{one}. poids" in label), "")


def scales(person: Person, at: int) -> Locator:
    return person.page.locator(".vi").nth(at).locator(".scales")


def inside(person: Person, inner: Locator, outer: Locator) -> bool:
    a, b = inner.bounding_box(), outer.bounding_box()
    assert a is not None and b is not None
    return a["y"] >= b["y"] - 1 and a["y"] + a["height"] <= b["y"] + b["height"] + 3


def test_lanes_hold_what_each_puts_in_and_gets_and_totals_follow(server: Server, visitor: Visitor) -> None:
    made, _ = canvas(server)
    ines = sit(server, visitor, made, "CC du Haut-Orme")
    page, keys = ines.page, ines.page.keyboard
    names = page.locator("[data-zone=stakeholders] .shd b")
    expect(names).to_have_text(list(FIVE))
    mix = page.locator(".mix")
    expect(mix).to_have_attribute("aria-label", re.compile("public 3, privé 1, population 1"))
    page.locator("[data-zone=stakeholders] .shd").first.click()
    dialog = page.get_by_role("dialog", name="CC du Haut-Orme")
    dialog.get_by_label("Modèle d’affaires de cette structure").fill("Des subventions")
    dialog.get_by_label("Secteur").select_option("Privé")
    dialog.get_by_role("button", name="Enregistrer").click()
    expect(mix).to_have_attribute("aria-label", re.compile("public 2, privé 2"))
    sums = page.locator(".potsums b")
    expect(sums).to_have_text(["26", "24"])
    expect(scales(ines, 0)).to_have_attribute(
        "aria-label", re.compile(r"Met 7, reçoit 5.: donne plus \(\+2\)")
    )
    expect(scales(ines, 2)).to_have_attribute("aria-label", re.compile("autant des deux côtés"))
    expect(page.locator(".co .percent")).to_have_text(re.compile("60.%"))
    expect(page.locator(".co")).to_contain_text("L’animation reste à financer.")
    for at in range(5):
        text = BRINGS[[one[0] for one in BRINGS].index(list(FIVE)[at])][1]
        assert inside(ines, ines.note(text), page.locator("[data-zone=brings] .cell").nth(at))
    # a weight, by one press and by a digit
    ines.note("Comptages 2019").locator(".pips").click()
    expect(sums.first).to_have_text("27")
    expect(page.locator("#polite")).to_have_text(re.compile("Poids 3 sur 3"))
    keys.press("1")
    expect(sums.first).to_have_text("25")
    # to another lane: by keys, by hand, by a dialog
    keys.press("Control+ArrowDown")
    expect(page.locator("#polite")).to_have_text(re.compile("1 note attribuée à Roulibre"))
    assert lane(ines, "Comptages 2019") == "Roulibre"
    keys.press("Escape")  # the bar of the chosen note covers others
    start = ines.note("Réseau de 40 relais").bounding_box()
    end = page.locator("[data-zone=receives] .cell").nth(4).bounding_box()
    assert start is not None and end is not None
    page.mouse.move(start["x"] + 20, start["y"] + 20)
    page.mouse.down()
    page.mouse.move(end["x"] + end["width"] * 0.8, end["y"] + end["height"] / 2, steps=6)
    page.mouse.up()
    expect(scales(ines, 4)).to_have_attribute("aria-label", re.compile("Met 4, reçoit 8"))
    assert lane(ines, "Réseau de 40 relais") == "Labo Mobilités"
    ines.note("Réseau de 40 relais").click()
    keys.press("Shift+F10")
    page.get_by_role("button", name="Autres actions").click()
    page.get_by_role("menuitem", name="Attribuer à…").click()
    page.get_by_role("dialog").get_by_label("Partie prenante").select_option("Sans partie prenante")
    page.get_by_role("button", name="Attribuer", exact=True).click()
    expect(page.locator(".shd.loose")).to_be_visible()
    expect(page.locator(".shd.loose")).to_contain_text("Sans partie prenante")
    # « + Ajouter » in somebody's cell
    page.get_by_role("button", name="Ajouter dans Ce que chacun met pour Vélo & Villages").click()
    page.locator("textarea.notefield").wait_for()
    keys.type("Un atelier vélo")
    keys.press("Escape")
    expect(ines.note("Un atelier vélo")).to_be_visible()
    assert lane(ines, "Un atelier vélo") == "Vélo & Villages"


def test_somebody_who_is_absent_has_a_lane_and_twenty_lanes_lose_nothing(
    server: Server, visitor: Visitor
) -> None:
    made, seats = canvas(server)
    ines = sit(server, visitor, made, "CC du Haut-Orme")
    page = ines.page
    page.get_by_role("button", name="Ajouter une partie prenante qui n’est pas dans la salle").click()
    page.locator("textarea.notefield").wait_for()
    page.keyboard.type("Région")
    page.keyboard.press("Escape")
    expect(page.locator(".vi")).to_have_count(6)
    expect(page.locator("li.note[data-look=head]")).to_contain_text("Région")
    seat = seats["Roulibre"]
    # more notes than a lane can show on a page that is seen whole: the lane says how many
    for number in range(5):
        fields = {"stakeholder_id": seat.person["stakeholder"], "weight": 1}
        note(server, seat, "brings", "contribution", f"De plus {number + 1}", fields)
    behind = page.locator("[data-zone=brings] .lanemore")
    expect(behind).to_have_text(re.compile(r"^\+ [14]$"))
    for width, height in ((1280, 720), (1440, 900)):
        page.set_viewport_size({"width": width, "height": height})
        expect(page.locator(".zoom")).to_contain_text("Ajusté")
        room, sheet = page.locator("#board").bounding_box(), page.locator(".sheet").bounding_box()
        assert room is not None and sheet is not None
        assert sheet["y"] >= room["y"]
        assert sheet["y"] + sheet["height"] <= room["y"] + room["height"]
    for number in range(14):
        actor = note(server, seat, "stakeholders", "stakeholder", f"Commune {number + 1}", {})
        fields = {"stakeholder_id": actor, "weight": 1}
        note(server, seat, "brings", "contribution", f"Apport {number + 1}", fields)
    expect(page.locator(".vi")).to_have_count(20)
    expect(ines.note("Apport 14")).to_be_visible()
    assert inside(ines, ines.note("Apport 14"), page.locator("[data-zone=brings] .cell").nth(19))
    boxes = [one.bounding_box() for one in page.locator("[data-zone=brings] .cell").all()]
    tops = [(box["y"], box["y"] + box["height"]) for box in boxes if box is not None]
    assert all(end < start for (_, end), (start, _) in pairwise(tops))
    below = page.locator("section[data-zone=costs]").bounding_box()
    assert below is not None and below["y"] >= tops[-1][1]
    # a zone that is looked at alone begins at its top, and the board is where it was afterwards
    costs, scrolled = page.locator("section[data-zone=costs]"), "document.querySelector('#board').scrollTop"
    costs.focus()
    before = page.evaluate(scrolled)
    assert before > 0
    page.keyboard.press("Enter")
    expect(costs.locator("h2")).to_be_in_viewport(ratio=1)
    assert page.evaluate(scrolled) == 0
    page.keyboard.press("Escape")
    expect(page.locator(".sheet.onezone")).to_have_count(0)
    page.wait_for_function(f"() => Math.abs({scrolled} - {before}) < 3")


def test_a_verdict_is_the_stakeholders_own_and_its_history_is_kept(server: Server, visitor: Visitor) -> None:
    made, seats = canvas(server)
    ines = sit(server, visitor, made, "Roulibre")
    page = ines.page
    row = page.locator(".vi").nth(1)
    expect(row).to_contain_text("À renégocier")
    expect(page.locator(".vi button.say")).to_have_count(1)  # nobody answers for others
    row.get_by_role("button").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="L’équilibre de Roulibre")
    expect(dialog.get_by_label("À renégocier")).to_be_checked()
    dialog.get_by_label("Acceptable", exact=True).check()
    dialog.get_by_label("À quelle condition").fill("support payé")
    dialog.get_by_role("button", name="Donner cet avis").click()
    expect(row).to_contain_text("Acceptable")
    expect(row).to_contain_text("support payé")
    expect(row).to_contain_text(re.compile(r"d’abord à renégocier \(\d+.h.\d\d\), puis acceptable"))
    expect(page.locator(".co")).to_contain_text("5 structures sur 5 d’accord")
    # on a board without lanes the button is in the zone
    page.set_viewport_size({"width": 1024, "height": 768})
    expect(page.locator(".vi")).to_have_count(0)
    ines.zone("viability").get_by_role("button", name="Donner votre avis").click()
    expect(dialog.get_by_label("Acceptable", exact=True)).to_be_checked()
    page.keyboard.press("Escape")
    title, head = page.locator(".sheet h1").bounding_box(), page.locator(".sheet > .hd").bounding_box()
    assert title and head and head["y"] <= title["y"] and title["height"] <= head["height"]
    page.set_viewport_size({"width": 1440, "height": 900})
    seat = server.join(made, "Marc", invitation=made["invitations"]["facilitator"])
    whose = seats["Labo Mobilités"].person["stakeholder"]
    say(server, seat, "unacceptable", stakeholder=whose, group=made["groups"][0]["id"])
    last = page.locator(".vi").nth(4)
    expect(last).to_contain_text("Inacceptable")
    expect(last).to_contain_text("dit par Marc en son nom")


def test_all_answer_in_private_first_and_then_all_is_shown(server: Server, visitor: Visitor) -> None:
    made, seats = canvas(server)
    ines = sit(server, visitor, made, "Vélo & Villages")
    marc = server.join(made, "Marc", invitation=made["invitations"]["facilitator"])
    poll = command(
        server,
        marc.token,
        marc.workshop,
        type="poll.open",
        kind="verdict",
        board="economic",
        group=made["groups"][0]["id"],
    ).json["poll"]
    row = ines.page.locator(".vi").nth(2)
    row.get_by_role("button", name="Répondre en privé pour Vélo & Villages").click()
    dialog = ines.page.get_by_role("dialog")
    dialog.get_by_label("À renégocier").check()
    dialog.get_by_role("button", name="Répondre en privé").click()
    expect(row.get_by_role("button")).to_contain_text("Votre réponse privée : à renégocier")
    expect(row.locator(".vword")).to_have_text("Acceptable")  # what others see has not changed
    soazig = seats["Vélo & Villages"]
    command(
        server,
        soazig.token,
        soazig.workshop,
        type="poll.answer",
        poll=poll,
        subject=soazig.person["stakeholder"],
        value={"verdict": "acceptable", "value": 1},
    )
    command(server, marc.token, marc.workshop, type="poll.close", poll=poll)
    expect(row.locator(".vword")).to_have_text("Avis partagés")
    expect(row).to_contain_text("acceptable (1), à renégocier (1)")
    expect(row.get_by_role("button")).to_have_count(1)  # it decides now


def test_the_same_canvas_in_the_list_on_a_phone_and_for_those_who_listen(
    server: Server, visitor: Visitor
) -> None:
    made, _ = canvas(server)
    ines = sit(server, visitor, made, "CC du Haut-Orme")
    page = ines.page
    page.evaluate(AXE)

    def check() -> None:
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']}).then((r) => r.violations)")
        assert found == [], [(one["id"], one["nodes"][0]["html"]) for one in found]

    check()
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.keyboard.press("l")
    zone = page.locator("section.zoneitem[data-zone=viability]")
    expect(zone.get_by_role("row", name=re.compile("Roulibre"))).to_contain_text("donne plus (+3)")
    expect(zone.get_by_role("row", name=re.compile("Roulibre"))).to_contain_text("financer le support")
    costs = page.locator("section.zoneitem[data-zone=costs] table")
    row = costs.get_by_role("row", name=re.compile("Animation de la communauté"))
    expect(row.get_by_role("cell")).to_have_text(
        [re.compile(words) for words in ("0,4.ETP", "0,1.ETP", "0,3.ETP", "–")]
    )
    left = page.locator("section.zoneitem[data-zone=balance] .leftlist")
    expect(left).to_contain_text("Roulibre : à renégocier, financer le support")
    expect(page.locator("section.zoneitem[data-zone=costs]")).to_contain_text(
        "L’entretien du commun n’est pas couvert."
    )
    page.locator("section.zoneitem[data-zone=income]").get_by_role("button", name="Adhésion annuelle").click()
    expect(
        page.locator("section.zoneitem[data-zone=income] li.ln", has_text="Adhésion annuelle")
    ).to_have_count(1)
    check()
    page.set_viewport_size({"width": 390, "height": 844})
    for _ in range(6):
        page.get_by_role("button", name="Zone suivante").and_(page.locator(":visible")).click()
    expect(zone.get_by_role("table")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    zone.get_by_role("button", name="Dire si l’équilibre de CC du Haut-Orme est acceptable").click()
    expect(page.get_by_role("dialog")).to_be_visible()
