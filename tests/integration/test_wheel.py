"""A wheel works without the checkout, without Node.js and without anything built later."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds what installing the wheel puts into site-packages."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "-q",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        folder,
        ROOT,
    ]
    built = subprocess.run(pip, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    (wheel,) = folder.glob("tablee-*.whl")
    site = folder / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    return site


def test_a_wheel_carries_the_whole_web_bundle(installed: Path) -> None:
    static = installed / "tablee" / "static"
    manifest = json.loads((static / "manifest.json").read_text("utf-8"))
    assert {"atelier.js", "atelier.css", "pages.js", "pages.css", "icons.svg"} <= manifest.keys()
    assert [file for file in manifest.values() if not (static / file).is_file()] == []
    assert any(file.endswith(".woff2") for file in manifest.values())


@pytest.mark.parametrize(
    ("source", "target"), [("web/templates", "templates"), ("canvases", "canvases"), ("locales", "locales")]
)
def test_a_wheel_carries_what_travels_with_the_code(installed: Path, source: str, target: str) -> None:
    def files(folder: Path) -> set[str]:
        return {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}

    assert files(ROOT / source)
    assert files(installed / "tablee" / target) == files(ROOT / source)


def test_a_wheel_carries_what_pages_of_paper_need(installed: Path) -> None:
    source, target = ROOT / "server" / "tablee" / "exports", installed / "tablee" / "exports"
    for folder in ("fonts", "paper"):
        names = {file.name for file in (source / folder).iterdir()}
        assert names
        assert {file.name for file in (target / folder).iterdir()} == names


def test_an_installed_wheel_finds_its_own_files(installed: Path) -> None:
    code = (
        f"import sys; sys.path.insert(0, {str(installed)!r}); from tablee import assets as a; "
        "print(a.asset_url('pages.css'), a.static_folder(), a.templates_folder(), a.canvases_folder(), "
        "a.locales_folder())"
    )
    ran = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True)
    url, *folders = ran.stdout.split()
    assert url.startswith("/static/pages-")
    assert [Path(folder).parent for folder in folders] == [installed / "tablee"] * 4


def test_a_wheel_names_its_licences(installed: Path) -> None:
    (info,) = installed.glob("tablee-*.dist-info")
    assert "License-Expression: AGPL-3.0-or-later" in (info / "METADATA").read_text("utf-8")
    assert "END OF TERMS AND CONDITIONS" in (info / "licenses" / "LICENSE").read_text("utf-8")
    assert (installed / "tablee" / "canvases" / "NOTICE").is_file()
