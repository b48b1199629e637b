"""Tables and boards of other tools: rows of a CSV, notes of a scrumlr.io board, and where each one goes.

A table of ours has its last columns (`cells.ADDRESS`) and goes back where it was; of any other, one column is
the text, and all of it goes to one zone. The columns of a scrumlr.io board become clusters of that zone.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tablee.errors import Invalid
from tablee.model.canvases import Catalogue
from tablee.model.fields import field_fault
from tablee.model.identity import COLOURS, clean_name, clean_text, name_key
from tablee.model.importing.cells import ADDRESS, unguarded
from tablee.model.importing.strict import at, inside
from tablee.model.notes import KINDS, TEXT_CHARS, TITLE_CHARS, orders_after
from tablee.model.workshop import CANVASES, MODULES, NAME_CHARS
from tablee.model.workshop import TITLE_CHARS as WORKSHOP_TITLE_CHARS

NOTE_CHARS = 1_000
"""What people may write in one note; a file of ours may have longer ones."""
ROWS = 10_000
COLUMNS = 200
TEXT_HEADS = frozenset(
    {"texte", "text", "contenu", "content", "note", "notes", "idée", "idee", "idées", "idea", "ideas"}
    | {"libellé", "description", "message"}
)
AUTHOR_HEADS = frozenset(
    {"auteur", "autrice", "auteur·rice", "author", "écrite par", "written by", "par", "prénom", "name"}
)
CLUSTER_HEADS = frozenset(
    {"regroupement", "group of notes", "colonne", "column", "catégorie", "category", "thème", "theme"}
)
GROUP_HEADS = frozenset({"groupe", "group"})
OWNER_HEADS = frozenset({"fiche de", "sheet of"})


@dataclass(frozen=True, slots=True)
class Row:
    """One note to be. What is empty was not said. `place`: where it is in the file."""

    text: str
    place: str
    room: str = ""
    board: str = ""
    zone: str = ""
    note: str = ""
    kind: str = ""
    colour: str = ""
    author: str = ""
    cluster: str = ""
    group: str = ""
    owner: str = ""
    title: str = ""
    """Of the board it was on, in the other tool."""
    cut: bool = False
    """Its text was too long for a note, and goes on in the next ones."""
    fields: Mapping[str, Any] = field(default_factory=dict)


# -- CSV ----------------------------------------------------------------------------------------------


def read_csv(data: bytes, *, lines_are_notes: bool = True) -> list[Row]:
    """Raises `Invalid` with line and column. `lines_are_notes`: a text without columns is a list of notes."""
    text = _decoded(data)
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        raise Invalid("import.empty", "Ce fichier est vide.", more=at("1:1", line=1))
    delimiter = max(";,\t", key=lambda mark: (lines[0].count(mark), mark == ";"))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[Row] = []
    head: _Head | None = None
    start = 1
    try:
        for cells in reader:
            line, start = start, reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) > COLUMNS:
                raise Invalid("import.columns", "Ce tableau a trop de colonnes.", more=_spot(line))
            if head is None:
                head = _head(cells, line)
                if head.titled:
                    continue
            rows += head.rows([unguarded(cell) for cell in cells], line)
            if len(rows) > ROWS:
                raise Invalid("import.count", "Ce tableau a plus de dix mille lignes.", more=_spot(line))
    except csv.Error:
        raise Invalid(
            "import.syntax", "Cette ligne n'est pas du CSV bien formé.", more=_spot(reader.line_num)
        ) from None
    if not rows:
        raise Invalid("import.empty", "Ce tableau n'a aucune ligne de texte.", more=_spot(1))
    if head is not None and not head.titled and len(rows) == 1:
        raise _untitled(1)  # one line of words may be anything
    if head is not None and not head.titled and not lines_are_notes:
        raise _no_table()
    return rows


def _decoded(data: bytes) -> str:
    """UTF-8, or what spreadsheets of older systems write."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16", "replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp1252", "replace")
    strange = sum(ord(c) < 32 and c not in "\t\r\n" for c in text[:4000])
    if strange:
        raise _no_table()
    return text


def _no_table() -> Invalid:
    return Invalid(
        "import.format", "Ce fichier n'est ni un dossier de Tablée, ni un tableau.", more=at("", line=1)
    )


@dataclass(frozen=True, slots=True)
class _Head:
    """Where what is in a line. `titled`: the first line says so; else there is one column, of texts.
    `ours`: the table is one that we wrote."""

    text: int
    where: Mapping[str, int]
    titled: bool = True
    ours: bool = False

    def rows(self, cells: Sequence[str], line: int) -> list[Row]:
        """The notes of a line: one, or more where its text is longer than a note."""

        def cell(name: str) -> str:
            column = self.where.get(name)
            return cells[column].strip() if column is not None and column < len(cells) else ""

        text = clean_text(cells[self.text]) if self.text < len(cells) else ""
        if not text and not cell("fields"):
            return []
        if self.ours and len(text) > TEXT_CHARS:
            raise Invalid(
                "import.too_long",
                "Ce texte est trop long : deux mille caractères au plus.",
                more=_spot(line, self.text + 1),
            )
        row = Row(
            text,
            f"{line}:{self.text + 1}",
            room=cell("room"),
            board=cell("board"),
            zone=cell("zone"),
            note=cell("note"),
            kind=cell("kind"),
            colour=cell("colour"),
            author=clean_name(cell("author")),
            cluster=clean_name(cell("cluster")),
            group=clean_name(cell("group")),
            owner=clean_name(cell("owner")),
            fields=self._fields(cell("fields"), line),
        )
        return [row] if self.ours else in_notes(row)

    def _fields(self, written: str, line: int) -> Mapping[str, Any]:
        if not written:
            return {}
        spot = _spot(line, self.where["fields"] + 1)
        try:
            value = json.loads(written)
        except (ValueError, RecursionError):
            raise Invalid("import.syntax", "Cette colonne attend un objet JSON.", more=spot) from None
        if not isinstance(value, dict) or any(field_fault(name, one) for name, one in value.items()):
            raise Invalid("import.value", "Cette valeur n'est pas acceptée.", more=spot)
        return value


def _head(cells: Sequence[str], line: int) -> _Head:
    exact = {cell.strip(): n for n, cell in enumerate(cells)}
    ours = set(ADDRESS) <= exact.keys()
    where = {name: exact[name] for name in ADDRESS} if ours else {}
    low = [unguarded(cell).strip().casefold() for cell in cells]

    def first(names: frozenset[str]) -> int | None:
        return next((n for n, one in enumerate(low) if one in names and n not in where.values()), None)

    for name, heads in (
        ("author", AUTHOR_HEADS),
        ("cluster", CLUSTER_HEADS),
        ("group", GROUP_HEADS),
        ("owner", OWNER_HEADS),
    ):
        column = first(heads)
        if column is not None:
            where[name] = column
    if not ours:
        where |= {name: low.index(name) for name in ("board", "zone", "kind", "colour") if name in low}
    column = first(TEXT_HEADS)
    if column is not None:
        return _Head(column, where, ours=ours)
    if len(cells) == 1:
        return _Head(0, {}, titled=False)
    raise _untitled(line)


def _untitled(line: int) -> Invalid:
    return Invalid(
        "import.columns",
        "Aucune colonne ne s'appelle « Texte » : on ne sait pas laquelle devient les notes.",
        more=_spot(line),
    )


def _spot(line: int, column: int | None = None) -> dict[str, Any]:
    if column is None:
        return at(f"{line}", line=line)
    return at(f"{line}:{column}", line=line, column=column)


def in_notes(row: Row) -> list[Row]:
    """The same row, or several where its text is longer than what people may write: as a pasted text is."""
    texts = _pieces(row.text)
    return [replace(row, text=text, cut=n == 0 and len(texts) > 1) for n, text in enumerate(texts)]


def _pieces(text: str) -> list[str]:
    """A text in parts that each end with a sentence or a word (`pieces` of `web/src/model/paste.ts`)."""
    out: list[str] = []
    start = 0
    while len(text) - start > NOTE_CHARS:
        head = text[start : start + NOTE_CHARS]
        sentence = max(head.rfind(end) for end in (". ", "? ", "! "))
        size = sentence + 1 if sentence > NOTE_CHARS // 2 else max(head.rfind(" "), head.rfind("\n"))
        out.append(head[: size if size > 0 else NOTE_CHARS].strip())
        start += size if size > 0 else NOTE_CHARS
        while start < len(text) and text[start].isspace():
            start += 1
    return [*out, text[start:]] if start < len(text) or not out else out


# -- scrumlr.io ----------------------------------------------------------------------------------------


def is_scrumlr(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("columns"), list) and "notes" in value


def read_scrumlr(value: Mapping[str, Any]) -> list[Row]:
    """Notes of a board as that tool exports it: column by column, those of a stack below its first."""
    columns = _scrumlr_list(value, "columns")
    notes = _scrumlr_list(value, "notes")
    if len(notes) > ROWS:
        raise Invalid("import.count", "Ce tableau a plus de dix mille lignes.", more=at("notes"))
    names = {str(one.get("id")): _line_of(one.get("name"), TITLE_CHARS) for one in columns}
    ranks = {
        str(one.get("id")): n
        for n, one in enumerate(sorted(columns, key=lambda one: _rank(one.get("index"))))
    }
    people = _scrumlr_people(value)
    found: list[tuple[tuple[Any, ...], Row]] = []
    tops = {str(one.get("id")): one for one in notes}
    for n, note in enumerate(notes):
        place = inside("notes", n)
        spot, text = note.get("position"), note.get("text")
        if not isinstance(spot, dict) or str(spot.get("column")) not in names:
            raise Invalid(
                "import.scrumlr", "Cette note n'est dans aucune colonne.", more=at(f"{place}.position")
            )
        if not isinstance(text, str):
            raise Invalid("import.type", "Cette valeur n'a pas le type attendu.", more=at(f"{place}.text"))
        said = clean_text(text)
        if not said:
            continue
        column, stack = str(spot["column"]), spot.get("stack")
        top = tops.get(str(stack)) if stack else None
        above = top.get("position") if top is not None else None
        first = _rank(above.get("rank")) if isinstance(above, dict) else _rank(spot.get("rank"))
        # the note at the top of a stack has the highest rank
        key = (
            ranks[column],
            -first,
            str(stack or note.get("id")),
            top is not None,
            -_rank(spot.get("rank")),
            n,
        )
        author = people.get(str(note.get("author")), "")
        found.append((key, Row(said, place, author=author, cluster=names[column])))
    if not found:
        raise Invalid("import.empty", "Ce tableau n'a aucune ligne de texte.", more=at("notes"))
    rows = [part for _, row in sorted(found, key=lambda one: one[0]) for part in in_notes(row)]
    if len(rows) > ROWS:
        raise Invalid("import.count", "Ce tableau a plus de dix mille lignes.", more=at("notes"))
    return rows


def scrumlr_title(value: Mapping[str, Any]) -> str:
    board = value.get("board")
    return _line_of(board.get("name"), WORKSHOP_TITLE_CHARS) if isinstance(board, dict) else ""


def _scrumlr_list(value: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    some = value.get(name)
    if not isinstance(some, list):
        raise Invalid("import.type", "Cette valeur n'a pas le type attendu.", more=at(name))
    for n, one in enumerate(some):
        if not isinstance(one, dict):
            raise Invalid("import.type", "Cette valeur n'a pas le type attendu.", more=at(inside(name, n)))
    return some


def _scrumlr_people(value: Mapping[str, Any]) -> dict[str, str]:
    out: dict[str, str] = {}
    some = value.get("participants")
    for one in some if isinstance(some, list) else ():
        user = one.get("user") if isinstance(one, dict) else None
        if isinstance(user, dict):
            out[str(user.get("id"))] = _line_of(user.get("name"), NAME_CHARS)
    return out


def _line_of(value: Any, most: int) -> str:
    return clean_name(value)[:most].strip() if isinstance(value, str) else ""


def _rank(value: Any) -> int:
    return value if isinstance(value, int) and abs(value) < 10**9 else 0


# -- where rows go -----------------------------------------------------------------------------------


def with_address(
    rows: Sequence[Row],
    catalogue: Catalogue,
    board: str,
    zone: str,
    zones: Mapping[str, str],
    holds: Callable[[str], bool],
) -> list[Row]:
    """Every row with its board and zone: its own, else those that were chosen. `zones`: of which column of a
    board of elsewhere the notes go to which zone. Raises `Invalid` where there is no such place."""
    out = []
    for row in rows:
        own = row.board or board
        template = catalogue.template_of_board(own)
        if template is None or not holds(own):
            raise Invalid(
                "import.board",
                "Ce support n'existe pas dans cet atelier.",
                more=at(row.place, value=own[:64]),
            )
        chosen = zones.get(row.cluster, "") if not row.zone else ""
        where = row.zone or chosen or (zone if not row.board or row.board == board else "")
        there = template.zone(where) if where else template.zones[0]
        if there is None:
            raise Invalid(
                "import.zone", "Cette zone n'existe pas sur ce support.", more=at(row.place, value=where[:64])
            )
        if row.kind and row.kind not in KINDS:
            raise Invalid("import.value", "Ce type de note n'existe pas.", more=at(row.place))
        if row.colour and row.colour not in COLOURS:
            raise Invalid("import.value", "Cette couleur n'existe pas.", more=at(row.place))
        cluster = "" if chosen else row.cluster[:TITLE_CHARS]
        out.append(replace(row, board=own, zone=there.id, kind=row.kind or there.kinds[0], cluster=cluster))
    return out


def is_elsewhere(row: Row, placed: Row, catalogue: Catalogue) -> bool:
    """Whether the file has this row on another board, or in another zone, than where it goes."""
    if row.board not in ("", placed.board):
        return True
    template = catalogue.template_of_board(placed.board)
    zone = template.zone(placed.zone) if template else None
    names = (zone.id, *zone.titles.values()) if zone else ()
    return row.zone != "" and row.zone.casefold() not in {name.casefold() for name in names}


def content_of_rows(
    rows: Sequence[Row],
    title: str,
    language: str,
    catalogue: Catalogue,
    new_id: Callable[[str], str],
    now: int,
    group_name: str = "Groupe {n}",
) -> dict[str, Any]:
    """The content of a pack with these notes, for a workshop that is made of them.

    Groups, owners of rectos and authors are made of their names; `group_name`: of groups that have none.
    """
    agenda = catalogue.agendas.get("half_day_210") or next(iter(catalogue.agendas.values()))
    groups: dict[str, str] = {}
    for row in rows:
        group = row.room.partition("/")[0] if "/" in row.room else "g1"
        groups.setdefault(group, "")
        if "/" in row.room and row.group:
            groups[group] = groups[group] or row.group[:NAME_CHARS]
    owners: dict[str, str] = {}
    for row in rows:
        _, _, owner = row.board.partition("/")
        if owner:
            owners[owner] = owners.get(owner) or row.owner or owner
    people: dict[str, dict[str, Any]] = {}
    rooms: dict[str, dict[str, dict[str, Any]]] = {}
    orders = orders_after("")
    for row in rows:
        canvas = row.board in CANVASES
        path = row.room or f"g1/{'convergence' if canvas else 'exploration'}"
        room = rooms.setdefault(path, {"notes": {}, "clusters": {}})
        note_id = row.note if row.note and row.note not in room["notes"] else new_id("n")
        note: dict[str, Any] = {
            "board": row.board,
            "zone": row.zone,
            "kind": row.kind,
            "text": row.text,
            "order": next(orders),
            "at": now,
            "colour": row.colour or "craie",
        }
        if row.fields:
            note["fields"] = dict(row.fields)
        if row.author:
            person = people.setdefault(name_key(row.author), _person(row, path, len(people), new_id))
            note["by"] = person["id"]
        if row.cluster:
            note["cluster"] = _cluster(room["clusters"], row, new_id)
        room["notes"][note_id] = note
    return {
        "workshop": {
            "title": title,
            "language": language,
            "licence": "internal",
            "agenda": agenda.id,
            "steps": [_step(step) for step in agenda.steps],
            "modules": [*MODULES],
            "groups": [
                {"id": key, "name": name or group_name.format(n=n)}
                for n, (key, name) in enumerate(sorted(groups.items()), 1)
            ],
            "stakeholders": [{"id": key, "name": name} for key, name in owners.items()],
            "people": list(people.values()),
            "status": "draft",
        },
        "rooms": {
            path: {root: entries for root, entries in room.items() if entries} for path, room in rooms.items()
        },
    }


def _person(row: Row, path: str, n: int, new_id: Callable[[str], str]) -> dict[str, Any]:
    person = new_id("p")
    return {
        "id": person,
        "name": row.author[:NAME_CHARS],
        "role": "participant",
        "colour": COLOURS[n % len(COLOURS)],
        "group": path.partition("/")[0] if "/" in path else "g1",
        "stakeholder": person,
    }


def _cluster(clusters: dict[str, Any], row: Row, new_id: Callable[[str], str]) -> str:
    """The cluster of this title in the row's zone: the one there is, else a new one."""
    wanted = {"board": row.board, "zone": row.zone, "title": row.cluster}
    known = next((key for key, cluster in clusters.items() if cluster == wanted), None)
    if known is None:
        known = new_id("c")
        clusters[known] = wanted
    return known


def _step(step: Any) -> dict[str, Any]:
    return {
        "id": step.id,
        "phase": step.phase,
        "minutes": step.minutes,
        "mode": step.mode,
        "board": step.board,
        "titles": dict(step.titles),
    }
