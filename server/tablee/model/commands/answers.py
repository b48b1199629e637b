"""Answers of a table to the lines of the wrap-up and to the crash tests. Written by `live/answers.py`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tablee.errors import Conflict, Forbidden, Invalid
from tablee.model.commands.base import AT_THE_TABLE, Command, Fields, check_room, group_of
from tablee.model.identity import clean_text
from tablee.model.notes import Places
from tablee.model.rights import may, policy_of
from tablee.model.workshop import Person, Workshop, plenary_room, room_kind, room_of_board
from tablee.model.wrapup import CHECKS, LINES

CRASH_TESTS = 8
DAYS = 3650
TEXT_CHARS = 1000

COMMANDS: Mapping[str, Command] = {
    "answer.set": Command(AT_THE_TABLE, ("key", "value", "group"), None, in_draft=False),
}

Value = dict[str, str | int | bool]


def key_of(fields: Fields) -> str:
    """What is answered: `crash/3`, `ostrom/8`, `check/terms`. Raises `Invalid`."""
    key = fields.get("key")
    if isinstance(key, str):
        family, _, one = key.partition("/")
        if family in _ANSWERED and one in _ANSWERED[family][0]:
            return key
    raise Invalid("answer.key", "Cette question n'existe pas.", field="key")


def value_of(key: str, fields: Fields) -> Value | None:
    """The answer as it is kept, None to take it away. Raises `Invalid`."""
    value = fields.get("value")
    if value is None and "value" in fields:
        return None
    if not isinstance(value, Mapping):
        raise _not_that()
    return _ANSWERED[key.partition("/")[0]][1](value)


def room_to_answer_in(workshop: Workshop, person: Person, key: str, fields: Fields, places: Places) -> str:
    """The room of the canvases for who asks, where they may write now. Raises `Refused`.

    Once canvases were brought together, that is the plenary, unless a group is named.
    """
    board = _canvas_of(workshop, key)
    if room_kind(workshop, board) == "plenary":
        room = plenary_room(workshop.id)
    else:
        named = group_of(workshop, fields)
        group = person.group if named is None else named
        if person.role == "participant" and group != person.group:
            raise Forbidden("group.not_yours", "Cette zone est celle d'un autre groupe.", field="group")
        if named is None and board in workshop.pooled:
            room = plenary_room(workshop.id)
        elif group is None:
            raise Invalid("group.missing", "Indiquez le groupe.", field="group")
        else:
            room = room_of_board(workshop, group, board)
    check_room(workshop, person, room)
    policy = policy_of(workshop, places)
    if not may(person.role, "note.change_others", policy.moment_on(board)):
        raise Forbidden("role.read_only", "Vous ne pouvez pas répondre à cette étape.")
    if policy.is_locked(board, "") and not may(person.role, "board.change_locked", policy.moment_on(board)):
        raise Conflict("board.locked", "Ce support est verrouillé.")
    return room


def _canvas_of(workshop: Workshop, key: str) -> str:
    """The board whose rights hold for an answer."""
    economic = key.startswith("check/") and "governance" not in workshop.modules
    return "economic" if economic else "governance"


# -- values ------------------------------------------------------------------------------------------


def _crash(value: Mapping[str, Any]) -> Value:
    """Which rule applies, which committee decides, in how many days, and a word."""
    _check_names(value, {"rule", "committee", "days", "text"})
    out: Value = {}
    for name in ("rule", "committee"):
        note = value.get(name)
        if note is not None:
            if not isinstance(note, str) or not 0 < len(note) <= 64 or "." in note or not note.isprintable():
                raise _not_that(name)
            out[name] = note
    days = value.get("days")
    if days is not None:
        if isinstance(days, bool) or not isinstance(days, int) or not 0 <= days <= DAYS:
            raise _not_that("days")
        out["days"] = days
    out |= _text_of(value)
    if not out:
        raise _not_that()
    return out


def _line(value: Mapping[str, Any]) -> Value:
    """Whether a principle holds, and a word."""
    _check_names(value, {"answer", "text"})
    answer = value.get("answer")
    if answer not in ("yes", "partly", "no"):
        raise _not_that("answer")
    return {"answer": answer, **_text_of(value)}


def _check(value: Mapping[str, Any]) -> Value:
    _check_names(value, {"done"})
    done = value.get("done")
    if not isinstance(done, bool):
        raise _not_that("done")
    return {"done": done}


def _text_of(value: Mapping[str, Any]) -> Value:
    text = value.get("text")
    if text is None:
        return {}
    if not isinstance(text, str):
        raise _not_that("text")
    if len(text) > TEXT_CHARS:
        raise Invalid("answer.too_long", "Cette réponse est trop longue : mille caractères au plus.")
    cleaned = clean_text(text)
    return {"text": cleaned} if cleaned else {}


def _check_names(value: Mapping[str, Any], known: set[str]) -> None:
    unknown = sorted(str(name) for name in value if name not in known)
    if unknown:
        raise _not_that(unknown[0])


def _not_that(name: str | None = None) -> Invalid:
    field = "value" if name is None else f"value.{name}"
    return Invalid("answer.value", "Cette question n'attend pas cette réponse.", field=field)


def _numbers(most: int) -> frozenset[str]:
    return frozenset(str(n) for n in range(1, most + 1))


_ANSWERED: Mapping[str, tuple[frozenset[str], Callable[[Mapping[str, Any]], Value]]] = {
    "crash": (_numbers(CRASH_TESTS), _crash),
    "ostrom": (_numbers(LINES), _line),
    "check": (frozenset(CHECKS), _check),
}
"""Family of keys → which there are, and what makes a kept value of one that was sent."""
