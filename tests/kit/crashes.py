"""Rounds of crashes: people write, everything is killed at a random moment, what was called saved is there.

    scripts/crashtest --rounds 20 --seed 7 --people 6

What it kills are processes, with SIGKILL. It does not cut the power: what the disk itself loses is not seen.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.kit.client import Participant, participant
from tests.kit.server import Seat, Server, running

VICTIMS = ("server", "engine", "both", "frozen")
"""`frozen`: the engine stops answering, people go on for a moment, then both are killed. A server that says
`saved` before the engine did is caught so; otherwise it would only be by chance."""
LIMITS = ("--updates-per-s", "10000", "--updates-burst", "100000")
ROOM_FOR = 8_000
"""Notes in one room over all rounds; it holds ten thousand at most."""


@dataclass
class Ledger:
    """What people know: what they wrote, and what they were told is saved."""

    written: dict[str, str] = field(default_factory=dict)
    saved: set[str] = field(default_factory=set)
    deleting: set[str] = field(default_factory=set)
    """Deletions that were sent: from here on the note may be gone."""
    deleted: set[str] = field(default_factory=set)
    """Deletions that were reported saved: the note must be gone, and stay so."""

    def lost(self, found: dict[str, str]) -> list[str]:
        """Notes reported saved that are not there as they were written."""
        return sorted(note for note in self.saved - self.deleting if found.get(note) != self.written[note])

    def strange(self, found: dict[str, str]) -> list[str]:
        """Notes that nobody wrote, not with this text, or that were deleted for good."""
        return sorted(
            note for note, text in found.items() if self.written.get(note) != text or note in self.deleted
        )


class Writer:
    """Somebody who writes and deletes without pause, and notes what was reported saved."""

    def __init__(self, person: Participant, name: str, ledger: Ledger, rng: random.Random) -> None:
        self.person, self.name, self.ledger, self.rng = person, name, ledger, rng
        self.saved_here: list[str] = []
        self._pending: list[tuple[int, str, bool]] = []

    async def write(self, enough: asyncio.Event) -> None:
        """Write until the connection breaks or it is enough; then wait for what can still be reported."""
        number = 0
        while self.person.close_code is None and not enough.is_set():
            for _ in range(self.rng.randrange(1, 6)):
                self._change(f"{self.name}-{number}")
                number += 1
            while self.person.close_code is None and len(self._pending) > 12:
                await self._look()
        while self.person.close_code is None and self._pending:
            await self._look()
        self._take_saved()

    def _change(self, note: str) -> None:
        mine = [n for n in self.saved_here if n not in self.ledger.deleting]
        if mine and self.rng.random() < 0.1:
            note = self.rng.choice(mine)
            self.ledger.deleting.add(note)
            self.person.notes.pop(note)
            self._pending.append((self.person.sent, note, True))
            return
        text = f"{note} : idée à garder 🌱"
        self.ledger.written[note] = text
        self.person.add(note, text)
        self._pending.append((self.person.sent, note, False))

    async def _look(self) -> None:
        self._take_saved()
        await asyncio.sleep(0.001)

    def _take_saved(self) -> None:
        while self._pending and self._pending[0][0] <= self.person.saved:
            _, note, deletion = self._pending.pop(0)
            if deletion:
                self.ledger.deleted.add(note)
            else:
                self.ledger.saved.add(note)
                self.saved_here.append(note)


async def write_and_crash(
    server: Server, seats: list[Seat], ledger: Ledger, victim: str, most: int, label: str, rng: random.Random
) -> None:
    """Everybody writes until a random number of notes is saved; then the victim is killed.

    When only the engine was, the server must get another and take more notes on the same connections.
    """
    async with contextlib.AsyncExitStack() as stack:
        people = [await stack.enter_async_context(participant(server, seat)) for seat in seats]
        writers = [
            Writer(person, f"{label}p{n}", ledger, random.Random(rng.random()))
            for n, person in enumerate(people)
        ]
        enough = asyncio.Event()
        async with asyncio.timeout(120), asyncio.TaskGroup() as tasks:
            for writer in writers:
                tasks.create_task(writer.write(enough))
            before = len(ledger.saved)
            moment = before + rng.randrange(1, most)
            await _until(lambda: len(ledger.saved) >= moment, people)
            await asyncio.sleep(rng.random() * 0.03)  # not for a state: the moment is to be any moment
            if victim == "frozen":
                os.kill(server.engine_pid(), signal.SIGSTOP)
                await asyncio.sleep(0.02 + rng.random() * 0.1)
            kill(server, victim)
            if victim == "engine":
                then = len(ledger.saved) + len(people) * 20
                await _until(lambda: len(ledger.saved) >= then, people)
            enough.set()


async def _until(seen: Callable[[], bool], people: list[Participant]) -> None:
    """Wait for a state while everybody stays connected."""
    while not seen():
        for person in people:
            if person.close_code is not None:
                raise RuntimeError(f"a connection was closed with {person.close_code}")
        await asyncio.sleep(0.001)


def kill(server: Server, victim: str) -> None:
    if victim != "server":
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            os.kill(server.engine_pid(), signal.SIGKILL)
    if victim != "engine":
        server.kill()


def read_back(server: Server, seat: Seat) -> dict[str, str]:
    """What the room holds, over HTTP."""
    answer = server.call("GET", f"/api/rooms/{seat.room}/notes", token=seat.token)
    if answer.status != 200:
        raise RuntimeError(f"the notes cannot be read: {answer.status} {answer.body!r}")
    notes: list[dict[str, Any]] = answer.json["notes"]
    return {note["id"]: note["text"] for note in notes}


@contextlib.contextmanager
def _folder(given: Path | None) -> Iterator[Path]:
    if given is not None:
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="tablee-crash-") as made:
        yield Path(made)


def crash_rounds(rounds: int, seed: int, people: int, folder: Path | None = None) -> int:
    """Run the rounds and print them; return how much was lost or should not be there."""
    rng = random.Random(seed)
    most = max(20, min(400, ROOM_FOR // rounds))
    ledger = Ledger()
    lost_ones: set[str] = set()
    strange_ones: set[str] = set()
    print(f"{rounds} rounds, seed {seed}, {people} people, one data directory", flush=True)
    with _folder(folder) as data_dir, contextlib.ExitStack() as life:
        server = life.enter_context(running(data_dir, *LIMITS))
        made = server.create(title="Épreuve")
        seats = [server.join(made, f"Personne {number}") for number in range(people)]
        for number in range(1, rounds + 1):
            victim = VICTIMS[rng.randrange(len(VICTIMS))]
            written, saved = len(ledger.written), len(ledger.saved)
            asyncio.run(write_and_crash(server, seats, ledger, victim, most, f"r{number}", rng))
            began = time.monotonic()
            if victim != "engine":
                life.close()
                server = life.enter_context(running(data_dir, *LIMITS))
            found = read_back(server, seats[number % people])
            back_s = time.monotonic() - began
            lost, strange = ledger.lost(found), ledger.strange(found)
            lost_ones.update(lost)
            strange_ones.update(strange)
            print(
                f"round {number:3d}  killed {victim:6}  written {len(ledger.written) - written:5d}  "
                f"saved {len(ledger.saved) - saved:5d}  there {len(found):5d}  lost {len(lost)}  "
                f"strange {len(strange)}  read back after {back_s:.1f} s",
                flush=True,
            )
            for note in (lost + strange)[:5]:
                print(f"           {note}: {found.get(note)!r}", flush=True)
    print(f"{len(ledger.deleted)} deletions saved; {len(strange_ones)} notes there that should not be")
    print(f"{len(lost_ones)} of {len(ledger.saved)} saved notes lost", flush=True)
    return len(lost_ones | strange_ones)


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="scripts/crashtest",
        description="Kill the server, its engine or both at random moments while "
        "people write; check that no note reported saved is missing and none is there that nobody wrote.",
    )
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=None, help="repeats the choices of an earlier run")
    parser.add_argument("--people", type=int, default=6)
    chosen = parser.parse_args()
    if chosen.rounds < 1 or not 1 <= chosen.people <= 100:
        parser.error("--rounds is at least 1, --people 1 to 100")
    seed = random.randrange(10**6) if chosen.seed is None else chosen.seed
    sys.exit(1 if crash_rounds(chosen.rounds, seed, chosen.people) else 0)


if __name__ == "__main__":
    main()
