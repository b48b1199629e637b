// A board drawn small: its zones where the paper has them, notes as cards in reading order, a map as points.

import { partOf } from "../../canvas/map/geometry";
import { COLOURS, type Colour, MARKS, type Origin, type Template, type Zone } from "../../model/page";
import { t, tn, typo } from "../../ui/i18n";
import { icon, make } from "../../ui/icon";
import type { State, Values } from "./track";

/** Names that a drawing says. */
export interface Names {
  person(id: string): string;
  stakeholder(id: string): string;
  origin(origin: Origin): string;
  /** What is beside the title of a zone. */
  number(template: Template, zone: Zone): string;
}

/** Sizes of the drawing, in millimetres of the paper. */
const CARD = { width: 41, height: 20, gap: 1.6, head: 8 };
const MOST_POINTS = 24;
const SVG = "http://www.w3.org/2000/svg";

export interface Placed {
  id: string;
  note: Values;
}

/** Notes of a zone in reading order. */
export function notesOf(state: State, board: string, zone: string): Placed[] {
  return Object.entries(state.notes ?? {})
    .filter(([, note]) => note.board === board && note.zone === zone)
    .map(([id, note]) => ({ id, note }))
    .sort((a, b) => byOrder(String(a.note.order ?? ""), String(b.note.order ?? "")) || byOrder(a.id, b.id));
}

const byOrder = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** How many cards fit: columns and rows. */
export function roomIn([, , width, height]: readonly number[]): [number, number] {
  const most = (space: number, size: number) =>
    Math.max(1, Math.floor((space + CARD.gap) / (size + CARD.gap)));
  return [most((width ?? 0) - 4, CARD.width), most((height ?? 0) - CARD.head - 2, CARD.height)];
}

/** The cards that are shown: the first that fit, and the one that just changed in any case. */
export function shownOf(notes: readonly Placed[], most: number, fresh: ReadonlySet<string>): Placed[] {
  if (notes.length <= most) return [...notes];
  const shown = notes.slice(0, most);
  const hidden = notes.slice(most).find(({ id }) => fresh.has(id));
  if (hidden) shown[most - 1] = hidden;
  return shown;
}

export function colourOf(note: Values): Colour {
  return COLOURS.includes(note.colour as Colour) ? (note.colour as Colour) : "craie";
}

/** What a card says: its text, or what its fields name. */
export function wordsOf(note: Values): string {
  const text = String(note.text ?? "").trim();
  if (text) return text;
  const { label, name } = (note.fields ?? {}) as Values;
  return typeof label === "string" ? label : typeof name === "string" ? name : t("(note vide)");
}

/** What is beside the title of a zone: its number on a sheet; on a canvas, the sheet that feeds it. */
export function numberOf(template: Template, zone: Zone, templates: readonly Template[]): string {
  if (template.sheet !== null) return String(zone.n);
  if (!zone.ring || zone.type !== "plain") return "";
  const address = `${template.id}.${zone.id}`;
  const fed = templates.find(({ zones }) => zones.some(({ to }) => to.includes(address)));
  return /^sheet(.)$/.exec(zone.ring)?.[1] ?? String(fed?.sheet ?? "");
}

export class Drawing {
  private template: Template | null = null;
  private title = "";
  private readonly zones = new Map<string, { body: HTMLElement; more: HTMLElement; zone: Zone }>();
  private readonly cards = new Map<string, { element: HTMLElement; drawn: string }>();

  constructor(
    private readonly host: HTMLElement,
    private readonly names: Names,
  ) {}

  /** `title`: of the board, with whose it is. */
  draw(template: Template, title: string, board: string, state: State, fresh: ReadonlySet<string>): void {
    if (this.template !== template || this.host.dataset.board !== board || this.title !== title)
      this.begin(template, title, board);
    const used = new Set<string>();
    for (const { body, more, zone } of this.zones.values()) {
      const notes = inLanes(zone, notesOf(state, board, zone.id), this.names);
      const [columns, rows] = roomIn(zone.box);
      const map = zone.type === "map";
      const shown = shownOf(notes, map ? MOST_POINTS : columns * rows, fresh);
      const elements: Element[] = shown.map((one) => {
        used.add(one.id);
        return this.card(one, fresh.has(one.id), template, zone);
      });
      if (map) elements.unshift(...wishes(zone.axes, shown));
      const there = [...body.children].filter((one) => !one.classList.contains("raxis"));
      if (elements.length !== there.length || elements.some((one, at) => one !== there[at]))
        body.replaceChildren(...body.querySelectorAll(".raxis"), ...elements);
      const left = notes.length - shown.length;
      more.textContent = left > 0 ? `+ ${left}` : "";
    }
    for (const id of this.cards.keys()) if (!used.has(id)) this.cards.delete(id);
  }

  private begin(template: Template, title: string, board: string): void {
    Object.assign(this, { template, title });
    this.host.dataset.board = board;
    this.zones.clear();
    this.cards.clear();
    const paper = make("div", { class: "rpaper" });
    const fit = make("div", { class: "rfit" }, paper);
    fit.style.setProperty("--w", String(template.width));
    fit.style.setProperty("--h", String(template.height));
    paper.append(make("p", { class: "rtitle" }, title));
    for (const zone of template.zones) {
      const [columns] = roomIn(zone.box);
      const more = make("span", { class: "rmore" });
      const head = make(
        "div",
        { class: "rhead" },
        make("span", { class: "rn" }, this.names.number(template, zone)),
        make("span", { class: "rname" }, typo(zone.title)),
        more,
      );
      const body = make("div", { class: zone.type === "map" ? "rbody map" : "rbody" });
      if (zone.type === "map") body.append(...axisWords(zone.axes));
      body.style.setProperty("--columns", String(columns));
      const box = make("div", { class: "rzone" }, head, body);
      const [x, y, width, height] = zone.box;
      box.style.left = `${(100 * x) / template.width}%`;
      box.style.top = `${(100 * y) / template.height}%`;
      box.style.width = `${(100 * width) / template.width}%`;
      box.style.height = `${(100 * height) / template.height}%`;
      paper.append(box);
      this.zones.set(zone.id, { body, more, zone });
    }
    this.host.replaceChildren(fit);
  }

  /** Of a note on a canvas, where it comes from, as the board says it; else who wrote it. */
  private footOf(template: Template, zone: Zone, note: Values): string {
    const [first] = (Array.isArray(note.origin) ? note.origin : []) as Origin[];
    if (zone.type === "lanes" && typeof note.stakeholder === "string")
      return this.names.stakeholder(note.stakeholder);
    if (first !== undefined && template.sheet === null) return this.names.origin(first);
    return typeof note.by === "string" ? this.names.person(note.by) : "";
  }

  private card({ id, note }: Placed, fresh: boolean, template: Template, zone: Zone): HTMLElement {
    const colour = colourOf(note);
    const map = zone.type === "map";
    const foot = map ? "" : this.footOf(template, zone, note);
    const [x, y] = map ? pointOf(zone.axes, note) : [0, 0];
    const drawn = JSON.stringify([wordsOf(note), colour, foot, fresh, x, y]);
    const known = this.cards.get(id);
    if (known?.drawn === drawn) return known.element;
    const element = known?.element ?? make("div");
    element.className = `${map ? "rpoint" : "rcard"} c-${colour} k-${colour}${fresh ? " fresh" : ""}`;
    const mark = icon(`mark-${MARKS[colour]}`, 12);
    mark.classList.add("rmark");
    if (map) {
      element.style.left = `${100 * x}%`;
      element.style.setProperty("--x", String(x));
      element.style.bottom = `${100 * y}%`;
      element.replaceChildren(mark, make("span", {}, wordsOf(note)));
    } else {
      element.replaceChildren(
        make("span", { class: "rtext" }, wordsOf(note)),
        make("span", { class: "rfoot" }, mark, make("span", { class: "rfrom" }, foot)),
      );
    }
    this.cards.set(id, { element, drawn });
    return element;
  }
}

/** Of each stakeholder together, as in the lanes of the board. */
function inLanes(zone: Zone, notes: Placed[], names: Names): Placed[] {
  if (zone.type !== "lanes") return notes;
  const lane = ({ note }: Placed) =>
    typeof note.stakeholder === "string" ? names.stakeholder(note.stakeholder) : "";
  return notes.sort((a, b) => lane(a).localeCompare(lane(b)));
}

/** Where a point of the map is, 0 to 1 from the bottom left; without a place on its axes, where its note lies. */
function pointOf(axes: Zone["axes"], note: Values): [number, number] {
  const { x, y } = (note.fields ?? {}) as Values;
  if (axes && typeof x === "number" && typeof y === "number")
    return [partOf(axes.x.ticks, x), partOf(axes.y.ticks, y)];
  const [left, top] = Array.isArray(note.place) ? (note.place as number[]) : [];
  return [left ?? 0.5, 1 - (top ?? 0.5)];
}

/** The words of both axes, each in the middle of its band. */
function axisWords(axes: Zone["axes"]): HTMLElement[] {
  if (!axes) return [];
  return (["x", "y"] as const).flatMap((name) =>
    axes[name].ticks.map(([tick, words]) => {
      const element = make("span", { class: `raxis ${name}` }, words);
      const part = `${100 * partOf(axes[name].ticks, tick)}%`;
      if (name === "x") element.style.left = part;
      else element.style.bottom = part;
      return element;
    }),
  );
}

/** Lines from where points are to where they are wished. */
function wishes(axes: Zone["axes"], points: readonly Placed[]): Element[] {
  if (!axes) return [];
  const lines = points.flatMap(({ note }) => {
    const wish = ((note.fields ?? {}) as Values).target as Values | undefined;
    if (typeof wish?.x !== "number" || typeof wish.y !== "number") return [];
    const [x, y] = pointOf(axes, note);
    const line = document.createElementNS(SVG, "line");
    const to = [partOf(axes.x.ticks, wish.x), partOf(axes.y.ticks, wish.y)] as const;
    const ends = { x1: x, y1: 1 - y, x2: to[0], y2: 1 - to[1] };
    for (const [name, value] of Object.entries(ends)) line.setAttribute(name, String(100 * value));
    return [line];
  });
  if (lines.length === 0) return [];
  const element = document.createElementNS(SVG, "svg");
  element.setAttribute("class", "rwishes");
  element.setAttribute("viewBox", "0 0 100 100");
  element.setAttribute("preserveAspectRatio", "none");
  element.append(...lines);
  return [element];
}

/** The same board in words: zone by zone, for who does not see the drawing and for small screens. */
export function inWords(
  template: Template,
  board: string,
  state: State,
): { title: string; notes: Placed[] }[] {
  return template.zones
    .map((zone) => ({ title: zone.title, notes: notesOf(state, board, zone.id) }))
    .filter(({ notes }) => notes.length > 0);
}

export function countWords(count: number): string {
  return tn("{n} note", "{n} notes", count);
}
