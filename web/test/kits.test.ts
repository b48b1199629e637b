// Changes of a kit: mirrors keep step, ids hold, what is left out takes its routes with it.

import { afterEach, describe, expect, it, vi } from "vitest";
import { Editor, type KitData } from "../src/kits/editor";
import {
  type Box,
  boardOf,
  changed,
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
import { merged } from "../src/kits/merge";
import { openPublish } from "../src/kits/publish";
import { placeName } from "../src/kits/words";

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
  attribution: [],
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

const retitled = (kit: Kit, board: string, id: string, fr: string) =>
  changed(kit, (copy) => {
    const there = zoneOf(copy, board, id);
    if (there) there.titles.fr = fr;
  });
const title = (kit: Kit, board: string, id: string) => zoneOf(kit, board, id)?.titles.fr;

describe("what two people changed", () => {
  it("is there together, zone by zone and part by part", () => {
    const mine = placed(
      retitled(KIT, "sheet2.verso", "rules", "Usages"),
      "sheet2.verso",
      "rules",
      [103, 100, 91, 83],
    );
    const english = changed(KIT, (copy) => {
      const there = zoneOf(copy, "sheet2.verso", "rules");
      if (there) there.titles.en = "Customs";
      copy.titles.fr = "Le jeu de tous";
    });
    const theirs = retitled(english, "governance", "rules", "Règles du commun");
    const { kit, clashes } = merged(KIT, mine, theirs);
    expect(clashes).toEqual([]);
    expect(zoneOf(kit, "sheet2.verso", "rules")?.titles).toEqual({ fr: "Usages", en: "Customs" });
    expect(box(kit, "sheet2.recto", "decisions")).toEqual([103, 100, 91, 83]);
    expect(title(kit, "governance", "rules")).toBe("Règles du commun");
    expect(kit.titles.fr).toBe("Le jeu de tous");
  });

  it("keeps what each added, in its place and order, and drops what one removed", () => {
    const [mine, made] = withZone(KIT, "sheet2.verso", "rules", { fr: "N" }, { fr: "?" });
    const [added, other] = withZone(KIT, "governance", "rules", { fr: "M" }, { fr: "?" });
    const theirs = moved(withoutZone(added, "sheet2.recto", "seats"), "governance", other, -1);
    const { kit, clashes } = merged(KIT, mine, theirs);
    expect(clashes).toEqual([]);
    expect(ids(kit, "sheet2.verso")).toEqual(["rules", made]);
    expect(ids(kit, "sheet2.recto")).toHaveLength(2);
    expect(ids(kit, "governance")).toEqual([other, "rules"]);
    expect(boardOf(kit, "governance")?.zones.map(({ n }) => n)).toEqual([1, 2]);
  });

  it("stands in the order of who changed the order", () => {
    const ordered = moved(KIT, "sheet2.verso", "bodies", -1);
    const worded = retitled(KIT, "sheet2.verso", "rules", "Usages");
    for (const [mine, theirs] of [
      [ordered, worded],
      [worded, ordered],
    ] as const) {
      const { kit, clashes } = merged(KIT, mine, theirs);
      expect([ids(kit, "sheet2.verso"), title(kit, "sheet2.verso", "rules")]).toEqual([
        ["bodies", "rules"],
        "Usages",
      ]);
      expect(clashes).toEqual([]);
    }
  });

  it("is mine where it is the same thing, and says where; what one only removed stays", () => {
    const mine = withoutZone(retitled(KIT, "governance", "rules", "Les miennes"), "sheet2.verso", "bodies");
    const theirs = retitled(
      retitled(KIT, "governance", "rules", "Les leurs"),
      "sheet2.verso",
      "bodies",
      "Instances",
    );
    const { kit, clashes } = merged(KIT, mine, theirs);
    expect(title(kit, "governance", "rules")).toBe("Les miennes");
    expect(title(kit, "sheet2.verso", "bodies")).toBe("Instances");
    expect([...new Set(clashes.map((at) => placeName(kit, at)))]).toEqual([
      "Fiche 2, verso, Instances",
      "Canevas gouvernance, Les miennes",
    ]);
  });

  it("is no clash where the server only wrote the same words as it keeps them", () => {
    const typed = retitled(KIT, "governance", "rules", "Nos usages ");
    const theirs = retitled(KIT, "governance", "rules", "Nos usages");
    const mine = retitled(typed, "governance", "rules", "Nos usages partagés");
    expect(merged(typed, mine, theirs)).toMatchObject({ clashes: [] });
    expect(title(merged(typed, mine, theirs).kit, "governance", "rules")).toBe("Nos usages partagés");
  });
});

/** The kit of a server on which somebody else saves as well. */
function served(): { kit: Kit; revision: number; published: Kit | null; sent: number[] } {
  const there = { kit: KIT, revision: 1, published: null as Kit | null, sent: [] as number[] };
  const answer = (status: number, body: object) =>
    Promise.resolve(new Response(JSON.stringify(body), { status }));
  vi.stubGlobal("fetch", (address: string, asked: RequestInit) => {
    const body = asked.body ? JSON.parse(String(asked.body)) : {};
    if (asked.method !== "GET") {
      there.sent.push(body.revision);
      if (body.revision !== there.revision)
        return answer(409, { key: "kit.changed", detail: "changé ailleurs", revision: there.revision });
      there.revision += 1;
      there.kit = { ...there.kit, ...body.kit };
      if (address.includes("/publish")) there.published = there.kit;
    }
    const found = { faults: [], counts: {}, version: "1.0.0", suggested: { fr: "Tout", en: "All" } };
    const { kit, revision, published } = there;
    return answer(200, { ...found, kit, revision, published: published !== null, published_version: null });
  });
  return there;
}

function editing(): Editor {
  const data = { id: "kx", kit: KIT, base: KIT, revision: 1, faults: [], published: false } as unknown;
  return new Editor({
    ...(data as KitData),
    suggested: { fr: "Tout", en: "All" },
    counts: {},
    version: "1.0.0",
  });
}

describe("the editor of one of two", () => {
  afterEach(() => vi.unstubAllGlobals());

  it("goes on top of what the other saved, also with undo, and nothing is lost", async () => {
    const there = served();
    const editor = editing();
    editor.take(retitled(KIT, "sheet2.verso", "rules", "Usages"));
    there.kit = retitled(KIT, "governance", "rules", "Règles du commun");
    there.revision = 5;
    expect(await editor.save()).toBe(true);
    expect(title(there.kit, "sheet2.verso", "rules")).toBe("Usages");
    expect(title(there.kit, "governance", "rules")).toBe("Règles du commun");
    expect(there.sent).toEqual([1, 5]);
    expect(editor.told).toContain("changé ailleurs");
    editor.undo();
    expect(await editor.save()).toBe(true);
    expect(title(there.kit, "sheet2.verso", "rules")).toBe("rules");
    expect(title(there.kit, "governance", "rules")).toBe("Règles du commun");
  });

  it("publishes only what was read", async () => {
    const there = served();
    const editor = editing();
    const said = new Promise((resolve) => openPublish(editor, resolve));
    there.kit = retitled(KIT, "governance", "rules", "Règles du commun");
    there.revision = 5;
    const dialog = document.querySelector("dialog");
    dialog?.querySelector<HTMLButtonElement>("button[type=submit], .btn.primary")?.click();
    expect(await said).toContain("relisez-le");
    expect(there.published).toBeNull();
    expect(title(editor.kit, "governance", "rules")).toBe("Règles du commun");
    editor.take(retitled(editor.kit, "sheet2.verso", "rules", "Usages"));
    expect(await editor.save()).toBe(true);
    expect(title(there.kit, "governance", "rules")).toBe("Règles du commun");
  });

  it("does not publish what could not be saved", async () => {
    const there = served();
    const editor = editing();
    const said = new Promise((resolve) => openPublish(editor, resolve));
    editor.take(retitled(KIT, "sheet2.verso", "rules", "Usages"));
    const { fetch } = globalThis;
    vi.stubGlobal("fetch", (address: string, asked: RequestInit) =>
      asked.method === "PUT" ? Promise.reject(new TypeError("away")) : fetch(address, asked),
    );
    [...document.querySelectorAll<HTMLButtonElement>("dialog .btn.primary")].at(-1)?.click();
    expect(await said).toContain("ne répond pas");
    expect(there.published).toBeNull();
    expect(editor.saving).toBe("failed");
  });
});
