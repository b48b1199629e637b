"""Silent and anonymous writing in real browsers: it feels as before, others see blanks until the reveal."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import expect
from tests.kit.browser import Person
from tests.kit.server import Server

Visitor = Callable[..., Person]


def told(person: Person) -> list[bytes]:
    """All frames that this person's pages will be sent."""
    frames: list[bytes] = []

    def take(payload: str | bytes) -> None:
        frames.append(payload if isinstance(payload, bytes) else payload.encode())

    person.page.on("websocket", lambda socket: socket.on("framereceived", take))
    return frames


def lead(visitor: Visitor, workshop: dict[str, object], server: Server) -> tuple[Person, list[bytes]]:
    """Somebody who facilitates, by their invitation, and what they are told."""
    invitations = workshop["invitations"]
    assert isinstance(invitations, dict)
    ines = visitor()
    frames = told(ines)
    ines.page.goto(f"{server.base}/i#{invitations['facilitator']}")
    ines.page.get_by_label("Votre prénom").fill("Inès")
    ines.page.get_by_role("button", name="Prendre place").click()
    ines.page.wait_for_url(re.compile("/(atelier|animation)/"))
    ines.page.goto(f"{server.base}/atelier/{workshop['id']}?board=sheet2.verso")
    return ines.saved(), frames


def menu(person: Person, zone: str, action: str) -> None:
    person.zone(zone).locator("h2").click(button="right")
    person.page.get_by_role("menuitem", name=action).click()


def note(person: Person, zone: str, text: str) -> None:
    """From the keyboard, where there is room."""
    person.flat()
    person.zone(zone).focus()
    person.page.keyboard.press("n")
    person.page.locator("textarea.notefield").wait_for()
    person.page.keyboard.type(text)
    person.page.keyboard.press("Escape")
    expect(person.note(text)).to_be_visible()


def blanks(person: Person, zone: str = "rules") -> int:
    return person.zone(zone).locator(".blank").count()


def test_silent_writing_from_the_first_note_to_the_reveal(server: Server, visitor: Visitor) -> None:
    workshop = server.create()
    ines, frames = lead(visitor, workshop, server)
    nadia = visitor().join(workshop, "Nadia", board="sheet2.verso")
    yann = visitor(phone=True).join(workshop, "Yann", board="sheet2.verso")
    note(nadia, "rules", "Visible d'avance")
    menu(ines, "rules", "Écriture silencieuse")
    band = nadia.page.locator(".band.silence")
    expect(band).to_contain_text("Écriture silencieuse dans « Nos règles ».")
    expect(band).to_contain_text("Inès les révélera toutes en même temps")

    nadia.write("rules", "Compte rendu public")
    mine = nadia.note("Compte rendu public")
    expect(mine.locator(".who")).to_have_text("Vous")
    expect(mine.locator(".ownonly")).to_have_count(1)
    nadia.saved()
    # on the phone, in the list
    field = yann.page.get_by_label("Nouvelle note dans Nos règles")
    while not field.is_visible():
        yann.page.get_by_role("button", name="Zone suivante").locator("visible=true").click()
    field.fill("Décider au consentement")
    field.press("Enter")
    expect(yann.page.locator("li.ln", has_text="Décider au consentement")).to_be_visible()
    expect(yann.page.locator(".blankline:visible")).to_contain_text("1 note d’une autre personne, cachée")
    yann.saved()

    expect(nadia.zone("rules").locator(".blank")).to_have_count(1)
    expect(ines.zone("rules").locator(".blank")).to_have_count(2)
    expect(nadia.zone("rules")).to_have_accessible_description("1 note d’une autre personne, cachée")
    expect(band.locator(".written")).to_have_text("2 sur 2 ont écrit, 2 notes")
    for one, text in ((ines, "Compte rendu"), (ines, "Décider"), (nadia, "Décider"), (yann, "Compte rendu")):
        assert text not in one.page.content()
    expect(ines.note("Visible d'avance")).to_be_visible()

    drafted = nadia.note("Compte rendu").get_attribute("data-id") or ""
    # one's own: moved, written in, undone, not to be shared yet, there after a reload
    mine.dblclick()
    nadia.page.keyboard.press("End")
    nadia.page.keyboard.type(" et daté")
    nadia.page.keyboard.press("Escape")
    note(nadia, "rules", "De trop")
    nadia.page.keyboard.press("Delete")
    expect(nadia.note("De trop")).to_have_count(0)
    nadia.page.get_by_role("button", name="Annuler").click()
    expect(nadia.note("De trop")).to_be_visible()
    nadia.page.get_by_role("button", name="Rétablir").click()
    expect(nadia.note("De trop")).to_have_count(0)
    nadia.drag("Compte rendu public", "costs")
    expect(nadia.page.locator("#notice")).to_contain_text("visible que de vous")
    expect(nadia.zone("rules").locator("li.note", has_text="Compte rendu")).to_have_count(1)
    nadia.drag("Visible d'avance", "costs")
    nadia.drag("Visible d'avance", "rules")
    expect(nadia.zone("costs").locator("li.note")).to_have_count(1)
    nadia.page.reload()
    nadia.saved()
    expect(nadia.note("Compte rendu public et daté").locator(".ownonly")).to_have_count(1)

    # nobody was told what is in drafts, nor which of them she writes in, holds or takes away
    for word in ("Compte rendu", "Décider", "De trop", drafted):
        assert word and not any(word.encode() in frame for frame in frames), word

    # the reveal finds her in the middle of a sentence
    nadia.note("Compte rendu public").dblclick()
    nadia.page.keyboard.press("End")
    nadia.page.keyboard.type(" le jour")
    nadia.saved()
    ines.page.locator(".band.silence").get_by_role("button", name="Révéler").click()
    expect(ines.note("Décider au consentement")).to_be_visible()
    expect(ines.note("Compte rendu public").locator(".who")).to_have_text("Nadia")
    expect(nadia.page.locator(".band.silence")).to_have_count(0)
    nadia.page.keyboard.type(" même")
    expect(nadia.page.locator("textarea.notefield")).to_have_value("Compte rendu public et daté le jour même")
    nadia.page.keyboard.press("Escape")
    expect(ines.note("Compte rendu public et daté le jour même")).to_have_count(1)
    expect(nadia.note("Compte rendu public").locator(".ownonly")).to_have_count(0)
    expect(nadia.zone("rules").locator("li.note")).to_have_count(2)
    for one in (ines, nadia):
        expect(one.zone("rules").locator(".blank")).to_have_count(0)
        one.saved()
    expect(yann.page.locator("li.ln", has_text="Compte rendu public")).to_have_count(1)


def test_drafts_written_away_from_the_server_wait_and_arrive(server: Server, visitor: Visitor) -> None:
    workshop = server.create()
    path = f"/api/workshops/{workshop['id']}/commands"
    nadia = visitor().join(workshop, "Nadia", board="sheet2.verso")
    joris = visitor().join(workshop, "Joris", board="sheet2.verso")
    # meant for all, and on its way when silence begins: it goes on as a draft
    nadia.page.context.set_offline(True)
    nadia.write("returns", "Partie trop tard")
    assert server.call("POST", path, {"type": "writing.silent"}, token=workshop["token"]).status == 200
    nadia.page.context.set_offline(False)
    expect(joris.zone("returns").locator(".blank")).to_have_count(1)
    expect(nadia.note("Partie trop tard").locator(".ownonly")).to_have_count(1)
    nadia.saved()
    nadia.page.context.set_offline(True)
    nadia.write("rules", "Écrite sans réseau")
    expect(nadia.page.locator(".status[data-state=offline]")).to_contain_text("1 note partira")
    expect(nadia.note("Écrite sans réseau")).to_have_class(re.compile("pending"))
    assert blanks(joris) == 0
    nadia.page.context.set_offline(False)
    expect(joris.zone("rules").locator(".blank")).to_have_count(1)
    nadia.saved()
    # written while it is already revealed: a note like any other
    nadia.page.context.set_offline(True)
    nadia.write("costs", "Trop tard pour le silence")
    assert server.call("POST", path, {"type": "writing.reveal"}, token=workshop["token"]).status == 200
    expect(joris.note("Écrite sans réseau")).to_be_visible()
    expect(joris.note("Partie trop tard")).to_be_visible()
    nadia.page.context.set_offline(False)
    expect(joris.note("Trop tard pour le silence").locator(".who")).to_have_text("Nadia")
    expect(nadia.note("Trop tard pour le silence")).to_have_count(1)
    expect(nadia.page.locator(".ownonly")).to_have_count(0)


def test_an_anonymous_note_appears_without_a_name_when_it_is_left(server: Server, visitor: Visitor) -> None:
    workshop = server.create()
    ines, frames = lead(visitor, workshop, server)
    nadia = visitor().join(workshop, "Nadia", board="sheet2.verso")
    ines.page.get_by_role("button", name="Écriture silencieuse ou anonyme").click()
    ines.page.get_by_role("menuitem", name="Notes anonymes").click()
    expect(nadia.page.locator(".band.silence")).to_contain_text("Notes anonymes sur ce support")
    nadia.flat()
    nadia.zone("rules").focus()
    nadia.page.keyboard.press("n")
    nadia.page.locator("textarea.notefield").wait_for()
    nadia.page.keyboard.type("Personne ne vérifie")
    expect(ines.zone("rules").locator(".blank")).to_have_count(1)
    assert "vérifie" not in ines.page.content()
    drafted = nadia.page.locator("li.note").get_attribute("data-id") or ""
    nadia.page.keyboard.press("Escape")
    expect(ines.note("Personne ne vérifie").locator(".who")).to_have_text("Anonyme")
    expect(nadia.page.locator("li.note")).to_have_count(1)
    expect(nadia.note("Personne ne vérifie").locator(".who")).to_have_text("Anonyme")
    expect(ines.note("Personne ne vérifie")).to_have_class(re.compile("t-craie"))
    assert any("vérifie".encode() in frame for frame in frames)
    assert drafted and not any(drafted.encode() in frame for frame in frames)
    nadia.saved()
