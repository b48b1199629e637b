// What became of the notes that feed a canvas. Nobody keeps a list of it: a note is decided when something on the
// canvas names it as its origin, or when it was put aside. So what is undone is open again by itself.

import { keyOf, type Row } from "./harvest";
import type { Canvas, Note } from "./page";

export interface Decision {
  status: "carried" | "merged" | "parked";
  /** Notes of the canvas that were made from it, the first one first. */
  notes: readonly Pick<Note, "id" | "zone">[];
}

/**
 * Decisions by key. `answers`: keys of the document's answers, of which `park/<canvas>/<group>/<note>` count.
 * `home`: the group of the room, for origins that name none.
 */
export function decisions(
  canvas: Canvas,
  notes: Iterable<Note>,
  answers: Iterable<string>,
  home: string,
): ReadonlyMap<string, Decision> {
  const out = new Map<string, Decision>();
  const aside = `park/${canvas}/`;
  for (const key of answers)
    if (key.startsWith(aside)) out.set(key.slice(aside.length), { status: "parked", notes: [] });
  for (const note of notes) {
    if (note.board !== canvas) continue;
    const keys = new Set(
      (note.origin ?? [])
        .filter((origin) => origin.board.startsWith("sheet"))
        .map((origin) => keyOf(origin.group ?? home, origin.note)),
    );
    for (const key of keys) {
      const there = out.get(key);
      const made = there === undefined || there.status === "parked" ? [] : there.notes;
      const status = keys.size === 1 && there?.status !== "merged" ? "carried" : "merged";
      out.set(key, { status, notes: [...made, { id: note.id, zone: note.zone }] });
    }
  }
  return out;
}

/** Whether a change of a note may have changed decisions: nobody asks again for each letter typed on a canvas. */
export function decides(before: Note | null, after: Note | null): boolean {
  if (!before?.origin && !after?.origin) return false;
  const of = (note: Note | null) =>
    note && JSON.stringify([note.board, note.zone, note.status ?? null, note.origin ?? null]);
  return of(before) !== of(after);
}

export interface Count {
  decided: number;
  of: number;
  left: number;
}

/** « 31 sur 45 traitées » */
export function counted(rows: Iterable<Row>, decided: ReadonlyMap<string, Decision>): Count {
  let [of, done] = [0, 0];
  for (const { key } of rows) {
    of++;
    if (decided.has(key)) done++;
  }
  return { decided: done, of, left: of - done };
}

/** What a note made of several says at first: of those that say nearly the same, the longest; one line for each. */
export function mergedText(
  notes: readonly { key: string; text: string }[],
  alike: readonly (readonly string[])[],
): string {
  const longest = new Map<unknown, string>();
  for (const { key, text } of notes) {
    const group = alike.find((keys) => keys.includes(key)) ?? key;
    const words = text.trim();
    if (words.length > (longest.get(group) ?? "").length) longest.set(group, words);
  }
  return [...new Set(longest.values())].join("\n");
}

/** Proposals to compare: notes that say nearly the same, as far as they are still to be decided. */
export function stillAlike(
  alike: readonly (readonly string[])[],
  open: ReadonlySet<string>,
): ReadonlyMap<string, readonly string[]> {
  const out = new Map<string, readonly string[]>();
  for (const group of alike) {
    const left = [...new Set(group)].filter((key) => open.has(key) && !out.has(key));
    if (left.length > 1) for (const key of left) out.set(key, left);
  }
  return out;
}
