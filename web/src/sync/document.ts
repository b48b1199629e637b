// The typed face of a room's document. Mirrors server/tablee/sync/document.py; the layout is docs/data.md.

import * as Y from "yjs";
import type { Cluster, Comment, Note } from "../model/page";
import { type TextChange, textDiff, whole } from "../model/text-diff";
import { Contents, commentKey, type Entry, type NoteChange, reactionKey, readNote } from "./contents";
import { take, touchedBy, type Way } from "./history";

/** Origin of this person's own changes: what undo takes back. */
export const LOCAL = Symbol("local");
const DISCARD = Symbol("discard");
/** Drafts as the server tells them. */
const TOLD = Symbol("told");
/** When a step of undo was made, among those of both documents. */
const WHEN = "when";
/** What is done within this time is one step of undo. */
const CAPTURE_MS = 500;

/** What may be set on a note that is there; null takes a value away. */
export type NoteChanges = Partial<
  Pick<Note, "board" | "zone" | "place" | "order" | "colour" | "kind" | "origin" | "status"> & {
    tags: readonly string[] | null;
    locked: true | null;
    cluster: string | null;
    stakeholder: string | null;
  }
>;

/**
 * What changed, whether this person did it, and the client ids of those who did. `own`: only in drafts, which
 * nobody else has.
 */
export type Seen = (changes: NoteChange[], mine: boolean, clients: ReadonlySet<number>, own: boolean) => void;

const ALWAYS = ["board", "zone", "kind", "place", "order", "colour", "at"] as const;
const SOMETIMES = ["by", "tags", "locked", "cluster", "stakeholder", "status", "origin"] as const;

/**
 * Notes of hidden places are drafts: they lie in a second document that is never sent, and everything that is
 * done with a note works on them too. `sync/drafts.ts` takes them to the server and back.
 */
export class BoardDocument {
  readonly doc: Y.Doc;
  readonly undo: Y.UndoManager;
  /** Whether a new note there is a draft. */
  hides: (board: string, zone: string) => boolean = () => false;
  /** Told which drafts this person changed. */
  onDrafts: (ids: readonly string[]) => void = () => {};
  /** What is in it, as plain values. */
  readonly contents = new Contents();
  private readonly own = new Y.Doc();
  private readonly drafts: Y.Map<Entry>;
  private readonly ownUndo: Y.UndoManager;
  private stepsMade = 0;
  private readonly notes: Y.Map<Entry>;
  private readonly clusters: Y.Map<Entry>;
  private readonly comments: Y.Map<Entry>;
  private readonly reactions: Y.Map<Entry>;
  /** What commands wrote beside the notes: notes put aside, answers to cards and lists (docs/data.md). */
  readonly answers: Y.Map<Entry>;
  private readonly watchers = new Set<Seen>();

  constructor(clientId: number) {
    this.doc = new Y.Doc();
    this.doc.clientID = clientId;
    this.notes = this.doc.getMap("notes");
    this.doc.getMap("stakeholders");
    this.clusters = this.doc.getMap("clusters");
    this.comments = this.doc.getMap("comments");
    this.reactions = this.doc.getMap("reactions");
    this.answers = this.doc.getMap("answers");
    const roots = [this.notes, this.clusters, this.comments, this.reactions];
    this.drafts = this.own.getMap("notes");
    const capture = { trackedOrigins: new Set([LOCAL]), captureTimeout: CAPTURE_MS };
    this.undo = new Y.UndoManager(roots, capture);
    this.ownUndo = new Y.UndoManager([this.drafts], capture);
    for (const manager of [this.undo, this.ownUndo])
      for (const made of ["stack-item-added", "stack-item-updated"] as const)
        manager.on(made, ({ stackItem }) => stackItem.meta.set(WHEN, ++this.stepsMade));
    // what is done in one of them leaves nothing to give again in the other
    const [shared, drafted] = [this.undo, this.ownUndo];
    for (const [doc, other] of [
      [this.doc, drafted],
      [this.own, shared],
    ] as const)
      doc.on("afterTransaction", ({ origin, changed }: Y.Transaction) => {
        if (origin === LOCAL && changed.size > 0) other.clear(false, true);
      });
    this.watch(this.doc, roots);
    this.watch(this.own, [this.drafts]);
  }

  destroy(): void {
    this.doc.destroy();
    this.own.destroy();
  }

  /** Call `then` when there is more or less to undo. */
  onSteps(then: () => void): void {
    for (const manager of [this.undo, this.ownUndo])
      for (const what of ["stack-item-added", "stack-item-popped", "stack-cleared"] as const)
        manager.on(what, then);
  }

  /** All changes until `endStep` are one step of undo, however long the person takes. */
  beginStep(): void {
    this.endStep();
    this.undo.captureTimeout = this.ownUndo.captureTimeout = Number.POSITIVE_INFINITY;
  }

  /** What follows is a step of undo of its own. */
  endStep(): void {
    for (const manager of [this.undo, this.ownUndo]) {
      manager.stopCapturing();
      manager.captureTimeout = CAPTURE_MS;
    }
  }

  /** Call `then` with the notes that changed. */
  observe(then: Seen): () => void {
    this.watchers.add(then);
    return () => this.watchers.delete(then);
  }

  note(id: string): Note | null {
    return this.contents.note(id);
  }

  ids(): string[] {
    return this.contents.ids();
  }

  all(): Note[] {
    return this.contents.all();
  }

  /** Notes of a board in reading order, by zone. */
  byZone(board: string): ReadonlyMap<string, Note[]> {
    return this.contents.byZone(board);
  }

  text(id: string): Y.Text | null {
    const text = this.map(id)?.get("text");
    return text instanceof Y.Text ? text : null;
  }

  // -- changes ------------------------------------------------------------------------------------

  /** Several changes as one: one update, one step of undo. */
  together(work: () => void): void {
    this.endStep();
    this.change(work);
    this.endStep();
  }

  /** Several changes as one update; in undo they follow what came just before. */
  several(work: () => void): void {
    this.change(work);
  }

  add(note: Note): void {
    this.change(() =>
      (this.hides(note.board, note.zone) ? this.drafts : this.notes).set(note.id, entryOf(note)),
    );
  }

  set(id: string, changes: NoteChanges): void {
    const map = this.map(id);
    if (map === undefined) return;
    this.change(() => put(map, changes));
  }

  /** Set values of the note's kind; undefined takes one away. */
  setFields(id: string, values: Readonly<Record<string, unknown>>): void {
    const map = this.map(id);
    if (map === undefined) return;
    this.change(() => {
      const there = map.get("fields");
      const fields: Y.Map<unknown> = there instanceof Y.Map ? there : new Y.Map();
      if (fields !== there) map.set("fields", fields); // left out by whoever made the note without a page
      for (const [name, value] of Object.entries(values)) {
        if (value !== undefined) fields.set(name, value);
        else if (fields.has(name)) fields.delete(name);
      }
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
    this.change(() => this.at(id).delete(id));
  }

  /** Remove without a trace in undo: a note that never held a word. */
  discard(id: string): void {
    const at = this.at(id);
    at.doc?.transact(() => at.delete(id), DISCARD);
  }

  // -- drafts -------------------------------------------------------------------------------------

  /** Whether nobody else has this note. */
  isDraft(id: string): boolean {
    return !this.notes.has(id) && this.drafts.has(id);
  }

  /** Ids of the drafts, also of those that have become notes and were not taken away yet. */
  draftIds(): string[] {
    return [...this.drafts.keys()];
  }

  /** Whether a draft has become a note of the room. */
  isRevealed(id: string): boolean {
    return this.notes.has(id);
  }

  draft(id: string): Note | null {
    const map = this.drafts.get(id);
    return map === undefined ? null : readDraft(id, map);
  }

  /** Drafts as the server or an earlier page has them. What is the same stays untouched, a caret in it too. */
  takeDrafts(notes: Iterable<Note>, gone: Iterable<string> = []): void {
    this.own.transact(() => {
      for (const id of gone) this.drafts.delete(id);
      for (const note of notes) {
        const there = this.drafts.get(note.id);
        if (there === undefined) this.drafts.set(note.id, entryOf(note));
        else overwrite(there, note);
      }
    }, TOLD);
    if (this.drafts.size === 0) this.ownUndo.clear();
  }

  private map(id: string): Entry | undefined {
    return this.notes.get(id) ?? this.drafts.get(id);
  }

  private at(id: string): Y.Map<Entry> {
    return this.isDraft(id) ? this.drafts : this.notes;
  }

  addComment(comment: Omit<Comment, "id">, random: string): void {
    this.change(() => {
      const map: Entry = new Y.Map(Object.entries({ text: comment.text, at: comment.at }));
      this.comments.set(commentKey(comment.note, comment.by, random), map);
    });
  }

  editComment(id: string, text: string): void {
    this.change(() => this.comments.get(id)?.set("text", text));
  }

  removeComment(id: string): void {
    this.change(() => this.comments.delete(id));
  }

  /** Like a note, or take that back. */
  react(note: string, person: string, on: boolean, at: number): void {
    const key = reactionKey(note, person);
    if (on === this.reactions.has(key)) return;
    this.change(() => {
      if (on) this.reactions.set(key, new Y.Map([["at", at]]));
      else this.reactions.delete(key);
    });
  }

  addCluster({ id, board, zone, title }: Cluster): void {
    this.change(() => {
      this.clusters.set(id, new Y.Map(Object.entries({ board, zone, title })));
    });
  }

  setCluster(id: string, changes: Partial<Pick<Cluster, "board" | "zone" | "title">>): void {
    const map = this.clusters.get(id);
    if (map !== undefined) this.change(() => put(map, changes));
  }

  removeCluster(id: string): void {
    this.change(() => this.clusters.delete(id));
  }

  private change(work: () => void): void {
    this.own.transact(() => this.doc.transact(work, LOCAL), LOCAL);
  }

  // -- undo ---------------------------------------------------------------------------------------

  /** How many steps there are to take back, or to give again. */
  steps(way: Way): number {
    const count = (manager: Y.UndoManager) => (way === "undo" ? manager.undoStack : manager.redoStack).length;
    return count(this.undo) + count(this.ownUndo);
  }

  /** Of the two documents, the one whose next step is the later. */
  private next(way: Way): Y.UndoManager {
    const when = (manager: Y.UndoManager) =>
      Number((way === "undo" ? manager.undoStack : manager.redoStack).at(-1)?.meta.get(WHEN) ?? 0);
    return when(this.ownUndo) > when(this.undo) ? this.ownUndo : this.undo;
  }

  /** Take one step; false when there was nothing left to change. */
  step(way: Way): boolean {
    return take(this.next(way), way);
  }

  /**
   * Notes that the next step would change, places they are in or go back to, places where it would move notes that
   * all see, and whether comments or likes change.
   */
  stepTouches(way: Way): { notes: string[]; places: Place[]; into: Place[]; talk: boolean } {
    const [notes, places, into]: [string[], Place[], Place[]] = [[], [], []];
    let talk = false;
    const manager = this.next(way);
    for (const [entry, { boards, zones }] of touchedBy(manager, way)) {
      const [root, id = ""] = entry.split(" ");
      if (root === "comments" || root === "reactions") talk = true;
      if (root !== "notes" && root !== "clusters") continue;
      const now = root === "notes" ? this.note(id) : this.contents.cluster(id);
      if (root === "notes" && now !== null) notes.push(id);
      const from = boards.length > 0 ? boards : now === null ? [] : [now.board];
      const to = zones.length > 0 ? zones : now === null ? [] : [now.zone];
      for (const board of from)
        for (const zone of to) {
          places.push({ board, zone });
          if (manager === this.undo && now !== null && (now.board !== board || now.zone !== zone))
            into.push({ board, zone });
        }
      if (now !== null) places.push({ board: now.board, zone: now.zone });
    }
    return { notes, places, into, talk };
  }

  // -- what changed ---------------------------------------------------------------------------------

  /** Bring `contents` up to date once per transaction, and tell the watchers. */
  private watch(doc: Y.Doc, roots: readonly Y.Map<Entry>[]): void {
    const touched = new Map<Y.Map<Entry>, Set<string>>();
    for (const root of roots)
      root.observeDeep((events) => {
        const keys = touched.get(root) ?? new Set();
        for (const event of events) {
          const key = event.path[0];
          if (typeof key === "string") keys.add(key);
          else for (const changed of event.keys.keys()) keys.add(changed);
        }
        touched.set(root, keys);
      });
    const own = doc === this.own;
    doc.on("afterTransaction", (transaction: Y.Transaction) => {
      if (touched.size === 0) return;
      const changes = new Map<string, NoteChange>();
      const concern = (id: string) => {
        const known = this.contents.note(id);
        const change = changes.get(id) ?? {
          id,
          before: known,
          after: known,
          talk: { comments: false, reactions: false },
        };
        changes.set(id, change);
        return change;
      };
      const ids = [...(touched.get(own ? this.drafts : this.notes) ?? [])];
      for (const id of ids) {
        const change = concern(id);
        change.after = this.contents.takeNote(id, this.map(id), this.isDraft(id)).after;
      }
      if (own && transaction.origin !== TOLD) this.onDrafts(ids);
      for (const id of touched.get(this.clusters) ?? [])
        for (const member of this.contents.takeCluster(id, this.clusters.get(id))) concern(member);
      for (const key of touched.get(this.comments) ?? []) {
        const note = this.contents.takeComment(key, this.comments.get(key));
        if (note !== null) concern(note).talk.comments = true;
      }
      for (const key of touched.get(this.reactions) ?? []) {
        const note = this.contents.takeReaction(key, this.reactions.get(key));
        if (note !== null) concern(note).talk.reactions = true;
      }
      touched.clear();
      if (changes.size === 0) return;
      const clients = writers(transaction);
      const told = [...changes.values()];
      for (const then of this.watchers)
        try {
          then(told, transaction.local, clients, own);
        } catch (error) {
          // what one of them cannot draw must not stop the others, nor the room
          console.error(error);
        }
    });
  }
}

interface Place {
  board: string;
  zone: string;
}

function entryOf(note: Note): Entry {
  const map: Entry = new Y.Map();
  for (const name of ALWAYS) map.set(name, note[name]);
  for (const name of SOMETIMES) {
    const value = note[name];
    if (value !== undefined && value !== null) map.set(name, stored(name, value));
  }
  map.set("text", new Y.Text(note.text));
  map.set("fields", new Y.Map(Object.entries(note.fields ?? {})));
  return map;
}

/** Make an entry that is there this note, writing only what differs. */
function overwrite(map: Entry, note: Note): void {
  const now = readDraft(note.id, map);
  for (const name of [...ALWAYS, ...SOMETIMES])
    if (JSON.stringify(now[name] ?? null) !== JSON.stringify(note[name] ?? null))
      put(map, { [name]: note[name] ?? null });
  const text = map.get("text");
  const change = textDiff(now.text, note.text);
  if (text instanceof Y.Text && change !== null) {
    if (change.remove) text.delete(change.at, change.remove);
    if (change.insert) text.insert(change.at, change.insert);
  }
  if (JSON.stringify(now.fields ?? {}) !== JSON.stringify(note.fields ?? {}))
    map.set("fields", new Y.Map(Object.entries(note.fields ?? {})));
}

function readDraft(id: string, map: Entry): Note {
  return { ...readNote(id, map), hidden: true };
}

/** Origins are an array of the CRDT, everything else a plain value. */
function stored(name: string, value: unknown): unknown {
  return name === "origin" ? Y.Array.from(value as Record<string, unknown>[]) : value;
}

function put(map: Entry, changes: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(changes)) {
    if (value !== null && value !== undefined) map.set(name, stored(name, value));
    else if (map.has(name)) map.delete(name);
  }
}

/** Client ids that wrote in a transaction. Who only deleted is not among them. */
function writers(transaction: Y.Transaction): ReadonlySet<number> {
  const out = new Set<number>();
  transaction.afterState.forEach((clock, client) => {
    if ((transaction.beforeState.get(client) ?? 0) !== clock) out.add(client);
  });
  return out;
}
