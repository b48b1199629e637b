"""Files over HTTP from a workshop that is worked in: who may have them, and what is never in them."""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import os
import re
import signal
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import pytest
from pycrdt import Doc, Map
from tests.kit.filled import Filled, filled
from tests.kit.packs import a_workshop
from tests.kit.server import Answer, Server, running

from tablee.api.exports import shared_url
from tablee.exports.items import FORMATS, ITEMS
from tablee.live.exporting import AT_ONCE
from tablee.model.board import Names
from tablee.model.conduct import Shared

LINES = {"Accept": "application/x-ndjson"}
WORD, OTHER = "aubepine", "merisier"
BEGINS = {
    "pdf": b"%PDF-1.",
    "svg": b"PK",
    "png": b"PK",
    "docx": b"PK",
    "odt": b"PK",
    "md": b"# ",
    "wiki": b"= ",
    "xlsx": b"PK",
    "csv": b"\xef\xbb\xbf",
    "json": b"{",
    "ics": b"BEGIN:VCALENDAR",
    "yjs": b"PK",
    "zip": b"PK",
}
"""Of several boards or rooms there is a zip."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("exports")) as one:
        yield one


@pytest.fixture(scope="module")
def house(server: Server) -> Filled:
    made = asyncio.run(filled(server, WORD, OTHER))
    for kind, zone, text, fields in (
        ("rule", "rules", "Une structure, une voix", {"state": "adopted_today"}),
        ("action", "actions", "Rédiger les statuts", {"due": "2026-12-01", "owner_text": "Solène"}),
    ):
        answer = server.call(
            "POST",
            f"/api/rooms/{made.made['groups'][0]['rooms']['convergence']}/notes",
            {"board": "governance", "zone": zone, "kind": kind, "text": text, "fields": fields},
            token=made.made["token"],
        )
        assert answer.status == 201, answer.body
    return made


def take(house: Filled, path: str, token: str | None = None, **more: Any) -> Answer:
    """`GET` under the workshop."""
    where = f"/api/workshops/{house.made['id']}/{path}"
    return house.server.call("GET", where, token=token or house.made["token"], **more)


def zip_of(
    house: Filled, token: str | None = None, headers: dict[str, str] | None = None, **body: Any
) -> Answer:
    where = f"/api/workshops/{house.made['id']}/export.zip"
    return house.server.call("POST", where, body, token=token or house.made["token"], headers=headers)


def opened(data: bytes) -> dict[str, bytes]:
    """The files of a zip, and those of the zips in it: office files too."""
    out: dict[str, bytes] = {}
    with zipfile.ZipFile(io.BytesIO(data)) as zipped:
        assert zipped.testzip() is None
        for name in zipped.namelist():
            inner = zipped.read(name)
            out[name] = inner
            if inner[:4] == b"PK\x03\x04":
                out |= {f"{name}/{key}": value for key, value in opened(inner).items()}
    return out


def refused(answer: Answer) -> tuple[int, str, str | None]:
    return answer.status, answer.json["key"], answer.json.get("field")


# -- the formats -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_is_given_to_leaders_as_a_download(house: Filled, kind: str) -> None:
    answer = take(house, f"export.{kind}")
    assert answer.status == 200, answer.body
    assert answer.body.startswith(BEGINS[kind])
    several = kind in ("svg", "png", "yjs")
    assert answer.headers["content-type"] == FORMATS["zip" if several else kind]
    name = re.fullmatch(
        r"attachment; filename=\"([a-z0-9.-]+)\"; filename\*=UTF-8''\1", answer.headers["content-disposition"]
    )
    assert name is not None and name[1].startswith(f"{WORD}-titre")
    assert name[1].endswith(".zip" if several else f".{kind}")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_one_board_is_one_file_and_one_room_is_one_document(house: Filled) -> None:
    for kind, begins in (("svg", b"<svg"), ("png", b"\x89PNG"), ("pdf", b"%PDF")):
        answer = take(house, f"export.{kind}?board=governance")
        assert answer.status == 200 and answer.body.startswith(begins), kind
        assert FORMATS[kind] == answer.headers["content-type"]
    own = f"sheet2.recto/{house.nadia.person['stakeholder']}"
    for names in ("names", "none"):  # under « none » the board has another id in the file
        assert take(house, f"export.svg?board={own}&names={names}").body.startswith(b"<svg")
    room = house.made["groups"][0]["rooms"]["convergence"]
    for asked in (room, "g1/convergence"):
        state = take(house, f"export.yjs?room={asked}")
        document: Doc[Any] = Doc()
        document.apply_update(state.body)
        notes = document.get("notes", type=Map)
        assert sorted(str(note["text"]) for note in notes.values()) == [
            "Rédiger les statuts",
            "Une structure, une voix",
        ]


def test_a_workshop_that_is_closed_gives_its_files(server: Server) -> None:
    made = server.create(groups=1)
    ask = f"/api/workshops/{made['id']}"
    closed = server.call("POST", f"{ask}/commands", {"type": "workshop.close"}, token=made["token"])
    assert closed.status == 200
    answer = server.call("GET", f"{ask}/export.md?language=en", token=made["token"])
    assert answer.status == 200 and b"Kit Commons Model Canvas" in answer.body


# -- who, and what may be asked ------------------------------------------------------------------------------


def test_only_leaders_have_files(house: Filled) -> None:
    observer = house.server.join(house.made, "Ode", invitation=house.made["invitations"]["observer"])
    helper = house.server.join(house.made, "Inès", invitation=house.made["invitations"]["facilitator"])
    for token in (house.nadia.token, observer.token):
        assert refused(take(house, "export.csv", token)) == (403, "export.leaders_only", None)
        assert refused(take(house, "exports", token)) == (403, "export.leaders_only", None)
        assert refused(zip_of(house, token, items=["csv"])) == (403, "export.leaders_only", None)
    assert take(house, "export.csv", helper.token).status == 200


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("export.csv?names=all", (422, "export.value", "names")),
        ("export.csv?language=de", (422, "export.value", "language")),
        ("export.pdf?layout=poster", (422, "export.value", "layout")),
        ("export.pdf?set=some", (422, "export.value", "set")),
        ("export.svg?board=sheet9.verso", (422, "board.unknown", "board")),
        ("export.svg?board=sheet2.recto/nobody", (422, "board.unknown", "board")),
        ("export.yjs?room=elsewhere", (422, "room.unknown", "room")),
        ("export.csv?colour=red", (422, "export.parameter", "colour")),
        ("export.json?board=governance", (422, "export.parameter", "board")),
        ("export.yjs?board=governance", (422, "export.parameter", "board")),
        ("export.zip?board=governance", (422, "export.parameter", "board")),
        ("export.csv?board=governance&room=g1/exploration", (404, "export.nothing", "board")),
        ("export.exe", (404, "export.format", "format")),
        ("exports?names=x", (422, "export.value", "names")),
        ("exports?room=x", (422, "export.parameter", "room")),
        ("export.svg?board=sheet1.verso&room=plenary", (404, "export.nothing", "board")),
    ],
)
def test_what_cannot_be_asked_is_refused_with_its_place(
    house: Filled, query: str, wanted: tuple[int, str, str | None]
) -> None:
    assert refused(take(house, query)) == wanted


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ({"items": []}, (422, "export.items", "items")),
        ({"items": ["csv", "all"]}, (422, "export.items", "items")),
        ({"items": "csv"}, (422, "export.items", "items")),
        ({"items": [5]}, (422, "export.items", "items")),
        ({"items": ["csv"], "names": 5}, (422, "export.value", "names")),
        ({"items": ["csv"], "licence": "mine"}, (422, "licence.unknown", "licence")),
        ({"items": ["csv"], "licence": "cc-by-sa-4.0"}, (422, "export.licence", "licence")),
        ({"item": ["csv"]}, (422, "body.field", "item")),
    ],
)
def test_a_zip_that_cannot_be_is_refused_with_its_place(
    house: Filled, body: dict[str, Any], wanted: tuple[int, str, str | None]
) -> None:
    assert refused(zip_of(house, **body)) == wanted


# -- progress and the zip ------------------------------------------------------------------------------------


def test_sizes_come_line_by_line_and_are_those_of_the_files(house: Filled) -> None:
    answer = take(house, "exports?names=structures&language=en")
    assert answer.headers["content-type"] == "application/x-ndjson"
    *lines, last = [json.loads(line) for line in answer.body.splitlines()]
    assert list(dict.fromkeys(line["id"] for line in lines)) == list(ITEMS)
    assert last["done"] is True and last["names"] == "structures" and last["state_at"] > 0
    told = {(line["id"], line["format"]): line for line in lines}
    assert told["canvases", "pdf"]["pages"] >= 2
    for item, kind in (("csv", "csv"), ("report", "docx"), ("data", "json")):
        file = take(house, f"export.{kind}?names=structures&language=en")
        assert told[item, kind]["bytes"] == len(file.body)
        assert told[item, kind]["name"] in file.headers["content-disposition"]
    assert told["images", "png"]["files"] == told["images", "svg"]["files"] > 2


def test_a_workshop_without_sheets_has_none_to_print_and_all_other_files(server: Server) -> None:
    made = server.create(title="Un canevas", groups=1, modules=["economic"], agenda="half_day_210")
    ask = f"/api/workshops/{made['id']}"
    answer = server.call("GET", f"{ask}/exports", token=made["token"])
    told = {(line.get("id"), line.get("format")): line for line in map(json.loads, answer.body.splitlines())}
    assert told["sheets", "pdf"] == {"id": "sheets", "format": "pdf", "bytes": 0, "files": 0}
    assert not [line for line in told.values() if "error" in line]
    sheets = server.call("GET", f"{ask}/export.pdf?set=sheets", token=made["token"])
    assert refused(sheets) == (404, "export.nothing", "board")


def test_the_zip_tells_its_progress_then_gives_its_bytes(house: Filled) -> None:
    answer = zip_of(house, headers=LINES, items=["csv", "report", "calendar"])
    lines: list[dict[str, Any]] = []
    rest = answer.body
    while not lines or "file" not in lines[-1]:
        line, _, rest = rest.partition(b"\n")
        lines.append(json.loads(line))
    assert lines[:-1] == [
        {"done": 1, "of": 3, "item": "report"},
        {"done": 2, "of": 3, "item": "csv"},
        {"done": 3, "of": 3, "item": "calendar"},
    ]
    assert lines[-1] == {"file": f"{WORD}-titre.zip", "bytes": len(rest)}
    plain = zip_of(house, items=["csv", "report", "calendar"])
    assert plain.body == rest and plain.headers["content-type"] == "application/zip"


def test_the_zip_of_everything_checks_itself(house: Filled) -> None:
    body = take(house, "export.zip").body
    with zipfile.ZipFile(io.BytesIO(body)) as zipped:
        files = {name: zipped.read(name) for name in zipped.namelist()}
        dates = {info.date_time for info in zipped.infolist()}
    folders = {name.partition("/")[0] for name in files if "/" in name}
    assert folders == {"canevas", "fiches", "images", "compte-rendu", "donnees", "photos"}
    sums = dict(line.split("  ")[::-1] for line in files["SHA256SUMS"].decode().splitlines())
    assert sums == {
        name: hashlib.sha256(data).hexdigest() for name, data in files.items() if name != "SHA256SUMS"
    }
    manifest = json.loads(files["manifest.json"])
    assert {one["path"]: one["sha256"] for one in manifest["files"]} == {
        name: sums[name] for name in sums if name not in ("manifest.json", "LISEZMOI.txt")
    }
    assert manifest["templates"]["governance"] and "inno³" in manifest["attribution"]
    assert manifest["licence"] == "internal" and manifest["workshop"] == f"{WORD} titre"
    inside = opened(body)
    assert any("/word/media/" in name for name in inside), "the photo is in the report"
    assert any(".odt/Pictures/" in name for name in inside)
    report = files[f"compte-rendu/{WORD}-titre-compte-rendu.md"].decode()
    pictures = re.findall(r"\]\(\.\./([^)]+)\)", report)
    assert pictures and set(pictures) <= set(files), "the Markdown shows the photos beside it"
    assert len(dates) == 1 and "Kit Commons Model Canvas" in files["LISEZMOI.txt"].decode()
    assert take(house, "export.zip").body == body, "the same state makes the same zip"
    assert "README.txt" in opened(take(house, "export.zip?language=en").body)


def test_a_zip_under_a_stricter_licence_is_told_as_that_licence_says(house: Filled) -> None:
    body = zip_of(house, items=["csv", "report", "data"], licence="chatham-house", names="names").body
    files = opened(body)
    manifest = json.loads(files["manifest.json"])
    assert (manifest["licence"], manifest["names"]) == ("chatham-house", "none")
    assert (
        json.loads(next(files[path] for path in files if path.endswith("donnees.json")))["licence"]
        == "chatham-house"
    )
    name = house.nadia.person["name"]
    assert not [path for path, data in files.items() if name.encode() in data]


def test_files_of_one_group_hold_nothing_of_another(server: Server) -> None:
    made = server.create(title="Deux groupes", groups=2)
    rooms = [group["rooms"]["convergence"] for group in made["groups"]]
    for n, room in enumerate(rooms, 1):
        note = {"board": "governance", "zone": "rules", "kind": "rule", "text": f"Règle du groupe {n}"}
        assert server.call("POST", f"/api/rooms/{room}/notes", note, token=made["token"]).status == 201
    ask = f"/api/workshops/{made['id']}/export"
    for query in (f"csv?room={rooms[0]}", "md?room=g1/convergence&board=governance"):
        one = server.call("GET", f"{ask}.{query}", token=made["token"])
        assert "Règle du groupe 1" in one.body.decode() and "groupe 2" not in one.body.decode()
        assert "g1-convergence" in one.headers["content-disposition"]
    whole = server.call("GET", f"{ask}.zip?room=g1/convergence", token=made["token"])
    assert 'filename="deux-groupes-g1-convergence.zip"' in whole.headers["content-disposition"]
    files = opened(whole.body)
    assert any("Règle du groupe 1".encode() in data for data in files.values())
    assert not any(b"groupe 2" in data for data in files.values())


def test_what_the_organisation_prepares_is_in_its_own_files_only(house: Filled) -> None:
    said = {"type": "preparation.set", "key": "done/room", "text": "demander au maire"}
    where = f"/api/workshops/{house.made['id']}/commands"
    answer = house.server.call("POST", where, said, token=house.made["token"])
    assert answer.status == 200, answer.body
    helper = house.server.join(house.made, "Odile", invitation=house.made["invitations"]["facilitator"])
    assert b"demander au maire" in take(house, "export.json").body
    assert b"demander au maire" not in take(house, "export.json", helper.token).body


def test_a_title_with_a_name_names_nobody_as_the_name_of_a_file(server: Server) -> None:
    made = server.create(title="Atelier de Quillibus", groups=1)
    server.join(made, "Zoranie Quillibus")
    where = f"/api/workshops/{made['id']}/export.md"
    for names, wanted in (
        ("names", "atelier-de-quillibus-compte-rendu.md"),
        ("none", "atelier-de-compte-rendu.md"),
    ):
        answer = server.call("GET", f"{where}?names={names}", token=made["token"])
        assert f'filename="{wanted}"' in answer.headers["content-disposition"]


def test_the_zip_of_everything_is_brought_back_as_it_is(house: Filled) -> None:
    body = take(house, "export.zip").body
    answer = house.server.call(
        "POST", "/api/import?preview=true", body, headers={"Content-Type": FORMATS["zip"]}
    )
    assert answer.status == 200, answer.body
    assert answer.json["title"] == f"{WORD} titre" and answer.json["counts"]["notes"] >= 5


# -- what is never in a file ---------------------------------------------------------------------------------


def test_hidden_deleted_silent_and_undecided_things_are_in_no_file(house: Filled) -> None:
    files = opened(take(house, "export.zip").body)
    never = ("supprimée", "masquée", "brouillon", "question", "proposition", "raison", "message", "annonce")
    for name, data in files.items():
        for word in never:
            for who in (WORD, OTHER):
                assert f"{who} {word}".encode() not in data, (name, word)
    texts = b"".join(data for name, data in files.items() if name.endswith((".md", ".csv", ".json")))
    assert texts.count(f"{WORD} note".encode()) >= 3, "what is there for all is in them"


def test_an_anonymous_note_has_no_author_in_any_file(server: Server) -> None:
    made = server.create(title="Sans auteur", groups=1)
    seat = server.join(made, "Philomène")
    ask = f"/api/workshops/{made['id']}"
    silent = {"type": "writing.anonymous", "board": "sheet2.verso"}
    assert server.call("POST", f"{ask}/commands", silent, token=made["token"]).status == 200
    note = {"board": "sheet2.verso", "zone": "rules", "text": "Dite par personne"}
    assert server.call("POST", f"/api/rooms/{seat.room}/notes", note, token=seat.token).status == 201
    report = server.call("GET", f"{ask}/export.docx", token=made["token"]).body
    lines = [p.text for p in docx.Document(io.BytesIO(report)).paragraphs]
    assert "Philomène" not in lines[lines.index("Dite par personne") + 1]
    table = server.call("GET", f"{ask}/export.csv", token=made["token"]).body.decode()
    (row,) = [line for line in table.splitlines() if "Dite par personne" in line]
    assert "Philomène" not in row and seat.person["id"] not in row


def test_chatham_house_names_nobody_in_any_file_whatever_is_asked(server: Server) -> None:
    made = server.create(title="Discret", groups=1, content_licence="chatham-house")
    seat = server.join(made, "Philomène", stakeholder="Roulibre")
    note = {"board": "sheet2.verso", "zone": "rules", "text": "Philomène le dit"}
    assert server.call("POST", f"/api/rooms/{seat.room}/notes", note, token=seat.token).status == 201
    where = f"/api/workshops/{made['id']}/export.zip?names=names"
    files = opened(server.call("GET", where, token=made["token"]).body)
    for name, data in files.items():
        for word in ("Philomène", "Roulibre", seat.person["id"], seat.person["stakeholder"]):
            assert word.encode() not in data, (name, word)


@pytest.mark.parametrize(
    ("licence", "shared", "files", "printed"),
    [
        ("internal", "names", "names", True),
        ("internal", "names", "structures", False),
        ("internal", "structures", "names", True),
        ("internal", "structures", "none", False),
        ("internal", "none", "none", True),
        ("chatham-house", "names", "none", True),  # that page names nobody either
    ],
)
def test_the_page_to_read_is_printed_only_where_it_names_no_more_than_the_file(
    licence: str, shared: Names, files: Names, printed: bool
) -> None:
    workshop = replace(a_workshop(licence=licence), shared=Shared("token", shared, False, "p1", 1))
    wanted = "https://tablee.example/lecture/token" if printed else None
    assert shared_url(workshop, files, "https://tablee.example") == wanted
    assert shared_url(replace(workshop, shared=None), files, "https://tablee.example") is None


# -- the process beside --------------------------------------------------------------------------------------


def worker_of(server: Server) -> int:
    """The process that makes files."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                command = (entry / "cmdline").read_bytes()
                parent = (entry / "stat").read_text().rpartition(")")[2].split()[1]
            except OSError:
                continue
            if b"tablee.live.export_process" in command and int(parent) == server.process.pid:
                return int(entry.name)
    raise AssertionError("nobody makes files")


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for a process in /proc")
def test_a_crowd_is_told_to_wait_and_a_killed_process_is_replaced(server: Server) -> None:
    made = server.create(title="Foule", groups=1)
    ask = f"/api/workshops/{made['id']}/export"

    def export(kind: str, patient: bool = False) -> Answer:
        answer = server.call("GET", f"{ask}.{kind}", token=made["token"])
        while patient and answer.status == 429:
            answer = server.call("GET", f"{ask}.{kind}", token=made["token"])
        return answer

    assert export("csv").status == 200
    worker = worker_of(server)
    os.kill(worker, signal.SIGSTOP)
    kinds = ("md", "wiki", "xlsx", "json")
    assert len(kinds) == AT_ONCE
    with ThreadPoolExecutor() as crowd:
        waiting = [crowd.submit(export, kind, True) for kind in kinds]
        refusals = 0
        while refusals < 5 and not any(one.done() for one in waiting):
            answer = export("csv")  # it is kept, and still has to wait for its turn among four
            if answer.status == 200:
                refusals = 0
            elif answer.json["key"] == "export.busy":
                refusals += 1
        assert refusals == 5, "all four wait for the process"
        assert server.call("GET", "/healthz").status == 200, "nobody else waits"
        os.kill(worker, signal.SIGKILL)
        answers = [one.result() for one in waiting]
    assert sorted(one.status for one in answers) == [200, 200, 200, 503]
    (failed,) = [one for one in answers if one.status == 503]
    assert failed.json["key"] == "export.failed"
    assert export("md").status == 200 and worker_of(server) != worker


def test_after_the_erasure_there_is_no_file_and_no_process_that_holds_it(server: Server) -> None:
    made = server.create(title="Éphémère", groups=1)
    ask = f"/api/workshops/{made['id']}"
    assert server.call("GET", f"{ask}/export.md", token=made["token"]).status == 200
    worker = worker_of(server)
    assert server.call("DELETE", ask, {"title": "Éphémère"}, token=made["token"]).status == 200
    assert server.call("GET", f"{ask}/export.md", token=made["token"]).status in (401, 404)
    other = server.create(title="Autre", groups=1)
    again = server.call("GET", f"/api/workshops/{other['id']}/export.md", token=other["token"])
    assert again.status == 200 and worker_of(server) != worker
