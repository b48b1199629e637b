"""Boards: locked for a while or until somebody opens them, one zone, one board, or everything at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from tablee.errors import Forbidden, Invalid, NotFound
from tablee.model.commands.base import (
    AT_THE_TABLE,
    LEADERS,
    Command,
    Fields,
    World,
    board_and_zone,
    flag_of,
    group_of,
    number_of,
)
from tablee.model.conduct import Finished
from tablee.model.plan import module_of
from tablee.model.workshop import BoardState, Person, Workshop, room_kind

V = TypeVar("V")

LOCK_MINUTES = (1, 600)
MINUTE_MS = 60_000
MOST_FINISHED = 500


def _lock(workshop: Workshop, person: Person, fields: Fields, world: World) -> Workshop:
    """What is locked already stays in the name of whoever locked it, unless another end is asked for."""
    board, zone = board_and_zone(fields, world.places)
    until = None
    if fields.get("minutes") is not None:
        until = world.now + number_of(fields, "minutes", *LOCK_MINUTES) * MINUTE_MS
    if board is None:
        if workshop.frozen and workshop.frozen_until == until:
            return workshop
        return replace(workshop, frozen=True, frozen_by=person.id, frozen_until=until)
    state = workshop.board(board)
    if zone is None:
        if not state.locked or state.locked_until != until:
            state = replace(state, locked=True, locked_by=person.id, locked_until=until)
        state = replace(state, open=False)
    elif zone not in state.locked_zones or state.zones_locked_until.get(zone) != until:
        ends = _without(state.zones_locked_until, zone)
        state = replace(
            state,
            locked_zones=tuple(sorted({*state.locked_zones, zone})),
            zones_locked_by={**state.zones_locked_by, zone: person.id},
            zones_locked_until=ends if until is None else {**ends, zone: until},
        )
    return with_board(workshop, board, state)


def _unlock(workshop: Workshop, person: Person, fields: Fields, world: World) -> Workshop:
    """Open a zone, a board with all its zones, or everything that was frozen at once."""
    board, zone = board_and_zone(fields, world.places)
    if board is None:
        return unfrozen(workshop) if workshop.frozen else workshop
    state = workshop.board(board)
    return with_board(workshop, board, unlocked(state) if zone is None else unlocked_zone(state, zone))


def _open(workshop: Workshop, person: Person, fields: Fields, world: World) -> Workshop:
    """People may write on the board, also where the step only lets them read, until it is locked."""
    board, _ = board_and_zone(fields, world.places)
    if board is None:
        raise Invalid("board.missing", "Indiquez le support.", field="board")
    return with_board(workshop, board, replace(unlocked(workshop.board(board)), open=True))


def _done(workshop: Workshop, person: Person, fields: Fields, world: World) -> Workshop:
    """A group says that it is done with a zone, or is at it again."""
    board, zone = board_and_zone(fields, world.places)
    if board is None or zone is None:
        raise Invalid("zone.missing", "Indiquez le support et la zone.", field="board")
    if room_kind(workshop, board) == "plenary":
        group = None
    elif person.role == "participant":
        if fields.get("group") not in (None, person.group) or person.group is None:
            raise Forbidden("group.not_yours", "Cette zone est celle d'un autre groupe.", field="group")
        group = person.group
    else:
        group = group_of(workshop, fields)
        if group is None:
            raise Invalid("group.missing", "Indiquez le groupe.", field="group")
    if module_of(board.partition("/")[0]) not in (None, *workshop.modules):
        raise NotFound("board.unknown", "Ce support n'existe pas dans cet atelier.", field="board")
    one = Finished(group, board, zone)
    if flag_of(fields, "done", True) == (one in workshop.finished):
        return workshop
    others = tuple(other for other in workshop.finished if other != one)
    added = () if one in workshop.finished else (one,)
    return replace(workshop, finished=(*others, *added)[-MOST_FINISHED:])


def unfrozen(workshop: Workshop) -> Workshop:
    return replace(workshop, frozen=False, frozen_by=None, frozen_until=None)


def unlocked(state: BoardState) -> BoardState:
    """The board with all its zones; what else holds for it stays."""
    state = replace(state, locked=False, locked_by=None, locked_until=None)
    return replace(state, locked_zones=(), zones_locked_by={}, zones_locked_until={})


def unlocked_zone(state: BoardState, zone: str) -> BoardState:
    return replace(
        state,
        locked_zones=tuple(z for z in state.locked_zones if z != zone),
        zones_locked_by=_without(state.zones_locked_by, zone),
        zones_locked_until=_without(state.zones_locked_until, zone),
    )


def with_board(workshop: Workshop, board: str, state: BoardState) -> Workshop:
    if state == workshop.board(board):
        return workshop
    boards = {**workshop.boards, board: state}
    return replace(workshop, boards={b: s for b, s in boards.items() if s != BoardState()})


def _without(values: Mapping[str, V], key: str) -> dict[str, V]:
    return {k: v for k, v in values.items() if k != key}


COMMANDS: Mapping[str, Command] = {
    "board.lock": Command(LEADERS, ("board", "zone", "minutes"), _lock, rights=True),
    "board.unlock": Command(LEADERS, ("board", "zone"), _unlock, rights=True),
    "board.open": Command(LEADERS, ("board",), _open, rights=True),
    "zone.done": Command(AT_THE_TABLE, ("board", "zone", "group", "done"), _done, in_draft=False),
}
