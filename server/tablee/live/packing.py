"""What files are made of, as it was gathered, and the pack of it: for the processes in which they are made,
which need neither the store nor the rest of the server.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from tablee.model.board import Names, Pack, Photo, Roots
from tablee.model.canvases import Catalogue
from tablee.model.identity import show_code
from tablee.model.pack import pack_of
from tablee.model.workshop import Workshop
from tablee.sync.document import document_of
from tablee.words import Language, Words

COPIER = 1
"""The client id of a document that is given away: the same notes make the same bytes."""


@dataclass(frozen=True, slots=True)
class Sources:
    """`rooms` and `photos` are by the room's path in a pack."""

    workshop: Workshop
    rooms: Mapping[str, Roots]
    state_at: int
    photos: Mapping[str, tuple[Photo, ...]] = field(default_factory=dict)
    kit: Mapping[str, Any] | None = None
    """The document of the workshop's own templates; None: those that Tablée comes with."""


def as_yjs(roots: Roots) -> bytes:
    """A room of a pack as one Yjs update (encoding v1): what is there now, and nothing of who made it how."""
    in_order = msgspec.json.decode(msgspec.json.encode(roots, order="sorted"))
    return document_of(in_order, COPIER).state()


def packed(
    sources: Sources,
    catalogue: Catalogue,
    *,
    names: Names,
    language: Language,
    address: Callable[[str], str],
    shared_url: str | None = None,
) -> Pack:
    """The pack of what was gathered. `address` makes a public one of a path."""
    workshop = sources.workshop
    pack = pack_of(
        workshop,
        sources.rooms,
        catalogue,
        names=names,
        language=language,
        state_at=sources.state_at,
        door=address(f"/a/{show_code(workshop.code)}"),
        link=lambda board: address(f"/atelier/{workshop.id}?board={board}"),
        say=Words(language).say,
        photos=sources.photos,
        shared_url=shared_url,
    )
    return replace(pack, kit=sources.kit)
