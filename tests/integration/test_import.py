"""Files come back over HTTP and by the command: the same content here and elsewhere, or nothing at all."""

from __future__ import annotations

import http.client
import io
import json
import re
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import pytest
from click.testing import CliRunner, Result
from tests.integration.test_kits import published
from tests.kit.packs import a_pack as any_pack
from tests.kit.server import Answer, Server, running

from tablee import assets, cli
from tablee.errors import StoreAway, TableeError, Unavailable
from tablee.exports.csv import write_csv
from tablee.exports.pack_json import write_json
from tablee.live.export_messages import Held
from tablee.live.hub import Hub
from tablee.live.import_reading import Asked
from tablee.live.importing import Importing
from tablee.live.policies import Policies
from tablee.live.workshops import Workshops
from tablee.model.board import Pack
from tablee.model.canvases import load_catalogue
from tablee.model.identity import ID_ALPHABET
from tablee.model.renaming import Renaming
from tablee.model.workshop import Workshop
from tablee.settings import read_settings
from tablee.store.redis import Store


def organised(workshop: Workshop) -> Workshop:
    """With somebody who organises: whoever brings it back takes that seat, and nobody is added. People and
    structures have ids as a server gives them."""
    *others, last = workshop.people
    ids = {one.id: f"{one.id[0]}{ID_ALPHABET[n]}abcdefghj" for n, one in enumerate(workshop.people)}
    ids |= {one.id: f"{one.id[0]}{ID_ALPHABET[n]}abcdefghj" for n, one in enumerate(workshop.stakeholders)}
    changed = replace(workshop, people=(*others, replace(last, role="organiser")))
    return Renaming(lambda one: ids.get(one, one), ids).record(changed)


def a_pack(count: int, seed: int, *, hostile: bool = True) -> Pack:
    return any_pack(count, seed, hostile=hostile, change=organised)


SEATS = re.compile(rf'(?<=["/.-])([psx]\d+|[ps][{ID_ALPHABET}]{{10}})(?=["./])')
"""Ids of people and structures, in JSON."""


def upload(server: Server, data: bytes, query: str = "", **more: Any) -> Answer:
    return server.call(
        "POST", f"/api/import{query}", data, headers={"Content-Type": "application/octet-stream"}, **more
    )


def exported(server: Server, made: dict[str, Any], form: str = "json") -> Answer:
    answer = server.call("GET", f"/api/workshops/{made['id']}/export.{form}", token=made["token"])
    assert answer.status == 200, answer.body
    return answer


def tablee(*arguments: str) -> Result:
    """The command, in this process."""
    return CliRunner().invoke(cli.command, arguments)


def workshops_of(server: Server) -> list[Any]:
    found: list[Any] = json.loads(
        tablee("workshop", "list", "--json", "--data-dir", str(server.data_dir)).stdout
    )
    return found


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("elsewhere")) as server:
        yield server


def test_exported_erased_and_brought_back_it_is_equal_here_and_elsewhere(
    server: Server, elsewhere: Server
) -> None:
    """Notes with origins, clusters, comments, answers, votes and polls that are closed."""
    first = upload(server, write_json(a_pack(300, seed=21)))
    assert first.status == 201, first.body
    made = first.json
    assert made["counts"]["notes"] == 300
    assert made["hash"] == json.loads(write_json(a_pack(300, seed=21)))["content_sha256"]
    pack = exported(server, made).body
    assert json.loads(pack)["content_sha256"] == made["hash"]
    assert server.call("DELETE", f"/api/workshops/{made['id']}", token=made["token"]).status == 200
    for where in (server, elsewhere):
        again = upload(where, pack)
        assert again.status == 201, again.body
        assert again.json["hash"] == made["hash"]
        assert json.loads(exported(where, again.json).body)["content_sha256"] == made["hash"]
        assert again.json["id"] != made["id"]
        assert again.json["code"] != made["code"]


def test_what_came_back_is_worked_on_like_any_other(server: Server) -> None:
    pack = a_pack(60, seed=3, hostile=False)
    content = json.loads(write_json(pack))
    del content["content_sha256"]
    content["content"]["workshop"]["status"] = "open"
    made = upload(server, json.dumps(content).encode()).json
    room = made["groups"][0]["rooms"]["exploration"]
    notes = server.call("GET", f"/api/rooms/{room}/notes", token=made["token"]).json["notes"]
    assert {note["id"] for note in notes} == set(pack.rooms["g1/exploration"]["notes"])
    wrote = server.call(
        "POST",
        f"/api/rooms/{room}/notes",
        {"board": "sheet2.verso", "zone": "rules", "text": "Après"},
        token=made["token"],
    )
    assert wrote.status == 201
    assert (
        server.call(
            "PATCH", f"/api/rooms/{room}/notes/{notes[0]['id']}", {"text": "Changée"}, token=made["token"]
        ).json["text"]
        == "Changée"
    )
    state = server.call("GET", f"/api/workshops/{made['id']}", token=made["token"]).json
    assert {"Nadia Benali", "Yann Le Goff"} <= {person["name"] for person in state["people"]}
    assert not [person for person in state["people"] if person.get("online")]
    assert server.join(made, "Lucie").person["name"] == "Lucie"


def test_the_zip_of_all_files_comes_back_too(server: Server, elsewhere: Server) -> None:
    made = upload(server, write_json(a_pack(40, seed=5))).json
    body = {"items": ["data", "csv"], "names": "names", "language": "fr"}
    packed = server.call("POST", f"/api/workshops/{made['id']}/export.zip", body, token=made["token"])
    assert packed.status == 200
    again = upload(elsewhere, packed.body)
    assert again.status == 201, again.body
    assert again.json["hash"] == made["hash"]


def test_who_is_taken_out_of_what_came_back_takes_nobody_s_words_along(server: Server) -> None:
    """Ids of a file that names nobody, and of one written by hand, are in the words and ids of others."""
    value = json.loads(write_json(any_pack(60, 8, names="structures", hostile=False)))
    del value["content_sha256"]
    people = value["content"]["workshop"]["people"]
    notes = value["content"]["rooms"]["g1/exploration"]["notes"]
    for note in notes.values():
        note["text"] = "http2, p1 et p2, step2"
    people.append({**people[0], "id": '"', "name": "Guillemet", "role": "participant"})
    people.append({**people[0], "id": "p2\u0000*", "name": "Zéro", "role": "participant"})
    made = upload(server, json.dumps(value).encode()).json
    state = server.call("GET", f"/api/workshops/{made['id']}", token=made["token"]).json["people"]
    for person in state:
        if person["role"] != "organiser":
            ask(server, made, type="person.erase", person=person["id"], notes="keep")
    room = next(one for one in made["groups"] if one["id"] == "g1")["rooms"]["exploration"]
    kept = server.call("GET", f"/api/rooms/{room}/notes", token=made["token"]).json["notes"]
    assert {note["id"] for note in kept} == set(notes)
    assert {note["text"] for note in kept} == {"http2, p1 et p2, step2"}
    after = server.call("GET", f"/api/workshops/{made['id']}", token=made["token"]).json["people"]
    assert [person["role"] for person in after] == ["organiser"]


def zipped(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


PACK = write_json(a_pack(30, seed=2))


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b"", "import.missing_file"),
        (b"%PDF-1.7 ...", "import.format"),
        (b"\x89PNG\r\n\x1a\n", "import.format"),
        (b"<!doctype html><p>", "import.format"),
        (b"PK\x03\x04 not a zip", "import.zip"),
        (zipped(**{"a.txt": b"x"}), "import.zip"),
        (zipped(**{"../data.json": PACK}), "import.zip"),
        (zipped(**{"/data.json": PACK}), "import.zip"),
        (zipped(**{"data.json": PACK, "more.zip": b"x"}), "import.zip"),
        (zipped(**{"data.json": PACK, "other.json": PACK}), "import.zip"),
        (zipped(**{"xl/workbook.xml": b"x"}), "import.format"),
        (zipped(**{"data.json": b'{"format": "tablee.pack/1"}' + b" " * 70_000_000}), "import.zip"),
        (PACK[: PACK.index(b'"reactions"')], "import.syntax"),
        (PACK.replace(b'"rules"', b'"ruled"', 1), "import.hash"),
        (PACK.replace(b'"text": "', b'"text": 1, "text": "', 1), "import.twice"),
        (b'{"format": "tablee.pack/2"}', "import.version"),
        (b'{"format": "tablee.kit/1"}', "import.format"),
        (b'{"some": "thing"}', "import.format"),
        (b"[" * 200_000, "import.deep"),
        (b"a;b;c\n1;2;3\n", "import.columns"),
    ],
)
def test_a_wrong_file_is_named_and_changes_nothing(server: Server, data: bytes, key: str) -> None:
    before = len(workshops_of(server)) if key in ("import.hash", "import.syntax") else None
    answer = upload(server, data)
    assert answer.status == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json["key"] == key
    assert answer.json["detail"]
    if before is not None:
        assert len(workshops_of(server)) == before


def test_the_place_of_a_mistake_is_told_in_both_languages(server: Server) -> None:
    value = json.loads(PACK)
    del value["content_sha256"]
    room = value["content"]["rooms"]["g1/exploration"]["notes"]
    note = next(iter(room))
    room[note]["zone"] = "nowhere"
    data = json.dumps(value).encode()
    answer = upload(server, data)
    assert answer.json["key"] == "import.zone"
    assert answer.json["place"] == f'content.rooms["g1/exploration"].notes.{note}.zone'


def test_a_file_that_is_too_large_is_not_read_to_its_end(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.sendall(
            b"POST /api/import HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99999999999\r\n\r\n{"
        )
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        assert answer.status == 422
        assert json.loads(answer.read())["key"] == "import.too_large"


def test_a_form_with_a_file_is_taken_and_looked_at_first(server: Server) -> None:
    edge = "-----edge"
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="preview"\r\n\r\ntrue\r\n'.encode(),
        f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="d.json"\r\n'.encode(),
        b"Content-Type: application/json\r\n\r\n" + PACK + b"\r\n",
        f"--{edge}--\r\n".encode(),
    ]
    before = len(workshops_of(server))
    answer = server.call(
        "POST",
        "/api/import",
        b"".join(parts),
        headers={"Content-Type": f"multipart/form-data; boundary={edge}"},
    )
    assert answer.status == 200, answer.body
    assert answer.json["title"] == "Trajets communs"
    assert answer.json["counts"]["notes"] == 30
    assert len(workshops_of(server)) == before


def test_notes_of_a_table_are_added_to_a_board_by_who_leads(server: Server) -> None:
    made = server.create(groups=2)
    marc = server.join(made, "Marc", invitation=made["invitations"]["facilitator"])
    nadia = server.join(made, "Nadia")
    query = f"?into={made['id']}&group=g2&board=sheet2.verso&zone=rules"
    table = "Texte;Thème\nUne charte;Règles\n'=1+1;Règles\nUn vote;\n".encode()
    assert upload(server, table, query, token=nadia.token).status == 403
    assert upload(server, table, query).status == 401
    look = upload(server, table, f"{query}&preview=true", token=marc.token)
    assert look.json["counts"] == {"notes": 3}
    assert look.json["rows"][0]["text"] == "Une charte"
    room = made["groups"][1]["rooms"]["exploration"]
    assert server.call("GET", f"/api/rooms/{room}/notes", token=marc.token).json["notes"] == []
    done = upload(server, table, query, token=marc.token)
    assert done.status == 201, done.body
    notes = server.call("GET", f"/api/rooms/{room}/notes", token=marc.token).json["notes"]
    assert [note["text"] for note in notes] == ["Une charte", "=1+1", "Un vote"]
    assert {note["zone"] for note in notes} == {"rules"}
    assert notes[0]["cluster"] == notes[1]["cluster"] != notes[2].get("cluster")
    assert {note["by"] for note in notes} == {marc.person["id"]}
    # its rows say where they were: that they go elsewhere is said before they do
    placed = "Texte;Zone\nIci;Nos règles\nLà;Nos instances\nOù;\n".encode()
    looks = upload(server, placed, f"{query}&preview=true", token=marc.token).json
    assert (looks["counts"], looks["moved"]) == ({"notes": 3}, 1)
    wrong = upload(server, table, query.replace("rules", "nowhere"), token=marc.token)
    assert (wrong.status, wrong.json["key"]) == (422, "import.zone")
    whole = upload(server, PACK, query, token=marc.token)
    assert (whole.status, whole.json["key"]) == (422, "import.whole")


def test_thousands_of_lines_are_added_while_others_go_on(server: Server) -> None:
    made = server.create()
    table = "Texte;Thème\n" + "".join(f"Note {n};Thème {n // 300}\n" for n in range(3_000))
    query = f"?into={made['id']}&board=sheet2.verso&zone=rules"
    room = made["groups"][0]["rooms"]["exploration"]
    seen = []
    with ThreadPoolExecutor(1) as beside:
        adding = beside.submit(upload, server, table.encode(), query, token=made["token"])
        while not adding.done():
            assert server.call("GET", "/healthz").status == 200
            seen.append(
                len(server.call("GET", f"/api/rooms/{room}/notes", token=made["token"]).json["notes"])
            )
    assert adding.result().status == 201, adding.result().body
    assert adding.result().json["counts"] == {"notes": 3_000}
    notes = server.call("GET", f"/api/rooms/{room}/notes", token=made["token"]).json["notes"]
    assert [note["text"] for note in notes] == [f"Note {n}" for n in range(3_000)]
    assert len({note["cluster"] for note in notes}) == 10
    assert any(0 < count < 3_000 for count in seen)


def test_nobody_signs_for_somebody_else_by_a_table(server: Server) -> None:
    """Whose note it was elsewhere is its label, also where somebody of that name is there."""
    made = server.create()
    server.join(made, "Paul")
    table = b"Texte;Auteur\nUne charte;Paul\nUn vote;\n"
    query = f"?into={made['id']}&board=sheet2.verso&zone=rules"
    assert upload(server, table, f"{query}&preview=true", token=made["token"]).status == 200
    done = upload(server, table, query, token=made["token"])
    assert done.status == 201, done.body
    room = made["groups"][0]["rooms"]["exploration"]
    notes = server.call("GET", f"/api/rooms/{room}/notes", token=made["token"]).json["notes"]
    assert [(note["text"], note.get("tags")) for note in notes] == [
        ("Une charte", ["@Paul"]),
        ("Un vote", None),
    ]
    assert len({note["by"] for note in notes}) == 1


def test_who_wrote_a_note_of_a_table_is_in_no_file_that_names_nobody(server: Server) -> None:
    """They are not among the people of the workshop: their name is known by its label alone."""
    made = server.create()
    table = b"Texte;Auteur\nUne charte;Zoranie Quillibus\n"
    added = upload(server, table, f"?into={made['id']}&board=sheet2.verso&zone=rules", token=made["token"])
    assert added.status == 201, added.body

    def files(names: str) -> dict[str, bytes]:
        path = f"/api/workshops/{made['id']}/export"
        return {
            form: server.call("GET", f"{path}.{form}?names={names}", token=made["token"]).body
            for form in ("csv", "md", "json")
        }

    assert "Zoranie" in files("names")["json"].decode()
    ask(server, made, type="workshop.edit", content_licence="chatham-house")
    for names in ("structures", "none", "names"):
        for form, data in files(names).items():
            assert b"Une charte" in data, form
            assert b"Quillibus" not in data, (names, form)


def test_the_page_says_what_came_back(server: Server) -> None:
    form = (
        b'--edge\r\nContent-Disposition: form-data; name="file"; filename="d.json"\r\n\r\n'
        + PACK
        + b"\r\n--edge--\r\n"
    )
    headers = {"Content-Type": "multipart/form-data; boundary=edge"}
    page = server.call("POST", "/creer/reprendre", form, headers=headers)
    assert page.status == 201
    told = page.body.decode().replace("\u00a0", " ")
    assert 'id="brought"' in told and "30 notes" in told and "2 groupes" in told
    broken = server.call("POST", "/creer/reprendre", form.replace(PACK, b"PK?"), headers=headers)
    assert broken.status == 422
    assert "À cet endroit du fichier" not in broken.body.decode()


def test_a_table_of_ours_and_a_board_of_elsewhere_make_a_workshop(server: Server) -> None:
    ours = upload(server, write_csv(a_pack(50, seed=4)), "?title=Repris")
    assert ours.status == 201, ours.body
    assert ours.json["counts"]["notes"] == 50
    board = {
        "board": {"name": "Rétro"},
        "columns": [{"id": "c", "name": "Besoins", "index": 0}],
        "notes": [{"id": "n", "text": "Des vélos", "position": {"column": "c", "stack": None, "rank": 0}}],
    }
    made = upload(server, json.dumps(board).encode(), "?board=governance&zone=needs").json
    room = made["groups"][0]["rooms"]["convergence"]
    [note] = server.call("GET", f"/api/rooms/{room}/notes", token=made["token"]).json["notes"]
    assert (note["text"], note["board"], note["zone"]) == ("Des vélos", "governance", "needs")
    assert server.call("GET", f"/api/workshops/{made['id']}", token=made["token"]).json["title"] == "Rétro"


def test_photos_come_back_with_the_same_bytes(server: Server, elsewhere: Server) -> None:
    from PIL import Image

    made = server.create()
    room = made["groups"][0]["rooms"]["exploration"]
    picture = io.BytesIO()
    Image.effect_noise((90, 60), 80).convert("RGB").save(picture, "JPEG")
    path = f"/api/rooms/{room}/photos?board=sheet2.verso"
    put = server.call(
        "POST", path, picture.getvalue(), token=made["token"], headers={"Content-Type": "image/jpeg"}
    )
    assert put.status == 201, put.body
    pack = exported(server, made).body
    [photo] = json.loads(pack)["content"]["photos"]
    assert photo["board"] == "sheet2.verso"
    again = upload(elsewhere, pack)
    assert again.status == 201, again.body
    assert json.loads(exported(elsewhere, again.json).body)["content_sha256"] == again.json["hash"]
    assert again.json["hash"] == json.loads(pack)["content_sha256"]


def test_the_command_exports_and_imports_while_the_server_runs(server: Server, tmp_path: Path) -> None:
    made = upload(server, write_json(a_pack(40, seed=6))).json
    where = ("--data-dir", str(server.data_dir))
    out = tmp_path / "out"
    done = tablee("export", made["id"], "--format", "json,csv,xlsx,ics,md", "--out", str(out), *where)
    assert done.exit_code == 0, done.output
    files = {path.suffix: path for path in out.iterdir()}
    assert files.keys() == {".json", ".csv", ".xlsx", ".md"}
    assert "ics: this workshop has nothing for it" in done.output, "no action has a date"
    assert json.loads(files[".json"].read_bytes())["content_sha256"] == made["hash"]
    back = tablee("import", str(files[".json"]), *where)
    assert back.exit_code == 0, back.output
    assert "Trajets communs" in back.stdout
    assert "/i#" in back.stdout
    assert [one["title"] for one in workshops_of(server)].count("Trajets communs") >= 2
    assert tablee("export", made["id"], "--format", "exe", "--out", str(out), *where).exit_code == 2
    nowhere = tablee("export", "nowhere", "--format", "csv", "--out", str(out), *where)
    assert isinstance(nowhere.exception, TableeError)
    assert tablee("import", str(tmp_path / "missing"), *where).exit_code == 2
    log = tmp_path / "rapport.md"
    log.write_text("# Rapport\n\nUne ligne\nUne autre\n")
    foreign = tablee("import", str(log), *where)
    assert isinstance(foreign.exception, TableeError) and "--title" in str(foreign.exception)
    named = tablee("import", str(log), "--title", "Des lignes", *where)
    assert named.exit_code == 0, named.output
    assert [one["title"] for one in workshops_of(server) if "ignes" in one["title"]] == ["Des lignes"]
    bad = tmp_path / "bad.json"
    bad.write_bytes(files[".json"].read_bytes().replace(b'"g1/exploration"', b'"g7/exploration"', 1))
    refused = subprocess.run(
        [sys.executable, "-m", "tablee", "import", str(bad), *where],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert refused.returncode == 1
    assert refused.stderr.startswith("tablee: ")
    assert refused.stderr.count("\n") == 1


def test_the_command_tells_files_as_the_web_does(
    store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its times, and the page to read where there is one."""
    monkeypatch.setenv("TZ", "UTC")  # what the command sets ends with this test
    where = ("--store-url", store_url, "--public-url", "https://tablee.example.org")
    made = json.loads(tablee("workshop", "create", "--title", "T", "--json", *where).stdout)
    shared = '{"type": "share.start", "names": "names"}'
    assert tablee("workshop", "command", made["id"], shared, *where).exit_code == 0
    told = []

    def seen(held: Held) -> NoReturn:
        told.append((held.telling, time.tzname[0]))
        raise TableeError("seen")

    monkeypatch.setattr("tablee.live.export_process.Maker", seen)
    zone = ("--time-zone", "Asia/Tokyo", "--names", "names")
    tablee("export", made["id"], "--format", "pdf", "--out", str(tmp_path), *where, *zone)
    monkeypatch.undo()
    time.tzset()
    [(telling, named)] = told
    assert named == "JST" and str(telling.shared_url).startswith("https://tablee.example.org/lecture/")


def ask(server: Server, made: dict[str, Any], **command: Any) -> Any:
    answer = server.call("POST", f"/api/workshops/{made['id']}/commands", command, token=made["token"])
    assert answer.status == 200, (command, answer.body)
    return answer.json


def test_a_preview_makes_the_folder_it_goes_to(tmp_path: Path) -> None:
    out = tmp_path / "not" / "there" / "x.svg"
    done = tablee("canvas", "preview", "sheet1.recto", "--out", str(out), "--layout", "blank")
    assert done.exit_code == 0, done.output
    assert out.read_bytes().startswith(b"<svg")


def test_what_a_workshop_really_leaves_comes_back_equal(server: Server, elsewhere: Server) -> None:
    """Carried, merged, raised and parked notes, answers, verdicts, a summary, and rounds that were closed."""
    made = server.create(groups=2, commons="Un outil libre", content_licence="cc-by-sa-4.0")
    first = made["groups"][0]
    sheets, canvases = first["rooms"]["exploration"], first["rooms"]["convergence"]
    nadia = server.join(made, "Nadia Benali", stakeholder="CC du Haut-Orme")

    def note(room: str, board: str, zone: str, text: str, **more: Any) -> str:
        body = {"board": board, "zone": zone, "text": text, **more}
        answer = server.call("POST", f"/api/rooms/{room}/notes", body, token=made["token"])
        assert answer.status == 201, answer.body
        return str(answer.json["id"])

    own = f"sheet1.recto/{nadia.person['stakeholder']}"
    rules = [note(sheets, "sheet2.verso", "rules", f"Règle {n} 👩‍🚀") for n in range(4)]
    note(sheets, own, "need", "Un besoin")
    note(sheets, "sheet3.verso", "actions", "Écrire", fields={"due": "2026-05-01", "owner_text": "Yann"})
    sources = [[{"from": sheets, "note": one}] for one in rules]
    ask(server, made, type="note.carry", notes=sources[0], zone="governance.rules", room=canvases)
    ask(server, made, type="note.park", notes=sources[1], canvas="governance", room=canvases)
    note(canvases, "governance", "committees", "Un comité", kind="committee", fields={"term_months": 12})
    ask(server, made, type="answer.set", key="crash/1", value={"days": 3, "text": "Le bureau"}, group="g1")
    ask(server, made, type="answer.set", key="ostrom/2", value={"answer": "partly"}, group="g1")
    ask(server, made, type="summary.begin", group="g1")
    stakeholder = nadia.person["stakeholder"]
    for verdict in ("acceptable", "renegotiate"):
        ask(server, made, type="verdict.set", stakeholder=stakeholder, verdict=verdict, value=1, group="g1")
    vote = ask(
        server,
        made,
        type="vote.open",
        board="governance",
        zone="rules",
        question="Laquelle ?",
        dots=3,
        per_note=2,
    )
    on = server.call("GET", f"/api/rooms/{canvases}/notes?board=governance&zone=rules", token=made["token"])
    [chosen] = on.json["notes"]
    cast = {"type": "vote.cast", "vote": vote["vote"], "votes": {chosen["id"]: 2}}
    server.call("POST", f"/api/workshops/{made['id']}/commands", cast, token=nadia.token)
    ask(server, made, type="vote.close", vote=vote["vote"])
    ask(server, made, type="writing.anonymous", board="sheet2.verso")
    ask(server, made, type="step.next")
    pack = exported(server, made).body
    value = json.loads(pack)
    rooms = value["content"]["rooms"]
    assert rooms["g1/convergence"]["notes"][chosen["id"]]["origin"][0]["note"] == rules[0]
    assert rooms["g1/convergence"]["answers"].keys() >= {"crash/1", "ostrom/2", f"verdict/{stakeholder}"}
    assert "summary" in rooms["g1/exploration"]["answers"]
    for names in ("names", "structures", "none"):
        told = server.call(
            "GET", f"/api/workshops/{made['id']}/export.json?names={names}", token=made["token"]
        ).body
        again = upload(elsewhere, told)
        assert again.status == 201, again.body
        back = elsewhere.call(
            "GET", f"/api/workshops/{again.json['id']}/export.json?names=names", token=again.json["token"]
        ).body
        if names == "names":
            assert json.loads(back)["content_sha256"] == value["content_sha256"]
        else:
            # whoever has a number in such a file gets an id
            there, here = (
                SEATS.sub("?", json.dumps(json.loads(one)["content"]["rooms"])) for one in (told, back)
            )
            assert json.loads(here) == json.loads(there)
            assert b"Nadia" not in told


async def test_what_fails_in_the_middle_leaves_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    catalogue = load_catalogue(assets.canvases_folder())
    workshops = Workshops(store, Hub(store, Policies(store, catalogue)), catalogue, read_settings({}, {}))
    importing = Importing(workshops)
    found = await importing.read(write_json(a_pack(400, seed=2)), Asked())
    written = 0
    real = store.append

    async def append(batch: Any) -> Any:
        nonlocal written
        written += 1
        if written == 2:
            raise StoreAway("gone")
        return await real(batch)

    monkeypatch.setattr(store, "append", append)
    with pytest.raises(Unavailable):
        await importing.create(found)
    assert written == 2
    assert await workshops.all() == []
    left = {key.decode() for key in await store._commands.call("KEYS", "*")}
    marks = (":meta", ":control", ":record", ":erasing")  # that something was erased, and no more
    assert not {key for key in left if not key.endswith(marks) and ":rate:" not in key}, left
    for key in left:
        if key.endswith((":meta", ":record")):
            assert (await store._commands.call("HGETALL", key)).keys() <= {b"erased"}, key
    monkeypatch.undo()
    created = await importing.create(found)
    await importing.end()
    assert [one.id for one in await workshops.all()] == [created.workshop.id]
    assert created.workshop.expires_at > created.workshop.created_at


def test_a_workshop_with_a_kit_of_its_own_brings_it_along(server: Server, elsewhere: Server) -> None:
    kit = published(server)
    made = server.create(kit=kit["id"])
    room = made["groups"][0]["rooms"]["exploration"]
    body = {"board": "sheet2.verso", "zone": "promises", "text": "Un engagement"}
    assert server.call("POST", f"/api/rooms/{room}/notes", body, token=made["token"]).status == 201
    pack = exported(server, made).body
    again = upload(elsewhere, pack)
    assert again.status == 201, again.body
    assert json.loads(exported(elsewhere, again.json).body)["content_sha256"] == again.json["hash"]
    there = again.json["groups"][0]["rooms"]["exploration"]
    token = again.json["token"]
    assert elsewhere.call("POST", f"/api/rooms/{there}/notes", body, token=token).status == 201
    value = json.loads(pack)
    del value["content_sha256"]
    value["content"]["kit"]["attribution"] = []
    refused = upload(elsewhere, json.dumps(value).encode())
    assert (refused.status, refused.json["key"]) == (422, "import.kit")
    assert refused.json["place"].startswith("content.kit")
    del value["content"]["kit"]
    refused = upload(elsewhere, json.dumps(value).encode())
    assert (refused.status, refused.json["key"]) == (422, "import.zone")
