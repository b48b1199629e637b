"""Whether a store may be trusted with a workshop, and how far: judged from what it says of itself.

Pure: `redis.py` asks the store and acts on the verdict.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Durability = Literal["disk", "replica", "memory"]
"""What `saved` means: on disk, on a second machine, or nowhere but in memory."""

Confirmation = Literal["reply", "waitaof", "wait", "none"]
"""How durability is reached: the reply says it (fsync always), WAITAOF, WAIT, or not at all."""

OLDEST = (7, 0)
"""Sharded pub/sub and the stream options in use came with Redis 7.0."""

WAITAOF = (7, 2)


@dataclass(frozen=True, slots=True)
class Verdict:
    """`refusal` completes the sentence “The store at … ”, when the store must not be used."""

    server: str
    durability: Durability = "memory"
    confirmation: Confirmation = "none"
    refusal: str | None = None


def judge(info: Mapping[str, str], config: Mapping[str, str] | None) -> Verdict:
    """Judge a store by its INFO and its `appendfsync` setting (None where CONFIG is forbidden)."""
    version = _version(info.get("redis_version", ""))
    name = "Valkey" if "valkey_version" in info else "Redis"
    server = f"{name} {info.get('valkey_version') or info.get('redis_version') or 'of unknown version'}"
    refusal = _refusal(info, server, version)
    if refusal is not None:
        return Verdict(server, refusal=refusal)
    fsync = (config or {}).get("appendfsync")
    if info.get("aof_enabled") == "1" and fsync == "always":
        return Verdict(server, "disk", "reply")
    if info.get("aof_enabled") == "1" and fsync == "everysec" and version >= WAITAOF:
        return Verdict(server, "disk", "waitaof")
    if int(info.get("connected_slaves", "0")) > 0:
        return Verdict(server, "replica", "wait")
    return Verdict(server)


def _refusal(info: Mapping[str, str], server: str, version: tuple[int, int]) -> str | None:
    if version < OLDEST:
        return f"is {server}; Tablée needs Redis or Valkey 7 or later"
    if info.get("cluster_enabled") == "1":
        return "is a cluster; Tablée needs a single primary, with replicas if you like"
    if info.get("role") == "slave":
        return "is a replica and cannot be written to; give the address of its primary"
    policy = info.get("maxmemory_policy", "noeviction")
    if policy != "noeviction" and info.get("maxmemory", "0") != "0":
        return (
            f"deletes data when its memory is full (maxmemory-policy {policy}); "
            "set maxmemory-policy to noeviction, or maxmemory to 0"
        )
    return None


def _version(text: str) -> tuple[int, int]:
    found = re.match(r"(\d+)\.(\d+)", text)
    return (int(found[1]), int(found[2])) if found else (0, 0)
