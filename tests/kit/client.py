"""A participant over a real socket: genuine pycrdt document, y-protocols frames, optionally `tablee.1`."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

from pycrdt import Doc, Map, Text
from tests.kit.server import Seat, Server
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tablee.sync import encoding as enc
from tablee.sync.document import ROOT_NAMES

PATIENCE_S = 20


class Participant:
    """Use as `async with participant(server, seat) as p:`; `await p.until(...)` waits for a state."""

    def __init__(
        self, socket: ClientConnection, seat: Seat, *, events: bool, doc: Doc[Any] | None = None
    ) -> None:
        self.socket, self.seat, self.events_spoken = socket, seat, events
        self._brought = doc is not None
        self.doc: Doc[Any] = Doc() if doc is None else doc
        self.events: list[dict[str, Any]] = []
        self.on_event: Callable[[dict[str, Any]], None] = lambda event: None
        self.presence: dict[int, Any] = {}
        self.synced = False
        self.sent = self.saved = 0
        self.close_code: int | None = None
        self.first_frame: bytes | None = None
        self.frames: list[bytes] = []
        """Everything the server has sent."""
        self._mute = False
        self._moved = asyncio.Event()
        self._sending: list[bytes] = []
        self._awareness_clock = 0

    # -- what a person does ------------------------------------------------------------------

    @property
    def notes(self) -> Map[Any]:
        return self.doc.get("notes", type=Map)

    def add(self, note_id: str, text: str = "", *, board: str = "sheet2.verso", zone: str = "rules") -> None:
        self.notes[note_id] = Map(
            {
                "board": board,
                "zone": zone,
                "kind": "note",
                "place": [0.1, 0.1],
                "order": "a0",
                "colour": "ciel",
                "text": Text(text),
                "by": self.seat.person["id"],
                "at": 1,
                "fields": Map({}),
            }
        )

    def write(self, note_id: str, words: str, *, at_start: bool = False) -> None:
        """Type at an end of a note."""
        text: Text = self.notes[note_id]["text"]
        text.insert(0 if at_start else len(str(text).encode()), words)

    def text(self, note_id: str) -> str:
        return str(self.notes[note_id]["text"])

    def content(self) -> dict[str, Any]:
        value: dict[str, Any] = self.notes.to_py() or {}
        return value

    def show(self, **state: Any) -> None:
        """Send a presence state."""
        self._awareness_clock += 1
        body = (
            enc.varint(1)
            + enc.varint(self.doc.client_id)
            + enc.varint(self._awareness_clock)
            + enc.var_bytes(json.dumps(state).encode())
        )
        self.send(enc.awareness_message(body))

    def event(self, **event: Any) -> None:
        self.send(enc.event_message(json.dumps(event).encode()))

    def send(self, frame: bytes) -> None:
        self._sending.append(frame)
        self._moved.set()

    # -- waiting ------------------------------------------------------------------------------

    async def until(self, seen: Callable[[], Any], what: str = "") -> None:
        """Wait for a state, not for a duration. Fails after a while, or when the socket closes first."""
        async with asyncio.timeout(PATIENCE_S):
            while not seen():
                if self.close_code is not None:
                    raise AssertionError(f"closed with {self.close_code} before {what or 'it was seen'}")
                await asyncio.sleep(0.01)

    async def all_saved(self) -> None:
        await self.until(lambda: self.saved >= self.sent and not self._sending, "all was saved")

    async def closed(self) -> int:
        async with asyncio.timeout(PATIENCE_S):
            while self.close_code is None:  # noqa: ASYNC110 (a state to wait for, wherever it comes from)
                await asyncio.sleep(0.01)
        return self.close_code

    def heard(self, kind: str) -> list[dict[str, Any]]:
        return [event for event in self.events if event["type"] == kind]

    # -- plumbing -------------------------------------------------------------------------------

    def _changed(self, event: Any) -> None:
        if not self._mute:
            self.sent += 1
            self.send(enc.update_message(bytes(event.update)))

    def _take(self, frame: bytes) -> None:
        self.frames.append(frame)
        if self.first_frame is None:
            self.first_frame = frame
        kind, at = enc.read_varint(frame, 0)
        if kind == enc.EVENT:
            event = json.loads(enc.read_bytes(frame, at)[0])
            self.events.append(event)
            self.on_event(event)
            if event["type"] == "hello":
                self._begin(event["client_id"])
            elif event["type"] == "saved":
                self.saved = event["count"]
        elif kind == enc.AWARENESS:
            self._take_presence(enc.read_bytes(frame, at)[0])
        elif kind == enc.SYNC:
            step, at = enc.read_varint(frame, at)
            body, _ = enc.read_bytes(frame, at)
            if step == enc.STEP1:
                update = bytes(self.doc.get_update(body))
                if update != enc.EMPTY_UPDATE:
                    self.sent += 1
                self.send(enc.step2(update))
                return
            self._mute = True
            self.doc.apply_update(body)
            self._mute = False
            if step == enc.STEP2:
                self.synced = True

    def _take_presence(self, body: bytes) -> None:
        count, at = enc.read_varint(body, 0)
        for _ in range(count):
            client, at = enc.read_varint(body, at)
            _, at = enc.read_varint(body, at)
            state, at = enc.read_bytes(body, at)
            value = json.loads(state)
            if value is None:
                self.presence.pop(client, None)
            else:
                self.presence[client] = value

    def _begin(self, client_id: int) -> None:
        if not self._brought:
            self.doc = Doc(client_id=client_id)
            for root in ROOT_NAMES:
                self.doc.get(root, type=Map)
        self.doc.observe(self._changed)
        self.send(enc.step1(bytes(self.doc.get_state())))

    async def _receive_forever(self) -> None:
        try:
            async for frame in self.socket:
                assert isinstance(frame, bytes)
                self._take(frame)
        except ConnectionClosed:
            pass
        self.close_code = self.socket.close_code

    async def _send_forever(self) -> None:
        with contextlib.suppress(ConnectionClosed):
            while True:
                await self._moved.wait()
                self._moved.clear()
                sending, self._sending = self._sending, []
                for frame in sending:
                    await self.socket.send(frame)


@contextlib.asynccontextmanager
async def participant(
    server: Server,
    seat: Seat,
    *,
    events: bool = True,
    room: str | None = None,
    sync: bool = True,
    token: str | None = None,
    query: str = "",
    origin: str | None = None,
    cookie: str | None = None,
    doc: Doc[Any] | None = None,
) -> AsyncIterator[Participant]:
    """Connect; when `sync`, wait until the room's state is there. `doc`: come back with what one had."""
    headers = (
        {} if cookie or query else {"Authorization": f"Bearer {token if token is not None else seat.token}"}
    )
    if cookie:
        headers["Cookie"] = cookie
    url = f"{server.ws}/ws/{room or seat.room}{query}"
    async with connect(
        url,
        additional_headers=headers,
        subprotocols=["tablee.1"] if events else None,
        compression=None,  # type: ignore[list-item]
        max_size=None,
        origin=origin,  # type: ignore[arg-type]
    ) as socket:
        one = Participant(socket, seat, events=events, doc=doc)
        tasks = [asyncio.create_task(one._receive_forever()), asyncio.create_task(one._send_forever())]
        try:
            if not events:
                one._begin(one.doc.client_id)
            if sync:
                await one.until(lambda: one.synced, "the room's state came")
            yield one
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
