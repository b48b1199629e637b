"""The report as MediaWiki text: a wiki is where a commons is advised to keep its memory.

Whatever would be a mark-up there is written as the entity of its character, which is shown and never read;
all else stays as it is, since people go on writing there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tablee.exports.blocks import Block, Bullets, Heading, Noted, Paragraph, Picture, Report, Table, legible

_SIGNS = re.compile(
    r"[&<>\[\]{}|~]"  # entities, tags, links, templates, tables, signatures
    r"|^['*#:;=!_-]|['=_]$"  # lists, headings and rules; what would join a mark of ours
    r"|(?<=['!=_])['!=_]|['!=_](?=['!=_])"  # bold and cells, `__TOC__`
    r"|(?<=[A-Za-z]):(?=\S)"  # addresses, which are links by themselves
)
_MAGIC = re.compile(r"(?i)\b(ISBN|RFC|PMID)(?=\s)")


def write_wiki(report: Report) -> bytes:
    lines = [f"= {escaped(report.title)} =", "", f"''{escaped(report.kind)}''", ""]
    if report.subtitle:
        lines += [_lines(report.subtitle), ""]
    lines += [f"* '''{escaped(name)}'''{report.colon}{_lines(value)}" for name, value in report.facts]
    lines.append("")
    for block in report.blocks:
        lines += [*_parts(block, report), ""]
    lines += ["----", *(f"{escaped(line)}<br />" for line in report.footer)]
    return ("\n".join(lines).rstrip() + "\n").encode()


def escaped(text: str) -> str:
    """One line. The words that are links by themselves are broken up."""
    said = _SIGNS.sub(lambda found: f"&#{ord(found[0])};", legible(text))
    said = _MAGIC.sub(lambda found: f"{found[0][0]}<nowiki />{found[0][1:]}", said)
    return f"&#32;{said[1:]}" if said.startswith((" ", "\t")) else said


def _lines(text: str) -> str:
    return "<br />".join(escaped(line) for line in legible(text).split("\n"))


def _parts(block: Block, report: Report) -> Iterator[str]:
    match block:
        case Heading():
            bar = "=" * (block.level + 1)
            yield f"{bar} {escaped(' '.join(block.text.split()))} {bar}"
        case Paragraph():
            mark = {"quiet": "''", "strong": "'''"}.get(block.tone, "")
            yield f"{mark}{_lines(block.text)}{mark}"
        case Bullets():
            yield from (f"* {_lines(item)}" for item in block.items)
        case Noted():
            number = f"'''{escaped(block.number)}''' " if block.number else ""
            about = f"<br />''{_lines(block.about)}''" if block.about else ""
            yield f"* {number}{_lines(block.text or report.empty)}{about}"
            yield from (f"** {_lines(comment)}" for comment in block.comments)
        case Table():
            yield '{| class="wikitable"'
            yield from (f'! scope="col" | {_lines(cell)}' for cell in block.head)
            for row in block.rows:
                yield "|-"
                yield from (f"| {_lines(cell)}" for cell in row)
            yield "|}"
        case Picture():
            yield f"[[File:{block.file}|thumb|none|{escaped(' '.join(block.caption.split()))}]]"
