"""The report as a Word document: real headings, repeated table heads, page numbers, nothing to be repaired.

Paragraphs are made as XML elements: python-docx looks styles up again for each, which takes seconds for a
thousand notes.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from tablee.exports.blocks import (
    LISTED,
    Block,
    Bullets,
    Heading,
    Noted,
    Paragraph,
    Picture,
    Report,
    Table,
    is_long,
    legible,
    widths,
)
from tablee.exports.rezip import dated

FONT = "Arial"
"""A report is worked on elsewhere: it takes a letter that is there, or has a double, everywhere."""
INK = RGBColor(0x1F, 0x1F, 0x1F)
SOFT = RGBColor(0x55, 0x55, 0x55)
WIDTH_CM = 17.0
PICTURE_CM = 12.0
TWIPS_PER_CM = 567
CELL_MARGIN = "70"
PROPERTY_CHARS = 255
"""What Word takes of each thing that is said about a document."""
DETAIL, QUIET, CELL, CONTENTS = "NoteDetail", "Quiet", "Cell", "Contents"


def write_docx(report: Report) -> bytes:
    document: Any = Document()
    _styles(document, report)
    _page(document, report)
    _properties(document, report)
    body = document.element.body
    end = body.sectPr
    for part in _title_page(report):
        end.addprevious(part)
    marks = _marks(report)
    for block in report.blocks:
        if isinstance(block, Heading) and block.level <= LISTED:
            end.addprevious(_listed(block, next(marks)))
            continue
        if isinstance(block, Picture):
            _picture(document, block)
            continue
        for part in _parts(block, report):
            end.addprevious(part)
    out = io.BytesIO()
    document.save(out)
    return dated(out.getvalue(), report.at_ms)


# -- elements --------------------------------------------------------------------------------------------


def _element(tag: str, **attributes: str) -> Any:
    made = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), value)
    return made


def _run(text: str, *, bold: bool = False) -> Any:
    """Words as they are: line ends and tabs are elements of their own, spaces stay."""
    run = _element("r")
    if bold:
        properties = _element("rPr")
        properties.append(_element("b"))
        run.append(properties)
    for at, line in enumerate(legible(text).split("\n")):
        if at:
            run.append(_element("br"))
        for n, piece in enumerate(line.split("\t")):
            if n:
                run.append(_element("tab"))
            if piece:
                words = _element("t")
                words.text = piece
                words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
                run.append(words)
    return run


def _paragraph(style: str, *runs: Any, leads: bool = False) -> Any:
    """`leads`: on the same page as what follows."""
    made = _element("p")
    properties = _element("pPr")
    properties.append(_element("pStyle", val=style))
    if leads:
        properties.append(_element("keepNext"))
    made.append(properties)
    made.extend(runs)
    return made


def _parts(block: Block, report: Report) -> Iterator[Any]:
    match block:
        case Heading():
            yield _paragraph(f"Heading{block.level}", _run(block.text))
        case Paragraph():
            style = QUIET if block.tone == "quiet" else "Normal"
            leads = block.leads or block.tone == "strong"
            yield _paragraph(style, _run(block.text, bold=block.tone == "strong"), leads=leads)
        case Bullets():
            for item in block.items:
                yield _paragraph("ListBullet", _run(item))
        case Noted():
            number = [_run(f"{block.number}  ", bold=True)] if block.number else []
            text = _run(block.text or report.empty)
            yield _paragraph("ListBullet", *number, text, leads=bool(block.about))
            if block.about:
                yield _paragraph(DETAIL, _run(block.about))
            for comment in block.comments:
                yield _paragraph("ListBullet2", _run(comment))
        case Table():
            yield _table(block)
            yield _paragraph(QUIET)  # two tables in a row would be one


def _table(block: Table) -> Any:
    columns = [int(one * TWIPS_PER_CM) for one in widths(block, WIDTH_CM)]
    made = _element("tbl")
    properties = _element("tblPr")
    properties.append(_element("tblStyle", val="TableGrid"))
    properties.append(_element("tblW", w=str(sum(columns)), type="dxa"))
    properties.append(_element("tblLayout", type="fixed"))
    margins = _element("tblCellMar")
    margins.extend(_element(side, w=CELL_MARGIN, type="dxa") for side in ("top", "left", "bottom", "right"))
    properties.append(margins)
    properties.append(_element("tblLook", val="0020", firstRow="1"))
    made.append(properties)
    grid = _element("tblGrid")
    grid.extend(_element("gridCol", w=str(width)) for width in columns)
    made.append(grid)
    made.append(_row(block.head, columns, head=True))
    made.extend(_row(row, columns, head=False) for row in block.rows)
    return made


def _row(cells: tuple[str, ...], columns: Iterable[int], *, head: bool) -> Any:
    row = _element("tr")
    properties = _element("trPr")
    if not is_long(cells):
        properties.append(_element("cantSplit"))
    if head:
        properties.append(_element("tblHeader"))
    row.append(properties)
    for text, width in zip(cells, columns, strict=True):
        cell = _element("tc")
        about = _element("tcPr")
        about.append(_element("tcW", w=str(width), type="dxa"))
        if head:
            about.append(_element("shd", val="clear", color="auto", fill="EDEDED"))
        cell.append(about)
        cell.append(_paragraph(CELL, _run(text, bold=head)))
        row.append(cell)
    return row


def _picture(document: Any, block: Picture) -> None:
    tall = block.height > block.width
    size = {"height": Cm(PICTURE_CM)} if tall else {"width": Cm(PICTURE_CM)}
    document.add_picture(io.BytesIO(block.data), **size)
    document.inline_shapes[-1]._inline.docPr.set("descr", legible(block.caption))
    document.element.body.sectPr.addprevious(_paragraph("Caption", _run(block.caption)))


# -- around them -----------------------------------------------------------------------------------------


def _title_page(report: Report) -> Iterator[Any]:
    yield _paragraph(QUIET, _run(report.kind))
    yield _paragraph("Title", _run(report.title))
    if report.subtitle:
        yield _paragraph("Subtitle", _run(report.subtitle))
    for name, value in report.facts:
        yield _paragraph("Normal", _run(name + report.colon, bold=True), _run(value))
    yield _contents(report)
    if report.fills_first_page:
        turn = _element("r")
        turn.append(_element("br", type="page"))
        yield _paragraph("Normal", turn)


def _marks(report: Report) -> Iterator[str]:
    """What each heading of the table of contents is found by."""
    return (f"_Toc{n:06}" for n in range(1, len(report.listed()) + 1))


def _listed(block: Heading, mark: str) -> Any:
    number = mark.removeprefix("_Toc").lstrip("0")
    start, end = _element("bookmarkStart", id=number, name=mark), _element("bookmarkEnd", id=number)
    return _paragraph(f"Heading{block.level}", start, _run(block.text), end)


def _contents(report: Report) -> Any:
    """The table of contents, which leads to each heading. Only an office program knows pages: it adds them
    when the table is updated there; what is here is never wrong."""
    holder, about, content = _element("sdt"), _element("sdtPr"), _element("sdtContent")
    gallery = _element("docPartObj")
    gallery.append(_element("docPartGallery", val="Table of Contents"))
    gallery.append(_element("docPartUnique"))
    about.append(gallery)
    content.append(_paragraph(CONTENTS, _run(report.contents, bold=True), leads=True))
    begin = _element("r")
    begin.append(_element("fldChar", fldCharType="begin"))
    asked = _element("r")
    instruction = _element("instrText")
    instruction.text = f' TOC \\o "1-{LISTED}" \\h \\z \\u '
    asked.append(instruction)
    between = _element("r")
    between.append(_element("fldChar", fldCharType="separate"))
    before = [begin, asked, between]
    for block, mark in zip(report.listed(), _marks(report), strict=True):
        link = _element("hyperlink", anchor=mark, history="1")
        link.append(_run(block.text.replace("\n", " ")))
        content.append(_paragraph(f"TOC{block.level}", *before, link))
        before = []
    end = _element("r")
    end.append(_element("fldChar", fldCharType="end"))
    content.append(_paragraph("Normal", *before, end))
    holder.extend((about, content))
    return holder


def _styles(document: Any, report: Report) -> None:
    styles = document.styles
    language = "fr-FR" if report.language == "fr" else "en-GB"
    for run in styles.element.iter(qn("w:lang")):
        run.set(qn("w:val"), language)
    for name, size, colour, bold in (
        ("Normal", 11, INK, None),
        ("Title", 26, INK, True),
        ("Subtitle", 13, SOFT, False),
        ("Heading 1", 18, INK, True),
        ("Heading 2", 14, INK, True),
        ("Heading 3", 12, INK, True),
        ("Heading 4", 11, SOFT, True),
        ("Caption", 9.5, SOFT, False),
    ):
        style = styles[name]
        _font(style, size, colour)
        if bold is not None:
            style.font.bold = bold
    styles["Normal"].paragraph_format.space_after = Pt(4)
    for name, size in ((QUIET, 9.5), (DETAIL, 9.5), (CELL, 9)):
        style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = styles["Normal"]
        _font(style, size, INK if name == CELL else SOFT)
        style.paragraph_format.space_after = Pt(0 if name == CELL else 5)
    styles[DETAIL].paragraph_format.left_indent = Cm(0.65)
    contents = styles.add_style(CONTENTS, WD_STYLE_TYPE.PARAGRAPH)
    contents.base_style = styles["Normal"]
    _font(contents, 14, INK)
    contents.paragraph_format.space_before = Pt(18)
    for level in range(1, LISTED + 1):
        style = styles.add_style(f"toc {level}", WD_STYLE_TYPE.PARAGRAPH)
        style.element.set(qn("w:styleId"), f"TOC{level}")
        style.base_style = styles["Normal"]
        _font(style, 11 if level == 1 else 9.5, INK if level == 1 else SOFT)
        style.paragraph_format.space_before = Pt(4 if level == 1 else 0)
        style.paragraph_format.space_after = Pt(1)
        style.paragraph_format.left_indent = Cm(0.6 * (level - 1))
        stops = style.paragraph_format.tab_stops
        stops.add_tab_stop(Cm(WIDTH_CM), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
    title = styles["Title"].element.pPr
    title.remove(title.find(qn("w:pBdr")))


def _font(style: Any, size: float, colour: RGBColor) -> None:
    style.font.name = FONT
    style.font.size = Pt(size)
    style.font.color.rgb = colour
    style.font.italic = False
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in [name for name in fonts.attrib if "Theme" in name]:
        del fonts.attrib[name]  # a theme's font would go before ours
    for name in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{name}"), FONT)


def _page(document: Any, report: Report) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = section.top_margin = Cm(2)
    section.bottom_margin, section.footer_distance = Cm(2.4), Cm(0.9)
    footer = section.footer
    footer.is_linked_to_previous = False
    first = footer.paragraphs[0]._p
    for line in report.footer:
        first.addprevious(_paragraph(QUIET, _run(line)))
    before, _, rest = report.page.partition("{n}")
    middle, _, after = rest.partition("{of}")
    numbered = (_run(before), _field("PAGE"), _run(middle), _field("NUMPAGES"), _run(after))
    first.addprevious(_paragraph(QUIET, *numbered))
    first.getparent().remove(first)


def _field(name: str) -> Any:
    field = _element("fldSimple", instr=name)
    field.append(_run("1"))
    return field


def _properties(document: Any, report: Report) -> None:
    about, at = (
        document.core_properties,
        datetime.fromtimestamp(report.at_ms / 1000, UTC).replace(tzinfo=None),
    )
    about.title, about.subject = legible(report.title), report.kind
    about.author = about.last_modified_by = report.author
    # all of it is at the foot of every page
    said = "\n".join(report.footer)
    about.comments = said if len(said) <= PROPERTY_CHARS else said[: PROPERTY_CHARS - 1] + "…"
    about.language = report.language
    about.created = about.modified = at
    about.keywords, about.revision = "", 1
