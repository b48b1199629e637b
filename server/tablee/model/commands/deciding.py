"""Votes and consent rounds: opened, answered and closed. Ballots are kept beside the record until then.

Of a round that is open nobody learns more than how many have answered, facilitation included. What holds
for polls as well (`polls.py`) is here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from tablee.errors import Conflict, Forbidden, Invalid, NotFound
from tablee.model.commands.base import (
    AT_THE_TABLE,
    LEADERS,
    Command,
    Fields,
    World,
    board_and_zone,
    flag_of,
    group_of,
    made_id,
    number_of,
)
from tablee.model.conduct import Answer, Consent, Poll, Vote
from tablee.model.identity import clean_name, clean_text
from tablee.model.notes import WORD_CHARS
from tablee.model.workshop import Person, Workshop

ROUNDS_KEPT = 20
QUESTION_CHARS = 200
PROPOSAL_CHARS = 1000
REASON_CHARS = 500
MOST_DOTS = 20
ANSWERS = ("consent", "reservation", "objection")
KIND_ASKED = {"place": "point", "need": "question"}
"""Polls that ask about notes, and the kind of these."""

Round = Vote | Consent | Poll
Points = Mapping[str, int]


# -- opening -----------------------------------------------------------------------------------------


def _open_vote(workshop: Workshop, person: Person, fields: Fields, world: World) -> Workshop:
    board, zone = board_and_zone(fields, world.places)
    if board is None:
        raise Invalid("board.missing", "Indiquez le support sur lequel on vote.", field="board")
    group = group_of(workshop, fields)
    dots = number_of(fields, "dots", 1, MOST_DOTS)
    vote = Vote(
        id=made_id(workshop, "v", person.id),
        by=person.id,
        question=_text_of(fields, "question", QUESTION_CHARS, clean_name(_typed(fields, "question"))),
        board=board,
        zone=zone,
        group=group,
        dots=dots,
        per_note=number_of(fields, "per_note", 1, dots, min(3, dots)),
        secret=flag_of(fields, "secret", True),
        at=world.now,
        ends_at=ends_at(fields, world),
    )
    room_for_one_more(workshop.votes, group, "vote")
    return replace(workshop, votes=(*workshop.votes, vote))


def _open_consent(workshop: Workshop, person: Person, fields: Fields, world: World) -> Workshop:
    group = group_of(workshop, fields)
    proposal = _text_of(fields, "proposal", PROPOSAL_CHARS, clean_text(_typed(fields, "proposal")))
    if not proposal:
        raise Invalid("proposal.empty", "Écrivez la proposition.", field="proposal")
    note = fields.get("note")
    if note is not None and not (isinstance(note, str) and 0 < len(note) <= WORD_CHARS):
        raise Invalid("note.unknown", "Cette note n'existe pas, ou plus.", field="note")
    consent = Consent(
        id=made_id(workshop, "c", person.id),
        by=person.id,
        proposal=proposal,
        group=group,
        secret=flag_of(fields, "secret", False),
        at=world.now,
        note=note,
        ends_at=ends_at(fields, world),
    )
    room_for_one_more(workshop.consents, group, "consent")
    return replace(workshop, consents=(*workshop.consents, consent))


def _typed(fields: Fields, name: str) -> str:
    value = fields.get(name, "")
    if not isinstance(value, str):
        raise Invalid(f"{name}.invalid", "Cette valeur n'est pas un texte.", field=name)
    return value


def _text_of(fields: Fields, name: str, most: int, text: str) -> str:
    if len(text) > most:
        raise Invalid(f"{name}.too_long", "Ce texte est trop long.", field=name)
    return text


def ends_at(fields: Fields, world: World) -> int | None:
    if fields.get("minutes") is None:
        return None
    return world.now + number_of(fields, "minutes", 1, 120) * 60_000


def room_for_one_more(rounds: Iterable[Round], group: str | None, kind: str) -> None:
    """One at a time for each group: a phone shows one. Results stay until somebody drops them."""
    rounds = tuple(rounds)
    none_running(rounds, group, kind)
    if len(rounds) >= ROUNDS_KEPT:
        raise Conflict(f"{kind}.too_many", "Vingt tours sont gardés au plus. Retirez-en un d'abord.")


def none_running(rounds: Iterable[Round], group: str | None, kind: str) -> None:
    for one in rounds:
        if one.closed_at is None and (one.group is None or group is None or one.group == group):
            raise Conflict(f"{kind}.running", "Un tour est déjà ouvert. Fermez-le d'abord.")


# -- answering ---------------------------------------------------------------------------------------


def may_answer(person: Person, one: Round) -> bool:
    """People of the group, and facilitation, which sits at any table but speaks for no stakeholder."""
    if person.role in LEADERS:
        return not (isinstance(one, Poll) and one.kind == "verdict")
    return person.role == "participant" and person.group is not None and one.group in (None, person.group)


def vote_to_cast(workshop: Workshop, person: Person, fields: Fields, now: int) -> Vote:
    """The vote that somebody casts in: the one they name, or the one that is open for them."""
    vote = round_to_answer(workshop.votes, person, fields.get("vote"), "vote", now)
    assert isinstance(vote, Vote)
    return vote


def consent_to_answer(workshop: Workshop, person: Person, fields: Fields, now: int) -> Consent:
    consent = round_to_answer(workshop.consents, person, fields.get("consent"), "consent", now)
    assert isinstance(consent, Consent)
    return consent


def round_to_answer(rounds: Iterable[Round], person: Person, named: object, kind: str, now: int) -> Round:
    if named is None:
        found = [one for one in rounds if one.closed_at is None and may_answer(person, one)]
        if len(found) != 1:
            raise Invalid(f"{kind}.missing", "Indiquez de quel tour il s'agit.", field=kind)
        one = found[0]
    else:
        one = round_named(rounds, named, kind)
    if one.closed_at is not None or (one.ends_at is not None and now >= one.ends_at):
        raise closed(kind)
    if not may_answer(person, one):
        raise Forbidden(f"{kind}.not_yours", "Ce tour est celui d'un autre groupe.")
    return one


def closed(kind: str) -> Conflict:
    return Conflict(f"{kind}.closed", "Ce tour est clos.")


def points_of(vote: Vote, value: object) -> int:
    """Points for one note. Raises `Invalid`."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= vote.per_note:
        raise Invalid("vote.per_note", "C'est plus de points qu'une note ne peut en recevoir.", field="dots")
    return value


def ballot_of(vote: Vote, value: object) -> dict[str, int]:
    """A whole ballot, without the notes that get nothing. Raises `Refused`."""
    if not isinstance(value, Mapping) or len(value) > 2 * MOST_DOTS + ROUNDS_KEPT:
        raise Invalid("vote.ballot", "Un bulletin dit combien de points reçoit chaque note.", field="ballot")
    if not all(isinstance(note, str) and 0 < len(note) <= WORD_CHARS for note in value):
        raise Invalid("vote.ballot", "Un bulletin dit combien de points reçoit chaque note.", field="ballot")
    ballot = {note: points_of(vote, points) for note, points in value.items()}
    if sum(ballot.values()) > vote.dots:
        raise over_limit()
    return {note: points for note, points in ballot.items() if points > 0}


def over_limit() -> Conflict:
    return Conflict("vote.limit", "Vous n'avez plus assez de points.", field="dots")


def is_asked_about(one: Vote | Poll, note: Mapping[str, Any] | None) -> bool:
    """Whether a note lies where this vote or poll is about, and is of the kind that it asks about."""
    if note is None:
        return False
    if isinstance(one, Poll) and note.get("kind") != KIND_ASKED.get(one.kind):
        return False
    board = str(note.get("board"))
    on_board = one.board in (board, board.partition("/")[0])
    return on_board and one.zone in (None, note.get("zone"))


def answer_of(fields: Fields) -> Answer:
    """What somebody says to a proposal: an objection says why. Raises `Invalid`."""
    answer = fields.get("answer")
    if answer not in ANSWERS:
        raise Invalid(
            "consent.answer", "Répondez par un consentement, une réserve ou une objection.", field="answer"
        )
    reason = _text_of(fields, "reason", REASON_CHARS, clean_text(_typed(fields, "reason")))
    if answer == "objection" and not reason:
        raise Invalid("reason.missing", "Une objection dit pourquoi : écrivez la raison.", field="reason")
    return Answer(str(answer), "" if answer == "consent" else reason)


# -- counting and closing ------------------------------------------------------------------------------


def name_of(one: Round) -> str:
    """What commands and events call it."""
    return "vote" if isinstance(one, Vote) else "consent" if isinstance(one, Consent) else "poll"


def rounds_of(workshop: Workshop) -> tuple[Round, ...]:
    return (*workshop.votes, *workshop.consents, *workshop.polls)


def open_rounds(workshop: Workshop) -> list[Round]:
    return [one for one in rounds_of(workshop) if one.closed_at is None]


def rounds_due(workshop: Workshop, now: int) -> list[Round]:
    """Open rounds whose time is over; all of them in a workshop that is over."""
    over = workshop.status == "closed"
    return [one for one in open_rounds(workshop) if over or (one.ends_at is not None and one.ends_at <= now)]


def counted(workshop: Workshop, one: Round, answered: Iterable[str]) -> tuple[int, int]:
    """How many have answered, of how many. Who was removed does not count; facilitation only once it has."""
    voted = {person for person in answered if workshop.person(person) is not None}
    asked = {p.id for p in workshop.people if p.role == "participant" and may_answer(p, one)}
    return len(voted), len(asked | voted)


def with_vote_closed(workshop: Workshop, vote: str, ballots: Mapping[str, Points], now: int) -> Workshop:
    """The workshop with the result of a vote; the same one when it is closed already."""
    found = round_named(workshop.votes, vote, "vote")
    assert isinstance(found, Vote)
    if found.closed_at is not None:
        return workshop
    valid = {person: dict(b) for person, b in ballots.items() if workshop.person(person) is not None}
    totals: dict[str, int] = {}
    for ballot in valid.values():
        for note, points in ballot.items():
            totals[note] = totals.get(note, 0) + points
    turnout, of = counted(workshop, found, valid)
    over = replace(
        found,
        closed_at=now,
        turnout=turnout,
        of=of,
        totals=dict(sorted(totals.items(), key=lambda item: (-item[1], item[0]))),
        ballots={} if found.secret else dict(sorted(valid.items())),
    )
    return replace(workshop, votes=tuple(over if v.id == vote else v for v in workshop.votes))


def with_consent_closed(
    workshop: Workshop, consent: str, answers: Mapping[str, Answer], now: int
) -> Workshop:
    """The workshop with what people answered: objections first, then reservations."""
    found = round_named(workshop.consents, consent, "consent")
    assert isinstance(found, Consent)
    if found.closed_at is not None:
        return workshop
    valid = {person: answer for person, answer in answers.items() if workshop.person(person) is not None}
    # a secret round must not tell by its order who answered what
    order = sorted(valid.items(), key=lambda item: (-ANSWERS.index(item[1].answer), item[1].reason))
    turnout, of = counted(workshop, found, valid)
    over = replace(
        found,
        closed_at=now,
        turnout=turnout,
        of=of,
        answers=tuple(
            Answer(answer.answer, answer.reason, None if found.secret else person) for person, answer in order
        ),
    )
    return replace(workshop, consents=tuple(over if c.id == consent else c for c in workshop.consents))


def round_to_close(workshop: Workshop, kind: str, named: object) -> Round:
    """The round that a command closes: the one it names, or the only one that is open."""
    rounds = [one for one in rounds_of(workshop) if name_of(one) == kind]
    if named is not None:
        return round_named(rounds, named, kind)
    found = [one for one in rounds if one.closed_at is None]
    if len(found) != 1:
        raise Invalid(f"{kind}.missing", "Indiquez de quel tour il s'agit.", field=kind)
    return found[0]


def round_named(rounds: Iterable[Round], named: object, kind: str) -> Round:
    for one in rounds:
        if one.id == named:
            return one
    raise NotFound(f"{kind}.unknown", "Ce tour n'existe pas, ou plus.", field=kind)


# -- dropping ------------------------------------------------------------------------------------------


def _drop_vote(workshop: Workshop, person: Person, fields: Fields, world: World) -> Workshop:
    found = round_named(workshop.votes, fields.get("vote"), "vote")
    return replace(workshop, votes=tuple(v for v in workshop.votes if v.id != found.id))


def _drop_consent(workshop: Workshop, person: Person, fields: Fields, world: World) -> Workshop:
    found = round_named(workshop.consents, fields.get("consent"), "consent")
    return replace(workshop, consents=tuple(c for c in workshop.consents if c.id != found.id))


COMMANDS: Mapping[str, Command] = {
    "vote.open": Command(
        LEADERS,
        ("board", "zone", "group", "question", "dots", "per_note", "secret", "minutes"),
        _open_vote,
        answer=lambda workshop: {"vote": workshop.votes[-1].id},
        in_draft=False,
    ),
    "vote.cast": Command(AT_THE_TABLE, ("vote", "note", "dots", "ballot"), None),
    "vote.close": Command(LEADERS, ("vote",), None, when_closed=True),
    "vote.drop": Command(LEADERS, ("vote",), _drop_vote, when_closed=True),
    "consent.open": Command(
        LEADERS,
        ("proposal", "group", "note", "secret", "minutes"),
        _open_consent,
        answer=lambda workshop: {"consent": workshop.consents[-1].id},
        in_draft=False,
    ),
    "consent.answer": Command(AT_THE_TABLE, ("consent", "answer", "reason"), None),
    "consent.close": Command(LEADERS, ("consent",), None, when_closed=True),
    "consent.drop": Command(LEADERS, ("consent",), _drop_consent, when_closed=True),
}
