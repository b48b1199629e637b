"""Drafts: what a message may ask for, and what becomes of them at the reveal."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from tablee import assets
from tablee.errors import Conflict, Forbidden, Invalid
from tablee.model.canvases import load_catalogue
from tablee.model.drafts import (
    CHARS_PER_PERSON,
    DRAFTS_PER_PERSON,
    NEAR,
    NOBODYS_COLOUR,
    Asked,
    Draft,
    asked,
    due,
    has_due,
    has_named,
    hidden_zones,
    later_words,
    left_behind,
    named_counts,
    nameless,
    notes_of,
    tally,
    written,
)
from tablee.model.notes import Places
from tablee.model.rights import Actor, Policy

PLACES = Places(load_catalogue(assets.canvases_folder()), frozenset({"pann", "pbob"}))
SILENT = Policy(PLACES, silent=frozenset({"sheet2.verso"}))
NAMELESS = Policy(PLACES, anonymous=frozenset({"sheet2.verso"}))
BOTH = replace(SILENT, anonymous=NAMELESS.anonymous)
OPEN = Policy(PLACES)
ANN = Actor("pann", "participant", "pann")
ODILE = Actor("podile", "observer", "podile")


def new_id() -> str:
    return f"nfresh{random.getrandbits(40):x}"


def note(note_id: str = "n1", text: str = "Une idée", **more: Any) -> dict[str, Any]:
    return {"id": note_id, "board": "sheet2.verso", "zone": "rules", "text": text, **more}


def write(
    drafts: Mapping[str, Draft], policy: Policy, *notes: dict[str, Any], actor: Actor = ANN, **more: Any
) -> dict[str, Draft]:
    what = asked({"notes": list(notes), **more}, PLACES)
    return written(drafts, what, actor, policy, 5, new_id)


def test_the_same_message_twice_gives_the_same_drafts() -> None:
    once = write({}, SILENT, note(), note("n2", fields={"state": "proposed", "domain": None}))
    assert write(once, SILENT, note(), note("n2", fields={"state": "proposed"})) == once
    assert once["n2"].fields == {"state": "proposed"}
    assert write(once, SILENT, deleted=["n1", "nothing"]).keys() == {"n2"}


@pytest.mark.parametrize(
    "message",
    [
        {"notes": {}},
        {"notes": ["n1"]},
        {"notes": [note("n.1")]},
        {"notes": [note(), note()]},
        {"notes": [note(text="x" * 2001)]},
        {"notes": [note(text="\ud800")]},
        {"notes": [note(zone="nowhere")]},
        {"notes": [note(board="sheet1.recto/pnobody", zone="dreams")]},
        {"notes": [note(colour="noir")]},
        {"notes": [note(becomes="n9")]},
        {"notes": [note(silent=False)]},
        {"notes": [note(anonymous="no")]},
        {"deleted": [5]},
        {"publish": "n1"},
    ],
)
def test_what_is_not_a_draft_is_refused(message: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        asked(message, PLACES)


def test_rights_limits_and_the_way_out() -> None:
    with pytest.raises(Forbidden):
        write({}, SILENT, note(), actor=ODILE)
    with pytest.raises(Forbidden):
        write({}, replace(SILENT, locked=frozenset({"sheet2.verso rules"})), note())
    there = write({}, SILENT, note())
    with pytest.raises(Forbidden):
        write(there, replace(SILENT, frozen=True), deleted=["n1"])
    with pytest.raises(Forbidden, match="révélation"):
        write(there, SILENT, note(board="sheet1.verso", zone="values"))
    many = {f"n{n}": Draft(f"n{n}", f"m{n}", "sheet2.verso", "rules", 1) for n in range(DRAFTS_PER_PERSON)}
    with pytest.raises(Conflict):
        write(many, SILENT, note("one-more"))
    assert len(write(many, SILENT, note("n1", "changée"))) == DRAFTS_PER_PERSON


def test_one_person_keeps_so_many_words() -> None:
    long = "x" * 2000
    drafts: dict[str, Draft] = {}
    for n in range(CHARS_PER_PERSON // len(long)):
        drafts = write(drafts, SILENT, note(f"n{n}", long))
    with pytest.raises(Conflict):
        write(drafts, SILENT, note("n0", long), note("one-more", "x"))
    assert len(write(drafts, SILENT, note("n0", "moins"), note("one-more", "x"))) == len(drafts) + 1


@pytest.mark.parametrize(
    "policy",
    [
        replace(NAMELESS, locked=frozenset({"sheet2.verso"})),
        replace(NAMELESS, frozen=True),
        replace(NAMELESS, moment="read"),
        replace(NAMELESS, moment="closed"),
    ],
)
def test_nobody_publishes_where_they_may_not_write(policy: Policy) -> None:
    there = write({}, NAMELESS, note())
    with pytest.raises(Forbidden):
        write(there, policy, publish=["n1"])
    with pytest.raises(Forbidden):
        write(there, NAMELESS, publish=["n1"], actor=ODILE)
    assert write(there, NAMELESS, publish=["n1"])["n1"].left


def test_own_drafts_of_a_module_that_was_left_out_can_be_deleted() -> None:
    there = write({}, SILENT, note())
    without = replace(SILENT, outside=frozenset({"sheet2.verso"}))
    with pytest.raises(Invalid):
        write(there, without, note("n2"))
    assert write(there, without, deleted=["n1"]) == {}


def test_once_anonymous_always_anonymous() -> None:
    late = write({}, OPEN, note(anonymous=True))
    [one] = due({"pann": late}, OPEN)
    assert one.anonymous and one.note_id != "n1", "written where that held, here only later"
    assert write(late, OPEN, note(anonymous=False))["n1"].anonymous
    signed = write({}, SILENT, note(), note("n2", zone="costs"))
    tallies = [tally(signed, SILENT, 7)]
    over_rules = replace(SILENT, anonymous=frozenset({"sheet2.verso rules"}))
    assert has_named(tallies, over_rules) and not has_named(tallies, SILENT)
    now = nameless(signed, over_rules)
    assert {key: draft.anonymous for key, draft in now.items()} == {"n1": True, "n2": False}
    assert not has_named([tally(now, over_rules, 7)], over_rules)
    # of two policies the more private counts
    assert due({"pann": signed}, OPEN, SILENT) == due({"pann": signed}, SILENT, OPEN) == []
    assert all(one.anonymous for one in due({"pann": signed}, OPEN, NAMELESS))
    blank = write(write({}, SILENT, note(text=" ")), NAMELESS, note("n2", text=" "))
    assert left_behind(blank, SILENT).keys() == {"n1", "n2"}
    assert left_behind(blank, OPEN).keys() == {"n2"}


def test_words_that_came_while_a_note_was_made_go_into_it_unless_somebody_changed_it() -> None:
    read = write({}, SILENT, note(fields={"state": "proposed"}))["n1"]
    now = replace(read, text="Une idée, encore", fields={"domain": "eau"})
    made = {"text": "Une idée", "fields": {"state": "proposed"}}
    assert later_words(read, now, made) == {
        "text": "Une idée, encore",
        "fields": {"state": None, "domain": "eau"},
    }
    changed = {"text": "Deux idées", "fields": {"state": "disputed"}}
    assert later_words(read, now, changed) == {"fields": {"domain": "eau"}}
    assert later_words(read, read, made) == {}


class Counted(float):
    """A number that counts how often two of its kind are compared by their difference."""

    differences = 0

    def __sub__(self, other: float) -> float:
        Counted.differences += 1
        return float(self) - float(other)


@pytest.mark.parametrize("apart", [0.0, NEAR / 3000], ids=["same", "near"])
def test_a_crowd_in_one_place_costs_each_note_the_same(apart: float) -> None:
    Counted.differences, crowd = 0, 1500
    edge = 4 * NEAR  # half of them in the next square, all of them near
    places = [(Counted(edge + apart * (n - crowd / 2)), Counted(edge)) for n in range(crowd)]
    drafts = {
        f"n{n}": Draft(f"n{n}", f"m{n}", "sheet2.verso", "rules", 1, "idée", place=place, silent=True)
        for n, place in enumerate(places)
    }
    made = notes_of(due({"pann": drafts}, OPEN), {}, 9)
    assert len(made) == crowd and Counted.differences <= 100 * crowd
    first = [tuple(one["place"]) for one in list(made.values())[:20]]
    for n, (x, y) in enumerate(first):
        assert not any(abs(x - ox) < NEAR and abs(y - oy) < NEAR for ox, oy in first[:n])


def test_when_a_draft_becomes_a_note() -> None:
    silent, nameless = write({}, SILENT, note()), write({}, NAMELESS, note())
    assert due({"pann": silent}, SILENT) == [] and due({"pann": nameless}, NAMELESS) == []
    assert [one.note_id for one in due({"pann": silent}, OPEN)] == ["n1"]
    left = written(nameless, Asked(publish=["n1"]), ANN, NAMELESS, 5, new_id)
    assert due({"pann": left}, SILENT) == [], "silence came over it"
    [one] = due({"pann": left}, NAMELESS)
    assert one.anonymous and one.note_id == left["n1"].becomes != "n1"
    # under both, the reveal shows it without a name; and a promise once made is kept where it no longer holds
    both = write({}, BOTH, note())
    assert [one.anonymous for one in due({"pann": both}, NAMELESS)] == [True]
    assert [one.anonymous for one in due({"pann": both}, OPEN)] == [True]
    assert due({"pann": write({}, SILENT, note(text="  "))}, OPEN) == []


@pytest.mark.parametrize("seed", range(30))
def test_a_reveal_loses_and_doubles_nothing_and_names_nobody_anonymous(seed: int) -> None:
    chance = random.Random(seed)
    everybody: dict[str, dict[str, Draft]] = {}
    for person in ("pann", "pbob", "pcy"):
        actor = Actor(person, "participant", person)
        drafts: dict[str, Draft] = {}
        for n in range(chance.randrange(12)):
            policy = chance.choice([SILENT, BOTH, NAMELESS])
            place = [chance.choice([0, 0.5, 1]), chance.choice([0, 0.5])]
            asking = note(f"{person}{n}", f"idée {person} {n}", place=place, colour="ciel", stakeholder="s1")
            drafts = write(drafts, policy, asking, actor=actor)
        everybody[person] = drafts
    those = due(everybody, OPEN)
    assert len(those) == sum(map(len, everybody.values()))
    chance.shuffle(those)
    existing = {"nold": {"board": "sheet2.verso", "zone": "rules", "place": [0, 0], "order": "a0"}}
    made = notes_of(those, existing, 9)
    assert sorted(one["text"] for one in made.values()) == sorted(d.draft.text for d in those)
    assert len({one["order"] for one in made.values()} | {"a0"}) == len(made) + 1
    for one in those:
        there = made[one.note_id]
        assert there["at"] == 9
        if one.anonymous:
            assert "by" not in there and "stakeholder" not in there and there["colour"] == NOBODYS_COLOUR
            assert one.note_id != one.draft.id
        else:
            assert there["by"] == one.person and there["colour"] == "ciel" and one.note_id == one.draft.id
    if len(made) <= 8:
        assert len({tuple(one["place"]) for one in made.values()} | {(0, 0)}) == len(made) + 1
    # done again after a crash: what is there stays, the rest comes
    kept = dict(list(made.items())[: len(made) // 2])
    again = notes_of(those, {**existing, **kept}, 10)
    assert again.keys() == made.keys() - kept.keys()


def test_what_is_told_of_drafts_is_numbers() -> None:
    ann = write({}, SILENT, note(), note("n2", zone="costs"), note("n3", text=" "))
    bob = write({}, BOTH, note("b1"))
    tallies = {"pann": tally(ann, SILENT, 7), "pbob": tally(bob, BOTH, 8)}
    assert hidden_zones(tallies, frozenset({"pann", "pbob", "pcy"})) == {
        "sheet2.verso costs": {"notes": 1, "people": 1, "of": 3},
        "sheet2.verso rules": {"notes": 2, "people": 2, "of": 3},
    }
    assert named_counts(tallies) == {"pann": 2}
    assert tallies["pbob"].last_at is None and tallies["pann"].last_at == 7
    for policy in (SILENT, NAMELESS, BOTH, OPEN):
        expected = bool(due({"pann": ann, "pbob": bob}, policy))
        assert has_due(tallies.values(), policy) == expected
