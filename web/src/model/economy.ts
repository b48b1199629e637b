// The sums of the economic canvas, from its typed notes alone. server/tablee/model/economy.py says the same;
// both are held to tests/vectors/economy.json. Whether a balance is acceptable is never computed: it is answered.

import type { Note } from "./page";

export const TASKS = ["product", "community", "project", "support", "documentation", "ux"] as const;
export type Task = (typeof TASKS)[number];
export const VERDICTS = ["acceptable", "renegotiate", "unacceptable"] as const;
export type Verdict = (typeof VERDICTS)[number];
export type Purpose = "build" | "maintain" | "run";

/** One full-time post over a year: the legal working time in France, and days of those who count in days. */
export const HOURS_PER_FTE = 1607;
export const DAYS_PER_FTE = 218;
const MONTHS = 12;
/** A note nobody has weighed yet counts as much as the lightest. */
export const LEAST_WEIGHT = 1;

/** What the sums need to know of a note. */
export type Summed = Pick<Note, "zone" | "kind" | "fields" | "stakeholder" | "origin">;

/** Full-time posts, and euros a year. What is given once counts in its year. */
export interface Means {
  fte: number;
  euros: number;
}

export interface Side extends Means {
  points: number;
  notes: number;
}

export interface LaneSums {
  /** Null: notes that nobody has attached to a stakeholder yet. */
  id: string | null;
  brings: Side;
  receives: Side;
}

export interface TaskSums {
  /** Null: notes that name no task. */
  task: Task | null;
  needed: Means;
  promised: Means;
  pooled: Means;
}

export interface Covered {
  needed: number;
  covered: number;
  /** From 0 to 1; null while nothing is needed. */
  share: number | null;
}

export interface Economy {
  lanes: LaneSums[];
  loose: LaneSums;
  totals: { brings: Side; receives: Side };
  tasks: TaskSums[];
  purposes: { purpose: Purpose | null; needed: Means; promised: Means }[];
  income: { build: Means; maintain: Means; either: Means };
  coverage: { fte: Covered; euros: Covered };
  maintenance: { fte: Covered; euros: Covered };
  /** Part of what is needed that is to be pooled; null while nothing is needed. */
  pooled: { fte: number | null; euros: number | null };
  /** Tasks with less promised than needed, the largest gap first. */
  gaps: (Task | null)[];
  maintenance_uncovered: boolean;
  agree: number;
  of: number;
  /** Stakeholders who have not said « acceptable ». */
  open: string[];
  balanced: boolean;
}

const PURPOSES = ["build", "maintain", "run"] as const;
const POOLED: Readonly<Record<string, number>> = { yes: 1, partly: 0.5, no: 0 };

const number = (value: unknown): number =>
  typeof value === "number" && Number.isFinite(value) && value > 0 ? value : 0;

/** Both sides round alike, so that their totals are equal. */
const round = (value: number) => Math.floor(value * 10_000 + 0.5) / 10_000;

/** The stakeholder a note speaks for: the one its fields name, or the one it carries. */
export function laneOf(note: Pick<Summed, "fields" | "stakeholder">): string | null {
  const named = note.fields?.stakeholder_id;
  return typeof named === "string" && named !== "" ? named : (note.stakeholder ?? null);
}

export function weightOf(note: Pick<Summed, "fields">): number {
  const weight = note.fields?.weight;
  return weight === 1 || weight === 2 || weight === 3 ? weight : LEAST_WEIGHT;
}

function perYear(period: unknown): number {
  return period === "month" ? MONTHS : 1;
}

/** What a contribution or a cost comes to in a year. */
export function meansOf(note: Pick<Summed, "kind" | "fields">): Means {
  const fields = note.fields ?? {};
  const times = perYear(fields.period);
  if (note.kind === "cost") return { fte: number(fields.fte), euros: number(fields.euros) * times };
  if (note.kind !== "contribution") return { fte: 0, euros: 0 };
  const amount = number(fields.amount);
  switch (fields.unit) {
    case "fte":
      return { fte: amount, euros: 0 };
    case "hours":
      return { fte: (amount * times) / HOURS_PER_FTE, euros: 0 };
    case "days":
      return { fte: (amount * times) / DAYS_PER_FTE, euros: 0 };
    case "euros":
      return { fte: 0, euros: amount * times };
    default:
      return { fte: 0, euros: 0 };
  }
}

function taskOf(note: Summed): Task | null {
  return TASKS.find((task) => task === note.fields?.task) ?? null;
}

/** Support is maintenance, whether or not somebody says so. */
function purposeOf(note: Summed): Purpose | null {
  const said = PURPOSES.find((purpose) => purpose === note.fields?.purpose);
  return said ?? (taskOf(note) === "support" ? "maintain" : null);
}

/** Work and money that are promised to the commons, unlike data or a name. */
function isPromise(note: Summed): boolean {
  if (note.kind !== "contribution") return false;
  const nature = note.fields?.nature;
  return nature === undefined || nature === "time" || nature === "money" || taskOf(note) !== null;
}

function originKey(note: Summed): string | null {
  const last = note.origin?.at(-1);
  return last === undefined ? null : `${last.group ?? "-"}/${last.note}`;
}

const nothing = (): Means => ({ fte: 0, euros: 0 });
const side = (): Side => ({ points: 0, notes: 0, fte: 0, euros: 0 });

function add(to: Means, means: Means, part = 1): void {
  to.fte += means.fte * part;
  to.euros += means.euros * part;
}

/** A cost carried to « Charges » and to « Mutualisation » is one cost, which is pooled. */
function costsOf(notes: readonly Summed[]): { note: Summed; pooled: number }[] {
  const out: { note: Summed; pooled: number }[] = [];
  const seen = new Map<string, { note: Summed; pooled: number }>();
  for (const zone of ["costs", "pooling"])
    for (const note of notes) {
      if (note.zone !== zone || note.kind !== "cost") continue;
      const pooled = POOLED[String(note.fields?.pooling)] ?? (zone === "pooling" ? 1 : 0);
      const key = originKey(note);
      const there = key === null || zone === "costs" ? undefined : seen.get(key);
      if (there) {
        there.pooled = Math.max(there.pooled, pooled);
        continue;
      }
      const one = { note, pooled };
      out.push(one);
      if (key !== null) seen.set(key, one);
    }
  return out;
}

/** What is promised for one task does not pay another; what names no task fills what is left. */
function covered(tasks: readonly TaskSums[], what: keyof Means): Covered {
  let needed = 0;
  let met = 0;
  let free = 0;
  for (const { task, needed: need, promised } of tasks) {
    needed += need[what];
    if (task === null) free += promised[what];
    else met += Math.min(need[what], promised[what]);
  }
  return coverage(needed, met + Math.min(free, needed - met));
}

function coverage(needed: number, met: number): Covered {
  return {
    needed: round(needed),
    covered: round(met),
    share: round(needed) > 0 ? round(met / needed) : null,
  };
}

function rounded<M extends Means>(means: M): M {
  return { ...means, fte: round(means.fte), euros: round(means.euros) };
}

/** All sums of a canvas. `lanes`: ids of its stakeholders in order; `verdicts`: what each has answered. */
export function economyOf(
  notes: readonly Summed[],
  lanes: readonly string[],
  verdicts: Readonly<Record<string, string | null | undefined>>,
): Economy {
  const sums = new Map<string | null, LaneSums>();
  const lane = (id: string | null) => {
    const known = id !== null && lanes.includes(id) ? id : null;
    const there = sums.get(known) ?? { id: known, brings: side(), receives: side() };
    sums.set(known, there);
    return there;
  };
  for (const id of [...lanes, null]) lane(id);
  const totals = { brings: side(), receives: side() };
  const tasks = new Map<Task | null, TaskSums>(
    [...TASKS, null].map((task) => [
      task,
      { task, needed: nothing(), promised: nothing(), pooled: nothing() },
    ]),
  );
  const purposes = new Map<Purpose | null, Economy["purposes"][number]>(
    [...PURPOSES, null].map((purpose) => [purpose, { purpose, needed: nothing(), promised: nothing() }]),
  );
  const income = { build: nothing(), maintain: nothing(), either: nothing() };
  const pooled = nothing();

  for (const note of notes) {
    const means = meansOf(note);
    if (note.zone === "brings" || note.zone === "receives")
      for (const to of [lane(laneOf(note))[note.zone], totals[note.zone]]) {
        to.points += weightOf(note);
        to.notes += 1;
        add(to, means);
      }
    if ((note.zone === "brings" || note.zone === "income") && isPromise(note)) {
      add((tasks.get(taskOf(note)) as TaskSums).promised, means);
      add((purposes.get(purposeOf(note)) as Economy["purposes"][number]).promised, means);
    }
    if (note.zone === "income") {
      const purpose = purposeOf(note);
      add(income[purpose === null ? "either" : purpose === "build" ? "build" : "maintain"], means);
    }
  }
  for (const { note, pooled: part } of costsOf(notes)) {
    const means = meansOf(note);
    const task = tasks.get(taskOf(note)) as TaskSums;
    add(task.needed, means);
    add(task.pooled, means, part);
    add(pooled, means, part);
    add((purposes.get(purposeOf(note)) as Economy["purposes"][number]).needed, means);
  }

  const all = [...tasks.values()];
  const kept = (which: "needed" | "promised", what: keyof Means) =>
    (["maintain", "run"] as const).reduce((sum, one) => sum + (purposes.get(one)?.[which][what] ?? 0), 0);
  const upkeep = (what: keyof Means) =>
    coverage(kept("needed", what), Math.min(kept("needed", what), kept("promised", what)));
  const cover = { fte: covered(all, "fte"), euros: covered(all, "euros") };
  const maintenance = { fte: upkeep("fte"), euros: upkeep("euros") };
  const short = ({ needed, covered }: Covered) => covered < needed;
  const part = (what: keyof Means) =>
    cover[what].needed > 0 ? round(pooled[what] / cover[what].needed) : null;
  const open = lanes.filter((id) => verdicts[id] !== "acceptable");
  const full = !short(cover.fte) && !short(cover.euros);
  return {
    lanes: lanes.map((id) => tidy(lane(id))),
    loose: tidy(lane(null)),
    totals: { brings: rounded(totals.brings), receives: rounded(totals.receives) },
    tasks: all.map(({ task, needed, promised, pooled: shared }) => ({
      task,
      needed: rounded(needed),
      promised: rounded(promised),
      pooled: rounded(shared),
    })),
    purposes: [...purposes.values()].map(({ purpose, needed, promised }) => ({
      purpose,
      needed: rounded(needed),
      promised: rounded(promised),
    })),
    income: {
      build: rounded(income.build),
      maintain: rounded(income.maintain),
      either: rounded(income.either),
    },
    coverage: cover,
    maintenance,
    pooled: { fte: part("fte"), euros: part("euros") },
    gaps: gapsOf(all),
    maintenance_uncovered: short(maintenance.fte) || short(maintenance.euros),
    agree: lanes.length - open.length,
    of: lanes.length,
    open,
    balanced: lanes.length > 0 && open.length === 0 && full && cover.fte.needed + cover.euros.needed > 0,
  };
}

/**
 * What a task lacks. What is promised without naming a task fills the tasks that lack something: in the row of
 * those without a task it is taken off, so that the rows come to what the whole lacks.
 */
export function missingOf(
  { tasks, coverage }: Pick<Economy, "tasks" | "coverage">,
  task: Task | null,
): Means {
  const lacks = (what: keyof Means) => {
    const short = (one: TaskSums) => Math.max(0, one.needed[what] - one.promised[what]);
    const named = tasks.filter((one) => one.task !== null);
    if (task !== null)
      return named.filter((one) => one.task === task).reduce((sum, one) => sum + short(one), 0);
    const whole = coverage[what].needed - coverage[what].covered;
    return whole - named.reduce((sum, one) => sum + short(one), 0);
  };
  return rounded({ fte: lacks("fte"), euros: lacks("euros") });
}

function tidy(lane: LaneSums): LaneSums {
  return { id: lane.id, brings: rounded(lane.brings), receives: rounded(lane.receives) };
}

/** Missing posts weigh before missing euros: one post is far more than one euro. */
function gapsOf(tasks: readonly TaskSums[]): (Task | null)[] {
  const missing = (task: TaskSums, what: keyof Means) =>
    Math.max(0, round(task.needed[what] - task.promised[what]));
  return tasks
    .filter((task) => missing(task, "fte") > 0 || missing(task, "euros") > 0)
    .map((task, at) => ({ task, at }))
    .sort(
      (a, b) =>
        missing(b.task, "fte") - missing(a.task, "fte") ||
        missing(b.task, "euros") - missing(a.task, "euros") ||
        a.at - b.at,
    )
    .map(({ task }) => task.task);
}
