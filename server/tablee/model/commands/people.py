"""People: their names, roles, groups, who they speak for; removing them, and renewing invitations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import cast

from tablee.errors import Conflict, Forbidden, Invalid, NotFound
from tablee.model.commands.base import (
    AT_THE_TABLE,
    EVERYBODY,
    LEADERS,
    ORGANISERS,
    Command,
    Fields,
    World,
    flag_of,
    made_id,
    seated,
    target_of,
    with_person,
)
from tablee.model.workshop import (
    INVITED_ROLES,
    PROFILES,
    ROLES,
    STRUCTURES,
    Person,
    Profile,
    Role,
    Workshop,
    checked_name,
    checked_structure,
    with_structure,
)


def _remove(workshop: Workshop, person: Person, fields: Fields, world: World) -> Workshop:
    target = target_of(workshop, person, fields)
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


def _rename(workshop: Workshop, person: Person, fields: Fields, world: World) -> Workshop:
    target = target_of(workshop, person, fields)
    return with_person(workshop, replace(target, name=checked_name(fields.get("name"))))


def _represent(workshop: Workshop, person: Person, fields: Fields, world: World) -> Workshop:
    """Who somebody speaks for: a structure that is there, by id or by name, a new one, or themselves.

    It changes no board, so it may be done while boards are locked; what they wrote before stays where it is.
    """
    target = person if fields.get("person") is None else target_of(workshop, person, fields)
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
        return with_person(workshop, replace(target, stakeholder=stakeholder))
    if not isinstance(typed, str):
        raise Invalid("stakeholder.invalid", "Cette valeur n'est pas un texte.", field="name")
    name = checked_structure(typed, field="name")
    if not name:
        raise Invalid("stakeholder.empty", "Indiquez le nom de la structure.", field="name")
    after, known = with_structure(workshop, name, made_id(workshop, "s", name))
    if len(after.stakeholders) > max(STRUCTURES, len(workshop.stakeholders)):
        raise Conflict("stakeholder.too_many", "Cet atelier a déjà le maximum de structures.", field="name")
    return with_person(after, replace(target, stakeholder=known))


def _move(workshop: Workshop, person: Person, fields: Fields, world: World) -> Workshop:
    """To another group; with null, to the waiting room."""
    target = target_of(workshop, person, fields)
    group = fields.get("group", "")
    if group is not None and (not isinstance(group, str) or not group):
        raise Invalid("group.missing", "Indiquez le groupe.", field="group")
    if group is not None and workshop.group(group) is None:
        raise NotFound("group.unknown", "Ce groupe n'existe pas dans cet atelier.", field="group")
    if target.role != "participant":
        raise Conflict("person.no_group", "Seules les personnes qui participent ont un groupe.")
    return seated(workshop, target, group)


def _profile(workshop: Workshop, person: Person, fields: Fields, world: World) -> Workshop:
    """What somebody is to the commons: said by themselves or by facilitation; null takes it back."""
    target = person if fields.get("person") is None else target_of(workshop, person, fields)
    if person.role == "participant" and target.id != person.id:
        raise Forbidden("person.not_yours", "Vous ne pouvez parler que pour vous-même.", field="person")
    profile = fields.get("profile", "")
    if profile is not None and profile not in PROFILES:
        raise Invalid("profile.unknown", "Ce profil n'existe pas.", field="profile")
    return with_person(workshop, replace(target, profile=cast(Profile | None, profile)))


def _role(workshop: Workshop, person: Person, fields: Fields, world: World) -> Workshop:
    target = target_of(workshop, person, fields)
    role = _checked_role(fields)
    if role == target.role:
        return workshop
    if role == "organiser":
        raise Forbidden("role.by_invitation", "Ce rôle ne se donne que par son lien d'invitation.")
    if target.role == "organiser" and sum(p.role == "organiser" for p in workshop.people) == 1:
        raise Conflict("organiser.last", "Un atelier garde au moins une personne qui l'organise.")
    group = workshop.smallest_group().id if role == "participant" else None
    return seated(workshop, replace(target, role=role), group)


def _renew(workshop: Workshop, person: Person, fields: Fields, world: World) -> Workshop:
    """Sessions of the old invitation end with this revision; the new secret is made where it is stored."""
    role = _checked_role(fields)
    if role not in INVITED_ROLES:
        raise Invalid("role.not_invited", "Ce rôle n'a pas de lien d'invitation.", field="role")
    return replace(workshop, sessions_since={**workshop.sessions_since, role: workshop.revision + 1})


def _checked_role(fields: Fields) -> Role:
    role = fields.get("role")
    if role not in ROLES:
        raise Invalid("role.unknown", "Ce rôle n'existe pas.", field="role")
    return cast(Role, role)


def _credit(workshop: Workshop, person: Person, fields: Fields, world: World) -> Workshop:
    """Whether one is named among those who contributed: everybody says so for themselves alone."""
    return with_person(workshop, replace(person, credited=flag_of(fields, "credited", default=True)))


COMMANDS: Mapping[str, Command] = {
    "person.credit": Command(EVERYBODY, ("credited",), _credit, when_closed=True),
    "person.remove": Command(LEADERS, ("person", "ban"), _remove, rights=True, when_closed=True),
    "person.erase": Command(ORGANISERS, ("person", "notes"), None, rights=True, when_closed=True),
    "person.rename": Command(LEADERS, ("person", "name"), _rename),
    "person.represent": Command(AT_THE_TABLE, ("person", "stakeholder", "name"), _represent, rights=True),
    "person.move": Command(LEADERS, ("person", "group"), _move, rights=True),
    "person.profile": Command(AT_THE_TABLE, ("person", "profile"), _profile),
    "person.role": Command(ORGANISERS, ("person", "role"), _role, rights=True),
    "invitation.renew": Command(ORGANISERS, ("role",), _renew, when_closed=True),
}
