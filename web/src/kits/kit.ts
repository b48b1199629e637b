// A kit of templates as it is edited, and every change that can be made of it: pure, so that it can be undone.

export type Box = [number, number, number, number];
export type Texts = Record<string, string>;

export interface AxisPart {
  ticks: number[];
  titles: Texts;
  words: Record<string, string[]>;
}

export interface ZonePart {
  id: string;
  n: number;
  box: Box;
  kinds: string[];
  titles: Texts;
  prompts: Texts;
  to: string[];
  mirror: string | null;
  type: string;
  ring: string | null;
  axes: Record<string, AxisPart> | null;
  why: string;
  basis: string;
}

export interface BoardPart {
  id: string;
  titles: Texts;
  zones: ZonePart[];
}

export interface StepPart {
  id: string;
  phase: string;
  minutes: number;
  mode: string;
  titles: Texts;
  board: string | null;
}

export interface AgendaPart {
  id: string;
  titles: Texts;
  people: [number, number];
  groups: number;
  steps: StepPart[];
  minutes: number;
}

export interface Kit {
  id: string;
  version: string;
  lang: string[];
  license: string;
  changes: Texts;
  authors: string[];
  titles: Texts;
  templates: BoardPart[];
  agendas: AgendaPart[];
  derived_from: { id: string; version: string } | null;
  attribution: { id: string; title: string }[];
}

export const LANGUAGES = ["fr", "en"] as const;
export const MODULES = ["sheet1", "sheet2", "sheet3", "governance", "economic"] as const;
export const SMALLEST_MM = 20;
const GAP_MM = 4;
/** Zones of the economic canvas that share their rows: they stay together. */
const LANES = ["stakeholders", "brings", "receives", "viability"];

export interface Page {
  width: number;
  height: number;
  top: number;
  bottom: number;
}

const A4: Page = { width: 297, height: 210, top: 24, bottom: 200 };
const A3: Page = { width: 420, height: 297, top: 27, bottom: 287 };

export function isSheet(board: string): boolean {
  return board.startsWith("sheet");
}

export function pageOf(board: string): Page {
  return isSheet(board) ? A4 : A3;
}

/** The face that answers this one. */
export function otherFace(board: string): string | null {
  const [sheet, face] = board.split(".");
  if (face === undefined) return null;
  return `${sheet}.${face === "recto" ? "verso" : "recto"}`;
}

export function moduleOf(board: string): string {
  return board.split(".")[0] ?? board;
}

export function boardOf(kit: Kit, board: string | null): BoardPart | null {
  return kit.templates.find((one) => one.id === board) ?? null;
}

export function zoneOf(kit: Kit, board: string | null, zone: string | null): ZonePart | null {
  return boardOf(kit, board)?.zones.find((one) => one.id === zone) ?? null;
}

export function mirrorOf(kit: Kit, board: string, zone: ZonePart): [string, ZonePart] | null {
  const face = otherFace(board);
  const there = zoneOf(kit, face, zone.mirror);
  return face !== null && there !== null ? [face, there] : null;
}

export function canRemove(board: string, zone: ZonePart): boolean {
  return !(board === "economic" && LANES.includes(zone.id));
}

function round(mm: number): number {
  return Math.round(mm * 10) / 10;
}

/** A box inside the page and clear of its bands, as large as it was where it can be. */
export function fitted(board: string, [x, y, width, height]: Box): Box {
  const page = pageOf(board);
  const w = Math.min(Math.max(round(width), SMALLEST_MM), page.width);
  const h = Math.min(Math.max(round(height), SMALLEST_MM), page.bottom - page.top);
  return [
    Math.min(Math.max(round(x), 0), round(page.width - w)),
    Math.min(Math.max(round(y), page.top), round(page.bottom - h)),
    w,
    h,
  ];
}

/** The kit with this zone, and its mirror, at another place. */
export function placed(kit: Kit, board: string, zone: string, box: Box): Kit {
  return changed(kit, (copy) => {
    const there = zoneOf(copy, board, zone);
    if (there === null) return;
    there.box = fitted(board, box);
    const mirror = mirrorOf(copy, board, there);
    if (mirror !== null) mirror[1].box = [...there.box];
  });
}

function newId(taken: readonly string[], prefix: string): string {
  for (;;) {
    const id = `${prefix}${Math.random().toString(36).slice(2, 8)}`;
    if (/^[a-z][a-z0-9_]*$/.test(id) && !taken.includes(id)) return id;
  }
}

/** The two halves of a box, the larger way across. */
function halves([x, y, width, height]: Box): [Box, Box] {
  if (height >= width * 0.6 && height >= 2 * SMALLEST_MM + GAP_MM) {
    const half = Math.floor((height - GAP_MM) / 2);
    return [
      [x, y, width, half],
      [x, round(y + half + GAP_MM), width, round(height - half - GAP_MM)],
    ];
  }
  const half = Math.floor((width - GAP_MM) / 2);
  return [
    [x, y, half, height],
    [round(x + half + GAP_MM), y, round(width - half - GAP_MM), height],
  ];
}

/** The kit with a zone more, in half of the place of another one: on a sheet, on both faces. */
export function withZone(
  kit: Kit,
  board: string,
  beside: string,
  titles: Texts,
  prompts: Texts,
  alike = false,
): [Kit, string] {
  let made = "";
  const next = changed(kit, (copy) => {
    const there = zoneOf(copy, board, beside);
    if (there === null) return;
    const [kept, given] = halves(there.box);
    const mirror = mirrorOf(copy, board, there);
    const taken = copy.templates.flatMap((one) => one.zones.map((zone) => zone.id));
    const ids = [newId(taken, "z"), newId(taken, "y")] as const;
    const put = (where: string, source: ZonePart, id: string, other: string | null) => {
      const zones = boardOf(copy, where)?.zones ?? [];
      const zone: ZonePart = {
        ...structuredClone(source),
        id,
        box: [...given],
        kinds: alike ? [...source.kinds] : ["note"],
        titles: alike ? { ...source.titles } : { ...titles },
        prompts: alike ? { ...source.prompts } : { ...prompts },
        mirror: other,
        type: "plain",
        axes: null,
        why: "",
        basis: "I-remix",
      };
      source.box = [...kept];
      zones.splice(zones.indexOf(source) + 1, 0, zone);
    };
    put(board, there, ids[0], mirror === null ? null : ids[1]);
    if (mirror !== null) put(mirror[0], mirror[1], ids[1], ids[0]);
    made = ids[0];
  });
  return [next, made];
}

/** The kit without a zone, its mirror and what led to it. */
export function withoutZone(kit: Kit, board: string, zone: string): Kit {
  return changed(kit, (copy) => {
    const there = zoneOf(copy, board, zone);
    if (there === null) return;
    const mirror = mirrorOf(copy, board, there);
    const drop = (where: string, id: string) => {
      const part = boardOf(copy, where);
      if (part !== null) part.zones = part.zones.filter((one) => one.id !== id);
    };
    drop(board, zone);
    if (mirror !== null) drop(mirror[0], mirror[1].id);
    for (const part of copy.templates)
      for (const one of part.zones) one.to = one.to.filter((address) => address !== `${board}.${zone}`);
  });
}

/** The kit with or without a sheet or a canvas; what comes back is as in the kit it derives from. */
export function withModule(kit: Kit, base: Kit, module: string, on: boolean): Kit {
  return changed(kit, (copy) => {
    if (on) {
      const back = base.templates.filter((one) => moduleOf(one.id) === module);
      copy.templates.push(...structuredClone(back));
      const order = base.templates.map((one) => one.id);
      copy.templates.sort((one, other) => order.indexOf(one.id) - order.indexOf(other.id));
      // routes of zones that stayed lead there again
      for (const board of copy.templates)
        for (const zone of board.zones) {
          const before = zoneOf(base, board.id, zone.id)?.to ?? [];
          for (const address of before)
            if (moduleOf(address) === module && !zone.to.includes(address)) zone.to.push(address);
        }
      return;
    }
    copy.templates = copy.templates.filter((one) => moduleOf(one.id) !== module);
    for (const board of copy.templates)
      for (const zone of board.zones) zone.to = zone.to.filter((address) => moduleOf(address) !== module);
  });
}

/** The kit with zones in another order of filling. */
export function moved(kit: Kit, board: string, zone: string, by: number): Kit {
  return changed(kit, (copy) => {
    const zones = boardOf(copy, board)?.zones ?? [];
    const at = zones.findIndex((one) => one.id === zone);
    const to = at + by;
    const [taken] = at < 0 || to < 0 || to >= zones.length ? [] : zones.splice(at, 1);
    if (taken) zones.splice(to, 0, taken);
  });
}

/** A copy with a change; zones are numbered in their order. */
export function changed(kit: Kit, change: (copy: Kit) => void): Kit {
  const copy = structuredClone(kit);
  change(copy);
  for (const board of copy.templates) for (const [at, zone] of board.zones.entries()) zone.n = at + 1;
  for (const agenda of copy.agendas)
    agenda.minutes = agenda.steps.reduce((sum, step) => sum + (step.minutes || 0), 0);
  return copy;
}

export function newStepId(agenda: AgendaPart): string {
  return newId(
    agenda.steps.map((step) => step.id),
    "s",
  );
}

export function newAgendaId(kit: Kit): string {
  return newId(
    kit.agendas.map((agenda) => agenda.id),
    "a",
  );
}
