"""Who is named in a file, decided once, before anything is made of it: what is left here may be told.

Three ways (`board.Names`). With first names, only secrets and what was said to one person leave. With
structures, people become what they speak for. Under « none » nobody is named, structures neither: ids are
new ones. Names are taken out of texts too: whole words, however they are spelled. Rather a word too many
(somebody is called Claire) than one too few: what is gone is seen, and counted.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tablee.model.agendas import Step
from tablee.model.board import Names, Roots
from tablee.model.conduct import Consent, Poll, Vote
from tablee.model.fields import KIND_FIELDS
from tablee.model.workshop import Group, Person, Stakeholder, Workshop

Say = Callable[[str], str]

GAP = "[…]"
"""Stands where a name was taken out."""
LEAST_CHARS = 3
"""A shorter word is no name that could be told from other words."""
PARTICLES = frozenset(["ben", "bin", "das", "del", "den", "der", "des", "dos", "les", "los", "van", "von"])
"""Words of names that are words of everything else."""
WORD = re.compile(r"\w+")
BETWEEN_CHARS = 3
"""The most that lies between two words of one name: a space, a hyphen, « & » with its spaces."""
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
PEOPLE_FIELDS = frozenset({"owner_id", "owner_text", "people", "named", "members"})
"""Fields that say who: with nobody named, they are left out."""
TELLING = frozenset({"by", "colour", "color"})
"""Also a colour says who, to those who were there. The hash of an origin, whatever is asked, says what a
note was before a name was taken out of it, to who tries names."""
WRITTEN_PEOPLE = PEOPLE_FIELDS - {"owner_id"}
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
class _Name:
    """Names, word by word, folded: those that begin alike share their first words, so that the time it takes
    to find them does not depend on how many there are. `shown` stands for the name that ends here."""

    shown: str | None = None
    after: dict[str, _Name] = field(default_factory=dict)

    def longest(self, words: Sequence[re.Match[str]], at: int) -> tuple[int, str | None]:
        """How many words from there on are a name, and what stands for it."""
        node, size = self, 0
        found: tuple[int, str | None] = (0, None)
        for n in range(at, len(words)):
            if n > at and words[n].start() - words[n - 1].end() > BETWEEN_CHARS:
                break
            following = node.after.get(words[n][0])
            if following is None:
                break
            node, size = following, size + 1
            if node.shown is not None:
                found = (size, node.shown)
        return found


@dataclass(slots=True)
class _Redaction:
    workshop: Workshop
    names: Names
    say: Say
    ids: dict[str, str] = field(default_factory=dict)
    """Id of a person or a stakeholder → the one it has in the file."""
    known: _Name = field(default_factory=lambda: _Name())
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
            shown = people.get(self.ids[person.id], GAP)
            parts = [part for part in re.split(r"[\s'’-]+", person.name) if folded(part) not in PARTICLES]
            for spelled in {person.name, *parts}:
                self._learn(spelled, shown)
        if self.names == "none":
            for structure in self.workshop.stakeholders:
                self._learn(structure.name, stakeholders[self.ids[structure.id]])

    def _learn(self, spelled: str, shown: str) -> None:
        name = WORD.findall(folded(spelled))
        if sum(map(len, name)) < LEAST_CHARS:
            return
        node = self.known
        for word in name:
            node = node.after.setdefault(word, _Name())
        # a name that two people have says of neither what they speak for
        node.shown = shown if node.shown in (None, shown) else GAP

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
        return f"verdict-{self._id(key[8:])}" if key.startswith("verdict-") else key

    def _id(self, one: str) -> str:
        return self.ids.get(one, one)

    def _value(self, value: Any, key: str) -> Any:
        if isinstance(value, Mapping):
            none = self.names == "none"
            return {
                name: self._people_field(one) if name in WRITTEN_PEOPLE else self._value(one, name)
                for name, one in value.items()
                if name != "hash" and not (none and (name in PEOPLE_FIELDS or name in TELLING))
            }
        if isinstance(value, (list, tuple)):
            return [self._value(one, key) for one in value]
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
        self.masked += addresses
        text = unicodedata.normalize("NFC", text)
        words = list(WORD.finditer(folded(text)))  # letter by letter as long as the text
        out, at, n = [], 0, 0
        while n < len(words):
            size, shown = self.known.longest(words, n)
            if shown is None:
                n += 1
                continue
            out += [text[at : words[n].start()], shown]
            n += size
            at = words[n - 1].end()
            self.masked += 1
        return "".join([*out, text[at:]])

    def _people_field(self, value: Any) -> Any:
        """A field that says who, in words: only structures are left, which may be named."""
        known = {folded(structure.name) for structure in self.workshop.stakeholders}
        if isinstance(value, (list, tuple)):
            return [one for one in value if folded(str(one)) in known]
        return GAP if isinstance(value, str) and folded(value) not in known else value

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


def folded(text: str) -> str:
    """The same letters without accents and capitals, as many as there were: places stay the same."""
    out = []
    for letter in unicodedata.normalize("NFC", text):
        plain = unicodedata.normalize("NFD", letter)[0].lower()
        out.append("'" if plain == "’" else plain if len(plain) == 1 else letter)
    return "".join(out)


def _renamed(board: str, ids: Mapping[str, str]) -> str:
    template, slash, whose = board.partition("/")
    return f"{template}{slash}{ids.get(whose, whose)}"


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
