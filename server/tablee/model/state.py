"""A workshop's state as plain JSON (contract.md section 5), as a role, a language and a group see it.

What depends on the person alone (their ballot, private words, hidden drafts) is never here: this is built
once for all who may see the same.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tablee.model.agendas import Step
from tablee.model.conduct import ALL, Consent, Poll, Shared, Timer, Vote
from tablee.model.workshop import (
    CANVASES,
    Person,
    Role,
    Workshop,
    group_rooms,
    plenary_room,
    room_kind,
)
from tablee.model.workshop import LEADERS as LEADERS

ROUNDS_WHOLE = 10
ROUNDS_CHARS = 40_000
"""The state is sent whole with each change: who answered what is told of as many closed rounds."""
STOPPED: Mapping[str, Any] = {"running": False, "remaining_ms": 0, "total_ms": 0}


def as_seen_by(
    workshop: Workshop,
    role: Role,
    language: str,
    online: frozenset[str] = frozenset(),
    *,
    group: str | None = None,
    counts: Mapping[str, Mapping[str, int]] | None = None,
    whole: bool = False,
) -> dict[str, Any]:
    """`group`: of who sees it. `counts`: person → what facilitation sees of how much they write.

    `whole`: with who answered what in every closed round, for who asks once.
    """
    leads = role in LEADERS
    sees_all = leads or (role == "observer" and group is None)  # they may look at each group's page
    shown = workshop.timers.get(group or ALL) or workshop.timers.get(ALL)
    theirs = workshop.announcements.keys() if leads else {group or ALL, ALL}
    said = [workshop.announcements.get(key) for key in theirs]
    latest = max((one for one in said if one), key=lambda one: one.at, default=None)
    state = {
        "id": workshop.id,
        "code": workshop.code,
        "title": workshop.title,
        "commons": workshop.commons,
        "language": workshop.language,
        "licence": workshop.licence,
        "status": workshop.status,
        "closed_at": workshop.closed_at,
        "created_at": workshop.created_at,
        "starts_at": workshop.starts_at,
        "slot_minutes": workshop.slot_minutes,
        "expires_at": workshop.expires_at,
        "revision": workshop.revision,
        "people_may_choose_group": workshop.people_may_choose_group,
        "waiting_room": workshop.waiting_room,
        "modules": list(workshop.modules),
        "kit": workshop.kit and {"id": workshop.kit.id, "version": workshop.kit.version},
        "end_sound": workshop.end_sound,
        "agenda": {"id": workshop.agenda, "steps": [step_as_json(s, language) for s in workshop.steps]},
        "step": workshop.step,
        "runs": [{"step": run.step, "at": run.at} for run in workshop.runs],
        "timer": timer_as_json(shown),
        "groups": [
            {
                "id": g.id,
                "name": g.name,
                "sheet": g.sheet,
                "rooms": group_rooms(workshop.id, g.id),
                **({"timer": timer_as_json(workshop.timers.get(g.id))} if leads else {}),
            }
            for g in workshop.groups
        ],
        "plenary": plenary_room(workshop.id),
        "board_rooms": {board: room_kind(workshop, board) for board in sorted(CANVASES)},
        "people": [_person_as_json(workshop, p, online, counts) for p in workshop.people],
        "stakeholders": [{"id": s.id, "name": s.name} for s in workshop.stakeholders],
        "boards": {
            board: {
                "open": state.open,
                "locked": state.locked,
                "locked_zones": list(state.locked_zones),
                "locked_by": state.locked_by,
                "locked_until": state.locked_until,
                "zones_locked_by": dict(state.zones_locked_by),
                "zones_locked_until": dict(state.zones_locked_until),
                "silent": state.silent,
                "silent_zones": list(state.silent_zones),
                "anonymous": state.anonymous,
                "anonymous_zones": list(state.anonymous_zones),
            }
            for board, state in workshop.boards.items()
        },
        "frozen": workshop.frozen,
        "frozen_by": workshop.frozen_by,
        "frozen_until": workshop.frozen_until,
        "silent": workshop.silent,
        "anonymous": workshop.anonymous,
        "finished": [{"group": f.group, "board": f.board, "zone": f.zone} for f in workshop.finished],
        "cursors_hidden": workshop.cursors_hidden,
        "ready_check": workshop.ready_check
        and {"id": workshop.ready_check.id, "by": workshop.ready_check.by, "at": workshop.ready_check.at},
        "spotlight": workshop.spotlight
        and {
            "id": workshop.spotlight.id,
            "by": workshop.spotlight.by,
            "board": workshop.spotlight.board,
            "zone": workshop.spotlight.zone,
            "note": workshop.spotlight.note,
            "group": workshop.spotlight.group,
            "at": workshop.spotlight.at,
            "may_stay": workshop.spotlight.may_stay,
        },
        "summons": workshop.summons
        and {
            "id": workshop.summons.id,
            "by": workshop.summons.by,
            "board": workshop.summons.board,
            "zone": workshop.summons.zone,
            "group": workshop.summons.group,
            "at": workshop.summons.at,
            "may_stay": workshop.summons.may_stay,
        },
        "votes": _rounds(
            [vote_as_json(v) for v in workshop.votes if leads or v.group in (None, group)], whole
        ),
        "consents": _rounds(
            [consent_as_json(c) for c in workshop.consents if leads or c.group in (None, group)], whole
        ),
        "polls": _polls(
            [poll_as_json(p) for p in workshop.polls if sees_all or p.group in (None, group)], whole
        ),
        "projected": workshop.projected
        and {
            "card": workshop.projected.card,
            "heading": workshop.projected.heading,
            "by": workshop.projected.by,
            "at": workshop.projected.at,
        },
        "pooled": list(workshop.pooled),
        "shown": workshop.shown,
        "reported": list(workshop.reported),
        "public_body": workshop.public_body,
        "commons_kind": workshop.commons_kind,
        "rehearsal": workshop.rehearsal,
        "announcement": latest and {"id": latest.id, "by": latest.by, "text": latest.text, "at": latest.at},
    }
    if role == "organiser":
        state["preparation"] = dict(workshop.preparation)
        state["shared"] = None if workshop.shared is None else shared_as_json(workshop.shared)
    if leads:
        state["voices"] = workshop.voices
        state["announcements"] = [
            {"group": None if key == ALL else key, "id": a.id, "by": a.by, "text": a.text, "at": a.at}
            for key, a in workshop.announcements.items()
        ]
        state["passphrase"] = workshop.passphrase is not None
    return state


def shared_as_json(shared: Shared) -> dict[str, Any]:
    """`path`: where the page is."""
    path = f"/lecture/{shared.token}"
    return {"path": path, "names": shared.names, "public": shared.public, "at": shared.at}


def _rounds(rounds: list[dict[str, Any]], whole: bool) -> list[dict[str, Any]]:
    """Of the latest that are closed, all; of those before, that they were, and what came out in numbers."""
    if whole:
        return rounds
    out: list[dict[str, Any]] = []
    closed = chars = 0
    for one in reversed(rounds):
        if not one["open"]:
            closed += 1
            chars += len(json.dumps(one))
            if closed > 1 and (closed > ROUNDS_WHOLE or chars > ROUNDS_CHARS):
                one = {key: value for key, value in one.items() if key not in ("ballots", "answers")}
                one["shortened"] = True
        out.append(one)
    return out[::-1]


def _polls(polls: list[dict[str, Any]], whole: bool) -> list[dict[str, Any]]:
    """The latest of each kind, group and place with its results; of those before, that they were."""
    latest = {tuple(one[name] for name in ("kind", "group", "board", "zone")): one["id"] for one in polls}
    kept = set(latest.values())
    return [
        one
        if whole or one["open"] or one["id"] in kept
        else {**{name: value for name, value in one.items() if name != "results"}, "shortened": True}
        for one in polls
    ]


def step_as_json(step: Step, language: str) -> dict[str, Any]:
    return {
        "id": step.id,
        "phase": step.phase,
        "minutes": step.minutes,
        "mode": step.mode,
        "board": step.board,
        "title": step.titles.get(language) or next(iter(step.titles.values()), ""),
        "instruction": step.instruction,
        "rights": step.rights,
        "writing": step.writing,
        "lock_at_end": step.lock_at_end,
        "reveal_at_end": step.reveal_at_end,
    }


def timer_as_json(timer: Timer | None) -> dict[str, Any]:
    """Running: `ends_at` in server time. Else: `remaining_ms`; both 0 when there is none."""
    if timer is None:
        return dict(STOPPED)
    out: dict[str, Any] = {"running": timer.ends_at is not None, "total_ms": timer.total_ms}
    out |= {"remaining_ms": timer.remaining_ms} if timer.ends_at is None else {"ends_at": timer.ends_at}
    return out if timer.reporting is None else {**out, "reporting": timer.reporting}


def vote_as_json(vote: Vote) -> dict[str, Any]:
    out: dict[str, Any] = {
        "id": vote.id,
        "by": vote.by,
        "question": vote.question,
        "board": vote.board,
        "zone": vote.zone,
        "group": vote.group,
        "dots": vote.dots,
        "per_note": vote.per_note,
        "secret": vote.secret,
        "at": vote.at,
        "ends_at": vote.ends_at,
        "open": vote.closed_at is None,
    }
    if vote.closed_at is not None:
        out |= {"closed_at": vote.closed_at, "turnout": vote.turnout, "of": vote.of}
        out["totals"] = dict(vote.totals)
        if not vote.secret:
            out["ballots"] = {person: dict(ballot) for person, ballot in vote.ballots.items()}
    return out


def poll_as_json(poll: Poll) -> dict[str, Any]:
    out: dict[str, Any] = {
        "id": poll.id,
        "kind": poll.kind,
        "by": poll.by,
        "board": poll.board,
        "zone": poll.zone,
        "group": poll.group,
        "at": poll.at,
        "ends_at": poll.ends_at,
        "open": poll.closed_at is None,
    }
    if poll.closed_at is not None:
        out |= {"closed_at": poll.closed_at, "turnout": poll.turnout, "of": poll.of}
        out["results"] = {subject: list(answers) for subject, answers in poll.results.items()}
    return out


def consent_as_json(consent: Consent) -> dict[str, Any]:
    out: dict[str, Any] = {
        "id": consent.id,
        "by": consent.by,
        "proposal": consent.proposal,
        "group": consent.group,
        "secret": consent.secret,
        "note": consent.note,
        "at": consent.at,
        "ends_at": consent.ends_at,
        "open": consent.closed_at is None,
    }
    if consent.closed_at is not None:
        answers = [{"answer": a.answer, "reason": a.reason, "by": a.by} for a in consent.answers]
        out |= {"closed_at": consent.closed_at, "turnout": consent.turnout, "of": consent.of}
        out["answers"] = answers
    return out


def _person_as_json(
    workshop: Workshop,
    person: Person,
    online: frozenset[str],
    counts: Mapping[str, Mapping[str, int]] | None,
) -> dict[str, Any]:
    out = {
        **person.as_json(),
        "online": person.id in online,
        "hand": person.id in workshop.hands,
        "hand_at": workshop.hands.get(person.id),
        "ready": person.id in workshop.ready,
    }
    return out if counts is None else {**out, "counts": dict(counts.get(person.id, {}))}
