"""Compiles pages with Typst, with fonts that travel with the code; what people wrote goes in as values only.

PDF/A forbids letters that no font can draw. Ours draw Latin, Greek, Cyrillic, Hebrew, Arabic, symbols and
emoji; what they lack is looked for among the system's fonts, and is a box where those lack it too.
"""

from __future__ import annotations

import json
import re
import struct
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast

import typst

FOLDER = Path(__file__).resolve().parent
FONTS = FOLDER / "fonts"
MAIN = FOLDER / "paper" / "main.typ"
STANDARDS: list[Any] = ["a-2a", "ua-1"]
MISSING = "\u25af"
"""Stands for a letter that no font here has."""
TEXT_FONT = FONTS / "AtkinsonHyperlegibleNext-Bold.ttf"
LONG_WORD = (7, 80.0, 11.0)
"""Words of so few letters, or no wider than this at this size, have room in the narrowest column."""
_BREAKS = re.compile(r"[\s/–—-]+")

Ending = Literal["pdf", "svg", "png"]
ENDINGS: Mapping[str, Ending] = {"pdf": "pdf", "svg": "svg", "png": "png"}


def compiled(
    told: Mapping[str, Any], ending: Ending, *, ppi: float | None = None, at_ms: int | None = None
) -> list[bytes]:
    """The pages of `told` (see `pdf_pages.py`): one PDF, or a picture of each page."""
    options: dict[str, Any] = {
        "format": ending,
        "ppi": ppi,
        "sys_inputs": {"told": json.dumps(told, ensure_ascii=False)},
        "timestamp": None if at_ms is None else at_ms // 1000,
    }
    try:
        made = _compiler().compile(MAIN, pdf_standards=STANDARDS if ending == "pdf" else [], **options)
    except typst.TypstError:
        if ending != "pdf":
            raise
        # a letter that no standard allows; a page without the standard is better than none
        made = _compiler().compile(MAIN, pdf_standards=[], **options)
    return made if isinstance(made, list) else [cast("bytes", made)]


@cache
def _compiler() -> typst.Compiler:
    fonts = typst.Fonts(include_system_fonts=True, include_embedded_fonts=False, font_paths=[FONTS])
    return typst.Compiler(root=FOLDER / "paper", font_paths=fonts)


# -- letters -----------------------------------------------------------------------------------------


def clean(text: str) -> str:
    """A text with only what fonts can draw; nothing of it is lost but control characters."""
    if text.isascii() and text.isprintable():
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return "".join(one if one == " " or one == "\n" else _drawn(one) for one in text)


def long_words(text: str) -> list[str]:
    """Words that may have to be broken."""
    letters, width, size = LONG_WORD
    if len(text) <= letters:
        return []
    words = dict.fromkeys(word for word in _BREAKS.split(text) if len(word) > letters)
    return [word for word in words if width_of(word, size) > width]


@cache
def _drawn(char: str) -> str:
    category = unicodedata.category(char)
    if category == "Cc" or char == "\ufeff":
        return ""
    if category in ("Cs", "Co", "Cn"):
        return MISSING
    code = ord(char)
    if category in ("Cf", "Mn", "Zl", "Zp") and _is_ignorable(code):
        return char
    if any(code in font.widths for font in _ours()) or any(code in covered for covered in _system()):
        return char
    return MISSING


def _is_ignorable(code: int) -> bool:
    """What has no picture of its own: joiners, directions, selectors of a variant."""
    return code in (0xAD, 0x34F, 0x2028, 0x2029) or any(
        low <= code <= high
        for low, high in (
            (0x200B, 0x200F),
            (0x202A, 0x202E),
            (0x2060, 0x206F),
            (0xFE00, 0xFE0F),
            (0xE0001, 0xE01EF),
        )
    )


@dataclass(frozen=True, slots=True)
class _Font:
    """`widths`: code point → the advance of its glyph, in thousandths of the size."""

    widths: Mapping[int, int]


def width_of(text: str, size: float) -> float:
    """How wide a line of bold text is, in the unit of `size`."""
    first, *others = _ours()
    total = 0
    for char in text:
        code = ord(char)
        found = first.widths.get(code)
        if found is None:
            found = next((font.widths[code] for font in others if code in font.widths), 1000)
        total += found
    return total * size / 1000


@cache
def _ours() -> tuple[_Font, ...]:
    names = [TEXT_FONT, *(path for path in sorted(FONTS.glob("*.ttf")) if path != TEXT_FONT)]
    return tuple(_Font(_read_widths(path.read_bytes())) for path in names)


@cache
def _system() -> tuple[frozenset[int], ...]:
    """What each font of this machine covers; read only when ours are not enough."""
    out = []
    fonts = typst.Fonts(include_system_fonts=True, include_embedded_fonts=False, font_paths=[]).fonts()
    for path in sorted({font.path for font in fonts if font.path}):
        try:
            out.append(frozenset(code for code, _ in _read_cmap(Path(path).read_bytes())))
        except (OSError, struct.error, IndexError, KeyError):
            continue
    return tuple(out)


def _tables(data: bytes) -> dict[bytes, int]:
    """Name → where a table of a font file begins; of a collection, of its first font."""
    start = struct.unpack_from(">I", data, 12)[0] if data[:4] == b"ttcf" else 0
    count = struct.unpack_from(">H", data, start + 4)[0]
    return {
        data[at : at + 4]: struct.unpack_from(">I", data, at + 8)[0]
        for at in range(start + 12, start + 12 + 16 * count, 16)
    }


def _read_widths(data: bytes) -> dict[int, int]:
    tables = _tables(data)
    em = struct.unpack_from(">H", data, tables[b"head"] + 18)[0]
    measured = struct.unpack_from(">H", data, tables[b"hhea"] + 34)[0]
    return {
        code: struct.unpack_from(">H", data, tables[b"hmtx"] + 4 * min(glyph, measured - 1))[0] * 1000 // em
        for code, glyph in _read_cmap(data)
    }


def _read_cmap(data: bytes) -> Iterator[tuple[int, int]]:
    """Every code point that a font has a glyph for, and that glyph: formats 4 and 12 are those of Unicode."""
    start = _tables(data)[b"cmap"]
    count = struct.unpack_from(">H", data, start + 2)[0]
    for record in range(start + 4, start + 4 + 8 * count, 8):
        platform, _encoding, offset = struct.unpack_from(">HHI", data, record)
        at = start + offset
        kind = struct.unpack_from(">H", data, at)[0]
        if platform not in (0, 3):
            continue
        if kind == 12:
            for group in range(struct.unpack_from(">I", data, at + 12)[0]):
                first, last, glyph = struct.unpack_from(">III", data, at + 16 + 12 * group)
                yield from ((code, glyph + code - first) for code in range(first, last + 1))
        elif kind == 4:
            yield from _read_format_4(data, at)


def _read_format_4(data: bytes, at: int) -> Iterator[tuple[int, int]]:
    segments = struct.unpack_from(">H", data, at + 6)[0] // 2
    ends, starts = at + 14, at + 16 + 2 * segments
    deltas, offsets = starts + 2 * segments, starts + 4 * segments
    for n in range(segments):
        last, first, delta, offset = (
            struct.unpack_from(">H", data, base + 2 * n)[0] for base in (ends, starts, deltas, offsets)
        )
        for code in range(first, min(last, 0xFFFE) + 1):
            if offset == 0:
                glyph = (code + delta) & 0xFFFF
            else:
                glyph = struct.unpack_from(">H", data, offsets + 2 * n + offset + 2 * (code - first))[0]
                glyph = (glyph + delta) & 0xFFFF if glyph else 0
            if glyph:
                yield code, glyph
