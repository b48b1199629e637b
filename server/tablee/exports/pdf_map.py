"""Where things lie on the printed community map, in millimetres from the corner of its zone.

As on the screen (web/src/canvas/map/geometry.ts): each tick is the middle of a band, all bands are equal, so
the least of an axis lies half a band inside. Names come before what is said of them; a name that has no room
is told in the annex, by a number.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tablee.exports.typst import width_of

LEFT, TOP, RIGHT, BOTTOM = 29.0, 12.5, 5.0, 11.0
LEAST = 10.0
RADIUS = 3.6
GAP = 1.2
NAME_PT, DETAIL_PT = 10.6, 9.0
MM_OF_PT = 25.4 / 72
NAME_HIGH, DETAIL_HIGH = 4.6, 4.1
LABEL_MOST = 62.0
WRAPPED_AT = 40.0
LINES_MOST = 4
ASIDE = 2.4
"""How far from a point lies another one of the same place."""

Rect = tuple[float, float, float, float]
Label = tuple[float, float, float, float, str]
"""A place, and on which side of its point."""
Said = tuple[str, str]
"""A name and what is said under it, in lines."""


@dataclass(frozen=True, slots=True)
class Point:
    """`wish`: where it wants to be. `whole`: its detail is a sentence, which is never left out."""

    id: str
    x: float
    y: float
    label: str
    detail: str
    colour: int
    dashed: bool
    wish: tuple[float, float] | None
    whole: bool = False


def part_of(ticks: Sequence[float], value: float) -> float:
    """How far along its side a value lies."""
    if len(ticks) < 2:
        return 0.5
    after = next((at for at, tick in enumerate(ticks) if at > 0 and tick >= value), len(ticks) - 1)
    low, high = ticks[after - 1], ticks[after]
    return (after - 0.5 + (value - low) / ((high - low) or 1)) / len(ticks)


def drawn_map(
    box: Sequence[float], axes: Mapping[str, tuple[Sequence[float], Sequence[str]]], points: Sequence[Point]
) -> tuple[dict[str, Any], list[tuple[Point, str]]]:
    """The drawing as values, and the points whose name has no room, with their numbers."""
    left, top = LEFT, TOP
    width, height = max(LEAST, box[2] - LEFT - RIGHT), max(LEAST, box[3] - TOP - BOTTOM)

    def at(x: float, y: float) -> tuple[float, float]:
        across, up = part_of(axes["x"][0], x), part_of(axes["y"][0], y)
        return (round(left + across * width, 2), round(top + (1 - up) * height, 2))

    places = {point.id: at(point.x, point.y) for point in points}
    wishes = {point.id: at(*point.wish) for point in points if point.wish is not None}
    area = (left, top, width + RIGHT - 1, height)
    drawn, numbered = _placed(points, places, wishes, area, details=True)
    if numbered:
        # without their details more of them have room
        bare = _placed(points, places, wishes, area, details=False)
        if len(bare[1]) < len(numbered):
            drawn, numbered = bare
    return {
        "plot": [left, top, width, height],
        "x": list(axes["x"][1]),
        "y": list(axes["y"][1]),
        "points": drawn,
    }, numbered


def _placed(
    points: Sequence[Point],
    places: Mapping[str, tuple[float, float]],
    wishes: Mapping[str, tuple[float, float]],
    area: Rect,
    *,
    details: bool,
) -> tuple[list[dict[str, Any]], list[tuple[Point, str]]]:
    dots = {key: (x - RADIUS, y - RADIUS, 2 * RADIUS, 2 * RADIUS) for key, (x, y) in places.items()}
    ways = {key: _way(places[key], wish) for key, wish in wishes.items()}
    taken: list[Rect] = []
    drawn: list[dict[str, Any]] = []
    numbered: list[tuple[Point, str]] = []
    places_told: dict[tuple[float, float], str] = {}
    for point in points:
        spot, wish = places[point.id], wishes.get(point.id)
        under = [key for key in dots if key != point.id and places[key] == spot]
        others = [dots[key] for key in dots if key != point.id and key not in under] + taken
        others += [rect for key, way in ways.items() if key != point.id for rect in way]
        found: tuple[Label, Said] | None = None
        if not any(one["at"] == spot for one in drawn):
            found = _label(point, spot, area, others, ways.get(point.id, []), wish, details)
        number, label, said = "", None, ("", "")
        if found is None:
            # points of one place share its number
            number = places_told.setdefault(spot, str(len(places_told) + 1))
            numbered.append((point, number))
            if any(one["at"] == spot for one in drawn):
                spot = (spot[0] + ASIDE, spot[1] - ASIDE)
        else:
            label, said = found
            taken.append(label[:4])
        drawn.append(
            {
                "at": spot,
                "wish": wish,
                "from": _start(spot, wish, label) if wish is not None else None,
                "colour": point.colour,
                "dashed": point.dashed,
                "number": number,
                "text": said[0],
                "detail": said[1],
                "label": label,
            }
        )
    return drawn, numbered


def _way(spot: tuple[float, float], wish: tuple[float, float]) -> list[Rect]:
    """What an arrow covers, as small pieces."""
    (x, y), (to_x, to_y) = spot, wish
    steps = max(1, int(math.hypot(to_x - x, to_y - y) // 2))
    return [
        (x + (to_x - x) * step / steps - 0.8, y + (to_y - y) * step / steps - 0.8, 1.6, 1.6)
        for step in range(1, steps + 1)
    ]


def _start(spot: tuple[float, float], wish: tuple[float, float], label: Label | None) -> tuple[float, float]:
    """An arrow begins at the edge of its point; behind the name where that lies on its way."""
    (x, y), (to_x, to_y) = spot, wish
    long = math.hypot(to_x - x, to_y - y) or 1
    if label is not None and label[4] == "right" and _along(spot, wish):
        return (label[0] + label[2] + 0.6, y)
    return (x + (to_x - x) / long * (RADIUS + 0.4), y + (to_y - y) / long * (RADIUS + 0.4))


def _along(spot: tuple[float, float], wish: tuple[float, float]) -> bool:
    return wish[0] > spot[0] and abs(wish[1] - spot[1]) < 1


def _label(
    point: Point,
    spot: tuple[float, float],
    area: Rect,
    others: Sequence[Rect],
    way: Sequence[Rect],
    wish: tuple[float, float] | None,
    details: bool,
) -> tuple[Label, Said] | None:
    """Beside the point, over or under it; nowhere when the name would cover something."""
    for said in _said(point, details):
        found = _room_for(said, spot, area, others, way, wish)
        if found is not None:
            return found, said
    return None


def _said(point: Point, details: bool) -> list[Said]:
    """What could be written, the best first: all on two lines, on more lines, the name alone."""
    name, detail = " ".join(point.label.split()), " ".join(point.detail.split())
    names, said = [name, _wrapped(name, NAME_PT)], [detail, _wrapped(detail, DETAIL_PT)]
    tried = [(one, other) for one in names for other in said] if detail and (details or point.whole) else []
    tried += [] if point.whole else [(one, "") for one in names]
    return [
        one
        for one in dict.fromkeys(tried)
        if all(text.count("\n") < LINES_MOST for text in one) and _wide(one) <= LABEL_MOST
    ]


def _wrapped(text: str, size: float) -> str:
    lines: list[str] = []
    for word in text.split():
        if lines and _mm(f"{lines[-1]} {word}", size) <= WRAPPED_AT:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return "\n".join(lines)


def _wide(said: Said) -> float:
    return 1 + max(
        _mm(line, size)
        for text, size in zip(said, (NAME_PT, DETAIL_PT), strict=True)
        for line in text.split("\n")
    )


def _room_for(
    said: Said,
    spot: tuple[float, float],
    area: Rect,
    others: Sequence[Rect],
    way: Sequence[Rect],
    wish: tuple[float, float] | None,
) -> Label | None:
    x, y = spot
    name, detail = said
    wide = _wide(said)
    high = (name.count("\n") + 1) * NAME_HIGH + ((detail.count("\n") + 1) * DETAIL_HIGH if detail else 0)
    edge = RADIUS + GAP
    right: Label = (x + edge, y - high / 2, wide, high, "right")
    choices: tuple[Label, ...] = (
        right,
        (x - edge - wide, y - high / 2, wide, high, "left"),
        (x - wide / 2, y + RADIUS + 0.6, wide, high, "under"),
        (x - wide / 2, y - RADIUS - 0.6 - high, wide, high, "over"),
    )
    for one in choices:
        # a name may stand on its own arrow, which then begins behind it
        shared = one is right and wish is not None and _along(spot, wish) and wish[0] > x + edge + wide + 5
        covered = others if shared else [*others, *way]
        if _inside(one, area) and not any(_meet(one, other) for other in covered):
            return one
    return None


def _mm(text: str, size: float) -> float:
    return width_of(text, size) * MM_OF_PT


def _inside(one: Label, area: Rect) -> bool:
    return (
        one[0] >= area[0]
        and one[1] >= area[1]
        and one[0] + one[2] <= area[0] + area[2]
        and one[1] + one[3] <= area[1] + area[3]
    )


def _meet(one: Label, other: Rect) -> bool:
    return (
        one[0] < other[0] + other[2]
        and other[0] < one[0] + one[2]
        and one[1] < other[1] + other[3]
        and other[1] < one[1] + one[3]
    )
