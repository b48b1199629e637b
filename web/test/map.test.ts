import { describe, expect, it } from "vitest";
import {
  type Axes,
  type Box,
  circleIn,
  type Dot,
  fromPlane,
  fromRings,
  moved,
  partOf,
  placeLabels,
  placeWords,
  toPlane,
  toRings,
  valueAt,
} from "../src/canvas/map/geometry";
import {
  type MapPoint,
  missingRoles,
  placeAt,
  ROLE_IDS,
  readPoint,
  roleCounts,
  roleWords,
  shortName,
  spreadOf,
} from "../src/canvas/map/points";
import type { Note, Workshop } from "../src/model/page";

const AXES: Axes = {
  x: {
    title: "Niveau de contribution",
    ticks: [
      [0, "utilise"],
      [0.25, "fait des retours"],
      [0.5, "contribue"],
      [0.75, "maintient"],
      [1, "coordonne ou garantit"],
    ],
  },
  y: {
    title: "Dimension",
    ticks: [
      [0, "personne"],
      [0.3333, "structure"],
      [0.6667, "réseau ou territoire"],
      [1, "écosystème"],
    ],
  },
};
const BOX: Box = { left: 84, top: 36, width: 480, height: 150 };

const names = {
  workshop: {
    people: [{ id: "pkarim", name: "Karim", stakeholder: "sorme", colour: "lagon" }],
    stakeholders: [{ id: "sorme", name: "CC du Haut-Orme" }],
  } as unknown as Workshop,
  note: (_id: string | null): Note | null => null,
};

function note(fields: Record<string, unknown>, more: Partial<Note> = {}): Note {
  return {
    id: "n1",
    board: "governance",
    zone: "map",
    kind: "point",
    place: [0, 0],
    order: "a0",
    colour: "citron",
    text: "",
    by: null,
    at: 0,
    fields,
    ...more,
  };
}

const point = (fields: Record<string, unknown>, id = "n1"): MapPoint =>
  readPoint(names, note(fields, { id }));

describe("the plane", () => {
  it("draws each tick in the middle of its band, the dimension upwards", () => {
    expect(partOf(AXES.x.ticks, 0)).toBeCloseTo(0.1);
    expect(partOf(AXES.x.ticks, 0.5)).toBeCloseTo(0.5);
    expect(partOf(AXES.x.ticks, 1)).toBeCloseTo(0.9);
    expect(partOf(AXES.y.ticks, 0.3333)).toBeCloseTo(0.375);
    expect(toPlane(AXES, BOX, { x: 0, y: 0 }).y).toBeGreaterThan(toPlane(AXES, BOX, { x: 0, y: 1 }).y);
  });

  it("finds the place again that it has drawn", () => {
    for (const x of [0, 0.13, 0.25, 0.618, 1])
      for (const y of [0, 0.2, 0.3333, 0.9, 1]) {
        const again = fromPlane(AXES, BOX, toPlane(AXES, BOX, { x, y }));
        expect(again.x).toBeCloseTo(x, 2);
        expect(again.y).toBeCloseTo(y, 2);
      }
  });

  it("keeps what is let go beside the plot on it", () => {
    expect(valueAt(AXES.x.ticks, -0.3)).toBe(0);
    expect(valueAt(AXES.x.ticks, 0.05)).toBe(0);
    expect(valueAt(AXES.x.ticks, 2)).toBe(1);
    expect(moved({ x: 0.98, y: 0 }, 0.05, -0.05)).toEqual({ x: 1, y: 0 });
  });

  it("says a place by the nearest ticks", () => {
    expect(placeWords(AXES, { x: 0.6, y: 0.3 })).toBe("contribue, structure");
  });
});

describe("the rings", () => {
  const circle = circleIn({ left: 0, top: 0, width: 200, height: 100 });

  it("have a radius of one less the contribution, and a sector for each dimension", () => {
    const places = toRings(AXES, circle, [
      { id: "uses", place: { x: 0, y: 0 } },
      { id: "maintains", place: { x: 0.75, y: 0.6667 } },
    ]);
    const far = (id: string) => {
      const { x, y } = places.get(id) ?? { x: Number.NaN, y: Number.NaN };
      return Math.hypot(x - circle.x, y - circle.y) / circle.radius;
    };
    expect(far("uses")).toBeCloseTo(1);
    expect(far("maintains")).toBeCloseTo(0.25);
    const uses = places.get("uses");
    expect(uses && uses.x > circle.x && uses.y < circle.y).toBe(true); // the first quarter
  });

  it("do not lay those in the very middle upon each other", () => {
    const all = ["a", "b", "c"].map((id) => ({ id, place: { x: 1, y: 1 } }));
    const places = [...toRings(AXES, circle, all).values()].map(({ x, y }) => `${x} ${y}`);
    expect(new Set(places).size).toBe(3);
  });

  it("are read back: how near, and which sector; in its own a point keeps its dimension", () => {
    const at = { x: circle.x + 25, y: circle.y - 1 };
    expect(fromRings(AXES, circle, at, { x: 0, y: 0.1 })).toEqual({ x: 0.5, y: 0.1 });
    expect(fromRings(AXES, circle, at, { x: 0, y: 1 })).toEqual({ x: 0.5, y: 0 });
  });
});

describe("labels", () => {
  const area: Box = { left: 0, top: 0, width: 400, height: 150 };
  const dot = (id: string, x: number, y: number, width = 80, more = 0): Dot => ({
    id,
    x,
    y,
    radius: 12,
    width,
    short: 22,
    more,
  });

  function apart(dots: readonly Dot[]): boolean {
    const labels = placeLabels(dots, 19, area);
    const boxes = [...labels].flatMap(([id, label]) => (label ? [{ id, ...label, height: 19 }] : []));
    const circles = dots.map(({ id, x, y, radius }) => ({
      id,
      left: x - radius,
      top: y - radius,
      width: 2 * radius,
      height: 2 * radius,
    }));
    const free = (a: Box, b: Box) =>
      a.left + a.width <= b.left ||
      b.left + b.width <= a.left ||
      a.top + a.height <= b.top ||
      b.top + b.height <= a.top;
    return boxes.every(
      (box, at) =>
        boxes.slice(at + 1).every((other) => free(box, other)) &&
        circles.every((circle) => circle.id === box.id || free(box, circle)),
    );
  }

  it("stand to the right, and to the left at the edge", () => {
    const labels = placeLabels([dot("a", 40, 40), dot("b", 380, 100)], 19, area);
    expect(labels.get("a")?.side).toBe("right");
    expect(labels.get("b")?.side).toBe("left");
  });

  it("are cut to the room there is before they lose what stands behind them", () => {
    const labels = placeLabels([dot("a", 40, 75, 80, 20), dot("b", 150, 75)], 19, {
      ...area,
      top: 60,
      height: 30,
    });
    expect(labels.get("a")).toMatchObject({ side: "right", left: 55, width: 83, pinned: false });
  });

  it("stay in the band of their point, which says what it is", () => {
    const band: [number, number] = [60, 90];
    const [one, other] = [dot("a", 60, 75, 120), dot("b", 110, 75, 120)];
    expect(placeLabels([one, other], 19, area).get("a")?.side).toBe("below");
    const labels = placeLabels(
      [
        { ...one, band },
        { ...other, band },
      ],
      19,
      area,
    );
    for (const label of labels.values()) expect(label).toMatchObject({ top: 65.5 });
  });

  it("are initials where nothing else fits", () => {
    const wall = [dot("b", 20, 75), dot("c", 100, 75)];
    const strip = { ...area, top: 60, height: 30 };
    expect(placeLabels([dot("a", 60, 75), ...wall], 19, strip).get("a")).toBeNull();
    const apart = [dot("b", 20, 75), dot("c", 115, 75)];
    expect(placeLabels([dot("a", 60, 75), ...apart], 19, strip).get("a")).toMatchObject({ short: true });
    expect(placeLabels([dot("a", 60, 75, 80, 40), ...apart], 19, strip).get("a")).toMatchObject({
      pinned: true,
    });
    expect(shortName("Vélo & Villages")).toBe("VV");
    expect(shortName("Roulibre")).toBe("Rou.");
  });

  it("never cover another point nor label, however many there are", () => {
    let seed = 7;
    const random = () => {
      seed = (seed * 16807) % 2147483647;
      return seed / 2147483647;
    };
    for (let round = 0; round < 50; round++) {
      const dots = Array.from({ length: 20 }, (_, at) =>
        dot(String(at), 15 + random() * 370, 15 + random() * 120, 50 + random() * 90, random() * 40),
      );
      expect(apart(dots)).toBe(true);
    }
  });

  it("are not shown where there is no room at all", () => {
    const crowd = Array.from({ length: 60 }, (_, at) =>
      dot(String(at), 20 + (at % 20) * 19, 30 + Math.floor(at / 20) * 40),
    );
    expect([...placeLabels(crowd, 19, area).values()]).toContain(null);
  });
});

describe("a point", () => {
  it("is read from its note, and garbage in it is nothing", () => {
    expect(
      point({
        label: "Roulibre",
        x: 0.7,
        y: 0.3,
        roles: ["guarantor", "king"],
        count: "2-10",
        presence: "to_invite",
      }),
    ).toMatchObject({
      label: "Roulibre",
      place: { x: 0.7, y: 0.3 },
      roles: ["guarantor"],
      count: "2-10",
      invited: true,
    });
    expect(point({ x: "right", y: 1, target: { x: 1 }, roles: "all" })).toMatchObject({
      place: null,
      wish: null,
      roles: [],
      invited: false,
    });
  });

  it("has the colour of its structure, and its name where it has none", () => {
    expect(point({ stakeholder_id: "sorme" })).toMatchObject({ colour: "lagon", label: "CC du Haut-Orme" });
    expect(point({ stakeholder_id: "sgone" }).colour).toBe("citron");
  });

  it("goes to its wish at its horizon, and not before", () => {
    const wishes = point({ x: 0, y: 0, target: { x: 1, y: 0, horizon: "2y" } });
    expect(placeAt(wishes, "today")).toEqual({ x: 0, y: 0 });
    expect(placeAt(wishes, "6m")).toEqual({ x: 0, y: 0 });
    expect(placeAt(wishes, "2y")).toEqual({ x: 1, y: 0 });
    expect(placeAt(wishes, "5y")).toEqual({ x: 1, y: 0 });
    const someday = point({ x: 0, y: 0, target: { x: 1, y: 0 } });
    expect(placeAt(someday, "2y")).toEqual({ x: 0, y: 0 });
    expect(placeAt(someday, "5y")).toEqual({ x: 1, y: 0 });
  });
});

describe("roles", () => {
  it("may be several on one point, and are counted for each", () => {
    const counts = roleCounts([
      point({ roles: ["sponsor", "operator"] }),
      point({ roles: ["operator"] }, "n2"),
    ]);
    expect([counts.get("operator"), counts.get("sponsor"), counts.get("guarantor")]).toEqual([2, 1, 0]);
  });

  it("are missing when nobody who is there holds them; an empty map misses none", () => {
    expect(missingRoles([])).toEqual([]);
    const others = ROLE_IDS.filter((role) => role !== "guarantor");
    const all = point({ roles: others });
    expect(missingRoles([all])).toEqual(["guarantor"]);
    const invited = point({ roles: ["guarantor"], presence: "to_invite" }, "n2");
    expect(missingRoles([all, invited])).toEqual(["guarantor"]);
  });

  it("are said in both forms where a middle dot is written", () => {
    for (const role of ROLE_IDS) {
      const words = roleWords(role);
      expect(words.missingAloud.includes("·")).toBe(false);
      expect(words.aloud.includes("·")).toBe(false);
    }
    expect(roleWords("guarantor").missing).toBe("Personne n’est garant·e");
    expect(roleWords("guarantor").missingAloud).toBe("Personne n’est garant ou garante");
  });
});

describe("what people answered", () => {
  const at = (...places: [number, number][]) => spreadOf(places.map(([x, y]) => ({ x, y })));

  it("has a middle on each axis", () => {
    expect(at([0.1, 0], [0.2, 0.5], [0.9, 1])?.median).toEqual({ x: 0.2, y: 0.5 });
    expect(at([0.2, 0], [0.4, 0])?.median).toEqual({ x: 0.3, y: 0 });
  });

  it("lies far apart when half of many do, or any of a few", () => {
    expect(at([0.1, 0], [0.2, 0.1], [0.15, 0])?.wide).toBe(false);
    expect(at([0.1, 0], [0.9, 0])?.wide).toBe(true);
    expect(at([0.1, 0], [0.12, 0], [0.11, 0], [0.1, 0], [0.13, 0], [1, 0])?.wide).toBe(false);
    expect(at([0, 0], [0.1, 0], [0.5, 0], [0.9, 0], [1, 0])?.wide).toBe(true);
  });

  it("is nothing without answers, and what is no place does not count", () => {
    expect(at()).toBeNull();
    expect(spreadOf(["left", null, { x: 1 }])).toBeNull();
  });
});
