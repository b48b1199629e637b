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

    async def create_kit(
        self, kit: str, data: bytes, secret_sha256: str, network: str, at_ms: int, seconds: int
    ) -> bool:
        """Store a new kit at revision 1, for so long. False, with nothing changed, when the id is taken.

        `network`: by which kits that were made from the same one are counted.
        """
        made = await self._commands.run(
            scripts.CREATE_KIT, [keys.kit(kit)], data, secret_sha256, network, seconds
        )
        if made:
            await self._commands.call("ZADD", keys.kits(), at_ms, kit)
        return bool(made)

    async def kit(self, kit: str) -> StoredKit | None:
        revision, data, secret = await self._commands.call(
            "HMGET", keys.kit(kit), "revision", "data", "secret"
        )
        return None if revision is None else StoredKit(int(revision), data, secret.decode())

    async def put_kit(self, kit: str, revision: int, data: bytes, seconds: int = 0) -> int | None:
        """Replace a kit if it still has this revision; the new one, or None when somebody was faster.

        It stays for so many seconds from now on, or without end.
        """
        new = await self._commands.run(scripts.PUT_KIT, [keys.kit(kit)], revision, data, seconds)
        return None if new is None else int(new)

    async def keep_kit(self, kit: str, seconds: int) -> None:
        """Let a kit that ends by itself end so many seconds from now."""
        await self._commands.call("EXPIRE", keys.kit(kit), seconds, "GT")

    async def delete_kit(self, kit: str, revision: int | None = None) -> bool:
        """Delete a kit, with a revision only if it still has this one. False when there was none."""
        wanted = "" if revision is None else revision
        dropped = bool(await self._commands.run(scripts.DELETE_KIT, [keys.kit(kit)], wanted))
        if dropped or revision is None:
            await self._commands.call("ZREM", keys.kits(), kit)
        return dropped

    async def kits(self) -> list[str]:
        """Every kit, the oldest first, also those that have ended."""
        return [name.decode() for name in await self._commands.call("ZRANGE", keys.kits(), 0, -1)]

    async def kit_places(self) -> dict[str, tuple[int, str]]:
        """Revision and network of every kit, the oldest first. Those that have ended leave the list."""
        ids = await self.kits()
        found = await self._commands.calls([("HMGET", keys.kit(kit), "revision", "network") for kit in ids])
        there, gone = {}, []
        for kit, (revision, network) in zip(ids, found, strict=True):
            if revision is None:
                gone.append(kit)
            else:
                there[kit] = int(revision), (network or b"").decode()
        if gone:
            await self._commands.call("ZREM", keys.kits(), *gone)
        return there

    async def kit_revisions(self, kits: Sequence[str]) -> list[int | None]:
        """What the revision of each is now."""
        found = await self._commands.calls([("HGET", keys.kit(kit), "revision") for kit in kits])
        return [None if revision is None else int(revision) for revision in found]

    async def pin_kit(self, workshop: str, digest: str, data: bytes) -> None:
        """Keep a kit for a workshop that is being made; `put_workshop` changes it."""
        await self._commands.call("HSET", keys.pinned_kit(workshop), digest, data)

    async def pinned_kit(self, workshop: str, digest: str) -> bytes | None:
        found: bytes | None = await self._commands.call("HGET", keys.pinned_kit(workshop), digest)
        return found

    async def drop_pinned_kits(self, workshop: str) -> None:
        """Forget what was kept for a workshop that was not made after all."""
        await self._commands.call("DEL", keys.pinned_kit(workshop))
