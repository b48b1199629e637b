"""Workshops in the store, and what leads to them: codes, invitations, sessions, tickets, re-entry codes.

Secrets never come here, only their SHA-256 in hexadecimal. What a record says is `model`'s business.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

from tablee.store import keys, scripts
from tablee.store.client import Client
from tablee.store.line import Command, Line
from tablee.store.photos import FIELDS
from tablee.store.rooms import erase_rooms
from tablee.store.votes import Votes

ERASED_MESSAGE = b'{"type":"erased"}'
"""The last message on the control stream of a workshop that was erased."""

WHOLE = ""
"""In the place of a person in `keys.erasing()`: all of the workshop is being erased."""

UNFINISHED_S = 60
"""Life of a code or invitation whose workshop is still being created, should that never end."""


class Records(Votes):
    """The part of `Store` that keeps workshops and who may enter them."""

    _commands: Client
    _scripts: Line

    # --- workshops

    async def create_workshop(
        self,
        workshop: str,
        code: str,
        record: bytes,
        invitations: Mapping[str, str],
        expires_at_ms: int,
    ) -> bool:
        """Store a new workshop at revision 1 with its code and invitations (SHA-256 → role).

        Returns False, having changed nothing, when the code or the id is taken, by an erased
        workshop too.
        """
        if not await self._commands.call("SET", keys.code(code), workshop, "NX", "EX", UNFINISHED_S):
            return False
        if not await self._commands.run(scripts.CREATE_RECORD, [keys.record(workshop)], record):
            await self._commands.call("DEL", keys.code(code))
            return False
        finish: list[Command] = [("ZADD", keys.workshops(), expires_at_ms, workshop)]
        for token_sha256, role in invitations.items():
            finish.append(("SET", keys.invitation(token_sha256), f"{workshop} {role}"))
            finish.append(("SADD", keys.workshop_invitations(workshop), token_sha256))
        finish.append(("PERSIST", keys.code(code)))
        await self._commands.calls(finish)
        return True

    async def workshop(self, workshop: str) -> tuple[int, bytes] | None:
        """The revision and record of a workshop; None when there is none, or no more."""
        revision, data = await self._commands.call("HMGET", keys.record(workshop), "revision", "data")
        return None if revision is None else (int(revision), data)

    async def put_workshop(
        self,
        workshop: str,
        revision: int,
        record: bytes,
        message: bytes,
        kits: Mapping[str, bytes] | None = None,
    ) -> int | None:
        """Replace the record if it still has this revision, and tell every process in the same step.

        `kits`, by digest, take the place of those the workshop keeps; without, it keeps what it has.
        Returns the new revision, which is also the id `<revision>-0` of the message on the control
        stream, or None when somebody was faster or the workshop is gone.
        """
        workshop_keys = [keys.record(workshop), keys.control(workshop)]
        kept: list[str | bytes] = []
        if kits is not None:
            workshop_keys.append(keys.pinned_kit(workshop))
            kept = [part for pair in kits.items() for part in pair]
        new = await self._commands.run(scripts.PUT_RECORD, workshop_keys, revision, record, message, *kept)
        return None if new is None else int(new)

    async def workshop_of_code(self, code: str) -> str | None:
        """The workshop that this join code opens."""
        found = await self._commands.call("GET", keys.code(code))
        return None if found is None else str(found.decode())

    async def invitation(self, token_sha256: str) -> tuple[str, str] | None:
        """The workshop and role that this invitation opens."""
        found = await self._commands.call("GET", keys.invitation(token_sha256))
        if found is None:
            return None
        workshop, _, role = found.decode().partition(" ")
        return workshop, role

    async def renew_invitation(self, workshop: str, role: str, token_sha256: str) -> None:
        """Put a new invitation of this role in the place of those there are."""
        index = keys.workshop_invitations(workshop)
        names = [name.decode() for name in await self._commands.call("SMEMBERS", index)]
        found = await self._commands.calls([("GET", keys.invitation(name)) for name in names])
        held = f"{workshop} {role}".encode()
        finish: list[Command] = []
        for name in (name for name, holds in zip(names, found, strict=True) if holds == held):
            finish += [("DEL", keys.invitation(name)), ("SREM", index, name)]
        finish += [("SADD", index, token_sha256), ("SET", keys.invitation(token_sha256), held)]
        await self._commands.calls(finish)

    async def workshops(self) -> list[str]:
        """Every workshop, the first to expire first."""
        return [name.decode() for name in await self._commands.call("ZRANGE", keys.workshops(), 0, -1)]

    async def expired_workshops(self, now_ms: int) -> list[str]:
        """Workshops whose time is over."""
        found = await self._commands.call("ZRANGEBYSCORE", keys.workshops(), "-inf", now_ms)
        return [name.decode() for name in found]

    async def erase_workshop(self, workshop: str, rooms: Sequence[str], code: str) -> dict[str, int]:
        """Delete the workshop and everything that leads to it; return how many there were of each kind.

        Marks stay for the workshop and its rooms, and one last control message, for an hour. That it has
        begun is noted first: when it is interrupted, nobody may be left who could ask for it again.
        """
        note = f"{workshop} {WHOLE}"
        await self._commands.call("HSETNX", keys.erasing(), note, time.time_ns() // 1_000_000)
        hidden = sum(await self._commands.calls([("HLEN", keys.hidden_notes(room)) for room in rooms]))
        photos = sum(await self._commands.calls([("HLEN", keys.photos(room)) for room in rooms])) // FIELDS
        instants = sum(await self._commands.calls([("HLEN", keys.versions(room)) for room in rooms]))
        entries, snapshots, drafts = await erase_rooms(self._scripts, rooms)
        sessions = [
            keys.session(name.decode())
            for name in await self._commands.call("ZRANGE", keys.workshop_sessions(workshop), 0, -1)
        ]
        invitations = [
            keys.invitation(name.decode())
            for name in await self._commands.call("SMEMBERS", keys.workshop_invitations(workshop))
        ]
        reentry = await self._commands.call("HLEN", keys.reentry(workshop))
        ballots = await self.erase_rounds(workshop)
        counts = {
            "sessions": await self._delete(sessions),
            "invitations": await self._delete(invitations),
            "codes": await self._delete([keys.code(code)]),
            "reentry_codes": reentry,
            "ballots": ballots,
            "rooms": len(rooms),
            "entries": entries,
            "snapshots": snapshots,
            "drafts": drafts,
            "hidden_notes": hidden,
            "photos": photos,
            "instants": instants,
        }
        # The record goes last: as long as it is there, an interrupted erasure can be repeated.
        counts["workshops"] = await self._commands.run(
            scripts.ERASE_RECORD,
            [
                keys.record(workshop),
                keys.control(workshop),
                keys.reentry(workshop),
                keys.workshop_sessions(workshop),
                keys.workshop_invitations(workshop),
                keys.rounds(workshop),
                keys.pinned_kit(workshop),
            ],
            ERASED_MESSAGE,
        )
        await self.forget_workshop(workshop)
        return counts

    async def remains(self, workshop: str) -> list[str]:
        """What there still is of an erased workshop besides its marks and its last message."""
        marks = {keys.record(workshop), keys.control(workshop)}
        found: list[str] = []
        cursor = b"0"
        while True:
            cursor, some = await self._commands.call(
                "SCAN", cursor, "MATCH", f"{{{workshop}*", "COUNT", 1_000
            )
            found += [key.decode() for key in some if keys.tagged(key).partition("-")[0] == workshop]
            if int(cursor) == 0:
                break
        metas = {name for name in found if name == keys.meta(keys.tagged(name.encode()))}
        return sorted(set(found) - marks - metas)

    # --- sessions, tickets, re-entry codes

    async def put_session(self, token_sha256: str, workshop: str, data: bytes, ttl_s: int) -> None:
        """Store a session of a workshop, unless that is erased."""
        now_s = int(time.time())
        if not await self._admit(workshop, "", "", token_sha256, now_s + ttl_s, now_s):
            return
        await self._commands.call("SET", keys.session(token_sha256), data, "EX", ttl_s)
        if await self.workshop(workshop) is None:  # erased between the two
            await self._commands.call("DEL", keys.session(token_sha256))

    async def session(self, token_sha256: str) -> bytes | None:
        """The session's data, unless it ended."""
        found: bytes | None = await self._commands.call("GET", keys.session(token_sha256))
        return found

    async def drop_session(self, token_sha256: str) -> None:
        """End a session."""
        await self._commands.call("DEL", keys.session(token_sha256))

    async def drop_sessions(self, workshop: str, ends: Callable[[bytes], bool]) -> int:
        """End the sessions of a workshop for whose data `ends` says so; return how many."""
        index = keys.workshop_sessions(workshop)
        names = [name.decode() for name in await self._commands.call("ZRANGE", index, 0, -1)]
        found = await self._commands.calls([("GET", keys.session(name)) for name in names])
        over = [name for name, data in zip(names, found, strict=True) if data is not None and ends(data)]
        finish: list[Command] = []
        for name in over:
            finish += [("DEL", keys.session(name)), ("ZREM", index, name)]
        await self._commands.calls(finish)
        return len(over)

    async def put_ticket(self, ticket_sha256: str, data: bytes, ttl_s: int) -> None:
        """Store a ticket that opens one socket."""
        await self._commands.call("SET", keys.ticket(ticket_sha256), data, "EX", ttl_s)

    async def take_ticket(self, ticket_sha256: str) -> bytes | None:
        """The ticket's data, the first time it is asked for."""
        found: bytes | None = await self._commands.call("GETDEL", keys.ticket(ticket_sha256))
        return found

    async def put_reentry(self, workshop: str, code_sha256: str, person: str) -> None:
        """Store a personal re-entry code, unless the workshop is erased."""
        await self._admit(workshop, code_sha256, person, "", 0, 0)

    async def reentry(self, workshop: str, code_sha256: str) -> str | None:
        """The person whose re-entry code this is."""
        found = await self._commands.call("HGET", keys.reentry(workshop), code_sha256)
        return None if found is None else str(found.decode())

    async def drop_reentry(self, workshop: str, person: str) -> int:
        """Forget the re-entry codes of a person; return how many there were."""
        held = await self._commands.call("HGETALL", keys.reentry(workshop))
        theirs = [code for code, whose in held.items() if whose.decode() == person]
        return int(await self._commands.call("HDEL", keys.reentry(workshop), *theirs)) if theirs else 0

    async def rate(self, key: str) -> int:
        """How often `key` was counted in the current window."""
        return int(await self._commands.call("GET", keys.rate(key)) or 0)

    async def count_rate(self, key: str, limit: int, window_s: int) -> bool:
        """Count one more of `key` in the current window; whether it is within the limit."""
        return bool(await self._commands.run(scripts.COUNT_RATE, [keys.rate(key)], limit, window_s))

    async def uncount_rate(self, key: str) -> None:
        """Take one of `key` back in the current window."""
        await self._commands.run(scripts.UNCOUNT_RATE, [keys.rate(key)])

    # --- how long

    async def forget_workshop(self, workshop: str) -> None:
        """Take a workshop that is no more off the lists of all, and of what is being erased."""
        await self._commands.call("ZREM", keys.workshops(), workshop)
        for one, person, _ in await self.erasing():
            if one == workshop:
                await self.end_erasing(workshop, person)
        await self.end_erasing(workshop, WHOLE)

    async def expire_no_later(self, workshop: str, expires_at_ms: int) -> None:
        """Have the workshop looked at by then at the latest; its record says whether its time is over."""
        await self._commands.call("ZADD", keys.workshops(), "XX", "LT", expires_at_ms, workshop)

    async def move_expiry(self, workshop: str, expires_at_ms: int) -> int:
        """Let the workshop and every session of it end then; return how many sessions there are."""
        index, ends_s = keys.workshop_sessions(workshop), expires_at_ms // 1000
        names = [name.decode() for name in await self._commands.call("ZRANGE", index, 0, -1)]
        moved = await self._commands.calls([("EXPIREAT", keys.session(name), ends_s) for name in names])
        there = [name for name, yes in zip(names, moved, strict=True) if yes]
        finish: list[Command] = [("ZADD", index, "XX", ends_s, name) for name in there]
        finish.append(("ZADD", keys.workshops(), "XX", expires_at_ms, workshop))
        await self._commands.calls(finish)
        return len(there)

    # --- one person

    async def sessions_of(self, workshop: str) -> list[bytes]:
        """The data of every session of a workshop."""
        names = await self._commands.call("ZRANGE", keys.workshop_sessions(workshop), 0, -1)
        found = await self._commands.calls([("GET", keys.session(name.decode())) for name in names])
        return [data for data in found if data is not None]

    async def reentry_codes_of(self, workshop: str, person: str) -> int:
        """How many re-entry codes a person has."""
        held = await self._commands.call("HVALS", keys.reentry(workshop))
        return sum(whose.decode() == person for whose in held)

    async def drop_rates(self, of: str) -> None:
        """Forget what was counted of somebody."""
        cursor = b"0"
        while True:
            pattern = keys.rate(f"*{of}")
            cursor, found = await self._commands.call("SCAN", cursor, "MATCH", pattern, "COUNT", 1_000)
            await self._delete([key.decode() for key in found])
            if int(cursor) == 0:
                return

    async def begin_erasing(self, workshop: str, person: str, how: str) -> str:
        """Note that a person is being erased, until `end_erasing`; how, as it was noted first.

        Whose notes are to be deleted by now is noted so, whatever was noted before.
        """
        field = f"{workshop} {person}"
        await self._commands.call("HSETNX", keys.erasing(), field, how)
        held: bytes = await self._commands.call("HGET", keys.erasing(), field)
        if how.startswith("delete ") and held.startswith(b"keep "):
            held = b"delete " + held.removeprefix(b"keep ")
            await self._commands.call("HSET", keys.erasing(), field, held)
        return held.decode()

    async def erasing(self) -> list[tuple[str, str, str]]:
        """Workshop, person and how, of those whose erasure has not come to its end."""
        found = await self._commands.call("HGETALL", keys.erasing())
        names = [(field.decode().split(" "), how.decode()) for field, how in found.items()]
        return [(name[0], name[1], how) for name, how in names if len(name) == 2 and name[1] != WHOLE]

    async def erasing_whole(self) -> list[tuple[str, int]]:
        """Workshops whose erasure has not come to its end, and when it began."""
        found = await self._commands.call("HGETALL", keys.erasing())
        names = [(field.decode().split(" "), begun) for field, begun in found.items()]
        return [(name[0], int(begun)) for name, begun in names if len(name) == 2 and name[1] == WHOLE]

    async def end_erasing(self, workshop: str, person: str) -> None:
        await self._commands.call("HDEL", keys.erasing(), f"{workshop} {person}")

    # --- inside

    async def _admit(
        self, workshop: str, code: str, person: str, session: str, ends_s: int, now_s: int
    ) -> bool:
        names = [keys.record(workshop), keys.reentry(workshop), keys.workshop_sessions(workshop)]
        admitted = await self._commands.run(scripts.ADMIT, names, code, person, session, ends_s, now_s)
        return bool(admitted)

    async def _delete(self, names: Sequence[str]) -> int:
        # One command per key: they need not live on the same node.
        return sum(await self._commands.calls([("DEL", name) for name in names])) if names else 0
