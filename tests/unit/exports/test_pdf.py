"""Boards on paper, opened by other programs: every note once, whole and large enough, on the right pages."""

from __future__ import annotations

import math
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pikepdf
import pypdf
import pytest
from click.testing import CliRunner
from PIL import Image
from tests.kit.packs import a_pack
from typst import TypstError

from tablee.cli import command
from tablee.exports import typst as laid_out
from tablee.exports.items import LAYOUTS, Layout, Want
from tablee.exports.lanes import lane_in, lanes_of
from tablee.exports.making import made
from tablee.exports.pdf import faces_of, pdf
from tablee.exports.pdf_map import Point, drawn_map, part_of
from tablee.exports.png import POINTS_AN_INCH, png
from tablee.exports.svg import svg, svgs
from tablee.exports.typst import MISSING, clean, width_of
from tablee.model.board import Board, BoardNote, Pack, Photo, Trace
from tablee.words import Words

FR = Words("fr")
MM = 72 / 25.4
ATTRIBUTION = {
    "fr": "D’après le Kit Commons Model Canvas 4.1, © 2023 inno³, CC BY-SA 4.0.",
    "en": "Based on Kit Commons Model Canvas 4.1, © 2023 inno³, CC BY-SA 4.0.",
}


def text_of(data: bytes) -> list[str]:
    """What poppler reads on each page, in the order in which it is drawn."""
    tool = shutil.which("pdftotext")
    assert tool, "these tests need poppler-utils"
    read = subprocess.run([tool, "-raw", "-", "-"], input=data, capture_output=True, check=True)
    return read.stdout.decode().split("\f")[:-1]


def bare(text: str) -> str:
    """Letters alone: where lines and long words are broken is the page's business."""
    return re.sub(r"[\s\u200b]", "", text)


def with_notes(pack: Pack, make: Callable[[int, BoardNote], BoardNote]) -> Pack:
    """The pack with every note changed, counted from 0 in the order of lists."""
    count = -1

    def one(note: BoardNote) -> BoardNote:
        nonlocal count
        count += 1
        return make(count, note)

    boards = tuple(
        replace(
            board,
            zones=tuple(replace(held, notes=tuple(map(one, held.notes))) for held in board.zones),
            unplaced=tuple(map(one, board.unplaced)),
        )
        for board in pack.boards
    )
    return replace(pack, boards=boards)


def marked(pack: Pack) -> Pack:
    return with_notes(pack, lambda at, note: replace(note, text=f"{note.text} §{at:04d}§"))


def marks(text: str) -> list[str]:
    return re.findall(r"§\d{4}§", bare(text))


def notes_of(board: Board) -> Iterator[BoardNote]:
    for held in board.zones:
        yield from held.notes
    yield from board.unplaced


@cache
def four_hundred() -> Pack:
    return a_pack(400, hostile=False)


@cache
def crowded() -> Pack:
    return a_pack(500)


def board_with(notes: int, zone: str, text: str, template: str = "governance") -> tuple[Pack, Board]:
    """A board with this many notes of one text in one zone."""
    pack = four_hundred()
    board = next(one for one in pack.boards if one.template.id == template)
    found = board.zone(zone)
    assert found is not None
    note = replace(found.notes[0], kind="note", fields={}, cluster=None, traces=())
    filled = tuple(replace(note, id=f"n{at}", text=f"{text} §{at:04d}§") for at in range(notes))
    zones = tuple(
        replace(held, notes=filled if held.zone.id == zone else (), clusters={}) for held in board.zones
    )
    board = replace(board, zones=zones)
    return pack, board


def sizes(data: bytes) -> set[float]:
    """Every size of letters that are drawn, in points."""
    out: set[float] = set()

    def look(text: str, cm: list[float], tm: list[float], _font: object, size: float) -> None:
        if text.strip():
            out.add(round(size * math.hypot(tm[2], tm[3]) * math.hypot(cm[2], cm[3]), 2))

    for page in pypdf.PdfReader(BytesIO(data)).pages:
        page.extract_text(visitor_text=look)
    return out


@pytest.mark.parametrize(("count", "language"), [(0, "fr"), (50, "en"), (450, "fr")])
def test_every_note_is_on_paper_exactly_once(count: int, language: str) -> None:
    words = Words("fr" if language == "fr" else "en")
    pack = marked(a_pack(count, hostile=False, language=words.language))
    seen = marks(" ".join(text_of(pdf(pack, words=words))))
    # a stakeholder's note names its lane, also where what it puts in goes on in the annex
    heads = {
        mark
        for board in pack.of_template("economic")
        for note in notes_of(board)
        if note.kind == "stakeholder"
        for mark in marks(note.text)
    }
    once = [mark for mark in seen if mark not in heads] + sorted(heads & {*seen})
    assert sorted(once) == [f"§{at:04d}§" for at in range(sum(board.count for board in pack.boards))]


def test_notes_of_a_zone_are_in_their_order_on_the_board_and_in_its_annex() -> None:
    pack = marked(a_pack(900, hostile=False))
    annexed = 0
    for board in (one for one in pack.boards if one.group_id == "g1" and one.count > 30):
        first, *annex = (marks(page) for page in text_of(pdf(pack, boards=[board], words=FR)))
        annexed += bool(annex)
        for held in board.zones:
            if held.zone.type != "plain":
                continue  # lanes put them by stakeholder, the map by place
            wanted = [match for note in held.notes for match in marks(note.text)]
            for shown in (first, [mark for page in annex for mark in page]):
                assert [mark for mark in shown if mark in wanted] == [
                    mark for mark in wanted if mark in shown
                ], held.zone.id
    assert annexed > 3


def test_what_does_not_fit_goes_whole_to_an_annex_that_is_announced() -> None:
    pack, board = board_with(300, "rules", "Une règle dont le texte tient sur deux lignes au moins")
    first, *annex = text_of(pdf(pack, boards=[board], words=FR))
    there = len(marks(first))
    assert 2 < there < 40
    assert f"+ {300 - there} en annexe" in first
    assert "Suite : Règles" in annex[0].replace("\u00a0", " ").replace("\u202f", " ")
    assert marks("".join([first, *annex])) == [f"§{at:04d}§" for at in range(300)]


@pytest.mark.parametrize("text", ["mot " * 499, "x" * 1990, "É" * 1990, "ligne\n" * 300])
def test_the_longest_texts_are_never_cut(text: str) -> None:
    pack, board = board_with(5, "mission", text.strip())
    seen = bare("".join(text_of(pdf(pack, boards=[board], words=FR))))
    for word in dict.fromkeys(text.split()):
        assert seen.count(bare(word)) >= 5 * text.split().count(word)
    assert sorted(marks(seen)) == [f"§{at:04d}§" for at in range(5)]


@pytest.mark.parametrize("letters", ["W" * 120, "=" * 120])
def test_no_letter_of_a_long_word_crosses_the_border_of_its_note(letters: str) -> None:
    pack, board = board_with(1, "mission", letters)
    data = pdf(pack, boards=[board], words=FR)
    found = subprocess.run(["pdftotext", "-bbox", "-", "-"], input=data, capture_output=True, check=True)
    ends = [
        float(right)
        for right, word in re.findall(r'xMax="([\d.]+)"[^>]*>([^<]*)</word>', found.stdout.decode())
        if letters[:9] in word
    ]
    held = board.zone("mission")
    assert held is not None
    x, _, wide, _ = held.zone.box
    assert len(ends) > 1
    assert max(ends) <= (x + wide - 2.9 - 1.7) * MM  # inside the note, before its own margin


@pytest.mark.parametrize("adapters", [0, 2, 8])
def test_nothing_is_where_printers_do_not_print(adapters: int) -> None:
    """Also when many have adapted the templates: each is named, and nobody at the edge."""
    pack = four_hundred()
    credit = " ; adapté par Hélène Picard-Lefebvre (titres, consignes)" * adapters
    said = {language: f"{text}{credit}." for language, text in pack.catalogue.attribution.items()}
    pack = replace(pack, catalogue=replace(pack.catalogue, attribution=said))
    boards = [
        next(one for one in pack.boards if one.template.id == id_) for id_ in ("sheet2.verso", "economic")
    ]
    data = pdf(pack, boards=boards, words=FR)
    read = subprocess.run(["pdftotext", "-bbox", "-", "-"], input=data, capture_output=True, check=True)
    for page in read.stdout.decode().split("<page ")[1:]:
        height = float(re.findall(r'height="([\d.]+)"', page)[0])
        lowest = max(float(low) for low in re.findall(r'yMax="([\d.]+)"', page))
        assert lowest < height - 4.3 * MM, "letters end a little above the box of their font"
    assert all(bare(credit) in bare(text) for text in text_of(data))


def test_a_person_in_a_picture_is_drawn_and_not_their_sign_alone() -> None:
    pack, board = board_with(
        1, "mission", "🤷\u200d♀\ufe0f 🙋🏻\u200d♂\ufe0f 👩\u200d⚕\ufe0f ❤\ufe0f\u200d🔥"
    )
    data = pdf(pack, boards=[board], words=FR)
    fonts = subprocess.run(["pdffonts", "-"], input=data, capture_output=True, check=True).stdout
    # the text that can be selected is whole however it is drawn: the font that has no people draws nothing
    assert b"NotoEmoji" in fonts and b"DejaVu" not in fonts


PLENTY: dict[str, dict[str, Any]] = {
    "action": {"due": "2026-05-31", "owner_text": "Camille", "state": "todo", "dimension": "legal"},
    "indicator": {"unit": "territoires", "baseline": 3, "target": 9, "horizon": "2y"},
    "rule": {"domain": "decision", "state": "proposed", "decision_mode": "consent"},
    "scenario": {"horizon": "2y", "dimension": "economy"},
    "resource": {"rtype": "source_code", "licence": "AGPL-3.0", "state": "existing"},
    "committee": {"mission": "Priorités", "term_months": 24, "max_terms": 2, "frequency": "chaque mois"},
    "legal_structure": {"form": "association", "state": "target", "why": "Simple à lancer"},
}


def test_a_canvas_as_a_group_fills_it_is_one_page() -> None:
    """Five short notes in each zone, each with what people say of such notes and where it comes from."""
    pack = four_hundred()
    board = next(one for one in pack.boards if one.template.id == "governance")
    some = next(notes_of(board))
    texts = (
        "Une charte d’une page, lisible",
        "Servir d’abord les trajets du quotidien",
        "Dire merci à chacun",
    )
    trace = Trace("sheet1.verso", "mission", "n0", "g1", "Fiche 1, Nous, Hêtre", None)
    zones = tuple(
        replace(
            held,
            clusters={},
            notes=tuple(
                replace(
                    some,
                    id=f"{held.zone.id}{at}",
                    kind=held.zone.kinds[0],
                    text=texts[at % 3],
                    fields=PLENTY.get(held.zone.kinds[0], {}),
                    cluster=None,
                    points=0,
                    tags=(),
                    traces=(trace,),
                )
                for at in range(0 if held.zone.type == "map" else 5)
            ),
        )
        for held in board.zones
    )
    board = replace(board, zones=zones, unplaced=())
    (page,) = text_of(pdf(pack, boards=[marked(replace(pack, boards=(board,))).boards[0]], words=FR))
    assert "en annexe" not in page and len(marks(page)) == board.count == 70
    said = " ".join(page.replace("\u00a0", " ").split())
    assert said.count("3 → 9") == 5 and said.count("Camille") == 5 and said.count("AGPL-3.0") == 5


@pytest.mark.parametrize("layout", LAYOUTS)
def test_no_letter_is_smaller_than_nine_points(layout: Layout) -> None:
    pack = crowded()
    chosen = [board for board in pack.boards if board.room in ("g1/convergence", "g1/exploration")]
    some = {board.template.id: board for board in chosen}
    data = pdf(pack, boards=some.values(), layout=layout, words=FR)
    assert min(sizes(data)) >= 9


def test_pages_are_exactly_a3_and_a4() -> None:
    pack = a_pack(60)
    templates = [board.template for board in pack.boards]
    with pikepdf.open(BytesIO(pdf(pack, words=FR))) as opened:
        found = [tuple(float(v) / MM for v in page.mediabox) for page in opened.pages]
        boxes = [set(page.obj.keys()) & {"/Rotate", "/UserUnit"} for page in opened.pages]
    assert not any(boxes)
    wanted = {(template.width_mm, template.height_mm) for template in templates}
    assert wanted == {(297, 210), (420, 297)}
    for x, y, width, height in found:
        assert (x, y) == (0, 0)
        assert any(abs(width - w) < 0.1 and abs(height - h) < 0.1 for w, h in wanted)
    with pikepdf.open(BytesIO(pdf(pack, layout="slide", words=FR))) as opened:
        shapes = {round(float(page.mediabox[2]) / float(page.mediabox[3]), 2) for page in opened.pages}
    assert shapes == {1.78}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_page_says_whose_templates_they_are_and_of_when_it_is(language: str) -> None:
    words = Words("fr" if language == "fr" else "en")
    pack = a_pack(260, language=words.language)
    boards = [board for board in pack.boards if board.group_id == "g1"]
    pages = text_of(pdf(pack, boards=boards, words=words))
    assert len(pages) > len(boards)
    for number, page in enumerate(pages, 1):
        said = " ".join(page.replace("\u00a0", " ").replace("\u202f", " ").split())
        assert ATTRIBUTION[words.language] in said
        assert re.search(r" (sheet\d\.(recto|verso)|governance|economic) 1\.0\.0\.", said)
        assert bare(words.day(pack.state_at)) in bare(said)
        assert bare(words.time(pack.state_at)) in bare(said)
        assert "Trajets communs" in said
        assert bare(words.say("Page {n} sur {m}").format(n=number, m=len(pages))) in bare(said)


HOSTILE = (
    '#panic() #include "/etc/passwd" #sys.inputs',
    "$x^2$ $",
    "*gras* _italique_ `code` ``` raw",
    "@ref <label> = titre",
    "\\ \\n \\u{1F600} //commentaire /* autre */",
    "- liste / terme: x + 1. un",
    "guillemets \"droits\" et 'simples' -- ---",
    "deux\nlignes\r\net trois",
    "Łukasz Ştefan ő Ω жук → ≠ ½",
    "[[x]] {{y}} <script>alert(1)</script> ]]>",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_what_people_write_is_literal(text: str) -> None:
    pack, board = board_with(2, "mission", text)
    named = replace(pack.workshop, title=text[:100], commons=text)
    board = replace(board, group=text[:40])
    seen = bare(text_of(pdf(replace(pack, workshop=named), boards=[board], words=FR))[0])
    assert seen.count(bare(text) + "§000") == 2


@pytest.mark.parametrize(
    "text",
    [
        "世界 한국어",
        "\ue000\uf8ff",
        "\x00\x1b\x7f",
        "\ufeffx\ufffe",
        "👩🏾‍🦰🏳️‍🌈❤️",
        "عربي שלום",
        "\u202exyz\u202c",
        "a\u0301\u0324" * 90,
    ],
)
def test_letters_that_no_font_has_do_not_break_the_standard(text: str) -> None:
    pack, board = board_with(2, "mission", text)
    pack = replace(pack, workshop=replace(pack.workshop, title=text))
    data = pdf(pack, boards=[board], words=FR)
    drawn = text_of(data)[0]
    assert "0001" in drawn or "1000" in drawn  # as written, or from right to left
    with pikepdf.open(BytesIO(data)) as opened, opened.open_metadata() as told:
        assert told.get("pdfaid:conformance") == "A"


def test_letters_that_cannot_be_drawn_are_a_box_and_all_others_stay() -> None:
    assert clean("Été : 8 000 €, « x » → 😀 שלום عربي жук") == "Été : 8 000 €, « x » → 😀 שלום عربي жук"
    assert clean("\ue000a\x00b\ufeffc") == f"{MISSING}abc"
    assert clean("a\tb\r\nc") == "a b\nc"
    assert clean("👩\u200d🚀 ❤\ufe0f") == "👩\u200d🚀 ❤\ufe0f"
    assert width_of("mm", 10) == 2 * width_of("m", 10) > width_of("i", 10) > 0


def test_files_are_archived_and_read_aloud() -> None:
    pack = a_pack(100, shared_url="https://tablee.example/lecture/abc")
    data = pdf(pack, words=FR)
    with pikepdf.open(BytesIO(data)) as opened:
        assert not opened.check_pdf_syntax()
        with opened.open_metadata() as told:
            assert (told["pdfaid:part"], told["pdfaid:conformance"]) == ("2", "A")
            assert told["pdfuaid:part"] == "1"
            assert "CC BY-SA 4.0" in str(told["dc:description"])
        root = opened.Root
        assert root.MarkInfo.Marked == True  # noqa: E712 (a boolean of the file)
        assert str(root.Lang) == "fr"
        assert root.ViewerPreferences.DisplayDocTitle == True  # noqa: E712
        assert str(opened.docinfo["/Title"]) == "Trajets communs"
        kinds = {str(one.S) for one in opened.objects if isinstance(one, pikepdf.Dictionary) and "/S" in one}
        assert {"/H1", "/H2", "/P", "/Figure"} <= kinds
        untold = [
            one
            for one in opened.objects
            if isinstance(one, pikepdf.Dictionary) and one.get("/S") == "/Figure" and "/Alt" not in one
        ]
        assert not untold
    fonts = (
        subprocess.run(["pdffonts", "-"], input=data, capture_output=True, check=True)
        .stdout.decode()
        .splitlines()[2:]
    )
    assert fonts
    for line in fonts:
        assert line.split()[-5:-2] == ["yes", "yes", "yes"]  # embedded, a subset, with its text


def test_nobody_is_named_who_may_not_be() -> None:
    pack = a_pack(80, names="none", hostile=False, licence="chatham-house")
    data = pdf(pack, words=FR)
    seen = " ".join(text_of(data))
    for name in ("Haut-Orme", "Nadia", "Le Goff", "Inès", "Carpentier"):
        assert name not in seen
    assert "Chatham House" in seen
    with pikepdf.open(BytesIO(data)) as opened:
        assert "/Author" not in opened.docinfo


def test_a_rule_has_its_number_and_a_committee_the_numbers_of_its_rules() -> None:
    pack = a_pack(700, hostile=False)
    board = next(one for one in pack.boards if one.template.id == "governance")
    rules = board.zone("rules")
    assert rules is not None
    committee = replace(
        rules.notes[0],
        id="n1",
        kind="committee",
        text="Pilotage",
        number=None,
        cluster=None,
        fields={"rule_ids": [rules.notes[1].id], "members": ["Six structures"], "frequency": "chaque mois"},
    )
    zones = tuple(
        replace(held, notes=(committee,), clusters={}) if held.zone.id == "committees" else held
        for held in board.zones
    )
    page = "".join(text_of(pdf(pack, boards=[replace(board, zones=zones)], words=FR)))
    for note in rules.notes:
        assert f"{note.number}{bare(note.text)}" in bare(page)
    assert bare(
        f"Pilotage {rules.notes[1].number} Membres : Six structures · Fréquence : chaque mois"
    ) in bare(page)


def test_points_lie_where_the_screen_shows_them() -> None:
    ticks = (0, 0.25, 0.5, 0.75, 1)
    assert [round(part_of(ticks, value), 3) for value in (0, 0.25, 0.6, 1)] == [0.1, 0.3, 0.58, 0.9]
    axes = {"x": (ticks, ["a"] * 5), "y": ((0, 0.3333, 0.6667, 1), ["a"] * 4)}
    points = [
        Point(f"n{at}", at % 10 / 10, at // 10 / 10, f"Acteur {at}", "", 0, False, (1, 1))
        for at in range(100)
    ]
    drawing, numbered = drawn_map((0, 0, 216, 92), axes, points)
    left, top, width, height = drawing["plot"]
    assert drawing["points"][0]["at"] == (round(left + width / 10, 2), round(top + height * 7 / 8, 2))
    named = [one for one in drawing["points"] if one["label"]]
    assert len(named) + len(numbered) == 100 and named
    for one in named:
        x, y, wide, high, _ = one["label"]
        assert left <= x and x + wide <= 216 and top <= y and y + high <= top + height
    for one, other in pairwise(sorted(named, key=lambda one: one["label"][:2])):
        a, b = one["label"], other["label"]
        assert a[0] + a[2] <= b[0] or a[1] + a[3] <= b[1] or b[1] + b[3] <= a[1]


def test_a_map_full_of_points_names_each_once() -> None:
    pack, board = board_with(80, "map", "Acteur")
    held = board.zone("map")
    assert held is not None
    notes = tuple(
        replace(note, kind="point", fields={"x": at % 9 / 9, "y": at % 7 / 7, "label": note.text})
        for at, note in enumerate(held.notes)
    )
    zones = tuple(replace(one, notes=notes) if one.zone.id == "map" else one for one in board.zones)
    pages = text_of(pdf(pack, boards=[replace(board, zones=zones)], words=FR))
    assert sorted(marks("".join(pages))) == [f"§{at:04d}§" for at in range(80)]
    assert 5 < len(marks(pages[0])) < 80


@pytest.mark.parametrize("template", ["governance", "economic", "sheet1.recto"])
def test_a_remix_of_tiny_zones_loses_nothing(template: str) -> None:
    pack = marked(a_pack(300, hostile=False))
    board = next(one for one in pack.boards if one.template.id == template)
    zones = tuple(replace(held, zone=replace(held.zone, box=(10, 30, 12, 9))) for held in board.zones)
    tiny = replace(board.template, zones=tuple(held.zone for held in zones))
    wanted = sorted(mark for note in notes_of(board) for mark in marks(note.text))
    seen = marks("".join(text_of(pdf(pack, boards=[replace(board, template=tiny, zones=zones)], words=FR))))
    assert sorted({*seen}) == wanted


def test_lanes_hold_the_notes_of_their_stakeholder() -> None:
    pack = marked(a_pack(700, hostile=False))
    board = next(one for one in pack.boards if one.template.id == "economic")
    page = text_of(pdf(pack, boards=[board], words=FR))[0]
    names = [name for name in pack.stakeholders.values() if name in page]
    assert len(names) >= 3
    said = " ".join(page.replace("\u00a0", " ").replace("\u202f", " ").split())
    assert "En un an :" in said and re.search(r" \d+ points ", said)
    assert re.search(r"Couvert : .*? sur .*? Équilibre jugé acceptable : 0 sur \d", said)


def with_lanes(count: int, each: int = 1) -> tuple[Pack, Board]:
    """An economic canvas on which so many stakeholders put in and receive, with all that such notes say."""
    pack = four_hundred()
    board = next(one for one in pack.boards if one.template.id == "economic")
    names = {f"s{at:02d}": f"Structure numéro {at:02d}." for at in range(count)}
    some = next(held.notes[0] for held in board.zones if held.notes)
    trace = Trace("sheet2.recto/s00", "brings", "n0", "g1", "Fiche 2, Je, Structure numéro, Hêtre", None)
    weighed = {"amount": 8000, "unit": "euros", "period": "year", "nature": "data", "weight": 3}

    def notes(zone: str, text: str) -> tuple[BoardNote, ...]:
        return tuple(
            replace(
                some,
                id=f"{zone}{at}x{n}",
                kind="contribution",
                text=f"{text} de trois villages pilotes §{at:02d}{n:02d}§",
                stakeholder=names[key],
                stakeholder_id=key,
                fields=weighed,
                cluster=None,
                traces=(trace,),
            )
            for at, key in enumerate(names)
            for n in range(each)
        )

    filled = {"brings": notes("brings", "Relevés"), "receives": notes("receives", "Retours")}
    zones = tuple(replace(held, notes=filled.get(held.zone.id, ()), clusters={}) for held in board.zones)
    board = replace(board, zones=zones, unplaced=(), seated=tuple(names))
    return replace(pack, stakeholders=names), board


@pytest.mark.parametrize(("count", "each", "pages"), [(7, 1, 1), (3, 4, 1), (20, 1, 2)])
def test_rows_of_stakeholders_hold_their_notes_before_any_goes_to_the_annex(
    count: int, each: int, pages: int
) -> None:
    pack, board = with_lanes(count, each)
    made = text_of(pdf(pack, boards=[board], words=FR))
    assert len(made) == pages
    assert "en annexe" not in "".join(made)
    for page in made:
        # a row has a name, what is put in and what is received, on one page
        names = re.findall(r"Structure numéro (\d\d)\.", " ".join(page.split()))
        assert names and len(names) == len({*names})
        assert sorted(marks(page)) == sorted(
            f"§{at}{n:02d}§" for at in names for n in range(each) for _ in "12"
        )
    assert len(marks("".join(made))) == 2 * count * each
    assert all("8000€paran" in bare(page) for page in made)
    if pages > 1:
        assert re.search(r"\+ \d+ à la suite", made[0]) and "(suite)" in made[1]
        assert svg(pack, board, FR)


def test_a_note_too_long_for_any_row_takes_no_room_in_one() -> None:
    pack, board = with_lanes(5)
    held = board.zone("brings")
    assert held is not None
    long = replace(held.notes[0], text="Une phrase qui ne finit pas. " * 60)
    zones = tuple(
        replace(one, notes=(long, *one.notes[1:])) if one.zone.id == "brings" else one for one in board.zones
    )
    first, *annex = text_of(pdf(pack, boards=[replace(board, zones=zones)], words=FR))
    assert "+ 1 en annexe" in first and "à la suite" not in first
    # the others say all they say
    assert first.count("Fiche 2, Je") == 9 and "finit" not in first
    assert "finit" in annex[0]


def test_a_note_about_somebody_who_is_there_makes_no_row() -> None:
    pack, board = with_lanes(2)
    note = next(notes_of(board))
    heads = board.zone("stakeholders")
    assert heads is not None
    told = [
        replace(
            note, id="a", kind="stakeholder", text="Trente-deux communes", fields={}, stakeholder_id="s00"
        ),
        replace(
            note, id="b", kind="stakeholder", text="structure  Numéro 01.", fields={}, stakeholder_id=None
        ),
        replace(note, id="c", kind="stakeholder", text="La préfecture", fields={}, stakeholder_id=None),
        replace(note, id="d", kind="stakeholder", text="la  préfecture", fields={}, stakeholder_id=None),
    ]
    zones = tuple(
        replace(held, notes=tuple(told)) if held.zone.id == "stakeholders" else held for held in board.zones
    )
    board = replace(board, zones=zones)
    lanes = lanes_of(board, pack)
    assert [*lanes] == ["s00", "s01", "c"]
    assert [lane_in(one, lanes) for one in told] == ["s00", "s01", "c", "c"]
    # who sits there has a row before anything is written, whether or not people may be named
    for names in ("names", "none"):
        empty = a_pack(0, names=names)
        assert all(len(lanes_of(one, empty)) >= 2 for one in empty.of_template("economic"))


def test_the_map_names_its_points_before_it_says_more_of_them() -> None:
    axes = {"x": ((0, 0.25, 0.5, 0.75, 1), ["a"] * 5), "y": ((0, 0.3333, 0.6667, 1), ["a"] * 4)}
    detail = "2 à 10 personnes, Contributeur·rice, Coordinateur·rice, Mainteneur·euse"
    names = ("Vélo & Villages", "Agence d'urbanisme", "Région", "Réseau national des relais bénévoles")
    points = [Point(name, at / 4, 0.6667, name, detail, 0, False, None) for at, name in enumerate(names)]
    drawing, numbered = drawn_map((0, 0, 216, 92), axes, points)
    assert not numbered
    assert [" ".join(one["text"].split()) for one in drawing["points"]] == list(names)
    assert any(one["detail"] for one in drawing["points"])
    # a sentence is no detail: without room for it the point is told elsewhere
    crowd = [
        Point(f"n{at}", at / 40, 0.5, "Acteur", "Une phrase entière sur cet acteur", 0, False, None, True)
        for at in range(40)
    ]
    drawing, numbered = drawn_map((0, 0, 216, 92), axes, crowd)
    assert numbered
    assert all(one["detail"] for one in drawing["points"] if one["label"])


def test_photos_of_a_board_are_in_its_annex() -> None:
    pack, board = board_with(1, "mission", "Rien")
    out = BytesIO()
    Image.effect_noise((160, 90), 60).convert("RGB").save(out, "JPEG")
    made = Photo("ph1", board.id, "Le mur après la pause", "Inès", 0, 160, 90, out.getvalue())
    board = replace(board, photos=(made, replace(made, id="ph2", caption="", author=None)))
    data = pdf(pack, boards=[board], words=FR)
    page, annex = text_of(data)
    assert "Photos" in annex and "Le mur après la pause — Inès" in annex and "en annexe" not in page
    with pikepdf.open(BytesIO(data)) as opened:
        figures = [
            str(one.Alt) for one in opened.objects if isinstance(one, pikepdf.Dictionary) and "/Alt" in one
        ]
        assert {"Le mur après la pause — Inès", "Photo"} <= {*figures}
        pictures = [one for one in opened.objects if isinstance(one, pikepdf.Stream) and "/Width" in one]
        assert (160, 90) in [(int(one.Width), int(one.Height)) for one in pictures]
        with opened.open_metadata() as told:
            assert told.get("pdfaid:conformance") == "A"
    assert b"<image" in svg(pack, board, FR)


def test_an_action_names_who_does_it_and_nobody_else() -> None:
    pack, board = board_with(2, "actions", "Rédiger")
    held = board.zone("actions")
    assert held is not None
    first, second = (replace(one, kind="action", author="Inès", stakeholder="Région") for one in held.notes)
    first = replace(first, fields={"owner_text": "Camille", "due": "2026-12-01"})
    zones = tuple(
        replace(one, notes=(first, second)) if one.zone.id == "actions" else one for one in board.zones
    )
    page = text_of(pdf(pack, boards=[replace(board, zones=zones)], words=FR))[0]
    said = " ".join(page.partition("Rédiger")[2].split())
    assert "Camille" in said and "1er décembre 2026" in said and "sans responsable" in said
    assert "Inès" not in said.partition("Indicateurs")[0] and "Région" not in said


def test_what_people_called_it_stands_whole_over_a_sheet() -> None:
    pack = four_hundred()
    commons = "Un outil libre pour comprendre les mobilités des territoires peu denses, avec qui y vit"
    leaders = [
        replace(pack.workshop.people[0], id=f"f{at}", name=name, role="facilitator")
        for at, name in enumerate(("Inès Caradec", "Bruno Vasseur", "Mona Kerbrat"))
    ]
    pack = replace(pack, workshop=replace(pack.workshop, commons=commons, people=tuple(leaders)))
    board = next(one for one in pack.boards if one.template.id == "sheet1.recto")
    page = bare(text_of(pdf(pack, boards=[board], words=FR))[0])
    assert bare(commons) in page
    assert bare("Inès Caradec, Bruno Vasseur, Mona Kerbrat") in page
    longest = replace(pack, workshop=replace(pack.workshop, title="T" * 120, commons="mot " * 125))
    page = bare(text_of(pdf(longest, boards=[board], words=FR))[0])
    assert "T" * 120 in page and re.search("motmot(m|mo)?…", page)


def test_slides_ask_every_question() -> None:
    pack = a_pack(0)
    pages = {
        template: bare(page)
        for template, page in zip(
            [face.template.id for face in faces_of(pack, pack.boards, "slide")],
            text_of(pdf(pack, layout="slide", words=FR)),
            strict=True,
        )
    }
    for template in pack.catalogue.templates.values():
        for zone in template.zones:
            asked = bare(FR.typo(zone.prompts["fr"]))
            assert asked[:20] in pages[template.id], (template.id, zone.id)


def test_empty_boards_are_printed_once_for_each_template_with_a_code_for_each_zone() -> None:
    pack = a_pack(0)
    layouts: tuple[Layout, ...] = ("blank", "annotated")
    for layout in layouts:
        data = pdf(pack, layout=layout, words=FR)
        with pikepdf.open(BytesIO(data)) as opened:
            assert len(opened.pages) == len(pack.catalogue.templates)
            said = [
                str(one.Alt)
                for one in opened.objects
                if isinstance(one, pikepdf.Dictionary) and "/Alt" in one
            ]
        zones = sum(len(template.zones) for template in pack.catalogue.templates.values())
        assert len([one for one in said if one.startswith("Code QR vers la zone")]) == zones
        prompt = pack.catalogue.templates["governance"].zones[0].prompts["fr"]
        shown = bare(FR.typo(prompt)) in bare("".join(text_of(data)))
        assert shown is (layout == "annotated")
    links = {face.template.id: face.link for face in faces_of(pack, pack.boards, "blank")}
    assert links["sheet1.recto"] == "https://tablee.example/atelier/wpack?board=sheet1.recto"


def test_what_is_filled_leads_to_its_board_or_to_the_page_for_readers() -> None:
    for shared in (None, "https://tablee.example/lecture/abc"):
        pack = a_pack(40, shared_url=shared)
        boards = [board for board in pack.boards if board.group_id == "g1"]
        with pikepdf.open(BytesIO(pdf(pack, boards=boards, words=FR))) as opened:
            said = [str(one.get("/Alt")) for one in opened.objects if isinstance(one, pikepdf.Dictionary)]
        led = [FR.typo(one).partition("https")[2] for one in said if one.startswith("Code QR")]
        wanted = {(shared or f"{board.link}").removeprefix("https") for board in boards}
        assert {*led} == wanted and len(led) == len(boards)


def test_a_recto_is_printed_before_anybody_has_come() -> None:
    pack = a_pack(0)
    versos = [board for board in pack.boards if board.template.side == "nous"]
    faces = faces_of(replace(pack, boards=tuple(versos)), versos, "annotated")
    assert [face.template.id for face in faces][:2] == ["sheet1.recto", "sheet1.verso"]
    assert faces[0].link == "https://tablee.example/atelier/wpack?board=sheet1.recto"


def test_a_booklet_has_a_cover_and_the_guide() -> None:
    pack = a_pack(0)
    cover, guide, *rest = text_of(pdf(pack, layout="guide", words=FR, booklet=True))
    assert "Ce livret contient" in cover and "Trajets communs" in cover
    # the code that people type is in one piece, and the steps are those of this workshop
    assert pack.door.rpartition("/")[2] in cover.split()
    for step in pack.workshop.steps:
        assert bare(FR.typo(f"{step.titles['fr']}{step.minutes} min")) in bare(guide)
    assert guide.count("Dire ce que dit sa structure") == 1  # however many sheets it goes for
    told = pack.catalogue.guide.steps["report"].purpose["fr"]
    assert bare(FR.typo(told)) not in bare(guide)
    assert len(rest) == len(pack.catalogue.templates)
    assert "À reporter dans" in rest[0] and "Au verso" in rest[0]


def test_pictures_hold_the_whole_board() -> None:
    pack = with_notes(a_pack(700), lambda at, note: replace(note, text=f"{note.text} <b>&]]>\x01 §{at:04d}§"))
    board = next(one for one in pack.boards if one.template.id == "governance")
    drawn = svg(pack, board, FR)
    assert svgs(pack, [board, pack.boards[0]], FR)[0] == drawn
    checked = subprocess.run(
        ["xmllint", "--noout", "--nonet", "-"], input=drawn, capture_output=True, check=False
    )
    assert checked.returncode == 0, checked.stderr
    root = ET.fromstring(drawn)
    said = {child.tag.rpartition("}")[2]: "".join(child.itertext()) for child in root}
    assert said["title"].startswith("Trajets communs · ")
    assert sorted(marks(said["desc"])) == sorted(
        mark for note in notes_of(board) for mark in marks(note.text)
    )
    assert ATTRIBUTION["fr"] in said["metadata"] and b"licenses/by-sa/4.0" in drawn
    width, height = (float(v) for v in str(root.get("viewBox")).split()[2:])
    assert abs(width - 420 * MM) < 0.1 and height > 297 * MM  # the annex is under it
    with Image.open(BytesIO(data := png(pack, board, FR))) as picture:
        assert abs(picture.width - 420 / 25.4 * POINTS_AN_INCH) < 2
        assert abs(picture.height / picture.width - height / width) < 0.01
        assert picture.convert("RGB").getpixel((3, 3)) == (255, 255, 255)
    assert len(data) < 4_000_000


@pytest.mark.parametrize("licence", ["cc-by-sa-4.0", "internal", "chatham-house"])
def test_a_picture_tells_machines_that_it_is_free_only_where_all_of_it_is(licence: str) -> None:
    pack = a_pack(5, licence=licence)
    drawn = svg(pack, pack.boards[0], FR)
    assert (b"cc:license" in drawn) is (licence == "cc-by-sa-4.0")
    assert b"CC BY-SA 4.0" in drawn  # the template


@pytest.mark.parametrize("ending", ["pdf", "svg", "png"])
def test_a_template_is_drawn_from_the_command_line(ending: str, tmp_path: Path) -> None:
    out = tmp_path / f"board.{ending}"
    arguments = ["canvas", "preview", "sheet1.recto", "--out", str(out), "--language", "en"]
    ran = CliRunner().invoke(command, arguments)
    assert ran.exit_code == 0, ran.output
    data = out.read_bytes()
    assert data.startswith({"pdf": b"%PDF-", "svg": b"<svg", "png": b"\x89PNG"}[ending])
    if ending == "pdf":
        assert "My values" in text_of(data)[0]
    assert CliRunner().invoke(command, [*arguments[:2], "nothing", "--out", str(out)]).exit_code == 2
    assert CliRunner().invoke(command, [*arguments[:3], "--out", "board.doc"]).exit_code == 2


def test_a_pdf_that_no_standard_allows_is_made_without_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    compiler = laid_out._compiler()

    class Strict:
        def compile(self, main: Path, *, pdf_standards: list[Any], **options: Any) -> Any:
            if pdf_standards:
                raise TypstError("not allowed")
            return compiler.compile(main, pdf_standards=[], **options)

    pack, want = a_pack(5), Want("pdf", board="governance")
    assert [one.plain for one in made(pack, want)] == [False]
    monkeypatch.setattr(laid_out, "_compiler", Strict)
    assert [one.plain for one in made(pack, want)] == [True]
