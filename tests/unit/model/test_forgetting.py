"""Somebody is taken out wherever their id stands, and nowhere in what people wrote."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import msgspec
from tests.kit.packs import a_workshop

from tablee.model.forgetting import Leaving, forgotten, forgotten_in
from tablee.model.importing.content import ROOTS
from tablee.model.renaming import Renaming
from tablee.model.workshop import Workshop

ID = "pabcdefghjk"
RECTO, VERDICT = f"sheet1.recto/{ID}", f"verdict-{ID}"
NOT_THEIRS = """
    title commons stakeholders.name people.name groups.name steps.titles steps.instruction preparation
    announcements.text messages.text votes.question consents.proposal consents.answers.reason polls.results
    agenda language licence commons_kind modules play passphrase code status pooled recent sessions_since
    people.colour people.opened_by people.profile people.role steps.board steps.mode steps.phase steps.rights
    steps.writing consents.answers.answer polls.kind kit.digest kit.id kit.version projected.card
    projected.heading shared.names shared.token id announcements announcements.id answers consents.id
    messages.id polls.id ready_check.id spotlight.id summons.id votes.id ended step steps.id runs.step
    groups.id groups.sheet former_groups people.group consents.group finished.group polls.group
    spotlight.group summons.group votes.group reported shown timers timers.reporting polls.rooms
    finished.zone polls.zone spotlight.zone summons.zone votes.zone boards.anonymous_zones
    boards.locked_zones boards.silent_zones boards.zones_locked_by boards.zones_locked_until votes.ballots
"""
"""Of the record: words that people wrote, words of ours, and ids of something else (keys, in the last)."""


def filled(kind: Any, name: str = "") -> Any:
    """A value of a type in which every string, and every key, is the person's id as it stands there."""
    word = {"board": RECTO, "boards": RECTO, "note": VERDICT, "totals": VERDICT}.get(name, ID)
    origin, parts = typing.get_origin(kind), typing.get_args(kind)
    if origin in (types.UnionType, typing.Union):
        return filled(next(one for one in parts if one is not type(None)), name)
    if kind in (str, Any) or origin is typing.Literal:
        return word
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        hints = typing.get_type_hints(kind)
        return kind(**{one.name: filled(hints[one.name], one.name) for one in dataclasses.fields(kind)})
    if origin is tuple:
        return (filled(parts[0], name),)
    if origin is not None:
        return {word: filled(parts[1], name)}
    return kind(1)


def left(value: Any, path: str = "") -> Iterator[str]:
    """The paths at which the id still stands; `~` where it is a key."""
    if isinstance(value, dict):
        for key, one in value.items():
            if ID in key:
                yield f"{path}~"
            is_field = ID not in key and "new" not in key
            yield from left(one, f"{path}.{key}".lstrip(".") if is_field else path)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from left(one, path)
    elif isinstance(value, str) and ID in value:
        yield path


def test_every_id_of_a_record_is_known_for_what_it_is() -> None:
    """A field that is added to the record holds a person's id, or is named here as one that does not."""
    record = filled(Workshop)
    renaming = Renaming(lambda one: "new" if one == ID else one, (ID,))
    there, found = (set(left(msgspec.to_builtins(one))) for one in (record, renaming.record(record)))
    assert found < there
    assert {one.rstrip("~") for one in found} == {*NOT_THEIRS.split()}


def test_what_people_wrote_is_left_as_it_is() -> None:
    """Ids of one letter or two are in many words."""
    workshop = a_workshop()
    first, second = workshop.people[:2]
    people = (replace(first, id="p2"), replace(second, id="p20"), *workshop.people[2:])
    workshop = replace(workshop, title="http2 et p2", people=people, frozen_by="p2")
    note = {"board": "sheet1.recto/p2", "text": "p2 : http2, step2", "tags": ["p2"], "fields": {"why": "p2"}}
    rooms: dict[str, dict[str, dict[str, Any]]] = {root: {} for root in ROOTS}
    rooms["notes"] = {"n1": {**note, "by": "p2", "colour": "ciel"}, "verdict-p2": {**note, "by": "p20"}}
    rooms["comments"] = {"n1.p2.c1": {"text": "p2"}, "n1.p20.p2": {"text": "p2"}}
    rooms["answers"] = {"verdict/p2": {"by": "p20", "reason": "p2", "history": [{"by": "p2"}]}}
    leaving = Leaving("p2", "keep", "pstandin")
    told = forgotten(workshop, leaving)
    assert (told.title, told.frozen_by, told.former) == ("http2 et p2", "pstandin", ("pstandin",))
    assert [one.id for one in told.people] == ["p20", *(one.id for one in workshop.people[2:])]
    left_in = forgotten_in(rooms, leaving)
    told_note = {**note, "board": "sheet1.recto/pstandin"}
    assert left_in["notes"] == {
        "n1": {**told_note, "colour": "craie"},
        "verdict-pstandin": {**told_note, "by": "p20"},
    }
    assert left_in["comments"] == {"n1.pstandin.c1": {"text": "p2"}, "n1.p20.p2": {"text": "p2"}}
    assert left_in["answers"] == {
        "verdict/pstandin": {"by": "p20", "reason": "p2", "history": [{"by": "pstandin"}]}
    }


def test_who_is_not_there_changes_nothing() -> None:
    workshop = a_workshop()
    assert forgotten(workshop, Leaving("p", "keep", "pstandin")) is workshop
