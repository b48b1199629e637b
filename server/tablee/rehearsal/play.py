"""Rehearsals of this process: simulated people live in a workshop until they are sent away or it ends."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from random import Random
from typing import Any

import structlog
from starlette.types import ASGIApp

from tablee import assets
from tablee.errors import Conflict, Invalid, Refused
from tablee.live.commands import Commands, Done
from tablee.live.hub import Hub
from tablee.live.open_room import OpenRoom, Seat
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
FASTEST_S, SLOWEST_S = 1.0, 600.0
"""What facilitation may ask for. Who hosts may allow a faster pace by setting one."""
AT_ONCE = 8
"""Rehearsals that one process plays: each is a dozen people."""
LONGEST_S = 6 * 3600
LOOK_S = 2.0
"""How often a play looks whether somebody real is there: nobody plays to an empty house."""
LONELY_S = 600.0
"""Without anybody for so long, a play ends; it goes on when somebody comes."""
RESTING = 1_000
"""Plays that ended so and that this process remembers."""


class Rehearsals:
    """Serves `rehearsal.start` and `rehearsal.stop`."""

    def __init__(
        self, app: ASGIApp, workshops: Workshops, hub: Hub, commands: Commands, pace: float = PACE_S
    ) -> None:
        """`pace`: what who hosts has set."""
        self.app, self.workshops, self.hub, self.commands = app, workshops, hub, commands
        self.fastest = min(FASTEST_S, pace)
        self._plays: dict[str, Play] = {}
        self._making = 0
        self._resting: dict[str, Play] = {}
        """Workshop → the play that ended there because nobody looked."""
        self._running: set[asyncio.Task[None]] = set()
        self._story: Story | None = None

    @property
    def story(self) -> Story:
        if self._story is None:
            self._story = load_story(assets.canvases_folder(), self.workshops.catalogue)
        return self._story

    def serve(self) -> None:
        self.commands.acts["rehearsal.start"] = self.start
        self.commands.acts["rehearsal.stop"] = self.stop

    async def start(
        self, session: Session, workshop: Workshop, person: Person, command: Mapping[str, Any]
    ) -> Done:
        """Let the simulated people come, or set the pace of those that are there."""
        if not workshop.rehearsal:
            raise Conflict(
                "rehearsal.real", "Cet atelier n'est pas un entraînement : on n'y simule personne."
            )
        pace = pace_of(command, self.fastest)
        return Done((await self.begin(workshop, pace)).revision)

    async def stop(
        self, session: Session, workshop: Workshop, person: Person, command: Mapping[str, Any]
    ) -> Done:
        """Send them away, on whichever server they are: it is in the record, which each play looks at."""
        self._resting.pop(workshop.id, None)
        stopped = await self._note(workshop.id, "")
        await self.changed(stopped)
        return Done(stopped.revision)

    async def make(self, address: str = "") -> Created:
        """A workshop of the story with its people, as who asks from `address` may make one."""
        self._check_room()
        self._making += 1
        try:
            created = await make_rehearsal(self.workshops, self.story, address)
        finally:
            self._making -= 1
        await self.begin(created.workshop, PACE_S)
        return created

    async def begin(self, workshop: Workshop, pace: float) -> Workshop:
        """Let them play here, at this pace. A play of the same workshop on another server ends by that."""
        playing = self._plays.get(workshop.id)
        if playing is not None and not playing.stopped and not playing.is_over(workshop):
            playing.set_pace(pace)
            return workshop
        self._check_room()
        self._resting.pop(workshop.id, None)
        play = self._plays[workshop.id] = Play(self, workshop.id, pace)
        try:
            noted = await self._note(workshop.id, play.id)
        except BaseException:
            self._forget(play)
            raise
        play.revision = noted.revision
        task = asyncio.create_task(self._run(play))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return noted

    async def changed(self, workshop: Workshop) -> None:
        """Another play was begun, or they were sent away, here or on another server."""
        play = self._plays.get(workshop.id)
        if play is not None and play.is_over(workshop):
            play.stop()

    async def entered(self, room: OpenRoom, seat: Seat, workshop: Workshop) -> None:
        """Somebody came to a play that had ended because nobody was there."""
        play = self._resting.pop(workshop.id, None)
        if play is not None and workshop.status != "closed" and not play.is_over(workshop):
            try:
                await self.begin(workshop, play.pace)
            except Refused:
                self._rest(play)

    def _check_room(self) -> None:
        if len(self._plays) + self._making >= AT_ONCE:
            raise Conflict(
                "rehearsal.full", "Ce serveur joue déjà plusieurs entraînements. Réessayez plus tard."
            )

    async def _note(self, workshop: str, play: str) -> Workshop:
        async def transition(now: Workshop) -> Workshop:
            return now if now.play == play else replace(now, play=play)

        return await self.workshops.change(workshop, transition, b"rehearsal")

    def _rest(self, play: Play) -> None:
        self._resting[play.workshop] = play
        if len(self._resting) > RESTING:
            del self._resting[next(iter(self._resting))]

    def _forget(self, play: Play) -> None:
        if self._plays.get(play.workshop) is play:
            del self._plays[play.workshop]

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
            self._forget(play)
            if play.lonely:
                self._rest(play)


def pace_of(command: Mapping[str, Any], fastest: float) -> float:
    pace = command.get("pace", PACE_S)
    if isinstance(pace, bool) or not isinstance(pace, int | float) or not fastest <= pace <= SLOWEST_S:
        raise Invalid("pace.range", "Ce rythme n'est pas dans les limites permises.", field="pace")
    return float(pace)


class Play:
    """The simulated people of one workshop."""

    def __init__(self, rehearsals: Rehearsals, workshop: str, pace: float) -> None:
        self.rehearsals, self.workshop, self.pace = rehearsals, workshop, pace
        self.id = secrets.token_hex(8)
        self.revision: int | None = None
        """Of the record, as soon as the play is noted there."""
        self.stopped = self.lonely = False
        self.rng = Random(workshop)  # noqa: S311 (nothing is kept secret by it)
        self._tasks: list[asyncio.Task[None]] = []
        self._people: frozenset[str] = frozenset()
        self._ends = time.monotonic() + LONGEST_S
        self._audience = asyncio.Event()
        self._faster = asyncio.Event()

    def set_pace(self, pace: float) -> None:
        """From now on, also for those who rest."""
        self.pace = pace
        self._faster.set()
        self._faster = asyncio.Event()

    def is_over(self, workshop: Workshop) -> bool:
        """Whether the record, as it was after the play was noted there, names another one."""
        known = self.revision is not None and workshop.revision >= self.revision
        return known and workshop.play != self.id

    def stop(self) -> None:
        self.stopped = True
        for task in self._tasks:
            task.cancel()

    async def run(self) -> None:
        of = self.rehearsals
        people = [await self._seated(actor) for actor in of.story.people]
        self._people = frozenset(one.person.id for one in people if one is not None)
        acts = Acts(of.story, of.workshops.catalogue, of.commands, self.rng, now_ms, self._typing)
        if self.stopped:
            return
        self._tasks = [asyncio.create_task(self._live(one, acts)) for one in people if one is not None]
        self._tasks.append(asyncio.create_task(self._watch()))
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
            while not self.stopped:
                if not self._audience.is_set():
                    await person.leave()
                    await self._audience.wait()
                workshop = await self._look()
                if workshop is None:
                    return
                with suppress(Refused):  # locked, frozen, or decided by somebody else meanwhile
                    await acts.next(person, workshop)
                await self._pause(self.rng.uniform(0.5, 1.5))
        except Exception:
            log.exception("rehearsal.person_failed")
        finally:
            await person.leave()

    async def _watch(self) -> None:
        """Look, for all of them, whether somebody real is there, and whether it is still their turn."""
        try:
            seen = time.monotonic()
            while time.monotonic() < self._ends:
                workshop = await self._look()
                if workshop is None:
                    break
                if self._has_audience(workshop):
                    seen = time.monotonic()
                    self._audience.set()
                else:
                    self._audience.clear()
                    if time.monotonic() - seen > LONELY_S:
                        self.lonely = True
                        break
                await asyncio.sleep(LOOK_S)
        finally:
            self.stop()

    async def _look(self) -> Workshop | None:
        """The workshop as it is; None when it is over, or played by others."""
        while True:
            try:
                workshop = await self.rehearsals.workshops.by_id(self.workshop)
            except Refused:
                await asyncio.sleep(1)
                continue
            over = workshop is None or workshop.status == "closed" or workshop.play != self.id
            return None if over else workshop

    def _has_audience(self, workshop: Workshop) -> bool:
        return bool(self.rehearsals.hub.online(workshop.id) - self._people)

    async def _pause(self, share: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._faster.wait(), self.pace * share)

    async def _typing(self) -> None:
        await self._pause(0.2)
