// What somebody wrote on a note: its text and the values of its kind. The rest (place, colour, likes) is not words.

import type { Note } from "../model/page";

/** The values of a note's kind that are not the same, by name. */
export function otherFields(one: Note, two: Note): string[] {
  const names = new Set([...Object.keys(one.fields ?? {}), ...Object.keys(two.fields ?? {})]);
  return [...names].filter(
    (name) => JSON.stringify(one.fields?.[name]) !== JSON.stringify(two.fields?.[name]),
  );
}

export function sameFields(one: Note | null, two: Note | null): boolean {
  return one === null || two === null || otherFields(one, two).length === 0;
}

export function holdsWords(note: Note): boolean {
  return wordsOf(note) !== "";
}

/** Text and values, one under the other, to be read and copied. */
export function wordsOf(note: Note): string {
  const values = Object.values(note.fields ?? {}).filter(
    (value): value is string | number => typeof value === "string" || typeof value === "number",
  );
  return [note.text, ...values]
    .map((value) => String(value).trim())
    .filter((value) => value !== "")
    .join("\n");
}
