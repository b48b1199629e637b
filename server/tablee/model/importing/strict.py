"""JSON as we take it: no key twice, no NaN, no half characters, not too deep; and a shape, by a JSON Schema.

The schema that is published is the one that is checked here, with the words of it that we use. Whatever is
wrong is said with its place: `content.rooms["g1/exploration"].notes["n12"].zone`.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from tablee.errors import Invalid

DEPTH = 40
"""Far more than any file of ours needs."""
PLACE_CHARS = 200
Schema = Mapping[str, Any]
_BRACKETS = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[\[{]|[\]}]', re.DOTALL)
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def at(place: str, **more: Any) -> dict[str, Any]:
    """What an answer says besides its sentence: where the mistake is."""
    return {"place": place if len(place) <= PLACE_CHARS else place[: PLACE_CHARS - 1] + "…", **more}


def inside(place: str, key: str | int) -> str:
    """The place of an entry of what is at `place`."""
    if isinstance(key, int):
        return f"{place}[{key}]"
    if _WORD.fullmatch(key):
        return f"{place}.{key}" if place else key
    shown = json.dumps(key[:80], ensure_ascii=True)
    return f"{place}[{shown}]"


def read_json(data: bytes) -> Any:
    """The value of a file. Raises `Invalid` with line and column."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line, column = _line(data[: error.start].decode("utf-8-sig", "replace"))
        raise Invalid(
            "import.encoding",
            "Ce fichier n'est pas en UTF-8.",
            more=at(f"{line}:{column}", line=line, column=column),
        ) from None
    _check_depth(data)
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise Invalid(
            "import.syntax",
            "Ce fichier JSON est incomplet ou mal formé.",
            more=at(f"{error.lineno}:{error.colno}", line=error.lineno, column=error.colno),
        ) from None
    except (ValueError, RecursionError):  # a number of thousands of digits
        raise Invalid("import.syntax", "Ce fichier JSON est incomplet ou mal formé.", more=at("")) from None


def _check_depth(data: bytes) -> None:
    depth = 0
    for found in _BRACKETS.finditer(data):
        match found[0]:
            case b"{" | b"[":
                depth += 1
                if depth > DEPTH:
                    line, column = _line(data[: found.start()].decode("utf-8", "replace"))
                    raise Invalid(
                        "import.deep",
                        "Ce fichier JSON est imbriqué plus que ne l'est un dossier.",
                        more=at(f"{line}:{column}", line=line, column=column),
                    )
            case b"}" | b"]":
                depth -= 1


def _line(before: str) -> tuple[int, int]:
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    out = dict(pairs)
    if len(out) != len(pairs):
        twice = next(key for key, count in Counter(key for key, _ in pairs).items() if count > 1)
        raise Invalid(
            "import.twice", "Une clé est deux fois dans le même objet JSON.", more=at(inside("", twice))
        )
    return out


def _no_constant(word: str) -> Any:
    raise Invalid("import.number", "Ce fichier contient un nombre qui n'en est pas un.", more=at(word))


# -- shape -------------------------------------------------------------------------------------------


def check_shape(value: Any, schema: Schema) -> None:
    """Raises `Invalid` for the first part of the value that is not as the schema says."""
    _Checker(schema).check(value, schema, "")


class _Checker:
    def __init__(self, root: Schema) -> None:
        self.root = root

    def check(self, value: Any, schema: Schema, place: str) -> None:
        if "$ref" in schema:
            self.check(value, self.root["$defs"][schema["$ref"].rpartition("/")[2]], place)
            return
        if "anyOf" in schema:
            self._any(value, schema["anyOf"], place)
            return
        wanted = schema.get("type")
        if wanted is not None and not _IS[wanted](value):
            raise _wrong_type(place)
        if "const" in schema and (value != schema["const"] or isinstance(value, bool)):
            raise _not_accepted(place)
        if "enum" in schema and not (isinstance(value, str) and value in schema["enum"]):
            raise _not_accepted(place)
        if isinstance(value, str):
            _check_text(value, schema, place)
        elif isinstance(value, bool) or value is None:
            return
        elif isinstance(value, int | float):
            low, high = schema.get("minimum", -math.inf), schema.get("maximum", math.inf)
            if not low <= value <= high:
                raise _not_accepted(place)
        elif isinstance(value, list):
            self._list(value, schema, place)
        else:
            self._object(value, schema, place)

    def _any(self, value: Any, ways: Sequence[Schema], place: str) -> None:
        """The fault of the only way that has the right type, where there is one."""
        faults = []
        for way in ways:
            try:
                self.check(value, way, place)
            except Invalid as fault:
                faults.append(fault)
            else:
                return
        deeper = [fault for fault in faults if fault.key != "import.type"]
        raise deeper[0] if deeper else faults[0]

    def _list(self, value: list[Any], schema: Schema, place: str) -> None:
        if len(value) > schema.get("maxItems", math.inf) or len(value) < schema.get("minItems", 0):
            raise _wrong_count(place)
        for n, one in enumerate(value):
            self.check(one, schema.get("items", {}), inside(place, n))

    def _object(self, value: dict[str, Any], schema: Schema, place: str) -> None:
        known, others = schema.get("properties", {}), schema.get("additionalProperties", True)
        for name in schema.get("required", ()):
            if name not in value:
                raise Invalid("import.missing", "Il manque ici une valeur.", more=at(inside(place, name)))
        if len(value) > schema.get("maxProperties", math.inf):
            raise _wrong_count(place)
        names = schema.get("propertyNames", {})
        for name, one in value.items():
            where = inside(place, name)
            self.check(name, names, where)
            if name in known:
                self.check(one, known[name], where)
            elif others is False:
                raise Invalid("import.unknown", "Un dossier n'a pas cette clé.", more=at(where))
            elif others is not True:
                self.check(one, others, where)
            else:
                _check_free(one, where)


def _check_free(value: Any, place: str) -> None:
    """What may be anything still has whole characters and finite numbers."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            waiting += [*one, *one.values()]
        elif isinstance(one, list):
            waiting += one
        elif isinstance(one, str):
            _check_text(one, {}, place)
        elif isinstance(one, float) and not math.isfinite(one):
            raise _not_accepted(place)


def _check_text(value: str, schema: Schema, place: str) -> None:
    if _HALVES.search(value):
        raise Invalid("import.character", "Ce texte contient un caractère incomplet.", more=at(place))
    if len(value) < schema.get("minLength", 0):
        raise Invalid("import.empty", "Ce texte est vide.", more=at(place))
    if len(value) > schema.get("maxLength", math.inf):
        raise Invalid("import.too_long", "Ce texte est trop long.", more=at(place))
    if "pattern" in schema and not _pattern(schema["pattern"]).search(value):
        raise _not_accepted(place)


_HALVES = re.compile("[\ud800-\udfff]")


@cache
def _pattern(written: str) -> re.Pattern[str]:
    """As in JSON Schema, where `$` is the very end."""
    return re.compile(re.sub(r"\$$", r"\\Z", written).replace("$)", r"\Z)"))


def _is_whole(value: Any) -> bool:
    if isinstance(value, float):
        return math.isfinite(value) and value.is_integer()
    return isinstance(value, int) and not isinstance(value, bool)


_IS: Mapping[str, Callable[[Any], bool]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "integer": _is_whole,
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
}


def _wrong_type(place: str) -> Invalid:
    return Invalid("import.type", "Cette valeur n'a pas le type attendu.", more=at(place))


def _not_accepted(place: str) -> Invalid:
    return Invalid("import.value", "Cette valeur n'est pas acceptée.", more=at(place))


def _wrong_count(place: str) -> Invalid:
    return Invalid("import.count", "Il y a ici trop d'entrées, ou trop peu.", more=at(place))
