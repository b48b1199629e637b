"""Peers of a room without a network: queues flushed by hand, a log in a list, randomness from a seed.

A `Table` drives one or more rooms (one per pretended process) on one log the way the hub does, but
chooses every interleaving with its random generator, so a history can be replayed from its seed.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

from pycrdt import Doc, Map, Text

from tablee.sync import encoding as enc
from tablee.sync.document import ROOT_NAMES
from tablee.sync.effects import Close, Effect, PresenceMoved, Saved, Send, Spread
from tablee.sync.room import Member, Room

ZONES = ("contributions", "returns", "costs", "community", "rules", "bodies")
WORDS = ("charte", "é", "données ouvertes", "😀", "règle ", "commun\n", "— ", "œuvre")


class Peer:
    """A participant with a document of their own, genuine pycrdt."""

    def __init__(self, number: int, person: str) -> None:
        self.number, self.person = number, person
        self.doc: Doc[Any] = Doc()
        for root in ROOT_NAMES:
            self.doc.get(root, type=Map)
        self.outgoing: list[bytes] = []
        self.incoming: list[bytes] = []
        self.sent = self.saved = 0
        self.closed: int | None = None
        self.ids: list[str] = []
        self._mute = False
        self.doc.observe(self._changed)

    def _changed(self, event: Any) -> None:
        if not self._mute:
            self.outgoing.append(enc.update_message(bytes(event.update)))
            self.sent += 1

    def act(self, rng: random.Random) -> None:
        """One change a person could make: a new note, a move, typing anywhere, a deletion."""
        notes = self.notes
        present = sorted(notes.keys())
        dice = rng.random()
        if not present or dice < 0.25:
            note_id = f"n{self.number}-{len(self.ids)}"
            self.ids.append(note_id)
            notes[note_id] = Map(
                {
                    "board": "sheet2.verso",
                    "zone": rng.choice(ZONES),
                    "kind": "note",
                    "place": [0.1, rng.random()],
                    "order": f"a{rng.randrange(1000)}",
                    "colour": "ciel",
                    "text": Text(rng.choice(WORDS)),
                    "by": self.person,
                    "at": 1,
                    "fields": Map({}),
                }
            )
        elif dice < 0.55:
            notes[rng.choice(present)]["place"] = [round(rng.random(), 3), round(rng.random(), 3)]
        elif dice < 0.9:
            text: Text = notes[rng.choice(present)]["text"]
            content = str(text)
            at = rng.randrange(len(content) + 1)
            start = len(content[:at].encode())
            if content and rng.random() < 0.4 and at < len(content):
                del text[start : start + len(content[at].encode())]
            else:
                text.insert(start, rng.choice(WORDS))
        else:
            del notes[rng.choice(present)]

    @property
    def notes(self) -> Map[Any]:
        return self.doc.get("notes", type=Map)

    def take(self) -> None:
        """Read one message from the room."""
        message = self.incoming.pop(0)
        kind, at = enc.read_varint(message, 0)
        if kind != enc.SYNC:
            return
        step, at = enc.read_varint(message, at)
        body, _ = enc.read_bytes(message, at)
        if step == enc.STEP1:
            update = bytes(self.doc.get_update(body))
            if update != enc.EMPTY_UPDATE:
                self.outgoing.append(enc.step2(update))
                self.sent += 1
            return
        self._mute = True
        try:
            self.doc.apply_update(body)
        finally:
            self._mute = False

    def content(self) -> dict[str, Any]:
        return {root: self.doc.get(root, type=Map).to_py() for root in ROOT_NAMES}


@dataclass
class Process:
    room: Room
    underway: bytes | None = None
    read: int = 0
    acknowledged: dict[int, int] = field(default_factory=dict)


class Table:
    """Peers around one room, held by one or several processes on one log."""

    def __init__(self, seed: int, peers: int, processes: int = 1) -> None:
        self.rng = random.Random(seed)
        self.log: list[bytes] = []
        self.processes = [Process(Room(bytes([p]) * 8)) for p in range(processes)]
        self.peers: list[Peer] = []
        self.home: dict[int, Process] = {}
        for number in range(1, peers + 1):
            self.sit(number, self.rng.choice(self.processes))

    def sit(self, number: int, process: Process) -> Peer:
        peer = Peer(number, f"p{number}")
        self.peers.append(peer)
        self.come(peer, process)
        return peer

    def come(self, peer: Peer, process: Process, *, events: bool = True) -> None:
        """A peer connects (again): it says what it has, as any Yjs client does.

        As in the hub, the room first reads the log to its end: what the peer saw through another
        process must not be news here, or the peer would seem to bring somebody else's items.
        """
        while process.room.n < len(self.log):
            self.read(process)
        self.home[peer.number] = process
        peer.incoming, peer.outgoing, peer.sent, peer.saved, peer.closed = [], [], 0, 0, None
        member = Member(peer.number, peer.person, {"id": peer.person, "name": "P"}, True, events)
        self.run(process, process.room.join(member))
        peer.outgoing.append(enc.step1(bytes(peer.doc.get_state())))

    def go(self, peer: Peer) -> None:
        process = self.home.pop(peer.number)
        self.run(process, process.room.leave(peer.number))

    def run(self, process: Process, effects: list[Effect]) -> None:
        by_number = {peer.number: peer for peer in self.peers}
        for effect in effects:
            match effect:
                case Send(to, message):
                    by_number[to].incoming.append(message)
                case Spread(messages):
                    for number in list(process.room.members):
                        by_number[number].incoming += [m for by, m in messages if by != number]
                case Saved(to, count):
                    by_number[to].saved = count
                case Close(to, code, why):
                    by_number[to].closed = code
                    raise AssertionError(f"the room closed an honest peer: {code} {why}")
                case PresenceMoved():
                    pass

    # -- steps, each something the world may do next ----------------------------------------------

    def step(self) -> None:
        peer = self.rng.choice(self.peers)
        dice = self.rng.random()
        if dice < 0.35:
            peer.act(self.rng)
        elif dice < 0.6:
            self.deliver_to_room(peer)
        elif dice < 0.8:
            if peer.incoming:
                peer.take()
        else:
            process = self.rng.choice(self.processes)
            self.rng.choice((self.commit, self.append, self.read))(process)

    def deliver_to_room(self, peer: Peer) -> None:
        process = self.home.get(peer.number)
        # as in the hub: nothing of a session is handled while a turn is under way
        if process is None or not peer.outgoing or process.room.is_underway:
            return
        self.run(process, process.room.receive(peer.number, peer.outgoing.pop(0)))

    def commit(self, process: Process) -> None:
        if process.underway is None:
            process.underway = process.room.commit(now=0)
            if process.underway is None:
                self.run(process, process.room.acknowledge_idle())

    def append(self, process: Process) -> None:
        if process.underway is not None:
            self.log.append(process.underway)
            process.underway = None

    def read(self, process: Process) -> None:
        n = process.room.n
        if n < len(self.log):
            effects = process.room.deliver(n + 1, self.log[n])
            assert effects is not None
            self.run(process, effects)

    def settle(self) -> None:
        """Let everything that is under way arrive."""
        busy = True
        while busy:
            busy = False
            for process in self.processes:
                self.commit(process)
                self.append(process)
                while process.room.n < len(self.log):
                    self.read(process)
                    busy = True
            for peer in self.peers:
                while peer.outgoing and peer.number in self.home:
                    self.deliver_to_room(peer)
                    busy = True
                    if self.home[peer.number].room.is_underway:
                        break
                while peer.incoming:
                    peer.take()
                    busy = True

    def replayed(self) -> Room:
        """A cold start from the log alone."""
        return Room(b"cold----", entries=list(enumerate(self.log, start=1)))
