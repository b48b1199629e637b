// Where lanes and the notes in them lie, in pixels of their zones. No DOM: given counts, it gives boxes.

import type { Box } from "../../model/layout";

/** Above the lanes: the title of each zone. */
export const TITLE = 26;
export const GAP = 5;
const PAD = 5;
export const COLUMNS = 3;
/** Lanes are never lower than a scale, nor a note than two lines and its foot. */
const LEAST_LANE = 70;
const LEAST_NOTE = 54;
/** Where many lanes are to be seen at once, both are as low as can still be read. */
const LOW_LANE = 56;
const LOW_NOTE = LOW_LANE - 2 * PAD;
const MOST_LOW = 8;
/** Under this a scale is drawn low, and a verdict says the most important in two lines. */
const LOW = 76;
/** At the end of a full line: « + » and how many are not shown. */
export const STRIP = 22;
/** Fewer lanes leave room for those to come. */
const LANES_AT_FIRST = 5;

export interface Row extends Pick<Box, "top" | "height"> {
  id: string | null;
  /** Lines of notes that are shown, and how many notes a line has. */
  lines: number;
  columns: number;
}

export interface Rows {
  rows: Row[];
  /** Pixels beyond the height that was there. */
  grown: number;
}

export const isLow = ({ height }: Pick<Row, "height">) => height < LOW;

const linesOf = (count: number, columns: number) => Math.max(1, Math.ceil(count / columns));

const needOf = (lines: number) => Math.max(LEAST_LANE, 2 * PAD + lines * LEAST_NOTE + (lines - 1) * PAD);
const lowNeedOf = (lines: number) => LOW_LANE + (lines - 1) * (LOW_NOTE + PAD);

/**
 * Rows for lanes that hold so many notes at most on one side: equal where they can be, higher where they must.
 * Before the page grows lanes get lower, and show fewer of their notes; beyond eight it grows.
 */
export function rowsOf(
  lanes: readonly { id: string | null; notes: number }[],
  height: number,
  columns = COLUMNS,
): Rows {
  const room = height - TITLE - GAP * Math.max(0, lanes.length - 1);
  const wanted = lanes.map(({ notes }) => linesOf(notes, columns));
  const sum = (all: readonly number[]) => all.reduce((so, one) => so + one, 0);
  const low = sum(wanted.map(needOf)) > room && lanes.length <= MOST_LOW;
  const lines = low ? fewer(wanted, room) : wanted;
  const needs = lines.map(low ? lowNeedOf : needOf);
  const least = Math.max(LANES_AT_FIRST, lanes.length);
  const share = (height - TITLE - GAP * (least - 1)) / least;
  let equal = share;
  for (let round = 0; round < lanes.length; round++) {
    const tall = needs.filter((need) => need > equal);
    const left = room - sum(tall);
    const rest = lanes.length - tall.length;
    if (rest === 0) break;
    equal = Math.min(share, left / rest);
  }
  let top = TITLE;
  const rows = lanes.map(({ id }, at) => {
    const high = Math.floor(Math.max(needs[at] as number, equal));
    const row = { id, top, height: high, lines: lines[at] as number, columns };
    top += high + GAP;
    return row;
  });
  return { rows, grown: Math.max(0, Math.ceil(top - GAP - height)) };
}

/** One line each, and what room is left to those who need it most. */
function fewer(wanted: readonly number[], room: number): number[] {
  const lines = wanted.map(() => 1);
  let left = room - wanted.length * LOW_LANE;
  while (left >= LOW_NOTE + PAD) {
    const missing = wanted.map((all, at) => all - (lines[at] as number));
    const most = Math.max(...missing);
    if (most <= 0) break;
    lines[missing.indexOf(most)] = (lines[missing.indexOf(most)] as number) + 1;
    left -= LOW_NOTE + PAD;
  }
  return lines;
}

type Cell = Pick<Row, "top" | "height" | "lines" | "columns">;

/** How many of so many notes a cell shows. */
export const shownIn = (row: Cell, count: number) => Math.min(count, row.lines * row.columns);

/** A line without room for one more. */
export const isFull = (row: Cell, count: number) => count > 0 && shownIn(row, count) % row.columns === 0;

/** The box of note number `at` of `count` in a cell, or of what adds one more. */
export function cellBox(row: Cell, width: number, at: number, count: number): Box {
  const { columns } = row;
  const lines = Math.min(row.lines, linesOf(count, columns));
  const room = width - (isFull(row, count) ? STRIP : 0);
  const wide = (room - 2 * PAD - (columns - 1) * PAD) / columns;
  const high = (row.height - 2 * PAD - (lines - 1) * PAD) / lines;
  return {
    left: PAD + (at % columns) * (wide + PAD),
    top: row.top + PAD + Math.floor(at / columns) * (high + PAD),
    width: wide,
    height: high,
  };
}

/** A note that is behind a number and is looked at or written all the same: over its lane. */
export function overBox(row: Pick<Row, "top" | "height">, width: number): Box {
  return { left: PAD, top: row.top + PAD, width: width - 2 * PAD, height: row.height - 2 * PAD };
}

/** The row under a height, the nearest when it lies between two. */
export function rowAt(rows: readonly Row[], y: number): Row | undefined {
  const inside = rows.find(({ top, height }) => y >= top && y < top + height + GAP);
  return inside ?? (y < TITLE ? rows[0] : rows.at(-1));
}

/** Lines that a text takes where so many letters stand in one. */
export function wrapped(text: string, letters: number): number {
  let lines = 1;
  let used = 0;
  for (const word of text.split(/\s+/)) {
    const length = [...word].length;
    if (used > 0 && used + 1 + length > letters) {
      lines++;
      used = 0;
    }
    lines += Math.max(0, Math.ceil(length / letters) - 1);
    used += (used > 0 ? 1 : 0) + Math.min(length, letters);
  }
  return lines;
}
