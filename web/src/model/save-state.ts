// What the save state says: a pure value from what the connections know.

export type Durability = "disk" | "replica" | "memory";

/** One connection, as far as saving is concerned. */
export interface Line {
  /** Whether the socket is open and greeted. */
  online: boolean;
  /** Whether the server said never to come back. */
  ended: boolean;
  /** Local updates not yet said to be saved. */
  pending: number;
  /** Notes these updates concern. */
  notes: number;
  /** When the oldest of them was made, or null. */
  since: number | null;
  /** When the socket was lost, or null. */
  lostAt: number | null;
  durability: Durability;
}

export type SaveState =
  | { kind: "joining" }
  | { kind: "saved" }
  | { kind: "sent" }
  | { kind: "saving" }
  | { kind: "offline"; pending: number; notes: number }
  | { kind: "unreachable"; pending: number; notes: number }
  | { kind: "ended" };

export const SAVING_AFTER_MS = 400;
export const UNREACHABLE_AFTER_MS = 60_000;

/** Of all rooms a page is in, the first being the one that is shown. A room that has ended only counts there. */
export function saveState(lines: readonly Line[], now: number): SaveState {
  if (lines[0]?.ended) return { kind: "ended" };
  const open = lines.filter((line) => !line.ended);
  const sum = (of: (line: Line) => number) => open.reduce((total, line) => total + of(line), 0);
  const [pending, notes] = [sum((line) => line.pending), sum((line) => line.notes)];
  // a room that is on its way beside the one shown is no trouble yet
  const away = open.filter((line, at) => !line.online && (at === 0 || line.lostAt !== null));
  if (away.length > 0) {
    const lost = away.flatMap((line) => (line.lostAt === null ? [] : [line.lostAt]));
    if (lost.length === 0) return { kind: "joining" };
    const kind = now - Math.min(...lost) > UNREACHABLE_AFTER_MS ? "unreachable" : "offline";
    return { kind, pending, notes };
  }
  const late = open.some((line) => line.since !== null && now - line.since > SAVING_AFTER_MS);
  if (late) return { kind: "saving" };
  return { kind: open.some((line) => line.durability === "memory") ? "sent" : "saved" };
}
