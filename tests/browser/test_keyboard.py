"""What a participant does on the board with nothing but the keyboard, seen by somebody else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.kit.browser import Person
from tests.kit.server import Server

Visitor = Callable[..., Person]


def tab_to(page: Page, target: Locator, most: int = 80) -> None:
    for _ in range(most):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("the Tab key does not come there")


def test_the_whole_journey_on_the_board(server: Server, visitor: Visitor) -> None:
    made = server.create()
    nadia, joris = visitor(), visitor()
    # the door: three fields at most, Enter at the end
    nadia.page.goto(f"{server.base}/a/{made['code']}")
    tab_to(nadia.page, nadia.page.get_by_label("Votre prénom"))
    nadia.page.keyboard.type("Nadia")
    nadia.page.keyboard.press("Enter")
    nadia.page.wait_for_url("**/atelier/**")
    nadia.saved()
    joris.join(made, "Joris", board="sheet2.verso")
    page, keys = nadia.page, nadia.page.keyboard

    # to the sheet through the rail, then to its other face
    tab_to(page, page.get_by_role("button", name="Nous 0/6").nth(1))
    keys.press("Enter")
    expect(page.get_by_role("article", name="Fiche 2 · Convergence des actions · Nous")).to_be_visible()
    tab_to(page, nadia.zone("rules"))

    # five notes without leaving the keyboard
    keys.press("n")
    for number in range(5):
        keys.type(f"Règle {number + 1}")
        keys.press("Control+Enter" if number < 4 else "Escape")
    expect(joris.zone("rules")).to_have_attribute("aria-label", "Nos règles, 5 notes")
    expect(nadia.note("Règle 5")).to_be_focused()

    # writing in one that is there
    keys.press("ArrowUp")
    expect(nadia.note("Règle 4")).to_be_focused()
    keys.press("Enter")
    keys.type(", votée")
    keys.press("Escape")
    expect(joris.note("Règle 4, votée")).to_be_visible()
    keys.press("Control+z")
    keys.press("Control+y")
    expect(joris.note("Règle 4, votée")).to_be_visible()

    # moving by a step, and to another zone by the dialog
    keys.press("Control+ArrowRight")
    keys.press("m")
    expect(page.locator("#move-to")).to_be_focused()
    page.locator("#move-to").select_option("costs")
    tab_to(page, page.get_by_role("dialog").get_by_role("button", name="Déplacer", exact=True))
    keys.press("Enter")
    expect(joris.zone("costs").locator("li.note > p")).to_have_text(["Règle 4, votée"])

    # several at once: a group with a title, a like, a comment, a lock
    tab_to(page, nadia.zone("rules"))
    keys.press("ArrowDown")
    expect(nadia.note("Règle 1")).to_be_focused()
    keys.press("Shift+ArrowDown")
    expect(page.locator("li.note.sel")).to_have_count(2)
    keys.press("g")
    keys.type("À relire")
    keys.press("Enter")
    expect(joris.page.get_by_role("button", name="Groupe À relire, 2 notes. Renommer")).to_be_visible()
    keys.press("Escape")
    tab_to(page, nadia.zone("rules"))
    keys.press("ArrowDown")
    keys.press("+")
    expect(joris.note("Règle 1").locator(".nmark")).to_have_text(["1"])
    keys.press("c")
    keys.type("Depuis mars ?")
    keys.press("Enter")
    keys.press("Escape")
    expect(joris.note("Règle 1").locator(".nmark")).to_have_text(["1", "1"])
    expect(nadia.note("Règle 1")).to_be_focused()
    keys.press("Shift+F10")  # the bar of the note
    for _ in range(12):
        if page.get_by_role("button", name="Autres actions").evaluate("b => b === document.activeElement"):
            break
        keys.press("ArrowRight")
    keys.press("Enter")
    keys.press("v")
    keys.press("Enter")
    expect(joris.note("Règle 1").locator(".nmark")).to_have_text(["", "1", "1"])

    # one zone alone and back, a duplicate, deleting, and what is undone
    tab_to(page, nadia.zone("rules"))
    keys.press("Enter")
    expect(nadia.zone("costs")).to_be_hidden()
    keys.press("Escape")
    expect(nadia.zone("costs")).to_be_visible()
    keys.press("ArrowDown")
    keys.press("d")
    expect(joris.zone("rules")).to_have_attribute("aria-label", "Nos règles, 5 notes")
    keys.press("Escape")
    tab_to(page, nadia.zone("rules"))
    keys.press("ArrowDown")
    keys.press("Delete")
    expect(joris.zone("rules")).to_have_attribute("aria-label", "Nos règles, 4 notes")
    keys.press("Control+z")
    expect(joris.zone("rules")).to_have_attribute("aria-label", "Nos règles, 5 notes")

    # the other face and the list
    keys.press("r")
    expect(page.get_by_role("article", name="Fiche 2 · Convergence des actions · Je")).to_be_visible()
    keys.press("r")
    keys.press("l")
    expect(page.locator("#list")).to_be_visible()


@pytest.mark.parametrize(
    ("name", "n", "plus"),
    [
        ("azerty", ("KeyN", "n"), ("Equal", "+")),
        ("bépo", ("KeyJ", "n"), ("Digit7", "+")),
        ("qwertz", ("KeyN", "n"), ("BracketRight", "+")),
    ],
)
def test_letters_count_by_what_they_produce(
    server: Server, visitor: Visitor, name: str, n: tuple[str, str], plus: tuple[str, str]
) -> None:
    nadia = visitor().join(server.create(), "Nadia", board="sheet2.verso")

    def press(code: str, key: str) -> None:
        nadia.page.evaluate(
            "([code, key]) => document.activeElement.dispatchEvent("
            "new KeyboardEvent('keydown', { code, key, bubbles: true, cancelable: true }))",
            [code, key],
        )

    nadia.zone("rules").focus()
    press(*n)
    nadia.page.keyboard.type(name)
    nadia.page.keyboard.press("Escape")
    press(*plus)
    expect(nadia.note(name).locator(".nmark")).to_have_text(["1"])


def test_single_keys_are_switched_off_and_never_fire_while_writing(server: Server, visitor: Visitor) -> None:
    nadia = visitor().join(server.create(), "Nadia", board="sheet2.verso")
    nadia.zone("rules").focus()
    nadia.page.keyboard.press("n")
    nadia.page.keyboard.type("nrlmgdc+?wt/")
    expect(nadia.page.locator("textarea.notefield")).to_have_value("nrlmgdc+?wt/")
    nadia.page.keyboard.press("Escape")
    nadia.page.keyboard.press("?")
    dialog = nadia.page.get_by_role("dialog", name="Raccourcis clavier")
    dialog.get_by_role("checkbox").first.uncheck()
    nadia.page.keyboard.press("Escape")
    nadia.note("nrlmgdc").focus()
    for key in ("n", "r", "l", "g", "d", "c", "+"):
        nadia.page.keyboard.press(key)
    expect(nadia.page.get_by_role("dialog")).to_have_count(0)
    expect(nadia.page.locator("li.note")).to_have_count(1)
    expect(nadia.page.get_by_role("article", name="Fiche 2 · Convergence des actions · Nous")).to_be_visible()
    nadia.page.keyboard.press("F1")  # not a single letter: it stays
    expect(dialog).to_be_visible()


def test_f6_goes_round_the_regions_and_skip_links_lead_in(server: Server, visitor: Visitor) -> None:
    nadia = visitor().join(server.create(), "Nadia", board="sheet2.verso")
    nadia.page.keyboard.press("Tab")
    expect(nadia.page.get_by_role("link", name="Aller au support")).to_be_focused()
    regions: list[str] = []
    for _ in range(8):
        nadia.page.keyboard.press("F6")
        regions.append(
            nadia.page.evaluate("document.activeElement.closest('[data-region]')?.dataset.region ?? ''")
        )
    assert {"top", "rail", "zones", "dock"} <= set(regions)
    assert "" not in regions
    again = regions[0]
    assert again in regions[1:]
    nadia.page.keyboard.press("Shift+F6")
    assert (
        nadia.page.evaluate("document.activeElement.closest('[data-region]')?.dataset.region") == regions[-2]
    )
