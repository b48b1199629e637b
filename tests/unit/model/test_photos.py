"""Who may put a photo on which board, and what may stand below it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.kit.transitions import CATALOGUE

from tablee.errors import Invalid
from tablee.model.notes import Places
from tablee.model.photos import checked_caption, is_silent_on, is_unsigned_on, photo_fault
from tablee.model.rights import Actor, Policy

POLICY = Policy(Places(CATALOGUE, frozenset({"sann", "sbob"})), "exploration")
ANN, MARC, PAUL = (
    Actor("ann", "participant", "sann"),
    Actor("marc", "facilitator", "smarc"),
    Actor("paul", "observer", "spaul"),
)
VERSO = "sheet2.verso"
OUTSIDE = replace(POLICY, outside=frozenset({"governance"}))
READ, EACH = replace(POLICY, moment="read"), replace(POLICY, moment="each")
OPENED, LOCKED = replace(READ, opened=frozenset({VERSO})), replace(POLICY, locked=frozenset({VERSO}))
ZONE_LOCKED = replace(POLICY, locked=frozenset({f"{VERSO} rules"}))
CASES: list[tuple[str, str, Actor, Policy, str | None]] = [
    ("on a verso", VERSO, ANN, POLICY, None),
    ("on one's own recto", "sheet1.recto/sann", ANN, POLICY, None),
    ("on another's recto, together", "sheet1.recto/sbob", ANN, POLICY, None),
    ("while each writes alone", "sheet1.recto/sbob", ANN, EACH, "recto.not_yours"),
    ("of nobody", "sheet1.recto", ANN, POLICY, "board.unknown"),
    ("of a stranger", "sheet1.recto/sx", MARC, POLICY, "board.unknown"),
    ("nowhere", "sheet7.verso", MARC, POLICY, "board.unknown"),
    (
        "out of the modules",
        "governance",
        MARC,
        replace(POLICY, outside=frozenset({"governance"})),
        "board.unknown",
    ),
    ("by who observes", VERSO, PAUL, POLICY, "role.read_only"),
    ("where people read", VERSO, ANN, READ, "role.read_only"),
    (
        "opened meanwhile",
        "sheet2.verso",
        ANN,
        replace(POLICY, moment="read", opened=frozenset({"sheet2.verso"})),
        None,
    ),
    ("locked", VERSO, ANN, LOCKED, "board.locked"),
    ("locked, by who leads", VERSO, MARC, LOCKED, None),
    (
        "with a zone locked",
        "sheet2.verso",
        ANN,
        replace(POLICY, locked=frozenset({"sheet2.verso rules"})),
        None,
    ),
    ("frozen", VERSO, ANN, replace(POLICY, frozen=True), "board.locked"),
    ("at the end", VERSO, MARC, replace(POLICY, moment="closed"), "role.read_only"),
]


@pytest.mark.parametrize(("where", "board", "actor", "policy", "fault"), CASES)
def test_a_photo_is_added_by_who_may_write(
    where: str, board: str, actor: Actor, policy: Policy, fault: str | None
) -> None:
    assert photo_fault(board, actor, policy) == fault, where


@pytest.mark.parametrize(
    ("said", "there"),
    [
        (frozenset[str](), False),
        (frozenset({VERSO}), True),
        (frozenset({f"{VERSO} rules"}), True),
        (frozenset({"sheet1.recto"}), False),
        (frozenset({"sheet2.verso2 rules"}), False),
    ],
)
def test_a_photo_shows_all_of_a_board_so_what_a_zone_hides_counts(said: frozenset[str], there: bool) -> None:
    assert is_silent_on(VERSO, replace(POLICY, silent=said)) is there
    assert is_unsigned_on(VERSO, replace(POLICY, anonymous=said)) is there
    assert is_silent_on("sheet1.recto/sann", replace(POLICY, silent=said)) is ("sheet1.recto" in said)
    assert is_silent_on(VERSO, replace(POLICY, all_silent=True))
    assert is_unsigned_on(VERSO, replace(POLICY, all_anonymous=True))


def test_a_caption_is_one_line_of_two_hundred_characters() -> None:
    assert checked_caption("  La fiche\n du \u202egroupe  ") == "La fiche du groupe"
    assert checked_caption("") == ""
    assert len(checked_caption("é" * 200)) == 200
    for wrong in ("é" * 201, None, 5, ["x"]):
        with pytest.raises(Invalid):
            checked_caption(wrong)
