"""The workbook: a sheet per support, a column per field, real numbers and dates; actions, indicators, votes.

What people wrote is always stored as a text: nothing in here is a formula.
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from datetime import date, datetime

import xlsxwriter  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from tablee.exports.columns import ABOUT, WHAT, WHERE, Cell, address_of, fields_in, moment, unlike
from tablee.exports.ical import owner_of
from tablee.exports.kinds import field_words, kind_of
from tablee.exports.listing import (
    Place,
    actions_in,
    group_title,
    of_kind,
    places_of,
    said_in,
    support_title,
    zone_title,
)
from tablee.exports.report import licence
from tablee.model.board import Board, Pack
from tablee.model.importing.cells import ADDRESS
from tablee.words import Words

IDS = ADDRESS[:-1]
"""Fields have columns of their own."""
NAME_CHARS = 31
CELL_CHARS = 32_767
WIDEST = 260
"""Characters of a row that can still be read on one page."""
LINE_HEIGHT, TALLEST = 15, 409
"""Points; the second is the most that a row may have."""
ILLEGAL = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
AMOUNT, DAY, TIME = "#,##0.##", "yyyy-mm-dd", "yyyy-mm-dd hh:mm"


def write_xlsx(pack: Pack) -> bytes:
    return _Workbook(pack).written()


class _Workbook:
    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self.words = Words("en" if pack.language == "en" else "fr")
        self.out = io.BytesIO()
        self.book = xlsxwriter.Workbook(
            self.out,
            {
                "in_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "nan_inf_to_errors": True,
            },
        )
        self.book.set_properties(
            {
                "title": pack.workshop.title,
                "comments": pack.attribution,
                "author": "Tablée",
                "created": moment(max(1, pack.state_at)),
            }
        )
        self.names: set[str] = set()
        self.head = self.book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        self.label = self.book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self.text = self.book.add_format({"text_wrap": True, "valign": "top"})
        self.number = self.book.add_format({"num_format": AMOUNT, "valign": "top"})
        self.day = self.book.add_format({"num_format": DAY, "valign": "top", "align": "left"})
        self.time = self.book.add_format({"num_format": TIME, "valign": "top", "align": "left"})
        self.title = self.book.add_format({"bold": True, "font_size": 16})

    def written(self) -> bytes:
        self._workshop()
        self._notes()
        self._actions()
        self._indicators()
        self._votes()
        self.book.close()
        return self.out.getvalue()

    # -- sheets ---------------------------------------------------------------------------------------

    def _workshop(self) -> None:
        say, workshop, pack = self.words.say, self.pack.workshop, self.pack
        sheet = self._sheet(say("Atelier"))
        widths = (30, 90)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.write_string(0, 0, _cut(workshop.title), self.title)
        used = {board.template.id: board for board in pack.boards}
        rows: list[tuple[str, Cell]] = [
            (say("Le commun"), workshop.commons),
            (say("État au"), moment(pack.state_at)),
            (say("Groupes"), ", ".join(group.name for group in workshop.groups)),
            (say("Notes"), self.words.number(sum(board.count for board in pack.boards))),
            (say("Licence des contenus"), licence(pack, self.words)),
            (say("Gabarits d'origine"), self.words.typo(pack.attribution)),
            *(
                (support_title(self.words, board), _version(board, self.words.language))
                for board in used.values()
            ),
        ]
        at = 2
        for label, value in rows:
            if value not in (None, ""):
                sheet.write_string(at, 0, _cut(label), self.label)
                self._cell(sheet, at, 1, value)
                self._fit(sheet, at, (label, value), widths)
                at += 1
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)

    def _notes(self) -> None:
        places = list(places_of(self.pack))
        supports: dict[str, list[Place]] = {}
        for board in self.pack.boards:
            supports.setdefault(board.template.id, [])
        for place in places:
            supports[place.board.template.id].append(place)
        for there in supports.values():
            if there:
                self._support(there)

    def _support(self, places: Sequence[Place]) -> None:
        """All notes of one face or canvas: of every group, and of every structure."""
        words = self.words
        fields = fields_in(words, places)
        columns = (*WHERE, *WHAT)
        titles = [column.title(words) for column in columns] + [title for _, title in fields]
        titles += [column.title(words) for column in ABOUT] + [*IDS]
        widths = [column.width for column in columns] + [18] * len(fields)
        widths += [column.width for column in ABOUT] + [14] * len(IDS)
        rows = [
            [
                *(column.cell(words, place) for column in columns),
                *(self._field(place, name) for name, _ in fields),
                *(column.cell(words, place) for column in ABOUT),
                *address_of(place)[: len(IDS)],
            ]
            for place in places
        ]
        self._table(support_title(words, places[0].board), titles, widths, rows, hidden=len(IDS))

    def _field(self, place: Place, name: str) -> Cell | date:
        """A value as a spreadsheet counts with it where it can, else in words."""
        found, value = kind_of(place.note.kind).field(name), place.note.fields.get(name)
        if found is None or value is None:
            return None
        if found.type in ("number", "whole") and isinstance(value, int | float):
            return value
        if found.type == "date" and isinstance(value, str):
            try:
                return date.fromisoformat(value)
            except ValueError:
                return value
        return field_words(self.words, place.note, name, value, self.pack)

    def _actions(self) -> None:
        say = self.words.say
        places = actions_in(self.pack)
        titles = [say("Action"), say("Responsable"), say("Échéance"), say("Statut"), say("Dimension")]
        titles += [say("Priorité"), say("Groupe"), say("Support"), say("Zone")]
        rows = [
            [
                place.note.text,
                owner_of(self.words, self.pack, place),
                *(self._field(place, name) for name in ("due", "state", "dimension", "priority")),
                *self._where(place),
            ]
            for place in places
        ]
        self._table(say("Actions"), titles, [60, 22, 12, 14, 18, 14, 16, 22, 26], rows)

    def _indicators(self) -> None:
        say, names = self.words.say, ("unit", "baseline", "target", "horizon", "owner_id", "source")
        titles = [say("Indicateur"), say("Ce qui est compté"), say("Valeur de départ"), say("Valeur visée")]
        titles += [say("Horizon"), say("Responsable"), say("Source")]
        titles += [say("Groupe"), say("Support"), say("Zone")]
        rows = [
            [place.note.text, *(self._field(place, name) for name in names), *self._where(place)]
            for place in of_kind(self.pack, "indicator")
        ]
        self._table(say("Indicateurs"), titles, [60, 24, 14, 14, 12, 22, 24, 16, 22, 26], rows)

    def _votes(self) -> None:
        """Votes that are counted: a line per note that got points, the most first."""
        say = self.words.say
        there = {place.note.id: place for place in places_of(self.pack)}
        rows: list[list[Cell | date]] = []
        for vote in self.pack.workshop.votes:
            for note_id, points in sorted(vote.totals.items(), key=lambda item: (-item[1], item[0])):
                place = there.get(note_id)
                said = place.note.text if place is not None else say("Note supprimée")
                where = self._where(place) if place is not None else ["", "", ""]
                voted = [moment(vote.closed_at or vote.at), vote.turnout, vote.of]
                rows.append([vote.question, said, points, *voted, *where])
        titles = [say("Question"), say("Note"), say("Points de vote"), say("Clos le"), say("Votes exprimés")]
        titles += [say("Personnes appelées à voter"), say("Groupe"), say("Support"), say("Zone")]
        if rows:
            self._table(say("Votes"), titles, [40, 60, 10, 18, 10, 12, 16, 22, 26], rows)

    def _where(self, place: Place) -> list[Cell]:
        words = self.words
        return [
            group_title(words, place.board),
            support_title(words, place.board),
            zone_title(words, place),
        ]

    # -- cells ----------------------------------------------------------------------------------------

    def _table(
        self,
        name: str,
        titles: Sequence[str],
        widths: Sequence[int],
        rows: Sequence[Sequence[Cell | date]],
        hidden: int = 0,
    ) -> None:
        """The last `hidden` columns are for programs: people show them when they want to."""
        sheet = self._sheet(name)
        for column, (title, width) in enumerate(zip(unlike(titles), widths, strict=True)):
            away = {"hidden": True} if column >= len(titles) - hidden else {}
            sheet.set_column(column, column, width, None, away)
            sheet.write_string(0, column, _cut(title), self.head)
        for at, row in enumerate(rows, 1):
            for column, cell in enumerate(row):
                self._cell(sheet, at, column, cell)
            self._fit(sheet, at, row[: len(row) - hidden], widths[: len(row) - hidden])
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(1, len(rows)), len(titles) - 1)
        sheet.set_landscape()
        sheet.set_paper(9)
        if sum(widths[: len(titles) - hidden]) <= WIDEST:
            sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        sheet.set_footer("&L&8" + self._footer() + "&R&8&P / &N")

    @staticmethod
    def _fit(sheet: Worksheet, at: int, row: Sequence[Cell | date], widths: Sequence[int]) -> None:
        """Some programs show the first line of a text only, unless its row says how tall it is."""
        lines = max(
            (
                sum(max(1, math.ceil(len(line) / width)) for line in cell.split("\n"))
                for cell, width in zip(row, widths, strict=True)
                if isinstance(cell, str)
            ),
            default=1,
        )
        if lines > 1:
            sheet.set_row(at, min(TALLEST, LINE_HEIGHT * lines))

    def _footer(self) -> str:
        text = f"{self.pack.workshop.title} · {self.pack.attribution}".replace("&", "&&")
        return text if len(text) <= 200 else text[:199].rstrip("&") + "…"

    def _cell(self, sheet: Worksheet, row: int, column: int, cell: Cell | date) -> None:
        match cell:
            case None | "":
                return
            case str():
                sheet.write_string(row, column, _cut(cell), self.text)
            case datetime():
                sheet.write_datetime(row, column, cell, self.time)
            case date():
                sheet.write_datetime(row, column, cell, self.day)
            case _:
                sheet.write_number(row, column, cell, self.number)

    def _sheet(self, wanted: str) -> Worksheet:
        sheet: Worksheet = self.book.add_worksheet(sheet_name(wanted, self.names))
        return sheet


def _version(board: Board, language: str) -> str:
    template = board.template
    return f"{template.id} {template.version}, {said_in(template.titles, language)}"


def sheet_name(wanted: str, taken: set[str]) -> str:
    """A name that spreadsheets take, unlike those that are taken; it is taken then."""
    base = " ".join(wanted.translate(ILLEGAL).split()).strip("'") or "Tablée"
    name, n = base[:NAME_CHARS].rstrip(" '"), 1
    while name.casefold() in taken or name.casefold() == "history":
        n += 1
        end = f" ({n})"
        name = base[: NAME_CHARS - len(end)].rstrip(" '") + end
    taken.add(name.casefold())
    return name


def _cut(text: str) -> str:
    """What a cell can hold. Notes are far shorter; what many people comment together need not be."""
    return text if len(text) <= CELL_CHARS else text[: CELL_CHARS - 1] + "…"
