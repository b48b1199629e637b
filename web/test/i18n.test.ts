import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { clock, day, number, setLanguage, t, tn, typo } from "../src/ui/i18n";

const CASES = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../tests/vectors/typography.json"), "utf8"),
) as [string, string][];

afterEach(() => setLanguage("fr", {}));

describe("French typography", () => {
  it.each(CASES)("is the server's: %s", (typed, read) => {
    expect(typo(typed)).toBe(read);
    expect(typo(read)).toBe(read);
  });
  it("keeps a number to come with its unit", () => {
    expect(t("{n} min", { n: 30 })).toBe("30\u00a0min");
  });
  it("never changes what people typed", () => {
    expect(t("Note de {author} : {text}", { author: "D'Arc", text: "l'eau : où ?" })).toBe(
      "Note de D'Arc\u00a0: l'eau : où ?",
    );
  });
  it("is not for English", () => {
    setLanguage("en", {});
    for (const [typed] of CASES) expect(typo(typed)).toBe(typed);
  });
});

describe("numbers, plurals, dates", () => {
  const count = (n: number) => tn("{n} note", "{n} notes", n);
  it("in French count none and one alike", () => {
    expect([0, 1, 2, 1200].map(count)).toEqual(["0 note", "1 note", "2 notes", "1\u202f200 notes"]);
  });
  it("in English count one alone", () => {
    setLanguage("en", { "{n} note": ["{n} note", "{n} notes"] });
    expect([0, 1, 2, 1200].map(count)).toEqual(["0 notes", "1 note", "2 notes", "1,200 notes"]);
  });
  it("name the first of a month as French does", () => {
    const days = () => [1, 11, 21].map((n) => day(new Date(2026, 11, n).getTime()));
    expect(days()).toEqual(["1er décembre 2026", "11 décembre 2026", "21 décembre 2026"]);
    setLanguage("en", {});
    expect(days()[0]).toBe("1 December 2026");
  });
  it("are written as in the page's language, hours from 0 to 24", () => {
    const at = new Date(2026, 2, 12, 0, 5).getTime();
    const afternoon = new Date(2026, 2, 12, 14, 30).getTime();
    expect([number(8000), day(at), clock(at), clock(afternoon)]).toEqual([
      "8\u202f000",
      "12 mars 2026",
      "00:05",
      "14:30",
    ]);
    setLanguage("en", {});
    expect([number(8000), day(at), clock(at), clock(afternoon)]).toEqual([
      "8,000",
      "12 March 2026",
      "00:05",
      "14:30",
    ]);
  });
});
