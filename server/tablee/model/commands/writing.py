"""Silent and anonymous writing, and the reveal.

A place only becomes more private while a step lasts: silence ends with its reveal, anonymity with the step.
What was written meanwhile is taken to the boards by `live/drafts.py`, after the record says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from tablee.errors import Conflict
from tablee.model.agendas import Step
from tablee.model.commands.base import LEADERS, Command, Fields, World, board_and_zone
from tablee.model.commands.boards import with_board
from tablee.model.notes import Places
from tablee.model.workshop import BoardState, Person, Workshop, boards_of_step


def _silent(workshop: Workshop, person: Person, fields: Fields, world: World) -> Workshop:
    return silenced(workshop, *board_and_zone(fields, world.places))


def _anonymous(workshop: Workshop, person: Person, fields: Fields, world: World) -> Workshop:
    return made_anonymous(workshop, *board_and_zone(fields, world.places))


def _reveal(workshop: Workshop, person: Person, fields: Fields, world: World) -> Workshop:
    return revealed(workshop, world.places, *board_and_zone(fields, world.places))


def silenced(workshop: Workshop, board: str | None, zone: str | None = None) -> Workshop:
    """Nobody sees what others write there, until it is revealed."""
    if board is None:
        return workshop if workshop.silent else replace(workshop, silent=True)
    state = workshop.board(board)
    if zone is None:
        return with_board(workshop, board, replace(state, silent=True))
    zones = tuple(sorted({*state.silent_zones, zone}))
    return with_board(workshop, board, replace(state, silent_zones=zones))


def made_anonymous(workshop: Workshop, board: str | None, zone: str | None = None) -> Workshop:
    """Notes made there belong to nobody, until the step ends."""
    if board is None:
        return workshop if workshop.anonymous else replace(workshop, anonymous=True)
    state = workshop.board(board)
    if zone is None:
        return with_board(workshop, board, replace(state, anonymous=True))
    zones = tuple(sorted({*state.anonymous_zones, zone}))
    return with_board(workshop, board, replace(state, anonymous_zones=zones))


def revealed(workshop: Workshop, places: Places, board: str | None, zone: str | None = None) -> Workshop:
    """The end of silence there. Of a wider silence, what is beside this place stays silent."""
    if board is None:
        every = {name: _all_revealed(state) for name, state in workshop.boards.items()}
        return _with_boards(replace(workshop, silent=False) if workshop.silent else workshop, every)
    template = board.partition("/")[0]
    if board != template:
        over = workshop.board(template)
        if workshop.silent or over.silent or (zone is not None and zone in over.silent_zones):
            raise Conflict(
                "writing.wider", "L'écriture est silencieuse sur tous les rectos : révélez-les tous."
            )
    if workshop.silent:
        workshop = replace(workshop, silent=False)
        for name in places.catalogue.templates:
            workshop = silenced(workshop, name)
    those = [name for name in {board, *workshop.boards} if name == board or name.startswith(f"{board}/")]
    reveal: Callable[[BoardState], BoardState]
    if zone is None:
        reveal = _all_revealed
    else:
        of_template = places.catalogue.template_of_board(board)
        zones = tuple(one.id for one in of_template.zones) if of_template is not None else ()
        reveal = lambda state: _zone_revealed(state, zone, zones)  # noqa: E731
    return _with_boards(workshop, {name: reveal(workshop.board(name)) for name in those})


def _all_revealed(state: BoardState) -> BoardState:
    return replace(state, silent=False, silent_zones=())


def _zone_revealed(state: BoardState, zone: str, zones: tuple[str, ...]) -> BoardState:
    silent = zones if state.silent else state.silent_zones
    return replace(state, silent=False, silent_zones=tuple(sorted(one for one in silent if one != zone)))


def _with_boards(workshop: Workshop, states: Mapping[str, BoardState]) -> Workshop:
    for name, state in states.items():
        workshop = with_board(workshop, name, state)
    return workshop


# -- with the agenda ---------------------------------------------------------------------------------


def step_begun(workshop: Workshop, step: Step) -> Workshop:
    """Anonymity of the step before ends, silence lasts until its reveal, and the step's own mode begins."""
    states = {
        name: replace(state, anonymous=False, anonymous_zones=()) for name, state in workshop.boards.items()
    }
    workshop = _with_boards(replace(workshop, anonymous=False) if workshop.anonymous else workshop, states)
    if step.writing == "open":
        return workshop
    begin = silenced if step.writing == "silent" else made_anonymous
    boards: tuple[str | None, ...] = (None,) if step.board is None else boards_of_step(workshop, step)
    for board in boards:
        workshop = begin(workshop, board)
    return workshop


def step_revealed(workshop: Workshop, step: Step, places: Places) -> Workshop:
    """What was written in silence on the boards of this step is shown (`reveal_at_end`)."""
    if step.board is None or workshop.silent:
        return revealed(workshop, places, None)
    for board in boards_of_step(workshop, step):
        workshop = revealed(workshop, places, board)
    return workshop


COMMANDS: Mapping[str, Command] = {
    "writing.silent": Command(LEADERS, ("board", "zone"), _silent, rights=True),
    "writing.anonymous": Command(LEADERS, ("board", "zone"), _anonymous, rights=True),
    # also when the workshop is over: what nobody revealed would be erased with it
    "writing.reveal": Command(LEADERS, ("board", "zone"), _reveal, rights=True, when_closed=True),
}
