"""A process beside this one, for work that would hold the event loop: asked one thing at a time.

It is started when it is first needed and ends when it has had nothing to do for a while, when this process
ends, or when it takes too long. Messages are bytes with their length before them, on its standard streams;
they hold pickled values, which only these two processes ever write.
"""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from contextlib import suppress

from tablee.errors import TableeError

LENGTH = 8
IDLE_S = 300


class Gone(TableeError):
    """It ended before it answered."""


class TooLong(TableeError):
    """It did not answer in time, and was ended."""


class Aside:
    """`module` is run as a program, with these arguments; it reads questions and writes answers until its
    input ends."""

    def __init__(self, module: str, idle_s: float = IDLE_S, arguments: tuple[str, ...] = ()) -> None:
        self.module, self.idle_s, self.arguments = module, idle_s, arguments
        self.generation = 0
        """Counts its starts: what was told to an earlier one is forgotten."""
        self._process: Process | None = None
        self._turn = asyncio.Lock()
        self._idle: asyncio.TimerHandle | None = None
        self._leaving: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        return None if self._process is None else self._process.pid

    async def start(self) -> int:
        """Have it there; its generation."""
        async with self._turn:
            await self._started()
            return self.generation

    async def ask(self, question: bytes, limit_s: float) -> bytes:
        """Raises `TooLong` or `Gone`. The time of those who asked before does not count."""
        async with self._turn:
            process = await self._started()
            try:
                async with asyncio.timeout(limit_s):
                    return await _exchange(process, question)
            except TimeoutError:
                await self._end()
                raise TooLong from None
            except (OSError, asyncio.IncompleteReadError):
                await self._end()
                raise Gone from None
            except BaseException:
                await self._end()  # whoever asked has left: its answer must not be taken for the next one's
                raise
            finally:
                self._rest()

    def drop(self) -> None:
        """End it at once, whatever it does: what it holds is nobody's any more."""
        process, self._process = self._process, None
        if process is not None:
            with suppress(ProcessLookupError):
                process.kill()

    async def end(self) -> None:
        async with self._turn:
            await self._end()

    async def _started(self) -> Process:
        if self._idle is not None:
            self._idle.cancel()
        if self._process is None or self._process.returncode is not None:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                self.module,
                *self.arguments,
                stdin=PIPE,
                stdout=PIPE,
                start_new_session=True,  # an interrupt of the terminal is for this process alone
            )
            self.generation += 1
        return self._process

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    def _rest(self) -> None:
        self._idle = asyncio.get_running_loop().call_later(self.idle_s, self._rested)

    def _rested(self) -> None:
        self._leaving = asyncio.create_task(self._leave())

    async def _leave(self) -> None:
        if not self._turn.locked():
            await self.end()


async def _exchange(process: Process, question: bytes) -> bytes:
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write(len(question).to_bytes(LENGTH, "big"))
    process.stdin.write(question)
    await process.stdin.drain()
    length = int.from_bytes(await process.stdout.readexactly(LENGTH), "big")
    return await process.stdout.readexactly(length)
