"""Restoring in place: a zone, a board or a room becomes what it was, by new edits in the name of who asks.

What would go, and what others wrote since, is shown before; without its token nothing of theirs goes. The
state just before is kept as an instant.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tablee.errors import Conflict, Refused, Unavailable
from tablee.live.commands import Commands, Done
from tablee.live.history import History, Looked
from tablee.live.instants import Instants
from tablee.live.open_room import OpenRoom
from tablee.live.records import Session
from tablee.live.recounting import loaded
from tablee.live.workshops import Workshops, now_ms
from tablee.model.carry import decided_in, group_of, park_key
from tablee.model.commands.instants import Wanted, wanted_of
from tablee.model.identity import digest, new_id
from tablee.model.rights import Policy, policy_of
from tablee.model.workshop import Person, Workshop
from tablee.store.versions import Version
from tablee.sync.back import SERVERS_OWN, steps_back
from tablee.sync.document import Document, Roots
from tablee.sync.past import Key, by_root
from tablee.sync.undo import Plan, Step

AT_ONCE = 30
"""Steps of one edit."""
SHOWN = 1_000
"""Notes that a preview names, of each kind; it also says how many there are. Of what others did since it
names all: that is what is confirmed."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a restore would do.

    `later`: what others did since to notes and groups of notes that it would change or remove; `wanted`: what
    becomes of those that stay.
    """

    wanted: Wanted
    n: int
    at: int
    steps: tuple[Step, ...]
    left: int
    later: tuple[dict[str, Any], ...]
    locked: bool
    confirm: str
    """The same as long as nothing changed of what was shown."""

    def as_json(self) -> dict[str, Any]:
        notes = [step for step in self.steps if step.root == "notes"]
        added = [_shown(step.entry, step.wanted) for step in notes if step.now is None]
        removed = [_shown(step.entry, step.now) for step in notes if step.wanted is None]
        changed = [
            {**_shown(step.entry, step.now), "wanted": _shown(step.entry, step.wanted)}
            for step in notes
            if step.now is not None and step.wanted is not None
        ]
        return {
            "n": self.n,
            "at": self.at,
            "added": added[:SHOWN],
            "changed": changed[:SHOWN],
            "removed": removed[:SHOWN],
            "later": list(self.later),
            "counts": {
                "added": len(added),
                "changed": len(changed),
                "removed": len(removed),
                "later": len(self.later),
                "clusters": len(self.steps) - len(notes),
                "left": self.left,
            },
            "locked": self.locked,
            "confirm": self.confirm,
        }


def _shown(note_id: str, note: Mapping[str, Any] | None) -> dict[str, Any]:
    assert note is not None
    kept = ("board", "zone", "by", "at", "colour")
    text = note.get("text", note.get("title", ""))  # of a group of notes, its title
    return {"id": note_id, "text": text, **{name: note[name] for name in kept if name in note}}


class Restoring:
    def __init__(self, workshops: Workshops, history: History, instants: Instants) -> None:
        self.workshops, self.store, self.hub = workshops, workshops.store, workshops.hub
        self.history, self.instants = history, instants

    def serve(self, commands: Commands) -> None:
        commands.acts["instant.restore"] = self.restore

    async def restore(
        self, session: Session, workshop: Workshop, person: Person, command: Mapping[str, Any]
    ) -> Done:
        """`instant.restore`: as it was, unless others wrote since and that was not seen."""
        places = self.workshops.places_of(workshop)
        wanted = wanted_of(workshop, command, places)
        room = await self._open(wanted.room)
        prepared = await self._prepared(room, workshop, person, wanted, policy_of(workshop, places))
        if wanted.preview:
            return Done(workshop.revision, more=prepared.as_json())
        if wanted.confirm not in (None, prepared.confirm) or (prepared.later and wanted.confirm is None):
            raise _later(prepared)
        if not prepared.steps:
            return Done(workshop.revision, more={"instant": None, "entry": None})
        before = await self._keep_before(room, person, prepared)
        entry = 0
        for piece in in_pieces(prepared.steps):
            try:
                entry = await self._write(room, person, piece, prepared)
            except Unavailable:
                raise  # it may have been done
            except Refused as refusal:
                if not entry:
                    await self.workshops.ask(self.store.drop_versions(room.id, [before]))
                elif refusal.key == "restore.later_work":
                    raise _later(
                        await self._prepared(room, workshop, person, wanted, policy_of(workshop, places))
                    ) from None
                raise
        return Done(workshop.revision, more={"instant": before, "entry": entry})

    async def _open(self, room_id: str) -> OpenRoom:
        room = await self.hub.open(room_id)
        await self.hub.catch_up(room)
        if room.closed or room.damaged:
            raise Unavailable("room.reloading", "La salle se recharge. Réessayez dans un instant.")
        return room

    async def _prepared(
        self, room: OpenRoom, workshop: Workshop, person: Person, wanted: Wanted, policy: Policy
    ) -> Prepared:
        async with self.history.look(room.id) as looked:
            count = looked.count_of(wanted.instant)
            state = (await room.settled()).state()
            return await asyncio.to_thread(
                self._compared, looked, count, state, workshop, person, wanted, policy
            )

    @staticmethod
    def _compared(
        looked: Looked,
        count: int,
        state: bytes,
        workshop: Workshop,
        person: Person,
        wanted: Wanted,
        policy: Policy,
    ) -> Prepared:
        def may(key: str, values: Mapping[str, Any]) -> bool:
            board, zone = values.get("board"), values.get("zone")
            return policy.places.holds(board, zone) and str(board).partition("/")[0] not in policy.outside

        now, then = Document(state).content(), by_root(looked.content(count))
        steps, left = steps_back(now, then, wanted.board, wanted.zone, may)
        last = looked.past.last_values(count) if any(_comes_back(step) for step in steps) else {}
        # the content of a document has no order of its own
        steps = sorted((_as_last_seen(step, last) for step in steps), key=lambda one: (one.root, one.entry))
        places = {
            (str(values.get("board", "")), str(values.get("zone", "")))
            for step in steps
            for values in (step.now, step.wanted)
            if values is not None
        }
        n, at = looked.n_at(count)
        later = tuple(_later_work(looked, count, steps, person))
        shown = [[step.root, step.entry, step.now, step.wanted] for step in steps]
        told = [wanted.room, wanted.board, wanted.zone, n, shown, later]
        return Prepared(
            wanted,
            n,
            at,
            tuple(steps),
            left,
            later,
            any(policy.is_locked(*place) for place in places),
            digest(json.dumps(told, sort_keys=True))[:32],
        )

    async def _keep_before(self, room: OpenRoom, person: Person, prepared: Prepared) -> str:
        document = await room.settled()
        instant = new_id(secrets.randbelow, "r")
        version = Version(
            instant, "restored", room.room.n, now_ms(), room.lineage, by=person.id, of=prepared.at
        )
        await self.instants.put(room.id, version, document.state())
        return instant

    async def _write(
        self, room: OpenRoom, person: Person, steps: tuple[Step, ...], prepared: Prepared
    ) -> int:
        """In one entry, in the name of who restores; what only the server may write with it."""
        try:
            return await self._edit(room, person.id, Plan(steps), prepared)
        except Refused as refusal:
            nobodys = tuple(step for step in steps if _is_nobodys(step))
            if refusal.key != "writing.silent" or not nobodys:
                raise
            # notes of nobody come into a zone where writing is private as they do when they are revealed
            own = tuple(step for step in steps if step not in nobodys)
            entry = await self._edit(room, person.id, Plan(own), prepared) if own else 0
            return max(entry, await self._edit(room, None, Plan(nobodys), prepared))

    @staticmethod
    async def _edit(room: OpenRoom, by: str | None, plan: Plan, prepared: Prepared) -> int:
        def edit(roots: Roots) -> None:
            for step in plan.steps:
                entries = roots[step.root]
                there = json.loads(str(entries[step.entry])) if step.entry in entries else None
                if there != step.now:
                    raise _later(prepared)
            plan.apply(roots)

        def unpark(roots: Roots) -> None:
            """What has a note on its canvas again is no longer put aside."""
            added = {step.entry: step.wanted for step in plan.steps if step.now is None and step.wanted}
            there = {note: values for note, values in added.items() if note in roots["notes"]}
            decided = decided_in(there, {}, group_of(room.id))
            for canvas, sources in decided.notes.items():
                for source in sources:
                    if park_key(canvas, source) in roots["answers"]:
                        del roots["answers"][park_key(canvas, source)]

        entry = await room.edit(by, edit, plan.authors)
        if any(step.wanted is not None and step.wanted.get("origin") for step in plan.steps):
            await room.edit(None, unpark)
        return entry


def in_pieces(steps: Sequence[Step]) -> list[tuple[Step, ...]]:
    """What is written at once: little enough that others are not kept waiting. Groups of notes are there
    before the notes that are in them, and go after them."""
    there_first = sorted(
        steps, key=lambda step: 1 if step.root == "notes" else 0 if step.wanted is not None else 2
    )
    return [tuple(there_first[at : at + AT_ONCE]) for at in range(0, len(there_first), AT_ONCE)]


def _later(prepared: Prepared) -> Conflict:
    return Conflict(
        "restore.later_work",
        "D'autres ont écrit ici depuis. Regardez ce qui serait remplacé, puis confirmez.",
        field="confirm",
        more={"preview": prepared.as_json()},
    )


def _is_nobodys(step: Step) -> bool:
    return step.root == "notes" and step.now is None and step.wanted is not None and not step.wanted.get("by")


def _comes_back(step: Step) -> bool:
    return step.root == "notes" and step.now is None and step.wanted is not None


def _as_last_seen(step: Step, last: Mapping[Key, bytes]) -> Step:
    """What became of a note on the canvases is no part of the past: it comes back with what was said last."""
    values = loaded(last.get(("notes", step.entry)))
    if step.wanted is None or step.now is not None or values is None:
        return step
    wanted = {name: value for name, value in step.wanted.items() if name != SERVERS_OWN}
    if SERVERS_OWN in values:
        wanted[SERVERS_OWN] = values[SERVERS_OWN]
    return replace(step, wanted=wanted)


def _later_work(looked: Looked, count: int, steps: list[Step], person: Person) -> list[dict[str, Any]]:
    """Notes that would change or go, and that somebody else changed since; the last who did, and when."""
    losing = {(step.root, step.entry): step.now for step in steps if step.now is not None}
    others: dict[Key, tuple[str, int]] = {}
    values = {key: loaded(value) for key, value in looked.content(count).items() if key in losing}
    for moment in looked.past.after(count):
        for change in moment.changes:
            if change.key not in losing:
                continue
            before, after = values.get(change.key), loaded(change.value)
            values[change.key] = after
            if _bare(before) == _bare(after):
                continue
            by = change.by or str((after or {}).get("by", ""))
            if by != person.id or (change.key[0] == "notes" and not (after or before or {}).get("by")):
                others[change.key] = (by, moment.at)
    wanted = {(step.root, step.entry): step.wanted for step in steps}
    out = []
    for key, (by, at) in others.items():
        there, back = losing[key], wanted[key]
        assert there is not None
        shown = {**_shown(key[1], there), "by": by, "at": at}
        if key[0] == "clusters":
            shown["cluster"] = True
        elif not there.get("by"):
            del shown["by"]  # who changed the note of nobody may be who wrote it
        if back is not None:
            shown["wanted"] = _shown(key[1], back)
        out.append((str(there.get("order", "")), key, shown))
    return [shown for *_, shown in sorted(out, key=lambda one: one[:2])]


def _bare(values: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if values is None else {name: value for name, value in values.items() if name != SERVERS_OWN}
