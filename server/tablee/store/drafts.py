"""Drafts in the store: what only its author sees, until it is revealed. What a draft is, `model` knows."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from typing import NamedTuple

from tablee.store import keys, scripts
from tablee.store.client import Client

REVEAL_MS = 5_000
"""A process that began a reveal and neither goes on with it nor ends it is taken for dead after this."""


class HeldDrafts(NamedTuple):
    """`version` names what was read, so that a change of it can be refused when somebody was faster."""

    version: str
    data: bytes


NO_DRAFTS = HeldDrafts("", b"")


class PrivateDrafts:
    """The part of `Store` that keeps drafts."""

    _commands: Client

    async def drafts(self, room: str, person: str) -> HeldDrafts:
        """What this person has in this room; empty when nothing."""
        return _read(await self._commands.call("HGET", keys.private(room), person))

    async def all_drafts(self, room: str) -> dict[str, HeldDrafts]:
        found = await self._commands.call("HGETALL", keys.private(room))
        return {person.decode(): _read(held) for person, held in found.items()}

    async def put_drafts(
        self,
        room: str,
        person: str,
        version: str,
        data: bytes,
        tally: bytes,
        revealed: Collection[str] = (),
        written: Collection[str] = (),
    ) -> bool | None:
        """Replace what a person has, unless it is no longer this version; whether it was replaced.

        Empty data takes it away. `revealed` are drafts that became notes; nothing is replaced when one of
        those `written` became one before. None: the room is gone.
        """
        name = secrets.token_hex(6).encode() + b" "
        put = await self._commands.run(
            scripts.PUT_DRAFTS,
            [keys.meta(room), keys.private(room), keys.tallies(room), keys.revealed(room)],
            person,
            version,
            name + data if data else b"",
            name + tally,
            len(revealed),
            *revealed,
            *written,
        )
        return None if put == b"gone" else bool(put == b"put")

    async def drop_drafts(self, room: str, person: str) -> int:
        """Forget what a person has written and not shown in this room; whether there was something."""
        dropped = await self._commands.calls(
            [("HDEL", keys.private(room), person), ("HDEL", keys.tallies(room), person)]
        )
        return int(dropped[0])

    async def tallies(self, room: str) -> dict[str, HeldDrafts]:
        """Person → how many drafts they have where, under the version of the drafts."""
        found = await self._commands.call("HGETALL", keys.tallies(room))
        return {person.decode(): _read(held) for person, held in found.items()}

    async def rooms_with_drafts(self, rooms: Sequence[str]) -> list[str]:
        counts = await self._commands.calls([("HLEN", keys.private(room)) for room in rooms])
        return [room for room, count in zip(rooms, counts, strict=True) if count]

    async def were_revealed(self, room: str, ids: Sequence[str]) -> set[str]:
        """Which of these drafts became notes."""
        if not ids:
            return set()
        found = await self._commands.call("SMISMEMBER", keys.revealed(room), *ids)
        return {one for one, yes in zip(ids, found, strict=True) if yes}

    async def begin_revealing(self, room: str, holder: str) -> bool:
        """Whether this process may reveal now, and no other."""
        return bool(await self._commands.call("SET", keys.revealing(room), holder, "NX", "PX", REVEAL_MS))

    async def hold_revealing(self, room: str, holder: str) -> bool:
        """Whether this process may go on, for as long again; not when it took too long and another may."""
        held = await self._commands.run(scripts.HOLD_REVEALING, [keys.revealing(room)], holder, REVEAL_MS)
        return bool(held)

    async def end_revealing(self, room: str, holder: str) -> None:
        await self._commands.run(scripts.END_REVEALING, [keys.revealing(room)], holder)

    async def keep_in_mind(self) -> None:
        """`forget_past` is to be asked for, if need be by the next process."""
        await self._commands.call("SET", keys.past(), "1")

    async def has_past(self) -> bool:
        return bool(await self._commands.call("EXISTS", keys.past()))


def _read(held: bytes | None) -> HeldDrafts:
    if not held:
        return NO_DRAFTS
    version, _, data = held.partition(b" ")
    return HeldDrafts(version.decode(), data)
