"""Photos of paper on boards: hostile until they were made anew, told at once, erased with the rest."""

from __future__ import annotations

import asyncio
import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from tests.kit.client import participant
from tests.kit.server import Answer, Seat, Server, running
from tests.kit.transitions import CATALOGUE

from tablee.errors import Refused
from tablee.live.erasing import Erasing
from tablee.live.hub import Hub
from tablee.live.photos import Decoded, Photos, decode, photos_of
from tablee.live.policies import Policies
from tablee.live.records import Session
from tablee.live.workshops import NewWorkshop, Workshops
from tablee.model.workshop import BoardState, Workshop
from tablee.settings import read_settings
from tablee.store import keys
from tablee.store.redis import Store, open_store

Two = tuple[Server, Server]
BOARD = "sheet2.verso"
PLACE = "48,8566"
"""Stands for where the photo was taken."""


def image(width: int = 60, height: int = 40, kind: str = "JPEG", **how: Any) -> bytes:
    out = io.BytesIO()
    picture = Image.new("RGB", (width, height), "white")
    picture.paste("navy", (0, 0, width // 2, height // 2))  # to see which side is up
    picture.save(out, kind, **how)
    return out.getvalue()


def with_exif(orientation: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010E] = "Chez Nadia, rue des Lilas"
    exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 51.0, 24.0), 29: PLACE})
    return image(exif=exif, comment=b"Chez Nadia")


def png_of(width: int, height: int) -> bytes:
    """A few kilobytes that say they are this large, and are, once unpacked."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    lines = zlib.compress(bytes((width + 7) // 8 + 1) * min(height, 2000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", lines) + chunk(b"IEND", b"")


def polyglot() -> bytes:
    """A photo that is a zip, and a page, too."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("index.html", "<script>alert('SECRET')</script>")
    return image(comment=b"<script>alert('SECRET')</script>") + packed.getvalue()


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HOSTILE: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "photo.missing"),
    "a text": (b"Je ne suis pas une photo", "photo.type"),
    "svg": (SVG, "photo.type"),
    "a page that begins as a GIF": (b"GIF89a" + b"<html>" * 10, "photo.type"),
    "gif": (image(kind="GIF"), "photo.type"),
    "tiff": (image(kind="TIFF"), "photo.type"),
    "bmp": (image(kind="BMP"), "photo.type"),
    "postscript": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "photo.type"),
    "truncated": (image(800, 600, quality=95)[:4000], "photo.broken"),
    "a head only": (image(kind="PNG")[:60], "photo.broken"),
    "a bomb": (png_of(60_000, 60_000), "photo.too_many_pixels"),
    "more than fifty million": (png_of(9_000, 6_000), "photo.too_many_pixels"),
    "too heavy": (image() + bytes(1_000_000), "photo.too_large"),
}


@pytest.fixture(scope="module")
def two(redis_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    """Two processes on one store, that take little photos and few."""
    folder = tmp_path_factory.mktemp("photos")
    flags = ("--store-url", redis_server, "--photo-mb", "1", "--photos-mb", "1")
    with running(folder, *flags) as one, running(folder, *flags) as other:
        yield one, other


def add(server: Server, seat: Seat, data: bytes, board: str = BOARD, kind: str = "image/jpeg") -> Answer:
    path = f"/api/rooms/{seat.room}/photos?board={board}"
    return server.call("POST", path, data, token=seat.token, headers={"Content-Type": kind})


def photos(server: Server, seat: Seat) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = server.call("GET", f"/api/rooms/{seat.room}/photos", token=seat.token).json[
        "photos"
    ]
    return found


def shown(server: Server, seat: Seat, photo: str, size: str = "large") -> Answer:
    return server.call("GET", f"/api/rooms/{seat.room}/photos/{photo}?size={size}", token=seat.token)


def opened_image(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data), formats=["JPEG"])


def test_a_photo_is_kept_as_one_sees_it_and_without_where_it_was_taken(two: Two) -> None:
    seat = two[0].join(two[0].create())
    sent = with_exif(6)  # held upright: the camera lay on its side
    assert b"Lilas" in sent and PLACE.encode() in sent
    made = add(two[0], seat, sent).json
    assert (made["width"], made["height"], made["board"], made["by"]) == (40, 60, BOARD, seat.person["id"])
    for size in ("large", "small"):
        answer = shown(two[0], seat, made["id"], size)
        assert answer.status == 200 and answer.headers["content-type"] == "image/jpeg"
        assert (
            b"Lilas" not in answer.body and PLACE.encode() not in answer.body and b"Exif" not in answer.body
        )
        seen = opened_image(answer.body)
        assert seen.size == (40, 60) and not seen.getexif() and "comment" not in seen.info
        # the corner that was up and left is up and right now
        right, left = seen.getpixel((35, 5)), seen.getpixel((5, 5))
        assert isinstance(right, tuple) and isinstance(left, tuple) and right[0] < 80 < 200 < left[0]


def test_a_large_photo_becomes_smaller(two: Two) -> None:
    seat = two[0].join(two[0].create())
    made = add(two[0], seat, image(4000, 3000, "WEBP", quality=40), kind="image/webp").json
    assert (made["width"], made["height"]) == (2400, 1800)
    assert opened_image(shown(two[0], seat, made["id"], "small").body).size == (480, 360)


def test_what_is_clear_in_a_picture_is_paper(two: Two) -> None:
    seat = two[0].join(two[0].create())
    out = io.BytesIO()
    picture = Image.new("RGBA", (40, 20), (0, 0, 0, 0))
    picture.paste((0, 0, 0, 255), (20, 0, 40, 20))
    picture.save(out, "PNG")
    made = add(two[0], seat, out.getvalue(), kind="image/png").json
    seen = opened_image(shown(two[0], seat, made["id"]).body)
    assert seen.getpixel((5, 10)) == (255, 255, 255) and seen.getpixel((35, 10)) == (0, 0, 0)


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_file_is_refused(two: Two, what: str) -> None:
    data, key = HOSTILE[what]
    seat = two[0].join(two[0].create())
    answer = add(two[0], seat, data)
    assert (answer.status, answer.json["key"], answer.json["field"]) == (422, key, "photo")
    assert photos(two[0], seat) == []


def test_nothing_of_a_polyglot_is_given_out(two: Two) -> None:
    seat = two[0].join(two[0].create())
    made = add(two[0], seat, polyglot()).json
    for size in ("large", "small"):
        body = shown(two[0], seat, made["id"], size).body
        assert b"SECRET" not in body and b"PK\x03\x04" not in body and body.endswith(b"\xff\xd9")


async def test_a_decoder_that_takes_too_long_is_ended() -> None:
    with pytest.raises(Refused) as refused:
        await decode(image(), wait_s=0)
    assert refused.value.key == "photo.slow"


def test_a_photo_is_shown_as_an_image_and_as_nothing_else(two: Two) -> None:
    seat = two[0].join(two[0].create())
    headers = shown(two[0], seat, add(two[0], seat, image()).json["id"]).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert headers["content-disposition"].startswith("inline")
    assert "sandbox" in headers["content-security-policy"]


def test_a_form_with_a_file_does_too(two: Two) -> None:
    seat = two[0].join(two[0].create())
    head = b'--x\r\nContent-Disposition: form-data; name="photo"; filename="../a.jpg"\r\n\r\n'
    kind = "multipart/form-data; boundary=x"
    assert add(two[0], seat, head + image() + b"\r\n--x--\r\n", kind=kind).status == 201
    assert add(two[0], seat, head + image(), kind="multipart/form-data").json["key"] == "photo.form"
    empty = b'--x\r\nContent-Disposition: form-data; name="other"\r\n\r\nhello\r\n--x--\r\n'
    assert add(two[0], seat, empty, kind=kind).json["key"] == "photo.missing"


def test_who_may_add_and_delete_a_photo(two: Two) -> None:
    server = two[0]
    made = server.create(groups=2, people_may_choose_group=True)
    nadia, joris = server.join(made, "Nadia", group="g1"), server.join(made, "Joris", group="g1")
    other = server.join(made, "Inès", group="g2")
    reader = server.join(made, "Paul", invitation=made["invitations"]["observer"])
    leader = server.join(made, "Marc", invitation=made["invitations"]["facilitator"])
    elsewhere = server.join(server.create())
    for seat in (reader, leader, other, elsewhere):
        seat.room = nadia.room
    assert add(server, reader, image()).json["key"] == "role.read_only"
    assert add(server, other, image()).json["key"] == "room.not_yours"
    assert add(server, elsewhere, image()).status == 403
    assert add(server, nadia, image(), board="governance").json["key"] == "board.unknown"
    assert add(server, nadia, image(), board="sheet9").json["key"] == "board.unknown"
    photo = add(server, nadia, image()).json["id"]
    assert shown(server, reader, photo).status == 200
    assert [shown(server, seat, photo).status for seat in (other, elsewhere)] == [403, 403]
    assert shown(server, nadia, "p0").json["key"] == "photo.unknown"
    path = f"/api/rooms/{nadia.room}/photos/{photo}"

    def caption(seat: Seat, text: object) -> Answer:
        return server.call("PATCH", path, {"caption": text}, token=seat.token)

    assert caption(joris, "Ma photo").json["key"] == "photo.not_yours"
    assert caption(nadia, "x" * 201).json["field"] == "caption"
    assert caption(nadia, 5).json["field"] == "caption"
    assert caption(nadia, "  Notre\nfiche ").json["caption"] == "Notre fiche"
    assert caption(leader, "Fiche 2").status == 200
    assert photos(server, joris)[0]["caption"] == "Fiche 2"
    assert server.call("DELETE", path, token=joris.token).json["key"] == "photo.not_yours"
    assert server.call("DELETE", path, token=nadia.token).status == 204
    assert server.call("DELETE", path, token=nadia.token).status == 404
    assert photos(server, nadia) == []


def test_what_is_locked_takes_no_photo(two: Two) -> None:
    server = two[0]
    made = server.create()
    nadia = server.join(made)
    leader = server.join(made, "Marc", invitation=made["invitations"]["facilitator"])
    leader.room = nadia.room
    photo = add(server, nadia, image()).json["id"]
    path = f"/api/workshops/{made['id']}/commands"
    command = {"type": "board.lock", "board": BOARD}
    assert server.call("POST", path, command, token=made["token"]).status == 200
    assert add(server, nadia, image()).json["key"] == "board.locked"
    gone = server.call("DELETE", f"/api/rooms/{nadia.room}/photos/{photo}", token=nadia.token)
    assert gone.json["key"] == "board.locked"
    assert add(server, leader, image()).status == 201
    assert server.call("POST", path, {"type": "workshop.close"}, token=made["token"]).status == 200
    assert add(server, nadia, image()).json["key"] == "role.read_only"
    assert len(photos(server, nadia)) == 2


def test_a_photo_waits_for_the_reveal_and_is_unsigned_where_notes_are(two: Two) -> None:
    server, made = two[0], two[0].create()
    seat = server.join(made, "Nadia")

    def ask(**command: Any) -> None:
        path = f"/api/workshops/{made['id']}/commands"
        assert server.call("POST", path, command, token=made["token"]).status == 200

    ask(type="writing.silent", board=BOARD)
    assert add(server, seat, image()).json["key"] == "photo.silent"
    assert add(server, seat, image(), board="sheet1.verso").status == 201
    ask(type="writing.reveal", board=BOARD)
    ask(type="writing.anonymous", board=BOARD)
    assert add(server, seat, image()).json["by"] == ""
    assert {photo["board"]: photo["by"] for photo in photos(server, seat)} == {
        BOARD: "",
        "sheet1.verso": seat.person["id"],
    }


def test_a_board_takes_twelve_photos_and_a_workshop_as_much_as_it_may(two: Two) -> None:
    server = two[0]
    seat = server.join(server.create())
    answers = [add(server, seat, image()) for _ in range(13)]
    assert [answer.status for answer in answers] == [201] * 12 + [409]
    assert answers[-1].json["key"] == "photo.board_full"
    heavy = io.BytesIO()
    Image.effect_noise((1300, 1000), 60).save(heavy, "JPEG", quality=40)  # 0.7 MB as it is kept
    answers = [add(server, seat, heavy.getvalue(), board="sheet1.verso") for _ in range(2)]
    assert [answer.status for answer in answers] == [201, 409]
    assert answers[-1].json["key"] == "photo.workshop_full"
    assert add(server, seat, image(), board="sheet1.verso").status == 201


async def test_people_on_both_processes_hear_of_photos_at_once(two: Two) -> None:
    made = two[0].create()
    nadia, joris = two[0].join(made, "Nadia"), two[1].join(made, "Joris")
    async with participant(two[1], joris) as there:
        photo = (await asyncio.to_thread(add, two[0], nadia, image())).json
        await there.until(lambda: there.heard("photos"), "a photo that another process took in")
        assert there.heard("photos")[0]["photos"] == [photo]
        async with participant(two[0], nadia) as late:
            await late.until(lambda: late.heard("photos"), "who comes later is told")
            assert late.heard("photos")[0]["photos"] == [photo]
            path = f"/api/rooms/{nadia.room}/photos/{photo['id']}"
            await asyncio.to_thread(two[0].call, "DELETE", path, token=nadia.token)
            await there.until(lambda: there.heard("photos")[-1]["photos"] == [], "it is gone")
            await late.until(lambda: late.heard("photos")[-1]["photos"] == [], "it is gone")


async def test_photos_are_erased_with_the_rest(two: Two, redis_server: str) -> None:
    server = two[0]
    made = server.create()
    seat = server.join(made)
    large = image(300, 200, quality=95)
    photo = (await asyncio.to_thread(add, server, seat, large)).json
    async with open_store(redis_server) as store:
        [kept] = await photos_of(store, seat.room)
        assert (kept.id, kept.board, kept.by) == (photo["id"], BOARD, seat.person["id"])
        assert opened_image(kept.data).size == (300, 200)
        path = f"/api/workshops/{made['id']}"
        receipt = await asyncio.to_thread(server.call, "DELETE", path, token=made["token"])
        assert receipt.json["erased"]["photos"] == 1
        assert await photos_of(store, seat.room) == []
        assert await store._commands.call("EXISTS", keys.photos(seat.room)) == 0
    assert shown(server, seat, photo["id"]).status in (401, 404)


async def test_a_photo_that_is_put_while_its_author_is_erased_is_gone(
    redis_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_store(redis_server) as store:
        hub = Hub(store, Policies(store, CATALOGUE))
        workshops = Workshops(store, hub, CATALOGUE, read_settings({}, {}))
        async with hub.run():
            made = await workshops.create(NewWorkshop("Atelier"))
            nadia = (await workshops.join(code=made.workshop.code, name="Nadia")).person
            workshop = await workshops.by_id(made.workshop.id)
            assert workshop is not None
            organiser = made.workshop.people[0]
            [room] = [name for name in workshop.rooms if name.endswith("exploration")]
            photos, put = Photos(workshops), store.put_photo

            async def erased_meanwhile(*held: Any) -> Any:
                told = {"person": nadia.id, "notes": "delete"}
                session = Session("", workshop.id, organiser.id, workshop.revision)
                await Erasing(workshops).person(session, workshop, organiser, told)
                return await put(*held)

            monkeypatch.setattr(store, "put_photo", erased_meanwhile)
            with pytest.raises(Refused) as refused:
                await photos.add(workshop, nadia, room, BOARD, image())
            assert refused.value.key == "session.ended"
            assert await photos_of(store, room) == []


@pytest.mark.parametrize(
    ("meanwhile", "told"),
    [
        (BoardState(locked=True), "board.locked"),
        (BoardState(silent=True), "photo.silent"),
        (BoardState(anonymous=True), ""),
        (None, "session.ended"),
    ],
)
async def test_what_changed_while_a_photo_was_decoded_holds_for_it(
    store: Store, monkeypatch: pytest.MonkeyPatch, meanwhile: BoardState | None, told: str
) -> None:
    hub = Hub(store, Policies(store, CATALOGUE))
    workshops = Workshops(store, hub, CATALOGUE, read_settings({}, {}))
    async with hub.run():
        made = await workshops.create(NewWorkshop("Atelier"))
        nadia = (await workshops.join(code=made.workshop.code, name="Nadia")).person
        workshop = await workshops.by_id(made.workshop.id)
        assert workshop is not None
        [room] = [name for name in workshop.rooms if name.endswith("exploration")]
        photos = Photos(workshops)
        photos.check(workshop, nadia, room, BOARD)

        async def change(now: Workshop) -> Workshop:
            if meanwhile is None:
                return replace(now, people=tuple(one for one in now.people if one.id != nadia.id))
            return replace(now, boards={BOARD: meanwhile})

        async def decoded(data: bytes) -> Decoded:
            await workshops.change(made.workshop.id, change, b"changed")
            return Decoded(4, 3, b"large", b"small")

        monkeypatch.setattr(photos, "_decoded", decoded)
        if told:
            with pytest.raises(Refused) as refused:
                await photos.add(workshop, nadia, room, BOARD, b"")
            assert refused.value.key == told and await photos_of(store, room) == []
        else:
            assert (await photos.add(workshop, nadia, room, BOARD, b"")).by == ""


async def test_a_deleted_photo_leaves_the_files_of_the_store_too(two: Two, redis_server: str) -> None:
    seat = two[0].join(two[0].create())
    photo = (await asyncio.to_thread(add, two[0], seat, image())).json["id"]
    async with open_store(redis_server) as store:
        await store.forget_past()
        path = f"/api/rooms/{seat.room}/photos/{photo}"
        await asyncio.to_thread(two[0].call, "DELETE", path, token=seat.token)
        assert await store.has_past(), "they are to be written anew"


def test_a_photo_survives_a_restart(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        seat = server.join(server.create())
        photo = add(server, seat, image()).json
        before = shown(server, seat, photo["id"]).body
    with running(tmp_path) as again:
        assert photos(again, seat) == [photo] and shown(again, seat, photo["id"]).body == before
