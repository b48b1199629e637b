// The words of the economic canvas: of points, posts and euros, of a balance and of what its people answered.

import type { Atelier } from "../../board/atelier";
import { type Means, type Side, type Task, VERDICTS } from "../../model/economy";
import { euroWords, numberWords } from "../../model/kind-words";
import { GAUGES, TASKS as TASK_WORDS } from "../../model/kinds";
import { own } from "../../model/own";
import { t, tn } from "../../ui/i18n";
import type { Answer, Balance, Lane } from "./state";

/** Letters of a name that fit into the block in the middle. */
const MOST_NAME = 40;

export const ICONS: Readonly<Record<string, string>> = {
  acceptable: "circle-check",
  renegotiate: "scale",
  unacceptable: "circle-x",
  mixed: "users",
};

export function verdictWords(verdict: string | null | undefined): string {
  switch (verdict) {
    case "acceptable":
      return t("Acceptable");
    case "renegotiate":
      return t("À renégocier");
    case "unacceptable":
      return t("Inacceptable");
    case "mixed":
      return t("Avis partagés");
    default:
      return t("Pas encore d'avis");
  }
}

/** « 0,5 ETP, 8 000 € par an »; "" when there is nothing to say. */
export function meansWords({ fte, euros }: Means): string {
  const parts = [];
  if (fte > 0) parts.push(t("{n} ETP", { n: fteWords(fte) }));
  if (euros > 0) parts.push(t("{sum} par an", { sum: euroWords(Math.round(euros)) }));
  return parts.join(", ");
}

export const fteWords = (fte: number) => numberWords(fte, { maximumFractionDigits: 2 });

export function shareWords(share: number): string {
  // 99,6 % is not yet all
  const percent = share < 1 ? Math.min(99, Math.round(share * 100)) : 100;
  return t("{n} %", { n: percent });
}

export function pointsWords(n: number): string {
  return tn("{n} point", "{n} points", n);
}

/** Whether somebody gives more than they get, in words: the drawing says the same. */
export function tiltWords(brings: Side, receives: Side): string {
  const more = brings.points - receives.points;
  if (more > 0) return t("donne plus (+{n})", { n: more });
  if (more < 0) return t("reçoit plus (+{n})", { n: -more });
  return t("autant des deux côtés");
}

export function taskName(task: Task | null): string {
  return task === null ? t("Sans tâche précisée") : (own(TASK_WORDS, task)?.() ?? task);
}

/** In the width of a small zone. */
export function shortTask(task: Task | null): string {
  switch (task) {
    case "product":
      return t("Développt.");
    case "community":
      return t("Animation");
    case "project":
      return t("Projet");
    case "support":
      return t("Support");
    case "documentation":
      return t("Documentation");
    case "ux":
      return t("UX");
    default:
      return t("Autres");
  }
}

function clock(at: number): string {
  const date = new Date(at);
  const [hours, minutes] = [date.getHours(), String(date.getMinutes()).padStart(2, "0")];
  return t("{hours} h {minutes}", { hours, minutes });
}

/** « à renégocier (14 h 12) » */
function once({ verdict, at }: Answer): string {
  return `${verdictWords(verdict).toLocaleLowerCase()} (${clock(at)})`;
}

/** « d'abord à renégocier (14 h 12), puis acceptable (14 h 40) »; "" while there is nothing before. */
export function historyWords(balance: Balance): string {
  const before = balance.history.filter(({ verdict }) => verdict !== null);
  if (before.length === 0) return "";
  return t("d'abord {before}, puis {now}", { before: before.map(once).join(", "), now: once(balance) });
}

/** How those of one stakeholder answered when they differ: « acceptable (2), à renégocier (1) ». */
export function spreadWords(balance: Balance): string {
  const counts = new Map<string, number>();
  for (const { verdict } of balance.spread ?? []) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  return VERDICTS.filter((verdict) => counts.has(verdict))
    .map((verdict) => `${verdictWords(verdict).toLocaleLowerCase()} (${counts.get(verdict)})`)
    .join(", ");
}

/** Who said it: its own people need not be named. */
export function byWords(app: Atelier, balance: Balance): string {
  if (!balance.named) return "";
  const name = app.person(balance.by)?.name ?? t("l'animation");
  return t("dit par {name} en son nom", { name });
}

/** « s'y retrouve » */
export function gaugeWords(value: number): string {
  return GAUGES.viability?.words[value + 2]?.().toLocaleLowerCase() ?? "";
}

export function signed(value: number): string {
  return numberWords(value, { signDisplay: "exceptZero" });
}

/** Public, private, population: how many of each are around the table; null while nobody has said. */
export function mixWords(lanes: readonly Lane[]): { short: string; long: string } | null {
  const count = (sector: string) => lanes.filter((lane) => lane.sector === sector).length;
  const [open, business, people] = [count("public"), count("private"), count("population")];
  const said = open + business + people;
  if (said === 0) return null;
  return {
    short: `${open} · ${business} · ${people}`,
    long: t(
      "Parties prenantes par secteur (3P) : public {a}, privé {b}, population {c}, secteur non dit {d}",
      {
        a: open,
        b: business,
        c: people,
        d: lanes.length - said,
      },
    ),
  };
}

/** Where a description stands for a name, the title of the workshop is shorter. */
export function commonsName({ commons, title }: { commons: string; title: string }): string {
  return commons !== "" && commons.length <= MOST_NAME ? commons : title;
}
