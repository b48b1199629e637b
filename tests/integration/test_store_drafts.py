"""Drafts in the store: whoever was slower writes again, and an erased room takes nothing."""

from __future__ import annotations

from tablee.store.drafts import NO_DRAFTS
from tablee.store.redis import Store

ROOM = "shop-g1-exploration"


async def test_a_change_of_what_somebody_has_changed_meanwhile_is_refused(store: Store) -> None:
    await store.open_room(ROOM, "cafe")
    assert await store.put_drafts(ROOM, "pann", "", b"one", b"1")
    one = await store.drafts(ROOM, "pann")
    assert one.data == b"one" and (await store.tallies(ROOM))["pann"] == (one.version, b"1")
    assert not await store.put_drafts(ROOM, "pann", "", b"other", b"1")
    assert not await store.put_drafts(ROOM, "pann", "another", b"other", b"1")
    assert await store.put_drafts(ROOM, "pann", one.version, b"two", b"2")
    assert not await store.put_drafts(ROOM, "pann", one.version, b"", b"", ["n1"])
    assert await store.were_revealed(ROOM, ["n1"]) == set(), "nothing of it was done"
    assert (await store.all_drafts(ROOM))["pann"].data == b"two"


async def test_what_was_revealed_is_known_when_it_is_gone(store: Store) -> None:
    await store.open_room(ROOM, "cafe")
    await store.put_drafts(ROOM, "pann", "", b"one", b"1")
    assert await store.rooms_with_drafts([ROOM, "other"]) == [ROOM]
    one = await store.drafts(ROOM, "pann")
    assert await store.put_drafts(ROOM, "pann", one.version, b"", b"", ["n1", "n2"])
    assert await store.drafts(ROOM, "pann") == NO_DRAFTS and await store.tallies(ROOM) == {}
    assert await store.were_revealed(ROOM, ["n1", "n3"]) == {"n1"}
    assert await store.rooms_with_drafts([ROOM]) == []
    # and takes part in no later change, also with the version that there is
    assert not await store.put_drafts(ROOM, "pann", "", b"two", b"2", written=["n3", "n2"])
    assert await store.drafts(ROOM, "pann") == NO_DRAFTS
    assert await store.put_drafts(ROOM, "pann", "", b"two", b"2", written=["n3"])


async def test_one_process_reveals_at_a_time(store: Store) -> None:
    assert await store.begin_revealing(ROOM, "one")
    assert not await store.begin_revealing(ROOM, "two")
    await store.end_revealing(ROOM, "two")
    assert not await store.begin_revealing(ROOM, "two")
    assert await store.hold_revealing(ROOM, "one")
    assert not await store.hold_revealing(ROOM, "two")
    await store.end_revealing(ROOM, "one")
    assert not await store.hold_revealing(ROOM, "one")
    assert await store.begin_revealing(ROOM, "two")


async def test_an_erased_room_takes_no_drafts(store: Store) -> None:
    assert await store.put_drafts(ROOM, "pann", "", b"one", b"1") is None
    await store.open_room(ROOM, "cafe")
    await store.put_drafts(ROOM, "pann", "", b"one", b"1")
    await store.erase_room(ROOM)
    assert await store.put_drafts(ROOM, "pann", "", b"one", b"1") is None
    assert await store.all_drafts(ROOM) == {}
