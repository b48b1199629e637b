"""The plain table: every note once in the common order, no formula, and it can be read back."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from typing import Any

import pytest
from tests.kit.packs import HOSTILE, a_pack

from tablee.exports.columns import unlike
from tablee.exports.csv import write_csv
from tablee.exports.listing import places_of
from tablee.model.board import BoardNote, Names, Pack, ZoneNotes
from tablee.model.importing.cells import ADDRESS, guarded, is_risky, unguarded
from tablee.model.importing.tables import read_csv
from tablee.words import Language


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
    """A number of ours may be below zero."""
    pack = a_pack(400, seed=5)
    for row in table(pack)[1:]:
        for cell in row:
            if not re.fullmatch(r"-\d+(,\d+)?", cell):
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


def with_fields(*notes: tuple[str, dict[str, Any]], language: Language = "fr") -> Pack:
    """The first notes of a workshop, each of this kind with these fields."""
    pack = a_pack(30, language=language)
    told = dict(zip([place.note.id for place in places_of(pack)], notes, strict=False))

    def changed(note: BoardNote) -> BoardNote:
        kind, fields = told.get(note.id, ("note", {}))
        return replace(note, kind=kind, fields=fields)

    def of_zone(zone: ZoneNotes) -> ZoneNotes:
        return replace(zone, notes=tuple(changed(note) for note in zone.notes))

    boards = tuple(
        replace(board, zones=tuple(of_zone(zone) for zone in board.zones), unplaced=())
        for board in pack.boards
    )
    return replace(pack, boards=boards)


MIXED: tuple[tuple[str, dict[str, Any]], ...] = (
    ("point", {"y": 0.3333, "target": {"x": 0.5, "y": 1}, "x": 0.25}),
    ("indicator", {"target": 9, "baseline": 8000.5}),
    ("resource", {"state": "idea"}),
    ("rule", {"state": "proposed", "review_on": "2027-01-06"}),
    ("scale", {"key": "viability", "value": -1}),
    ("action", {"dimension": "legal", "due": "2027-12-01", "state": "done"}),
    ("contribution", {"stakeholder_id": "s0structure", "amount": 8000}),
    ("question", {"useful": 4}),
)


def test_a_column_holds_one_field() -> None:
    """« Proposée » is no state of a resource, and what an indicator aims at is no place on the map."""
    head, *rows = table(with_fields(*MIXED))
    assert len({*head}) == len(head)
    assert not any(re.search(r"\(\d\)$", title) for title in head)
    said = [dict(zip(head, row, strict=True)) for row in rows]
    assert said[1]["Valeur visée"] == "9" and said[1]["Où aller"] == ""
    assert said[2]["Avancement"] == "En réflexion" and said[2]["Statut"] == ""
    assert said[3]["Statut"] == "Proposée" and said[3]["Avancement"] == ""
    assert said[5]["Statut"] == "Fait"
    assert said[0]["Dimension (Point de carte)"] == "Structure"
    assert said[5]["Dimension (Action)"] == "Juridique"
    assert said[6]["Partie prenante (Apport ou contrepartie)"] == "Haut-Orme"


@pytest.mark.parametrize(("language", "number"), [("fr", "8000,5"), ("en", "8000.5")])
def test_numbers_and_dates_are_computed_with(language: Language, number: str) -> None:
    pack = with_fields(*MIXED, language=language)
    _, *cells = table(pack)
    assert number in cells[1]
    assert "2027-01-06" in cells[3]
    assert "2027-12-01" in cells[5]
    assert "8000" in cells[6]


def test_a_mark_and_a_place_are_told_in_words_with_their_number_beside() -> None:
    head, *rows = table(with_fields(*MIXED))
    said = [dict(zip(head, row, strict=True)) for row in rows]
    assert said[0]["Niveau de contribution"] == "Fait des retours"
    assert said[0]["Niveau de contribution, valeur"] == "0,25"
    assert "Y perd un peu" in said[4]["Niveau"] and said[4]["Niveau, valeur"] == "-1"
    assert said[7]["Utile, valeur"] == "4"


@pytest.mark.parametrize(("language", "colon"), [("fr", "\u00a0: "), ("en", ": ")])
def test_a_comment_follows_its_author_as_the_language_writes_it(language: Language, colon: str) -> None:
    head, *rows = table(a_pack(80, language=language))
    comments = [row[head.index("Commentaires" if language == "fr" else "Comments")] for row in rows]
    said = [line for one in comments for line in one.split("\n") if line]
    assert said and all(re.match(rf"\w+ [\w ]+?{colon}\S", line) for line in said), said


def test_a_title_is_no_formula_and_no_number_is_made_of_yes() -> None:
    pack = with_fields(("contribution", {"amount": True}), ("contribution", {"amount": 1}))
    head, *rows = table(pack)
    assert [row[head.index("Quantité")] for row in rows[:2]] == ["", "1"]
    assert unlike(["statut", "Statut", "N°"]) == ["statut", "Statut (2)", "N°"]


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
