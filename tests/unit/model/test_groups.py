"""Groups: made, renamed, dissolved, given a sheet, balanced."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest
from tests.kit.transitions import WORKSHOP, do, refused

from tablee.errors import Conflict
from tablee.live.records import read_workshop, write_workshop
from tablee.model.commands import answered, remembered
from tablee.model.commands.groups import dissolved
from tablee.model.conduct import Announcement, Spotlight, Timer
from tablee.model.identity import COLOURS
from tablee.model.workshop import PROFILES, Person, Workshop, may_enter


def test_groups_are_made_with_an_id_that_is_never_used_again() -> None:
    three = do("marc", "group.create", name=" Les  Ormes ")
    assert [(g.id, g.name) for g in three.groups[2:]] == [("g3", "Les Ormes")]
    two = dissolved(three, "g3")
    again = do("marc", "group.create", two)
    assert again.groups[-1].id == "g4" and again.groups[-1].name == "Aulne"
    assert [room for room in again.all_rooms if "-g3-" in room] and not [
        r for r in again.rooms if "-g3-" in r
    ]


def test_a_server_has_its_limit_of_groups() -> None:
    assert refused_full("group.create").key == "groups.too_many"


def refused_full(kind: str) -> Conflict:
    with pytest.raises(Conflict) as caught:
        do("marc", kind, most_groups=2)
    return caught.value


@pytest.mark.parametrize(
    ("name", "key"),
    [("", "groups.name"), ("x" * 61, "groups.name"), (5, "groups.name"), ("SAULE", "groups.twice")],
)
def test_a_group_has_a_name_of_its_own(name: Any, key: str) -> None:
    assert refused("marc", "group.rename", group="g1", name=name).key == key
    if name != "":
        assert refused("marc", "group.create", name=name).key == key


def test_groups_are_renamed_and_keep_their_own_name() -> None:
    assert do("marc", "group.rename", group="g1", name="Roulotte").groups[0].name == "Roulotte"
    assert do("marc", "group.rename", group="g1", name="Hêtre") is WORKSHOP
    assert refused("marc", "group.rename", group="g7", name="Roulotte").key == "group.unknown"


def test_each_group_may_have_its_sheet() -> None:
    given = do("marc", "group.sheet", group="g2", sheet="sheet3")
    assert [g.sheet for g in given.groups] == [None, "sheet3"]
    assert do("marc", "group.sheet", given, group="g2", sheet=None) == replace(WORKSHOP, revision=9)
    for wrong in ("governance", "sheet4", 3):
        assert refused("marc", "group.sheet", group="g1", sheet=wrong).key == "sheet.unknown"
    few = replace(WORKSHOP, modules=("sheet1",))
    assert refused("marc", "group.sheet", few, group="g1", sheet="sheet2").key == "sheet.unknown"
    each = do("marc", "agenda.edit", agenda="one_sheet_per_group_150")
    assert do("marc", "group.create", each).groups[-1].sheet == "sheet3"


def test_people_of_a_dissolved_group_sit_elsewhere_or_wait() -> None:
    busy = replace(
        WORKSHOP,
        timers={"g2": Timer(1, 1), "g1": Timer(1, 1)},
        announcements={"g2": Announcement("a", "marc", "Salut", 1)},
        spotlight=Spotlight("l", "marc", "governance", 1, group="g2"),
    )
    after = dissolved(busy, "g2")
    joris = after.person("joris")
    assert joris is not None and joris.group == "g1"
    assert (after.timers.keys(), after.announcements, after.spotlight) == ({"g1"}, {}, None)
    assert not may_enter(after, joris, "w1-g2-exploration")
    waiting = dissolved(replace(WORKSHOP, waiting_room=True), "g2").person("joris")
    assert waiting is not None and waiting.group is None
    with pytest.raises(Conflict) as caught:
        dissolved(after, "g1")
    assert caught.value.key == "group.last"


# -- balance -----------------------------------------------------------------------------------------


def crowd(luck: random.Random, groups: int, size: int) -> Workshop:
    made = WORKSHOP
    for _ in range(groups - 2):
        made = do("marc", "group.create", made)
    ids = [g.id for g in made.groups]
    people = tuple(
        Person(
            f"p{n:02}",
            f"P{n}",
            "participant",
            luck.choice(COLOURS),
            luck.choice([*ids, None]),
            f"p{n:02}",
            luck.randrange(9),
            profile=luck.choice((*PROFILES, None)),
        )
        for n in range(size)
    )
    return replace(made, people=(*(p for p in WORKSHOP.people if p.role != "participant"), *people))


def seats(workshop: Workshop) -> dict[str | None, list[Person]]:
    return {g.id: [p for p in workshop.people if p.group == g.id] for g in workshop.groups}


def test_balanced_groups_are_of_one_size_with_the_profiles_spread() -> None:
    for seed in range(300):
        luck = random.Random(seed)
        before = crowd(luck, luck.randrange(2, 8), luck.randrange(1, 45))
        after = do("marc", "groups.balance", before)
        sizes = [len(people) for people in seats(after).values()]
        assert max(sizes) - min(sizes) <= 1, seed
        for profile in PROFILES:
            counts = [sum(p.profile == profile for p in people) for people in seats(after).values()]
            assert max(counts) - min(counts) <= 1, (seed, profile)
        assert do("marc", "groups.balance", after) is after, "what is balanced stays"
        assert do("marc", "groups.balance", before) == after, "twice the same"
        guests = [p for p in after.people if p.role != "participant"]
        assert guests == [p for p in before.people if p.role != "participant"]


def test_who_may_stay_where_they_are_stays() -> None:
    before = crowd(random.Random(1), 2, 0)
    people = [replace(WORKSHOP.people[3], id=f"p{n}", group="g2" if n < 3 else "g1") for n in range(8)]
    before = replace(before, people=(*before.people, *people))
    after = do("marc", "groups.balance", before)
    moved = [p.id for p, q in zip(before.people, after.people, strict=True) if p.group != q.group]
    assert moved == ["p7"]


def test_groups_are_made_for_the_size_that_is_asked_for() -> None:
    before = crowd(random.Random(2), 2, 23)
    after = do("marc", "groups.balance", before, size=6)
    assert sorted(len(people) for people in seats(after).values()) == [5, 6, 6, 6]
    fewer = do("marc", "groups.balance", after, size=12)
    assert [len(people) for people in seats(fewer).values()] == [12, 11, 0, 0]
    limited = do("marc", "groups.balance", before, size=2, most_groups=3)
    assert len(limited.groups) == 3
    for wrong in (0, 1, 31, "6", True):
        assert refused("marc", "groups.balance", before, size=wrong).key == "size.range"


def test_nobody_cannot_be_balanced() -> None:
    alone = replace(WORKSHOP, people=WORKSHOP.people[:3])
    assert refused("marc", "groups.balance", alone).key == "groups.nobody"


def test_a_group_that_is_dissolved_takes_what_it_was_asked_with_it() -> None:
    busy = do("marc", "vote.open", board="governance", dots=3, group="g2")
    busy = do("marc", "consent.open", busy, proposal="Une SCIC", group="g2")
    busy = do("marc", "zone.done", busy, board="sheet2.verso", zone="rules", group="g2")
    busy = do("marc", "timer.start", busy, minutes=3, reporting="g2")
    after = dissolved(busy, "g2")
    assert (after.votes, after.consents, after.finished, after.timers) == ((), (), (), {})
    assert do("marc", "vote.open", after, board="governance", dots=3).votes


def test_a_command_that_comes_again_is_answered_what_it_made() -> None:
    marc = WORKSHOP.person("marc")
    assert marc is not None
    command = {"type": "group.create", "id": "group-made-once"}
    made = remembered(do("marc", "group.create"), marc, command)
    assert answered(read_workshop(8, write_workshop(made)), marc, command) == {"group": "g3"}
    assert answered(made, marc, {**command, "id": "another-of-them"}) == {}
