"""A room under attack: an honest history in it, hostile sessions around it, and a log of what it took."""

from __future__ import annotations

import json
from typing import Any

from pycrdt import Doc
from pycrdt import Map as YMap
from tests.kit.mutations import EVENTS, PLAIN, READER, Frame, History

from tablee.model.changes import Changes
from tablee.model.rights import Notes
from tablee.sync import encoding as enc
from tablee.sync import gate
from tablee.sync.document import ROOT_NAMES, Document
from tablee.sync.effects import Close, Effect, Send
from tablee.sync.entries import Entry, read_entry, write_entry
from tablee.sync.room import Member, Room

ACCEPTED, NOTHING, REFUSED, CLOSED = "accepted", "nothing", "refused", "closed"


class Broken(AssertionError):
    """The room is not what it must be."""


class Target:
    """A room and the log that made it. Sessions that are closed come back.

    `guarded`: notes that nobody may change here. They must stay what they are, whatever is tried.
    """

    def __init__(self, past: History, guarded: frozenset[str] = frozenset()) -> None:
        self.guarded = guarded
        self.log = [
            write_entry(Entry(b"before--", 0, [one])) for one in past.updates
        ]  # one update an entry, as in a calm room
        self.people = past.people
        self.told: Changes = {}
        """What the last update that was judged is said to change."""
        self.room = Room(
            b"target--", entries=list(enumerate(self.log, start=1)), owners=owners(past), judge=self._judge
        )
        notes = self.room.document.notes()
        self._guarded_content = {note: notes.get(note) for note in guarded}
        self.alone: Doc[Any] = Doc()
        """A document of the library alone, fed with what the log takes, update by update."""
        for root in ROOT_NAMES:
            self.alone.get(root, type=YMap)
        for _, update in past.updates:
            self.alone.apply_update(update)
        for session in (*range(1, past.people + 1), EVENTS, PLAIN, READER):
            self.sit(session)

    def _judge(self, _person: str, changes: Changes, _notes: Notes) -> str | None:
        self.told = changes
        return "note.locked" if any(("notes", note) in changes for note in self.guarded) else None

    def sit(self, session: int) -> None:
        person = f"p{session}"
        member = Member(session, person, {"id": person, "name": "P"}, session != READER, session != PLAIN)
        self.room.join(member)

    @property
    def updates(self) -> list[bytes]:
        """Everything in the log, in order."""
        return [update for payload in self.log for _, update in read_entry(payload).updates]

    def send(self, frame: Frame) -> tuple[str, list[Frame]]:
        """Let the room have a frame and the log what it commits: what became of it, and the updates taken."""
        session, data = frame
        effects = self.room.receive(session, data)
        outcome = outcome_of(effects)
        if outcome == CLOSED:
            self.room.leave(session)
            self.sit(session)
        taken = self.store()
        if taken:
            if outcome != NOTHING:
                raise Broken(f"a frame that was {outcome} brought something into the log")
            outcome = ACCEPTED
        return outcome, taken

    def store(self) -> list[Frame]:
        """Put what the room wants to keep into the log, and bring it back."""
        payload = self.room.commit(now=0)
        if payload is None:
            self.room.acknowledge_idle()
            return []
        self.log.append(payload)
        if self.room.deliver(len(self.log), payload) is None:
            raise Broken("the room asks for an entry it has")
        taken = read_entry(payload).updates
        for _, update in taken:
            self.alone.apply_update(update)
        return taken

    def check(self) -> bytes:
        """The room's state; raises `Broken` unless it loads and is what its log makes."""
        state = self.room.document.state()
        notes = self.room.document.notes()
        for note, before in self._guarded_content.items():
            if notes.get(note) != before:
                raise Broken(f"a note nobody may change is {notes.get(note)}, was {before}")
        content = self.room.document.content()
        for name, other in (
            ("its state, loaded", Document(state).content()),
            ("the log, update by update", content_of(self.alone)),
        ):
            if other != content:
                raise Broken(f"the room and {name} differ:\n{content}\n{other}")
        vector = enc.read_vector(self.room.document.vector())
        if vector != enc.read_vector(bytes(self.alone.get_state())):
            raise Broken("the room and its log have different clocks")
        return state

    def replayed(self) -> Room:
        """A cold start from the log."""
        return Room(b"cold----", entries=list(enumerate(self.log, start=1)))


def owners(past: History) -> dict[int, str]:
    """Whose the client ids of a history are: the person whose session brought each first."""
    out: dict[int, str] = {}
    for session, body in past.updates:
        for client in gate.read_update(body).sections:
            out.setdefault(client, f"p{session}")
    return out


def content_of(doc: Doc[Any]) -> dict[str, Any]:
    return {root: json.loads(str(doc.get(root, type=YMap))) for root in ROOT_NAMES}


def outcome_of(effects: list[Effect]) -> str:
    for effect in effects:
        if isinstance(effect, Close):
            return CLOSED
        if isinstance(effect, Send) and effect.message[:1] == b"\x40" and b'"refused"' in effect.message:
            return REFUSED
    return NOTHING
