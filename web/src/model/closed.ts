// Whether a zone takes nothing from somebody for the moment, and who closed it: server/tablee/model/rights.py,
// said before the server has to refuse.

import { own } from "./own";
import { type Person, templateOf, type Workshop } from "./page";

export interface Closed {
  /** `reading`: the step lets people read. `over`: the workshop is closed. */
  what: "everything" | "board" | "zone" | "recto" | "reading" | "over";
  /** Who locked it, when that is known. */
  by: string | null;
  /** When it opens by itself, in server time. */
  until: number | null;
}

const MINUTE_MS = 60_000;

/** The widest lock on a zone. It holds for everybody but those who run the workshop. */
export function lockOn(workshop: Workshop, board: string, zone: string | null): Closed | null {
  if (workshop.frozen)
    return { what: "everything", by: workshop.frozen_by ?? null, until: workshop.frozen_until ?? null };
  const states = [own(workshop.boards, board), own(workshop.boards, templateOf(board))];
  const whole = states.find((state) => state?.locked);
  if (whole) return { what: "board", by: whole.locked_by ?? null, until: whole.locked_until ?? null };
  if (zone === null) return null;
  const part = states.find((state) => state?.locked_zones.includes(zone));
  if (!part) return null;
  const [by, until] = [part.zones_locked_by?.[zone] ?? null, part.zones_locked_until?.[zone] ?? null];
  return { what: "zone", by, until };
}

/** Why this person may not write there now; null when they may, as far as the workshop is concerned. */
export function closedTo(
  person: Person,
  workshop: Workshop,
  board: string,
  zone: string | null,
): Closed | null {
  if (workshop.status === "closed") return { what: "over", by: null, until: null };
  if (leads(person)) return null;
  const lock = lockOn(workshop, board, zone);
  if (lock !== null) return lock;
  const step = workshop.agenda.steps.find((one) => one.id === workshop.step);
  if (step?.rights === "read" && !isOpened(workshop, board))
    return { what: "reading", by: null, until: null };
  const [, whose] = board.split("/");
  const foreign = whose !== undefined && whose !== person.stakeholder;
  return foreign && step?.mode === "each" ? { what: "recto", by: null, until: null } : null;
}

/** Whether this person may change what others wrote there; in some steps everybody only changes their own. */
export function mayChangeOthers(person: Person, workshop: Workshop, board: string): boolean {
  const step = workshop.agenda.steps.find((one) => one.id === workshop.step);
  return leads(person) || step?.rights !== "own" || isOpened(workshop, board);
}

const leads = (person: Person) => person.role === "organiser" || person.role === "facilitator";

/** Facilitation has opened the board, whatever the step says. */
function isOpened(workshop: Workshop, board: string): boolean {
  return [board, templateOf(board)].some((id) => own(workshop.boards, id)?.open === true);
}

/** In how many minutes a lock opens; 0 for less than one. */
export function minutesLeft(until: number, now: number): number {
  const left = until - now;
  return left < MINUTE_MS ? 0 : Math.ceil(left / MINUTE_MS);
}

/** How long until one of the locks has another minute to say; null when none has an end. */
export function nextMinute(workshop: Workshop, now: number): number | null {
  const ends = [workshop.frozen ? workshop.frozen_until : null];
  for (const state of Object.values(workshop.boards))
    ends.push(state.locked_until, ...Object.values(state.zones_locked_until ?? {}));
  const left = ends.flatMap((end) =>
    end != null && end > now ? [(end - now) % MINUTE_MS || MINUTE_MS] : [],
  );
  return left.length > 0 ? Math.min(...left) : null;
}
