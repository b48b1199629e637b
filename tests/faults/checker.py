"""One run of the checker: people write while something breaks; then the verdict.

Real servers, real sockets, a real store. The end is a state: everybody is connected, all they did is
called saved, and everybody has seen everybody's last note.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import redis.asyncio
from pycrdt import Doc, Map
from tests.faults.disturb import FAULTS, PROGRAMS, Scene
from tests.faults.judge import Stored, View, Violation, judge, replay, view_of
from tests.faults.person import Person
from tests.faults.stage import ServerProcess, Stage, stage
from tests.kit.history import History
from tests.kit.server import Seat
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from tablee.store import keys
from tablee.sync import encoding as enc
from tablee.sync.document import ROOT_NAMES

NAMES = ("Nadia", "Joris", "Aïcha", "Loïc", "Maud", "Téo", "Inès", "Paul")
PATIENCE_S = 30.0
ANSWER_S = 15.0
STUCK_S = 180.0
"""A run that takes so much longer than people write is given up, with an error."""


@dataclass
class Outcome:
    fault: str
    seed: int
    history: History
    violations: list[Violation] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    """Errors in the logs of the servers: no violation, but not nothing."""

    @property
    def fates(self) -> Counter[str]:
        return Counter(op.fate for op in self.history.operations)

    def count(self, wrong: str) -> int:
        return sum(violation.wrong == wrong for violation in self.violations)

    def report(self, most: int = 4) -> str:
        """Every violation, the first few with the story of their note."""
        lines = [f"{self.fault}, seed {self.seed}: {len(self.violations)} violations"]
        told: set[str] = set()
        for violation in self.violations:
            lines.append(f"  {violation.wrong}: {violation.sentence}")
            if violation.note and violation.note not in told and len(told) < most:
                told.add(violation.note)
                lines += [f"      {line}" for line in self.history.about(violation.note)]
        return "\n".join(lines)


async def check(
    fault: str,
    seed: int,
    folder: Path,
    *,
    seconds: float = 4.0,
    people: int = 4,
    servers: int = 2,
    facilitators: int = 1,
    program: str = "",
    patience_s: float = PATIENCE_S,
) -> Outcome:
    """Play one fault with one seed; return what was found.

    `facilitators`: how many of the people run the workshop; their pages may give back what a store lost.
    `patience_s`: how long everything may take to come together once nothing is broken any more.
    """
    history = History()
    outcome = Outcome(fault, seed, history)
    rng = random.Random(f"{fault} {seed}")
    environment = {"HASTY_KEEP": "40"} if fault in PROGRAMS and seed % 2 else {}
    async with asyncio.timeout(seconds + STUCK_S), contextlib.AsyncExitStack() as life:
        there = await life.enter_async_context(
            stage(
                folder,
                servers=servers,
                program=program or PROGRAMS.get(fault, "tablee"),
                faked_clocks=fault == "jump_clocks",
                **environment,
            )
        )
        doors = [door.port for door in there.doors]
        present = []
        for number in range(people):
            first = number % len(doors)
            role = "facilitator" if number >= people - facilitators else "participant"
            seat = await there.join(NAMES[number % len(NAMES)], role)
            mine = random.Random(rng.random())
            present.append(Person(f"{NAMES[number]}", seat, doors[first:] + doors[:first], history, mine))
        async with asyncio.TaskGroup() as tasks:
            living = [tasks.create_task(person.live()) for person in present]
            try:
                await _gathered(present)
                await _disturbed(there, present, history, rng, fault, seconds)
                await there.mend()
                history.fault("all is mended, people finish")
                outcome.violations += await _quiet(present, patience_s)
                views = await _everything(there, present, outcome)
                stored = await read_store(there.engine.port, present[0].seat.room)
                for server in there.servers:
                    outcome.complaints += server.accidents()
            finally:
                for task in living:
                    task.cancel()
        cold = await there.restart_cold()
        views += await _views_of_server(cold, present[0].seat, "cold restart", outcome)
        if stored.is_whole:
            views.insert(0, replay(None, stored.entries))
        outcome.violations += judge(history, views, stored)
        for server in there.servers:
            outcome.complaints += server.complaints()
    return outcome


async def _gathered(people: list[Person]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not all(person.synced for person in people):  # noqa: ASYNC110 (a state, wherever it comes from)
            await asyncio.sleep(0.01)


async def _disturbed(
    there: Stage, people: list[Person], history: History, rng: random.Random, fault: str, seconds: float
) -> None:
    """People write for as long as the fault goes on."""
    scene = Scene(there, people, history, rng, asyncio.get_running_loop().time() + seconds)
    async with asyncio.TaskGroup() as tasks:
        writing = [tasks.create_task(_write(person)) for person in people]
        try:
            await FAULTS[fault](scene)
        finally:
            for task in writing:
                task.cancel()
    for person in people:
        person.repeats = 0.0


async def _write(person: Person) -> None:
    while True:
        for _ in range(person.rng.choice((1, 1, 1, 2, 5))):
            if person.life:
                person.act()
        await asyncio.sleep(person.rng.uniform(0.0, 0.06))


async def _quiet(people: list[Person], patience_s: float) -> list[Violation]:
    """Wait until everybody's last note is saved and seen by everybody: in a log, all is there then."""
    lasts: set[str] = set()
    try:
        async with asyncio.timeout(patience_s):
            while not all(person.is_done for person in people):  # noqa: ASYNC110
                await asyncio.sleep(0.02)
            while True:
                # a reload after a refusal may take somebody's last note away: then they write another
                lasts = {_last(person) for person in people}
                if all(person.is_done and lasts <= set(person.notes.keys()) for person in people):
                    return []
                await asyncio.sleep(0.02)
    except TimeoutError:
        out = []
        for person in people:
            if not person.is_done:
                said = f"{person.name} is not at rest: online {person.online}, {person.pending} not saved"
            elif missing := sorted(lasts - set(person.notes.keys())):
                said = f"{person.name} does not see {', '.join(missing)}"
            else:
                continue
            out.append(Violation("diverged", f"{said}, {patience_s:g} s after all was mended"))
        return out


def _last(person: Person) -> str:
    name = f"fin-{person.name}-{person.life}"
    if person.doc is not None and person.synced and name not in person.notes:
        person.add(name)
    return name


# -- what is there at the end ------------------------------------------------------------------------------


async def _everything(there: Stage, people: list[Person], outcome: Outcome) -> list[View]:
    views = [view_of(f"{person.name}'s page", person.doc) for person in people if person.doc is not None]
    for number, server in enumerate(there.servers, start=1):
        views += await _views_of_server(server, people[0].seat, f"server {number}", outcome)
    return views


async def _views_of_server(server: ServerProcess, seat: Seat, name: str, outcome: Outcome) -> list[View]:
    """What a server answers over HTTP, and what somebody gets who joins with nothing."""
    path = f"/api/rooms/{seat.room}/notes"
    try:
        async with asyncio.timeout(ANSWER_S):
            answer = await asyncio.to_thread(server.call, "GET", path, token=seat.token)
            while answer.status == 503:
                await asyncio.sleep(0.1)
                answer = await asyncio.to_thread(server.call, "GET", path, token=seat.token)
            over_http: dict[str, Any] = {note.pop("id"): note for note in answer.json["notes"]}
            return [
                View(f"{name} over HTTP", over_http),
                view_of(f"{name}, joined", await _joined(server, seat)),
            ]
    except (TimeoutError, OSError, KeyError, WebSocketException) as error:
        said = f"{name} does not show the room: {type(error).__name__} {error}"
        outcome.violations.append(Violation("diverged", said))
        return []


async def _joined(server: ServerProcess, seat: Seat) -> Doc[Any]:
    doc: Doc[Any] = Doc()
    for root in ROOT_NAMES:
        doc.get(root, type=Map)
    async with connect(
        f"ws://127.0.0.1:{server.port}/ws/{seat.room}",
        additional_headers={"Authorization": f"Bearer {seat.token}"},
        subprotocols=["tablee.1"],  # type: ignore[list-item]
        compression=None,
        max_size=None,
        proxy=None,
    ) as socket:
        await socket.send(enc.step1(enc.EMPTY_VECTOR))
        async for frame in socket:
            assert isinstance(frame, bytes)
            kind, at = enc.read_varint(frame, 0)
            if kind == enc.SYNC and frame[at] == enc.STEP2:
                doc.apply_update(enc.read_bytes(frame, at + 1)[0])
                return doc
    raise OSError("the socket closed before the room's state came")


async def read_store(port: int, room: str) -> Stored:
    """The log and the snapshots of a room as they lie in the store."""
    client: Any = redis.asyncio.Redis(port=port)
    try:
        async with client.pipeline(transaction=True) as pipe:
            pipe.hmget(keys.meta(room), "lineage", "seq")
            pipe.xrange(keys.log(room))
            pipe.mget(keys.snapshot(room), keys.previous_snapshot(room))
            (lineage, seq), entries, snapshots = await pipe.execute()
    finally:
        await client.aclose()
    return Stored(
        (lineage or b"").decode(),
        int(seq or 0),
        [(int(entry_id.partition(b"-")[0]), fields[b"u"]) for entry_id, fields in entries],
        [blob for blob in snapshots if blob],
    )


def main() -> None:
    """`python -m tests.faults.checker FAULT SEED [SECONDS] [PROGRAM]`: one run, told in full."""
    fault, seed, seconds, program = [*sys.argv[1:], *("", "4", "")[len(sys.argv) - 2 :]]
    with tempfile.TemporaryDirectory(prefix="tablee-check-") as folder:
        outcome = asyncio.run(check(fault, int(seed), Path(folder), seconds=float(seconds), program=program))
    print(outcome.report(), dict(outcome.fates), *outcome.complaints, sep="\n")
    sys.exit(1 if outcome.violations else 0)


if __name__ == "__main__":
    main()
