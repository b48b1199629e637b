"""Colours, radii and text sizes come from web/styles/tokens.css and from nowhere else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

STYLES = Path(__file__).resolve().parents[2] / "web" / "styles"
SHEETS = sorted(path for path in STYLES.glob("*.css") if path.name != "tokens.css")

STRAY_COLOUR = re.compile(
    r"#[0-9a-f]{3,8}\b|\b(?:rgba?|hsla?|oklch|oklab|lab|lch|hwb|color)\("
    r"|(?<![\w-])(?:white|black|red|green|blue|grey|gray|yellow|orange|silver|navy|teal|purple)(?![\w-])",
    re.IGNORECASE,
)
STRAY_RADIUS = re.compile(r"\b\d*\.?\d+(?:px|rem|em|mm)\b")
IN_THE_SHEET = re.compile(
    r"\.(?:sheet|zone|note|canvas|legend|tabs?|empty|attribution|cursors?|ctitle|counter|unfold|notetools|more"
    r"|kindmark|minimap|zonestate|paper\w*|place|bar|hand|centre)\b"
)
"""A sheet is a drawing with a zoom of its own, and so are paper and the small drawings of pages."""


def declarations(sheet: Path) -> Iterator[tuple[str, str, str]]:
    """Selector, property, value."""
    text = re.sub(r"/\*.*?\*/", " ", sheet.read_text("utf-8"), flags=re.S)
    selector = ""
    for part in re.finditer(r"([^{};]*)([{};])", text):
        words = " ".join(part[1].split())
        if part[2] == "{":
            selector = words
        elif ":" in words:
            name, _, value = words.partition(":")
            yield selector, name.strip(), value.strip()


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_colours_are_tokens(sheet: Path) -> None:
    stray = [
        f"{selector} {{ {name}: {value} }}"
        for selector, name, value in declarations(sheet)
        if name != "mask"
        and STRAY_COLOUR.search(value.replace("color(", "") if "color-mix" in value else value)
    ]
    assert stray == []


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_radii_are_tokens(sheet: Path) -> None:
    stray = [
        f"{selector} {{ {name}: {value} }}"
        for selector, name, value in declarations(sheet)
        if name.endswith("-radius") and STRAY_RADIUS.search(value)
    ]
    assert stray == []


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_text_grows_with_the_browsers_text_size(sheet: Path) -> None:
    """Outside the sheet no text size is in px."""
    stray = [
        f"{selector} {{ {name}: {value} }}"
        for selector, name, value in declarations(sheet)
        if name in ("font", "font-size") and re.search(r"\dpx", value) and not IN_THE_SHEET.search(selector)
    ]
    assert stray == []


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_windows_are_measured_in_text(sheet: Path) -> None:
    """Widths of media queries in em: with larger text a window is a smaller one."""
    queries = re.findall(r"@media[^{]*", sheet.read_text("utf-8"))
    assert [query.strip() for query in queries if re.search(r"width: *\d+px", query)] == []


def test_every_token_that_is_used_exists() -> None:
    """A misspelt one makes its whole declaration void, without a word."""
    whole = "\n".join(path.read_text("utf-8") for path in STYLES.glob("*.css"))
    scripts = "\n".join(path.read_text("utf-8") for path in (STYLES.parent / "src").rglob("*.ts"))
    made = set(re.findall(r"(--[\w-]+)\s*:", whole)) | set(re.findall(r'"(--[\w-]+)"', scripts))
    used = {name for name, fallback in re.findall(r"var\((--[\w-]+)\s*(,?)", whole) if not fallback}
    assert used - made == set()


def test_both_dark_themes_are_the_same() -> None:
    """One for who chose it, one for who follows the system."""
    tokens = (STYLES / "tokens.css").read_text("utf-8")
    chosen = re.search(r'\[data-theme="dark"\] \{(.*?)\n  \}', tokens, re.S)
    system = re.search(r":root:not\(\[data-theme\]\) \{(.*?)\n  \}", tokens, re.S)
    assert chosen and system
    assert chosen[1].split() == system[1].split()


def test_both_ways_to_more_contrast_are_the_same() -> None:
    tokens = (STYLES / "tokens.css").read_text("utf-8")
    chosen = re.search(r'\n\[data-contrast="more"\] \{(.*?)\n\}', tokens, re.S)
    system = re.search(r":root:not\(\[data-contrast\]\) \{(.*?)\n  \}", tokens, re.S)
    assert chosen and system
    assert chosen[1].split() == system[1].split()
