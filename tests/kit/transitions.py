"""Commands as pure transitions, for tests: a workshop, somebody who asks, a moment."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.unit.model.test_commands import CATALOGUE, WORKSHOP

from tablee.errors import Refused
from tablee.model.commands import apply_command
from tablee.model.notes import Places
from tablee.model.workshop import Workshop, stakeholder_ids

__all__ = ["CATALOGUE", "MINUTE", "WORKSHOP", "at_step", "do", "refused"]

MINUTE = 60_000


def do(
    who: str, kind: str, workshop: Workshop = WORKSHOP, now: int = 0, *, most_groups: int = 60, **fields: Any
) -> Workshop:
    """The workshop after the command, with the revision that the store would give it."""
    actor = workshop.person(who)
    assert actor is not None
    places = Places(CATALOGUE, stakeholder_ids(workshop))
    command = {"type": kind, **fields}
    after = apply_command(workshop, actor, command, places=places, now=now, most_groups=most_groups)
    return after if after is workshop else replace(after, revision=workshop.revision + 1)


def refused(who: str, kind: str, workshop: Workshop = WORKSHOP, now: int = 0, **fields: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        do(who, kind, workshop, now, **fields)
    assert caught.value.sentence
    return caught.value


def at_step(step: str, workshop: Workshop = WORKSHOP, now: int = 0, **fields: Any) -> Workshop:
    return do("marc", "step.go", workshop, now, step=step, **fields)
