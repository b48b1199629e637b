// What the server puts into the page, and what it tells later: plain values, mirrored from docs/protocol.md.

export type Language = "fr" | "en";
export type Mark = "disc" | "triangle" | "square" | "diamond" | "hexagon" | "cross" | "star" | "crescent";
export type Canvas = "governance" | "economic";

export const COLOURS = [
  "citron",
  "abricot",
  "pivoine",
  "lavande",
  "ciel",
  "lagon",
  "mousse",
  "craie",
] as const;
export type Colour = (typeof COLOURS)[number];
export const MARKS: Readonly<Record<Colour, Mark>> = {
  citron: "disc",
  abricot: "triangle",
  pivoine: "square",
  lavande: "diamond",
  ciel: "hexagon",
  lagon: "cross",
  mousse: "star",
  craie: "crescent",
};

export interface Person {
  id: string;
  name: string;
  role: "organiser" | "facilitator" | "participant" | "observer";
  colour: Colour;
  mark: Mark;
  group: string | null;
  stakeholder: string;
  online?: boolean;
}

export interface Group {
  id: string;
  name: string;
  rooms: { exploration: string; convergence: string };
}

export interface Workshop {
  id: string;
  title: string;
  commons: string;
  code: string;
  revision: number;
  expires_at: number;
  agenda: {
    id: string;
    steps: {
      id: string;
      phase: string;
      minutes: number;
      mode: string;
      board: string | null;
      title: string;
    }[];
  };
  step: string | null;
  timer: { running: boolean; ends_at?: number; remaining_ms?: number; total_ms: number };
  groups: Group[];
  plenary: string;
  people: Person[];
  stakeholders: { id: string; name: string }[];
  /** Boards and templates of which there is something to say. */
  boards: Record<string, BoardState>;
  /** Everything is locked for participants. */
  frozen: boolean;
  frozen_by?: string | null;
}

export interface BoardState {
  locked: boolean;
  locked_zones: string[];
  locked_by?: string | null;
  zones_locked_by?: Record<string, string>;
}

export interface Zone {
  id: string;
  n: number;
  box: [number, number, number, number];
  title: string;
  prompt: string;
  kinds: string[];
  to: string[];
  pictograms: Canvas[];
  mirror: string | null;
  type: "plain" | "map" | "lanes";
}

export interface Template {
  id: string;
  version: string;
  page: "A4L" | "A3L";
  width: number;
  height: number;
  side: "je" | "nous" | null;
  sheet: 1 | 2 | 3 | null;
  title: string;
  zones: Zone[];
}

export interface Note {
  id: string;
  board: string;
  zone: string;
  kind: string;
  place: [number, number];
  order: string;
  colour: Colour;
  text: string;
  by: string | null;
  at: number;
  tags?: readonly string[];
  locked?: boolean;
  cluster?: string;
  stakeholder?: string;
  status?: Status;
  /** Values of the note's kind, and of kinds it had before (model/kinds.ts). */
  fields?: Readonly<Record<string, unknown>>;
  /** Where a raised or carried note came from, the latest last. */
  origin?: readonly Origin[];
}

export type Status = "open" | "carried" | "merged" | "parked";

export interface Origin {
  group?: string;
  board: string;
  zone: string;
  note: string;
  at: number;
  by: string;
}

/** Notes of one zone that belong together; each note names its cluster. */
export interface Cluster {
  id: string;
  board: string;
  zone: string;
  title: string;
}

export interface Comment {
  id: string;
  note: string;
  by: string;
  text: string;
  at: number;
}

export interface PageData {
  language: Language;
  messages: Record<string, string | string[]>;
  workshop: Workshop;
  person: Person;
  group: string;
  rooms: { exploration: string; convergence: string; plenary: string };
  board: string;
  templates: Template[];
  attribution: string;
  durability: "disk" | "replica" | "memory";
  /** Which scripts this page runs, as the server names them. */
  bundle: string;
  /** Notes of `board` when the page was made. */
  notes: Note[];
  /** Their groups, so that a list does not jump when the room is joined. */
  clusters: Cluster[];
  base: string;
}

/** `sheet2.recto/sabc` → `sheet2.recto` */
export function templateOf(board: string): string {
  return board.split("/", 1)[0] ?? board;
}

export function roomKind(board: string): "exploration" | "convergence" {
  return board === "governance" || board === "economic" ? "convergence" : "exploration";
}

/** Initials for an avatar: `Nadia Benali` NB, `Jean-Luc` JL, `Yann` Y. */
export function initials(name: string): string {
  const words = name.replaceAll("-", " ").split(/\s+/).filter(Boolean);
  const picked = words.length > 1 ? [words[0], words[words.length - 1]] : words;
  return picked.map((word) => [...(word ?? "")][0]?.toLocaleUpperCase() ?? "").join("");
}
