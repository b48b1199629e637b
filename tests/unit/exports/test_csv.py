"""The plain table: every note once in the common order, no formula, and it can be read back."""

from __future__ import annotations

import csv
import io
import json

import pytest
from tests.kit.packs import HOSTILE, a_pack

from tablee.exports.csv import write_csv
from tablee.exports.listing import places_of
from tablee.model.board import Names, Pack
from tablee.model.importing.cells import ADDRESS, guarded, is_risky, unguarded
from tablee.model.importing.tables import read_csv


def table(pack: Pack) -> list[list[str]]:
    written = write_csv(pack).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(written, newline=""), delimiter=";", strict=True))


def test_it_is_what_spreadsheets_open() -> None:
    written = write_csv(a_pack(40))
    assert written.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in written
    head, *rows = table(a_pack(40))
    assert len({len(row) for row in (head, *rows)}) == 1
    assert len(set(head)) == len(head)
    assert head[:4] == ["Groupe", "Support", "Fiche de", "Zone"]
    assert tuple(head[-len(ADDRESS) :]) == ADDRESS


@pytest.mark.parametrize("names", ["names", "structures", "none"])
def test_every_note_is_there_once_in_the_common_order(names: Names) -> None:
    pack = a_pack(500, seed=3, names=names)
    head, *rows = table(pack)
    ids, texts = head.index("note"), head.index("Texte")
    assert [row[ids] for row in rows] == [place.note.id for place in places_of(pack)]
    assert [unguarded(row[texts]) for row in rows] == [place.note.text for place in places_of(pack)]
    assert len(rows) == 500


def test_no_cell_begins_like_a_formula() -> None:
    pack = a_pack(400, seed=5)
    for row in table(pack)[1:]:
        for cell in row:
            assert cell[:1] not in ("=", "+", "-", "@", "\t", "\r"), cell
    assert sum(cell.startswith("'=") for row in table(pack) for cell in row) > 0


@pytest.mark.parametrize(
    "text",
    [
        *HOSTILE,
        "",
        "'",
        "''",
        "'=1",
        "'tis",
        "\r\n=1",
        " =1",
        "\u00a0@x",
        "＝1+1",
        "a=1",
        "\x00x",
        "-",
        "été",
    ],
)
def test_guarding_is_undone_exactly(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert not is_risky(guarded(text)) or guarded(text).startswith("'")


def test_what_was_not_guarded_stays() -> None:
    """An apostrophe of somebody's own in a table that is not ours."""
    assert unguarded("'tis") == "'tis"
    assert unguarded("l'eau") == "l'eau"


def test_fields_are_told_in_words_and_as_they_are() -> None:
    pack = a_pack(300, seed=2)
    head, *rows = table(pack)
    by_id = {row[head.index("note")]: row for row in rows}
    for place in places_of(pack):
        row = by_id[place.note.id]
        fields = unguarded(row[head.index("fields")])
        assert (json.loads(fields) if fields else {}) == place.note.fields
        if place.note.kind == "rule" and place.note.fields.get("state") == "in_force":
            assert "En vigueur" in row


def test_another_language_has_the_same_notes() -> None:
    french, english = table(a_pack(80)), table(a_pack(80, language="en"))
    assert english[0][:4] == ["Group", "Board", "Sheet of", "Zone"]
    at = english[0].index("note")
    assert [row[at] for row in english] == [row[at] for row in french]


def test_it_reads_back_with_every_address() -> None:
    pack = a_pack(200, seed=9)
    rows = read_csv(write_csv(pack))
    for row, place in zip(rows, places_of(pack), strict=True):
        assert (row.room, row.board, row.zone, row.note) == (
            place.board.room,
            place.board.id,
            place.zone.zone.id if place.zone else "",
            place.note.id,
        )
        assert row.text == place.note.text.strip().replace("\t", "")
        assert (row.kind, row.colour, row.fields) == (place.note.kind, place.note.colour, place.note.fields)
        assert row.author == (place.note.author or "")
