"""The checker for as long as one likes: every fault with one seed after the other, and a table at the end.

scripts/soak --minutes 30 --seed 7 --fault roll_back --fault mixed
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import itertools
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.faults.checker import Outcome, check
from tests.faults.disturb import FAULTS
from tests.faults.stage import find_faketime

WRONGS = ("lost", "resurrected", "diverged", "invented", "log", "turned away")


def table(outcomes: list[Outcome]) -> str:
    """One line per fault, and one for all."""
    head = f"{'fault':20}{'runs':>6}{'operations':>12}{'saved':>9}" + "".join(f"{w:>13}" for w in WRONGS)
    lines = [head]
    by_fault = [(name, [o for o in outcomes if o.fault == name]) for name in FAULTS]
    for name, those in [*by_fault, ("all", outcomes)]:
        if not those:
            continue
        operations = sum(len(one.history.operations) for one in those)
        saved = sum(one.fates["saved"] for one in those)
        wrongs = "".join(f"{sum(one.count(wrong) for one in those):>13}" for wrong in WRONGS)
        lines.append(f"{name:20}{len(those):>6}{operations:>12}{saved:>9}{wrongs}")
    return "\n".join(lines)


def rounds(faults: list[str], seed: int) -> Iterator[tuple[str, int]]:
    """Every fault with the first seed, then with the next."""
    for number in itertools.count(seed):
        for fault in faults:
            yield fault, number


async def soak(
    faults: list[str], seed: int, minutes: float, seconds: float, at_once: int, outcomes: list[Outcome]
) -> None:
    """Add what each run found to `outcomes`, and print it."""
    end = time.monotonic() + minutes * 60
    todo = rounds(faults, seed)

    async def work() -> None:
        while time.monotonic() < end:
            fault, number = next(todo)
            rng = random.Random(number)
            with tempfile.TemporaryDirectory(prefix="tablee-soak-") as folder:
                outcome = await check(
                    fault,
                    number,
                    Path(folder),
                    seconds=seconds * rng.uniform(0.5, 1.5),
                    people=rng.randrange(3, 7),
                    servers=rng.choice((1, 2, 2)),
                )
            outcomes.append(outcome)
            told = f"{fault:20} seed {number:<7} {dict(outcome.fates)}"
            print(told if not outcome.violations else outcome.report(), flush=True)
            for complaint in sorted(set(outcome.complaints))[:3]:
                print(f"    a server logged: {complaint[:3000]}", flush=True)

    async with asyncio.TaskGroup() as tasks:
        for _ in range(at_once):
            tasks.create_task(work())


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="scripts/soak",
        description="People write while servers, store and network fail in every way we know; at the end "
        "everybody's copy is judged against what they were told. Exit status 1 when something is wrong.",
    )
    parser.add_argument("--minutes", type=float, default=10.0, help="how long new runs begin [10]")
    parser.add_argument("--seed", type=int, default=None, help="of the first round; repeats its choices")
    parser.add_argument("--fault", action="append", choices=[*FAULTS], help="only this one; may be repeated")
    parser.add_argument("--seconds", type=float, default=6.0, help="how long people write in a run [6]")
    parser.add_argument("--at-once", type=int, default=1, help="runs at the same time [1]")
    chosen = parser.parse_args()
    faults = chosen.fault or [*FAULTS]
    if "jump_clocks" in faults and find_faketime() is None:
        print("jump_clocks is left out: faketime is not installed (Debian's package is called faketime)")
        faults.remove("jump_clocks")
    seed = random.randrange(10**6) if chosen.seed is None else chosen.seed
    print(f"{len(faults)} faults from seed {seed} on, for {chosen.minutes:g} minutes", flush=True)
    outcomes: list[Outcome] = []
    with contextlib.suppress(KeyboardInterrupt):  # the table is of what was played until then
        asyncio.run(soak(faults, seed, chosen.minutes, chosen.seconds, chosen.at_once, outcomes))
    print(f"\n{table(outcomes)}")
    sys.exit(1 if any(one.violations for one in outcomes) else 0)


if __name__ == "__main__":
    main()
