// What a close code of the socket means for the client: one pure rule, and the sentence people read.

/** Codes 4400–4499 mean: do not come back. Everything else is worth another try. */
export function mayReturn(code: number): boolean {
  return code < 4400 || code > 4499;
}

/** How long to wait before try number `attempt` (from 0), with `random` in 0–1. Never longer than 10 s. */
export function retryDelayMs(attempt: number, random: number): number {
  const most = Math.min(10_000, 300 * 2 ** Math.min(attempt, 8));
  return Math.round(most * (0.5 + random / 2));
}
