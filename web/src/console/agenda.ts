// The agenda as it was planned and as it goes: when steps began, when the others will, and when all ends.

import { CANVAS_RANGE, SHEET_RANGE } from "../desk/plan";
import { own } from "../model/own";
import type { Step, Workshop } from "../model/page";

const MINUTE_MS = 60_000;
const SAME_DAY_MS = 4 * 60 * MINUTE_MS;

export interface Row {
  step: Step;
  state: "done" | "skipped" | "now" | "next";
  /** When it should have begun; null as long as nobody knows when the workshop starts. */
  planned: number | null;
  /** When it began, or will if all goes on as planned. */
  begins: number | null;
  /** How long it took, or may take. */
  minutes: number;
}

/** Steps on the faces of one sheet are one line with lines of its own. */
export interface Block {
  title: string;
  rows: Row[];
  state: Row["state"];
  begins: number | null;
  planned: number | null;
  minutes: number;
  /** Minutes as planned, when they are outside of what the kit advises. */
  outside: readonly [number, number] | null;
}

export interface Drift {
  /** When all ends, if every step to come takes its minutes. */
  end: number;
  /** Minutes more than announced; negative when there is time left. */
  minutes: number;
}

/** When the workshop starts: as announced, or when its first step began. */
export function startOf(workshop: Workshop): number | null {
  const first = workshop.runs?.[0]?.at ?? null;
  const told = workshop.starts_at ?? null;
  // begun on another day than announced: a rehearsal
  if (told !== null && first !== null && Math.abs(first - told) > SAME_DAY_MS) return first;
  return told ?? first;
}

export function timetable(workshop: Workshop, now: number): Row[] {
  const { steps } = workshop.agenda;
  const runs = workshop.runs ?? [];
  const at = steps.findIndex((step) => step.id === workshop.step);
  const start = startOf(workshop);
  const begun: Record<string, { from: number; to: number }> = {};
  for (const [index, run] of runs.entries())
    begun[run.step] = { from: run.at, to: runs[index + 1]?.at ?? now };
  let planned = start;
  let clock: number | null = at < 0 ? start : null;
  return steps.map((step, index): Row => {
    const run = own(begun, step.id);
    const state = index < at ? (run ? "done" : "skipped") : index === at ? "now" : "next";
    const row: Row = { step, state, planned, begins: clock, minutes: step.minutes };
    if (planned !== null) planned += step.minutes * MINUTE_MS;
    if (state === "done" && run) {
      row.begins = run.from;
      row.minutes = Math.max(1, Math.round((run.to - run.from) / MINUTE_MS));
    } else if (state === "skipped") {
      row.begins = null;
      row.minutes = 0;
    } else if (state === "now") {
      row.begins = run?.from ?? now;
      clock = endOfStep(workshop, step, row.begins, now);
    } else if (clock !== null) clock += step.minutes * MINUTE_MS;
    return row;
  });
}

/** When the step under way ends: after its minutes, or with its timer, or now if both are over. */
function endOfStep(workshop: Workshop, step: Step, begun: number, now: number): number {
  const { timer } = workshop;
  const timed = timer.running ? (timer.ends_at ?? 0) : 0;
  return Math.max(begun + step.minutes * MINUTE_MS, timed, now);
}

/** Nothing before the first step, nor after the last. */
export function drift(workshop: Workshop, now: number): Drift | null {
  if (workshop.status === "closed") return null;
  const rows = timetable(workshop, now);
  const here = rows.findIndex((row) => row.state === "now");
  const start = startOf(workshop);
  const current = rows[here];
  if (here < 0 || start === null || !current || current.begins === null) return null;
  const rest = rows.slice(here + 1).reduce((sum, row) => sum + row.step.minutes, 0) * MINUTE_MS;
  const end = endOfStep(workshop, current.step, current.begins, now) + rest;
  const slot = workshop.slot_minutes ?? workshop.agenda.steps.reduce((sum, step) => sum + step.minutes, 0);
  return { end, minutes: Math.round((end - (start + slot * MINUTE_MS)) / MINUTE_MS) };
}

/** `sheet2` of `sheet2.recto`; the sheet given to each group is one too. */
function sheetOf(step: Step): string | null {
  const [template = "", face] = (step.board ?? "").split(".");
  return face === undefined ? null : template;
}

/** What titles say in common before « · ». */
function sharedTitle(rows: readonly Row[]): string {
  const heads = rows.map((row) => row.step.title.split("·")[0]?.trim() ?? "");
  const [first = ""] = heads;
  return heads.every((head) => head === first) ? first : (rows[0]?.step.title ?? "");
}

export function blocks(rows: readonly Row[]): Block[] {
  const out: Row[][] = [];
  for (const row of rows) {
    const last = out.at(-1);
    const sheet = sheetOf(row.step);
    if (last && sheet !== null && last[0] && sheetOf(last[0].step) === sheet) last.push(row);
    else out.push([row]);
  }
  const canvases = rows.filter((row) => row.step.phase === "convergence" && row.step.board !== null);
  const canvas = canvases.reduce((sum, row) => sum + row.step.minutes, 0);
  // together at least half an hour, and an hour each at most
  const most = CANVAS_RANGE[1] * new Set(canvases.map((row) => row.step.board)).size;
  return out.map((some) => {
    const [first] = some as [Row];
    const state = some.some((row) => row.state === "now")
      ? "now"
      : some.some((row) => row.state === "next")
        ? "next"
        : some.every((row) => row.state === "skipped")
          ? "skipped"
          : "done";
    const planned = some.reduce((sum, row) => sum + row.step.minutes, 0);
    const isSheet = sheetOf(first.step) !== null;
    const isCanvas = first.step.phase === "convergence" && first.step.board !== null;
    const outside = isSheet
      ? beyond(planned, SHEET_RANGE)
      : isCanvas
        ? beyond(canvas, CANVAS_RANGE, most)
        : null;
    return {
      title: some.length > 1 ? sharedTitle(some) : first.step.title,
      rows: some,
      state,
      begins: some.find((row) => row.begins !== null)?.begins ?? null,
      planned: first.planned,
      minutes: some.reduce((sum, row) => sum + row.minutes, 0),
      outside,
    };
  });
}

function beyond(
  minutes: number,
  range: readonly [number, number],
  most: number = range[1],
): readonly [number, number] | null {
  return minutes < range[0] || minutes > most ? range : null;
}

/** The step after the one under way; the first before the workshop has begun. */
export function nextStep(workshop: Workshop): Step | null {
  const { steps } = workshop.agenda;
  return steps[steps.findIndex((step) => step.id === workshop.step) + 1] ?? null;
}

export function stepNow(workshop: Workshop): Step | null {
  return workshop.agenda.steps.find((step) => step.id === workshop.step) ?? null;
}

/** The steps with other minutes, where they are still there. */
export function withMinutes(steps: readonly Step[], minutes: ReadonlyMap<string, number>): Step[] {
  return steps.map((step) => ({ ...step, minutes: minutes.get(step.id) ?? step.minutes }));
}

/** When the step under way began. */
export function begunAt(workshop: Workshop): number | null {
  return workshop.runs?.findLast((run) => run.step === workshop.step)?.at ?? null;
}
