import { describe, expect, it } from "vitest";
import * as actions from "../src/board/actions";
import type { Atelier } from "../src/board/atelier";
import { type ZoneLayout, zoneLayout } from "../src/model/layout";
import type { Note, Template, Zone } from "../src/model/page";
import { BoardDocument } from "../src/sync/document";

const zone = (id: string, n: number): Zone => ({
  id,
  n,
  box: [10 + n * 90, 30, 85, 80],
  title: id,
  prompt: "",
  kinds: ["note"],
  to: [],
  pictograms: [],
  mirror: null,
  type: "plain",
});
const template: Template = {
  id: "sheet2.verso",
  version: "1",
  page: "A4L",
  width: 297,
  height: 210,
  side: "nous",
  sheet: 2,
  title: "Fiche 2",
  zones: [zone("rules", 0), zone("costs", 1), zone("bodies", 2)],
};

/** What actions need of the page, for one person on one board. */
function pageOf(document: BoardDocument, person: string): Atelier {
  const app = {
    board: template.id,
    template,
    document,
    mayWrite: true,
    mayTalk: true,
    activeZone: null as string | null,
    editing: null,
    connection: { clockOffset: 0 },
    data: { person: { id: person, colour: "ciel" } },
    announcer: { say: () => {} },
    titlesIn: () => 0,
    partOf: () => undefined,
    partAt: () => undefined,
    closed: () => null,
    notify: () => {},
    zone: (id: string) => template.zones.find((one) => one.id === id),
    templateOf: () => template,
    note: (id: string | null) => (id === null ? null : document.note(id)),
    mayChange: (note: Note) => note.locked !== true || note.by === person,
    mayLock: (note: Note) => note.by === person,
    layoutOf: (one: Zone): ZoneLayout => zoneLayout(template, one, 0),
    choose: () => {},
    emit: () => {},
    undoFirst: () => null,
  };
  return app as unknown as Atelier;
}

/** Small numbers that depend on the seed alone. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

function everything({ contents }: BoardDocument): unknown {
  return contents
    .all()
    .map((note) => ({
      ...note,
      cluster: contents.clusterOf(note)?.title,
      comments: contents.commentsOf(note.id).map((one) => one.text),
      likes: [...contents.reactionsTo(note.id)].sort(),
    }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

function act(app: Atelier, document: BoardDocument, roll: (sides: number) => number): void {
  const ids = document.ids().sort();
  const some = ids.filter(() => roll(3) === 0).slice(0, 5);
  const one = ids[roll(Math.max(1, ids.length))] ?? "";
  const where = ["rules", "costs", "bodies"][roll(3)] as string;
  const cluster = document.contents.clustersOf(template.id, where)[0]?.id ?? "";
  const comment = document.contents.commentsOf(one)[0]?.id;
  const all: (() => void)[] = [
    () => actions.addNotes(app, where, ["un", "deux et trois", "quatre"].slice(0, 1 + roll(3))),
    () => actions.duplicateNotes(app, some),
    () => actions.moveNotes(app, some, { zone: where }),
    () => actions.moveNotes(app, some, { zone: where, place: [roll(10) / 10, roll(10) / 10] }),
    () => actions.reorderNote(app, one, roll(2) === 0 ? 1 : -1),
    () => actions.orderAfter(app, some, template.id, where, "first"),
    () => actions.stackNotes(app, some, roll(2) === 0 ? "front" : "back"),
    () => actions.alignNotes(app, some, (["left", "top", "row", "column"] as const)[roll(4)] ?? "left"),
    () => actions.tidyZone(app, where),
    () => actions.groupNotes(app, some, `groupe ${roll(9)}`),
    () => actions.renameCluster(app, cluster, `titre ${roll(9)}`),
    () => actions.ungroupNotes(app, some),
    () => actions.colourNotes(app, some, "lavande"),
    () => actions.tagNotes(app, some, (tags) => [...tags, `mot ${roll(20)}`]),
    () => actions.lockNotes(app, some, roll(2) === 0),
    () => actions.likeNote(app, one),
    () => actions.addComment(app, one, `remarque ${roll(9)}`),
    () => comment && actions.editComment(app, comment, `autre ${roll(9)}`),
    () => comment && actions.removeComment(app, comment),
    () => {
      document.undo.stopCapturing(); // steps that follow each other at once are one step
      actions.nudgeNotes(app, some, roll(5) / 10, -roll(5) / 10);
    },
    () => actions.splitNote(app, one, 3),
    () => actions.deleteNotes(app, some),
  ];
  all[roll(all.length)]?.();
}

describe("undo", () => {
  it.each(Array.from({ length: 60 }, (_, seed) => seed + 1))(
    "takes every act back and gives it again (seed %i)",
    (seed) => {
      const document = new BoardDocument(7);
      const app = pageOf(document, "p1");
      const roll = dice(seed);
      const states = [everything(document)];
      for (let at = 0; at < 25; at++) {
        const steps = document.undo.undoStack.length;
        act(app, document, roll);
        // one act is one step, or none when there was nothing to do
        expect(document.undo.undoStack.length - steps).toBeLessThanOrEqual(1);
        if (document.undo.undoStack.length > steps) states.push(everything(document));
        else expect(everything(document)).toEqual(states.at(-1));
      }
      const last = states.at(-1);
      for (const before of states.slice(0, -1).reverse()) {
        document.step("undo");
        expect(everything(document)).toEqual(before);
      }
      while (document.steps("redo") > 0) document.step("redo");
      expect(everything(document)).toEqual(last);
    },
  );
});

describe("what is locked", () => {
  it("stays as it is, whatever others do with it", () => {
    const document = new BoardDocument(7);
    const hers = pageOf(document, "p1");
    const [id = ""] = actions.addNotes(hers, "rules", ["à elle"]);
    actions.lockNotes(hers, [id], true);
    const before = document.note(id);
    const his = pageOf(document, "p2");
    for (let seed = 1; seed < 40; seed++) {
      const roll = dice(seed);
      for (let at = 0; at < 10; at++) act(his, document, roll);
    }
    expect(document.note(id)).toEqual(before);
  });
});

describe("a zone that holds thousands of notes", () => {
  it("takes hundreds more without looking at each of them for each", () => {
    const document = new BoardDocument(1);
    const app = pageOf(document, "p1");
    const texts = Array.from({ length: 2_000 }, (_, n) => `note ${n}`);
    actions.addNotes(app, "rules", texts);
    const made = actions.addNotes(app, "rules", texts.slice(0, 200));
    expect(made).toHaveLength(200);
    const notes = document.byZone(template.id).get("rules") ?? [];
    expect(notes).toHaveLength(2_200);
    for (const { place } of notes) for (const part of place) expect(part >= 0 && part <= 1).toBe(true);
    const places = new Set(made.map((id) => String(document.note(id)?.place)));
    expect(places.size, "they go on row after row").toBeGreaterThan(3);
  });
});

describe("a lock that fell since", () => {
  it("stops undo and redo in its zone, with a sentence, and changes nothing", () => {
    const document = new BoardDocument(7);
    const app = pageOf(document, "p1");
    const told: string[] = [];
    let shut = "";
    Object.assign(app, {
      notify: (text: string) => told.push(text),
      closed: (where: string) => (where === shut ? { what: "zone", by: null } : null),
    });
    const [id = ""] = actions.addNotes(app, "rules", ["une idée"]);
    actions.moveNotes(app, [id], { zone: "costs" });
    for (const where of ["rules", "costs"]) {
      shut = where; // it would leave one and go back to the other
      actions.undo(app);
      expect([document.note(id)?.zone, document.steps("undo")]).toEqual(["costs", 2]);
    }
    shut = "bodies";
    actions.undo(app);
    expect(document.note(id)?.zone).toBe("rules");
    shut = "costs";
    actions.redo(app);
    expect([document.note(id)?.zone, document.steps("redo")]).toEqual(["rules", 1]);
    shut = "";
    actions.deleteNotes(app, [id]);
    shut = "rules";
    actions.undo(app);
    expect(document.note(id)).toBeNull();
    expect(told).toHaveLength(4);
    shut = "";
    actions.undo(app);
    expect(document.note(id)?.text).toBe("une idée");
  });
  it("stops it on a note that somebody locked, and passes over notes that are gone", () => {
    const document = new BoardDocument(7);
    const app = pageOf(document, "p2");
    document.add({ ...(hers() as Note), id: "n1" });
    document.undo.clear();
    actions.addNotes(app, "costs", ["à lui"]);
    actions.colourNotes(app, ["n1"], "lavande");
    document.doc.transact(() => document.set("n1", { locked: true }));
    document.undo.stopCapturing();
    actions.undo(app);
    expect(document.note("n1")?.colour).toBe("lavande");
    document.doc.transact(() => document.discard("n1"), "others");
    actions.undo(app);
    expect(document.ids()).toEqual([]);
  });
});

function hers(): Partial<Note> {
  return {
    board: template.id,
    zone: "rules",
    kind: "note",
    place: [0, 0],
    order: "a0",
    colour: "ciel",
    text: "à elle",
    by: "p1",
    at: 1,
  };
}
