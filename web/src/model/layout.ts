// Where things lie on a board, in world pixels: the page is WORLD wide whatever its paper size.
// Places of notes are relative to the room a note has in its zone, so a note is never outside it.

import type { Template, Zone } from "./page";

export const WORLD = 1123;
export const GAP = 8;
export const HEADER = 72;
const SMALL_HEADER = 34;
const PADDING = 12;
const GRID_HEADER = 30;
const GRID_PADDING = 9;
const NOTE_WIDTH = 165;
const NOTE_HEIGHT = 92;
/** Two lines and the foot. */
const COMPACT_HEIGHT = 64;
/** Height of a note on a canvas with two lines of text, without and with its foot. */
const LOW = 46;
const CANVAS_NOTE = 63;
/** Of committees and legal forms: a name and a line, so that three are seen. */
const CARD = 39;
/** What a committee says of mandates and of who is missing, where there is room for it. */
const CARD_WORDS = 72;
/** Of notes in a zone that is looked at alone. */
const LARGEST = 1.5;
/** Height of a question under the title of a zone. */
const PROMPT = 34;
const FOCUS_EDGE = 26;
const FOCUS_TOP = 102;
/** Above the first note of a cluster: its title. */
const TITLE = 24;
/** Lines of a folded note. */
export const MOST_LINES = 8;
/** Room for the zone's + button. */
const FOOT = 14;

export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

export interface Size {
  width: number;
  height: number;
}

export function scaleOf(template: Template): number {
  return WORLD / template.width;
}

let wide = false;

/** Whether the screen has room for the grids that some templates have beside the boxes of their page. */
export function setWide(is: boolean): void {
  wide = is;
}

/** The grid of a template for wide screens, where it holds. */
export function gridOf(template: Template): NonNullable<Template["screen"]> | null {
  return wide ? (template.screen ?? null) : null;
}

/** Lanes make a page longer, unless one zone alone is shown on it. */
export function pageSize(template: Template, alone = false): Size {
  const grid = gridOf(template);
  if (grid) return { width: grid.width, height: grid.height + (alone ? 0 : (template.grown ?? 0)) };
  return { width: WORLD, height: Math.round(template.height * scaleOf(template)) };
}

/** Lanes take the room they need: they grow, as does what stands between them, and what lies below moves down. */
function gridBox(template: Template, box: readonly [number, number, number, number]): Box {
  const [left, top, width, height] = box;
  const first = template.zones.find((zone) => zone.type === "lanes");
  const lanes = first && template.screen?.zones[first.id]?.[1];
  const grown = lanes === undefined ? 0 : (template.grown ?? 0);
  if (top === lanes) return { left, top, width, height: height + grown };
  return { left, top: lanes !== undefined && top > lanes ? top + grown : top, width, height };
}

export function zoneBox(template: Template, zone: Zone): Box {
  const own = gridOf(template)?.zones[zone.id];
  if (own) return gridBox(template, own);
  const scale = scaleOf(template);
  const [x, y, width, height] = zone.box;
  return { left: x * scale, top: y * scale, width: width * scale, height: height * scale };
}

/** How notes lie in one zone: where, how large, and how many can be seen at a glance. */
export interface ZoneLayout {
  /** The part of the zone where notes lie, relative to the zone. */
  body: Box;
  size: Size;
  /** Notes are low and show two lines, so that more of them fit. */
  compact: boolean;
  /** Canvas zones without the room for a foot under their notes. */
  low: boolean;
  canvas: boolean;
  /** Notes beyond this number are behind « + n ». */
  most: number;
  /** How much larger than usual notes and their texts are: more than 1 in a zone that is looked at alone. */
  scale: number;
  /** The question of the zone is behind its title, to make room. */
  folded?: boolean;
  /** Notes lie side by side in reading order, wherever their places are on the board. */
  flows: boolean;
  /** Notes are cards of one line and a foot. */
  card?: boolean;
}

/** The whole page is one zone when somebody looks at that zone alone. */
function focusBox(template: Template): Box {
  const page = pageSize(template, true);
  return {
    left: FOCUS_EDGE,
    top: FOCUS_TOP,
    width: page.width - 2 * FOCUS_EDGE,
    height: page.height - FOCUS_TOP - 2 * FOCUS_EDGE,
  };
}

export function boxOf(template: Template, zone: Zone, focused = false): Box {
  return focused ? focusBox(template) : zoneBox(template, zone);
}

/** The layout of a zone that holds `count` notes. */
export function zoneLayout(template: Template, zone: Zone, count: number, focused = false): ZoneLayout {
  const canvas = template.page === "A3L";
  const box = boxOf(template, zone, focused);
  const grid = !focused && gridOf(template) !== null;
  const header = grid ? GRID_HEADER : canvas && !focused ? SMALL_HEADER : HEADER;
  const padding = grid ? GRID_PADDING : PADDING;
  const body = {
    left: padding,
    top: header,
    width: box.width - 2 * padding,
    height: box.height - header - padding - (canvas && !focused ? 0 : FOOT),
  };
  const low = canvas && !focused && body.height < LOW;
  const sized = (size: Size) => ({
    size,
    fits: across(body, size.width) * Math.max(1, Math.floor((body.height + GAP) / (size.height + GAP))),
  });
  if (canvas && !focused) {
    const lanes = grid && zone.type === "lanes"; // where a note is put says whose it is
    const columns = lanes ? 3 : body.width > (grid ? 700 : 420) ? 3 : body.width > 230 ? 2 : 1;
    const card = ["committee", "legal_structure"].includes(zone.kinds[0] ?? "");
    const high = card ? CARD : CANVAS_NOTE;
    const { size, fits } = sized({ width: column(body, columns), height: Math.min(high, body.height) });
    const flows = !lanes && zone.type !== "map"; // a place means something there
    return { body, size, compact: true, low, canvas, most: Math.max(1, fits), scale: 1, flows, card };
  }
  if (focused)
    return {
      ...alone(body, count, zone.kinds[0] === "committee" ? CARD_WORDS : 0),
      body,
      compact: false,
      low,
      canvas: false,
    };
  const columns = body.width > 480 ? 3 : 2;
  const width = column(body, columns);
  const flat = { body, low, canvas, scale: 1, flows: false };
  const normal = sized({ width, height: Math.min(NOTE_HEIGHT, body.height) });
  if (count <= normal.fits) return { ...flat, size: normal.size, compact: false, most: normal.fits };
  const small = sized({ width, height: Math.min(COMPACT_HEIGHT, body.height) });
  if (count > small.fits) {
    // the question goes behind the title when that makes room for another row
    const taller = { ...body, top: body.top - PROMPT, height: body.height + PROMPT };
    const rows = Math.floor((taller.height + GAP) / (COMPACT_HEIGHT + GAP));
    const most = across(taller, width) * rows;
    if (most > small.fits)
      return {
        ...flat,
        body: taller,
        size: { width, height: COMPACT_HEIGHT },
        compact: true,
        most,
        folded: true,
      };
  }
  return { ...flat, size: small.size, compact: true, most: small.fits };
}

/** One zone alone shows all it holds, as large as they fit. */
function alone(body: Box, count: number, more = 0): Pick<ZoneLayout, "size" | "most" | "scale" | "flows"> {
  const least = Math.max(1, Math.floor((body.width + GAP) / (NOTE_WIDTH * LARGEST + GAP)));
  const most = across(body, NOTE_WIDTH);
  for (let columns = least; ; columns++) {
    const scale = Math.min(LARGEST, column(body, columns) / NOTE_WIDTH);
    const size = { width: column(body, columns), height: Math.round(NOTE_HEIGHT * scale) + more };
    const rows = Math.floor((body.height - TITLE + GAP) / (size.height + GAP));
    if (columns * rows >= count || columns >= most)
      return { size, scale, most: Number.POSITIVE_INFINITY, flows: true };
  }
}

function across(body: Box, width: number): number {
  return Math.max(1, Math.floor((body.width + GAP) / (width + GAP)));
}

function column(body: Box, columns: number): number {
  return Math.floor((body.width - GAP * (columns - 1)) / columns);
}

/** Steps of the text size, the same for all: an idea does not weigh more because it is written bigger. */
export function fontSize(layout: ZoneLayout, text: string): number {
  const length = [...text].length;
  if (layout.canvas && layout.compact) return 13;
  if (layout.compact) return 14;
  return Math.round((length <= 40 ? 17 : length <= 90 ? 15 : 14) * layout.scale);
}

const LINE = 1.28;
const CHAR = 0.53; // mean width of a character of the text face, in its size
const SIDES = 20;
const FRAME = 35; // padding and foot of a note
const CANVAS_FRAME = 26;
const HEAD = 24;

/** How high a note with this text comes out, near enough to keep others off it; the same for everybody. */
export function noteHeight(layout: ZoneLayout, text: string): number {
  const { size, low, compact, canvas } = layout;
  if (low || layout.card) return size.height;
  const type = fontSize(layout, text);
  const letters = Math.max(1, Math.floor((size.width - SIDES) / (type * CHAR)));
  let lines = 0;
  for (const paragraph of text.slice(0, 400).split("\n")) {
    let used = 0;
    lines++;
    for (const word of paragraph.split(/\s+/)) {
      const length = [...word].length;
      if (used > 0 && used + 1 + length > letters) {
        lines++;
        used = 0;
      }
      lines += Math.max(0, Math.ceil(length / letters) - 1);
      used += (used > 0 ? 1 : 0) + Math.min(length, letters);
    }
  }
  const shown = Math.min(lines, compact ? 2 : MOST_LINES);
  return Math.max(size.height, Math.ceil(shown * type * LINE) + (canvas && compact ? CANVAS_FRAME : FRAME));
}

export function toPixels(
  place: readonly [number, number],
  body: Box,
  size: Size,
): { left: number; top: number } {
  return {
    left: body.left + place[0] * Math.max(0, body.width - size.width),
    top: body.top + place[1] * Math.max(0, body.height - size.height),
  };
}

export function toPlace(left: number, top: number, body: Box, size: Size): [number, number] {
  const part = (value: number, room: number) => (room <= 0 ? 0 : Math.min(1, Math.max(0, value / room)));
  const round = (value: number) => Math.round(value * 10_000) / 10_000;
  return [
    round(part(left - body.left, body.width - size.width)),
    round(part(top - body.top, body.height - size.height)),
  ];
}

/** A note that is there already: where, and how high it comes out. */
export interface Taken {
  place: readonly [number, number];
  height: number;
}

/**
 * A free place for one more note: the first in reading order that overlaps nobody, tried on a grid of
 * columns and against the lower edge of those above; else the one that overlaps least.
 */
export function freePlace(
  body: Box,
  size: Size,
  taken: readonly Taken[],
  height = size.height,
): [number, number] {
  const others = taken.map(({ place, height }) => ({ ...toPixels(place, body, size), height }));
  const columns = Math.max(1, Math.floor((body.width + GAP) / (size.width + GAP)));
  const lowest = body.top + Math.max(0, body.height - height);
  const rows = Math.max(1, Math.floor((body.height + GAP) / (size.height + GAP)));
  const edges = [
    ...Array.from({ length: rows }, (_, row) => body.top + row * (size.height + GAP)),
    ...others.map((other) => other.top + other.height + GAP),
    lowest,
  ];
  const tops = [...new Set(edges)].filter((top) => top <= lowest).sort((a, b) => a - b);
  const overlap = (left: number, top: number) =>
    others.reduce((sum, other) => {
      const wide = size.width - Math.abs(other.left - left);
      const high = Math.min(top + height, other.top + other.height) - Math.max(top, other.top);
      if (wide <= 0 || high <= 0) return sum;
      // hiding where a text begins is worse than hiding a foot
      const head = Math.min(top + height, other.top + HEAD) - Math.max(top, other.top);
      return sum + wide * (high + 3 * Math.max(0, head));
    }, 0);
  let best: [number, number] = [0, 0];
  let least = Number.POSITIVE_INFINITY;
  // in a full zone notes lie over the feet of others, and later rounds a little aside
  const shift = Math.floor(taken.length / (columns * rows)) * 10;
  for (const top of tops)
    for (let column = 0; column < columns; column++) {
      const left = body.left + column * (size.width + GAP);
      const covered = overlap(left, top);
      if (covered > least) continue;
      least = covered;
      best = covered === 0 ? toPlace(left, top, body, size) : toPlace(left + shift, top, body, size);
      if (covered === 0) return best;
    }
  return best;
}

/** The place of note number `index` where too many lie to look for a free one: row after row, again and again. */
export function placeInTurn(
  { body, size }: Pick<ZoneLayout, "body" | "size">,
  index: number,
): [number, number] {
  const columns = across(body, size.width);
  const rows = Math.max(1, Math.floor((body.height + GAP) / (size.height + GAP)));
  const cell = index % (columns * rows);
  const left = body.left + (cell % columns) * (size.width + GAP);
  return toPlace(left, body.top + Math.floor(cell / columns) * (size.height + GAP), body, size);
}

/** Where note number `index` lies in a zone whose notes lie in reading order, row after row. */
export function slot(
  { body, size }: Pick<ZoneLayout, "body" | "size">,
  index: number,
): { left: number; top: number } {
  const columns = across(body, size.width);
  return {
    left: body.left + (index % columns) * (size.width + GAP),
    top: body.top + Math.floor(index / columns) * (size.height + GAP),
  };
}

/**
 * Places for all notes of a zone side by side: each group (a cluster, or one note) is a stack under the lowest
 * column. What does not fit is pushed together, so that every note still shows where its text begins.
 */
export function tidyPlaces(
  layout: ZoneLayout,
  groups: readonly { titled: boolean; heights: readonly number[] }[],
): [number, number][][] {
  const { body, size } = layout;
  const bottoms = Array.from({ length: across(body, size.width) }, () => body.top);
  const stacks = groups.map(({ titled, heights }) => {
    const column = bottoms.indexOf(Math.min(...bottoms));
    let top = (bottoms[column] as number) + (titled ? TITLE : 0);
    const tops = heights.map((height) => {
      const at = top;
      top += height + GAP;
      return at;
    });
    bottoms[column] = top + (titled ? GAP : 0);
    return { left: body.left + column * (size.width + GAP), tops, column };
  });
  const room = body.top + body.height;
  return stacks.map(({ left, tops, column }) => {
    const over = (bottoms[column] as number) - GAP - room;
    const high = (bottoms[column] as number) - GAP - body.top - size.height;
    const squeeze = over > 0 && high > 0 ? (high - over) / high : 1;
    return tops.map((top) => toPlace(left, body.top + (top - body.top) * squeeze, body, size));
  });
}

/** Places of notes side by side in this order, those of a cluster together after its first. */
export function flow<N extends { id: string; text: string }>(
  notes: readonly N[],
  layout: ZoneLayout,
  clusterOf: (note: N) => string | undefined,
): Map<string, [number, number]> {
  const groups = new Map<string, N[]>();
  for (const note of notes) {
    const key = clusterOf(note) ?? note.id;
    groups.set(key, [...(groups.get(key) ?? []), note]);
  }
  const all = [...groups.values()];
  const places = tidyPlaces(
    layout,
    all.map((members) => ({
      titled: clusterOf(members[0] as N) !== undefined,
      heights: members.map((note) => noteHeight(layout, note.text)),
    })),
  );
  const out = new Map<string, [number, number]>();
  for (const [at, members] of all.entries())
    for (const [index, note] of members.entries()) out.set(note.id, places[at]?.[index] ?? [0, 0]);
  return out;
}
