"""What a workshop is: its title, languages and ways in, and whether it is being prepared, open or over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tablee.errors import Conflict, Invalid
from tablee.model import plan
from tablee.model.canvases import Catalogue
from tablee.model.commands.base import LEADERS, ORGANISERS, Command, Fields, World, flag_of, number_of, seated
from tablee.model.commands.sharing import still_shared
from tablee.model.identity import clean_name, clean_text
from tablee.model.workshop import (
    COMMONS_CHARS,
    COMMONS_KINDS,
    LANGUAGES,
    LICENCES,
    MODULES,
    Person,
    Workshop,
    checked_title,
)

PASSPHRASE_CHARS = 120
SLOT = (10, 3 * 24 * 60)
DAY_MS = 86_400_000
LAST_DATE = 4_102_444_800_000
"""The year 2100."""


def _edit(workshop: Workshop, person: Person, fields: Fields, world: World) -> Workshop:
    changes: dict[str, Any] = {}
    if "title" in fields:
        changes["title"] = checked_title(fields["title"])
    if "commons" in fields:
        changes["commons"] = checked_commons(fields["commons"])
    if "language" in fields:
        changes["language"] = checked_language(fields["language"])
    if "content_licence" in fields:
        changes["licence"] = checked_licence(fields["content_licence"])
    if "starts_at" in fields:
        changes["starts_at"] = checked_start(fields)
    if "slot_minutes" in fields:
        changes["slot_minutes"] = checked_slot(fields)
    if "commons_kind" in fields:
        changes["commons_kind"] = checked_commons_kind(fields["commons_kind"])
    for flag in ("waiting_room", "people_may_choose_group", "voices", "end_sound", "public_body"):
        if flag in fields:
            changes[flag] = flag_of(fields, flag, False)
    if "passphrase" in fields:
        changes["passphrase"] = None
        if passphrase_of(fields) is not None:
            if world.passphrase is None:
                raise Invalid("passphrase.invalid", "Ce mot de passe ne convient pas.", field="passphrase")
            changes["passphrase"] = world.passphrase
    after = still_shared(replace(workshop, **changes))
    if "modules" in fields:
        after = with_modules(after, offered(checked_modules(fields["modules"]), world.places.catalogue))
    if workshop.waiting_room and not after.waiting_room:  # nobody is left waiting for what does not come
        for one in after.in_group(None):
            if one.role == "participant":
                after = seated(after, one, after.smallest_group().id)
    return workshop if after == workshop else after


def with_modules(workshop: Workshop, modules: tuple[str, ...]) -> Workshop:
    """The workshop with these sheets and canvases; steps on others leave the agenda."""
    groups = tuple(g if g.sheet in (None, *modules) else replace(g, sheet=None) for g in workshop.groups)
    workshop = replace(workshop, modules=modules, groups=groups)
    return plan.with_steps(workshop, workshop.agenda, plan.within(workshop.steps, modules))


def checked_commons(typed: object) -> str:
    if not isinstance(typed, str) or len(typed) > COMMONS_CHARS:
        raise Invalid("commons.too_long", "La description du commun est trop longue.", field="commons")
    return clean_text(typed)


def checked_commons_kind(typed: object) -> str | None:
    if typed is not None and (not isinstance(typed, str) or typed not in COMMONS_KINDS):
        raise Invalid("commons_kind.unknown", "Ce type de commun n'est pas proposé.", field="commons_kind")
    return typed


def checked_language(typed: object) -> str:
    if not isinstance(typed, str) or typed not in LANGUAGES:
        raise Invalid("language.unknown", "Cette langue n'est pas proposée.", field="language")
    return typed


def checked_licence(typed: object) -> str:
    if not isinstance(typed, str) or typed not in LICENCES:
        raise Invalid("licence.unknown", "Cette licence n'est pas proposée.", field="content_licence")
    return typed


def checked_start(fields: Fields) -> int | None:
    """When people are told to come, in milliseconds since 1970; null takes it back."""
    return None if fields.get("starts_at") is None else number_of(fields, "starts_at", 0, LAST_DATE)


def checked_slot(fields: Fields) -> int | None:
    return None if fields.get("slot_minutes") is None else number_of(fields, "slot_minutes", *SLOT)


def checked_modules(typed: object) -> tuple[str, ...]:
    """At least one sheet or canvas, in the order of the kit."""
    wanted = typed if isinstance(typed, list | tuple) else []
    if not wanted or any(not isinstance(one, str) or one not in MODULES for one in wanted):
        raise Invalid("modules.invalid", "Choisissez au moins une fiche ou un canevas.", field="modules")
    return tuple(module for module in MODULES if module in wanted)


def offered(modules: tuple[str, ...], catalogue: Catalogue) -> tuple[str, ...]:
    """Those of them that the kit of the workshop has. Raises `Invalid` when it has none."""
    held = {plan.module_of(template) for template in catalogue.templates}
    kept = tuple(module for module in modules if module in held)
    if not kept:
        raise Invalid("modules.invalid", "Choisissez au moins une fiche ou un canevas.", field="modules")
    return kept


def passphrase_of(fields: Fields) -> str | None:
    """The passphrase as it was typed; None for an empty one, which takes it away. Raises `Invalid`."""
    typed = fields.get("passphrase")
    if not isinstance(typed, str) or len(typed) > PASSPHRASE_CHARS:
        raise Invalid("passphrase.invalid", "Ce mot de passe ne convient pas.", field="passphrase")
    return clean_name(typed) or None


# -- prepared, open, over ----------------------------------------------------------------------------


def _open(workshop: Workshop, person: Person, fields: Fields, world: World) -> Workshop:
    if workshop.status == "closed":
        raise Conflict("workshop.closed", "Cet atelier est clos. Rouvrez-le pour le changer.")
    return workshop if workshop.status == "open" else replace(workshop, status="open")


def _close(workshop: Workshop, person: Person, fields: Fields, world: World) -> Workshop:
    """Nobody changes anything any more; what asked for attention is over."""
    if workshop.status == "closed":
        return workshop
    return replace(
        workshop,
        status="closed",
        closed_at=world.now,
        timers={},
        hands={},
        ready=(),
        ready_check=None,
        spotlight=None,
        summons=None,
    )


def _reopen(workshop: Workshop, person: Person, fields: Fields, world: World) -> Workshop:
    if workshop.status == "draft":
        raise Conflict("workshop.draft", "Ouvrez d'abord l'atelier : il est encore en préparation.")
    return workshop if workshop.status == "open" else replace(workshop, status="open", closed_at=None)


def _keep(workshop: Workshop, person: Person, fields: Fields, world: World) -> Workshop:
    """Move the day of its erasure, later or earlier: at least a day from now."""
    latest = world.now + max(1, world.most_days) * DAY_MS
    expires_at = number_of(fields, "expires_at", 0, LAST_DATE)
    if expires_at == workshop.expires_at:
        return workshop
    if expires_at < world.now + DAY_MS:
        raise Invalid(
            "expires_at.too_early",
            "Choisissez une date à partir de demain. Pour effacer maintenant, effacez l'atelier.",
            field="expires_at",
        )
    if expires_at > latest:
        raise Invalid(
            "expires_at.too_late", "Ce serveur ne garde pas les ateliers si longtemps.", field="expires_at"
        )
    return replace(workshop, expires_at=expires_at)


SETTINGS = (
    "title",
    "commons",
    "language",
    "content_licence",
    "starts_at",
    "slot_minutes",
    "waiting_room",
    "passphrase",
    "people_may_choose_group",
    "modules",
    "voices",
    "end_sound",
    "public_body",
    "commons_kind",
)
COMMANDS: Mapping[str, Command] = {
    "kit.update": Command(ORGANISERS, ("kit", "version", "secret", "preview"), None, rights=True),
    "workshop.edit": Command(ORGANISERS, SETTINGS, _edit, rights=True),
    "workshop.open": Command(LEADERS, (), _open, rights=True),
    "workshop.close": Command(LEADERS, (), _close, rights=True, when_closed=True),
    "workshop.reopen": Command(LEADERS, (), _reopen, rights=True, when_closed=True),
    "workshop.keep": Command(ORGANISERS, ("expires_at",), _keep, when_closed=True),
}
