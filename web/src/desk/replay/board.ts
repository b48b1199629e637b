// A board drawn small: its zones where the paper has them, notes as cards in reading order, a map as points.

import { COLOURS, type Colour, MARKS } from "../../model/page";
import { t, tn, typo } from "../../ui/i18n";
import { icon, make } from "../../ui/icon";
import type { State, Values } from "./track";

export interface TemplateZone {
  id: string;
  n: number;
  box: [number, number, number, number];
  type: string;
  title: string;
}

export interface Template {
  id: string;
  width: number;
  height: number;
  title: string;
  zones: TemplateZone[];
}

/** Sizes of the drawing, in millimetres of the paper. */
const CARD = { width: 41, height: 20, gap: 1.6, head: 8 };
const MOST_POINTS = 24;

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

export class Drawing {
  private template: Template | null = null;
  private readonly zones = new Map<string, { body: HTMLElement; more: HTMLElement; zone: TemplateZone }>();
  private readonly cards = new Map<string, { element: HTMLElement; drawn: string }>();

  constructor(
    private readonly host: HTMLElement,
    private readonly nameOf: (person: string) => string,
  ) {}

  draw(template: Template, board: string, state: State, fresh: ReadonlySet<string>): void {
    if (this.template !== template || this.host.dataset.board !== board) this.begin(template, board);
    const used = new Set<string>();
    for (const { body, more, zone } of this.zones.values()) {
      const notes = notesOf(state, board, zone.id);
      const [columns, rows] = roomIn(zone.box);
      const map = zone.type === "map";
      const shown = shownOf(notes, map ? MOST_POINTS : columns * rows, fresh);
      const elements = shown.map((one) => {
        used.add(one.id);
        return this.card(one, fresh.has(one.id), map);
      });
      const there = [...body.children];
      if (elements.length !== there.length || elements.some((one, at) => one !== there[at]))
        body.replaceChildren(...elements);
      const left = notes.length - shown.length;
      more.textContent = left > 0 ? `+ ${left}` : "";
    }
    for (const id of this.cards.keys()) if (!used.has(id)) this.cards.delete(id);
  }

  private begin(template: Template, board: string): void {
    this.template = template;
    this.host.dataset.board = board;
    this.zones.clear();
    this.cards.clear();
    const paper = make("div", { class: "rpaper" });
    const fit = make("div", { class: "rfit" }, paper);
    fit.style.setProperty("--w", String(template.width));
    fit.style.setProperty("--h", String(template.height));
    paper.append(make("p", { class: "rtitle" }, typo(template.title)));
    for (const zone of template.zones) {
      const [columns] = roomIn(zone.box);
      const more = make("span", { class: "rmore" });
      const head = make(
        "div",
        { class: "rhead" },
        make("span", { class: "rn" }, String(zone.n)),
        make("span", { class: "rname" }, typo(zone.title)),
        more,
      );
      const body = make("div", { class: zone.type === "map" ? "rbody map" : "rbody" });
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

  private card({ id, note }: Placed, fresh: boolean, map: boolean): HTMLElement {
    const colour = colourOf(note);
    const author = typeof note.by === "string" ? this.nameOf(note.by) : "";
    const fields = (note.fields ?? {}) as Values;
    const drawn = JSON.stringify([
      wordsOf(note),
      colour,
      author,
      fresh,
      map && [fields.x, fields.y, note.place],
    ]);
    const known = this.cards.get(id);
    if (known?.drawn === drawn) return known.element;
    const element = known?.element ?? make("div");
    element.className = `${map ? "rpoint" : "rcard"} c-${colour} k-${colour}${fresh ? " fresh" : ""}`;
    const mark = icon(`mark-${MARKS[colour]}`, 12);
    mark.classList.add("rmark");
    if (map) {
      const [x, y] = pointOf(note);
      element.style.left = `${100 * x}%`;
      element.style.setProperty("--x", String(x));
      element.style.bottom = `${100 * y}%`;
      element.replaceChildren(mark, make("span", {}, wordsOf(note)));
    } else {
      element.replaceChildren(
        make("span", { class: "rtext" }, wordsOf(note)),
        make("span", { class: "rfoot" }, mark, author),
      );
    }
    this.cards.set(id, { element, drawn });
    return element;
  }
}

/** Where a point of the map is, 0 to 1 from the bottom left. */
function pointOf(note: Values): [number, number] {
  const { x, y } = (note.fields ?? {}) as Values;
  const place = Array.isArray(note.place) ? (note.place as number[]) : [0.5, 0.5];
  const share = (value: unknown, other: number) => (typeof value === "number" ? value : other);
  return [share(x, place[0] ?? 0.5), share(y, 1 - (place[1] ?? 0.5))];
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
