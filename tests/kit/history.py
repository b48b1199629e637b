"""What people did and were told, in the order it happened: the evidence a checker judges by."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["add", "type", "erase", "move", "delete"]
Fate = Literal["waiting", "saved", "refused", "dropped"]
"""`dropped`: its author closed the page before the server said anything; it may have arrived or not."""


@dataclass(eq=False)
class Operation:
    """One thing a person did. `chars` are the characters it brought or took away, each written once ever."""

    at: float
    who: str
    life: int
    """Which document of theirs it was made in; a reload begins another."""
    kind: Kind
    note: str
    chars: str = ""
    place: tuple[float, float] | None = None
    fate: Fate = "waiting"
    told_at: float | None = None


@dataclass(frozen=True)
class Event:
    """Something else that happened: a fault (`who` is empty), or a connection that opened or closed."""

    at: float
    who: str
    what: str


@dataclass
class History:
    operations: list[Operation] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    turned_away: list[Event] = field(default_factory=list)
    """An honest person was refused, or told never to come back."""

    def __post_init__(self) -> None:
        self._began = time.monotonic()
        self._marks = marks()

    def now(self) -> float:
        """Seconds since the beginning."""
        return time.monotonic() - self._began

    def new_chars(self, count: int) -> str:
        """Characters that nobody typed before."""
        return "".join(itertools.islice(self._marks, count))

    def did(self, operation: Operation) -> Operation:
        self.operations.append(operation)
        return operation

    def fault(self, what: str) -> None:
        self.events.append(Event(self.now(), "", what))

    def happened(self, who: str, what: str) -> None:
        self.events.append(Event(self.now(), who, what))

    def sent_away(self, who: str, what: str) -> None:
        event = Event(self.now(), who, what)
        self.events.append(event)
        self.turned_away.append(event)

    def told(self, operation: Operation, fate: Fate) -> None:
        operation.fate = fate
        operation.told_at = self.now()

    def about(self, note: str, most: int = 60) -> list[str]:
        """The shortest story that explains what became of a note, one line per thing that happened.

        All its operations; from the first of them on, every fault, and the connections of those who
        took part.
        """
        operations = [op for op in self.operations if op.note == note]
        if not operations:
            return ["nobody ever did anything to it"]
        people = {op.who for op in operations}
        began = min(op.at for op in operations)
        lines = [(op.at, _line(op.at, op.who, _told(op))) for op in operations]
        lines += [
            (event.at, _line(event.at, event.who or "FAULT", event.what))
            for event in self.events
            if event.at >= began and (not event.who or event.who in people)
        ]
        lines.sort()
        shown = [line for _, line in lines]
        if len(shown) > most:
            shown = [*shown[: most // 2], f"… {len(shown) - most} more lines …", *shown[-most // 2 :]]
        return shown


def marks() -> Iterator[str]:
    """Characters for marking, each different: of the basic plane and beyond it, so that every length in
    UTF-8 and UTF-16 a text can have occurs."""
    basic = map(chr, range(0x4E00, 0x9FF0))
    beyond = map(chr, range(0x20000, 0x2A6D0))
    for pair in zip(basic, beyond, strict=False):
        yield from pair
    yield from map(chr, range(0xAC00, 0xD7A0))
    yield from beyond


def _line(at: float, who: str, what: str) -> str:
    return f"{at:8.3f} s  {who:10} {what}"


def _told(op: Operation) -> str:
    detail = f" {op.chars!r}" if op.chars else f" to {op.place}" if op.place else ""
    told = "never answered" if op.told_at is None else f"{op.fate} at {op.told_at:.3f} s"
    return f"{op.kind} {op.note}{detail}: {told}"
