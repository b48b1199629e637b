"""How fast the page is in a real browser: large rooms, pan and zoom, drag among others, typing, first load.

    python -m tests.bench.browser                       everything, about three minutes
    python -m tests.bench.browser join pan              some parts only
    python -m tests.bench.browser pan --profile p.json  with a CPU profile of the last part measured

A server of its own, filled through sockets; headless Chromium without a GPU, driven through its debugging
protocol. Times of frames are those between animation frames; their least is the 16.7 ms of a 60 Hz screen.
Where other programs want the processor, too, frames are late for that: processor time per frame says what
the page itself needs of them.
Nothing here asserts a time.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Browser, CDPSession, Page, async_playwright
from pycrdt import Map, Text
from tests.kit.browser import DESKTOP, FLAGS, browser_path
from tests.kit.client import Participant, participant
from tests.kit.server import Seat, Server, running

from tablee import assets
from tablee.model.canvases import load_catalogue

BOARD = "sheet2.verso"
CANVAS = "governance"
TABLE = 7
A_FRAME = 100
"""Notes in one update: the server takes 2 000 items."""
WORK = {
    "TaskDuration": "in all",
    "ScriptDuration": "script",
    "RecalcStyleDuration": "style",
    "LayoutDuration": "layout",
}
SCRIPT = Path(__file__).with_name("browser.js")
CATALOGUE = load_catalogue(assets.canvases_folder())
PROSE = (
    "réunion tous les quinze jours compte rendu public charte données ouvertes commun règle mairie "
    "transport arrêt vélo carte covoiturage qui décide avec quel mandat partage entretien accord"
)


def some_words(rng: random.Random) -> str:
    return " ".join(rng.choices(PROSE.split(), k=rng.randint(2, 18)))


@dataclass
class Table:
    """A workshop with one group, everybody seated."""

    server: Server
    workshop: dict[str, Any]
    seats: list[Seat]

    @property
    def boards(self) -> list[str]:
        """The boards of sheets, rectos included: one room."""
        versos = [f"sheet{n}.verso" for n in (1, 2, 3)]
        rectos = [
            f"sheet{n}.recto/{seat.person['stakeholder']}" for seat in self.seats[:TABLE] for n in (1, 2, 3)
        ]
        return versos * 4 + rectos  # where a group works together there is more

    async def fill(self, notes: int, boards: list[str]) -> None:
        rng = random.Random(notes)
        share = -(-notes // TABLE)
        left = notes
        for seat in self.seats[:TABLE]:
            room = room_of(seat, boards[0])
            async with participant(self.server, seat, room=room) as one:
                mine = min(share, left)
                left -= mine
                while mine > 0:
                    with one.doc.transaction():
                        for _ in range(min(A_FRAME, mine)):
                            add(one, rng, rng.choice(boards))
                    mine -= A_FRAME
                await one.all_saved()
                assert not one.heard("refused"), one.heard("refused")


def room_of(seat: Seat, board: str) -> str:
    if board == CANVAS:
        return seat.room.replace("exploration", "convergence")
    return seat.room


def add(one: Participant, rng: random.Random, board: str) -> str:
    zones = CATALOGUE.templates[board.partition("/")[0]].zones
    number = rng.getrandbits(60)
    one.notes[f"n{number:015x}"] = Map(
        {
            "board": board,
            "zone": rng.choice(zones).id,
            "kind": "note",
            "place": [round(rng.random(), 4), round(rng.random(), 4)],
            "order": f"a{number % 36**6:06x}a",
            "colour": one.seat.person["colour"],
            "text": Text(some_words(rng)),
            "by": one.seat.person["id"],
            "at": 1,
            "fields": Map({}),
        }
    )
    return f"n{number:015x}"


async def seated(server: Server, people: int = TABLE) -> Table:
    workshop = await asyncio.to_thread(lambda: server.create(groups=1, people_may_choose_group=True))
    seats = [
        await asyncio.to_thread(server.join, workshop, f"P{number}", group="g1") for number in range(people)
    ]
    return Table(server, workshop, seats)


@dataclass
class Bench:
    browser: Browser
    server: Server
    profile: Path | None = None
    rows: list[tuple[str, str]] = field(default_factory=list)

    def say(self, what: str, figure: str) -> None:
        self.rows.append((what, figure))
        print(f"{what}: {figure}", flush=True)

    @contextlib.asynccontextmanager
    async def page(
        self, seat: Seat, board: str, *, view: str = "board"
    ) -> AsyncIterator[tuple[Page, CDPSession]]:
        """A page of this person, in a browser that has cached nothing, waiting until it is usable."""
        context = await self.browser.new_context(viewport=DESKTOP, locale="fr-FR")
        try:
            await context.add_cookies([{"name": "tablee", "value": seat.token, "url": self.server.base}])
            await context.add_init_script(path=SCRIPT)
            if view == "list":
                await context.add_init_script("localStorage.setItem('tablee-view', 'list')")
            page = await context.new_page()
            cdp = await context.new_cdp_session(page)
            if self.profile is not None:
                await cdp.send("Profiler.enable")
                await cdp.send("Profiler.start")
            await page.goto(f"{self.server.base}/atelier/{seat.workshop}?board={board}")
            await page.wait_for_selector("html[data-usable]", timeout=60_000)
            yield page, cdp
        finally:
            await context.close()

    async def profiled(self, cdp: CDPSession) -> None:
        if self.profile is not None:
            made = await cdp.send("Profiler.stop")
            self.profile.write_text(json.dumps(made["profile"]))
            await cdp.send("Profiler.start")

    async def frames(
        self, page: Page, cdp: CDPSession, what: str, work: Callable[[], Awaitable[None]]
    ) -> None:
        """Frames while `work` goes on."""
        if self.profile is not None:
            await cdp.send("Profiler.stop")
            await cdp.send("Profiler.start")
        before = await busy(cdp)
        await page.evaluate("bench.start()")
        await work()
        told = await page.evaluate("bench.stop()")
        after = await busy(cdp)
        await self.profiled(cdp)
        times: list[float] = told["frames"]
        rate = 1000 / statistics.fmean(times)
        late = sum(1 for one in times if one > 20) / len(times)
        long = f"{len(told['long'])} long tasks" + (
            f" (worst {max(told['long'])} ms)" if told["long"] else ""
        )
        self.say(
            what,
            f"{rate:.0f} frames/s, frame p50 {middle(times):.1f} p95 {high(times):.1f} ms, "
            f"{100 * late:.0f} % over 20 ms, {long}, processor time of the main thread per frame "
            + ", ".join(
                f"{1000 * (after[kind] - before[kind]) / len(times):.1f} ms {word}"
                for kind, word in WORK.items()
            ),
        )


async def busy(cdp: CDPSession) -> dict[str, float]:
    """Seconds of processor time the page's main thread has used, by kind of work."""
    await cdp.send("Performance.enable", {"timeDomain": "threadTicks"})
    told = await cdp.send("Performance.getMetrics")
    return {one["name"]: one["value"] for one in told["metrics"]}


def middle(times: list[float]) -> float:
    return statistics.median(times)


def high(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]


# -- parts ----------------------------------------------------------------------------------------------


async def join(bench: Bench) -> None:
    """From the start of the navigation until everything is there, then a first key makes a note."""
    for what, notes, everywhere, view in (
        ("join 2 000 notes over 24 boards", 2_000, True, "board"),
        ("join 2 000 notes on one board", 2_000, False, "board"),
        ("join 2 000 notes on one board, list", 2_000, False, "list"),
        ("join 5 000 notes on one board", 5_000, False, "board"),
    ):
        table = await seated(bench.server)
        await table.fill(notes, table.boards if everywhere else [BOARD])
        at, drawn, first = [], 0, []
        for seat in table.seats[:3]:
            async with bench.page(seat, BOARD, view=view) as (page, cdp):
                usable = await page.evaluate("bench.usable")
                at.append(usable["at"])
                drawn = usable["notes"]
                if view == "board":
                    await page.locator("section.zone").first.press("n")
                    await page.wait_for_selector("textarea.notefield")
                    first.append(await page.evaluate("bench.firstKey"))
                await bench.profiled(cdp)
        figures = f"{middle(at):.0f} ms (of three: {min(at):.0f} to {max(at):.0f}), {drawn} notes in the page"
        key = f", first key to next frame {middle(first):.0f} ms" if first else ""
        bench.say(what, figures + key)


async def pan(bench: Bench) -> None:
    """Wheel, drag and pinch-like zoom on boards with very many notes."""
    for notes, board in ((1_000, BOARD), (5_000, BOARD), (5_000, CANVAS)):
        table = await seated(bench.server)
        await table.fill(notes, [board])
        async with bench.page(table.seats[0], board) as (page, cdp):
            await page.evaluate(
                "() => { for (let n = 0; n < 5; n++) document.getElementById('zoom-in').click() }"
            )
            name = f"{notes} notes on {'a canvas' if board == CANVAS else 'a sheet'}"
            await bench.frames(page, cdp, f"pan by wheel, {name}", lambda cdp=cdp: wheel(cdp, 3, pan_at))
            await bench.frames(page, cdp, f"pan by middle button, {name}", lambda cdp=cdp: held(cdp, 3))
            await bench.frames(page, cdp, f"zoom by wheel, {name}", lambda cdp=cdp: wheel(cdp, 3, zoom_at))


def pan_at(turn: int) -> dict[str, Any]:
    back = -1 if turn % 60 >= 30 else 1
    return {"deltaX": 12 * back, "deltaY": 18 * back}


def zoom_at(turn: int) -> dict[str, Any]:
    return {"deltaX": 0, "deltaY": 4 if turn % 60 >= 30 else -4, "modifiers": 2}


async def paced(seconds: float, work: Callable[[int], Awaitable[Any]]) -> None:
    """Sixty times a second, as a screen does."""
    began, turn = time.monotonic(), 0
    while time.monotonic() - began < seconds:
        await work(turn)
        turn += 1
        await asyncio.sleep(max(0.0, began + turn / 60 - time.monotonic()))


async def wheel(cdp: CDPSession, seconds: float, deltas: Callable[[int], dict[str, Any]]) -> None:
    await paced(
        seconds,
        lambda turn: cdp.send(
            "Input.dispatchMouseEvent", {"type": "mouseWheel", "x": 800, "y": 450, **deltas(turn)}
        ),
    )


async def mouse(cdp: CDPSession, kind: str, x: float, y: float, button: str = "none") -> None:
    buttons = {"none": 0, "left": 1, "middle": 4}[button] if kind != "mouseReleased" else 0
    count = 0 if kind == "mouseMoved" else 1
    await cdp.send(
        "Input.dispatchMouseEvent",
        {"type": kind, "x": x, "y": y, "button": button, "buttons": buttons, "clickCount": count},
    )


def swing(turn: int, reach: float) -> float:
    """There and back again, in a second each."""
    there = turn % 120
    return reach * (there if there < 60 else 120 - there) / 60


async def held(
    cdp: CDPSession, seconds: float, x: float = 900, y: float = 500, button: str = "middle"
) -> None:
    """Press, move about, let go."""
    await mouse(cdp, "mousePressed", x, y, button)
    await paced(
        seconds,
        lambda turn: mouse(cdp, "mouseMoved", x - swing(turn, 260), y - swing(turn, 130), button),
    )
    await mouse(cdp, "mouseReleased", x, y, button)


async def drag(bench: Bench) -> None:
    """A note follows the hand while fifty other people move fifty others, with and without writing."""
    table = await seated(bench.server, 51)
    await table.fill(300, [BOARD])
    async with contextlib.AsyncExitStack() as stack:
        people = [
            await stack.enter_async_context(participant(bench.server, seat)) for seat in table.seats[1:]
        ]
        page, cdp = await stack.enter_async_context(bench.page(table.seats[0], BOARD))
        ids = await page.evaluate("[...document.querySelectorAll('li.note')].map((one) => one.dataset.id)")
        box = await page.locator("li.note").first.bounding_box()
        assert box is not None
        at = (box["x"] + 20, box["y"] + 12)
        alone = lambda: held(cdp, 4, *at, button="left")  # noqa: E731
        await bench.frames(page, cdp, f"drag among 300 notes ({len(ids)} in the page), alone", alone)
        moving = asyncio.create_task(move_about(people, ids))
        await asyncio.sleep(1)
        await bench.frames(page, cdp, "drag while 50 people move 50 notes", alone)
        moving.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await moving


async def move_about(people: list[Participant], ids: list[str]) -> None:
    """Each holds a note and shows it sixteen times a second; each second it is put down, in the document."""
    rng = random.Random(50)
    zones = [zone.id for zone in CATALOGUE.templates[BOARD].zones]
    turn = 0
    while True:
        for number, one in enumerate(people):
            note = ids[1 + number % (len(ids) - 1)]
            if (turn + number) % 16 == 0:
                entry: Map[Any] = one.notes[note]
                entry["place"] = [round(rng.random(), 4), round(rng.random(), 4)]
            angle = ((turn + 3 * number) % 32) / 32
            one.show(
                user={"id": one.seat.person["id"], "name": one.seat.person["name"], "colour": "ciel"},
                board=BOARD,
                cursor={"x": int(200 + 600 * angle), "y": 100 + 10 * number},
                drag={"note": note, "zone": zones[number % len(zones)], "place": [angle, 0.5]},
            )
        turn += 1
        await asyncio.sleep(1 / 16)


async def keys(bench: Bench) -> None:
    """From a key going down in a note to the next frame."""
    table = await seated(bench.server)
    await table.fill(2_000, [BOARD])
    async with bench.page(table.seats[0], BOARD) as (page, cdp):
        await page.locator("section.zone").first.press("n")
        await page.wait_for_selector("textarea.notefield")
        await page.evaluate("() => { bench.keys.length = 0 }")
        for letter in "une charte simple que tout le monde comprend":
            await page.keyboard.press(letter if letter != " " else "Space")
            await asyncio.sleep(0.05)
        times = await page.evaluate("bench.keys")
        await bench.profiled(cdp)
        bench.say(
            "key to next frame, 2 000 notes on the board", f"p50 {middle(times):.1f} p95 {high(times):.1f} ms"
        )


async def load(bench: Bench) -> None:
    """Bytes as they come over the line, headers left out: of the first load, and of the parts that the page
    fetches when it has nothing else to do."""
    table = await seated(bench.server)
    context = await bench.browser.new_context(viewport=DESKTOP, locale="fr-FR")
    await context.add_cookies([{"name": "tablee", "value": table.seats[0].token, "url": bench.server.base}])
    page = await context.new_page()
    cdp = await context.new_cdp_session(page)
    await cdp.send("Network.enable")
    kinds: dict[str, str] = {}
    sizes: dict[str, float] = {}
    at_once = set(assets.parts_of("atelier.js"))

    def answered(told: dict[str, Any]) -> None:
        path = urlsplit(told["response"]["url"]).path
        rest = path.startswith(("/static/part-", "/static/canvas-", "/api/library")) and path not in at_once
        kinds[told["requestId"]] = LATER if rest else told["type"]

    cdp.on("Network.responseReceived", answered)

    def received(told: dict[str, Any]) -> None:
        kind = kinds.get(told["requestId"], "Other")
        sizes[kind] = sizes.get(kind, 0) + told["encodedDataLength"]

    cdp.on("Network.loadingFinished", received)
    await page.goto(f"{bench.server.base}/atelier/{table.seats[0].workshop}?board={BOARD}")
    await page.wait_for_selector(".status[data-state=saved]")
    await page.wait_for_load_state("networkidle")
    later = sizes.pop(LATER, 0)
    parts = ", ".join(f"{kind.lower()} {size / 1000:.1f}" for kind, size in sorted(sizes.items()))
    bench.say("first load", f"{sum(sizes.values()) / 1000:.0f} kB ({parts}), then {later / 1000:.0f} kB")
    await context.close()


LATER = "later"
PARTS = {"join": join, "pan": pan, "drag": drag, "keys": keys, "load": load}


async def measure(args: argparse.Namespace, folder: Path) -> None:
    server_at = running(folder, TABLEE_MAX_PEOPLE="500")
    server = await asyncio.to_thread(server_at.__enter__)
    try:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=browser_path(), args=FLAGS)
            bench = Bench(browser, server, args.profile)
            async with asyncio.timeout(args.most):
                for part in args.parts or PARTS:
                    await PARTS[part](bench)
            await browser.close()
    finally:
        await asyncio.to_thread(server_at.__exit__, None, None, None)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="what to measure; all unless named")
    parser.add_argument("--most", type=float, default=400, help="seconds after which it gives up")
    parser.add_argument("--profile", type=Path, help="write a CPU profile of the last part here")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        sys.exit(asyncio.run(measure(args, Path(folder))))


if __name__ == "__main__":
    main()
