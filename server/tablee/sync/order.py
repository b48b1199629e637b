"""The order of a text or an array, deleted items included: YATA on ids, as Yjs and yrs integrate.

Needed only to judge an item that claims to lie between two others of which neither was put beside the
other (two people wrote at the same place at once); made when first asked for, then kept in step.
Source: Nicolaescu et al., "Near Real-Time Peer-to-Peer Shared Editing on Extensible Data Types" (2016);
conflicts as yjs 13 resolves them.
"""

from __future__ import annotations

from tablee.sync.gate import Id


class Piece:
    """Some clocks of one client, in a row: the first put after `origin`, all of them before `right`."""

    __slots__ = ("client", "clock", "length", "origin", "right")

    def __init__(self, client: int, clock: int, length: int, origin: Id | None, right: Id | None) -> None:
        self.client, self.clock, self.length = client, clock, length
        self.origin, self.right = origin, right

    def copy(self) -> Piece:
        return Piece(self.client, self.clock, self.length, self.origin, self.right)

    def holds(self, item: Id) -> bool:
        return self.client == item[0] and self.clock <= item[1] < self.clock + self.length


class Order:
    def __init__(self, pieces: list[Piece] | None = None) -> None:
        self.pieces: list[Piece] = pieces if pieces is not None else []

    def copy(self) -> Order:
        # pieces are cut in place, so the copy has its own
        return Order([piece.copy() for piece in self.pieces])

    def place(self, item: Id) -> tuple[int, int]:
        """Something to compare two known items by."""
        at = self._find(item)
        return at, item[1] - self.pieces[at].clock

    def insert(self, new: Piece) -> None:
        """Integrate a piece whose neighbours are here."""
        pieces = self.pieces
        left = -1
        if new.origin is not None:
            left = self._find(new.origin)
            self._cut(left, new.origin[1] + 1)
        stop = len(pieces)
        if new.right is not None:
            stop = self._find(new.right)
            if pieces[stop].clock < new.right[1]:
                self._cut(stop, new.right[1])
                stop += 1
        first = left + 1
        clear = first  # pieces from here on are in conflict with the new one
        for at in range(first, stop):
            other = pieces[at]
            if other.origin == new.origin:
                if other.client < new.client:
                    left, clear = at, at + 1
                elif other.right == new.right:
                    break
            elif other.origin is not None:
                before = next((i for i in range(first, at) if pieces[i].holds(other.origin)), None)
                if before is None:
                    break
                if before < clear:
                    left, clear = at, at + 1
            else:
                break
        pieces.insert(left + 1, new)

    def _find(self, item: Id) -> int:
        for at, piece in enumerate(self.pieces):
            if piece.holds(item):
                return at
        raise KeyError(item)

    def _cut(self, at: int, clock: int) -> None:
        """Part the piece there before this clock, if it goes on beyond."""
        piece = self.pieces[at]
        head = clock - piece.clock
        if 0 < head < piece.length:
            rest = Piece(piece.client, clock, piece.length - head, (piece.client, clock - 1), piece.right)
            piece.length = head
            self.pieces.insert(at + 1, rest)
