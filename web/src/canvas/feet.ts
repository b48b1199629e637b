// What typed notes say at their foot on a canvas, where there is room for a few words: who does it by when, from
// how much to how much. And the way to make a note one of these.

import type { Atelier } from "../board/atelier";
import { openKindEditor } from "../board/kind-editor";
import { dateWords, isNumber, numberWords, personName } from "../model/kind-words";
import { kindName, kindOf } from "../model/kinds";
import { own } from "../model/own";
import type { Note } from "../model/page";
import { t } from "../ui/i18n";
import { icon, make } from "../ui/icon";
import type { MenuItem } from "../ui/menu";

export const isCanvas = (note: Note) => note.board === "governance" || note.board === "economic";

/** « Yann Le Goff, 30 avril », and whether one of both is missing. */
export function actionFoot(
  app: Pick<Atelier, "workshop" | "note">,
  { fields }: Note,
): { words: string; missing: boolean } {
  const { owner_id: id, owner_text: named, due } = fields ?? {};
  const owner =
    typeof id === "string" ? personName(app, id).split(" ")[0] : typeof named === "string" ? named : "";
  const day = typeof due === "string" ? dateWords(due) : "";
  return {
    words: [owner || t("à confier"), day || t("sans date")].join(", "),
    missing: !owner || !day,
  };
}

const YEARS: Readonly<Record<string, number>> = { "6m": 0.5, "2y": 2, "5y": 5 };

/** « 3 en 2026, 9 en 2028 », or « 65 %, cible 100 % » while nobody said by when. */
export function indicatorFoot({ fields, at }: Note): string {
  const { baseline, target, unit, horizon } = fields ?? {};
  const sign = unit === "%" || (typeof unit === "string" && unit.startsWith("% ")) ? "\u00a0%" : "";
  const many = (value: unknown) => (isNumber(value) ? `${numberWords(value)}${sign}` : "");
  const [from, to] = [many(baseline), many(target)];
  const ahead = own(YEARS, horizon);
  if (ahead === undefined) return [from, to && t("cible {n}", { n: to })].filter(Boolean).join(", ");
  const began = new Date(at);
  const then = new Date(at);
  then.setMonth(then.getMonth() + ahead * 12);
  return [
    from && t("{n} en {year}", { n: from, year: String(began.getFullYear()) }),
    to && t("{n} en {year}", { n: to, year: String(then.getFullYear()) }),
  ]
    .filter(Boolean)
    .join(", ");
}

function foot(app: Atelier, note: Note): HTMLElement | null {
  if (!isCanvas(note)) return null;
  if (note.kind === "action") {
    const { words, missing } = actionFoot(app, note);
    const calendar = make(
      "span",
      { class: "calendar" },
      icon(missing ? "calendar-plus" : "calendar-check", 14),
    );
    return make(
      "span",
      { class: missing ? "tfoot owner missing" : "tfoot owner", "aria-hidden": "true" },
      make("span", {}, words),
      calendar,
    );
  }
  if (note.kind === "indicator") {
    const words = indicatorFoot(note);
    return words === ""
      ? null
      : make("span", { class: "tfoot", "aria-hidden": "true" }, make("span", {}, words));
  }
  return null;
}

/** An action or an indicator may be written in any zone of a canvas. */
function turns(app: Atelier, note: Note): MenuItem[] {
  if (!isCanvas(note)) return [];
  const turn = (kind: string, label: string): MenuItem => ({
    label,
    icon: kindOf(kind).icon,
    done: () => {
      app.document?.together(() => app.document?.set(note.id, { kind }));
      app.announcer.say(t("Type de la note : {kind}.", { kind: kindName(kind) }));
      openKindEditor(app, note.id);
    },
  });
  return [
    ...(note.kind === "action" ? [] : [turn("action", t("En faire une action…"))]),
    ...(note.kind === "indicator" ? [] : [turn("indicator", t("En faire un indicateur…"))]),
  ];
}

export function attachFeet(app: Atelier): void {
  app.noteMarks.push((note) => foot(app, note));
  app.noteActs.push((note) => turns(app, note));
}
