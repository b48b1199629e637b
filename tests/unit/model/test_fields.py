"""Fields of the kinds: what each takes and refuses, and that documentation and browser say the same."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tablee.errors import Invalid
from tablee.model.fields import FIELDS, KIND_FIELDS, Field, checked_fields, field_fault
from tablee.model.templates import NOTE_KINDS

DATA = Path(__file__).parents[3] / "docs" / "data.md"
EVERY = [(kind, name) for kind, fields in KIND_FIELDS.items() for name in fields]


def good(field: Field) -> list[Any]:
    match field.type:
        case "number":
            return [field.low, field.high, field.low + 0.25]
        case "whole":
            return [int(field.low), int(field.high), float(field.high)]
        case "choice":
            return list(field.words)
        case "choices":
            return [[], list(field.words), [field.words[0]]]
        case "date":
            return ["2026-02-28", "2028-02-29", "2099-12-31"]
        case "line":
            return ["x", "é" * 200, "<b>"]
        case "text":
            return ["x", "deux\nlignes", "x" * 2000]
        case "lines":
            return [[], ["un, avec sa virgule", "deux"], ["x" * 200] * 20]
        case "person" | "stakeholder" | "note":
            return ["pabc", "x" * 64]
        case "stakeholders" | "notes":
            return [[], ["pabc", "sdef"], ["x"] * 40]
        case "wish":
            return [{"x": 0, "y": 1}, {"x": 0.5, "y": 0.25, "horizon": "2y"}]


NEVER: list[Any] = [None, True, "", {}, [[]], [None], {"x": 1}, float("nan"), float("inf"), "\ud800"]


def bad(field: Field) -> list[Any]:
    match field.type:
        case "number":
            return [*NEVER, field.low - 0.1, field.high + 1, "1", [1], 10**400]
        case "whole":
            return [*NEVER, field.low - 1, field.high + 1, field.low + 0.5, "1", -(10**400)]
        case "choice":
            return [*NEVER, "joy", f"{field.words[0]} ", [field.words[0]], 1]
        case "choices":
            return [*NEVER, ["joy"], field.words[0], [1], [*field.words, field.words[0]]]
        case "date":
            return [
                *NEVER,
                "2026-02-29",
                "1999-12-31",
                "2100-01-01",
                "demain",
                "2026-3-1",
                "20260301",
                "٢٠٢٦-01-01",
                1,
            ]
        case "line" | "text":
            return [*NEVER, "x" * (201 if field.type == "line" else 2001), 5, ["x"]]
        case "lines":
            return [*NEVER, "x", [""], ["x" * 201], ["x"] * 21, [5]]
        case "person" | "stakeholder" | "note":
            return [*NEVER, "x" * 65, 5, ["x"]]
        case "stakeholders" | "notes":
            return [*NEVER, "x", [""], ["x"] * 41, ["x" * 65]]
        case "wish":
            return [
                *NEVER,
                {"x": 2, "y": 0},
                {"x": 0, "y": 0, "horizon": "9y"},
                {"x": 0, "y": 0, "z": 0},
                0.5,
            ]


def test_every_kind_but_the_plain_note_has_fields() -> None:
    assert [kind for kind in NOTE_KINDS if kind != "note"] == list(KIND_FIELDS)


@pytest.mark.parametrize(("kind", "name"), EVERY, ids=lambda part: str(part))
def test_a_field_takes_what_it_is_for_and_nothing_else(kind: str, name: str) -> None:
    field = KIND_FIELDS[kind][name]
    for value in good(field):
        assert field.allows(value), value
        assert field_fault(name, value) is None
    others = [other for other in FIELDS[name] if other != field]
    for value in bad(field):
        assert not field.allows(value), value
        if not any(other.allows(value) for other in others):
            assert field_fault(name, value) in ("field.value", "field.too_large"), value


def test_a_field_of_several_kinds_takes_what_any_of_them_takes() -> None:
    for state in ("in_force", "today", "todo", "existing"):
        assert field_fault("state", state) is None
    assert field_fault("target", 12) is None and field_fault("target", {"x": 0, "y": 1}) is None
    assert field_fault("unit", "euros") is None and field_fault("unit", "visites par mois") is None
    assert field_fault("state", "happy") == "field.value"


def test_what_is_no_field_or_too_much_for_one_is_refused() -> None:
    assert field_fault("evil", 1) == "note.field" and field_fault("", 1) == "note.field"
    assert field_fault("why", "x" * 2001) == "field.too_large"
    assert field_fault("members", ["x"] * 1000) == "field.too_large"


@pytest.mark.parametrize(
    ("body", "key", "field"),
    [
        (5, "note.fields", "fields"),
        ([], "note.fields", "fields"),
        ({"evil": 1}, "note.field", "fields.evil"),
        ({"evil": None}, "note.field", "fields.evil"),
        ({"useful": 3, "feasible": 6}, "field.value", "fields.feasible"),
        ({"why": "x" * 2001}, "field.too_large", "fields.why"),
    ],
)
def test_a_request_with_a_bad_field_is_refused_by_name(body: object, key: str, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        checked_fields(body)
    assert (refusal.value.key, refusal.value.field) == (key, field)


def test_a_request_may_take_a_field_away() -> None:
    assert checked_fields({"useful": 3, "feasible": None}) == {"useful": 3, "feasible": None}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(st.sampled_from([*FIELDS, "evil", ""]), JSON)
@settings(max_examples=1000, deadline=None)
def test_whatever_comes_is_taken_or_refused_and_never_an_error(name: str, value: object) -> None:
    assert field_fault(name, value) in (None, "note.field", "field.value", "field.too_large")


@given(JSON | st.dictionaries(st.sampled_from([*FIELDS, "evil"]), JSON))
@settings(max_examples=300, deadline=None)
def test_whatever_a_request_brings_is_taken_or_refused(body: object) -> None:
    try:
        taken = checked_fields(body)
    except Invalid:
        return
    assert taken is body and all(
        value is None or not field_fault(name, value) for name, value in taken.items()
    )


def test_the_documentation_has_the_same_kinds_and_fields() -> None:
    """web/test/kinds.test.ts compares the browser's data with the same table, so neither drifts."""
    rows = re.findall(
        r"^\| `(\w+)` \| (`.+`.+) \|$", DATA.read_text("utf-8").split("## Kinds of notes")[1], re.M
    )
    assert dict(rows) == {
        kind: "; ".join(f"`{name}` {field}" for name, field in fields.items())
        for kind, fields in KIND_FIELDS.items()
    }
