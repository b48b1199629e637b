// Changes of a kit: mirrors keep step, ids hold, what is left out takes its routes with it.

import { describe, expect, it } from "vitest";
import {
  type Box,
  boardOf,
  fitted,
  type Kit,
  moved,
  placed,
  withModule,
  withoutZone,
  withZone,
  type ZonePart,
  zoneOf,
} from "../src/kits/kit";

function zone(id: string, box: Box, more: Partial<ZonePart> = {}): ZonePart {
  const titles = { fr: id, en: id };
  return {
    id,
    n: 0,
    box,
    kinds: ["note"],
    titles,
    prompts: titles,
    to: [],
    mirror: null,
    type: "plain",
    ring: null,
    axes: null,
    why: "",
    basis: "S-kit",
    ...more,
  };
}

const KIT: Kit = {
  id: "kx",
  version: "1.0.0",
  lang: ["fr", "en"],
  license: "CC-BY-SA-4.0",
  changes: {},
  authors: [],
  titles: { fr: "Jeu", en: "Kit" },
  derived_from: null,
  templates: [
    {
      id: "sheet2.recto",
      titles: {},
      zones: [
        zone("decisions", [103, 114, 91, 83], { mirror: "rules", to: ["governance.rules"] }),
        zone("seats", [198, 114, 91, 83], { mirror: "bodies", to: ["governance.rules"] }),
      ],
    },
    {
      id: "sheet2.verso",
      titles: {},
      zones: [
        zone("rules", [103, 114, 91, 83], { mirror: "decisions", to: ["governance.rules"] }),
        zone("bodies", [198, 114, 91, 83], { mirror: "seats" }),
      ],
    },
    { id: "governance", titles: {}, zones: [zone("rules", [10, 30, 200, 100])] },
  ],
  agendas: [],
};

const ids = (kit: Kit, board: string) => boardOf(kit, board)?.zones.map((one) => one.id);
const box = (kit: Kit, board: string, id: string) => zoneOf(kit, board, id)?.box;

describe("a zone", () => {
  it("takes its mirror along, and stays on the page", () => {
    const kit = placed(KIT, "sheet2.verso", "rules", [400, 0, 91, 83]);
    expect(box(kit, "sheet2.verso", "rules")).toEqual([206, 24, 91, 83]);
    expect(box(kit, "sheet2.recto", "decisions")).toEqual([206, 24, 91, 83]);
    expect(box(KIT, "sheet2.verso", "rules")).toEqual([103, 114, 91, 83]);
  });

  it("is never smaller than what a note needs, nor larger than the page", () => {
    expect(fitted("governance", [0, 0, 1, 1])).toEqual([0, 27, 20, 20]);
    expect(fitted("sheet1.recto", [-5, 300, 900, 900])).toEqual([0, 24, 297, 176]);
  });

  it("that is added takes half of another, on both faces, without an overlap", () => {
    const [kit, made] = withZone(KIT, "sheet2.verso", "rules", { fr: "N", en: "N" }, { fr: "?", en: "?" });
    const added = zoneOf(kit, "sheet2.verso", made);
    const mirror = zoneOf(kit, "sheet2.recto", added?.mirror ?? null);
    expect(mirror?.mirror).toBe(made);
    expect(mirror?.box).toEqual(added?.box);
    const kept = box(kit, "sheet2.verso", "rules") as Box;
    expect(kept[1] + kept[3]).toBeLessThan(added?.box[1] ?? 0);
    expect(ids(kit, "sheet2.verso")).toEqual(["rules", made, "bodies"]);
    expect(boardOf(kit, "sheet2.verso")?.zones.map((one) => one.n)).toEqual([1, 2, 3]);
  });

  it("that is removed leaves with its mirror and what led to it", () => {
    const kit = withoutZone(KIT, "sheet2.recto", "seats");
    expect([ids(kit, "sheet2.recto"), ids(kit, "sheet2.verso")]).toEqual([["decisions"], ["rules"]]);
    const without = withoutZone(KIT, "governance", "rules");
    expect(zoneOf(without, "sheet2.verso", "rules")?.to).toEqual([]);
  });

  it("comes earlier or later, within its board", () => {
    expect(ids(moved(KIT, "sheet2.verso", "bodies", -1), "sheet2.verso")).toEqual(["bodies", "rules"]);
    expect(ids(moved(KIT, "sheet2.verso", "rules", -1), "sheet2.verso")).toEqual(["rules", "bodies"]);
  });
});

describe("a canvas", () => {
  it("that is left out takes its routes with it, and brings them back", () => {
    const short = withModule(KIT, KIT, "governance", false);
    expect(short.templates.map(({ id }) => id)).toEqual(["sheet2.recto", "sheet2.verso"]);
    expect(short.templates.flatMap(({ zones }) => zones.flatMap(({ to }) => to))).toEqual([]);
    const back = withModule(short, KIT, "governance", true);
    expect(back.templates).toEqual(withModule(KIT, KIT, "none", false).templates);
  });
});
