"""Makes one wanted file, or one of each board, with whatever library that takes.

Libraries are imported when they are first needed: each takes its time, and nobody needs all of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from tablee.exports.blocks import Report
from tablee.exports.items import SOME, Made, Want, part_name, slug
from tablee.exports.listing import board_name, photo_parts, short_title, unlike
from tablee.exports.narrowing import narrowed
from tablee.exports.report import report_of
from tablee.model.board import Board, Pack
from tablee.words import Language, Words

_PAGES = re.compile(rb"/Type\s*/Pages\b[^>]*?/Count\s+(\d+)")
"""Where a PDF says how many pages it has."""
_STANDARD = b"pdfaid:part"
"""What a PDF for archives says of itself."""


def made(pack: Pack, want: Want) -> tuple[Made, ...]:
    """Nothing where there is no such board, room or photo."""
    words = words_of(pack)
    make = _MAKING[want.format]
    if make not in (_report, _table) or (want.room is None and want.board is None):
        return make(pack, want, words)
    boards = boards_of(pack, want)
    if want.board is not None and not boards:
        return ()
    files = make(narrowed(pack, want, boards, words), want, words)
    where = want.room.replace("/", "-") if want.room is not None else slug(short_title(words, boards[0]))
    return tuple(replace(one, part=f"{one.part}-{where}") for one in files)


def words_of(pack: Pack) -> Words:
    language: Language = "en" if pack.language == "en" else "fr"
    return Words(language)


def boards_of(pack: Pack, want: Want) -> tuple[Board, ...]:
    """`want.board` is the id of a board, whose groups each have one, or of a template."""

    def is_wanted(board: Board) -> bool:
        if want.room is not None and board.room != want.room:
            return False
        if want.board is not None:
            return want.board in (board.id, board.template.id)
        if want.set == "all":
            return True
        return (want.set == "canvases") == (board.template.sheet is None)

    return tuple(board for board in pack.boards if is_wanted(board))


def _pdf(pack: Pack, want: Want, words: Words) -> tuple[Made, ...]:
    from tablee.exports.pdf import pdf

    boards = boards_of(pack, want) if want.layout != "filled" else _written_of(pack, want)
    if not boards:
        return ()
    booklet = want.layout == "guide" and want.board is None
    data = pdf(pack, boards=boards, layout=want.layout, words=words, booklet=booklet)
    part = slug(short_title(words, boards[0])) if want.board else part_name(want.set, words.language)
    if want.layout != "filled":
        part += "-" + part_name(want.layout, words.language)
    counted = _PAGES.search(data)
    pages = None if counted is None else int(counted[1])
    return (Made(part, "pdf", data, pages, plain=_STANDARD not in data),)


def _written_of(pack: Pack, want: Want) -> tuple[Board, ...]:
    """The same without the sheets on which their structure wrote nothing, unless one is asked for."""
    return tuple(
        board
        for board in boards_of(pack, want)
        if want.board is not None or board.owner is None or board.count or board.photos
    )


def _image(pack: Pack, want: Want, words: Words) -> tuple[Made, ...]:
    if want.format == "svg":
        from tablee.exports.svg import svgs as draw
    else:
        from tablee.exports.png import pngs as draw
    boards = _written_of(pack, want)
    parts = unlike(board_name(board, words) for board in boards)
    if want.after is not None:
        chosen = slice(want.after, want.after + SOME)
        boards, parts = boards[chosen], parts[chosen]
    return tuple(
        Made(part, want.format, data) for part, data in zip(parts, draw(pack, boards, words), strict=True)
    )


def _report(pack: Pack, want: Want, words: Words) -> tuple[Made, ...]:
    told = report_of(pack, words, beside=want.beside)
    return (Made(part_name("report", words.language), want.format, _writer(want.format)(told)),)


def _writer(wanted: str) -> Callable[[Report], bytes]:
    match wanted:
        case "docx":
            from tablee.exports.docx import write_docx

            return write_docx
        case "odt":
            from tablee.exports.odt import write_odt

            return write_odt
        case "md":
            from tablee.exports.markdown import write_markdown

            return write_markdown
        case _:
            from tablee.exports.wiki import write_wiki

            return write_wiki


def _table(pack: Pack, want: Want, words: Words) -> tuple[Made, ...]:
    match want.format:
        case "xlsx":
            from tablee.exports.xlsx import write_xlsx as write
        case "csv":
            from tablee.exports.csv import write_csv as write
        case "ics":
            from tablee.exports.ical import dated
            from tablee.exports.ical import write_ical as write

            if not dated(pack):  # a calendar has something in it (RFC 5545, 3.6)
                return ()
        case _:
            from tablee.exports.pack_json import write_json as write
    return (Made(part_name(want.format, words.language), want.format, write(pack)),)


def _photos(pack: Pack, want: Want, words: Words) -> tuple[Made, ...]:
    some = [(board, photo) for board in boards_of(pack, want) for photo in board.photos]
    parts = photo_parts([board for board, _ in some], words)
    return tuple(Made(part, "jpg", photo.data) for part, (_, photo) in zip(parts, some, strict=True))


_MAKING: Mapping[str, Callable[[Pack, Want, Words], tuple[Made, ...]]] = {
    "pdf": _pdf,
    "svg": _image,
    "png": _image,
    **dict.fromkeys(("docx", "odt", "md", "wiki"), _report),
    **dict.fromkeys(("xlsx", "csv", "ics", "json"), _table),
    "jpg": _photos,
}
