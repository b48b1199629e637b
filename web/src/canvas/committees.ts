// Committees of the governance canvas as plain values: who sits in them, for how long, and who is missing.

import { isNumber } from "../model/kind-words";
import { COLLEGES } from "../model/kinds";
import { own } from "../model/own";
import type { Colour, Note, Workshop } from "../model/page";
import { sameName } from "../model/stakeholders";
import { t, tn } from "../ui/i18n";

export interface Member {
  name: string;
  /** Of somebody at the table; null for those who are not. */
  colour: Colour | null;
}

const lines = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];

type Around = Pick<Workshop, "people" | "stakeholders">;

/** The people and structures of a committee, with the colours they have around the table. */
export function membersOf(committee: Note, { people, stakeholders }: Around): Member[] {
  return lines(committee.fields?.members).map((name) => {
    const person = people.find((one) => sameName(one.name, name));
    const structure = stakeholders.find((one) => sameName(one.name, name));
    const seat = person ?? people.find((one) => one.stakeholder === structure?.id);
    return { name, colour: seat?.colour ?? null };
  });
}

/** « mandat de 24 mois, 2 de suite au plus » */
export function mandateWords({ fields }: Note): string {
  const { term_months: months, max_terms: most } = fields ?? {};
  const term = isNumber(months) ? tn("mandat d'{n} mois", "mandat de {n} mois", months) : "";
  const limit = isNumber(most) ? tn("{n} seul de suite", "{n} de suite au plus", most) : "";
  return [term, limit].filter(Boolean).join(", ");
}

/** What a group should still say of the mandates of a committee. */
export function mandateWarnings({ fields }: Note): string[] {
  const out: string[] = [];
  if (!isNumber(fields?.term_months)) out.push(t("durée de mandat à fixer"));
  if (!isNumber(fields?.max_terms)) out.push(t("mandats sans limite de renouvellement"));
  if (typeof fields?.succession !== "string") out.push(t("relève à prévoir"));
  return out;
}

/** Who should sit in every committee (Commission supérieure du numérique et des postes). */
export const EXPECTED = ["users", "civil_society", "social_economy"] as const;

const OF_TYPE: Readonly<Record<string, readonly string[]>> = {
  state: ["public"],
  local: ["public"],
  company: ["private"],
  association: ["civil_society", "social_economy"],
  cooperative: ["social_economy"],
  foundation: ["social_economy"],
  collective: ["civil_society"],
};
const OF_SECTOR: Readonly<Record<string, readonly string[]>> = {
  public: ["public"],
  private: ["private"],
  population: ["civil_society"],
};
const OF_PROFILE: Readonly<Record<string, readonly string[]>> = {
  user: ["users"],
  contributor: ["contributors"],
};

/** Colleges of a committee: those that were ticked, and those that follow from who its members are. */
export function collegesOf(
  committee: Note,
  { people, stakeholders }: Around,
  actors: readonly Note[],
): ReadonlySet<string> {
  const out = new Set(lines(committee.fields?.colleges));
  const add = (colleges: readonly string[] | undefined) => {
    for (const one of colleges ?? []) out.add(one);
  };
  for (const member of lines(committee.fields?.members)) {
    const person = people.find((one) => sameName(one.name, member));
    add(own(OF_PROFILE, person?.profile));
    const structure = stakeholders.find(({ id }) => id === person?.stakeholder)?.name ?? member;
    for (const actor of actors) {
      if (actor.kind !== "stakeholder") continue;
      const name = typeof actor.fields?.name === "string" ? actor.fields.name : actor.text;
      if (!sameName(name, structure)) continue;
      add(own(OF_TYPE, actor.fields?.type));
      add(own(OF_SECTOR, actor.fields?.sector));
    }
  }
  return out;
}

/** Names of those expected in every committee who are not in this one. */
export function missingColleges(present: ReadonlySet<string>): string[] {
  return EXPECTED.filter((one) => !present.has(one)).map((one) =>
    (COLLEGES[one]?.() ?? "").toLocaleLowerCase(),
  );
}
