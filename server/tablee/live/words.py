"""Private words: told to the two people they are between, on all their connections, and to nobody else."""

from __future__ import annotations

from typing import Any

from tablee.live.hub import Hub
from tablee.live.open_room import OpenRoom, Seat
from tablee.model.conduct import Message
from tablee.model.workshop import Workshop

KNOWN_KEPT = 1_000


class Words:
    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self._known: dict[str, tuple[int, tuple[Message, ...]]] = {}
        """Workshop → the latest revision whose words were told here, and those words."""

    async def entered(self, room: OpenRoom, seat: Seat, workshop: Workshop) -> None:
        """Somebody has come in: the words that are theirs."""
        revision, messages = self._known.get(workshop.id, (0, ()))
        if revision < workshop.revision:
            messages = workshop.messages
        own = words_of(messages, seat.member.person)
        if own:
            room.send_event(seat.member.session, said(own))

    async def changed(self, workshop: Workshop) -> None:
        """The workshop has changed: whoever wrote or was written to since then is told."""
        revision, before = self._known.pop(workshop.id, (0, ()))
        if workshop.revision < revision:
            self._known[workshop.id] = (revision, before)
            return
        self._known[workshop.id] = (workshop.revision, workshop.messages)  # the latest at the end
        if len(self._known) > KNOWN_KEPT:
            del self._known[next(iter(self._known))]
        known = {message.id for message in before}
        fresh = [message for message in workshop.messages if message.id not in known]
        for person in {who for message in fresh for who in (message.by, message.to)}:
            self.hub.tell_person(workshop.id, person, said(words_of(workshop.messages, person)))


def words_of(messages: tuple[Message, ...], person: str) -> list[Message]:
    return [message for message in messages if person in (message.by, message.to)]


def said(messages: list[Message]) -> dict[str, Any]:
    shown = [{"id": m.id, "by": m.by, "to": m.to, "text": m.text, "at": m.at} for m in messages]
    return {"type": "messages", "messages": shown}
