"""How pages look for people who set something: motion, text size, spacing, zoom, fingers, colours, paper."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader
from tests.kit.browser import DESKTOP, PHONE
from tests.kit.server import Server
from tests.kit.story import LONG, NOTES, Story

LOOKS = Path(__file__).resolve().parents[1] / "kit" / "looks.js"
ZOOMED = {"width": 320, "height": 256}
"""A window of 1280 × 1024 at 400 %."""
READ = ("/", "/creer", "/i", "/gabarits", "/guide", "/credits", "/confidentialite", "/accessibilite", "/rien")

Visit = Callable[..., Page]


@pytest.fixture
def visit(chromium: Browser, server: Server) -> Iterator[Visit]:
    """A page of one's own, sat at the table or not, with anything a context can have."""
    contexts = []

    def make(token: str | None = None, *, phone: bool = False, **more: Any) -> Page:
        context = chromium.new_context(
            **{
                "locale": "fr-FR",
                "viewport": PHONE if phone else DESKTOP,
                "is_mobile": phone,
                "has_touch": phone,
                **more,
            }
        )
        contexts.append(context)
        context.add_init_script(path=LOOKS)
        if token is not None:
            context.add_cookies([{"name": "tablee", "value": token, "url": server.base}])
        return context.new_page()

    yield make
    for context in contexts:
        context.close()


def saved(page: Page) -> None:
    expect(page.locator(".status:is([data-state=saved], [data-state=back])")).to_have_count(1, timeout=20_000)


def sit(page: Page, story: Story, board: str = "sheet2.verso", view: str = "board") -> Page:
    """At the board or the list, all notes there."""
    page.goto(story.server.base)
    page.evaluate("view => localStorage.setItem('tablee-view', view)", view)
    page.goto(story.address(board))
    saved(page)
    if page.locator("body").get_attribute("data-view") != view:
        page.locator(f"[data-tab={'zones' if view == 'list' else 'board'}]").click()
    expect(page.locator("body")).to_have_attribute("data-view", view)
    return page


def everywhere(page: Page, story: Story) -> Iterator[tuple[str, Page]]:
    """Every page there is, one after the other, as Nadia and as the organiser see them."""
    for path in (*READ, f"/a/{story.workshop['code']}"):
        page.goto(f"{story.server.base}{path}")
        yield path, page
    for name in ("organisation", "animation"):
        page.context.add_cookies(
            [{"name": "tablee", "value": story.workshop["token"], "url": story.server.base}]
        )
        page.goto(f"{story.server.base}/{name}/{story.workshop['id']}")
        yield name, page
    page.context.add_cookies(
        [{"name": "tablee", "value": story.seats["Nadia"].token, "url": story.server.base}]
    )
    for view in ("board", "list"):
        yield view, sit(page, story, view=view)


# -- motion ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("asked", ["by the system", "in « Affichage »"])
def test_nothing_takes_time_when_motion_is_reduced(visit: Visit, story: Story, asked: str) -> None:
    page = visit(
        story.seats["Nadia"].token, reduced_motion="reduce" if asked == "by the system" else "no-preference"
    )
    sit(page, story)
    if asked != "by the system":
        assert page.evaluate("looks.moving()") != [], "without the switch something moves"
        page.locator("details.menu > summary").click()
        page.get_by_label("Moins de mouvements").check()
    page.locator("li.note").first.click()
    assert page.evaluate("looks.moving()") == []
    page.locator(".facesw .je").click()
    expect(page.locator(".sheet.face-je")).to_have_count(1)
    assert page.evaluate("document.getAnimations().length") == 0, "a flip is a swap"
    page.goto(story.server.base)
    assert page.evaluate("looks.moving()") == []


def test_the_choice_of_motion_theme_and_contrast_is_shown_and_kept(visit: Visit, story: Story) -> None:
    page = sit(visit(story.seats["Joris"].token), story)
    page.locator("details.menu > summary").click()
    page.get_by_label("Sombre").check()
    page.get_by_label("Contraste renforcé").check()
    page.reload(wait_until="commit")
    # written by the server: there before anything is painted
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    saved(page)
    page.locator("details.menu > summary").click()
    expect(page.get_by_label("Sombre")).to_be_checked()
    expect(page.get_by_label("Contraste renforcé")).to_be_checked()
    expect(page.get_by_label("Moins de mouvements")).not_to_be_checked()
    page.get_by_label("Comme l’appareil").check()
    expect(page.locator("html")).not_to_have_attribute("data-theme", "dark")


# -- targets -----------------------------------------------------------------------------------------


def test_every_target_has_24_pixels_for_a_mouse(visit: Visit, story: Story) -> None:
    small: dict[str, list[str]] = {}
    page = visit(story.seats["Nadia"].token)
    for where, shown in everywhere(page, story):
        if where == "board":
            shown.locator("li.note").first.click()
        small[where] = shown.evaluate("looks.small(24)")
    assert {where: found for where, found in small.items() if found} == {}


def test_every_target_has_48_pixels_for_a_finger(visit: Visit, story: Story) -> None:
    small: dict[str, list[str]] = {}
    page = visit(story.seats["Nadia"].token, phone=True)
    for where, shown in everywhere(page, story):
        assert shown.evaluate("matchMedia('(pointer: coarse)').matches")
        # the sheet grows with its zoom and has its equal in the list, the bar's face in « Supports »
        small[where] = shown.evaluate("looks.small(48, '.sheet, .where')")
    assert {where: found for where, found in small.items() if found} == {}


# -- small windows, large text -------------------------------------------------------------------------


@pytest.mark.parametrize("size", [ZOOMED, {"width": 320, "height": 640}], ids=["400 %", "320 px"])
def test_small_windows_lose_nothing_and_scroll_one_way(
    visit: Visit, story: Story, size: dict[str, int]
) -> None:
    page = visit(story.seats["Nadia"].token, viewport=size)
    lost: dict[str, Any] = {}
    for where, shown in everywhere(page, story):
        if where == "board":
            continue  # a drawing; at this width people are given the list
        lost[where] = shown.evaluate("[...looks.unreachable(), ...looks.tooWide()]")
    assert {where: found for where, found in lost.items() if found} == {}


def test_at_400_percent_the_list_comes_first(visit: Visit, story: Story) -> None:
    page = visit(story.seats["Nadia"].token, viewport=ZOOMED)
    page.goto(story.address())
    expect(page.locator("body")).to_have_attribute("data-view", "list")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.evaluate("looks.tooWide()") == []


FOLDED = ".sheet, .crumbs, .notefield, noscript, script, .table"
"""What may be cut: the sheet is a drawing with a zoom and folds its notes; a title repeated from the page."""


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_text_at_200_percent_is_larger_and_not_cut(visit: Visit, story: Story, phone: bool) -> None:
    page = visit(story.seats["Nadia"].token, phone=phone)
    page.goto(story.server.base)
    before = page.evaluate("parseFloat(getComputedStyle(document.querySelector('.btn')).fontSize)")
    session = page.context.new_cdp_session(page)
    session.send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})
    lost: dict[str, Any] = {}
    for where, shown in everywhere(page, story):
        after = shown.evaluate("parseFloat(getComputedStyle(document.querySelector('.btn')).fontSize)")
        assert after >= 1.8 * before, where
        lost[where] = shown.evaluate("allowed => looks.cut(allowed)", FOLDED)
        lost[where] += shown.evaluate("[...looks.tooWide(), ...looks.unreachable('.sheet')]")
    assert {where: found for where, found in lost.items() if found} == {}


SPACING = """* { line-height: 1.5 !important; letter-spacing: .12em !important; }
* { word-spacing: .16em !important }
p { margin-bottom: 2em !important }"""


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_text_with_more_space_is_not_cut(visit: Visit, story: Story, phone: bool) -> None:
    page = visit(story.seats["Nadia"].token, phone=phone, bypass_csp=True)
    lost: dict[str, Any] = {}
    for where, shown in everywhere(page, story):
        shown.add_style_tag(content=SPACING)
        lost[where] = shown.evaluate("allowed => looks.cut(allowed)", FOLDED)
        lost[where] += shown.evaluate("looks.tooWide()")
    assert {where: found for where, found in lost.items() if found} == {}


# -- focus -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("view", ["board", "list"])
@pytest.mark.parametrize("size", [DESKTOP, {"width": 1024, "height": 640}], ids=["1440", "1024"])
def test_the_focus_is_seen_wherever_it_goes(
    visit: Visit, story: Story, view: str, size: dict[str, int]
) -> None:
    page = sit(visit(story.seats["Nadia"].token, viewport=size, reduced_motion="reduce"), story, view=view)
    lost, visited = [], set()
    for _ in range(90):
        page.keyboard.press("Tab")
        focus = page.evaluate("looks.focus()")
        if focus is None:
            break
        visited.add(focus["what"])
        if not (focus["ringed"] and focus["seen"]):
            lost.append(focus)
    assert len(visited) > 15, "it went around"
    assert lost == []


# -- forced colours ----------------------------------------------------------------------------------


def test_with_forced_colours_states_stay_visible(visit: Visit, story: Story) -> None:
    page = sit(visit(story.seats["Nadia"].token, forced_colors="active"), story)

    def style(selector: str, name: str) -> str:
        value: str = page.locator(selector).first.evaluate(
            "(element, name) => getComputedStyle(element)[name]", name
        )
        return value

    for selector in (".note", ".zone", ".dock", ".rail .fi.on", ".av"):
        edges = [style(selector, "borderTopStyle"), style(selector, "outlineStyle")]
        assert edges != ["none", "none"], f"{selector} has an edge"
    assert style(".note .who .icon", "color") != style(".note", "backgroundColor"), "the mark is seen"
    assert style(".dock [aria-pressed=true]", "backgroundColor") != style(
        ".dock [aria-pressed=false]", "backgroundColor"
    )
    assert style(".views .on", "backgroundColor") != style(".views button:not(.on)", "backgroundColor")
    page.locator("li.note").first.click()
    assert style(".note.sel", "outlineStyle") != "none"
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"


# -- high contrast -------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["system", "choice"])
def test_more_contrast_draws_the_edges_of_zones_and_notes(visit: Visit, story: Story, how: str) -> None:
    page = sit(
        visit(story.seats["Nadia"].token, contrast="more" if how == "system" else "no-preference"), story
    )
    edge = "getComputedStyle(document.querySelector('.zone:not(.active)')).boxShadow"
    if how == "choice":
        assert page.evaluate(edge) == "none"
        page.evaluate("() => { document.documentElement.dataset.contrast = 'more'; }")
    assert "inset" in page.evaluate(edge)
    assert "1.5px" in page.evaluate("getComputedStyle(document.querySelector('.note')).boxShadow")


# -- loading -----------------------------------------------------------------------------------------


def test_nothing_is_asked_of_another_site(visit: Visit, story: Story) -> None:
    page = visit(story.seats["Nadia"].token)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: asked.append(socket.url))
    for _ in everywhere(page, story):
        pass
    here = (story.server.base, story.server.base.replace("http", "ws"), "data:", "blob:")
    assert [url for url in asked if not url.startswith(here)] == []
    assert any(url.endswith(".woff2") for url in asked), "fonts come from here"
    for family in ("Bricolage Grotesque", "Atkinson Hyperlegible Next"):
        assert page.evaluate(f"document.fonts.check('16px \"{family}\"')"), family


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_nothing_jumps_when_fonts_and_people_arrive(visit: Visit, story: Story, phone: bool) -> None:
    page = visit(story.seats["Nadia"].token, phone=phone)
    jumps: dict[str, Any] = {}
    for where, shown in everywhere(page, story):
        if where == "board":
            sit(visit(story.seats["Joris"].token), story)
            expect(shown.locator("#avatars > li, [data-avatars] li").nth(1)).to_be_attached()
        shown.evaluate("document.fonts.ready.then(() => true)")
        shifts = shown.evaluate("looks.shifts")
        if sum(value for value, *_ in shifts) >= 0.02:
            jumps[where] = shifts
    assert jumps == {}


# -- paper -------------------------------------------------------------------------------------------


def on_paper(page: Page) -> tuple[list[str], list[tuple[int, int]]]:
    """Texts and sizes, in millimetres, of the pages that come out of a printer."""
    reader = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    sizes = [
        (round(float(one.mediabox.width) / 72 * 25.4), round(float(one.mediabox.height) / 72 * 25.4))
        for one in reader.pages
    ]
    return [bare(one.extract_text()) for one in reader.pages], sizes


def bare(text: str) -> str:
    """Without spaces and hyphens: lines end where paper ends, and digits are of another font."""
    return re.sub(r"[\s\u00a0\u202f\u00ad-]", "", text)


@pytest.mark.parametrize(
    ("board", "size"), [("sheet2.verso", (297, 210)), ("governance", (420, 297))], ids=["A4", "A3"]
)
def test_a_board_prints_on_one_page_of_its_own_size(
    visit: Visit, story: Story, board: str, size: tuple[int, int]
) -> None:
    page = sit(visit(story.seats["Nadia"].token, color_scheme="dark"), story, board)
    texts, sizes = on_paper(page)
    assert set(sizes) == {size}
    first = texts[0]
    for words in ("Trajets communs", "Groupe Hêtre", "Kit Commons Model Canvas", "CC BY-SA 4.0"):
        assert bare(words) in first
    whole = "".join(texts)
    for where, _, who, text, _, _ in NOTES:
        if where == board:
            assert bare(text) in whole and who in whole
    for title in page.evaluate("JSON.parse(document.getElementById('page-data').textContent).templates"):
        if title["id"] == board:
            for zone in title["zones"]:
                assert bare(zone["title"].replace("'", "’")) in first
    for bar in ("Enregistré", "Annuler", "Ajusté", "Vous"):
        assert bar not in whole
    assert page.locator(".paperboard").count() == 0, "what was laid out is taken away"


def test_what_does_not_fit_is_printed_after_the_board_and_nothing_is_folded(
    visit: Visit, story: Story
) -> None:
    page = sit(visit(story.seats["Nadia"].token), story, "sheet2.recto")
    texts, sizes = on_paper(page)
    assert len(texts) == 2 and len(set(sizes)) == 1
    assert bare(LONG) in "".join(texts)
    assert bare("à la suite du support") in texts[0]
    assert bare("Haut-Orme") in texts[0], "whose recto it is"


def test_paper_is_white_and_a_note_says_whose_it_is_without_colour(visit: Visit, story: Story) -> None:
    page = sit(visit(story.seats["Nadia"].token, color_scheme="dark"), story)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    for hidden in (".top", ".rail", ".dock", ".main"):
        expect(page.locator(hidden).first).to_be_hidden()
    note = page.locator(".papernote", has_text="Connecteur covoiturage")
    expect(note.locator("footer")).to_contain_text("Yann")
    expect(note.locator("footer .icon use")).to_have_attribute("href", re.compile("#mark-triangle$"))
