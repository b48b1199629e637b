// The structures around a group's table, each with its recto.

import type { Person, Workshop } from "./page";

export interface Stakeholder {
  id: string;
  name: string;
  /** Who speaks for it now; nobody any more when only its notes are left. */
  people: Person[];
}

/** One's own first, then the others as they sat down, then those whose recto holds notes without anybody. */
export function aroundTable(
  workshop: Workshop,
  group: string,
  mine: string,
  rectos: Iterable<string>,
  gone: string,
): Stakeholder[] {
  const people = new Map<string, Person[]>();
  for (const person of workshop.people)
    if (person.group === group)
      people.set(person.stakeholder, [...(people.get(person.stakeholder) ?? []), person]);
  const named = (id: string): Stakeholder => ({
    id,
    name: nameOf(workshop, id) ?? gone,
    people: people.get(id) ?? [],
  });
  const left = new Set([...rectos].filter((id) => !people.has(id)));
  return [
    ...[...people.keys()].filter((id) => id === mine),
    ...[...people.keys()].filter((id) => id !== mine),
    ...[...left].sort(),
  ].map(named);
}

/** The name of a structure, or of the person who speaks for themselves; null when they have left. */
export function nameOf(workshop: Workshop, id: string): string | null {
  const one = workshop.stakeholders.find((known) => known.id === id);
  return one?.name ?? workshop.people.find((person) => person.id === id)?.name ?? null;
}

/** Whether two names differ in case, accents or spaces only: the server takes them for one structure. */
export function sameName(a: string, b: string): boolean {
  return key(a) === key(b);
}

function key(name: string): string {
  return name.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().split(/\s+/).filter(Boolean).join(" ");
}

/** How many tabs of these widths fit, in order, when the rest goes behind one more of width `more`. */
export function howManyFit(widths: readonly number[], room: number, more: number): number {
  if (widths.reduce((sum, width) => sum + width, 0) <= room) return widths.length;
  let used = more;
  for (const [at, width] of widths.entries()) {
    used += width;
    if (used > room) return at;
  }
  return widths.length;
}
