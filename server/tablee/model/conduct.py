"""What happens in a workshop while it runs, as values of its record: time, attention, votes.

Times are milliseconds since 1970 on the server's clock. The key `""` of a mapping by group stands for all
groups.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

ALL = ""
"""The key of what holds for every group."""


@dataclass(frozen=True, slots=True)
class StepRun:
    """A step that was begun, and when. It ended when the next one began."""

    step: str
    at: int
    by: str | None = None
    """Who asked for the next one, where it was begun by that."""


@dataclass(frozen=True, slots=True)
class Timer:
    """Running: it ends at `ends_at`. Paused: `remaining_ms` are left. `reporting`: the group that reports."""

    total_ms: int
    ends_at: int | None = None
    remaining_ms: int = 0
    reporting: str | None = None
    done: bool = False
    """What follows from its end has happened (`model/due.py`)."""

    def left(self, now: int) -> int:
        return self.remaining_ms if self.ends_at is None else max(0, self.ends_at - now)


@dataclass(frozen=True, slots=True)
class Announcement:
    id: str
    by: str
    text: str
    at: int


@dataclass(frozen=True, slots=True)
class Message:
    """A private word. It is told to `to` and to `by`, and to nobody else."""

    id: str
    by: str
    to: str
    text: str
    at: int


@dataclass(frozen=True, slots=True)
class Spotlight:
    """Somebody shows a place, as long as it lasts. `room` is where they are; None: in each group's own."""

    id: str
    by: str
    board: str
    at: int
    zone: str | None = None
    note: str | None = None
    group: str | None = None
    may_stay: bool = True


@dataclass(frozen=True, slots=True)
class Summons:
    """Everybody is brought to a place once, after a notice of five seconds."""

    id: str
    by: str
    board: str
    at: int
    zone: str | None = None
    group: str | None = None
    may_stay: bool = True


@dataclass(frozen=True, slots=True)
class ReadyCheck:
    """The question who is ready, asked at `at`."""

    id: str
    by: str
    at: int


@dataclass(frozen=True, slots=True)
class Vote:
    """A vote on the notes of a board or zone. Ballots are kept beside the record until it is closed.

    `totals`: note id → points, once closed; `turnout` people `of` those who could had voted by then.
    """

    id: str
    by: str
    question: str
    board: str
    zone: str | None
    group: str | None
    dots: int
    per_note: int
    secret: bool
    at: int
    ends_at: int | None = None
    closed_at: int | None = None
    turnout: int = 0
    of: int = 0
    totals: Mapping[str, int] = field(default_factory=dict)
    ballots: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Who gave what to which note: only of a vote that is not secret, and only once it is closed."""


PollKind = Literal["place", "verdict", "gauge", "need", "return"]


@dataclass(frozen=True, slots=True)
class Poll:
    """Everybody answers for themselves, then the spread is shown: places on the map, verdicts of
    stakeholders, gauges, marks of needs, the return on the time spent.

    `results`: subject → the answers, in an order that says nothing of who gave them, once it is closed.
    """

    id: str
    kind: PollKind
    by: str
    board: str | None
    zone: str | None
    group: str | None
    at: int
    ends_at: int | None = None
    closed_at: int | None = None
    turnout: int = 0
    of: int = 0
    results: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    rooms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Of verdicts: room → the stakeholders whose answers are written there, settled when it is closed."""


@dataclass(frozen=True, slots=True)
class Shared:
    """A page on which the boards are read by whoever has its address, which holds `token`.

    The token is kept as it is: the address is shown again, and printed on paper. `public`: the contents
    may go round; else the page says that it is for those who took part.
    """

    token: str
    names: Literal["names", "structures", "none"]
    public: bool
    by: str
    at: int


@dataclass(frozen=True, slots=True)
class Projected:
    """A card of the immersion that facilitation shows to all; `heading`: the one that is read now."""

    card: str
    by: str
    at: int
    heading: str | None = None


@dataclass(frozen=True, slots=True)
class Finished:
    """A zone with which a group is done; `group` is None where all work together. It changes no right."""

    group: str | None
    board: str
    zone: str


@dataclass(frozen=True, slots=True)
class Answer:
    """`by` is None where the round was secret."""

    answer: str
    reason: str = ""
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Consent:
    """A proposal that stands unless somebody objects with a reason. Answers come here when it is closed."""

    id: str
    by: str
    proposal: str
    group: str | None
    secret: bool
    at: int
    note: str | None = None
    ends_at: int | None = None
    closed_at: int | None = None
    turnout: int = 0
    of: int = 0
    answers: tuple[Answer, ...] = ()
