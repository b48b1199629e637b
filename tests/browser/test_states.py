"""Nothing that people wrote is lost, and the page says at every moment how things stand."""

from __future__ import annotations

import contextlib
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, expect
from tests.browser.test_kept import KEPT, close, kept, until
from tests.browser.test_notes import paste
from tests.kit.browser import DESKTOP, Person
from tests.kit.server import Server, running

Visitor = Callable[..., Person]


def command(server: Server, made: dict[str, Any], **body: Any) -> None:
    answer = server.call("POST", f"/api/workshops/{made['id']}/commands", body, token=made["token"])
    assert answer.status == 200, answer.body


def status(one: Person) -> Locator:
    return one.page.locator(".status")


def notice(one: Person) -> Locator:
    return one.page.locator("#notice")


def jot(one: Person, zone: str, texts: list[str]) -> None:
    """Notes one after the other from the keyboard: they lie side by side."""
    one.page.locator(f"#board section[data-zone={zone}]").focus()
    one.page.keyboard.press("n")
    for text in texts:
        one.page.locator("textarea.notefield").wait_for()
        one.page.keyboard.type(text)
        one.page.keyboard.press("Escape" if text == texts[-1] else "Control+Enter")
    expect(one.note(texts[-1])).to_be_visible()


@contextlib.contextmanager
def person(chromium: Browser, server: Server) -> Iterator[Person]:
    """Somebody who meets another server than the one that all tests share."""
    context = chromium.new_context(viewport=DESKTOP, locale="fr-FR")
    one = Person(context.new_page(), server)
    yield one
    context.close()
    assert one.complaints == []


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


# -- the network ---------------------------------------------------------------------------------------


def test_offline_says_how_many_notes_wait_marks_them_and_tells_the_return(
    server: Server, visitor: Visitor
) -> None:
    made = server.create()
    nadia = visitor().join(made, "Nadia", board="sheet2.verso")
    joris = visitor().join(made, "Joris", board="sheet2.verso")
    nadia.write("bodies", "Avant la coupure")
    nadia.saved()
    expect(joris.note("Avant la coupure")).to_be_visible()
    nadia.page.context.set_offline(True)
    expect(status(nadia)).to_have_text("Hors ligne. Continuez, tout partira au retour.")
    expect(nadia.page.locator("#assertive")).to_have_text("Hors ligne. Continuez, tout partira au retour.")
    nadia.write("rules", "Première")
    expect(status(nadia)).to_have_text("Hors ligne. Continuez, 1 note partira au retour.")
    nadia.write("costs", "Deuxième")
    nadia.write("returns", "Troisième")
    expect(status(nadia)).to_have_text("Hors ligne. Continuez, 3 notes partiront au retour.")
    expect(nadia.page.locator("li.note.pending")).to_have_count(3)
    expect(nadia.note("Première").locator(".waits")).to_have_text("en attente")
    expect(nadia.note("Première")).to_have_attribute("aria-label", re.compile("pas encore enregistrée"))
    expect(nadia.note("Avant la coupure")).not_to_have_class(re.compile("pending"))
    nadia.page.keyboard.press("l")
    expect(nadia.page.locator("li.ln.pending")).to_have_count(3)
    nadia.page.keyboard.press("l")
    jot(joris, "community", [f"Pendant ce temps {at}" for at in range(5)])
    joris.saved()

    nadia.page.context.set_offline(False)
    back = "De retour. Vos 3 notes sont arrivées, 5 nouvelles autour de vous."
    expect(status(nadia)).to_have_text(back)
    expect(nadia.page.locator("#polite")).to_have_text(back)
    expect(nadia.page.locator("#board .pending, #board .waits")).to_have_count(0)
    expect(notice(nadia)).to_be_hidden()
    for text in ("Première", "Deuxième", "Troisième"):
        expect(joris.note(text)).to_be_visible()
    jot(nadia, "contributions", ["La vie reprend"])
    expect(status(nadia)).to_have_text("Enregistré")


def test_a_server_that_holds_still_is_saving_and_one_that_goes_is_said_after_a_minute(
    tmp_path: Path, chromium: Browser
) -> None:
    port, data = free_port(), tmp_path / "data"
    with running(data, "--port", str(port)) as server, person(chromium, server) as nadia:
        made = server.create()
        nadia.page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=server.base)
        nadia.join(made, "Nadia", board="governance")
        nadia.write("mission", "Écrite sur le canevas")
        nadia.saved().open("sheet2.verso")
        nadia.write("rules", "Écrite avant")
        nadia.saved()
        menu = nadia.page.locator("details.menu summary")
        menu.click()  # so that the page knows its other room
        expect(nadia.page.get_by_role("button", name="Copier mes notes")).to_be_visible()
        menu.click()
        server.process.send_signal(signal.SIGSTOP)
        nadia.write("costs", "Personne ne répond")
        expect(status(nadia)).to_have_text("Enregistrement…")
        expect(nadia.note("Personne ne répond")).to_have_class(re.compile("pending"))
        server.process.send_signal(signal.SIGCONT)
        nadia.saved()
        expect(nadia.page.locator("li.note.pending")).to_have_count(0)

        nadia.page.clock.install()
        server.kill()
        jot(nadia, "costs", ["Le serveur est parti"])
        expect(status(nadia)).to_have_text("Hors ligne. Continuez, 1 note partira au retour.")
        nadia.page.clock.fast_forward(61_000)
        expect(status(nadia)).to_have_text(
            "Le serveur ne répond pas. Gardez cette page ouverte. Copier mes notes"
        )
        status(nadia).get_by_role("button", name="Copier mes notes").click()
        expect(notice(nadia)).to_contain_text("4 notes copiées.")
        copied = nadia.page.evaluate("() => navigator.clipboard.readText()")
        assert copied.replace("\u00a0", " ").splitlines() == [
            "Trajets communs : notes de Nadia",
            "",
            "Fiche 2 · Convergence des actions · Nous",
            "",
            "Nos charges à partager",
            "- Personne ne répond",
            "- Le serveur est parti",
            "",
            "Nos règles",
            "- Écrite avant",
            "",
            "Canevas pour la gouvernance de communs numériques",
            "",
            "Mission et valeurs",
            "- Écrite sur le canevas",
        ]
        with running(data, "--port", str(port)) as again:
            nadia.page.clock.run_for(12_000)
            expect(status(nadia)).to_have_text("De retour. Votre note est arrivée.")
            joris = again.join(made, "Joris")
            assert joris.person["name"] == "Joris"


def test_where_the_clipboard_is_refused_ones_notes_stand_ready_to_be_copied(
    server: Server, visitor: Visitor
) -> None:
    nadia = visitor().join(server.create(), "Nadia", board="sheet2.verso")
    nadia.write("rules", "À emporter")
    nadia.saved()
    nadia.page.evaluate("() => Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    nadia.page.locator("details.menu summary").click()
    nadia.page.get_by_role("button", name="Copier mes notes").click()
    field = nadia.page.get_by_role("dialog").get_by_label("Vos notes")
    expect(field).to_have_value(re.compile("Nos règles\n- À emporter"))
    expect(field).to_be_focused()
    chosen = nadia.page.evaluate("() => getSelection().toString() || document.activeElement.value")
    assert "- À emporter" in chosen
    nadia.page.keyboard.press("Escape")
    expect(nadia.page.get_by_role("dialog")).to_have_count(0)


# -- what others do ------------------------------------------------------------------------------------


def test_who_wrote_a_note_that_another_deleted_gets_it_back_whole(server: Server, visitor: Visitor) -> None:
    made = server.create()
    nadia = visitor().join(made, "Nadia", board="sheet2.verso")
    joris = visitor().join(made, "Joris", board="sheet2.verso")
    yann = visitor().join(made, "Yann", board="sheet2.verso")
    nadia.write("rules", "Une idée de Nadia")
    nadia.saved()
    joris.note("Une idée de Nadia").click()
    joris.page.keyboard.press("+")
    expect(nadia.note("Une idée de Nadia").locator(".nmark")).to_have_text("1")
    joris.page.keyboard.press("Delete")
    expect(nadia.note("Une idée de Nadia")).to_have_count(0)
    expect(notice(nadia)).to_contain_text("Joris a supprimé cette note.")
    expect(notice(nadia).locator("blockquote")).to_have_text("Une idée de Nadia")
    expect(notice(yann)).to_be_hidden()
    notice(nadia).get_by_role("button", name="Rétablir").click()
    for one in (nadia, joris, yann):
        note = one.note("Une idée de Nadia")
        expect(note).to_be_visible()
        expect(note.locator(".nmark")).to_have_text("1")
    expect(joris.note("Une idée de Nadia").locator(".who")).to_have_text("Nadia")
    expect(notice(nadia)).to_be_hidden()
    nadia.saved()


def test_several_deletions_are_one_message_that_goes_when_they_are_taken_back(
    server: Server, visitor: Visitor
) -> None:
    made = server.create()
    nadia = visitor().join(made, "Nadia", board="sheet2.verso")
    joris = visitor().join(made, "Joris", board="sheet2.verso")
    jot(nadia, "rules", ["Un", "Deux"])
    nadia.saved()
    for text in ("Un", "Deux"):
        joris.note(text).click()
        joris.page.keyboard.press("Delete")
    expect(notice(nadia)).to_contain_text("Joris a supprimé 2 de vos notes.")
    expect(notice(nadia).locator("blockquote")).to_have_text(["Un", "Deux"])
    joris.page.keyboard.press("Control+z")
    expect(notice(nadia)).to_contain_text("Joris a supprimé cette note.")
    joris.page.keyboard.press("Control+z")
    expect(notice(nadia)).to_be_hidden()
    expect(nadia.page.locator("li.note")).to_have_count(2)


def test_who_writes_in_a_note_that_is_deleted_goes_on_and_may_put_it_back(
    server: Server, visitor: Visitor
) -> None:
    made = server.create()
    nadia = visitor().join(made, "Nadia", board="sheet2.verso")
    joris = visitor().join(made, "Joris", board="sheet2.verso")
    nadia.write("rules", "Décider")
    nadia.saved()
    joris.note("Décider").click()
    nadia.note("Décider").dblclick()
    nadia.page.keyboard.press("End")
    nadia.page.keyboard.type(" ensemble")
    expect(joris.note("Décider ensemble")).to_be_visible()
    joris.page.keyboard.press("Delete")
    field = notice(nadia).get_by_label("Votre texte")
    expect(field).to_be_focused()
    nadia.page.keyboard.type(", puis le dire")
    expect(field).to_have_value("Décider ensemble, puis le dire")
    expect(notice(nadia)).to_contain_text("Joris a supprimé cette note. Votre texte est gardé ici.")
    expect(field).to_have_value("Décider ensemble, puis le dire")
    notice(nadia).get_by_role("button", name="Rétablir").click()
    expect(joris.note("Décider ensemble, puis le dire")).to_be_visible()
    expect(notice(nadia)).to_be_hidden()


def test_a_lock_keeps_the_note_that_is_being_written_apart_and_offers_it_when_it_opens(
    server: Server, visitor: Visitor
) -> None:
    made = server.create()
    nadia = visitor().join(made, "Nadia", board="sheet2.verso")
    joris = visitor().join(made, "Joris", board="sheet2.verso")
    nadia.write("rules", "Décider")
    nadia.saved()
    nadia.note("Décider").dblclick()
    nadia.page.keyboard.press("End")
    nadia.page.keyboard.type(" ensemble")
    expect(joris.note("Décider ensemble")).to_be_visible()
    command(server, made, type="board.lock", board="sheet2.verso", zone="rules")
    field = notice(nadia).get_by_label("Votre texte")
    expect(field).to_be_focused()
    expect(notice(nadia)).to_contain_text(
        re.compile("a verrouillé la zone. Votre note en cours est gardée à part.")
    )
    nadia.page.keyboard.type(" et le dire")
    expect(field).to_have_value("Décider ensemble et le dire")
    expect(notice(nadia).get_by_role("button", name="Remettre sur le support")).to_have_count(0)
    nadia.page.reload()
    nadia.saved()
    expect(notice(nadia).locator("blockquote")).to_have_text("Décider ensemble et le dire")
    expect(nadia.note("Décider ensemble")).to_be_visible()

    command(server, made, type="board.unlock", board="sheet2.verso", zone="rules")
    expect(notice(nadia)).to_contain_text("La zone est de nouveau ouverte. Votre texte vous attend.")
    notice(nadia).get_by_role("button", name="Remettre sur le support").click()
    expect(joris.note("Décider ensemble et le dire")).to_be_visible()
    expect(nadia.page.locator("li.note")).to_have_count(1)
    expect(notice(nadia)).to_be_hidden()
    nadia.page.reload()
    nadia.saved()
    expect(notice(nadia)).to_be_hidden()


def test_a_note_added_to_a_zone_that_was_just_locked_comes_back_when_it_opens(
    server: Server, visitor: Visitor
) -> None:
    made = server.create()
    nadia = visitor().join(made, "Nadia", board="sheet2.verso")
    joris = visitor().join(made, "Joris", board="sheet2.verso")
    nadia.page.context.set_offline(True)
    nadia.write("rules", "Écrite pendant la coupure")
    command(server, made, type="board.lock", board="sheet2.verso")
    nadia.page.context.set_offline(False)
    expect(notice(nadia)).to_contain_text("Votre note en cours est gardée à part.")
    expect(nadia.page.locator("li.note")).to_have_count(0)
    command(server, made, type="board.unlock", board="sheet2.verso")
    notice(nadia).get_by_role("button", name="Remettre sur le support").click()
    expect(joris.note("Écrite pendant la coupure")).to_be_visible()
    nadia.saved()


# -- a newer version -----------------------------------------------------------------------------------


def test_an_update_is_told_once_everything_is_saved_and_never_reloads_by_itself(
    server: Server, visitor: Visitor
) -> None:
    made = server.create()
    nadia = visitor().join(made, "Nadia", board="sheet2.verso")
    expect(notice(nadia)).to_be_hidden()

    # the page as an older server would have made it, until it is loaded again
    nadia.page.add_init_script(
        """if (!sessionStorage.getItem("older")) {
          sessionStorage.setItem("older", "once");
          const parse = JSON.parse;
          JSON.parse = (text, change) => {
            const value = parse(text, change);
            if (value && "phrases" in value) value.bundle = "000000000000";
            return value;
          };
        }"""
    )
    nadia.page.reload()
    nadia.saved()
    expect(notice(nadia)).to_contain_text("Une mise à jour est prête. Vos notes sont enregistrées.")
    nadia.write("rules", "On peut continuer")
    nadia.saved()
    expect(notice(nadia)).to_contain_text("Une mise à jour est prête.")
    notice(nadia).get_by_role("button", name="Recharger").click()
    expect(nadia.note("On peut continuer")).to_be_visible()
    nadia.saved()
    expect(notice(nadia)).to_be_hidden()


# -- leaving -------------------------------------------------------------------------------------------


def test_leaving_with_notes_that_wait_is_a_question_whose_safe_answer_is_to_stay(
    server: Server, visitor: Visitor
) -> None:
    made = server.create()
    nadia = visitor().join(made, "Nadia", board="sheet2.verso")
    nadia.page.context.set_offline(True)
    jot(nadia, "rules", ["Une", "Deux"])
    menu = nadia.page.locator("details.menu summary")
    menu.click()
    leave = nadia.page.get_by_role("link", name="Quitter l’atelier")
    leave.click()
    question = nadia.page.get_by_role(
        "dialog", name="2 notes ne sont pas encore parties. Rester, ou partir sans elles ?"
    )
    expect(question.get_by_role("button", name="Rester")).to_be_focused()
    nadia.page.keyboard.press("Escape")
    expect(question).to_have_count(0)
    expect(leave).to_be_focused()
    nadia.page.get_by_role("link", name="English").click()
    question.get_by_role("button", name="Rester").click()
    expect(nadia.page).to_have_url(re.compile("sheet2.verso"))

    # links of others than this page, and the browser's own buttons
    with nadia.page.expect_event("dialog") as asked:
        nadia.page.close(run_before_unload=True)
    assert asked.value.type == "beforeunload"
    asked.value.dismiss()
    nadia.page.context.set_offline(False)
    nadia.saved()
    question_at = nadia.page.url
    nadia.page.reload()
    nadia.saved()
    expect(nadia.page).to_have_url(question_at)


def test_a_link_pressed_while_the_last_letter_is_on_its_way_asks_nothing(
    server: Server, visitor: Visitor
) -> None:
    made = server.create()
    nadia = visitor().join(made, "Nadia", board="sheet2.verso")
    nadia.write("rules", "Vite")
    nadia.page.evaluate("() => { document.querySelector('.menu a[hreflang=en]').click(); }")
    expect(nadia.page.get_by_role("button", name="Undo")).to_be_visible()
    expect(nadia.note("Vite")).to_be_visible()


# -- what the browser keeps ----------------------------------------------------------------------------
def test_every_room_sends_what_waits_in_it_whichever_board_opens_next(
    server: Server, visitor: Visitor
) -> None:
    made = server.create()
    joris = visitor().join(made, "Joris", board="governance")
    nadia = visitor().join(made, "Nadia", board="sheet2.verso")
    nadia.page.get_by_role("button", name="Gouvernance").click()
    nadia.saved()
    context = nadia.page.context
    context.set_offline(True)
    nadia.write("mission", "Sur le canevas")
    nadia.page.get_by_role("button", name="Fiche 2, Nous").click()
    nadia.write("rules", "Sur la fiche")
    expect(status(nadia)).to_contain_text("2 notes partiront au retour.")
    address = re.sub(r"[?].*", "?board=sheet1.verso", nadia.page.url)
    until(nadia.page, 2)
    close(nadia.page)
    context.set_offline(False)
    nadia.page = context.new_page()
    nadia.page.goto(address)
    expect(joris.note("Sur le canevas")).to_be_visible()
    until(nadia.page, 0)
    nadia.open("sheet2.verso")
    expect(nadia.note("Sur la fiche")).to_be_visible()


RENAME = """() => new Promise((resolve) => {
  const opening = indexedDB.open("tablee");
  opening.onsuccess = () => {
    const store = opening.result.transaction("outbox", "readwrite").objectStore("outbox");
    store.openCursor().onsuccess = (event) => {
      const cursor = event.target.result;
      const [room, , ...rest] = cursor.key.split(" ");
      store.put(cursor.value, [room, "0".repeat(16), ...rest].join(" "));
      cursor.delete().onsuccess = () => { opening.result.close(); resolve(); };
    };
  };
})"""


def test_what_waited_for_an_older_life_of_the_room_is_handed_over(server: Server, visitor: Visitor) -> None:
    made = server.create()
    nadia = visitor().join(made, "Nadia", board="sheet2.verso")
    context, address = nadia.page.context, nadia.page.url
    context.set_offline(True)
    nadia.write("rules", "D’avant la restauration")
    until(nadia.page, 1)
    close(nadia.page)
    context.set_offline(False)
    nadia.page = context.new_page()
    nadia.page.goto(f"{server.base}/confidentialite")
    nadia.page.evaluate(RENAME)
    nadia.page.goto(address)
    nadia.saved()
    expect(notice(nadia).locator("blockquote")).to_have_text("D’avant la restauration")
    expect(nadia.page.locator("li.note")).to_have_count(0)
    until(nadia.page, 0)
    notice(nadia).get_by_role("button", name="Remettre sur le support").click()
    expect(nadia.note("D’avant la restauration")).to_be_visible()
    nadia.saved()


def test_two_pages_of_one_person_lose_nothing_of_each_other(server: Server, visitor: Visitor) -> None:
    made = server.create()
    joris = visitor().join(made, "Joris", board="sheet2.verso")
    nadia = visitor().join(made, "Nadia", board="sheet2.verso")
    context, address = nadia.page.context, nadia.page.url
    second = Person(context.new_page(), server)
    second.page.goto(address)
    second.saved()
    context.set_offline(True)
    nadia.write("rules", "De la première page")
    second.write("costs", "De la seconde page")
    until(nadia.page, 2)
    close(nadia.page)
    context.set_offline(False)
    expect(joris.note("De la seconde page")).to_be_visible()
    nadia.page = context.new_page()
    nadia.page.goto(address)
    for one in (nadia, second, joris):
        expect(one.note("De la première page")).to_have_count(1)
        expect(one.note("De la seconde page")).to_have_count(1)
    until(nadia.page, 0)


def test_a_browser_that_was_killed_sends_it_when_it_starts_again(
    server: Server, tmp_path: Path, visitor: Visitor
) -> None:
    made = server.create()
    joris = visitor().join(made, "Joris", board="sheet2.verso")
    # a browser of its own, in a process that can be killed; this test has Playwright running already
    script = Path(__file__).parents[1] / "kit" / "profile.py"
    profile = str(tmp_path / "profile")
    answer = subprocess.run(
        [sys.executable, str(script), profile, f"{server.base}/a/{made['code']}", "Écrite avant la panne"],
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
    )
    address = answer.stdout.strip()
    expect(joris.note("Écrite avant la panne")).to_have_count(0)
    subprocess.run(
        [sys.executable, str(script), profile, address], check=True, capture_output=True, timeout=120
    )
    expect(joris.note("Écrite avant la panne")).to_be_visible()
    expect(joris.note("Écrite avant la panne").locator(".who")).to_have_text("Nadia")


def test_hundreds_of_letters_written_away_go_out_in_few_small_messages(
    server: Server, visitor: Visitor
) -> None:
    made = server.create()
    joris = visitor().join(made, "Joris", board="sheet2.verso")
    nadia = visitor().join(made, "Nadia", board="sheet2.verso")
    context, address = nadia.page.context, nadia.page.url
    context.set_offline(True)
    texts = [f"idée {at} " + "abcdefghij " * 16 for at in range(3)]
    jot(nadia, "rules", texts)
    letters = sum(len(text) for text in texts)
    kept(nadia.page, lambda found: sum(found) > 0)
    few = nadia.page.evaluate(KEPT)
    assert sum(few) < letters / 2
    context.set_offline(False)
    frames: list[int] = []
    close(nadia.page)
    nadia.page = context.new_page()
    nadia.page.on(
        "websocket",
        lambda ws: ws.on(
            "framesent", lambda frame: frames.append(len(frame)) if frame[:1] == b"\0" else None
        ),
    )
    nadia.page.goto(address)
    expect(joris.note("idée 2")).to_be_visible()
    nadia.saved()
    assert len(frames) < 40 and max(frames) < 20_000
    expect(joris.zone("rules").locator("li.note")).to_have_count(3)


def test_two_hundred_pasted_notes_and_their_return_by_undo_arrive_in_parts_that_a_server_takes(
    server: Server, visitor: Visitor
) -> None:
    made = server.create()
    joris = visitor().join(made, "Joris", board="sheet2.verso")
    nadia = visitor().join(made, "Nadia", board="sheet2.verso")
    lines = [f"Idée {at} de quarante caractères environ" for at in range(200)]
    paste(nadia, "rules", "\n".join(lines))
    nadia.page.get_by_role("button", name="Ajouter les notes").click()
    joris.saved()
    rules = re.compile("Nos règles, 200 notes")
    expect(joris.zone("rules")).to_have_attribute("aria-label", rules)
    nadia.page.keyboard.press("Control+z")
    expect(joris.zone("rules")).to_have_attribute("aria-label", re.compile("Nos règles, 0 note"))
    nadia.page.keyboard.press("Control+y")
    expect(joris.zone("rules")).to_have_attribute("aria-label", rules)
    nadia.saved()
    expect(notice(nadia)).to_be_hidden()
