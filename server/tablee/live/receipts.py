"""The receipt of an erasure: made with it, then in words for the page, for a file to keep, and over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tablee.live.gathering import notes_in
from tablee.live.workshops import Workshops
from tablee.model.workshop import Workshop
from tablee.words import Language, Words


async def erase_with_receipt(workshops: Workshops, workshop: Workshop) -> dict[str, Any]:
    """Erase everything of a workshop; its receipt also counts the notes that were there."""
    notes = await notes_in(workshops, workshop)
    receipt = await workshops.erase(workshop)
    return {**receipt, "erased": {"notes": notes, **receipt["erased"]}}


def lines_of(receipt: Mapping[str, Any], language: Language) -> list[tuple[str, str]]:
    """What was erased, and how many of each; what there was none of is left out."""
    words = Words(language)
    say = words.say
    names = {
        "notes": say("Notes"),
        "people": say("Personnes"),
        "rooms": say("Salles"),
        "entries": say("Changements enregistrés"),
        "snapshots": say("États des salles"),
        "instants": say("Instantanés"),
        "drafts": say("Brouillons"),
        "hidden_notes": say("Notes masquées"),
        "photos": say("Photos"),
        "ballots": say("Bulletins"),
        "sessions": say("Sessions"),
        "reentry_codes": say("Codes de retour"),
        "invitations": say("Liens d'invitation"),
        "codes": say("Codes d'atelier"),
        "workshops": say("Ateliers"),
    }
    erased = receipt["erased"]
    known = [(names[name], words.number(erased[name])) for name in names if erased.get(name)]
    other = [(name, words.number(count)) for name, count in erased.items() if name not in names and count]
    return known + other


def sentences_of(receipt: Mapping[str, Any], language: Language) -> list[str]:
    """When, what remains, and how far that could be looked at."""
    words = Words(language)
    say, at = words.say, receipt["erased_at"]
    when = say("Effacé le {day} à {time}.").format(day=words.day(at), time=words.clock(at))
    if receipt["remains"]:
        remains = words.ngettext(
            "Il reste {n} élément : prévenez la personne qui héberge ce serveur.",
            "Il reste {n} éléments : prévenez la personne qui héberge ce serveur.",
            receipt["remains"],
        ).format(n=receipt["remains"])
    else:
        remains = say("Vérifié : il n'en reste rien dans les données de ce serveur.")
    files = {
        "written": say("Les fichiers du serveur ont été réécrits sans lui."),
        "none": say("Le serveur ne garde pas ces données dans des fichiers."),
        "later": say("Les fichiers du serveur se réécrivent sans lui, dans les minutes qui viennent."),
        "refused": say(
            "Le service qui garde les données ne permet pas de réécrire ses fichiers : "
            "ils peuvent en contenir la trace jusqu'à leur prochaine réécriture."
        ),
    }[receipt["files"]]
    before = say(
        "Les sauvegardes faites avant l'effacement, et les fichiers déjà téléchargés, ne dépendent pas de ce "
        "serveur : demandez à qui les garde de les détruire."
    )
    return [when, remains, files, before]


def text_of_receipt(receipt: Mapping[str, Any], language: Language) -> str:
    """A file to keep."""
    words = Words(language)
    title = words.say("Reçu d'effacement : « {title} » ({id})").format(
        title=receipt["title"], id=receipt["workshop"]
    )
    line = words.say("{kind} : {words}")
    table = "\n".join(line.format(kind=name, words=count) for name, count in lines_of(receipt, language))
    return "\n\n".join([title, "\n".join(sentences_of(receipt, language)), table]) + "\n"
