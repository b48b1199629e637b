import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type Licence, type Licences, mismatch, named, suiting } from "../src/model/licences";
import { asQuestion, flawsOf, solutionIn } from "../src/model/questions";

/** canvases/licences.toml, read as far as this needs. */
function shipped(): Licences {
  const text = readFileSync("canvases/licences.toml", "utf8");
  const all = text
    .split("[[licences]]")
    .slice(1)
    .map((part): Licence => {
      const value = (name: string) => new RegExp(`^${name} = (.*)$`, "m").exec(part)?.[1];
      const read = (name: string) => JSON.parse(value(name) ?? "false");
      return {
        id: read("id") as string,
        name: read("name") as string,
        family: read("family") as Licence["family"],
        suits: read("suits") as string[],
        share_alike: value("share_alike") === "true",
        public_body: value("public_body") === "true",
      };
    });
  return { checked: "2026-11", all };
}

const licences = shipped();
const why = (rtype: unknown, licence: unknown, body = false) => mismatch(licences, rtype, licence, body);

describe("licences", () => {
  it("refuses a Creative Commons licence on software and on objects", () => {
    for (const one of ["CC-BY-4.0", "cc by-sa 4.0", "Creative Commons BY", "CC0-1.0"]) {
      expect(why("source_code", one), one).toMatch(/logiciel/);
      expect(why("hardware", one), one).toMatch(/objets/);
      expect(why("content", one), one).toBeNull();
    }
  });

  it("refuses a software licence on a database", () => {
    for (const one of ["MIT", "GPL v3", "EUPL-1.2", "agpl-3.0-or-later", "CeCILL 2.1"]) {
      expect(why("database", one), one).toMatch(/bases de données/);
      expect(why("source_code", one), one).toBeNull();
    }
  });

  it("recalls that an open licence forbids neither selling nor adapting", () => {
    for (const one of ["CC-BY-NC-4.0", "CC BY-ND", "licence maison, non commercial"])
      expect(why("content", one), one).toMatch(/usage commercial/);
  });

  it("says nothing against what it does not know, or where nothing is chosen", () => {
    expect(why("source_code", "Licence du réseau des offices")).toBeNull();
    expect([why(undefined, "MIT"), why("database", ""), why("database", undefined)]).toEqual([
      null,
      null,
      null,
    ]);
    expect(why("distinctive_sign", "MIT")).toMatch(/charte d’usage/);
    expect(why("hardware", "ODbL-1.0")).toMatch(/pas faite/);
  });

  it("offers a public body only what is on the administration's list", () => {
    const ids = (rtype: string, body: boolean) => suiting(licences, rtype, body).map(({ id }) => id);
    expect(ids("database", true)).toEqual(["etalab-2.0", "ODbL-1.0"]);
    expect(ids("database", false)).toContain("CC-BY-4.0");
    expect(ids("source_code", true)).toEqual(expect.arrayContaining(["MIT", "EUPL-1.2", "CECILL-2.1"]));
    expect(ids("content", true)).toContain("CC-BY-SA-4.0");
    expect(ids("hardware", true)).toContain("CERN-OHL-S-2.0");
    expect(why("database", "CC-BY-4.0", true)).toMatch(/liste/);
    expect(why("database", "CC-BY-4.0")).toBeNull();
    expect(why("database", "Licence Ouverte 2.0", true)).toBeNull();
    expect(why("source_code", "licence maison", true)).toMatch(/liste/);
  });

  it("knows a licence by its id and by its name", () => {
    expect(named(licences, " licence ouverte 2.0 ")?.id).toBe("etalab-2.0");
    expect(named(licences, "mit")?.name).toBe("MIT");
  });
});

describe("needs", () => {
  it("are questions without their answer in them", () => {
    expect(flawsOf("Comment partager nos trajets ?")).toEqual([]);
    expect(flawsOf("How might we share rides?")).toEqual([]);
    expect(flawsOf("")).toEqual([]);
    expect(flawsOf("Un annuaire")).toEqual(["statement"]);
    expect(flawsOf("Comment financer une plateforme ?")).toEqual(["solution"]);
    expect(flawsOf("Comment rejoindre BlaBlaCar ?")).toEqual(["solution"]);
    expect(flawsOf("Comment faire appliquer nos règles ?")).toEqual([]);
    expect(flawsOf(`Comment ${"relier nos communes ".repeat(12)}?`)).toEqual(["long"]);
    expect(solutionIn("Faire une Appli mobile")).toBe("Appli");
    expect(solutionIn("Rejoindre OpenStreetMap")).toBe("OpenStreetMap");
  });

  it("are put as a question, names as they are", () => {
    expect(asQuestion("Partager nos trajets.")).toBe("Comment partager nos trajets ?");
    expect(asQuestion("GIP ou association")).toBe("Comment GIP ou association ?");
    expect(asQuestion("Comment faire")).toBe("Comment faire ?");
  });
});
