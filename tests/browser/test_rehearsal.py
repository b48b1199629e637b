"""A rehearsal from the page: one press opens it, people come to the console, and they are sent away."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect
from tests.kit.browser import Person
from tests.kit.server import Server

Visitor = Callable[..., Person]


def test_one_press_opens_a_workshop_with_people_to_facilitate(server: Server, visitor: Visitor) -> None:
    page = visitor().page
    page.goto(f"{server.base}/creer")
    page.get_by_role("button", name="Ouvrir un atelier d’entraînement").click()
    page.wait_for_url("**/animation/**")
    panel = page.locator("#rehearsal")
    panel.locator("summary").click()
    page.get_by_role("radio", name="Rapide").check()
    expect(panel).to_contain_text("12 en ligne", timeout=40_000)
    for step in ("Accueil", "Tour de table", "Fiche du groupe"):
        page.locator("#step-next").click()
        expect(page.locator(".st.now")).to_contain_text(step)
    expect(page.locator("#groups .gc").first).to_contain_text("notes", timeout=40_000)
    page.get_by_role("button", name="Les renvoyer").click()
    expect(panel).to_contain_text("0 en ligne", timeout=20_000)
    expect(page.get_by_role("button", name="Faire venir du monde")).to_be_visible()
