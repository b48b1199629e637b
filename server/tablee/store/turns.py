"""One process at a time does something in a room that must happen once."""

from __future__ import annotations

from tablee.store import keys, scripts
from tablee.store.client import Client

TURN_MS = 5_000
"""A process that took its turn and does not end it is taken for dead after this."""


class Turns:
    """The part of `Store` by which processes wait for each other."""

    _commands: Client

    async def begin_turn(self, room: str, holder: str) -> bool:
        """Whether it is this holder's turn now, and nobody else's."""
        return bool(await self._commands.call("SET", keys.turn(room), holder, "NX", "PX", TURN_MS))

    async def end_turn(self, room: str, holder: str) -> None:
        await self._commands.run(scripts.END_REVEALING, [keys.turn(room)], holder)
