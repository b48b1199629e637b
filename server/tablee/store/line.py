"""One connection of redis-py's, used by one caller at a time: several commands, one round trip.

For what is done all the time (appends, presence) and for what waits in the store (the reader, the
confirmation of writes). Everything else goes through `client.py`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias, cast

from redis.connection import HiredisRespSerializer
from redis.exceptions import NoScriptError, ResponseError

from tablee.store.address import Address
from tablee.store.away import told_as_away
from tablee.store.patience import Patience
from tablee.store.scripts import Script

Word: TypeAlias = bytes | str | int | float
Command: TypeAlias = tuple[Word, ...]

# its own annotation allows lists of words only
_pack = cast(Callable[..., list[bytes]], HiredisRespSerializer().pack)


class Line:
    """Connects when it must: the call after a break opens the next connection.

    Nothing is repeated by itself: a call that raised `StoreAway` may have been carried out. A call
    that is cancelled gives up its connection, since the answer would come to whoever is next.
    `scripts` are loaded whenever it connects.
    """

    def __init__(self, address: Address, timeout_s: float, scripts: Sequence[Script] = ()) -> None:
        # Any: half of its methods have no annotations. Our time limit, not its own, which starts a task
        # for every write and takes a loop that was held up for a store that is away.
        self._connection: Any = address.connection_class(**address.options(None))
        self._timeout_s = timeout_s
        self._load: list[Command] = [("SCRIPT", "LOAD", script.source) for script in scripts]
        self._turn = asyncio.Lock()

    async def calls(self, commands: Sequence[Command], wait_s: float = 0) -> list[Any]:
        """Several commands in one round trip; the first reply that is an error is raised.

        `wait_s` is how long the store itself was asked to wait, on top of the timeout.
        """
        with told_as_away():
            return _no_errors(await self._trip(commands, wait_s))

    async def run_all(self, runs: Sequence[tuple[Script, Sequence[str], Sequence[Word]]]) -> list[Any]:
        """Several scripts in one round trip.

        A store that forgot its scripts (SCRIPT FLUSH, a failover behind a proxy) gets them again; what
        it answered NOSCRIPT to was not run, so sending that once more repeats nothing.
        """
        commands: list[Command] = [
            ("EVALSHA", script.sha, len(keys), *keys, *args) for script, keys, args in runs
        ]
        with told_as_away():
            replies = await self._trip(commands)
            missing = [i for i, reply in enumerate(replies) if isinstance(reply, NoScriptError)]
            if missing:
                again = await self._trip(self._load + [commands[i] for i in missing])
                for i, reply in zip(missing, again[len(self._load) :], strict=True):
                    replies[i] = reply
            return _no_errors(replies)

    async def close(self) -> None:
        await self._connection.disconnect(nowait=True)

    async def _trip(self, commands: Sequence[Command], wait_s: float = 0) -> list[Any]:
        """Send the commands in one go; return one reply each, errors among them."""
        async with Patience(self._timeout_s + wait_s), self._turn:
            try:
                await self._connect()
                return await self._exchange(commands)
            except BaseException:
                # half a question or half an answer may be on its way: the next call begins anew
                await self._connection.disconnect(nowait=True)
                raise

    async def _connect(self) -> None:
        if self._connection.is_connected:
            if not await self._connection.can_read():
                return
            await self._connection.disconnect(nowait=True)  # the store ended it
        await self._connection.connect()
        await self._exchange(self._load)

    async def _exchange(self, commands: Sequence[Command]) -> list[Any]:
        packed = [part for command in commands for part in _pack(*command)]
        await self._connection.send_packed_command(packed)
        return [await self._reply() for _ in commands]

    async def _reply(self) -> Any:
        try:
            return await self._connection.read_response(disable_decoding=True)
        except ResponseError as error:
            return error


def _no_errors(replies: list[Any]) -> list[Any]:
    for reply in replies:
        if isinstance(reply, ResponseError):
            raise reply
    return replies
