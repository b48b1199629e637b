"""Many spoiled frames against rooms in this process, with what became of them in a table.

    scripts/fuzz --frames 200000 --seed 7
    scripts/fuzz --coverage --frames 200000

A failure names its seed and room; `--seed S --room R` sends the same frames again, looking after each.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import random
import resource
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.kit.mutations import EVENTS, Frame, Spoiler, history
from tests.kit.oracle import Oracle, node, yjs
from tests.kit.target import Broken, Target
from tests.kit.vectors import ROOM, VECTORS

from tablee.sync.document import Document

PER_ROOM = 500
"""Frames for a room before it is left for a fresh one: rooms that took more would cost more and show less."""
CHECK_EVERY = 100
YJS_EVERY = 20
"""One room in so many is shown to genuine Yjs when it is left."""
HANG_S = 10
GROWTH_MB = 200
HISTORIES = 60


@dataclass
class Tally:
    frames: int = 0
    rooms: int = 0
    shown: int = 0
    """Rooms that Yjs was asked about."""
    outcomes: Counter[str] = field(default_factory=Counter)
    by_kind: dict[str, Counter[str]] = field(default_factory=dict)
    slowest_ms: float = 0
    slowest: str = ""
    failures: list[str] = field(default_factory=list)
    rss_start_mb: float = 0
    rss_peak_mb: float = 0

    def count(self, name: str, outcome: str, taken_ms: float, label: str) -> None:
        self.frames += 1
        self.outcomes[outcome] += 1
        self.by_kind.setdefault(name.split(":")[0], Counter())[outcome] += 1
        if taken_ms > self.slowest_ms:
            self.slowest_ms, self.slowest = taken_ms, f"{name} ({outcome}, {label})"

    def fail(self, what: str) -> None:
        self.failures.append(what)
        print(f"FAILED {what}", flush=True)

    def look_at_memory(self) -> None:
        self.rss_peak_mb = max(self.rss_peak_mb, rss_mb())
        if not self.rss_start_mb:
            self.rss_start_mb = self.rss_peak_mb

    @property
    def growth_mb(self) -> float:
        return self.rss_peak_mb - self.rss_start_mb


def rss_mb() -> float:
    """Resident memory of this process; its peak where /proc is missing."""
    statm = Path("/proc/self/statm")
    if statm.is_file():
        return int(statm.read_text().split()[1]) * resource.getpagesize() / 2**20
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


class Hang(BaseException):
    """A frame took longer than any may. Not an `Exception`, lest something takes it for its own."""


@contextlib.contextmanager
def alarm() -> Iterator[None]:
    """Interrupt what runs longer than `HANG_S`. A loop inside the CRDT library ends the whole run instead."""

    def ring(_number: int, _frame: object) -> None:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)  # the next one ends the process
        signal.alarm(HANG_S)
        raise Hang

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(HANG_S)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def attack(
    seed: int, room: int, frames: int, tally: Tally, judge: Oracle | None, *, after_each: bool = False
) -> None:
    """One room, from its honest history to the last frame. Failures are noted, not raised."""
    rng = random.Random(f"{seed}-{room}")
    past = history(rng.randrange(HISTORIES))
    notes = sorted(Document(past.state).notes())
    # half of the rooms have notes that nobody may change, to see that no frame gets around the judge
    guarded = frozenset(rng.sample(notes, len(notes) // 2)) if rng.random() < 0.5 else frozenset()
    target, spoiler = Target(past, guarded), Spoiler(rng, past)
    name, data = "", b""
    try:
        for number in range(frames):
            name, (session, data) = spoiler.frame()
            began = time.perf_counter()
            with alarm():
                outcome, taken = target.send((session, data))
            ms = (time.perf_counter() - began) * 1000
            tally.count(name, outcome, ms, f"{len(data)} bytes, room {room} frame {number}")
            if ms > HANG_S * 1000:  # rung while the CRDT library ran, and taken for one of its errors
                raise Hang
            for by, body in taken:
                spoiler.took(by, body)
            if after_each or number % CHECK_EVERY == CHECK_EVERY - 1:
                target.check()
                if after_each and judge is not None and taken:
                    _ask(judge, target)
        target.check()
        if judge is not None:
            tally.shown += 1
            _ask(judge, target)
    except Exception as error:  # whatever it is, it must not be
        tally.fail(
            f"seed {seed}, room {room} ({name}): {type(error).__name__}: {str(error)[:500]}\n"
            f"  last frame {data[:600].hex()}"
        )
    except Hang:
        tally.fail(f"seed {seed}, room {room}: {name} hangs\n  {data.hex()}")
    tally.rooms += 1
    tally.look_at_memory()


def _ask(judge: Oracle, target: Target) -> None:
    found = judge.differences(target.room.document, target.updates)
    if found:
        raise Broken(f"Yjs sees it differently: {found[:3]}")


def run(frames: int, seed: int, *, only_room: int | None = None, most_failures: int = 20) -> Tally:
    """Attack rooms until that many frames were sent."""
    tally = Tally()
    with contextlib.ExitStack() as stack:
        judge = stack.enter_context(yjs()) if node() is not None else None
        if judge is None:
            print("there is no Node.js with yjs here: rooms are not shown to it", flush=True)
        if only_room is not None:
            attack(seed, only_room, min(frames, PER_ROOM), tally, judge, after_each=True)
            return tally
        for past in range(HISTORIES):
            history(past)  # made before memory is first looked at
        told = time.monotonic()
        while tally.frames < frames and len(tally.failures) < most_failures:
            shown = judge if tally.rooms % YJS_EVERY == 0 else None
            attack(seed, tally.rooms, min(PER_ROOM, frames - tally.frames), tally, shown)
            if time.monotonic() - told > 30:
                told = time.monotonic()
                print(
                    f"  {tally.frames} frames, {len(tally.failures)} failures, {tally.rss_peak_mb:.0f} MB",
                    flush=True,
                )
    return tally


def report(tally: Tally, took_s: float) -> bool:
    """Print the summary; whether all was well."""
    rate = tally.frames / took_s if took_s else 0
    print(
        f"{tally.frames} frames to {tally.rooms} rooms in {took_s:.0f} s, {rate:.0f} frames/s with all checks"
    )
    print("  " + ", ".join(f"{name} {count}" for name, count in tally.outcomes.most_common()))
    for kind, outcomes in sorted(tally.by_kind.items()):
        print(f"    {kind:8} " + ", ".join(f"{name} {count}" for name, count in outcomes.most_common()))
    print(f"  slowest single frame {tally.slowest_ms:.1f} ms: {tally.slowest}")
    print(
        f"  memory {tally.rss_start_mb:.0f} MB at first, "
        f"{tally.rss_peak_mb:.0f} MB at most: +{tally.growth_mb:.0f}"
    )
    print(f"  {tally.shown} rooms shown to Yjs; {len(tally.failures)} failures", flush=True)
    return not tally.failures and tally.growth_mb < GROWTH_MB


def by_coverage(frames: int, seed: int) -> None:
    """Let atheris choose bytes by the code they reach. Does not return."""
    if importlib.util.find_spec("atheris") is None:
        print(
            "atheris is not installed here: pip install atheris (Linux, CPython 3.11 to 3.13)",
            file=sys.stderr,
        )
        sys.exit(2)
    import atheris  # type: ignore[import-not-found]

    loaded: Any = [sys.modules[name] for name in sys.modules if name.startswith("tablee.sync.")]
    for module in loaded:
        for value in vars(module).values():
            if callable(value) and getattr(value, "__module__", "") == module.__name__:
                with contextlib.suppress(Exception):  # classes and builtins are left as they are
                    atheris.instrument_func(value)
    targets: list[Target] = []
    state = {"frames": 0}

    def one(data: bytes) -> None:
        if state["frames"] % PER_ROOM == 0:
            targets[:] = [Target(ROOM)]
        state["frames"] += 1
        target = targets[0]
        target.send(((1, 2, EVENTS)[data[0] % 3] if data else 1, data[1:]))
        if state["frames"] % CHECK_EVERY == 0:
            target.check()

    corpus = Path(".pytest_cache/fuzz")
    corpus.mkdir(parents=True, exist_ok=True)
    for number, frame in enumerate(_seeds(seed)):
        (corpus / f"seed-{number}").write_bytes(bytes((frame[0] % 3,)) + frame[1])
    atheris.Setup(
        ["fuzz", f"-runs={frames}", f"-seed={seed}", "-max_len=4096", f"-timeout={HANG_S}", str(corpus)], one
    )
    atheris.Fuzz()


def _seeds(seed: int) -> Iterator[Frame]:
    for vector in VECTORS:
        if len(vector.frame) < 4096:
            yield 0, vector.frame
    spoiler = Spoiler(random.Random(seed), ROOM)
    for _ in range(300):
        _, (_, data) = spoiler.frame()
        if len(data) < 4096:
            yield 2, data


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/fuzz", description=__doc__.partition("\n")[0])
    parser.add_argument("--frames", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=None, help="repeats the frames of an earlier run")
    parser.add_argument(
        "--room", type=int, default=None, help="only this room of the seed, checked after each"
    )
    parser.add_argument(
        "--coverage", action="store_true", help="let atheris look for frames that reach new code"
    )
    chosen = parser.parse_args()
    seed = random.randrange(10**6) if chosen.seed is None else chosen.seed
    if chosen.coverage:
        by_coverage(chosen.frames, seed)
    print(f"{chosen.frames} frames, seed {seed}", flush=True)
    began = time.monotonic()
    tally = run(chosen.frames, seed, only_room=chosen.room)
    sys.exit(0 if report(tally, time.monotonic() - began) else 1)


if __name__ == "__main__":
    main()
