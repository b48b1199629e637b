// An action that was carried to both canvases is one action: one line, one owner.

import type { Note } from "../model/page";
import { type Lack, lacksOf } from "./lacks";

const sourcesOf = (note: Pick<Note, "origin">) =>
  [...new Set((note.origin ?? []).map(({ group, note: id }) => `${group ?? "-"}/${id}`))].sort().join(" ");

/** Notes of the same sources, one of each canvas, in the order of the first of them. */
export function twins<One extends Pick<Note, "board" | "origin">>(notes: readonly One[]): One[][] {
  const all: One[][] = [];
  const known = new Map<string, One[][]>();
  for (const note of notes) {
    const sources = sourcesOf(note);
    const there = known.get(sources)?.find((some) => some.every(({ board }) => board !== note.board));
    if (sources !== "" && there !== undefined) {
      there.push(note);
      continue;
    }
    const alone = [note];
    all.push(alone);
    if (sources !== "") known.set(sources, [...(known.get(sources) ?? []), alone]);
  }
  return all;
}

const going = (some: readonly Note[]) => {
  const kept = some.filter(({ fields }) => fields?.state !== "dropped");
  return kept.length > 0 ? kept : some;
};

/** What each of them lacks: what one says holds for the others. */
export function lacksOfAll(some: readonly Note[], people: Parameters<typeof lacksOf>[1]): Lack[] {
  const [first = [], ...others] = going(some).map((note) => lacksOf(note, people));
  return first.filter((lack) => others.every((lacks) => lacks.includes(lack)));
}

/** The first of them, with what only the others say. */
export function asOne(some: readonly Note[]): Note {
  const kept = going(some);
  const fields = Object.assign({}, ...kept.map((note) => note.fields ?? {}).reverse());
  return { ...(kept[0] as Note), fields };
}
