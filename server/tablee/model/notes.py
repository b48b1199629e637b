"""Notes as plain values: what the document of a room may hold, and what a request may ask.

The layout is contract.md section 6 and docs/data.md; how it lies in the CRDT is `sync/document.py`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tablee.errors import Invalid
from tablee.model.canvases import Catalogue
from tablee.model.identity import COLOURS
from tablee.model.templates import NOTE_KINDS

KINDS = NOTE_KINDS
TEXT_CHARS = 2000
NOTES_PER_ROOM = 10_000
ORDER_CHARS = 64


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
    if (
        isinstance(value, list)
        and len(value) == 2
        and all(
            isinstance(v, (int, float)) and not isinstance(v, bool) and math.isfinite(v) and 0 <= v <= 1
            for v in value
        )
    ):
        return [round(float(v), 4) for v in value]
    raise Invalid("note.place", "La place d'une note est [x, y], chacun entre 0 et 1.", field="place")


def checked_order(value: object) -> str:
    if isinstance(value, str) and 1 <= len(value) <= ORDER_CHARS and all("!" <= c <= "~" for c in value):
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
    known = {"board", "zone", "kind", "place", "order", "colour", "text"}
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
    return out


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
