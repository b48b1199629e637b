// The governance canvas as plain values: numbers of rules, links that agree, who is missing, legal options.

import { beforeAll, describe, expect, it } from "vitest";
import {
  collegesOf,
  mandateWarnings,
  mandateWords,
  membersOf,
  missingColleges,
} from "../src/canvas/committees";
import { isAnswered, standing, verdictOf } from "../src/canvas/crash";
import { actionFoot, indicatorFoot } from "../src/canvas/feet";
import { latestVote, options } from "../src/canvas/legal";
import {
  byDomain,
  committeesOf,
  domains,
  linkChanges,
  ruleNumbers,
  rulesOf,
  unruled,
} from "../src/canvas/rules";
import { GAP, noteHeight, slot, zoneLayout } from "../src/model/layout";
import type { Note, Person, Template, Vote, Workshop, Zone } from "../src/model/page";
import { setLanguage } from "../src/ui/i18n";

beforeAll(() => setLanguage("fr", {}));

function note(id: string, kind: string, fields: Record<string, unknown> = {}, text = id): Note {
  const zone = { rule: "rules", committee: "committees", legal_structure: "legal" }[kind] ?? "mission";
  return {
    id,
    board: "governance",
    zone,
    kind,
    place: [0, 0],
    order: id,
    colour: "ciel",
    text,
    by: null,
    at: Date.UTC(2026, 2, 12),
    fields,
  };
}

function person(name: string, more: Partial<Person> = {}): Person {
  return {
    id: name,
    name,
    role: "participant",
    colour: "ciel",
    mark: "hexagon",
    group: "g",
    stakeholder: name,
    ...more,
  };
}

describe("rules", () => {
  it("are numbered by reading order, with the plain notes among them", () => {
    const numbers = ruleNumbers([note("a", "rule"), note("b", "note"), note("c", "rule")]);
    expect([...numbers]).toEqual([
      ["a", "R1"],
      ["b", "R2"],
      ["c", "R3"],
    ]);
  });

  it("name the domains nobody has written a rule on", () => {
    const rules = [
      note("a", "rule", { domain: "money" }),
      note("b", "rule", { domain: "odd" }),
      note("c", "rule"),
    ];
    expect(
      byDomain(rules)
        .get("money")
        ?.map(({ id }) => id),
    ).toEqual(["a"]);
    expect(
      byDomain(rules)
        .get("")
        ?.map(({ id }) => id),
    ).toEqual(["b", "c"]);
    const without = unruled(rules);
    expect(without).toHaveLength(Object.keys(domains()).length - 1);
    expect(without).not.toContain("Argent");
    expect(without).toContain("Conflits");
  });
});

/** Without the no-break spaces of French. */
const plain = (words: string) => words.replace(/[\u00a0\u202f]/g, " ");

/** Apply changes as the document does. */
function changed(all: readonly Note[], changes: ReturnType<typeof linkChanges>): Note[] {
  return all.map((one) => {
    const change = changes.find(({ id }) => id === one.id);
    if (!change) return one;
    const fields = Object.entries({ ...one.fields, ...change.fields }).filter(
      ([, value]) => value !== undefined,
    );
    return { ...one, fields: Object.fromEntries(fields) };
  });
}

describe("links of rules and committees", () => {
  const rule = note("r", "rule");
  const [one, two] = [note("one", "committee"), note("two", "committee", { rule_ids: ["r", "other"] })];

  it("are read from either end", () => {
    expect(rulesOf(two, [rule])).toEqual([rule]);
    expect(committeesOf({ ...rule, fields: { committee_id: "one" } }, [one, two])).toEqual([one, two]);
  });

  it("follow a rule that goes to another committee, and one that leaves", () => {
    const before = { ...rule, fields: { committee_id: "two" } };
    const now = { ...rule, fields: { committee_id: "one" } };
    const moved = changed([now, one, two], linkChanges(before, now, [now, one, two]));
    expect(moved[1]?.fields).toEqual({ rule_ids: ["r"] });
    expect(moved[2]?.fields).toEqual({ rule_ids: ["other"] });
    const left = changed([rule, ...moved.slice(1)], linkChanges(now, rule, [rule, ...moved.slice(1)]));
    expect(left[1]?.fields).toEqual({});
    expect(linkChanges(now, now, moved)).toEqual([]);
  });

  it("follow a committee that takes a rule from another, and gives it up", () => {
    const rules = { ...rule, fields: { committee_id: "two" } };
    const taking = { ...one, fields: { rule_ids: ["r"] } };
    const taken = changed([rules, taking, two], linkChanges(one, taking, [rules, taking, two]));
    expect(taken[0]?.fields).toEqual({ committee_id: "one" });
    expect(taken[2]?.fields).toEqual({ rule_ids: ["other"] });
    const given = [taken[0] as Note, one, taken[2] as Note];
    expect(changed(given, linkChanges(taking, one, given))[0]?.fields).toEqual({});
  });

  it("agree after any edit: what is changed once more changes nothing", () => {
    // the same edits for everybody: a small generator with a seed
    let seed = 7;
    const pick = <T>(from: readonly T[]): T => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return from[seed % from.length] as T;
    };
    const ids = { rules: ["r1", "r2", "r3"], committees: ["c1", "c2"] };
    let all = [
      ...ids.rules.map((id) => note(id, "rule")),
      ...ids.committees.map((id) => note(id, "committee")),
    ];
    for (let round = 0; round < 300; round++) {
      const before = pick(all);
      const value =
        before.kind === "rule"
          ? { committee_id: pick([...ids.committees, undefined]) }
          : { rule_ids: ids.rules.filter(() => pick([true, false])) };
      const now = changed([before], [{ id: before.id, fields: value }])[0] as Note;
      const edited = all.map((one) => (one.id === now.id ? now : one));
      all = changed(edited, linkChanges(before, now, edited));
      for (const committee of all.slice(3))
        for (const one of all.slice(0, 3)) {
          const named = ((committee.fields?.rule_ids ?? []) as string[]).includes(one.id);
          expect([round, named]).toEqual([round, one.fields?.committee_id === committee.id]);
        }
    }
  });
});

describe("committees", () => {
  const around = {
    people: [
      person("Nadia", { stakeholder: "s1", profile: "lead" }),
      person("Aïcha", { colour: "citron", profile: "user" }),
    ],
    stakeholders: [{ id: "s1", name: "Haut-Orme" }],
  };

  it("say mandates in words, and what is not settled", () => {
    const settled = note("c", "committee", { term_months: 24, max_terms: 2, succession: "Binômes" });
    expect(plain(mandateWords(settled))).toBe("mandat de 24 mois, 2 de suite au plus");
    expect(mandateWarnings(settled)).toEqual([]);
    expect(mandateWords(note("c", "committee"))).toBe("");
    expect(mandateWarnings(note("c", "committee", { term_months: 12 }))).toEqual([
      "mandats sans limite de renouvellement",
      "relève à prévoir",
    ]);
  });

  it("know their members by name, with the colours of the table", () => {
    const committee = note("c", "committee", { members: ["nadia", "Haut-Orme", "Quelqu'un"] });
    expect(membersOf(committee, around)).toEqual([
      { name: "nadia", colour: "ciel" },
      { name: "Haut-Orme", colour: "ciel" },
      { name: "Quelqu'un", colour: null },
    ]);
  });

  it("say who is missing, from what was ticked and who the members are", () => {
    const actors = [
      note("a", "stakeholder", { name: "Haut-Orme", type: "local" }),
      note("b", "stakeholder", { type: "cooperative" }, "Roulibre"),
    ];
    const missing = (fields: Record<string, unknown>) =>
      missingColleges(collegesOf(note("c", "committee", fields), around, actors));
    expect(missing({})).toEqual(["usagers", "société civile", "économie sociale"]);
    expect(missing({ members: ["Aïcha", "Roulibre"] })).toEqual(["société civile"]);
    expect(missing({ members: ["Nadia"] })).toHaveLength(3);
    expect([...collegesOf(note("c", "committee", { members: ["Nadia"] }), around, actors)]).toEqual([
      "public",
    ]);
    expect(missing({ colleges: ["users", "civil_society", "social_economy"] })).toEqual([]);
  });
});

describe("legal options", () => {
  const vote = (more: Partial<Vote>): Vote => ({
    id: "v",
    by: "p",
    question: "",
    board: "governance",
    zone: "legal",
    group: null,
    dots: 5,
    per_note: 3,
    secret: true,
    at: 1,
    ends_at: null,
    open: false,
    ...more,
  });
  const notes = [
    note(
      "asso",
      "legal_structure",
      { form: "association", standing: "chosen", horizon: "6m" },
      "Association 1901",
    ),
    note("scic", "legal_structure", { form: "scic", horizon: "2y" }, ""),
    note("gip", "legal_structure", { standing: "set_aside" }, "GIP"),
    note("plain", "note"),
  ];

  it("carry the points of the latest closed vote of the group", () => {
    const votes = [
      vote({ id: "old", closed_at: 5, totals: { scic: 9 } }),
      vote({ id: "new", closed_at: 8, totals: { asso: 6, scic: 2 }, group: "g" }),
      vote({ id: "other", closed_at: 9, group: "h" }),
      vote({ id: "open", open: true, at: 10 }),
      vote({ id: "elsewhere", closed_at: 11, zone: "rules" }),
    ];
    const latest = latestVote({ votes } as Pick<Workshop, "votes">, "g");
    expect(latest?.id).toBe("new");
    const found = options(notes, latest);
    expect(found.map(({ name, words, points, share }) => [name, plain(words), points, share])).toEqual([
      ["Association 1901", "retenue, dans 6 mois", 6, 0.75],
      ["SCIC", "dans 2 ans", 2, 0.25],
      ["GIP", "écartée", 0, 0],
    ]);
  });

  it("have no points before a vote", () => {
    expect(options(notes, null).map(({ points }) => points)).toEqual([null, null, null]);
  });
});

describe("crash tests", () => {
  it("take what the server wrote and forget notes that are gone", () => {
    const said = verdictOf({ rule: "r", committee: "c", days: 3, text: "", by: "p", at: 1 });
    expect(said).toEqual({ rule: "r", committee: "c", days: 3 });
    const kept = standing(said, (id) => (id === "c" ? note("c", "committee") : null));
    expect(kept).toEqual({ days: 3, committee: "c" });
    expect(isAnswered(kept)).toBe(true);
    expect(isAnswered({ days: 3 })).toBe(false);
    expect(verdictOf(undefined)).toEqual({});
  });
});

describe("feet of typed notes", () => {
  const names = {
    workshop: { people: [person("Yann Le Goff")], stakeholders: [] } as unknown as Workshop,
    note: () => null,
  };

  it("say who does it by when, and what is missing", () => {
    const year = new Date().getFullYear();
    const done = note("a", "action", { owner_id: "Yann Le Goff", due: `${year}-04-30` });
    expect(actionFoot(names, done)).toEqual({ words: "Yann, 30 avril", missing: false });
    expect(actionFoot(names, note("a", "action", { owner_text: "La mairie" }))).toEqual({
      words: "La mairie, sans date",
      missing: true,
    });
  });

  it("say from how much to how much", () => {
    const said = (fields: Record<string, unknown>) => indicatorFoot(note("i", "indicator", fields));
    expect(said({ baseline: 3, target: 9, horizon: "2y" })).toBe("3 en 2026, 9 en 2028");
    expect(said({ baseline: 65, target: 100, unit: "%" })).toBe("65\u00a0%, cible 100\u00a0%");
    expect(said({ target: 4 })).toBe("cible 4");
    expect(said({})).toBe("");
  });
});

describe("zones of the canvas", () => {
  const template = {
    id: "governance",
    page: "A3L",
    width: 420,
    height: 297,
    zones: [],
  } as unknown as Template;
  const zone = (box: Zone["box"], kind = "note") => ({ id: "z", box, kinds: [kind], type: "plain" }) as Zone;

  it("show two notes of two lines and a foot in a zone of the ring, three cards in the centre", () => {
    const ring = zoneLayout(template, zone([10, 30, 88, 68]), 5);
    expect([ring.most, ring.flows]).toEqual([2, true]);
    expect(noteHeight(ring, "Une phrase assez longue pour deux lignes au moins, ou trois")).toBe(
      ring.size.height,
    );
    expect(zoneLayout(template, zone([176, 174, 70, 68], "committee"), 5).most).toBe(3);
    expect(zoneLayout(template, zone([102, 30, 106, 44]), 5).most).toBe(2);
  });

  it("put what arrives in the place of its number", () => {
    const wide = zoneLayout(template, zone([10, 246, 130, 34]), 2);
    const [first, second] = [slot(wide, 0), slot(wide, 1)];
    expect(second.left - first.left).toBe(wide.size.width + GAP);
    expect(second.top).toBe(first.top);
  });
});
