"""Boards: locked and open again, one zone, one board, or everything at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tablee.model.commands.base import LEADERS, Command, Fields, World, board_and_zone
from tablee.model.workshop import BoardState, Person, Workshop


def _lock(workshop: Workshop, person: Person, fields: Fields, world: World) -> Workshop:
    board, zone = board_and_zone(fields, world.places)
    if board is None:
        return workshop if workshop.frozen else replace(workshop, frozen=True, frozen_by=person.id)
    state = workshop.board(board)
    if zone is None:
        if not state.locked:
            state = replace(state, locked=True, locked_by=person.id)
    elif zone not in state.locked_zones:
        zones, by = (*state.locked_zones, zone), {**state.zones_locked_by, zone: person.id}
        state = replace(state, locked_zones=tuple(sorted(zones)), zones_locked_by=by)
    return _with_board(workshop, board, state)


def _unlock(workshop: Workshop, person: Person, fields: Fields, world: World) -> Workshop:
    """Open a zone, a board with all its zones, or everything that was frozen at once."""
    board, zone = board_and_zone(fields, world.places)
    if board is None:
        return replace(workshop, frozen=False, frozen_by=None) if workshop.frozen else workshop
    if zone is None:
        return _with_board(workshop, board, BoardState())
    state = workshop.board(board)
    zones = tuple(z for z in state.locked_zones if z != zone)
    by = {z: who for z, who in state.zones_locked_by.items() if z != zone}
    return _with_board(workshop, board, replace(state, locked_zones=zones, zones_locked_by=by))


def _with_board(workshop: Workshop, board: str, state: BoardState) -> Workshop:
    if state == workshop.board(board):
        return workshop
    boards = {**workshop.boards, board: state}
    return replace(workshop, boards={b: s for b, s in boards.items() if s != BoardState()})


COMMANDS: Mapping[str, Command] = {
    "board.lock": Command(LEADERS, ("board", "zone"), _lock, rights=True),
    "board.unlock": Command(LEADERS, ("board", "zone"), _unlock, rights=True),
}
