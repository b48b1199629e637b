"""Where the files are that travel with the code: web bundle, templates, canvases, locales.

A wheel carries them inside the package; a checkout has them at its top. The bundle is made by
web/build.mjs, which names its files by their content and writes `manifest.json`.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path

from tablee.errors import MissingBundle

PACKAGE = Path(__file__).resolve().parent
CHECKOUT = PACKAGE.parents[1]


def _travelling(packaged: str, in_checkout: str) -> Path:
    folder = PACKAGE / packaged
    return folder if folder.is_dir() else CHECKOUT / in_checkout


def static_folder() -> Path:
    """Return the folder served under `/static`; it is the same in a wheel and in a checkout."""
    return PACKAGE / "static"


def templates_folder() -> Path:
    return _travelling("templates", "web/templates")


def canvases_folder() -> Path:
    return _travelling("canvases", "canvases")


def locales_folder() -> Path:
    return _travelling("locales", "locales")


def read_manifest(folder: Path) -> dict[str, str]:
    """Return the file of each public name (`atelier.js`, `pages.css`, …).

    Raises `MissingBundle` when there is no bundle or only a part of one.
    """
    try:
        manifest: dict[str, str] = json.loads((folder / "manifest.json").read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        raise MissingBundle("The web bundle is missing: run scripts/setup") from None
    lost = sorted(name for name, file in manifest.items() if not (folder / file).is_file())
    if lost:
        raise MissingBundle(f"The web bundle is incomplete ({', '.join(lost)}): run scripts/setup")
    return manifest


@cache
def manifest() -> dict[str, str]:
    """Return the manifest of this installation's bundle, read once: a new bundle needs a restart."""
    return read_manifest(static_folder())


@cache
def bundle() -> str:
    """Return a name for this installation's scripts and styles: another one when any of them differs."""
    try:
        files = sorted(manifest().items())
    except MissingBundle:
        return ""
    return hashlib.sha256(json.dumps(files).encode()).hexdigest()[:12]


def parts_of(name: str) -> list[str]:
    """Return the addresses of the files that a script imports at once, to load them beside it."""
    return ["/static/" + file for public, file in manifest().items() if public.startswith(f"{name}+")]


def asset_url(name: str) -> str:
    """Return the address of a bundled file from its public name, for example `asset_url("pages.css")`."""
    return "/static/" + manifest()[name]
