"""The catalogues hold every sentence, translated; French looks French; readers get the language they want."""

from __future__ import annotations

import json
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from scripts import sentences
from starlette.requests import Request

from tablee.pages import i18n

NARROW, WIDE = "\u202f", "\u00a0"
LANGUAGES = [language for language in i18n.LANGUAGES if language != "fr"]
FOUND = sentences.all_sentences()
FRENCH = [form for sentence in FOUND for form in ([sentence] if isinstance(sentence, str) else sentence)]
# the browser's typo() in web/src/ui/i18n.ts reads the same cases
TYPOGRAPHY = json.loads((sentences.ROOT / "tests" / "vectors" / "typography.json").read_text("utf-8"))
PAGES = sorted((sentences.ROOT / "web" / "templates").glob("*.html"))


def catalogue(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


def po(language: str) -> Path:
    return sentences.LOCALES / language / "LC_MESSAGES" / "tablee.po"


def ids(path: Path) -> set[object]:
    return {message.id for message in catalogue(path) if message.id}


def placeholders(text: str) -> list[str]:
    return sorted(re.findall(r"\{\w+\}|%\(\w+\)[sd]|%(?!\()", text))


# --- catalogues


@pytest.mark.parametrize("path", [sentences.TEMPLATE, *map(po, LANGUAGES)], ids=lambda path: path.name)
def test_a_catalogue_has_every_sentence_and_no_other(path: Path) -> None:
    there = ids(path)
    assert [s for s in FOUND if s not in there] == [], "run scripts/i18n, then translate"
    assert [s for s in there if s not in FOUND] == [], "run scripts/i18n"


def test_catalogues_are_as_the_script_writes_them() -> None:
    stale = [path.name for path, (text, _) in sentences.files().items() if path.read_bytes() != text]
    assert stale == [], "run scripts/i18n"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_translated(language: str) -> None:
    there = catalogue(po(language))
    assert there.num_plurals == 2
    assert sentences.untranslated(there) == []
    assert [message.id for message in there if message.id and message.fuzzy] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_the_placeholders_of_its_sentence(language: str) -> None:
    wrong = []
    for message in catalogue(po(language)):
        plural = isinstance(message.id, tuple)
        forms = zip(message.id, message.string, strict=True) if plural else [(message.id, message.string)]
        wrong += [source for source, said in forms if source and placeholders(source) != placeholders(said)]
    assert wrong == []


def test_english_has_no_french_typography() -> None:
    strings = [message.string for message in catalogue(po("en")) if message.id]
    said = [form for string in strings for form in ([string] if isinstance(string, str) else string)]
    assert [text for text in said if re.search(rf"[«»']|[ {NARROW}{WIDE}][;:!?]", text)] == []


def test_the_browser_gets_its_sentences_and_only_those() -> None:
    wanted = {
        sentence if isinstance(sentence, str) else sentence[0]
        for sentence, names in FOUND.items()
        if any(name.startswith("web/src/") for name in names)
    }
    assert set(i18n.messages("en")) == wanted
    assert i18n.messages("fr") == {}
    assert i18n.messages("en")["{n} note"] == ["{n} note", "{n} notes"]


def test_the_script_finds_sentences_where_they_hide() -> None:
    places = {
        "Voir le recto, Je": "web/src/list/head.ts",  # a literal in a literal
        "Ce support n'existe pas dans cet atelier.": "server/tablee/model/notes.py",  # one of two
        "Cette page n'existe pas.": "server/tablee/app.py",
        "Pivoine": "server/tablee/pages/doors.py",
        "Outils": "web/templates/atelier.html",
    }
    assert [sentence for sentence, name in places.items() if name not in FOUND.get(sentence, [])] == []
    assert ("%(num)s personne", "%(num)s personnes") in FOUND


@pytest.mark.parametrize("said", ["t(sentence)", "t(`Zone`)", 'tn("Zone")'])
def test_a_sentence_that_cannot_be_read_is_an_error(
    said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sentences, "ROOT", tmp_path)
    (tmp_path / "one.ts").write_text(f"import {{ t }} from './i18n';\n\nsay({said});\n", "utf-8")
    with pytest.raises(sentences.Unreadable, match=r"one\.ts:3: "):
        list(sentences.in_scripts(tmp_path))


# --- sentences as they are read


def test_sentences_in_both_languages() -> None:
    french, english = i18n.translator("fr"), i18n.translator("en")
    assert french.gettext("Cette page n'existe pas.") == "Cette page n’existe pas."
    assert english.gettext("Cette page n'existe pas.") == "There is no such page."
    assert english.gettext("Jamais vue !") == "Jamais vue !"
    one, many = "%(num)s personne", "%(num)s personnes"
    assert [french.ngettext(one, many, n) for n in (0, 1, 2)] == [one, one, many]
    person, people = "%(num)s person", "%(num)s people"
    assert [english.ngettext(one, many, n) for n in (0, 1, 2)] == [people, person, people]


@pytest.mark.parametrize(("typed", "read"), TYPOGRAPHY, ids=[typed for typed, _ in TYPOGRAPHY])
def test_french_typography(typed: str, read: str) -> None:
    assert i18n.typo(typed) == read
    assert i18n.typo(read) == read
    assert i18n.typo(typed, "en") == typed


def test_a_number_to_come_keeps_to_its_unit() -> None:
    assert i18n.typo("%(n)s min") == f"%(n)s{WIDE}min"


@pytest.mark.parametrize("sentence", FRENCH)
def test_a_french_sentence_leaves_no_sign_alone_at_a_line_end(sentence: str) -> None:
    shown = i18n.typo(sentence)
    assert not re.search(r" [;:!?»]|« |'|[\w»)}][;:!?]|«\w|\w»|\.\.\.", shown), shown


# --- which language


def reader(query: str = "", cookie: str = "", accept: str = "", server: str = "fr") -> Request:
    settings = SimpleNamespace(language=server)
    headers = {"cookie": cookie, "accept-language": accept}
    return Request(
        {
            "type": "http",
            "method": "GET",
            "path": "/",
            "query_string": query.encode(),
            "headers": [(name.encode(), value.encode()) for name, value in headers.items() if value],
            "app": SimpleNamespace(state=SimpleNamespace(tablee=SimpleNamespace(settings=settings))),
        }
    )


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ({}, "fr"),
        ({"server": "en"}, "en"),
        ({"accept": "en-GB,en;q=0.9,fr;q=0.8"}, "en"),
        ({"accept": "FR-be", "server": "en"}, "fr"),
        ({"accept": "de-DE,de;q=0.9,en;q=0.5"}, "en"),
        ({"accept": "de, *;q=0.5"}, "fr"),
        ({"accept": "br, ;;,,"}, "fr"),
        ({"accept": "en;q=0.3, fr;q=0.7"}, "fr"),
        ({"accept": "en;q=0", "server": "fr"}, "fr"),
        ({"accept": "en;q=beaucoup, fr;q=0.1", "server": "en"}, "fr"),
        ({"cookie": "tablee-lang=en", "accept": "fr"}, "en"),
        ({"cookie": "tablee-lang=de", "accept": "en"}, "en"),
        ({"query": "lang=fr", "cookie": "tablee-lang=en", "accept": "en"}, "fr"),
        ({"query": "lang=en"}, "en"),
        ({"query": "lang=../..", "cookie": "tablee-lang=en"}, "en"),
        ({"query": "lang="}, "fr"),
    ],
)
def test_the_language_of_a_reader(asked: dict[str, str], given: str) -> None:
    assert i18n.language_of(reader(**asked)) == given


# --- templates


ALLOWED = re.compile(
    r"Tablée|Français|English|\bFR\b|\bEN\b|XXXX-XXXX|CC BY-SA 4\.0|inno3\.fr|AGPL-3\.0-or-later|&\w+;"
)
READ_ALOUD = re.compile(r'\s(?:aria-label|title|alt|placeholder|label|aria-description)="([^"]*)"')


def bare(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", ALLOWED.sub(" ", text))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_template_has_no_words_outside_the_catalogue(path: Path) -> None:
    text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", " ", path.read_text("utf-8"), flags=re.S)
    text = re.sub(r"<!--.*?-->|<(script|style)\b.*?</\1>", " ", text, flags=re.S)
    attributes = [word for value in READ_ALOUD.findall(text) for word in bare(value)]
    assert (bare(re.sub(r"<[^>]*>", " ", text)), attributes) == ([], [])


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_template_shows_no_french_constant(path: Path) -> None:
    """A sentence inside an expression goes through _() too: what remains are words for programs."""
    call = r"""\b(?:_|ngettext)\(\s*("[^"]*"|'[^']*')(\s*,\s*"[^"]*")?"""
    marked = re.sub(call, " ", path.read_text("utf-8"))
    inside = " ".join(re.findall(r"\{\{.*?\}\}|\{%.*?%\}", marked, flags=re.S))
    names = {"Rosa", "Yann", "Joris", "Hélène", "Nadia", "Karim"}
    said = {a or b for a, b in re.findall(r'"([^"]*)"|\'([^\']*)\'', inside)}
    assert [text for text in said - names if re.search(r"[^\x00-\x7f]|[A-Z]|[a-z] [a-z]", text)] == []


def test_what_a_page_says_at_once_and_later_is_told_apart() -> None:
    (first, now), (later, then) = i18n.phrases("en", later=False), i18n.phrases("en", later=True)
    assert first != later
    assert json.loads(now)["Rien ici pour l'instant"] == "Nothing here yet"
    assert not json.loads(now).keys() & json.loads(then).keys()
    assert i18n.phrases("fr", later=False)[1] == b"{}"
