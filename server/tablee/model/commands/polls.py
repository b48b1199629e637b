"""Polls: everybody answers for themselves, then the spread is shown without names.

Places on the map, verdicts of stakeholders, gauges, marks of needs, the return on the time spent. Each has
subjects, and one value for each of them in a person's ballot.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, cast, get_args

import msgspec

from tablee.errors import Conflict, Forbidden, Invalid, NotFound
from tablee.model.commands.base import (
    AT_THE_TABLE,
    LEADERS,
    Command,
    Fields,
    World,
    board_and_zone,
    group_of,
    made_id,
)
from tablee.model.commands.deciding import (
    KIND_ASKED,
    counted,
    ends_at,
    none_running,
    round_named,
    round_to_answer,
)
from tablee.model.commands.verdicts import rooms_of_poll
from tablee.model.conduct import Poll, PollKind
from tablee.model.identity import clean_text
from tablee.model.notes import WORD_CHARS
from tablee.model.workshop import Person, Workshop, stakeholder_ids

POLLS_KEPT = 60
SUBJECTS = 200
"""How many subjects one person may answer about in a poll."""
GAUGES = ("practice", "resource", "community", "governance")
RETURN = "return"
VERDICTS = ("acceptable", "renegotiate", "unacceptable")
REASON_CHARS = 300

_canonical = msgspec.json.Encoder(order="sorted").encode


# -- opening -----------------------------------------------------------------------------------------


def _open(workshop: Workshop, person: Person, fields: Fields, world: World) -> Workshop:
    kind = fields.get("kind")
    if kind not in get_args(PollKind):
        raise Invalid("poll.kind", "Ce relevé n'est d'aucune sorte connue.", field="kind")
    board, zone = board_and_zone(fields, world.places)
    if board is None and kind == "place":
        board, zone = "governance", "map"
    if board is None and kind in KIND_ASKED:
        raise Invalid("board.missing", "Indiquez le support dont il s'agit.", field="board")
    group = group_of(workshop, fields)
    poll = Poll(
        id=made_id(workshop, "p", person.id),
        kind=cast(PollKind, kind),
        by=person.id,
        board=board,
        zone=zone,
        group=group,
        at=world.now,
        ends_at=ends_at(fields, world),
    )
    none_running((one for one in workshop.polls if one.kind == kind), group, "poll")
    if len(workshop.polls) >= POLLS_KEPT:
        raise Conflict("poll.too_many", "Soixante relevés sont gardés au plus. Retirez-en un d'abord.")
    return replace(workshop, polls=(*workshop.polls, poll))


# -- answering ---------------------------------------------------------------------------------------


def poll_to_answer(workshop: Workshop, person: Person, fields: Fields, now: int) -> Poll:
    """The poll somebody answers: the one they name, or the only one that is open for them."""
    poll = round_to_answer(workshop.polls, person, fields.get("poll"), "poll", now)
    assert isinstance(poll, Poll)
    return poll


def subject_of(workshop: Workshop, person: Person, poll: Poll, fields: Fields) -> str:
    """What an answer is about. Whether a note lies there is not known here. Raises `Refused`."""
    subject = fields.get("subject", RETURN if poll.kind == "return" else None)
    if not isinstance(subject, str) or not 0 < len(subject) <= WORD_CHARS:
        raise unknown_subject()
    if poll.kind == "verdict":
        if subject not in stakeholder_ids(workshop):  # also of people who speak for themselves
            raise unknown_subject()
        if subject != person.stakeholder:
            raise Forbidden("poll.not_yours", "Chaque partie prenante répond pour elle-même.")
    elif poll.kind not in KIND_ASKED and subject not in (GAUGES if poll.kind == "gauge" else (RETURN,)):
        raise unknown_subject()
    return subject


def unknown_subject() -> NotFound:
    return NotFound("poll.subject", "Ce relevé ne porte pas sur cela.", field="subject")


def value_of(poll: Poll, value: object) -> Any:
    """An answer as it is kept; None takes back the one before. Raises `Invalid`."""
    return None if value is None else _VALUES[poll.kind](value)


def _whole(value: object, least: int, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise _no_value()
    return value


def _share(value: object) -> float:
    """A place on an axis, to a thousandth: finer than a finger."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise _no_value()
    return round(float(value), 3)


def _members(value: object, needed: Iterable[str], most: Iterable[str]) -> Mapping[str, Any]:
    if not isinstance(value, Mapping) or not set(needed) <= set(value) <= set(most):
        raise _no_value()
    return value


def _place(value: object) -> Any:
    place = _members(value, "xy", "xy")
    return {"x": _share(place["x"]), "y": _share(place["y"])}


def _verdict(value: object) -> Any:
    given = _members(value, ("verdict", "value"), ("verdict", "value", "reason"))
    reason = given.get("reason", "")
    if given["verdict"] not in VERDICTS or not isinstance(reason, str):
        raise _no_value()
    reason = clean_text(reason)
    if len(reason) > REASON_CHARS:
        raise Invalid("reason.too_long", "Ce texte est trop long.", field="reason")
    out = {"verdict": given["verdict"], "value": _whole(given["value"], -2, 2)}
    return {**out, "reason": reason} if reason else out


def _need(value: object) -> Any:
    """Either mark may come first."""
    given = _members(value, (), ("useful", "feasible"))
    if not given:
        raise _no_value()
    return {name: _whole(mark, 0, 5) for name, mark in given.items()}


_VALUES: Mapping[str, Callable[[object], Any]] = {
    "place": _place,
    "verdict": _verdict,
    "gauge": lambda value: _whole(value, 0, 4),
    "need": _need,
    "return": lambda value: _whole(value, 1, 5),
}


def _no_value() -> Invalid:
    return Invalid("poll.value", "Cette réponse n'est pas de celles que le relevé attend.", field="value")


def too_many_subjects() -> Conflict:
    return Conflict("poll.full", "Vous avez répondu à autant de sujets qu'un relevé en prend.")


# -- counting ----------------------------------------------------------------------------------------


def with_poll_closed(
    workshop: Workshop, poll: str, ballots: Mapping[str, Mapping[str, Any]], now: int
) -> Workshop:
    """The workshop with the results of a poll; the same one when it is closed already."""
    found = round_named(workshop.polls, poll, "poll")
    assert isinstance(found, Poll)
    if found.closed_at is not None:
        return workshop
    people = {person: workshop.person(person) for person in ballots}
    valid = {one.id: _own(found, one, ballots[one.id]) for one in people.values() if one is not None}
    valid = {person: ballot for person, ballot in valid.items() if ballot}
    results: dict[str, list[Any]] = {}
    for ballot in valid.values():
        for subject, value in ballot.items():
            results.setdefault(subject, []).append(value)
    turnout, of = counted(workshop, found, valid)
    over = replace(
        found,
        closed_at=now,
        turnout=turnout,
        of=of,
        # sorted by what was answered: the order says nothing of who did
        results={subject: tuple(sorted(results[subject], key=_canonical)) for subject in sorted(results)},
    )
    over = replace(over, rooms=rooms_of_poll(workshop, over)) if over.kind == "verdict" else over
    return replace(workshop, polls=tuple(over if one.id == poll else one for one in workshop.polls))


def _own(poll: Poll, person: Person, ballot: Mapping[str, Any]) -> Mapping[str, Any]:
    """Of verdicts, the one about whom they speak for at the end: nobody answers for two structures."""
    if poll.kind != "verdict":
        return ballot
    return {subject: value for subject, value in ballot.items() if subject == person.stakeholder}


def _drop(workshop: Workshop, person: Person, fields: Fields, world: World) -> Workshop:
    found = round_named(workshop.polls, fields.get("poll"), "poll")
    return replace(workshop, polls=tuple(one for one in workshop.polls if one.id != found.id))


COMMANDS: Mapping[str, Command] = {
    "poll.open": Command(
        LEADERS,
        ("kind", "board", "zone", "group", "minutes"),
        _open,
        answer=lambda workshop: {"poll": workshop.polls[-1].id},
        in_draft=False,
    ),
    "poll.answer": Command(AT_THE_TABLE, ("poll", "subject", "value"), None),
    "poll.close": Command(LEADERS, ("poll",), None, when_closed=True),
    "poll.drop": Command(LEADERS, ("poll",), _drop, when_closed=True),
}
