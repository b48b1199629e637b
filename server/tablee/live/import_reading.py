"""Reads a file that comes back, whatever it is: all that computes of an import, without a store.

`import_process.py` runs it beside the server, whose time and memory no file of anybody may take.
"""

from __future__ import annotations

import io
import re
import secrets
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tablee.errors import BadFrame, Invalid, Refused
from tablee.exports.pack_json import schema
from tablee.live.kit_words import refuse_faulty
from tablee.model.canvases import Catalogue
from tablee.model.identity import new_id
from tablee.model.importing.pack import (
    FoundPack,
    FoundPhoto,
    Limits,
    check_content,
    is_pack,
    read_pack,
    with_own_ids,
)
from tablee.model.importing.strict import at, inside, read_json
from tablee.model.importing.tables import (
    Row,
    content_of_rows,
    is_scrumlr,
    read_csv,
    read_scrumlr,
    scrumlr_title,
    with_address,
)
from tablee.model.kits.document import FORMAT as KIT_FORMAT
from tablee.model.kits.document import KitDocument, catalogue_of, digest_of
from tablee.model.kits.lineage import root_document
from tablee.model.kits.reading import checked_origin, shaped
from tablee.model.workshop import PinnedKit, Workshop
from tablee.sync.document import document_of
from tablee.sync.index import NotTaken
from tablee.sync.room import Room
from tablee.words import Words

BOARD = "sheet1.verso"
"""Where notes of other tools go in a new workshop, unless somebody says."""
SHOWN_ROWS = 20
FILES = 2_000
"""In a zip."""

KNOWN_FILES: Mapping[bytes, str] = {
    b"%PDF": "pdf",
    b"\x89PNG": "image",
    b"\xff\xd8\xff": "image",
    b"GIF8": "image",
    b"\x1f\x8b": "archive",
    b"Rar!": "archive",
    b"7z\xbc\xaf": "archive",
    b"\xd0\xcf\x11\xe0": "office",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants besides: where notes of a table go, and how a new workshop of them is called."""

    title: str = ""
    language: str = "fr"
    group: str = ""
    board: str = ""
    zone: str = ""
    zones: Mapping[str, str] = field(default_factory=dict)
    claimed: str = ""
    """What the file's name or its sender says it is: `zip`, `json`, `other`, or nothing."""


@dataclass(frozen=True, slots=True)
class Question:
    """`catalogue`: the shipped one. `only_rows`: a table is wanted, for a workshop that there is."""

    data: bytes
    asked: Asked
    limits: Limits
    most_bytes: int
    catalogue: Catalogue
    now: int
    only_rows: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """The first entry of a room's log, and whose the client ids in it are."""

    payload: bytes
    clients: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A file that was read and checked. `entries` are by room path; `rows`: of a table."""

    workshop: Workshop
    counts: Mapping[str, int]
    sha256: str
    entries: Mapping[str, Entry]
    photos: tuple[FoundPhoto, ...] = ()
    kit: KitDocument | None = None
    rows: tuple[Row, ...] = ()

    def preview(self) -> dict[str, Any]:
        return {
            "title": self.workshop.title,
            "counts": self.counts,
            "hash": self.sha256,
            "rows": shown(self.rows),
            "cut": cut_in(self.rows),
        }


def found_in(question: Question) -> Found | tuple[Row, ...]:
    """What a file holds. Raises `Invalid` with the place of the first mistake."""
    shipped, limits, now = question.catalogue, question.limits, question.now
    value = value_of(question.data, question.most_bytes, question.asked)
    if isinstance(value, list):
        if question.only_rows:
            return tuple(value)
        content = _content_of(value, question.asked, shipped, now)
        return _found(check_content(content, shipped, limits, now), now, rows=tuple(value))
    if question.only_rows:
        raise Invalid(
            "import.whole",
            "Ce fichier est un atelier entier : reprenez-le comme un nouvel atelier.",
            more=at("format"),
        )
    kit = _kit_of(value, shipped)
    if kit is None:
        return _found(_light(read_pack(value, schema(), shipped, limits, now), limits), now)
    pin = PinnedKit(kit.id, kit.version, digest_of(kit))
    catalogue = catalogue_of(kit, shipped, shipped.attribution)
    pack = _light(read_pack(value, schema(), catalogue, limits, now), limits)
    return _found(replace(pack, workshop=replace(pack.workshop, kit=pin)), now, kit)


def _light(pack: FoundPack, limits: Limits) -> FoundPack:
    """The same. Raises `Invalid` where its photos say that they are too large to be decoded."""
    if not pack.photos:
        return pack
    from PIL import Image  # few files have some

    Image.MAX_IMAGE_PIXELS = None  # they are counted here, and decoded elsewhere
    used = 0
    for n, photo in enumerate(pack.photos):
        place = f"content.photos[{n}].data"
        try:
            with Image.open(io.BytesIO(photo.data), formats=("JPEG", "PNG", "WEBP")) as image:
                width, height = image.size
        except Exception:  # noqa: BLE001 (decoders raise whatever they like)
            raise Invalid(
                "import.photo",
                "Ce fichier n'est pas une photo lisible ici. Envoyez une image JPEG, PNG ou WebP.",
                more=at(place),
            ) from None
        used += width * height
        if used > limits.pixels:
            raise Invalid(
                "import.photos",
                "Les photos prennent plus de place que n'en permet ce serveur.",
                more=at(place),
            )
    return pack


def _found(pack: FoundPack, now: int, kit: KitDocument | None = None, rows: tuple[Row, ...] = ()) -> Found:
    pack = with_own_ids(pack, lambda prefix: new_id(secrets.randbelow, prefix))
    return Found(pack.workshop, pack.counts, pack.sha256, _entries(pack, now), pack.photos, kit, rows)


def _entries(pack: FoundPack, now: int) -> dict[str, Entry]:
    """Each room as one first update, which goes through the gate like those of a page."""
    out = {}
    for path, roots in pack.rooms.items():
        room = Room(secrets.token_bytes(8))
        try:
            room.change(None, document_of(roots).state(), lambda key: None)
        except (NotTaken, BadFrame):
            place = inside("content.rooms", path)
            raise Invalid("import.value", "Cette valeur n'est pas acceptée.", more=at(place)) from None
        payload = room.commit(now)
        if payload is not None:
            out[path] = Entry(payload, tuple(room.claimed.items()))
    return out


def _content_of(rows: Sequence[Row], asked: Asked, catalogue: Catalogue, now: int) -> dict[str, Any]:
    say = Words("en" if asked.language == "en" else "fr").say
    title = asked.title or next((row.title for row in rows if row.title), "") or say("Atelier repris")
    placed = with_address(
        rows,
        catalogue,
        asked.board or BOARD,
        asked.zone,
        asked.zones,
        lambda board: "/" in board or (catalogue.templates[board].side != "je"),
    )

    def make(prefix: str) -> str:
        return new_id(secrets.randbelow, prefix, 12)

    return content_of_rows(placed, title, asked.language, catalogue, make, now, say("Groupe {n}"))


def _kit_of(value: Any, shipped: Catalogue) -> KitDocument | None:
    """The templates that travel with a pack. Raises `Invalid`."""
    told = value.get("content", {}).get("kit") if is_pack(value) and _is_dict(value, "content") else None
    if told is None:
        return None
    try:
        kit = shaped(told)
        checked_origin(kit, root_document(shipped))
        refuse_faulty(kit)
    except Refused as refusal:
        place = f"content.kit.{refusal.field}" if refusal.field else "content.kit"
        raise Invalid("import.kit", refusal.sentence, more=at(place)) from None
    return kit


def shown(rows: Sequence[Row]) -> list[dict[str, str]]:
    """The first rows, to look at before they are taken."""
    return [
        {"text": row.text, "board": row.board, "zone": row.zone, "cluster": row.cluster, "author": row.author}
        for row in rows[:SHOWN_ROWS]
    ]


def cut_in(rows: Sequence[Row]) -> int:
    """How many texts were too long for one note."""
    return sum(row.cut for row in rows)


# -- what a file is --------------------------------------------------------------------------------------


def value_of(data: bytes, most: int, asked: Asked) -> Any:
    """The rows of a table, or the JSON value of a pack. Raises `Invalid`, which names what the file is."""
    if not data.strip():
        raise Invalid("import.empty", "Ce fichier est vide.", more=at(""))
    for head, what in KNOWN_FILES.items():
        if data.startswith(head):
            raise _other(what)
    if data.startswith(b"PK"):
        return value_of_json(_unzipped(data, most))
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        return value_of_json(data)
    start = data.lstrip()[:200].lower()
    if start.startswith((b"<!doctype html", b"<html")):
        raise _other("page")
    if start.startswith(b"begin:vcalendar"):
        raise _other("calendar")
    if b"\x00" in data[:4000] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _other("")
    # a broken file is no table of one note
    if asked.claimed == "zip":
        raise Invalid("import.zip", "Ce zip est incomplet ou abîmé.", more=at(""))
    if asked.claimed == "json":
        raise Invalid("import.format", "Ce fichier n'est pas du JSON.", more=at(""))
    # any text has lines: those of a page or a log are notes where somebody says how the workshop is called
    return read_csv(data, lines_are_notes=asked.claimed != "other" or bool(asked.title))


def value_of_json(data: bytes) -> Any:
    value = read_json(data)
    if is_pack(value):
        return value
    if isinstance(value, dict) and value.get("format") == KIT_FORMAT:
        raise Invalid(
            "import.format",
            "Ce fichier est un jeu de gabarits : ouvrez-le depuis la page des gabarits.",
            more=at("format"),
        )
    if is_scrumlr(value):
        title = scrumlr_title(value)
        return [replace(row, title=title) for row in read_scrumlr(value)]
    raise Invalid("import.format", "Ce fichier JSON n'est pas un dossier de Tablée.", more=at("format"))


def _other(what: str) -> Invalid:
    more = at("")
    match what:
        case "pdf":
            return Invalid(
                "import.format", "Ce fichier est un PDF : reprenez plutôt le dossier JSON ou zip.", more=more
            )
        case "image":
            return Invalid(
                "import.format", "Ce fichier est une image : ajoutez-la comme photo d'un support.", more=more
            )
        case "office":
            return Invalid(
                "import.format",
                "Ce fichier est un document de bureautique : enregistrez-le en CSV.",
                more=more,
            )
        case "archive":
            return Invalid("import.format", "Ce fichier est une archive d'un autre type que zip.", more=more)
        case "page":
            return Invalid("import.format", "Ce fichier est une page web.", more=more)
        case "calendar":
            return Invalid("import.format", "Ce fichier est un calendrier.", more=more)
    return Invalid("import.format", "Ce fichier n'est ni un dossier de Tablée, ni un tableau.", more=more)


def _unzipped(data: bytes, most: int) -> bytes:
    """The pack inside a zip of ours. Nothing is written anywhere, and no more is unpacked than allowed."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            names = [entry.filename for entry in entries]
            if any(name.startswith(("xl/", "word/", "ppt/", "META-INF/")) for name in names):
                raise _other("office")
            if len(entries) > FILES or len(set(names)) != len(names):
                raise Invalid("import.zip", "Ce zip contient trop de fichiers.", more=at(""))
            for entry in entries:
                _check_entry(entry)
            found = [entry for entry in entries if _may_hold(entry.filename)]
            if sum(entry.file_size for entry in found) > most:
                raise Invalid(
                    "import.zip", "Ce zip contient un fichier trop grand.", more=at(found[0].filename)
                )
            packs = []
            for entry in found:
                held = archive.read(entry)  # no more than the size it says, whatever is packed
                if re.search(rb'"format"\s*:\s*"tablee\.pack/', held[:4000]):
                    packs.append(held)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
        # what zipfile raises of a file that is cut, damaged, encrypted or packed in a way it does not know
        raise Invalid("import.zip", "Ce zip est incomplet ou abîmé.", more=at("")) from None
    if len(packs) != 1:
        raise Invalid(
            "import.zip",
            "Ce zip ne contient pas le dossier d'un atelier : un fichier JSON, un seul.",
            more=at(""),
        )
    return packs[0]


def _may_hold(name: str) -> bool:
    return name.endswith(".json") and name.rpartition("/")[2] != "manifest.json"


def _check_entry(entry: zipfile.ZipInfo) -> None:
    name = entry.filename
    parts = name.replace("\\", "/").split("/")
    if name.startswith(("/", "\\")) or ".." in parts or "\x00" in name or ":" in parts[0]:
        raise Invalid("import.zip", "Ce zip contient un chemin qui n'est pas permis.", more=at(name))
    if entry.flag_bits & 1:
        raise Invalid("import.zip", "Ce zip est protégé par un mot de passe.", more=at(name))
    if name.lower().endswith((".zip", ".7z", ".rar", ".gz", ".tar")):
        raise Invalid("import.zip", "Ce zip contient une autre archive.", more=at(name))


def _is_dict(value: Mapping[str, Any], name: str) -> bool:
    return isinstance(value.get(name), dict)
