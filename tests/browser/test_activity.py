"""What changes around: the log, what is said aloud, and who is here."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Locator, expect
from tests.kit.browser import Person
from tests.kit.server import Seat, Server

Visitor = Callable[..., Person]
BOARD = "sheet2.verso"

HEARD = """
window.heard = [];
addEventListener("DOMContentLoaded", () => {
  for (const region of document.querySelectorAll("#polite, #assertive"))
    new MutationObserver(() => {
      if (region.textContent) window.heard.push(region.textContent.replace(/\\s/g, " "));
    }).observe(region, { childList: true, characterData: true, subtree: true });
});
"""


def post(server: Server, seat: Seat, text: str, where: str = "rules", board: str = BOARD) -> str:
    body = {"board": board, "zone": where, "text": text}
    answer = server.call("POST", f"/api/rooms/{seat.room}/notes", body, token=seat.token)
    assert answer.status == 201, answer.body
    return str(answer.json["id"])


def command(server: Server, made: dict[str, str], **fields: object) -> None:
    answer = server.call("POST", f"/api/workshops/{made['id']}/commands", fields, token=made["token"])
    assert answer.status == 200, answer.body


def listening(person: Person) -> Person:
    """Everything that is said to this person is kept."""
    person.page.add_init_script(HEARD)
    return person


def heard(person: Person) -> list[str]:
    return [str(words) for words in person.page.evaluate("window.heard")]


def wait_to_hear(person: Person, words: str) -> None:
    person.page.wait_for_function("words => window.heard.some((one) => one.includes(words))", arg=words)


def in_list(person: Person) -> Person:
    person.open(BOARD)
    person.page.keyboard.press("l")
    expect(person.page.locator("#list")).to_be_visible()
    return person


def log(person: Person) -> Locator:
    return person.page.locator("#people .log li")


def test_the_log_says_who_did_what_and_where(server: Server, visitor: Visitor) -> None:
    made = server.create()
    nadia = in_list(visitor().join(made, "Nadia"))
    # one's own acts are not news
    nadia.page.get_by_role("button", name="Ajouter une note dans Nos règles").click()
    nadia.page.keyboard.type("De Nadia")
    nadia.page.keyboard.press("Enter")
    expect(nadia.page.locator("#list li.ln")).to_have_count(1)
    nadia.page.keyboard.press("Escape")
    nadia.page.keyboard.press("Enter")
    nadia.page.locator("textarea.notefield").wait_for()
    nadia.page.keyboard.type(" encore")
    nadia.page.keyboard.press("Escape")
    expect(nadia.page.locator("#list li.ln .tx p")).to_have_text("De Nadia encore")

    joris = visitor().join(made, "Joris", board=BOARD)
    joris.write("costs", "Un serveur")
    first = log(nadia).first
    expect(first).to_contain_text("Joris a ajouté « Un serveur » dans Nos charges")
    expect(first.locator("b")).to_have_text("Joris")
    expect(first.locator(".when")).to_have_text(re.compile("à l’instant|il y a"))

    # what somebody writes at this moment stands there as long as they do
    joris.note("Un serveur").dblclick()
    expect(log(nadia).filter(has_text="Joris écrit dans Nos charges")).to_contain_text("en cours")
    expect(nadia.page.locator("#people .table li", has_text="Joris")).to_contain_text("écrit dans")
    joris.page.keyboard.press("Escape")
    expect(log(nadia).filter(has_text="en cours")).to_have_count(0)

    joris.drag("Un serveur", "bodies")
    expect(first).to_contain_text("Joris a déplacé une note vers Nos instances")
    joris.note("De Nadia").focus()
    joris.page.keyboard.press("+")
    expect(first).to_contain_text("Joris a aimé votre note « De Nadia encore »")
    joris.page.keyboard.press("c")
    joris.page.get_by_role("dialog").wait_for()
    joris.page.keyboard.type("D’accord")
    joris.page.keyboard.press("Control+Enter")
    joris.page.keyboard.press("Escape")
    expect(first).to_contain_text("Joris a commenté « De Nadia encore » dans Nos règles")
    joris.note("Un serveur").focus()
    joris.page.keyboard.press("Delete")
    expect(first).to_contain_text("« Un serveur » a été supprimée dans Nos instances")

    command(server, made, type="step.next")
    expect(first).to_contain_text("L’animation passe à l’étape")
    expect(log(nadia).filter(has_text="Nadia a")).to_have_count(0)


def test_several_at_once_are_one_line_and_an_empty_note_is_none(server: Server, visitor: Visitor) -> None:
    made = server.create()
    nadia = in_list(visitor().join(made, "Nadia"))
    joris = visitor().join(made, "Joris", board=BOARD)
    joris.zone("rules").focus()
    joris.page.keyboard.press("n")
    joris.page.locator("textarea.notefield").wait_for()
    expect(nadia.page.locator("#list li.ln")).to_have_count(1)
    joris.page.keyboard.press("Escape")
    expect(nadia.page.locator("#list li.ln")).to_have_count(0)
    expect(log(nadia).filter(has_text="ajouté")).to_have_count(0)
    joris.zone("rules").focus()
    joris.page.evaluate(
        """() => {
          const data = new DataTransfer();
          data.setData("text/plain", "un\\ndeux\\ntrois");
          const how = { clipboardData: data, bubbles: true, cancelable: true };
          document.activeElement.dispatchEvent(new ClipboardEvent("paste", how));
        }"""
    )
    joris.page.get_by_role("button", name="Ajouter les notes").click()
    expect(log(nadia).first).to_contain_text("Joris a ajouté trois notes dans Nos règles")


def test_people_come_and_are_said_by_the_log_and_by_w(server: Server, visitor: Visitor) -> None:
    made = server.create()
    nadia = in_list(visitor().join(made, "Nadia"))
    nadia.page.keyboard.press("w")
    expect(nadia.page.locator("#polite")).to_contain_text("Personne d’autre n’est à cette table")
    # somebody who was here before is not told as new
    early = nadia.page.locator("#people .table li", has_text="Joris")
    expect(log(nadia)).to_have_count(0)
    nadia.page.wait_for_function("() => performance.now() > 4000")
    joris = visitor().join(made, "Joris", board=BOARD)
    expect(log(nadia).first).to_contain_text("Joris a rejoint le groupe")
    expect(early).to_contain_text("ici")
    joris.write("rules", "Un début")
    expect(log(nadia).first).to_contain_text("a ajouté « Un début »")
    # it is written, and who wrote it has left it
    expect(early).not_to_contain_text("écrit")
    joris.note("Un début").dblclick()
    joris.page.locator("textarea.notefield").wait_for()
    expect(early).to_contain_text("écrit dans Nos règles")
    nadia.page.keyboard.press("w")
    expect(nadia.page.locator("#polite")).to_contain_text(
        "Avec vous, une personne : Joris. Joris écrit « Un début » dans Nos règles."
    )
    nadia.page.keyboard.press("t")
    expect(nadia.page.locator("#polite")).to_contain_text("Aucun minuteur n’est en cours.")
    joris.page.close()
    expect(early).to_contain_text("pas en ligne")
    gone = log(nadia).filter(has_text="Joris n’est plus en ligne")
    expect(gone).to_have_count(1, timeout=20_000)  # not at once: who reloads has not left


def test_others_are_said_by_summary_and_ones_own_at_once(server: Server, visitor: Visitor) -> None:
    made = server.create()
    seat = server.join(made, "Joris")
    nadia = in_list(listening(visitor()).join(made, "Nadia"))
    for number in range(6):
        post(server, seat, f"note {number}")
    wait_to_hear(nadia, "dans Nos règles.")
    for number in range(6, 12):
        post(server, seat, f"note {number}")
    expect(nadia.page.locator("#list .zoneitem[data-zone=rules] .count").first).to_contain_text("12")
    nadia.page.get_by_role("button", name="Ajouter une note dans Nos instances").click()
    nadia.page.keyboard.type("à moi")
    nadia.page.keyboard.press("Enter")
    wait_to_hear(nadia, "Note ajoutée dans Nos instances.")
    summaries = [words for words in heard(nadia) if "nouvelle" in words]
    assert len(summaries) == 1
    assert re.match(r"^(Une|Deux|Trois|Quatre|Cinq|Six) nouvelles? notes? dans Nos règles\.$", summaries[0])


def test_all_or_nothing_is_said_as_chosen_and_the_choice_is_kept(server: Server, visitor: Visitor) -> None:
    made = server.create()
    seat = server.join(made, "Joris")
    nadia = in_list(listening(visitor()).join(made, "Nadia"))
    levels = nadia.page.get_by_role("group", name="Annonces")
    expect(levels.get_by_role("button", name="Par résumé")).to_have_attribute("aria-pressed", "true")
    levels.get_by_role("button", name="Tout").click()
    post(server, seat, "la première")
    wait_to_hear(nadia, "Joris a ajouté « la première » dans Nos règles.")
    post(server, seat, "la seconde")
    wait_to_hear(nadia, "Joris a ajouté « la seconde » dans Nos règles.")
    levels.get_by_role("button", name="Rien").click()
    wait_to_hear(nadia, "Rien n’est annoncé")
    nadia.page.reload()
    expect(levels.get_by_role("button", name="Rien")).to_have_attribute("aria-pressed", "true")
    nadia.saved()
    ident = post(server, seat, "la troisième")
    expect(nadia.page.locator(f"#list li.ln[data-id={ident}]")).to_be_visible()
    # the note one is on is said all the same
    line = nadia.page.locator(f"#list li.ln[data-id={ident}]")
    line.focus()
    karim = visitor().join(made, "Karim", board=BOARD)
    karim.note("la troisième").focus()
    karim.page.keyboard.press("Enter")
    karim.page.locator("textarea.notefield").wait_for()
    karim.page.keyboard.type(" bis")
    karim.page.keyboard.press("Escape")
    wait_to_hear(nadia, "Karim a changé le texte de la note où vous êtes.")
    assert [words for words in heard(nadia) if "ajouté" in words] == []


def test_a_new_step_interrupts(server: Server, visitor: Visitor) -> None:
    made = server.create()
    nadia = visitor().join(made, "Nadia", board=BOARD)
    command(server, made, type="step.next")
    expect(nadia.page.locator("#assertive")).to_contain_text("Nouvelle étape :")


def test_the_panel_opens_from_the_board_and_gives_the_focus_back(server: Server, visitor: Visitor) -> None:
    made = server.create()
    seat = server.join(made, "Joris")
    nadia = visitor().join(made, "Nadia", board=BOARD)
    post(server, seat, "pendant ce temps")
    opener = nadia.page.get_by_role("button", name="Ce qui change autour, et qui est là")
    expect(nadia.page.locator("#people")).to_be_hidden()
    opener.focus()
    nadia.page.keyboard.press("Enter")
    expect(nadia.page.get_by_role("heading", name="Ce qui change autour")).to_be_focused()
    expect(log(nadia).first).to_contain_text("Joris a ajouté « pendant ce temps »")
    expect(opener).to_have_attribute("aria-expanded", "true")
    nadia.page.keyboard.press("Escape")
    expect(nadia.page.locator("#people")).to_be_hidden()
    expect(opener).to_be_focused()


def test_on_a_phone_the_group_has_a_tab(server: Server, visitor: Visitor) -> None:
    made = server.create()
    seat = server.join(made, "Joris")
    yann = visitor(phone=True).join(made, "Yann", board=BOARD)
    post(server, seat, "de loin")
    yann.page.locator("[data-tab=group]").tap()
    expect(yann.page.locator("#people")).to_contain_text("Yann (vous)")
    expect(yann.page.locator("#people .table li.away")).to_contain_text("Joris")
    expect(log(yann).first).to_contain_text("Joris a ajouté « de loin »")
    assert yann.page.evaluate("document.documentElement.scrollWidth") <= 390
    yann.page.locator("[data-tab=zones]").tap()
    expect(yann.page.locator("#people")).to_be_hidden()
