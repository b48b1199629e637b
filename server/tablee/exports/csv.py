"""All notes as one table: CSV in UTF-8 with a byte order mark, semicolons, RFC 4180 quotes.

The mark and the semicolons are what spreadsheets of French systems open without asking. They take a cell that
begins like a formula for one: such a text gets an apostrophe in front, which `importing/cells.py` undoes.
Numbers and dates are written so that they are computed with: `8000`, `0,5` (`0.5` in English), `2026-03-12`.
"""

from __future__ import annotations

import csv
import io
from datetime import datetime

from tablee.exports.columns import ABOUT, WHAT, WHERE, Cell, address_of, fields_in, unlike
from tablee.exports.listing import places_of
from tablee.model.board import Pack
from tablee.model.importing.cells import ADDRESS, guarded
from tablee.words import Words

BOM = "\ufeff"


def write_csv(pack: Pack) -> bytes:
    words = Words("en" if pack.language == "en" else "fr")
    places = list(places_of(pack))
    fields = fields_in(words, places, pack)
    before, after = (*WHERE, *WHAT), ABOUT
    titles = [column.title(words) for column in before] + [field.title for field in fields]
    titles += [column.title(words) for column in after] + [words.say("Gabarit"), words.say("Attribution")]
    out = io.StringIO()
    write = csv.writer(out, delimiter=";", lineterminator="\r\n").writerow
    write([*unlike(titles), *ADDRESS])
    for place in places:
        cells: list[Cell] = [column.cell(words, place) for column in before]
        cells += [field.cell(words, place, pack) for field in fields]
        cells += [column.cell(words, place) for column in after]
        # rows are copied into other tables: each says what it comes from
        cells += [f"{place.board.template.id} {place.board.template.version}", pack.attribution]
        write([_written(cell, words.language) for cell in (*cells, *address_of(place))])
    return (BOM + out.getvalue()).encode()


def _written(cell: Cell, language: str) -> str:
    match cell:
        case None:
            return ""
        case str():
            return guarded(cell)
        case float():
            plain = str(int(cell)) if cell.is_integer() else f"{cell:.10f}".rstrip("0")
            return plain if language == "en" else plain.replace(".", ",")
        case datetime():
            return f"{cell:%Y-%m-%d %H:%M:%S}"
        case _:
            return str(cell)
