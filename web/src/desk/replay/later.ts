// What others did since, as a restore would undo it: all of it, board by board and zone by zone.

import type { Template } from "../../model/page";

export interface Shown {
  id: string;
  board?: string;
  zone?: string;
  text?: string;
  by?: string;
  at?: number;
}

/** `wanted`: what becomes of it; without that it goes. `cluster`: a group of notes. */
export type Later = Shown & { wanted?: Shown; cluster?: boolean };

interface Board {
  id: string;
  name: string;
  template: Template;
}

/** In the order of the boards and of their zones. `board` is named where there are several. */
export function byZone(
  notes: readonly Later[],
  boards: readonly Board[],
): { board: string; zone: string; notes: Later[] }[] {
  const several = new Set(notes.map(({ board }) => board)).size > 1;
  const at = (note: Later) => {
    const board = boards.findIndex(({ id }) => id === note.board);
    return [board, boards[board]?.template.zones.findIndex(({ id }) => id === note.zone) ?? -1] as const;
  };
  const found = new Map<string, Later[]>();
  for (const note of notes) {
    const key = at(note).join(" ");
    found.set(key, [...(found.get(key) ?? []), note]);
  }
  return [...found.values()]
    .map((these) => ({ these, place: at(these[0] as Later) }))
    .sort((a, b) => a.place[0] - b.place[0] || a.place[1] - b.place[1])
    .map(({ these, place: [board, zone] }) => ({
      board: several ? (boards[board]?.name ?? "") : "",
      zone: boards[board]?.template.zones[zone]?.title ?? "",
      notes: these,
    }));
}
