"""What a workshop is: settings, modules, ways in; prepared, open, over; the waiting room."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
import pytest
from tests.kit.transitions import CATALOGUE, WORKSHOP, at_step, do, refused

from tablee.errors import Conflict
from tablee.live.records import read_workshop, write_workshop
from tablee.model.commands import COMMANDS, apply_command
from tablee.model.conduct import ALL, Summons, Timer
from tablee.model.identity import is_phrase, salted
from tablee.model.notes import Places
from tablee.model.rights import policy_of
from tablee.model.state import as_seen_by
from tablee.model.workshop import (
    MODULES,
    ROLES,
    Person,
    Role,
    Workshop,
    add_person,
    group_rooms,
    may_enter,
    plenary_room,
)


def edit(workshop: Workshop = WORKSHOP, **settings: Any) -> Workshop:
    return do("inès", "workshop.edit", workshop, **settings)


def test_settings_are_changed_one_or_several_at_once() -> None:
    after = edit(title="  Communs ", commons="Un outil", language="en", content_licence="chatham-house")
    assert (after.title, after.commons, after.language, after.licence) == (
        "Communs",
        "Un outil",
        "en",
        "chatham-house",
    )
    after = edit(after, starts_at=1_700_000_000_000, slot_minutes=180, waiting_room=True, voices=False)
    after = edit(after, end_sound=True, people_may_choose_group=True)
    state = as_seen_by(after, "organiser", "fr")
    for name in ("waiting_room", "end_sound", "people_may_choose_group"):
        assert state[name] is True
    assert (state["starts_at"], state["slot_minutes"], state["voices"]) == (1_700_000_000_000, 180, False)
    assert edit(after, starts_at=None, slot_minutes=None).starts_at is None
    assert edit(title=WORKSHOP.title, language="fr") is WORKSHOP and edit() is WORKSHOP


@pytest.mark.parametrize(
    ("settings", "key", "field"),
    [
        ({"title": ""}, "title.empty", "title"),
        ({"title": "é" * 121}, "title.too_long", "title"),
        ({"commons": "x" * 501}, "commons.too_long", "commons"),
        ({"language": "de"}, "language.unknown", "language"),
        ({"content_licence": "mine"}, "licence.unknown", "content_licence"),
        ({"starts_at": -1}, "starts_at.range", "starts_at"),
        ({"starts_at": "demain"}, "starts_at.range", "starts_at"),
        ({"slot_minutes": 0}, "slot_minutes.range", "slot_minutes"),
        ({"waiting_room": 1}, "command.flag", "waiting_room"),
        ({"modules": []}, "modules.invalid", "modules"),
        ({"modules": ["sheet4"]}, "modules.invalid", "modules"),
        ({"modules": [["sheet1"]]}, "modules.invalid", "modules"),
        ({"passphrase": "x" * 121}, "passphrase.invalid", "passphrase"),
        ({"passphrase": None}, "passphrase.invalid", "passphrase"),
    ],
)
def test_a_setting_that_cannot_be_is_refused(settings: dict[str, Any], key: str, field: str) -> None:
    refusal = refused("inès", "workshop.edit", title="Autre", **settings) if "title" not in settings else None
    refusal = refusal or refused("inès", "workshop.edit", **settings)
    assert (refusal.key, refusal.field) == (key, field)


def test_a_passphrase_is_kept_as_a_salted_hash_and_only_leaders_hear_that_there_is_one() -> None:
    stored = salted("Le Hêtre bleu", b"0" * 16)
    places = Places(CATALOGUE, frozenset())
    command = {"type": "workshop.edit", "passphrase": "Le Hêtre bleu"}
    after = apply_command(WORKSHOP, WORKSHOP.people[0], command, places=places, passphrase=stored)
    assert after.passphrase == stored and "bleu" not in write_workshop(after).decode()
    assert is_phrase("le hetre  BLEU ", stored) and not is_phrase("le hêtre vert", stored)
    assert salted("Le Hêtre bleu", b"1" * 16) != stored
    for role in ROLES:
        text = msgspec.json.encode(as_seen_by(after, role, "fr")).decode()
        assert stored not in text and ('"passphrase":true' in text) == (role in ("organiser", "facilitator"))
    assert edit(after, passphrase=" ").passphrase is None


# -- modules -----------------------------------------------------------------------------------------


def test_boards_outside_the_modules_take_no_more_notes_and_their_steps_leave_the_agenda() -> None:
    few = edit(modules=["economic", "sheet2"])
    assert few.modules == ("sheet2", "economic"), "in the order of the kit"
    assert {s.board for s in few.steps} == {None, "sheet2.recto", "sheet2.verso", "economic"}
    outside = policy_of(few, Places(CATALOGUE, frozenset())).outside
    assert outside == {"sheet1.recto", "sheet1.verso", "sheet3.recto", "sheet3.verso", "governance"}
    assert policy_of(WORKSHOP, Places(CATALOGUE, frozenset())).outside == frozenset()
    assert refused("inès", "workshop.edit", at_step("s1_je"), modules=["sheet2"]).key == "step.current"


def test_a_group_whose_sheet_is_left_out_has_none_or_another() -> None:
    sheets = replace(WORKSHOP, groups=(replace(WORKSHOP.groups[0], sheet="sheet1"), WORKSHOP.groups[1]))
    assert edit(sheets, modules=["sheet2"]).groups[0].sheet is None
    each = do("inès", "agenda.edit", agenda="one_sheet_per_group_150")
    assert [g.sheet for g in each.groups] == ["sheet1", "sheet2"]
    assert [g.sheet for g in edit(each, modules=["sheet2", "sheet3"]).groups] == ["sheet3", "sheet2"]


# -- prepared, open, over ----------------------------------------------------------------------------


def test_a_workshop_is_opened_closed_and_reopened() -> None:
    draft = replace(WORKSHOP, status="draft")
    opened = do("marc", "workshop.open", draft)
    assert opened.status == "open" and do("marc", "workshop.open", opened) is opened
    busy = replace(opened, timers={ALL: Timer(5, 5)}, summons=Summons("c", "marc", "governance", 1))
    closed = do("marc", "workshop.close", busy)
    assert (closed.status, closed.timers, closed.summons) == ("closed", {}, None)
    assert do("inès", "workshop.close", closed) is closed
    assert do("inès", "workshop.reopen", closed).status == "open"
    assert do("inès", "workshop.reopen", opened) is opened
    assert refused("inès", "workshop.reopen", draft).key == "workshop.draft"


def test_in_a_workshop_that_is_over_nothing_is_changed_but_what_is_for_then() -> None:
    closed = replace(WORKSHOP, status="closed")
    for kind, rule in COMMANDS.items():
        if not rule.when_closed:
            refusal = refused("inès", kind, closed)
            assert (refusal.key, refusal.status) == ("workshop.closed", 409), kind
    assert policy_of(closed, Places(CATALOGUE, frozenset())).moment == "closed"
    assert {"workshop.reopen", "workshop.close"} <= {k for k, rule in COMMANDS.items() if rule.when_closed}


# -- the door ----------------------------------------------------------------------------------------


def joined(workshop: Workshop, **more: Any) -> tuple[Workshop, str | None]:
    seat: dict[str, Any] = {"role": "participant", "colour": None, "group": None, "stakeholder": None, **more}
    after, person = add_person(
        workshop, person_id="ana", stakeholder_id="s1", name="Ana", now=1, most_people=50, **seat
    )
    return after, person.group


def test_with_a_waiting_room_newcomers_sit_in_no_group_and_enter_nothing() -> None:
    waits = edit(waiting_room=True, people_may_choose_group=True)
    after, group = joined(waits, group="g1")
    assert group is None
    ana = after.person("ana")
    assert ana is not None
    rooms = [plenary_room("w1"), *group_rooms("w1", "g1").values()]
    assert not any(may_enter(after, ana, room) for room in rooms)
    seated = do("marc", "person.move", after, person="ana", group="g1")
    ana = seated.person("ana")
    assert ana is not None and all(may_enter(seated, ana, room) for room in rooms)
    back = do("marc", "person.move", seated, person="ana", group=None)
    assert back.person("ana") is not None and back.in_group(None)[-1].id == "ana"
    assert joined(WORKSHOP)[1] == "g1"


def test_before_it_opens_only_those_who_run_it_enter_and_afterwards_nobody_joins() -> None:
    draft = replace(WORKSHOP, status="draft")
    entering = {p.id for p in draft.people if may_enter(draft, p, plenary_room("w1"))}
    assert entering == {"inès", "marc", "zoé"}
    assert joined(draft)[1] == "g1"
    with pytest.raises(Conflict) as caught:
        joined(replace(WORKSHOP, status="closed"))
    assert caught.value.key == "workshop.closed"


# -- profiles ----------------------------------------------------------------------------------------


def test_people_say_their_own_profile_and_facilitation_anybodys() -> None:
    said = do("nadia", "person.profile", profile="user")
    assert said.people[3].profile == "user"
    assert do("nadia", "person.profile", said, profile=None).people[3].profile is None
    assert do("marc", "person.profile", person="joris", profile="lead").people[4].profile == "lead"
    assert refused("nadia", "person.profile", person="joris", profile="lead").key == "person.not_yours"
    for wrong in ("boss", 1, True, ["user"], ""):
        assert refused("nadia", "person.profile", profile=wrong).key == "profile.unknown"
    assert refused("nadia", "person.profile").key == "profile.unknown"


def test_what_is_stored_loads_again_and_so_does_what_was_stored_before() -> None:
    set_up = edit(waiting_room=True, modules=["sheet1"], starts_at=5, slot_minutes=90)
    assert read_workshop(set_up.revision, write_workshop(set_up)) == set_up
    assert set_up.modules != MODULES


def test_without_a_waiting_room_nobody_is_left_waiting() -> None:
    waits = edit(waiting_room=True)
    people = tuple(replace(p, group=None) if p.id == "nadia" else p for p in waits.people)
    after = edit(replace(waits, people=people), waiting_room=False)
    nadia, marc = after.person("nadia"), after.person("marc")
    assert nadia is not None and nadia.group in ("g1", "g2") and marc is not None and marc.group is None


@pytest.mark.parametrize("role", ROLES)
def test_a_workshop_that_is_over_lets_all_but_participants_in(role: Role) -> None:
    def seat() -> Person:
        return add_person(
            replace(WORKSHOP, status="closed"),
            person_id="pnew",
            stakeholder_id="snew",
            name="Léa",
            role=role,
            colour=None,
            group=None,
            stakeholder=None,
            now=1,
            most_people=400,
        )[1]

    if role != "participant":
        assert seat().role == role
        return
    with pytest.raises(Conflict):
        seat()


def test_a_workshop_that_is_over_can_still_be_kept_from_somebody() -> None:
    closed = replace(WORKSHOP, status="closed")
    assert do("marc", "person.remove", closed, person="nadia").person("nadia") is None
    assert do("inès", "invitation.renew", closed, role="facilitator").sessions_since


def test_what_a_workshop_that_runs_is_for_is_not_done_in_a_draft() -> None:
    draft = replace(WORKSHOP, status="draft")
    assert refused("inès", "hand.raise", draft).key == "workshop.draft"
    assert refused("inès", "vote.open", draft, board="governance", dots=3).key == "workshop.draft"
