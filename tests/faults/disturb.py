"""The faults of the checker: each disturbs a stage with people on it until the scene is over.

A fault mends what it broke, as operations staff or the network would, and goes on to break it again.
"""

from __future__ import annotations

import asyncio
import random
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tests.faults.person import Person
from tests.faults.stage import ServerProcess, Stage, set_clock
from tests.kit.history import History
from tests.kit.proxy import Proxy


@dataclass
class Scene:
    """One run as a fault sees it. `ends_at` is a time of the loop."""

    stage: Stage
    people: list[Person]
    history: History
    rng: random.Random
    ends_at: float

    @property
    def goes_on(self) -> bool:
        return asyncio.get_running_loop().time() < self.ends_at

    async def pause(self, low: float = 0.1, high: float = 0.8) -> None:
        """A moment that is to be any moment."""
        await asyncio.sleep(self.rng.uniform(low, high))

    def tell(self, what: str) -> None:
        self.history.fault(what)

    def some_reload(self, share: float = 0.4) -> None:
        """People whose pages are gone cannot bring back what a server lost: the log must have it."""
        for person in self.people:
            if self.rng.random() < share:
                person.reload()

    def a_server(self) -> ServerProcess:
        return self.rng.choice(self.stage.servers)

    def name(self, server: ServerProcess) -> str:
        return f"server {self.stage.servers.index(server) + 1}"


Fault = Callable[[Scene], Awaitable[None]]


async def calm(scene: Scene) -> None:
    while scene.goes_on:
        await scene.pause()


# -- processes -------------------------------------------------------------------------------------------


async def kill_server(scene: Scene) -> None:
    while scene.goes_on:
        await scene.pause()
        server = scene.a_server()
        scene.tell(f"kill -9 {scene.name(server)}")
        await server.kill()
        scene.some_reload(0.2)
        await scene.pause(0.0, 0.3)
        await server.start()
        scene.tell(f"{scene.name(server)} is back")


async def kill_engine(scene: Scene) -> None:
    while scene.goes_on:
        await scene.pause()
        scene.tell("kill -9 engine")
        await scene.stage.engine.kill()
        await scene.pause(0.0, 0.3)
        await scene.stage.engine.start()
        scene.tell("the engine is back")


async def kill_both(scene: Scene) -> None:
    while scene.goes_on:
        await scene.pause()
        scene.tell("kill -9 everything")
        await _all_down(scene)
        scene.some_reload()
        await scene.stage.mend()
        scene.tell("everything is back")


async def freeze_and_kill(scene: Scene) -> None:
    """The engine answers nothing while people go on, then all is killed: what was said too early is lost."""
    while scene.goes_on:
        await scene.pause()
        scene.tell("the engine is frozen")
        scene.stage.engine.send(signal.SIGSTOP)
        await scene.pause(0.1, 0.4)
        scene.tell("kill -9 everything")
        await _all_down(scene)
        scene.some_reload(0.8)
        await scene.stage.mend()
        scene.tell("everything is back")


async def _all_down(scene: Scene) -> None:
    await asyncio.gather(scene.stage.engine.kill(), *(server.kill() for server in scene.stage.servers))


async def freeze_server(scene: Scene) -> None:
    while scene.goes_on:
        await scene.pause()
        server = scene.a_server()
        scene.tell(f"{scene.name(server)} is frozen")
        server.send(signal.SIGSTOP)
        await scene.pause(0.1, 4.5)
        server.send(signal.SIGCONT)
        scene.tell(f"{scene.name(server)} goes on")


async def freeze_engine(scene: Scene) -> None:
    """Up to beyond the 2 s after which a store is taken for away, and appends are tried again."""
    while scene.goes_on:
        await scene.pause()
        scene.tell("the engine is frozen")
        scene.stage.engine.send(signal.SIGSTOP)
        await scene.pause(0.1, 3.5)
        scene.stage.engine.send(signal.SIGCONT)
        scene.tell("the engine goes on")


async def rolling_restart(scene: Scene) -> None:
    while scene.goes_on:
        for server in scene.stage.servers:
            await scene.pause()
            scene.tell(f"SIGTERM {scene.name(server)}")
            await server.kill(signal.SIGTERM)
            await server.start()
            scene.tell(f"{scene.name(server)} is back")


async def kill_compacting(scene: Scene) -> None:
    """With servers that take snapshots all the time and die before or after storing one (`hasty`)."""
    while scene.goes_on:
        await scene.pause(0.05, 0.2)
        if scene.rng.random() < 0.05:
            scene.tell("kill -9 engine")
            await scene.stage.engine.kill()
            await scene.stage.engine.start()
        for server in scene.stage.servers:
            if not server.is_running:
                scene.tell(f"{scene.name(server)} died at a snapshot")
                scene.some_reload(0.2)
                await server.start()
                scene.tell(f"{scene.name(server)} is back")


# -- a store that goes back in time --------------------------------------------------------------------


async def roll_back(scene: Scene) -> None:
    """The engine comes back with older data while the servers stay up."""
    copy = scene.stage.folder / "copy"
    while scene.goes_on:
        await scene.pause(0.2, 0.8)
        scene.stage.engine.copy(copy)
        scene.tell("the store's data are copied")
        await scene.pause(0.2, 1.0)
        scene.tell("the store goes back to the copy")
        await scene.stage.engine.go_back(copy)
        scene.tell("the store is back, older")
        if scene.rng.random() < 0.3:
            await scene.pause(0.2, 0.6)
            scene.some_reload(0.3)


async def roll_back_and_hop(scene: Scene) -> None:
    """The same, and every connection breaks at that moment: everybody comes back, often elsewhere."""
    copy = scene.stage.folder / "copy"
    while scene.goes_on:
        await scene.pause(0.2, 0.8)
        scene.stage.engine.copy(copy)
        scene.tell("the store's data are copied")
        await scene.pause(0.2, 1.0)
        scene.tell("the store goes back to the copy, all connections break")
        back = asyncio.create_task(scene.stage.engine.go_back(copy))
        for door in scene.stage.doors:
            door.reset()
        await back
        scene.tell("the store is back, older")


async def roll_back_cold(scene: Scene) -> None:
    """A backup is put back while every server is down: only people's pages still have what it lacks.

    Nobody reloads here, since what is in no page either is gone.
    """
    copy = scene.stage.folder / "copy"
    while scene.goes_on:
        await scene.pause(0.2, 0.8)
        scene.stage.engine.copy(copy)
        scene.tell("the store's data are copied")
        await scene.pause(0.2, 1.0)
        scene.tell("kill -9 everything, the store goes back to the copy")
        await _all_down(scene)
        await scene.stage.engine.go_back(copy)
        await scene.stage.mend()
        scene.tell("everything is back, older")
        await everybody_saved(scene)


async def everybody_saved(scene: Scene) -> None:
    """Until each has been told that all they did is saved: what was put back is in the log by then."""
    waiting = set(scene.people)
    while waiting and scene.goes_on:
        waiting -= {person for person in waiting if person.is_done}
        await asyncio.sleep(0.005)


# -- the network -------------------------------------------------------------------------------------------


def on_doors(disturb: Callable[[Scene, Proxy], Awaitable[None]], what: str) -> Fault:
    async def fault(scene: Scene) -> None:
        while scene.goes_on:
            await scene.pause()
            door = scene.rng.choice(scene.stage.doors)
            scene.tell(f"{what}, people and server {scene.stage.doors.index(door) + 1}")
            await disturb(scene, door)
            door.calm()
            scene.tell("the network is well")

    return fault


def on_line(disturb: Callable[[Scene, Proxy], Awaitable[None]], what: str) -> Fault:
    async def fault(scene: Scene) -> None:
        while scene.goes_on:
            await scene.pause()
            scene.tell(f"{what}, servers and store")
            await disturb(scene, scene.stage.line)
            scene.stage.line.calm()
            scene.tell("the network is well")

    return fault


async def reset(scene: Scene, proxy: Proxy) -> None:
    for _ in range(scene.rng.randrange(1, 6)):
        proxy.reset(0.6, scene.rng)
        await scene.pause(0.0, 0.15)


async def refuse(scene: Scene, proxy: Proxy) -> None:
    proxy.refuses = True
    proxy.reset()
    await scene.pause(0.2, 1.5)


async def black_hole(scene: Scene, proxy: Proxy) -> None:
    proxy.swallows = {"up", "down"}
    await scene.pause(0.1, 2.5)


async def no_answers(scene: Scene, proxy: Proxy) -> None:
    """What is asked arrives and is done; the answer never comes."""
    proxy.swallows = {"down"}
    await scene.pause(0.02, 1.0)


async def slow(scene: Scene, proxy: Proxy) -> None:
    proxy.delay_s = scene.rng.uniform(0.01, 0.4)
    await scene.pause(0.5, 2.0)


async def bytewise(scene: Scene, proxy: Proxy) -> None:
    proxy.piece = 1
    await scene.pause(0.3, 1.0)


async def half_close(scene: Scene, proxy: Proxy) -> None:
    proxy.half_close(scene.rng.choice(("up", "down")))
    await scene.pause(0.1, 0.6)


async def repeat_frames(scene: Scene) -> None:
    """People's frames arrive twice, and old ones again; connections break besides."""
    for person in scene.people:
        person.repeats = 0.3
    await on_doors(reset, "connections are reset")(scene)


# -- clocks ------------------------------------------------------------------------------------------------


async def jump_clocks(scene: Scene) -> None:
    """Wall clocks of store and servers jump by up to two hours, each on its own."""
    while scene.goes_on:
        await scene.pause()
        who, file = scene.rng.choice(sorted(scene.stage.clocks.items()))
        seconds = scene.rng.choice((-7200, -61, -3, 0, 5, 90, 3600, 7200))
        scene.tell(f"the clock of {who} is off by {seconds} s")
        set_clock(file, seconds)
        if scene.rng.random() < 0.3:
            server = scene.a_server()
            scene.tell(f"kill -9 {scene.name(server)}")
            await server.kill()
            await server.start()


FAULTS: dict[str, Fault] = {
    "calm": calm,
    "kill_server": kill_server,
    "kill_engine": kill_engine,
    "kill_both": kill_both,
    "freeze_and_kill": freeze_and_kill,
    "freeze_server": freeze_server,
    "freeze_engine": freeze_engine,
    "rolling_restart": rolling_restart,
    "kill_compacting": kill_compacting,
    "roll_back": roll_back,
    "roll_back_and_hop": roll_back_and_hop,
    "roll_back_cold": roll_back_cold,
    "repeat_frames": repeat_frames,
    "jump_clocks": jump_clocks,
} | {
    f"{place}_{disturb.__name__}": on(disturb, words)
    for disturb, words in (
        (reset, "connections are reset"),
        (refuse, "nobody gets through"),
        (black_hole, "a black hole"),
        (no_answers, "questions arrive, answers do not"),
        (slow, "a slow network"),
        (bytewise, "every byte comes alone"),
        (half_close, "one direction ends"),
    )
    for place, on in (("people", on_doors), ("store", on_line))
}


NOT_MIXED = {
    *("calm", "mixed"),
    *("kill_compacting", "jump_clocks"),  # need servers of their own
    # another fault that follows at once may kill the last who had what the store lacks
    *("roll_back", "roll_back_and_hop", "roll_back_cold"),
}


async def mixed(scene: Scene) -> None:
    """One fault after the other, each for a moment, on the same room."""
    names = sorted(FAULTS.keys() - NOT_MIXED)
    end = scene.ends_at
    while asyncio.get_running_loop().time() < end:
        name = scene.rng.choice(names)
        scene.ends_at = min(end, asyncio.get_running_loop().time() + 1.5)
        await FAULTS[name](scene)
        await scene.stage.mend()


FAULTS["mixed"] = mixed

PROGRAMS = {"kill_compacting": "tests.faults.hasty"}
"""Faults that need a server that is made to run into them."""
