"""What holds for every test: the fixtures of tests/kit, and the mark of browser tests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
LONG = ("browser", "faults", "interop", "integration")
"""What takes longest comes first (with --no-loadscope-reorder), so that no worker waits for another's last
file; and browser tests follow one another, so that one browser serves them all."""

pytest_plugins = [
    f"tests.kit.{name}"
    for name in ("store", "server", "browser", "story")
    if (TESTS / "kit" / f"{name}.py").is_file()
]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark the tests of tests/browser; leave them out when the machine is said to have no browser."""
    items.sort(key=lambda item: _rank(item.path))
    without_browser = os.environ.get("TABLEE_NO_BROWSER") == "1"
    kept, left_out = [], []
    for item in items:
        if (TESTS / "browser") in item.path.parents:
            item.add_marker(pytest.mark.browser)
        (left_out if without_browser and item.get_closest_marker("browser") else kept).append(item)
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = kept


def _rank(path: Path) -> int:
    folder = path.relative_to(TESTS).parts[0]
    return LONG.index(folder) if folder in LONG else len(LONG)
