"""The documentation says what the code says: settings, close codes, commands, links, names of files."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import click
import pytest

from tablee import cli
from tablee.errors import CLOSE_CODES
from tablee.model.reasons import SENTENCES
from tablee.model.rights import Action
from tablee.settings import SETTINGS, Setting

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


def read(name: str) -> str:
    return (DOCS / name).read_text("utf-8")


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_a_setting_is_documented_with_its_flag_variable_and_default(setting: Setting) -> None:
    rows = [line for line in read("settings.md").splitlines() if f"`{setting.env}`" in line]
    assert len(rows) == 1, f"docs/settings.md needs one line with `{setting.env}`"
    assert setting.help.partition(" (")[0] in rows[0]
    if isinstance(setting.default, str | int) and not isinstance(setting.default, bool):
        assert f"`{setting.default}`" in rows[0]


def test_no_setting_is_documented_that_does_not_exist() -> None:
    documented = set(re.findall(r"`(TABLEE_[A-Z_]+)`", read("settings.md")))
    assert documented == {setting.env for setting in SETTINGS}


def test_close_codes_are_documented_with_their_sentence() -> None:
    protocol = read("protocol.md")
    rows = {
        int(code): sentence
        for code, sentence in re.findall(r"^\| `?(\d{4})`? \| ([^|]+?) \|", protocol, re.M)
    }
    assert rows == dict(CLOSE_CODES)


def commands(group: click.Group, before: str = "tablee") -> list[str]:
    found = []
    for name, command in group.commands.items():
        path = f"{before} {name}"
        found += commands(command, path) if isinstance(command, click.Group) else [path]
    return found


def test_every_command_is_documented() -> None:
    text = read("operations.md")
    assert [path for path in commands(cli.command) if f"`{path}" not in text] == []


def test_no_command_is_documented_that_does_not_exist() -> None:
    known = commands(cli.command)
    for name in ("docs/operations.md", "README.md"):
        named = re.findall(r"(?:`|^)(tablee(?: [a-z]+)+)", (ROOT / name).read_text("utf-8"), re.M)
        unknown = [
            one for one in named if not any(one == path or one.startswith(path + " ") for path in known)
        ]
        assert unknown == [], name


def markdown() -> list[Path]:
    return sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *(ROOT / "canvases").rglob("*.md")])


@pytest.mark.parametrize("path", markdown(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_between_documents_lead_somewhere(path: Path) -> None:
    targets = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", path.read_text("utf-8"))
    assert [target for target in targets if not (path.parent / target).exists()] == []


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "docs/operations.md"])
def test_every_script_named_in_a_document_exists(name: str) -> None:
    named = set(re.findall(r"\b(?:scripts|web|tests|docs|\.ci)/[\w./-]*\w", (ROOT / name).read_text("utf-8")))
    assert [one for one in sorted(named) if not (ROOT / one).exists()] == []


def test_what_a_browser_keeps_is_documented() -> None:
    sources = [path.read_text("utf-8") for path in (ROOT / "web" / "src").rglob("*.ts")]
    storing = [source for source in sources if re.search(r"(local|session)Storage|document\.cookie", source)]
    keys = {key for source in storing for key in re.findall(r"[\"`](tablee-[a-z]+(?:-[a-z]+)*)", source)}
    text = read("data.md").partition("## In the browser")[2]
    assert keys and sorted(key for key in keys if f"`{key}" not in text) == []


def test_the_keys_of_refused_updates_are_documented() -> None:
    said = read("protocol.md")
    judge = (ROOT / "server" / "tablee" / "model" / "rights.py").read_text("utf-8")
    keys = set(re.findall(r'"((?:note|entry|zone|board|recto|room|clusters|role)\.[a-z_]+)"', judge))
    keys = (keys - set(get_args(Action))) | SENTENCES.keys()
    assert sorted(key for key in keys if f"`{key}`" not in said) == []
