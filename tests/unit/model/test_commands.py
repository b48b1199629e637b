"""Facilitation commands: who may ask for which, what they change, and why they are refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tablee import assets
from tablee.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from tablee.live.records import read_workshop, write_workshop
from tablee.model.canvases import load_catalogue
from tablee.model.commands import COMMANDS, RECENT_KEPT, allowed, apply_command, recalled, remembered
from tablee.model.conduct import ALL, Consent, Poll, Shared, Spotlight, StepRun, Timer, Vote
from tablee.model.notes import Places
from tablee.model.state import as_seen_by
from tablee.model.workshop import (
    ROLES,
    STRUCTURES,
    BoardState,
    Group,
    Person,
    Role,
    Stakeholder,
    Workshop,
    add_person,
    may_return,
    session_holds,
    stakeholder_ids,
)

CATALOGUE = load_catalogue(assets.canvases_folder())
STEPS = CATALOGUE.agendas["half_day_210"].steps


def person(person_id: str, role: Role, colour: str = "ciel", **more: Any) -> Person:
    group = "g1" if role == "participant" else None
    return Person(person_id, person_id.title(), role, colour, **{"group": group, **more}, **SELF(person_id))


def SELF(person_id: str) -> dict[str, Any]:  # noqa: N802 (a value with a hole)
    return {"stakeholder": person_id, "joined_at": 1}


WORKSHOP = Workshop(
    id="w1",
    code="ABCDEFGH",
    title="Trajets communs",
    commons="",
    language="fr",
    licence="internal",
    agenda="half_day_210",
    steps=STEPS,
    step=None,
    groups=(Group("g1", "Hêtre"), Group("g2", "Saule")),
    people=(
        person("inès", "organiser"),
        person("marc", "facilitator", opened_by="facilitator", seated=3),
        person("zoé", "facilitator"),
        person("nadia", "participant"),
        person("joris", "participant", "lagon", group="g2"),
        person("paul", "observer"),
    ),
    stakeholders=(),
    people_may_choose_group=False,
    created_at=1,
    expires_at=2,
    revision=7,
)
BY: dict[Role, str] = {
    "organiser": "inès",
    "facilitator": "marc",
    "participant": "nadia",
    "observer": "paul",
}

FINE: dict[str, dict[str, Any]] = {
    "board.lock": {"board": "governance"},
    "board.unlock": {"board": "governance"},
    "board.open": {"board": "governance"},
    "zone.done": {"board": "sheet2.verso", "zone": "rules", "group": "g1"},
    "person.undo": {"person": "joris", "since": 0},
    "person.redo": {"entries": {"w1-g1-exploration": [1]}},
    "note.hide": {"room": "w1-g1-exploration", "note": "n1"},
    "note.show": {"room": "w1-g1-exploration", "note": "n1"},
    "note.return": {"room": "w1-g1-exploration", "note": "n1"},
    "note.settle": {"room": "w1-g1-exploration", "note": "n1"},
    "answer.set": {"key": "check/terms", "value": {"done": True}},
    "verdict.set": {"verdict": "acceptable"},
    "step.next": {},
    "step.previous": {},
    "step.go": {"step": STEPS[3].id},
    "person.remove": {"person": "joris"},
    "person.rename": {"person": "joris", "name": "Joris B."},
    "person.represent": {"name": "Roulibre"},
    "person.move": {"person": "joris", "group": "g1"},
    "person.role": {"person": "joris", "role": "observer"},
    "invitation.renew": {"role": "observer"},
    "timer.start": {"minutes": 15},
    "timer.pause": {},
    "timer.resume": {},
    "timer.extend": {"seconds": 60},
    "timer.stop": {},
    "agenda.edit": {"agenda": "half_day_240"},
    "agenda.catch_up": {},
    "workshop.edit": {"title": "Communs"},
    "kit.update": {"preview": True},
    "workshop.open": {},
    "workshop.close": {},
    "workshop.reopen": {},
    "workshop.keep": {"expires_at": 200 * 86_400_000},
    "person.erase": {"person": "joris", "notes": "keep"},
    "group.create": {},
    "group.rename": {"group": "g1", "name": "Roulotte"},
    "group.delete": {"group": "g1"},
    "group.sheet": {"group": "g1", "sheet": "sheet2"},
    "groups.balance": {},
    "person.profile": {"profile": "user"},
    "writing.silent": {"board": "sheet2.verso"},
    "writing.anonymous": {"board": "sheet2.verso"},
    "writing.reveal": {"board": "sheet2.verso"},
    "announce": {"text": "Pause à 15 h."},
    "message": {"person": "zoé", "text": "Où en êtes-vous ?"},
    "spotlight.start": {"board": "sheet2.verso"},
    "spotlight.stop": {},
    "summon": {"board": "sheet2.verso"},
    "hand.raise": {},
    "hand.lower": {},
    "ready.ask": {},
    "ready.set": {"ready": True},
    "ready.end": {},
    "cursors.hide": {"hidden": True},
    "vote.open": {"board": "governance", "dots": 5},
    "vote.cast": {"note": "n1", "dots": 1},
    "vote.close": {"vote": "v1"},
    "vote.drop": {"vote": "v1"},
    "consent.open": {"proposal": "Une SCIC en 2027"},
    "consent.answer": {"answer": "consent"},
    "consent.close": {"consent": "c1"},
    "consent.drop": {"consent": "c1"},
    "report.show": {"group": "g1"},
    "card.show": {"card": "terristory"},
    "summary.begin": {},
    "preparation.set": {"key": "done/room", "text": "1"},
    "poll.open": {"kind": "need", "board": "sheet1.verso"},
    "poll.answer": {"subject": "return", "value": 4},
    "poll.close": {"poll": "q1"},
    "poll.drop": {"poll": "q1"},
    "note.carry": {"from": "w1-g1-exploration", "note": "n1", "zone": "governance.rules"},
    "note.merge": {"notes": [], "zone": "governance.rules"},
    "note.park": {"notes": [], "canvas": "governance"},
    "note.raise": {"from": "w1-g1-exploration", "notes": ["n1"]},
    "rooms.pool": {},
    "rehearsal.start": {"pace": 12},
    "rehearsal.stop": {},
    "instant.keep": {"name": "Avant la pause"},
    "instant.drop": {"room": "w1-g1-exploration", "instant": "k1"},
    "instant.restore": {"room": "w1-g1-exploration", "instant": "n1"},
    "person.credit": {"credited": True},
    "share.start": {"names": "structures"},
    "share.stop": {},
}
MAY: dict[str, str] = {
    "board.lock": "OF",
    "board.unlock": "OF",
    "board.open": "OF",
    "zone.done": "OFP",
    "person.undo": "OF",
    "person.redo": "OF",
    "note.hide": "OF",
    "note.show": "OF",
    "note.return": "OF",
    "note.settle": "OFP",
    "answer.set": "OFP",
    "verdict.set": "OFP",
    "step.next": "OF",
    "step.previous": "OF",
    "step.go": "OF",
    "person.remove": "OF",
    "person.rename": "OF",
    "person.represent": "OFP",
    "person.move": "OF",
    "person.role": "O",
    "invitation.renew": "O",
    "timer.start": "OF",
    "timer.pause": "OF",
    "timer.resume": "OF",
    "timer.extend": "OF",
    "timer.stop": "OF",
    "agenda.edit": "OF",
    "agenda.catch_up": "OF",
    "workshop.edit": "O",
    "kit.update": "O",
    "workshop.open": "OF",
    "workshop.close": "OF",
    "workshop.reopen": "OF",
    "workshop.keep": "O",
    "person.erase": "O",
    "group.create": "OF",
    "group.rename": "OF",
    "group.delete": "OF",
    "group.sheet": "OF",
    "groups.balance": "OF",
    "person.profile": "OFP",
    "writing.silent": "OF",
    "writing.anonymous": "OF",
    "writing.reveal": "OF",
    "announce": "OF",
    "message": "OFPS",
    "spotlight.start": "OF",
    "spotlight.stop": "OF",
    "summon": "OF",
    "hand.raise": "OFPS",
    "hand.lower": "OFPS",
    "ready.ask": "OF",
    "ready.set": "OFP",
    "ready.end": "OF",
    "cursors.hide": "OF",
    "vote.open": "OF",
    "vote.cast": "OFP",
    "vote.close": "OF",
    "vote.drop": "OF",
    "consent.open": "OF",
    "consent.answer": "OFP",
    "consent.close": "OF",
    "consent.drop": "OF",
    "report.show": "OF",
    "card.show": "OF",
    "summary.begin": "OFP",
    "preparation.set": "O",
    "poll.open": "OF",
    "poll.answer": "OFP",
    "poll.close": "OF",
    "poll.drop": "OF",
    "note.carry": "OFP",
    "note.merge": "OFP",
    "note.park": "OFP",
    "note.raise": "OFP",
    "rooms.pool": "OF",
    "rehearsal.start": "OF",
    "rehearsal.stop": "OF",
    "instant.keep": "OF",
    "instant.drop": "OF",
    "instant.restore": "OF",
    "person.credit": "OFPS",
    "share.start": "O",
    "share.stop": "O",
}
"""Who may ask for it: organiser, facilitator, participant, spectator (observer)."""
FINE_TOO: tuple[tuple[str, object], ...] = (
    ("ban", True),
    ("credited", True),
    ("done", True),
    ("timer", True),
    ("minutes", 5),
    ("seconds", 5),
    ("size", 5),
    ("starts_at", 5),
    ("title", "nobody"),
    ("commons", "nobody"),
    ("commons", ""),
    ("passphrase", ""),
    ("waiting_room", True),
    ("people_may_choose_group", True),
    ("voices", True),
    ("public_body", True),
    ("end_sound", True),
    ("name", "nobody"),
    ("text", "nobody"),
    ("note", "nobody"),
    ("may_stay", True),
    ("ready", True),
    ("hidden", True),
    ("dots", 5),
    ("per_note", 5),
    ("secret", True),
    ("question", "nobody"),
    ("question", ""),
    ("proposal", "nobody"),
)
"""Values that a field takes."""
TIMED = {"timers": {ALL: Timer(60_000, ends_at=60_000)}}
VOTE = Vote("v1", "inès", "", "governance", None, None, 5, 3, True, 1)
BEFORE: dict[str, dict[str, Any]] = {
    "vote.drop": {"votes": (VOTE,)},
    "poll.drop": {"polls": (Poll("q1", "return", "inès", None, None, None, 1),)},
    "consent.drop": {"consents": (Consent("c1", "inès", "Une SCIC", None, False, 1),)},
    "share.stop": {"shared": Shared("w1.secret", "structures", False, "inès", 1)},
    "timer.pause": TIMED,
    "timer.resume": {"timers": {ALL: Timer(60_000, remaining_ms=30_000)}},
    "timer.extend": TIMED,
    "timer.stop": TIMED,
    "agenda.catch_up": {"runs": (StepRun(STEPS[1].id, -3_600_000),)},
    "writing.reveal": {"boards": {"sheet2.verso": BoardState(silent=True)}},
    "workshop.open": {"status": "draft"},
    "workshop.reopen": {"status": "closed"},
    "groups.balance": {"people": tuple(replace(p, group=p.group and "g1") for p in WORKSHOP.people)},
}
"""What a workshop has for the command to change something."""
LETTER = dict(zip(ROLES, "OFPS", strict=True))


def do(who: str, command: dict[str, Any], workshop: Workshop = WORKSHOP) -> Workshop:
    actor = workshop.person(who)
    assert actor is not None
    places = Places(CATALOGUE, stakeholder_ids(workshop))
    return apply_command(workshop, actor, command, places=places)


def refused(who: str, command: dict[str, Any], workshop: Workshop = WORKSHOP) -> Refused:
    with pytest.raises(Refused) as caught:
        do(who, command, workshop)
    assert caught.value.sentence
    return caught.value


# -- the table ---------------------------------------------------------------------------------------


def test_every_command_has_a_rule_and_an_example_here() -> None:
    assert COMMANDS.keys() == MAY.keys() == FINE.keys()


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("kind", COMMANDS)
def test_the_table_says_who_may_do_what(kind: str, role: Role) -> None:
    workshop = replace(WORKSHOP, step=STEPS[1].id, boards={"governance": BoardState(True)})
    if kind == "board.lock":
        workshop = replace(workshop, boards={})
    if kind == "spotlight.stop":
        workshop = replace(workshop, spotlight=Spotlight("l1", "marc", "governance", 1))
    if kind == "hand.lower":
        workshop = replace(workshop, hands={BY[role]: 1})
    if kind == "ready.end":
        workshop = replace(workshop, ready=("joris",))
    workshop = replace(workshop, **BEFORE.get(kind, {}))
    command = {"type": kind, **FINE[kind]}
    actor = workshop.person(BY[role])
    assert actor is not None
    if LETTER[role] in MAY[kind] and COMMANDS[kind].change is None:
        allowed(workshop, actor, command)  # done by `live/`
    elif LETTER[role] in MAY[kind]:
        assert do(BY[role], command, workshop) != workshop
    else:
        refusal = refused(BY[role], command, workshop)
        assert isinstance(refusal, Forbidden) and refusal.key == "command.role"


@pytest.mark.parametrize("kind", COMMANDS)
@pytest.mark.parametrize("more", [{"colour": "red"}, {"by": "inès"}])
def test_a_field_nobody_expects_is_refused_by_name(kind: str, more: dict[str, Any]) -> None:
    refusal = refused("inès", {"type": kind, **FINE[kind], **more})
    assert refusal.key == "command.field" and refusal.field == next(iter(more))


@pytest.mark.parametrize("kind", [kind for kind, rule in COMMANDS.items() if rule.change is not None])
@pytest.mark.parametrize("wrong", [5, True, [], {}, "", "nobody", 1.5])
def test_a_value_of_another_kind_is_refused_or_means_the_same(kind: str, wrong: object) -> None:
    for name in COMMANDS[kind].fields:
        takes_away = name == "text" and wrong == "" and kind in ("announce", "preparation.set")
        if (name, wrong) in FINE_TOO or takes_away:
            continue
        refusal = refused("inès", {"type": kind, **FINE[kind], name: wrong})
        assert isinstance(refusal, Invalid | NotFound) and refusal.field == name


@pytest.mark.parametrize("command", [{}, {"type": 5}, {"type": None}, {"type": ["step.next"]}])
def test_a_command_without_a_type_is_refused(command: dict[str, Any]) -> None:
    assert refused("inès", command).key == "command.invalid"


@pytest.mark.parametrize("kind", ["", "step", "step.next ", "timer.begin", "__class__"])
def test_an_unknown_command_is_refused(kind: str) -> None:
    assert refused("inès", {"type": kind}).key == "command.unknown"


def test_a_command_for_another_revision_than_the_workshop_has_is_refused() -> None:
    assert do("inès", {"type": "step.next", "revision": 7}).step == STEPS[0].id
    for revision in (6, 8, -1):
        refusal = refused("inès", {"type": "step.next", "revision": revision})
        assert isinstance(refusal, Conflict) and refusal.key == "revision.stale"
    assert isinstance(refused("inès", {"type": "step.next", "revision": True}), Invalid)


# -- boards ------------------------------------------------------------------------------------------


def test_boards_zones_and_everything_are_locked_apart() -> None:
    locked = do("marc", {"type": "board.lock", "board": "sheet2.verso", "zone": "rules"})
    locked = do("zoé", {"type": "board.lock", "board": "sheet2.verso", "zone": "bodies"}, locked)
    locked = do("marc", {"type": "board.lock", "board": "economic"}, locked)
    locked = do("marc", {"type": "board.lock", "board": None}, locked)
    assert locked.boards == {
        "sheet2.verso": BoardState(
            False, ("bodies", "rules"), zones_locked_by={"rules": "marc", "bodies": "zoé"}
        ),
        "economic": BoardState(True, locked_by="marc"),
    }
    assert locked.frozen and locked.frozen_by == "marc"
    opened = do("marc", {"type": "board.unlock"}, locked)
    assert not opened.frozen and opened.frozen_by is None and opened.boards == locked.boards
    opened = do("marc", {"type": "board.unlock", "board": "sheet2.verso", "zone": "rules"}, opened)
    assert opened.board("sheet2.verso") == BoardState(False, ("bodies",), zones_locked_by={"bodies": "zoé"})
    opened = do("marc", {"type": "board.unlock", "board": "sheet2.verso"}, opened)
    assert list(opened.boards) == ["economic"]


def test_a_recto_is_locked_for_one_stakeholder_or_for_all() -> None:
    assert do("marc", {"type": "board.lock", "board": "sheet1.recto/nadia"}).boards["sheet1.recto/nadia"]
    assert do("marc", {"type": "board.lock", "board": "sheet1.recto"}).boards["sheet1.recto"]
    assert refused("marc", {"type": "board.lock", "board": "sheet1.recto/nobody"}).key == "board.unknown"
    assert refused("marc", {"type": "board.lock", "zone": "rules"}).key == "board.missing"
    refusal = refused("marc", {"type": "board.lock", "board": "governance", "zone": "need"})
    assert refusal.key == "zone.unknown"


def test_a_zone_that_is_locked_twice_stays_the_first_ones() -> None:
    zone = {"type": "board.lock", "board": "sheet2.verso", "zone": "rules"}
    once = do("marc", zone)
    assert do("zoé", zone, once) is once


@pytest.mark.parametrize("board", [None, "governance"])
def test_locking_twice_is_the_same_as_once(board: str | None) -> None:
    once = do("marc", {"type": "board.lock", "board": board})
    assert do("zoé", {"type": "board.lock", "board": board}, once) is once
    assert do("zoé", {"type": "board.unlock", "board": board}) is WORKSHOP


# -- steps -------------------------------------------------------------------------------------------


def test_steps_go_one_by_one_to_the_end_and_back() -> None:
    at, seen = WORKSHOP, []
    for _ in STEPS:
        at = do("marc", {"type": "step.next", "revision": at.revision}, at)
        seen.append(at.step)
    assert seen == [step.id for step in STEPS]
    assert refused("marc", {"type": "step.next", "revision": at.revision}, at).key == "step.last"
    assert do("marc", {"type": "step.previous"}, at).step == STEPS[-2].id
    assert refused("marc", {"type": "step.previous"}).key == "step.first"
    first = do("marc", {"type": "step.go", "step": STEPS[0].id}, at)
    assert refused("marc", {"type": "step.previous"}, first).key == "step.first"
    assert do("marc", {"type": "step.go", "step": STEPS[0].id}, first) is first


# -- people ------------------------------------------------------------------------------------------


ROULIBRE = replace(WORKSHOP, stakeholders=(Stakeholder("s1", "Roulibre"),))


def speaks_for(workshop: Workshop, who: str) -> str:
    found = workshop.person(who)
    assert found is not None
    return found.stakeholder


def test_somebody_speaks_for_a_structure_that_is_there_by_id_or_by_name() -> None:
    for how in ({"stakeholder": "s1"}, {"name": "Roulibre"}, {"name": "  ROULIBRÉ \u200b"}):
        after = do("nadia", {"type": "person.represent", **how}, ROULIBRE)
        assert speaks_for(after, "nadia") == "s1" and after.stakeholders == ROULIBRE.stakeholders
    again = do("nadia", {"type": "person.represent", "stakeholder": "s1"}, after)
    assert again is after, "what is so already changes nothing"


def test_somebody_names_a_new_structure() -> None:
    after = do("nadia", {"type": "person.represent", "name": "Vélo &\n Villages\x07"}, ROULIBRE)
    made = after.stakeholders[-1]
    assert made.name == "Vélo & Villages" and speaks_for(after, "nadia") == made.id != "s1"
    tried_again = do("nadia", {"type": "person.represent", "name": "Vélo & Villages"}, ROULIBRE)
    assert tried_again == after, "a transition that is tried again makes the same structure"
    other = do("joris", {"type": "person.represent", "name": "velo & villages"}, after)
    assert speaks_for(other, "joris") == made.id and len(other.stakeholders) == 2


def test_somebody_speaks_for_themselves_again_and_keeps_every_recto() -> None:
    away = do("nadia", {"type": "person.represent", "stakeholder": "s1"}, ROULIBRE)
    places = Places(CATALOGUE, stakeholder_ids(away))
    assert places.holds_board("sheet1.recto/nadia") and places.holds_board("sheet1.recto/s1")
    back = do("nadia", {"type": "person.represent", "stakeholder": "nadia"}, away)
    assert speaks_for(back, "nadia") == "nadia"
    assert Places(CATALOGUE, stakeholder_ids(back)).holds_board("sheet1.recto/s1")


@pytest.mark.parametrize(
    ("how", "key", "field"),
    [
        ({}, "stakeholder.missing", "stakeholder"),
        ({"stakeholder": "s1", "name": "Roulibre"}, "stakeholder.missing", "stakeholder"),
        ({"stakeholder": "joris"}, "stakeholder.unknown", "stakeholder"),
        ({"stakeholder": "s2"}, "stakeholder.unknown", "stakeholder"),
        ({"name": " \u200b\x00"}, "stakeholder.empty", "name"),
        ({"name": "é" * 121}, "stakeholder.too_long", "name"),
        ({"person": "joris", "stakeholder": "s1"}, "person.not_yours", "person"),
        ({"person": "nobody", "stakeholder": "s1"}, "person.unknown", "person"),
    ],
)
def test_who_somebody_speaks_for_is_refused_with_a_reason(how: dict[str, Any], key: str, field: str) -> None:
    refusal = refused("nadia", {"type": "person.represent", **how}, ROULIBRE)
    assert (refusal.key, refusal.field) == (key, field)


def test_facilitation_says_for_anybody_below_them_and_participants_for_themselves() -> None:
    command = {"type": "person.represent", "stakeholder": "s1"}
    for who in ("joris", "paul"):
        after = do("marc", {**command, "person": who}, ROULIBRE)
        assert speaks_for(after, who) == "s1" and speaks_for(after, "marc") == "marc"
    assert speaks_for(do("nadia", {**command, "person": "nadia"}, ROULIBRE), "nadia") == "s1"
    assert refused("marc", {**command, "person": "zoé"}, ROULIBRE).key == "person.above"
    assert speaks_for(do("inès", {**command, "person": "zoé"}, ROULIBRE), "zoé") == "s1"


def test_boards_that_are_frozen_do_not_keep_anybody_from_saying_who_they_speak_for() -> None:
    frozen = replace(ROULIBRE, frozen=True)
    assert speaks_for(do("nadia", {"type": "person.represent", "stakeholder": "s1"}, frozen), "nadia") == "s1"


def test_a_workshop_has_a_limit_of_structures() -> None:
    many = tuple(Stakeholder(f"s{n}", f"Structure {n}") for n in range(STRUCTURES))
    full = replace(WORKSHOP, stakeholders=many)
    refusal = refused("nadia", {"type": "person.represent", "name": "Une de plus"}, full)
    assert isinstance(refusal, Conflict) and refusal.key == "stakeholder.too_many"
    assert speaks_for(do("nadia", {"type": "person.represent", "name": "structure 7"}, full), "nadia") == "s7"


def test_at_the_door_structures_are_compared_without_case_and_accents() -> None:
    seat: dict[str, Any] = {
        "role": "participant",
        "colour": None,
        "group": None,
        "now": 1,
        "most_people": 50,
    }
    after, one = add_person(
        ROULIBRE, person_id="p1", stakeholder_id="s2", name="Yann", stakeholder="rôulibre", **seat
    )
    assert one.stakeholder == "s1" and after.stakeholders == ROULIBRE.stakeholders
    after, other = add_person(
        ROULIBRE, person_id="p2", stakeholder_id="s3", name="Karim", stakeholder="Labo Mobilités", **seat
    )
    assert other.stakeholder == "s3" and after.stakeholders[-1] == Stakeholder("s3", "Labo Mobilités")
    _, alone = add_person(ROULIBRE, person_id="p3", stakeholder_id="s4", name="Ana", stakeholder=" ", **seat)
    assert alone.stakeholder == "p3"
    with pytest.raises(Invalid) as caught:
        add_person(ROULIBRE, person_id="p4", stakeholder_id="s5", name="Léo", stakeholder="a" * 121, **seat)
    assert (caught.value.key, caught.value.field) == ("stakeholder.too_long", "stakeholder")


def test_somebody_who_is_removed_leaves_their_boards_behind() -> None:
    without = do("marc", {"type": "person.remove", "person": "joris"})
    assert without.person("joris") is None and without.banned == ()
    assert Places(CATALOGUE, stakeholder_ids(without)).holds_board("sheet1.recto/joris")
    refusal = refused("marc", {"type": "person.remove", "person": "joris"}, without)
    assert isinstance(refusal, NotFound) and refusal.key == "person.unknown"
    banned = do("marc", {"type": "person.remove", "person": "joris", "ban": True})
    assert banned.banned == ("joris",)


def test_nobody_removes_themselves() -> None:
    for who in ("inès", "marc"):
        assert refused(who, {"type": "person.remove", "person": who}).key == "person.yourself"


@pytest.mark.parametrize("kind", ["person.remove", "person.rename", "person.move"])
@pytest.mark.parametrize("target", ["inès", "zoé"])
def test_a_facilitator_has_no_say_over_those_who_run_the_workshop(kind: str, target: str) -> None:
    refusal = refused("marc", {"type": kind, **FINE[kind], "person": target})
    assert isinstance(refusal, Forbidden) and refusal.key == "person.above"


def test_a_facilitator_may_correct_their_own_name() -> None:
    renamed = do("marc", {"type": "person.rename", "person": "marc", "name": "  Marc \u202e L. "})
    assert renamed.person("marc") == replace(WORKSHOP.people[1], name="Marc L.")
    assert refused("marc", {"type": "person.rename", "person": "paul", "name": "x" * 61}).field == "name"


def test_who_moves_keeps_their_colour_unless_somebody_there_has_it() -> None:
    moved = do("marc", {"type": "person.move", "person": "joris", "group": "g1"}).person("joris")
    assert moved is not None and (moved.group, moved.colour) == ("g1", "lagon")
    same = replace(WORKSHOP, people=(*WORKSHOP.people[:4], replace(WORKSHOP.people[4], colour="ciel")))
    moved = do("marc", {"type": "person.move", "person": "joris", "group": "g1"}, same).person("joris")
    assert moved is not None and moved.colour == "citron"
    assert do("marc", {"type": "person.move", "person": "joris", "group": "g2"}) is WORKSHOP
    assert refused("inès", {"type": "person.move", "person": "paul", "group": "g1"}).key == "person.no_group"


def test_roles_are_given_by_organisers_and_nobody_becomes_one() -> None:
    up = do("inès", {"type": "person.role", "person": "nadia", "role": "facilitator"}).person("nadia")
    assert up is not None and (up.role, up.group) == ("facilitator", None)
    down = do("inès", {"type": "person.role", "person": "paul", "role": "participant"}).person("paul")
    assert down is not None and (down.role, down.group) == ("participant", "g1")
    for who in ("inès", "nadia"):
        refusal = refused("inès", {"type": "person.role", "person": "nadia", "role": "organiser"})
        assert isinstance(refusal, Forbidden) and refusal.key == "role.by_invitation"
        assert refused("nadia", {"type": "person.role", "person": who, "role": "organiser"}).status == 403


def test_the_last_organiser_stays_one() -> None:
    step_down = {"type": "person.role", "person": "inès", "role": "participant"}
    refusal = refused("inès", step_down)
    assert isinstance(refusal, Conflict) and refusal.key == "organiser.last"
    two = replace(WORKSHOP, people=(*WORKSHOP.people, person("aïcha", "organiser")))
    left = do("inès", step_down, two)
    assert [p.id for p in left.people if p.role == "organiser"] == ["aïcha"]


# -- invitations and sessions ------------------------------------------------------------------------


def test_a_renewed_invitation_ends_the_sessions_it_opened_and_no_others() -> None:
    renewed = replace(do("inès", {"type": "invitation.renew", "role": "facilitator"}), revision=8)
    marc, zoé = renewed.people[1:3]
    assert not session_holds(renewed, marc, "m", 7) and session_holds(renewed, marc, "m", 8)
    assert session_holds(renewed, zoé, "m", 1), "zoé was made a facilitator, no invitation opened her session"
    assert not may_return(renewed, marc) and may_return(renewed, zoé)
    other = replace(do("inès", {"type": "invitation.renew", "role": "observer"}), revision=8)
    assert session_holds(other, marc, "m", 7)
    assert refused("inès", {"type": "invitation.renew", "role": "participant"}).key == "role.not_invited"


# -- the same command twice --------------------------------------------------------------------------


def test_a_command_that_comes_again_is_recognised_by_its_id() -> None:
    nadia, joris = WORKSHOP.people[3:5]
    command = {"type": "step.next", "id": "5d2f8c1a-1"}
    after = replace(remembered(WORKSHOP, nadia, command), revision=8)
    assert recalled(after, nadia, command) == 8
    assert recalled(after, joris, command) is None and recalled(WORKSHOP, nadia, command) is None
    for short in (1, "1", None, "x" * 65, ["5d2f8c1a-1"]):
        assert remembered(WORKSHOP, nadia, {"type": "step.next", "id": short}) is WORKSHOP
    for n in range(RECENT_KEPT):
        after = remembered(after, nadia, {"type": "step.next", "id": f"another-{n}"})
    assert len(after.recent) == RECENT_KEPT and recalled(after, nadia, command) is None


# -- what is shown and stored ------------------------------------------------------------------------


def test_locks_are_shown_to_everybody_and_secrets_of_the_record_to_nobody() -> None:
    workshop = replace(
        WORKSHOP,
        boards={"governance": BoardState(True, ("rules",), "marc", {"rules": "zoé"})},
        frozen=True,
        frozen_by="inès",
        banned=("banned-id",),
        former=("former-id",),
        ended=("ended-mark",),
        sessions_since={"observer": 4242},
        recent={"fingerprint": 5},
    )
    for role in ROLES:
        state = as_seen_by(workshop, role, "fr")
        assert state["boards"]["governance"] == {
            "locked": True,
            "locked_zones": ["rules"],
            "locked_by": "marc",
            "locked_until": None,
            "zones_locked_by": {"rules": "zoé"},
            "zones_locked_until": {},
            "open": False,
            "silent": False,
            "silent_zones": [],
            "anonymous": False,
            "anonymous_zones": [],
        }
        assert state["frozen"] is True and state["frozen_by"] == "inès"
        text = msgspec.json.encode(state).decode()
        for hidden in ("banned-id", "former-id", "ended-mark", "4242", "fingerprint", "opened_by"):
            assert hidden not in text
    assert read_workshop(7, write_workshop(workshop)) == workshop


def test_a_record_from_before_these_fields_still_loads() -> None:
    new = {"boards", "frozen", "frozen_by", "former", "banned", "sessions_since", "ended", "recent"}
    record = {k: v for k, v in msgspec.json.decode(write_workshop(WORKSHOP)).items() if k not in new}
    for one in record["people"]:
        del one["opened_by"], one["seated"]
    loaded = read_workshop(7, msgspec.json.encode(record))
    assert loaded.boards == {} and not loaded.frozen and loaded.people[1].opened_by is None


# -- anything at all ---------------------------------------------------------------------------------

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=70),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=5), inside, max_size=3),
    max_leaves=5,
)
NAMES = sorted({"type", "id", "revision", *(name for rule in COMMANDS.values() for name in rule.fields)})
KNOWN = st.sampled_from(
    [*COMMANDS, *ROLES, *(p.id for p in WORKSHOP.people), "g1", "g2", "sheet1.recto/nadia", "rules", 7]
)


@settings(max_examples=400, deadline=None)
@given(
    st.dictionaries(st.sampled_from(NAMES), KNOWN | JSON, max_size=6), st.sampled_from(sorted(BY.values()))
)
def test_whatever_is_sent_is_done_or_refused_with_a_reason(command: dict[str, Any], who: str) -> None:
    try:
        after = do(who, command)
    except Refused:
        return
    actor = after.person(who) or WORKSHOP.person(who)
    assert actor is not None
    recalled(after, actor, command)
    stored = remembered(after, actor, command)
    assert read_workshop(7, write_workshop(stored)) == stored
    assert any(p.role == "organiser" for p in stored.people)
    assert len({p.id for p in stored.people}) == len(stored.people)
    assert all((p.group is not None) == (p.role == "participant") for p in stored.people)
