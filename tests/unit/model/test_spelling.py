"""Names are found however they are spelled, and in no other word."""

from __future__ import annotations

import unicodedata
from collections import Counter
from typing import Any

import pytest

from tablee.model import spelling
from tablee.model.spelling import Spellings, folded

PEOPLE = (
    "Zoranie Quillibus",
    "Jo Li",
    "王伟",
    "Ng",
    "Éloïse Œuvrard",
    "Ana-Maria d'Angelo",
    "김민수",
    "Al Fort",
)


def known(*people: str, structures: tuple[str, ...] = ()) -> Spellings:
    made = Spellings("[!]")
    for name in people:
        made.learn_person(name, "[…]")
    for name in structures:
        made.learn(name, "S")
    return made


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("@zoranie_quillibus a dit", "@[…] a dit"),
        ("ZoranieQuillibus dit", "[…] dit"),
        ("#zoraniequillibus", "#[…]"),
        ("ZORANIE2 et 2zoranie", "[…]2 et 2[…]"),
        ("Zora\u00adnie, Zora\u200bnie, Zora\u2060nie.", "[…], […], […]."),
        ("Ｚｏｒａｎｉｅ dit", "[…] dit"),
        ("Zoranie's, l'avis de Zoranie’", "[…]'s, l'avis de […]’"),
        ("Eloise Oeuvrard, ÉLOÏSE ŒUVRARD, œuvrard", "[…], […], […]"),
        (unicodedata.normalize("NFD", "Éloïse est là"), unicodedata.normalize("NFD", "[…] est là")),
        ("d'Angelo part", "d'[…] part"),
        ("Ana Maria D’Angelo, AnaMaria", "[…], […][…]"),
        ("Jo n'est pas d'accord, JO, ni Jo-Li", "[…] n'est pas d'accord, […], ni […]"),
        ("Ng refuse, ng aussi", "[…] refuse, […] aussi"),
        ("Li refuse, Lise aussi", "[…] refuse, Lise aussi"),
        ("王伟说, 我和王伟", "[…]说, 我和[…]"),
        ("김민수가", "[…]가"),
        ("Zoranie & Quillibus / Zoranie -- Quillibus", "[…] / […] -- […]"),
        ("Zoranie      Quillibus", "[…]      […]"),
        # what is no name
        ("jo est une voyelle ; Zoraniette, Aloraine, Jonque, Ngo, jolie", None),
        ("Al est un particule, al dente, fort de cela", "Al est un particule, al dente, […] de cela"),
        ("王 seul, 伟 seul", None),
        ("Un texte sans personne, 12 %, ☑ ☐ 👩‍🚀", None),
        ("", None),
    ],
)
def test_people_are_found_however_they_are_spelled(text: str, told: str | None) -> None:
    assert known(*PEOPLE).replaced(text)[0] == (text if told is None else told)


@pytest.mark.parametrize("spelled", ["Vélo & Villages", "velo et villages", "VeloVillages", "Vélo-villages"])
def test_structures_are_found_as_a_whole(spelled: str) -> None:
    made = known(structures=("Vélo & Villages", "Labo 2"))
    told = made.replaced(f"Le {spelled}, un vélo, des villages, labo2")[0]
    assert told == f"Le {spelled if ' et ' in spelled else 'S'}, un vélo, des villages, S"


def test_a_name_that_is_told_in_two_ways_is_told_in_neither() -> None:
    made = known("Nadia Benali")
    made.learn_person("Nadia Roux", "[?]")
    assert made.replaced("Nadia, Nadia Roux, Benali") == ("[!], [?], […]", 3)


def test_one_letter_is_no_name() -> None:
    assert known("A", "É").replaced("Il y a à dire, A et É") == ("Il y a à dire, A et É", 0)
    assert known("伟").replaced("王伟") == ("王[…]", 1)


def test_folding_twice_is_folding_once() -> None:
    for name in (*PEOPLE, "Straße", "ﬁn", "İstanbul", "Vélo & Villages", "x²"):
        assert folded(folded(name)) == folded(name)


def test_the_time_it_takes_grows_with_the_text_and_not_with_the_names(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Counted by the steps along names: every place of the hardest text takes no more than a name is long."""
    steps = Counter[str]()

    class Counted(dict[str, Any]):
        def get(self, key: str, default: Any = None) -> Any:
            steps["all"] += 1
            return super().get(key, default)

    made = Spellings("[!]")
    for n in range(400):
        made.learn_person(f"{'a ' * 20}{'b' * n}"[:60], "[…]")

    def count(node: Any) -> None:
        for one in node.after.values():
            count(one)
        node.after = Counted(node.after)

    count(made._root)
    text = "a " * 5_000 + "c"
    made.replaced(text)
    assert steps["all"] <= 60 * len(text)
    assert spelling.BETWEEN_CHARS == 3
