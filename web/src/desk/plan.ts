// The agenda as a plan: what the kit advises for sheets and canvases, the total against the slot, and moves of
// steps. No page in here.

import type { Step } from "../model/page";

export const LEAST_MINUTES = 1;
export const MOST_MINUTES = 600;
export const STEP_MINUTES = 5;
/** Minutes the kit advises for a sheet, both faces together, and for a canvas. */
export const SHEET_RANGE: readonly [number, number] = [30, 45];
export const CANVAS_RANGE: readonly [number, number] = [30, 60];

/** A step as it is sent: a new one has no id yet. */
export type PlannedStep = Omit<Step, "id"> & { id?: string | undefined };

export interface Advice {
  /** `sheet1`, `assigned` (the group's sheet), or `canvases`. */
  about: string;
  steps: Step[];
  minutes: number;
  range: readonly [number, number];
  fits: boolean;
}

/** What a step works on: the module whose time the kit has an opinion about. */
export function moduleOf(board: string | null): string | null {
  if (!board) return null;
  const [module = ""] = board.split(/[./]/);
  return module;
}

/** Each sheet with its two faces, and the canvases together: each may take its hour, all at least half of one. */
export function advices(steps: readonly Step[]): Advice[] {
  const about = new Map<string, Step[]>();
  for (const step of steps) {
    const module = moduleOf(step.board);
    if (module === null) continue;
    const key = module === "governance" || module === "economic" ? "canvases" : module;
    about.set(key, [...(about.get(key) ?? []), step]);
  }
  return [...about].map(([key, those]) => {
    const minutes = total(those);
    const canvases = new Set(those.map((step) => step.board)).size;
    const range = key === "canvases" ? CANVAS_RANGE : SHEET_RANGE;
    const most = key === "canvases" ? range[1] * canvases : range[1];
    return { about: key, steps: those, minutes, range, fits: minutes >= range[0] && minutes <= most };
  });
}

export function total(steps: readonly { minutes: number }[]): number {
  return steps.reduce((sum, step) => sum + step.minutes, 0);
}

/** Steps on one sheet or canvas. */
export function stepsOn(steps: readonly Step[], module: string): Step[] {
  return steps.filter((step) => moduleOf(step.board) === module);
}

/** A number of minutes that a step may have, whatever was typed. */
export function minutesOf(typed: number): number {
  return Math.min(MOST_MINUTES, Math.max(LEAST_MINUTES, Math.round(typed)));
}

/** The next five minutes up or down: from 18, 20 and 15. */
export function stepped(minutes: number, up: boolean): number {
  const fives = minutes / STEP_MINUTES;
  return minutesOf((up ? Math.floor(fives) + 1 : Math.ceil(fives) - 1) * STEP_MINUTES);
}

/** The list with one moved: `to` is its place among the others. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const rest = list.filter((_, at) => at !== from);
  const one = list[from];
  if (one === undefined) return [...list];
  return [...rest.slice(0, to), one, ...rest.slice(to)];
}

/** Silent writing on all « Nous » faces, or on none. */
export function silentVersos<T extends { board: string | null; writing?: Step["writing"] }>(
  steps: readonly T[],
  silent: boolean,
): T[] {
  return steps.map((step) =>
    isVerso(step.board) ? { ...step, writing: silent ? "silent" : "open" } : { ...step },
  );
}

export function isVerso(board: string | null): boolean {
  return board?.endsWith(".verso") ?? false;
}

export function allSilent(steps: readonly Step[]): boolean {
  const versos = steps.filter((step) => isVerso(step.board));
  return versos.length > 0 && versos.every((step) => step.writing === "silent");
}

/** Whether each group works on a sheet of its own. */
export function sheetPerGroup(steps: readonly Step[]): boolean {
  return steps.some((step) => step.board?.startsWith("assigned."));
}

/** What of a step an edit says. */
export function asEdit(step: PlannedStep): Record<string, unknown> {
  const { id, phase, title, instruction, minutes, mode, board, rights, writing, lock_at_end, reveal_at_end } =
    step;
  return {
    ...(id === undefined ? {} : { id }),
    phase,
    title,
    minutes,
    mode,
    board: board ?? null,
    instruction: instruction ?? "",
    rights: rights ?? "write",
    writing: writing ?? "open",
    lock_at_end: lock_at_end ?? false,
    reveal_at_end: reveal_at_end ?? false,
  };
}

/** Whether two agendas say the same. */
export function samePlan(one: readonly PlannedStep[], other: readonly PlannedStep[]): boolean {
  return JSON.stringify(one.map(asEdit)) === JSON.stringify(other.map(asEdit));
}
