"""The checker, a short run of it: `scripts/soak` plays every fault for as long as one likes."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.faults.checker import check
from tests.faults.disturb import FAULTS
from tests.faults.soak import table
from tests.faults.stage import find_faketime

SHORT = ("kill_both", "freeze_and_kill", "store_no_answers", "repeat_frames", "roll_back", "rolling_restart")


@pytest.mark.parametrize("fault", SHORT)
async def test_nothing_saved_is_lost_and_all_are_equal(tmp_path: Path, fault: str) -> None:
    outcome = await check(fault, 1, tmp_path, seconds=2.0)
    assert not outcome.violations, outcome.report()
    assert outcome.fates["saved"] > 20, "people could hardly write"
    assert outcome.fates["waiting"] == 0
    assert [line.split()[0] for line in table([outcome]).splitlines()] == ["fault", fault, "all"]


@pytest.mark.skipif(find_faketime() is None, reason="faketime is not installed")
async def test_clocks_that_jump_change_nothing(tmp_path: Path) -> None:
    outcome = await check("jump_clocks", 1, tmp_path, seconds=2.0)
    assert not outcome.violations, outcome.report()


def test_every_fault_has_a_name_of_its_own() -> None:
    assert {*SHORT, "jump_clocks", "mixed"} <= FAULTS.keys()
