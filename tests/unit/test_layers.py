"""Who may import whom (the picture of docs/architecture.md), and what each folder must never touch."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "server" / "tablee"

MAY_IMPORT: dict[str, set[str]] = {
    "errors": set(),
    "settings": {"errors"},
    "assets": {"errors"},
    "observe": {"errors", "settings"},
    "words": {"assets"},
    "model": {"model", "errors"},
    "sync": {"sync", "model", "errors"},
    "store": {"store", "model", "errors", "settings", "observe"},
    "exports": {"words", "exports", "model", "errors", "assets"},
    "live": {"words", "live", "exports", "sync", "store", "model", "errors", "settings", "observe", "assets"},
    "api": {"words", "api", "live", "exports", "store", "model", "errors", "settings", "observe", "assets"},
    "pages": {
        "words",
        "pages",
        "live",
        "exports",
        "store",
        "model",
        "errors",
        "settings",
        "observe",
        "assets",
    },
}

# The only places that know everything.
AT_THE_TOP = {"__init__", "__main__", "app", "cli", "rehearsal", "serving"}

NEVER: dict[str, set[str]] = {
    "model": {"asyncio", "starlette", "redis", "time", "os", "uvicorn", "websockets", "click"},
    "sync": {"asyncio", "starlette", "redis", "time", "os", "uvicorn", "websockets", "click"},
    "store": {"starlette", "uvicorn", "websockets"},
    "exports": {"asyncio", "starlette", "redis", "uvicorn", "websockets"},
    "live": {"redis"},
    "api": {"redis"},
    "pages": {"redis"},
}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def part_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), str(path))


def imported(path: Path) -> Iterator[tuple[int, str]]:
    """Yield line and dotted name of every import, those inside functions too."""
    package = ["tablee", *path.relative_to(PACKAGE).parts[:-1]]
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            for alias in node.names:
                yield node.lineno, f"{base}.{alias.name}"


def parts_imported(path: Path) -> Iterator[tuple[int, str]]:
    for line, dotted in imported(path):
        names = dotted.split(".")
        if names[0] == "tablee" and len(names) > 1 and not names[1].startswith("__"):
            yield line, names[1]


@pytest.mark.parametrize("path", [p for p in modules() if part_of(p) not in AT_THE_TOP], ids=name_of)
def test_a_module_imports_only_what_its_folder_may(path: Path) -> None:
    allowed = MAY_IMPORT[part_of(path)]
    wrong = [
        f"{name_of(path)}:{line} imports {other}"
        for line, other in parts_imported(path)
        if other not in allowed
    ]
    assert not wrong, "pass a value instead: " + "; ".join(wrong)


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_a_module_leaves_alone_what_its_folder_must_not_touch(path: Path) -> None:
    never = NEVER.get(part_of(path), set())
    wrong = [
        f"{name_of(path)}:{line} imports {name}"
        for line, name in imported(path)
        if name.split(".")[0] in never
    ]
    assert not wrong, wrong


@pytest.mark.parametrize(
    "path", [p for p in modules() if part_of(p) in {"model", "sync", "exports"}], ids=name_of
)
def test_nothing_waits_in_the_synchronous_folders(path: Path) -> None:
    waiting = (ast.AsyncFunctionDef, ast.Await, ast.AsyncFor, ast.AsyncWith)
    wrong = [
        f"{name_of(path)}:{node.lineno}" for node in ast.walk(tree_of(path)) if isinstance(node, waiting)
    ]
    assert not wrong, wrong


@pytest.mark.parametrize("path", [p for p in modules() if part_of(p) != "settings"], ids=name_of)
def test_only_settings_look_at_the_environment(path: Path) -> None:
    wrong = []
    for node in ast.walk(tree_of(path)):
        attribute = isinstance(node, ast.Attribute) and node.attr in {"environ", "environb", "getenv"}
        if attribute and isinstance(node.value, ast.Name) and node.value.id == "os":
            wrong.append(f"{name_of(path)}:{node.lineno}")
    wrong += [
        f"{name_of(path)}:{line}" for line, name in imported(path) if name in {"os.environ", "os.getenv"}
    ]
    assert not wrong, wrong


def test_only_sync_knows_pycrdt() -> None:
    wrong = [
        f"{name_of(path)}:{line}"
        for path in modules()
        if part_of(path) != "sync"
        for line, name in imported(path)
        if name.split(".")[0] == "pycrdt"
    ]
    assert not wrong, wrong


def test_store_and_exports_do_not_know_each_other() -> None:
    assert "exports" not in MAY_IMPORT["store"]
    assert "store" not in MAY_IMPORT["exports"]


def test_every_part_has_its_line_in_the_table() -> None:
    assert {part_of(path) for path in modules()} <= MAY_IMPORT.keys() | AT_THE_TOP


def reached(start: str) -> set[str]:
    """All modules that one imports, and those import in turn."""
    found: set[str] = set()
    left = [start]
    while left:
        module = left.pop()
        for path in (
            PACKAGE / f"{module.replace('.', '/')}.py",
            PACKAGE / module.replace(".", "/") / "__init__.py",
        ):
            if module in found or not path.is_file():
                continue
            found.add(module)
            for _, dotted in imported(path):
                root, _, rest = dotted.partition(".")
                if root != "tablee":
                    found.add(root)
                    continue
                left += [rest, rest.rpartition(".")[0]]
    return found


@pytest.mark.parametrize("process", ["live.import_process", "live.export_process", "live.decoding"])
def test_a_process_beside_the_server_knows_no_store_and_no_server(process: str) -> None:
    """It starts at once, and what is in its memory is the file that it reads or makes, and nothing else."""
    known = reached(process)
    assert process in known
    assert not known & {"live.hub", "live.workshops", "store.redis", "starlette", "redis"}
    assert ("typst" in known) == (process == "live.export_process")
