"""Addresses of bundled files, and what is said when the bundle is not there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tablee import assets
from tablee.errors import MissingBundle


def write_bundle(folder: Path, manifest: dict[str, str]) -> None:
    folder.joinpath("manifest.json").write_text(json.dumps(manifest), "utf-8")


def test_a_missing_bundle_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(MissingBundle, match=r"^The web bundle is missing: run scripts/setup$"):
        assets.read_manifest(tmp_path)


def test_a_bundle_that_lost_a_file_names_it(tmp_path: Path) -> None:
    write_bundle(tmp_path, {"pages.css": "pages-1.css", "pages.js": "pages-2.js"})
    (tmp_path / "pages-1.css").touch()
    with pytest.raises(MissingBundle, match=r"incomplete \(pages\.js\)"):
        assets.read_manifest(tmp_path)


def test_half_a_manifest_is_no_bundle(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"pages.css": "pa', "utf-8")
    with pytest.raises(MissingBundle):
        assets.read_manifest(tmp_path)


def test_the_address_of_a_file_carries_its_content_hash(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_bundle(tmp_path, {"pages.css": "pages-AB12.css"})
    (tmp_path / "pages-AB12.css").touch()
    monkeypatch.setattr(assets, "static_folder", lambda: tmp_path)
    assets.manifest.cache_clear()
    try:
        assert assets.asset_url("pages.css") == "/static/pages-AB12.css"
    finally:
        assets.manifest.cache_clear()


def test_a_checkout_uses_its_own_folders() -> None:
    root = Path(__file__).parents[2]
    assert assets.canvases_folder() == root / "canvases"
    assert assets.templates_folder() == root / "web" / "templates"
    assert assets.locales_folder() == root / "locales"
