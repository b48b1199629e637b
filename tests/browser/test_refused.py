"""What people see when the server does not take a change, or does not know them any more."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect
from tests.kit.browser import Person
from tests.kit.server import Server

Visitor = Callable[..., Person]


def command(server: Server, made: dict[str, Any], **body: Any) -> None:
    answer = server.call("POST", f"/api/workshops/{made['id']}/commands", body, token=made["token"])
    assert answer.status == 200, answer.body


def test_what_is_written_on_a_locked_board_is_refused_with_the_reason_and_kept(
    server: Server, visitor: Visitor
) -> None:
    made = server.create()
    nadia = visitor().join(made, "Nadia", board="sheet2.verso")
    joris = visitor().join(made, "Joris", board="sheet2.verso")
    nadia.write("rules", "Avant le verrou")
    nadia.saved()
    command(server, made, type="board.lock", board="sheet2.verso", zone="rules")
    expect(nadia.zone("rules").locator(".lockline")).to_be_visible()
    box = nadia.zone("rules").bounding_box()
    assert box is not None
    nadia.page.mouse.dblclick(box["x"] + box["width"] * 0.4, box["y"] + box["height"] * 0.55)
    notice = nadia.page.locator("#notice")
    expect(notice).to_contain_text("On peut y lire, pas y écrire pour le moment.")
    nadia.saved()
    expect(nadia.note("Avant le verrou")).to_be_visible()
    expect(nadia.page.locator("li.note")).to_have_count(1)
    expect(joris.page.locator("li.note")).to_have_count(1)
    joris.write("community", "Une autre zone reste ouverte")
    expect(nadia.note("Une autre zone reste ouverte")).to_be_visible()
    command(server, made, type="board.unlock", board="sheet2.verso")
    nadia.write("rules", "De nouveau ouvert")
    expect(joris.note("De nouveau ouvert")).to_be_visible()


def test_a_text_that_was_being_written_when_the_lock_fell_is_offered_back(
    server: Server, visitor: Visitor
) -> None:
    made = server.create()
    nadia = visitor().join(made, "Nadia", board="sheet2.verso")
    nadia.write("rules", "Décider ensemble")
    nadia.saved()
    nadia.note("Décider ensemble").dblclick()
    command(server, made, type="board.lock", board="sheet2.verso")
    nadia.page.keyboard.press("End")
    nadia.page.keyboard.type(" et le dire")
    notice = nadia.page.locator("#notice")
    expect(notice).to_contain_text("Votre note en cours est gardée à part.")
    kept = notice.get_by_label("Votre texte")
    expect(kept).to_have_value("Décider ensemble et le dire")
    expect(kept).to_be_focused()
    nadia.page.keyboard.type(" à tout le monde")
    expect(kept).to_have_value("Décider ensemble et le dire à tout le monde")
    expect(nadia.page.locator(".status[data-state=saved]")).to_be_visible()
    expect(kept).to_have_value("Décider ensemble et le dire à tout le monde")
    expect(nadia.page).to_have_url(re.compile("sheet2.verso"))
    expect(nadia.note("Décider ensemble").locator("p").first).to_have_text("Décider ensemble")


def test_who_is_removed_is_told_so_and_the_others_go_on(server: Server, visitor: Visitor) -> None:
    made = server.create()
    nadia = visitor().join(made, "Nadia", board="sheet2.verso")
    joris = visitor().join(made, "Joris", board="sheet2.verso")
    joris.write("community", "Avant mon départ")
    joris.saved()
    people = server.call("GET", f"/api/workshops/{made['id']}", token=made["token"]).json["people"]
    gone = next(person["id"] for person in people if person["name"] == "Joris")
    command(server, made, type="person.remove", person=gone, ban=False)
    expect(joris.page.locator("#notice")).to_contain_text("Vous n’avez plus accès à cette salle.")
    expect(joris.page.locator(".status")).to_have_text("Accès terminé")
    expect(nadia.zone("community").locator("li.note .who")).to_have_text("Personne partie")
    nadia.write("rules", "Après son départ")
    nadia.saved()
    expect(joris.note("Après son départ")).to_have_count(0)
