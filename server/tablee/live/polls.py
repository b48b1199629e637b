"""Answers to polls while they are open. Turnout, closing and what is told are those of votes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from tablee.live.commands import Commands, Done
from tablee.live.deciding import Deciding
from tablee.live.records import Session
from tablee.live.workshops import now_ms
from tablee.model.commands.deciding import KIND_ASKED, closed, round_to_close
from tablee.model.commands.polls import (
    SUBJECTS,
    poll_to_answer,
    subject_of,
    too_many_subjects,
    unknown_subject,
    value_of,
)
from tablee.model.workshop import Person, Workshop
from tablee.store.votes import OverLimit, RoundOver

_encode = msgspec.json.Encoder().encode
_read = msgspec.json.Decoder(dict[str, Any]).decode


class Polls:
    def __init__(self, deciding: Deciding) -> None:
        self.deciding, self.store = deciding, deciding.store

    def serve(self, commands: Commands) -> None:
        commands.acts["poll.answer"] = self.answer
        commands.acts["poll.close"] = self.close
        commands.afterwards["poll.drop"] = self.deciding.dropped

    async def answer(
        self, session: Session, workshop: Workshop, person: Person, command: Mapping[str, Any]
    ) -> Done:
        """`poll.answer`: what somebody says of one subject; null takes it back."""
        poll = poll_to_answer(workshop, person, command, now_ms())
        subject, value = subject_of(workshop, person, poll, command), value_of(poll, command.get("value"))
        await self.deciding.check_once(workshop, person, poll)
        asked = poll.kind in KIND_ASKED and value is not None  # taken back even when the note is gone
        if asked and not await self.deciding.is_there(workshop, person, poll, subject):
            raise unknown_subject()
        said = b"" if value is None else _encode(value)
        try:
            kept = await self.deciding.ask(
                self.store.answer_subject(workshop.id, poll.id, person.id, subject, said, SUBJECTS)
            )
        except OverLimit:
            raise too_many_subjects() from None
        except RoundOver:
            raise closed("poll") from None
        await self.deciding.kept(workshop, poll, person)
        return Done(workshop.revision, more={"poll": poll.id, "ballot": _read(kept)})

    async def close(
        self, session: Session, workshop: Workshop, person: Person, command: Mapping[str, Any]
    ) -> Done:
        """`poll.close`."""
        one = round_to_close(workshop, "poll", command.get("poll"))
        return Done((await self.deciding.close(workshop.id, one)).revision)
