"""Ballots of votes and answers of consent rounds, beside the workshop's record until a round is closed.

What is kept for a person is JSON; what it means is `model`'s business.
"""

from __future__ import annotations

from tablee.store import keys, scripts
from tablee.store.client import Client

CLOSED = "#"
"""The field of a round that says it takes no more ballots."""
SEALED_S = 60
"""How long a round whose ballots are gone still refuses those that were on their way."""


class RoundOver(Exception):
    """The round takes no more ballots: it is closed, or the workshop is erased."""


class OverLimit(Exception):
    """With this, the person would have given more points, or answers, than they have."""


class Votes:
    """The part of `Store` that keeps ballots."""

    _commands: Client

    async def cast_points(
        self, workshop: str, name: str, person: str, note: str, points: int, most: int
    ) -> bytes:
        """Let a person's points for one note be `points`; return their ballot as it is then.

        Raises `OverLimit` when all their points together would be more than `most`, and `RoundOver`.
        """
        names = _names(workshop, name)
        said = await self._commands.run(scripts.CAST_POINTS, names, name, person, note, points, most)
        if said == b"limit":
            raise OverLimit
        return _unless_over(said)

    async def answer_subject(
        self, workshop: str, name: str, person: str, subject: str, value: bytes, most: int
    ) -> bytes:
        """Let this be a person's answer about one subject, none when empty; return their ballot then.

        Raises `OverLimit` when it would be about more subjects than `most`, and `RoundOver`.
        """
        names = _names(workshop, name)
        said = await self._commands.run(scripts.ANSWER_SUBJECT, names, name, person, subject, value, most)
        if said == b"limit":
            raise OverLimit
        return _unless_over(said)

    async def put_ballot(self, workshop: str, name: str, person: str, ballot: bytes) -> None:
        """Let this be a person's whole ballot; an empty one takes theirs away. Raises `RoundOver`."""
        said = await self._commands.run(scripts.PUT_BALLOT, _names(workshop, name), name, person, ballot)
        _unless_over(said)

    async def ballots(self, workshop: str, name: str) -> dict[str, bytes]:
        """Person → ballot."""
        return _read(await self._commands.call("HGETALL", keys.ballots(workshop, name)))

    async def close_round(self, workshop: str, name: str) -> dict[str, bytes]:
        """Take no more ballots, and return those there are: person → ballot. May be called again."""
        found = await self._commands.run(scripts.CLOSE_ROUND, _names(workshop, name), name)
        return _read(dict(zip(found[::2], found[1::2], strict=True)))

    async def seal_round(self, workshop: str, name: str) -> None:
        """Delete the ballots of a round whose result is in the record, or that is dropped."""
        names = [keys.rounds(workshop), keys.ballots(workshop, name)]
        await self._commands.run(scripts.SEAL_ROUND, names, name, SEALED_S)

    async def rounds(self, workshop: str) -> list[str]:
        """Rounds with ballots that are not sealed."""
        return [
            name.decode() for name in await self._commands.call("SMEMBERS", keys.rounds(workshop)) if name
        ]

    async def drop_ballots(self, workshop: str, person: str) -> int:
        """Forget what a person gave in rounds that are open; in how many that was."""
        names = await self.rounds(workshop)
        return sum(await self._commands.calls([("HDEL", keys.ballots(workshop, n), person) for n in names]))

    async def erase_rounds(self, workshop: str) -> int:
        """Take no more ballots in this workshop and delete those there are; return how many there were."""
        index = keys.rounds(workshop)
        names = [name.decode() for name in await self._commands.run(scripts.END_ROUNDS, [index]) if name]
        counts = await self._commands.calls([("HLEN", keys.ballots(workshop, name)) for name in names])
        closed = await self._commands.calls(
            [("HEXISTS", keys.ballots(workshop, name), CLOSED) for name in names]
        )
        await self._commands.calls([("DEL", keys.ballots(workshop, name)) for name in names])
        return int(sum(counts) - sum(closed))


def _names(workshop: str, name: str) -> list[str]:
    return [keys.record(workshop), keys.rounds(workshop), keys.ballots(workshop, name)]


def _unless_over(said: bytes) -> bytes:
    if said in (b"closed", b"erased"):
        raise RoundOver
    return said


def _read(found: dict[bytes, bytes]) -> dict[str, bytes]:
    return {person.decode(): ballot for person, ballot in found.items() if person != CLOSED.encode()}
