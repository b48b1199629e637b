"""The command `scripts/crashtest`, and that it would notice."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.kit.crashes import VICTIMS, Ledger, crash_rounds


def test_two_rounds_lose_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert crash_rounds(rounds=2, seed=3, people=4, folder=tmp_path / "data") == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("  killed ")[0] for line in lines if " killed " in line] == ["round   1", "round   2"]
    assert lines[-1].startswith("0 of ") and lines[-1].endswith(" saved notes lost")


@pytest.mark.parametrize("victim", VICTIMS)
def test_each_kind_of_crash_loses_nothing(
    tmp_path: Path, victim: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.kit.crashes.VICTIMS", (victim,))
    assert crash_rounds(rounds=1, seed=4, people=2, folder=tmp_path / "data") == 0


def test_the_ledger_notices_what_is_lost_and_what_nobody_wrote() -> None:
    ledger = Ledger({"a": "un", "b": "deux", "c": "trois"}, saved={"a", "b"}, deleting={"b"}, deleted=set())
    assert ledger.lost({"a": "un"}) == [] and ledger.strange({"a": "un", "b": "deux", "c": "trois"}) == []
    assert ledger.lost({"b": "deux"}) == ["a"]
    assert ledger.lost({"a": "autre chose"}) == ["a"]
    assert ledger.strange({"a": "un", "d": "?"}) == ["d"]
    ledger.deleted.add("b")
    assert ledger.strange({"b": "deux"}) == ["b"]
