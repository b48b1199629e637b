// The sums of the economic canvas: equal to those of the server, and to the notes they come from.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { cellBox, isFull, rowsOf, STRIP, shownIn, wrapped } from "../src/canvas/economy/grid";
import { economyOf, laneOf, missingOf, type Summed, weightOf } from "../src/model/economy";
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

describe("missingOf", () => {
  it("comes in sum to what the whole lacks, whatever is promised without a task", () => {
    for (const { notes, lanes, verdicts } of CASES) {
      const economy = economyOf(notes, lanes, verdicts);
      for (const what of ["fte", "euros"] as const) {
        const rows = economy.tasks.map(({ task }) => missingOf(economy, task)[what]);
        const { needed, covered } = economy.coverage[what];
        expect(rows.reduce((sum, one) => sum + one, 0)).toBeCloseTo(needed - covered, 3);
      }
    }
  });

  it("takes off the last row what fills the others", () => {
    const cost = (task: string, fte: number): Summed => ({
      zone: "costs",
      kind: "cost",
      fields: { task, fte },
    });
    const given = (amount: number): Summed => ({
      zone: "brings",
      kind: "contribution",
      fields: { amount, unit: "fte", nature: "time" },
    });
    const economy = economyOf([cost("product", 0.6), cost("support", 0.3), given(0.5)], [], {});
    expect(missingOf(economy, "product").fte).toBe(0.6);
    expect(missingOf(economy, null).fte).toBe(-0.5);
  });
});

describe("lanes", () => {
  const HEIGHT = 452;
  const lanes = (...notes: number[]) => notes.map((of, at) => ({ id: String(at), notes: of }));
  const end = (rows: readonly { top: number; height: number }[]) => {
    const last = rows.at(-1);
    return (last?.top ?? 0) + (last?.height ?? 0);
  };

  it("fit up to seven, however many notes they hold", () => {
    for (const columns of [2, 3]) {
      const { rows, grown } = rowsOf(lanes(3, 9, 14, 0, 1, 4, 7), HEIGHT, columns);
      expect(grown).toBe(0);
      expect(end(rows)).toBeLessThanOrEqual(HEIGHT);
      for (const row of rows) expect(row.height).toBeGreaterThanOrEqual(56);
    }
  });

  it("show all their notes while there is room, and give the most room to those who have most", () => {
    for (const row of rowsOf(lanes(3, 3, 4, 0, 1), HEIGHT).rows) expect(shownIn(row, 3)).toBe(3);
    const { rows } = rowsOf(lanes(9, 1, 1, 1), HEIGHT);
    expect(shownIn(rows[0] as (typeof rows)[0], 9)).toBe(9);
    const crowded = rowsOf(lanes(9, 4, 1, 1, 1, 1), HEIGHT);
    expect(crowded.grown).toBe(0);
    expect(crowded.rows.map(({ lines }) => lines)).toEqual([2, 1, 1, 1, 1, 1]);
  });

  it("beyond eight make the page longer and lose nothing", () => {
    const { rows, grown } = rowsOf(lanes(...Array.from({ length: 12 }, () => 4)), HEIGHT);
    expect(grown).toBeGreaterThan(0);
    for (const row of rows) expect(shownIn(row, 4)).toBe(4);
  });

  it("keep notes, and the place of « + » after a full line, inside their cell", () => {
    for (const notes of [1, 2, 3, 4, 9])
      for (const row of rowsOf(lanes(notes, 4, 4, 4, 4, 4, 4), HEIGHT).rows)
        for (let at = 0; at < shownIn(row, notes); at++) {
          const box = cellBox(row, 309, at, notes);
          expect(box.top + box.height).toBeLessThanOrEqual(row.top + row.height);
          expect(box.left + box.width).toBeLessThanOrEqual(309 - (isFull(row, notes) ? STRIP : 0));
        }
  });

  it("count the lines of a text by its words", () => {
    expect(wrapped("Registre des apports, merci public", 14)).toBe(3);
    expect(wrapped("anticonstitutionnellement", 14)).toBe(2);
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
