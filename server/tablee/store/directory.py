"""The data directory of the embedded engine: taken by one server at a time, and where its socket is.

The process that lives there belongs to `engine.py`.
"""

from __future__ import annotations

import fcntl
import os
import socket
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tablee.errors import StoreUnusable

LOCK_WAIT_S = 10.0
"""How long the engine of a server that was killed may take to write its last bytes."""

LONGEST_SOCKET_PATH = 100
"""The system allows 107 bytes on Linux and 103 on macOS."""


@contextmanager
def claimed(data_dir: Path) -> Iterator[tuple[int, Path]]:
    """Take the directory for us alone; yield the lock's descriptor and where the socket goes.

    The engine inherits the lock, so the directory stays taken until the last of the two has ended.
    """
    try:
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = os.open(data_dir / "engine.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StoreUnusable(f"The data directory {data_dir} cannot be used: {error.strerror}.") from error
    try:
        _lock(lock, data_dir)
        with _place_for_socket(data_dir) as socket_path:
            os.ftruncate(lock, 0)
            os.pwrite(lock, f"{os.getpid()} {socket_path}".encode(), 0)
            yield lock, socket_path
    finally:
        os.close(lock)


def _lock(lock: int, data_dir: Path) -> None:
    deadline = time.monotonic() + LOCK_WAIT_S
    asked = False
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            owner, _, socket_path = os.pread(lock, 4096, 0).decode(errors="replace").partition(" ")
            if _is_alive(owner) or time.monotonic() > deadline:
                raise StoreUnusable(
                    f"The data directory {data_dir} is in use by another Tablée"
                    f"{f' (process {owner})' if owner else ''}: stop that one, or choose another "
                    "directory with --data-dir."
                ) from None
            if owner and not asked:
                asked = True
                _ask_to_stop(socket_path)
        time.sleep(0.05)


def _is_alive(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except PermissionError:
        return True
    except (ValueError, OSError):
        return False
    return True


def _ask_to_stop(socket_path: str) -> None:
    """End an engine that survived its server, as it does where there is no parent-death signal."""
    with suppress(OSError):
        say(Path(socket_path), b"SHUTDOWN\r\n")


@contextmanager
def _place_for_socket(data_dir: Path) -> Iterator[Path]:
    path = data_dir.absolute() / "engine.sock"
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        yield path
    else:
        with tempfile.TemporaryDirectory(prefix="tablee-") as folder:
            yield Path(folder) / "engine.sock"


def say(socket_path: Path, line: bytes) -> bytes:
    """Send one command to the engine at this socket, return the beginning of its reply."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(2)
        connection.connect(str(socket_path))
        connection.sendall(line)
        return connection.recv(256)
