"""What is said to people keeps to the vocabulary of the method and to inclusive wording, in both languages.

`tests/unit/pages/test_i18n.py` and `web/test/sentences.test.ts` hold that every sentence is in the catalogue.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from scripts import sentences

ROOT = Path(__file__).resolve().parents[2]

FRENCH_INSTEAD = {
    r"post-?its?|notes? adhésives?|pense-bêtes?|vignettes?|billets?": "note",
    r"cartes?(?! de la communauté)(?<!sur la carte)(?<!point de carte)": "note; only the map is a « carte »",
    r"templates?|modèles?(?! (?:économique|d['’]affaires))": "gabarit, or « modèle économique »",
    r"toiles?|(?<!s3-)canvas(?! »)": "canevas",
    r"cases?|cellules?": "zone",
    r"clusters?": "regroupement",
    r"likes?|liker": "aimer",
    r"salons?|pièces?|rooms?": "salle",
    r"réunions?|séances?|workshops?": "atelier",
    r"sondages?": "vote",
    r"phases?": "temps",
    r"chronomètres?|compte à rebours": "minuteur",
    r"boards?": "support, or « tableau » for the view",
    r"facilitation|facilitateurs?|facilitatrices?": "animation",
    r"(?:cliquer|cliquez) ici": "what happens there",
    r"compte utilisateur": "there are no accounts",
}
ENGLISH_INSTEAD = {
    r"post-?its?|stick(?:y|ies)(?: notes?)?": "note",
    r"cards?(?! of immersion)": "note",
    r"cells?": "zone",
    r"clusters?": "group of notes",
    r"colors?|organiz\w*|recogniz\w*|summariz\w*|customiz\w*|synchroniz\w*": "British spelling",
    r"moderators?": "facilitator",
    r"meetings?": "workshop",
    r"polls?": "vote",
}
MASCULINE = re.compile(
    r"\b(?:participants?|utilisateurs?|contributeurs?|animateurs?|organisateurs?|facilitateurs?|observateurs?"
    r"|porteurs?|mainteneurs?|administrateurs?|invités|inscrits|connectés|présents)\b(?!·)"
    r"(?! (?:et|ou) (?:participant|utilisat|contribut|animat|organis|observat|porteu|mainten|présent))",
    re.IGNORECASE,
)
MIDDLE_DOT = re.compile(r"\w[·•]\w")
_DOTTED_ROLES = ("contributeur·rice", "coordinateur·rice", "garant·e", "opérateur·rice-mainteneur·se")
DOTTED = {f"{role[0].upper()}{role[1:]}" for role in _DOTTED_ROLES} | {
    f"Personne n'est {role}" for role in _DOTTED_ROLES
}
"""Short labels without a neutral form; each has both forms as its accessible name (ux.md §3)."""


def said(language: str) -> Iterator[str]:
    if language == "fr":
        for sentence in sentences.all_sentences():
            yield from [sentence] if isinstance(sentence, str) else sentence
        return
    with (sentences.LOCALES / language / "LC_MESSAGES" / "tablee.po").open("rb") as file:
        for message in read_po(file):
            if message.id:
                yield from [message.string] if isinstance(message.string, str) else message.string


def other_words(language: str, instead: dict[str, str]) -> list[str]:
    return [
        f"{match[0]} (say: {word}) in: {sentence}"
        for sentence in said(language)
        for pattern, word in instead.items()
        for match in re.finditer(rf"(?<![\w{{(])(?:{pattern})(?![\w}})])", sentence, re.IGNORECASE)
    ]


@pytest.mark.parametrize(
    ("language", "instead"), [("fr", FRENCH_INSTEAD), ("en", ENGLISH_INSTEAD)], ids=["fr", "en"]
)
def test_the_same_thing_has_the_same_name_everywhere(language: str, instead: dict[str, str]) -> None:
    assert other_words(language, instead) == []


def test_people_are_not_masculine_by_default() -> None:
    """Neutral words first, both forms next."""
    assert [sentence for sentence in said("fr") if MASCULINE.search(sentence)] == []


def test_dotted_forms_are_short_labels_only() -> None:
    """Screen readers read the middle dot badly, and readers stumble over it in sentences."""
    assert {sentence for sentence in said("fr") if MIDDLE_DOT.search(sentence)} - DOTTED == set()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_people_are_addressed_calmly(language: str) -> None:
    """No exclamation marks, nothing in capitals (ux.md §10)."""
    loud = [s for s in said(language) if "!" in s or re.search(r"\b[A-ZÀÉÈ]{5,}\b", s)]
    assert [s for s in loud if not re.search(r"CommunityRule|WCAG|AGPL|XXXX", s)] == []
