"""What exports read: a workshop and its boards as plain, immutable values, with only what may be told.

`pack.py` makes them, of what `redact.py` has left. Nothing in here leads back to who may not be named.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from tablee.model.canvases import Catalogue
from tablee.model.templates import Template, Zone
from tablee.model.workshop import Workshop

Names = Literal["names", "structures", "none"]
NAMES: tuple[Names, ...] = ("names", "structures", "none")
"""How people are named in files: by their first names, by what they speak for, or not at all."""

Roots = Mapping[str, Mapping[str, Any]]
"""The document of a room as plain values: root → entry id → entry, as in docs/data.md."""


@dataclass(frozen=True, slots=True)
class Trace:
    """Where a note came from. `place` is said in words: « Fiche 2, Nous, Hêtre »."""

    board: str
    zone: str
    note: str
    group: str | None
    """The id of the group whose note it was; None: of the same room."""
    place: str
    author: str | None


@dataclass(frozen=True, slots=True)
class Comment:
    text: str
    author: str | None
    at: int


@dataclass(frozen=True, slots=True)
class BoardNote:
    """One note. `author` and `stakeholder` are the words to show; None: anonymous, or not to be told.

    `fields` are as stored (docs/data.md, « Kinds of notes »); ids in them are of this pack.
    """

    id: str
    kind: str
    text: str
    colour: str
    at: int
    order: str
    place: tuple[float, float]
    author: str | None = None
    author_id: str | None = None
    stakeholder: str | None = None
    stakeholder_id: str | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)
    number: str | None = None
    """`R1`: of a note in the zone of the rules."""
    status: str = "open"
    tags: tuple[str, ...] = ()
    locked: bool = False
    cluster: str | None = None
    """The id of the cluster it is shown in."""
    traces: tuple[Trace, ...] = ()
    comments: tuple[Comment, ...] = ()
    likes: int = 0
    points: int = 0
    """Of all votes that were closed."""


@dataclass(frozen=True, slots=True)
class ZoneNotes:
    """A zone and its notes in the order of lists: those of one cluster stand where its first one does."""

    zone: Zone
    notes: tuple[BoardNote, ...]
    clusters: Mapping[str, str]
    """Cluster id → its title, of clusters that have notes here."""


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo of a board: a JPEG without metadata."""

    id: str
    board: str
    caption: str
    author: str | None
    at: int
    width: int
    height: int
    data: bytes
    author_id: str | None = None


@dataclass(frozen=True, slots=True)
class Board:
    """One face of a sheet or one canvas, of one group or of all together.

    `room`: the room's path in a pack, `g1/exploration` or `plenary`.
    """

    id: str
    template: Template
    room: str
    group: str | None
    """The name of the group; None in the plenary."""
    group_id: str | None
    owner: str | None
    """Whose recto it is, in words."""
    owner_id: str | None
    zones: tuple[ZoneNotes, ...]
    unplaced: tuple[BoardNote, ...] = ()
    """Notes whose zone the template no longer has."""
    photos: tuple[Photo, ...] = ()
    link: str | None = None
    """Where this board is worked on."""
    seated: tuple[str, ...] = ()
    """Stakeholders of the participants of its group, or of all: who has a lane on the economic canvas."""

    @property
    def count(self) -> int:
        return len(self.unplaced) + sum(len(zone.notes) for zone in self.zones)

    def zone(self, zone_id: str) -> ZoneNotes | None:
        return next((zone for zone in self.zones if zone.zone.id == zone_id), None)

    @property
    def key(self) -> str:
        """What names it among all boards of a pack."""
        return f"{self.room}/{self.id}"


@dataclass(frozen=True, slots=True)
class Pack:
    """A workshop as it may be told, with the boards that have something or somebody to say it.

    `workshop` and `rooms` are redacted: people, votes that are open, words to one person and secrets are
    not in them. Times are milliseconds since 1970.
    """

    workshop: Workshop
    rooms: Mapping[str, Roots]
    """Room path (`g1/exploration`, `plenary`) → its document."""
    catalogue: Catalogue
    names: Names
    language: str
    state_at: int
    """When what it tells was last changed."""
    boards: tuple[Board, ...]
    people: Mapping[str, str]
    """Person id of this pack → the word to show; empty where nobody is named."""
    stakeholders: Mapping[str, str]
    """Stakeholder id of this pack → the word to show. Also of people who speak for themselves."""
    door: str
    """The address at which people join."""
    shared_url: str | None = None
    """The read-only page, where there is one."""
    masked: int = 0
    """How many names were taken out of texts."""
    kit: Mapping[str, Any] | None = None
    """The document of the kit it works with, as a plain value; None: the templates that Tablée comes with."""

    @property
    def attribution(self) -> str:
        return self.catalogue.attribution[self.language]

    def board(self, key: str) -> Board | None:
        return next((board for board in self.boards if board.key == key), None)

    def of_template(self, template: str) -> tuple[Board, ...]:
        return tuple(board for board in self.boards if board.template.id == template)
