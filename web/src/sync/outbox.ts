// What this person changed and the server has not called saved yet. Counts only: bytes go in and come out
// in order, and a connection that breaks begins again with the oldest.

interface Waiting {
  update: Uint8Array;
  notes: readonly string[];
  /** Those of the notes in which something was written. */
  written: readonly string[];
  at: number;
}

/** Joined updates stay far below the largest frame (64 kB, 2 000 items) that a server takes. */
const MOST_BYTES = 16_000;
const MOST_JOINED = 100;

/** Neighbours put together until a message is large enough: many small ones become few. */
export function joined(
  updates: readonly Uint8Array[],
  join: (updates: Uint8Array[]) => Uint8Array,
): Uint8Array[] {
  return grouped(updates, (update) => update).map(
    (group) => (group.length > 1 ? join(group) : group[0]) as Uint8Array,
  );
}

function grouped<T>(all: readonly T[], update: (one: T) => Uint8Array): T[][] {
  const groups: T[][] = [];
  let bytes = 0;
  for (const one of all) {
    const size = update(one).length;
    const last = groups.at(-1);
    if (last === undefined || bytes + size > MOST_BYTES || last.length >= MOST_JOINED) {
      groups.push([one]);
      bytes = size;
    } else {
      last.push(one);
      bytes += size;
    }
  }
  return groups;
}

export class Outbox {
  private waiting: Waiting[] = [];
  /** How many of them went out on this connection. */
  private sent = 0;
  /** Messages sent before them on this connection, which the server counts too. */
  private ahead = 0;
  /** What the server has told of this connection. */
  private told = 0;

  get pending(): number {
    return this.waiting.length;
  }

  /** The notes concerned, each once. */
  get notes(): string[] {
    return [...new Set(this.waiting.flatMap((one) => one.notes))];
  }

  /** Of these, those in which something was written. */
  get written(): string[] {
    return [...new Set(this.waiting.flatMap((one) => one.written))];
  }

  get oldestAt(): number | null {
    return this.waiting[0]?.at ?? null;
  }

  get updates(): Uint8Array[] {
    return this.waiting.map((one) => one.update);
  }

  add(update: Uint8Array, notes: readonly string[], now: number, written: readonly string[] = []): void {
    this.waiting.push({ update, notes, written, at: now });
  }

  /** A new connection counts from nothing; small updates that wait are joined, so that few messages leave. */
  begin(join: (updates: Uint8Array[]) => Uint8Array): void {
    this.sent = this.ahead = this.told = 0;
    this.joinFrom(0, join);
  }

  /** Join what waits for a connection, so that a long time away does not make a long list. */
  tidy(join: (updates: Uint8Array[]) => Uint8Array): void {
    if (this.waiting.length - this.sent > 4 * MOST_JOINED) this.joinFrom(this.sent, join);
  }

  private joinFrom(start: number, join: (updates: Uint8Array[]) => Uint8Array): void {
    const groups = grouped(this.waiting.slice(start), (one) => one.update);
    const joined = groups.map((group): Waiting => {
      const [first] = group as [Waiting];
      if (group.length === 1) return first;
      const update = join(group.map((one) => one.update));
      const notes = [...new Set(group.flatMap((one) => one.notes))];
      const written = [...new Set(group.flatMap((one) => one.written))];
      return { update, notes, written, at: first.at };
    });
    this.waiting = [...this.waiting.slice(0, start), ...joined];
  }

  /** One more message went out that is not one of these. */
  sendAhead(): void {
    this.ahead++;
  }

  /** What has not been sent on this connection, in order; it counts as sent from now on. */
  takeUnsent(): Uint8Array[] {
    const out = this.waiting.slice(this.sent).map((one) => one.update);
    this.sent = this.waiting.length;
    return out;
  }

  /** The server has the first `count` messages of this connection. */
  saved(count: number): void {
    let fresh = Math.max(0, count - this.told);
    this.told = Math.max(this.told, count);
    const before = Math.min(this.ahead, fresh);
    this.ahead -= before;
    fresh = Math.min(fresh - before, this.sent);
    this.waiting.splice(0, fresh);
    this.sent -= fresh;
  }

  clear(): void {
    this.waiting = [];
    this.sent = this.ahead = 0;
  }
}
