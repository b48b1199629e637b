"""The past of a room: its timeline, what it was at any moment, and what happened in between.

Read from its log, and from what was kept beside it where the log has lost its beginning. Notes that
facilitation hid are in none of it, nor is who wrote an anonymous one.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import msgspec

from tablee.errors import Conflict, NotFound, TooMany
from tablee.live.recounting import Net, Recounting, loaded
from tablee.live.workshops import Workshops, now_ms
from tablee.model.notes import in_reading_order
from tablee.model.state import step_as_json
from tablee.model.workshop import Workshop
from tablee.store.redis import LogEntry, RoomMeta
from tablee.store.versions import Version
from tablee.sync.entries import read_entry
from tablee.sync.past import Change, Content, Key, Moment, Past, apply, by_root, state_at
from tablee.words import Words

BARS = 120
SILENCE_MS = 20 * 60_000
"""What is longer takes little of the line of time: a lunch, or the days until somebody comes back."""
READ_AT_ONCE = 500
FRAMES = 2_000
FRAMES_BYTES = 2_000_000
"""One answer has as many at most; it says where the next begins."""
TYPING_MS = 1_000
"""What one person types in one note within this time is one frame."""
KEPT_BYTES = 64_000_000
"""Of pasts, beside the one that was asked for last."""
KEPT_S = 600
"""A past that nobody asks for is let go: it may be of somebody who was erased by another process."""
WAITING = 8
SLICE_S, REST_S = 0.005, 0.001
"""The log is read in pieces of this length, so that the rooms of others go on meanwhile."""

NO_BARS: dict[str, Any] = {"start": 0, "width_ms": 1, "counts": []}

Shown = dict[str, dict[str, Any]]


@dataclass(slots=True)
class Known:
    lineage: str
    past: Past
    asked: float = 0.0
    """When it was last, in the time of this process."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What one question about a room is answered from. `hidden`: notes that are in none of it."""

    past: Past
    versions: list[Version]
    hidden: frozenset[str]
    lineage: str

    def count_of(self, instant: str) -> int:
        """How many moments there are until an instant: the id of one, `n<entry>` or `@<ms>`."""
        past = self.past
        kept = next((one for one in self.versions if one.id == instant and one.kind != "base"), None)
        if kept is not None:
            count = past.upto_n(kept.n)
        elif instant[:1] == "n" and _is_number(instant[1:]):
            if int(instant[1:]) > past.n:
                raise unknown()
            count = past.upto_n(int(instant[1:]))
        elif instant[:1] == "@" and _is_number(instant[1:]):
            count = past.upto(int(instant[1:]))
        else:
            raise unknown()
        if count == 0 and past.moments and past.moments[0].coarse:
            raise too_old()
        return count

    def content(self, count: int) -> Content:
        return {key: value for key, value in self.past.content(count).items() if not self.withholds(key)}

    def withholds(self, key: Key) -> bool:
        root, name = key
        if root == "notes":
            return name in self.hidden
        return root in ("comments", "reactions") and name.partition(".")[0] in self.hidden

    def n_at(self, count: int) -> tuple[int, int]:
        """Entry and time of the last of so many moments."""
        if count == 0:
            return 0, self.past.ats[0] if self.past.ats else 0
        return self.past.moments[count - 1].n, self.past.moments[count - 1].at


def _is_number(typed: str) -> bool:
    return typed.isascii() and typed.isdecimal() and len(typed) <= 16


def unknown() -> NotFound:
    return NotFound("instant.unknown", "Cet instant n'existe pas, ou plus.", field="instant")


def too_old() -> Conflict:
    return Conflict(
        "instant.too_old",
        "Ce moment est trop ancien : cette salle n'en garde plus le détail.",
        field="instant",
    )


class History:
    def __init__(self, workshops: Workshops) -> None:
        self.workshops, self.store = workshops, workshops.store
        self._known: OrderedDict[str, Known] = OrderedDict()
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._tidying: asyncio.TimerHandle | None = None
        workshops.hub.on_replaced.append(self._drop)

    # -- what is asked ------------------------------------------------------------------------------------

    async def timeline(self, workshop: Workshop, room: str, words: Words) -> dict[str, Any]:
        """From when to when, how much happened when, the steps and the instants."""
        async with self.look(room) as looked:
            return {
                "room": room,
                **line_of(looked.past, [run.at for run in workshop.runs]),
                "n": looked.past.n,
                "steps": [
                    {"step": run.step, "title": title_of(workshop, run.step, words), "at": run.at}
                    for run in workshop.runs
                ],
                "instants": [
                    as_json(one, workshop, words)
                    for one in sorted(looked.versions, key=lambda one: (one.at, one.id))
                    if one.kind != "base"
                ],
            }

    async def moment(self, room: str, instant: str) -> dict[str, Any]:
        """What was there then, as plain values."""
        async with self.look(room) as looked:
            count = looked.count_of(instant)
            content = await asyncio.to_thread(looked.content, count)
            n, at = looked.n_at(count)
            roots = await asyncio.to_thread(by_root, content)
            return {
                "n": n,
                "at": at,
                "notes": in_reading_order(roots["notes"]),
                "clusters": roots["clusters"],
            }

    async def track(
        self, workshop: Workshop, room: str, begin: int | None, end: int | None, words: Words
    ) -> dict[str, Any]:
        """What was there at a time, and frame by frame what happened after it."""
        async with self.look(room) as looked:
            names = {person.id: person.name for person in workshop.people}
            recounting = Recounting(words, self.workshops.catalogue_of(workshop), names)
            return await asyncio.to_thread(track_of, looked, begin, end, recounting)

    async def state_at(self, looked: Looked, room: str, count: int) -> bytes:
        """The document after so many moments, as one Yjs update."""
        n, _ = looked.n_at(count)
        bases = [
            (one.n, one.data, "") for one in await self.workshops.ask(self.store.bases(room, looked.lineage))
        ]
        bases += [(one.n, None, one.id) for one in looked.versions]
        start, base, name = max((one for one in bases if one[0] <= n), key=lambda one: one[0])
        if name:
            base = await self.workshops.ask(self.store.version_state(room, name))
        entries = [one async for one in self._entries(room, start, n)]
        if [entry.n for entry in entries] != [*range(start + 1, n + 1)]:
            raise too_old()
        return await asyncio.to_thread(state_at, base, [entry.payload for entry in entries])

    # -- the log ------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def look(self, room: str) -> AsyncIterator[Looked]:
        """The past of a room up to now; one question is worked on at a time."""
        if self._waiting > WAITING:
            raise TooMany("history.busy", "D'autres relectures sont en cours. Réessayez dans un instant.")
        self._waiting += 1
        try:
            async with self._turn:
                past, versions, lineage = await self._past(room)
                # last, so that what was hidden meanwhile is left out
                hidden = frozenset(await self.workshops.ask(self.store.hidden_notes(room)))
                yield Looked(past, versions, hidden, lineage)
        finally:
            self._waiting -= 1

    def forget(self, workshop: str) -> None:
        """It was erased, or its rooms were written anew."""
        for room in [room for room in self._known if room.startswith(workshop + "-")]:
            del self._known[room]

    def _drop(self, room: str) -> None:
        """It was written anew, here or by another process."""
        self._known.pop(room, None)

    def _tidy(self) -> None:
        """Let go of what nobody asked for, and come back for the rest."""
        loop = asyncio.get_running_loop()
        while self._known and next(iter(self._known.values())).asked <= loop.time() - KEPT_S:
            self._known.popitem(last=False)
        left = next((one.asked + KEPT_S for one in self._known.values()), None)
        self._tidying = None if left is None else loop.call_at(left, self._tidy)

    async def _past(self, room: str) -> tuple[Past, list[Version], str]:
        meta = await self.workshops.ask(self.store.room_meta(room))
        if not meta.lineage:
            self._known.pop(room, None)
            return Past(), [], ""
        versions: list[Version] = await self.workshops.ask(self.store.versions(room, meta.lineage))
        known = self._known.get(room)
        if known is None or known.lineage != meta.lineage or not await self._follows(room, known.past, meta):
            known = Known(meta.lineage, await self._begun(room, meta, versions))
        known.asked = asyncio.get_running_loop().time()
        self._known[room] = known
        self._known.move_to_end(room)
        if self._tidying is None:
            self._tidy()
        entries = [
            (entry.n, entry.payload, entry.batch)
            async for entry in self._entries(room, known.past.n, meta.seq)
        ]
        if entries:
            try:
                await asyncio.to_thread(known.past.read, entries, Resting())
            except BaseException:
                self._known.pop(room, None)
                raise
        while len(self._known) > 1 and sum(one.past.size for one in self._known.values()) > KEPT_BYTES:
            self._known.popitem(last=False)
        return known.past, versions, meta.lineage

    async def _follows(self, room: str, past: Past, meta: RoomMeta) -> bool:
        """Whether the log goes on from what was read of it."""
        if past.n >= meta.seq:
            return bool(past.n == meta.seq and past.batch == meta.last)
        entries = await self.workshops.ask(self.store.entries(room, past.n, past.n + 1))
        return bool(entries) and (past.n == 0 or entries[0].before == past.batch)

    async def _begun(self, room: str, meta: RoomMeta, versions: list[Version]) -> Past:
        """Up to where the log can be read from: nothing, when it is whole."""
        past = Past()
        entry = await self.workshops.ask(self.store.first_entry(room))
        first = entry.n if entry is not None else meta.seq + 1
        if first == 1 or meta.seq == 0:
            return past
        snapshots = await self.workshops.ask(self.store.bases(room, meta.lineage))
        reached = [one.n for one in versions] + [one.n for one in snapshots if one.n]
        start = min((n for n in reached if n >= first - 1), default=None)
        for version in versions:
            if start is None or version.n <= start:
                state = await self.workshops.ask(self.store.version_state(room, version.id))
                if version.n > past.n and state is not None:
                    await asyncio.to_thread(past.begin, version.n, version.at, state)
        if start is not None and past.n < start:
            snapshot = next(one for one in snapshots if one.n == start)
            at = await self._time_of(room, start, entry)
            await asyncio.to_thread(past.begin, start, at, snapshot.data)
        if past.n:
            found = await self.workshops.ask(self.store.entries(room, past.n - 1, past.n + 1))
            after = next((one.before for one in found if one.n > past.n), meta.last)
            past.batch = next((one.batch for one in found if one.n == past.n), after)
        return past

    async def _time_of(self, room: str, n: int, first: LogEntry | None) -> int:
        """When an entry was made; of one that is nowhere any more, at most now."""
        found = await self.workshops.ask(self.store.entries(room, n - 1, n))
        entry = found[0] if found else first
        return now_ms() if entry is None else read_entry(entry.payload).at_ms

    async def _entries(self, room: str, after: int, upto: int) -> AsyncIterator[LogEntry]:
        for start in range(after, upto, READ_AT_ONCE):
            found = await self.workshops.ask(self.store.entries(room, start, min(upto, start + READ_AT_ONCE)))
            for entry in found:
                yield entry


class Resting:
    """Lets the event loop have its turn now and then.

    For work in a thread: while it sleeps, it does not hold the lock of the interpreter, which it would
    otherwise give back only every few milliseconds of its own.
    """

    def __init__(self) -> None:
        self._until = time.monotonic() + SLICE_S

    def __call__(self) -> None:
        if time.monotonic() > self._until:
            time.sleep(REST_S)
            self._until = time.monotonic() + SLICE_S


def title_of(workshop: Workshop, step_id: str, words: Words, fallback: str = "") -> str:
    step = next((step for step in workshop.steps if step.id == step_id), None)
    return fallback if step is None else words.typo(str(step_as_json(step, words.language)["title"]))


def as_json(version: Version, workshop: Workshop, words: Words) -> dict[str, Any]:
    name = version.name
    if version.kind == "step":
        name = title_of(workshop, version.step, words, name)
    elif version.kind == "restored":
        name = words.say("Avant une restauration")
    return {
        "id": version.id,
        "name": name,
        "kind": version.kind,
        "n": version.n,
        "at": version.at,
        "by": version.by or None,
        **({"of": version.of} if version.of else {}),
    }


# -- the line of time -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Fold:
    """A silence that is drawn as if it lasted so long only."""

    begin: int
    end: int
    as_ms: int


def silences(ats: list[int]) -> list[Fold]:
    """Between times in order: a thirtieth of the rest each, and a third of it together at most."""
    found = [(one, other) for one, other in pairwise(ats) if other - one > SILENCE_MS]
    if not found:
        return []
    rest = ats[-1] - ats[0] - sum(end - begin for begin, end in found)
    as_ms = max(1_000, rest // max(30, 3 * len(found)))
    return [Fold(begin, end, min(end - begin, as_ms)) for begin, end in found]


def line_of(past: Past, runs: list[int]) -> dict[str, Any]:
    """From when to when, how much happened when, and what is folded. `runs`: when steps began."""
    if not past.moments:
        return {"from": 0, "to": 0, "bars": NO_BARS, "folds": []}
    ats = sorted([*past.ats, *runs])
    first, last, folds = ats[0], ats[-1], silences(ats)
    told = [moment.at for moment in past.moments if not moment.coarse]
    return {
        "from": first,
        "to": last,
        "bars": bars_of(first, last, told, folds),
        "folds": [{"from": fold.begin, "to": fold.end, "as_ms": fold.as_ms} for fold in folds],
    }


def bars_of(first: int, last: int, ats: list[int], folds: list[Fold]) -> dict[str, Any]:
    """How much happened when, in time as it is drawn. `ats` are in order."""
    length = last - first - sum(fold.end - fold.begin - fold.as_ms for fold in folds)
    width = max(1, -(-(length + 1) // BARS))
    counts = [0] * min(BARS, length // width + 1)
    coming, folded = list(reversed(folds)), 0
    for at in ats:
        while coming and at >= coming[-1].end:
            fold = coming.pop()
            folded += fold.end - fold.begin - fold.as_ms
        counts[(at - first - folded) // width] += 1
    return {"start": first, "width_ms": width, "counts": counts}


# -- frames ----------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Frame:
    """Moments that are shown as one: of one person, within a second.

    `before`: what each entry was until then.
    """

    n: int
    begun: int
    at: int
    by: str
    before: dict[Key, bytes | None] = field(default_factory=dict)
    changes: dict[Key, Change] = field(default_factory=dict)

    def take(self, content: Content, changes: list[Change], moment: Moment) -> None:
        for change in changes:
            self.before.setdefault(change.key, content.get(change.key))
            self.changes[change.key] = change
            apply(content, (change,))
        self.n, self.at = moment.n, moment.at

    def takes_too(self, changes: list[Change], by: str, moment: Moment) -> bool:
        """Whether it is more of the same: somebody goes on typing in one note.

        What the server keeps up of a note is no part of it: it may come an hour later.
        """
        return (
            by == self.by
            and moment.at - self.begun <= TYPING_MS
            and len(self.changes) == 1
            and all(change.key in self.changes and change.value is not None for change in changes)
            and all(change.value is not None for change in self.changes.values())
        )

    def as_json(self, recounting: Recounting, content: Content) -> dict[str, Any]:
        nets = [
            Net(key, loaded(self.before[key]), loaded(change.value), change.by)
            for key, change in self.changes.items()
        ]
        who, said = recounting.of(nets, lambda note: loaded(content.get(("notes", note))))
        changes: Shown = {}
        for (root, key), change in self.changes.items():
            changes.setdefault(root, {})[key] = None if change.value is None else msgspec.Raw(change.value)
        return {"n": self.n, "at": self.at, "who": who, "said": said, "changes": changes}


def track_of(looked: Looked, begin: int | None, end: int | None, recounting: Recounting) -> dict[str, Any]:
    past = looked.past
    count = past.upto(begin) if begin is not None else int(bool(past.moments and past.moments[0].coarse))
    upto = past.upto(end) if end is not None else len(past.moments)
    if count == 0 and past.moments and past.moments[0].coarse:
        count = 1  # what was before is not known any more
    content = looked.content(count)
    n, at = looked.n_at(count)
    state: Shown = {}
    for (root, key), value in content.items():
        state.setdefault(root, {})[key] = msgspec.Raw(value)
    frames: list[dict[str, Any]] = []
    size = 0
    current: Frame | None = None
    until = max(at, past.ats[-1] if past.ats else 0) if end is None else end

    def close() -> None:
        nonlocal size, current
        if current is not None:
            frames.append(current.as_json(recounting, content))
            size += 120 + sum(len(change.value or b"") for change in current.changes.values())
            current = None

    for moment in past.moments[count:upto]:
        if current is not None and moment.at > current.at and _is_full(len(frames) + 1, size):
            until = current.at
            break
        for by, changes in _by_person(looked, moment):
            if current is None or not current.takes_too(changes, by, moment):
                close()
                current = Frame(moment.n, moment.at, moment.at, by)
            current.take(content, changes, moment)
    close()
    return {"n": n, "at": at, "state": state, "frames": frames, "end": until}


def _is_full(frames: int, size: int) -> bool:
    return frames >= FRAMES or size > FRAMES_BYTES


def _by_person(looked: Looked, moment: Moment) -> Iterable[tuple[str, list[Change]]]:
    """What may be told of a moment, person by person in its order."""
    parts: list[tuple[str, list[Change]]] = []
    for change in moment.changes:
        if looked.withholds(change.key):
            continue
        if not parts or parts[-1][0] != change.by:
            parts.append((change.by, []))
        parts[-1][1].append(change)
    return parts
