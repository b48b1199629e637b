"""Everything that is kept of one person in a workshop, in one piece: for them, and for who organises it.

Who organises is given what facilitation may read anyway. Drafts, ballots of open rounds and private words
are for the person alone. What is anonymous names nobody, so it cannot be found here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from tablee.live.drafts import PrivateNotes
from tablee.live.moderation import Hidden
from tablee.live.photos import Said
from tablee.live.records import read_session
from tablee.live.stored import stored_content
from tablee.live.workshops import Workshops, now_ms
from tablee.model.workshop import Person, Workshop

_read_hidden = msgspec.json.Decoder(Hidden).decode
_read_said = msgspec.msgpack.Decoder(Said).decode


class PersonData:
    def __init__(self, workshops: Workshops, private: PrivateNotes) -> None:
        self.workshops, self.store = workshops, workshops.store
        self.private = private

    async def of(self, workshop: Workshop, person: Person, asking: Person) -> dict[str, Any]:
        """What is kept of `person`, as whoever asks may read it."""
        own, ask = asking.id == person.id, self.workshops.ask
        sessions = await ask(self.store.sessions_of(workshop.id))
        structure = next((s.name for s in workshop.stakeholders if s.id == person.stakeholder), None)
        rooms = [await self._room(room, person, own) for room in workshop.all_rooms]
        out: dict[str, Any] = {
            "workshop": {
                "id": workshop.id,
                "title": workshop.title,
                "created_at": workshop.created_at,
                "expires_at": workshop.expires_at,
                "organisers": [p.name for p in workshop.people if p.role == "organiser"],
            },
            "at": now_ms(),
            "person": {
                **person.as_json(),
                "structure": structure,
                "joined_at": person.joined_at,
                "simulated": person.id in workshop.simulated,
            },
            "sessions": sum(read_session("", data).person == person.id for data in sessions),
            "reentry_codes": await ask(self.store.reentry_codes_of(workshop.id, person.id)),
            "record": of_record(workshop, person, own),
            "rooms": [room for room in rooms if len(room) > 1],
        }
        if own:
            out["open_ballots"] = await self._ballots(workshop, person)
        return out

    async def _ballots(self, workshop: Workshop, person: Person) -> dict[str, Any]:
        found = {}
        for name in await self.workshops.ask(self.store.rounds(workshop.id)):
            ballot = (await self.workshops.ask(self.store.ballots(workshop.id, name))).get(person.id)
            if ballot is not None:
                found[name] = msgspec.json.decode(ballot)
        return found

    async def _room(self, room_id: str, person: Person, own: bool) -> dict[str, Any]:
        """Only what there is: an empty list is left out."""
        ask = self.workshops.ask
        content = await stored_content(self.workshops, room_id)
        found = await asyncio.to_thread(_naming, content, person)
        hidden = (await ask(self.store.hidden_notes(room_id))).items()
        found["hidden_notes"] = [
            {"id": key, "note": one.note, "returned": one.returned and one.returned.text}
            for key, one in ((key, _read_hidden(data)) for key, data in hidden)
            if one.note.get("by") == person.id
        ]
        photos = (await ask(self.store.photos([room_id])))[room_id]
        found["photos"] = [
            {"id": held.id, "board": held.board, "at": said.at, "caption": said.caption}
            for held, said in ((held, _read_said(held.said)) for held in photos)
            if said.by == person.id
        ]
        lineage = (await ask(self.store.room_meta(room_id))).lineage
        versions = await ask(self.store.versions(room_id, lineage))
        found["instants"] = [{"name": one.name, "at": one.at} for one in versions if one.by == person.id]
        if own:
            drafts = await self.private.of(room_id, person.id)
            found["drafts"] = [draft.as_json(person.id) for draft in drafts.values()]
        return {"room": room_id, **{name: values for name, values in found.items() if values}}


def of_record(workshop: Workshop, person: Person, own: bool) -> dict[str, Any]:
    """What the workshop's record says of a person besides who they are."""
    found: dict[str, Any] = {
        "hand_raised_at": workshop.hands.get(person.id),
        "ready": person.id in workshop.ready,
        "banned": person.id in workshop.banned,
        "announcements": _by(workshop.announcements.values(), person),
        "polls_opened": _by(workshop.polls, person),
        "votes": [
            {"question": vote.question, "at": vote.at, "given": vote.ballots[person.id]}
            for vote in workshop.votes
            if person.id in vote.ballots
        ],
        "consents": [
            {"proposal": one.proposal, "at": one.at, "answer": answer.answer, "reason": answer.reason}
            for one in workshop.consents
            for answer in one.answers
            if answer.by == person.id
        ],
    }
    if own:
        found["messages"] = [
            msgspec.to_builtins(one) for one in workshop.messages if person.id in (one.by, one.to)
        ]
    return {name: value for name, value in found.items() if value}


def _by(those: Iterable[Any], person: Person) -> list[Any]:
    return [msgspec.to_builtins(one) for one in those if one.by == person.id]


def _naming(content: Mapping[str, Mapping[str, Mapping[str, Any]]], person: Person) -> dict[str, Any]:
    """What a room says of a person, root by root."""
    return {
        root: [{"id": key, **value} for key, value in entries.items() if _names(root, key, value, person)]
        for root, entries in content.items()
    }


def _names(root: str, key: str, value: Mapping[str, Any], person: Person) -> bool:
    """Whether an entry of a room is the person's, or says something of them."""
    if root in ("comments", "reactions"):
        return key.split(".")[1:2] == [person.id]
    return person.id.encode() in msgspec.json.encode([key, value])
