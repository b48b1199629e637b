"""The content of a pack (docs/pack.md): what of a workshop travels, as plain values, and its hash.

What belongs to one instance does not: ids of workshop and rooms, codes, secrets, sessions, dates of expiry,
what happens at this moment (timers, hands, announcements) and simulated people.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import msgspec

from tablee.model.workshop import Workshop, read_room

FORMAT = "tablee.pack/1"
Content = Mapping[str, Any]

KEPT = (
    "title",
    "commons",
    "commons_kind",
    "public_body",
    "language",
    "licence",
    "agenda",
    "steps",
    "step",
    "runs",
    "modules",
    "groups",
    "former_groups",
    "people",
    "former",
    "stakeholders",
    "people_may_choose_group",
    "created_at",
    "starts_at",
    "slot_minutes",
    "status",
    "closed_at",
    "waiting_room",
    "voices",
    "end_sound",
    "boards",
    "frozen",
    "silent",
    "anonymous",
    "finished",
    "reported",
    "pooled",
    "votes",
    "consents",
    "polls",
    "preparation",
)
"""Fields of the record that travel."""
LEFT = {
    "people": ("opened_by", "seated"),
    "boards": ("locked_until", "zones_locked_until"),
}
"""What of their entries does not: whose invitation it was, and times that ran."""
COLOURLESS = "craie"
"""Of a note that says no colour, as one has where nobody is named."""
ROOTS = ("notes", "clusters", "comments", "reactions", "answers")


def content_of(
    workshop: Workshop, rooms: Mapping[str, Mapping[str, Mapping[str, Any]]], unplaced: list[str]
) -> dict[str, Any]:
    """`rooms`: path → root → entry id → entry. `unplaced`: `<room path>/<note id>` whose zone is no more."""
    record = msgspec.to_builtins(workshop)
    told = {name: record[name] for name in KEPT}
    told["people"] = [_without(one, LEFT["people"]) for one in told["people"]]
    told["boards"] = {board: _without(one, LEFT["boards"]) for board, one in told["boards"].items()}
    told["polls"] = [
        {**poll, "rooms": {room_path(room): some for room, some in poll["rooms"].items()}}
        for poll in told["polls"]
    ]
    told["former"] = sorted({*told["former"], *_owners_left(told, rooms)})
    made: dict[str, Any] = {"workshop": told, "rooms": {}}
    for path, roots in rooms.items():
        there = {
            root: {key: _plain(entry) for key, entry in roots[root].items()}
            for root in ROOTS
            if roots.get(root)
        }
        if there:
            made["rooms"][path] = there
    if unplaced:
        made["unplaced"] = sorted(unplaced)
    return made


def room_path(room: str) -> str:
    name = read_room(room)
    if name is None:
        return room
    return name.kind if name.group is None else f"{name.group}/{name.kind}"


def content_sha256(content: Content) -> str:
    """The hash that two packs of equal content have, whichever instance made them, and when.

    SHA-256 of the content as JSON: keys sorted, no blanks, UTF-8, numbers without a needless `.0`; of
    photos without their bytes, for which their own hash stands.
    """
    told = {**content}
    if "photos" in told:
        told["photos"] = [_without(photo, ("data",)) for photo in told["photos"]]
    written = json.dumps(
        _whole(told), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )
    return hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()


def _owners_left(record: Content, rooms: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> set[str]:
    """Whose rectos there are, of those that the record does not name."""
    known = {one["id"] for one in (*record["people"], *record["stakeholders"])}
    boards = {
        str(entry.get("board", ""))
        for roots in rooms.values()
        for root in ("notes", "clusters")
        for entry in roots.get(root, {}).values()
    }
    return {owner for _, _, owner in (board.partition("/") for board in boards) if owner} - known


def _without(entry: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: value for name, value in entry.items() if name not in names}


def _plain(entry: Mapping[str, Any]) -> dict[str, Any]:
    """An entry without what says nothing: two documents that say the same give the same.

    Where nobody is named, an origin says so as that of an anonymous note does.
    """
    told = {
        name: value
        for name, value in entry.items()
        if (value or name not in ("fields", "tags", "origin")) and (name, value) != ("colour", COLOURLESS)
    }
    if "origin" in told:
        told["origin"] = [{"by": "", **origin} for origin in told["origin"]]
    return told


def _whole(value: Any) -> Any:
    """`2.0` is `2`: a document that was stored and one that was not write it differently."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Mapping):
        return {key: _whole(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_whole(one) for one in value]
    return value
