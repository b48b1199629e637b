"""Workshops, what opens them, and their erasure, in a real engine."""

import asyncio
import time

import pytest

from tablee.store import keys
from tablee.store.records import ERASED_MESSAGE
from tablee.store.redis import Append, AppendRefused, Store

WORKSHOP = "abcdefghjk"
ROOMS = [f"{WORKSHOP}-g1-exploration", f"{WORKSHOP}-g1-convergence", f"{WORKSHOP}-plenary"]
CODE = "7KMPQRST"


async def create(store: Store, workshop: str = WORKSHOP, code: str = CODE) -> bool:
    invitations = {"aa11": "organiser", "bb22": "facilitator"}
    return await store.create_workshop(workshop, code, b'{"title":"one"}', invitations, 2_000_000_000_000)


async def all_keys(store: Store) -> set[str]:
    return {key.decode() for key in await store._commands.call("KEYS", "*")}


# --- workshops


async def test_a_new_workshop_is_found_by_code_and_invitation(store: Store) -> None:
    assert await create(store)
    assert await store.workshop(WORKSHOP) == (1, b'{"title":"one"}')
    assert await store.workshop_of_code(CODE) == WORKSHOP
    assert await store.invitation("aa11") == (WORKSHOP, "organiser")
    assert await store.invitation("bb22") == (WORKSHOP, "facilitator")
    assert await store.workshops() == [WORKSHOP]


async def test_what_does_not_exist_is_none(store: Store) -> None:
    assert await store.workshop(WORKSHOP) is None
    assert await store.workshop_of_code(CODE) is None
    assert await store.invitation("aa11") is None
    assert await store.workshops() == []


async def test_a_code_that_is_taken_changes_nothing(store: Store) -> None:
    await create(store)
    before = await all_keys(store)
    assert not await create(store, workshop="another234")
    assert await all_keys(store) == before
    assert await store.workshop_of_code(CODE) == WORKSHOP


async def test_an_id_that_is_taken_changes_nothing(store: Store) -> None:
    await create(store)
    before = await all_keys(store)
    assert not await create(store, code="OTHER234")
    assert await all_keys(store) == before


async def test_a_finished_workshop_does_not_fade(store: Store) -> None:
    await create(store)
    lifetimes = [await store._commands.call("TTL", key) for key in await all_keys(store)]
    assert set(lifetimes) == {-1}


async def test_a_record_is_replaced_at_its_revision_only(store: Store) -> None:
    await create(store)
    assert await store.put_workshop(WORKSHOP, 1, b"two", b"m2") == 2
    assert await store.put_workshop(WORKSHOP, 1, b"late", b"late") is None
    assert await store.put_workshop(WORKSHOP, 3, b"early", b"early") is None
    assert await store.workshop(WORKSHOP) == (2, b"two")


async def test_the_kits_of_a_workshop_change_with_its_record_or_not_at_all(store: Store) -> None:
    await create(store)
    assert await store.put_workshop(WORKSHOP, 1, b"two", b"m2", {"d1": b"one"}) == 2
    assert await store.put_workshop(WORKSHOP, 1, b"late", b"late", {"d2": b"two"}) is None
    assert await store.put_workshop(WORKSHOP, 2, b"three", b"m3") == 3
    assert [await store.pinned_kit(WORKSHOP, digest) for digest in ("d1", "d2")] == [b"one", None]
    assert await store.put_workshop(WORKSHOP, 3, b"four", b"m4", {"d2": b"two"}) == 4
    assert [await store.pinned_kit(WORKSHOP, digest) for digest in ("d1", "d2")] == [None, b"two"]
    assert await store.put_workshop(WORKSHOP, 4, b"five", b"m5", {}) == 5
    assert keys.pinned_kit(WORKSHOP) not in await all_keys(store)


async def test_of_those_who_change_a_record_at_once_one_succeeds(store: Store) -> None:
    await create(store)
    results = await asyncio.gather(*[store.put_workshop(WORKSHOP, 1, b"%d" % i, b"m") for i in range(20)])
    assert sorted(result for result in results if result is not None) == [2]


async def test_every_revision_is_announced_under_its_number(store: Store) -> None:
    await create(store)
    for revision in (1, 2, 3):
        await store.put_workshop(WORKSHOP, revision, b"record", b"change %d" % revision)
    batch = await store.read({}, {WORKSHOP: "2-0"}, 1000)
    assert batch.control == [(WORKSHOP, "3-0", b"change 2"), (WORKSHOP, "4-0", b"change 3")]
    assert batch.entries == []


async def test_the_reader_waits_for_changes_of_a_workshop_and_of_its_rooms(store: Store) -> None:
    await create(store)
    await store.open_room(ROOMS[0], "cafe")
    reading = asyncio.create_task(store.read({ROOMS[0]: 0}, {WORKSHOP: "1-0"}, 10_000))
    await asyncio.sleep(0.05)
    await store.put_workshop(WORKSHOP, 1, b"record", b"message")
    assert (await reading).control == [(WORKSHOP, "2-0", b"message")]


async def test_workshops_are_known_by_the_end_of_their_time(store: Store) -> None:
    for name, end in (("late", 3000), ("early", 1000), ("middle", 2000)):
        await store.create_workshop(name, name, b"{}", {}, end)
    assert await store.workshops() == ["early", "middle", "late"]
    assert await store.expired_workshops(2000) == ["early", "middle"]


# --- erasing


async def inhabited(store: Store) -> None:
    await create(store)
    await store.put_workshop(WORKSHOP, 1, b"record", b"message")
    for room in ROOMS[:2]:
        await store.open_room(room, "cafe")
    await store.append([Append(ROOMS[0], "cafe", 0, b"%d" % i, b"note") for i in range(3)])
    await store.swap_snapshot(ROOMS[0], "cafe", 2, b"snapshot")
    await store.put_session("s1", WORKSHOP, b"{}", 3600)
    await store.put_session("s2", WORKSHOP, b"{}", 3600)
    await store.drop_session("s2")
    await store.put_reentry(WORKSHOP, "r1", "pann")
    await store.cast_points(WORKSHOP, "v1", "pann", "n1", 2, 5)
    await store.put_ballot(WORKSHOP, "c1", "pann", b"{}")
    await store.close_round(WORKSHOP, "c1")
    for person in ("pann", "pbob"):
        assert await store.put_drafts(ROOMS[0], person, "", b"[]", b"{}", ["n1"])
    await store.begin_revealing(ROOMS[0], "process")


async def test_erasing_a_workshop_counts_what_there_was(store: Store) -> None:
    await inhabited(store)
    assert await store.erase_workshop(WORKSHOP, ROOMS, CODE) == {
        "workshops": 1,
        "rooms": 3,
        "entries": 3,
        "snapshots": 1,
        "drafts": 2,
        "sessions": 1,
        "invitations": 2,
        "codes": 1,
        "reentry_codes": 1,
        "ballots": 2,
        "hidden_notes": 0,
        "photos": 0,
        "instants": 0,
    }


async def test_erasing_a_workshop_leaves_marks_and_a_last_message_only(store: Store) -> None:
    await inhabited(store)
    await store.erase_workshop(WORKSHOP, ROOMS, CODE)
    marks = {keys.record(WORKSHOP), *map(keys.meta, ROOMS)}
    assert await all_keys(store) == marks | {keys.control(WORKSHOP)}
    for mark in marks:
        assert await store._commands.call("HGETALL", mark) == {b"erased": b"1"}
    assert 0 < await store._commands.call("TTL", keys.control(WORKSHOP)) <= 3600
    assert (await store.read({}, {WORKSHOP: "2-0"}, 1000)).control == [(WORKSHOP, "3-0", ERASED_MESSAGE)]


async def test_an_erasure_spares_other_workshops(store: Store) -> None:
    await store.create_workshop("another234", "OTHER234", b"{}", {"cc33": "observer"}, 1)
    await store.put_session("s9", "another234", b"{}", 3600)
    before = await all_keys(store)
    await inhabited(store)
    await store.erase_workshop(WORKSHOP, ROOMS, CODE)
    assert before <= await all_keys(store)
    assert await store.workshops() == ["another234"]
    assert await store.session("s9") == b"{}"


async def test_an_erased_workshop_does_not_return(store: Store) -> None:
    await inhabited(store)
    await store.erase_workshop(WORKSHOP, ROOMS, CODE)
    assert await store.workshop(WORKSHOP) is None
    assert await store.put_workshop(WORKSHOP, 2, b"record", b"message") is None
    assert not await create(store)
    assert (await store.open_room(ROOMS[2], "cafe")).erased
    assert await store.append([Append(ROOMS[0], "cafe", 0, b"x", b"note")]) == [AppendRefused.ERASED]
    assert await store.workshop_of_code(CODE) is None


async def test_an_erasure_can_be_repeated(store: Store) -> None:
    await inhabited(store)
    await store.erase_workshop(WORKSHOP, ROOMS, CODE)
    assert set((await store.erase_workshop(WORKSHOP, ROOMS, CODE)).values()) == {0, 3}


# --- sessions, tickets, re-entry codes, rates


async def test_a_session_lasts_until_it_is_dropped(store: Store) -> None:
    await create(store)
    await store.put_session("s1", WORKSHOP, b'{"person":"pann"}', 3600)
    assert await store.session("s1") == b'{"person":"pann"}'
    await store.drop_session("s1")
    assert await store.session("s1") is None


async def test_a_session_ends_by_itself(store: Store) -> None:
    await create(store)
    await store.put_session("s1", WORKSHOP, b"{}", 3600)
    assert 3590 < await store._commands.call("TTL", keys.session("s1")) <= 3600


async def test_sessions_that_ended_leave_the_index(store: Store) -> None:
    await create(store)
    await store._commands.call("ZADD", keys.workshop_sessions(WORKSHOP), 1000, "ended long ago")
    await store.put_session("s1", WORKSHOP, b"{}", 3600)
    assert await store._commands.call("ZRANGE", keys.workshop_sessions(WORKSHOP), 0, -1) == [b"s1"]


async def test_a_ticket_opens_once(store: Store) -> None:
    await store.put_ticket("t1", b"who", 60)
    taken = await asyncio.gather(*[store.take_ticket("t1") for _ in range(5)])
    assert (taken.count(b"who"), taken.count(None)) == (1, 4)
    assert await store.take_ticket("t1") is None


async def test_a_reentry_code_leads_to_its_person_in_its_workshop(store: Store) -> None:
    await create(store)
    await store.put_reentry(WORKSHOP, "r1", "pann")
    assert await store.reentry(WORKSHOP, "r1") == "pann"
    assert await store.reentry("another234", "r1") is None
    assert await store.reentry(WORKSHOP, "r2") is None


@pytest.mark.parametrize("limit", [1, 3])
async def test_a_rate_is_counted_up_to_its_limit(store: Store, limit: int) -> None:
    allowed = [await store.count_rate("join 127.0.0.1", limit, 60) for _ in range(limit + 2)]
    assert allowed == [True] * limit + [False, False]
    assert await store.count_rate("join 127.0.0.2", limit, 60)
    assert 0 < await store._commands.call("TTL", keys.rate("join 127.0.0.1")) <= 60


# --- ending what opens a workshop


async def test_a_new_invitation_takes_the_place_of_the_old_one_of_its_role(store: Store) -> None:
    await create(store)
    await store.renew_invitation(WORKSHOP, "observer", "first")
    before = await store._commands.call("SCARD", keys.workshop_invitations(WORKSHOP))
    await store.renew_invitation(WORKSHOP, "observer", "second")
    assert await store.invitation("first") is None
    assert await store.invitation("second") == (WORKSHOP, "observer")
    assert await store._commands.call("SCARD", keys.workshop_invitations(WORKSHOP)) == before


async def test_sessions_are_ended_by_what_they_say(store: Store) -> None:
    await create(store)
    await create(store)
    for name in ("a1", "a2", "b1"):
        await store.put_session(name, WORKSHOP, name[:1].encode(), 60)
    await create(store, "elsewhere", "OTHER234")
    await store.put_session("other", "elsewhere", b"a", 60)
    assert await store.drop_sessions(WORKSHOP, lambda data: data == b"a") == 2
    assert [await store.session(name) for name in ("a1", "a2", "b1", "other")] == [None, None, b"b", b"a"]
    assert await store.drop_sessions(WORKSHOP, lambda data: data == b"a") == 0
    assert await store.drop_sessions("nowhere", lambda data: True) == 0


async def test_reentry_codes_of_one_person_are_forgotten(store: Store) -> None:
    await create(store)
    for code, person in (("c1", "ann"), ("c2", "ann"), ("c3", "bob")):
        await store.put_reentry(WORKSHOP, code, person)
    assert await store.drop_reentry(WORKSHOP, "ann") == 2
    assert await store.reentry(WORKSHOP, "c1") is None and await store.reentry(WORKSHOP, "c3") == "bob"
    assert await store.drop_reentry(WORKSHOP, "ann") == 0


async def test_looking_at_a_rate_does_not_count(store: Store) -> None:
    assert await store.rate("x") == 0
    for _ in range(3):
        await store.count_rate("x", 10, 60)
    assert [await store.rate("x"), await store.rate("x")] == [3, 3]


async def test_nothing_is_admitted_to_what_is_no_more(store: Store) -> None:
    await inhabited(store)
    await store.erase_workshop(WORKSHOP, ROOMS, CODE)
    await store.put_session("late", WORKSHOP, b"{}", 3600)
    await store.put_reentry(WORKSHOP, "late", "ann")
    assert await store.session("late") is None and await store.reentry(WORKSHOP, "late") is None
    assert await store.remains(WORKSHOP) == []


async def test_what_remains_of_a_workshop_is_named(store: Store) -> None:
    await inhabited(store)
    await store.erase_workshop(WORKSHOP, ROOMS, CODE)
    await store._commands.call("SET", keys.snapshot(ROOMS[0]), "left")
    await store._commands.call("SET", keys.snapshot("another234-plenary"), "of another one")
    assert await store.remains(WORKSHOP) == [keys.snapshot(ROOMS[0])]


async def test_the_end_of_a_workshop_is_moved_for_its_sessions_too(store: Store) -> None:
    await create(store)
    await store.put_session("s1", WORKSHOP, b"{}", 60)
    ends_ms = (int(time.time()) + 5_000) * 1000
    assert await store.move_expiry(WORKSHOP, ends_ms) == 1
    assert 4_990 < await store._commands.call("TTL", keys.session("s1")) <= 5_000
    score = await store._commands.call("ZSCORE", keys.workshop_sessions(WORKSHOP), "s1")
    assert int(float(score)) == ends_ms // 1000
    assert await store.expired_workshops(ends_ms - 1) == []
    assert await store.expired_workshops(ends_ms) == [WORKSHOP]
    await store.expire_no_later(WORKSHOP, ends_ms + 1)
    assert await store.expired_workshops(ends_ms) == [WORKSHOP], "no later"
    await store.expire_no_later(WORKSHOP, 5)
    assert await store.expired_workshops(5) == [WORKSHOP]
    await store.forget_workshop(WORKSHOP)
    await store.expire_no_later(WORKSHOP, 5)
    assert await store.workshops() == [], "it is not put on the list by that"
