"""A workshop: its people, groups and agenda, and the transitions between its states.

Pure values. Whoever stores them compares revisions; whoever shows them uses `state.as_seen_by`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from tablee.errors import Conflict, Forbidden, Invalid, NotFound
from tablee.model.agendas import ASSIGNED, Step
from tablee.model.conduct import (
    Announcement,
    Consent,
    Finished,
    Message,
    Poll,
    Projected,
    ReadyCheck,
    Shared,
    Spotlight,
    StepRun,
    Summons,
    Timer,
    Vote,
)
from tablee.model.identity import COLOURS, clean_name, initials, mark_of, name_key

Role = Literal["organiser", "facilitator", "participant", "observer"]
ROLES: tuple[Role, ...] = ("organiser", "facilitator", "participant", "observer")
LEADERS: frozenset[Role] = frozenset({"organiser", "facilitator"})
Status = Literal["draft", "open", "closed"]
Profile = Literal["lead", "contributor", "user"]
PROFILES: tuple[Profile, ...] = ("lead", "contributor", "user")
MODULES = ("sheet1", "sheet2", "sheet3", "governance", "economic")
CANVASES = frozenset({"governance", "economic"})
INVITED_ROLES: tuple[Role, ...] = ("organiser", "facilitator", "observer")
LICENCES = ("internal", "cc-by-sa-4.0", "chatham-house")
LANGUAGES = ("fr", "en")

NAME_CHARS = 60
ENDED_KEPT = 100
"""Processes hear of an ended session within a moment; the session itself is gone from the store."""
TITLE_CHARS = 120
COMMONS_CHARS = 500
COMMONS_KINDS = ("free_software", "resource_centre", "cooperative_platform", "data_commons")
STRUCTURE_CHARS = 120
STRUCTURES = 400
"""Structures that commands may add to a workshop; at the door, the number of people is the limit."""
GROUP_NAMES = (
    "Hêtre",
    "Saule",
    "Aulne",
    "Tilleul",
    "Frêne",
    "Érable",
    "Bouleau",
    "Charme",
    "Orme",
    "Chêne",
    "Noyer",
    "Sorbier",
)


@dataclass(frozen=True, slots=True)
class Group:
    """`sheet`: the one this group works on (`sheet1`), where each group has its own."""

    id: str
    name: str
    sheet: str | None = None


@dataclass(frozen=True, slots=True)
class Stakeholder:
    """A structure around the table. People who speak for themselves are their own stakeholder."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Person:
    id: str
    name: str
    role: Role
    colour: str
    group: str | None
    stakeholder: str
    joined_at: int
    opened_by: Role | None = None
    """The invitation this seat was taken with; None: the join code, or the workshop's creation."""
    seated: int = 0
    """The revision of the workshop in which they took it."""
    profile: Profile | None = None
    """What they are to the commons, to balance groups by."""
    credited: bool = False
    """They asked to be named among those who contributed, in files that name people."""

    @property
    def mark(self) -> str:
        return mark_of(self.colour)

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "name": self.name,
            "role": self.role,
            "colour": self.colour,
            "mark": self.mark,
            "group": self.group,
            "stakeholder": self.stakeholder,
            "profile": self.profile,
            "credited": self.credited,
        }


@dataclass(frozen=True, slots=True)
class PinnedKit:
    """The kit a workshop works with, as it was then; its copy is kept beside the record."""

    id: str
    version: str
    digest: str


@dataclass(frozen=True, slots=True)
class BoardState:
    """What holds for a board in every room: a board id (`sheet1.recto/<stakeholder>`) or a template's id."""

    locked: bool = False
    locked_zones: tuple[str, ...] = ()
    locked_by: str | None = None
    """Who locked the board."""
    zones_locked_by: Mapping[str, str] = field(default_factory=dict)
    """Zone → who locked it."""
    locked_until: int | None = None
    zones_locked_until: Mapping[str, int] = field(default_factory=dict)
    """Zone → when it opens by itself; a zone that is not here stays locked until somebody opens it."""
    open: bool = False
    """Facilitation has opened it, whatever the step says."""
    silent: bool = False
    silent_zones: tuple[str, ...] = ()
    anonymous: bool = False
    anonymous_zones: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Workshop:
    """One record with one revision. Times are milliseconds since 1970."""

    id: str
    code: str
    title: str
    commons: str
    language: str
    licence: str
    agenda: str
    steps: tuple[Step, ...]
    step: str | None
    groups: tuple[Group, ...]
    people: tuple[Person, ...]
    stakeholders: tuple[Stakeholder, ...]
    people_may_choose_group: bool
    created_at: int
    expires_at: int
    revision: int = 0
    boards: Mapping[str, BoardState] = field(default_factory=dict)
    """Only boards of which there is something to say."""
    frozen: bool = False
    """Everything is locked for participants."""
    frozen_by: str | None = None
    former: tuple[str, ...] = ()
    """People who were removed. Their notes stay, and so do the boards where they spoke for themselves."""
    banned: tuple[str, ...] = ()
    """Those of them who may not come back."""
    sessions_since: Mapping[str, int] = field(default_factory=dict)
    """Invited role → revision: sessions that its invitation opened before this revision are over.

    A revision and not a time: the clocks of two servers differ, the order of revisions does not.
    """
    ended: tuple[str, ...] = ()
    """Marks of the sessions that people ended last, so that every process closes their sockets."""
    status: Status = "open"
    starts_at: int | None = None
    """When people were told to come."""
    slot_minutes: int | None = None
    """How long people were told it would last."""
    waiting_room: bool = False
    """Newcomers wait until facilitation gives them a group."""
    passphrase: str | None = None
    """Salt and scrypt of it, in hexadecimal, joined by a colon."""
    modules: tuple[str, ...] = MODULES
    """The sheets and canvases of this workshop."""
    voices: bool = True
    """Facilitation sees how many notes each person writes."""
    end_sound: bool = False
    """Participants, too, hear the end of the time, unless they turn it off."""
    runs: tuple[StepRun, ...] = ()
    """The steps that were begun, in the order in which they were."""
    timers: Mapping[str, Timer] = field(default_factory=dict)
    hands: Mapping[str, int] = field(default_factory=dict)
    """Person → since when their hand is up."""
    ready: tuple[str, ...] = ()
    ready_check: ReadyCheck | None = None
    cursors_hidden: bool = False
    spotlight: Spotlight | None = None
    summons: Summons | None = None
    announcements: Mapping[str, Announcement] = field(default_factory=dict)
    messages: tuple[Message, ...] = ()
    votes: tuple[Vote, ...] = ()
    consents: tuple[Consent, ...] = ()
    polls: tuple[Poll, ...] = ()
    projected: Projected | None = None
    pooled: tuple[str, ...] = ()
    """Canvases that groups filled for themselves and that were brought together in the plenary."""
    public_body: bool = False
    """Only licences of the administration's list are offered."""
    commons_kind: str | None = None
    rehearsal: bool = False
    """Simulated people take part in it."""
    play: str = ""
    """Which of the plays that were begun they are in; those of another one, on whichever server, leave."""
    simulated: tuple[str, ...] = ()
    """Seats that were made for simulated people: nobody real is played."""
    shown: str | None = None
    """The group whose sheets facilitation lets everybody read, without a time."""
    preparation: Mapping[str, str] = field(default_factory=dict)
    """What organisers noted beforehand: `done/<point>` and `<card>/<question>` of the guide → a text."""
    shared: Shared | None = None
    """The page on which the boards are read."""
    reported: tuple[str, ...] = ()
    """The groups that have begun their report, in the order in which they did."""
    kit: PinnedKit | None = None
    """None: the templates that Tablée comes with."""
    frozen_until: int | None = None
    closed_at: int | None = None
    """Since when nobody writes any more; None while it is open, and where this was not kept yet."""
    silent: bool = False
    """Writing is silent on every board."""
    anonymous: bool = False
    """Notes are anonymous on every board."""
    former_groups: tuple[str, ...] = ()
    """Groups that were dissolved. Their ids are never used again; their rooms are erased with the rest."""
    finished: tuple[Finished, ...] = ()
    """Zones that people said they are done with."""
    recent: Mapping[str, int] = field(default_factory=dict)
    """The last commands that carried an id: its fingerprint → the revision that it made."""
    answers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """What some of them were answered besides: the ids of what they made."""

    def board(self, board: str) -> BoardState:
        """What was said of exactly this id; the template of a recto has a line of its own."""
        return self.boards.get(board, OPEN)

    def person(self, person_id: str) -> Person | None:
        return next((p for p in self.people if p.id == person_id), None)

    def group(self, group_id: str) -> Group | None:
        return next((g for g in self.groups if g.id == group_id), None)

    @property
    def running(self) -> Step | None:
        """The step it is at; None before the first."""
        return next((step for step in self.steps if step.id == self.step), None)

    def in_group(self, group_id: str | None) -> tuple[Person, ...]:
        return tuple(p for p in self.people if p.group == group_id)

    def taken_colours(self, group_id: str | None) -> dict[str, str]:
        """Colours held in a group, with the initials of who holds them."""
        return {p.colour: initials(p.name) for p in reversed(self.in_group(group_id))}

    def free_colour(self, group_id: str | None) -> str:
        """The first colour nobody holds; from the ninth person on, the one held least often."""
        held = [p.colour for p in self.in_group(group_id)]
        return min(COLOURS, key=lambda colour: (held.count(colour), COLOURS.index(colour)))

    def smallest_group(self) -> Group:
        return min(self.groups, key=lambda g: (len(self.in_group(g.id)), self.groups.index(g)))

    @property
    def rooms(self) -> tuple[str, ...]:
        each = (room for g in self.groups for room in group_rooms(self.id, g.id).values())
        return (*each, plenary_room(self.id))

    @property
    def all_rooms(self) -> tuple[str, ...]:
        """Also those of groups that were dissolved."""
        gone = (room for g in self.former_groups for room in group_rooms(self.id, g).values())
        return (*self.rooms, *gone)


OPEN = BoardState()


def group_rooms(workshop_id: str, group_id: str) -> dict[str, str]:
    return {kind: f"{workshop_id}-{group_id}-{kind}" for kind in ("exploration", "convergence")}


def room_kind(workshop: Workshop, board: str) -> str:
    """The kind of room a board is in: sheets in the group's exploration, canvases in its convergence.

    Where the agenda has a canvas worked on by all together, it is in the plenary, from start to end.
    """
    template = board.partition("/")[0]
    if any(step.mode == "plenary" and step.board == template for step in workshop.steps):
        return "plenary"
    return "convergence" if template in CANVASES else "exploration"


def room_of_board(workshop: Workshop, group: str, board: str) -> str:
    kind = room_kind(workshop, board)
    return plenary_room(workshop.id) if kind == "plenary" else group_rooms(workshop.id, group)[kind]


def boards_of_step(workshop: Workshop, step: Step) -> tuple[str, ...]:
    """The templates a step works on: its own, or the faces of the sheets that were given to the groups."""
    if step.board is None or step.board not in ASSIGNED:
        return () if step.board is None else (step.board,)
    face = step.board.partition(".")[2]
    return tuple(dict.fromkeys(f"{g.sheet}.{face}" for g in workshop.groups if g.sheet is not None))


def with_sheets(groups: Iterable[Group], steps: Iterable[Step], modules: Iterable[str]) -> tuple[Group, ...]:
    """Groups with a sheet each, where the agenda has each work on its own; the ones they have stay."""
    groups, sheets = tuple(groups), [m for m in modules if m not in CANVASES]
    if not sheets or not any(step.board in ASSIGNED for step in steps):
        return groups
    given = [g.sheet for g in groups]
    out = []
    for group in groups:
        if group.sheet is None:
            least = min(sheets, key=given.count)
            given.append(least)
            group = replace(group, sheet=least)
        out.append(group)
    return tuple(out)


def plenary_room(workshop_id: str) -> str:
    return f"{workshop_id}-plenary"


@dataclass(frozen=True, slots=True)
class RoomName:
    """What a room id says. `group` is None for the plenary."""

    workshop: str
    group: str | None
    kind: str


def read_room(room: str) -> RoomName | None:
    """Take a room id apart; None when it is not one. Whether it exists is the workshop's to say."""
    if not room.isascii() or len(room) > 64:
        return None
    match room.split("-"):
        case [workshop, "plenary"] if workshop:
            return RoomName(workshop, None, "plenary")
        case [workshop, group, ("exploration" | "convergence") as kind] if workshop and group:
            return RoomName(workshop, group, kind)
    return None


def checked_name(typed: object, *, field: str = "name") -> str:
    if not isinstance(typed, str):
        raise Invalid("name.missing", "Indiquez votre prénom.", field=field)
    name = clean_name(typed)
    if not name:
        raise Invalid("name.empty", "Indiquez votre prénom.", field=field)
    if len(name) > NAME_CHARS:
        raise Invalid("name.too_long", "Ce prénom est trop long : soixante caractères au plus.", field=field)
    return name


def checked_title(typed: object) -> str:
    title = clean_name(typed) if isinstance(typed, str) else ""
    if not title:
        raise Invalid("title.empty", "Donnez un titre à l'atelier.", field="title")
    if len(title) > TITLE_CHARS:
        raise Invalid(
            "title.too_long", "Ce titre est trop long : cent vingt caractères au plus.", field="title"
        )
    return title


def named_groups(groups: int | Iterable[str], most: int) -> tuple[Group, ...]:
    """Groups from a number (named after trees) or from names. Raises `Invalid`."""
    if isinstance(groups, bool) or not isinstance(groups, (int, list, tuple)):
        raise Invalid("groups.invalid", "Indiquez un nombre de groupes ou leurs noms.", field="groups")
    if isinstance(groups, int):
        count = groups
        names = [
            GROUP_NAMES[i % len(GROUP_NAMES)]
            + (f" {i // len(GROUP_NAMES) + 1}" if i >= len(GROUP_NAMES) else "")
            for i in range(min(max(count, 0), most))
        ]
    else:
        names = [clean_name(name) if isinstance(name, str) else "" for name in groups]
        count = len(names)
    if not 1 <= count <= most:
        raise Invalid(
            "groups.count",
            "Il faut au moins un groupe, et pas plus que la limite de ce serveur.",
            field="groups",
        )
    if any(not name or len(name) > NAME_CHARS for name in names):
        raise Invalid(
            "groups.name", "Chaque groupe porte un nom de soixante caractères au plus.", field="groups"
        )
    if len({name.casefold() for name in names}) != len(names):
        raise Invalid("groups.twice", "Deux groupes portent le même nom.", field="groups")
    return tuple(Group(f"g{i + 1}", name) for i, name in enumerate(names))


def add_person(
    workshop: Workshop,
    *,
    person_id: str,
    stakeholder_id: str,
    name: str,
    role: Role,
    colour: str | None,
    group: str | None,
    stakeholder: str | None,
    now: int,
    most_people: int,
    opened_by: Role | None = None,
) -> tuple[Workshop, Person]:
    """One more person around the table. Raises `Refused` with the reason; the workshop is unchanged then.

    Participants sit in a group: the one they chose when the workshop lets them, else the smallest; with a
    waiting room, in none until facilitation gives them one.
    A colour that is taken meanwhile is replaced by a free one rather than refused: at the door,
    twelve people choose at the same second.
    """
    if workshop.status == "closed" and role == "participant":
        raise Conflict("workshop.closed", "Cet atelier est clos : on n'y entre plus.")
    if len(workshop.people) >= most_people:
        raise Conflict("workshop.full", "Cet atelier est complet.")
    seat: str | None = None
    if role == "participant":
        if group:
            if not workshop.people_may_choose_group:
                raise Forbidden(
                    "group.not_yours", "Dans cet atelier, l'animation compose les groupes.", field="group"
                )
            if workshop.group(group) is None:
                raise NotFound("group.unknown", "Ce groupe n'existe pas dans cet atelier.", field="group")
            seat = group
        if workshop.waiting_room:
            seat = None
        elif seat is None:
            seat = workshop.smallest_group().id
    if colour is not None and colour not in COLOURS:
        raise Invalid("colour.unknown", "Cette couleur n'existe pas.", field="colour")
    if colour is None or colour in workshop.taken_colours(seat):
        colour = workshop.free_colour(seat)
    speaks_for = person_id
    represents = checked_structure(stakeholder or "", field="stakeholder")
    if represents:
        workshop, speaks_for = with_structure(workshop, represents, stakeholder_id)
    seated = workshop.revision + 1
    person = Person(person_id, name, role, colour, seat, speaks_for, now, opened_by, seated)
    return replace(workshop, people=(*workshop.people, person)), person


def checked_structure(typed: str, *, field: str) -> str:
    """A structure's name as it is shown; empty when nothing that can be shown was typed."""
    name = clean_name(typed)
    if len(name) > STRUCTURE_CHARS:
        raise Invalid("stakeholder.too_long", "Ce nom de structure est trop long.", field=field)
    return name


def with_structure(workshop: Workshop, name: str, new_id: str) -> tuple[Workshop, str]:
    """The workshop with a structure of this name, and its id: one that is there already, else a new one."""
    key = name_key(name)
    known = next((s for s in workshop.stakeholders if name_key(s.name) == key), None)
    if known is not None:
        return workshop, known.id
    return replace(workshop, stakeholders=(*workshop.stakeholders, Stakeholder(new_id, name))), new_id


def may_enter(workshop: Workshop, person: Person, room: str) -> bool:
    """Participants enter their own group's rooms and the plenary; everybody else enters all of them.

    While a group reports, participants of the others enter its sheets too, to read (`may_write_in`).
    Who waits for a group enters nothing, and before the workshop opens, nobody but those who run it does.
    """
    name = read_room(room)
    if name is None or name.workshop != workshop.id:
        return False
    if workshop.status == "draft" and person.role not in ("organiser", "facilitator"):
        return False
    if person.role == "participant" and person.group is None:
        return False
    if name.group is None:
        return True
    return workshop.group(name.group) is not None and (
        person.role != "participant" or name.group == person.group or may_visit(workshop, room)
    )


def may_visit(workshop: Workshop, room: str) -> bool:
    """Whether everybody may read this room of a group: its sheets, while it reports or is shown, and once
    the canvases of the groups were pooled. Its own canvases stay its own."""
    name = read_room(room)
    if name is None or name.kind != "exploration":
        return False
    return bool(workshop.pooled) or name.group in reporting(workshop)


def may_harvest(workshop: Workshop, person: Person, target: str, room: str) -> bool:
    """Whether somebody at the canvases of `target` is shown what a room's sheets have for them.

    Where the canvases are everybody's, a group's notes are its own until it reports, or until the workshop
    comes to them. Facilitation sees all.
    """
    there, source = read_room(target), read_room(room)
    if person.role in LEADERS or source is None or there is None or source.group is None:
        return True
    own = person.role == "participant" and source.group == person.group
    return own or there.group == source.group or converging(workshop) or may_visit(workshop, room)


def converging(workshop: Workshop) -> bool:
    """Whether the workshop has come to the canvases. A break belongs to the step before it."""
    if workshop.running is None:
        return False
    begun = workshop.steps[: workshop.steps.index(workshop.running) + 1]
    phase = next((step.phase for step in reversed(begun) if step.phase != "break"), None)
    return phase in ("convergence", "synthesis")


def reporting(workshop: Workshop) -> frozenset[str]:
    """Groups whose sheets everybody looks at now."""
    timed = {timer.reporting for timer in workshop.timers.values()}
    return frozenset(group for group in (*timed, workshop.shown) if group is not None)


def may_write_in(workshop: Workshop, person: Person, room: str) -> bool:
    """Whether somebody writes in a room at all. Who visits another group's reads."""
    name = read_room(room)
    visits = name is None or (person.role == "participant" and name.group not in (None, person.group))
    return may_write(person) and not visits


def first_room(workshop: Workshop, person: Person) -> str | None:
    """Where somebody goes now: where their group works at this step. None: they wait.

    Who has no group and enters all of them begins with the first.
    """
    board = workshop.running.board if workshop.running is not None else None
    room = room_of_board(workshop, person.group or workshop.groups[0].id, board or "")
    return room if may_enter(workshop, person, room) else None


def may_write(person: Person) -> bool:
    return person.role != "observer"


def session_mark(token_sha256: str) -> str:
    """What `Workshop.ended` says of a session."""
    return token_sha256[:16]


def session_holds(workshop: Workshop, person: Person, mark: str, made: int) -> bool:
    """Whether a session of this person, made in revision `made`, is still good."""
    return mark not in workshop.ended and made >= invitation_since(workshop, person)


def may_return(workshop: Workshop, person: Person) -> bool:
    """Whether a re-entry code is enough. Who came with an invitation renewed since needs the new one too."""
    return person.seated >= invitation_since(workshop, person)


def invitation_since(workshop: Workshop, person: Person) -> int:
    return workshop.sessions_since.get(person.opened_by or "", 0)


def end_session(workshop: Workshop, mark: str) -> Workshop:
    if mark in workshop.ended:
        return workshop
    return replace(workshop, ended=(*workshop.ended, mark)[-ENDED_KEPT:])


def stakeholder_ids(workshop: Workshop) -> frozenset[str]:
    """Whose rectos there may be. Also people's own who represent a structure now: they may have spoken for
    themselves before, and what they wrote there stays."""
    people = frozenset(p.id for p in workshop.people)
    return frozenset(s.id for s in workshop.stakeholders) | people | frozenset(workshop.former)
