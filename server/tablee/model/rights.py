"""Who may change what on a board, and when: one table, and the judgement of one update by it.

The table is role × action × moment. A moment is what the agenda's current step makes of the time: before
the first step, the phase of the step, or `each` while everybody writes for themselves.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, cast, get_args

from tablee.model.agendas import ASSIGNED
from tablee.model.changes import Changes, EntryChange
from tablee.model.fields import field_fault
from tablee.model.notes import (
    ENTRY_ROOTS,
    NOTES_PER_ROOM,
    REQUIRED_KEYS,
    SUMMARY,
    TEXT_CHARS,
    Places,
    entry_fault,
    value_fault,
)
from tablee.model.plan import module_of
from tablee.model.workshop import Role, Workshop

Action = Literal[
    "note.add",
    "note.change",
    "note.change_others",
    "note.delete",
    "note.delete_others",
    "note.change_locked",
    "note.sign_for_others",
    "board.change_locked",
    "recto.change_others",
    "entry.change",
    "entry.delete_others",
    "room.give_back",
]
Moment = Literal[
    "before",
    "intro",
    "immersion",
    "each",
    "exploration",
    "break",
    "convergence",
    "synthesis",
    "own",
    "read",
    "closed",
]

MOMENTS: tuple[Moment, ...] = get_args(Moment)
ALWAYS = frozenset(MOMENTS) - {"closed"}
"""Nobody changes anything in a workshop that is over, until it is reopened."""
WRITING: frozenset[Moment] = ALWAYS - {"read"}
TOGETHER: frozenset[Moment] = WRITING - {"own"}
NEVER: frozenset[Moment] = frozenset()

_RUNS_THE_ROOM: Mapping[Action, frozenset[Moment]] = {
    "note.add": ALWAYS,
    "note.change": ALWAYS,
    "note.change_others": ALWAYS,
    "note.delete": ALWAYS,
    "note.delete_others": ALWAYS,
    "note.change_locked": ALWAYS,
    "note.sign_for_others": NEVER,
    "board.change_locked": ALWAYS,
    "recto.change_others": ALWAYS,
    "entry.change": ALWAYS,
    "entry.delete_others": ALWAYS,
    "room.give_back": ALWAYS,
}
RIGHTS: Mapping[Role, Mapping[Action, frozenset[Moment]]] = {
    "organiser": _RUNS_THE_ROOM,
    "facilitator": _RUNS_THE_ROOM,
    "participant": {
        "note.add": WRITING,
        "note.change": WRITING,
        "note.change_others": TOGETHER,
        "note.delete": WRITING,
        "note.delete_others": TOGETHER,
        "note.change_locked": NEVER,
        "note.sign_for_others": NEVER,
        "board.change_locked": NEVER,
        "recto.change_others": TOGETHER - {"each"},
        "entry.change": ALWAYS,
        "entry.delete_others": NEVER,
        "room.give_back": NEVER,
    },
    "observer": dict.fromkeys(_RUNS_THE_ROOM, NEVER),
}

ENTRIES_PER_ROOT = 5_000
REACTIONS_PER_ROOM = 20_000
CLUSTER_ID = re.compile(r"c[A-Za-z0-9]{1,63}")
CLUSTER_KEYS = frozenset({"board", "zone"})
"""What says where a group is: those who may not write there may not change it."""
SIGNED_ROOTS: Mapping[str, int] = {"comments": 3, "reactions": 2}
"""Roots whose entries say in their key whose they are, and of how many parts that key is."""
_MOST: Mapping[str, int] = {"notes": NOTES_PER_ROOM, "reactions": REACTIONS_PER_ROOM}
UNSIGNED_KEYS = frozenset({"by", "at"})
"""Written when a note is made, never after."""


@dataclass(frozen=True, slots=True)
class Actor:
    person: str
    role: Role
    stakeholder: str


@dataclass(frozen=True, slots=True)
class Head:
    """What rights need to know of a note as it is. `text_chars` may be more than it has, never less."""

    board: str
    zone: str
    by: str | None
    locked: bool
    text_chars: int


@dataclass(frozen=True, slots=True)
class Policy:
    """What of a workshop's state decides on rights. Equal for every room of the workshop."""

    places: Places
    moment: Moment = "before"
    frozen: bool = False
    locked: frozenset[str] = field(default_factory=frozenset)
    """Boards, and `board zone` pairs joined by a blank."""
    silent: frozenset[str] = field(default_factory=frozenset)
    """The same where nobody sees what others write until it is revealed."""
    anonymous: frozenset[str] = field(default_factory=frozenset)
    """The same where notes belong to nobody."""
    outside: frozenset[str] = field(default_factory=frozenset)
    """Templates that are not in the modules of the workshop: nothing comes there any more."""
    all_silent: bool = False
    all_anonymous: bool = False
    opened: frozenset[str] = field(default_factory=frozenset)
    """Boards that people write on together, also where the step lets them only read, or change their own."""

    def moment_on(self, board: str) -> Moment:
        opened = self.moment in ("own", "read") and (board in self.opened or _template(board) in self.opened)
        return "exploration" if opened else self.moment

    def is_locked(self, board: str, zone: str) -> bool:
        if self.frozen:
            return True
        if not self.locked:
            return False
        return bool(self.locked & _names(board, zone))

    def is_silent(self, board: str, zone: str) -> bool:
        return self.all_silent or bool(self.silent and self.silent & _names(board, zone))

    def is_anonymous(self, board: str, zone: str) -> bool:
        return self.all_anonymous or bool(self.anonymous and self.anonymous & _names(board, zone))

    def is_hidden(self, board: str, zone: str) -> bool:
        """Whether notes come there by private drafts only, never by the document that all share."""
        return self.is_silent(board, zone) or self.is_anonymous(board, zone)


def _template(board: str) -> str:
    return board.partition("/")[0]


def _names(board: str, zone: str) -> set[str]:
    """What may have been said of a place: of its board or template, and of its zone in either."""
    template = _template(board)
    return {board, template, f"{board} {zone}", f"{template} {zone}"}


class Notes(Protocol):
    """How a judge looks at the room: notes as they are, and as they were before somebody deleted them."""

    def head(self, note_id: str) -> Head | None: ...

    def author_before(self, note_id: str) -> str | None:
        """Who had made a note that is deleted, if remembered; it may be given back in their name.

        Of comments and likes this is known only while the server itself gives them back."""

    def cluster_place(self, cluster_id: str) -> tuple[str, str] | None:
        """Board and zone of a cluster as it is."""

    def count(self, root: str) -> int: ...

    def exact_chars(self, note_id: str) -> int: ...

    def summary_chars(self) -> int:
        """How long the summary of the group is."""


def policy_of(workshop: Workshop, places: Places) -> Policy:
    boards = workshop.boards
    locked = {name for name, board in boards.items() if board.locked}
    locked |= {f"{name} {zone}" for name, board in boards.items() for zone in board.locked_zones}
    silent = {name for name, board in boards.items() if board.silent}
    silent |= {f"{name} {zone}" for name, board in boards.items() for zone in board.silent_zones}
    anonymous = {name for name, board in boards.items() if board.anonymous}
    anonymous |= {f"{name} {zone}" for name, board in boards.items() for zone in board.anonymous_zones}
    return Policy(
        places,
        moment_of(workshop),
        workshop.frozen,
        frozenset(locked),
        frozenset(silent),
        frozenset(anonymous),
        frozenset(t for t in places.catalogue.templates if module_of(t) not in (None, *workshop.modules)),
        workshop.silent,
        workshop.anonymous,
        frozenset(name for name, board in boards.items() if board.open),
    )


def moment_of(workshop: Workshop) -> Moment:
    if workshop.status == "closed":
        return "closed"
    step = next((step for step in workshop.steps if step.id == workshop.step), None)
    if step is None:
        return "before"
    if step.rights != "write":
        return cast(Moment, step.rights)
    return "each" if step.mode == "each" or step.board == ASSIGNED[0] else cast(Moment, step.phase)


def may(role: Role, action: Action, moment: Moment) -> bool:
    return moment in RIGHTS[role][action]


def draft_fault(board: str, zone: str, actor: Actor, policy: Policy) -> str | None:
    """Why this person may not write a draft there, as a stable key; None when they may."""

    def allowed(action: Action) -> bool:
        return may(actor.role, action, policy.moment_on(board))

    if not allowed("note.add"):
        return "role.read_only"
    return _zone_fault(board, zone, policy) or _place_fault(board, zone, actor, policy, allowed)


def judge(changes: Changes, actor: Actor, policy: Policy, notes: Notes) -> str | None:
    """Why these changes are refused, as a stable key; None when all of them are allowed."""

    def allowed(action: Action) -> bool:
        return may(actor.role, action, policy.moment)

    made: dict[str, int] = {}
    for (root, entry_id), change in changes.items():
        if change.made:
            made[root] = made.get(root, 0) + 1
        if root == "notes":
            on_board: Callable[[Action], bool] = allowed
            if policy.opened:
                on_board = _allowed_on(_boards_of(entry_id, change, notes), actor, policy)
            fault = _judge_note(entry_id, change, actor, policy, notes, on_board)
        else:
            fault = _judge_entry(root, entry_id, change, actor, policy, notes, allowed)
        if fault is not None:
            return fault
    for root, count in made.items():
        if notes.count(root) + count > _MOST.get(root, ENTRIES_PER_ROOT):
            return "room.full"
    return None


def _boards_of(note_id: str, change: EntryChange, notes: Notes) -> list[str]:
    """Where a note is and where it goes."""
    head = notes.head(note_id)
    boards = [] if head is None else [head.board]
    return boards + [board for board in change.values.get("board", ()) if isinstance(board, str)]


def _allowed_on(boards: list[str], actor: Actor, policy: Policy) -> Callable[[Action], bool]:
    moments = {policy.moment_on(board) for board in boards} or {policy.moment}
    return lambda action: all(may(actor.role, action, moment) for moment in moments)


def _judge_note(
    note_id: str,
    change: EntryChange,
    actor: Actor,
    policy: Policy,
    notes: Notes,
    allowed: Callable[[Action], bool],
) -> str | None:
    head = notes.head(note_id)
    if change.made and change.deleted and head is None:
        # made and deleted again before anybody saw it, as an outbox joins what waited
        return None if allowed("note.add") else "role.read_only"
    if change.made and not change.deleted:
        return _judge_made(note_id, change, head, actor, policy, notes, allowed)
    if head is None:
        return None  # deleted meanwhile: nothing of it is seen
    own = head.by == actor.person
    if change.deleted:
        action: Action = "note.delete" if own else "note.delete_others"
    else:
        action = "note.change" if own else "note.change_others"
    if not allowed(action):
        return "role.read_only"
    if head.locked and not own and not allowed("note.change_locked"):
        return "note.locked"
    fault = _place_fault(head.board, head.zone, actor, policy, allowed)
    if fault is not None or change.deleted:
        return fault
    written = change.values.keys() | change.cleared
    if UNSIGNED_KEYS & written:
        return "note.signed"
    if "locked" in written and not own and not allowed("note.change_locked"):
        return "note.lock_not_yours"
    fault = _values_fault(change, policy)
    if fault is not None:
        return fault
    if REQUIRED_KEYS & change.cleared:
        return "note.incomplete"
    if "board" in change.values or "zone" in change.values:
        for board in change.values.get("board", [head.board]):
            for zone in change.values.get("zone", [head.zone]):
                fault = _zone_fault(board, zone, policy) or _place_fault(board, zone, actor, policy, allowed)
                if fault is not None:
                    return fault
                if (board, zone) != (head.board, head.zone) and policy.is_hidden(board, zone):
                    return "writing.silent"
    more = change.typed - change.erased
    if (
        change.typed
        and head.text_chars + more > TEXT_CHARS
        and notes.exact_chars(note_id) + more > TEXT_CHARS
    ):
        return "note.too_long"
    return None


def _judge_made(
    note_id: str,
    change: EntryChange,
    head: Head | None,
    actor: Actor,
    policy: Policy,
    notes: Notes,
    allowed: Callable[[Action], bool],
) -> str | None:
    if not allowed("note.add"):
        return "role.read_only"
    if head is not None:
        return "note.exists"
    if not 0 < len(note_id) <= 64 or "." in note_id:  # keys of comments and reactions are cut at dots
        return "note.id"
    if REQUIRED_KEYS - change.values.keys():
        return "note.incomplete"
    fault = _values_fault(change, policy)
    if fault is not None:
        return fault
    for author in change.values.get("by", ()):
        known = author == actor.person or author == notes.author_before(note_id)
        if not known and not allowed("note.sign_for_others"):
            return "note.not_yours"
    for board in change.values["board"]:
        for zone in change.values["zone"]:
            fault = _zone_fault(board, zone, policy) or _place_fault(board, zone, actor, policy, allowed)
            if fault is not None:
                return fault
            # what was there and visible before it was deleted may be given back
            if policy.is_hidden(board, zone) and notes.author_before(note_id) is None:
                return "writing.silent"
    return "note.too_long" if change.typed - change.erased > TEXT_CHARS else None


def _zone_fault(board: Any, zone: Any, policy: Policy) -> str | None:
    if isinstance(board, str) and board.partition("/")[0] in policy.outside:
        return "board.unknown"
    if policy.places.holds(board, zone):
        return None
    return "zone.unknown" if policy.places.holds_board(board) else "board.unknown"


def _place_fault(
    board: str, zone: str, actor: Actor, policy: Policy, allowed: Callable[[Action], bool]
) -> str | None:
    if policy.is_locked(board, zone) and not allowed("board.change_locked"):
        return "board.locked"
    _, _, whose = board.partition("/")
    if whose and whose != actor.stakeholder and not allowed("recto.change_others"):
        return "recto.not_yours"
    return None


def _values_fault(change: EntryChange, policy: Policy) -> str | None:
    for key, values in change.values.items():
        for value in values:
            fault = value_fault(key, value)
            if fault is not None:
                return fault
    for key, values in change.fields.items():
        for value in values:
            fault = field_fault(key, value)
            if fault is not None:
                return fault
    return None


def _judge_entry(
    root: str,
    entry_id: str,
    change: EntryChange,
    actor: Actor,
    policy: Policy,
    notes: Notes,
    allowed: Callable[[Action], bool],
) -> str | None:
    """Clusters, comments and reactions: small values under the keys of docs/data.md, and nothing else."""
    if not allowed("entry.change"):
        return "role.read_only"
    if (root, entry_id) == ("answers", SUMMARY):
        return _summary_fault(change, policy, notes, allowed)
    if root not in ENTRY_ROOTS:
        return "entry.root"  # `stakeholders` are in the record of the workshop; commands write `answers`
    if policy.frozen and not allowed("board.change_locked"):
        return "board.locked"
    if root in SIGNED_ROOTS:
        fault = _signature_fault(root, entry_id, change, actor, notes, allowed)
        if fault is not None:
            return fault
    if len(change.values) > 64 or change.typed > TEXT_CHARS:
        return "entry.too_large"
    for key, values in change.values.items():
        for value in values:
            fault = entry_fault(root, key, value)
            if fault is not None:
                return fault
    return _cluster_fault(entry_id, change, actor, policy, notes) if root == "clusters" else None


def _summary_fault(
    change: EntryChange, policy: Policy, notes: Notes, allowed: Callable[[Action], bool]
) -> str | None:
    """The server makes it, and people do nothing with it but write in its text."""
    if change.made or change.deleted or change.values or change.cleared:
        return "entry.root"
    if policy.frozen and not allowed("board.change_locked"):
        return "board.locked"
    more = change.typed - change.erased
    return "note.too_long" if more > 0 and notes.summary_chars() + more > TEXT_CHARS else None


def _cluster_fault(
    cluster_id: str,
    change: EntryChange,
    actor: Actor,
    policy: Policy,
    notes: Notes,
) -> str | None:
    """A group lies in a zone, as notes do, and is everybody's: where it is and where it should go must be
    open to those who may change the notes of others."""
    place = notes.cluster_place(cluster_id)
    boards = [board for board in change.values.get("board", ()) if isinstance(board, str)]
    allowed = _allowed_on(boards if place is None else [place[0], *boards], actor, policy)
    if not allowed("note.change_others"):
        return "role.read_only"
    if place is not None:
        fault = _place_fault(*place, actor, policy, allowed)
        if fault is not None:
            return fault
    if change.deleted:
        return None
    if change.made:
        if CLUSTER_ID.fullmatch(cluster_id) is None:
            return "entry.key"
        if CLUSTER_KEYS - change.values.keys():
            return "clusters.value"
    if CLUSTER_KEYS & change.values.keys():
        board_now, zone_now = place or ("", "")
        for board in change.values.get("board", [board_now]):
            for zone in change.values.get("zone", [zone_now]):
                fault = _zone_fault(board, zone, policy) or _place_fault(board, zone, actor, policy, allowed)
                if fault is not None:
                    return fault
    return None


def _signature_fault(
    root: str,
    entry_id: str,
    change: EntryChange,
    actor: Actor,
    notes: Notes,
    allowed: Callable[[Action], bool],
) -> str | None:
    """Comments and reactions are signed by their key, `<note>.<person>` and more: nobody writes another's."""
    parts = entry_id.split(".")
    if len(parts) != SIGNED_ROOTS[root] or not all(parts) or len(entry_id) > 64:
        return "entry.key"
    if parts[1] in (actor.person, notes.author_before(entry_id)):
        return None
    only_deleted = change.deleted and not change.made
    return None if only_deleted and allowed("entry.delete_others") else "entry.not_yours"
