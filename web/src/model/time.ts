// The timer as a page shows it, from what the server says and the server's time.

import type { Timer, Workshop } from "./page";

export const LAST_MINUTES_MS = 120_000;

export interface TimeLeft {
  state: "running" | "paused" | "over";
  left: number;
  total: number;
  /** When it ends, in server time; null while it is paused. */
  endsAt: number | null;
  /** The group that reports back. */
  reporting: string | null;
}

/** The timer that holds for somebody: whoever runs the workshop sees that of the group they are with. */
export function timerFor(workshop: Workshop, group: string, leads: boolean): Timer {
  const own = leads ? workshop.groups.find((one) => one.id === group)?.timer : undefined;
  return own && own.total_ms > 0 ? own : workshop.timer;
}

/** What is left at a moment; null when there is no timer. */
export function timeLeft(timer: Timer, now: number): TimeLeft | null {
  const { running, ends_at, remaining_ms = 0, total_ms: total, reporting = null } = timer;
  if (running && ends_at !== undefined) {
    const left = Math.max(0, ends_at - now);
    return { state: left > 0 ? "running" : "over", left, total, endsAt: ends_at, reporting };
  }
  if (remaining_ms <= 0) return null;
  return { state: "paused", left: remaining_ms, total, endsAt: null, reporting };
}

/** `04:07`, `1:02:30`; the second that has begun counts. */
export function digits(left: number): string {
  const seconds = Math.ceil(left / 1000);
  const two = (n: number) => String(n).padStart(2, "0");
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${two(m)}:${two(s)}`;
}
