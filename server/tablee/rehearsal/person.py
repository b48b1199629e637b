"""A simulated person at a socket of this very process: the same road, rights and limits as everybody else.

The socket is the application called as ASGI calls it, with two queues instead of a network.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from starlette.types import ASGIApp, Message

from tablee.live.records import Session
from tablee.model.workshop import Person
from tablee.rehearsal.story import Actor
from tablee.sync import encoding as enc
from tablee.sync.document import Change, Document, Edit, insert_entry

PATIENCE_S = 10.0
ALIVE_S = 15.0
"""Pages forget somebody of whose presence they have heard nothing for half a minute."""


class SimulatedPerson:
    """One of the story's people. `room` is where they are now; None before they came in and after."""

    def __init__(self, app: ASGIApp, actor: Actor, person: Person, token: str, session: Session) -> None:
        self.app, self.actor, self.person, self.token, self.session = app, actor, person, token, session
        self.room: str | None = None
        self.rows: dict[str, dict[str, Any]] = {}
        """What the room's canvases have to decide on, as `harvest` told it: key → row."""
        self.answered: set[str] = set()
        """Votes, rounds and questions they have answered."""
        self._document = Document()
        self._client = 0
        self._frames: asyncio.Queue[Message] = asyncio.Queue()
        self._socket: asyncio.Task[None] | None = None
        self._synced = asyncio.Event()
        self._alive: asyncio.Task[None] | None = None
        self._shown: dict[str, Any] = {}
        self._clock = 0
        self._asked = 0

    # -- being in a room --------------------------------------------------------------------------

    async def enter(self, room: str) -> bool:
        """Be in this room and know what is in it; whether that came about."""
        if self.room == room and self._socket is not None and not self._socket.done():
            return True
        await self.leave()
        self._frames = asyncio.Queue()
        self._synced = asyncio.Event()
        self.rows = {}
        self._frames.put_nowait({"type": "websocket.connect"})
        self._socket = asyncio.create_task(self._serve(room))
        waiting = asyncio.create_task(self._synced.wait())
        await asyncio.wait({waiting, self._socket}, timeout=PATIENCE_S, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if not self._synced.is_set():
            await self.leave()
            return False
        self.room = room
        self.send_event(type="harvest")
        self.show(cursor=None, editing=None)
        self._alive = asyncio.create_task(self._stay_alive())
        return True

    async def leave(self) -> None:
        self.room = None
        if self._alive is not None:
            self._alive.cancel()
            self._alive = None
        if self._socket is None:
            return
        self._frames.put_nowait({"type": "websocket.disconnect", "code": 1000})
        with suppress(TimeoutError, asyncio.CancelledError):
            await asyncio.wait_for(self._socket, PATIENCE_S)
        self._socket = None

    async def _serve(self, room: str) -> None:
        scope = {
            "type": "websocket",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "scheme": "ws",
            "path": f"/ws/{room}",
            "raw_path": f"/ws/{room}".encode(),
            "query_string": b"",
            "root_path": "",
            "headers": [(b"host", b"localhost"), (b"authorization", f"Bearer {self.token}".encode())],
            "client": None,
            "server": ("localhost", 0),
            "subprotocols": ["tablee.1"],
            "state": {},
        }

        async def send(message: Message) -> None:
            frame = message.get("bytes")
            if frame:
                self._take(frame)
            elif message["type"] == "websocket.close":
                self._frames.put_nowait({"type": "websocket.disconnect", "code": message.get("code", 1000)})

        await self.app(scope, self._frames.get, send)

    # -- what they do ---------------------------------------------------------------------------------

    def notes(self) -> dict[str, dict[str, Any]]:
        """The notes of the room, as plain values."""
        return self._document.notes()

    def answers(self) -> frozenset[str]:
        return frozenset(self._document.content()["answers"])

    def change(self, change: Change) -> None:
        """Change notes of the room as a page does: in the document, which tells the server."""
        self._edit(lambda roots: change(roots["notes"]))

    def like(self, note: str, now: int) -> None:
        self._edit(lambda roots: insert_entry(roots, "reactions", f"{note}.{self.person.id}", {"at": now}))

    def show(self, **state: Any) -> None:
        """Where they point, and in which note they write."""
        self._shown = state
        self._clock += 1
        body = enc.varint(1) + enc.varint(self._client) + enc.varint(self._clock)
        self._send(enc.awareness_message(body + enc.var_bytes(json.dumps(state).encode())))

    def draft(self, note_id: str, values: Mapping[str, Any]) -> None:
        """Write where writing is silent: only the server and they have it until the reveal."""
        self._asked += 1
        self.send_event(
            type="private", id=f"r{self._asked}", publish=[note_id], notes=[{"id": note_id, **values}]
        )

    def send_event(self, **event: Any) -> None:
        self._send(enc.event_message(json.dumps(event).encode()))

    async def _stay_alive(self) -> None:
        while True:
            await asyncio.sleep(ALIVE_S)
            self.show(**self._shown)

    # -- plumbing -------------------------------------------------------------------------------------

    def _edit(self, edit: Edit) -> None:
        update = self._document.edit(edit)
        if update is not None:
            self._send(enc.update_message(update))

    def _send(self, frame: bytes) -> None:
        self._frames.put_nowait({"type": "websocket.receive", "bytes": frame})

    def _take(self, frame: bytes) -> None:
        kind, at = enc.read_varint(frame, 0)
        if kind == enc.EVENT:
            self._hear(json.loads(enc.read_bytes(frame, at)[0]))
        elif kind == enc.SYNC:
            step, at = enc.read_varint(frame, at)
            body, _ = enc.read_bytes(frame, at)
            if step == enc.STEP1:
                self._send(enc.step2(self._document.since(body)))
                return
            self._document.apply(body)
            if step == enc.STEP2:
                self._synced.set()

    def _hear(self, event: dict[str, Any]) -> None:
        match event["type"]:
            case "hello":
                self._client = event["client_id"]
                self._document = Document(client_id=self._client)
                self._send(enc.step1(self._document.vector()))
            case "harvest":
                if event.get("whole"):
                    self.rows = {}
                for key, row in event.get("rows", {}).items():
                    if row is None:
                        self.rows.pop(key, None)
                    else:
                        self.rows[key] = row
            case "refused":
                # this copy has what the room has not: a new one comes with the next act
                self._frames.put_nowait({"type": "websocket.disconnect", "code": 1000})
