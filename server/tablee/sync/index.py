"""What the gate remembers of a document: for every clock of every client, in which type and key it lies.

An update is placed before it is applied: causality (nothing refers to what is not there), types (what
stands beside something lies in the same type and key; text in texts, values in maps), deletions and
halves of characters. What comes out says in plain values what the update does to which note, so that
rights are judged before the document is touched and a refusal costs nothing.

Observed without it: yrs keeps what is not causal as pending and drops it from snapshots, so that a deleted
note comes back; a deletion or a collected block ahead of a client's clock makes that person's next edits
vanish; half an emoji deleted becomes two replacement characters for ever.

Deletions that peers conclude by themselves (of two people who set a key at once, one loses) are in no
update; `Index.learn_deletions` takes them from the document when one seems to be new.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from itertools import pairwise

from tablee.errors import BadFrame
from tablee.model.changes import Changes, EntryChange
from tablee.sync.gate import (
    ANY,
    ARRAY,
    COLLECTED,
    DELETED,
    MAP,
    ROOTS,
    STRING,
    TEXT,
    TYPE,
    Id,
    Item,
    Update,
)
from tablee.sync.order import Order, Piece

MOST_STRAYS = 1_000
"""Items under one key, or in one text, that were not put beside the newest there: people who write the same
thing at once make a few. Each costs the library the way past all the others."""

TEXT_KEY, FIELDS_KEY, ORIGIN_KEY = "text", "fields", "origin"


class NotTaken(Exception):
    """An update that is refused as a whole; `key` says why (`update.gap`, `note.locked`, …)."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


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


class Index:
    def __init__(self) -> None:
        self.clients: dict[int, Runs] = {}
        self._roots = {root: Container(MAP, (root,)) for root in ROOTS}

    # -- asking ------------------------------------------------------------------------------------

    def end(self, client: int) -> int:
        """The next clock of a client."""
        runs = self.clients.get(client)
        return runs.end if runs is not None else 0

    def ends(self) -> dict[int, int]:
        return {client: runs.end for client, runs in self.clients.items()}

    def _is_gone(self, container: Container, falling: frozenset[Id] | set[Id] = frozenset()) -> bool:
        """Whether this type, or one around it, is deleted (`falling`: being deleted right now)."""
        inner: Container | None = container
        while inner is not None and inner.own is not None:
            client, clock = inner.own
            runs = self.clients.get(client)
            if inner.own in falling or (runs is not None and runs.is_gone(clock)):
                return True
            inner = inner.within
        return False

    # -- placing -----------------------------------------------------------------------------------

    def place(self, update: Update, *, trusted: bool = False) -> Placed:
        """Find the spot of every new item. Raises `NotTaken` and `BadFrame`; changes nothing.

        `trusted`: from our own log; what cannot be placed lies nowhere, and no changes are told.
        """
        placing = _Placing(self, update, trusted)
        placing.place_items()
        placing.place_deletions()
        if not trusted:
            placing.tell_changes()
        return placing.placed

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


class _Placing:
    """One update on its way into an index."""

    def __init__(self, index: Index, update: Update, trusted: bool) -> None:
        self.index, self.update, self.trusted = index, update, trusted
        self.placed = Placed()
        self._tips: dict[tuple[int, str | None], Id] = {}
        self._strays: dict[tuple[int, str | None], int] = {}
        self._astray: set[tuple[int, str | None]] = set()
        """Where a value was put that may not be the one that counts."""
        self._fresh: dict[int, Runs] = {}
        """New items placed so far, to look them up as one does the known ones."""

    # -- items ---------------------------------------------------------------------------------------

    def place_items(self) -> None:
        """Place items in an order in which everything they refer to is placed before them."""
        queues: dict[int, tuple[list[Item], int]] = {}
        for client, items in self.update.sections.items():
            known = self.index.end(client)
            if items[0].clock > known and not self.trusted:
                raise NotTaken("update.gap")
            new = [item for item in items if item.clock + item.length > known]
            if items[0].clock < known:
                self.placed.repeats = True
            if new:
                queues[client] = (new, 0)
                fresh = self._fresh[client] = Runs()
                fresh.end = new[0].clock
        if len(queues) == 1 and not self.trusted:  # nearly always: one person's own latest change
            for client, (items, _) in queues.items():
                for item in items:
                    if self._missing(client, item) is not None:
                        raise NotTaken("update.reference")
                    self._put(client, item)
            return
        waiting: dict[int, list[tuple[int, int]]] = {}  # client → (clock it must reach, who waits)
        ready = list(queues)
        while ready:
            client = ready.pop()
            items, at = queues[client]
            while at < len(items):
                missing = self._missing(client, items[at])
                if missing is not None:
                    if missing[0] not in queues and not self.trusted:
                        raise NotTaken("update.reference")
                    waiting.setdefault(missing[0], []).append((missing[1], client))
                    break
                self._put(client, items[at])
                at += 1
            queues[client] = (items, at)
            reached = self._fresh[client].end
            if client in waiting:
                ready += [who for clock, who in waiting[client] if clock < reached]
                waiting[client] = [(clock, who) for clock, who in waiting[client] if clock >= reached]
        stuck = [client for client, (items, at) in queues.items() if at < len(items)]
        if stuck and not self.trusted:
            raise NotTaken("update.reference")  # beyond the end of a section, or in a circle
        for client in stuck:
            items, at = queues[client]
            for item in items[at:]:
                self._keep(client, item, None)

    def _missing(self, client: int, item: Item) -> Id | None:
        """The first thing this item refers to that is neither known nor placed."""
        for reference in (item.origin, item.right, item.parent):
            if isinstance(reference, tuple):
                where, clock = reference
                if clock < self.index.end(where):
                    continue
                fresh = self._fresh.get(where)
                if fresh is None or clock >= fresh.end:
                    return reference
        return None

    def _runs_of(self, reference: Id) -> Runs:
        fresh = self._fresh.get(reference[0])
        if fresh is not None and fresh.starts and reference[1] >= fresh.starts[0]:
            return fresh
        return self.index.clients[reference[0]]

    def _spot(self, reference: Id) -> Spot | None:
        return self._runs_of(reference).spot(reference[1])

    def _container(self, reference: Id) -> Container | None:
        found = self.placed.types.get(reference)
        if found is None:
            runs = self.index.clients.get(reference[0])
            found = runs.types.get(reference[1]) if runs is not None else None
        return found

    def _put(self, client: int, item: Item) -> None:
        spot = self._where(client, item)
        if spot is not None and not self.trusted:
            self._check_content(item, spot)
        self._keep(client, item, spot)

    def _keep(self, client: int, item: Item, spot: Spot | None) -> None:
        fresh = self._fresh[client]
        skipped = max(0, self.index.end(client) - item.clock)
        fresh.add(item.clock + skipped, item.length - skipped, spot)
        if spot is not None and spot[0].kind != MAP and not skipped:
            fresh.tie(client, item)
        if item.halves:
            fresh.halves.update(item.clock + half for half in item.halves)
        if spot is not None:
            self._follow(client, item, spot, skipped)
        if item.content == TYPE and spot is not None:
            within, key = spot
            path = (*within.path, key or "")
            own = (client, item.clock)
            self.placed.types[own] = Container(item.value, path, within, own)
        self.placed.items.setdefault(client, []).append((item, spot))

    def _where(self, client: int, item: Item) -> Spot | None:
        """The spot of an item; None when it lies in something deleted for good."""
        if item.content == COLLECTED:
            return None
        if isinstance(item.parent, str):
            spot: Spot | None = (self.index._roots[item.parent], item.key)
        elif item.parent is not None:
            container = self._container(item.parent)
            spot = None if container is None else (container, item.key)
            if container is None and not self.trusted and not self._was_deleted(item.parent):
                raise BadFrame("a parent is not a type")
        else:
            spots = [self._spot(beside) for beside in (item.origin, item.right) if beside is not None]
            spot = spots[0]
            if len(spots) == 2 and not self.trusted:
                spot = self._same(spots[0], spots[1])
            if not self.trusted:
                self._keep_whole(item)
                self._keep_order(item, spot)
        known = self.index.end(client)
        if item.clock < known and not self.trusted:
            # the rest of something half known must go on where that is
            if known - item.clock in item.halves:
                raise BadFrame("a change parts a character")
            runs = self.index.clients[client]
            in_row = spot is not None and spot[0].kind != MAP
            if in_row and runs.between(client, known - 1)[1] != item.right:
                raise BadFrame("what goes on has another neighbour")
            before = runs.spot(known - 1)
            if before is None or spot is None:
                return None if before is spot else self._same(before, spot)
            self._same(before, spot)
        return spot

    def _same(self, one: Spot | None, other: Spot | None) -> Spot | None:
        """The spot two neighbours share."""
        if one is not None and other is not None:
            if one[0] is not other[0] or one[1] != other[1]:
                raise BadFrame("two neighbours lie in different places")
            return one
        there = one or other
        if there is not None and not self.index._is_gone(there[0]):
            raise BadFrame("two neighbours lie in different places")
        return None

    def _was_deleted(self, reference: Id) -> bool:
        """Whether this item is deleted or lies nowhere: what is put into it is nowhere either."""
        runs = self._runs_of(reference)
        return runs.spot(reference[1]) is None or runs.is_gone(reference[1]) or self._born_dead(reference)

    def _born_dead(self, reference: Id) -> bool:
        return any(
            item.content == DELETED and item.clock <= reference[1] < item.clock + item.length
            for item, _ in self.placed.items.get(reference[0], ())
        )

    def _keep_whole(self, item: Item) -> None:
        """Refuse to go between the halves of a character."""
        if item.origin is not None and item.origin[1] + 1 in self._runs_of(item.origin).halves:
            raise BadFrame("a change parts a character")
        if item.right is not None and item.right[1] in self._runs_of(item.right).halves:
            raise BadFrame("a change parts a character")

    def _follow(self, client: int, item: Item, spot: Spot, skipped: int) -> None:
        """Note whether an item was put beside the newest there. Many that were not cost the library dear."""
        container, key = spot
        if skipped:
            beside = True
        elif container.kind != MAP and item.right is not None:
            beside = self._are_beside(item)
        else:
            beside = item.origin == self._tips.get((id(container), key), container.tips.get(key))
        if not beside and not self.trusted:
            place = (id(container), key)
            self._astray.add(place)
            self._strays[place] = self._strays.get(place, 0) + 1
            if container.strays.get(key, 0) + self._strays[place] > MOST_STRAYS:
                raise NotTaken("note.contested")
        if container.kind == MAP or item.right is None:
            self._tips[id(container), key] = (client, item.clock + item.length - 1)
        origin = (client, item.clock + skipped - 1) if skipped else item.origin
        piece = Piece(client, item.clock + skipped, item.length - skipped, origin, item.right)
        self.placed.in_turn.append((piece, container, key, beside))

    def _between(self, item: Id) -> tuple[Id | None, Id | None]:
        return self._runs_of(item).between(*item)

    def _are_beside(self, item: Item) -> bool:
        """Whether one of the two neighbours was put beside the other."""
        origin, right = item.origin, item.right
        return (right is not None and self._between(right)[0] == origin) or (
            origin is not None and self._between(origin)[1] == right
        )

    def _keep_order(self, item: Item, spot: Spot | None) -> None:
        """Refuse neighbours that nobody can have seen side by side.

        Integrated live and from a snapshot such an item would end in different places. Who saw `origin` and
        `right` as neighbours knows what each was put between: the origin of `right` is `origin` or before
        it, and the right neighbour of `origin` is `right` or after it.
        """
        if spot is None or self.index._is_gone(spot[0]):
            return
        origin, right = item.origin, item.right
        if spot[0].kind == MAP:
            if right is not None:
                raise BadFrame("a value is put before another")
            return
        before = self._between(right)[0] if right is not None else None
        after = self._between(origin)[1] if origin is not None else None
        if (origin is None and before is not None) or (right is None and after is not None):
            raise NotTaken("update.reference")
        if origin is None or right is None:
            return
        in_order = before == origin or after == right
        first_half = before is None or before == origin or self._between(origin)[0] == before
        second_half = after is None or after == right or self._between(right)[1] == after
        if not (in_order and first_half and second_half):
            self._look_up_order(spot[0], origin, right, before, after)

    def _look_up_order(
        self, container: Container, origin: Id, right: Id, before: Id | None, after: Id | None
    ) -> None:
        order = self.index.order_of(container)
        fresh = [piece for piece, where, *_ in self.placed.in_turn if where is container]
        if fresh:
            order = order.copy()
            for piece in fresh:
                order.insert(piece.copy())
        try:
            places = [None if one is None else order.place(one) for one in (before, origin, right, after)]
        except KeyError:
            raise NotTaken("update.reference") from None
        known = [place for place in places if place is not None]
        if known != sorted(known) or places[1] == places[2]:
            raise NotTaken("update.reference")

    @staticmethod
    def _check_content(item: Item, spot: Spot) -> None:
        """What may lie where: text in texts, values and types in maps, values in arrays."""
        container, key = spot
        content, depth = item.content, len(container.path)
        if container.kind == TEXT:
            right = key is None and content in (STRING, DELETED)
        elif container.kind == ARRAY:
            right = key is None and content in (ANY, DELETED)
        elif key is None:
            right = False
        elif content == TYPE:
            right = _may_hold(container.path, key, item.value)
        elif content == ANY:
            right = item.length == 1 and _may_hold(container.path, key, None)
        else:
            right = content == DELETED
        if not right or depth > 3:
            raise BadFrame("this content does not belong there")

    # -- deletions -------------------------------------------------------------------------------------

    def place_deletions(self) -> None:
        """Keep what is deleted anew."""
        for client, start, end in self.update.deletions:
            runs, fresh = self.index.clients.get(client), self._fresh.get(client)
            known = runs.end if runs is not None else 0
            if end > max(known, fresh.end if fresh is not None else 0):
                if not self.trusted:
                    raise NotTaken("update.reference")
                continue
            parts = runs.still_there(start, min(end, known)) if runs is not None and start < known else []
            if end > known:
                parts.append((max(start, known), end))
            if parts != [(start, end)]:
                self.placed.repeats = True
            for first, after in parts:
                if not self.trusted and (
                    self._parts_character(client, first) or self._parts_character(client, after)
                ):
                    raise BadFrame("a deletion parts a character")
                self.placed.deletions.append((client, first, after))

    def _parts_character(self, client: int, clock: int) -> bool:
        """Whether a cut before this clock is inside a character of which both halves are there."""
        for runs in (self.index.clients.get(client), self._fresh.get(client)):
            if runs is not None and clock in runs.halves:
                return True
        return False

    # -- what it does to notes ---------------------------------------------------------------------------

    def tell_changes(self) -> None:
        deleted: dict[int, Runs] = {}
        for client, start, end in self.placed.deletions:
            deleted.setdefault(client, Runs()).delete(start, end)

        def falls(client: int, clock: int) -> bool:
            runs = deleted.get(client)
            return runs is not None and runs.is_gone(clock)

        falling: set[Id] = set()
        gone: list[tuple[Spot, int, Id]] = []  # spot, how many clocks, the first of them
        for client, start, end in self.placed.deletions:
            for spot, first, after in self._spots(client, start, end):
                if spot is not None:
                    gone.append((spot, after - first, (client, first)))
                    if spot[0].kind == MAP:
                        falling.update(self._types_between(client, first, after))
        kept: set[tuple[int, str | None]] = set()  # (type, key) that get a value which stays
        hollow: list[Spot] = []
        for client, items in self.placed.items.items():
            for item, spot in items:
                if spot is None or self.index._is_gone(spot[0], falling):
                    continue
                if spot[0].kind == MAP and (
                    item.content == DELETED or falls(client, item.clock + item.length - 1)
                ):
                    hollow.append(spot)
                    if item.content == DELETED:
                        continue
                elif spot[0].kind == MAP:
                    kept.add((id(spot[0]), spot[1]))
                self._tell_item(client, item, spot)
        for spot, count, _ in gone:
            if self.index._is_gone(spot[0], falling):
                continue
            if spot[0].kind == MAP:
                hollow.append(spot)
                if (id(spot[0]), spot[1]) in self._astray and len(spot[0].path) == 2:
                    self.placed.doubtful.add((spot[0].path[0], spot[0].path[1]))
            else:
                self._tell_erased(spot[0], count)
        for container, key in hollow:
            if (id(container), key) not in kept:
                self._tell_cleared(container, key or "")

    def _spots(self, client: int, start: int, end: int) -> list[tuple[Spot | None, int, int]]:
        """The stretch, cut where the spot changes."""
        out: list[tuple[Spot | None, int, int]] = []
        for runs in (self.index.clients.get(client), self._fresh.get(client)):
            if runs is None or not runs.starts or start >= runs.end:
                continue
            at = max(0, bisect_right(runs.starts, start) - 1)
            while start < end and at < len(runs.starts):
                until = runs.starts[at + 1] if at + 1 < len(runs.starts) else runs.end
                after = min(end, until)
                if after > start:
                    out.append((runs.spots[at], start, after))
                    start = after
                at += 1
        return out

    def _types_between(self, client: int, first: int, after: int) -> list[Id]:
        """The types among these clocks; a stretch may claim to be a thousand million long."""
        runs, fresh = self.index.clients.get(client), self.placed.types
        known = runs.types if runs is not None else {}
        out = [own for own in fresh if own[0] == client and first <= own[1] < after]
        if after - first <= len(known):
            out += [(client, clock) for clock in range(first, after) if clock in known]
        else:
            out += [(client, clock) for clock in known if first <= clock < after]
        return out

    def _entry(self, path: tuple[str, ...]) -> EntryChange:
        return self.placed.changes.setdefault((path[0], path[1]), EntryChange())

    def _tell_item(self, client: int, item: Item, spot: Spot) -> None:
        container, key = spot
        path = container.path
        if len(path) == 1:
            entry = self._entry((*path, key or ""))
            entry.made = True
            if item.content == ANY:
                entry.values.setdefault("", []).extend(item.value)
            return
        entry = self._entry(path)
        if len(path) == 2 and key is not None:
            values = entry.values.setdefault(key, [])
            if item.content == ANY:
                values.extend(item.value)
            elif item.value == TEXT:
                values.append("")
        elif container.kind == TEXT:
            entry.typed += item.length - max(0, self.index.end(client) - item.clock)
        elif container.kind == MAP:
            entry.fields.setdefault(key or "", []).extend(item.value if item.content == ANY else [item.value])
        else:
            entry.values.setdefault(path[2], []).extend(item.value if item.content == ANY else ())

    def _tell_erased(self, container: Container, count: int) -> None:
        if len(container.path) < 3:
            return
        entry = self._entry(container.path)
        if container.kind == TEXT:
            entry.erased += count
        else:
            entry.values.setdefault(container.path[2], [])

    def _tell_cleared(self, container: Container, key: str) -> None:
        path = container.path
        if len(path) == 1:
            self._entry((*path, key)).deleted = True
        elif len(path) == 2:
            self._entry(path).cleared.add(key)
        else:
            self._entry(path).fields_cleared.add(key)
        self.placed.surprising = True


def _may_hold(path: tuple[str, ...], key: str, kind: int | None) -> bool:
    """Whether a map of the layout (docs/data.md) may hold this type (None: a plain value) under this key."""
    if len(path) == 1:
        return kind == MAP or (kind is None and path[0] != "notes")
    if len(path) == 2:
        if key == TEXT_KEY:
            return kind == TEXT or (kind is None and path[0] != "notes")
        if path[0] == "notes" and key == FIELDS_KEY:
            return kind == MAP
        if path[0] == "notes" and key == ORIGIN_KEY:
            return kind == ARRAY
        return kind is None
    return kind is None
