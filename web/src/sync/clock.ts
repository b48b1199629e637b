// The server's time on a machine whose own clock may be minutes off, and may jump: the page has one of these,
// fed by the answers to pings of all its connections.

/** A machine's two clocks: the one on its wall, and the one that only ever runs. */
export interface Clocks {
  date(): number;
  steady(): number;
}

const MACHINE: Clocks = { date: () => Date.now(), steady: () => performance.now() };
/** Answers kept: the one with the smallest round trip says most. */
const KEPT = 8;
/** The two clocks part by less than this unless one was set, or the machine slept. */
const JUMP_MS = 100;

export class Clock {
  /** Whether the server's time is known at all. */
  known = false;
  /** Server time minus the wall clock, in ms. */
  offset = 0;

  private answers: { offset: number; roundTrip: number }[] = [];
  private apart: number;

  constructor(private readonly clocks: Clocks = MACHINE) {
    this.apart = this.between();
  }

  /** The server's time now. */
  now(): number {
    return this.clocks.date() + this.offset;
  }

  /** What a ping carries, to be handed to `answered`. */
  stamp(): number {
    return this.clocks.steady();
  }

  /** A greeting tells the time, too, but not how long it was on its way. */
  greeted(serverTime: number): void {
    if (this.answers.length > 0) return;
    this.offset = serverTime - this.clocks.date();
    this.known = true;
  }

  /** A pong to the ping of `stamp`. */
  answered(stamp: number, serverTime: number): void {
    this.jumped(); // what was measured by another clock says nothing any more
    const roundTrip = this.clocks.steady() - stamp;
    if (!(roundTrip >= 0)) return;
    const offset = serverTime + roundTrip / 2 - this.clocks.date();
    this.answers = [...this.answers, { offset, roundTrip }].slice(-KEPT);
    const best = this.answers.reduce((one, other) => (other.roundTrip < one.roundTrip ? other : one));
    this.offset = best.offset;
    this.known = true;
  }

  /** Whether the wall clock was set, or the machine slept, since this was last asked: then ask the server. */
  jumped(): boolean {
    const apart = this.between();
    const jumped = Math.abs(apart - this.apart) > JUMP_MS;
    // clocks drift apart slowly, too
    this.apart = apart;
    if (jumped) this.answers = [];
    return jumped;
  }

  private between(): number {
    return this.clocks.date() - this.clocks.steady();
  }
}

/** This page's. */
export const clock = new Clock();
