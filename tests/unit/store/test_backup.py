"""A backup as a file: whole or refused, and every kind of key is known to it."""

from __future__ import annotations

import errno
import fcntl
import inspect
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tablee.errors import BadBackup, Unwritable
from tablee.store import backup, keys
from tablee.store.backup_file import MAGIC, Backup, Header, Kept, Part, writing
from tablee.store.whole_file import whole_file

PART = Part("w1", [Kept("{w1}:record", "hash", 0, [[b"data", b"{}"], [b"revision", b"1"]])])


def written(path: Path, *parts: Part) -> Path:
    with writing(path) as file:
        file.header(Header(5, "1.0", "8.0"))
        for part in parts:
            file.part(part)
        file.end(["w2"])
    return path


def test_what_is_written_is_read(tmp_path: Path) -> None:
    path = written(tmp_path / "a.backup", PART, Part("", []))
    found = Backup(path)
    assert list(found.parts()) == [PART, Part("", [])]
    assert (found.header.at, found.end.workshops, found.end.keys, found.end.erased) == (5, 1, 1, ["w2"])
    assert path.stat().st_mode & 0o777 == 0o600, "only its owner reads it"
    assert [one.name for one in tmp_path.iterdir()] == ["a.backup"]


def test_a_backup_that_fails_leaves_the_one_before(tmp_path: Path) -> None:
    path = written(tmp_path / "a.backup", PART)
    before = path.read_bytes()

    def fail() -> None:
        with writing(path) as file:
            file.header(Header(6, "1.0"))
            raise ValueError("away")

    with pytest.raises(ValueError, match="away"):
        fail()
    assert path.read_bytes() == before and [one.name for one in tmp_path.iterdir()] == ["a.backup"]


def test_another_takes_its_place_at_once(tmp_path: Path) -> None:
    """Whoever reads the one before goes on reading it: nothing is written over it."""
    path = written(tmp_path / "a.backup", PART)
    before = path.read_bytes()
    with path.open("rb") as reading:
        written(path, Part("", []))
        assert reading.read() == before != path.read_bytes()


def test_what_a_killed_process_left_beside_is_removed_and_what_is_being_written_stays(tmp_path: Path) -> None:
    for name in (".a.backup.1", ".a.backup.2", ".a.backup.mine", ".b.backup.1"):
        (tmp_path / name).write_bytes(b"everybody's notes")
    with (tmp_path / ".a.backup.2").open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        written(tmp_path / "a.backup", PART)
    left = sorted(one.name for one in tmp_path.iterdir())
    assert left == [".a.backup.2", ".a.backup.mine", ".b.backup.1", "a.backup"]


def test_a_file_that_cannot_be_finished_leaves_the_one_before_and_is_named(tmp_path: Path) -> None:
    path = tmp_path / "titre.pdf"
    with whole_file(path) as file:
        file.write(b"before")
    path.chmod(0o640)

    def fail() -> None:
        with whole_file(path) as file:
            file.write(b"half")
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(Unwritable, match=r"titre\.pdf cannot be written: No space left"):
        fail()
    assert path.read_bytes() == b"before" and [one.name for one in tmp_path.iterdir()] == ["titre.pdf"]
    link = tmp_path / "latest.pdf"
    link.symlink_to(path)
    with whole_file(link) as file:
        file.write(b"after")
    assert link.is_symlink() and path.read_bytes() == b"after"
    assert path.stat().st_mode & 0o777 == 0o640, "as its owner had it"
    pipe = tmp_path / "pipe"  # as a device: what stands there is no file, and stays
    os.mkfifo(pipe)
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    with whole_file(pipe) as file:
        file.write(b"through")
    assert os.read(reading, 100) == b"through" and pipe.is_fifo()
    os.close(reading)
    with pytest.raises(Unwritable, match="nowhere"), whole_file(tmp_path / "nowhere" / "x"):
        pass


def cut(data: bytes) -> bytes:
    return data[:-40]


def one_bit(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]


def later(data: bytes) -> bytes:
    return data.replace(MAGIC, b"tablee-backup 2\n")


MISTAKES: tuple[tuple[Callable[[bytes], bytes], str], ...] = (
    (cut, "damaged or cut short"),
    (one_bit, "damaged or cut short"),
    (lambda data: data + b"x", "damaged or cut short"),
    (later, "later Tablée"),
    (lambda data: b"PK\x03\x04" + data, "not a backup of Tablée"),
    (lambda data: b"", "not a backup of Tablée"),
    (lambda data: MAGIC, "damaged or cut short"),
)


@pytest.mark.parametrize(("harm", "said"), MISTAKES)
def test_what_is_no_whole_backup_is_refused(
    tmp_path: Path, harm: Callable[[bytes], bytes], said: str
) -> None:
    path = written(tmp_path / "a.backup", PART)
    path.write_bytes(harm(path.read_bytes()))
    with pytest.raises(BadBackup, match=said):
        Backup(path)


def test_every_key_is_backed_up_or_said_to_pass() -> None:
    """A new kind of key is read with the rest of its room or workshop, or left out on purpose."""
    known: set[Any] = {*backup.ROOM, *backup.WORKSHOP, keys.ballots, keys.presence_channel}
    momentary = {name.rstrip(":").rpartition(":")[2] for name in backup.MOMENTARY}
    for name, function in inspect.getmembers(keys, inspect.isfunction):
        takes = list(inspect.signature(function).parameters)
        if name == "tagged" or function in known or name in momentary:
            continue
        assert "room" not in takes and "workshop" not in takes, f"keys.{name} is in no table of backup.py"
