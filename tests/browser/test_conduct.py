"""The conduct of a workshop as those at the table see it: steps, calls, time, words, hands, groups."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, Page, expect
from tests.kit.browser import DESKTOP, Person
from tests.kit.server import Seat, Server, running

Visitor = Callable[..., Person]
BACK = re.compile("Revenir où j.étais")
AGREE_MS = 250


class Workshop:
    """A workshop with somebody who runs it by commands."""

    def __init__(self, server: Server, **settings: Any) -> None:
        self.server = server
        self.made = server.create(**settings)
        self.ines = server.join(self.made, "Inès", invitation=self.made["invitations"]["facilitator"])

    def do(self, kind: str, **fields: Any) -> None:
        path = f"/api/workshops/{self.made['id']}/commands"
        answer = self.server.call("POST", path, {"type": kind, **fields}, token=self.ines.token)
        assert answer.status == 200, answer.body

    @property
    def state(self) -> dict[str, Any]:
        found: dict[str, Any] = self.server.call(
            "GET", f"/api/workshops/{self.made['id']}", token=self.ines.token
        ).json
        return found

    def person(self, name: str) -> dict[str, Any]:
        return next(p for p in self.state["people"] if p["name"] == name)

    def enter(self, someone: Person, seat: Seat) -> Person:
        """Into the atelier with a seat that was taken elsewhere."""
        someone.page.context.add_cookies([{"name": "tablee", "value": seat.token, "url": self.server.base}])
        someone.page.goto(f"{self.server.base}/atelier/{self.made['id']}")
        return someone.saved()


def on_board(page: Page, board: str) -> None:
    page.wait_for_url(lambda url: f"board={board}" in url.replace("%2F", "/"))


def button(page: Page, name: str | re.Pattern[str]) -> Locator:
    return page.get_by_role("button", name=name)


# -- steps -------------------------------------------------------------------------------------------


def test_a_step_leads_everybody_to_its_board_and_keeps_what_they_were_typing(
    server: Server, visitor: Visitor
) -> None:
    workshop = Workshop(server)
    nadia = visitor().join(workshop.made, "Nadia", "Roulibre")
    joris = visitor(phone=True).join(workshop.made, "Joris")
    watcher = workshop.enter(
        visitor(), server.join(workshop.made, "Paul", invitation=workshop.made["invitations"]["observer"])
    )
    nadia.page.keyboard.press("n")
    nadia.page.locator("textarea.notefield").wait_for()
    nadia.page.keyboard.type("une règle à moit")
    typed = joris.page.locator(".cmp input[name=text]")
    typed.fill("encore une idée")

    workshop.do("step.go", step="s2_je")

    on_board(nadia.page, f"sheet2.recto/{workshop.person('Nadia')['stakeholder']}")
    on_board(joris.page, f"sheet2.recto/{workshop.person('Joris')['stakeholder']}")
    for page in (nadia.page, joris.page):
        expect(page.locator(".stepcard h2")).to_contain_text("Fiche 2 · Je")
    expect(joris.page.locator("#notice")).to_contain_text("encore une idée")
    expect(nadia.page.locator("#phases .now i.on")).to_have_text("Fiche 2")
    # who only watches stays, and may go along
    expect(watcher.page.locator(".stepcard")).to_be_visible()
    assert "sheet2" not in watcher.page.url
    button(watcher.page, "Aller au support de l’étape").click()
    on_board(watcher.page, "sheet2.recto")

    button(nadia.page, BACK).click()
    expect(nadia.page.locator("textarea.notefield")).to_have_value("une règle à moit")
    nadia.page.keyboard.type("ié")
    nadia.page.keyboard.press("Escape")
    expect(nadia.note("une règle à moitié")).to_be_visible()
    button(joris.page, BACK).click()
    expect(typed).to_have_value("encore une idée")
    expect(joris.page.locator("#notice")).not_to_contain_text("encore une idée")

    # the card goes when it is closed, and comes back from the phase bar
    button(nadia.page, "Fermer la consigne").click()
    expect(nadia.page.locator(".stepcard")).to_have_count(0)
    nadia.page.locator("#phases .now button").press("Enter")
    expect(nadia.page.locator(".stepcard h2")).to_be_focused()
    # who comes late finds the board of the step
    late = visitor().join(workshop.made, "Soazig")
    expect(late.page.locator(".sheet h1")).to_contain_text("Convergence des actions")
    expect(late.page.locator(".sheet.face-je")).to_have_count(1)


# -- calls -------------------------------------------------------------------------------------------


def test_a_summons_may_be_declined_or_followed_and_one_gets_back(server: Server, visitor: Visitor) -> None:
    workshop = Workshop(server, groups=1)
    nadia = visitor().join(workshop.made, "Nadia")
    joris = visitor().join(workshop.made, "Joris")
    soazig = visitor().join(workshop.made, "Soazig")
    ines = workshop.enter(visitor(), workshop.ines)
    ines.page.get_by_role("button", name="Gouvernance").click()
    joris.page.keyboard.press("n")
    joris.page.locator("textarea.notefield").wait_for()
    joris.page.keyboard.type("j'écrivais")

    button(ines.page, "Ramener à moi").click()

    for one in (nadia, joris, soazig):
        expect(one.page.locator(".call h2")).to_have_text("Inès vous montre quelque chose")
    button(nadia.page, "Rester ici").click()
    button(soazig.page, "Y aller").press("Enter")
    expect(soazig.page.locator(".call")).to_have_count(0)
    on_board(soazig.page, "governance")
    expect(joris.page.locator("textarea.notefield")).to_be_focused()  # a notice takes nothing away
    joris.page.wait_for_url("**board=governance")  # when the five seconds are over
    expect(nadia.page.locator(".call")).to_have_count(0)
    assert "governance" not in nadia.page.url
    button(joris.page, BACK).click()
    expect(joris.page.locator("textarea.notefield")).to_have_value("j'écrivais")

    # a spotlight: as long as it lasts, also where it goes on to
    button(ines.page, "Montrer").click()
    button(nadia.page, "Y aller").click()
    on_board(nadia.page, "governance")
    ines.page.get_by_role("button", name="Modèle économique").click()
    on_board(nadia.page, "economic")
    expect(nadia.page.locator(".spot")).to_contain_text("Inès montre")
    button(nadia.page, "Ne plus suivre").click()
    ines.page.get_by_role("button", name="Gouvernance").click()
    button(nadia.page, "Suivre").click()
    on_board(nadia.page, "governance")
    # the pointer is seen by those who are there
    button(ines.page, "Pointeur").click()
    box = ines.page.locator(".sheet").bounding_box()
    assert box is not None
    ines.page.mouse.move(box["x"] + 300, box["y"] + 300)
    ines.page.mouse.move(box["x"] + 320, box["y"] + 310)
    expect(nadia.page.locator(".cursor.laser")).to_have_count(1)
    ines.page.keyboard.press("Escape")
    expect(nadia.page.locator(".cursor.laser")).to_have_count(0)
    button(ines.page, "Ne plus montrer").click()
    expect(nadia.page.locator(".spot")).to_have_count(0)
    # without a choice, there is none
    workshop.do("summon", board="sheet3.verso", may_stay=False)
    expect(button(nadia.page, "Y aller")).to_be_visible()
    expect(button(nadia.page, "Rester ici")).to_have_count(0)


# -- time --------------------------------------------------------------------------------------------

WRONG_CLOCK = """
{
  const Right = Date, skew = SKEW;
  globalThis.Date = class extends Right {
    constructor(...given) { if (given.length > 0) super(...given); else super(Right.now() + skew); }
    static now() { return Right.now() + skew; }
  };
}
"""


def skewed(chromium: Browser, server: Server, skew: int) -> Person:
    context = chromium.new_context(viewport=DESKTOP, locale="fr-FR")
    context.add_init_script(WRONG_CLOCK.replace("SKEW", str(skew)))
    return Person(context.new_page(), server)


def agrees(person: Person, skew: int, ends_at: int) -> None:
    """What the page takes for the end, by its own wrong clock, is the server's end."""
    person.page.wait_for_function(
        """([skew, end, most]) => Math.abs(
            Number(document.getElementById("timer").dataset.ends) - skew - end) <= most""",
        arg=[skew, ends_at, AGREE_MS],
    )


def test_timers_agree_whatever_the_clocks_after_reload_late_join_and_restart(
    chromium: Browser, tmp_path: Path
) -> None:
    skews = (0, 300_000, -300_000)
    with running(tmp_path / "data") as server:
        port = server.port
        workshop = Workshop(server)
        people = [skewed(chromium, server, skew) for skew in skews]
        for number, one in enumerate(people[:2]):
            one.join(workshop.made, f"Personne {number}")
        workshop.do("timer.start", minutes=20)
        ends_at = workshop.state["timer"]["ends_at"]
        people[2].join(workshop.made, "En retard")
        for one, skew in zip(people, skews, strict=True):
            agrees(one, skew, ends_at)
            expect(one.page.locator("#timer .digits")).to_have_text(re.compile(r"^(19:\d\d|20:00)$"))
        people[1].page.reload()
        agrees(people[1], skews[1], ends_at)
        workshop.do("timer.extend", seconds=60)
        later = workshop.state["timer"]["ends_at"]
        for one, skew in zip(people, skews, strict=True):
            agrees(one, skew, later)
    with running(tmp_path / "data", "--data-dir", str(tmp_path / "data"), "--port", str(port)) as server:
        workshop.server = server
        for one, skew in zip(people, skews, strict=True):
            one.saved()
            agrees(one, skew, later)
        workshop.do("timer.pause")
        for one in people:
            expect(one.page.locator("#timer")).to_have_attribute("data-state", "paused")
        shown = {one.page.locator("#timer .digits").inner_text() for one in people}
        assert len(shown) == 1, "what is left of a paused timer is the same everywhere"
        # the end: said on the page; nothing locks by itself, and the sound is off unless it was wanted
        workshop.do("timer.resume")
        workshop.do("timer.extend", seconds=-(20 * 60 + 55))
        for one in people:
            expect(one.page.locator(".timeover")).to_contain_text("Le temps est écoulé")
            expect(one.page.locator("#timer")).to_have_class(re.compile("hot"))
            assert one.page.locator("html").get_attribute("data-chimed") is None
        people[0].page.keyboard.press("n")
        expect(people[0].page.locator("textarea.notefield")).to_be_focused()
    for one in people:
        assert one.complaints == []
        one.page.context.close()


# -- words, hands ------------------------------------------------------------------------------------


def test_words_hands_and_the_question_who_is_ready(server: Server, visitor: Visitor) -> None:
    workshop = Workshop(server, groups=1)
    nadia = visitor().join(workshop.made, "Nadia")
    joris = visitor().join(workshop.made, "Joris")
    ines = workshop.enter(visitor(), workshop.ines)

    # an announcement stays until it is put away; a new one comes again
    workshop.do("announce", text="Pause à 15 h.")
    expect(nadia.page.locator(".announcement")).to_contain_text("Pause à 15 h.")
    button(nadia.page, "Fermer l’annonce").click()
    expect(nadia.page.locator(".announcement")).to_have_count(0)
    workshop.do("announce", text="Pause à 15 h 10.")
    for one in (nadia, joris):
        expect(one.page.locator(".announcement")).to_contain_text("Pause à 15 h 10.")

    # a private word, from the bar of those who lead, and its answer
    ines.page.keyboard.press("Control+Alt+m")
    ines.page.get_by_label("Pour").select_option(label="Nadia, en privé")
    ines.page.get_by_role("textbox", name="Message").fill("Votre idée est précieuse.")
    ines.page.locator("dialog").get_by_role("button", name="Envoyer").click()
    expect(nadia.page.locator(".wordcard blockquote")).to_have_text("Votre idée est précieuse.")
    nadia.page.get_by_label("Répondre à Inès").fill("Merci, j'arrive")
    nadia.page.keyboard.press("Enter")
    expect(nadia.page.locator(".wordcard")).to_have_count(0)
    expect(ines.page.locator(".wordcard")).to_contain_text("Merci, j'arrive")
    expect(joris.page.locator(".wordcard")).to_have_count(0)

    # a hand, by key and by button, seen on the chips
    joris.page.locator("section.zone").first.focus()
    joris.page.keyboard.press("h")
    expect(button(joris.page, "Baisser la main")).to_have_attribute("aria-pressed", "true")
    expect(nadia.page.locator("#avatars .avsign.hand")).to_have_count(1)
    expect(ines.page.locator("#polite")).to_contain_text("Joris lève la main.")
    button(joris.page, "Baisser la main").click()
    expect(nadia.page.locator("#avatars .avsign.hand")).to_have_count(0)

    # ready?
    workshop.do("ready.ask")
    expect(joris.page.locator(".call.ready")).to_contain_text("0 sur 2")
    button(joris.page, "C’est bon pour moi").click()
    expect(nadia.page.locator(".call.ready")).to_contain_text("1 sur 2")
    expect(ines.page.locator(".readyband")).to_contain_text("1 sur 2")
    expect(nadia.page.locator("#avatars .avsign.ready")).to_have_count(1)
    button(ines.page, "Fermer la question").click()
    expect(joris.page.locator(".call.ready")).to_have_count(0)

    # cursors: shown, hidden for all, hidden on one's own page
    box = joris.page.locator(".sheet").bounding_box()
    assert box is not None
    joris.page.mouse.move(box["x"] + 300, box["y"] + 300)
    expect(nadia.page.locator(".cursor")).to_have_count(1)
    workshop.do("cursors.hide", hidden=True)
    expect(nadia.page.locator(".cursor")).to_have_count(0)
    workshop.do("cursors.hide", hidden=False)
    expect(nadia.page.locator(".cursor")).to_have_count(1)
    nadia.page.locator(".menu summary").click()
    nadia.page.get_by_label("Masquer les curseurs").check()
    expect(nadia.page.locator(".cursor")).to_have_count(0)


# -- groups ------------------------------------------------------------------------------------------


def test_who_gets_another_group_or_waits_for_one_is_brought_there(server: Server, visitor: Visitor) -> None:
    workshop = Workshop(server, groups=["Hêtre", "Saule"])
    nadia = visitor().join(workshop.made, "Nadia")
    joris = visitor(phone=True).join(workshop.made, "Joris")
    them = {name: workshop.person(name) for name in ("Nadia", "Joris")}
    assert [one["group"] for one in them.values()] == ["g1", "g2"]

    workshop.do("person.move", person=them["Nadia"]["id"], group="g2")
    expect(nadia.page.locator(".who2")).to_contain_text("Saule")
    expect(nadia.page.locator("#notice")).to_contain_text("une place dans le groupe Saule")
    nadia.saved()

    workshop.do("person.move", person=them["Joris"]["id"], group=None)
    expect(joris.page.get_by_role("heading", name="Votre place est gardée.")).to_be_visible()
    expect(joris.page.locator(".waiting")).to_contain_text("L’animation vous ouvrira une salle.")
    workshop.do("person.move", person=them["Joris"]["id"], group="g1")
    joris.page.locator("body[data-ready]").wait_for()  # by itself
    joris.saved()

    workshop.do("person.remove", person=them["Nadia"]["id"])
    expect(nadia.page.locator("#notice")).not_to_be_empty()
    expect(nadia.page.locator(".status")).to_have_attribute("data-state", "ended")
