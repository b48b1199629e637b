"""Taking one person out of everything a workshop holds: its record, its rooms, and what lies beside them.

Pure. A stand-in, an id of nobody, takes the place of the person's wherever something that stays must name
somebody: a recto of their own, a comment that is kept. Nothing says whose place it took.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from tablee.errors import Invalid
from tablee.model.conduct import Answer
from tablee.model.drafts import NOBODYS_COLOUR
from tablee.model.notes import VERDICT
from tablee.model.renaming import Renaming
from tablee.model.workshop import Workshop

Notes = Literal["keep", "delete"]
Content = Mapping[str, Mapping[str, Mapping[str, Any]]]
Talk = Mapping[str, Mapping[str, Any]]

TALK = ("comments", "reactions")
"""Roots of what is said of notes: a key names the note first, then who said it."""


@dataclass(frozen=True, slots=True)
class Leaving:
    """Who is taken out, what becomes of their notes, and what stands in their place."""

    person: str
    notes: Notes
    stand_in: str

    @property
    def renaming(self) -> Renaming:
        """The stand-in wherever the person's id stands, and nowhere in what somebody wrote."""
        return Renaming(lambda one: self.stand_in if one == self.person else one, (self.person,))


def checked_notes(typed: object) -> Notes:
    if typed not in ("keep", "delete"):
        raise Invalid(
            "notes.choice", "Choisissez si les notes sont gardées sans auteur ou supprimées.", field="notes"
        )
    return typed


# -- a room ----------------------------------------------------------------------------------------------


def forgotten_in(content: Content, leaving: Leaving) -> dict[str, dict[str, dict[str, Any]]]:
    """All entries of a room's document without the person."""
    roots: dict[str, dict[str, dict[str, Any]]] = {}
    for root, entries in content.items():
        left = (entry_without(root, key, value, leaving) for key, value in entries.items())
        roots[root] = {one[0]: one[1] for one in left if one is not None}
    for root in TALK:
        # what was said of a note that is no longer there could only come back with it, and it does not
        roots[root] = {
            key: one for key, one in roots[root].items() if key.partition(".")[0] in roots["notes"]
        }
    return roots


def entry_without(
    root: str, key: str, value: Mapping[str, Any], leaving: Leaving
) -> tuple[str, dict[str, Any]] | None:
    """One entry of a room's document without the person, and its id then; None when it goes with them."""
    left: Mapping[str, Any] | None = value
    if root == "notes":
        theirs = leaving.notes == "delete" and key == VERDICT + leaving.person
        left = None if theirs else note_without(value, leaving)
    elif root in TALK:
        left = talk_without({key: value}, leaving).get(key)
    elif root == "answers":
        left = _answer_without(key, dict(value), leaving)
    if not left:
        return None
    return leaving.renaming.entry(root, key, left)


def note_without(note: Mapping[str, Any], leaving: Leaving) -> dict[str, Any] | None:
    """A note of theirs without author, or not at all; of others' notes, without what names them."""
    out = dict(note)
    if out.get("by") == leaving.person:
        if leaving.notes == "delete":
            return None
        del out["by"]
        out["colour"] = NOBODYS_COLOUR
    fields = out.get("fields")
    if isinstance(fields, Mapping) and fields.get("owner_id") == leaving.person:
        out["fields"] = {name: value for name, value in fields.items() if name != "owner_id"}
    return out


def talk_without(talk: Talk, leaving: Leaving) -> dict[str, dict[str, Any]]:
    """Comments or likes: a key says whose each is."""
    return {
        key: dict(value)
        for key, value in talk.items()
        if leaving.notes == "keep" or key.split(".")[1:2] != [leaving.person]
    }


def _answer_without(key: str, answer: dict[str, Any], leaving: Leaving) -> dict[str, Any] | None:
    """What a table answered is the table's; what the person said of a balance is theirs."""
    if not key.startswith("verdict/") or leaving.notes == "keep":
        return answer
    if key == f"verdict/{leaving.person}":
        return None
    out = dict(answer)
    if out.get("by") == leaving.person:
        out["reason"] = ""
    if isinstance(out.get("history"), list):
        out["history"] = [one for one in out["history"] if one.get("by") != leaving.person]
    return out


# -- the record ------------------------------------------------------------------------------------------


def forgotten(workshop: Workshop, leaving: Leaving) -> Workshop:
    """The workshop without the person; the same value when it does not know them."""
    gone = leaving.person
    if leaving.renaming.record(workshop) == workshop:
        return workshop

    def others(ids: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(one for one in ids if one != gone)

    def unless_theirs(value: Any) -> Any:
        return None if value is not None and value.by == gone else value

    changed = replace(
        workshop,
        people=tuple(person for person in workshop.people if person.id != gone),
        former=(*others(workshop.former), leaving.stand_in),
        banned=others(workshop.banned),
        simulated=others(workshop.simulated),
        ready=others(workshop.ready),
        hands={person: at for person, at in workshop.hands.items() if person != gone},
        ready_check=unless_theirs(workshop.ready_check),
        spotlight=unless_theirs(workshop.spotlight),
        summons=unless_theirs(workshop.summons),
        projected=unless_theirs(workshop.projected),
        announcements={key: one for key, one in workshop.announcements.items() if one.by != gone},
        messages=tuple(one for one in workshop.messages if gone not in (one.by, one.to)),
        votes=tuple(
            replace(vote, ballots={who: given for who, given in vote.ballots.items() if who != gone})
            for vote in workshop.votes
        ),
        consents=tuple(
            replace(one, answers=tuple(_consent_without(answer, leaving) for answer in one.answers))
            for one in workshop.consents
        ),
    )
    return leaving.renaming.record(changed)


def _consent_without(answer: Answer, leaving: Leaving) -> Answer:
    if answer.by != leaving.person:
        return answer
    return replace(answer, by=None, reason="" if leaving.notes == "delete" else answer.reason)


def without_structure(workshop: Workshop, structure: str) -> Workshop:
    """The workshop without a structure that nobody speaks for and nothing names."""
    if any(person.stakeholder == structure for person in workshop.people):
        return workshop
    left = tuple(one for one in workshop.stakeholders if one.id != structure)
    return workshop if left == workshop.stakeholders else replace(workshop, stakeholders=left)
