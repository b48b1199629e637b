"""What a person changed and the server has not called saved: the Python twin of web/src/sync/outbox.ts."""

from __future__ import annotations

from dataclasses import dataclass

from pycrdt import merge_updates
from tests.kit.history import Operation

MOST_BYTES = 16_000
MOST_JOINED = 100


@dataclass(eq=False)
class Waiting:
    """An update, the operations in it, and the clock of its author's client id before it."""

    update: bytes
    operations: list[Operation]
    begins: int
    times_sent: int = 0
    """On how many connections; from the second on, an earlier one may have carried it to the log."""


class Outbox:
    def __init__(self) -> None:
        self.waiting: list[Waiting] = []
        self._unsent = 0
        """Index of the first that did not go out on this connection."""
        self._messages: list[Waiting | None] = []
        """Every sync update of this connection, in order; None for those that carry nothing of ours."""
        self._told = 0

    def add(self, one: Waiting) -> None:
        self.waiting.append(one)

    def begin(self) -> None:
        """A new connection counts from nothing; small updates that wait are joined."""
        self._messages, self._told, self._unsent = [], 0, 0
        joined: list[Waiting] = []
        group: list[Waiting] = []
        for one in self.waiting:
            size = sum(len(other.update) for other in group)
            if group and (size + len(one.update) > MOST_BYTES or len(group) >= MOST_JOINED):
                joined.append(_join(group))
                group = []
            group.append(one)
        if group:
            joined.append(_join(group))
        self.waiting = joined

    def sent_besides(self) -> None:
        """One more message went out that is not one of these; the server counts it too."""
        self._messages.append(None)

    def take_unsent(self) -> list[Waiting]:
        """What has not gone out on this connection; it counts as sent from now on."""
        out = self.waiting[self._unsent :]
        for one in out:
            one.times_sent += 1
        self._unsent = len(self.waiting)
        self._messages += out
        return out

    def saved(self, count: int) -> list[Operation]:
        """The server has the first `count` messages of this connection; the operations that this settles."""
        settled: list[Operation] = []
        for message in self._messages[self._told : count]:
            if message is not None and message in self.waiting:
                self.waiting.remove(message)
                self._unsent -= 1
                settled += message.operations
        self._told = max(self._told, count)
        return settled

    def message(self, count: int) -> Waiting | None:
        """What message number `count` of this connection carried."""
        return self._messages[count - 1] if 0 < count <= len(self._messages) else None

    def clear(self) -> list[Operation]:
        """Forget everything; the operations that were waiting."""
        dropped = [operation for one in self.waiting for operation in one.operations]
        self.waiting, self._unsent = [], 0
        return dropped


def _join(group: list[Waiting]) -> Waiting:
    if len(group) == 1:
        return group[0]
    operations = [operation for one in group for operation in one.operations]
    update = merge_updates(*(one.update for one in group))
    return Waiting(update, operations, group[0].begins, max(one.times_sent for one in group))
