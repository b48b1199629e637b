"""What a room asks of whoever drives it. Rooms never send, store or wait themselves."""

from __future__ import annotations

from dataclasses import dataclass

from tablee.errors import MALFORMED


@dataclass(frozen=True, slots=True)
class Send:
    """One message for one session."""

    to: int
    message: bytes


@dataclass(frozen=True, slots=True)
class Spread:
    """Document updates for everybody; each is skipped by the session that made it (None: made elsewhere)."""

    messages: tuple[tuple[int | None, bytes], ...]


@dataclass(frozen=True, slots=True)
class Saved:
    """The first `count` sync updates of this session are in the log: say so once they are durable."""

    to: int
    count: int


@dataclass(frozen=True, slots=True)
class Close:
    to: int
    code: int = MALFORMED
    why: str = ""


@dataclass(frozen=True, slots=True)
class PresenceMoved:
    """Somebody's presence changed; it may wait for others and go out together."""


@dataclass(frozen=True, slots=True)
class Event:
    """A JSON event from a session, for the layer that knows workshops."""

    by: int
    json: bytes


Effect = Send | Spread | Saved | Close | PresenceMoved | Event
