"""The processes of a run: an engine on a TCP port, servers on it through a proxy, doors for people.

    person → door (Proxy) → server → line (Proxy) → engine

Every port stays the same for the whole run, whoever is killed and started again behind it.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from tests.kit.proxy import Proxy, proxy_to
from tests.kit.server import READY, Answer, Seat, call
from tests.kit.store import free_port

from tablee.store.engine import find_engine

ROOT = Path(__file__).absolute().parents[2]
READY_S = 60
LIMITS = ("--updates-per-s", "10000", "--updates-burst", "100000")


class Engine:
    """A store that the run starts, kills, freezes and puts back in time."""

    def __init__(self, folder: Path, clock: dict[str, str]) -> None:
        self.folder, self.port, self._clock = folder, free_port(), clock
        self.process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        settings = {
            "port": str(self.port),
            "bind": "127.0.0.1",
            "dir": str(self.folder),
            "save": "",
            "appendonly": "yes",
            "appendfsync": "always",
            "maxmemory-policy": "noeviction",
            "logfile": str(self.folder / "engine.log"),
        }
        words = [word for name, value in settings.items() for word in (f"--{name}", value)]
        self.process = await asyncio.create_subprocess_exec(
            find_engine(),
            *words,
            stdout=subprocess.DEVNULL,
            env=os.environ | self._clock,
            preexec_fn=_die_along,
        )
        async with asyncio.timeout(READY_S):
            while not await self._answers():  # noqa: ASYNC110 (another process: there is nothing to be told by)
                await asyncio.sleep(0.01)

    async def _answers(self) -> bool:
        assert self.process is not None
        if self.process.returncode is not None:
            raise RuntimeError(f"the engine ended: {(self.folder / 'engine.log').read_text()[-500:]}")
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            return False
        try:
            writer.write(b"PING\r\n")
            return (await reader.read(64)).startswith(b"+PONG")
        finally:
            writer.close()

    def send(self, number: signal.Signals) -> None:
        if self.process is not None and self.process.returncode is None:
            self.process.send_signal(number)

    async def kill(self) -> None:
        self.send(signal.SIGKILL)
        if self.process is not None:
            await self.process.wait()

    async def ensure(self) -> None:
        """Running, whatever happened to it."""
        self.send(signal.SIGCONT)
        if self.process is None or self.process.returncode is not None:
            await self.start()

    def copy(self, to: Path) -> None:
        """The data as they are now: it is stopped while they are copied, so that they are of one moment."""
        self.send(signal.SIGSTOP)
        try:
            shutil.rmtree(to, ignore_errors=True)
            shutil.copytree(self.folder / "appendonlydir", to)
        finally:
            self.send(signal.SIGCONT)

    async def go_back(self, copy: Path) -> None:
        """Killed, its data replaced by the older copy, started again."""
        await self.kill()
        shutil.rmtree(self.folder / "appendonlydir")
        shutil.copytree(copy, self.folder / "appendonlydir")
        await self.start()


class ServerProcess:
    """`tablee serve`, or a module that changes something and then runs the same command."""

    def __init__(self, folder: Path, store_port: int, program: str, environment: dict[str, str]) -> None:
        self.folder, self.port = folder, free_port()
        self._program, self._environment = program, environment
        self._store_url = f"redis://127.0.0.1:{store_port}"
        self.process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self._ended_by_us = False

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.returncode is None

    async def start(self) -> None:
        """Return when it takes requests; it is tried again while the store does not let it start."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._ended_by_us = False
        async with asyncio.timeout(READY_S):
            while not await self._started():  # noqa: ASYNC110 (another process)
                await asyncio.sleep(0.1)

    async def _started(self) -> bool:
        command = ["-m", self._program, "serve", "--port", str(self.port), "--store-url", self._store_url]
        with self.log.open("ab") as errors:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable,
                *command,
                *LIMITS,
                cwd=ROOT,
                stdout=subprocess.PIPE,
                stderr=errors,
                env=os.environ | {"PYTHONUNBUFFERED": "1", "PYTHONFAULTHANDLER": "1"} | self._environment,
                preexec_fn=_die_along,
            )
        assert self.process.stdout is not None
        while line := await self.process.stdout.readline():
            if line.decode().startswith(READY):
                self._reading = asyncio.create_task(self._read_on(self.process.stdout))
                return True
        await self.process.wait()
        return False

    @staticmethod
    async def _read_on(output: asyncio.StreamReader) -> None:
        while await output.readline():
            pass

    @property
    def log(self) -> Path:
        return self.folder / f"server-{self.port}.log"

    def accidents(self) -> list[str]:
        """Whether it ended though nobody ended it, with its last words."""
        if self.is_running or self.process is None or self._ended_by_us:
            return []
        last = self.log.read_text(errors="replace")[-3000:]
        return [f"it ended by itself with status {self.process.returncode}: {last}"]

    def complaints(self) -> list[str]:
        """What it logged as an error, or what is no log line at all: traces of bugs."""
        found = []
        for line in self.log.read_text(errors="replace").splitlines() if self.log.exists() else ():
            try:
                said = json.loads(line)
            except ValueError:
                if line.startswith(("Traceback", "ERROR")):
                    found.append(line)
                continue
            if isinstance(said, dict) and said.get("level") in ("error", "critical"):
                found.append(f"{said.get('event')}: {str(said.get('exception', said)).splitlines()[-1]}")
        return found

    def send(self, number: signal.Signals) -> None:
        if self.process is not None and self.process.returncode is None:
            self.process.send_signal(number)

    async def kill(self, number: signal.Signals = signal.SIGKILL) -> None:
        self._ended_by_us = True
        self.send(number)
        if self.process is not None:
            await self.process.wait()
        if self._reading is not None:
            await self._reading

    async def ensure(self) -> None:
        self.send(signal.SIGCONT)
        if not self.is_running:
            await self.start()

    def call(self, method: str, path: str, body: Any = None, **more: Any) -> Answer:
        return call(f"http://127.0.0.1:{self.port}", method, path, body, **more)


class Stage:
    """Everything that runs in one run of the checker."""

    def __init__(self, folder: Path, engine: Engine, line: Proxy) -> None:
        self.folder, self.engine, self.line = folder, engine, line
        self.servers: list[ServerProcess] = []
        self.doors: list[Proxy] = []
        self.workshop: dict[str, Any] = {}
        self.peace = folder / "peace"
        self.clocks = {who: folder / f"clock-{who}" for who in ("engine", "server0", "server1")}

    async def join(self, name: str, role: str = "participant") -> Seat:
        how = (
            {"code": self.workshop["code"]}
            if role == "participant"
            else {"invitation": self.workshop["invitations"][role]}
        )
        joined = await self._call("POST", "/api/join", {**how, "name": name})
        return Seat(joined["token"], joined["person"], joined["room"], joined["workshop"])

    async def _call(self, method: str, path: str, body: Any) -> Any:
        # in a thread: the server needs this loop to reach its store
        answer = await asyncio.to_thread(self.servers[0].call, method, path, body)
        assert answer.status == 201, answer.body
        return answer.json

    async def mend(self) -> None:
        """Every process runs, none ends itself any more (`hasty`), every connection forwards."""
        self.peace.touch()
        for proxy in (self.line, *self.doors):
            proxy.calm()
        await self.engine.ensure()
        await asyncio.gather(*(server.ensure() for server in self.servers))

    async def restart_cold(self) -> ServerProcess:
        """Stop everything, then start the engine and the first server with nothing but the files."""
        await asyncio.gather(*(server.kill(signal.SIGTERM) for server in self.servers))
        await self.engine.kill()
        await self.engine.start()
        await self.servers[0].start()
        return self.servers[0]


@contextlib.asynccontextmanager
async def stage(
    folder: Path, *, servers: int, program: str = "tablee", faked_clocks: bool = False, **environment: str
) -> AsyncIterator[Stage]:
    """Start an engine and `servers` servers that run `program`; end everything afterwards."""
    async with contextlib.AsyncExitStack() as life:
        clock = faked_clock(folder / "clock-engine") if faked_clocks else {}
        engine = Engine(folder / "store", clock)
        life.push_async_callback(engine.kill)
        await engine.start()
        made = Stage(folder, engine, await life.enter_async_context(proxy_to(engine.port)))
        for number in range(servers):
            clock = faked_clock(made.clocks[f"server{number}"]) if faked_clocks else {}
            given = environment | clock | {"HASTY_PEACE": str(made.peace)}
            server = ServerProcess(folder, made.line.port, program, given)
            life.push_async_callback(server.kill)
            made.servers.append(server)
            made.doors.append(await life.enter_async_context(proxy_to(server.port)))
        await asyncio.gather(*(server.start() for server in made.servers))
        made.workshop = await made._call("POST", "/api/workshops", {"title": "Épreuve"})
        yield made


# -- clocks --------------------------------------------------------------------------------------------


def find_faketime() -> Path | None:
    """The library of faketime, when it is installed."""
    for folder in (Path("/usr/lib"), Path("/usr/local/lib")):
        for name in ("libfaketimeMT.so.1", "libfaketime.so.1"):
            for pattern in (f"*/faketime/{name}", f"faketime/{name}"):
                found = next(folder.glob(pattern), None)
                if found is not None:
                    return found
    return None


def faked_clock(file: Path) -> dict[str, str]:
    """An environment in which the wall clock differs by what the file says (`set_clock`)."""
    library = find_faketime()
    assert library is not None
    set_clock(file, 0)
    return {
        "LD_PRELOAD": str(library),
        "FAKETIME_TIMESTAMP_FILE": str(file),
        "FAKETIME_NO_CACHE": "1",
        # a clock that is set, by hand or by NTP, never moves this one
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "DONT_FAKE_MONOTONIC": "1",
    }


def set_clock(file: Path, seconds: float) -> None:
    new = file.with_suffix(".new")
    new.parent.mkdir(parents=True, exist_ok=True)
    new.write_text(f"{seconds:+f}s\n")
    new.replace(file)


_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def _die_along() -> None:
    """A run that is killed leaves nothing behind."""
    if _libc is not None:
        _libc.prctl(1, signal.SIGKILL)
