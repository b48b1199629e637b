"""Why a change of a board was refused, in plain words: one sentence per key (`refused` on the socket).

`web/src/sync/reasons.ts` says the same in the browser; a test compares the two.
"""

from __future__ import annotations

from tablee.errors import Conflict, Forbidden, Invalid, Refused

SENTENCES: dict[str, str] = {
    "role.read_only": "Votre rôle permet de lire, pas de modifier.",
    "session.ended": "Vous n'avez plus de place dans cet atelier.",
    "board.locked": "Ce support ou cette zone est verrouillé pour le moment.",
    "recto.not_yours": "Pendant ce temps individuel, chacun écrit sur sa propre fiche.",
    "writing.silent": "Ici, on écrit pour soi jusqu'à la révélation : ajoutez-y une nouvelle note.",
    "writing.leaves": "Cette note n'est visible que de vous : elle reste là jusqu'à la révélation.",
    "room.frozen": "Les supports sont figés pour le moment.",
    "room.damaged": "Cette salle est abîmée : on peut la lire, plus y écrire. Prévenez qui héberge Tablée.",
    "room.full": "Cette salle contient déjà le maximum de notes.",
    "note.locked": "Cette note est verrouillée.",
    "note.lock_not_yours": "Seuls l'auteur et l'animation verrouillent une note.",
    "entry.not_yours": "Un commentaire ou une réaction ne se change que par son auteur.",
    "note.exists": "Cette note existe déjà.",
    "note.hidden": "L'animation a masqué cette note.",
    "note.not_yours": "Une note ne se signe que de son propre nom.",
    "note.signed": "L'auteur et la date d'une note ne se changent pas.",
    "note.incomplete": "Il manque à cette note son support, sa zone ou son texte.",
    "note.too_long": "Cette note est trop longue : deux mille caractères au plus.",
    "note.contested": "Trop de personnes ont changé la même chose au même moment.",
    "board.unknown": "Ce support n'existe pas dans cet atelier.",
    "zone.unknown": "Cette zone n'existe pas sur ce support.",
    "update.not_yours": "Ce changement vient d'une autre personne.",
    "update.gap": "Il manque un changement précédent.",
    "update.reference": "Ce changement s'appuie sur quelque chose qui n'est plus là.",
}
OTHERWISE = "Une valeur de cette note n'est pas acceptée."
_NOT_ALLOWED = (
    "role.",
    "board.locked",
    "recto.",
    "room.frozen",
    "room.damaged",
    "note.locked",
    "note.not_yours",
    "note.hidden",
    "note.lock_not_yours",
    "entry.not_yours",
    "writing.",
    "session.",
)


def refusal_of(key: str) -> Refused:
    """The same as an error of a request: 403 for rights, 409 for what happened meanwhile, else 422."""
    sentence = SENTENCES.get(key, OTHERWISE)
    if key.startswith(_NOT_ALLOWED):
        return Forbidden(key, sentence)
    if key.startswith("update.") or key == "note.exists":
        return Conflict(key, sentence)
    return Invalid(key, sentence)
