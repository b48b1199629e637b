"""Licences as data: what is shipped suits, and what does not is told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
import pytest

from tablee import assets
from tablee.errors import Forbidden, Invalid
from tablee.model.canvases import load_catalogue
from tablee.model.commands import apply_command
from tablee.model.licences import RESOURCES, Licences, licences_mistakes
from tablee.model.notes import Places
from tablee.model.workshop import Person, Workshop

CATALOGUE = load_catalogue(assets.canvases_folder())
SHIPPED = CATALOGUE.licences


def told(**changes: Any) -> list[str]:
    """The mistakes when the first licence is changed so."""
    first = msgspec.structs.replace(SHIPPED.all[0], **changes)
    return [one.sentence for one in licences_mistakes(replace(SHIPPED, all=(first, *SHIPPED.all[1:])))]


def test_every_resource_but_a_sign_has_open_licences() -> None:
    assert list(licences_mistakes(SHIPPED)) == []
    suited = {resource for one in SHIPPED.all for resource in one.suits}
    assert suited == set(RESOURCES) - {"distinctive_sign"}
    listed = {one.id for one in SHIPPED.all if one.public_body}
    assert {"etalab-2.0", "ODbL-1.0", "MIT", "Apache-2.0", "CECILL-B", "MPL-2.0", "EUPL-1.2"} <= listed
    assert not any(one.public_body for one in SHIPPED.all if one.family == "creative")


def test_mistakes_are_told() -> None:
    assert told(id="no id") == ["“no id” is not an SPDX id."]
    assert told(id="mit") == ["“MIT” is there twice."]
    assert told(name="") == ["A name has 1 to 60 characters."]
    assert told(family="free") == ["“free” is not a family of licences."]
    assert told(suits=()) == ["A licence suits at least one resource."]
    assert told(suits=("money",)) == ["“money” is not a type of resource."]
    assert told(family="creative", suits=("hardware",)) == ["Such a licence suits no software and no object."]
    assert told(family="software") == ["A software licence does not suit a database."]
    dated = [one.sentence for one in licences_mistakes(Licences("soon", SHIPPED.all))]
    assert dated == ["“soon” is not a month such as 2026-11."]
    few = tuple(one for one in SHIPPED.all if "hardware" not in one.suits)
    assert [one.sentence for one in licences_mistakes(Licences("2026-11", few))] == [
        "No licence suits “hardware”."
    ]


def test_a_workshop_says_what_kind_of_commons_it_is_and_who_publishes_it() -> None:
    ines = Person("ines", "Inès", "organiser", "ciel", None, "ines", 0)
    workshop = Workshop(
        "w1", "code", "Trajets", "", "fr", "internal", "a", (), None, (), (ines,), (), False, 0, 1
    )
    places = Places(CATALOGUE, frozenset())

    def edited(person: Person = ines, **fields: Any) -> Workshop:
        return apply_command(workshop, person, {"type": "workshop.edit", **fields}, places=places)

    after = edited(public_body=True, commons_kind="data_commons")
    assert (after.public_body, after.commons_kind) == (True, "data_commons")
    assert edited(commons_kind=None).commons_kind is None
    for wrong in ("free software", "", 5, ["data_commons"]):
        with pytest.raises(Invalid, match="commun") as refused:
            edited(commons_kind=wrong)
        assert refused.value.key == "commons_kind.unknown"
    with pytest.raises(Forbidden):
        edited(replace(ines, role="facilitator"), public_body=True)
