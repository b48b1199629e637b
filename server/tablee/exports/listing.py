"""What several files say in the same way: titles of boards and zones, every note in order, actions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from tablee.exports.items import slug
from tablee.model.actions import actions_of
from tablee.model.board import Board, BoardNote, Pack, ZoneNotes
from tablee.words import Words


@dataclass(frozen=True, slots=True)
class Place:
    """A note where it is. `zone` is None where the template no longer has it."""

    board: Board
    zone: ZoneNotes | None
    note: BoardNote


def places_of(pack: Pack) -> Iterator[Place]:
    """Every note once, in the order that all files share."""
    for board in pack.boards:
        for zone in board.zones:
            for note in zone.notes:
                yield Place(board, zone, note)
        for note in board.unplaced:
            yield Place(board, None, note)


def said_in(titles: Mapping[str, str], language: str) -> str:
    """A title in this language, else in one that there is."""
    return titles.get(language) or next(iter(titles.values()), "")


def support_title(words: Words, board: Board) -> str:
    """« Fiche 2, Nous » or the title of the canvas."""
    template = board.template
    if template.sheet is None:
        return words.typo(said_in(template.titles, words.language))
    face = words.say("Je") if template.side == "je" else words.say("Nous")
    return words.say("Fiche {n}").format(n=template.sheet) + ", " + face


def short_title(words: Words, board: Board) -> str:
    """As the agenda calls it: a canvas's own title is too long for a sheet or a file's name."""
    match board.template.id:
        case "governance":
            return words.say("Canevas gouvernance")
        case "economic":
            return words.say("Canevas modèle économique")
    return support_title(words, board)


def board_name(board: Board, words: Words) -> str:
    """A board as a part of a file's name."""
    where = board.group or words.say("Plénière")
    return slug(" ".join(filter(None, (short_title(words, board), board.owner, where))))


def photo_parts(boards: Iterable[Board], words: Words) -> list[str]:
    """The parts of the names of photos, of which these are the boards."""
    return unlike(board_name(board, words) for board in boards)


def unlike(names: Iterable[str]) -> list[str]:
    """The same names, with a number where one would come twice."""
    seen: dict[str, int] = {}
    out = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        out.append(name if seen[name] == 1 else f"{name}-{seen[name]}")
    return out


def zone_title(words: Words, place: Place) -> str:
    if place.zone is None:
        return words.say("Sans zone")
    return words.typo(said_in(place.zone.zone.titles, words.language))


def group_title(words: Words, board: Board) -> str:
    return board.group if board.group is not None else words.say("Plénière")


def actions_in(pack: Pack) -> list[Place]:
    """Every action once, as the page with the actions lists them: of those that were brought together or
    carried to both canvases, the first."""
    ids = {_room(pack, path): path for path in pack.rooms}
    notes = {room: pack.rooms[path].get("notes", {}) for room, path in ids.items()}
    there = {(place.board.room, place.note.id): place for place in places_of(pack)}
    found = (there.get((ids[same[0].room], same[0].id)) for same in actions_of(pack.workshop, notes))
    return [place for place in found if place is not None]


def of_kind(pack: Pack, kind: str) -> list[Place]:
    return [place for place in places_of(pack) if place.note.kind == kind]


def indicators_in(pack: Pack) -> list[list[Place]]:
    """Every indicator once, with all its notes: first where it went, then on the other canvas, then what it
    was made of."""
    places: dict[tuple[str | None, str], Place] = {}
    for place in of_kind(pack, "indicator"):
        key = (place.board.group_id, place.note.id)
        places[key if key not in places else (place.board.room, place.note.id)] = place
    sources = {
        key: [(trace.group or place.board.group_id, trace.note) for trace in place.note.traces]
        for key, place in places.items()
    }
    kin: dict[tuple[str | None, str], list[tuple[str | None, str]]] = {}
    """Note → all that come from it or that it comes from, itself too, in one list that they share."""
    for key, made_of in sources.items():
        whole = kin.setdefault(key, [key])
        for source in made_of:
            other = kin.setdefault(source, [source])
            if other is not whole:
                whole, other = sorted((whole, other), key=len, reverse=True)
                whole += other
                kin.update(dict.fromkeys(other, whole))
    used = {source for made_of in sources.values() for source in made_of}
    at = {key: n for n, key in enumerate(places)}
    out = []
    for whole in {id(one): one for one in (kin[key] for key in places)}.values():
        there = sorted((key for key in whole if key in places), key=at.__getitem__)
        rows: list[list[Place]] = []
        of_board: Counter[str] = Counter()
        for key in there:
            place = places[key]
            if key in used:
                continue
            # two of one canvas were kept apart there
            n = of_board[place.board.key]
            of_board[place.board.key] += 1
            if n == len(rows):
                rows.append([])
            rows[n].append(place)
        rest = [places[key] for key in there if key in used]
        out += [[*(rows[0] if rows else []), *rest], *rows[1:]]
    return out


def _room(pack: Pack, path: str) -> str:
    return f"{pack.workshop.id}-{path.replace('/', '-')}"
