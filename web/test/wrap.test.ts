// The wrap-up: what actions lack, marks of the return on time, the card as text.

import { expect, test } from "vitest";
import type { Note } from "../src/model/page";
import { asText } from "../src/wrap/card";
import { countLacks, type Lack, lacksOf, lackWords } from "../src/wrap/lacks";
import { marks, medianOf } from "../src/wrap/return";
import { asOne, lacksOfAll, twins } from "../src/wrap/twins";

const PEOPLE = [{ id: "nadia" }];

test.each<[Record<string, unknown>, Lack[]]>([
  [{}, ["owner", "due"]],
  [{ owner_id: "nadia" }, ["due"]],
  [{ owner_id: "partie", due: "2027-01-01" }, ["owner"]],
  [{ owner_text: "  ", due: "2027-01-01" }, ["owner"]],
  [{ owner_text: "Paul", due: "2027-01-01" }, []],
  [{ state: "done" }, ["owner", "due"]],
  [{ state: "dropped" }, []],
])("an action with %o lacks %o, as the server says", (fields, lacks) => {
  expect(lacksOf({ fields }, PEOPLE)).toEqual(lacks);
});

test("an action without fields lacks both", () => {
  expect(lacksOf({}, PEOPLE)).toEqual(["owner", "due"]);
});

test("what is missing is counted by what it is", () => {
  const both: Lack[] = ["owner", "due"];
  expect(countLacks([both, both])).toBe("2 actions sans responsable ni échéance");
  expect(countLacks([both, ["due"], ["owner"], []])).toBe(
    "1 action sans responsable ni échéance, 1 action sans responsable, 1 action sans échéance",
  );
  expect(countLacks([[], []])).toBe("");
  expect([both, ["owner"], ["due"], []].map((lacks) => lackWords(lacks as Lack[]))).toEqual([
    "sans responsable ni échéance",
    "sans responsable",
    "sans échéance",
    "",
  ]);
});

test("only marks from 1 to 5 count, and the median is one that was given", () => {
  expect(marks([1, 5, 0, 6, 2.5, "3", null])).toEqual([1, 5]);
  expect(medianOf([])).toBeNull();
  expect(medianOf([4])).toBe(4);
  expect(medianOf([5, 1])).toBe(1);
  expect(medianOf([5, 4, 4, 1])).toBe(4);
});

test("the card as text leaves out what says nothing", () => {
  const part = (title: string | null, ...texts: string[]) => ({
    title,
    lines: texts.map((text) => ({ text })),
  });
  const text = asText({
    title: "Trajets communs",
    heads: [
      { id: "need", title: "Besoin", parts: [part("Besoins", "Comment… ?")] },
      { id: "maturity", title: "Maturité", parts: [] },
      {
        id: "governance",
        title: "Gouvernance",
        parts: [
          part("Règles", "Une voix chacun"),
          { title: "Comités", lines: [{ label: "Usages", text: "Trie" }] },
        ],
      },
    ],
  });
  expect(text).toBe(
    "Trajets communs\n\nBesoin\n- Comment… ?\n\nGouvernance\nRègles\u00a0:\n- Une voix chacun\nComités\u00a0:\n- Usages\u00a0: Trie\n",
  );
});

const carried = (id: string, board: string, from: string[], fields: Record<string, unknown> = {}) =>
  ({ id, board, fields, origin: from.map((note) => ({ group: "g1", note })) }) as unknown as Note;

test("an action carried to both canvases is one line, however often its sources were carried", () => {
  const notes = [
    carried("a", "governance", ["n1"]),
    carried("b", "governance", ["n1"]),
    carried("c", "economic", ["n1"]),
    carried("d", "economic", ["n1", "n2"]),
    carried("e", "governance", ["n2", "n1"]),
    carried("f", "governance", []),
    carried("g", "economic", []),
  ];
  expect(twins(notes).map((some) => some.map(({ id }) => id))).toEqual([
    ["a", "c"],
    ["b"],
    ["d", "e"],
    ["f"],
    ["g"],
  ]);
});

test("what one of them says holds for both, unless it was dropped", () => {
  const [owned, dated] = [
    carried("a", "governance", ["n1"], { owner_id: "nadia" }),
    carried("b", "economic", ["n1"], { due: "2027-01-01", owner_id: "joris" }),
  ];
  const bare = carried("c", "economic", ["n1"], { priority: "high" });
  const dropped = carried("d", "economic", ["n1"], { state: "dropped", due: "2027-01-01" });
  expect(lacksOfAll([owned, dated], PEOPLE)).toEqual([]);
  expect(lacksOfAll([owned, bare], PEOPLE)).toEqual(["due"]);
  expect(lacksOfAll([owned, dropped], PEOPLE)).toEqual(["due"]);
  expect(lacksOfAll([dropped], PEOPLE)).toEqual([]);
  expect(asOne([owned, bare])).toMatchObject({ id: "a", fields: { owner_id: "nadia", priority: "high" } });
  expect(asOne([owned, dated]).fields).toEqual({ owner_id: "nadia", due: "2027-01-01" });
});
