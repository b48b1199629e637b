"""Attention: announcements, private words, spotlight, summons, hands, the ready check, cursors.

Who is told a private word is `live/words.py`; it stands in the record, never in the state.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tablee.errors import Forbidden, Invalid, NotFound
from tablee.model.commands.base import (
    AT_THE_TABLE,
    EVERYBODY,
    LEADERS,
    Command,
    Fields,
    World,
    board_and_zone,
    flag_of,
    group_of,
    made_id,
)
from tablee.model.conduct import ALL, Announcement, Message, ReadyCheck, Spotlight, Summons
from tablee.model.identity import clean_text
from tablee.model.workshop import Person, Workshop

ANNOUNCEMENT_CHARS = 500
MESSAGE_CHARS = 1_000
MESSAGES_KEPT = 100
MESSAGES_KEPT_CHARS = 30_000
"""The record is written whole with each change: what is kept of private words must not make it heavy."""
PAIR_KEPT = 20
PAIR_KEPT_CHARS = 10_000
TWICE_MS = 5_000
"""The same again within this time is one press that came twice."""
NOTE_ID_CHARS = 64


def _announce(workshop: Workshop, person: Person, fields: Fields, world: World) -> Workshop:
    """One for all groups takes the place of those for single ones."""
    text = _text_of(fields, ANNOUNCEMENT_CHARS, "announcement.too_long", "Cette annonce est trop longue.")
    group = group_of(workshop, fields)
    there = workshop.announcements
    if not text:
        left = {key: one for key, one in there.items() if group is not None and key != group}
        return workshop if left == there else replace(workshop, announcements=left)
    before = there.get(group or ALL)
    if before is not None and before.text == text:
        return workshop
    made = Announcement(made_id(workshop, "a", f"announce {group}"), person.id, text, world.now)
    others = {} if group is None else {key: one for key, one in there.items() if key != group}
    return replace(workshop, announcements={**others, group or ALL: made})


def _message(workshop: Workshop, person: Person, fields: Fields, world: World) -> Workshop:
    """Facilitation writes to anybody, everybody else to facilitation only."""
    text = _text_of(
        fields, MESSAGE_CHARS, "message.too_long", "Ce mot est trop long : mille caractères au plus."
    )
    if not text:
        raise Invalid("message.empty", "Écrivez d'abord votre mot.", field="text")
    to = _person_of(workshop, fields.get("person"))
    if to.id == person.id:
        raise Invalid("message.self", "Choisissez une autre personne que vous.", field="person")
    if person.role not in LEADERS and to.role not in LEADERS:
        raise Forbidden("message.not_to_them", "Vous pouvez écrire à l'animation.", field="person")
    between = [one for one in workshop.messages if (one.by, one.to) == (person.id, to.id)]
    if between and between[-1].text == text and world.now - between[-1].at < TWICE_MS:
        return workshop
    made = Message(made_id(workshop, "m", f"message {to.id}"), person.id, to.id, text, world.now)
    return replace(workshop, messages=_latest((*workshop.messages, made)))


def _latest(messages: tuple[Message, ...]) -> tuple[Message, ...]:
    """What one person writes and is written with another takes no more than its part: a flood between two
    removes none of the words between others, as long as these have room."""
    kept: list[Message] = []
    pairs: dict[frozenset[str], list[int]] = {}
    for one in reversed(messages):
        of_pair = pairs.setdefault(frozenset((one.by, one.to)), [])
        of_pair.append(len(one.text))
        if len(of_pair) <= PAIR_KEPT and sum(of_pair) <= PAIR_KEPT_CHARS:
            kept.append(one)
    fewer = kept[:MESSAGES_KEPT]
    while sum(len(one.text) for one in fewer) > MESSAGES_KEPT_CHARS:
        # who wrote most loses the earliest
        by: dict[str, int] = {}
        for one in fewer:
            by[one.by] = by.get(one.by, 0) + len(one.text)
        most = max(by, key=lambda who: by[who])
        del fewer[max(n for n, one in enumerate(fewer) if one.by == most)]
    return tuple(reversed(fewer))


def _start_spotlight(workshop: Workshop, person: Person, fields: Fields, world: World) -> Workshop:
    """Whoever shows already goes on showing, elsewhere: people who chose to stay are not asked again."""
    board, zone = _place_of(fields, world)
    note = fields.get("note")
    if note is not None and not (isinstance(note, str) and 0 < len(note) <= NOTE_ID_CHARS):
        raise Invalid("note.invalid", "Indiquez une note par son identifiant.", field="note")
    group, may_stay = group_of(workshop, fields), flag_of(fields, "may_stay", True)
    before = workshop.spotlight
    if before is not None and before.by == person.id:
        shown = replace(before, board=board, zone=zone, note=note, group=group, may_stay=may_stay)
        return workshop if shown == before else replace(workshop, spotlight=replace(shown, at=world.now))
    made = Spotlight(
        made_id(workshop, "l", f"spotlight {person.id}"),
        person.id,
        board,
        world.now,
        zone,
        note,
        group,
        may_stay,
    )
    return replace(workshop, spotlight=made)


def _stop_spotlight(workshop: Workshop, person: Person, fields: Fields, world: World) -> Workshop:
    return workshop if workshop.spotlight is None else replace(workshop, spotlight=None)


def _summon(workshop: Workshop, person: Person, fields: Fields, world: World) -> Workshop:
    board, zone = _place_of(fields, world)
    made = Summons(
        made_id(workshop, "s", f"summon {person.id}"),
        person.id,
        board,
        world.now,
        zone,
        group_of(workshop, fields),
        flag_of(fields, "may_stay", True),
    )
    before = workshop.summons
    twice = before is not None and world.now - before.at < TWICE_MS
    if before is not None and twice and replace(before, id=made.id, at=made.at) == made:
        return workshop
    return replace(workshop, summons=made)


def _raise_hand(workshop: Workshop, person: Person, fields: Fields, world: World) -> Workshop:
    if person.id in workshop.hands:
        return workshop
    here = {p.id for p in workshop.people}
    hands = {who: at for who, at in workshop.hands.items() if who in here}
    return replace(workshop, hands={**hands, person.id: world.now})


def _lower_hand(workshop: Workshop, person: Person, fields: Fields, world: World) -> Workshop:
    whose = person if fields.get("person") is None else _person_of(workshop, fields["person"])
    if whose.id != person.id and person.role not in LEADERS:
        raise Forbidden("hand.not_yours", "Chaque personne baisse sa propre main.", field="person")
    if whose.id not in workshop.hands:
        return workshop
    return replace(workshop, hands={who: at for who, at in workshop.hands.items() if who != whose.id})


def _ask_ready(workshop: Workshop, person: Person, fields: Fields, world: World) -> Workshop:
    """As long as the question stands, asking again is the same question."""
    if workshop.ready_check is not None:
        return workshop
    made = ReadyCheck(made_id(workshop, "q", "ready"), person.id, world.now)
    return replace(workshop, ready_check=made, ready=())


def _set_ready(workshop: Workshop, person: Person, fields: Fields, world: World) -> Workshop:
    wanted = flag_of(fields, "ready", True)
    if (person.id in workshop.ready) == wanted:
        return workshop
    here = {p.id for p in workshop.people} - {person.id}
    others = tuple(who for who in workshop.ready if who in here)
    return replace(workshop, ready=(*others, person.id) if wanted else others)


def _end_ready(workshop: Workshop, person: Person, fields: Fields, world: World) -> Workshop:
    if workshop.ready_check is None and not workshop.ready:
        return workshop
    return replace(workshop, ready_check=None, ready=())


def _hide_cursors(workshop: Workshop, person: Person, fields: Fields, world: World) -> Workshop:
    hidden = flag_of(fields, "hidden", True)
    return workshop if workshop.cursors_hidden == hidden else replace(workshop, cursors_hidden=hidden)


def _text_of(fields: Fields, most: int, key: str, sentence: str) -> str:
    text = fields.get("text")
    if not isinstance(text, str):
        raise Invalid("text.missing", "Indiquez le texte.", field="text")
    cleaned = clean_text(text).strip()
    if len(cleaned) > most:
        raise Invalid(key, sentence, field="text")
    return cleaned


def _person_of(workshop: Workshop, value: object) -> Person:
    found = workshop.person(value) if isinstance(value, str) else None
    if found is None:
        raise NotFound("person.unknown", "Cette personne n'est pas dans cet atelier.", field="person")
    return found


def _place_of(fields: Fields, world: World) -> tuple[str, str | None]:
    board, zone = board_and_zone(fields, world.places)
    if board is None:
        raise Invalid("board.missing", "Indiquez le support à montrer.", field="board")
    return board, zone


PLACE = ("board", "zone", "group", "may_stay")

COMMANDS: Mapping[str, Command] = {
    "announce": Command(LEADERS, ("text", "group"), _announce),
    "message": Command(EVERYBODY, ("person", "text"), _message, in_draft=False),
    "spotlight.start": Command(LEADERS, (*PLACE, "note"), _start_spotlight),
    "spotlight.stop": Command(LEADERS, (), _stop_spotlight),
    "summon": Command(LEADERS, PLACE, _summon),
    "hand.raise": Command(EVERYBODY, (), _raise_hand, in_draft=False),
    "hand.lower": Command(EVERYBODY, ("person",), _lower_hand),
    "ready.ask": Command(LEADERS, (), _ask_ready, in_draft=False),
    "ready.set": Command(AT_THE_TABLE, ("ready",), _set_ready, in_draft=False),
    "ready.end": Command(LEADERS, (), _end_ready),
    "cursors.hide": Command(LEADERS, ("hidden",), _hide_cursors),
}
