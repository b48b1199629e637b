"""The pack as JSON: its schema says what it is, its hash whether two are equal, and it comes back equal."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import jsonschema
import pytest
from tests.kit.packs import START, a_pack, catalogue

from tablee.exports.pack_json import pack_content, schema, write_json
from tablee.model.board import Names, Pack, Photo
from tablee.model.fields import FIELDS
from tablee.model.identity import COLOURS
from tablee.model.importing.content import content_of, content_sha256
from tablee.model.importing.pack import Limits, at_home, read_pack
from tablee.model.importing.strict import read_json
from tablee.model.notes import KINDS

LIMITS = Limits(60, 400)


def told(pack: Pack) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(write_json(pack))
    return value


def with_photo(pack: Pack, data: bytes = b"\xff\xd8 not looked at here \xff\xd9") -> Pack:
    first = pack.boards[0]
    photo = Photo("pabc", first.id, "Le tableau", "Nadia Benali", START, 10, 8, data, "p0person")
    return replace(pack, boards=(replace(first, photos=(photo,)), *pack.boards[1:]))


@pytest.mark.parametrize("names", ["names", "structures", "none"])
def test_a_pack_is_as_its_published_schema_says(names: Names) -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    value = told(with_photo(a_pack(400, names=names)))
    errors = list(jsonschema.Draft202012Validator(schema()).iter_errors(value))
    assert errors == []
    assert value["format"] == "tablee.pack/1"
    assert value["licence"] == "cc-by-sa-4.0"
    assert "inno³" in value["attribution"]["fr"]
    assert value["templates"]["governance"] == catalogue().templates["governance"].version


def test_the_schema_lists_what_the_code_takes() -> None:
    parts = schema()["$defs"]
    assert parts["fields"]["properties"].keys() == FIELDS.keys()
    assert parts["note"]["properties"]["kind"]["enum"] == [*KINDS]
    assert parts["note"]["properties"]["colour"]["enum"] == [*COLOURS]


@pytest.mark.parametrize("names", ["names", "structures", "none"])
def test_what_comes_back_is_equal(names: Names) -> None:
    """Notes, clusters, comments, answers, origins, votes and polls: the same content has the same hash."""
    pack = with_photo(a_pack(600, seed=7, names=names))
    value = told(pack)
    found = read_pack(read_json(write_json(pack)), schema(), catalogue(), LIMITS, START + 1)
    for path, roots in pack.rooms.items():
        kept = value["content"]["rooms"][path]
        assert {root: set(entries) for root, entries in roots.items() if entries} == {
            root: set(entries) for root, entries in kept.items()
        }
    again = content_of(at_home(found.workshop, "welsewhere"), found.rooms, [])
    again["photos"] = value["content"].get("photos", [])
    if not again["photos"]:
        del again["photos"]
    assert content_sha256(again) == value["content_sha256"] == found.sha256
    assert found.counts["notes"] == 600
    assert found.counts["photos"] == len(value["content"].get("photos", []))


def test_the_hash_is_of_the_content_alone() -> None:
    pack = a_pack(50)
    first = told(pack)["content_sha256"]
    elsewhere = replace(
        pack,
        workshop=replace(pack.workshop, id="wother", code="7KQM4TXP", revision=99, expires_at=1),
        state_at=pack.state_at + 1,
        language="en",
        door="https://elsewhere.example/",
    )
    assert told(elsewhere)["content_sha256"] == first
    room = next(iter(pack.rooms))
    note = next(iter(pack.rooms[room]["notes"]))
    changed = json.loads(json.dumps(pack.rooms))
    changed[room]["notes"][note]["text"] += "."
    assert told(replace(pack, rooms=changed))["content_sha256"] != first


def test_a_whole_number_and_its_fraction_are_equal() -> None:
    """The library that keeps documents writes 2 as 2.0."""
    assert content_sha256({"a": [1, 2.0], "b": {"c": 0.5}}) == content_sha256(
        {"b": {"c": 0.5}, "a": [1.0, 2]}
    )
    assert content_sha256({"a": True}) != content_sha256({"a": 1})


def test_photos_count_by_their_own_hash() -> None:
    one, other = with_photo(a_pack(30)), with_photo(a_pack(30), b"\xff\xd8 another \xff\xd9")
    content = pack_content(one)
    assert content["photos"][0]["by"] == "p0person"
    assert content_sha256(content) != content_sha256(pack_content(other))
    del content["photos"][0]["data"]
    assert content_sha256(content) == told(one)["content_sha256"]


def test_no_secret_and_nothing_of_the_moment_travels() -> None:
    pack = a_pack(60, change=lambda w: replace(w, code="7KQM4TXP", passphrase="aa:bb", play="x"))
    written = write_json(pack).decode()
    assert "7KQM4TXP" not in written
    assert "aa:bb" not in written
    assert "VOTE-OUVERT" not in written
    assert "K7MP-4WXR" not in written
    keys = told(pack)["content"]["workshop"].keys()
    assert not keys & {"id", "code", "revision", "expires_at", "timers", "messages", "ended", "recent"}


def test_owners_of_rectos_that_nobody_names_come_along() -> None:
    """Where nobody is named, somebody's own recto still has to be a board."""
    pack = a_pack(400, names="none", change=lambda w: replace(w, stakeholders=w.stakeholders[:1]))
    value = told(pack)
    owners = {
        note["board"].partition("/")[2]
        for room in value["content"]["rooms"].values()
        for note in room["notes"].values()
    } - {""}
    workshop = value["content"]["workshop"]
    assert owners <= {*workshop["former"], *(one["id"] for one in workshop["stakeholders"])}
    read_pack(value, schema(), catalogue(), LIMITS, START)
