// Where attention is wanted: the board of a step, and who is being called to a place. Plain rules, without the page.

import { type Group, type Pointed, type Step, templateOf, type Workshop } from "./page";

/** How long a notice stands before the page goes along. */
export const NOTICE_MS = 5_000;
/** Somebody who was away for longer is not brought where everybody went meanwhile. */
const STALE_MS = 60_000;
const SEEN_KEPT = 20;

/** Whether a board belongs to the sheets and canvases of this workshop. */
export function isInModules(workshop: Workshop, board: string): boolean {
  return workshop.modules?.includes(templateOf(board).split(".", 1)[0] ?? "") ?? true;
}

export function stepNow(workshop: Workshop): Step | null {
  return workshop.agenda.steps.find((step) => step.id === workshop.step) ?? null;
}

/** The step that comes next: the first one before any has begun; null after the last. */
export function stepAfter({ agenda, step }: Pick<Workshop, "agenda" | "step">): string | null {
  return agenda.steps[agenda.steps.findIndex((one) => one.id === step) + 1]?.id ?? null;
}

/** The template a step works on, for a group: in parallel groups, a face of the sheet it was given. */
export function templateOfStep(step: Step | null, group: Group | undefined): string | null {
  const board = step?.board ?? null;
  if (board === null || !board.startsWith("assigned.")) return board;
  return `${group?.sheet ?? "sheet1"}.${board.slice("assigned.".length)}`;
}

/** The board a template is for one person: their own recto. Boards with a stakeholder stay as they are. */
export function boardOf(template: string, recto: (sheet: number) => string): string {
  const [, sheet] = /^sheet(\d)\.recto$/.exec(template) ?? [];
  return sheet === undefined ? template : recto(Number(sheet));
}

// -- being called --------------------------------------------------------------------------------------

export interface Place {
  board: string;
  zone: string | null;
  note: string | null;
}

/** Somebody who shows a place: as long as it lasts, or once. */
export interface Call extends Place {
  kind: "spotlight" | "summons";
  id: string;
  by: string;
  mayStay: boolean;
}

export interface Following {
  /** Calls that were answered, or that came too late. */
  seen: readonly string[];
  /** What the page is about to go to. */
  pending: Call | null;
  /** The spotlight that is followed, as it was when the page went there last. */
  with: Call | null;
}

export const NOBODY: Following = { seen: [], pending: null, with: null };

export interface Heard {
  me: string;
  group: string | null;
  /** Whether calls move this person: not those who run the workshop, unless they want it. */
  moves: boolean;
  /** The server's time. */
  now: number;
}

const samePlace = (one: Place, other: Place) =>
  one.board === other.board && one.zone === other.zone && one.note === other.note;

function call(kind: Call["kind"], pointed: Pointed | null | undefined, heard: Heard): Call | null {
  if (!pointed || pointed.by === heard.me) return null;
  if (pointed.group !== null && pointed.group !== heard.group) return null;
  const { id, by, board, zone, note = null, may_stay: mayStay } = pointed;
  return { kind, id, by, board, zone, note, mayStay };
}

/** After the workshop changed: what is followed now, and where the page goes at once. */
export function hear(
  before: Following,
  workshop: Pick<Workshop, "spotlight" | "summons">,
  heard: Heard,
): { after: Following; go: Call | null } {
  const shown = call("spotlight", workshop.spotlight, heard);
  const called = call("summons", workshop.summons, heard);
  let { seen, pending, with: followed } = before;
  let go: Call | null = null;
  const stale = called && heard.now - (workshop.summons?.at ?? 0) > STALE_MS;
  if (called && (stale || !heard.moves) && pending?.id !== called.id) seen = withSeen(seen, called.id);
  if (followed && followed.id !== shown?.id) followed = null;
  if (pending?.kind === "spotlight" && pending.id !== shown?.id) pending = null;
  if (!heard.moves) return { after: { seen, pending: null, with: null }, go: null };
  if (shown && followed && !samePlace(shown, followed)) {
    followed = shown;
    go = shown;
  } else if (shown && pending?.id === shown.id) pending = shown;
  else if (shown && !followed && !seen.includes(shown.id)) pending = shown;
  if (called && !seen.includes(called.id)) pending = called;
  return { after: { seen, pending, with: followed }, go };
}

/** Go along. */
export function accept(before: Following): { after: Following; go: Call | null } {
  const { pending, seen } = before;
  if (pending === null) return { after: before, go: null };
  const followed = pending.kind === "spotlight" ? pending : before.with;
  return { after: { seen: withSeen(seen, pending.id), pending: null, with: followed }, go: pending };
}

/** Stay, or go back to where one was; a spotlight may be followed again later. */
export function decline(before: Following): Following {
  const { pending, seen, with: followed } = before;
  const ids = [pending?.id, followed?.id].filter((id) => id !== undefined);
  return { seen: ids.reduce(withSeen, seen), pending: null, with: null };
}

/** Follow a spotlight that was declined. */
export function rejoin(
  before: Following,
  workshop: Pick<Workshop, "spotlight">,
  heard: Heard,
): { after: Following; go: Call | null } {
  const shown = call("spotlight", workshop.spotlight, heard);
  if (shown === null) return { after: before, go: null };
  return { after: { seen: withSeen(before.seen, shown.id), pending: null, with: shown }, go: shown };
}

function withSeen(seen: readonly string[], id: string): readonly string[] {
  return seen.includes(id) ? seen : [...seen, id].slice(-SEEN_KEPT);
}
