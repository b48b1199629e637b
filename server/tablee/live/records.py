"""The stored form of a workshop and of a session: JSON, by msgspec, from the values of `model`."""

from __future__ import annotations

from dataclasses import dataclass, replace

import msgspec

from tablee.model.workshop import Role, Workshop


@dataclass(frozen=True, slots=True)
class Session:
    """Who a token belongs to. `token_hash` is the SHA-256 of the token, which itself is never stored."""

    token_hash: str
    workshop: str
    person: str
    role: Role


class _StoredSession(msgspec.Struct, frozen=True):
    workshop: str
    person: str
    role: Role


_workshop = msgspec.json.Decoder(Workshop)
_session = msgspec.json.Decoder(_StoredSession)
_encode = msgspec.json.Encoder().encode


def write_workshop(workshop: Workshop) -> bytes:
    return _encode(workshop)


def read_workshop(revision: int, record: bytes) -> Workshop:
    return replace(_workshop.decode(record), revision=revision)


def write_session(workshop: str, person: str, role: Role) -> bytes:
    return _encode(_StoredSession(workshop, person, role))


def read_session(token_hash: str, data: bytes) -> Session:
    stored = _session.decode(data)
    return Session(token_hash, stored.workshop, stored.person, stored.role)
