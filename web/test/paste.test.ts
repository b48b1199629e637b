import { describe, expect, it } from "vitest";
import { tidyPlaces, zoneLayout } from "../src/model/layout";
import { links } from "../src/model/links";
import { keysAfter } from "../src/model/order";
import type { Template, Zone } from "../src/model/page";
import { noteTexts, pieces } from "../src/model/paste";

describe("a pasted list", () => {
  it("is one note per line, without the marks of the list", () => {
    const { texts } = noteTexts(
      "- un\r\n* deux\n3. trois\n\n  \n(4) quatre\n[x] cinq\n– six\nsept - huit",
      50,
    );
    expect(texts).toEqual(["un", "deux", "trois", "quatre", "cinq", "six", "sept - huit"]);
  });
  it("keeps what is not a mark", () => {
    expect(noteTexts("2026 sera l'année\n-5 °C\n1,5 ETP", 50).texts).toEqual([
      "2026 sera l'année",
      "-5 °C",
      "1,5 ETP",
    ]);
  });
  it("says how many lines do not fit", () => {
    expect(noteTexts("a\nb\nc", 2)).toEqual({ texts: ["a", "b"], cut: 1 });
  });
  it("cuts a long line at words and loses nothing of it", () => {
    const long = "Une phrase qui dit quelque chose. ".repeat(120).trim();
    const parts = pieces(long);
    expect(parts.every((part) => [...part].length <= 1000)).toBe(true);
    expect(parts.join(" ")).toBe(long);
    const emoji = "👩‍🌾".repeat(600);
    expect(pieces(emoji).join("")).toBe(emoji);
  });
});

describe("addresses in a text", () => {
  const found = (text: string) => links(text).flatMap(({ address }) => address ?? []);
  it("end before what ends the sentence", () => {
    expect(found("Voir https://a.fr/x, et http://b.org.")).toEqual(["https://a.fr/x", "http://b.org"]);
    expect(found("(https://fr.wikipedia.org/wiki/Commun_(bien))")).toEqual([
      "https://fr.wikipedia.org/wiki/Commun_(bien)",
    ]);
    expect(found("javascript:alert(1) file:///etc https://")).toEqual([]);
  });
  it("leave the text as it is", () => {
    for (const text of ["", "rien", "https://a.fr", "a https://a.fr b", "«https://a.fr»"])
      expect(
        links(text)
          .map((part) => part.text)
          .join(""),
      ).toBe(text);
  });
});

describe("a zone", () => {
  const template = { id: "t", page: "A4L", width: 297, height: 210 } as Template;
  const zone = { id: "z", box: [10, 30, 90, 80], kinds: ["note"] } as unknown as Zone;
  it("becomes compact, then says how many more", () => {
    const few = zoneLayout(template, zone, 3);
    const many = zoneLayout(template, zone, 40);
    expect(few.compact).toBe(false);
    expect(few.most).toBeGreaterThanOrEqual(3);
    expect(many.compact).toBe(true);
    expect(many.most).toBeLessThan(40);
    expect(zoneLayout(template, zone, 40, true).most).toBe(Number.POSITIVE_INFINITY);
  });
  it("of a low sheet folds its question for another row", () => {
    const low = { id: "z", box: [10, 30, 90, 54] } as unknown as Zone;
    const layout = zoneLayout(template, low, 6);
    expect(layout.folded).toBe(true);
    expect(layout.most).toBe(4);
    expect(zoneLayout(template, low, 2).folded).toBeUndefined();
  });
  it("is tidied without a note over another as long as there is room", () => {
    const layout = zoneLayout(template, zone, 4);
    const places = tidyPlaces(
      layout,
      [1, 2, 3, 4].map(() => ({ titled: false, heights: [layout.size.height] })),
    );
    const distinct = new Set(places.flat().map(String));
    expect(distinct.size).toBe(4);
  });
  it("is tidied within its edges however full", () => {
    const layout = zoneLayout(template, zone, 200);
    const places = tidyPlaces(
      layout,
      Array.from({ length: 60 }, (_, n) => ({ titled: n % 3 === 0, heights: [80, 90, 100] })),
    );
    for (const [x, y] of places.flat()) {
      expect(x).toBeGreaterThanOrEqual(0);
      expect(x).toBeLessThanOrEqual(1);
      expect(y).toBeGreaterThanOrEqual(0);
      expect(y).toBeLessThanOrEqual(1);
    }
  });
});

it("keys that follow each other are in order", () => {
  const keys = keysAfter("a0", 300);
  expect([...keys].sort()).toEqual(keys);
  expect(new Set(keys).size).toBe(300);
});
