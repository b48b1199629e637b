// What this person changed and the server has not called saved yet. Counts only: bytes go in and come out
// in order, and a connection that breaks begins again with the oldest.

interface Waiting {
  update: Uint8Array;
  notes: readonly string[];
  at: number;
}

/** Joined updates stay far below the largest frame (64 kB, 2 000 items) that a server takes. */
const MOST_BYTES = 16_000;
const MOST_JOINED = 100;

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

  get oldestAt(): number | null {
    return this.waiting[0]?.at ?? null;
  }

  get updates(): Uint8Array[] {
    return this.waiting.map((one) => one.update);
  }

  add(update: Uint8Array, notes: readonly string[], now: number): void {
    this.waiting.push({ update, notes, at: now });
  }

  /** A new connection counts from nothing; small updates that wait are joined, so that few messages leave. */
  begin(join: (updates: Uint8Array[]) => Uint8Array): void {
    this.sent = this.ahead = this.told = 0;
    const joined: Waiting[] = [];
    let group: Waiting[] = [];
    let bytes = 0;
    const close = () => {
      const [first] = group;
      if (first === undefined) return;
      const update = group.length === 1 ? first.update : join(group.map((one) => one.update));
      joined.push({ update, notes: [...new Set(group.flatMap((one) => one.notes))], at: first.at });
      group = [];
      bytes = 0;
    };
    for (const one of this.waiting) {
      if (bytes + one.update.length > MOST_BYTES || group.length >= MOST_JOINED) close();
      group.push(one);
      bytes += one.update.length;
    }
    close();
    this.waiting = joined;
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
