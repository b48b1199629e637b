import { readFileSync } from "node:fs";
import { afterEach, describe, expect, it, vi } from "vitest";
import { parse, readNumber } from "../src/board/kind-fields";
import { lockOn } from "../src/model/closed";
import { fieldWords, kindSaid, kindSummary, type Names } from "../src/model/kind-words";
import { type Field, GAUGES, KINDS, kindName, kindsOf, presets } from "../src/model/kinds";
import type { Note, Workshop, Zone } from "../src/model/page";
import { setLanguage } from "../src/ui/i18n";

const ENGLISH: Record<string, string | string[]> = {
  Apporte: "Brings",
  ETP: "FTE",
  "Par an": "Per year",
  "jusqu'à fin {year}": "until the end of {year}",
  "jusqu'au {date}": "until {date}",
  Héberger: "Host",
  "À mutualiser": "To be pooled",
  "avant le {date}": "by {date}",
  "{n} sur {of}": "{n} out of {of}",
  "{n} micro-défi": ["{n} micro-challenge", "{n} micro-challenges"],
  "utile {mark}": "useful {mark}",
  "Apport ou contrepartie": "Contribution or return",
  "{kind} : {words}": "{kind}: {words}",
};

const names: Names = {
  workshop: {
    people: [
      { id: "pnadia", name: "Nadia", stakeholder: "sorme" },
      { id: "pyann", name: "Yann", stakeholder: "pyann" },
    ],
    stakeholders: [{ id: "sorme", name: "CC du Haut-Orme" }],
  } as unknown as Workshop,
  note: (id) => (id === "nc" ? note("committee", {}, { text: "Comité  de suivi" }) : null),
};

function note(kind: string, fields: Record<string, unknown>, more: Partial<Note> = {}): Note {
  return {
    id: "n1",
    board: "sheet2.recto/sorme",
    zone: "brings",
    kind,
    place: [0, 0],
    order: "a0",
    colour: "ciel",
    text: "",
    by: "pnadia",
    at: 0,
    fields,
    ...more,
  };
}

/** With plain blanks: which blank stands where is tested with the typography. */
const says = (kind: string, fields: Record<string, unknown>, more: Partial<Note> = {}) =>
  kindSummary(names, note(kind, fields, more)).replace(/[\u00a0\u202f]/g, " ");

const EVERY = Object.entries(KINDS).flatMap(([kind, { fields }]) =>
  fields.map((field) => [kind, field.name, field] as const),
);

/** A value that a field may hold. */
function sample(field: Field): unknown {
  switch (field.type) {
    case "line":
    case "text":
      return "quelques mots";
    case "lines":
      return ["un", "deux"];
    case "choice":
      return Object.keys(field.choices ?? {})[0];
    case "choices":
      return Object.keys(field.choices ?? {});
    case "number":
    case "whole":
      return field.high === 4 ? 2 : field.high;
    case "date":
      return "2031-03-01";
    case "person":
      return "pnadia";
    case "stakeholder":
      return "sorme";
    case "stakeholders":
      return ["sorme", "pyann"];
    case "note":
      return "nc";
    case "notes":
      return ["nc"];
    case "wish":
      return { x: 1, y: 0, horizon: "2y" };
  }
}

afterEach(() => {
  setLanguage("fr", {});
  vi.useRealTimers();
});

describe("kinds as data", () => {
  it("are those of docs/data.md, field by field", () => {
    const [, table = ""] = readFileSync("docs/data.md", "utf8").split("## Kinds of notes");
    const rows = [...table.matchAll(/^\| `(\w+)` \| (`.+`.+) \|$/gm)];
    const documented = Object.fromEntries(rows.map(([, kind, cell]) => [kind, cell?.split("; ").sort()]));
    const type = (field: Field) => {
      if (field.type === "number" || field.type === "whole")
        return `${field.type} ${field.low} to ${field.high}`;
      const words = Object.keys(field.choices ?? {}).join(", ");
      return field.type === "choice"
        ? `one of ${words}`
        : field.type === "choices"
          ? `some of ${words}`
          : field.type;
    };
    const ours = Object.entries(KINDS).filter(([kind]) => kind !== "note");
    expect(
      Object.fromEntries(
        ours.map(([kind, { fields }]) => [
          kind,
          fields.map((field) => `\`${field.name}\` ${type(field)}`).sort(),
        ]),
      ),
    ).toEqual(documented);
  });

  it("have a name, an icon of the sprite and, but for the plain note, fields with words", () => {
    const sprite = readFileSync("web/icons/sprite.svg", "utf8");
    for (const [kind, { icon, fields }] of Object.entries(KINDS)) {
      expect(kindName(kind)).not.toBe("");
      expect(sprite).toContain(`<symbol id="${icon}"`);
      expect(fields.length > 0).toBe(kind !== "note");
      for (const field of fields) {
        expect(field.label()).not.toBe("");
        for (const words of Object.values(field.choices ?? {})) expect(words()).not.toBe("");
      }
    }
    for (const { words } of Object.values(GAUGES)) expect(words).toHaveLength(5);
  });

  it("offer those of the zone first, the default as the first of all", () => {
    const zone = { kinds: ["cost", "contribution", "note"] } as Zone;
    const { here, others } = kindsOf(zone);
    expect(here).toEqual(["cost", "contribution", "note"]);
    expect([...here, ...others].sort()).toEqual(Object.keys(KINDS).sort());
  });

  it("know what follows from the place of a note, and nothing for other kinds", () => {
    expect(presets(note("contribution", {}))).toEqual({ direction: "brings", stakeholder_id: "sorme" });
    expect(presets(note("scenario", {}, { board: "governance", zone: "h2y" }))).toEqual({ horizon: "2y" });
    expect(presets(note("rule", {}))).toEqual({});
    expect(presets(note("note", {}))).toEqual({});
  });
});

describe("what a note says of itself", () => {
  it.each([
    [
      "contribution",
      { direction: "brings", amount: 0.2, unit: "fte", period: "year", until: "2027-12-31" },
      "Apporte 0,2 ETP par an, jusqu’à fin 2027",
    ],
    ["contribution", { direction: "receives", nature: "data" }, "Reçoit : données"],
    ["contribution", { direction: "brings", amount: 1200, unit: "euros" }, "Apporte 1 200 €"],
    [
      "cost",
      { purpose: "run", euros: 1200, period: "year", pooling: "yes" },
      "Héberger, 1 200 € par an, à mutualiser",
    ],
    ["action", { owner_id: "pnadia", due: "2026-03-12", state: "todo" }, "Nadia, avant le 12 mars"],
    ["action", { owner_text: "Le syndicat", due: "2027-05-01" }, "Le syndicat, avant le 1er mai 2027"],
    ["rule", { state: "in_force", decision_mode: "consent" }, "En vigueur, par consentement"],
    ["scale", { value: 3 }, "3 sur 4"],
    ["scale", { key: "practice", value: 3 }, "3 sur 4, contribue régulièrement"],
    ["scale", { key: "viability", value: -1 }, "-1 sur 2, y perd un peu"],
    ["scale", { key: "viability", value: 4 }, ""],
    ["question", { useful: 4, children: ["a", "b"] }, "Utile 4 sur 5, 2 micro-défis"],
    ["legal_structure", { form: "gip", state: "target", horizon: "2y" }, "GIP, visée, à 2 ans"],
    [
      "indicator",
      { baseline: 12, target: 40, unit: "personnes actives par mois" },
      "De 12 à 40 personnes actives par mois",
    ],
    ["resource", { rtype: "source_code", licence: "EUPL-1.2" }, "Code source, EUPL-1.2"],
    ["note", { amount: 5 }, ""],
    ["contribution", {}, ""],
  ])("%s %j: %s", (kind, fields, words) => {
    vi.useFakeTimers({ now: new Date("2026-01-10") });
    expect(says(kind, fields)).toBe(words);
  });

  it("in English too, numbers and dates as well", () => {
    vi.useFakeTimers({ now: new Date("2026-01-10") });
    setLanguage("en", ENGLISH);
    expect(
      says("contribution", {
        direction: "brings",
        amount: 0.2,
        unit: "fte",
        period: "year",
        until: "2027-12-31",
      }),
    ).toBe("Brings 0.2 FTE per year, until the end of 2027");
    expect(says("cost", { purpose: "run", euros: 1200.5, pooling: "yes" })).toBe(
      "Host, €1,200.50, to be pooled",
    );
    expect(says("action", { owner_id: "pnadia", due: "2026-03-12" })).toBe("Nadia, by 12 March");
    expect(says("question", { useful: 4, children: ["a"] })).toBe("Useful 4 out of 5, 1 micro-challenge");
  });

  it("names the structure where the board does not", () => {
    const fields = { direction: "brings", stakeholder_id: "sorme", nature: "code" };
    expect(says("contribution", fields)).toBe("Apporte : code");
    expect(says("contribution", fields, { board: "economic" })).toBe("CC du Haut-Orme apporte : code");
  });

  it("says the kind to ears, and forms with a middle dot as two words", () => {
    expect(kindSaid(names, note("rule", {}))).toBe("Règle");
    expect(kindSaid(names, note("note", { state: "todo" }))).toBe("");
    const point = note("point", { roles: ["guarantor"] });
    expect(kindSummary(names, point)).toBe("Garant·e");
    expect(kindSaid(names, point)).toContain("Garant ou garante");
  });

  it.each(EVERY)("%s.%s has words for what it holds, and none for what it cannot", (kind, name, field) => {
    const filled = note(kind, { [name]: sample(field) });
    expect(fieldWords(names, filled, field)).not.toBe("");
    for (const wrong of [{}, [1], "joy", -5, 99, null, true, { x: "a" }]) {
      const other = note(kind, { [name]: wrong });
      expect(typeof fieldWords(names, other, field)).toBe("string");
      expect(kindSummary(names, other)).not.toMatch(/undefined|NaN|\[object/);
    }
  });

  it("a person, a structure or a note that has gone is said to be so", () => {
    expect(says("action", { owner_id: "pgone" })).toBe("Personne partie");
    const field = KINDS.rule?.fields.find(({ name }) => name === "committee_id") as Field;
    expect(fieldWords(names, note("rule", { committee_id: "ngone" }), field)).toBe("Note supprimée");
    expect(fieldWords(names, note("rule", { committee_id: "nc" }), field)).toBe("Comité de suivi");
  });
});

describe("what is written in a field", () => {
  it("is a number in the way of its language", () => {
    for (const [words, value] of [
      ["0,2", 0.2],
      ["1 200,50", 1200.5],
      ["1\u202f200", 1200],
      ["−3", -3],
      [",5", 0.5],
      ["3.5", 3.5],
    ] as const)
      expect(readNumber(words, true)).toBe(value);
    expect(readNumber("1,200.50", false)).toBe(1200.5);
    expect(readNumber("1,200", false)).toBe(1200);
    for (const words of ["douze", "1e5", "0x10", "", "1,2,3", "Infinity"])
      expect(readNumber(words, true)).toBe(null);
  });

  it("is taken, or refused with a reason, and nothing is nothing", () => {
    const field = (kind: string, name: string) =>
      KINDS[kind]?.fields.find((one) => one.name === name) as Field;
    expect(parse(field("contribution", "amount"), " 0,2 ")).toEqual({ value: 0.2 });
    expect(parse(field("contribution", "amount"), "-1")).toHaveProperty("fault");
    expect(parse(field("contribution", "amount"), "beaucoup")).toHaveProperty("fault");
    expect(parse(field("committee", "term_months"), "1,5")).toHaveProperty("fault");
    expect(parse(field("committee", "members"), " Nadia \n\n Yann, trésorier")).toEqual({
      value: ["Nadia", "Yann, trésorier"],
    });
    expect(parse(field("committee", "members"), "x\n".repeat(21))).toHaveProperty("fault");
    expect(parse(field("resource", "licence"), "  ")).toEqual({ value: undefined });
  });
});

describe("words that every object has", () => {
  const WORDS = ["constructor", "__proto__", "toString", "valueOf", "hasOwnProperty"];
  const wish = (word: string) => ({ x: 0, y: 0, horizon: word });

  it.each(WORDS)("%s is no value of any field of any kind", (word) => {
    for (const [kind, name, field] of EVERY)
      for (const value of [word, [word], wish(word)]) {
        const fields = { amount: 1, value: 1, [name]: value };
        for (const aloud of [false, true]) {
          const said = fieldWords(names, note(kind, fields), field, aloud);
          expect(said).toBeTypeOf("string");
          if (field.choices) expect(said).toBe("");
          expect(kindSummary(names, note(kind, fields), aloud)).not.toContain("object");
        }
        expect(kindSaid(names, note(kind, fields))).not.toContain("object");
      }
  });

  it.each(WORDS)("%s is no kind, no zone with presets and no locked board", (word) => {
    expect(kindName(word)).toBe(kindName("note"));
    expect(kindSummary(names, note(word, { key: word }))).toBe("");
    expect(presets(note("contribution", {}, { zone: word, board: "sheet2.verso" }))).toEqual({});
    expect(lockOn({ boards: {} } as unknown as Workshop, word, "rules")).toBeNull();
  });
});
