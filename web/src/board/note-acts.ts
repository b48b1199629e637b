// Everything that can be done with the chosen notes, as entries of a menu; board and list show the same.

import { isInModules } from "../model/follow";
import type { Note } from "../model/page";
import { t } from "../ui/i18n";
import type { MenuItem } from "../ui/menu";
import { askConsentTo } from "../vote/attach";
import {
  alignNotes,
  deleteNotes,
  duplicateNotes,
  lockNotes,
  splitNote,
  stackNotes,
  ungroupNotes,
} from "./actions";
import type { Atelier } from "./atelier";
import { askGroup } from "./cluster-dialog";
import { openComments } from "./comments-dialog";
import { askReturn, hideNotes } from "./hidden-notes";
import { carryNotes, openKindEditor } from "./later";
import { openMoveDialog } from "./move-dialog";
import { askTags } from "./tags-dialog";

/** Acts on `id`, or on all chosen notes when it is one of them. Those that are not possible now are absent. */
export function noteActs(app: Atelier, id: string): MenuItem[] {
  const ids = app.targets(id);
  const several = ids.length > 1;
  const notes = ids.map((one) => app.note(one)).filter((note) => note !== null);
  const free = notes.some((note) => app.mayChange(note));
  const lockable = notes.filter((note) => app.mayLock(note));
  const locked = lockable.length > 0 && lockable.every((note) => note.locked === true);
  const zone = new Set(notes.map((note) => note.zone)).size === 1;
  const text = several ? "" : (notes[0]?.text ?? "");
  const items: (MenuItem | false)[] = [
    !several && {
      label: t("Commenter"),
      icon: "message-circle",
      key: "C",
      done: () => openComments(app, id),
    },
    { label: t("Dupliquer"), icon: "copy", key: "D", done: () => duplicateNotes(app, ids) },
    !several &&
      (free || notes.some((note) => note.kind !== "note")) && {
        label: t("Type de note…"),
        icon: "shapes",
        done: () => openKindEditor(app, id),
      },
    ...(several || !free ? [] : app.noteActs.flatMap((acts) => acts(notes[0] as Note))),
    !several &&
      app.leads &&
      text.trim() !== "" && {
        label: t("Demander un consentement…"),
        icon: "scale",
        done: () => askConsentTo(app, notes[0] as Note),
      },
    free && { label: t("Étiquettes…"), icon: "tag", done: () => askTags(app, ids) },
    free && { label: t("Regrouper…"), icon: "regroup", key: "G", done: () => askGroup(app, ids) },
    free &&
      notes.some((note) => note.cluster !== undefined) && {
        label: t("Dégrouper"),
        icon: "ungroup",
        done: () => ungroupNotes(app, ids),
      },
    free && {
      label: t("Déplacer vers…"),
      icon: "corner-up-right",
      key: "M",
      done: () => openMoveDialog(app, id),
    },
    app.template.sheet !== null &&
      app.mayWrite &&
      ["governance", "economic"].some((canvas) => isInModules(app.workshop, canvas)) &&
      notes.some((note) => !note.hidden && app.zone(note.zone)?.to.length) && {
        label: t("Reporter dans…"),
        icon: "corner-down-left",
        key: "P",
        done: () => carryNotes(app, ids),
      },
    several &&
      zone && {
        label: t("Aligner à gauche"),
        icon: "align-start-vertical",
        done: () => alignNotes(app, ids, "left"),
      },
    several &&
      zone && {
        label: t("Aligner en haut"),
        icon: "align-start-horizontal",
        done: () => alignNotes(app, ids, "top"),
      },
    several &&
      zone && { label: t("Répartir en ligne"), icon: "grid-2x2", done: () => alignNotes(app, ids, "row") },
    several &&
      zone && { label: t("Répartir en colonne"), icon: "list", done: () => alignNotes(app, ids, "column") },
    free && {
      label: t("Mettre au premier plan"),
      icon: "bring-to-front",
      done: () => stackNotes(app, ids, "front"),
    },
    free && {
      label: t("Mettre à l'arrière-plan"),
      icon: "send-to-back",
      done: () => stackNotes(app, ids, "back"),
    },
    free &&
      half(text) > 0 && {
        label: t("Couper en deux"),
        icon: "scissors",
        done: () => splitNote(app, id, half(text)),
      },
    lockable.length > 0 && {
      label: locked ? t("Déverrouiller") : t("Verrouiller"),
      icon: locked ? "lock-open" : "lock",
      done: () => lockNotes(app, ids, !locked),
    },
    app.leads && {
      label: several ? t("Masquer les notes") : t("Masquer la note"),
      icon: "eye-off",
      done: () => void hideNotes(app, notes),
    },
    app.leads &&
      !several &&
      notes[0]?.by !== app.data.person.id && {
        label: t("Rendre à la personne qui l'a écrite…"),
        icon: "reply",
        done: () => askReturn(app, notes[0] as Note),
      },
    free && { label: t("Supprimer"), icon: "trash", key: t("Suppr"), done: () => deleteNotes(app, ids) },
  ];
  return items.filter((item) => item !== false);
}

/** Where a text is cut when no caret says it: at a line, a sentence or a word near its middle; 0 for nowhere. */
function half(text: string): number {
  const middle = text.length / 2;
  for (const end of [/\n/g, /[.;!?] /g, / /g]) {
    const cuts = [...text.matchAll(end)].map((found) => found.index + 1);
    const best = cuts.sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle))[0];
    if (best !== undefined && best > text.length / 6 && best < (text.length * 5) / 6) return best;
  }
  return 0;
}
