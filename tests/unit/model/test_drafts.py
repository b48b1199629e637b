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
    DRAFTS_PER_PERSON,
    NOBODYS_COLOUR,
    Asked,
    Draft,
    asked,
    due,
    has_due,
    hidden_zones,
    named_counts,
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
