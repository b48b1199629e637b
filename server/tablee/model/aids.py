"""What helps a group at the governance canvas: crash tests, first rules, and pointers on legal forms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from tablee.model.fields import KIND_FIELDS
from tablee.model.reading import Mistake, Reading

FILE = "governance/aids.toml"
CRASH_TESTS = 8
"""As many as `answer.set` takes keys for."""
FORMS = KIND_FIELDS["legal_structure"]["form"].words
DOMAINS = KIND_FIELDS["rule"]["domain"].words
HEADS = ("when", "advantages", "limits")
TEXT_CHARS = 140

Texts = Mapping[str, str]


class AidsShape(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    crash_tests: tuple[dict[str, str], ...]
    minimal: tuple[dict[str, str], ...]
    forms: dict[str, dict[str, dict[str, str]]]


@dataclass(frozen=True, slots=True)
class Aids:
    """Texts by language; `minimal` with the domain of each rule, `forms` by id and head."""

    crash_tests: tuple[Texts, ...]
    minimal: tuple[tuple[str, Texts], ...]
    forms: Mapping[str, Mapping[str, Texts]]

    def for_browser(self, language: str) -> dict[str, Any]:
        return {
            "crash_tests": [texts[language] for texts in self.crash_tests],
            "minimal": [{"domain": domain, "text": texts[language]} for domain, texts in self.minimal],
            "forms": {
                form: {head: texts[language] for head, texts in heads.items()}
                for form, heads in self.forms.items()
            },
        }

    def texts(self) -> Iterator[tuple[str, Texts]]:
        """Every text with its place in the file."""
        yield from ((f"crash_tests[{n}]", texts) for n, texts in enumerate(self.crash_tests, 1))
        yield from ((f"minimal[{n}]", texts) for n, (_, texts) in enumerate(self.minimal, 1))
        for form, heads in self.forms.items():
            yield from ((f"forms.{form}.{head}", texts) for head, texts in heads.items())


def read_aids(reading: Reading) -> Aids | None:
    """The aids of a folder, or None after noting what keeps them from being read."""
    data = reading.toml(FILE)
    shape = None if data is None else reading.convert(FILE, "", data, AidsShape)
    if shape is None:
        return None
    minimal = [({**one}, one.get("domain", "")) for one in shape.minimal]
    for texts, _ in minimal:
        texts.pop("domain", None)
    return Aids(
        shape.crash_tests,
        tuple((domain, texts) for texts, domain in minimal),
        shape.forms,
    )


def aids_mistakes(aids: Aids) -> Iterator[Mistake]:
    """What is wrong with aids that could be read, their texts left aside."""
    if len(aids.crash_tests) != CRASH_TESTS:
        sentence = f"There are {len(aids.crash_tests)} crash tests; answers have keys for {CRASH_TESTS}."
        yield Mistake(FILE, "crash_tests", sentence)
    for n, (domain, _) in enumerate(aids.minimal, 1):
        if domain not in DOMAINS:
            yield Mistake(FILE, f"minimal[{n}].domain", f"“{domain}” is not a domain of rules.")
    for form in FORMS:
        if form not in aids.forms:
            yield Mistake(FILE, f"forms.{form}", f"Legal form “{form}” is missing.")
    for form, heads in aids.forms.items():
        if form not in FORMS:
            yield Mistake(FILE, f"forms.{form}", f"“{form}” is not a legal form of notes.")
        if set(heads) != set(HEADS):
            yield Mistake(FILE, f"forms.{form}", f"A legal form has exactly {', '.join(HEADS)}.")
