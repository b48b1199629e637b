"""The way back from a room as it is to what it was: the notes of a zone, a board or the whole room.

What lay there then is there again as it was. What lies there now and was somewhere else then goes back there;
only what did not exist yet goes. Likes, comments and what commands answered stay as they are: comments are
there again with their note.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tablee.model.notes import VERDICT
from tablee.sync.undo import Step

Values = dict[str, Any]
Entries = Mapping[str, Values]
Roots = Mapping[str, Entries]

SERVERS_OWN = "status"
"""What the server writes on a note after what the canvases hold: it says how things are, not were."""


def steps_back(
    now: Roots, then: Roots, board: str | None, zone: str | None, may: Callable[[str, Values], bool]
) -> tuple[list[Step], int]:
    """Steps from `now` to `then`, and how many entries of then may not come back (see `may`)."""

    def inside(values: Values | None) -> bool:
        return (
            values is not None and board in (None, values.get("board")) and zone in (None, values.get("zone"))
        )

    steps: list[Step] = []
    left = 0
    for root in ("notes", "clusters"):
        for key, wanted in then[root].items():
            there = now[root].get(key)
            if key.startswith(VERDICT) or not (inside(wanted) or inside(there)):
                continue
            step = _step(root, key, there, wanted)
            if step is None:
                continue
            if may(key, wanted):
                steps.append(step)
            else:
                left += 1
        for key, there in now[root].items():
            if inside(there) and key not in then[root] and not key.startswith(VERDICT):
                steps.append(Step(root, key, there, None))
    return steps, left


def _step(root: str, key: str, now: Values | None, then: Values) -> Step | None:
    if now is None:
        return Step(root, key, None, then)
    wanted = {name: value for name, value in then.items() if name != SERVERS_OWN}
    if SERVERS_OWN in now:
        wanted[SERVERS_OWN] = now[SERVERS_OWN]
    if root == "notes":
        for name in ("by", "at"):  # a note is signed once
            wanted.pop(name, None)
            if name in now:
                wanted[name] = now[name]
        if not wanted.get("fields") and not now.get("fields"):  # some clients leave out an empty map
            wanted.pop("fields", None)
            if "fields" in now:
                wanted["fields"] = now["fields"]
    if wanted == now:
        return None
    pieces = retyped(str(now["text"]), str(wanted["text"])) if root == "notes" else ()
    return Step(root, key, now, wanted, pieces)


def retyped(now: str, wanted: str) -> tuple[tuple[str, str], ...]:
    """The way through a text: what both begin and end with stays."""
    if now == wanted:
        return ()
    head = 0
    while head < min(len(now), len(wanted)) and now[head] == wanted[head]:
        head += 1
    tail = 0
    while tail < min(len(now), len(wanted)) - head and now[-1 - tail] == wanted[-1 - tail]:
        tail += 1
    pieces = (
        ("keep", now[:head]),
        ("take", now[head : len(now) - tail]),
        ("put", wanted[head : len(wanted) - tail]),
        ("keep", now[len(now) - tail :] if tail else ""),
    )
    return tuple(piece for piece in pieces if piece[1])
