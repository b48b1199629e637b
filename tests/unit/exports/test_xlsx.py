"""The workbook, opened by another library: sheets, columns, types, and nothing that computes."""

from __future__ import annotations

import io
import textwrap
from dataclasses import replace
from datetime import datetime
from typing import Any

import openpyxl
import pytest
from openpyxl.utils import range_boundaries
from openpyxl.workbook import Workbook
from tests.kit.packs import a_pack

from tablee.exports.items import slug
from tablee.exports.listing import actions_in, indicators_in, places_of
from tablee.exports.xlsx import PRINTED, sheet_name, write_xlsx
from tablee.model.board import Names, Pack
from tablee.model.conduct import Answer, Consent


def book(pack: Pack) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(write_xlsx(pack)))


def head_of(book: Workbook, sheet: str) -> list[str]:
    return [str(cell.value) for cell in book[sheet][1]]


@pytest.mark.parametrize("names", ["names", "structures", "none"])
def test_every_note_is_there_once_in_the_common_order(names: Names) -> None:
    pack = a_pack(500, seed=3, names=names)
    made = book(pack)
    found: list[str] = []
    for sheet in made.worksheets:
        head = head_of(made, sheet.title)
        if "note" in head and "room" in head:
            found += [str(row[head.index("note")].value) for row in sheet.iter_rows(min_row=2)]
    assert len(found) == len(set(found)) == 500
    order = {note: n for n, note in enumerate(place.note.id for place in places_of(pack))}
    for sheet in made.worksheets:
        head = head_of(made, sheet.title)
        if "room" in head:
            places = [order[str(row[head.index("note")].value)] for row in sheet.iter_rows(min_row=2)]
            assert places == sorted(places)


def test_texts_are_texts_and_values_are_values() -> None:
    pack = a_pack(600, seed=4)
    made = book(pack)
    notes = {place.note.id: place.note for place in places_of(pack)}
    numbers = dates = 0
    for sheet in made.worksheets:
        head = head_of(made, sheet.title)
        for row in sheet.iter_rows(min_row=2):
            assert all(cell.data_type != "f" for cell in row)
            assert all(cell.hyperlink is None for cell in row)
            if "room" not in head:
                continue
            note = notes[str(row[head.index("note")].value)]
            assert (row[head.index("Texte")].value or "") == note.text
            written = row[head.index("Écrite le")].value
            assert isinstance(written, datetime)
            if note.fields.get("euros") is not None and note.kind == "cost":
                assert row[head.index("Euros")].value == note.fields["euros"]
                numbers += 1
            if note.fields.get("due") is not None and note.kind == "action":
                due = row[head.index("Échéance")].value
                assert isinstance(due, datetime)
                assert f"{due:%Y-%m-%d}" == note.fields["due"]
                dates += 1
    assert numbers > 3
    assert dates > 3


def test_each_support_has_its_sheet_with_a_frozen_filtered_head() -> None:
    made = book(a_pack(300))
    assert made.sheetnames[0] == "Atelier"
    assert {"Fiche 1, Je", "Fiche 2, Nous", "Actions", "Indicateurs", "Votes"} <= set(made.sheetnames)
    for sheet in made.worksheets[1:]:
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref is not None
    first = [str(row[1].value) for row in made["Atelier"].iter_rows() if row[1].value]
    assert any("inno³" in one for one in first)
    assert any("CC BY-SA" in one for one in first)
    assert any(one.startswith("governance ") for one in first)


def test_actions_and_indicators_have_sheets_of_their_own() -> None:
    pack = a_pack(500, seed=6)
    made = book(pack)
    actions = [row[0].value for row in made["Actions"].iter_rows(min_row=2)]
    assert actions == [place.note.text for place in actions_in(pack)]
    measures = [row[0].value for row in made["Indicateurs"].iter_rows(min_row=2)]
    assert measures == [places[0].note.text for places in indicators_in(pack)]
    assert len(actions) > 10


def test_names_of_sheets_are_legal_and_unlike() -> None:
    taken: set[str] = set()
    names = [
        sheet_name(wanted, taken) for wanted in ("a/b[c]:*?\\", "A B C", "x" * 50, "x" * 40, "'", "History")
    ]
    assert sheet_name("Canvas for the governance of digital commons", set()) == "Canvas for the governance of"
    assert names == ["a b c", "A B C (2)", "x" * 31, "x" * 27 + " (2)", "Tablée", "History (2)"]
    assert all(0 < len(name) <= 31 for name in names)


def test_no_word_is_cut_in_the_name_of_a_file() -> None:
    long = "canevas du modèle économique de tous les communs numériques et des autres"
    assert slug(long) == "canevas-du-modele-economique-de-tous-les-communs-numeriques"
    assert slug("x" * 80) == "x" * 60
    assert slug("…") == "atelier"


def test_an_empty_workshop_still_opens() -> None:
    made = book(a_pack(0))
    assert made.sheetnames == ["Atelier", "Actions", "Indicateurs", "Consentements", "Présences"]
    assert made["Actions"]["A2"].value == "Aucune action."
    assert made["Indicateurs"]["A2"].value == "Aucun indicateur."


def widths_of(sheet: Any) -> dict[int, float]:
    """Of the columns that are shown: like ones beside each other are told once in the file."""
    return {
        column: one.width
        for one in sheet.column_dimensions.values()
        if not one.hidden
        for column in range(one.min, one.max + 1)
    }


def test_each_sheet_is_printed_one_page_wide_below_a_head_that_is_tall_enough() -> None:
    made = book(a_pack(400))
    for sheet in made.worksheets:
        assert sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.title
        assert sheet.page_setup.fitToWidth in (None, 1), sheet.title  # one is what is not written
        assert sheet.page_setup.fitToHeight == 0, sheet.title
        assert "d’après" in sheet.oddFooter.left.text.lower() and "CC BY-SA" in sheet.oddFooter.left.text
        if sheet.title == "Atelier":
            continue
        wide = widths_of(sheet)
        for cell in sheet[1][: len(wide)]:
            width = wide[cell.column] - 3
            lines = len(textwrap.wrap(str(cell.value), int(width)))
            assert lines == 1 or sheet.row_dimensions[1].height >= 15 * lines, (sheet.title, cell.value)
            assert all(len(word) <= width + 1 for word in str(cell.value).split()), cell.value


def test_what_is_printed_is_large_enough_to_be_read_and_begins_with_the_note() -> None:
    """On A3, at most so many characters wide: what few notes say comes behind it, for the screen."""
    made, beyond = book(a_pack(600, seed=4)), 0
    for sheet in made.worksheets[1:]:
        wide = widths_of(sheet)
        _, _, last, rows = range_boundaries(sheet.print_area.rpartition("!")[2])
        assert rows == sheet.max_row
        assert sum(int(width) for column, width in wide.items() if column <= last) <= PRINTED, sheet.title
        head = head_of(made, sheet.title)
        if "Type de note" not in head:
            assert last == len(head), sheet.title
            continue
        whose = {"Partie prenante", "Écrite par"} & {*head}
        assert {"Groupe", "Zone", "Texte", "Type de note", *whose} <= {*head[:last]}
        shown = len(wide)
        beyond += shown - last
        for column in range(last + 1, shown + 1):
            said = [row[column - 1].value for row in sheet.iter_rows(min_row=2)]
            assert any(one is not None for one in said), "nothing is lost"
    assert beyond > 0


@pytest.mark.parametrize(
    ("turnout", "answer", "outcome"),
    [
        (2, "consent", "Sans objection, peu de réponses"),
        (12, "consent", "Adoptée"),
        (2, "objection", "Objection à traiter"),
    ],
)
def test_what_few_have_answered_is_not_called_adopted(turnout: int, answer: str, outcome: str) -> None:
    answers = (Answer(answer),) * turnout
    asked = Consent(
        "c1", "p1person", "Se revoir", None, False, 1, closed_at=2, turnout=turnout, of=14, answers=answers
    )
    pack = a_pack(5)
    made = book(replace(pack, workshop=replace(pack.workshop, consents=(asked,))))
    assert made["Consentements"]["B2"].value == outcome


def test_the_head_of_a_column_says_what_is_in_it() -> None:
    made = book(a_pack(500, seed=6))
    heads = [title for sheet in made.worksheets for title in head_of(made, sheet.title)]
    assert "Responsable hors atelier" in heads
    assert not any("Ou une personne absente" in title for title in heads)


def test_columns_in_which_nobody_says_anything_are_left_out() -> None:
    made = book(a_pack(300, seed=8))
    fixed = {"N°", "Texte", "Type de note", "Groupe"}
    for sheet in made.worksheets:
        head = head_of(made, sheet.title)
        if "room" not in head:
            continue
        for n, title in enumerate(head[: head.index("room")]):
            said = [row[n].value for row in sheet.iter_rows(min_row=2)]
            assert title in fixed or any(one is not None for one in said), (sheet.title, title)


def test_places_and_gauges_have_words_and_a_number() -> None:
    pack = a_pack(600, seed=4)
    made = book(pack)
    notes = {place.note.id: place.note for place in places_of(pack)}
    seen = 0
    for sheet in made.worksheets:
        head = head_of(made, sheet.title)
        if "room" not in head or "Niveau de contribution" not in head:
            continue
        for row in sheet.iter_rows(min_row=2):
            x = notes[str(row[head.index("note")].value)].fields.get("x")
            if x is not None:
                assert isinstance(row[head.index("Niveau de contribution")].value, str)
                assert row[head.index("Niveau de contribution, valeur")].value == pytest.approx(x)
                seen += 1
    assert seen > 0


def test_what_is_not_said_of_an_action_is_said_as_in_the_report() -> None:
    pack = a_pack(500, seed=6)
    rows = list(book(pack)["Actions"].iter_rows(min_row=2, values_only=True))
    assert all(row[1] and row[3] for row in rows)
    assert any(row[1] == "à désigner" for row in rows)
    people = {row[0] for row in book(pack)["Présences"].iter_rows(min_row=2, values_only=True)}
    assert "Inès Carpentier" in people
    assert "Présences" not in book(a_pack(50, names="none")).sheetnames


def test_counts_are_numbers_and_names_of_canvases_are_short() -> None:
    made = book(a_pack(300))
    [count] = [row[1].value for row in made["Atelier"].iter_rows() if row[0].value == "Notes"]
    assert count == 300
    assert {"Canevas gouvernance", "Canevas modèle économique"} <= {*made.sheetnames}


def test_characters_that_xml_cannot_hold_and_endless_comments() -> None:
    pack = a_pack(20)
    board = next(one for one in pack.boards if one.count)
    zone = next(one for one in board.zones if one.notes)
    hurt = replace(zone.notes[0], text="a\x00b\x1fc _x0041_ \ufffe", tags=("y" * 40_000,))
    zones = tuple(replace(z, notes=(hurt, *z.notes[1:])) if z is zone else z for z in board.zones)
    boards = tuple(replace(one, zones=zones) if one is board else one for one in pack.boards)
    made = book(replace(pack, boards=boards))
    assert len(made.sheetnames) > 2
