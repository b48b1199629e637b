// The action of the moment: the one thing that facilitation most likely wants to do now.

import { own } from "../model/own";
import type { Consent, Step, Vote, Workshop } from "../model/page";
import { begunAt, nextStep, stepNow } from "./agenda";

const MINUTE_MS = 60_000;

export interface Now {
  now: number;
  /** Drafts that nobody else sees, in all rooms. */
  hidden: number;
  /** By the id of a vote or round: how many have voted or answered, and of how many. */
  turnout: Readonly<Record<string, Turnout>>;
}

export interface Turnout {
  n: number;
  of: number;
}

export type Moment =
  | { do: "open" }
  | { do: "close_vote"; vote: Vote }
  | { do: "close_consent"; consent: Consent }
  | { do: "reveal" }
  | { do: "first"; step: Step }
  | { do: "resume" }
  | { do: "start"; step: Step }
  | { do: "next"; step: Step }
  | { do: "close" };

/** Null when there is nothing left: the workshop is closed. */
export function moment(workshop: Workshop, { now, hidden, turnout }: Now): Moment | null {
  if (workshop.status === "closed") return null;
  if (workshop.status === "draft") return { do: "open" };
  const complete = ({ id, open }: { id: string; open: boolean }) => {
    const { n = 0, of = 0 } = own(turnout, id) ?? {};
    return open && of > 0 && n >= of;
  };
  const vote = workshop.votes?.find(complete);
  if (vote) return { do: "close_vote", vote };
  const consent = workshop.consents?.find(complete);
  if (consent) return { do: "close_consent", consent };
  if (hidden > 0) return { do: "reveal" };
  const [step, next] = [stepNow(workshop), nextStep(workshop)];
  if (step === null) return next === null ? null : { do: "first", step: next };
  const { timer } = workshop;
  if (!timer.running && (timer.remaining_ms ?? 0) > 0) return { do: "resume" };
  const used = now - (begunAt(workshop) ?? now);
  if (!timer.running && step.minutes > 0 && used < step.minutes * MINUTE_MS) return { do: "start", step };
  return next === null ? { do: "close" } : { do: "next", step: next };
}
