"""The shipped catalogue: what it holds, and what a browser gets of it."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tablee.model.agendas import MODES, PHASES
from tablee.model.canvases import Catalogue, CatalogueError, load_catalogue
from tablee.model.immersion import HEADS
from tablee.model.rules import AXIS_CHARS, PAGE_TITLE_CHARS, PROMPT_CHARS, RINGS, ZONE_TITLE_CHARS, ZONE_TYPES
from tablee.model.templates import NOTE_KINDS, PAGES

CANVASES = Path(__file__).parents[3] / "canvases"


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(CANVASES)


def test_the_eight_templates_come_in_the_order_of_the_workshop(catalogue: Catalogue) -> None:
    assert list(catalogue.templates) == [
        "sheet1.recto",
        "sheet1.verso",
        "sheet2.recto",
        "sheet2.verso",
        "sheet3.recto",
        "sheet3.verso",
        "governance",
        "economic",
    ]
    assert [(t.sheet, t.side, t.page) for t in catalogue.templates.values()] == [
        (1, "je", "A4L"),
        (1, "nous", "A4L"),
        (2, "je", "A4L"),
        (2, "nous", "A4L"),
        (3, "je", "A4L"),
        (3, "nous", "A4L"),
        (None, None, "A3L"),
        (None, None, "A3L"),
    ]


def test_there_are_68_zones_and_66_routes(catalogue: Catalogue) -> None:
    zones = [zone for template in catalogue.templates.values() for zone in template.zones]
    assert len(zones) == 68
    assert sum(len(zone.to) for zone in zones) == 66
    assert sum(zone.basis.startswith("S-") for zone in zones) == 36


def test_pictograms_follow_from_the_routes(catalogue: Catalogue) -> None:
    pictograms = [t.pictograms(zone) for t in catalogue.templates.values() for zone in t.zones if t.sheet]
    assert pictograms.count(("governance",)) == 14
    assert pictograms.count(("economic",)) == 5
    assert pictograms.count(("governance", "economic")) == 21
    assert len(pictograms) == 40


def test_zones_cover_nearly_the_whole_working_area(catalogue: Catalogue) -> None:
    for template in catalogue.templates.values():
        work = PAGES[template.page].work
        covered = sum(zone.box[2] * zone.box[3] for zone in template.zones) / (work[2] * work[3])
        assert 0.92 <= covered <= 0.95, template.id


def test_zones_come_in_the_order_of_filling(catalogue: Catalogue) -> None:
    for template in catalogue.templates.values():
        assert [zone.n for zone in template.zones] == list(range(1, len(template.zones) + 1))


def test_both_faces_of_a_sheet_answer_each_other(catalogue: Catalogue) -> None:
    for template in catalogue.templates.values():
        if template.other_face:
            other = catalogue.templates[template.other_face]
            assert {zone.mirror for zone in template.zones} == {zone.id for zone in other.zones}


def test_the_four_agendas_last_150_210_240_and_150_minutes(catalogue: Catalogue) -> None:
    assert {a.id: sum(step.minutes for step in a.steps) for a in catalogue.agendas.values()} == {
        "short_150": 150,
        "half_day_210": 210,
        "half_day_240": 240,
        "one_sheet_per_group_150": 150,
    }


def test_agendas_open_their_boards_and_give_each_sheet_30_to_45_minutes(catalogue: Catalogue) -> None:
    for agenda in catalogue.agendas.values():
        boards = [step.board for step in agenda.steps if step.board]
        assert boards[-2:] == ["governance", "economic"]
        sheets = {board.split(".")[0] for board in boards[:-2]}
        assert sheets == ({"sheet1", "sheet2", "sheet3"} if agenda.groups == 1 else {"assigned"})
        for sheet in sheets:
            minutes = [step.minutes for step in agenda.steps if (step.board or "").startswith(sheet)]
            assert 30 <= sum(minutes) <= 45


def test_the_seven_cards_tell_all_seven_heads(catalogue: Catalogue) -> None:
    assert len(catalogue.cards) == 7
    for card in catalogue.cards:
        assert tuple(card.heads) == HEADS
        assert (card.year, card.source) == (2023, "jdc")


def test_switching_language_changes_every_text_and_no_id(catalogue: Catalogue) -> None:
    french, english = catalogue.for_browser("fr"), catalogue.for_browser("en")
    assert [_without_texts(t) for t in french] == [_without_texts(t) for t in english]
    for fr, en in zip(french, english, strict=True):
        assert fr["title"] != en["title"]
        for zone, same in zip(fr["zones"], en["zones"], strict=True):
            assert zone["prompt"] != same["prompt"]
            # "Actions" and "Points" are spelled alike: a text may coincide, it may not be missing.
            assert zone["title"] != same["title"] or zone["title"] == "Actions"
    assert set(catalogue.agenda_titles("fr")) == set(catalogue.agenda_titles("en"))
    for agenda in catalogue.agendas:
        assert catalogue.agenda_titles("fr")[agenda] != catalogue.agenda_titles("en")[agenda]


def _without_texts(template: dict[str, Any]) -> dict[str, Any]:
    zones = [
        {key: zone[key] for key in zone if key not in {"title", "prompt", "axes"}}
        for zone in template["zones"]
    ]
    return {key: template[key] for key in template if key != "title"} | {"zones": zones}


def test_a_browser_gets_plain_json(catalogue: Catalogue) -> None:
    templates = catalogue.for_browser("fr")
    assert json.loads(json.dumps(templates)) == templates
    verso = next(t for t in templates if t["id"] == "sheet2.verso")
    assert {key: verso[key] for key in verso if key != "zones"} == {
        "id": "sheet2.verso",
        "version": "1.0.0",
        "page": "A4L",
        "width": 297,
        "height": 210,
        "side": "nous",
        "sheet": 2,
        "title": "Fiche 2 · Convergence des actions · Nous",
        "screen": None,
    }
    assert verso["zones"][4] == {
        "id": "rules",
        "n": 5,
        "box": [103, 114, 91, 83],
        "type": "plain",
        "title": "Nos règles",
        "prompt": "Quelles règles d'accès, de contribution et de décision avons-nous, ou faut-il écrire ?",
        "kinds": ["rule", "note"],
        "to": ["governance.rules"],
        "pictograms": ["governance"],
        "mirror": "decisions",
    }


def test_the_axes_of_the_map_come_with_their_words(catalogue: Catalogue) -> None:
    governance = next(t for t in catalogue.for_browser("fr") if t["id"] == "governance")
    axes = next(zone["axes"] for zone in governance["zones"] if zone["type"] == "map")
    assert axes["y"] == {
        "title": "Dimension",
        "ticks": [
            [0, "personne"],
            [0.3333, "structure"],
            [0.6667, "réseau ou territoire"],
            [1, "écosystème"],
        ],
    }
    assert axes["x"]["title"] == "Niveau de contribution"
    assert [tick for tick, _word in axes["x"]["ticks"]] == [0, 0.25, 0.5, 0.75, 1]


def test_the_economic_canvas_has_a_box_for_every_zone_on_screens(catalogue: Catalogue) -> None:
    economic = catalogue.for_browser("en")[-1]
    assert set(economic["screen"]["zones"]) == {zone["id"] for zone in economic["zones"]}
    assert (economic["screen"]["width"], economic["screen"]["height"]) == (1308, 758)


def test_the_template_of_a_board_is_found_by_the_name_before_the_slash(catalogue: Catalogue) -> None:
    recto = catalogue.template_of_board("sheet2.recto/sabcdefghjk")
    assert recto is not None
    assert recto.id == "sheet2.recto"
    assert catalogue.template_of_board("governance") is catalogue.templates["governance"]
    assert catalogue.template_of_board("sheet4.recto/sabcdefghjk") is None


def test_the_attribution_names_the_kit_in_both_languages(catalogue: Catalogue) -> None:
    notice = " ".join((CANVASES / "NOTICE").read_text().split())
    for language in ("fr", "en"):
        assert "Kit Commons Model Canvas 4.1, © 2023 inno³, CC BY-SA 4.0" in catalogue.attribution[language]
        assert catalogue.attribution[language] in notice
    assert all(name in notice for name in catalogue.kit.team)


def test_every_file_says_its_licence_and_its_schema() -> None:
    for file in CANVASES.rglob("*.toml"):
        schema, licence = file.read_text().splitlines()[:2]
        assert licence == "# SPDX-License-Identifier: CC-BY-SA-4.0"
        assert (file.parent / schema.removeprefix("#:schema ")).is_file(), file


def test_a_folder_that_does_not_exist_is_an_error_that_names_a_file(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"catalogue\.toml: The file is missing\."):
        load_catalogue(tmp_path / "nowhere")


SCHEMAS = {
    "canvas": "*/canvas.toml",
    "texts": "*/texts.*.toml",
    "agenda": "agendas/*.toml",
    "card": "immersion/*.toml",
    "catalogue": "catalogue.toml",
    "wrapup": "wrapup.toml",
    "guide": "guide.toml",
    "shelf": "shelf.toml",
    "aids": "governance/aids.toml",
    "licences": "licences.toml",
    "story": "rehearsal/*.toml",
}


def _schema(name: str) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((CANVASES / "schema" / f"{name}.schema.json").read_text())
    return schema


@pytest.mark.parametrize(("name", "pattern"), SCHEMAS.items())
def test_shipped_files_are_as_their_schema_says(name: str, pattern: str) -> None:
    Draft202012Validator.check_schema(_schema(name))
    files = list(CANVASES.glob(pattern))
    assert files
    for file in files:
        data = tomllib.loads(file.read_text())
        Draft202012Validator(_schema(name)).validate(data)
        assert not Draft202012Validator(_schema(name)).is_valid(data | {"surprise": 1})
        for key in ("id", "title", "attribution"):
            lacking = {other: value for other, value in data.items() if other != key}
            assert lacking == data or not Draft202012Validator(_schema(name)).is_valid(lacking)


def test_every_schema_is_tested() -> None:
    assert {file.name for file in (CANVASES / "schema").iterdir()} == {f"{n}.schema.json" for n in SCHEMAS}


def test_schemas_and_checks_know_the_same_words_and_lengths() -> None:
    zone = _schema("canvas")["$defs"]["zone"]["properties"]
    assert zone["kinds"]["items"]["enum"] == list(NOTE_KINDS)
    assert zone["type"]["enum"] == list(ZONE_TYPES)
    assert zone["ring"]["enum"] == list(RINGS)
    assert _schema("canvas")["properties"]["page"]["enum"] == list(PAGES)
    step = _schema("agenda")["properties"]["steps"]["items"]["properties"]
    assert (step["phase"]["enum"], step["mode"]["enum"]) == (list(PHASES), list(MODES))
    assert set(HEADS) <= set(_schema("card")["required"])
    texts = _schema("texts")["properties"]
    written = texts["zones"]["additionalProperties"]["properties"]
    assert texts["title"]["maxLength"] == PAGE_TITLE_CHARS
    assert (written["title"]["maxLength"], written["prompt"]["maxLength"]) == (ZONE_TITLE_CHARS, PROMPT_CHARS)
    assert _schema("texts")["$defs"]["word"]["maxLength"] == AXIS_CHARS


def test_the_shelf_leads_to_choosers_of_licences_for_texts_code_and_data() -> None:
    links = load_catalogue(CANVASES).guide.links
    choosers = [link.url for link in links if link.about == "licence"]
    for host in ("creativecommons.org/chooser", "choosealicense.com", "data.gouv.fr/licences"):
        assert any(host in url for url in choosers)
