import { describe, expect, it, vi } from "vitest";
import type { Atelier } from "../src/board/atelier";
import { closedTo, lockOn } from "../src/model/closed";
import { ghostPlaces } from "../src/model/ghosts";
import type { Box } from "../src/model/layout";
import type { Note, Person, Workshop, Zone } from "../src/model/page";
import { MOST_ORIGINS, madeFrom, raised } from "../src/model/raise";
import { aroundTable, howManyFit, nameOf, sameName } from "../src/model/stakeholders";
import { goToSource } from "../src/tray/sources";

function person(id: string, more: Partial<Person> = {}): Person {
  return {
    id,
    name: id.toUpperCase(),
    role: "participant",
    colour: "ciel",
    mark: "hexagon",
    group: "g1",
    stakeholder: id,
    ...more,
  };
}

const NADIA = person("nadia", { stakeholder: "s1" });
const INES = person("ines", { role: "facilitator", group: null });

function workshop(more: Partial<Workshop> = {}): Workshop {
  const steps = [
    { id: "seul", phase: "exploration", minutes: 10, mode: "each", board: null, title: "" },
    { id: "ensemble", phase: "exploration", minutes: 10, mode: "group", board: null, title: "" },
  ];
  return {
    id: "w1",
    title: "Trajets communs",
    commons: "",
    code: "ABCDEFGH",
    revision: 1,
    expires_at: 0,
    agenda: { id: "a", steps },
    step: null,
    timer: { running: false, total_ms: 0 },
    groups: [],
    plenary: "",
    people: [NADIA, INES],
    stakeholders: [{ id: "s1", name: "Haut-Orme" }],
    boards: {},
    frozen: false,
    ...more,
  };
}

function note(id: string, more: Partial<Note> = {}): Note {
  const base = { board: "sheet2.recto/s1", zone: "brings", kind: "note", order: "a0", text: id, by: "nadia" };
  return { ...base, id, place: [0, 0], colour: "ciel", at: 5, ...more };
}

describe("what is closed", () => {
  const open = { locked: false, locked_zones: [] };
  it("says which lock holds, and who set it", () => {
    const zone = { ...open, locked_zones: ["rules"], zones_locked_by: { rules: "ines" } };
    const at = workshop({ boards: { "sheet2.verso": zone } });
    expect(lockOn(at, "sheet2.verso", "rules")).toEqual({ what: "zone", by: "ines", until: null });
    expect(lockOn(at, "sheet2.verso", "costs")).toBeNull();
    expect(lockOn(at, "sheet2.verso", null)).toBeNull();
    const board = workshop({ boards: { "sheet1.recto": { ...open, locked: true, locked_by: "ines" } } });
    expect(lockOn(board, "sheet1.recto/s1", "need")).toEqual({ what: "board", by: "ines", until: null });
    expect(lockOn(workshop({ frozen: true }), "governance", "map")).toEqual({
      what: "everything",
      by: null,
      until: null,
    });
  });

  it("binds participants, not those who run the workshop", () => {
    const at = workshop({ frozen: true, frozen_by: "ines" });
    expect(closedTo(NADIA, at, "governance", "map")).toEqual({ what: "everything", by: "ines", until: null });
    expect(closedTo(INES, at, "governance", "map")).toBeNull();
  });

  it("closes others' rectos while everybody writes for themselves", () => {
    const each = workshop({ step: "seul" });
    expect(closedTo(NADIA, each, "sheet2.recto/s2", "brings")).toEqual({
      what: "recto",
      by: null,
      until: null,
    });
    expect(closedTo(NADIA, each, "sheet2.recto/s1", "brings")).toBeNull();
    expect(closedTo(NADIA, each, "sheet2.verso", "rules")).toBeNull();
    expect(closedTo(INES, each, "sheet2.recto/s2", "brings")).toBeNull();
    expect(closedTo(NADIA, workshop({ step: "ensemble" }), "sheet2.recto/s2", "brings")).toBeNull();
  });
});

describe("structures around the table", () => {
  it("puts one's own first and keeps rectos that somebody left behind", () => {
    const yann = person("yann", { stakeholder: "s2" });
    const joris = person("joris", { stakeholder: "s1" });
    const at = workshop({
      people: [yann, NADIA, joris, person("ana", { group: "g2" }), INES],
      stakeholders: [
        { id: "s1", name: "Haut-Orme" },
        { id: "s2", name: "Roulibre" },
      ],
    });
    const seen = aroundTable(at, "g1", "s1", ["nadia", "s2", "gone", "nadia"], "?");
    expect(seen.map((one) => [one.id, one.name, one.people.length])).toEqual([
      ["s1", "Haut-Orme", 2],
      ["s2", "Roulibre", 1],
      ["gone", "?", 0],
      ["nadia", "NADIA", 0],
    ]);
    expect(nameOf(at, "gone")).toBeNull();
  });

  it("compares names as the server does", () => {
    expect(sameName("  RÔULIBRE ", "roulibre")).toBe(true);
    expect(sameName("Vélo  &\nVillages", "velo & villages")).toBe(true);
    expect(sameName("Vélo", "Vélos")).toBe(false);
  });

  it("keeps room for « + n » only when something does not fit", () => {
    expect(howManyFit([100, 100, 100], 300, 60)).toBe(3);
    expect(howManyFit([100, 100, 100], 299, 60)).toBe(2);
    expect(howManyFit([100, 100, 100], 250, 60)).toBe(1);
    expect(howManyFit([], 100, 60)).toBe(0);
  });
});

describe("ghosts", () => {
  const body: Box = { left: 12, top: 72, width: 320, height: 200 };
  const size = { width: 156, height: 84 };
  const apart = (a: Box, b: Box) =>
    a.left + a.width <= b.left ||
    b.left + b.width <= a.left ||
    a.top + a.height <= b.top ||
    b.top + b.height <= a.top;

  it("lie beside notes and each other, inside the zone, and the others have no place", () => {
    const taken: Box[] = [
      { left: 12, top: 72, width: 156, height: 92 },
      { left: 90, top: 180, width: 156, height: 92 },
    ];
    const places = ghostPlaces(body, size, taken, 6);
    const found = places.filter((place) => place !== null);
    expect(found).toHaveLength(1);
    for (const [at, place] of found.entries()) {
      for (const other of [...taken, ...found.slice(0, at)]) expect(apart(place, other)).toBe(true);
      expect(place.left).toBeGreaterThanOrEqual(body.left);
      expect(place.top + place.height).toBeLessThanOrEqual(body.top + body.height);
    }
  });

  it("fill an empty zone and none of a full one", () => {
    expect(ghostPlaces(body, size, [], 5).filter((place) => place !== null)).toHaveLength(4);
    expect(ghostPlaces(body, size, [body], 2)).toEqual([null, null]);
  });
});

describe("what is raised", () => {
  const zone = { id: "contributions", kinds: ["contribution", "note"] } as Zone;

  it("keeps text, kind, colour and fields of one note, and says where it came from", () => {
    const one = note("n1", { kind: "contribution", colour: "lagon", fields: { amount: 3 }, tags: ["code"] });
    expect(raised(zone, [one], "mousse", 12)).toEqual({
      text: "n1",
      kind: "contribution",
      colour: "lagon",
      fields: { amount: 3 },
      tags: ["code"],
      origin: [{ board: "sheet2.recto/s1", zone: "brings", note: "n1", at: 5, by: "nadia" }],
    });
    expect(raised(zone, [note("n1", { kind: "rule" })], "mousse", 12).kind).toBe("note");
  });

  it("joins several in one, the first one's values first, and loses no field", () => {
    const both = [
      note("n1", { fields: { amount: 3 } }),
      note("n2", { colour: "citron", fields: { amount: 5, unit: "jours" }, tags: ["a", "b"] }),
    ];
    const made = raised(zone, both, "mousse", 1);
    expect(made.text).toBe("n1\nn2");
    expect(made.colour).toBe("mousse");
    expect(made.fields).toEqual({ amount: 3, unit: "jours" });
    expect(made.tags).toEqual(["a"]);
    expect(made.origin.map((one) => one.note)).toEqual(["n1", "n2"]);
  });

  it("keeps the latest sources, as many as a note may name", () => {
    const many = Array.from({ length: 15 }, (_, at) => note(`n${at}`));
    const { origin } = raised(zone, many, "mousse", 12);
    expect(origin).toHaveLength(MOST_ORIGINS);
    expect(origin.at(-1)?.note).toBe("n14");
  });

  it("is found again from its sources", () => {
    const { origin } = raised(zone, [note("n1"), note("n2")], "mousse", 12);
    const made = madeFrom([note("n1"), note("up", { origin }), note("again", { origin: origin.slice(1) })]);
    expect(made.get("n2")).toEqual(["up", "again"]);
    expect(made.get("n1")).toEqual(["up"]);
    expect(made.get("up")).toBeUndefined();
  });
});

describe("the way back to a source in another room", () => {
  const follow = (joined: boolean) => {
    const say = vi.fn();
    const waiting = new Set<() => void>();
    const app = {
      data: { group: "g1" },
      visiting: null,
      connection: { joined },
      announcer: { say },
      note: () => null,
      show: vi.fn(),
      on: (_what: string, then: () => void) => {
        waiting.add(then);
        return () => waiting.delete(then);
      },
    };
    goToSource(app as unknown as Atelier, { group: "g1", board: "sheet1.verso", note: "n0" });
    expect(app.show).toHaveBeenCalledWith("sheet1.verso");
    return { say, waiting };
  };

  it("is looked for at once when that room is there", () => {
    const { say, waiting } = follow(true);
    expect(say).toHaveBeenCalledExactlyOnceWith("Cette source a été retirée.");
    expect(waiting.size).toBe(0);
  });

  it("waits for a room that is on its way", () => {
    const { say, waiting } = follow(false);
    expect(say).not.toHaveBeenCalled();
    for (const then of waiting) then();
    expect(say).toHaveBeenCalledOnce();
    expect(waiting.size).toBe(0);
  });
});
