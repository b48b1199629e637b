"""The report as an OpenDocument text: the same headings, lists, tables and footer as in Word's format."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from odfdo import Document, Element, Frame, Header, List, ListItem, Paragraph, Span, Style

from tablee.exports import blocks
from tablee.exports.blocks import Block, Bullets, Heading, Noted, Picture, Report, Table, legible
from tablee.exports.rezip import dated

WIDTH_CM = 17.0
PICTURE_CM = 12.0
FONT = "Liberation Sans"
"""Drawn like Arial, which stands in where it is missing."""
SOFT = "#555555"
BULLETS = "List_20_1"
BODY, QUIET, DETAIL, CELL, HEAD, STRONG, TITLE, SUBTITLE, TURN = (
    "Standard",
    "Quiet",
    "NoteDetail",
    "Cell",
    "CellHead",
    "Strong",
    "ReportTitle",
    "ReportSubtitle",
    "Turn",
)


def write_odt(report: Report) -> bytes:
    document: Any = Document("text")
    body = document.body
    body.clear()
    _styles(document, report)
    _footer(document, report)
    _properties(document, report)
    for part in _title_page(report):
        body.append(part)
    tables = _Tables(document)
    listing: Any = None
    for block in report.blocks:
        if isinstance(block, Noted | Bullets):
            if listing is None:
                listing = List(style=BULLETS)
                body.append(listing)
            for item in _items(block, report):
                listing.append(item)
            continue
        listing = None
        for part in _parts(block, document, tables):
            body.append(part)
    out = io.BytesIO()
    document.save(out)
    return dated(out.getvalue(), report.at_ms)


# -- elements --------------------------------------------------------------------------------------------


def _paragraph(text: str, style: str) -> Any:
    return Paragraph(legible(text), style=style)


def _parts(block: Block, document: Any, tables: _Tables) -> Iterator[Any]:
    match block:
        case Heading():
            header = Header(block.level, legible(block.text))
            header.set_attribute("text:style-name", f"Heading_20_{block.level}")
            yield header
        case blocks.Paragraph():
            yield _paragraph(block.text, {"quiet": QUIET, "strong": STRONG}.get(block.tone, BODY))
        case Table():
            yield tables.made(block)
            yield _paragraph("", QUIET)
        case Picture():
            yield _picture(block, document)
            yield _paragraph(block.caption, QUIET)


def _items(block: Noted | Bullets, report: Report) -> Iterator[Any]:
    if isinstance(block, Bullets):
        for text in block.items:
            item = ListItem()
            item.append(_paragraph(text, BODY))
            yield item
        return
    item = ListItem()
    text = _paragraph(block.text or report.empty, BODY)
    if block.number:
        numbered = _paragraph("", BODY)
        numbered.append(Span(f"{block.number}  ", style="Bold"))
        numbered.append(Span(legible(block.text or report.empty)))
        text = numbered
    item.append(text)
    if block.about:
        item.append(_paragraph(block.about, DETAIL))
    if block.comments:
        inner = List(style=BULLETS)
        for comment in block.comments:
            said = ListItem()
            said.append(_paragraph(comment, DETAIL))
            inner.append(said)
        item.append(inner)
    yield item


class _Tables:
    """Tables of the document, with one style for each width of column."""

    def __init__(self, document: Any) -> None:
        self.document = document
        self.count = 0
        self._columns: set[str] = set()

    def made(self, block: Table) -> Any:
        self.count += 1
        table = Element.from_tag("table:table")
        table.set_attribute("table:name", f"T{self.count}")
        table.set_attribute("table:style-name", "ReportTable")
        for share in block.shares:
            column = Element.from_tag("table:table-column")
            column.set_attribute("table:style-name", self._column(share / sum(block.shares)))
            table.append(column)
        head = Element.from_tag("table:table-header-rows")
        head.append(_row(block.head, HEAD))
        table.append(head)
        for row in block.rows:
            table.append(_row(row, CELL))
        return table

    def _column(self, share: float) -> str:
        name = f"Column{round(share * 1000)}"
        if name not in self._columns:
            self._columns.add(name)
            width = f"{WIDTH_CM * share:.3f}cm"
            self.document.insert_style(Style("table-column", name=name, width=width), automatic=True)
        return name


def _row(cells: Iterable[str], style: str) -> Any:
    row = Element.from_tag("table:table-row")
    for text in cells:
        cell = Element.from_tag("table:table-cell")
        cell.set_attribute("office:value-type", "string")
        cell.set_attribute("table:style-name", "ReportCell")
        cell.append(_paragraph(text, style))
        row.append(cell)
    return row


def _picture(block: Picture, document: Any) -> Any:
    name = document.add_file(io.BytesIO(block.data))
    longest = max(block.width, block.height)
    size = tuple(f"{PICTURE_CM * side / longest:.2f}cm" for side in (block.width, block.height))
    frame = Frame.image_frame(name, size=size, anchor_type="as-char")
    frame.svg_title = legible(block.caption)
    holder = _paragraph("", BODY)
    holder.append(frame)
    return holder


# -- around them -----------------------------------------------------------------------------------------


def _title_page(report: Report) -> Iterator[Any]:
    yield _paragraph(report.kind, QUIET)
    yield _paragraph(report.title, TITLE)
    if report.subtitle:
        yield _paragraph(report.subtitle, SUBTITLE)
    for name, value in report.facts:
        fact = _paragraph("", BODY)
        fact.append(Span(legible(name + report.colon), style="Bold"))
        fact.append(Span(legible(value)))
        yield fact
    yield _paragraph("", TURN)


def _styles(document: Any, report: Report) -> None:
    language, country = ("fr", "FR") if report.language == "fr" else ("en", "GB")
    speaks = {"fo:language": language, "fo:country": country}
    for style in document.get_styles(family="paragraph"):
        for text in style.get_elements("style:text-properties"):
            if text.get_attribute("fo:language") is not None:
                for name, value in speaks.items():
                    text.set_attribute(name, value)
    for name, text, paragraph in (
        (BODY, {"fo:font-size": "11pt", **speaks}, {"fo:margin-bottom": "0.12cm"}),
        (QUIET, {"fo:font-size": "9.5pt", "fo:color": SOFT}, {"fo:margin-bottom": "0.18cm"}),
        (DETAIL, {"fo:font-size": "9.5pt", "fo:color": SOFT}, {"fo:margin-bottom": "0.18cm"}),
        (CELL, {"fo:font-size": "9pt"}, {}),
        (HEAD, {"fo:font-size": "9pt", "fo:font-weight": "bold"}, {}),
        (STRONG, {"fo:font-weight": "bold"}, {"fo:margin-top": "0.2cm"}),
        (TITLE, {"fo:font-size": "26pt", "fo:font-weight": "bold"}, {"fo:margin-bottom": "0.3cm"}),
        (SUBTITLE, {"fo:font-size": "13pt", "fo:color": SOFT}, {"fo:margin-bottom": "0.6cm"}),
        (TURN, {}, {"fo:break-after": "page"}),
        *(
            (
                f"Heading_20_{n}",
                {"fo:font-size": size, "fo:font-weight": "bold", "fo:font-style": "normal"},
                {"fo:keep-with-next": "always"},
            )
            for n, size in ((1, "18pt"), (2, "14pt"), (3, "12pt"), (4, "11pt"))
        ),
    ):
        _style(document, name, {"style:font-name": FONT, **text}, paragraph)
    _lists(document)
    bold = Style("text", name="Bold")
    bold.set_properties({"fo:font-weight": "bold"}, area="text")
    document.insert_style(bold, automatic=True)
    table = Style("table", name="ReportTable")
    table.set_properties({"style:width": f"{WIDTH_CM}cm", "table:align": "margins"}, area="table")
    document.insert_style(table, automatic=True)
    cell = Style("table-cell", name="ReportCell")
    cell.set_properties({"fo:border": "0.5pt solid #8a8a8a", "fo:padding": "0.12cm"}, area="table-cell")
    document.insert_style(cell, automatic=True)


def _lists(document: Any) -> None:
    """Bullets hang before their text, one step to the right for each level; headings have no numbers."""
    for level, style in enumerate(
        document.get_style("list", BULLETS).get_elements("text:list-level-style-bullet"), 1
    ):
        properties = style.get_element("style:list-level-properties")
        properties.set_attribute("text:list-level-position-and-space-mode", "label-alignment")
        label = Element.from_tag("style:list-level-label-alignment")
        label.set_attribute("text:label-followed-by", "listtab")
        label.set_attribute("fo:text-indent", "-0.5cm")
        label.set_attribute("fo:margin-left", f"{0.6 * level:.1f}cm")
        properties.append(label)
    (outline,) = document.get_styles(family="outline")
    for style in outline.get_elements("text:outline-level-style"):
        style.set_attribute("style:num-format", "")
        for name in ("style:num-suffix", "loext:num-list-format", "text:display-levels"):
            if style.get_attribute(name) is not None:
                style.del_attribute(name)


def _style(document: Any, name: str, text: dict[str, str], paragraph: dict[str, str]) -> None:
    style = document.get_style("paragraph", name)
    if style is None:
        style = Style("paragraph", name=name)
        style.set_attribute("style:parent-style-name", BODY)
        document.insert_style(style)
    if text:
        style.set_properties(text, area="text")
    if paragraph:
        style.set_properties(paragraph, area="paragraph")


def _footer(document: Any, report: Report) -> None:
    before, _, rest = report.page.partition("{n}")
    middle, _, after = rest.partition("{of}")
    numbered = _paragraph(before, QUIET)
    for tag, words in (("text:page-number", middle), ("text:page-count", after)):
        field = Element.from_tag(tag)
        field.text = "1"
        field.tail = words
        numbered.append(field)
    master = document.get_style("master-page", "Standard")
    master.set_page_footer([*(_paragraph(line, QUIET) for line in report.footer), numbered])
    layout = document.get_style("page-layout", master.page_layout)
    layout.set_properties(
        {
            "fo:page-width": "21cm",
            "fo:page-height": "29.7cm",
            "style:print-orientation": "portrait",
            **{f"fo:margin-{side}": "2cm" for side in ("left", "right", "top")},
            "fo:margin-bottom": "1cm",
        },
        area="page-layout",
    )


def _properties(document: Any, report: Report) -> None:
    about, at = document.meta, datetime.fromtimestamp(report.at_ms / 1000, UTC).replace(tzinfo=None)
    about.title, about.subject = legible(report.title), report.kind
    about.creator = about.initial_creator = report.author
    about.language = "fr-FR" if report.language == "fr" else "en-GB"
    about.description = "\n".join(report.footer)
    about.date = about.creation_date = at
