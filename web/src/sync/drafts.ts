// Drafts on their way to the server: whole notes, the latest of each, acknowledged one message at a time. What is
// not acknowledged counts as not saved, is kept in this browser, and goes out again after a break.

import type { Note } from "../model/page";
import { joinTexts, sizeOf, textDiff } from "../model/text-diff";
import type { BoardDocument } from "./document";
import { keepDrafts, leftDrafts, type UnsentDrafts } from "./keep";
import { holdsWords, otherFields, sameFields } from "./words";

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
  /** Whether notes there belong to nobody. */
  isAnonymous(board: string, zone: string): boolean;
  /** Whether this person is writing in it just now. */
  isWriting?(id: string): boolean;
  /** What waits, or does not any more. */
  changed(): void;
  /** The server does not take these; the words of this person, to be handed over. */
  refused(key: string, notes: Note[]): void;
}

export class Drafts {
  private document: BoardDocument | null = null;
  /** As the server has told them; of those that are gone there, as long as this page has more to say about them. */
  private readonly known = new Map<string, Note>();
  private toldIds: ReadonlySet<string> = new Set();
  /** As they were sent last: the server may have them like this although it did not say so. */
  private readonly tried = new Map<string, Note>();
  /** Notes that become drafts as soon as their room is here again. */
  private held: readonly Note[] = [];
  /** Whether the browser took what was last given to it. */
  keeps = true;
  /** What it lacks, since when. */
  private readonly dirty = new Map<string, number>();
  private readonly leaving = new Set<string>();
  /** Written where notes belong to nobody: that holds wherever they arrive. */
  private readonly nameless = new Set<string>();
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
    this.held = [];
    this.document?.takeDrafts(notes);
    this.touched(notes.map((note) => note.id));
  }

  /** What is to become drafts: kept in this browser until then. */
  hold(notes: readonly Note[]): void {
    this.held = notes;
    this.keepNow();
  }

  /** Nothing of them stays in this browser. */
  forgetAll(): void {
    this.person = "";
    clearTimeout(this.keeping);
    this.keeping = undefined;
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
    this.toldIds = new Set(notes.map(({ id }) => id));
    for (const note of notes) this.known.set(note.id, note);
    const free = (id: string) => !this.dirty.has(id) && !this.sent?.values.has(id);
    const gone = [...this.known.keys()].filter((id) => !this.toldIds.has(id) && free(id));
    const late = gone.filter((id) => {
      const note = document.draft(id);
      return note !== null && !document.isRevealed(id) && !document.hides(note.board, note.zone);
    });
    // the field would close under somebody's hands: they go on elsewhere
    for (const id of gone) {
      const note = this.events.isWriting?.(id) && !late.includes(id) ? document.draft(id) : null;
      if (note !== null && !document.isRevealed(id)) this.events.refused("writing.revealed", [note]);
    }
    for (const id of gone) if (!late.includes(id)) this.forget(id);
    document.takeDrafts(
      notes.filter((note) => free(note.id)),
      gone.filter((id) => !late.includes(id)),
    );
    if (late.length > 0)
      setTimeout(() => {
        const still = late.filter((id) => !this.toldIds.has(id) && free(id));
        for (const id of still) this.forget(id);
        this.document?.takeDrafts([], still);
      }, HANDOVER_MS);
    if (!this.restored) {
      this.restored = true;
      void this.restore();
    }
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
          this.tried.delete(id); // it was not taken any more
          this.gone(id);
          continue;
        }
        if (values.get(id) === value) this.dirty.delete(id);
        else this.dirty.set(id, Date.now());
        this.tried.delete(id);
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
      if (note !== null && this.events.isAnonymous(note.board, note.zone)) this.nameless.add(id);
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
    if (!this.events.tell({ type: "private", id, notes, deleted, publish: leaving })) return;
    this.sent = { id, values, leaving };
    for (const one of values.keys()) {
      const note = this.document.draft(one);
      if (note !== null) this.tried.set(one, note);
    }
  }

  /** What the server should have of each: the note as JSON, empty where it is gone. */
  private values(ids: readonly string[]): Map<string, string> {
    return new Map(
      ids.map((id) => {
        const note = this.document?.draft(id) ?? null;
        if (note === null) return [id, ""];
        const anonymous = this.nameless.has(id) || undefined;
        return [id, JSON.stringify({ ...wire(note), anonymous })];
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
      const text = document.text(id)?.toString();
      // what the server has taken since it read the draft is not in the note either
      const unsaved =
        this.dirty.has(id) ||
        this.sent?.values.has(id) === true ||
        (known !== undefined &&
          draft.text === known.text &&
          text !== undefined &&
          known.text.startsWith(text));
      if (unsaved && !this.goesOn(document, draft)) this.events.refused("writing.revealed", [draft]);
      this.forget(id);
      document.takeDrafts([], [id]);
    }
    this.keepSoon();
    this.events.changed();
  }

  /** Puts what was written in a draft since the server took it into the note, beside what others wrote there. */
  private goesOn(document: BoardDocument, draft: Note): boolean {
    const [text, id] = [document.text(draft.id)?.toString() ?? "", draft.id];
    const bases = [this.tried.get(id), this.known.get(id)].filter((base) => base !== undefined);
    const far = (base: Note) => sizeOf(textDiff(base.text, text));
    const [base] = bases.sort((one, two) => far(one) - far(two));
    if (base === undefined) {
      if (!draft.text.startsWith(text)) return false;
      document.retype(id, draft.text);
      document.setFields(id, draft.fields ?? {});
      return true;
    }
    const wanted = draft.text.startsWith(text) ? draft.text : joinTexts(base.text, draft.text, text);
    document.retype(id, wanted);
    const names = otherFields(base, draft);
    document.setFields(id, Object.fromEntries(names.map((name) => [name, draft.fields?.[name]])));
    return true;
  }

  /** A draft is a note now. Of one that belongs to nobody the words that came too late are handed over. */
  private gone(id: string): void {
    const document = this.document;
    const note = document?.draft(id) ?? null;
    if (document === null || note === null) {
      this.forget(id);
      return;
    }
    if (document.isRevealed(id)) {
      this.handOver(document, [id]);
      return;
    }
    const known = this.known.get(id);
    const said = known === undefined || note.text !== known.text || !sameFields(note, known);
    // first: somebody who is still writing goes on elsewhere
    if (holdsWords(note) && said) this.events.refused("writing.revealed", [note]);
    this.forget(id);
    document.takeDrafts([], [id]);
  }

  /** Back to what the server has; what this person wrote is handed over. */
  private giveUp(ids: readonly string[], key: string): void {
    const notes = ids.map((id) => this.document?.draft(id)).filter((note) => note != null);
    this.events.refused(key, notes.filter(holdsWords));
    for (const id of ids) {
      this.dirty.delete(id);
      this.tried.delete(id);
      const known = this.known.get(id);
      if (known === undefined) this.document?.takeDrafts([], [id]);
      else this.document?.takeDrafts([known]);
    }
  }

  private forget(id: string): void {
    this.dirty.delete(id);
    this.leaving.delete(id);
    this.known.delete(id);
    this.tried.delete(id);
  }

  // -- across reloads -----------------------------------------------------------------------------

  private keepSoon(): void {
    this.keeping ??= setTimeout(() => this.keepNow(), 150);
  }

  private keepNow(): void {
    clearTimeout(this.keeping);
    this.keeping = undefined;
    if (this.person === "") return;
    const unsent: UnsentDrafts = { notes: [...this.held], gone: [], known: [], nameless: [] };
    for (const id of this.dirty.keys()) {
      const note = this.document?.draft(id) ?? null;
      if (note === null) unsent.gone.push(id);
      else unsent.notes.push(note);
      const known = this.known.get(id);
      if (known !== undefined) unsent.known.push(known);
      if (this.nameless.has(id)) unsent.nameless.push(id);
    }
    void keepDrafts(this.room, this.person, this.page, unsent).then((works) => {
      this.keeps = works;
    });
  }

  private async restore(): Promise<void> {
    const { unsent, forget } = await leftDrafts(this.room, this.person, this.page);
    const document = this.document;
    if (document === null) return;
    const bases = new Map(unsent.flatMap((one) => one.known ?? []).map((note) => [note.id, note]));
    // written on elsewhere since: what is newer stays, and the older words are handed over
    const isOlder = (id: string) => {
      const known = this.toldIds.has(id) ? this.known.get(id) : undefined;
      const base = bases.get(id);
      return this.dirty.has(id) || (known !== undefined && (base === undefined || differ(known, base)));
    };
    const kept = unsent.flatMap((one) => one.notes);
    const notes = kept.filter((note) => !isOlder(note.id));
    const older = kept.filter((note) => {
      const now = document.draft(note.id);
      return isOlder(note.id) && holdsWords(note) && (now === null || differ(now, note));
    });
    const gone = unsent.flatMap((one) => one.gone).filter((id) => !isOlder(id));
    for (const id of unsent.flatMap((one) => one.nameless ?? [])) this.nameless.add(id);
    document.takeDrafts(notes, gone);
    for (const id of [...notes.map((note) => note.id), ...gone]) {
      const base = bases.get(id);
      if (base !== undefined) this.known.set(id, base);
      this.dirty.set(id, Date.now());
    }
    if (older.length > 0) this.events.refused("writing.elsewhere", older);
    this.keepNow();
    await forget();
    this.soon(0);
    this.events.changed();
  }
}

const differ = (one: Note, two: Note) => one.text !== two.text || !sameFields(one, two);

function wire(note: Note): Record<string, unknown> {
  const { id, board, zone, kind, place, order, colour, text, tags, stakeholder, fields } = note;
  return { id, board, zone, kind, place, order, colour, text, tags, stakeholder, fields };
}
