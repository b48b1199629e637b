// Where lanes and the notes in them lie, in pixels of their zones. No DOM: given counts, it gives boxes.

import type { Box } from "../../model/layout";

/** Above the lanes: the title of each zone. */
export const TITLE = 26;
export const GAP = 5;
const PAD = 5;
const COLUMNS = 3;
/** Lanes are never lower than a scale, nor a note than two lines and its foot. */
const LEAST_LANE = 70;
const LEAST_NOTE = 54;
/** Fewer lanes leave room for those to come. */
const LANES_AT_FIRST = 5;

export interface Row extends Pick<Box, "top" | "height"> {
  id: string | null;
}

export interface Rows {
  rows: Row[];
  /** Pixels beyond the height that was there. */
  grown: number;
}

/** Lines of notes that a cell of this many notes needs; a full line leaves its « + » in the corner. */
export const linesOf = (count: number) => Math.max(1, Math.ceil(count / COLUMNS));

const needOf = (lines: number) => Math.max(LEAST_LANE, 2 * PAD + lines * LEAST_NOTE + (lines - 1) * PAD);

/** Beside a scale and its verdict, and under a name: other notes of a lane, one line each. */
export const ASIDE = 26;
const HEAD = 56;
const VERDICT = 72;

/** What a lane needs at least for so many notes under its name and under its verdict. */
export function leastOf(said: number, beside: number): number {
  const under = beside === 0 ? 0 : VERDICT + asideHeight(beside);
  return Math.max(said === 0 ? 0 : HEAD + said * ASIDE + PAD, under);
}

export const asideHeight = (notes: number) => Math.ceil(notes / 2) * ASIDE + (notes > 0 ? PAD : 0);

/** Rows for lanes that need so many lines of notes each: equal where they can be, higher where they must. */
export function rowsOf(
  lanes: readonly { id: string | null; lines: number; least: number }[],
  height: number,
): Rows {
  const room = height - TITLE - GAP * Math.max(0, lanes.length - 1);
  const needs = lanes.map(({ lines, least }) => Math.max(least, needOf(lines)));
  const least = Math.max(LANES_AT_FIRST, lanes.length);
  const share = (height - TITLE - GAP * (least - 1)) / least;
  let equal = share;
  for (let round = 0; round < lanes.length; round++) {
    const tall = needs.filter((need) => need > equal);
    const left = room - tall.reduce((sum, need) => sum + need, 0);
    const rest = lanes.length - tall.length;
    if (rest === 0) break;
    equal = Math.min(share, left / rest);
  }
  let top = TITLE;
  const rows = lanes.map(({ id }, at) => {
    const row = { id, top, height: Math.floor(Math.max(needs[at] as number, equal)) };
    top += row.height + GAP;
    return row;
  });
  return { rows, grown: Math.max(0, Math.ceil(top - GAP - height)) };
}

/** The box of note number `at` of `count` in a cell, or of what adds one more. */
export function cellBox(row: Pick<Row, "top" | "height">, width: number, at: number, count: number): Box {
  const lines = linesOf(count);
  const wide = (width - 2 * PAD - (COLUMNS - 1) * PAD) / COLUMNS;
  const high = (row.height - 2 * PAD - (lines - 1) * PAD) / lines;
  return {
    left: PAD + (at % COLUMNS) * (wide + PAD),
    top: row.top + PAD + Math.floor(at / COLUMNS) * (high + PAD),
    width: wide,
    height: high,
  };
}

/** One line each at the lower edge of a lane, in one column or two. */
export function asideBox(row: Row, width: number, at: number, count: number, columns: 1 | 2): Box {
  const lines = Math.ceil(count / columns);
  const wide = (width - PAD * (columns + 1)) / columns;
  return {
    left: PAD + (at % columns) * (wide + PAD),
    top: row.top + row.height - PAD - (lines - Math.floor(at / columns)) * ASIDE + 3,
    width: wide,
    height: ASIDE - 3,
  };
}

/** The row under a height, the nearest when it lies between two. */
export function rowAt(rows: readonly Row[], y: number): Row | undefined {
  const inside = rows.find(({ top, height }) => y >= top && y < top + height + GAP);
  return inside ?? (y < TITLE ? rows[0] : rows.at(-1));
}
