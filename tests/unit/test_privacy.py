"""The privacy page is true for each key of the store: a new one must say what it says of people."""

from __future__ import annotations

import re
from pathlib import Path

from tests.unit.store.test_keys import patterns

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "web" / "templates" / "confidentialite.html").read_text("utf-8")
TABLE = (ROOT / "docs" / "data-store.md").read_text("utf-8").partition("## What each key says of people")[2]
ROWS = dict(re.findall(r"^\| `([^`]+)` \| [^|]+ \| (?:`(\w+)`[^|]*|–) \|$", TABLE, re.M))


def test_each_key_says_what_it_says_of_people() -> None:
    assert sorted(ROWS) == sorted(patterns().values())


def test_each_part_that_is_named_is_on_the_page() -> None:
    parts = set(re.findall(r'<section class="[^"]+" id="(\w+)"', PAGE))
    assert {part for part in ROWS.values() if part} <= parts
    assert {"sauvegardes", "navigateur", "droits"} <= parts
