// The sums of the economic canvas: equal to those of the server, and to the notes they come from.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { economyOf, laneOf, type Summed, weightOf } from "../src/model/economy";
import { pageSize, setWide, zoneBox } from "../src/model/layout";
import type { Template } from "../src/model/page";

interface Case {
  name: string;
  notes: Summed[];
  lanes: string[];
  verdicts: Record<string, string | null>;
  sums: unknown;
}

const CASES = JSON.parse(readFileSync("tests/vectors/economy.json", "utf8")) as Case[];

describe("economyOf", () => {
  it.each(CASES.map((one) => [one.name, one] as const))("%s", (_, { notes, lanes, verdicts, sums }) => {
    expect(economyOf(notes, lanes, verdicts)).toEqual(sums);
  });

  it("totals are those of the notes, with those of nobody", () => {
    for (const { notes, lanes, verdicts } of CASES) {
      const { totals, lanes: each, loose } = economyOf(notes, lanes, verdicts);
      for (const side of ["brings", "receives"] as const) {
        const there = notes.filter(({ zone }) => zone === side);
        expect(totals[side].notes).toBe(there.length);
        expect(totals[side].points).toBe(there.reduce((sum, note) => sum + weightOf(note), 0));
        const summed = [...each, loose].reduce((sum, lane) => sum + lane[side].points, 0);
        expect(summed).toBe(totals[side].points);
      }
    }
  });

  it("is not balanced as long as one has not said that it is acceptable", () => {
    const balanced = CASES.find(({ name }) => name.startsWith("all agree and all is covered")) as Case;
    expect(economyOf(balanced.notes, balanced.lanes, balanced.verdicts).balanced).toBe(true);
    for (const other of ["renegotiate", "unacceptable", "mixed", null])
      expect(economyOf(balanced.notes, balanced.lanes, { ...balanced.verdicts, a: other }).balanced).toBe(
        false,
      );
  });
});

describe("laneOf", () => {
  it("is the stakeholder that the fields name, else the one a note carries", () => {
    expect(laneOf({ fields: { stakeholder_id: "a" }, stakeholder: "b" })).toBe("a");
    expect(laneOf({ fields: {}, stakeholder: "b" })).toBe("b");
    expect(laneOf({})).toBeNull();
  });
});

describe("the screen grid", () => {
  const box = [0, 0, 1, 1] as [number, number, number, number];
  const zone = (id: string, type: "plain" | "lanes") => ({ id, n: 1, box, type });
  const template = {
    id: "economic",
    page: "A3L",
    width: 420,
    height: 297,
    zones: [zone("brings", "lanes"), zone("commons", "plain"), zone("costs", "plain")],
    screen: {
      width: 1308,
      height: 746,
      zones: { brings: [200, 158, 309, 452], commons: [517, 158, 128, 452], costs: [20, 618, 252, 116] },
    },
  } as unknown as Template;
  const [brings, commons, costs] = template.zones as [
    Template["zones"][0],
    Template["zones"][0],
    Template["zones"][0],
  ];

  it("holds on wide screens only", () => {
    expect(pageSize(template)).toEqual({ width: 1123, height: 794 });
    setWide(true);
    expect(pageSize(template)).toEqual({ width: 1308, height: 746 });
    expect(zoneBox(template, brings)).toEqual({ left: 200, top: 158, width: 309, height: 452 });
    setWide(false);
    expect(pageSize(template).width).toBe(1123);
  });

  it("grows with its lanes, and moves down what lies below them", () => {
    setWide(true);
    const grown = { ...template, grown: 300 };
    expect(pageSize(grown).height).toBe(1046);
    expect(zoneBox(grown, brings).height).toBe(752);
    expect(zoneBox(grown, commons).height).toBe(752);
    expect(zoneBox(grown, costs)).toEqual({ left: 20, top: 918, width: 252, height: 116 });
    setWide(false);
    expect(pageSize(grown).height).toBe(794);
  });
});
