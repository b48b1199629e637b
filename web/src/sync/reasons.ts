// Why the server refused a change, in plain words. The same sentences as server/tablee/model/reasons.py.

import { t } from "../ui/i18n";

const SENTENCES: Record<string, () => string> = {
  "role.read_only": () => t("Votre rôle permet de lire, pas de modifier."),
  "session.ended": () => t("Vous n'avez plus de place dans cet atelier."),
  "board.locked": () => t("Ce support ou cette zone est verrouillé pour le moment."),
  "recto.not_yours": () => t("Pendant ce temps individuel, chacun écrit sur sa propre fiche."),
  "writing.silent": () => t("Ici, on écrit pour soi jusqu'à la révélation : ajoutez-y une nouvelle note."),
  "writing.leaves": () => t("Cette note n'est visible que de vous : elle reste là jusqu'à la révélation."),
  "note.hidden": () => t("L'animation a masqué cette note."),
  "room.frozen": () => t("Les supports sont figés pour le moment."),
  "room.damaged": () =>
    t("Cette salle est abîmée : on peut la lire, plus y écrire. Prévenez qui héberge Tablée."),
  "room.full": () => t("Cette salle contient déjà le maximum de notes."),
  "note.locked": () => t("Cette note est verrouillée."),
  "note.lock_not_yours": () => t("Seuls l'auteur et l'animation verrouillent une note."),
  "entry.not_yours": () => t("Un commentaire ou une réaction ne se change que par son auteur."),
  "note.exists": () => t("Cette note existe déjà."),
  "note.not_yours": () => t("Une note ne se signe que de son propre nom."),
  "note.signed": () => t("L'auteur et la date d'une note ne se changent pas."),
  "note.incomplete": () => t("Il manque à cette note son support, sa zone ou son texte."),
  "note.too_long": () => t("Cette note est trop longue : deux mille caractères au plus."),
  "note.contested": () => t("Trop de personnes ont changé la même chose au même moment."),
  "board.unknown": () => t("Ce support n'existe pas dans cet atelier."),
  "zone.unknown": () => t("Cette zone n'existe pas sur ce support."),
  "update.not_yours": () => t("Ce changement vient d'une autre personne."),
  "update.gap": () => t("Il manque un changement précédent."),
  "update.reference": () => t("Ce changement s'appuie sur quelque chose qui n'est plus là."),
  "writing.revealed": () => t("Cette note a été révélée pendant que vous l'écriviez."),
  "writing.elsewhere": () => t("Vous avez continué cette note sur un autre appareil."),
  "store.went_back": () => t("L'enregistrement est revenu à un état plus ancien."),
  lineage: () => t("Cette salle a été remplacée par une autre."),
};

export function reason(key: string): string {
  return (SENTENCES[key] ?? (() => t("Une valeur de cette note n'est pas acceptée.")))();
}
