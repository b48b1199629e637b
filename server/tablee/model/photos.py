"""Photos of paper on a board: who may add one where, and what may be said below it."""

from __future__ import annotations

from tablee.errors import Invalid
from tablee.model.identity import clean_name
from tablee.model.rights import Action, Actor, Policy, may

CAPTION_CHARS = 200
PER_BOARD = 12
PER_ROOM = 60


def photo_fault(board: str, actor: Actor, policy: Policy) -> str | None:
    """Why this person adds no photo to this board now, as a stable key; None when they may.

    As for a note of their own, so also what changes or takes away a photo asks here.
    """

    def allowed(action: Action) -> bool:
        return may(actor.role, action, policy.moment_on(board))

    template, _, whose = board.partition("/")
    if not policy.places.holds_board(board) or template in policy.outside:
        return "board.unknown"
    if not allowed("note.add"):
        return "role.read_only"
    if policy.is_locked(board, "") and not allowed("board.change_locked"):
        return "board.locked"
    if whose and whose != actor.stakeholder and not allowed("recto.change_others"):
        return "recto.not_yours"
    return None


def is_silent_on(board: str, policy: Policy) -> bool:
    """Whether a photo would show what is written there, on paper, before it is revealed."""
    return policy.all_silent or _says(policy.silent, board)


def is_unsigned_on(board: str, policy: Policy) -> bool:
    """Whether notes belong to nobody on this board, or in one of its zones: nor does a photo of it."""
    return policy.all_anonymous or _says(policy.anonymous, board)


def _says(places: frozenset[str], board: str) -> bool:
    """Whether boards and zones are said of which one is this board, or on it."""
    return not {board, board.partition("/")[0]}.isdisjoint(place.partition(" ")[0] for place in places)


def checked_caption(typed: object) -> str:
    """One line, or none."""
    if not isinstance(typed, str):
        raise Invalid("photo.caption", "La légende d'une photo est un texte.", field="caption")
    caption = clean_name(typed)
    if len(caption) > CAPTION_CHARS:
        raise Invalid(
            "photo.caption", "Cette légende est trop longue : deux cents caractères au plus.", field="caption"
        )
    return caption
