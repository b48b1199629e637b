// The replay of a room: the state at any frame, going back and forth, and what fits in a zone.

import { describe, expect, it } from "vitest";
import { notesOf, roomIn, shownOf } from "../src/desk/replay/board";
import { boardOf, type Frame, type State, Track } from "../src/desk/replay/track";

const AT = 1_800_000_000_000;

/** Numbers that look random, the same each time. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor(state / 65_536) % below;
  };
}

function made(seed: number, count: number): Frame[] {
  const below = numbers(seed);
  return Array.from({ length: count }, (_, at) => {
    const root = below(5) === 0 ? "clusters" : "notes";
    const id = `n${below(30)}`;
    const value = below(4) === 0 ? null : { board: "governance", zone: "rules", text: `${at}` };
    return { n: at + 1, at: AT + at * 1_000, who: [], said: "x", changes: { [root]: { [id]: value } } };
  });
}

function plainly(frames: readonly Frame[], index: number): State {
  const state: State = { notes: { first: { text: "au début" } } };
  for (const { changes } of frames.slice(0, index + 1))
    for (const [root, entries] of Object.entries(changes))
      for (const [id, value] of Object.entries(entries)) {
        const there = { ...state[root] };
        if (value === null) delete there[id];
        else there[id] = value;
        state[root] = there;
      }
  return state;
}

const track = (frames: Frame[]) =>
  new Track(
    { n: 0, at: AT - 1, state: { notes: { first: { text: "au début" } } }, frames, end: AT + 1e9 },
    AT - 1,
  );

describe("a track", () => {
  it("is the same at each frame, however it was reached", () => {
    const frames = made(7, 900);
    const one = track(frames);
    const below = numbers(3);
    for (let tries = 0; tries < 200; tries++) {
      const index = below(901) - 1;
      expect(one.stateAt(index)).toEqual(plainly(frames, index));
    }
  });

  it("does not change a state that was given before", () => {
    const frames = made(9, 450);
    const one = track(frames);
    const early = one.stateAt(120);
    const kept = structuredClone(early);
    for (let index = 121; index < 450; index++) one.stateAt(index);
    one.stateAt(3);
    one.stateAt(430);
    expect(early).toEqual(kept);
  });

  it("knows the frame of a time, and what it holds", () => {
    const one = track(made(1, 10));
    const many = track(made(1, 60));
    expect([AT - 1, AT, AT + 999, AT + 1_000, AT + 99_000].map((at) => one.indexAt(at))).toEqual([
      -1, 0, 0, 1, 9,
    ]);
    expect([one.holds(AT - 2), one.holds(AT - 1), one.holds(AT + 2e9)]).toEqual([false, true, false]);
    expect([...many.boards()]).toEqual(["governance"]);
  });

  it("says on which board something happens, also where it goes away", () => {
    const before: State = { notes: { n1: { board: "economic" } } };
    const frame = (changes: Frame["changes"]): Frame => ({ n: 1, at: AT, who: [], said: "", changes });
    expect(boardOf(frame({ notes: { n1: null } }), before)).toBe("economic");
    expect(boardOf(frame({ clusters: { c1: { board: "governance" } } }), before)).toBe("governance");
    expect(boardOf(frame({ comments: { "n1.p.1": { text: "oui" } } }), before)).toBe(null);
  });
});

describe("a small board", () => {
  const note = (id: string, order: string) => [id, { board: "b", zone: "z", order }] as const;

  it("has notes in reading order", () => {
    const state: State = { notes: Object.fromEntries([note("n2", "b"), note("n1", "b"), note("n3", "a")]) };
    expect(notesOf(state, "b", "z").map(({ id }) => id)).toEqual(["n3", "n1", "n2"]);
    expect(notesOf(state, "b", "other")).toEqual([]);
  });

  it("shows what fits, and in any case what just changed", () => {
    const notes = ["n1", "n2", "n3", "n4"].map((id) => ({ id, note: {} }));
    expect(shownOf(notes, 9, new Set()).length).toBe(4);
    expect(shownOf(notes, 2, new Set()).map(({ id }) => id)).toEqual(["n1", "n2"]);
    expect(shownOf(notes, 2, new Set(["n4"])).map(({ id }) => id)).toEqual(["n1", "n4"]);
    expect(roomIn([0, 0, 88, 68])).toEqual([2, 2]);
    expect(roomIn([0, 0, 5, 5])).toEqual([1, 1]);
  });
});
