"""What is said when Tablée cannot start, and the commands beside `serve`: exit statuses and sentences."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.kit.client import participant
from tests.kit.server import Server, running
from tests.kit.store import plain_engine

from tablee import assets
from tablee.errors import MissingBundle

CHECKOUT = Path(__file__).parents[2]


def tablee(*words: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "tablee", *map(str, words)],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, **environment},
        check=False,
    )


def refused(*words: str | Path, **environment: str) -> str:
    """Run `tablee serve`, which must not start: one sentence on standard error, exit status 1."""
    done = tablee("serve", "--port", "0", *words, **environment)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "ready" not in done.stdout
    assert done.stderr.startswith("tablee: ") and done.stderr.count("\n") == 1, done.stderr
    return done.stderr


# -- serve ------------------------------------------------------------------------------------------


def test_two_servers_on_one_data_directory(fresh_server: Server) -> None:
    sentence = refused("--data-dir", fresh_server.data_dir)
    assert f"The data directory {fresh_server.data_dir} is in use by another Tablée" in sentence
    assert str(fresh_server.process.pid) in sentence
    assert fresh_server.call("GET", "/readyz").json["ready"] is True


def test_a_port_in_use(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        sentence = refused("--port", str(port), "--data-dir", tmp_path / "data")
    assert f"port {port}" in sentence and "--port" in sentence
    assert not (tmp_path / "data").exists()


def test_a_data_directory_below_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    sentence = refused("--data-dir", tmp_path / "file" / "data")
    assert f"The data directory {tmp_path / 'file' / 'data'} cannot be used" in sentence
    assert (tmp_path / "file").read_text() == "not a folder"


def test_a_data_directory_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    assert str(tmp_path / "file") in refused("--data-dir", tmp_path / "file")


def test_a_data_directory_that_cannot_be_written(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        folder = Path("/proc/tablee")  # nobody makes a folder there, not even root
    else:
        folder = tmp_path / "closed"
        folder.mkdir(mode=0o500)
    assert f"The data directory {folder} cannot be used" in refused("--data-dir", folder)


def test_a_store_that_forgets(tmp_path: Path) -> None:
    with plain_engine(tmp_path / "engine", maxmemory="64mb", maxmemory_policy="allkeys-lru") as url:
        sentence = refused("--store-url", url)
    assert "allkeys-lru" in sentence and "noeviction" in sentence


def test_a_store_that_nobody_answers_at(tmp_path: Path) -> None:
    assert str(tmp_path / "nobody.sock") in refused("--store-url", f"unix://{tmp_path / 'nobody.sock'}")


def test_a_store_with_a_password_that_was_not_given(tmp_path: Path) -> None:
    with plain_engine(tmp_path / "engine", requirepass="secret") as url:
        sentence = refused("--store-url", url)
    assert "password" in sentence and "secret" not in sentence


def test_several_workers_say_once_why_they_cannot_start(tmp_path: Path) -> None:
    assert str(tmp_path / "nobody.sock") in refused(
        "--workers", "2", "--store-url", f"unix://{tmp_path / 'nobody.sock'}"
    )


@pytest.fixture
def package_without_bundle(tmp_path: Path) -> Path:
    """The source root of a checkout where the web bundle was never built."""
    root = tmp_path / "checkout"
    shutil.copytree(
        CHECKOUT / "server" / "tablee",
        root / "server" / "tablee",
        ignore=shutil.ignore_patterns("static", "__pycache__"),
    )
    for folder in ("canvases", "locales", "web"):
        (root / folder).symlink_to(CHECKOUT / folder)
    return root / "server"


def test_a_missing_web_bundle(package_without_bundle: Path, tmp_path: Path) -> None:
    sentence = refused("--data-dir", tmp_path / "data", PYTHONPATH=str(package_without_bundle))
    assert sentence == "tablee: The web bundle is missing: run scripts/setup\n"
    assert not (tmp_path / "data" / "engine.pid").exists()


def test_a_missing_web_bundle_is_said_before_the_first_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tablee.app import create_app
    from tablee.settings import read_settings

    monkeypatch.setattr(assets, "static_folder", lambda: tmp_path)
    assets.manifest.cache_clear()
    try:
        with pytest.raises(MissingBundle, match="run scripts/setup"):
            create_app(read_settings({}, {}))
    finally:
        assets.manifest.cache_clear()


@pytest.mark.parametrize(
    ("words", "environment", "said"),
    [
        (["--port", "banana"], {}, ["--port", "'banana'", "0 to 65535"]),
        (["--port", "-1"], {}, ["--port", "'-1'", "0 to 65535"]),
        (["--workers", "0"], {}, ["--workers", "'0'", "1 to 64"]),
        (["--language", "de"], {}, ["--language", "'de'", "fr or en"]),
        (["--store-url", "http://x"], {}, ["--store-url", "'http://x'", "redis://"]),
        (["--public-url", "tablee.example"], {}, ["--public-url", "'tablee.example'", "https://"]),
        ([], {"TABLEE_PORT": "70000"}, ["TABLEE_PORT", "'70000'", "0 to 65535"]),
        ([], {"TABLEE_RETENTION_DAYS": "for ever"}, ["TABLEE_RETENTION_DAYS", "'for ever'", "1 to 3650"]),
        ([], {"TABLEE_REHEARSAL": "perhaps"}, ["TABLEE_REHEARSAL", "'perhaps'", "yes or no"]),
        ([], {"TABLEE_PORT": ""}, ["TABLEE_PORT", "''", "0 to 65535"]),
    ],
)
def test_a_wrong_setting_is_named_with_what_is_accepted(
    words: list[str], environment: dict[str, str], said: list[str], tmp_path: Path
) -> None:
    done = tablee("serve", "--data-dir", tmp_path / "data", *words, **environment)
    assert done.returncode == 2, done.stderr
    for part in said:
        assert part in done.stderr
    assert "Traceback" not in done.stderr and not (tmp_path / "data").exists()


def test_a_flag_that_does_not_exist() -> None:
    done = tablee("serve", "--prot", "1")
    assert done.returncode == 2 and "--prot" in done.stderr


# -- the other commands -----------------------------------------------------------------------------


def created(data_dir: Path, title: str, *more: str) -> dict[str, Any]:
    done = tablee("workshop", "create", "--title", title, "--json", "--data-dir", data_dir, *more)
    assert done.returncode == 0, done.stderr
    made: dict[str, Any] = json.loads(done.stdout)
    return made


def test_a_workshop_is_created_while_the_server_runs_and_while_it_does_not(tmp_path: Path) -> None:
    data = tmp_path / "data"
    before = created(data, "Avant", "--groups", "2")
    assert [group["id"] for group in before["groups"]] == ["g1", "g2"]
    assert before["invitations"].keys() == {"organiser", "facilitator", "observer"}
    with running(data) as server:
        during = created(data, "Pendant")
        for made in (before, during):
            assert server.join(made, "Nadia").room == made["groups"][0]["rooms"]["exploration"]
            shown = server.call("GET", f"/api/workshops/{made['id']}", token=made["token"])
            assert shown.status == 200 and shown.json["title"] in ("Avant", "Pendant")
        assert server.call("GET", "/readyz").json["ready"] is True
    listed = tablee("workshop", "list", "--json", "--data-dir", data)
    people = {one["title"]: one["people"] for one in json.loads(listed.stdout)}
    assert list(people.items()) == [("Avant", 2), ("Pendant", 2)]
    shown_here = tablee("workshop", "show", during["code"], "--data-dir", data)
    assert json.loads(shown_here.stdout)["title"] == "Pendant"
    receipt = tablee("workshop", "delete", before["id"], "--data-dir", data)
    assert receipt.returncode == 0 and json.loads(receipt.stdout)["remains"] == 0
    assert tablee("workshop", "show", before["id"], "--data-dir", data).returncode == 1


async def test_deleting_with_the_command_closes_the_rooms_of_the_running_server(fresh_server: Server) -> None:
    made = fresh_server.create()
    seat = fresh_server.join(made)
    async with participant(fresh_server, seat) as nadia:
        receipt = await asyncio.to_thread(
            tablee, "workshop", "delete", made["id"], "--data-dir", fresh_server.data_dir
        )
        assert receipt.returncode == 0, receipt.stderr
        assert await nadia.closed() == 4410
    assert fresh_server.call("GET", "/api/me", token=seat.token).status == 401


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--title", "   "], "titre"),
        (["--title", "x" * 500], "titre"),
        (["--title", "t", "--agenda", "nope"], "déroulé"),
    ],
)
def test_a_workshop_that_cannot_be(tmp_path: Path, words: list[str], said: str) -> None:
    done = tablee("workshop", "create", *words, "--data-dir", tmp_path)
    assert done.returncode == 1 and done.stderr.startswith("tablee: ") and said in done.stderr.lower()
    assert done.stderr.count("\n") == 1
    assert json.loads(tablee("workshop", "list", "--json", "--data-dir", tmp_path).stdout) == []


def test_the_doctor_is_content(tmp_path: Path) -> None:
    done = tablee("doctor", "--data-dir", tmp_path / "data")
    assert done.returncode == 0, done.stderr
    assert "the first start makes it" in done.stdout and done.stderr == ""
    assert not (tmp_path / "data").exists(), "it only looks"


def test_the_doctor_looks_at_a_running_server(fresh_server: Server) -> None:
    done = tablee("doctor", "--data-dir", fresh_server.data_dir)
    assert done.returncode == 0 and "durability disk" in done.stdout


def test_the_doctor_names_each_problem(package_without_bundle: Path, tmp_path: Path) -> None:
    done = tablee(
        "doctor", "--store-url", f"unix://{tmp_path / 'nobody.sock'}", PYTHONPATH=str(package_without_bundle)
    )
    assert done.returncode == 1
    problems = done.stderr.splitlines()
    assert [line.split(": ")[1] for line in problems] == ["bundle", "fonts", "store"]


def test_the_settings_say_where_they_come_from(tmp_path: Path) -> None:
    done = tablee("settings", "--port", "9000", "--data-dir", tmp_path, TABLEE_LANGUAGE="en")
    assert done.returncode == 0
    rows = {line.split()[0]: line.split() for line in done.stdout.splitlines()}
    assert rows["port"][1:3] == ["9000", "flag"] and rows["language"][1:3] == ["en", "environment"]
    assert rows["workers"][1:3] == ["1", "default"]
    assert tablee("settings", "--port", "x").returncode == 2


def test_the_canvases_are_checked(tmp_path: Path) -> None:
    assert tablee("canvas", "check").returncode == 0
    broken = tmp_path / "canvases"
    shutil.copytree(CHECKOUT / "canvases", broken)
    victim = next(broken.rglob("canvas.toml"), None) or next(broken.rglob("*.toml"))
    victim.write_text(victim.read_text("utf-8") + "\n[[[", "utf-8")
    done = tablee("canvas", "check", broken)
    assert done.returncode == 1 and victim.name in done.stderr and "Traceback" not in done.stderr
    missing = tablee("canvas", "check", tmp_path / "nowhere")
    assert missing.returncode in (1, 2) and "nowhere" in missing.stderr and "Traceback" not in missing.stderr
