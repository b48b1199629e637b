// How the tray names places and people.

import type { Atelier } from "../board/atelier";
import { canvasOf, type Row, zoneOf } from "../model/harvest";
import type { Canvas, Origin } from "../model/page";
import { nameOf } from "../model/stakeholders";
import { t, typo } from "../ui/i18n";

/** « Règles » of `governance.rules`. */
export function zoneName(app: Atelier, address: string): string {
  const template = app.templateOf(canvasOf(address));
  return typo(template?.zones.find((zone) => zone.id === zoneOf(address))?.title ?? t("Zone inconnue"));
}

export function canvasName(canvas: Canvas): string {
  return canvas === "governance" ? t("Canevas gouvernance") : t("Canevas modèle économique");
}

export function groupName(app: Atelier, group: string | undefined): string {
  if (group === undefined || group === "-") return t("Plénière");
  return app.workshop.groups.find((one) => one.id === group)?.name ?? t("Groupe parti");
}

/** Who speaks: the structure on a recto; on a verso the group, or its author where there is one group only. */
export function speaker(app: Atelier, row: Pick<Row, "board" | "group" | "by">): string {
  const whose = row.board.split("/")[1];
  if (whose !== undefined) return nameOf(app.workshop, whose) ?? t("Structure partie");
  return app.workshop.groups.length > 1 ? groupName(app, row.group) : app.authorName(row.by);
}

/** « Fiche 2, Nous, groupe Hêtre » or « Fiche 2, Je, Haut-Orme ». */
export function sourceName(app: Atelier, { board, group }: Pick<Origin, "board" | "group">): string {
  const template = app.templateOf(board);
  const sheet = template?.sheet ?? null;
  if (!template) return t("Support inconnu");
  const whose = board.split("/")[1];
  const several = app.workshop.groups.length > 1 && group !== undefined;
  const of = several ? t("groupe {name}", { name: groupName(app, group) }) : "";
  if (sheet === null) return [typo(template.title), of].filter((part) => part !== "").join(", ");
  const face = whose === undefined ? t("Nous") : t("Je");
  const who = whose === undefined ? of : (nameOf(app.workshop, whose) ?? t("Structure partie"));
  const parts = [t("Fiche {sheet}", { sheet }), face, who, whose === undefined ? "" : of];
  return parts.filter((part) => part !== "").join(", ");
}

export function short(text: string, most = 60): string {
  const letters = [...text.trim().replace(/\s+/g, " ")];
  return letters.length > most ? `${letters.slice(0, most - 1).join("")}…` : letters.join("");
}
