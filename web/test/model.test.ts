import { describe, expect, it } from "vitest";
import { freePlace, noteHeight, type Taken, toPixels, toPlace, zoneLayout } from "../src/model/layout";
import { keyBetween, LONGEST } from "../src/model/order";
import { initials, type Template, type Zone } from "../src/model/page";
import { joinTexts, moveCaret, textDiff, whole } from "../src/model/text-diff";
import { shapeCode } from "../src/pages/code";

/** A small seeded generator, so that a failure can be repeated. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

describe("the difference between two texts", () => {
  it("never cuts a character in two, and makes the one from the other", () => {
    const random = seeded(7);
    const letters = ["a", "é", "😀", "😁", "👍🏽", " ", "œ"];
    const text = () =>
      Array.from(
        { length: Math.floor(random() * 8) },
        () => letters[Math.floor(random() * letters.length)],
      ).join("");
    for (let round = 0; round < 2_000; round++) {
      const [before, after] = [text(), text()];
      const change = textDiff(before, after);
      if (change === null) {
        expect(before).toBe(after);
        continue;
      }
      expect(before.slice(0, change.at) + change.insert + before.slice(change.at + change.remove)).toBe(
        after,
      );
      for (const part of [before.slice(0, change.at), change.insert, before.slice(change.at + change.remove)])
        expect(whole(part)).toBe(part);
    }
  });

  it("keeps a caret where the person was", () => {
    expect(moveCaret(5, { at: 2, remove: 0, insert: "xx" })).toBe(7);
    expect(moveCaret(2, { at: 5, remove: 1, insert: "" })).toBe(2);
    expect(moveCaret(4, { at: 2, remove: 4, insert: "y" })).toBe(3);
  });
});

describe("two changes of one text", () => {
  it.each([
    ["un", "un deux", "un, dit Joris", "un, dit Joris deux"],
    ["un deux", "deux", "un deux trois", "deux trois"],
    ["un deux", "un bon deux", "un deux trois", "un bon deux trois"],
    ["un deux trois", "un trois", "un deux bien trois", "un bien trois"],
    ["abc", "", "aXbc", "X"],
    ["un", "un", "deux", "deux"],
    ["un", "deux", "un", "deux"],
  ])("stay both: %s, %s, %s", (base, mine, now, both) => {
    expect(joinTexts(base, mine, now)).toBe(both);
  });
});

describe("order keys", () => {
  it("always leave room between two neighbours until they are full", () => {
    const random = seeded(3);
    const keys: string[] = [];
    for (let round = 0; round < 500; round++) {
      const at = Math.floor(random() * (keys.length + 1));
      const key = keyBetween(keys[at - 1] ?? null, keys[at] ?? null);
      if (key === null) continue;
      expect(key.length).toBeLessThanOrEqual(LONGEST);
      expect(/^[!-~]+$/.test(key)).toBe(true);
      if (keys[at - 1] !== undefined) expect(key > (keys[at - 1] as string)).toBe(true);
      if (keys[at] !== undefined) expect(key < (keys[at] as string)).toBe(true);
      keys.splice(at, 0, key);
    }
    expect(keys.length).toBeGreaterThan(480);
  });

  it("stay short when notes are only added at the end", () => {
    let last: string | null = null;
    for (let round = 0; round < 300; round++) last = keyBetween(last, null);
    expect((last as string).length).toBeLessThan(12);
  });
});

const zone = { id: "rules", n: 1, box: [8, 27, 91, 83] } as unknown as Zone;
const sheet = { page: "A4L", width: 297, height: 210 } as unknown as Template;

describe("places of notes", () => {
  const layout = zoneLayout(sheet, zone, 0);
  const { body, size } = layout;

  it("are always inside the zone", () => {
    for (const place of [
      [0, 0],
      [1, 1],
      [0.5, 1],
    ] as [number, number][]) {
      const { left, top } = toPixels(place, body, size);
      expect(left).toBeGreaterThanOrEqual(body.left);
      expect(left + size.width).toBeLessThanOrEqual(body.left + body.width + 0.01);
      expect(top + size.height).toBeLessThanOrEqual(body.top + body.height + 0.01);
      expect(toPlace(left, top, body, size)).toEqual(place);
    }
  });

  it("keep clear of notes that came out higher", () => {
    const long =
      "Une phrase assez longue pour prendre plus de quatre lignes dans une note de fiche, et encore un peu";
    const height = noteHeight(layout, long);
    expect(height).toBeGreaterThan(size.height);
    const taken: Taken[] = [
      { place: [0, 0], height },
      { place: [1, 0], height: size.height },
    ];
    const next = toPixels(freePlace(body, size, taken), body, size);
    expect(next.left).toBeGreaterThan(body.left + size.width);
    expect(next.top).toBeGreaterThanOrEqual(body.top + size.height);
  });

  it("lie over the feet of others when the zone is full, still inside", () => {
    const taken: Taken[] = [];
    for (let count = 0; count < 9; count++)
      taken.push({ place: freePlace(body, size, taken), height: size.height });
    for (const { place } of taken) for (const part of place) expect(part >= 0 && part <= 1).toBe(true);
    expect(new Set(taken.map(({ place }) => place.join())).size).toBeGreaterThan(6);
  });

  it("do not overlap while there is room", () => {
    const taken: Taken[] = [];
    for (let count = 0; count < 4; count++)
      taken.push({ place: freePlace(body, size, taken), height: size.height });
    const at = taken.map(({ place }) => toPixels(place, body, size));
    for (const one of at)
      for (const other of at)
        if (one !== other)
          expect(
            Math.abs(one.left - other.left) >= size.width || Math.abs(one.top - other.top) >= size.height - 1,
          ).toBe(true);
  });
});

describe("small things", () => {
  it("initials", () => {
    expect(["Nadia Benali", "Jean-Luc", "Yann", "Élise de la Tour"].map(initials)).toEqual([
      "NB",
      "JL",
      "Y",
      "ÉT",
    ]);
  });
  it("codes take their shape while they are typed", () => {
    expect(["7kqm", "7kqm4", "7kqm-4txp", "7KQM 4TXP99"].map(shapeCode)).toEqual([
      "7KQM",
      "7KQM-4",
      "7KQM-4TXP",
      "7KQM-4TXP",
    ]);
  });
});
