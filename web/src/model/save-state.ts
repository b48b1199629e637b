// What the save state says: a pure value from what the connection knows.

export type Durability = "disk" | "replica" | "memory";

export interface Link {
  /** Whether the socket is open and greeted. */
  online: boolean;
  /** Whether the server said never to come back. */
  ended: boolean;
  /** Local updates not yet said to be saved. */
  pending: number;
  /** Milliseconds the oldest of them has waited. */
  waitedMs: number;
  /** Milliseconds since the socket was lost. */
  awayMs: number;
  durability: Durability;
}

export type SaveState =
  | { kind: "joining" }
  | { kind: "saved" }
  | { kind: "sent" }
  | { kind: "saving" }
  | { kind: "offline"; pending: number }
  | { kind: "unreachable"; pending: number }
  | { kind: "ended" };

export const SAVING_AFTER_MS = 400;
export const UNREACHABLE_AFTER_MS = 60_000;

export function saveState(link: Link): SaveState {
  if (link.ended) return { kind: "ended" };
  if (!link.online) {
    const kind = link.awayMs > UNREACHABLE_AFTER_MS ? "unreachable" : "offline";
    return link.awayMs === 0 ? { kind: "joining" } : { kind, pending: link.pending };
  }
  if (link.pending > 0 && link.waitedMs > SAVING_AFTER_MS) return { kind: "saving" };
  return { kind: link.durability === "memory" ? "sent" : "saved" };
}
