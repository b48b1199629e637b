"""Who is erased is out of every page, the others go on; and one's own data, by the menu."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect
from tests.kit.browser import Person
from tests.kit.server import Server

Visitor = Callable[..., Person]


def test_who_is_erased_is_out_of_the_pages_of_the_others_who_go_on(server: Server, visitor: Visitor) -> None:
    made = server.create()
    nadia = visitor().join(made, "Nadia", board="sheet2.verso")
    joris = visitor().join(made, "Joris", board="sheet2.verso")
    nadia.write("rules", "Une note de Nadia")
    joris.write("community", "Une note de Joris")
    nadia.saved()
    joris.saved()
    expect(joris.note("Une note de Nadia")).to_be_visible()
    people = server.call("GET", f"/api/workshops/{made['id']}", token=made["token"]).json["people"]
    gone = next(person["id"] for person in people if person["name"] == "Nadia")
    body = {"type": "person.erase", "person": gone, "notes": "delete"}
    answer = server.call("POST", f"/api/workshops/{made['id']}/commands", body, token=made["token"])
    assert answer.status == 200 and answer.json["erased"]["notes"] == 1
    expect(nadia.page.locator("#notice")).to_contain_text("Vous n’avez plus accès à cette salle.")
    expect(joris.note("Une note de Nadia")).to_have_count(0)
    expect(joris.note("Une note de Joris")).to_be_visible()
    joris.write("bodies", "On continue")
    joris.saved()
    joris.page.reload()
    expect(joris.note("On continue")).to_be_visible()
    expect(joris.page.locator("li.note")).to_have_count(2)


def test_one_s_own_data_is_a_link_in_the_menu_away(server: Server, visitor: Visitor) -> None:
    made = server.create()
    nadia = visitor().join(made, "Nadia", board="sheet2.verso")
    nadia.write("rules", "Une note à emporter")
    nadia.saved()
    nadia.page.locator("details.menu summary").click()
    nadia.page.get_by_role("link", name="Mes données : effacées le").click()
    expect(nadia.page.get_by_text("Vous y êtes « Nadia ».")).to_be_visible()
    with nadia.page.expect_download() as download:
        nadia.page.get_by_role("link", name="Télécharger mes données").click()
    told = json.loads(Path(download.value.path()).read_text("utf-8"))
    assert told["rooms"][0]["notes"][0]["text"] == "Une note à emporter"
    nadia.page.get_by_label("Citer mon prénom").check()
    nadia.page.get_by_role("button", name="Enregistrer").click()
    expect(nadia.page.get_by_label("Citer mon prénom")).to_be_checked()
    nadia.page.goto(server.base)
    expect(nadia.page.get_by_role("link", name="Trajets communs")).to_be_visible()
