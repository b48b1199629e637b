"""The report as an OpenDocument text: the same headings, lists, tables and footer as in Word's format."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from odfdo import Document, Element, Frame, Header, List, ListItem, Paragraph, Span, Style

from tablee.exports import blocks
from tablee.exports.blocks import (
    LISTED,
    Block,
    Bullets,
    Heading,
    Noted,
    Picture,
    Report,
    Table,
    is_long,
    legible,
    widths,
)
from tablee.exports.rezip import dated

WIDTH_CM = 17.0
PICTURE_CM = 12.0
FONT = "Liberation Sans"
"""Drawn like Arial, which stands in where it is missing."""
INK, SOFT = "#1f1f1f", "#555555"
BULLETS = "List_20_1"
BODY, LEADING, QUIET, PROMPT, DETAIL, CELL, HEAD, STRONG, TITLE, SUBTITLE, CONTENTS, TURN = (
    "Standard",
    "NoteText",
    "Quiet",
    "Prompt",
    "NoteDetail",
    "Cell",
    "CellHead",
    "Strong",
    "ReportTitle",
    "ReportSubtitle",
    "Contents",
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
    marks = _marks(report)
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
            if isinstance(block, Heading) and block.level <= LISTED:
                mark = Element.from_tag("text:bookmark")
                mark.set_attribute("text:name", next(marks))
                part.append(mark)
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
            style = PROMPT if block.leads else {"quiet": QUIET, "strong": STRONG}.get(block.tone, BODY)
            yield _paragraph(block.text, style)
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
    style = LEADING if block.about else BODY
    text = _paragraph(block.text or report.empty, style)
    if block.number:
        numbered = _paragraph("", style)
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
        for width in widths(block, WIDTH_CM):
            column = Element.from_tag("table:table-column")
            column.set_attribute("table:style-name", self._column(width))
            table.append(column)
        head = Element.from_tag("table:table-header-rows")
        head.append(_row(block.head, HEAD))
        table.append(head)
        for row in block.rows:
            table.append(_row(row, CELL))
        return table

    def _column(self, width_cm: float) -> str:
        name = f"Column{round(width_cm * 100)}"
        if name not in self._columns:
            self._columns.add(name)
            width = f"{round(width_cm * 100) / 100}cm"
            self.document.insert_style(Style("table-column", name=name, width=width), automatic=True)
        return name


def _row(cells: tuple[str, ...], style: str) -> Any:
    row = Element.from_tag("table:table-row")
    if not is_long(cells):
        row.set_attribute("table:style-name", "ReportRow")
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
    yield _contents(report)
    if report.fills_first_page:
        yield _paragraph("", TURN)


def _marks(report: Report) -> Iterator[str]:
    """What each heading of the table of contents is found by."""
    return (f"_Toc{n:06}" for n in range(1, len(report.listed()) + 1))


def _contents(report: Report) -> Any:
    """The table of contents, which leads to each heading. Only an office program knows pages: it puts them
    where they are asked for."""
    table, source, body = (
        Element.from_tag(f"text:{tag}")
        for tag in ("table-of-content", "table-of-content-source", "index-body")
    )
    table.set_attribute("text:name", "Contents")
    source.set_attribute("text:outline-level", str(LISTED))
    heading = Element.from_tag("text:index-title-template")
    heading.set_attribute("text:style-name", CONTENTS)
    heading.text = report.contents
    source.append(heading)
    for level in range(1, LISTED + 1):
        entry = Element.from_tag("text:table-of-content-entry-template")
        entry.set_attribute("text:outline-level", str(level))
        entry.set_attribute("text:style-name", f"{CONTENTS}{level}")
        for tag in ("link-start", "text", "tab-stop", "page-number", "link-end"):
            part = Element.from_tag(f"text:index-entry-{tag}")
            if tag == "tab-stop":
                part.set_attribute("style:type", "right")
                part.set_attribute("style:leader-char", ".")
            entry.append(part)
        source.append(entry)
    title = Element.from_tag("text:index-title")
    title.set_attribute("text:name", "ContentsTitle")
    title.append(_paragraph(report.contents, CONTENTS))
    body.append(title)
    for block, mark in zip(report.listed(), _marks(report), strict=True):
        link = Element.from_tag("text:a")
        link.set_attribute("xlink:type", "simple")
        link.set_attribute("xlink:href", f"#{mark}")
        for state in ("style-name", "visited-style-name"):
            link.set_attribute(f"text:{state}", "ContentsLink")
        link.text = legible(block.text.replace("\n", " "))
        page = Element.from_tag("text:bookmark-ref")
        page.set_attribute("text:reference-format", "page")
        page.set_attribute("text:ref-name", mark)
        line = _paragraph("", f"{CONTENTS}{block.level}")
        for part in (link, Element.from_tag("text:tab"), page):
            line.append(part)
        body.append(line)
    table.append(source)
    table.append(body)
    return table


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
        (STRONG, {"fo:font-weight": "bold"}, {"fo:margin-top": "0.2cm", "fo:keep-with-next": "always"}),
        (TITLE, {"fo:font-size": "26pt", "fo:font-weight": "bold"}, {"fo:margin-bottom": "0.3cm"}),
        (SUBTITLE, {"fo:font-size": "13pt", "fo:color": SOFT}, {"fo:margin-bottom": "0.6cm"}),
        (TURN, {}, {"fo:break-after": "page"}),
        (LEADING, {}, {"fo:keep-with-next": "always"}),
        (
            PROMPT,
            {"fo:font-size": "9.5pt", "fo:color": SOFT},
            {"fo:margin-bottom": "0.18cm", "fo:keep-with-next": "always"},
        ),
        (
            CONTENTS,
            {"fo:font-size": "14pt", "fo:font-weight": "bold"},
            {"fo:margin-top": "0.6cm", "fo:keep-with-next": "always"},
        ),
        (f"{CONTENTS}1", {"fo:font-size": "11pt"}, {"fo:margin-top": "0.14cm", "fo:margin-bottom": "0cm"}),
        (
            f"{CONTENTS}2",
            {"fo:font-size": "9.5pt", "fo:color": SOFT},
            {"fo:margin-left": "0.6cm", "fo:margin-bottom": "0cm"},
        ),
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
    for level in range(1, LISTED + 1):
        _numbered(document.get_style("paragraph", f"{CONTENTS}{level}"))
    _lists(document)
    bold = Style("text", name="Bold")
    bold.set_properties({"fo:font-weight": "bold"}, area="text")
    document.insert_style(bold, automatic=True)
    link = Style("text", name="ContentsLink")
    link.set_properties({"fo:color": INK, "style:text-underline-style": "none"}, area="text")
    document.insert_style(link, automatic=True)
    table = Style("table", name="ReportTable")
    table.set_properties({"style:width": f"{WIDTH_CM}cm", "table:align": "margins"}, area="table")
    document.insert_style(table, automatic=True)
    row = Style("table-row", name="ReportRow")
    row.set_properties({"fo:keep-together": "always"}, area="table-row")
    document.insert_style(row, automatic=True)
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


def _numbered(style: Any) -> None:
    """Dots lead to the number of the page at the right."""
    stops, stop = Element.from_tag("style:tab-stops"), Element.from_tag("style:tab-stop")
    for name, value in (
        ("position", f"{WIDTH_CM}cm"),
        ("type", "right"),
        ("leader-style", "dotted"),
        ("leader-text", "."),
    ):
        stop.set_attribute(f"style:{name}", value)
    stops.append(stop)
    style.get_element("style:paragraph-properties").append(stops)


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
