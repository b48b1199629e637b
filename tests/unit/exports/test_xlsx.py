"""The workbook, opened by another library: sheets, columns, types, and nothing that computes."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import datetime

import openpyxl  # type: ignore[import-untyped]
import pytest
from openpyxl.workbook import Workbook  # type: ignore[import-untyped]
from tests.kit.packs import a_pack

from tablee.exports.listing import actions_in, of_kind, places_of
from tablee.exports.xlsx import sheet_name, write_xlsx
from tablee.model.board import Names, Pack


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
    assert measures == [place.note.text for place in of_kind(pack, "indicator")]
    assert len(actions) > 10


def test_names_of_sheets_are_legal_and_unlike() -> None:
    taken: set[str] = set()
    names = [
        sheet_name(wanted, taken) for wanted in ("a/b[c]:*?\\", "A B C", "x" * 50, "x" * 40, "'", "History")
    ]
    assert names == ["a b c", "A B C (2)", "x" * 31, "x" * 27 + " (2)", "Tablée", "History (2)"]
    assert all(0 < len(name) <= 31 for name in names)


def test_an_empty_workshop_still_opens() -> None:
    made = book(a_pack(0))
    assert made.sheetnames == ["Atelier", "Actions", "Indicateurs"]


def test_characters_that_xml_cannot_hold_and_endless_comments() -> None:
    pack = a_pack(20)
    board = next(one for one in pack.boards if one.count)
    zone = next(one for one in board.zones if one.notes)
    hurt = replace(zone.notes[0], text="a\x00b\x1fc _x0041_ \ufffe", tags=("y" * 40_000,))
    zones = tuple(replace(z, notes=(hurt, *z.notes[1:])) if z is zone else z for z in board.zones)
    boards = tuple(replace(one, zones=zones) if one is board else one for one in pack.boards)
    made = book(replace(pack, boards=boards))
    assert len(made.sheetnames) > 2
