"""Instants: states of rooms that are kept, by name when somebody asks, by themselves when a step begins."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import structlog

from tablee.errors import Conflict, NotFound, Refused, StoreAway
from tablee.live.commands import Commands, Done
from tablee.live.history import History
from tablee.live.records import Session
from tablee.live.workshops import Workshops, now_ms
from tablee.model.commands.instants import instant_of, kept_name, moment_of, rooms_of
from tablee.model.commands.moderation import room_of
from tablee.model.conduct import StepRun
from tablee.model.identity import new_id
from tablee.model.state import step_as_json
from tablee.model.workshop import Person, Workshop
from tablee.store.versions import Version
from tablee.sync.document import Document
from tablee.sync.past import state_at

log = structlog.get_logger()

LATE_MS = 60_000
"""A step that began longer ago has no instant of its own any more: the room is another one by now."""
STEPS_KEPT = 1_000
AGAIN_AFTER_S = (0, 3, 15)
"""When rooms are tried whose instant of a step could not be kept: the store may be back by then."""


class Instants:
    def __init__(self, workshops: Workshops, history: History) -> None:
        self.workshops, self.store, self.hub = workshops, workshops.store, workshops.hub
        self.history = history
        self._begun: dict[str, int] = {}
        """Workshop → when the last step began of which this process has looked after the instants."""

    def serve(self, commands: Commands) -> None:
        commands.acts["instant.keep"] = self.keep
        commands.acts["instant.drop"] = self.drop
        self.hub.policies.heard.append(self.hear)

    # -- by name ------------------------------------------------------------------------------------------

    async def keep(
        self, session: Session, workshop: Workshop, person: Person, command: Mapping[str, Any]
    ) -> Done:
        """`instant.keep`: of one room or of all that hold something, now or as they were at a moment."""
        name, at = kept_name(command), moment_of(command)
        rooms, named = rooms_of(workshop, command), command.get("room") is not None
        instant = new_id(secrets.randbelow, "k")
        states: dict[str, tuple[str, int, bytes]] = {}
        for room in rooms:
            found = await (self.now(room, even_empty=named) if at is None else self.then(room, at, named))
            if found is not None:
                states[room] = found
        if not states:
            raise Conflict("instant.empty", "Il n'y a encore rien à garder.")
        when = now_ms() if at is None else at
        kept: list[str] = []
        try:
            for room, (lineage, n, state) in states.items():
                kept.append(room)
                await self.put(
                    room, Version(instant, "kept", n, when, lineage, name=name, by=person.id), state
                )
        except Refused:
            for room in kept:  # of all rooms or of none: whoever is refused asks again
                with suppress(Refused):
                    await self.workshops.ask(self.store.drop_versions(room, [instant]))
            raise
        return Done(workshop.revision, more={"instant": instant, "rooms": kept})

    async def drop(
        self, session: Session, workshop: Workshop, person: Person, command: Mapping[str, Any]
    ) -> Done:
        """`instant.drop`: forget the name; what the log still tells stays."""
        room, instant = room_of(workshop, command), instant_of(command)
        if not await self.workshops.ask(self.store.drop_versions(room, [instant])):
            raise NotFound("instant.unknown", "Cet instant n'existe pas, ou plus.", field="instant")
        return Done(workshop.revision)

    async def put(self, room: str, version: Version, state: bytes) -> None:
        if not await self.workshops.ask(self.store.put_version(room, version, state)):
            raise Conflict(
                "instant.too_many", "Cette salle a déjà tous les instants qu'elle peut garder. Retirez-en un."
            )

    # -- states -------------------------------------------------------------------------------------------

    async def now(self, room_id: str, even_empty: bool = False) -> tuple[str, int, bytes] | None:
        """Lineage, entry and state of a room that holds notes: as this process has it, or as it is stored."""
        room = await self.hub.open(room_id) if even_empty else self.hub.rooms.get(room_id)
        if room is not None and not room.closed and not room.damaged:
            document = await room.settled()
            if document.count("notes") == 0 and not even_empty:
                return None
            return room.lineage, room.room.n, document.state()
        loaded = await self.workshops.ask(self.store.load_room(room_id))
        if loaded.meta.seq == 0 or not loaded.meta.lineage or not loaded.whole:
            return None
        payloads = [entry.payload for entry in loaded.entries]
        state, notes = await asyncio.to_thread(_counted, loaded.snapshot, payloads)
        return (loaded.meta.lineage, loaded.meta.seq, state) if notes else None

    async def then(self, room_id: str, at: int, even_empty: bool = False) -> tuple[str, int, bytes] | None:
        """The same at a moment of its past."""
        if even_empty:
            await self.hub.open(room_id)
        async with self.history.look(room_id) as looked:
            count = looked.count_of(f"@{at}")
            if count == 0 and not even_empty:
                return None
            state = await self.history.state_at(looked, room_id, count)
            return looked.lineage, looked.n_at(count)[0], state

    # -- steps --------------------------------------------------------------------------------------------

    def hear(self, workshop: Workshop) -> None:
        """This process has read a state of a workshop: perhaps a step has begun."""
        run = workshop.runs[-1] if workshop.runs else None
        if run is None or self._begun.get(workshop.id, 0) >= run.at:
            return
        self._begun.pop(workshop.id, None)
        self._begun[workshop.id] = run.at  # the latest at the end
        if len(self._begun) > STEPS_KEPT:
            del self._begun[next(iter(self._begun))]
        if abs(now_ms() - run.at) < LATE_MS:
            self.hub.errand(self.begun(workshop, run))

    async def begun(self, workshop: Workshop, run: StepRun) -> None:
        """Keep each room as it is when a step begins; whichever process comes first does."""
        step = next((step for step in workshop.steps if step.id == run.step), None)
        title = "" if step is None else str(step_as_json(step, workshop.language)["title"])
        instant = f"s{run.at}"
        missed = sorted(workshop.rooms, key=lambda room: room not in self.hub.rooms)
        for wait_s in AGAIN_AFTER_S:
            await asyncio.sleep(wait_s)
            rooms, missed = missed, []
            for room in rooms:
                try:
                    if await self.store.has_version(room, instant):
                        continue
                    found = await self.now(room)
                    if found is None:
                        continue
                    lineage, n, state = found
                    version = Version(instant, "step", n, run.at, lineage, name=title, step=run.step)
                    await self.store.put_version(room, version, state)
                except (Refused, StoreAway) as error:  # the next room is another one
                    log.warning("instant.missed", room=room, why=str(error))
                    missed.append(room)
            if not missed:
                return


def _counted(snapshot: bytes | None, payloads: list[bytes]) -> tuple[bytes, int]:
    state = state_at(snapshot, payloads)
    return state, Document(state).count("notes")
