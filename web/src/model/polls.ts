// Polls of this page: which are open, what this person answered, how many have, and what came out.
//
//   const polls = pollsOf(app)                  the one of the page
//   polls.running("verdict")                    the open poll of a kind at this table, or null
//   polls.latest("place", "governance", "map")  the last one that is closed there, with its results, or null
//   polls.mine<Place>(poll)                     own answers by subject, also those on their way
//   polls.turnout(poll)                         { turnout, of }, null until the server has told
//   polls.shut(poll)                            why this person cannot answer now, or null
//   polls.refusal(poll)                         why the last answer was not taken, or null
//   await polls.answer(poll, subject, value)    null when it is kept, else why not; value null takes back
//   await polls.open("gauge", { board, zone })  leaders; `group` is this table's unless given; `minutes`
//   await polls.close(poll), polls.drop(poll)   leaders
//   polls.on(draw)                              after every change of all this; gives how to stop
//   answersTo<Place>(poll, subject)             values of a closed poll, without names
//   median, spread                              of numbers; null of none

import type { Atelier } from "../board/atelier";
import { asked, command } from "../board/command";
import { type Turnout, votingOf } from "../vote/voting";
import { own } from "./own";
import { type Poll, roomKind } from "./page";

export type PollKind = Poll["kind"];

export interface Place {
  x: number;
  y: number;
}
export interface Verdict {
  verdict: "acceptable" | "renegotiate" | "unacceptable";
  /** From -2, loses, to 2, wins. */
  value: number;
  reason?: string;
}
export interface NeedMark {
  useful?: number;
  feasible?: number;
}

type Ballot = Readonly<Record<string, unknown>>;

export class Polls {
  private readonly sent = new Map<string, Ballot>();
  private readonly turnouts = new Map<string, Turnout>();
  /** Answers that the server has not confirmed, by poll and subject; null: one that is taken back. */
  private readonly onWay = new Map<string, Map<string, unknown>>();
  private readonly refusals = new Map<string, string>();
  private readonly listeners = new Set<() => void>();
  /** Answers are sent one after the other: the last one counts. */
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly app: Atelier) {
    // what was told before this was loaded
    for (const poll of this.all) {
      const { ballot, turnout } = votingOf(app).told(poll.id);
      if (ballot) this.sent.set(poll.id, ballot as Ballot);
      if (turnout) this.turnouts.set(poll.id, turnout);
    }
    app.onEvent("turnout", (event) => {
      if (event.poll === undefined) return;
      this.turnouts.set(String(event.poll), { turnout: Number(event.turnout), of: Number(event.of) });
      this.changed();
    });
    app.onEvent("ballot", (event) => {
      if (event.poll === undefined) return;
      this.sent.set(String(event.poll), (event.ballot ?? {}) as Ballot);
      this.changed();
    });
    app.on("workshop", () => this.changed());
    app.on("link", () => this.changed());
  }

  on(then: () => void): () => void {
    this.listeners.add(then);
    return () => this.listeners.delete(then);
  }

  private changed(): void {
    for (const then of this.listeners) then();
  }

  // -- which ------------------------------------------------------------------------------------

  get all(): readonly Poll[] {
    return this.app.workshop.polls ?? [];
  }

  private here(poll: Poll): boolean {
    return poll.group === null || poll.group === this.app.data.group;
  }

  running(kind: PollKind): Poll | null {
    return this.all.find((poll) => poll.open && poll.kind === kind && this.here(poll)) ?? null;
  }

  latest(kind: PollKind, board: string | null = null, zone: string | null = null): Poll | null {
    const there = (poll: Poll) =>
      !poll.open &&
      poll.kind === kind &&
      this.here(poll) &&
      !isEmpty(poll) &&
      (board === null || poll.board === board) &&
      (zone === null || poll.zone === zone);
    return this.all.findLast(there) ?? null;
  }

  // -- answering --------------------------------------------------------------------------------

  mine<T>(poll: Poll): ReadonlyMap<string, T> {
    const all = new Map(Object.entries(this.sent.get(poll.id) ?? {}));
    for (const [subject, value] of this.onWay.get(poll.id) ?? [])
      if (value === null) all.delete(subject);
      else all.set(subject, value);
    return all as Map<string, T>;
  }

  turnout(poll: Poll): Turnout | null {
    if (!poll.open) return { turnout: poll.turnout ?? 0, of: poll.of ?? 0 };
    return this.turnouts.get(poll.id) ?? null;
  }

  shut(poll: Poll): "closed" | "over" | "offline" | "not_yours" | null {
    const { app } = this;
    const now = Date.now() + app.connection.clockOffset;
    if (!poll.open || app.workshop.status === "closed") return "closed";
    if (poll.ends_at !== null && now >= poll.ends_at) return "over";
    if (!this.mayAnswer(poll)) return "not_yours";
    return app.connection.online ? null : "offline";
  }

  /** Nobody but its own people speaks for a stakeholder; otherwise facilitation answers as well. */
  private mayAnswer(poll: Poll): boolean {
    const { role, group } = this.app.data.person;
    if (this.app.leads) return poll.kind !== "verdict";
    return role === "participant" && group !== null && (poll.group === null || poll.group === group);
  }

  refusal(poll: Poll): string | null {
    return this.refusals.get(poll.id) ?? null;
  }

  answer(poll: Poll, subject: string, value: unknown): Promise<string | null> {
    const way = this.onWay.get(poll.id) ?? new Map<string, unknown>();
    this.onWay.set(poll.id, way.set(subject, value));
    this.refusals.delete(poll.id);
    this.changed();
    const send = async () => {
      const fields = { type: "poll.answer", poll: poll.id, subject, value };
      const said = await asked<{ ballot: Ballot }>(this.app, fields);
      if (way.get(subject) === value) way.delete(subject); // else a later one is on its way
      if (typeof said === "string") this.refusals.set(poll.id, said);
      else this.sent.set(poll.id, said.ballot);
      this.changed();
      return typeof said === "string" ? said : null;
    };
    const sending = this.last.then(send);
    this.last = sending;
    return sending;
  }

  // -- leading ----------------------------------------------------------------------------------

  open(
    kind: PollKind,
    {
      board,
      zone,
      group,
      minutes,
    }: { board?: string; zone?: string; group?: string | null; minutes?: number },
  ): Promise<string | null> {
    const together = board !== undefined && roomKind(board, this.app.workshop) === "plenary";
    const whose = group !== undefined ? group : together ? null : this.app.data.group;
    return command(this.app, { type: "poll.open", kind, board, zone, group: whose, minutes });
  }

  close(poll: Poll): Promise<string | null> {
    return command(this.app, { type: "poll.close", poll: poll.id });
  }

  drop(poll: Poll): Promise<string | null> {
    return command(this.app, { type: "poll.drop", poll: poll.id });
  }
}

const all = new WeakMap<Atelier, Polls>();

export function pollsOf(app: Atelier): Polls {
  const there = all.get(app) ?? new Polls(app);
  all.set(app, there);
  return there;
}

// -- results -------------------------------------------------------------------------------------

/** Nobody answered: there is nothing to show. */
export function isEmpty({ results }: Poll): boolean {
  return Object.keys(results ?? {}).length === 0;
}

export function answersTo<T>(poll: Poll | null, subject: string): readonly T[] {
  return (own(poll?.results ?? {}, subject) ?? []) as T[];
}

export function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[half - 1], sorted[half]];
  if (high === undefined) return null;
  return sorted.length % 2 === 1 || low === undefined ? high : (low + high) / 2;
}

/** The lowest and the highest. */
export function spread(values: readonly number[]): [number, number] | null {
  return values.length === 0 ? null : [Math.min(...values), Math.max(...values)];
}

/** How useful and how feasible a need was found; null where nobody marked it. */
export function marks(poll: Poll | null, note: string): { useful: number | null; feasible: number | null } {
  const given = answersTo<NeedMark>(poll, note);
  const of = (name: keyof NeedMark) =>
    median(given.map((one) => one[name]).filter((one) => one !== undefined));
  return { useful: of("useful"), feasible: of("feasible") };
}

export type Corner = "start" | "prepare" | "easy" | "leave";

/** Where a need falls between useful and feasible; half of the marks is the middle. */
export function cornerOf(useful: number, feasible: number): Corner {
  if (useful >= 2.5) return feasible >= 2.5 ? "start" : "prepare";
  return feasible >= 2.5 ? "easy" : "leave";
}
