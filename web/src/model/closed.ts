// Whether a zone takes nothing from somebody for the moment, and who closed it: server/tablee/model/rights.py,
// said before the server has to refuse.

import { own } from "./own";
import { type Person, templateOf, type Workshop } from "./page";

export interface Closed {
  what: "everything" | "board" | "zone" | "recto";
  /** Who locked it, when that is known. */
  by: string | null;
}

/** The widest lock on a zone. It holds for everybody but those who run the workshop. */
export function lockOn(workshop: Workshop, board: string, zone: string | null): Closed | null {
  if (workshop.frozen) return { what: "everything", by: workshop.frozen_by ?? null };
  const states = [own(workshop.boards, board), own(workshop.boards, templateOf(board))];
  const whole = states.find((state) => state?.locked);
  if (whole) return { what: "board", by: whole.locked_by ?? null };
  if (zone === null) return null;
  const part = states.find((state) => state?.locked_zones.includes(zone));
  return part ? { what: "zone", by: part.zones_locked_by?.[zone] ?? null } : null;
}

/** Why this person may not write there now; null when they may, as far as the workshop is concerned. */
export function closedTo(
  person: Person,
  workshop: Workshop,
  board: string,
  zone: string | null,
): Closed | null {
  if (person.role === "organiser" || person.role === "facilitator") return null;
  const lock = lockOn(workshop, board, zone);
  if (lock !== null) return lock;
  const [, whose] = board.split("/");
  const step = workshop.agenda.steps.find((one) => one.id === workshop.step);
  const foreign = whose !== undefined && whose !== person.stakeholder;
  return foreign && step?.mode === "each" ? { what: "recto", by: null } : null;
}
