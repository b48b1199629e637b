// Where writing is silent and where notes belong to nobody: server/tablee/model/rights.py, for pages.

import { own } from "./own";
import { templateOf, type Workshop } from "./page";

export interface Hidden {
  /** Nobody sees what others write there until it is revealed. */
  silent: boolean;
  /** Notes belong to nobody; they are shown when their author leaves them. */
  anonymous: boolean;
}

/** What holds in a zone; without a zone, for the whole board. */
export function hiddenAt(workshop: Workshop, board: string, zone: string | null): Hidden {
  const states = [own(workshop.boards, board), own(workshop.boards, templateOf(board))];
  const has = (whole: "silent" | "anonymous", zones: "silent_zones" | "anonymous_zones") =>
    workshop[whole] === true ||
    states.some(
      (state) => state?.[whole] === true || (zone !== null && (state?.[zones]?.includes(zone) ?? false)),
    );
  return { silent: has("silent", "silent_zones"), anonymous: has("anonymous", "anonymous_zones") };
}

/** Whether a note made there is a draft first. */
export function isHidden(workshop: Workshop, board: string, zone: string): boolean {
  const { silent, anonymous } = hiddenAt(workshop, board, zone);
  return silent || anonymous;
}

/** How many notes wait in a place, of how many people out of how many. */
export interface Waiting {
  notes: number;
  people: number;
  of: number;
}

/** What an event `hidden` tells, by `board zone`; what has not that form is left out. */
export function waitingOf(zones: unknown): Map<string, Waiting> {
  const out = new Map<string, Waiting>();
  if (typeof zones !== "object" || zones === null) return out;
  for (const [place, told] of Object.entries(zones)) {
    const { notes, people, of } = (told ?? {}) as Record<string, unknown>;
    if ([notes, people, of].every((n) => typeof n === "number" && Number.isFinite(n) && n >= 0))
      out.set(place, { notes, people, of } as Waiting);
  }
  return out;
}
