"""A file of one room or one board holds nothing of any other, whatever its format."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from tests.kit.packs import START, a_workshop, catalogue, filled

from tablee.exports.items import FORMATS, WHOLE_ROOMS, Want
from tablee.exports.making import made
from tablee.exports.pack_json import schema
from tablee.model.board import Pack
from tablee.model.importing.pack import Limits, read_pack
from tablee.model.importing.strict import read_json
from tablee.model.pack import pack_of
from tablee.words import Words

TOLD = tuple(kind for kind in FORMATS if kind not in ("pdf", "svg", "png", "yjs", "zip"))
"""Formats that tell everything of a workshop, where nothing else is asked."""


@cache
def marked() -> Pack:
    """Whatever was written says in which room, and on which board: `mk.g1-exploration.sheet1.verso.`"""
    workshop, rooms = filled(a_workshop(groups=2), 400, 5, hostile=False)
    for path, roots in rooms.items():
        room = f"mk.{path.replace('/', '-')}."

        def board(note: str, room: str = room, roots: Any = roots) -> str:
            return f"{room}{roots['notes'][note]['board'].partition('/')[0]}."

        for note, told in roots["notes"].items():
            told["text"] = board(note)
        for key, told in roots["comments"].items():
            told["text"] = board(key.partition(".")[0])
        for cluster in roots["clusters"].values():
            cluster["title"] = f"{room}{cluster['board'].partition('/')[0]}."
        for answer in roots["answers"].values():
            answer.update({name: room for name in ("text", "reason") if name in answer})
    (vote, _), (consent,), (poll,) = workshop.votes, workshop.consents, workshop.polls
    workshop = replace(
        workshop,
        votes=(vote, *(replace(vote, id=f"v{g}", group=g, question=f"mk.{g}-vote.") for g in ("g1", "g2"))),
        consents=(
            consent,
            *(replace(consent, id=f"k{g}", group=g, proposal=f"mk.{g}-k.") for g in ("g1", "g2")),
        ),
        polls=(poll, replace(poll, id="qg2", group="g2")),
    )
    return pack_of(
        workshop,
        rooms,
        catalogue(),
        names="names",
        language="fr",
        state_at=START,
        door="",
        link=lambda board: board,
        say=Words("fr").say,
    )


def marks(data: bytes) -> set[str]:
    """What of it is told, in the file or in those it is made of."""
    parts = [data]
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as zipped:
            parts = [zipped.read(name) for name in zipped.namelist()]
    return {
        mark for part in parts for mark in re.findall(r"mk\.[a-z0-9.-]*\.", part.decode("utf-8", "replace"))
    }


@pytest.mark.parametrize("kind", TOLD)
@pytest.mark.parametrize("room", ["g1/exploration", "g1/convergence"])
def test_a_file_of_a_room_tells_of_that_room(kind: str, room: str) -> None:
    if (kind, room) == ("ics", "g1/exploration"):  # a calendar has actions, which are on canvases
        assert made(marked(), Want(kind, room=room)) == ()
        return
    (file,) = made(marked(), Want(kind, room=room))
    found, own = marks(file.data), f"mk.{room.replace('/', '-')}"
    assert any(mark.startswith(own) for mark in found)
    assert all(mark.startswith((own, "mk.g1-")) and "mk.g2" not in mark for mark in found), found
    if own == "mk.g1-exploration":
        assert not any(mark.startswith("mk.g1-convergence") for mark in found)
    assert file.part.endswith(room.replace("/", "-"))
    if kind in ("md", "docx", "xlsx"):
        assert {"mk.g1-k."} <= found, "what this group decided"
    whole = marks(made(marked(), Want(kind))[0].data)
    assert any(mark.startswith("mk.g2") for mark in whole)


@pytest.mark.parametrize("kind", [kind for kind in TOLD if kind not in WHOLE_ROOMS])
@pytest.mark.parametrize("board", ["governance", "sheet2.verso"])
def test_a_file_of_a_board_tells_of_that_board(kind: str, board: str) -> None:
    if (kind, board) == ("ics", "sheet2.verso"):
        assert made(marked(), Want(kind, board=board)) == ()
        return
    (file,) = made(marked(), Want(kind, board=board))
    found = marks(file.data)
    kinds = ("convergence", "exploration")[board != "governance"]
    both = {f"mk.g1-{kinds}.{board}.", f"mk.g2-{kinds}.{board}."}
    assert both <= found
    # what a table answers beside its notes is told with a canvas
    answers = {f"mk.g{n}-convergence." for n in (1, 2)} | {f"mk.g{n}-vote." for n in (1, 2)}
    assert found - both <= (answers if board == "governance" else set()), found
    (file,) = made(marked(), Want(kind, board=board, room=f"g1/{kinds}"))
    assert not any("g2" in mark for mark in marks(file.data))
    assert made(marked(), Want(kind, board=board, room="plenary")) == ()


def test_data_of_a_room_comes_back() -> None:
    (file,) = made(marked(), Want("json", room="g1/convergence"))
    found = read_pack(read_json(file.data), schema(), catalogue(), Limits(60, 400), START)
    assert [*found.rooms] == ["g1/convergence"] and found.workshop.title == "Trajets communs"
    there = marked().rooms["g1/convergence"]["notes"]
    assert {key: note["text"] for key, note in found.rooms["g1/convergence"]["notes"].items()} == {
        key: note["text"] for key, note in there.items()
    }
