"""What every family of commands is made of: who may ask, which fields, and small checks of values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tablee.errors import Forbidden, Invalid, NotFound
from tablee.model.identity import digest, new_id
from tablee.model.notes import Places
from tablee.model.reasons import refusal_of
from tablee.model.workshop import LEADERS as LEADERS
from tablee.model.workshop import Person, Role, Workshop, may_enter, may_write_in

Fields = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class World:
    """What a transition may know besides the workshop. `now` is in milliseconds since 1970."""

    places: Places
    now: int = 0
    most_groups: int = 60
    passphrase: str | None = None
    """The salted hash of the passphrase that the command brings: made beforehand, it takes a while."""
    secret: str = ""
    """A new one that nobody knows yet, for what is opened by a secret."""
    most_days: int = 730
    """As long as a workshop may be kept from now on."""


Change = Callable[[Workshop, Person, Fields, World], Workshop]

ORGANISERS: frozenset[Role] = frozenset({"organiser"})
AT_THE_TABLE: frozenset[Role] = LEADERS | {"participant"}
EVERYBODY: frozenset[Role] = AT_THE_TABLE | {"observer"}
GUESTS: frozenset[Role] = frozenset({"participant", "observer"})


@dataclass(frozen=True, slots=True)
class Command:
    """`who` may ask for it, with which `fields`; `rights`: it may change what somebody may do to notes.

    `when_closed`: it may be asked for when the workshop is over; `in_draft`: while it is being prepared.
    `change` is None for what is more than a
    transition of the record: `live/commands.py` has a function for it.
    """

    who: frozenset[Role]
    fields: tuple[str, ...]
    change: Change | None
    rights: bool = False
    when_closed: bool = False
    answer: Callable[[Workshop], Mapping[str, str]] | None = None
    """What the one who asked is told besides the revision, of the workshop as it is stored then."""
    in_draft: bool = True


def target_of(workshop: Workshop, person: Person, fields: Fields) -> Person:
    """Who the command is about. Raises `Refused` for nobody, and for those above the one who asks."""
    found = workshop.person(text_of(fields.get("person")))
    if found is None:
        raise NotFound("person.unknown", "Cette personne n'est pas dans cet atelier.", field="person")
    if person.role != "organiser" and found.role not in GUESTS and found.id != person.id:
        raise Forbidden("person.above", "Seule la personne qui organise peut faire cela.", field="person")
    return found


def check_room(workshop: Workshop, person: Person, room: str) -> None:
    """Raise unless this person may be in the room and write there: who waits for a group may not."""
    if not may_enter(workshop, person, room):
        raise NotFound("room.unknown", "Cette salle n'est pas dans cet atelier.", field="room")
    if not may_write_in(workshop, person, room):
        raise refusal_of("role.read_only")


def text_of(value: object) -> str:
    if not isinstance(value, str):
        raise Invalid("person.missing", "Indiquez la personne.", field="person")
    return value


def group_of(workshop: Workshop, fields: Fields) -> str | None:
    """The group a command names; None, when it names none, stands for all of them."""
    group = fields.get("group")
    if group is None:
        return None
    if not isinstance(group, str) or workshop.group(group) is None:
        raise NotFound("group.unknown", "Ce groupe n'existe pas dans cet atelier.", field="group")
    return group


def board_and_zone(fields: Fields, places: Places) -> tuple[str | None, str | None]:
    """A board's id, or the id of a template for all its boards; null stands for everything."""
    board, zone = fields.get("board"), fields.get("zone")
    if board is None:
        if zone is not None:
            raise Invalid("board.missing", "Indiquez le support de cette zone.", field="board")
        return None, None
    if not isinstance(board, str) or not (board in places.catalogue.templates or places.holds_board(board)):
        raise NotFound("board.unknown", "Ce support n'existe pas dans cet atelier.", field="board")
    if zone is None:
        return board, None
    template = places.catalogue.template_of_board(board)
    if not isinstance(zone, str) or template is None or template.zone(zone) is None:
        raise NotFound("zone.unknown", "Cette zone n'existe pas sur ce support.", field="zone")
    return board, zone


def flag_of(fields: Fields, name: str, default: bool) -> bool:
    value = fields.get(name, default)
    if not isinstance(value, bool):
        raise Invalid("command.flag", "Ce champ est vrai ou faux.", field=name)
    return value


def number_of(fields: Fields, name: str, least: int, most: int, default: int | None = None) -> int:
    """A whole number within limits. Raises `Invalid` with `<name>.range`."""
    value = fields.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise Invalid(f"{name}.range", "Ce nombre n'est pas dans les limites permises.", field=name)
    return value


def with_person(workshop: Workshop, person: Person) -> Workshop:
    people = tuple(person if p.id == person.id else p for p in workshop.people)
    return workshop if people == workshop.people else replace(workshop, people=people)


def seated(workshop: Workshop, person: Person, group: str | None) -> Workshop:
    """The person in a group, or in none, with their colour unless somebody there has it."""
    others = replace(workshop, people=tuple(p for p in workshop.people if p.id != person.id))
    taken = group is not None and person.colour in others.taken_colours(group)
    colour = others.free_colour(group) if taken else person.colour
    return with_person(workshop, replace(person, group=group, colour=colour))


def made_id(workshop: Workshop, prefix: str, what: str) -> str:
    """Made of what it belongs to, so that a transition that is tried again gives the same."""
    numbers = iter(bytes.fromhex(digest(f"{workshop.id} {workshop.revision} {what}")))
    return new_id(lambda n: next(numbers) % n, prefix)
