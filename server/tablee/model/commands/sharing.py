"""The page on which a workshop is read by whoever has its address: opened and closed by who organises."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tablee.errors import Invalid
from tablee.model.board import NAMES
from tablee.model.commands.base import ORGANISERS, Command, Fields, World, flag_of
from tablee.model.conduct import Shared
from tablee.model.pack import names_for
from tablee.model.workshop import Person, Workshop

INTERNAL = "internal"


def _start(workshop: Workshop, person: Person, fields: Fields, world: World) -> Workshop:
    """Share, or change how: the address stays as long as sharing goes on."""
    names = fields.get("names", "structures")
    if not isinstance(names, str) or names not in NAMES:
        raise Invalid("names.unknown", "Les noms sont « names », « structures » ou « none ».", field="names")
    public = flag_of(fields, "public", default=False)
    if public and workshop.licence == INTERNAL:
        raise Invalid(
            "share.internal",
            "Les contenus de cet atelier sont internes. Changez leur licence pour les rendre publics.",
            field="public",
        )
    wanted = names_for(workshop, names)
    shared = workshop.shared
    if shared is None:
        # the id of the workshop leads to it, the rest is the secret
        shared = Shared(f"{workshop.id}.{world.secret}", wanted, public, person.id, world.now)
    shared = replace(shared, names=wanted, public=public)
    return workshop if shared == workshop.shared else replace(workshop, shared=shared)


def _stop(workshop: Workshop, person: Person, fields: Fields, world: World) -> Workshop:
    return workshop if workshop.shared is None else replace(workshop, shared=None)


def still_shared(workshop: Workshop) -> Workshop:
    """The workshop whose page says what its licence, which may have changed, lets it say."""
    shared = workshop.shared
    if shared is None:
        return workshop
    public = shared.public and workshop.licence != INTERNAL
    shared = replace(shared, names=names_for(workshop, shared.names), public=public)
    return replace(workshop, shared=shared)


COMMANDS: Mapping[str, Command] = {
    "share.start": Command(ORGANISERS, ("names", "public"), _start, when_closed=True),
    "share.stop": Command(ORGANISERS, (), _stop, when_closed=True),
}
