// Drafts on their way to the server: whole notes, the latest of each, acknowledged one message at a time. What is
// not acknowledged counts as not saved, is kept in this browser, and goes out again after a break.

import type { Note } from "../model/page";
import type { BoardDocument } from "./document";
import { keepDrafts, leftDrafts, type UnsentDrafts } from "./keep";
import { holdsWords } from "./words";

const SPACING_MS = 250;
const AGAIN_MS = 1000;
/** With the frame around it this stays below 64 kB. */
const MOST_BYTES = 40_000;
const MOST_NOTES = 100;
/** A draft that becomes a note stays until the note is here, for so long at most. */
const HANDOVER_MS = 2000;
/** Reasons that pass by themselves. */
const PASSING = /^(store\.|room\.(busy|reloading)$|private\.crowded$|too_many$|failure$|command\.too_many$)/;

export interface DraftEvents {
  /** Send an event; false when there is no connection. */
  tell(event: { type: string } & Record<string, unknown>): boolean;
  /** What waits, or does not any more. */
  changed(): void;
  /** The server does not take these; the words of this person, to be handed over. */
  refused(key: string, notes: Note[]): void;
}

export class Drafts {
  private document: BoardDocument | null = null;
  /** As the server has told them. */
  private readonly known = new Map<string, Note>();
  /** What it lacks, since when. */
  private readonly dirty = new Map<string, number>();
  private readonly leaving = new Set<string>();
  private sent: { id: string; values: Map<string, string>; leaving: string[] } | null = null;
  private count = 0;
  /** After a refusal of several each goes alone, so that one does not hold up the others. */
  private alone = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private keeping: ReturnType<typeof setTimeout> | undefined;
  private restored = false;
  private person = "";
  private readonly page = Math.random().toString(36).slice(2, 10);

  constructor(
    private readonly room: string,
    private readonly events: DraftEvents,
  ) {
    addEventListener("pagehide", () => this.keepNow());
  }

  get pendingIds(): string[] {
    return [...this.dirty.keys()];
  }

  /** Drafts that are not acknowledged. */
  waiting(): Note[] {
    const notes = this.pendingIds.map((id) => this.document?.draft(id));
    return notes.filter((note) => note != null).filter(holdsWords);
  }

  get oldestAt(): number | null {
    return this.dirty.size === 0 ? null : Math.min(...this.dirty.values());
  }

  /** Another document takes the place of the one before; what is in drafts goes along. */
  attach(document: BoardDocument): void {
    const before = this.document;
    const notes = (before?.draftIds() ?? []).map((id) => before?.draft(id)).filter((one) => one != null);
    this.document = document;
    document.takeDrafts(notes);
    document.onDrafts = (ids) => this.touched(ids);
    // before anybody else is told: a field that is open goes on in the note with all that was typed
    document.observe((changes) => {
      const revealed = changes.map(({ id }) => id).filter((id) => document.isRevealed(id));
      if (revealed.length > 0) this.handOver(document, revealed);
    });
  }

  /** The server knows this person and answers again. */
  greeted(person: string): void {
    this.person = person;
    this.sent = null;
    if (!this.restored) {
      this.restored = true;
      void this.restore();
    }
    this.flush();
  }

  /** No answer will come to what was sent. */
  lost(): void {
    this.sent = null;
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  /** Notes that were refused because their place is hidden now: they go on as drafts. */
  adopt(notes: readonly Note[]): void {
    this.document?.takeDrafts(notes);
    this.touched(notes.map((note) => note.id));
  }

  /** Their author is done with them: where notes are only anonymous, they are shown now. */
  leave(ids: readonly string[]): void {
    for (const id of ids) this.leaving.add(id);
    if (ids.length > 0) this.soon(0);
  }

  isLeaving(id: string): boolean {
    return this.leaving.has(id) || (this.sent?.leaving.includes(id) ?? false);
  }

  /** All drafts of this person in this room, as the server has them. */
  told(notes: readonly Note[]): void {
    const document = this.document;
    if (document === null) return;
    const before = [...this.known.keys()];
    this.known.clear();
    for (const note of notes) this.known.set(note.id, note);
    const free = (id: string) => !this.dirty.has(id) && !this.sent?.values.has(id);
    const gone = before.filter((id) => !this.known.has(id) && free(id));
    const late = gone.filter((id) => {
      const note = document.draft(id);
      return note !== null && !document.isRevealed(id) && !document.hides(note.board, note.zone);
    });
    document.takeDrafts(
      notes.filter((note) => free(note.id)),
      gone.filter((id) => !late.includes(id)),
    );
    if (late.length > 0)
      setTimeout(() => {
        const still = late.filter((id) => !this.known.has(id) && free(id));
        this.document?.takeDrafts([], still);
      }, HANDOVER_MS);
  }

  /** The answer to a message of this page; whether it was one. */
  answered(event: Record<string, unknown>): boolean {
    const sent = this.sent;
    if (sent === null || event.id !== sent.id) return false;
    this.sent = null;
    const values = this.values([...sent.values.keys()]);
    if (event.type === "done") {
      const revealed = new Set(Array.isArray(event.revealed) ? event.revealed.map(String) : []);
      for (const [id, value] of sent.values) {
        if (revealed.has(id)) {
          this.gone(id);
          continue;
        }
        if (values.get(id) === value) this.dirty.delete(id);
        // it has that now, and need not say so before it is changed again
        const draft = this.document?.draft(id);
        if (value === "") this.known.delete(id);
        else if (draft) this.known.set(id, { ...draft, ...JSON.parse(value) });
      }
      for (const id of sent.leaving) this.leaving.delete(id);
      if (this.dirty.size === 0) this.alone = false;
      this.soon(0);
    } else if (PASSING.test(String(event.key))) {
      this.soon(AGAIN_MS);
    } else if (sent.values.size + sent.leaving.length > 1) {
      this.alone = true;
      this.soon(0);
    } else {
      for (const id of sent.leaving) this.leaving.delete(id);
      this.giveUp([...sent.values.keys()], String(event.key));
      this.soon(0);
    }
    this.keepSoon();
    this.events.changed();
    return true;
  }

  // -- inside -------------------------------------------------------------------------------------

  private touched(ids: readonly string[]): void {
    for (const id of ids) {
      const note = this.document?.draft(id) ?? null;
      // a note that never held a word is nobody's business yet
      if (!this.known.has(id) && !this.dirty.has(id) && (note === null || !holdsWords(note))) continue;
      if (!this.dirty.has(id)) this.dirty.set(id, Date.now());
    }
    this.keepSoon();
    this.soon(SPACING_MS);
    this.events.changed();
  }

  private soon(ms: number): void {
    if (this.dirty.size === 0 && this.leaving.size === 0) return;
    if (ms === 0) {
      clearTimeout(this.timer);
      this.timer = undefined;
    }
    this.timer ??= setTimeout(() => this.flush(), ms);
  }

  private flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.sent !== null || this.document === null) return;
    const values = new Map<string, string>();
    let bytes = 0;
    for (const [id, value] of this.values([...this.dirty.keys()])) {
      bytes += value.length * 3;
      if (values.size > 0 && (this.alone || bytes > MOST_BYTES || values.size >= MOST_NOTES)) break;
      values.set(id, value);
    }
    const leaving = [...this.leaving].filter((id) => !this.dirty.has(id) || values.has(id));
    if (this.alone && values.size > 0) leaving.length = 0;
    if (values.size === 0 && leaving.length === 0) return;
    const id = `private-${this.page}-${++this.count}`;
    const [notes, deleted]: [unknown[], string[]] = [[], []];
    for (const [one, value] of values)
      if (value === "") deleted.push(one);
      else notes.push(JSON.parse(value));
    if (this.events.tell({ type: "private", id, notes, deleted, publish: leaving }))
      this.sent = { id, values, leaving };
  }

  /** What the server should have of each: the note as JSON, empty where it is gone. */
  private values(ids: readonly string[]): Map<string, string> {
    return new Map(
      ids.map((id) => {
        const note = this.document?.draft(id) ?? null;
        return [id, note === null ? "" : JSON.stringify(wire(note))];
      }),
    );
  }

  /** The room has notes that were drafts: what was written since goes into them, as this person's own change. */
  private handOver(document: BoardDocument, ids: readonly string[]): void {
    const there = new Set(document.draftIds());
    for (const id of ids) {
      const draft = there.has(id) ? document.draft(id) : null;
      if (draft === null) continue;
      const known = this.known.get(id);
      if (this.dirty.has(id) || this.sent?.values.has(id)) {
        if (draft.text !== known?.text) document.retype(id, draft.text);
        if (JSON.stringify(draft.fields ?? {}) !== JSON.stringify(known?.fields ?? {}))
          document.setFields(id, draft.fields ?? {});
      }
      this.forget(id);
      document.takeDrafts([], [id]);
    }
    this.keepSoon();
    this.events.changed();
  }

  /** A draft is a note that belongs to nobody: words that came too late are handed over. */
  private gone(id: string): void {
    const note = this.document?.draft(id) ?? null;
    const known = this.known.get(id);
    this.forget(id);
    if (note === null) return;
    this.document?.takeDrafts([], [id]);
    if (note.text.trim() !== "" && known !== undefined && note.text !== known.text)
      this.events.refused("writing.revealed", [note]);
  }

  /** Back to what the server has; what this person wrote is handed over. */
  private giveUp(ids: readonly string[], key: string): void {
    const notes = ids.map((id) => this.document?.draft(id)).filter((note) => note != null);
    for (const id of ids) {
      this.dirty.delete(id);
      const known = this.known.get(id);
      if (known === undefined) this.document?.takeDrafts([], [id]);
      else this.document?.takeDrafts([known]);
    }
    this.events.refused(key, notes.filter(holdsWords));
  }

  private forget(id: string): void {
    this.dirty.delete(id);
    this.leaving.delete(id);
    this.known.delete(id);
  }

  // -- across reloads -----------------------------------------------------------------------------

  private keepSoon(): void {
    this.keeping ??= setTimeout(() => this.keepNow(), 150);
  }

  private keepNow(): void {
    clearTimeout(this.keeping);
    this.keeping = undefined;
    if (this.person === "") return;
    const unsent: UnsentDrafts = { notes: [], gone: [] };
    for (const id of this.dirty.keys()) {
      const note = this.document?.draft(id) ?? null;
      if (note === null) unsent.gone.push(id);
      else unsent.notes.push(note);
    }
    void keepDrafts(this.room, this.person, this.page, unsent);
  }

  private async restore(): Promise<void> {
    const { unsent, forget } = await leftDrafts(this.room, this.person, this.page);
    const document = this.document;
    if (document === null) return;
    const notes = unsent.flatMap((one) => one.notes).filter((note) => !this.dirty.has(note.id));
    const gone = unsent.flatMap((one) => one.gone).filter((id) => !this.dirty.has(id));
    document.takeDrafts(notes, gone);
    for (const id of [...notes.map((note) => note.id), ...gone]) this.dirty.set(id, Date.now());
    this.keepNow();
    await forget();
    this.soon(0);
    this.events.changed();
  }
}

function wire(note: Note): Record<string, unknown> {
  const { id, board, zone, kind, place, order, colour, text, tags, stakeholder, fields } = note;
  return { id, board, zone, kind, place, order, colour, text, tags, stakeholder, fields };
}
