"""The stored form of a workshop and of a session: JSON, by msgspec, from the values of `model`."""

from __future__ import annotations

from dataclasses import dataclass, replace

import msgspec

from tablee.model.workshop import Person, Workshop, session_holds, session_mark


@dataclass(frozen=True, slots=True)
class Session:
    """Who a token belongs to. `token_hash` is the SHA-256 of the token, which itself is never stored.

    `made` is the revision of the workshop in which it was made. What it may do is the person's role now.
    """

    token_hash: str
    workshop: str
    person: str
    made: int

    @property
    def mark(self) -> str:
        return session_mark(self.token_hash)

    def person_in(self, workshop: Workshop) -> Person | None:
        """Whose session this is; None when they were removed or the session is over."""
        person = workshop.person(self.person)
        holds = person is not None and session_holds(workshop, person, self.mark, self.made)
        return person if holds else None


class _StoredSession(msgspec.Struct, frozen=True):
    workshop: str
    person: str
    made: int = 0


_workshop = msgspec.json.Decoder(Workshop)
_session = msgspec.json.Decoder(_StoredSession)
_encode = msgspec.json.Encoder().encode


def write_workshop(workshop: Workshop) -> bytes:
    return _encode(workshop)


def read_workshop(revision: int, record: bytes) -> Workshop:
    return replace(_workshop.decode(record), revision=revision)


def write_session(workshop: str, person: str, made: int) -> bytes:
    return _encode(_StoredSession(workshop, person, made))


def read_session(token_hash: str, data: bytes) -> Session:
    stored = _session.decode(data)
    return Session(token_hash, stored.workshop, stored.person, stored.made)
