"""Kits in the store: those that people adapt, and the copy that each workshop keeps of its own.

What they hold is `model`'s business. The secret that opens one for changes is kept as its SHA-256.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tablee.store import keys, scripts
from tablee.store.client import Client


@dataclass(frozen=True, slots=True)
class StoredKit:
    revision: int
    data: bytes
    secret: str


class Kits:
    """The part of `Store` that keeps kits."""

    _commands: Client

    async def create_kit(self, kit: str, data: bytes, secret_sha256: str, at_ms: int) -> bool:
        """Store a new kit at revision 1. False, with nothing changed, when the id is taken."""
        made = await self._commands.run(scripts.CREATE_KIT, [keys.kit(kit)], data, secret_sha256)
        if made:
            await self._commands.call("ZADD", keys.kits(), at_ms, kit)
        return bool(made)

    async def kit(self, kit: str) -> StoredKit | None:
        revision, data, secret = await self._commands.call(
            "HMGET", keys.kit(kit), "revision", "data", "secret"
        )
        return None if revision is None else StoredKit(int(revision), data, secret.decode())

    async def put_kit(self, kit: str, revision: int, data: bytes) -> int | None:
        """Replace a kit if it still has this revision; the new one, or None when somebody was faster."""
        new = await self._commands.run(scripts.PUT_KIT, [keys.kit(kit)], revision, data)
        return None if new is None else int(new)

    async def delete_kit(self, kit: str, revision: int | None = None) -> bool:
        """Delete a kit, with a revision only if it still has this one. False when there was none."""
        wanted = "" if revision is None else revision
        dropped = bool(await self._commands.run(scripts.DELETE_KIT, [keys.kit(kit)], wanted))
        if dropped or revision is None:
            await self._commands.call("ZREM", keys.kits(), kit)
        return dropped

    async def kits(self) -> list[str]:
        """Every kit, the oldest first."""
        return [name.decode() for name in await self._commands.call("ZRANGE", keys.kits(), 0, -1)]

    async def kit_revisions(self, kits: Sequence[str]) -> list[int | None]:
        """What the revision of each is now."""
        found = await self._commands.calls([("HGET", keys.kit(kit), "revision") for kit in kits])
        return [None if revision is None else int(revision) for revision in found]

    async def count_kits(self) -> int:
        return int(await self._commands.call("ZCARD", keys.kits()))

    async def pin_kit(self, workshop: str, digest: str, data: bytes) -> None:
        """Keep a kit for a workshop that is being made; `put_workshop` changes it."""
        await self._commands.call("HSET", keys.pinned_kit(workshop), digest, data)

    async def pinned_kit(self, workshop: str, digest: str) -> bytes | None:
        found: bytes | None = await self._commands.call("HGET", keys.pinned_kit(workshop), digest)
        return found

    async def drop_pinned_kits(self, workshop: str) -> None:
        """Forget what was kept for a workshop that was not made after all."""
        await self._commands.call("DEL", keys.pinned_kit(workshop))
