// Notes as plain text to take along: by board and zone, one line each.

import type { Note, Template } from "./page";
import { templateOf } from "./page";

export interface Place {
  board: string;
  /** « Fiche 2 · Convergence des actions · Nous » */
  title: string;
  template: Template;
}

/** These notes under the headings of their boards and zones, in the order of the boards given. */
export function notesAsText(
  heading: string,
  places: readonly Place[],
  notes: readonly Note[],
  extra: (note: Note) => string = () => "",
): string {
  const out = [heading];
  for (const { board, title, template } of places) {
    const there = notes.filter((note) => note.board === board);
    if (there.length === 0) continue;
    out.push("", title);
    for (const zone of [...template.zones].sort((a, b) => a.n - b.n)) {
      const inZone = there.filter((note) => note.zone === zone.id);
      if (inZone.length === 0) continue;
      out.push("", zone.title);
      for (const note of inZone) {
        const more = [note.tags?.map((tag) => `#${tag}`).join(" ") ?? "", extra(note)]
          .filter(Boolean)
          .join(" ");
        const text = note.text.trim().split("\n").join("\n  ");
        out.push(`- ${text}${more === "" ? "" : ` (${more})`}`);
      }
    }
  }
  return `${out.join("\n")}\n`;
}

/** Boards that hold these notes: sheets first, recto before verso, then canvases. */
export function boardsOf(notes: readonly Note[], templates: readonly Template[]): string[] {
  const rank = new Map(templates.map((template, at) => [template.id, at]));
  const key = (board: string): [number, string] => [rank.get(templateOf(board)) ?? templates.length, board];
  return [...new Set(notes.map((note) => note.board))].sort((one, two) => {
    const [[a, x], [b, y]] = [key(one), key(two)];
    return a - b || (x < y ? -1 : 1);
  });
}
