"""What notes of the sheets become on the canvases: every route with every kind, and what is kept."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tablee import assets
from tablee.model.alike import CHARS, Alike
from tablee.model.canvases import load_catalogue
from tablee.model.carry import (
    Source,
    address_of,
    carried,
    carried_id,
    decided_in,
    gauge_words,
    hash_of,
    is_copy,
    merged,
    merged_id,
    park_key,
    routes_of,
    suggested_zone,
)
from tablee.model.fields import field_fault
from tablee.model.notes import KINDS, value_fault

CATALOGUE = load_catalogue(assets.canvases_folder())
TODAY = date(2026, 8, 31)
ROUTES = [
    (template.id, zone.id, to)
    for template in CATALOGUE.templates.values()
    if template.sheet is not None
    for zone in template.zones
    for to in zone.to
]
CONVERTED: dict[tuple[str, str, str], str] = {
    ("sheet1.recto", "literacy", "governance.participation"): "note",
    ("sheet1.recto", "assets", "economic.brings"): "contribution",
    ("sheet1.verso", "maturity", "governance.watch"): "note",
    ("sheet1.verso", "maturity", "governance.indicators"): "note",
    ("sheet2.recto", "means", "economic.brings"): "contribution",
    ("sheet2.verso", "contributions", "economic.commons"): "note",
    ("sheet3.recto", "business", "economic.viability"): "note",
    ("sheet3.recto", "business", "economic.stakeholders"): "note",
    ("sheet3.recto", "h6m", "economic.actions"): "action",
    ("sheet3.verso", "model", "economic.income"): "note",
    ("sheet3.verso", "model", "economic.balance"): "note",
    ("sheet3.verso", "h6m", "economic.actions"): "action",
    ("sheet3.verso", "h2y", "economic.balance"): "note",
}
"""The routes whose zone does not take the first kind of the zone that feeds it, and what it becomes."""


def note(board: str, zone: str, **more: Any) -> dict[str, Any]:
    return {
        "board": board,
        "zone": zone,
        "kind": "note",
        "text": "Une idée",
        "colour": "ciel",
        "at": 5,
        **more,
    }


def on(address: str, source: dict[str, Any], group: str = "g1", language: str = "fr") -> dict[str, Any]:
    found = address_of(CATALOGUE, address)
    assert found is not None
    return carried(Source(group, "n1", source), found[1], address, language=language, today=TODAY, now=9)


def first_kind(board: str, zone: str) -> str:
    found = CATALOGUE.templates[board].zone(zone)
    assert found is not None
    return found.kinds[0]


# -- routes ----------------------------------------------------------------------------------------------


def test_there_are_66_routes_and_13_convert_what_their_zone_holds() -> None:
    assert len(ROUTES) == 66
    assert {
        route: on(route[2], note(route[0], route[1], kind=first_kind(route[0], route[1])))["kind"]
        for route in ROUTES
        if first_kind(route[0], route[1]) not in on_kinds(route[2])
    } == CONVERTED


def on_kinds(address: str) -> tuple[str, ...]:
    found = address_of(CATALOGUE, address)
    assert found is not None
    return found[1].kinds


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: " ".join(route))
def test_whatever_kind_it_has_a_note_is_one_that_the_zone_takes(route: tuple[str, str, str]) -> None:
    board, zone, to = route
    for kind in KINDS:
        source = note(f"{board}/sabc" if board.endswith("recto") else board, zone, kind=kind)
        made = on(to, source)
        assert made["kind"] in on_kinds(to)
        if kind in on_kinds(to):
            assert (made["kind"], made["text"]) == (kind, "Une idée")
        assert made["text"], kind
        assert [made["board"], made["zone"]] == to.split(".")
        for name, value in made.items():
            if name not in ("fields", "text", "origin"):
                assert value_fault(name, value) is None, name
        assert value_fault("origin", made["origin"][0]) is None
        for name, value in made["fields"].items():
            assert field_fault(name, value) is None, name


def test_a_zone_is_suggested_for_each_canvas_it_feeds() -> None:
    source = note("sheet1.verso", "resources")
    assert suggested_zone(CATALOGUE, source, "governance") == "governance.resources"
    assert suggested_zone(CATALOGUE, source, "economic") == "economic.commons"
    assert suggested_zone(CATALOGUE, note("sheet2.verso", "rules"), "economic") is None
    assert routes_of(CATALOGUE, note("governance", "rules")) == ()


# -- conversions -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "source", "kind", "text", "fields"),
    [
        (
            "governance.watch",
            note("sheet1.verso", "maturity", kind="scale", text="", fields={"key": "governance", "value": 2}),
            "note",
            "Maturité de la gouvernance : 2/4",
            {"key": "governance", "value": 2},
        ),
        (
            "economic.brings",
            note("sheet1.recto/sabc", "assets", kind="resource", fields={"licence": "ODbL-1.0"}),
            "contribution",
            "Une idée",
            {
                "stakeholder_id": "sabc",
                "licence": "ODbL-1.0",
                "direction": "brings",
                "nature": "resource",
            },
        ),
        (
            "economic.brings",
            note("sheet2.recto/sabc", "means", kind="cost", fields={"fte": 0.5, "period": "year"}),
            "contribution",
            "Une idée",
            {
                "stakeholder_id": "sabc",
                "fte": 0.5,
                "period": "year",
                "direction": "brings",
                "nature": "time",
                "amount": 0.5,
                "unit": "fte",
            },
        ),
        (
            "economic.brings",
            note("sheet2.recto/sabc", "means", kind="cost", fields={"euros": 1200}),
            "contribution",
            "Une idée",
            {
                "stakeholder_id": "sabc",
                "euros": 1200,
                "direction": "brings",
                "nature": "money",
                "amount": 1200,
                "unit": "euros",
            },
        ),
        (
            "economic.commons",
            note("sheet2.verso", "contributions", kind="contribution", fields={"nature": "code"}),
            "note",
            "Une idée",
            {"nature": "code"},
        ),
        (
            "economic.actions",
            note("sheet3.verso", "h6m", kind="scenario", fields={"horizon": "6m"}),
            "action",
            "Une idée",
            {"horizon": "6m", "due": "2027-02-28"},
        ),
        (
            "economic.actions",
            note("sheet3.recto/sabc", "h6m", kind="scenario", fields={"horizon": "2y"}),
            "action",
            "Une idée",
            {"horizon": "2y", "due": "2028-08-31"},
        ),
        (
            "economic.balance",
            note("sheet3.verso", "h2y", kind="scenario", fields={"horizon": "2y"}),
            "note",
            "Une idée",
            {"horizon": "2y"},
        ),
        (
            "economic.income",
            note("sheet3.verso", "model", kind="legal_structure", text="", fields={"why": "Rapide à créer"}),
            "note",
            "Rapide à créer",
            {"why": "Rapide à créer"},
        ),
        ("governance.map", note("sheet2.verso", "community"), "point", "Une idée", {"label": "Une idée"}),
    ],
)
def test_a_kind_that_the_zone_does_not_take_is_converted(
    address: str, source: dict[str, Any], kind: str, text: str, fields: dict[str, Any]
) -> None:
    made = on(address, source)
    assert (made["kind"], made["text"], made["fields"]) == (kind, text, fields)


def test_a_cost_of_time_and_money_loses_neither() -> None:
    made = on(
        "economic.brings", note("sheet2.recto/sabc", "means", kind="cost", fields={"fte": 1, "euros": 12000})
    )
    assert made["fields"]["nature"] == "time" and made["fields"]["euros"] == 12000
    assert made["text"] == "Une idée\n12 000 €"


def test_a_point_of_the_map_is_not_placed_by_carrying() -> None:
    made = on("governance.map", note("sheet2.recto/sabc", "role", text="x" * 300))
    assert not {"x", "y"} & made["fields"].keys()
    assert len(made["fields"]["label"]) == 200 and len(made["text"]) == 300
    assert made["stakeholder"] == made["fields"]["stakeholder_id"] == "sabc"


@pytest.mark.parametrize(
    ("values", "language", "said"),
    [
        ([2], "fr", "Pratique : 2/4"),
        ([2, 1, 4], "fr", "Pratique : médiane 2/4, de 1 à 4"),
        ([1, 2], "fr", "Pratique : médiane 1,5/4, de 1 à 2"),
        ([1, 2], "en", "Practice: median 1.5/4, from 1 to 2"),
        ([], "fr", "Pratique"),
    ],
)
def test_gauges_say_their_middle_and_their_spread(values: list[int], language: str, said: str) -> None:
    assert (
        gauge_words([{"key": "practice"}, *({"key": "practice", "value": v} for v in values)], language)
        == said
    )


def test_a_gauge_between_losing_and_winning_shows_its_sign() -> None:
    gauges = [{"key": "viability", "value": value} for value in (-2, 1, 1)]
    assert gauge_words(gauges, "fr") == "Équilibre : médiane +1, de −2 à +1"


# -- what is kept ----------------------------------------------------------------------------------------


def test_author_colour_tags_and_origin_are_those_of_the_source() -> None:
    source = note("sheet2.recto/sabc", "decisions", by="pnadia", tags=["argent"])
    made = on("governance.rules", source, "g2")
    assert (made["by"], made["colour"], made["tags"], made["stakeholder"]) == (
        "pnadia",
        "ciel",
        ["argent"],
        "sabc",
    )
    assert made["origin"] == [
        {
            "group": "g2",
            "board": "sheet2.recto/sabc",
            "zone": "decisions",
            "note": "n1",
            "at": 9,
            "by": "pnadia",
            "hash": hash_of(source),
        }
    ]


def test_a_copy_is_told_from_what_was_raised_in_its_own_room() -> None:
    made = on("governance.rules", note("sheet2.verso", "rules", by="pnadia"))
    assert is_copy(made)
    raised = note("sheet2.verso", "rules", origin=[{"board": "sheet2.recto/sabc", "note": "n0"}])
    assert not is_copy(raised) and not is_copy(note("sheet2.verso", "rules"))


def test_what_belongs_to_nobody_stays_so() -> None:
    made = on("governance.rules", note("sheet2.verso", "rules"))
    assert "by" not in made and made["origin"][0]["by"] == ""


def test_a_hash_changes_with_what_a_note_says_and_with_nothing_else() -> None:
    source = note("sheet2.verso", "rules", kind="rule", fields={"domain": "money", "review_on": None})
    known = hash_of(source)
    assert hash_of({**source, "colour": "citron", "fields": {"domain": "money"}}) == known
    assert hash_of({**source, "text": "Une autre"}) != known
    assert hash_of({**source, "fields": {"domain": "tools"}}) != known


def test_ids_follow_from_what_is_carried() -> None:
    assert carried_id("governance", "g1/n1") == carried_id("governance", "g1/n1")
    assert (
        len({carried_id(c, k, a) for c in ("governance", "economic") for k in ("g1/n", "g2/n") for a in "12"})
        == 8
    )
    assert merged_id("governance", ["g1/b", "g1/a"]) == merged_id("governance", ["g1/a", "g1/b"])


# -- merging ---------------------------------------------------------------------------------------------


def test_merging_joins_words_and_keeps_every_origin() -> None:
    zone = address_of(CATALOGUE, "governance.rules")
    assert zone is not None
    sources = [
        Source("g1", "n1", note("sheet2.verso", "rules", kind="rule", by="pa", fields={"domain": "money"})),
        Source("g2", "n2", note("sheet2.verso", "rules", kind="rule", text="Une autre", by="pb")),
        Source("g3", "n3", note("sheet2.verso", "rules", kind="rule", by="pb")),
    ]
    parts = [carried(s, zone[1], "governance.rules", language="fr", today=TODAY, now=9) for s in sources]
    made = merged(parts, zone[1], "pmarc", "fr")
    assert (made["text"], made["kind"], made["by"]) == ("Une idée\nUne autre", "rule", "pmarc")
    assert [(o["group"], o["note"]) for o in made["origin"]] == [("g1", "n1"), ("g2", "n2"), ("g3", "n3")]
    assert made["fields"] == {"domain": "money"}
    decided = decided_in({"m": {**made}}, {park_key("governance", "g1/n9"): {}}, "-")
    assert [decided.on("governance", f"g{n}/n{n}") for n in (1, 2, 3)] == ["merged"] * 3
    assert decided.on("governance", "g1/n9") == "parked" == decided.status("g1/n9")
    assert decided.on("economic", "g1/n1") is None and decided.status("g1/n8") == "open"


def test_merged_gauges_of_several_people_say_median_and_spread() -> None:
    zone = address_of(CATALOGUE, "governance.participation")
    assert zone is not None
    parts = [
        on(
            "governance.participation",
            note(
                f"sheet1.recto/s{n}",
                "literacy",
                kind="scale",
                text=text,
                fields={"key": "practice", "value": n},
            ),
        )
        for n, text in ((1, ""), (2, "Je débute"), (4, ""))
    ]
    made = merged(parts, zone[1], "p", "fr")
    assert made["text"] == "Pratique : médiane 2/4, de 1 à 4\nJe débute"
    assert "stakeholder" not in made and "stakeholder_id" not in made["fields"]


def test_notes_that_say_nothing_but_where_they_are_can_be_merged() -> None:
    zone = address_of(CATALOGUE, "governance.rules")
    assert zone is not None
    bare = {"board": "governance", "zone": "rules", "text": "a"}
    made = merged([bare, {**bare, "text": "b"}], zone[1], "pa", "fr")
    assert (made["text"], made["kind"], made["colour"]) == ("a\nb", "note", "craie")


# -- likeness --------------------------------------------------------------------------------------------


def test_texts_that_say_nearly_the_same_are_proposed_and_only_where_they_are_led_to_one_zone() -> None:
    alike = Alike()
    rules, value = ("governance.rules",), ("economic.value",)
    alike.take(
        {
            "g1/a": ("On décide à l'unanimité", rules),
            "g2/b": ("On décide à l’unanimité des membres.", rules),
            "g2/c": ("Une voix par structure", rules),
            "g3/d": ("Une voix par personne", rules),
            "g3/e": ("On décide à l'unanimité", value),
            "g3/f": ("Oui", rules),
            "g3/g": ("oui !", rules),
            "g3/h": ("", rules),
        }
    )
    assert alike.groups() == [["g1/a", "g2/b"], ["g3/f", "g3/g"]]
    alike.take({"g2/b": None, "g3/f": ("Non", rules), "g3/e": ("On décide à l'unanimité", rules)})
    assert alike.groups() == [["g1/a", "g3/e"]]


def test_of_a_text_only_its_beginning_is_compared_whatever_its_letters_stand_for() -> None:
    """U+FDFA alone is eighteen letters."""
    alike, rules = Alike(), ("governance.rules",)
    alike.take({f"g1/n{n}": ("\ufdfa" * 2000, rules) for n in range(20)})
    assert {len(words) for words in alike._words.values()} == {CHARS}
