"""Photos of paper on the boards of a room: taken in, told to everybody there, given out, taken away.

They lie beside the room's document, in the store. `decoding.py` looks at what people send, in a process of
its own; nothing else opens it.
"""

from __future__ import annotations

import asyncio
import secrets
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any
from weakref import WeakKeyDictionary

import msgspec

from tablee.errors import Conflict, Forbidden, Invalid, NotFound, TooMany
from tablee.live.hub import Hub
from tablee.live.open_room import OpenRoom, Seat
from tablee.live.workshops import Workshops
from tablee.model.photos import (
    PER_BOARD,
    PER_ROOM,
    checked_caption,
    is_silent_on,
    is_unsigned_on,
    photo_fault,
)
from tablee.model.reasons import refusal_of
from tablee.model.rights import Actor, Policy, policy_of
from tablee.model.workshop import CANVASES, LEADERS, Person, Workshop, read_room
from tablee.store.photos import HeldPhoto, Size
from tablee.store.redis import Store

TOPIC = "photos"
DECODE_S = 20
"""As long as a slow machine may need for fifty million pixels."""
AT_ONCE = 2
"""Decoded at the same time in this process; more of them wait."""
WAITING = 12
"""More than this would only hold memory."""
RECEIVED = 24
RECEIVED_OF_ONE = 2
"""Photos that are on their way to this process at once, of all people and of one."""
PER_MINUTE = 30
"""Of one person: decoding costs more than sending."""
FORGET_AFTER_S = 60
MEGABYTE = 1_000_000


class Said(msgspec.Struct, frozen=True):
    """What is said of a photo in the store, beside its board."""

    by: str
    """Empty where notes belong to nobody."""
    at: int
    caption: str
    width: int
    height: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Photo:
    """`data` is its JPEG; empty where only what is said of it was asked for."""

    id: str
    board: str
    by: str
    at: int
    caption: str
    width: int
    height: int
    size_bytes: int
    data: bytes = b""

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "board": self.board,
            "by": self.by,
            "at": self.at,
            "caption": self.caption,
            "width": self.width,
            "height": self.height,
            "bytes": self.size_bytes,
        }


@dataclass(frozen=True, slots=True)
class Decoded:
    width: int
    height: int
    large: bytes
    small: bytes


_decode = msgspec.msgpack.Decoder(Said).decode
_encode = msgspec.msgpack.Encoder().encode


async def photos_of(store: Store, room: str) -> list[Photo]:
    """The photos of a room with their bytes, by board and then as they came."""
    out = []
    for photo in _in_order((await store.photos([room]))[room]):
        data = await store.photo(room, photo.id, "large")
        if data is not None:  # deleted meanwhile
            out.append(replace(photo, data=data))
    return out


async def drop_photos_of(hub: Hub, rooms: Iterable[str], person: str) -> int:
    """Delete the photos that a person has put in these rooms; how many there were."""
    count = 0
    for room, held in (await hub.store.photos(list(rooms))).items():
        ids = [photo.id for photo in _in_order(held) if photo.by == person]
        if ids:
            count += await hub.store.drop_photos(room, ids)
            hub.spread_news(room, TOPIC)
    return count


class Photos:
    def __init__(self, workshops: Workshops) -> None:
        self.workshops, self.store = workshops, workshops.store
        self.hub: Hub = workshops.hub
        self._there: WeakKeyDictionary[OpenRoom, list[Photo]] = WeakKeyDictionary()
        """What the people of a room were told last."""
        self._decoding = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0
        self._receiving = Counter[str]()
        self._putting = asyncio.Lock()
        self._forgetting = False

    def serve(self) -> None:
        self.hub.on_loaded.append(self.loaded)
        self.hub.on_news[TOPIC] = lambda room: self.hub.errand(self.tell(room))

    @property
    def most_bytes(self) -> int:
        """Of one photo as it is sent."""
        return int(self.workshops.settings.photo_mb * MEGABYTE)

    # -- told ------------------------------------------------------------------------------------------

    async def loaded(self, room: OpenRoom) -> None:
        self._there[room] = _in_order((await self.store.photos([room.id]))[room.id])

    async def entered(self, room: OpenRoom, seat: Seat, workshop: Workshop) -> None:
        """Where there are none, nothing is told."""
        if self._there.get(room):
            room.send_event(seat.member.session, self._event(room))

    async def tell(self, room: OpenRoom) -> None:
        """Something changed: everybody in the room learns what there is now."""
        before = self._there.get(room)
        await self.loaded(room)
        if self._there[room] != before:
            for session in list(room.seats):
                room.send_event(session, self._event(room))

    def _event(self, room: OpenRoom) -> dict[str, Any]:
        return {"type": "photos", "photos": [photo.as_json() for photo in self._there[room]]}

    # -- asked for -------------------------------------------------------------------------------------

    async def all(self, room: str, board: str | None = None) -> list[Photo]:
        """What is said of the photos of a room, or of one of its boards."""
        held = (await self.workshops.ask(self.store.photos([room])))[room]
        return [photo for photo in _in_order(held) if board in (None, photo.board)]

    async def bytes_of(self, room: str, photo: str, size: Size) -> bytes:
        found: bytes | None = await self.workshops.ask(self.store.photo(room, photo, size))
        if found is None:
            raise _unknown()
        return found

    def check(
        self, workshop: Workshop, person: Person, room: str, board: str, *, adding: bool = True
    ) -> None:
        """Raises `Refused` when this person may not add a photo to this board now, or change one."""
        policy = self._policy(workshop)
        fault = photo_fault(board, Actor(person.id, person.role, person.stakeholder), policy)
        if fault is None and not _holds(room, board):
            fault = "board.unknown"
        if fault is None and adding and is_silent_on(board, policy):
            raise Conflict(
                "photo.silent", "Ici, on écrit pour soi jusqu'à la révélation : ajoutez la photo après."
            )
        if fault is not None:
            raise refusal_of(fault)

    def _policy(self, workshop: Workshop) -> Policy:
        return policy_of(workshop, self.workshops.places_of(workshop))

    @contextmanager
    def receiving(self, person: Person) -> Iterator[None]:
        """While a photo of theirs is being received: all of it is held in memory. Raises `Refused`."""
        if self._receiving.total() >= RECEIVED or self._receiving[person.id] >= RECEIVED_OF_ONE:
            raise _crowded()
        self._receiving[person.id] += 1
        try:
            yield
        finally:
            self._receiving[person.id] -= 1
            self._receiving += Counter()  # forgets whoever sends nothing

    async def add(self, workshop: Workshop, person: Person, room: str, board: str, data: bytes) -> Photo:
        """Take in what somebody sent who may as they send it (`check`). Raises `Refused`."""
        if not await self.workshops.ask(self.store.count_rate(f"photo:{person.id}", PER_MINUTE, 60)):
            raise _crowded()
        made = await self._decoded(data)
        await self.hub.open(room)  # what nobody has opened yet has no place in the store
        photo = Photo(
            "p" + secrets.token_hex(8),
            board,
            person.id,
            self.hub.now(),
            "",
            made.width,
            made.height,
            len(made.large) + len(made.small),
        )
        async with self._putting:
            # it took a while: the board may be locked by now, and others have added theirs
            now = await self.workshops.by_id(workshop.id)
            still = None if now is None else now.person(person.id)
            if now is None or still is None:
                raise refusal_of("session.ended")
            self.check(now, still, room, board)
            if is_unsigned_on(board, self._policy(now)):
                photo = replace(photo, by="")
            await self._room_for(now, photo)
            put = await self.workshops.ask(
                self.store.put_photo(room, _held(photo), made.large, made.small, PER_BOARD, PER_ROOM)
            )
        if put == "put":
            await self._let_go_of_the_erased(workshop.id, person, room, photo.id)
        match put:
            case "gone":
                raise NotFound("room.erased", "Cet atelier a été effacé.")
            case "board":
                raise Conflict(
                    "photo.board_full", "Ce support a déjà douze photos. Supprimez-en une pour en ajouter."
                )
            case "room":
                raise Conflict(
                    "photo.room_full", "Cette salle a déjà soixante photos. Supprimez-en une pour en ajouter."
                )
        self.hub.spread_news(room, TOPIC)
        return photo

    async def _let_go_of_the_erased(self, workshop_id: str, person: Person, room: str, photo: str) -> None:
        """Whose data were erased while it was put leaves none: they are out of the record before photos are
        looked for, so that either this or the erasing finds it."""
        now = await self.workshops.by_id(workshop_id)
        if now is None or now.person(person.id) is None:
            await self._drop(room, photo)
            raise refusal_of("session.ended")

    async def _room_for(self, workshop: Workshop, photo: Photo) -> None:
        held = await self.workshops.ask(self.store.photos(workshop.all_rooms))
        used = sum(one.size_bytes for photos in held.values() for one in _in_order(photos))
        if used + photo.size_bytes > self.workshops.settings.photos_mb * MEGABYTE:
            raise Conflict(
                "photo.workshop_full",
                "Les photos de cet atelier prennent toute la place prévue. Supprimez-en une pour en ajouter.",
            )

    async def caption(
        self, workshop: Workshop, person: Person, room: str, photo: str, typed: object
    ) -> Photo:
        """Change what stands below a photo. Raises `Refused`."""
        there = await self._own(workshop, person, room, photo)
        now = replace(there, caption=checked_caption(typed))
        if not await self.workshops.ask(self.store.set_photo(room, _held(now))):
            raise _unknown()
        self.hub.spread_news(room, TOPIC)
        return now

    async def drop(self, workshop: Workshop, person: Person, room: str, photo: str) -> None:
        """Delete a photo. Raises `Refused`."""
        await self._own(workshop, person, room, photo)
        await self._drop(room, photo)
        self.hub.spread_news(room, TOPIC)

    async def _drop(self, room: str, photo: str) -> None:
        await self.workshops.ask(self.store.drop_photos(room, [photo]))
        await self.workshops.ask(self.store.keep_in_mind())
        if not self._forgetting:
            self._forgetting = True
            self.hub.loop.call_later(FORGET_AFTER_S, lambda: self.hub.errand(self._forget()))

    async def _forget(self) -> None:
        """The store's file still holds photos that were deleted: it is written anew, once for several."""
        self._forgetting = False
        await self.store.forget_past()

    async def _own(self, workshop: Workshop, person: Person, room: str, photo: str) -> Photo:
        """A photo that this person may change: who added it, and whoever leads."""
        there = next((one for one in await self.all(room) if one.id == photo), None)
        if there is None:
            raise _unknown()
        if person.role not in LEADERS:
            if there.by != person.id:
                raise Forbidden(
                    "photo.not_yours", "Seules la personne qui l'a ajoutée et l'animation changent une photo."
                )
            self.check(workshop, person, room, there.board, adding=False)
        return there

    # -- decoding --------------------------------------------------------------------------------------

    async def _decoded(self, data: bytes) -> Decoded:
        if self._waiting >= WAITING:
            raise _crowded()
        self._waiting += 1
        try:
            async with self._decoding:
                return await decode(data)
        finally:
            self._waiting -= 1


async def decode(data: bytes, wait_s: float = DECODE_S) -> Decoded:
    """Make the two files of a photo of what somebody sent, in a process of its own. Raises `Refused`."""
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tablee.live.decoding", stdin=PIPE, stdout=PIPE, stderr=DEVNULL
    )
    try:
        out, _ = await asyncio.wait_for(program.communicate(data), wait_s)
    except TimeoutError:
        raise _fault("slow") from None
    finally:
        with suppress(ProcessLookupError):
            program.kill()
        await program.wait()
    line, _, rest = out.partition(b"\n")
    if program.returncode != 0 or not line:
        raise _fault("broken")  # killed by its limits
    said = msgspec.json.decode(line)
    if "fault" in said:
        raise _fault(said["fault"])
    large = said["large"]
    return Decoded(said["width"], said["height"], rest[:large], rest[large:])


def _fault(what: str) -> Invalid:
    match what:
        case "pixels":
            return Invalid(
                "photo.too_many_pixels",
                "Cette image est trop grande : cinquante millions de points au plus.",
                field="photo",
            )
        case "type":
            return Invalid(
                "photo.type",
                "Ce fichier n'est pas une photo lisible ici. Envoyez une image JPEG, PNG ou WebP.",
                field="photo",
            )
        case "slow":
            return Invalid("photo.slow", "Cette image a pris trop de temps à lire.", field="photo")
    return Invalid(
        "photo.broken", "Cette photo est abîmée ou incomplète. Prenez-la une seconde fois.", field="photo"
    )


def missing() -> Invalid:
    return Invalid("photo.missing", "Il manque la photo.", field="photo")


def no_form() -> Invalid:
    return Invalid("photo.form", "Le formulaire de la photo n'est pas lisible.", field="photo")


def too_slow() -> Invalid:
    """What a photo is that does not arrive."""
    return _fault("slow")


def too_large(most: int) -> Invalid:
    return Invalid(
        "photo.too_large",
        "Cette photo est trop lourde pour ce serveur. Prenez-la en moins grand.",
        field="photo",
        more={"most_bytes": most},
    )


def _holds(room: str, board: str) -> bool:
    """Whether a board can be in this room: sheets are in a group's own, canvases there or in the plenary."""
    name = read_room(room)
    kinds = ("convergence", "plenary") if board in CANVASES else ("exploration",)
    return name is not None and name.kind in kinds


def _crowded() -> TooMany:
    return TooMany("photo.crowded", "Beaucoup de photos arrivent à la fois. Réessayez dans un instant.")


def _unknown() -> NotFound:
    return NotFound("photo.unknown", "Cette photo n'est pas ou plus là.")


def _held(photo: Photo) -> HeldPhoto:
    said = Said(photo.by, photo.at, photo.caption, photo.width, photo.height, photo.size_bytes)
    return HeldPhoto(photo.id, photo.board, _encode(said))


def _in_order(held: Iterable[HeldPhoto]) -> list[Photo]:
    photos = []
    for one in held:
        said = _decode(one.said)
        photos.append(
            Photo(one.id, one.board, said.by, said.at, said.caption, said.width, said.height, said.size_bytes)
        )
    return sorted(photos, key=lambda photo: (photo.board, photo.at, photo.id))
