"""Files that come in: how many at once, how long, and which photos are not worth decoding."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image
from starlette.requests import Request
from tests.kit.packs import a_pack, catalogue

from tablee.api.photos import REFUSALS as OF_A_PHOTO
from tablee.errors import Invalid, TooMany
from tablee.exports.pack_json import write_json
from tablee.live import importing, uploads
from tablee.live.import_reading import Asked, Found, Question, found_in
from tablee.live.importing import Importing
from tablee.live.uploads import claimed_by, sent
from tablee.model.board import Pack, Photo
from tablee.model.importing.pack import FoundPhoto, Limits


def an_importing() -> Importing:
    workshops: Any = SimpleNamespace(store=None, hub=None, settings=SimpleNamespace(photos_mb=40))
    return Importing(workshops)


def a_request(messages: Sequence[dict[str, Any]], kind: str = "application/zip") -> Request:
    """Its messages, and then silence."""
    left = list(messages)

    async def receive() -> Any:
        if not left:
            await asyncio.Event().wait()
        return left.pop(0)

    scope = {"type": "http", "method": "POST", "headers": [(b"content-type", kind.encode())]}
    return Request(scope, receive)


def body(data: bytes, more: bool = False) -> dict[str, Any]:
    return {"type": "http.request", "body": data, "more_body": more}


def test_nobody_fills_all_places_alone() -> None:
    files = an_importing()
    with files.admitted("a"), files.admitted("a"):
        with pytest.raises(TooMany), files.admitted("a"):
            pass
        with files.admitted("b"), files.admitted("c"), pytest.raises(TooMany), files.admitted("d"):
            pass
    with files.admitted("a"):
        pass


async def test_what_never_ends_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "PAUSE_S", 0.01)
    with pytest.raises(Invalid) as refused:
        await sent(a_request([body(b"PK", more=True)]), 1000)
    assert refused.value.key == "import.cut"
    gone = [body(b"PK", more=True), {"type": "http.disconnect"}]
    with pytest.raises(Invalid) as refused:
        await sent(a_request(gone), 1000)
    assert refused.value.key == "import.cut"


async def test_a_photo_has_a_time_to_arrive_in_and_its_own_words() -> None:
    for refusal, request, most, whole_s in (
        ("photo.slow", a_request([body(b"PK", more=True)]), 1000, 0.01),
        ("photo.slow", a_request([body(b"PK", more=True), {"type": "http.disconnect"}]), 1000, 60),
        ("photo.too_large", a_request([body(b"PKPK", more=True)]), 3, 60),
        ("photo.missing", a_request([body(b"")]), 1000, 60),
    ):
        with pytest.raises(Invalid) as refused:
            await sent(request, most, OF_A_PHOTO, whole_s)
        assert refused.value.key == refusal


async def test_a_file_says_what_it_claims_to_be() -> None:
    found = await sent(a_request([body(b"a", more=True), body(b"b")]), 1000)
    assert (found.data, found.claimed) == (b"ab", "zip")
    edge = b"--edge\r\nContent-Disposition: form-data; name=file; filename=d.JSON\r\n\r\n" + b"x" * 3_000_000
    form = a_request([body(edge + b"\r\n--edge--\r\n")], "multipart/form-data; boundary=edge")
    found = await sent(form, 4_000_000)
    assert (len(found.data), found.claimed) == (3_000_000, "json")
    assert claimed_by("notes.csv", "text/csv") == claimed_by("notes") == ""


@pytest.mark.parametrize(
    ("claimed", "key"), [("zip", "import.zip"), ("json", "import.format"), ("", "import.columns")]
)
def test_words_are_no_workshop(claimed: str, key: str) -> None:
    with pytest.raises(Invalid) as refused:
        found_in(asked(b"not a zip", Asked(claimed=claimed)))
    assert refused.value.key == key


def test_a_group_without_a_name_gets_one_that_can_be_read() -> None:
    for language, name in (("fr", "Groupe 1"), ("en", "Group 1")):
        found = found_in(asked(b"Texte\nUne note", Asked(language=language)))
        assert isinstance(found, Found)
        assert [group.name for group in found.workshop.groups] == [name]


def test_of_a_file_that_is_no_text_no_place_is_told() -> None:
    with pytest.raises(Invalid) as refused:
        found_in(asked(b"\x89PNG\r\n\x1a\n", Asked()))
    assert refused.value.more["place"] == ""


def asked(data: bytes, wanted: Asked, pixels: int = 1_000_000) -> Question:
    return Question(data, wanted, Limits(20, 400, pixels), 64_000_000, catalogue(), 1_773_300_000_000)


def with_photo(data: bytes, count: int) -> Pack:
    pack = a_pack(20)
    first = next(board for board in pack.boards if board.template.sheet is not None)
    one = Photo("p0", first.id, "", None, 0, 1, 1, data, "p0person")
    photos = tuple(replace(one, id=f"p{n}") for n in range(count))
    boards = tuple(replace(board, photos=photos) if board is first else board for board in pack.boards)
    return replace(pack, boards=boards)


def test_photos_are_counted_before_any_is_decoded() -> None:
    """A blank picture of many points is a small file, and long to decode."""
    out = io.BytesIO()
    Image.new("1", (1000, 400)).save(out, "PNG")
    found_in(asked(write_json(with_photo(out.getvalue(), 2)), Asked()))
    with pytest.raises(Invalid) as refused:
        found_in(asked(write_json(with_photo(out.getvalue(), 3)), Asked()))
    assert refused.value.key == "import.photos"
    assert refused.value.more["place"] == "content.photos[2].data"
    with pytest.raises(Invalid) as refused:
        found_in(asked(write_json(with_photo(b"no picture", 1)), Asked()))
    assert refused.value.key == "import.photo"


async def test_nothing_is_decoded_for_somebody_who_left_or_without_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun: list[bytes] = []

    async def slow(data: bytes) -> Any:
        begun.append(data)
        await asyncio.Event().wait()

    async def left() -> bool:
        return True

    monkeypatch.setattr(importing, "decode", slow)
    monkeypatch.setattr(importing, "PHOTOS_S", 0.01)
    photos: Any = SimpleNamespace(
        photos=(FoundPhoto("p1", "g1/exploration", "sheet1.verso", "", "", 0, b"x"),)
    )
    with pytest.raises(Invalid) as refused:
        await an_importing().create(photos, "", left)
    assert (refused.value.key, begun) == ("import.cut", [])
    with pytest.raises(Invalid) as refused:
        await an_importing().create(photos)
    assert (refused.value.key, begun) == ("import.heavy", [b"x"])
