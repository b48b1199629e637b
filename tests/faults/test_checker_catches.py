"""Servers that are broken on purpose: the checker must notice each of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.faults.checker import check

BROKEN = {
    "ack_first": ("freeze_and_kill", "lost"),
    "no_gap_detection": ("calm", "diverged"),
    "no_heal": ("roll_back", "lost"),
    "stale_snapshot": ("calm", "log"),
}
"""Module of tests/faults/broken → the fault it fails under, and how."""

TRIES = 8
"""A fault strikes at any moment, and not each of them shows what is broken."""


@pytest.mark.parametrize("name", BROKEN)
async def test_a_broken_server_is_noticed(tmp_path: Path, name: str) -> None:
    fault, wrong = BROKEN[name]
    for seed in range(1, TRIES + 1):
        outcome = await check(
            fault,
            seed,
            tmp_path / str(seed),
            seconds=2.0,
            facilitators=0,  # their pages would make up for it
            program=f"tests.faults.broken.{name}",
            patience_s=5.0,
        )
        if outcome.count(wrong):
            break
    assert outcome.count(wrong), outcome.report()
    about_a_note = [violation.note for violation in outcome.violations if violation.note]
    for note in about_a_note[:1]:  # its story is told
        assert f"add {note} " in outcome.report(), outcome.report()
