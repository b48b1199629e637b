// Texts that were not taken, kept until their person puts them back or lets go of them.

import type { Note } from "./page";

export interface Draft {
  note: Note;
  /** Why it was not taken, as the server says. */
  why: string;
}

/** With one more. Of the same note, a text that another one begins with says nothing new. */
export function withDraft(drafts: readonly Draft[], draft: Draft): Draft[] {
  const values = ({ note }: Draft) => JSON.stringify(note.fields ?? {});
  const begins = (one: Draft, two: Draft) =>
    one.note.id === two.note.id &&
    two.note.text.startsWith(one.note.text) &&
    (values(one) === values(two) || values(one) === "{}");
  if (drafts.some((kept) => begins(draft, kept))) return [...drafts];
  return [...drafts.filter((kept) => !begins(kept, draft)), draft];
}

/** Drafts as they were stored; anything else that may stand there is nothing. */
export function readDrafts(stored: string | null): Draft[] {
  try {
    const found: unknown = JSON.parse(stored ?? "[]");
    if (!Array.isArray(found)) return [];
    return found.filter((one): one is Draft => {
      const note = one?.note;
      const words = [
        one?.why,
        note?.id,
        note?.board,
        note?.zone,
        note?.text,
        note?.order,
        note?.colour,
        note?.kind,
      ];
      return words.every((word) => typeof word === "string") && Array.isArray(note.place);
    });
  } catch {
    return [];
  }
}
