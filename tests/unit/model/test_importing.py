"""Files that come back are taken whole or refused with the place of the mistake; nothing else can happen."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial
from typing import Any

import jsonschema
import pytest
from tests.kit.packs import START, a_pack, catalogue

from tablee.errors import Invalid
from tablee.exports.pack_json import schema, write_json
from tablee.model.identity import new_id
from tablee.model.importing.pack import OWN_ID, FoundPack, Limits, at_home, read_pack, with_own_ids
from tablee.model.importing.strict import check_shape, inside, read_json
from tablee.model.importing.tables import (
    content_of_rows,
    is_scrumlr,
    read_csv,
    read_scrumlr,
    scrumlr_title,
    with_address,
)
from tablee.model.notes import orders_after, value_fault
from tablee.model.pack import pack_of
from tablee.model.workshop import Workshop
from tablee.words import Words

LIMITS = Limits(60, 400)
Change = Callable[[dict[str, Any]], object]


@cache
def written() -> bytes:
    return write_json(a_pack(160, seed=11))


def good() -> dict[str, Any]:
    value: dict[str, Any] = json.loads(written())
    del value["content_sha256"]
    return value


def read(value: Any, limits: Limits = LIMITS) -> FoundPack:
    return read_pack(value, schema(), catalogue(), limits, START)


def refusal(change: Change, limits: Limits = LIMITS) -> tuple[str, str]:
    """The key and the place of what is refused after a change of a good pack."""
    value = good()
    change(value)
    with pytest.raises(Invalid) as refused:
        read(value, limits)
    return refused.value.key, refused.value.more["place"]


def first_note(value: dict[str, Any], room: str = "g1/exploration") -> tuple[str, dict[str, Any]]:
    key, note = next(iter(value["content"]["rooms"][room]["notes"].items()))
    return key, note


def set_note(**values: Any) -> Change:
    return lambda value: first_note(value)[1].update(values)


def set_record(**values: Any) -> Change:
    return lambda value: value["content"]["workshop"].update(values)


# -- JSON as it is written --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "key", "line"),
    [
        (b'{"a": 1,\n "b": }', "import.syntax", 2),
        (b'{"a": 1', "import.syntax", 1),
        (b'{"a": "\n', "import.syntax", 1),
        (b'{"a": 1}{', "import.syntax", 1),
        (b'{"a": "\xff"}', "import.encoding", 1),
        (b"[" * 100_000, "import.deep", 1),
        (b'{"a":' * 60 + b"1" + b"}" * 60, "import.deep", 1),
        (b"[" + b"[]," * 60 + b"[" * 60, "import.deep", 1),
    ],
)
def test_what_is_no_json_is_refused_with_line_and_column(data: bytes, key: str, line: int) -> None:
    with pytest.raises(Invalid) as refused:
        read_json(data)
    assert refused.value.key == key
    assert refused.value.more["line"] == line
    assert refused.value.more["column"] >= 1


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b'{"a": 1, "a": 2}', "import.twice"),
        (b'{"a": NaN}', "import.number"),
        (b'{"a": -Infinity}', "import.number"),
        (b'{"a": ' + b"9" * 5000 + b"}", "import.syntax"),
    ],
)
def test_json_that_says_two_things_is_refused(data: bytes, key: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_json(data)
    assert refused.value.key == key


def test_brackets_in_texts_are_not_depth() -> None:
    assert read_json(json.dumps({"a": "[" * 500 + '\\"{'}).encode()) == {"a": "[" * 500 + '\\"{'}


def test_a_place_reads_like_the_file() -> None:
    place = inside(inside(inside("content.rooms", "g1/exploration"), "notes"), "n12")
    assert place == 'content.rooms["g1/exploration"].notes.n12'
    assert inside("steps", 3) == "steps[3]"


# -- wrong packs --------------------------------------------------------------------------------------


def test_a_good_pack_is_taken() -> None:
    found = read(good())
    assert found.counts["notes"] == 160
    assert found.workshop.title == "Trajets communs"
    assert found.workshop.id == ""
    assert at_home(found.workshop, "wnew").id == "wnew"


@pytest.mark.parametrize(
    ("change", "key", "place"),
    [
        (lambda v: v.update(format="tablee.pack/9"), "import.version", "format"),
        (lambda v: v.update(format="other"), "import.format", "format"),
        (lambda v: v.pop("content"), "import.missing", "content"),
        (lambda v: v["content"].pop("rooms"), "import.missing", "content.rooms"),
        (lambda v: v.update(content_sha256="0" * 64), "import.hash", "content_sha256"),
        (lambda v: v.update(more=1), "import.unknown", "more"),
        (set_record(title="", language="fr"), "import.empty", "content.workshop.title"),
        (set_record(title="x" * 121), "import.too_long", "content.workshop.title"),
        (set_record(title="a\u202eb"), "import.name", "content.workshop.title"),
        (set_record(title="a\ud800"), "import.character", "content.workshop.title"),
        (set_record(language="de"), "import.value", "content.workshop.language"),
        (set_record(licence=3), "import.value", "content.workshop.licence"),
        (set_record(revision=3), "import.unknown", "content.workshop.revision"),
        (set_record(code="7KQM4TXP"), "import.unknown", "content.workshop.code"),
        (set_record(step="nowhere"), "import.step", "content.workshop.step"),
        (set_record(steps=[]), "import.count", "content.workshop.steps"),
        (set_record(groups=[]), "import.count", "content.workshop.groups"),
        (set_record(created_at=-1), "import.value", "content.workshop.created_at"),
        (set_record(created_at=1e300), "import.value", "content.workshop.created_at"),
        (set_record(created_at=True), "import.type", "content.workshop.created_at"),
        (set_record(boards={"sheet9": {}}), "import.board", "content.workshop.boards.sheet9"),
        (
            lambda v: v["content"]["workshop"]["groups"].append({"id": "g1", "name": "Encore"}),
            "import.twice",
            "content.workshop.groups[2].id",
        ),
        (
            lambda v: v["content"]["workshop"]["groups"][1].update(name="hêtre"),
            "import.twice",
            "content.workshop.groups[1].name",
        ),
        (
            lambda v: v["content"]["workshop"]["people"][3].update(group="g9"),
            "import.group",
            "content.workshop.people[3].group",
        ),
        (
            lambda v: v["content"]["workshop"]["people"][0].update(stakeholder="s99"),
            "import.stakeholder",
            "content.workshop.people[0].stakeholder",
        ),
        (
            lambda v: v["content"]["workshop"]["people"][0].update(id="p.x"),
            "import.id",
            "content.workshop.people[0].id",
        ),
        (
            lambda v: v["content"]["workshop"]["steps"][0].update(id="a\u202eb"),
            "import.value",
            "content.workshop.steps[0].id",
        ),
        (
            lambda v: v["content"]["workshop"]["votes"][0].update(id='"'),
            "import.value",
            "content.workshop.votes[0].id",
        ),
        (
            lambda v: v["content"]["workshop"]["people"][0].update(role="god"),
            "import.value",
            "content.workshop.people[0].role",
        ),
        (
            lambda v: v["content"]["workshop"]["steps"][2].update(board="sheet7.recto"),
            "import.board",
            "content.workshop.steps[2].board",
        ),
        (
            lambda v: v["content"]["rooms"].update({"g9/exploration": {}}),
            "import.room",
            'content.rooms["g9/exploration"]',
        ),
        (
            lambda v: v["content"]["rooms"].update({"../x": {}}),
            "import.value",
            'content.rooms["../x"]',
        ),
        (
            lambda v: v["content"]["rooms"]["g1/convergence"].update(stakeholders={}),
            "import.unknown",
            'content.rooms["g1/convergence"].stakeholders',
        ),
        (
            lambda v: v["content"]["rooms"]["g1/exploration"]["answers"].update({"crash/1": {"days": 1}}),
            "import.answer",
            'content.rooms["g1/exploration"].answers["crash/1"]',
        ),
        (
            lambda v: v["content"]["rooms"]["g1/convergence"]["answers"].update({"ostrom/9": {}}),
            "import.answer",
            'content.rooms["g1/convergence"].answers["ostrom/9"]',
        ),
        (
            lambda v: v["content"]["workshop"]["polls"][0].update(results={"x": [[[1]]]}),
            "import.value",
            "content.workshop.polls[0].results.x[0]",
        ),
    ],
)
def test_each_wrong_pack_is_refused_at_its_place(change: Change, key: str, place: str) -> None:
    assert refusal(change) == (key, place)


@pytest.mark.parametrize(
    ("values", "key", "end"),
    [
        ({"zone": "nowhere"}, "import.zone", "zone"),
        ({"zone": 3}, "import.type", "zone"),
        ({"board": "sheet9.verso"}, "import.board", "board"),
        ({"board": "governance"}, "import.board", "board"),
        ({"board": "sheet1.recto/somebody"}, "import.board", "board"),
        ({"kind": "virus"}, "import.value", "kind"),
        ({"colour": "red"}, "import.value", "colour"),
        ({"place": [0.5]}, "import.count", "place"),
        ({"place": [0.5, 2]}, "import.value", "place[1]"),
        ({"place": "here"}, "import.type", "place"),
        ({"order": ""}, "import.value", "order"),
        ({"order": "é"}, "import.value", "order"),
        ({"order": "a0\n"}, "import.value", "order"),
        ({"text": "x" * 2001}, "import.too_long", "text"),
        ({"text": None}, "import.type", "text"),
        ({"text": "\udfff"}, "import.character", "text"),
        ({"at": 1.5}, "import.type", "at"),
        ({"by": ["p1"]}, "import.type", "by"),
        ({"tags": ["x"] * 13}, "import.count", "tags"),
        ({"locked": 1}, "import.type", "locked"),
        ({"status": "gone"}, "import.value", "status"),
        ({"extra": 1}, "import.unknown", "extra"),
        ({"fields": {"due": "2026-02-31"}}, "import.value", "fields.due"),
        ({"fields": {"due": "20260228"}}, "import.value", "fields.due"),
        ({"fields": {"amount": -1}}, "import.value", "fields.amount"),
        ({"fields": {"unheard": 1}}, "import.unknown", "fields.unheard"),
        ({"fields": {"children": ["x"] * 21}}, "import.count", "fields.children"),
        ({"origin": [{"board": "sheet1.verso"}]}, "import.missing", "origin[0].zone"),
        ({"__proto__": {}}, "import.unknown", "__proto__"),
    ],
)
def test_each_wrong_note_is_refused_at_its_place(values: dict[str, Any], key: str, end: str) -> None:
    note_id, _ = first_note(good())
    place = inside('content.rooms["g1/exploration"].notes', note_id)
    assert refusal(set_note(**values)) == (key, f"{place}.{end}")


def test_a_note_needs_an_id_that_keys_of_comments_can_hold() -> None:
    def change(value: dict[str, Any]) -> None:
        _, note = first_note(value)
        value["content"]["rooms"]["g1/exploration"]["notes"]["a.b"] = note

    assert refusal(change) == ("import.value", 'content.rooms["g1/exploration"].notes["a.b"]')


def test_a_note_left_without_a_zone_comes_back_when_the_pack_says_so() -> None:
    value = good()
    key, note = first_note(value)
    note["zone"] = "of_another_kit"
    value["content"]["unplaced"] = [f"g1/exploration/{key}"]
    assert read(value).rooms["g1/exploration"]["notes"][key]["zone"] == "of_another_kit"


def test_what_a_note_was_left_without_is_filled_in() -> None:
    value = good()
    key, note = first_note(value)
    value["content"]["rooms"]["g1/exploration"]["notes"][key] = {
        name: note[name] for name in ("board", "zone", "text")
    }
    made = read(value).rooms["g1/exploration"]["notes"][key]
    assert made["kind"] in ("note", "stakeholder", "resource", "question")
    assert made.keys() >= {"place", "order", "colour", "at"}


def test_limits_of_this_server_hold() -> None:
    unchanged: Change = lambda value: None  # noqa: E731
    assert refusal(unchanged, Limits(1, 400)) == ("import.groups", "content.workshop.groups")
    assert refusal(unchanged, Limits(60, 3)) == ("import.people", "content.workshop.people")


def test_ten_thousand_notes_and_one_are_refused() -> None:
    def change(value: dict[str, Any]) -> None:
        _, note = first_note(value)
        value["content"]["rooms"]["g1/exploration"]["notes"] = {f"n{n}": note for n in range(10_001)}

    assert refusal(change) == ("import.count", 'content.rooms["g1/exploration"].notes')


def test_photos_are_checked_before_anything_opens_them() -> None:
    photo = {"id": "pabc", "room": "g1/exploration", "board": "sheet1.verso", "at": 1, "data": "AAAA"}
    right = "709e80c88487a2411e1ee4dfb9f22a861492d20c4765150c0c794abd70f8147c"

    def add(**values: Any) -> Change:
        return lambda v: v["content"].update(photos=[{**photo, "sha256": right, **values}])

    value = good()
    add()(value)
    assert read(value).photos[0].data == b"\x00\x00\x00"
    assert refusal(add(sha256="0" * 64)) == ("import.hash", "content.photos[0].sha256")
    assert refusal(add(data="A?")) == ("import.value", "content.photos[0].data")
    assert refusal(add(board="governance")) == ("import.board", "content.photos[0].board")
    assert refusal(add(room="g7/exploration")) == ("import.room", "content.photos[0].room")
    assert refusal(add(id="../../etc")) == ("import.id", "content.photos[0].id")
    assert refusal(add(caption="a\u202e")) == ("import.name", "content.photos[0].caption")
    twelve = [{**photo, "id": f"p{n}", "sha256": right} for n in range(13)]
    assert refusal(lambda v: v["content"].update(photos=twelve)) == ("import.photos", "content.photos[12]")


# -- anything ------------------------------------------------------------------------------------------

STRANGE: tuple[Any, ...] = (
    None,
    True,
    -1,
    10**30,
    1.5,
    1e308,
    "",
    "x" * 5000,
    "\ud800",
    "../..",
    [],
    {},
    [[]],
    {"": None},
    ["x"] * 300,
    {"text": "x"},
)


def mutated(rng: random.Random) -> Any:
    """A good pack with a few of its parts taken away, doubled, or made something else."""
    value = copy.deepcopy(good())
    for _ in range(rng.randint(1, 3)):
        path: Any = value
        for _ in range(rng.randint(1, 9)):
            keys = [*path] if isinstance(path, dict) else [*range(len(path))]
            if not keys:
                break
            key = rng.choice(keys)
            inner = path[key]
            if not isinstance(inner, dict | list) or not inner or rng.random() < 0.15:
                match rng.randrange(4):
                    case 0:
                        del path[key]
                    case 1 if isinstance(path, dict):
                        path[rng.choice(("x", "__proto__", "é.", "a" * 70, "id", "zone"))] = inner
                    case 2 if isinstance(path, list):
                        path.append(inner)
                    case _:
                        path[key] = rng.choice(STRANGE)
                break
            path = inner
    return value


def fault_of(check: Callable[[], object]) -> Invalid | None:
    """What was refused; anything else that is raised fails the test."""
    try:
        check()
    except Invalid as refused:
        return refused
    return None


@pytest.mark.parametrize("seed", range(40))
def test_whatever_is_changed_is_taken_or_refused_with_a_place(seed: int) -> None:
    """And what is taken is what the published schema takes, as another reader of schemas sees it."""
    rng = random.Random(seed)
    validator = jsonschema.Draft202012Validator(schema())
    for _ in range(3):
        value = mutated(rng)
        fault, shape = fault_of(lambda: read(value)), fault_of(lambda: check_shape(value, schema()))  # noqa: B023
        for one in filter(None, (fault, shape)):
            assert one.key.startswith("import.")
            assert isinstance(one.more["place"], str)
        fits = validator.is_valid(value)
        assert fits or shape is not None
        assert shape is None or not fits or shape.key == "import.character"
        assert shape is None or fault is not None


@pytest.mark.parametrize("seed", range(20))
def test_whatever_is_cut_or_flipped_is_refused_as_json_or_as_a_pack(seed: int) -> None:
    rng = random.Random(seed)
    data = bytearray(written())
    if seed % 2:
        del data[rng.randrange(len(data) - 1) :]
    else:
        for _ in range(5):
            data[rng.randrange(len(data))] = rng.randrange(256)
    with pytest.raises(Invalid) as refused:
        read(read_json(bytes(data)))
    assert refused.value.key.startswith("import.")


# -- ids ------------------------------------------------------------------------------------------------


def with_fresh_ids(value: Any, seed: int = 1) -> FoundPack:
    return with_own_ids(read(value), partial(new_id, random.Random(seed).randrange))


def test_people_whose_id_no_server_gives_get_one_that_servers_give() -> None:
    """Whatever it was, a word of the file too; ids of servers stay, and so does what is written."""
    value = good()
    workshop = value["content"]["workshop"]
    strange = ["a", "open", "note", "中", '"', "x\u0000y", "-"]
    own = "pabcdefghjk"
    ids = dict(zip([one["id"] for one in workshop["people"]], strange, strict=True))
    workshop["former"] = [own]
    workshop["boards"] = {f"sheet1.recto/{own}": {"locked": True, "locked_by": own}}
    changed = json.dumps(value)
    for old, new in ids.items():
        changed = changed.replace(old, json.dumps(new)[1:-1])
    key, note = first_note(json.loads(changed))
    found = with_fresh_ids(json.loads(changed))
    assert [one.name for one in found.workshop.people] == [one["name"] for one in workshop["people"]]
    seats: list[Any] = [*found.workshop.people, *found.workshop.stakeholders]
    assert all(OWN_ID.fullmatch(one.id) for one in seats)
    assert found.workshop.former == (own,)
    assert found.workshop.boards[f"sheet1.recto/{own}"].locked_by == own
    assert found.workshop.status == "closed"
    there = {own, *(one.id for one in seats)}
    names = {old: one.id for old, one in zip(strange, found.workshop.people, strict=True)}
    assert found.rooms["g1/exploration"]["notes"][key]["text"] == note["text"]
    assert found.rooms["g1/exploration"]["notes"][key]["by"] == names[note["by"]]
    for roots in found.rooms.values():
        for note in roots["notes"].values():
            assert note.get("by", own) in there
            assert note["board"].partition("/")[2] in there | {""}
            assert note.get("fields", {}).get("owner_id", own) in there
            assert note.get("stakeholder", own) in there
            assert all(origin["by"] in there | {""} for origin in note.get("origin", ()))
        assert {one.split(".")[1] for root in ("comments", "reactions") for one in roots[root]} <= there
    said = found.rooms["g1/convergence"]["answers"]
    assert {one.partition("/")[2] for one in said if one.startswith("verdict/")} <= there
    assert "crash/1" in said


def test_a_file_that_names_nobody_says_the_same_again() -> None:
    """Its people are numbered; they get ids here, and the same numbers in the next file."""
    pack = a_pack(400, 5, names="none", hostile=False, change=many_removed)
    content = json.loads(write_json(pack))
    found = with_fresh_ids(content)
    again = pack_of(
        replace(at_home(found.workshop, "wnew"), id="wnew"),
        found.rooms,
        catalogue(),
        names="none",
        language="fr",
        state_at=pack.state_at,
        door=pack.door,
        link=str,
        say=Words("fr").say,
    )
    assert json.loads(write_json(again))["content"] == content["content"]


def many_removed(workshop: Workshop) -> Workshop:
    """A dozen people who speak for themselves: their rectos are told by numbers of one digit and two."""
    first = workshop.people[0]
    more = tuple(replace(first, id=f"p{n}alone", stakeholder=f"p{n}alone", name=f"Zoé{n}") for n in range(12))
    return replace(workshop, people=(*workshop.people, *more))


# -- tables of elsewhere ----------------------------------------------------------------------------------


def test_one_line_of_words_is_no_table() -> None:
    for data in ("Une idée", "Une idée\n\n", "\ufeffUne idée"):
        with pytest.raises(Invalid) as refused:
            read_csv(data.encode())
        assert refused.value.key == "import.columns"
    assert len(read_csv("Texte\nUne idée".encode())) == 1


def test_one_column_of_texts_needs_no_head() -> None:
    rows = read_csv("Une idée\nUne autre, avec virgule\n\n".encode())
    assert [row.text for row in rows] == ["Une idée", "Une autre, avec virgule"]
    rows = read_csv("texte\nPremière\n« Deuxième »\n".encode())
    assert [row.text for row in rows] == ["Première", "« Deuxième »"]


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_columns_are_found_by_their_names(delimiter: str) -> None:
    lines = [("Auteur", "Thème", "Texte"), ("Nadia", "Besoins", "Des vélos"), ("", "", "'=1+1")]
    data = "\n".join(delimiter.join(cells) for cells in lines).encode("utf-8-sig")
    rows = read_csv(data)
    assert [(row.author, row.cluster, row.text) for row in rows] == [
        ("Nadia", "Besoins", "Des vélos"),
        ("", "", "=1+1"),
    ]


def test_older_systems_are_read_too() -> None:
    assert read_csv("texte\nÉté à l’école".encode("cp1252"))[0].text == "Été à l’école"
    assert read_csv("texte\nÉté".encode("utf-16"))[0].text == "Été"


@pytest.mark.parametrize(
    ("data", "key", "line"),
    [
        (b"", "import.empty", 1),
        (b"\n \n", "import.empty", 1),
        (b"a;b\n1;2", "import.columns", 1),
        (b"texte\n", "import.empty", 1),
        (b'texte;zone\nx;"y', "import.syntax", 2),
        (b"texte;room;board;zone;note;kind;colour;fields\n" + b"x" * 2001, "import.too_long", 2),
        (b"texte\n\x01\x02\x03", "import.format", 1),
        (b"texte\n" + b"x\n" * 10_001, "import.count", 10_002),
    ],
)
def test_wrong_tables_are_refused_with_their_line(data: bytes, key: str, line: int) -> None:
    with pytest.raises(Invalid) as refused:
        read_csv(data)
    assert (refused.value.key, refused.value.more["line"]) == (key, line)


SCRUMLR: dict[str, Any] = {
    "board": {"id": "b", "name": "Rétro de mars"},
    "participants": [{"user": {"id": "u1", "name": "Nadia"}}],
    "columns": [
        {"id": "c2", "name": "À garder", "index": 1},
        {"id": "c1", "name": "Besoins", "index": 0},
    ],
    "notes": [
        {
            "id": "n1",
            "author": "u1",
            "text": "Première",
            "position": {"column": "c1", "stack": None, "rank": 2},
        },
        {
            "id": "n2",
            "author": "u2",
            "text": "Dessous",
            "position": {"column": "c1", "stack": "n1", "rank": 0},
        },
        {
            "id": "n3",
            "author": "u1",
            "text": "Ailleurs",
            "position": {"column": "c2", "stack": None, "rank": 1},
        },
        {"id": "n4", "author": "u1", "text": "Après", "position": {"column": "c1", "stack": None, "rank": 1}},
        {"id": "n5", "author": "u1", "text": "  ", "position": {"column": "c1", "stack": None, "rank": 0}},
    ],
    "votings": [],
}


def test_a_board_of_scrumlr_is_read_column_by_column() -> None:
    assert is_scrumlr(SCRUMLR)
    assert scrumlr_title(SCRUMLR) == "Rétro de mars"
    rows = read_scrumlr(SCRUMLR)
    assert [(row.text, row.cluster, row.author) for row in rows] == [
        ("Première", "Besoins", "Nadia"),
        ("Dessous", "Besoins", ""),
        ("Après", "Besoins", "Nadia"),
        ("Ailleurs", "À garder", "Nadia"),
    ]


def test_a_stack_of_scrumlr_is_read_from_its_top() -> None:
    value = copy.deepcopy(SCRUMLR)
    value["notes"] = [
        {"id": one, "author": "u1", "text": one, "position": {"column": "c1", "stack": stack, "rank": rank}}
        for one, stack, rank in (
            ("low", "top", 0),
            ("later", None, 1),
            ("middle", "top", 1),
            ("top", None, 3),
            ("first", None, 4),
            ("high", "top", 2),
        )
    ]
    assert [row.text for row in read_scrumlr(value)] == ["first", "top", "high", "middle", "low", "later"]


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda v: v.update(notes=3), "notes"),
        (lambda v: v["notes"].append(3), "notes[5]"),
        (lambda v: v["notes"][1].update(text=3), "notes[1].text"),
        (lambda v: v["notes"][0]["position"].update(column="x"), "notes[0].position"),
        (lambda v: v["notes"][2].update(position=None), "notes[2].position"),
        (lambda v: v["columns"].append("x"), "columns[2]"),
        (lambda v: v.update(notes=[]), "notes"),
    ],
)
def test_a_wrong_board_of_scrumlr_is_refused_at_its_place(change: Change, place: str) -> None:
    value = copy.deepcopy(SCRUMLR)
    change(value)
    with pytest.raises(Invalid) as refused:
        read_scrumlr(value)
    assert refused.value.more["place"] == place


def test_rows_make_a_workshop_that_a_pack_could_be() -> None:
    """Clusters of one zone, people of their names, and the places that were chosen."""
    rows = with_address(
        read_scrumlr(SCRUMLR),
        catalogue(),
        "sheet2.verso",
        "rules",
        {"À garder": "bodies"},
        lambda board: True,
    )
    assert [row.zone for row in rows] == ["rules", "rules", "rules", "bodies"]
    ids = iter(range(1000))
    content = content_of_rows(rows, "Rétro", "fr", catalogue(), lambda prefix: f"{prefix}{next(ids)}", START)
    found = read({"format": "tablee.pack/1", "content": content})
    notes = found.rooms["g1/exploration"]["notes"].values()
    assert [note["text"] for note in sorted(notes, key=lambda note: note["order"])] == [
        "Première",
        "Dessous",
        "Après",
        "Ailleurs",
    ]
    assert [cluster["title"] for cluster in found.rooms["g1/exploration"]["clusters"].values()] == ["Besoins"]
    assert [person.name for person in found.workshop.people] == ["Nadia"]


def test_our_own_table_makes_a_workshop_again() -> None:
    from tablee.exports.csv import write_csv
    from tablee.exports.listing import places_of

    pack = a_pack(200, seed=12)
    rows = with_address(read_csv(write_csv(pack)), catalogue(), "sheet1.verso", "", {}, lambda board: True)
    ids = iter(range(10_000))
    content = content_of_rows(
        rows, "Repris", "fr", catalogue(), lambda prefix: f"{prefix}x{next(ids)}", START
    )
    found = read({"format": "tablee.pack/1", "content": content})
    assert {group.name for group in found.workshop.groups} == {"Hêtre", "Saule"}
    wanted = {place.note.id: place for place in places_of(pack)}
    made = {key: note for roots in found.rooms.values() for key, note in roots["notes"].items()}
    assert made.keys() == wanted.keys()
    for key, note in made.items():
        assert note["board"] == wanted[key].board.id
        assert note.get("fields", {}) == wanted[key].note.fields


def test_places_that_do_not_exist_are_named_by_their_line() -> None:
    rows = read_csv(b"board;zone;texte\ngovernance;nowhere;x")
    with pytest.raises(Invalid) as refused:
        with_address(rows, catalogue(), "sheet1.verso", "", {}, lambda board: True)
    assert refused.value.key == "import.zone"
    assert refused.value.more["place"] == "2:3"


def test_a_text_longer_than_a_note_is_cut_as_a_pasted_one_is() -> None:
    sentence = "Une phrase qui dit quelque chose. "
    long = sentence * 60
    rows = read_csv(f"Texte;Auteur\n{long};Ana\nCourt;Bo\n{'x' * 2300};Ana".encode())
    texts = [row.text for row in rows]
    assert " ".join(texts[:3]) == long.strip()
    assert all(len(text) <= 1000 for text in texts)
    assert all(text.endswith(".") for text in texts[:3])
    assert texts[3:] == ["Court", "x" * 1000, "x" * 1000, "x" * 300]
    assert [row.cut for row in rows] == [True, False, False, False, True, False, False]
    assert {row.author for row in rows[:3]} == {"Ana"}


def test_lines_of_a_page_or_a_log_are_no_notes() -> None:
    assert len(read_csv(b"# Titre\n\nDu texte\n")) == 2
    with pytest.raises(Invalid) as refused:
        read_csv(b"# Titre\n\nDu texte\n", lines_are_notes=False)
    assert refused.value.key == "import.format"
    assert len(read_csv(b"Texte\nUne note\n", lines_are_notes=False)) == 1


def test_keys_of_many_notes_stay_in_their_order() -> None:
    for last in ("", "a0", "zz", "~", "a" * 60):
        keys = [key for key, _ in zip(orders_after(last), range(10_000), strict=False)]
        assert keys == sorted({*keys})
        assert keys[0] > last
        assert all(value_fault("order", key) is None for key in keys)
