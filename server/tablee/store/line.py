"""A place that has a connection to the store whenever one is to be had.

What goes over it is written in `wire.py`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import hiredis

from tablee.errors import StoreAway, StoreUnusable
from tablee.store.address import Address
from tablee.store.scripts import Script
from tablee.store.wire import Command, Wire, connect, unwrap


class Line:
    """Has a wire whenever one is to be had: the call after a break opens the next one.

    Nothing is repeated by itself: a call that raised `StoreAway` may have been carried out.
    """

    def __init__(self, address: Address, timeout_s: float, scripts: Sequence[Script] = ()) -> None:
        self._address = address
        self._timeout_s = timeout_s
        self._scripts = scripts
        self._wire: Wire | None = None
        self._opening = asyncio.Lock()

    async def wire(self) -> Wire:
        if self._wire is not None and self._wire.open:
            return self._wire
        async with self._opening:
            if self._wire is None or not self._wire.open:
                try:
                    self._wire = await connect(self._address, self._timeout_s, self._scripts)
                except StoreUnusable as error:  # it was usable at start: somebody is changing it
                    raise StoreAway(str(error)) from error
            return self._wire

    async def call(self, *command: bytes | str | int | float) -> Any:
        """One command, its reply."""
        return unwrap((await (await self.wire()).send((command,)))[0])

    async def calls(self, commands: Sequence[Command]) -> list[Any]:
        """Several commands in one round trip; the first reply that is an error is raised."""
        replies = await (await self.wire()).send(commands)
        return [unwrap(reply) for reply in replies]

    async def run(self, script: Script, keys: Sequence[str], *args: bytes | str | int | float) -> Any:
        """One script."""
        return (await self.run_all([(script, keys, args)]))[0]

    async def run_all(
        self, runs: Sequence[tuple[Script, Sequence[str], Sequence[bytes | str | int | float]]]
    ) -> list[Any]:
        """Several scripts in one round trip.

        A store that forgot its scripts (SCRIPT FLUSH, a failover behind a proxy) gets them again; what
        it answered NOSCRIPT to was not run, so sending that once more repeats nothing.
        """
        wire = await self.wire()
        commands: list[Command] = [
            ("EVALSHA", script.sha, len(keys), *keys, *args) for script, keys, args in runs
        ]
        replies = await wire.send(commands)
        missing = [i for i, reply in enumerate(replies) if _is_noscript(reply)]
        if missing:
            load: list[Command] = [("SCRIPT", "LOAD", script.source) for script in self._scripts]
            again = await wire.send(load + [commands[i] for i in missing])
            for i, reply in zip(missing, again[len(load) :], strict=True):
                replies[i] = reply
        return [unwrap(reply) for reply in replies]

    def close(self) -> None:
        if self._wire is not None:
            self._wire.abort("the store was closed")


def _is_noscript(reply: Any) -> bool:
    return isinstance(reply, hiredis.ReplyError) and str(reply).startswith("NOSCRIPT")
