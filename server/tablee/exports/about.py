"""What is said of a note beside its text, in every file alike: as people say it, not as a form asks."""

from __future__ import annotations

from collections.abc import Mapping

from tablee.exports.kinds import kind_of, said_fields
from tablee.model.board import BoardNote, Pack
from tablee.words import Words

Told = dict[str, tuple[str, str]]
"""Field → what it is called and its words; what says all by itself has no name."""

OWNERS = ("owner_id", "owner_text")
TERMS = ("term_months", "max_terms")
AMOUNT = ("amount", "unit", "period")


def told_fields(words: Words, note: BoardNote, pack: Pack) -> Told:
    """Every field that says something; those that say one thing together are one."""
    told = {name: (label, said) for name, label, said in said_fields(words, note, pack)}
    match note.kind:
        case "action":
            owner = ", ".join(said for _, said in _taken(told, OWNERS))
            if owner:
                told = {"owner_id": (words.say("Responsable"), owner), **told}
        case "committee":
            if _taken(told, TERMS):
                told["mandate"] = ("", mandate(note, words))
        case "contribution":
            # which side and whose it is: where it lies says it
            _taken(told, ("direction", "stakeholder_id"))
            parts = {name: told.pop(name, ("", ""))[1] for name in AMOUNT}
            parts["period"] = parts["period"][:1].lower() + parts["period"][1:]
            amount = " ".join(filter(None, parts.values()))
            if amount and _plain(amount) != _plain(note.text):
                told = {"amount": ("", amount), **told}
        case "scale":
            if note.fields.get("key") in ("viability", "balance"):
                told.pop("key", None)
            if "value" in told:
                told["value"] = ("", told["value"][1])
    return told


def _taken(told: Told, names: tuple[str, ...]) -> list[tuple[str, str]]:
    return [told.pop(name) for name in names if name in told]


def lines_of(words: Words, note: BoardNote, told: Mapping[str, tuple[str, str]]) -> list[str]:
    """Short ones on one line, sentences on their own. Choices need no name: their words are enough."""
    short: list[str] = []
    sentences: list[str] = []
    for name, (label, said) in told.items():
        found = kind_of(note.kind).field(name)
        kind = "" if found is None else found.type
        if _plain(said) == _plain(note.text):
            continue
        bare = not label or kind in ("choice", "choices")
        line = said if bare else words.say("{kind} : {words}").format(kind=label, words=said)
        (sentences if kind == "text" else short).append(line)
    return [*([" · ".join(short)] if short else []), *sentences]


def mandate(committee: BoardNote, words: Words) -> str:
    """« 24 mois, 2 mandats de suite au plus »"""
    say, fields = words.say, committee.fields
    months, most = (fields.get(name) for name in TERMS)
    if months is None and most is None:
        return say("mandat à fixer")
    term = (
        say("{n} mois").format(n=words.number(months))
        if isinstance(months, int | float)
        else say("durée de mandat à fixer")
    )
    again = (
        say("{n} mandats de suite au plus").format(n=words.number(most))
        if isinstance(most, int | float)
        else say("limite de renouvellement à fixer")
    )
    return f"{term}, {again}"


# -- who does it ---------------------------------------------------------------------------------------


def owner_of(note: BoardNote, pack: Pack) -> str:
    """Who takes it on, as far as people are named: somebody of the workshop, or who was named in writing."""
    owner, written = (note.fields.get(name) for name in OWNERS)
    named = pack.people.get(owner) if isinstance(owner, str) else None
    return ", ".join(filter(None, (named, written if isinstance(written, str) else None)))


def nobody(words: Words, pack: Pack, missing: str) -> str:
    """What stands where no owner is told: where nobody is named, that does not say that there is none."""
    return "—" if pack.names == "none" else missing


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
