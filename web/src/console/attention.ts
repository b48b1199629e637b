// What deserves a look, as plain values: from what is known of people and of the step to short items.
// It describes and never judges; silence counts only while a step is open to writing.

import type { Counts } from "../model/page";

export const SILENT_MS = 8 * 60_000;
/** From this many notes on, and this part of them, one person speaks for a group. */
const NOTES_TO_COMPARE = 8;
const MOST_OF_THEM = 0.5;
/** Two people alone are never out of balance by a note. */
const PEOPLE_TO_COMPARE = 3;
const NOTES_FOR_RHYTHM = 8;
/** Whoever reloads a page is not away. */
const AWAY_MS = 15_000;
export const MOST_LINES = 6;

export interface Seen {
  id: string;
  name: string;
  group: string | null;
  online: boolean;
  /** Since when they are known to be there, or away. */
  since: number | null;
  handAt: number | null;
  ready: boolean;
  counts: Counts | null;
}

export interface Facts {
  now: number;
  people: readonly Seen[];
  groups: readonly { id: string; name: string }[];
  /** Since when participants may write; null while they may not. */
  writingSince: number | null;
  /** Since when the time is over; null while it is not. */
  endedAt: number | null;
  /** Whether this workshop lets facilitation see counts. */
  voices: boolean;
}

export type Kind = "hand" | "ended" | "waiting" | "silence" | "imbalance" | "offline";

export interface Item {
  kind: Kind;
  person: string | null;
  name: string;
  group: string | null;
  groupName: string;
  since: number | null;
  /** Of an imbalance: notes of this person, and of all. */
  notes?: number;
  of?: number;
}

const RANK: readonly Kind[] = ["hand", "ended", "waiting", "silence", "imbalance", "offline"];

/** All there is to say, hands first, then the oldest. */
export function attention(facts: Facts): Item[] {
  const names = new Map(facts.groups.map((group) => [group.id, group.name]));
  const about = (kind: Kind, one: Seen | null, since: number | null, more: Partial<Item> = {}): Item => ({
    kind,
    person: one?.id ?? null,
    name: one?.name ?? "",
    group: one?.group ?? null,
    groupName: names.get(one?.group ?? "") ?? "",
    since,
    ...more,
  });
  const items: Item[] = [];
  if (facts.endedAt !== null) items.push(about("ended", null, facts.endedAt));
  for (const one of facts.people) {
    if (one.handAt !== null) items.push(about("hand", one, one.handAt));
    if (one.group === null) {
      if (one.handAt === null) items.push(about("waiting", one, one.since));
      continue;
    }
    const silent = silentSince(facts, one);
    if (silent !== null) items.push(about("silence", one, silent));
    if (!one.online && one.since !== null && facts.now - one.since >= AWAY_MS)
      items.push(about("offline", one, one.since));
  }
  for (const group of facts.groups) {
    const loud = imbalance(facts, group.id);
    if (loud !== null) items.push(about("imbalance", loud.who, null, { notes: loud.notes, of: loud.of }));
  }
  return items.sort(
    (a, b) => RANK.indexOf(a.kind) - RANK.indexOf(b.kind) || (a.since ?? facts.now) - (b.since ?? facts.now),
  );
}

/** Since when somebody who is there has written nothing, once that is worth a word. */
export function silentSince(facts: Facts, one: Seen): number | null {
  if (!facts.voices || facts.writingSince === null || !one.online || one.counts === null) return null;
  const since = Math.max(facts.writingSince, one.since ?? 0, one.counts.last_at ?? 0);
  return facts.now - since >= SILENT_MS ? since : null;
}

/** Who wrote more than half of the notes of a group. */
export function imbalance(facts: Facts, group: string): { who: Seen; notes: number; of: number } | null {
  if (!facts.voices) return null;
  const seated = facts.people.filter((one) => one.group === group);
  const of = seated.reduce((sum, one) => sum + written(one), 0);
  if (seated.length < PEOPLE_TO_COMPARE || of < NOTES_TO_COMPARE) return null;
  const who = seated.find((one) => written(one) > of * MOST_OF_THEM);
  return who ? { who, notes: written(who), of } : null;
}

/** Notes, and drafts that nobody else sees yet. */
export function written(one: Pick<Seen, "counts">): number {
  return (one.counts?.notes ?? 0) + (one.counts?.hidden ?? 0);
}

export type Chip =
  | { kind: "hands"; n: number }
  | { kind: "ready"; n: number; of: number }
  | { kind: "hidden"; n: number; of: number }
  | { kind: "locked" }
  | { kind: "balanced" }
  | { kind: "notes"; n: number }
  | { kind: "nobody" };

export interface GroupFacts {
  readyAsked: boolean;
  /** How many people have drafts, while writing is silent; null when it is not. */
  hidden: number | null;
  locked: boolean;
  notes: number;
}

/** The one thing to say of a group beside its name. */
export function chipOf(facts: Facts, group: string, here: GroupFacts): Chip {
  const seated = facts.people.filter((one) => one.group === group);
  const hands = seated.filter((one) => one.handAt !== null).length;
  if (hands > 0) return { kind: "hands", n: hands };
  if (here.readyAsked)
    return { kind: "ready", n: seated.filter((one) => one.ready).length, of: seated.length };
  if (here.hidden !== null) return { kind: "hidden", n: here.hidden, of: seated.length };
  if (here.locked) return { kind: "locked" };
  if (!seated.some((one) => one.online)) return { kind: "nobody" };
  const even =
    seated.length >= PEOPLE_TO_COMPARE &&
    facts.voices &&
    imbalance(facts, group) === null &&
    seated.reduce((sum, one) => sum + written(one), 0) >= NOTES_FOR_RHYTHM &&
    seated.every((one) => silentSince(facts, one) === null);
  return even ? { kind: "balanced" } : { kind: "notes", n: here.notes };
}

/** The one sentence of a group: what its other signs do not say yet comes first. */
export function sentenceOf(items: readonly Item[], group: string): Item | null {
  const here = items.filter((item) => item.group === group);
  return here.find((item) => item.kind !== "hand") ?? here[0] ?? null;
}
