"""The columns of tables of notes, for the workbook and the plain table: the same titles in the same order."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeGuard

from tablee.exports.kinds import field_words, kind_name, kind_of
from tablee.exports.listing import Place, group_title, support_title, zone_title
from tablee.model.board import Pack
from tablee.words import Words

Cell = str | int | float | date | datetime | None


@dataclass(frozen=True, slots=True)
class Column:
    title: Callable[[Words], str]
    cell: Callable[[Words, Place], Cell]
    width: int = 16


WHERE = (
    Column(lambda words: words.say("Groupe"), lambda words, place: group_title(words, place.board)),
    Column(lambda words: words.say("Support"), lambda words, place: support_title(words, place.board), 22),
    Column(lambda words: words.say("Fiche de"), lambda words, place: place.board.owner, 22),
    Column(lambda words: words.say("Zone"), zone_title, 26),
)
WHAT = (
    Column(lambda words: words.say("N°"), lambda words, place: place.note.number, 6),
    Column(lambda words: words.say("Texte"), lambda words, place: place.note.text, 60),
    Column(
        lambda words: words.say("Type de note"), lambda words, place: kind_name(words, place.note.kind), 20
    ),
)
ABOUT = (
    Column(lambda words: words.say("Partie prenante"), lambda words, place: place.note.stakeholder, 22),
    Column(lambda words: words.say("Écrite par"), lambda words, place: place.note.author),
    Column(lambda words: words.say("Écrite le"), lambda words, place: moment(place.note.at)),
    Column(lambda words: words.say("Regroupement"), lambda words, place: cluster_title(place), 22),
    Column(lambda words: words.say("Devenir"), lambda words, place: status_words(words, place.note.status)),
    Column(lambda words: words.say("Étiquettes"), lambda words, place: ", ".join(place.note.tags)),
    Column(lambda words: words.say("Points de vote"), lambda words, place: place.note.points or None, 10),
    Column(lambda words: words.say("Aimée par"), lambda words, place: place.note.likes or None, 10),
    Column(lambda words: words.say("Commentaires"), lambda words, place: comments(words, place), 40),
    Column(
        lambda words: words.say("Provenance"),
        lambda words, place: " ; ".join(trace.place for trace in place.note.traces),
        30,
    ),
)


def address_of(place: Place) -> list[str]:
    """By what a note comes back where it was (`cells.ADDRESS`); titles are for people."""
    note = place.note
    zone = "" if place.zone is None else place.zone.zone.id
    fields = json.dumps(dict(note.fields), ensure_ascii=False, sort_keys=True) if note.fields else ""
    return [place.board.room, place.board.id, zone, note.id, note.kind, note.colour, fields]


@dataclass(frozen=True, slots=True)
class FieldColumn:
    """Fields of one key, label and type share a column, whatever kinds they are of.

    `amount`: the number behind the words of the column before, for whoever computes with it.
    """

    key: str
    label: str
    type: str
    title: str
    amount: bool = False

    def cell(self, words: Words, place: Place, pack: Pack) -> Cell:
        found, value = kind_of(place.note.kind).field(self.key), place.note.fields.get(self.key)
        if found is None or (found.label, found.type) != (self.label, self.type):
            return None
        if self.amount:
            return value if _is_amount(value) else None
        return field_cell(words, place, self.key, pack)


def field_cell(words: Words, place: Place, key: str, pack: Pack) -> Cell:
    """A value as a spreadsheet counts with it where it can, else in words."""
    found, value = kind_of(place.note.kind).field(key), place.note.fields.get(key)
    if found is None or value is None:
        return None
    if found.type in ("number", "whole") and not found.shown and _is_amount(value):
        return value
    if found.type == "date" and isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return value
    return field_words(words, place.note, key, value, pack)


def _is_amount(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def fields_in(words: Words, places: Iterable[Place], pack: Pack) -> list[FieldColumn]:
    """A column for every field in which some note says something, in the order of the notes."""
    kinds: dict[tuple[str, str, str], list[str]] = {}
    shown: set[tuple[str, str, str]] = set()
    for place in places:
        note = place.note
        for key, value in note.fields.items():
            found = kind_of(note.kind).field(key)
            if found is None or not field_words(words, note, key, value, pack):
                continue
            one = (key, found.label, found.type)
            of = kinds.setdefault(one, [])
            if note.kind not in of:
                of.append(note.kind)
            if found.shown:
                shown.add(one)
    taken = {column.title(words) for column in (*WHERE, *WHAT, *ABOUT)}
    labels = [_head(words, key, label) for key, label, _ in kinds]
    out = []
    for one, of in kinds.items():
        key, label, type_ = one
        title = _head(words, key, label)
        if title in taken or labels.count(title) > 1:
            names = ", ".join(kind_name(words, kind) for kind in of)
            title = words.say("{field} ({kind})").format(field=title, kind=names)
        out.append(FieldColumn(key, label, type_, title))
        if one in shown:
            value_title = words.say("{field}, valeur").format(field=title)
            out.append(FieldColumn(key, label, type_, value_title, amount=True))
    return out


def _head(words: Words, key: str, label: str) -> str:
    """What the form asks for after another field, a column says by itself."""
    return words.say("Responsable hors atelier") if key == "owner_text" else words.say(label)


def unlike(titles: Sequence[str]) -> list[str]:
    """The same titles, each once: « Statut », « Statut (2) »."""
    taken: set[str] = set()
    out = []
    for title in titles:
        name, n = title, 1
        while name.casefold() in taken:
            n += 1
            name = f"{title} ({n})"
        taken.add(name.casefold())
        out.append(name)
    return out


def moment(ms: int) -> datetime | None:
    """In the server's time zone, as spreadsheets know no zones; None where nobody knows when."""
    try:
        return datetime.fromtimestamp(ms // 1000).astimezone().replace(tzinfo=None) if ms > 0 else None
    except (OverflowError, ValueError, OSError):
        return None


def cluster_title(place: Place) -> str | None:
    if place.zone is None or place.note.cluster is None:
        return None
    return place.zone.clusters.get(place.note.cluster)


def status_words(words: Words, status: str) -> str | None:
    match status:
        case "carried":
            return words.say("Reportée")
        case "merged":
            return words.say("Reportée avec d'autres")
        case "parked":
            return words.say("Mise de côté")
    return None


def comments(words: Words, place: Place) -> str:
    said = words.say("{kind} : {words}")
    return "\n".join(
        said.format(kind=comment.author, words=comment.text) if comment.author else comment.text
        for comment in place.note.comments
    )
