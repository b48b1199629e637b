"""Placing an update: every new item in its spot, or why it cannot be there. Nothing is changed by it."""

from __future__ import annotations

from tablee.errors import BadFrame
from tablee.sync.gate import ANY, ARRAY, COLLECTED, DELETED, MAP, STRING, TEXT, TYPE, Id, Item, Update
from tablee.sync.known import Known, NotTaken, Placed
from tablee.sync.order import Piece
from tablee.sync.runs import Container, Runs, Spot

MOST_STRAYS = 1_000
"""Items under one key, or in one text, that were not put beside the newest there: people who write the same
thing at once make a few. Each costs the library the way past all the others."""

TEXT_KEY, FIELDS_KEY, ORIGIN_KEY = "text", "fields", "origin"


class Placing:
    """One update on its way into an index."""

    def __init__(self, known: Known, update: Update, trusted: bool) -> None:
        self.known, self.update, self.trusted = known, update, trusted
        self.placed = Placed()
        self._tips: dict[tuple[int, str | None], Id] = {}
        self._strays: dict[tuple[int, str | None], int] = {}
        self.astray: set[tuple[int, str | None]] = set()
        """Where a value was put that may not be the one that counts."""
        self.fresh: dict[int, Runs] = {}
        """New items placed so far, to look them up as one does the known ones."""

    # -- items ---------------------------------------------------------------------------------------

    def place_items(self) -> None:
        """Place items in an order in which everything they refer to is placed before them."""
        queues: dict[int, tuple[list[Item], int]] = {}
        for client, items in self.update.sections.items():
            known = self.known.end(client)
            if items[0].clock > known and not self.trusted:
                raise NotTaken("update.gap")
            new = [item for item in items if item.clock + item.length > known]
            if items[0].clock < known:
                self.placed.repeats = True
            if new:
                queues[client] = (new, 0)
                fresh = self.fresh[client] = Runs()
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
            reached = self.fresh[client].end
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
                if clock < self.known.end(where):
                    continue
                fresh = self.fresh.get(where)
                if fresh is None or clock >= fresh.end:
                    return reference
        return None

    def _runs_of(self, reference: Id) -> Runs:
        fresh = self.fresh.get(reference[0])
        if fresh is not None and fresh.starts and reference[1] >= fresh.starts[0]:
            return fresh
        return self.known.clients[reference[0]]

    def _spot(self, reference: Id) -> Spot | None:
        return self._runs_of(reference).spot(reference[1])

    def type_at(self, reference: Id) -> Container | None:
        found = self.placed.types.get(reference)
        if found is None:
            runs = self.known.clients.get(reference[0])
            found = runs.types.get(reference[1]) if runs is not None else None
        return found

    def _put(self, client: int, item: Item) -> None:
        spot = self._where(client, item)
        if spot is not None and not self.trusted:
            self._check_content(item, spot)
        self._keep(client, item, spot)

    def _keep(self, client: int, item: Item, spot: Spot | None) -> None:
        fresh = self.fresh[client]
        skipped = max(0, self.known.end(client) - item.clock)
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
            spot: Spot | None = (self.known.roots[item.parent], item.key)
        elif item.parent is not None:
            container = self.type_at(item.parent)
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
        known = self.known.end(client)
        if item.clock < known and not self.trusted:
            # the rest of something half known must go on where that is
            if known - item.clock in item.halves:
                raise BadFrame("a change parts a character")
            runs = self.known.clients[client]
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
        if there is not None and not self.known.is_in_gone(there[0]):
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
        if self.trusted and container.order is None:  # goes into the index whatever comes
            if not beside:
                container.strays[key] = container.strays.get(key, 0) + 1
            if container.kind == MAP or item.right is None:
                container.tips[key] = (client, item.clock + item.length - 1)
            return
        if not beside and not self.trusted:
            place = (id(container), key)
            self.astray.add(place)
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
        if spot is None or self.known.is_in_gone(spot[0]):
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
        order = self.known.order_of(container)
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
            runs, fresh = self.known.clients.get(client), self.fresh.get(client)
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
        for runs in (self.known.clients.get(client), self.fresh.get(client)):
            if runs is not None and clock in runs.halves:
                return True
        return False


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
