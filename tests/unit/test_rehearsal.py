"""The stories that simulated people write: what is in the folder, and what is said of a wrong one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest

from tablee import assets
from tablee.model.canvases import CatalogueError, load_catalogue
from tablee.model.fields import KIND_FIELDS
from tablee.rehearsal.acts import Acts, Place
from tablee.rehearsal.story import STORY, Story, load_story

CATALOGUE = load_catalogue(assets.canvases_folder())
RIGHT = """
title = "T"
commons = "C"
facilitator = "F"
agenda = "short_150"
groups = ["G"]
people = [{ name = "Nadia B", structure = "S", colour = "ciel", group = "G", profile = "lead" }]
[notes."sheet3.verso"]
actions = [{ who = "Nadia", text = "Écrire", fields = { due = "+30" } }]
"""


def story_of(folder: Path, text: str) -> Story:
    (folder / "rehearsal").mkdir(exist_ok=True)
    (folder / "rehearsal" / f"{STORY}.toml").write_text(text, "utf-8")
    return load_story(folder, CATALOGUE)


def test_the_story_fills_every_zone_of_every_sheet() -> None:
    story = load_story(assets.canvases_folder(), CATALOGUE)
    written = {(one.board, one.zone) for one in story.writings}
    for template in CATALOGUE.templates.values():
        for zone in template.zones:
            assert template.sheet is None or (template.id, zone.id) in written, zone.id
    assert len(story.people) == 12
    assert {actor.group for actor in story.people} == set(story.groups)


def test_every_note_has_values_of_its_kind() -> None:
    for one in load_story(assets.canvases_folder(), CATALOGUE).writings:
        for name, value in one.fields_on(date(2026, 11, 22)).items():
            assert KIND_FIELDS[one.kind][name].allows(value), (one.text, name)


def test_a_due_date_counts_from_the_day_of_the_rehearsal(tmp_path: Path) -> None:
    [one] = story_of(tmp_path, RIGHT).writings
    assert one.kind == "action"
    assert one.fields_on(date(2026, 12, 15)) == {"due": "2027-01-14"}


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ('who = "Nadia"', 'who = "Karim"', "Nobody is called"),
        ('group = "G"', 'group = "H"', "in no group"),
        ('colour = "ciel"', 'colour = "blue"', "unknown colour"),
        ('agenda = "short_150"', 'agenda = "never"', "There is no agenda"),
        ("actions = [", "dreams = [", "There is no such zone"),
        ('due = "+30"', 'due = "soon"', "is not a value of due"),
        ('due = "+30"', "fte = 1", "No kind of this zone"),
        ('commons = "C"', "commons = 3", "commons"),
        (
            "people = [",
            'people = [{ name = "Nadia C", structure = "", colour = "ciel", group = "G", profile = "lead" },',
            "same first name",
        ),
    ],
)
def test_a_wrong_story_is_refused_with_its_mistake(tmp_path: Path, right: str, wrong: str, said: str) -> None:
    assert right in RIGHT
    with pytest.raises(CatalogueError, match=said):
        story_of(tmp_path, RIGHT.replace(right, wrong))


class Hands(Acts):
    """Acts whose commands are done at once, by a document of this test."""

    async def _command(self, person: Any, command: Mapping[str, Any]) -> None:
        (source,) = command["notes"]
        if command["type"] == "note.park":
            person.parked.add(f"park/governance/g1/{source['note']}")
        else:
            zone = command["zone"].partition(".")[2]
            person.made[source["note"]] = {
                "board": "governance",
                "zone": zone,
                "origin": [{"group": "g1", "note": source["note"]}],
            }


async def test_every_zone_of_a_canvas_fills_as_fast_as_the_others() -> None:
    # many rules stand before the two legal forms
    zones = [*["rules"] * 40, *["legal"] * 6, *["mission"] * 14]
    rows = {
        f"g1/n{n}": {"room": "r", "note": f"n{n}", "to": [f"governance.{zone}"], "order": f"a{n:04d}"}
        for n, zone in enumerate(zones)
    }
    made: dict[str, dict[str, Any]] = {}
    parked: set[str] = set()
    person: Any = SimpleNamespace(
        rows=rows,
        made=made,
        parked=parked,
        notes=lambda: made,
        answers=lambda: parked,
        show=lambda **_: None,
    )

    async def at_once() -> None:
        return None

    nothing: Any = None
    acts = Hands(nothing, CATALOGUE, nothing, Random(4), lambda: 0, at_once)
    for _ in range(15):
        assert await acts._carry(person, Place("governance", "r", nothing))
    counts = Counter(note["zone"] for note in made.values())
    assert set(counts) == set(zones)
    assert max(counts.values()) - min(counts.values()) <= 3, counts
    for zone in counts:
        first = [f"n{n}" for n, other in enumerate(zones) if other == zone]
        taken = [at for at, note in enumerate(first) if note in made]
        assert taken[0] <= 6, "in the order of the story"
