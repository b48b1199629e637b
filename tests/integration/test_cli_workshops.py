"""`tablee workshop …`: all that the organiser's page does, without a browser, beside a server that runs."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.kit.client import participant
from tests.kit.server import Seat, Server, running

from tablee import cli
from tablee.cli import base
from tablee.errors import TableeError
from tablee.model.commands import COMMANDS

AGENDA = """
[[steps]]
id = "walk"
title.fr = "Marche"
title.en = "Walk"
phase = "exploration"
minutes = 25
mode = "group"
board = "sheet2.verso"

[[steps]]
id = "end"
title.fr = "Bilan"
title.en = "Wrap-up"
phase = "synthesis"
minutes = 12
mode = "plenary"
"""


class Command:
    """The command, in this process: starting Python a dozen times would take a dozen seconds."""

    def __init__(self, store_url: str) -> None:
        self.store_url = store_url

    def __call__(self, *words: str, fails: bool = False) -> str:
        done = CliRunner().invoke(cli.command, ["workshop", *words, "--store-url", self.store_url])
        if fails:
            assert done.exit_code != 0, done.output
            return str(done.exception) if isinstance(done.exception, TableeError) else done.output
        assert done.exit_code == 0, (done.output, done.exception)
        return done.stdout

    def json(self, *words: str) -> Any:
        return json.loads(self(*words))


@pytest.fixture
def workshop(store_url: str) -> Command:
    return Command(store_url)


@pytest.fixture
def served(store_url: str, tmp_path: Path) -> Iterator[Server]:
    with running(tmp_path, "--store-url", store_url) as server:
        yield server


def test_a_workshop_is_made_as_on_the_page_and_cloned(workshop: Command, tmp_path: Path) -> None:
    agenda = tmp_path / "notre.toml"
    agenda.write_text(AGENDA, "utf-8")
    how = ["--title", "Communs", "--commons", "Un outil", "--date", "2026-12-01T14:00+01:00", "--slot", "40"]
    how += ["--agenda", str(agenda), "--groups", "Roulotte, Tandem", "--modules", "sheet2,governance"]
    how += ["--waiting-room", "--passphrase", "orme", "--licence", "chatham-house", "--draft", "--no-voices"]
    made = workshop.json("create", *how, "--json")
    shown = workshop.json("show", made["id"])
    assert [g["name"] for g in shown["groups"]] == ["Roulotte", "Tandem"]
    assert shown["agenda"]["steps"][0]["title"] == "Marche" and shown["agenda"]["steps"][0]["id"] != "walk"
    assert (shown["starts_at"], shown["slot_minutes"], shown["status"]) == (1_796_130_000_000, 40, "draft")
    assert (shown["waiting_room"], shown["passphrase"], shown["voices"]) == (True, True, False)
    assert (shown["modules"], shown["licence"]) == (["sheet2", "governance"], "chatham-house")
    clone = workshop.json("create", "--title", "La suite", "--clone", made["code"], "--json")
    after = workshop.json("show", clone["id"])
    assert [s["minutes"] for s in after["agenda"]["steps"]] == [25, 12] and after["waiting_room"]
    assert (after["title"], after["status"], after["passphrase"]) == ("La suite", "open", False)
    listed = {one["title"]: one["status"] for one in workshop.json("list", "--json")}
    assert (listed["Communs"], listed["La suite"]) == ("draft", "open")


def test_a_workshop_is_edited_and_gets_other_steps(workshop: Command) -> None:
    made = workshop.json("create", "--title", "Communs", "--json")
    workshop(
        "edit", made["id"], "--title", "Autre", "--language", "en", "--end-sound", "--agenda", "short_150"
    )
    shown = workshop.json("show", made["code"])
    assert (shown["title"], shown["language"], shown["end_sound"]) == ("Autre", "en", True)
    assert shown["agenda"]["id"] == "short_150" and len(shown["agenda"]["steps"]) == 12
    said = workshop.json("command", made["id"], '{"type": "group.create", "name": "Roulotte"}')
    assert said["group"] == "g2" and workshop.json("show", made["id"])["groups"][1]["name"] == "Roulotte"


async def test_people_are_let_in_and_links_renewed_while_the_server_runs(
    workshop: Command, served: Server
) -> None:
    made = await asyncio.to_thread(workshop.json, "create", "--title", "Communs", "--draft", "--json")
    guest = await asyncio.to_thread(served.join, made)
    assert not guest.room, "the rooms are not open yet"
    await asyncio.to_thread(workshop, "open", made["id"])
    room = served.call("GET", "/api/me", token=guest.token).json["room"]
    link = made["invitations"]["facilitator"]
    marc = await asyncio.to_thread(lambda: served.join(made, "Marc", invitation=link))
    seat = Seat(guest.token, guest.person, room, made["id"])
    async with participant(served, seat) as nadia, participant(served, marc) as leading:
        printed = await asyncio.to_thread(workshop, "renew", made["id"], "facilitator")
        assert await leading.closed() == 4401
        secret = printed.strip().partition("/i#")[2]
        assert served.join(made, "Marc", invitation=secret).person["role"] == "facilitator"
        await asyncio.to_thread(workshop, "close", made["id"])
        await nadia.until(
            lambda: nadia.heard("state") and nadia.heard("state")[-1]["workshop"]["status"] == "closed"
        )
        await asyncio.to_thread(workshop, "reopen", made["id"])
        await nadia.until(lambda: nadia.heard("state")[-1]["workshop"]["status"] == "open")


def test_the_help_lists_what_needs_the_server() -> None:
    said = " ".join(CliRunner().invoke(cli.command, ["workshop", "command", "--help"]).output.split())
    wanted = [name for name, rule in COMMANDS.items() if rule.change is None]
    assert len(wanted) > 20 and [name for name in wanted if name not in said] == []


def test_how_far_something_is_leaves_no_trace_on_the_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setattr("sys.stdout", terminal)
    tell = base.progress("writing")
    tell(0, 2)
    base.say("out/w/x.md")
    tell(1, 2)
    tell(2, 2)
    free = "\r\x1b[K"
    lines = f"writing  0 of 2{free}out/w/x.md\nwriting  1 of 2{free}writing  2 of 2{free}"
    assert terminal.getvalue() == lines


def test_what_cannot_be_is_said_in_one_sentence(workshop: Command, tmp_path: Path) -> None:
    made = workshop.json("create", "--title", "Communs", "--json")
    agenda = tmp_path / "notre.toml"
    for words, said in (
        (("edit", made["id"], "--modules", "sheet9"), "fiche ou un canevas"),
        (("edit", made["id"], "--agenda", "none"), "déroulé n'existe pas"),
        (("edit", made["id"]), "Say what to change"),
        (("edit", made["id"], "--date", "demain"), "a date as"),
        (("renew", made["id"], "participant"), "participant"),
        (("open", "nowhere"), "no workshop 'nowhere'"),
        (("command", made["id"], "{"), "not JSON"),
        (("command", made["id"], '{"type": "tea"}'), "n'existe pas"),
        (("command", made["id"], '{"type": "instant.keep", "name": "x"}'), "instant.keep needs the server"),
        (("command", made["id"], '{"type": "kit.update"}'), "kit.update needs the server"),
        (("create", "--title", "t", "--groups", "0"), "groupe"),
        (("create", "--title", "t", "--clone", "nowhere"), "no workshop"),
    ):
        assert said in workshop(*words, fails=True), words
    for text, said in (("steps = 3", "has no steps"), ("[[steps", "not a TOML file")):
        agenda.write_text(text, "utf-8")
        assert said in workshop("edit", made["id"], "--agenda", str(agenda), fails=True)
    agenda.write_text(AGENDA.replace("minutes = 12", "minutes = 10000"), "utf-8")
    assert "(steps.1.minutes)" in workshop("edit", made["id"], "--agenda", str(agenda), fails=True)
    listed = [one["title"] for one in workshop.json("list", "--json")]
    assert "t" not in listed, "what was refused made nothing"
