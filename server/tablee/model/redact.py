"""Who is named in a file, decided once, before anything is made of it: what is left here may be told.

Three ways (`board.Names`). With first names, only secrets and what was said to one person leave. With
structures, people become what they speak for. Under « none » nobody is named, structures neither: ids are
new ones. Names are taken out of texts too: whole words, however they are spelled. Rather a word too many
(somebody is called Claire) than one too few: what is gone is seen, and counted.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tablee.model.agendas import Step
from tablee.model.board import Names, Roots
from tablee.model.conduct import Consent, Poll, Vote
from tablee.model.fields import KIND_FIELDS
from tablee.model.notes import VERDICT, WRITTEN_BY
from tablee.model.spelling import Spellings, folded
from tablee.model.workshop import Group, Person, Stakeholder, Workshop

Say = Callable[[str], str]

GAP = "[…]"
"""Stands where a name was taken out."""
ADDRESS = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
PEOPLE_FIELDS = frozenset({"owner_id", "owner_text", "people", "named", "members"})
"""Fields that say who: with nobody named, they are left out."""
TELLING = frozenset({"by", "colour", "color"})
"""Also a colour says who, to those who were there. The hash of an origin, whatever is asked, says what a
note was before a name was taken out of it, to who tries names."""
WRITTEN_PEOPLE = PEOPLE_FIELDS - {"owner_id"}
MEMBERS = "members"
TEXT_KEYS = frozenset({"text", "title", "reason", "description", "caption", "tags"}) | {
    name
    for fields in KIND_FIELDS.values()
    for name, one in fields.items()
    if one.type in ("line", "text", "lines")
}
"""Keys under which there are words that somebody typed; other strings are ids and fixed words."""


@dataclass(slots=True)
class Redacted:
    """`people` and `stakeholders`: the ids of the result → the words to show."""

    workshop: Workshop
    rooms: Mapping[str, Roots]
    people: dict[str, str]
    stakeholders: dict[str, str]
    masked: int = 0
    ids: Mapping[str, str] = field(default_factory=dict)
    """Ids of people and stakeholders that are new ones here: the old one → the new one."""
    text: Callable[[str], str] = str
    """What somebody wrote, as it may be told."""

    def board(self, board: str) -> str:
        """The id of a board in the result."""
        return _renamed(board, self.ids)

    def was(self, note: str) -> str:
        """The id that a note of the result had."""
        if not note.startswith(VERDICT):
            return note
        whose = note.removeprefix(VERDICT)
        return VERDICT + next((old for old, new in self.ids.items() if new == whose), whose)


def redacted(workshop: Workshop, rooms: Mapping[str, Roots], names: Names, say: Say) -> Redacted:
    """What of a workshop may be told. `rooms`: path in the pack → the document, as plain values."""
    plain = _without_secrets(workshop)
    if names == "names":
        stakeholders = {s.id: s.name for s in plain.stakeholders}
        people = {p.id: p.name for p in plain.people}
        return Redacted(plain, dict(rooms), people, {**people, **stakeholders})
    return _Redaction(plain, names, say).run(rooms)


def _without_secrets(workshop: Workshop) -> Workshop:
    """Without what opens it, what was said to one person, and rounds that are not over."""
    return replace(
        workshop,
        code="",
        passphrase=None,
        sessions_since={},
        ended=(),
        recent={},
        answers={},
        hands={},
        ready=(),
        ready_check=None,
        spotlight=None,
        summons=None,
        announcements={},
        messages=(),
        timers={},
        projected=None,
        shared=None,
        play="",
        votes=tuple(vote for vote in workshop.votes if vote.closed_at is not None),
        consents=tuple(consent for consent in workshop.consents if consent.closed_at is not None),
        polls=tuple(poll for poll in workshop.polls if poll.closed_at is not None),
    )


@dataclass(slots=True)
class _Redaction:
    workshop: Workshop
    names: Names
    say: Say
    ids: dict[str, str] = field(default_factory=dict)
    """Id of a person or a stakeholder → the one it has in the file."""
    known: Spellings = field(default_factory=lambda: Spellings(GAP))
    structures: dict[str, str] = field(default_factory=dict)
    """Name of a structure, folded → what it is told as."""
    masked: int = 0
    entries: int = 0

    def run(self, rooms: Mapping[str, Roots]) -> Redacted:
        workshop, structures = self.workshop, self.names == "structures"
        known = {s.id: s.name for s in workshop.stakeholders}
        stakeholders: dict[str, str] = {}
        for n, (old, name) in enumerate(known.items(), 1):
            self.ids[old] = f"s{n}"
            stakeholders[f"s{n}"] = name if structures else self.say("Partie prenante {n}").format(n=n)
        people: dict[str, str] = {}
        alone = [p for p in workshop.people if p.stakeholder not in known]
        own = [*(p.id for p in alone), *(one for one in workshop.former if one not in known)]
        written = _owners(rooms)
        own.sort(key=lambda one: one not in written)  # the next file of this one gives the same numbers
        for n, old in enumerate(dict.fromkeys(own), 1):
            # who speaks for themselves is their own structure, with their own id
            self.ids[old] = f"x{n}"
            stakeholders[f"x{n}"] = self.say("Personne {n}").format(n=n)
        for n, person in enumerate(workshop.people, 1):
            if person.id not in self.ids:
                self.ids[person.id] = f"p{n}"
            if structures:
                people[self.ids[person.id]] = stakeholders.get(
                    self.ids.get(person.stakeholder, self.ids[person.id]), GAP
                )
        for n, gone in enumerate(sorted(_authors(rooms) - self.ids.keys()), len(workshop.people) + 1):
            self.ids[gone] = f"p{n}"  # removed long ago
        self._learn_words(people, stakeholders)
        self.structures = {folded(name): stakeholders[self.ids[one]] for one, name in known.items()}
        out = {
            path: {
                root: {self._key(root, key): self._value(one, root) for key, one in entries.items()}
                for root, entries in roots.items()
            }
            for path, roots in rooms.items()
        }
        redacted = self._record(stakeholders, people)
        return Redacted(redacted, out, people, stakeholders, self.masked, self.ids, self.text)

    def _learn_words(self, people: Mapping[str, str], stakeholders: Mapping[str, str]) -> None:
        """What stands for each name in texts: what its person speaks for, the number of its structure."""
        for person in self.workshop.people:
            self.known.learn_person(person.name, people.get(self.ids[person.id], GAP))
        if self.names == "none":
            for structure in self.workshop.stakeholders:
                self.known.learn(structure.name, stakeholders[self.ids[structure.id]])

    # -- documents ----------------------------------------------------------------------------------

    def _key(self, root: str, key: str) -> str:
        if root in ("comments", "reactions"):
            note, _, rest = key.partition(".")
            person, dot, more = rest.partition(".")
            if self.names == "none":  # not even that two are of the same person
                self.entries += 1
                return f"{self._note(note)}.p{self.entries}{dot}{more}"
            return f"{self._note(note)}.{self._id(person)}{dot}{more}"
        if root == "answers" and key.startswith("verdict/"):
            return f"verdict/{self._id(key.removeprefix('verdict/'))}"
        return self._note(key)

    def _note(self, key: str) -> str:
        return VERDICT + self._id(key.removeprefix(VERDICT)) if key.startswith(VERDICT) else key

    def _id(self, one: str) -> str:
        return self.ids.get(one, one)

    def _value(self, value: Any, key: str) -> Any:
        if isinstance(value, Mapping):
            return {
                name: self._people_field(one) if name in WRITTEN_PEOPLE else self._value(one, name)
                for name, one in value.items()
                if name != "hash" and self._is_told(name, one)
            }
        if isinstance(value, (list, tuple)):
            kept = [one for one in value if key != "tags" or not str(one).startswith(WRITTEN_BY)]
            return [self._value(one, key) for one in kept]
        if not isinstance(value, str):
            return value
        if key in TEXT_KEYS:
            return self.text(value)
        if key == "board":
            return self._board(value)
        return self._note(self._id(value))

    def _board(self, board: str) -> str:
        return _renamed(board, self.ids)

    def text(self, text: str) -> str:
        """What somebody wrote, without names and addresses."""
        text, addresses = ADDRESS.subn(GAP, text)
        text, names = self.known.replaced(unicodedata.normalize("NFC", text))
        self.masked += addresses + names
        return text

    def _is_told(self, name: str, value: Any) -> bool:
        """With nobody named, nothing that says who, but the structures of a committee by their numbers."""
        if self.names != "none":
            return True
        if name == MEMBERS:
            return isinstance(value, (list, tuple)) and bool(self._people_field(value))
        return name not in PEOPLE_FIELDS and name not in TELLING

    def _people_field(self, value: Any) -> Any:
        """A field that says who, in words: only structures are left, as they are told."""
        known = self.structures
        if isinstance(value, (list, tuple)):
            return [known[folded(str(one))] for one in value if folded(str(one)) in known]
        return known.get(folded(value), GAP) if isinstance(value, str) else value

    # -- the record ---------------------------------------------------------------------------------

    def _record(self, stakeholders: Mapping[str, str], people: Mapping[str, str]) -> Workshop:
        workshop = self.workshop
        return replace(
            workshop,
            title=self.text(workshop.title),
            commons=self.text(workshop.commons),
            steps=tuple(self._step(step) for step in workshop.steps),
            groups=tuple(self._group(group) for group in workshop.groups),
            people=tuple(self._person(p, people) for p in workshop.people) if people else (),
            stakeholders=tuple(
                Stakeholder(one, name) for one, name in stakeholders.items() if one.startswith("s")
            ),
            former=(),
            banned=(),
            simulated=(),
            frozen_by=None,
            preparation={},
            boards={},
            runs=tuple(replace(run, by=None) for run in workshop.runs),
            votes=tuple(self._vote(vote) for vote in workshop.votes),
            consents=tuple(self._consent(consent) for consent in workshop.consents),
            polls=tuple(self._poll(poll) for poll in workshop.polls),
        )

    def _step(self, step: Step) -> Step:
        titles = {language: self.text(title) for language, title in step.titles.items()}
        return replace(step, titles=titles, instruction=self.text(step.instruction))

    def _group(self, group: Group) -> Group:
        return replace(group, name=self.text(group.name))

    def _person(self, person: Person, people: Mapping[str, str]) -> Person:
        own = self.ids[person.id]
        return replace(
            person,
            id=own,
            name=people[own],
            stakeholder=self.ids.get(person.stakeholder, own),
            joined_at=0,
            opened_by=None,
            seated=0,
        )

    def _vote(self, vote: Vote) -> Vote:
        return replace(
            vote,
            by="",
            question=self.text(vote.question),
            board=self._board(vote.board),
            ballots={},
            totals={self._note(note): points for note, points in vote.totals.items()},
        )

    def _consent(self, consent: Consent) -> Consent:
        answers = tuple(replace(one, by=None, reason=self.text(one.reason)) for one in consent.answers)
        return replace(consent, by="", proposal=self.text(consent.proposal), answers=answers)

    def _poll(self, poll: Poll) -> Poll:
        return replace(
            poll,
            by="",
            board=None if poll.board is None else self._board(poll.board),
            results={self._note(self._id(one)): values for one, values in poll.results.items()},
            rooms={},
        )


def _renamed(board: str, ids: Mapping[str, str]) -> str:
    template, slash, whose = board.partition("/")
    return f"{template}{slash}{ids.get(whose, whose)}"


def _owners(rooms: Mapping[str, Roots]) -> set[str]:
    """Whose rectos something was written on."""
    return {
        str(entry.get("board", "")).partition("/")[2]
        for roots in rooms.values()
        for root in ("notes", "clusters")
        for entry in roots.get(root, {}).values()
    }


def _authors(rooms: Mapping[str, Roots]) -> set[str]:
    """Ids of people in the documents, whoever they are."""
    found: set[str] = set()

    def look(value: Any) -> None:
        if isinstance(value, Mapping):
            by = value.get("by")
            if isinstance(by, str) and by:
                found.add(by)
            for one in value.values():
                look(one)
        elif isinstance(value, (list, tuple)):
            for one in value:
                look(one)

    for roots in rooms.values():
        look(list(roots.values()))
        for root in ("comments", "reactions"):
            found |= set(_people_of_keys(roots.get(root, {})))
    return found


def _people_of_keys(keys: Iterable[str]) -> Iterable[str]:
    return (key.split(".")[1] for key in keys if "." in key)
