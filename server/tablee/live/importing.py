"""Brings files back: a pack as a workshop with the same content, notes of tables into a board that there is.

Everything is read and checked (`import_reading.py`, beside this process) before anything is written.
"""

from __future__ import annotations

import asyncio
import pickle
import secrets
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from tablee.errors import Conflict, Forbidden, Invalid, Refused, TooMany, Unavailable
from tablee.live.aside import Aside, Gone, TooLong
from tablee.live.import_reading import BOARD, Asked, Entry, Found, Question
from tablee.live.photos import Decoded, Said, decode
from tablee.live.uploads import Arriving, Take, cut
from tablee.live.workshops import Created, Workshops, now_ms
from tablee.model.identity import Choose, name_key, new_id
from tablee.model.importing.pack import FoundPhoto, Limits, at_home, room_at
from tablee.model.importing.strict import at
from tablee.model.importing.tables import Row, is_elsewhere, with_address
from tablee.model.notes import NOTES_PER_ROOM, next_place, orders_after, written_by
from tablee.model.photos import PER_BOARD, PER_ROOM
from tablee.model.rights import policy_of
from tablee.model.workshop import LEADERS, Person, Workshop, may_write_in, room_of_board
from tablee.store.photos import HeldPhoto
from tablee.store.rooms import Append
from tablee.sync.document import Roots, insert_entry

MEGABYTE = 1_000_000
READ_PER_HOUR = 600
AT_ONCE = 4
EACH_AT_ONCE = 2
"""Read and written at once, in all and from one address: nobody fills all places alone."""
ARRIVING = 48
EACH_ARRIVING = 6
"""On their way, or worked on: a slow line takes nobody's place. Together they are not larger than those that
are worked on may be."""
PIXELS_A_MEGABYTE = 25_000_000
"""Of photos in a file, for each megabyte that photos of a workshop may take here. Ours need half."""
NOTES_AT_ONCE = 100
"""Notes of a table that are one change."""
PHOTOS_S = 120
"""For all photos of a file."""
WAIT_S = 30.0
IDLE_S = 60.0
MODULE = "tablee.live.import_process"
SIDE = 2400
JPEG_PARTS = frozenset({0xC0, 0xC1, 0xC2, 0xC4, 0xDB, 0xDD, 0xE0, 0xDA})
"""Markers of a picture and nothing else: no place, no camera, no comment."""
JFIF_BYTES = 16
"""Of the first part, which says what the file is: without a small picture in it, or anything else."""


Left = Callable[[], Awaitable[bool]]
Taken = tuple[FoundPhoto, bytes, bytes, tuple[int, int]]
"""A photo, its file, its preview, its size."""


@dataclass(frozen=True, slots=True)
class Added:
    room: str
    notes: tuple[str, ...]
    rows: tuple[Row, ...]
    moved: int = 0
    """Rows that the file has on another board, or in another zone, than where they go."""

    def as_json(self) -> dict[str, Any]:
        counts = {"notes": len(self.rows)}
        return {"room": self.room, "counts": counts, "moved": self.moved, "notes": [*self.notes]}


class Importing:
    def __init__(self, workshops: Workshops) -> None:
        self.workshops, self.store, self.hub = workshops, workshops.store, workshops.hub
        self.aside = Aside(MODULE, IDLE_S)
        self._arriving = Arriving(ARRIVING, EACH_ARRIVING, busy)
        self._working = Arriving(AT_ONCE, EACH_AT_ONCE, busy)
        self._photos_turn = asyncio.Lock()

    async def end(self) -> None:
        """Of the process that reads."""
        await self.aside.end()

    @property
    def most_bytes(self) -> int:
        return int(self.workshops.settings.import_mb * MEGABYTE)

    async def check_pace(self, address: str) -> None:
        """Raises `TooMany`. Asked before any of a file is read."""
        if not await self.workshops.ask(self.store.count_rate(f"import:{address}", READ_PER_HOUR, 3600)):
            raise TooMany("too_many", "Trop de demandes depuis cette adresse. Réessayez dans une minute.")

    def arriving(self, address: str) -> AbstractContextManager[Take]:
        """A file from its first byte on, until it is done with. Raises `TooMany`, as what it gives does."""
        return self._arriving.one(address, AT_ONCE * self.most_bytes)

    def admitted(self, address: str) -> AbstractContextManager[Take]:
        """One of the files that are read and written. Raises `TooMany`."""
        return self._working.one(address, 0)

    # -- a new workshop -------------------------------------------------------------------------------

    async def read(self, data: bytes, asked: Asked) -> Found:
        """What a file holds. Raises `Invalid` with the place of the first mistake."""
        found = await self._ask(data, asked)
        assert isinstance(found, Found)
        return found

    async def _ask(self, data: bytes, asked: Asked, only_rows: bool = False) -> Any:
        """Have it read in a process of its own. Raises `Invalid`."""
        settings = self.workshops.settings
        pixels = settings.photos_mb * PIXELS_A_MEGABYTE
        limits = Limits(settings.max_groups, settings.max_people, pixels)
        shipped = self.workshops.catalogue
        question = Question(data, asked, limits, self.most_bytes, shipped, now_ms(), only_rows)
        sent = await asyncio.to_thread(pickle.dumps, question, pickle.HIGHEST_PROTOCOL)
        try:
            out = await self.aside.ask(sent, WAIT_S)
        except (TooLong, Gone):
            raise Invalid(
                "import.heavy", "Ce fichier demande trop de temps ou de mémoire à lire.", more=at("")
            ) from None
        answer = await asyncio.to_thread(pickle.loads, out)  # of our own process
        if isinstance(answer, tuple) and answer and isinstance(answer[0], str):
            key, sentence, more = answer
            raise Invalid(key, sentence, more=more)
        return answer

    async def create(self, found: Found, address: str = "", left: Left | None = None) -> Created:
        """A new workshop with this content. Nothing of it stays when it cannot be finished. `left`: whether
        who asked for it has gone away."""
        photos = await self._photos(found.photos, left)

        async def fill(workshop: Workshop) -> None:
            for path, entry in found.entries.items():
                await self._write_room(room_at(workshop.id, path), entry)
            for photo, large, small, size in photos:
                await self._put_photo(workshop, photo, large, small, size)

        return await self.workshops.bring_back(
            lambda workshop_id: at_home(found.workshop, workshop_id), fill, found.kit, address
        )

    async def _write_room(self, room: str, entry: Entry) -> None:
        ask = self.workshops.ask
        meta = await ask(self.store.open_room(room, secrets.token_hex(8)))
        append = Append(
            room, meta.lineage, meta.epoch, secrets.token_bytes(14), entry.payload, clients=entry.clients
        )
        [done] = await ask(self.store.append([append]))
        if not isinstance(done, int):
            raise Conflict("workshop.unlucky", "L'atelier n'a pas pu être créé. Réessayez.")

    # -- photos ---------------------------------------------------------------------------------------

    async def _photos(self, photos: Sequence[FoundPhoto], left: Left | None) -> list[Taken]:
        """Each decoded anew, whoever made it; one of ours keeps its bytes, so that it stays the same.
        Of one file after the other: what decodes leaves room for whoever takes a photo now."""
        if not photos:
            return []
        async with self._photos_turn:
            try:
                async with asyncio.timeout(PHOTOS_S):
                    return await self._decoded(photos, left)
            except TimeoutError:
                raise Invalid(
                    "import.heavy",
                    "Ce fichier demande trop de temps ou de mémoire à lire.",
                    more=at("content.photos"),
                ) from None

    async def _decoded(self, photos: Sequence[FoundPhoto], left: Left | None) -> list[Taken]:
        out = []
        used = 0
        for n, photo in enumerate(photos):
            if left is not None and await left():
                raise cut()
            try:
                made: Decoded = await decode(photo.data)
            except Refused as refusal:
                raise Invalid(
                    "import.photo", refusal.sentence, more=at(f"content.photos[{n}].data")
                ) from None
            large = photo.data if is_bare(photo.data) and max(made.width, made.height) <= SIDE else made.large
            used += len(large) + len(made.small)
            if used > self.workshops.settings.photos_mb * MEGABYTE:
                raise Invalid(
                    "import.photos",
                    "Les photos prennent plus de place que n'en permet ce serveur.",
                    more=at(f"content.photos[{n}]"),
                )
            out.append((photo, large, made.small, (made.width, made.height)))
        return out

    async def _put_photo(
        self, workshop: Workshop, photo: FoundPhoto, large: bytes, small: bytes, size: tuple[int, int]
    ) -> None:
        room = room_at(workshop.id, photo.room)
        await self.workshops.ask(self.store.open_room(room, secrets.token_hex(8)))
        said = Said(photo.by, photo.at, photo.caption, *size, len(large) + len(small))
        held = HeldPhoto(photo.id, photo.board, msgspec.msgpack.encode(said))
        put = await self.workshops.ask(self.store.put_photo(room, held, large, small, PER_BOARD, PER_ROOM))
        if put != "put":
            raise Conflict("workshop.unlucky", "L'atelier n'a pas pu être créé. Réessayez.")

    # -- into a workshop ------------------------------------------------------------------------------

    @staticmethod
    def check_leads(person: Person) -> None:
        if person.role not in LEADERS:
            raise Forbidden("role.facilitators_only", "Seule l'animation ajoute des notes d'un fichier.")

    async def rows_for(self, workshop: Workshop, person: Person, data: bytes, asked: Asked) -> Added:
        """The notes that a table would add to a board, checked. Raises `Refused`."""
        self.check_leads(person)
        value = await self._ask(data, asked, only_rows=True)
        places = self.workshops.places_of(workshop)
        catalogue = self.workshops.catalogue_of(workshop)
        group = asked.group or workshop.groups[0].id
        if workshop.group(group) is None:
            raise Invalid("group.unknown", "Ce groupe n'existe pas dans cet atelier.", field="group")
        # rows of our own table that name this board stay in their zones; all others go to the one chosen
        rows = [
            replace(row, board="", zone="") if asked.board and row.board != asked.board else row
            for row in value
        ]
        board = asked.board or BOARD
        placed = await asyncio.to_thread(
            with_address, rows, catalogue, board, asked.zone, asked.zones, places.holds_board
        )
        rooms = {room_of_board(workshop, group, row.board) for row in placed}
        if len(rooms) != 1:
            raise Invalid(
                "import.board", "Ces lignes vont sur plusieurs supports : choisissez-en un.", field="board"
            )
        [room] = rooms
        if not may_write_in(workshop, person, room):
            raise Forbidden("role.read_only", "Vous êtes ici pour lire : vous ne pouvez pas écrire.")
        policy = policy_of(workshop, places)
        if any(policy.is_hidden(*zone) for zone in {(row.board, row.zone) for row in placed}):
            raise Conflict(
                "import.silent", "L'écriture est silencieuse à cet endroit : révélez d'abord les notes."
            )
        moved = sum(is_elsewhere(row, to, catalogue) for row, to in zip(value, placed, strict=True))
        return Added(room, (), tuple(placed), moved)

    async def add(self, workshop: Workshop, person: Person, added: Added) -> Added:
        """Write them, piece by piece, as if this person had typed them: nobody signs for somebody else. Who
        had written a note elsewhere is its label, where the workshop is one in which names are given.

        Raises `Refused`; with `notes`, how many are there, where it stopped on the way."""
        room = await self.hub.open(added.room)
        await self.hub.catch_up(room)
        document = await room.settled()
        if document.count("notes") + len(added.rows) > NOTES_PER_ROOM:
            raise Invalid("room.full", "Cette salle contient déjà dix mille notes.")
        is_named = workshop.licence != "chatham-house"
        laid = await asyncio.to_thread(
            laid_out, added.rows, document.notes(), person, self.hub.now(), is_named, secrets.randbelow
        )
        written: list[str] = []
        for piece in in_pieces(laid):
            try:
                await room.edit(person.id, piece.write)
            except Refused as refusal:
                if not written:
                    raise
                raise Unavailable(
                    "import.stopped",
                    "Toutes les notes n'ont pas pu être ajoutées : regardez lesquelles manquent.",
                    more={"notes": len(written), "of": len(laid.notes), "because": refusal.key},
                ) from None
            written += piece.notes
        return replace(added, notes=tuple(written))


@dataclass(frozen=True, slots=True)
class Laid:
    """Entries to be, with their ids."""

    clusters: Mapping[str, Mapping[str, Any]]
    notes: Mapping[str, Mapping[str, Any]]

    def write(self, roots: Roots) -> None:
        for cluster, values in self.clusters.items():
            insert_entry(roots, "clusters", cluster, values)
        for note, values in self.notes.items():
            insert_entry(roots, "notes", note, values)


def laid_out(
    rows: Sequence[Row],
    there: Mapping[str, dict[str, Any]],
    person: Person,
    now: int,
    is_named: bool,
    choose: Choose,
) -> Laid:
    """The notes that rows become, after those that are there."""
    clusters: dict[tuple[str, str, str], str] = {}
    last: dict[tuple[str, str], str] = {}
    counts: Counter[tuple[str, str]] = Counter()
    for one in there.values():
        zone = (str(one.get("board")), str(one.get("zone")))
        last[zone] = max(last.get(zone, ""), str(one.get("order", "")))
        counts[zone] += 1
    orders = {zone: orders_after(last.get(zone, "")) for zone in {(row.board, row.zone) for row in rows}}
    notes: dict[str, dict[str, Any]] = {}
    for row in rows:
        zone = (row.board, row.zone)
        note: dict[str, Any] = {
            "board": row.board,
            "zone": row.zone,
            "kind": row.kind,
            "text": row.text,
            "place": next_place(counts[zone]),
            "order": next(orders[zone]),
            "colour": row.colour or person.colour,
            "by": person.id,
            "at": now,
            "fields": dict(row.fields),
        }
        counts[zone] += 1
        if row.author and name_key(row.author) != name_key(person.name) and is_named:
            note["tags"] = [written_by(row.author)]
        if row.cluster:
            note["cluster"] = clusters.setdefault((*zone, row.cluster), new_id(choose, "c", 12))
        notes[new_id(choose, "n", 12)] = note
    return Laid(
        {
            cluster: {"board": board, "zone": zone, "title": title}
            for (board, zone, title), cluster in clusters.items()
        },
        notes,
    )


def in_pieces(laid: Laid) -> Iterator[Laid]:
    """What is written at once: little enough that others are not kept waiting. A group of notes comes with
    the first of them."""
    left, ids = dict(laid.clusters), [*laid.notes]
    for start in range(0, len(ids), NOTES_AT_ONCE):
        notes = {note: laid.notes[note] for note in ids[start : start + NOTES_AT_ONCE]}
        named = dict.fromkeys(note["cluster"] for note in notes.values() if "cluster" in note)
        yield Laid({cluster: left.pop(cluster) for cluster in named if cluster in left}, notes)


def busy() -> TooMany:
    return TooMany("import.busy", "D'autres fichiers sont en cours de lecture. Réessayez dans un instant.")


def is_bare(data: bytes) -> bool:
    """Whether a JPEG holds its picture and nothing else: then it is one of ours, or as good as."""
    if not data.startswith(b"\xff\xd8") or not data.endswith(b"\xff\xd9"):
        return False
    at_byte = 2
    while at_byte + 4 <= len(data):
        if data[at_byte] != 0xFF:
            return False
        marker = data[at_byte + 1]
        if marker == 0xD9:
            return at_byte + 2 == len(data)
        if marker not in JPEG_PARTS:
            return False
        size = int.from_bytes(data[at_byte + 2 : at_byte + 4], "big")
        if marker == 0xE0 and size != JFIF_BYTES:
            return False
        at_byte += 2 + size
        if marker == 0xDA:  # its picture follows, in which 0xFF is doubled or a restart
            while at_byte + 1 < len(data):
                following = data[at_byte + 1]
                if data[at_byte] == 0xFF and following != 0 and not 0xD0 <= following <= 0xD7:
                    break
                at_byte += 1
    return data[at_byte:] == b"\xff\xd9"
