"""The plenary of three groups, filled by the rehearsal's simulated people within seconds.

Used by tests and for pictures: the sheets are written, part of the notes is on the canvases, and twelve
people stay online, at rest. Somebody real holds a socket, else nobody would play.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.kit.client import PATIENCE_S, participant
from tests.kit.server import Seat, Server

from tablee import assets
from tablee.model.canvases import load_catalogue
from tablee.rehearsal.story import load_story

STORY = load_story(assets.canvases_folder(), load_catalogue(assets.canvases_folder()))
FAST, AT_REST = 0.05, 600
FACES = {"je": "recto", "nous": "verso"}


@dataclass
class Plenary:
    server: Server
    made: dict[str, Any]
    leads: Seat
    second: Seat
    """Who facilitates, and who helps."""
    guest: Seat
    """A participant of the first group who is real."""

    def do(self, kind: str, token: str | None = None, **fields: Any) -> dict[str, Any]:
        path = f"/api/workshops/{self.made['id']}/commands"
        answer = self.server.call("POST", path, {"type": kind, **fields}, token=token or self.leads.token)
        assert answer.status == 200, answer.body
        told: dict[str, Any] = answer.json
        return told

    def state(self) -> dict[str, Any]:
        path = f"/api/workshops/{self.made['id']}"
        found: dict[str, Any] = self.server.call("GET", path, token=self.leads.token).json
        return found

    def notes(self, room: str, board: str = "") -> list[dict[str, Any]]:
        path = f"/api/rooms/{room}/notes"
        found: list[dict[str, Any]] = self.server.call("GET", path, token=self.leads.token).json["notes"]
        return [note for note in found if note["board"].startswith(board)]

    def carried(self, canvas: str) -> list[dict[str, Any]]:
        return [note for note in self.notes(self.made["plenary"], canvas) if note.get("origin")]

    def until(self, seen: Callable[[], object], what: str) -> None:
        """Wait for a state, not for a duration: over HTTP it can only be asked again."""
        end = time.monotonic() + PATIENCE_S
        while not seen():
            assert time.monotonic() < end, what
            time.sleep(0.05)

    def write_sheets(self) -> None:
        """Everybody writes on the sheet of their group, both sides."""
        self.do("rehearsal.start", pace=FAST)
        for step, face in FACES.items():
            self.do("step.go", step=step)
            for number, group in enumerate(self.made["groups"], 1):
                board = f"sheet{number}.{face}"
                wanted = {one.text for one in STORY.writings if one.board == board}
                room = group["rooms"]["exploration"]

                def written(room: str = room, board: str = board, wanted: set[str] = wanted) -> bool:
                    return wanted <= {note["text"] for note in self.notes(room, board)}

                self.until(written, f"{board} is written")

    def pool(self, canvas: str, notes: int) -> None:
        """Go to a canvas and let people carry at least so many notes; then they rest."""
        self.do("rehearsal.start", pace=FAST)
        self.do("step.go", step="gov" if canvas == "governance" else "eco")
        self.until(lambda: len(self.carried(canvas)) >= notes, f"{notes} notes are carried")
        self.rest()

    def settle_actions(self) -> None:
        """Give each action of the canvases an owner and a date: a workshop closes with that alone."""
        room = self.made["plenary"]
        for note in self.notes(room):
            if note["kind"] == "action":
                fields = {"owner_text": "Yann Le Goff", "due": "2027-04-30"}
                path = f"/api/rooms/{room}/notes/{note['id']}"
                answer = self.server.call("PATCH", path, {"fields": fields}, token=self.leads.token)
                assert answer.status == 200, answer.body

    def rest(self) -> None:
        self.do("rehearsal.start", pace=AT_REST)


@contextlib.contextmanager
def plenary(server: Server) -> Iterator[Plenary]:
    """The workshop before its first step, with three real people; one of them online."""
    made = server.create(
        title=STORY.title,
        commons=STORY.commons,
        agenda=STORY.agenda,
        groups=list(STORY.groups),
        organiser="Inès Caradec",
        rehearsal=True,
        people_may_choose_group=True,
    )
    facilitator = made["invitations"]["facilitator"]
    leads = server.join(made, "Bruno Vasseur", invitation=facilitator)
    second = server.join(made, "Mona Kerbrat", invitation=facilitator)
    guest = server.join(made, "Camille", group="g1", stakeholder="Mairie de Roc")
    with _online(server, leads, made["plenary"]):
        yield Plenary(server, made, leads, second, guest)


@contextlib.contextmanager
def _online(server: Server, seat: Seat, room: str) -> Iterator[None]:
    here, over = threading.Event(), threading.Event()

    async def hold() -> None:
        async with participant(server, seat, room=room):
            here.set()
            await asyncio.to_thread(over.wait)

    holding = threading.Thread(target=lambda: asyncio.run(hold()), daemon=True)
    holding.start()
    assert here.wait(30), "nobody came"
    try:
        yield
    finally:
        over.set()
        holding.join(10)
