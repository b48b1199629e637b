// Where a note comes from, in words: the board, and its short name for the foot of a note.

import { t, typo } from "../ui/i18n";
import type { Origin, Template, Workshop } from "./page";
import { nameOf } from "./stakeholders";

interface Known {
  workshop: Workshop;
  templateOf(board: string): Pick<Template, "sheet" | "title"> | null | undefined;
}

/** « Fiche 2, Je, Haut-Orme », « Fiche 2, Nous » or the name of a canvas. */
export function boardName(known: Known, board: string): string {
  const template = known.templateOf(board);
  const [, whose] = board.split("/");
  if (!template) return t("Support inconnu");
  if (template.sheet === null) return typo(template.title);
  if (whose === undefined) return t("Fiche {sheet}, {face}", { sheet: template.sheet, face: t("Nous") });
  const structure = nameOf(known.workshop, whose) ?? t("Structure partie");
  return t("Fiche {sheet}, Je, {structure}", { sheet: template.sheet, structure });
}

/** « F2 Nous · Hêtre », « F1 Je · Haut-Orme » */
export function shortName(known: Known, { board, group }: Pick<Origin, "board" | "group">): string {
  const template = known.templateOf(board);
  if (template?.sheet == null) return boardName(known, board);
  const whose = board.split("/")[1];
  const groups = known.workshop.groups.length > 1 ? known.workshop.groups : [];
  const of = whose ? nameOf(known.workshop, whose) : groups.find((one) => one.id === group)?.name;
  const face = t("F{sheet} {face}", { sheet: template.sheet, face: whose ? t("Je") : t("Nous") });
  return of ? `${face} · ${of}` : face;
}
