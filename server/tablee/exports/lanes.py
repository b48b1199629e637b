"""Who has a row of the economic canvas, in every file alike: as web/src/canvas/economy/state.ts."""

from __future__ import annotations

from tablee.model.board import Board, BoardNote, Pack
from tablee.model.economy import lane_of

HEADS = "stakeholders"
"""The zone in which notes tell of stakeholders."""
VERDICT = "verdict/"


def lanes_of(board: Board, pack: Pack) -> dict[str, str]:
    """Id → name: who sits there, who answered and whom a note speaks for, in the order of the workshop.

    Then those that only a note tells of, by the id of that note. A note about somebody who has a row makes
    no row of its own.
    """
    zones = [held for held in board.zones if held.zone.type == "lanes"]
    answers = pack.rooms.get(board.room, {}).get("answers", {})
    used = {*board.seated, *(key.removeprefix(VERDICT) for key in answers if key.startswith(VERDICT))}
    used |= {lane for held in zones for note in held.notes if (lane := spoken_for(note))}
    out = {key: name for key, name in pack.stakeholders.items() if key in used}
    known = {_same(name) for name in out.values()}
    heads = board.zone(HEADS)
    for note in heads.notes if heads is not None else ():
        name = actor(note)
        if note.kind == "stakeholder" and spoken_for(note) is None and _same(name) not in known:
            out[note.id] = name
            known.add(_same(name))
    return out


def lane_in(note: BoardNote, lanes: dict[str, str]) -> str | None:
    """The row of these that a note lies in."""
    if note.id in lanes:
        return note.id
    lane = spoken_for(note)
    if lane in lanes:
        return lane
    if note.kind != "stakeholder":
        return None
    name = _same(actor(note))
    return next((key for key, one in lanes.items() if _same(one) == name), None)


def spoken_for(note: BoardNote) -> str | None:
    """The stakeholder a note names, or carries."""
    return lane_of({"fields": note.fields, "stakeholder": note.stakeholder_id})


def actor(note: BoardNote) -> str:
    """Who a note of the stakeholders tells of."""
    return str(note.fields.get("name") or note.text).strip()


def _same(name: str) -> str:
    return " ".join(name.split()).casefold()
