// « Faire remonter »: what a note for « Nous » takes over from the « Je » notes it is made of.

import type { Colour, Note, Origin, Zone } from "./page";

/** More than that is a list, not one idea. */
export const MOST_ORIGINS = 12;

export interface Raised {
  text: string;
  kind: string;
  colour: Colour;
  origin: Origin[];
  fields: Record<string, unknown>;
  tags: string[];
}

/** One note from one or several. Their kind stays when they share it and the zone takes it; fields always do. */
export function raised(zone: Zone, sources: readonly Note[], mine: Colour, mostTags: number): Raised {
  const kinds = new Set(sources.map((note) => note.kind));
  const [kind = "note"] = kinds;
  const colours = new Set(sources.map((note) => note.colour));
  const [colour = mine] = colours;
  const fields: Record<string, unknown> = {};
  for (const note of [...sources].reverse()) Object.assign(fields, note.fields);
  const earlier = sources.flatMap((note) => note.origin ?? []);
  const own = sources.map(
    ({ board, zone, id, at, by }): Origin => ({ board, zone, note: id, at, by: by ?? "" }),
  );
  return {
    text: sources.map((note) => note.text.trim()).join("\n"),
    kind: kinds.size === 1 && zone.kinds.includes(kind) ? kind : "note",
    colour: colours.size === 1 ? colour : mine,
    origin: [...earlier, ...own].slice(-MOST_ORIGINS),
    fields,
    tags: [...new Set(sources.flatMap((note) => note.tags ?? []))].slice(0, mostTags),
  };
}

/** Which notes were made of which: id of the source → ids of what was raised or carried from it. */
export function madeFrom(notes: Iterable<Note>): Map<string, string[]> {
  const out = new Map<string, string[]>();
  for (const note of notes)
    for (const { note: source } of note.origin ?? []) out.set(source, [...(out.get(source) ?? []), note.id]);
  return out;
}
