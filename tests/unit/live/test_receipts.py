"""The receipt of an erasure, in the language of who reads it."""

from __future__ import annotations

import pytest

from tablee.live.receipts import text_of_receipt
from tablee.words import Language


@pytest.mark.parametrize(("language", "line"), [("fr", "Notes\u00a0: 1\u202f200"), ("en", "Notes: 1,200")])
def test_each_line_is_written_as_in_its_language(language: Language, line: str) -> None:
    receipt = {
        "workshop": "w1",
        "title": "Trajets",
        "erased_at": 1_773_300_000_000,
        "erased": {"notes": 1200, "photos": 0},
        "remains": 0,
        "files": "written",
    }
    assert text_of_receipt(receipt, language).splitlines()[-1] == line
