// Notes of the sheets that feed a canvas, as the server tells them: all of them, then what changed. What is shown
// of them in « À reporter », and in which order.

import { moment } from "./own";
import { type Canvas, COLOURS, type Colour, type Template, templateOf } from "./page";
import { matches } from "./search";

/** One note that may be carried over; its key is `<group>/<note>`, `-` for the plenary. */
export interface Row {
  key: string;
  group: string;
  room: string;
  note: string;
  board: string;
  zone: string;
  /** Where its zone leads: `governance.rules`. */
  to: readonly string[];
  kind: string;
  text: string;
  colour: Colour;
  /** Null where nobody signs. */
  by: string | null;
  stakeholder: string | null;
  at: number;
  order: string;
  votes: number;
  likes: number;
  /** Differs when the note says something else. */
  hash: string;
}

export interface Harvest {
  rows: ReadonlyMap<string, Row>;
  /** Keys of notes that say nearly the same: proposals, nothing more. */
  alike: readonly (readonly string[])[];
}

export const canvasOf = (address: string) => address.split(".", 1)[0] as Canvas;
export const zoneOf = (address: string) => address.slice(address.indexOf(".") + 1);
export const keyOf = (group: string, note: string) => `${group}/${note}`;

/** What is known after an event; a change without a list before it tells nothing. */
export function takeHarvest(
  before: Harvest | null,
  event: Readonly<Record<string, unknown>>,
): Harvest | null {
  const whole = event.whole === true;
  if (!whole && before === null) return null;
  const rows = new Map(whole ? [] : before?.rows);
  for (const [key, value] of Object.entries(object(event.rows))) {
    const row = value === null ? null : readRow(key, object(value));
    if (row === null) rows.delete(key);
    else rows.set(key, row);
  }
  const alike = Array.isArray(event.alike)
    ? event.alike.filter(Array.isArray).map((keys) => keys.filter((key) => typeof key === "string"))
    : ((whole ? null : before?.alike) ?? []);
  return { rows, alike };
}

function readRow(key: string, value: Record<string, unknown>): Row | null {
  const word = (name: string) => (typeof value[name] === "string" ? (value[name] as string) : "");
  const count = (name: string) => (Number.isFinite(value[name]) ? Math.max(0, Number(value[name])) : 0);
  const to = Array.isArray(value.to) ? value.to.filter((one) => typeof one === "string") : [];
  if (!word("room") || !word("note") || !word("board") || to.length === 0) return null;
  return {
    key,
    group: word("group") || (key.split("/", 1)[0] ?? ""),
    room: word("room"),
    note: word("note"),
    board: word("board"),
    zone: word("zone"),
    to,
    kind: word("kind") || "note",
    text: word("text"),
    colour: COLOURS.find((known) => known === value.colour) ?? "craie",
    by: word("by") || null,
    stakeholder: word("stakeholder") || null,
    at: moment(value.at),
    order: word("order"),
    votes: count("votes"),
    likes: count("likes"),
    hash: word("hash"),
  };
}

const object = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};

// -- what is shown ----------------------------------------------------------------------------------

export type Sort = "votes" | "reading" | "newest";

export interface Look {
  canvas: Canvas;
  /** Groups that are shown; none: all of them. */
  groups: ReadonlySet<string>;
  sort: Sort;
  /** Words that a note must hold, folded as in search. */
  terms: readonly string[];
}

/** Rows of one zone of one face of a sheet, whichever stakeholder's or group's it is. */
export interface Section {
  key: string;
  template: string;
  zone: string;
  rows: readonly Row[];
}

/** Where on this canvas a row would go. */
export function placesOf(row: Pick<Row, "to">, canvas: Canvas): string[] {
  return row.to.filter((address) => canvasOf(address) === canvas);
}

export function rowsFor(harvest: Harvest | null, canvas: Canvas): Row[] {
  return [...(harvest?.rows.values() ?? [])].filter((row) => placesOf(row, canvas).length > 0);
}

/** The rows that `look` leaves, under the zones they come from: sheet by sheet, « Nous » before « Je ». */
export function sections(
  rows: readonly Row[],
  look: Look,
  templates: readonly Template[],
  words: (row: Row) => string,
): Section[] {
  const found = new Map<string, Row[]>();
  for (const row of rows) {
    if (look.groups.size > 0 && !look.groups.has(row.group)) continue;
    if (look.terms.length > 0 && !matches(words(row), look.terms)) continue;
    const key = `${templateOf(row.board)} ${row.zone}`;
    const there = found.get(key);
    if (there) there.push(row);
    else found.set(key, [row]);
  }
  const before = inOrder(look.sort);
  const out = [...found].map(([key, there]): Section => {
    const [template = "", zone = ""] = key.split(" ");
    return { key, template, zone, rows: there.sort(before) };
  });
  const rank = (section: Section): number => {
    const template = templates.find((one) => one.id === section.template);
    const zone = template?.zones.find((one) => one.id === section.zone);
    return (template?.sheet ?? 9) * 1000 + (template?.side === "nous" ? 0 : 500) + (zone?.n ?? 99);
  };
  const newest = (section: Section) => Math.max(...section.rows.map((row) => row.at));
  return out.sort((a, b) =>
    look.sort === "newest" ? newest(b) - newest(a) || rank(a) - rank(b) : rank(a) - rank(b),
  );
}

function inOrder(sort: Sort): (a: Row, b: Row) => number {
  const word = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  const reading = (a: Row, b: Row) =>
    word(a.group, b.group) || word(a.board, b.board) || word(a.order, b.order) || word(a.note, b.note);
  if (sort === "votes") return (a, b) => b.votes - a.votes || b.likes - a.likes || reading(a, b);
  if (sort === "newest") return (a, b) => b.at - a.at || reading(a, b);
  return reading;
}
