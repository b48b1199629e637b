"""What can be taken home: the formats, the items people tick, and what one file shall hold."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Layout = Literal["filled", "blank", "annotated", "guide", "slide"]
LAYOUTS: tuple[Layout, ...] = ("filled", "blank", "annotated", "guide", "slide")
Boards = Literal["canvases", "sheets", "all"]
SETS: tuple[Boards, ...] = ("canvases", "sheets", "all")

FORMATS: Mapping[str, str] = {
    "pdf": "application/pdf",
    "svg": "image/svg+xml",
    "png": "image/png",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "odt": "application/vnd.oasis.opendocument.text",
    "md": "text/markdown; charset=utf-8",
    "wiki": "text/plain; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "ics": "text/calendar; charset=utf-8",
    "yjs": "application/octet-stream",
    "zip": "application/zip",
}
"""Ending of a file → its media type."""


@dataclass(frozen=True, slots=True)
class Want:
    """One file, or one of each board or room. `board` and `room` are as in a pack; None: all there are."""

    format: str
    set: Boards = "all"
    board: str | None = None
    room: str | None = None
    layout: Layout = "filled"
    beside: bool = False
    """The other files of the zip lie around it: what names them finds them."""
    after: int | None = None
    """Only `SOME` of the files, those after so many; none where there are no more."""


WHOLE_ROOMS = frozenset({"json", "yjs", "zip"})
"""Formats that hold a room or all of them, never one board: its notes lead to others of the room."""
PIECEWISE = frozenset({"svg", "png"})
"""Formats of many files, which are made some at a time: others may have theirs in between."""
SOME = 8


@dataclass(frozen=True, slots=True)
class Made:
    """A file. `part`: what it holds, as a word of its name."""

    part: str
    format: str
    data: bytes
    pages: int | None = None
    plain: bool = False
    """A PDF that keeps to no standard for archives and screen readers: something in it allows none."""


ITEMS: Mapping[str, tuple[Want, ...]] = {
    "canvases": (Want("pdf", "canvases"),),
    "sheets": (Want("pdf", "sheets"),),
    "images": (Want("png"), Want("svg")),
    "report": (Want("docx"), Want("odt"), Want("md", beside=True), Want("wiki")),
    "table": (Want("xlsx"),),
    "csv": (Want("csv"),),
    "data": (Want("json"),),
    "yjs": (Want("yjs"),),
    "calendar": (Want("ics"),),
    "photos": (Want("jpg"),),
}
"""What people tick, in the order of the page and of the zip → the files of each."""

FOLDERS: Mapping[str, str] = {
    "canvases": "canvases",
    "sheets": "sheets",
    "images": "images",
    "report": "report",
    "photos": "photos",
}
"""Item → the folder of the zip that its files are in; those that are not here are `data`."""

_NAMES: Mapping[str, Mapping[str, str]] = {
    "canvases": {"fr": "canevas", "en": "canvases"},
    "sheets": {"fr": "fiches", "en": "sheets"},
    "all": {"fr": "supports", "en": "boards"},
    "images": {"fr": "images", "en": "images"},
    "photos": {"fr": "photos", "en": "photos"},
    "report": {"fr": "compte-rendu", "en": "report"},
    "data": {"fr": "donnees", "en": "data"},
    "xlsx": {"fr": "tableur", "en": "workbook"},
    "csv": {"fr": "notes", "en": "notes"},
    "json": {"fr": "donnees", "en": "data"},
    "ics": {"fr": "actions", "en": "actions"},
    "yjs": {"fr": "salles", "en": "rooms"},
    "svg": {"fr": "images-svg", "en": "images-svg"},
    "png": {"fr": "images", "en": "images"},
    "jpg": {"fr": "photos", "en": "photos"},
    "blank": {"fr": "vierges", "en": "blank"},
    "annotated": {"fr": "annotes", "en": "annotated"},
    "guide": {"fr": "livret", "en": "booklet"},
    "slide": {"fr": "diapositives", "en": "slides"},
}


def part_name(part: str, language: str) -> str:
    """A part of a file's name, in letters that every system takes."""
    return _NAMES[part]["en" if language == "en" else "fr"]


def file_name(title: str, made: Made) -> str:
    """`trajets-communs-compte-rendu.docx`; of everything together, `trajets-communs.zip`."""
    part = f"-{made.part}" if made.part else ""
    return f"{slug(title)}{part}.{made.format}"


def folder_of(item: str, language: str) -> str:
    return part_name(FOLDERS.get(item, "data"), language)


def slug(text: str, most: int = 60) -> str:
    """A text as a part of a file's name that every system takes: `trajets-communs`."""
    plain = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "oe").replace("æ", "ae"))
    words = re.findall(r"[a-z0-9]+", "".join(c for c in plain if not unicodedata.combining(c)).lower())
    whole = "-".join(words)
    if len(whole) > most and "-" in whole[: most + 1]:  # no word is cut
        whole = whole[: most + 1].rpartition("-")[0]
    return whole[:most].strip("-") or "atelier"
