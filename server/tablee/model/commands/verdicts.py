"""Whether a stakeholder finds its balance acceptable: its own answer, never computed.

Written by `live/verdicts.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from tablee.errors import Conflict, Forbidden, Invalid
from tablee.model.commands.base import AT_THE_TABLE, LEADERS, Command, Fields, check_room, group_of
from tablee.model.conduct import Poll
from tablee.model.economy import VERDICTS
from tablee.model.identity import clean_text
from tablee.model.notes import Places
from tablee.model.rights import may, policy_of
from tablee.model.workshop import Person, Workshop, plenary_room, room_kind, room_of_board

BOARD, ZONE = "economic", "viability"
_ID = re.compile(r"[A-Za-z0-9_-]{1,56}")
REASON_CHARS = 300
HISTORY = 20
MIXED = "mixed"
"""People of one stakeholder answered differently: it has to decide."""

COMMANDS: Mapping[str, Command] = {
    "verdict.set": Command(
        AT_THE_TABLE, ("stakeholder", "verdict", "value", "reason", "group"), None, in_draft=False
    ),
}

Entry = dict[str, Any]


def stakeholder_of(person: Person, fields: Fields) -> str:
    """For whom it is said. Raises `Refused` for everybody but its own people and facilitation."""
    stakeholder = fields.get("stakeholder", person.stakeholder)
    if not isinstance(stakeholder, str) or _ID.fullmatch(stakeholder) is None:
        raise Invalid(
            "stakeholder.unknown", "Cette structure n'est pas dans cet atelier.", field="stakeholder"
        )
    if stakeholder != person.stakeholder and person.role not in LEADERS:
        raise Forbidden(
            "verdict.not_yours", "Chaque partie prenante répond pour elle-même.", field="stakeholder"
        )
    return stakeholder


def verdict_of(person: Person, stakeholder: str, fields: Fields, now: int) -> Entry:
    """What is kept of the answer; a null verdict takes the one before back. Raises `Invalid`."""
    verdict, value, reason = fields.get("verdict"), fields.get("value"), fields.get("reason", "")
    if verdict is not None and verdict not in VERDICTS:
        raise Invalid("verdict.unknown", "Cet avis n'est pas de ceux que l'on peut donner.", field="verdict")
    if value is not None and (isinstance(value, bool) or not isinstance(value, int) or not -2 <= value <= 2):
        raise Invalid("verdict.value", "La jauge va de −2 à 2.", field="value")
    reason = clean_text(reason) if isinstance(reason, str) else None
    if reason is None or len(reason) > REASON_CHARS:
        raise Invalid("reason.too_long", "Cette raison est trop longue.", field="reason")
    out: Entry = {"verdict": verdict, "value": value, "by": person.id, "at": now}
    if reason:
        out["reason"] = reason
    if stakeholder != person.stakeholder:
        out["named"] = True
    return out


def room_to_judge_in(workshop: Workshop, person: Person, fields: Fields, places: Places) -> str:
    """The room of the economic canvas for who asks, where they may write now. Raises `Refused`."""
    named = group_of(workshop, fields)
    group = person.group if named is None else named
    if room_kind(workshop, BOARD) == "plenary" or (named is None and BOARD in workshop.pooled):
        room = plenary_room(workshop.id)
    else:
        if person.role == "participant" and group != person.group:
            raise Forbidden("group.not_yours", "Cette zone est celle d'un autre groupe.", field="group")
        if group is None:
            raise Invalid("group.missing", "Indiquez le groupe.", field="group")
        room = room_of_board(workshop, group, BOARD)
    check_room(workshop, person, room)
    policy = policy_of(workshop, places)
    moment = policy.moment_on(BOARD)
    if not may(person.role, "note.add", moment):
        raise Forbidden("role.read_only", "Vous ne pouvez pas répondre à cette étape.")
    if policy.is_locked(BOARD, ZONE) and not may(person.role, "board.change_locked", moment):
        raise Conflict("board.locked", "Ce support est verrouillé.")
    return room


def verdicts_of_poll(poll: Poll) -> Mapping[str, Entry]:
    """What each stakeholder has answered in a closed poll, of nobody in particular. Several who differ are
    « avis partagés »: nothing is averaged."""
    return {stakeholder: _together(poll, given) for stakeholder, given in poll.results.items() if given}


def _together(poll: Poll, given: Iterable[Mapping[str, Any]]) -> Entry:
    answers = [dict(one) for one in given]
    words, values = {one["verdict"] for one in answers}, {one.get("value") for one in answers}
    out: Entry = {
        "verdict": words.pop() if len(words) == 1 else MIXED,
        "value": values.pop() if len(values) == 1 else None,
        "by": None,
        "at": poll.closed_at,
        "poll": poll.id,
    }
    if len(answers) > 1:
        out["spread"] = answers
    reasons = list(dict.fromkeys(one["reason"] for one in answers if one.get("reason")))
    if reasons:
        out["reason"] = " · ".join(reasons)
    return out


def after(before: Entry | None, new: Entry) -> Entry:
    """The entry with one more answer: the latest stands, the earlier ones are its history."""
    if before is None:
        return {**new, "history": []}
    known = [*before.get("history", []), {name: value for name, value in before.items() if name != "history"}]
    if new.get("poll") is not None and any(one.get("poll") == new["poll"] for one in known):
        return before
    last = known[-1]
    said = ("verdict", "value", "reason", "named", "by")
    if new.get("poll") is None and all(last.get(name) == new.get(name) for name in said):
        return before
    ordered = sorted([*known, new], key=lambda one: one["at"])
    return {**ordered[-1], "history": ordered[:-1][-HISTORY:]}


def together(before: Entry | None, others: Iterable[Entry]) -> Entry:
    """One entry of several canvases': the latest answer stands, all are its history, each once."""
    known: list[Entry] = []
    for entry in (*(() if before is None else (before,)), *others):
        alone = {name: value for name, value in entry.items() if name != "history"}
        known += [one for one in (*entry.get("history", ()), alone) if one not in known]
    ordered = sorted(known, key=lambda one: one["at"])
    return {**ordered[-1], "history": ordered[:-1][-HISTORY:]}


def rooms_of_poll(workshop: Workshop, poll: Poll) -> Mapping[str, tuple[str, ...]]:
    """Room → the stakeholders whose answers are written there: where their people work now."""
    found = frozenset(poll.results)
    if room_kind(workshop, BOARD) == "plenary" or (poll.group is None and BOARD in workshop.pooled):
        return {plenary_room(workshop.id): tuple(sorted(found))}
    out: dict[str, tuple[str, ...]] = {}
    for group in workshop.groups:
        if poll.group not in (None, group.id):
            continue
        here = frozenset(p.stakeholder for p in workshop.people if p.group == group.id) & found
        if poll.group is not None:
            here = found
        if here:
            out[room_of_board(workshop, group.id, BOARD)] = tuple(sorted(here))
    return out
