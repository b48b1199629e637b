"""Boards on paper: canvases on A3, sheets on A4, as PDF/A and PDF/UA with text that can be selected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from tablee.exports.items import Layout
from tablee.exports.pdf_pages import Face, Pages
from tablee.exports.png import POINTS_AN_INCH
from tablee.exports.svg import described
from tablee.exports.typst import Ending, compiled
from tablee.model.board import Board, Pack
from tablee.model.canvases import Catalogue
from tablee.model.templates import Template
from tablee.words import Words


def pdf(
    pack: Pack,
    *,
    boards: Iterable[Board] | None = None,
    layout: Layout = "filled",
    words: Words,
    booklet: bool = False,
) -> bytes:
    """These boards, or all of the pack. Other layouts than `filled` are printed once for each template.

    `booklet`: with a cover and the guide of the steps before them.
    """
    chosen = tuple(pack.boards if boards is None else boards)
    pages = Pages(pack.catalogue, words, pack)
    faces = faces_of(pack, chosen, layout)
    (made,) = compiled(pages.document(faces, cover=booklet), "pdf", at_ms=pack.state_at)
    return made


def faces_of(pack: Pack, boards: Sequence[Board], layout: Layout) -> list[Face]:
    """What is filled is printed of each board, what is to be filled once of each template.

    A recto that is printed for nobody yet has a line for a name; it comes with its verso.
    """
    if layout == "filled":
        return [Face(board.template, layout, board) for board in boards]
    wanted = {board.template.id for board in boards}
    if len(boards) > 1:
        wanted |= {board.template.other_face or "" for board in boards}
    links = {board.template.id: board.link for board in pack.boards if board.link}
    return [
        Face(template, layout, link=_link(template, links))
        for template in _templates(pack)
        if not boards or template.id in wanted
    ]


def _link(template: Template, links: Mapping[str, str]) -> str | None:
    """Where a template is worked on; nobody may have opened a recto yet, but its verso is there."""
    other = template.other_face
    if template.id in links or other is None or other not in links:
        return links.get(template.id)
    return links[other].replace(other, template.id)


def preview(
    template: Template, *, ending: Ending, catalogue: Catalogue, layout: Layout, words: Words
) -> bytes:
    """A template as it is printed before any workshop."""
    pages = Pages(catalogue, words, None)
    told = pages.document([Face(template, layout)], image=ending != "pdf")
    (made,) = compiled(told, ending, ppi=POINTS_AN_INCH)
    if ending == "svg":
        return described(made, words, words.typo(template.titles[words.language]), [], pages.rights())
    return made


def _templates(pack: Pack) -> list[Template]:
    """Those of this workshop, in the order people meet them."""
    modules = pack.workshop.modules
    return [
        template
        for template in pack.catalogue.templates.values()
        if (f"sheet{template.sheet}" if template.sheet else template.id) in modules
    ]
