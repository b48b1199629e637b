"""Every file of a workshop holds the same notes in the same order, and nothing that was hidden.

The files are made by a real server over HTTP and opened by other programs and libraries than those that
wrote them.
"""

from __future__ import annotations

import csv
import html
import io
import json
import random
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import docx
import openpyxl
import pytest
from odfdo import Document
from pycrdt import Doc
from pycrdt import Map as YMap
from tests.kit.server import Seat, Server

TOKEN = re.compile(r"mot\d{4}")
BOARDS = ("sheet1.verso", "sheet2.verso", "sheet3.verso", "governance", "economic")
ZONES = {
    "sheet1.verso": ("commons", "mission", "need"),
    "sheet2.verso": ("community", "rules"),
    "sheet3.verso": ("strengths", "h2y"),
    "governance": ("mission", "rules", "actions"),
    "economic": ("value", "needs"),
}
HIDDEN = ("CACHEPARANIMATION", "BROUILLONSECRET", "QUESTIONOUVERTE", "MOTPRIVE")
"""A note that facilitation hid, a draft, a vote that is open, a word to one person."""
ANONYMOUS = "Personnequisetait"
"""Wrote only anonymous notes: her name is in the list of people, never beside a note."""
FORMATS = ("json", "csv", "xlsx", "md", "wiki", "docx", "odt", "pdf")


@dataclass
class Told:
    server: Server
    made: dict[str, Any]
    listed: list[str]
    """Tokens in the order of the lists: by board, zone, order."""

    def export(self, file: str, query: str = "") -> bytes:
        path = f"/api/workshops/{self.made['id']}/export.{file}?{query}"
        answer = self.server.call("GET", path, token=self.made["token"])
        assert answer.status == 200, answer.body
        return answer.body


@pytest.fixture(scope="module")
def told(server: Server) -> Told:
    made = server.create(groups=["Hêtre", "Saule"], content_licence="cc-by-sa-4.0", title="Marqueurs")
    people = [
        server.join(made, name, stakeholder=structure)
        for name, structure in (("Nadia", "Haut-Orme"), ("Joris", "Roulibre"), ("Yann", "Haut-Orme"))
    ]
    do(server, made, type="step.go", step=last_step(server, made))
    write(server, made, people)
    hide(server, made, people)
    return Told(server, made, listed(server, made))


def do(server: Server, made: dict[str, Any], token: str | None = None, **command: Any) -> Any:
    path = f"/api/workshops/{made['id']}/commands"
    answer = server.call("POST", path, command, token=token or made["token"])
    assert answer.status == 200, (command, answer.body)
    return answer.json


def last_step(server: Server, made: dict[str, Any]) -> str:
    state = server.call("GET", f"/api/workshops/{made['id']}", token=made["token"]).json
    step: str = state["agenda"]["steps"][-1]["id"]
    return step


def put(server: Server, room: str, token: str, **note: Any) -> Any:
    answer = server.call("POST", f"/api/rooms/{room}/notes", note, token=token)
    assert answer.status == 201, (note, answer.body)
    return answer.json


def rooms(made: dict[str, Any]) -> Iterator[tuple[dict[str, str], str]]:
    for group in made["groups"]:
        for board in BOARDS:
            yield group["rooms"], board


def room_of(rooms: dict[str, str], board: str) -> str:
    return rooms["exploration" if board.startswith("sheet") else "convergence"]


def write(server: Server, made: dict[str, Any], people: list[Seat]) -> None:
    rng, number = random.Random(7), 0
    for of, board in rooms(made):
        for zone in ZONES[board]:
            for order in rng.sample(range(100, 999), 3):
                number += 1
                text = f"mot{number:04d} une idée, la {number}e"
                fields = {"board": board, "zone": zone, "text": text, "order": f"a{order}"}
                # there is a calendar where something is to be done on a day
                typed = {"kind": "action", "fields": {"due": "2026-12-01"}} if zone == "actions" else {}
                put(server, room_of(of, board), made["token"], **fields, **typed)
    for seat in people:
        number += 1
        recto = f"sheet1.recto/{seat.person['stakeholder']}"
        put(server, seat.room, made["token"], board=recto, zone="need", text=f"mot{number:04d} à moi")


def hide(server: Server, made: dict[str, Any], people: list[Seat]) -> None:
    """Everything that must be in no file."""
    room = made["groups"][0]["rooms"]["exploration"]
    note = put(server, room, made["token"], board="sheet1.verso", zone="commons", text=HIDDEN[0])
    do(server, made, type="note.hide", room=room, note=note["id"])
    do(server, made, type="writing.anonymous", board="sheet3.verso", zone="h5y")
    silent = server.join(made, ANONYMOUS, invitation=made["invitations"]["facilitator"])
    put(server, room, silent.token, board="sheet3.verso", zone="h5y", text="mot9001 sans nom")
    do(server, made, type="writing.silent", board="sheet1.verso", zone="values")
    put(server, room, silent.token, board="sheet1.verso", zone="values", text=HIDDEN[1])
    do(
        server,
        made,
        type="vote.open",
        board="governance",
        dots=3,
        per_note=1,
        secret=True,
        question=HIDDEN[2],
    )
    do(server, made, type="message", person=people[0].person["id"], text=HIDDEN[3])


def listed(server: Server, made: dict[str, Any]) -> list[str]:
    """As the interface for notes gives them, board by board: groups, then sheets, then the canvases."""
    state = server.call("GET", f"/api/workshops/{made['id']}", token=made["token"]).json
    templates = {one: one.partition(".")[0] for one in BOARDS}
    structures = [one["id"] for one in state["stakeholders"]]
    out: list[str] = []
    sheets = [board for board in BOARDS if board.startswith("sheet")]
    for group in made["groups"]:
        for board in sheets:
            recto = [f"{templates[board]}.recto/{one}" for one in structures]
            for one in [*recto, board]:
                out += tokens_of(server, made, group["rooms"]["exploration"], one)
    for canvas in ("governance", "economic"):
        for group in made["groups"]:
            out += tokens_of(server, made, group["rooms"]["convergence"], canvas)
    return out


def tokens_of(server: Server, made: dict[str, Any], room: str, board: str) -> list[str]:
    notes = server.call("GET", f"/api/rooms/{room}/notes?board={board}", token=made["token"]).json["notes"]
    zones = [zone["id"] for zone in zones_of(board)]
    ordered = sorted(notes, key=lambda note: zones.index(note["zone"]))  # each zone is in its order already
    return [token for note in ordered for token in TOKEN.findall(note["text"])]


def zones_of(board: str) -> list[dict[str, Any]]:
    from tests.kit.packs import catalogue

    template = catalogue().template_of_board(board)
    assert template is not None
    return [{"id": zone.id} for zone in template.zones]


# -- what is in each file ---------------------------------------------------------------------------


def of_json(data: bytes) -> str:
    return data.decode()


def of_csv(data: bytes) -> str:
    rows = csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";")
    return "\n".join(" ".join(row) for row in rows)


def _cells(sheet: Any) -> Iterator[str]:
    return (str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None)


def of_xlsx(data: bytes) -> str:
    return "\n".join(cell for sheet in openpyxl.load_workbook(io.BytesIO(data)) for cell in _cells(sheet))


def of_docx(data: bytes) -> str:
    document = docx.Document(io.BytesIO(data))
    return "\n".join(
        str(text.text) for text in document.element.iter() if text.tag.endswith("}t") and text.text
    )


def of_odt(data: bytes) -> str:
    return str(Document(io.BytesIO(data)).get_formatted_text())


def of_pdf(data: bytes) -> str:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (poppler-utils) is not here")
    done = subprocess.run(
        ["pdftotext", "-raw", "-", "-"], input=data, capture_output=True, check=True, timeout=60
    )
    return done.stdout.decode()


READ: dict[str, Callable[[bytes], str]] = {
    "json": of_json,
    "csv": of_csv,
    "xlsx": of_xlsx,
    "md": of_json,
    "wiki": lambda data: html.unescape(data.decode()),
    "docx": of_docx,
    "odt": of_odt,
    "pdf": of_pdf,
}


WRITTEN = "Ce qui a été écrit, zone par zone"
"""The part of a report with every note. Actions, rules and votes come before it, in orders of their own."""


def first_seen(text: str) -> list[str]:
    return list(dict.fromkeys(TOKEN.findall(text)))


@pytest.mark.parametrize("file", [one for one in FORMATS if one not in ("json", "xlsx", "pdf")])
def test_a_file_has_the_notes_of_the_lists_in_their_order(told: Told, file: str) -> None:
    text = READ[file](told.export(file))
    before, heading, written = text.rpartition(WRITTEN) if file != "csv" else ("", "", text)
    assert heading or file == "csv"
    assert first_seen(written) == told.listed
    assert set(first_seen(before)) < set(told.listed), "what comes before is of these notes"


def test_each_sheet_of_the_workbook_has_its_notes_in_the_order_of_the_lists(told: Told) -> None:
    book = openpyxl.load_workbook(io.BytesIO(told.export("xlsx")))
    sheets = [first_seen("\n".join(_cells(sheet))) for sheet in book]
    for tokens in sheets:
        assert tokens == [token for token in told.listed if token in tokens]
    assert {token for tokens in sheets for token in tokens} == set(told.listed)


def test_the_pages_of_boards_have_the_notes_of_the_lists_in_their_order(told: Told) -> None:
    assert first_seen(of_pdf(told.export("pdf", "set=all"))) == told.listed


def test_the_data_has_the_same_notes(told: Told) -> None:
    pack = json.loads(told.export("json"))
    found = [note["text"] for room in pack["content"]["rooms"].values() for note in room["notes"].values()]
    assert sorted(TOKEN.findall(" ".join(found))) == sorted(told.listed)


def parts_of(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Each file in a zip, those in zips inside it too: DOCX, ODT and XLSX are zips."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            content = archive.read(name)
            if content[:2] == b"PK":
                yield from ((f"{name}/{inner}", one) for inner, one in parts_of(content))
            yield name, content


def test_nothing_hidden_is_in_any_file(told: Told) -> None:
    seen: list[str] = []
    for names in ("names", "structures", "none"):
        for name, content in parts_of(told.export("zip", f"names={names}")):
            text = of_pdf(content) if name.endswith(".pdf") else content.decode("utf-8", "replace")
            seen.append(name)
            for secret in HIDDEN:
                assert secret not in text, (names, name)
                assert secret.encode() not in content, (names, name)
            if names != "names":
                assert ANONYMOUS not in text and "Nadia" not in text, (names, name)
            if names == "none":
                assert "Haut-Orme" not in text and "Roulibre" not in text, (names, name)
                assert not any(seat in text for seat in people_ids(told)), (names, name)
    kinds = {name.rpartition(".")[2] for name in seen}
    assert {"pdf", "png", "svg", "docx", "odt", "md", "xlsx", "csv", "json", "ics", "yjs"} <= kinds


def people_ids(told: Told) -> list[str]:
    state = told.server.call("GET", f"/api/workshops/{told.made['id']}", token=told.made["token"]).json
    return [person["id"] for person in state["people"]]


def test_an_anonymous_note_has_no_author_anywhere(told: Told) -> None:
    for file in FORMATS:
        text = READ[file](told.export(file, "set=all" if file == "pdf" else ""))
        for found in re.finditer("mot9001", text):
            around = text[max(0, found.start() - 150) : found.end() + 150]
            assert ANONYMOUS not in around, (file, around)
    pack = json.loads(told.export("json"))
    notes = [note for room in pack["content"]["rooms"].values() for note in room["notes"].values()]
    assert [note.get("by") for note in notes if "mot9001" in note["text"]] == [None]


def test_a_room_comes_back_as_a_document(told: Told) -> None:
    room = told.made["groups"][0]["rooms"]["exploration"]
    document: Doc[Any] = Doc()
    notes = document.get("notes", type=YMap)
    document.apply_update(told.export("yjs", f"room={room}"))
    listed = list(TOKEN.findall(str(notes)))
    assert len(listed) > 20
    assert not any(secret in str(notes) for secret in HIDDEN)


def test_every_file_names_the_kit_and_the_versions_of_its_templates(told: Told) -> None:
    for file in FORMATS:
        text = " ".join(READ[file](told.export(file, "set=all" if file == "pdf" else "")).split())
        assert "Kit Commons Model Canvas" in text, file
        assert "inno³" in text, file
        assert "CC BY-SA 4.0" in text or "CC-BY-SA-4.0" in text, file
        assert "1.0.0" in text, file
