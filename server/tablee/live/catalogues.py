"""The catalogue of each workshop: the shipped one, or that of the kit which the workshop has pinned.

A pinned kit never changes, so what it makes is kept in this process by its digest.
"""

from __future__ import annotations

import zlib
from collections import OrderedDict

import msgspec
import structlog

from tablee.live.kit_words import attribution_of
from tablee.live.records import read_workshop
from tablee.model.canvases import Catalogue
from tablee.model.kits.document import KitDocument, catalogue_of
from tablee.model.workshop import PinnedKit, Workshop
from tablee.store.redis import Store

log = structlog.get_logger()

MOST_KEPT = 200
"""Catalogues in memory, each of some hundred kB; workshops of the same kit share one."""

_document = msgspec.json.Decoder(KitDocument)


def packed(document: KitDocument) -> bytes:
    return zlib.compress(msgspec.json.encode(document), 6)


def unpacked(data: bytes) -> KitDocument:
    return _document.decode(zlib.decompress(data))


class Catalogues:
    """`read` is asked for every workshop; `of` then answers at once."""

    def __init__(self, store: Store, shipped: Catalogue) -> None:
        self._store, self.shipped = store, shipped
        self._kept: OrderedDict[str, Catalogue] = OrderedDict()

    async def read(self, workshop_id: str) -> Workshop | None:
        """A workshop as it is stored, its kit known here from then on. Raises `StoreAway`."""
        workshop, whole = await self._read(workshop_id)
        if not whole:  # it may have gone on with another kit between the two reads
            workshop, whole = await self._read(workshop_id)
        if not whole:
            # damage: people go on with the shipped templates, and no note is lost
            log.error("kit.lost", workshop=workshop_id)
        return workshop

    async def _read(self, workshop_id: str) -> tuple[Workshop | None, bool]:
        found = await self._store.workshop(workshop_id)
        if not found:
            return None, True
        workshop = read_workshop(*found)
        return workshop, await self._load(workshop)

    async def _load(self, workshop: Workshop) -> bool:
        pin = workshop.kit
        if pin is None:
            return True
        if pin.digest in self._kept:
            self._kept.move_to_end(pin.digest)
            return True
        data = await self._store.pinned_kit(workshop.id, pin.digest)
        if data is None:
            return False
        self.learn(pin, unpacked(data))
        return True

    def learn(self, pin: PinnedKit, document: KitDocument) -> Catalogue:
        made = catalogue_of(document, self.shipped, attribution_of(document))
        self._kept[pin.digest] = made
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        return made

    def of(self, workshop: Workshop) -> Catalogue:
        if workshop.kit is None:
            return self.shipped
        return self._kept.get(workshop.kit.digest, self.shipped)

    async def document(self, workshop: Workshop) -> KitDocument | None:
        """The kit of a workshop as it was pinned; None when it works with the shipped one."""
        if workshop.kit is None:
            return None
        data = await self._store.pinned_kit(workshop.id, workshop.kit.digest)
        return None if data is None else unpacked(data)
