"""How long a workshop is kept: said everywhere, moved by who organises it; what closing holds still."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from click.testing import CliRunner
from tests.kit.client import participant
from tests.kit.filled import filled, photo
from tests.kit.server import Answer, Server, running
from tests.kit.traces import engine_of

from tablee import assets, cli
from tablee.live import workshops as module
from tablee.live.commands import Commands
from tablee.live.hub import Hub
from tablee.live.policies import Policies
from tablee.live.workshops import DAY_MS, NewWorkshop, Workshops
from tablee.model.canvases import load_catalogue
from tablee.settings import read_settings
from tablee.store.redis import Store

CSV = {"Content-Type": "text/csv"}


@pytest.fixture(scope="module")
def keeper(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("keep") / "data") as one:
        yield one


def keep(server: Server, made: dict[str, Any], days: float, token: str | None = None) -> Answer:
    expires_at = time.time_ns() // 1_000_000 + int(days * DAY_MS)
    body = {"type": "workshop.keep", "expires_at": expires_at}
    return server.call("POST", f"/api/workshops/{made['id']}/commands", body, token=token or made["token"])


def page(server: Server, path: str, made: dict[str, Any], token: str) -> Answer:
    cookie = f"tablee-{made['id']}={token}; tablee-{made['id']}-return=CODE"
    return server.call("GET", path, headers={"Cookie": cookie, "Accept-Language": "fr"})


def test_sessions_and_cookies_live_as_long_as_the_workshop(keeper: Server) -> None:
    made = keeper.create()
    nadia = keeper.join(made)
    redis = engine_of(keeper)

    def ends() -> list[int]:
        index = f"{{{made['id']}}}:sessions"
        names = [name.decode() for name, _ in redis.zrange(index, 0, -1, withscores=True)]
        return [redis.ttl(f"tablee:session:{name}") for name in names]

    assert len(ends()) == 2 and all(89 * 86_400 < left <= 90 * 86_400 for left in ends())
    assert keep(keeper, made, 400).status == 200
    assert all(399 * 86_400 < left <= 400 * 86_400 for left in ends()), "also sessions from before"
    index = redis.zrange(f"{{{made['id']}}}:sessions", 0, -1, withscores=True)
    left = [score - time.time() for _, score in index]
    assert len(left) == 2 and min(left) > 399 * 86_400, "so that they are known when it is erased"
    cookies = page(keeper, f"/atelier/{made['id']}", made, nadia.token).headers["set-cookie"]
    [age] = set(re.findall(r"Max-Age=(\d+)", cookies))
    assert 399 * 86_400 < int(age) <= 400 * 86_400
    assert keep(keeper, made, 2).status == 200, "earlier, too"
    assert all(left <= 2 * 86_400 for left in ends())
    late = keeper.join(made, "Joris")
    assert keeper.call("GET", "/api/me", token=late.token).status == 200 and max(ends()) <= 2 * 86_400


@pytest.mark.parametrize(
    ("days", "key"),
    [(0.9, "expires_at.too_early"), (-3, "expires_at.too_early"), (731, "expires_at.too_late")],
)
def test_the_date_stays_within_what_the_server_allows(keeper: Server, days: float, key: str) -> None:
    made = keeper.create()
    answer = keep(keeper, made, days)
    assert (answer.status, answer.json["key"], answer.json["field"]) == (422, key, "expires_at")
    state = keeper.call("GET", f"/api/workshops/{made['id']}", token=made["token"]).json
    assert state["expires_at"] == made["expires_at"]
    invited = keeper.join(made, "Marc", invitation=made["invitations"]["facilitator"])
    assert keep(keeper, made, 100, invited.token).json["key"] == "command.role"


def test_the_date_is_written_wherever_one_decides_or_works(keeper: Server) -> None:
    made = keeper.create(title="Jardin partagé", groups=1)
    waits = keeper.create(title="Plus tard", draft=True)
    nadia, early = (
        keeper.join(made),
        keeper.call("POST", "/api/join", {"code": waits["code"], "name": "Zoé"}).json,
    )
    keep(keeper, made, 200)
    state = keeper.call("GET", f"/api/workshops/{made['id']}", token=made["token"]).json
    door = page(keeper, f"/a/{made['code']}", made, nadia.token).body.decode()
    [date] = set(re.findall(r"effacé le ([^.<]+\d{4})", door))
    assert state["expires_at"] > time.time() * 1000 + 199 * DAY_MS
    for path, token in (
        ("/", nadia.token),
        ("/confidentialite", nadia.token),
        (f"/atelier/{made['id']}", nadia.token),
        (f"/animation/{made['id']}", made["token"]),
        (f"/organisation/{made['id']}", made["token"]),
        (f"/organisation/{made['id']}/feuille", made["token"]),
    ):
        assert date in page(keeper, path, made, token).body.decode(), path
    waiting = page(keeper, f"/atelier/{waits['id']}", waits, early["token"]).body.decode()
    assert "Tout est effacé le" in waiting
    assert "90 jours" in keeper.call("GET", "/creer").body.decode()


def test_one_s_own_data_and_whether_one_is_named_without_a_script(keeper: Server) -> None:
    made = keeper.create(title="Jardin partagé")
    nadia = keeper.join(made, "Nadia")
    text = page(keeper, "/confidentialite", made, nadia.token).body.decode()
    [path] = re.findall(r'href="(/api/workshops/[^"]+/data\?download)"', text)
    got = page(keeper, path, made, nadia.token)
    assert got.json["person"]["name"] == "Nadia" and "attachment" in got.headers["content-disposition"]
    assert "Organisation" in text and "Télécharger mes données" in text
    assert "Télécharger mes données" not in keeper.call("GET", "/confidentialite").body.decode()
    elsewhere = {"Cookie": f"tablee-{made['id']}={nadia.token}", "Origin": "https://elsewhere.example"}
    form = f"credited=on&workshop={made['id']}".encode()
    assert keeper.call("POST", "/confidentialite", form, headers=elsewhere).status == 403
    for body, credited in ((b"credited=on", True), (b"", False)):
        answer = keeper.call(
            "POST",
            "/confidentialite",
            body + f"&workshop={made['id']}".encode(),
            token=nadia.token,
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )
        assert answer.status == 303
        assert keeper.call("GET", path, token=nadia.token).json["person"]["credited"] is credited


def test_the_command_lists_the_end_and_moves_it(keeper: Server) -> None:
    made = keeper.create(title="Bientôt fini")
    flags = ["--data-dir", str(keeper.data_dir)]
    moved = CliRunner().invoke(cli.command, ["workshop", "keep", made["id"], "--days", "3", *flags])
    assert moved.exit_code == 0, moved.output
    listed = CliRunner().invoke(cli.command, ["workshop", "list", *flags]).output
    [line] = [line for line in listed.splitlines() if made["id"] in line]
    day = time.strftime("%Y-%m-%d", time.localtime(time.time() + 3 * 86_400))
    assert f"erased {day} in 2 d" in line and "Bientôt fini" in line
    refused = CliRunner().invoke(cli.command, ["workshop", "keep", made["id"], "--days", "4000", *flags])
    assert refused.exit_code == 1


async def test_more_time_is_kept_even_if_the_process_ends_in_between(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What says when to look is one key, what says when to erase another: the record decides."""
    catalogue = load_catalogue(assets.canvases_folder())
    hub = Hub(store, Policies(store, catalogue))
    workshops = Workshops(store, hub, catalogue, read_settings({}, {}))
    commands = Commands(workshops)
    longer = (await workshops.create(NewWorkshop("Plus long"))).workshop
    shorter = (await workshops.create(NewWorkshop("Plus court"))).workshop
    now = module.now_ms()
    with monkeypatch.context() as ended:

        async def nothing(*words: object) -> int:
            return 0

        ended.setattr(store, "move_expiry", nothing)
        for made, days in ((longer, 300), (shorter, 30)):
            fields = {"type": "workshop.keep", "expires_at": now + days * DAY_MS}
            await commands.run_as_host(made.id, fields)
    monkeypatch.setattr(module, "now_ms", lambda: now + 91 * DAY_MS)
    await workshops.erase_expired()
    assert await workshops.by_id(longer.id) is not None and await workshops.by_id(shorter.id) is None
    assert await store.expired_workshops(now + 299 * DAY_MS) == []


async def test_a_closed_workshop_holds_still_and_says_so(keeper: Server) -> None:
    house = await filled(keeper, "clos", "autre")
    house.done("poll.open", kind="return")
    poll = house.state()["polls"][-1]["id"]
    house.done("workshop.close")
    before, nadia = house.notes(), house.nadia.token
    note = f"/api/rooms/{house.room}/notes"
    shot = {"Content-Type": "image/jpeg"}
    where = "group=g1&board=sheet2.verso&zone=rules"
    into = f"/api/import?into={house.made['id']}&{where}"
    body = {"board": "sheet2.verso", "zone": "rules", "text": "x"}
    refused: list[tuple[str, Answer]] = [
        ("add", keeper.call("POST", note, body, token=nadia)),
        ("edit", keeper.call("PATCH", f"{note}/n1", {"text": "x"}, token=nadia)),
        ("delete", keeper.call("DELETE", f"{note}/n1", token=nadia)),
        (
            "draft",
            keeper.call("POST", note, {**body, "board": "sheet3.verso", "zone": "strengths"}, token=nadia),
        ),
        ("leader", keeper.call("POST", note, body, token=house.made["token"])),
        (
            "photo",
            keeper.call(
                "POST",
                f"/api/rooms/{house.room}/photos?board=sheet2.verso",
                photo(),
                token=nadia,
                headers=shot,
            ),
        ),
        ("import", keeper.call("POST", into, b"texte\nUne note\n", token=house.made["token"], headers=CSV)),
        ("poll", house.ask("poll.answer", nadia, poll=poll, subject="return", value=4)),
        ("announce", house.ask("announce", text="Encore")),
        ("step", house.ask("step.next")),
        ("seat", keeper.call("POST", "/api/join", {"code": house.made["code"], "name": "Zoé"})),
    ]
    for what, answer in refused:
        assert answer.status in (403, 409) and answer.json["detail"], (what, answer.status, answer.body)
    async with participant(keeper, house.nadia) as one:
        one.add("nlate", "trop tard")
        await one.until(lambda: one.heard("refused"))
    assert house.notes() == before
    house.done("workshop.reopen")
    assert house.note(house.nadia, "de nouveau")
