// The typed face of a room's document. Mirrors server/tablee/sync/document.py; the layout is docs/data.md.

import * as Y from "yjs";
import { COLOURS, type Colour, type Note } from "../model/page";
import { type TextChange, textDiff, whole } from "../model/text-diff";

/** Origin of this person's own changes: what undo takes back. */
export const LOCAL = Symbol("local");
const DISCARD = Symbol("discard");

type NoteMap = Y.Map<unknown>;

export type NoteChanges = Partial<Pick<Note, "board" | "zone" | "place" | "order" | "colour" | "kind">>;

export class BoardDocument {
  readonly doc: Y.Doc;
  readonly undo: Y.UndoManager;
  private readonly notes: Y.Map<NoteMap>;

  constructor(clientId: number) {
    this.doc = new Y.Doc();
    this.doc.clientID = clientId;
    this.notes = this.doc.getMap("notes");
    for (const root of ["stakeholders", "clusters", "comments", "reactions"]) this.doc.getMap(root);
    this.undo = new Y.UndoManager(this.notes, { trackedOrigins: new Set([LOCAL]), captureTimeout: 500 });
  }

  /** Call `then` with the ids of notes that changed, and whether this person did it. */
  observe(then: (ids: Set<string>, mine: boolean) => void): () => void {
    const seen = (events: Y.YEvent<Y.AbstractType<unknown>>[], transaction: Y.Transaction) => {
      const ids = new Set<string>();
      for (const event of events) {
        const id = event.path[0];
        if (typeof id === "string") ids.add(id);
        else for (const key of event.keys.keys()) ids.add(key);
      }
      then(ids, transaction.local);
    };
    this.notes.observeDeep(seen);
    return () => this.notes.unobserveDeep(seen);
  }

  note(id: string): Note | null {
    const map = this.notes.get(id);
    return map === undefined ? null : read(id, map);
  }

  ids(): string[] {
    return [...this.notes.keys()];
  }

  all(): Note[] {
    const out: Note[] = [];
    this.notes.forEach((map, id) => {
      out.push(read(id, map));
    });
    return out;
  }

  /** Notes of a board in reading order, by zone. */
  byZone(board: string): Map<string, Note[]> {
    const zones = new Map<string, Note[]>();
    for (const note of this.all()) {
      if (note.board !== board) continue;
      const there = zones.get(note.zone);
      if (there) there.push(note);
      else zones.set(note.zone, [note]);
    }
    for (const notes of zones.values())
      notes.sort((a, b) => (a.order < b.order ? -1 : a.order > b.order ? 1 : a.id < b.id ? -1 : 1));
    return zones;
  }

  text(id: string): Y.Text | null {
    const text = this.notes.get(id)?.get("text");
    return text instanceof Y.Text ? text : null;
  }

  add(note: Note): void {
    this.change(() => {
      const map: NoteMap = new Y.Map();
      for (const name of ["board", "zone", "kind", "place", "order", "colour", "at"] as const)
        map.set(name, note[name]);
      if (note.by !== null) map.set("by", note.by);
      map.set("text", new Y.Text(note.text));
      map.set("fields", new Y.Map());
      this.notes.set(note.id, map);
    });
  }

  set(id: string, changes: NoteChanges): void {
    const map = this.notes.get(id);
    if (map === undefined) return;
    this.change(() => {
      for (const [name, value] of Object.entries(changes)) map.set(name, value);
    });
  }

  /** Replace what differs between the note's text and `wanted`, so that others' words beside it stay. */
  retype(id: string, wanted: string): void {
    const text = this.text(id);
    if (text === null) return;
    const change = textDiff(text.toString(), whole(wanted));
    if (change !== null) this.splice(id, change);
  }

  /** Make one change in a note's text. */
  splice(id: string, change: TextChange): void {
    const text = this.text(id);
    if (text === null || (change.remove === 0 && change.insert === "")) return;
    this.change(() => {
      if (change.remove) text.delete(change.at, change.remove);
      if (change.insert) text.insert(change.at, change.insert);
    });
  }

  remove(id: string): void {
    this.change(() => this.notes.delete(id));
  }

  /** Remove without a trace in undo: a note that never held a word. */
  discard(id: string): void {
    this.doc.transact(() => this.notes.delete(id), DISCARD);
  }

  private change(work: () => void): void {
    this.doc.transact(work, LOCAL);
  }
}

function read(id: string, map: NoteMap): Note {
  const word = (name: string, otherwise = "") => {
    const value = map.get(name);
    return typeof value === "string" ? value : otherwise;
  };
  const place = map.get("place");
  const part = (at: number) => {
    const value = Array.isArray(place) ? Number(place[at]) : 0;
    return Number.isFinite(value) ? Math.min(1, Math.max(0, value)) : 0;
  };
  const colour = word("colour") as Colour;
  const at = map.get("at");
  return {
    id,
    board: word("board"),
    zone: word("zone"),
    kind: word("kind", "note"),
    place: [part(0), part(1)],
    order: word("order", "a0"),
    colour: COLOURS.includes(colour) ? colour : "craie",
    text: String(map.get("text") ?? ""),
    by: word("by") || null,
    at: typeof at === "number" ? at : 0,
  };
}
