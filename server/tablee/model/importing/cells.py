"""Cells of a table: what keeps a spreadsheet from taking a text for a formula, and how to undo it."""

from __future__ import annotations

ADDRESS = ("room", "board", "zone", "note", "kind", "colour", "fields")
"""The last columns of our own table: the same in every language."""
FORMULAS = "=+-@＝＋－＠"
"""Wide ones are taken for formulas too."""
BLANKS = " \u00a0\u2007\u202f\u3000\ufeff\u200b"
GUARD = "'"


def is_risky(text: str) -> bool:
    """Whether a spreadsheet may take this for more than a text, or our apostrophe for somebody's."""
    first = text[:1]
    return bool(text) and (
        first == GUARD or ord(first) < 32 or first == "\x7f" or text.lstrip(BLANKS)[:1] in (*FORMULAS,)
    )


def guarded(text: str) -> str:
    return GUARD + text if is_risky(text) else text


def unguarded(text: str) -> str:
    """The text that was guarded; of others, what they are."""
    return text[1:] if text.startswith(GUARD) and is_risky(text[1:]) else text
