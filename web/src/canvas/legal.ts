// Legal forms of the governance canvas as plain values: options with their votes and where they stand.

import { kindOf } from "../model/kinds";
import { own } from "../model/own";
import type { Note, Vote, Workshop } from "../model/page";
import { t } from "../ui/i18n";

export type Standing = "candidate" | "chosen" | "set_aside";

export interface Option {
  id: string;
  name: string;
  form: string | null;
  standing: Standing;
  /** « retenue », « dans 2 ans », « écartée » */
  words: string;
  /** Points of the latest closed vote, and their share of all; null where there was none. */
  points: number | null;
  share: number;
}

const WHEN: Readonly<Record<string, () => string>> = {
  "6m": () => t("dans 6 mois"),
  "2y": () => t("dans 2 ans"),
  "5y": () => t("dans 5 ans"),
};

/** Legal forms with their names, in the order of the method. */
export function forms() {
  return kindOf("legal_structure").fields.find(({ name }) => name === "form")?.choices ?? {};
}

/** The latest closed vote on the legal forms of a group, or of all. */
export function latestVote(workshop: Pick<Workshop, "votes">, group: string): Vote | null {
  const closed = (workshop.votes ?? []).filter(
    (vote) =>
      !vote.open &&
      vote.board === "governance" &&
      (vote.zone === "legal" || vote.zone === null) &&
      (vote.group === null || vote.group === group),
  );
  return closed.sort((a, b) => (b.closed_at ?? b.at) - (a.closed_at ?? a.at))[0] ?? null;
}

export function standingOf(note: Note): Standing {
  const said = note.fields?.standing;
  return said === "chosen" || said === "set_aside" ? said : "candidate";
}

export function standingWords(note: Note): string {
  const when = own(WHEN, note.fields?.horizon)?.() ?? "";
  switch (standingOf(note)) {
    case "chosen":
      return when ? t("retenue, {when}", { when }) : t("retenue");
    case "set_aside":
      return t("écartée");
    default:
      return when || (note.fields?.state === "today" ? t("aujourd'hui") : t("à l'étude"));
  }
}

/** What the group compares, in reading order. */
export function options(notes: readonly Note[], vote: Vote | null): Option[] {
  const there = notes.filter(({ kind }) => kind === "legal_structure");
  const points = (id: string) => own(vote?.totals ?? {}, id) ?? 0;
  const all = there.reduce((sum, { id }) => sum + points(id), 0);
  return there.map((note) => {
    const form = typeof note.fields?.form === "string" ? note.fields.form : null;
    return {
      id: note.id,
      name: note.text.trim().split("\n")[0] || own(forms(), form ?? "")?.() || t("Forme sans nom"),
      form,
      standing: standingOf(note),
      words: standingWords(note),
      points: vote === null ? null : points(note.id),
      share: all === 0 ? 0 : points(note.id) / all,
    };
  });
}
