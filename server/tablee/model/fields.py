"""Fields of the kinds of notes (domain of the method, 4.3): which fields a kind has, and what each may hold.

The table of docs/data.md and web/src/model/kinds.ts say the same; tests compare both with each other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from tablee.errors import Invalid
from tablee.model.identity import COLOURS

LINE_CHARS = 200
TEXT_CHARS = 2000
ID_CHARS = 64
LINES = 20
IDS = 40
"""The most lines, and the most people, structures or notes, that one field holds."""
VALUE_NODES = 128
"""Words and numbers that one value may consist of."""
YEARS = range(2000, 2100)

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")

Type = Literal[
    "line",
    "text",
    "lines",
    "number",
    "whole",
    "choice",
    "choices",
    "date",
    "person",
    "stakeholder",
    "stakeholders",
    "note",
    "notes",
    "wish",
]


@dataclass(frozen=True, slots=True)
class Field:
    """What one field holds: numbers lie from `low` to `high`, choices are among `words`."""

    type: Type
    words: tuple[str, ...] = ()
    low: int = 0
    high: int = 0

    def allows(self, value: object) -> bool:
        return _CHECKS[self.type](self, value)

    def __str__(self) -> str:
        """As in the table of docs/data.md."""
        match self.type:
            case "number" | "whole":
                return f"{self.type} {self.low} to {self.high}"
            case "choice":
                return f"one of {', '.join(self.words)}"
            case "choices":
                return f"some of {', '.join(self.words)}"
            case _:
                return self.type


def _one(*words: str) -> Field:
    return Field("choice", words)


def _number(low: int, high: int) -> Field:
    return Field("number", low=low, high=high)


def _whole(low: int, high: int) -> Field:
    return Field("whole", low=low, high=high)


_LINE, _TEXT, _LINES, _DATE_FIELD = Field("line"), Field("text"), Field("lines"), Field("date")
_PERSON, _STAKEHOLDER, _NOTE = Field("person"), Field("stakeholder"), Field("note")
_AMOUNT = _number(0, 999_999_999)
_MEASURE = _number(-999_999_999, 999_999_999)
_HORIZON = _one("6m", "2y", "5y")
_PERIOD = _one("once", "month", "year")
_TASK = _one("product", "community", "project", "support", "documentation", "ux")
_PURPOSE = _one("build", "maintain", "run")
_DIMENSION = _one("governance", "economy", "legal", "technical", "community", "communication")

KIND_FIELDS: Mapping[str, Mapping[str, Field]] = {
    "question": {
        "useful": _whole(0, 5),
        "feasible": _whole(0, 5),
        "children": _LINES,
        "community_target": _whole(1, 999_999),
        "parent": _NOTE,
        "named": _LINES,
    },
    "stakeholder": {
        "name": _LINE,
        "sector": _one("public", "private", "population"),
        "type": _one(
            "state",
            "local",
            "company",
            "association",
            "cooperative",
            "research",
            "foundation",
            "collective",
            "person",
        ),
        "business_model": _TEXT,
        "people": _LINES,
        "color": _one(*COLOURS),
    },
    "resource": {
        "rtype": _one("source_code", "documentation", "database", "distinctive_sign", "hardware", "content"),
        "description": _TEXT,
        "rights_holder": _LINE,
        "licence": _LINE,
        "secured_by": _one("dco", "cla", "inbound_outbound", "assignment", "employment", "none"),
        "state": _one("existing", "evolving", "idea", "building", "finishing"),
    },
    "contribution": {
        "direction": _one("brings", "receives"),
        "stakeholder_id": _STAKEHOLDER,
        "nature": _one(
            "time",
            "money",
            "code",
            "data",
            "content",
            "skills",
            "infrastructure",
            "network",
            "rights",
            "legal",
            "resource",
            "income",
            "savings",
            "influence",
            "recognition",
        ),
        "weight": _whole(1, 3),
        "amount": _AMOUNT,
        "unit": _one("fte", "hours", "days", "euros"),
        "period": _PERIOD,
        "task": _TASK,
        "purpose": _PURPOSE,
        "funding": _one(
            "gift",
            "grant",
            "patronage",
            "procurement",
            "membership",
            "impact_contract",
            "impact_investment",
            "services",
        ),
        "until": _DATE_FIELD,
        "regularity": _one("regular", "occasional"),
        "expertise": _one("expert", "lay"),
        "technical": _one("technical", "non_technical"),
    },
    "cost": {
        "task": _TASK,
        "fte": _number(0, 99_999),
        "euros": _AMOUNT,
        "period": _PERIOD,
        "purpose": _PURPOSE,
        "pooling": _one("yes", "partly", "no"),
        "shared_with": Field("stakeholders"),
        "key": _LINE,
    },
    "point": {
        "label": _LINE,
        "stakeholder_id": _STAKEHOLDER,
        "x": _number(0, 1),
        "y": _number(0, 1),
        "count": _one("1", "2-10", "11-100", "101-1000", "over_1000"),
        "roles": Field(
            "choices", ("beneficiary", "contributor", "operator", "guarantor", "sponsor", "coordinator")
        ),
        "presence": _one("present", "to_invite"),
        "target": Field("wish"),
    },
    "rule": {
        "domain": _one(
            "access",
            "membership",
            "roles",
            "decision",
            "deliberation",
            "tools",
            "money",
            "monitoring",
            "sanctions",
            "conflicts",
            "records",
            "amendment",
            "nesting",
        ),
        "state": _one("in_force", "proposed", "adopted_today", "disputed"),
        "decision_mode": _one("consent", "consensus", "majority", "qualified", "mandate", "do_ocracy"),
        "committee_id": _NOTE,
        "review_on": _DATE_FIELD,
    },
    "committee": {
        "mission": _TEXT,
        "decides_on": _TEXT,
        "members": _LINES,
        "seats_by_college": _LINES,
        "frequency": _LINE,
        "term_months": _whole(1, 999),
        "max_terms": _whole(1, 99),
        "rule_ids": Field("notes"),
        "colleges": Field(
            "choices",
            (
                "users",
                "civil_society",
                "social_economy",
                "public",
                "private",
                "contributors",
                "maintainers",
            ),
        ),
        "succession": _TEXT,
    },
    "legal_structure": {
        "form": _one(
            "informal", "consortium", "fiscal_host", "association", "gip", "scic", "scop", "foundation"
        ),
        "state": _one("today", "target"),
        "why": _TEXT,
        "limits": _TEXT,
        "horizon": _HORIZON,
        "standing": _one("candidate", "chosen", "set_aside"),
    },
    "scenario": {"horizon": _HORIZON, "variant": _one("a", "b", "c"), "dimension": _DIMENSION},
    "action": {
        "owner_id": _PERSON,
        "owner_text": _LINE,
        "due": _DATE_FIELD,
        "dimension": _DIMENSION,
        "priority": _one("high", "normal", "low"),
        "state": _one("todo", "doing", "done", "dropped"),
        "phase_tag": _one("identify", "contribute", "sustain", "fund", "spread"),
    },
    "indicator": {
        "unit": _LINE,
        "baseline": _MEASURE,
        "target": _MEASURE,
        "horizon": _HORIZON,
        "source": _LINE,
        "owner_id": _PERSON,
    },
    "scale": {
        "key": _one("practice", "resource", "community", "governance", "viability", "balance"),
        "value": _whole(-2, 4),
        "verdict": _one("acceptable", "renegotiate", "unacceptable"),
    },
}

FIELDS: Mapping[str, tuple[Field, ...]] = {
    name: tuple(dict.fromkeys(fields[name] for fields in KIND_FIELDS.values() if name in fields))
    for name in sorted({name for fields in KIND_FIELDS.values() for name in fields})
}
"""What a field may hold in any of its kinds: a note keeps its fields when its kind changes."""


def field_fault(name: str, value: object) -> str | None:
    """Why a note may not have this value in this field, as a stable key; None when it may."""
    known = FIELDS.get(name)
    if known is None:
        return "note.field"
    if too_large(value):
        return "field.too_large"
    return None if any(field.allows(value) for field in known) else "field.value"


def checked_fields(value: object) -> dict[str, Any]:
    """The fields a request wants to set, each checked; null takes one away. Raises `Invalid`."""
    if not isinstance(value, dict):
        raise Invalid("note.fields", "Les champs d'une note sont un objet JSON.", field="fields")
    for name, one in value.items():
        fault = None if one is None and name in FIELDS else field_fault(name, one)
        if fault == "note.field":
            raise Invalid("note.field", "Ce champ n'existe pas sur une note.", field=f"fields.{name}")
        if fault is not None:
            raise Invalid(fault, "Une valeur de cette note n'est pas acceptée.", field=f"fields.{name}")
    return value


def too_large(value: object) -> bool:
    """Whether a value has more parts, or a longer text, than any field needs."""
    nodes, waiting = 0, [value]
    while waiting:
        nodes += 1
        part = waiting.pop()
        if isinstance(part, dict):
            waiting += [*part.keys(), *part.values()]
        elif isinstance(part, list):
            waiting += part
        elif isinstance(part, str) and len(part) > TEXT_CHARS:
            return True
        if nodes > VALUE_NODES:
            return True
    return False


def _is_text(value: object, most: int) -> bool:
    """Words, and no half of a character: that could not be sent to anybody."""
    return (
        isinstance(value, str)
        and 0 < len(value) <= most
        and not any(0xD800 <= ord(c) <= 0xDFFF for c in value)
    )


def _is_number(field: Field, value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return field.low <= value <= field.high


def _is_whole(field: Field, value: object) -> bool:
    return isinstance(value, int | float) and _is_number(field, value) and value == int(value)


def _is_date(_field: Field, value: object) -> bool:
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        return False
    try:
        return date.fromisoformat(value).year in YEARS
    except ValueError:
        return False


def _is_id(_field: Field, value: object) -> bool:
    return _is_text(value, ID_CHARS)


def _are_ids(_field: Field, value: object) -> bool:
    return isinstance(value, list) and len(value) <= IDS and all(_is_text(one, ID_CHARS) for one in value)


def _are_choices(field: Field, value: object) -> bool:
    return (
        isinstance(value, list)
        and len(value) <= len(field.words)
        and all(isinstance(one, str) and one in field.words for one in value)
    )


def _is_wish(_field: Field, value: object) -> bool:
    """Where a point of the map would like to be, and when: `{x, y, horizon?}`."""
    if not isinstance(value, dict) or not {"x", "y"} <= value.keys() <= {"x", "y", "horizon"}:
        return False
    place = _number(0, 1)
    return (
        place.allows(value["x"])
        and place.allows(value["y"])
        and ("horizon" not in value or _HORIZON.allows(value["horizon"]))
    )


_CHECKS: Mapping[Type, Callable[[Field, object], bool]] = {
    "line": lambda _field, value: _is_text(value, LINE_CHARS),
    "text": lambda _field, value: _is_text(value, TEXT_CHARS),
    "lines": lambda _field, value: (
        isinstance(value, list) and len(value) <= LINES and all(_is_text(one, LINE_CHARS) for one in value)
    ),
    "number": _is_number,
    "whole": _is_whole,
    "choice": lambda field, value: isinstance(value, str) and value in field.words,
    "choices": _are_choices,
    "date": _is_date,
    "person": _is_id,
    "stakeholder": _is_id,
    "stakeholders": _are_ids,
    "note": _is_id,
    "notes": _are_ids,
    "wish": _is_wish,
}
