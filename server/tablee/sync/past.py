"""What a room was at any moment: its log, read once and kept as plain changes.

Every entry of the log is one moment. Values are kept as the JSON that they are told in, so that thousands of
moments are small, and only the state at every thousandth is kept whole.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Callable, Collection, Container, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tablee.sync.document import ROOT_NAMES, Document, Seen
from tablee.sync.entries import Entry, read_entry

Key = tuple[str, str]
"""(root, id)"""
Content = dict[Key, bytes]
Values = dict[str, Any]

WHOLE_EVERY = 1_000


@dataclass(frozen=True, slots=True)
class Change:
    """What one update made of one entry of a root: its values as JSON, None when it is gone.

    `by`: in whose name the update was taken; empty for the server, or where the log does not say it.
    """

    key: Key
    value: bytes | None
    by: str

    @property
    def values(self) -> Values | None:
        return None if self.value is None else json.loads(self.value)


@dataclass(frozen=True, slots=True)
class Moment:
    """Entry `n` of the log. `coarse`: not an entry, but what was kept of a time that the log has lost."""

    n: int
    at: int
    changes: tuple[Change, ...]
    coarse: bool = False


@dataclass(slots=True)
class Past:
    """Moments in order. `state`: the document after the last of them, to go on from."""

    state: bytes | None = None
    batch: bytes = b""
    """The batch of the last entry, to tell whether the log is still the one that was read."""
    n: int = 0
    moments: list[Moment] = field(default_factory=list)
    size: int = 0
    """About how many bytes it holds."""
    _ns: list[int] = field(default_factory=list)
    _ats: list[int] = field(default_factory=list)
    _now: Content = field(default_factory=dict)
    _whole: dict[int, Content] = field(default_factory=dict)
    """Number of a moment → the content after it."""

    def begin(self, n: int, at: int, state: bytes | None) -> None:
        """The room was like this at entry n; what was before is not in the log any more."""
        found = content_of(Document(state))
        changes = [Change(key, value, "") for key, value in found.items() if self._now.get(key) != value]
        changes += [Change(key, None, "") for key in self._now if key not in found]
        self.state = state
        self._put(Moment(n, at, tuple(changes), coarse=True))

    def read(
        self, entries: Iterable[tuple[int, bytes, bytes]], rest: Callable[[], None] = lambda: None
    ) -> None:
        """Go on with entries of the log: number, payload, batch. `rest` is called after each of them."""
        document = Document(self.state)
        seen = Seen(document)
        try:
            for n, payload, batch in entries:
                entry = read_entry(payload)
                changes = changes_of(entry, document, seen, self._now)
                self._put(Moment(n, entry.at_ms, tuple(changes)))
                self.batch = batch
                rest()
        finally:
            seen.end()
        self.state = document.state()

    def _put(self, moment: Moment) -> None:
        at = max(moment.at, self._ats[-1] if self._ats else 0)  # clocks of two servers may differ
        self.moments.append(
            moment if at == moment.at else Moment(moment.n, at, moment.changes, moment.coarse)
        )
        self.n = moment.n
        self._ns.append(moment.n)
        self._ats.append(at)
        apply(self._now, moment.changes)
        self.size += 200 + sum(150 + len(change.value or b"") for change in moment.changes)
        if len(self.moments) % WHOLE_EVERY == 0:
            self._whole[len(self.moments)] = dict(self._now)
            self.size += 100 * len(self._now)

    # -- looking back -------------------------------------------------------------------------------------

    @property
    def ats(self) -> list[int]:
        return self._ats

    def upto_n(self, n: int) -> int:
        """How many moments there are until entry n."""
        return bisect_right(self._ns, n)

    def upto(self, at: int) -> int:
        """How many moments there are until this time, in milliseconds since 1970."""
        return bisect_right(self._ats, at)

    def content(self, count: int) -> Content:
        """What was there after so many moments."""
        if count == len(self.moments):
            return dict(self._now)
        start = max((at for at in self._whole if at <= count), default=0)
        content = dict(self._whole.get(start, {}))
        for moment in self.moments[start:count]:
            apply(content, moment.changes)
        return content

    def after(self, count: int) -> list[Moment]:
        return self.moments[count:]

    def last_values(self, count: int) -> Content:
        """What each entry that was there after so many moments was when it was there last."""
        return {
            change.key: change.value
            for moment in self.moments[count:]
            for change in moment.changes
            if change.value is not None
        }


def changes_of(entry: Entry, document: Document, seen: Seen, there: Container[Key]) -> list[Change]:
    """Apply an entry of the log; what it made of each entry of a root. `there`: those before it."""
    changes: list[Change] = []
    for at, (_, update) in enumerate(entry.updates):
        by = entry.people[at] if at < len(entry.people) else ""
        document.apply(update)
        for key in seen.take():
            values = document.entry(*key)
            if values is not None or key in there or any(change.key == key for change in changes):
                changes.append(Change(key, None if values is None else write(values), by))
    return changes


def apply(content: Content, changes: Collection[Change]) -> None:
    for change in changes:
        if change.value is None:
            content.pop(change.key, None)
        else:
            content[change.key] = change.value


def content_of(document: Document) -> Content:
    return {
        (root, key): write(values)
        for root, entries in document.content().items()
        for key, values in entries.items()
    }


def by_root(content: Mapping[Key, bytes]) -> dict[str, dict[str, Values]]:
    """Content as plain values, root by root."""
    out: dict[str, dict[str, Values]] = {root: {} for root in ROOT_NAMES}
    for (root, key), value in content.items():
        out[root][key] = json.loads(value)
    return out


def write(values: Values) -> bytes:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def state_at(base: bytes | None, entries: Iterable[bytes]) -> bytes:
    """The document after these entries, as one update."""
    document = Document(base)
    for payload in entries:
        for _, update in read_entry(payload).updates:
            document.apply(update)
    return document.state()
