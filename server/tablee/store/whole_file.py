"""A file that is whole whenever somebody looks: written beside its place and moved there at the end."""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from tablee.errors import Unwritable


@contextmanager
def whole_file(path: Path, mode: int | None = None) -> Iterator[BinaryIO]:
    """What is written takes the file's place when this ends well; else what stood there stays.

    Its permissions stay what they were unless a `mode` is given. What a process that was killed left beside
    is removed. Raises `Unwritable` with the name of the file.
    """
    place = path.resolve()  # a link goes on leading to it
    try:
        if place.exists() and not place.is_file():  # a pipe or a device has no whole and no place
            with place.open("wb") as file:
                yield file
            return
        _drop_left(place)
        beside = place.with_name(f".{place.name}.{os.getpid()}")
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode or 0o666)
        try:
            with os.fdopen(handle, "wb") as file:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)  # as long as somebody writes it
                if mode is None and place.exists():
                    os.fchmod(handle, stat.S_IMODE(place.stat().st_mode))
                yield file
                file.flush()
                os.fsync(handle)
            beside.replace(place)
        except BaseException:
            with suppress(OSError):
                beside.unlink()
            raise
        _sync(place.parent)
    except OSError as error:
        raise Unwritable(f"{path} cannot be written: {error.strerror or error}.") from None


def _drop_left(place: Path) -> None:
    """Whoever writes has a lock, which ends with the process, whatever its number and wherever it ran."""
    start = f".{place.name}."
    with suppress(OSError):
        for one in place.parent.iterdir():
            if one.name.startswith(start) and one.name.removeprefix(start).isdecimal():
                with one.open("rb") as left, suppress(BlockingIOError):
                    fcntl.flock(left, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    one.unlink()


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
