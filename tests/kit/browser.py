"""Real browsers for tests: Chromium through Playwright, one page object per thing people do.

Assertions wait for states. Nothing is asserted about durations.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, ViewportSize, expect
from tests.kit.server import Server

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # a name that is not localhost, as on a local network: browsers treat plain http there as insecure
    "--host-resolver-rules=MAP tablee.test 127.0.0.1",
]
OF_THE_BROWSER = (
    "Failed to load resource",
    "WebSocket connection",
    "Cross-Origin-Opener-Policy header has been",
)
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The same engine without a window of its own, where it is packaged, needs half the processor time."""
DESKTOP: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}


def browser_path() -> str:
    for name in (os.environ.get("TABLEE_BROWSER"), *BROWSERS):
        found = name and shutil.which(name)
        if found:
            return found
    raise RuntimeError("no browser was found: install Chromium, or name one in TABLEE_BROWSER")


class Person:
    """Somebody with a browser of their own."""

    def __init__(self, page: Page, server: Server) -> None:
        self.page, self.server = page, server
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._hear)

    def _hear(self, message: Any) -> None:
        # what scripts and the content policy complain about matters, not what the browser says by itself
        if message.type == "error" and not any(words in message.text for words in OF_THE_BROWSER):
            self.complaints.append(message.text)

    def join(self, workshop: dict[str, Any], name: str, structure: str = "", board: str = "") -> Person:
        """Take a seat and open the workshop, at a board if one is named. The door itself: `by_the_door`."""
        answer = self.page.context.request.post(
            f"{self.server.base}/api/join",
            data={"code": workshop["code"], "name": name, "stakeholder": structure},
        )
        assert answer.ok, answer.text()
        self.page.goto(
            f"{self.server.base}/atelier/{answer.json()['workshop']}{f'?board={board}' if board else ''}"
        )
        return self.saved()._whole(board)

    def by_the_door(self, workshop: dict[str, Any], name: str, structure: str = "") -> Person:
        """As people come: two pages more than `join`."""
        self.page.goto(f"{self.server.base}/a/{workshop['code']}")
        self.page.get_by_label("Votre prénom").fill(name)
        self.page.get_by_label("Votre structure").fill(structure)
        self.page.get_by_role("button", name="Prendre place").click()
        self.page.wait_for_url("**/atelier/**")
        return self.saved()

    def open(self, board: str) -> Person:
        self.page.goto(f"{re.sub(r'[?].*', '', self.page.url)}?board={board}")
        return self.saved()._whole(board)

    def _whole(self, board: str) -> Person:
        """A canvas takes nothing before all of it is there."""
        if board in ("governance", "economic"):
            expect(self.page.locator("#board:not([inert])")).to_have_count(1)
        return self

    def saved(self) -> Person:
        """Wait until the page says that all is saved."""
        expect(self.page.locator(".status:is([data-state=saved], [data-state=back])")).to_have_count(1)
        return self

    def zone(self, zone: str) -> Locator:
        return self.page.locator(f"section[data-zone={zone}]")

    def note(self, text: str) -> Locator:
        return self.page.locator("li.note", has=self.page.locator("p", has_text=text))

    def write(self, zone: str, text: str) -> None:
        """A double-click on the free ground of a zone, then typing."""
        self.flat()
        box = self.zone(zone).bounding_box()
        assert box is not None
        self.page.mouse.dblclick(box["x"] + box["width"] * 0.7, box["y"] + box["height"] * 0.75)
        self.page.locator("textarea.notefield").wait_for()
        self.page.keyboard.type(text)
        self.page.keyboard.press("Escape")
        expect(self.note(text)).to_be_visible()

    def flat(self) -> Person:
        """Wait until no sheet is turning over: places of what is on it can be measured."""
        expect(self.page.locator(".sheet.turning")).to_have_count(0)
        return self

    def drag(self, text: str, zone: str) -> None:
        self.flat()
        start, end = self.note(text).bounding_box(), self.zone(zone).bounding_box()
        assert start is not None and end is not None
        self.page.mouse.move(start["x"] + 20, start["y"] + 20)
        self.page.mouse.down()
        self.page.mouse.move(end["x"] + end["width"] / 2, end["y"] + end["height"] / 2, steps=8)
        self.page.mouse.up()


@pytest.fixture
def visitor(chromium: Browser, server: Server) -> Iterator[Callable[..., Person]]:
    """Make people, each with a browser context; at the end no page may have complained."""
    contexts: list[BrowserContext] = []
    people: list[Person] = []

    def make(*, phone: bool = False, language: str = "fr-FR", script: bool = True) -> Person:
        context = chromium.new_context(
            viewport=PHONE if phone else DESKTOP,
            locale=language,
            has_touch=phone,
            is_mobile=phone,
            java_script_enabled=script,
        )
        contexts.append(context)
        person = Person(context.new_page(), server)
        people.append(person)
        return person

    yield make
    complaints = [complaint for person in people for complaint in person.complaints]
    for context in contexts:
        context.close()
    assert complaints == []
