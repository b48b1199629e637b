"""What an update that was placed does to notes, in plain values: what rights are judged on."""

from __future__ import annotations

from bisect import bisect_right

from tablee.model.changes import EntryChange
from tablee.sync.gate import ANY, DELETED, MAP, TEXT, Id, Item
from tablee.sync.placing import Placing
from tablee.sync.runs import Container, Runs, Spot


class Telling:
    """Fills `Placed.changes` of one update."""

    def __init__(self, placing: Placing) -> None:
        self.placing = placing

    def tell(self) -> None:
        deleted: dict[int, Runs] = {}
        for client, start, end in self.placing.placed.deletions:
            deleted.setdefault(client, Runs()).delete(start, end)

        def falls(client: int, clock: int) -> bool:
            runs = deleted.get(client)
            return runs is not None and runs.is_gone(clock)

        falling: set[Id] = set()
        gone: list[tuple[Spot, int, Id]] = []  # spot, how many clocks, the first of them
        for client, start, end in self.placing.placed.deletions:
            for spot, first, after in self._spots(client, start, end):
                if spot is not None:
                    gone.append((spot, after - first, (client, first)))
                    if spot[0].kind == MAP:
                        falling.update(self._types_between(client, first, after))
        kept: set[tuple[int, str | None]] = set()  # (type, key) that get a value which stays
        hollow: list[Spot] = []
        for client, items in self.placing.placed.items.items():
            for item, spot in items:
                if spot is None or self.placing.known.is_in_gone(spot[0], falling):
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
            if self.placing.known.is_in_gone(spot[0], falling):
                continue
            if spot[0].kind == MAP:
                hollow.append(spot)
                if (id(spot[0]), spot[1]) in self.placing.astray and len(spot[0].path) == 2:
                    self.placing.placed.doubtful.add((spot[0].path[0], spot[0].path[1]))
            else:
                self._tell_erased(spot[0], count)
        for container, key in hollow:
            if (id(container), key) not in kept:
                self._tell_cleared(container, key or "")

    def _spots(self, client: int, start: int, end: int) -> list[tuple[Spot | None, int, int]]:
        """The stretch, cut where the spot changes."""
        out: list[tuple[Spot | None, int, int]] = []
        for runs in (self.placing.known.clients.get(client), self.placing.fresh.get(client)):
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
        runs, fresh = self.placing.known.clients.get(client), self.placing.placed.types
        known = runs.types if runs is not None else {}
        out = [own for own in fresh if own[0] == client and first <= own[1] < after]
        if after - first <= len(known):
            out += [(client, clock) for clock in range(first, after) if clock in known]
        else:
            out += [(client, clock) for clock in known if first <= clock < after]
        return out

    def _entry(self, path: tuple[str, ...]) -> EntryChange:
        return self.placing.placed.changes.setdefault((path[0], path[1]), EntryChange())

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
            entry.typed += item.length - max(0, self.placing.known.end(client) - item.clock)
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
        self.placing.placed.surprising = True
