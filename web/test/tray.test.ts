// « À reporter »: what feeds a canvas, what became of it, and how it is listed.

import { describe, expect, it } from "vitest";
import { counted, decides, decisions, mergedText, stillAlike } from "../src/model/decided";
import { type Look, placesOf, type Row, rowsFor, sections, takeHarvest } from "../src/model/harvest";
import type { Note, Origin, Template } from "../src/model/page";
import { fold, termsOf } from "../src/model/search";

const told = (note: string, more: Record<string, unknown> = {}) => ({
  group: "g1",
  room: "w-g1-exploration",
  note,
  board: "sheet2.verso",
  zone: "rules",
  to: ["governance.rules"],
  kind: "rule",
  text: `note ${note}`,
  colour: "ciel",
  by: "p1",
  at: 10,
  votes: 0,
  likes: 0,
  hash: "h",
  ...more,
});
const event = (rows: Record<string, unknown>, more: Record<string, unknown> = {}) => ({
  type: "harvest",
  whole: true,
  rows,
  ...more,
});

describe("the harvest", () => {
  it("is whole at first, then patched", () => {
    const first = takeHarvest(
      null,
      event({ "g1/a": told("a"), "g1/b": told("b") }, { alike: [["g1/a", "g1/b"]] }),
    );
    const then = takeHarvest(first, event({ "g1/a": null, "g2/c": told("c") }, { whole: false }));
    expect([...(then?.rows.keys() ?? [])]).toEqual(["g1/b", "g2/c"]);
    expect(then?.alike).toEqual([["g1/a", "g1/b"]]);
    expect([...(first?.rows.keys() ?? [])]).toEqual(["g1/a", "g1/b"]); // what was drawn stays what it was
  });

  it("says nothing before a whole list, and begins again with the next", () => {
    expect(takeHarvest(null, event({ "g1/a": told("a") }, { whole: false }))).toBeNull();
    const first = takeHarvest(null, event({ "g1/a": told("a") }, { alike: [["g1/a", "g1/b"]] }));
    const again = takeHarvest(first, event({}));
    expect(again).toEqual({ rows: new Map(), alike: [] });
  });

  it("reads what makes sense and leaves the rest", () => {
    const odd = {
      "g1/a": told("a", { votes: "9", colour: "rouge", by: 3, at: -1 }),
      "g1/b": 4,
      "g1/c": told("c", { to: [7] }),
    };
    const rows = takeHarvest(null, event(odd))?.rows;
    expect([...(rows?.keys() ?? [])]).toEqual(["g1/a"]);
    expect(rows?.get("g1/a")).toMatchObject({ colour: "craie", by: null, at: 0, votes: 0 });
  });
});

const zones = (ids: string[]) => ids.map((id, at) => ({ id, n: at + 1, title: id, to: [] }));
const templates = [
  { id: "sheet1.verso", sheet: 1, side: "nous", zones: zones(["mission", "values"]) },
  { id: "sheet2.recto", sheet: 2, side: "je", zones: zones(["decisions"]) },
  { id: "sheet2.verso", sheet: 2, side: "nous", zones: zones(["costs", "rules"]) },
] as unknown as Template[];
const look: Look = { canvas: "governance", groups: new Set(), sort: "reading", terms: [] };
const rowsOf = (rows: Record<string, unknown>): Row[] =>
  rowsFor(takeHarvest(null, event(rows)), "governance");
const listed = (rows: Row[], more: Partial<Look> = {}) =>
  sections(rows, { ...look, ...more }, templates, (row) => fold(row.text).text).map((one) => [
    one.key,
    one.rows.map(({ note }) => note).join(" "),
  ]);

describe("the list", () => {
  const rows = rowsOf({
    "g2/e": told("e", { group: "g2", votes: 3, at: 50 }),
    "g1/b": told("b", { order: "a1", votes: 3, likes: 2 }),
    "g1/a": told("a", { order: "a2", votes: 1, at: 90 }),
    "g1/j": told("j", { board: "sheet2.recto/s1", zone: "decisions", text: "Décider à plusieurs" }),
    "g2/k": told("k", { group: "g2", board: "sheet2.recto/s2", zone: "decisions", at: 99 }),
    "g1/m": told("m", {
      board: "sheet1.verso",
      zone: "mission",
      to: ["economic.value", "governance.mission"],
    }),
    "g1/x": told("x", { to: ["economic.costs"] }),
  });

  it("holds what leads to this canvas", () => {
    expect(rows.map(({ note }) => note)).not.toContain("x");
    expect(placesOf(rows.find(({ note }) => note === "m") as Row, "governance")).toEqual([
      "governance.mission",
    ]);
  });

  it("goes sheet by sheet, « Nous » before « Je », all rectos together, in reading order", () => {
    expect(listed(rows)).toEqual([
      ["sheet1.verso mission", "m"],
      ["sheet2.verso rules", "b a e"],
      ["sheet2.recto decisions", "j k"],
    ]);
  });

  it("may go by votes, then likes, or begin with the newest", () => {
    expect(listed(rows, { sort: "votes" })[1]).toEqual(["sheet2.verso rules", "b e a"]);
    expect(listed(rows, { sort: "newest" })).toEqual([
      ["sheet2.recto decisions", "k j"],
      ["sheet2.verso rules", "a e b"],
      ["sheet1.verso mission", "m"],
    ]);
  });

  it("leaves what groups and words leave, whatever accents", () => {
    expect(listed(rows, { groups: new Set(["g2"]) })).toEqual([
      ["sheet2.verso rules", "e"],
      ["sheet2.recto decisions", "k"],
    ]);
    expect(listed(rows, { terms: termsOf("DECIDER") })).toEqual([["sheet2.recto decisions", "j"]]);
  });
});

const origin = (note: string, more: Partial<Origin> = {}): Origin => ({
  group: "g1",
  board: "sheet2.verso",
  zone: "rules",
  note,
  at: 1,
  by: "p1",
  ...more,
});
const made = (id: string, origins: Origin[], board = "governance") =>
  ({ id, board, zone: "rules", origin: origins }) as unknown as Note;

describe("what became of notes", () => {
  it("is read from the canvas alone", () => {
    const all = decisions(
      "governance",
      [
        made("n1", [origin("a")]),
        made("n2", [origin("b"), origin("c", { group: "g2" })]),
        made("n3", [origin("d")], "economic"),
        made("n4", []),
      ],
      ["park/governance/g1/e", "park/economic/g1/f", "pool/governance/g1/g", "crash/1"],
      "g1",
    );
    expect(Object.fromEntries([...all].map(([key, { status }]) => [key, status]))).toEqual({
      "g1/a": "carried",
      "g1/b": "merged",
      "g2/c": "merged",
      "g1/e": "parked",
    });
    expect(all.get("g2/c")?.notes).toEqual([{ id: "n2", zone: "rules" }]);
  });

  it("carried is stronger than put aside, and twice carried has two notes", () => {
    const all = decisions(
      "governance",
      [made("n1", [origin("a")]), made("n2", [origin("a")])],
      ["park/governance/g1/a"],
      "g1",
    );
    expect(all.get("g1/a")).toEqual({
      status: "carried",
      notes: [
        { id: "n1", zone: "rules" },
        { id: "n2", zone: "rules" },
      ],
    });
  });

  it("takes an origin without a group for one of this room, and only what comes from a sheet", () => {
    const without = origin("a");
    delete without.group;
    const pooled = origin("z", { board: "governance" });
    const all = decisions("governance", [made("n1", [without, pooled])], [], "g3");
    expect([...all.keys()]).toEqual(["g3/a"]);
    expect(all.get("g3/a")?.status).toBe("carried");
  });

  it("is counted among what is still on the sheets", () => {
    const rows = rowsOf({ "g1/a": told("a"), "g1/b": told("b"), "g1/c": told("c") });
    const all = decisions("governance", [made("n1", [origin("a"), origin("gone")])], [], "g1");
    expect(counted(rows, all)).toEqual({ decided: 1, of: 3, left: 2 });
    expect(counted([], all)).toEqual({ decided: 0, of: 0, left: 0 });
  });

  it("leaves of the proposals what is still to be decided", () => {
    const groups = [
      ["a", "b", "c"],
      ["d", "e"],
      ["b", "f"],
    ];
    const found = stillAlike(groups, new Set(["a", "b", "d", "f"]));
    expect(Object.fromEntries(found)).toEqual({ a: ["a", "b"], b: ["a", "b"] });
  });
});

describe("the text of a merged note", () => {
  const notes = [
    { key: "g1/a", text: "Décider par consentement" },
    { key: "g2/b", text: " Décider par consentement, en cercle \n" },
    { key: "g2/c", text: "Compte rendu public" },
  ];

  it("is the longest of those that say nearly the same", () => {
    expect(mergedText(notes.slice(0, 2), [["g1/a", "g2/b"]])).toBe("Décider par consentement, en cercle");
  });

  it("has a line for each that says something else", () => {
    expect(mergedText(notes, [["g1/a", "g2/b"]])).toBe(
      "Décider par consentement, en cercle\nCompte rendu public",
    );
    expect(mergedText([...notes.slice(2), ...notes.slice(2), { key: "g1/d", text: " " }], [])).toBe(
      "Compte rendu public",
    );
  });
});

describe("a change on a canvas", () => {
  const origin = [{ group: "g1", board: "sheet2.verso", zone: "rules", note: "a", at: 1, by: "p1" }];
  const carried = {
    id: "c",
    board: "governance",
    zone: "rules",
    text: "Une règle",
    origin,
  } as unknown as Note;

  it("asks for decisions again only when it may have made or taken one", () => {
    expect(decides(carried, { ...carried, text: "Une règle claire", place: [0.2, 0.3] } as Note)).toBe(false);
    expect(decides({ ...carried, origin: undefined } as unknown as Note, carried)).toBe(true);
    expect(decides(null, carried)).toBe(true);
    expect(decides(carried, null)).toBe(true);
    expect(decides(carried, { ...carried, zone: "values" })).toBe(true);
    expect(decides(carried, { ...carried, origin: [{ ...origin[0], hash: "h" }] } as unknown as Note)).toBe(
      true,
    );
    const plain = { ...carried, origin: undefined } as unknown as Note;
    expect(decides(plain, { ...plain, text: "autre" })).toBe(false);
  });
});
