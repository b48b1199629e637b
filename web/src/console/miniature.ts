// The board of a group in small: its zones, the notes as papers of their colours, drafts as blanks. Drawn on a
// canvas, as wide and high as there is room: a miniature shows where things are, not their words.

import { type Box, pageSize, zoneBox, zoneLayout } from "../model/layout";
import { COLOURS, type Note, type Template } from "../model/page";

const EDGE = 8;
const TITLE = 17;
const INSET = 3;
/** The heading of a zone, where it is high enough. */
const HEAD = 12;
/** Lower than this everything but the notes is drawn smaller. */
const FULL_HEIGHT = 136;
const PAPER = { width: 24, height: 15 };
const MOST_IN_A_ZONE = 200;

export interface Shown {
  template: Template;
  notes: ReadonlyMap<string, readonly Note[]>;
  hidden: ReadonlyMap<string, number>;
  locked: ReadonlySet<string>;
  /** Where people are writing, or where all are asked to look. */
  active: ReadonlySet<string>;
}

/** Draw at the size the canvas has on the page. */
export function drawMiniature(canvas: HTMLCanvasElement, shown: Shown): void {
  const pen = canvas.getContext("2d");
  const { clientWidth: width, clientHeight: height } = canvas;
  if (pen === null || width === 0) return;
  const sharp = Math.max(1, devicePixelRatio);
  canvas.width = Math.round(width * sharp);
  canvas.height = Math.round(height * sharp);
  pen.scale(sharp, sharp);
  const style = getComputedStyle(canvas);
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim();
  const box = (at: Box, radius: number, fill: string) => {
    pen.beginPath();
    pen.roundRect(at.left, at.top, at.width, at.height, radius);
    pen.fillStyle = fill;
    pen.fill();
  };
  box({ left: 0, top: 0, width, height }, 0, token("board"));
  const low = Math.min(1, height / FULL_HEIGHT);
  const [edge, title] = [EDGE * low, TITLE * low];
  const sheet = { left: edge, top: edge - 1, width: width - 2 * edge, height: height - 2 * edge + 2 };
  box(sheet, 4, token("surface"));
  box({ ...sheet, height: title }, 4, token("brand-tint"));
  box(
    { left: edge + 7, top: sheet.top + 6 * low, width: sheet.width / 4, height: 5 * low },
    2.5,
    token("brand"),
  );

  const page = pageSize(shown.template);
  const boxes = shown.template.zones.map((zone) => zoneBox(shown.template, zone));
  const top = Math.min(...boxes.map((one) => one.top));
  const bottom = Math.max(...boxes.map((one) => one.top + one.height));
  const room = { top: sheet.top + title + 4 * low, height: sheet.height - title - 8 * low };
  const across = (sheet.width - 10) / page.width;
  const down = room.height / (bottom - top);
  const small = Math.min(1, width / 357);
  const paper = { width: PAPER.width * small, height: PAPER.height * small };
  for (const [index, zone] of shown.template.zones.entries()) {
    const at = boxes[index] as Box;
    const here: Box = {
      left: sheet.left + 5 + at.left * across + INSET / 2,
      top: room.top + (at.top - top) * down + INSET / 2,
      width: Math.max(2, at.width * across - INSET),
      height: Math.max(2, at.height * down - INSET),
    };
    const head = Math.min(HEAD, here.height / 4);
    const notes = shown.notes.get(zone.id) ?? [];
    const locked = shown.locked.has(zone.id);
    const blanks = shown.hidden.get(zone.id) ?? 0;
    box(here, 3.5, token(locked ? "surface-3" : notes.length > 0 ? "ok-tint" : "surface-2"));
    if (shown.active.has(zone.id)) {
      pen.strokeStyle = token("brand");
      pen.lineWidth = 1.5;
      pen.stroke();
    }
    pen.save();
    pen.clip();
    pen.globalAlpha = 0.55;
    box(
      {
        left: here.left + 6,
        top: here.top + 0.4 * head,
        width: Math.min(here.width * 0.45, 54),
        height: head / 3,
      },
      2,
      token("ink-3"),
    );
    pen.globalAlpha = 1;
    const body = {
      left: here.left + 4,
      top: here.top + head,
      width: here.width - 8,
      height: here.height - 1.25 * head,
    };
    const room2 = {
      width: Math.max(0, body.width - paper.width),
      height: Math.max(0, body.height - paper.height),
    };
    for (const note of notes.slice(0, MOST_IN_A_ZONE)) {
      const [x, y] = placeIn(shown.template, zone.id, note);
      const left = body.left + x * room2.width;
      const up = body.top + y * room2.height;
      const ground = COLOURS.includes(note.colour) ? token(`n-${note.colour}`) : token("n-craie");
      box({ left, top: up, ...paper }, 1.5, ground);
      pen.strokeStyle = token("note-ink");
      pen.globalAlpha = 0.2;
      pen.lineWidth = 0.6;
      pen.stroke();
      pen.globalAlpha = 0.5;
      pen.lineWidth = 1.3 * small;
      pen.beginPath();
      for (let line = 0; line < Math.min(3, Math.ceil(note.text.length / 30)); line++) {
        const row = up + paper.height * (0.33 + line * 0.24);
        pen.moveTo(left + paper.width * 0.15, row);
        pen.lineTo(left + paper.width * (line === 0 ? 0.72 : 0.5), row);
      }
      pen.stroke();
      pen.globalAlpha = 1;
    }
    pen.strokeStyle = token("line-strong");
    pen.lineWidth = 0.8;
    pen.setLineDash([2, 1.5]);
    const columns = Math.max(1, Math.floor((body.width + 3) / (paper.width + 3)));
    for (let blank = 0; blank < Math.min(blanks, MOST_IN_A_ZONE); blank++) {
      const left = body.left + (blank % columns) * (paper.width + 3);
      const up = body.top + Math.floor(blank / columns) * (paper.height + 3);
      box({ left, top: up, ...paper }, 1.5, token("n-craie"));
      pen.stroke();
    }
    pen.setLineDash([]);
    if (locked) drawLock(pen, here, token("ink-3"));
    pen.restore();
  }
}

/** Canvases and sheets give a place from 0 to 1 in the part of the zone that notes may use. */
function placeIn(template: Template, zone: string, note: Note): readonly [number, number] {
  const found = template.zones.find((one) => one.id === zone);
  const low = found ? zoneLayout(template, found, 1).low : false;
  return low ? [note.place[0], 0] : note.place;
}

function drawLock(pen: CanvasRenderingContext2D, at: Box, colour: string): void {
  const [x, y] = [at.left + at.width / 2 - 6, at.top + at.height / 2 - 4];
  pen.strokeStyle = colour;
  pen.lineWidth = 1.5;
  pen.beginPath();
  pen.roundRect(x, y + 5, 12, 8, 1.5);
  pen.moveTo(x + 3, y + 5);
  pen.lineTo(x + 3, y + 3);
  pen.arc(x + 6, y + 3, 3, Math.PI, 0);
  pen.lineTo(x + 9, y + 5);
  pen.stroke();
}
