"""Facilitation commands: what each may change, and who may ask for it.

A command is a JSON object with a `type`. `apply_command` is a pure transition; storing it, and what
follows from it for sessions and secrets, is `live/commands.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from tablee.errors import Conflict, Forbidden, Invalid, NotFound
from tablee.model.identity import digest, new_id
from tablee.model.notes import Places
from tablee.model.workshop import (
    INVITED_ROLES,
    ROLES,
    STRUCTURES,
    BoardState,
    Person,
    Role,
    Workshop,
    checked_name,
    checked_structure,
    with_structure,
)

Fields = Mapping[str, Any]
Change = Callable[[Workshop, Person, Fields, Places], Workshop]

ID_CHARS = (8, 64)
"""An id this long says that the command is one and the same when it comes again; a shorter one is only
echoed. Clients that number their commands begin again at 1 after each reload."""
RECENT_KEPT = 200

ORGANISERS: frozenset[Role] = frozenset({"organiser"})
LEADERS: frozenset[Role] = frozenset({"organiser", "facilitator"})
AT_THE_TABLE: frozenset[Role] = LEADERS | {"participant"}
GUESTS: frozenset[Role] = frozenset({"participant", "observer"})


@dataclass(frozen=True, slots=True)
class Command:
    """`who` may ask for it, with which `fields`; `rights`: it may change what somebody may do to notes."""

    who: frozenset[Role]
    fields: tuple[str, ...]
    change: Change
    rights: bool = False


def apply_command(workshop: Workshop, person: Person, command: Fields, *, places: Places) -> Workshop:
    """The workshop after the command. Raises `Refused` with the reason.

    A command that finds what it asks for already so gives back the same value.
    """
    rule = rule_of(command)
    if person.role not in rule.who:
        raise Forbidden("command.role", "Votre rôle ne permet pas cette commande.")
    unknown = sorted(set(command) - {"type", "id", "revision", *rule.fields})
    if unknown:
        raise Invalid("command.field", "Ce champ n'est pas attendu.", field=unknown[0])
    _check_revision(workshop, command)
    return rule.change(workshop, person, command, places)


def rule_of(command: object) -> Command:
    """The line of the table for a command. Raises `Invalid` when there is none."""
    kind = command.get("type") if isinstance(command, Mapping) else None
    if not isinstance(kind, str):
        raise Invalid("command.invalid", "Une commande est un objet qui a un type.", field="type")
    if kind not in COMMANDS:
        raise Invalid("command.unknown", "Cette commande n'existe pas.", field="type")
    return COMMANDS[kind]


def _check_revision(workshop: Workshop, command: Fields) -> None:
    revision = command.get("revision")
    if revision is None:
        return
    if isinstance(revision, bool) or not isinstance(revision, int):
        raise Invalid("command.revision", "La révision est un nombre entier.", field="revision")
    if revision != workshop.revision:
        raise Conflict("revision.stale", "L'atelier a changé entre-temps. Regardez, puis réessayez.")


# -- the same command twice --------------------------------------------------------------------------


def recalled(workshop: Workshop, person: Person, command: Fields) -> int | None:
    """The revision that this very command made when it came before."""
    fingerprint = _fingerprint(person, command)
    return None if fingerprint is None else workshop.recent.get(fingerprint)


def remembered(workshop: Workshop, person: Person, command: Fields) -> Workshop:
    """The workshop that will know the command again, once it is stored as the next revision."""
    fingerprint = _fingerprint(person, command)
    if fingerprint is None:
        return workshop
    kept = [*workshop.recent.items(), (fingerprint, workshop.revision + 1)]
    return replace(workshop, recent=dict(kept[-RECENT_KEPT:]))


def _fingerprint(person: Person, command: Fields) -> str | None:
    command_id = command.get("id")
    if not isinstance(command_id, str) or not ID_CHARS[0] <= len(command_id) <= ID_CHARS[1]:
        return None
    return digest(f"{person.id} {command_id}")[:16]


# -- boards ------------------------------------------------------------------------------------------


def _lock(workshop: Workshop, person: Person, fields: Fields, places: Places) -> Workshop:
    board, zone = _board_and_zone(fields, places)
    if board is None:
        return workshop if workshop.frozen else replace(workshop, frozen=True, frozen_by=person.id)
    state = workshop.board(board)
    if zone is None:
        if not state.locked:
            state = replace(state, locked=True, locked_by=person.id)
    elif zone not in state.locked_zones:
        zones, by = (*state.locked_zones, zone), {**state.zones_locked_by, zone: person.id}
        state = replace(state, locked_zones=tuple(sorted(zones)), zones_locked_by=by)
    return _with_board(workshop, board, state)


def _unlock(workshop: Workshop, person: Person, fields: Fields, places: Places) -> Workshop:
    """Open a zone, a board with all its zones, or everything that was frozen at once."""
    board, zone = _board_and_zone(fields, places)
    if board is None:
        return replace(workshop, frozen=False, frozen_by=None) if workshop.frozen else workshop
    if zone is None:
        return _with_board(workshop, board, BoardState())
    state = workshop.board(board)
    zones = tuple(z for z in state.locked_zones if z != zone)
    by = {z: who for z, who in state.zones_locked_by.items() if z != zone}
    return _with_board(workshop, board, replace(state, locked_zones=zones, zones_locked_by=by))


def _board_and_zone(fields: Fields, places: Places) -> tuple[str | None, str | None]:
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


def _with_board(workshop: Workshop, board: str, state: BoardState) -> Workshop:
    if state == workshop.board(board):
        return workshop
    boards = {**workshop.boards, board: state}
    return replace(workshop, boards={b: s for b, s in boards.items() if s != BoardState()})


# -- steps -------------------------------------------------------------------------------------------


def _next(workshop: Workshop, person: Person, fields: Fields, places: Places) -> Workshop:
    at = _step_number(workshop)
    if at + 1 >= len(workshop.steps):
        raise Conflict("step.last", "C'est déjà la dernière étape.")
    return replace(workshop, step=workshop.steps[at + 1].id)


def _previous(workshop: Workshop, person: Person, fields: Fields, places: Places) -> Workshop:
    at = _step_number(workshop)
    if at <= 0:
        raise Conflict("step.first", "Il n'y a pas d'étape avant celle-ci.")
    return replace(workshop, step=workshop.steps[at - 1].id)


def _go(workshop: Workshop, person: Person, fields: Fields, places: Places) -> Workshop:
    step = fields.get("step")
    if not isinstance(step, str):
        raise Invalid("step.missing", "Indiquez l'étape.", field="step")
    if all(s.id != step for s in workshop.steps):
        raise NotFound("step.unknown", "Cette étape n'est pas dans le déroulé.", field="step")
    return workshop if workshop.step == step else replace(workshop, step=step)


def _step_number(workshop: Workshop) -> int:
    """−1 before the first step."""
    return next((n for n, step in enumerate(workshop.steps) if step.id == workshop.step), -1)


# -- people ------------------------------------------------------------------------------------------


def _remove(workshop: Workshop, person: Person, fields: Fields, places: Places) -> Workshop:
    target = _target(workshop, person, fields)
    ban = fields.get("ban", False)
    if not isinstance(ban, bool):
        raise Invalid("command.ban", "« ban » est vrai ou faux.", field="ban")
    if target.id == person.id:
        raise Conflict("person.yourself", "Vous ne pouvez pas vous retirer vous-même.", field="person")
    return replace(
        workshop,
        people=tuple(p for p in workshop.people if p.id != target.id),
        former=(*workshop.former, target.id),
        banned=(*workshop.banned, target.id) if ban else workshop.banned,
    )


def _rename(workshop: Workshop, person: Person, fields: Fields, places: Places) -> Workshop:
    target = _target(workshop, person, fields)
    return _with_person(workshop, replace(target, name=checked_name(fields.get("name"))))


def _represent(workshop: Workshop, person: Person, fields: Fields, places: Places) -> Workshop:
    """Who somebody speaks for: a structure that is there, by id or by name, a new one, or themselves.

    It changes no board, so it may be done while boards are locked; what they wrote before stays where it is.
    """
    target = person if fields.get("person") is None else _target(workshop, person, fields)
    if person.role == "participant" and target.id != person.id:
        raise Forbidden("person.not_yours", "Vous ne pouvez parler que pour vous-même.", field="person")
    stakeholder, typed = fields.get("stakeholder"), fields.get("name")
    if (stakeholder is None) == (typed is None):
        raise Invalid(
            "stakeholder.missing", "Indiquez une structure, par son nom ou par son id.", field="stakeholder"
        )
    if typed is None:
        if not isinstance(stakeholder, str):
            raise Invalid("stakeholder.invalid", "Cette valeur n'est pas un texte.", field="stakeholder")
        if stakeholder != target.id and all(s.id != stakeholder for s in workshop.stakeholders):
            raise NotFound(
                "stakeholder.unknown", "Cette structure n'est pas dans cet atelier.", field="stakeholder"
            )
        return _with_person(workshop, replace(target, stakeholder=stakeholder))
    if not isinstance(typed, str):
        raise Invalid("stakeholder.invalid", "Cette valeur n'est pas un texte.", field="name")
    name = checked_structure(typed, field="name")
    if not name:
        raise Invalid("stakeholder.empty", "Indiquez le nom de la structure.", field="name")
    after, known = with_structure(workshop, name, _structure_id(workshop, name))
    if len(after.stakeholders) > max(STRUCTURES, len(workshop.stakeholders)):
        raise Conflict("stakeholder.too_many", "Cet atelier a déjà le maximum de structures.", field="name")
    return _with_person(after, replace(target, stakeholder=known))


def _structure_id(workshop: Workshop, name: str) -> str:
    """Made of what it belongs to, so that a transition that is tried again gives the same."""
    numbers = iter(bytes.fromhex(digest(f"{workshop.id} {workshop.revision} {name}")))
    return new_id(lambda n: next(numbers) % n, "s")


def _move(workshop: Workshop, person: Person, fields: Fields, places: Places) -> Workshop:
    target = _target(workshop, person, fields)
    group = fields.get("group")
    if not isinstance(group, str):
        raise Invalid("group.missing", "Indiquez le groupe.", field="group")
    if workshop.group(group) is None:
        raise NotFound("group.unknown", "Ce groupe n'existe pas dans cet atelier.", field="group")
    if target.role != "participant":
        raise Conflict("person.no_group", "Seules les personnes qui participent ont un groupe.")
    return _seated(workshop, target, group)


def _role(workshop: Workshop, person: Person, fields: Fields, places: Places) -> Workshop:
    target = _target(workshop, person, fields)
    role = _checked_role(fields)
    if role == target.role:
        return workshop
    if role == "organiser":
        raise Forbidden("role.by_invitation", "Ce rôle ne se donne que par son lien d'invitation.")
    if target.role == "organiser" and sum(p.role == "organiser" for p in workshop.people) == 1:
        raise Conflict("organiser.last", "Un atelier garde au moins une personne qui l'organise.")
    group = workshop.smallest_group().id if role == "participant" else None
    return _seated(workshop, replace(target, role=role), group)


def _renew(workshop: Workshop, person: Person, fields: Fields, places: Places) -> Workshop:
    """Sessions of the old invitation end with this revision; the new secret is made where it is stored."""
    role = _checked_role(fields)
    if role not in INVITED_ROLES:
        raise Invalid("role.not_invited", "Ce rôle n'a pas de lien d'invitation.", field="role")
    return replace(workshop, sessions_since={**workshop.sessions_since, role: workshop.revision + 1})


def _target(workshop: Workshop, person: Person, fields: Fields) -> Person:
    """Who the command is about. Raises `Refused` for nobody, and for those above the one who asks."""
    found = workshop.person(_text(fields.get("person")))
    if found is None:
        raise NotFound("person.unknown", "Cette personne n'est pas dans cet atelier.", field="person")
    if person.role != "organiser" and found.role not in GUESTS and found.id != person.id:
        raise Forbidden("person.above", "Seule la personne qui organise peut faire cela.", field="person")
    return found


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise Invalid("person.missing", "Indiquez la personne.", field="person")
    return value


def _checked_role(fields: Fields) -> Role:
    role = fields.get("role")
    if role not in ROLES:
        raise Invalid("role.unknown", "Ce rôle n'existe pas.", field="role")
    return cast(Role, role)


def _seated(workshop: Workshop, person: Person, group: str | None) -> Workshop:
    """The person in a group, with their colour unless somebody there has it."""
    others = replace(workshop, people=tuple(p for p in workshop.people if p.id != person.id))
    taken = group is not None and person.colour in others.taken_colours(group)
    colour = others.free_colour(group) if taken else person.colour
    return _with_person(workshop, replace(person, group=group, colour=colour))


def _with_person(workshop: Workshop, person: Person) -> Workshop:
    people = tuple(person if p.id == person.id else p for p in workshop.people)
    return workshop if people == workshop.people else replace(workshop, people=people)


COMMANDS: Mapping[str, Command] = {
    "board.lock": Command(LEADERS, ("board", "zone"), _lock, rights=True),
    "board.unlock": Command(LEADERS, ("board", "zone"), _unlock, rights=True),
    "step.next": Command(LEADERS, (), _next, rights=True),
    "step.previous": Command(LEADERS, (), _previous, rights=True),
    "step.go": Command(LEADERS, ("step",), _go, rights=True),
    "person.remove": Command(LEADERS, ("person", "ban"), _remove, rights=True),
    "person.rename": Command(LEADERS, ("person", "name"), _rename),
    "person.represent": Command(AT_THE_TABLE, ("person", "stakeholder", "name"), _represent, rights=True),
    "person.move": Command(LEADERS, ("person", "group"), _move, rights=True),
    "person.role": Command(ORGANISERS, ("person", "role"), _role, rights=True),
    "invitation.renew": Command(ORGANISERS, ("role",), _renew),
}
"""One line per command: who may ask for it, its fields besides `type`, `id` and `revision`, its change."""
