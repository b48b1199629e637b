"""Days and times are those of the zone that whoever hosts Tablée has chosen, and files say which."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

import pytest

from tablee.errors import BadSetting
from tablee.settings import live_in, read_settings
from tablee.words import Words

NOON = 1_789_300_680_000
"""13 September 2026, 11:58 in UTC."""
BEFORE_MIDNIGHT = 1_789_338_600_000
"""13 September 2026, 22:30 in UTC."""


@pytest.fixture(autouse=True)
def zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def test_times_are_told_in_the_zone_of_the_settings_with_its_name() -> None:
    words, english = Words("fr"), Words("en")
    assert (words.clock(NOON), english.clock(NOON)) == ("11\u00a0h\u00a058 (UTC)", "11:58 (UTC)")
    live_in(read_settings({"time_zone": "Europe/Paris"}, {}))
    assert (words.clock(NOON), english.clock(NOON)) == ("13\u00a0h\u00a058 (CEST)", "13:58 (CEST)")
    assert words.day(BEFORE_MIDNIGHT) == "14 septembre 2026"
    assert os.environ["TZ"] == "Europe/Paris", "the process that makes files tells the same times"
    live_in(read_settings({"time_zone": "America/Sao_Paulo"}, {}))
    assert english.clock(NOON) == "08:58 (UTC-03)", "a zone without a name of its own"


def test_without_a_setting_the_zone_is_the_machine_s() -> None:
    live_in(read_settings({}, {}))
    assert os.environ["TZ"] == "UTC" and Words("en").clock(NOON) == "11:58 (UTC)"


@pytest.mark.parametrize("name", ["Europe/Pariss", "", "../etc/passwd", "/etc/localtime", "Europe"])
def test_a_zone_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(BadSetting, match="Europe/Paris"):
        read_settings({}, {"TABLEE_TIME_ZONE": name})
