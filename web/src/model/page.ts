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
  profile?: Profile | null;
  hand?: boolean;
  /** Since when the hand is up, in server time. */
  hand_at?: number | null;
  ready?: boolean;
  /** For facilitation only, and only where the workshop has it on. */
  counts?: Counts;
}

export type Profile = "lead" | "contributor" | "user";

/** How much somebody writes: notes on boards, drafts nobody else sees, and when they last wrote (ms). */
export interface Counts {
  notes?: number;
  hidden?: number;
  last_at?: number;
}

export interface Group {
  id: string;
  name: string;
  rooms: { exploration: string; convergence: string };
  /** The sheet this group works on, where each group has its own. */
  sheet?: string | null;
  /** For facilitation only: the timer of this group, if it has one of its own. */
  timer?: Timer;
}

/** In server time: when it ends, or what is left. */
export interface Timer {
  running: boolean;
  ends_at?: number;
  remaining_ms?: number;
  total_ms: number;
  /** The group that reports back. */
  reporting?: string;
}

export interface Step {
  id: string;
  phase: string;
  minutes: number;
  mode: string;
  board: string | null;
  title: string;
  instruction?: string;
  rights?: "write" | "own" | "read";
  writing?: "open" | "silent" | "anonymous";
  lock_at_end?: boolean;
  reveal_at_end?: boolean;
}

/** Somebody shows a place (spotlight), or brings everybody there once (summons). */
export interface Pointed {
  id: string;
  by: string;
  board: string;
  zone: string | null;
  note?: string | null;
  group: string | null;
  at: number;
  may_stay: boolean;
}

export interface Vote {
  id: string;
  by: string;
  question: string;
  board: string;
  zone: string | null;
  group: string | null;
  dots: number;
  per_note: number;
  secret: boolean;
  at: number;
  ends_at: number | null;
  open: boolean;
  closed_at?: number;
  /** One of many: who gave what is told by `GET …?whole`. */
  shortened?: true;
  turnout?: number;
  of?: number;
  totals?: Record<string, number>;
  ballots?: Record<string, Record<string, number>>;
}

export interface Consent {
  id: string;
  by: string;
  proposal: string;
  group: string | null;
  secret: boolean;
  note: string | null;
  at: number;
  ends_at: number | null;
  open: boolean;
  closed_at?: number;
  /** One of many: who answered what is told by `GET …?whole`. */
  shortened?: true;
  turnout?: number;
  of?: number;
  answers?: { answer: "consent" | "reservation" | "objection"; reason: string; by: string | null }[];
}

/** Everybody answers for themselves, then the spread is shown. `results`: subject → answers, of nobody. */
export interface Poll {
  id: string;
  kind: "place" | "verdict" | "gauge" | "need" | "return";
  by: string;
  board: string | null;
  zone: string | null;
  group: string | null;
  at: number;
  ends_at: number | null;
  open: boolean;
  closed_at?: number;
  /** An earlier one of the same place: its results are told by `GET …?whole`. */
  shortened?: true;
  turnout?: number;
  of?: number;
  results?: Record<string, unknown[]>;
}

export interface Workshop {
  id: string;
  title: string;
  commons: string;
  code: string;
  revision: number;
  expires_at: number;
  created_at?: number;
  /** Since when it is closed, where that is known. */
  closed_at?: number | null;
  agenda: { id: string; steps: Step[] };
  step: string | null;
  timer: Timer;
  groups: Group[];
  plenary: string;
  people: Person[];
  stakeholders: { id: string; name: string }[];
  /** Boards and templates of which there is something to say. */
  boards: Record<string, BoardState>;
  /** Everything is locked for participants. */
  frozen: boolean;
  frozen_by?: string | null;
  frozen_until?: number | null;
  status?: "draft" | "open" | "closed";
  language?: string;
  licence?: string;
  people_may_choose_group?: boolean;
  starts_at?: number | null;
  slot_minutes?: number | null;
  waiting_room?: boolean;
  modules?: string[];
  /** The kit it works with, where it is not the shipped one. */
  kit?: { id: string; version: string } | null;
  end_sound?: boolean;
  runs?: { step: string; at: number }[];
  /** The room of each canvas: the group's convergence, or the plenary. */
  board_rooms?: Record<string, RoomKind>;
  /** Writing is silent, or notes are anonymous, on every board. */
  silent?: boolean;
  anonymous?: boolean;
  /** Zones that a group is done with; no group where all work together. */
  finished?: { group: string | null; board: string; zone: string }[];
  cursors_hidden?: boolean;
  ready_check?: { id: string; by: string; at: number } | null;
  spotlight?: Pointed | null;
  summons?: Pointed | null;
  votes?: Vote[];
  consents?: Consent[];
  polls?: Poll[];
  /** The card of the immersion that facilitation shows to all. */
  projected?: { card: string; heading: string | null; by: string; at: number } | null;
  /** Canvases of the groups that were brought together in the plenary. */
  pooled?: string[];
  /** The group whose sheets facilitation lets everybody read, without a time. */
  shown?: string | null;
  /** For organisers only: the page on which the boards are read. */
  shared?: { path: string; names: "names" | "structures" | "none"; public: boolean; at: number } | null;
  /** For organisers only: what they noted beforehand, by the keys of the guide. */
  preparation?: Record<string, string>;
  /** Groups that have begun their report. */
  reported?: string[];
  public_body?: boolean;
  commons_kind?: string | null;
  rehearsal?: boolean;
  announcement?: { id: string; by: string; text: string; at: number } | null;
  /** For facilitation only. */
  voices?: boolean;
  passphrase?: boolean;
}

export type RoomKind = "exploration" | "convergence" | "plenary";

export interface BoardState {
  locked: boolean;
  locked_zones: string[];
  locked_by?: string | null;
  zones_locked_by?: Record<string, string>;
  locked_until?: number | null;
  zones_locked_until?: Record<string, number>;
  open?: boolean;
  silent?: boolean;
  silent_zones?: string[];
  anonymous?: boolean;
  anonymous_zones?: string[];
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
  /** Which sheet a zone of the governance canvas comes from. */
  ring?: "sheet1" | "sheet2" | "sheet3" | "centre" | null;
  type: "plain" | "map" | "lanes";
  /** Of a map: names and ticks of both axes. */
  axes?: { x: Axis; y: Axis } | null;
}

/** Its ticks lie from 0 to 1, in order. */
export interface Axis {
  title: string;
  ticks: readonly (readonly [number, string])[];
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
  /** Another lay-out of the same zones for wide screens, in pixels of a board of that size. */
  screen?: { width: number; height: number; zones: Record<string, [number, number, number, number]> } | null;
  /** How many pixels its lanes need beyond that. */
  grown?: number;
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
  /** A draft: nobody else sees it until it is revealed. */
  hidden?: true;
}

export type Status = "open" | "carried" | "merged" | "parked";

export interface Origin {
  group?: string;
  board: string;
  zone: string;
  note: string;
  at: number;
  by: string;
  /** Whether the source still says what it said then: the one of its text and fields in `harvest`. */
  hash?: string;
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

/** A photo of paper on a board. */
export interface Photo {
  id: string;
  board: string;
  by: string;
  at: number;
  caption: string;
  width: number;
  height: number;
}

export interface PageData {
  language: Language;
  /** Files with what this page says: at once, and in parts that load later. None in French. */
  phrases: { first: string; later: string } | null;
  workshop: Workshop;
  person: Person;
  group: string;
  rooms: { exploration: string; convergence: string; plenary: string };
  board: string;
  /** The zone that the address names, as on paper. */
  zone: string | null;
  templates: Template[];
  attribution: string;
  durability: "disk" | "replica" | "memory";
  /** Styles of what is loaded when it is needed. */
  later: { canvas: string };
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

/** The room a board is in: sheets in the group's exploration, canvases where this workshop has them. */
export function roomKind(board: string, workshop: Workshop): RoomKind {
  if (board !== "governance" && board !== "economic") return "exploration";
  return workshop.board_rooms?.[board] ?? "convergence";
}

/** Initials for an avatar: `Nadia Benali` NB, `Jean-Luc` JL, `Yann` Y. */
export function initials(name: string): string {
  const words = name.replaceAll("-", " ").split(/\s+/).filter(Boolean);
  const picked = words.length > 1 ? [words[0], words[words.length - 1]] : words;
  return picked.map((word) => [...(word ?? "")][0]?.toLocaleUpperCase() ?? "").join("");
}
