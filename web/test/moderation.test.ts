import { describe, expect, it } from "vitest";
import { closedTo, lockOn, mayChangeOthers, minutesLeft, nextMinute } from "../src/model/closed";
import type { BoardState, Person, Workshop } from "../src/model/page";

const nadia = { id: "nadia", role: "participant", stakeholder: "nadia" } as Person;
const ines = { id: "inès", role: "facilitator", stakeholder: "inès" } as Person;
const NOW = 1_000_000;

function workshop(more: Partial<Workshop> = {}, rights?: "write" | "own" | "read"): Workshop {
  const step = { id: "s1", mode: "groups", ...(rights && { rights }) };
  return { agenda: { id: "", steps: [step] }, step: "s1", boards: {}, frozen: false, ...more } as Workshop;
}

const board = (state: Partial<BoardState>): BoardState => ({ locked: false, locked_zones: [], ...state });

describe("a lock with an end", () => {
  const locked = workshop({
    boards: {
      "sheet2.verso": board({
        locked_zones: ["rules"],
        zones_locked_by: { rules: "inès" },
        zones_locked_until: { rules: NOW + 719_000 },
      }),
      governance: board({ locked: true, locked_by: "marc", locked_until: NOW + 60_500 }),
    },
  });

  it("says by whom and until when", () => {
    expect(lockOn(locked, "sheet2.verso", "rules")).toEqual({
      what: "zone",
      by: "inès",
      until: NOW + 719_000,
    });
    expect(lockOn(locked, "governance", null)).toEqual({ what: "board", by: "marc", until: NOW + 60_500 });
    const frozen = workshop({ frozen: true, frozen_by: "inès", frozen_until: NOW });
    expect(lockOn(frozen, "economic", "costs")).toEqual({ what: "everything", by: "inès", until: NOW });
  });

  it("counts minutes as people do, and knows when the next one is over", () => {
    expect(minutesLeft(NOW + 719_000, NOW)).toBe(12);
    expect(minutesLeft(NOW + 60_000, NOW)).toBe(1);
    expect(minutesLeft(NOW + 59_999, NOW)).toBe(0);
    expect(minutesLeft(NOW - 5, NOW)).toBe(0);
    expect(nextMinute(locked, NOW)).toBe(500);
    expect(nextMinute(locked, NOW + 700_000)).toBe(19_000);
    expect(nextMinute(workshop(), NOW)).toBeNull();
  });
});

describe("what a step lets people do", () => {
  it("reading closes boards, but one that facilitation has opened", () => {
    const reading = workshop({ boards: { governance: board({ open: true }) } }, "read");
    expect(closedTo(nadia, reading, "economic", "costs")?.what).toBe("reading");
    expect(closedTo(nadia, reading, "governance", null)).toBeNull();
    expect(closedTo(ines, reading, "economic", "costs")).toBeNull();
  });

  it("where everybody changes their own only, others' notes are for reading", () => {
    const own = workshop({ boards: { "sheet1.recto": board({ open: true }) } }, "own");
    expect(mayChangeOthers(nadia, own, "sheet2.verso")).toBe(false);
    expect(mayChangeOthers(nadia, own, "sheet1.recto/nadia")).toBe(true);
    expect(mayChangeOthers(ines, own, "sheet2.verso")).toBe(true);
    expect(mayChangeOthers(nadia, workshop(), "sheet2.verso")).toBe(true);
  });

  it("nobody writes in a workshop that is over", () => {
    expect(closedTo(ines, workshop({ status: "closed" }), "economic", null)?.what).toBe("over");
  });
});
