"""Boards as pictures, for slides and messages: 120 points an inch, what did not fit under each."""

from __future__ import annotations

from collections.abc import Sequence

from tablee.exports.pdf_pages import Face, Pages
from tablee.exports.typst import compiled
from tablee.model.board import Board, Pack
from tablee.words import Words

POINTS_AN_INCH = 120


def png(pack: Pack, board: Board, words: Words) -> bytes:
    (drawn,) = pngs(pack, [board], words)
    return drawn


def pngs(pack: Pack, boards: Sequence[Board], words: Words) -> list[bytes]:
    """A picture of each; all at once takes half the time of one after the other."""
    if not boards:
        return []
    pages = Pages(pack.catalogue, words, pack)
    told = pages.document([Face(board.template, "filled", board) for board in boards], image=True)
    return compiled(told, "png", ppi=POINTS_AN_INCH)
