"""The wrap-up as pure values: which actions are not decided yet, and the card of the commons."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.unit.model.test_commands import WORKSHOP

from tablee.errors import Conflict, Forbidden
from tablee.model.actions import incomplete_actions, lacks_of, rooms_of_canvases
from tablee.model.agendas import Step
from tablee.model.canvases import load_catalogue
from tablee.model.commands.answers import room_to_answer_in
from tablee.model.commons_card import SOURCES, Head, commons_card, gauges_of
from tablee.model.immersion import HEADS
from tablee.model.notes import Places
from tablee.model.workshop import BoardState, Workshop, stakeholder_ids

CATALOGUE = load_catalogue(Path(__file__).parents[3] / "canvases")
G1, G2, PLENARY = "w1-g1-convergence", "w1-g2-convergence", "w1-plenary"
PEOPLE = {"nadia", "joris"}


def action(text: str = "Écrire la charte", **fields: Any) -> dict[str, Any]:
    board, zone = fields.pop("board", "governance"), fields.pop("zone", "actions")
    origin = fields.pop("origin", None)
    note = {"board": board, "zone": zone, "kind": "action", "text": text, "order": "a0", "fields": fields}
    return note if origin is None else {**note, "origin": [origin]}


# -- actions -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "lacks"),
    [
        ({}, ("owner", "due")),
        ({"owner_id": "nadia"}, ("due",)),
        ({"owner_text": "Le conseil"}, ("due",)),
        ({"owner_text": " \n"}, ("owner", "due")),
        ({"owner_id": "partie", "due": "2026-12-01"}, ("owner",)),
        ({"owner_id": "partie", "owner_text": "Paul", "due": "2026-12-01"}, ()),
        ({"owner_id": "joris", "due": "2026-12-01", "state": "done"}, ()),
        ({"state": "done"}, ("owner", "due")),
        ({"state": "dropped"}, ()),
        ({"owner_id": 5, "owner_text": None, "due": ["2026"]}, ("owner", "due")),
    ],
)
def test_an_action_lacks_an_owner_or_a_date_until_it_is_dropped(
    fields: dict[str, Any], lacks: tuple[str, ...]
) -> None:
    assert lacks_of(fields, PEOPLE) == lacks


def test_actions_are_looked_for_where_the_canvases_are() -> None:
    assert rooms_of_canvases(WORKSHOP) == {G1: ("governance", "economic"), G2: ("governance", "economic")}
    together = replace(WORKSHOP, steps=(Step("gov", "convergence", 30, "plenary", "governance", {}),))
    assert rooms_of_canvases(together) == {
        PLENARY: ("governance",),
        G1: ("economic",),
        G2: ("economic",),
    }
    one_canvas = replace(WORKSHOP, modules=("sheet1", "economic"))
    assert rooms_of_canvases(one_canvas) == {G1: ("economic",), G2: ("economic",)}
    assert rooms_of_canvases(replace(WORKSHOP, modules=("sheet1",))) == {}


def test_incomplete_actions_are_named_in_reading_order_with_what_they_lack() -> None:
    rooms = {
        G1: {
            "n2": {**action("Seconde  \n ligne"), "order": "b"},
            "n1": {**action("Première", due="2026-12-01"), "order": "a"},
            "n3": action(owner_id="nadia", due="2026-12-01"),
            "n4": {**action(), "kind": "note"},
            "n5": {**action(), "board": "sheet3.verso"},
        },
        G2: {"n1": action("x" * 500, board="economic", zone="costs")},
        PLENARY: {"n9": action()},
    }
    found = incomplete_actions(WORKSHOP, rooms)
    assert [(one.group, one.note, one.text, one.lacks) for one in found] == [
        ("g1", "n1", "Première", ("owner",)),
        ("g1", "n2", "Seconde ligne", ("owner", "due")),
        ("g2", "n1", "x" * 120, ("owner", "due")),
    ]
    assert found[2].as_json()["board"] == "economic" and found[2].room == G2


def test_an_action_that_was_brought_to_the_plenary_is_asked_for_once() -> None:
    pooled = replace(WORKSHOP, pooled=("governance",))
    origin = {"group": "g1", "board": "governance", "zone": "actions", "note": "n1", "at": 1, "by": "x"}
    rooms = {
        G1: {"n1": action("Portée"), "n2": action("Restée")},
        PLENARY: {"p1": action("Portée", origin=origin)},
    }
    assert {(one.group, one.note) for one in incomplete_actions(pooled, rooms)} == {
        ("g1", "n2"),
        (None, "p1"),
    }
    mended = {**rooms, PLENARY: {"p1": action(origin=origin, owner_text="Paul", due="2026-12-01")}}
    assert [one.note for one in incomplete_actions(pooled, mended)] == ["n2"]
    # as long as nothing was brought together, what lies in the plenary is not looked at
    assert [one.note for one in incomplete_actions(WORKSHOP, rooms)] == ["n1", "n2"]


def test_an_action_on_both_canvases_is_asked_for_once_and_lacks_what_it_lacks_on_both() -> None:
    source = {"group": "g1", "note": "n1"}

    def found(**economic: Any) -> list[tuple[str, tuple[str, ...]]]:
        two = {
            "gov": action(origin=source, owner_id="nadia"),
            "eco": action(origin=source, board="economic", **economic),
        }
        return [(one.note, one.lacks) for one in incomplete_actions(WORKSHOP, {G1: two})]

    assert found() == [("eco", ("due",))], "the first in reading order is named"
    assert found(due="2026-12-01") == []
    assert found(due="2026-12-01", state="dropped") == [("gov", ("due",))]
    alone = {"n1": action(origin=source), "n2": action(origin=source), "n3": action(board="economic")}
    assert len(incomplete_actions(WORKSHOP, {G1: alone})) == 3, (
        "of one canvas, or of no source: each for itself"
    )


# -- the card --------------------------------------------------------------------------------------------


def note(address: str, text: str, kind: str = "note", order: str = "a0", **fields: Any) -> dict[str, Any]:
    board, _, zone = address.partition(".")
    return {"board": board, "zone": zone, "kind": kind, "text": text, "order": order, "fields": fields}


def said(head: Head) -> list[str]:
    """`title: label = text` of each line."""
    return [
        f"{part.title or ''}: {f'{line.label} = ' if line.label else ''}{line.text}"
        for part in head.parts
        for line in part.lines
    ]


def card(notes: list[dict[str, Any]], language: str = "fr", **more: Any) -> dict[str, list[str]]:
    heads = commons_card(CATALOGUE, language, more.get("commons", ""), notes, more.get("gauges", {}))
    assert tuple(head.id for head in heads) == HEADS
    return {head.id: said(head) for head in heads if head.parts}


def test_the_card_says_what_the_canvases_say_under_seven_heads() -> None:
    notes = [
        note("governance.needs", "Comment se déplacer sans voiture ?", "question", order="b"),
        note("governance.needs", "Comment  trouver\nun trajet ?", "question", order="a"),
        note("economic.needs", "comment se déplacer sans voiture ?", "question"),
        note("governance.legal", "SCIC", "legal_structure", form="scic", standing="candidate"),
        note("governance.legal", "Simple à lancer", "legal_structure", form="association", standing="chosen"),
        note("governance.legal", "GIP", "legal_structure", form="gip", standing="set_aside"),
        note("governance.legal", "Une note"),
        note("governance.map", "", "point", label="Conductrices", count="11-100", x=0.1, y=0.2),
        note("governance.map", "Habitantes", "point", count="over_1000"),
        note("governance.map", "La région", "point", presence="to_invite"),
        note("governance.mission", "Partager les trajets"),
        note("economic.value", "Moins de voitures"),
        note("governance.rules", "Proposée", "rule", state="proposed"),
        note("governance.rules", "En vigueur", "rule", order="z", state="in_force"),
        note("governance.rules", "Contestée", "rule", state="disputed"),
        note("governance.committees", "Comité des usages", "committee", mission="Trie les\ndemandes"),
        note("economic.income", "Adhésions", "contribution", amount=12500.5, unit="euros"),
        note("economic.income", "Deux postes", "contribution", amount=2, unit="fte"),
        note("governance.watch", "Peu d'usagers autour de la table"),
        note("governance.watch", "Recruter", "action"),
        note("governance.resources", "Schéma de trajets", "resource", licence="ODbL-1.0"),
        note("economic.commons", "schéma de trajets", "resource", licence="ODbL-1.0"),
        note("governance.h2y", "Passer en SCIC", "scenario"),
        note("sheet1.verso.need", "Une fiche"),
    ]
    assert card(
        notes, commons="Un outil libre", gauges={"resource": [4, 1, 2], "governance": [0], "x": [1]}
    ) == {
        "need": [
            "Besoins et usages: Comment trouver un trajet ?",
            "Besoins et usages: Comment se déplacer sans voiture ?",
        ],
        "host": [
            "Structure juridique: Association loi 1901 = Simple à lancer",
            "Structure juridique: SCIC",
            "Structure juridique: Une note",
            "Carte de la communauté: Conductrices (11–100)",
            "Carte de la communauté: Habitantes (> 1\u202f000)",
        ],
        "description": [
            ": Un outil libre",
            "Mission et valeurs: Partager les trajets",
            "Valeur du commun: Moins de voitures",
        ],
        "governance": [
            "Règles: En vigueur",
            "Règles: Proposée",
            "Comités: Comité des usages = Trie les demandes",
            "Revenus et financements: Adhésions (12 500,50 €)",
            "Revenus et financements: Deux postes",
        ],
        "maturity": [": Ressource = essai, de idée à autonome", ": Gouvernance = pas encore"],
        "obstacles": ["Points de vigilance: Peu d'usagers autour de la table"],
        "resources": ["Ressources et licences: Schéma de trajets (ODbL-1.0)"],
    }


def test_the_card_is_told_in_each_language_and_says_nothing_of_what_is_not_there() -> None:
    notes = [
        note("economic.income", "Adhésions", "contribution", amount=12500, unit="euros"),
        note("governance.legal", "", "legal_structure", form="association"),
    ]
    assert card(notes, "en", gauges={"community": [3, 3]}) == {
        "host": ["Legal structure: Non-profit association"],
        "governance": ["Income and funding: Adhésions (€12,500)"],
        "maturity": [": Community = in place"],
    }
    assert card([]) == {}


def test_every_head_has_its_zones_and_every_zone_is_one_of_the_canvases() -> None:
    assert SOURCES.keys() == {*HEADS}
    for zones in SOURCES.values():
        for address in zones:
            board, _, zone = address.partition(".")
            assert CATALOGUE.templates[board].zone(zone) is not None


def test_gauges_come_from_notes_of_the_kind_that_say_one_of_the_three() -> None:
    notes = [
        note("sheet1.verso.maturity", "", "scale", key="resource", value=2),
        note("sheet1.verso.maturity", "", "scale", key="resource", value=3.0),
        note("sheet1.verso.maturity", "", "scale", key="viability", value=-2),
        note("sheet1.verso.maturity", "", "scale", key="community"),
        note("sheet1.verso.maturity", "", "note", key="governance", value=2),
    ]
    assert gauges_of(notes) == {"resource": [2, 3]}
    assert card([], gauges={"resource": [-1, 7]}) == {}


def test_no_note_keeps_the_card_from_being_made() -> None:
    """Whatever values lie in the fields, in whatever zone: seven heads, every line with words."""
    luck = random.Random(7)
    addresses = [zone for zones in SOURCES.values() for zone in zones]
    values: list[Any] = [
        "",
        "x",
        "  ",
        5,
        -1.5,
        True,
        None,
        [],
        ["a"],
        {"x": 1},
        "over_1000",
        "chosen",
        "euros",
    ]
    for _ in range(300):
        names = ("form", "standing", "state", "label", "count", "mission", "amount", "unit", "licence")
        notes = [
            note(
                luck.choice(addresses),
                luck.choice(["", " \n ", "Un mot", "x" * 2000]),
                luck.choice(["note", "rule", "action", "point", "scale"]),
                **{name: luck.choice(values) for name in names if luck.random() < 0.5},
            )
            for _ in range(12)
        ]
        heads = commons_card(CATALOGUE, luck.choice(["fr", "en"]), "", notes, gauges_of(notes))
        assert all(line.text.strip() for head in heads for part in head.parts for line in part.lines)


# -- where answers go ------------------------------------------------------------------------------------


def room(workshop: Workshop, who: str, key: str = "ostrom/1", **fields: Any) -> str:
    actor = workshop.person(who)
    assert actor is not None
    return room_to_answer_in(workshop, actor, key, fields, Places(CATALOGUE, stakeholder_ids(workshop)))


def test_answers_go_where_the_canvas_is_that_they_are_about() -> None:
    assert room(WORKSHOP, "joris") == room(WORKSHOP, "marc", group="g2") == G2
    pooled = replace(WORKSHOP, pooled=("governance",))
    assert room(pooled, "joris") == room(pooled, "marc") == PLENARY
    assert room(pooled, "joris", group="g2") == G2, "who looks at the group's own canvas still answers there"
    together = replace(WORKSHOP, steps=(Step("gov", "convergence", 30, "plenary", "governance", {}),))
    assert room(together, "joris", group="g1") == PLENARY
    economic = replace(WORKSHOP, modules=("economic",), boards={"economic": BoardState(locked=True)})
    with pytest.raises(Conflict):
        room(economic, "joris", "check/terms")
    assert room(economic, "joris") == G2


def test_whoever_may_only_change_their_own_notes_does_not_answer_for_the_table() -> None:
    step = Step("own", "convergence", 30, "group", "governance", {}, rights="own")
    own = replace(WORKSHOP, steps=(step,), step="own")
    with pytest.raises(Forbidden) as caught:
        room(own, "joris")
    assert caught.value.key == "role.read_only"
    assert room(own, "marc", group="g2") == G2
    opened = replace(own, boards={"governance": BoardState(open=True)})
    assert room(opened, "joris") == G2
