"""Secrets stay where they belong: in no log line, in no address a page opens, in no Referer."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import urllib.error
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tests.kit.client import participant
from tests.kit.server import READY, Seat, Server

ROOT = Path(__file__).parents[2]
NAME, TITLE, TEXT = "Nomintrouvable", "Titreintrouvable", "Texteintrouvable"


@contextmanager
def recorded(folder: Path) -> Iterator[tuple[Server, Path]]:
    """A server that writes all it says to one file."""
    output = folder / "output.txt"
    with output.open("wb") as file:
        process = subprocess.Popen(
            [
                sys.executable,
                "-u",
                "-m",
                "tablee",
                "serve",
                "--port",
                "0",
                "--data-dir",
                str(folder / "data"),
            ],
            stdout=subprocess.PIPE,
            stderr=file,
            text=True,
        )
        assert process.stdout is not None
        try:
            lines = []
            for line in process.stdout:
                lines.append(line)
                if line.startswith(READY):
                    break
            yield Server(lines[-1][len(READY) :].strip(), folder / "data", process), output
        finally:
            process.send_signal(signal.SIGTERM)
            rest = process.stdout.read()
            process.wait(15)
            process.stdout.close()
        file.write("".join([*lines, rest]).encode())


async def test_no_secret_name_or_text_appears_in_the_logs(tmp_path: Path) -> None:
    secrets: dict[str, str] = {"name": NAME, "title": TITLE, "text": TEXT}
    with recorded(tmp_path) as (server, output):
        made = server.create(title=TITLE)
        secrets |= {f"{role} invitation": token for role, token in made["invitations"].items()}
        secrets |= {"organiser": made["token"], "organiser's re-entry": made["reentry"]}
        joined = server.call("POST", "/api/join", {"code": made["code"], "name": NAME}).json
        seat = Seat(joined["token"], joined["person"], joined["room"], joined["workshop"])
        secrets |= {"token": seat.token, "re-entry": joined["reentry"]}
        path = f"/api/workshops/{made['id']}/commands"
        ticket = server.call("POST", f"/api/rooms/{seat.room}/ticket", token=seat.token).json["ticket"]
        wasted = server.call("POST", f"/api/rooms/{seat.room}/ticket", token=seat.token).json["ticket"]
        secrets |= {"ticket": ticket, "wasted ticket": wasted}
        async with participant(server, seat, query=f"?ticket={ticket}") as nadia:
            nadia.add("n1", TEXT)
            await nadia.all_saved()
            nadia.event(type="command", id="x", command={"type": "person.rename", "name": NAME})
            await nadia.until(lambda: nadia.heard("no"))
            nadia.send(b"\x00\x02\x03\xff\xff\xff")  # a malformed frame, on the socket that has the ticket
            assert await nadia.closed() == 4400
        for query in (f"?ticket={ticket}", f"?ticket={wasted}x", "?ticket=" + "é" * 40):
            async with participant(server, seat, query=query, sync=False) as late:
                assert await late.closed() == 4401
        for command in (
            {"type": "invitation.renew", "role": "observer"},
            {"type": "person.rename", "person": seat.person["id"], "name": NAME},
            {"type": "person.remove", "person": seat.person["id"], "ban": True},
            {"type": "dance", "secret": joined["reentry"]},
        ):
            answer = server.call("POST", path, command, token=made["token"])
            if "invitation" in answer.json:
                secrets["renewed invitation"] = answer.json["invitation"]
        for body in (
            {"invitation": made["invitations"]["observer"], "name": NAME},
            {"code": made["code"], "reentry": joined["reentry"]},
            {"code": made["code"], "name": NAME, "invitation": {"x": joined["reentry"]}},
        ):
            assert server.call("POST", "/api/join", body).status >= 400
        server.call("GET", "/api/me", headers={"Cookie": f"tablee={made['token']}"})
        with suppress(urllib.error.URLError, ConnectionError):
            server.call("GET", "/i?" + made["invitations"]["facilitator"])
        server.call("DELETE", "/api/me", token=made["token"])
    assert len(secrets) == 13
    said = output.read_text("utf-8", "replace")
    assert "room.loaded" in said, "the logs are there at all"
    assert [name for name, secret in secrets.items() if secret in said] == []


# -- addresses ---------------------------------------------------------------------------------------


def sources(*patterns: str) -> Iterator[tuple[str, str]]:
    for pattern in patterns:
        for path in sorted((ROOT / "web").glob(pattern)):
            if ".test." not in path.name:
                yield path.relative_to(ROOT).as_posix(), path.read_text("utf-8")


def test_a_page_opens_its_socket_without_any_secret_in_the_address() -> None:
    opened = [
        (name, expression)
        for name, text in sources("src/**/*.ts")
        for expression in re.findall(r"`[^`\n]*/ws/[^`\n]*`", text)
    ]
    assert opened, "no page opens a socket any more: look where this went"
    for name, expression in opened:
        assert "?" not in expression, (name, expression)
        assert re.fullmatch(r"`[^`]*/ws/\$\{[\w.]+\}`", expression), (name, expression)
    tickets = [name for name, text in sources("src/**/*.ts") if re.search(r"\bticket\b", text)]
    assert tickets == [], "tickets are for programs; pages have a cookie"


def test_no_page_puts_a_secret_into_an_address() -> None:
    wrong = [
        (name, found)
        for name, text in sources("src/**/*.ts", "templates/**/*.html")
        for found in re.findall(r"[?&](?:token|secret|invitation|reentry|session|key)=", text)
    ]
    assert wrong == []


async def test_nothing_sends_an_address_of_ours_to_another_site(tmp_path: Path) -> None:
    """Invitations are in the fragment, which no Referer has; codes in `/a/…` stay on this site as well."""
    with recorded(tmp_path) as (server, _):
        made = server.create()
        answers: list[tuple[str, dict[str, Any]]] = [
            (path, server.call("GET", path, token=made["token"]).headers)
            for path in (
                "/",
                "/i",
                f"/a/{made['code']}",
                f"/organisation/{made['id']}",
                "/api/me",
                "/nowhere",
            )
        ]
    for path, headers in answers:
        page = headers["content-type"].startswith("text/html")
        assert headers["referrer-policy"] == ("same-origin" if page else "no-referrer"), path
