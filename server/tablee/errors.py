"""Every error Tablée raises, and the close codes of its sockets.

    TableeError
    ├── Refused              a person asked for something that cannot be: status, key, sentence, field
    │   ├── Invalid          422  a value is not acceptable
    │   ├── Unauthenticated  401  no session, or an ended one
    │   ├── Forbidden        403  this session may not do that
    │   ├── NotFound         404  no such workshop, room, note
    │   ├── Conflict         409  somebody was faster, or the moment has passed
    │   └── TooMany          429  too fast
    ├── BadFrame             a client sent bytes that are not what the protocol says: close code
    ├── StoreAway            the store did not answer in time
    ├── StoreUnusable        the store cannot be used as it is: one sentence for the person who hosts
    ├── RoomDamaged          nothing of a room's stored state loads
    ├── BadBackup            a file is no whole backup, or may not be restored here
    ├── Unwritable           a file cannot be written
    ├── BadSetting           a setting has a value that is not accepted
    └── MissingBundle        the web bundle was not built

Sentences of `Refused` are French, the source language of the catalogue; pages and the JSON
interface translate them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class TableeError(Exception):
    """Base of everything below."""


class Refused(TableeError):
    """A request that changes nothing and is answered with a reason.

    `key` is stable and meant for programs; `sentence` is what people read; `field` names the
    form field it is about, when there is one; `more` what else is answered, such as what to mend.
    """

    status = 400

    def __init__(
        self, key: str, sentence: str, *, field: str | None = None, more: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(sentence)
        self.key = key
        self.sentence = sentence
        self.field = field
        self.more: Mapping[str, Any] = more or {}


class Invalid(Refused):
    status = 422


class Unauthenticated(Refused):
    status = 401


class Forbidden(Refused):
    status = 403


class NotFound(Refused):
    status = 404


class Conflict(Refused):
    status = 409


class TooMany(Refused):
    status = 429


class Unavailable(Refused):
    status = 503


class BadFrame(TableeError):
    """Bytes from a client that no honest client sends. `code` closes its socket."""

    def __init__(self, why: str, code: int = 4400) -> None:
        super().__init__(why)
        self.code = code


class StoreAway(TableeError):
    """The store did not answer, or the connection broke: try again later."""


class StoreUnusable(TableeError):
    """The store must not be used as it is. The message is for the person who hosts."""


class RoomDamaged(TableeError):
    """Neither the snapshot, nor the one before, nor the log of a room loads."""


class BadBackup(TableeError):
    """A file cannot be restored. The message is for the person who hosts."""


class Unwritable(TableeError):
    """A file cannot be written: its name, and why."""


class BadSetting(TableeError):
    """A setting's value is not accepted: name, value, what would be."""


class MissingBundle(TableeError):
    """The browser's part of Tablée has not been built."""


MALFORMED = 4400
SESSION_ENDED = 4401
NOT_ALLOWED = 4403
NO_SUCH_ROOM = 4404
GONE = 4410
VISIT_OVER = 4412
TOO_LARGE = 4413
RESTART = 1012
STORE_AWAY = 1013
OVERLOADED = 4503
TOO_SLOW = 4508
TOO_FAST = 4529

CLOSE_CODES: Mapping[int, str] = {
    MALFORMED: "a frame is malformed",
    SESSION_ENDED: "the session is unknown or has ended",
    NOT_ALLOWED: "removed, or not allowed here",
    NO_SUCH_ROOM: "there is no such room",
    GONE: "the room was erased, or this copy belongs to another lineage",
    VISIT_OVER: "the group one visited has ended its report: back to one's own",
    TOO_LARGE: "a frame is too large",
    RESTART: "the server restarts",
    STORE_AWAY: "the store has been unavailable for too long",
    OVERLOADED: "the server is overloaded",
    TOO_SLOW: "the client did not read fast enough",
    TOO_FAST: "the client sent too fast",
}
"""Close codes of `/ws/{room}`. 4400–4499 mean do not come back, the others come back with back-off."""


def is_final(code: int) -> bool:
    """Whether a client that was closed with this code must stay away."""
    return 4400 <= code <= 4499
