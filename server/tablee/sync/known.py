"""The memory of the index: the items of every client, kept in step with the document."""

from __future__ import annotations

from dataclasses import dataclass, field

from tablee.model.changes import Changes
from tablee.sync.gate import COLLECTED, DELETED, MAP, ROOTS, Id, Item, Update
from tablee.sync.order import Order, Piece
from tablee.sync.runs import Container, Runs, Spot


class NotTaken(Exception):
    """An update that is refused as a whole; `key` says why (`update.gap`, `note.locked`, …)."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


@dataclass(slots=True)
class Placed:
    """An update with every new item in its spot, ready for `Index.add`."""

    items: dict[int, list[tuple[Item, Spot | None]]] = field(default_factory=dict)
    types: dict[Id, Container] = field(default_factory=dict)
    in_turn: list[tuple[Piece, Container, str | None, bool]] = field(default_factory=list)
    """The same items in an order that can be followed; whether each was put beside the newest there."""
    deletions: list[tuple[int, int, int]] = field(default_factory=list)
    changes: Changes = field(default_factory=dict)
    repeats: bool = False
    """It says again something that is known. Whoever applies it may look at what it says of that, and
    libraries do so differently: only what is new may go on."""
    doubtful: set[tuple[str, str]] = field(default_factory=set)
    """Entries of which a value is deleted and another put somewhere else: only the document knows whether
    the key still has one."""
    surprising: bool = False
    """A value that notes cannot be without is deleted: perhaps the document knows that it lost already."""

    @property
    def is_new(self) -> bool:
        return bool(self.items or self.deletions)


class Known:
    """Everything that is known of a document's items."""

    def __init__(self) -> None:
        self.clients: dict[int, Runs] = {}
        self.roots = {root: Container(MAP, (root,)) for root in ROOTS}

    # -- asking ------------------------------------------------------------------------------------

    def end(self, client: int) -> int:
        """The next clock of a client."""
        runs = self.clients.get(client)
        return runs.end if runs is not None else 0

    def ends(self) -> dict[int, int]:
        return {client: runs.end for client, runs in self.clients.items()}

    def is_in_gone(self, container: Container, falling: frozenset[Id] | set[Id] = frozenset()) -> bool:
        """Whether this type, or one around it, is deleted (`falling`: being deleted right now)."""
        inner: Container | None = container
        while inner is not None and inner.own is not None:
            client, clock = inner.own
            runs = self.clients.get(client)
            if inner.own in falling or (runs is not None and runs.is_gone(clock)):
                return True
            inner = inner.within
        return False

    # -- keeping in step -----------------------------------------------------------------------------

    def add(self, placed: Placed) -> None:
        """Remember what was placed, once it is in the document."""
        for client, items in placed.items.items():
            runs = self.clients.get(client)
            if runs is None:
                runs = self.clients[client] = Runs()
            for item, spot in items:
                skipped = max(0, runs.end - item.clock)
                runs.add(item.clock + skipped, item.length - skipped, spot)
                if spot is not None and spot[0].kind != MAP and not skipped:
                    runs.tie(client, item)
                if item.halves:
                    runs.halves.update(item.clock + half for half in item.halves)
                if item.content in (DELETED, COLLECTED):
                    runs.delete(item.clock + skipped, item.clock + item.length)
        for (client, clock), container in placed.types.items():
            self.clients[client].types[clock] = container
        for client, start, end in placed.deletions:
            self.clients[client].delete(start, end)
        for piece, container, key, beside in placed.in_turn:
            if not beside:
                container.strays[key] = container.strays.get(key, 0) + 1
            if container.kind == MAP or piece.right is None:
                container.tips[key] = (piece.client, piece.clock + piece.length - 1)
            if container.order is not None:
                container.order.insert(piece)

    def order_of(self, container: Container) -> Order:
        """The order of a text or an array, made from everything that lies in it when first asked for."""
        if container.order is None:
            waiting = [
                piece for client, runs in self.clients.items() for piece in runs.pieces(client, container)
            ]
            there: dict[int, list[tuple[int, int]]] = {}
            order = Order()

            def known(item: Id | None) -> bool:
                return item is None or any(a <= item[1] < b for a, b in there.get(item[0], ()))

            while waiting:
                later = []
                for piece in waiting:
                    if known(piece.origin) and known(piece.right):
                        order.insert(piece)
                        there.setdefault(piece.client, []).append((piece.clock, piece.clock + piece.length))
                    else:
                        later.append(piece)
                if len(later) == len(waiting):
                    break
                waiting = later
            container.order = order
        return container.order

    def learn_deletions(self, update: Update) -> None:
        """Take the deletions of the document's own state."""
        for client, start, end in update.deletions:
            runs = self.clients.get(client)
            if runs is not None and start < runs.end:
                runs.delete(start, min(end, runs.end))
