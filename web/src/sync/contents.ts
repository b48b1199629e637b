// What a room's document holds, as plain values, read once and kept until it changes. A view asks for a zone
// on every frame: the answer costs what changed, not the size of the room.

import type * as Y from "yjs";
import { moment } from "../model/own";
import {
  type Cluster,
  COLOURS,
  type Colour,
  type Comment,
  type Note,
  type Origin,
  type Status,
} from "../model/page";

export type Entry = Y.Map<unknown>;

/** One note, before and after a transaction; null where it was not there. */
export interface NoteChange {
  id: string;
  before: Note | null;
  after: Note | null;
  /** Comments or reactions of the note changed too, or nothing else did. */
  talk: { comments: boolean; reactions: boolean };
}

const STATUSES: readonly Status[] = ["open", "carried", "merged", "parked"];

/** Reading order: by order key, then id. */
export function inOrder(a: Note, b: Note): number {
  return a.order < b.order ? -1 : a.order > b.order ? 1 : a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

/** Comments are keyed `<note>.<person>.<random>`, reactions `<note>.<person>`: whose they are cannot be forged. */
export function commentKey(note: string, person: string, random: string): string {
  return `${note}.${person}.${random}`;
}

export function reactionKey(note: string, person: string): string {
  return `${note}.${person}`;
}

export class Contents {
  private readonly notes = new Map<string, Note>();
  private readonly boards = new Map<string, Map<string, Note[]>>();
  private readonly comments = new Map<string, Comment[]>();
  private readonly reactions = new Map<string, Set<string>>();
  private readonly clusters = new Map<string, Cluster>();
  private readonly members = new Map<string, Set<string>>();

  note(id: string): Note | null {
    return this.notes.get(id) ?? null;
  }

  ids(): string[] {
    return [...this.notes.keys()];
  }

  all(): Note[] {
    return [...this.notes.values()];
  }

  get size(): number {
    return this.notes.size;
  }

  /** Notes of a board in reading order, by zone; zones without notes are not there. Not to be changed. */
  byZone(board: string): ReadonlyMap<string, Note[]> {
    return this.boards.get(board) ?? new Map();
  }

  /** Ids of the boards that hold a note. */
  boardIds(): string[] {
    return [...this.boards].filter(([, zones]) => zones.size > 0).map(([board]) => board);
  }

  commentsOf(note: string): readonly Comment[] {
    return this.comments.get(note) ?? [];
  }

  /** Ids of the people who like a note. */
  reactionsTo(note: string): ReadonlySet<string> {
    return this.reactions.get(note) ?? new Set();
  }

  cluster(id: string | undefined): Cluster | null {
    return id === undefined ? null : (this.clusters.get(id) ?? null);
  }

  /** Ids of the notes in a cluster. */
  membersOf(cluster: string): ReadonlySet<string> {
    return this.members.get(cluster) ?? new Set();
  }

  /** Clusters of a zone that hold a note, in the order of their first notes. */
  clustersOf(board: string, zone: string): Cluster[] {
    const seen = new Map<string, Cluster>();
    for (const note of this.byZone(board).get(zone) ?? []) {
      const cluster = this.clusterOf(note);
      if (cluster) seen.set(cluster.id, cluster);
    }
    return [...seen.values()];
  }

  /** The cluster a note is shown in: one of its own zone. */
  clusterOf(note: Note): Cluster | null {
    const cluster = this.cluster(note.cluster);
    return cluster?.board === note.board && cluster.zone === note.zone ? cluster : null;
  }

  // -- taking in what changed ---------------------------------------------------------------------

  /** Read a note again; `hidden`: a draft. Gives what it was and what it is. */
  takeNote(id: string, map: Entry | undefined, hidden = false): { before: Note | null; after: Note | null } {
    const before = this.notes.get(id) ?? null;
    const after = map === undefined ? null : readNote(id, map);
    if (after !== null && hidden) after.hidden = true;
    if (before !== null) this.leave(before);
    if (after !== null) this.place(after);
    return { before, after };
  }

  /** Read a comment again; gives the id of its note, null when the key names none. */
  takeComment(key: string, map: Entry | undefined): string | null {
    const [note, by, random] = key.split(".");
    if (!note || !by || !random) return null;
    const others = (this.comments.get(note) ?? []).filter((comment) => comment.id !== key);
    const text = map?.get("text");
    const at = map?.get("at");
    if (typeof text === "string") {
      others.push({ id: key, note, by, text, at: moment(at) });
      others.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
    }
    if (others.length > 0) this.comments.set(note, others);
    else this.comments.delete(note);
    return note;
  }

  takeReaction(key: string, map: Entry | undefined): string | null {
    const [note, by, more] = key.split(".");
    if (!note || !by || more !== undefined) return null;
    const people = new Set(this.reactions.get(note));
    if (map === undefined) people.delete(by);
    else people.add(by);
    if (people.size > 0) this.reactions.set(note, people);
    else this.reactions.delete(note);
    return note;
  }

  /** Read a cluster again; gives the notes it concerns. */
  takeCluster(id: string, map: Entry | undefined): Iterable<string> {
    const word = (name: string) => {
      const value = map?.get(name);
      return typeof value === "string" ? value : "";
    };
    if (map === undefined) this.clusters.delete(id);
    else this.clusters.set(id, { id, board: word("board"), zone: word("zone"), title: word("title") });
    return this.membersOf(id);
  }

  private place(note: Note): void {
    this.notes.set(note.id, note);
    let zones = this.boards.get(note.board);
    if (zones === undefined) {
      zones = new Map();
      this.boards.set(note.board, zones);
    }
    const there = zones.get(note.zone) ?? [];
    let [low, high] = [0, there.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (inOrder(there[middle] as Note, note) < 0) low = middle + 1;
      else high = middle;
    }
    // a new array: views compare what they have drawn with what there is
    zones.set(note.zone, [...there.slice(0, low), note, ...there.slice(low)]);
    if (note.cluster === undefined) return;
    const members = this.members.get(note.cluster) ?? new Set();
    this.members.set(note.cluster, members.add(note.id));
  }

  private leave(note: Note): void {
    this.notes.delete(note.id);
    const zones = this.boards.get(note.board);
    const left = (zones?.get(note.zone) ?? []).filter((other) => other.id !== note.id);
    if (left.length > 0) zones?.set(note.zone, left);
    else zones?.delete(note.zone);
    if (note.cluster !== undefined) this.members.get(note.cluster)?.delete(note.id);
  }
}

export function readNote(id: string, map: Entry): Note {
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
  const note: Note = {
    id,
    board: word("board"),
    zone: word("zone"),
    kind: word("kind", "note"),
    place: [part(0), part(1)],
    order: word("order", "a0"),
    colour: COLOURS.includes(colour) ? colour : "craie",
    text: String(map.get("text") ?? ""),
    by: word("by") || null,
    at: moment(map.get("at")),
  };
  const tags = map.get("tags");
  if (Array.isArray(tags) && tags.length > 0)
    note.tags = tags.filter((tag): tag is string => typeof tag === "string");
  if (map.get("locked") === true) note.locked = true;
  for (const name of ["cluster", "stakeholder"] as const) {
    const value = word(name);
    if (value !== "") note[name] = value;
  }
  const status = STATUSES.find((known) => known === map.get("status"));
  if (status !== undefined) note.status = status;
  const fields = map.get("fields") as Y.Map<unknown> | undefined;
  if (typeof fields?.size === "number" && fields.size > 0) note.fields = fields.toJSON();
  const origin = (map.get("origin") as Y.Array<unknown> | undefined)?.toArray?.() ?? [];
  if (origin.length > 0) note.origin = origin.flatMap(readOrigin);
  return note;
}

function readOrigin(value: unknown): Origin[] {
  if (typeof value !== "object" || value === null) return [];
  const { group, board, zone, note, at, by, hash } = value as Record<string, unknown>;
  if (typeof board !== "string" || typeof zone !== "string" || typeof note !== "string") return [];
  return [
    {
      ...(typeof group === "string" ? { group } : {}),
      board,
      zone,
      note,
      at: moment(at),
      by: typeof by === "string" ? by : "",
      ...(typeof hash === "string" ? { hash } : {}),
    },
  ];
}
