"""Files that come in: how many at once, how long, and which photos are not worth decoding."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest
from PIL import Image
from starlette.requests import Request
from tests.kit.packs import a_pack, a_workshop, catalogue

from tablee.api.photos import REFUSALS as OF_A_PHOTO
from tablee.errors import Invalid, TooMany, Unavailable
from tablee.exports.pack_json import write_json
from tablee.live import importing, uploads
from tablee.live.import_reading import Asked, Found, Question, found_in
from tablee.live.importing import Added, Importing, is_bare
from tablee.live.photos import Decoded
from tablee.live.uploads import claimed_by, sent
from tablee.model.board import Pack, Photo
from tablee.model.importing.pack import FoundPhoto, Limits
from tablee.model.importing.tables import Row
from tablee.sync.document import Document
from tablee.words import Language, translator


def an_importing() -> Importing:
    workshops: Any = SimpleNamespace(
        store=None, hub=None, settings=SimpleNamespace(photos_mb=40, import_mb=1)
    )
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


def test_what_is_on_its_way_takes_no_place_of_what_is_read() -> None:
    """A byte now and then holds little, and those who have sent theirs are read meanwhile."""
    files = an_importing()
    most = importing.AT_ONCE * files.most_bytes
    with ExitStack() as slow:
        for address in "abcdefgh":
            for _ in range(importing.EACH_ARRIVING):
                slow.enter_context(files.arriving(address))(1)
            with pytest.raises(TooMany):
                slow.enter_context(files.arriving(address))
        with files.admitted("i"):
            pass
    with files.arriving("a") as take, files.arriving("b") as other:
        take(most - 1)
        with pytest.raises(TooMany):
            other(2)
        other(1)
    with files.arriving("a") as take:
        take(most)


async def test_a_byte_now_and_then_is_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "PAUSE_S", 0.05)
    count = 0

    async def receive() -> Any:
        nonlocal count
        count += 1
        await asyncio.sleep(0.002)
        return body(b"x", more=count < 100)

    scope = {"type": "http", "method": "POST", "headers": []}
    with pytest.raises(Invalid) as refused:
        await sent(Request(scope, receive), 10**6)
    assert refused.value.key == "import.cut"
    count = 0
    monkeypatch.setattr(uploads, "PAUSE_S", 30)
    assert len((await sent(Request(scope, receive), 10**6)).data) == 100


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
    assert claimed_by("notes.csv", "text/csv") == claimed_by("notes") == claimed_by("Mes notes.TXT") == ""
    assert claimed_by("journal.log", "text/plain") == claimed_by("rapport.md") == "other"
    assert (
        claimed_by("dossier", "application/json") == claimed_by("dossier.bak", "application/json") == "json"
    )


def test_a_text_of_another_kind_makes_no_workshop_unless_somebody_says_its_title() -> None:
    text = b"# Rapport\n\nUne ligne\nUne autre\n"
    for claimed in ("", "other"):
        assert found_in(asked(text, Asked(title="Des lignes", claimed=claimed)))
    with pytest.raises(Invalid) as refused:
        found_in(asked(text, Asked(claimed="other")))
    assert refused.value.key == "import.format"
    table = found_in(asked(b"Texte;Auteur\nUne note;Ana\n", Asked(claimed="other")))
    assert isinstance(table, Found) and table.counts["notes"] == 1


@pytest.mark.parametrize(
    ("claimed", "key"), [("zip", "import.zip"), ("json", "import.format"), ("", "import.columns")]
)
def test_words_are_no_workshop(claimed: str, key: str) -> None:
    with pytest.raises(Invalid) as refused:
        found_in(asked(b"not a zip", Asked(claimed=claimed)))
    assert refused.value.key == key


def test_a_group_without_a_name_gets_one_that_can_be_read() -> None:
    names: dict[Language, str] = {"fr": "Groupe 1", "en": "Group 1"}
    for language, name in names.items():
        found = found_in(asked(b"Texte\nUne note", Asked(language=language)))
        assert isinstance(found, Found)
        assert [group.name for group in found.workshop.groups] == [name]
        assert found.workshop.title == translator(language).gettext("Atelier repris")


def test_of_a_file_that_is_no_text_no_place_is_told() -> None:
    with pytest.raises(Invalid) as refused:
        found_in(asked(b"\x89PNG\r\n\x1a\n", Asked()))
    assert refused.value.more["place"] == ""


async def test_what_stops_on_the_way_says_how_much_is_there() -> None:
    """Pieces that were written stay: whoever asked can look for the rest."""
    workshop = a_workshop()
    rows = tuple(Row(f"{n}", "", board="sheet2.verso", zone="rules", kind="note") for n in range(450))
    for fails_at, notes in ((0, None), (3, 3 * importing.NOTES_AT_ONCE)):
        written: list[Any] = []

        async def edit(person: str, write: Any) -> None:
            if len(written) == fails_at:  # noqa: B023
                raise Unavailable("store.away", "…")
            written.append(write)  # noqa: B023

        async def settled() -> Document:
            return Document()

        async def same(room: Any) -> Any:
            return SimpleNamespace(edit=edit, settled=settled)

        files = an_importing()
        files.hub = cast("Any", SimpleNamespace(open=same, catch_up=same, now=lambda: 0))
        with pytest.raises(Unavailable) as refused:
            await files.add(workshop, workshop.people[0], Added("r", (), rows))
        assert refused.value.more.get("notes") == notes
        assert refused.value.key == ("import.stopped" if notes else "store.away")


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


def a_jpeg(**more: Any) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((60, 40), 80).convert("RGB").save(out, "JPEG", **more)
    return out.getvalue()


def test_only_a_picture_and_nothing_else_keeps_its_bytes() -> None:
    """What tells a place, a camera or a word is encoded anew, wherever in the file it is."""
    bare = a_jpeg()
    assert is_bare(bare)
    assert is_bare(a_jpeg(progressive=True))
    exif = Image.Exif()
    exif[0x010E] = "Chez Nadia"
    comment = b"\xff\xfe\x00\x07Lilas"
    for told in (
        a_jpeg(exif=exif),
        a_jpeg(comment=b"Lilas"),
        a_jpeg(icc_profile=b"Lilas"),
        bare[:-2] + comment + bare[-2:],
        bare[:2] + comment + bare[2:],
        bare[:2] + b"\xff\xe0\x00\x07Lilas" + bare[2:],
        bare[:2] + b"\xff\xdb\xff\xffLilas\xff\xd9",
        bare + b"Lilas",
        bare + b"\xff\xd9",
        bare[:-2],
        b"Lilas" + bare,
        b"",
    ):
        assert not is_bare(told), told[-12:]


async def test_a_photo_of_a_file_says_nothing_but_its_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    """One of ours keeps its bytes; of any other, those that are kept are the decoder's."""
    width = 60

    async def made(data: bytes) -> Decoded:
        return Decoded(width, 40, b"anew", b"small")

    monkeypatch.setattr(importing, "decode", made)
    bare, told = a_jpeg(), a_jpeg(comment=b"Lilas")
    for data, width, kept in ((bare, 60, bare), (bare, importing.SIDE + 1, b"anew"), (told, 60, b"anew")):  # noqa: B007
        photo = FoundPhoto("p1", "g1/exploration", "sheet1.verso", "", "", 0, data)
        [(_, large, small, _)] = await an_importing()._photos([photo], None)
        assert (large, small) == (kept, b"small")


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
