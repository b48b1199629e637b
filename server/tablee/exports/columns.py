"""The columns of tables of notes, for the workbook and the plain table: the same titles in the same order."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from tablee.exports.kinds import kind_name, label_of
from tablee.exports.listing import Place, group_title, support_title, zone_title
from tablee.words import Words

Cell = str | int | float | datetime | None


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
    Column(lambda words: words.say("Commentaires"), lambda words, place: comments(place), 40),
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


def fields_in(words: Words, places: Iterable[Place]) -> list[tuple[str, str]]:
    """Key and title of every field in which some note says something; kinds share a column by its key."""
    found: dict[str, str] = {}
    for place in places:
        for name, value in place.note.fields.items():
            if value is not None and name not in found:
                found[name] = label_of(words, place.note.kind, name)
    return [*found.items()]


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


def comments(place: Place) -> str:
    return "\n".join(
        f"{comment.author}: {comment.text}" if comment.author else comment.text
        for comment in place.note.comments
    )
