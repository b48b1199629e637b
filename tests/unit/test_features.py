"""docs/features.md: each row of the method's features is there, and each test it names exists."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FEATURES = ROOT / "docs" / "features.md"
COUNTS = {"KIT": 24, "AMI": 15, "JDC": 12, "FAB": 12, "CSN": 13}
STATES = {"done", "not done"}


def rows() -> list[list[str]]:
    found = [
        line for line in FEATURES.read_text("utf-8").splitlines() if re.match(r"\| [A-Z]{3}-\d\d \|", line)
    ]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in found]


@cache
def source(file: str) -> str:
    return (ROOT / file).read_text("utf-8")


def test_every_row_is_there_once_in_its_order() -> None:
    wanted = [f"{group}-{n:02}" for group, count in COUNTS.items() for n in range(1, count + 1)]
    assert [row[0] for row in rows()] == wanted
    assert all(len(row) == 6 and row[2] in "MSC" and row[5] in STATES for row in rows())


def test_what_must_or_should_be_there_is() -> None:
    left = [row[0] for row in rows() if row[5] == "not done" and row[2] != "C"]
    assert left == []


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0])
def test_what_is_done_says_where_and_by_which_test(row: list[str]) -> None:
    where, shown = row[3], re.findall(r"`([^`]+)`", row[4])
    if row[5] == "done":
        assert where
        assert shown
    for name in shown:
        file, _, test = name.partition("::")
        if file.endswith(".py"):
            assert f"def {test}(" in source(file), name
        else:
            assert f'it("{test}"' in source(file), name
