"""A person at their page: a document, an outbox and a connection that comes back.

It behaves as web/src/sync/provider.ts. Everything they do and are told goes into the history.
They write while they are cut off, too.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
from typing import Any

from pycrdt import Doc, Map, Text
from tests.faults.outbox import Outbox, Waiting
from tests.kit.history import History, Kind, Operation
from tests.kit.server import Seat
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from tablee.sync import encoding as enc
from tablee.sync.document import ROOT_NAMES

ZONES = ("contributions", "returns", "costs", "community", "rules", "bodies")
GREETING_S = 4.0
GIVE_BACK_TRIES = 8
PING_S = 1.0
SILENCE_S = 3.0
"""As in the page, only sooner: a server that says nothing for so long is taken for gone."""
LONGEST_TEXT = 400


class Person:
    def __init__(self, name: str, seat: Seat, doors: list[int], history: History, rng: random.Random) -> None:
        self.name, self.seat, self.history, self.rng = name, seat, history, rng
        self.doors = doors
        """Ports through which a server is reached; the first is the one they prefer."""
        self.doc: Doc[Any] | None = None
        self.life = 0
        self.online = self.synced = False
        self.repeats = 0.0
        """How likely a frame goes out twice, or an old one goes out again."""
        self._lineage = ""
        self._outbox = Outbox()
        self._asked = self._mute = False
        self._joined = False
        """Whether this document has held the room's content once."""
        self._making: Operation | None = None
        self._begins = 0
        self._socket: ClientConnection | None = None
        self._sending: asyncio.Queue[bytes] = asyncio.Queue()
        self._heard = 0.0
        self._old: list[bytes] = []
        self._serial = 0
        self._entry = 0
        """The last entry of the room's log they know of."""
        self._went_back = False
        self._tries = 0

    # -- what a person does -------------------------------------------------------------------------

    @property
    def notes(self) -> Map[Any]:
        assert self.doc is not None
        return self.doc.get("notes", type=Map)

    @property
    def pending(self) -> int:
        return len(self._outbox.waiting)

    @property
    def is_done(self) -> bool:
        """Connected, and everything they did is saved."""
        return self.synced and self._asked and not self._outbox.waiting

    def act(self) -> None:
        """One thing, by chance: a new note, typing, erasing, moving, deleting; nothing without a document."""
        if self.doc is None or not self._joined:
            return
        there = sorted(key for key in self.notes.keys() if not key.startswith("fin"))  # noqa: SIM118
        dice = self.rng.random()
        if not there or dice < 0.3:
            self.add()
            return
        note = self.rng.choice(there)
        if dice < 0.7:
            self.type(note)
        elif dice < 0.8:
            self.erase(note)
        elif dice < 0.92:
            self.move(note)
        else:
            self.delete(note)

    def add(self, note_id: str = "") -> str:
        self._serial += 1
        note_id = note_id or f"{self.name}-{self._serial}"
        place = self._new_place()
        operation = self._operation("add", note_id, self.history.new_chars(self.rng.randrange(1, 4)), place)
        with self._doing(operation):
            self.notes[note_id] = Map(
                {
                    "board": "sheet2.verso",
                    "zone": self.rng.choice(ZONES),
                    "kind": "note",
                    "place": list(place),
                    "order": f"a{self._serial}",
                    "colour": "ciel",
                    "text": Text(operation.chars),
                    "by": self.seat.person["id"],
                    "at": 1,
                    "fields": Map({}),
                }
            )
        return note_id

    def type(self, note_id: str) -> None:
        text: Text = self.notes[note_id]["text"]
        now = str(text)
        if len(now) > LONGEST_TEXT:
            return
        at = self.rng.randrange(len(now) + 1)
        operation = self._operation("type", note_id, self.history.new_chars(self.rng.randrange(1, 6)))
        with self._doing(operation):
            text.insert(len(now[:at].encode()), operation.chars)

    def erase(self, note_id: str) -> None:
        text: Text = self.notes[note_id]["text"]
        now = str(text)
        if not now:
            return
        at = self.rng.randrange(len(now))
        gone = now[at : at + self.rng.randrange(1, 4)]
        start = len(now[:at].encode())
        with self._doing(self._operation("erase", note_id, gone)):
            del text[start : start + len(gone.encode())]

    def move(self, note_id: str) -> None:
        place = self._new_place()
        with self._doing(self._operation("move", note_id, place=place)):
            self.notes[note_id]["place"] = list(place)

    def delete(self, note_id: str) -> None:
        with self._doing(self._operation("delete", note_id)):
            del self.notes[note_id]

    def reload(self) -> None:
        """Close the page and open it again: the document is empty, what was not saved is gone."""
        self.history.happened(self.name, f"reloads the page, {self.pending} updates not saved")
        self._forget()
        self.hang_up()

    def hang_up(self) -> None:
        self.online = self.synced = self._asked = False
        if self._socket is not None:
            self._socket.transport.abort()
            self._socket = None

    def _new_place(self) -> tuple[float, float]:
        return round(self.rng.random(), 12), round(self.rng.random(), 12)

    def _operation(
        self, kind: Kind, note: str, chars: str = "", place: tuple[float, float] | None = None
    ) -> Operation:
        return Operation(self.history.now(), self.name, self.life, kind, note, chars, place)

    @contextlib.contextmanager
    def _doing(self, operation: Operation) -> Any:
        assert self.doc is not None
        self.history.did(operation)
        self._making = operation
        self._begins = self._clock()
        with self.doc.transaction():
            yield
        assert self._making is None, "the operation changed nothing"

    def _clock(self) -> int:
        assert self.doc is not None
        return enc.read_vector(bytes(self.doc.get_state())).get(self.doc.client_id, 0)

    def _changed(self, event: Any) -> None:
        if self._mute:
            return
        assert self._making is not None
        self._outbox.add(Waiting(bytes(event.update), [self._making], self._begins))
        self._making = None
        self._flush()

    def _forget(self) -> None:
        for operation in self._outbox.clear():
            self.history.told(operation, "dropped")
        self._lineage = ""
        self._old = []
        self._joined = False
        self.doc = None

    # -- the connection ---------------------------------------------------------------------------------

    async def live(self) -> None:
        """Be connected, again and again, until cancelled."""
        attempt = 0
        while True:
            door = self.doors[0] if self.rng.random() < 0.7 else self.rng.choice(self.doors)
            began = asyncio.get_running_loop().time()
            await self._connection(door)
            if asyncio.get_running_loop().time() - began > 2:
                attempt = 0
            await asyncio.sleep(min(1.0, 0.05 * 2**attempt) * (0.5 + self.rng.random() / 2))
            attempt = min(attempt + 1, 6)

    async def _connection(self, door: int) -> None:
        url = f"ws://127.0.0.1:{door}/ws/{self.seat.room}"
        try:
            async with asyncio.timeout(GREETING_S):
                socket = await connect(
                    url,
                    additional_headers={"Authorization": f"Bearer {self.seat.token}"},
                    subprotocols=["tablee.1"],  # type: ignore[list-item]
                    compression=None,
                    max_size=None,
                    ping_interval=None,
                    close_timeout=0.2,
                    open_timeout=None,
                    proxy=None,
                )
        except (OSError, TimeoutError, WebSocketException, EOFError):
            return
        self._socket = socket
        self._sending = asyncio.Queue()
        self._heard = asyncio.get_running_loop().time()
        work = [asyncio.create_task(one) for one in (self._send_forever(socket), self._watch(socket))]
        try:
            async for frame in socket:
                if self._socket is not socket:
                    break  # hung up: what is still on its way is not for this page any more
                assert isinstance(frame, bytes)
                self._heard = asyncio.get_running_loop().time()
                self._take(frame)
        except (ConnectionClosed, OSError):
            pass
        finally:
            self.online = self.synced = self._asked = False
            self._socket = None
            for task in work:
                task.cancel()
            await asyncio.gather(*work, return_exceptions=True)
            socket.transport.abort()
        code = socket.close_code
        self.history.happened(self.name, f"disconnected, {code} {socket.close_reason or ''}".rstrip())
        if code is not None and 4400 <= code <= 4499:
            self.history.sent_away(self.name, f"told never to come back: {code} {socket.close_reason}")
            self._forget()  # all a person could do is to open the page again

    async def _send_forever(self, socket: ClientConnection) -> None:
        with contextlib.suppress(ConnectionClosed, OSError):
            while True:
                await socket.send(await self._sending.get())

    async def _watch(self, socket: ClientConnection) -> None:
        while True:
            await asyncio.sleep(PING_S)
            if asyncio.get_running_loop().time() - self._heard > SILENCE_S:
                self.history.happened(self.name, "hears nothing and hangs up")
                socket.transport.abort()
                return
            self._event(type="ping", t=1)

    # -- frames -------------------------------------------------------------------------------------------

    def _take(self, frame: bytes) -> None:
        kind, at = enc.read_varint(frame, 0)
        if kind == enc.EVENT:
            self._take_event(json.loads(enc.read_bytes(frame, at)[0]))
        elif kind == enc.SYNC and self.doc is not None and self.online:
            step, at = enc.read_varint(frame, at)
            body, _ = enc.read_bytes(frame, at)
            if step == enc.STEP1:
                self._answer(body)
                return
            self._mute = True
            try:
                self.doc.apply_update(body)
            finally:
                self._mute = False
            if step == enc.STEP2:
                self.synced = self._joined = True

    def _take_event(self, event: dict[str, Any]) -> None:
        if event["type"] == "hello":
            self._greeted(event)
        elif event["type"] == "saved":
            self._entry = max(self._entry, event["entry"])
            self._went_back, self._tries = False, 0
            for operation in self._outbox.saved(event["count"]):
                self.history.told(operation, "saved")
        elif event["type"] == "refused":
            refused = self._outbox.message(event["count"])
            self._tries += 1
            if refused is None and self._tries <= GIVE_BACK_TRIES:
                self.history.happened(self.name, f"what the server lacked is refused: {event['key']}")
                self.hang_up()  # and comes again with the same document
                return
            what = f"{len(refused.operations)} of theirs" if refused is not None else "what the server lacked"
            said = f"refused: {event['key']} (message {event['count']}, {what})"
            self.history.sent_away(self.name, said)
            if refused is not None and refused in self._outbox.waiting and refused.times_sent == 1:
                self._outbox.waiting.remove(refused)
                for operation in refused.operations:
                    self.history.told(operation, "refused")
            self._forget()
            self.hang_up()

    def _greeted(self, hello: dict[str, Any]) -> None:
        if self.doc is None or hello["lineage"] != self._lineage:
            if self.doc is not None:
                self.history.sent_away(
                    self.name, "the room has another lineage: their document is thrown away"
                )
            self._forget()
            self._open(hello["client_id"])
        self._went_back = hello["lineage"] == self._lineage and hello["entry"] < self._entry
        self._entry = hello["entry"]
        self._lineage = hello["lineage"]
        self.online = True
        self.history.happened(self.name, f"connected, {self.pending} updates to send")
        self._outbox.begin()
        assert self.doc is not None
        self._send(enc.step1(bytes(self.doc.get_state())))

    def _open(self, client_id: int) -> None:
        self.life += 1
        self.doc = Doc(client_id=client_id)
        for root in ROOT_NAMES:
            self.doc.get(root, type=Map)
        self.doc.observe(self._changed)

    def _answer(self, vector: bytes) -> None:
        """The server says what it holds: it gets what it lacks, then what waits."""
        assert self.doc is not None
        theirs = enc.read_vector(vector)
        mine = enc.read_vector(bytes(self.doc.get_state()))
        if self._outbox.waiting:
            own = self.doc.client_id
            mine[own] = min(mine.get(own, 0), *(one.begins for one in self._outbox.waiting), 2**40)
        lacking = [client for client, clock in mine.items() if theirs.get(client, 0) < clock]
        if lacking or self._went_back:
            self.history.happened(self.name, "the server lacks what it had: sends it all")
            self._outbox.sent_besides()
            self._send(enc.step2(bytes(self.doc.get_update(vector))))
        self._asked = True
        self._flush()

    def _flush(self) -> None:
        if not self.online or not self._asked:
            return
        for one in self._outbox.take_unsent():
            frame = enc.update_message(one.update)
            self._send(frame)
            self._old.append(frame)
            if self.rng.random() < self.repeats:
                self._outbox.sent_besides()
                self._send(frame)
            if self.rng.random() < self.repeats:
                self._outbox.sent_besides()
                self._send(self.rng.choice(self._old))
        del self._old[:-200]

    def _event(self, **event: Any) -> None:
        self._send(enc.event_message(json.dumps(event).encode()))

    def _send(self, frame: bytes) -> None:
        self._sending.put_nowait(frame)
