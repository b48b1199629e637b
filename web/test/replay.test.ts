// The replay of a room: the state at any frame, going back and forth, and what fits in a zone.

import { describe, expect, it } from "vitest";
import { notesOf, numberOf, roomIn, shownOf } from "../src/desk/replay/board";
import { byZone } from "../src/desk/replay/later";
import { boardOf, type Frame, Scale, type State, Track } from "../src/desk/replay/track";
import type { Template, Zone } from "../src/model/page";

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

  it("knows the last frame and the next that say something", () => {
    const frames = made(1, 6);
    for (const at of [0, 3, 5]) (frames[at] as Frame).said = "";
    const one = track(frames);
    expect([-1, 0, 1, 3, 5].map((at) => one.toldAt(at))).toEqual([-1, -1, 1, 2, 4]);
    expect([-1, 1, 2, 4].map((at) => one.toldAfter(at))).toEqual([1, 2, 4, -1]);
  });

  it("says on which board something happens, also where it goes away", () => {
    const before: State = { notes: { n1: { board: "economic" } } };
    const frame = (changes: Frame["changes"]): Frame => ({ n: 1, at: AT, who: [], said: "", changes });
    expect(boardOf(frame({ notes: { n1: null } }), before)).toBe("economic");
    expect(boardOf(frame({ clusters: { c1: { board: "governance" } } }), before)).toBe("governance");
    expect(boardOf(frame({ comments: { "n1.p.1": { text: "oui" } } }), before)).toBe(null);
  });
});

describe("the line of time", () => {
  const HOUR = 3_600_000;
  const line = {
    from: AT,
    to: AT + 200 * HOUR,
    folds: [
      { from: AT + 2 * HOUR, to: AT + 3 * HOUR, as_ms: HOUR / 10 },
      { from: AT + 5 * HOUR, to: AT + 200 * HOUR, as_ms: HOUR / 10 },
    ],
  };

  it("gives what was written the room, and a silence little of it", () => {
    const scale = new Scale(line);
    expect(scale.length).toBe(4.2 * HOUR);
    expect(scale.share(AT)).toBe(0);
    expect(scale.share(AT + HOUR) * 4.2).toBeCloseTo(1);
    expect(scale.share(AT + 2.5 * HOUR) * 4.2).toBeCloseTo(2.05);
    expect(scale.share(AT + 4 * HOUR) * 4.2).toBeCloseTo(3.1);
    expect(scale.share(AT + 200 * HOUR)).toBe(1);
    expect([scale.share(AT - HOUR), scale.share(AT + 999 * HOUR)]).toEqual([0, 1]);
  });

  it("leads from each place back to its time", () => {
    const scale = new Scale(line);
    for (let at = 0; at <= 1_000; at++) {
      const time = scale.timeAt(at / 1_000);
      expect(scale.share(time)).toBeCloseTo(at / 1_000, 9);
    }
    expect([scale.timeAt(0), scale.timeAt(1)]).toEqual([line.from, line.to]);
    const point = new Scale({ from: AT, to: AT, folds: [] });
    expect([point.share(AT), point.timeAt(1)]).toEqual([0, AT]);
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

  it("numbers zones as the board does: on a canvas, by the sheet that feeds them", () => {
    const zone = (more: Partial<Zone>) => ({ id: "rules", n: 7, type: "plain", to: [], ...more }) as Zone;
    const canvas = { id: "governance", sheet: null, zones: [] } as unknown as Template;
    const sheet = { id: "sheet2.verso", sheet: 2, zones: [zone({ to: ["governance.rules"] })] } as never;
    expect(numberOf(sheet, zone({}), [sheet])).toBe("7");
    expect(numberOf(canvas, zone({ ring: "centre" }), [sheet])).toBe("2");
    expect(numberOf(canvas, zone({ ring: "sheet3" }), [sheet])).toBe("3");
    expect(numberOf(canvas, zone({ ring: "centre", type: "map" }), [sheet])).toBe("");
    expect(numberOf(canvas, zone({}), [sheet])).toBe("");
  });
});

describe("what others did since", () => {
  const board = (id: string, zones: string[]) => {
    const template = { zones: zones.map((zone) => ({ id: zone, title: `Zone ${zone}` })) };
    return { id, name: `Board ${id}`, template: template as Template };
  };
  const note = (id: string, on: string, zone: string) => ({ id, board: on, zone });

  it("is all there, in the order of boards and zones", () => {
    const boards = [board("b2", ["z9", "z1"]), board("b1", ["z5"])];
    const many = Array.from({ length: 50 }, (_, at) => note(`n${at}`, "b2", at % 2 ? "z1" : "z9"));
    const found = byZone([note("x", "b1", "z5"), ...many, note("gone", "b7", "z1")], boards);
    expect(found.map(({ board, zone, notes }) => [board, zone, notes.length])).toEqual([
      ["", "", 1],
      ["Board b2", "Zone z9", 25],
      ["Board b2", "Zone z1", 25],
      ["Board b1", "Zone z5", 1],
    ]);
    expect(byZone(many, boards).map((one) => one.board)).toEqual(["", ""]);
  });
});
