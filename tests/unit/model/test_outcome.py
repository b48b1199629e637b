"""What came of a workshop as pure values: figures, actions once each, and closed rounds only."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.unit.model.test_commands import WORKSHOP

from tablee.model.canvases import load_catalogue
from tablee.model.conduct import Consent, Poll, Vote
from tablee.model.outcome import outcome_of

CATALOGUE = load_catalogue(Path(__file__).parents[3] / "canvases")
SHEETS, G1, PLENARY = "w1-g1-exploration", "w1-g1-convergence", "w1-plenary"


def note(text: str, board: str = "governance", zone: str = "rules", **more: Any) -> dict[str, Any]:
    return {"board": board, "zone": zone, "kind": "note", "text": text, "order": "a0", **more}


def action(text: str, **more: Any) -> dict[str, Any]:
    return note(text, zone="actions", kind="action", **more)


def test_notes_are_counted_once_where_canvases_were_brought_together() -> None:
    copied = [{"group": "g1", "board": "governance", "zone": "rules", "note": "n1", "at": 1, "by": "nadia"}]
    rooms = {
        SHEETS: {"s1": note("Fiche", "sheet1.verso", "mission"), "s2": note("Encore", "sheet2.verso")},
        G1: {"n1": note("Règle"), "n2": note("Restée là")},
        PLENARY: {
            "p1": note("Règle", origin=copied),
            "p2": note("D'un canevas qui n'est pas là", "economic"),
        },
    }
    pooled = replace(WORKSHOP, pooled=("governance",))
    counts = outcome_of(pooled, rooms, CATALOGUE, "fr")["counts"]
    assert counts == {"people": len(WORKSHOP.people), "notes": 4, "canvases": 2}


def test_an_action_of_both_canvases_is_one_with_what_either_says() -> None:
    origin = [
        {"group": "g1", "board": "sheet3.verso", "zone": "actions", "note": "s1", "at": 1, "by": "nadia"}
    ]
    rooms = {
        G1: {
            "n1": action("Écrire\n la charte", fields={"owner_id": "nadia", "due": ""}, origin=origin),
            "n2": action("Écrire la charte", board="economic", fields={"due": "2026-12-01"}, origin=origin),
            "n3": action("Louer", order="b0", fields={"state": "dropped"}),
        }
    }
    first, second = outcome_of(WORKSHOP, rooms, CATALOGUE, "fr")["actions"]
    name = next(person.name for person in WORKSHOP.people if person.id == "nadia")
    told = {key: first[key] for key in ("text", "owner", "due", "state", "lacks")}
    assert told == {
        "text": "Écrire la charte",
        "owner": name,
        "due": "2026-12-01",
        "state": "todo",
        "lacks": [],
    }
    assert [place["board"] for place in first["places"]] == ["economic", "governance"]
    assert (second["text"], second["state"], second["lacks"]) == ("Louer", "dropped", [])


def test_rounds_are_told_once_they_are_closed_with_the_notes_that_they_name() -> None:
    vote = Vote(
        "v1", "marc", "Laquelle ?", "governance", "rules", "g1", 3, 3, True, 1, None, totals={"n1": 2}
    )
    closed = replace(vote, closed_at=9, turnout=1, of=2, ballots={"nadia": {"n1": 2}})
    poll = Poll(
        "p1", "need", "marc", "sheet1.verso", "mission", "g1", 1, None, results={"n2": ({"useful": 4},)}
    )
    consent = Consent("c1", "marc", "Adopter", "g1", False, 1, note="n3")
    held = replace(
        WORKSHOP,
        votes=(replace(vote, id="v2", question="Qui court"), closed),
        polls=(poll, replace(poll, id="p2", closed_at=7)),
        consents=(consent, replace(consent, id="c2", closed_at=8)),
    )
    rooms = {G1: {name: note(name) for name in ("n1", "n2", "n3", "n4")}}
    told = outcome_of(held, rooms, CATALOGUE, "en")
    assert [one["id"] for kind in ("votes", "polls", "consents") for one in told[kind]] == ["v1", "p2", "c2"]
    assert "ballots" not in told["votes"][0]  # it was secret
    assert set(told["notes"]) == {"n1", "n2", "n3"}
    assert told["zones"]["governance"]["rules"] == "Rules"
