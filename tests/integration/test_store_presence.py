"""Presence between processes, each played by a store of its own on one engine."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tablee.store.feed import BACK, PresenceFeed
from tablee.store.redis import Store, open_store

ROOM = "abcdefghjk-g1-exploration"
OTHER = "abcdefghjk-g2-exploration"


@asynccontextmanager
async def listening(store: Store, *rooms: str) -> AsyncIterator[PresenceFeed]:
    """The store's feed, connected and subscribed."""
    feed = store.presence()
    first = asyncio.ensure_future(heard(feed))
    await feed.subscribe("connected")
    async with asyncio.timeout(5):
        while not first.done():
            await store.publish("connected", b"hello")
            await asyncio.sleep(0.01)
    await feed.unsubscribe("connected")
    for room in rooms:
        await feed.subscribe(room)
    while feed._messages:
        feed._messages.popleft()
    yield feed


async def heard(feed: PresenceFeed) -> tuple[str, bytes]:
    """The next message that somebody published."""
    while True:
        message = await anext(feed)
        if message[0] != BACK:
            return message


async def take(feed: PresenceFeed, count: int) -> list[tuple[str, bytes]]:
    async with asyncio.timeout(10):
        return [await anext(feed) for _ in range(count)]


async def test_a_message_reaches_every_process_that_subscribed(store: Store, store_url: str) -> None:
    async with (
        open_store(store_url) as elsewhere,
        listening(store, ROOM, OTHER) as here,
        listening(elsewhere, ROOM) as there,
    ):
        await elsewhere.publish(ROOM, b"cursor \x00\xff")
        await elsewhere.publish(OTHER, b"other")
        assert await take(here, 2) == [(ROOM, b"cursor \x00\xff"), (OTHER, b"other")]
        assert await take(there, 1) == [(ROOM, b"cursor \x00\xff")]


async def test_messages_of_one_process_keep_their_order(store: Store) -> None:
    async with listening(store, ROOM) as feed:
        sending = asyncio.gather(*[store.publish(ROOM, b"%d" % i) for i in range(500)])
        assert await take(feed, 500) == [(ROOM, b"%d" % i) for i in range(500)]
        await sending


async def test_who_unsubscribed_hears_no_more(store: Store) -> None:
    async with listening(store, ROOM, OTHER) as feed:
        await feed.unsubscribe(ROOM)
        await asyncio.sleep(0.05)
        await store.publish(ROOM, b"unheard")
        await store.publish(OTHER, b"heard")
        assert await take(feed, 1) == [(OTHER, b"heard")]


async def test_who_subscribed_before_the_feed_was_read_hears_from_then_on(store: Store) -> None:
    feed = store.presence()
    await feed.subscribe(ROOM)
    hearing = asyncio.ensure_future(heard(feed))
    async with asyncio.timeout(5):
        while not hearing.done():
            await store.publish(ROOM, b"again")
            await asyncio.sleep(0.01)
    assert hearing.result() == (ROOM, b"again")


async def test_a_feed_that_lost_its_connection_subscribes_again(store: Store) -> None:
    async with listening(store, ROOM) as feed:
        back = asyncio.ensure_future(anext(feed))
        await asyncio.sleep(0.05)
        await store._commands.call("CLIENT", "KILL", "TYPE", "pubsub")
        async with asyncio.timeout(5):
            assert await back == (BACK, b""), "something may have been missed: who cares asks again"
        hearing = asyncio.ensure_future(anext(feed))
        async with asyncio.timeout(5):
            while not hearing.done():
                await store.publish(ROOM, b"again")
                await asyncio.sleep(0.01)
        assert hearing.result() == (ROOM, b"again")


async def test_a_feed_ends_with_its_store(store_url: str) -> None:
    async with open_store(store_url) as store:
        waiting = asyncio.ensure_future(anext(store.presence(), None))
        await asyncio.sleep(0.05)
    async with asyncio.timeout(1):
        assert await waiting is None


async def test_processes_that_hold_a_room_know_of_each_other(store: Store) -> None:
    assert (await store.hold_rooms([ROOM], "one", 60))[0].by == {"one"}
    assert (await store.hold_rooms([ROOM], "two", 60))[0].by == {"one", "two"}
    assert (await store.hold_rooms([OTHER], "three", 60))[0].by == {"three"}
    await store.release_room(ROOM, "one")
    assert (await store.hold_rooms([ROOM], "two", 60))[0].by == {"two"}


async def test_a_process_that_does_not_renew_its_claim_is_forgotten(store: Store) -> None:
    await store.hold_rooms([ROOM], "gone", 1)
    await store.hold_rooms([ROOM], "alive", 60)
    await asyncio.sleep(1.05)  # the shortest claim there is
    assert (await store.hold_rooms([ROOM], "alive", 60))[0].by == {"alive"}
