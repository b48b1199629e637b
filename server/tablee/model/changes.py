"""What one update does to the notes of a room, as plain values: what rights are judged on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class EntryChange:
    """A change to one note, or to one entry of another root.

    `values`: key → every value written to it (an update may write one more than once). `cleared`: keys
    whose value is taken away. `typed` and `erased` count UTF-16 units of its text. `fields` and
    `fields_cleared`: the same for the map of its kind's fields.
    """

    made: bool = False
    deleted: bool = False
    values: dict[str, list[Any]] = field(default_factory=dict)
    cleared: set[str] = field(default_factory=set)
    typed: int = 0
    erased: int = 0
    fields: dict[str, list[Any]] = field(default_factory=dict)
    fields_cleared: set[str] = field(default_factory=set)


Changes = dict[tuple[str, str], EntryChange]
"""(root, id) → what changes there."""
