"""Rehearsals of this process: simulated people live in a workshop until they are sent away or it ends."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from contextlib import suppress
from random import Random
from typing import Any

import structlog
from starlette.types import ASGIApp

from tablee import assets
from tablee.errors import Conflict, Invalid, Refused
from tablee.live.commands import Commands, Done
from tablee.live.hub import Hub
from tablee.live.records import Session
from tablee.live.workshops import Created, Workshops, now_ms
from tablee.model.workshop import Person, Workshop
from tablee.rehearsal.acts import Acts
from tablee.rehearsal.making import make_rehearsal
from tablee.rehearsal.person import SimulatedPerson
from tablee.rehearsal.story import Actor, Story, load_story

log = structlog.get_logger()

PACE_S = 12.0
"""Between two things that one person does: a table of four writes every three seconds."""
FASTEST_S, SLOWEST_S = 0.02, 600.0
AT_ONCE = 8
"""Rehearsals that one process plays: each is a dozen people."""
LONGEST_S = 6 * 3600
LONELY_S = 4.0
"""How often they look whether somebody real has come: nobody plays to an empty house."""


class Rehearsals:
    """Serves `rehearsal.start` and `rehearsal.stop`."""

    def __init__(self, app: ASGIApp, workshops: Workshops, hub: Hub) -> None:
        self.app, self.workshops, self.hub = app, workshops, hub
        self.commands: Commands = None  # type: ignore[assignment]  # set by serve()
        self._plays: dict[str, Play] = {}
        self._running: set[asyncio.Task[None]] = set()
        self._story: Story | None = None

    @property
    def story(self) -> Story:
        if self._story is None:
            self._story = load_story(assets.canvases_folder(), self.workshops.catalogue)
        return self._story

    def serve(self, commands: Commands) -> None:
        self.commands = commands
        commands.acts["rehearsal.start"] = self.start
        commands.acts["rehearsal.stop"] = self.stop

    async def start(
        self, session: Session, workshop: Workshop, person: Person, command: Mapping[str, Any]
    ) -> Done:
        """Let the simulated people come, or set the pace of those that are there."""
        if not workshop.rehearsal:
            raise Conflict(
                "rehearsal.real", "Cet atelier n'est pas un entraînement : on n'y simule personne."
            )
        pace = command.get("pace", PACE_S)
        if isinstance(pace, bool) or not isinstance(pace, int | float) or not FASTEST_S <= pace <= SLOWEST_S:
            raise Invalid("pace.range", "Ce rythme n'est pas dans les limites permises.", field="pace")
        await self.begin(workshop, float(pace))
        return Done(workshop.revision)

    async def stop(
        self, session: Session, workshop: Workshop, person: Person, command: Mapping[str, Any]
    ) -> Done:
        play = self._plays.get(workshop.id)
        if play is not None:
            play.stop()
        return Done(workshop.revision)

    async def make(self, address: str = "") -> Created:
        """A workshop of the story with its people, as who asks from `address` may make one."""
        created = await make_rehearsal(self.workshops, self.story, address)
        await self.begin(created.workshop, PACE_S)
        return created

    async def begin(self, workshop: Workshop, pace: float) -> None:
        playing = self._plays.get(workshop.id)
        if playing is not None:
            playing.set_pace(pace)
            return
        names = {actor.name for actor in self.story.people}
        there = {p.id for p in workshop.people if p.name in names}
        if there & self.hub.online(workshop.id):
            raise Conflict("rehearsal.running", "Les personnes simulées sont déjà là.")
        if len(self._plays) >= AT_ONCE:
            raise Conflict(
                "rehearsal.full", "Ce serveur joue déjà plusieurs entraînements. Réessayez plus tard."
            )
        play = self._plays[workshop.id] = Play(self, workshop.id, pace)
        task = asyncio.create_task(self._run(play))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def end(self) -> None:
        """Send everybody away: the server stops."""
        for play in list(self._plays.values()):
            play.stop()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _run(self, play: Play) -> None:
        try:
            await play.run()
        except Exception:
            log.exception("rehearsal.failed")
        finally:
            del self._plays[play.workshop]


class Play:
    """The simulated people of one workshop."""

    def __init__(self, rehearsals: Rehearsals, workshop: str, pace: float) -> None:
        self.rehearsals, self.workshop, self.pace = rehearsals, workshop, pace
        self.rng = Random(workshop)  # noqa: S311 (nothing is kept secret by it)
        self._tasks: list[asyncio.Task[None]] = []
        self._people: frozenset[str] = frozenset()
        self._ends = time.monotonic() + LONGEST_S
        self._stopped = False
        self._faster = asyncio.Event()

    def set_pace(self, pace: float) -> None:
        """From now on, also for those who rest."""
        self.pace = pace
        self._faster.set()
        self._faster = asyncio.Event()

    def stop(self) -> None:
        self._stopped = True
        for task in self._tasks:
            task.cancel()

    async def run(self) -> None:
        of = self.rehearsals
        people = [await self._seated(actor) for actor in of.story.people]
        self._people = frozenset(one.person.id for one in people if one is not None)
        acts = Acts(of.story, of.workshops.catalogue, of.commands, self.rng, now_ms, self._typing)
        if self._stopped:
            return
        self._tasks = [asyncio.create_task(self._live(one, acts)) for one in people if one is not None]
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _seated(self, actor: Actor) -> SimulatedPerson | None:
        """Their seat: the one they had in an earlier rehearsal of this workshop, or a new one."""
        workshops = self.rehearsals.workshops
        try:
            person, token = await workshops.seat(
                self.workshop,
                name=actor.name,
                stakeholder=actor.structure,
                colour=actor.colour,
                group=actor.group,
                profile=actor.profile,
            )
        except Refused as refusal:
            log.info("rehearsal.no_seat", why=refusal.key)
            return None
        session = await workshops.session(token)
        return (
            None if session is None else SimulatedPerson(self.rehearsals.app, actor, person, token, session)
        )

    async def _live(self, person: SimulatedPerson, acts: Acts) -> None:
        try:
            await self._pause(self.rng.random())
            while not self._stopped and time.monotonic() < self._ends:
                workshop = await self._look()
                if workshop is None:
                    return
                if not self._has_audience(workshop):
                    await person.leave()
                    await asyncio.sleep(LONELY_S * self.rng.uniform(0.5, 1))
                    continue
                with suppress(Refused):  # locked, frozen, or decided by somebody else meanwhile
                    await acts.next(person, workshop)
                await self._pause(self.rng.uniform(0.5, 1.5))
        except Exception:
            log.exception("rehearsal.person_failed")
        finally:
            await person.leave()

    async def _look(self) -> Workshop | None:
        """The workshop as it is; None when it is over."""
        try:
            workshop = await self.rehearsals.workshops.by_id(self.workshop)
        except Refused:
            await asyncio.sleep(1)
            return await self._look()
        return None if workshop is None or workshop.status == "closed" else workshop

    def _has_audience(self, workshop: Workshop) -> bool:
        return bool(self.rehearsals.hub.online(workshop.id) - self._people)

    async def _pause(self, share: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._faster.wait(), self.pace * share)

    async def _typing(self) -> None:
        await self._pause(0.2)
