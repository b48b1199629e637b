"""axe finds nothing to complain about: every page, light and dark, French and English, desktop and phone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.kit.browser import DESKTOP, PHONE
from tests.kit.server import Server
from tests.kit.story import Story

ROOT = Path(__file__).resolve().parents[2]
AXE = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")
RUN = """async (rules) => {
  const options = { resultTypes: ["violations"], ...(rules && { runOnly: { type: "rule", values: rules } }) };
  const { violations } = await axe.run(document, options);
  return violations.map(({ id, nodes }) =>
    `${id}: ${nodes.slice(0, 4).map((n) => n.html.slice(0, 160) + " | " + n.any.concat(n.all, n.none)
      .map((check) => check.message).join(" ").slice(0, 200)).join(" ;; ")}`);
}"""
BOTH = [("fr", "desktop"), ("en", "phone")]
"""Both languages and both devices; all four pairs would find nothing more, in twice the time."""
OPEN = ("/", "/creer", "/i", "/gabarits", "/guide", "/credits", "/confidentialite", "/accessibilite", "/rien")


@pytest.fixture
def visit(chromium: Browser, server: Server) -> Iterator[Callable[..., Page]]:
    """A page of a browser without content policy, so that axe may work in it."""
    contexts = []

    def make(language: str, device: str, token: str | None = None, path: str = "/") -> Page:
        context = chromium.new_context(
            bypass_csp=True,
            locale={"fr": "fr-FR", "en": "en-GB"}[language],
            viewport=PHONE if device == "phone" else DESKTOP,
            is_mobile=device == "phone",
            has_touch=device == "phone",
            reduced_motion="reduce",
        )
        contexts.append(context)
        if token is not None:
            context.add_cookies([{"name": "tablee", "value": token, "url": server.base}])
        page = context.new_page()
        page.goto(f"{server.base}{path}")
        return page

    yield make
    for context in contexts:
        context.close()


def complaints(page: Page) -> list[str]:
    """Of the page as it is, then of its colours in the dark."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found = page.evaluate(RUN)
    page.evaluate("() => { document.documentElement.dataset.theme = 'dark'; }")
    found += [f"dark: {one}" for one in page.evaluate(RUN, ["color-contrast"])]
    page.evaluate("() => { delete document.documentElement.dataset.theme; }")
    return [str(one) for one in found]


@pytest.mark.parametrize(("language", "device"), BOTH)
def test_open_pages(visit: Callable[..., Page], story: Story, language: str, device: str) -> None:
    page = visit(language, device)
    found: dict[str, list[str]] = {}
    for path in (*OPEN, f"/a/{story.workshop['code']}"):
        page.goto(f"{story.server.base}{path}")
        expect(page.locator("html")).to_have_attribute("lang", language)
        found[path] = complaints(page)
    page.goto(story.server.base)
    page.locator("input[name=code]").fill("AAAA-AAAA")
    page.locator("form.join button").click()
    page.get_by_role("alert").wait_for()
    page.locator("details.display summary").click()
    found["a wrong code, with the display settings open"] = complaints(page)
    page.goto(f"{story.server.base}/a/{story.workshop['code']}")
    page.locator("details.again summary").click()
    page.locator("input[name=reentry]").fill("AAAA-BBBB-CCCC")
    page.locator("details.again button").click()
    page.get_by_role("alert").wait_for()
    found["a wrong return code"] = complaints(page)
    assert {path: said for path, said in found.items() if said} == {}


@pytest.mark.parametrize(("language", "device"), BOTH)
def test_pages_of_who_prepares(visit: Callable[..., Page], story: Story, language: str, device: str) -> None:
    page = visit(language, device, story.workshop["token"])
    found: dict[str, list[str]] = {}
    for name in ("organisation", "animation"):
        page.goto(f"{story.server.base}/{name}/{story.workshop['id']}")
        if name == "animation":
            page.locator("#status[data-state=saved]").wait_for()
            page.locator("#views button").nth(1).click()
            found["animation, as a table"] = complaints(page)
            page.locator("#views button").nth(0).click()
        found[name] = complaints(page)
    page.goto(f"{story.server.base}/organisation/{story.workshop['id']}")
    page.locator(".steptitle").first.click()
    found["a step"] = complaints(page)
    page.goto(f"{story.server.base}/organisation/{story.workshop['id']}/feuille")
    found["the sheet to join with"] = complaints(page)
    page.goto(f"{story.server.base}/creer")
    page.locator("input[name=title]").fill("Jardin partagé")
    page.locator("form.join[action='/creer'] button").click()
    page.locator(".card.warn").wait_for()
    found["created, with its links"] = complaints(page)
    for chapter in ("cadre", "invitations", "essai", "droits"):
        page.locator(f"#chapters a[href='#{chapter}']").click()
        page.locator(f"#chapters a[href='#{chapter}'][aria-current=page]").wait_for()
        found[chapter] = complaints(page)
    page.locator(".keepingacts .btn.danger").click()
    page.locator("dialog input").fill("Autre chose")
    found["not erased"] = complaints(page)
    page.locator("dialog input").fill("Jardin partagé")
    page.keyboard.press("Enter")
    page.locator(".receipt").first.wait_for()
    found["erased"] = complaints(page)
    assert {path: said for path, said in found.items() if said} == {}


def at_the_board(page: Page, story: Story, board: str, view: str) -> None:
    page.evaluate("view => localStorage.setItem('tablee-view', view)", view)
    page.goto(story.address(board))
    expect(page.locator(".status:is([data-state=saved], [data-state=back])")).to_have_count(1, timeout=20_000)
    if page.locator("body").get_attribute("data-view") != view:
        page.keyboard.press("l")
    expect(page.locator("body")).to_have_attribute("data-view", view)


@pytest.mark.parametrize(("language", "device"), BOTH)
def test_boards_and_lists(visit: Callable[..., Page], story: Story, language: str, device: str) -> None:
    page = visit(language, device, story.seats["Nadia"].token)
    found: dict[str, list[str]] = {}
    for board, view in (
        ("sheet2.verso", "board"),
        ("sheet2.verso", "list"),
        ("sheet2.recto", "board"),
        ("governance", "board"),
        ("economic", "list"),
    ):
        at_the_board(page, story, board, view)
        found[f"{board} {view}"] = complaints(page)
    assert {path: said for path, said in found.items() if said} == {}


@pytest.mark.parametrize(("language", "device"), [("fr", "desktop")])
def test_everything_that_opens_over_a_board(
    visit: Callable[..., Page], story: Story, language: str, device: str
) -> None:
    page = visit(language, device, story.seats["Nadia"].token)
    at_the_board(page, story, "sheet2.verso", "board")
    note = page.locator("li.note", has_text="Réunion tous les quinze jours")
    found: dict[str, list[str]] = {}

    def look(name: str, opened: str) -> None:
        page.locator(opened).first.wait_for()
        found[name] = complaints(page)
        page.keyboard.press("Escape")

    note.click()
    look("the bar of a note", ".ftb")
    for name, key in (("moving", "m"), ("comments", "c"), ("tags", "t"), ("shortcuts", "?")):
        note.focus()
        page.keyboard.press(key)
        if key != "t":
            look(name, "dialog[open]")
    for number, button in enumerate(("Couleur", "Type de note…", "Autres actions")):
        note.click()
        there = page.locator(".ftb").get_by_role("button", name=button)
        if there.count() == 1:
            there.click()
            found[f"the bar, {number}: {button}"] = complaints(page)
            page.keyboard.press("Escape")
    note.dblclick()
    look("writing", "textarea.notefield")
    page.locator("#open-search").click()
    page.keyboard.type("mairies")
    look("searching", "#search:not([hidden])")
    page.locator("details.menu > summary").click()
    look("the menu", ".menupanel")
    page.locator(".toggle, [role=switch], label:has-text('Voir les Je')").first.click()
    look("what stands behind", ".sheet")
    assert {path: said for path, said in found.items() if said} == {}


@pytest.mark.parametrize(("language", "device"), [("en", "phone")])
def test_everything_that_opens_over_a_list(
    visit: Callable[..., Page], story: Story, language: str, device: str
) -> None:
    page = visit(language, device, story.seats["Nadia"].token)
    at_the_board(page, story, "sheet2.verso", "list")
    found: dict[str, list[str]] = {}
    page.locator(".ln .more:visible").first.click()
    found["what one can do with a note"] = complaints(page)
    page.keyboard.press("Escape")
    for tab in ("sheets", "group"):
        page.locator(f"[data-tab={tab}]").click()
        found[tab] = complaints(page)
    page.locator("[data-tab=board]").click()
    found["the board"] = complaints(page)
    assert {path: said for path, said in found.items() if said} == {}
