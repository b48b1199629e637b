"""Pictures of what stands beside the mock-ups: `scripts/screens FOLDER`.

A picture is named after its mock-up, what it shows, its theme and its device: `02-recto-dark-phone.png`.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from playwright.sync_api import Error as BrowserError
from tests.kit.afternoon import FORMS, Afternoon, afternoon
from tests.kit.browser import DESKTOP, FLAGS, PHONE, browser_path
from tests.kit.plenary import Plenary, plenary
from tests.kit.server import running
from tests.kit.story import Story, told

Theme = Literal["light", "dark"]
THEMES: tuple[Theme, ...] = ("light", "dark")


class Studio:
    """Nadia's browser, in one theme and on one device; Joris, Soazig and Yann are at work around her."""

    def __init__(self, browser: Browser, story: Story, folder: Path, theme: Theme, device: str) -> None:
        self.browser, self.story, self.folder = browser, story, folder
        self.theme, self.device = theme, device
        self.contexts: list[BrowserContext] = []
        self.page = self.somebody("Nadia", phone=device == "phone", theme=theme)

    def somebody(self, name: str, *, phone: bool = False, theme: Theme = "light") -> Page:
        context = self.browser.new_context(
            locale="fr-FR",
            viewport=PHONE if phone else DESKTOP,
            is_mobile=phone,
            has_touch=phone,
            device_scale_factor=2 if phone else 1,
            color_scheme=theme,
            reduced_motion="reduce",
        )
        self.contexts.append(context)
        base = self.story.server.base
        context.add_cookies([{"name": "tablee", "value": self.story.seats[name].token, "url": base}])
        return context.new_page()

    def go(self, page: Page, board: str, view: str = "board") -> Page:
        page.goto(self.story.server.base)
        page.evaluate("view => localStorage.setItem('tablee-view', view)", view)
        page.goto(self.story.address(board))
        expect(page.locator(".status:is([data-state=saved], [data-state=back])")).to_have_count(
            1, timeout=30_000
        )
        if page.locator("body").get_attribute("data-view") != view:
            page.locator(f"[data-tab={'zones' if view == 'list' else 'board'}]").click()
        expect(page.locator("body")).to_have_attribute("data-view", view)
        return page

    def around(self, board: str) -> None:
        """Joris writes in a note, Soazig and Yann point at something."""
        writer = self.go(self.somebody("Joris"), board)
        his = "Trois villages pilotes" if board.endswith("recto") else "Qui ne répond pas"
        writer.locator("li.note", has_text=his).dblclick()
        writer.locator("textarea.notefield").wait_for()
        for name, zone in (("Soazig", "contributions"), ("Yann", "costs")):
            other = self.go(self.somebody(name), board)
            there = other.locator("section.zone").nth(0 if zone == "contributions" else 2)
            there.hover(position={"x": 120, "y": 150})
        if self.device == "desktop":
            self.page.locator(".note.remote, .ln .meta:has-text('écrit')").first.wait_for()

    def picture(self, name: str, page: Page | None = None) -> None:
        page = page or self.page
        page.evaluate("document.fonts.ready.then(() => true)")
        page.screenshot(path=self.folder / f"{name}-{self.theme}-{self.device}.png")

    def close(self) -> None:
        for context in self.contexts:
            context.close()


def recto(studio: Studio) -> None:
    studio.go(studio.page, "sheet2.recto")
    studio.around("sheet2.recto")
    studio.picture("02-recto")


def verso(studio: Studio) -> None:
    studio.go(studio.page, "sheet2.verso")
    studio.around("sheet2.verso")
    studio.picture("02b-verso")
    with contextlib.suppress(BrowserError):
        studio.page.get_by_text("Voir les Je").first.click(timeout=3_000)
        studio.picture("02b-verso-je")


def listed(studio: Studio) -> None:
    """07a on a phone, 11 on a desktop."""
    page = studio.go(studio.page, "sheet2.verso", "list")
    studio.around("sheet2.verso")
    if studio.device == "phone":
        for _ in range(4):
            page.get_by_role("button", name="Zone suivante").first.click()
        page.get_by_role("heading", name="Nos règles").wait_for()
        studio.picture("07a-liste")
    else:
        page.locator("li.ln", has_text="Réunion tous les quinze jours").first.focus()
        studio.picture("11-liste")


def canvas(studio: Studio) -> None:
    studio.go(studio.page, "governance")
    studio.picture("09-gouvernance")


def components(studio: Studio) -> None:
    """States of notes, dialogs and the keyboard map, one picture each."""
    if studio.device == "phone":
        page = studio.go(studio.page, "sheet2.verso", "list")
        studio.picture("10-zone")
        page.locator("[data-tab=group]").click()
        studio.picture("10-groupe")
        return
    page = studio.go(studio.page, "sheet2.verso")
    note = page.locator("li.note", has_text="Réunion tous les quinze jours")
    note.click()
    studio.picture("10-note-choisie")
    for name, key, closing in (
        ("10-deplacer", "m", "Escape"),
        ("10-commenter", "c", "Escape"),
        ("10-raccourcis", "?", "Escape"),
    ):
        note.focus()
        page.keyboard.press(key)
        studio.picture(name)
        page.keyboard.press(closing)
    note.dblclick()
    page.locator("textarea.notefield").wait_for()
    studio.picture("10-ecriture")
    page.keyboard.press("Escape")
    page.context.set_offline(True)
    page.locator(".status[data-state=offline]").wait_for()
    studio.picture("10-hors-ligne")


def doors(studio: Studio) -> None:
    studio.page.goto(f"{studio.story.server.base}/a/{studio.story.workshop['code']}")
    studio.picture("01-porte")


@contextlib.contextmanager
def an_afternoon(studio: Studio, who: str, page: str) -> Iterator[tuple[Afternoon, Page]]:
    """A page of one of those in the workshop of three groups: its organiser, who facilitates, or by name."""
    with afternoon(studio.story.server) as one:
        seats = {"facilitator": one.leads.token, "organiser": one.made["token"]}
        shown = studio.somebody("Nadia", phone=studio.device == "phone", theme=studio.theme)
        token = seats.get(who) or one.seats[who].token
        base = studio.story.server.base
        shown.context.add_cookies([{"name": "tablee", "value": token, "url": base}])
        shown.goto(f"{base}/{page}/{one.made['id']}")
        yield one, shown


def console(studio: Studio) -> None:
    with an_afternoon(studio, "facilitator", "animation") as (one, page):
        one.do("timer.extend", seconds=108 - 27 * 60)
        expect(page.locator("#feed li").first).to_be_visible()
        for card in page.locator("#groups .gc").all()[:3:2]:
            expect(card).to_contain_text("ont écrit")
            expect(card).not_to_contain_text("hors ligne")
        studio.picture("05-console", page)


def prepare(studio: Studio) -> None:
    with an_afternoon(studio, "organiser", "organisation") as (_, page):
        page.goto(f"{page.url}#deroule")
        expect(page.locator("#saved")).to_have_attribute("data-state", "saved")
        studio.picture("06a-preparer", page)


def silent(studio: Studio) -> None:
    with an_afternoon(studio, "Nadia", "atelier") as (_, page):
        expect(page.locator(".band.silence")).to_contain_text("ont écrit")
        close = page.get_by_role("button", name="Fermer la consigne")
        if close.count():
            close.click()
        studio.picture("02b-silencieux", page)


def vote(studio: Studio) -> None:
    with an_afternoon(studio, "Nadia", "atelier") as (one, page):
        for text in FORMS:
            one.write("Yann", "legal", text, "governance")
        told = one.do(
            "vote.open",
            board="governance",
            zone="legal",
            group=one.seats["Nadia"].person["group"],
            dots=5,
            question="Quelle structure juridique pour commencer ?",
            minutes=2,
        )
        assert told["vote"]
        if studio.device == "phone":
            page.locator("[data-tab=vote]").click()
        else:
            page.get_by_role("button", name="Voter").first.click()
        for name, times in (("Association", 2), ("SCIC", 1)):
            card = page.locator("#vote .vo", has_text=name)
            for _ in range(times):
                card.get_by_role("button", name="Ajouter un point").click()
        studio.picture("07b-vote", page)


@contextlib.contextmanager
def a_plenary(studio: Studio, canvas: str, notes: int) -> Iterator[tuple[Plenary, Page]]:
    """Camille's page at a canvas, in the middle of the pooling."""
    with plenary(studio.story.server) as one:
        one.write_sheets()
        one.pool("governance", 45 if canvas == "economic" else notes)
        if canvas == "economic":
            one.pool("economic", notes)
        shown = studio.somebody("Nadia", phone=studio.device == "phone", theme=studio.theme)
        base = studio.story.server.base
        shown.context.add_cookies([{"name": "tablee", "value": one.guest.token, "url": base}])
        shown.goto(f"{base}/atelier/{one.made['id']}?board={canvas}")
        close = shown.get_by_role("button", name="Fermer la consigne")
        expect(shown.locator("body")).to_have_attribute("data-ready", "true")
        if close.count():
            close.click()
        yield one, shown


def governance(studio: Studio) -> None:
    """03, and 09 in the dark."""
    with a_plenary(studio, "governance", 31) as (_, page):
        expect(page.locator("#tray")).not_to_be_empty()
        studio.picture("03-gouvernance", page)
        if studio.device == "phone":
            page.locator("[data-tab=tray]").click()
            studio.picture("03-a-reporter", page)


def economic(studio: Studio) -> None:
    """04."""
    with a_plenary(studio, "economic", 40) as (_, page):
        expect(page.locator("#tray")).not_to_be_empty()
        studio.picture("04-economique", page)


def give_back(studio: Studio) -> None:
    """06b, and 08 as it is printed, once for all themes and devices."""
    with plenary(studio.story.server) as one:
        one.write_sheets()
        one.pool("governance", 45)
        one.pool("economic", 40)
        one.settle_actions()
        one.do("workshop.close")
        base, path = studio.story.server.base, f"/api/workshops/{one.made['id']}/export.pdf?set=canvases"
        paper = one.server.call("GET", path, token=one.made["token"]).body
        (studio.folder / "08-impression.pdf").write_bytes(paper)
        shown = studio.somebody("Nadia", phone=studio.device == "phone", theme=studio.theme)
        shown.context.add_cookies([{"name": "tablee", "value": one.made["token"], "url": base}])
        shown.goto(f"{base}/organisation/{one.made['id']}#restituer")
        expect(shown.locator(".replay [type=range], .replay [role=slider]").first).to_be_visible(
            timeout=60_000
        )
        expect(shown.locator("[aria-busy=true]")).to_have_count(0, timeout=60_000)
        studio.picture("06b-restituer", shown)
        for chapter in ("actions", "votes", "partage", "conservation"):
            shown.goto(f"{base}/organisation/{one.made['id']}#{chapter}")
            studio.picture(f"06b-{chapter}", shown)


SCENES: tuple[Callable[[Studio], None], ...] = (
    recto,
    verso,
    listed,
    canvas,
    components,
    doors,
    console,
    prepare,
    silent,
    vote,
    governance,
    economic,
    give_back,
)


@contextlib.contextmanager
def believable() -> Iterator[Story]:
    with tempfile.TemporaryDirectory() as data, running(Path(data)) as server:
        yield told(server)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="scripts/screens", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--only", default="", help="scenes whose name begins so: " + ", ".join(s.__name__ for s in SCENES)
    )
    options = parser.parse_args(arguments)
    options.folder.mkdir(parents=True, exist_ok=True)
    with believable() as story, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(), args=FLAGS)
        for theme in THEMES:
            for device in ("desktop", "phone"):
                for scene in SCENES:
                    if not scene.__name__.startswith(options.only):
                        continue
                    studio = Studio(browser, story, options.folder, theme, device)
                    try:
                        scene(studio)
                    finally:
                        studio.close()
        browser.close()
    print(f"{len(list(options.folder.glob('*.png')))} pictures in {options.folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
