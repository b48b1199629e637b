"""Taking one person out of everything a workshop holds: its record, its rooms, and what lies beside them.

Pure. A stand-in, an id of nobody, takes the place of the person's wherever something that stays must name
somebody: a recto of their own, a comment that is kept. Nothing says whose place it took.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, cast

import msgspec

from tablee.errors import Invalid
from tablee.model.conduct import Answer
from tablee.model.drafts import NOBODYS_COLOUR
from tablee.model.notes import VERDICT
from tablee.model.workshop import Workshop

Notes = Literal["keep", "delete"]
Content = Mapping[str, Mapping[str, Mapping[str, Any]]]
Talk = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Leaving:
    """Who is taken out, what becomes of their notes, and what stands in their place."""

    person: str
    notes: Notes
    stand_in: str

    def renamed(self, value: Any) -> Any:
        """The same value with the stand-in where the person was named."""
        text = msgspec.json.encode(value)
        if self.person.encode() not in text:
            return value
        return msgspec.json.decode(text.replace(self.person.encode(), self.stand_in.encode()))


def checked_notes(typed: object) -> Notes:
    if typed not in ("keep", "delete"):
        raise Invalid(
            "notes.choice", "Choisissez si les notes sont gardées sans auteur ou supprimées.", field="notes"
        )
    return typed


# -- a room ----------------------------------------------------------------------------------------------


def forgotten_in(content: Content, leaving: Leaving) -> dict[str, dict[str, dict[str, Any]]]:
    """All entries of a room's document without the person."""
    roots: dict[str, dict[str, dict[str, Any]]] = {
        root: {key: dict(value) for key, value in entries.items()} for root, entries in content.items()
    }
    notes = {key: one for key, note in roots["notes"].items() if (one := note_without(note, leaving))}
    if leaving.notes == "delete":
        notes.pop(VERDICT + leaving.person, None)
    roots["notes"] = notes
    for root in ("comments", "reactions"):
        # what was said of a note that is no longer there could only come back with it, and it does not
        kept = talk_without(roots[root], leaving)
        roots[root] = {key: value for key, value in kept.items() if key.partition(".")[0] in notes}
    roots["answers"] = {
        key: one for key, answer in roots["answers"].items() if (one := _answer_without(key, answer, leaving))
    }
    return cast("dict[str, dict[str, dict[str, Any]]]", leaving.renamed(roots))


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
    if gone.encode() not in msgspec.json.encode(workshop):
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
    renamed = msgspec.convert(leaving.renamed(msgspec.to_builtins(changed)), Workshop)
    return replace(renamed, revision=workshop.revision)


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
