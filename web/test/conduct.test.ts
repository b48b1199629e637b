// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from "vitest";
import type { Atelier } from "../src/board/atelier";
import { readOther } from "../src/board/presence";
import { comesWhenCalled, follows, showsCursor, wantsSound } from "../src/conduct/settings";
import { readWords } from "../src/conduct/words";
import {
  accept,
  boardOf,
  decline,
  type Following,
  type Heard,
  hear,
  isInModules,
  NOBODY,
  rejoin,
  templateOfStep,
} from "../src/model/follow";
import type { Pointed, Step, Timer, Workshop } from "../src/model/page";
import { digits, timeLeft, timerFor } from "../src/model/time";
import { Clock } from "../src/sync/clock";

/** A machine whose wall clock is off, and a server that answers after a while. */
class Machine {
  server = 1_000_000;
  steady = 50;
  wrong: number;
  readonly clock: Clock;

  constructor(wrong: number) {
    this.wrong = wrong;
    this.clock = new Clock({ date: () => this.server + this.wrong, steady: () => this.steady });
  }

  pass(ms: number): void {
    this.server += ms;
    this.steady += ms;
  }

  /** The network is slow, and not the same both ways. */
  ask(there = 20, back = 20): void {
    const stamp = this.clock.stamp();
    this.pass(there);
    const said = this.server;
    this.pass(back);
    this.clock.answered(stamp, said);
  }

  get error(): number {
    return Math.abs(this.clock.now() - this.server);
  }
}

describe("the server's time", () => {
  it.each([0, 300_000, -300_000])("is known whatever the machine's clock says (%i ms)", (wrong) => {
    const machine = new Machine(wrong);
    expect(machine.clock.known).toBe(false);
    machine.clock.greeted(machine.server - 80); // the greeting was on its way for a while
    expect(machine.clock.known).toBe(true);
    expect(machine.error).toBeLessThanOrEqual(80);
    machine.ask(20, 30);
    expect(machine.error).toBeLessThanOrEqual(5);
  });

  it("comes from the quickest answer, not from the latest", () => {
    const machine = new Machine(-120_000);
    machine.ask(10, 12);
    for (let n = 0; n < 5; n++) machine.ask(20, 900);
    expect(machine.error).toBeLessThanOrEqual(1);
  });

  it("is measured anew after answers of a time long gone", () => {
    const machine = new Machine(0);
    machine.ask(1, 1);
    for (let n = 0; n < 10; n++) {
      machine.wrong += 20; // a clock that drifts, slowly
      machine.pass(15_000);
      machine.ask(30, 30);
    }
    expect(machine.error).toBeLessThanOrEqual(20 * 8);
  });

  it("forgets what was measured before the machine's clock was set", () => {
    const machine = new Machine(0);
    for (let n = 0; n < 8; n++) machine.ask(1, 1);
    expect(machine.clock.jumped()).toBe(false);
    machine.wrong = 300_000;
    expect(machine.clock.jumped()).toBe(true);
    expect(machine.clock.jumped()).toBe(false);
    machine.ask(50, 40);
    expect(machine.error).toBeLessThanOrEqual(5);
  });

  it("survives sleep, in which only the wall clock runs", () => {
    const machine = new Machine(7_000);
    machine.ask();
    machine.server += 3_600_000;
    expect(machine.clock.jumped()).toBe(true);
    machine.ask(40, 40);
    expect(machine.error).toBeLessThanOrEqual(1);
  });

  it("takes no answer to a question of before the page was suspended", () => {
    const machine = new Machine(0);
    machine.ask();
    const stamp = machine.clock.stamp();
    machine.steady = 10; // counts anew
    machine.clock.answered(stamp, machine.server - 60_000);
    expect(machine.error).toBeLessThanOrEqual(1);
  });
});

describe("the timer", () => {
  const now = 1_000_000;
  const running: Timer = { running: true, ends_at: now + 65_400, total_ms: 600_000, reporting: "g2" };

  it("is running, paused, over, or not there", () => {
    expect(timeLeft(running, now)).toEqual({
      state: "running",
      left: 65_400,
      total: 600_000,
      endsAt: now + 65_400,
      reporting: "g2",
    });
    expect(timeLeft(running, now + 70_000)).toMatchObject({ state: "over", left: 0 });
    expect(timeLeft({ running: false, remaining_ms: 9_000, total_ms: 60_000 }, now)).toMatchObject({
      state: "paused",
      left: 9_000,
      endsAt: null,
    });
    expect(timeLeft({ running: false, remaining_ms: 0, total_ms: 0 }, now)).toBeNull();
  });

  it("shows the second that has begun", () => {
    expect([0, 1, 1_000, 1_001, 59_999, 60_000, 3_661_000].map(digits)).toEqual([
      "00:00",
      "00:01",
      "00:01",
      "00:02",
      "01:00",
      "01:00",
      "1:01:01",
    ]);
  });

  it("is that of the group for those who lead and are with it", () => {
    const stopped: Timer = { running: false, remaining_ms: 0, total_ms: 0 };
    const workshop = {
      timer: { ...running, total_ms: 1 },
      groups: [
        { id: "g1", timer: running },
        { id: "g2", timer: stopped },
      ],
    } as Workshop;
    expect(timerFor(workshop, "g1", true)).toBe(running);
    expect(timerFor(workshop, "g2", true)).toBe(workshop.timer);
    expect(timerFor(workshop, "g1", false)).toBe(workshop.timer);
  });
});

describe("the board of a step", () => {
  const step = (board: string | null) => ({ board }) as Step;
  const group = { id: "g1", name: "Hêtre", sheet: "sheet3", rooms: { exploration: "", convergence: "" } };

  it("is the group's own sheet in parallel groups, and one's own recto", () => {
    expect(templateOfStep(step("governance"), group)).toBe("governance");
    expect(templateOfStep(step("assigned.verso"), group)).toBe("sheet3.verso");
    expect(templateOfStep(step("assigned.recto"), { ...group, sheet: null })).toBe("sheet1.recto");
    expect(templateOfStep(step(null), group)).toBeNull();
    expect(boardOf("sheet2.recto", (sheet) => `sheet${sheet}.recto/me`)).toBe("sheet2.recto/me");
    expect(boardOf("sheet2.recto/s1", () => "")).toBe("sheet2.recto/s1");
    expect(boardOf("economic", () => "")).toBe("economic");
  });

  it("is left out when its module was taken out", () => {
    const workshop = { modules: ["sheet2", "economic"] } as Workshop;
    expect(
      ["sheet2.recto/me", "economic", "sheet1.verso", "governance"].map((b) => isInModules(workshop, b)),
    ).toEqual([true, true, false, false]);
    expect(isInModules({} as Workshop, "sheet1.verso")).toBe(true);
  });
});

describe("being called", () => {
  const NOW = 1_000_000;
  const me: Heard = { me: "nadia", group: "g1", moves: true, now: NOW };
  const pointed = (id: string, more: Partial<Pointed> = {}): Pointed => ({
    id,
    by: "inès",
    board: "governance",
    zone: null,
    note: null,
    group: null,
    at: NOW,
    may_stay: true,
    ...more,
  });
  const state = (spotlight: Pointed | null, summons: Pointed | null = null) => ({ spotlight, summons });
  const then = (was: Following, spotlight: Pointed | null, summons: Pointed | null = null, heard = me) =>
    hear(was, state(spotlight, summons), heard).after;

  it("gives notice of a summons, goes once, and never again for the same", () => {
    const pending = then(NOBODY, null, pointed("s1"));
    expect(pending.pending).toMatchObject({ kind: "summons", id: "s1", mayStay: true });
    const { after: there, go } = accept(pending);
    expect(go).toMatchObject({ board: "governance" });
    expect(hear(there, state(null, pointed("s1")), me)).toEqual({ after: there, go: null });
    expect(then(there, null, pointed("s2")).pending?.id).toBe("s2");
  });

  it("lets somebody stay", () => {
    const stayed = decline(then(NOBODY, null, pointed("s1")));
    expect(accept(stayed).go).toBeNull();
    expect(then(stayed, null, pointed("s1")).pending).toBeNull();
  });

  it("is not for other groups, nor for who calls, nor for who comes back much later", () => {
    expect(then(NOBODY, null, pointed("s1", { group: "g2" })).pending).toBeNull();
    expect(then(NOBODY, null, pointed("s1", { group: "g1" })).pending).not.toBeNull();
    expect(then(NOBODY, null, pointed("s1", { by: "nadia" })).pending).toBeNull();
    const late = { ...me, now: NOW + 60_001 };
    expect(then(NOBODY, null, pointed("s1"), late).pending).toBeNull();
  });

  it("does not move those who lead, until they want it", () => {
    const leader = { ...me, moves: false };
    const heard = then(NOBODY, pointed("l1"), pointed("s1"), leader);
    expect(heard.pending).toBeNull();
    // an old summons is past; a spotlight that lasts is offered once they follow
    expect(then(heard, pointed("l1"), pointed("s1")).pending?.id).toBe("l1");
  });

  it("follows a spotlight from place to place as long as it lasts", () => {
    const there = accept(then(NOBODY, pointed("l1"))).after;
    expect(there.with?.id).toBe("l1");
    expect(hear(there, state(pointed("l1")), me).go).toBeNull();
    const moved = hear(there, state(pointed("l1", { board: "economic", at: NOW + 9 })), me);
    expect(moved.go).toMatchObject({ board: "economic" });
    expect(hear(moved.after, state(pointed("l1", { board: "economic" })), me).go).toBeNull();
    expect(then(moved.after, null).with).toBeNull();
    expect(then(moved.after, pointed("l2", { by: "marc" })).pending?.id).toBe("l2");
  });

  it("goes to where the spotlight is by then", () => {
    const waiting = then(NOBODY, pointed("l1"));
    const later = hear(waiting, state(pointed("l1", { board: "economic" })), me);
    expect(later.go).toBeNull();
    expect(accept(later.after).go).toMatchObject({ board: "economic" });
  });

  it("stops following a spotlight, and takes it up again", () => {
    const stayed = decline(accept(then(NOBODY, pointed("l1"))).after);
    expect(hear(stayed, state(pointed("l1", { board: "economic" })), me)).toEqual({
      after: stayed,
      go: null,
    });
    const again = rejoin(stayed, state(pointed("l1", { board: "economic" })), me);
    expect(again.go).toMatchObject({ board: "economic" });
    expect(again.after.with?.id).toBe("l1");
    expect(rejoin(stayed, state(null), me).go).toBeNull();
  });

  it("says nothing more once the spotlight has ended before the notice was over", () => {
    expect(then(then(NOBODY, pointed("l1")), null).pending).toBeNull();
  });

  it("puts a summons before a spotlight, and goes on with that afterwards", () => {
    const both = then(NOBODY, pointed("l1"), pointed("s1", { board: "economic" }));
    expect(both.pending?.id).toBe("s1");
    const came = accept(both).after;
    expect(then(came, pointed("l1"), pointed("s1", { board: "economic" })).pending?.id).toBe("l1");
  });
});

describe("what others send", () => {
  it("is a pointer only when it says so", () => {
    expect(readOther({ laser: true }).laser).toBe(true);
    for (const laser of [1, "yes", {}, undefined]) expect(readOther({ laser }).laser).toBeUndefined();
  });

  it("is a private word only when it is whole", () => {
    const word = { id: "m1", by: "inès", to: "nadia", text: "Bonjour", at: 5 };
    expect(readWords([word, { ...word, text: 5 }, null, "x", { ...word, at: "5" }])).toEqual([word]);
    expect(readWords({})).toEqual([]);
  });
});

describe("what somebody chose on this device", () => {
  const app = (role: string, more: Record<string, unknown> = {}, people = 3) =>
    ({
      data: { person: { id: "me", role } },
      leads: role === "facilitator",
      workshop: more,
      connection: {
        awareness: { getStates: () => new Map(Array.from({ length: people }, (_, n) => [n, {}])) },
      },
    }) as unknown as Atelier;
  const participant = { leads: false, laser: false };

  beforeEach(() => localStorage.clear());

  it("is silence at the end for those who take part, unless the workshop or they want the sound", () => {
    expect(wantsSound(app("participant"))).toBe(false);
    expect(wantsSound(app("facilitator"))).toBe(true);
    expect(wantsSound(app("participant", { end_sound: true }))).toBe(true);
    localStorage.setItem("tablee-end-sound", "off");
    expect(wantsSound(app("facilitator"))).toBe(false);
    expect(wantsSound(app("participant", { end_sound: true }))).toBe(false);
    localStorage.setItem("tablee-end-sound", "on");
    expect(wantsSound(app("participant"))).toBe(true);
  });

  it("is cursors, but not of a crowd, nor when they are hidden; those who lead are seen, and their pointer always", () => {
    expect(showsCursor(app("participant"), participant)).toBe(true);
    expect(showsCursor(app("participant", {}, 13), participant)).toBe(false);
    expect(showsCursor(app("participant", {}, 13), { leads: true, laser: false })).toBe(true);
    expect(showsCursor(app("participant", { cursors_hidden: true }), participant)).toBe(false);
    localStorage.setItem("tablee-cursors", "shown");
    expect(showsCursor(app("participant", {}, 13), participant)).toBe(true);
    expect(showsCursor(app("participant", { cursors_hidden: true }), participant)).toBe(false);
    localStorage.setItem("tablee-cursors", "hidden");
    expect(showsCursor(app("participant"), { leads: true, laser: false })).toBe(false);
    expect(showsCursor(app("participant"), { leads: true, laser: true })).toBe(true);
  });

  it("is to be led, for those who take part always, for others when they want it", () => {
    expect([app("participant"), app("observer"), app("facilitator")].map(follows)).toEqual([
      true,
      false,
      false,
    ]);
    expect([app("participant"), app("observer"), app("facilitator")].map(comesWhenCalled)).toEqual([
      true,
      true,
      false,
    ]);
    localStorage.setItem("tablee-follow", "on");
    expect([app("observer"), app("facilitator")].map(follows)).toEqual([true, true]);
  });
});
