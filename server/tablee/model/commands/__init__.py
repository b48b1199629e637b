"""Facilitation commands: what each may change, and who may ask for it.

A command is a JSON object with a `type`. `apply_command` is a pure transition; storing it, and what
follows from it for sessions and secrets, is `live/commands.py`. One module per family.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tablee.errors import Conflict, Forbidden, Invalid
from tablee.model.commands import (
    answers,
    attention,
    boards,
    convergence,
    deciding,
    groups,
    instants,
    moderation,
    people,
    polls,
    pooling,
    rehearsal,
    setup,
    sharing,
    steps,
    timer,
    verdicts,
    writing,
)
from tablee.model.commands.base import Command, Fields, World
from tablee.model.identity import digest
from tablee.model.notes import Places
from tablee.model.workshop import Person, Workshop

COMMANDS: Mapping[str, Command] = {
    **boards.COMMANDS,
    **steps.COMMANDS,
    **timer.COMMANDS,
    **people.COMMANDS,
    **groups.COMMANDS,
    **setup.COMMANDS,
    **attention.COMMANDS,
    **writing.COMMANDS,
    **deciding.COMMANDS,
    **polls.COMMANDS,
    **moderation.COMMANDS,
    **pooling.COMMANDS,
    **answers.COMMANDS,
    **convergence.COMMANDS,
    **verdicts.COMMANDS,
    **rehearsal.COMMANDS,
    **instants.COMMANDS,
    **sharing.COMMANDS,
}
"""One line per command: who may ask for it, its fields besides `type`, `id` and `revision`, its change."""

ID_CHARS = (8, 64)
"""An id this long says that the command is one and the same when it comes again; a shorter one is only
echoed. Clients that number their commands begin again at 1 after each reload."""
RECENT_KEPT = 200


def apply_command(
    workshop: Workshop,
    person: Person,
    command: Fields,
    *,
    places: Places,
    now: int = 0,
    most_groups: int = 60,
    passphrase: str | None = None,
    secret: str = "",
    most_days: int = 730,
) -> Workshop:
    """The workshop after the command. Raises `Refused` with the reason.

    A command that finds what it asks for already so gives back the same value.
    """
    rule = allowed(workshop, person, command)
    if rule.change is None:
        raise Invalid("command.invalid", "Cette commande ne se fait pas ainsi.", field="type")
    world = World(places, now, most_groups, passphrase, secret, most_days)
    return rule.change(workshop, person, command, world)


def allowed(workshop: Workshop, person: Person, command: Fields) -> Command:
    """The line of the table for a command that this person may ask for now. Raises `Refused`."""
    rule = rule_of(command)
    if person.role not in rule.who:
        raise Forbidden("command.role", "Votre rôle ne permet pas cette commande.")
    unknown = sorted(set(command) - {"type", "id", "revision", *rule.fields})
    if unknown:
        raise Invalid("command.field", "Ce champ n'est pas attendu.", field=unknown[0])
    _check_revision(workshop, command)
    if workshop.status == "closed" and not rule.when_closed:
        raise Conflict("workshop.closed", "Cet atelier est clos. Rouvrez-le pour le changer.")
    if workshop.status == "draft" and not rule.in_draft:
        raise Conflict("workshop.draft", "Ouvrez d'abord l'atelier : il est encore en préparation.")
    return rule


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
    fingerprint = fingerprint_of(person, command)
    return None if fingerprint is None else workshop.recent.get(fingerprint)


def remembered(workshop: Workshop, person: Person, command: Fields) -> Workshop:
    """The workshop that will know the command again, once it is stored as the next revision."""
    fingerprint = fingerprint_of(person, command)
    if fingerprint is None:
        return workshop
    recent = dict([*workshop.recent.items(), (fingerprint, workshop.revision + 1)][-RECENT_KEPT:])
    answers = {one: answer for one, answer in workshop.answers.items() if one in recent}
    rule = rule_of(command)
    if rule.answer is not None:
        answers[fingerprint] = rule.answer(workshop)
    return replace(workshop, recent=recent, answers=answers)


def answered(workshop: Workshop, person: Person, command: Fields) -> Mapping[str, str]:
    """What this very command was answered besides its revision when it came before."""
    return workshop.answers.get(fingerprint_of(person, command) or "", {})


def fingerprint_of(person: Person, command: Fields) -> str | None:
    """What a command is known again by; None when its id is none that lasts."""
    command_id = command.get("id")
    if not isinstance(command_id, str) or not ID_CHARS[0] <= len(command_id) <= ID_CHARS[1]:
        return None
    return digest(f"{person.id} {command_id}")[:16]
