"""Photos of a room in the store: what is said of each, apart from its bytes, which are large.

Three fields per photo in one hash: `<id>` → its board, a blank and what is said of it; `<id>/large` and
`<id>/small` → JPEG. What is said is `live`'s business.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from tablee.store import keys, scripts
from tablee.store.client import Client
from tablee.store.line import Line

Size = Literal["large", "small"]
Put = Literal["put", "gone", "board", "room"]
FIELDS = 3
"""Of one photo."""


class HeldPhoto(NamedTuple):
    id: str
    board: str
    said: bytes


class Photos:
    """The part of `Store` that keeps photos."""

    _commands: Client
    _scripts: Line

    async def put_photo(
        self, room: str, photo: HeldPhoto, large: bytes, small: bytes, per_board: int, per_room: int
    ) -> Put:
        """Keep it, unless the room is gone, or the board or the room has as many already."""
        put = await self._commands.run(
            scripts.PUT_PHOTO,
            [keys.meta(room), keys.photos(room)],
            photo.id,
            photo.board,
            photo.said,
            large,
            small,
            per_board,
            per_room,
        )
        said: Put = put.decode()
        return said

    async def set_photo(self, room: str, photo: HeldPhoto) -> bool:
        """Say something else of a photo; whether it is still there."""
        held = photo.board.encode() + b" " + photo.said
        return bool(await self._commands.run(scripts.SET_PHOTO, [keys.photos(room)], photo.id, held))

    async def drop_photos(self, room: str, ids: Sequence[str]) -> int:
        """Delete photos; how many of them there were."""
        fields = [field for one in ids for field in (one, f"{one}/large", f"{one}/small")]
        return int(await self._commands.call("HDEL", keys.photos(room), *fields)) // FIELDS if fields else 0

    async def photos(self, rooms: Sequence[str]) -> dict[str, list[HeldPhoto]]:
        """What is said of the photos of each room."""
        found = await self._scripts.run_all([(scripts.LIST_PHOTOS, (keys.photos(r),), ()) for r in rooms])
        return {
            room: [_held(name, held) for name, held in zip(flat[::2], flat[1::2], strict=True)]
            for room, flat in zip(rooms, found, strict=True)
        }

    async def photo(self, room: str, photo: str, size: Size) -> bytes | None:
        """The bytes of a photo."""
        found: bytes | None = await self._commands.call("HGET", keys.photos(room), f"{photo}/{size}")
        return found


def _held(name: bytes, held: bytes) -> HeldPhoto:
    board, _, said = held.partition(b" ")
    return HeldPhoto(name.decode(), board.decode(), said)
