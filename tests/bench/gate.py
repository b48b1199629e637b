"""What it costs to judge one update: gate, index and rights, beside applying it.

    python -m tests.bench.gate --updates 20000

Prints microseconds per update (p50, p99) for each part. Nothing here asserts a time.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from itertools import pairwise
from typing import Any

from pycrdt import Doc, Map, Text

from tablee import assets
from tablee.model.canvases import load_catalogue
from tablee.model.notes import Places
from tablee.model.rights import Actor, Policy, judge
from tablee.sync.document import Document
from tablee.sync.gate import read_update
from tablee.sync.heads import Heads
from tablee.sync.index import Index

ZONES = ("rules", "community", "bodies")
WORDS = ("charte", "données ouvertes", "règle", "commun", "œuvre", "😀")


def workload(updates: int, seed: int) -> list[bytes]:
    """One person's updates: a fifth new notes, half moves, the rest typing."""
    rng = random.Random(seed)
    doc: Doc[Any] = Doc()
    notes = doc.get("notes", type=Map)
    out: list[bytes] = []
    doc.observe(lambda event: out.append(bytes(event.update)))
    ids: list[str] = []
    while len(out) < updates:
        dice = rng.random()
        if not ids or (dice < 0.2 and len(ids) < 500):
            ids.append(f"n{len(ids)}")
            notes[ids[-1]] = Map(
                {
                    "board": "sheet2.verso",
                    "zone": rng.choice(ZONES),
                    "kind": "note",
                    "place": [rng.random(), rng.random()],
                    "order": "a0",
                    "colour": "ciel",
                    "text": Text(rng.choice(WORDS)),
                    "by": "p1",
                    "at": 1,
                    "fields": Map({}),
                }
            )
        elif dice < 0.7:
            notes[rng.choice(ids)]["place"] = [round(rng.random(), 4), round(rng.random(), 4)]
        else:
            text = notes[rng.choice(ids)]["text"]
            if len(str(text)) > 60:
                text.clear()
            else:
                text.insert(0, rng.choice(WORDS))
    return out[:updates]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.gate", description=__doc__)
    parser.add_argument("--updates", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    updates = workload(chosen.updates, chosen.seed)
    places = Places(load_catalogue(assets.canvases_folder()), frozenset())
    actor, policy = Actor("p1", "participant", "p1"), Policy(places)
    document = Document()
    index, heads = Index(), Heads(document)
    spent: dict[str, list[float]] = {
        part: [] for part in ("gate", "index", "rights", "apply", "keep", "all but apply")
    }
    for body in updates:
        marks = [time.perf_counter()]
        update = read_update(body)
        marks.append(time.perf_counter())
        placed = index.place(update)
        marks.append(time.perf_counter())
        refusal = judge(placed.changes, actor, policy, heads)
        assert refusal is None, refusal
        marks.append(time.perf_counter())
        document.apply(body)
        marks.append(time.perf_counter())
        heads.before(placed.changes)
        index.add(placed)
        heads.after(placed.changes)
        marks.append(time.perf_counter())
        steps = [1e6 * (after - before) for before, after in pairwise(marks)]
        for part, took in zip(spent, steps, strict=False):
            spent[part].append(took)
        spent["all but apply"].append(sum(steps) - steps[3])
    print(f"{len(updates)} updates, {document.count('notes')} notes; microseconds per update")
    for part, times in spent.items():
        cuts = statistics.quantiles(times, n=100)
        print(f"{part:14} p50 {cuts[49]:7.1f}   p99 {cuts[98]:7.1f}   mean {statistics.fmean(times):7.1f}")
    began = time.perf_counter()
    again = Index()
    again.add(again.place(read_update(document.state(), trusted=True), trusted=True))
    took = 1e3 * (time.perf_counter() - began)
    print(f"index rebuilt from a state of {len(document.state())} bytes in {took:.1f} ms")


if __name__ == "__main__":
    main()
