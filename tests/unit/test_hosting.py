"""The files people host Tablée with say what the code does."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from tablee.settings import SETTINGS

ROOT = Path(__file__).parents[2]
VARIABLES = {setting.env for setting in SETTINGS}


@pytest.fixture
def compose() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))


def test_compose_starts_tablee_after_a_healthy_store(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert set(services) == {"tablee", "store"}
    assert services["tablee"]["depends_on"] == {"store": {"condition": "service_healthy"}}
    assert services["store"]["healthcheck"]["test"][0] == "CMD"
    assert services["tablee"]["environment"]["TABLEE_STORE_URL"].startswith("redis://store:")


def test_the_store_of_compose_promises_what_saved_means(compose: dict[str, Any]) -> None:
    command = compose["services"]["store"]["command"]
    options = dict(zip(command[1::2], command[2::2], strict=True))
    assert options["--appendonly"] == "yes"
    assert options["--appendfsync"] == "always"
    assert options["--maxmemory-policy"] == "noeviction"


def test_the_store_of_compose_keeps_its_data_in_a_volume(compose: dict[str, Any]) -> None:
    volume, target = compose["services"]["store"]["volumes"][0].split(":")
    assert target == "/data"
    assert volume in compose["volumes"]


def test_compose_publishes_the_port_the_image_listens_on(compose: dict[str, Any]) -> None:
    dockerfile = (ROOT / "Dockerfile").read_text("utf-8")
    (port,) = re.findall(r"^EXPOSE (\d+)$", dockerfile, re.MULTILINE)
    assert f"TABLEE_PORT={port}" in dockerfile
    assert all(published.endswith(f":{port}") for published in compose["services"]["tablee"]["ports"])


def test_the_image_does_not_run_as_root_and_watches_its_health() -> None:
    runtime = (ROOT / "Dockerfile").read_text("utf-8").rpartition("\nFROM ")[2]
    assert re.search(r"^USER (?!root)\w+$", runtime, re.MULTILINE)
    assert re.search(r"^VOLUME /data$", runtime, re.MULTILINE)
    assert "/healthz" in runtime


def test_the_files_of_the_image_build_reach_the_builder() -> None:
    let_in = {
        line.removeprefix("!")
        for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines()
        if line[:1] == "!"
    }
    assert {
        "server",
        "web",
        "canvases",
        "locales",
        "hatch_build.py",
        "package-lock.json",
        "LICENSE",
    } <= let_in
    assert all((ROOT / name).exists() for name in let_in)


@pytest.mark.parametrize("name", ["Dockerfile", "docker-compose.yml", "docs/operations.md", "README.md"])
def test_every_variable_named_is_a_setting(name: str) -> None:
    outside_the_server = {"TABLEE_PUBLISH", "TABLEE_BROWSER", "TABLEE_NO_BROWSER"}
    named = set(re.findall(r"\bTABLEE_[A-Z_]+\b", (ROOT / name).read_text("utf-8")))
    assert named - outside_the_server <= VARIABLES


def test_the_procfile_starts_the_server_on_the_port_it_is_given() -> None:
    (line,) = (ROOT / "Procfile").read_text("utf-8").splitlines()
    process, _, command = line.partition(": ")
    words = shlex.split(command)
    assert process == "web"
    assert words[:2] == ["tablee", "serve"]
    assert words[words.index("--host") + 1] == "0.0.0.0"
    assert words[words.index("--port") + 1] == "${PORT:-8000}"


def test_lock_files_name_no_registry() -> None:
    for name in ("package-lock.json", "constraints.txt"):
        text = (ROOT / name).read_text("utf-8")
        assert '"resolved"' not in text
        assert ".tgz" not in text
        assert "--index-url" not in text
        assert "file:" not in text


def test_every_dependency_has_a_constraint_and_a_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [
        *project["dependencies"],
        *(d for extra in project["optional-dependencies"].values() for d in extra),
    ]
    names = {re.split(r"[\[<>=~!; ]", one)[0].lower() for one in wanted}
    constraints = (ROOT / "constraints.txt").read_text("utf-8").lower().replace("_", "-")
    decisions = (ROOT / "docs" / "decisions.md").read_text("utf-8").lower()
    assert [name for name in sorted(names) if f"\n{name}==" not in constraints] == []
    assert [name for name in sorted(names) if f"`{name}`" not in decisions] == []


def test_every_package_of_the_browser_side_has_a_reason() -> None:
    package = json.loads((ROOT / "package.json").read_text("utf-8"))
    decisions = (ROOT / "docs" / "decisions.md").read_text("utf-8")
    names = [*package["dependencies"], *package["devDependencies"]]
    assert [name for name in names if f"`{name}`" not in decisions] == []
