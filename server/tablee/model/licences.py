"""Licences that are offered for the resources of a commons, by what they were written for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from tablee.model.fields import KIND_FIELDS
from tablee.model.reading import Mistake, Reading

FILE = "licences.toml"
FAMILIES = ("software", "data", "creative", "hardware")
RESOURCES = KIND_FIELDS["resource"]["rtype"].words
SPDX = re.compile(r"[A-Za-z0-9]+([.+-][A-Za-z0-9]+)*")
NAME_CHARS = 60


class Licence(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`id` is its SPDX id, `suits` the resources it may cover."""

    id: str
    name: str
    family: str
    suits: tuple[str, ...]
    share_alike: bool = False
    """What is built on it stays under the same terms."""
    public_body: bool = False
    """It is on the French administration's list."""


class LicencesShape(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    checked: str
    licences: tuple[Licence, ...]


@dataclass(frozen=True, slots=True)
class Licences:
    """`checked`: when the administration's list was looked at last."""

    checked: str
    all: tuple[Licence, ...]

    def for_browser(self) -> dict[str, Any]:
        return {"checked": self.checked, "all": [msgspec.structs.asdict(one) for one in self.all]}


def read_licences(reading: Reading) -> Licences | None:
    """The licences of a folder, or None after noting what keeps them from being read."""
    data = reading.toml(FILE)
    shape = None if data is None else reading.convert(FILE, "", data, LicencesShape)
    return None if shape is None else Licences(shape.checked, shape.licences)


def licences_mistakes(licences: Licences) -> Iterator[Mistake]:
    """What is wrong with licences that could be read."""
    if not re.fullmatch(r"20\d\d-\d\d", licences.checked):
        yield Mistake(FILE, "checked", f"“{licences.checked}” is not a month such as 2026-11.")
    seen: set[str] = set()
    for n, one in enumerate(licences.all, 1):
        place = f"licences[{n}]"
        if not SPDX.fullmatch(one.id):
            yield Mistake(FILE, f"{place}.id", f"“{one.id}” is not an SPDX id.")
        if one.id.casefold() in seen:
            yield Mistake(FILE, f"{place}.id", f"“{one.id}” is there twice.")
        seen.add(one.id.casefold())
        if not 0 < len(one.name) <= NAME_CHARS:
            yield Mistake(FILE, f"{place}.name", f"A name has 1 to {NAME_CHARS} characters.")
        if one.family not in FAMILIES:
            yield Mistake(FILE, f"{place}.family", f"“{one.family}” is not a family of licences.")
        if not one.suits:
            yield Mistake(FILE, f"{place}.suits", "A licence suits at least one resource.")
        for resource in one.suits:
            if resource not in RESOURCES:
                yield Mistake(FILE, f"{place}.suits", f"“{resource}” is not a type of resource.")
        if one.family == "creative" and {"source_code", "hardware"} & set(one.suits):
            yield Mistake(FILE, f"{place}.suits", "Such a licence suits no software and no object.")
        if one.family == "software" and "database" in one.suits:
            yield Mistake(FILE, f"{place}.suits", "A software licence does not suit a database.")
    for resource in RESOURCES:
        if resource != "distinctive_sign" and not any(resource in one.suits for one in licences.all):
            yield Mistake(FILE, "licences", f"No licence suits “{resource}”.")
