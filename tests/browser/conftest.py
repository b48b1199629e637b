"""One browser for all files of this folder that a worker runs in a row: starting one takes a second.

It is closed before anything else runs: while Playwright is there, no test has an event loop of its own.
"""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from tests.kit.browser import FLAGS, browser_path

HERE = Path(__file__).parent


class Shared:
    def __init__(self) -> None:
        self._closing = ExitStack()
        self._browser: Browser | None = None

    def get(self) -> Browser:
        if self._browser is None or not self._browser.is_connected():
            self.close()
            playwright = self._closing.enter_context(sync_playwright())
            self._browser = playwright.chromium.launch(executable_path=browser_path(), args=FLAGS)
            self._closing.callback(self._browser.close)
        return self._browser

    def close(self) -> None:
        self._browser = None
        self._closing.close()


shared = Shared()


@pytest.fixture
def chromium() -> Browser:
    return shared.get()


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(nextitem: pytest.Item | None) -> None:
    if nextitem is None or HERE not in nextitem.path.parents:
        shared.close()
