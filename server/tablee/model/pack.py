"""Makes the `Pack` that exports read: boards in the order of the workshop, notes in the order of lists.

Every file of a workshop has the same notes in the same order, because they all have it from here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tablee.model.board import Board, BoardNote, Comment, Names, Pack, Photo, Roots, Trace, ZoneNotes
from tablee.model.canvases import Catalogue
from tablee.model.redact import Redacted, redacted
from tablee.model.templates import Template
from tablee.model.workshop import CANVASES, Group, Workshop, room_kind

Say = Callable[[str], str]

CONFIDENTIAL = "chatham-house"
"""The licence under which nobody is named, whatever is asked for."""
PLENARY = "plenary"


def names_for(workshop: Workshop, wanted: Names) -> Names:
    """How people are named in files of this workshop."""
    return "none" if workshop.licence == CONFIDENTIAL else wanted


def room_path(room: str) -> str:
    """`<workshop>-g1-exploration` is `g1/exploration` in a pack, the plenary `plenary`."""
    return room.partition("-")[2].replace("-", "/")


def pack_of(
    workshop: Workshop,
    rooms: Mapping[str, Roots],
    catalogue: Catalogue,
    *,
    names: Names,
    language: str,
    state_at: int,
    door: str,
    link: Callable[[str], str],
    say: Say,
    photos: Mapping[str, Sequence[Photo]] | None = None,
    shared_url: str | None = None,
) -> Pack:
    """`rooms` and `photos` are by room path. `link` gives the address of a board; `say` translates.

    `photos` name their author by person id; the pack's name them as it may.
    """
    names = names_for(workshop, names)
    told = redacted(workshop, rooms, names, say)
    boards: list[Board] = []
    seats = {group.id: _seated(workshop, group.id, told) for group in workshop.groups}
    # a picture cannot be redacted: where nobody is named, none is shown
    pictures = _pictures(photos or {}, told) if names != "none" else {}
    maker = _Maker(
        told.workshop,
        told.rooms,
        catalogue,
        told.people,
        told.stakeholders,
        language,
        say,
        seats,
        pictures,
        told.was,
    )
    for group in told.workshop.groups:
        boards += maker.sheets(group)
    for canvas in sorted(CANVASES & {*told.workshop.modules}, reverse=True):
        boards += maker.canvases(canvas)
    return Pack(
        told.workshop,
        told.rooms,
        catalogue,
        names,
        language,
        state_at,
        tuple(
            replace(
                board,
                photos=pictures.get(board.room, {}).get(board.id, ()),
                link=link(board.template.id),
            )
            for board in boards
        ),
        told.people,
        told.stakeholders,
        door,
        shared_url,
        told.masked,
    )


def points_of(workshop: Workshop, group: str | None) -> dict[tuple[str, str], int]:
    """Template and note → points of votes that are counted; of open ones nothing is known."""
    out: dict[tuple[str, str], int] = {}
    for vote in workshop.votes:
        if vote.closed_at is None or vote.group not in (None, group):
            continue
        for note_id, points in vote.totals.items():
            key = (vote.board.partition("/")[0], note_id)
            out[key] = out.get(key, 0) + points
    return out


def in_list_order(
    notes: Iterable[tuple[str, Mapping[str, Any]]],
    clusters: Mapping[str, Mapping[str, Any]],
    was: Callable[[str], str] = str,
) -> list[tuple[str, Mapping[str, Any]]]:
    """As lists show the notes of one zone: those of one cluster together, where its first note stands.

    `was`: the id of a note before it was redacted, by which the page has ordered those of one place.
    """
    runs: dict[str, list[tuple[str, Mapping[str, Any]]]] = {}
    ordered = sorted(notes, key=lambda item: (str(item[1].get("order", "")), was(item[0])))
    for note_id, note in ordered:
        cluster = cluster_of(note, clusters)
        runs.setdefault(f"c {cluster}" if cluster else f"n {note_id}", []).append((note_id, note))
    return [one for run in runs.values() for one in run]


def cluster_of(note: Mapping[str, Any], clusters: Mapping[str, Mapping[str, Any]]) -> str | None:
    """The cluster a note is shown in: one of its own board and zone."""
    name = note.get("cluster")
    cluster = clusters.get(name) if isinstance(name, str) else None
    same = cluster is not None and all(cluster.get(key) == note.get(key) for key in ("board", "zone"))
    return name if same else None


@dataclass(slots=True)
class _Maker:
    workshop: Workshop
    rooms: Mapping[str, Roots]
    catalogue: Catalogue
    people: Mapping[str, str]
    stakeholders: Mapping[str, str]
    language: str
    say: Say
    seats: Mapping[str, tuple[str, ...]]
    """Group → the stakeholders of who sits there."""
    pictures: Mapping[str, Mapping[str, Sequence[Photo]]]
    """Room path → board → its photos: a board of which only photos are kept is one, too."""
    was: Callable[[str], str]
    """The id that a note had before it was redacted."""
    _by_board: dict[str, dict[str, dict[str, Mapping[str, Any]]]] = field(default_factory=dict)
    """Room path → board → note id → note."""
    _likes: dict[str, dict[str, int]] = field(default_factory=dict)
    _comments: dict[str, dict[str, list[Comment]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for path, roots in self.rooms.items():
            boards = self._by_board.setdefault(path, {})
            for note_id, note in roots.get("notes", {}).items():
                boards.setdefault(str(note.get("board")), {})[note_id] = note
            likes = self._likes.setdefault(path, {})
            for key in roots.get("reactions", {}):
                note_id = key.partition(".")[0]
                likes[note_id] = likes.get(note_id, 0) + 1
            said = self._comments.setdefault(path, {})
            entries = sorted(
                roots.get("comments", {}).items(), key=lambda item: (item[1].get("at", 0), item[0])
            )
            for key, comment in entries:
                note_id, _, rest = key.partition(".")
                author = self.people.get(rest.partition(".")[0])
                said.setdefault(note_id, []).append(
                    Comment(str(comment.get("text", "")), author, int(comment.get("at", 0)))
                )

    # -- which boards there are ---------------------------------------------------------------------

    def sheets(self, group: Group) -> list[Board]:
        """The sheets of a group: every recto before the verso that answers them."""
        path = f"{group.id}/exploration"
        there = self._used(path)
        seated = self.seats.get(group.id, ())
        out: list[Board] = []
        for template in self.catalogue.templates.values():
            if template.sheet is None or template.side != "je":
                continue
            wanted = f"sheet{template.sheet}" in self.workshop.modules and group.sheet in (
                None,
                f"sheet{template.sheet}",
            )
            written = [board.partition("/")[2] for board in there if board.startswith(f"{template.id}/")]
            owners = dict.fromkeys([*(seated if wanted else ()), *sorted(written)])
            order = list(self.stakeholders)
            out += [
                self._board(f"{template.id}/{owner}", template, path, group)
                for owner in sorted(owners, key=lambda o: order.index(o) if o in order else len(order))
            ]
            verso = self.catalogue.templates.get(template.other_face or "")
            if verso is not None and (wanted or verso.id in there):
                out.append(self._board(verso.id, verso, path, group))
        return out

    def canvases(self, canvas: str) -> list[Board]:
        """A canvas: of each group that has its own, and of all together."""
        template = self.catalogue.templates.get(canvas)
        if template is None:
            return []
        plenary = room_kind(self.workshop, canvas) == "plenary"
        out = [
            self._board(canvas, template, path, group)
            for group in self.workshop.groups
            for path in (f"{group.id}/convergence",)
            if not plenary or canvas in self._used(path)
        ]
        if plenary or canvas in self.workshop.pooled or canvas in self._used(PLENARY):
            out.append(self._board(canvas, template, PLENARY, None))
        return out

    def _used(self, path: str) -> set[str]:
        """The boards of a room on which there is something."""
        return {*self._by_board.get(path, {}), *self.pictures.get(path, {})}

    # -- one board ----------------------------------------------------------------------------------

    def _board(self, board: str, template: Template, path: str, group: Group | None) -> Board:
        owner = board.partition("/")[2] or None
        notes = self._by_board.get(path, {}).get(board, {})
        clusters = self.rooms.get(path, {}).get("clusters", {})
        points = points_of(self.workshop, group.id if group is not None else None)
        zones: list[ZoneNotes] = []
        placed: set[str] = set()
        for zone in template.zones:
            there = in_list_order(
                ((key, note) for key, note in notes.items() if note.get("zone") == zone.id),
                clusters,
                self.was,
            )
            numbered = template.id == "governance" and zone.id == "rules"
            made = tuple(
                self._note(key, note, template, path, clusters, points, f"R{at}" if numbered else None)
                for at, (key, note) in enumerate(self._numbering(there, numbered), 1)
            )
            if numbered:
                by_id = {one.id: one for one in made}
                made = tuple(by_id[key] for key, _ in there)
            placed |= {one.id for one in made}
            used = {one.cluster for one in made if one.cluster is not None}
            titles = {key: str(clusters[key].get("title", "")) for key in clusters if key in used}
            zones.append(ZoneNotes(zone, made, titles))
        left = in_list_order(((key, note) for key, note in notes.items() if key not in placed), {}, self.was)
        unplaced = tuple(self._note(key, note, template, path, {}, points, None) for key, note in left)
        name = group.name if group is not None else None
        return Board(
            board,
            template,
            path,
            name,
            group.id if group is not None else None,
            self.stakeholders.get(owner) if owner is not None else None,
            owner,
            tuple(zones),
            unplaced,
            seated=self.seats.get(group.id, ()) if group is not None else self._everybody(),
        )

    def _everybody(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one for seats in self.seats.values() for one in seats))

    @staticmethod
    def _numbering(
        notes: Sequence[tuple[str, Mapping[str, Any]]], numbered: bool
    ) -> Iterable[tuple[str, Mapping[str, Any]]]:
        """Rules have their numbers by order, whatever cluster they are in: as everywhere on the page."""
        if not numbered:
            return notes
        return sorted(notes, key=lambda item: (str(item[1].get("order", "")), item[0]))

    def _note(
        self,
        note_id: str,
        note: Mapping[str, Any],
        template: Template,
        path: str,
        clusters: Mapping[str, Mapping[str, Any]],
        points: Mapping[tuple[str, str], int],
        number: str | None,
    ) -> BoardNote:
        fields = note.get("fields") or {}
        speaks_for = fields.get("stakeholder_id") or note.get("stakeholder")
        author = note.get("by")
        place = note.get("place") or [0, 0]
        return BoardNote(
            note_id,
            str(note.get("kind", "note")),
            str(note.get("text", "")),
            str(note.get("colour", "craie")),
            int(note.get("at", 0)),
            str(note.get("order", "")),
            (float(place[0]), float(place[1])),
            self.people.get(author) if isinstance(author, str) else None,
            author if isinstance(author, str) else None,
            self._named(speaks_for, path) if isinstance(speaks_for, str) else None,
            speaks_for if isinstance(speaks_for, str) else None,
            fields,
            number,
            str(note.get("status", "open")),
            tuple(note.get("tags") or ()),
            bool(note.get("locked")),
            cluster_of(note, clusters),
            tuple(self._trace(origin) for origin in note.get("origin") or ()),
            tuple(self._comments[path].get(note_id, ())),
            self._likes[path].get(note_id, 0),
            points.get((template.id, note_id), 0),
        )

    def _named(self, stakeholder: str, path: str) -> str | None:
        """A structure in words; one that is not in the room is a note on the economic canvas."""
        if stakeholder in self.stakeholders:
            return self.stakeholders[stakeholder]
        note = self.rooms.get(path, {}).get("notes", {}).get(stakeholder)
        return None if note is None else str((note.get("fields") or {}).get("name") or note.get("text", ""))

    def _trace(self, origin: Mapping[str, Any]) -> Trace:
        board, group = str(origin.get("board", "")), origin.get("group")
        template = self.catalogue.template_of_board(board)
        seat = self.workshop.group(group) if isinstance(group, str) else None
        parts: list[str] = []
        if template is not None and template.sheet is not None:
            parts += [self.say("Fiche {n}").format(n=template.sheet)]
            parts += [self.say("Je") if template.side == "je" else self.say("Nous")]
            owner = self.stakeholders.get(board.partition("/")[2])
            if owner is not None:
                parts.append(owner)
        elif template is not None:
            parts.append(template.titles.get(self.language) or next(iter(template.titles.values())))
        if seat is not None:
            parts.append(seat.name)
        by = origin.get("by")
        return Trace(
            board,
            str(origin.get("zone", "")),
            str(origin.get("note", "")),
            group if isinstance(group, str) else None,
            ", ".join(parts),
            self.people.get(by) if isinstance(by, str) else None,
        )


def _seated(workshop: Workshop, group: str, told: Redacted) -> tuple[str, ...]:
    """Whom the participants of a group speak for, by the ids they have in the pack."""
    seats = (p.stakeholder for p in workshop.in_group(group) if p.role == "participant")
    return tuple(dict.fromkeys(told.ids.get(one, one) for one in seats))


def _pictures(
    photos: Mapping[str, Sequence[Photo]], told: Redacted
) -> dict[str, dict[str, tuple[Photo, ...]]]:
    """Room path → board, by the id that it has in this pack → its photos."""
    out: dict[str, dict[str, tuple[Photo, ...]]] = {}
    for path, some in photos.items():
        boards = out.setdefault(path, {})
        for photo in some:
            board = told.board(photo.board)
            author_id = told.ids.get(photo.author or "", photo.author or "")
            author = told.people.get(author_id)
            caption = told.text(photo.caption)
            shown = replace(photo, board=board, caption=caption, author=author, author_id=author_id or None)
            boards[board] = (*boards.get(board, ()), shown)
    return out
