"""The store's own files: what was erased is in them until the store writes them anew.

The embedded engine keeps a log of every write. Others may keep a log, a dump, both or nothing, and some
services let nobody ask for it; what was possible is said.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Literal

from redis.exceptions import ResponseError

from tablee.errors import StoreAway
from tablee.store import keys, scripts
from tablee.store.away import said
from tablee.store.client import Client

Written = Literal["written", "none", "refused", "later"]
"""The files were written anew; the store keeps none; it lets nobody ask; it has not come to it yet."""

WAIT_S = 60.0
MOMENT_S = 2.0
LOOK_S = 0.02
TRIES = 3
FIELD = "files"
"""Of `keys.erasing()`: somebody waits for the files to be written anew."""


class Files:
    """The part of `Store` that has the files written anew. Any number of calls share one rewrite."""

    _commands: Client

    def __init__(self) -> None:
        self._files_turn = asyncio.Lock()
        self._files_asked = 0
        self._files_covered = 0
        self._files_said: Written = "later"

    async def promise_files(self) -> None:
        """Note, before something is erased, that the files are to be written anew."""
        await self._commands.call("HSET", keys.erasing(), FIELD, secrets.token_hex(6))

    async def owes_files(self) -> bool:
        """Whether something was erased whose traces may still be in the files."""
        return bool(await self._commands.call("HEXISTS", keys.erasing(), FIELD))

    async def forget_past(self) -> None:
        """The same for what anonymous notes were made of, in a moment; else it stays in mind."""
        await self._commands.call("DEL", keys.past())
        if await self.rewrite_files(MOMENT_S) == "later":
            await self._commands.call("SET", keys.past(), "1")

    async def rewrite_files(self, wait_s: float = WAIT_S) -> Written:
        """Have the files written without what is no longer in the store, and wait for it."""
        self._files_asked += 1
        ticket = self._files_asked
        async with self._files_turn:
            if self._files_covered < ticket:
                covered = self._files_asked
                self._files_said = await self._rewrite(time.monotonic() + wait_s)
                if self._files_said != "later":
                    self._files_covered = covered
            return self._files_said

    async def _rewrite(self, deadline: float) -> Written:
        try:
            promised = await self._commands.call("HGET", keys.erasing(), FIELD)
            await self._forget_slow_commands()
            written = await self._write_anew(deadline)
            if promised is not None and written != "later":
                await self._commands.run(scripts.DROP_FIELD, [keys.erasing()], FIELD, promised)
            return written
        except StoreAway:
            return "later"

    async def _write_anew(self, deadline: float) -> Written:
        info = await self._persistence()
        log = _number(info, "aof_enabled") == 1
        dumps = await self._dumps()
        done: list[Written] = []
        if log:
            done.append(await self._ask("BGREWRITEAOF", "aof_rewrite", "aof_last_bgrewrite_status", deadline))
        if dumps is not False:
            dumped = await self._ask("BGSAVE", "rdb_bgsave", "rdb_last_bgsave_status", deadline)
            # where nobody says whether there are dumps, one that cannot be asked for is none of ours
            done.append("refused" if dumped == "refused" and (dumps or not log) else dumped)
        for worst in ("later", "refused", "written"):
            if worst in done:
                return worst
        return "none"

    async def _ask(self, command: str, what: str, status: str, deadline: float) -> Written:
        """Ask for it, again as long as one is under way that began before; wait until it is done."""
        for _ in range(TRIES):
            while True:
                try:
                    await self._commands.call(command)
                    break
                except ResponseError as error:
                    if "progress" not in said(error).lower():
                        return "refused"
                if not await self._is_over(what, deadline):
                    return "later"
            if not await self._is_over(what, deadline):
                return "later"
            if (await self._persistence()).get(status) in ("ok", None):
                return "written"
        return "later"

    async def _is_over(self, what: str, deadline: float) -> bool:
        """Wait until none is under way or about to begin."""
        while time.monotonic() < deadline:
            info = await self._persistence()
            others = ("aof_rewrite_in_progress", "rdb_bgsave_in_progress")
            if not any(_number(info, name) for name in (f"{what}_scheduled", *others)):
                return True
            await asyncio.sleep(LOOK_S)
        return False

    async def _persistence(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = await self._commands.call("INFO", "persistence")
        return found

    async def _dumps(self) -> bool | None:
        """Whether the store writes dumps by itself; None where it does not say."""
        try:
            found = await self._commands.call("CONFIG", "GET", "save")
        except ResponseError:
            return None
        values = found.values() if isinstance(found, Mapping) else found[1::2]
        return any(bool(value) for value in values)

    async def _forget_slow_commands(self) -> None:
        """The store remembers the words of commands that took it long."""
        for command in (("SLOWLOG", "RESET"), *(("COMMANDLOG", "RESET", kind) for kind in COMMAND_LOGS)):
            with suppress(ResponseError):
                await self._commands.call(*command)


COMMAND_LOGS = ("slow", "large-request", "large-reply")
"""Of Valkey 8.1 and later."""


def _number(info: Mapping[str, Any], name: str) -> int:
    return int(info.get(name) or 0)
