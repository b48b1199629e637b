// What a close code of the socket means for the client: one pure rule, and the sentence people read.

/** Codes 4400–4499 mean: do not come back. Everything else is worth another try. */
export function mayReturn(code: number): boolean {
  return code < 4400 || code > 4499;
}

const STILL_SHORT = 12;

/**
 * How long to wait before try number `attempt` (from 0), with `random` in 0–1. A server that restarts is back
 * in seconds, so the first twelve tries, about nine seconds, are at most one second apart: nobody waits
 * longer than that once it is there. After that pauses grow; they never exceed 10 s.
 */
export function retryDelayMs(attempt: number, random: number): number {
  const most =
    attempt < STILL_SHORT
      ? Math.min(1_000, 300 * 2 ** attempt)
      : Math.min(10_000, 1_000 * 2 ** Math.min(attempt - STILL_SHORT + 1, 8));
  return Math.round(most * (0.5 + random / 2));
}
