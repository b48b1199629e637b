"""What was promised to be erased by a date is erased then."""

from __future__ import annotations

import pytest

from tablee import assets
from tablee.live import workshops as module
from tablee.live.hub import Hub
from tablee.live.policies import Policies
from tablee.live.workshops import DAY_MS, NewWorkshop, Workshops
from tablee.model.canvases import load_catalogue
from tablee.settings import read_settings
from tablee.store.redis import Store
from tablee.sync.document import insert_note


async def test_a_workshop_is_erased_when_its_days_are_over(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogue = load_catalogue(assets.canvases_folder())
    hub = Hub(store, Policies(store, catalogue))
    workshops = Workshops(store, hub, catalogue, read_settings({}, {}))
    async with hub.run():
        old = (await workshops.create(NewWorkshop("Ancien"))).workshop
        room = await hub.open(old.rooms[0])
        await room.change(old.people[0].id, insert_note("n1", {"board": "sheet1.verso", "zone": "need"}))
        later = module.now_ms() + 91 * DAY_MS
        await workshops.erase_expired()
        assert await workshops.by_id(old.id) is not None, "not before its date"
        monkeypatch.setattr(module, "now_ms", lambda: later)
        young = (await workshops.create(NewWorkshop("Récent"))).workshop
        await workshops.erase_expired()
        assert await workshops.by_id(old.id) is None and await workshops.by_code(old.code) is None
        assert await workshops.by_id(young.id) is not None
        assert room.closed
        assert (await store.open_room(old.rooms[0], "again")).erased
