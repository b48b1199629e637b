"""Looking at the board: zoom, pan, fit, the small map, fingers, and the page from far away."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Literal

import pytest
from playwright.sync_api import Page, expect
from tests.kit.browser import Person
from tests.kit.server import Server

Visitor = Callable[..., Person]
Point = tuple[float, float]

WORLD = 1123
RULES = "#board section[data-zone=rules]"


class Look:
    """How one page looks at its board."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.cdp = page.context.new_cdp_session(page)
        self.label = page.locator("#zoom-label")
        self.map = page.locator(".minimap")

    def box(self, selector: str) -> dict[str, float]:
        box = self.page.locator(selector).bounding_box()
        assert box is not None
        return dict(box)

    @property
    def scale(self) -> float:
        return self.box(".sheet")["width"] / WORLD

    @property
    def scroll(self) -> Point:
        x, y = self.page.evaluate(
            "(() => { const b = document.getElementById('board'); return [b.scrollLeft, b.scrollTop] })()"
        )
        return x, y

    def until(self, seen: str, *arguments: Any) -> None:
        """Wait until this holds; `sheet` and `board` are at hand."""
        self.page.wait_for_function(
            "(given) => { const sheet = document.querySelector('.sheet').getBoundingClientRect();"
            " const board = document.getElementById('board'); return " + seen + " }",
            arg=list(arguments),
        )

    def zoom_in(self, steps: int = 5) -> None:
        for _ in range(steps):
            self.page.get_by_role("button", name="Zoom avant").click()

    def middle(self, selector: str) -> Point:
        box = self.box(selector)
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def touch(self, kind: str, points: Iterable[Point]) -> None:
        fingers = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
        self.cdp.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": fingers})

    def swipe(self, start: Point, end: Point) -> None:
        self.touch("Start", [start])
        for step in range(1, 9):
            part = step / 8
            self.touch(
                "Move", [(start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part)]
            )
        self.touch("End", [])

    def spread(self, around: Point, before: float, after: float) -> None:
        """Two fingers, so far from the middle each, one above and one below."""
        x, y = around
        self.touch("Start", [(x, y - before), (x, y + before)])
        for step in range(1, 9):
            apart = before + (after - before) * step / 8
            self.touch("Move", [(x, y - apart), (x, y + apart)])
        self.touch("End", [])


@pytest.fixture
def nadia(server: Server, visitor: Visitor) -> Person:
    return visitor().join(server.create(), "Nadia", board="sheet2.verso")


@pytest.fixture
def yann(server: Server, visitor: Visitor) -> Person:
    """With a phone, on a board with two notes in its first zone; boards do not glide on."""
    workshop = server.create()
    yann = visitor(phone=True).join(workshop, "Yann")
    joris = server.join(workshop, "Joris")
    for text, top in (("Sous le doigt", 0), ("Plus bas", 1)):
        note = {"board": "sheet2.verso", "zone": "contributions", "text": text, "place": [0, top]}
        answer = server.call("POST", f"/api/rooms/{joris.room}/notes", note, token=joris.token)
        assert answer.status == 201, answer.body
    yann.page.emulate_media(reduced_motion="reduce")
    yann.open("sheet2.verso").page.get_by_role("button", name="Tableau").click()
    expect(yann.note("Sous le doigt")).to_be_visible()
    return yann


def test_a_board_opens_fitted_and_stays_so_when_the_window_changes(nadia: Person) -> None:
    look = Look(nadia.page)
    expect(look.label).to_have_text("Ajusté")
    before = look.scale
    nadia.page.set_viewport_size({"width": 1000, "height": 700})
    look.until("sheet.width < given[0] * 1123 && sheet.right <= board.getBoundingClientRect().right", before)
    expect(look.label).to_have_text("Ajusté")
    assert look.scroll == (0, 0)

    look.zoom_in()
    zoomed = look.scale
    nadia.page.set_viewport_size({"width": 1300, "height": 800})
    look.until("board.clientWidth > 900")
    assert look.scale == pytest.approx(zoomed)  # somebody has chosen this


def test_the_wheel_pans_and_with_ctrl_zooms_around_the_pointer(nadia: Person) -> None:
    look = Look(nadia.page)
    page = nadia.page
    x, y = look.middle(RULES)
    page.mouse.move(x, y)
    page.keyboard.down("Control")
    for _ in range(4):
        page.mouse.wheel(0, -120)
    page.keyboard.up("Control")
    look.until("sheet.width > 1900")
    middle = look.middle(RULES)
    assert abs(middle[0] - x) < 3 and abs(middle[1] - y) < 3
    expect(look.label).to_have_text("191 %")

    left, top = look.scroll
    page.mouse.wheel(100, 150)
    look.until("board.scrollLeft > given[0] && board.scrollTop > given[1]", left, top)
    assert look.scale == pytest.approx(1.91, abs=0.01)

    page.keyboard.down("Control")
    for _ in range(12):
        page.mouse.wheel(0, -400)
    expect(look.label).to_have_text("400 %")
    for _ in range(20):
        page.mouse.wheel(0, 400)
    page.keyboard.up("Control")
    expect(look.label).to_have_text("50 %")


def test_fit_and_full_size_have_keys_and_a_button(nadia: Person) -> None:
    look = Look(nadia.page)
    page = nadia.page
    fitted = look.scale
    page.locator(RULES).press("Shift+Digit0")
    expect(look.label).to_have_text("100 %")
    assert look.scale == pytest.approx(1, abs=0.01)
    page.locator(RULES).press("Shift+Digit1")
    expect(look.label).to_have_text("Ajusté")
    assert look.scale == pytest.approx(fitted)
    look.zoom_in(3)
    assert look.scale > 1.3
    page.get_by_role("button", name="Ajuster à l’écran").click()
    expect(look.label).to_have_text("Ajusté")
    assert look.scale == pytest.approx(fitted)


def test_the_place_is_kept_when_the_view_or_the_face_changes(nadia: Person) -> None:
    look = Look(nadia.page)
    page = nadia.page
    look.zoom_in()
    page.locator(RULES).focus()
    # not by the wheel: the browser glides there, and a place read on the way is not where it stays
    page.evaluate(
        "() => document.getElementById('board').scrollTo({left: 140, top: 90, behavior: 'instant'})"
    )
    look.until("board.scrollLeft === 140 && board.scrollTop === 90")
    scale, before = look.scale, look.box(".sheet")

    page.keyboard.press("l")
    expect(page.locator("#list")).to_be_visible()
    page.keyboard.press("l")
    expect(page.locator("#board")).to_be_visible()
    look.until(
        "Math.abs(sheet.left - given[0]) < 3 && Math.abs(sheet.top - given[1]) < 3", before["x"], before["y"]
    )
    assert look.scale == pytest.approx(scale)

    page.locator(RULES).press("r")
    expect(page.locator(".sheet.face-je:not(.turning)")).to_be_visible()
    assert look.scale == pytest.approx(scale)
    page.locator("#rail").get_by_role("button", name="Fiche 3, Nous").click()
    expect(look.label).to_have_text("Ajusté")


def test_the_small_map_shows_and_moves_what_is_seen(nadia: Person) -> None:
    look = Look(nadia.page)
    page = nadia.page
    nadia.write("rules", "Sur la carte")
    expect(look.map).to_be_hidden()
    look.zoom_in()
    expect(look.map).to_be_visible()
    assert look.map.get_attribute("aria-hidden") == "true"

    small = look.box(".minimap")
    page.mouse.move(small["x"] + small["width"] * 0.95, small["y"] + small["height"] * 0.95)
    page.mouse.down()
    look.until("board.scrollLeft + board.clientWidth >= board.scrollWidth - 2")
    look.until(
        "document.querySelector('.minimap i').getBoundingClientRect().right > given[0]",
        small["x"] + small["width"] - 4,
    )
    page.mouse.move(small["x"] + 2, small["y"] + 2)
    look.until("board.scrollLeft === 0 && board.scrollTop === 0")
    page.mouse.up()

    page.get_by_role("button", name="Ajuster à l’écran").click()
    expect(look.map).to_be_hidden()


def test_the_arrows_scroll_a_board_that_has_the_focus(nadia: Person) -> None:
    look = Look(nadia.page)
    page = nadia.page
    assert page.locator("#board").get_attribute("tabindex") is None  # nothing to scroll, no stop
    look.zoom_in()
    page.get_by_role("button", name="Zoom arrière").focus()
    page.locator("#board").focus()
    left, top = look.scroll
    page.keyboard.press("ArrowDown")
    look.until("board.scrollTop > given[0]", top)
    page.keyboard.press("ArrowRight")
    look.until("board.scrollLeft > given[0]", left)
    expect(page.get_by_role("group", name="Support agrandi : les flèches le font défiler")).to_be_focused()


def test_the_middle_button_and_space_push_the_board_and_take_nothing(nadia: Person) -> None:
    look = Look(nadia.page)
    page = nadia.page
    nadia.write("rules", "Reste ici")
    # what is selected is what Linux pastes with the middle button
    nadia.note("Reste ici").dblclick()
    page.locator("textarea.notefield").wait_for()
    page.keyboard.press("Control+a")
    page.keyboard.press("Escape")
    look.zoom_in()
    buttons: tuple[Literal["middle", "left"], ...] = ("middle", "left")
    for button in buttons:
        before = look.scroll
        x, y = look.middle("#board")
        if button == "left":
            page.keyboard.press("Escape")
            page.locator("#board").focus()
            page.keyboard.down("Space")
        page.mouse.move(x, y)
        page.mouse.down(button=button)
        page.mouse.move(x - 60, y - 40, steps=4)
        page.mouse.up(button=button)
        page.keyboard.up("Space")
        look.until(
            "board.scrollLeft === given[0] && board.scrollTop === given[1]", before[0] + 60, before[1] + 40
        )
    expect(page.locator("li.note p")).to_have_text(["Reste ici"])
    expect(page.locator(".marquee")).to_have_count(0)

    nadia.note("Reste ici").dblclick()
    page.keyboard.type(" toujours")
    page.keyboard.press("Escape")
    expect(nadia.note("Reste ici toujours")).to_be_visible()


def test_small_text_gives_way_to_first_words_that_can_be_read(nadia: Person) -> None:
    look = Look(nadia.page)
    nadia.write("rules", "Une phrase qui ne tient pas en entier sur une note vue de loin")
    words = nadia.note("Une phrase").locator("p")
    size = "(e) => parseFloat(getComputedStyle(e).fontSize)"
    assert words.evaluate(size) == 15
    for _ in range(6):
        nadia.page.get_by_role("button", name="Zoom arrière").click()
    expect(look.label).to_have_text("50 %")
    expect(nadia.page.locator(".sheet.small")).to_be_visible()
    # the last press is answered by steps of a glide: its end is what counts
    nadia.page.wait_for_function(
        "([words, scale]) => parseFloat(getComputedStyle(words).fontSize) * scale >= 12",
        arg=[words.element_handle(), look.scale],
    )
    note = nadia.note("Une phrase").bounding_box()
    shown = words.bounding_box()
    assert note is not None and shown is not None
    assert shown["y"] + shown["height"] <= note["y"] + note["height"]


def test_on_a_phone_a_finger_pans_even_from_a_note_and_one_that_rests_takes_it(yann: Person) -> None:
    look = Look(yann.page)
    note = yann.note("Sous le doigt")
    place = note.evaluate("(e) => [e.style.left, e.style.top]")
    box = note.bounding_box()
    assert box is not None
    on_it = (box["x"] + 30, box["y"] + 15)
    look.swipe(on_it, (on_it[0] - 120, on_it[1]))
    look.until("board.scrollLeft > 80")
    assert note.evaluate("(e) => [e.style.left, e.style.top]") == place
    assert look.scroll[0] < 140

    box = note.bounding_box()
    assert box is not None
    panned = look.scroll
    on_it = (box["x"] + box["width"] - 30, box["y"] + 15)
    look.touch("Start", [on_it])
    yann.page.locator("li.note.lift").wait_for()
    look.touch("Move", [(on_it[0] + 30, on_it[1] + 45)])
    look.touch("End", [])
    expect(yann.page.locator("li.note.lift")).to_have_count(0)
    expect(note).not_to_have_css("left", place[0])
    assert look.scroll == panned


def test_on_a_phone_two_fingers_zoom_around_their_middle(yann: Person) -> None:
    look = Look(yann.page)
    look.swipe((300, 400), (200, 400))
    look.until("board.scrollLeft > 50")
    before, sheet = look.scale, look.box(".sheet")
    x, y = 190.0, 360.0
    of_page = ((x - sheet["x"]) / before, (y - sheet["y"]) / before)
    look.spread((x, y), 60, 120)
    look.until("sheet.width > given[0] * 1.8", sheet["width"])
    after = look.box(".sheet")
    assert look.scale == pytest.approx(2 * before, rel=0.02)
    assert after["x"] + of_page[0] * look.scale == pytest.approx(x, abs=4)
    assert after["y"] + of_page[1] * look.scale == pytest.approx(y, abs=4)
    expect(look.map).to_be_visible()

    look.spread((x, y), 150, 20)
    look.until("sheet.width <= board.clientWidth")  # the whole page, and no less
    expect(look.map).to_be_hidden()


def test_from_far_away_zones_say_how_much_is_in_them_and_a_press_goes_there(yann: Person) -> None:
    look = Look(yann.page)
    yann.page.get_by_role("button", name="Ajuster à l’écran").click()
    expect(yann.page.locator(".sheet.far")).to_be_visible()
    zone = yann.page.locator("section.zone").first
    assert zone.locator("header").evaluate("(e) => getComputedStyle(e, '::after').content") == '"2 notes"'
    assert zone.locator("h2").evaluate("(e) => parseFloat(getComputedStyle(e).fontSize)") * look.scale >= 12

    zone.tap(position={"x": 50, "y": 60})
    expect(yann.page.locator(".sheet.far")).to_have_count(0)
    box = zone.bounding_box()
    assert box is not None and box["width"] > 250
    expect(yann.page.locator("textarea.notefield")).to_have_count(0)
    expect(yann.page.locator("li.note")).to_have_count(2)
