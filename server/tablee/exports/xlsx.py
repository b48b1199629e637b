"""The workbook: a sheet per support, a column per field, real numbers and dates; actions, votes, attendance.

What people wrote is always stored as a text: nothing in here is a formula.
"""

from __future__ import annotations

import io
import textwrap
from collections.abc import Iterable, Sequence
from datetime import date, datetime

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from tablee.exports.about import nobody, owner_of
from tablee.exports.columns import ABOUT, WHAT, WHERE, Cell, address_of, field_cell, fields_in, moment, unlike
from tablee.exports.listing import (
    Place,
    actions_in,
    group_title,
    indicators_in,
    of_kind,
    places_of,
    said_in,
    short_title,
    support_title,
    zone_title,
)
from tablee.exports.report import licence
from tablee.exports.report_governance import group_name, outcome_of
from tablee.model.board import Board, Pack
from tablee.model.importing.cells import ADDRESS
from tablee.words import Words

IDS = ADDRESS[:-1]
"""Fields have columns of their own."""
NAME_CHARS = 31
CELL_CHARS = 32_767
A3, A4 = 8, 9
"""How xlsxwriter calls papers."""
WIDEST, PRINTED = 200, 340
"""Characters of a row that can be read on A4 and on A3: one page wide, in letters of 60 % or more."""
SELDOM = 0.1
"""Of the rows: a column that fewer say something in is for the screen."""
NARROWEST = 6
LINE_HEIGHT, TALLEST = 15, 409
"""Points; the second is the most that a row may have."""
ARROW = 3
"""Characters that the button of a filter covers."""
FOOTER_CHARS, FOOTER_TITLE_CHARS = 240, 40
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
        self._rules()
        self._actions()
        self._indicators()
        self._votes()
        self._consents()
        self._attendance()
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
            (say("Notes"), sum(board.count for board in pack.boards)),
            (say("Licence des contenus"), licence(pack, self.words)),
            (
                say("Sur papier"),
                say("Les colonnes que peu de notes remplissent se lisent à l'écran et ne s'impriment pas."),
            ),
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
        self._page(sheet, sum(widths))

    def _notes(self) -> None:
        places = list(places_of(self.pack))
        supports: dict[str, list[Place]] = {}
        for board in self.pack.boards:
            supports.setdefault(board.template.id, [])
        for place in places:
            supports[place.board.template.id].append(place)
        for there in supports.values():
            if there:
                self._list(short_title(self.words, there[0].board), there)

    def _rules(self) -> None:
        """Rules and committees of all groups, side by side."""
        kinds = ("rule", "committee", "legal_structure")
        places = [place for kind in kinds for place in of_kind(self.pack, kind)]
        if places:
            self._list(self.words.say("Règles et comités"), places, ids=False)

    def _list(self, name: str, places: Sequence[Place], ids: bool = True) -> None:
        """Notes of every group and every structure, without the columns in which none says anything."""
        words, pack = self.words, self.pack
        fields = fields_in(words, places, pack)
        columns = (*WHERE, *WHAT)
        titles = [column.title(words) for column in columns] + [field.title for field in fields]
        titles += [column.title(words) for column in ABOUT]
        widths = [column.width for column in columns] + [18] * len(fields)
        widths += [column.width for column in ABOUT]
        cells = [
            [
                *(column.cell(words, place) for column in columns),
                *(field.cell(words, place, pack) for field in fields),
                *(column.cell(words, place) for column in ABOUT),
            ]
            for place in places
        ]
        always = {column.title(words) for column in (*WHAT, *WHERE[:1])}
        filled = [sum(row[n] not in (None, "") for row in cells) for n in range(len(titles))]
        kept = [n for n, title in enumerate(titles) if title in always or filled[n]]
        widths = [_width(title, (row[n] for row in cells), widths[n]) for n, title in enumerate(titles)]
        # a note, whose it is, then what most say: the rest would make all of it too small to be read
        whose = [titles.index(column.title(words)) for column in ABOUT[:2]]
        first = [n for n in (*range(len(columns)), *whose) if n in kept]
        often = [n for n in kept if n not in first and filled[n] >= SELDOM * len(cells)]
        printed = _within(PRINTED, widths, [*first, *sorted(often, key=lambda n: -filled[n])])
        kept = [*printed, *(n for n in kept if n not in printed)]
        hidden = IDS if ids else ()
        rows = [
            [*(row[n] for n in kept), *address_of(place)[: len(hidden)]]
            for row, place in zip(cells, places, strict=True)
        ]
        self._table(
            name,
            [*(titles[n] for n in kept), *hidden],
            [*(widths[n] for n in kept), *(14 for _ in hidden)],
            rows,
            hidden=len(hidden),
            printed=len(printed),
        )

    def _actions(self) -> None:
        say = self.words.say
        places = actions_in(self.pack)
        missing = nobody(self.words, self.pack, say("à désigner"))
        titles = [say("Action"), say("Responsable"), say("Échéance"), say("Statut"), say("Dimension")]
        titles += [say("Priorité"), say("Groupe"), say("Support"), say("Zone")]
        rows = [
            [
                place.note.text,
                owner_of(place.note, self.pack) or missing,
                self._field(place, "due"),
                self._field(place, "state") or say("À faire"),
                *(self._field(place, name) for name in ("dimension", "priority")),
                *self._where(place),
            ]
            for place in places
        ]
        widths = [60, 22, 12, 14, 18, 14, 16, 22, 26]
        self._table(say("Actions"), titles, widths, rows or [[say("Aucune action.")]])

    def _indicators(self) -> None:
        say, names = self.words.say, ("unit", "baseline", "target", "horizon", "owner_id", "source")
        titles = [say("Indicateur"), say("Ce qui est compté"), say("Valeur de départ"), say("Valeur visée")]
        titles += [say("Horizon"), say("Responsable"), say("Source")]
        titles += [say("Groupe"), say("Support"), say("Zone")]
        rows: list[list[Cell]] = []
        for places in indicators_in(self.pack):
            # where its words and values are, and every zone that it is in
            group, support, _ = self._where(places[0])
            zones = ", ".join(dict.fromkeys(zone_title(self.words, place) for place in places))
            values = (self._field(places[0], name) for name in names)
            rows.append([places[0].note.text, *values, group, support, zones])
        widths = [60, 24, 14, 14, 12, 22, 24, 16, 22, 26]
        self._table(say("Indicateurs"), titles, widths, rows or [[say("Aucun indicateur.")]])

    def _votes(self) -> None:
        """Votes that are counted: a line per note that got points, the most first."""
        say = self.words.say
        there = {place.note.id: place for place in places_of(self.pack)}
        rows: list[list[Cell]] = []
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

    def _consents(self) -> None:
        """Proposals with how many answered what; who did is in no table."""
        say, rows = self.words.say, []
        for consent in self.pack.workshop.consents:
            given = [answer.answer for answer in consent.answers]
            asked: list[Cell] = [consent.turnout, consent.of]
            rows.append(
                [
                    consent.proposal,
                    outcome_of(consent, self.words),
                    *(given.count(answer) for answer in ("consent", "reservation", "objection")),
                    *asked,
                    moment(consent.closed_at or consent.at),
                    group_name(self.pack, consent.group, self.words),
                ]
            )
        titles = [say("Proposition"), say("Issue"), say("Consentements"), say("Réserves"), say("Objections")]
        titles += [say("Réponses"), say("Personnes interrogées"), say("Clos le"), say("Groupe")]
        if rows:
            self._table(say("Consentements"), titles, [60, 20, 16, 12, 12, 12, 14, 18, 16], rows)

    def _attendance(self) -> None:
        """Who was there, as far as people agreed to be named."""
        say, pack, workshop = self.words.say, self.pack, self.pack.workshop
        roles = {
            "organiser": say("Organisation"),
            "facilitator": say("Animation"),
            "participant": say("Participation"),
            "observer": say("Observation"),
        }
        groups = {group.id: group.name for group in workshop.groups}
        if pack.names == "names":
            rows: list[list[Cell]] = [
                [
                    one.name,
                    pack.stakeholders.get(one.stakeholder) if one.stakeholder != one.id else None,
                    groups.get(one.group or ""),
                    roles[one.role],
                ]
                for one in workshop.people
            ]
            titles = [say("Prénom"), say("Structure"), say("Groupe"), say("Rôle")]
            self._table(say("Présences"), titles, [24, 30, 20, 18], rows)
        elif pack.names == "structures":
            structures = sorted({name for name in pack.people.values() if name})
            if structures:
                self._table(say("Présences"), [say("Structure")], [40], [[name] for name in structures])

    def _field(self, place: Place, name: str) -> Cell:
        return field_cell(self.words, place, name, self.pack)

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
        rows: Sequence[Sequence[Cell]],
        hidden: int = 0,
        printed: int | None = None,
    ) -> None:
        """The last `hidden` columns are for programs: people show them when they want to. `printed`: as many
        of the first ones are on paper."""
        sheet = self._sheet(name)
        shown = len(titles) - hidden
        widths = [
            _width(title, (row[n] for row in rows if n < len(row)), most)
            for n, (title, most) in enumerate(zip(titles, widths, strict=True))
        ]
        for column, (title, width) in enumerate(zip(unlike(titles), widths, strict=True)):
            away = {"hidden": True} if column >= shown else {}
            sheet.set_column(column, column, width, None, away)
            sheet.write_string(0, column, _cut(title), self.head)
        self._fit(sheet, 0, titles[:shown], [width - ARROW for width in widths[:shown]])
        for at, row in enumerate(rows, 1):
            for column, cell in enumerate(row):
                self._cell(sheet, at, column, cell)
            self._fit(sheet, at, row[:shown], widths[:shown])
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(1, len(rows)), len(titles) - 1)
        sheet.repeat_rows(0)
        sheet.print_area(0, 0, len(rows), (printed or shown) - 1)
        self._page(sheet, sum(widths[: printed or shown]))

    def _page(self, sheet: Worksheet, width: int) -> None:
        """As wide as one page, however many are below each other."""
        sheet.set_landscape()
        sheet.set_paper(A4 if width <= WIDEST else A3)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&L&8" + self._footer() + "&R&8&P / &N")

    @staticmethod
    def _fit(sheet: Worksheet, at: int, row: Sequence[Cell], widths: Sequence[int]) -> None:
        """Some programs show the first line of a text only, unless its row says how tall it is."""
        lines = max(
            (_lines(cell, width) for cell, width in zip(row, widths, strict=False) if isinstance(cell, str)),
            default=1,
        )
        if lines > 1:
            sheet.set_row(at, min(TALLEST, LINE_HEIGHT * lines))

    def _footer(self) -> str:
        pack, words = self.pack, self.words
        title = textwrap.shorten(pack.workshop.title, FOOTER_TITLE_CHARS, placeholder="…")
        said = (title, words.day(pack.state_at), licence(pack, words), words.typo(pack.attribution))
        text = " · ".join(said).replace("&", "&&")
        return text if len(text) <= FOOTER_CHARS else text[: FOOTER_CHARS - 1].rstrip("&") + "…"

    def _cell(self, sheet: Worksheet, row: int, column: int, cell: Cell) -> None:
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
    name, n = _short(base, NAME_CHARS), 1
    while name.casefold() in taken or name.casefold() == "history":
        n += 1
        end = f" ({n})"
        name = _short(base, NAME_CHARS - len(end)) + end
    taken.add(name.casefold())
    return name


def _short(text: str, most: int) -> str:
    """Whole words, where there are some."""
    if len(text) > most and " " in text[: most + 1]:
        text = text[: most + 1].rpartition(" ")[0]
    return text[:most].rstrip(" '")


def _width(title: str, cells: Iterable[Cell], most: int) -> int:
    """What a column needs, at most `most`; never less than the longest word of its title."""
    words = max((len(word) for word in title.split()), default=0) + ARROW
    longest = max((_length(cell) for cell in cells), default=0) + 1
    return max(NARROWEST, words, min(longest, most))


def _within(most: int, widths: Sequence[int], columns: Iterable[int]) -> list[int]:
    """As many of these columns as there is room for, in the order that they have."""
    out: list[int] = []
    for n in columns:
        if sum(widths[one] for one in (*out, n)) <= most:
            out.append(n)
    return sorted(out)


def _length(cell: Cell) -> int:
    match cell:
        case None:
            return 0
        case str():
            return max((len(line) for line in cell.split("\n")), default=0)
        case datetime():
            return len(TIME)
        case date():
            return len(DAY)
        case _:
            return len(f"{cell:,.2f}")


def _lines(text: str, width: int) -> int:
    """Of words: a line that is broken is rarely full."""
    return sum(max(1, len(textwrap.wrap(line, max(1, width)))) for line in text[:CELL_CHARS].split("\n"))


def _cut(text: str) -> str:
    """What a cell can hold. Notes are far shorter; what many people comment together need not be."""
    return text if len(text) <= CELL_CHARS else text[: CELL_CHARS - 1] + "…"
