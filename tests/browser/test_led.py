"""What somebody writes outlives whatever facilitation does meanwhile."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect
from tests.browser.test_conduct import BACK, Workshop, button, on_board
from tests.kit.browser import Person
from tests.kit.server import Server

Visitor = Callable[..., Person]


def begin(person: Person, text: str) -> None:
    """A note in « Nos règles » that stays open."""
    person.flat()
    person.zone("rules").focus()
    person.page.keyboard.press("n")
    person.page.locator("textarea.notefield").wait_for()
    person.page.keyboard.type(text)


def silent(workshop: Workshop, person: Person, *, anonymous: bool = False) -> None:
    if anonymous:
        workshop.do("writing.anonymous", board="sheet2.verso", zone="rules")
    workshop.do("writing.silent", board="sheet2.verso", zone="rules")
    expect(person.page.locator(".band.silence")).to_contain_text("Écriture silencieuse")


def test_who_is_still_writing_at_an_anonymous_reveal_goes_on_in_a_notice(
    server: Server, visitor: Visitor
) -> None:
    workshop = Workshop(server, groups=1)
    nadia = visitor().join(workshop.made, "Nadia", board="sheet2.verso")
    silent(workshop, nadia, anonymous=True)
    begin(nadia, "début enregistré")
    expect(nadia.page.locator(".band.silence .written")).to_contain_text("1 note")
    nadia.saved()  # the server has it
    workshop.do("writing.reveal", board="sheet2.verso", zone="rules")
    expect(nadia.page.locator(".band.silence")).not_to_contain_text("Écriture silencieuse")
    nadia.page.keyboard.type(" et la suite")
    kept = nadia.page.locator("#notice textarea.kept")
    expect(kept).to_be_focused()
    nadia.page.keyboard.type(" sans une lettre de moins")
    expect(kept).to_have_value("début enregistré et la suite sans une lettre de moins")


def test_a_draft_that_never_left_comes_along_to_another_group(server: Server, visitor: Visitor) -> None:
    workshop = Workshop(server, groups=2)
    nadia = visitor().join(workshop.made, "Nadia", board="sheet2.verso")
    silent(workshop, nadia)
    nadia.page.context.set_offline(True)
    begin(nadia, "brouillon jamais parti")
    nadia.page.keyboard.press("Escape")
    me = workshop.person("Nadia")
    other = next(group["id"] for group in workshop.state["groups"] if group["id"] != me["group"])
    workshop.do("person.move", person=me["id"], group=other)
    nadia.page.context.set_offline(False)
    notice = nadia.page.locator("#notice")
    expect(notice).to_contain_text("vous donne une place")
    expect(notice).to_contain_text("brouillon jamais parti")
    nadia.page.reload()
    expect(nadia.saved().page.locator("#notice")).to_contain_text("brouillon jamais parti")


def test_a_comment_stays_with_its_note_when_the_step_changes(server: Server, visitor: Visitor) -> None:
    workshop = Workshop(server, groups=1)
    nadia = visitor().join(workshop.made, "Nadia", board="sheet2.verso")
    begin(nadia, "une note")
    nadia.page.keyboard.press("Escape")
    nadia.note("une note").focus()
    nadia.page.keyboard.press("c")
    field = nadia.page.locator("#talk-new")
    field.fill("un commentaire")
    # the canvas lies in another room
    workshop.do(
        "step.go",
        step=next(one["id"] for one in workshop.state["agenda"]["steps"] if one["board"] == "governance"),
    )
    on_board(nadia.page, "governance")
    field.press("Enter")
    expect(nadia.page.locator("dialog.talk ol")).to_contain_text("un commentaire")
    nadia.page.keyboard.press("Escape")
    button(nadia.page, BACK).click()
    nadia.note("une note").focus()
    nadia.page.keyboard.press("c")
    expect(nadia.page.locator("dialog.talk ol")).to_contain_text("un commentaire")


def test_notes_of_others_stay_blanks_on_a_board_that_is_drawn_again(server: Server, visitor: Visitor) -> None:
    workshop = Workshop(server, groups=1)
    nadia = visitor().join(workshop.made, "Nadia", board="sheet2.verso")
    joris = visitor().join(workshop.made, "Joris", board="sheet2.verso")
    silent(workshop, joris)
    begin(joris, "caché")
    joris.page.keyboard.press("Escape")
    blank = nadia.zone("rules").locator(".blank")
    expect(blank).to_have_count(1)
    nadia.page.keyboard.press("l")
    expect(nadia.page.locator("#board")).to_be_hidden()
    nadia.page.keyboard.press("l")
    expect(blank).to_have_count(1)
    expect(nadia.page.locator("#board section[data-zone=rules]")).to_have_accessible_description(
        "1 note d’une autre personne, cachée"
    )


def test_a_canvas_goes_on_in_another_room_and_a_double_press_is_one_step(
    server: Server, visitor: Visitor
) -> None:
    workshop = Workshop(server, groups=1)
    nadia = visitor().join(workshop.made, "Nadia", board="governance")
    fields = ("id", "phase", "title", "minutes", "mode", "board", "rights", "writing")
    steps = [
        {name: step[name] for name in fields if step.get(name)} for step in workshop.state["agenda"]["steps"]
    ]
    for step in steps:
        if step.get("board") == "governance":
            step["mode"] = "groups" if step["mode"] == "plenary" else "plenary"
    before = workshop.state["board_rooms"]
    workshop.do("agenda.edit", steps=steps)
    assert workshop.state["board_rooms"] != before
    nadia.page.locator("#board section.zone").first.focus()
    nadia.saved()

    workshop.do("step.go", step="s2_je")
    ines = workshop.enter(visitor(), workshop.ines)
    button(ines.page, "Étape suivante").dblclick()
    ids = [step["id"] for step in workshop.state["agenda"]["steps"]]
    title = workshop.state["agenda"]["steps"][ids.index("s2_je") + 1]["title"]
    expect(nadia.page.locator(".stepcard h2")).to_contain_text(title.split(" · ")[0])
    assert workshop.state["step"] == ids[ids.index("s2_je") + 1]
    assert nadia.complaints == []
