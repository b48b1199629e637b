"""A whole workshop in real browsers: an organiser, somebody who facilitates, two groups of two.

From the opening of the room to its end, over a shortened agenda; each page is driven as people do.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, get_args

import pytest
from playwright.sync_api import Locator, expect
from tests.kit.browser import Person
from tests.kit.server import Seat, Server

from tablee.pages.i18n import Language, translator

Visitor = Callable[..., Person]
SHEET = {"phase": "exploration", "board": "sheet2.verso"}
AGENDA: list[dict[str, Any]] = [
    {"phase": "intro", "mode": "plenary", "title": "Tour de table", "minutes": 5},
    {
        **SHEET,
        "mode": "group",
        "title": "Seul",
        "instruction": "Une idée par note.",
        "minutes": 10,
        "writing": "silent",
    },
    {**SHEET, "mode": "group", "title": "Ensemble", "minutes": 10},
    {
        "phase": "convergence",
        "board": "governance",
        "mode": "plenary",
        "title": "Mise en commun",
        "minutes": 15,
    },
    {"phase": "synthesis", "mode": "plenary", "title": "Bilan", "minutes": 10, "rights": "read"},
]


class Table:
    """One workshop, and who is in it."""

    def __init__(self, server: Server, visitor: Visitor, language: Language) -> None:
        self.server, self.visitor, self.language = server, visitor, language
        self._say = translator(language)
        self.made = server.create(
            groups=["Hêtre", "Saule"],
            organiser="Odile",
            people_may_choose_group=True,
            language=language,
            draft=True,
            steps=AGENDA,
        )

    def words(self, french: str) -> re.Pattern[str]:
        """A sentence of the interface in the language of this workshop, whatever its spaces and quotes."""
        said = self._say.gettext(french)
        return re.compile(re.escape(said).replace("'", "['’]").replace(r"\ ", r"\s"))

    def sit(self, token: str, page: str, **how: Any) -> Person:
        one = self.visitor(language="fr-FR" if self.language == "fr" else "en-GB", **how)
        one.page.context.add_cookies([{"name": "tablee", "value": token, "url": self.server.base}])
        one.page.goto(f"{self.server.base}/{page}/{self.made['id']}")
        return one

    def take_seat(self, name: str, group: int) -> Seat:
        return self.server.join(self.made, name, group=self.made["groups"][group]["id"])

    def state(self) -> dict[str, Any]:
        found: dict[str, Any] = self.server.call(
            "GET", f"/api/workshops/{self.made['id']}", token=self.made["token"]
        ).json
        return found


def moment(leads: Person, what: str) -> Locator:
    """The one button for what comes now, once it is this."""
    return leads.page.locator(f"#moment[data-do={what}]")


def on_board(one: Person, board: str) -> None:
    one.page.wait_for_url(lambda url: f"board={board}" in url.replace("%2F", "/"))
    one.saved()


@pytest.mark.parametrize("language", get_args(Language))
def test_a_workshop_from_its_opening_to_its_end(server: Server, visitor: Visitor, language: Language) -> None:
    table = Table(server, visitor, language)
    words = table.words
    seats = {
        name: table.take_seat(name, number // 2) for number, name in enumerate(("Nadia", "Joris", "Malik"))
    }
    bruno = server.join(table.made, "Bruno", invitation=table.made["invitations"]["facilitator"])
    nadia = table.sit(seats["Nadia"].token, "atelier")
    # too early: the page waits, and goes in by itself once the room opens
    early = words("La salle n’est pas encore ouverte. Gardez cette page, elle s’ouvrira seule.")
    expect(nadia.page.get_by_text(early).first).to_be_visible()

    desk = table.sit(table.made["token"], "organisation")
    desk.page.get_by_role("button", name=words("Ouvrir la salle")).click()
    expect(desk.page.get_by_role("button", name=words("Ouvrir la salle"))).to_have_count(0)
    nadia.saved()
    joris = table.sit(seats["Joris"].token, "atelier", phone=True).saved()
    malik = table.sit(seats["Malik"].token, "atelier").saved()
    late = table.take_seat("Aïcha", 1)
    leads = table.sit(bruno.token, "animation")
    expect(leads.page.locator("#status")).to_have_attribute("data-state", "saved")

    # step by step: everybody is led, the time runs on every page
    moment(leads, "first").click()
    for one in (nadia, joris, malik):
        expect(one.page.locator(".stepcard h2")).to_contain_text("Tour de table")
        expect(one.page.locator("#timer")).to_be_visible()
    expect(leads.page.locator("#next")).to_contain_text("Seul")
    leads.page.locator("#step-next").click()
    for one in (nadia, joris, malik):
        on_board(one, "sheet2.verso")
        expect(one.page.locator(".stepcard")).to_contain_text("Une idée par note.")
    aicha = table.sit(
        late.token, "atelier"
    ).saved()  # who comes late finds the step, its time and its silence
    aicha.page.locator("#phases .now button").click()
    expect(aicha.page.locator(".stepcard")).to_contain_text("Une idée par note.")
    expect(aicha.zone("rules")).to_be_visible()

    # silent: one sees one's own, facilitation numbers, nobody else's words
    nadia.write("rules", "Décider à voix haute")
    aicha.write("rules", "Publier chaque compte rendu")
    for one in (joris, malik, leads):
        expect(one.page.locator("body")).not_to_contain_text("Décider à voix haute")
    malik.page.locator("section[data-zone=rules] .blank").first.wait_for()
    moment(leads, "reveal").click()
    expect(joris.page.locator("body")).to_contain_text("Décider à voix haute")
    expect(malik.note("Publier chaque compte rendu")).to_be_visible()
    expect(malik.note("Décider à voix haute")).to_have_count(0)  # another group's

    # hands, words, and everybody brought to one place
    malik.page.keyboard.press("Escape")
    malik.page.locator("#hand").click()
    expect(leads.page.locator("#feed li").first).to_contain_text("Malik")
    leads.page.locator("#words").fill("Encore deux minutes")
    leads.page.locator("#words").press("Control+Enter")
    for one in (nadia, joris, malik, aicha):
        expect(one.page.locator(".announcement")).to_contain_text("Encore deux minutes")

    # together on the canvas of all
    leads.page.locator("#step-next").click()
    expect(leads.page.locator("#next")).to_contain_text("Mise en commun")
    leads.page.locator("#step-next").click()
    for one in (nadia, joris, malik, aicha):
        on_board(one, "governance")
    nadia.write("mission", "Une charte d’une page")
    malik.write("mission", "Servir le quotidien")
    expect(nadia.note("Servir le quotidien")).to_be_visible()
    opened = server.call(
        "POST",
        f"/api/workshops/{table.made['id']}/commands",
        {"type": "vote.open", "board": "governance", "zone": "mission", "dots": 2, "question": "Laquelle ?"},
        token=bruno.token,
    )
    assert opened.status == 200, opened.body
    joris.page.locator("[data-tab=vote]").click()
    chosen = joris.page.locator("#vote .vo", has_text="Servir le quotidien")
    chosen.get_by_role("button").last.click()
    joris.page.locator("#vote").get_by_role("button", name=words("Envoyer mon vote")).click()
    expect(joris.page.locator("#vote")).to_contain_text(re.compile(r"1\D+4"))
    closed = server.call(
        "POST",
        f"/api/workshops/{table.made['id']}/commands",
        {"type": "vote.close", "vote": opened.json["vote"]},
        token=bruno.token,
    )
    assert closed.status == 200, closed.body
    expect(nadia.page.locator("#vote, #notice").filter(has_text="Laquelle ?").first).to_be_visible()

    # the last step is read; then the workshop is over for everybody
    leads.page.locator("#step-next").click()
    expect(nadia.page.locator(".stepcard h2")).to_contain_text("Bilan")
    nadia.zone("mission").focus()
    nadia.page.keyboard.press("n")
    expect(nadia.page.locator("textarea.notefield")).to_have_count(0)
    desk.page.get_by_role("button", name=words("Clore l'atelier")).first.click()
    desk.page.get_by_role("dialog").get_by_role("button", name=words("Clore l'atelier")).click()
    moment(leads, "close").wait_for(state="detached")
    state = table.state()
    assert state["status"] == "closed" and [run["step"] for run in state["runs"]][-1] == state["step"]
    [vote] = state["votes"]
    assert vote["turnout"] == 1 and list(vote["totals"].values()) == [1]
