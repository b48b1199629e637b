"""Where a kit comes from. Credits only grow, the licence never changes, lineage is the server's to say."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import msgspec

from tablee.errors import Invalid
from tablee.model.canvases import Catalogue
from tablee.model.kits.differences import changes_between, counted, next_version
from tablee.model.kits.document import (
    LANGUAGES,
    LICENCE,
    ROOT,
    Credit,
    KitDocument,
    Lineage,
    digest_of,
    document_of,
    whole,
)

ROOT_AUTHORS, ROOT_CREATED = ("Tablée",), 1_767_225_600_000
"""Who wrote the templates that Tablée comes with, and the first day of the year in which they did."""
FIRST = "1.0.0"
EDITED = ("lang", "titles", "templates", "agendas", "changes", "authors")
"""What who edits a kit says of it. Everything else is the server's."""


def root_document(catalogue: Catalogue) -> KitDocument:
    """The shipped kit. Its version is the highest of its templates."""
    kit = catalogue.kit
    versions = [template.version for template in catalogue.templates.values()]
    return document_of(
        catalogue,
        id=ROOT,
        version=max(versions, key=lambda one: [int(n) for n in one.partition("-")[0].split(".")]),
        lang=LANGUAGES,
        license=LICENCE,
        attribution=(Credit(kit.title, kit.version, kit.year, (kit.author,), kit.licence, kit.source),),
        derived_from=None,
        changes={},
        authors=ROOT_AUTHORS,
        created=ROOT_CREATED,
        titles=dict.fromkeys(LANGUAGES, kit.title),
    )


def own_credit(document: KitDocument) -> Credit:
    """How a kit that derives from this one names it."""
    title = next((document.titles[one] for one in document.lang if document.titles.get(one)), document.id)
    return Credit(
        title,
        document.version,
        year_of(document),
        document.authors,
        LICENCE,
        "",
        document.id,
        document.counts,
    )


def year_of(document: KitDocument) -> int:
    return datetime.fromtimestamp((document.created or ROOT_CREATED) / 1000, UTC).year


def remix_of(parent: KitDocument, kit_id: str, now: int, titles: Mapping[str, str]) -> KitDocument:
    """A copy to be changed: the parent joins those it credits."""
    return msgspec.structs.replace(
        parent,
        id=kit_id,
        version=FIRST,
        attribution=(*parent.attribution, own_credit(parent)),
        derived_from=Lineage(parent.id, parent.version, digest_of(parent)),
        changes={},
        authors=(),
        created=now,
        titles=dict(titles),
        counts={},
    )


def edited(
    stored: KitDocument,
    typed: KitDocument,
    base: KitDocument,
    published: KitDocument | None,
    before: Mapping[str, int],
) -> KitDocument:
    """The stored kit with what somebody typed. Raises `Invalid` when they changed what is not theirs.

    `base`: what it derives from; `before`: what had been changed until `base`, where it came in a file.
    """
    refuse_theft(stored, typed)
    kit = whole(msgspec.structs.replace(stored, **{name: getattr(typed, name) for name in EDITED}))
    counts = dict(before)
    for sort, n in counted(changes_between(base, kit)).items():
        counts[sort] = counts.get(sort, 0) + n
    version = stored.version
    if published is not None:
        version = next_version(published.version, changes_between(published, kit))
    return msgspec.structs.replace(kit, counts=counts, version=version)


def refuse_theft(stored: KitDocument, typed: KitDocument) -> None:
    """Raises `Invalid` when licence, credits or lineage differ from what is stored."""
    if typed.license != stored.license:
        raise Invalid("kit.licence", "La licence d'un jeu de gabarits ne se change pas.", field="license")
    if typed.attribution != stored.attribution:
        raise Invalid(
            "kit.attribution", "Les crédits d'un jeu de gabarits ne se retirent pas.", field="attribution"
        )
    if typed.derived_from != stored.derived_from:
        raise Invalid(
            "kit.lineage",
            "La provenance d'un jeu de gabarits est dite par le serveur.",
            field="derived_from",
        )
