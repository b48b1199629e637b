"""Rooms in a real engine: their log, its reader, snapshots, clients, erasure."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio
from tests.kit.store import delivered, plain

from tablee.store import keys
from tablee.store.frame import pack_snapshot, unpack_snapshot
from tablee.store.redis import Append, AppendRefused, ReadBatch, RoomMeta, Store, open_store

ROOM = "abcdefghjk-g1-exploration"
OTHER = "abcdefghjk-g2-exploration"
LINEAGE = "00ff00ff"


@pytest_asyncio.fixture
async def room(store: Store) -> str:
    await store.open_room(ROOM, LINEAGE)
    return ROOM


def entry(payload: bytes, room: str = ROOM, *, retry: bool = False, lineage: str = LINEAGE) -> Append:
    return Append(room, lineage, 0, b"batch " + payload, payload, retry)


async def fill(store: Store, count: int, room: str = ROOM) -> None:
    await store.append([entry(b"%d" % i, room) for i in range(count)])


async def log_numbers(store: Store, room: str = ROOM) -> list[int]:
    return [entry.n for entry in await store.entries(room, 0, 10**9)]


# --- opening


async def test_a_room_is_created_once_and_keeps_its_lineage(store: Store) -> None:
    first, second = await asyncio.gather(store.open_room(ROOM, "one"), store.open_room(ROOM, "two"))
    assert first == second == RoomMeta("one", 0, 0, 0, b"", erased=False)


async def test_a_room_that_was_never_opened_has_nothing(store: Store) -> None:
    loaded = await store.load_room(ROOM)
    assert (loaded.meta.lineage, loaded.snapshot, loaded.entries) == ("", None, [])


# --- appending


async def test_entries_are_numbered_from_one_without_gap(store: Store, room: str) -> None:
    assert await store.append([entry(b"a"), entry(b"b")]) == [1, 2]
    assert await store.append([entry(b"c")]) == [3]
    assert plain(await store.entries(room, 0, 9)) == [(1, b"a"), (2, b"b"), (3, b"c")]
    assert plain(await store.entries(room, 1, 2)) == [(2, b"b")]
    assert plain(await store.entries(room, 3, 3)) == []


async def test_one_trip_serves_many_rooms(store: Store, room: str) -> None:
    await store.open_room(OTHER, LINEAGE)
    assert await store.append([entry(b"a"), entry(b"b", OTHER), entry(b"c")]) == [1, 1, 2]


async def test_any_bytes_come_back_as_they_were(store: Store, room: str) -> None:
    payload = bytes(range(256)) * 300
    await store.append([Append(room, LINEAGE, 0, b"\x00\r\n\xff", payload)])
    assert plain((await store.load_room(room)).entries) == [(1, payload)]


async def test_writers_in_two_processes_share_one_numbering(store: Store, store_url: str, room: str) -> None:
    async with open_store(store_url) as elsewhere:
        numbers = await asyncio.gather(
            *[where.append([entry(b"%d" % i)]) for i in range(50) for where in (store, elsewhere)]
        )
    assert sorted(n for [n] in numbers if isinstance(n, int)) == list(range(1, 101))
    assert await log_numbers(store) == list(range(1, 101))


async def test_a_retry_finds_what_was_stored(store: Store, room: str) -> None:
    await store.append([entry(b"a"), entry(b"b"), entry(b"c")])
    assert await store.append([entry(b"b", retry=True)]) == [2]
    assert await log_numbers(store) == [1, 2, 3]


async def test_a_retry_of_what_was_not_stored_stores_it(store: Store, room: str) -> None:
    await store.append([entry(b"a")])
    assert await store.append([entry(b"b", retry=True)]) == [2]


async def test_a_retry_looks_back_a_thousand_entries(store: Store, room: str) -> None:
    await fill(store, 1000)
    assert await store.append([entry(b"0", retry=True)]) == [1]
    await store.append([entry(b"one more")])
    assert await store.append([entry(b"0", retry=True)]) == [1002]


async def test_a_retry_is_answered_even_when_the_room_was_frozen_since(store: Store, room: str) -> None:
    await store.append([entry(b"a")])
    await store.freeze_room(room, frozen=True)
    await store.raise_epoch(room)
    assert await store.append([entry(b"a", retry=True), entry(b"b", retry=True)]) == [1, AppendRefused.FROZEN]


# --- refusing


async def test_an_entry_of_another_lineage_is_refused(store: Store, room: str) -> None:
    assert await store.append([entry(b"a", lineage="other"), entry(b"b")]) == [AppendRefused.LINEAGE, 1]


async def test_an_entry_for_a_room_that_is_not_there_is_refused(store: Store) -> None:
    assert await store.append([entry(b"a")]) == [AppendRefused.LINEAGE]
    assert await log_numbers(store) == []


async def test_a_frozen_room_refuses_until_it_is_not(store: Store, room: str) -> None:
    await store.freeze_room(room, frozen=True)
    assert await store.append([entry(b"a")]) == [AppendRefused.FROZEN]
    await store.freeze_room(room, frozen=False)
    assert await store.append([entry(b"a")]) == [1]


async def test_an_entry_judged_by_old_rights_is_refused(store: Store, room: str) -> None:
    assert await store.raise_epoch(room) == 1
    assert await store.append([entry(b"a")]) == [AppendRefused.EPOCH]
    assert (await store.open_room(room, LINEAGE)).epoch == 1
    assert await store.append([Append(room, LINEAGE, 1, b"x", b"a")]) == [1]


async def test_an_entry_that_races_with_the_erasure_is_in_before_it_or_refused(
    store: Store, store_url: str, room: str
) -> None:
    async with open_store(store_url) as elsewhere:
        racing = asyncio.gather(*[store.append([entry(b"%d" % i)]) for i in range(200)])
        await asyncio.sleep(0)
        await elsewhere.erase_room(room)
        results = [result for [result] in await racing]
    stored = [result for result in results if isinstance(result, int)]
    assert stored == list(range(1, len(stored) + 1))
    assert set(results[len(stored) :]) <= {AppendRefused.ERASED}
    assert await store.append([entry(b"late"), entry(b"0", retry=True)]) == [AppendRefused.ERASED] * 2
    assert await log_numbers(store) == []


async def test_an_entry_that_races_with_a_new_lineage_is_in_before_it_or_refused(
    store: Store, store_url: str, room: str
) -> None:
    async with open_store(store_url) as elsewhere:
        racing = asyncio.gather(*[store.append([entry(b"%d" % i)]) for i in range(200)])
        await asyncio.sleep(0)
        await elsewhere._commands.call("HSET", keys.meta(room), "lineage", "rebuilt")
        results = [result for [result] in await racing]
    stored = [result for result in results if isinstance(result, int)]
    assert await log_numbers(store) == stored == list(range(1, len(stored) + 1))
    assert set(results[len(stored) :]) <= {AppendRefused.LINEAGE}
    assert await store.append([entry(b"late")]) == [AppendRefused.LINEAGE]


async def test_scripts_that_the_store_forgot_are_loaded_again(store: Store, room: str) -> None:
    await store._commands.call("SCRIPT", "FLUSH")
    assert await store.append([entry(b"a"), entry(b"b")]) == [1, 2]
    assert await store.append([entry(b"c")]) == [3]


# --- reading


async def test_the_reader_delivers_what_comes_after(store: Store, room: str) -> None:
    await store.open_room(OTHER, LINEAGE)
    await store.append([entry(b"a"), entry(b"b"), entry(b"c", OTHER)])
    batch = await store.read({ROOM: 1, OTHER: 0}, {}, 1000)
    assert sorted(delivered(batch)) == [(ROOM, 2, b"b"), (OTHER, 1, b"c")]


async def test_the_reader_waits_for_what_another_process_appends(
    store: Store, store_url: str, room: str
) -> None:
    reading = asyncio.create_task(store.read({ROOM: 0}, {}, 10_000))
    await asyncio.sleep(0.05)
    async with open_store(store_url) as elsewhere:
        await elsewhere.append([entry(b"a")])
    assert delivered(await reading) == [(ROOM, 1, b"a")]


async def test_the_reader_comes_back_empty_when_nothing_happens(store: Store, room: str) -> None:
    assert await store.read({ROOM: 0}, {}, 30) == ReadBatch([], [])
    assert await store.read({}, {}, 30) == ReadBatch([], [])


async def test_the_reader_delivers_a_long_log_in_pieces_and_in_order(store: Store, room: str) -> None:
    await fill(store, 1200)
    got: list[int] = []
    while len(got) < 1200:
        got += [entry.n for _, entry in (await store.read({ROOM: len(got)}, {}, 1000)).entries]
    assert got == list(range(1, 1201))


async def test_a_cancelled_read_leaves_nothing_behind_for_the_next(store: Store, room: str) -> None:
    await store.open_room(OTHER, LINEAGE)
    reading = asyncio.create_task(store.read({ROOM: 0}, {}, 60_000))
    await asyncio.sleep(0.05)
    reading.cancel()
    await asyncio.wait([reading])
    await store.append([entry(b"b", OTHER)])
    async with asyncio.timeout(1):
        assert delivered(await store.read({OTHER: 0}, {}, 1000)) == [(OTHER, 1, b"b")]


async def test_a_thousand_rooms_are_read_at_once(store: Store) -> None:
    rooms = {f"w{i}-g1-exploration": 0 for i in range(1000)}
    for room in rooms:
        await store.open_room(room, LINEAGE)
    await store.append([entry(b"x", "w77-g1-exploration"), entry(b"y", "w999-g1-exploration")])
    batch = await store.read(rooms, {}, 1000)
    assert sorted(delivered(batch)) == [
        ("w77-g1-exploration", 1, b"x"),
        ("w999-g1-exploration", 1, b"y"),
    ]


# --- snapshots


@pytest_asyncio.fixture
async def snapshots(store: Store, room: str) -> AsyncIterator[str]:
    """A room with 30 entries and snapshots at 10 and 20."""
    await fill(store, 30)
    assert await store.swap_snapshot(room, LINEAGE, 10, b"as of 10")
    assert await store.swap_snapshot(room, LINEAGE, 20, b"as of 20")
    yield room


async def test_a_room_is_its_snapshot_and_what_came_after(store: Store, snapshots: str) -> None:
    loaded = await store.load_room(snapshots)
    assert (loaded.snapshot, loaded.snapshot_n) == (b"as of 20", 20)
    assert [entry.n for entry in loaded.entries] == list(range(21, 31))
    assert loaded.meta == RoomMeta(LINEAGE, 30, 20, 0, loaded.entries[-1].batch, erased=False)


@pytest.mark.parametrize("n", [1, 20])
async def test_a_snapshot_that_is_not_newer_is_not_taken(store: Store, snapshots: str, n: int) -> None:
    assert not await store.swap_snapshot(snapshots, LINEAGE, n, b"late")
    assert (await store.load_room(snapshots)).snapshot == b"as of 20"


async def test_a_snapshot_of_entries_that_are_not_there_is_not_taken(store: Store, snapshots: str) -> None:
    assert not await store.swap_snapshot(snapshots, LINEAGE, 31, b"early")


async def test_a_snapshot_of_another_lineage_is_not_taken(store: Store, snapshots: str) -> None:
    assert not await store.swap_snapshot(snapshots, "other", 25, b"foreign")


async def test_a_snapshot_of_an_erased_room_is_not_taken(store: Store, snapshots: str) -> None:
    await store.erase_room(snapshots)
    assert not await store.swap_snapshot(snapshots, LINEAGE, 25, b"late")
    assert (await store.load_room(snapshots)).snapshot is None


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        b"as of 20",
        pack_snapshot(LINEAGE, 20, b"as of 20")[:-1],
        pack_snapshot(LINEAGE, 20, b"as of 20").replace(b"as of", b"is of"),
        pack_snapshot("other", 20, b"as of 20"),
        pack_snapshot(LINEAGE, 19, b"as of 19"),
    ],
)
async def test_a_damaged_snapshot_is_passed_over_for_the_one_before(
    store: Store, snapshots: str, damaged: bytes
) -> None:
    await store._commands.call("SET", keys.snapshot(snapshots), damaged)
    loaded = await store.load_room(snapshots)
    assert (loaded.snapshot, loaded.snapshot_n) == (b"as of 10", 10)
    assert [entry.n for entry in loaded.entries] == list(range(11, 31))


async def test_a_missing_snapshot_is_passed_over_for_the_one_before(store: Store, snapshots: str) -> None:
    await store._commands.call("DEL", keys.snapshot(snapshots))
    assert (await store.load_room(snapshots)).snapshot == b"as of 10"


async def test_with_both_snapshots_damaged_the_whole_log_is_read(store: Store, snapshots: str) -> None:
    for key in (keys.snapshot(snapshots), keys.previous_snapshot(snapshots)):
        await store._commands.call("SET", key, b"damaged")
    loaded = await store.load_room(snapshots)
    assert (loaded.snapshot, loaded.snapshot_n) == (None, 0)
    assert [entry.n for entry in loaded.entries] == list(range(1, 31))


async def test_a_room_of_which_nothing_loads_is_not_whole(store: Store, snapshots: str) -> None:
    for key in (keys.snapshot(snapshots), keys.previous_snapshot(snapshots)):
        await store._commands.call("SET", key, b"damaged")
    await store._commands.call("XDEL", keys.log(snapshots), "1-0")
    loaded = await store.load_room(snapshots)
    assert (loaded.whole, loaded.snapshot, loaded.entries) == (False, None, [])


@pytest.mark.parametrize("lost", ["25-0", "30-0"])
async def test_a_gap_in_the_log_is_seen(store: Store, snapshots: str, lost: str) -> None:
    await store._commands.call("XDEL", keys.log(snapshots), lost)
    loaded = await store.load_room(snapshots)
    assert not loaded.whole and loaded.snapshot == b"as of 20"
    assert [entry.n for entry in loaded.entries] == list(range(21, int(lost.removesuffix("-0"))))


# --- trimming


async def test_trimming_is_exact(store: Store, room: str) -> None:
    await fill(store, 1500)
    await store.swap_snapshot(room, LINEAGE, 1400, b"as of 1400", keep=600)
    assert await log_numbers(store) == list(range(1, 1501)), (
        "with no earlier snapshot the log is the fallback"
    )
    await store.swap_snapshot(room, LINEAGE, 1500, b"as of 1500", keep=600)
    assert await log_numbers(store) == list(range(901, 1501))


async def test_trimming_keeps_500_entries_whatever_is_asked(store: Store, room: str) -> None:
    await fill(store, 1500)
    await store.swap_snapshot(room, LINEAGE, 1499, b"as of 1499", keep=0)
    await store.swap_snapshot(room, LINEAGE, 1500, b"as of 1500", keep=0)
    assert await log_numbers(store) == list(range(1001, 1501))


async def test_trimming_keeps_what_follows_the_previous_snapshot(store: Store, room: str) -> None:
    await fill(store, 1500)
    await store.swap_snapshot(room, LINEAGE, 300, b"as of 300", keep=0)
    await store.swap_snapshot(room, LINEAGE, 1500, b"as of 1500", keep=0)
    assert await log_numbers(store) == list(range(301, 1501))
    await store._commands.call("SET", keys.snapshot(room), b"damaged")
    loaded = await store.load_room(room)
    assert (loaded.snapshot_n, len(loaded.entries)) == (300, 1200)


async def test_appending_goes_on_where_a_trimmed_log_ends(store: Store, room: str) -> None:
    await fill(store, 1500)
    for n in (1499, 1500):
        await store.swap_snapshot(room, LINEAGE, n, b"room", keep=0)
    assert await store.append([entry(b"next")]) == [1501]
    assert plain((await store.load_room(room)).entries) == [(1501, b"next")]


async def test_a_snapshot_in_the_store_says_what_it_is(store: Store, snapshots: str) -> None:
    blob = await store._commands.call("GET", keys.snapshot(snapshots))
    snapshot = unpack_snapshot(blob, LINEAGE)
    assert snapshot is not None
    assert (snapshot.n, snapshot.data) == (20, b"as of 20")


# --- clients


async def test_a_client_id_belongs_to_the_first_person_for_ever(store: Store, room: str) -> None:
    assert await store.bind_client(room, 4242, "pann") == "pann"
    assert await store.bind_client(room, 4242, "pbob") == "pann"
    assert await store.bind_client(room, 2**53 - 1, "pbob") == "pbob"
    assert await store.clients(room) == {4242: "pann", 2**53 - 1: "pbob"}


async def test_no_client_is_bound_where_no_room_is(store: Store, room: str) -> None:
    await store.erase_room(room)
    assert await store.bind_client(room, 1, "pann") == ""
    assert await store.clients(room) == {}


# --- erasing


async def test_an_erased_room_leaves_its_mark_and_nothing_else(store: Store, snapshots: str) -> None:
    await store.bind_client(snapshots, 1, "pann")
    await store.hold_rooms([snapshots], "process", 60)
    await store.erase_room(snapshots)
    assert await store._commands.call("KEYS", "*") == [keys.meta(snapshots).encode()]
    assert await store._commands.call("HGETALL", keys.meta(snapshots)) == {b"erased": b"1"}


async def test_an_erased_room_cannot_be_opened_again(store: Store, room: str) -> None:
    await store.erase_room(room)
    assert await store.open_room(room, "new") == RoomMeta("", 0, 0, 0, b"", erased=True)
    assert (await store.load_room(room)).meta.erased
    assert await store.raise_epoch(room) == 0


async def test_each_entry_names_the_one_before(store: Store, room: str) -> None:
    await store.append([entry(b"a"), entry(b"b"), entry(b"c")])
    found = await store.entries(room, 0, 9)
    assert [one.before for one in found] == [b"", found[0].batch, found[1].batch]
    assert (await store.load_room(room)).meta.last == found[-1].batch
    assert [one for _, one in (await store.read({room: 0}, {}, 1000)).entries] == found


async def test_a_log_that_lost_its_end_refuses_who_knows_more(store: Store, room: str) -> None:
    """The caller had entry 3; the log now ends before it, or went on without it."""
    await store.append([entry(b"a"), entry(b"b")])
    known = replace(entry(b"d"), after=3, after_batch=b"batch c")
    assert await store.append([known]) == [AppendRefused.BEHIND]
    await store.append([entry(b"x")])
    assert await store.append([known]) == [AppendRefused.BEHIND]
    await store.append([entry(b"y")])
    assert await store.append([known]) == [AppendRefused.BEHIND]
    fine = [
        replace(entry(b"e"), after=4, after_batch=b"batch y"),
        replace(entry(b"f"), after=2, after_batch=b"batch b"),
    ]
    assert await store.append(fine) == [5, 6]


async def test_client_ids_are_bound_with_the_entry_or_the_entry_is_refused(store: Store, room: str) -> None:
    assert await store.append([replace(entry(b"a"), clients=((4242, "pann"), (7, "pann")))]) == [1]
    assert await store.append([replace(entry(b"b"), clients=((8, "pbob"), (4242, "pbob")))]) == [
        AppendRefused.OWNER
    ]
    assert await store.clients(room) == {4242: "pann", 7: "pann"}
    assert await store.append([replace(entry(b"b"), clients=((8, "pbob"),))]) == [2]


async def test_a_snapshot_of_another_course_of_things_is_not_taken(store: Store, room: str) -> None:
    await store.append([entry(b"a"), entry(b"b")])
    assert not await store.swap_snapshot(room, LINEAGE, 2, b"as of 2", batch=b"batch z")
    assert await store.swap_snapshot(room, LINEAGE, 2, b"as of 2", batch=b"batch b")


async def test_epochs_of_several_rooms_are_raised_at_once(store: Store, room: str) -> None:
    await store.open_room(OTHER, LINEAGE)
    await store.raise_epochs([room, OTHER, "nobody-g1-exploration"])
    assert [(await store.open_room(one, LINEAGE)).epoch for one in (room, OTHER)] == [1, 1]
    assert await store.append([entry(b"a")]) == [AppendRefused.EPOCH]
