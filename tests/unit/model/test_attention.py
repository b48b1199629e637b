"""Announcements, private words, spotlight, summons, hands, the ready check: who, what, and what is kept."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from typing import Any

import pytest
from tests.unit.model.test_commands import CATALOGUE, WORKSHOP, refused

from tablee.errors import Forbidden, Invalid, NotFound, Refused
from tablee.live.records import read_workshop, write_workshop
from tablee.model.commands import apply_command
from tablee.model.commands.attention import (
    MESSAGES_KEPT,
    MESSAGES_KEPT_CHARS,
    PAIR_KEPT,
    PAIR_KEPT_CHARS,
    TWICE_MS,
)
from tablee.model.conduct import ALL
from tablee.model.notes import Places
from tablee.model.state import as_seen_by
from tablee.model.workshop import ROLES, Workshop, stakeholder_ids

PLACE = {"board": "sheet2.verso", "zone": "rules"}


def do(who: str, kind: str, workshop: Workshop = WORKSHOP, now: int = 1_000, **fields: Any) -> Workshop:
    """The workshop after the command, as the store would number it."""
    actor = workshop.person(who)
    assert actor is not None
    places = Places(CATALOGUE, stakeholder_ids(workshop))
    after = apply_command(workshop, actor, {"type": kind, **fields}, places=places, now=now)
    return after if after is workshop else replace(after, revision=workshop.revision + 1)


def seen(workshop: Workshop, group: str | None) -> str | None:
    shown = as_seen_by(workshop, "participant", "fr", group=group)["announcement"]
    return shown and shown["text"]


# -- announcements -----------------------------------------------------------------------------------


def test_an_announcement_is_for_all_or_for_one_group_and_the_latest_is_shown() -> None:
    said = do("marc", "announce", text="  Pause à 15 h. \x07")
    assert [seen(said, group) for group in ("g1", "g2", None)] == ["Pause à 15 h."] * 3
    said = do("marc", "announce", said, 2_000, text="Deux minutes de plus.", group="g1")
    assert [seen(said, group) for group in ("g1", "g2")] == ["Deux minutes de plus.", "Pause à 15 h."]
    said = do("marc", "announce", said, 3_000, text="Revenez en plénière.")
    assert list(said.announcements) == [ALL] and seen(said, "g1") == "Revenez en plénière."


def test_an_empty_announcement_takes_away() -> None:
    said = do("marc", "announce", text="Pause.")
    said = do("marc", "announce", said, 2_000, text="Encore un mot.", group="g1")
    assert seen(do("marc", "announce", said, text="", group="g1"), "g1") == "Pause."
    gone = do("zoé", "announce", said, text=" \u200b")
    assert gone.announcements == {} and do("zoé", "announce", gone, text="") is gone


def test_the_same_announcement_again_is_the_same() -> None:
    said = do("marc", "announce", text="Pause.")
    assert do("zoé", "announce", said, 9_000, text="Pause.") is said


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({"text": "é" * 501}, "announcement.too_long"),
        ({}, "text.missing"),
        ({"text": "Pause.", "group": "g9"}, "group.unknown"),
    ],
)
def test_an_announcement_is_refused_with_a_reason(fields: dict[str, Any], key: str) -> None:
    assert refused("marc", {"type": "announce", **fields}).key == key
    assert do("marc", "announce", text="é" * 500).announcements


# -- private words -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "to", "key"),
    [
        ("marc", "nadia", None),
        ("marc", "paul", None),
        ("marc", "inès", None),
        ("nadia", "marc", None),
        ("paul", "inès", None),
        ("nadia", "joris", "message.not_to_them"),
        ("nadia", "paul", "message.not_to_them"),
        ("paul", "joris", "message.not_to_them"),
        ("nadia", "nadia", "message.self"),
        ("nadia", "nobody", "person.unknown"),
    ],
)
def test_guests_write_to_facilitation_only(who: str, to: str, key: str | None) -> None:
    if key is None:
        [message] = do(who, "message", person=to, text="Bonjour").messages
        assert (message.by, message.to, message.text, message.at) == (who, to, "Bonjour", 1_000)
    else:
        assert refused(who, {"type": "message", "person": to, "text": "Bonjour"}).key == key


def test_a_private_word_is_in_nobodys_state() -> None:
    said = do("marc", "message", person="nadia", text="MARQUEUR")
    for role in ROLES:
        for group in (None, "g1", "g2"):
            assert "MARQUEUR" not in json.dumps(as_seen_by(said, role, "fr", group=group))
    assert read_workshop(said.revision, write_workshop(said)) == said


@pytest.mark.parametrize(
    ("text", "key"),
    [("", "message.empty"), (" \u200b\n", "message.empty"), ("é" * 1_001, "message.too_long")],
)
def test_a_private_word_says_something(text: str, key: str) -> None:
    refusal = refused("marc", {"type": "message", "person": "nadia", "text": text})
    assert (refusal.key, refusal.field) == (key, "text")


def test_a_press_that_came_twice_is_one_word_and_the_same_later_is_another() -> None:
    said = do("marc", "message", person="nadia", text="Merci")
    assert do("marc", "message", said, 1_000 + TWICE_MS - 1, person="nadia", text="Merci") is said
    assert len(do("marc", "message", said, 1_000 + TWICE_MS, person="nadia", text="Merci").messages) == 2
    assert len(do("marc", "message", said, person="joris", text="Merci").messages) == 2


def test_the_latest_words_are_kept() -> None:
    said = WORKSHOP
    for n in range(MESSAGES_KEPT + 5):
        said = do("marc", "message", said, n, person="nadia", text=f"mot {n}")
    last = range(MESSAGES_KEPT + 5 - PAIR_KEPT, MESSAGES_KEPT + 5)
    assert [m.text for m in said.messages] == [f"mot {n}" for n in last]
    assert len({m.id for m in said.messages}) == PAIR_KEPT
    for n in range(50):
        said = do("marc", "message", said, n, person="nadia", text=f"{n:03}" + "é" * 997)
    assert sum(len(m.text) for m in said.messages) == PAIR_KEPT_CHARS < MESSAGES_KEPT_CHARS
    assert said.messages[-1].text.startswith("049")


# -- spotlight and summons ---------------------------------------------------------------------------


def test_a_flood_between_two_keeps_the_words_of_others() -> None:
    said = do("zoé", "message", person="joris", text="Bravo.")
    for n in range(40):
        said = do("nadia", "message", said, n * 10_000, person="marc", text=f"{n} " + "x" * 900)
    assert said.messages[0].text == "Bravo." and len(said.messages) < 15


def test_leaders_are_told_the_announcements_of_all_groups() -> None:
    said = do("marc", "announce", text="Deux minutes.", group="g1")
    [told] = as_seen_by(said, "facilitator", "fr")["announcements"]
    assert (told["group"], told["text"]) == ("g1", "Deux minutes.")
    assert "announcements" not in as_seen_by(said, "participant", "fr", group="g2")


def test_a_spotlight_moves_with_who_holds_it_and_anybody_who_leads_may_take_or_stop_it() -> None:
    shown = do("marc", "spotlight.start", **PLACE)
    first = shown.spotlight
    assert first is not None and (first.by, first.board, first.zone) == ("marc", "sheet2.verso", "rules")
    assert do("marc", "spotlight.start", shown, 2_000, **PLACE) is shown
    moved = do("marc", "spotlight.start", shown, 2_000, board="governance", note="n1").spotlight
    assert moved == replace(first, board="governance", zone=None, note="n1", at=2_000), "the same one"
    taken = do("zoé", "spotlight.start", shown, 3_000, **PLACE).spotlight
    assert taken is not None and taken.by == "zoé" and taken.id != first.id
    assert do("zoé", "spotlight.stop", shown).spotlight is None
    assert do("zoé", "spotlight.stop") is WORKSHOP


def test_a_summons_is_a_new_one_each_time_but_for_a_press_that_came_twice() -> None:
    once = do("marc", "summon", **PLACE, may_stay=False, group="g1")
    summons = once.summons
    assert summons is not None and not summons.may_stay and summons.group == "g1"
    assert do("marc", "summon", once, 1_000 + TWICE_MS - 1, **PLACE, may_stay=False, group="g1") is once
    again = do("marc", "summon", once, 1_000 + TWICE_MS, **PLACE, may_stay=False, group="g1").summons
    assert again is not None and again.id != summons.id
    elsewhere = do("marc", "summon", once, 1_001, board="governance").summons
    assert elsewhere is not None and elsewhere.id != summons.id


@pytest.mark.parametrize("kind", ["spotlight.start", "summon"])
@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({}, "board.missing"),
        ({"board": "sheet9.verso"}, "board.unknown"),
        ({"board": "sheet2.verso", "zone": "nowhere"}, "zone.unknown"),
        ({"board": "sheet2.verso", "group": "g9"}, "group.unknown"),
        ({"board": "sheet2.verso", "may_stay": 1}, "command.flag"),
    ],
)
def test_a_place_that_is_not_there_is_refused(kind: str, fields: dict[str, Any], key: str) -> None:
    assert refused("marc", {"type": kind, **fields}).key == key


# -- hands, ready, cursors ---------------------------------------------------------------------------


def test_a_hand_goes_up_once_and_keeps_its_moment() -> None:
    up = do("paul", "hand.raise")
    assert up.hands == {"paul": 1_000} and do("paul", "hand.raise", up, 5_000) is up
    up = do("nadia", "hand.raise", up, 2_000)
    state = {p["id"]: (p["hand"], p["hand_at"]) for p in as_seen_by(up, "observer", "fr")["people"]}
    assert state["nadia"] == (True, 2_000) and state["joris"] == (False, None)
    assert do("nadia", "hand.lower", up).hands == {"paul": 1_000}
    assert do("joris", "hand.lower", up) is up


def test_others_hands_are_lowered_by_facilitation_only() -> None:
    up = do("nadia", "hand.raise")
    refusal = refused("joris", {"type": "hand.lower", "person": "nadia"}, up)
    assert isinstance(refusal, Forbidden) and refusal.key == "hand.not_yours"
    assert do("marc", "hand.lower", up, person="nadia").hands == {}
    assert do("nadia", "hand.lower", up, person="nadia").hands == {}
    assert isinstance(refused("marc", {"type": "hand.lower", "person": "nobody"}, up), NotFound)


def test_hands_of_people_who_were_removed_are_forgotten_with_the_next() -> None:
    up = replace(WORKSHOP, hands={"gone": 5})
    assert do("nadia", "hand.raise", up).hands == {"nadia": 1_000}


def test_the_question_who_is_ready_stands_until_it_is_ended() -> None:
    asked = do("marc", "ready.ask", replace(WORKSHOP, ready=("joris",)))
    assert asked.ready == () and asked.ready_check is not None and asked.ready_check.by == "marc"
    ready = do("nadia", "ready.set", asked, ready=True)
    assert ready.ready == ("nadia",) and do("zoé", "ready.ask", ready, 9_000) is ready
    assert do("nadia", "ready.set", ready, ready=True) is ready
    assert do("nadia", "ready.set", ready, ready=False).ready == ()
    ended = do("zoé", "ready.end", ready)
    assert ended.ready == () and ended.ready_check is None and do("zoé", "ready.end", ended) is ended
    assert isinstance(refused("nadia", {"type": "ready.set", "ready": "yes"}), Invalid)


def test_cursors_are_hidden_and_shown() -> None:
    hidden = do("marc", "cursors.hide", hidden=True)
    assert hidden.cursors_hidden and do("zoé", "cursors.hide", hidden, hidden=True) is hidden
    assert not do("zoé", "cursors.hide", hidden, hidden=False).cursors_hidden


# -- any order ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(20))
def test_in_any_order_every_command_is_done_or_refused_and_twice_is_once(seed: int) -> None:
    chance = random.Random(seed)
    people = [p.id for p in WORKSHOP.people]
    examples: dict[str, list[dict[str, Any]]] = {
        "announce": [{"text": t, **g} for t in ("", "Pause.") for g in ({}, {"group": "g1"})],
        "message": [{"person": p, "text": "Un mot"} for p in people],
        "spotlight.start": [PLACE, {"board": "governance", "may_stay": False}],
        "spotlight.stop": [{}],
        "summon": [PLACE, {"board": "governance", "group": "g2"}],
        "hand.raise": [{}],
        "hand.lower": [{}, *({"person": p} for p in people)],
        "ready.ask": [{}],
        "ready.set": [{"ready": True}, {"ready": False}],
        "ready.end": [{}],
        "cursors.hide": [{"hidden": True}, {"hidden": False}],
    }
    workshop = WORKSHOP
    for at in range(300):
        kind = chance.choice(list(examples))
        who, fields = chance.choice(people), chance.choice(examples[kind])
        try:
            after = do(who, kind, workshop, at * 10, **fields)
        except Refused:
            continue
        assert do(who, kind, after, at * 10, **fields) is after, (kind, fields)
        workshop = after
    assert len(workshop.messages) <= MESSAGES_KEPT
    assert read_workshop(workshop.revision, write_workshop(workshop)) == workshop
