import { describe, expect, it } from "vitest";
import type { Atelier } from "../src/board/atelier";
import { kindOf } from "../src/model/kinds";
import type { Note } from "../src/model/page";
import { peopleWords } from "../src/rows/needs";
import { natures } from "../src/rows/obstacles";

const note = (fields: Record<string, unknown>, more: Partial<Note> = {}): Note => ({
  id: "n1",
  board: "sheet1.recto/s1",
  zone: "structure",
  kind: "stakeholder",
  colour: "ciel",
  place: [0, 0],
  order: "a",
  text: "",
  by: "nadia",
  at: 1,
  fields,
  ...more,
});

const fieldsOf = (kind: string) => kindOf(kind).fields.map(({ name }) => name);

describe("rows", () => {
  it("names five natures of obstacles", () => {
    const speaking = (language: string) => natures({ workshop: { language } } as unknown as Atelier);
    expect(speaking("fr")).toEqual(["interne", "externe", "juridique", "économique", "culturel"]);
    expect(speaking("en")).toHaveLength(5);
  });

  it("counts the people named for a challenge", () => {
    expect(peopleWords(note({}, { kind: "question" }))).toBe("0 personne nommée sur 15 à 20");
    expect(peopleWords(note({ named: ["Awa", "Loïc", 5], community_target: 12 }))).toBe(
      "2 personnes nommées sur 12",
    );
  });

  it("keeps the economic model of the commons and the business model of a structure apart", () => {
    const words = (kind: string, name: string) => kindOf(kind).fields.find((field) => field.name === name);
    expect(words("stakeholder", "business_model")?.label()).toBe("Modèle d’affaires");
    expect(words("stakeholder", "business_model")?.hint?.()).toMatch(/modèle économique est celui du commun/);
    expect(words("action", "dimension")?.choices?.economy?.()).toBe("Modèle économique");
  });

  it("has levels of contribution", () => {
    expect(fieldsOf("contribution")).toEqual(
      expect.arrayContaining(["regularity", "expertise", "technical", "amount", "unit"]),
    );
  });
});
