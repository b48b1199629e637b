"""Reading one TOML file: bytes to a typed shape, and whatever is wrong to a file, a place and a sentence.

What the files of canvases/ must contain is said by `templates`, `agendas`, `immersion` and `rules`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, TypeVar

import msgspec

Folder = Traversable | Path
Shape = TypeVar("Shape")


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing to correct. `place` is a TOML key such as `zones.rules.box`; lists count from 1."""

    file: str
    place: str
    sentence: str
    line: int | None = None

    def __str__(self) -> str:
        where = self.file if self.line is None else f"{self.file}:{self.line}"
        return ": ".join(part for part in (where, self.place, self.sentence) if part)


@dataclass(slots=True)
class Reading:
    """Everything read from one folder so far, and the mistakes found on the way."""

    folder: Folder
    mistakes: list[Mistake] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)

    def toml(self, file: str) -> dict[str, Any] | None:
        """The tables of one file, or None after noting why they cannot be read."""
        entry: Folder = self.folder
        for part in file.split("/"):
            entry = entry / part
        try:
            self.texts[file] = entry.read_bytes().decode()
            return tomllib.loads(self.texts[file])
        except FileNotFoundError:
            self.note(file, "", "The file is missing.")
        except OSError as error:
            self.note(file, "", f"The file cannot be read: {error.strerror}.")
        except UnicodeDecodeError as error:
            self.note(file, "", f"The file is not UTF-8 text (byte {error.start}).")
        except tomllib.TOMLDecodeError as error:
            self.mistakes.append(_not_toml(file, self.texts[file], str(error)))
        except RecursionError:
            self.note(file, "", "The file nests tables or lists too deeply.")
        return None

    def convert(self, file: str, place: str, value: object, shape: type[Shape]) -> Shape | None:
        """The value as that shape: no other key, no guessed type. None after noting what differs."""
        try:
            return msgspec.convert(value, shape, strict=True)
        except msgspec.ValidationError as error:
            inner, sentence = _explained(str(error))
            self.note(file, ".".join(part for part in (place, inner) if part), sentence)
            return None

    def convert_each(
        self, file: str, place: str, values: Mapping[str, object], shape: type[Shape]
    ) -> dict[str, Shape]:
        """Convert one by one, so that a mistake names its key and does not hide the next one."""
        read = {key: self.convert(file, f"{place}.{key}", value, shape) for key, value in values.items()}
        return {key: value for key, value in read.items() if value is not None}

    def note(self, file: str, place: str, sentence: str) -> None:
        self.mistakes.append(Mistake(file, place, sentence))

    def located(self) -> list[Mistake]:
        """The mistakes in the order of files, each with its line where the text shows one."""
        lines = [
            m if m.line or m.file not in self.texts else replace(m, line=line_of(self.texts[m.file], m.place))
            for m in self.mistakes
        ]
        return sorted(lines, key=lambda m: (m.file, m.line or 0))


def line_of(text: str, place: str) -> int | None:
    """The line of a key, else of the nearest table around it. tomllib tells lines for syntax only."""
    best: tuple[int, int] | None = None
    for number, path in _paths(text):
        if path == place or path.startswith(place + "."):
            return number
        if place.startswith((path + ".", path + "[")) and (best is None or len(path) > best[0]):
            best = len(path), number
    return best[1] if best else None


_HEADER = re.compile(r"^\s*\[(\[?)\s*([\w.\"' -]+?)\s*\]")
_KEY = re.compile(r"^\s*([\w.-]+)\s*=")


def _paths(text: str) -> list[tuple[int, str]]:
    """Line and full path of every table header and key that stands alone on its line."""
    found: list[tuple[int, str]] = []
    table = ""
    seen: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            table = header[2]
            if header[1]:
                seen[table] = seen.get(table, 0) + 1
                table += f"[{seen[table]}]"
            found.append((number, table))
        elif key := _KEY.match(line):
            found.append((number, f"{table}.{key[1]}" if table else key[1]))
    return found


def _not_toml(file: str, text: str, message: str) -> Mistake:
    where = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)$", message)
    line = None
    if where:
        message = message[: where.start()]
        line = int(where[1]) if where[1] else max(1, len(text.splitlines()))
    if twice := re.fullmatch(r"Cannot declare \((.*)\) twice", message):
        path = ".".join(re.findall(r"'([^']*)'", twice[1]))
        return Mistake(file, path, f"“{path}” is written twice.", line)
    if message == "Cannot overwrite a value":
        return Mistake(file, "", "A key is written twice in the same table.", line)
    return Mistake(file, "", f"This is not valid TOML: {message[:1].lower()}{message[1:]}.", line)


_TYPES = {
    "int": "a whole number",
    "float": "a number",
    "str": "a text",
    "array": "a list",
    "object": "a table",
    "bool": "true or false",
}


def _explained(message: str) -> tuple[str, str]:
    """What msgspec says, as a place below the converted value and a sentence for who edits the file."""
    message, _, path = message.partition(" - at `$")
    place = re.sub(r"\[(\d+)\]", lambda m: f"[{int(m[1]) + 1}]", path.rstrip("`")).lstrip(".")
    if missing := re.search(r"missing required field `(.+)`", message):
        return _joined(place, missing[1]), f"“{missing[1]}” is missing."
    if unknown := re.search(r"unknown field `(.+)`", message):
        return _joined(place, unknown[1]), f"“{unknown[1]}” is not a key that can stand here."
    if length := re.search(r"Expected `array` of length (\d+), got (\d+)", message):
        return place, f"The list must hold {length[1]} values, not {length[2]}."
    if types := re.search(r"Expected `([a-z]+)[^`]*`, got `([a-z]+)", message):
        wanted, got = (_TYPES.get(name, name) for name in types.groups())
        return place, f"The value must be {wanted}, not {got}."
    return place, f"{message}."


def _joined(place: str, key: str) -> str:
    return f"{place}.{key}" if place else key
