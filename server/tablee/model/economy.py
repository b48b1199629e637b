"""The sums of the economic canvas, from its typed notes alone, as the wrap-up tells them to programs.

`web/src/model/economy.ts` says the same; both are held to `tests/vectors/economy.json`. Whether a balance is
acceptable is never computed: each stakeholder answers.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

TASKS = ("product", "community", "project", "support", "documentation", "ux")
VERDICTS = ("acceptable", "renegotiate", "unacceptable")
PURPOSES = ("build", "maintain", "run")
HOURS_PER_FTE = 1607
"""One full-time post over a year: the legal working time in France."""
DAYS_PER_FTE = 218
MONTHS = 12
LEAST_WEIGHT = 1
"""A note nobody has weighed yet counts as much as the lightest."""

_POOLED: Mapping[str, float] = {"yes": 1, "partly": 0.5, "no": 0}

Note = Mapping[str, Any]


@dataclass(slots=True)
class Means:
    """Full-time posts, and euros a year. What is given once counts in its year."""

    fte: float = 0
    euros: float = 0

    def add(self, other: Means, part: float = 1) -> None:
        self.fte += other.fte * part
        self.euros += other.euros * part

    def of(self, what: str) -> float:
        return self.fte if what == "fte" else self.euros

    def as_json(self) -> dict[str, Any]:
        return {"fte": _round(self.fte), "euros": _round(self.euros)}


@dataclass(slots=True)
class Side(Means):
    points: int = 0
    notes: int = 0

    def as_json(self) -> dict[str, Any]:
        return {
            "points": self.points,
            "notes": self.notes,
            "fte": _round(self.fte),
            "euros": _round(self.euros),
        }


@dataclass(slots=True)
class Lane:
    """`id` is None for notes that nobody has attached to a stakeholder yet."""

    id: str | None
    brings: Side = field(default_factory=Side)
    receives: Side = field(default_factory=Side)

    def as_json(self) -> dict[str, Any]:
        return {"id": self.id, "brings": self.brings.as_json(), "receives": self.receives.as_json()}


@dataclass(slots=True)
class Task:
    needed: Means = field(default_factory=Means)
    promised: Means = field(default_factory=Means)
    pooled: Means = field(default_factory=Means)


def lane_of(note: Note) -> str | None:
    """The stakeholder a note speaks for: the one its fields name, or the one it carries."""
    named = _fields(note).get("stakeholder_id")
    return named if isinstance(named, str) and named else note.get("stakeholder")


def weight_of(note: Note) -> int:
    weight = _fields(note).get("weight")
    return int(weight) if not isinstance(weight, bool) and weight in (1, 2, 3) else LEAST_WEIGHT


def means_of(note: Note) -> Means:
    """What a contribution or a cost comes to in a year."""
    fields = _fields(note)
    times = MONTHS if fields.get("period") == "month" else 1
    if note.get("kind") == "cost":
        return Means(_number(fields.get("fte")), _number(fields.get("euros")) * times)
    if note.get("kind") != "contribution":
        return Means()
    amount = _number(fields.get("amount"))
    match fields.get("unit"):
        case "fte":
            return Means(fte=amount)
        case "hours":
            return Means(fte=amount * times / HOURS_PER_FTE)
        case "days":
            return Means(fte=amount * times / DAYS_PER_FTE)
        case "euros":
            return Means(euros=amount * times)
        case _:
            return Means()


def economy_of(
    notes: Sequence[Note], lanes: Sequence[str], verdicts: Mapping[str, str | None]
) -> dict[str, Any]:
    """All sums of a canvas. `lanes`: ids of its stakeholders in order; `verdicts`: what each has answered."""
    sums: dict[str | None, Lane] = {one: Lane(one) for one in (*lanes, None)}
    totals = {"brings": Side(), "receives": Side()}
    tasks: dict[str | None, Task] = {task: Task() for task in (*TASKS, None)}
    purposes: dict[str | None, Task] = {purpose: Task() for purpose in (*PURPOSES, None)}
    income = {"build": Means(), "maintain": Means(), "either": Means()}
    pooled = Means()
    for note in notes:
        zone, means = note["zone"], means_of(note)
        if zone in totals:
            lane = sums.get(lane_of(note)) or sums[None]
            for side in (lane.brings if zone == "brings" else lane.receives, totals[zone]):
                side.points += weight_of(note)
                side.notes += 1
                side.add(means)
        if zone in ("brings", "income") and _is_promise(note):
            tasks[_task_of(note)].promised.add(means)
            purposes[_purpose_of(note)].promised.add(means)
        if zone == "income":
            purpose = _purpose_of(note)
            income["either" if purpose is None else "build" if purpose == "build" else "maintain"].add(means)
    for note, part in _costs_of(notes):
        means = means_of(note)
        task = tasks[_task_of(note)]
        task.needed.add(means)
        task.pooled.add(means, part)
        pooled.add(means, part)
        purposes[_purpose_of(note)].needed.add(means)

    cover = {what: _covered(tasks, what) for what in ("fte", "euros")}
    upkeep = {what: _upkeep(purposes, what) for what in ("fte", "euros")}
    left = [lane for lane in lanes if verdicts.get(lane) != "acceptable"]
    full = not any(map(_is_short, cover.values())) and any(one["needed"] > 0 for one in cover.values())
    return {
        "lanes": [sums[lane].as_json() for lane in lanes],
        "loose": sums[None].as_json(),
        "totals": {name: side.as_json() for name, side in totals.items()},
        "tasks": [
            {
                "task": name,
                "needed": task.needed.as_json(),
                "promised": task.promised.as_json(),
                "pooled": task.pooled.as_json(),
            }
            for name, task in tasks.items()
        ],
        "purposes": [
            {"purpose": name, "needed": one.needed.as_json(), "promised": one.promised.as_json()}
            for name, one in purposes.items()
        ],
        "income": {name: means.as_json() for name, means in income.items()},
        "coverage": cover,
        "maintenance": upkeep,
        "pooled": {
            what: _round(pooled.of(what) / one["needed"]) if one["needed"] > 0 else None
            for what, one in cover.items()
        },
        "gaps": _gaps(tasks),
        "maintenance_uncovered": any(map(_is_short, upkeep.values())),
        "agree": len(lanes) - len(left),
        "of": len(lanes),
        "open": left,
        "balanced": bool(lanes) and not left and full,
    }


def _fields(note: Note) -> Mapping[str, Any]:
    return note.get("fields") or {}


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return 0
    return value if value > 0 else 0


def _round(value: float) -> float:
    """Both sides round alike, so that their totals are equal."""
    return math.floor(value * 10_000 + 0.5) / 10_000


def _task_of(note: Note) -> str | None:
    task = _fields(note).get("task")
    return task if task in TASKS else None


def _purpose_of(note: Note) -> str | None:
    """Support is maintenance, whether or not somebody says so."""
    purpose = _fields(note).get("purpose")
    if purpose in PURPOSES:
        return str(purpose)
    return "maintain" if _task_of(note) == "support" else None


def _is_promise(note: Note) -> bool:
    """Work and money that are promised to the commons, unlike data or a name."""
    if note.get("kind") != "contribution":
        return False
    return _fields(note).get("nature") in (None, "time", "money") or _task_of(note) is not None


def _costs_of(notes: Sequence[Note]) -> Iterable[tuple[Note, float]]:
    """A cost carried to « Charges » and to « Mutualisation » is one cost, which is pooled."""
    out: list[tuple[Note, float]] = []
    seen: dict[str, int] = {}
    for zone in ("costs", "pooling"):
        for note in notes:
            if note["zone"] != zone or note.get("kind") != "cost":
                continue
            part = _POOLED.get(str(_fields(note).get("pooling")), 1.0 if zone == "pooling" else 0.0)
            key = _origin_key(note)
            if key is not None and zone == "pooling" and key in seen:
                there, before = out[seen[key]]
                out[seen[key]] = (there, max(before, part))
                continue
            if key is not None:
                seen[key] = len(out)
            out.append((note, part))
    return out


def _origin_key(note: Note) -> str | None:
    origin = note.get("origin")
    return f"{origin[-1].get('group', '-')}/{origin[-1]['note']}" if origin else None


def _covered(tasks: Mapping[str | None, Task], what: str) -> dict[str, Any]:
    """What is promised for one task does not pay another; what names no task fills what is left."""
    needed, met, free = 0.0, 0.0, 0.0
    for name, task in tasks.items():
        needed += task.needed.of(what)
        if name is None:
            free += task.promised.of(what)
        else:
            met += min(task.needed.of(what), task.promised.of(what))
    return _coverage(needed, met + min(free, needed - met))


def _upkeep(purposes: Mapping[str | None, Task], what: str) -> dict[str, Any]:
    needed = sum(purposes[one].needed.of(what) for one in ("maintain", "run"))
    promised = sum(purposes[one].promised.of(what) for one in ("maintain", "run"))
    return _coverage(needed, min(needed, promised))


def _coverage(needed: float, met: float) -> dict[str, Any]:
    share = _round(met / needed) if _round(needed) > 0 else None
    return {"needed": _round(needed), "covered": _round(met), "share": share}


def _is_short(one: Mapping[str, Any]) -> bool:
    return bool(one["covered"] < one["needed"])


def _gaps(tasks: Mapping[str | None, Task]) -> list[str | None]:
    """Tasks with less promised than needed, the largest gap first: missing posts before missing euros."""

    def missing(task: Task, what: str) -> float:
        return max(0.0, _round(task.needed.of(what) - task.promised.of(what)))

    short = [
        (-missing(task, "fte"), -missing(task, "euros"), at, name)
        for at, (name, task) in enumerate(tasks.items())
        if missing(task, "fte") > 0 or missing(task, "euros") > 0
    ]
    return [name for *_, name in sorted(short, key=lambda one: one[:3])]
