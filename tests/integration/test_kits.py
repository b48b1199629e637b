"""Kits over HTTP and sockets: whoever holds the secret adapts one, a workshop pins it, credits never go."""

from __future__ import annotations

import asyncio
import copy
import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from click.testing import CliRunner
from tests.kit.client import Participant, participant
from tests.kit.server import Answer, Server, running

from tablee import assets, cli
from tablee.errors import Conflict, Invalid, TooMany
from tablee.live import kit_words
from tablee.live import kits as kits_module
from tablee.live.hub import Hub
from tablee.live.kit_updates import KitUpdates
from tablee.live.kits import Held, Kits
from tablee.live.policies import Policies
from tablee.live.records import Session
from tablee.live.workshops import NewWorkshop, Workshops, now_ms
from tablee.model.canvases import load_catalogue
from tablee.model.kits.document import KitDocument, as_file
from tablee.model.kits.faults import Fault, faults_of
from tablee.model.workshop import Workshop
from tablee.settings import read_settings
from tablee.store import keys
from tablee.store.redis import Store

CATALOGUE = load_catalogue(assets.canvases_folder())
ROOT = "kit-cmc"
TOLD = {"fr": "Une zone pour nos engagements.", "en": "A zone for our pledges."}


@pytest.fixture(scope="module")
def server(redis_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """On a store of its own process, which the command line opens too."""
    with running(tmp_path_factory.mktemp("kits"), "--store-url", redis_server) as one:
        yield one


def duplicated(server: Server, parent: str = ROOT, **more: Any) -> dict[str, Any]:
    answer = server.call("POST", "/api/kits", {"from": parent}, **more)
    assert answer.status == 201, answer.body
    made: dict[str, Any] = answer.json
    return made


def board(kit: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in kit["templates"] if one["id"] == name)
    return found


def zone(kit: dict[str, Any], name: str, key: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in board(kit, name)["zones"] if one["id"] == key)
    return found


def with_pledges(kit: dict[str, Any]) -> dict[str, Any]:
    """The kit with a zone more on both faces of sheet 2, in the lower half of the one for rules."""
    kit = copy.deepcopy(kit)
    for name, key, own, mirror in (
        ("sheet2.verso", "rules", "promises", "pledges"),
        ("sheet2.recto", "decisions", "pledges", "promises"),
    ):
        there = zone(kit, name, key)
        x, y, width, height = there["box"]
        there["box"] = [x, y, width, 40]
        board(kit, name)["zones"].append(
            {
                **copy.deepcopy(there),
                "id": own,
                "mirror": mirror,
                "box": [x, y + 44, width, height - 44],
                "titles": {"fr": "Nos engagements", "en": "Our pledges"},
                "prompts": {"fr": "À quoi nous engageons-nous ?", "en": "What do we pledge?"},
                "kinds": ["rule", "note"],
                "to": ["governance.rules"],
            }
        )
    return kit


def put(server: Server, made: dict[str, Any], kit: Any, revision: int, **more: Any) -> Answer:
    more.setdefault("token", made["secret"])
    return server.call("PUT", f"/api/kits/{made['id']}", {"revision": revision, "kit": kit}, **more)


def retitled(kit: dict[str, Any]) -> dict[str, Any]:
    kit = copy.deepcopy(kit)
    zone(kit, "governance", "rules")["titles"] = {"fr": "Nos usages", "en": "Our customs"}
    return kit


def published(
    server: Server, parent: str = ROOT, change: Callable[[dict[str, Any]], dict[str, Any]] = with_pledges
) -> dict[str, Any]:
    """A kit that everybody may use; with one pair of zones more."""
    made = duplicated(server, parent)
    kit = change(made["kit"])
    answer = put(server, made, {"templates": kit["templates"]}, made["revision"])
    assert answer.status == 200, answer.body
    assert [f for f in answer.json["faults"] if f["level"] == "error"] == []
    answer = server.call(
        "POST",
        f"/api/kits/{made['id']}/publish",
        {"changes": TOLD, "authors": ["Léa Martin"]},
        token=made["secret"],
    )
    assert answer.status == 200, answer.body
    return {**made, "kit": answer.json["kit"], "revision": answer.json["revision"]}


# -- the gallery ---------------------------------------------------------------------------------------------


def test_the_shipped_kit_is_the_root_of_the_gallery(server: Server) -> None:
    listed = server.call("GET", "/api/kits").json
    assert listed["root"] == listed["kits"][0]["id"] == ROOT
    shown = server.call("GET", f"/api/kits/{ROOT}").json
    assert (shown["mine"], shown["published"], len(shown["kit"]["templates"])) == (False, True, 8)
    assert server.call("PUT", f"/api/kits/{ROOT}", {"revision": 0, "kit": {}}).status == 403
    assert server.call("DELETE", f"/api/kits/{ROOT}").status == 403


def test_a_kit_is_private_until_it_is_published_and_after_it_was_taken_back(server: Server) -> None:
    made = duplicated(server)
    address = f"/api/kits/{made['id']}"
    for method, path, body in (
        ("GET", "", None),
        ("GET", "/kit.json", None),
        ("PUT", "", {"revision": 1, "kit": {}}),
        ("POST", "/check", {}),
        ("POST", "/publish", {}),
        ("POST", "/unpublish", {}),
        ("DELETE", "", None),
    ):
        for token in (None, "guessed"):
            assert server.call(method, address + path, body, token=token).json["key"] == "kit.unknown", path
    assert server.call("POST", "/api/workshops", {"title": "X", "kit": made["id"]}).json["field"] == "kit"
    unchanged = server.call("POST", f"{address}/publish", {"changes": TOLD}, token=made["secret"])
    assert unchanged.json["key"] == "kit.unchanged"

    kit = with_pledges(made["kit"])
    revision = put(server, made, {"templates": kit["templates"]}, 1).json["revision"]
    silent = server.call("POST", f"{address}/publish", {"changes": {"fr": "Voilà"}}, token=made["secret"])
    assert (silent.json["key"], silent.json["field"]) == ("kit.changes", "changes.en")
    told = {"changes": TOLD, "authors": ["Léa"], "revision": revision}
    assert server.call("POST", f"{address}/publish", told, token=made["secret"]).status == 200
    listed = {one["id"]: one for one in server.call("GET", "/api/kits").json["kits"]}
    assert listed[made["id"]]["derived_from"]["id"] == ROOT
    assert listed[made["id"]]["counts"] == {"added": 2, "moved": 2}
    assert server.call("GET", address).json["kit"]["changes"] == TOLD
    assert server.call("PUT", address, {"revision": 3, "kit": {}}).status == 403

    assert server.call("POST", f"{address}/unpublish", token=made["secret"]).status == 200
    assert made["id"] not in [one["id"] for one in server.call("GET", "/api/kits").json["kits"]]
    assert server.call("GET", address).status == 404
    assert server.call("DELETE", address, token=made["secret"]).status == 204
    assert server.call("GET", address, token=made["secret"]).status == 404


def test_two_who_edit_the_same_kit_do_not_overwrite_each_other(server: Server) -> None:
    made = duplicated(server)
    titles = {"fr": "Le nôtre", "en": "Ours"}
    assert put(server, made, {"titles": titles}, 1).json["revision"] == 2
    late = put(server, made, {"titles": {"fr": "Le mien", "en": "Mine"}}, 1)
    assert (late.status, late.json["key"], late.json["revision"]) == (409, "kit.changed", 2)
    shown = server.call("GET", f"/api/kits/{made['id']}", token=made["secret"]).json
    assert (shown["revision"], shown["kit"]["titles"]) == (2, titles)


def test_a_version_says_how_much_was_changed(server: Server) -> None:
    made = published(server)
    assert made["kit"]["version"] == "1.0.0"
    kit = copy.deepcopy(made["kit"])
    zone(kit, "sheet2.verso", "promises")["titles"]["fr"] = "Nos promesses"
    words = put(server, made, {"templates": kit["templates"]}, made["revision"]).json
    assert words["version"] == "1.0.1"
    zone(kit, "sheet2.verso", "promises")["to"].append("governance.actions")
    routed = put(server, made, {"templates": kit["templates"]}, words["revision"]).json
    assert routed["version"] == "1.1.0"
    for name in ("sheet2.verso", "sheet2.recto"):
        board(kit, name)["zones"].pop()
    gone = put(server, made, {"templates": kit["templates"]}, routed["revision"]).json
    assert gone["version"] == "2.0.0"
    # what everybody reads is what was published, all the while
    shown = server.call("GET", f"/api/kits/{made['id']}").json
    assert shown["kit"]["version"] == "1.0.0"


def test_who_may_not_use_a_kit_is_told_so_before_making_a_workshop(server: Server) -> None:
    made = duplicated(server)
    page = server.call("GET", f"/creer?kit={made['id']}").body.decode()
    assert "ouvrez d’abord son lien de modification" in page
    own = server.call("GET", f"/creer?kit={made['id']}", token=made["secret"]).body.decode()
    assert "lien de modification" not in own
    assert f'<option value="{made["id"]}" selected>' in own


# -- what nobody may take away -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (lambda kit: {"license": "CC0-1.0"}, "kit.shape"),
        (lambda kit: {"attribution": []}, "kit.attribution"),
        (lambda kit: {"attribution": kit["attribution"][1:]}, "kit.attribution"),
        (lambda kit: {"attribution": [{**kit["attribution"][0], "authors": ["Moi"]}]}, "kit.attribution"),
        (lambda kit: {"derived_from": None}, "kit.lineage"),
        (lambda kit: {"derived_from": {**kit["derived_from"], "digest": "0" * 64}}, "kit.lineage"),
    ],
)
def test_credits_licence_and_lineage_cannot_be_dropped(
    server: Server, change: Callable[[dict[str, Any]], dict[str, Any]], key: str
) -> None:
    made = duplicated(server)
    before = server.call("GET", f"/api/kits/{made['id']}", token=made["secret"]).json
    refused = put(server, made, change(before["kit"]), before["revision"])
    assert (refused.status, refused.json["key"]) == (422, key)
    assert server.call("GET", f"/api/kits/{made['id']}", token=made["secret"]).json == before


def test_credits_grow_with_every_generation(server: Server) -> None:
    parent = published(server)
    child = published(server, parent["id"], retitled)
    names = [(one["title"], one["authors"]) for one in child["kit"]["attribution"]]
    assert names[0] == ("Kit Commons Model Canvas", ["inno³"])
    assert [authors for _, authors in names] == [["inno³"], ["Tablée"], ["Léa Martin"]]
    assert child["kit"]["derived_from"] == {
        "id": parent["id"],
        "version": "1.0.0",
        "digest": server.call("GET", f"/api/kits/{parent['id']}").json["digest"],
    }


# -- wrong, hostile, foreign ---------------------------------------------------------------------------------


def test_a_mistake_is_told_with_its_place(server: Server) -> None:
    made = duplicated(server)
    kit = copy.deepcopy(made["kit"])
    zone(kit, "sheet2.verso", "rules")["box"] = [210, 114, 91, 83]
    answer = put(server, made, {"templates": kit["templates"]}, 1)
    assert answer.status == 200  # a draft may be wrong for a while
    sentences = [fault["sentence"] for fault in answer.json["faults"]]
    colon, thin = "\u00a0:", "\u00a0"
    assert (
        f"Fiche 2, verso, zone «{thin}Nos règles{thin}»{colon} dépasse de la page de 4{thin}mm." in sentences
    )
    refused = server.call("POST", f"/api/kits/{made['id']}/publish", {"changes": TOLD}, token=made["secret"])
    assert (refused.status, refused.json["key"]) == (422, "kit.faulty")
    wrong = {(one["board"], one["zone"], one["key"]) for one in refused.json["faults"]}
    assert ("sheet2.verso", "rules", "box.page") in wrong
    used = server.call("POST", "/api/workshops", {"title": "X", "kit": made["id"]}, token=made["secret"])
    assert (used.status, used.json["key"], used.json["field"]) == (422, "kit.faulty", "kit")


def spoiled(kit: dict[str, Any], change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    kit = copy.deepcopy(kit)
    change(kit)
    return kit


HOSTILE: list[tuple[Callable[[dict[str, Any]], object], str, str]] = [
    (lambda k: k.pop("format"), "kit.not_a_kit", "format"),
    (lambda k: k.update(license="MIT"), "kit.shape", "license"),
    (lambda k: k.update(id="../../etc"), "kit.shape", "id"),
    (lambda k: k.update(evil=1), "kit.shape", ""),
    (
        lambda k: k["templates"][2]["zones"][1].update(box=["a", 0, 1, 1]),
        "kit.shape",
        "templates[2].zones[1].box[0]",
    ),
    (lambda k: k["templates"][2]["zones"][1].update(box=[1, 2]), "kit.shape", "templates[2].zones[1].box"),
    (lambda k: k["templates"].extend(k["templates"] * 9), "kit.shape", "templates"),
    (lambda k: k["templates"][0]["zones"][0].update(kinds=["x"]), "kit.faulty", ""),
    (lambda k: k["templates"][0]["zones"][0].update(box=[1e308, 0, 1e308, 1]), "kit.faulty", ""),
    (lambda k: k["templates"][0]["titles"].update(fr="x" * 10_000), "kit.shape", "templates[0].titles.fr"),
    (lambda k: k["templates"][0].update(id="sheet9.recto"), "kit.faulty", ""),
    (lambda k: k["attribution"].pop(0), "kit.attribution", "attribution"),
    (lambda k: k.update(derived_from=None), "kit.lineage", "derived_from"),
    (lambda k: k.update(counts={"added": -1}), "kit.shape", "counts"),
    (lambda k: k.update(authors=["x" * 61]), "kit.shape", "authors"),
    (lambda k: k["attribution"][1].update(title="x" * 500), "kit.shape", "attribution"),
    (lambda k: k.update(templates=[]), "kit.faulty", ""),
    (lambda k: k.update(agendas=[]), "kit.faulty", ""),
    (lambda k: k["agendas"][0]["steps"][0].update(minutes=-5), "kit.faulty", ""),
    (lambda k: k.update(lang=["fr"] * 1500), "kit.shape", "lang"),
]


def test_a_file_that_is_wrong_or_hostile_is_refused_with_the_place_and_changes_nothing(
    server: Server,
) -> None:
    made = published(server)
    good = server.call("GET", f"/api/kits/{made['id']}/kit.json").json
    before = server.call("GET", "/api/kits").json
    for change, key, field in HOSTILE:
        refused = server.call("POST", "/api/kits/import", spoiled(good, change))
        assert (refused.status, refused.json["key"]) == (422, key), (key, field, refused.body)
        assert refused.json.get("field", "") == field, refused.body
    placed = server.call("POST", "/api/kits/import", spoiled(good, HOSTILE[4][0])).json["place"]
    assert placed == {"board": "sheet2.recto", "zone": good["templates"][2]["zones"][1]["id"]}
    for raw, key in (
        (b"", "kit.not_json"),
        (b"[" * 100_000, "kit.not_json"),
        (b"\xff\xfe{}", "kit.not_json"),
        (json.dumps(good).encode()[:-40], "kit.not_json"),
        (b"[]", "kit.not_a_kit"),
        (b" " * 400_001, "body.too_large"),
    ):
        refused = server.call("POST", "/api/kits/import", raw)
        assert (refused.status, refused.json["key"]) == (422, key), raw[:20]
    assert server.call("GET", "/api/kits").json == before


def test_a_file_brings_a_kit_to_another_server_with_its_lineage(
    server: Server, tmp_path_factory: pytest.TempPathFactory
) -> None:
    made = published(server)
    raw = server.call("GET", f"/api/kits/{made['id']}/kit.json")
    assert f'filename="{made["id"]}-1.0.0.json"' in raw.headers["content-disposition"]
    drawn = server.call("GET", f"/api/kits/{made['id']}/board.svg?board=sheet2.verso")
    assert drawn.body.startswith(b"<svg")
    assert "Adapté par Léa Martin" in drawn.body.decode()
    assert server.call("GET", f"/api/kits/{made['id']}/board.svg?board=nothing").status == 404
    # here it is another one, that derives from it
    again = server.call("POST", "/api/kits/import", raw.json).json
    assert again["id"] != made["id"]
    assert again["kit"]["derived_from"]["id"] == made["id"]
    assert again["kit"]["attribution"][:-1] == made["kit"]["attribution"]
    # elsewhere too, where nobody can prove to have made it: Léa stays in the credits, whatever comes next
    with running(tmp_path_factory.mktemp("other")) as other:
        brought = other.call("POST", "/api/kits/import", raw.json)
        assert brought.status == 201, brought.body
        kit = brought.json["kit"]
        assert kit["id"] != made["id"]
        assert (kit["templates"], kit["agendas"]) == (raw.json["templates"], raw.json["agendas"])
        assert kit["derived_from"] == {
            "id": made["id"],
            "version": "1.0.0",
            "digest": server.call("GET", f"/api/kits/{made['id']}").json["digest"],
        }
        told = {"changes": TOLD, "authors": ["Zoé"]}
        token = brought.json["secret"]
        shown = other.call("POST", f"/api/kits/{kit['id']}/publish", told, token=token)
        assert shown.status == 200, shown.body
        assert "Adapté par Léa Martin, 2026" in shown.json["attribution"]["fr"]
        assert shown.json["kit"]["attribution"][-1]["authors"] == ["Léa Martin"]
        # what nobody signed or published goes on as it was
        private = duplicated(server)
        put(server, private, {"templates": with_pledges(private["kit"])["templates"]}, 1)
        file = server.call("GET", f"/api/kits/{private['id']}/kit.json", token=private["secret"]).json
        again = other.call("POST", "/api/kits/import", file).json
        assert {**again["kit"], "id": ""} == {**file, "id": ""}


# -- in a workshop -------------------------------------------------------------------------------------------


async def answered(one: Participant, number: str, **command: Any) -> dict[str, Any]:
    one.event(type="command", id=number, command=command)
    found: list[dict[str, Any]] = []

    def look() -> bool:
        found[:] = [e for e in one.events if e["type"] in ("done", "no") and e.get("id") == number]
        return bool(found)

    await one.until(look, number)
    return found[0]


async def test_a_workshop_of_a_remix_takes_notes_in_a_zone_that_was_added_and_carries_them(
    server: Server,
) -> None:
    kit = published(server)
    for remix in (True, False):
        made = server.create(**({"kit": kit["id"]} if remix else {}))
        seat = server.join(made, "Nadia")
        path = f"/api/rooms/{seat.room}/notes"
        note = {"board": "sheet2.verso", "zone": "promises", "text": "Une réunion par mois"}
        answer = server.call("POST", path, note, token=seat.token)
        assert answer.status == (201 if remix else 422), answer.body
        canvas = seat.room.replace("exploration", "convergence")
        async with participant(server, seat) as sheet, participant(server, seat, room=canvas) as there:
            sheet.add("n2", "Sur le tas", zone="promises")
            if not remix:
                await sheet.until(lambda: bool(sheet.heard("refused")), "the shipped kit has no such zone")
                continue
            await sheet.all_saved()
            done = await answered(
                there,
                "carry",
                type="note.carry",
                notes=[{"from": seat.room, "note": "n2"}],
                canvas="governance",
            )
            assert done["type"] == "done", done
            await there.until(lambda: len(there.content()) == 1)
            (carried,) = there.content().values()
            assert (carried["zone"], carried["origin"][0]["zone"]) == ("rules", "promises")


async def test_what_becomes_of_a_kit_changes_nothing_in_a_workshop_that_has_it(server: Server) -> None:
    kit = published(server)
    made = server.create(kit=kit["id"])
    seat = server.join(made, "Nadia")
    page = server.call("GET", f"/atelier/{made['id']}", token=seat.token).body.decode()
    assert "Nos engagements" in page and "Adapté par Léa Martin, 2026" in page
    changed = copy.deepcopy(kit["kit"])
    for name in ("sheet2.verso", "sheet2.recto"):
        board(changed, name)["zones"].pop()
    assert put(server, kit, {"templates": changed["templates"]}, kit["revision"]).status == 200
    assert server.call("DELETE", f"/api/kits/{kit['id']}", token=kit["secret"]).status == 204

    async def write(where: Server) -> None:
        note = {"board": "sheet2.verso", "zone": "promises", "text": "Toujours là"}
        answer = where.call("POST", f"/api/rooms/{seat.room}/notes", note, token=seat.token)
        assert answer.status == 201, answer.body

    await write(server)
    clone = server.call(
        "POST", "/api/workshops", {"title": "Encore", "clone": made["id"]}, token=made["token"]
    ).json
    again = server.join(clone, "Joris")
    note = {"board": "sheet2.verso", "zone": "promises", "text": "Dans la suite aussi"}
    assert server.call("POST", f"/api/rooms/{again.room}/notes", note, token=again.token).status == 201


async def test_another_process_knows_the_kit_of_a_workshop_and_erasing_leaves_none(
    redis_server: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("two")
    with (
        running(folder, "--store-url", redis_server) as one,
        running(folder, "--store-url", redis_server) as other,
    ):
        kit = published(one)
        made = one.create(kit=kit["id"])
        seat = other.join(made, "Nadia")
        async with participant(other, seat) as sheet:
            sheet.add("n1", "Ailleurs", zone="promises")
            await sheet.all_saved()
        assert one.call("DELETE", f"/api/workshops/{made['id']}", token=made["token"]).status == 200
    import redis

    store = redis.Redis.from_url(redis_server)
    assert store.exists(f"{{{made['id']}}}:kit") == 0
    store.close()


async def test_a_kit_without_a_sheet_and_a_canvas_makes_a_workshop_without_them(server: Server) -> None:
    made = duplicated(server)
    kit = copy.deepcopy(made["kit"])
    kit["templates"] = [
        one for one in kit["templates"] if not one["id"].startswith("sheet3") and one["id"] != "economic"
    ]
    for one in kit["templates"]:
        for part in one["zones"]:
            part["to"] = [to for to in part["to"] if not to.startswith("economic")]
    answer = put(server, made, {"templates": kit["templates"]}, 1)
    assert [f["sentence"] for f in answer.json["faults"] if f["level"] == "error"] == []
    workshop = server.call(
        "POST", "/api/workshops", {"title": "Court", "kit": made["id"]}, token=made["secret"]
    ).json
    shown = server.call("GET", f"/api/workshops/{workshop['id']}", token=workshop["token"]).json
    assert shown["modules"] == ["sheet1", "sheet2", "governance"]
    boards = {step["board"] for step in shown["agenda"]["steps"]}
    assert not {"economic", "sheet3.recto", "sheet3.verso"} & boards
    wrap_up = server.call("GET", f"/api/workshops/{workshop['id']}/wrap-up", token=workshop["token"])
    assert wrap_up.status == 200
    seat = server.join(workshop, "Nadia")
    assert server.call("GET", f"/atelier/{workshop['id']}", token=seat.token).status == 200


def test_a_workshop_goes_on_with_another_version_once_it_was_shown_what_changes(
    server: Server,
) -> None:
    kit = published(server)
    made = server.create(kit=kit["id"])
    seat = server.join(made, "Nadia")
    commands = f"/api/workshops/{made['id']}/commands"
    notes = f"/api/rooms/{seat.room}/notes"
    for key in ("promises", "rules"):
        note = {"board": "sheet2.verso", "zone": key, "text": f"Dans {key}"}
        assert server.call("POST", notes, note, token=seat.token).status == 201
    changed = copy.deepcopy(kit["kit"])
    for name in ("sheet2.verso", "sheet2.recto"):
        board(changed, name)["zones"].pop()
    zone(changed, "sheet2.verso", "rules")["titles"] = {"fr": "Nos usages", "en": "Our customs"}
    later = put(server, kit, {"templates": changed["templates"]}, kit["revision"]).json
    told = {"changes": TOLD, "revision": later["revision"]}
    address = f"/api/kits/{kit['id']}/publish"
    assert server.call("POST", address, told, token=kit["secret"]).status == 200

    ask = {"type": "kit.update", "preview": True}
    assert server.call("POST", commands, ask, token=seat.token).json["key"] == "command.role"
    shown = server.call("POST", commands, ask, token=made["token"]).json
    preview = shown["preview"]
    assert (preview["from"]["version"], preview["to"]["version"]) == ("1.0.0", "2.0.0")
    gone = [one for one in preview["zones"] if one["sort"] == "removed" and one["board"] == "sheet2.verso"]
    assert [(one["zone"], one["titles"]["fr"], one["notes"]) for one in gone] == [
        ("promises", "Nos engagements", 1)
    ]
    assert preview["without_zone"] == 1
    state = server.call("GET", f"/api/workshops/{made['id']}", token=made["token"]).json
    assert (state["revision"], state["kit"]["version"]) == (shown["revision"], "1.0.0")

    wrong = server.call("POST", commands, {"type": "kit.update", "version": "1.5.0"}, token=made["token"])
    assert wrong.json["key"] == "kit.version"
    update = {"type": "kit.update", "version": "2.0.0"}
    done = server.call("POST", commands, update, token=made["token"])
    assert done.status == 200, done.body
    assert server.call("POST", commands, update, token=made["token"]).json == done.json
    listed = server.call("GET", f"/api/rooms/{seat.room}/notes", token=seat.token).json["notes"]
    assert {one["text"] for one in listed} == {"Dans promises", "Dans rules"}  # nothing is lost
    lost = next(one for one in listed if one["text"] == "Dans promises")
    path = f"/api/rooms/{seat.room}/notes/{lost['id']}"
    again = {"board": "sheet2.verso", "zone": "promises", "text": "Encore une"}
    assert server.call("POST", notes, again, token=seat.token).status == 422
    # and it can be given a place
    moved = server.call("PATCH", path, {"board": "sheet2.verso", "zone": "rules"}, token=seat.token)
    assert moved.status == 200, moved.body
    back = server.call("POST", commands, {"type": "kit.update", "kit": ROOT}, token=made["token"])
    assert back.status == 200, back.body
    state = server.call("GET", f"/api/workshops/{made['id']}", token=made["token"]).json
    assert state["kit"] is None


class Process:
    """What answers `kit.update`, with a memory of its own."""

    def __init__(self, store: Store) -> None:
        hub = Hub(store, Policies(store, CATALOGUE))
        self.workshops = Workshops(store, hub, CATALOGUE, read_settings({}, {}))
        self.kits = Kits(self.workshops)
        self.updates = KitUpdates(self.workshops, self.kits)

    async def update(self, workshop: Workshop, held: Held, secret: str) -> None:
        person = workshop.people[0]
        session = Session("", workshop.id, person.id, workshop.revision)
        await self.updates.update(session, workshop, person, {"kit": held.id, "secret": secret})

    async def works_with_its_kit(self, workshop: Workshop) -> bool:
        now = await self.workshops.by_id(workshop.id)
        assert now is not None
        return self.workshops.catalogue_of(now) is not CATALOGUE


async def test_two_who_change_the_kit_at_once_leave_the_one_that_the_workshop_names(store: Store) -> None:
    one, other = Process(store), Process(store)
    first, second = [await one.kits.duplicate(ROOT, None, "here", {"fr": title}) for title in "AB"]
    for _ in range(8):
        made = (await one.workshops.create(NewWorkshop("Trajets"))).workshop
        await asyncio.gather(one.update(made, *first), one.update(made, *second), other.update(made, *first))
        assert await Process(store).works_with_its_kit(made)


async def test_a_kit_that_is_replaced_while_it_is_read_is_not_taken_for_lost(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, reader = Process(store), Process(store)
    first, second = [await one.kits.duplicate(ROOT, None, "here", {"fr": title}) for title in "AB"]
    made = (await one.workshops.create(NewWorkshop("Trajets"))).workshop
    await one.update(made, *first)
    read = store.pinned_kit

    async def overtaken(workshop: str, digest: str) -> bytes | None:
        monkeypatch.setattr(store, "pinned_kit", read)
        await one.update(made, *second)
        return await read(workshop, digest)

    monkeypatch.setattr(store, "pinned_kit", overtaken)
    assert await reader.works_with_its_kit(made)


async def test_a_kit_that_nobody_publishes_or_opens_ends_and_gives_its_place_up(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kits_module, "MOST_KITS", 2)
    kits = Process(store).kits

    async def ends_in(kit: str) -> int:
        return int(await store._commands.call("TTL", keys.kit(kit)))

    (held, secret), (other, _) = [await kits.duplicate(ROOT, None, f"10.0.0.{n}") for n in range(2)]
    days = kits._workshops.settings.retention_days
    held = await kits.edit(held.id, secret, 1, {"titles": {"fr": "Le nôtre", "en": "Ours"}})
    zones = with_pledges(json.loads(as_file(held.document)))["templates"]
    held = await kits.edit(held.id, secret, held.revision, {"templates": zones})
    await store._commands.call("EXPIRE", keys.kit(held.id), 60)
    await kits.find(held.id, secret)
    assert days * 86_400 - 60 < await ends_in(held.id) <= days * 86_400  # opened: counted anew
    await kits.publish(held.id, secret, None, TOLD, [])
    await kits.find(held.id, secret)
    await store.keep_kit(held.id, 60)  # of somebody who read it just before
    assert await ends_in(held.id) == -1
    await kits.unpublish(held.id, secret)
    assert await ends_in(held.id) > 0

    with pytest.raises(Conflict, match="pas plus de jeux"):
        await kits.duplicate(ROOT, None, "10.0.0.9")
    await store._commands.call("DEL", keys.kit(other.id))  # its time is over
    new, _ = await kits.duplicate(ROOT, None, "10.0.0.9")
    assert await store.kits() == [held.id, new.id]


async def test_one_network_does_not_fill_the_gallery(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kits_module, "MOST_OF_ONE", 2)
    kits = Process(store).kits
    made = [await kits.duplicate(ROOT, None, "10.0.0.1") for _ in range(2)]
    for held, secret in made:
        await kits.edit(held.id, secret, 1, {"titles": {"fr": "Le nôtre", "en": "Ours"}})
    with pytest.raises(Conflict, match="de ce réseau"):
        await kits.duplicate(ROOT, None, "10.0.0.1")
    await kits.duplicate(ROOT, None, "10.0.0.2")
    first, secret = made[0]
    await kits.delete(first.id, secret)
    await kits.duplicate(ROOT, None, "10.0.0.1")


async def test_what_anybody_may_send_is_counted_before_it_is_read_and_read_aside(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    kits = Process(store).kits
    threads: list[bool] = []

    def seen(kit: KitDocument) -> tuple[Fault, ...]:
        threads.append(threading.current_thread() is threading.main_thread())
        return faults_of(kit)

    for module in (kits_module, kit_words):
        monkeypatch.setattr(module, "faults_of", seen)
    held, secret = await kits.duplicate(ROOT, None, "")
    monkeypatch.setattr(kits_module, "CHECKED_PER_MINUTE", 2)
    monkeypatch.setattr(kits_module, "MADE_PER_HOUR", 2)
    for _ in range(2):
        await kits.check(ROOT, None, {"titles": {"fr": "Le mien", "en": "Mine"}}, "10.0.0.1", "fr")
        with pytest.raises(Invalid):
            await kits.bring_in(b"{}", "10.0.0.1")
    with pytest.raises(TooMany):
        await kits.check(ROOT, None, {}, "10.0.0.1", "fr")
    with pytest.raises(TooMany):
        await kits.bring_in(b"{}", "10.0.0.1")
    await kits.bring_in(as_file(held.document), "10.0.0.2")
    edited = await kits.edit(held.id, secret, 1, {"titles": {"fr": "Le nôtre", "en": "Ours"}})
    await kits.as_json(edited, "fr")
    await kits.for_workshop(held.id, secret)
    assert len(threads) == 5 and not any(threads)


async def test_copies_in_which_nothing_was_changed_do_not_keep_others_out(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kits_module, "MOST_KITS", 3)
    kits = Process(store).kits
    made = [await kits.duplicate(ROOT, None, "here") for _ in range(3)]
    kept, secret = made[0]
    await kits.edit(kept.id, secret, 1, {"titles": {"fr": "Le nôtre", "en": "Ours"}})
    with pytest.raises(Conflict, match="pas plus de jeux"):
        await kits.duplicate(ROOT, None, "elsewhere")
    later = now_ms() + 2 * 3_600_000
    monkeypatch.setattr(kits_module, "now_ms", lambda: later)
    new, _ = await kits.duplicate(ROOT, None, "elsewhere")
    assert [one.id for one in await kits.all()] == [kept.id, made[2][0].id, new.id]
    await kits.duplicate(ROOT, None, "elsewhere")
    with pytest.raises(Conflict, match="pas plus de jeux"):
        await kits.duplicate(ROOT, None, "elsewhere")


# -- for who hosts -------------------------------------------------------------------------------------------


def test_who_hosts_lists_passes_on_and_removes_kits(server: Server, redis_server: str, tmp_path: Any) -> None:
    kit = published(server)
    run = CliRunner().invoke

    def tablee(*arguments: str) -> str:
        result = run(cli.command, ["kit", *arguments, "--store-url", redis_server])
        assert result.exit_code == 0, result.output
        return result.output

    assert kit["id"] in tablee("list")
    file = tmp_path / "kit.json"
    tablee("export", kit["id"], str(file))
    assert json.loads(file.read_text())["id"] == kit["id"]
    assert "/gabarits/k" in tablee("import", str(file))
    tablee("delete", kit["id"], "--yes")
    assert server.call("GET", f"/api/kits/{kit['id']}").status == 404
    assert kit["id"] not in tablee("list")
