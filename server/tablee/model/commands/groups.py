"""Groups: made, renamed, dissolved, balanced, given their sheet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tablee.errors import Conflict, Invalid, NotFound
from tablee.model.commands.base import LEADERS, Command, Fields, World, number_of, seated
from tablee.model.identity import clean_name
from tablee.model.workshop import (
    CANVASES,
    GROUP_NAMES,
    NAME_CHARS,
    PROFILES,
    Group,
    Person,
    Workshop,
    with_sheets,
)

SIZES = (2, 30)


def _create(workshop: Workshop, person: Person, fields: Fields, world: World) -> Workshop:
    sheet = _checked_sheet(workshop, fields)
    typed = fields.get("name")
    name = _free_name(workshop) if typed is None else _checked_name(workshop, typed, None)
    return _with_one_more(workshop, name, sheet, world)


def _with_one_more(workshop: Workshop, name: str, sheet: str | None, world: World) -> Workshop:
    if len(workshop.groups) >= world.most_groups:
        raise Conflict("groups.too_many", "Cet atelier a déjà le maximum de groupes.")
    ids = (*(g.id for g in workshop.groups), *workshop.former_groups)
    number = 1 + max((int(i[1:]) for i in ids if i[1:].isdecimal()), default=0)
    groups = (*workshop.groups, Group(f"g{number}", name, sheet))
    return replace(workshop, groups=with_sheets(groups, workshop.steps, workshop.modules))


def _made(workshop: Workshop) -> Mapping[str, str]:
    return {"group": workshop.groups[-1].id}


def _rename(workshop: Workshop, person: Person, fields: Fields, world: World) -> Workshop:
    group = group_named(workshop, fields)
    name = _checked_name(workshop, fields.get("name"), group)
    return _with_group(workshop, replace(group, name=name))


def _sheet(workshop: Workshop, person: Person, fields: Fields, world: World) -> Workshop:
    group = group_named(workshop, fields)
    if "sheet" not in fields:
        raise _no_sheet()
    return _with_group(workshop, replace(group, sheet=_checked_sheet(workshop, fields)))


def dissolved(workshop: Workshop, group: str) -> Workshop:
    """The workshop without a group: its people wait, or sit in the smallest of the others."""
    if workshop.group(group) is None:
        raise NotFound("group.unknown", "Ce groupe n'existe pas dans cet atelier.", field="group")
    if len(workshop.groups) == 1:
        raise Conflict("group.last", "Un atelier garde au moins un groupe.", field="group")
    people = workshop.in_group(group)
    spotlight, summons = workshop.spotlight, workshop.summons
    workshop = replace(
        workshop,
        groups=tuple(g for g in workshop.groups if g.id != group),
        former_groups=(*workshop.former_groups, group),
        timers={
            key: timer for key, timer in workshop.timers.items() if key != group and timer.reporting != group
        },
        votes=tuple(v for v in workshop.votes if v.group != group or v.closed_at is not None),
        consents=tuple(c for c in workshop.consents if c.group != group or c.closed_at is not None),
        polls=tuple(p for p in workshop.polls if p.group != group or p.closed_at is not None),
        finished=tuple(one for one in workshop.finished if one.group != group),
        announcements={key: one for key, one in workshop.announcements.items() if key != group},
        shown=None if workshop.shown == group else workshop.shown,
        reported=tuple(one for one in workshop.reported if one != group),
        spotlight=None if spotlight is not None and spotlight.group == group else spotlight,
        summons=None if summons is not None and summons.group == group else summons,
    )
    for one in people:
        workshop = seated(workshop, one, None if workshop.waiting_room else workshop.smallest_group().id)
    return workshop


# -- balance -----------------------------------------------------------------------------------------


def _balance(workshop: Workshop, person: Person, fields: Fields, world: World) -> Workshop:
    """Groups of equal size, one more or less, with the profiles spread: who may stay where they are, stays.

    `size`: as many groups as make about so many people each; new ones are made where some are missing.
    """
    people = sorted(
        (p for p in workshop.people if p.role == "participant"), key=lambda p: (p.joined_at, p.id)
    )
    if not people:
        raise Conflict("groups.nobody", "Il n'y a encore personne à répartir.")
    count = len(workshop.groups)
    if fields.get("size") is not None:
        count = -(-len(people) // number_of(fields, "size", *SIZES))
        while len(workshop.groups) < min(count, world.most_groups):
            workshop = _with_one_more(workshop, _free_name(workshop), None, world)
    groups = [g.id for g in workshop.groups[:count]]
    for one, group in _dealt(people, groups).items():
        found = workshop.person(one)
        if found is not None and found.group != group:
            workshop = seated(workshop, found, group)
    return workshop


def _dealt(people: list[Person], groups: list[str]) -> dict[str, str]:
    """Person → group. Profiles are dealt one after the other, each where the one before ended."""
    dealt: dict[str, str] = {}
    at = 0
    for profile in (*PROFILES, None):
        those = [p for p in people if p.profile == profile]
        room = dict.fromkeys(groups, 0)
        for _ in those:
            room[groups[at % len(groups)]] += 1
            at += 1
        moving = []
        for one in those:
            if one.group in room and room[one.group] > 0:
                room[one.group] -= 1
                dealt[one.id] = one.group
            else:
                moving.append(one)
        places = [group for group in groups for _ in range(room[group])]
        dealt |= {one.id: group for one, group in zip(moving, places, strict=True)}
    return dealt


# -- checks ------------------------------------------------------------------------------------------


def group_named(workshop: Workshop, fields: Fields) -> Group:
    name = fields.get("group")
    group = workshop.group(name) if isinstance(name, str) else None
    if group is None:
        raise NotFound("group.unknown", "Ce groupe n'existe pas dans cet atelier.", field="group")
    return group


def _checked_name(workshop: Workshop, typed: object, group: Group | None) -> str:
    name = clean_name(typed) if isinstance(typed, str) else ""
    if not 0 < len(name) <= NAME_CHARS:
        raise Invalid(
            "groups.name", "Chaque groupe porte un nom de soixante caractères au plus.", field="name"
        )
    others = (g.name.casefold() for g in workshop.groups if group is None or g.id != group.id)
    if name.casefold() in others:
        raise Invalid("groups.twice", "Deux groupes portent le même nom.", field="name")
    return name


def _free_name(workshop: Workshop) -> str:
    """The first tree that no group is named after."""
    taken = {g.name.casefold() for g in workshop.groups}
    numbers = range(1, len(taken) + 2)
    names = (tree + (f" {n}" if n > 1 else "") for n in numbers for tree in GROUP_NAMES)
    return next(name for name in names if name.casefold() not in taken)


def _checked_sheet(workshop: Workshop, fields: Fields) -> str | None:
    sheet = fields.get("sheet")
    if sheet is None:
        return None
    if not isinstance(sheet, str) or sheet not in workshop.modules or sheet in CANVASES:
        raise _no_sheet()
    return sheet


def _no_sheet() -> NotFound:
    return NotFound("sheet.unknown", "Cette fiche n'est pas dans cet atelier.", field="sheet")


def _with_group(workshop: Workshop, group: Group) -> Workshop:
    groups = tuple(group if g.id == group.id else g for g in workshop.groups)
    return workshop if groups == workshop.groups else replace(workshop, groups=groups)


COMMANDS: Mapping[str, Command] = {
    "group.create": Command(LEADERS, ("name", "sheet"), _create, answer=_made),
    "group.rename": Command(LEADERS, ("group", "name"), _rename),
    "group.delete": Command(LEADERS, ("group",), None, rights=True),
    "group.sheet": Command(LEADERS, ("group", "sheet"), _sheet),
    "groups.balance": Command(LEADERS, ("size",), _balance, rights=True),
}
