// Where things lie on the community map: axes, rings and labels, as numbers only.

import type { Axis } from "../../model/page";

export interface Place {
  x: number;
  y: number;
}

export interface Axes {
  x: Axis;
  y: Axis;
}

export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

type Ticks = Axis["ticks"];

const clamp = (value: number) => Math.min(1, Math.max(0, value));
/** Finer than anybody can point, and short in the document. */
const round = (value: number) => Math.round(value * 1000) / 1000;

/** How far along its side a value lies: each tick is the middle of a band, and all bands are equal. */
export function partOf(ticks: Ticks, value: number): number {
  const at = clamp(value);
  const after = Math.max(
    1,
    ticks.findIndex(([tick]) => tick >= at),
  );
  const [low, high] = [ticks[after - 1]?.[0] ?? 0, ticks[after]?.[0] ?? 1];
  return (after - 0.5 + (at - low) / (high - low)) / ticks.length;
}

/** The value at a part of the side; the outer halves of the outer bands belong to their ticks. */
export function valueAt(ticks: Ticks, part: number): number {
  const along = Math.min(ticks.length - 1, Math.max(0, part * ticks.length - 0.5));
  const before = Math.min(ticks.length - 2, Math.floor(along));
  const [low, high] = [ticks[before]?.[0] ?? 0, ticks[before + 1]?.[0] ?? 1];
  return round(low + (along - before) * (high - low));
}

export function nearest(ticks: Ticks, value: number): number {
  return ticks.reduce(
    (best, [tick], at) => (Math.abs(tick - value) < Math.abs((ticks[best]?.[0] ?? 0) - value) ? at : best),
    0,
  );
}

/** « contribue, structure » */
export function placeWords(axes: Axes, { x, y }: Place): string {
  const word = (axis: Axis, value: number) => axis.ticks[nearest(axis.ticks, value)]?.[1] ?? "";
  return `${word(axes.x, x)}, ${word(axes.y, y)}`;
}

/** One step of the keyboard; it stays on the map. */
export function moved({ x, y }: Place, dx: number, dy: number): Place {
  return { x: round(clamp(x + dx)), y: round(clamp(y + dy)) };
}

// -- the plane ------------------------------------------------------------------------------------

export function toPlane(axes: Axes, box: Box, { x, y }: Place): Place {
  return {
    x: box.left + partOf(axes.x.ticks, x) * box.width,
    y: box.top + (1 - partOf(axes.y.ticks, y)) * box.height,
  };
}

export function fromPlane(axes: Axes, box: Box, { x, y }: Place): Place {
  return {
    x: valueAt(axes.x.ticks, (x - box.left) / box.width),
    y: valueAt(axes.y.ticks, 1 - (y - box.top) / box.height),
  };
}

// -- the rings ------------------------------------------------------------------------------------

/** Those who maintain, those who contribute, those who use: radii of the whole. */
export const RINGS = [1 / 3, 2 / 3, 1] as const;
/** Several in the very middle stand around it. */
const MIDDLE = 0.14;

export interface Circle extends Place {
  radius: number;
}

export function circleIn(box: Box): Circle {
  return {
    x: box.left + box.width / 2,
    y: box.top + box.height / 2,
    radius: Math.min(box.width, box.height) / 2,
  };
}

/** The middle of one of the sectors, one for each tick of the dimension, clockwise from the top. */
export function sectorAngle(of: number, at: number): number {
  return ((at + 0.5) / of) * 2 * Math.PI - Math.PI / 2;
}

/** The same points around a centre: the nearer, the more they contribute; each dimension has its sector. */
export function toRings<P extends { id: string; place: Place }>(
  axes: Axes,
  circle: Circle,
  points: readonly P[],
): Map<string, Place> {
  const { ticks } = axes.y;
  const sectors = ticks.map((): P[] => []);
  for (const point of points) sectors[nearest(ticks, point.place.y)]?.push(point);
  const out = new Map<string, Place>();
  for (const [sector, members] of sectors.entries()) {
    members.sort((a, b) => a.place.x - b.place.x || (a.id < b.id ? -1 : 1));
    for (const [at, { id, place }] of members.entries()) {
      const angle = ((sector + (at + 1) / (members.length + 1)) / ticks.length) * 2 * Math.PI - Math.PI / 2;
      const radius = circle.radius * (points.length > 1 ? Math.max(MIDDLE, 1 - place.x) : 1 - place.x);
      out.set(id, { x: circle.x + radius * Math.cos(angle), y: circle.y + radius * Math.sin(angle) });
    }
  }
  return out;
}

/** What somebody means who puts a point there; in its own sector a point keeps its dimension. */
export function fromRings(axes: Axes, circle: Circle, at: Place, before: Place | null): Place {
  const { ticks } = axes.y;
  const [dx, dy] = [at.x - circle.x, at.y - circle.y];
  const turn = (Math.atan2(dy, dx) + Math.PI / 2 + 2 * Math.PI) % (2 * Math.PI);
  const sector = Math.min(ticks.length - 1, Math.floor((turn / (2 * Math.PI)) * ticks.length));
  const stays = before !== null && nearest(ticks, before.y) === sector;
  return {
    x: round(clamp(1 - Math.hypot(dx, dy) / circle.radius)),
    y: stays ? before.y : (ticks[sector]?.[0] ?? 0),
  };
}

// -- labels ---------------------------------------------------------------------------------------

export interface Dot extends Place {
  id: string;
  radius: number;
  /** How wide its name would be, and its initials; what stands behind both of them. */
  width: number;
  short: number;
  more: number;
  /** Between which heights its label stays: on the axes, another band would say something else. */
  band?: readonly [top: number, bottom: number];
}

export interface Label {
  left: number;
  top: number;
  width: number;
  side: "right" | "left" | "below" | "above";
  /** Initials, where there is no room for the name. */
  short: boolean;
  /** What stands behind it has no room there: it is pinned to the point. */
  pinned: boolean;
}

const GAP = 3;
/** Less than this of a name says nothing. */
const LEAST = 44;

/** A place beside each point where its label covers no other point, label nor word; null where there is none. */
export function placeLabels(
  dots: readonly Dot[],
  height: number,
  area: Box,
  words: readonly Box[] = [],
): Map<string, Label | null> {
  const around = ({ x, y, radius }: Dot): Box => ({
    left: x - radius,
    top: y - radius,
    width: 2 * radius,
    height: 2 * radius,
  });
  const others = (dot: Dot, taken: readonly Box[]) => [
    ...dots.filter((other) => other !== dot).map(around),
    ...taken,
  ];
  const fits = (dot: Dot, taken: readonly Box[]) => {
    const [top, bottom] = dot.band ?? [area.top, area.top + area.height];
    return (label: Label) => {
      const box = { ...label, height };
      const beside = label.side === "right" || label.side === "left";
      const stays = beside || (box.top >= top && box.top + height <= bottom);
      return stays && inside(box, area) && !taken.some((other) => overlap(box, other));
    };
  };
  // where a label lies as it should, others give way
  const easy = (dot: Dot) =>
    candidates(dot, height, area, [])
      .slice(0, 1)
      .some(fits(dot, others(dot, words)));
  const ordered = [...dots.filter(easy), ...dots.filter((dot) => !easy(dot))];
  const taken = [...words];
  const found = new Map<string, Label | null>();
  for (const dot of ordered) {
    const there = others(dot, taken);
    const label = candidates(dot, height, area, there).find(fits(dot, there)) ?? null;
    found.set(dot.id, label);
    if (label) taken.push({ ...label, height });
  }
  return found;
}

/** The best first: the whole name, as much of it as there is room for, its initials. */
function candidates(dot: Dot, height: number, area: Box, others: readonly Box[]): Label[] {
  const { x, y, radius, width: name, short: initials, more } = dot;
  const edge = radius + GAP;
  const top = y - height / 2;
  const beside = (width: number, how = PLAIN): Label[] => [
    { left: x + edge, top, width, side: "right", ...how },
    { left: x - edge - width, top, width, side: "left", ...how },
  ];
  const over = (width: number, how = PLAIN): Label[] => {
    const left = Math.max(area.left, Math.min(x - width / 2, area.left + area.width - width));
    return [
      { left, top: y + edge, width, side: "below", ...how },
      { left, top: y - edge - height, width, side: "above", ...how },
    ];
  };
  const level = others.filter((one) => one.top < top + height && top < one.top + one.height);
  const rights = level.filter(({ left, width }) => left + width > x + edge).map(({ left }) => left);
  const lefts = level.filter(({ left }) => left < x - edge).map(({ left, width }) => left + width);
  const room = [
    Math.min(area.left + area.width, ...rights) - x - edge,
    x - edge - Math.max(area.left, ...lefts),
  ];
  const cut = (behind: number, how = PLAIN) =>
    room
      .map((free, at) => beside(Math.min(free, name + behind), how)[at] as Label)
      .filter(({ width }) => width >= behind + Math.min(LEAST, name))
      .sort((a, b) => b.width - a.width);
  const [short, pinned] = [
    { short: true, pinned: false },
    { short: false, pinned: true },
  ];
  return [
    ...beside(name + more),
    ...over(name + more),
    ...cut(more),
    ...cut(0, pinned),
    ...beside(initials + more, short),
    ...over(initials + more, short),
    ...beside(initials, { short: true, pinned: true }),
  ];
}

const PLAIN = { short: false, pinned: false };

function inside(box: Box, area: Box): boolean {
  return (
    box.left >= area.left &&
    box.top >= area.top &&
    box.left + box.width <= area.left + area.width &&
    box.top + box.height <= area.top + area.height
  );
}

export function overlap(one: Box, other: Box): boolean {
  return (
    one.left < other.left + other.width &&
    other.left < one.left + one.width &&
    one.top < other.top + other.height &&
    other.top < one.top + one.height
  );
}
