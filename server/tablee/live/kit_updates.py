"""`kit.update`: a workshop goes on with another kit, or another version of its own. Zones are matched by id.

Notes of zones that are gone stay where they are in the room: they have no place on the board any more, and
are listed apart, from where they can be moved.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tablee.errors import Conflict, Invalid
from tablee.live.catalogues import packed
from tablee.live.commands import Commands, Done
from tablee.live.kit_words import changes_words, titled
from tablee.live.kits import Kits
from tablee.live.records import Session
from tablee.live.stored import stored_notes
from tablee.live.workshops import Workshops
from tablee.model.commands.base import flag_of
from tablee.model.commands.setup import offered, with_modules
from tablee.model.kits.differences import changes_between
from tablee.model.kits.document import ROOT, KitDocument, digest_of
from tablee.model.workshop import Person, PinnedKit, Workshop
from tablee.words import LANGUAGES


class KitUpdates:
    def __init__(self, workshops: Workshops, kits: Kits) -> None:
        self.workshops, self.kits = workshops, kits

    def serve(self, commands: Commands) -> None:
        commands.acts["kit.update"] = self.update

    async def update(
        self, session: Session, workshop: Workshop, person: Person, command: Mapping[str, Any]
    ) -> Done:
        """With `preview`, nothing is changed and the answer says what would be."""
        kit_id = command.get("kit", ROOT if workshop.kit is None else workshop.kit.id)
        secret = command.get("secret")
        if not isinstance(kit_id, str) or not isinstance(secret, str | None):
            raise Invalid("kit.unknown", "Ce jeu de gabarits n'existe pas, ou n'est pas publié.", field="kit")
        wanted = await self.kits.for_workshop(kit_id, secret) or self.kits.root
        version = command.get("version")
        if version is not None and version != wanted.version:
            raise Conflict("kit.version", "Une autre version de ce jeu a été publiée entre-temps.")
        if flag_of(command, "preview", False):
            return Done(workshop.revision, more={"preview": await self._preview(workshop, wanted)})
        pin = None if wanted.id == ROOT else PinnedKit(wanted.id, wanted.version, digest_of(wanted))
        if pin == workshop.kit:
            return Done(workshop.revision)
        catalogue, kits = self.workshops.catalogue, {}
        if pin is not None:
            catalogue = self.workshops.catalogues.learn(pin, wanted)
            kits = {pin.digest: packed(wanted)}

        async def transition(now: Workshop) -> Workshop:
            if now.kit == pin:
                return now
            return with_modules(replace(now, kit=pin), offered(now.modules, catalogue))

        # the record and the copy that it names change in one step: nobody reads one without the other
        stored = await self.workshops.change(workshop.id, transition, b"kit.update", kits)
        await self.workshops.ask(self.workshops.store.raise_epochs(stored.rooms))
        return Done(stored.revision)

    async def _preview(self, workshop: Workshop, wanted: KitDocument) -> dict[str, Any]:
        current = await self.workshops.ask(self.workshops.catalogues.document(workshop)) or self.kits.root
        held: dict[tuple[str, str], int] = {}
        for room in workshop.rooms:
            for note in (await stored_notes(self.workshops, room)).values():
                place = str(note.get("board", "")).partition("/")[0], str(note.get("zone", ""))
                held[place] = held.get(place, 0) + 1
        places = {(board.id, zone.id) for board in wanted.templates for zone in board.zones}
        changes = changes_between(current, wanted)
        return {
            "from": {"id": current.id, "version": current.version, "titles": current.titles},
            "to": {"id": wanted.id, "version": wanted.version, "titles": wanted.titles},
            "words": {one: changes_words(changes, current, wanted, one) for one in LANGUAGES},
            "zones": [
                {
                    "sort": change.sort,
                    "board": change.board,
                    "zone": change.zone or None,
                    "titles": _titles(change.board, change.zone, current, wanted),
                    "notes": held.get((change.board, change.zone), 0),
                }
                for change in changes
            ],
            "without_zone": sum(n for place, n in held.items() if place not in places),
        }


def _titles(board: str, zone: str, before: KitDocument, after: KitDocument) -> dict[str, str]:
    for kit in (after, before):
        there = kit.board(board)
        found = there and there.zone(zone)
        if found:
            return {language: titled(found.titles, language) for language in LANGUAGES}
    return {}
