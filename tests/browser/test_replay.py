"""« Relire l'atelier » on the organiser's page: played, by keyboard too; instants, restored in place."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page, Route, expect
from tests.kit.browser import Person
from tests.kit.server import Seat, Server

Visitor = Callable[..., Person]
RULES = {"board": "sheet2.verso", "zone": "rules"}
HIDDEN = "mots-masqués"


class Told:
    """A workshop in which something happened, and the organiser's page that tells it."""

    def __init__(self, server: Server, visitor: Visitor, **who: Any) -> None:
        self.server = server
        self.made = server.create(
            groups=["Hêtre", "Saule"], people_may_choose_group=True, agenda="half_day_210"
        )
        self.room = self.made["groups"][0]["rooms"]["exploration"]
        self.nadia = server.join(self.made, "Nadia", group="g1")
        self.joris = server.join(self.made, "Joris", group="g1")
        self.first = self.note("Réunion tous les quinze jours", self.nadia)
        self.do("step.next")
        self.note("Une charte d’une page", self.joris, zone="bodies")
        hidden = self.note(HIDDEN, self.joris)
        self.do("note.hide", room=self.room, note=hidden)
        self.page: Page = visitor(**who).page
        self.page.context.add_cookies([{"name": "tablee", "value": self.made["token"], "url": server.base}])

    def note(self, text: str, seat: Seat, **more: Any) -> str:
        path = f"/api/rooms/{self.room}/notes"
        answer = self.server.call("POST", path, {**RULES, "text": text, **more}, token=seat.token)
        assert answer.status == 201, answer.body
        return str(answer.json["id"])

    def write(self, note: str, text: str, seat: Seat) -> None:
        path = f"/api/rooms/{self.room}/notes/{note}"
        assert self.server.call("PATCH", path, {"text": text}, token=seat.token).status == 200

    def do(self, kind: str, **fields: Any) -> None:
        path = f"/api/workshops/{self.made['id']}/commands"
        answer = self.server.call("POST", path, {"type": kind, **fields}, token=self.made["token"])
        assert answer.status == 200, answer.body

    def texts(self) -> list[str]:
        answer = self.server.call("GET", f"/api/rooms/{self.room}/notes", token=self.made["token"])
        return sorted(note["text"] for note in answer.json["notes"])

    def open(self) -> Locator:
        """The card, with the sheets of the first group."""
        self.page.goto(f"{self.server.base}/organisation/{self.made['id']}#exports")
        card = self.page.get_by_role("region", name="Relire l’atelier")
        card.get_by_role("button", name="Hêtre").click()
        card.get_by_label("Support").select_option(label="Suivre les fiches")
        expect(card.get_by_role("slider")).to_be_visible()
        return card


def cards(card: Locator) -> Locator:
    return card.locator(".rcard")


def test_a_room_is_played_again_and_gone_through_by_keyboard(server: Server, visitor: Visitor) -> None:
    told = Told(server, visitor)
    card = told.open()
    slider, said = card.get_by_role("slider"), card.locator(".rsaid")
    expect(cards(card)).to_have_count(2)
    expect(card).not_to_contain_text(HIDDEN)
    # to the beginning, then moment by moment
    slider.focus()
    slider.press("Home")
    expect(cards(card)).to_have_count(0)
    slider.press("ArrowRight")
    expect(cards(card)).to_have_text(["Réunion tous les quinze joursNadia"])
    expect(card.locator(".rcard.fresh")).to_have_count(1)
    expect(said).to_contain_text("Nadia ajoute une note dans Nos règles")
    assert "Nadia ajoute une note dans Nos règles" in (slider.get_attribute("aria-valuetext") or "")
    slider.press("ArrowRight")
    expect(said).to_contain_text("Joris ajoute une note dans")
    slider.press("ArrowLeft")
    expect(cards(card)).to_have_count(1)
    # by step: its beginning, then the end of all
    slider.press("PageUp")
    expect(slider).to_have_attribute("aria-valuetext", by_step(told))
    slider.press("End")
    expect(cards(card)).to_have_count(2)
    # the same in words
    card.get_by_text("Lire en liste").click()
    expect(card.locator(".rlist li")).to_have_count(2)
    # played from the beginning until its end
    speed = card.get_by_role("button", name="Vitesse")
    for times in ("× 64", "× 256", "× 1"):
        speed.click()
        expect(speed).to_have_text(times)
    slider.press("Home")
    expect(cards(card)).to_have_count(0)
    card.get_by_role("button", name="Lire", exact=True).click()
    # at this speed it is not over before somebody has looked
    expect(card.get_by_role("button", name="Pause")).to_be_visible()
    for _ in range(3):
        speed.click()
    expect(cards(card)).to_have_count(2)
    expect(card.get_by_role("button", name="Lire", exact=True)).to_be_visible()
    # a room where nothing was written
    card.get_by_role("button", name="Saule").click()
    expect(card).to_contain_text("Rien ne s’est encore écrit dans cette salle.")


def test_an_instant_is_kept_and_a_board_restored_after_a_look(server: Server, visitor: Visitor) -> None:
    told = Told(server, visitor)
    card, page = told.open(), told.page
    slider = card.get_by_role("slider")
    slider.press("Home")
    slider.press("ArrowRight")
    expect(cards(card)).to_have_count(1)
    card.get_by_role("button", name="Garder cet instant").click()
    page.get_by_role("dialog").get_by_role("textbox").fill("La première règle")
    page.get_by_role("dialog").get_by_role("button", name="Garder").click()
    instants = card.locator(".rinstants li")
    expect(instants).to_have_count(2)
    expect(instants.first).to_contain_text("La première règle")
    told.write(told.first, "Réunion chaque semaine", told.nadia)
    slider.press("End")
    card.get_by_role("button", name="Restaurer « La première règle »").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("D’autres y ont travaillé depuis")
    expect(dialog).to_contain_text("Réunion chaque semaine")
    expect(dialog).not_to_contain_text(HIDDEN)
    restore = dialog.get_by_role("button", name="Restaurer")
    expect(restore).to_be_disabled()
    # one zone of it only, and somebody writes while it is looked at
    dialog.get_by_label("Ce qui redevient comme avant").select_option(label=zone_option(dialog, "Nos règles"))
    dialog.get_by_label("J’ai vu").check()
    expect(restore).to_be_enabled()
    told.write(told.first, "Réunion chaque mois", told.nadia)
    restore.click()
    expect(page.get_by_role("dialog")).to_contain_text("Réunion chaque mois")
    assert told.texts() == ["Réunion chaque mois", "Une charte d’une page"]
    page.get_by_role("dialog").get_by_label("J’ai vu").check()
    page.get_by_role("dialog").get_by_role("button", name="Restaurer").click()
    expect(instants).to_have_count(3)
    expect(instants.last).to_contain_text("Avant une restauration")
    assert told.texts() == ["Réunion tous les quinze jours", "Une charte d’une page"]
    card.get_by_role("button", name="Retirer « La première règle »").click()
    page.get_by_role("dialog").get_by_role("button", name="Retirer").click()
    expect(instants).to_have_count(2)
    # nothing changes in a workshop that is over: why is said
    told.do("workshop.close")
    card.get_by_role("button", name="Restaurer…", exact=True).first.click()
    expect(page.get_by_role("dialog")).to_contain_text("Cet atelier est clos. Rouvrez-le pour le changer.")
    expect(page.get_by_role("dialog").get_by_role("button", name="Restaurer")).to_be_disabled()


def test_what_happened_meanwhile_is_there_when_one_comes_back_and_a_reload_leaves_it_open(
    server: Server, visitor: Visitor
) -> None:
    told = Told(server, visitor)
    card, page = told.open(), told.page
    expect(cards(card)).to_have_count(2)
    told.note("Écrit pendant ce temps", told.nadia)
    page.get_by_role("link", name="Votes").click()
    page.get_by_role("link", name="Exports et relecture").click()
    expect(cards(card)).to_have_count(3)
    # who looks at an earlier moment stays there
    card.get_by_role("slider").press("Home")
    expect(cards(card)).to_have_count(0)
    told.do("workshop.close")
    expect(page.get_by_text("Tableaux figés")).to_be_visible()
    expect(cards(card)).to_have_count(0)
    card.get_by_role("slider").press("ArrowRight")
    expect(cards(card)).to_have_count(1)
    card.get_by_role("button", name="Vitesse").click()
    said = card.locator(".rsaid").inner_text()
    page.reload()
    expect(card.get_by_role("button", name="Hêtre")).to_have_attribute("aria-pressed", "true")
    expect(cards(card)).to_have_count(1)
    expect(card.locator(".rsaid")).to_have_text(said)
    expect(card.get_by_role("button", name="Vitesse")).to_have_text("× 64")
    # what was of somebody who is erased is gone from the page that was open, for whoever looks
    person = told.joris.person["id"]
    told.do("person.erase", person=person, notes="delete")
    card.get_by_role("slider").press("End")
    expect(cards(card)).to_have_text(["Réunion tous les quinze joursNadia", "Écrit pendant ce tempsNadia"])


def test_all_that_others_did_is_shown_and_what_became_of_it_is_said(server: Server, visitor: Visitor) -> None:
    told = Told(server, visitor)
    card, page = told.open(), told.page
    for number in range(11):
        told.note(f"Idée {number}", told.joris)
    told.write(told.first, "Réunion chaque semaine", told.nadia)
    page.reload()
    card.get_by_role("button", name="Hêtre").click()
    card.get_by_role("slider").press("Home")
    for _ in range(2):
        card.get_by_role("slider").press("ArrowRight")
    card.get_by_role("button", name="Restaurer…", exact=True).first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Ce qui redevient comme avant").select_option(label="Toute la salle : Hêtre")
    later = dialog.locator(".rlater")
    expect(later.locator("section")).to_have_count(2)
    expect(later.get_by_role("heading")).to_have_text(
        [
            "D’autres y ont travaillé depuis",
            "11 notes d’autres seraient retirées",
            "1 note de quelqu’un d’autre redeviendrait comme avant",
        ]
    )
    expect(later.locator("section").first.locator("li")).to_have_count(11)
    expect(later.locator("del")).to_have_text("Réunion chaque semaine")
    expect(later.locator("ins")).to_have_text("Réunion tous les quinze jours")
    # refused: the dialog is there again and says why
    dialog.get_by_label("J’ai vu").check()
    restore = dialog.get_by_role("button", name="Restaurer")
    page.route("**/restore?*", refuse)
    restore.click()
    expect(dialog.get_by_role("alert")).to_contain_text("La salle se recharge.")
    page.unroute("**/restore?*", refuse)
    dialog.get_by_label("J’ai vu").check()
    restore.click()
    expect(card.locator(".routcome")).to_contain_text("C’est restauré.")
    expect(cards(card)).to_have_count(2)
    assert told.texts() == ["Réunion tous les quinze jours", "Une charte d’une page"]


def test_on_a_phone_it_fits_and_a_server_that_is_away_is_said(server: Server, visitor: Visitor) -> None:
    told = Told(server, visitor, phone=True)
    card, page = told.open(), told.page
    expect(cards(card)).to_have_count(2)
    wide = page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0
    for name in ("Lire", "Moment précédent", "Moment suivant", "Garder cet instant"):
        box = card.get_by_role("button", name=name, exact=True).bounding_box()
        assert box is not None and min(box["width"], box["height"]) >= 40, name
    page.route(
        "**/history?*", lambda route: route.fulfill(status=503, json={"detail": "Le serveur redémarre."})
    )
    card.get_by_role("button", name="Saule").click()
    expect(card.get_by_role("alert")).to_contain_text("Le serveur redémarre.")
    page.unroute("**/history?*")
    card.get_by_role("button", name="Hêtre").click()
    expect(cards(card)).to_have_count(2)


def refuse(route: Route) -> None:
    """Of a restore; what it would do is told all the same."""
    if (route.request.post_data_json or {}).get("preview"):
        route.fallback()
    else:
        route.fulfill(status=503, json={"detail": "La salle se recharge."})


def by_step(told: Told) -> re.Pattern[str]:
    state = told.server.call("GET", f"/api/workshops/{told.made['id']}", token=told.made["token"]).json
    return re.compile(re.escape(state["agenda"]["steps"][0]["title"]) + "$")


def zone_option(dialog: Locator, title: str) -> str:
    options = dialog.locator("option").all_inner_texts()
    return next(option for option in options if option.endswith(title))
