"""What happens by itself when its time comes; and whatever happens, the record stays whole."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

from tests.kit.transitions import CATALOGUE, MINUTE, WORKSHOP, at_step, do

from tablee.errors import Refused
from tablee.live.records import read_workshop, write_workshop
from tablee.model import due as module
from tablee.model.commands import COMMANDS, apply_command
from tablee.model.commands.deciding import rounds_due
from tablee.model.conduct import ALL, Consent, Vote
from tablee.model.due import next_due, step_over
from tablee.model.notes import Places
from tablee.model.rights import policy_of
from tablee.model.state import as_seen_by
from tablee.model.workshop import ROLES, BoardState, Workshop, may_enter, stakeholder_ids


def due(workshop: Workshop, now: int) -> Workshop:
    return module.due(workshop, now, Places(CATALOGUE, stakeholder_ids(workshop)))


def test_a_lock_opens_when_its_time_is_over_and_others_stay() -> None:
    locked = replace(
        WORKSHOP,
        boards={
            "governance": BoardState(True, locked_by="marc", locked_until=500),
            "economic": BoardState(True, locked_by="marc"),
            "sheet2.verso": BoardState(
                locked_zones=("bodies", "rules"),
                zones_locked_by={"bodies": "marc", "rules": "zoé"},
                zones_locked_until={"rules": 700},
            ),
        },
        frozen=True,
        frozen_by="marc",
        frozen_until=900,
    )
    assert next_due(locked) == 500 and due(locked, 499) is locked
    first = due(locked, 500)
    assert first.boards.keys() == {"economic", "sheet2.verso"} and next_due(first) == 700
    second = due(first, 700)
    assert second.board("sheet2.verso") == BoardState(
        locked_zones=("bodies",), zones_locked_by={"bodies": "marc"}
    )
    last = due(second, 900)
    assert not last.frozen and last.frozen_by is None and next_due(last) is None
    assert due(last, 10_000) is last and due(locked, 900) == last, "late does the same at once"


ENDING = replace(
    WORKSHOP,
    steps=tuple(replace(s, lock_at_end=True) if s.id == "s1_nous" else s for s in WORKSHOP.steps),
)


def test_nothing_locks_by_itself_unless_it_was_chosen() -> None:
    plain = at_step("s2_nous", ENDING, timer=True)
    assert next_due(plain) is None and due(plain, 600 * MINUTE) is plain
    paused = do("marc", "timer.pause", at_step("s1_nous", ENDING, timer=True), MINUTE)
    assert next_due(paused) is None


def test_the_board_of_a_step_is_locked_when_its_time_is_over_once() -> None:
    here = at_step("s1_nous", ENDING, timer=True)
    end = 21 * MINUTE
    assert next_due(here) == end and due(here, end - 1) is here and step_over(here, end - 1) is None
    over = due(here, end)
    assert step_over(here, end) is not None and step_over(over, end) is None
    assert over.board("sheet1.verso").locked and over.board("sheet1.verso").locked_by is None
    assert over.timers[ALL].ends_at == end, "everybody sees that the time is over"
    opened = do("marc", "board.unlock", over, board="sheet1.verso")
    assert due(opened, end + 1) is opened, "what facilitation opened stays open"
    longer = do("marc", "timer.extend", opened, end, seconds=60)
    assert next_due(longer) == end + MINUTE and due(longer, end + MINUTE).board("sheet1.verso").locked
    held = do("marc", "timer.pause", longer, end + 1)
    none_left = due(do("marc", "timer.extend", held, end + 2, seconds=-60), end + 2)
    assert none_left.timers[ALL].done, "also when the time that was left is taken away"
    again = do("marc", "timer.resume", do("marc", "timer.extend", none_left, end + 3, seconds=30), end + 3)
    assert next_due(again) == end + 3 + MINUTE // 2
    nadia = policy_of(over, Places(CATALOGUE, stakeholder_ids(over)))
    assert nadia.is_locked("sheet1.verso", "rules")


def test_a_reveal_at_the_end_is_done_with_the_rest_and_a_silence_after_it_lasts() -> None:
    steps = tuple(
        replace(s, writing="silent", reveal_at_end=True) if s.id == "s1_nous" else s for s in WORKSHOP.steps
    )
    here, end = at_step("s1_nous", replace(WORKSHOP, steps=steps), timer=True), 21 * MINUTE
    assert here.board("sheet1.verso").silent
    over = due(here, end)
    assert not over.board("sheet1.verso").silent and step_over(over, end) is None
    again = do("marc", "writing.silent", over, end + 1, board="sheet1.verso")
    assert due(again, end + 2) is again


def test_what_is_open_in_a_workshop_that_is_over_is_due_at_once() -> None:
    vote = Vote("v1", "marc", "?", "governance", None, None, 3, 1, True, at=5)
    closed = replace(WORKSHOP, votes=(vote,), status="closed")
    assert next_due(closed) == 5 and rounds_due(closed, 6) == [vote]
    assert next_due(replace(closed, votes=(replace(vote, closed_at=7),))) is None


def test_a_group_that_has_more_time_keeps_the_step_from_ending() -> None:
    here = at_step("s1_nous", ENDING, timer=True)
    more = do("marc", "timer.extend", here, MINUTE, seconds=300, group="g2")
    assert next_due(more) == 26 * MINUTE
    held = do("marc", "timer.pause", more, 2 * MINUTE, group="g2")
    assert next_due(held) is None
    turns = do("marc", "timer.start", do("marc", "timer.stop", here), minutes=5, reporting="g1")
    assert next_due(turns) is None, "the turn of a group is not the end of a step"


def test_votes_and_rounds_are_looked_at_when_they_end_and_nothing_when_all_is_over() -> None:
    vote = Vote("v1", "marc", "?", "governance", None, None, 3, 1, True, 1, ends_at=800)
    consent = Consent("c1", "marc", "Oui", None, True, 1, ends_at=600)
    asked = replace(WORKSHOP, votes=(vote,), consents=(consent,))
    assert next_due(asked) == 600
    assert next_due(replace(asked, consents=(replace(consent, closed_at=500),))) == 800
    closed = replace(asked, status="closed", frozen=True, frozen_until=5)
    assert next_due(closed) == 1 and due(closed, 10_000) is closed, "they are counted, nothing else is done"


# -- anything at all ---------------------------------------------------------------------------------

OURS = (
    *("step.next", "step.next", "step.previous", "step.go"),
    *("timer.start", "timer.pause", "timer.resume", "timer.extend", "timer.stop"),
    *("agenda.edit", "agenda.catch_up", "workshop.edit", "workshop.open", "workshop.close"),
    *("workshop.reopen", "workshop.reopen", "group.create", "group.rename", "group.sheet", "groups.balance"),
    *("person.move", "person.profile", "person.role", "person.remove", "invitation.renew"),
    *("board.lock", "board.unlock"),
)


def drawn(luck: random.Random, workshop: Workshop) -> dict[str, Any]:
    """A command with fields that are mostly fine."""
    kind = luck.choice(OURS)
    step = luck.choice(workshop.steps)
    typed = [
        {
            "id": s.id,
            "phase": s.phase,
            "title": s.titles.get("fr") or "Étape",
            "minutes": luck.choice((0, 1, s.minutes, s.minutes, 600)),
            "mode": s.mode,
            "board": s.board,
            "lock_at_end": luck.random() < 0.3,
            "writing": luck.choice(("open", "open", "silent", "anonymous")),
        }
        for s in workshop.steps
        if luck.random() < 0.95
    ]
    values: dict[str, Any] = {
        "step": step.id,
        "timer": luck.random() < 0.5,
        "minutes": luck.choice((0, 1, 5, 90, 600, 10_000)),
        "seconds": luck.choice((-3600, -60, 0, 60, 3600)),
        "group": luck.choice([*(g.id for g in workshop.groups), None, "g99"]),
        "reporting": luck.choice([None, "g1"]),
        "steps": typed,
        "agenda": luck.choice([*CATALOGUE.agendas, "none"]),
        "name": luck.choice(("Hêtre", "Pin", "Cèdre", "")),
        "sheet": luck.choice((None, "sheet1", "sheet2", "sheet9")),
        "size": luck.choice((None, 2, 5, 50)),
        "person": luck.choice([p.id for p in workshop.people]),
        "profile": luck.choice(("lead", "user", None, "boss")),
        "role": luck.choice(ROLES),
        "ban": luck.random() < 0.5,
        "modules": luck.sample(workshop.modules, k=luck.randrange(len(workshop.modules) + 1)),
        "waiting_room": luck.random() < 0.5,
        "starts_at": luck.choice((None, 0, -1)),
        "board": luck.choice((None, "governance", "sheet1.recto", "nowhere")),
        "zone": None,
    }
    fields = [name for name in COMMANDS[kind].fields if name in values]
    if kind == "agenda.edit":
        fields = [luck.choice(("steps", "steps", "steps", "agenda"))]
    if kind == "workshop.edit":
        fields = [luck.choice(("modules", "waiting_room", "starts_at"))]
    return {"type": kind, **{name: values[name] for name in fields}}


def test_after_any_history_the_workshop_is_whole() -> None:
    """Three hundred histories of forty commands by anybody, with time going by."""
    done = 0
    for seed in range(300):
        luck, at, now = random.Random(seed), WORKSHOP, 0
        for _ in range(40):
            now += luck.randrange(5 * MINUTE)
            when = next_due(at)
            assert when is None or due(at, when) is not at or at.votes or at.consents, seed
            at = due(at, now)
            assert (next_due(at) or now + 1) > now or at.status == "closed", "what was due is done"
            actor = luck.choice([p for p in at.people if p.role != "observer"])
            command = drawn(luck, at)
            places = Places(CATALOGUE, stakeholder_ids(at))
            try:
                after = apply_command(at, actor, command, places=places, now=now, most_groups=8)
            except Refused:
                continue  # with a reason; anything else fails this test
            done += after is not at
            assert_whole(at, after)
            at = after if after is at else replace(after, revision=at.revision + 1)
        assert read_workshop(at.revision, write_workshop(at)) == at
        for role in ROLES:
            as_seen_by(at, role, luck.choice(("fr", "en")), group=luck.choice((None, "g1")))
    assert done > 2_000


def assert_whole(before: Workshop, after: Workshop) -> None:
    ids = [g.id for g in after.groups]
    assert 1 <= len(ids) == len(set(ids)) <= 8 and not set(ids) & set(after.former_groups)
    assert len({g.name.casefold() for g in after.groups}) == len(ids)
    assert any(p.role == "organiser" for p in after.people)
    assert all(p.group in (None, *ids) and (p.role == "participant" or p.group is None) for p in after.people)
    steps = [s.id for s in after.steps]
    assert (
        1 <= len(steps) <= 60
        and len(set(steps)) == len(steps)
        and all(1 <= s.minutes <= 600 for s in after.steps)
    )
    assert after.step is None or after.step in steps
    assert after.timers.keys() <= {ALL, *ids}
    for timer in after.timers.values():
        assert timer.ends_at is None or timer.remaining_ms == 0
        assert timer.remaining_ms <= timer.total_ms <= 2 * 600 * MINUTE
    assert [run.at for run in after.runs] == sorted(run.at for run in after.runs)
    if before.step != after.step:
        assert after.runs[-1].step == after.step and len(after.runs) == len(before.runs) + 1
        for name, state in before.boards.items():
            assert after.board(name).silent >= state.silent, "a step reveals nothing"
    for person in after.people:
        if person.role == "participant" and person.group is None:
            assert not any(may_enter(after, person, room) for room in after.rooms)
