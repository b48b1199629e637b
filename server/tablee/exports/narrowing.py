"""A pack of one room or one board, for files that tell everything of a workshop: whoever passes one of them
on passes on nothing that other groups wrote, or were asked.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from tablee.exports.items import Want
from tablee.exports.listing import support_title
from tablee.model.board import Board, Pack, Roots
from tablee.model.conduct import Vote
from tablee.model.pack import PLENARY
from tablee.model.workshop import LEADERS, Workshop
from tablee.words import Words

DATA = frozenset({"json", "yjs"})
"""Formats for machines."""


def narrowed(pack: Pack, want: Want, boards: Sequence[Board], words: Words) -> Pack:
    """With these boards, and what was said, asked and decided where they are."""
    if want.room is None and want.board is None:
        return pack
    paths = {board.room for board in boards} if want.room is None else {want.room}
    groups = {path.partition("/")[0] for path in paths}
    rooms = {path: roots for path, roots in pack.rooms.items() if path in paths}
    if want.board is not None:
        rooms = {path: _of(roots, [b for b in boards if b.room == path]) for path, roots in rooms.items()}
    notes = {key for roots in rooms.values() for key in _notes(roots)}
    workshop = _rounds(pack.workshop, want, boards, groups, notes)
    if want.format not in DATA:  # what is brought back keeps its title, and needs everybody whom a note names
        title = f"{workshop.title} · {_where(want, boards, workshop, words)}"
        workshop = replace(_seated(workshop, groups), title=title)
    return replace(pack, workshop=workshop, rooms=rooms, boards=tuple(boards))


def _notes(roots: Roots) -> Mapping[str, Any]:
    return roots.get("notes", {})


def _where(want: Want, boards: Sequence[Board], workshop: Workshop, words: Words) -> str:
    """« Hêtre », « Fiche 2, Nous », or both."""
    parts = [support_title(words, boards[0])] if want.board is not None else []
    if want.room is not None or len(boards) == 1:
        group = workshop.group((want.room or boards[0].room).partition("/")[0])
        parts.append(words.say("Plénière") if group is None else group.name)
    return ", ".join(parts)


def _of(roots: Roots, boards: Sequence[Board]) -> Roots:
    """What of a room is on these boards. What a table answers beside its notes belongs to canvases."""
    ids = {board.id for board in boards}
    notes = {key: note for key, note in _notes(roots).items() if note.get("board") in ids}
    canvas = any(board.template.sheet is None for board in boards)
    return {
        root: {
            key: value
            for key, value in entries.items()
            if {
                "notes": key in notes,
                "clusters": isinstance(value, Mapping) and value.get("board") in ids,
                "answers": canvas,
            }.get(root, key.partition(".")[0] in notes)
        }
        for root, entries in roots.items()
    }


def _rounds(
    workshop: Workshop, want: Want, boards: Sequence[Board], groups: Collection[str], notes: Collection[str]
) -> Workshop:
    """The plenary is of all groups, and a round that no group is named of is the plenary's."""

    def asked_here(group: str | None, board: str | None) -> bool:
        on = board is not None and any(board in (one.id, one.template.id) for one in boards)
        return (group or PLENARY) in groups and (want.board is None or on)

    votes = [_counted(vote, notes) for vote in workshop.votes if vote.group in (None, *groups)]
    return replace(
        workshop,
        votes=tuple(vote for vote in votes if vote.totals or asked_here(vote.group, vote.board)),
        consents=tuple(one for one in workshop.consents if asked_here(one.group, None)),
        polls=tuple(one for one in workshop.polls if asked_here(one.group, one.board)),
    )


def _seated(workshop: Workshop, groups: Collection[str]) -> Workshop:
    """With only these groups, who sits there, and who leads all."""
    if PLENARY in groups:
        return workshop
    return replace(
        workshop,
        groups=tuple(group for group in workshop.groups if group.id in groups),
        people=tuple(one for one in workshop.people if one.group in groups or one.role in LEADERS),
    )


def _counted(vote: Vote, notes: Collection[str]) -> Vote:
    """Points of these notes, whoever gave them: of a vote in all groups at once, those that are told here."""
    totals = {note: points for note, points in vote.totals.items() if note in notes}
    ballots = {
        who: left
        for who, given in vote.ballots.items()
        if (left := {note: points for note, points in given.items() if note in notes})
    }
    return replace(vote, totals=totals, ballots=ballots)
