"""Finds every visible sentence and keeps the catalogues of `locales`; scripts/i18n runs it.

A location is a file without line numbers: catalogues change only when sentences do, and
`tablee.pages.i18n.messages` chooses the browser's sentences by the folder of their files.
"""

from __future__ import annotations

import ast
import io
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
LOCALES = ROOT / "locales"
TEMPLATE = LOCALES / "tablee.pot"

Sentence = str | tuple[str, str]
"""A French sentence, or its singular and plural."""

SPOKEN_ERRORS = {
    "Invalid",
    "Unauthenticated",
    "Forbidden",
    "NotFound",
    "Conflict",
    "TooMany",
    "Unavailable",
}
SPEAKING_CALLS = {"say": 0, "gettext": 0, "error_page": 2, "problem": 2}
"""Functions that are given a sentence, and at which place."""
SPEAKING_NAMES = {"sentence", "sentences", "COLOUR_NAMES"}
"""What a sentence is called until it is said."""
SPEAKING_FILES = tuple(
    f"server/tablee/{name}" for name in ("app.py", "api/", "exports/", "live/", "model/", "pages/")
)

_STRING = r'"(?:[^"\\\n]|\\.)*"'
_CALL = re.compile(r"(?<![\w.$])(tn?)\(\s*")
_ONE = re.compile(_STRING)
_TWO = re.compile(rf"({_STRING})\s*,\s*({_STRING})")


class Unreadable(Exception):
    """A call that must hold a plain sentence holds something else."""


def in_templates(folder: Path) -> Iterator[tuple[str, Sentence]]:
    for path in sorted(folder.rglob("*.html")):
        with path.open("rb") as file:
            options = {"encoding": "utf-8", "trimmed": "false", "newstyle_gettext": "true", "silent": "false"}
            found = list(
                extract(
                    "jinja2.ext.babel_extract",
                    file,
                    keywords={"_": None, "ngettext": (1, 2)},
                    options=options,
                )
            )
        for _line, message, _comments, _context in found:
            yield _name(path), message if isinstance(message, str) else (message[0], message[1])


def in_scripts(folder: Path) -> Iterator[tuple[str, Sentence]]:
    """`t("…")` and `tn("…", "…")`, wherever they are: Babel loses its way in html`…` inside html`…`."""
    for path in sorted(folder.rglob("*.ts")):
        if path.name.endswith(".test.ts"):
            continue
        text = path.read_text("utf-8")
        for call in _CALL.finditer(text):
            if text[: call.start()].endswith("function "):
                continue
            read = (_TWO if call[1] == "tn" else _ONE).match(text, call.end())
            if read is None:
                line = text.count("\n", 0, call.start()) + 1
                raise Unreadable(f"{_name(path)}:{line}: {call[1]}() needs its sentence in double quotes")
            said = [ast.literal_eval(part) for part in (read.groups() or (read[0],))]
            yield _name(path), said[0] if len(said) == 1 else (said[0], said[1])


def in_python(folder: Path) -> Iterator[tuple[str, Sentence]]:
    for path in sorted(folder.rglob("*.py")):
        name = _name(path)
        speaks = name.startswith(SPEAKING_FILES)
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            for part in _spoken(node, speaks):
                for sentence in _strings(part):
                    yield name, sentence
            if speaks and isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "ngettext":
                one, many = (next(_strings(part), None) for part in node.args[:2])
                if one is None or many is None:
                    raise Unreadable(f"{name}:{node.lineno}: ngettext() needs its two sentences")
                yield name, (one, many)


def all_sentences(root: Path = ROOT) -> dict[Sentence, list[str]]:
    """Every sentence with its files, in a stable order."""
    found: dict[Sentence, set[str]] = {}
    sources = (
        in_templates(root / "web" / "templates"),
        in_scripts(root / "web" / "src"),
        in_python(root / "server" / "tablee"),
    )
    for source in sources:
        for name, sentence in source:
            found.setdefault(sentence, set()).add(name)

    def place(sentence: Sentence) -> tuple[list[str], bool, str]:
        plural = isinstance(sentence, tuple)
        return sorted(found[sentence]), plural, sentence[0] if isinstance(sentence, tuple) else sentence

    return {sentence: sorted(found[sentence]) for sentence in sorted(found, key=place)}


def template_catalogue(sentences: dict[Sentence, list[str]]) -> Catalog:
    catalogue = Catalog(project="Tablée", charset="utf-8")
    for sentence, names in sentences.items():
        catalogue.add(sentence, locations=[(name, None) for name in names])  # type: ignore[misc]
    return catalogue


def translated(path: Path, template: Catalog) -> Catalog:
    """The catalogue at `path`, brought up to date: no guesses, nothing obsolete."""
    with path.open("rb") as file:
        catalogue = read_po(file, locale=path.parts[-3])
    catalogue.update(template, no_fuzzy_matching=True, update_creation_date=False)
    return catalogue


def as_text(catalogue: Catalog, language: str | None = None) -> bytes:
    head = ["# Sentences of Tablée. The key is the French sentence. Kept by scripts/i18n."]
    head += ['msgid ""', 'msgstr ""', '"Content-Type: text/plain; charset=utf-8\\n"']
    if language:
        head += [f'"Language: {language}\\n"', f'"Plural-Forms: {catalogue.plural_forms}\\n"']
    body = io.BytesIO()
    write_po(body, catalogue, width=0, omit_header=True, ignore_obsolete=True, include_lineno=False)
    return "\n".join([*head, "", ""]).encode() + body.getvalue().strip() + b"\n"


def files() -> dict[Path, tuple[bytes, Catalog]]:
    """What the .pot and every .po should hold."""
    template = template_catalogue(all_sentences())
    out = {TEMPLATE: (as_text(template), template)}
    for path in sorted(LOCALES.glob("*/LC_MESSAGES/tablee.po")):
        # read again for every language: update() adopts the messages of the template
        catalogue = translated(path, template_catalogue(all_sentences()))
        out[path] = (as_text(catalogue, path.parts[-3]), catalogue)
    return out


def untranslated(catalogue: Catalog) -> list[str]:
    def empty(string: object) -> bool:
        return not (all(string) if isinstance(string, tuple | list) else string)

    return [
        message.id if isinstance(message.id, str) else message.id[0]
        for message in catalogue
        if message.id and empty(message.string)
    ]


def main(arguments: list[str]) -> int:
    if arguments not in ([], ["--check"]):
        print(f"scripts/i18n: unknown argument '{arguments[0]}'; there is only --check.", file=sys.stderr)
        return 2
    try:
        wanted = files()
    except Unreadable as error:
        print(f"scripts/i18n: {error}.", file=sys.stderr)
        return 1
    status = 0
    for path, (text, catalogue) in wanted.items():
        stale = not path.is_file() or path.read_bytes() != text
        if stale and arguments:
            print(f"scripts/i18n: {_name(path)} is not up to date; run scripts/i18n.", file=sys.stderr)
            status = 1
        elif stale:
            path.write_bytes(text)
        if path == TEMPLATE:
            continue
        left = untranslated(catalogue)
        print(f"{_name(path)}: {len(catalogue)} sentences, {len(left)} to translate")
        for sentence in left:
            print(f"  {sentence}")
    return status


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _spoken(node: ast.AST, whole_file: bool) -> Iterator[ast.expr]:
    """Expressions of this node that hold sentences."""
    if isinstance(node, ast.Call):
        called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        place = 1 if called in SPOKEN_ERRORS else SPEAKING_CALLS.get(called) if whole_file else None
        if place is not None and len(node.args) > place:
            yield node.args[place]
        yield from (one.value for one in node.keywords if whole_file and one.arg == "sentence")
    elif whole_file and isinstance(node, ast.Assign):
        names = {target.id for target in node.targets if isinstance(target, ast.Name)}
        if names & SPEAKING_NAMES:
            yield node.value


def _strings(node: ast.expr) -> Iterator[str]:
    """String constants an expression can give; not those it compares, looks up or fills in."""
    parts: Iterable[ast.expr] = ()
    match node:
        case ast.Constant(value=str(sentence)):
            yield sentence
        case ast.IfExp():
            parts = (node.body, node.orelse)
        case ast.Dict():
            parts = node.values
        case ast.Tuple() | ast.List():
            parts = node.elts
        case ast.Call():
            parts = node.args
    for part in parts:
        yield from _strings(part)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
