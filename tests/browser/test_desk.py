"""The organiser's page while a workshop is prepared: chapter by chapter, as it is used, then stored."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect
from pypdf import PdfReader
from tests.kit.browser import Person
from tests.kit.server import Server

Visitor = Callable[..., Person]
MARCH = 1_804_683_600_000
PROFILES = (("Nadia", "lead"), ("Joris", "contributor"), ("Soazig", "user"), ("Hélène", "user"))


def prepare(server: Server, visitor: Visitor, made: dict[str, Any], chapter: str = "", **who: Any) -> Page:
    """The organiser's page of a workshop, in a browser of its own."""
    page = visitor(**who).page
    page.context.add_cookies([{"name": "tablee", "value": made["token"], "url": server.base}])
    page.goto(f"{server.base}/organisation/{made['id']}#{chapter}")
    expect(page.locator("#saved")).to_have_attribute("data-state", "saved")
    return page


def state(server: Server, made: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = server.call("GET", f"/api/workshops/{made['id']}", token=made["token"]).json
    return found


def steps(server: Server, made: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = state(server, made)["agenda"]["steps"]
    return found


def saved(page: Page) -> None:
    expect(page.locator("#saved")).to_have_text("Enregistré")


def line(page: Page, title: str) -> Locator:
    return page.locator(".stepline", has=page.get_by_text(title, exact=True))


def titles(page: Page) -> list[str]:
    return page.locator(".steptitle b").all_inner_texts()


def test_an_agenda_is_edited_and_each_change_is_kept(server: Server, visitor: Visitor) -> None:
    made = server.create(agenda="half_day_240", slot_minutes=240, draft=True)
    page = prepare(server, visitor, made)
    expect(page.locator(".sum")).to_contain_text("tout juste")
    # minutes: by five, and as typed
    line(page, "Pause").get_by_role("button", name="Cinq minutes de plus").click()
    line(page, "Pause").get_by_role("textbox").fill("12")
    line(page, "Pause").get_by_role("textbox").press("Enter")
    expect(page.locator(".sum")).to_contain_text("deux minutes de trop")
    line(page, "Fiche 1 · Je").get_by_role("button", name="Cinq minutes de moins").click()
    line(page, "Fiche 1 · Nous").get_by_role("button", name="Cinq minutes de moins").click()
    line(page, "Fiche 1 · Nous").get_by_role("button", name="Cinq minutes de moins").click()
    line(page, "Fiche 1 · Nous").get_by_role("textbox").fill("10")
    line(page, "Fiche 1 · Nous").get_by_role("textbox").press("Tab")
    expect(line(page, "Fiche 1 · Je").locator(".advice.outside")).to_contain_text("25 en tout")
    saved(page)
    kept = {step["id"]: step["minutes"] for step in steps(server, made)}
    assert (kept["break"], kept["s1_je"], kept["s1_nous"]) == (12, 15, 10)
    # order: by the buttons, which keep the focus, and by the handle
    page.get_by_role("button", name="Monter « Pause »").press("Enter")
    page.get_by_role("button", name="Monter « Pause »").press("Enter")
    expect(page.get_by_role("button", name="Monter « Pause »")).to_be_focused()
    assert titles(page)[5] == "Pause"
    handle, to = line(page, "Pause").locator(".grip"), line(page, "Fiche 1 · Je")
    handle.hover()
    page.mouse.down()
    box = to.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 10, box["y"] + 6, steps=6)
    page.mouse.up()
    assert titles(page)[3] == "Pause"
    # everything of one step, in its dialog
    page.get_by_role("button", name="Ajouter une étape").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Titre").fill("Vote des règles")
    dialog.get_by_label("Consigne").fill("Trois points chacun")
    dialog.get_by_label("Temps de l’atelier").select_option("convergence")
    dialog.get_by_label("Minutes").fill("8")
    dialog.get_by_label("Comment on travaille").select_option("group")
    dialog.get_by_role("combobox", name="Support", exact=True).select_option("governance")
    dialog.get_by_label("Ce qu’on peut faire").select_option("own")
    dialog.get_by_label("Écriture").select_option("silent")
    dialog.get_by_label("Révéler les notes").check()
    dialog.get_by_role("button", name="Enregistrer").click()
    expect(line(page, "Vote des règles")).to_contain_text("Trois points chacun")
    line(page, "Vote des règles").get_by_role("button", name="Autres actions").click()
    page.get_by_role("menuitem", name="Dupliquer").click()
    expect(page.locator(".stepline")).to_have_count(15)
    line(page, "Immersion : exemples de communs").get_by_role("button", name="Autres actions").click()
    page.get_by_role("menuitem", name="Supprimer").click()
    expect(page.locator(".stepline")).to_have_count(14)
    page.get_by_role("switch", name="Écriture silencieuse au verso").click()
    saved(page)
    after = steps(server, made)
    assert [step["id"] for step in after][:3] == ["welcome", "round", "break"]
    assert all(step["writing"] == "silent" for step in after if (step["board"] or "").endswith("verso"))
    vote = after[-1]
    assert {name: vote[name] for name in ("title", "minutes", "board", "rights", "reveal_at_end")} == {
        "title": "Vote des règles",
        "minutes": 8,
        "board": "governance",
        "rights": "own",
        "reveal_at_end": True,
    }
    # undone, one change after the other; what was deleted comes back
    page.get_by_role("button", name="Annuler").click()
    page.get_by_role("button", name="Annuler").click()
    expect(page.locator(".stepline")).to_have_count(15)
    saved(page)
    assert "Immersion : exemples de communs" in [step["title"] for step in steps(server, made)]


def test_two_organisers_edit_the_same_agenda(server: Server, visitor: Visitor) -> None:
    made = server.create(agenda="short_150", draft=True)
    first, second, deaf = (visitor() for _ in range(3))
    # one of them hears nothing of what others do
    deaf.page.route_web_socket(re.compile("/ws/"), lambda socket: None)
    for person in (first, second, deaf):
        person.page.context.add_cookies([{"name": "tablee", "value": made["token"], "url": server.base}])
        person.page.goto(f"{server.base}/organisation/{made['id']}")
        expect(person.page.locator(".stepline").first).to_be_visible()
    before = steps(server, made)[0]
    line(first.page, before["title"]).get_by_role("button", name="Cinq minutes de plus").click()
    saved(first.page)
    minutes = str(steps(server, made)[0]["minutes"])
    expect(line(second.page, before["title"]).get_by_role("textbox")).to_have_value(minutes)
    # a change of an agenda that is not the newest any more is not taken: the newest is shown, and said
    deaf.page.get_by_role("button", name=f"Descendre « {before['title']} »").click()
    expect(deaf.page.get_by_text("Quelqu’un d’autre vient de changer le déroulé")).to_be_visible()
    expect(line(deaf.page, before["title"]).get_by_role("textbox")).to_have_value(minutes)
    assert steps(server, made)[0]["id"] == before["id"]
    # what has nothing to do with the agenda is in nobody's way
    server.join(made, "Nadia")
    deaf.page.get_by_role("button", name=f"Descendre « {before['title']} »").click()
    saved(deaf.page)
    assert steps(server, made)[1]["id"] == before["id"]


def test_the_frame_is_set_and_a_sheet_left_out(server: Server, visitor: Visitor) -> None:
    made = server.create(agenda="half_day_210", draft=True)
    page = prepare(server, visitor, made, "cadre")
    page.get_by_label("Titre de l’atelier").fill("Eau du bassin")
    page.get_by_label("Le commun, en une phrase").fill("Une carte des sources")
    page.get_by_label("Date et heure").fill("2027-03-10T14:00")
    page.get_by_label("Durée annoncée").select_option("240")
    page.get_by_label("Règle de Chatham House").check()
    page.get_by_role("checkbox", name="Fiche 2 · Convergence des actions").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("2 étapes quittent le déroulé")
    dialog.get_by_role("button", name="Ne rien changer").click()
    expect(page.get_by_role("checkbox", name="Fiche 2 · Convergence des actions")).to_be_checked()
    page.get_by_role("checkbox", name="Fiche 2 · Convergence des actions").click()
    dialog.get_by_role("button", name="S’en passer").click()
    expect(page.get_by_role("checkbox", name="Fiche 2 · Convergence des actions")).not_to_be_checked()
    expect(page.locator(".pagehead")).to_contain_text(
        re.compile(r"Mercredi 10 mars, de 14.h à 18.h, heure d")
    )
    expect(page.locator("[data-ready=date]")).to_have_attribute("data-state", "ok")
    saved(page)
    now = state(server, made)
    there = page.evaluate("new Date('2027-03-10T14:00').getTime()")
    assert (now["title"], now["commons"], now["licence"]) == (
        "Eau du bassin",
        "Une carte des sources",
        "chatham-house",
    )
    assert (now["starts_at"], now["slot_minutes"]) == (there, 240)
    assert now["modules"] == ["sheet1", "sheet3", "governance", "economic"]
    assert [step for step in now["agenda"]["steps"] if "sheet2" in (step["board"] or "")] == []


def test_people_move_between_groups_by_drag_press_and_menu(server: Server, visitor: Visitor) -> None:
    made = server.create(groups=["Hêtre", "Saule"], people_may_choose_group=True, draft=True)
    for name, profile in PROFILES:
        server.join(made, name, group="g2" if profile == "user" else "g1", profile=profile)
    page = prepare(server, visitor, made)
    hetre, saule = (page.get_by_role("group", name=name) for name in ("Hêtre", "Saule"))
    expect(hetre).to_contain_text("Personne n’utilise l’outil dans ce groupe")
    page.get_by_role("button", name="Échanger avec Saule").click()
    expect(hetre.get_by_role("button", name="Soazig, utilise")).to_be_visible()
    expect(saule.get_by_role("button", name="Joris, contribue")).to_be_visible()
    expect(page.locator(".lack")).to_have_count(0)
    # pressed, then placed; Escape puts back
    joris = page.get_by_role("button", name="Joris, contribue")
    joris.press("Enter")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Placer Joris ici")).to_have_count(0)
    joris.click()
    hetre.get_by_role("button", name="Placer Joris ici").click()
    expect(hetre.get_by_role("button", name="Joris, contribue")).to_be_visible()
    # dragged
    page.get_by_role("button", name="Nadia, porte le projet").hover()
    page.mouse.down()
    box = saule.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 20, steps=6)
    page.mouse.up()
    expect(saule.get_by_role("button", name="Nadia, porte le projet")).to_be_visible()
    # by the menu: a place, and what somebody is to the commons
    page.get_by_role("button", name="Actions sur Hélène").click()
    page.get_by_role("menuitem", name="Vers Hêtre").click()
    expect(hetre.get_by_role("button", name="Hélène, utilise")).to_be_visible()
    page.get_by_role("button", name="Actions sur Nadia").click()
    page.get_by_role("menuitem", name="contribue").click()
    expect(page.get_by_role("button", name="Nadia, contribue")).to_be_visible()
    page.get_by_role("button", name="Ajouter un groupe").click()
    page.get_by_role("dialog").get_by_label("Nom du groupe").fill("Aulne")
    page.get_by_role("dialog").get_by_role("button", name="Ajouter").click()
    expect(page.get_by_role("group", name="Aulne")).to_be_visible()
    saved(page)
    where = {person["name"]: person["group"] for person in state(server, made)["people"][1:]}
    assert where == {"Nadia": "g2", "Joris": "g1", "Soazig": "g1", "Hélène": "g1"}


def test_notes_of_a_table_are_looked_at_then_added(server: Server, visitor: Visitor) -> None:
    made = server.create(groups=["Hêtre", "Saule"], draft=True)
    page = prepare(server, visitor, made)
    page.get_by_role("button", name="Ajouter des notes d’un fichier…").click()
    dialog = page.get_by_role("dialog", name="Ajouter des notes d’un fichier")
    add = dialog.get_by_role("button", name="Ajouter ces notes")
    expect(add).to_be_disabled()
    dialog.get_by_label("Groupe").select_option("Saule")
    dialog.get_by_label("Support").select_option("sheet2.verso")
    dialog.get_by_label("Zone").select_option("rules")
    wrong: FilePayload = {"name": "a.csv", "mimeType": "text/csv", "buffer": b"a;b\n1;2\n"}
    dialog.get_by_label("Fichier").set_input_files(wrong)
    expect(dialog.get_by_role("status")).to_contain_text("Aucune colonne ne s’appelle")
    expect(add).to_be_disabled()
    table: FilePayload = {"name": "b.csv", "mimeType": "text/csv", "buffer": b"Texte\nUne charte\nUn vote\n"}
    dialog.get_by_label("Fichier").set_input_files(table)
    expect(dialog.get_by_role("status")).to_contain_text("2 notes à ajouter")
    expect(dialog.get_by_role("status")).not_to_contain_text("trop long")
    long: FilePayload = {"name": "c.csv", "mimeType": "text/csv", "buffer": b"Texte\n" + b"mot " * 400}
    dialog.get_by_label("Fichier").set_input_files(long)
    expect(dialog.get_by_role("status")).to_contain_text("1 texte trop long pour une note en devient")
    dialog.get_by_label("Fichier").set_input_files(table)
    expect(dialog.get_by_role("status")).to_contain_text("2 notes à ajouter")
    add.click()
    expect(page.locator(".alert.info")).to_contain_text("2 notes sont ajoutées")
    room = made["groups"][1]["rooms"]["exploration"]
    notes = server.call("GET", f"/api/rooms/{room}/notes", token=made["token"]).json["notes"]
    assert [(note["text"], note["zone"]) for note in notes] == [("Une charte", "rules"), ("Un vote", "rules")]


def test_a_link_is_renewed_and_the_room_opened_closed_and_reopened(server: Server, visitor: Visitor) -> None:
    made = server.create(draft=True, starts_at=MARCH)
    guest = visitor().page
    guest.goto(f"{server.base}/a/{made['code']}")
    expect(guest.get_by_text("Gardez cette page, elle s’ouvrira seule.")).to_be_visible()
    page = prepare(server, visitor, made, "invitations")
    page.get_by_role("button", name="Renouveler le lien « Animation »").click()
    page.get_by_role("dialog").get_by_role("button", name="Renouveler").click()
    link = page.get_by_label("Nouveau lien, Animation")
    expect(link).to_have_value(re.compile(rf"{server.base}/i#[\w-]+"))
    secret = link.input_value().partition("#")[2]
    assert server.call("POST", "/api/join", {"invitation": secret, "name": "Bruno"}).status == 201
    assert (
        server.call(
            "POST", "/api/join", {"invitation": made["invitations"]["facilitator"], "name": "x"}
        ).status
        == 404
    )
    letter = page.get_by_role("link", name="Écrire aux personnes").get_attribute("href") or ""
    assert letter.startswith("mailto:?subject=") and made["code"] in letter
    expect(page.locator("[data-ready=facilitation]")).to_have_attribute("data-state", "ok")
    page.get_by_role("button", name="Ouvrir la salle").click()
    expect(page.locator("#status")).to_have_text("ouvert")
    expect(page.get_by_role("link", name="Entrer", exact=True)).to_be_visible()
    page.get_by_role("button", name="Clore l’atelier").click()
    page.get_by_role("dialog").get_by_role("button", name="Clore l’atelier").click()
    expect(page.locator("#status")).to_have_text("clos")
    page.get_by_role("button", name="Rouvrir l’atelier…").click()
    page.get_by_role("dialog").get_by_role("button", name="Rouvrir").click()
    expect(page.locator("#status")).to_have_text("ouvert")


def test_who_waits_at_the_door_is_let_in_when_the_room_opens(server: Server, visitor: Visitor) -> None:
    made = server.create(draft=True)
    guest = visitor().page
    guest.clock.install()
    guest.goto(f"{server.base}/a/{made['code']}")
    expect(guest.get_by_text("bientôt")).to_be_visible()
    server.call(
        "POST", f"/api/workshops/{made['id']}/commands", {"type": "workshop.open"}, token=made["token"]
    )
    guest.clock.fast_forward(30_000)
    expect(guest.get_by_text("ouvert", exact=True)).to_be_visible()


def test_rights_are_set_and_said_at_the_door(server: Server, visitor: Visitor) -> None:
    made = server.create(draft=True)
    page = prepare(server, visitor, made, "droits")
    page.get_by_role("switch", name="Salle d’attente").click()
    page.get_by_role("switch", name="L’animation voit combien").click()
    page.get_by_role("button", name="En demander un").click()
    page.get_by_role("dialog").get_by_label("Mot de passe de l’atelier").fill("tilleul")
    page.get_by_role("dialog").get_by_role("button", name="Demander ce mot de passe").click()
    expect(page.get_by_role("button", name="Ne plus le demander")).to_be_visible()
    saved(page)
    door = visitor(script=False).page
    door.goto(f"{server.base}/a/{made['code']}")
    expect(door.get_by_text("combien de notes")).to_have_count(0)
    expect(door.get_by_text("l’animation vous donne un groupe")).to_be_visible()
    door.get_by_label("Votre prénom").fill("Nadia")
    door.get_by_label("Mot de passe de l’atelier").fill("saule")
    door.get_by_role("button", name="Prendre place").click()
    expect(door.get_by_role("alert")).to_contain_text("pas le mot de passe")
    expect(door.get_by_label("Votre prénom")).to_have_value("Nadia")
    door.get_by_label("Mot de passe de l’atelier").fill("tilleul")
    door.get_by_role("button", name="Prendre place").click()
    door.wait_for_url("**/atelier/**")


def test_this_browser_is_tried_out(server: Server, visitor: Visitor) -> None:
    page = prepare(server, visitor, server.create(draft=True), "essai")
    for check in ("browser", "link", "storage", "clock", "microphone"):
        expect(page.locator(f"[data-check={check}]")).to_have_attribute("data-state", "ok")
    page.get_by_role("button", name="Écouter").click()
    page.get_by_role("button", name="Oui").click()
    expect(page.get_by_text("Tout est prêt sur cet appareil.")).to_be_visible()
    expect(page.locator("[data-ready=tried]")).to_have_attribute("data-state", "ok")


def test_an_agenda_is_edited_on_a_phone(server: Server, visitor: Visitor) -> None:
    made = server.create(agenda="short_150", draft=True)
    page = prepare(server, visitor, made, phone=True)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") == 0
    first = steps(server, made)[0]
    line(page, first["title"]).get_by_role("button", name="Cinq minutes de plus").tap()
    line(page, first["title"]).get_by_role("button", name="Descendre").tap()
    page.locator(".steptitle").nth(1).tap()
    page.get_by_role("dialog").get_by_label("Titre").fill("Bienvenue")
    page.get_by_role("dialog").get_by_role("button", name="Enregistrer").tap()
    expect(line(page, "Bienvenue")).to_be_visible()
    saved(page)
    second = steps(server, made)[1]
    assert (second["id"], second["title"]) == (first["id"], "Bienvenue")
    assert second["minutes"] > first["minutes"]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_sheet_to_join_with_is_one_page_of_paper(server: Server, visitor: Visitor, language: str) -> None:
    made = server.create(
        title="Trajets communs du Haut-Orme et des vallées voisines",
        commons="Une carte " + "des trajets du quotidien " * 18,
        starts_at=MARCH,
        slot_minutes=240,
        passphrase="tilleul",
        content_licence="chatham-house",
    )
    page = visitor().page
    page.context.add_cookies([{"name": "tablee", "value": made["token"], "url": server.base}])
    page.goto(f"{server.base}/organisation/{made['id']}/feuille?lang={language}")
    expect(page.get_by_role("button", name={"fr": "Imprimer", "en": "Print"}[language])).to_be_visible()
    paper = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    assert len(paper.pages) == 1
    text = "".join(paper.pages[0].extract_text().split())  # letters that are spaced are read with spaces
    assert made["code"] in text and "ChathamHouse" in text and "Guide" not in text
    assert (round(float(paper.pages[0].mediabox.width)), round(float(paper.pages[0].mediabox.height))) == (
        595,
        842,
    )


def test_who_leads_is_given_another_role(server: Server, visitor: Visitor) -> None:
    made = server.create(draft=True)
    server.join(made, "Bruno", invitation=made["invitations"]["facilitator"])
    page = prepare(server, visitor, made, "invitations")
    page.get_by_role("button", name="Actions sur Bruno").click()
    page.get_by_role("menuitem", name="Observe sans écrire").click()
    expect(page.get_by_role("listitem").filter(has_text="Bruno")).to_contain_text("observation")
    page.get_by_role("button", name="Actions sur Bruno").click()
    page.get_by_role("menuitem", name="Participe").click()
    expect(page.get_by_role("button", name="Actions sur Bruno")).to_have_count(0)
    saved(page)
    assert [one["role"] for one in state(server, made)["people"]] == ["organiser", "participant"]


def test_a_date_is_typed_key_by_key(server: Server, visitor: Visitor) -> None:
    made = server.create(draft=True, starts_at=MARCH)
    page = prepare(server, visitor, made, "cadre")
    date = page.get_by_label("Date et heure")
    date.focus()
    page.keyboard.press("0")
    expect(date).to_have_value("")
    assert state(server, made)["starts_at"] == MARCH
    page.keyboard.type("5042027")
    page.keyboard.press("Tab")
    page.get_by_label("Titre de l’atelier").focus()
    saved(page)
    expect(page.locator(".pagehead")).to_contain_text(re.compile("5 avril|4 mai"))
