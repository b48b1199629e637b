"""A room: one document, the sessions in it, and what it does with their bytes.

Synchronous and alone: no clock, no task, no store. Whoever drives it takes its commits to the log
and brings entries of the log back, in order; only then does anybody see them.

Updates of a turn are applied to the document when they pass the gate, before they are in the log.
So nothing of the document may be shown while a commit is under way: newcomers wait for its delivery,
and a turn that fails is undone by `rebuild`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import msgspec

from tablee.errors import MALFORMED, TOO_LARGE, BadFrame
from tablee.model.changes import Changes
from tablee.model.notes import REQUIRED_KEYS
from tablee.model.rights import Notes
from tablee.sync import encoding as enc
from tablee.sync import gate
from tablee.sync.document import Document
from tablee.sync.effects import Close, Effect, Event, PresenceMoved, Saved, Send, Spread
from tablee.sync.entries import Entry, read_entry, write_entry
from tablee.sync.heads import Heads
from tablee.sync.index import Index, NotTaken, Placed, index_of
from tablee.sync.presence import Identity, Presence

MAX_FRAME = 64 * 1024
MAX_GIVEN_BACK = 250 * 1024
"""The same for somebody who may give back what a log has lost: it is a step 2 with all of it."""
SERVER = "-"
"""Whose the client ids are under which the server itself makes notes: nobody's, so that nobody takes them."""
FIRST_WRITER = 2**53 - 1
"""The client id under which the server makes what must be one and the same whichever process makes it: two
of them that do so at the same moment make the same items, and no word written into one is lost in another."""


@dataclass(slots=True)
class Member:
    """A session in a room. `events`: it speaks subprotocol `tablee.1`."""

    session: int
    person: str
    identity: Identity
    may_write: bool
    events: bool
    updates: int = 0
    """Sync updates received so far; `saved` and `refused` count them from one."""
    gives_back: bool = False
    """Whether it may bring items of others that the log does not have (any more), as answer to step 1."""
    greeted: bool = False
    """Whether it was asked for what it has (sync step 1)."""
    waiting: list[bytes] = field(default_factory=list)
    """State vectors to answer once the document holds only what is in the log."""


Judge = Callable[[str, Changes, Notes], "str | None"]
"""Person, what they change, how the room is → why it is refused, or None."""


@dataclass(slots=True)
class Step:
    """One update of the turn. `member` is None for what the server does itself."""

    session: int
    update: bytes
    person: str | None
    member: Member | None
    count: int
    on_refused: Callable[[str], None] | None = None
    authors: Mapping[str, str] = field(default_factory=dict)
    """Who had made what it gives back, in whose name it may do so."""


class Room:
    """The document of a room at entry `n` of its log, plus the turn under way."""

    def __init__(
        self,
        process: bytes,
        *,
        snapshot: bytes | None = None,
        n: int = 0,
        entries: list[tuple[int, bytes]] | None = None,
        owners: Mapping[int, str] | None = None,
        judge: Judge | None = None,
        index: Index | None = None,
    ) -> None:
        """`index`: of the snapshot and the entries, when somebody made it already."""
        self.process = process
        self.judge = judge
        self.n = n
        self.members: dict[int, Member] = {}
        self.presence = Presence()
        self.owners: dict[int, str] = dict(owners or {})
        self.hidden: frozenset[str] = frozenset()
        """Notes that facilitation took out of the document: they come back by its word only."""
        self.claimed: dict[int, str] = {}
        """Client ids first seen in this turn; the log binds them for good or refuses the turn."""
        self._turn: list[Step] = []
        self._counts: dict[int, int] = {}
        self._underway: bytes | None = None
        # what the document can be rebuilt from
        self._base: bytes | None = snapshot
        self._since: list[bytes] = []
        self._document = Document(snapshot)
        self._heads = Heads(self._document)
        for number, payload in entries or ():
            for _, update in read_entry(payload).updates:
                self._document.apply(update)
                self._since.append(update)
            self.n = number
        self._index = index or index_of([snapshot, *self._since] if snapshot else self._since)
        self._full: bytes | None = None

    # -- sessions ---------------------------------------------------------------------------

    def join(self, member: Member) -> list[Effect]:
        """A session comes in: it is asked for what it has and told who is here."""
        self.members[member.session] = member
        effects: list[Effect] = self._answer(member) if self._settled else []
        here = self.presence.everybody()
        if here is not None:
            effects.append(Send(member.session, here))
        return effects

    def leave(self, session: int) -> list[Effect]:
        self.members.pop(session, None)
        return [PresenceMoved()] if self.presence.leave(session) else []

    # -- bytes from a session -----------------------------------------------------------------

    def receive(self, session: int, frame: bytes) -> list[Effect]:
        """What one frame leads to. A frame no honest client sends closes its session and changes nothing."""
        member = self.members.get(session)
        if member is None:
            return []
        try:
            if len(frame) > (MAX_GIVEN_BACK if member.gives_back else MAX_FRAME):
                raise BadFrame("the frame is too large", TOO_LARGE)
            kind, at = enc.read_varint(frame, 0)
            if kind == enc.SYNC:
                return self._sync(member, frame, at)
            if kind == enc.QUERY_AWARENESS:
                here = self.presence.everybody()
                return [Send(session, here)] if here is not None else []
            body, end = enc.read_bytes(frame, at)
            if end != len(frame):
                raise BadFrame("bytes follow a message")
            if kind == enc.AWARENESS:
                moved = self.presence.receive(session, member.identity, body)
                return [PresenceMoved()] if moved else []
            if kind == enc.EVENT and member.events:
                return [Event(session, body)]
            raise BadFrame("this type of message is not known")
        except BadFrame as error:
            return [Close(session, error.code, str(error))]

    def _sync(self, member: Member, frame: bytes, at: int) -> list[Effect]:
        step, at = enc.read_varint(frame, at)
        body, end = enc.read_bytes(frame, at)
        if end != len(frame):
            raise BadFrame("bytes follow a message")
        if step == enc.STEP1:
            enc.read_vector(body)
            member.waiting = [body]  # one answer, to the latest, is enough
            return self._answer(member) if self._settled else []
        if step not in (enc.STEP2, enc.UPDATE):
            raise BadFrame("this sync message is not known")
        if step == enc.STEP2 and body == enc.EMPTY_UPDATE:
            return []
        return self._update(member, body, gives_back=step == enc.STEP2 and member.gives_back)

    def _update(self, member: Member, body: bytes, *, gives_back: bool) -> list[Effect]:
        update = gate.read_update(body, trusted=gives_back)
        member.updates += 1
        person: str | None = member.person
        try:
            if not member.may_write:
                raise NotTaken("role.read_only")
            try:
                placed = self._place(update, person)
            except NotTaken as refusal:
                if not gives_back or refusal.key != "update.not_yours":
                    raise
                person = None  # what others wrote cannot be judged by the rights of who brings it
                placed = self._place(update, None)
            if placed.is_new:
                self._do(placed, Step(member.session, body, person, member, member.updates))
        except NotTaken as refusal:
            return [self._refuse(member, member.updates, refusal.key)]
        self._counts[member.session] = member.updates
        return []

    def _place(
        self, update: gate.Update, person: str | None, authors: Mapping[str, str] | None = None
    ) -> Placed:
        """Judge an update without touching anything. Raises `NotTaken` and `BadFrame`."""
        self._heads.vouched = authors or {}
        if person is not None:
            for client, end in update.ends():
                owner = SERVER if client == FIRST_WRITER else self.owners.get(client, person)
                if owner != person and end > self._index.end(client):
                    raise NotTaken("update.not_yours")
        placed = self._index.place(update)
        key = self._judged(person, placed)
        if key is not None and placed.surprising:
            # of two people who set a value at once one loses, and says later that it is deleted
            self._index.learn_deletions(gate.read_update(self._document.deletions(), trusted=True))
            placed = self._index.place(update)
            key = self._judged(person, placed)
        if key is not None:
            raise NotTaken(key)
        return placed

    def _judged(self, person: str | None, placed: Placed) -> str | None:
        if person is None or self.judge is None:
            return None
        for (root, entry), change in placed.changes.items():
            if root == "notes" and entry in self.hidden and change.made and entry not in self._heads.vouched:
                return "note.hidden"
        return self.judge(person, placed.changes, self._heads)

    def _do(self, placed: Placed, step: Step) -> None:
        """Apply what was judged, and make it part of the turn."""
        self._heads.before(placed.changes)
        try:
            if placed.repeats:
                # who comes back repeats what is known; only what is new goes to the log and to others
                change = self._document.apply_and_tell(step.update)
            else:
                self._document.apply(step.update)
                change = step.update
        except BadFrame:
            self.rebuild()
            raise
        if not all(self._is_complete(*entry) for entry in placed.doubtful):
            self.rebuild()
            raise NotTaken("note.incomplete")
        self._index.add(placed)
        self._heads.after(placed.changes)
        owner = step.person or (SERVER if step.member is None else None)
        if owner is not None:
            for client in placed.items:
                if client not in self.owners:
                    self.owners[client] = self.claimed[client] = owner
        if change is not None:
            step.update = change
            self._turn.append(step)

    def _is_complete(self, root: str, entry: str) -> bool:
        note = self._document.note(entry) if root == "notes" else None
        return note is None or note.keys() >= REQUIRED_KEYS

    def _refuse(self, member: Member, count: int, key: str) -> Effect:
        """Nobody saw it. A plain Yjs client cannot be told, and would drift: it is closed for good."""
        if not member.events:
            return Close(member.session, MALFORMED, key)
        event = {"type": "refused", "count": count, "key": key}
        return Send(member.session, enc.event_message(msgspec.json.encode(event)))

    # -- to the log and back --------------------------------------------------------------------

    @property
    def _settled(self) -> bool:
        """Whether the document holds what is in the log and nothing else."""
        return not self._turn and self._underway is None

    @property
    def is_underway(self) -> bool:
        return self._underway is not None

    def change(
        self,
        person: str | None,
        update: bytes,
        on_refused: Callable[[str], None],
        authors: Mapping[str, str] | None = None,
    ) -> None:
        """An update made by the server for a person (notes over HTTP), or for nobody (drafts that are
        revealed): it goes the same road.

        `authors`: who had made what it gives back, and in whose name it may. Raises `NotTaken`.
        `on_refused` is told when rights changed before the log had it.
        """
        step = Step(0, update, person, None, 0, on_refused, authors or {})
        placed = self._place(gate.read_update(update, trusted=True), person, step.authors)
        if placed.is_new:
            self._do(placed, step)

    def give_back(self, state: bytes, owners: Mapping[int, str]) -> bool:
        """Put back what the log has lost of an earlier state of this room. Whether anything was missing."""
        for client, person in owners.items():
            if self.owners.setdefault(client, person) == person:
                self.claimed.setdefault(client, person)
        lost = Document(state).since(self._document.vector())
        change = self._document.apply_and_tell(lost)
        if change is None:
            self.claimed = {}
            return False
        self._remember(change)
        self._turn.append(Step(0, change, None, None, 0))
        return True

    def stored(self) -> bytes:
        """The document as the log gave it, without the turn under way."""
        if self._settled:
            return self._document.state()
        document = Document(self._base)
        for update in self._since:
            document.apply(update)
        return document.state()

    def commit(self, now: int) -> bytes | None:
        """What this turn adds to the log, as one entry; None when there is nothing to store.

        Updates that changed nothing are acknowledged with the next delivery all the same.
        """
        if not self._turn or self._underway is not None:
            return None
        updates = [(step.session, step.update) for step in self._turn]
        people = [step.person or "" for step in self._turn]
        self._underway = write_entry(Entry(self.process, now, updates, people))
        return self._underway

    def acknowledge_idle(self) -> list[Effect]:
        """`saved` for updates that added nothing, when no commit will bring it."""
        return self._saved() if self._settled else []

    def deliver(self, n: int, payload: bytes) -> list[Effect] | None:
        """Entry `n` of the log. None when an entry before it is missing: reload from the store."""
        if n <= self.n:
            return []
        if n != self.n + 1:
            return None
        entry = read_entry(payload)
        # by its bytes: an entry of a turn given up meanwhile is no longer in the document
        mine = payload == self._underway
        if mine:
            self._since.extend(update for _, update in entry.updates)
            self.n = n
            self._turn, self.claimed, self._underway = [], {}, None
        else:
            self._take(n, entry)
            self._heads.reset(self._document)
        self._full = None
        effects: list[Effect] = [
            Spread(
                tuple(
                    (session if mine else None, enc.update_message(update))
                    for session, update in entry.updates
                )
            )
        ]
        if mine:
            effects += self._saved()
        if self._settled:
            for member in self.members.values():
                if member.waiting or not member.greeted:
                    effects += self._answer(member)
        return effects

    def logged(self) -> tuple[bytes, ...]:
        """What the log gave, as updates: what an index may be made of beside the room, while a turn is under
        way, for `judge_again`."""
        return (self._base, *self._since) if self._base else tuple(self._since)

    def judge_again(
        self, refuse_all: str | None = None, index: tuple[tuple[bytes, ...], Index] | None = None
    ) -> list[Effect]:
        """The log did not take the turn as it was judged: rights, owners or the policy are others now.

        What is still allowed stays in the turn for the next commit; the rest is refused, and what builds
        on it with it. `index`: one of what was `logged`.
        """
        turn, self._turn, self._underway = self._turn, [], None
        for client in self.claimed:
            if self.owners.get(client) == self.claimed[client]:
                del self.owners[client]
        self.claimed = {}
        self.rebuild(index[1] if index is not None and index[0] == self.logged() else None)
        effects: list[Effect] = []
        for step in turn:
            try:
                if refuse_all is not None:
                    raise NotTaken(refuse_all)
                placed = self._place(gate.read_update(step.update, trusted=True), step.person, step.authors)
                if placed.is_new:
                    self._do(placed, step)
            except (NotTaken, BadFrame) as refusal:
                key = refusal.key if isinstance(refusal, NotTaken) else "update.reference"
                if step.on_refused is not None:
                    step.on_refused(key)
                if step.member is not None and step.session in self.members:
                    effects.append(self._refuse(step.member, step.count, key))
        return effects

    def rebuild(self, index: Index | None = None) -> None:
        """Make the document again from what is in the log and the turn; `index` is of just that."""
        self._document = Document(self._base)
        updates = [*self._since, *(step.update for step in self._turn)]
        for update in updates:
            self._document.apply(update)
        self._index = index or index_of([self._base, *updates] if self._base else updates)
        self._heads.reset(self._document)
        self._full = None

    def _remember(self, update: bytes) -> None:
        """Keep the index in step with something from the log that was applied."""
        self._index.add(self._index.place(gate.read_update(update, trusted=True), trusted=True))

    def _saved(self) -> list[Effect]:
        counts, self._counts = self._counts, {}
        return [
            Saved(session, count)
            for session, count in counts.items()
            if session in self.members and self.members[session].events
        ]

    def _take(self, n: int, entry: Entry) -> None:
        for _, update in entry.updates:
            self._document.apply(update)
            self._remember(update)
            self._since.append(update)
        self.n = n

    def _answer(self, member: Member) -> list[Effect]:
        vectors, member.waiting = member.waiting, []
        out: list[Effect] = []
        if not member.greeted:
            member.greeted = True
            out.append(Send(member.session, enc.step1(self._document.vector())))
        for vector in vectors:
            if vector == enc.EMPTY_VECTOR:
                if self._full is None:  # one message serves all newcomers until the next change
                    self._full = enc.step2(self._document.state())
                out.append(Send(member.session, self._full))
            else:
                out.append(Send(member.session, enc.step2(self._document.since(vector))))
        return out

    # -- pictures ---------------------------------------------------------------------------------

    def send_all_again(self, session: int) -> list[Effect]:
        """A session that could not be sent some updates gets the whole document instead."""
        member = self.members.get(session)
        if member is None:
            return []
        member.waiting.append(enc.EMPTY_VECTOR)
        return self._answer(member) if self._settled else []

    def snapshot(self) -> bytes | None:
        """The document at exactly entry `n`; None while a turn is under way."""
        if not self._settled:
            return None
        return self._document.state()

    def rebase(self, snapshot: bytes, n: int) -> None:
        """`snapshot` at entry `n` is in the store: rebuild from it from now on."""
        if n == self.n and self._settled:
            self._base, self._since = snapshot, []

    @property
    def document(self) -> Document:
        return self._document

    @property
    def since_base(self) -> int:
        """Bytes of updates since the last snapshot."""
        return sum(map(len, self._since))
