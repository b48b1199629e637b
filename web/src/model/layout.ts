// Where things lie on a board, in world pixels: the page is WORLD wide whatever its paper size.
// Places of notes are relative to the room a note has in its zone, so a note is never outside it.

import type { Template, Zone } from "./page";

export const WORLD = 1123;
export const GAP = 8;
export const HEADER = 72;
const SMALL_HEADER = 34;
const PADDING = 12;
/** Height of a note on a canvas with one line of text. */
const LOW = 46;
/** Lines of a folded note. */
const MOST_LINES = 8;
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

export function pageSize(template: Template): Size {
  return { width: WORLD, height: Math.round(template.height * scaleOf(template)) };
}

export function zoneBox(template: Template, zone: Zone): Box {
  const scale = scaleOf(template);
  const [x, y, width, height] = zone.box;
  return { left: x * scale, top: y * scale, width: width * scale, height: height * scale };
}

/** The part of a zone where notes lie, relative to the zone. */
export function bodyBox(template: Template, zone: Zone): Box {
  const { width, height } = zoneBox(template, zone);
  const header = template.page === "A3L" ? SMALL_HEADER : HEADER;
  return {
    left: PADDING,
    top: header,
    width: width - 2 * PADDING,
    height: height - header - PADDING - (template.page === "A3L" ? 0 : FOOT),
  };
}

/** Size of a note in a zone: two across on sheets, full width in the narrow zones of canvases. */
export function noteSize(template: Template, zone: Zone): Size {
  const body = bodyBox(template, zone);
  if (template.page === "A3L") {
    const across = body.width > 420 ? 3 : body.width > 230 ? 2 : 1;
    return {
      width: Math.floor((body.width - GAP * (across - 1)) / across),
      height: Math.min(LOW, body.height),
    };
  }
  const across = body.width > 480 ? 3 : 2;
  return { width: Math.floor((body.width - GAP * (across - 1)) / across), height: Math.min(92, body.height) };
}

/** Steps of the text size, the same for all: an idea does not weigh more because it is written bigger. */
export function fontSize(template: Template, text: string): number {
  const length = [...text].length;
  if (template.page === "A3L") return 13;
  return length <= 40 ? 17 : length <= 90 ? 15 : 14;
}

/** Canvas zones with less room than this show their notes without a foot. */
export function isLow(template: Template, zone: Zone): boolean {
  return template.page === "A3L" && bodyBox(template, zone).height < LOW;
}

const LINE = 1.28;
const CHAR = 0.53; // mean width of a character of the text face, in its size
const SIDES = 20;
const FRAME = 35; // padding and foot of a note
const CANVAS_FRAME = 26;
const HEAD = 24;

/** How high a note with this text comes out, near enough to keep others off it; the same for everybody. */
export function noteHeight(template: Template, zone: Zone, text: string): number {
  const size = noteSize(template, zone);
  if (isLow(template, zone)) return size.height;
  const canvas = template.page === "A3L";
  const type = fontSize(template, text);
  const across = Math.max(1, Math.floor((size.width - SIDES) / (type * CHAR)));
  let lines = 0;
  for (const paragraph of text.slice(0, 400).split("\n")) {
    let used = 0;
    lines++;
    for (const word of paragraph.split(/\s+/)) {
      const length = [...word].length;
      if (used > 0 && used + 1 + length > across) {
        lines++;
        used = 0;
      }
      lines += Math.max(0, Math.ceil(length / across) - 1);
      used += (used > 0 ? 1 : 0) + Math.min(length, across);
    }
  }
  const shown = Math.min(lines, canvas ? 2 : MOST_LINES);
  return Math.max(size.height, Math.ceil(shown * type * LINE) + (canvas ? CANVAS_FRAME : FRAME));
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
  const tops = [
    ...Array.from({ length: rows }, (_, row) => body.top + row * (size.height + GAP)),
    ...others.map((other) => other.top + other.height + GAP),
    lowest,
  ]
    .filter((top) => top <= lowest)
    .sort((a, b) => a - b);
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
