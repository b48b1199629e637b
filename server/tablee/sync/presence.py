"""Who is here and where they point: the awareness of a room. Volatile, never stored.

States stay the bytes the client sent, unless they claim to be somebody else: then the server writes
the identity. Nothing is decoded again per receiver.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
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
        self._states: dict[int, tuple[int, bytes, int | bytes, str]] = {}
        """Clock, JSON, who holds it (a session here, or another process), person."""
        self._moved: set[int] = set()

    def __len__(self) -> int:
        return len(self._states)

    def receive(self, session: int, identity: Identity, body: bytes) -> bool:
        """Take an awareness update of a session; whether anything moved.

        A state for a client id that somebody else holds is ignored. A person may take over their own from
        a connection that is not known to be dead yet. Raises `BadFrame`.
        """
        moved = False
        person = str(identity["id"])
        for client, clock, state in _read(body):
            held = self._states.get(client)
            if held is not None and ((held[2] != session and held[3] != person) or clock < held[0]):
                continue
            if state == _NULL:
                if held is None or held[2] != session:
                    continue
                self._states[client] = (clock, _NULL, session, person)
            elif (held is not None and held[2] == session) or self._count(session) < MAX_CLIENTS_PER_SESSION:
                self._states[client] = (clock, _truthful(state, identity), session, person)
            else:
                continue
            moved = True
            self._moved.add(client)
        return moved

    def receive_elsewhere(self, process: bytes, body: bytes) -> None:
        """Take what another process of the same installation shared."""
        for client, clock, state in _read(body):
            held = self._states.get(client)
            if held is None or (isinstance(held[2], bytes) and clock >= held[0]):
                self._states[client] = (clock, state, process, _person_of(state))
                self._moved.add(client)

    def leave(self, session: int) -> bool:
        """Forget a session; whether anybody saw it."""
        return self._drop([client for client, held in self._states.items() if held[2] == session])

    def take_moved(self) -> tuple[bytes, bytes, int | None] | None:
        """What changed since the last call.

        Gives the message for everybody, its local part for other processes, and the session that
        need not hear it because nothing in it is news to them.
        """
        if not self._moved:
            return None
        moved, self._moved = self._moved, set()
        local = [client for client in moved if isinstance(self._states[client][2], int)]
        holders = {self._states[client][2] for client in moved}
        only = holders.pop() if len(holders) == 1 else None
        out = awareness_message(self._write(moved))
        shared = self._write(local) if local else b""
        for client in moved:
            if self._states[client][1] == _NULL:
                del self._states[client]
        return out, shared, only if isinstance(only, int) else None

    def everybody(self) -> bytes | None:
        """The message that tells a newcomer who is here; None in an empty room."""
        if not self._states:
            return None
        return awareness_message(self._write(self._states))

    def local(self) -> bytes:
        """The states held by this process, for others that open the same room."""
        return self._write([client for client, held in self._states.items() if isinstance(held[2], int)])

    def forget_elsewhere(self, alive: Container[bytes] = ()) -> bool:
        """Drop every state that came from a process that is not among the living."""
        return self._drop(
            [
                client
                for client, held in self._states.items()
                if isinstance(held[2], bytes) and held[2] not in alive
            ]
        )

    def people_elsewhere(self) -> set[str]:
        """Person ids in states that came from other processes."""
        return {
            person
            for _, state, by, person in self._states.values()
            if isinstance(by, bytes) and state != _NULL and person
        }

    def _drop(self, clients: list[int]) -> bool:
        for client in clients:
            clock, _, by, person = self._states[client]
            self._states[client] = (clock + 1, _NULL, by, person)
            self._moved.add(client)
        return bool(clients)

    def _count(self, session: int) -> int:
        return sum(by == session and state != _NULL for _, state, by, _ in self._states.values())

    def _write(self, clients: Iterable[int]) -> bytes:
        parts: list[bytes] = []
        count = 0
        for client in clients:
            clock, state, _, _ = self._states[client]
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
    if (
        isinstance(user, dict)
        and user.get("name") == identity["name"]
        and all(user.get(key, known) == known for key, known in identity.items())
    ):
        return state
    value["user"] = {**identity}
    return msgspec.json.encode(value)


def _person_of(state: bytes) -> str:
    try:
        user = msgspec.json.decode(state).get("user")
    except (msgspec.DecodeError, ValueError, RecursionError, AttributeError):
        return ""
    return str(user.get("id", "")) if isinstance(user, dict) else ""
