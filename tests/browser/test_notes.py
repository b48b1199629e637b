"""Notes in full on the board: several at once, groups, paste, split, comments, likes, tags, crowded zones."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect
from tests.kit.browser import Person
from tests.kit.server import Server

Visitor = Callable[..., Person]


def pair(server: Server, visitor: Visitor, board: str = "sheet2.verso") -> tuple[Person, Person]:
    made = server.create()
    nadia = visitor().join(made, "Nadia", board=board)
    joris = visitor().join(made, "Joris", board=board)
    return nadia, joris


def paste(person: Person, zone: str, text: str) -> None:
    person.zone(zone).focus()
    person.page.evaluate(
        """(text) => {
          const data = new DataTransfer();
          data.setData("text/plain", text);
          document.activeElement.dispatchEvent(
            new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }""",
        text,
    )


def texts(person: Person, zone: str) -> list[str]:
    return person.zone(zone).locator("li.note > p").all_text_contents()


def fill(person: Person, zone: str, *lines: str) -> None:
    """One note per line, by pasting them."""
    paste(person, zone, "\n".join(lines))
    if len(lines) > 1:
        person.page.get_by_role("button", name="Ajouter les notes").click()
    expect(person.note(lines[-1])).to_be_visible()
    person.page.keyboard.press("Escape")


def add(person: Person, text: str) -> None:
    """Shift and a press: the bar of the first note lets it through."""
    person.page.keyboard.down("Shift")
    person.note(text).click()
    person.page.keyboard.up("Shift")


def test_a_pasted_list_becomes_notes_after_a_look_and_one_undo_takes_them_back(
    server: Server, visitor: Visitor
) -> None:
    nadia, joris = pair(server, visitor)
    paste(nadia, "rules", "- Réunion le mardi\n2. Compte rendu public\n\n• Qui ne dit mot laisse faire")
    dialog = nadia.page.get_by_role("dialog", name="Coller une liste")
    expect(dialog.get_by_role("list", name="Aperçu des notes").get_by_role("listitem")).to_have_text(
        ["Réunion le mardi", "Compte rendu public", "Qui ne dit mot laisse faire"]
    )
    expect(joris.zone("rules").locator("li.note")).to_have_count(0)  # nothing is made before it is agreed to
    dialog.get_by_role("button", name="Ajouter les notes").click()
    expect(joris.zone("rules").locator("li.note")).to_have_count(3)
    nadia.page.keyboard.press("Control+z")
    expect(joris.zone("rules").locator("li.note")).to_have_count(0)
    nadia.page.keyboard.press("Control+y")
    expect(joris.zone("rules").locator("li.note")).to_have_count(3)


def test_several_notes_are_chosen_with_a_frame_and_moved_together(server: Server, visitor: Visitor) -> None:
    nadia, joris = pair(server, visitor)
    fill(nadia, "rules", "Un", "Deux")
    fill(nadia, "costs", "Trois")
    rules = nadia.zone("rules").bounding_box()
    assert rules is not None
    nadia.page.mouse.move(rules["x"] + rules["width"] - 4, rules["y"] + rules["height"] - 40)
    nadia.page.mouse.down()
    nadia.page.mouse.move(rules["x"] + 4, rules["y"] + 66, steps=5)
    expect(nadia.page.locator(".marquee")).to_be_visible()
    nadia.page.mouse.up()
    expect(nadia.page.locator("li.note.sel")).to_have_count(2)
    expect(nadia.page.get_by_role("toolbar", name="2 notes choisies")).to_be_visible()
    nadia.drag("Un", "bodies")
    for person in (nadia, joris):
        expect(person.zone("bodies").locator("li.note > p")).to_have_text(["Un", "Deux"])
        expect(person.zone("costs").locator("li.note > p")).to_have_text(["Trois"])
    nadia.page.keyboard.press("Control+z")
    expect(joris.zone("rules").locator("li.note > p")).to_have_text(["Un", "Deux"])


def test_shift_chooses_one_more_and_what_is_done_is_done_to_all(server: Server, visitor: Visitor) -> None:
    nadia, joris = pair(server, visitor)
    fill(nadia, "rules", "Un", "Deux", "Trois")
    nadia.note("Un").click()
    add(nadia, "Trois")
    expect(nadia.page.locator("li.note.sel > p")).to_have_text(["Un", "Trois"])
    nadia.page.get_by_role("toolbar", name="2 notes choisies").get_by_role("button", name="Couleur").click()
    nadia.page.get_by_role("button", name="Lavande").click()
    expect(joris.page.locator("li.note.t-lavande > p")).to_have_text(["Un", "Trois"])
    nadia.note("Un").focus()
    nadia.page.keyboard.press("Delete")
    expect(joris.zone("rules").locator("li.note > p")).to_have_text(["Deux"])
    nadia.page.get_by_role("button", name="Annuler").click()
    expect(joris.zone("rules").locator("li.note > p")).to_have_text(["Un", "Deux", "Trois"])


def test_notes_are_duplicated_nudged_and_lined_up_from_the_keyboard(server: Server, visitor: Visitor) -> None:
    nadia, joris = pair(server, visitor)
    fill(nadia, "rules", "Un", "Deux")
    nadia.note("Un").focus()
    nadia.page.keyboard.press("d")
    expect(joris.zone("rules").locator("li.note > p")).to_have_text(["Un", "Deux", "Un"])
    before = nadia.note("Deux").bounding_box()
    nadia.note("Deux").focus()
    for _ in range(3):
        nadia.page.keyboard.press("Control+Shift+ArrowDown")
    expect(nadia.note("Deux")).not_to_have_css("top", f"{before and before['y']}px")
    joris.page.wait_for_function(
        "(top) => [...document.querySelectorAll('li.note')].some((n) => n.textContent.includes('Deux')"
        " && n.getBoundingClientRect().top > top + 20)",
        arg=before and before["y"],
    )
    nadia.zone("rules").locator("li.note").first.focus()
    nadia.page.keyboard.press("Control+a")
    expect(nadia.page.locator("li.note.sel")).to_have_count(3)
    nadia.page.get_by_role("button", name="Autres actions").click()
    nadia.page.get_by_role("menuitem", name="Aligner en haut").click()
    joris.page.wait_for_function(
        "() => new Set([...document.querySelectorAll('section[data-zone=rules] li.note')]"
        ".map((n) => n.style.top)).size === 1"
    )


def test_notes_are_grouped_under_a_title_that_everybody_sees(server: Server, visitor: Visitor) -> None:
    nadia, joris = pair(server, visitor)
    fill(nadia, "rules", "Un", "Deux", "Trois")
    nadia.note("Un").click()
    add(nadia, "Trois")
    nadia.page.keyboard.press("g")
    nadia.page.get_by_label("Titre du groupe").fill("Rythme")
    nadia.page.keyboard.press("Enter")
    title = joris.page.get_by_role("button", name="Groupe Rythme, 2 notes. Renommer")
    expect(title).to_be_visible()
    # together in reading order, and said of each note
    expect(joris.zone("rules").locator("li.note > p")).to_have_text(["Un", "Trois", "Deux"])
    expect(joris.note("Trois")).to_have_attribute("aria-label", re.compile("groupe Rythme"))
    title.dblclick()
    joris.page.get_by_label("Titre du groupe").fill("Fréquence")
    joris.page.get_by_role("button", name="Renommer", exact=True).click()
    expect(nadia.page.get_by_role("button", name="Groupe Fréquence, 2 notes. Renommer")).to_be_visible()
    # the title is a handle: the whole group goes to another zone and stays one
    handle = nadia.page.locator(".ctitle").bounding_box()
    there = nadia.zone("bodies").bounding_box()
    assert handle is not None and there is not None
    nadia.page.mouse.move(handle["x"] + 20, handle["y"] + 8)
    nadia.page.mouse.down()
    nadia.page.mouse.move(there["x"] + 60, there["y"] + 120, steps=6)
    nadia.page.mouse.up()
    expect(joris.zone("bodies").locator(".cluster")).to_have_count(1)
    expect(joris.zone("bodies").locator("li.note > p")).to_have_text(["Un", "Trois"])
    # a note that leaves alone leaves the group
    nadia.page.keyboard.press("Escape")
    nadia.page.keyboard.press("Escape")
    nadia.drag("Trois", "costs")
    expect(joris.page.get_by_role("button", name="Groupe Fréquence, 1 note. Renommer")).to_be_visible()
    nadia.page.keyboard.press("Control+z")
    expect(joris.page.get_by_role("button", name="Groupe Fréquence, 2 notes. Renommer")).to_be_visible()


def test_likes_comments_and_tags_reach_the_others_and_belong_to_who_made_them(
    server: Server, visitor: Visitor
) -> None:
    nadia, joris = pair(server, visitor)
    fill(nadia, "rules", "Une règle")
    joris.note("Une règle").focus()
    joris.page.keyboard.press("+")
    expect(nadia.note("Une règle").locator(".nmark")).to_have_text(["1"])
    joris.page.keyboard.press("c")
    talk = joris.page.get_by_role("dialog")
    talk.get_by_label("Votre commentaire").fill("Depuis quand ?")
    talk.get_by_role("button", name="Commenter").click()
    expect(talk.get_by_text("Depuis quand ?")).to_be_visible()
    nadia.note("Une règle").click()
    nadia.page.get_by_role("button", name="Commenter (C)").click()
    hers = nadia.page.get_by_role("dialog", name="1 commentaire")
    expect(hers.get_by_role("button", name="Modifier ce commentaire")).to_have_count(0)
    expect(hers.get_by_role("button", name="Supprimer ce commentaire")).to_have_count(0)
    hers.get_by_label("Votre commentaire").fill("Depuis mars.")
    nadia.page.keyboard.press("Enter")
    expect(talk.get_by_role("heading", name="2 commentaires")).to_be_visible()  # live, while it is open
    nadia.page.keyboard.press("Escape")
    joris.page.keyboard.press("Escape")
    joris.page.keyboard.press("+")
    expect(nadia.note("Une règle").locator(".nmark")).to_have_text(["2"])  # the like is gone, two comments
    nadia.note("Une règle").focus()
    nadia.page.get_by_role("button", name="Autres actions").click()
    nadia.page.get_by_role("menuitem", name="Étiquettes…").click()
    nadia.page.get_by_label("Mots séparés par des virgules").fill("urgent, juridique")
    nadia.page.keyboard.press("Enter")
    expect(joris.note("Une règle").locator(".tagged")).to_have_text(["urgent", "juridique"])


def test_a_locked_note_is_its_authors(server: Server, visitor: Visitor) -> None:
    nadia, joris = pair(server, visitor)
    fill(nadia, "rules", "Décidé")
    nadia.note("Décidé").focus()
    nadia.page.get_by_role("button", name="Autres actions").click()
    nadia.page.get_by_role("menuitem", name="Verrouiller").click()
    expect(joris.note("Décidé")).to_have_attribute("aria-label", re.compile("verrouillée"))
    joris.note("Décidé").focus()
    joris.page.keyboard.press("Delete")
    expect(joris.page.locator("#polite")).to_contain_text("verrouillée")
    joris.note("Décidé").dblclick()
    expect(joris.page.locator("textarea.notefield")).to_have_count(0)
    joris.drag("Décidé", "costs")
    expect(joris.zone("rules").locator("li.note > p")).to_have_text(["Décidé"])
    nadia.note("Décidé").dblclick()
    nadia.page.keyboard.type(" ensemble")
    nadia.page.keyboard.press("Escape")
    expect(joris.note("Décidé ensemble")).to_be_visible()


def test_a_note_is_cut_in_two_at_the_caret(server: Server, visitor: Visitor) -> None:
    nadia, joris = pair(server, visitor)
    fill(nadia, "rules", "Se réunir chaque mois et publier le compte rendu")
    nadia.note("Se réunir").dblclick()
    nadia.page.keyboard.press("Control+Home")
    for _ in range(len("Se réunir chaque mois")):
        nadia.page.keyboard.press("ArrowRight")
    nadia.page.keyboard.press("Control+Shift+Enter")
    expect(joris.zone("rules").locator("li.note > p")).to_have_text(
        ["Se réunir chaque mois", "et publier le compte rendu"]
    )
    nadia.page.keyboard.press("Control+z")
    expect(joris.zone("rules").locator("li.note > p")).to_have_text(
        ["Se réunir chaque mois et publier le compte rendu"]
    )


def test_a_note_goes_to_another_board_by_the_dialog(server: Server, visitor: Visitor) -> None:
    nadia, joris = pair(server, visitor)
    fill(nadia, "rules", "Ailleurs", "Ici")
    joris.open("sheet3.verso")
    nadia.note("Ailleurs").focus()
    nadia.page.keyboard.press("m")
    dialog = nadia.page.get_by_role("dialog", name="Déplacer la note vers…")
    dialog.locator("#move-board").select_option("sheet3.verso")
    zone = dialog.locator("#move-to").input_value()
    dialog.get_by_role("button", name="Déplacer").click()
    expect(joris.zone(zone).locator("li.note > p")).to_have_text(["Ailleurs"])
    expect(nadia.zone("rules").locator("li.note > p")).to_have_text(["Ici"])


def test_notes_are_moved_by_two_presses_and_escape_leaves_them(server: Server, visitor: Visitor) -> None:
    nadia, joris = pair(server, visitor)
    fill(nadia, "rules", "À déplacer")
    nadia.page.get_by_role("button", name="Déplacer", exact=True).click()
    nadia.note("À déplacer").click()
    expect(nadia.page.locator("li.note.picked")).to_have_count(1)
    nadia.page.keyboard.press("Escape")
    expect(nadia.page.locator("li.note.picked")).to_have_count(0)
    nadia.page.get_by_role("button", name="Déplacer", exact=True).click()
    if nadia.page.locator("li.note.picked").count() == 0:
        nadia.note("À déplacer").click()
    nadia.zone("costs").click(position={"x": 120, "y": 130})
    expect(joris.zone("costs").locator("li.note > p")).to_have_text(["À déplacer"])
    expect(nadia.page.locator("li.note.picked")).to_have_count(0)


def test_a_drag_shows_where_it_will_land_and_escape_puts_back(server: Server, visitor: Visitor) -> None:
    nadia, _ = pair(server, visitor)
    fill(nadia, "rules", "En main")
    start, end = nadia.note("En main").bounding_box(), nadia.zone("costs").bounding_box()
    assert start is not None and end is not None
    nadia.page.mouse.move(start["x"] + 20, start["y"] + 20)
    nadia.page.mouse.down()
    nadia.page.mouse.move(end["x"] + 90, end["y"] + 120, steps=6)
    expect(nadia.zone("costs")).to_have_class(re.compile("drop"))
    expect(nadia.zone("costs").locator(".landing")).to_be_visible()
    nadia.page.keyboard.press("Escape")
    nadia.page.mouse.up()
    expect(nadia.page.locator(".landing")).to_have_count(0)
    assert texts(nadia, "rules") == ["En main"]
    assert texts(nadia, "costs") == []


def test_a_crowded_zone_says_how_many_more_and_shows_all_alone(server: Server, visitor: Visitor) -> None:
    nadia, joris = pair(server, visitor)
    lines = [f"Règle {number}" for number in range(1, 13)]
    fill(nadia, "rules", *lines)
    nadia.page.keyboard.press("Escape")
    nadia.zone("bodies").focus()
    more = joris.zone("rules").get_by_role("button", name=re.compile("autres notes"))
    expect(more).to_be_visible()
    shown = joris.zone("rules").locator("li.note").count()
    expect(more).to_have_text(f"+ {12 - shown}")
    more.click()
    expect(joris.zone("rules").locator("li.note")).to_have_count(12)
    expect(joris.zone("costs")).to_be_hidden()
    nadia.write("costs", "Pendant ce temps")
    joris.zone("rules").locator("li.note").first.focus()
    joris.page.keyboard.press("n")
    joris.page.keyboard.type("Treizième")
    joris.page.keyboard.press("Escape")
    expect(joris.note("Treizième")).to_be_visible()
    joris.page.get_by_role("button", name="Tout le support").click()
    expect(joris.zone("costs")).to_be_visible()
    expect(joris.note("Pendant ce temps")).to_be_visible()
    expect(nadia.zone("rules")).to_have_attribute("aria-label", "Nos règles, 13 notes")


def test_a_new_note_in_a_crowded_zone_can_be_written(server: Server, visitor: Visitor) -> None:
    nadia, joris = pair(server, visitor)
    fill(nadia, "rules", *[f"Règle {number}" for number in range(1, 11)])
    nadia.zone("rules").focus()
    nadia.page.keyboard.press("n")
    nadia.page.keyboard.type("La onzième")
    expect(nadia.page.locator("textarea.notefield")).to_have_value("La onzième")
    nadia.page.keyboard.press("Escape")
    expect(joris.zone("rules")).to_have_attribute("aria-label", "Nos règles, 11 notes")


def test_choosing_all_of_a_crowded_zone_draws_no_more_of_them(server: Server, visitor: Visitor) -> None:
    nadia, joris = pair(server, visitor)
    fill(nadia, "rules", *[f"Règle {number}" for number in range(1, 13)])
    more = joris.zone("rules").get_by_role("button", name=re.compile("autres notes"))
    expect(more).to_be_visible()
    most = joris.zone("rules").locator("li.note").count()
    joris.zone("rules").locator("li.note").first.focus()
    joris.page.keyboard.press("Control+a")
    nadia.page.keyboard.press("Escape")
    fill(nadia, "rules", "La treizième")  # so that the zone is drawn again
    expect(joris.zone("rules")).to_have_attribute("aria-label", "Nos règles, 13 notes")
    assert joris.zone("rules").locator("li.note").count() <= most + 1, "the one in the hand, and no other"
    joris.page.keyboard.press("Delete")
    expect(nadia.zone("rules")).to_have_attribute("aria-label", "Nos règles, 1 note")


def test_a_zone_is_tidied(server: Server, visitor: Visitor) -> None:
    nadia, joris = pair(server, visitor)
    fill(nadia, "rules", "Un", "Deux", "Trois")
    nadia.page.keyboard.press("Control+a")
    nadia.note("Un").focus()
    nadia.page.keyboard.press("Control+a")
    nadia.page.get_by_role("button", name="Autres actions").click()
    nadia.page.get_by_role("menuitem", name="Aligner à gauche").click()
    nadia.zone("rules").focus()
    nadia.page.keyboard.press("Shift+F10")
    nadia.page.get_by_role("menuitem", name="Ranger la zone").click()
    joris.page.wait_for_function(
        "() => { const b = [...document.querySelectorAll('section[data-zone=rules] li.note')]"
        ".map((n) => n.getBoundingClientRect());"
        " return b.length === 3 && b.every((a, i) => b.every((c, j) => i === j || a.right <= c.left + 1"
        " || c.right <= a.left + 1 || a.bottom <= c.top + 1 || c.bottom <= a.top + 1)); }"
    )


def test_long_notes_fold_and_stop_and_lose_nothing(server: Server, visitor: Visitor) -> None:
    nadia, joris = pair(server, visitor)
    long = "Sortir de la logique un bureau, un fichier, un oubli. " * 8
    fill(nadia, "rules", long.strip())
    note = joris.note("Sortir de la logique")
    expect(note).to_have_class(re.compile("folded"))
    note.get_by_role("button", name="Lire la suite").click()
    expect(note).not_to_have_class(re.compile("folded"))
    expect(note.locator("p")).to_have_text(long.strip())
    nadia.note("Sortir de la logique").dblclick()
    nadia.page.keyboard.insert_text("x" * 700)
    field = nadia.page.locator("textarea.notefield")
    expect(field).to_have_value(long.strip())  # the thousandth letter is the last: nothing of it was cut
    expect(nadia.page.locator("#polite")).to_contain_text("mille caractères")
    nadia.page.keyboard.press("Escape")
    paste(nadia, "costs", "mot " * 1300)
    dialog = nadia.page.get_by_role("dialog", name="Coller une liste")
    expect(dialog.get_by_role("list", name="Aperçu des notes").get_by_role("listitem")).to_have_count(6)


@pytest.mark.parametrize("how", ["front", "back"])
def test_notes_go_before_and_behind_others(server: Server, visitor: Visitor, how: str) -> None:
    nadia, joris = pair(server, visitor)
    fill(nadia, "rules", "Un", "Deux", "Trois")
    nadia.note("Deux").click(button="right")
    name = "Mettre au premier plan" if how == "front" else "Mettre à l’arrière-plan"
    nadia.page.get_by_role("menuitem", name=name).click()
    wanted = ["Un", "Trois", "Deux"] if how == "front" else ["Deux", "Un", "Trois"]
    expect(joris.zone("rules").locator("li.note > p")).to_have_text(wanted)


def test_addresses_in_notes_can_be_followed(server: Server, visitor: Visitor) -> None:
    nadia, joris = pair(server, visitor)
    fill(nadia, "rules", "Voir https://inno3.fr/kit (page 2).")
    link = joris.note("Voir").get_by_role("link", name="https://inno3.fr/kit")
    expect(link).to_have_attribute("href", "https://inno3.fr/kit")
    expect(link).to_have_attribute("rel", "noopener noreferrer")


def test_hundreds_of_notes_are_dragged_and_nobody_is_cut_off(server: Server, visitor: Visitor) -> None:
    nadia, joris = pair(server, visitor)
    for part in range(3):
        fill(nadia, "rules", *[f"Règle {part}-{number}" for number in range(190)])
    nadia.zone("rules").focus()
    nadia.page.keyboard.press("ArrowDown")
    nadia.page.keyboard.press("Control+a")
    expect(nadia.page.get_by_role("toolbar", name="570 notes choisies")).to_be_visible()
    nadia.drag("Règle 0-0", "costs")
    expect(joris.zone("costs")).to_have_attribute("aria-label", "Nos charges à partager, 570 notes")
    nadia.saved()


def test_nothing_is_opened_in_a_locked_zone_and_pasted_text_is_not_lost(
    server: Server, visitor: Visitor
) -> None:
    made = server.create()
    nadia = visitor().join(made, "Nadia", board="sheet2.verso")
    fill(nadia, "rules", "Avant")
    nadia.zone("rules").focus()
    nadia.page.keyboard.press("Shift+F10")
    nadia.page.get_by_role("menuitem", name="Coller une liste…").click()
    nadia.page.get_by_label("Une ligne, une note").fill("Un\nDeux")
    locked = server.call(
        "POST",
        f"/api/workshops/{made['id']}/commands",
        {"type": "board.lock", "id": "k1", "board": "sheet2.verso", "zone": "rules"},
        token=made["token"],
    )
    assert locked.status == 200, locked.body
    expect(nadia.zone("rules")).to_have_class(re.compile("locked"))
    nadia.page.get_by_role("button", name="Ajouter les notes").click()
    expect(nadia.page.locator("#notice")).to_contain_text("Votre texte est gardé ici")
    expect(nadia.page.locator("#notice")).to_contain_text("Deux")
    nadia.note("Avant").focus()
    nadia.page.keyboard.press("Enter")
    expect(nadia.page.locator("textarea.notefield")).to_have_count(0)
    nadia.saved()
    expect(nadia.zone("rules").locator("li.note > p")).to_have_text(["Avant"])


def test_a_comment_in_the_making_is_kept_when_the_note_goes(server: Server, visitor: Visitor) -> None:
    nadia, joris = pair(server, visitor)
    fill(nadia, "rules", "À discuter")
    joris.note("À discuter").focus()
    joris.page.keyboard.press("c")
    joris.page.get_by_label("Votre commentaire").fill("Je voulais dire que")
    nadia.note("À discuter").focus()
    nadia.page.keyboard.press("Delete")
    expect(joris.page.get_by_role("dialog")).to_have_count(0)
    expect(joris.page.locator("#notice")).to_contain_text("Je voulais dire que")


def test_a_nudge_is_undone_as_a_nudge(server: Server, visitor: Visitor) -> None:
    nadia, joris = pair(server, visitor)
    fill(nadia, "rules", "Ici")
    before = nadia.note("Ici").evaluate("note => note.style.top")
    nadia.note("Ici").focus()
    nadia.page.keyboard.press("Control+Shift+ArrowDown")
    expect(nadia.note("Ici")).not_to_have_attribute("style", re.compile(f"top: {before}"))
    nadia.page.keyboard.press("Control+z")
    expect(joris.note("Ici")).to_be_visible()
    expect(nadia.note("Ici")).to_have_css("top", before)


def test_a_note_that_is_deleted_in_the_hand_leaves_nothing_behind(server: Server, visitor: Visitor) -> None:
    nadia, joris = pair(server, visitor)
    fill(nadia, "rules", "En main", "Reste")
    start, end = nadia.note("En main").bounding_box(), nadia.zone("costs").bounding_box()
    assert start is not None and end is not None
    nadia.page.mouse.move(start["x"] + 20, start["y"] + 20)
    nadia.page.mouse.down()
    nadia.page.mouse.move(end["x"] + 90, end["y"] + 120, steps=6)
    expect(nadia.page.locator(".landing")).to_be_visible()
    joris.note("En main").focus()
    joris.page.keyboard.press("Delete")
    expect(nadia.page.locator("li.note > p")).to_have_text(["Reste"])
    expect(nadia.page.locator(".landing, .lift, .drop")).to_have_count(0)
    nadia.page.mouse.up()
    nadia.drag("Reste", "bodies")
    expect(joris.zone("bodies").locator("li.note > p")).to_have_text(["Reste"])
