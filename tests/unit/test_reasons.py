"""Why a change was refused is said with the same words by the server and in the browser."""

from __future__ import annotations

import re
from pathlib import Path

from tablee.model.reasons import OTHERWISE, SENTENCES

IN_BROWSER = Path(__file__).parents[2] / "web" / "src" / "sync" / "reasons.ts"


def test_the_browser_knows_every_reason_in_the_same_words() -> None:
    source = IN_BROWSER.read_text("utf-8")
    found = dict(re.findall(r'^ {2}"?([a-z_.]+)"?: \(\) =>\s+t\(\s*"(.+)",?\s*\),$', source, re.MULTILINE))
    # the browser's own: another room has taken the place of this one, or an older copy of it
    assert found.pop("lineage") and found.pop("store.went_back")
    assert found.pop("writing.revealed") and found.pop("writing.elsewhere")
    assert found == SENTENCES
    assert OTHERWISE in source
