// Sentences of the console: what is known, as it is said.

import { duration } from "../desk/words";
import { clock, language, t, tn } from "../ui/i18n";
import { inWords } from "../ui/numbers";
import type { Block, Drift } from "./agenda";
import type { Chip, Item } from "./attention";

const MINUTE_MS = 60_000;

/** `17 h 56` in a French sentence, `17:56` in an English one. */
export function hour(ms: number): string {
  const [hours = "", minutes = ""] = clock(ms).split(":");
  return language() === "fr" ? `${Number(hours)}\u00a0h\u00a0${minutes}` : `${hours}:${minutes}`;
}

/** `9 min`, `40 s` */
export function lasting(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return t("{n} s", { n: seconds });
  return t("{n} min", { n: Math.floor(ms / MINUTE_MS) });
}

/** `01:48`; hours are minutes too. */
export function digits(ms: number): string {
  const seconds = Math.ceil(Math.max(0, ms) / 1000);
  return `${String(Math.floor(seconds / 60)).padStart(2, "0")}:${String(seconds % 60).padStart(2, "0")}`;
}

/** « Fin prévue à 17 h 56, six minutes de plus que l'horaire annoncé. » in three parts, the hour alone. */
export function driftWords({ end, minutes }: Drift): { before: string; hour: string; after: string } {
  const n = Math.abs(minutes);
  const words = { time: "\u0000", n: n <= 10 ? inWords(n) : String(n), duration: duration(n) };
  const sentence =
    minutes >= 60
      ? t("Fin prévue à {time}, {duration} de plus que l'horaire annoncé.", words)
      : minutes <= -60
        ? t("Fin prévue à {time}, {duration} de moins que l'horaire annoncé.", words)
        : minutes > 0
          ? tn(
              "Fin prévue à {time}, {n} minute de plus que l'horaire annoncé.",
              "Fin prévue à {time}, {n} minutes de plus que l'horaire annoncé.",
              n,
              words,
            )
          : minutes < 0
            ? tn(
                "Fin prévue à {time}, {n} minute de moins que l'horaire annoncé.",
                "Fin prévue à {time}, {n} minutes de moins que l'horaire annoncé.",
                n,
                words,
              )
            : t("Fin prévue à {time}, comme annoncé.", { time: "\u0000" });
  const [before = "", after = ""] = sentence.split("\u0000");
  return { before, hour: hour(end), after };
}

/** Why the minutes of a block are worth a look. */
export function rangeWords({ outside, rows }: Block): string | null {
  if (outside === null) return null;
  const [low, high] = outside;
  return rows[0]?.step.phase === "convergence"
    ? t("Le kit conseille de {low} à {high} min pour les canevas.", { low, high })
    : t("Le kit conseille de {low} à {high} min par fiche.", { low, high });
}

/** A line of « À votre attention »: who, what they do, and where. The name may be empty. */
export function feedWords(item: Item, now: number): { name: string; what: string; where: string } {
  const since = item.since === null ? "" : lasting(now - item.since);
  const join = (...parts: string[]) => parts.filter(Boolean).join(", ");
  switch (item.kind) {
    case "hand":
      return {
        name: item.name,
        what: t("demande de l'aide"),
        where: join(
          item.group === null ? t("Salle d'attente") : item.groupName,
          since && t("il y a {time}", { time: since }),
        ),
      };
    case "ended":
      return {
        name: "",
        what: t("Le temps est écoulé"),
        where: since && t("il y a {time}", { time: since }),
      };
    case "waiting":
      return { name: item.name, what: t("attend"), where: join(t("Salle d'attente"), since) };
    case "silence":
      return { name: item.name, what: t("n'a rien écrit"), where: join(item.groupName, since) };
    case "imbalance":
      return {
        name: "",
        what: t("Parole déséquilibrée"),
        where: join(
          item.groupName,
          t("{n} % des notes", { n: Math.round((100 * (item.notes ?? 0)) / (item.of ?? 1)) }),
        ),
      };
    case "offline":
      return { name: item.name, what: t("hors ligne"), where: join(item.groupName, since) };
  }
}

/** The sentence on the card of a group. */
export function cardWords(item: Item, now: number): string {
  const since = item.since === null ? "" : lasting(now - item.since);
  switch (item.kind) {
    case "hand":
      return t("{name} demande de l'aide.", { name: item.name });
    case "silence":
      return t("{name} n'a rien écrit depuis {time}.", { name: item.name, time: since });
    case "imbalance":
      return t("Une personne a écrit {n} notes sur {of}.", { n: item.notes ?? 0, of: item.of ?? 0 });
    case "offline":
      return t("{name} est hors ligne : ses notes arriveront à son retour.", { name: item.name });
    default:
      return "";
  }
}

export const PICTURES: Record<Item["kind"], string> = {
  hand: "hand",
  ended: "timer",
  waiting: "door-open",
  silence: "hourglass",
  imbalance: "scale",
  offline: "wifi-off",
};

/** The ground of each kind of item: never the only sign of it. */
export const LOOKS: Record<Item["kind"], string> = {
  hand: "live",
  ended: "live",
  waiting: "info",
  silence: "warn",
  imbalance: "info",
  offline: "plain",
};

export function chipWords(chip: Chip): { words: string; picture: string; look: string } {
  switch (chip.kind) {
    case "hands":
      return {
        words: chip.n === 1 ? t("main levée") : t("{n} mains levées", { n: chip.n }),
        picture: "hand",
        look: "live",
      };
    case "ready":
      return {
        words: t("c'est bon : {n} sur {of}", { n: chip.n, of: chip.of }),
        picture: "check-check",
        look: "ok",
      };
    case "hidden":
      return {
        words: tn("{n} sur {of} a écrit", "{n} sur {of} ont écrit", chip.n, { of: chip.of }),
        picture: "eye-off",
        look: "brand",
      };
    case "locked":
      return { words: t("verrouillé"), picture: "lock", look: "" };
    case "balanced":
      return { words: t("rythme équilibré"), picture: "check", look: "ok" };
    case "notes":
      return { words: tn("{n} note", "{n} notes", chip.n), picture: "sticky-note", look: "" };
    case "nobody":
      return { words: t("personne en ligne"), picture: "users", look: "" };
  }
}
