"""A room's log told again with something left out: moment by moment, by one writer, into a fresh document.

Numbers and times of the entries stay, so that the past can still be gone through; what was left out was never
there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import groupby
from typing import Any

from tablee.sync.document import Document, Roots, Seen, put_entry
from tablee.sync.entries import Entry, read_entry, write_entry
from tablee.sync.past import Change, Key, changes_of, content_of, state_at

Without = Callable[[str, str, Mapping[str, Any]], tuple[str, dict[str, Any]] | None]
"""Root, id and values of an entry → its id and values from now on; None: it goes."""


class Retelling:
    """`n`: the last entry that was taken. `begun`: the one after which it can be told."""

    def __init__(self, client_id: int, without: Without, named: Callable[[str], str]) -> None:
        """`named` gives the name under which what a person did is told."""
        self._without, self._named = without, named
        self._source, self._told = Document(), Document(client_id=client_id)
        self._seen = Seen(self._source)
        self._ids: dict[Key, str | None] = {}
        """What is there in the source → its id where it is told."""
        self._gone: set[str] = set()
        """Notes that were left out at some moment: what was said of them goes, too."""
        self._base: bytes | None = None
        self.begun = self.n = 0
        self.payloads: list[bytes] = []
        """Entry `begun + 1` and those after it, as they are told."""
        self.marks: set[int] = set()
        """Entries after which the state is asked for later."""
        self._marked: dict[int, bytes] = {}

    def begin(self, n: int, state: bytes | None) -> None:
        """The room was like this after entry n; what was before cannot be told any more."""
        if state is not None:
            self._source.apply(state)
            self._seen.take()
            there = content_of(self._source)
            talk = [key for key in there if key[0] in ("comments", "reactions")]
            lost = [key for key in talk if ("notes", key[1].partition(".")[0]) not in there]
            self._gone = {key[1].partition(".")[0] for key in lost}
            self._tell([Change(key, value, "") for key, value in there.items()])
            self._base = self._told.state()
        self.begun = self.n = n

    def take(self, entries: Iterable[tuple[int, bytes]], rest: Callable[[], None] = lambda: None) -> None:
        """Go on with entries of the log: number and payload. `rest` is called after each of them."""
        for n, payload in entries:
            entry = read_entry(payload)
            told = Entry(entry.process, entry.at_ms, [], [])
            for by, changes in groupby(changes_of(entry, self._source, self._seen, self._ids), _by):
                update = self._tell(list(changes))
                if update is not None:
                    told.updates.append((0, update))
                    told.people.append(self._named(by))
            self.payloads.append(write_entry(told))
            self.n = n
            if n in self.marks:
                self._marked[n] = self._told.state()
            rest()

    def _tell(self, changes: list[Change]) -> bytes | None:
        def edit(roots: Roots) -> None:
            for change in changes:
                self._one(roots, change)

        return self._told.edit_and_tell(edit)

    def _one(self, roots: Roots, change: Change) -> None:
        (root, key), value = change.key, change.values
        left = None if value is None else self._without(root, key, value)
        if left is not None and root in ("comments", "reactions") and key.partition(".")[0] in self._gone:
            left = None
        if left is None:
            told = self._ids.get(change.key)
            if told is not None and told in roots[root]:
                del roots[root][told]
            if value is None:
                self._ids.pop(change.key, None)
            else:
                self._ids[change.key] = None
                if root == "notes":
                    self._gone.add(key)
            return
        self._ids[change.key] = left[0]
        put_entry(roots, root, *left)

    def end(self) -> None:
        """Nothing is taken any more: let go of the source."""
        self._seen.end()

    def source(self) -> dict[str, Any]:
        """What was there, after the same entry."""
        return self._source.content()

    def content(self) -> dict[str, Any]:
        return self._told.content()

    def state(self) -> bytes:
        """The room as it is told, after entry `n`."""
        return self._told.state()

    def state_after(self, n: int) -> bytes:
        """The same after an earlier entry, not before `begun`."""
        if n == self.n:
            return self.state()
        if n not in self._marked:
            self._marked[n] = state_at(self._base, self.payloads[: n - self.begun])
        return self._marked[n]


def _by(change: Change) -> str:
    return change.by
