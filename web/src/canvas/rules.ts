// Rules of the governance canvas as plain values: their numbers, their committees, the domains nobody has ruled on.

import { type Choices, kindOf } from "../model/kinds";
import { own } from "../model/own";
import type { Note } from "../model/page";

/** R1, R2… by reading order, the same for everybody; a plain note that was carried or put there has one, too. */
export function ruleNumbers(notes: readonly Pick<Note, "id">[]): ReadonlyMap<string, string> {
  return new Map(notes.map(({ id }, at) => [id, `R${at + 1}`]));
}

const ids = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];

/** Rules of a committee in reading order, whichever of the two names the other. */
export function rulesOf(committee: Note, rules: readonly Note[]): Note[] {
  const named = new Set(ids(committee.fields?.rule_ids));
  return rules.filter(
    ({ id, kind, fields }) => kind === "rule" && (named.has(id) || fields?.committee_id === committee.id),
  );
}

export function committeesOf(rule: Note, committees: readonly Note[]): Note[] {
  return committees.filter((one) => one.kind === "committee" && rulesOf(one, [rule]).length > 0);
}

export interface LinkChange {
  id: string;
  fields: { committee_id?: string | undefined; rule_ids?: string[] | undefined };
}

/**
 * What makes both ends of a link say the same after one of them was changed: a rule has one committee, a
 * committee any number of rules. Nothing, where they do already.
 */
export function linkChanges(before: Note | null, after: Note | null, all: readonly Note[]): LinkChange[] {
  if (after?.kind === "rule") return committeesAfter(before, after, all);
  if (after?.kind === "committee") return rulesAfter(before, after, all);
  return [];
}

function committeesAfter(before: Note | null, rule: Note, all: readonly Note[]): LinkChange[] {
  const [was, is] = [before?.fields?.committee_id, rule.fields?.committee_id];
  if (was === is) return [];
  return all.flatMap((one) => {
    if (one.kind !== "committee") return [];
    const there = ids(one.fields?.rule_ids);
    const has = there.includes(rule.id);
    if (one.id === is) return has ? [] : [{ id: one.id, fields: { rule_ids: [...there, rule.id] } }];
    return has ? [{ id: one.id, fields: { rule_ids: without(there, rule.id) } }] : [];
  });
}

function rulesAfter(before: Note | null, committee: Note, all: readonly Note[]): LinkChange[] {
  const [was, is] = [ids(before?.fields?.rule_ids), ids(committee.fields?.rule_ids)];
  const added = is.filter((id) => !was.includes(id));
  const taken = was.filter((id) => !is.includes(id));
  return all.flatMap((one): LinkChange[] => {
    if (one.kind === "rule") {
      const of = one.fields?.committee_id;
      if (added.includes(one.id) && of !== committee.id)
        return [{ id: one.id, fields: { committee_id: committee.id } }];
      if (taken.includes(one.id) && of === committee.id)
        return [{ id: one.id, fields: { committee_id: undefined } }];
    }
    // a rule that comes here leaves the committee it was with
    if (one.kind === "committee" && one.id !== committee.id) {
      const there = ids(one.fields?.rule_ids);
      const left = there.filter((id) => !added.includes(id));
      if (left.length < there.length)
        return [{ id: one.id, fields: { rule_ids: left.length > 0 ? left : undefined } }];
    }
    return [];
  });
}

function without(all: readonly string[], id: string): string[] | undefined {
  const left = all.filter((one) => one !== id);
  return left.length > 0 ? left : undefined;
}

/** The domains of rules with their names, in the order of the method. */
export function domains(): Choices {
  return kindOf("rule").fields.find(({ name }) => name === "domain")?.choices ?? {};
}

/** Rules by domain; those without one under "". Domains of which there is no rule are empty. */
export function byDomain(notes: readonly Note[]): ReadonlyMap<string, readonly Note[]> {
  const rules = notes.filter(({ kind }) => kind === "rule");
  const out = new Map<string, Note[]>(Object.keys(domains()).map((domain) => [domain, []]));
  for (const rule of rules) {
    const domain = rule.fields?.domain;
    const known = typeof domain === "string" && own(domains(), domain) ? domain : "";
    out.set(known, [...(out.get(known) ?? []), rule]);
  }
  return out;
}

/** Names of the domains nobody has written a rule on. */
export function unruled(notes: readonly Note[]): string[] {
  const found = byDomain(notes);
  return Object.entries(domains()).flatMap(([domain, name]) =>
    found.get(domain)?.length === 0 ? [name()] : [],
  );
}
