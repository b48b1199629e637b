"""Where a word may still be found: the store, its files, what a server said, and a backup."""

from __future__ import annotations

import contextlib
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from redis import Redis
from tests.kit.server import Server

from tablee.store.backup_file import Backup, Part


def engine_of(server: Server) -> Any:
    """A connection to the engine of a server; its own annotations allow every reply to be anything."""
    _, _, path = (server.data_dir / "engine.lock").read_text().partition(" ")
    return Redis(unix_socket_path=path)


def whole(redis: Any) -> dict[bytes, bytes]:
    """Every key with its value, written out."""
    out = {}
    for key in redis.scan_iter(count=1000):
        kind = redis.type(key)
        value: object = {
            b"string": redis.get,
            b"hash": redis.hgetall,
            b"set": redis.smembers,
            b"zset": lambda name: redis.zrange(name, 0, -1, withscores=True),
            b"stream": redis.xrange,
        }[kind](key)
        out[key] = repr(value).encode() + b" " + _bytes_of(value)
    return out


def _bytes_of(value: object) -> bytes:
    """The bytes as they are: `repr` writes letters with accents in another way."""
    if isinstance(value, bytes):
        with contextlib.suppress(zlib.error):  # states of instants are packed
            return zlib.decompress(value)
        return value
    if isinstance(value, dict):
        return b" ".join(_bytes_of(one) for pair in value.items() for one in pair)
    if isinstance(value, list | tuple | set | frozenset):
        return b" ".join(map(_bytes_of, value))
    return str(value).encode()


def in_store(redis: Any, word: str) -> list[str]:
    """Keys whose name or value has the word."""
    wanted = word.encode()
    return sorted(key.decode() for key, value in whole(redis).items() if wanted in key or wanted in value)


def in_files(folder: Path, word: str) -> list[str]:
    """Files of a folder that hold the word."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return sorted(str(path.relative_to(folder)) for path in files if word.encode() in path.read_bytes())


def in_words(lines: Iterable[str], word: str) -> list[str]:
    return [line for line in lines if word in line]


def in_backup(path: Path, word: str) -> list[str]:
    """Keys of a backup that have the word."""
    found = []
    for part in Backup(path).parts():
        found += [one.name for one in part.keys if word.encode() in one.name.encode() + _bytes_of(one.value)]
    return found


def parts_of(path: Path) -> list[Part]:
    return list(Backup(path).parts())
