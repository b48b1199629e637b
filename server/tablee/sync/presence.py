"""Who is here and where they point: the awareness of a room. Volatile, never stored.

States stay the bytes the client sent, unless they claim to be somebody else: then the server writes
the identity. Nothing is decoded again per receiver.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from tablee.errors import BadFrame
from tablee.sync.encoding import awareness_message, read_bytes, read_varint, var_bytes, varint

MAX_STATE = 8_192
MAX_CLIENTS_PER_SESSION = 4
_NULL = b"null"

Identity = Mapping[str, Any]
"""The `user` part of a presence state: id, name, colour, mark."""


class Presence:
    """The presence states of one room, by client id."""

    def __init__(self) -> None:
        self._states: dict[int, tuple[int, bytes, int | None]] = {}  # clock, JSON, session (None: elsewhere)
        self._moved: set[int] = set()

    def __len__(self) -> int:
        return len(self._states)

    def receive(self, session: int, identity: Identity, body: bytes) -> bool:
        """Take an awareness update of a session; whether anything moved.

        A state for a client id that another session holds is ignored. Raises `BadFrame`.
        """
        moved = False
        for client, clock, state in _read(body):
            held = self._states.get(client)
            if held is not None and (held[2] != session or clock < held[0]):
                continue
            if state == _NULL:
                if held is not None:
                    self._states[client] = (clock, _NULL, session)
                    moved = True
            elif held is not None or self._count(session) < MAX_CLIENTS_PER_SESSION:
                self._states[client] = (clock, _truthful(state, identity), session)
                moved = True
            else:
                continue
            self._moved.add(client)
        return moved

    def receive_elsewhere(self, body: bytes) -> None:
        """Take what another process of the same installation shared."""
        for client, clock, state in _read(body):
            held = self._states.get(client)
            if held is None or (held[2] is None and clock >= held[0]):
                self._states[client] = (clock, state, None)
                self._moved.add(client)

    def leave(self, session: int) -> bool:
        """Forget a session; whether anybody saw it."""
        gone = [client for client, (_, _, by) in self._states.items() if by == session]
        for client in gone:
            clock, _, _ = self._states[client]
            self._states[client] = (clock + 1, _NULL, session)
            self._moved.add(client)
        return bool(gone)

    def take_moved(self) -> tuple[bytes, bytes, int | None] | None:
        """What changed since the last call.

        Gives the message for everybody, its local part for other processes, and the session that
        need not hear it because nothing in it is news to them.
        """
        if not self._moved:
            return None
        moved, self._moved = self._moved, set()
        local = [client for client in moved if self._states[client][2] is not None]
        sessions = {self._states[client][2] for client in moved}
        only = sessions.pop() if len(sessions) == 1 else None
        out = awareness_message(self._write(moved))
        shared = self._write(local) if local else b""
        for client in moved:
            if self._states[client][1] == _NULL:
                del self._states[client]
        return out, shared, only

    def everybody(self) -> bytes | None:
        """The message that tells a newcomer who is here; None in an empty room."""
        if not self._states:
            return None
        return awareness_message(self._write(self._states))

    def local(self) -> bytes:
        """The states held by this process, for others that open the same room."""
        return self._write([client for client, (_, _, by) in self._states.items() if by is not None])

    def forget_elsewhere(self) -> bool:
        """Drop every state that came from other processes: the feed was interrupted."""
        gone = [client for client, (_, _, by) in self._states.items() if by is None]
        for client in gone:
            self._states[client] = (self._states[client][0] + 1, _NULL, None)
            self._moved.add(client)
        return bool(gone)

    def people_elsewhere(self) -> set[str]:
        """Person ids in states that came from other processes."""
        out = set()
        for _, state, by in self._states.values():
            if by is None and state != _NULL:
                user = msgspec.json.decode(state).get("user")
                if isinstance(user, dict) and isinstance(user.get("id"), str):
                    out.add(user["id"])
        return out

    def _count(self, session: int) -> int:
        return sum(by == session and state != _NULL for _, state, by in self._states.values())

    def _write(self, clients: Iterable[int]) -> bytes:
        parts: list[bytes] = []
        count = 0
        for client in clients:
            clock, state, _ = self._states[client]
            parts += (varint(client), varint(clock), var_bytes(state))
            count += 1
        return varint(count) + b"".join(parts)


def _read(body: bytes) -> list[tuple[int, int, bytes]]:
    count, at = read_varint(body, 0)
    if count * 3 > len(body) - at:
        raise BadFrame("a presence message claims more than it has bytes")
    out = []
    for _ in range(count):
        client, at = read_varint(body, at)
        clock, at = read_varint(body, at)
        state, at = read_bytes(body, at)
        if len(state) > MAX_STATE or clock >= 2**31:
            raise BadFrame("a presence state is too large")
        out.append((client, clock, state))
    if at != len(body):
        raise BadFrame("bytes follow a presence message")
    return out


def _truthful(state: bytes, identity: Identity) -> bytes:
    """The state with the identity the server knows; the same bytes when it says nothing else."""
    try:
        value = msgspec.json.decode(state)
    except (msgspec.DecodeError, ValueError, RecursionError):  # ValueError: not UTF-8
        raise BadFrame("a presence state is not JSON") from None
    if not isinstance(value, dict):
        raise BadFrame("a presence state is not an object")
    user = value.get("user")
    known = identity["id"]
    if isinstance(user, dict) and user.get("name") == identity["name"] and user.get("id", known) == known:
        return state
    value["user"] = {**identity}
    return msgspec.json.encode(value)
