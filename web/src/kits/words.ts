// Words of the page of kits: names of boards as people say them.

import { language, t, typo } from "../ui/i18n";
import type { Kit, Texts } from "./kit";
import { zoneOf } from "./kit";

/** « Fiche 2, verso » */
export function boardName(board: string): string {
  if (board === "governance") return t("Canevas gouvernance");
  if (board === "economic") return t("Canevas modèle économique");
  if (board === "assigned.recto") return t("La fiche du groupe · Je");
  if (board === "assigned.verso") return t("La fiche du groupe · Nous");
  const [sheet, face] = board.split(".");
  const n = sheet?.slice(-1) ?? "";
  return face === "recto" ? t("Fiche {n}, recto", { n }) : t("Fiche {n}, verso", { n });
}

/** A text in the language of the page, else in the one there is. */
export function titled(texts: Texts): string {
  return typo(texts[language()] || Object.values(texts).find((text) => text) || "");
}

export function zoneName(kit: Kit, address: string): string {
  const [board = "", zone = ""] = address.split(/\.(?=[^.]*$)/);
  const found = zoneOf(kit, board, zone);
  return found === null ? address : titled(found.titles);
}

/** Where in a kit something was changed: a zone, a page, an agenda, or the kit itself. */
export function placeName(kit: Kit, [part, id = "", , zone]: readonly string[]): string {
  if (part === "agendas") return titled(kit.agendas.find((one) => one.id === id)?.titles ?? {});
  if (part !== "templates") return t("Le jeu");
  const found = zoneOf(kit, id, zone ?? null);
  return found === null ? boardName(id) : `${boardName(id)}, ${titled(found.titles)}`;
}

export function languageName(code: string): string {
  return code === "fr" ? t("Français") : t("Anglais");
}

export function pictureOf(board: string): string {
  if (board === "governance") return "gouv";
  if (board === "economic") return "eco";
  return board.endsWith(".recto") ? "je" : "nous";
}
