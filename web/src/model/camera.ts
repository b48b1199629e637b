// How a page is looked at through a window: how large, and which part of it. Numbers only; board/zoom.ts applies
// them. The ground is what can be scrolled: the page at its scale with room around it, or the window when
// that is larger.

import type { Box, Size } from "./layout";

export interface Point {
  x: number;
  y: number;
}

/** Room around the page that stays free when it is fitted: beside it, above it, and below for the dock. */
export interface Margins {
  x: number;
  top: number;
  bottom: number;
}

export interface Ground {
  /** Where the page begins. */
  left: number;
  top: number;
  width: number;
  height: number;
}

const TINY = 0.2;
const LARGEST_FIT = 1.6;

/** The scale at which the page is seen whole. */
export function fitScale(page: Size, window: Size, margins: Margins): number {
  const wide = (window.width - 2 * margins.x) / page.width;
  return Math.max(TINY, Math.min(wide, heightScale(page, window, margins), LARGEST_FIT));
}

/** The scale at which the page is as high as the window; the rest of it is beside. */
export function heightScale(page: Size, window: Size, margins: Margins): number {
  return (window.height - margins.top - margins.bottom) / page.height;
}

export function groundOf(page: Size, window: Size, margins: Margins, scale: number): Ground {
  const [width, height] = [page.width * scale, page.height * scale];
  const free = window.height - margins.top - margins.bottom - height;
  const wide = Math.round(width + 2 * margins.x);
  const high = Math.round(height + margins.top + margins.bottom);
  return {
    left: Math.max(margins.x, (window.width - width) / 2),
    top: margins.top + Math.max(0, free / 2),
    width: wide <= window.width + 1 ? window.width : wide,
    height: high <= window.height + 1 ? window.height : high,
  };
}

/** Where the ground is scrolled to, so that a point of the page lies under a point of the window. */
export function scrollFor(ground: Ground, window: Size, scale: number, point: Point, at: Point): Point {
  return clampScroll(ground, window, {
    x: ground.left + point.x * scale - at.x,
    y: ground.top + point.y * scale - at.y,
  });
}

export function clampScroll(ground: Ground, window: Size, scroll: Point): Point {
  return {
    x: Math.min(Math.max(0, scroll.x), Math.max(0, ground.width - window.width)),
    y: Math.min(Math.max(0, scroll.y), Math.max(0, ground.height - window.height)),
  };
}

/** The point of the page under a point of the window. */
export function pointAt(ground: Ground, scroll: Point, scale: number, at: Point): Point {
  return { x: (scroll.x + at.x - ground.left) / scale, y: (scroll.y + at.y - ground.top) / scale };
}

/** The part of the page that is seen, in the page's own measure. */
export function seen(ground: Ground, window: Size, scroll: Point, scale: number): Box {
  const { x, y } = pointAt(ground, scroll, scale, { x: 0, y: 0 });
  return { left: x, top: y, width: window.width / scale, height: window.height / scale };
}
