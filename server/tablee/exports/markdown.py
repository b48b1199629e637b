"""The report in Markdown (CommonMark, with the tables most readers know). Every sign of a mark-up that
participants wrote is escaped, so that it reads as they wrote it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tablee.exports.blocks import Block, Bullets, Heading, Noted, Paragraph, Picture, Report, Table, legible

_SIGNS = re.compile(r"([\\`*_{}\[\]<>|~$]|&(?=#?\w+;))")
_AT_START = re.compile(r"^(\s*)([#+=:-]|\d{1,9}(?=[.)](?:\s|$)))")
"""What begins a heading, a list, a rule or an underlined title."""


def write_markdown(report: Report) -> bytes:
    lines = [f"# {escaped(report.title)}", "", f"*{escaped(report.kind)}*", ""]
    if report.subtitle:
        lines += [_paragraph(report.subtitle), ""]
    lines += [f"- **{escaped(name)}**{report.colon}{escaped(_line(value))}" for name, value in report.facts]
    lines.append("")
    for block in report.blocks:
        lines += [*_parts(block, report), ""]
    lines += ["---", "", *(f"{escaped(line)}  " for line in report.footer)]
    return ("\n".join(lines).rstrip() + "\n").encode()


def escaped(text: str) -> str:
    """One line of text that nothing in it turns into something else."""
    return _AT_START.sub(_held, _SIGNS.sub(r"\\\1", legible(text)))


def _held(found: re.Match[str]) -> str:
    space, sign = found.groups()
    return f"{space}{sign}\\" if sign.isdigit() else f"{space}\\{sign}"


def _line(text: str) -> str:
    return " ".join(legible(text).split("\n"))


def _lines(text: str, indent: str = "") -> str:
    """Several lines as lines: hard breaks, and a blank line stays one."""
    lines = legible(text).split("\n")
    return "\\\n".join((indent if at else "") + (_kept(line) or "&nbsp;") for at, line in enumerate(lines))


def _kept(line: str) -> str:
    """Spaces and tabs at the beginning would be an indented block."""
    bare = line.lstrip(" \t")
    return "&nbsp;" * len(line[: len(line) - len(bare)].expandtabs(4)) + escaped(bare.rstrip())


def _paragraph(text: str) -> str:
    return _lines(text)


def _parts(block: Block, report: Report) -> Iterator[str]:
    match block:
        case Heading():
            yield f"{'#' * (block.level + 1)} {escaped(_line(block.text))}"
        case Paragraph():
            mark = {"quiet": "*", "strong": "**"}.get(block.tone, "")
            said = _lines(block.text.strip() if mark else block.text)
            yield f"{mark}{said}{mark}"
        case Bullets():
            yield from (f"- {_lines(item, '  ')}" for item in block.items)
        case Noted():
            number = f"**{escaped(block.number)}** " if block.number else ""
            about = f"\\\n  *{escaped(_line(block.about))}*" if block.about else ""
            yield f"- {number}{_lines(block.text or report.empty, '  ')}{about}"
            yield from (f"  - {_lines(comment, '    ')}" for comment in block.comments)
        case Table():
            yield _row(block.head)
            yield _row(["---"] * len(block.head), raw=True)
            yield from (_row(row) for row in block.rows)
        case Picture():
            said = escaped(_line(block.caption))
            yield f"![{said}]({block.path})" if block.path else f"*{said}*"


def _row(cells: tuple[str, ...] | list[str], *, raw: bool = False) -> str:
    said = (
        cell if raw else "<br>".join(escaped(part) for part in legible(cell).split("\n")) for cell in cells
    )
    return "| " + " | ".join(said) + " |"
