"""The organiser's page once a workshop is over: files, results, sharing, keeping, erasing."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from tests.browser.test_access import complaints
from tests.kit.browser import DESKTOP, PHONE, Person
from tests.kit.server import Seat, Server

Visitor = Callable[..., Person]
CHAPTERS = ("exports", "actions", "votes", "partage", "conservation")
RULE = "Une structure, une voix"
CHARTER = "Écrire la charte"
DAY_MS = 86_400_000


class Over:
    """A small workshop that has had its time: one rule, one action, a vote and a round of consent."""

    def __init__(self, server: Server, *, close: bool = True, **settings: Any) -> None:
        self.server = server
        self.made = server.create(groups=["Hêtre"], organiser="Inès", modules=["governance"], **settings)
        self.token = self.made["token"]
        self.nadia = server.join(self.made, "Nadia", stakeholder="Roulibre")
        self.room = self.made["groups"][0]["rooms"]["convergence"]
        self.rule = self.note(self.nadia, "rules", RULE)
        due = {"owner_id": self.nadia.person["id"], "due": "2027-03-01"}
        self.note(self.nadia, "actions", CHARTER, kind="action", fields=due)
        self.note(self.nadia, "actions", "Louer une salle", kind="action", fields={"state": "dropped"})
        about = {"board": "governance", "zone": "rules", "dots": 3, "per_note": 3, "secret": True}
        vote = self.round("votes", type="vote.open", question="Quelle règle ?", **about)
        self.ask(self.nadia.token, type="vote.cast", vote=vote, ballot={self.rule: 2})
        self.ask(type="vote.close", vote=vote)
        consent = self.round("consents", type="consent.open", proposal="Adopter la charte", secret=False)
        why = {"answer": "reservation", "reason": "À revoir"}
        self.ask(self.nadia.token, type="consent.answer", consent=consent, **why)
        self.ask(type="consent.close", consent=consent)
        self.round("votes", type="vote.open", question="Vote qui court", **about)
        if close:
            self.ask(type="workshop.close")

    def note(self, by: Seat, zone: str, text: str, **more: Any) -> str:
        body = {"board": "governance", "zone": zone, "text": text, **more}
        answer = self.server.call("POST", f"/api/rooms/{self.room}/notes", body, token=by.token)
        assert answer.status == 201, answer.body
        return str(answer.json["id"])

    def ask(self, token: str | None = None, **command: Any) -> None:
        path = f"/api/workshops/{self.made['id']}/commands"
        answer = self.server.call("POST", path, command, token=token or self.token)
        assert answer.status == 200, answer.body

    def round(self, kind: str, **command: Any) -> str:
        self.ask(**command)
        return str(self.state[kind][-1]["id"])

    @property
    def state(self) -> dict[str, Any]:
        path = f"/api/workshops/{self.made['id']}"
        found: dict[str, Any] = self.server.call("GET", path, token=self.token).json
        return found

    def page(self, visitor: Visitor, chapter: str = "", **who: Any) -> Page:
        page = visitor(**who).page
        page.context.add_cookies([{"name": "tablee", "value": self.token, "url": self.server.base}])
        page.goto(f"{self.server.base}/organisation/{self.made['id']}{chapter and '#'}{chapter}")
        return page


def title(page: Page) -> Locator:
    return page.get_by_role("heading", level=1)


def told(page: Page) -> None:
    """Wait until the server has said of each file how big it is."""
    expect(page.locator(".files")).to_have_attribute("aria-busy", "false", timeout=40_000)


def taken(page: Page, press: Locator) -> bytes:
    with page.expect_download() as download:
        press.click()
    return Path(download.value.path()).read_bytes()


def only(page: Page, *items: str) -> None:
    for line in page.locator(".files li").all():
        line.get_by_role("checkbox").set_checked(line.get_attribute("data-item") in items)


def test_files_are_ticked_named_and_taken_home(server: Server, visitor: Visitor) -> None:
    over = Over(server, content_licence="cc-by-sa-4.0")
    page = over.page(visitor)
    # closed: the page begins with what there is to take home
    expect(title(page)).to_have_text("Exports et relecture")
    expect(page.locator(".figures")).to_have_text(
        re.compile(r"2\s+personnes\s*3\s+notes\s*3\s+sur les canevas\s*1\s+action")
    )
    told(page)
    only(page, "csv", "data")
    button = page.get_by_role("button", name=re.compile(r"Télécharger 2 éléments \(\.zip, .*ko\)"))
    names = page.get_by_role("group", name="Noms dans les fichiers")
    expect(names.get_by_role("button", name="Structures")).to_have_attribute("aria-pressed", "true")

    # the zip is whole, as its own sums say
    button.focus()
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    with zipfile.ZipFile(download.value.path()) as pack:
        files = {name: pack.read(name) for name in pack.namelist()}
    expect(page.locator(".zip .alert.ok")).to_contain_text("trajets-communs.zip")
    # the button was replaced twice meanwhile
    expect(button).to_be_focused()
    lines = (line.split(maxsplit=1) for line in files["SHA256SUMS"].decode().splitlines())
    sums = {name.lstrip("*"): digest for digest, name in lines}
    held = {name: hashlib.sha256(data).hexdigest() for name, data in files.items() if name != "SHA256SUMS"}
    assert sums == held
    assert json.loads(files["manifest.json"])["names"] == "structures"
    table = next(data for name, data in files.items() if name.endswith(".csv")).decode("utf-8-sig")
    assert {RULE, CHARTER} <= {cell for row in csv.reader(io.StringIO(table), delimiter=";") for cell in row}
    assert "Roulibre" in table and "Nadia" not in table

    # a file alone, with other names
    names.get_by_role("button", name="Aucun").click()
    alone = page.locator("[data-item=csv]").get_by_role("link", name="Télécharger « Notes brutes »")
    silent = taken(page, alone).decode("utf-8-sig")
    assert RULE in silent and "Roulibre" not in silent and "Nadia" not in silent

    # without a network nothing is begun, and the page says why
    page.context.set_offline(True)
    expect(page.locator("#zip-offline")).to_be_visible()
    expect(page.locator(".zip .btn.primary")).to_be_disabled()
    expect(page.locator("[data-item=csv] .btn")).to_be_disabled()
    expect(page.locator(".prints a[download]")).to_have_count(0)
    expect(page.locator("#saved")).to_have_text("Hors ligne")
    page.context.set_offline(False)
    expect(page.locator(".zip .btn.primary")).to_be_enabled()


def test_what_was_decided_is_read_again(server: Server, visitor: Visitor) -> None:
    over = Over(server, close=False)
    page = over.page(visitor)
    # it still goes on: the page begins with what is prepared, and the other part is one press away
    expect(title(page)).to_have_text("Déroulé et groupes")
    page.get_by_role("link", name="Restituer").click()
    expect(title(page)).to_have_text("Exports et relecture")
    page.get_by_role("link", name="Actions décidées 1").click()
    rows = page.locator(".decided tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text(re.compile(f"{CHARTER}.*Nadia.*1er mars 2027.*À faire", re.S))
    page.get_by_label("Montrer").select_option("dropped")
    expect(rows).to_have_text(re.compile("Louer une salle"))
    page.get_by_role("link", name="Votes 2").click()
    rounds = page.locator(".round")
    expect(rounds).to_have_count(2)
    expect(rounds.filter(has_text="Quelle règle ?")).to_contain_text(
        re.compile(rf"secret.*{RULE}.*2 points", re.S)
    )
    expect(rounds.filter(has_text="Adopter la charte")).to_contain_text("Réserve, Nadia : À revoir")
    expect(page.get_by_text("Vote qui court")).to_have_count(0)
    page.go_back()
    expect(title(page)).to_have_text("Actions décidées")
    page.get_by_label("Montrer").select_option("all")
    rows.first.get_by_role("link").click()
    expect(page.locator("section[data-zone=actions]")).to_contain_text(CHARTER)


def test_boards_are_frozen_and_shared_as_long_as_one_wants(server: Server, visitor: Visitor) -> None:
    over = Over(server, close=False)
    page = over.page(visitor, "partage")
    page.get_by_role("button", name="Clore l’atelier").click()
    page.get_by_role("dialog").get_by_role("button", name="Clore l’atelier").click()
    expect(page.locator(".frozen")).to_contain_text(re.compile(r"Tableaux figés à \d+\sh"))
    expect(page.get_by_role("button", name="Rouvrir l’atelier…")).to_be_focused()
    # what is internal is not made public, and the page says why
    expect(page.locator("[data-why=public]")).to_be_visible()
    expect(page.get_by_role("switch")).to_have_count(0)
    page.get_by_role("button", name="Créer l’adresse de lecture").click()
    expect(page.get_by_role("heading", name="Les tableaux se lisent à cette adresse")).to_be_focused()
    address = page.get_by_label("Adresse de lecture").input_value()
    expect(page.get_by_role("img", name="Code QR")).to_have_js_property("complete", True)
    assert page.evaluate("() => document.querySelector('.sharing img').naturalWidth") > 0
    reader = visitor(script=False).page
    reader.goto(address)
    expect(reader.get_by_text(RULE).first).to_be_visible()
    expect(reader.get_by_text("Tout est effacé le")).to_be_visible()
    expect(reader.locator(".contents")).to_have_count(0)  # one board: nowhere else to go
    page.get_by_role("group", name="Noms sur la page").get_by_role("button", name="Prénoms").click()
    expect(page.locator("#saved")).to_have_attribute("data-state", "saved")
    assert over.state["shared"]["names"] == "names"
    page.get_by_role("button", name="Arrêter le partage…").click()
    page.get_by_role("dialog").get_by_role("button", name="Arrêter le partage").click()
    expect(page.get_by_role("button", name="Créer l’adresse de lecture")).to_be_visible()
    expect(page.get_by_role("heading", name="Faire lire les tableaux")).to_be_focused()
    gone = reader.reload()
    assert gone is not None and gone.status == 404
    expect(reader.get_by_text("Rien n’a été perdu")).to_have_count(0)
    page.get_by_role("button", name="Rouvrir l’atelier…").click()
    page.get_by_role("dialog").get_by_role("button", name="Rouvrir").click()
    expect(page.locator(".frozen")).to_contain_text("Tableaux ouverts")
    expect(page.get_by_role("button", name="Clore l’atelier")).to_be_focused()
    assert (over.state["status"], over.state["closed_at"]) == ("open", None)


def test_a_workshop_is_kept_longer_then_erased_by_its_title(server: Server, visitor: Visitor) -> None:
    over = Over(server)
    page = over.page(visitor, "conservation")
    until = over.state["expires_at"]
    # a doubled Enter leaves all as it is: what stays is focused first
    longer = page.get_by_role("button", name="Prolonger…")
    longer.press("Enter")
    expect(page.get_by_role("button", name="Ne rien changer")).to_be_focused()
    page.keyboard.press("Enter")
    expect(longer).to_be_focused()
    assert over.state["expires_at"] == until
    longer.click()
    page.get_by_role("dialog").get_by_role("button", name="Garder jusque-là").click()
    expect(page.locator("[data-expiry]")).to_contain_text("120 jours après la création")
    assert over.state["expires_at"] == until + 30 * DAY_MS

    data = taken(page, page.get_by_role("link", name="Télécharger ses données (Nadia)"))
    assert RULE in data.decode()
    page.get_by_role("button", name="Effacer ses données… (Nadia)").click()
    page.get_by_role("dialog").get_by_role("button", name="Effacer ses données").click()
    expect(page.get_by_role("link", name="Télécharger ses données (Nadia)")).to_have_count(0)
    expect(page.get_by_role("heading", name="Les personnes et leurs données")).to_be_focused()
    assert "Nadia" not in json.dumps(over.state)

    page.get_by_role("button", name="Effacer maintenant…").click()
    dialog = page.get_by_role("dialog", name="Effacer l’atelier « Trajets communs » ?")
    expect(dialog).to_contain_text("restent chez vous")
    erase = dialog.get_by_role("button", name="Effacer", exact=True)
    dialog.get_by_label("Recopiez le nom de l’atelier").fill("Trajets com")
    expect(erase).to_be_disabled()
    told = dialog.get_by_text("Ce n’est pas le nom de l’atelier.")
    expect(told).to_have_count(0)  # it may still become it
    page.keyboard.press("Enter")
    expect(told).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("button", name="Effacer maintenant…")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.type("Trajets communs")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="L’atelier est effacé")).to_be_visible()
    expect(page.get_by_role("status")).to_contain_text("Trajets communs")
    assert over.server.call("GET", f"/api/workshops/{over.made['id']}", token=over.token).status in (401, 404)
    page.goto(f"{over.server.base}/organisation/{over.made['id']}")
    expect(page.get_by_text("L’atelier a peut-être été effacé")).to_be_visible()
    expect(page.get_by_text("Rien n’a été perdu")).to_have_count(0)


def test_without_script_files_are_links_and_a_form_erases(server: Server, visitor: Visitor) -> None:
    over = Over(server)
    page = over.page(visitor, script=False)
    assert RULE in taken(page, page.get_by_role("link", name="Notes brutes (CSV)")).decode("utf-8-sig")
    page.get_by_label("Noms dans les fichiers").select_option("none")
    whole = taken(page, page.get_by_role("button", name="Tout, dans un seul fichier (ZIP)"))
    with zipfile.ZipFile(io.BytesIO(whole)) as pack:
        assert json.loads(pack.read("manifest.json"))["names"] == "none"
    page.get_by_label("Écrivez le titre pour confirmer").fill("Un autre")
    page.get_by_role("button", name="Effacer maintenant").click()
    expect(page.get_by_role("alert")).to_contain_text("rien n’a été effacé")
    page.get_by_label("Écrivez le titre pour confirmer").fill("Trajets communs")
    page.get_by_role("button", name="Effacer maintenant").click()
    expect(page.get_by_role("heading", name="L’atelier est effacé")).to_be_visible()


@pytest.mark.parametrize(("language", "device"), [("fr", "desktop"), ("en", "phone")])
def test_axe_complains_of_no_chapter(chromium: Browser, server: Server, language: str, device: str) -> None:
    over = Over(server, content_licence="chatham-house")
    over.ask(type="share.start", names="none", public=True)
    context = chromium.new_context(
        bypass_csp=True,
        locale={"fr": "fr-FR", "en": "en-GB"}[language],
        viewport=PHONE if device == "phone" else DESKTOP,
        is_mobile=device == "phone",
        has_touch=device == "phone",
        reduced_motion="reduce",
    )
    context.add_cookies([{"name": "tablee", "value": over.token, "url": server.base}])
    page = context.new_page()
    found: dict[str, list[str]] = {}
    for chapter in CHAPTERS:
        page.goto(f"{server.base}/organisation/{over.made['id']}#{chapter}")
        expect(page.locator("html")).to_have_attribute("lang", language)
        expect(page.locator(".figures")).to_be_visible()
        if chapter == "exports":
            told(page)
            expect(page.locator("[data-why=names]")).to_be_visible()
        found[chapter] = complaints(page)
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), chapter
    page.locator(".keepingacts .btn.danger").click()
    found["erasing"] = complaints(page)
    context.close()
    assert {chapter: some for chapter, some in found.items() if some} == {}
