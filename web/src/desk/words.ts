// Words of the organiser's page that more than one part of it says.

import type { Profile, Step, Workshop } from "../model/page";
import { t } from "../ui/i18n";
import { inWords } from "../ui/numbers";
import type { DeskData } from "./desk";

/** `3 h 50`, `45 min` */
export function duration(minutes: number): string {
  if (minutes < 60) return t("{n} min", { n: minutes });
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  return rest ? t("{h} h {m}", { h: hours, m: String(rest).padStart(2, "0") }) : t("{h} h", { h: hours });
}

/** The total against the slot: what is left of it, or what is too much. */
export function against(total: number, slot: number | null): string {
  if (slot === null) return t("sans horaire annoncé");
  const left = slot - total;
  const values = { slot: duration(slot), minutes: countedMinutes(Math.abs(left)) };
  if (left === 0) return t("sur {slot}, tout juste", values);
  return left > 0 ? t("sur {slot}, {minutes} de marge", values) : t("sur {slot}, {minutes} de trop", values);
}

/** `dix minutes`, `25 minutes`, `1 h 10` */
function countedMinutes(n: number): string {
  if (n >= 60) return duration(n);
  return n === 1 ? t("une minute") : t("{n} minutes", { n: inWords(n) });
}

/** What becomes of a group that is taken away. */
export function withoutGroup({ waiting_room: waits }: Workshop): string {
  return waits
    ? t("Ses personnes vont dans la salle d'attente. Un groupe qui a déjà des notes reste.")
    : t("Ses personnes vont dans les autres groupes. Un groupe qui a déjà des notes reste.");
}

export function phases(): Record<string, string> {
  return {
    intro: t("Accueil"),
    immersion: t("Immersion"),
    exploration: t("Exploration"),
    break: t("Pause"),
    convergence: t("Convergence"),
    synthesis: t("Synthèse"),
  };
}

/** How people work in a step, and what that means. */
export function modes(): Record<string, { name: string; meaning: string }> {
  return {
    plenary: { name: t("Plénière"), meaning: t("Tout le monde ensemble, dans une même salle.") },
    each: { name: t("Chaque structure"), meaning: t("Chaque structure écrit sur son propre recto.") },
    group: { name: t("Par groupe"), meaning: t("Chaque groupe travaille ensemble, sur le même support.") },
    rooms: {
      name: t("Un groupe par fiche"),
      meaning: t("Les groupes travaillent en parallèle, chacun sur sa fiche."),
    },
  };
}

export function rights(): Record<string, string> {
  return {
    write: t("Écrire et changer toutes les notes"),
    own: t("Écrire, et ne changer que ses notes"),
    read: t("Lire seulement"),
  };
}

export function writings(): Record<string, string> {
  return {
    open: t("À découvert : on se lit en écrivant"),
    silent: t("Silencieuse : on ne voit que ses notes, jusqu'à ce qu'elles soient révélées"),
    anonymous: t("Anonyme : personne ne sait qui a écrit quoi"),
  };
}

export function profiles(): Record<Profile, { name: string; icon: string }> {
  return {
    lead: { name: t("porte le projet"), icon: "key-round" },
    contributor: { name: t("contribue"), icon: "wrench" },
    user: { name: t("utilise"), icon: "footprints" },
  };
}

/** Licences of what people write: their ids, names, and what they allow. */
export function contentLicences(): [string, string, string][] {
  return [
    ["internal", t("Interne"), t("Ce qui s'écrit ici reste entre les personnes présentes.")],
    [
      "cc-by-sa-4.0",
      "CC BY-SA 4.0",
      t("Tout le monde peut reprendre ce qui s'écrit ici, en citant l'atelier et sous la même licence."),
    ],
    [
      "chatham-house",
      t("Règle de Chatham House"),
      t("On peut reprendre ce qui s'est dit, jamais dire qui l'a dit."),
    ],
  ];
}

export function supportName(data: DeskData, board: string | null): string {
  if (!board) return t("Aucun");
  if (board === "assigned.recto") return t("La fiche du groupe · Je");
  if (board === "assigned.verso") return t("La fiche du groupe · Nous");
  const support = data.supports.find((one) => one.id === board);
  if (!support) return board;
  if (support.sheet === null) return support.title;
  const face = support.side === "je" ? t("Je") : t("Nous");
  return t("Fiche {sheet} · {face}", { sheet: support.sheet, face });
}

export function moduleName(data: DeskData, module: string): string {
  if (module === "assigned") return t("La fiche du groupe");
  if (module === "canvases") return t("Les canevas");
  const support = data.supports.find((one) => one.id.startsWith(module));
  // both faces have their name in common
  const title = support?.title.replace(/ · [^·]+$/, "") ?? module;
  return support?.sheet === null ? (support?.title ?? module) : title;
}

/** The pictogram of a step: the canvas or the face it works on, else its phase. */
export function drawingOf(step: Pick<Step, "board" | "phase">): string {
  const board = step.board ?? "";
  if (board === "governance") return "gouv";
  if (board === "economic") return "eco";
  if (board) return board.endsWith(".recto") ? "je" : "nous";
  const byPhase: Record<string, string> = {
    intro: "door-open",
    immersion: "presentation",
    break: "coffee",
    synthesis: "flag",
  };
  return byPhase[step.phase] ?? "users";
}
