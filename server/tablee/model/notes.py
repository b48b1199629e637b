"""Notes as plain values: what the document of a room may hold, and what a request may ask.

The layout is contract.md section 6 and docs/data.md; how it lies in the CRDT is `sync/document.py`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any, TypeGuard

from tablee.errors import Invalid
from tablee.model.canvases import Catalogue
from tablee.model.fields import checked_fields
from tablee.model.identity import COLOURS
from tablee.model.templates import NOTE_KINDS

KINDS = NOTE_KINDS
TEXT_CHARS = 2000
SUMMARY = "summary"
"""The entry of root `answers`, in the room of its sheets, that holds the text in which a group sums up."""
VERDICT = "verdict-"
"""So begins the id of the note in which the server repeats what a stakeholder says of its balance."""
NOTES_PER_ROOM = 10_000
ORDER_CHARS = 64
WORD_CHARS = 64
WRITTEN_BY = "@"
"""So begins a label that says who wrote a note: no file in which nobody is named has it."""
TAGS = 12
TITLE_CHARS = 200
LATEST_MS = 8_640_000_000_000_000
"""The last moment that a date of JavaScript can hold; beyond it pages cannot say when something was."""
FIRST_ROWS = 2
STATUSES = ("open", "carried", "merged", "parked")
REQUIRED_KEYS = frozenset({"board", "zone", "text"})
"""What a note on a board cannot be without; everything else has a value to fall back on."""

ORIGIN_KEYS = frozenset({"board", "zone", "note", "at", "by"})


@dataclass(frozen=True, slots=True)
class Places:
    """Where notes may lie in one workshop: the boards of its templates, rectos by stakeholder."""

    catalogue: Catalogue
    stakeholders: frozenset[str]

    def holds(self, board: object, zone: object) -> bool:
        """Whether this zone exists on this board."""
        if not isinstance(board, str) or not isinstance(zone, str):
            return False
        name, _, whose = board.partition("/")
        template = self.catalogue.templates.get(name)
        if template is None or template.zone(zone) is None:
            return False
        return self._is_whose(template.side, board, whose)

    def holds_board(self, board: object) -> bool:
        if not isinstance(board, str):
            return False
        name, _, whose = board.partition("/")
        template = self.catalogue.templates.get(name)
        return template is not None and self._is_whose(template.side, board, whose)

    def first_kind(self, board: str, zone: str) -> str:
        """The kind a note of this zone has unless somebody chooses another."""
        template = self.catalogue.templates[board.partition("/")[0]]
        there = template.zone(zone)
        return there.kinds[0] if there is not None else "note"

    def _is_whose(self, side: str | None, board: str, whose: str) -> bool:
        return whose in self.stakeholders if side == "je" else "/" not in board


def checked_place(value: object) -> list[float]:
    """`[x, y]`, each 0–1 inside the zone. Raises `Invalid`."""
    if isinstance(value, list) and _is_place(value):
        return [round(float(v), 4) for v in value]
    raise Invalid("note.place", "La place d'une note est [x, y], chacun entre 0 et 1.", field="place")


def checked_order(value: object) -> str:
    if isinstance(value, str) and _is_order(value):
        return value
    raise Invalid("note.order", "L'ordre d'une note est une clé de 1 à 64 caractères.", field="order")


def checked_text(value: object) -> str:
    if not isinstance(value, str):
        raise Invalid("note.text", "Le texte d'une note est une chaîne.", field="text")
    if len(value) > TEXT_CHARS:
        raise Invalid(
            "note.too_long", "Cette note est trop longue : deux mille caractères au plus.", field="text"
        )
    if any(0xD800 <= ord(c) <= 0xDFFF for c in value):
        raise Invalid("note.text", "Le texte d'une note contient un caractère incomplet.", field="text")
    return value


def checked_changes(body: object, places: Places, before: Mapping[str, Any] | None) -> dict[str, Any]:
    """The fields a request wants to set, each checked; `before` is the note as it is, None for a new one."""
    if not isinstance(body, dict):
        raise Invalid("body", "La requête attend un objet JSON.")
    known = {"board", "zone", "kind", "place", "order", "colour", "text", "fields"}
    unknown = sorted(str(name) for name in body if name not in known)
    if unknown:
        raise Invalid("note.field", "Ce champ n'existe pas sur une note.", field=unknown[0])
    out: dict[str, Any] = {}
    if before is None or "board" in body or "zone" in body:
        board = body.get("board", before and before.get("board"))
        zone = body.get("zone", before and before.get("zone"))
        if not places.holds(board, zone):
            field = "zone" if places.holds_board(board) else "board"
            raise Invalid(
                f"{field}.unknown",
                "Cette zone n'existe pas sur ce support."
                if field == "zone"
                else "Ce support n'existe pas dans cet atelier.",
                field=field,
            )
        out |= {"board": board, "zone": zone}
    if "kind" in body:
        if body["kind"] not in KINDS:
            raise Invalid("note.kind", "Ce type de note n'existe pas.", field="kind")
        out["kind"] = body["kind"]
    if "colour" in body:
        if body["colour"] not in COLOURS:
            raise Invalid("colour.unknown", "Cette couleur n'existe pas.", field="colour")
        out["colour"] = body["colour"]
    if "place" in body:
        out["place"] = checked_place(body["place"])
    if "order" in body:
        out["order"] = checked_order(body["order"])
    if before is None or "text" in body:
        out["text"] = checked_text(body.get("text", ""))
    if "fields" in body:
        out["fields"] = checked_fields(body["fields"])
    return out


def value_fault(key: str, value: object) -> str | None:
    """Why a note may not have this value under this key, as a stable key; None when it may.

    Board and zone are only looked at as words here: whether they exist is the `Places` of a workshop.
    """
    check = _CHECKS.get(key)
    if check is None:
        return "note.field"
    return None if check(value) else f"note.{key}"


def entry_fault(root: str, key: str, value: object) -> str | None:
    """The same for the other roots: clusters, comments and reactions have the keys of docs/data.md."""
    check = _ENTRY_CHECKS[root].get(key)
    return None if check is not None and check(value) else f"{root}.value"


def _is_word(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= WORD_CHARS


def _is_board(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 2 * WORD_CHARS


def _is_number(value: object) -> TypeGuard[int | float]:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return isinstance(value, int) or math.isfinite(value)  # isfinite() fails on a very long int


def _is_moment(value: object) -> bool:
    return _is_number(value) and 0 <= value <= LATEST_MS


def _is_place(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(_is_number(v) and 0 <= v <= 1 for v in value)


def _is_order(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= ORDER_CHARS and all("!" <= c <= "~" for c in value)


def _are_tags(value: object) -> bool:
    return isinstance(value, list) and len(value) <= TAGS and all(_is_word(tag) for tag in value)


def _is_origin(value: object) -> bool:
    if not isinstance(value, dict) or not ORIGIN_KEYS <= value.keys() <= ORIGIN_KEYS | {"group", "hash"}:
        return False
    words = (value["zone"], value["note"], value.get("group", "-"), value.get("hash", "-"))
    author = value["by"] == "" or _is_word(value["by"])  # of an anonymous note: nobody
    return author and all(map(_is_word, words)) and _is_board(value["board"]) and _is_moment(value["at"])


_CHECKS: Mapping[str, Callable[[object], bool]] = {
    "board": _is_board,
    "zone": _is_word,
    "kind": lambda value: value in KINDS,
    "place": _is_place,
    "order": _is_order,
    "colour": lambda value: value in COLOURS,
    "text": lambda value: value == "",  # a text type; what is in it comes as typing
    "by": _is_word,
    "at": _is_moment,
    "status": lambda value: value in STATUSES,
    "cluster": _is_word,
    "stakeholder": _is_word,
    "locked": lambda value: isinstance(value, bool),
    "tags": _are_tags,
    "origin": _is_origin,
}


_ENTRY_CHECKS: Mapping[str, Mapping[str, Callable[[object], bool]]] = {
    "clusters": {
        "board": _CHECKS["board"],
        "zone": _is_word,
        "title": lambda value: isinstance(value, str) and len(value) <= TITLE_CHARS,
    },
    "comments": {
        "text": lambda value: isinstance(value, str) and 0 < len(value) <= TEXT_CHARS,
        "at": _CHECKS["at"],
    },
    "reactions": {"at": _CHECKS["at"]},
}
ENTRY_ROOTS = frozenset(_ENTRY_CHECKS)


def next_place(count: int) -> list[float]:
    """Where note number `count` of a zone lies when nobody says: two columns, row after row.

    Only pages know how large notes are; theirs are placed by what is free.
    """
    row = count // 2 % (FIRST_ROWS + 1)
    return [float(count % 2), round(row / FIRST_ROWS, 4)]


def in_reading_order(notes: Mapping[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Notes as JSON objects with their id, by order key, then id."""
    ordered = sorted(notes.items(), key=lambda item: (str(item[1].get("order", "")), item[0]))
    return [{"id": note_id, **note} for note_id, note in ordered]


def order_after(keys: list[str]) -> str:
    """A key after all of these: the largest, one step further, or longer."""
    last = max(keys, default="")
    if not last:
        return "a0"
    if last[-1] < "z":
        return last[:-1] + chr(ord(last[-1]) + 1)
    return (last + "1")[:ORDER_CHARS]


def orders_after(last: str) -> Iterator[str]:
    """Keys one after the other, as many as a room has notes, all after `last`."""
    start = order_after([last] if last else [])
    return (f"{start}{n:04x}"[:ORDER_CHARS] for n in count())


def written_by(name: str) -> str:
    """The label of a note that somebody wrote who is not here."""
    return (WRITTEN_BY + name)[:WORD_CHARS].strip()
