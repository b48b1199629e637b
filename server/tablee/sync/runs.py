"""What one client wrote, clock by clock: in which type and under which key it lies, and what is deleted."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import pairwise

from tablee.sync.gate import Id, Item
from tablee.sync.order import Order, Piece


class Container:
    """A type of the document. `path` is its keys from the root; `own` its own item, None for a root.

    `tips`: under each key (None: at the end of a text or an array) the item put there last. `strays`: how
    many were put there by people who did not know the tip. `order`: of a text or an array, once needed.
    """

    __slots__ = ("kind", "order", "own", "path", "strays", "tips", "within")

    def __init__(
        self, kind: int, path: tuple[str, ...], within: Container | None = None, own: Id | None = None
    ) -> None:
        self.kind, self.path, self.within, self.own = kind, path, within, own
        self.tips: dict[str | None, Id] = {}
        self.strays: dict[str | None, int] = {}
        self.order: Order | None = None


Spot = tuple[Container, "str | None"]
"""In which type, and under which key (None in texts and arrays)."""


class Runs:
    """The items of one client in order; neighbours that lie in the same spot are one run.

    `ties`: for items in texts and arrays, what they were put between (origin, right), noted where an item
    does not simply go on from the one before.
    """

    __slots__ = ("end", "gone_from", "gone_to", "halves", "spots", "starts", "ties", "ties_at", "types")

    def __init__(self) -> None:
        self.end = 0
        self.starts: list[int] = []
        self.spots: list[Spot | None] = []
        self.types: dict[int, Container] = {}
        self.halves: set[int] = set()
        self.ties: list[tuple[Id | None, Id | None]] = []
        self.ties_at: list[int] = []
        # deleted stretches, sorted and apart
        self.gone_from: list[int] = []
        self.gone_to: list[int] = []

    def spot(self, clock: int) -> Spot | None:
        return self.spots[bisect_right(self.starts, clock) - 1]

    def add(self, clock: int, length: int, spot: Spot | None) -> None:
        last = self.spots[-1] if self.spots else None
        same = last is spot or (last is not None and spot is not None and last == spot)
        if not self.spots or not same:
            self.starts.append(clock)
            self.spots.append(spot)
        self.end = clock + length

    def tie(self, client: int, item: Item) -> None:
        """Note what an item in a text or an array was put between."""
        if not (self.ties and item.origin == (client, item.clock - 1) and self.ties[-1][1] == item.right):
            self.ties.append((item.origin, item.right))
            self.ties_at.append(item.clock)

    def between(self, client: int, clock: int) -> tuple[Id | None, Id | None]:
        """What the character or value at this clock was put between, in a text or an array."""
        at = bisect_right(self.ties_at, clock) - 1
        if at < 0:
            return None, None
        origin, right = self.ties[at]
        return (origin if self.ties_at[at] == clock else (client, clock - 1)), right

    def pieces(self, client: int, container: Container) -> list[Piece]:
        """What of this client lies in a text or an array."""
        out: list[Piece] = []
        for at, spot in enumerate(self.spots):
            if spot is None or spot[0] is not container:
                continue
            start = self.starts[at]
            end = self.starts[at + 1] if at + 1 < len(self.starts) else self.end
            first, last = bisect_right(self.ties_at, start), bisect_left(self.ties_at, end)
            cuts = [start, *self.ties_at[first:last], end]
            for clock, after in pairwise(cuts):
                origin, right = self.between(client, clock)
                out.append(Piece(client, clock, after - clock, origin, right))
        return out

    def is_gone(self, clock: int) -> bool:
        at = bisect_right(self.gone_from, clock) - 1
        return at >= 0 and clock < self.gone_to[at]

    def still_there(self, start: int, end: int) -> list[tuple[int, int]]:
        """The parts of a stretch that are not deleted."""
        out: list[tuple[int, int]] = []
        at = max(0, bisect_right(self.gone_from, start) - 1)
        while start < end and at < len(self.gone_from):
            gone_from, gone_to = self.gone_from[at], self.gone_to[at]
            if gone_from >= end:
                break
            if gone_to > start:
                if gone_from > start:
                    out.append((start, gone_from))
                start = gone_to
            at += 1
        if start < end:
            out.append((start, end))
        return out

    def delete(self, start: int, end: int) -> None:
        first = bisect_left(self.gone_to, start)
        last = bisect_right(self.gone_from, end)
        if first < last:
            start = min(start, self.gone_from[first])
            end = max(end, self.gone_to[last - 1])
        self.gone_from[first:last] = [start]
        self.gone_to[first:last] = [end]
