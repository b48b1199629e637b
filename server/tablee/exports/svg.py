"""One board as SVG: the page as on paper, and what did not fit under it. Letters are drawn as shapes.

What a program would look for is said besides: title, every note as a description, attribution and licence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.sax.saxutils import escape

from tablee.exports.pdf_pages import Face, Pages
from tablee.exports.typst import clean, compiled
from tablee.model.board import Board, Pack
from tablee.words import Words

LICENCE = "https://creativecommons.org/licenses/by-sa/4.0/"
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def svg(pack: Pack, board: Board, words: Words) -> bytes:
    (drawn,) = svgs(pack, [board], words)
    return drawn


def svgs(pack: Pack, boards: Sequence[Board], words: Words) -> list[bytes]:
    """A picture of each; all at once takes half the time of one after the other."""
    if not boards:
        return []
    pages = Pages(pack.catalogue, words, pack)
    told = pages.document([Face(board.template, "filled", board) for board in boards], image=True)
    return [
        described(
            drawn,
            words,
            _title(pack, board, words),
            _notes(board, words),
            pages.rights(),
            free=pack.workshop.licence == "cc-by-sa-4.0",
        )
        for board, drawn in zip(boards, compiled(told, "svg"), strict=True)
    ]


def _title(pack: Pack, board: Board, words: Words) -> str:
    whose = board.owner or board.group
    title = f"{pack.workshop.title} · {words.typo(board.template.titles[words.language])}"
    return f"{title} · {whose}" if whose else title


def _notes(board: Board, words: Words) -> list[str]:
    said = [
        f"{held.zone.titles[words.language]} : {note.text}" for held in board.zones for note in held.notes
    ]
    return said + [note.text for note in board.unplaced]


def described(
    drawn: bytes, words: Words, title: str, notes: list[str], rights: str, *, free: bool = True
) -> bytes:
    """A drawing with what it says. `free`: all of it is, what people wrote as well as its template."""
    licence = f'<cc:license rdf:resource="{LICENCE}"/>' if free else ""
    head, end, rest = drawn.decode().partition(">")
    said = (
        f"<title>{_xml(title)}</title><desc>{_xml(chr(10).join([*notes, rights]))}</desc>"
        '<metadata><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:cc="http://creativecommons.org/ns#">'
        f'<cc:Work rdf:about=""><dc:title>{_xml(title)}</dc:title><dc:rights>{_xml(rights)}</dc:rights>'
        f"<dc:language>{words.language}</dc:language>{licence}</cc:Work>"
        "</rdf:RDF></metadata>"
    )
    return f'{head} role="img" xml:lang="{words.language}"{end}{said}{rest}'.encode()


def _xml(text: str) -> str:
    return escape(_NOT_XML.sub("", clean(text)))
