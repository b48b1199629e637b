import { describe, expect, it } from "vitest";
import type { Note } from "../src/model/page";
import {
  type Candidate,
  excerpt,
  fold,
  haystack,
  matches,
  NO_FILTERS,
  passes,
  pieces,
  rangesOf,
  termsOf,
} from "../src/model/search";

const note = (text: string, more: Partial<Note> = {}): Note => ({
  id: "n1",
  board: "sheet2.verso",
  zone: "rules",
  kind: "rule",
  place: [0, 0],
  order: "a0",
  colour: "ciel",
  text,
  by: "p1",
  at: 1,
  ...more,
});
const candidate = (text: string, more: Partial<Note> = {}): Candidate => ({
  note: note(text, more),
  author: "Élodie",
  kind: "Règle",
  zone: "Nos règles",
  comments: 0,
  liked: false,
});
const finds = (text: string, query: string) => matches(haystack(candidate(text)), termsOf(query));
const marked = (text: string, query: string) =>
  pieces(text, rangesOf(text, termsOf(query)))
    .map((one) => (one.found ? `[${one.text}]` : one.text))
    .join("");

describe("folding", () => {
  it("takes accents, case, ligatures and signs away", () => {
    expect(fold("Œuvre ÉTÉ ﬁn l’eau\u00a0: ça").text).toBe("oeuvre ete fin l'eau : ca");
    expect(fold("e\u0301te\u0301").text).toBe("ete");
  });
  it("knows where each letter stood", () => {
    const { text, at } = fold("Cœur 😀 é");
    expect(text).toBe("coeur 😀 e");
    expect(at).toEqual([0, 1, 1, 2, 3, 4, 5, 5, 7, 8, 9]);
  });
});

describe("what is looked for", () => {
  it("is every word once, and quoted phrases whole", () => {
    expect(termsOf('règles "bien commun" RÈGLES')).toEqual(["regles", "bien commun"]);
    expect(termsOf("« bien commun » l’eau")).toEqual(["bien commun", "l'eau"]);
    expect(termsOf('"pas fermé')).toEqual(["pas ferme"]);
    expect(termsOf("«\u00a0ici\u00a0»")).toEqual(["ici"]);
    expect(termsOf('  "" « » ')).toEqual([]);
  });
  it("may stand anywhere, in any order", () => {
    expect(finds("Décider ensemble des règles", "REGLES decider")).toBe(true);
    expect(finds("Décider ensemble", "décider seul")).toBe(false);
    expect(finds("Un bien qui est commun", '"bien commun"')).toBe(false);
    expect(finds("Un bien\ncommun", '"bien commun"')).toBe(true);
    expect(finds("x", "élodie règle")).toBe(true);
    expect(matches(haystack(candidate("x", { tags: ["Été"] })), termsOf("ete"))).toBe(true);
    expect(finds("x", '"élodie règle"')).toBe(false);
    expect(finds("x", "")).toBe(true);
  });
});

describe("what is marked", () => {
  it("is what stands in the text, accents and all", () => {
    expect(marked("Règles et règlement", "regle")).toBe("[Règle]s et [règle]ment");
    expect(marked("Un cœur à l’œuvre", "oeu")).toBe("Un c[œu]r à l’[œu]vre");
    expect(marked("Un cœur", "o")).toBe("Un c[œ]ur");
    expect(marked("e\u0301te\u0301", "ete")).toBe("[e\u0301te\u0301]");
    expect(marked("commun commune", '"commun" comm')).toBe("[commun] [commun]e");
    expect(marked("abcd", "ab bc")).toBe("[abc]d");
  });
  it("is shown with what is around it", () => {
    const long = `${"mot ".repeat(100)}trésor ${"fin ".repeat(100)}`;
    const cut = excerpt(long, rangesOf(long, ["tresor"]));
    expect([...cut.text].length).toBeLessThanOrEqual(162);
    expect(cut.text.startsWith("…mot ")).toBe(true);
    expect(cut.text.endsWith("…")).toBe(true);
    expect(pieces(cut.text, cut.ranges).filter((one) => one.found)).toEqual([
      { text: "trésor", found: true },
    ]);
    expect(excerpt("court", rangesOf("court", ["our"]))).toEqual({ text: "court", ranges: [[1, 4]] });
  });
});

describe("filters", () => {
  const one = { ...candidate("x", { tags: ["été"] }), comments: 2, liked: true };
  const with_ = (more: Partial<typeof NO_FILTERS>) => passes(one, { ...NO_FILTERS, ...more }, "p1");
  it("take any of one sort, and all sorts together", () => {
    expect(with_({})).toBe(true);
    expect(with_({ authors: new Set(["p2", "p1"]) })).toBe(true);
    expect(with_({ authors: new Set(["p2"]) })).toBe(false);
    expect(with_({ kinds: new Set(["rule"]), tags: new Set(["été", "hiver"]) })).toBe(true);
    expect(with_({ kinds: new Set(["need"]), tags: new Set(["été"]) })).toBe(false);
    expect(with_({ zones: new Set(["sheet2.verso rules"]) })).toBe(true);
    expect(with_({ zones: new Set(["sheet1.verso rules"]) })).toBe(false);
    expect(with_({ mine: true, commented: true, liked: true })).toBe(true);
    expect(passes({ ...one, comments: 0 }, { ...NO_FILTERS, commented: true }, "p1")).toBe(false);
    expect(passes({ ...one, liked: false }, { ...NO_FILTERS, liked: true }, "p1")).toBe(false);
    expect(passes(one, { ...NO_FILTERS, mine: true }, "p2")).toBe(false);
  });
});
