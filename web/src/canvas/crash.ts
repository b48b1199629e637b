// Crash tests of rules as plain values: which rule applies, which committee decides, in how many days.

import type { Note } from "../model/page";

export const CRASH_TESTS = 8;

export interface Verdict {
  rule?: string;
  committee?: string;
  days?: number;
  text?: string;
}

/** Reads what the server wrote; anything else is no answer. */
export function verdictOf(value: unknown): Verdict {
  if (typeof value !== "object" || value === null) return {};
  const { rule, committee, days, text } = value as Record<string, unknown>;
  return {
    ...(typeof rule === "string" && { rule }),
    ...(typeof committee === "string" && { committee }),
    ...(typeof days === "number" && { days }),
    ...(typeof text === "string" && text !== "" && { text }),
  };
}

/** Without what points at notes that are gone. */
export function standing(verdict: Verdict, note: (id: string) => Note | null): Verdict {
  const { rule, committee, ...rest } = verdict;
  return {
    ...rest,
    ...(rule !== undefined && note(rule) !== null && { rule }),
    ...(committee !== undefined && note(committee) !== null && { committee }),
  };
}

/** Whether the group knows what happens: a rule applies, a committee decides, or a word says it. */
export function isAnswered({ rule, committee, text }: Verdict): boolean {
  return rule !== undefined || committee !== undefined || text !== undefined;
}
