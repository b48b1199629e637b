"""Other ids for people and for what they speak for, wherever one stands in a workshop: never in words.

Pure. Ids stand alone, after the `/` of a board, in the keys of what is said of notes, and in the ids of notes
that repeat a verdict. What people typed is left as it is, whatever it looks like.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tablee.model.conduct import Consent, Poll, Vote
from tablee.model.fields import KIND_FIELDS
from tablee.model.notes import VERDICT
from tablee.model.workshop import BoardState, Person, Workshop


def _fields_of(*types: str) -> frozenset[str]:
    """Fields of notes of these types."""
    return frozenset(
        name for fields in KIND_FIELDS.values() for name, one in fields.items() if one.type in types
    )


SUBJECTS, NOTES = _fields_of("person", "stakeholder", "stakeholders"), _fields_of("note", "notes")


@dataclass(frozen=True, slots=True)
class Renaming:
    """`person` gives the id that one has from now on, or the same. `known`: ids that are surely of people or
    of what they speak for, where something else may stand in their place."""

    person: Callable[[str], str]
    known: Container[str]

    def board(self, board: str) -> str:
        template, slash, whose = board.partition("/")
        return f"{template}{slash}{self.person(whose)}" if slash else board

    def note(self, note: str) -> str:
        return VERDICT + self._subject(note.removeprefix(VERDICT)) if note.startswith(VERDICT) else note

    def _subject(self, one: str) -> str:
        """What a note, an answer or a poll is about; a note, too, may stand for somebody who is not there."""
        if one in self.known:
            return self.person(one)
        return self.note(one)

    # -- documents ------------------------------------------------------------------------------------

    def entry(self, root: str, key: str, entry: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        """One entry of a room's document, and its id."""
        return self.key(root, key), self.values(entry)

    def key(self, root: str, key: str) -> str:
        if root in ("comments", "reactions"):
            note, *rest = key.split(".")
            return ".".join([self.note(note), *map(self.person, rest[:1]), *rest[1:]])
        if root == "answers":
            start, slash, of = key.rpartition("/")
            return f"{start}{slash}{self._subject(of) if start == 'verdict' else self.note(of)}"
        return self.note(key)

    def values(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        """Of an entry of whichever root: what has a name means the same in all."""
        return {name: self._value(name, value) for name, value in entry.items()}

    def _value(self, name: str, value: Any) -> Any:
        if name == "by":
            return self._one(self.person, value)
        if name == "stakeholder":
            return self._one(self._subject, value)
        if name == "board":
            return self._one(self.board, value)
        if name in ("note", "rule", "committee"):
            return self._one(self.note, value)
        if name in ("origin", "history") and isinstance(value, (list, tuple)):
            return [self.values(one) if isinstance(one, Mapping) else one for one in value]
        if name == "fields" and isinstance(value, Mapping):
            return {field: self._field(field, one) for field, one in value.items()}
        return value

    def _field(self, name: str, value: Any) -> Any:
        if name not in SUBJECTS | NOTES:
            return value
        rename = self._subject if name in SUBJECTS else self.note
        if isinstance(value, (list, tuple)):
            return [self._one(rename, one) for one in value]
        return self._one(rename, value)

    @staticmethod
    def _one(rename: Callable[[str], str], value: Any) -> Any:
        return rename(value) if isinstance(value, str) else value

    # -- the record -----------------------------------------------------------------------------------

    def record(self, workshop: Workshop) -> Workshop:
        return replace(
            workshop,
            people=tuple(self._seat(one) for one in workshop.people),
            stakeholders=tuple(replace(one, id=self.person(one.id)) for one in workshop.stakeholders),
            former=self._all(workshop.former),
            banned=self._all(workshop.banned),
            simulated=self._all(workshop.simulated),
            ready=self._all(workshop.ready),
            hands={self.person(one): at for one, at in workshop.hands.items()},
            frozen_by=self._maybe(workshop.frozen_by),
            boards={self.board(board): self._state(one) for board, one in workshop.boards.items()},
            runs=tuple(replace(one, by=self._maybe(one.by)) for one in workshop.runs),
            ready_check=self._by(workshop.ready_check),
            spotlight=self._shown(workshop.spotlight),
            summons=self._shown(workshop.summons),
            projected=self._by(workshop.projected),
            shared=self._by(workshop.shared),
            announcements={key: self._by(one) for key, one in workshop.announcements.items()},
            messages=tuple(replace(self._by(one), to=self.person(one.to)) for one in workshop.messages),
            finished=tuple(replace(one, board=self.board(one.board)) for one in workshop.finished),
            votes=tuple(self._vote(one) for one in workshop.votes),
            consents=tuple(self._consent(one) for one in workshop.consents),
            polls=tuple(self._poll(one) for one in workshop.polls),
            answers={
                command: {name: self._subject(one) for name, one in made.items()}
                for command, made in workshop.answers.items()
            },
        )

    def _all(self, ids: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(self.person(one) for one in ids)

    def _maybe(self, one: str | None) -> str | None:
        return None if one is None else self.person(one)

    def _by(self, value: Any) -> Any:
        return None if value is None else replace(value, by=self.person(value.by))

    def _shown(self, value: Any) -> Any:
        """A place that somebody shows."""
        if value is None:
            return None
        shown = replace(self._by(value), board=self.board(value.board))
        note = getattr(value, "note", None)
        return shown if note is None else replace(shown, note=self.note(note))

    def _seat(self, person: Person) -> Person:
        return replace(person, id=self.person(person.id), stakeholder=self.person(person.stakeholder))

    def _state(self, state: BoardState) -> BoardState:
        zones = {zone: self.person(one) for zone, one in state.zones_locked_by.items()}
        return replace(state, locked_by=self._maybe(state.locked_by), zones_locked_by=zones)

    def _vote(self, vote: Vote) -> Vote:
        return replace(
            vote,
            by=self.person(vote.by),
            board=self.board(vote.board),
            totals={self.note(note): points for note, points in vote.totals.items()},
            ballots={
                self.person(who): {self.note(note): points for note, points in given.items()}
                for who, given in vote.ballots.items()
            },
        )

    def _consent(self, consent: Consent) -> Consent:
        return replace(
            consent,
            by=self.person(consent.by),
            note=None if consent.note is None else self.note(consent.note),
            answers=tuple(replace(one, by=self._maybe(one.by)) for one in consent.answers),
        )

    def _poll(self, poll: Poll) -> Poll:
        return replace(
            poll,
            by=self.person(poll.by),
            board=None if poll.board is None else self.board(poll.board),
            results={self._subject(one): values for one, values in poll.results.items()},
            rooms={room: tuple(self._subject(one) for one in whose) for room, whose in poll.rooms.items()},
        )
