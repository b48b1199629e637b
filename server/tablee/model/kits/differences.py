"""What differs between two kits, zone by zone, and which version number follows from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tablee.model.kits.document import BoardPart, KitDocument, ZonePart

Address = tuple[str, str]
"""Board and zone; the zone is empty for the board itself."""

SORTS = (
    "boards_removed",
    "boards_added",
    "added",
    "removed",
    "moved",
    "retitled",
    "reworded",
    "rerouted",
    "kinds",
    "axes",
    "agendas",
)
"""The sorts of changes, in the order in which they are told."""
MAJOR = frozenset({"boards_removed", "removed"})
PATCH = frozenset({"retitled", "reworded"})


@dataclass(frozen=True, slots=True)
class Change:
    """`board` and `zone` say where; an agenda has its id in `board`."""

    sort: str
    board: str
    zone: str = ""


def changes_between(before: KitDocument, after: KitDocument) -> tuple[Change, ...]:
    """Everything that differs, sort by sort. Numbers of zones and mirrors follow from the rest."""
    found = [*_boards(before, after)]
    for board in after.templates:
        was = before.board(board.id)
        if was is not None:
            found += _zones(was, board)
    agendas = {agenda.id: agenda for agenda in before.agendas}
    now = {agenda.id: agenda for agenda in after.agendas}
    found += [Change("agendas", key) for key in {**agendas, **now} if agendas.get(key) != now.get(key)]
    return tuple(sorted(found, key=lambda change: SORTS.index(change.sort)))


def _boards(before: KitDocument, after: KitDocument) -> Iterator[Change]:
    was, now = ({board.id for board in kit.templates} for kit in (before, after))
    for board in before.templates:
        if board.id not in now:
            yield Change("boards_removed", board.id)
    for board in after.templates:
        if board.id not in was:
            yield Change("boards_added", board.id)


def _zones(was: BoardPart, now: BoardPart) -> Iterator[Change]:
    if was.titles != now.titles:
        yield Change("retitled", now.id)
    for zone in now.zones:
        before = was.zone(zone.id)
        for sort in ("added",) if before is None else _zone(before, zone):
            yield Change(sort, now.id, zone.id)
    for zone in was.zones:
        if now.zone(zone.id) is None:
            yield Change("removed", now.id, zone.id)


def _zone(was: ZonePart, now: ZonePart) -> Iterator[str]:
    if was.box != now.box:
        yield "moved"
    if was.titles != now.titles:
        yield "retitled"
    if was.prompts != now.prompts:
        yield "reworded"
    if set(was.to) != set(now.to):
        yield "rerouted"
    if was.kinds != now.kinds:
        yield "kinds"
    if was.axes != now.axes:
        yield "axes"


def counted(changes: tuple[Change, ...]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for change in changes:
        counts[change.sort] = counts.get(change.sort, 0) + 1
    return counts


def next_version(version: str, changes: tuple[Change, ...]) -> str:
    """The first number when a zone is gone, the middle one for any other change but of words."""
    major, minor, patch = (int(number) for number in version.partition("-")[0].split("."))
    sorts = {change.sort for change in changes}
    if not sorts:
        return version
    if sorts & MAJOR:
        return f"{major + 1}.0.0"
    if sorts <= PATCH:
        return f"{major}.{minor}.{patch + 1}"
    return f"{major}.{minor + 1}.0"
