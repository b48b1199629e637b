"""Files call kinds, fields and choices as pages do; what a field holds is said in words."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from tests.kit.packs import a_pack

from tablee.exports.kinds import GAUGES, KINDS, field_words, kind_name, label_of, said_fields
from tablee.model.board import BoardNote
from tablee.model.fields import KIND_FIELDS
from tablee.model.notes import KINDS as NAMES
from tablee.words import Words

SOURCE = (Path(__file__).resolve().parents[3] / "web" / "src" / "model" / "kinds.ts").read_text("utf-8")
FRENCH, ENGLISH = Words("fr"), Words("en")


def note(kind: str, **fields: object) -> BoardNote:
    return replace(
        BoardNote("n1", kind, "", "ciel", 0, "a0", (0, 0)),
        fields=fields,
    )


def said(kind: str, name: str, words: Words = FRENCH, **fields: object) -> str:
    of = note(kind, **fields)
    return (
        field_words(words, of, name, of.fields.get(name), a_pack(20))
        .replace("\u202f", " ")
        .replace("\u00a0", " ")
    )


def test_there_are_the_same_kinds_and_fields_as_a_note_may_have() -> None:
    assert tuple(KINDS) == NAMES
    for kind, fields in KIND_FIELDS.items():
        assert {one.name: one.type for one in KINDS[kind].fields} == {
            name: one.type for name, one in fields.items()
        }
        for one in KINDS[kind].fields:
            assert tuple(one.choices) == fields[one.name].words or set(one.choices) == set(
                fields[one.name].words
            ), (kind, one.name)


def test_the_french_sentences_are_those_of_the_page() -> None:
    """Each field's label, in its order, and every word that a choice may have."""
    starts = [SOURCE.index(f"\n  {kind}: {{", SOURCE.index("export const KINDS")) for kind in KINDS]
    ends = [*starts[1:], SOURCE.index("\n};", starts[-1])]
    for (kind, of), start, end in zip(KINDS.items(), starts, ends, strict=True):
        written = SOURCE[start:end]
        assert f't("{of.name}")' in written
        labels = re.findall(r'\(\s*"(\w+)",\s*\(\) => t\("([^"]+)"\)', written)
        assert labels == [(one.name, one.label) for one in of.fields], kind
    sentences = set(re.findall(r't\("([^"]+)"\)', SOURCE))
    ours = {word for of in KINDS.values() for one in of.fields for word in one.choices.values()}
    ours |= {word for of in KINDS.values() for one in of.fields for _, word in one.steps}
    ours |= {word for gauge in GAUGES.values() for word in (gauge.name, *gauge.words)}
    assert ours <= sentences
    choices = set(re.findall(r'^\s+(?!hint)"?[\w-]+"?: \(\) => t\("([^"]+)"\)', SOURCE, re.MULTILINE))
    aloud = set(re.findall(r't\("([^"]+ ou [^"]+)"\)', SOURCE))
    names = {of.name for of in KINDS.values()}
    assert choices - aloud - names <= ours


@pytest.mark.parametrize(
    ("kind", "name", "value", "french"),
    [
        ("question", "useful", 4, "4 sur 5"),
        ("question", "children", ["un", "deux"], "un ; deux"),
        ("contribution", "amount", 8000, "8 000"),
        ("contribution", "until", "2026-12-31", "31 décembre 2026"),
        ("point", "x", 0.7, "Maintient"),
        ("point", "target", {"x": 1, "y": 0, "horizon": "2y"}, "Coordonne ou garantit, Personne, À 2 ans"),
        ("point", "roles", ["sponsor", "guarantor"], "Sponsor, Garant·e"),
        ("action", "owner_id", "p2person", "Yann Le Goff"),
        ("action", "owner_id", "pgone", "Personne partie"),
        ("cost", "shared_with", ["s0structure", "s1structure"], "Haut-Orme, Roulibre"),
        ("contribution", "stakeholder_id", "sgone", "Structure partie"),
        ("rule", "committee_id", "nowhere", "Note supprimée"),
        ("rule", "state", "constructor", ""),
        ("rule", "review_on", "demain", "demain"),
        ("rule", "text", "no such field", ""),
    ],
)
def test_a_field_in_words(kind: str, name: str, value: object, french: str) -> None:
    assert said(kind, name, FRENCH, **{name: value}) == french


def test_a_gauge_is_said_with_the_word_of_its_step() -> None:
    assert said("scale", "value", value=3, key="resource") == "3 sur 4, En place"
    assert said("scale", "value", value=2, key="balance") == "Y gagne"
    assert said("scale", "value", value=-1, key="viability") == "Y perd un peu"
    assert said("scale", "value", value=3) == "3 sur 4"
    assert said("scale", "value", value=-1, key="resource") == ""


def test_another_language_says_the_same() -> None:
    assert kind_name(ENGLISH, "rule") == "Rule"
    assert label_of(ENGLISH, "action", "due") == "Due date"
    assert said("rule", "state", ENGLISH, state="in_force") == "In force"
    assert label_of(FRENCH, "rule", "unheard_of") == "unheard_of"


def test_only_fields_that_say_something_are_said() -> None:
    of = note("action", owner_text="", due="2026-05-01", state="doing", dimension=None)
    assert [(name, value) for name, _, value in said_fields(FRENCH, of, a_pack(20))] == [
        ("due", "1er mai 2026"),
        ("state", "En cours"),
    ]
